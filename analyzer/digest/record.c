#include "record.h"

#include "../words.h"

#include <string.h>
#include <zlib.h>

#define CHECKSUM 4u

G_DEFINE_QUARK(galen - record - error - quark, galen_record_error)

static void put_checksum(guint8 ret_sum[CHECKSUM], const guint8 *data, gsize len) {
  guint32 sum = GUINT32_TO_LE((guint32)crc32_z(0, data, len));
  memcpy(ret_sum, &sum, CHECKSUM);
}

gboolean galen_record_damaged(GError **error) {
  g_set_error_literal(error, GALEN_RECORD_ERROR, GALEN_RECORD_ERROR_DAMAGED, "a record is damaged");
  return FALSE;
}

gsize galen_record_begin(GalenBytes *bytes, char kind, guint version) {
  gsize start = bytes->len;
  galen_bytes_put_u8(bytes, (guint8)kind);
  galen_bytes_put_uint(bytes, version);
  return start;
}

gboolean galen_record_end(GalenBytes *bytes, gsize start, GError **error) {
  guint8 *sum = galen_bytes_extend(bytes, CHECKSUM);
  if (sum != NULL && !bytes->failed) {
    put_checksum(sum, bytes->data + start, bytes->len - CHECKSUM - start);
    return TRUE;
  }
  bytes->len = start;
  bytes->failed = FALSE;
  g_set_error(error, GALEN_RECORD_ERROR, GALEN_RECORD_ERROR_SIZE,
              "a record does not fit into %" G_GSIZE_FORMAT " bytes", bytes->max);
  return FALSE;
}

gboolean galen_record_open(GalenBytesReader *reader, char kind, guint version, guint *ret_version, GError **error) {
  gsize len = (gsize)(reader->end - reader->data);
  guint8 sum[CHECKSUM];
  if (len <= CHECKSUM || reader->failed)
    return galen_record_damaged(error);
  put_checksum(sum, reader->data, len - CHECKSUM);
  if (memcmp(sum, reader->end - CHECKSUM, CHECKSUM) != 0)
    return galen_record_damaged(error);
  reader->end -= CHECKSUM;
  guint8 found = galen_bytes_get_u8(reader);
  guint64 own = galen_bytes_get_uint(reader);
  if (reader->failed || found != (guint8)kind || own == 0)
    return galen_record_damaged(error);
  *ret_version = (guint)MIN(own, G_MAXUINT);
  if (own <= version)
    return TRUE;
  g_set_error(error, GALEN_RECORD_ERROR, GALEN_RECORD_ERROR_NEWER,
              "a record is of version %" G_GUINT64_FORMAT ", and this galen reads up to %u", own, version);
  return FALSE;
}

void galen_record_put_text(GalenBytes *bytes, const char *text) {
  galen_bytes_put_slice(bytes, galen_slice(text, text != NULL ? strlen(text) : 0));
}

char *galen_record_get_text(GalenBytesReader *reader) {
  GalenSlice text = galen_bytes_get_slice(reader);
  reader->failed = reader->failed || text.len > GALEN_RECORD_TEXT_MAX;
  return text.data != NULL && !reader->failed ? galen_words_clean(text, 0) : NULL;
}
