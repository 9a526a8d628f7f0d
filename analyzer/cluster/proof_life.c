/* Slow logs show life behind the last line of an error log: a state lasts as long as its server is known to live, for a
 * change of it would have been written. */
#include "proof.h"

/* The stretch of which nothing was known yet, right behind the last line of a life; NULL: there is none. */
static GalenStateSpan *silence_after(const GalenNode *node, gint64 time, guint *ret_index) {
  for (guint i = 1; i < node->states->len; i++) {
    GalenStateSpan *span = &g_array_index(node->states, GalenStateSpan, i);
    if (span->from == time && g_str_equal(span->state, "UNKNOWN")) {
      *ret_index = i;
      return span;
    }
  }
  return NULL;
}

static void move_mark(const GalenNode *node, gint64 from, gint64 to) {
  for (guint i = 0; i < node->marks->len; i++) {
    GalenMark *mark = &g_array_index(node->marks, GalenMark, i);
    if (mark->time != from || !g_str_equal(mark->kind, "kill"))
      continue;
    mark->time = to;
    g_free(mark->text);
    mark->text = g_strdup("no sign of life after this and no end");
  }
}

static void live_on(const GalenNode *node, const GalenProcess *process, gint64 alive) {
  guint index = 0;
  GalenStateSpan *silence = silence_after(node, process->to, &index);
  if (silence == NULL)
    return;
  gint64 until = MIN(alive, silence->to);
  GalenStateSpan *before = &g_array_index(node->states, GalenStateSpan, index - 1);
  before->to = silence->from = until;
  if (process->end == GALEN_END_KILL)
    move_mark(node, process->to, until);
  if (silence->from >= silence->to)
    g_array_remove_index(node->states, index);
}

void galen_proof_live_on(const GalenProof *proof) {
  for (guint i = 0; i < proof->history->nodes->len; i++) {
    const GalenNode *node = proof->history->nodes->pdata[i];
    for (guint k = 0; k < node->processes->len; k++) {
      const GalenProcess *process = node->processes->pdata[k];
      const GalenProcess *next = galen_proof_next_life(process);
      if (process->beside || (process->end != GALEN_END_KILL && process->end != GALEN_END_RUNNING))
        continue;
      gint64 alive = galen_proof_alive(proof, node, process->to, next != NULL ? next->from : G_MAXINT64);
      if (alive > process->to)
        live_on(node, process, alive);
    }
  }
}
