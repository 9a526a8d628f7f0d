#include "accum.h"

void galen_digest_context_fail(GalenDigestContext *self, GError *error) {
  if (self->error == NULL)
    self->error = error;
  else
    g_clear_error(&error);
}

static gboolean set_text(GalenAccum *self, GalenSlice text) {
  gsize len = MIN(text.len, (gsize)GALEN_FINGERPRINT_MAX);
  char *copy = galen_realloc_limited(NULL, len + 1, GALEN_FINGERPRINT_MAX + 1);
  if (copy == NULL)
    return FALSE;
  if (len > 0)
    memcpy(copy, text.data, len);
  copy[len] = '\0';
  self->text = copy;
  self->len = len;
  return TRUE;
}

GalenAccum *galen_accum_new(const guint8 id[GALEN_QUERY_ID_BYTES], const GalenFingerprint *fingerprint) {
  GalenAccum *self = g_new0(GalenAccum, 1);
  memcpy(self->id, id, GALEN_QUERY_ID_BYTES);
  galen_sum_init(&self->sum);
  self->hash = fingerprint->hash;
  self->full_len = fingerprint->full_len;
  if (set_text(self, fingerprint->text))
    return self;
  galen_accum_free(self);
  return NULL;
}

void galen_accum_clear(GalenAccum *self) {
  g_free(self->text);
  galen_sum_clear(&self->sum);
  galen_top_set_clear(&self->tops);
  galen_worst_clear(&self->worst);
  galen_cells_clear(&self->cells);
  memset(self, 0, sizeof *self);
  galen_sum_init(&self->sum);
}

void galen_accum_free(GalenAccum *self) {
  if (self == NULL)
    return;
  galen_accum_clear(self);
  g_free(self);
}

static void add_sizes(GalenAccum *self, const GalenFingerprint *fingerprint) {
  self->in_items_max = MAX(self->in_items_max, fingerprint->in_items);
  self->rows_max = MAX(self->rows_max, fingerprint->rows);
  self->rows_sum = galen_add_u64(self->rows_sum, fingerprint->rows);
  self->offset_max = MAX(self->offset_max, fingerprint->offset);
}

static void add_facts(GalenAccum *self, guint32 facts) {
  for (facts &= (1u << GALEN_N_FACTS) - 1; facts != 0; facts &= facts - 1)
    self->facts[__builtin_ctz(facts)]++;
}

void galen_accum_add(GalenAccum *self, const GalenAccumEvent *event, GalenDigestContext *context) {
  galen_sum_add(&self->sum, event->event, event->span.timed, context->attrs);
  galen_top_set_add(&self->tops, event->keys, galen_event_time(event->event), self->id, context);
  if (event->span.timed)
    galen_cells_add(&self->cells, &event->span);
  add_facts(self, event->fingerprint->facts);
  add_sizes(self, event->fingerprint);
}

void galen_accum_add_apart(GalenAccum *self, const GalenAccumEvent *event, GalenDigestContext *context) {
  const GalenFingerprint *fingerprint = event->fingerprint;
  galen_sum_add_apart(&self->sum, event->event, context->attrs);
  if (event->span.timed && event->span.end > event->span.first + 1)
    galen_cells_add(&self->cells, &event->span);
  if ((fingerprint->in_items | fingerprint->rows | fingerprint->offset) != 0)
    add_sizes(self, fingerprint);
}

void galen_accum_add_waiting(GalenAccum *self, const GalenWaitingEvent *events, guint n, gint64 base,
                             GalenDigestContext *context) {
  galen_sum_add_batch(&self->sum, events, n);
  galen_top_set_add_batch(&self->tops, events, n, self->id, context);
  for (guint i = 0; i < n; i++)
    add_facts(self, events[i].facts);
  for (guint from = 0, to; from < n; from = to) {
    guint64 time = 0;
    guint16 cell = events[from].cell;
    for (to = from; to < n && events[to].cell == cell; to++)
      time += MIN(events[to].main[GALEN_MAIN_TIME], GALEN_TIME_MAX_US);
    if (cell != GALEN_BATCH_NO_CELL)
      galen_cells_add_in(&self->cells, context->step, base + cell, time, to - from);
  }
}

/* Two texts of one id: an attacker's MD5 collision. The same one is kept in any order. */
static gboolean text_goes_before(const GalenAccum *a, const GalenAccum *b) {
  int order = memcmp(a->text, b->text, MIN(a->len, b->len));
  return order != 0 ? order < 0 : a->len < b->len || (a->len == b->len && a->full_len < b->full_len);
}

static void merge_text(GalenAccum *self, GalenAccum *other) {
  if (other->text == NULL || (self->text != NULL && !text_goes_before(other, self)))
    return;
  g_free(self->text);
  self->text = g_steal_pointer(&other->text);
  self->len = other->len;
  self->full_len = other->full_len;
  self->hash = other->hash;
}

void galen_accum_merge(GalenAccum *self, GalenAccum *other, GalenDigestContext *context) {
  merge_text(self, other);
  galen_sum_merge(&self->sum, &other->sum, context->attrs);
  galen_top_set_merge(&self->tops, &other->tops, self->id, context);
  galen_cells_merge(&self->cells, &other->cells, context->step);
  for (guint i = 0; i < GALEN_N_FACTS; i++)
    self->facts[i] = galen_add_u64(self->facts[i], other->facts[i]);
  self->in_items_max = MAX(self->in_items_max, other->in_items_max);
  self->rows_max = MAX(self->rows_max, other->rows_max);
  self->rows_sum = galen_add_u64(self->rows_sum, other->rows_sum);
  self->offset_max = MAX(self->offset_max, other->offset_max);
  if (other->worst.set && (!self->worst.set || galen_worst_compare(&other->worst, &self->worst, context->names) < 0)) {
    galen_worst_clear(&self->worst);
    self->worst = other->worst;
    other->worst = (GalenWorst){0};
  }
  self->bar = self->worst.query_time;
  galen_accum_clear(other);
}

gsize galen_accum_bytes(const GalenAccum *self) {
  return sizeof *self + self->len + galen_sum_bytes(&self->sum) + self->tops.allocated * sizeof(GalenTopEntry) +
         self->worst.len + self->worst.explain_len + self->cells.allocated * sizeof(GalenCell);
}

GalenU128 galen_accum_time(const GalenAccum *self) {
  return self->sum.main[GALEN_MAIN_TIME].sum;
}
