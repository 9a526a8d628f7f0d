/* A class in a record of a digest. */
#include "digest_record_private.h"

/* ---- names ---- */

/* What stands for a name; else it is the number of one that stood before, and … */
enum { NAME_UNKNOWN, NAME_NEW, NAME_UNNUMBERED, NAME_NUMBERS };

/* Names of a kind stand in their order, so the next one is often the next number. */
static guint64 name_step(guint32 number, guint32 *expected) {
  guint64 step = (guint64)galen_zigzag((GalenU128)number - *expected);
  *expected = number + 1;
  return step;
}

void galen_digest_writer_name(GalenDigestWriter *self, guint context, guint32 name, guint32 *expected) {
  if (name == GALEN_NAME_UNKNOWN) {
    galen_writer_uint(self, context, NAME_UNKNOWN);
    return;
  }
  if (name >= self->names->len)
    g_array_set_size(self->names, name + 1u);
  guint32 *number = &g_array_index(self->names, guint32, name);
  if (*number > 0) {
    galen_writer_uint(self, context, name_step(*number, expected) + NAME_NUMBERS);
    return;
  }
  gboolean numbered = self->n_names < GALEN_RECORD_NAMES_MAX;
  if (numbered) {
    *number = ++self->n_names;
    *expected = *number + 1;
  }
  galen_writer_uint(self, context, numbered ? NAME_NEW : NAME_UNNUMBERED);
  galen_bytes_put_slice(&self->texts, galen_names_slice(self->digest->context.names, name));
}

static GalenRecordName *get_new_name(GalenDigestReader *self, gboolean numbered, guint32 *expected) {
  GalenRecordName name = {galen_bytes_get_slice(self->bytes), GALEN_NAME_NONE};
  if (name.text.data == NULL || name.text.len > GALEN_NAME_MAX ||
      (numbered && self->names->len > GALEN_RECORD_NAMES_MAX))
    return NULL;
  self->unnumbered = name;
  if (!numbered)
    return &self->unnumbered;
  g_array_append_val(self->names, name);
  *expected = self->names->len;
  return &g_array_index(self->names, GalenRecordName, self->names->len - 1);
}

GalenRecordName *galen_digest_reader_name(GalenDigestReader *self, guint context, guint32 *expected) {
  guint64 number = galen_reader_uint(self, context);
  if (self->bytes->failed)
    return NULL;
  if (number == NAME_NEW || number == NAME_UNNUMBERED)
    return get_new_name(self, number == NAME_NEW, expected);
  if (number == NAME_UNKNOWN)
    return &g_array_index(self->names, GalenRecordName, 0);
  number -= NAME_NUMBERS;
  number = self->version == 1 ? number + 1 : *expected + (guint64)galen_unzigzag(number);
  if (number == 0 || number >= self->names->len)
    return NULL;
  *expected = (guint32)number + 1;
  return &g_array_index(self->names, GalenRecordName, number);
}

GalenTopKey galen_digest_reader_key(GalenDigestReader *self, guint kind, GalenRecordName *name) {
  if (kind == GALEN_TOP_NODE && self->how->node != NULL)
    return (GalenTopKey){.name = self->node};
  if (name->number == GALEN_NAME_NONE)
    name->number = galen_names_find(self->digest->context.names, name->text);
  return (GalenTopKey){name->number, name->text};
}

static gboolean get_interned(GalenDigestReader *self, guint context, guint32 expected, const char *given,
                             guint32 number, guint32 *ret_name) {
  GalenRecordName *name = galen_digest_reader_name(self, context, &expected);
  if (name == NULL)
    return FALSE;
  if (given == NULL && name->number == GALEN_NAME_NONE)
    name->number = galen_names_intern(self->digest->context.names, name->text);
  *ret_name = given != NULL ? number : name->number;
  return TRUE;
}

/* ---- users etc. ---- */

static int by_kind_and_name(gconstpointer a, gconstpointer b, gpointer user) {
  const GalenTopEntry *x = a, *y = b;
  const GalenNames *names = user;
  if (x->kind != y->kind)
    return (int)x->kind - (int)y->kind;
  return galen_name_compare(galen_names_text(names, x->name), galen_names_text(names, y->name));
}

/* All of the class, each once. */
static GArray *gather_tops(const GalenDigestWriter *self, const GalenAccum *accum) {
  GArray *all = g_array_new(FALSE, FALSE, sizeof(GalenTopEntry));
  guint n;
  if (accum->tops.n > 0)
    g_array_append_vals(all, accum->tops.entries, accum->tops.n);
  const GalenValueSum *sums = galen_value_sums_of(self->values, accum->id, &n);
  for (guint i = 0; i < n; i++) {
    GalenTopEntry entry = {sums[i].count, sums[i].time, sums[i].name, (guint16)sums[i].kind};
    g_array_append_val(all, entry);
  }
  g_array_sort_with_data(all, by_kind_and_name, self->digest->context.names);
  guint kept = 0;
  for (guint i = 0; i < all->len; i++) {
    const GalenTopEntry *entry = &g_array_index(all, GalenTopEntry, i);
    GalenTopEntry *last = kept > 0 ? &g_array_index(all, GalenTopEntry, kept - 1) : NULL;
    if (last == NULL || last->kind != entry->kind || last->name != entry->name) {
      g_array_index(all, GalenTopEntry, kept++) = *entry;
      continue;
    }
    last->count = galen_add_u64(last->count, entry->count);
    last->time = galen_add_u64(last->time, entry->time);
  }
  g_array_set_size(all, kept);
  return all;
}

static guint64 time_of(const GalenAccum *accum) {
  return (guint64)MIN(galen_accum_time(accum), G_MAXUINT64);
}

/* Whether all of a kind have all events and all time of the class together: then the last one has what is left. */
static gboolean is_complete(const GalenTopEntry *entries, guint n, const GalenAccum *accum) {
  guint64 count = accum->sum.count, time = time_of(accum);
  for (guint i = 0; i < n; i++) {
    if (entries[i].count > count || entries[i].time > time)
      return FALSE;
    count -= entries[i].count;
    time -= entries[i].time;
  }
  return n > 0 && count == 0 && time == 0;
}

/* What `count` of the class's events probably took. */
static guint share_bits(const GalenAccum *accum, guint64 count) {
  GalenU128 all = (GalenU128)time_of(accum) * count;
  return accum->sum.count > 0 ? galen_bits_of(all / accum->sum.count) : 0;
}

/* Of each kind how many, and whether the last one's figures are missing. */
static void put_tops(GalenDigestWriter *self, const GalenAccum *accum) {
  g_autoptr(GArray) all = gather_tops(self, accum);
  for (guint kind = 0, at = 0; kind < GALEN_N_TOPS; kind++) {
    guint n = 0;
    const GalenTopEntry *entries = &g_array_index(all, GalenTopEntry, at);
    while (at + n < all->len && entries[n].kind == kind)
      n++;
    at += n;
    gboolean complete = is_complete(entries, n, accum);
    galen_writer_uint(self, GALEN_CONTEXT_TOPS + kind, (guint64)n << 1 | (complete ? 1 : 0));
    guint32 expected = self->first[kind];
    for (guint i = 0; i < n; i++) {
      galen_digest_writer_name(self, GALEN_CONTEXT_NAME + kind, entries[i].name, &expected);
      if (complete && i + 1 == n)
        break;
      galen_writer_uint(self, GALEN_CONTEXT_TOP_COUNT + kind, entries[i].count);
      galen_coder_put_near(&self->coder, GALEN_CONTEXT_TOP_TIME + kind, share_bits(accum, entries[i].count),
                           entries[i].time);
    }
  }
}

/* One of a kind, of which so much is left of the class's figures; those are what the last one has when all are there. */
static gboolean get_top(GalenDigestReader *self, GalenAccum *accum, guint kind, gboolean is_rest, guint32 *expected,
                        guint64 *count_left, guint64 *time_left) {
  GalenRecordName *name = galen_digest_reader_name(self, GALEN_CONTEXT_NAME + kind, expected);
  if (name == NULL)
    return FALSE;
  guint64 count = is_rest ? *count_left : galen_reader_uint(self, GALEN_CONTEXT_TOP_COUNT + kind);
  guint64 time =
      is_rest ? *time_left : (guint64)galen_reader_near(self, GALEN_CONTEXT_TOP_TIME + kind, share_bits(accum, count));
  *count_left -= count;
  *time_left -= time;
  if (!self->bytes->failed)
    galen_top_set_add_one(&accum->tops, kind, galen_digest_reader_key(self, kind, name), count, time, accum->id,
                          &self->digest->context);
  return !self->bytes->failed;
}

static gboolean get_tops(GalenDigestReader *self, GalenAccum *accum) {
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++) {
    guint64 n = galen_reader_uint(self, GALEN_CONTEXT_TOPS + kind), complete = n & 1;
    guint64 count_left = accum->sum.count, time_left = time_of(accum);
    guint32 expected = self->first[kind];
    for (n >>= 1; n > 0; n--)
      if (!get_top(self, accum, kind, complete && n == 1, &expected, &count_left, &time_left))
        return FALSE;
  }
  return !self->bytes->failed;
}

/* ---- times ---- */

/* Where a time stands. */
enum {
  MOMENT_NONE,
  MOMENT_FIRST,  /* it is the class's first */
  MOMENT_LAST,   /* the last */
  MOMENT_SECOND, /* whole seconds from where it is expected, below the width of a cell */
  MOMENT_CELL,   /* µs, the same */
  MOMENT_FAR,    /* µs from the beginning of all */
};

static guint64 cell_width(guint8 step) {
  return (guint64)galen_series_step_at(step);
}

static void put_offset(GalenDigestWriter *self, guint context, gint64 time, gint64 near) {
  guint64 width = cell_width(self->step), offset = (guint64)(time - near);
  if (time < near || offset >= width) {
    galen_writer_uint(self, context, MOMENT_FAR);
    galen_coder_put_bits(&self->coder, (guint64)(time - self->from), 64);
  } else if (offset % G_USEC_PER_SEC == 0) {
    galen_writer_uint(self, context, MOMENT_SECOND);
    galen_coder_put_bits(&self->coder, offset / G_USEC_PER_SEC, galen_bits_of(width / G_USEC_PER_SEC - 1));
  } else {
    galen_writer_uint(self, context, MOMENT_CELL);
    galen_coder_put_bits(&self->coder, offset, galen_bits_of(width - 1));
  }
}

static gboolean get_offset(GalenDigestReader *self, guint64 what, gint64 near, gint64 *ret_time) {
  guint64 width = cell_width(self->step), offset = 0;
  if (what == MOMENT_FAR)
    offset = galen_decoder_get_bits(&self->decoder, 64);
  else if (what == MOMENT_SECOND)
    offset = galen_decoder_get_bits(&self->decoder, galen_bits_of(width / G_USEC_PER_SEC - 1)) * G_USEC_PER_SEC;
  else if (what == MOMENT_CELL)
    offset = galen_decoder_get_bits(&self->decoder, galen_bits_of(width - 1));
  else
    return FALSE;
  gint64 base = what == MOMENT_FAR ? self->from : near;
  if (self->from == GALEN_TIME_NONE || offset > (guint64)(self->to - self->from) + width ||
      base + (gint64)offset < self->from || base + (gint64)offset > self->to)
    return FALSE;
  *ret_time = base + (gint64)offset;
  return TRUE;
}

/* The beginning of the first, or last, cell in which a statement of the class began. */
static gint64 find_cell(const GalenCells *cells, gboolean last, gint64 from) {
  for (guint i = 0; i < cells->n; i++) {
    guint at = last ? cells->n - 1 - i : i;
    if (galen_cells_count(cells, at) > 0)
      return MAX(galen_cells_number(cells, at) * galen_series_step_at(cells->step), from);
  }
  return from;
}

static void put_times(GalenDigestWriter *self, const GalenAccum *accum) {
  const GalenSum *sum = &accum->sum;
  if (sum->first == GALEN_TIME_NONE) {
    galen_writer_uint(self, GALEN_CONTEXT_MOMENT, MOMENT_NONE);
    return;
  }
  put_offset(self, GALEN_CONTEXT_MOMENT, sum->first, find_cell(&accum->cells, FALSE, self->from));
  if (sum->first == sum->last)
    galen_writer_uint(self, GALEN_CONTEXT_MOMENT + 1, MOMENT_FIRST);
  else
    put_offset(self, GALEN_CONTEXT_MOMENT + 1, sum->last, find_cell(&accum->cells, TRUE, self->from));
}

static gboolean get_times(GalenDigestReader *self, GalenAccum *accum) {
  GalenSum *sum = &accum->sum;
  guint64 what = galen_reader_uint(self, GALEN_CONTEXT_MOMENT);
  if (what == MOMENT_NONE)
    return !self->bytes->failed;
  if (!get_offset(self, what, find_cell(&accum->cells, FALSE, self->from), &sum->first))
    return FALSE;
  sum->last = sum->first;
  what = galen_reader_uint(self, GALEN_CONTEXT_MOMENT + 1);
  return (what == MOMENT_FIRST || get_offset(self, what, find_cell(&accum->cells, TRUE, self->from), &sum->last)) &&
         sum->last >= sum->first && !self->bytes->failed;
}

/* The time of the worst statement. */
static void put_moment(GalenDigestWriter *self, const GalenAccum *accum, gint64 time) {
  if (time == accum->sum.first || time == accum->sum.last) {
    galen_writer_uint(self, GALEN_CONTEXT_SAMPLE_TIME, time == accum->sum.first ? MOMENT_FIRST : MOMENT_LAST);
    return;
  }
  guint64 offset = (guint64)(time - self->from), seconds = G_USEC_PER_SEC;
  gboolean whole = time >= 0 && self->from >= 0 && time % G_USEC_PER_SEC == 0;
  galen_writer_uint(self, GALEN_CONTEXT_SAMPLE_TIME, whole ? MOMENT_SECOND : MOMENT_FAR);
  galen_coder_put_bits(&self->coder, whole ? (guint64)time / seconds - (guint64)self->from / seconds : offset,
                       galen_bits_of((guint64)(self->to - self->from)));
}

static gboolean get_moment(GalenDigestReader *self, const GalenAccum *accum, gint64 *ret_time) {
  if (self->from == GALEN_TIME_NONE)
    return FALSE;
  guint64 length = (guint64)(self->to - self->from);
  if (self->version == 1) {
    guint64 offset = galen_bytes_get_uint(self->bytes);
    *ret_time = self->from + (gint64)MIN(offset, length);
    return !self->bytes->failed && offset <= length;
  }
  guint64 what = galen_reader_uint(self, GALEN_CONTEXT_SAMPLE_TIME);
  if (what == MOMENT_FIRST || what == MOMENT_LAST) {
    *ret_time = what == MOMENT_FIRST ? accum->sum.first : accum->sum.last;
    return *ret_time != GALEN_TIME_NONE && !self->bytes->failed;
  }
  guint64 offset = galen_decoder_get_bits(&self->decoder, galen_bits_of(length));
  if ((what != MOMENT_SECOND && what != MOMENT_FAR) || offset > length)
    return FALSE;
  *ret_time = what == MOMENT_FAR ? self->from + (gint64)offset
                                 : (self->from / G_USEC_PER_SEC + (gint64)offset) * G_USEC_PER_SEC;
  return *ret_time >= self->from && *ret_time <= self->to;
}

/* ---- the sample ---- */

enum { HAS_SAMPLE = 1, HAS_TEXT = 2, HAS_TIME = 4, IS_MAX = 8 /* its time is the class's largest */ };

/* In a record without fingerprints samples lean on those. */
static void put_sample(GalenDigestWriter *self, const GalenAccum *accum) {
  const GalenWorst *worst = &accum->worst;
  gsize whole = (gsize)worst->len + worst->explain_len, len = 0;
  galen_writer_uint(self, GALEN_CONTEXT_SAMPLE_LEN, worst->len);
  galen_writer_uint(self, GALEN_CONTEXT_SAMPLE_PLAN, worst->explain_len);
  gboolean packed =
      self->how->without_fingerprints && whole > 0 &&
      galen_sample_pack(galen_slice(worst->text, whole), galen_slice(accum->text, accum->len), &self->texts, &len);
  galen_writer_uint(self, GALEN_CONTEXT_SAMPLE_PACKED, packed ? len : 0);
  if (!packed)
    galen_bytes_put_raw(&self->texts, worst->text, whole);
}

static void put_worst(GalenDigestWriter *self, const GalenAccum *accum) {
  const GalenWorst *worst = &accum->worst;
  const GalenDigestPut *how = self->how;
  if (!worst->set) {
    galen_writer_uint(self, GALEN_CONTEXT_SAMPLE, 0);
    return;
  }
  gboolean timed = worst->time != GALEN_TIME_NONE, is_max = worst->query_time == accum->sum.main[GALEN_MAIN_TIME].max;
  gboolean text =
      !how->without_samples && (how->days == NULL || galen_sample_days_admit(how->days, accum->id, how->day, worst));
  guint32 first_node = self->first[GALEN_TOP_NODE], first = 1;
  galen_writer_uint(self, GALEN_CONTEXT_SAMPLE,
                    HAS_SAMPLE | (text ? HAS_TEXT : 0u) | (timed ? HAS_TIME : 0u) | (is_max ? IS_MAX : 0u));
  galen_digest_writer_name(self, GALEN_CONTEXT_NAME_NODE, worst->node, &first_node);
  galen_digest_writer_name(self, GALEN_CONTEXT_NAME_PATH, how->without_paths ? GALEN_NAME_UNKNOWN : worst->path,
                           &first);
  if (timed)
    put_moment(self, accum, worst->time);
  if (!is_max)
    galen_writer_uint(self, GALEN_CONTEXT_SAMPLE_QUERY_TIME, worst->query_time);
  galen_writer_uint(self, GALEN_CONTEXT_SAMPLE_LINE, worst->line);
  galen_writer_uint(self, GALEN_CONTEXT_SAMPLE_BYTES, worst->text_bytes);
  if (text)
    put_sample(self, accum);
}

/* A sample as the digest's own are: of a full one, what is masked; of one whose middle is missing, nothing, as nobody knows what
 * its end is in. */
static GalenSlice sample_of(const GalenDigestReader *self, GalenSlice text, guint64 text_bytes) {
  GalenSampleMode mode = self->digest->options.samples;
  gboolean mask = self->full_samples && mode == GALEN_SAMPLES_MASKED;
  if (mode == GALEN_SAMPLES_NONE || (mask && text_bytes != text.len))
    return galen_slice(NULL, 0);
  if (!mask)
    return text;
  galen_sampler_begin(self->digest->sampler, FALSE);
  galen_sampler_feed(self->digest->sampler, text.data, text.len);
  return galen_sampler_end(self->digest->sampler);
}

/* FALSE: damaged. */
static gboolean get_sample(GalenDigestReader *self, GalenAccum *accum, const GalenWorst *head, gboolean text) {
  guint64 len = text ? galen_reader_uint(self, GALEN_CONTEXT_SAMPLE_LEN) : 0;
  guint64 explain_len = text ? galen_reader_uint(self, GALEN_CONTEXT_SAMPLE_PLAN) : 0;
  guint64 packed = text && self->version > 1 ? galen_reader_uint(self, GALEN_CONTEXT_SAMPLE_PACKED) : 0;
  if (self->bytes->failed || len > GALEN_SAMPLE_MAX || explain_len > GALEN_EXPLAIN_MAX)
    return FALSE;
  gsize whole = (gsize)(len + explain_len);
  const char *data = (const char *)galen_bytes_get_raw(self->bytes, packed > 0 ? (gsize)packed : whole);
  g_autofree char *room = packed > 0 ? g_malloc(whole + 1) : NULL;
  if (data == NULL || (packed > 0 && !galen_sample_unpack(galen_slice(data, (gsize)packed),
                                                          galen_slice(accum->text, accum->len), room, whole)))
    return FALSE;
  data = packed > 0 ? room : data;
  return galen_worst_replace(&accum->worst, head, sample_of(self, galen_slice(data, (gsize)len), head->text_bytes),
                             galen_slice(data + len, (gsize)explain_len));
}

static gboolean get_worst(GalenDigestReader *self, GalenAccum *accum) {
  guint64 has = galen_reader_uint(self, GALEN_CONTEXT_SAMPLE);
  if ((has & HAS_SAMPLE) == 0)
    return !self->bytes->failed;
  GalenWorst head = {.time = GALEN_TIME_NONE, .query_time = accum->sum.main[GALEN_MAIN_TIME].max};
  if (!get_interned(self, GALEN_CONTEXT_NAME_NODE, self->first[GALEN_TOP_NODE], self->how->node, self->node,
                    &head.node) ||
      !get_interned(self, GALEN_CONTEXT_NAME_PATH, 1, self->how->path, self->path, &head.path) ||
      ((has & HAS_TIME) != 0 && !get_moment(self, accum, &head.time)))
    return FALSE;
  if ((has & IS_MAX) == 0)
    head.query_time = galen_reader_uint(self, GALEN_CONTEXT_SAMPLE_QUERY_TIME);
  head.line = galen_reader_uint(self, GALEN_CONTEXT_SAMPLE_LINE);
  head.text_bytes = galen_reader_uint(self, GALEN_CONTEXT_SAMPLE_BYTES);
  accum->bar = head.query_time;
  return get_sample(self, accum, &head, (has & HAS_TEXT) != 0);
}

/* ---- figures ---- */

static const glong sizes[] = {G_STRUCT_OFFSET(GalenAccum, in_items_max), G_STRUCT_OFFSET(GalenAccum, rows_max),
                              G_STRUCT_OFFSET(GalenAccum, rows_sum), G_STRUCT_OFFSET(GalenAccum, offset_max)};

/* A fact is that of no event, or of all, or of some. */
static void put_figures(GalenDigestWriter *self, const GalenAccum *accum) {
  galen_writer_uint(self, GALEN_CONTEXT_FACTS, GALEN_N_FACTS);
  G_STATIC_ASSERT(GALEN_N_FACTS <= GALEN_RECORD_FACT_CONTEXTS);
  for (guint i = 0; i < GALEN_N_FACTS; i++) {
    guint64 count = accum->facts[i];
    galen_coder_put(&self->coder, GALEN_CONTEXT_FACT + i,
                    count == 0                  ? 0
                    : count == accum->sum.count ? 1
                                                : (GalenU128)count + 1);
  }
  for (guint i = 0; i < GALEN_RECORD_SIZES; i++)
    galen_writer_uint(self, GALEN_CONTEXT_SIZE + i, G_STRUCT_MEMBER(const guint64, accum, sizes[i]));
}

/* Facts that this galen does not know are read and dropped. */
static void get_facts(GalenDigestReader *self, GalenAccum *accum) {
  guint64 n = galen_reader_uint(self, GALEN_CONTEXT_FACTS);
  for (guint64 i = 0; i < n && !self->bytes->failed; i++) {
    guint at = (guint)MIN(i, GALEN_RECORD_FACT_CONTEXTS - 1);
    GalenU128 count = galen_reader_near(self, GALEN_CONTEXT_FACT + at, GALEN_CODER_ANY);
    if (i < GALEN_N_FACTS)
      accum->facts[i] = count == 1 ? accum->sum.count : count == 0 ? 0 : (guint64)(count - 1);
  }
}

static void get_v1_facts(GalenAccum *self, GalenBytesReader *reader) {
  guint64 has = galen_bytes_get_uint(reader);
  for (guint i = 0; has != 0; i++, has >>= 1) {
    guint64 count = has & 1 ? galen_bytes_get_uint(reader) : 0;
    if (i < GALEN_N_FACTS)
      self->facts[i] = count;
  }
}

static void get_figures(GalenDigestReader *self, GalenAccum *accum) {
  if (self->version == 1)
    get_v1_facts(accum, self->bytes);
  else
    get_facts(self, accum);
  for (guint i = 0; i < GALEN_RECORD_SIZES; i++)
    G_STRUCT_MEMBER(guint64, accum, sizes[i]) = galen_reader_uint(self, GALEN_CONTEXT_SIZE + i);
}

/* ---- all ---- */

void galen_digest_writer_class(GalenDigestWriter *self, GalenAccum *accum) {
  galen_bytes_put_raw(&self->ids, accum->id, sizeof accum->id);
  if (!self->how->without_fingerprints) {
    galen_bytes_put_slice(&self->texts, galen_slice(accum->text, accum->len));
    galen_writer_uint(self, GALEN_CONTEXT_FULL_LEN, accum->full_len - accum->len);
  }
  GalenStatHint hint = {time_of(accum), &accum->cells};
  galen_writer_uint(self, GALEN_CONTEXT_COUNT, accum->sum.count);
  galen_writer_uint(self, GALEN_CONTEXT_TIME, hint.time);
  galen_digest_writer_cells(self, &accum->cells, accum->sum.count, hint.time);
  galen_digest_writer_sum(self, &accum->sum, &hint);
  put_tops(self, accum);
  put_figures(self, accum);
  put_times(self, accum);
  put_worst(self, accum);
}

static GalenAccum *get_head(GalenDigestReader *self, GError **error) {
  GalenBytesReader *ids = self->version == 1 ? self->bytes : &self->ids;
  const guint8 *id = galen_bytes_get_raw(ids, GALEN_QUERY_ID_BYTES);
  GalenFingerprint head = {0};
  if (self->with_fingerprints) {
    head.text = galen_bytes_get_slice(self->bytes);
    head.full_len = head.text.len + galen_reader_uint(self, GALEN_CONTEXT_FULL_LEN);
  } else if (id != NULL && self->how->text != NULL &&
             !self->how->text(id, self->how->text_user, &head.text, &head.full_len, error)) {
    return NULL;
  }
  if (self->bytes->failed || id == NULL || head.text.data == NULL || head.text.len > GALEN_FINGERPRINT_MAX ||
      head.full_len < head.text.len) {
    galen_record_damaged(error);
    return NULL;
  }
  head.hash = galen_fingerprint_hash(head.text, head.full_len, id);
  GalenAccum *accum = galen_accum_new(id, &head);
  if (accum == NULL)
    g_set_error_literal(error, GALEN_RECORD_ERROR, GALEN_RECORD_ERROR_SIZE, "no memory for a fingerprint");
  return accum;
}

static gboolean get_v1(GalenDigestReader *self, GalenAccum *accum) {
  if (!galen_digest_reader_sum(self, &accum->sum, NULL) || !get_tops(self, accum))
    return FALSE;
  get_figures(self, accum);
  return galen_cells_get_in(&accum->cells, self->step, self->base, self->n, self->bytes) && get_worst(self, accum);
}

static gboolean get_body(GalenDigestReader *self, GalenAccum *accum) {
  accum->sum.count = galen_reader_uint(self, GALEN_CONTEXT_COUNT);
  if (self->version == 1)
    return get_v1(self, accum);
  GalenStatHint hint = {galen_reader_uint(self, GALEN_CONTEXT_TIME), &accum->cells};
  if (!galen_digest_reader_cells(self, &accum->cells, accum->sum.count, hint.time) ||
      !galen_digest_reader_sum(self, &accum->sum, &hint) || !get_tops(self, accum))
    return FALSE;
  get_figures(self, accum);
  return get_times(self, accum) && get_worst(self, accum);
}

GalenAccum *galen_digest_reader_class(GalenDigestReader *self, GError **error) {
  GalenAccum *accum = get_head(self, error);
  if (accum == NULL || get_body(self, accum))
    return accum;
  galen_accum_free(accum);
  galen_record_damaged(error);
  return NULL;
}
