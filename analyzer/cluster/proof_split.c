/* Two primary components of one cluster: R1 to R4, R6, R11 to R13.
 *
 * Every pair of joint components that cannot both belong to one history is a clash. Clashes that share a component, or
 * whose components follow each other, are one fork, and one fork is one incident. */
#include "proof.h"

enum { R1 = 1, R2 = 2, R3 = 4, R4 = 8, R6 = 16, R12 = 32, R13 = 64 };

typedef struct {
  GalenPrim *a, *b;
  guint rules;
  gboolean proven, concurrent;
} Clash;

typedef struct {
  GalenProof *proof;
  GArray *clashes; /* of Clash */
  guint *fork;     /* of each prim: the lowest number in its fork */
  guint *side;     /* … in its side */
  guint n;
} Split;

/* ---- clashes ---- */

static gboolean replayed(const GalenPrim *prim) {
  for (guint i = 0; i < prim->seen->len; i++) {
    const GalenComponent *component = prim->seen->pdata[i];
    if (component->cc_seqno == prim->cc_seqno && component->cc != NULL && component->cc->replayed)
      return TRUE;
  }
  return FALSE;
}

/* R1: one number of the history, two member lists. Only from protocol 10 on a change of members takes a number. */
static gboolean same_seqno(const GalenPrim *a, const GalenPrim *b) {
  return a->cc_seqno > 0 && a->cc_seqno == b->cc_seqno && a->protocol >= 10 && b->protocol >= 10 && !replayed(a) &&
         !replayed(b);
}

/* R2: both follow one parent view at once. After a run-time bootstrap they may have lived one after the other. */
static gboolean siblings(const GalenPrim *a, const GalenPrim *b) {
  return a->parent_seq != GALEN_SEQNO_NONE && a->parent_seq == b->parent_seq &&
         galen_uuid_same(&a->parent_rep, &b->parent_rep) && a->seq == a->parent_seq + 1 && b->seq == a->seq &&
         a->rep.known != 0 && b->rep.known != 0 && !galen_uuid_same(&a->rep, &b->rep);
}

/* The primary component directly before this one in a process that saw both; NULL: something lay between. */
static const GalenPrim *directly_before(const GalenProof *proof, const GalenPrim *prim) {
  for (guint i = 0; i < prim->seen->len; i++) {
    const GalenComponent *seen = prim->seen->pdata[i];
    guint index = 0;
    if (!g_ptr_array_find(seen->node->components, seen, &index) || index == 0)
      continue;
    const GalenComponent *before = seen->node->components->pdata[index - 1];
    if (before->primary && before->process == seen->process && galen_proof_prim_of(proof, before) != NULL)
      return galen_proof_prim_of(proof, before);
  }
  return NULL;
}

/* The same where Galera prints no views: state exchanges tell which component was the parent of both. */
static gboolean unnumbered_siblings(const GalenProof *proof, const GalenPrim *a, const GalenPrim *b) {
  if (a->seq != GALEN_SEQNO_NONE || b->seq != GALEN_SEQNO_NONE || a->boot != GALEN_BOOT_NONE ||
      b->boot != GALEN_BOOT_NONE)
    return FALSE;
  const GalenPrim *parent = directly_before(proof, a);
  return parent != NULL && parent == directly_before(proof, b);
}

static gint64 sum_error(const GalenPrim *a, const GalenPrim *b) {
  return a->error == G_MAXINT64 || b->error == G_MAXINT64 ? G_MAXINT64 : a->error + b->error;
}

static gint64 overlap(const GalenPrim *a, const GalenPrim *b) {
  return MIN(a->to, b->to) - MAX(a->from, b->from);
}

/* Whether one certainly ended before the other began. */
static gboolean apart(const GalenPrim *a, const GalenPrim *b) {
  const GalenPrim *first = a->from <= b->from ? a : b, *second = first == a ? b : a;
  gint64 error = sum_error(a, b);
  gboolean ended = !first->open || first->killed; /* a killed node's silence is not life */
  return ended && error != G_MAXINT64 && second->from - first->to > error;
}

/* What a component's own start says of options and operators. */
static const GalenFact * override(const GalenPrim *prim) {
  for (guint i = 0; i < prim->seen->len; i++) {
    const GalenComponent *component = prim->seen->pdata[i];
    gint64 since = component->from - 5 * GALEN_PROOF_SECOND;
    const GalenFact *fact =
        galen_proof_fact_before(component->node, GALEN_FACT_IGNORE_SPLIT_BRAIN, component->from, since);
    if (fact == NULL)
      fact = galen_proof_fact_before(component->node, GALEN_FACT_IGNORE_QUORUM, component->from, since);
    if (fact != NULL)
      return fact;
  }
  return NULL;
}

static gboolean shares_name(const GalenPrim *prim, const GalenPrim *other) {
  for (guint i = 0; i < other->members->len; i++)
    if (galen_prim_has(prim, other->members->pdata[i]))
      return TRUE;
  return FALSE;
}

/* A name that was a member of both groups' primaries ties two group UUIDs to one cluster. */
static gboolean tied(const GalenProof *proof, const GalenPrim *a, const GalenPrim *b) {
  for (guint i = 0; i < proof->prims->len; i++) {
    const GalenPrim *prim = proof->prims->pdata[i];
    if (galen_uuid_same(&prim->group, &a->group) && shares_name(prim, b))
      return TRUE;
  }
  return FALSE;
}

/* Without a group UUID (lines that were filtered): members of both were once in one component. */
static gboolean met(const GalenProof *proof, const GalenPrim *a, const GalenPrim *b) {
  for (guint i = 0; i < proof->prims->len; i++)
    if (shares_name(proof->prims->pdata[i], a) && shares_name(proof->prims->pdata[i], b))
      return TRUE;
  return FALSE;
}

static gboolean one_cluster(const GalenProof *proof, const GalenPrim *a, const GalenPrim *b, gboolean *ret_two) {
  *ret_two = FALSE;
  if (a->row != b->row)
    return FALSE;
  if (galen_uuid_same(&a->group, &b->group))
    return TRUE;
  if (a->group.known == 0 || b->group.known == 0)
    return met(proof, a, b);
  *ret_two = TRUE;
  return tied(proof, a, b) || tied(proof, b, a);
}

static gboolean data_side(const GalenProof *proof, const GalenPrim *prim) {
  for (guint i = 0; i < prim->members->len; i++)
    if (!galen_proof_arbitrator(proof, prim->members->pdata[i]))
      return TRUE;
  return FALSE;
}

static gboolean clash(const GalenProof *proof, GalenPrim *a, GalenPrim *b, Clash *ret_clash) {
  gboolean two = FALSE;
  if (!galen_prim_disjoint(a, b) || !data_side(proof, a) || !data_side(proof, b) || !one_cluster(proof, a, b, &two) ||
      galen_prim_continues(a, b) || galen_prim_continues(b, a) || galen_prim_before(a, b) || galen_prim_before(b, a))
    return FALSE;
  *ret_clash = (Clash){.a = a, .b = b};
  gint64 error = sum_error(a, b);
  gboolean overlaps = error != G_MAXINT64 && overlap(a, b) > error;
  gboolean between = galen_prim_sandwich(a, b);
  gboolean automatic = a->boot == GALEN_BOOT_NONE && b->boot == GALEN_BOOT_NONE;
  ret_clash->concurrent = overlaps || between;
  if (!two && same_seqno(a, b) && !apart(a, b))
    ret_clash->rules |= R1;
  gboolean unnumbered = !two && unnumbered_siblings(proof, a, b);
  gboolean opted = override(a) != NULL || override(b) != NULL;
  if (unnumbered || (!two && siblings(a, b) && (automatic || ret_clash->concurrent)))
    ret_clash->rules |= R2;
  if (overlaps)
    ret_clash->rules |= R3;
  gboolean started = a->boot == GALEN_BOOT_STARTUP || b->boot == GALEN_BOOT_STARTUP;
  if (!two && started && ret_clash->concurrent)
    ret_clash->rules |= R4;
  if (two && ret_clash->concurrent)
    ret_clash->rules |= R6;
  if (ret_clash->rules == 0 && !between)
    return FALSE;
  gboolean runtime = a->boot == GALEN_BOOT_RUNTIME || b->boot == GALEN_BOOT_RUNTIME;
  ret_clash->rules |= runtime ? R13 : 0;
  ret_clash->rules |= opted ? R12 : 0;
  /* By itself Galera never lets two sides go on: without the line of an option something is missing. */
  gboolean certain = ret_clash->rules & (R1 | R4 | R6) || (ret_clash->rules & R2 && (!unnumbered || opted));
  gboolean strong = certain || between || (overlaps && !a->open && !b->open);
  ret_clash->proven = strong && !a->weak && !b->weak;
  return TRUE;
}

/* ---- forks ---- */

static guint root(guint *of, guint number) {
  while (of[number] != number)
    number = of[number] = of[of[number]];
  return number;
}

static void join(guint *of, guint a, guint b) {
  a = root(of, a);
  b = root(of, b);
  of[MAX(a, b)] = MIN(a, b);
}

static gboolean same_members(const GalenPrim *a, const GalenPrim *b) {
  if (a->members->len != b->members->len)
    return FALSE;
  for (guint i = 0; i < a->members->len; i++)
    if (!g_str_equal(a->members->pdata[i], b->members->pdata[i]))
      return FALSE;
  return TRUE;
}

static gboolean in_clash(const Split *self, const GalenPrim *prim) {
  for (guint i = 0; i < self->clashes->len; i++) {
    const Clash *one = &g_array_index(self->clashes, Clash, i);
    if (one->a == prim || one->b == prim)
      return TRUE;
  }
  return FALSE;
}

/* Times that contradict the order of lines prove nothing: the clock of the later one is not known. */
static void doubt_clocks(const GPtrArray *prims) {
  for (guint i = 0; i < prims->len; i++)
    for (guint j = i + 1; j < prims->len; j++) {
      GalenPrim *a = prims->pdata[i], *b = prims->pdata[j];
      gint64 error = sum_error(a, b);
      if (a->row != b->row || error == G_MAXINT64 || overlap(a, b) <= error || !galen_prim_disjoint(a, b))
        continue;
      if (galen_prim_before(a, b))
        b->error = G_MAXINT64;
      else if (galen_prim_before(b, a))
        a->error = G_MAXINT64;
    }
}

static void find_clashes(Split *self) {
  const GPtrArray *prims = self->proof->prims;
  doubt_clocks(prims);
  for (guint i = 0; i < prims->len; i++)
    for (guint j = i + 1; j < prims->len; j++) {
      Clash found;
      if (clash(self->proof, prims->pdata[i], prims->pdata[j], &found))
        g_array_append_val(self->clashes, found);
    }
}

static void find_forks(Split *self) {
  const GPtrArray *prims = self->proof->prims;
  for (guint i = 0; i < self->clashes->len; i++) {
    const Clash *one = &g_array_index(self->clashes, Clash, i);
    join(self->fork, one->a->number, one->b->number);
  }
  g_autofree gboolean *hit = g_new0(gboolean, self->n);
  for (guint i = 0; i < self->n; i++)
    hit[i] = in_clash(self, prims->pdata[i]);
  for (guint i = 0; i < self->n; i++)
    for (guint j = 0; hit[i] && j < self->n; j++) {
      const GalenPrim *a = prims->pdata[i], *b = prims->pdata[j];
      if (!hit[j] || i == j)
        continue;
      if (galen_prim_continues(b, a)) {
        join(self->fork, i, j);
        join(self->side, i, j);
      } else if (root(self->fork, i) == root(self->fork, j) && same_members(a, b) &&
                 galen_uuid_same(&a->group, &b->group)) {
        join(self->side, i, j);
      }
    }
}

/* A side lives for ever, as far as its log goes, when that ends while it is primary. */
static gint64 prim_end(const GalenPrim *prim) {
  return prim->open && !prim->killed ? G_MAXINT64 : prim->to;
}

/* Whether `prim`, which follows a side of the fork `number`, belongs to it: the other side still lived, and has no part in it. */
static gboolean follows_fork(const Split *self, const GalenPrim *prim, guint number, guint side) {
  gboolean lives = FALSE;
  for (guint i = 0; i < self->n; i++) {
    const GalenPrim *other = self->proof->prims->pdata[i];
    if (root(self->fork, i) != number || root(self->side, i) == side)
      continue;
    if (!galen_prim_disjoint(prim, other))
      return FALSE;
    lives |= prim_end(other) > prim->from;
  }
  return lives;
}

static void extend_sides(Split *self) {
  for (guint i = 0; i < self->n; i++) {
    const GalenPrim *prim = self->proof->prims->pdata[i];
    for (guint j = 0; !in_clash(self, prim) && j < i; j++) {
      guint number = root(self->fork, j), side = root(self->side, j);
      gboolean hit = in_clash(self, self->proof->prims->pdata[j]) || number != j;
      if (hit && galen_prim_continues(prim, self->proof->prims->pdata[j]) && follows_fork(self, prim, number, side)) {
        join(self->fork, i, j);
        join(self->side, i, j);
      }
    }
  }
}

/* ---- one fork as an incident ---- */

typedef struct {
  GPtrArray *sides; /* of GalenForkSide * */
  guint rules;
  gboolean proven, two;
  gint64 from, to, from_error, to_error;
  gboolean ongoing;
  const Clash *first;
} Fork;

static void fork_begin(const Split *self, guint number, Fork *fork) {
  for (guint i = 0; i < self->clashes->len; i++) {
    const Clash *one = &g_array_index(self->clashes, Clash, i);
    if (root(self->fork, one->a->number) != number)
      continue;
    fork->rules |= one->rules;
    fork->proven |= one->proven;
    gint64 from = MAX(one->a->from, one->b->from);
    if (fork->first == NULL || from < fork->from) {
      fork->first = one;
      fork->from = from;
      fork->from_error = fork->to_error = sum_error(one->a, one->b);
    }
  }
}

/* Over when only one side is left. */
static void fork_end(Fork *fork) {
  gint64 last = G_MININT64, second = G_MININT64;
  for (guint i = 0; i < fork->sides->len; i++) {
    const GalenForkSide *side = fork->sides->pdata[i];
    gint64 end = G_MININT64;
    for (guint j = 0; j < side->prims->len; j++)
      end = MAX(end, prim_end(side->prims->pdata[j]));
    second = MAX(second, MIN(last, end));
    last = MAX(last, end);
  }
  fork->ongoing = second == G_MAXINT64;
  fork->to = fork->ongoing ? GALEN_TIME_NONE : MAX(second, fork->from);
}

static void fork_sides(const Split *self, guint number, Fork *fork) {
  g_autoptr(GHashTable) by_root = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < self->n; i++) {
    GalenPrim *prim = self->proof->prims->pdata[i];
    if (root(self->fork, i) != number)
      continue;
    gpointer key = GUINT_TO_POINTER(root(self->side, i));
    GPtrArray *prims = g_hash_table_lookup(by_root, key);
    if (prims == NULL) {
      prims = g_ptr_array_new();
      g_hash_table_insert(by_root, key, prims);
      g_ptr_array_add(fork->sides, prims);
    }
    g_ptr_array_add(prims, prim);
  }
  for (guint i = 0; i < fork->sides->len; i++)
    fork->sides->pdata[i] = galen_fork_side_new(self->proof, fork->sides->pdata[i]);
  g_ptr_array_set_free_func(fork->sides, (GDestroyNotify)galen_fork_side_free);
}

static void bound(gint64 *lowest, gint64 value) {
  if (value != GALEN_SEQNO_NONE && value >= 0 && (*lowest == GALEN_SEQNO_NONE || value < *lowest))
    *lowest = value;
}

/* The last position that a member of the second cluster had in the first one's history. */
static gint64 last_in_first(const GalenPrim *first, const GalenPrim *second, const GalenProof *proof) {
  gint64 last = GALEN_SEQNO_NONE;
  for (guint i = 0; i < second->members->len; i++) {
    const GalenNode *node = galen_history_node(proof->history, second->members->pdata[i]);
    if (node != NULL)
      last = MAX(last, galen_proof_group_position(node, &first->group, second->from - 1));
  }
  return last;
}

/* The last seqno before the component: its act_id, else what its own change of members followed. */
static gint64 base(const GalenPrim *prim) {
  if (prim->act_id != GALEN_SEQNO_NONE)
    return prim->act_id;
  return prim->cc_seqno > 0 ? prim->cc_seqno - 1 : GALEN_SEQNO_NONE;
}

/* The fork point: the minimum of all upper bounds. */
static gint64 common_seqno(const Split *self, guint number, gboolean two) {
  gint64 lowest = GALEN_SEQNO_NONE;
  for (guint i = 0; i < self->clashes->len; i++) {
    const Clash *one = &g_array_index(self->clashes, Clash, i);
    if (root(self->fork, one->a->number) != number)
      continue;
    if (two) {
      const GalenPrim *second = one->a->from > one->b->from ? one->a : one->b;
      bound(&lowest, last_in_first(second == one->a ? one->b : one->a, second, self->proof));
      continue;
    }
    if (one->rules & R1)
      bound(&lowest, one->a->cc_seqno - 1);
    bound(&lowest, base(one->a));
    bound(&lowest, base(one->b));
    for (guint j = 0; j < 2; j++) {
      const GalenPrim *prim = j == 0 ? one->a : one->b;
      const GalenComponent *seen = prim->seen->len > 0 ? prim->seen->pdata[0] : NULL;
      if (prim->boot == GALEN_BOOT_STARTUP && seen != NULL && seen->process != NULL &&
          galen_uuid_same(&seen->process->position_uuid, &prim->group))
        bound(&lowest, seen->process->position_seqno);
    }
  }
  return lowest;
}

static void show_prim(GalenIncident *incident, const GalenPrim *prim) {
  const GalenComponent *seen = prim->seen->len > 0 ? prim->seen->pdata[0] : NULL;
  if (seen == NULL)
    return;
  galen_proof_show(incident, override(prim));
  galen_proof_show(incident,
                   prim->boot == GALEN_BOOT_STARTUP && seen->process != NULL ? seen->process->bootstrap : NULL);
  galen_proof_show(incident, prim->boot == GALEN_BOOT_RUNTIME ? seen->component : NULL);
  galen_proof_show(incident, seen->view);
  galen_proof_show(incident, seen->quorum);
}

/* The line with the last position says more than that it left. */
static void show_end(GalenIncident *incident, const GalenForkSide *side) {
  const GalenPrim *last = side->prims->pdata[side->prims->len - 1];
  for (guint i = 0; i < last->seen->len; i++) {
    const GalenComponent *seen = last->seen->pdata[i];
    const GalenFact *state =
        seen->open ? NULL
                   : galen_proof_fact_after(seen->node, GALEN_FACT_STATE, seen->to, seen->to + 2 * GALEN_PROOF_SECOND);
    gboolean closes = state != NULL && (g_strcmp0(state->value, "CLOSED") == 0 || g_strcmp0(state->value, "OPEN") == 0);
    galen_proof_show(incident, closes ? state : seen->end);
  }
}

/* Where a node that bootstrapped alone had been with the others: the last position that it logged as their member. */
static void show_departure(GalenIncident *incident, const GalenPrim *prim) {
  const GalenComponent *seen = prim->seen->len > 0 ? prim->seen->pdata[0] : NULL;
  const GalenFact *last = NULL;
  for (guint i = 0; seen != NULL && prim->boot != GALEN_BOOT_NONE && i < seen->node->facts->len; i++) {
    const GalenFact *fact = seen->node->facts->pdata[i];
    gboolean leaves = fact->kind == GALEN_FACT_STATE && fact->seqno > 0 && g_strcmp0(fact->value, "OPEN") == 0;
    gboolean closes = fact->kind == GALEN_FACT_STATE && fact->seqno > 0 && g_strcmp0(fact->name, "SYNCED") == 0 &&
                      g_strcmp0(fact->value, "CLOSED") == 0;
    if ((leaves || closes) && fact->time < prim->from)
      last = fact;
  }
  galen_proof_show(incident, last);
}

static char *fork_identity(const Fork *fork) {
  char group[GALEN_UUID_TEXT], a[GALEN_UUID_TEXT], b[GALEN_UUID_TEXT];
  const GalenPrim *one = fork->first->a, *other = fork->first->b;
  galen_uuid_write(&one->group, group);
  galen_uuid_write(&one->rep, a);
  galen_uuid_write(&other->rep, b);
  gboolean swap = strcmp(a, b) > 0;
  return g_strdup_printf("%s|%s|%s", group, swap ? b : a, swap ? a : b);
}

static gint64 exposure(const GalenProof *proof, const Fork *fork) {
  gint64 first = fork->from;
  for (guint i = 0; i < fork->sides->len; i++)
    for (guint j = 0; j < fork->sides->len; j++) {
      const GalenForkSide *side = fork->sides->pdata[i], *other = fork->sides->pdata[j];
      if (i == j)
        continue;
      gint64 missed = galen_proof_missed(proof, other->nodes, side->nodes, side->from, NULL);
      /* A member that left and started a cluster of its own was exposed from then on. */
      first = MIN(first, MIN(missed, side->from));
    }
  return first;
}

static void say_fork(const Split *self, GalenIncident *incident, const Fork *fork) {
  static const struct {
    guint bit;
    const char *word;
  } rules[] = {{R1, "R1"}, {R2, "R2"}, {R3, "R3"}, {R4, "R4"}, {R6, "R6"}, {R12, "R12"}, {R13, "R13"}};
  for (guint i = 0; i < G_N_ELEMENTS(rules); i++)
    if (fork->rules & rules[i].bit)
      galen_proof_rule(incident, rules[i].word);
  for (guint i = 0; i < fork->sides->len; i++) {
    const GalenForkSide *side = fork->sides->pdata[i];
    for (guint j = 0; j < side->nodes->len; j++)
      galen_proof_add_name(incident->nodes, side->nodes->pdata[j]);
  }
  galen_proof_window(incident, fork->from, fork->from_error, fork->ongoing ? GALEN_TIME_NONE : fork->to,
                     fork->to_error);
  incident->ongoing = fork->ongoing;
  incident->exposure_from = exposure(self->proof, fork);
  incident->diverged = TRUE;
}

static void judge_fork(const Split *self, guint number) {
  Fork fork = {.from = GALEN_TIME_NONE, .to = GALEN_TIME_NONE, .sides = g_ptr_array_new()};
  fork_begin(self, number, &fork);
  if (fork.first == NULL) {
    g_ptr_array_unref(fork.sides);
    return;
  }
  fork_sides(self, number, &fork);
  fork_end(&fork);
  fork.two = (fork.rules & R6) != 0;
  GalenConfidence confidence = fork.proven ? GALEN_PROVEN : GALEN_LIKELY;
  GalenIncident *incident = galen_proof_incident(self->proof, GALEN_INCIDENT_SPLIT_BRAIN, confidence,
                                                 GALEN_SEVERITY_CRITICAL, fork_identity(&fork));
  say_fork(self, incident, &fork);
  incident->common_seqno = common_seqno(self, number, fork.two);
  galen_proof_fork_cause(self->proof, incident, fork.sides);
  show_departure(incident, fork.first->a);
  show_departure(incident, fork.first->b);
  show_prim(incident, fork.first->a);
  show_prim(incident, fork.first->b);
  galen_proof_ranges(self->proof, incident, fork.sides);
  galen_proof_fork_verdict(self->proof, incident, fork.sides);
  galen_proof_fork_advice(self->proof, incident, fork.sides);
  for (guint i = 0; i < fork.sides->len; i++)
    show_end(incident, fork.sides->pdata[i]);
  g_ptr_array_unref(fork.sides);
}

void galen_proof_split(GalenProof *proof) {
  Split self = {.proof = proof, .n = proof->prims->len, .clashes = g_array_new(FALSE, FALSE, sizeof(Clash))};
  self.fork = g_new(guint, self.n + 1);
  self.side = g_new(guint, self.n + 1);
  for (guint i = 0; i < self.n; i++)
    self.fork[i] = self.side[i] = i;
  find_clashes(&self);
  if (self.clashes->len > 0) {
    find_forks(&self);
    extend_sides(&self);
  }
  for (guint i = 0; i < self.n; i++)
    if (root(self.fork, i) == i && in_clash(&self, self.proof->prims->pdata[i]))
      judge_fork(&self, i);
  g_array_unref(self.clashes);
  g_free(self.fork);
  g_free(self.side);
}
