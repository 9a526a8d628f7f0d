/* A chart with its words around it: what it is of, title, caption, legend, scene, from the top. For PNG, mail and PDF;
 * the page has its own. Lengths are CSS pixels. */
#pragma once

#include "charts.h"

#include "late_paper.h"

typedef struct {
  const char *above; /* of which report; NULL: nothing */
  const char *name;  /* of the chart: says why there is none when `chart` is NULL */
  const GalenChart *chart;
  const GalenReport *report;
} GalenFrame;

/* Paints it from the origin on, `width` wide, and returns its height. With `paint` FALSE it is only measured. */
double galen_frame_paint(const GalenFrame *self, cairo_t *cairo, double width, gboolean paint);
