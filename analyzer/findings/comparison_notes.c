/* What limits a comparison, in sentences. */
#include "comparison_private.h"

#include "../report/nothing.h"
#include "../words.h"

#include <math.h>
#include <string.h>

#define LENGTHS_APART 4.0     /* one window is so many times as long */
#define SCALES_APART 1.05     /* calls that a logged one stands for */
#define LEAST_APART 2.0       /* shortest statements, when … */
#define LEAST_US 10000        /* … the longer of them is this, at least */
#define LEAST_STATEMENTS 100u /* … and so many were logged */
#define COVERED_APART 0.1
#define A_DAY 79200.0 /* s: what lasts 22 hours */

static void note(GalenComparison *self, char *text) {
  g_ptr_array_add(self->notes, text);
}

/* ---- nothing ---- */

static void note_nothing(GalenComparison *self) {
  const GalenComparisonSide *sides[] = {&self->before, &self->after};
  static const char *const words[] = {"before", "after"};
  if (galen_nothing_but_errors(self->before.report) && galen_nothing_but_errors(self->after.report)) {
    note(self, g_strdup("No slow log was read, so that operations are not compared."));
    return;
  }
  for (guint i = 0; i < 2 && !self->comparable; i++) {
    if (sides[i]->report->total.count == 0)
      note(self, g_strdup_printf("No statement is counted %s, so that operations are not compared.", words[i]));
    else if (!(sides[i]->covered > 0))
      note(self, g_strdup_printf("No statement %s has a confirmed time, so that nothing is known by the second and "
                                 "operations are not compared.",
                                 words[i]));
  }
}

/* ---- other servers ---- */

static char *names_of(const GalenReport *report) {
  g_autoptr(GString) names = g_string_new(NULL);
  for (guint i = 0; i < report->nodes->len; i++) {
    const GalenNodeRow *row = g_ptr_array_index(report->nodes, i);
    g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", row->name);
  }
  return g_string_free(g_steal_pointer(&names), FALSE);
}

static void note_nodes(GalenComparison *self) {
  g_autofree char *before = names_of(self->before.report), *after = names_of(self->after.report);
  if (*before == '\0' || *after == '\0' || g_str_equal(before, after))
    return;
  note(self, g_strdup_printf("The sides are not of the same nodes: before %s, after %s. Figures are of all nodes of a "
                             "side together.",
                             before, after));
}

/* "MySQL, Percona" */
static char *servers_of(const GalenReport *report) {
  g_autoptr(GPtrArray) servers = g_ptr_array_new();
  for (guint i = 0; i < report->inputs->len; i++) {
    const char *server = ((const GalenInputRow *)g_ptr_array_index(report->inputs, i))->server;
    if (server != NULL && !g_ptr_array_find_with_equal_func(servers, server, g_str_equal, NULL))
      g_ptr_array_add(servers, (gpointer)server);
  }
  g_ptr_array_add(servers, NULL);
  return g_strjoinv(", ", (char **)servers->pdata);
}

static void note_servers(GalenComparison *self) {
  g_autofree char *before = servers_of(self->before.report), *after = servers_of(self->after.report);
  if (*before == '\0' || *after == '\0' || g_str_equal(before, after))
    return;
  note(self, g_strdup_printf("The servers are of different kinds: before %s, after %s. Query time means the same in "
                             "both logs; lock time, rows examined and what is logged at all may not.",
                             before, after));
}

/* ---- windows ---- */

static gboolean share_nodes(const GalenComparison *self) {
  const GPtrArray *before = self->before.report->nodes, *after = self->after.report->nodes;
  for (guint i = 0; i < before->len; i++)
    for (guint j = 0; j < after->len; j++)
      if (g_str_equal(((GalenNodeRow *)before->pdata[i])->name, ((GalenNodeRow *)after->pdata[j])->name))
        return TRUE;
  return FALSE;
}

static void note_overlap(GalenComparison *self) {
  g_autoptr(GArray) before = galen_cover_spans(self->before.report, "slow-log");
  g_autoptr(GArray) after = galen_cover_spans(self->after.report, "slow-log");
  gint64 both = 0;
  for (guint i = 0; i < after->len; i++) {
    const GalenCoverSpan *span = &g_array_index(after, GalenCoverSpan, i);
    both += galen_cover_between(before, span->from, span->to);
  }
  if (both <= G_USEC_PER_SEC || !share_nodes(self))
    return;
  g_autofree char *length = galen_words_duration((double)both);
  note(self, g_strdup_printf("The windows overlap by %s: what happened then is on both sides, and differences look "
                             "smaller than they are.",
                             length));
}

static void note_lengths(GalenComparison *self) {
  double before = self->before.covered, after = self->after.covered;
  if (!(fmax(before, after) > LENGTHS_APART * fmin(before, after)))
    return;
  gboolean days = self->before.report->hours.length > 0 || fmin(before, after) >= A_DAY;
  g_autofree char *was = galen_words_duration(before * 1e6), *is = galen_words_duration(after * 1e6);
  note(self, g_strdup_printf("The logs cover %s before and %s after: figures are by the second, but what runs %s may "
                             "be missing from the shorter side.",
                             was, is, days ? "on some days only" : "once a day or once an hour"));
}

/* A node whose log covers only a part of the window weighs less than its load. */
static void note_cover(GalenComparison *self) {
  static const char *const words[] = {"before", "after"};
  const GalenComparisonSide *sides[] = {&self->before, &self->after};
  for (guint s = 0; s < 2; s++) {
    const GalenReport *report = sides[s]->report;
    if (report->from == GALEN_TIME_NONE || report->to == GALEN_TIME_NONE || !(sides[s]->covered > 0))
      continue;
    double length = (double)(report->to - report->from) / 1e6;
    if (report->hours.length > 0)
      length *= (double)report->hours.length / (double)GALEN_DAY_US;
    if (sides[s]->covered >= (1 - COVERED_APART) * length)
      continue;
    g_autofree char *covered = galen_words_duration(sides[s]->covered * 1e6);
    g_autofree char *whole = galen_words_duration(length * 1e6);
    note(self, g_strdup_printf("Of the window %s, %s, slow logs cover %s: only that counts as time.", words[s], whole,
                               covered));
  }
}

/* ---- what is logged ---- */

static void note_scale(GalenComparison *self) {
  double scales[2];
  const GalenReport *reports[] = {self->before.report, self->after.report};
  for (guint i = 0; i < 2; i++)
    scales[i] = (double)reports[i]->total.count_scaled / (double)reports[i]->total.count;
  if (!(fmax(scales[0], scales[1]) > SCALES_APART * fmin(scales[0], scales[1])))
    return;
  g_autofree char *before = galen_words_count(scales[0]), *after = galen_words_count(scales[1]);
  note(self,
       g_strdup_printf("The logs are rate-limited differently: a logged call stands for %s before and for %s after. "
                       "Calls and times by the second are estimates with that taken out.",
                       before, after));
}

static void note_threshold(GalenComparison *self) {
  const GalenFigure *before = &self->before.report->total.main[GALEN_MAIN_TIME];
  const GalenFigure *after = &self->after.report->total.main[GALEN_MAIN_TIME];
  if (before->count < LEAST_STATEMENTS || after->count < LEAST_STATEMENTS)
    return;
  double low = (double)MIN(before->min, after->min), high = (double)MAX(before->min, after->min);
  if (high < LEAST_US || high < LEAST_APART * low)
    return;
  g_autofree char *was = galen_words_duration((double)before->min), *is = galen_words_duration((double)after->min);
  note(self, g_strdup_printf("The shortest statement logged took %s before and %s after: long_query_time seems to have "
                             "been changed, and then the sides do not hold the same statements.",
                             was, is));
}

static void note_caps(GalenComparison *self, const GalenDigest *before, const GalenDigest *after) {
  if (!self->lower_bounds)
    return;
  gboolean both = galen_digest_capped(before) && galen_digest_capped(after);
  double hidden = fmax(galen_comparison_hidden(before), galen_comparison_hidden(after));
  g_autofree char *time = galen_words_duration(hidden);
  g_autofree char *kept = galen_words_count(galen_digest_classes(galen_digest_capped(before) ? before : after)->len);
  note(self,
       g_strdup_printf("%s more than %s different statements, and of the least expensive ones only the sum is kept. "
                       "So counts of what is new or gone are lower bounds, and what is called new or gone may have "
                       "been there with up to %s of query time.",
                       both                          ? "Both sides have"
                       : galen_digest_capped(before) ? "The side before has"
                                                     : "The side after has",
                       kept, time));
}

static void note_incomplete(GalenComparison *self) {
  if (self->before.report->incomplete)
    note(self, g_strdup("Some input of the side before could not be read whole: figures before are lower bounds."));
}

/* A store has whole slots. */
static void note_widened(GalenComparison *self) {
  static const char *const words[] = {"before", "after"};
  const GalenComparisonSide *sides[] = {&self->before, &self->after};
  for (guint s = 0; s < 2; s++) {
    const GalenReport *report = sides[s]->report;
    if (report->asked_from == report->requested_from && report->asked_to == report->requested_to)
      continue;
    g_autofree char *asked = galen_words_window(report->asked_from, report->asked_to, report->zone);
    g_autofree char *counted = galen_words_window(report->requested_from, report->requested_to, report->zone);
    note(self, g_strdup_printf("A store has whole hours or days: of the side %s %s was asked for, and %s is counted.",
                               words[s], asked, counted));
  }
}

static void note_hours(GalenComparison *self) {
  g_autofree char *hours = galen_comparison_hours(&self->before);
  if (hours == NULL)
    return;
  note(self, g_strdup_printf("The report is on a part of a day, so that it is compared with the same part of the days "
                             "before: %s. What runs at other hours is not compared.",
                             hours));
  if (self->before.report->left_out > 0)
    note(self,
         g_strdup("Days that a store keeps as one have no hours, and are left out of the side before: a report on "
                  "whole days is compared with them."));
}

void galen_comparison_notes(GalenComparison *self, const GalenDigest *before, const GalenDigest *after) {
  note_nothing(self);
  note_nodes(self);
  note_servers(self);
  note_widened(self);
  note_hours(self);
  note_overlap(self);
  if (self->comparable) {
    note_lengths(self);
    note_cover(self);
    note_scale(self);
    note_threshold(self);
    note_caps(self, before, after);
  }
  note_incomplete(self);
}
