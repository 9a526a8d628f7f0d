#include "stat.h"

#include <string.h>

#define INDEX_SHIFT 48
#define COUNT_MASK ((G_GUINT64_CONSTANT(1) << INDEX_SHIFT) - 1)

static guint64 cell_new(guint index, guint64 count) {
  return (guint64)index << INDEX_SHIFT | count;
}

static guint cell_index(guint64 cell) {
  return (guint)(cell >> INDEX_SHIFT);
}

guint galen_histogram_index(guint64 value) {
  if (value < 64)
    return (guint)value;
  guint e = 63u - (guint)__builtin_clzll(value);
  guint index = (e - 5) * 64 + (guint)((value >> (e - 6)) & 63);
  return MIN(index, GALEN_HISTOGRAM_BUCKETS - 1);
}

void galen_histogram_bounds(guint index, guint64 *ret_low, guint64 *ret_high) {
  if (index < 64) {
    *ret_low = *ret_high = index;
    return;
  }
  guint shift = index / 64 - 1;
  *ret_low = (guint64)(64 + index % 64) << shift;
  *ret_high = *ret_low + (G_GUINT64_CONSTANT(1) << shift) - 1;
}

/* The sparse cells, wherever they are. */
static const guint64 *sparse_cells(const GalenHistogram *self) {
  return self->allocated == 0 ? &self->only : self->cells;
}

static guint64 *sparse_cells_mut(GalenHistogram *self) {
  return self->allocated == 0 ? &self->only : self->cells;
}

/* First position whose index is not below `index`. Without branches on the data, as no branch predictor knows where the
 * next value falls. */
static guint lower_bound(const guint64 *cells, guint n, guint index) {
  guint64 key = cell_new(index, 0);
  const guint64 *low = cells;
  for (; n > 1; n -= n / 2)
    low += (gsize)(n / 2) * (low[n / 2 - 1] < key);
  return (guint)(low - cells) + (n == 1 && *low < key);
}

static void make_dense(GalenHistogram *self) {
  guint64 *counts = g_new0(guint64, GALEN_HISTOGRAM_BUCKETS);
  const guint64 *cells = sparse_cells(self);
  for (guint i = 0; i < self->n; i++)
    counts[cell_index(cells[i])] = cells[i] & COUNT_MASK;
  if (self->allocated > 0)
    g_free(self->cells);
  self->cells = counts;
  self->n = self->allocated = 0;
  self->dense = TRUE;
}

static void insert_cell(GalenHistogram *self, guint position, guint64 cell) {
  if (self->n == 0) {
    sparse_cells_mut(self)[0] = cell;
    self->n = 1;
    return;
  }
  if (self->allocated == 0) {
    guint64 only = self->only;
    self->cells = g_new(guint64, 4);
    self->cells[0] = only;
    self->allocated = 4;
  } else if (self->n == self->allocated) {
    self->allocated *= 2;
    self->cells = g_renew(guint64, self->cells, self->allocated);
  }
  memmove(self->cells + position + 1, self->cells + position, (self->n - position) * sizeof(guint64));
  self->cells[position] = cell;
  self->n++;
}

static void add_bucket(GalenHistogram *self, guint index, guint64 n) {
  if (n == 0)
    return;
  if (!self->dense) {
    guint64 *cells = sparse_cells_mut(self);
    guint position = lower_bound(cells, self->n, index);
    gboolean found = position < self->n && cell_index(cells[position]) == index;
    guint64 count = found ? cells[position] & COUNT_MASK : 0;
    if (n <= COUNT_MASK - count && (found || self->n < GALEN_HISTOGRAM_SPARSE_MAX)) {
      if (found)
        cells[position] += n;
      else
        insert_cell(self, position, cell_new(index, n));
      return;
    }
    make_dense(self);
  }
  self->cells[index] = galen_add_u64(self->cells[index], n);
}

void galen_histogram_add(GalenHistogram *self, guint64 value, guint64 n) {
  add_bucket(self, galen_histogram_index(value), n);
}

static void merge_bucket(guint index, guint64 count, gpointer user) {
  GalenHistogram *self = user;
  add_bucket(self, index, count);
}

void galen_histogram_merge(GalenHistogram *self, const GalenHistogram *other) {
  galen_histogram_foreach(other, merge_bucket, self);
}

void galen_histogram_clear(GalenHistogram *self) {
  if (self->dense || self->allocated > 0)
    g_free(self->cells);
  memset(self, 0, sizeof *self);
}

gsize galen_histogram_bytes(const GalenHistogram *self) {
  return (self->dense ? GALEN_HISTOGRAM_BUCKETS : self->allocated) * sizeof(guint64);
}

guint galen_histogram_size(const GalenHistogram *self) {
  if (!self->dense)
    return self->n;
  guint n = 0;
  for (guint i = 0; i < GALEN_HISTOGRAM_BUCKETS; i++)
    n += self->cells[i] != 0;
  return n;
}

guint64 galen_histogram_get(const GalenHistogram *self, guint index) {
  if (index >= GALEN_HISTOGRAM_BUCKETS)
    return 0;
  if (self->dense)
    return self->cells[index];
  const guint64 *cells = sparse_cells(self);
  guint position = lower_bound(cells, self->n, index);
  return position < self->n && cell_index(cells[position]) == index ? cells[position] & COUNT_MASK : 0;
}

void galen_histogram_foreach(const GalenHistogram *self, void (*func)(guint index, guint64 count, gpointer user),
                             gpointer user) {
  guint n = self->dense ? GALEN_HISTOGRAM_BUCKETS : self->n;
  const guint64 *cells = self->dense ? self->cells : sparse_cells(self);
  for (guint i = 0; i < n; i++) {
    guint64 count = self->dense ? cells[i] : cells[i] & COUNT_MASK;
    if (count != 0)
      func(self->dense ? i : cell_index(cells[i]), count, user);
  }
}

typedef struct {
  guint64 seen, rank; /* rank 0: found */
  guint index;
} Search;

static void sum_count(G_GNUC_UNUSED guint index, guint64 count, gpointer user) {
  Search *search = user;
  search->seen = galen_add_u64(search->seen, count);
}

static void find_rank(guint index, guint64 count, gpointer user) {
  Search *search = user;
  if (search->rank == 0)
    return;
  search->index = index;
  search->rank = search->rank > count ? search->rank - count : 0;
}

double galen_histogram_percentile(const GalenHistogram *self, const GalenStat *stat, guint permille) {
  Search search = {0};
  galen_histogram_foreach(self, sum_count, &search);
  if (search.seen == 0)
    return 0.0;
  GalenU128 rank = ((GalenU128)search.seen * MIN(permille, 1000u) + 999) / 1000;
  search.rank = MAX((guint64)rank, 1);
  galen_histogram_foreach(self, find_rank, &search);
  guint64 low, high;
  galen_histogram_bounds(search.index, &low, &high);
  double middle = (double)low + (double)(high - low) / 2.0;
  return CLAMP(middle, (double)stat->min, (double)stat->max);
}
