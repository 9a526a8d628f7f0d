/* Summing classes at the end: hot and spilled, one partition at a time, recursively where a partition is too large for
 * memory. */
#include "digest-private.h"

#include <malloc.h>

/* Partitions of partitions of …: each level takes one more byte of the id. Nobody finds MD5s that agree in twelve. */
#define DEPTH_MAX 12u

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
  g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
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

static gboolean reduce(GalenDigest *digest, GPtrArray *accums, const GalenSpill *spill, guint depth, GalenBest *best,
                       GError **error);

/* Sums the classes accums[from .. to) with the records of one partition, of byte `depth` of the id. */
static gboolean reduce_partition(GalenDigest *digest, GPtrArray *accums, guint from, guint to, const GalenSpill *spill,
                                 guint partition, guint depth, GalenBest *best, GError **error) {
  Level level = {.digest = digest, .depth = depth + 1};
  for (guint i = from; i < to; i++)
    insert(&level, g_steal_pointer(&accums->pdata[i]));
  gboolean ok = spill == NULL || galen_spill_foreach(spill, (guint8)partition, read_record, &level, error);
  g_autoptr(GPtrArray) summed = galen_table_steal(&level.table);
  if (ok && level.spill != NULL)
    ok = reduce(digest, summed, level.spill, depth + 1, best, error);
  else if (ok)
    for (guint i = 0; i < summed->len; i++)
      galen_best_offer(best, g_steal_pointer(&summed->pdata[i]));
  free_accums(summed);
  galen_spill_free(level.spill);
  return ok;
}

/* Sums `accums`, which it takes over, with all of `spill` (NULL: nothing). Ids agree in their first `depth` bytes. */
static gboolean reduce(GalenDigest *digest, GPtrArray *accums, const GalenSpill *spill, guint depth, GalenBest *best,
                       GError **error) {
  g_ptr_array_sort(accums, compare_ids);
  guint from = 0;
  for (guint partition = 0; partition < GALEN_SPILL_PARTITIONS; partition++) {
    guint to = from;
    while (to < accums->len && ((const GalenAccum *)g_ptr_array_index(accums, to))->id[depth] == partition)
      to++;
    gboolean any = to > from || (spill != NULL && galen_spill_has(spill, (guint8)partition));
    if (any && !reduce_partition(digest, accums, from, to, spill, partition, depth, best, error))
      return FALSE;
    from = to;
  }
  return TRUE;
}

/* Each thread's classes lie in its own arena of glibc's, and the classes that are freed here would stay there, beside those
 * that this thread will make. */
static void give_back(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

GalenBest *galen_digest_reduce(GalenDigest *self, GalenSum *ret_other, GError **error) {
  /* The classes in memory make room for those of each partition. */
  gboolean spilled = self->spill != NULL;
  if (spilled) {
    galen_digest_flush(self);
    give_back();
  }
  galen_digest_settle(self);
  g_autoptr(GalenBest) best = galen_best_new(self->options.classes_max, spilled, &self->context, ret_other);
  g_autoptr(GPtrArray) accums = galen_table_steal(&self->hot);
  g_clear_pointer(&self->batches, g_free);
  g_clear_pointer(&self->recent, g_free);
  gboolean ok = reduce(self, accums, self->spill, 0, best, error);
  free_accums(accums);
  if (!ok)
    return NULL;
  g_clear_pointer(&self->spill, galen_spill_free);
  self->n_distinct = galen_best_offered(best);
  return g_steal_pointer(&best);
}
