#include "stream.h"

#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static guint64 meter_limit(const GalenMeter *self) {
  guint64 packed = self->packed > 0 ? self->packed : galen_counter_get(self->read);
  if (packed > G_MAXUINT64 / 2 / GALEN_EXPANSION_MAX)
    return G_MAXUINT64 / 2;
  return MAX(GALEN_EXPANSION_FREE, packed * GALEN_EXPANSION_MAX);
}

/* Asks for one byte more than is allowed, so that data which ends at the limit is not called too long. */
static gsize metered_read(GalenSource *self, char *buf, gsize len) {
  guint64 limit = meter_limit(self->meter);
  guint64 left = limit > self->meter->out ? limit - self->meter->out : 0;
  gsize n = self->class->read(self, buf, (gsize)MIN((guint64)len, left + 1));
  if (n <= left) {
    self->meter->out += n;
    return n;
  }
  self->meter->out += left;
  galen_source_fail(self, "unpacks to more than " G_STRINGIFY(GALEN_EXPANSION_MAX) " times its size");
  return (gsize)left;
}

static gsize pull(GalenSource *self, char *buf, gsize len) {
  if (self->ended)
    return 0;
  gsize n = self->meter != NULL ? metered_read(self, buf, len) : self->class->read(self, buf, len);
  if (n == 0)
    self->ended = TRUE;
  return n;
}

gsize galen_source_read(GalenSource *self, char *buf, gsize len) {
  if (len == 0)
    return 0;
  gsize peeked = self->head_len - self->head_pos;
  if (peeked == 0)
    return pull(self, buf, len);
  gsize n = MIN(len, peeked);
  memcpy(buf, self->head + self->head_pos, n);
  self->head_pos += n;
  return n;
}

gsize galen_source_peek(GalenSource *self, const char **ret_data) {
  gsize n = 1;
  while (n > 0 && self->head_len < sizeof self->head) {
    n = pull(self, self->head + self->head_len, sizeof self->head - self->head_len);
    self->head_len += n;
  }
  *ret_data = self->head;
  return self->head_len;
}

guint64 galen_source_skip(GalenSource *self, guint64 n) {
  gsize peeked = self->head_len - self->head_pos;
  if (peeked > 0) {
    gsize taken = (gsize)MIN((guint64)peeked, n);
    self->head_pos += taken;
    return taken;
  }
  return self->class->skip != NULL && !self->ended ? self->class->skip(self, n) : 0;
}

gboolean galen_source_can_rewind(const GalenSource *self) {
  return self->class->rewind != NULL && self->meter == NULL;
}

gboolean galen_source_rewind(GalenSource *self) {
  if (!galen_source_can_rewind(self) || !self->class->rewind(self))
    return FALSE;
  self->head_pos = self->head_len = 0;
  self->ended = FALSE;
  g_clear_pointer(&self->error, g_free);
  return TRUE;
}

void galen_source_fail(GalenSource *self, const char *message) {
  self->ended = TRUE;
  if (self->error == NULL)
    self->error = g_strdup(message);
}

void galen_source_free(GalenSource *self) {
  if (self == NULL)
    return;
  self->class->clear(self);
  g_free(self->error);
  g_free(self);
}

typedef struct {
  GalenSource base;
  int fd;
  gboolean own;
  guint64 size, pos;
  guint64 counted; /* bytes that the counter knows of: what is read again does not count again */
  guint64 *counter;
} FileSource;

static void advance(FileSource *self, guint64 n) {
  self->pos += n;
  if (self->pos <= self->counted)
    return;
  galen_counter_add(self->counter, self->pos - self->counted);
  self->counted = self->pos;
}

static gsize file_read(GalenSource *base, char *buf, gsize len) {
  FileSource *self = (FileSource *)base;
  gssize n;
  do
    n = read(self->fd, buf, MIN(len, (gsize)1 << 30));
  while (n < 0 && errno == EINTR);
  if (n < 0) {
    galen_source_fail(base, g_strerror(errno));
    return 0;
  }
  advance(self, (guint64)n);
  return (gsize)n;
}

/* Never past the end that the file had when it was opened: a cut must be met by a read. */
static guint64 file_skip(GalenSource *base, guint64 n) {
  FileSource *self = (FileSource *)base;
  guint64 left = self->size > self->pos ? self->size - self->pos : 0;
  guint64 step = MIN(n, left);
  if (step == 0 || lseek(self->fd, (off_t)step, SEEK_CUR) < 0)
    return 0;
  advance(self, step);
  return step;
}

static gboolean file_rewind(GalenSource *base) {
  FileSource *self = (FileSource *)base;
  if (lseek(self->fd, 0, SEEK_SET) != 0)
    return FALSE;
  self->pos = 0;
  return TRUE;
}

static void file_clear(GalenSource *base) {
  FileSource *self = (FileSource *)base;
  if (self->own)
    close(self->fd);
}

GalenSource *galen_source_file_new(int fd, gboolean own, guint64 size, guint64 *counter) {
  static const GalenSourceClass stream = {.read = file_read, .skip = file_skip, .clear = file_clear};
  static const GalenSourceClass regular = {
      .read = file_read, .skip = file_skip, .rewind = file_rewind, .clear = file_clear};
  FileSource *self = g_new0(FileSource, 1);
  self->base.class = own && size > 0 ? &regular : &stream;
  self->fd = fd;
  self->own = own;
  self->size = size;
  self->counter = counter;
  if (size > 0)
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return &self->base;
}
