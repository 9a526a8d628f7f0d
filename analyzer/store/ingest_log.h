/* One log, or one host's lines of it, read into slots and evidence. */
#pragma once

#include "../reading.h"
#include "cut.h"
#include "evidence.h"
#include "ingest.h"
#include "slots.h"

typedef struct GalenIngestLog GalenIngestLog;

/* `options` are borrowed. `tick`: now and then. */
GalenIngestLog *galen_ingest_log_new(const GalenIngestOptions *options, void (*tick)(gpointer user), gpointer user);
void galen_ingest_log_free(GalenIngestLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenIngestLog, galen_ingest_log_free)

/* Reads what `reader` has open to its end. TRUE when the wrapper turned out to have the lines of several hosts that are not told
 * apart: then it is to be opened again, so that they are. */
gboolean galen_ingest_log_read(GalenIngestLog *self, GalenLogReader *reader);

/* Of the next log that is read: what another one has already. */
void galen_ingest_log_set_cut(GalenIngestLog *self, const GalenCut *cut);

/* What came of it, until the next read. */
GalenSlots *galen_ingest_log_slots(GalenIngestLog *self);
const GalenStoredLog *galen_ingest_log_row(const GalenIngestLog *self);
/* Fills all but id, content and file; the input is to be new. */
void galen_ingest_log_describe(const GalenIngestLog *self, GalenStoreInput *input);
void galen_ingest_log_evidence(const GalenIngestLog *self, GalenBytes *bytes);
