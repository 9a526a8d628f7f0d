#include "proof.h"

#include "timeline.h"

#define CONFIRMING (5 * GALEN_PROOF_SECOND) /* a state exchange takes less */

gboolean galen_proof_arbitrator(const GalenProof *proof, const char *name) {
  const GalenNode *node = galen_history_node(proof->history, name);
  return node != NULL && node->arbitrator;
}

const GalenFact *galen_proof_fact_before(const GalenNode *node, GalenFactKind kind, gint64 time, gint64 not_before) {
  return galen_timeline_last(node, kind, not_before, time, NULL);
}

const GalenFact *galen_proof_fact_after(const GalenNode *node, GalenFactKind kind, gint64 time, gint64 not_after) {
  return galen_timeline_first(node, kind, time, not_after, NULL);
}

const GalenFact *galen_proof_process_fact(const GalenProcess *process, GalenFactKind kind) {
  for (guint i = process->first; i <= process->last && i < process->node->facts->len; i++) {
    const GalenFact *fact = process->node->facts->pdata[i];
    if (fact->kind == kind)
      return fact;
  }
  return NULL;
}

static gboolean fails_transfer(const GalenFact *fact) {
  return fact->kind == GALEN_FACT_SST_FAILED || fact->kind == GALEN_FACT_IST_FAILED ||
         fact->kind == GALEN_FACT_STATE_LOST;
}

gboolean galen_proof_transfer_failed(const GalenProcess *process) {
  for (guint i = process->first; i <= process->last && i < process->node->facts->len; i++) {
    const GalenFact *fact = process->node->facts->pdata[i];
    gboolean start =
        fact->kind == GALEN_FACT_TROUBLE && galen_incident_kind(fact->value) == GALEN_INCIDENT_START_FAILURE;
    if (fact->kind == GALEN_FACT_ABORTING || start)
      return FALSE;
    if (fails_transfer(fact))
      return TRUE;
  }
  return FALSE;
}

/* Facts whose operand is a position of the node itself, not of what it was told. */
static const GalenFactKind positions[] = {
    GALEN_FACT_STATE,          GALEN_FACT_POSITION,           GALEN_FACT_PAUSED,
    GALEN_FACT_VOTE,           GALEN_FACT_VOTE_RESULT,        GALEN_FACT_CC,
    GALEN_FACT_SERVER_VIEW,    GALEN_FACT_SST_SENT,           GALEN_FACT_SAVED_STATE,
    GALEN_FACT_START_POSITION, GALEN_FACT_RECOVERED_POSITION,
};

gint64 galen_proof_position(const GalenNode *node, const GalenUuid *group, gint64 from, gint64 to) {
  gint64 highest = GALEN_SEQNO_NONE;
  for (guint kind = 0; kind < G_N_ELEMENTS(positions); kind++) {
    guint n;
    const GalenMoment *moments = galen_timeline_range(node, positions[kind], from, to, &n);
    for (guint i = 0; i < n; i++) {
      const GalenFact *fact = node->facts->pdata[moments[i].at];
      gboolean other = fact->uuid.known != 0 && group->known != 0 && !galen_uuid_same(&fact->uuid, group);
      if (fact->seqno > 0 && !fact->replayed && !other)
        highest = MAX(highest, fact->seqno);
    }
  }
  return highest;
}

gint64 galen_proof_told_until(const GalenComponent *component) {
  const GalenNode *node = component->node;
  guint index = 0;
  if (!g_ptr_array_find(node->components, component, &index))
    return component->to;
  for (guint i = index + 1; i < node->components->len; i++) {
    const GalenComponent *next = node->components->pdata[i];
    if (next->process != component->process)
      break;
    if (next->primary)
      return next->from;
  }
  return component->process != NULL ? component->process->to : component->to;
}

gint64 galen_proof_group_position(const GalenNode *node, const GalenUuid *group, gint64 until) {
  gint64 last = GALEN_SEQNO_NONE;
  for (guint i = 0; i < node->components->len; i++) {
    const GalenComponent *component = node->components->pdata[i];
    if (!component->primary || component->from > until || !galen_uuid_same(&component->group, group))
      continue;
    gint64 to = MIN(galen_proof_told_until(component), until);
    last = MAX(last, galen_proof_position(node, group, component->from, to));
    const GalenProcess *next = component->process != NULL ? galen_proof_next_life(component->process) : NULL;
    if (next != NULL && next->from <= until && galen_uuid_same(&next->position_uuid, group))
      last = MAX(last, next->position_seqno);
  }
  return last;
}

/* "… no messages seen in PT3S": µs; 3 s when it does not say. */
static gint64 silence(const GalenFact *fact) {
  const char *text = fact->text != NULL ? strstr(fact->text, "no messages seen in PT") : NULL;
  if (text == NULL)
    return 3 * GALEN_PROOF_SECOND;
  double seconds = g_ascii_strtod(text + strlen("no messages seen in PT"), NULL);
  return seconds > 0 && seconds < 3600 ? (gint64)(seconds * 1e6) : 3 * GALEN_PROOF_SECOND;
}

/* evs.suspect_timeout of a process: "PT5S" unless its options say otherwise. */
static gint64 suspect_timeout(const GalenNode *node, gint64 time) {
  const GalenProcess *process = galen_proof_process_at(node, time);
  const char *text =
      process != NULL && process->options != NULL ? g_hash_table_lookup(process->options, "evs.suspect_timeout") : NULL;
  if (text == NULL || !g_str_has_prefix(text, "PT"))
    return 5 * GALEN_PROOF_SECOND;
  char *end = NULL;
  double seconds = g_ascii_strtod(text + 2, &end) * (*end == 'M' ? 60 : 1);
  return seconds > 0 && seconds < 3600 ? (gint64)(seconds * 1e6) : 5 * GALEN_PROOF_SECOND;
}

/* When a line says that a peer was last heard; GALEN_TIME_NONE: it says nothing about links. */
static gint64 last_heard(const GalenNode *node, const GalenFact *fact) {
  switch (fact->kind) {
  case GALEN_FACT_LINK_TIMEOUT:
    return galen_uuid_is_nil(&fact->uuid) ? GALEN_TIME_NONE : fact->time - silence(fact);
  case GALEN_FACT_RELAY:
    return fact->flag ? fact->time : GALEN_TIME_NONE;
  case GALEN_FACT_SUSPECT:
    return fact->time - suspect_timeout(node, fact->time);
  default:
    return GALEN_TIME_NONE;
  }
}

static gboolean about(const GalenProof *proof, const GalenFact *fact, const GPtrArray *names) {
  if (fact->uuid.known == 0)
    return TRUE;
  const GalenNode *node = galen_history_member(proof->history, &fact->uuid, fact->time);
  return node == NULL || galen_proof_has_name(names, node->name);
}

/* The earliest such moment in the lines of one node; `time` when there is none. */
static gint64 missed_by(const GalenProof *proof, const GPtrArray *names, const GalenNode *node, gint64 time,
                        const GalenFact **ret_fact) {
  static const GalenFactKind kinds[] = {GALEN_FACT_PROCESS_START, GALEN_FACT_COMPONENT, GALEN_FACT_QUORUM,
                                        GALEN_FACT_LINK_TIMEOUT,  GALEN_FACT_RELAY,     GALEN_FACT_SUSPECT};
  gint64 first = time, window = 60 * GALEN_PROOF_SECOND;
  const GalenFact *found = NULL;
  g_autoptr(GPtrArray) facts = galen_timeline_facts(node, kinds, G_N_ELEMENTS(kinds), time - window, time);
  for (guint i = 0; i < facts->len; i++) {
    const GalenFact *fact = facts->pdata[i];
    /* What was before the last change of members, or start, is another story. The change at `time` itself is confirmed
     * there, and began a little before. */
    gboolean change = fact->kind == GALEN_FACT_PROCESS_START || (fact->kind == GALEN_FACT_QUORUM && fact->flag) ||
                      (fact->kind == GALEN_FACT_COMPONENT && fact->flag && fact->time < time - CONFIRMING);
    if (change && fact->time < time) {
      first = time;
      found = NULL;
    }
    gint64 heard = last_heard(node, fact);
    if (heard == GALEN_TIME_NONE || heard >= first || !about(proof, fact, names))
      continue;
    first = heard;
    found = fact;
  }
  *ret_fact = found;
  return first;
}

gint64 galen_proof_missed(const GalenProof *proof, const GPtrArray *names, const GPtrArray *by, gint64 time,
                          const GalenFact **ret_fact) {
  gint64 first = time;
  for (guint i = 0; i < by->len; i++) {
    const GalenNode *node = galen_history_node(proof->history, by->pdata[i]);
    const GalenFact *fact = NULL;
    gint64 missed = node != NULL ? missed_by(proof, names, node, time, &fact) : time;
    if (missed >= first)
      continue;
    first = missed;
    if (ret_fact != NULL)
      *ret_fact = fact;
  }
  return first;
}

static gboolean is_synced(const GalenFact *fact) {
  return g_strcmp0(fact->value, "SYNCED") == 0;
}

gint64 galen_proof_back(const GalenProof *proof, const char *name, gint64 time, const GalenFact **ret_fact) {
  const GalenNode *node = galen_history_node(proof->history, name);
  const GalenFact *synced =
      node != NULL ? galen_timeline_first(node, GALEN_FACT_STATE, time, G_MAXINT64, is_synced) : NULL;
  if (synced != NULL) {
    if (ret_fact != NULL)
      *ret_fact = synced;
    return synced->time;
  }
  if (node != NULL && node->has_log)
    return GALEN_TIME_NONE;
  for (guint i = 0; i < proof->prims->len; i++) {
    const GalenPrim *prim = proof->prims->pdata[i];
    if (prim->from < time || !galen_prim_has(prim, name))
      continue;
    if (ret_fact != NULL && prim->seen->len > 0)
      *ret_fact = ((const GalenComponent *)prim->seen->pdata[0])->view;
    return prim->from;
  }
  return GALEN_TIME_NONE;
}

gboolean galen_proof_back_behind(const GalenClusterRow *row, const char *name, gint64 time, gint64 seqno) {
  for (guint i = 0; i < row->transfers->len; i++) {
    const GalenTransfer *one = row->transfers->pdata[i];
    if (g_strcmp0(one->joiner, name) == 0 && one->from >= time)
      return g_strcmp0(one->kind, "IST") == 0 && one->first_seqno != GALEN_SEQNO_NONE && seqno != GALEN_SEQNO_NONE &&
             one->first_seqno - 1 <= seqno;
  }
  return FALSE;
}

const GalenProcess *galen_proof_next_process(const GalenNode *node, gint64 time) {
  for (guint i = 0; i < node->processes->len; i++) {
    const GalenProcess *process = node->processes->pdata[i];
    if (process->from > time)
      return process;
  }
  return NULL;
}

const GalenProcess *galen_proof_next_life(const GalenProcess *process) {
  const GPtrArray *all = process->node->processes;
  guint index = 0;
  if (!g_ptr_array_find((GPtrArray *)all, process, &index))
    return NULL;
  for (guint i = index + 1; i < all->len; i++)
    if (((const GalenProcess *)all->pdata[i])->from >= process->to)
      return all->pdata[i];
  return NULL;
}

const GalenProcess *galen_proof_process_at(const GalenNode *node, gint64 time) {
  const GalenProcess *found = NULL;
  for (guint i = 0; i < node->processes->len; i++) {
    const GalenProcess *process = node->processes->pdata[i];
    if (process->from <= time && process->to >= time)
      found = process;
  }
  return found;
}

gint64 galen_proof_alive(const GalenProof *proof, const GalenNode *node, gint64 from, gint64 to) {
  gint64 last = from;
  for (guint i = 0; proof->activity != NULL && i < proof->activity->len; i++) {
    const GalenActivity *activity = proof->activity->pdata[i];
    if (g_strcmp0(activity->node, node->name) == 0 && activity->last != GALEN_TIME_NONE && activity->last <= to)
      last = MAX(last, activity->last);
  }
  return last;
}

gboolean galen_proof_surely_died(const GalenProcess *process) {
  gboolean told = process->end_fact != NULL && process->end_fact->kind != GALEN_FACT_PROCESS_START;
  return process->end == GALEN_END_CRASH || (process->end == GALEN_END_KILL && told);
}

gint64 galen_proof_died_about(gint64 last, gint64 next, gint64 *ret_error) {
  gint64 half = MIN((next - last) / 2, 300 * GALEN_PROOF_SECOND);
  *ret_error = MAX(next - half - last, half);
  return next - half;
}

gboolean galen_proof_explained(const GalenProof *proof, guint64 kinds, const char *node, gint64 from, gint64 to) {
  for (guint i = 0; i < proof->history->incidents->len; i++) {
    const GalenIncident *incident = proof->history->incidents->pdata[i];
    if (!(kinds >> incident->kind & 1) || !galen_proof_has_name(incident->nodes, node))
      continue;
    gint64 begin = incident->exposure_from != GALEN_TIME_NONE ? incident->exposure_from : incident->from;
    gint64 end = incident->to == GALEN_TIME_NONE ? G_MAXINT64 : incident->to;
    gint64 after = to < G_MAXINT64 - GALEN_PROOF_SECOND ? to + GALEN_PROOF_SECOND : G_MAXINT64;
    if (begin <= after && end >= from - GALEN_PROOF_SECOND)
      return TRUE;
  }
  return FALSE;
}
