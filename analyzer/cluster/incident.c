#include "incident.h"

#include "../../parsers/event.h"

static const char *const kinds[GALEN_N_INCIDENTS] = {
    [GALEN_INCIDENT_SPLIT_BRAIN] = "split-brain",
    [GALEN_INCIDENT_HIDDEN_DIVERGENCE] = "hidden-divergence",
    [GALEN_INCIDENT_DATA_LOSS] = "data-loss",
    [GALEN_INCIDENT_UNSAFE_BOOTSTRAP] = "unsafe-bootstrap",
    [GALEN_INCIDENT_CLUSTER_REINITIALISED] = "cluster-reinitialised",
    [GALEN_INCIDENT_QUORUM_LOSS] = "quorum-loss",
    [GALEN_INCIDENT_FLAPPING] = "flapping",
    [GALEN_INCIDENT_NODE_LOSS] = "node-loss",
    [GALEN_INCIDENT_NODE_INCONSISTENT] = "node-inconsistent",
    [GALEN_INCIDENT_NODE_CRASH] = "node-crash",
    [GALEN_INCIDENT_CLUSTER_DOWN] = "cluster-down",
    [GALEN_INCIDENT_RESTART_LOOP] = "restart-loop",
    [GALEN_INCIDENT_START_FAILURE] = "start-failure",
    [GALEN_INCIDENT_SST_FAILURE] = "sst-failure",
    [GALEN_INCIDENT_CORRUPTION] = "corruption",
    [GALEN_INCIDENT_DISK_FULL] = "disk-full",
    [GALEN_INCIDENT_REPLICATION_STOPPED] = "replication-stopped",
    [GALEN_INCIDENT_FLOW_CONTROL] = "flow-control",
    [GALEN_INCIDENT_COVERAGE_GAP] = "coverage-gap",
    [GALEN_INCIDENT_UNDETERMINED] = "undetermined",
};

const char *galen_incident_word(GalenIncidentKind kind) {
  return kinds[kind];
}

GalenIncidentKind galen_incident_kind(const char *word) {
  guint kind = 0;
  while (kind < GALEN_N_INCIDENTS && g_strcmp0(kinds[kind], word) != 0)
    kind++;
  return (GalenIncidentKind)kind;
}

const char *galen_confidence_word(GalenConfidence confidence) {
  static const char *const words[] = {"possible", "likely", "proven"};
  return words[confidence];
}

static void side_free(gpointer data) {
  GalenSide *self = data;
  g_clear_pointer(&self->members, g_ptr_array_unref);
  g_free(self);
}

static void range_free(gpointer data) {
  GalenRange *self = data;
  g_clear_pointer(&self->nodes, g_ptr_array_unref);
  g_free(self);
}

GalenIncident *galen_incident_new(GalenIncidentKind kind) {
  GalenIncident *self = g_new0(GalenIncident, 1);
  self->kind = kind;
  self->exposure_from = self->from = self->to = self->contaminated_until = GALEN_TIME_NONE;
  self->from_error = self->to_error = -1;
  self->common_seqno = GALEN_SEQNO_NONE;
  GPtrArray **texts[] = {&self->nodes, &self->suspects, &self->rules, &self->advice, &self->would_change, &self->needs};
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    *texts[i] = g_ptr_array_new_with_free_func(g_free);
  self->sides = g_ptr_array_new_with_free_func(side_free);
  self->ranges = g_ptr_array_new_with_free_func(range_free);
  self->evidence = g_ptr_array_new();
  return self;
}

void galen_incident_free(GalenIncident *self) {
  if (self == NULL)
    return;
  GPtrArray *lists[] = {self->nodes,  self->suspects,     self->rules, self->sides,   self->ranges,
                        self->advice, self->would_change, self->needs, self->evidence};
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    g_ptr_array_unref(lists[i]);
  g_free(self->id);
  g_free(self->title);
  g_free(self->cause);
  g_free(self->verdict);
  g_free(self);
}
