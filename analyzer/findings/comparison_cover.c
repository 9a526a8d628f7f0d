/* How much of a window the inputs cover. */
#include "comparison_private.h"

#include <math.h>

static int compare_spans(gconstpointer left, gconstpointer right) {
  const GalenCoverSpan *a = left, *b = right;
  return (a->from > b->from) - (a->from < b->from);
}

static void join_spans(GArray *spans) {
  guint kept = 0;
  g_array_sort(spans, compare_spans);
  for (guint i = 0; i < spans->len; i++) {
    GalenCoverSpan span = g_array_index(spans, GalenCoverSpan, i);
    GalenCoverSpan *last = kept > 0 ? &g_array_index(spans, GalenCoverSpan, kept - 1) : NULL;
    if (last != NULL && span.from <= last->to)
      last->to = MAX(last->to, span.to);
    else
      g_array_index(spans, GalenCoverSpan, kept++) = span;
  }
  g_array_set_size(spans, kept);
}

GArray *galen_cover_spans(const GalenReport *report, const char *kind) {
  GArray *spans = g_array_new(FALSE, FALSE, sizeof(GalenCoverSpan));
  gint64 from = report->requested_from != GALEN_TIME_NONE ? report->requested_from : G_MININT64;
  gint64 to = report->requested_to != GALEN_TIME_NONE ? report->requested_to : G_MAXINT64;
  for (guint i = 0; i < report->inputs->len; i++) {
    const GalenInputRow *row = g_ptr_array_index(report->inputs, i);
    if (g_strcmp0(row->kind, kind) != 0 || row->account.first == GALEN_TIME_NONE)
      continue;
    GalenCoverSpan span = {MAX(row->account.first, from), MIN(row->account.last, to)};
    if (span.to >= span.from)
      g_array_append_val(spans, span);
  }
  join_spans(spans);
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
