/* What stores tell of an operation or message beyond the report's window: when it was first seen, and its trend over weeks. */
#pragma once

#include "../findings/trend.h"

typedef struct {
  gint64 first, last; /* µs: where the first and the last day (UTC) begin; GALEN_TIME_NONE: no store has it */
  gboolean is_new;    /* first seen in the window, and what came before is known for GALEN_NEW_DAYS at least */
  guint before;       /* days before the first one, as far as its nodes' logs reach back without a hole; 0: unknown */
} GalenSeen;

#define GALEN_NEW_DAYS 7u

typedef enum { GALEN_TREND_TIME, GALEN_TREND_MEAN, GALEN_TREND_CALLS, GALEN_N_TRENDS } GalenTrendKind;

/* By day (UTC), the last GALEN_TREND_DAYS of all that stores have. */
typedef struct {
  gint64 from; /* µs */
  guint n;
  gboolean *known; /* days that logs cover as much as the latest ones: others are not compared */
  guint64 *count, *time;
  GalenTrend trends[GALEN_N_TRENDS];
} GalenWeeks;

GalenWeeks *galen_weeks_new(gint64 from, guint n);
void galen_weeks_free(GalenWeeks *self);

/* "time" "mean" "calls". */
const char *galen_trend_word(GalenTrendKind kind);
/* "query time +40 % over 5 weeks": the first of the trends that is said; NULL: none is, or there are no weeks. Caller frees. */
char *galen_weeks_words(const GalenWeeks *self);
/* "first seen 3 days ago", seen from `to`, when it is new, or first seen in the last weeks before `to` and known not to have been
 * there before; else NULL. Caller frees. */
char *galen_seen_words(const GalenSeen *self, gint64 to);
/* Both together, beginning with "new" where it is; NULL: nothing to tell. Caller frees. */
char *galen_seen_news(const GalenSeen *self, const GalenWeeks *weeks, gint64 to);
/* "First seen in the stores on 2026-11-06, after 32 days without it; last on 2026-11-08." NULL: no store has it. Caller frees. */
char *galen_seen_sentence(const GalenSeen *self);
