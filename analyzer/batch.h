/* Whole events of a slow log, kept until a thread has time for them.
 *
 * Most of what an event points to is in the parser's window, which the batch takes over in the end; the rest is copied. */
#pragma once

#include "reading.h"

typedef struct {
  GalenWindow window;
  const char *node, *path; /* where the events come from; borrowed */
  const GalenAttrDict *parsers_dict;
  GalenAttrDict *dict; /* the same as it was at the end: the parser's goes on changing */
  char *arena;         /* events one after the other, each with its attributes and texts behind it */
  gsize used, capacity;
  GalenSlice schema; /* copied last: most often the next one's too */
  guint n_events;
} GalenBatch;

/* `capacity`: bytes for events. */
void galen_batch_init(GalenBatch *self, gsize capacity);
void galen_batch_clear(GalenBatch *self);

/* Forgets its events; the window stays, to be exchanged. */
void galen_batch_begin(GalenBatch *self, const char *node, const char *path);
/* Keeps a WHOLE event, of which what is in `window` is not copied. FALSE: there is no room. */
gboolean galen_batch_add(GalenBatch *self, const GalenSlowEvent *event, const GalenWindow *window);
/* After the last event, while the parser still is: takes its names of attributes over. */
void galen_batch_end(GalenBatch *self);

/* The event at *at, which begins with 0 and is moved on; NULL: there are no more. */
const GalenSlowEvent *galen_batch_next(const GalenBatch *self, gsize *at);
