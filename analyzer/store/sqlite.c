#include "sqlite_private.h"

#include <errno.h>
#include <sys/stat.h>

/* How long a writer waits for another one; less in tests. */
#define WAIT_MS 30000

int galen_sqlite_wait_ms(void) {
  const char *wait = g_getenv("GALEN_STORE_WAIT_MS");
  return wait != NULL ? (int)CLAMP(g_ascii_strtoll(wait, NULL, 10), 0, WAIT_MS) : WAIT_MS;
}

static GalenStoreErrorCode code_of(int code) {
  static const struct {
    int sqlite;
    GalenStoreErrorCode code;
  } codes[] = {
      {SQLITE_BUSY, GALEN_STORE_ERROR_LOCKED},     {SQLITE_LOCKED, GALEN_STORE_ERROR_LOCKED},
      {SQLITE_CORRUPT, GALEN_STORE_ERROR_DAMAGED}, {SQLITE_NOTADB, GALEN_STORE_ERROR_NO_STORE},
      {SQLITE_READONLY, GALEN_STORE_ERROR_WRITE},  {SQLITE_FULL, GALEN_STORE_ERROR_WRITE},
      {SQLITE_IOERR, GALEN_STORE_ERROR_WRITE},     {SQLITE_CANTOPEN, GALEN_STORE_ERROR_WRITE},
  };
  for (guint i = 0; i < G_N_ELEMENTS(codes); i++)
    if ((code & 0xff) == codes[i].sqlite)
      return codes[i].code;
  return GALEN_STORE_ERROR_FAILED;
}

gboolean galen_sqlite_fail(GalenSqlite *self, int code, GError **error) {
  static const char *const words[] = {
      [GALEN_STORE_ERROR_NONE_THERE] = "no such store",
      [GALEN_STORE_ERROR_NO_STORE] = "no store of galen",
      [GALEN_STORE_ERROR_NEWER] = "made by a later galen",
      [GALEN_STORE_ERROR_DAMAGED] = "the store is damaged",
      [GALEN_STORE_ERROR_LOCKED] = "another run is writing to the store",
      [GALEN_STORE_ERROR_WRITE] = "the store cannot be written",
      [GALEN_STORE_ERROR_FAILED] = "the store failed",
  };
  GalenStoreErrorCode what = code_of(code);
  int system = self->db != NULL ? sqlite3_system_errno(self->db) : 0;
  gboolean full = (code & 0xff) == SQLITE_FULL, readonly = (code & 0xff) == SQLITE_READONLY;
  if (full || readonly)
    system = full ? ENOSPC : EROFS;
  const char *why = what == GALEN_STORE_ERROR_WRITE && system != 0 ? g_strerror(system) : sqlite3_errstr(code);
  if (what == GALEN_STORE_ERROR_FAILED && self->db != NULL)
    why = sqlite3_errmsg(self->db);
  const char *word = what == GALEN_STORE_ERROR_WRITE && !self->writable ? "the store cannot be read" : words[what];
  if (readonly)
    why = "it is read-only";
  g_set_error(error, GALEN_STORE_ERROR, (gint)what, "%s: %s", word, why);
  return FALSE;
}

gboolean galen_sqlite_run(GalenSqlite *self, const char *sql, GError **error) {
  int code = sqlite3_exec(self->db, sql, NULL, NULL, NULL);
  return code == SQLITE_OK || galen_sqlite_fail(self, code, error);
}

sqlite3_stmt *galen_sqlite_prepare(GalenSqlite *self, const char *sql, GError **error) {
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(self->db, sql, -1, &statement, NULL);
  if (code != SQLITE_OK)
    galen_sqlite_fail(self, code, error);
  return statement;
}

sqlite3_stmt *galen_sqlite_get(GalenSqlite *self, GalenSqlName name, GError **error) {
  static const char *const texts[GALEN_SQL_COUNT] = {
      [GALEN_SQL_INPUT_ADD] =
          "INSERT INTO input (path, node, host, kind, state, events, first_us, last_us, complete, size,"
          " head_len, head, tail, device, inode, packed, mtime_ns, evidence)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
      [GALEN_SQL_INPUT_SET] = "UPDATE input SET path = ?1, node = ?2, host = ?3, kind = ?4, state = ?5, events = ?6,"
                              " first_us = ?7, last_us = ?8, complete = ?9, size = ?10, head_len = ?11, head = ?12,"
                              " tail = ?13, device = ?14, inode = ?15, packed = ?16, mtime_ns = ?17, evidence = ?18"
                              " WHERE id = ?19",
      [GALEN_SQL_INPUT_TOUCH] = "UPDATE input SET path = ?1, device = ?2, inode = ?3, packed = ?4, mtime_ns = ?5"
                                " WHERE id = ?6",
      [GALEN_SQL_INPUT_REMOVE] = "DELETE FROM input WHERE id = ?1",
      [GALEN_SQL_SLOT_FIND] =
          "SELECT id, record FROM slot WHERE input = ?1 AND kind = ?2 AND from_us = ?3 AND width_s = ?4",
      [GALEN_SQL_SLOT_SET] = "INSERT INTO slot (input, kind, from_us, width_s, record) VALUES (?1, ?2, ?3, ?4, ?5)"
                             " ON CONFLICT (input, kind, from_us, width_s) DO UPDATE SET record = excluded.record",
      [GALEN_SQL_SLOT_DROP] = "DELETE FROM slot WHERE id = ?1",
      [GALEN_SQL_CLASS_FIND] = "SELECT id FROM class WHERE md5 = ?1",
      [GALEN_SQL_CLASS_ADD] =
          "INSERT INTO class (md5, command, label, fingerprint, full_len, raw) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      [GALEN_SQL_CLASS_ID] = "SELECT md5 FROM class WHERE id = ?1",
      [GALEN_SQL_CLASS_DAY] = "INSERT INTO class_day VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET"
                              " count = count + excluded.count, time_us = time_us + excluded.time_us,"
                              " max_us = max(max_us, excluded.max_us),"
                              " rows_examined = rows_examined + excluded.rows_examined",
      [GALEN_SQL_ERROR_FIND] =
          "SELECT id, rule IS NOT ?2 OR severity IS NOT ?3 OR code IS NOT ?4 OR template IS NOT ?5,"
          " (coalesce(length(template), 0), coalesce(template, ''), severity) <"
          " (coalesce(length(?5), 0), coalesce(?5, ''), ?3) FROM error WHERE md5 = ?1",
      [GALEN_SQL_ERROR_USED] = "SELECT EXISTS (SELECT 1 FROM error_day WHERE error = ?1)",
      [GALEN_SQL_ERROR_ADD] = "INSERT INTO error (md5, rule, severity, code, template) VALUES (?1, ?2, ?3, ?4, ?5)",
      [GALEN_SQL_ERROR_SET] = "UPDATE error SET rule = ?2, severity = ?3, code = ?4, template = ?5 WHERE md5 = ?1",
      [GALEN_SQL_ERROR_DAY] = "INSERT INTO error_day VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET"
                              " count = count + excluded.count",
      [GALEN_SQL_FINGERPRINT] = "SELECT coalesce(raw, fingerprint), full_len FROM class WHERE md5 = ?1",
  };
  if (self->statements[name] == NULL)
    self->statements[name] = galen_sqlite_prepare(self, texts[name], error);
  return self->statements[name];
}

gboolean galen_sqlite_done(GalenSqlite *self, sqlite3_stmt *statement, GError **error) {
  int code = sqlite3_step(statement);
  gboolean done = code == SQLITE_DONE || galen_sqlite_fail(self, code, error);
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  return done;
}

gboolean galen_sqlite_row(GalenSqlite *self, sqlite3_stmt *statement, GError **error) {
  int code = sqlite3_step(statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    galen_sqlite_fail(self, code, error);
  return code == SQLITE_ROW;
}

void galen_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *text) {
  sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT);
}

void galen_sqlite_bind_time(sqlite3_stmt *statement, int index, gint64 time) {
  if (time == GALEN_TIME_NONE)
    sqlite3_bind_null(statement, index);
  else
    sqlite3_bind_int64(statement, index, time);
}

gint64 galen_sqlite_time(sqlite3_stmt *statement, int column) {
  return sqlite3_column_type(statement, column) == SQLITE_NULL ? GALEN_TIME_NONE
                                                               : sqlite3_column_int64(statement, column);
}

/* ---- opening and transactions ---- */

static void sqlite_close(GalenStore *base) {
  GalenSqlite *self = (GalenSqlite *)base;
  if (self->in_transaction)
    base->class->rollback(base);
  for (guint i = 0; i < GALEN_SQL_COUNT; i++)
    sqlite3_finalize(self->statements[i]);
  sqlite3_close(self->db);
  g_clear_pointer(&self->stale, g_hash_table_unref);
  galen_sqlite_forget_classes(self);
  galen_bytes_clear(&self->packed);
  galen_bytes_clear(&self->record);
  g_free(self);
}

static gboolean configure(GalenSqlite *self, GError **error) {
  sqlite3_busy_timeout(self->db, galen_sqlite_wait_ms());
  sqlite3_extended_result_codes(self->db, 1);
  return galen_sqlite_run(self, "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;",
                          error);
}

static GalenSqlite *open_at(const char *where, int flags, gboolean writable, GError **error) {
  GalenSqlite *self = g_new0(GalenSqlite, 1);
  self->base.class = &galen_store_sqlite;
  self->writable = writable;
  galen_bytes_init(&self->packed, GALEN_SLOT_RECORD_MAX);
  galen_bytes_init(&self->record, GALEN_SLOT_RECORD_MAX);
  int code = sqlite3_open_v2(where, &self->db, flags, NULL);
  gboolean good = code == SQLITE_OK ? configure(self, error) && galen_sqlite_schema(self, error)
                                    : galen_sqlite_fail(self, code, error);
  if (good)
    return self;
  sqlite_close(&self->base);
  return NULL;
}

static gboolean has_beside(const char *where, const char *ending) {
  g_autofree char *path = g_strconcat(where, ending, NULL);
  struct stat status;
  return stat(path, &status) == 0 && status.st_size > 0;
}

/* What a reader may need to write to. A run that was killed left a log, which must be played back. In a folder that cannot be
 * written SQLite cannot share a WAL store with writers; when there is no log beside it, all there is is in the file, and nobody
 * writes. */
static GalenSqlite *open_otherwise(const char *where) {
  if (has_beside(where, "-wal") || has_beside(where, "-journal"))
    return open_at(where, SQLITE_OPEN_READWRITE, FALSE, NULL);
  g_autofree char *escaped = g_uri_escape_string(where, "/", FALSE);
  g_autofree char *uri = g_strconcat("file:", escaped, "?immutable=1", NULL);
  return open_at(uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, FALSE, NULL);
}

static GalenStore *sqlite_open(const char *where, GalenStoreMode mode, GError **error) {
  g_autoptr(GError) problem = NULL;
  if (mode == GALEN_STORE_READ && !g_file_test(where, G_FILE_TEST_EXISTS)) {
    g_set_error(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_NONE_THERE, "%s", g_strerror(ENOENT));
    return NULL;
  }
  if (g_file_test(where, G_FILE_TEST_IS_DIR)) {
    g_set_error(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_NO_STORE, "no store of galen: %s", g_strerror(EISDIR));
    return NULL;
  }
  gboolean writable = mode == GALEN_STORE_WRITE;
  int flags = writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  GalenSqlite *self = open_at(where, flags, writable, &problem);
  if (self == NULL && !writable && g_error_matches(problem, GALEN_STORE_ERROR, GALEN_STORE_ERROR_WRITE))
    self = open_otherwise(where);
  if (self == NULL) {
    g_propagate_error(error, g_steal_pointer(&problem));
    return NULL;
  }
  self->base.where = g_strdup(where);
  return &self->base;
}

static gboolean sqlite_begin(GalenStore *base, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  self->in_transaction = galen_sqlite_run(self, "BEGIN IMMEDIATE", error);
  galen_sqlite_forget_classes(self); /* others may have taken some away */
  return self->in_transaction;
}

static gboolean sqlite_commit(GalenStore *base, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  if (!galen_sqlite_run(self, "COMMIT", error)) {
    base->class->rollback(base);
    return FALSE;
  }
  self->in_transaction = FALSE;
  return TRUE;
}

static void sqlite_rollback(GalenStore *base) {
  GalenSqlite *self = (GalenSqlite *)base;
  for (guint i = 0; i < GALEN_SQL_COUNT; i++)
    if (self->statements[i] != NULL)
      sqlite3_reset(self->statements[i]);
  (void)galen_sqlite_run(self, "ROLLBACK", NULL);
  self->in_transaction = FALSE;
  self->contributing = 0;
  g_clear_pointer(&self->stale, g_hash_table_unref);
  galen_sqlite_forget_classes(self);
}

const GalenStoreClass galen_store_sqlite = {
    .open = sqlite_open,
    .close = sqlite_close,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .inputs = galen_sqlite_inputs,
    .evidence = galen_sqlite_evidence,
    .put_input = galen_sqlite_put_input,
    .put_slot = galen_sqlite_put_slot,
    .end_input = galen_sqlite_end_input,
    .touch_input = galen_sqlite_touch_input,
    .remove_input = galen_sqlite_remove_input,
    .slots = galen_sqlite_slots,
    .put_incidents = galen_sqlite_put_incidents,
    .get_setting = galen_sqlite_get_setting,
    .put_setting = galen_sqlite_put_setting,
    .widen = galen_sqlite_widen,
    .fingerprint = galen_sqlite_fingerprint,
    .figures = galen_sqlite_figures,
    .days = galen_sqlite_days,
    .replace_day = galen_sqlite_replace_day,
    .drop = galen_sqlite_drop,
    .vacuum = galen_sqlite_vacuum,
};
