/* Before and after: what of two windows differs by more than noise.
 *
 * Built once, when both sides are read (galen_report_new does it when there is a baseline); writers only walk it. Rates are
 * by the time that some input covers: what no log is about is no quiet time.
 *
 * A change is listed when its chance (comparison_test.h) is below `level` and it is large enough: GALEN_CHANGE_RATIO, and for
 * p95 GALEN_CHANGE_P95_US. The level is GALEN_COMPARISON_ERROR for all changes of a comparison together, divided by the number
 * of classes that have calls enough to be judged (Tarone) and by the four tests of each (Bonferroni); so of a hundred comparisons
 * of windows without any change two, at most, list one. tests/property/test-comparison.c measures it; docs/comparison.md has
 * the figures. */
#pragma once

#include "../report/model.h"
#include "comparison_test.h"

#define GALEN_COMPARISON_ERROR 0.02
#define GALEN_CHANGE_RATIO 1.2
#define GALEN_CHANGE_P95_US 100.0
/* A new or gone class was seen in at least so many cells of the series of the other side. */
#define GALEN_CHANGE_SEEN 3u
/* Of classes that are steady, so many of the leading ones are kept to be shown beside those that changed. */
#define GALEN_STEADY_KEPT 20u

typedef enum {
  GALEN_CHANGE_NONE,
  GALEN_CHANGE_NEW,
  GALEN_CHANGE_GONE,
  GALEN_CHANGE_SLOWER, /* more time, a higher p95, or more calls */
  GALEN_CHANGE_FASTER,
} GalenChangeKind;

/* "new" "gone" "slower" "faster" "steady". */
const char *galen_change_word(GalenChangeKind kind);
/* The same for messages: "new" "gone" "more" "fewer" "steady". */
const char *galen_error_change_word(GalenChangeKind kind);
/* "time" "p95" "calls". */
const char *galen_measure_word(GalenMeasureKind kind);

typedef struct {
  double before, after; /* TIME: s of query time a second; P95: µs; CALLS: a second. NaN: unknown */
  double ratio;         /* after / before; NaN: unknown */
  double chance;        /* that noise makes such a difference; 1: not judged */
  gboolean changed;     /* above noise, and large enough */
} GalenMeasure;

/* A class on both sides. */
typedef struct {
  GalenChangeKind kind;
  char id[33];
  char *label, *command;
  char *fingerprint; /* cleaned, cut at 4 KiB */
  guint64 count_before, count_after;
  GalenU128 time_before, time_after; /* µs */
  double share_before, share_after;  /* of its side's query time */
  double mean_before, mean_after;    /* µs; NaN: none */
  GalenMeasure measures[GALEN_N_MEASURES];
  gboolean
      more_calls; /* its time has changed as its calls have: it is called more or less often, not slower or faster */
  guint color;    /* as in the report: 0..4 for its five leading classes, else 5 */
  gint64 first, last; /* NEW: first and last call after; GONE: before; else of both sides */
} GalenChange;

/* A group of errors. */
typedef struct {
  GalenChangeKind kind; /* SLOWER: more, FASTER: fewer */
  char id[33];
  const char *rule;  /* id; NULL: none knows it */
  const char *title; /* of the rule, else the template */
  GalenSeverity severity;
  guint64 count_before, count_after;
  double before, after; /* an hour; NaN: unknown */
  double ratio, chance;
} GalenErrorChange;

/* A version or an option of a node that is not the same. */
typedef struct {
  char *node;
  char *option;         /* "version", "server", "wsrep_cluster_address", "gcs.fc_limit" */
  char *before, *after; /* NULL: not set */
} GalenSettingChange;

typedef struct {
  const GalenReport *report; /* its window, inputs, nodes, totals, series */
  double covered;            /* s of its window that some slow log covers */
  double covered_errors;     /* … that some error log covers */
} GalenComparisonSide;

typedef struct GalenComparison {
  GalenComparisonSide before, after;
  GalenReport *baseline;               /* what before.report points to */
  GalenMeasure load[GALEN_N_MEASURES]; /* of all statements together; only CALLS is judged: `changed` is load_moved */
  GPtrArray *new, *gone;               /* of GalenChange *: most time first */
  GPtrArray *slower, *faster;          /* … the largest change of query time a second first */
  GPtrArray *steady;                   /* … the leading GALEN_STEADY_KEPT that did not change */
  guint64 common;                      /* classes that both sides have */
  guint judged;                        /* classes with calls enough to be judged */
  guint judged_errors;
  double level;          /* chance below which a difference is no noise */
  GPtrArray *errors;     /* of GalenErrorChange *: severity, then new, more, fewer, gone */
  GPtrArray *settings;   /* of GalenSettingChange *, by node and option */
  GPtrArray *notes;      /* of char *: sentences on what limits the comparison */
  gboolean comparable;   /* both sides have statements and a length: else nothing of queries was judged */
  gboolean lower_bounds; /* a side had more classes than are kept */
} GalenComparison;

/* What is compared: the finished digest of the window before, with its inputs and logs, and its window as asked for. */
typedef struct GalenBaseline {
  const GalenDigest *digest;
  GPtrArray *inputs;           /* of GalenInputRow *: taken over by galen_report_new */
  const GalenHistory *history; /* judged, or NULL */
  const GalenErrors *errors;   /* finished, or NULL */
  gint64 since, until;         /* GALEN_TIME_NONE: open */
  gboolean widened;            /* see GalenReportOptions */
  gint64 asked_since, asked_until;
  GalenDayHours hours; /* of each day only these are counted */
  guint left_out;      /* days that have no hours */
  gboolean incomplete; /* it was not read whole */
} GalenBaseline;

/* `before` is taken over. `after` is the report that the comparison is for, with all but its findings; the digests are those
 * that the reports were built from and must outlive the comparison. */
GalenComparison *galen_comparison_new(GalenReport *before, const GalenDigest *before_digest, const GalenReport *after,
                                      const GalenDigest *after_digest);
void galen_comparison_free(GalenComparison *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenComparison, galen_comparison_free)

/* The class with this id among those listed, whatever its kind; NULL: none. */
const GalenChange *galen_comparison_find(const GalenComparison *self, const char *id);
/* "3 operations are slower, 2 are new and 1 is gone." Caller frees. */
char *galen_comparison_sentence(const GalenComparison *self);
/* "3 times", "0.45 times"; a figure of query time by the second: "12 s an hour"; of calls: "3.5 a second", "2 an hour". Callers
 * free. */
char *galen_comparison_times(double ratio);
char *galen_comparison_time(double per_second);
char *galen_comparison_calls(double per_second);
/* "1.28 → 8.07 an hour": both in the unit of the larger one. */
char *galen_comparison_calls_both(double before, double after);
/* "2026-11-24 10:00:00 to 2026-11-24 12:00:00", in the report's zone; open sides as words. Caller frees. */
char *galen_comparison_window(const GalenComparisonSide *side);
/* "00:00 to 10:15 of each day", in the report's zone, when only that counts of the side; else NULL. Caller frees. */
char *galen_comparison_hours(const GalenComparisonSide *side);
/* "All in all 120 calls a second before and 240 now, …": what the load did. Caller frees. */
char *galen_comparison_load(const GalenComparison *self);
/* How the noise was judged, in two sentences, for readers. Caller frees. */
char *galen_comparison_method(const GalenComparison *self);
