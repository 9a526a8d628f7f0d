/* Below the lanes, on their axis of time: error-log records by severity, query load, statements. */
#include "chart_lanes_private.h"

#include "words.h"

#include <math.h>

#define PLOT_H 58.0
#define PLOT_GAP 28.0
#define SEEN_H 1.6 /* one critical line beside a thousand of information is seen */
#define CELLS_MAX 240u
#define TIPS 24u
#define LAYERS 3u
#define SPANS_MAX 400u

/* Values by cell, stacked. */
typedef struct {
  const char *unit, *what[LAYERS];
  gboolean mean; /* several cells together are their mean, not their sum */
  GalenStyle styles[LAYERS];
  guint layers, n;
  gint64 from, step;
  double *values[LAYERS];
} Bars;

static gint64 cell_from(const Bars *self, guint cell) {
  return self->from + self->step * (gint64)cell;
}

static double total(const Bars *self, guint cell) {
  double sum = 0;
  for (guint i = 0; i < self->layers; i++)
    sum += self->values[i][cell];
  return sum;
}

static void clear(Bars *self) {
  for (guint i = 0; i < self->layers; i++)
    g_free(self->values[i]);
}

static gboolean touches(const GalenLanes *lanes, gint64 from, gint64 step, guint n) {
  const GalenLanesForm *form = lanes->form;
  return step > 0 && n > 0 && from < form->to && from + step * (gint64)n > form->from;
}

/* Cells of the source are joined until there are few enough; only what touches the chart counts. */
static void prepare(Bars *self, const GalenLanes *lanes, gint64 from, gint64 step, guint n) {
  const GalenLanesForm *form = lanes->form;
  double inside = ((double)form->to - (double)form->from) / (double)step;
  guint joined = (guint)fmax(1, ceil(fmin(inside, n) / CELLS_MAX));
  self->from = from;
  self->step = step * joined;
  self->n = (n + joined - 1) / joined;
  for (guint i = 0; i < self->layers; i++)
    self->values[i] = g_new0(double, self->n);
}

static void gather(Bars *self, guint layer, const guint64 *cells, gint64 step, guint n, double part) {
  for (guint i = 0; cells != NULL && i < n; i++)
    self->values[layer][(guint)(step * (gint64)i / self->step)] += (double)cells[i] * part;
}

static gboolean is_shown(const Bars *self, const GalenLanes *lanes, guint cell) {
  return cell_from(self, cell) < lanes->form->to && cell_from(self, cell) + self->step > lanes->form->from;
}

static void draw_layer(const Bars *self, const GalenLanes *lanes, const GalenPlot *plot, guint layer, double scale) {
  const GalenLanesForm *form = lanes->form;
  double base = plot->y + plot->h;
  galen_scene_path(lanes->scene, self->styles[layer]);
  gboolean open = FALSE;
  for (guint cell = 0; cell < self->n; cell++) {
    double height = 0;
    for (guint i = 0; i <= layer; i++)
      height += self->values[i][cell] > 0 ? fmax(self->values[i][cell] * scale, SEEN_H) : 0;
    if (!is_shown(self, lanes, cell) || height <= 0)
      continue;
    double left = galen_axis_x(plot, form->from, form->to, cell_from(self, cell));
    double right = fmax(galen_axis_x(plot, form->from, form->to, cell_from(self, cell) + self->step), left + 1);
    galen_scene_move(lanes->scene, left, base);
    height = fmin(height, plot->h);
    galen_scene_to(lanes->scene, left, base - height);
    galen_scene_to(lanes->scene, right, base - height);
    galen_scene_to(lanes->scene, right, base);
    open = TRUE;
  }
  if (open)
    galen_scene_close(lanes->scene);
}

static char *tip_words(const Bars *self, const GalenLanes *lanes, gint64 from, gint64 to) {
  double sums[LAYERS] = {0};
  guint cells = 0;
  for (guint cell = 0; cell < self->n; cell++) {
    gint64 middle = cell_from(self, cell) + self->step / 2;
    if (middle < from || middle >= to)
      continue;
    cells++;
    for (guint i = 0; i < self->layers; i++)
      sums[i] += self->values[i][cell];
  }
  if (cells == 0)
    return NULL;
  g_autofree char *begin = galen_words_time(from, lanes->form->report->zone, 0);
  g_autofree char *end = galen_words_time(to, lanes->form->report->zone, 0);
  GString *text = g_string_new(NULL);
  g_string_append_printf(text, "%s to %s", begin, end);
  for (guint i = self->layers; i-- > 0;) {
    g_autofree char *number = galen_axis_figure(self->mean ? sums[i] / cells : sums[i]);
    g_string_append_printf(text, "\n%s: %s", self->what[i], number);
  }
  return g_string_free(text, FALSE);
}

static void draw_tips(const Bars *self, const GalenLanes *lanes, const GalenPlot *plot) {
  const GalenLanesForm *form = lanes->form;
  for (guint i = 0; i < TIPS; i++) {
    gint64 length = form->to - form->from;
    gint64 from = form->from + length / TIPS * i;
    gint64 to = i + 1 < TIPS ? form->from + length / TIPS * (i + 1) : form->to;
    g_autofree char *tip = tip_words(self, lanes, from, to);
    if (tip != NULL)
      galen_scene_rect(lanes->scene, GALEN_STYLE_HOVER, plot->x + plot->w * i / TIPS, plot->y, plot->w / TIPS, plot->h,
                       tip);
  }
}

/* Times that `covered` leaves out. */
static void add_outside(const GalenLanes *lanes, GArray *spans, gint64 first, gint64 last) {
  const GalenLanesForm *form = lanes->form;
  galen_axis_add_span(spans, (GalenSpan){form->from, MIN(first, form->to)}, form->from, form->to);
  galen_axis_add_span(spans, (GalenSpan){MAX(last, form->from), form->to}, form->from, form->to);
}

static void draw_bars(const Bars *self, const GalenLanes *lanes, double *y, const GArray *missing) {
  GalenPlot plot = {lanes->plot.x, *y + PLOT_GAP, lanes->plot.w, PLOT_H};
  double max = 0;
  for (guint cell = 0; cell < self->n; cell++)
    if (is_shown(self, lanes, cell))
      max = fmax(max, total(self, cell));
  GalenValueAxis axis = galen_axis_values(max, 2);
  g_autofree char *step = galen_axis_step(self->step);
  g_autofree char *unit = g_strdup_printf("%s %s", self->unit, step);
  galen_axis_draw_values(lanes->scene, &plot, axis, unit);
  galen_axis_draw_spans(lanes->scene, &plot, lanes->form->from, lanes->form->to, missing);
  for (guint layer = self->layers; layer-- > 0;)
    draw_layer(self, lanes, &plot, layer, plot.h / axis.top);
  galen_scene_line(lanes->scene, GALEN_STYLE_AXIS, plot.x, plot.y + plot.h, plot.x + plot.w, plot.y + plot.h);
  if (lanes->form->tips)
    draw_tips(self, lanes, &plot);
  *y = plot.y + plot.h;
}

static void draw_errors(const GalenLanes *lanes, double *y) {
  const GalenReport *report = lanes->form->report;
  const GalenErrorSeries *series = report->errors->series;
  Bars bars = {.unit = "error-log records each",
               .what = {"critical", "warning", "info"},
               .styles = {GALEN_STYLE_SERIES_0 + 1, GALEN_STYLE_SERIES_0 + 4, GALEN_STYLE_SERIES_0},
               .layers = LAYERS};
  prepare(&bars, lanes, series->from, series->step, series->n);
  gather(&bars, 0, series->critical, series->step, series->n, 1);
  gather(&bars, 1, series->warning, series->step, series->n, 1);
  gather(&bars, 2, series->info, series->step, series->n, 1);
  gint64 first = G_MAXINT64, last = G_MININT64;
  for (guint i = 0; i < report->history->nodes->len; i++) {
    const GalenNode *node = g_ptr_array_index(report->history->nodes, i);
    first = node->first != GALEN_TIME_NONE ? MIN(first, node->first) : first;
    last = MAX(last, node->last);
  }
  g_autoptr(GArray) missing = g_array_new(FALSE, FALSE, sizeof(GalenSpan));
  if (first <= last)
    add_outside(lanes, missing, first, last);
  draw_bars(&bars, lanes, y, missing);
  clear(&bars);
}

static void draw_statements(const GalenLanes *lanes, double *y, gboolean load) {
  const GalenReport *report = lanes->form->report;
  const GalenSeries *series = report->series;
  Bars bars = {.unit = load ? "average active statements, in steps of" : "statements in the slow log each",
               .what = {load ? "average active" : "statements"},
               .styles = {load ? GALEN_STYLE_HEAT_1 + 4 : GALEN_STYLE_SERIES_5},
               .mean = load,
               .layers = 1};
  prepare(&bars, lanes, series->from, series->step, series->n);
  gather(&bars, 0, load ? series->time : series->count, series->step, series->n, load ? 1 / (double)bars.step : 1);
  g_autoptr(GArray) missing = g_array_new(FALSE, FALSE, sizeof(GalenSpan));
  add_outside(lanes, missing, series->from, series->from + series->step * (gint64)series->n);
  for (guint i = 0; report->gaps != NULL && i < MIN(report->gaps->len, SPANS_MAX); i++) {
    const GalenGap *gap = g_ptr_array_index(report->gaps, i);
    galen_axis_add_span(missing, (GalenSpan){gap->from, gap->to}, lanes->form->from, lanes->form->to);
  }
  draw_bars(&bars, lanes, y, missing);
  clear(&bars);
}

static gboolean has_errors(const GalenLanes *self) {
  const GalenErrorLists *errors = self->form->report->errors;
  const GalenErrorSeries *series = errors != NULL ? errors->series : NULL;
  return series != NULL && touches(self, series->from, series->step, series->n);
}

static gboolean has_statements(const GalenLanes *self) {
  const GalenSeries *series = self->form->report->series;
  return series != NULL && touches(self, series->from, series->step, series->n);
}

double galen_lanes_plots_height(const GalenLanes *self) {
  return (PLOT_GAP + PLOT_H) * ((has_errors(self) ? 1 : 0) + (has_statements(self) ? 2 : 0));
}

void galen_lanes_draw_plots(GalenLanes *self, double y) {
  self->errors = has_errors(self);
  if (self->errors)
    draw_errors(self, &y);
  if (!has_statements(self))
    return;
  draw_statements(self, &y, TRUE);
  draw_statements(self, &y, FALSE);
}
