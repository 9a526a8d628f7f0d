/* What a cluster's logs say is missing: members without a log of their own, and stretches that are lost. */
#include "findings_private.h"

#include "../report/words.h"

#define ADVICE_MEMBER                                                                                                  \
  "Add that server's error log: what it did is known from its peers only, and a verdict needs both sides."
#define ADVICE_LOST "Look for the rotated or truncated part (copytruncate loses what is written meanwhile), and add it."

/* The node's first place in a view of its peers, for the time since when it was a member. */
static gint64 member_since(const GalenHistory *history, const char *name) {
  gint64 since = GALEN_TIME_NONE;
  for (guint c = 0; c < history->clusters->len; c++) {
    const GalenClusterRow *cluster = g_ptr_array_index(history->clusters, c);
    for (guint i = 0; i < cluster->views->len; i++) {
      const GalenViewRow *view = g_ptr_array_index(cluster->views, i);
      if (!g_ptr_array_find_with_equal_func(view->members, name, g_str_equal, NULL))
        continue;
      since = since == GALEN_TIME_NONE ? view->time : MIN(since, view->time);
    }
  }
  return since;
}

/* An expected node was complained of already. */
static gboolean is_told(const GalenReport *report, const char *id) {
  for (guint i = 0; i < report->findings->len; i++)
    if (g_str_equal(((const GalenFinding *)g_ptr_array_index(report->findings, i))->id, id))
      return TRUE;
  return FALSE;
}

static void check_member(GalenReport *report, const GalenNode *node) {
  g_autofree char *id = g_strconcat("coverage-gap:", node->name, NULL);
  if (node->has_log || node->arbitrator || is_told(report, id))
    return;
  gint64 since = member_since(report->history, node->name);
  if (since == GALEN_TIME_NONE)
    return;
  GalenFinding *finding = galen_findings_add(
      report, GALEN_SEVERITY_WARNING, g_steal_pointer(&id), g_strdup_printf("No error log of %s", node->name),
      g_strdup_printf("%s is named as a member by its peers, and no input is an error log of it.", node->name),
      g_strdup(ADVICE_MEMBER));
  g_ptr_array_add(finding->nodes, g_strdup(node->name));
  finding->from = since;
}

static void check_lost(GalenReport *report, const GalenNode *node) {
  const GalenFact *first = NULL;
  guint lost = 0;
  for (guint i = 0; i < node->facts->len; i++) {
    const GalenFact *fact = g_ptr_array_index(node->facts, i);
    if (!fact->gap_before)
      continue;
    first = first == NULL ? fact : first;
    lost++;
  }
  if (first == NULL)
    return;
  g_autofree char *time = galen_words_time(first->time, report->zone, 0);
  const GalenJournalInput *input = g_ptr_array_index(report->history->journal->inputs, first->input);
  GalenFinding *finding = galen_findings_add(
      report, GALEN_SEVERITY_WARNING, g_strconcat("coverage-gap:lost:", node->name, NULL),
      g_strdup_printf("A stretch of %s's error log is lost", node->name),
      g_strdup_printf("Bytes are missing before %s (%s), in %s line %" G_GUINT64_FORMAT
                      "%s. What happened there is not known, and nothing is concluded from it.",
                      time, report->zone_name, input->path, first->line, lost > 1 ? ", and at further places" : ""),
      g_strdup(ADVICE_LOST));
  g_ptr_array_add(finding->nodes, g_strdup(node->name));
  finding->from = finding->to = first->time;
}

void galen_findings_members(GalenReport *report) {
  const GalenHistory *history = report->history;
  for (guint i = 0; history != NULL && i < history->nodes->len; i++) {
    check_member(report, g_ptr_array_index(history->nodes, i));
    check_lost(report, g_ptr_array_index(history->nodes, i));
  }
}
