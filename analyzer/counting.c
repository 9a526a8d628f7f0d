#include "counting.h"

#include "batch.h"
#include "workers.h"

/* Room for events beside a block's text: about as much as the text has. What does not fit, the master counts at once. */
#define ARENA_MIN (64u << 10)
/* Windows that had to grow are handed over while all together hold no more than this. */
#define WINDOWS_MAX (6u << 20)
#define BATCHES_MAX (2 * GALEN_THREADS_MAX)

/* What a thread counts with. */
typedef struct {
  const GalenCountingOptions *options;
  GalenDigest *digest; /* NULL: nothing counted yet */
  GalenFingerprinter *fingerprinter;
  GalenFilter *filter;
  const char *node, *path;
} Counter;

typedef struct {
  GalenJob job;
  GalenBatch batch;
} BatchJob;

struct GalenCounting {
  GalenCountingOptions options;
  Counter own, others[GALEN_THREADS_MAX];
  GalenWorkers *workers; /* NULL: there is only the master */
  gboolean begun;        /* a batch was handed over */
  BatchJob *batches[BATCHES_MAX];
  guint n_batches;
  GalenBatch *batch;      /* of this step; NULL: events are counted at once */
  GalenLogReader *reader; /* of this step */
  const char *node, *path;
};

/* Digests share the memory that one would have. */
static void counter_open(Counter *self) {
  const GalenCountingOptions *options = self->options;
  GalenDigestOptions digest = {.samples = options->samples, .share = options->threads};
  self->digest = galen_digest_new(&digest);
  self->fingerprinter = galen_fingerprinter_new(options->fingerprints);
}

static void counter_clear(Counter *self) {
  g_clear_pointer(&self->digest, galen_digest_free);
  g_clear_pointer(&self->fingerprinter, galen_fingerprinter_free);
  g_clear_pointer(&self->filter, galen_filter_free);
}

/* Sources stay, so that a pointer tells them apart. */
static void counter_set_source(Counter *self, const char *node, const char *path) {
  if (self->digest == NULL)
    counter_open(self);
  if (self->node == node && self->path == path)
    return;
  self->node = node;
  self->path = path;
  galen_digest_set_source(self->digest, node, path);
}

static void counter_add(Counter *self, const GalenSlowEvent *event) {
  GalenFingerprint fingerprint;
  galen_fingerprinter_make(self->fingerprinter, event->text, event->no_backslash, &fingerprint);
  if (galen_filter_statement(self->filter, &fingerprint, self->fingerprinter))
    galen_digest_add(self->digest, event, &fingerprint, self->fingerprinter, event->text.len, galen_slice(NULL, 0));
}

static void count_batch(Counter *self, const GalenBatch *batch) {
  counter_set_source(self, batch->node, batch->path);
  gsize at = 0;
  for (const GalenSlowEvent *event; (event = galen_batch_next(batch, &at)) != NULL;)
    counter_add(self, event);
}

static void run_job(GalenJob *job, gpointer state) {
  count_batch(state, &((BatchJob *)job)->batch);
}

GalenCounting *galen_counting_new(const GalenCountingOptions *options) {
  GalenCounting *self = g_new0(GalenCounting, 1);
  self->options = *options;
  self->options.threads = CLAMP(options->threads, 1, GALEN_THREADS_MAX);
  self->own = (Counter){.options = &self->options, .filter = galen_filter_share(options->filter)};
  guint n = self->options.threads - 1;
  if (n == 0)
    return self;
  gpointer states[GALEN_THREADS_MAX];
  for (guint i = 0; i < n; i++) {
    self->others[i] = (Counter){.options = &self->options, .filter = galen_filter_share(options->filter)};
    states[i] = &self->others[i];
  }
  self->workers = galen_workers_new(states, n, &self->own, n + 1);
  return self;
}

void galen_counting_free(GalenCounting *self) {
  g_clear_pointer(&self->workers, galen_workers_free);
  counter_clear(&self->own);
  for (guint i = 0; i < GALEN_THREADS_MAX; i++)
    if (self->others[i].options != NULL)
      counter_clear(&self->others[i]);
  for (guint i = 0; i < self->n_batches; i++) {
    galen_batch_clear(&self->batches[i]->batch);
    g_free(self->batches[i]);
  }
  g_free(self);
}

void galen_counting_set_source(GalenCounting *self, const char *node, const char *path) {
  self->node = node;
  self->path = path;
}

/* A batch that nobody works on. No more are about than threads and queue hold, and those are fewer than BATCHES_MAX. */
static BatchJob *free_batch(GalenCounting *self) {
  for (guint i = 0; i < self->n_batches; i++)
    if (galen_job_is_done(&self->batches[i]->job))
      return self->batches[i];
  BatchJob *batch = g_new0(BatchJob, 1);
  batch->job.run = run_job;
  galen_batch_init(&batch->batch, MAX(self->reader->block, ARENA_MIN));
  self->batches[self->n_batches++] = batch;
  return batch;
}

/* Whether the reader's window may be given away: of those that had to grow only a few are about at a time. */
static gboolean is_affordable(GalenCounting *self) {
  if (!galen_log_reader_has_grown(self->reader))
    return TRUE;
  gsize sum = self->reader->window.capacity;
  for (guint i = 0; i < self->n_batches; i++) {
    GalenWindow *window = &self->batches[i]->batch.window;
    if (galen_job_is_done(&self->batches[i]->job)) {
      g_free(window->data);
      *window = (GalenWindow){NULL, 0};
    }
    sum += window->capacity;
  }
  return sum <= WINDOWS_MAX;
}

/* What is read within a block is not worth a thread. */
static gboolean is_little(const GalenCounting *self) {
  return !self->begun && self->reader->eof && self->reader->bytes <= self->reader->block;
}

gboolean galen_counting_step(GalenCounting *self, GalenLogReader *reader) {
  self->reader = reader;
  BatchJob *batch = NULL;
  if (self->workers != NULL && !is_little(self)) {
    batch = free_batch(self);
    self->batch = &batch->batch;
    galen_batch_begin(self->batch, self->node, self->path);
  }
  gboolean more = galen_log_reader_step(reader);
  self->batch = NULL;
  if (batch == NULL || batch->batch.n_events == 0)
    return more;
  galen_batch_end(&batch->batch);
  if (is_little(self) || !is_affordable(self)) {
    count_batch(&self->own, &batch->batch);
    return more;
  }
  galen_log_reader_swap(reader, &batch->batch.window);
  self->begun = TRUE;
  galen_workers_submit(self->workers, &batch->job);
  return more;
}

void galen_counting_add(GalenCounting *self, const GalenSlowEvent *event) {
  if (self->batch != NULL && galen_batch_add(self->batch, event, &self->reader->window))
    return;
  counter_set_source(&self->own, self->node, self->path);
  counter_add(&self->own, event);
}

void galen_counting_add_pieces(GalenCounting *self, const GalenSlowEvent *event,
                               const GalenFingerprinter *fingerprinter, const GalenFingerprint *fingerprint,
                               guint64 statement_bytes, GalenSlice sample) {
  counter_set_source(&self->own, self->node, self->path);
  galen_digest_add(self->own.digest, event, fingerprint, fingerprinter, statement_bytes, sample);
}

GalenDigest *galen_counting_finish(GalenCounting *self) {
  if (self->workers != NULL)
    galen_workers_wait_all(self->workers);
  if (self->own.digest == NULL)
    counter_open(&self->own);
  GalenDigest *digest = g_steal_pointer(&self->own.digest);
  for (guint i = 0; i + 1 < self->options.threads; i++) {
    if (self->others[i].digest != NULL)
      galen_digest_merge(digest, self->others[i].digest);
    counter_clear(&self->others[i]);
  }
  return digest;
}
