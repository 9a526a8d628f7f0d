/* From paths to a digest: reads every input with the parser whose format it has, and keeps the account. */
#pragma once

#include "../parsers/input.h"
#include "filter.h"
#include "report/model.h"
#include "survey.h"
#include "workers.h"

/* Who gets events one by one instead of the digest and the errors. What it is given is valid until it returns. */
typedef struct {
  gpointer user;
  /* The next events are from this input. */
  void (*input)(gpointer user, const GalenInputRow *row);
  /* `sample`: the statement as --samples asks for. */
  void (*slow)(gpointer user, const GalenSlowEvent *event, GalenSlice sample, const GalenFingerprinter *fingerprinter);
  /* `time` on the reference clock, GALEN_TIME_NONE: unknown; `rule`: NULL when none knows it. */
  void (*error)(gpointer user, const GalenErrorEvent *event, gint64 time, const GalenLogRule *rule);
} GalenEventTaker;

typedef struct {
  GTimeZone *log_zone;             /* of logs that name none; NULL: not given */
  GHashTable *log_zones;           /* the same for single nodes: char * to GTimeZone *; NULL: none */
  GHashTable *clock_offsets;       /* known errors of nodes' clocks: char * to gint64 *, µs ahead; NULL: none */
  const char *const *expect_nodes; /* or NULL */
  const GalenLogRules *log_rules;
  gboolean mask_digits; /* in identifiers of fingerprints */
  GalenSampleMode samples;
  GalenFilter *filter;
  guint threads; /* 0: the cores, at most GALEN_THREADS_DEFAULT_MAX, or one for little; no result depends on it */
  const GalenStored *stored;    /* what was read on other days; its slots are those of the filter's window; or NULL */
  gsize block_bytes;            /* a parser's block; 0: GALEN_READ_BLOCK; nor on this */
  const GalenEventTaker *taker; /* NULL: events go into the digest */
  /* Called now and then with the bytes read from disk and the unpacked bytes, and once at the end with `done`. */
  void (*progress)(gpointer user, guint64 disk_bytes, guint64 bytes, gboolean done);
  /* Called for each input that could not be read as it was meant, "<what>: <why>". */
  void (*warn)(gpointer user, const char *what, const char *why);
  /* The same for what is worth knowing, and no fault: an input that was given twice. */
  void (*note)(gpointer user, const char *what, const char *why);
  gpointer user;
} GalenPipelineOptions;

typedef struct {
  GalenDigest *digest; /* finished */
  GalenErrors *errors; /* finished; NULL: no error log was read */
  GalenSurvey survey;  /* its history, judged; NULL: no error log was read */
  GPtrArray *rows;     /* of GalenInputRow *: every input, read or not */
  guint logs;          /* inputs that are logs, empty files among them */
  guint left_out;      /* days of stores that are one slot, where only some hours of days count */
  gboolean incomplete; /* a named path was missing or no log, or something could not be read whole */
} GalenRun;

/* FALSE with error when temporary space failed. What cannot be read is in the rows, never an error. */
gboolean galen_pipeline_run(GalenInputs *inputs, const GalenPipelineOptions *options, GalenRun *ret_run,
                            GError **error);
void galen_run_clear(GalenRun *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GalenRun, galen_run_clear)
