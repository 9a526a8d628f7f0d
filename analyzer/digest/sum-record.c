/* Sums as records of temporary files. */
#include "sum.h"

static void put_stat(const GalenStat *self, GalenBytes *bytes) {
  galen_bytes_put_uint(bytes, self->count);
  if (self->count == 0)
    return;
  galen_bytes_put_uint(bytes, self->min);
  if (self->count == 1)
    return;
  galen_bytes_put_uint(bytes, self->max);
  galen_bytes_put_u128(bytes, self->sum);
  galen_bytes_put_u8(bytes, self->saturated != FALSE);
  galen_bytes_put_u128(bytes, self->squares);
}

static void get_stat(GalenStat *self, GalenBytesReader *reader) {
  guint32 tag = self->tag;
  guint64 count = galen_bytes_get_uint(reader);
  *self = (GalenStat){.tag = tag};
  if (count == 0)
    return;
  guint64 min = galen_bytes_get_uint(reader);
  galen_stat_add(self, min);
  if (count == 1)
    return;
  self->count = count;
  self->max = galen_bytes_get_uint(reader);
  self->sum = galen_bytes_get_u128(reader);
  self->saturated = galen_bytes_get_u8(reader) != 0;
  self->squares = galen_bytes_get_u128(reader);
}

typedef struct {
  GalenBytes *bytes;
  guint last;
} HistogramWriter;

static void put_bucket(guint index, guint64 count, gpointer user) {
  HistogramWriter *writer = user;
  galen_bytes_put_uint(writer->bytes, index - writer->last);
  galen_bytes_put_uint(writer->bytes, count);
  writer->last = index;
}

static void put_histogram(const GalenHistogram *self, GalenBytes *bytes) {
  HistogramWriter writer = {bytes, 0};
  galen_bytes_put_uint(bytes, galen_histogram_size(self));
  galen_histogram_foreach(self, put_bucket, &writer);
}

static gboolean get_histogram(GalenHistogram *self, GalenBytesReader *reader) {
  guint64 n = galen_bytes_get_uint(reader), index = 0;
  for (guint64 i = 0; i < n && !reader->failed; i++) {
    guint64 delta = galen_bytes_get_uint(reader), count = galen_bytes_get_uint(reader);
    if (delta >= GALEN_HISTOGRAM_BUCKETS - index)
      return FALSE;
    index += delta;
    guint64 low, high;
    galen_histogram_bounds((guint)index, &low, &high);
    galen_histogram_add(self, low, count);
  }
  return !reader->failed;
}

/* Known attributes by number, others by what they are, as another digest may read this. */
static void put_id(guint16 id, const GalenAttrs *attrs, GalenBytes *bytes) {
  if (id < galen_attrs_known(attrs)) {
    galen_bytes_put_uint(bytes, id + 1u);
    return;
  }
  const GalenAttrInfo *info = galen_attrs_info(attrs, id);
  galen_bytes_put_uint(bytes, 0);
  galen_bytes_put_slice(bytes, galen_slice(info->name, strlen(info->name)));
  galen_bytes_put_u8(bytes, (guint8)info->unit);
  galen_bytes_put_u8(bytes, (guint8)info->kind);
}

static guint16 get_id(GalenAttrs *attrs, GalenBytesReader *reader) {
  guint64 number = galen_bytes_get_uint(reader);
  if (number > 0)
    return number <= galen_attrs_known(attrs) ? (guint16)(number - 1) : GALEN_ATTR_NONE;
  GalenSlice name = galen_bytes_get_slice(reader);
  guint8 unit = galen_bytes_get_u8(reader), kind = galen_bytes_get_u8(reader);
  if (reader->failed || name.len == 0 || memchr(name.data, '\0', name.len) != NULL || unit > GALEN_UNIT_NS ||
      kind > GALEN_ATTR_FLAG)
    return GALEN_ATTR_NONE;
  return galen_attrs_intern(attrs, name, (GalenUnit)unit, (GalenAttrKind)kind);
}

static void put_attrs(const GalenAttrSums *self, const GalenAttrs *attrs, GalenBytes *bytes) {
  galen_bytes_put_uint(bytes, self->n_single);
  for (guint i = 0; i < self->n_single; i++) {
    put_id(self->single[i].id, attrs, bytes);
    galen_bytes_put_uint(bytes, self->single[i].value);
  }
  galen_bytes_put_uint(bytes, self->n_stats);
  for (guint i = 0; i < self->n_stats; i++) {
    put_id((guint16)self->stats[i].tag, attrs, bytes);
    put_stat(&self->stats[i], bytes);
  }
  galen_bytes_put_uint(bytes, self->n_flags);
  for (guint i = 0; i < self->n_flags; i++) {
    put_id(self->flags[i].id, attrs, bytes);
    galen_bytes_put_uint(bytes, self->flags[i].yes);
    galen_bytes_put_uint(bytes, self->flags[i].seen);
  }
}

/* A name past GALEN_DIGEST_ATTRS_MAX is read and dropped, here and below. */
static gboolean get_singles(GalenAttrSums *self, GalenAttrs *attrs, GalenBytesReader *reader) {
  guint64 n = galen_bytes_get_uint(reader);
  if (reader->failed || n > GALEN_SUM_SINGLE_MAX)
    return FALSE;
  self->single = n > 0 ? g_new(GalenAttr, n) : NULL;
  for (guint64 i = 0; i < n; i++) {
    GalenAttr attr = {.id = get_id(attrs, reader)};
    attr.value = galen_bytes_get_uint(reader);
    if (attr.id != GALEN_ATTR_NONE)
      self->single[self->n_single++] = attr;
  }
  return !reader->failed;
}

static gboolean get_stats(GalenAttrSums *self, GalenAttrs *attrs, GalenBytesReader *reader) {
  guint64 n = galen_bytes_get_uint(reader);
  if (reader->failed || n > GALEN_DIGEST_ATTRS_MAX)
    return FALSE;
  self->stats = n > 0 ? g_new(GalenStat, n) : NULL;
  self->allocated_stats = (guint16)n;
  for (guint64 i = 0; i < n && !reader->failed; i++) {
    GalenStat stat = {.tag = get_id(attrs, reader)};
    get_stat(&stat, reader);
    if (stat.tag != GALEN_ATTR_NONE)
      self->stats[self->n_stats++] = stat;
  }
  return !reader->failed;
}

static gboolean get_flags(GalenAttrSums *self, GalenAttrs *attrs, GalenBytesReader *reader) {
  guint64 n = galen_bytes_get_uint(reader);
  if (reader->failed || n > GALEN_DIGEST_ATTRS_MAX)
    return FALSE;
  self->flags = n > 0 ? g_new(GalenFlagSum, n) : NULL;
  self->allocated_flags = (guint16)n;
  for (guint64 i = 0; i < n && !reader->failed; i++) {
    GalenFlagSum flag = {.id = get_id(attrs, reader)};
    flag.yes = galen_bytes_get_uint(reader);
    flag.seen = galen_bytes_get_uint(reader);
    if (flag.id != GALEN_ATTR_NONE)
      self->flags[self->n_flags++] = flag;
  }
  return !reader->failed;
}

static const glong counters[] = {
    G_STRUCT_OFFSET(GalenSum, count),   G_STRUCT_OFFSET(GalenSum, count_scaled), G_STRUCT_OFFSET(GalenSum, untimed),
    G_STRUCT_OFFSET(GalenSum, partial), G_STRUCT_OFFSET(GalenSum, nested_count), G_STRUCT_OFFSET(GalenSum, nested_time),
    G_STRUCT_OFFSET(GalenSum, killed),
};

void galen_sum_put(const GalenSum *self, const GalenAttrs *attrs, GalenBytes *bytes) {
  for (guint i = 0; i < G_N_ELEMENTS(counters); i++)
    galen_bytes_put_uint(bytes, G_STRUCT_MEMBER(const guint64, self, counters[i]));
  galen_bytes_put_int(bytes, self->first);
  galen_bytes_put_int(bytes, self->last);
  for (guint i = 0; i < GALEN_N_MAIN; i++) {
    put_stat(&self->main[i], bytes);
    if (self->main[i].count > 1) /* else it is the one value's bucket */
      put_histogram(&self->histogram[i], bytes);
  }
  put_attrs(&self->attrs, attrs, bytes);
  galen_bytes_put_uint(bytes, self->n_errors);
  for (guint i = 0; i < self->n_errors; i++) {
    galen_bytes_put_uint(bytes, self->errors[i].code);
    galen_bytes_put_uint(bytes, self->errors[i].count);
  }
}

static gboolean get_errors(GalenSum *self, GalenBytesReader *reader) {
  guint64 n = galen_bytes_get_uint(reader);
  if (reader->failed || n > GALEN_CLASS_ERRORS_MAX)
    return FALSE;
  self->errors = n > 0 ? g_new(GalenErrorCount, n) : NULL;
  for (guint64 i = 0; i < n; i++) {
    guint64 code = galen_bytes_get_uint(reader), count = galen_bytes_get_uint(reader);
    if (code > G_MAXUINT32 || (i > 0 && code <= self->errors[i - 1].code))
      return FALSE;
    self->errors[self->n_errors++] = (GalenErrorCount){(guint32)code, count};
  }
  return !reader->failed;
}

gboolean galen_sum_get(GalenSum *self, GalenAttrs *attrs, GalenBytesReader *reader) {
  for (guint i = 0; i < G_N_ELEMENTS(counters); i++)
    G_STRUCT_MEMBER(guint64, self, counters[i]) = galen_bytes_get_uint(reader);
  self->first = galen_bytes_get_int(reader);
  self->last = galen_bytes_get_int(reader);
  for (guint i = 0; i < GALEN_N_MAIN; i++) {
    get_stat(&self->main[i], reader);
    if (self->main[i].count == 1)
      galen_histogram_add(&self->histogram[i], self->main[i].min, 1);
    else if (self->main[i].count > 1 && !get_histogram(&self->histogram[i], reader))
      return FALSE;
  }
  return get_singles(&self->attrs, attrs, reader) && get_stats(&self->attrs, attrs, reader) &&
         get_flags(&self->attrs, attrs, reader) && get_errors(self, reader);
}
