#include "errors_private.h"

void galen_error_steps_init(GalenErrorSteps *self) {
  memset(self, 0, sizeof *self);
  self->from = self->to = GALEN_TIME_NONE;
}

/* Moves the cells to another step and beginning; the new range covers the old one. */
static void regrid(GalenErrorSteps *self, guint step, gint64 base) {
  gint64 old = galen_series_step_at(self->step), now = galen_series_step_at(step);
  for (guint i = 0; i < G_N_ELEMENTS(self->cells); i++) {
    guint64 cells[GALEN_SERIES_CELLS] = {0};
    for (guint j = 0; j < GALEN_SERIES_CELLS; j++)
      if (self->cells[i][j] > 0)
        cells[galen_series_cell((self->base + (gint64)j) * old, now) - base] += self->cells[i][j];
    memcpy(self->cells[i], cells, sizeof cells);
  }
  self->step = step;
  self->base = base;
  self->cell_from = self->cell_end = 0;
}

/* Ranges only grow and steps only coarsen, so that the order does not matter. */
static void cover(GalenErrorSteps *self, gint64 from, gint64 to) {
  if (self->from == GALEN_TIME_NONE) {
    self->from = from;
    self->to = to;
    self->step = galen_series_step_index(from, to, 0);
    self->base = galen_series_cell(from, galen_series_step_at(self->step));
    return;
  }
  from = MIN(from, self->from);
  to = MAX(to, self->to);
  if (from == self->from && to == self->to)
    return;
  guint step = galen_series_step_index(from, to, self->step);
  gint64 base = galen_series_cell(from, galen_series_step_at(step));
  if (step != self->step || base != self->base)
    regrid(self, step, base);
  self->from = from;
  self->to = to;
}

gboolean galen_error_steps_has(gint64 time) {
  return time != GALEN_TIME_NONE && time <= GALEN_SERIES_TIME_MAX && time >= -GALEN_SERIES_TIME_MAX;
}

guint galen_error_steps_n(const GalenErrorSteps *self) {
  if (self->from == GALEN_TIME_NONE)
    return 0;
  return (guint)(galen_series_cell(self->to, galen_series_step_at(self->step)) - self->base) + 1;
}

void galen_error_steps_add(GalenErrorSteps *self, gint64 time, GalenSeverity severity) {
  if (!galen_error_steps_has(time))
    return;
  if (time >= self->cell_from && time < self->cell_end) {
    /* Range and step depend on the cells of the first and last time alone. */
    self->from = MIN(self->from, time);
    self->to = MAX(self->to, time);
  } else {
    cover(self, time, time);
    gint64 step = galen_series_step_at(self->step), number = galen_series_cell(time, step);
    self->cell = (guint)(number - self->base);
    self->cell_from = number * step;
    self->cell_end = self->cell_from + step;
  }
  self->cells[severity][self->cell]++;
}

void galen_error_steps_merge(GalenErrorSteps *self, const GalenErrorSteps *other) {
  if (other->from == GALEN_TIME_NONE)
    return;
  cover(self, other->from, other->to);
  g_autofree GalenErrorSteps *copy = g_memdup2(other, sizeof *other);
  cover(copy, self->from, self->to);
  for (guint i = 0; i < G_N_ELEMENTS(self->cells); i++)
    for (guint j = 0; j < GALEN_SERIES_CELLS; j++)
      self->cells[i][j] += copy->cells[i][j];
}

GalenErrorSeries *galen_error_steps_export(const GalenErrorSteps *self) {
  if (self->from == GALEN_TIME_NONE)
    return NULL;
  GalenErrorSeries *series = g_new0(GalenErrorSeries, 1);
  series->step = galen_series_step_at(self->step);
  series->from = galen_series_align(self->from, series->step);
  series->n = galen_error_steps_n(self);
  series->info = g_memdup2(self->cells[GALEN_SEVERITY_INFO], series->n * sizeof(guint64));
  series->warning = g_memdup2(self->cells[GALEN_SEVERITY_WARNING], series->n * sizeof(guint64));
  series->critical = g_memdup2(self->cells[GALEN_SEVERITY_CRITICAL], series->n * sizeof(guint64));
  return series;
}

void galen_error_series_free(GalenErrorSeries *self) {
  if (self == NULL)
    return;
  g_free(self->info);
  g_free(self->warning);
  g_free(self->critical);
  g_free(self);
}
