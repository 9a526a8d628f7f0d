/* What is summed of a class, in a record: statistics, histograms, attributes, errors. */
#include "digest_record_private.h"

/* ---- attributes ---- */

/* An attribute by its number in the record, after what it is when it comes first. Returns the number. */
static guint put_attr(GalenDigestWriter *self, guint16 id) {
  if (id >= self->attrs->len)
    g_array_set_size(self->attrs, id + 1u);
  guint32 *number = &g_array_index(self->attrs, guint32, id);
  galen_writer_uint(self, GALEN_CONTEXT_ATTR, *number);
  if (*number != 0)
    return *number;
  const GalenAttrInfo *info = galen_attrs_info(self->digest->context.attrs, id);
  *number = ++self->n_attrs;
  galen_bytes_put_slice(&self->texts, galen_slice(info->name, strlen(info->name)));
  galen_writer_uint(self, GALEN_CONTEXT_UNIT, info->unit);
  galen_writer_uint(self, GALEN_CONTEXT_KIND, info->kind);
  return *number;
}

static gboolean get_attr(GalenDigestReader *self, GalenRecordAttr *ret_attr, guint *ret_number) {
  GalenBytesReader *bytes = self->bytes;
  guint64 number = galen_reader_uint(self, GALEN_CONTEXT_ATTR);
  if (bytes->failed || number > self->attrs->len)
    return FALSE;
  *ret_number = number > 0 ? (guint)number : self->attrs->len + 1;
  if (number > 0) {
    *ret_attr = g_array_index(self->attrs, GalenRecordAttr, number - 1);
    return TRUE;
  }
  GalenSlice name = galen_bytes_get_slice(bytes);
  guint64 unit = galen_reader_uint(self, GALEN_CONTEXT_UNIT), kind = galen_reader_uint(self, GALEN_CONTEXT_KIND);
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

/* How many had it, from those that could, and in how many it was set, from those that had it. */
static guint flag_context(guint number) {
  return GALEN_CONTEXT_ATTR_STAT + MIN(number, GALEN_RECORD_ATTR_CONTEXTS - 1) * GALEN_STAT_CONTEXTS;
}

static void put_flag(GalenDigestWriter *self, guint number, guint64 yes, guint64 seen, guint64 expected) {
  guint at = flag_context(number);
  galen_coder_put(&self->coder, at + GALEN_STAT_COUNT, galen_zigzag((GalenU128)seen - expected));
  galen_writer_uint(self, at + GALEN_STAT_FORM, yes == seen ? 1 : yes == 0 ? 0 : 2);
  if (yes != 0 && yes != seen)
    galen_coder_put_near(&self->coder, at + GALEN_STAT_SUM, galen_bits_of(seen), yes);
}

static void put_single(GalenDigestWriter *self, GalenAttr attr, guint64 expected) {
  guint number = put_attr(self, attr.id);
  if (galen_attrs_info(self->digest->context.attrs, attr.id)->kind == GALEN_ATTR_FLAG) {
    put_flag(self, number, attr.value != 0, 1, expected);
    return;
  }
  GalenStat stat = {0};
  galen_stat_add(&stat, attr.value);
  galen_digest_writer_attr_stat(self, number, &stat, expected);
}

static void put_attrs(GalenDigestWriter *self, const GalenAttrSums *sums, guint64 expected) {
  galen_writer_uint(self, GALEN_CONTEXT_ATTRS, (guint64)sums->n_single + sums->n_stats + sums->n_flags);
  for (guint i = 0; i < sums->n_single; i++)
    put_single(self, sums->single[i], expected);
  for (guint i = 0; i < sums->n_stats; i++) {
    guint number = put_attr(self, (guint16)sums->stats[i].tag);
    galen_digest_writer_attr_stat(self, number, &sums->stats[i], expected);
  }
  for (guint i = 0; i < sums->n_flags; i++) {
    guint number = put_attr(self, sums->flags[i].id);
    put_flag(self, number, sums->flags[i].yes, sums->flags[i].seen, expected);
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

static void get_flag(GalenDigestReader *self, guint number, GalenFlagSum *flag, guint64 expected) {
  if (self->version == 1) {
    flag->yes = galen_bytes_get_uint(self->bytes);
    flag->seen = galen_bytes_get_uint(self->bytes);
    return;
  }
  guint at = flag_context(number);
  flag->seen = expected + (guint64)galen_unzigzag(galen_reader_near(self, at + GALEN_STAT_COUNT, GALEN_CODER_ANY));
  guint64 form = galen_reader_uint(self, at + GALEN_STAT_FORM);
  flag->yes = form == 0   ? 0
              : form == 1 ? flag->seen
                          : (guint64)galen_reader_near(self, at + GALEN_STAT_SUM, galen_bits_of(flag->seen));
}

static void get_stat(GalenDigestReader *self, guint number, GalenStat *stat, guint64 expected) {
  if (self->version == 1)
    galen_digest_reader_v1_stat(self->bytes, stat, expected);
  else
    galen_digest_reader_attr_stat(self, number, stat, expected);
}

static gboolean get_attrs(GalenDigestReader *self, GalenSum *sum) {
  guint64 n = galen_reader_uint(self, GALEN_CONTEXT_ATTRS);
  if (self->bytes->failed || n > GALEN_DIGEST_ATTRS_MAX)
    return FALSE;
  gboolean single = n <= GALEN_SUM_SINGLE_MAX;
  if (single && n > 0)
    sum->attrs.single = g_new(GalenAttr, n);
  for (guint64 i = 0; i < n; i++) {
    GalenRecordAttr attr;
    guint number;
    if (!get_attr(self, &attr, &number))
      return FALSE;
    GalenStat stat = {.tag = attr.number};
    GalenFlagSum flag = {.id = attr.number};
    if (attr.kind == GALEN_ATTR_FLAG)
      get_flag(self, number, &flag, sum->count);
    else
      get_stat(self, number, &stat, sum->count);
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

/* Of version 1. */
gboolean galen_digest_reader_times(GalenDigestReader *self, GalenSum *sum) {
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

static gboolean get_errors(GalenDigestReader *self, GalenSum *sum) {
  guint64 n = galen_reader_uint(self, GALEN_CONTEXT_ERRORS), code = 0;
  if (self->bytes->failed || n > GALEN_CLASS_ERRORS_MAX)
    return FALSE;
  sum->errors = n > 0 ? g_new(GalenErrorCount, n) : NULL;
  for (guint64 i = 0; i < n; i++) {
    guint64 step = galen_reader_uint(self, GALEN_CONTEXT_ERROR_CODE);
    if (step > G_MAXUINT32 || (i > 0 && step == 0) || code + step > G_MAXUINT32)
      return FALSE;
    code += step;
    sum->errors[sum->n_errors++] = (GalenErrorCount){(guint32)code, galen_reader_uint(self, GALEN_CONTEXT_ERROR_COUNT)};
  }
  return !self->bytes->failed;
}

void galen_digest_writer_sum(GalenDigestWriter *self, const GalenSum *sum, const GalenStatHint *hint) {
  galen_coder_put(&self->coder, GALEN_CONTEXT_SCALED, galen_zigzag((GalenU128)sum->count_scaled - sum->count));
  for (guint i = 0; i < GALEN_RECORD_COUNTERS; i++)
    galen_writer_uint(self, GALEN_CONTEXT_COUNTERS + i, G_STRUCT_MEMBER(const guint64, sum, counters[i]));
  for (guint i = 0; i < GALEN_N_MAIN; i++)
    galen_digest_writer_stat(self, i, &sum->main[i], &sum->histogram[i], sum->count,
                             i == GALEN_MAIN_TIME ? hint : NULL);
  put_attrs(self, &sum->attrs, sum->count);
  galen_writer_uint(self, GALEN_CONTEXT_ERRORS, sum->n_errors);
  for (guint i = 0; i < sum->n_errors; i++) {
    galen_writer_uint(self, GALEN_CONTEXT_ERROR_CODE, sum->errors[i].code - (i > 0 ? sum->errors[i - 1].code : 0));
    galen_writer_uint(self, GALEN_CONTEXT_ERROR_COUNT, sum->errors[i].count);
  }
}

static gboolean get_main(GalenDigestReader *self, guint main, GalenSum *sum, const GalenStatHint *hint) {
  GalenStat *stat = &sum->main[main];
  if (self->version > 1)
    return galen_digest_reader_stat(self, main, stat, &sum->histogram[main], sum->count,
                                    main == GALEN_MAIN_TIME ? hint : NULL);
  galen_digest_reader_v1_stat(self->bytes, stat, sum->count);
  return !self->bytes->failed &&
         (stat->count == 0 || galen_digest_reader_v1_histogram(self->bytes, &sum->histogram[main], stat));
}

gboolean galen_digest_reader_sum(GalenDigestReader *self, GalenSum *sum, const GalenStatHint *hint) {
  GalenU128 more = galen_reader_near(self, GALEN_CONTEXT_SCALED, GALEN_CODER_ANY);
  sum->count_scaled = sum->count + (guint64)galen_unzigzag(more);
  for (guint i = 0; i < GALEN_RECORD_COUNTERS; i++)
    G_STRUCT_MEMBER(guint64, sum, counters[i]) = galen_reader_uint(self, GALEN_CONTEXT_COUNTERS + i);
  if (self->version == 1 && !galen_digest_reader_times(self, sum))
    return FALSE;
  for (guint i = 0; i < GALEN_N_MAIN; i++)
    if (!get_main(self, i, sum, hint))
      return FALSE;
  return get_attrs(self, sum) && get_errors(self, sum);
}
