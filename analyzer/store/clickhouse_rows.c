#include "clickhouse_private.h"

#include "../digest/series.h"
#include "../words.h"

#include <sys/random.h>

/* Each row of an answer begins with this: an error that old servers write behind rows is no row. */
#define MARK 0x476c6e52u
#define MARK_TEXT "1198288466"
#define COLUMNS_MAX 32u

#define FIXED_BYTES 16u
#define DATE_MAX 65535 /* days: 2149-06-06 */

/* ---- rows that are sent ---- */

static const struct {
  const char *name, *columns;
} tables[GALEN_CLICKHOUSE_TABLES] = {
    [GALEN_CLICKHOUSE_INPUT] =
        {"galen_input", "site, id, version, generation, previous, removed, dropped_us, query_slots, error_slots, "
                        "path, node, host, kind, state, events, first_us, last_us, complete, size, head_len, "
                        "head, tail, device, inode, packed, mtime_ns"},
    [GALEN_CLICKHOUSE_SLOT] = {"galen_slot", "site, input, generation, kind, from_us, width_s, day, record"},
    [GALEN_CLICKHOUSE_CLASS] = {"galen_class", "id, command, label, fingerprint, raw, full_len"},
    [GALEN_CLICKHOUSE_CLASS_SLOT] = {"galen_class_slot",
                                     "site, input, generation, class, from_us, width_s, day, count, time_us, max_us, "
                                     "rows_examined, time.bucket, time.count"},
    [GALEN_CLICKHOUSE_ERROR] = {"galen_error", "id, rule, severity, code, template"},
    [GALEN_CLICKHOUSE_ERROR_SLOT] = {"galen_error_slot",
                                     "site, input, generation, error, from_us, width_s, day, count"},
    [GALEN_CLICKHOUSE_INCIDENT] = {"galen_incident", "site, generation, id, kind, severity, confidence, title, nodes, "
                                                     "from_us, to_us, ongoing"},
    [GALEN_CLICKHOUSE_SETTING] = {"galen_setting", "site, name, value, version"},
};

void galen_clickhouse_put_u32(GalenBytes *bytes, guint32 value) {
  guint32 little = GUINT32_TO_LE(value);
  galen_bytes_put_raw(bytes, &little, sizeof little);
}

void galen_clickhouse_put_u64(GalenBytes *bytes, guint64 value) {
  guint64 little = GUINT64_TO_LE(value);
  galen_bytes_put_raw(bytes, &little, sizeof little);
}

void galen_clickhouse_put_data(GalenBytes *bytes, const void *data, gsize len) {
  galen_bytes_put_uint(bytes, len);
  galen_bytes_put_raw(bytes, data, len);
}

void galen_clickhouse_put_text(GalenBytes *bytes, const char *text) {
  galen_clickhouse_put_data(bytes, text, text != NULL ? strlen(text) : 0);
}

void galen_clickhouse_put_date(GalenBytes *bytes, gint64 time) {
  gint64 day = galen_series_cell(time, GALEN_CLICKHOUSE_DAY_US);
  guint16 little = GUINT16_TO_LE((guint16)(day >= 0 && day <= DATE_MAX ? day : 0));
  galen_bytes_put_raw(bytes, &little, sizeof little);
}

gboolean galen_clickhouse_send(GalenClickhouse *self, GalenClickhouseTable table, GError **error) {
  GalenBytes *rows = &self->waiting[table];
  if (rows->failed) {
    g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_FAILED, "no memory for rows of the store");
    return FALSE;
  }
  if (rows->len == 0)
    return TRUE;
  g_autofree char *sql =
      g_strdup_printf("INSERT INTO %s (%s) FORMAT RowBinary", tables[table].name, tables[table].columns);
  GalenHttpQuery query = {.sql = sql, .body = rows->data, .len = rows->len};
  gboolean sent = galen_http_run(self->http, &query, NULL, error);
  galen_bytes_reset(rows);
  return sent;
}

gboolean galen_clickhouse_send_all(GalenClickhouse *self, GError **error) {
  self->months = 0;
  for (guint table = 0; table < GALEN_CLICKHOUSE_TABLES; table++)
    if (!galen_clickhouse_send(self, table, error))
      return FALSE;
  return TRUE;
}

/* ---- rows that come ---- */

typedef struct {
  const char *types;
  GalenClickhouseRowFunc func;
  gpointer user;
  GalenBytes bytes; /* from the first row that is not whole yet */
} Answer;

static guint64 get_number(GalenBytesReader *reader, gsize len) {
  guint64 little = 0;
  const guint8 *data = galen_bytes_get_raw(reader, len);
  if (data != NULL)
    memcpy(&little, data, len);
  return GUINT64_FROM_LE(little);
}

static GalenSlice get_text(GalenBytesReader *reader, guint64 len) {
  if (len > (guint64)(reader->end - reader->data))
    reader->failed = TRUE;
  const guint8 *data = reader->failed ? NULL : galen_bytes_get_raw(reader, (gsize)len);
  return galen_slice((const char *)data, data != NULL ? (gsize)len : 0);
}

static void get_cell(GalenBytesReader *reader, char type, GalenClickhouseCell *ret_cell) {
  *ret_cell = (GalenClickhouseCell){0};
  if (type == 's')
    ret_cell->text = get_text(reader, galen_bytes_get_uint(reader));
  else if (type == 'm')
    ret_cell->text = get_text(reader, FIXED_BYTES);
  else
    ret_cell->number = get_number(reader, type == 'b' ? 1 : type == 'u' ? sizeof(guint32) : sizeof(guint64));
}

/* What stands where a row should begin. */
static gboolean fail_row(const GalenBytesReader *reader, GError **error) {
  gsize len = MIN((gsize)(reader->end - reader->data), 200);
  g_autofree char *text = galen_words_clean(galen_slice((const char *)reader->data, len), 0);
  gboolean words = g_str_has_prefix(text, "Code: ");
  g_set_error(error, GALEN_STORE_ERROR, words ? GALEN_STORE_ERROR_FAILED : GALEN_STORE_ERROR_NO_STORE, "%s%s",
              words ? "the server failed in the middle of an answer: " : "what answers there is no ClickHouse server",
              words ? text : "");
  return FALSE;
}

/* The mark of the next row: 1, 0 when there is less than that, -1 with error. */
static int take_mark(const GalenBytesReader *at, GError **error) {
  static const guint8 mark[] = {MARK & 0xff, MARK >> 8 & 0xff, MARK >> 16 & 0xff, MARK >> 24};
  gsize len = MIN((gsize)(at->end - at->data), sizeof mark);
  if (memcmp(at->data, mark, len) != 0) {
    (void)fail_row(at, error);
    return -1;
  }
  return len == sizeof mark;
}

static gboolean on_answer(const guint8 *data, gsize len, gpointer user, GError **error) {
  Answer *self = user;
  galen_bytes_put_raw(&self->bytes, data, len);
  if (self->bytes.failed) {
    g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_DAMAGED, "a row of the store is too long");
    return FALSE;
  }
  GalenBytesReader done = {self->bytes.data, self->bytes.data + self->bytes.len, FALSE};
  GalenClickhouseCell cells[COLUMNS_MAX];
  int mark;
  while (done.data < done.end && (mark = take_mark(&done, error)) != 0) {
    GalenBytesReader reader = {done.data + sizeof(guint32), done.end, FALSE};
    for (guint i = 0; mark > 0 && self->types[i] != '\0'; i++)
      get_cell(&reader, self->types[i], &cells[i]);
    if (mark < 0 || (!reader.failed && !self->func(cells, self->user, error)))
      return FALSE;
    if (reader.failed)
      break;
    done.data = reader.data;
  }
  gsize left = (gsize)(done.end - done.data);
  memmove(self->bytes.data, done.data, left);
  self->bytes.len = left;
  return TRUE;
}

gboolean galen_clickhouse_select(G_GNUC_UNUSED GalenClickhouse *self, GalenHttp *http, const char *types,
                                 const char *rest, GalenClickhouseRowFunc func, gpointer user, GError **error) {
  g_return_val_if_fail(strlen(types) <= COLUMNS_MAX, FALSE);
  g_autofree char *sql = g_strdup_printf("SELECT toUInt32(" MARK_TEXT "), %s FORMAT RowBinary", rest);
  Answer answer = {.types = types, .func = func, .user = user};
  galen_bytes_init(&answer.bytes, GALEN_CLICKHOUSE_ROW_MAX);
  GalenHttpQuery query = {.sql = sql, .func = on_answer, .user = &answer};
  gboolean good = galen_http_run(http, &query, NULL, error);
  if (good && answer.bytes.len > 0) {
    g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_FAILED, "an answer of the server is cut");
    good = FALSE;
  }
  galen_bytes_clear(&answer.bytes);
  return good;
}

gboolean galen_clickhouse_do(GalenClickhouse *self, const char *sql, GError **error) {
  GalenHttpQuery query = {.sql = sql};
  return galen_http_run(self->http, &query, NULL, error);
}

static gboolean take_number(const GalenClickhouseCell *cells, gpointer user, GError **error) {
  (void)error;
  *(guint64 *)user = cells[0].number;
  return TRUE;
}

gboolean galen_clickhouse_number(GalenClickhouse *self, const char *rest, guint64 fallback, guint64 *ret_number,
                                 GError **error) {
  *ret_number = fallback;
  return galen_clickhouse_select(self, self->http, "q", rest, take_number, ret_number, error);
}

char *galen_clickhouse_quote(const char *text) {
  GString *quoted = g_string_new("'");
  for (const char *p = text; *p != '\0'; p++) {
    if (*p == '\'' || *p == '\\')
      g_string_append_c(quoted, '\\');
    g_string_append_c(quoted, *p);
  }
  g_string_append_c(quoted, '\'');
  return g_string_free(quoted, FALSE);
}

/* 63 bits, never 0. */
guint64 galen_clickhouse_random(void) {
  guint64 number = 0;
  while (getrandom(&number, sizeof number, 0) != (gssize)sizeof number || (number & G_MAXINT64) == 0)
    continue;
  return number & G_MAXINT64;
}
