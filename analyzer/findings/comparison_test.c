#include "comparison_test.h"

#include "chance.h"

#include <math.h>

#define SCALES 2u /* blocks as they are, and pairs of them */
#define EMPTY_MAX 64.0
#define LONGER 1.4       /* pairs of blocks are so many times as dispersed: bursts last longer than a block */
#define BETTER 1.5       /* a dispersion so many times lower says what a class follows */
#define STEADY_BLOCKS 3u /* fewer show nothing */
#define SMOOTH 0.5       /* calls added to the load of a block, so that it is never nothing */
#define LOAD_CHANCE 0.001
#define LOAD_SPREAD 6.0
#define PAIR_SPREAD 3.0
#define DAY_US (G_GINT64_CONSTANT(86400) * G_USEC_PER_SEC)

typedef enum { BY_CLOCK, BY_LOAD } Reference;

/* Expected parts of a class's calls by block. `empty`: blocks' worth of window outside all blocks. */
typedef struct {
  guint n;
  double parts[GALEN_BLOCKS];
  double outside, empty;
} Parts;

static Parts clock_parts(const GalenTestWindow *window) {
  Parts parts = {.n = window->n_blocks};
  double sum = 0, least;
  for (guint i = 0; i < parts.n; i++)
    sum += window->exposure[i];
  least = parts.n > 0 ? (sum > 0 ? sum : 1) / parts.n / 1000 : 1;
  double all = window->outside;
  for (guint i = 0; i < parts.n; i++)
    all += parts.parts[i] = fmax(window->exposure[i], least);
  for (guint i = 0; i < parts.n; i++)
    parts.parts[i] /= all;
  parts.outside = window->outside / all;
  parts.empty = fmin(floor(parts.outside / (1 - parts.outside) * parts.n + 0.5), EMPTY_MAX);
  return parts;
}

static double others(const GalenTestWindow *window, const GalenBlocks *own, guint block) {
  guint64 all = window->all.count[block], mine = own != NULL ? own->count[block] : 0;
  return (all > mine ? (double)(all - mine) : 0) + SMOOTH;
}

static Parts load_parts(const GalenTestWindow *window, const GalenBlocks *own) {
  Parts parts = {.n = window->n_blocks};
  double all = 0;
  for (guint i = 0; i < parts.n; i++)
    all += parts.parts[i] = others(window, own, i);
  for (guint i = 0; i < parts.n; i++)
    parts.parts[i] /= all;
  return parts;
}

/* Joins neighbours. */
static Parts coarser(const Parts *fine) {
  Parts parts = {.n = (fine->n + 1) / 2, .outside = fine->outside, .empty = floor(fine->empty / 2)};
  for (guint i = 0; i < fine->n; i++)
    parts.parts[i / 2] += fine->parts[i];
  return parts;
}

static void join(const double *fine, guint n, double *ret_coarse) {
  for (guint i = 0; i < n; i += 2)
    ret_coarse[i / 2] = fine[i] + (i + 1 < n ? fine[i + 1] : 0);
}

/* ---- a class in one window, prepared ---- */

typedef struct {
  double count, time, squares; /* of all calls; µs */
  double counts[SCALES][GALEN_BLOCKS], times[SCALES][GALEN_BLOCKS];
  Parts parts[2][SCALES]; /* by reference */
  double exposure[2];     /* by reference: s, and calls of others */
} Side;

static Side side_of(const GalenTestWindow *window, const GalenTestClass *class) {
  Side side = {0};
  if (class->totals != NULL) {
    const GalenStat *time = &class->totals->main[GALEN_MAIN_TIME];
    side.count = (double)class->totals->count;
    side.time = (double)time->sum;
    side.squares = (double)time->squares;
  }
  double load = 0;
  for (guint i = 0; i < window->n_blocks; i++) {
    side.counts[0][i] = class->blocks != NULL ? (double)class->blocks->count[i] : 0;
    side.times[0][i] = class->blocks != NULL ? (double)class->blocks->time[i] : 0;
    load += others(window, class->blocks, i);
  }
  join(side.counts[0], window->n_blocks, side.counts[1]);
  join(side.times[0], window->n_blocks, side.times[1]);
  side.parts[BY_CLOCK][0] = clock_parts(window);
  side.parts[BY_LOAD][0] = load_parts(window, class->blocks);
  for (guint r = 0; r < 2; r++)
    side.parts[r][1] = coarser(&side.parts[r][0]);
  side.exposure[BY_CLOCK] = window->covered / class->scale;
  side.exposure[BY_LOAD] = load;
  return side;
}

/* ---- dispersion of calls ---- */

typedef struct {
  double dispersion; /* 1: as independent calls */
  double freedom;
} Spread;

static void add_squares(const Side *side, Reference reference, guint scale, double *squares, double *freedom) {
  const Parts *parts = &side->parts[reference][scale];
  double timed = 0;
  for (guint i = 0; i < parts->n; i++)
    timed += side->counts[scale][i];
  if (timed <= 0)
    return;
  for (guint i = 0; i < parts->n; i++) {
    double expected = timed * parts->parts[i];
    *squares += (side->counts[scale][i] - expected) * (side->counts[scale][i] - expected) / expected;
  }
  *squares += timed * parts->outside;
  *freedom += parts->n + parts->empty - 1;
}

static Spread spread_of(const Side sides[2], Reference reference, guint scale) {
  double squares = 0, freedom = 0;
  for (guint i = 0; i < 2; i++)
    add_squares(&sides[i], reference, scale, &squares, &freedom);
  return (Spread){freedom > 0 ? fmax(squares / freedom, 1) : 1, freedom};
}

/* Pairs of blocks have half the degrees of freedom. They are only worth that where they show what single blocks do not. */
static double settle(double fine, double coarse, double fine_freedom, double coarse_freedom) {
  return coarse > LONGER * fine ? coarse_freedom : fine_freedom;
}

static void set_spreads(const Side sides[2], Reference reference, Spread ret_spreads[SCALES]) {
  for (guint s = 0; s < SCALES; s++)
    ret_spreads[s] = spread_of(sides, reference, s);
  ret_spreads[1].freedom =
      settle(ret_spreads[0].dispersion, ret_spreads[1].dispersion, ret_spreads[0].freedom, ret_spreads[1].freedom);
}

/* How much less is known when the calls of others, too, are only counted. */
static double load_noise(const Side sides[2], double variance) {
  return 1 + (1 / sides[0].exposure[BY_LOAD] + 1 / sides[1].exposure[BY_LOAD]) / variance;
}

static double share_of(const Side sides[2], Reference reference) {
  double all = sides[0].exposure[reference] + sides[1].exposure[reference];
  return all > 0 ? sides[1].exposure[reference] / all : 0;
}

/* ---- calls ---- */

static double calls_chance(const Side sides[2], Reference reference, const Spread spreads[SCALES]) {
  double n = sides[0].count + sides[1].count, share = share_of(sides, reference);
  double chance = galen_chance_split(sides[1].count, n, share);
  double root = galen_chance_root(sides[1].count, n, share);
  double noise =
      reference == BY_LOAD ? load_noise(sides, 1 / (sides[0].count + SMOOTH) + 1 / (sides[1].count + SMOOTH)) : 1;
  for (guint s = 0; s < SCALES; s++)
    chance = fmax(chance, galen_chance_student(root / sqrt(spreads[s].dispersion * noise), spreads[s].freedom));
  return chance;
}

/* Dispersion among the blocks from..to of a side, the larger one of both scales. */
static double dispersion_in(const Side *side, Reference reference, guint from, guint to) {
  const Parts *parts = &side->parts[reference][0];
  double worst = 1;
  for (guint width = 1; width <= SCALES; width++) {
    double calls = 0, all = 0, squares = 0;
    guint n = (to - from) / width;
    for (guint i = from; i < from + n * width; i++) {
      calls += side->counts[0][i];
      all += parts->parts[i];
    }
    for (guint i = from; calls > 0 && i < from + n * width; i += width) {
      double seen = 0, part = 0;
      for (guint k = i; k < i + width; k++) {
        seen += side->counts[0][k];
        part += parts->parts[k];
      }
      double expected = calls * part / all;
      squares += (seen - expected) * (seen - expected) / expected;
    }
    if (n > 1)
      worst = fmax(worst, squares / (n - 1));
  }
  return worst;
}

/* Independent occasions of a class that began within the window and has been steady since, or was steady and ended: those
 * in the blocks but the one in which it did. 0: it is not of that kind. */
static double steady_occasions(const Side *side, Reference reference, guint n, gboolean began) {
  guint from = 0, to = n;
  while (began && from < n && side->counts[0][from] <= 0)
    from++;
  while (!began && to > 0 && side->counts[0][to - 1] <= 0)
    to--;
  if (began && from > 0)
    from++;
  if (!began && to < n && to > 0)
    to--;
  double calls = 0;
  if (to < from + STEADY_BLOCKS)
    return 0;
  for (guint i = from; i < to; i++)
    calls += side->counts[0][i];
  return calls / dispersion_in(side, reference, from, to);
}

/* A class that one side lacks: its occasions, none of which fell there. Calls in one cell are one occasion, at most, and bursts
 * make them fewer. The block in which it began or ended may be any. */
static double absence_chance(const Side sides[2], Reference reference, const Spread spreads[SCALES], guint present,
                             guint occupied) {
  const Side *side = &sides[present];
  guint n = side->parts[BY_CLOCK][0].n;
  double share = share_of(sides, reference), missed = present == 1 ? share : 1 - share;
  double seen = fmin(occupied, side->count);
  for (guint s = 0; s < SCALES; s++)
    seen = fmin(seen, side->count / spreads[s].dispersion);
  double steady = fmin(occupied, steady_occasions(side, reference, n, present == 1));
  return fmin(1, 2 * fmin(pow(missed, seen), n * pow(missed, steady)));
}

/* ---- time ---- */

/* Variance of the sum of query time, as the blocks show it. */
static double time_variance(const Side *side, Reference reference, guint scale) {
  const Parts *parts = &side->parts[reference][scale];
  double timed = 0, sum = 0, n = parts->n + parts->empty;
  if (n < 2)
    return INFINITY;
  for (guint i = 0; i < parts->n; i++)
    timed += side->times[scale][i];
  for (guint i = 0; i < parts->n; i++) {
    double off = side->times[scale][i] - timed * parts->parts[i];
    sum += off * off;
  }
  if (parts->empty > 0)
    sum += timed * timed * parts->outside * parts->outside / parts->empty;
  return fmax(sum * n / (n - 1), side->squares);
}

static double time_chance(const Side sides[2], Reference reference, const double variances[2], double freedom) {
  double rates[2], absolute = 0, relative = 0;
  for (guint i = 0; i < 2; i++) {
    double exposure = sides[i].exposure[reference];
    if (!(exposure > 0) || !(sides[i].time > 0))
      return 1;
    rates[i] = sides[i].time / exposure;
    absolute += variances[i] / exposure / exposure;
    relative += variances[i] / sides[i].time / sides[i].time;
  }
  double by_difference = fabs(rates[1] - rates[0]) / sqrt(absolute);
  double by_ratio = fabs(log(rates[1] / rates[0])) / sqrt(relative);
  double noise = reference == BY_LOAD ? load_noise(sides, relative) : 1;
  return galen_chance_student(fmin(by_difference, by_ratio) / sqrt(noise), freedom);
}

/* `lower`: of the variances by both references the smaller ones count. */
static double time_chance_by(const Side sides[2], Reference reference, gboolean lower, const Spread spreads[SCALES]) {
  double variances[SCALES][2], chance = 0;
  for (guint s = 0; s < SCALES; s++)
    for (guint i = 0; i < 2; i++) {
      variances[s][i] = time_variance(&sides[i], reference, s);
      if (lower)
        variances[s][i] = fmin(variances[s][i], time_variance(&sides[i], 1 - reference, s));
    }
  for (guint s = 0; s < SCALES; s++) {
    double freedom = spreads[s].freedom;
    if (s == 1 && variances[1][0] + variances[1][1] > LONGER * (variances[0][0] + variances[0][1]))
      freedom = fmin(freedom, spreads[0].freedom / 2);
    chance = fmax(chance, time_chance(sides, reference, variances[s], freedom));
  }
  return chance;
}

/* ---- p95 ---- */

typedef struct {
  guint64 counts[GALEN_HISTOGRAM_BUCKETS];
  guint64 n;
} Buckets;

static void take_bucket(guint index, guint64 count, gpointer user) {
  Buckets *self = user;
  self->counts[index] += count;
  self->n += count;
}

/* Calls of each window that reach the bucket with the 95th percentile of both. */
static void count_slow(const Buckets sides[2], double ret_slow[2]) {
  guint64 above = (sides[0].n + sides[1].n) / 20, seen = 0;
  ret_slow[0] = ret_slow[1] = 0;
  for (guint i = GALEN_HISTOGRAM_BUCKETS; i-- > 0 && seen <= above;) {
    for (guint s = 0; s < 2; s++) {
      ret_slow[s] += (double)sides[s].counts[i];
      seen += sides[s].counts[i];
    }
  }
}

/* How much more the mean latencies of blocks differ than those of as many random calls. */
static void add_means(const Side *side, guint scale, double *squares, double *freedom) {
  const double *counts = side->counts[scale], *times = side->times[scale];
  double calls = 0, time = 0, off = 0, used = 0;
  guint n = side->parts[BY_CLOCK][scale].n;
  for (guint i = 0; i < n; i++)
    if (counts[i] > 0) {
      calls += counts[i];
      time += times[i];
      used++;
    }
  if (calls < 2 || used < 2)
    return;
  double variance = side->squares / side->count - pow(side->time / side->count, 2);
  for (guint i = 0; i < n; i++)
    if (counts[i] > 0)
      off += counts[i] * pow(times[i] / counts[i] - time / calls, 2);
  *squares += variance > 0 ? off / variance : used - 1;
  *freedom += used - 1;
}

/* log10 of the middle of a bucket; what took no time is half a microsecond. */
static double log_of_bucket(guint index) {
  guint64 low = 0, high = 0;
  galen_histogram_bounds(index, &low, &high);
  return log10(fmax(((double)low + (double)high) / 2, 0.5));
}

static double log_variance(const Buckets *buckets) {
  double sum = 0, squares = 0, n = (double)buckets->n;
  for (guint i = 0; i < GALEN_HISTOGRAM_BUCKETS; i++) {
    double count = (double)buckets->counts[i];
    double value = count > 0 ? log_of_bucket(i) : 0;
    sum += count * value;
    squares += count * value * value;
  }
  return n > 1 ? fmax((squares - sum * sum / n) / (n - 1), 0) : 0;
}

/* Slow hours of the server move all calls of a block together: the design effect of clusters. */
static double spell_dispersion(const GalenTest *self, const Side sides[2], const Buckets buckets[2]) {
  double worst = 1;
  for (guint i = 0; i < 2; i++) {
    double blocks = fmax(self->windows[i].n_blocks, 1), spells = self->windows[i].spells;
    double together = spells > 0 ? spells / (log_variance(&buckets[i]) + spells) : 0;
    worst = fmax(worst, 1 + fmax(sides[i].count / blocks - 1, 0) * together);
  }
  return worst;
}

static Spread latency_spread(const GalenTest *self, const Side sides[2], const Buckets buckets[2], guint scale) {
  double squares = 0, freedom = 0;
  for (guint s = 0; s < 2; s++)
    add_means(&sides[s], scale, &squares, &freedom);
  double means = freedom > 0 ? fmax(squares / freedom, 1) : 1;
  return (Spread){fmax(means, spell_dispersion(self, sides, buckets)), freedom};
}

static double spread_chance(double chance, double root, const Spread spreads[SCALES]) {
  for (guint s = 0; s < SCALES; s++)
    chance = fmax(chance, galen_chance_student(root / sqrt(spreads[s].dispersion), spreads[s].freedom));
  return chance;
}

static double tail_chance(const Buckets buckets[2], const Spread spreads[SCALES]) {
  double slow[2], n = (double)(buckets[0].n + buckets[1].n), share = (double)buckets[1].n / n;
  count_slow(buckets, slow);
  double chance = galen_chance_split(slow[1], slow[0] + slow[1], share);
  double root = hypot(galen_chance_root(slow[1], slow[0] + slow[1], share),
                      galen_chance_root((double)buckets[1].n - slow[1], n - slow[0] - slow[1], share));
  return spread_chance(chance, root, spreads);
}

/* Mann and Whitney's U as a number of standard deviations, with ties: above 0 when calls after are slower. */
static double rank_root(const Buckets buckets[2]) {
  double before = (double)buckets[0].n, after = (double)buckets[1].n, n = before + after;
  double below = 0, wins = 0, ties = 0;
  for (guint i = 0; i < GALEN_HISTOGRAM_BUCKETS; i++) {
    double old = (double)buckets[0].counts[i], now = (double)buckets[1].counts[i], both = old + now;
    wins += now * (below + old / 2);
    below += old;
    ties += both * (both * both - 1);
  }
  double variance = before * after / 12 * (n + 1 - ties / (n * (n - 1)));
  return variance > 0 ? (wins - before * after / 2) / sqrt(variance) : 0;
}

typedef struct {
  double tail, ranks; /* chances */
  double slower;      /* above 0: the ranks say so */
} Latency;

static Latency test_latency(const GalenTest *self, const GalenTestClass classes[2], const Side sides[2]) {
  g_autofree Buckets *buckets = g_new0(Buckets, 2);
  Spread spreads[SCALES];
  for (guint i = 0; i < 2; i++)
    galen_histogram_foreach(&classes[i].totals->histogram[GALEN_MAIN_TIME], take_bucket, &buckets[i]);
  if (buckets[0].n == 0 || buckets[1].n == 0)
    return (Latency){1, 1, 0};
  for (guint s = 0; s < SCALES; s++)
    spreads[s] = latency_spread(self, sides, buckets, s);
  spreads[1].freedom = settle(spreads[0].dispersion, spreads[1].dispersion, spreads[0].freedom, spreads[1].freedom);
  double root = rank_root(buckets);
  return (Latency){tail_chance(buckets, spreads), spread_chance(erfc(fabs(root) / G_SQRT2), root, spreads), root};
}

static gboolean moved_as(double slower, double before, double after) {
  return (slower > 0 && after > before) || (slower < 0 && after < before);
}

static double p95_of(const GalenTestClass *class) {
  const GalenTotals *totals = class->totals;
  return galen_histogram_percentile(&totals->histogram[GALEN_MAIN_TIME], &totals->main[GALEN_MAIN_TIME], 950);
}

/* The mean latency has moved as the ranks say, and so much that it is what makes the sum what it is. */
static gboolean is_by_latency(const Side sides[2], const Latency *latency) {
  double means[2], rates[2];
  for (guint i = 0; i < 2; i++) {
    means[i] = sides[i].time / sides[i].count;
    rates[i] = sides[i].time / sides[i].exposure[BY_CLOCK];
  }
  return moved_as(latency->slower, means[0], means[1]) && moved_as(latency->slower, rates[0], rates[1]) &&
         fabs(log(means[1] / means[0])) >= fabs(log(rates[1] / rates[0])) / 2;
}

/* ---- all of them ---- */

/* Which of the two chances counts, by what the class follows. */
static double choose(const Spread spreads[2][SCALES], const double chances[2]) {
  double clock = 1, load = 1;
  for (guint s = 0; s < SCALES; s++) {
    clock = fmax(clock, spreads[BY_CLOCK][s].dispersion);
    load = fmax(load, spreads[BY_LOAD][s].dispersion);
  }
  if (clock > BETTER * load)
    return chances[BY_LOAD];
  return load > BETTER * clock ? chances[BY_CLOCK] : fmax(chances[BY_CLOCK], chances[BY_LOAD]);
}

static double test_absence(const GalenTest *self, const GalenTestClass classes[2], const Side sides[2],
                           const Spread spreads[2][SCALES]) {
  guint present = classes[1].totals != NULL ? 1 : 0, occupied = classes[present].blocks->occupied;
  double chances[2];
  for (guint r = 0; r < 2; r++)
    chances[r] = absence_chance(sides, r, spreads[r], present, occupied);
  return self->load_moved ? chances[BY_CLOCK] : choose(spreads, chances);
}

void galen_test_class(const GalenTest *self, const GalenTestClass classes[2], double ret_chance[GALEN_N_MEASURES]) {
  Side sides[2];
  Spread spreads[2][SCALES], lower[SCALES];
  double calls[2], time[2];
  for (guint m = 0; m < GALEN_N_MEASURES; m++)
    ret_chance[m] = 1;
  if (!(self->windows[0].covered > 0 && self->windows[1].covered > 0))
    return;
  for (guint i = 0; i < 2; i++)
    sides[i] = side_of(&self->windows[i], &classes[i]);
  for (guint r = 0; r < 2; r++)
    set_spreads(sides, r, spreads[r]);
  if (classes[0].totals == NULL || classes[1].totals == NULL) {
    ret_chance[GALEN_MEASURE_CALLS] = test_absence(self, classes, sides, spreads);
    return;
  }
  for (guint s = 0; s < SCALES; s++) {
    lower[s] = spreads[BY_CLOCK][s];
    lower[s].dispersion = fmin(lower[s].dispersion, spreads[BY_LOAD][s].dispersion);
  }
  for (guint r = 0; r < 2; r++) {
    calls[r] = calls_chance(sides, r, spreads[r]);
    time[r] = time_chance_by(sides, r, FALSE, spreads[r]);
  }
  gboolean moved = self->load_moved;
  ret_chance[GALEN_MEASURE_CALLS] = moved ? calls_chance(sides, BY_CLOCK, lower) : choose(spreads, calls);
  ret_chance[GALEN_MEASURE_TIME] = moved ? time_chance_by(sides, BY_CLOCK, TRUE, lower) : choose(spreads, time);
  Latency latency = test_latency(self, classes, sides);
  ret_chance[GALEN_MEASURE_P95] = latency.tail;
  if (moved_as(latency.slower, p95_of(&classes[0]), p95_of(&classes[1])))
    ret_chance[GALEN_MEASURE_P95] = fmin(latency.tail, latency.ranks);
  if (is_by_latency(sides, &latency))
    ret_chance[GALEN_MEASURE_TIME] = fmin(ret_chance[GALEN_MEASURE_TIME], latency.ranks);
}

double galen_test_events(const GalenTest *self, const guint64 counts[2], const GalenBlocks *const blocks[2]) {
  Side sides[2];
  Spread spreads[SCALES];
  if (!(self->windows[0].covered > 0 && self->windows[1].covered > 0))
    return 1;
  for (guint i = 0; i < 2; i++) {
    GalenTestClass class = {NULL, blocks[i], 1};
    sides[i] = side_of(&self->windows[i], &class);
    sides[i].count = (double)counts[i];
  }
  set_spreads(sides, BY_CLOCK, spreads);
  if (counts[0] == 0 || counts[1] == 0) {
    guint present = counts[1] > 0 ? 1 : 0;
    return absence_chance(sides, BY_CLOCK, spreads, present, blocks[present] != NULL ? blocks[present]->occupied : 0);
  }
  return calls_chance(sides, BY_CLOCK, spreads);
}

/* ---- the load ---- */

typedef struct {
  double n, sum, squares;
} Moments;

static void add_cell(const GalenDigest *digest, guint cell, Moments *moments) {
  for (guint row = 0; row < GALEN_HEAT_ROWS; row++) {
    double count = (double)galen_digest_heat(digest, cell, row), value = row / 3.0;
    moments->n += count;
    moments->sum += count * value;
    moments->squares += count * value * value;
  }
}

/* One-way analysis of variance. */
double galen_test_spells(const GalenDigest *digest) {
  const GalenSeries *series = galen_digest_series(digest);
  Moments blocks[GALEN_BLOCKS] = {0}, all = {0};
  double within = 0, between = 0, used = 0, sizes = 0;
  for (guint i = 0; i < series->n; i++)
    add_cell(digest, i, &blocks[galen_series_block_of(i, series->n)]);
  for (guint i = 0; i < GALEN_BLOCKS; i++) {
    if (blocks[i].n <= 0)
      continue;
    within += blocks[i].squares - blocks[i].sum * blocks[i].sum / blocks[i].n;
    between += blocks[i].sum * blocks[i].sum / blocks[i].n;
    sizes += blocks[i].n * blocks[i].n;
    all.n += blocks[i].n;
    all.sum += blocks[i].sum;
    used++;
  }
  if (used < 2 || all.n <= used)
    return 0;
  between = (between - all.sum * all.sum / all.n) / (used - 1);
  within /= all.n - used;
  return fmax((between - within) / ((all.n - sizes / all.n) / (used - 1)), 0);
}

static gboolean same_time_of_day(const GalenTestWindow windows[2]) {
  double lengths[2] = {0, 0};
  for (guint s = 0; s < 2; s++)
    for (guint i = 0; i < windows[s].n_blocks; i++)
      lengths[s] += windows[s].exposure[i];
  gint64 apart = ABS(windows[1].from - windows[0].from) % DAY_US;
  apart = MIN(apart, DAY_US - apart);
  return windows[0].n_blocks == windows[1].n_blocks && windows[0].n_blocks == GALEN_BLOCKS &&
         fabs(lengths[1] - lengths[0]) < 0.05 * lengths[0] &&
         (double)apart / G_USEC_PER_SEC < lengths[0] / (2 * GALEN_BLOCKS);
}

static gboolean moved_by_pairs(const Side sides[2], const GalenTestWindow windows[2]) {
  guint n = windows[0].n_blocks;
  double logs[GALEN_BLOCKS], sum = 0, off = 0;
  for (guint i = 0; i < n; i++) {
    if (!(windows[0].exposure[i] > 0 && windows[1].exposure[i] > 0))
      return FALSE;
    logs[i] = log((sides[1].counts[0][i] + SMOOTH) / windows[1].exposure[i]) -
              log((sides[0].counts[0][i] + SMOOTH) / windows[0].exposure[i]);
    sum += logs[i];
  }
  for (guint i = 0; i < n; i++)
    off += (logs[i] - sum / n) * (logs[i] - sum / n);
  double deviation = sqrt(off / (n - 1));
  return fabs(sum / n) > PAIR_SPREAD * deviation;
}

/* Variance of the calls of eighths, as a part of their mean, beyond that of independent calls. */
static double excess_of(const Side *side) {
  double squares = 0, freedom = 0;
  add_squares(side, BY_CLOCK, 1, &squares, &freedom);
  return freedom > 0 ? fmax(squares / freedom - 1, 0) * side->parts[BY_CLOCK][1].n / side->count : 0;
}

gboolean galen_test_load_moved(const GalenTest *self) {
  static const GalenTestClass nothing = {NULL, NULL, 1};
  Side sides[2];
  double counts[2];
  for (guint i = 0; i < 2; i++) {
    const GalenTestWindow *window = &self->windows[i];
    sides[i] = side_of(window, &nothing);
    for (guint k = 0; k < window->n_blocks; k++)
      sides[i].count += sides[i].counts[0][k] = (double)window->all.count[k];
    join(sides[i].counts[0], window->n_blocks, sides[i].counts[1]);
    counts[i] = sides[i].count;
  }
  if (!(counts[0] > 0 && counts[1] > 0 && self->windows[0].covered > 0 && self->windows[1].covered > 0))
    return FALSE;
  Spread spread = spread_of(sides, BY_CLOCK, 1);
  double root = galen_chance_root(counts[1], counts[0] + counts[1], share_of(sides, BY_CLOCK));
  if (galen_chance_student(root / sqrt(spread.dispersion), spread.freedom) > LOAD_CHANCE)
    return same_time_of_day(self->windows) && moved_by_pairs(sides, self->windows);
  double ratio = log(counts[1] / self->windows[1].covered) - log(counts[0] / self->windows[0].covered);
  return fabs(ratio) > LOAD_SPREAD * sqrt((excess_of(&sides[0]) + excess_of(&sides[1])) / 2) ||
         (same_time_of_day(self->windows) && moved_by_pairs(sides, self->windows));
}
