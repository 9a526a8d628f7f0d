#include "png.h"

#include "chart_frame.h"
#include "paint.h"

#include <math.h>

#define MARGIN 16.0
#define WORDS_WIDTH 620.0 /* of a picture that only says why it is empty */
#define SCALE 2.0
#define SIDE_MAX 16000.0 /* dots */

static cairo_status_t append(void *bytes, const guchar *data, unsigned int len) {
  g_byte_array_append(bytes, data, len);
  return CAIRO_STATUS_SUCCESS;
}

static gboolean fail(GError **error, const char *why) {
  g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, why);
  return FALSE;
}

/* `size` is the chart's, without the margin. */
static GBytes *paint(const GalenFrame *frame, double width, double height, double scale, GError **error) {
  double w = ceil((width + 2 * MARGIN) * scale), h = ceil((height + 2 * MARGIN) * scale);
  if (!(w <= SIDE_MAX) || !(h <= SIDE_MAX)) {
    fail(error, "the chart is too large for a picture");
    return NULL;
  }
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)w, (int)h);
  cairo_t *cairo = cairo_create(surface);
  cairo_set_source_rgb(cairo, 1, 1, 1);
  cairo_paint(cairo);
  cairo_scale(cairo, scale, scale);
  cairo_translate(cairo, MARGIN, MARGIN);
  galen_frame_paint(frame, cairo, width, TRUE);
  cairo_status_t status = cairo_status(cairo);
  cairo_destroy(cairo);
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_write_to_png_stream(surface, append, bytes);
  cairo_surface_destroy(surface);
  if (status != CAIRO_STATUS_SUCCESS) {
    fail(error, cairo_status_to_string(status));
    return NULL;
  }
  return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

static double measure(const GalenFrame *frame, double width) {
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1);
  cairo_t *cairo = cairo_create(surface);
  double height = galen_frame_paint(frame, cairo, width, FALSE);
  cairo_destroy(cairo);
  cairo_surface_destroy(surface);
  return height;
}

GBytes *galen_png_chart(const GalenReport *report, const char *name, double width, double scale, GError **error) {
  if (!galen_paint_ready(error))
    return NULL;
  name = name != NULL ? name : galen_chart_default(report);
  g_autoptr(GalenChart) chart = galen_chart_new(report, name, &(GalenChartForm){.width = width});
  GalenFrame frame = {.above = report->title, .name = name, .chart = chart, .report = report};
  double inner = chart != NULL ? chart->scene->width : width > 0 ? width : WORDS_WIDTH;
  return paint(&frame, inner, measure(&frame, inner), scale, error);
}

GBytes *galen_png_write(const GalenReport *report, const GalenWriteOptions *options, GError **error) {
  return galen_png_chart(report, options->chart, 0, SCALE, error);
}

gboolean galen_png_check(const GalenWriteOptions *options, GError **error) {
  if (options->chart == NULL || galen_chart_is_known(options->chart))
    return TRUE;
  g_autofree char *names = g_strjoinv(", ", (char **)galen_chart_names);
  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
              "--chart %s: the charts are %s; incident takes a number, load and latency an operation's id or rank, "
              "as in latency:1",
              options->chart, names);
  return FALSE;
}
