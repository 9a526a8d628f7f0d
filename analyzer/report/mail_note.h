/* A short mail of plain words, where there is no report: what failed. */
#pragma once

#include "../../parsers/slice.h"

typedef struct {
  const char *from, *to; /* as --mail-from and --mail-to; NULL: not given */
  const char *subject;   /* cut and cleaned here */
  const char *text;      /* with line ends; the caller's words, cleaned of control characters */
  const char *status;    /* of X-Galen-Status */
  gint64 time;           /* µs since the epoch */
} GalenMailNote;

/* NULL with error: GMime cannot be loaded. */
GBytes *galen_mail_note(const GalenMailNote *note, GError **error);
