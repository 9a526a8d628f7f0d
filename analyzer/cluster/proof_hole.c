/* What rests on lines that are not there is not proven: holes that the other nodes show, and the doubt that all holes cast. */
#include "proof.h"

#define MISSED (15 * GALEN_PROOF_SECOND) /* a member notices within less that the others are gone */

/* ---- holes that others show ---- */

static gint64 slack(const GalenNode *node, gint64 error) {
  gint64 own = node->offset_error;
  return own == GALEN_TIME_NONE || error == G_MAXINT64 ? G_MAXINT64 : MISSED + own + error;
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
  gint64 late = next != NULL ? slack(node, next->error) : G_MAXINT64;
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
  GalenHole hole = {before->time, after->time, before, after, "the others had gone on without it"};
  for (guint i = 0; i < node->holes->len; i++) {
    const GalenHole *known = &g_array_index(node->holes, GalenHole, i);
    if (known->from <= hole.to && known->to >= hole.from)
      return;
  }
  g_array_append_val(node->holes, hole);
}

void galen_proof_holes(GalenProof *proof) {
  for (guint i = 0; i < proof->history->nodes->len; i++) {
    const GalenNode *node = proof->history->nodes->pdata[i];
    for (guint k = 0; k < node->components->len; k++) {
      const GalenComponent *component = node->components->pdata[k];
      if (component->primary && component->component != NULL && component->process != NULL)
        stayed(proof, component);
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

static void doubt(GalenIncident *incident, const GalenNode *node) {
  gboolean met = FALSE;
  for (guint i = 0; i < node->holes->len; i++) {
    const GalenHole *hole = &g_array_index(node->holes, GalenHole, i);
    if (!meets(hole, incident))
      continue;
    met = TRUE;
    g_autofree char *from = galen_proof_time(hole->from), *to = galen_proof_time(hole->to);
    galen_proof_say(incident->needs,
                    g_strdup_printf("the lines of %s between %s and %s, which are missing", node->name, from, to));
  }
  if (met && incident->confidence == GALEN_PROVEN)
    incident->confidence = GALEN_LIKELY;
}

static gboolean doubtful(const GalenIncident *incident) {
  return incident->kind != GALEN_INCIDENT_COVERAGE_GAP && incident->kind != GALEN_INCIDENT_UNDETERMINED &&
         incident->from != GALEN_TIME_NONE;
}

void galen_proof_doubt(GalenProof *proof) {
  for (guint i = 0; i < proof->history->incidents->len; i++) {
    GalenIncident *incident = proof->history->incidents->pdata[i];
    for (guint k = 0; doubtful(incident) && k < incident->nodes->len; k++) {
      const GalenNode *node = galen_history_node(proof->history, incident->nodes->pdata[k]);
      if (node != NULL)
        doubt(incident, node);
    }
  }
}
