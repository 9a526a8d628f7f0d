/* What stores tell of a report's operations and messages beyond its window: when each was first and last seen, and its figures by
 * day. Only the stores' summaries are read, no records. */
#pragma once

#include "digest/digest.h"
#include "digest/errors.h"
#include "store/store.h"

/* Days kept a class, the last ones that it has; older ones only leave `first`. */
#define GALEN_PAST_DAYS 98u
/* Classes, by time, whose days are kept. */
#define GALEN_PAST_CLASSES 1000u

typedef struct {
  gint64 day; /* since 1970, UTC */
  guint64 count, time, time_max;
} GalenPastDay;

typedef struct {
  gint64 first, last; /* days */
  guint64 count;      /* on all days */
  GArray *days;       /* of GalenPastDay, in order; NULL: not kept */
} GalenPastFigures;

typedef struct GalenPast GalenPast;

/* Of the classes and groups of a report. Either may be NULL. */
GalenPast *galen_past_new(const GalenDigest *digest, const GalenErrors *errors);
void galen_past_free(GalenPast *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenPast, galen_past_free)
/* Adds what a store has, but for inputs with these ids, gint64. FALSE with error. */
gboolean galen_past_add(GalenPast *self, GalenStore *store, const GArray *without, GError **error);

/* By id, 32 hex digits; NULL: no store has it. */
const GalenPastFigures *galen_past_class(const GalenPast *self, const char *id);
const GalenPastFigures *galen_past_error(const GalenPast *self, const char *id);
