/* The test behind a comparison: is a class's difference between two windows more than noise?
 *
 * Three measures a class, each with a chance: how likely a difference as large is when nothing has changed.
 *
 *   calls   The calls of both windows are divided between them as their lengths are: exact binomial test. Arrivals are not
 *           independent, so the same difference is tested again with the dispersion that the blocks of both windows show
 *           (Pearson's chi-squared by degree of freedom, in sixteenths and in eighths of each window) against Student's
 *           distribution. The largest of the chances counts.
 *   time    The difference of the sums of query time, over the variance that the blocks show and at least that of independent
 *           calls (sum of squares), against Student's distribution; in absolute and in relative form, the weaker counts.
 *   p95     How many calls of each window reach the 95th percentile of both together (the histograms' bucket of it): exact
 *           binomial test, and the same with the dispersion of the blocks' latencies. Or the whole histograms by ranks
 *           (Mann-Whitney with ties, and the same dispersion), when the 95th percentile has moved the same way.
 *
 * The rank test stands for the time, too, when the mean latency and the sum have moved its way. So there are four tests a class.
 * How much latencies of one block go together is taken from the class's block means and from the heat map of all statements,
 * whatever gives more: a slow hour of the server is no change either.
 *
 * The load has a day's curve, which is no change of a class. So calls and time are tested twice, against the length of the
 * windows and against the calls of all other classes; when a class follows the load much better than the clock (dispersion
 * lower by half), the second test counts alone, when it follows the clock, the first, else the weaker of both. When the load
 * itself has moved beyond doubt (galen_test_load_moved) the clock counts.
 *
 * A class that one window lacks is new or gone when the occasions on which it was called in the other would hardly all have
 * missed that window. Calls in one cell of the series are one occasion, at most, and calls that come in bursts as many fewer as
 * their dispersion says; but of a class that began within the window and has been steady since, the dispersion since then
 * counts, and the chance is multiplied by the number of blocks in which it may have begun. (The same for one that ended.)
 *
 * Pure; any thread. */
#pragma once

#include "../digest/digest.h"

typedef enum { GALEN_MEASURE_TIME, GALEN_MEASURE_P95, GALEN_MEASURE_CALLS, GALEN_N_MEASURES } GalenMeasureKind;

/* What a window is, as far as tests go. */
typedef struct {
  double covered;                /* s of it that some input covers */
  guint n_blocks;                /* of its digest */
  double exposure[GALEN_BLOCKS]; /* s covered in each */
  double outside;                /* s covered before and after all blocks */
  gint64 from;                   /* where the first block begins, µs */
  GalenBlocks all;               /* of all statements */
  double spells; /* variance of the mean log10 latency from block to block, beyond that of random calls */
} GalenTestWindow;

#define GALEN_TESTS 4u /* of a class */

/* A class in one window. */
typedef struct {
  const GalenTotals *totals; /* NULL: it lacks it */
  const GalenBlocks *blocks;
  double scale; /* calls that a logged one stands for */
} GalenTestClass;

/* Before and after. */
typedef struct {
  GalenTestWindow windows[2];
  gboolean load_moved;
} GalenTest;

/* `spells` of a digest's window. */
double galen_test_spells(const GalenDigest *digest);

/* Whether the number of calls of all classes differs beyond doubt: chance below 0.001 with the dispersion of eighths, and
 * six times as much as eighths of one window differ among themselves beyond Poisson; or, for windows at the same time of
 * day, block by block three times as much as the blocks' differences spread. */
gboolean galen_test_load_moved(const GalenTest *self);

/* The chance of a difference between two counts of events over both windows, by the clock alone; `all` of the windows is not
 * needed. What was in one window only must have been seen in it at different times, as with classes. */
double galen_test_events(const GalenTest *self, const guint64 counts[2], const GalenBlocks *const blocks[2]);

/* The chances of a class, 1 where nothing can be told. */
void galen_test_class(const GalenTest *self, const GalenTestClass classes[2], double ret_chance[GALEN_N_MEASURES]);
