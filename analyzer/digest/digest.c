#include "digest-private.h"

static guint or_default(guint value, guint fallback) {
  return value != 0 ? value : fallback;
}

static guint part_of(const GalenDigest *self, guint budget) {
  return (guint)MAX((guint64)budget * self->parts / self->whole.share, 1);
}

void galen_digest_allot(GalenDigest *self) {
  self->options = self->whole;
  self->options.hot_classes = part_of(self, self->whole.hot_classes);
  self->options.hot_bytes = part_of(self, self->whole.hot_bytes);
  self->options.top_global = part_of(self, self->whole.top_global);
  self->context.names_max = self->options.hot_bytes / GALEN_NAMES_SHARE;
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    self->tops[kind].limit = self->options.top_global;
}

/* In the ladder, of the first step that is no finer. */
static guint8 step_index(guint seconds) {
  guint8 index = 0;
  while (index + 1u < GALEN_SERIES_STEPS && galen_series_step_at(index) < (gint64)seconds * G_USEC_PER_SEC)
    index++;
  return index;
}

void galen_digest_open(GalenDigest *self) {
  galen_digest_allot(self);
  const GalenDigestOptions *options = &self->options;
  self->context = (GalenDigestContext){
      .names = galen_names_new(),
      .attrs = galen_attrs_new(),
      .share = options->share,
      .top_inline = MIN(options->top_inline, 1024u),
      .names_max = self->context.names_max,
      .from = GALEN_TIME_NONE,
      .to = GALEN_TIME_NONE,
  };
  galen_timeline_init(&self->timeline, step_index(options->step));
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    galen_top_table_init(&self->tops[kind], (GalenTopKind)kind, options->top_global);
  galen_bytes_init(&self->record, GALEN_SPILL_RECORD_MAX);
  self->node_name = GALEN_NAME_NONE;
}

void galen_digest_close(GalenDigest *self) {
  g_clear_pointer(&self->batches, g_free);
  galen_table_clear(&self->hot);
  g_clear_pointer(&self->spill, galen_spill_free);
  g_clear_pointer(&self->recent, g_free);
  galen_timeline_clear(&self->timeline);
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    galen_top_table_clear(&self->tops[kind]);
  galen_bytes_clear(&self->record);
  g_clear_pointer(&self->context.values, galen_spill_free);
  g_clear_pointer(&self->context.names, galen_names_free);
  g_clear_pointer(&self->context.attrs, galen_attrs_free);
  g_clear_error(&self->context.error);
}

GalenDigest *galen_digest_new(const GalenDigestOptions *options) {
  static const GalenDigestOptions none = {.samples = GALEN_SAMPLES_MASKED};
  const GalenDigestOptions *given = options != NULL ? options : &none;
  GalenDigest *self = g_new0(GalenDigest, 1);
  self->whole = (GalenDigestOptions){
      .share = MAX(given->share, 1),
      .hot_classes = or_default(given->hot_classes, GALEN_DIGEST_HOT_CLASSES),
      .hot_bytes = or_default(given->hot_bytes, GALEN_DIGEST_HOT_BYTES),
      .classes_max = or_default(given->classes_max, GALEN_DIGEST_CLASSES_MAX),
      .top_inline = or_default(given->top_inline, GALEN_TOP_INLINE),
      .samples = given->samples,
      .top_global = or_default(given->top_global, GALEN_TOP_GLOBAL),
      .step = given->step,
  };
  self->parts = 1;
  self->sampler = galen_sampler_new(given->samples);
  galen_digest_open(self);
  return self;
}

void galen_digest_set_source(GalenDigest *self, const char *node, const char *path) {
  char *node_copy = g_strdup(node), *path_copy = g_strdup(path);
  g_free(self->node);
  g_free(self->path);
  self->node = node_copy;
  self->path = path_copy;
  self->node_name = GALEN_NAME_NONE;
}

static GalenSlice slice_of(const char *text) {
  return text == NULL ? galen_slice(NULL, 0) : galen_slice(text, strlen(text));
}

void galen_digest_sync(GalenDigest *self) {
  self->context.step = self->timeline.step;
  self->context.base = self->timeline.base;
  self->context.from = self->timeline.from;
  self->context.to = self->timeline.to;
}

gboolean galen_digest_admits(const GalenDigest *self) {
  if (self->hot.n == 0)
    return TRUE;
  return self->hot.n < self->options.hot_classes && self->hot.bytes < self->options.hot_bytes;
}

void galen_digest_spill_record(GalenDigest *self, const guint8 id[GALEN_QUERY_ID_BYTES]) {
  if (self->spill == NULL)
    self->spill = galen_spill_new(self->options.share);
  GError *error = NULL;
  if (self->record.failed)
    g_set_error_literal(&error, G_FILE_ERROR, G_FILE_ERROR_NOMEM, "no memory for a temporary record");
  else
    galen_spill_write(self->spill, id[0], self->record.data, self->record.len, &error);
  if (error != NULL)
    galen_digest_context_fail(&self->context, error);
}

static void settle_batch(GalenDigest *self, GalenWaiting *batch) {
  if (batch->n == 0)
    return;
  galen_waiting_settle(batch, &self->context);
  galen_table_account(&self->hot, batch->accum);
}

void galen_digest_settle(GalenDigest *self) {
  for (guint i = 0; self->batches != NULL && i < GALEN_WAITING_PLACES; i++)
    settle_batch(self, &self->batches[i]);
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    galen_top_table_settle(&self->tops[kind], &self->context);
}

void galen_digest_flush(GalenDigest *self) {
  galen_digest_settle(self);
  g_autoptr(GPtrArray) accums = galen_table_steal(&self->hot);
  for (guint i = 0; i < accums->len; i++) {
    GalenAccum *accum = g_ptr_array_index(accums, i);
    galen_bytes_reset(&self->record);
    galen_accum_put(accum, TRUE, &self->context, &self->record);
    galen_digest_spill_record(self, accum->id);
    galen_accum_free(accum);
  }
}

void galen_digest_account(GalenDigest *self) {
  if (self->hot.bytes / GALEN_HOT_GROWTH > self->options.hot_bytes)
    galen_digest_flush(self);
}

static void fill_keys(GalenDigest *self, GalenAccumEvent *accum_event) {
  const GalenSlowEvent *event = accum_event->event;
  const GalenSlice texts[] = {
      [GALEN_TOP_USER] = event->user, [GALEN_TOP_HOST] = event->host, [GALEN_TOP_SCHEMA] = event->schema};
  GalenNames *names = self->context.names;
  for (guint kind = 0; kind < G_N_ELEMENTS(texts); kind++)
    accum_event->keys[kind] = (GalenTopKey){galen_names_find(names, texts[kind]), texts[kind]};
  if (self->node_name == GALEN_NAME_NONE)
    self->node_name = galen_names_intern(names, slice_of(self->node));
  accum_event->keys[GALEN_TOP_NODE] = (GalenTopKey){self->node_name, slice_of(self->node)};
}

/* The plan, cut at the end of a line when it is too long. */
static GalenSlice explain_of(const GalenSlowEvent *event) {
  GalenSlice explain = event->explain;
  if (explain.len <= GALEN_EXPLAIN_MAX)
    return explain;
  const char *end = memrchr(explain.data, '\n', GALEN_EXPLAIN_MAX);
  return galen_slice(explain.data, end != NULL ? (gsize)(end - explain.data) : GALEN_EXPLAIN_MAX);
}

static GalenSlice sample_of(GalenDigest *self, const GalenSlowEvent *event, GalenSlice sample) {
  if (event->piece != GALEN_PIECE_WHOLE)
    return sample;
  if (self->options.samples == GALEN_SAMPLES_NONE)
    return galen_slice(NULL, 0);
  galen_sampler_begin(self->sampler, event->no_backslash);
  if (event->text.len > 0)
    galen_sampler_feed(self->sampler, event->text.data, event->text.len);
  return galen_sampler_end(self->sampler);
}

/* Makes the event its class's sample if it is the worst so far. */
static void consider(GalenDigest *self, GalenAccum *accum, const GalenAccumEvent *accum_event, guint64 statement_bytes,
                     GalenSlice sample) {
  const GalenSlowEvent *event = accum_event->event;
  GalenWorst head = {.query_time = galen_event_time(event)}, *worst = &accum->worst;
  if (head.query_time < accum->bar)
    return;
  head.time = accum_event->span.timed ? event->start : GALEN_TIME_NONE;
  head.node = accum_event->keys[GALEN_TOP_NODE].name;
  if (worst->set && galen_worst_compare_head(&head, worst, self->context.names) > 0)
    return;
  head.path = galen_names_intern(self->context.names, slice_of(self->path));
  head.line = event->line;
  head.text_bytes = statement_bytes;
  GalenWorst candidate = {0};
  if (!galen_worst_replace(&candidate, &head, sample_of(self, event, sample), explain_of(event))) {
    galen_digest_context_fail(&self->context,
                              g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_NOMEM, "no memory for a sample"));
    return;
  }
  if (!worst->set || galen_worst_compare(&candidate, worst, self->context.names) < 0) {
    galen_worst_clear(worst);
    *worst = candidate;
    accum->bar = candidate.query_time;
  } else {
    galen_worst_clear(&candidate);
  }
}

/* Whether a record with the class's fingerprint and a worse sample is in the spill already; notes this one. */
static gboolean known_in_spill(GalenDigest *self, const guint8 id[GALEN_QUERY_ID_BYTES], guint64 hash, guint64 time) {
  guint n_recent = GALEN_RECENT_CLASSES / MIN(self->options.share, GALEN_RECENT_CLASSES);
  if (self->recent == NULL)
    self->recent = g_new0(GalenRecent, n_recent);
  GalenRecent *recent = &self->recent[galen_table_id_key(id) % n_recent];
  if (recent->set && recent->hash == hash && memcmp(recent->id, id, sizeof recent->id) == 0 &&
      time < recent->query_time)
    return TRUE;
  memcpy(recent->id, id, sizeof recent->id);
  recent->hash = hash;
  recent->query_time = time;
  recent->set = TRUE;
  return FALSE;
}

static void spill_event(GalenDigest *self, const GalenAccumEvent *event, const guint8 id[GALEN_QUERY_ID_BYTES],
                        guint64 statement_bytes, GalenSlice sample) {
  const GalenFingerprint *fingerprint = event->fingerprint;
  gboolean with_text = !known_in_spill(self, id, fingerprint->hash, galen_event_time(event->event));
  GalenFingerprint head = *fingerprint;
  if (!with_text)
    head.text.len = 0;
  GalenAccum *accum = galen_accum_new(id, &head);
  if (accum == NULL) {
    galen_digest_context_fail(&self->context,
                              g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_NOMEM, "no memory for a fingerprint"));
    return;
  }
  galen_accum_add(accum, event, &self->context);
  if (with_text)
    consider(self, accum, event, statement_bytes, sample);
  galen_bytes_reset(&self->record);
  galen_accum_put(accum, with_text, &self->context, &self->record);
  galen_digest_spill_record(self, id);
  galen_accum_free(accum);
}

/* The class of a fingerprint, made when there is room for a new one; NULL: none, and ret_id is set. */
static GalenAccum *find_or_admit(GalenDigest *self, const GalenFingerprint *fingerprint,
                                 const GalenFingerprinter *fingerprinter, guint8 ret_id[GALEN_QUERY_ID_BYTES],
                                 gboolean *ret_fresh) {
  gboolean cut = fingerprint->full_len > fingerprint->text.len;
  if (cut)
    galen_fingerprinter_id(fingerprinter, ret_id);
  GalenAccum *accum =
      galen_table_find_text(&self->hot, fingerprint->hash, fingerprint->text, fingerprint->full_len, ret_id);
  *ret_fresh = accum == NULL;
  if (accum != NULL)
    return accum;
  if (!cut)
    galen_fingerprinter_id(fingerprinter, ret_id);
  accum = galen_digest_admits(self) ? galen_accum_new(ret_id, fingerprint) : NULL;
  if (accum != NULL)
    galen_table_insert(&self->hot, fingerprint->hash, accum);
  return accum;
}

static gboolean is_timed(const GalenSlowEvent *event) {
  return event->timed && event->start >= -GALEN_SERIES_TIME_MAX && event->start <= GALEN_SERIES_TIME_MAX;
}

/* The event's place in the series, which it may widen. */
static GalenSpan add_to_timeline(GalenDigest *self, const GalenSlowEvent *event) {
  GalenTimeline *timeline = &self->timeline;
  GalenSpan span = galen_timeline_add(timeline, event->start, galen_event_time(event));
  if (timeline->step != self->context.step || timeline->base != self->context.base)
    galen_digest_settle(self);
  galen_digest_sync(self);
  return span;
}

/* Counts an event in its class, which has had one before. */
static void add_to_batch(GalenDigest *self, GalenAccum *accum, const GalenAccumEvent *event) {
  if (self->batches == NULL)
    self->batches = g_new0(GalenWaiting, GALEN_WAITING_PLACES);
  GalenWaiting *batch = &self->batches[accum->hash % GALEN_WAITING_PLACES];
  if (batch->accum != accum)
    settle_batch(self, batch);
  batch->accum = accum;
  galen_accum_add_apart(accum, event, &self->context);
  galen_waiting_add(batch, event, self->context.base);
  galen_waiting_fetch(batch);
  if (batch->n == GALEN_WAITING_EVENTS)
    settle_batch(self, batch);
}

/* What is needed of a class that probably is the event's, fetched while other things are done. */
static const GalenAccum *fetch_class(const GalenDigest *self, guint64 hash) {
  const GalenAccum *likely = galen_table_peek(&self->hot, hash);
  __builtin_prefetch(likely);
  if (self->batches != NULL)
    __builtin_prefetch(&self->batches[hash % GALEN_WAITING_PLACES], 1);
  return likely;
}

static void fetch_text(const char *text, gsize len) {
  for (gsize at = 0; at < MIN(len, 512u); at += 64)
    __builtin_prefetch(text + at);
}

void galen_digest_add(GalenDigest *self, const GalenSlowEvent *event, const GalenFingerprint *fingerprint,
                      const GalenFingerprinter *fingerprinter, guint64 statement_bytes, GalenSlice sample) {
  g_return_if_fail(!self->finished);
  const GalenAccum *likely = fetch_class(self, fingerprint->hash);
  GalenAccumEvent accum_event = {.event = event, .fingerprint = fingerprint};
  if (is_timed(event))
    accum_event.span = add_to_timeline(self, event);
  fill_keys(self, &accum_event);
  if (likely != NULL)
    fetch_text(likely->text, fingerprint->text.len);
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    galen_top_table_add(&self->tops[kind], &accum_event.keys[kind], galen_event_time(event), &accum_event.span,
                        &self->context);
  guint8 id[GALEN_QUERY_ID_BYTES];
  gboolean fresh;
  GalenAccum *accum = find_or_admit(self, fingerprint, fingerprinter, id, &fresh);
  if (accum == NULL) {
    spill_event(self, &accum_event, id, statement_bytes, sample);
    return;
  }
  if (!fresh && galen_waiting_takes(&accum_event)) {
    add_to_batch(self, accum, &accum_event);
  } else {
    galen_accum_add(accum, &accum_event, &self->context);
    galen_table_account(&self->hot, accum);
  }
  consider(self, accum, &accum_event, statement_bytes, sample);
  galen_digest_account(self);
}
