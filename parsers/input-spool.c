/* Inputs that can be read only once, read twice: what a survey reads of them is kept in an unlinked file.
 *
 * A survey usually looks at the head only. The reading after it begins with what was kept and goes on with the rest, which
 * is not kept. */
#include "input-private.h"
#include "temp_file.h"

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

/* FALSE: no space. */
static gboolean keep(GalenSpool *self, const char *buf, gsize len) {
  if (self->fd < 0)
    self->fd = galen_temp_file_open(NULL);
  if (self->fd < 0 || !galen_temp_file_write(self->fd, buf, len, self->kept, NULL))
    return FALSE;
  self->kept += len;
  return TRUE;
}

static gsize read_kept(SpooledSource *self, char *buf, gsize len) {
  g_autoptr(GError) error = NULL;
  gsize wanted = (gsize)MIN((guint64)len, self->spool->kept - self->pos);
  gssize n = galen_temp_file_read(self->spool->fd, buf, wanted, self->pos, &error);
  if (n <= 0)
    galen_source_fail(&self->base, error != NULL ? error->message : "the temporary file was cut");
  return n > 0 ? (gsize)n : 0;
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
  galen_counter_add(self->counter, n);
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
