/* Versions and options of nodes before and after. */
#include "comparison_private.h"

#include <string.h>

/* What says where a node happened to be, not how it was set up. */
static const char *const passing[] = {"gcache.recover_done", "wsrep_start_position", NULL};

static void add(GalenComparison *self, const char *node, const char *option, const char *before, const char *after) {
  GalenSettingChange *change = g_new0(GalenSettingChange, 1);
  *change = (GalenSettingChange){g_strdup(node), g_strdup(option), g_strdup(before), g_strdup(after)};
  g_ptr_array_add(self->settings, change);
}

static const GalenNodeRow *find_node(const GalenReport *report, const char *name) {
  for (guint i = 0; i < report->nodes->len; i++) {
    const GalenNodeRow *row = g_ptr_array_index(report->nodes, i);
    if (g_strcmp0(row->name, name) == 0)
      return row;
  }
  return NULL;
}

static void compare_known(GalenComparison *self, const char *node, const char *option, const char *before,
                          const char *after) {
  if (before != NULL && after != NULL && strcmp(before, after) != 0)
    add(self, node, option, before, after);
}

/* ---- options ---- */

/* A start that prints the provider's options prints all of them. */
static gboolean has_list(const GalenProcess *process) {
  return g_hash_table_contains(process->options, "base_host") || g_hash_table_contains(process->options, "gcache.size");
}

/* What was in force when the window ended: a log may go on. `ret_list`: it is known which provider options there were. */
static GHashTable *options_at_end(const GalenReport *report, const GalenNode *node, gboolean *ret_list) {
  GHashTable *now = g_hash_table_new(g_str_hash, g_str_equal);
  gint64 end = report->requested_to != GALEN_TIME_NONE ? report->requested_to : G_MAXINT64;
  *ret_list = FALSE;
  for (guint i = 0; i < node->processes->len; i++) {
    const GalenProcess *process = g_ptr_array_index(node->processes, i);
    if (process->from != GALEN_TIME_NONE && process->from >= end)
      break;
    if (has_list(process))
      g_hash_table_remove_all(now);
    *ret_list = *ret_list || has_list(process);
    GHashTableIter iter;
    gpointer option = NULL, value = NULL;
    g_hash_table_iter_init(&iter, process->options);
    while (g_hash_table_iter_next(&iter, &option, &value))
      g_hash_table_insert(now, option, value);
  }
  return now;
}

static int compare_names(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *names_of(GHashTable *before, GHashTable *after) {
  GPtrArray *names = g_ptr_array_new();
  GHashTable *const tables[] = {before, after};
  for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
    GHashTableIter iter;
    gpointer name = NULL;
    g_hash_table_iter_init(&iter, tables[i]);
    while (g_hash_table_iter_next(&iter, &name, NULL))
      if (i == 0 || !g_hash_table_contains(before, name))
        g_ptr_array_add(names, name);
  }
  g_ptr_array_sort(names, compare_names);
  return names;
}

static void compare_options(GalenComparison *self, const char *name, const GalenNode *before, const GalenNode *after) {
  gboolean lists[2];
  g_autoptr(GHashTable) old = options_at_end(self->before.report, before, &lists[0]);
  g_autoptr(GHashTable) now = options_at_end(self->after.report, after, &lists[1]);
  g_autoptr(GPtrArray) names = names_of(old, now);
  for (guint i = 0; i < names->len; i++) {
    const char *option = g_ptr_array_index(names, i);
    const char *was = g_hash_table_lookup(old, option), *is = g_hash_table_lookup(now, option);
    gboolean dotted = strchr(option, '.') != NULL;
    /* What only one log names may hold for both, but for options that a list of all would name. */
    gboolean known = (was != NULL && is != NULL) || (dotted && lists[0] && lists[1]);
    if (known && g_strcmp0(was, is) != 0 && !g_strv_contains(passing, option) && !g_str_equal(option, "version"))
      add(self, name, option, was, is);
  }
}

void galen_comparison_settings(GalenComparison *self) {
  const GPtrArray *nodes = self->after.report->nodes;
  for (guint i = 0; i < nodes->len; i++) {
    const GalenNodeRow *after = g_ptr_array_index(nodes, i);
    const GalenNodeRow *before = find_node(self->before.report, after->name);
    if (before == NULL)
      continue;
    compare_known(self, after->name, "server", before->server, after->server);
    compare_known(self, after->name, "version", before->version, after->version);
    if (before->life != NULL && after->life != NULL)
      compare_options(self, after->name, before->life, after->life);
  }
}
