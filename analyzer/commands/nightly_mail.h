/* What failed in a night, as a mail: no mail must never look like health. */
#pragma once

#include "logs.h"

/* How far a night had come. */
typedef enum {
  GALEN_NIGHT_USAGE,
  GALEN_NIGHT_LOCK,
  GALEN_NIGHT_DIGEST,
  GALEN_NIGHT_NO_LOG,
  GALEN_NIGHT_REPORT,
  GALEN_NIGHT_RETENTION,
  GALEN_NIGHT_OUTPUT,
  GALEN_NIGHT_MEMORY, /* that this night was is not remembered */
} GalenNightStage;

typedef struct {
  GalenNightStage stage;
  GalenExit code;
  const char *reason;    /* or NULL: the last of `said` */
  const GPtrArray *said; /* of char *: complaints, or NULL */
  gboolean mailed;       /* the report has gone out */
} GalenNightFailure;

GBytes *galen_nightly_note(const GalenReportCommand *command, const GalenNightFailure *failure, GError **error);
gboolean galen_nightly_is_mail(const GalenOutput *output);
/* Sends it, or writes it where the report's mail would be written. What cannot be sent is told on stderr. */
void galen_nightly_tell(const GalenReportCommand *command, const GalenNightFailure *failure);
/* The same after a wrong command line, as far as it can be made out to whom. */
void galen_nightly_tell_usage(int argc, char **argv, const char *why);
