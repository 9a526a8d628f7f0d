/* Operations that stores have never seen before the window. */
#include "findings_private.h"

#include "../words.h"
#include "comparison.h"

/* The comparison has said so, with figures. */
static gboolean is_told(const GalenReport *report, const GalenQuery *query) {
  const GalenChange *change = report->comparison != NULL ? galen_comparison_find(report->comparison, query->id) : NULL;
  return change != NULL && change->kind == GALEN_CHANGE_NEW;
}

static void add_new(GalenReport *report, const GalenQuery *query) {
  const GalenFigure *time = &query->figures.main[GALEN_MAIN_TIME];
  g_autofree char *share = galen_words_share(query->figures.share);
  g_autofree char *sum = galen_words_duration((double)time->sum);
  g_autofree char *calls = galen_words_count((double)query->figures.count);
  g_autofree char *seen = galen_seen_sentence(&query->seen);
  GalenFinding *finding =
      galen_findings_add(report, GALEN_SEVERITY_INFO, g_strconcat("new-operation:", query->id, NULL),
                         g_strdup_printf("%s is new and takes %s of query time", query->label, share),
                         g_strdup_printf("%s Here it takes %s in %s calls.", seen, sum, calls),
                         g_strdup("It came with what was changed then. Look at its plan and its advice while those who "
                                  "wrote it still remember."));
  finding->figure = g_strdup_printf("%s of query time, %s", share, sum);
  finding->cost = (double)time->sum / (double)G_USEC_PER_SEC;
  finding->query_id = g_strdup(query->id);
  finding->from = query->figures.first;
  finding->to = query->figures.last;
}

static void check(GalenReport *report, const GPtrArray *queries) {
  for (guint i = 0; i < queries->len; i++) {
    const GalenQuery *query = g_ptr_array_index(queries, i);
    if (query->seen.is_new && query->figures.share >= GALEN_ADVICE_SHARE && !is_told(report, query))
      add_new(report, query);
  }
}

void galen_findings_new(GalenReport *report) {
  check(report, report->top);
  check(report, report->leading_only);
}
