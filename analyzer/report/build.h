/* How the model is built: what the build*.c files share. Not for others; model.h is the way in.
 *
 *   build.c          the document, ranking
 *   build_figures.c  totals, statistics, latency bars
 *   build_query.c    one class
 *   build_inputs.c   inputs, nodes, gaps between inputs
 *   build_silence.c  silences inside slow logs that their rhythm makes improbable
 *   build_skips.c    what was skipped, made fit to show
 *   build_history.c  what error logs add
 *   build_past.c     what stores add: first seen, trends */
#pragma once

#include "model.h"

/* Longest fingerprint shown, in bytes. */
#define GALEN_SHOWN_FINGERPRINT_MAX 4096u
/* Longest name of a user, host, schema, table, node, and longest path shown, in bytes. */
#define GALEN_SHOWN_NAME_MAX 256u
#define GALEN_SHOWN_PATH_MAX 1024u

/* Fills `figures` (made by galen_report_alloc or galen_query_new); `all_time` is what shares are a part of, µs. */
void galen_build_figures(GalenFigures *figures, const GalenTotals *totals, GalenU128 all_time);

/* part / all; 0 when there is nothing to be a part of. */
double galen_build_share(GalenU128 part, GalenU128 all);

/* Appends a GalenShare for each value of `top`, and one for the remainder if any. */
void galen_build_shares(GPtrArray *shares, const GalenTop *top, GalenU128 all_time);

/* Appends the latency bars: bar limits are 0, 1, 2, 5, 10, 20, 50 … µs; a bucket counts in the bar that holds its
 * midpoint. The zero bar holds statements of no measurable time. */
void galen_build_bars(GPtrArray *bars, const GalenHistogram *histogram);

/* One class; `color`: 0..5. `nested`: the log has statements of stored routines beside their CALLs. */
GalenQuery *galen_build_query(const GalenClass *klass, const GalenTotals *all, const GalenAdviceRules *rules,
                              guint rank, guint color, gboolean nested);

/* Takes over `inputs`: sorts and cleans them; fills inputs, nodes, incomplete, implausible. */
void galen_build_inputs(GalenReport *report, GPtrArray *inputs);
/* A silence of this length or longer may be a gap, if it is also this part of its node's logs; which is judged from so many
 * statements on; if it is so many times as long as the longest other one, and more for one of more than a day; and if, where
 * the log has no other day to compare its hours with, it is longer than a rest. */
#define GALEN_SILENCE_US (2 * G_TIME_SPAN_HOUR)
#define GALEN_SILENCE_PART 100
#define GALEN_SILENCE_STEPS 50u
#define GALEN_SILENCE_TIMES 5
#define GALEN_SILENCE_TIMES_LONG 10
#define GALEN_SILENCE_REST (12 * G_TIME_SPAN_HOUR)
/* Fills silences from inputs. */
void galen_build_silences(GalenReport *report);
/* When the inputs of a kind have events: of GalenGap, joined, in time order. What is a silence of a slow log is left out.
 * Caller frees. */
GArray *galen_build_covered(const GalenReport *report, const char *kind);
/* Fills gaps from inputs, silences and series. */
void galen_build_gaps(GalenReport *report);

/* Takes over history and errors of `options`: nodes, window, incidents. After inputs and window. */
void galen_build_history(GalenReport *report, const GalenReportOptions *options);

/* First bytes of what was skipped, cleaned, and with everything masked that may be a literal: a fragment may begin inside
 * one, so that only what is surely the log's own line or a statement from its first word on is shown as words. */
char *galen_build_skip_text(GalenSlice raw);

/* When stores have seen queries and messages. After inputs, queries and errors. */
void galen_build_past(GalenReport *report, const struct GalenPast *past);

/* A raw C string, cleaned; NULL stays NULL. */
char *galen_build_text(const char *raw, gsize max);
