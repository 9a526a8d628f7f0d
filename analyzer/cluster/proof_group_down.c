/* Group Replication: all members dead at once. */
#include "proof_group.h"

#define SILENT_BEFORE                                                                                                  \
  (G_GINT64_CONSTANT(86400) * GALEN_PROOF_SECOND) /* a log that ends longer before says nothing of this */

typedef struct {
  gint64 last, next; /* the last sign of life of any member that died; the first start after it */
  GPtrArray *dead;   /* of const GalenProcess *, borrowed */
  const GalenFact *view;
  guint silent; /* members of which no log tells how they fared */
  gboolean sure;
} Down;

static gboolean died(const GalenProcess *process) {
  return process->end == GALEN_END_KILL || process->end == GALEN_END_CRASH;
}

static const GalenFact *last_view(const GalenProcess *process) {
  const GalenFact *view = NULL;
  for (guint i = process->first; i <= process->last && i < process->node->facts->len; i++) {
    const GalenFact *fact = process->node->facts->pdata[i];
    if (fact->kind == GALEN_FACT_GR_VIEW)
      view = fact;
  }
  return view;
}

/* The process of a member that died between `from` and `to`, both known only as that. */
static const GalenProcess *dead_between(const GalenProof *proof, const GalenNode *node, gint64 from, gint64 to) {
  for (guint i = 0; i < node->processes->len; i++) {
    const GalenProcess *process = node->processes->pdata[i];
    const GalenProcess *next = galen_proof_next_life(process);
    if (process->beside || !died(process) || next == NULL || last_view(process) == NULL)
      continue;
    if (galen_proof_alive(proof, node, process->to, next->from) <= to && next->from >= from)
      return process;
  }
  return NULL;
}

/* It wrote nothing more about then: its log ends, or there is none. */
static gboolean is_silent(const GalenNode *node, gint64 next) {
  return node == NULL || !node->has_log || (node->last <= next && node->last > next - SILENT_BEFORE);
}

/* A group that was not bootstrapped again lived on in somebody. */
static const GalenFact *bootstrapped(const GalenClusterRow *row, const GalenFact *view, gint64 after) {
  const GalenFact *first = NULL;
  for (guint i = 0; i < row->nodes->len; i++) {
    const GalenNode *node = row->nodes->pdata[i];
    for (guint k = 0; k < node->facts->len; k++) {
      const GalenFact *fact = node->facts->pdata[k];
      if (fact->kind == GALEN_FACT_GR_VIEW && fact->time >= after && (first == NULL || fact->time < first->time))
        first = fact;
    }
  }
  return first != NULL && !galen_group_same_epoch(first, view) ? first : NULL;
}

/* Whether nobody of the last view that `process` had is known to have lived when it died. */
static gboolean all_died(const GalenProof *proof, const GalenProcess *process, Down *down) {
  const GalenProcess *next = galen_proof_next_life(process);
  down->view = last_view(process);
  if (!died(process) || process->beside || next == NULL || galen_group_view_size(down->view) < 2 ||
      down->view->name == NULL)
    return FALSE;
  down->last = galen_proof_alive(proof, process->node, process->to, next->from);
  down->next = next->from;
  for (guint i = 0; i < down->view->members->len; i++) {
    const char *name = g_array_index(down->view->members, GalenFactMember, i).name;
    const GalenNode *node = galen_history_address(proof->history, name);
    const GalenProcess *one = node == NULL            ? NULL
                              : node == process->node ? process
                                                      : dead_between(proof, node, down->last, down->next);
    if (one == NULL) {
      if (!is_silent(node, down->next))
        return FALSE;
      down->silent++;
      continue;
    }
    const GalenProcess *after = galen_proof_next_life(one);
    down->last = MAX(down->last, galen_proof_alive(proof, node, one->to, after->from));
    down->next = MIN(down->next, after->from);
    down->sure &= galen_proof_surely_died(one);
    g_ptr_array_add(down->dead, (gpointer)one);
  }
  return down->last <= down->next && down->dead->len >= 2;
}

/* When any member is ONLINE again. */
static gint64 online_again(const GalenClusterRow *row, gint64 after, const GalenFact **ret_fact) {
  gint64 first = GALEN_TIME_NONE;
  for (guint i = 0; i < row->nodes->len; i++) {
    const GalenFact *fact = NULL;
    gint64 time = galen_group_back(row->nodes->pdata[i], after, &fact);
    if (time != GALEN_TIME_NONE && (first == GALEN_TIME_NONE || time < first)) {
      first = time;
      *ret_fact = fact;
    }
  }
  return first;
}

static void down_evidence(GalenIncident *self, const Down *down) {
  for (guint i = 0; i < down->dead->len; i++) {
    const GalenProcess *process = down->dead->pdata[i], *next = galen_proof_next_life(process);
    galen_proof_show(self, process->end_fact);
    galen_proof_show(self, next->start);
    galen_proof_show(self, galen_proof_process_fact(next, GALEN_FACT_CRASH_RECOVERY));
  }
  galen_proof_show(self, down->view);
}

static void group_down(GalenProof *proof, const GalenNode *node, const Down *down) {
  const GalenClusterRow *row = galen_group_row(proof, node);
  GalenIncident *self = galen_proof_incident(proof, GALEN_INCIDENT_CLUSTER_DOWN,
                                             down->sure && down->silent == 0 ? GALEN_PROVEN : GALEN_LIKELY,
                                             GALEN_SEVERITY_CRITICAL, g_strdup(down->view->name));
  const GalenFact *back = NULL, *again = bootstrapped(row, down->view, down->next);
  gint64 about = 0, from = galen_proof_died_about(down->last, down->next, &about);
  gint64 error = galen_proof_error(node, down->view), to = online_again(row, down->next, &back);
  galen_proof_window(self, from, error == G_MAXINT64 ? about : about + error, to, error);
  self->ongoing = to == GALEN_TIME_NONE;
  for (guint i = 0; i < galen_group_view_size(down->view); i++) {
    const char *name = g_array_index(down->view->members, GalenFactMember, i).name;
    const GalenNode *member = galen_history_address(proof->history, name);
    if (member != NULL || name != NULL)
      galen_proof_add_name(self->nodes, member != NULL ? member->name : name);
  }
  down_evidence(self, down);
  galen_proof_show(self, again);
  galen_proof_show(self, back);
  g_autofree char *nodes = galen_proof_names(self->nodes), *last = galen_proof_time(down->last),
                  *next = galen_proof_time(down->next), *online = galen_proof_time(to);
  self->title = g_strdup_printf("The whole group went down: %s", nodes);
  self->cause = g_strdup("all members died without a shutdown: power, a hypervisor, kill, or one cause for all");
  self->verdict = g_strdup_printf(
      "%s all ended without a shutdown between %s, their last sign of life, and %s, the first start after it. %s%s.",
      nodes, last, next,
      to == GALEN_TIME_NONE ? "No member is ONLINE again in these logs"
      : again != NULL       ? "The group was bootstrapped again, with a member ONLINE at "
                            : "A member was ONLINE again at ",
      to == GALEN_TIME_NONE ? "" : online);
  galen_proof_say(self->advice, g_strdup("Find the common cause first: a second outage of the same kind is likely."));
  galen_proof_say(
      self->advice,
      g_strdup("Compare gtid_executed of all members before one is bootstrapped, and bootstrap the one that has "
               "all (dba.rebootClusterFromCompleteOutage() does so). A member with more than the new group is "
               "refused later."));
  galen_group_need_logs(proof, self, down->view, node, from);
  galen_proof_say(self->would_change,
                  g_strdup("A slow log with statements in this time would show that a member lived on."));
}

/* The group lived on in members without a log, and in too few of them. */
static void majority_died(GalenProof *proof, const GalenNode *node, const Down *down) {
  const GalenFact *back = NULL;
  g_autofree char *identity = g_strdup_printf("%s|dead", down->view->name);
  GalenIncident *self = galen_proof_incident(proof, GALEN_INCIDENT_QUORUM_LOSS, GALEN_LIKELY, GALEN_SEVERITY_CRITICAL,
                                             g_steal_pointer(&identity));
  gint64 about = 0, from = galen_proof_died_about(down->last, down->next, &about);
  gint64 error = galen_proof_error(node, down->view);
  gint64 to = online_again(galen_group_row(proof, node), down->next, &back);
  galen_proof_window(self, from, error == G_MAXINT64 ? about : about + error, to, error);
  self->ongoing = to == GALEN_TIME_NONE;
  g_autoptr(GPtrArray) dead = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < down->dead->len; i++)
    galen_proof_add_name(dead, ((const GalenProcess *)down->dead->pdata[i])->node->name);
  for (guint i = 0; i < galen_group_view_size(down->view); i++) {
    const GalenNode *member =
        galen_history_address(proof->history, g_array_index(down->view->members, GalenFactMember, i).name);
    if (member != NULL && !galen_proof_has_name(dead, member->name))
      galen_proof_add_name(self->nodes, member->name);
  }
  down_evidence(self, down);
  galen_proof_show(self, back);
  g_autofree char *names = galen_proof_names(dead), *rest = galen_proof_names(self->nodes),
                  *when = galen_proof_time(down->last);
  self->title = g_strdup_printf("Most of the group died at once: %s", names);
  self->cause = g_strdup("they died without a shutdown, so that the others had no majority");
  self->verdict =
      g_strdup_printf("%s ended without a shutdown after %s. Without them %s had no majority and blocked all "
                      "updates until they were back, or until somebody forced the group.",
                      names, when, rest);
  galen_proof_say(self->advice, g_strdup("Find what the dead members have in common: a host, a rack, a release."));
  galen_group_need_logs(proof, self, down->view, node, from);
}

/* How it ended shows who comes next: a new bootstrap, or the group as it was. */
static void look_at(GalenProof *proof, const GalenNode *node, const Down *down) {
  guint64 told = G_GUINT64_CONSTANT(1) << GALEN_INCIDENT_CLUSTER_DOWN;
  gboolean again = bootstrapped(galen_group_row(proof, node), down->view, down->next) != NULL;
  if (galen_proof_explained(proof, told, node->name, down->last, down->next))
    return;
  for (guint i = 0; i < proof->history->incidents->len; i++) {
    const GalenIncident *one = proof->history->incidents->pdata[i];
    if (one->kind == GALEN_INCIDENT_QUORUM_LOSS && one->from <= down->next &&
        (one->to == GALEN_TIME_NONE || one->to >= down->last))
      return;
  }
  if (down->silent == 0 || again)
    group_down(proof, node, down);
  else if (down->dead->len * 2 >= galen_group_view_size(down->view))
    majority_died(proof, node, down);
}

void galen_proof_group_down(GalenProof *proof) {
  for (guint i = 0; i < proof->history->nodes->len; i++) {
    const GalenNode *node = proof->history->nodes->pdata[i];
    for (guint k = 0; galen_group_has_facts(node) && k < node->processes->len; k++) {
      const GalenProcess *process = node->processes->pdata[k];
      g_autoptr(GPtrArray) dead = g_ptr_array_new();
      Down down = {.dead = dead, .sure = TRUE};
      if (all_died(proof, process, &down))
        look_at(proof, node, &down);
    }
  }
}
