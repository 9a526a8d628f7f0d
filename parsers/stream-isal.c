/* gzip data unpacked by ISA-L, which is four times as fast as zlib, with zlib's results.
 *
 * ISA-L takes some damage for data and says little of the rest. So it only has the easy part: at the first thing that is not
 * as it should be (a code that is none, a sum that is wrong, an end too early, anything behind the last member), zlib reads
 * everything once more and has the last word. That needs packed bytes that can be read twice, so pipes are zlib's from the
 * beginning. What was given already must be what zlib gives too: of a member whose sum has not been checked yet the last
 * HELD bytes are held back, for what is no code is found soon behind where it begins. */
#include "stream.h"

#ifdef GALEN_ISAL

#include <isa-l/igzip_lib.h>

#define HELD (128u << 10)
#define ROOM (HELD + (512u << 10))

/* Of a member's first bytes: those that say what zlib must be asked about. */
#define HEADER_LOOK 4u
#define HEADER_METHOD 8u
#define HEADER_FLAGS 0x1fu

typedef struct {
  GalenSource base;
  GalenSource *packed;  /* NULL: `slow` has it */
  GalenSource *slow;    /* zlib's, when there was trouble; else NULL */
  gboolean inside;      /* a member */
  gboolean over;        /* all is unpacked */
  guint64 given;        /* bytes, to the reader */
  gsize pos, sure, len; /* of `out`: given, checked, filled */
  gsize step;           /* packed bytes to read next time, at most */
  struct inflate_state isal;
  guint8 in[GALEN_PACKED_BLOCK];
  guint8 out[ROOM];
} IsalSource;

/* FALSE at the end of the packed bytes. What is not taken yet moves to the front. */
static gboolean refill(IsalSource *self) {
  memmove(self->in, self->isal.next_in, self->isal.avail_in);
  gsize room = sizeof self->in - self->isal.avail_in;
  gsize n = galen_source_read(self->packed, (char *)self->in + self->isal.avail_in, MIN(self->step, room));
  self->step = MIN(2 * self->step, sizeof self->in);
  self->isal.next_in = self->in;
  self->isal.avail_in += (guint32)n;
  return n > 0;
}

/* Passes over what was given. */
static void skip_given(IsalSource *self, char *buf, gsize len) {
  guint64 left = self->given;
  while (left > 0) {
    gsize n = galen_source_read(self->slow, buf, (gsize)MIN((guint64)len, left));
    if (n == 0)
      return;
    left -= n;
  }
}

static void ask_zlib(IsalSource *self) {
  self->len = self->pos = self->sure = 0;
  if (!galen_source_rewind(self->packed)) {
    galen_source_fail(&self->base, "the gzip data is damaged");
    return;
  }
  self->slow = galen_source_zlib_new(g_steal_pointer(&self->packed));
  skip_given(self, (char *)self->out, sizeof self->out);
}

/* Between members. FALSE: zlib must look. */
static gboolean begin_member(IsalSource *self) {
  while (self->isal.avail_in < HEADER_LOOK && refill(self))
    continue;
  const guint8 *head = self->isal.next_in;
  if (self->isal.avail_in == 0) {
    self->over = self->packed->error == NULL;
    return self->over;
  }
  if (self->isal.avail_in < HEADER_LOOK || head[0] != 0x1f || head[1] != 0x8b || head[2] != HEADER_METHOD ||
      (head[3] & ~HEADER_FLAGS) != 0)
    return FALSE;
  isal_inflate_reset(&self->isal);
  self->isal.crc_flag = ISAL_GZIP;
  self->inside = TRUE;
  return TRUE;
}

/* FALSE: zlib must look. */
static gboolean step(IsalSource *self) {
  if (!self->inside)
    return begin_member(self);
  guint32 left = self->isal.avail_in;
  self->isal.next_out = self->out + self->len;
  self->isal.avail_out = (guint32)(sizeof self->out - self->len);
  if (isal_inflate(&self->isal) != ISAL_DECOMP_OK)
    return FALSE;
  gsize made = sizeof self->out - self->isal.avail_out - self->len;
  self->len += made;
  if (self->isal.block_state == ISAL_BLOCK_FINISH) {
    self->sure = self->len;
    self->inside = FALSE;
    return TRUE;
  }
  return made > 0 || self->isal.avail_in < left || refill(self);
}

/* How much of what was unpacked may be given. */
static gsize ready(const IsalSource *self) {
  gsize end = self->over ? self->len : MAX(self->sure, self->len > HELD ? self->len - HELD : 0);
  return end > self->pos ? end - self->pos : 0;
}

static void make_room(IsalSource *self) {
  if (self->len < sizeof self->out)
    return;
  memmove(self->out, self->out + self->pos, self->len - self->pos);
  self->sure -= MIN(self->sure, self->pos);
  self->len -= self->pos;
  self->pos = 0;
}

static gsize read_slow(IsalSource *self, char *buf, gsize len) {
  gsize n = galen_source_read(self->slow, buf, len);
  if (n == 0 && self->slow->error != NULL)
    galen_source_fail(&self->base, self->slow->error);
  return n;
}

static gsize isal_read(GalenSource *base, char *buf, gsize len) {
  IsalSource *self = (IsalSource *)base;
  while (self->slow == NULL && !base->ended && !self->over && ready(self) == 0) {
    make_room(self);
    if (!step(self))
      ask_zlib(self);
  }
  if (self->slow != NULL)
    return read_slow(self, buf, len);
  gsize n = MIN(len, ready(self));
  memcpy(buf, self->out + self->pos, n);
  self->pos += n;
  self->given += n;
  return n;
}

static void isal_clear(GalenSource *base) {
  IsalSource *self = (IsalSource *)base;
  galen_source_free(self->packed);
  galen_source_free(self->slow);
}

GalenSource *galen_source_isal_new(GalenSource *packed) {
  static const GalenSourceClass class = {.read = isal_read, .clear = isal_clear};
  IsalSource *self = g_new0(IsalSource, 1);
  self->base.class = &class;
  self->packed = packed;
  self->step = GALEN_PACKED_FIRST;
  isal_inflate_init(&self->isal);
  self->isal.next_in = self->in;
  return &self->base;
}

#else

GalenSource *galen_source_isal_new(GalenSource *packed) {
  return galen_source_zlib_new(packed);
}

#endif

GalenSource *galen_source_gzip_new(GalenSource *packed) {
  return galen_source_can_rewind(packed) ? galen_source_isal_new(packed) : galen_source_zlib_new(packed);
}
