/* The journal's export format: fields of an entry, a line each or with a length and any bytes, and an empty line. */
#include "envelope-private.h"

/* The field at data: its name and value; how many bytes it takes, 0: more are needed. An empty line has no name. */
static gsize field(const char *data, gsize len, GalenSlice *ret_name, GalenSlice *ret_value) {
  const char *newline = len == 0 ? NULL : memchr(data, '\n', len);
  if (newline == NULL)
    return 0;
  gsize line = (gsize)(newline - data);
  const char *equals = line == 0 ? NULL : memchr(data, '=', line);
  *ret_name = galen_slice(data, equals != NULL ? (gsize)(equals - data) : line);
  *ret_value = galen_slice(NULL, 0);
  if (equals != NULL || line == 0) {
    if (equals != NULL)
      *ret_value = galen_slice(equals + 1, (gsize)(newline - equals - 1));
    return line + 1;
  }
  guint64 size;
  for (gsize i = 0; i < line; i++)
    if (!g_ascii_isupper(data[i]) && data[i] != '_' && !g_ascii_isdigit(data[i]))
      return line + 1; /* no field: damaged */
  if (len < line + 1 + sizeof size)
    return 0;
  memcpy(&size, newline + 1, sizeof size);
  size = GUINT64_FROM_LE(size);
  if (size > (guint64)ENV_RECORD_MAX * 64) /* no length: damaged */
    return line + 1;
  gsize whole = line + 1 + sizeof size + (gsize)size + 1;
  if (len < whole)
    return 0;
  *ret_value = galen_slice(newline + 1 + sizeof size, (gsize)size);
  return whole;
}

static gsize split_export(GalenEnvelope *self, const char *data, gsize len, gboolean eof) {
  GalenSlice name, value;
  (void)self;
  for (gsize at = 0; at < len;) {
    gsize n = field(data + at, len - at, &name, &value);
    if (n == 0)
      break;
    at += n;
    if (name.len == 0)
      return at;
  }
  return eof ? len : 0;
}

static void parse_export(GalenEnvelope *self, GalenSlice record, EnvRecord *ret_record) {
  EnvFields fields;
  GalenSlice name, value;
  memset(&fields, 0, sizeof fields);
  gsize n, named = 0;
  for (gsize at = 0; (n = field(record.data + at, record.len - at, &name, &value)) > 0; at += n) {
    EnvField which = galen_env_field(name);
    named += name.len > 0;
    if (which != ENV_N_FIELDS && value.data != NULL && fields.value[which].data == NULL)
      fields.value[which] = value;
  }
  if (galen_env_record_of_fields(self, &fields, ENV_PLAIN, ret_record))
    return;
  *ret_record = (EnvRecord){.verdict = named == 0 || fields.value[ENV_F_REALTIME].data != NULL ? ENV_HEADER : ENV_SKIP,
                            .reason = ENV_DAMAGED,
                            .wall = GALEN_TIME_NONE,
                            .time = GALEN_TIME_NONE};
}

const EnvKind galen_env_export = {"journald", split_export, parse_export, 0};
