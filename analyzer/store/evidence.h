/* The evidence of an input of a store: what reports need of a log beside its figures.
 *
 * That is its row (account, starts, what was wrong), the facts that it told (cluster/journal_record.h) and when it shows a
 * server at work. Nothing in it is on the reference clock yet: that is found anew at every report, from all inputs together. */
#pragma once

#include "../cluster/fact.h"
#include "../digest/bytes.h"
#include "../report/model.h"
#include "../rules/log_rules.h"

/* Longest record, before it is compressed. */
#define GALEN_EVIDENCE_MAX ((gsize)128 << 20)

typedef struct {
  gint64 first, last; /* µs UTC */
} GalenLogSpan;

typedef struct {
  GalenInputRow
      *row; /* of an error log without what only the reference clock tells: first, last, untimed; its path is that
                       of the first reading: GalenStoreInput knows where the log is now */
  guint64 untimed; /* of an error log: records without a time */
  GArray *spans;   /* of GalenLogSpan: one each run of the server that a slow log shows */
} GalenStoredLog;

GalenStoredLog *galen_stored_log_new(void);
void galen_stored_log_free(GalenStoredLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenStoredLog, galen_stored_log_free)

/* `journal`: what the log told; NULL: it is none that a journal has (an empty file). */
void galen_stored_log_put(const GalenStoredLog *self, const GalenJournalInput *journal, GalenBytes *bytes);
/* NULL: damaged, or of a later version. What the log told is added to `journal` as an input, whose number is handed out; -1: none.
 * `rules` as in galen_journal_input_get. Strings that are constants in a row are interned. */
GalenStoredLog *galen_stored_log_get(GalenBytesReader *reader, GalenJournal *journal, const GalenLogRules *rules,
                                     int *ret_journal_input);
