/* What stores tell of days beyond the window: since when, how often, and whether it has become more. */
#include "build.h"

#include "../past.h"

#include <math.h>
#include <stdlib.h>

/* A slow log may be silent for a day without a hole, an error log for a week. */
#define QUERY_HOLE GALEN_DAY_US
#define ERROR_HOLE (7 * GALEN_DAY_US)
/* Days are compared when logs cover as much of them as of the latest days, within a tenth. */
#define COVER_APART 0.1
#define LATEST_DAYS 7u

/* What one node's logs cover without a hole. */
typedef struct {
  const char *node;
  gint64 from, to;
} Reach;

typedef struct {
  GalenReport *report;
  const GalenPast *past;
  GArray *reaches[2]; /* by GalenSlotKind: of Reach, by node and time */
  gint64 day;         /* the first one of all weeks */
  guint n;            /* days; 0: there are none */
  double cover[GALEN_TREND_DAYS];
  gboolean known[GALEN_TREND_DAYS];
} Build;

static gint64 day_of(gint64 time) {
  return time / GALEN_DAY_US - (time % GALEN_DAY_US < 0 ? 1 : 0);
}

/* Inputs come by node and first. */
static GArray *reaches_of(const GalenReport *report, const char *kind, gint64 hole) {
  GArray *reaches = g_array_new(FALSE, FALSE, sizeof(Reach));
  for (guint i = 0; i < report->inputs->len; i++) {
    const GalenInputRow *row = g_ptr_array_index(report->inputs, i);
    if (g_strcmp0(row->kind, kind) != 0 || row->account.first == GALEN_TIME_NONE || row->node == NULL)
      continue;
    Reach *last = reaches->len > 0 ? &g_array_index(reaches, Reach, reaches->len - 1) : NULL;
    if (last != NULL && g_str_equal(last->node, row->node) && row->account.first - last->to <= hole) {
      last->to = MAX(last->to, row->account.last);
      continue;
    }
    Reach reach = {row->node, row->account.first, row->account.last};
    g_array_append_val(reaches, reach);
  }
  return reaches;
}

/* ---- new ---- */

/* Since when a node's logs reach up to `time`; `time` itself: they do not. */
static gint64 reach_back(const Build *self, GalenSlotKind kind, const char *node, gint64 time) {
  gint64 hole = kind == GALEN_SLOT_ERRORS ? ERROR_HOLE : QUERY_HOLE;
  for (guint i = 0; i < self->reaches[kind]->len; i++) {
    const Reach *reach = &g_array_index(self->reaches[kind], Reach, i);
    if (g_strcmp0(reach->node, node) == 0 && reach->from < time && reach->to >= time - hole)
      return reach->from;
  }
  return time;
}

/* Days before `time` that are known of all these nodes, of char *. */
static guint days_before(const Build *self, GalenSlotKind kind, const GPtrArray *names, gint64 time) {
  gint64 least = names->len > 0 ? G_MAXINT64 : 0;
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index(names, i);
    gint64 back = (time - reach_back(self, kind, name, time)) / GALEN_DAY_US;
    least = MIN(least, back);
  }
  return (guint)MIN(least, G_MAXINT);
}

/* `count`: in the window. */
static GalenSeen seen_of(const Build *self, GalenSlotKind kind, const GalenPastFigures *figures, const GPtrArray *names,
                         guint64 count) {
  GalenSeen seen = {.first = GALEN_TIME_NONE, .last = GALEN_TIME_NONE};
  if (figures == NULL)
    return seen;
  seen.first = figures->first * GALEN_DAY_US;
  seen.last = figures->last * GALEN_DAY_US;
  seen.before = days_before(self, kind, names, seen.first);
  gint64 from = self->report->requested_from;
  /* The day in which the window begins may have shown it before: not when all that there ever was is in the window. */
  gboolean within =
      from != GALEN_TIME_NONE && (seen.first >= from || (figures->first == day_of(from) && figures->count <= count));
  seen.is_new = within && seen.before >= GALEN_NEW_DAYS && days_before(self, kind, names, from) >= GALEN_NEW_DAYS;
  return seen;
}

/* ---- weeks ---- */

static int compare_doubles(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

/* Node-days, of each day. */
static void measure_cover(Build *self) {
  const GArray *reaches = self->reaches[GALEN_SLOT_QUERIES];
  for (guint i = 0; i < self->n; i++) {
    gint64 from = (self->day + i) * GALEN_DAY_US, covered = 0;
    for (guint k = 0; k < reaches->len; k++) {
      const Reach *reach = &g_array_index(reaches, Reach, k);
      covered += MAX(MIN(reach->to, from + GALEN_DAY_US) - MAX(reach->from, from), 0);
    }
    self->cover[i] = (double)covered / (double)GALEN_DAY_US;
  }
}

/* Where a node came, left or was not logged, days are no measure for others. The last day is seldom whole. */
static void judge_cover(Build *self) {
  double latest[LATEST_DAYS] = {0};
  guint n = 0;
  for (guint i = self->n; i > 0 && n < LATEST_DAYS; i--)
    if (self->cover[i - 1] > 0)
      latest[n++] = self->cover[i - 1];
  qsort(latest, n, sizeof *latest, compare_doubles);
  double usual = n > 0 ? latest[n / 2] : 0;
  for (guint i = 0; i < self->n; i++)
    self->known[i] = usual > 0 && fabs(self->cover[i] / usual - 1) <= COVER_APART;
}

static void set_days(Build *self) {
  const GArray *reaches = self->reaches[GALEN_SLOT_QUERIES];
  gint64 first = G_MAXINT64, last = G_MININT64;
  for (guint i = 0; i < reaches->len; i++) {
    const Reach *reach = &g_array_index(reaches, Reach, i);
    first = MIN(first, day_of(reach->from));
    last = MAX(last, day_of(reach->to));
  }
  if (reaches->len == 0)
    return;
  self->n = (guint)MIN(last - first + 1, (gint64)GALEN_TREND_DAYS);
  self->day = last - self->n + 1;
  measure_cover(self);
  judge_cover(self);
}

static double value_of(const GalenWeeks *weeks, GalenTrendKind kind, guint day) {
  double count = (double)weeks->count[day], time = (double)weeks->time[day];
  if (!weeks->known[day])
    return NAN;
  return kind == GALEN_TREND_CALLS ? count : kind == GALEN_TREND_TIME ? time : count > 0 ? time / count : NAN;
}

static void set_trends(GalenWeeks *weeks) {
  for (guint kind = 0; kind < GALEN_N_TRENDS; kind++) {
    double values[GALEN_TREND_DAYS];
    guint n = weeks->n;
    for (guint i = 0; i < n; i++)
      values[i] = value_of(weeks, kind, i);
    while (n > 0 && !weeks->known[n - 1]) /* a day that goes on */
      n--;
    weeks->trends[kind] = galen_trend_of(values, n);
  }
}

static GalenWeeks *weeks_of(const Build *self, const GalenPastFigures *figures) {
  if (figures == NULL || figures->days == NULL || self->n < 2)
    return NULL;
  GalenWeeks *weeks = galen_weeks_new(self->day * GALEN_DAY_US, self->n);
  memcpy(weeks->known, self->known, self->n * sizeof *weeks->known);
  for (guint i = 0; i < figures->days->len; i++) {
    const GalenPastDay *day = &g_array_index(figures->days, GalenPastDay, i);
    if (day->day < self->day || day->day >= self->day + self->n)
      continue;
    weeks->count[day->day - self->day] = day->count;
    weeks->time[day->day - self->day] = day->time;
  }
  set_trends(weeks);
  return weeks;
}

/* ---- all of them ---- */

static void add_queries(const Build *self, const GPtrArray *queries) {
  for (guint i = 0; i < queries->len; i++) {
    GalenQuery *query = g_ptr_array_index(queries, i);
    const GPtrArray *shares = query->shares[GALEN_TOP_NODE];
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint k = 0; k < shares->len; k++) {
      const GalenShare *share = g_ptr_array_index(shares, k);
      if (!share->remainder) /* of a large fleet the nodes with most time of it stand for all */
        g_ptr_array_add(names, share->name);
    }
    const GalenPastFigures *figures = galen_past_class(self->past, query->id);
    query->seen = seen_of(self, GALEN_SLOT_QUERIES, figures, names, query->figures.count);
    query->weeks = weeks_of(self, figures);
  }
}

static void add_errors(const Build *self) {
  GalenReport *report = self->report;
  for (guint i = 0; report->errors != NULL && i < report->errors->groups->len; i++) {
    const GalenErrorGroup *group = g_ptr_array_index(report->errors->groups, i);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint k = 0; group->nodes != NULL && k < group->nodes->len; k++)
      g_ptr_array_add(names, ((const GalenErrorCountOf *)g_ptr_array_index(group->nodes, k))->name);
    GalenSeen *seen = g_new0(GalenSeen, 1);
    *seen = seen_of(self, GALEN_SLOT_ERRORS, galen_past_error(self->past, group->id), names, group->count);
    g_hash_table_insert(report->errors_seen, (gpointer)group, seen);
  }
}

void galen_build_past(GalenReport *report, const GalenPast *past) {
  Build self = {.report = report, .past = past};
  self.reaches[GALEN_SLOT_QUERIES] = reaches_of(report, "slow-log", QUERY_HOLE);
  self.reaches[GALEN_SLOT_ERRORS] = reaches_of(report, "error-log", ERROR_HOLE);
  set_days(&self);
  report->has_past = TRUE;
  add_queries(&self, report->top);
  add_queries(&self, report->leading_only);
  add_errors(&self);
  for (guint i = 0; i < G_N_ELEMENTS(self.reaches); i++)
    g_array_unref(self.reaches[i]);
}

const GalenSeen *galen_report_error_seen(const GalenReport *self, const GalenErrorGroup *group) {
  static const GalenSeen unknown = {.first = GALEN_TIME_NONE, .last = GALEN_TIME_NONE};
  const GalenSeen *seen = self->errors_seen != NULL ? g_hash_table_lookup(self->errors_seen, group) : NULL;
  return seen != NULL ? seen : &unknown;
}
