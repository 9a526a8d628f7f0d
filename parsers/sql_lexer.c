#include "sql_lexer_private.h"

enum { BEFORE_OTHER, BEFORE_NAME, BEFORE_DOT, BEFORE_AT, BEFORE_STAR };

gboolean galen_sql_is_word_byte(char c) {
  return CLASS(c) == C_WORD || CLASS(c) == C_DIGIT;
}

void galen_sql_lexer_init(GalenSqlLexer *self, gboolean no_backslash) {
  *self = (GalenSqlLexer){.no_backslash = no_backslash};
}

static const char *done(GalenSqlToken *token, GalenSqlTokenType type, const char *from, const char *to) {
  *token = (GalenSqlToken){type, from, (gsize)(to - from), TRUE, TRUE};
  return to;
}

/* The rest of an open literal or name, from `at` on; `from` is where this part begins. */
static const char *read_quoted(GalenSqlLexer *self, const char *from, const char *at, const char *end, gboolean eof,
                               gboolean begins, GalenSqlToken *ret_token) {
  char quote = self->opener;
  gboolean backslash = quote != '`' && !self->no_backslash;
  gboolean ends = FALSE;
  while (at < end) {
    at = galen_scan_either(at, end, quote, backslash ? '\\' : quote);
    if (at == end)
      break;
    char c = *at;
    if (at + 1 == end && !eof)
      break;
    if (c == '\\' || (at + 1 < end && at[1] == quote)) {
      at += at + 1 < end ? 2 : 1;
      continue;
    }
    at++;
    ends = TRUE;
    break;
  }
  if (at == from)
    return NULL;
  if (at == end && eof)
    ends = TRUE;
  *ret_token = (GalenSqlToken){(GalenSqlTokenType)self->open, from, (gsize)(at - from), begins, ends};
  if (ends) {
    self->opener = '\0';
    self->before = quote == '`' ? BEFORE_NAME : BEFORE_OTHER;
  }
  return at;
}

/* The rest of a comment, from `at` on. */
static const char *read_comment(GalenSqlLexer *self, const char *from, const char *at, const char *end, gboolean eof,
                                gboolean begins, GalenSqlToken *ret_token) {
  gboolean ends = FALSE;
  if (self->opener == '#') {
    const char *line = memchr(at, '\n', (gsize)(end - at));
    ends = line != NULL;
    at = line != NULL ? line : end;
  } else {
    const char *star = at;
    while ((star = memchr(star, '*', (gsize)(end - star))) != NULL) {
      if (star + 1 == end || star[1] == '/')
        break;
      star++;
    }
    ends = star != NULL && star + 1 < end;
    at = ends ? star + 2 : star != NULL && !eof ? star : end;
  }
  if (at == end && eof)
    ends = TRUE;
  /* A short comment comes whole: what it says may matter. */
  if (begins && !ends && end - from < (gint64)GALEN_SQL_WORD_MAX) {
    self->opener = '\0';
    return NULL;
  }
  /* A line's comment may be over before its first byte: the line end is white space. */
  if (at == from && !ends)
    return NULL;
  *ret_token = (GalenSqlToken){GALEN_SQL_COMMENT, from, (gsize)(at - from), begins, ends};
  if (ends)
    self->opener = '\0';
  return at;
}

/* The marks of an executable comment, version digits included; NULL: needs more. */
static const char *executable_mark(const char *at, const char *end, gboolean eof) {
  const char *digits = at + (at[2] == 'M' ? 4 : 3);
  const char *stop = skip_digits(digits, MIN(end, digits + 6));
  return stop == end && !eof && stop < digits + 6 ? NULL : stop;
}

/* A comment's beginning: a short one that is not at its end yet needs more. */
static const char *begin_comment(GalenSqlLexer *self, char opener, const char *at, gsize mark, const char *end,
                                 gboolean eof, GalenSqlToken *ret_token, gboolean *ret_more) {
  self->opener = opener;
  const char *stop = read_comment(self, at, at + mark, end, eof, TRUE, ret_token);
  *ret_more = stop == NULL;
  return stop;
}

/* "--", "#", block comments. Returns NULL when it is none; *ret_more when that is not known yet. */
static const char *comment_at(GalenSqlLexer *self, const char *at, const char *end, gboolean eof,
                              GalenSqlToken *ret_token, gboolean *ret_more) {
  gsize left = (gsize)(end - at);
  *ret_more = FALSE;
  if (*at == '#')
    return begin_comment(self, '#', at, 1, end, eof, ret_token, ret_more);
  if (left < 4 && !eof) {
    *ret_more = left < 2 || at[1] == '*' || at[1] == '-';
    if (*ret_more)
      return NULL;
  }
  if (*at == '-') {
    if (left < 2 || at[1] != '-' || (left > 2 && CLASS(at[2]) != C_SPACE && !g_ascii_iscntrl(at[2])))
      return NULL;
    return begin_comment(self, '#', at, 2, end, eof, ret_token, ret_more);
  }
  if (left < 2 || at[1] != '*')
    return NULL;
  if ((left > 2 && at[2] == '!') || (left > 3 && at[2] == 'M' && at[3] == '!')) {
    const char *stop = executable_mark(at, end, eof);
    *ret_more = stop == NULL;
    if (stop == NULL)
      return NULL;
    self->executable = TRUE;
    return done(ret_token, GALEN_SQL_COMMENT, at, stop);
  }
  return begin_comment(self, '*', at, 2, end, eof, ret_token, ret_more);
}

/* The end of a run of digits or word bytes that was read up to `stop`; NULL when that is not known yet. A run that is too
 * long to wait for takes all word bytes behind it, so that what it ends with does not depend on how much is at hand. */
static const char *end_of_run(const char *from, const char *stop, const char *end, gboolean eof) {
  if (stop - from >= (gint64)GALEN_SQL_WORD_MAX)
    return skip_word(stop, end);
  return stop == end && !eof ? NULL : stop;
}

/* "+10" behind "1e": where it ends, `at` when it does not, NULL when that is not known. */
static const char *exponent(const char *at, const char *end, gboolean eof) {
  if (at == end || (at + 1 == end && (*at == '+' || *at == '-')))
    return eof ? at : NULL;
  if ((*at != '+' && *at != '-') || CLASS(at[1]) != C_DIGIT)
    return at;
  return end_of_run(at + 1, skip_digits(at + 1, end), end, eof);
}

/* Digits behind a point, with an exponent: where they end, NULL when that is not known. */
static const char *fraction(const char *at, const char *end, gboolean eof) {
  const char *stop = end_of_run(at, skip_word(at, end), end, eof);
  if (stop == NULL || stop - at >= (gint64)GALEN_SQL_WORD_MAX)
    return stop;
  if (stop > at && (stop[-1] | 0x20) == 'e' && skip_digits(at, stop - 1) == stop - 1)
    return exponent(stop, end, eof);
  return stop;
}

/* The rest of a word or number that goes on, from `at` on; `from` is where this part begins. */
static const char *read_long(GalenSqlLexer *self, const char *from, const char *at, const char *end, gboolean eof,
                             gboolean begins, GalenSqlToken *ret_token) {
  const char *stop = skip_word(at, end);
  gboolean ends = stop < end || eof;
  *ret_token = (GalenSqlToken){(GalenSqlTokenType)self->open, from, (gsize)(stop - from), begins, ends};
  self->opener = ends ? '\0' : 'w';
  return stop;
}

/* A number whose end is `stop`: behind that, only a long one goes on. */
static const char *number(GalenSqlLexer *self, const char *from, const char *stop, const char *end, gboolean eof,
                          GalenSqlToken *ret_token) {
  self->before = BEFORE_OTHER;
  self->open = GALEN_SQL_NUMBER;
  if (stop == end && !eof)
    return read_long(self, from, stop, end, eof, TRUE, ret_token);
  return done(ret_token, GALEN_SQL_NUMBER, from, stop);
}

/* A word, or a number: it begins with a letter or a digit. */
static const char *word_at(GalenSqlLexer *self, const char *at, const char *end, gboolean eof,
                           GalenSqlToken *ret_token) {
  gboolean numeric = CLASS(*at) == C_DIGIT && self->before != BEFORE_DOT && self->before != BEFORE_AT;
  const char *stop = skip_word(at, end);
  if (stop - at >= (gint64)GALEN_SQL_WORD_MAX) {
    /* Its first bytes decide: the rest may not be there yet. */
    gboolean literal = numeric && is_number_word(at, at + GALEN_SQL_WORD_MAX);
    self->open = literal ? GALEN_SQL_NUMBER : GALEN_SQL_WORD;
    self->before = literal ? BEFORE_OTHER : BEFORE_NAME;
    return read_long(self, at, at, end, eof, TRUE, ret_token);
  }
  if (stop == end && !eof)
    return NULL;
  const char *more = stop;
  if (numeric && stop < end && *stop == '.' && skip_digits(at, stop) == stop)
    more = fraction(stop + 1, end, eof);
  else if (numeric && ends_in_e(at, stop))
    more = exponent(stop, end, eof);
  if (more == NULL)
    return NULL;
  if (numeric && (more > stop || is_number_word(at, stop)))
    return number(self, at, more, end, eof, ret_token);
  self->before = BEFORE_NAME;
  return done(ret_token, GALEN_SQL_WORD, at, stop);
}

static const char *punct_at(GalenSqlLexer *self, const char *at, const char *end, gboolean eof,
                            GalenSqlToken *ret_token) {
  if (*at == '.' && self->before != BEFORE_NAME) {
    if (at + 1 == end && !eof)
      return NULL;
    if (at + 1 < end && CLASS(at[1]) == C_DIGIT) {
      const char *stop = fraction(at + 1, end, eof);
      return stop != NULL ? number(self, at, stop, end, eof, ret_token) : NULL;
    }
  }
  self->before = *at == '.' ? BEFORE_DOT : *at == '@' ? BEFORE_AT : *at == '*' ? BEFORE_STAR : BEFORE_OTHER;
  return done(ret_token, GALEN_SQL_PUNCT, at, at + 1);
}

const char *galen_sql_lexer_next(GalenSqlLexer *self, const char *at, const char *end, gboolean eof,
                                 GalenSqlToken *ret_token) {
  if (self->opener == 'w')
    return read_long(self, at, at, end, eof, FALSE, ret_token);
  if (self->opener != '\0')
    return self->open == GALEN_SQL_COMMENT ? read_comment(self, at, at, end, eof, FALSE, ret_token)
                                           : read_quoted(self, at, at, end, eof, FALSE, ret_token);
  switch (CLASS(*at)) {
  case C_SPACE: {
    const char *stop = at + 1;
    while (stop < end && CLASS(*stop) == C_SPACE)
      stop++;
    self->before = BEFORE_OTHER;
    return done(ret_token, GALEN_SQL_SPACE, at, stop);
  }
  case C_WORD:
  case C_DIGIT:
    return word_at(self, at, end, eof, ret_token);
  case C_QUOTE:
  case C_BACK:
    if (at + 1 == end && !eof)
      return NULL;
    self->opener = *at;
    self->open = *at == '`' ? GALEN_SQL_NAME : GALEN_SQL_STRING;
    return read_quoted(self, at, at + 1, end, eof, TRUE, ret_token);
  default:
    break;
  }
  if (*at == '*' && self->executable) {
    if (at + 1 == end && !eof)
      return NULL;
    if (at + 1 < end && at[1] == '/') {
      self->executable = FALSE;
      self->before = BEFORE_OTHER;
      return done(ret_token, GALEN_SQL_COMMENT, at, at + 2);
    }
  }
  if (*at == '-' || *at == '#' || *at == '/') {
    gboolean more;
    self->open = GALEN_SQL_COMMENT;
    const char *stop = comment_at(self, at, end, eof, ret_token, &more);
    if (stop != NULL || more) {
      self->before = BEFORE_OTHER;
      return stop;
    }
  }
  return punct_at(self, at, end, eof, ret_token);
}
