/* A comparison in words. */
#include "comparison.h"

#include "../words.h"

#include <math.h>

#define CLOCK_AT 11 /* of the hour in a time as text */

const char *galen_change_word(GalenChangeKind kind) {
  static const char *const words[] = {[GALEN_CHANGE_NONE] = "steady",
                                      [GALEN_CHANGE_NEW] = "new",
                                      [GALEN_CHANGE_GONE] = "gone",
                                      [GALEN_CHANGE_SLOWER] = "slower",
                                      [GALEN_CHANGE_FASTER] = "faster"};
  return words[kind];
}

const char *galen_error_change_word(GalenChangeKind kind) {
  static const char *const words[] = {[GALEN_CHANGE_SLOWER] = "more", [GALEN_CHANGE_FASTER] = "fewer"};
  return kind >= GALEN_CHANGE_SLOWER ? words[kind] : galen_change_word(kind);
}

const char *galen_measure_word(GalenMeasureKind kind) {
  static const char *const words[] = {
      [GALEN_MEASURE_TIME] = "time", [GALEN_MEASURE_P95] = "p95", [GALEN_MEASURE_CALLS] = "calls"};
  return words[kind];
}

static guint count_calls(const GPtrArray *changes) {
  guint n = 0;
  for (guint i = 0; i < changes->len; i++)
    n += ((const GalenChange *)g_ptr_array_index(changes, i))->more_calls ? 1 : 0;
  return n;
}

/* "3 operations are slower", the first time, then "1 is gone". */
static void say(GPtrArray *parts, guint n, const char *what) {
  if (n == 0)
    return;
  g_autofree char *number = galen_words_count(n);
  g_ptr_array_add(parts, g_strdup_printf("%s%s %s %s", number,
                                         parts->len > 0 ? ""
                                         : n == 1       ? " operation"
                                                        : " operations",
                                         n == 1 ? "is" : "are", what));
}

static char *join(const GPtrArray *parts) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < parts->len; i++)
    g_string_append_printf(text, "%s%s", i == 0 ? "" : i + 1 == parts->len ? " and " : ", ", (char *)parts->pdata[i]);
  g_string_append_c(text, '.');
  return g_string_free(text, FALSE);
}

char *galen_comparison_sentence(const GalenComparison *self) {
  if (!self->comparable)
    return g_strdup("Operations cannot be compared.");
  g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
  guint busier = count_calls(self->slower), calmer = count_calls(self->faster);
  say(parts, self->slower->len - busier, "slower");
  say(parts, busier, "called more often");
  say(parts, self->new->len, "new");
  say(parts, self->gone->len, "gone");
  say(parts, self->faster->len - calmer, "faster");
  say(parts, calmer, "called less often");
  if (parts->len == 0)
    return g_strdup("No operation differs from before by more than noise.");
  return join(parts);
}

char *galen_comparison_times(double ratio) {
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  if (!isfinite(ratio))
    return g_strdup("–");
  if (ratio < 0.005)
    return g_strdup("less than 0.01 times");
  if (ratio >= 9.95) {
    g_autofree char *count = galen_words_count(round(ratio));
    return g_strdup_printf("%s times", count);
  }
  return g_strdup_printf("%s times", g_ascii_formatd(number, sizeof number, ratio >= 1 ? "%.1f" : "%.2f", ratio));
}

char *galen_comparison_time(double per_second) {
  g_autofree char *time = galen_words_duration(per_second * 3600 * 1e6);
  return isfinite(per_second) ? g_strdup_printf("%s an hour", time) : g_strdup("–");
}

static const struct {
  double seconds;
  const char *words;
} units[] = {{1, "a second"}, {60, "a minute"}, {3600, "an hour"}, {86400, "a day"}};

/* The shortest time in which it happens at least once. */
static guint unit_of(double per_second) {
  guint unit = 0;
  while (unit + 1 < G_N_ELEMENTS(units) && per_second * units[unit].seconds < 1 && per_second > 0)
    unit++;
  return unit;
}

char *galen_comparison_calls(double per_second) {
  guint unit = unit_of(per_second);
  g_autofree char *count = galen_words_count(per_second * units[unit].seconds);
  return isfinite(per_second) ? g_strdup_printf("%s %s", count, units[unit].words) : g_strdup("–");
}

char *galen_comparison_calls_both(double before, double after) {
  guint unit = unit_of(fmax(before, after));
  g_autofree char *old = galen_words_count(before * units[unit].seconds);
  g_autofree char *new = galen_words_count(after * units[unit].seconds);
  return g_strdup_printf("%s → %s %s", old, new, units[unit].words);
}

/* "00:00 to 10:15 of each day" */
static char *hours_of(const GalenReport *report) {
  g_autofree char *from = galen_words_time(report->hours.from, report->zone, 0);
  g_autofree char *to = galen_words_time(report->hours.from + report->hours.length, report->zone, 0);
  return g_strdup_printf("%.5s to %.5s of each day", from + CLOCK_AT, to + CLOCK_AT);
}

char *galen_comparison_hours(const GalenComparisonSide *side) {
  return side->report->hours.length > 0 ? hours_of(side->report) : NULL;
}

static char *window_of(const GalenReport *report) {
  g_autofree char *from = galen_words_time(report->from, report->zone, 0);
  g_autofree char *to = galen_words_time(report->to, report->zone, 0);
  if (report->from != GALEN_TIME_NONE && report->to != GALEN_TIME_NONE && report->from <= report->to)
    return g_strdup_printf("%s to %s", from, to);
  /* Nothing was found, and one end was not asked for. */
  if (report->requested_from != GALEN_TIME_NONE)
    return g_strdup_printf("since %s", from);
  return report->requested_to != GALEN_TIME_NONE ? g_strdup_printf("before %s", to) : g_strdup("unknown");
}

char *galen_comparison_window(const GalenComparisonSide *side) {
  g_autofree char *window = window_of(side->report);
  g_autofree char *hours = galen_comparison_hours(side);
  return hours != NULL ? g_strdup_printf("%s, %s", window, hours) : g_steal_pointer(&window);
}

char *galen_comparison_load(const GalenComparison *self) {
  const GalenMeasure *calls = &self->load[GALEN_MEASURE_CALLS], *time = &self->load[GALEN_MEASURE_TIME];
  g_autofree char *old_calls = galen_comparison_calls(calls->before), *new_calls = galen_comparison_calls(calls->after);
  g_autofree char *old_time = galen_comparison_time(time->before), *new_time = galen_comparison_time(time->after);
  return g_strdup_printf("All statements together: %s before and %s now, with %s of query time before and %s now. %s",
                         old_calls, new_calls, old_time, new_time,
                         calls->changed
                             ? "The load itself has changed."
                             : "That the number of calls differs is within what it varies by itself; an operation that "
                               "merely follows it is not listed.");
}

char *galen_comparison_method(const GalenComparison *self) {
  g_autofree char *judged = galen_words_count(self->judged);
  return g_strdup_printf(
      "A difference counts when it is 20 %% or more and no noise: calls are tested as a binomial division between the "
      "windows, query time by its variance over sixteenths and eighths of each window, latencies by ranks "
      "(Mann-Whitney) and by how many calls of each side reach the 95th percentile of both; bursts, slow hours and the "
      "day's curve are allowed for by the dispersion between these parts. %s operations have calls enough to be "
      "judged. "
      "When nothing has changed, at most %.0f of 100 such comparisons list anything.",
      judged, 100 * GALEN_COMPARISON_ERROR);
}
