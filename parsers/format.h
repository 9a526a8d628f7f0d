/* A log format: one descriptor a file, found by bids on content.
 *
 * A format bids on the first bytes of an input with the number of bits that it
 * could verify (libarchive's idea): the highest bid wins, a bid of 0 means "not
 * mine". File names never count. To add a format, write one file with one
 * descriptor and add a row to the table in format.c. */
#pragma once

#include "account.h"
#include "event.h"

/* How much of an input a bid may look at. */
#define GALEN_BID_BYTES (64u << 10)

/* The longest look ahead that a parser may ask for, and so the smallest window
 * that a reader must be able to offer. A parser given this much makes progress. */
#define GALEN_WINDOW_MIN (4u << 20)

/* What a wrapper (syslog, journald, docker, a cloud's export) said of a line; see envelope.h. */
typedef struct {
  guint64 line; /* 1-based line of the raw input */
  gint64 time;  /* the wrapper's time, UTC; GALEN_TIME_NONE: none, or in a zone that is not known */
  gint64
      wall; /* the wrapper's time as it writes it, as if that were UTC; GALEN_TIME_NONE: none, or its year is not known */
  guint32 pid;         /* 0: unknown */
  const char *host;    /* or NULL; interned for the stream's life */
  const char *program; /* "mysqld", or NULL */
} GalenLineInfo;

/* What the program knows before it reads; all pointers outlive the parser. */
typedef struct {
  GTimeZone *log_zone; /* zone of times that name none; NULL: not given */
  /* What the wrapper said of the unwrapped line that holds byte `offset`; NULL function: the input has no wrapper.
   * Never called for an offset before one that was asked for in an earlier call of parse. */
  const GalenLineInfo *(*line_info)(gpointer user, guint64 offset);
  gpointer line_user;
} GalenFormatOptions;

/* What a parser learnt of the server that wrote the log. Strings are static or owned by the parser. */
typedef struct {
  const char *server;  /* "MariaDB", "MySQL", "Percona", or NULL */
  const char *version; /* or NULL */
  guint restarts;      /* start-up blocks seen */
  char timezone[48];   /* "UTC", "+02:00", or "" when unknown */
  /* "log" (times carry it), "epoch" (SET timestamp against # Time), "option", "assumed", or NULL */
  const char *timezone_source;
} GalenServerInfo;

typedef struct GalenFormat {
  const char *name; /* `kind` of an input in JSON: "slow-log" */
  guint (*bid)(const char *data, gsize len);
  gpointer (*open)(const GalenFormatOptions *options, const GalenSink *sink);
  /* Reads whole records from data[0..len) and returns how many bytes it took. `eof`: no more
   * bytes follow. Returns fewer than len when it needs more to decide; it may return 0 only
   * while len < GALEN_WINDOW_MIN and not eof; at eof it takes everything. What it does never
   * depends on how the input was cut into calls. */
  gsize (*parse)(gpointer self, const char *data, gsize len, gboolean eof);
  const GalenAccount *(*account)(gpointer self);
  void (*describe)(gpointer self, GalenServerInfo *ret_info);
  void (*close)(gpointer self);
} GalenFormat;

extern const GalenFormat galen_format_slow_log;
extern const GalenFormat galen_format_error_log;
extern const GalenFormat galen_format_recover_log;
extern const GalenFormat galen_format_general_log;
extern const GalenFormat galen_format_galera_state;
extern const GalenFormat galen_format_configuration;

/* The format with the highest bid on an input's first bytes; NULL when none bids. */
const GalenFormat *galen_format_find(const char *data, gsize len);
