/* A whole digest as a record. */
#include "digest_record_private.h"

/* ---- classes ---- */

static int by_id(gconstpointer a, gconstpointer b) {
  const GalenAccum *x = *(const GalenAccum *const *)a, *y = *(const GalenAccum *const *)b;
  return memcmp(x->id, y->id, GALEN_QUERY_ID_BYTES);
}

/* All classes, each once, by id: in memory, or summed up from temporary space. */
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
  g_ptr_array_sort(classes->hot, by_id);
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
  classes->n = classes->best != NULL ? galen_best_sort_by_id(classes->best) : 0;
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

static void put_range(GalenDigestWriter *self) {
  galen_coder_put(&self->coder, GALEN_CONTEXT_FROM, galen_zigzag((GalenU128)self->from));
  galen_writer_uint(self, GALEN_CONTEXT_LENGTH, (guint64)(self->to - self->from));
  galen_writer_uint(self, GALEN_CONTEXT_STEP, self->step);
}

gboolean galen_digest_reader_range(GalenDigestReader *self, gint64 from, guint64 length, guint8 step) {
  self->from = from;
  self->step = step;
  if (self->bytes->failed || self->from < -GALEN_SERIES_TIME_MAX || self->from > GALEN_SERIES_TIME_MAX ||
      length > 2 * (guint64)GALEN_SERIES_TIME_MAX + GALEN_TIME_MAX_US || self->step >= GALEN_SERIES_STEPS)
    return FALSE;
  self->to = self->from + (gint64)length;
  gint64 width = galen_series_step_at(self->step);
  self->base = galen_series_cell(self->from, width);
  gint64 cells = galen_series_cell(self->to, width) - self->base + 1;
  self->n = (guint)MIN(cells, (gint64)GALEN_SERIES_CELLS + 1);
  if (self->n > GALEN_SERIES_CELLS || self->to > GALEN_SERIES_TIME_MAX + (gint64)GALEN_TIME_MAX_US)
    return FALSE;
  galen_timeline_cover(&self->digest->timeline, self->from, self->to, self->step);
  galen_digest_sync(self->digest);
  return TRUE;
}

static gboolean get_range(GalenDigestReader *self) {
  gint64 from = (gint64)galen_unzigzag(galen_reader_near(self, GALEN_CONTEXT_FROM, GALEN_CODER_ANY));
  guint64 length = galen_reader_uint(self, GALEN_CONTEXT_LENGTH);
  guint64 step = galen_reader_uint(self, GALEN_CONTEXT_STEP);
  return step < GALEN_SERIES_STEPS && galen_digest_reader_range(self, from, length, (guint8)step);
}

static const guint64 *heat_of(const GalenTimeline *timeline, guint cell) {
  return timeline->heat + (gsize)cell * GALEN_HEAT_ROWS;
}

static void whole_cells(const GalenTimeline *timeline, GalenCells *ret_cells) {
  *ret_cells = (GalenCells){0};
  for (guint i = 0; timeline->from != GALEN_TIME_NONE && i < timeline->n; i++) {
    guint64 count = 0;
    for (guint row = 0; row < GALEN_HEAT_ROWS; row++)
      count = galen_add_u64(count, heat_of(timeline, i)[row]);
    if (timeline->time[i] > 0 || count > 0)
      galen_cells_add_in(ret_cells, timeline->step, timeline->base + i, timeline->time[i], count);
  }
}

/* A cell that has one statement of a class tells how long that ran, unless others reach into it. */
static void note_lone(GArray *lone, const GalenCells *cells, gint64 base) {
  for (guint i = 0; i < cells->n; i++)
    if (galen_cells_count(cells, i) == 1) {
      gsize at = (gsize)(galen_cells_number(cells, i) - base) * GALEN_HEAT_ROWS + galen_heat_row(cells->cells[i].time);
      if (at >= lone->len)
        g_array_set_size(lone, (guint)at + 1);
      g_array_index(lone, guint32, at)++;
    }
}

/* How many are known to be in a row of a cell. */
static guint32 lone_in(const GArray *lone, guint cell, guint row) {
  gsize at = (gsize)cell * GALEN_HEAT_ROWS + row;
  return at < lone->len ? g_array_index(lone, guint32, at) : 0;
}

/* How many of the statements of a cell are in rows that are not known; FALSE: what is known is more than there are. */
static gboolean count_rest(const GArray *lone, guint cell, guint64 *count) {
  for (guint row = 0; row < GALEN_HEAT_ROWS; row++) {
    guint32 known = lone_in(lone, cell, row);
    if (known > *count)
      return FALSE;
    *count -= known;
  }
  return TRUE;
}

static gboolean is_lone_right(const GArray *lone, const GalenTimeline *timeline) {
  for (guint cell = 0; cell < timeline->n; cell++)
    for (guint row = 0; row < GALEN_HEAT_ROWS; row++)
      if (lone_in(lone, cell, row) > heat_of(timeline, cell)[row])
        return FALSE;
  return lone->len <= timeline->n * GALEN_HEAT_ROWS;
}

/* Rows until all statements are told of. */
static void put_heat(GalenDigestWriter *self, guint cell, guint64 count) {
  const guint64 *rows = heat_of(&self->digest->timeline, cell);
  (void)count_rest(self->lone, cell, &count);
  for (guint row = 0; row + 1 < GALEN_HEAT_ROWS && count > 0; row++) {
    guint64 rest = rows[row] - lone_in(self->lone, cell, row);
    galen_writer_uint(self, GALEN_CONTEXT_HEAT + row, rest);
    count -= rest;
  }
}

static gboolean get_heat(GalenDigestReader *self, guint cell, guint64 rows[GALEN_HEAT_ROWS], guint64 count) {
  if (!count_rest(self->lone, cell, &count))
    return FALSE;
  for (guint row = 0; row < GALEN_HEAT_ROWS; row++) {
    gboolean last = row + 1 == GALEN_HEAT_ROWS;
    guint64 rest = last || count == 0 ? count : galen_reader_uint(self, GALEN_CONTEXT_HEAT + row);
    if (self->bytes->failed || rest > count)
      return FALSE;
    rows[row] = rest + lone_in(self->lone, cell, row);
    count -= rest;
  }
  return TRUE;
}

/* How the series stands. */
enum {
  SERIES_TOLD = 1, /* classes have all of it */
  SERIES_LONE = 2, /* and tell rows of the heat map */
};

/* Classes together mostly are the whole; else its cells stand here. */
static void put_series(GalenDigestWriter *self, GalenCells *whole) {
  const GalenTimeline *timeline = &self->digest->timeline;
  gboolean told = galen_cells_equal(whole, &self->sum), lone = told && is_lone_right(self->lone, timeline);
  galen_writer_uint(self, GALEN_CONTEXT_SERIES, (told ? SERIES_TOLD : 0u) | (lone ? SERIES_LONE : 0u));
  if (!lone)
    g_array_set_size(self->lone, 0);
  if (!told)
    galen_digest_writer_cells(self, whole, 0, 0);
  for (guint i = 0; i < whole->n; i++)
    put_heat(self, (guint)(galen_cells_number(whole, i) - self->base), galen_cells_count(whole, i));
}

/* Into the digest's series. `whole`: the same as cells. */
static gboolean get_series(GalenDigestReader *self, GalenCells *whole) {
  guint64 has = galen_reader_uint(self, GALEN_CONTEXT_SERIES);
  if ((has & SERIES_LONE) == 0)
    g_array_set_size(self->lone, 0);
  if ((has & SERIES_TOLD) != 0)
    galen_cells_merge(whole, &self->sum, self->step);
  else if (!galen_digest_reader_cells(self, whole, 0, 0))
    return FALSE;
  for (guint i = 0; i < whole->n; i++) {
    guint64 rows[GALEN_HEAT_ROWS];
    if (!get_heat(self, (guint)(galen_cells_number(whole, i) - self->base), rows, galen_cells_count(whole, i)))
      return FALSE;
    galen_timeline_add_cell(&self->digest->timeline, self->step, galen_cells_number(whole, i), whole->cells[i].time,
                            rows);
  }
  return !self->bytes->failed;
}

/* ---- users etc. of the whole digest ---- */

static int by_name(gconstpointer a, gconstpointer b, gpointer user) {
  const GalenNames *names = user;
  return galen_name_compare(galen_names_text(names, ((const GalenTopLoad *)a)->name),
                            galen_names_text(names, ((const GalenTopLoad *)b)->name));
}

static void add_load(GalenDigestWriter *self, GArray *loads, const GalenTopLoad *from, const GalenCells *cells) {
  GalenTopLoad load = {.count = from->count, .time = from->time, .name = from->name};
  galen_cells_merge(&load.cells, cells, self->step);
  g_array_append_val(loads, load);
}

static void clear_load(gpointer load) {
  galen_cells_clear(&((GalenTopLoad *)load)->cells);
}

/* All of a kind, each once; the cells are the array's. */
static GArray *gather_loads(GalenDigestWriter *self, GalenTopKind kind) {
  const GalenTopTable *table = &self->digest->tops[kind];
  GArray *all = g_array_new(FALSE, FALSE, sizeof(GalenTopLoad));
  g_array_set_clear_func(all, clear_load);
  for (guint i = 0; i < table->n; i++)
    add_load(self, all, &table->loads[i], &table->loads[i].cells);
  guint n;
  const GalenValueSum *sums = galen_value_sums_of(self->values, NULL, &n);
  for (guint i = 0; i < n; i++) {
    GalenTopLoad load = {.count = sums[i].count, .time = sums[i].time, .name = sums[i].name};
    if (sums[i].kind == kind)
      add_load(self, all, &load, &sums[i].cells);
  }
  g_array_sort_with_data(all, by_name, self->digest->context.names);
  return all;
}

/* Their names come before the classes, which mean them by number. */
static void put_names(GalenDigestWriter *self, GalenTopKind kind) {
  GArray *all = self->loads[kind] = gather_loads(self, kind);
  guint32 expected = self->first[kind] = self->n_names + 1;
  galen_writer_uint(self, GALEN_CONTEXT_LOADS, all->len);
  self->texts.failed = self->texts.failed || all->len > GALEN_RECORD_LOADS_MAX;
  for (guint i = 0; i < all->len; i++)
    galen_digest_writer_name(self, GALEN_CONTEXT_NAME + kind, g_array_index(all, GalenTopLoad, i).name, &expected);
}

static gboolean get_names(GalenDigestReader *self, guint kind) {
  guint32 expected = self->first[kind] = self->names->len;
  guint64 n = galen_reader_uint(self, GALEN_CONTEXT_LOADS);
  if (n > GALEN_RECORD_LOADS_MAX)
    return FALSE;
  for (guint64 i = 0; i < n; i++) {
    const GalenRecordName *name = galen_digest_reader_name(self, GALEN_CONTEXT_NAME + kind, &expected);
    if (name == NULL)
      return FALSE;
    g_array_append_vals(self->loads[kind], name, 1);
  }
  return !self->bytes->failed;
}

/* Takes the cells of `part` away; FALSE: they are not in it. */
static gboolean subtract(GalenCells *self, const GalenCells *part) {
  guint at = 0;
  for (guint i = 0; i < part->n; i++) {
    gint64 number = galen_cells_number(part, i);
    guint64 count = galen_cells_count(part, i);
    while (at < self->n && galen_cells_number(self, at) < number)
      at++;
    if (at == self->n || galen_cells_number(self, at) != number || self->cells[at].time < part->cells[i].time ||
        galen_cells_count(self, at) < count)
      return FALSE;
    self->cells[at].time -= part->cells[i].time;
    self->cells[at].cell -= count;
  }
  return TRUE;
}

static void drop_empty(GalenCells *self) {
  guint kept = 0;
  for (guint i = 0; i < self->n; i++)
    if (self->cells[i].time > 0 || galen_cells_count(self, i) > 0)
      self->cells[kept++] = self->cells[i];
  self->n = (guint16)kept;
  self->hint = 0;
}

/* The largest one, when it is the whole without the others; then its cells are not written. 0: none. */
static guint find_left(const GArray *loads, const GalenCells *whole, guint8 step) {
  guint largest = 0;
  for (guint i = 1; i < loads->len; i++)
    if (g_array_index(loads, GalenTopLoad, i).cells.n > g_array_index(loads, GalenTopLoad, largest).cells.n)
      largest = i;
  GalenCells rest = {0};
  galen_cells_merge(&rest, whole, step);
  gboolean good = loads->len > 0;
  for (guint i = 0; good && i < loads->len; i++)
    good = i == largest || subtract(&rest, &g_array_index(loads, GalenTopLoad, i).cells);
  drop_empty(&rest);
  good = good && galen_cells_equal(&rest, &g_array_index(loads, GalenTopLoad, largest).cells);
  galen_cells_clear(&rest);
  return good ? largest + 1 : 0;
}

/* What its cells have together. */
static void sum_cells(const GalenCells *cells, guint64 *ret_count, guint64 *ret_time) {
  *ret_count = *ret_time = 0;
  for (guint i = 0; i < cells->n; i++) {
    *ret_count = galen_add_u64(*ret_count, galen_cells_count(cells, i));
    *ret_time = galen_add_u64(*ret_time, cells->cells[i].time);
  }
}

static void put_load(GalenDigestWriter *self, GalenTopLoad *load, gboolean is_left) {
  guint64 count, time;
  sum_cells(&load->cells, &count, &time);
  gboolean summed = count == load->count && time == load->time;
  galen_writer_uint(self, GALEN_CONTEXT_LOAD_SUMMED, summed ? 1 : 0);
  if (!is_left || !summed) {
    galen_writer_uint(self, GALEN_CONTEXT_LOAD_COUNT, load->count);
    galen_writer_uint(self, GALEN_CONTEXT_LOAD_TIME, load->time);
  }
  if (!is_left)
    galen_digest_writer_cells(self, &load->cells, load->count, load->time);
}

/* The one that is left, by its number + 1, comes last, when all others are known. */
static guint in_order(guint i, guint left, guint n) {
  if (left > 0 && i + 1 == n)
    return left - 1;
  return left > 0 && i >= left - 1 ? i + 1 : i;
}

static void put_loads(GalenDigestWriter *self, GalenTopKind kind, const GalenCells *whole) {
  GArray *all = self->loads[kind];
  if (all->len == 0)
    return;
  guint left = find_left(all, whole, self->step);
  galen_writer_uint(self, GALEN_CONTEXT_LOAD_LEFT, left);
  for (guint i = 0; i < all->len; i++) {
    guint at = in_order(i, left, all->len);
    put_load(self, &g_array_index(all, GalenTopLoad, at), at + 1 == left);
  }
}

static gboolean get_load(GalenDigestReader *self, guint64 *ret_count, guint64 *ret_time, gboolean is_left,
                         GalenCells *cells) {
  gboolean summed = galen_reader_uint(self, GALEN_CONTEXT_LOAD_SUMMED) != 0;
  if (is_left && summed) {
    sum_cells(cells, ret_count, ret_time);
    return !self->bytes->failed;
  }
  *ret_count = galen_reader_uint(self, GALEN_CONTEXT_LOAD_COUNT);
  *ret_time = galen_reader_uint(self, GALEN_CONTEXT_LOAD_TIME);
  return is_left ? !self->bytes->failed : galen_digest_reader_cells(self, cells, *ret_count, *ret_time);
}

/* `left`: the number of the one that is what is left, 0 for none; `rest`: what is left of the whole. */
static gboolean get_one(GalenDigestReader *self, guint kind, guint at, guint64 left, GalenCells *rest) {
  GalenDigest *digest = self->digest;
  gboolean is_left = at + 1 == left;
  GalenCells own = {0}, *cells = is_left ? rest : &own;
  guint64 count = 0, time = 0;
  if (is_left)
    drop_empty(rest);
  gboolean good = get_load(self, &count, &time, is_left, cells);
  if (good) {
    GalenTopKey key = galen_digest_reader_key(self, kind, &g_array_index(self->loads[kind], GalenRecordName, at));
    galen_top_table_add_load(&digest->tops[kind], key, count, time, cells, &digest->context);
  }
  /* Without one that is left they need not be parts of the whole. */
  good = good && (is_left || left == 0 || subtract(rest, &own));
  galen_cells_clear(&own);
  return good;
}

static gboolean get_kind(GalenDigestReader *self, guint kind, const GalenCells *whole) {
  guint n = self->loads[kind]->len;
  guint64 left = n > 0 ? galen_reader_uint(self, GALEN_CONTEXT_LOAD_LEFT) : 0;
  GalenCells rest = {0};
  galen_cells_merge(&rest, whole, self->step);
  gboolean good = left <= n && !self->bytes->failed;
  for (guint i = 0; good && i < n; i++) {
    guint at = in_order(i, (guint)left, n);
    good = get_one(self, kind, at, left, &rest);
  }
  galen_cells_clear(&rest);
  return good;
}

static gboolean get_loads(GalenDigestReader *self, const GalenCells *whole) {
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    if (!get_kind(self, kind, whole))
      return FALSE;
  return !self->bytes->failed;
}

/* ---- writing ---- */

static void put_class(GalenAccum *accum, gpointer user) {
  GalenDigestWriter *self = user;
  galen_digest_writer_class(self, accum);
  galen_cells_merge(&self->sum, &accum->cells, self->step);
  note_lone(self->lone, &accum->cells, self->base);
}

static gboolean put_numbers(GalenDigestWriter *self, Classes *classes, GError **error) {
  if (self->from != GALEN_TIME_NONE)
    put_range(self);
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    put_names(self, (GalenTopKind)kind);
  if (!classes_foreach(classes, self->digest, put_class, self, error))
    return FALSE;
  GalenCells whole;
  whole_cells(&self->digest->timeline, &whole);
  put_series(self, &whole);
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    put_loads(self, (GalenTopKind)kind, &whole);
  galen_cells_clear(&whole);
  return TRUE;
}

/* In a record that does without fingerprints space counts. The texts are as long as they say, else packed. */
static void put_texts(const GalenDigestWriter *self, GalenBytes *bytes) {
  const GalenBytes *texts = &self->texts;
  gsize start = bytes->len, len = texts->len;
  galen_bytes_put_uint(bytes, texts->len);
  gsize at = bytes->len;
  gboolean packed = self->how->without_fingerprints && len > 0 && len <= GALEN_RECORD_TEXTS_MAX &&
                    galen_sample_pack(galen_slice((const char *)texts->data, len), galen_slice(NULL, 0), bytes, &len);
  if (packed && len < texts->len)
    return;
  bytes->len = bytes->len >= at ? at : start;
  galen_bytes_put_raw(bytes, texts->data, texts->len);
}

static void put_parts(GalenDigestWriter *self, GalenBytes *bytes) {
  gboolean timed = self->from != GALEN_TIME_NONE, full = self->digest->options.samples == GALEN_SAMPLES_FULL;
  galen_bytes_put_u8(bytes, (guint8)((self->how->without_fingerprints ? 0u : GALEN_RECORD_FINGERPRINTS) |
                                     (timed ? GALEN_RECORD_TIMES : 0u) | (full ? GALEN_RECORD_FULL_SAMPLES : 0u)));
  galen_bytes_put_uint(bytes, self->ids.len / GALEN_QUERY_ID_BYTES);
  galen_bytes_put_raw(bytes, self->ids.data, self->ids.len);
  galen_bytes_put_uint(bytes, self->numbers.len);
  galen_bytes_put_raw(bytes, self->numbers.data, self->numbers.len);
  put_texts(self, bytes);
  bytes->failed = bytes->failed || self->ids.failed || self->numbers.failed || self->texts.failed;
}

static void writer_clear(GalenDigestWriter *self) {
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    g_clear_pointer(&self->loads[kind], g_array_unref);
  galen_cells_clear(&self->sum);
  galen_bytes_clear(&self->ids);
  galen_bytes_clear(&self->numbers);
  galen_bytes_clear(&self->texts);
}

static gboolean put_record(GalenDigest *self, Classes *classes, const GalenDigestPut *how, GalenBytes *bytes,
                           GError **error) {
  g_autoptr(GArray) values = galen_value_sums(self, bytes->max, error);
  g_autoptr(GArray) names = g_array_new(FALSE, TRUE, sizeof(guint32));
  g_autoptr(GArray) attrs = g_array_new(FALSE, TRUE, sizeof(guint32));
  g_autoptr(GArray) lone = g_array_new(FALSE, TRUE, sizeof(guint32));
  GalenDigestWriter writer = {
      .digest = self,
      .how = how,
      .values = values,
      .names = names,
      .attrs = attrs,
      .lone = lone,
      .step = self->timeline.step,
      .from = self->timeline.from,
      .to = self->timeline.to,
      .base = self->timeline.base,
      .n = self->timeline.n,
  };
  galen_bytes_init(&writer.ids, bytes->max);
  galen_bytes_init(&writer.numbers, bytes->max);
  galen_bytes_init(&writer.texts, bytes->max);
  galen_coder_init(&writer.coder, &writer.numbers, GALEN_N_CONTEXTS);
  gboolean good = values != NULL && put_numbers(&writer, classes, error);
  galen_coder_end(&writer.coder);
  if (good) {
    gsize start = galen_record_begin(bytes, GALEN_DIGEST_RECORD_KIND, GALEN_DIGEST_RECORD_VERSION);
    put_parts(&writer, bytes);
    good = galen_record_end(bytes, start, error);
  }
  writer_clear(&writer);
  return good;
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

GalenU128 galen_reader_near(GalenDigestReader *self, guint context, guint bits) {
  if (self->version == 1)
    return galen_bytes_get_u128(self->bytes);
  GalenU128 value = galen_decoder_get_near(&self->decoder, context, bits);
  self->bytes->failed = self->bytes->failed || self->numbers.failed;
  return value;
}

guint64 galen_reader_uint(GalenDigestReader *self, guint context) {
  GalenU128 value = galen_reader_near(self, context, GALEN_CODER_ANY);
  if (value <= G_MAXUINT64)
    return (guint64)value;
  self->bytes->failed = TRUE;
  return 0;
}

static gboolean get_class(GalenDigestReader *self, GError **error) {
  GalenAccum *accum = galen_digest_reader_class(self, error);
  if (accum == NULL)
    return FALSE;
  if (self->version > 1) {
    galen_cells_merge(&self->sum, &accum->cells, self->step);
    note_lone(self->lone, &accum->cells, self->base);
  }
  galen_digest_take(self->digest, accum);
  return TRUE;
}

static gboolean is_at_end(const GalenDigestReader *self) {
  return !self->bytes->failed && self->bytes->data == self->bytes->end;
}

/* ---- version 1 ---- */

static gboolean get_v1(GalenDigestReader *self, guint8 has, GError **error) {
  GalenCells whole = {0};
  gboolean good = ((has & GALEN_RECORD_TIMES) == 0 || galen_digest_reader_v1_series(self, &whole)) &&
                  galen_digest_reader_v1_loads(self, &whole);
  galen_cells_clear(&whole);
  if (!good)
    return galen_record_damaged(error);
  guint8 more;
  while ((more = galen_bytes_get_u8(self->bytes)) == 1)
    if (!get_class(self, error))
      return FALSE;
  return (more == 0 && is_at_end(self)) || galen_record_damaged(error);
}

/* ---- version 2 ---- */

static gboolean open_texts(GalenDigestReader *self) {
  GalenBytesReader *bytes = self->bytes;
  guint64 len = galen_bytes_get_uint(bytes);
  gsize packed = (gsize)(bytes->end - bytes->data);
  if (bytes->failed || len == packed)
    return !bytes->failed;
  self->text_room = len <= GALEN_RECORD_TEXTS_MAX ? g_try_malloc((gsize)len + 1) : NULL;
  GalenSlice data = galen_slice((const char *)bytes->data, packed);
  if (self->text_room == NULL || !galen_sample_unpack(data, galen_slice(NULL, 0), self->text_room, (gsize)len))
    return FALSE;
  const guint8 *texts = (const guint8 *)self->text_room;
  *bytes = (GalenBytesReader){texts, texts + len, FALSE};
  return TRUE;
}

/* Finds the parts. */
static gboolean open_parts(GalenDigestReader *self) {
  GalenBytesReader *bytes = self->bytes;
  guint64 n = galen_bytes_get_uint(bytes);
  if (bytes->failed || n > (guint64)(bytes->end - bytes->data) / GALEN_QUERY_ID_BYTES)
    return FALSE;
  const guint8 *ids = galen_bytes_get_raw(bytes, (gsize)n * GALEN_QUERY_ID_BYTES);
  self->ids = (GalenBytesReader){ids, ids + n * GALEN_QUERY_ID_BYTES, FALSE};
  guint64 len = galen_bytes_get_uint(bytes);
  const guint8 *numbers = galen_bytes_get_raw(bytes, (gsize)len);
  if (bytes->failed)
    return FALSE;
  self->numbers = (GalenBytesReader){numbers, numbers + len, FALSE};
  return open_texts(self);
}

static gboolean get_numbers(GalenDigestReader *self, guint8 has, GError **error) {
  if ((has & GALEN_RECORD_TIMES) != 0 && !get_range(self))
    return galen_record_damaged(error);
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    if (!get_names(self, kind))
      return galen_record_damaged(error);
  while (self->ids.data < self->ids.end)
    if (!get_class(self, error))
      return FALSE;
  GalenCells whole = {0};
  gboolean good = get_series(self, &whole) && get_loads(self, &whole);
  galen_cells_clear(&whole);
  return (good && is_at_end(self) && self->numbers.data == self->numbers.end) || galen_record_damaged(error);
}

static gboolean get_v2(GalenDigestReader *self, guint8 has, GError **error) {
  if (!open_parts(self)) {
    g_clear_pointer(&self->text_room, g_free);
    return galen_record_damaged(error);
  }
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    self->loads[kind] = g_array_new(FALSE, FALSE, sizeof(GalenRecordName));
  galen_decoder_init(&self->decoder, &self->numbers, GALEN_N_CONTEXTS);
  gboolean good = get_numbers(self, has, error);
  galen_decoder_clear(&self->decoder);
  galen_cells_clear(&self->sum);
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    g_clear_pointer(&self->loads[kind], g_array_unref);
  g_clear_pointer(&self->text_room, g_free);
  return good;
}

static gboolean get_all(GalenDigestReader *self, GError **error) {
  guint8 has = galen_bytes_get_u8(self->bytes);
  self->with_fingerprints = (has & GALEN_RECORD_FINGERPRINTS) != 0;
  self->full_samples = (has & GALEN_RECORD_FULL_SAMPLES) != 0;
  return self->version == 1 ? get_v1(self, has, error) : get_v2(self, has, error);
}

gboolean galen_digest_record_ids(const GalenBytes *record, gsize *ret_at, gsize *ret_n) {
  GalenBytesReader reader = {record->data, record->data + record->len, FALSE};
  if (galen_bytes_get_u8(&reader) != GALEN_DIGEST_RECORD_KIND || galen_bytes_get_uint(&reader) != 2)
    return FALSE;
  (void)galen_bytes_get_u8(&reader);
  guint64 n = galen_bytes_get_uint(&reader);
  if (reader.failed || n > (guint64)(reader.end - reader.data) / GALEN_QUERY_ID_BYTES)
    return FALSE;
  *ret_at = (gsize)(reader.data - record->data);
  *ret_n = (gsize)n;
  return TRUE;
}

GalenSampleMode galen_digest_record_samples(const GalenBytesReader *record) {
  GalenBytesReader reader = *record;
  guint version;
  gboolean full = galen_record_open(&reader, GALEN_DIGEST_RECORD_KIND, GALEN_DIGEST_RECORD_VERSION, &version, NULL) &&
                  (galen_bytes_get_u8(&reader) & GALEN_RECORD_FULL_SAMPLES) != 0;
  return full ? GALEN_SAMPLES_FULL : GALEN_SAMPLES_MASKED;
}

gboolean galen_digest_get(GalenDigest *self, GalenBytesReader *reader, const GalenDigestGet *how, GError **error) {
  static const GalenDigestGet plain;
  static const GalenRecordName unknown = {{NULL, 0}, GALEN_NAME_UNKNOWN};
  g_return_val_if_fail(!self->finished, FALSE);
  guint version;
  if (!galen_record_open(reader, GALEN_DIGEST_RECORD_KIND, GALEN_DIGEST_RECORD_VERSION, &version, error))
    return FALSE;
  galen_digest_settle(self);
  how = how != NULL ? how : &plain;
  g_autoptr(GArray) names = g_array_new(FALSE, FALSE, sizeof(GalenRecordName));
  g_autoptr(GArray) attrs = g_array_new(FALSE, FALSE, sizeof(GalenRecordAttr));
  g_autoptr(GArray) lone = g_array_new(FALSE, TRUE, sizeof(guint32));
  g_array_append_val(names, unknown);
  GalenDigestReader state = {
      .digest = self,
      .how = how,
      .bytes = reader,
      .version = version,
      .names = names,
      .attrs = attrs,
      .lone = lone,
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
