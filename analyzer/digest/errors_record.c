#include "errors_record_private.h"

#include "error_template.h"

#define KIND 'E'
/* Longest key that a group may have, and more. */
#define KEY_MAX 4096u

enum { IS_FULL = 1, HAS_OTHER = 2 };

/* ---- writing ---- */

typedef struct {
  GalenErrors *errors;
  GalenBytes *bytes;
  GArray *numbers; /* of guint32: of spans, by slot */
  guint32 n;
} Writer;

static void number_span(Writer *self, const GalenErrorSpan *span) {
  if (span->slot >= self->numbers->len)
    g_array_set_size(self->numbers, span->slot + 1);
  g_array_index(self->numbers, guint32, span->slot) = self->n++;
}

static int by_key(gconstpointer a, gconstpointer b) {
  const GalenErrorItem *x = *(const GalenErrorItem *const *)a, *y = *(const GalenErrorItem *const *)b;
  gsize len = MIN(x->key_len, y->key_len);
  int order = len > 0 ? memcmp(x->key, y->key, len) : 0;
  return order != 0 ? order : x->key_len < y->key_len ? -1 : x->key_len > y->key_len;
}

/* Of GalenErrorItem *, borrowed. */
static GPtrArray *sorted_items(const GalenErrorTable *table) {
  GPtrArray *items = g_ptr_array_new();
  GHashTableIter iter;
  gpointer item;
  g_hash_table_iter_init(&iter, table->items);
  while (g_hash_table_iter_next(&iter, &item, NULL))
    g_ptr_array_add(items, item);
  g_ptr_array_sort(items, by_key);
  return items;
}

static void put_own_text(char *text, GalenBytes *bytes) {
  galen_record_put_text(bytes, text);
  g_free(text);
}

/* All but the key. */
static void put_bucket(Writer *self, const GalenErrorBucket *bucket) {
  GalenBytes *bytes = self->bytes;
  number_span(self, &bucket->span);
  galen_bytes_put_uint(bytes, bucket->count);
  for (guint i = 0; i < G_N_ELEMENTS(bucket->levels); i++)
    galen_bytes_put_uint(bytes, bucket->levels[i]);
  galen_bytes_put_uint(bytes, bucket->at.entry);
  galen_bytes_put_uint(bytes, bucket->at.spot.line);
  galen_bytes_put_uint(bytes, bucket->at.code);
  galen_record_put_text(bytes, bucket->at.subsystem);
  put_own_text(galen_error_bucket_head(bucket, self->errors->full), bytes);
  put_own_text(galen_error_bucket_template(bucket), bytes);
  put_own_text(galen_error_bucket_raw_time(bucket), bytes);
}

/* The rule's id is the beginning of the key. */
static void put_groups(Writer *self) {
  g_autoptr(GPtrArray) items = sorted_items(&self->errors->groups);
  galen_bytes_put_uint(self->bytes, items->len);
  for (guint i = 0; i < items->len; i++) {
    const GalenErrorBucket *bucket = g_ptr_array_index(items, i);
    galen_bytes_put_slice(self->bytes, galen_slice(bucket->item.key, bucket->item.key_len));
    galen_bytes_put_uint(self->bytes, bucket->rule_len);
    put_bucket(self, bucket);
  }
  if (self->errors->other != NULL)
    put_bucket(self, self->errors->other);
}

static void put_peers(Writer *self, const GalenErrorTable *table) {
  g_autoptr(GPtrArray) items = sorted_items(table);
  galen_bytes_put_uint(self->bytes, items->len);
  for (guint i = 0; i < items->len; i++) {
    const GalenErrorPeerItem *peer = g_ptr_array_index(items, i);
    const char *at = peer->item.key;
    galen_bytes_put_u8(self->bytes, peer->item.key_len > 0);
    for (guint part = 0; part < G_N_ELEMENTS(peer->has) && peer->item.key_len > 0; part++) {
      galen_bytes_put_slice(self->bytes, galen_slice(peer->has[part] ? at + 1 : NULL, peer->len[part]));
      at += 2 + peer->len[part];
    }
    galen_bytes_put_uint(self->bytes, peer->count);
    number_span(self, &peer->span);
  }
}

static gboolean put_all(Writer *self) {
  GalenErrors *errors = self->errors;
  galen_bytes_put_u8(self->bytes, (guint8)((errors->full ? IS_FULL : 0u) | (errors->other != NULL ? HAS_OTHER : 0u)));
  galen_bytes_put_uint(self->bytes, errors->count);
  put_groups(self);
  put_peers(self, &errors->denied);
  put_peers(self, &errors->aborted);
  for (guint i = 0; i < GALEN_ERROR_BLOCK_LISTS; i++)
    galen_error_blocks_put(errors, i, self->bytes);
  return galen_error_trace_put(errors->trace, self->numbers, self->bytes);
}

gboolean galen_errors_put(GalenErrors *self, GalenBytes *bytes, GError **error) {
  g_return_val_if_fail(self->trace != NULL, FALSE);
  galen_errors_settle(self);
  g_autoptr(GArray) numbers = g_array_new(FALSE, TRUE, sizeof(guint32));
  Writer writer = {self, bytes, numbers, 0};
  gsize start = galen_record_begin(bytes, KIND, GALEN_ERRORS_RECORD_VERSION);
  if (!put_all(&writer))
    bytes->failed = TRUE;
  return galen_record_end(bytes, start, error);
}

/* ---- reading ---- */

typedef struct {
  GalenErrors *errors;
  const GalenLogRules *rules;
  GalenBytesReader *bytes;
  gboolean remask;
} Reader;

static GString *get_string(GalenBytesReader *reader) {
  g_autofree char *text = galen_record_get_text(reader);
  return g_string_new(text);
}

static void remask(GString *text) {
  g_autofree char *masked = galen_error_text_mask(galen_slice(text->str, text->len), 0, FALSE);
  g_string_assign(text, masked);
}

static gboolean get_bucket(const Reader *self, GalenErrorBucket *bucket) {
  GalenBytesReader *bytes = self->bytes;
  GalenErrorFirst *at = &bucket->at;
  bucket->count = galen_bytes_get_uint(bytes);
  for (guint i = 0; i < G_N_ELEMENTS(bucket->levels); i++)
    bucket->levels[i] = galen_bytes_get_uint(bytes);
  galen_error_bucket_count(bucket, self->errors->node, bucket->count);
  at->spot = (GalenErrorSpot){.time = GALEN_TIME_NONE, .node = self->errors->node, .path = self->errors->path};
  at->entry = galen_bytes_get_uint(bytes);
  at->spot.line = galen_bytes_get_uint(bytes);
  guint64 code = galen_bytes_get_uint(bytes);
  at->code = (guint32)code;
  g_autofree char *subsystem = galen_record_get_text(bytes);
  g_strlcpy(at->subsystem, subsystem != NULL ? subsystem : "", sizeof at->subsystem);
  at->head = get_string(bytes);
  at->text = get_string(bytes);
  at->raw_time = get_string(bytes);
  at->shown = TRUE;
  if (self->remask)
    remask(at->head);
  return !bytes->failed && code <= G_MAXUINT32 && bucket->count > 0;
}

static int compare_keys(GalenSlice a, GalenSlice b) {
  const GalenErrorItem left = {.key = (char *)a.data, .key_len = a.len},
                       right = {.key = (char *)b.data, .key_len = b.len};
  const GalenErrorItem *x = &left, *y = &right;
  return by_key(&x, &y);
}

static const GalenLogRule *rule_of(const Reader *self, GalenSlice key, guint64 len) {
  g_autofree char *id = g_strndup(key.data, (gsize)len);
  return len > 0 && self->rules != NULL ? galen_log_rules_find(self->rules, id) : NULL;
}

/* Keys ascend, so that each is there once. */
static gboolean get_groups(const Reader *self, gboolean has_other) {
  GalenErrors *errors = self->errors;
  guint64 n = galen_bytes_get_uint(self->bytes);
  GalenSlice last = {NULL, 0};
  if (self->bytes->failed || n > GALEN_ERROR_KEYS_MAX)
    return FALSE;
  for (guint64 i = 0; i < n; i++) {
    GalenSlice key = galen_bytes_get_slice(self->bytes);
    guint64 rule_len = galen_bytes_get_uint(self->bytes);
    if (self->bytes->failed || key.len == 0 || key.len > KEY_MAX || rule_len > key.len ||
        (i > 0 && compare_keys(last, key) >= 0))
      return FALSE;
    guint64 hash = galen_error_hash(key.data, key.len);
    GalenErrorBucket *bucket =
        galen_error_bucket_new(errors->trace, rule_of(self, key, rule_len), key.data, key.len, hash);
    bucket->rule_len = (guint)rule_len;
    galen_error_table_insert(&errors->groups, &bucket->item);
    if (!get_bucket(self, bucket))
      return FALSE;
    last = key;
  }
  return !has_other || get_bucket(self, galen_error_groups_other(errors));
}

static gboolean get_wanted(const Reader *self, GalenErrorWanted *wanted) {
  guint8 known = galen_bytes_get_u8(self->bytes);
  GalenSlice parts[3] = {{NULL, 0}};
  *wanted = (GalenErrorWanted){0};
  if (known == 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
    parts[i] = galen_bytes_get_slice(self->bytes);
  galen_error_wanted_init(wanted, parts);
  return TRUE;
}

static gboolean get_peers(const Reader *self, GalenErrorTable *table) {
  guint64 n = galen_bytes_get_uint(self->bytes);
  GalenSlice last = {NULL, 0};
  if (self->bytes->failed || n > GALEN_ERROR_KEYS_MAX)
    return FALSE;
  for (guint64 i = 0; i < n; i++) {
    GalenErrorWanted wanted;
    if (!get_wanted(self, &wanted))
      return FALSE;
    GalenSlice key = galen_slice(wanted.item.item.key, wanted.item.item.key_len);
    if (self->bytes->failed || (i > 0 && compare_keys(last, key) >= 0))
      return FALSE;
    GalenErrorPeerItem *peer = galen_error_peer_new(self->errors->trace, &wanted.item);
    peer->count = galen_bytes_get_uint(self->bytes);
    galen_error_table_insert(table, &peer->item);
    last = galen_slice(peer->item.key, peer->item.key_len);
  }
  return !self->bytes->failed;
}

static gboolean get_all(Reader *self) {
  GalenErrors *errors = self->errors;
  guint8 has = galen_bytes_get_u8(self->bytes);
  self->remask = (has & IS_FULL) != 0 && !errors->full;
  errors->count = galen_bytes_get_uint(self->bytes);
  if (!get_groups(self, (has & HAS_OTHER) != 0))
    return FALSE;
  guint groups = g_hash_table_size(errors->groups.items) + (errors->other != NULL);
  if (!get_peers(self, &errors->denied) || !get_peers(self, &errors->aborted))
    return FALSE;
  for (guint i = 0; i < GALEN_ERROR_BLOCK_LISTS; i++)
    if (!galen_error_blocks_get(errors, i, self->remask, self->bytes))
      return FALSE;
  return galen_error_trace_get(errors->trace, groups, self->bytes) && self->bytes->data == self->bytes->end;
}

GalenErrors *galen_errors_get(GalenBytesReader *reader, const GalenLogRules *rules, gboolean full_samples,
                              GError **error) {
  guint version;
  if (!galen_record_open(reader, KIND, GALEN_ERRORS_RECORD_VERSION, &version, error))
    return NULL;
  g_autoptr(GalenErrors) errors = galen_errors_new_unplaced(full_samples);
  Reader state = {errors, rules, reader, FALSE};
  if (get_all(&state))
    return g_steal_pointer(&errors);
  galen_record_damaged(error);
  return NULL;
}

/* ---- groups ---- */

void galen_errors_foreach_group(GalenErrors *self, GalenErrorGroupFunc func, gpointer user) {
  galen_errors_settle(self);
  g_autoptr(GPtrArray) items = sorted_items(&self->groups);
  if (self->other != NULL)
    g_ptr_array_add(items, &self->other->item);
  for (guint i = 0; i < items->len; i++) {
    GalenErrorBucket *bucket = g_ptr_array_index(items, i);
    galen_error_bucket_finish(bucket, self);
    func(&bucket->group, user);
  }
}
