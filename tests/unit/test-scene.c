/* Scenes and the SVG painter. */
#include "analyzer/report/scene.h"
#include "analyzer/report/svg.h"

#include <math.h>

/* The painted scene as text, inside <p>. */
static char *paint(const GalenScene *scene) {
  g_autoptr(GalenMarkup) out = galen_markup_new();
  galen_markup_open(out, "p");
  galen_svg_paint(out, scene);
  galen_markup_close(out);
  g_autoptr(GBytes) page = galen_markup_finish(out);
  return g_strdup(g_bytes_get_data(page, NULL));
}

static void assert_has(const char *text, const char *part) {
  if (strstr(text, part) == NULL)
    g_error("\"%s\" is not in: %s", part, text);
}

static void test_path_is_compact(void) {
  g_autoptr(GalenScene) scene = galen_scene_new("a", 100, 50);
  galen_scene_path(scene, GALEN_STYLE_SERIES_0);
  galen_scene_move(scene, 10, 40);
  galen_scene_to(scene, 10, 20);
  galen_scene_to(scene, 15, 20);
  galen_scene_to(scene, 20, 20); /* on the same line: joined */
  galen_scene_to(scene, 20, 20); /* no way at all */
  galen_scene_to(scene, 20, 19.5);
  galen_scene_to(scene, 23, 16.2);
  galen_scene_to(scene, 23, 40);
  galen_scene_close(scene);
  g_autofree char *text = paint(scene);
  assert_has(text, "d=\"M10 40v-20h10v-.5l3-3.3v23.8z\"");
}

static void test_rounding_does_not_add_up(void) {
  g_autoptr(GalenScene) scene = galen_scene_new("a", 100, 50);
  galen_scene_path(scene, GALEN_STYLE_SERIES_0);
  galen_scene_move(scene, 0, 0);
  for (guint i = 1; i <= 300; i++)
    galen_scene_to(scene, i / 3.0, i % 2);
  g_autofree char *text = paint(scene);
  double x = 0;
  for (const char *c = strstr(text, "d=\"M0 0") + 7; *c != '"'; c++)
    if (*c == 'l')
      x += g_ascii_strtod(c + 1, NULL);
  g_assert_cmpfloat_with_epsilon(x, 100, 0.051);
}

static void test_svg_says_what_it_is(void) {
  g_autoptr(GalenScene) scene = galen_scene_new("load", 100, 50.5);
  galen_scene_describe(scene, "Load <b>", "In \"words\" & more");
  galen_scene_rect(scene, GALEN_STYLE_HOVER, 1, 2, 3, 4, "tip</title><script>");
  galen_scene_rect(scene, GALEN_STYLE_HOVER, 4, 2, 3, 4, NULL);
  galen_scene_text(scene, GALEN_STYLE_TICK, 5, 6, GALEN_ANCHOR_END, "a&b");
  galen_scene_line(scene, GALEN_STYLE_GRID, 0, 5, 10, 5);
  g_autofree char *text = paint(scene);
  assert_has(text, "viewBox=\"0 0 100 50.5\"");
  assert_has(text, "role=\"img\"");
  assert_has(text, "aria-labelledby=\"load-t\"");
  assert_has(text, "<title id=\"load-t\">Load &lt;b&gt;</title>");
  assert_has(text, "<desc id=\"load-d\">In &quot;words&quot; &amp; more</desc>");
  assert_has(text, "<title>tip&lt;/title&gt;&lt;script&gt;</title></rect><rect x=\"4\"");
  assert_has(text, "<g class=\"tick\" text-anchor=\"end\"><text x=\"5\" y=\"6\">a&amp;b</text></g>");
  assert_has(text, "<g class=\"grid\"><path d=\"M0 5h10\"/></g>");
}

/* Paths have no step that the next one goes on with, and rectangles no side that filling draws by itself. */
static void test_paths_are_short(void) {
  g_autoptr(GalenScene) scene = galen_scene_new("a", 100, 50);
  galen_scene_path(scene, GALEN_STYLE_SERIES_0);
  galen_scene_move(scene, 1, 9);
  galen_scene_to(scene, 1, 5);
  galen_scene_to(scene, 3, 5);
  galen_scene_to(scene, 6, 5);
  galen_scene_to(scene, 6, 9);
  galen_scene_to(scene, 8, 9);
  galen_scene_to(scene, 7, 9);
  galen_scene_close(scene);
  for (guint i = 0; i < 2; i++)
    galen_scene_rect(scene, GALEN_STYLE_SERIES_0 + 1, 10 + 5 * i, 2, 5, 8, NULL);
  for (guint i = 0; i < 2; i++)
    galen_scene_rect(scene, GALEN_STYLE_SERIES_0 + 4, 10 + 5 * i, 2, 5, 8, NULL);
  g_autofree char *text = paint(scene);
  assert_has(text, "d=\"M1 9v-4h5v4h2h-1z\"");
  assert_has(text, "<g class=\"s1\"><path d=\"M10 10v-8h5v8m0 0v-8h5v8\"/></g>");
  assert_has(text, "<g class=\"s4\"><path d=\"M10 10v-8h5v8zm5 0v-8h5v8z\"/></g>");
}

static void test_numbers_stay_numbers(void) {
  g_autoptr(GalenScene) scene = galen_scene_new("a", 10, 10);
  galen_scene_rect(scene, GALEN_STYLE_SERIES_0, NAN, 1e300, -5, 0.04, NULL);
  g_autofree char *text = paint(scene);
  g_assert_null(strstr(text, "nan"));
  g_assert_null(strstr(text, "inf"));
  assert_has(text, "width=\"0\" height=\"0\"");
}

static void test_hatch_stays_inside(void) {
  g_autoptr(GalenScene) scene = galen_scene_new("a", 1000, 300);
  galen_scene_hatch(scene, 100, 20, 333, 77);
  g_assert_cmpuint(scene->shapes->len, ==, 2);
  g_assert_cmpuint(scene->points->len, >, 20);
  for (guint i = 0; i < scene->points->len; i++) {
    const GalenPoint *point = &g_array_index(scene->points, GalenPoint, i);
    g_assert_true(point->x >= 100 - 1e-9 && point->x <= 433 + 1e-9);
    g_assert_true(point->y >= 20 - 1e-9 && point->y <= 97 + 1e-9);
  }
  galen_scene_hatch(scene, 0, 0, 1e9, 10);
  g_assert_cmpuint(scene->points->len, <, 1000); /* hostile widths do not make endless lines */
  guint shapes = scene->shapes->len;
  galen_scene_hatch(scene, 0, 0, 0, 10);
  g_assert_cmpuint(scene->shapes->len, ==, shapes);
}

static void test_wide_characters_are_wide(void) {
  g_assert_cmpfloat(galen_scene_text_width("注文管理", 10), >, 1.5 * galen_scene_text_width("abcd", 10));
  g_assert_cmpfloat(galen_scene_text_width("", 10), ==, 0);
  g_assert_cmpfloat(galen_scene_text_width("a\xcc\x81", 10), ==, galen_scene_text_width("a", 10));
}

static void test_every_style_has_a_class(void) {
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < GALEN_N_STYLES; i++) {
    const char *class = galen_svg_class(i);
    g_assert_nonnull(class);
    g_assert_true(g_hash_table_add(seen, (gpointer) class));
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/scene/path-is-compact", test_path_is_compact);
  g_test_add_func("/scene/rounding-does-not-add-up", test_rounding_does_not_add_up);
  g_test_add_func("/scene/svg-says-what-it-is", test_svg_says_what_it_is);
  g_test_add_func("/scene/paths-are-short", test_paths_are_short);
  g_test_add_func("/scene/numbers-stay-numbers", test_numbers_stay_numbers);
  g_test_add_func("/scene/hatch-stays-inside", test_hatch_stays_inside);
  g_test_add_func("/scene/wide-characters-are-wide", test_wide_characters_are_wide);
  g_test_add_func("/scene/every-style-has-a-class", test_every_style_has_a_class);
  return g_test_run();
}
