/* Forks that one log tells of alone: prims that met (R11), options that let a side go on (R12). */
#include "proof.h"

static GalenIncident *known_fork(const GalenProof *proof, const char *node, gint64 time) {
  for (guint i = 0; i < proof->history->incidents->len; i++) {
    GalenIncident *incident = proof->history->incidents->pdata[i];
    gint64 begin = incident->exposure_from != GALEN_TIME_NONE ? incident->exposure_from : incident->from;
    if (incident->kind == GALEN_INCIDENT_SPLIT_BRAIN && galen_proof_has_name(incident->nodes, node) && begin <= time)
      return incident;
  }
  return NULL;
}

static void met(GalenProof *proof, const GalenNode *node, const GalenFact *fact) {
  GalenIncident *incident = known_fork(proof, node->name, fact->time);
  if (incident != NULL) {
    galen_proof_rule(incident, "R11");
    galen_proof_show(incident, fact);
    return;
  }
  incident = galen_proof_incident(proof, GALEN_INCIDENT_SPLIT_BRAIN, GALEN_PROVEN, GALEN_SEVERITY_CRITICAL,
                                  galen_proof_identity(node, fact, fact->time));
  galen_proof_rule(incident, "R11");
  galen_proof_window(incident, fact->time, -1, fact->time, galen_proof_error(node, fact));
  galen_proof_add_name(incident->nodes, node->name);
  galen_proof_add_name(incident->suspects, node->name);
  galen_proof_show(incident, fact);
  incident->title = g_strdup_printf("Split brain: two primary components met at %s", node->name);
  g_autofree char *when = galen_proof_raw(fact, fact->time);
  incident->verdict =
      g_strdup_printf("At %s %s met another primary component of its own cluster on the network. Both had lived at "
                      "once before; since when, and what each wrote, is not in these logs.",
                      when, node->name);
  galen_proof_say(incident->needs,
                  g_strdup_printf("the error logs of all members from the last common view on until %s", when));
  g_autoptr(GPtrArray) none = g_ptr_array_new();
  galen_proof_fork_advice(proof, incident, none);
}

/* Members of the component before that the new one lost, and of whom no log covers the time. */
static GPtrArray *unseen(const GalenProof *proof, const GalenComponent *component) {
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; component->lost != NULL && i < component->lost->len; i++) {
    const char *name = component->lost->pdata[i];
    const GalenNode *node = galen_history_node(proof->history, name);
    gboolean covered = node != NULL && node->has_log && node->last != GALEN_TIME_NONE && node->last > component->from;
    if (!covered && !galen_proof_arbitrator(proof, name))
      galen_proof_add_name(names, name);
  }
  return names;
}

static void opted_in(GalenProof *proof, const GalenComponent *component, const GalenFact *fact) {
  g_autoptr(GPtrArray) others = unseen(proof, component);
  GalenPrim *prim = galen_proof_prim_of(proof, component);
  if (others->len == 0 || prim == NULL || known_fork(proof, component->node->name, component->from) != NULL)
    return;
  GalenPrim *ghost = galen_prim_ghost(prim->row, &prim->group, others, component->from, GALEN_TIME_NONE);
  g_ptr_array_add(proof->ghosts, ghost);
  g_autoptr(GPtrArray) sides = g_ptr_array_new_with_free_func((GDestroyNotify)galen_fork_side_free);
  GPtrArray *theirs = g_ptr_array_new();
  g_ptr_array_add(theirs, ghost);
  g_ptr_array_add(sides, galen_fork_side_new(proof, galen_proof_chain(proof, prim, others)));
  g_ptr_array_add(sides, galen_fork_side_new(proof, theirs));
  GalenIncident *incident =
      galen_proof_incident(proof, GALEN_INCIDENT_SPLIT_BRAIN, GALEN_LIKELY, GALEN_SEVERITY_CRITICAL,
                           galen_proof_identity(component->node, fact, fact->time));
  galen_proof_rule(incident, "R12");
  const GalenForkSide *mine = sides->pdata[0];
  const GalenPrim *last = mine->prims->pdata[mine->prims->len - 1];
  gboolean open = last->open && !last->killed;
  galen_proof_window(
      incident, component->from, galen_proof_error(component->node, fact), open ? GALEN_TIME_NONE : mine->to,
      galen_proof_error(component->node,
                        last->seen->len > 0 ? ((const GalenComponent *)last->seen->pdata[0])->end : NULL));
  incident->exposure_from = galen_proof_missed(proof, others, prim->members, component->from, NULL);
  incident->ongoing = open;
  incident->diverged = TRUE;
  incident->common_seqno = prim->act_id;
  for (guint i = 0; i < prim->members->len; i++)
    galen_proof_add_name(incident->nodes, prim->members->pdata[i]);
  for (guint i = 0; i < others->len; i++)
    galen_proof_add_name(incident->nodes, others->pdata[i]);
  galen_proof_fork_cause(proof, incident, sides);
  galen_proof_show(incident, fact);
  galen_proof_show(incident, component->view);
  galen_proof_show(incident, component->quorum);
  galen_proof_ranges(proof, incident, sides);
  galen_proof_fork_verdict(proof, incident, sides);
  galen_proof_fork_advice(proof, incident, sides);
}

static void look_at_node(GalenProof *proof, const GalenNode *node) {
  for (guint i = 0; i < node->facts->len; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact->kind == GALEN_FACT_CONFLICTING_PRIMS && fact->time != GALEN_TIME_NONE)
      met(proof, node, fact);
  }
  for (guint i = 0; i < node->components->len; i++) {
    const GalenComponent *component = node->components->pdata[i];
    if (!component->primary || !component->quorum_seen || component->from == GALEN_TIME_NONE)
      continue;
    gint64 since = component->from - 5 * GALEN_PROOF_SECOND;
    const GalenFact *fact = galen_proof_fact_before(node, GALEN_FACT_IGNORE_SPLIT_BRAIN, component->from, since);
    if (fact == NULL)
      fact = galen_proof_fact_before(node, GALEN_FACT_IGNORE_QUORUM, component->from, since);
    if (fact != NULL)
      opted_in(proof, component, fact);
  }
}

void galen_proof_opted_in(GalenProof *proof) {
  for (guint i = 0; i < proof->history->nodes->len; i++)
    look_at_node(proof, proof->history->nodes->pdata[i]);
}
