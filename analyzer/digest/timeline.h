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

void galen_timeline_init(GalenTimeline *self);
void galen_timeline_clear(GalenTimeline *self);
/* Counts a confirmed event (`start` within GALEN_SERIES_TIME_MAX) that ran for `time` µs; its place in the series. */
GalenSpan galen_timeline_add(GalenTimeline *self, gint64 start, guint64 time);
void galen_timeline_merge(GalenTimeline *self, const GalenTimeline *other);
void galen_timeline_export(const GalenTimeline *self, GalenSeries *ret_series);
/* The row of the heat map for a query time in µs. */
guint galen_heat_row(guint64 time);
