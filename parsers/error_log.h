/* The error log's parser: what its files share. Not for others; format.h is the way in.
 *
 *   error_log.c       the descriptors, and the way from line to record
 *   error_emit.c      from a record's bytes to its event
 *   error_prefix.c    the layouts of a line's beginning
 *   error_text.c      the message: subsystem, source, level; lines that begin a record without a time
 *   error_json.c      MySQL 8's JSON sink
 *   error_scan.c      which lines belong to a record; what block it is
 *   error_clock.c     times: zones, the repeated hour, lines without one
 *   error_instance.c  which of several servers wrote a record
 *   error_repeat.c    lines that a copy or a shipper wrote twice
 *   error_bid.c       is this an error log at all
 *
 * Layouts, version by version, are in docs/error-log-formats.md. */
#pragma once

#include "format.h"
#include "log_time.h"

/* How far from a crash's, deadlock's or monitor's text its end is looked for when something in it looks like a record. */
#define ERROR_CRASH_QUERY_MAX (66u << 10)
#define ERROR_DEADLOCK_QUERY_MAX (6u << 10)
#define ERROR_MONITOR_MAX (1u << 20)
#define ERROR_QUOTED_MAX (4u << 10)
/* Records of other threads in the middle of a crash or deadlock, which are taken for its lines. */
#define ERROR_BETWEEN_MAX 16u
/* Records of one SST failure block, and of one page dump (64 KiB a page). */
#define ERROR_SST_LINES_MAX 64u
#define ERROR_PAGE_LINES_MAX 4096u
/* The end of what was read that is kept, to find it repeated. */
#define ERROR_TAIL_BYTES (64u << 10)
/* A failed search for a repeat costs that much: the next is not tried before so many bytes more. */
#define ERROR_TAIL_PAUSE (16u << 10)
/* How far behind a start line signs are looked for that the process before lives on. */
#define ERROR_START_LOOK (16u << 10)
/* Servers that are told apart in one file. */
#define ERROR_PROCESSES_MAX 16u

typedef enum {
  ERROR_FORM_NONE,  /* begins no record */
  ERROR_FORM_ISO,   /* 2023-01-01T12:00:00.123456Z 0 [Note] …, 2026-11-24  3:07:10 0 [Note] … */
  ERROR_FORM_SHORT, /* 130101 12:00:00 [Note] … */
  ERROR_FORM_HOUR,  /* 12:00:00 UTC - mysqld got signal 11 ; */
  ERROR_FORM_BARE,  /* InnoDB: …, mysqld: …, WSREP_SST: [INFO] … */
  ERROR_FORM_JSON,
} ErrorForm;

typedef struct {
  ErrorForm form;
  gboolean labelled;    /* it has a label, or something else that only a server writes */
  gboolean padded;      /* the hour is padded with a blank: MariaDB, or MySQL to 5.5 */
  gboolean zero_padded; /* with a 0 */
  gboolean has_number;  /* `number` was written */
  gboolean has_zone;
  gboolean crash; /* "got signal" */
  gint32 offset;  /* of the zone, seconds east of UTC */
  GalenLevel level;
  guint32 code;
  guint64 number; /* behind the time: thread, connection or, in 5.6, process */
  gint64 wall;    /* GALEN_TIME_NONE: none; ERROR_FORM_HOUR: of the day */
  gint64 resolution;
  GalenSlice raw_time;  /* NULL: none */
  GalenSlice subsystem; /* constant or part of the line */
  GalenSlice text;      /* the rest of the line */
} ErrorPrefix;

/* The date read last, and its day: most lines have the date of the line before. */
typedef struct {
  char iso[10], yymmdd[6];
  gint64 iso_us, yymmdd_us;
} ErrorDates;

typedef enum {
  ERROR_SCAN_PLAIN,
  ERROR_SCAN_CRASH,
  ERROR_SCAN_ASSERTION,
  ERROR_SCAN_DEADLOCK,
  ERROR_SCAN_MONITOR,
  ERROR_SCAN_PAGE,
  ERROR_SCAN_SST,
  ERROR_SCAN_QUOTED, /* a client's name or query, not closed in the first line */
  ERROR_SCAN_OWN,    /* a line of another program: nothing belongs to it */
} ErrorScanKind;

/* What is known of the record being read. Offsets are of the unwrapped input. */
typedef struct {
  ErrorScanKind kind;
  gboolean ended;
  gboolean in_query;
  gboolean has_connection; /* crash: its connection was named */
  guint64 from;            /* the record's first byte */
  guint64 query;           /* where the query began */
  guint64 hold;            /* all lines that begin before it belong to the record */
  guint lines;             /* with a prefix of their own */
  const char *terminator;  /* ERROR_SCAN_QUOTED */
} ErrorScan;

typedef enum { ERROR_BEGINS, ERROR_BELONGS, ERROR_DROPS, ERROR_MORE } ErrorAnswer;

/* What follows the line being judged. */
typedef struct {
  const char *end;
  gboolean eof;
  guint64 offset; /* of the line */
} ErrorAhead;

typedef struct {
  GTimeZone *zone;
  /* The zone's offsets in the quarter of an hour read last: two in the hour that comes twice. */
  gint64 quarter, before, after;
  gint64 wall, time; /* of the record before; GALEN_TIME_NONE: none */
  gint64 resolution;
  gboolean has_offset, mixed; /* lines carried a zone; different ones */
  gint32 offset;
} ErrorClock;

typedef struct {
  guint32 pid; /* 0: unknown */
  guint instance;
  guint64 uid;        /* hash of server_uid; 0: unknown */
  guint64 uid_before; /* of the process that this one seems to follow */
  guint32 port;       /* 0: unknown */
  gboolean ready, ended, recovered;
} ErrorProcess;

typedef struct {
  ErrorProcess processes[ERROR_PROCESSES_MAX];
  guint n, n_instances;
  guint current;       /* the process that lines without a sign are of, when only one lives */
  gboolean beside;     /* the start line that comes is of a second process beside the first */
  gboolean overlap;    /* several live, and lines do not say whose they are */
  gboolean pid_layout; /* the number behind the time is a process */
} ErrorInstances;

/* One call of parse. */
typedef struct {
  const char *data, *end;
  gboolean eof;
  const char *at;   /* the first byte that was not taken */
  const char *kept; /* up to here the tail was kept */
  const char *nul;  /* the first NUL from `at` on when that was last asked, or `end`; NULL: never */
} ErrorWindow;

typedef struct {
  GalenFormatOptions options;
  GalenSink sink;
  GalenAccount account;
  ErrorDates dates;
  ErrorClock clock;
  ErrorInstances instances;
  guint64 line;   /* of the first byte that was not taken yet */
  guint64 offset; /* of the same */
  gboolean sniffed;

  /* The record being read: it begins at the first byte that was not taken. */
  gboolean open;
  gboolean sent; /* longer than GALEN_RECORD_MAX and handed over: what comes only counts */
  gboolean gap_before;
  ErrorScan scan;
  GalenLineInfo info;
  ErrorPrefix prefixes[2]; /* of the record's first line and of the line that is being judged */
  ErrorPrefix *first;      /* the one of them that is the record's, while first_at is where its first line is */
  const char *first_at;    /* NULL: the window has moved */
  gsize first_len;         /* of that line, which may end inside of a written one */
  gsize scanned;           /* from the first byte that was not taken: lines up to here belong to the record */
  gsize searched;          /* from `scanned`: no line ends here */
  guint64 new_lines;       /* line ends in `scanned` */
  gboolean in_line;        /* inside a line longer than GALEN_RECORD_MAX */

  const char *garbage;     /* why the bytes just before were skipped; NULL: they were not */
  gboolean gap;            /* bytes are missing before the next record */
  guint pages_open;        /* page dumps that were interrupted: their lines may still come */
  GalenLineInfo line_info; /* of the line at line_info_at */
  guint64 line_info_at;

  GString *tail; /* the last bytes taken, ERROR_TAIL_BYTES or more when there were so many */
  guint64 tail_pause;
  GString *scratch; /* decoded JSON */
  char *version;
  const char *server;
  guint starts, safe_starts, ready;
} ErrorLog;

/* error_prefix.c. The layout of [at, stop), one line without its end. FALSE: it begins no record of its own. */
gboolean galen_error_prefix(ErrorDates *dates, const char *at, const char *stop, ErrorPrefix *ret_prefix);
/* A whole prefix with a label inside of [from, stop), where one record ran into the next; NULL: none. */
const char *galen_error_prefix_inside(ErrorDates *dates, const char *from, const char *stop);
/* "[Note]" and such at `at`: behind it, else NULL. */
const char *galen_error_label(const char *at, const char *stop, GalenLevel *ret_level);

/* error_text.c */
/* What nothing was read of. Copied by those who do not see its bytes, for to clear one so large is slower. */
extern const ErrorPrefix galen_error_prefix_none;
extern const GalenErrorEvent galen_error_event_none;
/* Takes [MY-code], [subsystem], "InnoDB: " and such off prefix->text. `modern`: the layout has bracketed subsystems. */
void galen_error_text_split(ErrorPrefix *prefix, gboolean modern);
/* "file.cpp:function():line: " at the text's beginning is taken off; NULL: none. */
GalenSlice galen_error_text_source(GalenSlice *text);
/* A line that begins a record although it has no time. */
gboolean galen_error_text_bare(const char *at, const char *stop, ErrorPrefix *ret_prefix);

/* error_json.c. One line of the JSON sink; the message is decoded into `scratch`. */
gboolean galen_error_json(const char *at, const char *stop, GString *scratch, ErrorPrefix *ret_prefix,
                          GalenSlice *ret_more);
/* Does the line look like one? */
gboolean galen_error_json_begins(const char *at, const char *stop);

/* error_scan.c */
void galen_error_scan_begin(ErrorScan *scan, const ErrorPrefix *prefix, guint64 offset);
/* Does [at, stop) belong to the record? `prefix` is the line's own, or NULL. */
ErrorAnswer galen_error_scan_line(ErrorScan *scan, const char *at, const char *stop, const ErrorPrefix *prefix,
                                  const ErrorAhead *ahead);
GalenBlock galen_error_scan_block(const ErrorScan *scan, const GalenErrorEvent *event);

/* error_clock.c. Sets wall, time, resolution, raw_time and inherited. */
void galen_error_clock_init(ErrorClock *clock, GTimeZone *zone);
void galen_error_clock_set(ErrorClock *clock, const ErrorPrefix *prefix, const GalenLineInfo *info,
                           GalenErrorEvent *event);

/* Steps of a server's life that tell processes apart. */
typedef enum {
  ERROR_STEP_NONE,
  ERROR_STEP_START,
  ERROR_STEP_RECOVERY,
  ERROR_STEP_READY,
  ERROR_STEP_END,
} ErrorStep;

/* error_instance.c */
ErrorStep galen_error_instance_step(const GalenErrorEvent *event);
/* Behind a start line: does the process before live on? `at` is behind the line. ERROR_MORE: needs bytes. */
ErrorAnswer galen_error_instance_look(ErrorInstances *instances, const char *at, const char *end, gboolean eof);
gboolean galen_error_instance_is_start(GalenSlice text);
/* Sets pid, thread and instance. */
void galen_error_instance_set(ErrorInstances *instances, ErrorStep step, const ErrorPrefix *prefix,
                              const GalenLineInfo *info, GalenErrorEvent *event);
/* What the first bytes of a log say of its layout. */
void galen_error_instance_sniff(ErrorInstances *instances, const char *data, gsize len);

/* error_emit.c. Hands over the open record, which is [from, end). */
void galen_error_emit(ErrorLog *self, const char *from, const char *end, gboolean cut);
/* The prefix of a record's first line: like galen_error_prefix, and lines that only their wrapper tells. */
gboolean galen_error_line_prefix(ErrorLog *self, const GalenLineInfo *info, const char *at, const char *stop,
                                 ErrorPrefix *ret_prefix);

/* error_repeat.c. Do the lines from window->at on repeat the end of what was taken? ERROR_DROPS: ret_len bytes do. */
ErrorAnswer galen_error_repeat(ErrorLog *self, ErrorWindow *window, gsize line_len, gsize *ret_len);
/* Keeps what was taken of the window. */
void galen_error_repeat_keep(ErrorLog *self, ErrorWindow *window);

/* error_bid.c */
guint galen_error_bid_error(const char *data, gsize len);
guint galen_error_bid_recover(const char *data, gsize len);

static inline gboolean galen_error_starts(const char *at, const char *stop, const char *text, gsize len) {
  return (gsize)(stop - at) >= len && galen_same_bytes(at, text, len);
}

#define ERROR_STARTS(at, stop, text) galen_error_starts(at, stop, text, sizeof(text) - 1)
#define ERROR_HAS(slice, text) (memmem((slice).data, (slice).len, text, sizeof(text) - 1) != NULL)

/* Behind `mark` in the first bytes of a text; NULL: it is not there. */
static inline const char *galen_error_behind(GalenSlice text, const char *mark) {
  const char *at = memmem(text.data, MIN(text.len, 1024u), mark, strlen(mark));
  return at != NULL ? at + strlen(mark) : NULL;
}
