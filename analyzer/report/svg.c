#include "svg.h"

#include "paint_style.h"

#include <math.h>
#include <string.h>

/* Coordinates are tenths of a pixel: past this nothing is on any screen, and nothing overflows. */
#define COORDINATE_MAX 1e6

static const char *const classes[GALEN_N_STYLES] = {
    [GALEN_STYLE_GRID] = "grid",
    [GALEN_STYLE_AXIS] = "axis",
    [GALEN_STYLE_TICK] = "tick",
    [GALEN_STYLE_UNIT] = "unit",
    [GALEN_STYLE_NOTE] = "note",
    [GALEN_STYLE_MARK] = "mark",
    [GALEN_STYLE_MARK_TEXT] = "mt",
    [GALEN_STYLE_HATCH_GROUND] = "hg",
    [GALEN_STYLE_HATCH] = "hl",
    [GALEN_STYLE_HOVER] = "hv",
    [GALEN_STYLE_SERIES_0] = "s0",
    [GALEN_STYLE_SERIES_0 + 1] = "s1",
    [GALEN_STYLE_SERIES_0 + 2] = "s2",
    [GALEN_STYLE_SERIES_0 + 3] = "s3",
    [GALEN_STYLE_SERIES_0 + 4] = "s4",
    [GALEN_STYLE_SERIES_5] = "s5",
    [GALEN_STYLE_LABEL_0] = "l0",
    [GALEN_STYLE_LABEL_0 + 1] = "l1",
    [GALEN_STYLE_LABEL_0 + 2] = "l2",
    [GALEN_STYLE_LABEL_0 + 3] = "l3",
    [GALEN_STYLE_LABEL_0 + 4] = "l4",
    [GALEN_STYLE_LABEL_5] = "l5",
    [GALEN_STYLE_HEAT_1] = "h1",
    [GALEN_STYLE_HEAT_1 + 1] = "h2",
    [GALEN_STYLE_HEAT_1 + 2] = "h3",
    [GALEN_STYLE_HEAT_1 + 3] = "h4",
    [GALEN_STYLE_HEAT_1 + 4] = "h5",
    [GALEN_STYLE_HEAT_1 + 5] = "h6",
    [GALEN_STYLE_HEAT_7] = "h7",
    [GALEN_STYLE_NAME] = "ln",
    [GALEN_STYLE_SMALL] = "ls",
    [GALEN_STYLE_STATE_DOWN] = "sd",
    [GALEN_STYLE_GLYPH] = "gp",
    [GALEN_STYLE_GLYPH_LINE] = "gl",
    [GALEN_STYLE_ALERT] = "ga",
    [GALEN_STYLE_ALERT_LINE] = "gx",
    [GALEN_STYLE_LINK] = "lk",
    [GALEN_STYLE_LINK_DASHED] = "ld",
    [GALEN_STYLE_INCIDENT_INFO] = "ii",
    [GALEN_STYLE_INCIDENT_WARNING] = "iw",
    [GALEN_STYLE_INCIDENT_CRITICAL] = "ic",
    [GALEN_STYLE_INCIDENT_TEXT] = "it",
};

const char *galen_svg_class(GalenStyle style) {
  return classes[style];
}

static gint64 tenths(double value) {
  return (gint64)lrint(fmin(fmax(value, -COORDINATE_MAX), COORDINATE_MAX) * 10.0);
}

/* "-12.3", "4", ".5": printf costs ten times as much. */
static void append_tenths(GString *out, gint64 value) {
  char digits[24];
  guint at = sizeof digits;
  guint64 rest = (guint64)(value < 0 ? -value : value);
  guint64 whole = rest / 10;
  if (rest % 10 != 0) {
    digits[--at] = (char)('0' + rest % 10);
    digits[--at] = '.';
  }
  for (; whole > 0; whole /= 10)
    digits[--at] = (char)('0' + whole % 10);
  if (at == sizeof digits)
    digits[--at] = '0';
  if (value < 0)
    digits[--at] = '-';
  g_string_append_len(out, digits + at, (gssize)(sizeof digits - at));
}

static void set_number(GalenMarkup *out, const char *name, double value) {
  g_autoptr(GString) text = g_string_new(NULL);
  append_tenths(text, tenths(value));
  galen_markup_attribute(out, name, text->str);
}

static void put_path(GalenMarkup *out, const GString *d) {
  galen_markup_open(out, "path");
  galen_markup_attribute(out, "d", d->str);
  galen_markup_close(out);
}

/* One step of a path, relative to (*x, *y), which move along. Rounded positions are what is subtracted, so that
 * rounding never adds up. */
static void append_step(GString *out, const GalenPoint *point, gint64 *x, gint64 *y, gboolean first) {
  gint64 to_x = tenths(point->x), to_y = tenths(point->y);
  gint64 dx = first ? to_x : to_x - *x, dy = first ? to_y : to_y - *y;
  if (point->kind == GALEN_POINT_LINE && dx == 0 && dy == 0)
    return;
  gboolean both = point->kind == GALEN_POINT_MOVE || (dx != 0 && dy != 0);
  g_string_append_c(out, point->kind == GALEN_POINT_MOVE ? (first ? 'M' : 'm') : both ? 'l' : dy == 0 ? 'h' : 'v');
  if (both || dy == 0)
    append_tenths(out, dx);
  if (both && dy >= 0)
    g_string_append_c(out, ' ');
  if (both || dy != 0)
    append_tenths(out, dy);
  *x = to_x;
  *y = to_y;
}

/* Whether a level line goes on through the point in the same direction: steps of one height are one line. */
static gboolean is_on_the_way(const GalenPoint *point, const GalenPoint *next, gint64 x, gint64 y) {
  if (point->kind != GALEN_POINT_LINE || next->kind != GALEN_POINT_LINE)
    return FALSE;
  gint64 there = tenths(point->x), end = tenths(next->x);
  return tenths(point->y) == y && tenths(next->y) == y &&
         ((x <= there && there <= end) || (x >= there && there >= end));
}

static void paint_path(GalenMarkup *out, const GalenScene *scene, const GalenShape *shape) {
  g_autoptr(GString) d = g_string_sized_new(8 * (gsize)shape->points);
  gint64 x = 0, y = 0, start_x = 0, start_y = 0;
  for (guint i = 0; i < shape->points; i++) {
    const GalenPoint *point = &g_array_index(scene->points, GalenPoint, shape->first + i);
    if (point->kind == GALEN_POINT_CLOSE) {
      g_string_append_c(d, 'z');
      x = start_x;
      y = start_y;
      continue;
    }
    if (i + 1 < shape->points && is_on_the_way(point, point + 1, x, y))
      continue;
    append_step(d, point, &x, &y, i == 0);
    if (point->kind == GALEN_POINT_MOVE) {
      start_x = x;
      start_y = y;
    }
  }
  put_path(out, d);
}

static gboolean is_plain_rect(const GalenShape *shape) {
  return shape->kind == GALEN_SHAPE_RECT && shape->text == NULL;
}

/* Rectangles without tips are one path: that is shorter. */
static void paint_rects(GalenMarkup *out, const GalenShape *shapes, guint n) {
  g_autoptr(GString) d = g_string_new(NULL);
  /* Filling closes an outline by itself, drawing it does not. */
  gboolean outlined = galen_paint_style(shapes[0].style)->stroke != GALEN_PAINT_NONE;
  gint64 x = 0, y = 0;
  for (guint i = 0; i < n; i++) {
    const GalenShape *shape = &shapes[i];
    double right = shape->x + fmax(shape->w, 0), bottom = shape->y + fmax(shape->h, 0);
    append_step(d, &(GalenPoint){GALEN_POINT_MOVE, shape->x, bottom}, &x, &y, i == 0);
    gint64 start_x = x, start_y = y;
    append_step(d, &(GalenPoint){GALEN_POINT_LINE, shape->x, shape->y}, &x, &y, FALSE);
    append_step(d, &(GalenPoint){GALEN_POINT_LINE, right, shape->y}, &x, &y, FALSE);
    append_step(d, &(GalenPoint){GALEN_POINT_LINE, right, bottom}, &x, &y, FALSE);
    if (!outlined)
      continue;
    g_string_append_c(d, 'z');
    x = start_x;
    y = start_y;
  }
  put_path(out, d);
}

static void paint_rect(GalenMarkup *out, const GalenShape *shape) {
  galen_markup_open(out, "rect");
  set_number(out, "x", shape->x);
  set_number(out, "y", shape->y);
  set_number(out, "width", fmax(shape->w, 0));
  set_number(out, "height", fmax(shape->h, 0));
  if (shape->text != NULL)
    galen_markup_element(out, "title", shape->text);
  galen_markup_close(out);
}

static void paint_text(GalenMarkup *out, const GalenShape *shape) {
  if (shape->text[0] == '\0')
    return;
  galen_markup_open(out, "text");
  set_number(out, "x", shape->x);
  set_number(out, "y", shape->y);
  galen_markup_text(out, shape->text);
  galen_markup_close(out);
}

/* A run of lines is one path. */
static void paint_lines(GalenMarkup *out, const GalenShape *shapes, guint n) {
  g_autoptr(GString) d = g_string_new(NULL);
  gint64 x = 0, y = 0;
  for (guint i = 0; i < n; i++) {
    const GalenShape *shape = &shapes[i];
    append_step(d, &(GalenPoint){GALEN_POINT_MOVE, shape->x, shape->y}, &x, &y, i == 0);
    append_step(d, &(GalenPoint){GALEN_POINT_LINE, shape->x + shape->w, shape->y + shape->h}, &x, &y, FALSE);
  }
  put_path(out, d);
}

/* Shapes of one group. */
static void paint_shapes(GalenMarkup *out, const GalenScene *scene, const GalenShape *shapes, guint n) {
  for (guint i = 0; i < n; i++) {
    guint lines = 0, rects = 0;
    switch (shapes[i].kind) {
    case GALEN_SHAPE_RECT:
      while (i + rects < n && is_plain_rect(&shapes[i + rects]))
        rects++;
      if (rects > 1)
        paint_rects(out, &shapes[i], rects);
      else
        paint_rect(out, &shapes[i]);
      i += rects > 1 ? rects - 1 : 0;
      break;
    case GALEN_SHAPE_LINE:
      while (i + lines < n && shapes[i + lines].kind == GALEN_SHAPE_LINE)
        lines++;
      paint_lines(out, &shapes[i], lines);
      i += lines - 1;
      break;
    case GALEN_SHAPE_PATH:
      paint_path(out, scene, &shapes[i]);
      break;
    case GALEN_SHAPE_TEXT:
      paint_text(out, &shapes[i]);
      break;
    }
  }
}

static gboolean share_group(const GalenShape *a, const GalenShape *b) {
  return a->style == b->style && a->anchor == b->anchor;
}

static void put_words(GalenMarkup *out, const char *element, const char *id, const char *text) {
  galen_markup_open(out, element);
  galen_markup_attribute(out, "id", id);
  galen_markup_text(out, text);
  galen_markup_close(out);
}

/* Title and description with ids of their own, so that a screen reader says both. */
static void paint_words(GalenMarkup *out, const GalenScene *scene) {
  if (scene->title == NULL)
    return;
  g_autofree char *title_id = g_strconcat(scene->id, "-t", NULL);
  g_autofree char *description_id = g_strconcat(scene->id, "-d", NULL);
  galen_markup_attribute(out, "aria-labelledby", title_id);
  if (scene->description != NULL)
    galen_markup_attribute(out, "aria-describedby", description_id);
  put_words(out, "title", title_id, scene->title);
  if (scene->description != NULL)
    put_words(out, "desc", description_id, scene->description);
}

void galen_svg_paint(GalenMarkup *out, const GalenScene *scene) {
  g_autoptr(GString) box = g_string_new("0 0 ");
  append_tenths(box, tenths(scene->width));
  g_string_append_c(box, ' ');
  append_tenths(box, tenths(scene->height));
  galen_markup_open(out, "svg");
  galen_markup_attribute(out, "viewBox", box->str);
  set_number(out, "width", scene->width);
  set_number(out, "height", scene->height);
  galen_markup_attribute(out, "role", "img");
  paint_words(out, scene);

  /* Neighbours of one style share a group that carries the class, and how texts are aligned. */
  static const char *const anchors[] = {NULL, "middle", "end"};
  const GalenShape *shapes = (const GalenShape *)(gpointer)scene->shapes->data;
  for (guint i = 0, n = 0; i < scene->shapes->len; i += n) {
    for (n = 1; i + n < scene->shapes->len && share_group(&shapes[i], &shapes[i + n]);)
      n++;
    galen_markup_open(out, "g");
    galen_markup_attribute(out, "class", classes[shapes[i].style]);
    if (anchors[shapes[i].anchor] != NULL)
      galen_markup_attribute(out, "text-anchor", anchors[shapes[i].anchor]);
    paint_shapes(out, scene, &shapes[i], n);
    galen_markup_close(out);
  }
  galen_markup_close(out);
}
