/* JSON objects as wrappers, one a line or in a document; and CSV. */
#include "envelope-private.h"

/* Objects of a document whose end is not within ENV_RECORD_MAX are entered; so many may turn out so before a mebibyte
 * that holds nothing is left out instead. It bounds the time that a hostile document takes. */
#define MISSES_MAX 8u

static GalenSlice trimmed(GalenSlice text) {
  while (text.len > 0 && strchr(" \t\r\n\x1e,", text.data[0]) != NULL && text.data[0] != '\0')
    text = galen_slice(text.data + 1, text.len - 1);
  while (text.len > 0 && strchr(" \t\r\n,", text.data[text.len - 1]) != NULL && text.data[text.len - 1] != '\0')
    text.len--;
  return text;
}

static void skip(EnvRecord *record, const char *reason) {
  *record = (EnvRecord){.verdict = ENV_SKIP, .reason = reason, .wall = GALEN_TIME_NONE, .time = GALEN_TIME_NONE};
}

static void header(EnvRecord *record) {
  *record = (EnvRecord){.verdict = ENV_HEADER, .wall = GALEN_TIME_NONE, .time = GALEN_TIME_NONE};
}

/* What stands between the operator's JSON: the shell's trace of the entry point, the log shipper's own words, and what the
 * container's programs print themselves. */
static void parse_between(GalenEnvelope *self, GalenSlice line, EnvRecord *ret_record) {
  GalenSlice text = galen_slice(line.data, line.len);
  while (text.len > 0 && (text.data[text.len - 1] == '\n' || text.data[text.len - 1] == '\r'))
    text.len--;
  gsize plus = 0;
  while (plus < text.len && text.data[plus] == '+')
    plus++;
  if (plus > 0 && plus < text.len && text.data[plus] == ' ') {
    skip(ret_record, ENV_TRACE);
  } else if (galen_slice_starts(text, "Fluent Bit v") || galen_slice_starts(text, "* ") ||
             galen_slice_starts(text, "[20") || text.len == 0) {
    header(ret_record);
  } else if (!self->loose || text.data[0] == '{') {
    skip(ret_record, ENV_DAMAGED);
  } else {
    header(ret_record);
    ret_record->verdict = ENV_TEXT;
    ret_record->text = text;
    ret_record->plain = TRUE;
  }
}

static void parse_line(GalenEnvelope *self, GalenSlice record, EnvRecord *ret_record) {
  EnvFields fields;
  GalenSlice text = trimmed(record);
  if (galen_slice_starts(text, "data: "))
    text = galen_slice(text.data + 6, text.len - 6);
  if (text.len > 0 && (text.data[0] == '{' || text.data[0] == '[') && galen_env_json_fields(text, &fields) &&
      galen_env_record_of_fields(self, &fields, ENV_JSON, ret_record))
    return;
  if (text.len == 0 || (text.len == 1 && strchr("[]", text.data[0]) != NULL))
    header(ret_record);
  else
    parse_between(self, record, ret_record);
}

const EnvKind galen_env_json_lines = {"json", galen_env_split_line, parse_line, 0};

/* ---- documents ---- */

/* A container's end or another byte that only holds a document together: one record, to be counted as the wrapper's. */
static gsize split_document(GalenEnvelope *self, const char *data, gsize len, gboolean eof) {
  gsize n = 0;
  while (n < len && data[n] != '{' && data[n] != '[' && data[n] != '"')
    n++;
  if (n > 0)
    return n < len || eof || n >= ENV_OUT ? n : 0;
  if (*data == '"') {
    const char *end = data;
    do
      end = memchr(end + 1, '"', len - (gsize)(end + 1 - data));
    while (end != NULL && end[-1] == '\\');
    return end != NULL ? (gsize)(end + 1 - data) : eof ? len : 0;
  }
  gsize extent = galen_env_json_extent(data, len);
  if (extent == 0 && len <= ENV_RECORD_MAX && !eof && !self->trial)
    return 0;
  EnvFields fields;
  EnvRecord record;
  /* An array of arrays' objects is a record only as Insights writes it: the fields must be named. */
  if (extent > 0 && extent <= ENV_RECORD_MAX && galen_env_json_fields(galen_slice(data, extent), &fields) &&
      galen_env_record_of_fields(self, &fields, ENV_JSON, &record))
    return extent;
  if (extent == 0 && ++self->document_misses > MISSES_MAX + self->raw_offset / ENV_RECORD_MAX)
    return len;
  return 1;
}

static void parse_document(GalenEnvelope *self, GalenSlice record, EnvRecord *ret_record) {
  EnvFields fields;
  if (record.len > 1 && (record.data[0] == '{' || record.data[0] == '[')) {
    if (!galen_env_json_fields(record, &fields) || !galen_env_record_of_fields(self, &fields, ENV_JSON, ret_record))
      skip(ret_record, ENV_DAMAGED);
    return;
  }
  header(ret_record);
}

const EnvKind galen_env_json_document = {"json", split_document, parse_document, 0};

/* ---- CSV ---- */

static gsize split_csv(GalenEnvelope *self, const char *data, gsize len, gboolean eof) {
  gboolean quoted = FALSE;
  (void)self;
  for (gsize at = 0; at < len;) {
    const char *next = memchr(data + at, quoted ? '"' : '\n', len - at);
    if (!quoted) {
      const char *quote = memchr(data + at, '"', next != NULL ? (gsize)(next - data) - at : len - at);
      if (quote == NULL)
        return next != NULL ? (gsize)(next - data) + 1 : eof ? len : 0;
      next = quote;
    }
    if (next == NULL)
      break;
    quoted = !quoted;
    at = (gsize)(next - data) + 1;
  }
  return eof ? len : 0;
}

/* Takes the next field off; its inside. */
static GalenSlice csv_field(GalenSlice *row, char mark) {
  GalenSlice field = {row->data, 0};
  gsize at = 0;
  if (row->len > 0 && row->data[0] == '"') {
    for (at = 1; at < row->len; at++) {
      if (row->data[at] == '"' && at + 1 < row->len && row->data[at + 1] == '"')
        at++;
      else if (row->data[at] == '"')
        break;
    }
    field = galen_slice(row->data + 1, at - 1);
    at = MIN(at + 1, row->len);
    while (at < row->len && row->data[at] != mark)
      at++;
  } else {
    const char *end = row->len == 0 ? NULL : memchr(row->data, mark, row->len);
    at = end != NULL ? (gsize)(end - row->data) : row->len;
    field.len = at;
  }
  gsize taken = MIN(at + 1, row->len);
  *row = galen_slice(row->data + taken, row->len - taken);
  return field;
}

/* The first row names the columns. */
static gboolean csv_header(GalenEnvelope *self, GalenSlice row) {
  gboolean message = FALSE, time = FALSE;
  const char *mark = row.len == 0 ? NULL : memchr(row.data, '\t', row.len);
  self->csv_mark = mark != NULL ? '\t' : ',';
  for (self->csv_columns = 0; row.len > 0 && self->csv_columns < ENV_CSV_COLUMNS_MAX; self->csv_columns++) {
    EnvField field = galen_env_field(csv_field(&row, self->csv_mark));
    self->csv_fields[self->csv_columns] = (guint8)field;
    message = message || field == ENV_F_MESSAGE || field == ENV_F_AT_MESSAGE || field == ENV_F_AZURE_MESSAGE ||
              field == ENV_F_TEXT_PAYLOAD || field == ENV_F_PAYLOAD_MESSAGE;
    time = time || field == ENV_F_TIMESTAMP || field == ENV_F_AT_TIMESTAMP || field == ENV_F_TIME_GENERATED ||
           field == ENV_F_TIME;
  }
  return message && time;
}

static void parse_csv(GalenEnvelope *self, GalenSlice record, EnvRecord *ret_record) {
  EnvFields fields, empty;
  GalenSlice row = record;
  while (row.len > 0 && (row.data[row.len - 1] == '\n' || row.data[row.len - 1] == '\r'))
    row.len--;
  if (row.len == 0) {
    header(ret_record);
    return;
  }
  if (self->csv_columns == 0) {
    if (csv_header(self, row))
      header(ret_record);
    else
      skip(ret_record, ENV_DAMAGED);
    return;
  }
  memset(&fields, 0, sizeof fields);
  memset(&empty, 0, sizeof empty);
  guint column = 0;
  /* A mark at the row's end has an empty field behind it. */
  for (; column < self->csv_columns && (column == 0 || row.data[-1] == self->csv_mark); column++) {
    GalenSlice value = csv_field(&row, self->csv_mark);
    EnvField field = (EnvField)self->csv_fields[column];
    GalenSlice *kept = field != ENV_N_FIELDS ? value.len > 0 ? &fields.value[field] : &empty.value[field] : NULL;
    if (kept != NULL && kept->data == NULL)
      *kept = value;
  }
  if (row.len == 0 && galen_env_record_of_fields(self, &fields, ENV_CSV, ret_record))
    return;
  /* An empty field counts only when the row has no other text. */
  for (guint i = 0; i < ENV_N_FIELDS; i++)
    if (fields.value[i].data == NULL)
      fields.value[i] = empty.value[i];
  if (row.len > 0 || !galen_env_record_of_fields(self, &fields, ENV_CSV, ret_record))
    skip(ret_record, ENV_DAMAGED);
}

const EnvKind galen_env_csv = {"csv", split_csv, parse_csv, ENV_SORT | ENV_DOUBT};
