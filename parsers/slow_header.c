#include "slow_log.h"

/* A line of attributes that lacks its '#' is no longer than this. */
#define PLAIN_LINE_MAX 1024

static const char *find_last(const char *from, const char *to, const char *text) {
  gsize len = strlen(text);
  for (gsize left = (gsize)(to - from); left >= len; left--)
    if (memcmp(from + left - len, text, len) == 0)
      return from + left - len;
  return NULL;
}

/* "priv[user]": the two are mostly the same, and a name may hold '[' itself. */
static GalenSlice read_user(const char *from, const char *to) {
  if (to == from || to[-1] != ']')
    return galen_slice(from, (gsize)(to - from));
  to--;
  gsize len = (gsize)(to - from);
  const char *open = len % 2 == 1 && from[len / 2] == '[' && memcmp(from, from + len / 2 + 1, len / 2) == 0
                         ? from + len / 2
                         : memchr(from, '[', len);
  if (open == NULL)
    return galen_slice(from, len);
  return open + 1 < to ? galen_slice(open + 1, (gsize)(to - open - 1)) : galen_slice(from, (gsize)(open - from));
}

/* "root[root] @ localhost [127.0.0.1]  Id:    10", behind "# User@Host: ". */
static void read_user_host(SlowLog *self, const char *at, const char *end) {
  GalenSlowEvent *event = &self->entry.event;
  const char *id = find_last(at, end, "]  Id: ");
  if (id != NULL) {
    galen_slow_pairs_read(self, id + 1, end);
    end = id + 1;
  }
  const char *split = find_last(at, end, "] @ ");
  const char *host = split != NULL ? split + 4 : find_last(at, end, " @ ");
  if (host == NULL)
    return;
  if (split == NULL)
    host += 3;
  event->user = split != NULL ? read_user(at, split + 1) : galen_slice(at, (gsize)(host - 3 - at));
  const char *open = memrchr(host, '[', (gsize)(end - host));
  const char *close = open != NULL ? memrchr(open, ']', (gsize)(end - open)) : NULL;
  const char *to = open != NULL ? open : end;
  while (to > host && to[-1] == ' ')
    to--;
  while (host < to && *host == ' ')
    host++;
  event->host = galen_slice(host, (gsize)(to - host));
  if (event->host.len == 0 && close != NULL)
    event->host = galen_slice(open + 1, (gsize)(close - open - 1));
  if (event->host.len == 0)
    event->host = galen_slice(NULL, 0);
  if (event->user.len == 0)
    event->user = galen_slice(NULL, 0);
}

static void read_time(SlowLog *self, GalenSlice text) {
  SlowEntry *entry = &self->entry;
  entry->has_time = galen_log_time_parse(text, &entry->time);
  const char *user = memmem(text.data, text.len, "# User@Host: ", 13);
  if (user != NULL) {
    entry->has_user = TRUE;
    read_user_host(self, user + 13, text.data + text.len);
  }
}

/* Lines behind "# Warnings": "# Error 1366 Incorrect string value …". */
static gboolean read_warning(SlowLog *self, GalenSlice line) {
  if (galen_slice_starts(line, "# Error ")) {
    const char *at = line.data + 8;
    const char *stop = galen_slow_value_end(at, line.data + line.len);
    if (self->entry.event.error == 0)
      self->entry.event.error = galen_slow_number(galen_slice(at, (gsize)(stop - at)));
    return TRUE;
  }
  return galen_slice_starts(line, "# Note ") || galen_slice_starts(line, "# Warning ");
}

static gboolean read_explain(SlowEntry *entry, GalenSlice line) {
  if (entry->event.explain.data == NULL)
    entry->event.explain.data = line.data;
  entry->event.explain.len = (gsize)(line.data + line.len - entry->event.explain.data);
  return TRUE;
}

static guint8 kind_of(GalenSlice line) {
  static const struct {
    const char *text;
    gsize len;
    guint8 kind;
  } kinds[] = {{"# Time: ", 8, SLOW_LINE_TIME},
               {"# User@Host: ", 13, SLOW_LINE_USER},
               {"# Thread_id: ", 13, SLOW_LINE_THREAD},
               {"# Schema: ", 10, SLOW_LINE_SCHEMA},
               {"# Query_time: ", 14, SLOW_LINE_FIGURES}};
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (line.len >= kinds[i].len && line.data[2] == kinds[i].text[2] &&
        memcmp(line.data, kinds[i].text, kinds[i].len) == 0)
      return kinds[i].kind;
  return SLOW_LINE_OTHER;
}

typedef enum { LINE_TAKEN, LINE_BODY, LINE_NEXT_ENTRY } LineKind;

static LineKind read_line(SlowLog *self, GalenSlice line) {
  SlowEntry *entry = &self->entry;
  const char *at = line.data, *end = line.data + line.len;
  if (line.len == 0 || *at != '#') {
    /* Percona has written attribute lines without their '#'. */
    gboolean blank = line.len > 2 && at[0] == ' ' && at[1] == ' ' && g_ascii_isupper(at[2]);
    return entry->has_figures && blank && galen_slow_pairs_read(self, at, end) ? LINE_TAKEN : LINE_BODY;
  }
  if (line.len == 1)
    return entry->has_figures ? LINE_TAKEN : LINE_BODY;
  if (at[1] != ' ')
    return LINE_BODY;
  guint8 kind = kind_of(line);
  gboolean again = entry->has_figures
                       ? (kind & (SLOW_LINE_TIME | SLOW_LINE_USER | SLOW_LINE_FIGURES)) != 0
                       : (kind == SLOW_LINE_TIME && entry->first != 0) || (kind == SLOW_LINE_USER && entry->has_user);
  if (again)
    return LINE_NEXT_ENTRY;
  if (entry->first == 0)
    entry->first = kind;
  else if (entry->has_user && entry->after_user == 0)
    entry->after_user = kind;
  if (kind == SLOW_LINE_TIME) {
    read_time(self, galen_slice(at + 8, line.len - 8));
    return LINE_TAKEN;
  }
  if (kind == SLOW_LINE_USER) {
    entry->has_user = TRUE;
    read_user_host(self, at + 13, end);
    return LINE_TAKEN;
  }
  if (galen_slice_starts(line, "# explain: "))
    return read_explain(entry, line) ? LINE_TAKEN : LINE_BODY;
  if (galen_slice_starts(line, "# administrator command: "))
    return LINE_BODY;
  if (galen_slice_is(line, "# Warnings")) {
    entry->after_warnings = TRUE;
    return LINE_TAKEN;
  }
  if (entry->after_warnings && read_warning(self, line))
    return LINE_TAKEN;
  if (galen_slice_starts(line, "# No InnoDB statistics available"))
    return LINE_TAKEN;
  return galen_slow_pairs_read(self, at + 2, end) ? LINE_TAKEN : LINE_BODY;
}

/* "SET last_insert_id=1,insert_id=2,timestamp=1405358212;" */
static gboolean read_settings(GalenSlice line, gint64 *ret_stamp) {
  if (!galen_slice_starts(line, "SET ") || line.data[line.len - 1] != ';')
    return FALSE;
  static const char *const names[] = {"last_insert_id=", "insert_id=", "timestamp="};
  const char *at = line.data + 4, *end = line.data + line.len - 1;
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    gsize len = strlen(names[i]);
    if ((gsize)(end - at) <= len || memcmp(at, names[i], len) != 0)
      continue;
    at += len;
    guint64 value = 0;
    const char *from = at;
    for (; at < end && g_ascii_isdigit(*at) && value < G_MAXINT64 / 100; at++)
      value = value * 10 + (guint64)(*at - '0');
    if (at == from)
      return FALSE;
    /* Some versions write the microseconds too. */
    if (i == 2 && at < end && *at == '.')
      while (++at < end && g_ascii_isdigit(*at))
        ;
    if (i == 2) {
      *ret_stamp = (gint64)value;
      return at == end;
    }
    if (at == end || *at++ != ',')
      return FALSE;
  }
  return FALSE;
}

/* "use db;", "use `db`;": the database between. */
static gboolean read_use(GalenSlice line, GalenSlice *ret_db) {
  if (line.len < 6 || !galen_slice_starts(line, "use ") || line.data[line.len - 1] != ';')
    return FALSE;
  GalenSlice db = galen_slice(line.data + 4, line.len - 5);
  if (db.len >= 2 && db.data[0] == '`' && db.data[db.len - 1] == '`')
    db = galen_slice(db.data + 1, db.len - 2);
  *ret_db = db;
  return db.len > 0 && db.len < SLOW_DB_MAX;
}

/* Whether what stands at `at` is the next entry (or the log's end), so that the line before it was the statement itself. */
static SlowAnswer nothing_follows(SlowLog *self, const char *at, const char *end, gboolean eof) {
  if (at == end)
    return eof ? SLOW_YES : SLOW_MORE;
  gsize len;
  GalenServerStart start;
  if (*at != '#')
    return galen_slow_startup(at, end, eof, &len, &start);
  return galen_slow_header_sequence(&self->layout, at, end, eof);
}

/* A line of the prologue: one of both, or none. */
typedef struct {
  const char *next; /* the line behind it */
  gboolean is_use, is_settings;
  GalenSlice db;
  gint64 stamp;
} Prologue;

/* SLOW_NO: neither use nor SET. */
static SlowAnswer read_prologue_line(const SlowLog *self, const char *at, const char *end, gboolean eof,
                                     gboolean may_use, Prologue *ret_line) {
  if (at == end && !eof)
    return SLOW_MORE;
  if (at == end || (*at != 'u' && *at != 'S'))
    return SLOW_NO;
  ret_line->is_use = FALSE;
  ret_line->next = self->plain ? NULL : galen_slow_fast_stamp(at, end, &ret_line->stamp);
  ret_line->is_settings = ret_line->next != NULL;
  if (ret_line->is_settings)
    return SLOW_YES;
  GalenSlice line;
  if (!galen_slow_line(at, end, eof, &line, &ret_line->next))
    return end - at > (gint64)SLOW_DB_MAX + 64 ? SLOW_NO : SLOW_MORE;
  ret_line->is_use = may_use && read_use(line, &ret_line->db);
  ret_line->is_settings = !ret_line->is_use && read_settings(line, &ret_line->stamp);
  return ret_line->is_use || ret_line->is_settings ? SLOW_YES : SLOW_NO;
}

/* Behind a `use` line: whether it was the statement itself. SLOW_NO: it is the prologue's, and line becomes the next one. */
static SlowAnswer pass_use(SlowLog *self, const char *data, const char *end, gboolean eof, Prologue *line) {
  SlowEntry *entry = &self->entry;
  /* Most have a SET behind them, which is neither an entry nor a start-up block. */
  gint64 stamp = 0;
  const char *behind = self->plain ? NULL : galen_slow_fast_stamp(line->next, end, &stamp);
  SlowAnswer alone = behind != NULL ? SLOW_NO : nothing_follows(self, line->next, end, eof);
  if (alone != SLOW_NO)
    return alone;
  entry->use = line->db;
  entry->text = (gsize)(line->next - data);
  if (behind == NULL) {
    SlowAnswer found = read_prologue_line(self, line->next, end, eof, FALSE, line);
    return found == SLOW_NO ? SLOW_YES : found == SLOW_YES ? SLOW_NO : SLOW_MORE;
  }
  *line = (Prologue){.next = behind, .is_settings = TRUE, .stamp = stamp};
  return SLOW_NO;
}

/* The lines between header and statement: use and SET. */
static SlowAnswer read_prologue(SlowLog *self, const char *data, gsize len, gboolean eof, gsize at) {
  SlowEntry *entry = &self->entry;
  const char *end = data + len;
  Prologue line;
  entry->text = at;
  SlowAnswer found = read_prologue_line(self, data + at, end, eof, TRUE, &line);
  if (found != SLOW_YES)
    return found == SLOW_MORE ? SLOW_MORE : SLOW_YES;
  if (line.is_use) {
    SlowAnswer over = pass_use(self, data, end, eof, &line);
    if (over != SLOW_NO)
      return over;
  }
  SlowAnswer alone = nothing_follows(self, line.next, end, eof);
  if (alone == SLOW_MORE)
    return SLOW_MORE;
  if (alone == SLOW_YES && !self->layout.settings)
    return SLOW_YES;
  entry->text = (gsize)(line.next - data);
  entry->has_stamp = TRUE;
  entry->stamp = line.stamp;
  entry->ended = alone == SLOW_YES;
  return SLOW_YES;
}

SlowAnswer galen_slow_header_read(SlowLog *self, const char *data, gsize len, gboolean eof) {
  SlowEntry *entry = &self->entry;
  memset(entry, 0, sizeof *entry);
  galen_slow_keys_mark(self);
  entry->event.start = GALEN_TIME_NONE;
  entry->event.rate_limit = 1;
  entry->event.dict = self->dict;
  entry->event.attrs = self->attrs;
  const char *at = data, *end = data + len;
  while (at < end) {
    GalenSlice line;
    const char *next;
    if ((gsize)(at - data) > SLOW_HEADER_MAX)
      return SLOW_NO;
    if (*at != '#' && *at != ' ')
      break;
    next = self->plain ? NULL : galen_slow_fast_lines(self, at, end);
    if (next != NULL) {
      at = next;
      continue;
    }
    if (!galen_slow_line(at, end, eof, &line, &next)) {
      if (*at == '#' || end - at < PLAIN_LINE_MAX)
        return (gsize)(end - data) > SLOW_HEADER_MAX ? SLOW_NO : SLOW_MORE;
      break;
    }
    if (*at == ' ' && next - at > PLAIN_LINE_MAX)
      break;
    LineKind kind = read_line(self, line);
    if (kind == LINE_NEXT_ENTRY)
      entry->ended = TRUE;
    if (kind != LINE_TAKEN)
      break;
    at = next;
  }
  entry->text = (gsize)(at - data);
  if (at == data)
    return SLOW_NO;
  if (at == end && !eof)
    return SLOW_MORE;
  if (entry->ended || !entry->has_figures)
    return SLOW_YES;
  return read_prologue(self, data, len, eof, entry->text);
}
