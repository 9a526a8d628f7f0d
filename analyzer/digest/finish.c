/* Summing classes at the end: hot and spilled, one partition at a time, recursively where a partition is too large for
 * memory, and the cap on the totals. */
#include "digest-private.h"

#include <gio/gio.h>

/* Partitions of partitions of …: each level takes one more byte of the id. Nobody finds MD5s that agree in twelve. */
#define DEPTH_MAX 12u

/* The best classes so far, as a heap with the worst of them on top; what falls out is summed. */
typedef struct {
  GPtrArray *best;
  guint max;
  GalenSum *other;
  guint64 distinct;
  const GalenAttrs *attrs;
} Collector;

/* Below 0: `a` goes before. */
static int compare_rank(const GalenAccum *a, const GalenAccum *b) {
  GalenU128 left = galen_accum_time(a), right = galen_accum_time(b);
  if (left != right)
    return left > right ? -1 : 1;
  return memcmp(a->id, b->id, GALEN_QUERY_ID_BYTES);
}

static GalenAccum *best_at(const Collector *self, guint index) {
  return g_ptr_array_index(self->best, index);
}

static void swap(Collector *self, guint a, guint b) {
  gpointer keep = self->best->pdata[a];
  self->best->pdata[a] = self->best->pdata[b];
  self->best->pdata[b] = keep;
}

static void sift_up(Collector *self, guint index) {
  for (; index > 0 && compare_rank(best_at(self, index), best_at(self, (index - 1) / 2)) > 0; index = (index - 1) / 2)
    swap(self, index, (index - 1) / 2);
}

static void sift_down(Collector *self) {
  for (guint index = 0;;) {
    guint worst = index;
    for (guint child = 2 * index + 1; child <= 2 * index + 2 && child < self->best->len; child++)
      if (compare_rank(best_at(self, child), best_at(self, worst)) > 0)
        worst = child;
    if (worst == index)
      return;
    swap(self, index, worst);
    index = worst;
  }
}

/* Takes a whole class over. */
static void collect(Collector *self, GalenAccum *accum) {
  self->distinct++;
  if (self->best->len < self->max) {
    g_ptr_array_add(self->best, accum);
    sift_up(self, self->best->len - 1);
    return;
  }
  GalenAccum *loser = accum;
  if (compare_rank(accum, best_at(self, 0)) < 0) {
    loser = best_at(self, 0);
    self->best->pdata[0] = accum;
    sift_down(self);
  }
  galen_sum_merge(self->other, &loser->sum, self->attrs);
  galen_accum_free(loser);
}

static int compare_ids(gconstpointer a, gconstpointer b) {
  const GalenAccum *left = *(const GalenAccum *const *)a, *right = *(const GalenAccum *const *)b;
  return memcmp(left->id, right->id, GALEN_QUERY_ID_BYTES);
}

/* One partition in memory. */
typedef struct {
  GalenDigest *digest;
  GalenTable table;  /* by id */
  GalenSpill *spill; /* what did not fit; NULL: all did */
  gboolean full;     /* no further class enters, as the first record of a class must be read first */
  guint depth;       /* the byte of the id that parts `spill` */
} Level;

static void insert(Level *self, GalenAccum *accum) {
  GalenAccum *known = galen_table_find_id(&self->table, accum->id);
  if (known == NULL) {
    galen_table_insert(&self->table, galen_table_id_key(accum->id), accum);
    return;
  }
  galen_accum_merge(known, accum, &self->digest->context);
  galen_accum_free(accum);
}

static gboolean admits(Level *self) {
  const GalenDigestOptions *options = &self->digest->options;
  if (self->table.n > 0 && self->depth < DEPTH_MAX &&
      (self->table.n >= options->hot_classes || self->table.bytes >= options->hot_bytes))
    self->full = TRUE;
  return !self->full;
}

static gboolean damaged(GError **error) {
  g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
              "temporary space in %s: what was read is not what was written, "
              "or memory ran out",
              g_get_tmp_dir());
  return FALSE;
}

static gboolean read_record(const guint8 *data, gsize len, gpointer user, GError **error) {
  Level *self = user;
  if (len < GALEN_QUERY_ID_BYTES)
    return damaged(error);
  GalenAccum *known = galen_table_find_id(&self->table, data);
  if (known == NULL && !admits(self)) {
    if (self->spill == NULL)
      self->spill = galen_spill_new(1);
    return galen_spill_write(self->spill, data[self->depth], data, len, error);
  }
  GalenBytesReader reader = {data, data + len, FALSE};
  GalenAccum *accum = g_new0(GalenAccum, 1);
  if (!galen_accum_get(accum, &self->digest->context, &reader) || (known == NULL && accum->text == NULL)) {
    galen_accum_free(accum);
    return damaged(error);
  }
  if (known == NULL) {
    insert(self, accum);
    return TRUE;
  }
  galen_accum_merge(known, accum, &self->digest->context);
  galen_table_account(&self->table, known);
  galen_accum_free(accum);
  return TRUE;
}

static void free_accums(GPtrArray *accums) {
  for (guint i = 0; i < accums->len; i++)
    galen_accum_free(g_ptr_array_index(accums, i));
  g_ptr_array_set_size(accums, 0);
}

static gboolean reduce(GalenDigest *digest, GPtrArray *accums, const GalenSpill *spill, guint depth,
                       Collector *collector, GError **error);

/* Sums the classes accums[from .. to) with the records of one partition, of byte `depth` of the id. */
static gboolean reduce_partition(GalenDigest *digest, GPtrArray *accums, guint from, guint to, const GalenSpill *spill,
                                 guint partition, guint depth, Collector *collector, GError **error) {
  Level level = {.digest = digest, .depth = depth + 1};
  for (guint i = from; i < to; i++)
    insert(&level, g_steal_pointer(&accums->pdata[i]));
  gboolean ok = spill == NULL || galen_spill_foreach(spill, (guint8)partition, read_record, &level, error);
  g_autoptr(GPtrArray) summed = galen_table_steal(&level.table);
  if (ok && level.spill != NULL)
    ok = reduce(digest, summed, level.spill, depth + 1, collector, error);
  else if (ok)
    for (guint i = 0; i < summed->len; i++)
      collect(collector, g_steal_pointer(&summed->pdata[i]));
  free_accums(summed);
  galen_spill_free(level.spill);
  return ok;
}

/* Sums `accums`, which it takes over, with all of `spill` (NULL: nothing). Ids agree in their first `depth` bytes. */
static gboolean reduce(GalenDigest *digest, GPtrArray *accums, const GalenSpill *spill, guint depth,
                       Collector *collector, GError **error) {
  g_ptr_array_sort(accums, compare_ids);
  guint from = 0;
  for (guint partition = 0; partition < GALEN_SPILL_PARTITIONS; partition++) {
    guint to = from;
    while (to < accums->len && ((const GalenAccum *)g_ptr_array_index(accums, to))->id[depth] == partition)
      to++;
    gboolean any = to > from || (spill != NULL && galen_spill_has(spill, (guint8)partition));
    if (any && !reduce_partition(digest, accums, from, to, spill, partition, depth, collector, error))
      return FALSE;
    from = to;
  }
  return TRUE;
}

static int compare_ranks(gconstpointer a, gconstpointer b) {
  return compare_rank(*(const GalenAccum *const *)a, *(const GalenAccum *const *)b);
}

GPtrArray *galen_digest_reduce(GalenDigest *self, GalenSum *ret_other, GError **error) {
  g_autoptr(GPtrArray) best = g_ptr_array_new_with_free_func((GDestroyNotify)galen_accum_free);
  Collector collector = {best, self->options.classes_max, ret_other, 0, self->context.attrs};
  galen_digest_settle(self);
  g_autoptr(GPtrArray) accums = galen_table_steal(&self->hot);
  gboolean ok = reduce(self, accums, self->spill, 0, &collector, error);
  free_accums(accums);
  if (!ok)
    return NULL;
  g_clear_pointer(&self->spill, galen_spill_free);
  g_clear_pointer(&self->recent, g_free);
  g_ptr_array_sort(best, compare_ranks);
  self->n_distinct = collector.distinct;
  return g_steal_pointer(&best);
}
