#include "chart_frame.h"

#include "paint.h"
#include "paint_style.h"

#include <math.h>

#define ABOVE_SIZE 11.5
#define TITLE_SIZE 15.0
#define CAPTION_SIZE 12.0
#define LEGEND_SIZE 12.0
#define SQUARE 10.0
#define SQUARE_GAP 6.0
#define KEY_GAP 18.0
#define KEY_PITCH 18.0

typedef struct {
  cairo_t *cairo;
  PangoLayout *layout;
  double width, y;
  gboolean paint;
} Pen;

static void set_font(Pen *pen, double size, guint weight) {
  galen_paint_font(pen->layout, GALEN_PAINT_SANS, size, weight);
}

/* A text in as many lines as it needs, `gap` below it. */
static void put_text(Pen *pen, const char *text, double size, guint weight, guint32 color, double gap) {
  if (text == NULL || *text == '\0')
    return;
  set_font(pen, size, weight);
  pango_layout_set_width(pen->layout, (int)(pen->width * PANGO_SCALE));
  pango_layout_set_wrap(pen->layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_ellipsize(pen->layout, PANGO_ELLIPSIZE_NONE);
  pango_layout_set_text(pen->layout, text, -1);
  int height = 0;
  pango_layout_get_size(pen->layout, NULL, &height);
  if (pen->paint) {
    galen_paint_set_color(pen->cairo, color, 1);
    cairo_move_to(pen->cairo, 0, pen->y);
    pango_cairo_show_layout(pen->cairo, pen->layout);
  }
  pen->y += (double)height / PANGO_SCALE + gap;
}

/* In one line, cut in the middle where it is wider than `most`; returns its width. */
static double put_word(Pen *pen, const char *text, double x, double most, guint32 color) {
  pango_layout_set_width(pen->layout, -1);
  pango_layout_set_ellipsize(pen->layout, PANGO_ELLIPSIZE_NONE);
  pango_layout_set_text(pen->layout, text, -1);
  int width = 0;
  pango_layout_get_size(pen->layout, &width, NULL);
  if (width > most * PANGO_SCALE) {
    pango_layout_set_width(pen->layout, (int)(fmax(most, 1) * PANGO_SCALE));
    pango_layout_set_ellipsize(pen->layout, PANGO_ELLIPSIZE_MIDDLE);
    pango_layout_get_size(pen->layout, &width, NULL);
  }
  if (pen->paint) {
    galen_paint_set_color(pen->cairo, color, 1);
    cairo_move_to(pen->cairo, x, pen->y);
    pango_cairo_show_layout(pen->cairo, pen->layout);
  }
  return (double)width / PANGO_SCALE;
}

static double width_of(Pen *pen, const char *text) {
  if (text == NULL)
    return 0;
  pango_layout_set_width(pen->layout, -1);
  pango_layout_set_text(pen->layout, text, -1);
  int width = 0;
  pango_layout_get_size(pen->layout, &width, NULL);
  return (double)width / PANGO_SCALE;
}

static void put_key(Pen *pen, const GalenChartKey *key, double *x) {
  double value = key->value != NULL ? width_of(pen, key->value) + SQUARE_GAP : 0;
  double picture = SQUARE + SQUARE_GAP;
  double most = pen->width - picture - value;
  double name = fmin(width_of(pen, key->name), most);
  if (*x > 0 && *x + picture + name + value > pen->width) {
    *x = 0;
    pen->y += KEY_PITCH;
  }
  if (pen->paint) {
    const GalenPaintStyle *style = galen_paint_style(key->style);
    galen_paint_set_color(pen->cairo, style->fill, style->fill_opacity);
    cairo_rectangle(pen->cairo, *x, pen->y + 3, SQUARE, SQUARE);
    cairo_fill(pen->cairo);
  }
  put_word(pen, key->name, *x + picture, most, GALEN_PAINT_INK);
  if (key->value != NULL)
    put_word(pen, key->value, *x + picture + name + SQUARE_GAP, value, GALEN_PAINT_SOFT);
  *x += picture + name + value + KEY_GAP;
}

static void put_legend(Pen *pen, const GPtrArray *legend) {
  if (legend->len == 0)
    return;
  double x = 0;
  set_font(pen, LEGEND_SIZE, 400);
  for (guint i = 0; i < legend->len; i++)
    put_key(pen, g_ptr_array_index(legend, i), &x);
  pen->y += KEY_PITCH + 4;
}

static void put_scene(Pen *pen, const GalenScene *scene) {
  if (pen->paint) {
    cairo_save(pen->cairo);
    cairo_translate(pen->cairo, 0, pen->y);
    galen_scene_paint(scene, pen->cairo);
    cairo_restore(pen->cairo);
  }
  pen->y += scene->height;
}

double galen_frame_paint(const GalenFrame *self, cairo_t *cairo, double width, gboolean paint) {
  cairo_save(cairo);
  Pen pen = {.cairo = cairo, .layout = galen_paint_layout(cairo), .width = width, .paint = paint};
  put_text(&pen, self->above, ABOVE_SIZE, 400, GALEN_PAINT_SOFT, 2);
  if (self->chart != NULL) {
    put_text(&pen, self->chart->scene->title, TITLE_SIZE, 600, GALEN_PAINT_INK, 2);
    put_text(&pen, self->chart->caption, CAPTION_SIZE, 400, GALEN_PAINT_SOFT, 6);
    put_legend(&pen, self->chart->legend);
    put_scene(&pen, self->chart->scene);
  } else {
    g_autofree char *nothing = galen_chart_nothing(self->report, self->name);
    put_text(&pen, nothing, TITLE_SIZE, 600, GALEN_PAINT_INK, 0);
  }
  g_object_unref(pen.layout);
  cairo_restore(cairo);
  return pen.y;
}
