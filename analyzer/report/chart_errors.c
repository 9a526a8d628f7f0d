#include "chart_errors.h"

#include "../words.h"
#include "chart_columns.h"
#include "chart_lanes.h"

static const GalenErrorSeries *series_of(const GalenReport *report) {
  const GalenErrorSeries *series = report->errors != NULL ? report->errors->series : NULL;
  return series != NULL && series->n > 0 && series->step > 0 ? series : NULL;
}

/* The report's window where it has a length, so that charts of one report share their axis of time. */
static gboolean place_of(const GalenReport *report, GalenColumnsPlace *ret_place) {
  const GalenErrorSeries *series = series_of(report);
  if (series == NULL)
    return FALSE;
  gint64 from = series->from, to = series->from + series->step * (gint64)series->n;
  gboolean window = report->from != GALEN_TIME_NONE && report->to != GALEN_TIME_NONE && report->from < report->to &&
                    report->from < to && report->to > from;
  *ret_place = (GalenColumnsPlace){
      .zone = report->zone, .from = window ? report->from : from, .to = window ? report->to : to, .ticks = 4};
  return TRUE;
}

static void sum_up(const GalenColumns *columns, const GalenColumnsPlace *place, double *sums, double *ret_peak,
                   guint *ret_cell) {
  *ret_peak = 0;
  *ret_cell = 0;
  for (guint cell = 0; cell < columns->n; cell++) {
    if (!galen_columns_is_shown(columns, place, cell))
      continue;
    for (guint i = 0; i < columns->layers; i++)
      sums[i] += columns->values[i][cell];
    if (galen_columns_total(columns, cell) > *ret_peak) {
      *ret_peak = galen_columns_total(columns, cell);
      *ret_cell = cell;
    }
  }
}

static void describe(const GalenColumns *columns, const GalenColumnsPlace *place, const GalenErrorsForm *form,
                     gboolean missing) {
  const GalenReport *report = form->report;
  double sums[GALEN_COLUMNS_LAYERS] = {0}, peak = 0;
  guint at = 0;
  sum_up(columns, place, sums, &peak, &at);
  g_autofree char *begin = galen_words_time(place->from, report->zone, 0);
  g_autofree char *end = galen_words_time(place->to, report->zone, 0);
  g_autofree char *step = galen_axis_step(columns->step);
  g_autofree char *most = galen_words_count(peak);
  g_autofree char *when = galen_words_time(galen_columns_from(columns, at), report->zone, 0);
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_append_printf(text, "Error-log records from %s to %s (%s), in steps of %s:", begin, end, report->zone_name,
                         step);
  for (guint i = 0; i < columns->layers; i++) {
    g_autofree char *count = galen_words_count(sums[i]);
    g_string_append_printf(text, "%s %s %s", i > 0 ? "," : "", count, columns->what[i]);
  }
  g_string_append_printf(text, ". Most, %s, are in the step from %s.", most, when);
  if (missing)
    g_string_append(text, " Hatched times have no log, which is not the same as no errors.");
  galen_scene_describe(place->scene, form->title, text->str);
}

GalenScene *galen_errors_scene(const GalenErrorsForm *form) {
  GalenColumnsPlace place = {0};
  if (!place_of(form->report, &place))
    return NULL;
  place.tips = form->tips;
  place.scene = galen_scene_new(form->id, form->width, form->height);
  GalenPlot plot = {46, 26, form->width - 46 - 10, form->height - 26 - 38};
  g_auto(GalenColumns) columns = galen_columns_of_errors(series_of(form->report), &place, form->cells_max);
  g_autoptr(GArray) missing = g_array_new(FALSE, FALSE, sizeof(GalenSpan));
  gint64 first = 0, last = 0;
  if (galen_lanes_covered(form->report, &first, &last)) {
    galen_axis_add_span(missing, (GalenSpan){place.from, MIN(first, place.to)}, place.from, place.to);
    galen_axis_add_span(missing, (GalenSpan){MAX(last, place.from), place.to}, place.from, place.to);
  }
  describe(&columns, &place, form, missing->len > 0);
  galen_columns_draw(&columns, &place, &plot, missing);
  galen_axis_draw_times(place.scene, &plot, place.from, place.to, place.zone);
  return place.scene;
}

GArray *galen_errors_rows(const GalenReport *report, guint rows_max) {
  GalenColumnsPlace place = {0};
  if (!place_of(report, &place))
    return NULL;
  g_auto(GalenColumns) columns = galen_columns_of_errors(series_of(report), &place, rows_max);
  GArray *rows = g_array_new(FALSE, FALSE, sizeof(GalenErrorsRow));
  for (guint cell = 0; cell < columns.n; cell++) {
    if (!galen_columns_is_shown(&columns, &place, cell))
      continue;
    gint64 from = galen_columns_from(&columns, cell);
    GalenErrorsRow row = {from, from + columns.step, (guint64)columns.values[0][cell], (guint64)columns.values[1][cell],
                          (guint64)columns.values[2][cell]};
    g_array_append_val(rows, row);
  }
  return rows;
}
