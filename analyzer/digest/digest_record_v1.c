/* What only records of version 1 have: statistics, histograms, series and users etc. as numbers of bytes.h. */
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

/* What an `any` one has beside its least value. */
static void get_any(GalenStat *self, Form form, guint64 count, GalenBytesReader *reader) {
  guint64 min = self->min;
  self->max = min + galen_bytes_get_uint(reader);
  self->sum = form == FORM_FEW && count == 2 ? (GalenU128)min + self->max
                                             : (GalenU128)min * count + galen_bytes_get_u128(reader);
  if (form == FORM_FEW) {
    guint64 values[GALEN_FEW_MAX];
    guint n = galen_stat_few(self, values);
    guint32 tag = self->tag;
    *self = (GalenStat){.tag = tag};
    galen_stat_add_all(self, values, n);
    return;
  }
  self->saturated = form == FORM_SATURATED;
  self->squares = self->saturated ? ~(GalenU128)0 : galen_bytes_get_u128(reader);
}

void galen_digest_reader_v1_stat(GalenBytesReader *bytes, GalenStat *stat, guint64 expected) {
  GalenU128 head = galen_bytes_get_u128(bytes);
  Form form = (Form)(head % FORMS);
  guint64 more = (guint64)(head / FORMS), min = form != FORM_NONE ? galen_bytes_get_uint(bytes) : 0;
  guint64 count = expected + ((more >> 1) ^ (0 - (more & 1)));
  *stat = (GalenStat){.tag = stat->tag};
  gboolean few = count >= 2 && count <= GALEN_FEW_MAX;
  if (bytes->failed || (form == FORM_NONE) != (count == 0) || (form == FORM_FEW && !few)) {
    bytes->failed = TRUE;
    return;
  }
  if (count > 0)
    galen_stat_add_n(stat, min, count);
  if (form > FORM_SAME)
    get_any(stat, form, count, bytes);
}

gboolean galen_digest_reader_v1_histogram(GalenBytesReader *bytes, GalenHistogram *histogram, const GalenStat *stat) {
  guint64 n = galen_bytes_get_uint(bytes), index = galen_histogram_index(stat->min);
  if (n == 0)
    galen_stat_imply(stat, histogram);
  for (guint64 i = 0; i < n && !bytes->failed; i++) {
    guint64 step = galen_bytes_get_uint(bytes), count = step & 1 ? 1 : galen_bytes_get_uint(bytes);
    step >>= 1;
    if (step >= GALEN_HISTOGRAM_BUCKETS - index || (i > 0 && step == 0))
      return FALSE;
    index += step;
    guint64 low, high;
    galen_histogram_bounds((guint)index, &low, &high);
    galen_histogram_add(histogram, low, count);
  }
  return !bytes->failed;
}

/* ---- the series ---- */

static gboolean get_heat(guint64 rows[GALEN_HEAT_ROWS], GalenBytesReader *bytes) {
  guint64 n = galen_bytes_get_uint(bytes), row = 0;
  memset(rows, 0, GALEN_HEAT_ROWS * sizeof *rows);
  for (guint64 i = 0; i < n; i++) {
    guint64 step = galen_bytes_get_uint(bytes), count = galen_bytes_get_uint(bytes);
    if (bytes->failed || step >= GALEN_HEAT_ROWS - row || (i > 0 && step == 0))
      return FALSE;
    row += step;
    rows[row] = count;
  }
  return !bytes->failed;
}

static guint64 sum_rows(const guint64 rows[GALEN_HEAT_ROWS]) {
  guint64 sum = 0;
  for (guint row = 0; row < GALEN_HEAT_ROWS; row++)
    sum = galen_add_u64(sum, rows[row]);
  return sum;
}

gboolean galen_digest_reader_v1_series(GalenDigestReader *self, GalenCells *whole) {
  GalenDigest *digest = self->digest;
  gint64 from = galen_bytes_get_int(self->bytes);
  guint64 length = galen_bytes_get_uint(self->bytes);
  if (!galen_digest_reader_range(self, from, length, galen_bytes_get_u8(self->bytes)))
    return FALSE;
  guint64 cell = 0;
  while (TRUE) {
    guint64 step = galen_bytes_get_uint(self->bytes);
    if (step == GALEN_SERIES_CELLS || self->bytes->failed)
      return !self->bytes->failed;
    guint64 time = galen_bytes_get_uint(self->bytes), rows[GALEN_HEAT_ROWS];
    if (step >= self->n - cell || !get_heat(rows, self->bytes))
      return FALSE;
    cell += step;
    galen_timeline_add_cell(&digest->timeline, self->step, self->base + (gint64)cell, time, rows);
    galen_cells_add_in(whole, self->step, self->base + (gint64)cell, time, sum_rows(rows));
    cell++;
  }
}

/* ---- users etc. of the whole digest ---- */

/* A load's low bit: its cells are those of the whole digest. */
#define LIKE_ALL 1u

static gboolean get_load(GalenDigestReader *self, guint kind, const GalenCells *whole) {
  GalenDigest *digest = self->digest;
  guint32 expected = 0;
  GalenRecordName *name = galen_digest_reader_name(self, GALEN_CONTEXT_NAME + kind, &expected);
  if (name == NULL)
    return FALSE;
  GalenTopKey key = galen_digest_reader_key(self, kind, name);
  guint64 time = galen_bytes_get_uint(self->bytes), count = galen_bytes_get_uint(self->bytes);
  gboolean like_all = galen_bytes_get_u8(self->bytes) == LIKE_ALL;
  GalenCells own = {0};
  if (self->bytes->failed || (!like_all && !galen_cells_get_in(&own, self->step, self->base, self->n, self->bytes)))
    return FALSE;
  galen_top_table_add_load(&digest->tops[kind], key, count, time, like_all ? whole : &own, &digest->context);
  galen_cells_clear(&own);
  return TRUE;
}

gboolean galen_digest_reader_v1_loads(GalenDigestReader *self, const GalenCells *whole) {
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    for (guint64 n = galen_bytes_get_uint(self->bytes); n > 0; n--)
      if (!get_load(self, kind, whole))
        return FALSE;
  return !self->bytes->failed;
}
