/* The report model: the one document that every output format renders.
 *
 * It is built once from the digest, the inputs and the findings (galen_report_new in build.c). Writers only walk it:
 * nothing is computed while rendering, so every format says the same. All strings are valid UTF-8, cleaned with
 * galen_words_clean; escaping for a format is its writer's work. Raw figures are in the digest's units (µs, ns, rows,
 * bytes), times in µs since the epoch. Owned by the report and freed with it. */
#pragma once

#include "../../parsers/format.h"
#include "../cluster/history.h"
#include "../day_hours.h"
#include "../digest/digest.h"
#include "../digest/errors.h"
#include "../digest/rhythm.h"
#include "seen.h"
#include "severity.h"

#define GALEN_SCHEMA "galen-report/1"

typedef enum { GALEN_STATUS_OK, GALEN_STATUS_WARNING, GALEN_STATUS_CRITICAL } GalenStatus;

/* "ok" "warning" "critical". */
const char *galen_status_word(GalenStatus status);

/* `figure` of the JSON schema. Unknown doubles are NaN. */
typedef struct {
  const char *name; /* JSON key: "time", "rows_affected" */
  GalenUnit unit;
  guint64 count; /* values behind it; 0: all unknown */
  GalenU128 sum;
  guint64 min, max;
  double mean, stddev;
  double p50, p90, p95, p99; /* NaN: this attribute keeps none */
} GalenFigure;

/* A user, host, schema or node and its part of the load. */
typedef struct {
  char *name; /* NULL: unknown, or the remainder */
  guint64 count, time;
  double share;       /* of the time of what it is a part of, 0 to 1 */
  gboolean remainder; /* all values that have no row of their own */
  guint64 distinct;   /* how many those are; 1 otherwise */
} GalenShare;

/* Advice on a query. */
typedef struct {
  const char *id; /* rule id: galen explain ID */
  GalenSeverity severity;
  char *title;  /* "Reads 9,000 rows for each row sent" */
  char *detail; /* the figures that led to it */
  char *advice; /* what to do */
} GalenAdvice;

typedef struct {
  char *path, *node, *raw_time, *text;
  guint64 line;
  gint64 time;
} GalenEvidence;

typedef struct {
  char *id; /* stable */
  GalenSeverity severity;
  char *title, *detail, *advice;
  GPtrArray *nodes; /* of char * */
  gint64 from, to;
  GPtrArray *evidence; /* of GalenEvidence * */
  char *query_id;      /* the class it is about, or NULL: for links */
  gboolean muted;
  char *figure;      /* its size in a few words: "32.9 % of query time, 10.8 s"; or NULL */
  char *incident_id; /* the incident that it was seen with, or NULL */
  double cost;       /* see GalenRanked */
} GalenFinding;

/* A line of the verdict: an incident or a finding. */
typedef struct {
  const GalenIncident *incident; /* one of the two is NULL */
  const GalenFinding *finding;
  guint index; /* of the incident in the report's list */
  GalenSeverity severity;
  gboolean muted;
  guint
      stake; /* what is at stake: 3 data, 2 service and speed, 1 what the logs cannot show, 0 a note on the data read */
  double cost; /* seconds: of nodes in trouble, of query time, of silence; a record of an error group is one */
} GalenRanked;

/* One bar of a latency histogram. */
typedef struct {
  guint64 low, high; /* values low … high, µs, both inclusive */
  guint64 count;
} GalenBar;

/* A class, or a total. */
typedef struct {
  guint64 count, count_scaled, untimed, partial, nested_count, nested_time, killed;
  double share; /* of all query time */
  GalenFigure main[GALEN_N_MAIN];
  GArray *attrs;  /* of GalenFigure, by name */
  GArray *flags;  /* of GalenFlagStat, by name */
  GArray *errors; /* of GalenErrorCount, by code */
  gint64 first, last;
} GalenFigures;

typedef struct {
  guint rank;
  char id[33];
  char *fingerprint; /* cleaned, cut at 4 KiB */
  char *label, *command;
  GPtrArray *tables; /* of char * */
  GalenFigures figures;
  gboolean contains_others;        /* CALL whose inner statements were logged too */
  GPtrArray *shares[GALEN_N_TOPS]; /* of GalenShare * */
  GPtrArray *
      bars; /* of GalenBar *: latency histogram in thirds of a decade, contiguous, first and last non-empty; empty list: no times */
  char *sample;         /* cleaned; NULL: none */
  char *explain;        /* cleaned; NULL: none */
  guint64 sample_bytes; /* of the whole statement */
  gint64 sample_time;
  guint64 sample_query_time;
  char *sample_path;
  guint64 sample_line;
  GPtrArray *advice;         /* of GalenAdvice *, worst first */
  const GalenSeries *series; /* NULL: not among the leading ones */
  guint color;               /* 0..4 for the five classes with most time, 5 for all others: the same everywhere */
  GalenSeen seen;            /* in stores */
  GalenWeeks *weeks;         /* NULL: no store has it, or too little of it */
  gboolean sample_untold;    /* nobody knows how long the sample took: no sample_query_time */
} GalenQuery;

/* The server started, or its log was flushed or rotated: one start-up block. */
#define GALEN_STARTS_MAX 256u
typedef struct {
  char *version;
  gint64 time;  /* where the block has one, else GALEN_TIME_NONE */
  gint64 after; /* the last event before it; GALEN_TIME_NONE: none */
  guint64 line;
} GalenStartRow;

typedef struct {
  char *path, *node;
  char *store; /* the store that it was read from, on another day; NULL: read now */
  const char *kind, *server, *compression;
  const char *envelope; /* the wrapper that was taken off, "syslog" …; NULL: none */
  char *version;
  gboolean complete;
  char *problem; /* why it is not complete or was not read; NULL: nothing */
  char *timezone;
  const char *timezone_source;
  GalenAccount account;  /* its skip texts are raw: use skip_texts */
  GPtrArray *skip_texts; /* of char *, cleaned and masked, one a skip */
  guint restarts;        /* start-up blocks seen */
  GPtrArray *starts;     /* of GalenStartRow *: the first GALEN_STARTS_MAX of them */
  GalenRhythm rhythm;    /* of a slow log's statements, filtered or not */
} GalenInputRow;

typedef struct {
  char *name;
  const char *server;
  char *version;
  char *timezone;
  const char *timezone_source; /* or NULL */
  const GalenNode *life;       /* what error logs tell of it; NULL: nothing */
} GalenNodeRow;

/* What error logs said, summed up: GalenErrors as lists that writers walk. The lists are borrowed and never NULL. */
typedef struct {
  guint64 count, deadlock_count, crash_count, semaphore_count;
  const GPtrArray *groups;           /* of GalenErrorGroup * */
  const GPtrArray *deadlocks;        /* of GalenDeadlock * */
  const GPtrArray *crashes;          /* of GalenCrash * */
  const GPtrArray *semaphores;       /* of GalenSemaphore * */
  const GPtrArray *denied, *aborted; /* of GalenErrorPeer * */
  const GalenErrorSeries *series;    /* NULL: nothing timed */
} GalenErrorLists;

/* A stretch of the series that no slow log covers (between one log's last event and the next one's first, or a GalenSilence):
 * not known to be quiet, so charts hatch it instead of drawing zero. */
typedef struct {
  gint64 from, to;
} GalenGap;

/* A silence inside a node's slow logs that their own rhythm makes improbable: build_silence.c has the rule. */
typedef struct {
  char *node;
  gint64 from, to;
  gint64 usual;     /* µs: the longest other silence */
  const char *path; /* of the log that goes on, and where; the row's */
  guint64 line;
} GalenSilence;

/* The load of one user, host, schema or node over time. */
typedef struct {
  char *name; /* NULL: unknown */
  const GalenSeries *series;
} GalenShareSeries;

typedef struct {
  char *title;
  GalenStatus status;
  gint64 from,
      to; /* the effective window: requested, else first to last confirmed start; GALEN_TIME_NONE: no timed event */
  gboolean requested;
  gint64 requested_from, requested_to; /* what is counted; GALEN_TIME_NONE: that side open */
  gint64 asked_from, asked_to;         /* what was asked for: the same, or within, as stores have whole slots */
  GalenDayHours hours;                 /* of each day only these are counted; none: all of it */
  guint left_out;                      /* days of stores that have no hours, so that they are not */
  GTimeZone *zone;
  char *zone_name;

  GPtrArray *inputs; /* of GalenInputRow *, by node, first, path */
  GPtrArray *nodes;  /* of GalenNodeRow *, by name */

  guint64 classes; /* distinct */
  gboolean classes_capped;
  GalenFigures total, other; /* other: classes not in `top` */
  GPtrArray *top;            /* of GalenQuery *, in the asked order */
  const char *order_by;      /* "time" … */
  GPtrArray *
      leading; /* of GalenQuery *: the (at most 20) classes with most time that have a series; each may also be in top */
  GPtrArray *shares[GALEN_N_TOPS];       /* of GalenShare * */
  GPtrArray *share_series[GALEN_N_TOPS]; /* of GalenShareSeries * */
  const GalenSeries *series;             /* all time, all counts; NULL: nothing timed */
  guint64 *heat;                         /* series->n × GALEN_HEAT_ROWS counts, cell-major; NULL: nothing timed */

  GPtrArray *gaps;     /* of GalenGap *, in time order */
  GPtrArray *silences; /* of GalenSilence *, by node and time */
  GPtrArray *findings; /* of GalenFinding *, worst first, then by stake and cost */
  gboolean incomplete; /* some input could not be read whole: exit 4 */

  GPtrArray *leading_only; /* of GalenQuery *: owns those of `leading` that are not in `top` */
  guint64 implausible;     /* single values of all inputs that were dropped as impossible */
  gboolean filtered;       /* only what the filters let through is counted */

  const GalenHistory *history; /* of nodes and clusters; NULL: no error log was read, or it names none */
  GPtrArray *incidents;    /* of GalenIncident *, borrowed: those that touch the window; muted ones last, worst first */
  GalenErrorLists *errors; /* NULL: no error log was read */
  gboolean has_past;       /* stores told of operations and messages beyond the window */
  GHashTable *errors_seen; /* GalenErrorGroup * to GalenSeen *; NULL: none */
  gboolean titled;         /* the title was given: it is not made from the nodes */
  GArray
      *ranking; /* of GalenRanked: incidents and findings together: what is not muted, then by severity, stake, cost */

  struct GalenMarks *marks; /* marks.h: against the night before; NULL: no nightly report */

  struct GalenComparison *comparison; /* with the baseline; findings/comparison.h; NULL: none was given */
} GalenReport;

typedef struct GalenAdviceRules GalenAdviceRules; /* findings/advice.h */

/* What the program asked for, beside the digest. */
typedef struct {
  const char *title; /* NULL: made from nodes and window */
  GTimeZone *zone;
  const char *zone_name;
  gint64 since, until;             /* what is counted; GALEN_TIME_NONE: open */
  gboolean widened;                /* the user asked for less: */
  gint64 asked_since, asked_until; /* of stores whole slots are counted */
  GalenDayHours hours;             /* of each day only these are counted */
  gboolean nightly;                /* incidents that were over before what was asked for are those of another night */
  guint top;                       /* 0: all */
  const char *order_by;
  const char *const *expect_nodes; /* NULL-terminated, or NULL */
  const char *const *mute;         /* "ID" or "ID@UNTIL", NULL-terminated, or NULL */
  const GalenAdviceRules *rules;   /* NULL: no query advice */
  gboolean filtered;               /* filters left out what they do not let through */
  const GalenHistory *history;     /* judged; must outlive the report, which sets `muted` of its incidents; or NULL */
  const GalenErrors *errors;       /* finished; must outlive the report; or NULL */
  const struct GalenPast *past;    /* past.h: of the stores among the inputs; or NULL */
  struct GalenBaseline
      *baseline; /* findings/comparison.h: to compare with; what it points to must outlive the report; or NULL */
} GalenReportOptions;

/* Builds the model. `inputs` (of GalenInputRow *, in any order, with galen_input_row_free or nothing as free function) are
 * taken over; their texts are cleaned and their skip_texts made here. A row whose `kind` is "unknown" was no log; a row
 * that is not `complete` makes the report incomplete. The digest must be finished and outlive the report. */
GalenReport *galen_report_new(const GalenDigest *digest, GPtrArray *inputs, const GalenReportOptions *options);
void galen_report_free(GalenReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenReport, galen_report_free)

/* When stores have seen a group; without any, its times are unknown. */
const GalenSeen *galen_report_error_seen(const GalenReport *self, const GalenErrorGroup *group);

GalenInputRow *galen_input_row_new(void);
/* Adds a start-up block, up to GALEN_STARTS_MAX; `version` is cleaned. */
void galen_input_row_add_start(GalenInputRow *self, const GalenServerStart *start);
void galen_input_row_free(GalenInputRow *self);

/* The parts, for the builder and for tests. All lists are there and empty, texts NULL, times GALEN_TIME_NONE, figures
 * unknown; lists own what is put into them. */
GalenReport *galen_report_alloc(void);
GalenQuery *galen_query_new(void);
void galen_query_free(GalenQuery *self);
GalenFinding *galen_finding_new(void);
void galen_finding_free(GalenFinding *self);
void galen_evidence_free(GalenEvidence *self);
void galen_advice_free(GalenAdvice *self);
/* `name` is taken over; NULL: unknown. */
GalenShare *galen_share_new(char *name, guint64 count, guint64 time, double share);
/* An attribute without any value: everything but name and unit unknown. */
GalenFigure galen_figure_unknown(const char *name, GalenUnit unit);
/* JSON key and unit of a main attribute. */
const char *galen_main_name(GalenMainAttr attr);
GalenUnit galen_main_unit(GalenMainAttr attr);

/* Writers. Each returns the whole document, newly allocated, NULL with error on failure. */
GBytes *galen_report_write_json(const GalenReport *self, GError **error);
/* `width` columns (at least 40), `color`: ANSI colours. */
GBytes *galen_report_write_text(const GalenReport *self, guint width, gboolean color, GError **error);
/* `templates`: the folder of templates; those that are not in it are the program's own. */
GBytes *galen_report_write_html(const GalenReport *self, const char *templates, GError **error);
/* The same with as much detail as `max` bytes hold; an error when they do not hold the least. */
GBytes *galen_report_write_html_within(const GalenReport *self, const char *templates, gsize max, GError **error);
