/* Share bars: a name, its part, and a bar below them, one row each. */
#pragma once

#include "scene.h"

typedef struct {
  char *name, *value; /* "SELECT orders", "41.2 %" */
  double part;        /* of the bar's room, 0 to 1 */
  guint color;        /* 0..5 */
} GalenBarRow;

/* `rows` of GalenBarRow. */
GalenScene *galen_bars_scene(const GArray *rows, const char *id, const char *title, const char *description,
                             double width);
