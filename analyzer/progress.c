#include "progress.h"

#include <stdio.h>

#define BAR_WIDTH 30
#define REDRAW_US (G_USEC_PER_SEC / 10)
/* A run that is over sooner shows no bar. */
#define PATIENCE_US (G_USEC_PER_SEC / 4)

static double mega(double bytes) {
  return bytes / 1e6;
}

void galen_progress_hide(GalenProgress *self) {
  if (self->shown && self->drawn != 0)
    fputs("\r\033[K", stderr);
}

static void draw(const GalenProgress *self, guint64 disk, guint64 bytes, double seconds) {
  char left[32] = "";
  double share = self->total > 0 ? MIN((double)disk / (double)self->total, 1) : 0;
  int filled = (int)(share * BAR_WIDTH);
  if (share > 0.01) {
    guint rest = (guint)(seconds / share * (1 - share) + 0.5);
    g_snprintf(left, sizeof left, "  %u:%02u left", rest / 60, rest % 60);
  }
  fputs("\r\033[K", stderr);
  if (self->total > 0) {
    fputc('[', stderr);
    for (int i = 0; i < BAR_WIDTH; i++)
      fputc(i < filled ? '#' : '.', stderr);
    fprintf(stderr, "] %3d %%  ", (int)(share * 100));
  }
  fprintf(stderr, "%.0f MB  %.0f MB/s%s", mega((double)bytes), mega((double)bytes) / MAX(seconds, 0.001), left);
  fflush(stderr);
}

void galen_progress_update(GalenProgress *self, guint64 disk, guint64 bytes, gboolean done) {
  if (!self->shown)
    return;
  gint64 now = g_get_monotonic_time();
  if (self->begun == 0)
    self->begun = now;
  if (done) {
    galen_progress_hide(self);
    return;
  }
  if (now - self->begun < PATIENCE_US || now - self->drawn < REDRAW_US)
    return;
  draw(self, disk, bytes, (double)(now - self->begun) / G_USEC_PER_SEC);
  self->drawn = now;
}
