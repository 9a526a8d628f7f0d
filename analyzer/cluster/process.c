/* Processes: the lives of a node's server, from start line to end.
 *
 * Runs that only recover a position, and what SST helpers print, are no lives. What is behind the last line of a life is
 * not known: silence proves nothing. */
#include "history_private.h"

#include <string.h>

#define START_SLACK (2 * G_TIME_SPAN_SECOND)
#define RECOVERED_BEFORE (G_TIME_SPAN_MINUTE * 10) /* a recover run belongs to the start that follows within */

typedef struct {
  GalenHistoryFull *full;
  GalenNode *node;
  GalenProcess *now;          /* NULL: none is open */
  const GalenFact *recovered; /* a position that a recover run found, for the next start */
  const GalenFact *abort, *crash, *stop, *end, *restarted, *unloaded;
  const GalenFact *state; /* the last change of its wsrep state */
  guint opened;           /* which of the lines of opening() it wrote, a bit each, since it last left its group */
  gboolean joined;        /* it was connected to a group */
  gboolean gap;           /* bytes are missing somewhere behind its last fact */
  gboolean *skip;         /* by fact: of a recover run */
  guint *beside;          /* by fact: the end of the run of a second server that begins here; 0: none does */
} Walk;

/* ---- recover runs ---- */

/* Kinds that only a living server writes. */
static gboolean shows_life(const GalenFact *fact) {
  static const GalenFactKind kinds[] = {
      GALEN_FACT_READY,     GALEN_FACT_CONNECTING, GALEN_FACT_BOOTSTRAP, GALEN_FACT_LISTENING, GALEN_FACT_VIEW,
      GALEN_FACT_COMPONENT, GALEN_FACT_QUORUM,     GALEN_FACT_STATE,     GALEN_FACT_SYNCED,    GALEN_FACT_SERVER_VIEW};
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (fact->kind == kinds[i])
      return TRUE;
  return FALSE;
}

/* Marks the facts of the start at `from` when it turns out to be a recover run; returns where it ends. */
static guint mark_run(Walk *walk, guint from) {
  const GPtrArray *facts = walk->node->facts;
  gboolean recover = FALSE;
  guint end = from + 1;
  for (; end < facts->len; end++) {
    const GalenFact *fact = galen_fact_at(facts, end);
    if (fact->kind == GALEN_FACT_PROCESS_START || shows_life(fact))
      break;
    recover = recover || fact->kind == GALEN_FACT_RECOVER_RUN;
    if (fact->kind == GALEN_FACT_SHUTDOWN_END) {
      end++;
      break;
    }
  }
  for (guint i = from; i < end && recover; i++)
    walk->skip[i] = TRUE;
  return end;
}

static void mark_recover_runs(Walk *walk) {
  const GPtrArray *facts = walk->node->facts;
  for (guint i = 0; i < facts->len;) {
    if (galen_fact_at(facts, i)->kind == GALEN_FACT_PROCESS_START)
      i = mark_run(walk, i);
    else
      i++;
  }
}

/* ---- begin and end ---- */

static GalenProcess *process_new(GalenNode *node, guint index) {
  GalenProcess *self = g_new0(GalenProcess, 1);
  const GalenFact *fact = galen_fact_at(node->facts, index);
  self->node = node;
  self->from = self->to = fact->time;
  self->first = self->last = index;
  self->saved_seqno = self->position_seqno = GALEN_SEQNO_NONE;
  self->safe_to_bootstrap = -1;
  self->uuids = g_array_new(FALSE, FALSE, sizeof(GalenUuid));
  self->options = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_ptr_array_add(node->processes, self);
  return self;
}

static void open_process(Walk *walk, guint index) {
  walk->now = process_new(walk->node, index);
  walk->abort = walk->crash = walk->stop = walk->end = walk->unloaded = NULL;
  walk->state = NULL;
  walk->opened = 0;
  walk->joined = walk->gap = FALSE;
}

static void end_with(GalenProcess *process, GalenEnd end, const GalenFact *fact) {
  process->end = end;
  process->end_fact = fact;
}

/* A server may go on outside of the cluster, until somebody stops it. */
static gboolean lives_on(const GalenFact *abort) {
  return abort->kind == GALEN_FACT_INCONSISTENT || abort->kind == GALEN_FACT_CONSISTENCY_LOST;
}

/* Ends the open process by what it said itself; FALSE: it said nothing. */
static gboolean end_by_words(Walk *walk) {
  if (walk->crash != NULL && walk->abort == NULL)
    end_with(walk->now, GALEN_END_CRASH, walk->crash);
  else if (walk->abort != NULL && !(walk->end != NULL && lives_on(walk->abort)))
    end_with(walk->now, GALEN_END_ABORT, walk->abort);
  else if (walk->end != NULL)
    end_with(walk->now, GALEN_END_CLEAN, walk->end);
  else
    return FALSE;
  return TRUE;
}

/* What the next start shows of how the one before ended: the saved state is -1 while a server runs. */
static GalenEnd end_by_next(const Walk *walk, guint next, const GalenFact **ret_fact) {
  const GPtrArray *facts = walk->node->facts;
  const GalenFact *last = galen_fact_at(facts, walk->now->last), *first = galen_fact_at(facts, next);
  gboolean file = last->input == first->input && !walk->gap && !first->gap_before;
  /* Without the start that its servers log, or once it was asked to stop, lines may be missing. */
  file = file && walk->stop == NULL && (walk->now->start == NULL || first->kind == GALEN_FACT_PROCESS_START);
  for (guint i = next; i < facts->len && i < next + 64; i++) {
    const GalenFact *fact = galen_fact_at(facts, i);
    if (i > next && fact->kind == GALEN_FACT_PROCESS_START)
      break;
    gboolean saved = fact->kind == GALEN_FACT_SAVED_STATE && !galen_uuid_is_nil(&fact->uuid);
    if (saved && fact->seqno >= 0)
      return GALEN_END_UNKNOWN; /* it was stopped in order: its last lines are missing */
    if ((saved && fact->seqno < 0) || fact->kind == GALEN_FACT_CRASH_RECOVERY) {
      *ret_fact = fact;
      return GALEN_END_KILL;
    }
  }
  *ret_fact = file ? first : NULL;
  return file ? GALEN_END_KILL : GALEN_END_UNKNOWN;
}

/* A server that was shutting down does not open its channel again: its end and the next start are lost. */
static gboolean reopens(const Walk *walk, const GalenFact *fact) {
  return walk->stop != NULL && fact->kind == GALEN_FACT_STATE && g_strcmp0(fact->name, "CLOSED") == 0 &&
         g_strcmp0(fact->value, "OPEN") == 0;
}

/* What a server writes once when it opens its provider or its channel. */
static guint opening(const GalenFact *fact) {
  static const GalenFactKind kinds[] = {GALEN_FACT_OPTIONS, GALEN_FACT_LISTENING, GALEN_FACT_CONNECTING,
                                        GALEN_FACT_BOOTSTRAP};
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (fact->kind == kinds[i])
      return 1u << i;
  return 0;
}

static gboolean closes(const GalenFact *fact) {
  return fact->kind == GALEN_FACT_CLOSING || fact->kind == GALEN_FACT_SELF_LEAVE ||
         fact->kind == GALEN_FACT_MONITOR_ENTERED ||
         (fact->kind == GALEN_FACT_STATE && g_strcmp0(fact->value, "CLOSED") == 0);
}

/* It opens what it has open, or lives on behind its own shutdown: the end before this and the start are lost. */
static gboolean opens_again(const Walk *walk, const GalenFact *fact) {
  guint bit = opening(fact);
  if ((walk->opened & bit) != 0 || (bit != 0 && walk->stop != NULL))
    return TRUE;
  gboolean jumps = fact->kind == GALEN_FACT_STATE && walk->state != NULL && fact->flag &&
                   g_strcmp0(walk->state->value, fact->name) != 0;
  return walk->stop != NULL && (jumps || (fact->kind == GALEN_FACT_QUORUM && fact->flag && walk->opened == 0));
}

/* What a server writes before it opens its channel. */
static gboolean prepares(const GalenFact *fact) {
  static const GalenFactKind kinds[] = {GALEN_FACT_START_POSITION,   GALEN_FACT_SAVED_STATE,
                                        GALEN_FACT_BOOTSTRAP_OPTION, GALEN_FACT_PC_RESTORED,
                                        GALEN_FACT_GCACHE,           GALEN_FACT_STATE_FILE_MISSING};
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (fact->kind == kinds[i])
      return TRUE;
  return FALSE;
}

static void follow_opening(Walk *walk, const GalenFact *fact) {
  walk->opened = closes(fact) ? 0 : walk->opened | opening(fact);
  if (fact->kind == GALEN_FACT_STATE)
    walk->state = fact;
}

static void close_process(Walk *walk, guint next) {
  const GPtrArray *facts = walk->node->facts;
  if (walk->now == NULL)
    return;
  /* A second server that could not get the lock ended nothing, and shows this one alive. */
  for (; next < facts->len && walk->beside[next] > 0; next = walk->beside[next])
    walk->now->to = MAX(walk->now->to, galen_beside_seen(facts, next, walk->beside[next]));
  const GalenFact *start = next < facts->len ? galen_fact_at(facts, next) : NULL;
  gboolean worded = end_by_words(walk);
  if (!worded && start != NULL && start->alive_wall != GALEN_TIME_NONE)
    walk->now->to = MAX(walk->now->to, start->time + (start->alive_wall - start->wall));
  if (!worded && walk->restarted != NULL) {
    end_with(walk->now, GALEN_END_KILL, walk->restarted);
  } else if (!worded && start != NULL && (reopens(walk, start) || opens_again(walk, start))) {
    end_with(walk->now, GALEN_END_UNKNOWN, NULL);
  } else if (walk->now->end_fact == NULL && next < facts->len) {
    const GalenFact *fact = NULL;
    GalenEnd end = end_by_next(walk, next, &fact);
    end_with(walk->now, end, fact);
  }
  walk->now = NULL;
  walk->restarted = NULL;
}

/* ---- one fact ---- */

static void add_uuid(GalenProcess *process, const GalenUuid *uuid) {
  if (galen_uuid_is_nil(uuid))
    return;
  for (guint i = 0; i < process->uuids->len; i++) {
    GalenUuid *old = &g_array_index(process->uuids, GalenUuid, i);
    if (galen_uuid_same(old, uuid)) {
      if (old->known < uuid->known)
        *old = *uuid;
      return;
    }
  }
  g_array_append_val(process->uuids, *uuid);
}

static void take_position(GalenProcess *process, const GalenFact *fact) {
  process->position_uuid = fact->uuid;
  process->position_seqno = fact->seqno;
  process->position = fact;
}

static void read_position(Walk *walk, const GalenFact *fact) {
  GalenProcess *process = walk->now;
  gboolean real = !galen_uuid_is_nil(&fact->uuid);
  if (fact->kind == GALEN_FACT_SAVED_STATE && process->saved == NULL) {
    process->saved = fact;
    process->saved_uuid = fact->uuid;
    process->saved_seqno = fact->seqno;
    process->safe_to_bootstrap = fact->number;
  }
  /* recovered, else initial, else saved; what an SST brought later is no start */
  gboolean recovered = process->position != NULL && process->position->kind == GALEN_FACT_RECOVERED_POSITION;
  if (walk->joined || recovered)
    return;
  gboolean saved = process->position == NULL || process->position->kind == GALEN_FACT_SAVED_STATE;
  gboolean better = (fact->kind == GALEN_FACT_RECOVERED_POSITION && real) ||
                    (fact->kind == GALEN_FACT_START_POSITION && saved) ||
                    (fact->kind == GALEN_FACT_SAVED_STATE && process->position == NULL);
  if (better)
    take_position(process, fact);
}

/* A fatal word of Galera after which it gives up, when the process says no other end. */
static gboolean gives_up(const GalenFact *fact) {
  static const GalenFactKind kinds[] = {
      GALEN_FACT_ABORTING,   GALEN_FACT_BOOTSTRAP_REFUSED, GALEN_FACT_REVERSING,    GALEN_FACT_DIVERGED,
      GALEN_FACT_STATE_LOST, GALEN_FACT_CONFLICTING_UUIDS, GALEN_FACT_INCONSISTENT, GALEN_FACT_CONSISTENCY_LOST};
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (fact->kind == kinds[i])
      return TRUE;
  return FALSE;
}

static void read_end(Walk *walk, const GalenFact *fact) {
  if (fact->kind == GALEN_FACT_SHUTDOWN_BEGIN)
    walk->stop = fact;
  if (fact->kind == GALEN_FACT_SHUTDOWN_END)
    walk->end = fact;
  if (fact->kind == GALEN_FACT_CRASH)
    walk->crash = fact;
  /* the first such word is the reason; once it was asked to stop it does not give up by itself */
  if (gives_up(fact) && walk->stop == NULL && walk->abort == NULL)
    walk->abort = fact;
  /* it lived on: the end was another program's, or the trouble passed */
  if (walk->end != NULL && walk->stop == NULL && shows_life(fact))
    walk->end = NULL;
  if (fact->kind == GALEN_FACT_SYNCED || (fact->kind == GALEN_FACT_STATE && g_strcmp0(fact->value, "SYNCED") == 0))
    walk->abort = NULL;
  if (fact->kind == GALEN_FACT_MONITOR_ENTERED)
    walk->unloaded = fact;
}

static gboolean is_galera(const GalenFact *fact) {
  static const GalenFactKind kinds[] = {GALEN_FACT_OPTIONS,   GALEN_FACT_CONNECTING, GALEN_FACT_BOOTSTRAP,
                                        GALEN_FACT_LISTENING, GALEN_FACT_COMPONENT,  GALEN_FACT_VIEW,
                                        GALEN_FACT_STATE,     GALEN_FACT_QUORUM,     GALEN_FACT_SERVER_CONNECTED};
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (fact->kind == kinds[i])
      return TRUE;
  return fact->kind == GALEN_FACT_PROVIDER && fact->value != NULL;
}

static void read_process(Walk *walk, const GalenFact *fact) {
  GalenProcess *process = walk->now;
  process->galera = process->galera || is_galera(fact);
  process->started = process->started || fact->kind == GALEN_FACT_READY || fact->kind == GALEN_FACT_SYNCED ||
                     (fact->kind == GALEN_FACT_QUORUM && fact->flag) || fact->kind == GALEN_FACT_SERVER_CONNECTED;
  if (fact->kind == GALEN_FACT_BOOTSTRAP && process->bootstrap == NULL)
    process->bootstrap = fact;
  if (fact->kind == GALEN_FACT_LISTENING || fact->kind == GALEN_FACT_MY_UUID)
    add_uuid(process, &fact->uuid);
  if (fact->kind == GALEN_FACT_SERVER_CONNECTED)
    add_uuid(process, &fact->other);
  walk->joined = walk->joined || fact->kind == GALEN_FACT_CONNECTING || fact->kind == GALEN_FACT_BOOTSTRAP ||
                 fact->kind == GALEN_FACT_COMPONENT || fact->kind == GALEN_FACT_READY;
  read_position(walk, fact);
  read_end(walk, fact);
}

static gboolean starts_life(const GalenFact *fact) {
  return fact->kind == GALEN_FACT_PROCESS_START || fact->kind == GALEN_FACT_PROVIDER ||
         fact->kind == GALEN_FACT_SAVED_STATE || shows_life(fact);
}

/* Whether a new life begins here. Servers that do not log their start show it by loading the provider again. */
static gboolean begins(const Walk *walk, const GalenFact *fact) {
  if (walk->now == NULL || fact->kind == GALEN_FACT_PROCESS_START || reopens(walk, fact) || opens_again(walk, fact))
    return TRUE;
  const GalenFact *first = galen_fact_at(walk->node->facts, walk->now->first);
  if (first->input == fact->input && first->instance != fact->instance && fact->instance != GALEN_INSTANCE_UNKNOWN &&
      first->instance != GALEN_INSTANCE_UNKNOWN)
    return TRUE; /* another server of the same file */
  return fact->kind == GALEN_FACT_PROVIDER && walk->joined && (walk->unloaded == NULL || walk->end != NULL);
}

/* Where the life begins that shows itself at `index`: what prepares it was taken for the life before. */
static guint first_of(Walk *walk, guint index) {
  const GPtrArray *facts = walk->node->facts;
  if (walk->now == NULL || !opens_again(walk, galen_fact_at(facts, index)))
    return index;
  while (index > walk->now->first + 1 && prepares(galen_fact_at(facts, index - 1)))
    index--;
  walk->now->last = MIN(walk->now->last, index - 1);
  return index;
}

static void read_fact(Walk *walk, guint index) {
  const GalenFact *fact = galen_fact_at(walk->node->facts, index);
  if (walk->skip[index]) {
    if (fact->kind == GALEN_FACT_RECOVERED_POSITION)
      walk->recovered = fact;
    return;
  }
  if (fact->kind == GALEN_FACT_RECOVERED_POSITION && (walk->now == NULL || walk->end != NULL || walk->crash != NULL)) {
    walk->recovered = fact; /* mysqld_safe says it between two lives */
    return;
  }
  if (fact->kind == GALEN_FACT_RESTARTED || fact->kind == GALEN_FACT_RECOVER_RUN) {
    walk->restarted = fact->kind == GALEN_FACT_RESTARTED || walk->now == NULL ? fact : walk->restarted;
    close_process(walk, index);
    return;
  }
  /* lines behind an end without a start are of no life, unless they show one */
  if (walk->now == NULL && walk->node->processes->len > 0 && !starts_life(fact))
    return;
  if (begins(walk, fact)) {
    guint from = first_of(walk, index);
    close_process(walk, from);
    open_process(walk, from);
    for (guint i = from; i < index; i++)
      read_process(walk, galen_fact_at(walk->node->facts, i));
    walk->now->start = fact->kind == GALEN_FACT_PROCESS_START ? fact : NULL;
    walk->restarted = NULL;
    if (walk->recovered != NULL && walk->now->from - walk->recovered->time < RECOVERED_BEFORE)
      take_position(walk->now, walk->recovered);
    walk->recovered = NULL;
  }
  if (walk->now == NULL)
    return;
  walk->gap = walk->gap || fact->gap_before;
  walk->now->last = index;
  walk->now->to = MAX(walk->now->to, fact->last_wall > fact->wall && fact->wall != GALEN_TIME_NONE
                                         ? fact->time + (fact->last_wall - fact->wall)
                                         : fact->time);
  follow_opening(walk, fact);
  read_process(walk, fact);
}

/* ---- options ---- */

static void set_option(GHashTable *options, const char *name, const char *value) {
  static const char *const secret[] = {"password", "auth", "secret", "socket.ssl_key", "token"};
  gboolean hide = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(secret); i++)
    hide = hide || strstr(name, secret[i]) != NULL;
  g_hash_table_insert(options, g_strdup(name), g_strdup(hide && value[0] != '\0' ? "***" : value));
}

void galen_options_read(GHashTable *options, const char *list) {
  g_auto(GStrv) parts = g_strsplit(list, ";", -1);
  for (guint i = 0; parts[i] != NULL; i++) {
    char *equal = strchr(parts[i], '=');
    if (equal == NULL)
      continue;
    *equal = '\0';
    set_option(options, g_strstrip(parts[i]), g_strstrip(equal + 1));
  }
}

/* "a:,b:4567" of a connection line is "gcomm://a,b" of the option. */
static char *peers_address(const char *peers) {
  g_auto(GStrv) parts = g_strsplit(peers, ",", -1);
  GString *address = g_string_new("gcomm://");
  for (guint i = 0; parts[i] != NULL; i++) {
    gsize len = strlen(parts[i]);
    if (len > 0 && parts[i][len - 1] == ':')
      parts[i][len - 1] = '\0';
    g_string_append_printf(address, "%s%s", i > 0 ? "," : "", g_strstrip(parts[i]));
  }
  return g_string_free(address, FALSE);
}

static char *option_name(const char *name) {
  return g_strdelimit(g_strdup(name), "-", '_');
}

static void read_options(GalenProcess *process) {
  GHashTable *options = process->options;
  for (guint i = process->first; i <= process->last; i++) {
    const GalenFact *fact = galen_fact_at(process->node->facts, i);
    if (fact->kind == GALEN_FACT_OPTIONS && fact->value != NULL)
      galen_options_read(options, fact->value);
    if (fact->kind == GALEN_FACT_OPTION && fact->name != NULL && fact->value != NULL) {
      g_autofree char *name = option_name(fact->name);
      if (g_str_equal(name, "wsrep_provider_options"))
        galen_options_read(options, fact->value);
      else
        set_option(options, name, fact->value);
    }
    if (fact->kind == GALEN_FACT_CLUSTER_ADDRESS && fact->value != NULL)
      set_option(options, "wsrep_cluster_address", fact->value);
    if (fact->kind == GALEN_FACT_CONNECTING && fact->value != NULL) {
      g_autofree char *address = peers_address(fact->value);
      set_option(options, "wsrep_cluster_address", address);
    }
    if ((fact->kind == GALEN_FACT_CONNECTING || fact->kind == GALEN_FACT_BOOTSTRAP) && fact->name != NULL)
      set_option(options, "wsrep_cluster_name", fact->name);
    if ((fact->kind == GALEN_FACT_PROCESS_START || fact->kind == GALEN_FACT_READY) && fact->value != NULL &&
        fact->value[0] != '\0')
      set_option(options, "version", fact->value);
    if (fact->kind == GALEN_FACT_PROVIDER && fact->value != NULL)
      set_option(options, "galera", fact->value);
  }
}

/* "gcomm://" as far as its log shows: a failed try names it; a bootstrap that had peers to reach says which it did not. */
static void read_address(GalenProcess *process) {
  gboolean named = FALSE, peers = FALSE, empty = FALSE;
  for (guint i = process->first; i <= process->last; i++) {
    const GalenFact *fact = galen_fact_at(process->node->facts, i);
    if (fact->kind == GALEN_FACT_CLUSTER_ADDRESS && fact->value != NULL) {
      const char *list = g_str_has_prefix(fact->value, "gcomm://") ? fact->value + 8 : fact->value;
      named = TRUE;
      empty = *list == '\0' || *list == '?';
    }
    if (fact->kind == GALEN_FACT_PENDING_PEER)
      peers = TRUE;
    if (fact->kind == GALEN_FACT_COMPONENT)
      break;
  }
  process->empty_address = named ? empty : process->bootstrap != NULL && !peers;
  if (process->empty_address)
    set_option(process->options, "wsrep_cluster_address", "gcomm://");
}

/* ---- recover logs beside the log ---- */

/* The start that follows a recover log's position takes it, when its own log shows none. */
static void take_recovered(GalenNode *node, const GalenFact *recovered) {
  GalenProcess *best = NULL;
  for (guint i = 0; i < node->processes->len && best == NULL; i++) {
    GalenProcess *process = GALEN_PROCESS(node, i);
    if (process->start != NULL && process->from >= recovered->time - START_SLACK)
      best = process;
  }
  gboolean weak = best != NULL && (best->position == NULL || best->position->kind == GALEN_FACT_SAVED_STATE);
  if (weak && best->from - recovered->time < RECOVERED_BEFORE && !galen_uuid_is_nil(&recovered->uuid))
    take_position(best, recovered);
}

static void read_recover_logs(GalenHistoryFull *full, GalenNode *node) {
  for (guint i = 0; i < node->inputs->len; i++) {
    const GalenJournalInput *input = GALEN_JOURNAL_INPUT(full->pub.journal, g_array_index(node->inputs, guint, i));
    for (guint k = 0; g_strcmp0(input->kind, "recover-log") == 0 && k < input->facts->len; k++) {
      const GalenFact *fact = galen_fact_at(input->facts, k);
      if (fact->kind == GALEN_FACT_RECOVERED_POSITION && fact->time != GALEN_TIME_NONE)
        take_recovered(node, fact);
    }
  }
}

/* ---- a node ---- */

/* The parser told apart the servers that wrote into one file: one that gave up while another ran changed nothing. */
static gboolean is_beside(const GalenProcess *process, const GalenProcess *host) {
  const GPtrArray *facts = process->node->facts;
  const GalenFact *start = process->start, *first = galen_fact_at(facts, host->first);
  gboolean ran = host->start == NULL || host->start->time < start->time;
  return host != process && ran && (host->start == NULL || host->from < process->to) && host->to > process->from &&
         first->input == start->input && first->instance != start->instance;
}

static void find_beside(GalenNode *node, const guint *beside) {
  for (guint i = 0; i < node->processes->len; i++) {
    GalenProcess *process = GALEN_PROCESS(node, i);
    process->beside = beside[process->first] > 0 && !process->started;
    if (process->beside || process->start == NULL || process->started || process->end != GALEN_END_ABORT)
      continue;
    for (guint k = i > 0 ? i - 1 : 0; k < MIN(i + 2, node->processes->len); k++)
      process->beside = process->beside || is_beside(process, GALEN_PROCESS(node, k));
  }
}

/* What is written behind the end of a second server in a newer file is the first one's. */
static void go_on_beside(GalenHistoryFull *full, GalenProcess *process, const GalenProcess *other) {
  const GalenFact *last = galen_fact_at(process->node->facts, other->last);
  const GalenJournalInput *input = GALEN_JOURNAL_INPUT(full->pub.journal, last->input);
  if (other->end == GALEN_END_ABORT && last->wall != GALEN_TIME_NONE && input->last_wall != GALEN_TIME_NONE)
    process->to = MAX(process->to, last->time + MAX(0, input->last_wall - last->wall));
}

/* Later lines of its file, that are no facts, show the last process alive. */
static void extend_last(GalenHistoryFull *full, GalenNode *node) {
  if (node->processes->len == 0)
    return;
  guint index = node->processes->len - 1, end = node->facts->len - 1;
  for (; index > 0 && GALEN_PROCESS(node, index)->beside; index--)
    end = GALEN_PROCESS(node, index)->first - 1;
  GalenProcess *process = GALEN_PROCESS(node, index);
  const GalenFact *last = galen_fact_at(node->facts, process->last);
  for (guint i = index + 1; i < node->processes->len && process->end == GALEN_END_RUNNING; i++)
    go_on_beside(full, process, GALEN_PROCESS(node, i));
  guint instances = 0;
  for (guint i = 0; i < full->stretches->len && instances < 2; i++)
    instances += GALEN_STRETCH(full, i)->input == last->input && GALEN_STRETCH(full, i)->node != node ? 2 : 0;
  const GalenJournalInput *input = GALEN_JOURNAL_INPUT(full->pub.journal, last->input);
  gboolean timed = input->last_wall != GALEN_TIME_NONE && last->wall != GALEN_TIME_NONE;
  if (instances == 0 && process->last == end && timed)
    process->to = MAX(process->to, last->time + MAX(0, input->last_wall - MAX(last->wall, last->last_wall)));
}

/* A log that begins in the middle of a life shows it from its first line on. */
static void extend_first(GalenNode *node) {
  guint index = 0;
  while (index + 1 < node->processes->len && GALEN_PROCESS(node, index)->beside)
    index++;
  GalenProcess *process = node->processes->len > 0 ? GALEN_PROCESS(node, index) : NULL;
  gboolean first = process != NULL && (process->first == 0 || index > 0);
  if (first && process->start == NULL && node->first != GALEN_TIME_NONE)
    process->from = MIN(process->from, node->first);
}

const GalenFact *galen_process_start_error(const GalenProcess *process) {
  const GalenFact *found = NULL;
  for (guint i = process->first; i <= process->last && i < process->node->facts->len; i++) {
    const GalenFact *fact = galen_fact_at(process->node->facts, i);
    gboolean trouble = fact->kind == GALEN_FACT_TROUBLE && fact->level == GALEN_LEVEL_ERROR &&
                       galen_incident_kind(fact->value) == GALEN_INCIDENT_START_FAILURE;
    if (fact->kind == GALEN_FACT_READY)
      return NULL;
    if (found == NULL && (trouble || fact->kind == GALEN_FACT_START_ERROR))
      found = fact;
  }
  return found;
}

/* A start that failed did not end in order, nor did it crash. */
static const char *restart_kind(const GalenProcess *before) {
  static const char *const kinds[] = {
      [GALEN_END_RUNNING] = "unknown", [GALEN_END_CLEAN] = "clean", [GALEN_END_ABORT] = "unknown",
      [GALEN_END_CRASH] = "crash",     [GALEN_END_KILL] = "kill",   [GALEN_END_UNKNOWN] = "unknown"};
  return before->end == GALEN_END_ABORT && before->started ? "crash" : kinds[before->end];
}

static void note_restarts(GalenHistoryFull *full, const GalenNode *node) {
  const GalenProcess *before = NULL;
  for (guint i = 0; i < node->processes->len; i++) {
    const GalenProcess *process = GALEN_PROCESS(node, i);
    if (process->beside)
      continue;
    if (before == NULL) {
      before = process;
      continue;
    }
    GalenRestartRow *row = g_new0(GalenRestartRow, 1);
    row->node = g_strdup(node->name);
    row->time = process->from;
    row->kind = restart_kind(before);
    gboolean known = before->end == GALEN_END_CLEAN || before->end == GALEN_END_ABORT || before->end == GALEN_END_CRASH;
    row->down = known ? MAX(0, process->from - before->to) : GALEN_TIME_NONE;
    row->evidence = process->start != NULL ? process->start : galen_fact_at(node->facts, process->first);
    g_ptr_array_add(full->pub.restarts, row);
    before = process;
  }
}

static void find_versions(GalenNode *node) {
  for (guint i = 0; i < node->processes->len; i++) {
    const GalenProcess *process = GALEN_PROCESS(node, i);
    const struct {
      const char *option;
      char **value;
    } wanted[] = {{"version", &node->version},
                  {"galera", &node->galera},
                  {"wsrep_cluster_name", &node->cluster},
                  {"group_replication_group_name", &node->cluster}};
    for (guint k = 0; k < G_N_ELEMENTS(wanted); k++) {
      const char *value = g_hash_table_lookup(process->options, wanted[k].option);
      if (value == NULL)
        continue;
      g_free(*wanted[k].value);
      *wanted[k].value = g_strdup(value);
    }
    if (process->start != NULL && process->start->name != NULL && node->server == NULL)
      node->server = process->start->name;
  }
}

static void process_node(GalenHistoryFull *full, GalenNode *node) {
  Walk walk = {.full = full, .node = node};
  walk.skip = g_new0(gboolean, node->facts->len + 1);
  walk.beside = galen_beside_settle(node->facts);
  mark_recover_runs(&walk);
  for (guint i = 0; i < node->facts->len; i++)
    read_fact(&walk, i);
  close_process(&walk, node->facts->len);
  g_free(walk.skip);
  find_beside(node, walk.beside);
  g_free(walk.beside);
  extend_first(node);
  extend_last(full, node);
  read_recover_logs(full, node);
  for (guint i = 0; i < node->processes->len; i++) {
    read_options(GALEN_PROCESS(node, i));
    read_address(GALEN_PROCESS(node, i));
  }
  find_versions(node);
  note_restarts(full, node);
}

static int compare_restarts(gconstpointer a, gconstpointer b) {
  const GalenRestartRow *x = *(const GalenRestartRow *const *)a, *y = *(const GalenRestartRow *const *)b;
  return x->time != y->time ? (x->time < y->time ? -1 : 1) : g_strcmp0(x->node, y->node);
}

static void find_extent(GalenHistoryFull *full, GalenNode *node) {
  for (guint i = 0; i < node->inputs->len; i++) {
    guint index = g_array_index(node->inputs, guint, i);
    const GalenJournalInput *input = GALEN_JOURNAL_INPUT(full->pub.journal, index);
    if (g_strcmp0(input->kind, "error-log") != 0 || input->first_wall == GALEN_TIME_NONE)
      continue;
    gint64 first = galen_history_time(&full->pub, index, input->first_wall, FALSE);
    gint64 last = galen_history_time(&full->pub, index, input->last_wall, FALSE);
    node->first = node->first == GALEN_TIME_NONE ? first : MIN(node->first, first);
    node->last = node->last == GALEN_TIME_NONE ? last : MAX(node->last, last);
  }
}

void galen_process_find(GalenHistoryFull *full) {
  for (guint i = 0; i < full->pub.nodes->len; i++) {
    find_extent(full, GALEN_NODE(&full->pub, i));
    process_node(full, GALEN_NODE(&full->pub, i));
  }
  g_ptr_array_sort(full->pub.restarts, compare_restarts);
}
