/* What is summed of a class, in a record: statistics, histograms, attributes, errors. */
#include "digest_record_private.h"

/* ---- statistics ---- */

typedef enum {
  FORM_NONE, /* no values */
  FORM_SAME, /* all values are the same */
  FORM_FEW,  /* two or three: they are all known */
  FORM_ANY,
  FORM_SATURATED, /* without squares */
  FORMS,
} Form;

#define FEW_MAX 3u

/* Least, largest, and between them what is left of the sum. */
static guint few_of(const GalenStat *stat, guint64 ret_values[FEW_MAX]) {
  ret_values[0] = stat->min;
  ret_values[1] = stat->max;
  ret_values[2] = (guint64)(stat->sum - stat->min - stat->max);
  return (guint)stat->count;
}

static gboolean is_few(const GalenStat *stat) {
  GalenStat again = {.tag = stat->tag};
  guint64 values[FEW_MAX];
  if (stat->count < 2 || stat->count > FEW_MAX)
    return FALSE;
  galen_stat_add_all(&again, values, few_of(stat, values));
  return again.sum == stat->sum && again.squares == stat->squares && again.min == stat->min && again.max == stat->max;
}

static Form form_of(const GalenStat *stat) {
  if (stat->count == 0)
    return FORM_NONE;
  if (stat->saturated)
    return FORM_SATURATED;
  GalenU128 sum = (GalenU128)stat->min * stat->count;
  gboolean same = stat->min == stat->max && stat->sum == sum && stat->squares == sum * stat->min;
  if (same && (stat->min == 0 || stat->count <= ~(GalenU128)0 / stat->min / stat->min))
    return FORM_SAME;
  return is_few(stat) ? FORM_FEW : FORM_ANY;
}

/* Most have as many values as the class has events: `expected`. */
static void put_stat(const GalenStat *self, guint64 expected, GalenBytes *bytes) {
  Form form = form_of(self);
  guint64 more = self->count - expected;
  galen_bytes_put_u128(bytes, (GalenU128)((more << 1) ^ (0 - (more >> 63))) * FORMS + form);
  if (form == FORM_NONE)
    return;
  galen_bytes_put_uint(bytes, self->min);
  if (form == FORM_SAME)
    return;
  galen_bytes_put_uint(bytes, self->max - self->min);
  if (form == FORM_FEW && self->count == 2)
    return;
  galen_bytes_put_u128(bytes, self->sum - (GalenU128)self->min * self->count);
  if (form == FORM_ANY)
    galen_bytes_put_u128(bytes, self->squares);
}

/* What an `any` one has beside its least value. */
static void get_any(GalenStat *self, Form form, guint64 count, GalenBytesReader *reader) {
  guint64 min = self->min;
  self->max = min + galen_bytes_get_uint(reader);
  self->sum = form == FORM_FEW && count == 2 ? (GalenU128)min + self->max
                                             : (GalenU128)min * count + galen_bytes_get_u128(reader);
  if (form == FORM_FEW) {
    guint64 values[FEW_MAX];
    guint n = few_of(self, values);
    guint32 tag = self->tag;
    *self = (GalenStat){.tag = tag};
    galen_stat_add_all(self, values, n);
    return;
  }
  self->saturated = form == FORM_SATURATED;
  self->squares = self->saturated ? ~(GalenU128)0 : galen_bytes_get_u128(reader);
}

static void get_stat(GalenStat *self, guint64 expected, GalenBytesReader *reader) {
  GalenU128 head = galen_bytes_get_u128(reader);
  Form form = (Form)(head % FORMS);
  guint64 more = (guint64)(head / FORMS), min = form != FORM_NONE ? galen_bytes_get_uint(reader) : 0;
  guint64 count = expected + ((more >> 1) ^ (0 - (more & 1)));
  *self = (GalenStat){.tag = self->tag};
  gboolean few = count >= 2 && count <= FEW_MAX;
  if (reader->failed || (form == FORM_NONE) != (count == 0) || (form == FORM_FEW && !few)) {
    reader->failed = TRUE;
    return;
  }
  if (count > 0)
    galen_stat_add_n(self, min, count);
  if (form > FORM_SAME)
    get_any(self, form, count, reader);
}

/* ---- histograms ---- */

typedef struct {
  GalenBytes *bytes;
  guint last;
} BucketWriter;

/* A bucket's step from the one before, and whether it holds but one value. */
static void put_bucket(guint index, guint64 count, gpointer user) {
  BucketWriter *writer = user;
  galen_bytes_put_uint(writer->bytes, (guint64)(index - writer->last) << 1 | (count == 1));
  if (count != 1)
    galen_bytes_put_uint(writer->bytes, count);
  writer->last = index;
}

/* What the statistic alone tells of the histogram: one bucket, or few values. */
static void imply(GalenHistogram *self, const GalenStat *stat) {
  guint64 values[FEW_MAX];
  if (is_few(stat))
    galen_histogram_add_all(self, values, few_of(stat, values));
  else
    galen_histogram_add(self, stat->min, stat->count);
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
  if (size > FEW_MAX)
    return FALSE;
  GalenHistogram implied = {0};
  imply(&implied, stat);
  Comparison comparison = {self, galen_histogram_size(&implied) == size};
  galen_histogram_foreach(&implied, compare_bucket, &comparison);
  galen_histogram_clear(&implied);
  return comparison.same;
}

/* 0 buckets: as the statistic tells. */
static void put_histogram(const GalenHistogram *self, const GalenStat *stat, GalenBytes *bytes) {
  BucketWriter writer = {bytes, galen_histogram_index(stat->min)};
  gboolean implied = is_implied(self, stat);
  galen_bytes_put_uint(bytes, implied ? 0 : galen_histogram_size(self));
  if (!implied)
    galen_histogram_foreach(self, put_bucket, &writer);
}

static gboolean get_histogram(GalenHistogram *self, const GalenStat *stat, GalenBytesReader *reader) {
  guint64 n = galen_bytes_get_uint(reader), index = galen_histogram_index(stat->min);
  if (n == 0)
    imply(self, stat);
  for (guint64 i = 0; i < n && !reader->failed; i++) {
    guint64 step = galen_bytes_get_uint(reader), count = step & 1 ? 1 : galen_bytes_get_uint(reader);
    step >>= 1;
    if (step >= GALEN_HISTOGRAM_BUCKETS - index || (i > 0 && step == 0))
      return FALSE;
    index += step;
    guint64 low, high;
    galen_histogram_bounds((guint)index, &low, &high);
    galen_histogram_add(self, low, count);
  }
  return !reader->failed;
}

/* ---- attributes ---- */

/* An attribute by its number in the record, after what it is when it comes first. */
static void put_attr(GalenDigestWriter *self, guint16 id) {
  if (id >= self->attrs->len)
    g_array_set_size(self->attrs, id + 1u);
  guint32 *number = &g_array_index(self->attrs, guint32, id);
  galen_bytes_put_uint(self->bytes, *number);
  if (*number != 0)
    return;
  const GalenAttrInfo *info = galen_attrs_info(self->digest->context.attrs, id);
  *number = ++self->n_attrs;
  galen_bytes_put_slice(self->bytes, galen_slice(info->name, strlen(info->name)));
  galen_bytes_put_u8(self->bytes, (guint8)info->unit);
  galen_bytes_put_u8(self->bytes, (guint8)info->kind);
}

static gboolean get_attr(GalenDigestReader *self, GalenRecordAttr *ret_attr) {
  GalenBytesReader *bytes = self->bytes;
  guint64 number = galen_bytes_get_uint(bytes);
  if (bytes->failed || number > self->attrs->len)
    return FALSE;
  if (number > 0) {
    *ret_attr = g_array_index(self->attrs, GalenRecordAttr, number - 1);
    return TRUE;
  }
  GalenSlice name = galen_bytes_get_slice(bytes);
  guint8 unit = galen_bytes_get_u8(bytes), kind = galen_bytes_get_u8(bytes);
  if (bytes->failed || name.len == 0 || name.len > GALEN_ATTR_NAME_MAX || memchr(name.data, '\0', name.len) != NULL ||
      unit > GALEN_UNIT_NS || kind > GALEN_ATTR_FLAG || self->attrs->len >= GALEN_DIGEST_ATTRS_MAX)
    return FALSE;
  *ret_attr = (GalenRecordAttr){
      galen_attrs_intern(self->digest->context.attrs, name, (GalenUnit)unit, (GalenAttrKind)kind),
      (GalenAttrKind)kind,
  };
  g_array_append_vals(self->attrs, ret_attr, 1);
  return TRUE;
}

static void put_single(GalenDigestWriter *self, GalenAttr attr, guint64 expected) {
  put_attr(self, attr.id);
  if (galen_attrs_info(self->digest->context.attrs, attr.id)->kind == GALEN_ATTR_FLAG) {
    galen_bytes_put_uint(self->bytes, attr.value != 0);
    galen_bytes_put_uint(self->bytes, 1);
    return;
  }
  GalenStat stat = {0};
  galen_stat_add(&stat, attr.value);
  put_stat(&stat, expected, self->bytes);
}

static void put_attrs(GalenDigestWriter *self, const GalenAttrSums *sums, guint64 expected) {
  galen_bytes_put_uint(self->bytes, (guint64)sums->n_single + sums->n_stats + sums->n_flags);
  for (guint i = 0; i < sums->n_single; i++)
    put_single(self, sums->single[i], expected);
  for (guint i = 0; i < sums->n_stats; i++) {
    put_attr(self, (guint16)sums->stats[i].tag);
    put_stat(&sums->stats[i], expected, self->bytes);
  }
  for (guint i = 0; i < sums->n_flags; i++) {
    put_attr(self, sums->flags[i].id);
    galen_bytes_put_uint(self->bytes, sums->flags[i].yes);
    galen_bytes_put_uint(self->bytes, sums->flags[i].seen);
  }
}

/* One event's attributes, as they are kept in memory; FALSE: it is no such. */
static gboolean keep_single(GalenAttrSums *self, const GalenRecordAttr *attr, const GalenStat *stat,
                            const GalenFlagSum *flag) {
  gboolean is_flag = attr->kind == GALEN_ATTR_FLAG;
  if (self->n_stats > 0 || self->n_flags > 0 || (is_flag ? flag->seen != 1 || flag->yes > 1 : stat->count != 1))
    return FALSE;
  self->single[self->n_single++] = (GalenAttr){attr->number, is_flag ? flag->yes : stat->min};
  return TRUE;
}

static void keep_sum(GalenAttrSums *self, const GalenRecordAttr *attr, const GalenStat *stat,
                     const GalenFlagSum *flag) {
  if (attr->kind == GALEN_ATTR_FLAG) {
    self->flags = g_renew(GalenFlagSum, self->flags, self->n_flags + 1u);
    self->flags[self->n_flags++] = *flag;
    self->allocated_flags = self->n_flags;
    return;
  }
  self->stats = g_renew(GalenStat, self->stats, self->n_stats + 1u);
  self->stats[self->n_stats++] = *stat;
  self->allocated_stats = self->n_stats;
}

static gboolean get_attrs(GalenDigestReader *self, GalenSum *sum) {
  guint64 n = galen_bytes_get_uint(self->bytes);
  if (self->bytes->failed || n > GALEN_DIGEST_ATTRS_MAX)
    return FALSE;
  gboolean single = n <= GALEN_SUM_SINGLE_MAX;
  if (single && n > 0)
    sum->attrs.single = g_new(GalenAttr, n);
  for (guint64 i = 0; i < n; i++) {
    GalenRecordAttr attr;
    if (!get_attr(self, &attr))
      return FALSE;
    GalenStat stat = {.tag = attr.number};
    GalenFlagSum flag = {.id = attr.number};
    if (attr.kind == GALEN_ATTR_FLAG) {
      flag.yes = galen_bytes_get_uint(self->bytes);
      flag.seen = galen_bytes_get_uint(self->bytes);
    } else {
      get_stat(&stat, sum->count, self->bytes);
    }
    if (self->bytes->failed)
      return FALSE;
    if (attr.number == GALEN_ATTR_NONE || (single && keep_single(&sum->attrs, &attr, &stat, &flag)))
      continue;
    galen_attr_sums_expand(&sum->attrs, self->digest->context.attrs);
    keep_sum(&sum->attrs, &attr, &stat, &flag);
  }
  return TRUE;
}

/* ---- sums ---- */

static const glong counters[] = {
    G_STRUCT_OFFSET(GalenSum, untimed),     G_STRUCT_OFFSET(GalenSum, partial), G_STRUCT_OFFSET(GalenSum, nested_count),
    G_STRUCT_OFFSET(GalenSum, nested_time), G_STRUCT_OFFSET(GalenSum, killed),
};

static void put_times(GalenDigestWriter *self, const GalenSum *sum) {
  gboolean timed = sum->first != GALEN_TIME_NONE;
  galen_bytes_put_uint(self->bytes, timed ? (guint64)(sum->first - self->from) + 1 : 0);
  if (timed)
    galen_bytes_put_uint(self->bytes, (guint64)(sum->last - sum->first));
}

static gboolean get_times(const GalenDigestReader *self, GalenSum *sum) {
  guint64 first = galen_bytes_get_uint(self->bytes);
  if (first == 0)
    return TRUE;
  guint64 length = galen_bytes_get_uint(self->bytes);
  guint64 range = self->from != GALEN_TIME_NONE ? (guint64)(self->to - self->from) : 0;
  if (self->from == GALEN_TIME_NONE || first - 1 > range || length > range - (first - 1))
    return FALSE;
  sum->first = self->from + (gint64)(first - 1);
  sum->last = sum->first + (gint64)length;
  return TRUE;
}

static gboolean get_errors(GalenSum *self, GalenBytesReader *reader) {
  guint64 n = galen_bytes_get_uint(reader), code = 0;
  if (reader->failed || n > GALEN_CLASS_ERRORS_MAX)
    return FALSE;
  self->errors = n > 0 ? g_new(GalenErrorCount, n) : NULL;
  for (guint64 i = 0; i < n; i++) {
    guint64 step = galen_bytes_get_uint(reader);
    if (step > G_MAXUINT32 || (i > 0 && step == 0) || code + step > G_MAXUINT32)
      return FALSE;
    code += step;
    self->errors[self->n_errors++] = (GalenErrorCount){(guint32)code, galen_bytes_get_uint(reader)};
  }
  return !reader->failed;
}

void galen_digest_writer_sum(GalenDigestWriter *self, const GalenSum *sum) {
  GalenBytes *bytes = self->bytes;
  galen_bytes_put_uint(bytes, sum->count);
  galen_bytes_put_int(bytes, (gint64)(sum->count_scaled - sum->count));
  for (guint i = 0; i < G_N_ELEMENTS(counters); i++)
    galen_bytes_put_uint(bytes, G_STRUCT_MEMBER(const guint64, sum, counters[i]));
  put_times(self, sum);
  for (guint i = 0; i < GALEN_N_MAIN; i++) {
    put_stat(&sum->main[i], sum->count, bytes);
    if (sum->main[i].count > 0)
      put_histogram(&sum->histogram[i], &sum->main[i], bytes);
  }
  put_attrs(self, &sum->attrs, sum->count);
  galen_bytes_put_uint(bytes, sum->n_errors);
  for (guint i = 0; i < sum->n_errors; i++) {
    galen_bytes_put_uint(bytes, sum->errors[i].code - (i > 0 ? sum->errors[i - 1].code : 0));
    galen_bytes_put_uint(bytes, sum->errors[i].count);
  }
}

gboolean galen_digest_reader_sum(GalenDigestReader *self, GalenSum *sum) {
  GalenBytesReader *reader = self->bytes;
  sum->count = galen_bytes_get_uint(reader);
  sum->count_scaled = sum->count + (guint64)galen_bytes_get_int(reader);
  for (guint i = 0; i < G_N_ELEMENTS(counters); i++)
    G_STRUCT_MEMBER(guint64, sum, counters[i]) = galen_bytes_get_uint(reader);
  if (!get_times(self, sum))
    return FALSE;
  for (guint i = 0; i < GALEN_N_MAIN; i++) {
    get_stat(&sum->main[i], sum->count, reader);
    if (reader->failed || (sum->main[i].count > 0 && !get_histogram(&sum->histogram[i], &sum->main[i], reader)))
      return FALSE;
  }
  return get_attrs(self, sum) && get_errors(sum, reader);
}
