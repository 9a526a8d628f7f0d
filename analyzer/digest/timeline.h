/* The time series of the whole digest: range, step, time and statements per cell, and the heat map, dense. */
#pragma once

#include "cells.h"
#include "digest.h"

typedef struct {
  gint64 from, to;                       /* earliest start, latest end; GALEN_TIME_NONE: no event yet */
  gint64 base;                           /* number of cell 0 */
  guint8 step;                           /* index into the ladder */
  guint n;                               /* cells */
  gint64 room;                           /* times below it need no coarser step */
  gint64 last_from, last_end, last_cell; /* the cell of the event before */
  guint64 *time, *count;                 /* GALEN_SERIES_CELLS each */
  guint64 *heat;                         /* GALEN_SERIES_CELLS × GALEN_HEAT_ROWS */
} GalenTimeline;

/* `step`: the finest one that it may have, as an index into the ladder. */
void galen_timeline_init(GalenTimeline *self, guint8 step);
void galen_timeline_clear(GalenTimeline *self);
/* Counts a confirmed event (`start` within GALEN_SERIES_TIME_MAX) that ran for `time` µs; its place in the series. */
GalenSpan galen_timeline_add(GalenTimeline *self, gint64 start, guint64 time);
void galen_timeline_merge(GalenTimeline *self, const GalenTimeline *other);
/* Widens the range to [from, to], in steps of `step` at least. */
void galen_timeline_cover(GalenTimeline *self, gint64 from, gint64 to, guint8 step);
/* Adds to the cell of number `cell` in `step`, which is within the range and no coarser than self's: time, and the statements of
 * each row of the heat map. */
void galen_timeline_add_cell(GalenTimeline *self, guint8 step, gint64 cell, guint64 time,
                             const guint64 rows[GALEN_HEAT_ROWS]);
void galen_timeline_export(const GalenTimeline *self, GalenSeries *ret_series);
/* The row of the heat map for a query time in µs. */
guint galen_heat_row(guint64 time);
