/* Sparse time series of one class or one user: time and statements per cell, only the cells that have any.
 *
 * Coarsened lazily: every function takes the digest's step of that moment (index into the ladder of series.h), which only
 * grows. */
#pragma once

#include "bytes.h"
#include "series.h"

/* Where one event falls in the series: cells are numbered from 1970 in the step of the moment. */
typedef struct {
  gboolean timed;                /* else the rest does not count */
  guint8 step;                   /* index into the ladder */
  gint64 first, end;             /* first cell, and the one after the last */
  guint64 first_time, last_time; /* µs in the first and last cell; all cells between are full */
} GalenSpan;

/* The span of a confirmed event that began at `start` and ran for `time` µs. */
GalenSpan galen_span(gint64 start, guint64 time, guint8 step);
/* µs of the span in `cell`, one of its own. */
guint64 galen_span_time(const GalenSpan *self, gint64 cell);

typedef struct {
  guint64 time; /* µs */
  guint64 cell; /* offset from base << 48 | statements that began there */
} GalenCell;

/* All zero: empty. */
typedef struct {
  GalenCell *cells; /* sorted by offset */
  gint64 base;      /* number of the cell with offset 0 */
  guint16 n, allocated;
  guint16 hint; /* where the last event was counted */
  guint8 step;
} GalenCells;

void galen_cells_clear(GalenCells *self);
void galen_cells_add(GalenCells *self, const GalenSpan *span);
/* The same for `n` events that ran for `time` µs together, all within cell `number`. */
void galen_cells_add_in(GalenCells *self, guint8 step, gint64 number, guint64 time, guint64 n);
/* Adds `other`; `step` is no finer than either's. */
void galen_cells_merge(GalenCells *self, const GalenCells *other, guint8 step);
void galen_cells_put(const GalenCells *self, GalenBytes *bytes);
/* FALSE: not a record of cells; self is empty then. */
gboolean galen_cells_get(GalenCells *self, GalenBytesReader *reader);
/* The same from a record of version 1 of digest_record.h, within a series of `n` cells from number `base` on in steps of `step`. */
gboolean galen_cells_get_in(GalenCells *self, guint8 step, gint64 base, guint n, GalenBytesReader *reader);
/* Makes cells of `step`, no finer than theirs. */
void galen_cells_coarsen(GalenCells *self, guint8 step);
/* One of them: its number, and the statements that began there. */
gint64 galen_cells_number(const GalenCells *self, guint at);
guint64 galen_cells_count(const GalenCells *self, guint at);
/* Whether they are the same cells; both are of one step. */
gboolean galen_cells_equal(const GalenCells *self, const GalenCells *other);
/* Dense, over the `n` cells from number `base` on, in the ladder's step `step`. Clear with galen_series_clear. */
void galen_cells_export(GalenCells *self, guint8 step, gint64 base, guint n, GalenSeries *ret_series);
/* The same, summed up by block. */
void galen_cells_blocks(GalenCells *self, guint8 step, gint64 base, guint n, GalenBlocks *ret_blocks);
