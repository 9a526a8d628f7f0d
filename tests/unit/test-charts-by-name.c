/* The catalogue of charts, and one chart as a PNG. */
#include "analyzer/report/charts.h"
#include "analyzer/report/paint.h"
#include "analyzer/report/png.h"
#include "comparison-fixture.h"
#include "history-fixture.h"

#define MINUTE (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC)

static Fixture *full(void) {
  FixtureOptions options = FIXTURE_DAY;
  Fixture *fixture = fixture_new(&options);
  HistoryShape shape = {.nodes = 3, .from = options.from, .length = options.step * options.cells, .incidents = 3};
  fixture_add_history(fixture, &options, &shape);
  fixture_add_comparison(fixture, &options);
  return fixture;
}

static Fixture *empty(void) {
  FixtureOptions options = FIXTURE_DAY;
  options.classes = options.inputs = options.findings = options.cells = 0;
  return fixture_new(&options);
}

static void test_every_name(void) {
  g_autoptr(Fixture) fixture = full();
  g_autoptr(Fixture) bare = empty();
  bare->report.series = NULL;
  bare->report.heat = NULL;
  for (guint i = 0; galen_chart_names[i] != NULL; i++) {
    const char *name = galen_chart_names[i];
    g_assert_true(galen_chart_is_known(name));
    g_autoptr(GalenChart) chart = galen_chart_new(&fixture->report, name, &(GalenChartForm){.width = 700});
    if (chart == NULL)
      g_error("no chart %s", name);
    g_assert_cmpfloat(chart->scene->width, ==, 700);
    g_assert_cmpfloat(chart->scene->height, >, 20);
    g_assert_cmpuint(chart->scene->shapes->len, >, 3);
    g_assert_nonnull(chart->scene->title);
    g_assert_nonnull(chart->scene->description);
    g_assert_nonnull(chart->caption);
    g_assert_null(galen_chart_new(&bare->report, name, &(GalenChartForm){0}));
    g_autofree char *why = galen_chart_nothing(&bare->report, name);
    g_assert_true(g_str_has_suffix(why, "."));
    g_assert_null(strstr(why, ".."));
  }
  g_assert_cmpstr(galen_chart_default(&fixture->report), ==, "clock");
  g_assert_cmpstr(galen_chart_default(&bare->report), ==, "load");
}

static void test_arguments(void) {
  g_autoptr(Fixture) fixture = full();
  const GalenReport *report = &fixture->report;
  const char *good[] = {"incident:2", "load:1", "latency:2"};
  for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
    g_assert_true(galen_chart_is_known(good[i]));
    g_autoptr(GalenScene) scene = galen_chart_scene(report, good[i], 0);
    g_assert_nonnull(scene);
  }
  const GalenQuery *query = g_ptr_array_index(report->top, 1);
  g_autofree char *lower = g_ascii_strdown(query->id, -1);
  g_autofree char *by_id = g_strdup_printf("latency:0x%.16s", lower);
  g_autoptr(GalenScene) one = galen_chart_scene(report, by_id, 0);
  g_autoptr(GalenScene) same = galen_chart_scene(report, "latency:2", 0);
  g_assert_nonnull(one);
  g_assert_cmpstr(one->description, ==, same->description);
  /* Known, but not in this report. */
  const char *absent[] = {"incident:99", "load:77", "latency:FFFFFFFF"};
  for (guint i = 0; i < G_N_ELEMENTS(absent); i++) {
    g_assert_true(galen_chart_is_known(absent[i]));
    g_assert_null(galen_chart_scene(report, absent[i], 0));
  }
  const char *unknown[] = {
      "", "lo", "loads", "heat:1", "load:", ":1", "Load", "incident:0", "incident:x", "latency:FFFF"};
  for (guint i = 0; i < G_N_ELEMENTS(unknown); i++) {
    g_assert_false(galen_chart_is_known(unknown[i]));
    g_assert_null(galen_chart_scene(report, unknown[i], 0));
  }
}

/* The figures of the legend are those of the report. */
static void test_legends(void) {
  g_autoptr(Fixture) fixture = full();
  g_autoptr(GalenChart) load = galen_chart_new(&fixture->report, "load", &(GalenChartForm){0});
  g_assert_cmpuint(load->legend->len, ==, load->stack->layers->len);
  const GalenChartKey *key = g_ptr_array_index(load->legend, 0);
  const GalenQuery *first = g_ptr_array_index(fixture->report.leading, 0);
  g_assert_cmpstr(key->name, ==, first->label);
  g_assert_cmpuint(key->style, ==, GALEN_STYLE_SERIES_0 + first->color);
  g_assert_true(g_str_has_suffix(key->value, " %"));
  g_autoptr(GalenChart) errors = galen_chart_new(&fixture->report, "errors", &(GalenChartForm){0});
  g_assert_cmpuint(errors->legend->len, ==, 3);
  key = g_ptr_array_index(errors->legend, 0);
  g_assert_cmpstr(key->name, ==, "critical");
  g_autoptr(GalenChart) heat = galen_chart_new(&fixture->report, "heat", &(GalenChartForm){0});
  g_assert_cmpuint(heat->legend->len, >, 1);
  g_assert_nonnull(heat->heat);
}

/* One record is a column of 1, not of 0.5 steps, and as worst as it is. */
static void test_one_error(void) {
  g_autoptr(Fixture) fixture = empty();
  GalenReport *report = &fixture->report;
  guint64 critical[] = {1}, none[] = {0};
  GalenErrorSeries series = {
      .from = 1795478400000000, .step = MINUTE, .n = 1, .critical = critical, .warning = none, .info = none};
  GalenErrorLists lists = {.series = &series};
  report->errors = &lists;
  report->from = report->to = series.from + 5;
  g_autoptr(GalenChart) chart = galen_chart_new(report, "errors", &(GalenChartForm){0});
  g_assert_nonnull(chart);
  guint bars = 0;
  for (guint i = 0; i < chart->scene->shapes->len; i++) {
    const GalenShape *shape = &g_array_index(chart->scene->shapes, GalenShape, i);
    if (shape->kind == GALEN_SHAPE_PATH && shape->style == GALEN_STYLE_SERIES_0 + 1)
      bars += shape->points > 0 ? 1 : 0;
    if (shape->kind == GALEN_SHAPE_TEXT)
      g_assert_cmpstr(shape->text, !=, "0.5");
  }
  g_assert_cmpuint(bars, ==, 1);
  g_assert_nonnull(strstr(chart->scene->description, "1 critical, 0 warning, 0 info"));
  report->errors = NULL;
}

static guint32 size_at(GBytes *png, gsize at) {
  const guchar *data = g_bytes_get_data(png, NULL);
  return (guint32)data[at] << 24 | (guint32)data[at + 1] << 16 | (guint32)data[at + 2] << 8 | data[at + 3];
}

static void test_png(void) {
  if (!galen_paint_ready(NULL)) {
    g_test_skip("no font is installed");
    return;
  }
  g_autoptr(Fixture) fixture = full();
  g_autoptr(Fixture) bare = empty();
  bare->report.series = NULL;
  bare->report.heat = NULL;
  for (guint i = 0; galen_chart_names[i] != NULL; i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) png = galen_png_chart(&fixture->report, galen_chart_names[i], 0, 2, &error);
    g_assert_no_error(error);
    g_autoptr(GBytes) again = galen_png_chart(&fixture->report, galen_chart_names[i], 0, 2, &error);
    g_assert_true(g_bytes_equal(png, again));
    g_autoptr(GalenScene) scene = galen_chart_scene(&fixture->report, galen_chart_names[i], 0);
    g_assert_cmpint(memcmp(g_bytes_get_data(png, NULL), "\x89PNG\r\n\x1a\n", 8), ==, 0);
    g_assert_cmpuint(size_at(png, 16), ==, (guint)(2 * scene->width) + 64);
    g_assert_cmpuint(size_at(png, 20), >, (guint)(2 * scene->height));
    g_autoptr(GBytes) words = galen_png_chart(&bare->report, galen_chart_names[i], 0, 2, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(size_at(words, 20), <, 400); /* only says why */
  }
}

static void test_check(void) {
  GalenWriteOptions options = {.chart = "heat"};
  g_autoptr(GError) error = NULL;
  g_assert_true(galen_png_check(&options, &error));
  options.chart = NULL;
  g_assert_true(galen_png_check(&options, &error));
  options.chart = "dial";
  g_assert_false(galen_png_check(&options, &error));
  g_assert_nonnull(strstr(error->message, "clock, load"));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/charts-by-name/every-name", test_every_name);
  g_test_add_func("/charts-by-name/arguments", test_arguments);
  g_test_add_func("/charts-by-name/legends", test_legends);
  g_test_add_func("/charts-by-name/one-error", test_one_error);
  g_test_add_func("/charts-by-name/png", test_png);
  g_test_add_func("/charts-by-name/check", test_check);
  return g_test_run();
}
