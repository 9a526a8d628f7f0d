/* Batches: events of one class wait until there are several, and are counted together.
 *
 * A class's figures lie in some twenty cache lines, most of which are not in the cache when an event of another class came
 * in between. So an event is written down in one line, and a class's lines are fetched once for GALEN_WAITING_EVENTS of them.
 * A class has its place among the batches by its hash; another one of the same place settles it. */
#pragma once

#include "accum.h"

typedef struct {
  GalenAccum *accum; /* meaningless while n == 0 */
  guint n;
  GalenWaitingEvent events[GALEN_WAITING_EVENTS];
} GalenWaiting;

#define GALEN_WAITING_PLACES 256u

/* Whether an event of a class that has had one can wait. */
gboolean galen_waiting_takes(const GalenAccumEvent *event);
/* Takes the rest of an event that has been counted apart (galen_accum_add_apart); `base` as there. There is room. */
void galen_waiting_add(GalenWaiting *self, const GalenAccumEvent *event, gint64 base);
/* Has what counting them will touch fetched into the cache, little by little while events are added. */
void galen_waiting_fetch(const GalenWaiting *self);
/* Counts what waits. */
void galen_waiting_settle(GalenWaiting *self, GalenDigestContext *context);
