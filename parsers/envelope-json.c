/* JSON as far as wrappers need it: the extent of a value, the values of known keys, and strings decoded. Faster than a
 * tree by far, and nothing is allocated. */
#include "envelope-private.h"
#include "json_text.h"

/* A value nested deeper counts as damaged. */
#define DEPTH_MAX 24u
/* Objects in objects whose keys are looked at: resource.labels.database_id. */
#define PATH_DEPTH_MAX 3u
#define PATH_BYTES_MAX 96u

typedef struct {
  const char *at, *end;
} Cursor;

typedef struct {
  const char *name;
  guint8 field;
} FieldName;

/* Sorted by nothing: the length differs almost always. The first name of a field that is there counts. */
static const FieldName names[] = {
    {"log", ENV_F_LOG},
    {"stream", ENV_F_STREAM},
    {"time", ENV_F_TIME},
    {"file", ENV_F_FILE},
    {"message", ENV_F_MESSAGE},
    {"timestamp", ENV_F_TIMESTAMP},
    {"@message", ENV_F_AT_MESSAGE},
    {"@timestamp", ENV_F_AT_TIMESTAMP},
    {"ingestionTime", ENV_F_CLOUDWATCH},
    {"eventId", ENV_F_CLOUDWATCH},
    {"logStreamName", ENV_F_HOST},
    {"@logStream", ENV_F_HOST},
    {"MESSAGE", ENV_F_JOURNAL_MESSAGE},
    {"__REALTIME_TIMESTAMP", ENV_F_REALTIME},
    {"_HOSTNAME", ENV_F_HOST},
    {"SYSLOG_IDENTIFIER", ENV_F_PROGRAM},
    {"_PID", ENV_F_PID},
    {"CONTAINER_PARTIAL_MESSAGE", ENV_F_PARTIAL},
    {"CONTAINER_NAME", ENV_F_CONTAINER},
    {"line", ENV_F_MESSAGE},
    {"body", ENV_F_MESSAGE},
    {"_source.message", ENV_F_MESSAGE},
    {"_source.@timestamp", ENV_F_AT_TIMESTAMP},
    {"_source.host.name", ENV_F_HOST},
    {"textPayload", ENV_F_TEXT_PAYLOAD},
    {"jsonPayload.message", ENV_F_PAYLOAD_MESSAGE},
    {"jsonPayload.MESSAGE", ENV_F_PAYLOAD_MESSAGE},
    {"jsonPayload.log", ENV_F_PAYLOAD_MESSAGE},
    {"jsonPayload.textPayload", ENV_F_PAYLOAD_MESSAGE},
    {"resource.labels.database_id", ENV_F_HOST},
    {"resource.labels.pod_name", ENV_F_HOST},
    {"resource.labels.instance_id", ENV_F_HOST},
    {"TimeGenerated", ENV_F_TIME_GENERATED},
    {"TimeGenerated [UTC]", ENV_F_TIME_GENERATED},
    {"Message", ENV_F_AZURE_MESSAGE},
    {"LogEntry", ENV_F_AZURE_MESSAGE},
    {"LogMessage", ENV_F_AZURE_MESSAGE},
    {"SyslogMessage", ENV_F_AZURE_MESSAGE},
    {"RawData", ENV_F_AZURE_MESSAGE},
    {"Message_s", ENV_F_AZURE_MESSAGE},
    {"properties.message", ENV_F_AZURE_MESSAGE},
    {"properties.Message", ENV_F_AZURE_MESSAGE},
    {"properties.log", ENV_F_AZURE_MESSAGE},
    {"properties", ENV_F_AZURE_MESSAGE},
    {"Computer", ENV_F_HOST},
    {"HostName", ENV_F_HOST},
    {"PodName", ENV_F_HOST},
    {"LogicalServerName_s", ENV_F_HOST},
    {"properties.LogicalServerName", ENV_F_HOST},
    {"ProcessName", ENV_F_PROGRAM},
    {"kubernetes.pod_name", ENV_F_HOST},
    {"kubernetes.pod.name", ENV_F_HOST},
    {"host.name", ENV_F_HOST},
    {"hostname", ENV_F_HOST},
    {"_COMM", ENV_F_COMMAND},
    {"_SYSTEMD_UNIT", ENV_F_UNIT},
    {"SYSLOG_PID", ENV_F_PID},
};

EnvField galen_env_field(GalenSlice name) {
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (names[i].name[0] == (name.len > 0 ? name.data[0] : '\0') && galen_slice_is(name, names[i].name))
      return (EnvField)names[i].field;
  return ENV_N_FIELDS;
}

static void blanks(Cursor *c) {
  while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' || *c->at == '\r' || *c->at == '\t'))
    c->at++;
}

static gboolean string(Cursor *c, GalenSlice *ret_inside) {
  return galen_json_string(&c->at, c->end, ret_inside);
}

/* Behind the object or array at the cursor. */
static gboolean nest(Cursor *c) {
  guint depth = 0;
  GalenSlice inside;
  while (c->at < c->end) {
    char ch = *c->at;
    if (ch == '"') {
      if (!string(c, &inside))
        return FALSE;
      continue;
    }
    c->at++;
    if ((ch == '{' || ch == '[') && ++depth > DEPTH_MAX)
      return FALSE;
    if ((ch == '}' || ch == ']') && --depth == 0)
      return TRUE;
  }
  return FALSE;
}

gsize galen_env_json_extent(const char *data, gsize len) {
  Cursor c = {data, data + len};
  return len > 0 && (*data == '{' || *data == '[') && nest(&c) ? (gsize)(c.at - data) : 0;
}

static gboolean value(Cursor *c, GalenSlice *ret_value) {
  const char *from = c->at;
  GalenSlice inside;
  if (c->at == c->end)
    return FALSE;
  if (*from == '"') {
    if (!string(c, &inside))
      return FALSE;
  } else if (*from == '{' || *from == '[') {
    if (!nest(c))
      return FALSE;
  } else {
    while (c->at < c->end && strchr(",}] \t\r\n", *c->at) == NULL)
      c->at++;
    if (c->at == from)
      return FALSE;
  }
  *ret_value = galen_slice(from, (gsize)(c->at - from));
  return TRUE;
}

static void keep(EnvFields *fields, GalenSlice name, GalenSlice what) {
  EnvField field = galen_env_field(name);
  if (field != ENV_N_FIELDS && fields->value[field].data == NULL && !galen_slice_is(what, "null"))
    fields->value[field] = what;
}

/* One level; objects in it that may hold known keys are pushed for later. */
typedef struct {
  GalenSlice object;
  char path[PATH_BYTES_MAX];
  gsize path_len;
  guint depth;
} Level;

#define LEVELS_MAX 16u

typedef struct {
  Level items[LEVELS_MAX];
  guint n;
} Levels;

static const char *const parents[] = {"jsonPayload", "resource",       "resource.labels", "properties",  "kubernetes",
                                      "host",        "kubernetes.pod", "_source",         "_source.host"};

static void push(Levels *levels, const Level *parent, GalenSlice name, GalenSlice object) {
  for (gsize i = 0; i < G_N_ELEMENTS(parents); i++) {
    if (!galen_slice_is(name, parents[i]) || levels->n == LEVELS_MAX || parent->depth == PATH_DEPTH_MAX ||
        name.len + 1 > PATH_BYTES_MAX)
      continue;
    Level *level = &levels->items[levels->n++];
    level->object = object;
    level->depth = parent->depth + 1;
    memcpy(level->path, name.data, name.len);
    level->path[name.len] = '.';
    level->path_len = name.len + 1;
  }
}

static gboolean member(Cursor *c, Level *level, Levels *levels, EnvFields *fields) {
  GalenSlice key, what;
  char path[PATH_BYTES_MAX];
  if (*c->at != '"' || !string(c, &key))
    return FALSE;
  blanks(c);
  if (c->at == c->end || *c->at++ != ':')
    return FALSE;
  blanks(c);
  if (!value(c, &what))
    return FALSE;
  if (level->path_len + key.len > sizeof path)
    return TRUE;
  if (level->path_len > 0) {
    memcpy(path, level->path, level->path_len);
    memcpy(path + level->path_len, key.data, key.len);
    key = galen_slice(path, level->path_len + key.len);
  }
  if (*what.data == '{')
    push(levels, level, key, what);
  else
    keep(fields, key, what);
  return TRUE;
}

static gboolean members(Level *level, Levels *levels, EnvFields *fields) {
  Cursor c = {level->object.data + 1, level->object.data + level->object.len};
  blanks(&c);
  if (c.at < c.end && *c.at == '}')
    return c.at + 1 == c.end;
  while (c.at < c.end) {
    if (!member(&c, level, levels, fields))
      return FALSE;
    blanks(&c);
    if (c.at == c.end)
      return FALSE;
    char mark = *c.at++;
    blanks(&c);
    if (mark == '}')
      return c.at == c.end;
    if (mark != ',' || c.at == c.end)
      return FALSE;
  }
  return FALSE;
}

/* CloudWatch Insights: [{"field": "@timestamp", "value": "…"}, {"field": "@message", …}, …]. */
static gboolean pairs(GalenSlice array, EnvFields *fields) {
  Cursor c = {array.data + 1, array.data + array.len};
  guint found = 0;
  for (blanks(&c); c.at < c.end && *c.at == '{'; blanks(&c)) {
    GalenSlice object, key, what, name = {0}, text = {0};
    if (!value(&c, &object))
      return FALSE;
    Cursor in = {object.data + 1, object.data + object.len};
    for (blanks(&in); in.at < in.end && *in.at == '"'; blanks(&in)) {
      if (!string(&in, &key))
        return FALSE;
      blanks(&in);
      if (in.at == in.end || *in.at++ != ':')
        return FALSE;
      blanks(&in);
      if (!value(&in, &what))
        return FALSE;
      if (galen_slice_is(key, "field") && what.len >= 2 && *what.data == '"')
        name = galen_slice(what.data + 1, what.len - 2);
      else if (galen_slice_is(key, "value"))
        text = what;
      blanks(&in);
      if (in.at < in.end && *in.at == ',')
        in.at++;
    }
    if (name.data != NULL && text.data != NULL) {
      keep(fields, name, text);
      found++;
    }
    blanks(&c);
    if (c.at < c.end && *c.at == ',')
      c.at++;
  }
  return found > 0 && c.at < c.end && *c.at == ']';
}

gboolean galen_env_json_fields(GalenSlice object, EnvFields *ret_fields) {
  Levels levels;
  EnvFields fields;
  memset(&fields, 0, sizeof fields);
  if (object.len < 2)
    return FALSE;
  if (*object.data == '[') {
    if (!pairs(object, &fields))
      return FALSE;
    *ret_fields = fields;
    return TRUE;
  }
  if (*object.data != '{')
    return FALSE;
  levels.n = 1;
  levels.items[0].object = object;
  levels.items[0].path_len = levels.items[0].depth = 0;
  for (guint i = 0; i < levels.n; i++)
    if (!members(&levels.items[i], &levels, &fields))
      return FALSE;
  *ret_fields = fields;
  return TRUE;
}

/* ---- decoding ---- */

static void decode_bytes(GString *out, GalenSlice text) {
  guint number = 0;
  gboolean digits = FALSE;
  for (gsize i = 0; i < text.len; i++) {
    char c = text.data[i];
    if (g_ascii_isdigit(c)) {
      number = (number * 10 + (guint)(c - '0')) & 0xffff;
      digits = TRUE;
    } else if (digits) {
      g_string_append_c(out, (char)(guint8)number);
      number = 0;
      digits = FALSE;
    }
  }
}

static void decode_syslog(GString *out, GalenSlice text) {
  static const struct { char code[4], character; } codes[] = {{"011", '\t'}, {"012", '\n'}, {"015", '\r'}};
  const char *at = text.data, *end = at + text.len, *mark;
  while (at < end && (mark = memchr(at, '#', (gsize)(end - at))) != NULL) {
    char character = '#';
    for (gsize i = 0; end - mark >= 4 && i < G_N_ELEMENTS(codes); i++)
      if (memcmp(mark + 1, codes[i].code, 3) == 0)
        character = codes[i].character;
    g_string_append_len(out, at, mark - at);
    g_string_append_c(out, character);
    at = mark + (character == '#' ? 1 : 4);
  }
  g_string_append_len(out, at, end - at);
}

static void decode_csv(GString *out, GalenSlice text) {
  const char *at = text.data, *end = at + text.len, *quote;
  while (at < end && (quote = memchr(at, '"', (gsize)(end - at))) != NULL) {
    g_string_append_len(out, at, quote + 1 - at);
    at = quote + 1 < end && quote[1] == '"' ? quote + 2 : quote + 1;
  }
  g_string_append_len(out, at, end - at);
}

void galen_env_decode(GString *out, GalenSlice text, EnvCoding coding) {
  if (coding == ENV_JSON)
    galen_json_decode(out, text);
  else if (coding == ENV_JSON_BYTES)
    decode_bytes(out, text);
  else if (coding == ENV_SYSLOG)
    decode_syslog(out, text);
  else if (coding == ENV_CSV)
    decode_csv(out, text);
  else
    g_string_append_len(out, text.data, (gssize)text.len);
}
