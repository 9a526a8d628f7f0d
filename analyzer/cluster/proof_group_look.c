/* Group Replication: questions to the history. */
#include "proof_group.h"
#include "timeline.h"

#include <string.h>

#define FORCED_MAX 64 /* members in force_members */

gboolean galen_group_has_facts(const GalenNode *node) {
  for (guint i = 0; i < node->facts->len; i++) {
    GalenFactKind kind = ((const GalenFact *)node->facts->pdata[i])->kind;
    if (kind >= GALEN_FACT_GR_VIEW && kind <= GALEN_FACT_GR_ERRANT)
      return TRUE;
  }
  return FALSE;
}

const GalenClusterRow *galen_group_row(const GalenProof *proof, const GalenNode *node) {
  for (guint i = 0; i < proof->history->clusters->len; i++) {
    const GalenClusterRow *row = proof->history->clusters->pdata[i];
    if (g_ptr_array_find(row->nodes, node, NULL))
      return row;
  }
  return NULL;
}

gboolean galen_group_is_state(const GalenFact *fact, const char *state) {
  return fact->kind == GALEN_FACT_GR_STATE && g_strcmp0(fact->value, state) == 0;
}

gboolean galen_group_names(const GalenProof *proof, const GalenFact *fact, const GalenNode *node) {
  for (guint i = 0; fact->members != NULL && i < fact->members->len; i++)
    if (galen_history_address(proof->history, g_array_index(fact->members, GalenFactMember, i).name) == node)
      return TRUE;
  if (fact->members != NULL || fact->value == NULL)
    return FALSE;
  g_auto(GStrv) members = g_strsplit(fact->value, ",", FORCED_MAX);
  for (guint i = 0; members[i] != NULL; i++)
    if (galen_history_address(proof->history, g_strstrip(members[i])) == node)
      return TRUE;
  return FALSE;
}

/* The life that a node had at `time`, or the last one before. */
static const GalenProcess *life_before(const GalenNode *node, gint64 time) {
  const GalenProcess *found = NULL;
  for (guint i = 0; i < node->processes->len; i++) {
    const GalenProcess *process = node->processes->pdata[i];
    if (!process->beside && process->from <= time)
      found = process;
  }
  return found;
}

const GalenFact *galen_group_view(const GalenNode *node, gint64 time) {
  const GalenProcess *life = life_before(node, time);
  const GalenFact *view = NULL;
  for (guint i = life != NULL ? life->first : 1; life != NULL && i <= life->last; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact->kind == GALEN_FACT_GR_VIEW && fact->time <= time)
      view = fact;
  }
  return view;
}

guint galen_group_view_size(const GalenFact *view) {
  return view != NULL && view->members != NULL ? view->members->len : 0;
}

gboolean galen_group_first_view(const GalenFact *fact) {
  const char *count = fact->kind == GALEN_FACT_GR_VIEW && fact->name != NULL ? strrchr(fact->name, ':') : NULL;
  return count != NULL && g_str_equal(count, ":1");
}

gboolean galen_group_same_epoch(const GalenFact *a, const GalenFact *b) {
  if (a->name == NULL || b->name == NULL)
    return FALSE;
  gsize len = strcspn(a->name, ":");
  return len == strcspn(b->name, ":") && strncmp(a->name, b->name, len) == 0;
}

static gboolean ends_membership(const GalenFact *fact) {
  return fact->kind == GALEN_FACT_GR_STATE || fact->kind == GALEN_FACT_GR_EXPELLED ||
         fact->kind == GALEN_FACT_SHUTDOWN_BEGIN || fact->kind == GALEN_FACT_PROCESS_START ||
         fact->kind == GALEN_FACT_CRASH || fact->kind == GALEN_FACT_GR_MAJORITY;
}

/* What only a member writes; of one whose log begins later than its membership nothing else may tell. */
static gboolean shows_membership(const GalenFact *fact) {
  return fact->kind == GALEN_FACT_GR_VIEW || fact->kind == GALEN_FACT_GR_UNREACHABLE ||
         fact->kind == GALEN_FACT_GR_MEMBERS || fact->kind == GALEN_FACT_GR_PRIMARY;
}

const GalenFact *galen_group_online(const GalenNode *node, gint64 time) {
  const GalenFact *online = NULL;
  gboolean middle = TRUE;
  for (guint i = 0; i < node->facts->len; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact->time == GALEN_TIME_NONE || fact->time > time)
      continue;
    if (galen_group_is_state(fact, "ONLINE") || (fact->kind == GALEN_FACT_GR_MAJORITY && fact->flag) ||
        (middle && shows_membership(fact)))
      online = fact;
    else if (ends_membership(fact))
      online = NULL;
    middle = middle && !ends_membership(fact);
  }
  return online;
}

gint64 galen_group_back(const GalenNode *node, gint64 time, const GalenFact **ret_fact) {
  for (guint i = 0; i < node->facts->len; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact->time != GALEN_TIME_NONE && fact->time > time &&
        (galen_group_is_state(fact, "ONLINE") || (fact->kind == GALEN_FACT_GR_MAJORITY && fact->flag))) {
      *ret_fact = fact;
      return fact->time;
    }
  }
  return GALEN_TIME_NONE;
}

gboolean galen_group_dead(const GalenNode *node, gint64 time) {
  const GalenProcess *life = life_before(node, time);
  return life != NULL && life->to < time && life->end != GALEN_END_RUNNING && life->end != GALEN_END_UNKNOWN;
}

/* Who stops in order counts for no majority any more. */
static gboolean left_orderly(const GalenNode *node, gint64 from, gint64 to) {
  for (guint i = 0; i < node->facts->len; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact->time != GALEN_TIME_NONE && fact->time >= from && fact->time <= to &&
        (fact->kind == GALEN_FACT_SHUTDOWN_BEGIN || fact->kind == GALEN_FACT_SHUTDOWN_END ||
         galen_group_is_state(fact, "OFFLINE")))
      return TRUE;
  }
  return FALSE;
}

/* It was started again since the view, and is in no later one of that group. */
static gboolean began_anew(const GalenNode *node, const GalenFact *view, gint64 time) {
  const GalenProcess *life = life_before(node, time);
  if (life == NULL || life->start == NULL || life->from <= view->time)
    return FALSE;
  const GalenFact *later = galen_group_view(node, time);
  return later == NULL || !galen_group_same_epoch(later, view);
}

gboolean galen_group_may_have_majority(const GalenProof *proof, const GalenFact *view, const GalenNode *node,
                                       gint64 time, gboolean *ret_known) {
  guint may = 0, known = 0, gone = 0, all = galen_group_view_size(view);
  for (guint i = 0; i < all; i++) {
    const GalenNode *other =
        galen_history_address(proof->history, g_array_index(view->members, GalenFactMember, i).name);
    if (other != NULL && other->has_log && left_orderly(other, view->time, time)) {
      gone++;
      continue;
    }
    gboolean log = other != NULL && other->has_log;
    if (other == node || (log && (galen_group_dead(other, time) || began_anew(other, view, time))))
      continue;
    may++;
    known += log && other->last > time;
  }
  if (ret_known != NULL)
    *ret_known = known * 2 > all - gone;
  return may * 2 > all - gone;
}

gboolean galen_group_need_logs(const GalenProof *proof, GalenIncident *incident, const GalenFact *view,
                               const GalenNode *node, gint64 time) {
  gboolean any = FALSE;
  for (guint i = 0; i < galen_group_view_size(view); i++) {
    const char *name = g_array_index(view->members, GalenFactMember, i).name;
    const GalenNode *other = galen_history_address(proof->history, name);
    if (other == node || (other != NULL && other->has_log && other->last >= time))
      continue;
    g_autofree char *when = galen_proof_time(time);
    galen_proof_say(incident->needs,
                    g_strdup_printf("the error log of %s around %s: it shows whether it was up and in a group then",
                                    other != NULL ? other->name : name, when));
    any = TRUE;
  }
  return any;
}

gint64 galen_group_missed(const GalenProof *proof, const GalenNode *node, gint64 from, gint64 to,
                          const GalenFact **ret_fact) {
  static const GalenFactKind kinds[] = {GALEN_FACT_GR_UNREACHABLE, GALEN_FACT_GR_MEMBERS};
  const GalenFact *found = NULL;
  for (guint i = 0; i < proof->history->nodes->len; i++) {
    const GalenNode *other = proof->history->nodes->pdata[i];
    if (other == node)
      continue;
    g_autoptr(GPtrArray) facts = galen_timeline_facts(other, kinds, G_N_ELEMENTS(kinds), from, to);
    for (guint k = 0; k < facts->len; k++) {
      const GalenFact *fact = facts->pdata[k];
      if (!fact->flag && (found == NULL || fact->time < found->time) && galen_group_names(proof, fact, node))
        found = fact;
    }
  }
  if (found != NULL && ret_fact != NULL)
    *ret_fact = found;
  return found != NULL ? found->time : GALEN_TIME_NONE;
}

GalenIncident *galen_group_incident(GalenProof *proof, const GalenNode *node, const GalenFact *fact,
                                    GalenIncidentKind kind, GalenConfidence confidence, GalenSeverity severity) {
  GalenIncident *self =
      galen_proof_incident(proof, kind, confidence, severity, galen_proof_identity(node, fact, fact->time));
  const GalenFact *end = NULL;
  gint64 to = galen_group_back(node, fact->time, &end);
  galen_proof_window(self, fact->time, galen_proof_error(node, fact), to, galen_proof_error(node, end));
  self->ongoing = to == GALEN_TIME_NONE;
  galen_proof_add_name(self->nodes, node->name);
  galen_proof_show(self, fact);
  galen_proof_show(self, end);
  return self;
}
