#include "sqlite_private.h"

#include "../digest/series.h"

#define DAY_US ((gint64)GALEN_SLOT_DAY * G_USEC_PER_SEC)

gboolean galen_sqlite_days(GalenStore *base, gint64 until, GalenStoreDayFunc func, gpointer user, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  /* A day is made of hours when all of it is old enough. */
  gint64 day = galen_series_align(until, DAY_US);
  static const char sql[] = "SELECT input, kind, from_us FROM slot WHERE width_s = 3600 AND from_us < ?1"
                            " ORDER BY input, kind, from_us";
  sqlite3_stmt *statement = galen_sqlite_prepare(self, sql, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement, 1, day);
  /* What the function writes must not meet a search that goes on. */
  g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(GalenSlot));
  g_autoptr(GError) problem = NULL;
  while (galen_sqlite_row(self, statement, &problem)) {
    GalenSlot slot = {.input = sqlite3_column_int64(statement, 0),
                      .kind = sqlite3_column_int(statement, 1) == GALEN_SLOT_ERRORS ? GALEN_SLOT_ERRORS
                                                                                    : GALEN_SLOT_QUERIES,
                      .from = galen_series_align(sqlite3_column_int64(statement, 2), DAY_US)};
    GalenSlot *last = found->len > 0 ? &g_array_index(found, GalenSlot, found->len - 1) : NULL;
    if (last != NULL && last->input == slot.input && last->kind == slot.kind && last->from == slot.from)
      last->width++; /* here: how many */
    else {
      slot.width = 1;
      g_array_append_val(found, slot);
    }
  }
  sqlite3_finalize(statement);
  for (guint i = 0; problem == NULL && i < found->len; i++) {
    const GalenSlot *slot = &g_array_index(found, GalenSlot, i);
    (void)func(slot->input, slot->kind, slot->from, slot->width, user, &problem);
  }
  if (problem == NULL)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&problem));
  return FALSE;
}

gboolean galen_sqlite_replace_day(GalenStore *base, gint64 input, GalenSlotKind kind, gint64 day,
                                  const GalenBytes *record, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  g_autofree char *sql = g_strdup_printf("DELETE FROM slot WHERE input = %" G_GINT64_FORMAT
                                         " AND kind = %d AND width_s > 0 AND from_us >= "
                                         "%" G_GINT64_FORMAT " AND from_us < %" G_GINT64_FORMAT,
                                         input, (int)kind, day, day + DAY_US);
  if (!galen_sqlite_pack(self, record, error))
    return FALSE;
  sqlite3_stmt *statement =
      galen_sqlite_run(self, sql, error) ? galen_sqlite_get(self, GALEN_SQL_SLOT_SET, error) : NULL;
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement, 1, input);
  sqlite3_bind_int(statement, 2, (int)kind);
  sqlite3_bind_int64(statement, 3, day);
  sqlite3_bind_int64(statement, 4, GALEN_SLOT_DAY);
  sqlite3_bind_blob64(statement, 5, self->packed.data, self->packed.len, SQLITE_TRANSIENT);
  return galen_sqlite_done(self, statement, error);
}

gboolean galen_sqlite_drop(GalenStore *base, gint64 until, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  gint64 day = galen_series_cell(until, DAY_US);
  /* An input without slots may still be evidence: what it says is old when its last time is. */
  g_autofree char *sql = g_strdup_printf(
      "DELETE FROM slot WHERE width_s > 0 AND from_us + width_s * 1000000 <= %" G_GINT64_FORMAT "; "
      "DELETE FROM class_day WHERE day < %" G_GINT64_FORMAT "; DELETE FROM error_day WHERE day < %" G_GINT64_FORMAT "; "
      "DELETE FROM input WHERE last_us < %" G_GINT64_FORMAT
      " AND NOT EXISTS (SELECT 1 FROM slot WHERE slot.input = input.id AND width_s > 0); "
      "DELETE FROM class WHERE id NOT IN (SELECT class FROM class_day)"
      " AND NOT EXISTS (SELECT 1 FROM slot WHERE width_s = 0 AND kind = 0);"
      "DELETE FROM error WHERE id NOT IN (SELECT error FROM error_day);",
      until, day, day, until);
  galen_sqlite_forget_classes(self);
  return galen_sqlite_run(self, sql, error);
}

gboolean galen_sqlite_vacuum(GalenStore *base, GError **error) {
  return galen_sqlite_run((GalenSqlite *)base, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE);", error);
}

static char *join_nodes(const GPtrArray *nodes) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < nodes->len; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index(nodes, i));
  return g_strdup(text->str);
}

static void bind_incident(sqlite3_stmt *statement, const GalenStoreIncident *incident) {
  const char *texts[] = {incident->id, incident->kind, incident->severity, incident->confidence, incident->title};
  g_autofree char *nodes = join_nodes(incident->nodes);
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    galen_sqlite_bind_text(statement, (int)i + 1, texts[i]);
  galen_sqlite_bind_text(statement, 6, nodes);
  galen_sqlite_bind_time(statement, 7, incident->from);
  galen_sqlite_bind_time(statement, 8, incident->to);
  sqlite3_bind_int(statement, 9, incident->ongoing != FALSE);
}

/* How many rows `sql` counts with the incident bound, NULL: with nothing; -1 with error. */
static gint64 count_rows(GalenSqlite *self, const char *sql, const GalenStoreIncident *incident, GError **error) {
  sqlite3_stmt *statement = galen_sqlite_prepare(self, sql, error);
  if (statement == NULL)
    return -1;
  if (incident != NULL)
    bind_incident(statement, incident);
  gint64 n = galen_sqlite_row(self, statement, error) ? sqlite3_column_int64(statement, 0) : -1;
  sqlite3_finalize(statement);
  return n;
}

/* Whether the list that stands there is the same, so that nothing need be written. -1 with error. */
static int stands_already(GalenSqlite *self, const GArray *incidents, GError **error) {
  static const char one[] =
      "SELECT count(*) FROM incident WHERE id IS ?1 AND kind IS ?2 AND severity IS ?3 AND confidence IS"
      " ?4 AND title IS ?5 AND nodes IS ?6 AND from_us IS ?7 AND to_us IS ?8 AND ongoing IS ?9";
  gint64 n = count_rows(self, "SELECT count(*) FROM incident", NULL, error);
  for (guint i = 0; i < incidents->len && n == (gint64)incidents->len; i++) {
    gint64 found = count_rows(self, one, &g_array_index(incidents, GalenStoreIncident, i), error);
    n = found == 1 ? n : MIN(found, 0) - 1;
  }
  if (error != NULL && *error != NULL)
    return -1;
  return n == (gint64)incidents->len;
}

gboolean galen_sqlite_put_incidents(GalenStore *base, const GArray *incidents, GError **error) {
  GalenSqlite *self = (GalenSqlite *)base;
  static const char sql[] =
      "INSERT OR REPLACE INTO incident (id, kind, severity, confidence, title, nodes, from_us, to_us,"
      " ongoing) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
  g_autoptr(GError) problem = NULL;
  if (stands_already(self, incidents, &problem) > 0)
    return TRUE;
  if (problem != NULL) {
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
  }
  if (!galen_sqlite_run(self, "DELETE FROM incident", error))
    return FALSE;
  sqlite3_stmt *statement = galen_sqlite_prepare(self, sql, error);
  gboolean good = statement != NULL;
  for (guint i = 0; good && i < incidents->len; i++) {
    bind_incident(statement, &g_array_index(incidents, GalenStoreIncident, i));
    good = galen_sqlite_done(self, statement, error);
  }
  sqlite3_finalize(statement);
  return good;
}
