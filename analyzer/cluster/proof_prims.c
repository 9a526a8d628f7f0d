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

/* A start-up bootstrap makes the first primary component of a process, none of those that follow. */
static gboolean first_primary(const GalenComponent *component) {
  for (guint i = 0; i < component->node->components->len; i++) {
    const GalenComponent *one = component->node->components->pdata[i];
    if (one->process == component->process && one->primary)
      return one == component;
  }
  return FALSE;
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
  /* A bootstrap goes on in the group that it started from. */
  if (component->boot == GALEN_BOOT_STARTUP && component->process != NULL && component->process->position_seqno > 0 &&
      first_primary(component))
    keep_id(&self->group, &component->process->position_uuid);
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
  if (component->boot != GALEN_BOOT_NONE && (component->boot != GALEN_BOOT_STARTUP || first_primary(component)))
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

/* Joint components of one cluster by the number of their view; those without one stand under GALEN_SEQNO_NONE. */
typedef struct {
  GHashTable *by_seq; /* gint64 * in a prim to GPtrArray of GalenPrim * */
  GPtrArray *all;
} Prims;

static void prims_put(Prims *self, GalenPrim *prim) {
  GPtrArray *list = g_hash_table_lookup(self->by_seq, &prim->seq);
  if (list == NULL) {
    list = g_ptr_array_new();
    g_hash_table_insert(self->by_seq, g_memdup2(&prim->seq, sizeof prim->seq), list);
  }
  g_ptr_array_add(list, prim);
}

static GalenPrim *find_in(const GPtrArray *prims, const GalenComponent *component) {
  for (guint i = prims != NULL ? prims->len : 0; i-- > 0;) {
    GalenPrim *prim = prims->pdata[i];
    if (galen_prim_seen_by(prim, component->node) == NULL && same_component(prim, component))
      return prim;
  }
  return NULL;
}

/* Lines are missing between its parts, so that they are not of one component: a view that is not primary, or other counts
 * of members. Nothing follows from it. */
static gboolean torn(const GalenComponent *component) {
  const GalenFact *view = component->view, *quorum = component->quorum, *begin = component->component;
  gint32 n = (gint32)component->members->len;
  return (view != NULL && view->number == GALEN_VIEW_NON_PRIM) ||
         (quorum != NULL && quorum->total >= 0 && quorum->total != n) ||
         (begin != NULL && begin->total >= 0 && begin->total != n);
}

/* The youngest. One without the number of a view may be any. */
static GalenPrim *find(const Prims *self, const GalenComponent *component) {
  gint64 none = GALEN_SEQNO_NONE;
  if (component->view_seq == GALEN_SEQNO_NONE)
    return find_in(self->all, component);
  GalenPrim *same = find_in(g_hash_table_lookup(self->by_seq, &component->view_seq), component);
  GalenPrim *unnumbered = find_in(g_hash_table_lookup(self->by_seq, &none), component);
  return unnumbered != NULL && (same == NULL || unnumbered->number > same->number) ? unnumbered : same;
}

static void see(const GalenProof *proof, Prims *self, GalenPrim *prim, GalenComponent *component) {
  gboolean was_numbered = prim->seq != GALEN_SEQNO_NONE;
  prim_see(proof, prim, component);
  if (!was_numbered && prim->seq != GALEN_SEQNO_NONE) {
    gint64 none = GALEN_SEQNO_NONE;
    GPtrArray *list = g_hash_table_lookup(self->by_seq, &none);
    if (list != NULL)
      g_ptr_array_remove(list, prim);
    prims_put(self, prim);
  }
}

static void add_row(const GalenProof *proof, GPtrArray *prims, GalenClusterRow *row) {
  g_autoptr(GPtrArray) all = g_ptr_array_new();
  Prims known = {g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_ptr_array_unref), all};
  for (guint i = 0; i < row->nodes->len; i++) {
    const GalenNode *node = row->nodes->pdata[i];
    for (guint j = 0; j < node->components->len && prims->len < GALEN_PROOF_PRIMS_MAX; j++) {
      GalenComponent *component = node->components->pdata[j];
      if (!component->primary || component->from == GALEN_TIME_NONE || component->members == NULL || torn(component))
        continue;
      GalenPrim *prim = find(&known, component);
      if (prim == NULL) {
        prim = prim_new(row, component->members);
        prim->number = prims->len;
        prim->seq = component->view_seq;
        prims_put(&known, prim);
        g_ptr_array_add(prims, prim);
        g_ptr_array_add(all, prim);
      }
      see(proof, &known, prim, component);
    }
  }
  g_hash_table_unref(known.by_seq);
}

void galen_prims_find(GalenProof *proof) {
  proof->prims = g_ptr_array_new_with_free_func((GDestroyNotify)galen_prim_free);
  proof->by_component = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < proof->history->clusters->len; i++)
    add_row(proof, proof->prims, proof->history->clusters->pdata[i]);
  g_ptr_array_sort(proof->prims, by_from);
  for (guint i = 0; i < proof->prims->len; i++) {
    GalenPrim *prim = proof->prims->pdata[i];
    prim->number = i;
    for (guint j = 0; j < prim->seen->len; j++)
      g_hash_table_insert(proof->by_component, prim->seen->pdata[j], prim);
  }
}

GalenPrim *galen_proof_prim_of(const GalenProof *proof, const GalenComponent *component) {
  return g_hash_table_lookup(proof->by_component, component);
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

/* Without view ids: whether one process went from the one to the other. */
static gboolean next_in_process(const GalenComponent *child, const GalenPrim *parent) {
  const GalenComponent *before = galen_prim_seen_by(parent, child->node);
  const GPtrArray *all = child->node->components;
  guint index = 0;
  if (before == NULL || before->process != child->process || !g_ptr_array_find((GPtrArray *)all, before, &index))
    return FALSE;
  for (guint i = index + 1; i < all->len; i++) {
    const GalenComponent *next = all->pdata[i];
    if (next->primary)
      return next == child;
  }
  return FALSE;
}

gboolean galen_prim_continues(const GalenPrim *child, const GalenPrim *parent) {
  if (child == parent || child->row != parent->row)
    return FALSE;
  if (parent->seq != GALEN_SEQNO_NONE && child->parent_seq != GALEN_SEQNO_NONE)
    return child->parent_seq == parent->seq && galen_uuid_same(&child->parent_rep, &parent->rep);
  if (parent->seq != GALEN_SEQNO_NONE && child->seq != GALEN_SEQNO_NONE)
    return FALSE;
  for (guint i = 0; i < child->seen->len; i++)
    if (next_in_process(child->seen->pdata[i], parent))
      return TRUE;
  return FALSE;
}

static const GalenComponent *same_view(const GalenNode *node, const GalenComponent *other) {
  for (guint i = 0; i < node->components->len; i++) {
    const GalenComponent *one = node->components->pdata[i];
    if (one->view_seq == other->view_seq && galen_uuid_same(&one->view_rep, &other->view_rep))
      return one;
  }
  return NULL;
}

/* The view of `other` on the nearest component before (step -1) or after (step 1) `at` that both saw, primary or not. */
static const GalenComponent *shared(const GalenComponent *at, gint step, const GalenNode *other) {
  const GPtrArray *mine = at->node->components;
  guint index = 0;
  if (!g_ptr_array_find((GPtrArray *)mine, at, &index))
    return NULL;
  for (gint i = (gint)index + step; i >= 0 && (guint)i < mine->len; i += step) {
    const GalenComponent *component = mine->pdata[i];
    const GalenComponent *theirs = component->view_seq != GALEN_SEQNO_NONE ? same_view(other, component) : NULL;
    if (theirs != NULL)
      return theirs;
  }
  return NULL;
}

/* Whether one process was primary all the way from `first` to `last`, with `middle` on it. */
static gboolean stayed_primary(const GalenComponent *first, const GalenComponent *middle, const GalenComponent *last) {
  const GPtrArray *all = middle->node->components;
  guint from = 0, at = 0, to = 0;
  if (first->process != last->process || first->process != middle->process ||
      !g_ptr_array_find((GPtrArray *)all, first, &from) || !g_ptr_array_find((GPtrArray *)all, middle, &at) ||
      !g_ptr_array_find((GPtrArray *)all, last, &to) || at <= from || at >= to)
    return FALSE;
  for (guint i = from; i <= to; i++)
    if (!((const GalenComponent *)all->pdata[i])->primary)
      return FALSE;
  return TRUE;
}

static gboolean between(const GalenPrim *inner, const GalenPrim *outer) {
  for (guint i = 0; i < inner->seen->len; i++)
    for (guint j = 0; j < outer->seen->len; j++) {
      const GalenComponent *mine = inner->seen->pdata[i], *theirs = outer->seen->pdata[j];
      const GalenComponent *first = shared(mine, -1, theirs->node), *last = shared(mine, 1, theirs->node);
      if (first != NULL && last != NULL && stayed_primary(first, theirs, last))
        return TRUE;
    }
  return FALSE;
}

gboolean galen_prim_sandwich(const GalenPrim *a, const GalenPrim *b) {
  return between(a, b) || between(b, a);
}

/* Whether `node` has a view behind `first` that `other` has before `second`. */
static gboolean view_between(const GalenComponent *first, const GalenComponent *second) {
  const GPtrArray *mine = first->node->components;
  guint index = 0, theirs = 0, at = 0;
  if (first->node == second->node || !g_ptr_array_find((GPtrArray *)mine, first, &index) ||
      !g_ptr_array_find(second->node->components, second, &at))
    return FALSE;
  for (guint i = index + 1; i < mine->len; i++) {
    const GalenComponent *one = mine->pdata[i];
    const GalenComponent *other = one->view_seq != GALEN_SEQNO_NONE ? same_view(second->node, one) : NULL;
    if (other != NULL && g_ptr_array_find(second->node->components, other, &theirs) && theirs < at)
      return TRUE;
  }
  return FALSE;
}

gboolean galen_prim_before(const GalenPrim *a, const GalenPrim *b) {
  for (guint i = 0; i < a->seen->len; i++)
    for (guint j = 0; j < b->seen->len; j++)
      if (view_between(a->seen->pdata[i], b->seen->pdata[j]))
        return TRUE;
  return FALSE;
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
