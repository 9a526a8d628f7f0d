#include "scene.h"

#include <math.h>

#define HATCH_STEP 7.0
/* Most hatch lines of one rectangle: a wider one gets them further apart. */
#define HATCH_LINES_MAX 240.0

static void clear_shape(gpointer data) {
  GalenShape *shape = data;
  g_free(shape->text);
}

GalenScene *galen_scene_new(const char *id, double width, double height) {
  GalenScene *self = g_new0(GalenScene, 1);
  self->id = g_strdup(id);
  self->width = width;
  self->height = height;
  self->shapes = g_array_new(FALSE, TRUE, sizeof(GalenShape));
  g_array_set_clear_func(self->shapes, clear_shape);
  self->points = g_array_new(FALSE, TRUE, sizeof(GalenPoint));
  return self;
}

void galen_scene_free(GalenScene *self) {
  if (self == NULL)
    return;
  g_array_unref(self->shapes);
  g_array_unref(self->points);
  g_free(self->id);
  g_free(self->title);
  g_free(self->description);
  g_free(self);
}

void galen_scene_describe(GalenScene *self, const char *title, const char *description) {
  g_free(self->title);
  g_free(self->description);
  self->title = g_strdup(title);
  self->description = g_strdup(description);
}

void galen_scene_rect(GalenScene *self, GalenStyle style, double x, double y, double w, double h, const char *tip) {
  GalenShape shape = {.kind = GALEN_SHAPE_RECT, .style = style, .x = x, .y = y, .w = w, .h = h, .text = g_strdup(tip)};
  g_array_append_val(self->shapes, shape);
}

void galen_scene_line(GalenScene *self, GalenStyle style, double x1, double y1, double x2, double y2) {
  GalenShape shape = {.kind = GALEN_SHAPE_LINE, .style = style, .x = x1, .y = y1, .w = x2 - x1, .h = y2 - y1};
  g_array_append_val(self->shapes, shape);
}

void galen_scene_text(GalenScene *self, GalenStyle style, double x, double y, GalenAnchor anchor, const char *text) {
  GalenShape shape = {
      .kind = GALEN_SHAPE_TEXT, .style = style, .x = x, .y = y, .anchor = anchor, .text = g_strdup(text)};
  g_array_append_val(self->shapes, shape);
}

void galen_scene_path(GalenScene *self, GalenStyle style) {
  GalenShape shape = {.kind = GALEN_SHAPE_PATH, .style = style, .first = self->points->len};
  g_array_append_val(self->shapes, shape);
}

static void add_point(GalenScene *self, GalenPoint point) {
  g_assert(self->shapes->len > 0);
  GalenShape *shape = &g_array_index(self->shapes, GalenShape, self->shapes->len - 1);
  g_assert(shape->kind == GALEN_SHAPE_PATH);
  g_array_append_val(self->points, point);
  shape->points++;
}

void galen_scene_move(GalenScene *self, double x, double y) {
  add_point(self, (GalenPoint){GALEN_POINT_MOVE, x, y});
}

static gboolean same(double a, double b) {
  return fabs(a - b) < 0.05;
}

static gboolean is_between(double a, double b, double c) {
  return (a <= b && b <= c) || (a >= b && b >= c);
}

/* Whether b adds nothing on the way from a to c. */
static gboolean is_straight(const GalenPoint *a, const GalenPoint *b, double x, double y) {
  return (same(a->x, b->x) && same(b->x, x) && is_between(a->y, b->y, y)) ||
         (same(a->y, b->y) && same(b->y, y) && is_between(a->x, b->x, x));
}

void galen_scene_to(GalenScene *self, double x, double y) {
  const GalenShape *shape = &g_array_index(self->shapes, GalenShape, self->shapes->len - 1);
  GalenPoint *last = shape->points > 0 ? &g_array_index(self->points, GalenPoint, self->points->len - 1) : NULL;
  if (last != NULL && last->kind != GALEN_POINT_CLOSE && same(last->x, x) && same(last->y, y))
    return;
  if (shape->points > 1 && last != NULL && last->kind == GALEN_POINT_LINE && is_straight(last - 1, last, x, y)) {
    last->x = x;
    last->y = y;
    return;
  }
  add_point(self, (GalenPoint){GALEN_POINT_LINE, x, y});
}

void galen_scene_close(GalenScene *self) {
  add_point(self, (GalenPoint){.kind = GALEN_POINT_CLOSE});
}

void galen_scene_hatch(GalenScene *self, double x, double y, double w, double h) {
  if (w <= 0 || h <= 0)
    return;
  galen_scene_rect(self, GALEN_STYLE_HATCH_GROUND, x, y, w, h, NULL);
  galen_scene_path(self, GALEN_STYLE_HATCH);
  double step = fmax(HATCH_STEP, (w + h) / HATCH_LINES_MAX);
  /* Lines x + y = k, cut at the rectangle's sides; k counts from the scene's origin, so that neighbours line up. */
  double first = floor((x + y) / step) + 1;
  guint lines = (guint)fmax(0, ceil((x + y + w + h) / step - first));
  for (guint i = 0; i < lines; i++) {
    double k = (first + i) * step;
    double left = fmax(x, k - y - h);
    double right = fmin(x + w, k - y);
    add_point(self, (GalenPoint){GALEN_POINT_MOVE, left, k - left});
    add_point(self, (GalenPoint){GALEN_POINT_LINE, right, k - right});
  }
}

/* Hundredths of an em in DejaVu Sans, the widest of the faces that are likely to be there. */
static const guint8 ascii_widths[] = {32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37,  32, 34, 64, 64, 64,
                                      64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 54, 100, 69, 69, 70, 78, 64,
                                      58, 78, 76, 30, 30, 66, 56, 87, 75, 79, 61, 79, 70, 64,  62, 74, 69, 99, 69,
                                      62, 69, 40, 34, 40, 84, 50, 50, 62, 64, 55, 64, 62, 36,  64, 64, 28, 28, 58,
                                      28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60,  53, 64, 34, 64, 84};

static double width_of(gunichar c) {
  if (c >= ' ' && c - ' ' < G_N_ELEMENTS(ascii_widths))
    return ascii_widths[c - ' '] / 100.0;
  if (c == 0x202f || c == 0x2009) /* thin spaces, between thousands */
    return 0.2;
  return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 1.05 : c == 0x2026 ? 1 : 0.72;
}

double galen_scene_text_width(const char *text, double size) {
  double ems = 0;
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char(c))
    ems += width_of(g_utf8_get_char(c));
  return ems * size;
}

char *galen_scene_text_fit(const char *text, double size, double width) {
  if (galen_scene_text_width(text, size) <= width)
    return g_strdup(text);
  glong n = g_utf8_strlen(text, -1);
  for (glong kept = n - 1; kept > 2; kept--) {
    glong head = kept / 2, tail = kept - head;
    g_autofree char *begin = g_utf8_substring(text, 0, head);
    g_autofree char *end = g_utf8_substring(text, n - tail, n);
    g_autofree char *fit = g_strconcat(begin, "…", end, NULL);
    if (galen_scene_text_width(fit, size) <= width)
      return g_steal_pointer(&fit);
  }
  return g_strdup("…");
}
