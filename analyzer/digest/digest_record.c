/* A whole digest as a record. */
#include "digest_record_private.h"

#include <gio/gio.h>

#define KIND 'Q'

enum { HAS_FINGERPRINTS = 1, HAS_TIMES = 2, FULL_SAMPLES = 4 };
/* A load's low bit: its cells are those of the whole digest. */
#define LIKE_ALL 1u

/* ---- classes ---- */

static int by_rank(gconstpointer a, gconstpointer b) {
  const GalenAccum *x = *(const GalenAccum *const *)a, *y = *(const GalenAccum *const *)b;
  GalenU128 left = galen_accum_time(x), right = galen_accum_time(y);
  if (left != right)
    return left > right ? -1 : 1;
  return memcmp(x->id, y->id, GALEN_QUERY_ID_BYTES);
}

/* All classes, each once, by time and id: in memory, or summed up from temporary space. */
typedef struct {
  GPtrArray *hot;  /* of GalenAccum *, borrowed; or NULL, and … */
  GalenBest *best; /* … this */
  GalenSum none;   /* what does not belong to the best: nothing */
  guint n, at;
} Classes;

static void list_hot(const GalenDigest *self, Classes *classes) {
  classes->hot = g_ptr_array_sized_new(self->hot.n);
  for (guint i = 0; i < self->hot.n_slots; i++)
    if (self->hot.slots[i].accum != NULL)
      g_ptr_array_add(classes->hot, self->hot.slots[i].accum);
  g_ptr_array_sort(classes->hot, by_rank);
  classes->n = classes->hot->len;
}

static void sum_spilled(GalenDigest *self, Classes *classes) {
  GError *error = NULL;
  guint most = self->options.classes_max;
  self->options.classes_max = G_MAXUINT;
  classes->best = galen_digest_reduce(self, &classes->none, &error);
  self->options.classes_max = most;
  if (error != NULL)
    galen_digest_context_fail(&self->context, error);
  classes->n = classes->best != NULL ? galen_best_sort(classes->best) : 0;
}

/* Summing may make records of users etc., so these are read after it. */
static void classes_open(Classes *classes, GalenDigest *digest) {
  *classes = (Classes){0};
  galen_sum_init(&classes->none);
  galen_digest_settle(digest);
  if (digest->spill == NULL)
    list_hot(digest, classes);
  else if (digest->context.error == NULL)
    sum_spilled(digest, classes);
}

typedef void (*AccumFunc)(GalenAccum *accum, gpointer user);

/* Visits all of them, and puts those back that were summed up. FALSE with error. */
static gboolean classes_foreach(Classes *classes, GalenDigest *digest, AccumFunc func, gpointer user, GError **error) {
  while (classes->at < classes->n) {
    guint at = classes->at++;
    gboolean hot = classes->hot != NULL;
    GalenAccum *accum = hot ? g_ptr_array_index(classes->hot, at) : galen_best_take(classes->best, at);
    if (accum == NULL)
      break;
    func(accum, user);
    if (!hot)
      galen_digest_take(digest, accum);
  }
  if (digest->context.error == NULL)
    return TRUE;
  g_propagate_error(error, g_error_copy(digest->context.error));
  return FALSE;
}

static void ignore(G_GNUC_UNUSED GalenAccum *accum, G_GNUC_UNUSED gpointer user) {
}

static void classes_close(Classes *classes, GalenDigest *digest) {
  classes_foreach(classes, digest, ignore, NULL, NULL);
  g_clear_pointer(&classes->hot, g_ptr_array_unref);
  g_clear_pointer(&classes->best, galen_best_free);
  galen_sum_clear(&classes->none);
}

typedef struct {
  GalenDigestClassFunc func;
  gpointer user;
} ClassVisitor;

static void visit(GalenAccum *accum, gpointer user) {
  const ClassVisitor *visitor = user;
  const GalenStat *time = &accum->sum.main[GALEN_MAIN_TIME], *rows = &accum->sum.main[GALEN_MAIN_ROWS_EXAMINED];
  GalenClassFigures figures = {
      .fingerprint = galen_slice(accum->text, accum->len),
      .full_len = accum->full_len,
      .count = accum->sum.count,
      .time = (guint64)MIN(time->sum, G_MAXUINT64),
      .time_max = time->max,
      .rows_examined = (guint64)MIN(rows->sum, G_MAXUINT64),
      .histogram = &accum->sum.histogram[GALEN_MAIN_TIME],
  };
  memcpy(figures.id, accum->id, sizeof figures.id);
  visitor->func(&figures, visitor->user);
}

gboolean galen_digest_foreach_class(GalenDigest *self, GalenDigestClassFunc func, gpointer user, GError **error) {
  ClassVisitor visitor = {func, user};
  Classes classes;
  classes_open(&classes, self);
  gboolean good = classes_foreach(&classes, self, visit, &visitor, error);
  classes_close(&classes, self);
  return good;
}

/* ---- the series ---- */

static void put_cell(const GalenTimeline *timeline, guint cell, guint *next, GalenBytes *bytes) {
  const guint64 *heat = timeline->heat + (gsize)cell * GALEN_HEAT_ROWS;
  guint rows = 0, last = 0;
  for (guint row = 0; row < GALEN_HEAT_ROWS; row++)
    rows += heat[row] > 0;
  if (rows == 0 && timeline->time[cell] == 0)
    return;
  galen_bytes_put_uint(bytes, cell - *next);
  galen_bytes_put_uint(bytes, timeline->time[cell]);
  galen_bytes_put_uint(bytes, rows);
  for (guint row = 0; row < GALEN_HEAT_ROWS; row++) {
    if (heat[row] == 0)
      continue;
    galen_bytes_put_uint(bytes, row - last);
    galen_bytes_put_uint(bytes, heat[row]);
    last = row;
  }
  *next = cell + 1;
}

/* Only cells that have something; behind the last one there is none. */
static void put_series(GalenDigestWriter *self) {
  const GalenTimeline *timeline = &self->digest->timeline;
  galen_bytes_put_int(self->bytes, timeline->from);
  galen_bytes_put_uint(self->bytes, (guint64)(timeline->to - timeline->from));
  galen_bytes_put_u8(self->bytes, timeline->step);
  guint next = 0;
  for (guint cell = 0; cell < timeline->n; cell++)
    put_cell(timeline, cell, &next, self->bytes);
  galen_bytes_put_uint(self->bytes, GALEN_SERIES_CELLS);
}

static gboolean get_range(GalenDigestReader *self) {
  GalenBytesReader *bytes = self->bytes;
  self->from = galen_bytes_get_int(bytes);
  guint64 length = galen_bytes_get_uint(bytes);
  self->step = galen_bytes_get_u8(bytes);
  if (bytes->failed || self->from < -GALEN_SERIES_TIME_MAX || self->from > GALEN_SERIES_TIME_MAX ||
      length > 2 * (guint64)GALEN_SERIES_TIME_MAX + GALEN_TIME_MAX_US || self->step >= GALEN_SERIES_STEPS)
    return FALSE;
  self->to = self->from + (gint64)length;
  gint64 width = galen_series_step_at(self->step);
  self->base = galen_series_cell(self->from, width);
  gint64 cells = galen_series_cell(self->to, width) - self->base + 1;
  self->n = (guint)MIN(cells, (gint64)GALEN_SERIES_CELLS + 1);
  return self->n <= GALEN_SERIES_CELLS && self->to <= GALEN_SERIES_TIME_MAX + (gint64)GALEN_TIME_MAX_US;
}

static gboolean get_heat(guint64 rows[GALEN_HEAT_ROWS], GalenBytesReader *bytes) {
  guint64 n = galen_bytes_get_uint(bytes), row = 0;
  memset(rows, 0, GALEN_HEAT_ROWS * sizeof *rows);
  for (guint64 i = 0; i < n; i++) {
    guint64 step = galen_bytes_get_uint(bytes), count = galen_bytes_get_uint(bytes);
    if (bytes->failed || step >= GALEN_HEAT_ROWS - row || (i > 0 && step == 0))
      return FALSE;
    row += step;
    rows[row] = count;
  }
  return !bytes->failed;
}

static guint64 sum_rows(const guint64 rows[GALEN_HEAT_ROWS]) {
  guint64 sum = 0;
  for (guint row = 0; row < GALEN_HEAT_ROWS; row++)
    sum = galen_add_u64(sum, rows[row]);
  return sum;
}

/* Into the digest's series, which are no finer afterwards. `whole`: the same as cells. */
static gboolean get_series(GalenDigestReader *self, GalenCells *whole) {
  GalenDigest *digest = self->digest;
  if (!get_range(self))
    return FALSE;
  galen_timeline_cover(&digest->timeline, self->from, self->to, self->step);
  galen_digest_sync(digest);
  guint64 cell = 0;
  while (TRUE) {
    guint64 step = galen_bytes_get_uint(self->bytes);
    if (step == GALEN_SERIES_CELLS || self->bytes->failed)
      return !self->bytes->failed;
    guint64 time = galen_bytes_get_uint(self->bytes), rows[GALEN_HEAT_ROWS];
    if (step >= self->n - cell || !get_heat(rows, self->bytes))
      return FALSE;
    cell += step;
    galen_timeline_add_cell(&digest->timeline, self->step, self->base + (gint64)cell, time, rows);
    galen_cells_add_in(whole, self->step, self->base + (gint64)cell, time, sum_rows(rows));
    cell++;
  }
}

/* ---- users etc. of the whole digest ---- */

static void whole_cells(const GalenTimeline *timeline, GalenCells *ret_cells) {
  *ret_cells = (GalenCells){0};
  for (guint i = 0; timeline->from != GALEN_TIME_NONE && i < timeline->n; i++)
    if (timeline->time[i] > 0 || timeline->count[i] > 0)
      galen_cells_add_in(ret_cells, timeline->step, timeline->base + i, timeline->time[i], timeline->count[i]);
}

static int by_name(gconstpointer a, gconstpointer b, gpointer user) {
  const GalenNames *names = user;
  return galen_name_compare(galen_names_text(names, ((const GalenTopLoad *)a)->name),
                            galen_names_text(names, ((const GalenTopLoad *)b)->name));
}

/* All of a kind, each once; the cells are the array's. */
static GArray *gather_loads(GalenDigestWriter *self, GalenTopKind kind) {
  const GalenTopTable *table = &self->digest->tops[kind];
  g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(GalenTopLoad));
  for (guint i = 0; i < table->n; i++) {
    GalenTopLoad load = {table->loads[i].count, table->loads[i].time, table->loads[i].name, {0}, 0, 0, 0};
    galen_cells_merge(&load.cells, &table->loads[i].cells, self->step);
    g_array_append_val(all, load);
  }
  guint n;
  const GalenValueSum *sums = galen_value_sums_of(self->values, NULL, &n);
  for (guint i = 0; i < n; i++) {
    GalenTopLoad load = {sums[i].count, sums[i].time, sums[i].name, {0}, 0, 0, 0};
    if (sums[i].kind != kind)
      continue;
    galen_cells_merge(&load.cells, &sums[i].cells, self->step);
    g_array_append_val(all, load);
  }
  g_array_sort_with_data(all, by_name, self->digest->context.names);
  return g_steal_pointer(&all);
}

static void put_loads(GalenDigestWriter *self, GalenTopKind kind, const GalenCells *whole) {
  g_autoptr(GArray) all = gather_loads(self, kind);
  galen_bytes_put_uint(self->bytes, all->len);
  for (guint i = 0; i < all->len; i++) {
    GalenTopLoad *load = &g_array_index(all, GalenTopLoad, i);
    gboolean like_all = galen_cells_equal(&load->cells, whole);
    galen_digest_writer_name(self, load->name);
    galen_bytes_put_uint(self->bytes, load->time);
    galen_bytes_put_uint(self->bytes, load->count);
    galen_bytes_put_u8(self->bytes, like_all ? LIKE_ALL : 0);
    if (!like_all)
      galen_cells_put_in(&load->cells, self->step, self->base, self->bytes);
    galen_cells_clear(&load->cells);
  }
}

static gboolean get_load(GalenDigestReader *self, guint kind, const GalenCells *whole) {
  GalenDigest *digest = self->digest;
  GalenTopKey key;
  if (!galen_digest_reader_key(self, kind, &key))
    return FALSE;
  guint64 time = galen_bytes_get_uint(self->bytes), count = galen_bytes_get_uint(self->bytes);
  gboolean like_all = galen_bytes_get_u8(self->bytes) == LIKE_ALL;
  GalenCells own = {0};
  if (self->bytes->failed || (!like_all && !galen_cells_get_in(&own, self->step, self->base, self->n, self->bytes)))
    return FALSE;
  galen_top_table_add_load(&digest->tops[kind], key, count, time, like_all ? whole : &own, &digest->context);
  galen_cells_clear(&own);
  return TRUE;
}

static gboolean get_loads(GalenDigestReader *self, const GalenCells *whole) {
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    for (guint64 n = galen_bytes_get_uint(self->bytes); n > 0; n--)
      if (!get_load(self, kind, whole))
        return FALSE;
  return !self->bytes->failed;
}

/* ---- writing ---- */

static void put_class(GalenAccum *accum, gpointer user) {
  GalenDigestWriter *self = user;
  galen_bytes_put_u8(self->bytes, 1);
  galen_digest_writer_class(self, accum);
}

static gboolean put_all(GalenDigestWriter *self, Classes *classes, GError **error) {
  const GalenTimeline *timeline = &self->digest->timeline;
  gboolean timed = timeline->from != GALEN_TIME_NONE;
  GalenCells whole;
  gboolean full = self->digest->options.samples == GALEN_SAMPLES_FULL;
  galen_bytes_put_u8(self->bytes, (guint8)((self->how->without_fingerprints ? 0u : HAS_FINGERPRINTS) |
                                           (timed ? HAS_TIMES : 0u) | (full ? FULL_SAMPLES : 0u)));
  if (timed)
    put_series(self);
  whole_cells(timeline, &whole);
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    put_loads(self, (GalenTopKind)kind, &whole);
  galen_cells_clear(&whole);
  gboolean good = classes_foreach(classes, self->digest, put_class, self, error);
  galen_bytes_put_u8(self->bytes, 0);
  return good;
}

static gboolean put_record(GalenDigest *self, Classes *classes, const GalenDigestPut *how, GalenBytes *bytes,
                           GError **error) {
  g_autoptr(GArray) values = galen_value_sums(self, bytes->max, error);
  g_autoptr(GArray) names = g_array_new(FALSE, TRUE, sizeof(guint32));
  g_autoptr(GArray) attrs = g_array_new(FALSE, TRUE, sizeof(guint32));
  GalenDigestWriter writer = {
      .digest = self,
      .how = how,
      .bytes = bytes,
      .values = values,
      .names = names,
      .attrs = attrs,
      .step = self->timeline.step,
      .from = self->timeline.from,
      .base = self->timeline.base,
  };
  gsize start = galen_record_begin(bytes, KIND, GALEN_DIGEST_RECORD_VERSION);
  if (values != NULL && put_all(&writer, classes, error))
    return galen_record_end(bytes, start, error);
  bytes->len = start;
  bytes->failed = FALSE;
  return FALSE;
}

gboolean galen_digest_put(GalenDigest *self, const GalenDigestPut *how, GalenBytes *bytes, GError **error) {
  static const GalenDigestPut plain;
  g_return_val_if_fail(!self->finished, FALSE);
  Classes classes;
  classes_open(&classes, self);
  gboolean good = put_record(self, &classes, how != NULL ? how : &plain, bytes, error);
  classes_close(&classes, self);
  return good;
}

/* ---- reading ---- */

static guint32 intern(GalenDigest *self, const char *name) {
  return name != NULL ? galen_names_intern(self->context.names, galen_slice(name, strlen(name))) : GALEN_NAME_UNKNOWN;
}

static gboolean get_classes(GalenDigestReader *self, GError **error) {
  guint8 more;
  while ((more = galen_bytes_get_u8(self->bytes)) == 1) {
    GalenAccum *accum = galen_digest_reader_class(self, error);
    if (accum == NULL)
      return FALSE;
    galen_digest_take(self->digest, accum);
  }
  return (!self->bytes->failed && more == 0 && self->bytes->data == self->bytes->end) || galen_record_damaged(error);
}

static gboolean get_all(GalenDigestReader *self, GError **error) {
  GalenCells whole = {0};
  guint8 has = galen_bytes_get_u8(self->bytes);
  self->with_fingerprints = (has & HAS_FINGERPRINTS) != 0;
  self->full_samples = (has & FULL_SAMPLES) != 0;
  gboolean good = ((has & HAS_TIMES) == 0 || get_series(self, &whole)) && get_loads(self, &whole);
  galen_cells_clear(&whole);
  return good ? get_classes(self, error) : galen_record_damaged(error);
}

GalenSampleMode galen_digest_record_samples(const GalenBytesReader *record) {
  GalenBytesReader reader = *record;
  guint version;
  gboolean full = galen_record_open(&reader, KIND, GALEN_DIGEST_RECORD_VERSION, &version, NULL) &&
                  (galen_bytes_get_u8(&reader) & FULL_SAMPLES) != 0;
  return full ? GALEN_SAMPLES_FULL : GALEN_SAMPLES_MASKED;
}

gboolean galen_digest_get(GalenDigest *self, GalenBytesReader *reader, const GalenDigestGet *how, GError **error) {
  static const GalenDigestGet plain;
  static const GalenRecordName unknown = {{NULL, 0}, GALEN_NAME_UNKNOWN};
  g_return_val_if_fail(!self->finished, FALSE);
  guint version;
  if (!galen_record_open(reader, KIND, GALEN_DIGEST_RECORD_VERSION, &version, error))
    return FALSE;
  galen_digest_settle(self);
  how = how != NULL ? how : &plain;
  g_autoptr(GArray) names = g_array_new(FALSE, FALSE, sizeof(GalenRecordName));
  g_autoptr(GArray) attrs = g_array_new(FALSE, FALSE, sizeof(GalenRecordAttr));
  g_array_append_val(names, unknown);
  GalenDigestReader state = {
      .digest = self,
      .how = how,
      .bytes = reader,
      .names = names,
      .attrs = attrs,
      .from = GALEN_TIME_NONE,
      .to = GALEN_TIME_NONE,
      .node = intern(self, how->node),
      .path = intern(self, how->path),
  };
  GError *problem = NULL;
  if (get_all(&state, &problem))
    return TRUE;
  galen_digest_context_fail(&self->context, g_error_copy(problem));
  g_propagate_error(error, problem);
  return FALSE;
}
