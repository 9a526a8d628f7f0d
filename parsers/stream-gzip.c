#include "stream.h"

#include <zlib.h>

typedef enum {
  INSIDE, /* a member, its header and its trailer */
  BETWEEN,
  PADDING, /* zeros, to the end */
} GzipState;

typedef struct {
  GalenSource base;
  GalenSource *packed;
  z_stream z;
  gboolean ready; /* z is initialised */
  GzipState state;
  gsize step; /* packed bytes to read next time, at most */
  Bytef in[GALEN_PACKED_BLOCK];
} GzipSource;

/* FALSE at the end of the packed bytes. What is not taken yet moves to the front. */
static gboolean refill(GzipSource *self) {
  memmove(self->in, self->z.next_in, self->z.avail_in);
  gsize room = sizeof self->in - self->z.avail_in;
  gsize n = galen_source_read(self->packed, (char *)self->in + self->z.avail_in, MIN(self->step, room));
  self->step = MIN(2 * self->step, sizeof self->in);
  self->z.next_in = self->in;
  self->z.avail_in += (uInt)n;
  return n > 0;
}

static void fail(GzipSource *self, const char *message) {
  galen_source_fail(&self->base, self->packed->error != NULL ? self->packed->error : message);
}

/* One call of inflate; the output counts in self->z. It may hold output back for want of room, so only
 * when it makes no progress is there a need for more input. */
static void step_inside(GzipSource *self) {
  switch (inflate(&self->z, Z_NO_FLUSH)) {
  case Z_OK:
    break;
  case Z_STREAM_END:
    self->state = BETWEEN;
    break;
  case Z_BUF_ERROR:
    if (self->z.avail_in > 0)
      fail(self, "the gzip data is damaged");
    else if (!refill(self))
      fail(self, "the gzip data is cut");
    break;
  case Z_MEM_ERROR:
    fail(self, "no memory to unpack the gzip data");
    break;
  default:
    fail(self, "the gzip data is damaged");
  }
}

static void step_between(GzipSource *self) {
  if (self->z.avail_in < 2 && refill(self))
    return;
  if (self->z.avail_in == 0) {
    self->base.ended = TRUE;
    if (self->packed->error != NULL)
      fail(self, NULL);
  } else if (self->z.next_in[0] == 0) {
    self->state = PADDING;
  } else if (self->z.avail_in >= 2 && self->z.next_in[0] == 0x1f && self->z.next_in[1] == 0x8b) {
    inflateReset(&self->z);
    self->state = INSIDE;
  } else {
    fail(self, "garbage after the gzip data");
  }
}

/* Tapes and block devices pad with zeros; gzip(1) is silent about them too. */
static void step_padding(GzipSource *self) {
  while (self->z.avail_in > 0 && self->z.next_in[0] == 0) {
    self->z.next_in++;
    self->z.avail_in--;
  }
  if (self->z.avail_in > 0)
    fail(self, "garbage after the gzip data");
  else if (!refill(self))
    self->state = BETWEEN;
}

static gsize gzip_read(GalenSource *base, char *buf, gsize len) {
  static void (*const steps[])(GzipSource *) = {
      [INSIDE] = step_inside, [BETWEEN] = step_between, [PADDING] = step_padding};
  GzipSource *self = (GzipSource *)base;
  if (!self->ready) {
    galen_source_fail(base, "no memory to unpack the gzip data");
    return 0;
  }
  uInt room = (uInt)MIN(len, (gsize)1 << 30);
  self->z.next_out = (Bytef *)buf;
  self->z.avail_out = room;
  while (!base->ended && self->z.avail_out == room)
    steps[self->state](self);
  return room - self->z.avail_out;
}

static void gzip_clear(GalenSource *base) {
  GzipSource *self = (GzipSource *)base;
  if (self->ready)
    inflateEnd(&self->z);
  galen_source_free(self->packed);
}

GalenSource *galen_source_zlib_new(GalenSource *packed) {
  static const GalenSourceClass class = {.read = gzip_read, .clear = gzip_clear};
  GzipSource *self = g_new0(GzipSource, 1);
  self->base.class = &class;
  self->packed = packed;
  self->z.next_in = self->in;
  self->step = GALEN_PACKED_FIRST;
  self->ready = inflateInit2(&self->z, 15 + 16) == Z_OK;
  return &self->base;
}
