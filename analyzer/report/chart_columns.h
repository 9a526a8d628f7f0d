/* Columns over time, stacked: error-log records by severity, statements, load. */
#pragma once

#include "../digest/errors.h"
#include "chart_axis.h"

#define GALEN_COLUMNS_LAYERS 3u

typedef struct {
  const char *unit, *what[GALEN_COLUMNS_LAYERS];
  gboolean mean; /* several cells together are their mean, not their sum */
  GalenStyle styles[GALEN_COLUMNS_LAYERS];
  guint layers, n;
  gint64 from, step;
  double *values[GALEN_COLUMNS_LAYERS];
} GalenColumns;

/* Where they stand. */
typedef struct {
  GalenScene *scene;
  GTimeZone *zone;
  gint64 from, to; /* what is shown */
  guint ticks;     /* values at the axis, about */
  gboolean tips;   /* figures of a time where it is pointed at */
} GalenColumnsPlace;

/* Makes room for cells of a source, joined until at most `cells_max` of them are shown. */
void galen_columns_prepare(GalenColumns *self, const GalenColumnsPlace *place, gint64 from, gint64 step, guint n,
                           guint cells_max);
/* Adds the source's cells to a layer, each times `part`; NULL: none. */
void galen_columns_gather(GalenColumns *self, guint layer, const guint64 *cells, gint64 step, guint n, double part);
void galen_columns_clear(GalenColumns *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GalenColumns, galen_columns_clear)

gint64 galen_columns_from(const GalenColumns *self, guint cell);
gboolean galen_columns_is_shown(const GalenColumns *self, const GalenColumnsPlace *place, guint cell);
double galen_columns_total(const GalenColumns *self, guint cell);

/* Axis, hatches over `missing` (of GalenSpan), columns and tips. */
void galen_columns_draw(const GalenColumns *self, const GalenColumnsPlace *place, const GalenPlot *plot,
                        const GArray *missing);

/* Empty columns for records by severity, the worst at the base line, filled from the series. */
GalenColumns galen_columns_of_errors(const GalenErrorSeries *series, const GalenColumnsPlace *place, guint cells_max);
