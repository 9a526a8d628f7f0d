/* Exact statistics of one attribute, and the histogram behind its percentiles.
 *
 * Everything is an integer in the attribute's unit, so that adding in any order and any split gives the
 * same figures. Sums of squares saturate at 128 bits, which makes the standard deviation unknown. */
#pragma once

#include "../../parsers/attribute.h"

__extension__ typedef unsigned __int128 GalenU128;

/* What parsers let through, in this module's units. */
#define GALEN_COUNT_MAX GALEN_PLAUSIBLE_COUNT
#define GALEN_TIME_MAX_US (GALEN_PLAUSIBLE_TIME_S * 1000000)

typedef struct {
  guint64 count; /* values seen */
  guint64 min, max;
  gboolean saturated; /* squares overflowed: no stddev */
  guint32 tag;        /* whose figures these are; for whoever keeps the statistic, untouched by the functions below */
  GalenU128 sum;
  GalenU128 squares;
} GalenStat;

/* Sums of counts and times that saturate: still the same in any order. */
static inline guint64 galen_add_u64(guint64 a, guint64 b) {
  return a > G_MAXUINT64 - b ? G_MAXUINT64 : a + b;
}

void galen_stat_add(GalenStat *self, guint64 value);
/* Adding each of `n` values: the same, and faster. */
void galen_stat_add_all(GalenStat *self, const guint64 *values, guint n);
/* Adding `value` n times. */
void galen_stat_add_n(GalenStat *self, guint64 value, guint64 n);
void galen_stat_merge(GalenStat *self, const GalenStat *other);
/* 0 when count is 0. */
double galen_stat_mean(const GalenStat *self);
/* Population form, computed from exact integers; NaN when saturated or count is 0. */
double galen_stat_stddev(const GalenStat *self);

/* Log-linear buckets: values below 64 each have one, then 64 to an octave, so a bucket's midpoint is within
 * 0.8 % of all its values. Index for v: v < 64 ? v : (e - 5) * 64 + ((v >> (e - 6)) & 63), e = floor(log2 v). */
#define GALEN_HISTOGRAM_BUCKETS 3136u

typedef enum {
  GALEN_HISTOGRAM_SPARSE, /* of few values, or of values far apart */
  GALEN_HISTOGRAM_WINDOW, /* a small count for each bucket of a range */
  GALEN_HISTOGRAM_DENSE,  /* a count for each bucket, as one no longer fits into a small count */
} GalenHistogramForm;

/* All zero: empty. Opaque outside histogram.c. */
typedef struct {
  union {
    guint64 *cells;  /* sparse: sorted, index << 48 | count; dense: by bucket */
    guint64 only;    /* the one cell of a sparse histogram that has no other (allocated == 0) */
    guint16 *window; /* of buckets first, first + 1, … */
  };
  guint32 n, allocated; /* sparse: cells; window: `allocated` is its length */
  guint16 first;
  guint8 form; /* GalenHistogramForm */
} GalenHistogram;

/* A histogram with more non-empty buckets than this is not kept sparse. */
#define GALEN_HISTOGRAM_SPARSE_MAX 512u

guint galen_histogram_index(guint64 value);
/* Smallest and largest value of a bucket. Values past the last bucket count in it. */
void galen_histogram_bounds(guint index, guint64 *ret_low, guint64 *ret_high);

void galen_histogram_add(GalenHistogram *self, guint64 value, guint64 n);
void galen_histogram_add_all(GalenHistogram *self, const guint64 *values, guint n);
/* Has what adding them will touch fetched into the cache. */
void galen_histogram_prefetch(const GalenHistogram *self, guint64 value);
void galen_histogram_merge(GalenHistogram *self, const GalenHistogram *other);
void galen_histogram_clear(GalenHistogram *self);
/* Memory behind it, beside the struct. */
gsize galen_histogram_bytes(const GalenHistogram *self);
/* Non-empty buckets. */
guint galen_histogram_size(const GalenHistogram *self);
guint64 galen_histogram_get(const GalenHistogram *self, guint index);
/* Visits non-empty buckets, lowest first. */
void galen_histogram_foreach(const GalenHistogram *self, void (*func)(guint index, guint64 count, gpointer user),
                             gpointer user);
/* Nearest-rank percentile, `permille` 500 for the median: the midpoint of the bucket that holds rank
 * ceil(count * permille / 1000), clamped to [stat->min, stat->max]. 0 when empty. */
double galen_histogram_percentile(const GalenHistogram *self, const GalenStat *stat, guint permille);
