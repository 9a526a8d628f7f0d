/* Where in SQL a byte stands: inside a literal, a comment, a quoted name, or none of these.
 *
 * This is all that a splitter needs to know to tell a log's own lines from lines inside a statement. It is resumable
 * at any byte that the caller stops at, and runs at memory speed: no tokens are made. Lexical rules are the server's
 * (MySQL and MariaDB lexer): doubled quotes, backslash escapes unless NO_BACKSLASH_ESCAPES, "-- " and "#" to the
 * end of the line, block comments; the content of an executable comment ("/" "*!", "/" "*M!") is SQL. */
#pragma once

#include "slice.h"

typedef enum {
  GALEN_SQL_NEUTRAL,
  GALEN_SQL_SINGLE, /* '…' */
  GALEN_SQL_DOUBLE, /* "…" */
  GALEN_SQL_BACK,   /* `…` */
  GALEN_SQL_BLOCK_COMMENT,
  GALEN_SQL_LINE_COMMENT,
} GalenSqlMode;

typedef struct GalenSqlState GalenSqlState;

/* A faster way over bytes that are not hard: sql_skip.h. */
typedef const char *(*GalenSqlSkip)(GalenSqlState *self, const char *at, const char *end, gboolean *ret_line_end);

struct GalenSqlState {
  guint8 mode; /* GalenSqlMode */
  gboolean no_backslash;
  gboolean content;    /* something other than blanks and comments was seen */
  guint opened;        /* how many literals, names and block comments have begun; not counted by `skip` */
  gboolean executable; /* inside an executable comment */
  char last;           /* last byte outside comments that is no blank; 0: none yet */
  GalenSqlSkip skip;   /* NULL: each byte is looked at */
};

static inline void galen_sql_state_init(GalenSqlState *self, gboolean no_backslash, GalenSqlSkip skip) {
  *self = (GalenSqlState){.no_backslash = no_backslash, .skip = skip};
}

static inline gboolean galen_sql_open(const GalenSqlState *self) {
  return self->mode != GALEN_SQL_NEUTRAL && self->mode != GALEN_SQL_LINE_COMMENT;
}

/* Advances over data[from..len) and returns where it stopped: at the first line end ('\n', not yet passed) behind which
 * `interesting` says that the next byte may begin a line of the log's own, or at len. Where a decision needs bytes
 * past len (an escape, a comment mark) and `eof` is FALSE, it stops up to 4 bytes short of len. The state is that before the
 * byte at the returned position. Pass the line end itself with galen_sql_state_pass_line. */
gsize galen_sql_state_scan(GalenSqlState *self, const char *data, gsize from, gsize len, gboolean eof);

/* Takes the '\n' that the scan stopped at. */
static inline void galen_sql_state_pass_line(GalenSqlState *self) {
  if (self->mode == GALEN_SQL_LINE_COMMENT)
    self->mode = GALEN_SQL_NEUTRAL;
}
