#include "uuid.h"

#include "../../parsers/event.h"

#define FULL_TEXT 36
#define SHORT_TEXT 13
#define HEAD_TEXT 8
#define GREGORIAN_TO_UNIX G_GUINT64_CONSTANT(0x01B21DD213814000) /* 100 ns from 1582-10-15 to 1970-01-01, RFC 4122 */

static gboolean read_hex(const char *text, gsize bytes, guint8 *ret_bytes) {
  for (gsize i = 0; i < bytes; i++) {
    int high = g_ascii_xdigit_value(text[2 * i]), low = g_ascii_xdigit_value(text[2 * i + 1]);
    if (high < 0 || low < 0)
      return FALSE;
    ret_bytes[i] = (guint8)(high << 4 | low);
  }
  return TRUE;
}

static gboolean ends(GalenSlice text, gsize at) {
  return text.len <= at || (!g_ascii_isxdigit(text.data[at]) && text.data[at] != '-');
}

static gboolean read_full(GalenSlice text, GalenUuid *uuid) {
  static const struct { gsize at, byte, bytes; } parts[] = {{0, 0, 4}, {9, 4, 2}, {14, 6, 2}, {19, 8, 2}, {24, 10, 6}};
  if (text.len < FULL_TEXT || !(text.len == FULL_TEXT || !g_ascii_isxdigit(text.data[FULL_TEXT])))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
    if ((i > 0 && text.data[parts[i].at - 1] != '-') ||
        !read_hex(text.data + parts[i].at, parts[i].bytes, uuid->bytes + parts[i].byte))
      return FALSE;
  uuid->known = 16;
  return TRUE;
}

gsize galen_uuid_parse(GalenSlice text, GalenUuid *ret_uuid) {
  GalenUuid uuid = {0};
  if (read_full(text, &uuid)) {
    *ret_uuid = uuid;
    return FULL_TEXT;
  }
  memset(&uuid, 0, sizeof uuid);
  if (text.len < HEAD_TEXT || !read_hex(text.data, 4, uuid.bytes))
    return 0;
  if (text.len >= SHORT_TEXT && text.data[HEAD_TEXT] == '-' && read_hex(text.data + HEAD_TEXT + 1, 2, uuid.bytes + 8) &&
      ends(text, SHORT_TEXT)) {
    uuid.known = 6;
    *ret_uuid = uuid;
    return SHORT_TEXT;
  }
  if (!ends(text, HEAD_TEXT))
    return 0;
  uuid.known = 4;
  *ret_uuid = uuid;
  return HEAD_TEXT;
}

gboolean galen_uuid_is_nil(const GalenUuid *self) {
  static const guint8 nil[16];
  return self->known == 0 || memcmp(self->bytes, nil, sizeof nil) == 0;
}

gboolean galen_uuid_same(const GalenUuid *a, const GalenUuid *b) {
  guint known = MIN(a->known, b->known);
  if (known == 0 || memcmp(a->bytes, b->bytes, 4) != 0)
    return FALSE;
  if (known >= 6 && memcmp(a->bytes + 8, b->bytes + 8, 2) != 0)
    return FALSE;
  return known < 16 || memcmp(a->bytes, b->bytes, 16) == 0;
}

static char *write_hex(char *out, const guint8 *bytes, gsize n) {
  static const char digits[] = "0123456789abcdef";
  for (gsize i = 0; i < n; i++) {
    *out++ = digits[bytes[i] >> 4];
    *out++ = digits[bytes[i] & 15];
  }
  return out;
}

const char *galen_uuid_write(const GalenUuid *self, char ret_text[GALEN_UUID_TEXT]) {
  static const guint8 ends[] = {4, 6, 8, 10, 16}; /* of its parts */
  char *out = ret_text;
  if (self->known == 16) {
    for (gsize i = 0, from = 0; i < G_N_ELEMENTS(ends); from = ends[i++]) {
      if (i > 0)
        *out++ = '-';
      out = write_hex(out, self->bytes + from, ends[i] - from);
    }
  } else if (self->known == 6) {
    out = write_hex(out, self->bytes, 4);
    *out++ = '-';
    out = write_hex(out, self->bytes + 8, 2);
  } else if (self->known == 4) {
    out = write_hex(out, self->bytes, 4);
  }
  *out = '\0';
  return ret_text;
}

gint64 galen_uuid_time(const GalenUuid *self) {
  const guint8 *b = self->bytes;
  if (self->known != 16 || b[6] >> 4 != 1)
    return GALEN_TIME_NONE;
  guint64 ticks = (guint64)(b[6] & 0x0f) << 56 | (guint64)b[7] << 48 | (guint64)b[4] << 40 | (guint64)b[5] << 32 |
                  (guint64)b[0] << 24 | (guint64)b[1] << 16 | (guint64)b[2] << 8 | b[3];
  return ticks < GREGORIAN_TO_UNIX ? GALEN_TIME_NONE : (gint64)((ticks - GREGORIAN_TO_UNIX) / 10);
}
