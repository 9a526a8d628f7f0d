#include "timeline.h"

#define HEAT_SIZE ((gsize)GALEN_SERIES_CELLS * GALEN_HEAT_ROWS)

/* Row r begins at the smallest integer v with v^3 >= 10^r. */
static const guint64 heat_rows[GALEN_HEAT_ROWS] = {
    0,          3,          5,          10,          22,          47,          100,          216,          465,
    1000,       2155,       4642,       10000,       21545,       46416,       100000,       215444,       464159,
    1000000,    2154435,    4641589,    10000000,    21544347,    46415889,    100000000,    215443470,    464158884,
    1000000000, 2154434691, 4641588834, 10000000000, 21544346901, 46415888337, 100000000000, 215443469004, 464158883362,
};

/* An octave is a little less than a row: log10(2^e) * 3 = 0.90309 e, so that the row is the one in which the octave begins, or
 * the next. 925/1024 is a little more than that, which is one row too far at the end of some rows. */
guint galen_heat_row(guint64 time) {
  if (time == 0)
    return 0;
  guint octave = 63u - (guint)__builtin_clzll(time);
  guint row = MIN(octave * 925u / 1024u, GALEN_HEAT_ROWS - 1);
  if (heat_rows[row] > time)
    return row - 1;
  return row + (row + 1 < GALEN_HEAT_ROWS && heat_rows[row + 1] <= time);
}

void galen_timeline_init(GalenTimeline *self, guint8 step) {
  memset(self, 0, sizeof *self);
  self->from = self->to = GALEN_TIME_NONE;
  self->step = step;
}

void galen_timeline_clear(GalenTimeline *self) {
  g_free(self->time);
  g_free(self->count);
  g_free(self->heat);
  galen_timeline_init(self, 0);
}

void galen_timeline_add_cell(GalenTimeline *self, guint8 step, gint64 cell, guint64 time,
                             const guint64 rows[GALEN_HEAT_ROWS]) {
  gint64 factor = galen_series_step_at(self->step) / galen_series_step_at(step);
  gsize target = (gsize)(galen_series_cell(cell, factor) - self->base);
  self->time[target] = galen_add_u64(self->time[target], time);
  guint64 *to = self->heat + target * GALEN_HEAT_ROWS;
  for (guint row = 0; row < GALEN_HEAT_ROWS; row++) {
    self->count[target] += rows[row];
    to[row] += rows[row];
  }
}

/* Adds a dense series of another base and step, no coarser than self's. */
static void add_cells(GalenTimeline *self, const GalenTimeline *other) {
  for (guint i = 0; i < other->n; i++)
    galen_timeline_add_cell(self, other->step, other->base + i, other->time[i],
                            other->heat + (gsize)i * GALEN_HEAT_ROWS);
}

static void allocate(GalenTimeline *self) {
  self->time = g_new0(guint64, GALEN_SERIES_CELLS);
  self->count = g_new0(guint64, GALEN_SERIES_CELLS);
  self->heat = g_new0(guint64, HEAT_SIZE);
}

/* Grows the range to hold [from, to]; the cells that were there move when step or base change. */
void galen_timeline_cover(GalenTimeline *self, gint64 from, gint64 to, guint8 least) {
  gboolean empty = self->from == GALEN_TIME_NONE;
  self->from = empty ? from : MIN(self->from, from);
  self->to = empty ? to : MAX(self->to, to);
  guint8 step = (guint8)galen_series_step_index(self->from, self->to, MAX(self->step, least));
  gint64 width = galen_series_step_at(step);
  gint64 base = galen_series_cell(self->from, width);
  if (empty || step != self->step || base != self->base) {
    GalenTimeline old = *self;
    self->step = step;
    self->base = base;
    allocate(self);
    if (!empty)
      add_cells(self, &old);
    g_free(old.time);
    g_free(old.count);
    g_free(old.heat);
    self->last_from = self->last_end = 0;
  }
  self->n = (guint)(galen_series_cell(self->to, width) - base) + 1;
  self->room = (base + (gint64)self->n) * width;
}

static GalenSpan span_of(GalenTimeline *self, gint64 start, guint64 time) {
  if (start >= self->last_from && start + (gint64)time <= self->last_end && start < self->last_end)
    return (GalenSpan){TRUE, self->step, self->last_cell, self->last_cell + 1, time, time};
  GalenSpan span = galen_span(start, time, self->step);
  gint64 width = galen_series_step_at(self->step);
  self->last_cell = span.first;
  self->last_from = span.first * width;
  self->last_end = self->last_from + width;
  return span;
}

GalenSpan galen_timeline_add(GalenTimeline *self, gint64 start, guint64 time) {
  guint64 plausible = MIN(time, GALEN_TIME_MAX_US);
  gint64 end = start + (gint64)plausible;
  if (self->from == GALEN_TIME_NONE || start < self->from || end >= self->room)
    galen_timeline_cover(self, start, end, 0);
  self->to = MAX(self->to, end);
  GalenSpan span = span_of(self, start, plausible);
  gsize first = (gsize)(span.first - self->base);
  self->count[first]++;
  self->heat[first * GALEN_HEAT_ROWS + galen_heat_row(time)]++;
  for (gint64 cell = span.first; cell < span.end; cell++) {
    guint64 *sum = &self->time[cell - self->base];
    *sum = galen_add_u64(*sum, galen_span_time(&span, cell));
  }
  return span;
}

void galen_timeline_merge(GalenTimeline *self, const GalenTimeline *other) {
  if (other->from == GALEN_TIME_NONE)
    return;
  /* never finer than either */
  galen_timeline_cover(self, other->from, other->to, other->step);
  add_cells(self, other);
}

void galen_timeline_export(const GalenTimeline *self, GalenSeries *ret_series) {
  *ret_series = (GalenSeries){0};
  if (self->from == GALEN_TIME_NONE)
    return;
  gint64 step = galen_series_step_at(self->step);
  *ret_series = (GalenSeries){self->base * step, step, self->n, NULL, NULL};
  ret_series->time = g_memdup2(self->time, self->n * sizeof(guint64));
  ret_series->count = g_memdup2(self->count, self->n * sizeof(guint64));
}
