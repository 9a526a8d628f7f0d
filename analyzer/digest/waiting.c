#include "waiting.h"

gboolean galen_waiting_takes(const GalenAccumEvent *event) {
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    if (event->keys[kind].name == GALEN_NAME_NONE)
      return FALSE;
  return event->event->rate_limit <= GALEN_BATCH_RATE_MAX;
}

void galen_waiting_add(GalenWaiting *self, const GalenAccumEvent *event, gint64 base) {
  const GalenSlowEvent *slow = event->event;
  GalenWaitingEvent *next = &self->events[self->n++];
  memcpy(next->main, slow->main, sizeof next->main);
  next->main[GALEN_MAIN_TIME] = galen_event_time(slow);
  next->main_mask = slow->main_mask;
  next->start = slow->start;
  next->timed = event->span.timed != FALSE;
  next->facts = (guint16)(event->fingerprint->facts & ((1u << GALEN_N_FACTS) - 1));
  next->rate_limit = (guint16)slow->rate_limit;
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    next->names[kind] = event->keys[kind].name;
  gboolean one_cell = event->span.timed && event->span.end == event->span.first + 1;
  next->cell = one_cell ? (guint16)(event->span.first - base) : GALEN_BATCH_NO_CELL;
}

void galen_waiting_settle(GalenWaiting *self, GalenDigestContext *context) {
  guint n = self->n;
  self->n = 0;
  if (n > 0)
    galen_accum_add_waiting(self->accum, self->events, n, context->base, context);
}
