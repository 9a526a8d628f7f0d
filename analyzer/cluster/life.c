/* Lanes: a node's states over the time in which its cluster is observed, without holes, and marks for single moments.
 *
 * Silence is no state: before the first line, behind the last one, after a kill, and where bytes are missing it is UNKNOWN. */
#include "history_private.h"

#include "../words.h"

#include <stdarg.h>
#include <string.h>

#define REASON_MAX 200

typedef struct {
  GalenHistoryFull *full;
  GalenNode *node;
  const GalenProcess *process;
  const char *state;
  gint64 from;
  char *reason;
  const GalenFact *evidence;
  gboolean primary; /* the last New COMPONENT was */
  const GalenComponent *component;
  guint next_component; /* into node->components */
  char *role;           /* of a member of Group Replication: "primary", "secondary of NAME"; NULL: not told */
} Lane;

/* ---- spans and marks ---- */

static void put_span(GalenNode *node, const char *state, gint64 from, gint64 to, char *reason, const GalenFact *fact) {
  if (node->states->len > 0) {
    GalenStateSpan *before = &g_array_index(node->states, GalenStateSpan, node->states->len - 1);
    gboolean same = g_str_equal(before->state, state) && (reason == NULL || g_strcmp0(reason, before->reason) == 0);
    from = MAX(from, before->from);
    before->to = from;
    if (same) {
      before->to = MAX(to, from);
      g_free(reason);
      return;
    }
    gboolean ends = g_str_equal(state, "UNKNOWN") && !g_str_equal(before->state, "UNKNOWN");
    GalenStateSpan *earlier = node->states->len > 1 ? before - 1 : NULL;
    if (before->to == before->from && !ends && earlier != NULL && reason == NULL &&
        g_str_equal(earlier->state, state)) { /* it was left for no time at all */
      earlier->to = MAX(to, from);
      g_array_set_size(node->states, node->states->len - 1);
      return;
    }
    if (before->to == before->from && !ends) { /* nothing lasts no time, but for the last that was known */
      g_free(before->reason);
      *before = (GalenStateSpan){state, from, MAX(from, to), reason, fact};
      return;
    }
  }
  GalenStateSpan span = {state, from, MAX(from, to), reason, fact};
  g_array_append_val(node->states, span);
}

/* The state from `time` on. */
static void G_GNUC_PRINTF(5, 6)
    enter(Lane *lane, const char *state, gint64 time, const GalenFact *fact, const char *format, ...) {
  char *reason = NULL;
  if (format != NULL) {
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    reason = galen_words_clean(galen_slice(text, strlen(text)), REASON_MAX);
  }
  if (lane->node->states->len > 0) {
    const GalenStateSpan *last = &g_array_index(lane->node->states, GalenStateSpan, lane->node->states->len - 1);
    time = MAX(time, last->from);
  }
  put_span(lane->node, state, time, time, reason, fact);
  lane->state = state;
}

static void G_GNUC_PRINTF(5, 6)
    mark(GalenNode *node, const char *kind, gint64 time, const GalenFact *fact, const char *format, ...) {
  va_list args;
  va_start(args, format);
  g_autofree char *text = g_strdup_vprintf(format, args);
  va_end(args);
  GalenMark row = {kind, time, galen_words_clean(galen_slice(text, strlen(text)), REASON_MAX), fact};
  g_array_append_val(node->marks, row);
}

static char *list_words(const GPtrArray *list) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < list->len; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index(list, i));
  return g_string_free(text, FALSE);
}

/* ---- Galera ---- */

static const struct {
  const char *gcs, *state;
} states[] = {{"CLOSED", "CLOSED"}, {"OPEN", "OPEN"},       {"PRIMARY", "PRIMARY"},      {"JOINER", "JOINER"},
              {"JOINED", "JOINED"}, {"SYNCED", "SYNCED"},   {"DONOR/DESYNCED", "DONOR"}, {"DONOR", "DONOR"},
              {"ERROR", "ERROR"},   {"DESTROYED", "CLOSED"}};

static const char *state_of(const char *gcs) {
  for (guint i = 0; gcs != NULL && i < G_N_ELEMENTS(states); i++)
    if (g_str_equal(states[i].gcs, gcs))
      return states[i].state;
  return NULL;
}

/* Who gives to whom, by the last selection that names this node. */
static const GalenFact *selection_before(const Lane *lane, guint index, gboolean donor) {
  for (guint i = index, n = 0; i-- > lane->process->first && n < 64; n++) {
    const GalenFact *fact = galen_fact_at(lane->node->facts, i);
    const char *name = donor ? fact->value : fact->name;
    if (fact->kind == GALEN_FACT_DONOR_SELECTED && fact->value != NULL && name != NULL &&
        galen_history_node(&lane->full->pub, name) == lane->node)
      return fact;
    if (fact->kind == GALEN_FACT_TRANSFER_END)
      return NULL;
  }
  return NULL;
}

static const char *display(const Lane *lane, const char *name) {
  const GalenNode *node = galen_history_node(&lane->full->pub, name);
  return node != NULL ? node->name : name;
}

static void enter_open(Lane *lane, const GalenFact *fact) {
  const GalenComponent *component = lane->component;
  gboolean joining = g_strcmp0(fact->name, "CLOSED") == 0;
  if (joining || component == NULL || component->primary) {
    enter(lane, joining ? "OPEN" : "NON_PRIMARY", fact->time, fact,
          joining ? "connected to the group" : "lost the primary component");
    return;
  }
  g_autofree char *lost = list_words(component->lost);
  g_autofree char *gone = list_words(component->gone);
  if (component->lost->len > 0)
    enter(lane, "NON_PRIMARY", fact->time, fact, "lost quorum: no contact with %s", lost);
  else if (component->gone->len > 0)
    enter(lane, "NON_PRIMARY", fact->time, fact, "lost quorum: %s left", gone);
  else
    enter(lane, "NON_PRIMARY", fact->time, fact, "not in a primary component");
}

static void read_state(Lane *lane, const GalenFact *fact, guint index) {
  const char *state = state_of(fact->value);
  const GalenFact *selection = NULL;
  if (state == NULL)
    return;
  if (g_str_equal(state, "OPEN"))
    enter_open(lane, fact);
  else if (g_str_equal(state, "DONOR") && (selection = selection_before(lane, index, TRUE)) != NULL)
    enter(lane, state, fact->time, fact, "state transfer to %s", display(lane, selection->name));
  else if (g_str_equal(state, "DONOR"))
    enter(lane, state, fact->time, fact, "desynced");
  else if (g_str_equal(state, "JOINER") && lane->node->arbitrator)
    enter(lane, state, fact->time, fact, "joins: an arbitrator receives no data");
  else if (g_str_equal(state, "JOINER") && (selection = selection_before(lane, index, FALSE)) != NULL)
    enter(lane, state, fact->time, fact, "state transfer from %s", display(lane, selection->value));
  else if (g_str_equal(state, "PRIMARY"))
    enter(lane, state, fact->time, fact, "in the primary component%s",
          lane->node->arbitrator ? "" : ", needs its state");
  else
    enter(lane, state, fact->time, fact, NULL);
}

/* ---- Group Replication ---- */

static const struct {
  const char *word, *state;
} group_states[] = {{"ONLINE", "SYNCED"}, {"RECOVERING", "JOINER"}, {"ERROR", "ERROR"}, {"OFFLINE", "UP"}};

static void enter_member(Lane *lane, const char *state, const GalenFact *fact, const char *words) {
  enter(lane, state, fact->time, fact, "Group Replication: %s%s%s", words, lane->role != NULL ? ", " : "",
        lane->role != NULL ? lane->role : "");
}

static void read_role(Lane *lane, const GalenFact *fact) {
  const GalenNode *primary = fact->flag ? lane->node : galen_history_address(&lane->full->pub, fact->value);
  const char *name = primary != NULL ? primary->name : fact->value;
  if (name == NULL)
    return;
  g_free(lane->role);
  lane->role = primary == lane->node ? g_strdup("primary") : g_strdup_printf("secondary of %s", name);
  if (g_strcmp0(lane->state, "SYNCED") == 0)
    enter_member(lane, "SYNCED", fact, "ONLINE");
}

static void read_group(Lane *lane, const GalenFact *fact) {
  if (fact->kind == GALEN_FACT_GR_PRIMARY)
    read_role(lane, fact);
  if (fact->kind == GALEN_FACT_PROCESS_START || fact->kind == GALEN_FACT_GR_EXPELLED ||
      (fact->kind == GALEN_FACT_GR_STATE &&
       (g_strcmp0(fact->value, "OFFLINE") == 0 || g_strcmp0(fact->value, "ERROR") == 0)))
    g_clear_pointer(&lane->role, g_free);
  if (fact->kind == GALEN_FACT_GR_STATE)
    for (guint i = 0; i < G_N_ELEMENTS(group_states); i++)
      if (g_strcmp0(fact->value, group_states[i].word) == 0)
        enter_member(lane, group_states[i].state, fact, fact->value);
  if (fact->kind == GALEN_FACT_GR_MAJORITY && !fact->flag)
    enter(lane, "NON_PRIMARY", fact->time, fact, "Group Replication: no majority");
  else if (fact->kind == GALEN_FACT_GR_MAJORITY)
    enter_member(lane, "SYNCED", fact, "majority is back");
  if (fact->kind == GALEN_FACT_GR_EXPELLED)
    enter(lane, "ERROR", fact->time, fact, "Group Replication: expelled from the group");
}

/* A log that begins in the middle of a life shows a member when it writes of others before it says what it is itself. */
static gboolean is_member_before(const Lane *lane) {
  gboolean member = FALSE;
  for (guint i = lane->process->first; i <= lane->process->last; i++) {
    const GalenFact *fact = galen_fact_at(lane->node->facts, i);
    if (fact->kind == GALEN_FACT_GR_STATE)
      return member && g_strcmp0(fact->value, "ONLINE") != 0 && g_strcmp0(fact->value, "RECOVERING") != 0;
    member = member || fact->kind == GALEN_FACT_GR_VIEW || fact->kind == GALEN_FACT_GR_UNREACHABLE ||
             fact->kind == GALEN_FACT_GR_MEMBERS || fact->kind == GALEN_FACT_GR_PRIMARY;
  }
  return member;
}

/* ---- marks ---- */

static void mark_fact(Lane *lane, const GalenFact *fact) {
  static const struct {
    GalenFactKind kind;
    const char *mark, *text;
  } plain[] = {{GALEN_FACT_SHUTDOWN_BEGIN, "stop", "shutdown"},
               {GALEN_FACT_CRASH, "crash", "crash"},
               {GALEN_FACT_RESTARTED, "restart", "started again by its service"},
               {GALEN_FACT_BOOTSTRAP, "bootstrap", "bootstraps the cluster"},
               {GALEN_FACT_GR_BOOTSTRAP, "bootstrap", "bootstraps the group"},
               {GALEN_FACT_GR_FORCED, "bootstrap", "forces the membership of the group"},
               {GALEN_FACT_GR_ERRANT, "refused", "has transactions that the group does not have"},
               {GALEN_FACT_GR_EXPELLED, "evicted", "expelled from the group"},
               {GALEN_FACT_BOOTSTRAP_REFUSED, "refused", "bootstrap refused: not safe"},
               {GALEN_FACT_REVERSING, "refused", "refused: it has more than the cluster"},
               {GALEN_FACT_DIVERGED, "refused", "refused: it has more than the cluster"},
               {GALEN_FACT_INCONSISTENT, "vote", "found inconsistent by vote"},
               {GALEN_FACT_EVICTED, "evicted", "evicted"}};
  GalenNode *node = lane->node;
  for (guint i = 0; i < G_N_ELEMENTS(plain); i++)
    if (plain[i].kind == fact->kind && (fact->kind != GALEN_FACT_EVICTED || fact->flag))
      mark(node, plain[i].mark, fact->time, fact, "%s", plain[i].text);
  if (fact->kind == GALEN_FACT_PAUSED)
    mark(node, fact->flag ? "paused" : "resumed", fact->time, fact, "provider %s", fact->flag ? "paused" : "resumed");
  gboolean own =
      fact->kind == GALEN_FACT_DESYNC && fact->name != NULL && galen_history_node(&lane->full->pub, fact->name) == node;
  if (own)
    mark(node, fact->flag ? "desync" : "resync", fact->time, fact, fact->flag ? "desyncs itself" : "resyncs itself");
  if (fact->kind == GALEN_FACT_GR_VIEW && fact->members != NULL) {
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < fact->members->len; i++) {
      const char *name = g_array_index(fact->members, GalenFactMember, i).name;
      const GalenNode *member = galen_history_address(&lane->full->pub, name);
      galen_list_add(names, member != NULL ? member->name : name);
    }
    g_autofree char *members = list_words(names);
    mark(node, "view", fact->time, fact, "group: %s", members);
  }
  if (fact->kind == GALEN_FACT_STALLED && fact->seqno > 0) {
    g_autofree char *time = galen_words_duration((double)fact->seqno);
    mark(node, "stalled", fact->time, fact, "did not run for %s", time);
  }
}

static void mark_component(Lane *lane, const GalenComponent *component) {
  const GalenComponent *next =
      lane->next_component < lane->node->components->len ? GALEN_COMPONENT(lane->node, lane->next_component) : NULL;
  if (galen_component_passes(component, next))
    return;
  g_autofree char *members = list_words(component->members);
  mark(lane->node, "view", component->from, component->quorum != NULL ? component->quorum : component->component,
       "%s component: %s", component->primary ? "primary" : "non-primary", members);
  if (component->boot == GALEN_BOOT_RUNTIME)
    mark(lane->node, "pc-bootstrap", component->from, component->component, "pc.bootstrap: %s made primary", members);
}

/* ---- a process ---- */

static void read_fact(Lane *lane, guint index) {
  const GalenFact *fact = galen_fact_at(lane->node->facts, index);
  if (fact->gap_before && index > lane->process->first)
    enter(lane, "UNKNOWN", galen_fact_at(lane->node->facts, index - 1)->time, fact, "lines are missing here");
  while (lane->next_component < lane->node->components->len &&
         GALEN_COMPONENT(lane->node, lane->next_component)->component == fact) {
    lane->component = GALEN_COMPONENT(lane->node, lane->next_component++);
    mark_component(lane, lane->component);
  }
  mark_fact(lane, fact);
  if (fact->kind == GALEN_FACT_STATE)
    read_state(lane, fact, index);
  else if (fact->kind == GALEN_FACT_SELF_LEAVE && g_strcmp0(lane->state, "CLOSED") != 0)
    enter(lane, "CLOSED", fact->time, fact, "left the cluster");
  else if (fact->kind == GALEN_FACT_READY && !lane->process->galera)
    enter(lane, "UP", fact->time, fact, NULL);
  else if (fact->kind == GALEN_FACT_COMPONENT && fact->flag && g_strcmp0(lane->state, "NON_PRIMARY") == 0)
    enter(lane, "OPEN", fact->time, fact, "a primary component forms");
  read_group(lane, fact);
}

/* What the first word about its state says of the time before it, when the log begins in the middle. */
static const char *state_before(const Lane *lane) {
  for (guint i = lane->process->first; i <= lane->process->last; i++) {
    const GalenFact *fact = galen_fact_at(lane->node->facts, i);
    if (fact->kind == GALEN_FACT_STATE)
      return state_of(fact->name);
    if (fact->kind == GALEN_FACT_COMPONENT && fact->gap_before)
      break;
  }
  if (!lane->process->galera && is_member_before(lane))
    return "SYNCED";
  return lane->process->galera ? NULL : "UP";
}

static void begin_process(Lane *lane) {
  const GalenProcess *process = lane->process;
  if (process->start == NULL) {
    const char *state = state_before(lane);
    enter(lane, state != NULL ? state : "UNKNOWN", process->from, NULL,
          state != NULL ? "as its log begins" : "its log does not say");
    return;
  }
  enter(lane, "STARTING", process->from, process->start, NULL);
  mark(lane->node, "start", process->from, process->start, "start");
}

static const char *abort_words(const GalenProcess *process) {
  const GalenFact *error = galen_process_start_error(process), *fact = process->end_fact;
  gboolean plain = fact->kind == GALEN_FACT_ABORTING && error != NULL;
  return plain ? galen_text_words(error->text) : galen_fact_words(fact);
}

static void end_process(Lane *lane, gboolean last) {
  const GalenProcess *process = lane->process;
  const GalenFact *fact = process->end_fact;
  gint64 end = process->to;
  switch (process->end) {
  case GALEN_END_CLEAN:
    enter(lane, "DOWN", end, fact, "shut down");
    break;
  case GALEN_END_ABORT:
    enter(lane, "DOWN", end, fact, "gave up: %s", abort_words(process));
    break;
  case GALEN_END_CRASH:
    enter(lane, "DOWN", end, fact, fact->number > 0 ? "crashed with signal %d" : "crashed", fact->number);
    break;
  case GALEN_END_KILL:
    enter(lane, "UNKNOWN", end, fact, "killed, or lost its log, at some time from here on");
    mark(lane->node, "kill", end, fact, "no line after this and no end");
    break;
  case GALEN_END_UNKNOWN:
    enter(lane, "UNKNOWN", end, fact, "its log has a gap");
    break;
  case GALEN_END_RUNNING:
    if (last)
      enter(lane, "UNKNOWN", end, NULL, "its log ends");
    break;
  }
}

static int compare_marks(gconstpointer a, gconstpointer b) {
  const GalenMark *x = a, *y = b;
  if (x->time != y->time)
    return x->time < y->time ? -1 : 1;
  guint64 line_x = x->evidence != NULL ? x->evidence->line : 0, line_y = y->evidence != NULL ? y->evidence->line : 0;
  if (line_x != line_y)
    return line_x < line_y ? -1 : 1;
  return strcmp(x->kind, y->kind);
}

static gboolean is_last(const GalenNode *node, guint index) {
  for (guint i = index + 1; i < node->processes->len; i++)
    if (!GALEN_PROCESS(node, i)->beside)
      return FALSE;
  return TRUE;
}

/* `from` and `to`: as long as anything of the cluster is observed. */
static void node_life(GalenHistoryFull *full, GalenNode *node, gint64 from, gint64 to) {
  Lane lane = {.full = full, .node = node};
  if (from == GALEN_TIME_NONE || to < from)
    return;
  enter(&lane, "UNKNOWN", from, NULL, node->has_log ? "before its log begins" : "no log of it was read");
  for (guint i = 0; i < node->processes->len; i++) {
    lane.process = GALEN_PROCESS(node, i);
    lane.component = NULL;
    if (lane.process->beside) {
      mark(node, "start", lane.process->from, lane.process->start, "a second server, beside the one that runs");
      continue;
    }
    begin_process(&lane);
    for (guint k = lane.process->first; k <= lane.process->last; k++)
      read_fact(&lane, k);
    end_process(&lane, is_last(node, i));
  }
  GalenStateSpan *last = &g_array_index(node->states, GalenStateSpan, node->states->len - 1);
  last->to = MAX(last->from, to);
  gboolean unknown = g_str_equal(last->state, "UNKNOWN");
  if (node->states->len > 1 && last->from == last->to && unknown) /* it ends with the observation */
    g_array_set_size(node->states, node->states->len - 1);
  galen_life_explain(node);
  g_array_sort(node->marks, compare_marks);
  g_free(lane.role);
}

static void observed(const GPtrArray *nodes, gint64 *ret_from, gint64 *ret_to) {
  *ret_from = *ret_to = GALEN_TIME_NONE;
  for (guint i = 0; i < nodes->len; i++) {
    const GalenNode *node = g_ptr_array_index(nodes, i);
    if (node->first == GALEN_TIME_NONE)
      continue;
    *ret_from = *ret_from == GALEN_TIME_NONE ? node->first : MIN(*ret_from, node->first);
    *ret_to = *ret_to == GALEN_TIME_NONE ? node->last : MAX(*ret_to, node->last);
  }
}

void galen_life_find(GalenHistoryFull *full) {
  for (guint i = 0; i < full->pub.clusters->len; i++) {
    const GalenClusterRow *cluster = g_ptr_array_index(full->pub.clusters, i);
    gint64 from, to;
    observed(cluster->nodes, &from, &to);
    for (guint k = 0; k < cluster->nodes->len; k++)
      node_life(full, g_ptr_array_index(cluster->nodes, k), from, to);
  }
  for (guint i = 0; i < full->pub.nodes->len; i++) {
    GalenNode *node = GALEN_NODE(&full->pub, i);
    if (node->states->len == 0)
      node_life(full, node, node->first, node->last);
  }
}
