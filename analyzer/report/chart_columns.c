#include "chart_columns.h"

#include "../words.h"

#include <math.h>

#define SEEN_H 1.6 /* one critical line beside a thousand of information is seen */
#define TIPS 24u

gint64 galen_columns_from(const GalenColumns *self, guint cell) {
  return self->from + self->step * (gint64)cell;
}

double galen_columns_total(const GalenColumns *self, guint cell) {
  double sum = 0;
  for (guint i = 0; i < self->layers; i++)
    sum += self->values[i][cell];
  return sum;
}

void galen_columns_clear(GalenColumns *self) {
  for (guint i = 0; i < self->layers; i++)
    g_clear_pointer(&self->values[i], g_free);
}

void galen_columns_prepare(GalenColumns *self, const GalenColumnsPlace *place, gint64 from, gint64 step, guint n,
                           guint cells_max) {
  double inside = ((double)place->to - (double)place->from) / (double)step;
  guint joined = (guint)fmax(1, ceil(fmin(inside, n) / cells_max));
  self->from = from;
  self->step = step * joined;
  self->n = (n + joined - 1) / joined;
  for (guint i = 0; i < self->layers; i++)
    self->values[i] = g_new0(double, self->n);
}

void galen_columns_gather(GalenColumns *self, guint layer, const guint64 *cells, gint64 step, guint n, double part) {
  for (guint i = 0; cells != NULL && i < n; i++)
    self->values[layer][(guint)(step * (gint64)i / self->step)] += (double)cells[i] * part;
}

gboolean galen_columns_is_shown(const GalenColumns *self, const GalenColumnsPlace *place, guint cell) {
  gint64 from = galen_columns_from(self, cell);
  return from < place->to && from + self->step > place->from;
}

static void draw_layer(const GalenColumns *self, const GalenColumnsPlace *place, const GalenPlot *plot, guint layer,
                       double scale) {
  double base = plot->y + plot->h;
  galen_scene_path(place->scene, self->styles[layer]);
  gboolean open = FALSE;
  double end = 0;
  for (guint cell = 0; cell < self->n; cell++) {
    double height = 0;
    for (guint i = 0; i <= layer; i++)
      height += self->values[i][cell] > 0 ? fmax(self->values[i][cell] * scale, SEEN_H) : 0;
    if (!galen_columns_is_shown(self, place, cell) || height <= 0)
      continue;
    gint64 from = galen_columns_from(self, cell);
    double left = galen_axis_x(plot, place->from, place->to, from);
    double right = fmax(galen_axis_x(plot, place->from, place->to, from + self->step), left + 1);
    height = fmin(height, plot->h);
    if (open && fabs(left - end) > 0.04) {
      galen_scene_to(place->scene, end, base);
      open = FALSE;
    }
    if (!open) /* neighbours are one outline */
      galen_scene_move(place->scene, left, base);
    galen_scene_to(place->scene, left, base - height);
    galen_scene_to(place->scene, right, base - height);
    open = TRUE;
    end = right;
  }
  if (open)
    galen_scene_to(place->scene, end, base);
}

static char *tip_words(const GalenColumns *self, const GalenColumnsPlace *place, gint64 from, gint64 to) {
  double sums[GALEN_COLUMNS_LAYERS] = {0};
  guint cells = 0;
  for (guint cell = 0; cell < self->n; cell++) {
    gint64 middle = galen_columns_from(self, cell) + self->step / 2;
    if (middle < from || middle >= to)
      continue;
    cells++;
    for (guint i = 0; i < self->layers; i++)
      sums[i] += self->values[i][cell];
  }
  if (cells == 0)
    return NULL;
  g_autofree char *span = galen_words_span(from, to, place->zone);
  GString *text = g_string_new(span);
  double all = 0;
  for (guint i = 0; i < self->layers; i++)
    all += sums[i];
  for (guint i = self->layers; i-- > 0;) {
    if (sums[i] <= 0 && (all > 0 || i > 0)) /* of nothing at all, one word */
      continue;
    g_autofree char *number = galen_axis_figure(self->mean ? sums[i] / cells : sums[i]);
    g_string_append_printf(text, "\n%s: %s", self->what[i], number);
  }
  return g_string_free(text, FALSE);
}

static void draw_tips(const GalenColumns *self, const GalenColumnsPlace *place, const GalenPlot *plot) {
  for (guint i = 0; i < TIPS; i++) {
    gint64 length = place->to - place->from;
    gint64 from = place->from + length / TIPS * i;
    gint64 to = i + 1 < TIPS ? place->from + length / TIPS * (i + 1) : place->to;
    g_autofree char *tip = tip_words(self, place, from, to);
    if (tip != NULL)
      galen_scene_rect(place->scene, GALEN_STYLE_HOVER, plot->x + plot->w * i / TIPS, plot->y, plot->w / TIPS, plot->h,
                       tip);
  }
}

void galen_columns_draw(const GalenColumns *self, const GalenColumnsPlace *place, const GalenPlot *plot,
                        const GArray *missing) {
  double max = 0;
  for (guint cell = 0; cell < self->n; cell++)
    if (galen_columns_is_shown(self, place, cell))
      max = fmax(max, galen_columns_total(self, cell));
  GalenValueAxis axis = galen_axis_values(max, place->ticks);
  if (!self->mean && axis.step < 1) /* half a record is none */
    axis = (GalenValueAxis){1, fmax(1, ceil(max))};
  g_autofree char *step = galen_axis_step(self->step);
  g_autofree char *unit = g_strdup_printf("%s %s", self->unit, step);
  galen_axis_draw_values(place->scene, plot, axis, unit);
  galen_axis_draw_spans(place->scene, plot, place->from, place->to, missing);
  for (guint layer = self->layers; layer-- > 0;)
    draw_layer(self, place, plot, layer, plot->h / axis.top);
  galen_scene_line(place->scene, GALEN_STYLE_AXIS, plot->x, plot->y + plot->h, plot->x + plot->w, plot->y + plot->h);
  if (place->tips)
    draw_tips(self, place, plot);
}

GalenColumns galen_columns_of_errors(const GalenErrorSeries *series, const GalenColumnsPlace *place, guint cells_max) {
  GalenColumns columns = {.unit = "error-log records each",
                          .what = {"critical", "warning", "info"},
                          .styles = {GALEN_STYLE_SERIES_0 + 1, GALEN_STYLE_SERIES_0 + 4, GALEN_STYLE_SERIES_0},
                          .layers = GALEN_COLUMNS_LAYERS};
  galen_columns_prepare(&columns, place, series->from, series->step, series->n, cells_max);
  galen_columns_gather(&columns, 0, series->critical, series->step, series->n, 1);
  galen_columns_gather(&columns, 1, series->warning, series->step, series->n, 1);
  galen_columns_gather(&columns, 2, series->info, series->step, series->n, 1);
  return columns;
}
