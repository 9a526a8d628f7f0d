/* SQL to tokens: one pass, no allocation, resumable.
 *
 * Lexical rules are those of the MySQL and MariaDB servers. The caller holds the bytes: the lexer is given what there is
 * and says whether it needs more. Long literals, names and comments come in parts, so that no token has to be kept whole, and so
 * do words and numbers of GALEN_SQL_WORD_MAX bytes and more (hex literals hold whole pictures); shorter ones and punctuation
 * always come whole. What a token is never depends on how the bytes were cut. The last part of a token may be empty. */
#pragma once

#include "scan.h"

#define GALEN_SQL_WORD_MAX 1024u

typedef enum {
  GALEN_SQL_SPACE,
  GALEN_SQL_COMMENT, /* of all kinds; also the marks around the content of an executable comment */
  GALEN_SQL_WORD,    /* keyword or name, unquoted */
  GALEN_SQL_NAME,    /* `quoted` */
  GALEN_SQL_NUMBER,
  GALEN_SQL_STRING, /* 'quoted' or "quoted", without an introducer */
  GALEN_SQL_PUNCT,  /* one byte */
} GalenSqlTokenType;

typedef struct {
  GalenSqlTokenType type;
  const char *text;
  gsize len;
  gboolean begins, ends; /* FALSE for a part that is not the first, not the last */
} GalenSqlToken;

typedef struct {
  gboolean no_backslash;
  guint8 open;         /* GalenSqlTokenType of the token that is not at its end, if `opener` */
  char opener;         /* its quote; '*' block comment, '#' line comment, 'w' word or number; 0: none is open */
  gboolean executable; /* inside an executable comment */
  guint8 before;       /* what the last byte was part of: see sql_lexer.c */
} GalenSqlLexer;

void galen_sql_lexer_init(GalenSqlLexer *self, gboolean no_backslash);

/* The token at `at`. Returns behind it; NULL when it needs bytes past `end` to decide (never with `eof`). at < end. */
const char *galen_sql_lexer_next(GalenSqlLexer *self, const char *at, const char *end, gboolean eof,
                                 GalenSqlToken *ret_token);

/* ---- short cuts over literals: sql_literals.c ---- */

/* For lists of plain literals, behind their '(' at `at`: when nothing but strings (with what introduces them), numbers, NULL, TRUE, FALSE,
 * DEFAULT, '?', signs, commas, white space and parentheses stands before the matching ')' and all of it is there, returns
 * behind that ')', with the commas of the list itself in *ret_commas and whether it holds anything in *ret_filled. Else
 * NULL: read on token by token. The lexer's state does not matter and does not change. */
const char *galen_sql_skip_literals(const GalenSqlLexer *self, const char *at, const char *end, guint32 *ret_commas,
                                    gboolean *ret_filled);

/* The same in the way of a level that the processor has: they differ in speed alone. */
const char *galen_sql_skip_literals_at(GalenScanLevel level, const GalenSqlLexer *self, const char *at, const char *end,
                                       guint32 *ret_commas, gboolean *ret_filled);

/* Behind the closing quote of the string that begins at `at`; NULL: it is not there. */
const char *galen_sql_skip_string(const GalenSqlLexer *self, const char *at, const char *end);

/* Behind a decimal number as people write it, 12, 1.5, 2.5e-3, whose end does not depend on what stands before it; NULL: there
 * is none, or what follows may belong to it. At `end` it ends. */
const char *galen_sql_skip_number(const char *at, const char *end);

/* Whether a byte can stand in an unquoted word. */
gboolean galen_sql_is_word_byte(char c);
