/* Users, hosts, schemas and nodes at the end, where some were spilled: those in memory with those in records, one
 * partition at a time, recursively where a partition is too large for memory. */
#include "digest-private.h"

#define HASH_BYTES 8u

/* One value of one owner, summed. */
typedef struct {
  GalenClass *owner; /* NULL: the whole digest */
  GalenTopKind kind;
  guint64 hash, count, time;
  GalenCells cells;
  gboolean known;
  gsize len;
  char name[];
} Entry;

static void entry_free(gpointer data) {
  Entry *self = data;
  galen_cells_clear(&self->cells);
  g_free(self);
}

static guint entry_hash(gconstpointer data) {
  return (guint)(((const Entry *)data)->hash >> 32);
}

static gboolean entry_equal(gconstpointer a, gconstpointer b) {
  const Entry *left = a, *right = b;
  return left->owner == right->owner && left->kind == right->kind && left->known == right->known &&
         left->len == right->len && memcmp(left->name, right->name, left->len) == 0;
}

static Entry *entry_new(GalenClass *owner, const GalenValue *value) {
  Entry *self = g_malloc0(sizeof *self + value->name.len + 1);
  self->owner = owner;
  self->kind = value->kind;
  self->hash = galen_value_hash(value);
  self->known = value->name.data != NULL;
  self->len = value->name.len;
  if (self->known && self->len > 0)
    memcpy(self->name, value->name.data, self->len);
  return self;
}

/* One partition in memory. */
typedef struct {
  GalenDigest *digest;
  GHashTable *owners;  /* id -> GalenClass, those that survived the cap */
  GHashTable *entries; /* set of Entry */
  gsize bytes;
  gboolean full;     /* no further value enters: each has all its records in one place */
  GalenSpill *spill; /* what did not fit */
  guint depth;       /* the byte of the hash that parts `spill` */
} Level;

static gboolean admits(Level *self) {
  const GalenDigestOptions *options = &self->digest->options;
  guint n = g_hash_table_size(self->entries);
  if (n > 0 && self->depth < HASH_BYTES &&
      (n / GALEN_N_TOPS >= options->hot_classes || self->bytes >= options->hot_bytes))
    self->full = TRUE;
  return !self->full;
}

static gboolean add_value(Level *self, GalenClass *owner, const GalenValue *value, const guint8 *data, gsize len,
                          GError **error) {
  Entry *fresh = entry_new(owner, value);
  Entry *entry = g_hash_table_lookup(self->entries, fresh);
  if (entry == NULL && !admits(self)) {
    guint8 partition = (guint8)(fresh->hash >> 8 * self->depth);
    entry_free(fresh);
    if (self->spill == NULL)
      self->spill = galen_spill_new(1);
    return galen_spill_write(self->spill, partition, data, len, error);
  }
  if (entry == NULL) {
    entry = fresh;
    g_hash_table_add(self->entries, fresh);
  } else {
    entry_free(fresh);
  }
  gsize cells = entry->cells.allocated * sizeof(GalenCell);
  entry->count = galen_add_u64(entry->count, value->count);
  entry->time = galen_add_u64(entry->time, value->time);
  galen_cells_merge(&entry->cells, &value->cells, self->digest->context.step);
  self->bytes += sizeof *entry + entry->len + entry->cells.allocated * sizeof(GalenCell) - cells;
  return TRUE;
}

static gboolean read_value(const guint8 *data, gsize len, gpointer user, GError **error) {
  Level *self = user;
  GalenBytesReader reader = {data, data + len, FALSE};
  GalenValue value;
  gboolean ok = galen_value_get(&value, &self->digest->context, &reader);
  if (!ok)
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "temporary space in %s: what was read is not what was written",
                g_get_tmp_dir());
  GalenClass *owner = ok && value.owner != NULL ? g_hash_table_lookup(self->owners, value.owner) : NULL;
  if (ok && (value.owner == NULL || owner != NULL))
    ok = add_value(self, owner, &value, data, len, error);
  galen_cells_clear(&value.cells);
  return ok;
}

static void offer_entries(Level *self) {
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init(&iter, self->entries);
  while (g_hash_table_iter_next(&iter, &key, NULL)) {
    Entry *entry = key;
    const char *name = entry->known ? entry->name : NULL;
    if (entry->owner != NULL)
      galen_class_offer_top(entry->owner, entry->kind, name, entry->count, entry->time);
    else
      galen_digest_offer_top(self->digest, entry->kind, name, entry->count, entry->time, &entry->cells);
  }
}

static gboolean reduce(GalenDigest *digest, GHashTable *owners, const GalenSpill *spill, guint depth, GError **error) {
  gboolean ok = TRUE;
  for (guint partition = 0; ok && partition < GALEN_SPILL_PARTITIONS; partition++) {
    if (!galen_spill_has(spill, (guint8)partition))
      continue;
    g_autoptr(GHashTable) entries = g_hash_table_new_full(entry_hash, entry_equal, entry_free, NULL);
    Level level = {.digest = digest, .owners = owners, .entries = entries, .depth = depth + 1};
    ok = galen_spill_foreach(spill, (guint8)partition, read_value, &level, error);
    if (ok)
      offer_entries(&level);
    g_hash_table_remove_all(entries);
    if (ok && level.spill != NULL)
      ok = reduce(digest, owners, level.spill, depth + 1, error);
    galen_spill_free(level.spill);
  }
  return ok;
}

/* Makes records of what is in memory, so that each value is summed in one place. */
static void spill_sets(GalenDigest *self, const GalenTopSet *sets) {
  const GalenNames *names = self->context.names;
  for (guint i = 0; i < self->classes->len; i++) {
    const GalenClass *class = g_ptr_array_index(self->classes, i);
    for (guint j = 0; j < sets[i].n; j++) {
      const GalenTopEntry *entry = &sets[i].entries[j];
      GalenSlice name = galen_names_slice(names, entry->name);
      galen_value_spill(&(GalenValue){class->id, (GalenTopKind)entry->kind, name, entry->count, entry->time, {0}},
                        &self->context);
    }
  }
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++) {
    const GalenTopTable *table = &self->tops[kind];
    for (guint i = 0; i < table->n; i++) {
      const GalenTopLoad *load = &table->loads[i];
      GalenSlice name = galen_names_slice(names, load->name);
      galen_value_spill(&(GalenValue){NULL, (GalenTopKind)kind, name, load->count, load->time, load->cells},
                        &self->context);
    }
  }
}

static guint id_hash(gconstpointer id) {
  return (guint)galen_table_id_key(id);
}

static gboolean id_equal(gconstpointer a, gconstpointer b) {
  return memcmp(a, b, GALEN_QUERY_ID_BYTES) == 0;
}

gboolean galen_digest_reduce_values(GalenDigest *self, const GalenTopSet *sets, GError **error) {
  spill_sets(self, sets);
  if (self->context.error != NULL) {
    g_propagate_error(error, g_steal_pointer(&self->context.error));
    return FALSE;
  }
  g_autoptr(GHashTable) owners = g_hash_table_new(id_hash, id_equal);
  for (guint i = 0; i < self->classes->len; i++) {
    GalenClass *class = g_ptr_array_index(self->classes, i);
    g_hash_table_insert(owners, class->id, class);
  }
  return reduce(self, owners, self->context.values, 0, error);
}
