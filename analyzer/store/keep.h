/* Retention: hours become days, and days are forgotten. */
#pragma once

#include "store.h"

typedef struct {
  gint64 hours; /* hourly slots of days that end at or before this become daily ones; GALEN_TIME_NONE: none */
  gint64 days;  /* daily slots that end at or before this go; GALEN_TIME_NONE: none */
} GalenKeep;

/* In a transaction of its own. What a store says of any time that is kept stays exactly the same, but for the series' step.
 * FALSE with error: nothing was changed. */
gboolean galen_store_keep(GalenStore *self, const GalenKeep *keep, GError **error);
