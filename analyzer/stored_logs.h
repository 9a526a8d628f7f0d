/* Logs that are given beside a store that has them, and stores that have the same log: each log counts once.
 *
 * A log is known by its content, as when logs are added to a store (store/known.h). What a log has that begins with what a store has
 * of it comes from the log; of a log of which a store has more, and of a log that several stores have, what is longer counts. */
#pragma once

#include "../parsers/input.h"
#include "stored.h"

typedef struct {
  /* `what`: a path; both are borrowed. Or NULL. */
  void (*note)(gpointer user, const char *what, const char *why); /* what was left out */
  void (*warn)(gpointer user, const char *what, const char *why); /* what is not complete */
  gpointer user;
} GalenStoredLogsOptions;

/* Takes out of `self` what the logs have, and leaves logs out of which it has more; this reads those to their end that begin like
 * one that is stored. FALSE: one of these was cut. */
gboolean galen_stored_settle(GalenStored *self, GalenInputs *logs, const GalenStoredLogsOptions *options);
