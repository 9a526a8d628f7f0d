/* The rhythm of a log: when it began and ended, and its longest silences, while it is read.
 *
 * A silence is from the latest end of a statement so far to the next start behind it. Of each log the GALEN_RHYTHM_KEPT longest
 * are kept, in the order of time; of all others only how long the longest one is. */
#pragma once

#include <glib.h>

#define GALEN_RHYTHM_KEPT 64u

typedef struct {
  gint64 from, to; /* µs since the epoch */
  guint64 line;    /* of the statement that ends it */
} GalenRhythmSilence;

typedef struct {
  guint64 steps;  /* statements that began later than all before them */
  gint64 first;   /* the earliest start; unset before the first statement, as is the next */
  gint64 last;    /* the latest end */
  gint64 rest;    /* µs: the longest silence that is not kept */
  gint64 floor;   /* µs: a silence must be longer to be kept */
  gint64 newest;  /* the latest start */
  gboolean begun; /* there was a statement */
  guint n_silences;
  GalenRhythmSilence silences[GALEN_RHYTHM_KEPT];
} GalenRhythm;

/* A statement with a confirmed start; µs. All zero is a log that has not begun. */
void galen_rhythm_add(GalenRhythm *self, gint64 start, gint64 end, guint64 line);
