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

/* ---- error logs ---- */

typedef enum {
  GALEN_LEVEL_NONE,
  GALEN_LEVEL_SYSTEM,
  GALEN_LEVEL_ERROR,
  GALEN_LEVEL_WARNING,
  GALEN_LEVEL_NOTE
} GalenLevel;

/* What a record is as a whole; everything but LINE usually has several lines. */
typedef enum {
  GALEN_BLOCK_LINE,
  GALEN_BLOCK_CRASH,       /* from "got signal" to the end of the report, backtrace included */
  GALEN_BLOCK_ASSERTION,   /* InnoDB assertion failure */
  GALEN_BLOCK_DEADLOCK,    /* innodb_print_all_deadlocks: both transactions and the victim */
  GALEN_BLOCK_MONITOR,     /* INNODB MONITOR OUTPUT … END OF */
  GALEN_BLOCK_SEMAPHORE,   /* long semaphore wait */
  GALEN_BLOCK_PAGE_DUMP,   /* page dump in hex */
  GALEN_BLOCK_VIEW,        /* gcomm view(view_id(… */
  GALEN_BLOCK_SERVER_VIEW, /* wsrep-lib "View:" */
  GALEN_BLOCK_QUORUM,      /* Quorum results, or the dump of "No node with complete state" */
  GALEN_BLOCK_VOTES,       /* Votes over … */
  GALEN_BLOCK_SST_FAILURE, /* ******** FATAL ERROR … */
} GalenBlock;

/* A record of more bytes than this is cut: `more` keeps its first bytes, the rest only counts. */
#define GALEN_RECORD_MAX (256u << 10)

/* One record of an error log: its first line and the lines that belong to it. */
typedef struct {
  GalenBlock block;
  GalenLevel level;
  /* The message of the first line: without time, thread, label, [MY-code] and [subsystem]; a leading "WSREP: ", "InnoDB: "
   * and such has become `subsystem`, "file.cpp:function():line: " has become `source`. May be empty. */
  GalenSlice text;
  GalenSlice more; /* continuation lines as written, without the first and without the last line end; NULL: none */
  GalenSlice head; /* the first line as written, without its wrapper and line end: for evidence */
  GalenSlice
      subsystem; /* "Server", "InnoDB", "WSREP", "Galera", "WSREP-SST", "Repl", "mysqld_safe", "garbd"…; NULL: none */
  GalenSlice source;   /* "gcs/src/gcs_group.cpp:group_post_state_exchange():433", or NULL */
  GalenSlice raw_time; /* the time as written, or NULL */
  guint32 code;        /* of MY-010119: 10119; 0: none */
  guint64 thread;      /* the number behind the time: connection or thread; 0: background or none */
  guint32 pid;         /* of the server, by the wrapper or the 5.6 layout; 0: unknown */
  guint
      instance; /* which of several servers that wrote into one file, from 0; GALEN_INSTANCE_UNKNOWN: cannot be told */
  gint64 wall; /* the written time as if it were UTC; the record before's when it has none; GALEN_TIME_NONE: none yet */
  gint64 time; /* UTC, when the line, its wrapper or --log-tz says so, else GALEN_TIME_NONE: the zone comes later */
  gint64 resolution;  /* of the written time, µs: 1 s in most layouts */
  gboolean inherited; /* it has no time of its own */
  gboolean cut;       /* longer than GALEN_RECORD_MAX, or the log ends in it */
  gboolean
      gap_before; /* bytes are missing before it (NULs, a lost stretch, rotation): coverage, never a state change */
  guint64 line;   /* 1-based, of the input as it is (in its wrapper) */
  guint64 offset; /* of the unwrapped input */
} GalenErrorEvent;

#define GALEN_INSTANCE_UNKNOWN G_MAXUINT

/* Whether it has a time of its own that is none, such as "2026-13-45 99:00:00". */
static inline gboolean galen_error_event_misdated(const GalenErrorEvent *event) {
  return event->inherited && event->raw_time.data != NULL;
}

/* ---- files beside a log ---- */

typedef enum {
  GALEN_STATE_GRASTATE,      /* grastate.dat: the node's position at its last stop */
  GALEN_STATE_GVWSTATE,      /* gvwstate.dat: the primary component that it was in */
  GALEN_STATE_CONFIGURATION, /* my.cnf */
} GalenStateKind;

#define GALEN_STATE_MEMBERS_MAX 256u
#define GALEN_SETTINGS_MAX 4096u

typedef struct {
  GalenSlice uuid;
  guint32 segment;
} GalenStateMember;

/* One line of a configuration, or one option of wsrep_provider_options. */
typedef struct {
  GalenSlice group;  /* "mysqld" */
  GalenSlice name;   /* in small letters with '_': "wsrep_cluster_address"; "!include" and "!includedir" as they are */
  GalenSlice value;  /* without quotes and comment; data NULL: none given, or secret */
  gboolean secret;   /* a password or such: never handed over */
  gboolean provider; /* "gcache.size" of wsrep_provider_options, which itself comes before its parts */
  guint64 line;
} GalenSetting;

/* One such file. What it does not say is NULL, -1 or 0. Slices live until the callback returns. */
typedef struct {
  GalenStateKind kind;
  GalenSlice version; /* grastate: "2.1" */
  GalenSlice uuid;    /* grastate: of the group */
  gint64 seqno;       /* grastate: -1 also when the node ran or crashed */
  gboolean has_seqno;
  gint safe_to_bootstrap; /* grastate: 0, 1; -1: not said */
  GalenSlice my_uuid;     /* gvwstate */
  GalenSlice view_uuid;   /* gvwstate: of the view's representative */
  gint64 view_seq;        /* gvwstate */
  gint view_type;         /* gvwstate: as written, 3 is primary */
  gint bootstrap;         /* gvwstate: 0, 1; -1: not said */
  const GalenStateMember *members;
  guint n_members;
  const GalenSetting *settings; /* configuration, in the file's order: of a name the last one holds */
  guint n_settings;
} GalenStateFile;

/* Who receives events. Members may be NULL. */
typedef struct {
  gpointer user;
  void (*error)(gpointer user, const GalenErrorEvent *event);
  void (*slow)(gpointer user, const GalenSlowEvent *event);
  void (*server_start)(gpointer user, const GalenServerStart *start);
  void (*state)(gpointer user, const GalenStateFile *file);
} GalenSink;
