/* How long statements took, and which took how much. */
#include "charts_private.h"

#include "../digest/digest.h"
#include "../words.h"
#include "chart_axis.h"
#include "chart_bars.h"
#include "chart_latency.h"

#include <math.h>

#define COLUMNS_MAX 120u
#define OPERATIONS_MAX 10u

/* ---- heat map ---- */

static void add_levels(GalenChart *chart) {
  const GalenHeat *heat = chart->heat;
  for (guint level = 1; level <= GALEN_HEAT_LEVELS; level++) {
    guint64 from = galen_heat_level_from(heat, level);
    guint64 next = level < GALEN_HEAT_LEVELS ? galen_heat_level_from(heat, level + 1) : heat->max + 1;
    if (next <= from)
      continue;
    g_autofree char *low = galen_words_count((double)from);
    g_autofree char *high = galen_words_count((double)(next - 1));
    g_autofree char *text = next - 1 > from ? g_strdup_printf("%s–%s", low, high) : g_strdup(low);
    galen_chart_add_key(chart, GALEN_STYLE_HEAT_1 + level - 1, text, NULL);
  }
}

GalenChart *galen_chart_heat(const GalenReport *report, const GalenChartForm *form) {
  GalenHeat *heat = galen_heat_new(report->series, report->heat, GALEN_HEAT_ROWS, COLUMNS_MAX);
  if (heat == NULL)
    return NULL;
  for (guint i = 0; report->gaps != NULL && i < report->gaps->len && i < GALEN_CHART_GAPS_MAX; i++) {
    const GalenGap *gap = g_ptr_array_index(report->gaps, i);
    galen_heat_add_gap(heat, gap->from, gap->to);
  }
  GalenHeatForm heat_form = {.id = galen_chart_id(form, "heat"),
                             .title = "Calls by time and latency",
                             .width = galen_chart_width(form, 960),
                             .zone = report->zone,
                             .zone_name = report->zone_name};
  g_autofree char *step = galen_axis_step(heat->step);
  char *caption = g_strdup_printf("A column is %s, a row a third of a power of ten. Times in %s.%s", step,
                                  report->zone_name, heat->gaps->len > 0 ? " Hatched: no log." : "");
  GalenChart *chart = galen_chart_take(galen_heat_scene(heat, &heat_form), caption);
  chart->heat = heat;
  add_levels(chart);
  return chart;
}

/* ---- histograms ---- */

GalenChart *galen_chart_of_latency(const GalenQuery *query, const GalenChartForm *form) {
  return galen_chart_take(galen_latency_scene(query->bars, &query->figures.main[GALEN_MAIN_TIME], query->color,
                                              galen_chart_id(form, "lat"), "Calls by latency",
                                              galen_chart_width(form, 460), 200),
                          g_strdup("The lines are percentiles."));
}

/* The heat map's rows without their time. */
static GPtrArray *collect_bars(const GalenHeat *heat) {
  GPtrArray *bars = g_ptr_array_new_with_free_func(g_free);
  for (guint row = 0; row < heat->rows; row++) {
    GalenBar *bar = g_new0(GalenBar, 1);
    bar->low = (guint64)ceil(galen_heat_row_from(heat->row + row) - 1e-9);
    bar->high = (guint64)ceil(galen_heat_row_from(heat->row + row + 1) - 1e-9) - 1;
    for (guint i = 0; i < heat->n; i++)
      bar->count += heat->counts[(gsize)i * heat->rows + row];
    g_ptr_array_add(bars, bar);
  }
  return bars;
}

GalenChart *galen_chart_latency(const GalenReport *report, const GalenChartForm *form) {
  g_autoptr(GalenHeat) heat = galen_heat_new(report->series, report->heat, GALEN_HEAT_ROWS, COLUMNS_MAX);
  if (heat == NULL)
    return NULL;
  g_autoptr(GPtrArray) bars = collect_bars(heat);
  return galen_chart_take(galen_latency_scene(bars, &report->total.main[GALEN_MAIN_TIME], 0,
                                              galen_chart_id(form, "latency"), "All calls by latency",
                                              galen_chart_width(form, 620), 230),
                          g_strdup("The lines are percentiles."));
}

/* ---- share bars ---- */

static void clear_row(gpointer data) {
  GalenBarRow *row = data;
  g_free(row->name);
  g_free(row->value);
}

static void add_row(GArray *rows, const char *name, double share, guint color) {
  GalenBarRow row = {galen_words_clean(galen_slice(name, strlen(name)), GALEN_CHART_NAME_MAX), galen_words_share(share),
                     share, color};
  g_array_append_val(rows, row);
}

static char *describe(const GArray *rows) {
  GString *text = g_string_new("Parts of all query time.");
  for (guint i = 0; i < rows->len; i++) {
    const GalenBarRow *row = &g_array_index(rows, GalenBarRow, i);
    g_string_append_printf(text, " %s: %s.", row->name, row->value);
  }
  return g_string_free(text, FALSE);
}

GalenChart *galen_chart_operations(const GalenReport *report, const GalenChartForm *form) {
  const GPtrArray *leading = report->leading->len > 0 ? report->leading : report->top;
  if (leading->len == 0)
    return NULL;
  g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(GalenBarRow));
  g_array_set_clear_func(rows, clear_row);
  double rest = 1;
  for (guint i = 0; i < MIN(leading->len, OPERATIONS_MAX); i++) {
    const GalenQuery *query = g_ptr_array_index(leading, i);
    add_row(rows, query->label, query->figures.share, query->color);
    rest -= query->figures.share;
  }
  if (report->classes > rows->len && rest > 0)
    add_row(rows, "all others", rest, 5);
  g_autofree char *text = describe(rows);
  g_autofree char *time = galen_words_duration((double)report->total.main[GALEN_MAIN_TIME].sum);
  return galen_chart_take(galen_bars_scene(rows, galen_chart_id(form, "operations"), "Where the time goes", text,
                                           galen_chart_width(form, 620)),
                          g_strdup_printf("Parts of %s of query time.", time));
}
