/* What the pipeline's files share: pipeline.c reads logs, pipeline_stored.c what stores have of others. */
#pragma once

#include "counting.h"
#include "error_queue.h"
#include "pipeline.h"

typedef struct {
  const GalenPipelineOptions *options;
  GalenInputs *inputs;
  GalenCounting *counting;
  GalenLogMatcher *matcher;
  GalenLogMatcher *helper;      /* this thread's, when the one that counts error logs is behind; or NULL */
  GalenErrorQueue *error_queue; /* error logs that are read again, counted by another thread; NULL: by this one */
  GalenZoneStretch zone;        /* of the record before */
  GalenRun *run;
  GalenInputRow *row; /* of the log that is being read */
  GalenLogReader reader;
  int journal_input;           /* of the log that is being read, -1: none */
  gint64 first, last;          /* of the records of an error log */
  guint64 untimed;             /* records of an error log without a time */
  GPtrArray *activity;         /* of GalenActivity *: when slow logs show a server at work, a span each of its runs */
  GalenActivity *run_activity; /* the last of them, while its run goes on; else NULL */
  guint input;                 /* which of the inputs is read */
  guint stream;                /* its place among all streams: an input has one, or one each host */
  gboolean node_wanted;        /* --filter node= lets it through; otherwise it is only a sign of life */
  /* The statement that comes in pieces, or goes to the taker. */
  GalenFingerprinter *fingerprinter;
  GalenSampler *sampler;
  gboolean wanted;
  guint64 statement_bytes;
  GHashTable *arguments; /* arguments of the command line that held a log, or whose problem was told */
  GHashTable *streams;   /* arguments to how many streams they held */
} Pipeline;

/* Why an input was not read whole, which is told. `counts`: it makes the run incomplete; `argument` is then told of already. */
void galen_pipeline_problem(Pipeline *self, GalenInputRow *row, guint argument, const char *why, gboolean counts);
/* --filter node= takes whatever the node is called. */
gboolean galen_pipeline_wants(const Pipeline *self, const char *name);
/* What all logs together say of an error log's times. */
void galen_pipeline_set_error_times(const Pipeline *self, GalenInputRow *row);
/* One row for each stored input, behind those of the logs that were given beside. */
void galen_pipeline_read_stored(Pipeline *self, GalenDigest *digest);
