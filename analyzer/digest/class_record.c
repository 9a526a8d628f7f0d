/* A class in a record of a digest. */
#include "digest_record_private.h"

/* ---- names ---- */

/* What stands for a name; else it is the number of one that stood before, and … */
enum { NAME_UNKNOWN, NAME_NEW, NAME_UNNUMBERED, NAME_NUMBERS };

void galen_digest_writer_name(GalenDigestWriter *self, guint32 name) {
  if (name == GALEN_NAME_UNKNOWN) {
    galen_bytes_put_uint(self->bytes, NAME_UNKNOWN);
    return;
  }
  if (name >= self->names->len)
    g_array_set_size(self->names, name + 1u);
  guint32 *number = &g_array_index(self->names, guint32, name);
  if (*number > 0) {
    galen_bytes_put_uint(self->bytes, *number - 1u + NAME_NUMBERS);
    return;
  }
  gboolean numbered = self->n_names < GALEN_RECORD_NAMES_MAX;
  if (numbered)
    *number = ++self->n_names;
  galen_bytes_put_uint(self->bytes, numbered ? NAME_NEW : NAME_UNNUMBERED);
  galen_bytes_put_slice(self->bytes, galen_names_slice(self->digest->context.names, name));
}

static GalenRecordName *get_new_name(GalenDigestReader *self, gboolean numbered) {
  GalenRecordName name = {galen_bytes_get_slice(self->bytes), GALEN_NAME_NONE};
  if (name.text.data == NULL || name.text.len > GALEN_NAME_MAX ||
      (numbered && self->names->len > GALEN_RECORD_NAMES_MAX))
    return NULL;
  self->unnumbered = name;
  if (!numbered)
    return &self->unnumbered;
  g_array_append_val(self->names, name);
  return &g_array_index(self->names, GalenRecordName, self->names->len - 1);
}

/* NULL: damaged. */
static GalenRecordName *get_name(GalenDigestReader *self) {
  guint64 number = galen_bytes_get_uint(self->bytes);
  if (self->bytes->failed)
    return NULL;
  if (number == NAME_NEW || number == NAME_UNNUMBERED)
    return get_new_name(self, number == NAME_NEW);
  number = number == NAME_UNKNOWN ? 0 : number - NAME_NUMBERS + 1;
  return number < self->names->len ? &g_array_index(self->names, GalenRecordName, number) : NULL;
}

gboolean galen_digest_reader_key(GalenDigestReader *self, guint kind, GalenTopKey *ret_key) {
  GalenRecordName *name = get_name(self);
  if (name == NULL)
    return FALSE;
  if (kind == GALEN_TOP_NODE && self->how->node != NULL) {
    *ret_key = (GalenTopKey){.name = self->node};
    return TRUE;
  }
  if (name->number == GALEN_NAME_NONE)
    name->number = galen_names_find(self->digest->context.names, name->text);
  *ret_key = (GalenTopKey){name->number, name->text};
  return TRUE;
}

static gboolean get_interned(GalenDigestReader *self, const char *given, guint32 number, guint32 *ret_name) {
  GalenRecordName *name = get_name(self);
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

/* Of each kind how many, and whether the only one has all events. */
static void put_tops(GalenDigestWriter *self, const GalenAccum *accum) {
  g_autoptr(GArray) all = gather_tops(self, accum);
  for (guint kind = 0, at = 0; kind < GALEN_N_TOPS; kind++) {
    guint n = 0;
    const GalenTopEntry *entries = &g_array_index(all, GalenTopEntry, at);
    while (at + n < all->len && entries[n].kind == kind)
      n++;
    at += n;
    gboolean alone = n == 1 && entries->count == accum->sum.count && entries->time == time_of(accum);
    galen_bytes_put_uint(self->bytes, (guint64)n << 1 | (alone ? 1 : 0));
    for (guint i = 0; i < n; i++) {
      galen_digest_writer_name(self, entries[i].name);
      if (alone)
        break;
      galen_bytes_put_uint(self->bytes, entries[i].count);
      galen_bytes_put_uint(self->bytes, entries[i].time);
    }
  }
}

static gboolean get_tops(GalenDigestReader *self, GalenAccum *accum) {
  GalenDigestContext *context = &self->digest->context;
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++) {
    guint64 n = galen_bytes_get_uint(self->bytes), alone = n & 1;
    if (alone && n >> 1 != 1)
      return FALSE;
    for (n >>= 1; n > 0 && !self->bytes->failed; n--) {
      GalenTopKey key;
      if (!galen_digest_reader_key(self, kind, &key))
        return FALSE;
      guint64 count = alone ? accum->sum.count : galen_bytes_get_uint(self->bytes);
      guint64 time = alone ? time_of(accum) : galen_bytes_get_uint(self->bytes);
      if (!self->bytes->failed)
        galen_top_set_add_one(&accum->tops, kind, key, count, time, accum->id, context);
    }
  }
  return !self->bytes->failed;
}

/* ---- the sample ---- */

enum { HAS_SAMPLE = 1, HAS_TEXT = 2, HAS_TIME = 4, IS_MAX = 8 /* its time is the class's largest */ };

static void put_worst(GalenDigestWriter *self, const GalenAccum *accum) {
  const GalenWorst *worst = &accum->worst;
  const GalenDigestPut *how = self->how;
  GalenBytes *bytes = self->bytes;
  if (!worst->set) {
    galen_bytes_put_u8(bytes, 0);
    return;
  }
  gboolean timed = worst->time != GALEN_TIME_NONE, is_max = worst->query_time == accum->sum.main[GALEN_MAIN_TIME].max;
  gboolean text =
      !how->without_samples && (how->days == NULL || galen_sample_days_admit(how->days, accum->id, how->day, worst));
  galen_bytes_put_u8(bytes,
                     (guint8)(HAS_SAMPLE | (text ? HAS_TEXT : 0u) | (timed ? HAS_TIME : 0u) | (is_max ? IS_MAX : 0u)));
  galen_digest_writer_name(self, worst->node);
  galen_digest_writer_name(self, worst->path);
  if (timed)
    galen_bytes_put_uint(bytes, (guint64)(worst->time - self->from));
  if (!is_max)
    galen_bytes_put_uint(bytes, worst->query_time);
  galen_bytes_put_uint(bytes, worst->line);
  galen_bytes_put_uint(bytes, worst->text_bytes);
  if (!text)
    return;
  galen_bytes_put_uint(bytes, worst->len);
  galen_bytes_put_uint(bytes, worst->explain_len);
  galen_bytes_put_raw(bytes, worst->text, (gsize)worst->len + worst->explain_len);
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

static gboolean get_worst(GalenDigestReader *self, GalenAccum *accum) {
  GalenBytesReader *bytes = self->bytes;
  guint8 has = galen_bytes_get_u8(bytes);
  if ((has & HAS_SAMPLE) == 0)
    return !bytes->failed;
  GalenWorst head = {.time = GALEN_TIME_NONE, .query_time = accum->sum.main[GALEN_MAIN_TIME].max};
  if (!get_interned(self, self->how->node, self->node, &head.node) ||
      !get_interned(self, self->how->path, self->path, &head.path))
    return FALSE;
  if (has & HAS_TIME) {
    guint64 time = galen_bytes_get_uint(bytes);
    if (self->from == GALEN_TIME_NONE || time > (guint64)(self->to - self->from))
      return FALSE;
    head.time = self->from + (gint64)time;
  }
  if ((has & IS_MAX) == 0)
    head.query_time = galen_bytes_get_uint(bytes);
  head.line = galen_bytes_get_uint(bytes);
  head.text_bytes = galen_bytes_get_uint(bytes);
  guint64 len = has & HAS_TEXT ? galen_bytes_get_uint(bytes) : 0;
  guint64 explain_len = has & HAS_TEXT ? galen_bytes_get_uint(bytes) : 0;
  if (bytes->failed || len > GALEN_SAMPLE_MAX || explain_len > GALEN_EXPLAIN_MAX)
    return FALSE;
  const char *text = (const char *)galen_bytes_get_raw(bytes, (gsize)(len + explain_len));
  accum->bar = head.query_time;
  return text != NULL &&
         galen_worst_replace(&accum->worst, &head, sample_of(self, galen_slice(text, (gsize)len), head.text_bytes),
                             galen_slice(text + len, (gsize)explain_len));
}

/* ---- figures ---- */

static const glong sizes[] = {G_STRUCT_OFFSET(GalenAccum, in_items_max), G_STRUCT_OFFSET(GalenAccum, rows_max),
                              G_STRUCT_OFFSET(GalenAccum, rows_sum), G_STRUCT_OFFSET(GalenAccum, offset_max)};

static void put_figures(const GalenAccum *self, GalenBytes *bytes) {
  guint64 has = 0;
  for (guint i = 0; i < GALEN_N_FACTS; i++)
    has |= (guint64)(self->facts[i] > 0) << i;
  galen_bytes_put_uint(bytes, has);
  for (guint i = 0; i < GALEN_N_FACTS; i++)
    if (self->facts[i] > 0)
      galen_bytes_put_uint(bytes, self->facts[i]);
  for (guint i = 0; i < G_N_ELEMENTS(sizes); i++)
    galen_bytes_put_uint(bytes, G_STRUCT_MEMBER(const guint64, self, sizes[i]));
}

/* Facts that this galen does not know are read and dropped. */
static void get_figures(GalenAccum *self, GalenBytesReader *reader) {
  guint64 has = galen_bytes_get_uint(reader);
  for (guint i = 0; has != 0; i++, has >>= 1) {
    guint64 count = has & 1 ? galen_bytes_get_uint(reader) : 0;
    if (i < GALEN_N_FACTS)
      self->facts[i] = count;
  }
  for (guint i = 0; i < G_N_ELEMENTS(sizes); i++)
    G_STRUCT_MEMBER(guint64, self, sizes[i]) = galen_bytes_get_uint(reader);
}

/* ---- all ---- */

void galen_digest_writer_class(GalenDigestWriter *self, GalenAccum *accum) {
  GalenBytes *bytes = self->bytes;
  galen_bytes_put_raw(bytes, accum->id, sizeof accum->id);
  if (!self->how->without_fingerprints) {
    galen_bytes_put_slice(bytes, galen_slice(accum->text, accum->len));
    galen_bytes_put_uint(bytes, accum->full_len - accum->len);
  }
  galen_digest_writer_sum(self, &accum->sum);
  put_tops(self, accum);
  put_figures(accum, bytes);
  galen_cells_put_in(&accum->cells, self->step, self->base, bytes);
  put_worst(self, accum);
}

static GalenAccum *get_head(GalenDigestReader *self, GError **error) {
  const guint8 *id = galen_bytes_get_raw(self->bytes, GALEN_QUERY_ID_BYTES);
  GalenFingerprint head = {0};
  if (self->with_fingerprints) {
    head.text = galen_bytes_get_slice(self->bytes);
    head.full_len = head.text.len + galen_bytes_get_uint(self->bytes);
  } else if (id != NULL && self->how->text != NULL &&
             !self->how->text(id, self->how->text_user, &head.text, &head.full_len, error)) {
    return NULL;
  }
  if (self->bytes->failed || head.text.data == NULL || head.text.len > GALEN_FINGERPRINT_MAX ||
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

static gboolean get_body(GalenDigestReader *self, GalenAccum *accum) {
  if (!galen_digest_reader_sum(self, &accum->sum) || !get_tops(self, accum))
    return FALSE;
  get_figures(accum, self->bytes);
  return galen_cells_get_in(&accum->cells, self->step, self->base, self->n, self->bytes) && get_worst(self, accum);
}

GalenAccum *galen_digest_reader_class(GalenDigestReader *self, GError **error) {
  GalenAccum *accum = get_head(self, error);
  if (accum == NULL || get_body(self, accum))
    return accum;
  galen_accum_free(accum);
  galen_record_damaged(error);
  return NULL;
}
