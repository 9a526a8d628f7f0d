/* What zlib makes of a gzip file: the way that is slow and known to be right, to compare the fast one with. */
#pragma once

#include "parsers/stream.h"

#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

/* Unpacks up to `max` bytes of `data` into `out`. Returns what galen_source_error should be, or NULL. */
static inline const char *reference_gunzip(const guint8 *data, gsize len, GString *out, gsize max) {
  const guint8 *end = data + len;
  while (end - data >= 2 && data[0] == 0x1f && data[1] == 0x8b) {
    z_stream z = {.next_in = (Bytef *)(guintptr)data, .avail_in = (uInt)(end - data)};
    int result = inflateInit2(&z, 15 + 16);
    while (result == Z_OK && out->len < max) {
      Bytef block[4096];
      z.next_out = block;
      z.avail_out = sizeof block;
      result = inflate(&z, Z_NO_FLUSH);
      g_string_append_len(out, (const char *)block, (gssize)(sizeof block - z.avail_out));
    }
    data = z.next_in;
    inflateEnd(&z);
    if (out->len >= max && result != Z_STREAM_END)
      return "the limit";
    if (result != Z_STREAM_END)
      return result == Z_BUF_ERROR && data == end ? "the gzip data is cut" : "the gzip data is damaged";
  }
  if (data < end && *data == 0)
    while (data < end && *data == 0)
      data++;
  return data < end ? "garbage after the gzip data" : NULL;
}

/* Bytes in memory as a source, given `step` at a time. */
typedef struct {
  GalenSource base;
  const guint8 *data;
  gsize len, step, taken;
} MemorySource;

static inline gsize memory_read(GalenSource *base, char *buf, gsize len) {
  MemorySource *self = (MemorySource *)base;
  gsize n = MIN(MIN(len, self->step), self->len);
  if (n > 0)
    memcpy(buf, self->data, n);
  self->data += n;
  self->len -= n;
  self->taken += n;
  return n;
}

static inline gboolean memory_rewind(GalenSource *base) {
  MemorySource *self = (MemorySource *)base;
  self->data -= self->taken;
  self->len += self->taken;
  self->taken = 0;
  return TRUE;
}

static inline void memory_clear(G_GNUC_UNUSED GalenSource *base) {
}

static inline GalenSource *memory_source(const guint8 *data, gsize len, gsize step) {
  static const GalenSourceClass class = {.read = memory_read, .rewind = memory_rewind, .clear = memory_clear};
  MemorySource *self = g_new0(MemorySource, 1);
  self->base.class = &class;
  self->data = data;
  self->len = len;
  self->step = step;
  return &self->base;
}
