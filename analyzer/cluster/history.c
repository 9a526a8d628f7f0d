/* The history: its steps in order, and its end. */
#include "history_private.h"

#include <string.h>

void galen_cluster_free(gpointer data) {
  GalenClusterRow *self = data;
  g_free(self->name);
  g_array_unref(self->uuids);
  GPtrArray *lists[] = {self->nodes, self->views, self->transfers, self->configuration, self->drift};
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    g_ptr_array_unref(lists[i]);
  g_free(self);
}

/* "gcs/src/gcs_group.cpp:gcs_group_handle_join_msg():1225: Will never receive state." */
static const char *behind_source(const char *text) {
  const char *place = strstr(text, "():");
  if (place == NULL || memchr(text, ' ', (gsize)(place - text)) != NULL)
    return text;
  for (place += 3; g_ascii_isdigit(*place); place++)
    ;
  return place[0] == ':' && place[1] == ' ' ? place + 2 : text;
}

const char *galen_text_words(const char *text) {
  static const char *const labels[] = {"] ", "WSREP: "};
  text = text != NULL ? text : "";
  for (guint i = 0; i < G_N_ELEMENTS(labels); i++) {
    const char *label = strstr(text, labels[i]);
    text = label != NULL ? label + strlen(labels[i]) : text;
    while (i == 0 && text[0] == '[' && (label = strstr(text, "] ")) != NULL) /* "[ERROR] [MY-010119] [Server] " */
      text = label + 2;
  }
  return behind_source(text);
}

const char *galen_fact_words(const GalenFact *fact) {
  gboolean plain = fact->value == NULL || fact->value[0] == '\0' || g_str_equal(fact->value, "Aborting");
  return plain ? galen_text_words(fact->text) : fact->value;
}

static void restart_free(gpointer data) {
  g_free(((GalenRestartRow *)data)->node);
  g_free(data);
}

GalenHistory *galen_history_new(GalenJournal *journal, const GalenHistoryOptions *options) {
  static const GalenHistoryOptions none;
  GalenHistoryFull *full = g_new0(GalenHistoryFull, 1);
  GalenHistory *self = &full->pub;
  self->journal = journal;
  self->nodes = g_ptr_array_new_with_free_func(galen_node_free);
  self->clusters = g_ptr_array_new_with_free_func(galen_cluster_free);
  self->restarts = g_ptr_array_new_with_free_func(restart_free);
  self->incidents = g_ptr_array_new_with_free_func((GDestroyNotify)galen_incident_free);
  self->input_nodes = g_ptr_array_new();
  g_ptr_array_set_size(self->input_nodes, (gint)journal->inputs->len);
  full->options = options != NULL ? options : &none;
  full->n_inputs = journal->inputs->len;
  full->clocks = g_new0(GalenInputClock, journal->inputs->len + 1);
  full->stretches = g_ptr_array_new_with_free_func(galen_stretch_free);
  full->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  full->members = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
  galen_zone_of_inputs(full);
  galen_stretches_find(full);
  galen_identity_find(full);
  galen_nodes_make(full);
  galen_zone_of_nodes(full);
  galen_members_find(full);
  galen_clock_find(full);
  galen_nodes_order(full);
  galen_process_find(full);
  galen_holes_find(full);
  galen_component_find(full);
  galen_clusters_find(full);
  galen_life_find(full);
  galen_views_find(full);
  galen_transfers_find(full);
  galen_configuration_find(full);
  full->options = NULL;
  return self;
}

void galen_history_free(GalenHistory *self) {
  GalenHistoryFull *full = (GalenHistoryFull *)self;
  if (self == NULL)
    return;
  for (guint i = 0; i < full->n_inputs; i++) {
    g_array_unref(full->clocks[i].steps);
    g_free(full->clocks[i].zone);
  }
  g_free(full->clocks);
  g_ptr_array_unref(full->stretches);
  g_hash_table_unref(full->names);
  g_hash_table_unref(full->members);
  g_ptr_array_unref(self->input_nodes);
  g_ptr_array_unref(self->incidents);
  g_ptr_array_unref(self->restarts);
  g_ptr_array_unref(self->clusters);
  g_ptr_array_unref(self->nodes);
  g_free(full);
}

gint64 galen_history_time(const GalenHistory *self, guint input, gint64 wall, gboolean utc) {
  GalenZoneStretch stretch = {0};
  return galen_history_time_near(self, input, wall, utc, &stretch);
}

gint64 galen_history_time_near(const GalenHistory *self, guint input, gint64 wall, gboolean utc,
                               GalenZoneStretch *stretch) {
  const GalenHistoryFull *full = (const GalenHistoryFull *)self;
  const GalenJournalInput *source = GALEN_JOURNAL_INPUT(self->journal, input);
  if (wall == GALEN_TIME_NONE)
    return wall;
  if (!utc && (wall < stretch->from || wall >= stretch->end))
    *stretch = galen_zone_stretch(full, input, wall);
  gint64 time = utc ? wall : wall - stretch->shift;
  const GalenNode *node = g_ptr_array_index(self->input_nodes, input);
  return node == NULL || g_strcmp0(source->kind, "slow-log") == 0 ? time : galen_clock_correct(node, time);
}
