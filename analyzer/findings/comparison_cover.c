/* How much of a window the inputs cover. */
#include "comparison_private.h"

#include "../report/build.h"

#include <math.h>

/* Longer windows are looked at for this long before their end when only hours of days count. */
#define DAYS_MAX 3660

static void add_span(GArray *spans, const GalenReport *report, GalenCoverSpan span) {
  GalenDayHours hours = report->hours;
  if (hours.length == 0) {
    g_array_append_val(spans, span);
    return;
  }
  gint64 from = MAX(span.from, span.to - DAYS_MAX * GALEN_DAY_US);
  for (gint64 day = galen_day_hours_begin(hours, from); day <= span.to; day += GALEN_DAY_US) {
    GalenCoverSpan part = {MAX(day, from), MIN(day + hours.length, span.to)};
    if (part.to >= part.from)
      g_array_append_val(spans, part);
  }
}

GArray *galen_cover_spans(const GalenReport *report, const char *kind) {
  g_autoptr(GArray) covered = galen_build_covered(report, kind);
  GArray *spans = g_array_new(FALSE, FALSE, sizeof(GalenCoverSpan));
  gint64 from = report->requested_from != GALEN_TIME_NONE ? report->requested_from : G_MININT64;
  gint64 to = report->requested_to != GALEN_TIME_NONE ? report->requested_to : G_MAXINT64;
  for (guint i = 0; i < covered->len; i++) {
    const GalenGap *one = &g_array_index(covered, GalenGap, i);
    GalenCoverSpan span = {MAX(one->from, from), MIN(one->to, to)};
    if (span.to >= span.from)
      add_span(spans, report, span);
  }
  return spans;
}

gint64 galen_cover_between(const GArray *spans, gint64 from, gint64 to) {
  gint64 covered = 0;
  for (guint i = 0; i < spans->len; i++) {
    const GalenCoverSpan *span = &g_array_index(spans, GalenCoverSpan, i);
    covered += MAX(MIN(span->to, to) - MAX(span->from, from), 0);
  }
  return covered;
}

static double seconds(gint64 us) {
  return (double)us / (double)G_USEC_PER_SEC;
}

/* All statements of a log may be of one moment. */
double galen_cover_seconds(const GArray *spans) {
  return spans->len > 0 ? fmax(seconds(galen_cover_between(spans, G_MININT64, G_MAXINT64)), 1) : 0;
}

GalenTestWindow galen_cover_window(const GArray *spans, gint64 from, gint64 step, guint n) {
  GalenTestWindow window = {.covered = galen_cover_seconds(spans), .n_blocks = galen_series_n_blocks(n), .from = from};
  double inside = 0;
  for (guint i = 0; i < window.n_blocks; i++) {
    gint64 begin = from + step * (gint64)(i * n / window.n_blocks);
    gint64 end = from + step * (gint64)((i + 1) * n / window.n_blocks);
    window.exposure[i] = seconds(galen_cover_between(spans, begin, end));
    inside += window.exposure[i];
  }
  window.outside = fmax(window.covered - inside, 0);
  return window;
}
