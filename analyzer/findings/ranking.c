#include "ranking.h"

enum { STAKE_NOTE, STAKE_COVERAGE, STAKE_SERVICE, STAKE_DATA };

static guint incident_stake(GalenIncidentKind kind) {
  static const guint stakes[GALEN_N_INCIDENTS] = {
      [GALEN_INCIDENT_SPLIT_BRAIN] = STAKE_DATA,
      [GALEN_INCIDENT_HIDDEN_DIVERGENCE] = STAKE_DATA,
      [GALEN_INCIDENT_DATA_LOSS] = STAKE_DATA,
      [GALEN_INCIDENT_UNSAFE_BOOTSTRAP] = STAKE_DATA,
      [GALEN_INCIDENT_CLUSTER_REINITIALISED] = STAKE_DATA,
      [GALEN_INCIDENT_NODE_INCONSISTENT] = STAKE_DATA,
      [GALEN_INCIDENT_CORRUPTION] = STAKE_DATA,
      [GALEN_INCIDENT_UNDETERMINED] = STAKE_DATA,
      [GALEN_INCIDENT_COVERAGE_GAP] = STAKE_COVERAGE,
  };
  return stakes[kind] > 0 ? stakes[kind] : STAKE_SERVICE;
}

static guint finding_stake(const GalenFinding *finding) {
  static const char *const service[] = {"error", "advice", "correlation", "comparison", "errors", "killed", NULL};
  g_autofree char *kind = g_strndup(finding->id, strcspn(finding->id, ":"));
  if (g_strv_contains(service, kind))
    return STAKE_SERVICE;
  gboolean gap = g_str_equal(kind, "coverage-gap") || g_str_equal(kind, "incomplete");
  return gap || finding->severity > GALEN_SEVERITY_INFO ? STAKE_COVERAGE : STAKE_NOTE;
}

/* Seconds of all its nodes; what has no end goes on to the end of the window. */
static double incident_cost(const GalenReport *report, const GalenIncident *incident) {
  gint64 from = incident->from, to = incident->to != GALEN_TIME_NONE ? incident->to : report->to;
  double length = from != GALEN_TIME_NONE && to != GALEN_TIME_NONE && to > from ? (double)to - (double)from : 0;
  return length / (double)G_USEC_PER_SEC * MAX(incident->nodes->len, 1u);
}

static double finding_cost(const GalenFinding *finding) {
  if (finding->cost > 0 || finding->from == GALEN_TIME_NONE || finding->to == GALEN_TIME_NONE)
    return finding->cost;
  return MAX(((double)finding->to - (double)finding->from) / (double)G_USEC_PER_SEC, 0);
}

static int compare_ranked(const GalenRanked *a, const GalenRanked *b) {
  if (a->muted != b->muted)
    return a->muted ? 1 : -1;
  if (a->severity != b->severity)
    return (int)b->severity - (int)a->severity;
  if (a->stake != b->stake)
    return (int)b->stake - (int)a->stake;
  return (a->cost < b->cost) - (a->cost > b->cost);
}

static GalenRanked rank_finding(const GalenFinding *finding) {
  return (GalenRanked){.finding = finding,
                       .severity = finding->severity,
                       .muted = finding->muted,
                       .stake = finding_stake(finding),
                       .cost = finding_cost(finding)};
}

int galen_ranking_compare_findings(const GalenFinding *a, const GalenFinding *b) {
  GalenRanked left = rank_finding(a), right = rank_finding(b);
  return compare_ranked(&left, &right);
}

/* g_array_sort is stable: the report's own order decides between equals. */
static int compare_items(gconstpointer left, gconstpointer right) {
  return compare_ranked(left, right);
}

/* An incident already says that this node's error log is missing or silent. */
static gboolean is_told(const GalenReport *report, const GalenFinding *finding) {
  if (!g_str_has_prefix(finding->id, "coverage-gap:") || !g_str_has_suffix(finding->id, ":error-log") ||
      finding->nodes->len != 1)
    return FALSE;
  const char *node = g_ptr_array_index(finding->nodes, 0);
  for (guint i = 0; i < report->incidents->len; i++) {
    const GalenIncident *incident = g_ptr_array_index(report->incidents, i);
    if (incident->kind == GALEN_INCIDENT_COVERAGE_GAP && !incident->muted &&
        g_ptr_array_find_with_equal_func(incident->nodes, node, g_str_equal, NULL))
      return TRUE;
  }
  return FALSE;
}

void galen_ranking_build(GalenReport *report) {
  g_array_set_size(report->ranking, 0);
  for (guint i = 0; i < report->incidents->len; i++) {
    const GalenIncident *incident = g_ptr_array_index(report->incidents, i);
    GalenRanked one = {.incident = incident,
                       .index = i,
                       .severity = incident->severity,
                       .muted = incident->muted,
                       .stake = incident_stake(incident->kind),
                       .cost = incident_cost(report, incident)};
    g_array_append_val(report->ranking, one);
  }
  for (guint i = 0; i < report->findings->len; i++) {
    const GalenFinding *finding = g_ptr_array_index(report->findings, i);
    if (is_told(report, finding))
      continue;
    GalenRanked one = rank_finding(finding);
    g_array_append_val(report->ranking, one);
  }
  g_array_sort(report->ranking, compare_items);
}
