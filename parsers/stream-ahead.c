/* A source that is read in a thread of its own, ahead of who wants the bytes, so that unpacking and parsing go on at the
 * same time. What comes out, and where it ends, is the same. */
#include "stream.h"

/* So much is read without a thread: small archives need none, and a look at the beginning neither. */
#define FREE_BYTES (512u << 10)
#define BLOCK (256u << 10)
#define BLOCKS 4

typedef struct {
  char *data;
  gsize len;
} Block;

typedef struct {
  GalenSource base;
  GalenSource *source; /* the thread's alone while there is one */
  guint64 passed;      /* without a thread */
  GThread *thread;     /* NULL: none yet, or it could not be made */
  gboolean refused;    /* the latter */
  GMutex mutex;        /* of what follows, and of the blocks that are handed over */
  GCond changed;
  Block blocks[BLOCKS];
  guint first, filled; /* a ring: filled ones begin at `first`, which may be read from */
  guint limit;         /* so many are filled at most */
  gboolean stop, done;
  gsize taken; /* of the first block */
} AheadSource;

/* As much as fits, unless the end comes first. */
static gsize fill(GalenSource *source, Block *block) {
  gsize n = 1;
  if (block->data == NULL)
    block->data = g_malloc(BLOCK);
  for (block->len = 0; n > 0 && block->len < BLOCK; block->len += n)
    n = galen_source_read(source, block->data + block->len, BLOCK - block->len);
  return block->len;
}

static gpointer run(gpointer user) {
  AheadSource *self = user;
  g_mutex_lock(&self->mutex);
  while (!self->stop && !self->done) {
    if (self->filled >= self->limit) {
      g_cond_wait(&self->changed, &self->mutex);
      continue;
    }
    Block *block = &self->blocks[(self->first + self->filled) % BLOCKS];
    g_mutex_unlock(&self->mutex);
    gsize n = fill(self->source, block);
    g_mutex_lock(&self->mutex);
    self->filled += n > 0 ? 1 : 0;
    self->done = n < BLOCK;
    g_cond_signal(&self->changed);
  }
  g_mutex_unlock(&self->mutex);
  return NULL;
}

static void begin(AheadSource *self, guint limit) {
  if (self->thread != NULL || self->refused)
    return;
  self->limit = limit;
  self->thread = g_thread_try_new("unpack", run, self, NULL);
  self->refused = self->thread == NULL;
}

/* FALSE: the end. */
static gboolean wait_for_block(AheadSource *self) {
  g_mutex_lock(&self->mutex);
  if (self->limit < BLOCKS) {
    self->limit = BLOCKS;
    g_cond_signal(&self->changed);
  }
  while (self->filled == 0 && !self->done)
    g_cond_wait(&self->changed, &self->mutex);
  gboolean found = self->filled > 0;
  g_mutex_unlock(&self->mutex);
  return found;
}

static void give_back_block(AheadSource *self) {
  g_mutex_lock(&self->mutex);
  self->first = (self->first + 1) % BLOCKS;
  self->filled--;
  self->taken = 0;
  g_cond_signal(&self->changed);
  g_mutex_unlock(&self->mutex);
}

static void end(AheadSource *self) {
  if (self->source->error != NULL)
    galen_source_fail(&self->base, self->source->error);
}

static gsize read_directly(AheadSource *self, char *buf, gsize len) {
  gsize n = galen_source_read(self->source, buf, len);
  self->passed += n;
  if (n == 0)
    end(self);
  return n;
}

static gsize ahead_read(GalenSource *base, char *buf, gsize len) {
  AheadSource *self = (AheadSource *)base;
  if (self->passed >= FREE_BYTES)
    begin(self, BLOCKS);
  if (self->thread == NULL)
    return read_directly(self, buf, len);
  if (self->taken == 0 && !wait_for_block(self)) {
    end(self);
    return 0;
  }
  const Block *block = &self->blocks[self->first];
  gsize n = MIN(len, block->len - self->taken);
  memcpy(buf, block->data + self->taken, n);
  self->taken += n;
  if (self->taken == block->len)
    give_back_block(self);
  return n;
}

static void ahead_clear(GalenSource *base) {
  AheadSource *self = (AheadSource *)base;
  if (self->thread != NULL) {
    g_mutex_lock(&self->mutex);
    self->stop = TRUE;
    g_cond_signal(&self->changed);
    g_mutex_unlock(&self->mutex);
    g_thread_join(self->thread);
  }
  for (guint i = 0; i < BLOCKS; i++)
    g_free(self->blocks[i].data);
  g_mutex_clear(&self->mutex);
  g_cond_clear(&self->changed);
  galen_source_free(self->source);
}

GalenSource *galen_source_ahead_new(GalenSource *source) {
  static const GalenSourceClass class = {.read = ahead_read, .clear = ahead_clear};
  AheadSource *self = g_new0(AheadSource, 1);
  self->base.class = &class;
  self->source = source;
  g_mutex_init(&self->mutex);
  g_cond_init(&self->changed);
  return &self->base;
}

void galen_source_ahead_begin(GalenSource *ahead, gboolean first_only) {
  begin((AheadSource *)ahead, first_only ? 1 : BLOCKS);
}
