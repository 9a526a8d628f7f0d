#include "seen.h"

#include "../../parsers/event.h"
#include "../day_hours.h"
#include "../words.h"

/* Longer ago is no news. */
#define LATELY (28 * GALEN_DAY_US)

GalenWeeks *galen_weeks_new(gint64 from, guint n) {
  GalenWeeks *self = g_new0(GalenWeeks, 1);
  self->from = from;
  self->n = n;
  self->known = g_new0(gboolean, n);
  self->count = g_new0(guint64, n);
  self->time = g_new0(guint64, n);
  return self;
}

void galen_weeks_free(GalenWeeks *self) {
  if (self == NULL)
    return;
  g_free(self->known);
  g_free(self->count);
  g_free(self->time);
  g_free(self);
}

const char *galen_trend_word(GalenTrendKind kind) {
  static const char *const words[] = {
      [GALEN_TREND_TIME] = "time", [GALEN_TREND_MEAN] = "mean", [GALEN_TREND_CALLS] = "calls"};
  return words[kind];
}

char *galen_weeks_words(const GalenWeeks *self) {
  static const char *const words[] = {
      [GALEN_TREND_TIME] = "query time", [GALEN_TREND_MEAN] = "mean", [GALEN_TREND_CALLS] = "calls"};
  for (guint i = 0; self != NULL && i < GALEN_N_TRENDS; i++)
    if (self->trends[i].said) {
      g_autofree char *size = galen_trend_words(&self->trends[i]);
      return g_strdup_printf("%s %s", words[i], size);
    }
  return NULL;
}

char *galen_seen_words(const GalenSeen *self, gint64 to) {
  gboolean lately = self->before >= GALEN_NEW_DAYS && self->first <= to && to - self->first <= LATELY;
  if (self->first == GALEN_TIME_NONE || to == GALEN_TIME_NONE || !(self->is_new || lately))
    return NULL;
  /* A window's end is often midnight, which belongs to the day before. */
  gint64 days = (to - 1 - self->first) / GALEN_DAY_US;
  if (days <= 0)
    return g_strdup("first seen that day");
  return g_strdup_printf("first seen %" G_GINT64_FORMAT " day%s ago", days, days == 1 ? "" : "s");
}

char *galen_seen_news(const GalenSeen *self, const GalenWeeks *weeks, gint64 to) {
  g_autofree char *seen = galen_seen_words(self, to);
  g_autofree char *trend = galen_weeks_words(weeks);
  if (seen == NULL && trend == NULL)
    return NULL;
  return g_strconcat(self->is_new ? "new, " : "", seen != NULL ? seen : "", seen != NULL && trend != NULL ? "; " : "",
                     trend != NULL ? trend : "", NULL);
}

static char *date_of(gint64 day) {
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  g_autofree char *time = galen_words_time(day, utc, 0);
  return g_strndup(time, strcspn(time, " "));
}

char *galen_seen_sentence(const GalenSeen *self) {
  if (self->first == GALEN_TIME_NONE)
    return NULL;
  g_autofree char *first = date_of(self->first), *last = date_of(self->last);
  g_autofree char *before =
      self->before > 0 ? g_strdup_printf(", after %u day%s without it", self->before, self->before == 1 ? "" : "s")
                       : g_strdup(", with nothing known before");
  return g_strdup_printf("First seen in the stores on %s%s; last on %s.", first, before, last);
}
