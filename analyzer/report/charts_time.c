/* Stacked step areas: who filled the server, over time. */
#include "charts_private.h"

#include "../words.h"
#include "chart_axis.h"

#define LAYERS 5u
#define LOAD_CELLS_MAX 400u
#define SHARE_CELLS_MAX 100u
#define QUERY_CELLS_MAX 80u

static char *cut(const char *text) {
  if (text == NULL)
    return g_strdup("");
  return galen_words_clean(galen_slice(text, strlen(text)), GALEN_CHART_NAME_MAX);
}

static void add_gaps(GalenStack *stack, const GalenReport *report) {
  for (guint i = 0; report->gaps != NULL && i < report->gaps->len && i < GALEN_CHART_GAPS_MAX; i++) {
    const GalenGap *gap = g_ptr_array_index(report->gaps, i);
    galen_stack_add_gap(stack, gap->from, gap->to);
  }
}

static char *caption_of(const GalenStack *stack, const GalenReport *report) {
  g_autofree char *step = galen_axis_step(stack->step);
  return g_strdup_printf("One step is %s, times in %s.%s", step, report->zone_name,
                         stack->gaps->len > 0 ? " Hatched: no log." : "");
}

static void add_legend(GalenChart *chart) {
  const GPtrArray *layers = chart->stack->layers;
  double total = 0;
  for (guint i = 0; i < layers->len; i++)
    total += ((const GalenStackLayer *)g_ptr_array_index(layers, i))->time;
  for (guint i = 0; i < layers->len; i++) {
    const GalenStackLayer *layer = g_ptr_array_index(layers, i);
    galen_chart_add_key(chart, GALEN_STYLE_SERIES_0 + layer->color, layer->label,
                        galen_words_share(total > 0 ? layer->time / total : 0));
  }
}

/* Takes the stack over. */
static GalenChart *finish(GalenStack *stack, const GalenStackForm *form, const GalenReport *report) {
  GalenChart *chart = galen_chart_take(galen_stack_scene(stack, form), caption_of(stack, report));
  chart->stack = stack;
  return chart;
}

/* Two classes may have one label: then part of the id tells them apart. */
static char *layer_label(const GPtrArray *leading, guint index) {
  const GalenQuery *query = g_ptr_array_index(leading, index);
  for (guint i = 0; i < leading->len && i < LAYERS; i++) {
    const GalenQuery *other = g_ptr_array_index(leading, i);
    if (i != index && g_strcmp0(other->label, query->label) == 0)
      return g_strdup_printf("%s (%.4s)", query->label, query->id);
  }
  return cut(query->label);
}

typedef struct {
  const char *id, *title;
  guint width, height; /* where the form does not say */
} Look;

/* What the layers leave of the whole, gaps, labels and a legend. */
static GalenChart *finish_layers(GalenStack *stack, const GalenReport *report, const GalenChartForm *form,
                                 const Look *look) {
  galen_stack_add_rest(stack, "all others", 5, report->series);
  add_gaps(stack, report);
  GalenStackForm stack_form = {.id = galen_chart_id(form, look->id),
                               .title = look->title,
                               .width = galen_chart_width(form, look->width),
                               .height = look->height,
                               .zone = report->zone,
                               .zone_name = report->zone_name,
                               .labels = TRUE,
                               .tips = form->tips};
  GalenChart *chart = finish(stack, &stack_form, report);
  add_legend(chart);
  return chart;
}

GalenChart *galen_chart_load(const GalenReport *report, const GalenChartForm *form) {
  GalenStack *stack = galen_stack_new(report->series, LOAD_CELLS_MAX);
  if (stack == NULL)
    return NULL;
  guint n = 0;
  for (guint i = 0; i < report->leading->len && n < LAYERS; i++) {
    const GalenQuery *query = g_ptr_array_index(report->leading, i);
    if (query->series == NULL)
      continue;
    g_autofree char *label = layer_label(report->leading, i);
    galen_stack_add(stack, label, MIN(query->color, 5), query->series);
    n++;
  }
  return finish_layers(stack, report, form, &(Look){"load", "Average active statements by operation", 960, 330});
}

static const Look shares[GALEN_N_TOPS] = {
    {"users", "Average active statements by user", 620, 230},
    {"hosts", "Average active statements by host", 620, 230},
    {"schemas", "Average active statements by schema", 620, 230},
    {"nodes", "Average active statements by node", 620, 230},
};

GalenChart *galen_chart_of_share(const GalenReport *report, GalenTopKind kind, const GalenChartForm *form) {
  const GPtrArray *all = report->share_series[kind];
  GalenStack *stack = all != NULL && all->len > 1 ? galen_stack_new(report->series, SHARE_CELLS_MAX) : NULL;
  if (stack == NULL)
    return NULL;
  /* The sixth colour is for the rest: six series fit only when nothing is left over. */
  for (guint i = 0; i < all->len && i < LAYERS; i++) {
    const GalenShareSeries *one = g_ptr_array_index(all, i);
    g_autofree char *label = cut(one->name != NULL ? one->name : "not in the log");
    galen_stack_add(stack, label, one->name != NULL ? i : 5, one->series);
  }
  return finish_layers(stack, report, form, &shares[kind]);
}

GalenChart *galen_chart_users(const GalenReport *report, const GalenChartForm *form) {
  return galen_chart_of_share(report, GALEN_TOP_USER, form);
}

GalenChart *galen_chart_hosts(const GalenReport *report, const GalenChartForm *form) {
  return galen_chart_of_share(report, GALEN_TOP_HOST, form);
}

GalenChart *galen_chart_schemas(const GalenReport *report, const GalenChartForm *form) {
  return galen_chart_of_share(report, GALEN_TOP_SCHEMA, form);
}

GalenChart *galen_chart_nodes(const GalenReport *report, const GalenChartForm *form) {
  return galen_chart_of_share(report, GALEN_TOP_NODE, form);
}

/* Days that are not known are gaps. */
GalenChart *galen_chart_of_weeks(const GalenReport *report, const GalenQuery *query, const GalenChartForm *form) {
  const GalenWeeks *weeks = query->weeks;
  if (weeks == NULL)
    return NULL;
  GalenSeries series = {
      .from = weeks->from, .step = GALEN_DAY_US, .n = weeks->n, .time = weeks->time, .count = weeks->count};
  g_autofree guint64 *time = g_new0(guint64, weeks->n);
  for (guint i = 0; i < weeks->n; i++)
    time[i] = weeks->known[i] ? weeks->time[i] : 0;
  series.time = time;
  GalenStack *stack = galen_stack_new(&series, GALEN_TREND_DAYS);
  if (stack == NULL)
    return NULL;
  galen_stack_add(stack, "average active", query->color, &series);
  for (guint i = 0; i < weeks->n; i++)
    if (!weeks->known[i])
      galen_stack_add_gap(stack, weeks->from + i * GALEN_DAY_US, weeks->from + (i + 1) * GALEN_DAY_US);
  g_autofree char *trend = galen_weeks_words(weeks);
  g_autofree char *title = g_strconcat("By day, all that the stores have", trend != NULL ? ": " : "", trend, NULL);
  GalenStackForm stack_form = {.id = galen_chart_id(form, "wk"),
                               .title = title,
                               .width = galen_chart_width(form, 460),
                               .height = 200,
                               .zone = report->zone,
                               .zone_name = report->zone_name,
                               .tips = form->tips};
  g_autofree char *times =
      g_str_equal(report->zone_name, "UTC") ? NULL : g_strdup_printf(", times in %s", report->zone_name);
  char *caption =
      g_strdup_printf("One step is a day (UTC)%s.%s", times != NULL ? times : "",
                      stack->gaps->len > 0 ? " Hatched: a day that logs do not cover as the latest ones." : "");
  GalenChart *chart = galen_chart_take(galen_stack_scene(stack, &stack_form), caption);
  chart->stack = stack;
  return chart;
}

GalenChart *galen_chart_of_load(const GalenReport *report, const GalenQuery *query, const GalenChartForm *form) {
  GalenStack *stack = query->series != NULL ? galen_stack_new(report->series, QUERY_CELLS_MAX) : NULL;
  if (stack == NULL)
    return NULL;
  galen_stack_add(stack, "average active", query->color, query->series);
  add_gaps(stack, report);
  GalenStackForm stack_form = {.id = galen_chart_id(form, "act"),
                               .title = "Load over time",
                               .width = galen_chart_width(form, 460),
                               .height = 200,
                               .zone = report->zone,
                               .zone_name = report->zone_name,
                               .tips = form->tips};
  return finish(stack, &stack_form, report);
}
