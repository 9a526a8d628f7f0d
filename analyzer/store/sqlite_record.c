/* Records as they stand in the file: of a digest's classes only the numbers of their rows, since their ids can be neither guessed nor
 * packed; all else is packed by itself, or with zlib. */
#include "sqlite_private.h"

#include "../digest/digest_record.h"

/* A record packed with zlib begins with its length, and none is empty; what begins with it is of another kind. */
#define OTHER 0u
enum { NUMBERED = 1 };

/* A class of the store, both ways. */
typedef struct {
  gint64 number;
  guint8 id[GALEN_QUERY_ID_BYTES];
} Known;

static guint hash_id(gconstpointer known) {
  guint hash;
  memcpy(&hash, ((const Known *)known)->id, sizeof hash);
  return hash;
}

static gboolean equal_ids(gconstpointer a, gconstpointer b) {
  return memcmp(((const Known *)a)->id, ((const Known *)b)->id, GALEN_QUERY_ID_BYTES) == 0;
}

static void remember(GalenSqlite *self, gint64 number, const guint8 *id) {
  if (self->class_ids == NULL) {
    self->class_ids = g_hash_table_new(g_int64_hash, g_int64_equal);
    self->class_numbers = g_hash_table_new_full(hash_id, equal_ids, g_free, NULL);
  }
  Known *known = g_new(Known, 1);
  known->number = number;
  memcpy(known->id, id, sizeof known->id);
  g_hash_table_replace(self->class_ids, &known->number, known);
  g_hash_table_replace(self->class_numbers, known, known);
}

void galen_sqlite_forget_classes(GalenSqlite *self) {
  g_clear_pointer(&self->class_ids, g_hash_table_unref);
  g_clear_pointer(&self->class_numbers, g_hash_table_unref);
}

gint64 galen_sqlite_class_number(GalenSqlite *self, const guint8 *id, GError **error) {
  Known wanted;
  memcpy(wanted.id, id, sizeof wanted.id);
  const Known *known = self->class_numbers != NULL ? g_hash_table_lookup(self->class_numbers, &wanted) : NULL;
  if (known != NULL)
    return known->number;
  sqlite3_stmt *find = galen_sqlite_get(self, GALEN_SQL_CLASS_FIND, error);
  if (find == NULL)
    return 0;
  sqlite3_bind_blob(find, 1, id, GALEN_QUERY_ID_BYTES, SQLITE_TRANSIENT);
  gint64 number = galen_sqlite_row(self, find, error) ? sqlite3_column_int64(find, 0) : 0;
  sqlite3_reset(find);
  if (number != 0)
    remember(self, number, id);
  return number;
}

static gboolean no_class(GError **error) {
  g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_DAMAGED,
                      "the store is damaged: a record's class is not in it");
  return FALSE;
}

static gboolean find_id(GalenSqlite *self, gint64 number, guint8 *ret_id, GError **error) {
  const Known *known = self->class_ids != NULL ? g_hash_table_lookup(self->class_ids, &number) : NULL;
  if (known != NULL) {
    memcpy(ret_id, known->id, sizeof known->id);
    return TRUE;
  }
  sqlite3_stmt *find = galen_sqlite_get(self, GALEN_SQL_CLASS_ID, error);
  if (find == NULL)
    return FALSE;
  sqlite3_bind_int64(find, 1, number);
  g_autoptr(GError) problem = NULL;
  gboolean found = galen_sqlite_row(self, find, &problem) && sqlite3_column_bytes(find, 0) == GALEN_QUERY_ID_BYTES;
  if (found) {
    memcpy(ret_id, sqlite3_column_blob(find, 0), GALEN_QUERY_ID_BYTES);
    remember(self, number, ret_id);
  }
  sqlite3_reset(find);
  if (problem != NULL) {
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
  }
  return found || no_class(error);
}

/* ---- writing ---- */

static int compare_numbers(gconstpointer a, gconstpointer b) {
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
  return (x > y) - (x < y);
}

/* Ids in their order, none twice, each a class of the store: else numbers do not tell them. FALSE with error, or without. */
static gboolean numbers_of(GalenSqlite *self, const guint8 *ids, gsize n, GArray *ret_numbers, GError **error) {
  for (gsize i = 0; i < n; i++) {
    const guint8 *id = ids + i * GALEN_QUERY_ID_BYTES;
    g_autoptr(GError) problem = NULL;
    if (i > 0 && memcmp(id - GALEN_QUERY_ID_BYTES, id, GALEN_QUERY_ID_BYTES) >= 0)
      return FALSE;
    gint64 number = galen_sqlite_class_number(self, id, &problem);
    if (problem != NULL) {
      g_propagate_error(error, g_steal_pointer(&problem));
      return FALSE;
    }
    if (number <= 0)
      return FALSE;
    g_array_append_val(ret_numbers, number);
  }
  g_array_sort(ret_numbers, compare_numbers);
  return TRUE;
}

static void put_numbered(const GalenBytes *record, gsize at, const GArray *numbers, GalenBytes *packed) {
  gsize end = at + (gsize)numbers->len * GALEN_QUERY_ID_BYTES;
  galen_bytes_reset(packed);
  galen_bytes_put_u8(packed, OTHER);
  galen_bytes_put_u8(packed, NUMBERED);
  galen_bytes_put_uint(packed, at);
  galen_bytes_put_raw(packed, record->data, at);
  galen_bytes_put_uint(packed, numbers->len);
  for (guint i = 0; i < numbers->len; i++)
    galen_bytes_put_uint(
        packed, (guint64)(g_array_index(numbers, gint64, i) - (i > 0 ? g_array_index(numbers, gint64, i - 1) + 1 : 0)));
  galen_bytes_put_raw(packed, record->data + end, record->len - end);
}

gboolean galen_sqlite_pack(GalenSqlite *self, const GalenBytes *record, GError **error) {
  gsize at, n;
  g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_autoptr(GError) problem = NULL;
  if (galen_digest_record_ids(record, &at, &n) && numbers_of(self, record->data + at, n, numbers, &problem)) {
    put_numbered(record, at, numbers, &self->packed);
    if (!self->packed.failed)
      return TRUE;
  }
  if (problem != NULL) {
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
  }
  if (galen_store_pack(record, &self->packed))
    return TRUE;
  g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_FAILED, "no memory for a slot");
  return FALSE;
}

/* ---- reading ---- */

static int compare_ids(const void *a, const void *b) {
  return memcmp(a, b, GALEN_QUERY_ID_BYTES);
}

static gboolean get_numbered(GalenSqlite *self, GalenBytesReader *reader, GError **error) {
  guint64 at = galen_bytes_get_uint(reader);
  const guint8 *head = galen_bytes_get_raw(reader, (gsize)at);
  guint64 n = galen_bytes_get_uint(reader), left = (guint64)(reader->end - reader->data);
  if (reader->failed || n > left || left + at + n * GALEN_QUERY_ID_BYTES > GALEN_SLOT_RECORD_MAX)
    return no_class(error);
  galen_bytes_reset(&self->record);
  galen_bytes_put_raw(&self->record, head, (gsize)at);
  guint8 *ids = galen_bytes_extend(&self->record, (gsize)n * GALEN_QUERY_ID_BYTES);
  gint64 number = 0;
  for (guint64 i = 0; ids != NULL && i < n; i++) {
    guint64 step = galen_bytes_get_uint(reader);
    if (reader->failed || step > G_MAXINT32)
      return no_class(error);
    number += (gint64)step + (i > 0 ? 1 : 0);
    if (!find_id(self, number, ids + i * GALEN_QUERY_ID_BYTES, error))
      return FALSE;
  }
  if (ids != NULL && n > 1)
    qsort(ids, (gsize)n, GALEN_QUERY_ID_BYTES, compare_ids);
  galen_bytes_put_raw(&self->record, reader->data, (gsize)(reader->end - reader->data));
  return !self->record.failed || no_class(error);
}

gboolean galen_sqlite_unpack(GalenSqlite *self, const void *data, gsize len, GError **error) {
  GalenBytesReader reader = {data, (const guint8 *)data + len, FALSE};
  if (len < 2 || reader.data[0] != OTHER || reader.data[1] != NUMBERED)
    return galen_store_unpack(data, len, GALEN_SLOT_RECORD_MAX, &self->record, error);
  reader.data += 2;
  return get_numbered(self, &reader, error);
}
