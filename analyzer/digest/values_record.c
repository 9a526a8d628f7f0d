/* Users, hosts, schemas and nodes that are not in memory, each summed up, for a record. */
#include "digest_record_private.h"

typedef struct {
  GalenDigest *digest;
  GHashTable *known; /* set of GalenValueSum, of one partition */
  GArray *all;
  gsize max;
} Gathering;

static guint sum_hash(gconstpointer data) {
  const GalenValueSum *self = data;
  return (guint)galen_table_id_key(self->id) ^ (self->name * GALEN_N_TOPS + (guint)self->kind) * 0x9e3779b1u;
}

static gboolean sum_equal(gconstpointer a, gconstpointer b) {
  const GalenValueSum *x = a, *y = b;
  return x->name == y->name && x->kind == y->kind && x->owned == y->owned && memcmp(x->id, y->id, sizeof x->id) == 0;
}

static void sum_free(gpointer data) {
  galen_cells_clear(&((GalenValueSum *)data)->cells);
  g_free(data);
}

static gboolean no_room(gsize max, GError **error) {
  g_set_error(error, GALEN_RECORD_ERROR, GALEN_RECORD_ERROR_SIZE,
              "a record does not fit into %" G_GSIZE_FORMAT " bytes", max);
  return FALSE;
}

static gboolean add(Gathering *self, const GalenValue *value, GError **error) {
  GalenDigestContext *context = &self->digest->context;
  GalenValueSum wanted = {.kind = value->kind, .owned = value->owner != NULL};
  if (wanted.owned)
    memcpy(wanted.id, value->owner, sizeof wanted.id);
  wanted.name = galen_names_intern(context->names, value->name);
  GalenValueSum *sum = g_hash_table_lookup(self->known, &wanted);
  if (sum == NULL) {
    if ((self->all->len + (gsize)g_hash_table_size(self->known)) * sizeof *sum >= self->max)
      return no_room(self->max, error);
    sum = g_memdup2(&wanted, sizeof wanted);
    g_hash_table_add(self->known, sum);
  }
  sum->count = galen_add_u64(sum->count, value->count);
  sum->time = galen_add_u64(sum->time, value->time);
  galen_cells_merge(&sum->cells, &value->cells, context->step);
  return TRUE;
}

static gboolean read_value(const guint8 *data, gsize len, gpointer user, GError **error) {
  Gathering *self = user;
  GalenBytesReader reader = {data, data + len, FALSE};
  GalenValue value;
  gboolean good = galen_value_get(&value, &self->digest->context, &reader);
  good = good ? add(self, &value, error) : galen_record_damaged(error);
  galen_cells_clear(&value.cells);
  return good;
}

/* Moves what one partition had behind the others. */
static void take(Gathering *self) {
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init(&iter, self->known);
  while (g_hash_table_iter_next(&iter, &key, NULL)) {
    GalenValueSum *sum = key;
    g_array_append_vals(self->all, sum, 1);
    sum->cells = (GalenCells){0};
  }
  g_hash_table_remove_all(self->known);
}

static int compare_owner(const GalenValueSum *a, gboolean owned, const guint8 *id) {
  return a->owned != owned ? (a->owned ? 1 : -1) : memcmp(a->id, id, GALEN_QUERY_ID_BYTES);
}

static int by_owner(gconstpointer a, gconstpointer b) {
  const GalenValueSum *y = b;
  return compare_owner(a, y->owned, y->id);
}

static void sum_clear(gpointer data) {
  galen_cells_clear(&((GalenValueSum *)data)->cells);
}

GArray *galen_value_sums(GalenDigest *self, gsize max, GError **error) {
  GArray *all = g_array_new(FALSE, FALSE, sizeof(GalenValueSum));
  g_array_set_clear_func(all, sum_clear);
  g_autoptr(GHashTable) known = g_hash_table_new_full(sum_hash, sum_equal, sum_free, NULL);
  Gathering gathering = {self, known, all, max};
  for (guint i = 0; self->context.values != NULL && i < GALEN_SPILL_PARTITIONS; i++) {
    if (!galen_spill_has(self->context.values, (guint8)i))
      continue;
    if (!galen_spill_foreach(self->context.values, (guint8)i, read_value, &gathering, error)) {
      g_array_unref(all);
      return NULL;
    }
    take(&gathering);
  }
  g_array_sort(all, by_owner);
  return all;
}

const GalenValueSum *galen_value_sums_of(const GArray *sums, const guint8 *id, guint *ret_n) {
  static const guint8 none[GALEN_QUERY_ID_BYTES];
  gboolean owned = id != NULL;
  id = owned ? id : none;
  guint low = 0, high = sums->len;
  while (low < high) {
    guint middle = (low + high) / 2;
    if (compare_owner(&g_array_index(sums, GalenValueSum, middle), owned, id) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  for (high = low; high < sums->len && compare_owner(&g_array_index(sums, GalenValueSum, high), owned, id) == 0;)
    high++;
  *ret_n = high - low;
  return *ret_n > 0 ? &g_array_index(sums, GalenValueSum, low) : NULL;
}
