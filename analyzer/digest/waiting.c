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

/* Which events of a batch have what they will touch fetched when this many wait: first the class itself, then where it
 * points to. */
#define FETCH_CLASS (GALEN_WAITING_EVENTS - 6)
#define FETCH_FIGURES (GALEN_WAITING_EVENTS - 4)
#define FETCH_EACH (GALEN_WAITING_EVENTS / (GALEN_WAITING_EVENTS - FETCH_FIGURES))

static void fetch_class(const GalenAccum *accum) {
  for (const char *line = (const char *)accum; line < (const char *)(accum + 1); line += 64)
    __builtin_prefetch(line, 1);
}

static void fetch_figures(const GalenWaiting *self, guint from, guint to) {
  const GalenAccum *accum = self->accum;
  for (guint i = from; i < to; i++)
    for (guint j = 0; j < GALEN_N_MAIN; j++)
      galen_histogram_prefetch(&accum->sum.histogram[j], self->events[i].main[j]);
  __builtin_prefetch((const char *)accum->tops.entries + (gsize)from * 16, 1);
  if (from == 0 && accum->cells.n > 0)
    __builtin_prefetch(&accum->cells.cells[accum->cells.n - 1], 1);
}

void galen_waiting_fetch(const GalenWaiting *self) {
  if (self->n == FETCH_CLASS)
    fetch_class(self->accum);
  else if (self->n >= FETCH_FIGURES && self->n < GALEN_WAITING_EVENTS)
    fetch_figures(self, (self->n - FETCH_FIGURES) * FETCH_EACH, (self->n - FETCH_FIGURES + 1) * FETCH_EACH);
}

void galen_waiting_settle(GalenWaiting *self, GalenDigestContext *context) {
  guint n = self->n;
  self->n = 0;
  if (n > 0)
    galen_accum_add_waiting(self->accum, self->events, n, context->base, context);
}
