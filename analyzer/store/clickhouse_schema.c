#include "clickhouse_private.h"

/* docs/fleet.md explains each table and view: keep it true. `index_granularity` is small where rows are large: that many are read
 * for one. */
/* clang-format off */
static const char *const objects[] = {
    "CREATE TABLE IF NOT EXISTS galen_input ("
    "site String, id Int64, version UInt64, generation UInt64, previous UInt64, removed UInt8, dropped_us Int64,"
    " query_slots UInt32, error_slots UInt32, path String, node String, host String, kind String, state String,"
    " events UInt64, first_us Int64, last_us Int64, complete UInt8, size UInt64, head_len UInt32, head FixedString(16),"
    " tail FixedString(16), device UInt64, inode UInt64, packed UInt64, mtime_ns Int64, made DateTime DEFAULT now()"
    ") ENGINE = ReplacingMergeTree(version) ORDER BY (site, id) SETTINGS index_granularity = 1024",

    "CREATE TABLE IF NOT EXISTS galen_slot ("
    "site String, input Int64, generation UInt64, kind UInt8, from_us Int64, width_s UInt32, day Date, record String,"
    " emptied UInt8 DEFAULT 0, made DateTime DEFAULT now()"
    ") ENGINE = ReplacingMergeTree(emptied) PARTITION BY toYYYYMM(day)"
    " ORDER BY (site, input, generation, kind, from_us, width_s) SETTINGS index_granularity = 32",

    "CREATE TABLE IF NOT EXISTS galen_class ("
    "id FixedString(16), command String, label String, fingerprint String, raw String, full_len UInt64,"
    " made DateTime DEFAULT now()"
    ") ENGINE = ReplacingMergeTree ORDER BY id SETTINGS index_granularity = 256",

    "CREATE TABLE IF NOT EXISTS galen_class_slot ("
    "site String, input Int64, generation UInt64, class FixedString(16), from_us Int64, width_s UInt32, day Date,"
    " count UInt64, time_us UInt64, max_us UInt64, rows_examined UInt64, time Nested(bucket UInt16, count UInt64),"
    " emptied UInt8 DEFAULT 0"
    ") ENGINE = ReplacingMergeTree(emptied) PARTITION BY toYYYYMM(day)"
    " ORDER BY (day, site, input, generation, class, from_us, width_s)",

    "CREATE TABLE IF NOT EXISTS galen_error ("
    "id String, rule String, severity String, code UInt32, template String"
    ") ENGINE = ReplacingMergeTree ORDER BY (id, template, severity, rule)",

    "CREATE TABLE IF NOT EXISTS galen_error_slot ("
    "site String, input Int64, generation UInt64, error String, from_us Int64, width_s UInt32, day Date, count UInt64,"
    " emptied UInt8 DEFAULT 0"
    ") ENGINE = ReplacingMergeTree(emptied) PARTITION BY toYYYYMM(day)"
    " ORDER BY (day, site, input, generation, error, from_us, width_s)",

    "CREATE TABLE IF NOT EXISTS galen_incident ("
    "site String, generation UInt64, id String, kind String, severity String, confidence String, title String,"
    " nodes String, from_us Int64, to_us Int64, ongoing UInt8"
    ") ENGINE = ReplacingMergeTree ORDER BY (site, generation, id)",

    "CREATE TABLE IF NOT EXISTS galen_lock ("
    "site String, token UInt64, owner String, until DateTime, version UInt64"
    ") ENGINE = ReplacingMergeTree(version) ORDER BY (site, token)",

    "CREATE TABLE IF NOT EXISTS galen_setting ("
    "site String, name String, value String, version UInt64"
    ") ENGINE = ReplacingMergeTree(version) ORDER BY (site, name)",

/* What is valid, one row an input, and its slots. `GLOBAL ALL INNER JOIN … USING` means the same to old and new servers, with
 * tables that are distributed and with those that are not. */
#define LAST(column) "argMax(" column ", version) AS last_" column
#define WHEN(column) "if(" column " = -9223372036854775808, '', toString(toDateTime(intDiv(" column ", 1000000), 'UTC')))"

    "CREATE VIEW IF NOT EXISTS galen_live AS SELECT site, id AS input, last_generation AS generation, last_dropped_us AS"
    " dropped_us, last_node AS node, last_kind AS log, last_path AS path FROM (SELECT site, id, " LAST("generation") ", "
    LAST("dropped_us") ", " LAST("node") ", " LAST("kind") ", " LAST("path") ", " LAST("removed")
    " FROM galen_input GROUP BY site, id) WHERE last_removed = 0",

    "CREATE VIEW IF NOT EXISTS galen_inputs AS SELECT site, id, last_node AS node, last_path AS path, last_host AS host,"
    " last_kind AS kind, last_state AS state, last_events AS events, " WHEN("last_first_us") " AS first, "
    WHEN("last_last_us") " AS last, last_size AS bytes, last_complete AS complete FROM (SELECT site, id, " LAST("node") ", "
    LAST("path") ", " LAST("host") ", " LAST("kind") ", " LAST("state") ", " LAST("events") ", " LAST("first_us") ", "
    LAST("last_us") ", " LAST("size") ", " LAST("complete") ", " LAST("removed")
    " FROM galen_input GROUP BY site, id) WHERE last_removed = 0",

    "CREATE VIEW IF NOT EXISTS galen_class_slots AS SELECT site, node, day, from_us, width_s, class, count, time_us,"
    " max_us, rows_examined, time.bucket AS buckets, time.count AS counts FROM galen_class_slot GLOBAL ALL INNER JOIN"
    " (SELECT site, input, generation, dropped_us, node FROM galen_live) USING (site, input, generation)"
    " WHERE width_s > 0 AND emptied = 0 AND from_us + toInt64(width_s) * 1000000 > dropped_us",

    "CREATE VIEW IF NOT EXISTS galen_error_slots AS SELECT site, node, day, from_us, width_s, error, count FROM"
    " galen_error_slot GLOBAL ALL INNER JOIN (SELECT site, input, generation, dropped_us, node FROM galen_live)"
    " USING (site, input, generation) WHERE width_s > 0 AND emptied = 0"
    " AND from_us + toInt64(width_s) * 1000000 > dropped_us",

    "CREATE VIEW IF NOT EXISTS galen_classes AS SELECT id, any(fingerprint) AS fingerprint, any(label) AS label,"
    " any(command) AS command FROM (SELECT hex(id) AS id, fingerprint, label, command FROM galen_class) GROUP BY id",

    "CREATE VIEW IF NOT EXISTS galen_class_by_day AS SELECT day, id, site, node, command, label, count, seconds,"
    " max_seconds, rows_examined FROM (SELECT day, hex(class) AS id, site, node, sum(count) AS count,"
    " sum(time_us) / 1e6 AS seconds, max(max_us) / 1e6 AS max_seconds, sum(rows_examined) AS rows_examined"
    " FROM galen_class_slots GROUP BY day, class, site, node) GLOBAL ALL INNER JOIN galen_classes USING (id)",

    "CREATE VIEW IF NOT EXISTS galen_errors_by_day AS SELECT day, id, site, node, rule, severity, code, count, template"
    " FROM (SELECT day, error AS id, site, node, sum(count) AS count FROM galen_error_slots GROUP BY day, error, site,"
    " node) GLOBAL ALL INNER JOIN (SELECT id, rule, severity, code, template FROM galen_error"
    " ORDER BY id, lengthUTF8(template) DESC, template DESC, severity DESC LIMIT 1 BY id) USING (id)",

    "CREATE VIEW IF NOT EXISTS galen_incidents AS SELECT site, id, kind, severity, confidence, title, nodes, "
    WHEN("from_us") " AS from, " WHEN("to_us") " AS to, ongoing FROM galen_incident GLOBAL ALL INNER JOIN"
    " (SELECT site, toUInt64(argMax(value, version)) AS generation FROM galen_setting WHERE name = 'incidents'"
    " GROUP BY site) USING (site, generation)",
};
/* clang-format on */

static gboolean newer(gint64 version, GError **error) {
  g_set_error(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_NEWER,
              "made by a later galen (store version %" G_GINT64_FORMAT ", this one knows %d)", version,
              GALEN_CLICKHOUSE_VERSION);
  return FALSE;
}

/* The version is written when all tables are there. With tables over several servers it may be known where views are missing. */
gboolean galen_clickhouse_look(GalenClickhouse *self, GError **error) {
  static const char count[] = "count() FROM system.tables WHERE database = currentDatabase() AND name LIKE 'galen\\_%'";
  static const char settings[] =
      "count() FROM system.tables WHERE database = currentDatabase() AND name = 'galen_setting'";
  static const char newest[] =
      "toUInt64(max(toInt64OrZero(value))) FROM galen_setting WHERE site = '' AND name = 'schema'";
  guint64 tables, setting, version = 0;
  if (!galen_clickhouse_number(self, count, 0, &tables, error) ||
      !galen_clickhouse_number(self, settings, 0, &setting, error) ||
      (setting > 0 && !galen_clickhouse_number(self, newest, 0, &version, error)))
    return FALSE;
  if (version > GALEN_CLICKHOUSE_VERSION)
    return newer((gint64)version, error);
  self->there = version > 0;
  self->complete = self->there && tables >= G_N_ELEMENTS(objects);
  return TRUE;
}

/* Somebody else may be making the same. */
static gboolean make_object(GalenClickhouse *self, const char *sql, GError **error) {
  g_autoptr(GError) problem = NULL;
  guint code;
  GalenHttpQuery query = {.sql = sql};
  if (galen_http_run(self->http, &query, &code, &problem) || code == GALEN_CLICKHOUSE_TABLE_EXISTS)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&problem));
  return FALSE;
}

gboolean galen_clickhouse_make(GalenClickhouse *self, GError **error) {
  for (guint i = 0; i < G_N_ELEMENTS(objects); i++)
    if (!make_object(self, objects[i], error))
      return FALSE;
  GalenBytes *rows = &self->waiting[GALEN_CLICKHOUSE_SETTING];
  g_autofree char *version = g_strdup_printf("%d", GALEN_CLICKHOUSE_VERSION);
  galen_clickhouse_put_text(rows, "");
  galen_clickhouse_put_text(rows, "schema");
  galen_clickhouse_put_text(rows, version);
  galen_clickhouse_put_u64(rows, GALEN_CLICKHOUSE_VERSION);
  return galen_clickhouse_send(self, GALEN_CLICKHOUSE_SETTING, error);
}
