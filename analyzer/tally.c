#include "tally.h"

GalenTally *galen_tally_new(gboolean full_samples) {
  GalenTally *self = g_new0(GalenTally, 1);
  self->errors = galen_errors_new_unplaced(full_samples);
  return self;
}

void galen_tally_free(GalenTally *self) {
  if (self == NULL)
    return;
  g_clear_pointer(&self->errors, galen_errors_free);
  g_free(self->version);
  g_free(self->problem);
  g_free(self);
}

void galen_tally_add(GalenTally *self, const GalenErrorEvent *event, const GalenLogRule *rule,
                     const GalenLogMatcher *matcher) {
  gint64 time = event->time != GALEN_TIME_NONE ? event->time : event->wall;
  self->untimed += time == GALEN_TIME_NONE || galen_error_event_misdated(event);
  galen_errors_add(self->errors, event, time, rule, matcher);
}

void galen_tally_end(GalenTally *self, const GalenLogReader *reader, const GalenServerInfo *info,
                     const GalenAccount *account) {
  self->info = *info;
  self->info.version = self->version = g_strdup(info->version);
  self->account = *account;
  self->problem = g_strdup(galen_stream_error(reader->stream));
}

typedef struct {
  const GalenHistory *history;
  guint input;
  GalenZoneStretch stretch; /* of the time before */
} Clock;

static gint64 on_clock(gpointer user, gint64 time, gboolean utc) {
  Clock *self = user;
  return galen_history_time_near(self->history, self->input, time, utc, &self->stretch);
}

gboolean galen_tally_place(GalenTally *self, const GalenHistory *history, guint input, const char *node,
                           const char *path, gint64 *ret_first, gint64 *ret_last) {
  Clock clock = {.history = history, .input = input};
  return galen_errors_place(self->errors, node, path, on_clock, &clock, ret_first, ret_last);
}
