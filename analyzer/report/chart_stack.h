/* The stacked step area: who filled the server, over time. Heights are average active statements: query time per second
 * of wall clock. */
#pragma once

#include "../digest/series.h"
#include "chart_axis.h"

typedef struct {
  char *label;
  guint color;    /* 0..5 */
  double *values; /* average active statements per cell */
  double time;    /* s of query time in all cells */
} GalenStackLayer;

typedef struct {
  gint64 from, to;   /* what is shown, µs */
  gint64 step;       /* µs a cell; the last one may be shorter */
  guint n;           /* cells */
  GPtrArray *layers; /* of GalenStackLayer *, from the base line up */
  GArray *gaps;      /* of GalenSpan: times without data */
} GalenStack;

/* An empty stack over the time of `range`, its cells joined until there are at most `cells_max`. NULL when the range has
 * no cells. */
GalenStack *galen_stack_new(const GalenSeries *range, guint cells_max);
/* The same with each `joined` (at least 1) cells as one. */
GalenStack *galen_stack_new_joined(const GalenSeries *range, guint joined);
void galen_stack_free(GalenStack *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenStack, galen_stack_free)

void galen_stack_add_gap(GalenStack *self, gint64 from, gint64 to);
/* Adds a layer on top; the series may have another range, its times are put where they belong. */
void galen_stack_add(GalenStack *self, const char *label, guint color, const GalenSeries *series);
/* Adds what `total` has more than all layers so far, unless that is nothing. */
void galen_stack_add_rest(GalenStack *self, const char *label, guint color, const GalenSeries *total);

/* Begin and end of a cell, and whether a gap covers all of it. */
gint64 galen_stack_cell(const GalenStack *self, guint cell, gint64 *ret_to);
gboolean galen_stack_is_missing(const GalenStack *self, guint cell);
/* All layers together in a cell. */
double galen_stack_total(const GalenStack *self, guint cell);

typedef struct {
  const char *id, *title;
  double width, height;
  GTimeZone *zone;
  const char *zone_name;
  gboolean labels; /* names of layers in the plot, where they fit */
  gboolean tips;   /* figures of a time where it is pointed at */
} GalenStackForm;

GalenScene *galen_stack_scene(const GalenStack *self, const GalenStackForm *form);

/* For pictures of several stacks: the largest total of a cell, and one of them drawn into a plot whose height stands for `top`:
 * gaps, layers, times below, tips. */
double galen_stack_peak(const GalenStack *self);
void galen_stack_draw(const GalenStack *self, GalenScene *scene, const GalenPlot *plot, double top,
                      const GalenStackForm *form);

/* A line without axes, for a table's row; NULL when the series has no cells. */
GalenScene *galen_trend_scene(const GalenSeries *range, const GalenSeries *series, guint color, const char *id,
                              const char *title);
