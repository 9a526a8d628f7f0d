/* The slow query log's parser: what its files share. Not for others; format.h is the way in.
 *
 *   slow_log.c     the descriptor, and the way from record to record
 *   slow_header.c  an entry's '#' lines, its `use` and its SET
 *   slow_fast.c    the header lines of every day's shape, faster than slow_header.c reads all
 *   slow_pairs.c   "Name: value" in these lines
 *   slow_lines.c   which lines are the log's own: header sequences, start-up blocks
 *   slow_text.c    where a statement ends
 *   slow_clock.c   when it began, and whether that can be believed
 *
 * Layouts, flavour by flavour, are in docs/slow-log-formats.md. */
#pragma once

#include "format.h"
#include "log_time.h"
#include "scan.h"
#include "sql_skip.h"

/* A header longer than this (plans, warnings) is no header. */
#define SLOW_HEADER_MAX (512u << 10)
/* Further attributes of one entry. */
#define SLOW_ATTRS_MAX 256u
/* How far a statement with an open quote is read past something that looks like the next entry. */
#define SLOW_RECOVERY_MAX (1u << 20)
/* The same where further literals with headers in them are read over: a costly doubt, so not as far. */
#define SLOW_THROUGH_MAX (64u << 10)
/* How far ahead neighbours' times are looked for, and how many. */
#define SLOW_NEIGHBOUR_BYTES (64u << 10)
#define SLOW_NEIGHBOURS_MAX 64u
/* How much of a statement in pieces is held back, so that its end can be trimmed. */
#define SLOW_HOLD (64u << 10)
/* A SET timestamp from here on, seconds (year 2242), is none. */
#define SLOW_STAMP_MAX (G_GINT64_CONSTANT(4) * G_MAXINT32)
/* Times further apart than this do not confirm each other. */
#define SLOW_NEAR_US (G_GINT64_CONSTANT(10) * 86400 * GALEN_SECOND)
#define SLOW_DB_MAX 1024u

/* An answer that may need bytes that are not there yet. */
typedef enum { SLOW_NO, SLOW_YES, SLOW_MORE } SlowAnswer;

/* How an entry begins, and what follows its user: a forged entry seldom gets these right. */
enum {
  SLOW_LINE_TIME = 1 << 0,
  SLOW_LINE_USER = 1 << 1,
  SLOW_LINE_THREAD = 1 << 2,
  SLOW_LINE_SCHEMA = 1 << 3,
  SLOW_LINE_FIGURES = 1 << 4,
  SLOW_LINE_OTHER = 1 << 5, /* a '#' line of another kind */
};

typedef struct {
  guint8 first;      /* first lines of the entries so far */
  guint8 after_user; /* what came behind their User@Host lines */
  gboolean iso;      /* entries begin with an ISO time, each of them */
  gboolean settings; /* entries have a SET timestamp before their statement */
} SlowLayout;

typedef enum {
  SLOW_KEY_MAIN,
  SLOW_KEY_ATTR,
  SLOW_KEY_SCHEMA,
  SLOW_KEY_THREAD,
  SLOW_KEY_ERROR,
  SLOW_KEY_KILLED,
  SLOW_KEY_RATE,
  SLOW_KEY_ROUTINE,
  SLOW_KEY_QC_HIT_MARIADB, /* "QC_hit": only MariaDB writes the h small */
  SLOW_KEY_START,
  SLOW_KEY_IGNORE, /* identities and times: no figures */
} SlowKeyKind;

typedef struct {
  char name[GALEN_ATTR_NAME_MAX + 1]; /* as the log writes it */
  guint8 len;
  guint8 kind; /* SlowKeyKind */
  guint8 unit; /* GalenUnit of its value */
  gboolean flag;
  guint16 id;   /* of the main attribute or in the dictionary */
  guint16 next; /* the key that followed last time: tried first */
} SlowKey;

#define SLOW_KEYS_MAX 256u

typedef struct {
  SlowKey keys[SLOW_KEYS_MAX];
  guint n;
  guint16 table[1024]; /* index + 1 by hash; 0: free */
  /* The header read last, its offset + 1, and how many names there were before it. */
  guint64 read_at;
  guint n_before, dict_before;
} SlowKeys;

/* One entry while it is read. Slices point into the window. */
typedef struct {
  GalenSlowEvent event;
  guint8 first, after_user; /* SLOW_LINE_ bits */
  gboolean has_time, has_stamp, has_schema, has_figures, has_user;
  gboolean time_is_start; /* MariaDB's */
  gboolean after_warnings;
  guint16 key; /* read last: what followed it in the entry before is tried first, over line ends too */
  GalenLogTime time;
  gint64 stamp; /* SET timestamp, seconds */
  gboolean has_start;
  GalenLogTime start; /* log_slow_extra's Start */
  GalenSlice use;     /* the database of its `use` line, its outer quotes taken off */
  gsize text;         /* offset of the statement */
  gboolean ended;     /* the next entry's header follows at once: the statement is empty */
  const char *explain_end;
} SlowEntry;

typedef struct {
  gboolean has_wall; /* a # Time was read since the last start-up block */
  gint64 wall;       /* of the last # Time, zone taken off, µs */
  gboolean wall_timed;
  gboolean has_last;
  gint64 last; /* last confirmed start */
  gboolean has_offset;
  gint64 offset;                        /* local time minus UTC as SET timestamp shows it, µs */
  gboolean stamp_known, stamp_is_start; /* what SET timestamp means, as entries with both clocks show */
  gint64 shift;                         /* SET timestamp to the zone that the user said, µs */
} SlowClock;

/* The minute of the last ISO time with microseconds and a zone. */
typedef struct {
  char text[17];     /* "2024-05-13T00:00:" */
  guint64 zone;      /* behind the fraction, its bytes from the lowest up: "Z", "+02:00" */
  guint zone_len;    /* 0: none is kept */
  GalenLogTime time; /* at its first second */
} SlowMinute;

typedef struct {
  GTimeZone *log_zone;
  GalenSink sink;
  GalenAttrDict *dict;
  GalenAccount account;
  SlowKeys keys;
  SlowLayout layout;
  SlowClock clock;
  SlowMinute minute;
  SlowEntry entry;
  GalenAttr attrs[SLOW_ATTRS_MAX];
  guint64 line;   /* of the first byte that was not taken yet */
  guint64 offset; /* of the same */
  char db[SLOW_DB_MAX];
  gsize db_len;
  gboolean has_db;
  /* An unfinished statement: how far it has been looked at. */
  gboolean scanning;
  gsize scanned; /* from the record's first byte, or, in pieces, from the next piece's first */
  GalenSqlState sql;
  /* The fast ways. plain: none of them, as a reference for tests. */
  GalenSqlSkip skip;
  const GalenScan *scan;
  gboolean plain;
  const char *limit; /* where the bytes at hand end */
  gboolean in_pieces;
  GString *header_copy;  /* what the entry's slices point into while in pieces */
  gboolean in_long_line; /* inside a line that is skipped unseen */
  const char *garbage;   /* why the bytes just before were skipped; NULL: they were not */
  const char *server;
  char *version;
  guint restarts;
  gboolean version_stamps_start; /* the version says that SET timestamp is the start */
  const char *zone_source;
} SlowLog;

/* slow_lines.c. `at` begins a line; `eof`: nothing follows `end`. Each answers SLOW_MORE only while !eof. */

/* A line that begins an entry, looked at alone: enough behind a statement's ';'. */
SlowAnswer galen_slow_header_begins(const char *at, const char *end, gboolean eof);
/* The same, but a User@Host line must have another '#' line behind it. */
SlowAnswer galen_slow_header_follows(const char *at, const char *end, gboolean eof);
/* A whole header sequence, down to its Query_time, of the layout that this log has had so far. */
SlowAnswer galen_slow_header_sequence(const SlowLayout *layout, const char *at, const char *end, gboolean eof);
/* A start-up block: how many bytes it takes, in ret_len; its words in ret_start. */
SlowAnswer galen_slow_startup(const char *at, const char *end, gboolean eof, gsize *ret_len,
                              GalenServerStart *ret_start);
/* The line at `at` without its end, and where the next one begins (`end` at the last). FALSE: no line end yet. */
gboolean galen_slow_line(const char *at, const char *end, gboolean eof, GalenSlice *ret_line, const char **ret_next);

/* slow_pairs.c */
void galen_slow_keys_init(SlowKeys *keys, GalenAttrDict *dict);
/* What a header taught must not be known when the same header is read again with more bytes behind it: call this before
 * each reading. */
void galen_slow_keys_mark(SlowLog *self);
/* "Name: value  Name: value …" into self->entry. FALSE when not even the first is one: then nothing was taken. */
gboolean galen_slow_pairs_read(SlowLog *self, const char *at, const char *end);
/* The same for the rest of a line whose first ones were read. */
void galen_slow_pairs_read_on(SlowLog *self, const char *at, const char *end);
/* Behind the value that begins at `at`. */
const char *galen_slow_value_end(const char *at, const char *end);
/* A whole number; 0: none, or too large. */
guint32 galen_slow_number(GalenSlice text);

/* slow_fast.c */
/* Reads the '#' lines at `at` into self->entry as long as they are of an everyday shape, and says where the next one begins. NULL:
 * not even the first is, or `end` is near, and nothing was done. */
const char *galen_slow_fast_lines(SlowLog *self, const char *at, const char *end);
/* "SET timestamp=1715558400;" */
const char *galen_slow_fast_stamp(const char *at, const char *end, gint64 *ret_stamp);

/* slow_header.c */
/* Reads an entry's header, use and SET at data; SLOW_NO: this is no entry. Fills self->entry. */
SlowAnswer galen_slow_header_read(SlowLog *self, const char *data, gsize len, gboolean eof);

/* slow_text.c. Looks for the end of the statement at data + text. SLOW_YES: it ends at ret_end (behind its line end);
 * SLOW_MORE: self->scanned and self->sql say how far it got. `pieces`: its first part is gone already. */
SlowAnswer galen_slow_text_end(SlowLog *self, const char *data, gsize text, gsize len, gboolean eof, gsize *ret_end);
/* The statement in [from, to) without final ';', blanks and line end. */
GalenSlice galen_slow_text_trim(const char *from, const char *to);

/* slow_clock.c. Sets start and timed of self->entry.event; `rest` is what follows the entry. */
SlowAnswer galen_slow_clock_set(SlowLog *self, const char *rest, const char *end, gboolean eof);
void galen_slow_clock_restart(SlowClock *self);
