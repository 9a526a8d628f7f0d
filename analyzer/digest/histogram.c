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

static guint64 get_count(const GalenHistogram *self, guint index);

static void become(GalenHistogram *self, GalenHistogram other) {
  if (self->allocated > 0 || self->form != GALEN_HISTOGRAM_SPARSE)
    g_free(self->cells);
  *self = other;
}

static void make_dense(GalenHistogram *self) {
  guint64 *counts = g_new0(guint64, GALEN_HISTOGRAM_BUCKETS);
  for (guint i = 0; i < GALEN_HISTOGRAM_BUCKETS; i++)
    counts[i] = get_count(self, i);
  become(self, (GalenHistogram){.cells = counts, .form = GALEN_HISTOGRAM_DENSE});
}

/* A range of buckets, rounded so that it does not grow with every value. */
#define WINDOW_STEP 32u

/* Makes, from any other form, or widens the window to hold `from` to `to`. FALSE: a count is too large for it. */
static gboolean make_window(GalenHistogram *self, guint from, guint to) {
  from -= from % WINDOW_STEP;
  to += WINDOW_STEP - to % WINDOW_STEP; /* the one after the last; 3136 is a multiple */
  guint16 *window = g_new0(guint16, to - from);
  for (guint i = from; i < to; i++) {
    guint64 count = get_count(self, i);
    if (count > G_MAXUINT16) {
      g_free(window);
      return FALSE;
    }
    window[i - from] = (guint16)count;
  }
  become(self, (GalenHistogram){
                   .window = window, .allocated = to - from, .first = (guint16)from, .form = GALEN_HISTOGRAM_WINDOW});
  return TRUE;
}

/* Cells below which a window, which has to be filled with zeroes, is not worth it, and how many of its buckets may take the
 * memory of one cell to come. */
#define WINDOW_CELLS_MIN 32u
#define WINDOW_SPARSITY 8u

/* Whether sparse cells that are to grow had better be a window. */
static gboolean is_window_better(const GalenHistogram *self, guint index) {
  guint from = MIN(cell_index(self->cells[0]), index), to = MAX(cell_index(self->cells[self->n - 1]), index);
  return self->n >= GALEN_HISTOGRAM_SPARSE_MAX ||
         (self->n >= WINDOW_CELLS_MIN && self->n == self->allocated && to - from < WINDOW_SPARSITY * self->n);
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

/* FALSE: the form does not do. */
static gboolean add_sparse(GalenHistogram *self, guint index, guint64 n) {
  guint64 *cells = sparse_cells_mut(self);
  guint position = lower_bound(cells, self->n, index);
  gboolean found = position < self->n && cell_index(cells[position]) == index;
  guint64 count = found ? cells[position] & COUNT_MASK : 0;
  if (n > COUNT_MASK - count)
    return FALSE;
  if (found)
    cells[position] += n;
  else if (self->allocated > 0 && is_window_better(self, index))
    return FALSE;
  else
    insert_cell(self, position, cell_new(index, n));
  return TRUE;
}

static gboolean add_window(GalenHistogram *self, guint index, guint64 n) {
  guint at = index - self->first; /* past the end when below the first */
  if (at >= self->allocated || n > (guint64)(G_MAXUINT16 - self->window[at]))
    return FALSE;
  self->window[at] = (guint16)(self->window[at] + n);
  return TRUE;
}

/* The form that holds bucket `index` too. */
static void reform(GalenHistogram *self, guint index, guint64 n) {
  if (n > G_MAXUINT16 || get_count(self, index) > G_MAXUINT16 - n) {
    make_dense(self);
    return;
  }
  guint from, to;
  if (self->form == GALEN_HISTOGRAM_SPARSE) {
    const guint64 *cells = sparse_cells(self);
    from = cell_index(cells[0]);
    to = cell_index(cells[self->n - 1]);
  } else {
    from = self->first;
    to = self->first + self->allocated - 1;
  }
  if (!make_window(self, MIN(from, index), MAX(to, index)))
    make_dense(self);
}

static void add_bucket(GalenHistogram *self, guint index, guint64 n) {
  if (n == 0 || (self->form == GALEN_HISTOGRAM_WINDOW && add_window(self, index, n)) ||
      (self->form == GALEN_HISTOGRAM_SPARSE && add_sparse(self, index, n)))
    return;
  if (self->form != GALEN_HISTOGRAM_DENSE)
    reform(self, index, n);
  if (self->form != GALEN_HISTOGRAM_WINDOW || !add_window(self, index, n))
    self->cells[index] = galen_add_u64(self->cells[index], n);
}

void galen_histogram_add(GalenHistogram *self, guint64 value, guint64 n) {
  add_bucket(self, galen_histogram_index(value), n);
}

void galen_histogram_prefetch(const GalenHistogram *self, guint64 value) {
  guint at = galen_histogram_index(value) - self->first;
  if (self->form == GALEN_HISTOGRAM_WINDOW && at < self->allocated)
    __builtin_prefetch(&self->window[at], 1);
}

void galen_histogram_add_all(GalenHistogram *self, const guint64 *values, guint n) {
  for (guint i = 0; i < n; i++) {
    guint index = galen_histogram_index(values[i]), at = index - self->first;
    if (self->form == GALEN_HISTOGRAM_WINDOW && at < self->allocated && self->window[at] < G_MAXUINT16)
      self->window[at]++;
    else
      add_bucket(self, index, 1);
  }
}

static void merge_bucket(guint index, guint64 count, gpointer user) {
  GalenHistogram *self = user;
  add_bucket(self, index, count);
}

void galen_histogram_merge(GalenHistogram *self, const GalenHistogram *other) {
  galen_histogram_foreach(other, merge_bucket, self);
}

void galen_histogram_clear(GalenHistogram *self) {
  become(self, (GalenHistogram){0});
}

gsize galen_histogram_bytes(const GalenHistogram *self) {
  static const gsize sizes[] = {[GALEN_HISTOGRAM_SPARSE] = sizeof(guint64),
                                [GALEN_HISTOGRAM_WINDOW] = sizeof(guint16),
                                [GALEN_HISTOGRAM_DENSE] = 0};
  return self->form == GALEN_HISTOGRAM_DENSE ? GALEN_HISTOGRAM_BUCKETS * sizeof(guint64)
                                             : self->allocated * sizes[self->form];
}

static guint64 get_count(const GalenHistogram *self, guint index) {
  if (self->form == GALEN_HISTOGRAM_DENSE)
    return self->cells[index];
  if (self->form == GALEN_HISTOGRAM_WINDOW)
    return index - self->first < self->allocated ? self->window[index - self->first] : 0;
  const guint64 *cells = sparse_cells(self);
  guint position = lower_bound(cells, self->n, index);
  return position < self->n && cell_index(cells[position]) == index ? cells[position] & COUNT_MASK : 0;
}

guint64 galen_histogram_get(const GalenHistogram *self, guint index) {
  return index < GALEN_HISTOGRAM_BUCKETS ? get_count(self, index) : 0;
}

void galen_histogram_foreach(const GalenHistogram *self, void (*func)(guint index, guint64 count, gpointer user),
                             gpointer user) {
  if (self->form == GALEN_HISTOGRAM_SPARSE) {
    const guint64 *cells = sparse_cells(self);
    for (guint i = 0; i < self->n; i++)
      func(cell_index(cells[i]), cells[i] & COUNT_MASK, user);
    return;
  }
  gboolean dense = self->form == GALEN_HISTOGRAM_DENSE;
  guint n = dense ? GALEN_HISTOGRAM_BUCKETS : self->allocated;
  for (guint i = 0; i < n; i++) {
    guint64 count = dense ? self->cells[i] : self->window[i];
    if (count != 0)
      func(dense ? i : self->first + i, count, user);
  }
}

static void count_bucket(G_GNUC_UNUSED guint index, G_GNUC_UNUSED guint64 count, gpointer user) {
  guint *n = user;
  (*n)++;
}

guint galen_histogram_size(const GalenHistogram *self) {
  guint n = 0;
  if (self->form == GALEN_HISTOGRAM_SPARSE)
    return self->n;
  galen_histogram_foreach(self, count_bucket, &n);
  return n;
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
