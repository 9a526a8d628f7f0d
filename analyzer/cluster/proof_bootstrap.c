/* Bootstraps beside or behind others: R4 without the other side's log, R5, R6 without overlap. */
#include "proof.h"

/* A primary component that was bootstrapped, and what is known of those who were left out. */
typedef struct {
  GalenPrim *prim;
  const GalenComponent *seen;
  GalenNode *node;
  const GalenComponent *before; /* the node's last primary component before it, in the same group */
  gint64 position;
  GPtrArray *others;         /* of char *: members of `before` that are not in it */
  GPtrArray *unknown;        /* … of whom nothing shows that they had stopped, or had no more than it */
  gint64 highest;            /* that one of the others is known to have had */
  const GalenNode *furthest; /* … and who */
  const GalenFact *witness;
  gboolean edited;
} Boot;

static const GalenComponent *last_before(const GalenNode *node, const GalenPrim *prim, gint64 time,
                                         gboolean same_group) {
  const GalenComponent *found = NULL;
  for (guint i = 0; i < node->components->len; i++) {
    const GalenComponent *component = node->components->pdata[i];
    if (component->primary && component->from < time && component->members != NULL &&
        galen_prim_seen_by(prim, node) != component && component->group.known != 0 &&
        galen_uuid_same(&component->group, &prim->group) == same_group)
      found = component;
  }
  return found;
}

/* Positions before the bootstrap, and those from which a process starts that did not run then. */
static void look_at_other(Boot *boot, const GalenNode *node) {
  gint64 until = boot->prim->from, mine = galen_proof_error(boot->node, NULL), theirs = galen_proof_error(node, NULL);
  if (mine == G_MAXINT64 || theirs == G_MAXINT64)
    return; /* what was before is not known */
  gint64 last = galen_proof_group_position(node, &boot->prim->group, until - mine - theirs);
  const GalenProcess *next = galen_proof_next_process(node, until);
  gboolean running = galen_proof_process_at(node, until) != NULL;
  if (next != NULL && !running && galen_uuid_same(&next->position_uuid, &boot->prim->group) &&
      next->position_seqno > last) {
    last = next->position_seqno;
    if (last > boot->highest)
      boot->witness = next->position;
  }
  if (last > boot->highest) {
    boot->highest = last;
    boot->furthest = node;
  }
}

/* Whether its own log shows that the node was not primary when the other one was bootstrapped. */
static gboolean accounted(const GalenNode *node, gint64 time) {
  if (node == NULL || !node->has_log)
    return FALSE;
  const GalenProcess *process = NULL;
  for (guint i = 0; i < node->processes->len; i++) {
    const GalenProcess *one = node->processes->pdata[i];
    if (one->from <= time)
      process = one;
  }
  if (process == NULL)
    return FALSE;
  if (process->to >= time) {
    for (guint i = 0; i < node->components->len; i++) {
      const GalenComponent *component = node->components->pdata[i];
      if (component->primary && component->from <= time && component->to >= time)
        return FALSE;
    }
    return TRUE;
  }
  return process->end != GALEN_END_RUNNING && process->end != GALEN_END_UNKNOWN;
}

static void look_at_others(const GalenProof *proof, Boot *boot) {
  boot->highest = GALEN_SEQNO_NONE;
  for (guint i = 0; i < boot->before->members->len; i++) {
    const char *name = boot->before->members->pdata[i];
    if (galen_prim_has(boot->prim, name) || galen_proof_arbitrator(proof, name))
      continue;
    galen_proof_add_name(boot->others, name);
    if (!accounted(galen_history_node(proof->history, name), boot->prim->from) &&
        !galen_proof_back_behind(boot->prim->row, name, boot->prim->from, boot->position))
      galen_proof_add_name(boot->unknown, name);
  }
  for (guint i = 0; i < boot->prim->row->nodes->len; i++) {
    const GalenNode *node = boot->prim->row->nodes->pdata[i];
    if (!galen_prim_has(boot->prim, node->name))
      look_at_other(boot, node);
  }
}

static gboolean has_uuid(const GArray *uuids, const GalenUuid *uuid) {
  for (guint i = 0; uuids != NULL && i < uuids->len; i++)
    if (galen_uuid_same(&g_array_index(uuids, GalenUuid, i), uuid))
      return TRUE;
  return FALSE;
}

/* Whether the bootstrapped process was in one component with this incarnation afterwards: then that was no side. */
static gboolean took_in(const Boot *boot, const GalenUuid *uuid) {
  for (guint i = 0; i < boot->node->components->len; i++) {
    const GalenComponent *one = boot->node->components->pdata[i];
    if (one->process == boot->seen->process && one->primary && one->from > boot->prim->from &&
        has_uuid(one->member_uuids, uuid))
      return TRUE;
  }
  return FALSE;
}

/* A later component that the node joined, with a member that had lived all the time: the same incarnation of it. */
static const GalenComponent *witness(const Boot *boot) {
  const GArray *before = boot->before->member_uuids;
  for (guint i = 0; before != NULL && i < boot->node->components->len; i++) {
    const GalenComponent *component = boot->node->components->pdata[i];
    if (!component->primary || component->process == boot->seen->process || component->from <= boot->prim->from ||
        !galen_uuid_same(&component->group, &boot->prim->group))
      continue;
    for (guint j = 0; j < before->len; j++) {
      const GalenUuid *old = &g_array_index(before, GalenUuid, j);
      if (has_uuid(component->member_uuids, old) && !has_uuid(boot->prim->uuids, old) && !took_in(boot, old))
        return component;
    }
  }
  return NULL;
}

/* Whether all of those who were left out joined the bootstrapped process: they did not go on without it, at least not
 * to the end. */
static gboolean joined_by_all(const Boot *boot) {
  for (guint k = 0; k < boot->unknown->len; k++) {
    gboolean joined = FALSE;
    for (guint i = 0; !joined && i < boot->node->components->len; i++) {
      const GalenComponent *one = boot->node->components->pdata[i];
      joined = one->process == boot->seen->process && one->primary && one->from > boot->prim->from &&
               galen_proof_has_name(one->members, boot->unknown->pdata[k]);
    }
    if (!joined)
      return FALSE;
  }
  return TRUE;
}

static GalenForkSide *side_of_others(GalenProof *proof, const Boot *boot, const GPtrArray *names, gint64 to) {
  GPtrArray *prims = g_ptr_array_new();
  for (guint i = 0; i < proof->prims->len; i++) {
    GalenPrim *prim = proof->prims->pdata[i];
    if (prim->from >= boot->prim->from || prim->from < boot->before->from || prim->row != boot->prim->row ||
        !galen_uuid_same(&prim->group, &boot->prim->group) || !galen_prim_disjoint(prim, boot->prim))
      continue;
    g_ptr_array_add(prims, prim);
  }
  if (prims->len == 0) {
    g_ptr_array_add(proof->ghosts, galen_prim_ghost(boot->prim->row, &boot->prim->group, names, boot->before->to, to));
    g_ptr_array_add(prims, proof->ghosts->pdata[proof->ghosts->len - 1]);
  }
  return galen_fork_side_new(proof, prims);
}

static void name_nodes(GalenIncident *incident, const GPtrArray *sides) {
  for (guint i = 0; i < sides->len; i++) {
    const GalenForkSide *side = sides->pdata[i];
    for (guint j = 0; j < side->nodes->len; j++)
      galen_proof_add_name(incident->nodes, side->nodes->pdata[j]);
  }
}

static GPtrArray *two_sides(GalenProof *proof, const Boot *boot, const GPtrArray *names, gint64 to) {
  GPtrArray *sides = g_ptr_array_new_with_free_func((GDestroyNotify)galen_fork_side_free);
  g_ptr_array_add(sides, side_of_others(proof, boot, names, to));
  g_ptr_array_add(sides, galen_fork_side_new(proof, galen_proof_chain(proof, boot->prim, boot->others)));
  return sides;
}

static void show_boot(GalenIncident *incident, const Boot *boot) {
  galen_proof_show(incident, boot->before->view);
  galen_proof_show(incident, boot->seen->view);
  galen_proof_show(incident, boot->seen->quorum);
  galen_proof_show(incident, boot->witness);
}

static char *boot_identity(const Boot *boot) {
  char group[GALEN_UUID_TEXT], rep[GALEN_UUID_TEXT];
  return g_strdup_printf("%s|%s|%" G_GINT64_FORMAT, galen_uuid_write(&boot->prim->group, group),
                         galen_uuid_write(&boot->prim->rep, rep), boot->position);
}

/* When all that were left out are back in sync; the bootstrap itself when one never is. */
static gint64 all_back(const GalenProof *proof, const GPtrArray *names, gint64 since) {
  gint64 last = since;
  for (guint i = 0; i < names->len; i++) {
    gint64 back = galen_proof_back(proof, names->pdata[i], since, NULL);
    if (back == GALEN_TIME_NONE)
      return since;
    last = MAX(last, back);
  }
  return last;
}

/* R5: behind the position that another node had already had. */
static void data_loss(GalenProof *proof, const Boot *boot) {
  GalenIncident *incident =
      galen_proof_incident(proof, GALEN_INCIDENT_DATA_LOSS, GALEN_PROVEN, GALEN_SEVERITY_CRITICAL, boot_identity(boot));
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < boot->others->len; i++)
    galen_proof_add_name(names, boot->others->pdata[i]);
  galen_proof_add_name(names, boot->furthest->name);
  g_autoptr(GPtrArray) sides = two_sides(proof, boot, names, boot->prim->from);
  galen_proof_rule(incident, "R5");
  name_nodes(incident, sides);
  galen_proof_window(incident, boot->prim->from, galen_proof_error(boot->node, NULL),
                     all_back(proof, names, boot->prim->from), galen_proof_error(boot->node, NULL));
  incident->exposure_from = boot->before->to;
  incident->diverged = TRUE;
  incident->common_seqno = boot->position;
  if (boot->prim->boot == GALEN_BOOT_STARTUP)
    incident->cause = galen_proof_bootstrap_cause(proof, incident, boot->seen->process);
  else
    incident->cause = g_strdup_printf("pc.bootstrap was set on %s, which was behind", boot->node->name);
  show_boot(incident, boot);
  const GalenProcess *next = galen_proof_next_process(boot->furthest, boot->prim->from);
  galen_proof_show(incident, next != NULL && next->position_seqno == boot->highest ? next->position : NULL);
  galen_proof_ranges(proof, incident, sides);
  incident->title =
      g_strdup_printf("Data loss: %s was bootstrapped at seqno %" G_GINT64_FORMAT ", %s had reached %" G_GINT64_FORMAT,
                      boot->node->name, boot->position, boot->furthest->name, boot->highest);
  incident->verdict = g_strdup_printf(
      "%s started the cluster from seqno %" G_GINT64_FORMAT " although %s is known to have had %" G_GINT64_FORMAT
      ": the %" G_GINT64_FORMAT
      " actions between are not in the cluster that runs on. They are lost once the nodes that "
      "have them take a full copy (SST).",
      boot->node->name, boot->position, boot->furthest->name, boot->highest, boot->highest - boot->position);
  galen_proof_say(
      incident->would_change,
      g_strdup_printf("Writes of %s after the bootstrap, in its slow log or binary log, would make it a split brain.",
                      boot->furthest->name));
  galen_proof_fork_advice(proof, incident, sides);
}

/* Whether the log of one of the others ends while it is primary: nothing shows that it stopped. */
static gboolean still_running(const GalenProof *proof, const Boot *boot) {
  for (guint i = 0; i < boot->unknown->len; i++) {
    const GalenNode *node = galen_history_node(proof->history, boot->unknown->pdata[i]);
    if (node == NULL || node->components->len == 0)
      continue;
    const GalenComponent *last = node->components->pdata[node->components->len - 1];
    if (last->primary && last->open && last->process != NULL && last->process->end == GALEN_END_RUNNING)
      return TRUE;
  }
  return FALSE;
}

/* R4 with the other side known from this log alone. */
static void lonely_fork(GalenProof *proof, const Boot *boot, const GalenComponent *later) {
  gboolean likely = later != NULL || still_running(proof, boot);
  GalenConfidence confidence = likely ? GALEN_LIKELY : GALEN_POSSIBLE;
  GalenIncident *incident =
      galen_proof_incident(proof, GALEN_INCIDENT_SPLIT_BRAIN, confidence, GALEN_SEVERITY_CRITICAL, boot_identity(boot));
  g_autoptr(GPtrArray) sides = two_sides(proof, boot, boot->unknown, later != NULL ? later->from : GALEN_TIME_NONE);
  galen_proof_rule(incident, "R4");
  if (boot->prim->boot == GALEN_BOOT_RUNTIME)
    galen_proof_rule(incident, "R13");
  name_nodes(incident, sides);
  gboolean open = boot->prim->open && !boot->prim->killed;
  galen_proof_window(incident, boot->prim->from, galen_proof_error(boot->node, NULL),
                     open ? GALEN_TIME_NONE : boot->prim->to, galen_proof_error(boot->node, NULL));
  incident->ongoing = open;
  incident->exposure_from = galen_proof_missed(proof, boot->unknown, boot->prim->members, boot->before->to, NULL);
  incident->diverged = TRUE;
  incident->common_seqno = boot->position;
  galen_proof_fork_cause(proof, incident, sides);
  show_boot(incident, boot);
  if (later != NULL) {
    galen_proof_show(incident, later->view);
    galen_proof_show(incident, later->quorum);
  }
  galen_proof_ranges(proof, incident, sides);
  for (guint i = 0; later != NULL && i < incident->ranges->len; i++) {
    GalenRange *range = incident->ranges->pdata[i];
    if (range->last_seqno == GALEN_SEQNO_NONE && later->act_id != GALEN_SEQNO_NONE) {
      range->last_seqno = later->act_id;
      range->last_is = "at-most";
    }
  }
  galen_proof_fork_verdict(proof, incident, sides);
  galen_proof_fork_advice(proof, incident, sides);
}

/* A node that left in order left others behind it, who counted at least its leave. After a crash of all any node may be
 * the right one, and safe_to_bootstrap has to be set by hand. */
static void unsafe(GalenProof *proof, const Boot *boot, gboolean crashed) {
  GalenIncident *incident = galen_proof_incident(proof, GALEN_INCIDENT_UNSAFE_BOOTSTRAP,
                                                 boot->edited && !crashed ? GALEN_LIKELY : GALEN_POSSIBLE,
                                                 GALEN_SEVERITY_CRITICAL, boot_identity(boot));
  g_autofree char *names = galen_proof_names(boot->unknown);
  galen_proof_rule(incident, "R5");
  galen_proof_add_name(incident->nodes, boot->node->name);
  galen_proof_window(incident, boot->prim->from, galen_proof_error(boot->node, NULL), boot->prim->from,
                     galen_proof_error(boot->node, NULL));
  incident->cause = galen_proof_bootstrap_cause(proof, incident, boot->seen->process);
  show_boot(incident, boot);
  incident->title = g_strdup_printf("Unsafe bootstrap of %s", boot->node->name);
  incident->verdict = g_strdup_printf("%s was bootstrapped at seqno %" G_GINT64_FORMAT
                                      " while nothing shows what position %s had: what "
                                      "they had beyond it would be lost.",
                                      boot->node->name, boot->position, names);
  galen_proof_say(incident->needs,
                  g_strdup_printf("the error logs or recovered positions (--wsrep-recover) of %s", names));
  galen_proof_say(incident->would_change,
                  g_strdup_printf("A higher position on %s makes it data loss; all at or below %" G_GINT64_FORMAT
                                  " acquits it.",
                                  names, boot->position));
  galen_proof_say(
      incident->advice,
      g_strdup("Before a bootstrap compare the recovered positions of all members; the highest seqno decides "
               "only with one UUID, all positions known, and no split before."));
  galen_proof_say(incident->advice, g_strdup("Never edit safe_to_bootstrap while a member is unaccounted for."));
}

static gboolean was_edited(const Boot *boot) {
  const GalenProcess *process = boot->seen->process;
  guint index = 0;
  if (process == NULL || !g_ptr_array_find(boot->node->processes, process, &index))
    return FALSE;
  gboolean refused = index > 0 && galen_proof_process_fact(boot->node->processes->pdata[index - 1],
                                                           GALEN_FACT_BOOTSTRAP_REFUSED) != NULL;
  return refused || (process->safe_to_bootstrap == 1 && !galen_uuid_is_nil(&process->saved_uuid) &&
                     boot->before->members->len > 1);
}

static void judge_boot(GalenProof *proof, Boot *boot) {
  const GalenProcess *process = boot->seen->process;
  gboolean startup = boot->prim->boot == GALEN_BOOT_STARTUP && process != NULL;
  gboolean told =
      startup && galen_uuid_same(&process->position_uuid, &boot->prim->group) && process->position_seqno >= 0;
  boot->position = told ? process->position_seqno : boot->prim->act_id;
  look_at_others(proof, boot);
  boot->edited = startup && was_edited(boot);
  gboolean behind = boot->position != GALEN_SEQNO_NONE && boot->highest > boot->position && boot->furthest != NULL;
  if (behind && !galen_proof_has_name(boot->unknown, boot->furthest->name)) {
    data_loss(proof, boot);
    return;
  }
  if (boot->unknown->len == 0)
    return;
  const GalenComponent *later = witness(boot);
  const GalenEnd end = boot->before->process != NULL ? boot->before->process->end : GALEN_END_UNKNOWN;
  gboolean crashed = end == GALEN_END_KILL || end == GALEN_END_CRASH;
  /* pc.bootstrap is the way out of a lost quorum: that is looked at there. */
  if (startup && later == NULL && (crashed || joined_by_all(boot)))
    unsafe(proof, boot, crashed);
  else if (startup || later != NULL)
    lonely_fork(proof, boot, later);
}

static void reinitialised(GalenProof *proof, GalenPrim *prim, const GalenComponent *old, const GalenComponent *seen) {
  const GalenNode *node = seen->node;
  char before[GALEN_UUID_TEXT], after[GALEN_UUID_TEXT];
  galen_uuid_write(&old->group, before);
  galen_uuid_write(&prim->group, after);
  GalenIncident *incident = galen_proof_incident(proof, GALEN_INCIDENT_CLUSTER_REINITIALISED, GALEN_PROVEN,
                                                 GALEN_SEVERITY_WARNING, g_strdup_printf("%s|%s", before, after));
  galen_proof_rule(incident, "R6");
  galen_proof_add_name(incident->nodes, node->name);
  galen_proof_window(incident, prim->from, galen_proof_error(node, NULL), prim->from, galen_proof_error(node, NULL));
  galen_proof_show(incident, old->quorum != NULL ? old->quorum : old->view);
  if (seen->process != NULL) {
    galen_proof_show(incident, galen_proof_process_fact(seen->process, GALEN_FACT_NEW_GROUP));
    incident->cause = galen_proof_bootstrap_cause(proof, incident, seen->process);
  }
  galen_proof_show(incident, seen->quorum);
  incident->title = g_strdup_printf("A new cluster UUID: %s started from scratch", node->name);
  incident->verdict = g_strdup_printf(
      "%s belonged to cluster %s and began a new history, %s: an intended rebuild, or the loss of all that "
      "was not copied before.",
      node->name, before, after);
  galen_proof_say(
      incident->would_change,
      g_strdup_printf("A primary component of %s that lived on after this makes it a split brain.", before));
  galen_proof_say(
      incident->advice,
      g_strdup("If it was not meant: stop, copy every data directory, and find a node that still has the old history "
               "(grastate.dat, --wsrep-recover) before anything takes an SST."));
}

static void look_at_prim(GalenProof *proof, GalenPrim *prim) {
  const GalenComponent *seen = prim->seen->len > 0 ? prim->seen->pdata[0] : NULL;
  if (seen == NULL || (prim->boot != GALEN_BOOT_STARTUP && prim->boot != GALEN_BOOT_RUNTIME) || prim->group.known == 0)
    return;
  if (galen_proof_explained(proof, G_GUINT64_CONSTANT(1) << GALEN_INCIDENT_SPLIT_BRAIN, seen->node->name, prim->from,
                            prim->from))
    return;
  const GalenComponent *old = last_before(seen->node, prim, prim->from, FALSE);
  const GalenComponent *same = last_before(seen->node, prim, prim->from, TRUE);
  if (same == NULL && old != NULL) {
    reinitialised(proof, prim, old, seen);
    return;
  }
  if (same == NULL)
    return;
  Boot boot = {.prim = prim, .seen = seen, .node = seen->node, .before = same};
  g_autoptr(GPtrArray) others = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GPtrArray) unknown = g_ptr_array_new_with_free_func(g_free);
  boot.others = others;
  boot.unknown = unknown;
  judge_boot(proof, &boot);
}

void galen_proof_bootstrap(GalenProof *proof) {
  for (guint i = 0; i < proof->prims->len; i++)
    look_at_prim(proof, proof->prims->pdata[i]);
}
