/* Severity bars: error-log records over time, stacked by how bad they are. */
#pragma once

#include "model.h"
#include "scene.h"

typedef struct {
  const char *id, *title;
  const GalenReport *report;
  double width, height;
  guint cells_max;
  gboolean tips;
} GalenErrorsForm;

/* NULL: no record of an error log has a known time. */
GalenScene *galen_errors_scene(const GalenErrorsForm *form);

/* The same columns as figures: a row each of `rows_max` or fewer joined cells. */
typedef struct {
  gint64 from, to;
  guint64 critical, warning, info;
} GalenErrorsRow;
GArray *galen_errors_rows(const GalenReport *report, guint rows_max); /* of GalenErrorsRow; NULL as above */
