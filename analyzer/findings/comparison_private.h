/* What the files of comparison.h share. */
#pragma once

#include "comparison.h"

typedef struct {
  gint64 from, to;
} GalenCoverSpan;

/* What inputs of a kind cover of the report's window: of GalenCoverSpan, in order, apart. Free with g_array_unref. */
GArray *galen_cover_spans(const GalenReport *report, const char *kind);
/* µs of [from, to) that the spans cover. */
gint64 galen_cover_between(const GArray *spans, gint64 from, gint64 to);

/* The same with the sum of it, in s and at least 1 unless nothing is covered; and the blocks of a series. */
double galen_cover_seconds(const GArray *spans);
GalenTestWindow galen_cover_window(const GArray *spans, gint64 from, gint64 step, guint n);

/* Chance below which one of `judged` × `measures` tests counts; the smaller of the sides' shares of all time is `share`. Of the
 * `n` counts of calls, which are sorted here, largest first, ret_judged are enough. */
double galen_comparison_level(guint64 *counts, guint n, double share, guint measures, guint *ret_judged);

/* Query time of the last class that the digest kept, µs: one that it lacks may have had as much. -1: it lacks none. */
double galen_comparison_hidden(const GalenDigest *digest);

/* The parts. */
void galen_comparison_errors(GalenComparison *self);
void galen_comparison_settings(GalenComparison *self);
void galen_comparison_notes(GalenComparison *self, const GalenDigest *before, const GalenDigest *after);
