#include "proof.h"

void galen_prim_free(GalenPrim *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref(self->seen);
  g_ptr_array_unref(self->members);
  g_array_unref(self->uuids);
  g_free(self);
}

static GalenPrim *prim_new(GalenClusterRow *row, const GPtrArray *members) {
  GalenPrim *self = g_new0(GalenPrim, 1);
  self->row = row;
  self->seen = g_ptr_array_new();
  self->members = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < members->len; i++)
    galen_proof_add_name(self->members, members->pdata[i]);
  self->uuids = g_array_new(FALSE, FALSE, sizeof(GalenUuid));
  self->seq = self->parent_seq = self->conf_id = self->act_id = self->cc_seqno = GALEN_SEQNO_NONE;
  self->protocol = -1;
  return self;
}

GalenPrim *galen_prim_ghost(GalenClusterRow *row, const GalenUuid *group, const GPtrArray *members, gint64 from,
                            gint64 to) {
  GalenPrim *self = prim_new(row, members);
  self->group = *group;
  self->from = from;
  self->to = to;
  self->open = TRUE;
  self->error = G_MAXINT64;
  return self;
}

static gboolean same_group(const GalenUuid *a, const GalenUuid *b) {
  return a->known == 0 || b->known == 0 || galen_uuid_same(a, b);
}

/* View ids are of one bootstrap, for the representative is an incarnation of a node; without views the state-exchange
 * UUID says the same. */
static gboolean same_component(const GalenPrim *prim, const GalenComponent *component) {
  if (!same_group(&prim->group, &component->group))
    return FALSE;
  if (prim->seq != GALEN_SEQNO_NONE && component->view_seq != GALEN_SEQNO_NONE)
    return prim->seq == component->view_seq && galen_uuid_same(&prim->rep, &component->view_rep);
  return galen_uuid_same(&prim->exchange, &component->exchange);
}

static void keep_uuid(GArray *uuids, const GalenUuid *uuid) {
  for (guint i = 0; i < uuids->len; i++)
    if (galen_uuid_same(&g_array_index(uuids, GalenUuid, i), uuid))
      return;
  g_array_append_vals(uuids, uuid, 1);
}

static void keep_number(gint64 *kept, gint64 value) {
  if (*kept == GALEN_SEQNO_NONE)
    *kept = value;
}

static void keep_id(GalenUuid *kept, const GalenUuid *value) {
  if (kept->known < value->known)
    *kept = *value;
}

/* Slow logs show life behind the last line of an error log. */
static gint64 component_end(const GalenProof *proof, const GalenComponent *component) {
  if (!component->open || component->process == NULL)
    return component->to;
  const GalenProcess *next = galen_proof_next_process(component->node, component->process->from);
  return galen_proof_alive(proof, component->node, component->to, next != NULL ? next->from : G_MAXINT64);
}

static void prim_see(const GalenProof *proof, GalenPrim *self, GalenComponent *component) {
  gint64 to = component_end(proof, component);
  gint64 error = galen_proof_error(component->node, component->component);
  if (self->seen->len == 0) {
    self->from = component->from;
    self->error = error;
    self->weak = TRUE;
  }
  if (self->seen->len == 0 || to > self->to) {
    self->to = to;
    self->open = component->open;
    self->killed = component->open && component->process != NULL && component->process->end != GALEN_END_RUNNING;
  }
  self->from = MIN(self->from, component->from);
  self->error = MIN(self->error, error);
  self->weak &= !component->quorum_seen;
  g_ptr_array_add(self->seen, component);
  for (guint i = 0; component->members != NULL && i < component->members->len; i++)
    galen_proof_add_name(self->members, component->members->pdata[i]);
  for (guint i = 0; component->member_uuids != NULL && i < component->member_uuids->len; i++)
    keep_uuid(self->uuids, &g_array_index(component->member_uuids, GalenUuid, i));
  keep_id(&self->group, &component->group);
  keep_id(&self->rep, &component->view_rep);
  keep_id(&self->exchange, &component->exchange);
  keep_number(&self->seq, component->view_seq);
  /* A member that was away names an older parent than those that went on: the youngest is the true one. */
  if (component->parent_seq != GALEN_SEQNO_NONE &&
      (self->parent_seq == GALEN_SEQNO_NONE || component->parent_seq > self->parent_seq)) {
    self->parent_seq = component->parent_seq;
    self->parent_rep = component->parent_rep;
  }
  keep_number(&self->conf_id, component->conf_id);
  keep_number(&self->act_id, component->act_id);
  keep_number(&self->cc_seqno, component->cc_seqno);
  if (self->protocol < 0)
    self->protocol = component->protocol;
  if (component->boot != GALEN_BOOT_NONE)
    self->boot = component->boot;
}

static gint by_from(gconstpointer a, gconstpointer b) {
  const GalenPrim *x = *(const GalenPrim *const *)a, *y = *(const GalenPrim *const *)b;
  if (x->from != y->from)
    return x->from < y->from ? -1 : 1;
  guint n = MIN(x->members->len, y->members->len);
  for (guint i = 0; i < n; i++) {
    int order = strcmp(x->members->pdata[i], y->members->pdata[i]);
    if (order != 0)
      return order;
  }
  return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static GalenPrim *find(const GPtrArray *prims, const GalenClusterRow *row, const GalenComponent *component) {
  for (guint i = prims->len; i-- > 0;) {
    GalenPrim *prim = prims->pdata[i];
    if (prim->row == row && galen_prim_seen_by(prim, component->node) == NULL && same_component(prim, component))
      return prim;
  }
  return NULL;
}

static void add_row(const GalenProof *proof, GPtrArray *prims, GalenClusterRow *row) {
  for (guint i = 0; i < row->nodes->len; i++) {
    const GalenNode *node = row->nodes->pdata[i];
    for (guint j = 0; j < node->components->len && prims->len < GALEN_PROOF_PRIMS_MAX; j++) {
      GalenComponent *component = node->components->pdata[j];
      if (!component->primary || component->from == GALEN_TIME_NONE || component->members == NULL)
        continue;
      GalenPrim *prim = find(prims, row, component);
      if (prim == NULL) {
        prim = prim_new(row, component->members);
        g_ptr_array_add(prims, prim);
      }
      prim_see(proof, prim, component);
    }
  }
}

GPtrArray *galen_prims_new(const GalenProof *proof) {
  GPtrArray *prims = g_ptr_array_new_with_free_func((GDestroyNotify)galen_prim_free);
  for (guint i = 0; i < proof->history->clusters->len; i++)
    add_row(proof, prims, proof->history->clusters->pdata[i]);
  g_ptr_array_sort(prims, by_from);
  for (guint i = 0; i < prims->len; i++)
    ((GalenPrim *)prims->pdata[i])->number = i;
  return prims;
}

GalenPrim *galen_proof_prim_of(const GalenProof *proof, const GalenComponent *component) {
  for (guint i = 0; i < proof->prims->len; i++) {
    GalenPrim *prim = proof->prims->pdata[i];
    for (guint j = 0; j < prim->seen->len; j++)
      if (prim->seen->pdata[j] == component)
        return prim;
  }
  return NULL;
}

gboolean galen_prim_has(const GalenPrim *self, const char *node) {
  return galen_proof_has_name(self->members, node);
}

gboolean galen_prim_disjoint(const GalenPrim *a, const GalenPrim *b) {
  for (guint i = 0; i < a->members->len; i++)
    if (galen_prim_has(b, a->members->pdata[i]))
      return FALSE;
  for (guint i = 0; i < a->uuids->len; i++)
    for (guint j = 0; j < b->uuids->len; j++)
      if (galen_uuid_same(&g_array_index(a->uuids, GalenUuid, i), &g_array_index(b->uuids, GalenUuid, j)))
        return FALSE;
  return TRUE;
}

const GalenComponent *galen_prim_seen_by(const GalenPrim *self, const GalenNode *node) {
  for (guint i = 0; i < self->seen->len; i++)
    if (((const GalenComponent *)self->seen->pdata[i])->node == node)
      return self->seen->pdata[i];
  return NULL;
}

gboolean galen_prim_continues(const GalenPrim *child, const GalenPrim *parent) {
  if (child == parent || child->row != parent->row || parent->seq == GALEN_SEQNO_NONE)
    return FALSE;
  return child->parent_seq == parent->seq && galen_uuid_same(&child->parent_rep, &parent->rep);
}

/* The nearest component of `node` before (step -1) or after (step 1) its component `at` that `other` saw too. */
static const GalenPrim *shared(const GalenProof *proof, const GalenNode *node, const GalenComponent *at, gint step,
                               const GalenNode *other) {
  guint index = 0;
  if (!g_ptr_array_find(node->components, at, &index))
    return NULL;
  for (gint i = (gint)index + step; i >= 0 && (guint)i < node->components->len; i += step) {
    const GalenComponent *component = node->components->pdata[i];
    const GalenPrim *prim = component->primary ? galen_proof_prim_of(proof, component) : NULL;
    if (prim != NULL && galen_prim_seen_by(prim, other) != NULL)
      return prim;
  }
  return NULL;
}

/* Whether one process of `node` was primary all the way from `first` to `last`, with `between` on it. */
static gboolean stayed_primary(const GalenNode *node, const GalenPrim *first, const GalenPrim *between,
                               const GalenPrim *last) {
  const GalenComponent *a = galen_prim_seen_by(first, node), *b = galen_prim_seen_by(between, node),
                       *c = galen_prim_seen_by(last, node);
  guint from = 0, middle = 0, to = 0;
  if (a == NULL || b == NULL || c == NULL || a->process != c->process || a->process != b->process ||
      !g_ptr_array_find(node->components, a, &from) || !g_ptr_array_find(node->components, b, &middle) ||
      !g_ptr_array_find(node->components, c, &to) || middle <= from || middle >= to)
    return FALSE;
  for (guint i = from; i <= to; i++)
    if (!((const GalenComponent *)node->components->pdata[i])->primary)
      return FALSE;
  return TRUE;
}

static gboolean between(const GalenProof *proof, const GalenPrim *inner, const GalenPrim *outer) {
  for (guint i = 0; i < inner->seen->len; i++)
    for (guint j = 0; j < outer->seen->len; j++) {
      const GalenComponent *mine = inner->seen->pdata[i], *theirs = outer->seen->pdata[j];
      const GalenPrim *first = shared(proof, mine->node, mine, -1, theirs->node);
      const GalenPrim *last = shared(proof, mine->node, mine, 1, theirs->node);
      if (first != NULL && last != NULL && stayed_primary(theirs->node, first, outer, last))
        return TRUE;
    }
  return FALSE;
}

gboolean galen_prim_sandwich(const GalenProof *proof, const GalenPrim *a, const GalenPrim *b) {
  return between(proof, a, b) || between(proof, b, a);
}

GPtrArray *galen_proof_chain(const GalenProof *proof, GalenPrim *first, const GPtrArray *without) {
  GPtrArray *chain = g_ptr_array_new();
  g_ptr_array_add(chain, first);
  for (guint i = 0; i < proof->prims->len; i++) {
    GalenPrim *prim = proof->prims->pdata[i];
    if (!galen_prim_continues(prim, chain->pdata[chain->len - 1]))
      continue;
    for (guint j = 0; j < without->len; j++)
      if (galen_prim_has(prim, without->pdata[j]))
        return chain;
    g_ptr_array_add(chain, prim);
  }
  return chain;
}
