/* Section 10: what changed between restarts, what differs between nodes; and what no log can show. */
#include "html_page.h"

#include "../words.h"
#include "cluster_words.h"

#define VALUE_MAX 600u
#define NODES_MAX 64u

static void put_value(const GalenHtml *page, GalenView *view, const char *key, const char *value) {
  galen_html_put(view, key,
                 value == NULL    ? "not set"
                 : *value == '\0' ? "empty"
                                  : value,
                 MIN(page->level->text, VALUE_MAX));
}

static void put_change(const GalenHtml *page, GalenView *list, const GalenConfigChange *change) {
  GalenView *row = galen_view_append_record(list);
  galen_html_put_time(page, row, "time", change->time);
  galen_html_put(row, "node", change->node, GALEN_HTML_NAME_MAX);
  galen_html_put(row, "option", change->option, GALEN_HTML_NAME_MAX);
  put_value(page, row, "before", change->before);
  put_value(page, row, "after", change->after);
  g_autofree char *next = galen_change_next(page->report, change);
  galen_html_put(row, "next", next != NULL ? next : "unknown", MIN(page->level->text, VALUE_MAX));
}

static void put_drift(const GalenHtml *page, GalenView *list, const GalenConfigDrift *drift) {
  GalenView *row = galen_view_append_record(list);
  galen_html_put(row, "option", drift->option, GALEN_HTML_NAME_MAX);
  GalenView *values = galen_view_add_list(row, "values");
  for (guint i = 0; i < MIN(drift->nodes->len, drift->values->len) && i < MIN(NODES_MAX, page->level->list); i++) {
    GalenView *value = galen_view_append_record(values);
    galen_html_put(value, "node", g_ptr_array_index(drift->nodes, i), GALEN_HTML_NAME_MAX);
    put_value(page, value, "value", g_ptr_array_index(drift->values, i));
  }
}

static void put_cluster(const GalenHtml *page, GalenView *list, const GalenClusterRow *cluster) {
  GalenView *item = galen_view_append_record(list);
  galen_html_put(item, "name", galen_cluster_name(cluster), GALEN_HTML_NAME_MAX);
  GalenView *changes = galen_view_add_list(item, "changes");
  GalenView *drift = galen_view_add_list(item, "drift");
  guint changed = MIN(cluster->configuration->len, page->level->list);
  guint differing = MIN(cluster->drift->len, page->level->list);
  for (guint i = 0; i < changed; i++)
    put_change(page, changes, g_ptr_array_index(cluster->configuration, i));
  for (guint i = 0; i < differing; i++)
    put_drift(page, drift, g_ptr_array_index(cluster->drift, i));
  galen_html_more(item, "more_changes", cluster->configuration->len, changed, "further change");
  galen_html_more(item, "more_drift", cluster->drift->len, differing, "further option");
  galen_view_set_flag(item, "plain", cluster->configuration->len + cluster->drift->len == 0);
}

static void put_unseen(GalenView *list, const GalenClusterRow *cluster) {
  guint n = 0;
  const GalenUnseen *unseen = galen_cluster_unseen(cluster, &n);
  for (guint i = 0; i < n; i++) {
    GalenView *row = galen_view_append_record(list);
    galen_view_set_text(row, "what", unseen[i].what);
    galen_view_set_text(row, "where", unseen[i].where);
    galen_view_set_text(row, "command", unseen[i].command);
  }
}

void galen_html_configuration(const GalenHtml *page, GalenView *root) {
  const GPtrArray *clusters = page->report->history != NULL ? page->report->history->clusters : NULL;
  GalenView *section = galen_view_add_record(root, "configuration");
  GalenView *list = galen_view_add_list(section, "clusters");
  GalenView *unseen = galen_view_add_list(section, "unseen");
  gboolean galera = FALSE, group = FALSE;
  for (guint i = 0; clusters != NULL && i < MIN(clusters->len, page->level->list); i++) {
    const GalenClusterRow *cluster = g_ptr_array_index(clusters, i);
    gboolean *told = cluster->group_replication ? &group : &galera;
    put_cluster(page, list, cluster);
    if (!*told)
      put_unseen(unseen, cluster);
    *told = TRUE;
  }
}
