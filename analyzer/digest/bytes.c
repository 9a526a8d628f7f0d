#include "bytes.h"

#define VARINT_BITS 7
#define VARINT_MORE 0x80u

gpointer galen_realloc_limited(gpointer memory, gsize size, gsize limit) {
  return size > limit ? NULL : g_try_realloc(memory, size);
}

void galen_bytes_init(GalenBytes *self, gsize max) {
  *self = (GalenBytes){.max = max};
}

void galen_bytes_clear(GalenBytes *self) {
  g_free(self->data);
  galen_bytes_init(self, self->max);
}

void galen_bytes_reset(GalenBytes *self) {
  self->len = 0;
  self->failed = FALSE;
}

static gboolean grow(GalenBytes *self, gsize len) {
  if (self->failed || len > self->max - self->len) {
    self->failed = TRUE;
    return FALSE;
  }
  gsize size = MIN(MAX((self->len + len) * 2, 256), self->max);
  guint8 *data = galen_realloc_limited(self->data, size, self->max);
  if (data == NULL) {
    self->failed = TRUE;
    return FALSE;
  }
  self->data = data;
  self->size = size;
  return TRUE;
}

guint8 *galen_bytes_extend(GalenBytes *self, gsize len) {
  if ((self->data == NULL || len > self->size - self->len) && !grow(self, len))
    return NULL;
  guint8 *start = self->data + self->len;
  self->len += len;
  return start;
}

void galen_bytes_put_u8(GalenBytes *self, guint8 value) {
  guint8 *start = galen_bytes_extend(self, 1);
  if (start != NULL)
    *start = value;
}

void galen_bytes_put_uint(GalenBytes *self, guint64 value) {
  for (; value >= VARINT_MORE; value >>= VARINT_BITS)
    galen_bytes_put_u8(self, (guint8)(value | VARINT_MORE));
  galen_bytes_put_u8(self, (guint8)value);
}

/* Zigzag: small numbers of either sign are short. */
void galen_bytes_put_int(GalenBytes *self, gint64 value) {
  guint64 sign = value < 0 ? G_MAXUINT64 : 0;
  galen_bytes_put_uint(self, ((guint64)value << 1) ^ sign);
}

void galen_bytes_put_u128(GalenBytes *self, GalenU128 value) {
  for (; value >= VARINT_MORE; value >>= VARINT_BITS)
    galen_bytes_put_u8(self, (guint8)((guint8)value | VARINT_MORE));
  galen_bytes_put_u8(self, (guint8)value);
}

void galen_bytes_put_raw(GalenBytes *self, const void *data, gsize len) {
  if (len == 0)
    return;
  guint8 *start = galen_bytes_extend(self, len);
  if (start != NULL)
    memcpy(start, data, len);
}

void galen_bytes_put_slice(GalenBytes *self, GalenSlice value) {
  galen_bytes_put_uint(self, value.data == NULL ? 0 : (guint64)value.len + 1);
  if (value.data != NULL)
    galen_bytes_put_raw(self, value.data, value.len);
}

guint8 galen_bytes_get_u8(GalenBytesReader *self) {
  if (self->data >= self->end) {
    self->failed = TRUE;
    return 0;
  }
  return *self->data++;
}

GalenU128 galen_bytes_get_u128(GalenBytesReader *self) {
  GalenU128 value = 0;
  for (guint shift = 0; shift < 128; shift += VARINT_BITS) {
    guint8 byte = galen_bytes_get_u8(self);
    value |= (GalenU128)(byte & (VARINT_MORE - 1)) << shift;
    if ((byte & VARINT_MORE) == 0)
      return self->failed ? 0 : value;
  }
  self->failed = TRUE;
  return 0;
}

guint64 galen_bytes_get_uint(GalenBytesReader *self) {
  GalenU128 value = galen_bytes_get_u128(self);
  if (value > G_MAXUINT64) {
    self->failed = TRUE;
    return 0;
  }
  return (guint64)value;
}

gint64 galen_bytes_get_int(GalenBytesReader *self) {
  guint64 value = galen_bytes_get_uint(self);
  return (gint64)((value >> 1) ^ (0 - (value & 1)));
}

const guint8 *galen_bytes_get_raw(GalenBytesReader *self, gsize len) {
  if (self->failed || len > (gsize)(self->end - self->data)) {
    self->failed = TRUE;
    return NULL;
  }
  const guint8 *start = self->data;
  self->data += len;
  return start;
}

GalenSlice galen_bytes_get_slice(GalenBytesReader *self) {
  guint64 len = galen_bytes_get_uint(self);
  if (len == 0)
    return (GalenSlice){NULL, 0};
  const guint8 *start = galen_bytes_get_raw(self, (gsize)(len - 1));
  return start == NULL ? (GalenSlice){NULL, 0} : galen_slice((const char *)start, (gsize)(len - 1));
}
