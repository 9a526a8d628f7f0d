/* What people may read of a slot with SQL, made from its digest. */
#pragma once

#include "../digest/digest.h"
#include "../digest/errors.h"
#include "store.h"

typedef struct GalenSlotWords GalenSlotWords;

/* `buckets`: classes have theirs. */
GalenSlotWords *galen_slot_words_new(gboolean buckets);
void galen_slot_words_free(GalenSlotWords *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenSlotWords, galen_slot_words_free)

/* The classes of an unfinished digest, of GalenSlotClass; fingerprint, command and label only of those that were not handed out
 * before. Valid until the next call. NULL with error: temporary space failed. */
const GArray *galen_slot_words_classes(GalenSlotWords *self, GalenDigest *digest, GError **error);

/* The groups of several unplaced digests together, of GalenSlotError. */
void galen_slot_words_begin_errors(GalenSlotWords *self);
void galen_slot_words_add_errors(GalenSlotWords *self, GalenErrors *errors);
const GArray *galen_slot_words_errors(GalenSlotWords *self);
