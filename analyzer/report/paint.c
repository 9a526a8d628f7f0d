#include "paint.h"

#include "paint_style.h"

#include <math.h>

/* Past this nothing is on any picture, and cairo's fixed point numbers do not overflow. */
#define COORDINATE_MAX 1e6

static double within(double value) {
  return fmin(fmax(value, -COORDINATE_MAX), COORDINATE_MAX);
}

void galen_paint_set_color(cairo_t *cairo, guint32 color, double opacity) {
  cairo_set_source_rgba(cairo, (color >> 16 & 0xFF) / 255.0, (color >> 8 & 0xFF) / 255.0, (color & 0xFF) / 255.0,
                        opacity);
}

PangoLayout *galen_paint_layout(cairo_t *cairo) {
  PangoLayout *layout = pango_cairo_create_layout(cairo);
  PangoContext *context = pango_layout_get_context(layout);
  /* The same glyphs in the same places at every scale, whatever the desktop prefers. */
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context, options);
  cairo_font_options_destroy(options);
  pango_context_set_round_glyph_positions(context, FALSE);
  pango_context_set_language(context, pango_language_from_string("en"));
  /* As on the page: the document is English, whatever script a name in it has. */
  pango_context_set_base_dir(context, PANGO_DIRECTION_LTR);
  pango_layout_set_auto_dir(layout, FALSE);
  pango_layout_context_changed(layout);
  return layout;
}

void galen_paint_font(PangoLayout *layout, const char *families, double size, guint weight) {
  PangoFontDescription *font = pango_font_description_new();
  pango_font_description_set_family_static(font, families);
  pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
  pango_font_description_set_weight(font, (PangoWeight)weight);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
}

/* ---- outlines ---- */

static void trace_path(cairo_t *cairo, const GalenScene *scene, const GalenShape *shape) {
  for (guint i = 0; i < shape->points; i++) {
    const GalenPoint *point = &g_array_index(scene->points, GalenPoint, shape->first + i);
    if (point->kind == GALEN_POINT_CLOSE)
      cairo_close_path(cairo);
    else if (point->kind == GALEN_POINT_MOVE)
      cairo_move_to(cairo, within(point->x), within(point->y));
    else
      cairo_line_to(cairo, within(point->x), within(point->y));
  }
}

static void trace(cairo_t *cairo, const GalenScene *scene, const GalenShape *shape) {
  cairo_new_path(cairo);
  double x = within(shape->x), y = within(shape->y);
  if (shape->kind == GALEN_SHAPE_RECT) {
    cairo_rectangle(cairo, x, y, fmax(within(shape->w), 0), fmax(within(shape->h), 0));
  } else if (shape->kind == GALEN_SHAPE_LINE) {
    cairo_move_to(cairo, x, y);
    cairo_line_to(cairo, within(shape->x + shape->w), within(shape->y + shape->h));
  } else {
    trace_path(cairo, scene, shape);
  }
}

static void paint_outline(cairo_t *cairo, const GalenScene *scene, const GalenShape *shape,
                          const GalenPaintStyle *style) {
  trace(cairo, scene, shape);
  cairo_set_antialias(cairo, style->crisp ? CAIRO_ANTIALIAS_NONE : CAIRO_ANTIALIAS_DEFAULT);
  if (style->fill != GALEN_PAINT_NONE) {
    galen_paint_set_color(cairo, style->fill, style->fill_opacity);
    cairo_fill_preserve(cairo);
  }
  if (style->stroke != GALEN_PAINT_NONE) {
    galen_paint_set_color(cairo, style->stroke, style->stroke_opacity);
    cairo_set_line_width(cairo, style->width);
    cairo_set_dash(cairo, style->dash, style->dash[0] > 0 ? 2 : 0, 0);
    cairo_stroke_preserve(cairo);
  }
  cairo_new_path(cairo);
}

/* ---- text ---- */

static void paint_text(cairo_t *cairo, PangoLayout *layout, const GalenShape *shape, const GalenPaintStyle *style) {
  if (shape->text == NULL || style->size <= 0)
    return;
  galen_paint_font(layout, GALEN_PAINT_SANS, style->size, style->weight);
  pango_layout_set_text(layout, shape->text, -1);
  int width = 0;
  pango_layout_get_size(layout, &width, NULL);
  double part = shape->anchor == GALEN_ANCHOR_START ? 0 : shape->anchor == GALEN_ANCHOR_MIDDLE ? 0.5 : 1;
  double base = (double)pango_layout_get_baseline(layout) / PANGO_SCALE;
  galen_paint_set_color(cairo, style->fill, style->fill_opacity);
  cairo_move_to(cairo, within(shape->x) - part * width / PANGO_SCALE, within(shape->y) - base);
  pango_cairo_show_layout(cairo, layout);
}

static PangoLayout *new_layout(cairo_t *cairo) {
  PangoLayout *layout = galen_paint_layout(cairo);
  pango_layout_set_single_paragraph_mode(layout, TRUE);
  PangoAttrList *attributes = pango_attr_list_new();
  pango_attr_list_insert(attributes, pango_attr_font_features_new(GALEN_PAINT_FEATURES));
  pango_layout_set_attributes(layout, attributes);
  pango_attr_list_unref(attributes);
  return layout;
}

void galen_scene_paint(const GalenScene *scene, cairo_t *cairo) {
  cairo_save(cairo);
  PangoLayout *layout = new_layout(cairo);
  for (guint i = 0; i < scene->shapes->len; i++) {
    const GalenShape *shape = &g_array_index(scene->shapes, GalenShape, i);
    const GalenPaintStyle *style = galen_paint_style(shape->style);
    if (shape->kind == GALEN_SHAPE_TEXT)
      paint_text(cairo, layout, shape, style);
    else
      paint_outline(cairo, scene, shape, style);
  }
  g_object_unref(layout);
  cairo_restore(cairo);
}

/* Names of families are there without any font: what counts is that letters have glyphs. */
static gboolean has_fonts(void) {
  PangoContext *context = pango_font_map_create_context(pango_cairo_font_map_get_default());
  PangoLayout *layout = pango_layout_new(context);
  g_object_unref(context);
  galen_paint_font(layout, GALEN_PAINT_SANS, 12, 400);
  pango_layout_set_text(layout, "Galen 12", -1);
  gboolean all = pango_layout_get_unknown_glyphs_count(layout) == 0;
  g_object_unref(layout);
  return all;
}

gboolean galen_paint_ready(GError **error) {
  if (!galen_late_paper_load(error))
    return FALSE;
  if (has_fonts())
    return TRUE;
  g_set_error_literal(
      error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
      "no font is installed, so that no text can be drawn: install one, fonts-dejavu-core for instance");
  return FALSE;
}
