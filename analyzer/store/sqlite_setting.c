/* What is remembered from run to run, by name. */
#include "sqlite_private.h"

gboolean galen_sqlite_get_setting(GalenStore *base, const char *name, char **ret_value, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  sqlite3_stmt *statement = galen_sqlite_prepare(self, "SELECT value FROM setting WHERE name = ?1", error);
  if (statement == NULL)
    return FALSE;
  g_autoptr(GError) problem = NULL;
  galen_sqlite_bind_text(statement, 1, name);
  gboolean found = galen_sqlite_row(self, statement, &problem);
  char *value = found ? g_strdup((const char *)sqlite3_column_text(statement, 0)) : NULL;
  sqlite3_finalize(statement);
  if (problem != NULL) {
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
  }
  *ret_value = value;
  return TRUE;
}

gboolean galen_sqlite_put_setting(GalenStore *base, const char *name, const char *value, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  static const char sql[] = "INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)";
  sqlite3_stmt *statement = galen_sqlite_prepare(self, sql, error);
  if (statement == NULL)
    return FALSE;
  galen_sqlite_bind_text(statement, 1, name);
  galen_sqlite_bind_text(statement, 2, value);
  gboolean done = galen_sqlite_done(self, statement, error);
  sqlite3_finalize(statement);
  return done;
}
