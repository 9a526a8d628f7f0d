/* Error digests that are not placed yet as records that outlive the process: what a store keeps of a slot of an error log.
 *
 * Texts are masked before they are written unless samples are full. A rule goes by its id and is looked up again; a message whose
 * rule is gone keeps its group and its text, and no rule knows it. */
#pragma once

#include "errors.h"
#include "record.h"

/* Appends the record of all that was added to an unplaced digest, which stays as it was. FALSE with error: GALEN_RECORD_ERROR_SIZE;
 * bytes are as they were. */
gboolean galen_errors_put(GalenErrors *self, GalenBytes *bytes, GError **error);
/* An unplaced digest, to be placed and then merged; nothing may be added to it. The reader must hold one record and nothing else.
 * `rules` must outlive it; NULL: none. `full_samples` as in galen_errors_new. NULL with error: GALEN_RECORD_ERROR. */
GalenErrors *galen_errors_get(GalenBytesReader *reader, const GalenLogRules *rules, gboolean full_samples,
                              GError **error);

/* Visits every group of an unplaced digest; of its fields id, rule, level, severity, code, subsystem, template and count are set,
 * and valid during the call. */
typedef void (*GalenErrorGroupFunc)(const GalenErrorGroup *group, gpointer user);
void galen_errors_foreach_group(GalenErrors *self, GalenErrorGroupFunc func, gpointer user);
