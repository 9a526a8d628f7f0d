#include "chart_heat.h"

#include "../words.h"
#include "chart_axis.h"

#include <math.h>

#define ROW_HEIGHT 13.0

static gboolean used_rows(const guint64 *counts, guint cells, guint row_count, guint *ret_first, guint *ret_last) {
  guint first = row_count, last = 0;
  for (guint i = 0; i < cells; i++) {
    for (guint row = 0; row < row_count; row++) {
      if (counts[(gsize)i * row_count + row] == 0)
        continue;
      first = MIN(first, row);
      last = MAX(last, row);
    }
  }
  *ret_first = first;
  *ret_last = last;
  return first <= last;
}

GalenHeat *galen_heat_new(const GalenSeries *series, const guint64 *counts, guint row_count, guint columns_max) {
  guint first = 0, last = 0;
  if (series == NULL || counts == NULL || series->n == 0 || !used_rows(counts, series->n, row_count, &first, &last))
    return NULL;
  guint joined = (series->n + columns_max - 1) / columns_max;
  GalenHeat *self = g_new0(GalenHeat, 1);
  self->gaps = g_array_new(FALSE, FALSE, sizeof(GalenSpan));
  self->from = series->from;
  self->to = series->from + series->step * (gint64)series->n;
  self->step = series->step * joined;
  self->n = (series->n + joined - 1) / joined;
  self->row = first;
  self->rows = last - first + 1;
  self->counts = g_new0(guint64, (gsize)self->n * self->rows);
  for (guint i = 0; i < series->n; i++)
    for (guint row = 0; row < self->rows; row++)
      self->counts[(gsize)(i / joined) * self->rows + row] += counts[(gsize)i * row_count + first + row];
  for (gsize i = 0; i < (gsize)self->n * self->rows; i++) {
    self->max = MAX(self->max, self->counts[i]);
    self->sum += self->counts[i];
  }
  return self;
}

void galen_heat_free(GalenHeat *self) {
  if (self == NULL)
    return;
  g_free(self->counts);
  g_array_unref(self->gaps);
  g_free(self);
}

void galen_heat_add_gap(GalenHeat *self, gint64 from, gint64 to) {
  galen_axis_add_span(self->gaps, (GalenSpan){from, to}, self->from, self->to);
}

guint64 galen_heat_level_from(const GalenHeat *self, guint level) {
  if (self->max <= 1) /* of calls far apart, all fields would be hard to see */
    return level <= GALEN_HEAT_LEVELS / 2 + 1 ? 1 : 2;
  double part = (double)(level - 1) / GALEN_HEAT_LEVELS;
  return (guint64)ceil(pow((double)self->max + 1, part) - 1e-9);
}

guint galen_heat_level(const GalenHeat *self, guint64 count) {
  guint level = 0;
  while (level < GALEN_HEAT_LEVELS && count >= galen_heat_level_from(self, level + 1) && count > 0)
    level++;
  return level;
}

double galen_heat_row_from(guint row) {
  return row == 0 ? 0 : pow(10, row / 3.0);
}

static double column_x(const GalenHeat *self, const GalenPlot *plot, guint column) {
  return galen_axis_x(plot, self->from, self->to, self->from + self->step * (gint64)column);
}

/* All fields of a level are one path; neighbours in a row are one rectangle of it. */
static void draw_level(const GalenHeat *self, GalenScene *scene, const GalenPlot *plot, guint level,
                       const guint8 *levels) {
  gboolean begun = FALSE;
  for (guint row = 0; row < self->rows; row++) {
    double bottom = plot->y + plot->h - row * ROW_HEIGHT;
    for (guint i = 0; i < self->n; i++) {
      if (levels[(gsize)i * self->rows + row] != level)
        continue;
      guint end = i;
      while (end < self->n && levels[(gsize)end * self->rows + row] == level)
        end++;
      if (!begun)
        galen_scene_path(scene, GALEN_STYLE_HEAT_1 + level - 1);
      begun = TRUE;
      double left = column_x(self, plot, i), right = column_x(self, plot, end);
      galen_scene_move(scene, left, bottom);
      galen_scene_to(scene, left, bottom - ROW_HEIGHT);
      galen_scene_to(scene, right, bottom - ROW_HEIGHT);
      galen_scene_to(scene, right, bottom);
      i = end;
    }
  }
}

static void draw_rows(const GalenHeat *self, GalenScene *scene, const GalenPlot *plot) {
  for (guint row = 0; row <= self->rows; row++) {
    guint at = self->row + row;
    if (at % 3 != 0 && self->rows > 4)
      continue;
    double y = plot->y + plot->h - row * ROW_HEIGHT;
    galen_scene_line(scene, GALEN_STYLE_GRID, plot->x, y, plot->x + plot->w, y);
    g_autofree char *text = galen_axis_duration(galen_heat_row_from(at));
    galen_scene_text(scene, GALEN_STYLE_TICK, plot->x - 6, y + 4, GALEN_ANCHOR_END, text);
  }
  galen_scene_text(scene, GALEN_STYLE_UNIT, 0, plot->y - 10, GALEN_ANCHOR_START, "latency of a call");
}

static void describe(const GalenHeat *self, GalenScene *scene, const GalenHeatForm *form) {
  g_autofree char *begin = galen_words_time(self->from, form->zone, 0);
  g_autofree char *end = galen_words_time(self->to, form->zone, 0);
  g_autofree char *step = galen_axis_step(self->step);
  g_autofree char *fast = galen_words_duration(galen_heat_row_from(self->row));
  g_autofree char *slow = galen_words_duration(galen_heat_row_from(self->row + self->rows));
  g_autofree char *max = galen_words_count((double)self->max);
  g_autofree char *text = g_strdup_printf(
      "How many calls took how long, from %s to %s (%s). A column is %s. Latencies reach from %s to %s; a field has at "
      "most %s calls.%s",
      begin, end, form->zone_name, step, fast, slow, max,
      self->gaps->len > 0 ? " Hatched times have no log, which is not the same as no calls." : "");
  galen_scene_describe(scene, form->title, text);
}

GalenScene *galen_heat_scene(const GalenHeat *self, const GalenHeatForm *form) {
  double height = 26 + self->rows * ROW_HEIGHT + 38;
  GalenScene *scene = galen_scene_new(form->id, form->width, height);
  GalenPlot plot = {62, 26, form->width - 62 - 10, self->rows * ROW_HEIGHT};
  describe(self, scene, form);
  galen_axis_draw_spans(scene, &plot, self->from, self->to, self->gaps);
  gsize fields = (gsize)self->n * self->rows;
  g_autofree guint8 *levels = g_new0(guint8, fields);
  for (gsize i = 0; i < fields; i++)
    levels[i] = (guint8)galen_heat_level(self, self->counts[i]);
  for (guint level = 1; level <= GALEN_HEAT_LEVELS; level++)
    draw_level(self, scene, &plot, level, levels);
  draw_rows(self, scene, &plot);
  galen_axis_draw_times(scene, &plot, self->from, self->to, form->zone);
  return scene;
}
