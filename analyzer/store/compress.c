#include "store_private.h"

#include <zlib.h>

/* The length comes first, so that reading needs one allocation of a known size. */
gboolean galen_store_pack(const GalenBytes *record, GalenBytes *ret_packed) {
  uLong bound = compressBound((uLong)record->len);
  galen_bytes_reset(ret_packed);
  galen_bytes_put_uint(ret_packed, record->len);
  gsize head = ret_packed->len;
  guint8 *room = galen_bytes_extend(ret_packed, bound);
  uLongf len = bound;
  if (record->failed || room == NULL ||
      compress2(room, &len, record->data != NULL ? record->data : (const Bytef *)"", (uLong)record->len,
                Z_DEFAULT_COMPRESSION) != Z_OK)
    return FALSE;
  ret_packed->len = head + len;
  return TRUE;
}

gboolean galen_store_unpack(const void *data, gsize len, gsize max, GalenBytes *ret_record, GError **error) {
  GalenBytesReader reader = {data, (const guint8 *)data + len, FALSE};
  guint64 size = galen_bytes_get_uint(&reader);
  galen_bytes_reset(ret_record);
  guint8 *room = !reader.failed && size > 0 && size <= max ? galen_bytes_extend(ret_record, (gsize)size) : NULL;
  uLongf got = (uLongf)size;
  if (room != NULL && uncompress(room, &got, reader.data, (uLong)(reader.end - reader.data)) == Z_OK && got == size)
    return TRUE;
  if (!reader.failed && size == 0)
    return TRUE;
  g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_DAMAGED, "a record in it is damaged");
  return FALSE;
}
