/* The latency histogram of a class: one bar a third of a decade, percentiles as marks across it. */
#pragma once

#include "model.h"
#include "scene.h"

/* `bars` of GalenBar *, contiguous, lowest first; `time` has the percentiles, NaN ones are left out. NULL when there is
 * no bar. */
GalenScene *galen_latency_scene(const GPtrArray *bars, const GalenFigure *time, guint color, const char *id,
                                const char *title, double width, double height);
