/* What a parser says about a log: small typed events that point into its window.
 *
 * Nothing here is allocated per event, and nothing here outlives the callback
 * that hands it over: a receiver copies what it wants to keep. Times are
 * microseconds since the Unix epoch, UTC; durations are microseconds. */
#pragma once

#include "attribute.h"

#define GALEN_TIME_NONE G_MININT64

/* A statement longer than GALEN_STATEMENT_WHOLE_MAX comes in pieces: the event
 * is handed over several times, with the same header fields each time and the
 * next part of `text`. Almost every statement is WHOLE. */
#define GALEN_STATEMENT_WHOLE_MAX (1u << 20)

typedef enum {
  GALEN_PIECE_WHOLE,
  GALEN_PIECE_BEGIN,
  GALEN_PIECE_MORE,
  GALEN_PIECE_END,
} GalenPiece;

/* One entry of a slow query log. */
typedef struct {
  GalenPiece piece;
  /* The statement without its final ';' and line end. For a command of the
   * protocol "administrator command: Quit". May be empty. */
  GalenSlice text;
  gboolean admin;        /* text is an administrator command, not SQL */
  gboolean no_backslash; /* lex with NO_BACKSLASH_ESCAPES: '\' is a plain character */
  gboolean partial;      /* the log begins or ends inside this entry, or a quote stayed open */

  GalenSlice user;
  GalenSlice host;    /* the name, or the address where there is no name */
  GalenSlice schema;  /* data == NULL: unknown; never invented */
  GalenSlice routine; /* "db.name" of the routine this statement ran in, else NULL */
  GalenSlice explain; /* MariaDB's "# explain:" lines as written, '# ' included, else NULL */
  guint64 thread_id;  /* 0: unknown */

  gint64 start;   /* when the statement began; GALEN_TIME_NONE: no time at all */
  gboolean timed; /* the start is confirmed: it may enter ranges and series */

  guint64 main[GALEN_N_MAIN]; /* see GalenMainAttr for units */
  guint8 main_mask;           /* bit i: main[i] was in the log and is plausible */
  guint8 implausible;         /* values of this event that were dropped as impossible */
  const GalenAttr *attrs;     /* further numbers and flags, in the log's order */
  guint n_attrs;
  const GalenAttrDict *dict; /* what their ids mean */

  guint32 error;      /* Last_errno / Errno; 0: none or unknown */
  guint32 killed;     /* Killed: error number that killed it; 0: not killed or unknown */
  guint64 rate_limit; /* Log_slow_rate_limit: this entry stands for so many; 1 when not limited */

  guint64 line;   /* 1-based line of the entry's first header line */
  guint64 offset; /* its byte offset in the unpacked input */
} GalenSlowEvent;

/* A start-up block: the server started, or its log was flushed or rotated. */
typedef struct {
  GalenSlice version; /* "10.11.6-MariaDB-log" */
  GalenSlice comment; /* "mariadb.org binary distribution", may be empty */
  gint64 time;        /* GALEN_TIME_NONE unless the block carries one (Percona) */
  gint64 after;       /* the last confirmed start before it; GALEN_TIME_NONE: none */
  guint64 line;
} GalenServerStart;

/* Who receives events. Members may be NULL. */
typedef struct {
  gpointer user;
  void (*slow)(gpointer user, const GalenSlowEvent *event);
  void (*server_start)(gpointer user, const GalenServerStart *start);
} GalenSink;
