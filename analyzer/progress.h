/* A progress bar on stderr: bytes, rate, time left. */
#pragma once

#include <glib.h>

typedef struct {
  gboolean shown;
  guint64 total;       /* bytes on disk; 0: unknown */
  gint64 begun, drawn; /* monotonic µs; 0: not yet */
} GalenProgress;

/* Draws at most ten times a second; `done` takes the bar away. `disk`: bytes read from disk; `bytes`: unpacked. */
void galen_progress_update(GalenProgress *self, guint64 disk, guint64 bytes, gboolean done);
/* Takes the bar away until the next update, so that a message can be printed. */
void galen_progress_hide(GalenProgress *self);
