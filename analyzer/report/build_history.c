/* What error logs add to the model: nodes, window, incidents, and the error lists. */
#include "build.h"

#include "../findings/findings.h"

/* ---- nodes ---- */

static gboolean is_called(const GalenNode *node, const char *name) {
  if (g_strcmp0(node->name, name) == 0)
    return TRUE;
  for (guint i = 0; i < node->aliases->len; i++)
    if (g_strcmp0(g_ptr_array_index(node->aliases, i), name) == 0)
      return TRUE;
  return FALSE;
}

/* The row of a node that other logs already gave; further rows of the same node under other names go. */
static GalenNodeRow *take_row(GPtrArray *rows, const GalenNode *node) {
  GalenNodeRow *found = NULL;
  for (guint i = 0; i < rows->len;) {
    GalenNodeRow *row = g_ptr_array_index(rows, i);
    if (row->life == NULL && is_called(node, row->name)) {
      if (found != NULL) {
        g_ptr_array_remove_index(rows, i);
        continue;
      }
      found = row;
    }
    i++;
  }
  if (found != NULL)
    return found;
  found = g_new0(GalenNodeRow, 1);
  g_ptr_array_add(rows, found);
  return found;
}

static void replace(char **text, const char *with) {
  if (with == NULL)
    return;
  g_free(*text);
  *text = g_strdup(with);
}

static void add_node(GPtrArray *rows, const GalenNode *node) {
  GalenNodeRow *row = take_row(rows, node);
  row->life = node;
  replace(&row->name, node->name != NULL ? node->name : "");
  replace(&row->version, node->version);
  replace(&row->timezone, node->zone);
  if (node->server != NULL)
    row->server = node->server;
  if (node->zone != NULL)
    row->timezone_source = node->zone_source;
}

static int compare_rows(gconstpointer left, gconstpointer right) {
  const GalenNodeRow *a = *(GalenNodeRow *const *)left, *b = *(GalenNodeRow *const *)right;
  return g_strcmp0(a->name, b->name);
}

/* ---- window ---- */

/* Without a window asked for, it is what all logs cover. */
static void widen_window(GalenReport *report) {
  for (guint i = 0; i < report->history->nodes->len; i++) {
    const GalenNode *node = g_ptr_array_index(report->history->nodes, i);
    if (node->first == GALEN_TIME_NONE || node->last == GALEN_TIME_NONE)
      continue;
    if (report->requested_from == GALEN_TIME_NONE)
      report->from = report->from == GALEN_TIME_NONE ? node->first : MIN(report->from, node->first);
    if (report->requested_to == GALEN_TIME_NONE)
      report->to = report->to == GALEN_TIME_NONE ? node->last : MAX(report->to, node->last);
  }
}

/* ---- incidents ---- */

static gint64 earlier(gint64 a, gint64 b) {
  return a == GALEN_TIME_NONE ? b : b == GALEN_TIME_NONE ? a : MIN(a, b);
}

/* Shown whole when any part of it is in the window asked for; what has no time may be in it. `since`: where that begins. */
static gboolean is_in_window(const GalenReport *report, const GalenIncident *incident, gint64 since) {
  gint64 from = earlier(incident->exposure_from, incident->from);
  gint64 to = MAX(incident->to, incident->contaminated_until);
  if (from == GALEN_TIME_NONE)
    return TRUE;
  to = incident->ongoing ? G_MAXINT64 : MAX(to, from);
  return (since == GALEN_TIME_NONE || to >= since) &&
         (report->requested_to == GALEN_TIME_NONE || from < report->requested_to);
}

static int compare_incidents(gconstpointer left, gconstpointer right) {
  const GalenIncident *a = *(GalenIncident *const *)left, *b = *(GalenIncident *const *)right;
  if (a->muted != b->muted)
    return a->muted ? 1 : -1;
  return (int)b->severity - (int)a->severity;
}

static void add_incidents(GalenReport *report, const GalenReportOptions *options) {
  gint64 since = options->nightly ? report->asked_from : report->requested_from;
  for (guint i = 0; i < report->history->incidents->len; i++) {
    GalenIncident *incident = g_ptr_array_index(report->history->incidents, i);
    if (!is_in_window(report, incident, since))
      continue;
    incident->muted =
        galen_findings_is_muted(options->mute, incident->id, report->to, report->zone) ||
        galen_findings_is_muted(options->mute, galen_incident_word(incident->kind), report->to, report->zone);
    g_ptr_array_add(report->incidents, incident);
  }
  /* Stable: the history's order, by time and id, decides between equals. */
  g_ptr_array_sort(report->incidents, compare_incidents);
}

/* ---- errors ---- */

static GalenErrorLists *list_errors(const GalenErrors *errors) {
  GalenErrorLists *lists = g_new0(GalenErrorLists, 1);
  *lists = (GalenErrorLists){
      .count = galen_errors_count(errors),
      .deadlock_count = galen_errors_deadlock_count(errors),
      .crash_count = galen_errors_crash_count(errors),
      .semaphore_count = galen_errors_semaphore_count(errors),
      .groups = galen_errors_groups(errors),
      .deadlocks = galen_errors_deadlocks(errors),
      .crashes = galen_errors_crashes(errors),
      .semaphores = galen_errors_semaphores(errors),
      .denied = galen_errors_denied(errors),
      .aborted = galen_errors_aborted(errors),
      .series = galen_errors_series(errors),
  };
  return lists;
}

/* A history of slow logs alone says nothing that they do not say themselves. */
static gboolean is_of_logs(const GalenHistory *history) {
  for (guint i = 0; i < history->nodes->len; i++)
    if (((const GalenNode *)g_ptr_array_index(history->nodes, i))->has_log)
      return TRUE;
  return history->clusters->len > 0 || history->incidents->len > 0;
}

void galen_build_history(GalenReport *report, const GalenReportOptions *options) {
  gboolean logs = options->history != NULL && is_of_logs(options->history);
  if (options->errors != NULL && (logs || galen_errors_count(options->errors) > 0))
    report->errors = list_errors(options->errors);
  if (!logs)
    return;
  report->history = options->history;
  for (guint i = 0; i < report->history->nodes->len; i++)
    add_node(report->nodes, g_ptr_array_index(report->history->nodes, i));
  g_ptr_array_sort(report->nodes, compare_rows);
  widen_window(report);
  add_incidents(report, options);
}
