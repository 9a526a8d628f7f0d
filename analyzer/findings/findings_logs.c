/* What error logs leave open, and what they say of a server alone: coverage, and critical messages that no incident is about. */
#include "findings_private.h"

#include "../words.h"

static const char advice_text[] =
    "Check on the server that log_error names this file and that it can be written, and "
    "that whatever copies the log still runs. Without its log, what this node did is known "
    "only as far as others saw it.";

static void add_gap(GalenFindingGaps *gaps, const char *name, char *title, char *detail, gint64 since) {
  galen_findings_add_gap(gaps, name, g_strdup_printf("coverage-gap:%s:error-log", name), title, detail, since);
}

/* A node that was shut down has nothing to say. */
static gboolean is_down(const GalenNode *node) {
  if (node->states->len == 0)
    return FALSE;
  const GalenStateSpan *last = &g_array_index(node->states, GalenStateSpan, node->states->len - 1);
  return g_strcmp0(last->state, "DOWN") == 0;
}

/* Known by name only, say from a slow log, is not the same as a member. */
static gboolean is_member(const GalenReport *report, const GalenNode *node) {
  for (guint i = 0; i < report->history->clusters->len; i++) {
    const GalenClusterRow *cluster = g_ptr_array_index(report->history->clusters, i);
    if (g_ptr_array_find(cluster->nodes, node, NULL))
      return TRUE;
  }
  return FALSE;
}

static char *outside_window(const GalenFindingGaps *self, const GalenNode *node) {
  const GalenReport *report = self->report;
  gboolean before = report->requested_from != GALEN_TIME_NONE && node->last < report->requested_from;
  gboolean after = report->requested_to != GALEN_TIME_NONE && node->first >= report->requested_to;
  if (!report->requested || !(before || after))
    return NULL;
  g_autofree char *when = galen_words_time(before ? node->last : node->first, report->zone, 0);
  return g_strdup_printf(before ? "The last line of its error log is of %s (%s), before the window begins."
                                : "The first line of its error log is of %s (%s), after the window ends.",
                         when, report->zone_name);
}

static void check_silence(GalenFindingGaps *self, const GalenNode *node, gint64 begin) {
  gint64 limit = MAX(GALEN_SILENT_US, (self->end - begin) / GALEN_SILENT_PART);
  if (self->end - node->last <= limit)
    return;
  g_autofree char *last = galen_words_time(node->last, self->report->zone, 0);
  g_autofree char *silent = galen_words_duration((double)(self->end - node->last));
  add_gap(self, node->name, g_strdup_printf("The error log of %s is silent for the last %s", node->name, silent),
          g_strdup_printf("Its last line is of %s (%s). %s, and it was not shut down.", last, self->report->zone_name,
                          self->end_asked ? "The window goes on" : "Other nodes' logs go on"),
          node->last);
}

static void check_node(GalenFindingGaps *self, const GalenNode *node) {
  if (!node->has_log) {
    if (!node->arbitrator && is_member(self->report, node))
      add_gap(self, node->name, g_strdup_printf("No error log of %s", node->name),
              g_strdup_printf("Other nodes name %s as a member, and no input is its error log.", node->name),
              GALEN_TIME_NONE);
    return;
  }
  if (node->first == GALEN_TIME_NONE || node->last == GALEN_TIME_NONE || is_down(node))
    return;
  char *outside = outside_window(self, node);
  if (outside != NULL)
    add_gap(self, node->name, g_strdup_printf("No line from %s in the window", node->name), outside, GALEN_TIME_NONE);
  else
    check_silence(self, node, node->first);
}

static void check_coverage(GalenReport *report) {
  /* The end is that of the window asked for, else the last line of all error logs. */
  GalenFindingGaps self = {.report = report, .advice = advice_text, .end = GALEN_TIME_NONE};
  for (guint i = 0; i < report->history->nodes->len; i++)
    self.end = MAX(self.end, ((const GalenNode *)g_ptr_array_index(report->history->nodes, i))->last);
  if (report->requested && report->requested_to != GALEN_TIME_NONE) {
    self.end_asked = self.end < report->requested_to;
    self.end = report->requested_to;
  }
  for (guint i = 0; i < report->history->nodes->len; i++)
    check_node(&self, g_ptr_array_index(report->history->nodes, i));
  if (self.unlisted > 0)
    galen_findings_add(report, GALEN_SEVERITY_WARNING, g_strdup("coverage-gap:further:error-log"),
                       g_strdup_printf("No line from the error logs of %u further nodes", self.unlisted),
                       g_strdup("They are silent as those above."), g_strdup(advice_text));
}

/* ---- critical messages ---- */

/* What is a fact for the reconstruction, or trouble of its own, is judged there. */
static gboolean is_judged(const GalenErrorGroup *group) {
  return group->rule == NULL || group->rule->fact != NULL || group->rule->incident != NULL;
}

/* A group that is no incident: critical ones ask for attention, of the others the most frequent are worth a look. */
static void add_group(GalenReport *report, const GalenErrorGroup *group) {
  g_autofree char *count = galen_words_count((double)group->count);
  gboolean critical = group->severity == GALEN_SEVERITY_CRITICAL;
  GalenFinding *finding = galen_findings_add(
      report, critical ? GALEN_SEVERITY_CRITICAL : GALEN_SEVERITY_INFO,
      g_strdup_printf("error:%s:%s", group->rule->id, group->id), g_strdup(group->rule->title),
      g_strdup_printf("%s time%s in the error logs. %s", count, group->count == 1 ? "" : "s", group->rule->cause),
      g_strdup(group->rule->advice));
  finding->figure = g_strdup_printf("%s time%s", count, group->count == 1 ? "" : "s");
  finding->cost = (double)group->count;
  for (guint i = 0; group->nodes != NULL && i < group->nodes->len; i++) {
    const GalenErrorCountOf *node = g_ptr_array_index(group->nodes, i);
    g_ptr_array_add(finding->nodes, g_strdup(node->name != NULL ? node->name : "unknown"));
  }
  finding->from = group->first;
  finding->to = group->last;
  galen_findings_add_place(finding, &group->first_place);
}

/* Groups are sorted by severity and count: the first ones are the worst. */
static void check_groups(GalenReport *report) {
  guint found = 0, notes = 0;
  for (guint i = 0; i < report->errors->groups->len; i++) {
    const GalenErrorGroup *group = g_ptr_array_index(report->errors->groups, i);
    if (is_judged(group))
      continue;
    gboolean critical = group->severity == GALEN_SEVERITY_CRITICAL && found++ < GALEN_ERROR_FINDINGS;
    gboolean frequent = group->severity == GALEN_SEVERITY_WARNING && group->count >= GALEN_ERROR_NOTE_COUNT &&
                        notes++ < GALEN_ERROR_NOTES;
    if (critical || frequent)
      add_group(report, group);
  }
  if (found > GALEN_ERROR_FINDINGS)
    galen_findings_add(report, GALEN_SEVERITY_CRITICAL, g_strdup("error:further"),
                       g_strdup_printf("%u further critical messages", found - GALEN_ERROR_FINDINGS),
                       g_strdup("They are listed among the errors."), NULL);
}

void galen_findings_logs(GalenReport *report) {
  if (report->history != NULL)
    check_coverage(report);
  if (report->errors != NULL)
    check_groups(report);
}
