#include "errors_private.h"

static guint item_hash(gconstpointer item) {
  return (guint)((const GalenErrorItem *)item)->hash;
}

/* A key of no bytes is NULL. */
static int compare_bytes(const void *a, const void *b, gsize len) {
  return len > 0 ? memcmp(a, b, len) : 0;
}

static gboolean item_equal(gconstpointer a, gconstpointer b) {
  const GalenErrorItem *x = a, *y = b;
  return x->hash == y->hash && x->key_len == y->key_len && compare_bytes(x->key, y->key, x->key_len) == 0;
}

static int item_compare(gconstpointer a, gconstpointer b, G_GNUC_UNUSED gpointer user) {
  const GalenErrorItem *x = a, *y = b;
  if (x->rank != y->rank)
    return x->rank < y->rank ? -1 : 1;
  int by_key = compare_bytes(x->key, y->key, MIN(x->key_len, y->key_len));
  return by_key != 0 ? by_key : x->key_len < y->key_len ? -1 : x->key_len > y->key_len;
}

void galen_error_table_init(GalenErrorTable *self, GDestroyNotify free_item) {
  self->items = g_hash_table_new_full(item_hash, item_equal, free_item, NULL);
  self->order = g_tree_new_full(item_compare, NULL, NULL, NULL);
  self->last = NULL;
  self->recent = NULL;
}

void galen_error_table_clear(GalenErrorTable *self) {
  g_tree_unref(self->order);
  g_hash_table_unref(self->items);
  g_free(self->recent);
}

static guint64 mix(guint64 hash, const char *key, gsize n) {
  guint64 word = 0;
  memcpy(&word, key, n);
  hash = (hash ^ GUINT64_FROM_LE(word)) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
  return hash ^ (hash >> 32);
}

/* The same on every machine: what is kept depends on it. */
guint64 galen_error_hash(const char *key, gsize len) {
  guint64 hash = G_GUINT64_CONSTANT(0xcbf29ce484222325) ^ len;
  for (; len >= sizeof hash; key += sizeof hash, len -= sizeof hash)
    hash = mix(hash, key, sizeof hash);
  if (len > 0)
    hash = mix(hash, key, len);
  hash = (hash ^ (hash >> 31)) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
  return hash ^ (hash >> 29);
}

void galen_error_copy(char *to, const char *from, gsize len) {
  memcpy(to, from, len);
}

static GalenErrorItem **recent_of(GalenErrorTable *self, guint64 hash) {
  if (self->recent == NULL)
    self->recent = g_new0(GalenErrorItem *, GALEN_ERROR_RECENT);
  return &self->recent[hash % GALEN_ERROR_RECENT];
}

GalenErrorItem *galen_error_table_find(GalenErrorTable *self, const char *key, gsize len, guint64 hash) {
  GalenErrorItem wanted = {.hash = hash, .key = (char *)key, .key_len = len};
  GalenErrorItem **recent = recent_of(self, hash);
  if (*recent != NULL && item_equal(*recent, &wanted))
    return *recent;
  GalenErrorItem *found = g_hash_table_lookup(self->items, &wanted);
  if (found != NULL)
    *recent = found;
  return found;
}

void galen_error_table_announce(GalenErrorTable *self, guint64 hash) {
  __builtin_prefetch(recent_of(self, hash));
}

void galen_error_table_expect(GalenErrorTable *self, guint64 hash) {
  const char *item = (const char *)*recent_of(self, hash);
  if (item == NULL)
    return;
  __builtin_prefetch(item);
  __builtin_prefetch(item + 64);
  __builtin_prefetch(item + 128);
}

gboolean galen_error_table_is_behind(const GalenErrorTable *self, guint64 rank, const char *key, gsize len) {
  GalenErrorItem item = {.rank = rank, .key = (char *)key, .key_len = len};
  return self->last != NULL && item_compare(&item, self->last, NULL) > 0;
}

gboolean galen_error_table_has_room(const GalenErrorTable *self, guint64 rank, const char *key, gsize len) {
  GalenErrorItem item = {.rank = rank, .key = (char *)key, .key_len = len};
  return self->last == NULL || item_compare(&item, self->last, NULL) < 0;
}

GalenErrorItem *galen_error_table_insert(GalenErrorTable *self, GalenErrorItem *item) {
  GalenErrorItem *gone = self->last;
  if (gone != NULL) {
    GalenErrorItem **recent = recent_of(self, gone->hash);
    if (*recent == gone)
      *recent = NULL;
    g_tree_remove(self->order, gone);
    g_hash_table_steal(self->items, gone);
  }
  g_hash_table_add(self->items, item);
  g_tree_insert(self->order, item, item);
  if (g_hash_table_size(self->items) >= GALEN_ERROR_KEYS_MAX)
    self->last = g_tree_node_key(g_tree_node_last(self->order));
  return gone;
}
