#include "sql_feed.h"

void galen_sql_feed_init(GalenSqlFeed *self, GalenSqlTokenFunc func, gpointer user) {
  self->func = func;
  self->user = user;
  galen_sql_feed_begin(self, FALSE);
}

void galen_sql_feed_begin(GalenSqlFeed *self, gboolean no_backslash) {
  galen_sql_lexer_init(&self->lexer, no_backslash);
  self->carry_len = 0;
}

/* Hands over the tokens that begin before `enough`; returns behind the last of them. */
static const char *run(GalenSqlFeed *self, const char *at, const char *enough, const char *end, gboolean eof) {
  GalenSqlToken token;
  while (at < enough) {
    const char *next = galen_sql_lexer_next(&self->lexer, at, end, eof, &token);
    if (next == NULL)
      break;
    at = self->func(self->user, &token, next, end);
  }
  /* cppcheck-suppress returnDanglingLifetime; what func returns points into the bytes, not into the token */
  return at;
}

/* Completes the token that is carried. Returns how much of `data` that took. */
static gsize complete(GalenSqlFeed *self, const char *data, gsize len) {
  gsize before = self->carry_len;
  gsize n = MIN(len, GALEN_SQL_CARRY - before);
  memcpy(self->carry + before, data, n);
  const char *end = self->carry + before + n;
  const char *at = run(self, self->carry, self->carry + before, end, FALSE);
  if (at >= self->carry + before) {
    self->carry_len = 0;
    return (gsize)(at - self->carry) - before;
  }
  self->carry_len = (gsize)(end - at);
  memmove(self->carry, at, self->carry_len);
  return n;
}

void galen_sql_feed(GalenSqlFeed *self, const char *data, gsize len) {
  while (self->carry_len > 0 && len > 0) {
    gsize taken = complete(self, data, len);
    data += taken;
    len -= taken;
  }
  if (len == 0)
    return;
  const char *end = data + len;
  const char *at = run(self, data, end, end, FALSE);
  self->carry_len = (gsize)(end - at);
  memcpy(self->carry, at, self->carry_len);
}

void galen_sql_feed_end(GalenSqlFeed *self) {
  const char *end = self->carry + self->carry_len;
  (void)run(self, self->carry, end, end, TRUE);
  self->carry_len = 0;
}
