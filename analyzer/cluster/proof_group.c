/* Group Replication: what its members write of bootstraps, majorities, expulsions and errant transactions. */
#include "proof.h"

#define TOGETHER (60 * GALEN_PROOF_SECOND)
#define FORCED_MAX 64 /* members in force_members */

static gboolean in_group(const GalenNode *node) {
  for (guint i = 0; i < node->facts->len; i++) {
    GalenFactKind kind = ((const GalenFact *)node->facts->pdata[i])->kind;
    if (kind >= GALEN_FACT_GR_VIEW && kind <= GALEN_FACT_GR_ERRANT)
      return TRUE;
  }
  return FALSE;
}

static gboolean is_state(const GalenFact *fact, const char *state) {
  return fact->kind == GALEN_FACT_GR_STATE && g_strcmp0(fact->value, state) == 0;
}

/* When the member is ONLINE after `time`. */
static gint64 online(const GalenNode *node, gint64 time, const GalenFact **ret_fact) {
  for (guint i = 0; i < node->facts->len; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact->time != GALEN_TIME_NONE && fact->time > time &&
        (is_state(fact, "ONLINE") || (fact->kind == GALEN_FACT_GR_MAJORITY && fact->flag))) {
      *ret_fact = fact;
      return fact->time;
    }
  }
  return GALEN_TIME_NONE;
}

/* Whether the member was ONLINE, in a group, at `time`; its last line of that life. */
static const GalenFact *was_online(const GalenNode *node, gint64 time) {
  const GalenFact *online = NULL;
  for (guint i = 0; i < node->facts->len; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact->time == GALEN_TIME_NONE || fact->time > time)
      continue;
    if (is_state(fact, "ONLINE") || (fact->kind == GALEN_FACT_GR_MAJORITY && fact->flag))
      online = fact;
    else if (fact->kind == GALEN_FACT_GR_STATE || fact->kind == GALEN_FACT_GR_EXPELLED ||
             fact->kind == GALEN_FACT_SHUTDOWN_BEGIN || fact->kind == GALEN_FACT_PROCESS_START ||
             fact->kind == GALEN_FACT_CRASH || fact->kind == GALEN_FACT_GR_MAJORITY)
      online = NULL;
  }
  return online;
}

static GalenIncident *incident(GalenProof *proof, const GalenNode *node, const GalenFact *fact, GalenIncidentKind kind,
                               GalenConfidence confidence, GalenSeverity severity) {
  GalenIncident *self =
      galen_proof_incident(proof, kind, confidence, severity, galen_proof_identity(node, fact, fact->time));
  const GalenFact *end = NULL;
  gint64 to = online(node, fact->time, &end);
  galen_proof_window(self, fact->time, galen_proof_error(node, fact), to, galen_proof_error(node, end));
  self->ongoing = to == GALEN_TIME_NONE;
  galen_proof_add_name(self->nodes, node->name);
  galen_proof_show(self, fact);
  galen_proof_show(self, end);
  return self;
}

/* "10.0.0.2:3306" names a node that is called so or has this address. */
static gboolean names_node(const char *member, const GalenNode *node) {
  g_autofree char *host = g_strndup(member, strcspn(member, ":"));
  return g_str_equal(host, node->name) || (node->aliases != NULL && galen_proof_has_name(node->aliases, host)) ||
         (node->addresses != NULL &&
          (galen_proof_has_name(node->addresses, host) || galen_proof_has_name(node->addresses, member)));
}

/* Whether a view of `node` before `time` had the other one in it, or both are of one named group. */
static gboolean tied(const GalenNode *node, const GalenNode *other, gint64 time) {
  if (node->cluster != NULL && g_strcmp0(node->cluster, other->cluster) == 0)
    return TRUE;
  for (guint i = 0; i < node->facts->len; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact->kind != GALEN_FACT_GR_VIEW || fact->members == NULL || fact->time > time)
      continue;
    for (guint j = 0; j < fact->members->len; j++) {
      const char *name = g_array_index(fact->members, GalenFactMember, j).name;
      if (name != NULL && names_node(name, other))
        return TRUE;
    }
  }
  return FALSE;
}

/* A view counts from 1 on in each bootstrap: "17286390123456789:1". */
static gboolean first_view(const GalenFact *fact) {
  const char *count = fact->kind == GALEN_FACT_GR_VIEW && fact->name != NULL ? strrchr(fact->name, ':') : NULL;
  return count != NULL && g_str_equal(count, ":1");
}

/* Whether the other one is in the new group: in its view, or in "10.0.0.1:33061,10.0.0.2:33061" of force_members. */
static gboolean kept(const GalenFact *boot, const GalenNode *other) {
  for (guint i = 0; boot->kind == GALEN_FACT_GR_VIEW && boot->members != NULL && i < boot->members->len; i++) {
    const char *name = g_array_index(boot->members, GalenFactMember, i).name;
    if (name != NULL && names_node(name, other))
      return TRUE;
  }
  if (boot->kind != GALEN_FACT_GR_FORCED || boot->value == NULL)
    return FALSE;
  g_auto(GStrv) members = g_strsplit(boot->value, ",", FORCED_MAX);
  for (guint i = 0; members[i] != NULL; i++)
    if (names_node(g_strstrip(members[i]), other))
      return TRUE;
  return FALSE;
}

/* The view with which a member that had lost the majority has one again. */
static const GalenFact *regained(const GalenNode *node, const GalenFact *back) {
  const GalenFact *view = NULL;
  for (guint i = 0; i < node->facts->len; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact->kind == GALEN_FACT_GR_VIEW && fact->time != GALEN_TIME_NONE &&
        ABS(fact->time - back->time) <= 5 * GALEN_PROOF_SECOND)
      view = fact;
  }
  return view;
}

/* Whether the other one, online, had or got a view without the node: one that stands still is expelled and knows nothing of it. */
static gboolean went_on_without(const GalenNode *other, const GalenNode *node, gint64 time) {
  const GalenFact *view = NULL;
  for (guint i = 0; i < other->facts->len; i++) {
    const GalenFact *fact = other->facts->pdata[i];
    if (fact->kind == GALEN_FACT_GR_VIEW && fact->time != GALEN_TIME_NONE && fact->time <= time + TOGETHER)
      view = fact;
  }
  return view != NULL && !kept(view, node);
}

static void second_bootstrap(GalenProof *proof, const GalenNode *node, const GalenFact *boot) {
  const GalenFact *alive = NULL;
  GalenIncident *self = NULL;
  for (guint i = 0; i < proof->history->nodes->len; i++) {
    const GalenNode *other = proof->history->nodes->pdata[i];
    if (other == node || kept(boot, other) || !tied(node, other, boot->time) ||
        (alive = was_online(other, boot->time)) == NULL)
      continue;
    /* Both lived at once only when the other one writes again in the same life. One that died without a line since had died
     * before: a member that lives writes when it loses another. */
    const GalenProcess *life = galen_proof_process_at(other, alive->time);
    gboolean later =
        life != NULL && life->to > boot->time && was_online(other, boot->time + GALEN_PROOF_SECOND) != NULL;
    if (life != NULL && !later && (life->end == GALEN_END_KILL || life->end == GALEN_END_CRASH))
      continue;
    gboolean told = went_on_without(other, node, boot->time);
    if (boot->kind == GALEN_FACT_GR_VIEW && !first_view(boot) && !told)
      continue;
    later = later && (told || boot->kind != GALEN_FACT_GR_FORCED);
    if (self == NULL)
      self = incident(proof, node, boot, GALEN_INCIDENT_SPLIT_BRAIN, later ? GALEN_LIKELY : GALEN_POSSIBLE,
                      GALEN_SEVERITY_CRITICAL);
    if (later)
      self->confidence = GALEN_LIKELY;
    galen_proof_add_name(self->nodes, other->name);
    galen_proof_show(self, alive);
  }
  if (self == NULL)
    return;
  galen_proof_rule(self, "R4");
  g_autofree char *names = galen_proof_names(self->nodes), *from = galen_proof_time(self->from);
  self->to = GALEN_TIME_NONE;
  self->ongoing = TRUE;
  gboolean forced = boot->kind != GALEN_FACT_GR_BOOTSTRAP && !first_view(boot);
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

/* Another member that stayed online and removed somebody then: the group lost this node, not its majority. */
static gboolean others_went_on(GalenProof *proof, const GalenNode *node, const GalenFact *fact) {
  for (guint i = 0; i < proof->history->nodes->len; i++) {
    const GalenNode *other = proof->history->nodes->pdata[i];
    if (other == node || !tied(node, other, fact->time) || was_online(other, fact->time) == NULL)
      continue;
    const GalenFact *removed = NULL;
    for (guint j = 0; removed == NULL && j < other->facts->len; j++) {
      const GalenFact *one = other->facts->pdata[j];
      if (one->kind == GALEN_FACT_GR_MEMBERS && !one->flag && one->time != GALEN_TIME_NONE &&
          ABS(one->time - fact->time) <= TOGETHER)
        removed = one;
    }
    if (removed == NULL)
      continue;
    GalenIncident *self = incident(proof, node, fact, GALEN_INCIDENT_NODE_LOSS, GALEN_PROVEN, GALEN_SEVERITY_WARNING);
    galen_proof_show(self, removed);
    self->title = g_strdup_printf("%s was cut off from its group", node->name);
    self->cause = g_strdup("it could not reach the majority, which removed it and went on");
    g_autofree char *from = galen_proof_time(self->from);
    self->verdict =
        g_strdup_printf("From %s on %s blocked all updates; %s and the others went on.", from, node->name, other->name);
    galen_proof_say(self->advice, g_strdup("Look at its network and load; send its clients to the others."));
    return TRUE;
  }
  return FALSE;
}

static void majority_lost(GalenProof *proof, const GalenNode *node, const GalenFact *fact) {
  guint64 same = G_GUINT64_CONSTANT(1) << GALEN_INCIDENT_QUORUM_LOSS;
  if (galen_proof_explained(proof, same, node->name, fact->time, fact->time))
    return;
  for (guint i = 0; i < proof->history->incidents->len; i++) {
    GalenIncident *other = proof->history->incidents->pdata[i];
    const GalenNode *peer = galen_history_node(proof->history, other->nodes->len > 0 ? other->nodes->pdata[0] : "");
    if (other->kind == GALEN_INCIDENT_QUORUM_LOSS && peer != NULL && g_strcmp0(peer->cluster, node->cluster) == 0 &&
        ABS(other->from - fact->time) <= TOGETHER) {
      galen_proof_add_name(other->nodes, node->name);
      galen_proof_show(other, fact);
      return;
    }
  }
  if (others_went_on(proof, node, fact))
    return;
  GalenIncident *self = incident(proof, node, fact, GALEN_INCIDENT_QUORUM_LOSS, GALEN_PROVEN, GALEN_SEVERITY_CRITICAL);
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

/* The fact with which a group of its own begins, or may begin; NULL: this is none. */
static const GalenFact *new_group(const GalenNode *node, const GalenFact *fact) {
  if (fact->kind == GALEN_FACT_GR_MAJORITY && fact->flag)
    return regained(node, fact);
  gboolean begins = fact->kind == GALEN_FACT_GR_BOOTSTRAP || fact->kind == GALEN_FACT_GR_FORCED || first_view(fact);
  return begins ? fact : NULL;
}

static void look_at(GalenProof *proof, const GalenNode *node, const GalenFact *fact) {
  g_autofree char *when = galen_proof_time(fact->time);
  guint64 split = G_GUINT64_CONSTANT(1) << GALEN_INCIDENT_SPLIT_BRAIN;
  const GalenFact *begins = new_group(node, fact);
  if (begins != NULL && !galen_proof_explained(proof, split, node->name, begins->time, begins->time))
    second_bootstrap(proof, node, begins);
  if (fact->kind == GALEN_FACT_GR_MAJORITY && !fact->flag)
    majority_lost(proof, node, fact);
  if (fact->kind == GALEN_FACT_GR_EXPELLED) {
    GalenIncident *self = incident(proof, node, fact, GALEN_INCIDENT_NODE_LOSS, GALEN_PROVEN, GALEN_SEVERITY_WARNING);
    self->title = g_strdup_printf("%s was expelled from its group", node->name);
    self->cause = g_strdup("the others did not hear from it for group_replication_member_expel_timeout");
    self->verdict = g_strdup_printf("The group went on without %s from %s on.", node->name, when);
    galen_proof_say(
        self->advice,
        g_strdup("Look at its network and load; group_replication_autorejoin_tries lets it come back by itself."));
  }
  if (fact->kind == GALEN_FACT_GR_ERRANT) {
    GalenIncident *self =
        incident(proof, node, fact, GALEN_INCIDENT_HIDDEN_DIVERGENCE, GALEN_LIKELY, GALEN_SEVERITY_CRITICAL);
    self->title = g_strdup_printf("%s has transactions that the group does not have", node->name);
    self->cause = g_strdup(
        "it was written to while it was no member: after a failover, by a local administrator, or by a second group");
    self->verdict = g_strdup_printf("%s holds %s; the group has %s. It was refused at %s.", node->name,
                                    fact->name != NULL ? fact->name : "errant GTIDs",
                                    fact->value != NULL ? fact->value : "less", when);
    galen_proof_add_name(self->suspects, node->name);
    galen_proof_say(
        self->advice,
        g_strdup(
            "Keep its data directory and binary logs; GTID_SUBTRACT of both sets names the errant transactions. People "
            "decide whether to apply them to the group; then rebuild it by clone."));
  }
}

void galen_proof_group(GalenProof *proof) {
  for (guint i = 0; i < proof->history->nodes->len; i++) {
    const GalenNode *node = proof->history->nodes->pdata[i];
    if (!in_group(node))
      continue;
    gint64 last[GALEN_FACT_KINDS];
    for (guint j = 0; j < G_N_ELEMENTS(last); j++)
      last[j] = GALEN_TIME_NONE;
    for (guint j = 0; j < node->facts->len; j++) {
      const GalenFact *fact = node->facts->pdata[j];
      if (fact->kind < GALEN_FACT_GR_VIEW || fact->kind > GALEN_FACT_GR_ERRANT || fact->time == GALEN_TIME_NONE)
        continue;
      if (new_group(node, fact) != NULL || last[fact->kind] == GALEN_TIME_NONE ||
          fact->time - last[fact->kind] > TOGETHER)
        look_at(proof, node, fact);
      last[fact->kind] = fact->time;
    }
  }
}
