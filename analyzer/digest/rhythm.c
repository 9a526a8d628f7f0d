#include "rhythm.h"

#include <string.h>

static guint shortest(const GalenRhythm *self) {
  guint found = 0;
  for (guint i = 1; i < self->n_silences; i++) {
    const GalenRhythmSilence *one = &self->silences[i], *best = &self->silences[found];
    if (one->to - one->from < best->to - best->from)
      found = i;
  }
  return found;
}

static gint64 length_of(const GalenRhythm *self, guint index) {
  return self->silences[index].to - self->silences[index].from;
}

static void drop(GalenRhythm *self, guint index) {
  self->n_silences--;
  memmove(self->silences + index, self->silences + index + 1, (self->n_silences - index) * sizeof *self->silences);
}

/* Makes room by forgetting the shortest. */
static void forget(GalenRhythm *self) {
  guint index = shortest(self);
  self->rest = MAX(self->rest, length_of(self, index));
  drop(self, index);
}

static void keep(GalenRhythm *self, GalenRhythmSilence silence) {
  if (self->n_silences == GALEN_RHYTHM_KEPT)
    forget(self);
  self->silences[self->n_silences++] = silence;
  if (self->n_silences == GALEN_RHYTHM_KEPT)
    self->floor = length_of(self, shortest(self));
}

/* A statement that stands late in the log, as it ran for long or as pieces were joined in another order: of a silence that it
 * ran in the longer part stays. */
static void trim(GalenRhythm *self, gint64 start, gint64 end) {
  for (guint i = self->n_silences; i > 0 && self->silences[i - 1].to > start; i--) {
    GalenRhythmSilence *one = &self->silences[i - 1];
    if (one->from >= end)
      continue;
    gint64 before = start - one->from, behind = one->to - end;
    self->rest = MAX(self->rest, MIN(before, behind));
    if (MAX(before, behind) <= 0)
      drop(self, i - 1);
    else if (before > behind)
      one->to = start;
    else
      one->from = end;
  }
}

void galen_rhythm_add(GalenRhythm *self, gint64 start, gint64 end, guint64 line) {
  end = MAX(start, end);
  if (!self->begun) {
    *self = (GalenRhythm){.begun = TRUE, .first = start, .newest = start, .last = end};
    return;
  }
  if (self->n_silences > 0 && start < self->silences[self->n_silences - 1].to)
    trim(self, start, end);
  gint64 silent = start - self->last;
  if (silent > self->floor)
    keep(self, (GalenRhythmSilence){self->last, start, line});
  else
    self->rest = MAX(self->rest, silent);
  self->steps += start > self->newest;
  self->newest = MAX(self->newest, start);
  self->first = MIN(self->first, start);
  self->last = MAX(self->last, end);
}
