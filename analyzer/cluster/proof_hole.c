/* What rests on lines that are not there is not proven: holes that the other nodes show, and the doubt that all holes cast. */
#include "proof.h"

#define SYNCING (5 * GALEN_PROOF_SECOND) /* all members write within less that one of them is in sync */
#define MISSED (15 * GALEN_PROOF_SECOND) /* a member notices within less that the others are gone */

/* ---- holes that others show ---- */

static gint64 slack(const GalenNode *node, gint64 error, gint64 least) {
  gint64 own = node->offset_error;
  return own == GALEN_TIME_NONE || error == G_MAXINT64 ? G_MAXINT64 : least + own + error;
}

/* What the log itself shows says more. */
static void add(GalenNode *node, const GalenFact *before, const GalenFact *after, const char *why) {
  GalenHole hole = {before->time, after->time, before, after, why};
  for (guint i = 0; i < node->holes->len; i++) {
    const GalenHole *known = &g_array_index(node->holes, GalenHole, i);
    if (known->from <= hole.to && known->to >= hole.from)
      return;
  }
  if (node->holes->len < GALEN_HOLES_MAX && hole.from != GALEN_TIME_NONE && hole.to != GALEN_TIME_NONE)
    g_array_append_val(node->holes, hole);
}

/* The primary component that the others made without the node when they left `prim`; NULL: none that is known. */
static const GalenPrim *went_on(const GalenProof *proof, const GalenPrim *prim, const GalenNode *node) {
  for (guint i = 0; i < proof->prims->len; i++) {
    const GalenPrim *next = proof->prims->pdata[i];
    if (next->from > prim->from && galen_prim_continues(next, prim) && !galen_prim_has(next, node->name))
      return next;
  }
  return NULL;
}

/* The node still was in the component when it left by itself, long after the others had gone on without it: it had been
 * put out, and had come back to a component of its own, in lines that are missing. */
static void stayed(const GalenProof *proof, const GalenComponent *component) {
  GalenNode *node = component->node;
  const GalenPrim *prim = galen_proof_prim_of(proof, component);
  const GalenPrim *next = prim != NULL && !component->open ? went_on(proof, prim, node) : NULL;
  gint64 late = next != NULL ? slack(node, next->error, MISSED) : G_MAXINT64;
  const GalenFact *after = component->end;
  if (after == NULL || after->kind == GALEN_FACT_COMPONENT || late == G_MAXINT64 ||
      component->to <= next->from + late || node->holes->len >= GALEN_HOLES_MAX)
    return;
  const GalenFact *before = component->component;
  for (guint i = component->process->first; i <= component->process->last; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact->time != GALEN_TIME_NONE && fact->time >= before->time && fact->time <= next->from + late)
      before = fact;
  }
  add(node, before, after, "the others had gone on without it");
}

/* Whether a component of another node lost this one in order, right behind its last line. */
static gboolean left_in_order(const GalenProof *proof, const GalenProcess *process, gint64 until) {
  for (guint i = 0; i < proof->prims->len; i++) {
    const GalenPrim *prim = proof->prims->pdata[i];
    gboolean gone = FALSE, lost = FALSE;
    for (guint k = 0; prim->from >= process->to - MISSED && prim->from <= until && k < prim->seen->len; k++) {
      const GalenComponent *seen = prim->seen->pdata[k];
      gone = gone || (seen->gone != NULL && galen_proof_has_name(seen->gone, process->node->name));
      lost = lost || (seen->lost != NULL && galen_proof_has_name(seen->lost, process->node->name));
    }
    if (gone || lost)
      return !lost;
  }
  return FALSE;
}

/* A log that stops in the middle of a life, whose end the others saw as a shutdown. */
static void stopped(const GalenProof *proof, const GalenProcess *process) {
  GalenNode *node = process->node;
  const GalenProcess *next = galen_proof_next_life(process);
  if (process->end != GALEN_END_KILL || next == NULL || !process->galera || galen_proof_surely_died(process) ||
      !left_in_order(proof, process, next->from))
    return;
  add(node, node->facts->pdata[process->last], node->facts->pdata[next->first], "the others saw it leave in order");
}

/* Another node's line says that this one is in sync, and its own states have not come that far. */
static void synced(const GalenProof *proof, const GalenFact *fact) {
  const GalenNode *node = fact->name != NULL ? galen_history_node(proof->history, fact->name) : NULL;
  const GalenProcess *process =
      node != NULL && fact->time != GALEN_TIME_NONE ? galen_proof_process_at(node, fact->time) : NULL;
  const GalenFact *before = NULL, *after = NULL;
  gint64 late = process != NULL ? slack(node, 0, SYNCING) : G_MAXINT64;
  if (late == G_MAXINT64 || process->to < fact->time + late || process->from > fact->time)
    return;
  for (guint i = process->first; i <= process->last; i++) {
    const GalenFact *own = node->facts->pdata[i];
    if (own->time == GALEN_TIME_NONE)
      continue;
    if (own->time > fact->time + late) {
      after = own;
      break;
    }
    before = own->kind == GALEN_FACT_STATE ? own : before;
  }
  if (before == NULL || after == NULL || g_strcmp0(before->value, "JOINER") != 0)
    return;
  add((GalenNode *)node, before, after, "the others saw it in sync");
}

void galen_proof_holes(GalenProof *proof) {
  for (guint i = 0; i < proof->history->nodes->len; i++) {
    const GalenNode *node = proof->history->nodes->pdata[i];
    for (guint k = 0; k < node->components->len; k++) {
      const GalenComponent *component = node->components->pdata[k];
      if (component->primary && component->component != NULL && component->process != NULL)
        stayed(proof, component);
    }
    for (guint k = 0; k < node->processes->len; k++)
      stopped(proof, node->processes->pdata[k]);
    for (guint k = 0; k < node->facts->len; k++) {
      const GalenFact *fact = node->facts->pdata[k];
      if (fact->kind == GALEN_FACT_MEMBER_SYNCED && !fact->replayed)
        synced(proof, fact);
    }
  }
}

/* ---- the doubt ---- */

static gboolean meets(const GalenHole *hole, const GalenIncident *incident) {
  gint64 from =
      incident->exposure_from != GALEN_TIME_NONE ? MIN(incident->exposure_from, incident->from) : incident->from;
  gint64 to = incident->to != GALEN_TIME_NONE ? incident->to : incident->ongoing ? G_MAXINT64 : incident->from;
  return hole->to >= from && hole->from <= to;
}

/* Kinds that are concluded from what a log does not say. */
static gboolean is_absence(const GalenIncident *incident) {
  switch (incident->kind) {
  case GALEN_INCIDENT_NODE_LOSS:
  case GALEN_INCIDENT_CLUSTER_DOWN:
  case GALEN_INCIDENT_QUORUM_LOSS:
  case GALEN_INCIDENT_START_FAILURE:
    return TRUE;
  case GALEN_INCIDENT_NODE_CRASH:
    return incident->evidence->len == 0 || ((const GalenFact *)incident->evidence->pdata[0])->kind != GALEN_FACT_CRASH;
  default:
    return FALSE;
  }
}

static void doubt(GalenIncident *incident, const GalenNode *node) {
  gboolean met = FALSE, begins = FALSE;
  for (guint i = 0; i < node->holes->len; i++) {
    const GalenHole *hole = &g_array_index(node->holes, GalenHole, i);
    if (!meets(hole, incident))
      continue;
    met = TRUE;
    begins = begins || (hole->from <= incident->from && hole->to >= incident->from);
    g_autofree char *from = galen_proof_time(hole->from), *to = galen_proof_time(hole->to);
    galen_proof_say(incident->needs,
                    g_strdup_printf("the lines of %s between %s and %s, which are missing", node->name, from, to));
  }
  if (met && incident->confidence == GALEN_PROVEN)
    incident->confidence = GALEN_LIKELY;
  if (begins && is_absence(incident))
    incident->confidence = GALEN_POSSIBLE;
}

static gboolean doubtful(const GalenIncident *incident) {
  return incident->kind != GALEN_INCIDENT_COVERAGE_GAP && incident->kind != GALEN_INCIDENT_UNDETERMINED &&
         incident->from != GALEN_TIME_NONE;
}

static void take_part(GPtrArray *nodes, const GalenNode *node) {
  if (node != NULL && !g_ptr_array_find(nodes, node, NULL))
    g_ptr_array_add(nodes, (gpointer)node);
}

void galen_proof_doubt(GalenProof *proof) {
  for (guint i = 0; i < proof->history->incidents->len; i++) {
    GalenIncident *incident = proof->history->incidents->pdata[i];
    if (!doubtful(incident))
      continue;
    g_autoptr(GPtrArray) nodes = g_ptr_array_new();
    for (guint k = 0; k < incident->nodes->len; k++)
      take_part(nodes, galen_history_node(proof->history, incident->nodes->pdata[k]));
    for (guint k = 0; k < incident->evidence->len; k++)
      take_part(nodes, proof->history->input_nodes->pdata[((const GalenFact *)incident->evidence->pdata[k])->input]);
    /* without a line to show it may rest on anybody's */
    for (guint k = 0; incident->evidence->len == 0 && k < proof->history->nodes->len; k++)
      take_part(nodes, proof->history->nodes->pdata[k]);
    for (guint k = 0; k < nodes->len; k++)
      doubt(incident, nodes->pdata[k]);
  }
}
