/* Time series: query time and counts per cell of a step that follows the range.
 *
 * Steps are 1 5 15 30 s, 1 5 15 30 min, 1 3 6 12 h, 1 2 4 8 … d, each a multiple of the one before and aligned to the
 * UTC epoch, so coarsening is exact. The step is the smallest that covers the range so far with at most
 * GALEN_SERIES_CELLS cells; ranges only grow and steps only coarsen, so the order of events does not matter. The
 * range is [earliest start, latest end] of confirmed events. A statement's time is spread over the cells that it ran in,
 * to the microsecond, so that a cell's sum over its length is "average active statements". */
#pragma once

#include <glib.h>

#define GALEN_SERIES_CELLS 400u

typedef struct {
  gint64 from;    /* µs since the epoch, a multiple of step; unset while n == 0 */
  gint64 step;    /* µs */
  guint n;        /* cells, from `from` on */
  guint64 *time;  /* µs of query time per cell, n entries, or NULL */
  guint64 *count; /* statements that began in the cell, n entries, or NULL */
} GalenSeries;

/* Confirmed times lie within this many µs of 1970, so before the year 10000; others count as untimed. */
#define GALEN_SERIES_TIME_MAX (G_GINT64_CONSTANT(253402300799) * G_USEC_PER_SEC)

/* The ladder: steps by index, finest first; each is a multiple of the one before. */
#define GALEN_SERIES_STEPS 33u
gint64 galen_series_step_at(guint index);
/* Index of the smallest step, `index` or coarser, that covers [from, to] with at most GALEN_SERIES_CELLS cells. */
guint galen_series_step_index(gint64 from, gint64 to, guint index);
/* time / step, rounded down: the cell's number counted from 1970. */
gint64 galen_series_cell(gint64 time, gint64 step);

/* The smallest step (µs) whose aligned cells cover [from, to] with at most GALEN_SERIES_CELLS. */
gint64 galen_series_step(gint64 from, gint64 to);
/* Start of the cell that holds `time` (floor, also before 1970); G_MININT64 when that lies before it. */
gint64 galen_series_align(gint64 time, gint64 step);
void galen_series_clear(GalenSeries *self);

/* How events are spread over a series, coarsely: what tells what is steady from what comes in bursts. Block k begins with the
 * cell k * cells / blocks, rounded down. */
#define GALEN_BLOCKS 16u
typedef struct {
  guint64 count[GALEN_BLOCKS]; /* events that began in the block */
  guint64 time[GALEN_BLOCKS];  /* µs of query time in it */
  guint occupied;              /* cells in which at least one began */
} GalenBlocks;

/* Blocks of a series of `cells` cells: GALEN_BLOCKS, or a cell each when there are fewer. */
guint galen_series_n_blocks(guint cells);
guint galen_series_block_of(guint cell, guint cells);
