#include "account.h"

#include "event.h"

void galen_account_init(GalenAccount *self) {
  memset(self, 0, sizeof *self);
  self->first = self->last = GALEN_TIME_NONE;
}

static GalenSkip *find_skip(GalenAccount *self, const char *reason) {
  for (guint i = 0; i < self->n_skips; i++)
    if (g_str_equal(self->skips[i].reason, reason))
      return &self->skips[i];
  if (self->n_skips == GALEN_SKIP_REASONS_MAX)
    return &self->skips[GALEN_SKIP_REASONS_MAX - 1];
  GalenSkip *skip = &self->skips[self->n_skips++];
  skip->reason = self->n_skips == GALEN_SKIP_REASONS_MAX ? "other" : reason;
  return skip;
}

void galen_account_skip(GalenAccount *self, const char *reason, GalenSlice sample, guint64 bytes, guint64 line) {
  GalenSkip *skip = find_skip(self, reason);
  if (skip->records == 0) {
    skip->line = line;
    skip->text_len = (guint)MIN(sample.len, (gsize)GALEN_SKIP_SAMPLE_MAX);
    memcpy(skip->text, sample.data != NULL ? sample.data : "", skip->text_len);
  }
  skip->records++;
  skip->bytes += bytes;
  self->bytes_skipped += bytes;
}

void galen_account_skip_more(GalenAccount *self, const char *reason, guint64 bytes) {
  find_skip(self, reason)->bytes += bytes;
  self->bytes_skipped += bytes;
}

void galen_account_time(GalenAccount *self, gint64 time) {
  if (self->first == GALEN_TIME_NONE || time < self->first)
    self->first = time;
  if (self->last == GALEN_TIME_NONE || time > self->last)
    self->last = time;
}
