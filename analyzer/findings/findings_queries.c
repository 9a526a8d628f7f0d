/* What the queries say of themselves: errors, kills, and the advice for the classes that take most time. */
#include "findings_private.h"

#include "../words.h"
#include "comparison.h"

#define SHOWN_CODES 5u

static int compare_errors(gconstpointer left, gconstpointer right) {
  const GalenErrorCount *a = left, *b = right;
  if (a->count != b->count)
    return a->count > b->count ? -1 : 1;
  return (a->code > b->code) - (a->code < b->code);
}

static void check_errors(GalenReport *report) {
  const GArray *errors = report->total.errors;
  if (errors->len == 0)
    return;
  g_autoptr(GArray) sorted = g_array_sized_new(FALSE, FALSE, sizeof(GalenErrorCount), errors->len);
  g_array_append_vals(sorted, errors->data, errors->len);
  g_array_sort(sorted, compare_errors);
  GString *codes = g_string_new(NULL);
  double all = 0;
  for (guint i = 0; i < sorted->len; i++) {
    const GalenErrorCount *error = &g_array_index(sorted, GalenErrorCount, i);
    g_autofree char *times = galen_words_count((double)error->count);
    all += (double)error->count;
    if (i < SHOWN_CODES)
      g_string_append_printf(codes, "%s%u: %s", i > 0 ? ", " : "", error->code, times);
  }
  if (sorted->len > SHOWN_CODES)
    g_string_append_printf(codes, ", and %u more codes", sorted->len - SHOWN_CODES);
  g_autofree char *n = galen_words_count(all);
  galen_findings_add(report, GALEN_SEVERITY_INFO, g_strdup("errors"),
                     g_strdup_printf(all > 1 ? "%s statements failed" : "%s statement failed", n),
                     g_strdup_printf("By error code: %s.", codes->str),
                     g_strdup("perror CODE says what a code means; the cards of the classes say who failed."));
  g_string_free(codes, TRUE);
}

static void check_killed(GalenReport *report) {
  if (report->total.killed == 0)
    return;
  g_autofree char *n = galen_words_count((double)report->total.killed);
  galen_findings_add(
      report, GALEN_SEVERITY_INFO, g_strdup("killed"),
      g_strdup_printf(report->total.killed > 1 ? "%s statements were killed" : "%s statement was killed", n),
      g_strdup("By KILL, a time limit, or a client that went away."),
      g_strdup("Find who kills: a watchdog that kills hides the slow query instead of curing it."));
}

/* How the class got worse since the baseline, or since all that stores have seen; NULL: it did not. */
static const char *worse_words(const GalenReport *report, const GalenQuery *query) {
  const GalenChange *change = report->comparison != NULL ? galen_comparison_find(report->comparison, query->id) : NULL;
  if (query->seen.is_new || (change != NULL && change->kind == GALEN_CHANGE_NEW))
    return " and was not there before";
  if (change != NULL && change->kind == GALEN_CHANGE_SLOWER)
    return change->more_calls ? " and is called more often than before" : " and is slower than before";
  return NULL;
}

static void promote(GalenReport *report, const GalenQuery *query) {
  const GalenAdvice *advice = g_ptr_array_index(query->advice, 0);
  /* What got worse is no longer a matter of taste. */
  const char *worse = worse_words(report, query);
  GalenSeverity severity = worse != NULL ? MAX(advice->severity, GALEN_SEVERITY_WARNING) : advice->severity;
  g_autofree char *share = galen_words_share(query->figures.share);
  GalenFinding *finding = galen_findings_add(
      report, severity, g_strdup_printf("advice:%s:%s", advice->id, query->id),
      g_strdup_printf("%s: %s", query->label, advice->title),
      g_strdup_printf("It takes %s of all query time%s. %s", share, worse != NULL ? worse : "", advice->detail),
      g_strdup(advice->advice));
  g_autofree char *time = galen_words_duration((double)query->figures.main[GALEN_MAIN_TIME].sum);
  finding->figure = g_strdup_printf("%s of query time, %s", share, time);
  finding->cost = (double)query->figures.main[GALEN_MAIN_TIME].sum / (double)G_USEC_PER_SEC;
  finding->query_id = g_strdup(query->id);
  finding->from = query->figures.first;
  finding->to = query->figures.last;
}

static int compare_queries(gconstpointer left, gconstpointer right) {
  const GalenQuery *a = *(GalenQuery *const *)left, *b = *(GalenQuery *const *)right;
  GalenU128 time_a = a->figures.main[GALEN_MAIN_TIME].sum, time_b = b->figures.main[GALEN_MAIN_TIME].sum;
  if (time_a != time_b)
    return time_a > time_b ? -1 : 1;
  return strcmp(a->id, b->id);
}

static void collect(GPtrArray *ret_list, const GPtrArray *queries) {
  for (guint i = 0; i < queries->len; i++) {
    const GalenQuery *query = g_ptr_array_index(queries, i);
    if (query->figures.share >= GALEN_ADVICE_SHARE && query->advice->len > 0)
      g_ptr_array_add(ret_list, (gpointer)query);
  }
}

static void check_advice(GalenReport *report) {
  g_autoptr(GPtrArray) leading = g_ptr_array_new();
  collect(leading, report->top);
  collect(leading, report->leading_only);
  g_ptr_array_sort(leading, compare_queries);
  for (guint i = 0; i < MIN(leading->len, GALEN_ADVICE_FINDINGS); i++)
    promote(report, g_ptr_array_index(leading, i));
}

void galen_findings_queries(GalenReport *report) {
  check_advice(report);
  check_errors(report);
  check_killed(report);
}
