/* Dumbbells: a figure before and after as two dots and a line between, a row each; one column a measure. */
#pragma once

#include "../findings/comparison.h"
#include "scene.h"

#define GALEN_DUMBBELL_ROWS 14u

/* The changes worth a row: slower, new, gone, faster, in turns so that each kind has some; then leading steady ones, so that
 * there are a few. Borrowed. Caller unrefs. */
GPtrArray *galen_dumbbell_rows(const GalenComparison *comparison, guint rows_max);

/* Query time an hour and p95 of these; NULL when there is none with a figure. */
GalenScene *galen_dumbbell_scene(const GPtrArray *changes, const char *id, double width, gboolean tips);
