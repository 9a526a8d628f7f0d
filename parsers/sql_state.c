#include "sql_state.h"

#include "sql_skip.h"

/* Bytes that end a run of plain ones, by where the run is. '\r' is a blank. */
enum {
  SPECIAL_NEUTRAL = 1,
  SPECIAL_SINGLE = 2,
  SPECIAL_DOUBLE = 4,
  SPECIAL_COMMENT = 8,
  SPECIAL_BACK = 16,
  BLANK = 32
};

static const guint8 classes[256] = {
    ['\n'] = SPECIAL_NEUTRAL | SPECIAL_SINGLE | SPECIAL_DOUBLE | SPECIAL_COMMENT | SPECIAL_BACK | BLANK,
    ['\''] = SPECIAL_NEUTRAL | SPECIAL_SINGLE,
    ['"'] = SPECIAL_NEUTRAL | SPECIAL_DOUBLE,
    ['`'] = SPECIAL_NEUTRAL | SPECIAL_BACK,
    ['\\'] = SPECIAL_SINGLE | SPECIAL_DOUBLE,
    ['/'] = SPECIAL_NEUTRAL,
    ['-'] = SPECIAL_NEUTRAL,
    ['#'] = SPECIAL_NEUTRAL,
    ['*'] = SPECIAL_COMMENT,
    [' '] = BLANK,
    ['\t'] = BLANK,
    ['\r'] = BLANK,
    ['\v'] = BLANK,
    ['\f'] = BLANK,
};

static gboolean is_special(guint8 mask, char c) {
  return (classes[(guint8)c] & mask) != 0;
}

/* First byte of [at, end) with a bit of `mask`. */
static const char *skip_plain(const char *at, const char *end, guint8 mask) {
  while (end - at >= 4) {
    if (is_special(mask, at[0]))
      return at;
    if (is_special(mask, at[1]))
      return at + 1;
    if (is_special(mask, at[2]))
      return at + 2;
    if (is_special(mask, at[3]))
      return at + 3;
    at += 4;
  }
  while (at < end && !is_special(mask, *at))
    at++;
  return at;
}

/* How many bytes of a comment's opening stand at `at`: 0 when it is none, -1 when that cannot be known yet. */
static int comment_mark(const char *at, const char *end, gboolean eof, GalenSqlState *self) {
  gsize left = (gsize)(end - at);
  if (left < 4 && !eof)
    return -1;
  if (at[0] == '-') {
    if (left < 2 || at[1] != '-' || (left > 2 && !is_special(BLANK, at[2]) && !g_ascii_iscntrl(at[2])))
      return 0;
    self->mode = GALEN_SQL_LINE_COMMENT;
    return 2;
  }
  if (left < 2 || at[1] != '*')
    return 0;
  if (left > 2 && at[2] == '!') {
    self->executable = TRUE;
    return 3;
  }
  if (left > 3 && at[2] == 'M' && at[3] == '!') {
    self->executable = TRUE;
    return 4;
  }
  self->mode = GALEN_SQL_BLOCK_COMMENT;
  self->opened++;
  return 2;
}

/* Notes what a run of plain bytes outside literals leaves behind. */
static void note_run(GalenSqlState *self, const char *from, const char *to) {
  while (to > from && is_special(BLANK, to[-1]))
    to--;
  if (to > from) {
    self->last = to[-1];
    self->content = TRUE;
  }
}

/* One special byte outside literals, at `at`; not '\n'. Returns behind it, or NULL: needs more. */
static const char *neutral_special(GalenSqlState *self, const char *at, const char *end, gboolean eof) {
  char c = *at;
  if (c == '#') {
    self->mode = GALEN_SQL_LINE_COMMENT;
    return at + 1;
  }
  if (c == '/' && self->executable && self->last == '*') {
    self->executable = FALSE;
    self->last = ' ';
    return at + 1;
  }
  if (c == '-' || c == '/') {
    int len = comment_mark(at, end, eof, self);
    if (len != 0)
      return len < 0 ? NULL : at + len;
  } else {
    self->mode = c == '\'' ? GALEN_SQL_SINGLE : c == '"' ? GALEN_SQL_DOUBLE : GALEN_SQL_BACK;
    self->opened++;
  }
  self->last = c;
  self->content = TRUE;
  return at + 1;
}

/* One special byte in a literal, name or comment; not '\n'. Returns behind it, or NULL: needs more. */
static const char *open_special(GalenSqlState *self, const char *at, const char *end, gboolean eof) {
  char c = *at;
  gboolean last = end - at < 2;
  if (self->mode == GALEN_SQL_BLOCK_COMMENT) {
    if (last && !eof)
      return NULL;
    if (last || at[1] != '/')
      return at + 1;
    self->mode = GALEN_SQL_NEUTRAL;
    return at + 2;
  }
  if (c == '\\' && self->no_backslash)
    return at + 1;
  if (last && !eof)
    return NULL;
  if (c == '\\' || (!last && at[1] == c))
    /* An escaped line end is left to be seen as a line end. */
    return last ? at + 1 : at[1] == '\n' ? at + 1 : at + 2;
  self->mode = GALEN_SQL_NEUTRAL;
  return at + 1;
}

static gboolean line_is_interesting(const GalenSqlState *self, const char *at, const char *end) {
  if (end - at < 2)
    return TRUE;
  return at[1] == '#' || at[1] == 'T' || (!galen_sql_open(self) && self->last == ';');
}

static inline gboolean may_skip(const GalenSqlState *self, const char *at, const char *end) {
  return self->skip != NULL && end - at >= GALEN_SQL_SKIP_MIN && self->mode <= GALEN_SQL_BACK && !self->executable;
}

gsize galen_sql_state_scan(GalenSqlState *self, const char *data, gsize from, gsize len, gboolean eof) {
  static const guint8 masks[] = {
      [GALEN_SQL_NEUTRAL] = SPECIAL_NEUTRAL,       [GALEN_SQL_SINGLE] = SPECIAL_SINGLE,
      [GALEN_SQL_DOUBLE] = SPECIAL_DOUBLE,         [GALEN_SQL_BACK] = SPECIAL_BACK,
      [GALEN_SQL_BLOCK_COMMENT] = SPECIAL_COMMENT,
  };
  const char *at = data + from, *end = data + len, *retry = at;
  gboolean line_end = FALSE;
  while (at < end) {
    if (may_skip(self, at, end) && (at >= retry || self->mode == GALEN_SQL_NEUTRAL)) {
      at = self->skip(self, at, end, &line_end);
      if (line_end)
        return (gsize)(at - data);
      retry = at + GALEN_SQL_SKIP_MIN; /* an escape seldom comes alone */
    }
    if (self->mode == GALEN_SQL_LINE_COMMENT) {
      const char *line = memchr(at, '\n', (gsize)(end - at));
      at = line != NULL ? line : end;
    } else {
      const char *run = at;
      at = skip_plain(at, end, masks[self->mode]);
      if (self->mode == GALEN_SQL_NEUTRAL)
        note_run(self, run, at);
    }
    if (at == end)
      break;
    if (*at == '\n') {
      if (line_is_interesting(self, at, end))
        return (gsize)(at - data);
      galen_sql_state_pass_line(self);
      at++;
      continue;
    }
    const char *next = galen_sql_open(self) ? open_special(self, at, end, eof) : neutral_special(self, at, end, eof);
    if (next == NULL)
      break;
    at = next;
  }
  return (gsize)(at - data);
}
