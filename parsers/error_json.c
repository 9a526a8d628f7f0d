#include "error_log.h"
#include "json_text.h"

/* A flat object has so many members at most. */
#define MEMBERS_MAX 64u

typedef struct {
  const char *at, *end;
} Cursor;

static void blanks(Cursor *c) {
  while (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
    c->at++;
}

static gboolean mark(Cursor *c, char wanted) {
  blanks(c);
  if (c->at == c->end || *c->at != wanted)
    return FALSE;
  c->at++;
  return TRUE;
}

/* A string as written, without its quotes. */
static gboolean string(Cursor *c, GalenSlice *ret_raw) {
  blanks(c);
  return c->at < c->end && *c->at == '"' && galen_json_string(&c->at, c->end, ret_raw);
}

/* A number, true, false or null as written. */
static gboolean scalar(Cursor *c, GalenSlice *ret_raw) {
  blanks(c);
  const char *from = c->at;
  while (c->at < c->end && (g_ascii_isalnum(*c->at) || *c->at == '-' || *c->at == '+' || *c->at == '.'))
    c->at++;
  *ret_raw = galen_slice(from, (gsize)(c->at - from));
  return c->at > from;
}

static gint64 number(GalenSlice raw) {
  gint64 n = 0;
  for (gsize i = 0; i < raw.len && g_ascii_isdigit(raw.data[i]) && n < G_MAXINT64 / 16; i++)
    n = n * 10 + (raw.data[i] - '0');
  return n;
}

static GalenLevel level_of(GalenSlice label) {
  static const struct {
    const char *text;
    GalenLevel level;
  } labels[] = {{"System", GALEN_LEVEL_SYSTEM},
                {"Error", GALEN_LEVEL_ERROR},
                {"ERROR", GALEN_LEVEL_ERROR},
                {"Warning", GALEN_LEVEL_WARNING},
                {"Note", GALEN_LEVEL_NOTE}};
  for (gsize i = 0; i < G_N_ELEMENTS(labels); i++)
    if (galen_slice_is(label, labels[i].text))
      return labels[i].level;
  return GALEN_LEVEL_NONE;
}

static void set_time(ErrorPrefix *p, GalenSlice raw) {
  GalenLogTime time;
  if (!galen_log_time_parse(raw, &time))
    return;
  p->wall = time.wall;
  p->resolution = 1;
  p->has_zone = time.has_zone;
  p->offset = time.offset;
  p->raw_time = raw;
}

static void member(ErrorPrefix *p, GalenSlice name, GalenSlice value, GalenSlice *msg) {
  static const GalenLevel prios[] = {GALEN_LEVEL_SYSTEM, GALEN_LEVEL_ERROR, GALEN_LEVEL_WARNING, GALEN_LEVEL_NOTE};
  if (galen_slice_is(name, "prio")) {
    gint64 prio = number(value);
    if (p->level == GALEN_LEVEL_NONE && value.len > 0 && prio < (gint64)G_N_ELEMENTS(prios))
      p->level = prios[prio];
  } else if (galen_slice_is(name, "label")) {
    GalenLevel level = level_of(value);
    p->level = level != GALEN_LEVEL_NONE ? level : p->level;
  } else if (galen_slice_is(name, "err_code")) {
    gint64 code = number(value);
    p->code = code <= G_MAXUINT32 ? (guint32)code : 0;
  } else if (galen_slice_is(name, "msg")) {
    *msg = value;
  } else if (galen_slice_is(name, "time")) {
    set_time(p, value);
  } else if (galen_slice_is(name, "ts") && p->wall == GALEN_TIME_NONE) {
    p->wall = number(value) * 1000;
    p->resolution = 1000;
    p->has_zone = TRUE;
    p->raw_time = value;
  } else if (galen_slice_is(name, "thread")) {
    p->number = (guint64)number(value);
    p->has_number = TRUE;
  } else if (galen_slice_is(name, "subsystem") && value.len > 0) {
    p->subsystem = value;
  }
}

gboolean galen_error_json_begins(const char *at, const char *stop) {
  Cursor c = {at, stop};
  GalenSlice name;
  if (!mark(&c, '{') || !string(&c, &name) || !mark(&c, ':'))
    return FALSE;
  GalenSlice look = galen_slice(at, MIN((gsize)(stop - at), 4096u));
  static const char *const keys[] = {"\"prio\"",  "\"err_code\"", "\"err_symbol\"",
                                     "\"label\"", "\"msg\"",      "\"SQL_state\""};
  guint found = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
    found += memmem(look.data, look.len, keys[i], strlen(keys[i])) != NULL;
  return found >= 2;
}

gboolean galen_error_json(const char *at, const char *stop, GString *scratch, ErrorPrefix *ret_prefix,
                          GalenSlice *ret_more) {
  Cursor c = {at, stop};
  ErrorPrefix p = {.form = ERROR_FORM_JSON, .labelled = TRUE, .wall = GALEN_TIME_NONE};
  GalenSlice msg = {0};
  if (!mark(&c, '{'))
    return FALSE;
  for (guint n = 0; n < MEMBERS_MAX; n++) {
    GalenSlice name, value;
    if (!string(&c, &name) || !mark(&c, ':'))
      break;
    blanks(&c);
    if (c.at == c.end || !(*c.at == '"' ? string(&c, &value) : scalar(&c, &value)))
      break;
    member(&p, name, value, &msg);
    if (!mark(&c, ','))
      break;
  }
  if (msg.data == NULL)
    return FALSE;
  g_string_truncate(scratch, 0);
  galen_json_decode(scratch, msg);
  const char *line_end = memchr(scratch->str, '\n', scratch->len);
  p.text = galen_slice(scratch->str, line_end != NULL ? (gsize)(line_end - scratch->str) : scratch->len);
  GalenLevel level = p.level;
  galen_error_text_split(&p, TRUE);
  p.level = level != GALEN_LEVEL_NONE ? level : p.level;
  *ret_more = line_end != NULL ? galen_slice(line_end + 1, (gsize)(scratch->str + scratch->len - line_end - 1))
                               : galen_slice(NULL, 0);
  *ret_prefix = p;
  return TRUE;
}
