#include "sqlite_private.h"

static void bind_input(sqlite3_stmt *statement, const GalenStoreInput *input, const GalenBytes *packed) {
  const GalenStoreContent *content = &input->content;
  const GalenStoreFile *file = &input->file;
  galen_sqlite_bind_text(statement, 1, input->path);
  galen_sqlite_bind_text(statement, 2, input->node);
  galen_sqlite_bind_text(statement, 3, input->host != NULL ? input->host : "");
  galen_sqlite_bind_text(statement, 4, input->kind);
  galen_sqlite_bind_text(statement, 5, input->state);
  sqlite3_bind_int64(statement, 6, (gint64)input->events);
  galen_sqlite_bind_time(statement, 7, input->first);
  galen_sqlite_bind_time(statement, 8, input->last);
  sqlite3_bind_int(statement, 9, input->complete != FALSE);
  sqlite3_bind_int64(statement, 10, (gint64)content->size);
  sqlite3_bind_int64(statement, 11, content->head_len);
  sqlite3_bind_blob(statement, 12, content->head, GALEN_STORE_MD5, SQLITE_TRANSIENT);
  sqlite3_bind_blob(statement, 13, content->tail, GALEN_STORE_MD5, SQLITE_TRANSIENT);
  sqlite3_bind_int64(statement, 14, (gint64)file->device);
  sqlite3_bind_int64(statement, 15, (gint64)file->inode);
  sqlite3_bind_int64(statement, 16, (gint64)file->packed);
  sqlite3_bind_int64(statement, 17, file->mtime);
  sqlite3_bind_blob64(statement, 18, packed->data, packed->len, SQLITE_TRANSIENT);
}

static void read_md5(sqlite3_stmt *statement, int column, guint8 ret_md5[GALEN_STORE_MD5]) {
  const void *blob = sqlite3_column_blob(statement, column);
  if (blob != NULL && sqlite3_column_bytes(statement, column) == GALEN_STORE_MD5)
    memcpy(ret_md5, blob, GALEN_STORE_MD5);
}

static char *text_of(sqlite3_stmt *statement, int column) {
  const char *text = (const char *)sqlite3_column_text(statement, column);
  return text != NULL ? g_utf8_make_valid(text, -1) : NULL;
}

static GalenStoreInput *read_input(sqlite3_stmt *statement) {
  GalenStoreInput *input = galen_store_input_new();
  input->id = sqlite3_column_int64(statement, 0);
  input->path = text_of(statement, 1);
  input->node = text_of(statement, 2);
  input->host = text_of(statement, 3);
  input->kind = text_of(statement, 4);
  input->state = text_of(statement, 5);
  input->events = (guint64)sqlite3_column_int64(statement, 6);
  input->first = galen_sqlite_time(statement, 7);
  input->last = galen_sqlite_time(statement, 8);
  input->complete = sqlite3_column_int(statement, 9) != 0;
  input->content.size = (guint64)sqlite3_column_int64(statement, 10);
  input->content.head_len = (guint)CLAMP(sqlite3_column_int64(statement, 11), 0, (gint64)GALEN_STORE_HEAD);
  read_md5(statement, 12, input->content.head);
  read_md5(statement, 13, input->content.tail);
  input->file.device = (guint64)sqlite3_column_int64(statement, 14);
  input->file.inode = (guint64)sqlite3_column_int64(statement, 15);
  input->file.packed = (guint64)sqlite3_column_int64(statement, 16);
  input->file.mtime = sqlite3_column_int64(statement, 17);
  return input;
}

GPtrArray *galen_sqlite_inputs(GalenStore *base, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  static const char sql[] = "SELECT id, path, node, host, kind, state, events, first_us, last_us, complete, size,"
                            " head_len, head, tail, device, inode, packed, mtime_ns FROM input ORDER BY id";
  sqlite3_stmt *statement = galen_sqlite_prepare(self, sql, error);
  if (statement == NULL)
    return NULL;
  g_autoptr(GPtrArray) inputs = g_ptr_array_new_with_free_func((GDestroyNotify)galen_store_input_free);
  g_autoptr(GError) problem = NULL;
  while (galen_sqlite_row(self, statement, &problem))
    g_ptr_array_add(inputs, read_input(statement));
  sqlite3_finalize(statement);
  if (problem == NULL)
    return g_steal_pointer(&inputs);
  g_propagate_error(error, g_steal_pointer(&problem));
  return NULL;
}

gboolean galen_sqlite_evidence(GalenStore *base, gint64 input, GalenBytes *ret_evidence, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  sqlite3_stmt *statement = galen_sqlite_prepare(self, "SELECT evidence FROM input WHERE id = ?1", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement, 1, input);
  g_autoptr(GError) problem = NULL;
  gboolean found = galen_sqlite_row(self, statement, &problem);
  found = found && galen_store_unpack(sqlite3_column_blob(statement, 0), (gsize)sqlite3_column_bytes(statement, 0),
                                      GALEN_SLOT_RECORD_MAX, ret_evidence, &problem);
  sqlite3_finalize(statement);
  if (problem != NULL)
    g_propagate_error(error, g_steal_pointer(&problem));
  else if (!found)
    g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_DAMAGED, "an input of the store is gone");
  return found;
}

/* The slots that are there already: those that are not put again are dropped at the end. */
static gboolean note_stale(GalenSqlite *self, gint64 input, GError **error) {
  g_clear_pointer(&self->stale, g_hash_table_unref);
  self->stale = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  sqlite3_stmt *statement = galen_sqlite_prepare(self, "SELECT id FROM slot WHERE input = ?1", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement, 1, input);
  g_autoptr(GError) problem = NULL;
  while (galen_sqlite_row(self, statement, &problem)) {
    gint64 *id = g_new(gint64, 1);
    *id = sqlite3_column_int64(statement, 0);
    g_hash_table_add(self->stale, id);
  }
  sqlite3_finalize(statement);
  if (problem == NULL)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&problem));
  return FALSE;
}

/* Figures by day are sums over slots, so they are made anew. */
static gboolean forget_days(GalenSqlite *self, gint64 input, GError **error) {
  g_autofree char *sql = g_strdup_printf("DELETE FROM class_day WHERE input = %" G_GINT64_FORMAT "; "
                                         "DELETE FROM error_day WHERE input = %" G_GINT64_FORMAT ";",
                                         input, input);
  return galen_sqlite_run(self, sql, error);
}

gboolean galen_sqlite_put_input(GalenStore *base, GalenStoreInput *input, const GalenBytes *evidence, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  g_return_val_if_fail(self->in_transaction && self->contributing == 0, FALSE);
  if (!galen_store_pack(evidence, &self->packed)) {
    g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_FAILED, "no memory for the evidence of an input");
    return FALSE;
  }
  sqlite3_stmt *statement = galen_sqlite_get(self, input->id == 0 ? GALEN_SQL_INPUT_ADD : GALEN_SQL_INPUT_SET, error);
  if (statement == NULL)
    return FALSE;
  bind_input(statement, input, &self->packed);
  if (input->id != 0)
    sqlite3_bind_int64(statement, 19, input->id);
  if (!galen_sqlite_done(self, statement, error))
    return FALSE;
  if (input->id == 0)
    input->id = sqlite3_last_insert_rowid(self->db);
  self->contributing = input->id;
  return note_stale(self, input->id, error) && forget_days(self, input->id, error);
}

gboolean galen_sqlite_touch_input(GalenStore *base, const GalenStoreInput *input, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  sqlite3_stmt *statement = galen_sqlite_get(self, GALEN_SQL_INPUT_TOUCH, error);
  if (statement == NULL)
    return FALSE;
  galen_sqlite_bind_text(statement, 1, input->path);
  sqlite3_bind_int64(statement, 2, (gint64)input->file.device);
  sqlite3_bind_int64(statement, 3, (gint64)input->file.inode);
  sqlite3_bind_int64(statement, 4, (gint64)input->file.packed);
  sqlite3_bind_int64(statement, 5, input->file.mtime);
  sqlite3_bind_int64(statement, 6, input->id);
  return galen_sqlite_done(self, statement, error);
}

gboolean galen_sqlite_remove_input(GalenStore *base, gint64 input, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  sqlite3_stmt *statement = galen_sqlite_get(self, GALEN_SQL_INPUT_REMOVE, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement, 1, input);
  return galen_sqlite_done(self, statement, error);
}
