/* Holes: lines that are missing without a trace, shown by what cannot follow what stood before.
 *
 * States follow each other without a jump, configurations of one component are counted, a member keeps its UUID until it
 * opens its channel again, and what was stopped in order says so. Between two lines that break this others are missing. */
#include "history_private.h"

#include <string.h>

#define CUT_SLACK (15 * G_TIME_SPAN_SECOND) /* a state follows its view at once */

typedef struct {
  GalenNode *node;
  const GalenFact *state, *quorum, *own; /* the last of their kind in this process */
  const GalenFact *start;                /* where a process begins that has changed no state yet */
  const GalenFact *cut;                  /* a view that is not primary, behind the last state */
  GalenUuid uuid;                        /* the node's as a member */
  gboolean left;                         /* a component that is not primary came behind the quorum */
} Walk;

static void hole(const Walk *walk, const GalenFact *before, const GalenFact *after, const char *why) {
  GArray *holes = walk->node->holes;
  if (before->time == GALEN_TIME_NONE || after->time == GALEN_TIME_NONE || holes->len >= GALEN_HOLES_MAX)
    return;
  GalenHole new = {MIN(before->time, after->time), after->time, before, after, why};
  GalenHole *last = holes->len > 0 ? &g_array_index(holes, GalenHole, holes->len - 1) : NULL;
  if (last == NULL || new.from > last->to || last->from > new.to) {
    g_array_append_val(holes, new);
    return;
  }
  /* one hole explains both: it is where they meet */
  if (new.from > last->from) {
    last->from = new.from;
    last->before = before;
  }
  if (new.to < last->to) {
    last->to = new.to;
    last->after = after;
  }
}

static void follow_state(Walk *walk, const GalenFact *fact) {
  if (fact->name == NULL || fact->value == NULL)
    return;
  const GalenFact *before = walk->state != NULL ? walk->state : walk->start;
  const char *from = walk->state != NULL ? walk->state->value : "CLOSED";
  gboolean held = strcmp(fact->name, "OPEN") != 0 && strcmp(fact->name, "CLOSED") != 0;
  if (before != NULL && g_strcmp0(from, fact->name) != 0)
    hole(walk, before, fact, "its state jumps");
  else if (walk->cut != NULL && held && fact->time - walk->cut->time > CUT_SLACK)
    hole(walk, walk->cut, fact, "it had lost its primary component");
  walk->state = fact;
  walk->cut = NULL;
}

/* Each change of members of a primary component takes the next number. */
static void follow_quorum(Walk *walk, const GalenFact *fact) {
  const GalenFact *before = walk->quorum;
  if (!fact->flag || fact->replayed) {
    walk->left = TRUE;
    return;
  }
  gboolean same = before != NULL && galen_uuid_same(&before->uuid, &fact->uuid);
  gboolean counted = same && before->last >= 0 && fact->last >= 0;
  if (counted && !walk->left && fact->last > before->last + 1)
    hole(walk, before, fact, "changes of members are missing");
  else if (same && before->seqno > 0 && fact->seqno >= 0 && fact->seqno < before->seqno)
    hole(walk, before, fact, "its position goes back");
  walk->quorum = fact;
  walk->left = FALSE;
}

/* The member that a fact says this node is; NULL: it says none. */
static const GalenUuid *own_uuid(const GalenFact *fact) {
  if (fact->replayed)
    return NULL;
  if (fact->kind == GALEN_FACT_MY_UUID)
    return &fact->uuid;
  if (fact->kind == GALEN_FACT_SERVER_CONNECTED)
    return &fact->other;
  for (guint i = 0; fact->kind == GALEN_FACT_SERVER_VIEW && fact->members != NULL && i < fact->members->len; i++) {
    const GalenFactMember *member = &g_array_index(fact->members, GalenFactMember, i);
    if (fact->number >= 0 && member->index == fact->number)
      return &member->uuid;
  }
  return NULL;
}

static void follow_uuid(Walk *walk, const GalenFact *fact) {
  const GalenUuid *own = fact->kind == GALEN_FACT_LISTENING ? &fact->uuid : own_uuid(fact);
  if (own == NULL || own->known == 0 || galen_uuid_is_nil(own))
    return;
  gboolean opens = fact->kind == GALEN_FACT_LISTENING;
  if (walk->own != NULL && !opens && !galen_uuid_same(&walk->uuid, own))
    hole(walk, walk->own, fact, "it became another member");
  walk->own = fact;
  walk->uuid = *own;
}

/* What a server writes on its way out. */
static gboolean is_end(const GalenFact *fact) {
  return fact->kind == GALEN_FACT_MONITOR_ENTERED || fact->kind == GALEN_FACT_CLOSING ||
         fact->kind == GALEN_FACT_SELF_LEAVE || fact->kind == GALEN_FACT_SHUTDOWN_END;
}

static gboolean has(const GPtrArray *facts, guint from, guint to, GalenFactKind kind) {
  for (guint i = from; i < to; i++)
    if (galen_fact_at(facts, i)->kind == kind)
      return TRUE;
  return FALSE;
}

/* A shutdown that nobody asked for, where such are logged. */
static void follow_shutdown(Walk *walk, const GalenProcess *process) {
  const GPtrArray *facts = walk->node->facts;
  if (!process->galera || process->start == NULL ||
      has(facts, process->first, process->last, GALEN_FACT_SHUTDOWN_BEGIN) ||
      !has(facts, 0, facts->len, GALEN_FACT_SHUTDOWN_BEGIN))
    return;
  guint at = process->last;
  while (at > process->first && is_end(galen_fact_at(facts, at)))
    at--;
  hole(walk, galen_fact_at(facts, at), process->end_fact, "nobody asked it to shut down");
}

static void follow_end(Walk *walk, const GalenProcess *process) {
  if (process->end == GALEN_END_CLEAN && process->end_fact != NULL)
    follow_shutdown(walk, process);
  gboolean open = walk->state != NULL && g_strcmp0(walk->state->value, "CLOSED") != 0 &&
                  g_strcmp0(walk->state->value, "DESTROYED") != 0;
  if (process->end == GALEN_END_CLEAN && process->end_fact != NULL && open)
    hole(walk, walk->state, process->end_fact, "it never left before its end");
}

static void read_process(Walk *walk, const GalenProcess *process) {
  const GPtrArray *facts = walk->node->facts;
  walk->state = walk->quorum = walk->own = NULL;
  walk->left = FALSE;
  walk->cut = NULL;
  const GalenFact *first = galen_fact_at(facts, process->first);
  walk->start = process->start != NULL || first->kind == GALEN_FACT_PROVIDER ? first : NULL;
  for (guint i = process->first; i <= process->last; i++) {
    const GalenFact *fact = galen_fact_at(facts, i);
    if (fact->kind == GALEN_FACT_STATE)
      follow_state(walk, fact);
    else if (fact->kind == GALEN_FACT_QUORUM)
      follow_quorum(walk, fact);
    else if (fact->kind == GALEN_FACT_COMPONENT)
      walk->left = walk->left || !fact->flag || fact->count > 1;
    else if (fact->kind == GALEN_FACT_VIEW && fact->number == GALEN_VIEW_NON_PRIM && !fact->flag)
      walk->cut = fact;
    follow_uuid(walk, fact);
  }
  follow_end(walk, process);
}

static void between(Walk *walk, const GalenProcess *before, const GalenProcess *process) {
  const GPtrArray *facts = walk->node->facts;
  const GalenFact *last = galen_fact_at(facts, before->last), *first = galen_fact_at(facts, process->first);
  if (!process->galera || last->instance != first->instance)
    return;
  gboolean kept = process->saved != NULL && process->saved_seqno >= 0;
  gboolean moved = before->started || (before->position_seqno >= 0 && process->saved_seqno > before->position_seqno);
  gboolean starts = has(facts, 0, facts->len, GALEN_FACT_PROCESS_START);
  gboolean loads = has(facts, 0, facts->len, GALEN_FACT_PROVIDER);
  if (process->start == NULL && (first->kind == GALEN_FACT_PROVIDER ? starts : starts || loads))
    hole(walk, last, first, "its start is missing");
  else if (before->end == GALEN_END_UNKNOWN && before->galera && moved && kept)
    hole(walk, last, first, "it was stopped in order and does not say so");
}

static void read_node(GalenNode *node) {
  Walk walk = {.node = node};
  const GalenProcess *before = NULL;
  for (guint i = 0; i < node->processes->len; i++) {
    const GalenProcess *process = GALEN_PROCESS(node, i);
    if (process->beside)
      continue;
    if (before != NULL)
      between(&walk, before, process);
    read_process(&walk, process);
    before = process;
  }
}

void galen_holes_find(GalenHistoryFull *full) {
  for (guint i = 0; i < full->pub.nodes->len; i++)
    read_node(GALEN_NODE(&full->pub, i));
}
