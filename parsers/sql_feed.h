/* Feeds the lexer with bytes as they come: a token that a feed cuts is completed by the next one. */
#pragma once

#include "sql_lexer.h"

/* Room for the longest token that the lexer wants whole, and what may follow it. */
#define GALEN_SQL_CARRY (8u << 10)

/* Takes one token; `next` is the byte behind it and `end` where the bytes at hand end. Returns where to read on: `next`, or
 * further on when it read ahead itself. */
typedef const char *(*GalenSqlTokenFunc)(gpointer user, const GalenSqlToken *token, const char *next, const char *end);

typedef struct {
  GalenSqlLexer lexer;
  GalenSqlTokenFunc func;
  gpointer user;
  gsize carry_len;
  char carry[GALEN_SQL_CARRY];
} GalenSqlFeed;

void galen_sql_feed_init(GalenSqlFeed *self, GalenSqlTokenFunc func, gpointer user);
/* Starts a statement. */
void galen_sql_feed_begin(GalenSqlFeed *self, gboolean no_backslash);
void galen_sql_feed(GalenSqlFeed *self, const char *data, gsize len);
/* The statement is over: hands over what was held back. */
void galen_sql_feed_end(GalenSqlFeed *self);
