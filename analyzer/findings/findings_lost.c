/* What the reconstruction did not see: lost stretches of error logs, and facts past the limit. Never changes of state. */
#include "findings_private.h"

#include "../words.h"

#define ADVICE_LIMIT "Give the logs of a shorter time: a day around what matters."
#define ADVICE_JUMP                                                                                                    \
  "Look whether the clock was set, or whether pieces of several logs stand in one file in the wrong order."
/* An hour is what a change to winter time takes, where the zone is not known. */
#define JUMP_BACK (65 * G_TIME_SPAN_MINUTE)
#define ADVICE_LOST "Look for the rotated or truncated part (copytruncate loses what is written meanwhile), and add it."

static void check_lost(GalenReport *report, const GalenNode *node) {
  const GalenFact *first = NULL;
  guint lost = 0;
  for (guint i = 0; node->facts != NULL && i < node->facts->len; i++) {
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

/* Within one server's lines of one file time only goes on. */
static gboolean goes_back(const GalenFact *before, const GalenFact *fact) {
  return before != NULL && before->input == fact->input && before->instance == fact->instance &&
         fact->time < before->time - JUMP_BACK;
}

static void check_jumps(GalenReport *report, const GalenNode *node) {
  const GalenFact *before = NULL, *first = NULL, *first_before = NULL;
  guint jumps = 0;
  for (guint i = 0; node->facts != NULL && i < node->facts->len; i++) {
    const GalenFact *fact = g_ptr_array_index(node->facts, i);
    if (fact->time == GALEN_TIME_NONE || fact->inherited)
      continue;
    if (goes_back(before, fact)) {
      first_before = first == NULL ? before : first_before;
      first = first == NULL ? fact : first;
      jumps++;
    }
    before = fact;
  }
  if (first == NULL)
    return;
  g_autofree char *from = galen_words_time(first_before->time, report->zone, 0);
  g_autofree char *to = galen_words_time(first->time, report->zone, 0);
  const GalenJournalInput *input = g_ptr_array_index(report->history->journal->inputs, first->input);
  GalenFinding *finding = galen_findings_add(
      report, GALEN_SEVERITY_WARNING, g_strconcat("time-jump:", node->name, NULL),
      g_strdup_printf("The time in %s's error log jumps back", node->name),
      g_strdup_printf("From %s to %s (%s), between lines %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT
                      " of %s%s. Which of the times are right, the log does not say: states and durations of this node "
                      "around there are not to be trusted. What is proven by members and numbers stands.",
                      from, to, report->zone_name, first_before->line, first->line, input->path,
                      jumps > 1 ? ", and at further places" : ""),
      g_strdup(ADVICE_JUMP));
  g_ptr_array_add(finding->nodes, g_strdup(node->name));
  finding->from = first->time;
  finding->to = first_before->time;
}

static void check_limit(GalenReport *report, const GalenNode *node) {
  guint64 left_out = 0;
  for (guint i = 0; node->inputs != NULL && i < node->inputs->len; i++) {
    guint index = g_array_index(node->inputs, guint, i);
    left_out += ((const GalenJournalInput *)g_ptr_array_index(report->history->journal->inputs, index))->folded;
  }
  if (left_out == 0)
    return;
  g_autofree char *count = galen_words_count((double)left_out);
  GalenFinding *finding = galen_findings_add(
      report, GALEN_SEVERITY_WARNING, g_strconcat("coverage-gap:limit:", node->name, NULL),
      g_strdup_printf("%s facts of %s are past the limit", count, node->name),
      g_strdup_printf(
          "The error logs of %s hold more facts on the cluster than are kept of one node. Views, positions, "
          "bootstraps, transfers and votes were kept longest; states and incidents towards the end may be "
          "incomplete. The error groups count everything.",
          node->name),
      g_strdup(ADVICE_LIMIT));
  g_ptr_array_add(finding->nodes, g_strdup(node->name));
}

void galen_findings_lost(GalenReport *report) {
  for (guint i = 0; report->history != NULL && i < report->history->nodes->len; i++)
    check_lost(report, g_ptr_array_index(report->history->nodes, i));
  for (guint i = 0; report->history != NULL && report->history->journal != NULL && i < report->history->nodes->len;
       i++) {
    check_jumps(report, g_ptr_array_index(report->history->nodes, i));
    check_limit(report, g_ptr_array_index(report->history->nodes, i));
  }
}
