/* What differs from before, as findings. */
#include "findings_private.h"

#include "../words.h"
#include "comparison.h"

#include <math.h>

#define SHARE_MIN 0.01 /* of query time: what takes less is only counted in the sentence */
#define ERROR_CHANGES 3u
#define SETTINGS_NAMED 5u

static GalenFinding *add(GalenReport *report, GalenSeverity severity, char *id, char *title, char *detail,
                         const char *advice) {
  GalenFinding *finding = galen_findings_add(report, severity, id, title, detail, g_strdup(advice));
  finding->from = report->from;
  finding->to = report->to;
  return finding;
}

/* ---- operations ---- */

static char *slower_title(const GalenChange *change) {
  const GalenMeasure *time = &change->measures[GALEN_MEASURE_TIME], *p95 = &change->measures[GALEN_MEASURE_P95];
  if (change->more_calls) {
    g_autofree char *times = galen_comparison_times(change->measures[GALEN_MEASURE_CALLS].ratio);
    return g_strdup_printf("%s is called %s as often as before", change->label, times);
  }
  if (!p95->changed || p95->ratio < 1) {
    g_autofree char *times = galen_comparison_times(time->ratio);
    return g_strdup_printf("%s takes %s as much time as before", change->label, times);
  }
  g_autofree char *was = galen_words_duration(p95->before), *is = galen_words_duration(p95->after);
  return g_strdup_printf("%s is slower than before: p95 was %s and is %s", change->label, was, is);
}

static char *slower_detail(const GalenChange *change) {
  const GalenMeasure *time = &change->measures[GALEN_MEASURE_TIME], *calls = &change->measures[GALEN_MEASURE_CALLS];
  g_autofree char *old_time = galen_comparison_time(time->before), *new_time = galen_comparison_time(time->after);
  g_autofree char *old_calls = galen_comparison_calls(calls->before);
  g_autofree char *new_calls = galen_comparison_calls(calls->after);
  g_autofree char *old_mean = galen_words_duration(change->mean_before);
  g_autofree char *new_mean = galen_words_duration(change->mean_after);
  return g_strdup_printf("Query time %s before, %s now; calls %s before, %s now; on average %s before, %s now.",
                         old_time, new_time, old_calls, new_calls, old_mean, new_mean);
}

static void add_slower(GalenReport *report, const GalenChange *change) {
  gboolean much = change->share_after >= GALEN_ADVICE_SHARE;
  GalenFinding *finding = add(
      report, much ? GALEN_SEVERITY_WARNING : GALEN_SEVERITY_INFO, g_strconcat("comparison:slower:", change->id, NULL),
      slower_title(change), slower_detail(change),
      change->more_calls
          ? "Find out who calls it: its card lists users, hosts and schemas. A loop around it, or a cache that no "
            "longer hits, are the usual reasons."
          : "See what changed in between: a release, an index, the amount of data, an option of the server. EXPLAIN "
            "of then and now tells whether the plan is the same.");
  g_autofree char *share = galen_words_share(change->share_after);
  const GalenMeasure *time = &change->measures[GALEN_MEASURE_TIME];
  finding->figure = g_strdup_printf("%s of query time", share);
  finding->cost = fmax(time->after - time->before, 0) * report->comparison->after.covered;
  finding->query_id = g_strdup(change->id);
}

static void add_new(GalenReport *report, const GalenChange *change) {
  g_autofree char *time = galen_comparison_time(change->measures[GALEN_MEASURE_TIME].after);
  g_autofree char *calls = galen_comparison_calls(change->measures[GALEN_MEASURE_CALLS].after);
  g_autofree char *share = galen_words_share(change->share_after);
  GalenFinding *finding =
      add(report, GALEN_SEVERITY_INFO, g_strconcat("comparison:new:", change->id, NULL),
          g_strdup_printf("%s is new", change->label),
          g_strdup_printf("It was not logged before. Now it takes %s of query time; calls: %s.", time, calls),
          "It came with what was changed in between. Look at its plan and its advice while those who "
          "wrote it still remember.");
  finding->figure = g_strdup_printf("%s of query time", share);
  finding->cost = change->measures[GALEN_MEASURE_TIME].after * report->comparison->after.covered;
  finding->query_id = g_strdup(change->id);
  finding->from = change->first;
  finding->to = change->last;
}

static void add_listed(GalenReport *report, const GPtrArray *changes,
                       void (*add_one)(GalenReport *, const GalenChange *)) {
  guint listed = 0;
  for (guint i = 0; i < changes->len && listed < GALEN_COMPARISON_FINDINGS; i++) {
    const GalenChange *change = g_ptr_array_index(changes, i);
    if (change->share_after < SHARE_MIN)
      continue;
    add_one(report, change);
    listed++;
  }
}

/* Asked for and not done is never silent; logs without statements are compared by their errors. */
static void add_impossible(GalenReport *report, const GalenComparison *comparison) {
  if (comparison->comparable || (comparison->before.report->total.count == 0 && report->total.count == 0))
    return;
  const char *why = comparison->notes->len > 0 ? g_ptr_array_index(comparison->notes, 0) : NULL;
  add(report, GALEN_SEVERITY_WARNING, g_strdup("comparison:operations"), g_strdup("Operations could not be compared"),
      g_strdup(why), "Check the path and the window of each side.");
}

/* All of them in one sentence, beside the load. */
static void add_summary(GalenReport *report, const GalenComparison *comparison) {
  guint changes = comparison->slower->len + comparison->faster->len + comparison->new->len + comparison->gone->len;
  const GalenMeasure *calls = &comparison->load[GALEN_MEASURE_CALLS];
  if (!comparison->comparable || (changes == 0 && !calls->changed))
    return;
  g_autofree char *sentence = galen_comparison_sentence(comparison);
  g_autofree char *load = galen_comparison_load(comparison);
  sentence[strlen(sentence) - 1] = '\0';
  add(report, GALEN_SEVERITY_INFO, g_strdup("comparison:operations"),
      g_strdup_printf("Compared with before: %s", sentence), g_steal_pointer(&load), NULL);
}

/* ---- errors, configuration ---- */

static void add_error(GalenReport *report, const GalenErrorChange *change) {
  g_autofree char *before = galen_comparison_calls(change->before / 3600);
  g_autofree char *after = galen_comparison_calls(change->after / 3600);
  gboolean new = change->kind == GALEN_CHANGE_NEW;
  GalenFinding *finding =
      add(report, MIN(change->severity, GALEN_SEVERITY_WARNING), g_strconcat("comparison:errors:", change->id, NULL),
          g_strdup_printf(new ? "New in the error logs: %s" : "More often in the error logs than before: %s",
                          change->title),
          new ? g_strdup_printf("Before there was none; now there are %s.", after)
              : g_strdup_printf("Before there were %s, now there are %s.", before, after),
          "See what changed in between; the errors' own section says what the message means.");
  finding->cost = (double)change->count_after;
}

static void add_errors(GalenReport *report, const GPtrArray *errors) {
  guint listed = 0;
  for (guint i = 0; i < errors->len && listed < ERROR_CHANGES; i++) {
    const GalenErrorChange *change = g_ptr_array_index(errors, i);
    gboolean worse = change->kind == GALEN_CHANGE_NEW || change->kind == GALEN_CHANGE_SLOWER;
    if (!worse || change->severity == GALEN_SEVERITY_INFO)
      continue;
    add_error(report, change);
    listed++;
  }
}

static const char *shown(const char *value) {
  return value != NULL ? value : "not set";
}

static void add_settings(GalenReport *report, const GPtrArray *settings) {
  if (settings->len == 0)
    return;
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < settings->len && i < SETTINGS_NAMED; i++) {
    const GalenSettingChange *change = g_ptr_array_index(settings, i);
    g_autofree char *before = galen_words_clean(galen_slice(shown(change->before), strlen(shown(change->before))), 80);
    g_autofree char *after = galen_words_clean(galen_slice(shown(change->after), strlen(shown(change->after))), 80);
    g_string_append_printf(text, "%s%s of %s: %s before, %s now", i > 0 ? "; " : "", change->option, change->node,
                           before, after);
  }
  if (settings->len > SETTINGS_NAMED)
    g_string_append_printf(text, "; and %u more", settings->len - SETTINGS_NAMED);
  g_string_append_c(text, '.');
  add(report, GALEN_SEVERITY_INFO, g_strdup("comparison:configuration"),
      g_strdup_printf(settings->len == 1 ? "%u option or version is not as before"
                                         : "%u options or versions are not as before",
                      settings->len),
      g_strdup(text->str), "Check that each of them was meant.");
}

void galen_findings_comparison(GalenReport *report) {
  const GalenComparison *comparison = report->comparison;
  if (comparison == NULL)
    return;
  add_listed(report, comparison->slower, add_slower);
  add_listed(report, comparison->new, add_new);
  add_errors(report, comparison->errors);
  add_settings(report, comparison->settings);
  add_impossible(report, comparison);
  add_summary(report, comparison);
}
