/* The cairo painter: colours at known places, and the same looks as the style sheet. */
#include "analyzer/report/paint.h"
#include "analyzer/report/paint_style.h"
#include "analyzer/report/svg.h"

#include <math.h>
#include <string.h>

#define CSS GALEN_SOURCE_DIR "/report-templates/report.css"

/* ---- as much of CSS as the sheet's chart rules need ---- */

/* Without comments and without what holds only for some media. */
static char *read_rules(void) {
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  g_file_get_contents(CSS, &text, NULL, &error);
  g_assert_no_error(error);
  GString *out = g_string_new(NULL);
  for (const char *c = text; *c != '\0';) {
    if (g_str_has_prefix(c, "/*")) {
      c = strstr(c, "*/") + 2;
    } else if (g_str_has_prefix(c, "@media")) {
      guint depth = 0;
      do {
        depth += *c == '{' ? 1 : 0;
        depth -= *c == '}' ? 1 : 0;
        c++;
      } while (depth > 0 || c[-1] != '}');
    } else {
      g_string_append_c(out, *c++);
    }
  }
  return g_string_free(out, FALSE);
}

static void add_declarations(GHashTable *values, const char *body) {
  g_auto(GStrv) parts = g_strsplit(body, ";", -1);
  for (guint i = 0; parts[i] != NULL; i++) {
    char *colon = strchr(parts[i], ':');
    if (colon == NULL)
      continue;
    *colon = '\0';
    g_hash_table_insert(values, g_strdup(g_strstrip(parts[i])), g_strdup(g_strstrip(colon + 1)));
  }
}

/* Adds what the rules for `selector` say, in their order. */
static void add_rules(GHashTable *values, const char *rules, const char *selector) {
  g_auto(GStrv) blocks = g_strsplit(rules, "}", -1);
  for (guint i = 0; blocks[i] != NULL; i++) {
    char *brace = strchr(blocks[i], '{');
    if (brace == NULL)
      continue;
    *brace = '\0';
    g_auto(GStrv) selectors = g_strsplit(blocks[i], ",", -1);
    for (guint s = 0; selectors[s] != NULL; s++)
      if (g_str_equal(g_strstrip(selectors[s]), selector))
        add_declarations(values, brace + 1);
  }
}

static GHashTable *values_of(const char *rules, const char *class, gboolean text) {
  GHashTable *values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *own = g_strdup_printf(".%s", class), *within = g_strdup_printf(".%s text", class);
  if (text)
    add_rules(values, rules, "svg text");
  add_rules(values, rules, own);
  if (text)
    add_rules(values, rules, within);
  return values;
}

/* "var(--c0)" → "#0072b2" */
static const char *value_of(GHashTable *values, GHashTable *root, const char *name) {
  const char *value = g_hash_table_lookup(values, name);
  while (value != NULL && g_str_has_prefix(value, "var(")) {
    g_autofree char *variable = g_strndup(value + 4, strcspn(value + 4, ")"));
    value = g_hash_table_lookup(root, variable);
  }
  return value;
}

static guint32 color_of(GHashTable *values, GHashTable *root, const char *name, const char *otherwise) {
  const char *value = value_of(values, root, name);
  value = value != NULL ? value : otherwise;
  if (g_str_equal(value, "none") || g_str_equal(value, "transparent"))
    return GALEN_PAINT_NONE;
  if (g_str_equal(value, "black"))
    return 0;
  g_assert_true(value[0] == '#');
  guint32 color = (guint32)strtoul(value + 1, NULL, 16);
  if (strlen(value) == 4)
    return (color >> 8 & 0xF) * 0x110000 + (color >> 4 & 0xF) * 0x1100 + (color & 0xF) * 0x11;
  g_assert_cmpuint(strlen(value), ==, 7);
  return color;
}

static double number_of(GHashTable *values, const char *name, double otherwise) {
  const char *value = g_hash_table_lookup(values, name);
  return value != NULL ? g_ascii_strtod(value, NULL) : otherwise;
}

static gboolean is_text(GalenStyle style) {
  return galen_paint_style(style)->size > 0;
}

static void assert_near(double painted, double css, const char *class, const char *what) {
  if (fabs(painted - css) > 1e-9)
    g_error("%s of .%s: %g is painted, the style sheet has %g", what, class, painted, css);
}

static void check_shape(GalenStyle style, GHashTable *values, GHashTable *root) {
  const GalenPaintStyle *look = galen_paint_style(style);
  const char *class = galen_svg_class(style);
  guint32 stroke = color_of(values, root, "stroke", "none");
  double all = number_of(values, "opacity", 1);
  assert_near(look->stroke, stroke, class, "stroke");
  if (stroke == GALEN_PAINT_NONE)
    return;
  assert_near(look->width, number_of(values, "stroke-width", 1), class, "stroke-width");
  assert_near(look->stroke_opacity, number_of(values, "stroke-opacity", 1) * all, class, "stroke-opacity");
  const char *dashes = g_hash_table_lookup(values, "stroke-dasharray");
  g_auto(GStrv) dash = g_strsplit(dashes != NULL ? dashes : "0 0", " ", -1);
  for (guint i = 0; i < 2; i++)
    assert_near(look->dash[i], g_ascii_strtod(dash[i], NULL), class, "stroke-dasharray");
}

static void check_text(GalenStyle style, GHashTable *values) {
  const GalenPaintStyle *look = galen_paint_style(style);
  const char *class = galen_svg_class(style), *font = g_hash_table_lookup(values, "font");
  g_assert_nonnull(font);
  assert_near(look->size, number_of(values, "font-size", g_ascii_strtod(font, NULL)), class, "font-size");
  assert_near(look->weight, number_of(values, "font-weight", 400), class, "font-weight");
}

static void test_style_sheet(void) {
  g_autofree char *rules = read_rules();
  g_autoptr(GHashTable) root = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  add_rules(root, rules, ":root");
  for (GalenStyle style = 0; style < GALEN_N_STYLES; style++) {
    const GalenPaintStyle *look = galen_paint_style(style);
    const char *class = galen_svg_class(style);
    g_autoptr(GHashTable) values = values_of(rules, class, is_text(style));
    guint32 fill = color_of(values, root, "fill", "black");
    assert_near(look->fill, fill, class, "fill");
    if (fill != GALEN_PAINT_NONE)
      assert_near(look->fill_opacity, number_of(values, "fill-opacity", 1) * number_of(values, "opacity", 1), class,
                  "fill-opacity");
    g_assert_cmpint(look->crisp, ==, g_hash_table_contains(values, "shape-rendering"));
    if (is_text(style))
      check_text(style, values);
    else
      check_shape(style, values, root);
  }
}

static void test_page_colors(void) {
  static const struct {
    const char *name;
    guint32 color;
  } colors[] = {
      {"--ink", GALEN_PAINT_INK},
      {"--soft", GALEN_PAINT_SOFT},
      {"--line", GALEN_PAINT_LINE},
      {"--faint", GALEN_PAINT_FAINT},
      {"--link", GALEN_PAINT_LINK},
      {"--info", GALEN_PAINT_INFO},
      {"--warning", GALEN_PAINT_WARNING},
      {"--alert", GALEN_PAINT_ALERT},
      {"--critical", GALEN_PAINT_CRITICAL},
      {"--info-bg", GALEN_PAINT_INFO_GROUND},
      {"--warning-bg", GALEN_PAINT_WARNING_GROUND},
      {"--critical-bg", GALEN_PAINT_CRITICAL_GROUND},
  };
  g_autofree char *rules = read_rules();
  g_autoptr(GHashTable) root = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  add_rules(root, rules, ":root");
  for (guint i = 0; i < G_N_ELEMENTS(colors); i++)
    assert_near(colors[i].color, color_of(root, root, colors[i].name, "none"), colors[i].name, "colour");
  const struct { const char *painted, *list; } fonts[] = {{GALEN_PAINT_SANS, "--sans"}, {GALEN_PAINT_MONO, "--mono"}};
  for (guint i = 0; i < G_N_ELEMENTS(fonts); i++) {
    g_auto(GStrv) families = g_strsplit(fonts[i].painted, ",", -1);
    for (guint f = 0; families[f] != NULL; f++)
      g_assert_nonnull(strstr(g_hash_table_lookup(root, fonts[i].list), families[f]));
  }
}

/* ---- pictures ---- */

typedef struct {
  cairo_surface_t *surface;
  cairo_t *cairo;
} Picture;

static Picture picture_of(const GalenScene *scene) {
  Picture self = {.surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)scene->width, (int)scene->height)};
  self.cairo = cairo_create(self.surface);
  cairo_set_source_rgb(self.cairo, 1, 1, 1);
  cairo_paint(self.cairo);
  galen_scene_paint(scene, self.cairo);
  cairo_surface_flush(self.surface);
  return self;
}

static void clear_picture(Picture *self) {
  g_assert_cmpint(cairo_status(self->cairo), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy(self->cairo);
  cairo_surface_destroy(self->surface);
}

static guint32 pixel(const Picture *self, int x, int y) {
  const guchar *row =
      cairo_image_surface_get_data(self->surface) + (gsize)y * (gsize)cairo_image_surface_get_stride(self->surface);
  guint32 value = 0;
  memcpy(&value, row + (gsize)x * 4, 4);
  return value & 0xFFFFFF;
}

/* How many pixels of the part are not white. */
static guint inked(const Picture *self, int x1, int y1, int x2, int y2) {
  guint n = 0;
  for (int y = y1; y < y2; y++)
    for (int x = x1; x < x2; x++)
      n += pixel(self, x, y) != 0xFFFFFF ? 1 : 0;
  return n;
}

static void test_shapes(void) {
  g_autoptr(GalenScene) scene = galen_scene_new("a", 100, 60);
  galen_scene_rect(scene, GALEN_STYLE_SERIES_0, 0, 0, 10, 10, "a tip");
  galen_scene_rect(scene, GALEN_STYLE_HOVER, 20, 0, 10, 10, "unseen");
  galen_scene_rect(scene, GALEN_STYLE_HEAT_7, 40, 0, 10, 10, NULL);
  galen_scene_rect(scene, GALEN_STYLE_INCIDENT_CRITICAL, 60, 0, 20, 20, NULL);
  galen_scene_path(scene, GALEN_STYLE_SERIES_0 + 1);
  galen_scene_move(scene, 0, 30);
  galen_scene_to(scene, 20, 30);
  galen_scene_to(scene, 20, 50);
  galen_scene_to(scene, 0, 50);
  galen_scene_close(scene);
  galen_scene_line(scene, GALEN_STYLE_AXIS, 30, 40.5, 60, 40.5);
  galen_scene_rect(scene, GALEN_STYLE_SERIES_0 + 2, 90, 50, -5, G_MAXDOUBLE, NULL);
  Picture picture = picture_of(scene);
  g_assert_cmphex(pixel(&picture, 5, 5), ==, 0x0072b2);
  g_assert_cmphex(pixel(&picture, 25, 5), ==, 0xFFFFFF);
  g_assert_cmphex(pixel(&picture, 45, 5), ==, 0x083a6b);
  /* 14 % of critical on white; 8 bits of opacity are less exact than 0.14. */
  guint32 shade = pixel(&picture, 70, 10);
  g_assert_cmpint(abs((int)(shade >> 16) - 0xf6), <=, 1);
  g_assert_cmpint(abs((int)(shade >> 8 & 0xFF) - 0xe6), <=, 1);
  g_assert_cmpint(abs((int)(shade & 0xFF) - 0xdb), <=, 1);
  g_assert_cmphex(pixel(&picture, 10, 40), ==, 0xd55e00);
  g_assert_cmphex(pixel(&picture, 45, 40), ==, GALEN_PAINT_SOFT);
  g_assert_cmphex(pixel(&picture, 45, 42), ==, 0xFFFFFF);
  clear_picture(&picture);
}

static void test_hatch_and_dashes(void) {
  g_autoptr(GalenScene) scene = galen_scene_new("a", 100, 60);
  galen_scene_hatch(scene, 0, 0, 40, 40);
  galen_scene_line(scene, GALEN_STYLE_MARK, 60.5, 0, 60.5, 50);
  Picture picture = picture_of(scene);
  guint ground = 0, drawn = 0;
  for (int y = 0; y < 40; y++) {
    ground += pixel(&picture, 20, y) == GALEN_PAINT_FAINT ? 1 : 0;
    drawn += pixel(&picture, 20, y) != GALEN_PAINT_FAINT ? 1 : 0;
  }
  g_assert_cmpuint(ground, >, 20);
  g_assert_cmpuint(drawn, >, 5);
  guint marked = inked(&picture, 60, 0, 61, 50);
  g_assert_cmpuint(marked, >=, 30); /* 3 of 5 */
  g_assert_cmpuint(marked, <=, 40);
  clear_picture(&picture);
}

static void test_texts(void) {
  if (!galen_paint_ready(NULL)) {
    g_test_skip("no font is installed");
    return;
  }
  g_autoptr(GalenScene) scene = galen_scene_new("a", 300, 100);
  galen_scene_text(scene, GALEN_STYLE_TICK, 10, 20, GALEN_ANCHOR_START, "Hxgq");
  galen_scene_text(scene, GALEN_STYLE_TICK, 150, 20, GALEN_ANCHOR_MIDDLE, "HHHH");
  galen_scene_text(scene, GALEN_STYLE_TICK, 290, 20, GALEN_ANCHOR_END, "HHHH");
  galen_scene_text(scene, GALEN_STYLE_NAME, 10, 60, GALEN_ANCHOR_START, "");
  galen_scene_text(scene, GALEN_STYLE_NAME, 10, 60, GALEN_ANCHOR_START, NULL);
  galen_scene_text(scene, GALEN_STYLE_NAME, 10, 90, GALEN_ANCHOR_START, "שלום 日本語 🐬\nb");
  Picture picture = picture_of(scene);
  g_assert_cmpuint(inked(&picture, 0, 0, 10, 40), ==, 0);
  g_assert_cmpuint(inked(&picture, 10, 10, 40, 20), >, 10);
  g_assert_cmpuint(inked(&picture, 10, 20, 60, 25), >, 0); /* below the base line */
  g_assert_cmpuint(inked(&picture, 130, 8, 150, 20), >, 10);
  g_assert_cmpuint(inked(&picture, 150, 8, 170, 20), >, 10);
  g_assert_cmpuint(inked(&picture, 260, 8, 290, 20), >, 10);
  g_assert_cmpuint(inked(&picture, 291, 0, 300, 40), ==, 0);
  g_assert_cmpuint(inked(&picture, 10, 40, 300, 70), ==, 0);
  g_assert_cmpuint(inked(&picture, 10, 75, 200, 95), >, 20);
  clear_picture(&picture);
}

/* The transformation holds, is scaled to, and is left as it was. */
static void test_transformation(void) {
  g_autoptr(GalenScene) scene = galen_scene_new("a", 10, 10);
  galen_scene_rect(scene, GALEN_STYLE_GLYPH, 0, 0, 10, 10, NULL);
  g_autoptr(GalenScene) empty = galen_scene_new("b", 100, 100);
  Picture picture = picture_of(empty);
  cairo_translate(picture.cairo, 20, 30);
  cairo_scale(picture.cairo, 2, 2);
  galen_scene_paint(scene, picture.cairo);
  cairo_matrix_t matrix;
  cairo_get_matrix(picture.cairo, &matrix);
  g_assert_cmpfloat(matrix.xx, ==, 2);
  g_assert_cmpfloat(matrix.x0, ==, 20);
  cairo_surface_flush(picture.surface);
  g_assert_cmphex(pixel(&picture, 38, 48), ==, GALEN_PAINT_INK);
  g_assert_cmphex(pixel(&picture, 18, 48), ==, 0xFFFFFF);
  g_assert_cmphex(pixel(&picture, 42, 48), ==, 0xFFFFFF);
  clear_picture(&picture);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_assert_true(galen_late_paper_load(NULL));
  g_test_add_func("/paint/style-sheet", test_style_sheet);
  g_test_add_func("/paint/page-colors", test_page_colors);
  g_test_add_func("/paint/shapes", test_shapes);
  g_test_add_func("/paint/hatch-and-dashes", test_hatch_and_dashes);
  g_test_add_func("/paint/texts", test_texts);
  g_test_add_func("/paint/transformation", test_transformation);
  return g_test_run();
}
