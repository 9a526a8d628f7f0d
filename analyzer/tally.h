/* What one error log adds to a report, counted while it is surveyed: its clock and its node are known only later.
 *
 * Mostly what is kept of it then suffices, and the log need not be read again. */
#pragma once

#include "cluster/history.h"
#include "digest/errors.h"
#include "reading.h"

typedef struct {
  GalenErrors *errors; /* not placed */
  guint64 untimed;
  /* How reading it ended. */
  GalenServerInfo info;
  char *version; /* info.version */
  GalenAccount account;
  char *problem; /* of its stream, or NULL */
} GalenTally;

GalenTally *galen_tally_new(gboolean full_samples);
void galen_tally_free(GalenTally *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenTally, galen_tally_free)
/* `matcher` has just matched the record to `rule`. */
void galen_tally_add(GalenTally *self, const GalenErrorEvent *event, const GalenLogRule *rule,
                     const GalenLogMatcher *matcher);
/* All is read. */
void galen_tally_end(GalenTally *self, const GalenLogReader *reader, const GalenServerInfo *info,
                     const GalenAccount *account);

/* Puts it on the reference clock, and hands out the range of its times, GALEN_TIME_NONE when there are none. FALSE: it must be
 * read again, because its first records are others now. */
gboolean galen_tally_place(GalenTally *self, const GalenHistory *history, guint input, const char *node,
                           const char *path, gint64 *ret_first, gint64 *ret_last);
