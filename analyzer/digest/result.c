/* The finished digest: classes with names, totals, and what the getters hand out. */
#include "digest-private.h"

static void top_clear(GalenTop *self) {
  g_clear_pointer(&self->values, g_ptr_array_unref);
}

void galen_class_free(GalenClass *self) {
  if (self == NULL)
    return;
  g_free(self->fingerprint);
  galen_totals_clear(&self->totals);
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    top_clear(&self->tops[kind]);
  g_free(self->sample.text);
  g_free(self->sample.node);
  g_free(self->sample.path);
  g_free(self->sample.explain);
  galen_series_clear(&self->series);
  g_free(self);
}

void galen_digest_free(GalenDigest *self) {
  if (self == NULL)
    return;
  galen_digest_close(self);
  galen_sampler_free(self->sampler);
  g_free(self->node);
  g_free(self->path);
  g_clear_pointer(&self->classes, g_ptr_array_unref);
  galen_totals_clear(&self->totals);
  galen_totals_clear(&self->other);
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++) {
    g_clear_pointer(&self->top_series[kind], g_ptr_array_unref);
    top_clear(&self->top[kind]);
  }
  galen_series_clear(&self->series);
  g_free(self);
}

static char *copy_bytes(const char *data, gsize len) {
  if (len == 0)
    return NULL;
  char *copy = g_malloc(len + 1);
  memcpy(copy, data, len);
  copy[len] = '\0';
  return copy;
}

static void export_sample(const GalenWorst *worst, const GalenNames *names, GalenSample *ret_sample) {
  *ret_sample = (GalenSample){
      .text = copy_bytes(worst->text, worst->len),
      .len = worst->len,
      .time = worst->time,
      .query_time = worst->query_time,
      .node = g_strdup(galen_names_text(names, worst->node)),
      .path = g_strdup(galen_names_text(names, worst->path)),
      .line = worst->line,
      .text_bytes = worst->text_bytes,
      .explain = worst->explain_len > 0 ? copy_bytes(worst->text + worst->len, worst->explain_len) : NULL,
  };
}

/* Moves an accumulator into a class; what is left of it is freed by the caller. */
static GalenClass *export_class(GalenDigest *self, GalenAccum *accum, const char *const *labels, gboolean with_series) {
  GalenClass *class = g_new0(GalenClass, 1);
  memcpy(class->id, accum->id, sizeof class->id);
  class->fingerprint = g_steal_pointer(&accum->text);
  class->fingerprint_len = accum->len;
  class->fingerprint_full_len = accum->full_len;
  memcpy(class->facts, accum->facts, sizeof class->facts);
  class->in_items_max = accum->in_items_max;
  class->rows_max = accum->rows_max;
  class->rows_sum = accum->rows_sum;
  class->offset_max = accum->offset_max;
  export_sample(&accum->worst, self->context.names, &class->sample);
  galen_sum_export(&accum->sum, self->context.attrs, labels, &class->totals);
  const GalenTimeline *timeline = &self->timeline;
  if (with_series && timeline->from != GALEN_TIME_NONE)
    galen_cells_export(&accum->cells, timeline->step, timeline->base, timeline->n, &class->series);
  if (timeline->from != GALEN_TIME_NONE)
    galen_cells_blocks(&accum->cells, timeline->step, timeline->base, timeline->n, &class->blocks);
  return class;
}

/* Turns the best `n` into self->classes and `ret_sets`. FALSE: no memory, and context has the error. */
static gboolean export_classes(GalenDigest *self, GalenBest *best, guint n, const char *const *labels,
                               GalenTopSet *ret_sets) {
  for (guint i = 0; i < n; i++) {
    GalenAccum *accum = galen_best_take(best, i);
    if (accum == NULL)
      return FALSE;
    GalenClass *class = export_class(self, accum, labels, i < GALEN_SERIES_CLASSES);
    g_ptr_array_add(self->classes, class);
    galen_totals_merge(&self->totals, &class->totals);
    ret_sets[i] = accum->tops;
    accum->tops = (GalenTopSet){0};
    galen_accum_free(accum);
  }
  return TRUE;
}

static gboolean fail(GalenDigest *self, GError **error) {
  if (self->context.error != NULL && error != NULL && *error == NULL)
    g_propagate_error(error, g_steal_pointer(&self->context.error));
  return FALSE;
}

static void init_results(GalenDigest *self) {
  self->finished = TRUE;
  self->classes = g_ptr_array_new_with_free_func((GDestroyNotify)galen_class_free);
  galen_totals_init(&self->totals);
}

gboolean galen_digest_finish(GalenDigest *self, GError **error) {
  g_return_val_if_fail(!self->finished, FALSE);
  GalenSum other;
  galen_sum_init(&other);
  init_results(self);
  g_autoptr(GalenBest) best = self->context.error == NULL ? galen_digest_reduce(self, &other, error) : NULL;
  if (best == NULL || self->context.error != NULL) {
    galen_sum_clear(&other);
    galen_totals_init(&self->other);
    return fail(self, error);
  }
  g_autofree const char **labels = galen_attrs_labels(self->context.attrs);
  guint n = galen_best_sort(best);
  g_autofree GalenTopSet *sets = g_new0(GalenTopSet, n + 1);
  gboolean ok = export_classes(self, best, n, labels, sets);
  galen_sum_export(&other, self->context.attrs, labels, &self->other);
  galen_totals_merge(&self->totals, &self->other);
  ok = ok && galen_digest_reduce_tops(self, sets, error);
  for (guint i = 0; i < n; i++)
    galen_top_set_clear(&sets[i]);
  galen_timeline_export(&self->timeline, &self->series);
  g_clear_pointer(&self->context.values, galen_spill_free);
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    galen_top_table_clear(&self->tops[kind]);
  return ok || fail(self, error);
}

guint64 galen_digest_n_distinct(const GalenDigest *self) {
  return self->n_distinct;
}

gboolean galen_digest_capped(const GalenDigest *self) {
  return self->n_distinct > self->options.classes_max;
}

const GPtrArray *galen_digest_classes(const GalenDigest *self) {
  return self->classes;
}

const GalenTotals *galen_digest_totals(const GalenDigest *self) {
  return &self->totals;
}

const GalenTop *galen_digest_top(const GalenDigest *self, GalenTopKind kind) {
  return &self->top[kind];
}

const GalenSeries *galen_digest_series(const GalenDigest *self) {
  return &self->series;
}

void galen_digest_blocks(const GalenDigest *self, GalenBlocks *ret_blocks) {
  memset(ret_blocks, 0, sizeof *ret_blocks);
  const GalenSeries *series = &self->series;
  for (guint i = 0; i < series->n; i++) {
    guint block = galen_series_block_of(i, series->n);
    ret_blocks->time[block] = galen_add_u64(ret_blocks->time[block], series->time[i]);
    ret_blocks->count[block] = galen_add_u64(ret_blocks->count[block], series->count[i]);
    ret_blocks->occupied += series->count[i] > 0;
  }
}

const GPtrArray *galen_digest_top_series(const GalenDigest *self, GalenTopKind kind) {
  return self->top_series[kind];
}

guint64 galen_digest_heat(const GalenDigest *self, guint cell, guint row) {
  if (cell >= self->timeline.n || row >= GALEN_HEAT_ROWS)
    return 0;
  return self->timeline.heat[cell * GALEN_HEAT_ROWS + row];
}

GalenTotals *galen_digest_other_than(const GalenDigest *self, const gboolean *shown) {
  GalenTotals *totals = g_new(GalenTotals, 1);
  galen_totals_init(totals);
  galen_totals_merge(totals, &self->other);
  for (guint i = 0; i < self->classes->len; i++)
    if (!shown[i])
      galen_totals_merge(totals, &((const GalenClass *)g_ptr_array_index(self->classes, i))->totals);
  return totals;
}

GalenTotals *galen_digest_other(const GalenDigest *self, guint from) {
  g_autofree gboolean *shown = g_new0(gboolean, self->classes->len + 1);
  for (guint i = 0; i < MIN(from, self->classes->len); i++)
    shown[i] = TRUE;
  return galen_digest_other_than(self, shown);
}
