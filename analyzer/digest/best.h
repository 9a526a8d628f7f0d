/* The classes that a digest keeps at the end: the best by (time descending, id ascending); what falls out is summed.
 *
 * When not all fit into memory, each is kept as a record of a temporary file, and is made a class again when it is taken. */
#pragma once

#include "accum.h"

typedef struct GalenBest GalenBest;

/* Keeps `max` classes. `pack`: as records. All pointers are borrowed; `other` receives the sum of what is not kept. */
GalenBest *galen_best_new(guint max, gboolean pack, GalenDigestContext *context, GalenSum *other);
void galen_best_free(GalenBest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenBest, galen_best_free)

/* Takes a whole class over; each is offered once. */
void galen_best_offer(GalenBest *self, GalenAccum *accum);
/* How many were offered. */
guint64 galen_best_offered(const GalenBest *self);
/* No more offers: the best becomes the first. Returns how many are kept. */
guint galen_best_sort(GalenBest *self);
/* The same, and then by id. */
guint galen_best_sort_by_id(GalenBest *self);
/* Hands one over, after sorting; each once. NULL: context has the error. */
GalenAccum *galen_best_take(GalenBest *self, guint index);
