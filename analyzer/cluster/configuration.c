/* Configuration: what changed from start to start, and what differs between nodes at the end. */
#include "history_private.h"

#include <string.h>

/* Options that differ between nodes by nature. */
static const char *const own_options[] = {"base_dir",
                                          "base_host",
                                          "base_port",
                                          "basedir",
                                          "bind_address",
                                          "datadir",
                                          "gcache.dir",
                                          "gcache.name",
                                          "general_log_file",
                                          "gmcast.listen_addr",
                                          "hostname",
                                          "ist.recv_addr",
                                          "ist.recv_bind",
                                          "log_bin",
                                          "log_bin_index",
                                          "log_error",
                                          "pid_file",
                                          "port",
                                          "relay_log",
                                          "report_host",
                                          "report_port",
                                          "server_id",
                                          "server_uid",
                                          "server_uuid",
                                          "slow_query_log_file",
                                          "socket",
                                          "tmpdir",
                                          "auto_increment_offset",
                                          "group_replication_local_address",
                                          "wsrep_node_address",
                                          "wsrep_node_incoming_address",
                                          "wsrep_node_name",
                                          "wsrep_sst_receive_address",
                                          "gcache.recover_done"};

void galen_config_change_free(gpointer data) {
  GalenConfigChange *self = data;
  g_free(self->node);
  g_free(self->option);
  g_free(self->before);
  g_free(self->after);
  g_free(self);
}

void galen_config_drift_free(gpointer data) {
  GalenConfigDrift *self = data;
  g_free(self->option);
  g_ptr_array_unref(self->nodes);
  g_ptr_array_unref(self->values);
  g_free(self);
}

static gboolean is_own(const char *option) {
  for (guint i = 0; i < G_N_ELEMENTS(own_options); i++)
    if (g_str_equal(own_options[i], option))
      return TRUE;
  return FALSE;
}

static GPtrArray *sorted_keys(GHashTable *table) {
  GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
  GHashTableIter iter;
  gpointer key = NULL;
  g_hash_table_iter_init(&iter, table);
  while (g_hash_table_iter_next(&iter, &key, NULL))
    galen_list_add(keys, key);
  return keys;
}

/* ---- changes ---- */

/* The line that shows a process's options. */
static const GalenFact *evidence_of(const GalenProcess *process, const char *option) {
  const GalenFact *list = NULL;
  if (g_str_equal(option, GALEN_START_POSITION))
    return process->position;
  for (guint i = process->first; i <= process->last; i++) {
    const GalenFact *fact = galen_fact_at(process->node->facts, i);
    if (fact->kind == GALEN_FACT_OPTION && g_strcmp0(fact->name, option) == 0)
      return fact;
    gboolean group = fact->kind == GALEN_FACT_CONNECTING || fact->kind == GALEN_FACT_CLUSTER_ADDRESS;
    if (group && strstr(option, "cluster") != NULL)
      return fact;
    if (fact->kind == GALEN_FACT_OPTIONS)
      list = fact;
  }
  return g_str_equal(option, "version") || list == NULL ? process->start : list;
}

static void change(GalenClusterRow *cluster, const GalenProcess *process, const char *option, const char *before,
                   const char *after) {
  GalenConfigChange *row = g_new0(GalenConfigChange, 1);
  row->node = g_strdup(process->node->name);
  row->time = process->from;
  row->option = g_strdup(option);
  row->before = g_strdup(before);
  row->after = g_strdup(after);
  row->evidence = evidence_of(process, option);
  g_ptr_array_add(cluster->configuration, row);
}

/* Options of the provider have a dot or are all in one line: a start that prints the line prints all of them. */
static gboolean has_list(const GalenProcess *process) {
  return g_hash_table_contains(process->options, "base_host") || g_hash_table_contains(process->options, "gcache.size");
}

static void compare_process(GalenClusterRow *cluster, const GalenProcess *process, GHashTable *now,
                            gboolean first_list) {
  g_autoptr(GPtrArray) keys = sorted_keys(process->options);
  for (guint i = 0; i < keys->len; i++) {
    const char *option = g_ptr_array_index(keys, i), *value = g_hash_table_lookup(process->options, option);
    const char *before = g_hash_table_lookup(now, option);
    gboolean dotted = strchr(option, '.') != NULL;
    gboolean appeared = before == NULL && dotted && !first_list;
    if ((before != NULL && strcmp(before, value) != 0) || appeared)
      change(cluster, process, option, before, value);
    g_hash_table_insert(now, g_strdup(option), g_strdup(value));
  }
  g_autoptr(GPtrArray) old = sorted_keys(now);
  for (guint i = 0; i < old->len && has_list(process); i++) {
    const char *option = g_ptr_array_index(old, i);
    if (strchr(option, '.') == NULL || g_hash_table_contains(process->options, option))
      continue;
    change(cluster, process, option, g_hash_table_lookup(now, option), NULL);
    g_hash_table_remove(now, option);
  }
}

/* NULL: from nothing, as an empty data directory does. */
static char *position_words(const GalenProcess *process, const char *uuid) {
  return galen_uuid_is_nil(&process->position_uuid)
             ? NULL
             : g_strdup_printf("%s:%" G_GINT64_FORMAT, uuid, process->position_seqno);
}

/* Where it started from, when the start before it was elsewhere. */
static void compare_position(GalenClusterRow *cluster, const GalenProcess *process, const GalenProcess *before) {
  if (process->position == NULL || before == NULL || before->position == NULL)
    return;
  char uuids[2][GALEN_UUID_TEXT];
  galen_uuid_write(&before->position_uuid, uuids[0]);
  galen_uuid_write(&process->position_uuid, uuids[1]);
  if (g_str_equal(uuids[0], uuids[1]) && before->position_seqno == process->position_seqno)
    return;
  g_autofree char *from = position_words(before, uuids[0]), *to = position_words(process, uuids[1]);
  change(cluster, process, GALEN_START_POSITION, from, to);
}

/* The node's options at the end; changes on the way become rows. */
static GHashTable *follow_node(GalenClusterRow *cluster, const GalenNode *node) {
  GHashTable *now = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  gboolean first_list = TRUE;
  const GalenProcess *before = NULL;
  for (guint i = 0; i < node->processes->len; i++) {
    const GalenProcess *process = GALEN_PROCESS(node, i);
    compare_position(cluster, process, before);
    before = process->position != NULL && !process->beside ? process : before;
    compare_process(cluster, process, now, first_list);
    first_list = first_list && !has_list(process);
  }
  return now;
}

/* Configuration files beside the logs say what starts do not. */
static void add_file(GHashTable *now, const GalenJournalInput *input) {
  g_autoptr(GHashTable) file = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < input->facts->len; i++) {
    const GalenFact *fact = galen_fact_at(input->facts, i);
    g_autofree char *name = fact->name == NULL ? NULL : g_strdelimit(g_strdup(fact->name), "-", '_');
    const char *option = fact->kind == GALEN_FACT_CLUSTER_ADDRESS ? "wsrep_cluster_address" : name;
    gboolean wanted = fact->kind == GALEN_FACT_OPTION || fact->kind == GALEN_FACT_CLUSTER_ADDRESS;
    if (!wanted || option == NULL || fact->value == NULL)
      continue;
    gboolean secret = strstr(option, "password") != NULL || strstr(option, "auth") != NULL;
    if (g_str_equal(option, "wsrep_provider_options"))
      galen_options_read(file, fact->value);
    else
      g_hash_table_insert(file, g_strdup(option), g_strdup(secret ? "***" : fact->value));
  }
  GHashTableIter iter;
  gpointer option = NULL, value = NULL;
  g_hash_table_iter_init(&iter, file);
  while (g_hash_table_iter_next(&iter, &option, &value))
    if (!g_hash_table_contains(now, option))
      g_hash_table_insert(now, g_strdup(option), g_strdup(value));
}

static void add_files(const GalenHistoryFull *full, const GalenNode *node, GHashTable *now) {
  for (guint i = 0; i < node->inputs->len; i++) {
    const GalenJournalInput *input = GALEN_JOURNAL_INPUT(full->pub.journal, g_array_index(node->inputs, guint, i));
    if (g_strcmp0(input->kind, "configuration") == 0)
      add_file(now, input);
  }
}

/* ---- drift ---- */

static int compare_texts(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The addresses of a list in any order, the node's own left out: "gcomm://a,b" and "gcomm://b,a" are alike. */
static char *plain_value(const char *option, const char *value) {
  if (!g_str_equal(option, "wsrep_cluster_address"))
    return g_strdup(value);
  const char *list = g_str_has_prefix(value, "gcomm://") ? value + strlen("gcomm://") : value;
  g_auto(GStrv) parts = g_strsplit(list, ",", -1);
  guint n = g_strv_length(parts);
  qsort(parts, n, sizeof *parts, compare_texts);
  return g_strjoinv(",", parts);
}

static void drift_of(GalenClusterRow *cluster, const char *option, const GPtrArray *nodes, GHashTable **options) {
  GalenConfigDrift *row = g_new0(GalenConfigDrift, 1);
  g_autofree char *first = NULL;
  gboolean differs = FALSE;
  row->nodes = g_ptr_array_new_with_free_func(g_free);
  row->values = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < nodes->len; i++) {
    const GalenNode *node = g_ptr_array_index(nodes, i);
    const char *value = g_hash_table_lookup(options[i], option);
    if (value == NULL || node->arbitrator)
      continue;
    g_autofree char *plain = plain_value(option, value);
    differs = differs || (first != NULL && strcmp(first, plain) != 0);
    if (first == NULL)
      first = g_steal_pointer(&plain);
    g_ptr_array_add(row->nodes, g_strdup(node->name));
    g_ptr_array_add(row->values, g_strdup(value));
  }
  row->option = g_strdup(option);
  if (differs)
    g_ptr_array_add(cluster->drift, row);
  else
    galen_config_drift_free(row);
}

static int compare_changes(gconstpointer a, gconstpointer b) {
  const GalenConfigChange *x = *(const GalenConfigChange *const *)a, *y = *(const GalenConfigChange *const *)b;
  if (x->time != y->time)
    return x->time < y->time ? -1 : 1;
  int order = strcmp(x->node, y->node);
  return order != 0 ? order : strcmp(x->option, y->option);
}

static void configure_cluster(GalenHistoryFull *full, GalenClusterRow *cluster) {
  guint n = cluster->nodes->len;
  GHashTable **options = g_new0(GHashTable *, n + 1);
  g_autoptr(GHashTable) all = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < n; i++) {
    options[i] = follow_node(cluster, g_ptr_array_index(cluster->nodes, i));
    add_files(full, g_ptr_array_index(cluster->nodes, i), options[i]);
    GHashTableIter iter;
    gpointer option = NULL;
    g_hash_table_iter_init(&iter, options[i]);
    while (g_hash_table_iter_next(&iter, &option, NULL))
      if (!is_own(option))
        g_hash_table_add(all, option);
  }
  g_autoptr(GPtrArray) keys = sorted_keys(all);
  for (guint i = 0; i < keys->len; i++)
    drift_of(cluster, g_ptr_array_index(keys, i), cluster->nodes, options);
  g_ptr_array_sort(cluster->configuration, compare_changes);
  for (guint i = 0; i < n; i++)
    g_hash_table_unref(options[i]);
  g_free(options);
}

void galen_configuration_find(GalenHistoryFull *full) {
  for (guint i = 0; i < full->pub.clusters->len; i++)
    configure_cluster(full, g_ptr_array_index(full->pub.clusters, i));
}
