#include "sqlite_private.h"

/* docs/store.md explains each table and view: keep it true. */
static const char tables[] =
    "CREATE TABLE input ("
    " id INTEGER PRIMARY KEY, path TEXT NOT NULL, node TEXT NOT NULL, host TEXT NOT NULL, kind TEXT NOT NULL,"
    " state TEXT, events INTEGER NOT NULL, first_us INTEGER, last_us INTEGER, complete INTEGER NOT NULL,"
    " size INTEGER NOT NULL, head_len INTEGER NOT NULL, head BLOB NOT NULL, tail BLOB NOT NULL,"
    " device INTEGER NOT NULL, inode INTEGER NOT NULL, packed INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,"
    " evidence BLOB NOT NULL);"
    "CREATE TABLE slot ("
    " id INTEGER PRIMARY KEY, input INTEGER NOT NULL REFERENCES input ON DELETE CASCADE, kind INTEGER NOT NULL,"
    " from_us INTEGER NOT NULL, width_s INTEGER NOT NULL, record BLOB NOT NULL);"
    "CREATE UNIQUE INDEX slot_place ON slot (input, kind, from_us, width_s);"
    "CREATE TABLE class ("
    " id INTEGER PRIMARY KEY, md5 BLOB NOT NULL UNIQUE, command TEXT, label TEXT, fingerprint TEXT NOT NULL, raw BLOB,"
    " full_len INTEGER NOT NULL);"
    "CREATE TABLE class_day ("
    " day INTEGER NOT NULL, class INTEGER NOT NULL, input INTEGER NOT NULL REFERENCES input ON DELETE"
    " CASCADE, count INTEGER NOT NULL, time_us INTEGER NOT NULL, max_us INTEGER NOT NULL, rows_examined INTEGER NOT "
    "NULL,"
    " PRIMARY KEY (day, class, input)) WITHOUT ROWID;"
    "CREATE INDEX class_day_input ON class_day (input);"
    "CREATE TABLE error ("
    " id INTEGER PRIMARY KEY, md5 TEXT NOT NULL UNIQUE, rule TEXT, severity TEXT NOT NULL, code INTEGER, template "
    "TEXT);"
    "CREATE TABLE error_day ("
    " day INTEGER NOT NULL, error INTEGER NOT NULL, input INTEGER NOT NULL REFERENCES input ON DELETE"
    " CASCADE, count INTEGER NOT NULL, PRIMARY KEY (day, error, input)) WITHOUT ROWID;"
    "CREATE INDEX error_day_input ON error_day (input);"
    "CREATE TABLE incident ("
    " id TEXT PRIMARY KEY, kind TEXT NOT NULL, severity TEXT NOT NULL, confidence TEXT, title TEXT NOT NULL, nodes "
    "TEXT,"
    " from_us INTEGER, to_us INTEGER, ongoing INTEGER NOT NULL);"
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;";

#define TIME_OF(column) "strftime('%Y-%m-%d %H:%M:%f', " column " / 1e6, 'unixepoch')"
#define DAY_OF(column) "date(" column " * 86400, 'unixepoch')"

/* clang-format off */
static const char views[] =
    "CREATE VIEW inputs AS SELECT id, node, path, host, kind, state, events, " TIME_OF("first_us") " AS first, "
    TIME_OF("last_us") " AS last, size AS bytes, complete FROM input;"

    "CREATE VIEW classes AS SELECT hex(class.md5) AS id, command, label, sum(count) AS count, sum(time_us) / 1e6 AS seconds,"
    " max(max_us) / 1e6 AS max_seconds, sum(rows_examined) AS rows_examined, " DAY_OF("min(day)") " AS first_day, "
    DAY_OF("max(day)") " AS last_day, fingerprint FROM class JOIN class_day ON class_day.class = class.id GROUP BY class.id;"

    "CREATE VIEW class_by_day AS SELECT " DAY_OF("day") " AS day, hex(class.md5) AS id, input.node AS node, command, label,"
    " sum(count) AS count, sum(time_us) / 1e6 AS seconds, max(max_us) / 1e6 AS max_seconds, sum(rows_examined) AS"
    " rows_examined FROM class_day JOIN class ON class.id = class_day.class JOIN input ON input.id = class_day.input"
    " GROUP BY class_day.day, class.id, input.node;"

    "CREATE VIEW errors_by_day AS SELECT " DAY_OF("day") " AS day, error.md5 AS id, input.node AS node, rule, severity, code,"
    " sum(count) AS count, template FROM error_day JOIN error ON error.id = error_day.error JOIN input ON input.id ="
    " error_day.input GROUP BY error_day.day, error.id, input.node;"

    "CREATE VIEW incidents AS SELECT id, kind, severity, confidence, title, nodes, " TIME_OF("from_us") " AS \"from\", "
    TIME_OF("to_us") " AS \"to\", ongoing FROM incident;";

/* Since version 2: what nightly reports leave in `setting` (nightly.h), as rows. Lines become the elements of a JSON list, and
 * the fields of each those of another: the text holds no "\\", so both kinds of separators are seen as JSON writes them. */
#define LIST_OF(text, separator) "'[' || replace(json_quote(" text "), '" separator "', '\",\"') || ']'"
#define LINES_OF_NIGHTS "FROM (SELECT " LIST_OF("line.value", "\\t") " AS f FROM setting, json_each(" \
    LIST_OF("setting.value", "\\n") ") AS line WHERE setting.name = 'nightly' ORDER BY line.id)"
#define FIELD(n) "json_extract(f, '$[" n "]')"
#define TEXT_FIELD(n) "replace(replace(" FIELD(n) ", '%5C', char(92)), '%25', '%')"
#define TIME_FIELD(n) TIME_OF("CAST(" FIELD(n) " AS INTEGER)")
static const char night_views[] =
    "CREATE VIEW nights AS SELECT " TIME_FIELD("1") " AS \"from\", " TIME_FIELD("2") " AS \"to\", " TIME_FIELD("3") " AS run,"
    " CASE " FIELD("4") " WHEN '0' THEN 'ok' WHEN '1' THEN 'warning' ELSE 'critical' END AS status, CAST(" FIELD("5")
    " AS INTEGER) AS new, CAST(" FIELD("6") " AS INTEGER) AS continuing, CAST(" FIELD("7") " AS INTEGER) AS resolved "
    LINES_OF_NIGHTS " WHERE " FIELD("0") " = 'night';"

    "CREATE VIEW shown AS SELECT " TEXT_FIELD("1") " AS id, " FIELD("2") " AS kind, " FIELD("3") " AS severity, CAST("
    FIELD("4") " AS INTEGER) AS muted, " TIME_FIELD("5") " AS first_night, " TIME_FIELD("6") " AS last_night, "
    TEXT_FIELD("8") " AS title " LINES_OF_NIGHTS " WHERE " FIELD("0") " = 'shown';";
/* clang-format on */

/* Between two attempts to get at a file that others make. */
#define RETRY_US 10000

/* Steps from version n to n + 1: upgrades[n - 1]; NULL ends them. */
static const char *const upgrades[] = {night_views, NULL};

static gboolean number_of(GalenSqlite *self, const char *pragma, gint64 *ret_number, GError **error) {
  sqlite3_stmt *statement = galen_sqlite_prepare(self, pragma, error);
  if (statement == NULL)
    return FALSE;
  g_autoptr(GError) problem = NULL;
  gboolean found = galen_sqlite_row(self, statement, &problem);
  *ret_number = found ? sqlite3_column_int64(statement, 0) : 0;
  sqlite3_finalize(statement);
  if (problem != NULL)
    g_propagate_error(error, g_steal_pointer(&problem));
  return found;
}

static gboolean set_version(GalenSqlite *self, GError **error) {
  g_autofree char *sql = g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %d;",
                                         GALEN_SQLITE_APPLICATION, GALEN_SQLITE_VERSION);
  return galen_sqlite_run(self, sql, error);
}

static gboolean make(GalenSqlite *self, GError **error) {
  return galen_sqlite_run(self, tables, error) && galen_sqlite_run(self, views, error) &&
         galen_sqlite_run(self, night_views, error) && set_version(self, error);
}

static gboolean upgrade(GalenSqlite *self, gint64 version, GError **error) {
  for (guint i = 0; upgrades[i] != NULL; i++)
    if (i + 1 >= version && !galen_sqlite_run(self, upgrades[i], error))
      return FALSE;
  return set_version(self, error);
}

/* A file of another program must not get our tables. */
static gboolean no_store(GError **error) {
  g_set_error(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_NO_STORE, "an SQLite database, but no store of galen");
  return FALSE;
}

typedef enum { STATE_BAD, STATE_EMPTY, STATE_OLDER, STATE_GOOD } State;

/* STATE_BAD: with error. */
static State look(GalenSqlite *self, gint64 *ret_version, GError **error) {
  gint64 application, objects;
  if (!number_of(self, "PRAGMA application_id", &application, error) ||
      !number_of(self, "PRAGMA user_version", ret_version, error) ||
      !number_of(self, "SELECT count(*) FROM sqlite_schema", &objects, error))
    return STATE_BAD;
  if (application == 0 && objects == 0 && *ret_version == 0 && self->writable)
    return STATE_EMPTY;
  if (application != GALEN_SQLITE_APPLICATION || *ret_version < 1) {
    (void)no_store(error);
    return STATE_BAD;
  }
  if (*ret_version > GALEN_SQLITE_VERSION) {
    g_set_error(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_NEWER,
                "made by a later galen (store version %" G_GINT64_FORMAT ", this one knows %d)", *ret_version,
                GALEN_SQLITE_VERSION);
    return STATE_BAD;
  }
  return *ret_version == GALEN_SQLITE_VERSION ? STATE_GOOD : STATE_OLDER;
}

/* WAL: readers see the last complete state while somebody writes. FULL: what is committed survives a power cut. Only once it is
 * known to be ours, and asked for only when it is not set: that needs the file for itself. */
static gboolean set_journal(GalenSqlite *self, GError **error) {
  sqlite3_stmt *statement = galen_sqlite_prepare(self, "PRAGMA journal_mode", error);
  if (statement == NULL)
    return FALSE;
  g_autoptr(GError) problem = NULL;
  gboolean set = galen_sqlite_row(self, statement, &problem) &&
                 g_strcmp0((const char *)sqlite3_column_text(statement, 0), "wal") == 0;
  sqlite3_finalize(statement);
  if (problem != NULL) {
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
  }
  return (set || galen_sqlite_run(self, "PRAGMA journal_mode = WAL", error)) &&
         galen_sqlite_run(self, "PRAGMA synchronous = FULL", error);
}

/* Somebody else may have been faster: within the transaction it is looked at again. */
static gboolean change(GalenSqlite *self, GError **error) {
  if (!self->base.class->begin(&self->base, error))
    return FALSE;
  gint64 version;
  State state = look(self, &version, error);
  gboolean good = state == STATE_GOOD || (state == STATE_EMPTY && make(self, error)) ||
                  (state == STATE_OLDER && upgrade(self, version, error));
  if (good)
    return self->base.class->commit(&self->base, error);
  self->base.class->rollback(&self->base);
  return FALSE;
}

static gboolean look_and_change(GalenSqlite *self, GError **error) {
  gint64 version;
  /* One state of the file: somebody else may be making it. */
  if (!galen_sqlite_run(self, "BEGIN", error))
    return FALSE;
  State state = look(self, &version, error);
  (void)galen_sqlite_run(self, "ROLLBACK", NULL);
  if (state == STATE_BAD || !self->writable)
    return state != STATE_BAD; /* a reader understands all versions up to its own */
  /* Records are some thousand bytes long, and half a page of each is lost; can only be said of an empty file. */
  if (state == STATE_EMPTY && !galen_sqlite_run(self, "PRAGMA page_size = 1024", error))
    return FALSE;
  return set_journal(self, error) && (state == STATE_GOOD || change(self, error));
}

/* SQLite does not wait where two could wait for each other, as when several turn a new file into a WAL one: then it says busy at
 * once. Nothing is held here between two attempts, so waiting is safe. */
gboolean galen_sqlite_schema(GalenSqlite *self, GError **error) {
  gint64 until = g_get_monotonic_time() + galen_sqlite_wait_ms() * G_GINT64_CONSTANT(1000);
  for (;;) {
    g_autoptr(GError) problem = NULL;
    if (look_and_change(self, &problem))
      return TRUE;
    if (!g_error_matches(problem, GALEN_STORE_ERROR, GALEN_STORE_ERROR_LOCKED) || g_get_monotonic_time() >= until) {
      g_propagate_error(error, g_steal_pointer(&problem));
      return FALSE;
    }
    g_usleep(RETRY_US);
  }
}
