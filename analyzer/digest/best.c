#include "best.h"

#include "../../parsers/temp_file.h"

#include <unistd.h>

/* One class: as it is, or as a record. */
typedef struct {
  GalenU128 time;
  guint8 id[GALEN_QUERY_ID_BYTES];
  GalenAccum *accum; /* NULL: it is a record, or it has been taken */
  guint64 at;        /* of the record in the file */
  gsize len;
} Kept;

struct GalenBest {
  Kept *kept; /* a heap with the worst on top, until sorted */
  guint n, allocated, max;
  gboolean pack;
  guint64 offered;
  GalenDigestContext *context;
  GalenSum *other;
  GalenBytes bytes; /* scratch */
  int fd;           /* a temporary file of records; -1: none yet */
  guint64 end;
};

GalenBest *galen_best_new(guint max, gboolean pack, GalenDigestContext *context, GalenSum *other) {
  GalenBest *self = g_new0(GalenBest, 1);
  self->max = max;
  self->pack = pack;
  self->context = context;
  self->other = other;
  self->fd = -1;
  galen_bytes_init(&self->bytes, GALEN_SPILL_RECORD_MAX);
  return self;
}

void galen_best_free(GalenBest *self) {
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n; i++)
    galen_accum_free(self->kept[i].accum);
  g_free(self->kept);
  if (self->fd >= 0)
    close(self->fd);
  galen_bytes_clear(&self->bytes);
  g_free(self);
}

guint64 galen_best_offered(const GalenBest *self) {
  return self->offered;
}

static void no_memory(GalenBest *self) {
  galen_digest_context_fail(self->context,
                            g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_NOMEM, "no memory to keep classes"));
}

/* Below 0: `a` goes before. */
static int compare_rank(const Kept *a, const Kept *b) {
  if (a->time != b->time)
    return a->time > b->time ? -1 : 1;
  return memcmp(a->id, b->id, GALEN_QUERY_ID_BYTES);
}

static int compare_ranks(const void *a, const void *b) {
  return compare_rank(a, b);
}

static int compare_ids(const void *a, const void *b) {
  return memcmp(((const Kept *)a)->id, ((const Kept *)b)->id, GALEN_QUERY_ID_BYTES);
}

static void swap(GalenBest *self, guint a, guint b) {
  Kept keep = self->kept[a];
  self->kept[a] = self->kept[b];
  self->kept[b] = keep;
}

static void sift_up(GalenBest *self, guint index) {
  for (; index > 0 && compare_rank(&self->kept[index], &self->kept[(index - 1) / 2]) > 0; index = (index - 1) / 2)
    swap(self, index, (index - 1) / 2);
}

static void sift_down(GalenBest *self) {
  for (guint index = 0;;) {
    guint worst = index;
    for (guint child = 2 * index + 1; child <= 2 * index + 2 && child < self->n; child++)
      if (compare_rank(&self->kept[child], &self->kept[worst]) > 0)
        worst = child;
    if (worst == index)
      return;
    swap(self, index, worst);
    index = worst;
  }
}

static gboolean write_record(GalenBest *self, GError **error) {
  if (self->fd < 0)
    self->fd = galen_temp_file_open(error);
  return self->fd >= 0 &&
         galen_temp_file_write(self->fd, (const char *)self->bytes.data, self->bytes.len, self->end, error);
}

/* Makes a record of an entry. */
static void pack(GalenBest *self, Kept *kept) {
  GError *error = NULL;
  galen_bytes_reset(&self->bytes);
  galen_accum_put(kept->accum, TRUE, self->context, &self->bytes);
  if (self->bytes.failed) {
    no_memory(self);
  } else if (!write_record(self, &error)) {
    galen_digest_context_fail(self->context, error);
  } else {
    kept->at = self->end;
    kept->len = self->bytes.len;
    self->end += kept->len;
    galen_accum_free(g_steal_pointer(&kept->accum));
  }
}

static gboolean read_record(GalenBest *self, Kept *kept, GalenAccum *accum) {
  GError *error = NULL;
  galen_bytes_reset(&self->bytes);
  guint8 *record = galen_bytes_extend(&self->bytes, kept->len);
  gssize n = record == NULL ? -1 : galen_temp_file_read(self->fd, (char *)record, kept->len, kept->at, &error);
  GalenBytesReader reader = {record, record + MAX(n, 0), FALSE};
  if (n >= 0 && galen_accum_get(accum, self->context, &reader))
    return TRUE;
  if (error != NULL)
    galen_digest_context_fail(self->context, error);
  else
    no_memory(self);
  return FALSE;
}

/* The class of an entry. */
static GalenAccum *unpack(GalenBest *self, Kept *kept) {
  if (kept->accum != NULL)
    return g_steal_pointer(&kept->accum);
  GalenAccum *accum = g_new0(GalenAccum, 1);
  if (read_record(self, kept, accum))
    return accum;
  galen_accum_free(accum);
  return NULL;
}

/* Sums what is not kept. */
static void drop(GalenBest *self, Kept *kept) {
  GalenAccum *accum = unpack(self, kept);
  if (accum != NULL)
    galen_sum_merge(self->other, &accum->sum, self->context->attrs);
  galen_accum_free(accum);
}

void galen_best_offer(GalenBest *self, GalenAccum *accum) {
  Kept kept = {.time = galen_accum_time(accum), .accum = accum};
  memcpy(kept.id, accum->id, sizeof kept.id);
  self->offered++;
  if (self->n == self->max && (self->max == 0 || compare_rank(&kept, &self->kept[0]) > 0)) {
    drop(self, &kept);
    return;
  }
  if (self->pack)
    pack(self, &kept);
  if (self->n == self->max) {
    drop(self, &self->kept[0]);
    self->kept[0] = kept;
    sift_down(self);
    return;
  }
  if (self->n == self->allocated) {
    self->allocated = MAX(self->allocated * 2, 64);
    self->kept = g_renew(Kept, self->kept, self->allocated);
  }
  self->kept[self->n++] = kept;
  sift_up(self, self->n - 1);
}

guint galen_best_sort(GalenBest *self) {
  if (self->n > 0)
    qsort(self->kept, self->n, sizeof *self->kept, compare_ranks);
  return self->n;
}

guint galen_best_sort_by_id(GalenBest *self) {
  if (self->n > 0)
    qsort(self->kept, self->n, sizeof *self->kept, compare_ids);
  return self->n;
}

GalenAccum *galen_best_take(GalenBest *self, guint index) {
  return unpack(self, &self->kept[index]);
}
