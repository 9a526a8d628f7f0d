/* Below the lanes, on their axis of time: error-log records by severity, query load, statements. */
#include "chart_columns.h"
#include "chart_lanes_private.h"

#define PLOT_H 58.0
#define PLOT_GAP 28.0
#define CELLS_MAX 240u
#define SPANS_MAX 400u

static GalenColumnsPlace place_of(const GalenLanes *lanes) {
  const GalenLanesForm *form = lanes->form;
  return (GalenColumnsPlace){.scene = lanes->scene,
                             .zone = form->report->zone,
                             .from = form->from,
                             .to = form->to,
                             .ticks = 2,
                             .tips = form->tips};
}

static gboolean touches(const GalenLanes *lanes, gint64 from, gint64 step, guint n) {
  const GalenLanesForm *form = lanes->form;
  return step > 0 && n > 0 && from < form->to && from + step * (gint64)n > form->from;
}

/* Times that are not from `first` to `last`. */
static void add_outside(const GalenLanes *lanes, GArray *spans, gint64 first, gint64 last) {
  const GalenLanesForm *form = lanes->form;
  galen_axis_add_span(spans, (GalenSpan){form->from, MIN(first, form->to)}, form->from, form->to);
  galen_axis_add_span(spans, (GalenSpan){MAX(last, form->from), form->to}, form->from, form->to);
}

static void draw(const GalenLanes *lanes, const GalenColumns *columns, double *y, const GArray *missing) {
  GalenPlot plot = {lanes->plot.x, *y + PLOT_GAP, lanes->plot.w, PLOT_H};
  GalenColumnsPlace place = place_of(lanes);
  galen_columns_draw(columns, &place, &plot, missing);
  *y = plot.y + plot.h;
}

static void draw_errors(const GalenLanes *lanes, double *y) {
  const GalenReport *report = lanes->form->report;
  GalenColumnsPlace place = place_of(lanes);
  g_auto(GalenColumns) columns = galen_columns_of_errors(report->errors->series, &place, CELLS_MAX);
  gint64 first = 0, last = 0;
  g_autoptr(GArray) missing = g_array_new(FALSE, FALSE, sizeof(GalenSpan));
  if (galen_lanes_covered(report, &first, &last))
    add_outside(lanes, missing, first, last);
  draw(lanes, &columns, y, missing);
}

static void draw_statements(const GalenLanes *lanes, double *y, gboolean load) {
  const GalenReport *report = lanes->form->report;
  const GalenSeries *series = report->series;
  g_auto(GalenColumns)
      columns = {.unit = load ? "average active statements, in steps of" : "statements in the slow log each",
                 .what = {load ? "average active" : "statements"},
                 .styles = {load ? GALEN_STYLE_HEAT_1 + 4 : GALEN_STYLE_SERIES_5},
                 .mean = load,
                 .layers = 1};
  GalenColumnsPlace place = place_of(lanes);
  galen_columns_prepare(&columns, &place, series->from, series->step, series->n, CELLS_MAX);
  galen_columns_gather(&columns, 0, load ? series->time : series->count, series->step, series->n,
                       load ? 1 / (double)columns.step : 1);
  g_autoptr(GArray) missing = g_array_new(FALSE, FALSE, sizeof(GalenSpan));
  add_outside(lanes, missing, series->from, series->from + series->step * (gint64)series->n);
  for (guint i = 0; report->gaps != NULL && i < MIN(report->gaps->len, SPANS_MAX); i++) {
    const GalenGap *gap = g_ptr_array_index(report->gaps, i);
    galen_axis_add_span(missing, (GalenSpan){gap->from, gap->to}, lanes->form->from, lanes->form->to);
  }
  draw(lanes, &columns, y, missing);
}

gboolean galen_lanes_covered(const GalenReport *report, gint64 *ret_first, gint64 *ret_last) {
  gint64 first = G_MAXINT64, last = G_MININT64;
  for (guint i = 0; report->history != NULL && i < report->history->nodes->len; i++) {
    const GalenNode *node = g_ptr_array_index(report->history->nodes, i);
    first = node->first != GALEN_TIME_NONE ? MIN(first, node->first) : first;
    last = MAX(last, node->last);
  }
  if (first > last)
    return FALSE;
  *ret_first = first;
  *ret_last = last;
  return TRUE;
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
