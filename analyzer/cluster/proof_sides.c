/* What each side of a fork wrote, and what became of it. */
#include "proof.h"

static gint prim_by_from(gconstpointer a, gconstpointer b) {
  const GalenPrim *x = *(const GalenPrim *const *)a, *y = *(const GalenPrim *const *)b;
  return x->from < y->from ? -1 : x->from > y->from;
}

GalenForkSide *galen_fork_side_new(const GalenProof *proof, GPtrArray *prims) {
  GalenForkSide *self = g_new0(GalenForkSide, 1);
  g_ptr_array_sort(prims, prim_by_from);
  self->prims = prims;
  self->nodes = g_ptr_array_new_with_free_func(g_free);
  self->ghost = TRUE;
  self->from = G_MAXINT64;
  self->to = G_MININT64;
  for (guint i = 0; i < prims->len; i++) {
    const GalenPrim *prim = prims->pdata[i];
    for (guint j = 0; j < prim->members->len; j++)
      if (!galen_proof_arbitrator(proof, prim->members->pdata[j]))
        galen_proof_add_name(self->nodes, prim->members->pdata[j]);
    self->from = MIN(self->from, prim->from);
    self->ghost &= prim->seen->len == 0;
    if (prim->to > self->to) {
      self->to = prim->to;
      self->open = prim->open;
    }
  }
  return self;
}

void galen_fork_side_free(GalenForkSide *self) {
  g_ptr_array_unref(self->prims);
  g_ptr_array_unref(self->nodes);
  g_free(self);
}

static const GalenPrim *last_prim(const GalenForkSide *side) {
  return side->prims->pdata[side->prims->len - 1];
}

/* The component that the side went on with after its last one in the fork; NULL: it stopped. */
static const GalenPrim *next_prim(const GalenProof *proof, const GalenForkSide *side) {
  const GalenPrim *last = last_prim(side);
  for (guint i = 0; i < proof->prims->len; i++) {
    const GalenPrim *prim = proof->prims->pdata[i];
    if (galen_prim_continues(prim, last) && !g_ptr_array_find(side->prims, prim, NULL))
      return prim;
  }
  return NULL;
}

/* The position from which the node's next process started, when it is of this group and no transfer came between. */
static gint64 next_start(const GalenComponent *component, const GalenUuid *group) {
  const GalenProcess *process = component->process;
  const GalenProcess *next = process != NULL ? galen_proof_next_process(component->node, process->from) : NULL;
  if (next == NULL)
    return GALEN_SEQNO_NONE;
  if (galen_uuid_same(&next->position_uuid, group))
    return next->position_seqno;
  return galen_uuid_same(&next->saved_uuid, group) && next->saved_seqno >= 0 ? next->saved_seqno : GALEN_SEQNO_NONE;
}

/* The highest position that the side's own lines show up to `until`; whether more than changes of members show it. */
static gint64 seen_until(const GalenForkSide *side, gint64 until, gboolean *ret_more) {
  gint64 highest = GALEN_SEQNO_NONE, changes = GALEN_SEQNO_NONE;
  for (guint i = 0; i < side->prims->len; i++) {
    const GalenPrim *prim = side->prims->pdata[i];
    if (prim->from > until)
      continue;
    changes = MAX(changes, MAX(prim->cc_seqno, prim->act_id));
    for (guint j = 0; j < prim->seen->len; j++) {
      const GalenComponent *component = prim->seen->pdata[j];
      gint64 to = MIN(until, galen_proof_told_until(component));
      highest = MAX(highest, galen_proof_position(component->node, &prim->group, component->from, to));
    }
  }
  *ret_more = highest > changes;
  return MAX(highest, changes);
}

static gint64 stopped_at(const GalenForkSide *side) {
  gboolean more = FALSE;
  gint64 highest = seen_until(side, G_MAXINT64, &more);
  for (guint i = 0; i < side->prims->len; i++) {
    const GalenPrim *prim = side->prims->pdata[i];
    for (guint j = 0; j < prim->seen->len; j++) {
      const GalenComponent *component = prim->seen->pdata[j];
      highest = MAX(highest, component->last_seqno);
      highest = MAX(highest, next_start(component, &prim->group));
    }
  }
  return highest;
}

/* Up to the end of the window, never later positions of the survivor. */
static void range_end(const GalenProof *proof, const GalenForkSide *side, gint64 end, GalenRange *range) {
  const GalenPrim *next = next_prim(proof, side);
  gint64 margin = 3 * GALEN_PROOF_SECOND;
  gboolean last_open = last_prim(side)->open && !last_prim(side)->killed;
  gboolean stopped = next == NULL && !last_open && !side->ghost;
  if (stopped && (end == GALEN_TIME_NONE || side->to <= end + margin)) {
    range->last_seqno = stopped_at(side);
    range->last_is = range->last_seqno != GALEN_SEQNO_NONE ? "exact" : NULL;
    return;
  }
  gboolean more = FALSE;
  gint64 seen = seen_until(side, end == GALEN_TIME_NONE ? G_MAXINT64 : end, &more);
  gint64 most = next != NULL ? next->act_id : stopped ? stopped_at(side) : GALEN_SEQNO_NONE;
  gboolean least = more || most == GALEN_SEQNO_NONE || most < seen;
  range->last_seqno = least ? seen : most;
  range->last_is = range->last_seqno == GALEN_SEQNO_NONE ? NULL : least ? "at-least" : "at-most";
}

static void count(const GalenForkSide *side, GalenRange *range) {
  range->write_sets = range->configuration_changes = -1;
  if (side->ghost || range->first_seqno == GALEN_SEQNO_NONE || range->last_seqno == GALEN_SEQNO_NONE)
    return;
  gint64 changes = 0, before = GALEN_SEQNO_NONE;
  for (guint i = 0; i < side->prims->len; i++) {
    const GalenPrim *prim = side->prims->pdata[i];
    gboolean numbered = prim->protocol >= 10 || prim->protocol < 0; /* Galera 3 tells no number of a change */
    gboolean counts = numbered && prim->cc_seqno >= range->first_seqno && prim->cc_seqno <= range->last_seqno;
    changes += counts && prim->cc_seqno != before;
    before = prim->cc_seqno;
  }
  range->configuration_changes = changes;
  gint64 sets = MAX(0, range->last_seqno - range->first_seqno + 1 - changes);
  /* "At least none" would read like none. */
  range->write_sets = sets == 0 && g_strcmp0(range->last_is, "at-least") == 0 ? -1 : sets;
}

/* ---- fates ---- */

/* How a node of the side came back into a cluster after it: the kind of its first complete transfer, "SST" before "IST"
 * within one process. */
static const GalenTransfer *return_of(const GalenProof *proof, const GalenForkSide *side, const char *name) {
  const GalenTransfer *found = NULL;
  const GPtrArray *transfers = last_prim(side)->row->transfers;
  for (guint i = 0; i < transfers->len; i++) {
    const GalenTransfer *one = transfers->pdata[i];
    if (g_strcmp0(one->joiner, name) != 0 || one->from < side->to || g_strcmp0(one->outcome, "complete") != 0)
      continue;
    if (one->donor != NULL && galen_proof_has_name(side->nodes, one->donor))
      continue;
    if (found == NULL || (g_strcmp0(one->kind, "SST") == 0 && one->from - found->from < 60 * GALEN_PROOF_SECOND &&
                          galen_history_node(proof->history, name) != NULL)) {
      if (found == NULL || g_strcmp0(found->kind, "IST") == 0)
        found = one;
    }
  }
  return found;
}

static const GalenFact *refusal(const GalenProof *proof, const GalenForkSide *side, const char *name) {
  const GalenNode *node = galen_history_node(proof->history, name);
  if (node == NULL)
    return NULL;
  const GalenFact *fact = galen_proof_fact_after(node, GALEN_FACT_REVERSING, side->to, G_MAXINT64);
  return fact != NULL ? fact : galen_proof_fact_after(node, GALEN_FACT_DIVERGED, side->to, G_MAXINT64);
}

typedef struct {
  gboolean sst, ist, refused;
} Return;

static Return returned(const GalenProof *proof, GalenIncident *incident, const GalenForkSide *side) {
  Return self = {0};
  const GalenPrim *next = next_prim(proof, side);
  for (guint i = 0; !side->ghost && i < side->nodes->len; i++) {
    const char *name = side->nodes->pdata[i];
    if (next != NULL && galen_prim_has(next, name)) /* it never left; what it takes later is another story */
      continue;
    const GalenTransfer *transfer = return_of(proof, side, name);
    const GalenFact *refused = refusal(proof, side, name);
    if (refused != NULL) {
      galen_proof_rule(incident, "R7");
      galen_proof_show(incident, refused);
    }
    self.refused |= refused != NULL && transfer == NULL;
    self.sst |= transfer != NULL && g_strcmp0(transfer->kind, "SST") == 0;
    self.ist |= transfer != NULL && g_strcmp0(transfer->kind, "IST") == 0;
    if (transfer != NULL)
      galen_proof_show(incident, transfer->evidence);
  }
  return self;
}

static const char *fate_of(const Return *all, guint self, guint n) {
  if (all[self].ist)
    return "merged-by-ist";
  if (all[self].sst)
    return "discarded-by-sst";
  if (all[self].refused)
    return "aborted";
  for (guint i = 0; i < n; i++)
    if (i != self && (all[i].ist || all[i].sst || all[i].refused))
      return "survivor";
  return "unknown";
}

/* Nodes that took a copy of a suspect are suspects, too. */
static void spread(GalenIncident *incident, const GPtrArray *transfers) {
  for (guint i = 0; i < transfers->len; i++) {
    const GalenTransfer *one = transfers->pdata[i];
    if (one->donor != NULL && one->joiner != NULL && one->from >= incident->from &&
        g_strcmp0(one->outcome, "complete") == 0 && galen_proof_has_name(incident->suspects, one->donor))
      galen_proof_add_name(incident->suspects, one->joiner);
  }
}

static void suspect(GalenIncident *incident, const GPtrArray *sides) {
  gboolean survivor = FALSE;
  for (guint i = 0; i < incident->ranges->len; i++)
    survivor |= g_str_equal(((const GalenRange *)incident->ranges->pdata[i])->fate, "survivor");
  for (guint i = 0; i < incident->ranges->len; i++) {
    const GalenRange *range = incident->ranges->pdata[i];
    gboolean doubtful = g_str_equal(range->fate, "merged-by-ist") || g_str_equal(range->fate, "aborted") ||
                        (g_str_equal(range->fate, "unknown") && !survivor);
    for (guint j = 0; doubtful && j < range->nodes->len; j++)
      galen_proof_add_name(incident->suspects, range->nodes->pdata[j]);
  }
  spread(incident, ((const GalenPrim *)((const GalenForkSide *)sides->pdata[0])->prims->pdata[0])->row->transfers);
}

static const GalenUuid *oldest_group(const GPtrArray *sides) {
  const GalenUuid *oldest = NULL;
  for (guint i = 0; i < sides->len; i++) {
    const GalenUuid *group = &((const GalenPrim *)((const GalenForkSide *)sides->pdata[i])->prims->pdata[0])->group;
    if (oldest == NULL || galen_uuid_time(group) < galen_uuid_time(oldest))
      oldest = group;
  }
  return oldest;
}

static GalenSide *component_of(const GalenForkSide *side, const GalenRange *range) {
  GalenSide *self = g_new0(GalenSide, 1);
  self->uuid = range->uuid;
  self->members = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < side->prims->len; i++) {
    const GalenPrim *prim = side->prims->pdata[i];
    for (guint j = 0; j < prim->members->len; j++)
      galen_proof_add_name(self->members, prim->members->pdata[j]);
  }
  self->from = side->from;
  self->to = side->open ? GALEN_TIME_NONE : side->to;
  self->first_seqno = range->first_seqno;
  self->last_seqno = range->last_seqno;
  return self;
}

static gint by_names(gconstpointer a, gconstpointer b) {
  const GalenForkSide *x = *(const GalenForkSide *const *)a, *y = *(const GalenForkSide *const *)b;
  const char *one = x->nodes->len > 0 ? x->nodes->pdata[0] : "", *other = y->nodes->len > 0 ? y->nodes->pdata[0] : "";
  int order = strcmp(one, other);
  return order != 0 ? order : x->from < y->from ? -1 : x->from > y->from;
}

void galen_proof_ranges(const GalenProof *proof, GalenIncident *incident, const GPtrArray *sides) {
  g_ptr_array_sort((GPtrArray *)sides, by_names);
  g_autofree Return *all = g_new0(Return, sides->len);
  for (guint i = 0; i < sides->len; i++)
    all[i] = returned(proof, incident, sides->pdata[i]);
  const GalenUuid *oldest = oldest_group(sides);
  gboolean two = galen_proof_has_name(incident->rules, "R6");
  for (guint i = 0; i < sides->len; i++) {
    const GalenForkSide *side = sides->pdata[i];
    GalenRange *range = g_new0(GalenRange, 1);
    range->nodes = g_ptr_array_new_with_free_func(g_free);
    for (guint j = 0; j < side->nodes->len; j++)
      galen_proof_add_name(range->nodes, side->nodes->pdata[j]);
    range->uuid = ((const GalenPrim *)side->prims->pdata[0])->group;
    gboolean first = !two || galen_uuid_same(&range->uuid, oldest);
    gint64 common = incident->common_seqno;
    range->first_seqno = !first ? 1 : common == GALEN_SEQNO_NONE ? GALEN_SEQNO_NONE : common + 1;
    range_end(proof, side, incident->to, range);
    count(side, range);
    range->fate = fate_of(all, i, sides->len);
    g_ptr_array_add(incident->ranges, range);
    g_ptr_array_add(incident->sides, component_of(side, range));
  }
  suspect(incident, sides);
}
