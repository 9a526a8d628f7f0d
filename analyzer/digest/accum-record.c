/* Accumulators as records of temporary files, and of merging. */
#include "value.h"

static void put_tops(const GalenTopSet *self, const GalenDigestContext *context, GalenBytes *bytes) {
  galen_bytes_put_uint(bytes, self->n);
  for (guint i = 0; i < self->n; i++) {
    galen_bytes_put_u8(bytes, (guint8)self->entries[i].kind);
    galen_bytes_put_slice(bytes, galen_names_slice(context->names, self->entries[i].name));
    galen_bytes_put_uint(bytes, self->entries[i].count);
    galen_bytes_put_uint(bytes, self->entries[i].time);
  }
}

static gboolean get_tops(GalenAccum *self, GalenDigestContext *context, GalenBytesReader *reader) {
  guint64 n = galen_bytes_get_uint(reader);
  for (guint64 i = 0; i < n && !reader->failed; i++) {
    guint8 kind = galen_bytes_get_u8(reader);
    GalenSlice name = galen_bytes_get_slice(reader);
    guint64 count = galen_bytes_get_uint(reader);
    guint64 time = galen_bytes_get_uint(reader);
    if (kind >= GALEN_N_TOPS || reader->failed)
      return FALSE;
    GalenTopKey key = {galen_names_find(context->names, name), name};
    galen_top_set_add_one(&self->tops, kind, key, count, time, self->id, context);
  }
  return !reader->failed;
}

static void put_worst(const GalenWorst *self, const GalenDigestContext *context, GalenBytes *bytes) {
  galen_bytes_put_u8(bytes, self->set != FALSE);
  if (!self->set)
    return;
  galen_bytes_put_slice(bytes, galen_names_slice(context->names, self->node));
  galen_bytes_put_slice(bytes, galen_names_slice(context->names, self->path));
  galen_bytes_put_int(bytes, self->time);
  galen_bytes_put_uint(bytes, self->query_time);
  galen_bytes_put_uint(bytes, self->line);
  galen_bytes_put_uint(bytes, self->text_bytes);
  galen_bytes_put_uint(bytes, self->len);
  galen_bytes_put_uint(bytes, self->explain_len);
  galen_bytes_put_raw(bytes, self->text, (gsize)self->len + self->explain_len);
}

static gboolean get_worst(GalenWorst *self, GalenDigestContext *context, GalenBytesReader *reader) {
  if (galen_bytes_get_u8(reader) == 0)
    return !reader->failed;
  GalenSlice node = galen_bytes_get_slice(reader);
  GalenSlice path = galen_bytes_get_slice(reader);
  GalenWorst head = {.time = galen_bytes_get_int(reader)};
  head.query_time = galen_bytes_get_uint(reader);
  head.line = galen_bytes_get_uint(reader);
  head.text_bytes = galen_bytes_get_uint(reader);
  guint64 len = galen_bytes_get_uint(reader);
  guint64 explain_len = galen_bytes_get_uint(reader);
  if (reader->failed || len > GALEN_SAMPLE_MAX || explain_len > GALEN_EXPLAIN_MAX)
    return FALSE;
  const char *text = (const char *)galen_bytes_get_raw(reader, (gsize)(len + explain_len));
  if (text == NULL)
    return FALSE;
  head.node = galen_names_intern(context->names, node);
  head.path = galen_names_intern(context->names, path);
  return galen_worst_replace(self, &head, galen_slice(text, (gsize)len), galen_slice(text + len, (gsize)explain_len));
}

static void put_figures(const GalenAccum *self, GalenBytes *bytes) {
  for (guint i = 0; i < GALEN_N_FACTS; i++)
    galen_bytes_put_uint(bytes, self->facts[i]);
  galen_bytes_put_uint(bytes, self->in_items_max);
  galen_bytes_put_uint(bytes, self->rows_max);
  galen_bytes_put_uint(bytes, self->rows_sum);
  galen_bytes_put_uint(bytes, self->offset_max);
}

static void get_figures(GalenAccum *self, GalenBytesReader *reader) {
  for (guint i = 0; i < GALEN_N_FACTS; i++)
    self->facts[i] = galen_bytes_get_uint(reader);
  self->in_items_max = galen_bytes_get_uint(reader);
  self->rows_max = galen_bytes_get_uint(reader);
  self->rows_sum = galen_bytes_get_uint(reader);
  self->offset_max = galen_bytes_get_uint(reader);
}

void galen_accum_put(const GalenAccum *self, gboolean with_text, const GalenDigestContext *context, GalenBytes *bytes) {
  galen_bytes_put_raw(bytes, self->id, sizeof self->id);
  galen_bytes_put_slice(bytes, with_text ? galen_slice(self->text, self->len) : galen_slice(NULL, 0));
  if (with_text) {
    galen_bytes_put_uint(bytes, self->full_len);
    galen_bytes_put_raw(bytes, &self->hash, sizeof self->hash);
    put_worst(&self->worst, context, bytes);
  }
  galen_sum_put(&self->sum, context->attrs, bytes);
  put_tops(&self->tops, context, bytes);
  put_figures(self, bytes);
  galen_cells_put(&self->cells, bytes);
}

static gboolean get_text(GalenAccum *self, GalenDigestContext *context, GalenBytesReader *reader) {
  GalenSlice text = galen_bytes_get_slice(reader);
  if (text.data == NULL)
    return !reader->failed;
  if (text.len > GALEN_FINGERPRINT_MAX)
    return FALSE;
  self->text = galen_realloc_limited(NULL, text.len + 1, GALEN_FINGERPRINT_MAX + 1);
  if (self->text == NULL)
    return FALSE;
  memcpy(self->text, text.data, text.len);
  self->text[text.len] = '\0';
  self->len = text.len;
  self->full_len = galen_bytes_get_uint(reader);
  const guint8 *hash = galen_bytes_get_raw(reader, sizeof self->hash);
  if (hash == NULL)
    return FALSE;
  memcpy(&self->hash, hash, sizeof self->hash);
  return get_worst(&self->worst, context, reader);
}

gboolean galen_accum_get(GalenAccum *self, GalenDigestContext *context, GalenBytesReader *reader) {
  galen_sum_init(&self->sum);
  const guint8 *id = galen_bytes_get_raw(reader, sizeof self->id);
  if (id == NULL)
    return FALSE;
  memcpy(self->id, id, sizeof self->id);
  if (!get_text(self, context, reader) || !galen_sum_get(&self->sum, context->attrs, reader) ||
      !get_tops(self, context, reader))
    return FALSE;
  get_figures(self, reader);
  return galen_cells_get(&self->cells, reader) && !reader->failed && galen_cells_fit(&self->cells, context);
}
