/* The envelope's inside. Raw bytes are cut into records (a line, a JSON object, a CSV row), a record is parsed into what the
 * wrapper says and a coded text, and the text is decoded and put out as lines. Only the splitter and the parser of a kind of
 * wrapper know the kind; everything else is common. */
#pragma once

#include "envelope.h"
#include "log_time.h"

/* Raw bytes that are read at a time. */
#define ENV_BLOCK (256u << 10)
/* The longest record of JSON, CSV or the journal; a longer one is skipped. Lines of text go on in pieces of this size. */
#define ENV_RECORD_MAX (1u << 20)
/* Bytes that are put out at a time. */
#define ENV_OUT (64u << 10)
/* Different hosts and different programs that are remembered; further ones are nameless. */
#define ENV_NAMES_MAX 256u
#define ENV_NAME_BYTES_MAX 255u
/* Wrappers in wrappers: kubectl --prefix of CRI of the operator's JSON. */
#define ENV_NEST_MAX 4u

typedef enum {
  ENV_PLAIN,
  ENV_SYSLOG,     /* control characters as #011 */
  ENV_JSON,       /* the inside of a JSON string */
  ENV_JSON_BYTES, /* a JSON array of numbers */
  ENV_CSV         /* the inside of a quoted field: "" is a quote */
} EnvCoding;

typedef enum { ENV_SKIP, ENV_HEADER, ENV_TEXT } EnvVerdict;

/* Why records are skipped; compared as pointers. */
extern const char ENV_DAMAGED[], ENV_OTHER_PROGRAM[], ENV_OTHER_HOST[], ENV_NULS[], ENV_TOO_LONG[], ENV_TRACE[],
    ENV_OTHER_FILE[], ENV_NO_WRAPPER[], ENV_NO_SPACE[];

typedef struct {
  EnvVerdict verdict;
  const char *reason; /* of ENV_SKIP */
  EnvCoding coding;
  GalenSlice text;
  gint64 wall, time; /* as GalenLineInfo */
  guint32 pid;
  GalenSlice host, program; /* NULL: not said */
  GalenSlice unit;          /* of systemd, or the container; NULL: not said */
  guint stream;             /* 0 or 1: whose pieces are joined */
  gboolean partial;         /* the line goes on in the next record of the stream */
  gboolean plain;           /* it had no wrapper */
} EnvRecord;

typedef enum {
  ENV_PIECES = 1 << 0,   /* a long line goes on in pieces */
  ENV_SORT = 1 << 1,     /* may be newest first */
  ENV_PROGRAMS = 1 << 2, /* lines of several programs */
  ENV_DOUBT = 1 << 3,    /* the wrapper alone proves nothing: what is in it must look like a server's log */
  ENV_STRICT = 1 << 4    /* lines of nothing else stand in it (never `loose`) */
} EnvFlags;

typedef struct {
  const char *name;
  /* The length of the first record of data[0..len), its line end included; 0: more bytes are needed (never at eof). */
  gsize (*split)(GalenEnvelope *self, const char *data, gsize len, gboolean eof);
  void (*parse)(GalenEnvelope *self, GalenSlice record, EnvRecord *ret_record);
  EnvFlags flags;
} EnvKind;

/* ---- names ---- */

typedef enum {
  ENV_PROGRAM_UNKNOWN, /* its lines will tell */
  ENV_PROGRAM_SERVER,
  ENV_PROGRAM_SYSTEM,
  ENV_PROGRAM_OTHER
} EnvProgram;

typedef struct {
  char *text;
  gsize len;
  EnvProgram program;
} EnvName;

typedef struct {
  EnvName items[ENV_NAMES_MAX];
  guint n, last;
} EnvNames;

/* NULL: no name, or one too many. Empty names are none. */
EnvName *galen_env_name(EnvNames *self, GalenSlice text);
/* The same for programs; half of the names are kept for servers. */
EnvName *galen_env_program(EnvNames *self, GalenSlice text);
void galen_env_names_clear(EnvNames *self);

/* Does a line of the program belong to a database server's story? May learn a program by its text. */
gboolean galen_env_program_passes(EnvName *program, GalenSlice text);
/* Does it name a database server? */
gboolean galen_env_names_server(GalenSlice text);
/* Does the text begin like a line of an error log, slow log or general log? */
gboolean galen_env_plausible(GalenSlice text);

/* ---- lines ---- */

typedef struct {
  guint64 offset; /* of the first unwrapped byte it holds for */
  GalenLineInfo info;
} EnvLine;

/* What is known of the lines that were put out of late, in a ring. */
typedef struct {
  EnvLine *items;
  gsize head, n, capacity; /* capacity: a power of two */
  gsize credit;            /* bytes; see envelope-lines.c */
} EnvLines;

void galen_env_lines_init(EnvLines *self);
void galen_env_lines_clear(EnvLines *self);
void galen_env_lines_add(EnvLines *self, guint64 offset, const GalenLineInfo *info, gsize bytes);
void galen_env_lines_drop(EnvLines *self, guint64 before);
const GalenLineInfo *galen_env_lines_find(const EnvLines *self, guint64 offset);

/* ---- records kept until their order is known ---- */

typedef struct {
  GByteArray *buffer; /* what is not yet in the file */
  int fd;             /* -1: no file yet */
  guint64 size;       /* of the file */
  guint64 from, to;   /* of what was not given back yet, buffer included */
  GByteArray *view;
  guint64 view_at;
  gboolean failed;
} EnvSpool;

void galen_env_spool_init(EnvSpool *self);
void galen_env_spool_clear(EnvSpool *self);
/* FALSE: no space. */
gboolean galen_env_spool_push(EnvSpool *self, const GalenLineInfo *info, GalenSlice text);
/* The first or the last record that is left; FALSE: none. The text is valid until the next call. */
gboolean galen_env_spool_pop(EnvSpool *self, gboolean last, GalenLineInfo *ret_info, GalenSlice *ret_text);

typedef enum { ENV_ORDER_FILE, ENV_ORDER_OPEN, ENV_ORDER_FORWARD, ENV_ORDER_BACKWARD } EnvOrder;

/* ---- times without a year or a zone ---- */

typedef struct {
  gint64 near;                     /* a written time with its year, close by; GALEN_TIME_NONE: none yet */
  gint64 journal_from, journal_to; /* "-- Logs begin at …, end at … --" */
  gboolean has_zone;
  gint64 zone; /* µs east of UTC */
} EnvClock;

typedef struct {
  gint64 wall, time;
  gboolean yearless, zoneless;
  gboolean journal;         /* only journalctl writes it so */
  gint64 month, day, clock; /* of yearless */
} EnvStamp;

/* GALEN_TIME_NONE: 29 February of a year that has none. */
gint64 galen_env_in_year(const EnvStamp *stamp, gint64 year);
/* Learns from the date at a wrapped line's beginning, if it has one. */
void galen_env_clock_adopt(EnvClock *self, const EnvStamp *stamp, GalenSlice text);
/* Learns from journalctl's own line. */
void galen_env_clock_journal(EnvClock *self, GalenSlice line);
/* Sets the stamp's wall and time as far as they are known. */
void galen_env_clock_settle(EnvClock *self, EnvStamp *stamp);

/* ---- JSON ---- */

typedef enum {
  ENV_F_LOG,
  ENV_F_MESSAGE,
  ENV_F_AT_MESSAGE,
  ENV_F_JOURNAL_MESSAGE,
  ENV_F_TEXT_PAYLOAD,
  ENV_F_PAYLOAD_MESSAGE,
  ENV_F_AZURE_MESSAGE,
  ENV_F_STREAM,
  ENV_F_TIME,
  ENV_F_TIMESTAMP,
  ENV_F_AT_TIMESTAMP,
  ENV_F_REALTIME,
  ENV_F_TIME_GENERATED,
  ENV_F_FILE,
  ENV_F_HOST,
  ENV_F_PROGRAM,
  ENV_F_COMMAND,
  ENV_F_UNIT,
  ENV_F_CONTAINER,
  ENV_F_PID,
  ENV_F_PARTIAL,
  ENV_F_CLOUDWATCH,
  ENV_N_FIELDS
} EnvField;

/* Values as written, quotes included; data NULL: not there. */
typedef struct {
  GalenSlice value[ENV_N_FIELDS];
} EnvFields;

/* The length of the object or array at data[0]; 0: it does not end. */
gsize galen_env_json_extent(const char *data, gsize len);
/* FALSE: no object, or damaged. */
gboolean galen_env_json_fields(GalenSlice object, EnvFields *ret_fields);
/* A name's field, as JSON, CSV headers and Insights write it; ENV_N_FIELDS: none. */
EnvField galen_env_field(GalenSlice name);
gboolean galen_env_record_of_fields(GalenEnvelope *self, const EnvFields *fields, EnvCoding coding,
                                    EnvRecord *ret_record);
void galen_env_decode(GString *out, GalenSlice text, EnvCoding coding);
/* Seconds, ms, µs or ns since the epoch by their size, ISO 8601 (UTC when it names no zone), "1/15/2024, 10:30:00 AM". */
gint64 galen_env_time(GalenSlice text);

/* ---- the kinds ---- */

extern const EnvKind galen_env_syslog, galen_env_docker_logs, galen_env_cloudwatch, galen_env_cri, galen_env_prefix,
    galen_env_json_lines, galen_env_json_document, galen_env_csv, galen_env_export;

gsize galen_env_split_line(GalenEnvelope *self, const char *data, gsize len, gboolean eof);
/* NULL: no wrapper. What the trial learnt (name, flags, clock…) is set in `ret_learnt`, a new envelope. */
const EnvKind *galen_env_detect(GalenSlice head, GalenEnvelope *ret_learnt);

#define ENV_CSV_COLUMNS_MAX 64u

struct GalenEnvelope {
  const EnvKind *kind;
  const char *name;
  EnvFlags flags; /* the kind's, and what its records asked for */
  GalenEnvelopeRead read;
  gpointer user;
  GalenEnvelope *parent; /* the wrapper around this one */
  GalenEnvelope *inner;  /* a wrapper in this one; owned */
  guint depth;
  gboolean started;
  gboolean trial; /* it only looks at a head that was given to it */

  /* raw input */
  char *raw;
  gsize raw_from, raw_to, raw_size;
  guint64 raw_offset; /* of raw[raw_from] */
  gboolean eof;
  guint64 line;  /* of raw[raw_from], 1-based */
  gboolean nuls; /* NULs were left out just before */
  enum { ENV_WHOLE, ENV_REST_PASSES, ENV_REST_SKIPPED, ENV_REST_TOO_LONG } rest;
  const char *rest_reason; /* of ENV_REST_SKIPPED; NULL: the wrapper's own */
  gboolean begun, finished;
  guint64 lost; /* bytes for which there was no space */

  /* output */
  GString *out;
  gsize out_from;
  guint64 out_offset; /* of the end of out */
  gboolean mid_line;
  guint64 asked;
  EnvLines lines;
  GString *scratch;
  GString *pending[2];
  GalenLineInfo pending_info[2];
  gboolean is_pending[2];
  GString *replay; /* output that was looked at for an inner wrapper */
  gsize replay_from;

  EnvOrder order;
  GString *held; /* the record that goes to the spool when it is whole */
  GalenLineInfo held_info;
  gboolean is_held;
  guint ascending, descending;
  gint64 order_last;
  EnvSpool spool;

  EnvNames hosts, programs;
  const char *host; /* the first that came out */
  gboolean several_hosts;
  char *only_host;
  GalenAccount account;
  GalenAccount *combined; /* with that of inner wrappers */

  /* what parsers of records remember */
  EnvClock clock;
  guint layout;         /* of syslog lines, the last one seen */
  gsize indent;         /* of the last syslog line's text */
  gboolean last_passed; /* the last record was put out */
  gboolean last_seen;   /* there was a wrapped record already */
  GalenLineInfo last_info;
  gboolean joins; /* docker: a text without line end goes on */
  gboolean loose; /* lines without wrapper are the same program's */
  guint document_misses;
  guint8 csv_fields[ENV_CSV_COLUMNS_MAX];
  guint csv_columns;
  char csv_mark;
};

/* Takes one record in; FALSE: the input's end. */
gboolean galen_env_take(GalenEnvelope *self);
/* Puts a text out, with a line end behind it if `line_end`. */
void galen_env_put(GalenEnvelope *self, const GalenLineInfo *info, GalenSlice text, gboolean line_end);
/* Puts it out with what the stream's earlier records began, when it is whole. */
void galen_env_join(GalenEnvelope *self, const EnvRecord *record, const GalenLineInfo *info, GalenSlice text);
void galen_env_put_pending(GalenEnvelope *self, guint stream);
/* What waits for further lines goes to the spool. */
void galen_env_push_held(GalenEnvelope *self);
