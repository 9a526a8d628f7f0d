/* The latency heat map: time to the right, latency upwards (logarithmic), calls as depth of colour. */
#pragma once

#include "../digest/series.h"
#include "scene.h"

#define GALEN_HEAT_LEVELS 7u

typedef struct {
  gint64 from, to;
  gint64 step;
  guint n;          /* columns */
  guint row, rows;  /* first row shown (floor(3 log10 µs)), how many */
  guint64 *counts;  /* n × rows, column by column */
  guint64 max, sum; /* of a field; of all */
  GArray *gaps;     /* of GalenSpan: times without data */
} GalenHeat;

/* `counts` is series->n × row_count, cell by cell; cells are joined until there are at most `columns_max`, rows cut to
 * the used ones. NULL when there is nothing to show. */
GalenHeat *galen_heat_new(const GalenSeries *series, const guint64 *counts, guint row_count, guint columns_max);
void galen_heat_free(GalenHeat *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenHeat, galen_heat_free)

void galen_heat_add_gap(GalenHeat *self, gint64 from, gint64 to);

/* 0 for none, else 1 … GALEN_HEAT_LEVELS; equal ratios of counts are equal steps. */
guint galen_heat_level(const GalenHeat *self, guint64 count);
/* The smallest count of a level; more than the one of the next level when the level is unused. */
guint64 galen_heat_level_from(const GalenHeat *self, guint level);
/* The lower bound of a row, µs. */
double galen_heat_row_from(guint row);

typedef struct {
  const char *id, *title;
  double width;
  GTimeZone *zone;
  const char *zone_name;
} GalenHeatForm;

GalenScene *galen_heat_scene(const GalenHeat *self, const GalenHeatForm *form);
