#include "slow_log.h"

/* What the scan found at a line end. */
typedef enum {
  AT_TEXT,     /* the statement goes on */
  AT_END,      /* it ends here */
  AT_DOUBTFUL, /* the next entry's header, but a quote or comment is open */
  AT_MORE,
} LineEnd;

static LineEnd answer(SlowAnswer answer, LineEnd yes) {
  return answer == SLOW_YES ? yes : answer == SLOW_MORE ? AT_MORE : AT_TEXT;
}

/* A server that died in the middle of a statement starts again behind it: its block's second line tells. The
 * first has been read as SQL by then, so the end is one line back. */
static SlowAnswer startup_before(const char *text, const char *port_line, const char *end, gboolean eof,
                                 gsize *ret_back) {
  const char *before = port_line - 1;
  if (before <= text)
    return SLOW_NO;
  const char *line = memrchr(text, '\n', (gsize)(before - text));
  line = line != NULL ? line + 1 : text;
  gsize len;
  GalenServerStart start = {0};
  SlowAnswer startup = galen_slow_startup(line, end, eof, &len, &start);
  if (startup == SLOW_YES && start.version.data == NULL)
    return SLOW_NO;
  *ret_back = (gsize)(port_line - line);
  return startup;
}

/* `at`: the first byte of a line, behind the statement so far; `sql`: the state there, its line end passed. */
static LineEnd look_at_line(const SlowLog *self, const GalenSqlState *sql, gboolean terminated, const char *text,
                            const char *at, const char *end, gboolean eof, gsize *ret_back) {
  *ret_back = 0;
  if (at == end)
    return eof ? AT_END : AT_MORE;
  gboolean open = galen_sql_open(sql);
  /* A log that was cut while the server wrote on (copytruncate) has NULs where the cut part was. */
  if (*at == '\0' && terminated && !open)
    return AT_END;
  if (*at == '#') {
    if (open)
      return answer(galen_slow_header_sequence(&self->layout, at, end, eof), AT_DOUBTFUL);
    if (terminated)
      return answer(galen_slow_header_follows(at, end, eof), AT_END);
    return sql->content ? answer(galen_slow_header_sequence(&self->layout, at, end, eof), AT_END) : AT_TEXT;
  }
  if (*at == 'T') {
    if (end - at < 10 && !eof)
      return AT_MORE;
    if (g_ascii_strncasecmp(at, "Tcp port:", MIN(9, (gsize)(end - at))) == 0) {
      SlowAnswer startup = startup_before(text, at, end, eof, ret_back);
      if (startup != SLOW_NO)
        return answer(startup, open ? AT_DOUBTFUL : AT_END);
      *ret_back = 0;
    }
  }
  if (!open && terminated) {
    gsize len;
    GalenServerStart start;
    return answer(galen_slow_startup(at, end, eof, &len, &start), AT_END);
  }
  return AT_TEXT;
}

/* Whether the statement so far ends with ';'. In a line comment the server's own ';' stands inside the comment. */
static gboolean is_terminated(const GalenSqlState *sql, const char *text, const char *line_end) {
  if (sql->mode == GALEN_SQL_NEUTRAL)
    return sql->last == ';';
  if (sql->mode != GALEN_SQL_LINE_COMMENT)
    return FALSE;
  while (line_end > text && (line_end[-1] == '\r' || line_end[-1] == ' '))
    line_end--;
  return sql->last == ';' || (line_end > text && line_end[-1] == ';');
}

/* Reads on behind a header that stands in an open literal at data + from. SLOW_YES: the literal closes and the
 * statement ends with ';' at ret_end, so all was text; SLOW_NO: it does not, within SLOW_RECOVERY_MAX. `through`: headers
 * in further literals do not count. */
static SlowAnswer read_on(const SlowLog *self, GalenSqlState sql, const char *data, gsize text, gsize from, gsize len,
                          gboolean eof, gboolean through, gsize *ret_end) {
  gsize limit = from + (through ? SLOW_THROUGH_MAX : SLOW_RECOVERY_MAX);
  if (limit + SLOW_HOLD > len && !eof)
    return SLOW_MORE;
  gboolean last = eof && limit >= len;
  gsize stop = MIN(limit, len), at = from;
  sql.skip = NULL; /* what is open is told from what opens later by its count */
  guint opened = sql.opened;
  for (;;) {
    at = galen_sql_state_scan(&sql, data, at, stop, last);
    gboolean same = sql.opened == opened && galen_sql_open(&sql);
    if (at >= stop || data[at] != '\n') {
      gboolean done = last && !galen_sql_open(&sql) && is_terminated(&sql, data + text, data + at);
      *ret_end = stop;
      return done ? SLOW_YES : SLOW_NO;
    }
    gboolean terminated = is_terminated(&sql, data + text, data + at);
    galen_sql_state_pass_line(&sql);
    at++;
    if (same)
      continue; /* headers in the very literal that is in doubt are part of the doubt */
    gsize back;
    LineEnd found = look_at_line(self, &sql, terminated, data + text, data + at, data + len, eof, &back);
    if (found == AT_MORE)
      return SLOW_NO;
    if (found == AT_TEXT || (through && found == AT_DOUBTFUL))
      continue;
    *ret_end = at - back;
    return found == AT_END && terminated ? SLOW_YES : SLOW_NO;
  }
}

/* Whether the entry whose header stands at data + from ends with ';' before the next one, all literals closed. Its
 * header lines are comments to the scan. */
static gboolean entry_is_whole(const SlowLog *self, const char *data, gsize from, gsize len, gboolean eof) {
  gsize stop = MIN(from + SLOW_THROUGH_MAX, len), at = from;
  GalenSqlState sql;
  galen_sql_state_init(&sql, FALSE, self->skip);
  for (;;) {
    at = galen_sql_state_scan(&sql, data, at, stop, TRUE);
    if (at >= stop || data[at] != '\n')
      return eof && stop == len && is_terminated(&sql, data + from, data + at);
    gboolean terminated = is_terminated(&sql, data + from, data + at);
    galen_sql_state_pass_line(&sql);
    at++;
    gsize back;
    LineEnd found = look_at_line(self, &sql, terminated, data + from, data + at, data + len, eof, &back);
    if (found != AT_TEXT)
      return found == AT_END && terminated;
  }
}

/* The state at data + to with NO_BACKSLASH_ESCAPES: perhaps nothing is open at all. FALSE: that was tried, or the
 * statement's first part is gone. */
static gboolean plain_state(const SlowLog *self, const char *data, gsize text, gsize to, GalenSqlState *ret_state) {
  if (self->sql.no_backslash || self->in_pieces || to - text > GALEN_STATEMENT_WHOLE_MAX)
    return FALSE;
  galen_sql_state_init(ret_state, TRUE, self->skip);
  gsize at = text;
  while ((at = galen_sql_state_scan(ret_state, data, at, to, TRUE)) + 1 < to) {
    galen_sql_state_pass_line(ret_state);
    at++;
  }
  return TRUE;
}

/* The log ends inside or behind a statement. */
static void end_of_log(SlowLog *self, const char *data, gsize text, gsize len, gboolean terminated) {
  GalenSlowEvent *event = &self->entry.event;
  event->partial = !terminated;
  GalenSqlState plain;
  if (!galen_sql_open(&self->sql) || !plain_state(self, data, text, len, &plain))
    return;
  if (!galen_sql_open(&plain) && is_terminated(&plain, data + text, data + len)) {
    event->no_backslash = TRUE;
    event->partial = FALSE;
  }
}

/* A header stands at data + from while a quote is open: text, or the end of a statement that was cut? */
static SlowAnswer decide(SlowLog *self, const char *data, gsize text, gsize from, gsize len, gboolean eof,
                         gsize *ret_end) {
  SlowAnswer was_text = read_on(self, self->sql, data, text, from, len, eof, FALSE, ret_end);
  if (was_text != SLOW_NO)
    return was_text;
  /* Several literals with forged entries in them: then what would be the next entry is broken itself. */
  if (!entry_is_whole(self, data, from, len, eof) &&
      read_on(self, self->sql, data, text, from, len, eof, TRUE, ret_end) == SLOW_YES)
    return SLOW_YES;
  *ret_end = from;
  GalenSqlState plain;
  if (plain_state(self, data, text, from, &plain)) {
    gboolean clean = !galen_sql_open(&plain) && is_terminated(&plain, data + text, data + from - 1);
    if (clean || read_on(self, plain, data, text, from, len, eof, FALSE, ret_end) == SLOW_YES) {
      self->entry.event.no_backslash = TRUE;
      return SLOW_YES;
    }
    *ret_end = from;
  }
  self->entry.event.partial = TRUE;
  return SLOW_YES;
}

static SlowAnswer more(SlowLog *self, gsize scanned, const GalenSqlState *sql) {
  self->scanned = scanned;
  self->sql = *sql;
  return SLOW_MORE;
}

SlowAnswer galen_slow_text_end(SlowLog *self, const char *data, gsize text, gsize len, gboolean eof, gsize *ret_end) {
  gsize at = self->scanned;
  for (;;) {
    at = galen_sql_state_scan(&self->sql, data, at, len, eof);
    GalenSqlState before = self->sql;
    if (at >= len || data[at] != '\n') {
      if (!eof)
        return more(self, at, &before);
      *ret_end = len;
      end_of_log(self, data, text, len, is_terminated(&self->sql, data + text, data + len));
      return SLOW_YES;
    }
    gboolean terminated = is_terminated(&self->sql, data + text, data + at);
    galen_sql_state_pass_line(&self->sql);
    gsize back;
    LineEnd found = look_at_line(self, &self->sql, terminated, data + text, data + at + 1, data + len, eof, &back);
    if (found == AT_MORE)
      return more(self, at, &before);
    if (found == AT_DOUBTFUL) {
      SlowAnswer decided = decide(self, data, text, at + 1 - back, len, eof, ret_end);
      return decided == SLOW_MORE ? more(self, at, &before) : decided;
    }
    if (found == AT_END) {
      *ret_end = at + 1 - back;
      if (eof && *ret_end == len)
        end_of_log(self, data, text, len, terminated);
      return SLOW_YES;
    }
    at++;
  }
}

GalenSlice galen_slow_text_trim(const char *from, const char *to) {
  while (to > from && g_ascii_isspace(to[-1]))
    to--;
  if (to > from && to[-1] == ';')
    to--;
  while (to > from && g_ascii_isspace(to[-1]))
    to--;
  while (from < to && g_ascii_isspace(*from))
    from++;
  return galen_slice(from, (gsize)(to - from));
}
