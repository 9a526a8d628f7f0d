#include "sqlite_private.h"

/* The sums are of numbers that are capped each, not together: as floating point they cannot overflow, and days come as the table
 * has them, without sorting. */
static const struct {
  const char *head, *tail; /* around the list of inputs that do not count */
} queries[] = {[GALEN_SLOT_QUERIES] = {"SELECT (SELECT md5 FROM class WHERE class.id = class_day.class), day,"
                                       " CAST(total(count) AS INTEGER), CAST(total(time_us) AS INTEGER), max(max_us)"
                                       " FROM class_day WHERE input NOT IN",
                                       "GROUP BY day, class ORDER BY day, class"},
               [GALEN_SLOT_ERRORS] = {"SELECT (SELECT md5 FROM error WHERE error.id = error_day.error), day,"
                                      " CAST(total(count) AS INTEGER), 0, 0 FROM error_day WHERE input NOT IN",
                                      "GROUP BY day, error ORDER BY day, error"}};

static guint64 number_at(sqlite3_stmt *statement, int column) {
  return (guint64)MAX(sqlite3_column_int64(statement, column), 0);
}

static GalenSlice id_at(sqlite3_stmt *statement) {
  const char *id = sqlite3_column_blob(statement, 0);
  return galen_slice(id != NULL ? id : "", id != NULL ? (gsize)sqlite3_column_bytes(statement, 0) : 0);
}

gboolean galen_sqlite_figures(GalenStore *base, GalenSlotKind kind, const char *without, GalenStoreFiguresFunc func,
                              gpointer user, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  g_autofree char *sql = g_strdup_printf("%s (%s) %s", queries[kind].head, without, queries[kind].tail);
  sqlite3_stmt *statement = galen_sqlite_prepare(self, sql, error);
  if (statement == NULL)
    return FALSE;
  g_autoptr(GError) problem = NULL;
  while (problem == NULL && galen_sqlite_row(self, statement, &problem)) {
    GalenStoreDay day = {.day = sqlite3_column_int64(statement, 1),
                         .count = number_at(statement, 2),
                         .time = number_at(statement, 3),
                         .time_max = number_at(statement, 4)};
    if (galen_store_day_set_id(&day, id_at(statement)) && !func(&day, user, &problem))
      break;
  }
  sqlite3_finalize(statement);
  if (problem == NULL)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&problem));
  return FALSE;
}
