/* Charts: axes, stacked areas, histograms, heat maps, as scenes. */
#include "analyzer/report/chart_axis.h"
#include "analyzer/report/chart_heat.h"
#include "analyzer/report/chart_latency.h"
#include "analyzer/report/chart_stack.h"

#include <math.h>

#define SECOND G_GINT64_CONSTANT(1000000)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)
#define MONDAY G_GINT64_CONSTANT(1795392000000000) /* 2026-11-23 00:00:00 UTC */

static void assert_axis(double max, guint want, double step, double top) {
  GalenValueAxis axis = galen_axis_values(max, want);
  g_assert_cmpfloat_with_epsilon(axis.step, step, step * 1e-9);
  g_assert_cmpfloat_with_epsilon(axis.top, top, top * 1e-9);
}

static void test_value_axis(void) {
  assert_axis(7.3, 5, 2, 8);
  assert_axis(10, 5, 2, 10);
  assert_axis(0.034, 5, 0.01, 0.04);
  assert_axis(1e9, 4, 5e8, 1e9);
  assert_axis(0, 5, 1, 1);
  assert_axis(NAN, 5, 1, 1);
  assert_axis(INFINITY, 5, 1, 1);
}

/* Left of a plot is as much room as a picture has there. */
static void assert_numbers_fit(double max, const char *last, const char *unit) {
  g_autoptr(GalenScene) scene = galen_scene_new("a", 400, 200);
  GalenPlot plot = {46, 20, 350, 160};
  galen_axis_draw_values(scene, &plot, galen_axis_values(max, 4), "calls");
  const char *number = NULL;
  for (guint i = 0; i < scene->shapes->len; i++) {
    const GalenShape *shape = &g_array_index(scene->shapes, GalenShape, i);
    if (shape->kind == GALEN_SHAPE_TEXT && shape->style == GALEN_STYLE_TICK) {
      number = shape->text;
      g_assert_cmpfloat(galen_scene_text_width(number, 11), <=, shape->x);
    }
  }
  g_assert_cmpstr(number, ==, last);
  g_assert_cmpstr(g_array_index(scene->shapes, GalenShape, scene->shapes->len - 1).text, ==, unit);
}

static void test_numbers_fit_the_margin(void) {
  assert_numbers_fit(0, "1", "calls");
  assert_numbers_fit(0.004, "0.004", "calls");
  assert_numbers_fit(0.000078, "8", "calls, in 10⁻⁵");
  assert_numbers_fit(3e-12, "3", "calls, in 10⁻¹²");
  assert_numbers_fit(99000, "100\u202fk", "calls");
  assert_numbers_fit(1900000, "2\u202fM", "calls");
  assert_numbers_fit(2.4e11, "300\u202fG", "calls");
  double max = 1e-20;
  for (guint step = 0; step < 143; step++) {
    max *= 1.7;
    g_autoptr(GalenScene) scene = galen_scene_new("a", 400, 200);
    GalenPlot plot = {46, 20, 350, 160};
    galen_axis_draw_values(scene, &plot, galen_axis_values(max, 4), "calls");
    for (guint i = 0; i < scene->shapes->len; i++) {
      const GalenShape *shape = &g_array_index(scene->shapes, GalenShape, i);
      if (shape->kind == GALEN_SHAPE_TEXT && shape->style == GALEN_STYLE_TICK)
        g_assert_cmpfloat(galen_scene_text_width(shape->text, 11), <=, shape->x);
    }
  }
}

static char *ticks_text(gint64 from, gint64 to, const char *zone_name, guint want) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(zone_name);
  g_autoptr(GPtrArray) ticks = galen_axis_times(from, to, zone, want);
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < ticks->len; i++) {
    const GalenTick *tick = g_ptr_array_index(ticks, i);
    g_assert_cmpint(tick->at, >=, from);
    g_assert_cmpint(tick->at, <=, to);
    g_string_append_printf(text, "%s%s", i > 0 ? " " : "", tick->label);
    if (tick->second != NULL)
      g_string_append_printf(text, "(%s)", tick->second);
  }
  return g_string_free(text, FALSE);
}

static void assert_ticks(gint64 from, gint64 to, const char *zone, guint want, const char *expected) {
  g_autofree char *text = ticks_text(from, to, zone, want);
  g_assert_cmpstr(text, ==, expected);
}

static void test_time_ticks_are_round_in_the_zone(void) {
  assert_ticks(MONDAY + 1, MONDAY + DAY, "UTC", 5, "06:00(Mon 23 Nov) 12:00 18:00 00:00(Tue 24 Nov)");
  assert_ticks(MONDAY, MONDAY + DAY, "Asia/Kolkata", 5, "06:00(Mon 23 Nov) 12:00 18:00 00:00(Tue 24 Nov)");
  assert_ticks(MONDAY, MONDAY + 180 * SECOND, "UTC", 4, "00:00(Mon 23 Nov) 00:01 00:02 00:03");
  assert_ticks(MONDAY, MONDAY + 10 * SECOND, "UTC", 5, "00:00:00(23 Nov) 00:00:02 00:00:04 00:00:06 00:00:08 00:00:10");
  assert_ticks(MONDAY, MONDAY + 21 * DAY, "UTC", 4, "23 Nov(2026) 30 Nov 7 Dec 14 Dec");
  assert_ticks(MONDAY, MONDAY + 1096 * DAY, "UTC", 6, "Jan(2027) Jul Jan(2028) Jul Jan(2029) Jul");
}

static void test_time_ticks_over_a_clock_change(void) {
  /* Berlin, 2026-10-25: 02:00 to 03:00 comes twice; each label once, and 6 hours of wall clock between them. */
  gint64 from = G_GINT64_CONSTANT(1792879200000000); /* 2026-10-25 00:00 CEST */
  assert_ticks(from, from + 25 * HOUR, "Europe/Berlin", 5, "00:00(Sun 25 Oct) 06:00 12:00 18:00 00:00(Mon 26 Oct)");
}

static void test_time_ticks_of_hostile_ranges(void) {
  g_autofree char *none = ticks_text(G_MININT64 + 1, G_MAXINT64, "UTC", 8);
  g_assert_cmpstr(none, ==, "");
  g_autofree char *late = ticks_text(G_MAXINT64 - DAY, G_MAXINT64, "UTC", 8);
  g_assert_cmpstr(late, ==, "");
  g_autofree char *point = ticks_text(MONDAY, MONDAY, "UTC", 8);
  g_assert_cmpstr(point, ==, "00:00:00(23 Nov)");
  g_autofree char *backwards = ticks_text(MONDAY, MONDAY - 1, "UTC", 8);
  g_assert_cmpstr(backwards, ==, "");
}

static void test_axis_words(void) {
  static const struct {
    double value;
    const char *words;
  } numbers[] = {{0, "0"}, {0.25, "0.25"}, {12.5, "12.5"}, {3, "3"}, {0.004, "0.004"}, {NAN, "–"}, {999, "999"}};
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
    g_autofree char *text = galen_axis_number(numbers[i].value);
    g_assert_cmpstr(text, ==, numbers[i].words);
  }
  g_autofree char *small = galen_axis_figure(0.0001), *some = galen_axis_figure(0.25);
  g_assert_cmpstr(small, ==, "<0.001");
  g_assert_cmpstr(some, ==, "0.25");
  g_autofree char *step = galen_axis_step(300 * SECOND);
  g_assert_cmpstr(step, ==, "5 min");
  g_autofree char *days = galen_axis_step(2 * DAY);
  g_assert_cmpstr(days, ==, "2 d");
  g_autofree char *latency = galen_axis_duration(1000);
  g_assert_cmpstr(latency, ==, "1 ms");
  g_autofree char *third = galen_axis_duration(2154434.7);
  g_assert_cmpstr(third, ==, "2.15 s");
}

typedef struct {
  GalenSeries series;
  guint64 time[400];
} Data;

static GalenSeries *fill(Data *data, guint n, guint64 value) {
  data->series = (GalenSeries){.from = MONDAY, .step = 60 * SECOND, .n = n, .time = data->time};
  for (guint i = 0; i < n; i++)
    data->time[i] = value;
  return &data->series;
}

static const GalenStackLayer *layer_at(const GalenStack *stack, guint i) {
  return g_ptr_array_index(stack->layers, i);
}

static void test_stack_is_average_active(void) {
  Data total, one;
  fill(&total, 10, 180 * SECOND);
  fill(&one, 10, 60 * SECOND);
  g_autoptr(GalenStack) stack = galen_stack_new(&total.series, 400);
  galen_stack_add(stack, "one", 0, &one.series);
  galen_stack_add_rest(stack, "rest", 5, &total.series);
  g_assert_cmpuint(stack->n, ==, 10);
  g_assert_cmpuint(stack->layers->len, ==, 2);
  g_assert_cmpfloat_with_epsilon(layer_at(stack, 0)->values[3], 1, 1e-9);
  g_assert_cmpfloat_with_epsilon(layer_at(stack, 1)->values[3], 2, 1e-9);
  g_assert_cmpfloat_with_epsilon(layer_at(stack, 1)->time, 1200, 1e-6);
  galen_stack_add_rest(stack, "nothing left", 5, &total.series);
  g_assert_cmpuint(stack->layers->len, ==, 2);
}

static void test_stack_joins_cells(void) {
  Data total;
  fill(&total, 10, 60 * SECOND);
  g_autoptr(GalenStack) stack = galen_stack_new(&total.series, 4);
  galen_stack_add(stack, "all", 0, &total.series);
  g_assert_cmpuint(stack->n, ==, 4);
  g_assert_cmpint(stack->step, ==, 180 * SECOND);
  for (guint i = 0; i < 4; i++) /* the last cell is one minute only, and as high as the others */
    g_assert_cmpfloat_with_epsilon(galen_stack_total(stack, i), 1, 1e-9);
  gint64 to = 0;
  galen_stack_cell(stack, 3, &to);
  g_assert_cmpint(to, ==, MONDAY + 600 * SECOND);
}

static void test_stack_puts_series_where_they_belong(void) {
  Data total, late;
  fill(&total, 10, 60 * SECOND);
  fill(&late, 2, 60 * SECOND);
  late.series.from = MONDAY + 540 * SECOND; /* its second cell is outside */
  g_autoptr(GalenStack) stack = galen_stack_new(&total.series, 400);
  galen_stack_add(stack, "late", 0, &late.series);
  g_assert_cmpfloat(layer_at(stack, 0)->values[8], ==, 0);
  g_assert_cmpfloat_with_epsilon(layer_at(stack, 0)->values[9], 1, 1e-9);
}

static GalenScene *draw(const GalenStack *stack, GTimeZone *zone) {
  GalenStackForm form = {.id = "x",
                         .title = "Load",
                         .width = 960,
                         .height = 330,
                         .zone = zone,
                         .zone_name = "UTC",
                         .labels = TRUE,
                         .tips = TRUE};
  return galen_stack_scene(stack, &form);
}

static guint count_style(const GalenScene *scene, GalenStyle style, const GalenShape **ret_first) {
  guint n = 0;
  for (guint i = 0; i < scene->shapes->len; i++) {
    const GalenShape *shape = &g_array_index(scene->shapes, GalenShape, i);
    if (shape->style == style && n++ == 0 && ret_first != NULL)
      *ret_first = shape;
  }
  return n;
}

static void test_stack_hatches_gaps(void) {
  Data total;
  g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
  fill(&total, 10, 60 * SECOND);
  g_autoptr(GalenStack) stack = galen_stack_new(&total.series, 400);
  galen_stack_add(stack, "all", 0, &total.series);
  galen_stack_add_gap(stack, MONDAY - DAY, MONDAY + 150 * SECOND);
  galen_stack_add_gap(stack, MONDAY + DAY, MONDAY + 2 * DAY); /* outside */
  g_assert_cmpuint(stack->gaps->len, ==, 1);
  g_assert_true(galen_stack_is_missing(stack, 0));
  g_assert_true(galen_stack_is_missing(stack, 1));
  g_assert_false(galen_stack_is_missing(stack, 2)); /* half of it is known */
  g_autoptr(GalenScene) scene = draw(stack, zone);
  const GalenShape *ground = NULL;
  g_assert_cmpuint(count_style(scene, GALEN_STYLE_HATCH_GROUND, &ground), ==, 1);
  g_assert_cmpfloat_with_epsilon(ground->w, (960 - 56) * 0.25, 0.01);
  g_assert_nonnull(strstr(scene->description, "Hatched"));
}

static void test_stack_labels_only_where_they_fit(void) {
  Data total, thin;
  g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
  fill(&total, 100, 60 * SECOND);
  fill(&thin, 100, SECOND);
  g_autoptr(GalenStack) stack = galen_stack_new(&total.series, 400);
  galen_stack_add(stack, "thin", 1, &thin.series);
  galen_stack_add(stack, "thick", 0, &total.series);
  g_autoptr(GalenScene) scene = draw(stack, zone);
  g_assert_cmpuint(count_style(scene, GALEN_STYLE_LABEL_0 + 1, NULL), ==, 0);
  const GalenShape *label = NULL;
  g_assert_cmpuint(count_style(scene, GALEN_STYLE_LABEL_0, &label), ==, 1);
  g_assert_cmpfloat(label->y, >, 26);
  g_assert_cmpfloat(label->y, <, 292);
  g_assert_cmpuint(count_style(scene, GALEN_STYLE_HOVER, NULL), <=, 60);
}

static void test_nothing_to_draw(void) {
  GalenSeries none = {0};
  g_assert_null(galen_stack_new(NULL, 10));
  g_assert_null(galen_stack_new(&none, 10));
  g_assert_null(galen_heat_new(&none, NULL, 36, 10));
  g_assert_null(galen_trend_scene(&none, NULL, 0, "x", "x"));
  g_autoptr(GPtrArray) bars = g_ptr_array_new();
  GalenFigure time = {0};
  g_assert_null(galen_latency_scene(bars, &time, 0, "x", "x", 400, 200));
}

static void test_stack_of_zeros(void) {
  Data total;
  g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
  fill(&total, 3, 0);
  g_autoptr(GalenStack) stack = galen_stack_new(&total.series, 400);
  galen_stack_add(stack, "none", 0, &total.series);
  g_autoptr(GalenScene) scene = draw(stack, zone);
  for (guint i = 0; i < scene->points->len; i++)
    g_assert_true(isfinite(g_array_index(scene->points, GalenPoint, i).y));
}

/* Labels of percentiles: no two texts overlap, no line crosses another's text. */
static void assert_marks_apart(double p50, double p95, double p99) {
  static GalenBar bars[] = {{1000, 1999, 5}, {2000, 4999, 1000000}, {5000, 9999, 1}, {10000, 19999, 7}};
  g_autoptr(GPtrArray) list = g_ptr_array_new();
  for (guint i = 0; i < G_N_ELEMENTS(bars); i++)
    g_ptr_array_add(list, &bars[i]);
  GalenFigure time = {.count = 1000013, .p50 = p50, .p95 = p95, .p99 = p99};
  g_autoptr(GalenScene) scene = galen_latency_scene(list, &time, 2, "x", "Latency", 460, 200);
  const GalenShape *texts[3], *lines[3];
  guint n = 0, m = 0, rects = 0;
  for (guint i = 0; i < scene->shapes->len; i++) {
    const GalenShape *shape = &g_array_index(scene->shapes, GalenShape, i);
    if (shape->style == GALEN_STYLE_MARK_TEXT)
      texts[n++] = shape;
    if (shape->style == GALEN_STYLE_MARK)
      lines[m++] = shape;
    if (shape->kind == GALEN_SHAPE_RECT) {
      g_assert_cmpfloat(shape->h, >=, 1); /* one call among a million is seen */
      rects++;
    }
  }
  g_assert_cmpuint(n, ==, 3);
  g_assert_cmpuint(rects, ==, 4);
  for (guint i = 0; i < 3; i++) {
    double width = galen_scene_text_width(texts[i]->text, 11);
    double left = texts[i]->anchor == GALEN_ANCHOR_END ? texts[i]->x - width : texts[i]->x;
    g_assert_cmpfloat(left, >=, 0);
    g_assert_cmpfloat(left + width, <=, 460);
    for (guint j = 0; j < 3; j++) {
      if (i == j)
        continue;
      gboolean crossed = lines[j]->x > left && lines[j]->x < left + width && lines[j]->y < texts[i]->y - 1;
      g_assert_false(crossed);
    }
  }
}

static void test_latency_marks(void) {
  assert_marks_apart(3000, 3100, 3200);
  assert_marks_apart(1100, 6000, 18000);
  assert_marks_apart(18000, 19000, 19900);
  assert_marks_apart(1000, 1000, 1000);
  assert_marks_apart(1000, 19000, 19999);
  assert_marks_apart(9000, 12000, 15000);
}

static void test_latency_without_percentiles(void) {
  GalenBar bar = {0, 0, 1};
  g_autoptr(GPtrArray) bars = g_ptr_array_new();
  g_ptr_array_add(bars, &bar);
  GalenFigure time = {.p50 = NAN, .p95 = NAN, .p99 = NAN};
  g_autoptr(GalenScene) scene = galen_latency_scene(bars, &time, 0, "x", "x", 460, 200);
  g_assert_cmpuint(count_style(scene, GALEN_STYLE_MARK, NULL), ==, 0);
  g_assert_nonnull(scene->description);
}

/* Of calls that are all apart the one colour in use is not the faintest. */
static void test_heat_of_single_calls(void) {
  GalenHeat heat = {.max = 1};
  g_assert_cmpuint(galen_heat_level(&heat, 0), ==, 0);
  g_assert_cmpuint(galen_heat_level(&heat, 1), ==, 4);
  for (guint level = 1; level <= GALEN_HEAT_LEVELS; level++)
    g_assert_cmpint(galen_heat_level_from(&heat, level + 1) > galen_heat_level_from(&heat, level), ==, level == 4);
}

static void test_heat(void) {
  Data total;
  fill(&total, 6, 1);
  guint64 counts[6 * 36] = {0};
  counts[0 * 36 + 12] = 1;
  counts[1 * 36 + 12] = 1;
  counts[5 * 36 + 15] = 1000;
  g_autoptr(GalenHeat) heat = galen_heat_new(&total.series, counts, 36, 3);
  g_assert_cmpuint(heat->n, ==, 3);
  g_assert_cmpuint(heat->row, ==, 12);
  g_assert_cmpuint(heat->rows, ==, 4);
  g_assert_cmpuint(heat->counts[0], ==, 2);
  g_assert_cmpuint(heat->sum, ==, 1002);
  g_assert_cmpuint(galen_heat_level(heat, 0), ==, 0);
  g_assert_cmpuint(galen_heat_level(heat, 1), ==, 1);
  g_assert_cmpuint(galen_heat_level(heat, 1000), ==, GALEN_HEAT_LEVELS);
  for (guint64 i = 1; i < 1000; i++)
    g_assert_cmpuint(galen_heat_level(heat, i), <=, galen_heat_level(heat, i + 1));
  g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
  GalenHeatForm form = {"heat", "Calls", 960, zone, "UTC"};
  g_autoptr(GalenScene) scene = galen_heat_scene(heat, &form);
  g_assert_cmpuint(count_style(scene, GALEN_STYLE_HEAT_7, NULL), ==, 1);
  g_assert_cmpfloat_with_epsilon(galen_heat_row_from(12), 10000, 1e-6);
}

static void test_trend(void) {
  Data total;
  fill(&total, 200, SECOND);
  g_autoptr(GalenScene) scene = galen_trend_scene(&total.series, &total.series, 9, "t", "Load of x");
  g_assert_cmpstr(scene->title, ==, "Load of x");
  g_assert_cmpuint(count_style(scene, GALEN_STYLE_SERIES_5, NULL), ==, 1); /* unknown colours are "other" */
  g_assert_cmpuint(scene->points->len, <=, 6);                             /* even load is one rectangle */
  guint n = total.series.n;
  for (guint i = 0; i < n; i++)
    total.time[i] = i < n / 2 ? 0 : SECOND;
  g_autoptr(GalenScene) half = galen_trend_scene(&total.series, &total.series, 4, "t", "Load of x");
  for (guint i = 0; i < half->points->len; i++) /* no outline where there is no load */
    g_assert_cmpfloat(g_array_index(half->points, GalenPoint, i).x, >=, 120.0 / 2 - 3);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/charts/value-axis", test_value_axis);
  g_test_add_func("/charts/numbers-fit-the-margin", test_numbers_fit_the_margin);
  g_test_add_func("/charts/time-ticks-are-round-in-the-zone", test_time_ticks_are_round_in_the_zone);
  g_test_add_func("/charts/time-ticks-over-a-clock-change", test_time_ticks_over_a_clock_change);
  g_test_add_func("/charts/time-ticks-of-hostile-ranges", test_time_ticks_of_hostile_ranges);
  g_test_add_func("/charts/axis-words", test_axis_words);
  g_test_add_func("/charts/stack-is-average-active", test_stack_is_average_active);
  g_test_add_func("/charts/stack-joins-cells", test_stack_joins_cells);
  g_test_add_func("/charts/stack-puts-series-where-they-belong", test_stack_puts_series_where_they_belong);
  g_test_add_func("/charts/stack-hatches-gaps", test_stack_hatches_gaps);
  g_test_add_func("/charts/stack-labels-only-where-they-fit", test_stack_labels_only_where_they_fit);
  g_test_add_func("/charts/nothing-to-draw", test_nothing_to_draw);
  g_test_add_func("/charts/stack-of-zeros", test_stack_of_zeros);
  g_test_add_func("/charts/latency-marks", test_latency_marks);
  g_test_add_func("/charts/latency-without-percentiles", test_latency_without_percentiles);
  g_test_add_func("/charts/heat", test_heat);
  g_test_add_func("/charts/heat-of-single-calls", test_heat_of_single_calls);
  g_test_add_func("/charts/trend", test_trend);
  return g_test_run();
}
