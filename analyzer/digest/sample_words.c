/* Samples in a record: much of one stands in its class's fingerprint, which is known when it is read. */
#include "digest_record_private.h"

#include <zlib.h>

/* What many statements and plans have in common; the most usual stand last. Part of version 2. */
static const char words[] =
    "# explain: "
    "id\tselect_type\ttable\ttype\tpossible_keys\tkey\tkey_len\tref\trows\tr_rows\tfiltered\tr_filtered\tExtra\n"
    "SIMPLE\tALL\tNULL\trange\tPRIMARY\tconst\teq_ref\tUsing where; Using index; Using temporary; Using filesort\n"
    "ON DUPLICATE KEY UPDATE REPLACE INTO CALL EXISTS UNION ALL SELECT DISTINCT CASE WHEN THEN ELSE END AS IS NOT NULL "
    "BETWEEN LIKE HAVING COUNT(*) SUM(MAX(MIN(NOW() INTERVAL DAY DELETE FROM INSERT INTO VALUES (UPDATE SET = '?', "
    "LEFT JOIN INNER JOIN USING (GROUP BY LIMIT OFFSET FOR UPDATE IN (?, ?, ?) ORDER BY DESC ASC AND OR ON a.id = b.id "
    "SELECT * FROM WHERE = ? AND id = ?";

#define WINDOW_BITS 15
#define WINDOW (1u << WINDOW_BITS)

/* The words and then the model, as far as they go. */
static GByteArray *dictionary(GalenSlice model) {
  GByteArray *bytes = g_byte_array_new();
  gsize len = MIN(model.len, WINDOW / 2);
  g_byte_array_append(bytes, (const guint8 *)words, sizeof words - 1);
  if (len > 0)
    g_byte_array_append(bytes, (const guint8 *)model.data, (guint)len);
  return bytes;
}

gboolean galen_sample_pack(GalenSlice text, GalenSlice model, GalenBytes *bytes, gsize *ret_len) {
  g_autoptr(GByteArray) known = dictionary(model);
  z_stream stream = {0};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, -WINDOW_BITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return FALSE;
  uLong bound = deflateBound(&stream, (uLong)text.len);
  gsize start = bytes->len;
  guint8 *room = galen_bytes_extend(bytes, bound);
  gboolean good = room != NULL && deflateSetDictionary(&stream, known->data, known->len) == Z_OK;
  stream.next_in = (Bytef *)text.data;
  stream.avail_in = (uInt)text.len;
  stream.next_out = room;
  stream.avail_out = (uInt)bound;
  good = good && deflate(&stream, Z_FINISH) == Z_STREAM_END;
  *ret_len = stream.total_out;
  deflateEnd(&stream);
  bytes->len = good ? start + *ret_len : start;
  return good;
}

gboolean galen_sample_unpack(GalenSlice packed, GalenSlice model, char *ret_text, gsize len) {
  g_autoptr(GByteArray) known = dictionary(model);
  z_stream stream = {0};
  if (inflateInit2(&stream, -WINDOW_BITS) != Z_OK)
    return FALSE;
  stream.next_in = (Bytef *)packed.data;
  stream.avail_in = (uInt)packed.len;
  stream.next_out = (Bytef *)ret_text;
  stream.avail_out = (uInt)len;
  gboolean good = inflateSetDictionary(&stream, known->data, known->len) == Z_OK &&
                  inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.total_out == len && stream.avail_in == 0;
  inflateEnd(&stream);
  return good;
}
