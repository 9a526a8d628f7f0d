#include "error_queue.h"

/* To wake a thread costs as much as a batch: it should find several. So many wait before the other one is told, and are left
 * before the parser is. */
#define WAKE_AT (GALEN_ERROR_BATCHES / 2)
/* So many are too many: the parser helps. */
#define HELP_AT (WAKE_AT + 1)

typedef struct {
  GalenErrorEvent events[GALEN_ERROR_BATCH_EVENTS];
  GalenLogMatch matches[GALEN_ERROR_BATCH_EVENTS]; /* when `matched` */
  gboolean matched;
  guint n;
  char *bytes;
  gsize len, size;
} Batch;

struct GalenErrorQueue {
  GalenErrorTake take;
  gpointer user;
  GalenLogMatcher *helper; /* or NULL */
  Batch batches[GALEN_ERROR_BATCHES];
  guint filling;   /* the batch that records are added to; the parser's thread alone knows it */
  GThread *thread; /* NULL: not begun, or there is none to be had */
  GMutex mutex;
  GCond added, removed;
  /* Guarded by the mutex. */
  guint first, waiting; /* batches that are full: the first, and how many */
  gboolean end;
};

GalenErrorQueue *galen_error_queue_new(GalenErrorTake take, gpointer user) {
  GalenErrorQueue *self = g_new0(GalenErrorQueue, 1);
  self->take = take;
  self->user = user;
  g_mutex_init(&self->mutex);
  g_cond_init(&self->added);
  g_cond_init(&self->removed);
  return self;
}

void galen_error_queue_set_helper(GalenErrorQueue *self, GalenLogMatcher *helper) {
  self->helper = helper;
}

/* ---- fetching ahead ---- */

/* What one thread has used last comes to the other one slowly: both ask for it in time. */
#define AHEAD 3u
#define LINE 64u

/* Takes a line away from the other thread. Compilers do not use the instruction unless it is asked for; a processor that has it
 * not takes it as none. */
static inline void fetch_line(const char *at) {
#if defined __x86_64__
  __asm__ volatile("prefetchw %0" : : "m"(*at));
#else
  __builtin_prefetch(at, 1);
#endif
}

static inline void fetch_to_write(const Batch *batch) {
  const char *event = (const char *)&batch->events[MIN(batch->n + AHEAD, GALEN_ERROR_BATCH_EVENTS - 1)];
  const char *bytes = batch->bytes + MIN(batch->len + (gsize)AHEAD * 2 * LINE, batch->size - 1);
  for (guint at = 0; at < sizeof(GalenErrorEvent); at += LINE)
    fetch_line(event + at);
  for (guint at = 0; at < 3 * LINE; at += LINE)
    fetch_line(bytes + at);
}

static inline void fetch_to_read(const Batch *batch, guint i) {
  const char *event = (const char *)&batch->events[MIN(i + 2 * AHEAD, GALEN_ERROR_BATCH_EVENTS - 1)];
  for (guint at = 0; at < sizeof(GalenErrorEvent); at += LINE)
    __builtin_prefetch(event + at, 0);
  if (i + AHEAD >= batch->n)
    return;
  GalenSlice text = batch->events[i + AHEAD].text;
  __builtin_prefetch(text.data, 0);
  if (text.len > LINE)
    __builtin_prefetch(text.data + LINE, 0);
}

/* ---- taking ---- */

static void take_all(GalenErrorQueue *self, Batch *batch) {
  for (guint i = 0; i < batch->n; i++) {
    fetch_to_read(batch, i);
    self->take(self->user, &batch->events[i], batch->matched ? &batch->matches[i] : NULL);
  }
  batch->n = 0;
  batch->matched = FALSE;
  batch->len = 0;
  if (batch->size > GALEN_ERROR_BATCH_BYTES) {
    g_clear_pointer(&batch->bytes, g_free);
    batch->size = 0;
  }
}

static gpointer work(gpointer user) {
  GalenErrorQueue *self = user;
  g_mutex_lock(&self->mutex);
  while (TRUE) {
    while (self->waiting == 0 && !self->end)
      g_cond_wait(&self->added, &self->mutex);
    if (self->waiting == 0)
      break;
    Batch *batch = &self->batches[self->first];
    g_mutex_unlock(&self->mutex);
    take_all(self, batch);
    g_mutex_lock(&self->mutex);
    self->first = (self->first + 1) % GALEN_ERROR_BATCHES;
    self->waiting--;
    if (self->waiting == 0 || self->waiting == WAKE_AT)
      g_cond_signal(&self->removed);
  }
  g_mutex_unlock(&self->mutex);
  return NULL;
}

/* ---- adding ---- */

static gboolean is_behind(GalenErrorQueue *self) {
  g_mutex_lock(&self->mutex);
  gboolean behind = self->waiting >= HELP_AT;
  g_mutex_unlock(&self->mutex);
  return behind;
}

static void help(GalenErrorQueue *self, Batch *batch) {
  if (self->helper == NULL || !is_behind(self))
    return;
  for (guint i = 0; i < batch->n; i++)
    galen_log_matcher_find(self->helper, &batch->events[i], &batch->matches[i]);
  batch->matched = TRUE;
}

/* Hands over the batch that is being filled, and goes on in the next. A system that gives no thread has it done here. */
static void hand_over(GalenErrorQueue *self) {
  if (self->thread == NULL)
    self->thread = g_thread_try_new("galen-errors", work, self, NULL);
  if (self->thread == NULL) {
    take_all(self, &self->batches[self->filling]);
    return;
  }
  help(self, &self->batches[self->filling]);
  g_mutex_lock(&self->mutex);
  if (++self->waiting == WAKE_AT)
    g_cond_signal(&self->added);
  /* One batch is always free to be filled. */
  while (self->waiting == GALEN_ERROR_BATCHES - 1)
    g_cond_wait(&self->removed, &self->mutex);
  g_mutex_unlock(&self->mutex);
  self->filling = (self->filling + 1) % GALEN_ERROR_BATCHES;
}

/* The bytes of a record that stand together in the log: its first line and mostly all others. */
typedef struct {
  guintptr from, to;
  char *copy;
} Record;

static Record whole_record(const GalenErrorEvent *event) {
  guintptr head = (guintptr)event->head.data, more = (guintptr)event->more.data;
  Record record = {.from = head, .to = head + event->head.len};
  if (more >= record.to && more - record.to < GALEN_RECORD_MAX && more + event->more.len - head <= GALEN_RECORD_MAX + 2)
    record.to = more + event->more.len;
  return record;
}

static char *put(Batch *batch, const char *data, gsize len) {
  char *at = batch->bytes + batch->len;
  if (len > 0)
    memcpy(at, data, len);
  batch->len += len;
  return at;
}

/* What is no part of the record as it stands in the log, because it was decoded or is a constant, is copied by itself. */
static void bring(Batch *batch, const Record *record, GalenSlice *slice) {
  guintptr at = (guintptr)slice->data;
  if (slice->data == NULL)
    return;
  if (at >= record->from && at + slice->len <= record->to)
    slice->data = record->copy + (at - record->from);
  else
    slice->data = put(batch, slice->data, slice->len);
}

/* A batch with room for one more record of so many bytes. */
static Batch *room(GalenErrorQueue *self, gsize len) {
  Batch *batch = &self->batches[self->filling];
  if (batch->n == GALEN_ERROR_BATCH_EVENTS || (batch->n > 0 && batch->size - batch->len < len)) {
    hand_over(self);
    batch = &self->batches[self->filling];
  }
  if (batch->size < len || batch->bytes == NULL) {
    g_free(batch->bytes);
    batch->size = MAX(len, GALEN_ERROR_BATCH_BYTES);
    batch->bytes = g_malloc(batch->size);
  }
  return batch;
}

void galen_error_queue_add(GalenErrorQueue *self, const GalenErrorEvent *event) {
  Record record = whole_record(event);
  gsize len = record.to - record.from + event->text.len + event->more.len + event->subsystem.len + event->source.len +
              event->raw_time.len;
  Batch *batch = room(self, len);
  fetch_to_write(batch);
  GalenErrorEvent *copy = &batch->events[batch->n++];
  *copy = *event;
  record.copy = put(batch, event->head.data, record.to - record.from);
  bring(batch, &record, &copy->head);
  bring(batch, &record, &copy->text);
  bring(batch, &record, &copy->more);
  bring(batch, &record, &copy->subsystem);
  bring(batch, &record, &copy->source);
  bring(batch, &record, &copy->raw_time);
}

void galen_error_queue_wait(GalenErrorQueue *self) {
  if (self->thread == NULL) {
    take_all(self, &self->batches[self->filling]);
    return;
  }
  if (self->batches[self->filling].n > 0)
    hand_over(self);
  g_mutex_lock(&self->mutex);
  g_cond_signal(&self->added);
  while (self->waiting > 0)
    g_cond_wait(&self->removed, &self->mutex);
  g_mutex_unlock(&self->mutex);
}

void galen_error_queue_free(GalenErrorQueue *self) {
  if (self == NULL)
    return;
  galen_error_queue_wait(self);
  g_mutex_lock(&self->mutex);
  self->end = TRUE;
  g_cond_signal(&self->added);
  g_mutex_unlock(&self->mutex);
  if (self->thread != NULL)
    g_thread_join(self->thread);
  for (guint i = 0; i < GALEN_ERROR_BATCHES; i++)
    g_free(self->batches[i].bytes);
  g_mutex_clear(&self->mutex);
  g_cond_clear(&self->added);
  g_cond_clear(&self->removed);
  g_free(self);
}
