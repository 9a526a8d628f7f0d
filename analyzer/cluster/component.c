/* Components: primary and non-primary configurations as one node saw them.
 *
 * gcomm writes view blocks, gcs a "New COMPONENT" for each of them in the same order, though perhaps later. A component is
 * primary when its Quorum results say so; it lives until the next one, the leaving, or the last line of its process. */
#include "history_private.h"

#include <string.h>

#define CC_PROTOCOL 10 /* replication protocol from which on a configuration change takes a seqno */
#define VIEWS_MAX 16   /* view blocks that wait for their component */
#define SUSPECT_TIME (G_TIME_SPAN_MINUTE * 2) /* an older suspicion has been cleared */

typedef struct {
  GalenHistoryFull *full;
  GalenNode *node;
  GalenProcess *process;
  GalenComponent *now;     /* live; NULL: none */
  GalenComponent *before;  /* the one before it in this process, whatever it was */
  GalenComponent *primary; /* the last primary one of this process */
  GalenComponent *held;    /* … of any process of this node: what its positions belong to */
  GQueue views;            /* of const GalenFact *, without a component yet */
  GPtrArray *suspects;     /* of const GalenFact *: since the last component */
  gboolean restored, rebootstrap, closing;
  gboolean quorum_logged; /* this node's logs hold Quorum results */
  gboolean names_done;    /* the server's own view of the present component was read */
} Walk;

/* ---- names ---- */

static const char *name_of(const Walk *walk, const GalenUuid *uuid, const char *name, gint64 time, char *buffer) {
  const GalenNode *node = galen_history_member(&walk->full->pub, uuid, time);
  if (node == NULL && name != NULL)
    node = galen_history_node(&walk->full->pub, name);
  if (node != NULL)
    return node->name;
  return name != NULL && name[0] != '\0' ? name : galen_uuid_write(uuid, buffer);
}

static void set_members(Walk *walk, GalenComponent *component, const GalenFact *fact) {
  g_ptr_array_set_size(component->members, 0);
  g_array_set_size(component->member_uuids, 0);
  for (guint i = 0; fact->members != NULL && i < fact->members->len; i++) {
    const GalenFactMember *member = &g_array_index(fact->members, GalenFactMember, i);
    char buffer[GALEN_UUID_TEXT];
    if (member->partitioned)
      continue;
    galen_list_add(component->members, name_of(walk, &member->uuid, member->name, fact->time, buffer));
    g_array_append_val(component->member_uuids, member->uuid);
  }
}

/* Cut off, or gone of its own will: a peer that leaves in order is forgotten without having been suspected. A node that was
 * frozen itself may write neither; then the others are not known to have left. */
static void note_missing(const Walk *walk, GalenComponent *component, const char *name) {
  gboolean suspected[2] = {FALSE, FALSE}, forgotten[2] = {FALSE, FALSE};
  for (guint i = 0; i < walk->suspects->len; i++) {
    const GalenFact *fact = galen_fact_at(walk->suspects, i);
    char buffer[GALEN_UUID_TEXT];
    const char *of = name_of(walk, &fact->uuid, NULL, fact->time, buffer);
    /* Galera 2 prints no views, so that nobody knows whose UUID it is. */
    guint nameless = of == buffer && strcmp(of, name) != 0;
    if (!nameless && strcmp(of, name) != 0)
      continue;
    if (fact->kind == GALEN_FACT_FORGETTING)
      forgotten[nameless] = TRUE;
    else
      suspected[nameless] = suspected[nameless] || fact->time >= component->from - SUSPECT_TIME;
  }
  guint which = !suspected[0] && !forgotten[0];
  galen_list_add(forgotten[which] && !suspected[which] ? component->gone : component->lost, name);
}

/* Members of the component before that are not in this one. A log that begins in the middle of a process shows them by
 * what it said of them since. */
static void find_missing(Walk *walk, GalenComponent *component) {
  const GalenComponent *before = walk->before;
  if (component->members->len == 0)
    return;
  for (guint i = 0; before != NULL && i < before->members->len; i++)
    if (!galen_list_has(component->members, g_ptr_array_index(before->members, i)))
      note_missing(walk, component, g_ptr_array_index(before->members, i));
  for (guint i = 0; before == NULL && walk->process->start == NULL && i < walk->suspects->len; i++) {
    const GalenFact *fact = galen_fact_at(walk->suspects, i);
    char buffer[GALEN_UUID_TEXT];
    const char *name = name_of(walk, &fact->uuid, NULL, fact->time, buffer);
    if (!galen_list_has(component->members, name))
      note_missing(walk, component, name);
  }
}

/* ---- positions ---- */

static void see_position(GalenComponent *component, const GalenUuid *group, gint64 seqno) {
  gboolean other = component != NULL && !galen_uuid_is_nil(group) && !galen_uuid_is_nil(&component->group) &&
                   !galen_uuid_same(group, &component->group);
  if (component == NULL || other || seqno < 0)
    return;
  if (component->first_seqno == GALEN_SEQNO_NONE || seqno < component->first_seqno)
    component->first_seqno = seqno;
  if (component->last_seqno == GALEN_SEQNO_NONE || seqno > component->last_seqno)
    component->last_seqno = seqno;
}

/* A later word of where the last component ended: only a higher position tells more. */
static void see_end(GalenComponent *component, const GalenUuid *group, gint64 seqno) {
  if (component != NULL && !galen_uuid_is_nil(group) && component->last_seqno != GALEN_SEQNO_NONE &&
      seqno > component->last_seqno)
    see_position(component, group, seqno);
}

/* Positions that a node has while it is a member. */
static void read_position(Walk *walk, const GalenFact *fact) {
  GalenComponent *held = walk->primary;
  static const GalenFactKind own[] = {GALEN_FACT_POSITION,     GALEN_FACT_PAUSED,       GALEN_FACT_SST_RECEIVED,
                                      GALEN_FACT_SST_SENT,     GALEN_FACT_IST_RECEIVED, GALEN_FACT_VOTE,
                                      GALEN_FACT_INCONSISTENT, GALEN_FACT_APPLY_ERROR};
  if (fact->replayed)
    return;
  for (guint i = 0; i < G_N_ELEMENTS(own); i++)
    if (fact->kind == own[i] && held != NULL && !galen_uuid_is_nil(&fact->uuid))
      see_end(held, &fact->uuid, fact->seqno);
  if (fact->kind == GALEN_FACT_IST_REQUEST)
    see_end(held, &fact->uuid, fact->last);
  if (fact->kind == GALEN_FACT_STATE && fact->seqno > 0 && held != NULL)
    see_end(held, &held->group, fact->seqno);
  if (fact->kind == GALEN_FACT_SERVER_VIEW && held != NULL)
    see_end(held, &fact->uuid, fact->seqno);
}

/* What the next start knows of the life before it. */
static void read_start(Walk *walk, const GalenFact *fact) {
  static const GalenFactKind kinds[] = {GALEN_FACT_SAVED_STATE, GALEN_FACT_START_POSITION,
                                        GALEN_FACT_RECOVERED_POSITION, GALEN_FACT_POSITION, GALEN_FACT_REVERSING};
  if (walk->primary != NULL || walk->held == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (fact->kind == kinds[i])
      see_end(walk->held, fact->kind == GALEN_FACT_REVERSING ? &walk->held->group : &fact->uuid, fact->seqno);
  if (fact->kind == GALEN_FACT_GCACHE && fact->last != GALEN_SEQNO_NONE)
    see_end(walk->held, &fact->uuid, fact->last);
  if (fact->kind == GALEN_FACT_TRANSFER_REQUIRED)
    see_end(walk->held, &fact->other, fact->last);
}

/* ---- a component's life ---- */

static GalenComponent *component_new(const Walk *walk, gint64 from) {
  GalenComponent *self = g_new0(GalenComponent, 1);
  self->node = walk->node;
  self->process = walk->process;
  self->from = self->to = from;
  self->view_seq = self->parent_seq = self->conf_id = self->act_id = self->cc_seqno = GALEN_SEQNO_NONE;
  self->first_seqno = self->last_seqno = GALEN_SEQNO_NONE;
  self->protocol = -1;
  self->members = g_ptr_array_new_with_free_func(g_free);
  self->member_uuids = g_array_new(FALSE, FALSE, sizeof(GalenUuid));
  self->lost = g_ptr_array_new_with_free_func(g_free);
  self->gone = g_ptr_array_new_with_free_func(g_free);
  return self;
}

static void end_component(Walk *walk, const GalenFact *fact) {
  GalenComponent *now = walk->now;
  if (now == NULL || now->end != NULL)
    return;
  now->end = fact;
  now->to = MAX(now->from, fact->time);
  now->open = FALSE;
}

static guint count_members(const GalenFact *view) {
  guint n = 0;
  for (guint i = 0; view->members != NULL && i < view->members->len; i++)
    n += !g_array_index(view->members, GalenFactMember, i).partitioned;
  return n;
}

/* The view block of this component: the first one waiting that fits. */
static const GalenFact *take_view(Walk *walk, const GalenFact *fact) {
  for (GList *link = walk->views.head; link != NULL; link = link->next) {
    const GalenFact *view = link->data;
    gboolean primary = view->number == GALEN_VIEW_PRIM;
    if (primary != fact->flag || (fact->total >= 0 && (guint)fact->total != count_members(view)))
      continue;
    while (walk->views.head != link)
      g_queue_pop_head(&walk->views);
    g_queue_pop_head(&walk->views);
    return view;
  }
  return NULL;
}

static GalenBoot boot_of(const Walk *walk, const GalenFact *fact) {
  gboolean first = walk->before == NULL;
  if (!fact->flag)
    return GALEN_BOOT_NONE;
  if (fact->seqno == 1)
    return walk->restored || walk->rebootstrap ? GALEN_BOOT_RECOVERY : GALEN_BOOT_RUNTIME;
  return first && walk->process->bootstrap != NULL ? GALEN_BOOT_STARTUP : GALEN_BOOT_NONE;
}

static void take_view_block(Walk *walk, GalenComponent *component, const GalenFact *view) {
  component->view = view;
  component->view_rep = view->uuid;
  component->view_seq = view->seqno;
  set_members(walk, component, view);
}

/* "New COMPONENT". */
static void begin_component(Walk *walk, const GalenFact *fact) {
  const GalenFact *view = take_view(walk, fact);
  end_component(walk, fact);
  /* what a leaving node still shows of its old view is no component */
  if (walk->closing && !fact->flag)
    return;
  GalenComponent *component = component_new(walk, fact->time);
  component->component = fact;
  component->primary = fact->flag;
  walk->before = walk->now != NULL ? walk->now : walk->before;
  component->boot = boot_of(walk, fact);
  walk->now = component;
  walk->names_done = FALSE;
  if (view != NULL)
    take_view_block(walk, component, view);
  if (walk->primary != NULL) {
    component->parent_rep = walk->primary->view_rep;
    component->parent_seq = walk->primary->view_seq;
  }
  find_missing(walk, component);
  /* Without a view block the members, and who is missing, come with the state exchange. */
  if (walk->views.length == 0 && view != NULL)
    g_ptr_array_set_size(walk->suspects, 0);
  g_ptr_array_add(walk->node->components, component);
}

static gint32 read_protocol(const char *value) {
  const char *slash = value == NULL ? NULL : strchr(value, '/');
  return slash == NULL ? -1 : (gint32)g_ascii_strtoll(slash + 1, NULL, 10);
}

/* "Quorum results": from here on a primary component lives. */
static void read_quorum(Walk *walk, const GalenFact *fact) {
  GalenComponent *now = walk->now;
  if (now == NULL || now->end != NULL || now->quorum != NULL)
    return;
  now->quorum = fact;
  now->quorum_seen = TRUE;
  now->primary = fact->flag;
  now->protocol = read_protocol(fact->value);
  if (!fact->flag)
    return;
  now->from = fact->time;
  now->to = MAX(now->to, now->from);
  now->group = fact->uuid;
  now->act_id = fact->seqno;
  now->conf_id = fact->last;
  if (now->protocol >= CC_PROTOCOL && fact->seqno != GALEN_SEQNO_NONE)
    now->cc_seqno = fact->seqno + 1;
  see_position(now, &now->group, now->cc_seqno != GALEN_SEQNO_NONE ? now->cc_seqno : now->act_id);
  walk->primary = walk->held = now;
}

/* Without Quorum results the server's view says the same, later. */
static void read_server_view(Walk *walk, const GalenFact *fact) {
  GalenComponent *now = walk->now;
  if (now == NULL || now->end != NULL || fact->replayed || (fact->total == 1) != now->primary)
    return;
  gboolean members = fact->members != NULL && fact->members->len > 0;
  gboolean ours = now->component->total < 0 || !members || (guint)now->component->total == fact->members->len;
  if (!ours || (now->cc_seqno != GALEN_SEQNO_NONE && fact->total == 1 && fact->seqno != now->cc_seqno))
    return;
  if (members && !walk->names_done) {
    set_members(walk, now, fact);
    walk->names_done = TRUE;
  }
  if (!now->primary)
    return;
  now->cc = fact;
  if (now->quorum_seen)
    return;
  now->group = fact->uuid;
  if (now->conf_id == GALEN_SEQNO_NONE && fact->last > 0)
    now->conf_id = fact->last - 1;
  see_position(now, &now->group, fact->seqno);
  walk->primary = walk->held = now;
}

static void read_exchange(Walk *walk, const GalenFact *fact) {
  GalenComponent *now = walk->now;
  if (now == NULL || now->end != NULL || fact->replayed)
    return;
  now->exchange = fact->uuid;
  /* without a view block the state messages name the members */
  if (now->view == NULL && fact->kind == GALEN_FACT_STATE_MSG && fact->name != NULL) {
    const GalenNode *node = galen_history_node(&walk->full->pub, fact->name);
    galen_list_add(now->members, node != NULL ? node->name : fact->name);
    if (now->component->total >= 0 && (guint)now->component->total == now->members->len) {
      find_missing(walk, now);
      g_ptr_array_set_size(walk->suspects, 0);
    }
  }
}

static void read_cc(Walk *walk, const GalenFact *fact) {
  GalenComponent *now = walk->now;
  if (now == NULL || now->end != NULL || !now->primary || fact->replayed || fact->flag)
    return;
  if (now->cc_seqno == GALEN_SEQNO_NONE)
    now->cc_seqno = fact->seqno;
  if (now->cc == NULL && now->cc_seqno == fact->seqno)
    now->cc = fact;
  see_position(now, &now->group, fact->seqno);
}

static gboolean leaves(const GalenFact *fact) {
  return fact->kind == GALEN_FACT_SELF_LEAVE || fact->kind == GALEN_FACT_CRASH ||
         fact->kind == GALEN_FACT_SHUTDOWN_END ||
         (fact->kind == GALEN_FACT_STATE &&
          (g_strcmp0(fact->value, "CLOSED") == 0 || g_strcmp0(fact->value, "DESTROYED") == 0));
}

/* It lost its primary component, whatever its log shows of the next one. */
static gboolean loses(const Walk *walk, const GalenFact *fact) {
  return fact->kind == GALEN_FACT_STATE && walk->now != NULL && walk->now->primary &&
         g_strcmp0(fact->value, "OPEN") == 0 && g_strcmp0(fact->name, "CLOSED") != 0;
}

static void read_view(Walk *walk, const GalenFact *fact) {
  if (fact->flag || fact->number > GALEN_VIEW_NON_PRIM)
    return;
  g_queue_push_tail(&walk->views, (gpointer)fact);
  if (walk->views.length > VIEWS_MAX)
    g_queue_pop_head(&walk->views);
}

static void read_flags(Walk *walk, const GalenFact *fact) {
  walk->restored = walk->restored || (fact->kind == GALEN_FACT_PC_RESTORED && fact->flag);
  walk->rebootstrap = walk->rebootstrap || fact->kind == GALEN_FACT_REBOOTSTRAP;
  walk->closing = (walk->closing || fact->kind == GALEN_FACT_CLOSING) && fact->kind != GALEN_FACT_LISTENING;
  static const GalenFactKind kinds[] = {GALEN_FACT_SUSPECT, GALEN_FACT_INACTIVE, GALEN_FACT_LINK_TIMEOUT,
                                        GALEN_FACT_FORGETTING};
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (fact->kind == kinds[i] && !galen_uuid_is_nil(&fact->uuid))
      g_ptr_array_add(walk->suspects, (gpointer)fact);
}

static void read_fact(Walk *walk, const GalenFact *fact) {
  read_flags(walk, fact);
  read_start(walk, fact);
  if (fact->kind == GALEN_FACT_VIEW)
    read_view(walk, fact);
  else if (fact->kind == GALEN_FACT_COMPONENT)
    begin_component(walk, fact);
  else if (fact->kind == GALEN_FACT_QUORUM)
    read_quorum(walk, fact);
  else if (fact->kind == GALEN_FACT_CC)
    read_cc(walk, fact);
  else if (fact->kind == GALEN_FACT_SERVER_VIEW)
    read_server_view(walk, fact);
  else if (fact->kind == GALEN_FACT_STATE_MSG || fact->kind == GALEN_FACT_STATE_UUID_SENT)
    read_exchange(walk, fact);
  else if (leaves(fact) || loses(walk, fact))
    end_component(walk, fact);
  read_position(walk, fact);
}

/* ---- a process ---- */

/* A view that was never confirmed is not primary, where confirmations are logged at all. */
static void settle(Walk *walk, guint first) {
  for (guint i = first; i < walk->node->components->len; i++) {
    GalenComponent *component = GALEN_COMPONENT(walk->node, i);
    if (component->primary && !component->quorum_seen && walk->quorum_logged && component->cc == NULL)
      component->primary = FALSE;
    if (component->boot != GALEN_BOOT_NONE && !component->primary)
      component->boot = GALEN_BOOT_NONE;
  }
}

static void walk_process(Walk *walk, GalenProcess *process) {
  guint first = walk->node->components->len;
  walk->process = process;
  walk->now = walk->before = walk->primary = NULL;
  walk->restored = walk->rebootstrap = walk->closing = FALSE;
  g_queue_clear(&walk->views);
  g_ptr_array_set_size(walk->suspects, 0);
  for (guint i = process->first; i <= process->last; i++)
    read_fact(walk, galen_fact_at(walk->node->facts, i));
  if (walk->now != NULL && walk->now->end == NULL) {
    walk->now->to = MAX(walk->now->from, process->to);
    walk->now->open = TRUE;
  }
  settle(walk, first);
  if (process->position != NULL && first > 0)
    for (guint i = first; i-- > 0;)
      if (GALEN_COMPONENT(walk->node, i)->primary) {
        see_end(GALEN_COMPONENT(walk->node, i), &process->position_uuid, process->position_seqno);
        break;
      }
}

/* Recover logs beside the log say where the life before them ended. */
static void read_recover_logs(const GalenHistoryFull *full, const GalenNode *node) {
  for (guint i = 0; i < node->inputs->len; i++) {
    const GalenJournalInput *input = GALEN_JOURNAL_INPUT(full->pub.journal, g_array_index(node->inputs, guint, i));
    for (guint k = 0; g_strcmp0(input->kind, "recover-log") == 0 && k < input->facts->len; k++) {
      const GalenFact *fact = galen_fact_at(input->facts, k);
      if (fact->kind != GALEN_FACT_RECOVERED_POSITION || fact->time == GALEN_TIME_NONE)
        continue;
      guint at = node->components->len;
      while (at > 0 && (!GALEN_COMPONENT(node, at - 1)->primary || GALEN_COMPONENT(node, at - 1)->from > fact->time))
        at--;
      GalenComponent *held = at > 0 ? GALEN_COMPONENT(node, at - 1) : NULL;
      if (held != NULL && (!held->open || held->process->to <= fact->time))
        see_end(held, &fact->uuid, fact->seqno);
    }
  }
}

void galen_component_find(GalenHistoryFull *full) {
  for (guint i = 0; i < full->pub.nodes->len; i++) {
    Walk walk = {.full = full, .node = GALEN_NODE(&full->pub, i), .suspects = g_ptr_array_new()};
    g_queue_init(&walk.views);
    for (guint k = 0; k < walk.node->facts->len && !walk.quorum_logged; k++)
      walk.quorum_logged = galen_fact_at(walk.node->facts, k)->kind == GALEN_FACT_QUORUM;
    for (guint k = 0; k < walk.node->processes->len; k++)
      walk_process(&walk, GALEN_PROCESS(walk.node, k));
    read_recover_logs(full, walk.node);
    g_queue_clear(&walk.views);
    g_ptr_array_unref(walk.suspects);
  }
}
