/* Group Replication: majorities lost, members cut off, expelled, missed by the others. */
#include "proof_group.h"
#include "timeline.h"

#define MISSED_BEFORE (600 * GALEN_PROOF_SECOND) /* a member is put out so long after it was missed, at most */
#define BIT(kind) (G_GUINT64_CONSTANT(1) << (kind))

static GalenIncident *present(GalenProof *proof, guint64 kinds, const char *node, gint64 time) {
  for (guint i = 0; i < proof->history->incidents->len; i++) {
    GalenIncident *self = proof->history->incidents->pdata[i];
    if ((kinds >> self->kind & 1) && galen_proof_has_name(self->nodes, node) &&
        self->from <= time + GALEN_PROOF_SECOND &&
        (self->to == GALEN_TIME_NONE || self->to >= time - GALEN_PROOF_SECOND))
      return self;
  }
  return NULL;
}

static void loss_advice(GalenIncident *self, const GalenNode *node) {
  galen_proof_say(self->advice,
                  g_strdup_printf("Look at the network, the host and the load of %s at that time; send its "
                                  "clients to the others.",
                                  node->name));
  galen_proof_say(self->advice, g_strdup("group_replication_autorejoin_tries lets a member come back by itself; "
                                         "group_replication_member_expel_timeout waits longer for it."));
}

/* The line with which another member put the node out about then. */
static const GalenFact *put_out(const GalenProof *proof, const GalenNode *node, gint64 from, gint64 to,
                                const GalenNode **ret_by) {
  const GalenClusterRow *row = galen_group_row(proof, node);
  for (guint i = 0; row != NULL && i < row->nodes->len; i++) {
    const GalenNode *other = row->nodes->pdata[i];
    for (guint k = 0; other != node && k < other->facts->len; k++) {
      const GalenFact *fact = other->facts->pdata[k];
      if (fact->kind == GALEN_FACT_GR_MEMBERS && !fact->flag && fact->time != GALEN_TIME_NONE && fact->time >= from &&
          fact->time <= to && (fact->members == NULL || galen_group_names(proof, fact, node))) {
        *ret_by = other;
        return fact;
      }
    }
  }
  return NULL;
}

/* It is told that it was expelled before it has a majority again: the others had one. */
static const GalenFact *expelled_after(const GalenNode *node, const GalenFact *fact) {
  guint index = 0;
  gboolean found = g_ptr_array_find(node->facts, fact, &index);
  for (guint i = index + 1; found && i < node->facts->len; i++) {
    const GalenFact *next = node->facts->pdata[i];
    if (next->kind == GALEN_FACT_GR_EXPELLED)
      return next;
    if (galen_group_is_state(next, "ONLINE") || next->kind == GALEN_FACT_PROCESS_START ||
        (next->kind == GALEN_FACT_GR_MAJORITY && next->flag))
      return NULL;
  }
  return NULL;
}

static gboolean cut_off(GalenProof *proof, const GalenNode *node, const GalenFact *fact) {
  const GalenNode *by = NULL;
  const GalenFact *removed =
      put_out(proof, node, fact->time - GALEN_GROUP_TOGETHER, fact->time + GALEN_GROUP_TOGETHER, &by);
  const GalenFact *expelled = expelled_after(node, fact);
  if (removed != NULL && galen_group_online(by, removed->time) == NULL)
    removed = NULL; /* it had no majority itself: its list was made smaller by hand */
  if (removed == NULL && expelled == NULL)
    return FALSE;
  GalenIncident *self =
      galen_group_incident(proof, node, fact, GALEN_INCIDENT_NODE_LOSS, GALEN_PROVEN, GALEN_SEVERITY_WARNING);
  galen_proof_show(self, removed);
  galen_proof_show(self, expelled);
  self->title = g_strdup_printf("%s was cut off from its group", node->name);
  self->cause = g_strdup("it could not reach the majority, which removed it and went on");
  g_autofree char *from = galen_proof_time(self->from);
  self->verdict =
      removed != NULL
          ? g_strdup_printf("From %s on %s blocked all updates; %s and the others went on.", from, node->name, by->name)
          : g_strdup_printf("From %s on %s blocked all updates; the others expelled it and went on.", from, node->name);
  loss_advice(self, node);
  return TRUE;
}

/* The loss of the same moment that another member of the group told already. */
static GalenIncident *same_loss(const GalenProof *proof, const GalenNode *node, const GalenFact *fact) {
  const GalenClusterRow *row = galen_group_row(proof, node);
  for (guint i = 0; row != NULL && i < proof->history->incidents->len; i++) {
    GalenIncident *other = proof->history->incidents->pdata[i];
    const GalenNode *peer = galen_history_node(proof->history, other->nodes->len > 0 ? other->nodes->pdata[0] : "");
    if (other->kind == GALEN_INCIDENT_QUORUM_LOSS && peer != NULL && g_ptr_array_find(row->nodes, peer, NULL) &&
        ABS(other->from - fact->time) <= GALEN_GROUP_TOGETHER)
      return other;
  }
  return NULL;
}

void galen_group_majority_lost(GalenProof *proof, const GalenNode *node, const GalenFact *fact) {
  if (present(proof, BIT(GALEN_INCIDENT_QUORUM_LOSS) | BIT(GALEN_INCIDENT_NODE_LOSS), node->name, fact->time) != NULL)
    return;
  GalenIncident *same = same_loss(proof, node, fact);
  if (same != NULL) {
    galen_proof_add_name(same->nodes, node->name);
    galen_proof_show(same, fact);
    return;
  }
  if (cut_off(proof, node, fact))
    return;
  GalenIncident *self =
      galen_group_incident(proof, node, fact, GALEN_INCIDENT_QUORUM_LOSS, GALEN_PROVEN, GALEN_SEVERITY_CRITICAL);
  const GalenFact *view = galen_group_view(node, fact->time);
  if (galen_group_need_logs(proof, self, view, node, fact->time) || view == NULL)
    self->confidence = GALEN_LIKELY;
  self->title = g_strdup_printf("%s lost the majority of its group", node->name);
  self->cause = g_strdup("more than half of the members could not be reached from it");
  g_autofree char *from = galen_proof_time(self->from);
  self->verdict =
      g_strdup_printf("From %s on %s could not reach a majority and blocked all updates.", from, node->name);
  galen_proof_say(
      self->advice,
      g_strdup("See whether the other side has a majority and goes on. Only when all others are surely down: "
               "group_replication_force_members, on one member."));
  galen_proof_say(self->would_change,
                  g_strdup("Logs of the other members show whether they went on (then it is the loss of this node)."));
}

void galen_group_expelled(GalenProof *proof, const GalenNode *node, const GalenFact *fact) {
  GalenIncident *same =
      present(proof, BIT(GALEN_INCIDENT_NODE_LOSS) | BIT(GALEN_INCIDENT_FLAPPING), node->name, fact->time);
  if (same != NULL) {
    galen_proof_show(same, fact);
    return;
  }
  GalenIncident *self =
      galen_group_incident(proof, node, fact, GALEN_INCIDENT_NODE_LOSS, GALEN_PROVEN, GALEN_SEVERITY_WARNING);
  const GalenFact *sign = NULL;
  const GalenFact *online = galen_group_online(node, fact->time - 1);
  gint64 since = online != NULL ? MAX(online->time, fact->time - MISSED_BEFORE) : fact->time - MISSED_BEFORE;
  gint64 missed = galen_group_missed(proof, node, since, fact->time, &sign);
  if (missed != GALEN_TIME_NONE)
    self->from = missed;
  galen_proof_show(self, sign);
  g_autofree char *when = galen_proof_time(self->from);
  self->title = g_strdup_printf("%s was expelled from its group", node->name);
  self->cause =
      g_strdup("the others did not hear from it for group_replication_member_expel_timeout: it stood still, or "
               "the link was cut");
  self->verdict = g_strdup_printf("The group went on without %s from %s on.", node->name, when);
  loss_advice(self, node);
}

/* ---- seen by the others alone ---- */

/* The last line of `by` before `fact` that says whether the node can be reached; NULL: it can. */
static const GalenFact *missed_by(const GalenProof *proof, const GalenNode *by, const GalenFact *fact,
                                  const GalenNode *node) {
  static const GalenFactKind kind = GALEN_FACT_GR_UNREACHABLE;
  g_autoptr(GPtrArray) facts = galen_timeline_facts(by, &kind, 1, fact->time - MISSED_BEFORE, fact->time);
  for (guint i = facts->len; i-- > 0;)
    if (galen_group_names(proof, facts->pdata[i], node))
      return ((const GalenFact *)facts->pdata[i])->flag ? NULL : facts->pdata[i];
  return NULL;
}

/* The first view of `by` behind `fact` with the node in it. */
static const GalenFact *taken_back(const GalenProof *proof, const GalenNode *by, const GalenFact *fact,
                                   const GalenNode *node) {
  for (guint i = 0; i < by->facts->len; i++) {
    const GalenFact *one = by->facts->pdata[i];
    if (one->kind == GALEN_FACT_GR_VIEW && one->time > fact->time && galen_group_names(proof, one, node))
      return one;
  }
  return NULL;
}

static void lost(GalenProof *proof, const GalenNode *by, const GalenFact *fact, const GalenNode *node) {
  guint64 explains = BIT(GALEN_INCIDENT_NODE_LOSS) | BIT(GALEN_INCIDENT_NODE_CRASH) | BIT(GALEN_INCIDENT_CLUSTER_DOWN) |
                     BIT(GALEN_INCIDENT_SPLIT_BRAIN) | BIT(GALEN_INCIDENT_QUORUM_LOSS) | BIT(GALEN_INCIDENT_FLAPPING) |
                     BIT(GALEN_INCIDENT_NODE_INCONSISTENT) | BIT(GALEN_INCIDENT_RESTART_LOOP);
  guint64 of_group = BIT(GALEN_INCIDENT_QUORUM_LOSS) | BIT(GALEN_INCIDENT_SPLIT_BRAIN);
  const GalenFact *sign = missed_by(proof, by, fact, node);
  if (sign == NULL || galen_proof_explained(proof, explains, node->name, sign->time, fact->time) ||
      galen_proof_explained(proof, of_group, by->name, fact->time, fact->time))
    return;
  const GalenFact *back = taken_back(proof, by, fact, node), *own = NULL;
  GalenIncident *self =
      galen_proof_incident(proof, GALEN_INCIDENT_NODE_LOSS, node->has_log ? GALEN_PROVEN : GALEN_LIKELY,
                           GALEN_SEVERITY_WARNING, galen_proof_identity(node, sign, sign->time));
  gint64 to = back != NULL ? back->time : GALEN_TIME_NONE;
  if (node->has_log && galen_group_back(node, fact->time, &own) != GALEN_TIME_NONE)
    to = own->time;
  galen_proof_window(self, sign->time, galen_proof_error(by, sign), to, galen_proof_error(by, back));
  self->ongoing = to == GALEN_TIME_NONE;
  galen_proof_add_name(self->nodes, node->name);
  galen_proof_show(self, sign);
  galen_proof_show(self, fact);
  galen_proof_show(self, back);
  g_autofree char *from = galen_proof_time(self->from), *until = galen_proof_time(self->to);
  self->title = g_strdup_printf("%s was lost, the group went on", node->name);
  self->cause = g_strdup(node->has_log ? "the link between it and the others was cut, or its host stood still"
                                       : "its process died, its host or the link to it failed: its own log would tell");
  self->verdict =
      back != NULL
          ? g_strdup_printf("%s was not reached from %s on and was put out of the group; it was a member again at %s.",
                            node->name, from, until)
          : g_strdup_printf("%s was not reached from %s on and was put out of the group; it is not back in these logs.",
                            node->name, from);
  loss_advice(self, node);
  if (!node->has_log)
    galen_proof_say(self->needs,
                    g_strdup_printf("the error log of %s from %s on: only it shows whether it died, was cut "
                                    "off, or started a group of its own",
                                    node->name, from));
  galen_proof_say(self->would_change,
                  g_strdup_printf("A group of its own on %s in this time would make it a split brain.", node->name));
}

void galen_group_removed(GalenProof *proof, const GalenNode *node, const GalenFact *fact) {
  for (guint i = 0; fact->members != NULL && i < fact->members->len; i++) {
    const GalenNode *gone =
        galen_history_address(proof->history, g_array_index(fact->members, GalenFactMember, i).name);
    if (gone != NULL && gone != node)
      lost(proof, node, fact, gone);
  }
}
