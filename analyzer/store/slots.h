/* The figures of one log by hour, while it is read.
 *
 * A few digests are open at a time; one that is closed waits as a record in a file without a name, and when its hour comes again
 * another one is begun. In the end the records of a slot become one, which goes into the store. */
#pragma once

#include "../digest/digest.h"
#include "../digest/errors.h"
#include "store.h"

typedef struct {
  GalenSampleMode samples;
  const GalenLogRules *rules;
} GalenSlotsOptions;

typedef struct GalenSlots GalenSlots;

GalenSlots *galen_slots_new(const GalenSlotsOptions *options);
void galen_slots_free(GalenSlots *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenSlots, galen_slots_free)

/* The next log: what was before is forgotten. Both are copied. */
void galen_slots_begin(GalenSlots *self, const char *node, const char *path);
/* As galen_digest_add and galen_errors_add (unplaced). What goes wrong is told by put. */
void galen_slots_add_query(GalenSlots *self, const GalenSlowEvent *event, const GalenFingerprint *fingerprint,
                           const GalenFingerprinter *fingerprinter, guint64 statement_bytes, GalenSlice sample);
void galen_slots_add_error(GalenSlots *self, const GalenErrorEvent *event, const GalenLogRule *rule,
                           const GalenLogMatcher *matcher);
/* All slots, as those of an input whose contribution was begun. FALSE with error: the store failed, or temporary space. */
gboolean galen_slots_put(GalenSlots *self, GalenStore *store, gint64 input, GError **error);

/* ---- slots of errors: lists of records, because unplaced digests cannot be merged ---- */

#define GALEN_SLOT_PARTS_MAX 100000u

/* Appends a record to the parts of a slot of errors; they begin as empty bytes. */
void galen_slot_errors_add(GalenBytes *parts, const guint8 *record, gsize len);
/* The next record of the parts; FALSE at the end. Damaged parts set reader->failed. */
gboolean galen_slot_errors_next(GalenBytesReader *parts, GalenBytesReader *ret_record);
