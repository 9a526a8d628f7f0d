#include "series.h"

#include "stat.h"

#include <string.h>

#define SECOND G_GINT64_CONSTANT(1000000)
#define DAY (86400 * SECOND)

/* Seconds; after them days, doubling. */
static const gint64 short_steps[] = {1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10800, 21600, 43200};

gint64 galen_series_step_at(guint index) {
  if (index < G_N_ELEMENTS(short_steps))
    return short_steps[index] * SECOND;
  return DAY << MIN(index - (guint)G_N_ELEMENTS(short_steps), GALEN_SERIES_STEPS - 1 - G_N_ELEMENTS(short_steps));
}

gint64 galen_series_cell(gint64 time, gint64 step) {
  return time / step - (time % step < 0);
}

guint galen_series_step_index(gint64 from, gint64 to, guint index) {
  while (index + 1 < GALEN_SERIES_STEPS) {
    gint64 step = galen_series_step_at(index);
    if (galen_series_cell(to, step) - galen_series_cell(from, step) < (gint64)GALEN_SERIES_CELLS)
      break;
    index++;
  }
  return index;
}

gint64 galen_series_step(gint64 from, gint64 to) {
  return galen_series_step_at(galen_series_step_index(from, to, 0));
}

gint64 galen_series_align(gint64 time, gint64 step) {
  gint64 start;
  return __builtin_mul_overflow(galen_series_cell(time, step), step, &start) ? G_MININT64 : start;
}

void galen_series_clear(GalenSeries *self) {
  g_free(self->time);
  g_free(self->count);
  memset(self, 0, sizeof *self);
}

guint galen_series_n_blocks(guint cells) {
  return MIN(cells, GALEN_BLOCKS);
}

guint galen_series_block_of(guint cell, guint cells) {
  return ((cell + 1) * galen_series_n_blocks(cells) - 1) / cells;
}
