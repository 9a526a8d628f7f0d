/* Statistics and histograms in a record. A histogram tells its statistic exactly, or nearly: then only the rest is written. */
#include "digest_record_private.h"

typedef enum {
  FORM_SAME,  /* all values are the same */
  FORM_FEW,   /* two or three: they are all known */
  FORM_EXACT, /* every bucket is of one value */
  FORM_ANY,
  FORM_LONE,      /* every value is a cell's */
  FORM_APART,     /* statistic and histogram do not fit together, or are too large to reckon with */
  FORM_SATURATED, /* the same, without squares */
  FORMS,
} Form;

/* Values below it have a bucket each. */
#define EXACT_BELOW 128u
/* Values below it, as many at most, can be reckoned with. */
#define ANY_BELOW (G_GUINT64_CONSTANT(1) << 32)

/* ---- what is known from few values ---- */

guint galen_stat_few(const GalenStat *stat, guint64 ret_values[GALEN_FEW_MAX]) {
  ret_values[0] = stat->min;
  ret_values[1] = stat->max;
  ret_values[2] = (guint64)(stat->sum - stat->min - stat->max);
  return (guint)stat->count;
}

static gboolean is_equal(const GalenStat *a, const GalenStat *b) {
  return a->count == b->count && a->min == b->min && a->max == b->max && a->sum == b->sum && a->squares == b->squares &&
         (a->saturated != FALSE) == (b->saturated != FALSE);
}

gboolean galen_stat_is_few(const GalenStat *stat) {
  GalenStat again = {0};
  guint64 values[GALEN_FEW_MAX];
  if (stat->count < 2 || stat->count > GALEN_FEW_MAX)
    return FALSE;
  galen_stat_add_all(&again, values, galen_stat_few(stat, values));
  return is_equal(&again, stat);
}

gboolean galen_stat_is_same(const GalenStat *stat) {
  GalenStat again = {0};
  if (stat->count == 0 || stat->min != stat->max)
    return FALSE;
  galen_stat_add_n(&again, stat->min, stat->count);
  return is_equal(&again, stat);
}

void galen_stat_imply(const GalenStat *stat, GalenHistogram *histogram) {
  guint64 values[GALEN_FEW_MAX];
  if (galen_stat_is_few(stat))
    galen_histogram_add_all(histogram, values, galen_stat_few(stat, values));
  else
    galen_histogram_add(histogram, stat->min, stat->count);
}

/* ---- what a histogram tells ---- */

/* Of a histogram: how many values, and what they may be. */
typedef struct {
  guint first, last; /* buckets */
  guint64 total;
  GalenStat exact; /* were each in the lowest place of its bucket */
  /* Without one in the first and one in the last bucket, which are known: sums of middles, of their squares, of widths, and of
   * what weighs in the best guess of squares from the sum. */
  GalenU128 middles, squares, widths, spread, weight, moment;
} Shape;

static void add_inner(Shape *self, guint64 low, guint64 high, guint64 count) {
  GalenU128 width = (GalenU128)(high - low) + 1, middle = low + (high - low) / 2;
  self->middles += count * middle;
  self->squares += count * (middle * middle + width * width / 12);
  self->widths += count * (width - 1);
  self->spread += count * (width - 1) * middle;
  self->weight += count * (width - 1) * (width - 1);
  self->moment += count * (width - 1) * (width - 1) * middle;
}

typedef struct {
  const GalenStat *stat;
  Shape shape;
} Shaping;

static void shape_bucket(guint index, guint64 count, gpointer user) {
  Shaping *self = user;
  guint64 low, high;
  galen_histogram_bounds(index, &low, &high);
  if (self->shape.total == 0)
    self->shape.first = index;
  self->shape.last = index;
  self->shape.total = galen_add_u64(self->shape.total, count);
  if (self->stat->max < EXACT_BELOW)
    galen_stat_add_n(&self->shape.exact, low, count);
  else if (self->stat->max < ANY_BELOW && self->stat->count < ANY_BELOW)
    add_inner(&self->shape, low, high,
              count - (index == galen_histogram_index(self->stat->min)) -
                  (index == galen_histogram_index(self->stat->max)));
}

static Shape shape_of(const GalenStat *stat, const GalenHistogram *histogram) {
  Shaping shaping = {stat, {0}};
  galen_histogram_foreach(histogram, shape_bucket, &shaping);
  return shaping.shape;
}

static gboolean fits(const GalenStat *stat, const Shape *shape) {
  return shape->total == stat->count && shape->first == galen_histogram_index(stat->min) &&
         shape->last == galen_histogram_index(stat->max);
}

typedef struct {
  const GalenHistogram *other;
  gboolean same;
} Comparison;

static void compare_bucket(guint index, guint64 count, gpointer user) {
  Comparison *self = user;
  self->same = self->same && galen_histogram_get(self->other, index) == count;
}

static gboolean is_implied(const GalenHistogram *self, const GalenStat *stat) {
  guint size = galen_histogram_size(self);
  if (size > GALEN_FEW_MAX)
    return FALSE;
  GalenHistogram implied = {0};
  galen_stat_imply(stat, &implied);
  Comparison comparison = {self, galen_histogram_size(&implied) == size};
  galen_histogram_foreach(&implied, compare_bucket, &comparison);
  galen_histogram_clear(&implied);
  return comparison.same;
}

static Form form_of(const GalenStat *stat, const GalenHistogram *histogram, const Shape *shape) {
  gboolean same = galen_stat_is_same(stat);
  if ((same || (galen_stat_is_few(stat) && stat->max >= EXACT_BELOW)) && is_implied(histogram, stat))
    return same ? FORM_SAME : FORM_FEW;
  if (stat->saturated)
    return FORM_SATURATED;
  if (!fits(stat, shape))
    return FORM_APART;
  if (stat->max < EXACT_BELOW)
    return is_equal(&shape->exact, stat) ? FORM_EXACT : FORM_APART;
  return stat->max < ANY_BELOW && stat->count < ANY_BELOW && stat->count > 2 ? FORM_ANY : FORM_APART;
}

/* What of the sum and of squares is left when the histogram has told all that it can. */
typedef struct {
  GalenU128 sum, squares, slope;
  guint sum_bits, squares_bits;
} Guess;

static Guess guess_of(const Shape *shape, guint64 min, guint64 max) {
  guint root = galen_bits_of(shape->total) / 2;
  guint widths = galen_bits_of(shape->widths), spread = galen_bits_of(shape->spread);
  return (Guess){.sum = shape->middles + min + max,
                 .squares = shape->squares + (GalenU128)min * min + (GalenU128)max * max,
                 .slope = shape->weight > 0 ? 2 * shape->moment / shape->weight : 0,
                 .sum_bits = widths > root ? widths - root : 0,
                 .squares_bits = spread > root ? spread - root : 0};
}

/* ---- histograms ---- */

static guint gap_context(guint main, guint64 total, guint64 last) {
  guint many = MIN(galen_bits_of(total) / 2, 4u), wide = MIN(galen_bits_of(last), 5u);
  return GALEN_CONTEXT_GAP + main * GALEN_RECORD_GAPS + many * 6 + wide;
}

static guint bucket_context(guint main, guint64 last) {
  return GALEN_CONTEXT_BUCKET + 2 * main + (last > 1);
}

typedef struct {
  GalenDigestWriter *writer;
  guint main, index;
  guint64 total, gap, count;
  gboolean begun;
} BucketWriter;

static void put_bucket(guint index, guint64 count, gpointer user) {
  BucketWriter *self = user;
  if (self->begun) {
    galen_writer_uint(self->writer, gap_context(self->main, self->total, self->gap), index - self->index - 1);
    self->gap = index - self->index - 1;
  } else {
    galen_writer_uint(self->writer, GALEN_CONTEXT_FIRST + self->main, index);
  }
  galen_writer_uint(self->writer, bucket_context(self->main, self->count), count - 1);
  self->begun = TRUE;
  self->index = index;
  self->count = count;
}

/* It ends where `total` values are reached. */
static gboolean get_buckets(GalenDigestReader *self, guint main, guint64 total, GalenHistogram *histogram) {
  guint64 index = 0, left = total, gap = 0, count = 0;
  for (gboolean begun = FALSE; left > 0; begun = TRUE) {
    guint64 step = galen_reader_uint(self, begun ? gap_context(main, total, gap) : GALEN_CONTEXT_FIRST + main);
    guint64 room = begun ? GALEN_HISTOGRAM_BUCKETS - index - 1 : GALEN_HISTOGRAM_BUCKETS;
    if (self->bytes->failed || step >= room)
      return FALSE;
    index += step + (begun ? 1 : 0);
    gap = begun ? step : 0;
    count = galen_reader_uint(self, bucket_context(main, count));
    if (self->bytes->failed || count >= left)
      return FALSE;
    count++;
    left -= count;
    guint64 low, high;
    galen_histogram_bounds((guint)index, &low, &high);
    galen_histogram_add(histogram, low, count);
  }
  return TRUE;
}

/* ---- what cells tell of times ---- */

/* Those that are alone in their cell, unless others reach into it. */
static void lone_values(const GalenStatHint *hint, GalenStat *ret_stat, GalenHistogram *ret_histogram) {
  *ret_stat = (GalenStat){0};
  *ret_histogram = (GalenHistogram){0};
  for (guint i = 0; hint != NULL && i < hint->cells->n; i++) {
    if (galen_cells_count(hint->cells, i) != 1)
      continue;
    galen_stat_add(ret_stat, hint->cells->cells[i].time);
    galen_histogram_add(ret_histogram, hint->cells->cells[i].time, 1);
  }
}

typedef struct {
  const GalenHistogram *other;
  GalenHistogram *rest;
  gboolean good;
} Difference;

static void add_difference(guint index, guint64 count, gpointer user) {
  Difference *self = user;
  guint64 other = galen_histogram_get(self->other, index), low, high;
  self->good = self->good && other <= count;
  galen_histogram_bounds(index, &low, &high);
  if (self->good)
    galen_histogram_add(self->rest, low, count - other);
}

static guint64 count_of(const GalenHistogram *histogram) {
  GalenStat none = {0};
  return shape_of(&none, histogram).total;
}

/* All but those that are known; FALSE: they are not all in it. */
static gboolean subtract(const GalenHistogram *histogram, const GalenHistogram *known, GalenHistogram *ret_rest) {
  Difference difference = {known, ret_rest, TRUE};
  *ret_rest = (GalenHistogram){0};
  galen_histogram_foreach(histogram, add_difference, &difference);
  return difference.good && count_of(ret_rest) + count_of(known) == count_of(histogram);
}

/* ---- both ---- */

static guint64 count_step(guint64 count, guint64 expected) {
  guint64 more = count - expected;
  return (more << 1) ^ (0 - (more >> 63));
}

static guint64 count_after(guint64 step, guint64 expected) {
  return expected + ((step >> 1) ^ (0 - (step & 1)));
}

static void put_plain(GalenDigestWriter *self, guint at, const GalenStat *stat) {
  galen_writer_uint(self, at + GALEN_STAT_MIN, stat->min);
  galen_writer_uint(self, at + GALEN_STAT_RANGE, stat->max - stat->min);
  galen_coder_put(&self->coder, at + GALEN_STAT_SUM, stat->sum - (GalenU128)stat->min * stat->count);
  if (!stat->saturated)
    galen_coder_put(&self->coder, at + GALEN_STAT_SQUARES, stat->squares);
}

static void get_plain(GalenDigestReader *self, guint at, GalenStat *stat, gboolean saturated) {
  stat->min = galen_reader_uint(self, at + GALEN_STAT_MIN);
  stat->max = stat->min + galen_reader_uint(self, at + GALEN_STAT_RANGE);
  stat->sum = (GalenU128)stat->min * stat->count + galen_reader_near(self, at + GALEN_STAT_SUM, GALEN_CODER_ANY);
  stat->saturated = saturated;
  stat->squares = saturated ? ~(GalenU128)0 : galen_reader_near(self, at + GALEN_STAT_SQUARES, GALEN_CODER_ANY);
}

/* Least and largest within their buckets, whose widths are powers of two, and the rest of the sums. */
static void put_rest(GalenDigestWriter *self, guint at, const GalenStat *stat, const Shape *shape,
                     const GalenStatHint *hint) {
  guint64 low, high;
  galen_histogram_bounds(shape->first, &low, &high);
  galen_coder_put_bits(&self->coder, stat->min - low, galen_bits_of(high - low));
  galen_histogram_bounds(shape->last, &low, &high);
  galen_coder_put_bits(&self->coder, stat->max - low, galen_bits_of(high - low));
  Guess guess = guess_of(shape, stat->min, stat->max);
  GalenU128 sum = stat->sum - guess.sum, squares = stat->squares - guess.squares - guess.slope * sum;
  if (hint == NULL)
    galen_coder_put_near(&self->coder, at + GALEN_STAT_SUM, guess.sum_bits, galen_zigzag(sum));
  galen_coder_put_near(&self->coder, at + GALEN_STAT_SQUARES, guess.squares_bits, galen_zigzag(squares));
}

static void get_rest(GalenDigestReader *self, guint at, GalenStat *stat, const GalenHistogram *histogram,
                     const GalenStatHint *hint) {
  guint64 low, high;
  Shape ends = shape_of(stat, histogram);
  galen_histogram_bounds(ends.first, &low, &high);
  stat->min = low + galen_decoder_get_bits(&self->decoder, galen_bits_of(high - low));
  galen_histogram_bounds(ends.last, &low, &high);
  stat->max = low + galen_decoder_get_bits(&self->decoder, galen_bits_of(high - low));
  Shape shape = shape_of(stat, histogram);
  Guess guess = guess_of(&shape, stat->min, stat->max);
  GalenU128 sum = hint != NULL ? hint->time - guess.sum
                               : galen_unzigzag(galen_reader_near(self, at + GALEN_STAT_SUM, guess.sum_bits));
  GalenU128 squares = galen_unzigzag(galen_reader_near(self, at + GALEN_STAT_SQUARES, guess.squares_bits));
  stat->sum = guess.sum + sum;
  stat->squares = guess.squares + guess.slope * sum + squares;
}

static void put_few(GalenDigestWriter *self, guint at, const GalenStat *stat, const GalenStatHint *hint) {
  galen_writer_uint(self, at + GALEN_STAT_MIN, stat->min);
  if (hint == NULL || stat->count == GALEN_FEW_MAX)
    galen_writer_uint(self, at + GALEN_STAT_RANGE, stat->max - stat->min);
  if (hint == NULL && stat->count == GALEN_FEW_MAX)
    galen_coder_put_near(&self->coder, at + GALEN_STAT_SUM, galen_bits_of(stat->max - stat->min),
                         stat->sum - stat->max - (GalenU128)stat->min * 2);
}

static gboolean get_few(GalenDigestReader *self, guint at, GalenStat *stat, const GalenStatHint *hint) {
  guint64 count = stat->count;
  if (count < 2 || count > GALEN_FEW_MAX)
    return FALSE;
  gboolean three = count == GALEN_FEW_MAX;
  guint64 min = galen_reader_uint(self, at + GALEN_STAT_MIN);
  guint64 range = hint == NULL || three ? galen_reader_uint(self, at + GALEN_STAT_RANGE) : hint->time - 2 * min;
  guint64 values[GALEN_FEW_MAX] = {min, min + range};
  if (three)
    values[2] = hint != NULL ? hint->time - values[0] - values[1]
                             : min + (guint64)galen_reader_near(self, at + GALEN_STAT_SUM, galen_bits_of(range));
  *stat = (GalenStat){.tag = stat->tag};
  galen_stat_add_all(stat, values, (guint)count);
  return TRUE;
}

/* Buckets of those that cells do not tell, which may be none of them. */
static void put_buckets(GalenDigestWriter *self, guint main, const GalenHistogram *histogram, guint64 total,
                        const GalenStatHint *hint) {
  GalenStat lone;
  GalenHistogram known, rest = {0};
  lone_values(hint, &lone, &known);
  gboolean told = hint != NULL && subtract(histogram, &known, &rest);
  if (hint != NULL)
    galen_writer_uint(self, GALEN_CONTEXT_LONE, told ? 1 : 0);
  BucketWriter writer = {.writer = self, .main = main, .total = told ? total - lone.count : total};
  galen_histogram_foreach(told ? &rest : histogram, put_bucket, &writer);
  galen_histogram_clear(&known);
  galen_histogram_clear(&rest);
}

static gboolean get_all_buckets(GalenDigestReader *self, guint main, guint64 total, GalenHistogram *histogram,
                                const GalenStatHint *hint) {
  GalenStat lone;
  GalenHistogram known;
  if (hint == NULL || galen_reader_uint(self, GALEN_CONTEXT_LONE) == 0)
    return get_buckets(self, main, total, histogram);
  lone_values(hint, &lone, &known);
  gboolean good = lone.count <= total && get_buckets(self, main, total - lone.count, histogram);
  galen_histogram_merge(histogram, &known);
  galen_histogram_clear(&known);
  return good;
}

static gboolean is_lone(const GalenStat *stat, const GalenHistogram *histogram, const GalenStatHint *hint) {
  GalenStat lone;
  GalenHistogram known, rest = {0};
  lone_values(hint, &lone, &known);
  gboolean same = hint != NULL && is_equal(&lone, stat) && subtract(histogram, &known, &rest) && count_of(&rest) == 0;
  galen_histogram_clear(&known);
  galen_histogram_clear(&rest);
  return same;
}

static void put_form(GalenDigestWriter *self, guint main, guint at, const GalenStat *stat,
                     const GalenHistogram *histogram, const GalenStatHint *hint) {
  Shape shape = shape_of(stat, histogram);
  Form form = form_of(stat, histogram, &shape);
  if (form != FORM_SAME && is_lone(stat, histogram, hint))
    form = FORM_LONE;
  galen_writer_uint(self, at + GALEN_STAT_FORM, form);
  if (form == FORM_SAME && hint == NULL)
    galen_writer_uint(self, at + GALEN_STAT_MIN, stat->min);
  else if (form == FORM_FEW)
    put_few(self, at, stat, hint);
  if (form == FORM_SAME || form == FORM_FEW || form == FORM_LONE)
    return;
  if (form >= FORM_APART) {
    put_plain(self, at, stat);
    galen_writer_uint(self, GALEN_CONTEXT_TOTAL, shape.total);
    hint = NULL;
  }
  put_buckets(self, main, histogram, shape.total, hint);
  if (form == FORM_ANY)
    put_rest(self, at, stat, &shape, hint);
}

/* Whether the time that is known is the sum: it saturates earlier. */
static gboolean is_known(const GalenStat *stat, const GalenStatHint *hint) {
  return hint != NULL && stat->sum == hint->time && !stat->saturated;
}

void galen_digest_writer_stat(GalenDigestWriter *self, guint main, const GalenStat *stat,
                              const GalenHistogram *histogram, guint64 expected, const GalenStatHint *hint) {
  guint at = GALEN_CONTEXT_STAT + main * GALEN_STAT_CONTEXTS;
  galen_writer_uint(self, at + GALEN_STAT_COUNT, count_step(stat->count, expected));
  if (stat->count == 0)
    return;
  if (hint != NULL)
    galen_writer_uint(self, GALEN_CONTEXT_KNOWN, is_known(stat, hint) ? 1 : 0);
  put_form(self, main, at, stat, histogram, is_known(stat, hint) ? hint : NULL);
}

/* Statistics that need no histogram; FALSE: it is another form. */
static gboolean get_implied(GalenDigestReader *self, guint at, guint64 form, GalenStat *stat, GalenHistogram *histogram,
                            const GalenStatHint *hint) {
  guint64 count = stat->count;
  guint32 tag = stat->tag;
  if (form == FORM_SAME) {
    guint64 value = hint != NULL ? hint->time / count : galen_reader_uint(self, at + GALEN_STAT_MIN);
    stat->count = 0;
    galen_stat_add_n(stat, value, count);
    galen_stat_imply(stat, histogram);
  } else if (form == FORM_FEW) {
    if (get_few(self, at, stat, hint))
      galen_stat_imply(stat, histogram);
    else
      self->bytes->failed = TRUE;
  } else if (form == FORM_LONE) {
    lone_values(hint, stat, histogram);
    stat->tag = tag;
    self->bytes->failed = self->bytes->failed || stat->count != count;
  }
  return form == FORM_SAME || form == FORM_FEW || form == FORM_LONE;
}

static gboolean get_form(GalenDigestReader *self, guint main, GalenStat *stat, GalenHistogram *histogram,
                         const GalenStatHint *hint) {
  guint at = GALEN_CONTEXT_STAT + main * GALEN_STAT_CONTEXTS;
  guint64 total = stat->count, form = galen_reader_uint(self, at + GALEN_STAT_FORM);
  if (form >= FORMS || get_implied(self, at, form, stat, histogram, hint))
    return form < FORMS && !self->bytes->failed;
  if (form >= FORM_APART) {
    get_plain(self, at, stat, form == FORM_SATURATED);
    total = galen_reader_uint(self, GALEN_CONTEXT_TOTAL);
    hint = NULL;
  }
  if (!get_all_buckets(self, main, total, histogram, hint))
    return FALSE;
  if (form == FORM_EXACT) {
    Shape shape = shape_of(stat, histogram); /* max is 0 so far: below any limit */
    guint32 tag = stat->tag;
    *stat = shape.exact;
    stat->tag = tag;
  } else if (form == FORM_ANY) {
    get_rest(self, at, stat, histogram, hint);
  }
  return !self->bytes->failed;
}

gboolean galen_digest_reader_stat(GalenDigestReader *self, guint main, GalenStat *stat, GalenHistogram *histogram,
                                  guint64 expected, const GalenStatHint *hint) {
  guint at = GALEN_CONTEXT_STAT + main * GALEN_STAT_CONTEXTS;
  *stat = (GalenStat){.tag = stat->tag, .count = count_after(galen_reader_uint(self, at + GALEN_STAT_COUNT), expected)};
  if (stat->count == 0 || self->bytes->failed)
    return !self->bytes->failed;
  gboolean known = hint != NULL && galen_reader_uint(self, GALEN_CONTEXT_KNOWN) != 0;
  return get_form(self, main, stat, histogram, known ? hint : NULL);
}

/* ---- attributes without histograms ---- */

static guint attr_context(guint attr) {
  return GALEN_CONTEXT_ATTR_STAT + MIN(attr, GALEN_RECORD_ATTR_CONTEXTS - 1) * GALEN_STAT_CONTEXTS;
}

/* Squares are no less than it. */
static GalenU128 least_squares(const GalenStat *stat) {
  return stat->sum < (GalenU128)1 << 63 ? stat->sum * stat->sum / stat->count : 0;
}

static guint bits_of_sum(const GalenStat *stat) {
  return galen_bits_of((GalenU128)(stat->max - stat->min) * stat->count);
}

void galen_digest_writer_attr_stat(GalenDigestWriter *self, guint attr, const GalenStat *stat, guint64 expected) {
  guint at = attr_context(attr);
  galen_writer_uint(self, at + GALEN_STAT_COUNT, count_step(stat->count, expected));
  if (stat->count == 0)
    return;
  Form form = galen_stat_is_same(stat)  ? FORM_SAME
              : galen_stat_is_few(stat) ? FORM_FEW
              : stat->saturated         ? FORM_SATURATED
                                        : FORM_ANY;
  galen_writer_uint(self, at + GALEN_STAT_FORM, form);
  if (form == FORM_FEW) {
    put_few(self, at, stat, NULL);
    return;
  }
  galen_writer_uint(self, at + GALEN_STAT_MIN, stat->min);
  if (form == FORM_SAME)
    return;
  galen_writer_uint(self, at + GALEN_STAT_RANGE, stat->max - stat->min);
  galen_coder_put_near(&self->coder, at + GALEN_STAT_SUM, bits_of_sum(stat),
                       stat->sum - (GalenU128)stat->min * stat->count);
  GalenU128 least = least_squares(stat);
  if (form == FORM_ANY)
    galen_coder_put_near(&self->coder, at + GALEN_STAT_SQUARES, galen_bits_of(least), stat->squares - least);
}

void galen_digest_reader_attr_stat(GalenDigestReader *self, guint attr, GalenStat *stat, guint64 expected) {
  guint at = attr_context(attr);
  *stat = (GalenStat){.tag = stat->tag, .count = count_after(galen_reader_uint(self, at + GALEN_STAT_COUNT), expected)};
  if (stat->count == 0 || self->bytes->failed)
    return;
  guint64 count = stat->count, form = galen_reader_uint(self, at + GALEN_STAT_FORM);
  if (form >= FORMS || (form == FORM_FEW && !get_few(self, at, stat, NULL))) {
    self->bytes->failed = TRUE;
    return;
  }
  if (form == FORM_FEW)
    return;
  guint64 min = galen_reader_uint(self, at + GALEN_STAT_MIN);
  stat->count = 0;
  galen_stat_add_n(stat, min, count);
  if (form == FORM_SAME)
    return;
  stat->max = min + galen_reader_uint(self, at + GALEN_STAT_RANGE);
  stat->sum = (GalenU128)min * count + galen_reader_near(self, at + GALEN_STAT_SUM, bits_of_sum(stat));
  GalenU128 least = least_squares(stat);
  stat->saturated = form == FORM_SATURATED;
  stat->squares =
      stat->saturated ? ~(GalenU128)0 : least + galen_reader_near(self, at + GALEN_STAT_SQUARES, galen_bits_of(least));
}
