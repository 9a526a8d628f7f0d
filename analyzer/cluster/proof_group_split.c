/* Group Replication: a group that begins while another one of the same members may go on (R4). */
#include "proof_group.h"

/* Whether the other one, online, had or got a view without the node: one that stands still is expelled and knows nothing of it. */
static gboolean went_on_without(const GalenProof *proof, const GalenNode *other, const GalenNode *node, gint64 time) {
  const GalenFact *view = NULL;
  for (guint i = 0; i < other->facts->len; i++) {
    const GalenFact *fact = other->facts->pdata[i];
    if (fact->kind == GALEN_FACT_GR_VIEW && fact->time != GALEN_TIME_NONE && fact->time <= time + GALEN_GROUP_TOGETHER)
      view = fact;
  }
  return view != NULL && !galen_group_names(proof, view, node);
}

static gboolean is_forced(const GalenFact *begins) {
  return begins->kind != GALEN_FACT_GR_BOOTSTRAP && !galen_group_first_view(begins);
}

/* The last view that the node had of the group before: of an earlier bootstrap, or before it was forced. */
static const GalenFact *view_before(const GalenNode *node, const GalenFact *begins) {
  const GalenFact *view = NULL;
  for (guint i = 0; i < node->facts->len; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact == begins)
      break;
    if (fact->kind == GALEN_FACT_GR_VIEW)
      view = fact;
  }
  return view;
}

/* That view, or a later one of the same group that another log has. */
static const GalenFact *latest_view(const GalenProof *proof, const GalenNode *node, const GalenFact *begins) {
  const GalenFact *latest = view_before(node, begins);
  const GalenClusterRow *row = galen_group_row(proof, node);
  for (guint i = 0; latest != NULL && row != NULL && i < row->nodes->len; i++) {
    const GalenNode *other = row->nodes->pdata[i];
    for (guint k = 0; other != node && k < other->facts->len; k++) {
      const GalenFact *fact = other->facts->pdata[k];
      if (fact->kind == GALEN_FACT_GR_VIEW && fact->time > latest->time && fact->time <= begins->time &&
          galen_group_same_epoch(fact, latest))
        latest = fact;
    }
  }
  return latest;
}

static void split_words(GalenIncident *self, const GalenNode *node, const GalenFact *begins) {
  g_autofree char *names = galen_proof_names(self->nodes), *from = galen_proof_time(self->from);
  gboolean forced = is_forced(begins);
  self->title =
      g_strdup_printf(forced ? "A second group was forced: %s" : "A second group was bootstrapped: %s", names);
  self->cause =
      g_strdup_printf(forced ? "group_replication_force_members was set on %s, without others that were online"
                             : "group_replication_bootstrap_group was on when %s started, while others were online",
                      node->name);
  self->verdict = g_strdup_printf(
      "%s started a group of its own at %s while other members of the same group were online (%s): both take "
      "writes that the other lacks.",
      node->name, from, names);
  galen_proof_say(self->advice,
                  g_strdup("Send all clients to one side and restart nothing. Compare gtid_executed of all members "
                           "(GTID_SUBTRACT): it lists exactly what each side has alone."));
  galen_proof_say(self->advice, g_strdup("People decide which side to keep; then rebuild the others by clone, with "
                                         "group_replication_bootstrap_group = OFF."));
  galen_proof_say(
      self->would_change,
      g_strdup(
          "Views of both sides in this time would make it sure; a shutdown of the others before it would acquit it."));
}

static void be_open(GalenIncident *self) {
  self->to = GALEN_TIME_NONE;
  self->ongoing = TRUE;
  galen_proof_rule(self, "R4");
}

/* How the node came out of the group before: cut off or stopped on its own, the others may go on; dead, they may be, too. */
static gboolean died_with_it(const GalenNode *node, const GalenFact *view, const GalenFact *begins) {
  for (guint i = 0; i < node->processes->len; i++) {
    const GalenProcess *process = node->processes->pdata[i];
    if (process->from <= view->time && process->to >= view->time && process->to < begins->time)
      return process->end == GALEN_END_KILL || process->end == GALEN_END_CRASH;
  }
  return FALSE;
}

/* A log shows another member online, and not blocked, when the new group begins. */
static gboolean seen_online(GalenProof *proof, const GalenNode *node, const GalenFact *begins) {
  const GalenClusterRow *row = galen_group_row(proof, node);
  GalenIncident *self = NULL;
  for (guint i = 0; row != NULL && i < row->nodes->len; i++) {
    const GalenNode *other = row->nodes->pdata[i];
    const GalenFact *alive = NULL;
    if (other == node || galen_group_names(proof, begins, other) ||
        (alive = galen_group_online(other, begins->time)) == NULL)
      continue;
    /* Both lived at once only when the other one writes again in the same life. One that died without a line since had died
     * before: a member that lives writes when it loses another. Without a majority it lives, but takes no writes. */
    const GalenProcess *life = galen_proof_process_at(other, alive->time);
    gboolean later =
        life != NULL && life->to > begins->time && galen_group_online(other, begins->time + GALEN_PROOF_SECOND) != NULL;
    const GalenFact *view = galen_group_view(other, begins->time);
    if (!later && ((life != NULL && (life->end == GALEN_END_KILL || life->end == GALEN_END_CRASH)) ||
                   (view != NULL && died_with_it(node, view, begins))))
      continue;
    if (view != NULL && !galen_group_may_have_majority(proof, view, node, begins->time, NULL))
      continue;
    gboolean told = went_on_without(proof, other, node, begins->time);
    if (begins->kind == GALEN_FACT_GR_VIEW && !galen_group_first_view(begins) && !told)
      continue;
    later = later && (told || begins->kind != GALEN_FACT_GR_FORCED);
    if (self == NULL)
      self = galen_group_incident(proof, node, begins, GALEN_INCIDENT_SPLIT_BRAIN,
                                  later ? GALEN_LIKELY : GALEN_POSSIBLE, GALEN_SEVERITY_CRITICAL);
    if (later)
      self->confidence = GALEN_LIKELY;
    galen_proof_add_name(self->nodes, other->name);
    galen_proof_show(self, alive);
    galen_proof_show(self, view);
  }
  if (self == NULL)
    return FALSE;
  be_open(self);
  split_words(self, node, begins);
  return TRUE;
}

/* Only members without a log may have gone on: nothing says that they did. */
static void unseen(GalenProof *proof, const GalenNode *node, const GalenFact *begins) {
  const GalenFact *view = latest_view(proof, node, begins);
  gboolean known = FALSE;
  if (view == NULL || !galen_group_may_have_majority(proof, view, node, begins->time, &known) || known)
    return;
  gboolean open = is_forced(begins) || died_with_it(node, view, begins);
  GalenIncident *self =
      galen_group_incident(proof, node, begins, open ? GALEN_INCIDENT_UNDETERMINED : GALEN_INCIDENT_SPLIT_BRAIN,
                           GALEN_POSSIBLE, open ? GALEN_SEVERITY_WARNING : GALEN_SEVERITY_CRITICAL);
  if (!galen_group_need_logs(proof, self, view, node, begins->time)) {
    g_ptr_array_remove(proof->history->incidents, self);
    return;
  }
  galen_proof_show(self, view);
  for (guint i = 0; i < galen_group_view_size(view); i++) {
    const GalenNode *other =
        galen_history_address(proof->history, g_array_index(view->members, GalenFactMember, i).name);
    if (other != NULL && !other->has_log)
      galen_proof_add_name(self->nodes, other->name);
  }
  be_open(self);
  if (!open) {
    split_words(self, node, begins);
    g_free(self->verdict);
    g_autofree char *from = galen_proof_time(self->from);
    self->verdict =
        g_strdup_printf("%s started a group of its own at %s. Its last view of the group before had members "
                        "of which no log was given: if they went on, both sides took writes.",
                        node->name, from);
    return;
  }
  g_autofree char *from = galen_proof_time(self->from);
  self->to = self->from;
  self->ongoing = FALSE;
  self->title = g_strdup_printf("Whether the group of %s was the only one cannot be told", node->name);
  self->cause =
      g_strdup(is_forced(begins) ? "group_replication_force_members was set, or the group made smaller by hand"
                                 : "the group was bootstrapped again after the node had died");
  self->verdict = g_strdup_printf(
      "%s went on with a group of its own at %s. If the other members were down then, that was right; if "
      "they were up, both sides took writes. No log of them was given.",
      node->name, from);
}

void galen_group_second_bootstrap(GalenProof *proof, const GalenNode *node, const GalenFact *begins) {
  guint64 told = G_GUINT64_CONSTANT(1) << GALEN_INCIDENT_SPLIT_BRAIN | G_GUINT64_CONSTANT(1)
                                                                           << GALEN_INCIDENT_UNDETERMINED;
  if (galen_proof_explained(proof, told, node->name, begins->time - 10 * GALEN_PROOF_SECOND, begins->time))
    return;
  if (!seen_online(proof, node, begins))
    unseen(proof, node, begins);
}
