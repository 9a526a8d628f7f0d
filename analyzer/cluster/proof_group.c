/* Group Replication: what its members write of bootstraps, majorities, expulsions, errors and errant transactions. */
#include "proof_group.h"

#include <string.h>

#define LOOKED_AT_MAX 300u /* of one kind and node: each costs a walk through all facts */
#define NEAR (5 * GALEN_PROOF_SECOND)
#define BIT(kind) (G_GUINT64_CONSTANT(1) << (kind))

/* ---- groups that begin ---- */

/* How many members the group had before the view at `index`: the view before, or those that were removed with it. */
static guint size_before(const GalenNode *node, guint index) {
  const GalenFact *view = node->facts->pdata[index];
  guint removed = 0;
  for (guint i = index; i-- > 0;) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact->kind == GALEN_FACT_GR_VIEW)
      return galen_group_view_size(fact);
    if (fact->kind == GALEN_FACT_PROCESS_START)
      break;
    if (fact->kind == GALEN_FACT_GR_MEMBERS && !fact->flag && view->time - fact->time <= NEAR)
      removed += galen_group_view_size(fact);
  }
  return galen_group_view_size(view) + removed;
}

static gboolean is_smaller_half(const GalenNode *node, guint index) {
  return galen_group_view_size(node->facts->pdata[index]) * 2 <= size_before(node, index);
}

/* The view with which a member that had lost the majority has one again, without a majority of the view before. */
static const GalenFact *regained(const GalenNode *node, const GalenFact *back) {
  for (guint i = node->facts->len; i-- > 0;) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact->kind == GALEN_FACT_GR_VIEW && fact->time != GALEN_TIME_NONE && fact->time <= back->time + NEAR)
      return fact->time >= back->time - NEAR && is_smaller_half(node, i) ? fact : NULL;
  }
  return NULL;
}

/* A view that the member got without a majority of the one before: somebody forced it. */
static gboolean without_majority(const GalenNode *node, guint index) {
  for (guint i = index; i-- > 0;) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact->kind == GALEN_FACT_GR_MAJORITY)
      return !fact->flag && is_smaller_half(node, index);
    if (fact->kind == GALEN_FACT_GR_VIEW || fact->kind == GALEN_FACT_PROCESS_START ||
        fact->kind == GALEN_FACT_GR_STATE || fact->kind == GALEN_FACT_GR_EXPELLED)
      return FALSE;
  }
  return FALSE;
}

/* The fact with which a group of its own begins, or may begin; NULL: this is none. */
static const GalenFact *new_group(const GalenNode *node, guint index) {
  const GalenFact *fact = node->facts->pdata[index];
  if (fact->kind == GALEN_FACT_GR_MAJORITY && fact->flag)
    return regained(node, fact);
  gboolean begins = fact->kind == GALEN_FACT_GR_BOOTSTRAP || fact->kind == GALEN_FACT_GR_FORCED ||
                    galen_group_first_view(fact) || (fact->kind == GALEN_FACT_GR_VIEW && without_majority(node, index));
  return begins ? fact : NULL;
}

static void look_at_group(GalenProof *proof, const GalenNode *node, guint index) {
  const GalenFact *begins = new_group(node, index);
  if (begins != NULL)
    galen_group_second_bootstrap(proof, node, begins);
}

/* ---- majorities and expulsions ---- */

static void look_at_membership(GalenProof *proof, const GalenNode *node, guint index) {
  const GalenFact *fact = node->facts->pdata[index];
  if (fact->kind == GALEN_FACT_GR_MAJORITY && !fact->flag)
    galen_group_majority_lost(proof, node, fact);
  if (fact->kind == GALEN_FACT_GR_EXPELLED)
    galen_group_expelled(proof, node, fact);
}

/* ---- members that cannot be one ---- */

/* Whether it was the primary in its last life as a member before. */
static gboolean was_primary(const GalenNode *node, gint64 time) {
  gboolean primary = FALSE;
  for (guint i = 0; i < node->facts->len; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact->kind == GALEN_FACT_GR_PRIMARY && fact->time < time)
      primary = fact->flag;
  }
  return primary;
}

static void errant(GalenProof *proof, const GalenNode *node, const GalenFact *fact) {
  if (galen_proof_explained(proof, BIT(GALEN_INCIDENT_HIDDEN_DIVERGENCE), node->name, fact->time, fact->time))
    return;
  GalenIncident *self =
      galen_group_incident(proof, node, fact, GALEN_INCIDENT_HIDDEN_DIVERGENCE, GALEN_LIKELY, GALEN_SEVERITY_CRITICAL);
  g_autofree char *when = galen_proof_time(fact->time);
  gboolean let_in = fact->text != NULL && strstr(fact->text, "only allowed to join") != NULL;
  self->title = g_strdup_printf("%s has transactions that the group does not have", node->name);
  self->cause =
      g_strdup(was_primary(node, fact->time)
                   ? "it was the primary, and its last transactions had not reached the others when it was lost; "
                     "or it was written to while it was no member"
                   : "it was written to while it was no member: after a failover, by a local administrator, or "
                     "by a second group");
  self->verdict =
      g_strdup_printf("%s holds %s; the group has %s. It was %s at %s.", node->name,
                      fact->name != NULL ? fact->name : "errant GTIDs", fact->value != NULL ? fact->value : "less",
                      let_in ? "let in all the same (allow_local_disjoint_gtids_join)" : "refused", when);
  galen_proof_add_name(self->suspects, node->name);
  galen_proof_say(
      self->advice,
      g_strdup(
          "Keep its data directory and binary logs; GTID_SUBTRACT of both sets names the errant transactions. People "
          "decide whether to apply them to the group; then rebuild it by clone."));
}

/* What keeps a member out, by the name of its ERROR fact. */
static const struct {
  const char *name;
  GalenIncidentKind kind;
  GalenSeverity severity;
  const char *title, *cause, *advice;
} errors[] = {
    {"applier", GALEN_INCIDENT_NODE_INCONSISTENT, GALEN_SEVERITY_CRITICAL,
     "could not apply what the group did, and left it",
     "a transaction of the group could not be applied: its data differ, or a disk or memory failed",
     "The replication error beside it says which row or statement. Save what the member has of its own, then clone it "
     "anew from another member."},
    {"recovery", GALEN_INCIDENT_SST_FAILURE, GALEN_SEVERITY_WARNING, "could not fetch what it lacked of its group",
     "no donor could be reached or used: credentials of the recovery channel, names that do not resolve, purged binary "
     "logs",
     "See the errors of channel group_replication_recovery: with 2061 or 1045 the account (or "
     "group_replication_recovery_get_public_key), with 1236 clone the member."},
    {"join", GALEN_INCIDENT_START_FAILURE, GALEN_SEVERITY_WARNING, "could not join its group",
     "the others were not reached, refused it, or are no group",
     "Check group_replication_group_seeds, local_address and ip_allowlist, and that a group runs. Bootstrap only when "
     "none does."},
};

/* What the server says of the channels of the group. */
static const char *error_name(const GalenFact *fact) {
  if (galen_group_is_state(fact, "ERROR"))
    return fact->name;
  gboolean failed = fact->kind == GALEN_FACT_REPLICATION && !fact->flag && fact->number > 0;
  return failed && g_strcmp0(fact->name, "group_replication_applier") == 0 ? "applier" : NULL;
}

static void look_at_error(GalenProof *proof, const GalenNode *node, guint index) {
  const GalenFact *fact = node->facts->pdata[index];
  if (fact->kind == GALEN_FACT_GR_ERRANT)
    errant(proof, node, fact);
  const char *name = error_name(fact);
  guint64 explains = BIT(GALEN_INCIDENT_HIDDEN_DIVERGENCE) | BIT(GALEN_INCIDENT_NODE_LOSS) |
                     BIT(GALEN_INCIDENT_QUORUM_LOSS) | BIT(GALEN_INCIDENT_CLUSTER_DOWN) | BIT(GALEN_INCIDENT_FLAPPING);
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS(errors); i++) {
    gboolean join = errors[i].kind == GALEN_INCIDENT_START_FAILURE;
    guint64 same = BIT(errors[i].kind) | (errors[i].kind == GALEN_INCIDENT_NODE_INCONSISTENT ? 0 : explains) |
                   (join ? BIT(GALEN_INCIDENT_SST_FAILURE) | BIT(GALEN_INCIDENT_NODE_INCONSISTENT) : 0);
    if (!g_str_equal(errors[i].name, name) || galen_proof_explained(proof, same, node->name, fact->time, fact->time))
      continue;
    GalenIncident *self = galen_group_incident(proof, node, fact, errors[i].kind, GALEN_PROVEN, errors[i].severity);
    g_autofree char *from = galen_proof_time(fact->time), *to = galen_proof_time(self->to);
    self->title = g_strdup_printf("%s %s", node->name, errors[i].title);
    self->cause = g_strdup(fact->kind == GALEN_FACT_REPLICATION ? galen_fact_words(fact) : errors[i].cause);
    self->verdict =
        self->ongoing
            ? g_strdup_printf("%s %s at %s; it is not ONLINE again in these logs.", node->name, errors[i].title, from)
            : g_strdup_printf("%s %s at %s; it was ONLINE again at %s.", node->name, errors[i].title, from, to);
    galen_proof_say(self->advice, g_strdup(errors[i].advice));
  }
}

static void look_at_others(GalenProof *proof, const GalenNode *node, guint index) {
  const GalenFact *fact = node->facts->pdata[index];
  if (fact->kind == GALEN_FACT_GR_MEMBERS && !fact->flag)
    galen_group_removed(proof, node, fact);
}

static gboolean is_costly(const GalenFact *fact) {
  return fact->kind == GALEN_FACT_GR_MAJORITY || fact->kind == GALEN_FACT_GR_BOOTSTRAP ||
         fact->kind == GALEN_FACT_GR_FORCED || (fact->kind == GALEN_FACT_GR_MEMBERS && !fact->flag) ||
         galen_group_first_view(fact);
}

void galen_proof_group(GalenProof *proof) {
  /* In this order: a group of its own explains losses, these explain errors, and all of them what others saw. */
  static void (*const passes[])(GalenProof *, const GalenNode *, guint) = {look_at_group, look_at_membership,
                                                                           look_at_error, look_at_others};
  for (guint k = 0; k < G_N_ELEMENTS(passes); k++)
    for (guint i = 0; i < proof->history->nodes->len; i++) {
      const GalenNode *node = proof->history->nodes->pdata[i];
      guint n = galen_group_has_facts(node) ? node->facts->len : 0, looked[GALEN_FACT_KINDS] = {0};
      for (guint j = 0; j < n; j++) {
        const GalenFact *fact = node->facts->pdata[j];
        if (fact->time != GALEN_TIME_NONE && (!is_costly(fact) || looked[fact->kind]++ < LOOKED_AT_MAX))
          passes[k](proof, node, j);
      }
    }
}
