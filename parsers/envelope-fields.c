/* Records of named fields (JSON, CSV, the journal's export): which wrapper they come from, and what it says. */
#include "envelope-private.h"

#define BIT(field) (1u << (field))
#define PARTS_MAX 6

typedef struct {
  const char *name;
  guint32 needs; /* bits of EnvField */
  EnvField message;
  EnvField time; /* ENV_N_FIELDS: none */
  EnvFlags flags;
} Shape;

/* The first that fits counts. */
static const Shape shapes[] = {
    {"docker-json", BIT(ENV_F_LOG) | BIT(ENV_F_TIME), ENV_F_LOG, ENV_F_TIME, 0},
    {"operator-json", BIT(ENV_F_LOG) | BIT(ENV_F_FILE), ENV_F_LOG, ENV_N_FIELDS, 0},
    {"journald", BIT(ENV_F_JOURNAL_MESSAGE) | BIT(ENV_F_REALTIME), ENV_F_JOURNAL_MESSAGE, ENV_F_REALTIME,
     ENV_SORT | ENV_PROGRAMS},
    {"cloud-logging", BIT(ENV_F_TEXT_PAYLOAD) | BIT(ENV_F_TIMESTAMP), ENV_F_TEXT_PAYLOAD, ENV_F_TIMESTAMP, ENV_SORT},
    {"cloud-logging", BIT(ENV_F_PAYLOAD_MESSAGE) | BIT(ENV_F_TIMESTAMP), ENV_F_PAYLOAD_MESSAGE, ENV_F_TIMESTAMP,
     ENV_SORT},
    {"cloudwatch", BIT(ENV_F_MESSAGE) | BIT(ENV_F_TIMESTAMP) | BIT(ENV_F_CLOUDWATCH), ENV_F_MESSAGE, ENV_F_TIMESTAMP,
     ENV_SORT},
    {"cloudwatch", BIT(ENV_F_AT_MESSAGE) | BIT(ENV_F_AT_TIMESTAMP), ENV_F_AT_MESSAGE, ENV_F_AT_TIMESTAMP, ENV_SORT},
    {"cloudwatch", BIT(ENV_F_MESSAGE) | BIT(ENV_F_TIMESTAMP), ENV_F_MESSAGE, ENV_F_TIMESTAMP, ENV_SORT | ENV_DOUBT},
    {"azure", BIT(ENV_F_AZURE_MESSAGE) | BIT(ENV_F_TIME_GENERATED), ENV_F_AZURE_MESSAGE, ENV_F_TIME_GENERATED,
     ENV_SORT},
    {"azure", BIT(ENV_F_AZURE_MESSAGE) | BIT(ENV_F_TIME), ENV_F_AZURE_MESSAGE, ENV_F_TIME, ENV_SORT | ENV_DOUBT},
    {"json", BIT(ENV_F_MESSAGE) | BIT(ENV_F_AT_TIMESTAMP), ENV_F_MESSAGE, ENV_F_AT_TIMESTAMP, ENV_SORT | ENV_DOUBT},
    {"json", BIT(ENV_F_LOG) | BIT(ENV_F_AT_TIMESTAMP), ENV_F_LOG, ENV_F_AT_TIMESTAMP, ENV_SORT | ENV_DOUBT},
    {"json", BIT(ENV_F_LOG) | BIT(ENV_F_TIMESTAMP), ENV_F_LOG, ENV_F_TIMESTAMP, ENV_SORT | ENV_DOUBT},
    {"json", BIT(ENV_F_MESSAGE) | BIT(ENV_F_TIME), ENV_F_MESSAGE, ENV_F_TIME, ENV_SORT | ENV_DOUBT},
    {"json", BIT(ENV_F_LOG), ENV_F_LOG, ENV_N_FIELDS, ENV_DOUBT},
};

/* ---- times ---- */

static gint64 epoch_time(GalenSlice text) {
  gint64 number = 0, micros = 0, unit = 100000;
  gsize i = 0;
  for (; i < text.len && g_ascii_isdigit(text.data[i]) && i < 18; i++)
    number = number * 10 + (text.data[i] - '0');
  if (i < text.len && g_ascii_isdigit(text.data[i])) /* 19 digits: ns */
    return (i + 1 == text.len || !g_ascii_isdigit(text.data[i + 1])) ? number / 100 : GALEN_TIME_NONE;
  gsize digits = i;
  if (digits < 9)
    return GALEN_TIME_NONE;
  if (digits < 12) {
    if (i < text.len && text.data[i] == '.')
      for (i++; i < text.len && g_ascii_isdigit(text.data[i]); i++, unit /= 10)
        micros += (text.data[i] - '0') * unit;
    return number * GALEN_SECOND + micros;
  }
  return digits < 15 ? number * 1000 : digits < 18 ? number : GALEN_TIME_NONE;
}

/* "1/15/2024, 10:30:00.123 AM": month first, as Azure's portal exports it. */
static gint64 portal_time(GalenSlice text) {
  gint64 part[PARTS_MAX] = {0}, micros = 0, unit = 100000;
  gsize at = 0, n = 0;
  while (n < PARTS_MAX) {
    gsize from = at;
    for (; at < text.len && at - from < 4 && g_ascii_isdigit(text.data[at]); at++)
      part[n] = part[n] * 10 + (text.data[at] - '0');
    if (at == from)
      return GALEN_TIME_NONE;
    n++;
    if (n < 3 && (at == text.len || text.data[at] != '/'))
      return GALEN_TIME_NONE;
    while (n < PARTS_MAX && at < text.len && strchr("/,: ", text.data[at]) != NULL)
      at++;
  }
  if (at < text.len && text.data[at] == '.')
    for (at++; at < text.len && g_ascii_isdigit(text.data[at]); at++, unit /= 10)
      micros += (text.data[at] - '0') * unit;
  if (at + 2 < text.len && text.data[at] == ' ' && (text.data[at + 2] == 'M' || text.data[at + 2] == 'm'))
    part[3] = part[3] % 12 + (text.data[at + 1] == 'P' || text.data[at + 1] == 'p' ? 12 : 0);
  if (part[0] < 1 || part[0] > 12 || part[1] < 1 || part[1] > 31 || part[2] < 1980 || part[2] > 2100 || part[3] > 23 ||
      part[4] > 59 || part[5] > 60)
    return GALEN_TIME_NONE;
  gint64 days = galen_days_from_civil(part[2], part[0], part[1]);
  return (days * 86400 + part[3] * 3600 + part[4] * 60 + part[5]) * GALEN_SECOND + micros;
}

gint64 galen_env_time(GalenSlice text) {
  GalenLogTime time;
  if (text.len >= 2 && text.data[0] == '"')
    text = galen_slice(text.data + 1, text.len - 2);
  if (galen_slice_starts(text, "N/A") || text.len < 9)
    return GALEN_TIME_NONE;
  if (text.data[4] == '-' && galen_log_time_parse(text, &time))
    return time.wall - time.offset * GALEN_SECOND;
  gsize digits = 0;
  while (digits < text.len && g_ascii_isdigit(text.data[digits]))
    digits++;
  return digits <= 2 ? portal_time(text) : epoch_time(text);
}

/* ---- records ---- */

static GalenSlice unquoted(GalenSlice value) {
  return value.len >= 2 && value.data[0] == '"' ? galen_slice(value.data + 1, value.len - 2) : value;
}

static GalenSlice base_name(GalenSlice path) {
  const char *slash = path.len == 0 ? NULL : memrchr(path.data, '/', path.len);
  return slash == NULL ? path : galen_slice(slash + 1, path.len - (gsize)(slash + 1 - path.data));
}

static guint32 small_number(GalenSlice text) {
  guint64 number = 0;
  for (gsize i = 0; i < text.len && i < 10 && g_ascii_isdigit(text.data[i]); i++)
    number = number * 10 + (guint64)(text.data[i] - '0');
  return number <= G_MAXUINT32 ? (guint32)number : 0;
}

static const Shape *shape_of(const EnvFields *fields) {
  guint32 there = 0;
  for (guint i = 0; i < ENV_N_FIELDS; i++)
    there |= fields->value[i].data != NULL ? BIT(i) : 0;
  for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++)
    if ((there & shapes[i].needs) == shapes[i].needs)
      return &shapes[i];
  return NULL;
}

static void set_text(EnvRecord *record, GalenSlice value, EnvCoding coding) {
  record->text = value;
  record->coding = coding;
  if (coding != ENV_JSON)
    return;
  record->text = unquoted(value);
  if (value.len > 0 && value.data[0] == '[')
    record->coding = ENV_JSON_BYTES;
  else if (record->text.data == value.data)
    record->coding = ENV_PLAIN;
}

/* Is its last character an escaped line end? */
static gboolean ends_line(GalenSlice json) {
  gsize slashes = 0;
  if (json.len < 2 || json.data[json.len - 1] != 'n')
    return FALSE;
  while (slashes + 1 < json.len && json.data[json.len - 2 - slashes] == '\\')
    slashes++;
  return slashes % 2 == 1;
}

gboolean galen_env_record_of_fields(GalenEnvelope *self, const EnvFields *fields, EnvCoding coding,
                                    EnvRecord *ret_record) {
  const Shape *shape = shape_of(fields);
  if (shape == NULL)
    return FALSE;
  EnvRecord *record = ret_record;
  *record = (EnvRecord){.verdict = ENV_TEXT, .wall = GALEN_TIME_NONE, .time = GALEN_TIME_NONE};
  set_text(record, fields->value[shape->message], coding);
  if (shape->time != ENV_N_FIELDS)
    record->time = record->wall = galen_env_time(fields->value[shape->time]);
  if (shape->time != ENV_N_FIELDS && record->time == GALEN_TIME_NONE)
    return FALSE;
  record->host = unquoted(fields->value[ENV_F_HOST]);
  record->unit = unquoted(fields->value[fields->value[ENV_F_CONTAINER].data != NULL ? ENV_F_CONTAINER : ENV_F_UNIT]);
  record->program = unquoted(fields->value[fields->value[ENV_F_PROGRAM].data != NULL ? ENV_F_PROGRAM : ENV_F_COMMAND]);
  record->pid = small_number(unquoted(fields->value[ENV_F_PID]));
  if (self->name == NULL) {
    self->name = shape->name;
    self->flags |= shape->flags;
    self->loose = shape->message == ENV_F_LOG && shape->time == ENV_N_FIELDS;
  }
  if (shape->message == ENV_F_LOG) {
    record->stream = galen_slice_is(fields->value[ENV_F_STREAM], "\"stdout\"") ? 1 : 0;
    gboolean ends = ends_line(record->text);
    if (shape->needs & BIT(ENV_F_TIME))
      self->joins = self->joins || ends;
    record->partial = self->joins && !ends;
  }
  if (fields->value[ENV_F_FILE].data != NULL) {
    record->program = base_name(unquoted(fields->value[ENV_F_FILE]));
    record->partial = FALSE;
    /* What mysqld --wsrep-recover prints is no run of the server. */
    if (galen_slice_starts(record->program, "wsrep_recovery")) {
      record->verdict = ENV_SKIP;
      record->reason = ENV_OTHER_FILE;
    }
  }
  if (fields->value[ENV_F_PARTIAL].data != NULL)
    record->partial = galen_slice_is(unquoted(fields->value[ENV_F_PARTIAL]), "true");
  return TRUE;
}
