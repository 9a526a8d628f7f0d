/* What logs of different kinds show at the same time: load before a crash, slow queries during a transfer or flow control,
 * new operations at the start of a slowdown. Coincidence in time is said as such; no cause is claimed. */
#include "findings_load.h"

#include "../report/cluster_words.h"
#include "../words.h"

#define MINUTE (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC)
#define LEAD (10 * MINUTE) /* before a crash */
#define OF_A_KIND 3u
#define NEW_SHARE 0.2 /* of the time of a slowdown, for a new operation to be named */
#define SLOWDOWN_CELLS 2u
#define STATEMENTS_MIN 20u /* in a stretch: fewer are chance */
#define COINCIDENCE "They coincide in time; that alone does not show which led to which."

static GalenFinding *add(GalenReport *report, char *id, char *title, char *detail, const char *advice) {
  return galen_findings_add(report, GALEN_SEVERITY_INFO, id, title, detail, g_strdup(advice));
}

/* ---- load before a crash ---- */

static const GalenSeries *node_series(const GalenReport *report, const char *name) {
  const GPtrArray *all = report->share_series[GALEN_TOP_NODE];
  for (guint i = 0; i < all->len; i++) {
    const GalenShareSeries *one = g_ptr_array_index(all, i);
    if (g_strcmp0(one->name, name) == 0)
      return one->series;
  }
  return NULL;
}

static gboolean check_before(GalenReport *report, const GalenIncident *incident, const char *node) {
  const GalenSeries *series = node_series(report, node);
  GalenLoad load;
  if (series == NULL)
    return FALSE;
  gint64 lead = MAX(LEAD, 2 * series->step), to = incident->from;
  if (!galen_load_look(series, to - lead, to, series->from, to, &load) || !galen_load_is_high(&load))
    return FALSE;
  g_autofree char *words = galen_load_words(&load);
  g_autofree char *length = galen_words_duration((double)lead);
  GalenFinding *finding = add(report, g_strdup_printf("correlation:load-before:%s:%s", incident->id, node),
                              g_strdup_printf("The load of %s was high before it went down", node),
                              g_strdup_printf("In the %s before: %s. " COINCIDENCE, length, words),
                              "Look at the operations of that time (--since and --until around it, --filter node=) "
                              "before the server is blamed.");
  g_ptr_array_add(finding->nodes, g_strdup(node));
  finding->figure = g_strdup(words);
  finding->from = to - lead;
  finding->to = to;
  finding->incident_id = g_strdup(incident->id);
  return TRUE;
}

static void check_crashes(GalenReport *report) {
  guint found = 0;
  for (guint i = 0; i < report->incidents->len; i++) {
    const GalenIncident *incident = g_ptr_array_index(report->incidents, i);
    gboolean down = incident->kind == GALEN_INCIDENT_NODE_CRASH || incident->kind == GALEN_INCIDENT_CLUSTER_DOWN ||
                    incident->kind == GALEN_INCIDENT_RESTART_LOOP || incident->kind == GALEN_INCIDENT_NODE_LOSS;
    if (!down || incident->from == GALEN_TIME_NONE)
      continue;
    for (guint n = 0; n < incident->nodes->len && found < OF_A_KIND; n++)
      found += check_before(report, incident, g_ptr_array_index(incident->nodes, n)) ? 1 : 0;
  }
}

/* ---- slow queries while something else went on ---- */

typedef struct {
  char *what, *id;         /* owned */
  const char *incident_id; /* or NULL */
  gint64 from, to;
  const char *node; /* or NULL */
} Stretch;

static guint64 statements_in(const GalenSeries *series, gint64 from, gint64 to) {
  guint64 n = 0;
  for (guint i = 0; i < series->n && series->count != NULL; i++) {
    gint64 cell = series->from + (gint64)i * series->step;
    if (cell < to && cell + series->step > from)
      n += series->count[i];
  }
  return n;
}

static gboolean check_during(GalenReport *report, const Stretch *stretch) {
  const GalenSeries *series = report->series;
  GalenLoad load;
  if (series == NULL || stretch->from == GALEN_TIME_NONE || stretch->to == GALEN_TIME_NONE ||
      !galen_load_look(series, stretch->from, stretch->to, series->from, G_MAXINT64, &load) ||
      !galen_load_is_high(&load) || statements_in(series, stretch->from, stretch->to) < STATEMENTS_MIN)
    return FALSE;
  g_autofree char *words = galen_load_words(&load);
  g_autofree char *length = galen_words_duration((double)stretch->to - (double)stretch->from);
  GalenFinding *finding = add(report, g_strdup_printf("correlation:slow-during:%s", stretch->id),
                              g_strdup_printf("Queries were slow during %s", stretch->what),
                              g_strdup_printf("For %s: %s. " COINCIDENCE, length, words),
                              "Compare the latency of the leading operations in that time with the rest. A donor that "
                              "blocks, or writes that wait "
                              "for a slow member, make every client wait: choose a donor that serves no traffic.");
  finding->figure = g_strdup(words);
  finding->from = stretch->from;
  finding->to = stretch->to;
  finding->incident_id = g_strdup(stretch->incident_id);
  if (stretch->node != NULL)
    g_ptr_array_add(finding->nodes, g_strdup(stretch->node));
  return TRUE;
}

static gboolean check_transfer(GalenReport *report, const GalenTransfer *transfer) {
  const char *donor = transfer->donor != NULL ? transfer->donor : "an unknown donor";
  const char *joiner = transfer->joiner != NULL ? transfer->joiner : "an unknown joiner";
  g_autofree char *when = galen_words_iso(transfer->from);
  g_autofree char *what = g_strdup_printf("the %s from %s to %s",
                                          g_strcmp0(transfer->kind, "SST") == 0 ? "full state transfer (SST)"
                                                                                : galen_transfer_kind(transfer),
                                          donor, joiner);
  g_autofree char *id = g_strdup_printf("%s:%s:%s", transfer->kind != NULL ? transfer->kind : "transfer", joiner, when);
  Stretch stretch = {what, id, NULL, transfer->from, transfer->to, transfer->donor};
  return check_during(report, &stretch);
}

static gboolean check_flow_control(GalenReport *report, const GalenIncident *incident) {
  g_autofree char *what = g_strdup("flow control");
  Stretch stretch = {what,         incident->id,
                     incident->id, incident->from,
                     incident->to, incident->nodes->len > 0 ? g_ptr_array_index(incident->nodes, 0) : NULL};
  return check_during(report, &stretch);
}

static void check_stretches(GalenReport *report) {
  guint found = 0;
  for (guint c = 0; report->history != NULL && c < report->history->clusters->len; c++) {
    const GalenClusterRow *cluster = g_ptr_array_index(report->history->clusters, c);
    for (guint i = 0; i < cluster->transfers->len && found < OF_A_KIND; i++)
      found += check_transfer(report, g_ptr_array_index(cluster->transfers, i)) ? 1 : 0;
  }
  for (guint i = 0; i < report->incidents->len && found < OF_A_KIND; i++) {
    const GalenIncident *incident = g_ptr_array_index(report->incidents, i);
    if (incident->kind == GALEN_INCIDENT_FLOW_CONTROL)
      found += check_flow_control(report, incident) ? 1 : 0;
  }
}

/* ---- new operations at the start of a slowdown ---- */

static double cell_load(const GalenSeries *series, guint cell) {
  return (double)series->time[cell] / (double)series->step;
}

/* A cell that is high lies above nine tenths of the cells that galen_load_look compares it with, which are all but three: so
 * it lies above this. Few do, and only those need a look. */
static double least_high(const GalenSeries *series) {
  g_autoptr(GArray) loads = g_array_sized_new(FALSE, FALSE, sizeof(double), series->n);
  for (guint i = 0; i < series->n; i++) {
    double load = cell_load(series, i);
    g_array_append_val(loads, load);
  }
  g_array_sort(loads, galen_load_compare);
  return series->n > 3 ? g_array_index(loads, double, ((series->n - 3) * 9 - 1) / 10) : 0;
}

/* The run of high cells with most time in it. FALSE: the load was even. */
static gboolean find_slowdown(const GalenSeries *series, guint *ret_first, guint *ret_n) {
  double most = 0, least = least_high(series);
  for (guint first = 0, n; first < series->n; first += MAX(n, 1)) {
    GalenLoad load;
    double time = 0;
    gint64 from = series->from + (gint64)first * series->step;
    if (cell_load(series, first) <= least ||
        !galen_load_look(series, from, from + series->step, series->from, G_MAXINT64, &load)) {
      n = 1;
      continue;
    }
    for (n = 0; first + n < series->n; n++) {
      load.during = cell_load(series, first + n);
      if (!galen_load_is_high(&load))
        break;
      time += (double)series->time[first + n];
    }
    if (n < SLOWDOWN_CELLS || time <= most)
      continue;
    most = time;
    *ret_first = first;
    *ret_n = n;
  }
  return most > 0;
}

static void add_newcomer(GalenReport *report, const GalenQuery *query, double part, const GalenLoad *load, gint64 from,
                         gint64 to) {
  g_autofree char *share = galen_words_share(part);
  g_autofree char *when = galen_words_time(from, report->zone, 0);
  g_autofree char *words = galen_load_words(load);
  g_autofree char *length = galen_words_duration((double)(to - from));
  GalenFinding *finding =
      add(report, g_strdup_printf("correlation:new-in-slowdown:%s", query->id),
          g_strdup_printf("%s ran for the first time when the load rose", query->label),
          g_strdup_printf("From %s (%s) on, for %s: %s. It makes %s of the query time of that stretch. " COINCIDENCE,
                          when, report->zone_name, length, words, share),
          "Ask what was released or switched on then; its card has its plan, its users and its worst statement.");
  finding->figure = g_strdup_printf("%s of that time", share);
  finding->query_id = g_strdup(query->id);
  finding->from = from;
  finding->to = to;
  finding->cost = galen_load_time(query->series, from, to) / (double)G_USEC_PER_SEC;
}

static void check_slowdown(GalenReport *report) {
  const GalenSeries *series = report->series;
  guint first = 0, n = 0, found = 0;
  if (series == NULL || series->time == NULL || !find_slowdown(series, &first, &n) || first < GALEN_LOAD_CELLS_MIN)
    return;
  gint64 from = series->from + (gint64)first * series->step, to = from + (gint64)n * series->step;
  double all = galen_load_time(series, from, to);
  GalenLoad load;
  if (!galen_load_look(series, from, to, series->from, G_MAXINT64, &load))
    return;
  for (guint i = 0; i < report->leading->len && found < OF_A_KIND; i++) {
    const GalenQuery *query = g_ptr_array_index(report->leading, i);
    gint64 began = query->figures.first;
    if (query->series == NULL || began == GALEN_TIME_NONE || began < from - series->step ||
        began > from + 2 * series->step)
      continue;
    double part = galen_load_time(query->series, from, to) / all;
    if (part < NEW_SHARE)
      continue;
    add_newcomer(report, query, part, &load, from, to);
    found++;
  }
}

void galen_findings_correlations(GalenReport *report) {
  check_crashes(report);
  check_stretches(report);
  check_slowdown(report);
  galen_findings_changes(report);
}
