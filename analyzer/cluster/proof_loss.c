/* Nodes that went missing while the others went on; the same one again and again. */
#include "proof.h"

#define BIT(kind) (G_GUINT64_CONSTANT(1) << (kind))

typedef struct {
  const char *name;
  const GalenPrim *prim; /* the first one without it */
  const GalenComponent *seen;
  gint64 from, to;
  const GalenFact *sign, *back;
} Loss;

/* What the node's own log says of its absence. */
static gboolean died(const GalenProof *proof, const char *name, gint64 from, gint64 until) {
  const GalenNode *node = galen_history_node(proof->history, name);
  for (guint i = 0; node != NULL && i < node->processes->len; i++) {
    const GalenProcess *process = node->processes->pdata[i];
    const GalenProcess *next = galen_proof_next_life(process);
    gboolean dead =
        process->end == GALEN_END_KILL || process->end == GALEN_END_CRASH || process->end == GALEN_END_ABORT;
    gint64 end = process->end == GALEN_END_KILL && next != NULL ? next->from : process->to;
    if (dead && process->started && process->from < from && end >= from - 10 * GALEN_PROOF_SECOND &&
        process->to <= until)
      return TRUE;
  }
  return FALSE;
}

/* A member that the component before had, and that this one lost by suspicion. */
static gboolean is_lost(const GalenPrim *prim, const char *name, const GalenComponent **ret_seen) {
  for (guint i = 0; i < prim->seen->len; i++) {
    const GalenComponent *component = prim->seen->pdata[i];
    if (component->lost != NULL && galen_proof_has_name(component->lost, name)) {
      *ret_seen = component;
      return TRUE;
    }
  }
  return FALSE;
}

static void find_losses(const GalenProof *proof, const char *name, const GalenClusterRow *row, GArray *losses) {
  guint64 explains = BIT(GALEN_INCIDENT_SPLIT_BRAIN) | BIT(GALEN_INCIDENT_QUORUM_LOSS) |
                     BIT(GALEN_INCIDENT_CLUSTER_DOWN) | BIT(GALEN_INCIDENT_NODE_INCONSISTENT);
  for (guint i = 0; i < proof->prims->len; i++) {
    const GalenPrim *prim = proof->prims->pdata[i];
    Loss loss = {.name = name, .prim = prim};
    const Loss *last = losses->len > 0 ? &g_array_index(losses, Loss, losses->len - 1) : NULL;
    if (last != NULL && (last->to == GALEN_TIME_NONE || prim->from <= last->to))
      continue; /* it was still away */
    if (prim->row != row || galen_prim_has(prim, name) || !is_lost(prim, name, &loss.seen))
      continue;
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    galen_proof_add_name(names, name);
    loss.from = galen_proof_missed(proof, names, prim->members, prim->from, &loss.sign);
    loss.to = galen_proof_back(proof, name, prim->from, &loss.back);
    if (galen_proof_explained(proof, explains, name, loss.from, prim->from) ||
        died(proof, name, prim->from, loss.to == GALEN_TIME_NONE ? G_MAXINT64 : loss.to))
      continue;
    g_array_append_val(losses, loss);
  }
}

static void why(const GalenProof *proof, GalenIncident *self, const Loss *loss) {
  const GalenNode *node = galen_history_node(proof->history, loss->name);
  gint64 until = loss->to == GALEN_TIME_NONE ? G_MAXINT64 : loss->to;
  const GalenFact *stalled = node != NULL ? galen_proof_fact_after(node, GALEN_FACT_STALLED, loss->from, until) : NULL;
  const GalenFact *evicted =
      node != NULL ? galen_proof_fact_after(node, GALEN_FACT_EVICTED, loss->from - 60 * GALEN_PROOF_SECOND, until)
                   : NULL;
  galen_proof_show(self, stalled != NULL ? stalled : evicted);
  if (evicted != NULL)
    self->cause = g_strdup("it was evicted for being slow again and again (evs.auto_evict)");
  else if (stalled != NULL)
    self->cause = g_strdup("its process stood still: a paused virtual machine, swapping, stuck storage, SIGSTOP");
  else if (node != NULL && node->has_log)
    self->cause = g_strdup("the link between it and the others was cut, or its host was");
  else
    self->cause = g_strdup("its process died, its host or the link to it failed: its own log would tell");
}

static GalenIncident *begin(GalenProof *proof, GalenIncidentKind kind, const Loss *first, const Loss *last) {
  const GalenNode *node = galen_history_node(proof->history, first->name);
  gboolean own = node != NULL && node->has_log;
  char rep[GALEN_UUID_TEXT];
  GalenIncident *self =
      galen_proof_incident(proof, kind, own ? GALEN_PROVEN : GALEN_LIKELY, GALEN_SEVERITY_WARNING,
                           g_strdup_printf("%s|%s|%" G_GINT64_FORMAT, first->name,
                                           galen_uuid_write(&first->prim->rep, rep), first->prim->seq));
  galen_proof_add_name(self->nodes, first->name);
  galen_proof_window(self, first->from, galen_proof_error(first->seen->node, first->sign), last->to,
                     galen_proof_error(own ? node : first->seen->node, last->back));
  self->ongoing = last->to == GALEN_TIME_NONE;
  if (!own) {
    g_autofree char *from = galen_proof_time(first->from);
    galen_proof_say(
        self->needs,
        g_strdup_printf(
            "the error log of %s from %s on: only it shows whether it died, was cut off, or was primary elsewhere",
            first->name, from));
  }
  return self;
}

static void show(GalenIncident *self, const Loss *loss) {
  const GalenNode *node = loss->seen->node;
  galen_proof_show(self, loss->sign);
  galen_proof_show(
      self, galen_proof_fact_before(node, GALEN_FACT_SUSPECT, loss->prim->from, loss->from - GALEN_PROOF_SECOND));
  galen_proof_show(self, loss->seen->view);
  galen_proof_show(self, loss->back);
}

static void node_loss(GalenProof *proof, const Loss *loss) {
  GalenIncident *self = begin(proof, GALEN_INCIDENT_NODE_LOSS, loss, loss);
  why(proof, self, loss);
  show(self, loss);
  g_autofree char *others = galen_proof_names(loss->prim->members), *from = galen_proof_time(loss->from),
                  *to = galen_proof_time(loss->to);
  self->title = g_strdup_printf("%s was lost, %s went on", loss->name, others);
  self->verdict =
      loss->to != GALEN_TIME_NONE
          ? g_strdup_printf(
                "%s was not heard from %s on and was put out of the primary component; it was back in sync at %s.",
                loss->name, from, to)
          : g_strdup_printf(
                "%s was not heard from %s on and was put out of the primary component; it is not back in these logs.",
                loss->name, from);
  galen_proof_say(self->advice,
                  g_strdup_printf("Look at the host, the network and the storage of %s at that time.", loss->name));
  galen_proof_say(self->would_change,
                  g_strdup_printf("A primary component on %s in this time would make it a split brain.", loss->name));
}

/* Whether what the node itself wrote between is missing. */
static gboolean untold(const GalenNode *node, gint64 from, gint64 to) {
  if (node == NULL || !node->has_log)
    return TRUE;
  for (guint i = 0; i < node->holes->len; i++) {
    const GalenHole *hole = &g_array_index(node->holes, GalenHole, i);
    if (hole->from <= to && hole->to >= from)
      return TRUE;
  }
  return FALSE;
}

/* The line with the highest position that the node had when it left a component, or started from. */
static const GalenFact *furthest(const GalenNode *node, const GalenUuid *group, gint64 from, gint64 to) {
  const GalenFact *found = NULL;
  for (guint i = 0; i < node->facts->len; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    gboolean leaves = fact->kind == GALEN_FACT_STATE &&
                      (g_strcmp0(fact->value, "OPEN") == 0 || g_strcmp0(fact->value, "CLOSED") == 0);
    gboolean starts = fact->kind == GALEN_FACT_SAVED_STATE || fact->kind == GALEN_FACT_START_POSITION ||
                      fact->kind == GALEN_FACT_RECOVERED_POSITION;
    gboolean same = leaves || galen_uuid_same(&fact->uuid, group);
    if ((leaves || starts) && same && fact->time >= from && fact->time <= to && fact->seqno > 0 &&
        (found == NULL || fact->seqno > found->seqno))
      found = fact;
  }
  return found;
}

/* What it did alone is in missing lines, but what it wrote later shows more write sets than it had when it was put out: it had a
 * primary component of its own. */
static gboolean went_ahead(GalenProof *proof, const Loss *loss) {
  const GalenNode *node = galen_history_node(proof->history, loss->name);
  const GalenPrim *prim = loss->prim;
  gint64 until = loss->to != GALEN_TIME_NONE ? loss->to : G_MAXINT64;
  if (node == NULL || !node->has_log || !untold(node, loss->from, until) || prim->act_id < 0)
    return FALSE;
  /* until it is a member again, which counts on with the others */
  for (guint i = 0; i < proof->prims->len; i++) {
    const GalenPrim *later = proof->prims->pdata[i];
    if (later->from > prim->from && later->from <= until && galen_prim_has(later, loss->name))
      until = later->from - 2 * GALEN_PROOF_SECOND;
  }
  const GalenFact *sign = furthest(node, &prim->group, prim->from, until);
  gint64 highest = sign != NULL ? sign->seqno : GALEN_SEQNO_NONE;
  if (highest <= prim->act_id + 1)
    return FALSE;
  char rep[GALEN_UUID_TEXT];
  GalenIncident *self = galen_proof_incident(
      proof, GALEN_INCIDENT_SPLIT_BRAIN, GALEN_LIKELY, GALEN_SEVERITY_CRITICAL,
      g_strdup_printf("%s|%s|%" G_GINT64_FORMAT, loss->name, galen_uuid_write(&prim->rep, rep), prim->seq));
  galen_proof_rule(self, "R5");
  galen_proof_add_name(self->nodes, loss->name);
  for (guint i = 0; i < prim->members->len; i++)
    galen_proof_add_name(self->nodes, prim->members->pdata[i]);
  galen_proof_window(self, loss->from, galen_proof_error(loss->seen->node, loss->sign),
                     until == G_MAXINT64 ? GALEN_TIME_NONE : until, galen_proof_error(node, NULL));
  galen_proof_show(self, loss->seen->quorum != NULL ? loss->seen->quorum : loss->seen->view);
  galen_proof_show(self, sign);
  g_autofree char *others = galen_proof_names(prim->members);
  self->title = g_strdup_printf("Split brain: %s against %s", others, loss->name);
  self->verdict =
      g_strdup_printf("%s was put out at seqno %" G_GINT64_FORMAT " while %s went on, and has %" G_GINT64_FORMAT
                      " before it is a member again: it was primary on its own, in lines of its log that are missing.",
                      loss->name, prim->act_id, others, highest);
  galen_proof_say(self->would_change,
                  g_strdup_printf("The missing lines of %s show its primary component, and prove it.", loss->name));
  return TRUE;
}

/* It was away as another process, whose lines are missing, and took a full copy: what it did alone is gone without a trace. */
static void undecided(GalenProof *proof, const Loss *loss) {
  if (went_ahead(proof, loss))
    return;
  const GalenNode *node = galen_history_node(proof->history, loss->name);
  const GalenTransfer *copy = NULL;
  for (guint i = 0; i < loss->prim->row->transfers->len; i++) {
    const GalenTransfer *one = loss->prim->row->transfers->pdata[i];
    if (copy == NULL && g_strcmp0(one->joiner, loss->name) == 0 && one->from >= loss->prim->from)
      copy = one;
  }
  if (copy == NULL || g_strcmp0(copy->kind, "IST") == 0 || !untold(node, loss->from, copy->from))
    return;
  char rep[GALEN_UUID_TEXT];
  GalenIncident *self = galen_proof_incident(
      proof, GALEN_INCIDENT_UNDETERMINED, GALEN_POSSIBLE, GALEN_SEVERITY_WARNING,
      g_strdup_printf("%s|%s|%" G_GINT64_FORMAT, loss->name, galen_uuid_write(&loss->prim->rep, rep), loss->prim->seq));
  galen_proof_add_name(self->nodes, loss->name);
  galen_proof_window(self, loss->from, galen_proof_error(loss->seen->node, loss->sign), copy->from,
                     galen_proof_error(loss->seen->node, copy->evidence));
  galen_proof_show(self, loss->seen->view);
  galen_proof_show(self, copy->evidence);
  g_autofree char *from = galen_proof_time(loss->from), *to = galen_proof_time(copy->from);
  self->title = g_strdup_printf("What %s did while it was away cannot be told", loss->name);
  self->verdict = g_strdup_printf(
      "%s was cut off from %s on and took a full copy at %s. Whether it was primary on its own meanwhile, and lost "
      "writes by that copy, is not in these logs.",
      loss->name, from, to);
  galen_proof_say(self->needs, g_strdup_printf("the error log of %s from %s to %s", loss->name, from, to));
  galen_proof_say(self->would_change,
                  g_strdup_printf("A bootstrap in the log of %s makes it a split brain; none acquits it.", loss->name));
}

static void flapping(GalenProof *proof, const GArray *losses, guint first, guint n) {
  const Loss *one = &g_array_index(losses, Loss, first), *last = &g_array_index(losses, Loss, first + n - 1);
  GalenIncident *self = begin(proof, GALEN_INCIDENT_FLAPPING, one, last);
  why(proof, self, one);
  for (guint i = first; i < first + n; i++) {
    galen_proof_show(self, g_array_index(losses, Loss, i).seen->view);
    galen_proof_show(self, g_array_index(losses, Loss, i).back);
  }
  g_autofree char *from = galen_proof_time(one->from), *to = galen_proof_time(last->to);
  self->title = g_strdup_printf("%s was lost and came back %u times", one->name, n);
  self->verdict = g_strdup_printf(
      "%s left the primary component %u times from %s on without a shutdown, the last time until %s. Each time all "
      "nodes stop for a new view, and a transfer may follow.",
      one->name, n, from, to);
  galen_proof_say(
      self->advice,
      g_strdup(
          "Take the node out until its link is sound, or raise evs.suspect_timeout and evs.inactive_timeout when the "
          "pauses are known and short."));
  galen_proof_say(self->advice, g_strdup("evs.auto_evict can put out a node that flaps."));
}

static void judge(GalenProof *proof, const GArray *losses) {
  for (guint i = 0; i < losses->len;) {
    guint n = 1;
    while (i + n < losses->len &&
           g_array_index(losses, Loss, i + n).from - g_array_index(losses, Loss, i + n - 1).from <=
               GALEN_PROOF_FLAPPING_WINDOW)
      n++;
    if (n >= GALEN_PROOF_FLAPPING_LOSSES)
      flapping(proof, losses, i, n);
    for (guint j = i; n < GALEN_PROOF_FLAPPING_LOSSES && j < i + n; j++)
      node_loss(proof, &g_array_index(losses, Loss, j));
    for (guint j = i; n < GALEN_PROOF_FLAPPING_LOSSES && j < i + n; j++)
      undecided(proof, &g_array_index(losses, Loss, j));
    i += n;
  }
}

void galen_proof_loss(GalenProof *proof) {
  for (guint i = 0; i < proof->history->clusters->len; i++) {
    const GalenClusterRow *row = proof->history->clusters->pdata[i];
    for (guint j = 0; j < row->nodes->len; j++) {
      g_autoptr(GArray) losses = g_array_new(FALSE, FALSE, sizeof(Loss));
      find_losses(proof, ((const GalenNode *)row->nodes->pdata[j])->name, row, losses);
      judge(proof, losses);
    }
  }
}
