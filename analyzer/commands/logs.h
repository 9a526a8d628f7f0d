/* What the commands that read logs have in common: rules, inputs, progress, complaints, exit status. */
#pragma once

#include "../past.h"
#include "../progress.h"
#include "../store/ingest.h"
#include "commands.h"
#include "report_options.h"

#define GALEN_SAID_MAX 100u

typedef struct GalenLogs {
  const char *side;              /* "before", or NULL */
  const struct GalenLogs *after; /* the other side, borrowed; or NULL */
  GalenProgress progress;
  GHashTable *told; /* paths that were complained of */
  GPtrArray *said;  /* of char *: all complaints, up to GALEN_SAID_MAX; NULL: none */
  GalenInputs *inputs;
  GalenStored *stored; /* stores among the paths; NULL: none */
  GPtrArray *stores;   /* of GalenInputRow *: a row for each of them, until it is among those of the run */
  GalenPast *past;     /* what they know beyond the window; NULL: not asked for */
  gint64 since, until; /* the window, moved out to whole slots of the stores */
  GalenLogRules *rules;
  GalenRun run;
} GalenLogs;

/* Reads everything that the command names. What it cannot read is told on stderr. `taker`: NULL, or who gets the events
 * instead of the digest. Not OK: nothing is to be written. To be cleared in any case. */
GalenExit galen_logs_read(GalenLogs *self, const GalenReportCommand *command, const GalenEventTaker *taker);
/* The same for the side before, which the command must have. When both are of the same inputs, it ends where `after`, which
 * has been read, begins, although both are moved out to whole slots; and when `after` is less than a day of what is usual
 * otherwise, only the same hours of the days count. */
GalenExit galen_logs_read_before(GalenLogs *self, const GalenReportCommand *command, const GalenLogs *after);
/* The rules that the command names, which go into self. */
GalenExit galen_logs_load_rules(GalenLogs *self, const GalenReportCommand *command);
/* On stderr, and kept in `said`. */
void galen_logs_complain(GalenLogs *self, const char *what, const char *why);

/* An input that could not be read as it was meant. */
typedef struct {
  char *path, *why;
} GalenBadInput;

/* Adds everything that the command names to its store. What went wrong is told; `bad` (or NULL) gets the inputs, of
 * GalenBadInput *. OK and PARTIAL: it is in the store. */
GalenExit galen_logs_digest(GalenLogs *self, const GalenReportCommand *command, GalenIngestResult *ret_result,
                            GPtrArray *bad);
/* A list that owns them. */
GPtrArray *galen_bad_inputs_new(void);
/* Retention, and the incidents of all that the store has. After galen_logs_digest. */
gboolean galen_logs_keep(const GalenLogs *self, const GalenReportCommand *command, GError **error);

void galen_logs_clear(GalenLogs *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GalenLogs, galen_logs_clear)
