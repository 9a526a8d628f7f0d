/* One chart as a picture. */
#pragma once

#include "model.h"
#include "writers.h"

/* The chart `name` (charts.h; NULL: the default) as PNG, `scale` dots a CSS pixel, on white, with title and legend around
 * it. `width` of the chart in CSS pixels, 0: the page's. A report without data for it gives a picture that says so. The
 * same report gives the same bytes. NULL with error: no font is installed, or the chart is too large for a picture. */
GBytes *galen_png_chart(const GalenReport *report, const char *name, double width, double scale, GError **error);

/* Rows of writers.c. */
GBytes *galen_png_write(const GalenReport *report, const GalenWriteOptions *options, GError **error);
gboolean galen_png_check(const GalenWriteOptions *options, GError **error);
