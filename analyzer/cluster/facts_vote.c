/* Facts of inconsistency: votes, what they decide, and the errors that bring them about. */
#include "facts_private.h"

static const GalenFactPattern rows[] = {
    {GALEN_FACT_VOTE, "Member %n(%N) initiates vote on %u:%s,%V", TRUE, NULL, NULL},
    {GALEN_FACT_VOTE, "Member %n(%N) responds to vote on %u:%s,%V", FALSE, NULL, NULL},
    {GALEN_FACT_VOTE_RESULT, "Recovering vote result from history: %u:%s,%V", FALSE, NULL, NULL},
    {GALEN_FACT_VOTE_RESULT, "Votes over %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_INCONSISTENT, "Inconsistency detected: %_ on %u:%s", FALSE, NULL, NULL},
    {GALEN_FACT_INCONSISTENT, "Vote 0 (success) on %u:%s is inconsistent", FALSE, NULL, NULL},
    {GALEN_FACT_INCONSISTENT, "", FALSE, NULL, NULL},
    {GALEN_FACT_CONSISTENCY_LOST, "", FALSE, NULL, NULL},
    {GALEN_FACT_APPLY_ERROR, "Failed to apply write set: gtid: %u:%s ", FALSE, NULL, NULL},
    {GALEN_FACT_APPLY_ERROR, "Event %_ apply failed: %n, seqno %s", FALSE, NULL, NULL},
    {GALEN_FACT_APPLY_ERROR, "Failed to apply app buffer: seqno: %s, status: %n", FALSE, NULL, NULL},
    {GALEN_FACT_APPLY_ERROR, "Failed to apply %_: source: %_ seqnos (l: %_, g: %s,", FALSE, NULL, NULL},
    {GALEN_FACT_APPLY_ERROR, "%_rror_code: MY-%n", FALSE, NULL, NULL},
    {GALEN_FACT_APPLY_ERROR, "%_rror_code: %n", FALSE, NULL, NULL},
    {GALEN_FACT_APPLY_ERROR, "%_ error code: %n", FALSE, NULL, NULL},
    {GALEN_FACT_APPLY_ERROR, "", FALSE, NULL, NULL},
};
const GalenFactPatterns galen_fact_patterns_vote = {rows, G_N_ELEMENTS(rows)};

gboolean galen_fact_read_vote(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  return galen_fact_reader_match(reader, event->text, fact);
}

/* "   d2d282a3531414f5:   1/2" for each result, then "Winner: 0000000000000000" or "Waiting for more votes." */
gboolean galen_fact_read_vote_result(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  GalenSlice rest = event->more, line;
  GalenFactOperands found;
  if (!galen_fact_reader_match(reader, event->text, fact))
    return FALSE;
  while (galen_fact_line(&rest, &line))
    if (galen_fact_pattern_match("Winner: %V", galen_fact_trim(line), &found)) {
      g_free(fact->value);
      fact->value = galen_fact_word(found.value);
    }
  if (fact->value == NULL)
    return FALSE;
  for (rest = event->more; galen_fact_line(&rest, &line);)
    if (galen_fact_pattern_match("%V: %n/%t$", galen_fact_trim(line), &found) && found.number >= 0 &&
        found.number <= G_MAXINT32 && found.total >= 0 && found.total <= G_MAXINT32 &&
        galen_slice_is(found.value, fact->value)) {
      fact->number = (gint32)found.number;
      fact->total = (gint32)found.total;
    }
  return TRUE;
}

gboolean galen_fact_read_apply_error(GalenFactReader *reader, const GalenErrorEvent *event, GalenFact *fact) {
  if (!galen_fact_reader_match(reader, event->text, fact))
    return FALSE;
  g_free(fact->value);
  fact->value = galen_fact_text(event->text);
  return TRUE;
}
