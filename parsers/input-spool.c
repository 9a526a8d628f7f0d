/* Inputs that can be read only once, read twice: what a survey reads of them is kept in an unlinked file.
 *
 * A survey usually looks at the head only. The reading after it begins with what was kept and goes on with the rest, which
 * is not kept. */
#include "input-private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct GalenSpool {
  GalenSource *live; /* what is still to come */
  int fd;            /* of the file with what was kept; -1: none yet */
  guint64 kept;
  guint64 counter; /* bytes read from `live` */
};

typedef struct {
  GalenSource base;
  GalenSpool *spool;
  gboolean keep;
  guint64 pos;
  guint64 *counter;
} SpooledSource;

GalenSpool *galen_spool_new(int fd, gboolean own) {
  GalenSpool *self = g_new0(GalenSpool, 1);
  self->fd = -1;
  self->live = galen_source_file_new(fd, own, 0, &self->counter);
  return self;
}

void galen_spool_free(GalenSpool *self) {
  if (self == NULL)
    return;
  galen_source_free(self->live);
  if (self->fd >= 0)
    close(self->fd);
  g_free(self);
}

static int open_unlinked(void) {
  int fd = open(g_get_tmp_dir(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0)
    return fd;
  g_autofree char *path = NULL;
  fd = g_file_open_tmp("galen-XXXXXX", &path, NULL);
  if (fd >= 0)
    (void)unlink(path);
  return fd;
}

/* FALSE: no space. */
static gboolean keep(GalenSpool *self, const char *buf, gsize len) {
  if (self->fd < 0)
    self->fd = open_unlinked();
  while (self->fd >= 0 && len > 0) {
    gssize n = pwrite(self->fd, buf, len, (off_t)self->kept);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return FALSE;
    buf += n;
    len -= (gsize)n;
    self->kept += (guint64)n;
  }
  return self->fd >= 0;
}

static gsize read_kept(SpooledSource *self, char *buf, gsize len) {
  gssize n;
  do
    n = pread(self->spool->fd, buf, (gsize)MIN((guint64)len, self->spool->kept - self->pos), (off_t)self->pos);
  while (n < 0 && errno == EINTR);
  if (n <= 0) {
    galen_source_fail(&self->base, n < 0 ? g_strerror(errno) : "the temporary file was cut");
    return 0;
  }
  return (gsize)n;
}

static gsize spooled_read(GalenSource *base, char *buf, gsize len) {
  SpooledSource *self = (SpooledSource *)base;
  gsize n;
  if (self->pos < self->spool->kept) {
    n = read_kept(self, buf, len);
  } else {
    n = galen_source_read(self->spool->live, buf, len);
    if (n == 0 && self->spool->live->error != NULL)
      galen_source_fail(base, self->spool->live->error);
    if (self->keep && n > 0 && !keep(self->spool, buf, n)) {
      galen_source_fail(base, "no space to keep it for a second reading");
      return 0;
    }
  }
  self->pos += n;
  *self->counter += n;
  return n;
}

static void spooled_clear(G_GNUC_UNUSED GalenSource *base) {
}

GalenSource *galen_spool_open(GalenSpool *self, gboolean keep_rest, guint64 *counter) {
  static const GalenSourceClass class = {.read = spooled_read, .clear = spooled_clear};
  SpooledSource *source = g_new0(SpooledSource, 1);
  source->base.class = &class;
  source->spool = self;
  source->keep = keep_rest;
  source->counter = counter;
  return &source->base;
}
