/* Server processes: crashes, kills, starts that fail, loops of both. */
#include "../words.h"
#include "proof_group.h"

#define LOOP_STARTS 3u                         /* ends of one kind in a row … */
#define LOOP_WINDOW (600 * GALEN_PROOF_SECOND) /* … with no more than this between them */
#define BIT(kind) (G_GUINT64_CONSTANT(1) << (kind))

/* What explains the end of a process on its node. */
#define EXPLAINS_KILL (BIT(GALEN_INCIDENT_CLUSTER_DOWN) | BIT(GALEN_INCIDENT_QUORUM_LOSS))

typedef enum { NOTHING, FAILED, DIED } Trouble;

static gboolean has(const GalenProcess *process, GalenFactKind kind) {
  return galen_proof_process_fact(process, kind) != NULL;
}

/* A start that failed for a reason which has an incident of its own. */
static gboolean told_elsewhere(const GalenProof *proof, const GalenProcess *process) {
  static const GalenFactKind kinds[] = {GALEN_FACT_REVERSING, GALEN_FACT_DIVERGED, GALEN_FACT_INCONSISTENT,
                                        GALEN_FACT_CONSISTENCY_LOST};
  if (galen_proof_transfer_failed(process))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (has(process, kinds[i]))
      return TRUE;
  /* Refused bootstraps belong to the bootstrap that they led to. */
  guint64 bootstraps =
      BIT(GALEN_INCIDENT_SPLIT_BRAIN) | BIT(GALEN_INCIDENT_DATA_LOSS) | BIT(GALEN_INCIDENT_UNSAFE_BOOTSTRAP);
  return has(process, GALEN_FACT_BOOTSTRAP_REFUSED) &&
         galen_proof_explained(proof, bootstraps, process->node->name, process->from, process->to + LOOP_WINDOW / 2);
}

static Trouble trouble_of(const GalenProof *proof, const GalenProcess *process) {
  gboolean never_ready = process->start != NULL && !has(process, GALEN_FACT_READY);
  if (process->end == GALEN_END_CRASH && !never_ready)
    return DIED;
  if (told_elsewhere(proof, process))
    return NOTHING;
  if (process->end == GALEN_END_ABORT || process->end == GALEN_END_CRASH)
    return never_ready ? FAILED : NOTHING;
  return process->end == GALEN_END_KILL ? DIED : NOTHING;
}

/* ---- crashes ---- */

/* Peers miss a killed node before its next start says so. */
static gint64 seen_dying(const GalenProof *proof, const GalenProcess *process, gint64 next,
                         const GalenFact **ret_fact) {
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  galen_proof_add_name(names, process->node->name);
  for (guint i = 0; i < proof->prims->len; i++) {
    const GalenPrim *prim = proof->prims->pdata[i];
    if (prim->from <= process->to - GALEN_PROOF_SECOND || prim->from > next ||
        galen_prim_has(prim, process->node->name))
      continue;
    for (guint j = 0; j < prim->seen->len; j++) {
      const GalenComponent *seen = prim->seen->pdata[j];
      if (seen->lost != NULL && galen_proof_has_name(seen->lost, process->node->name))
        return MAX(process->to, galen_proof_missed(proof, names, prim->members, prim->from, ret_fact));
    }
  }
  gint64 missed = galen_group_missed(proof, process->node, process->to - GALEN_PROOF_SECOND, next, ret_fact);
  return missed != GALEN_TIME_NONE ? MAX(process->to, missed) : missed;
}

static void crash_words(GalenIncident *self, const GalenProcess *process, gboolean signal) {
  const GalenFact *fact = process->end_fact;
  g_autofree char *from = galen_proof_time(self->from), *to = galen_proof_time(self->to);
  if (signal) {
    self->title = fact != NULL && fact->number > 0
                      ? g_strdup_printf("%s crashed with signal %d", process->node->name, fact->number)
                      : g_strdup_printf("%s crashed", process->node->name);
    self->cause =
        fact != NULL && fact->value != NULL && fact->value[0] != '\0'
            ? g_strdup_printf("it ran the query: %s", fact->value)
            : g_strdup("a bug in the server, corrupt pages or faulty memory: the report in the log says more");
    galen_proof_say(
        self->advice,
        g_strdup("Keep the crash report and the core; look for it in the bug tracker by its topmost functions."));
    galen_proof_say(self->advice, g_strdup("When a query is named, keep it away until the server is upgraded."));
  } else {
    self->title = g_strdup_printf("%s died without a word", process->node->name);
    self->cause =
        g_strdup("it was killed from outside (kill -9, out of memory, power): it logged no shutdown and no signal");
    galen_proof_say(
        self->advice,
        g_strdup("Look in the kernel's log for the out-of-memory killer, and in the supervisor's for a time-out."));
  }
  self->verdict = self->to != GALEN_TIME_NONE
                      ? g_strdup_printf("%s went down at %s and was back at %s.", process->node->name, from, to)
                      : g_strdup_printf("%s went down at %s and is not back in these logs.", process->node->name, from);
}

static gint64 ready_again(const GalenProof *proof, const GalenProcess *process, const GalenFact **ret_fact) {
  if (process->galera)
    return galen_proof_back(proof, process->node->name, process->to + 1, ret_fact);
  const GalenFact *ready = galen_proof_fact_after(process->node, GALEN_FACT_READY, process->to + 1, G_MAXINT64);
  *ret_fact = ready;
  return ready != NULL ? ready->time : GALEN_TIME_NONE;
}

static void crash(GalenProof *proof, const GalenProcess *process) {
  const GalenNode *node = process->node;
  gboolean signal = process->end == GALEN_END_CRASH;
  const GalenProcess *next = galen_proof_next_life(process);
  gint64 until = next != NULL ? next->from : G_MAXINT64;
  if (!signal && (galen_proof_explained(proof, EXPLAINS_KILL, node->name, process->to, until) || next == NULL))
    return;
  const GalenFact *sign = NULL, *back = NULL;
  gint64 from = process->to, error = galen_proof_error(node, process->end_fact), about = 0;
  gint64 dying = signal ? GALEN_TIME_NONE : seen_dying(proof, process, until, &sign);
  if (signal && process->end_fact != NULL && process->end_fact->time != GALEN_TIME_NONE)
    from = process->end_fact->time;
  else if (dying != GALEN_TIME_NONE)
    from = dying;
  else if (!signal)
    from = galen_proof_died_about(galen_proof_alive(proof, node, process->to, until), until, &about);
  error = error == G_MAXINT64 ? error : error + about;
  GalenIncident *self = galen_proof_incident(
      proof, GALEN_INCIDENT_NODE_CRASH,
      galen_proof_surely_died(process) || dying != GALEN_TIME_NONE ? GALEN_PROVEN : GALEN_LIKELY,
      GALEN_SEVERITY_CRITICAL,
      galen_proof_identity(node, process->end_fact != NULL ? process->end_fact : process->start, process->from));
  galen_proof_window(self, from, error, ready_again(proof, process, &back), galen_proof_error(node, NULL));
  self->ongoing = self->to == GALEN_TIME_NONE && next == NULL;
  galen_proof_add_name(self->nodes, node->name);
  galen_proof_show(self, process->end_fact);
  galen_proof_show(self, sign);
  galen_proof_show(self, next != NULL ? next->start : NULL);
  galen_proof_show(self, next != NULL ? galen_proof_process_fact(next, GALEN_FACT_CRASH_RECOVERY) : NULL);
  galen_proof_show(self, back);
  crash_words(self, process, signal);
  if (!signal)
    galen_proof_say(self->would_change,
                    g_strdup("A shutdown in a part of the log that is missing would make it a plain restart."));
}

/* ---- starts ---- */

static const GalenFact *reason_of(const GalenProcess *process) {
  const GalenFact *error = galen_process_start_error(process);
  if (error != NULL)
    return error;
  static const GalenFactKind kinds[] = {GALEN_FACT_TROUBLE, GALEN_FACT_BOOTSTRAP_REFUSED, GALEN_FACT_CRASH,
                                        GALEN_FACT_ABORTING};
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
    const GalenFact *fact = galen_proof_process_fact(process, kinds[i]);
    if (fact != NULL)
      return fact;
  }
  return process->end_fact;
}

/* What is the same each time that a cause is: the words, without numbers. */
static char *reason_words(const GalenProcess *process) {
  const GalenFact *fact = reason_of(process);
  if (fact == NULL)
    return g_strdup(process->end == GALEN_END_KILL ? "killed" : "unknown");
  if ((fact->kind == GALEN_FACT_TROUBLE || fact->kind == GALEN_FACT_START_ERROR) && fact->name != NULL)
    return g_strdup(fact->name);
  const char *text = fact->value != NULL && fact->value[0] != '\0' ? fact->value : fact->text != NULL ? fact->text : "";
  /* What stands before the message is time and thread. */
  const char *label = strchr(text, ']');
  GString *words = g_string_new(NULL);
  for (const char *at = label != NULL ? label : text; *at != '\0'; at++)
    if (!g_ascii_isdigit(*at))
      g_string_append_c(words, *at);
  return g_string_free(words, FALSE);
}

#define REASONS_MAX 4u

/* The first fact of each reason for which starts of the group failed, at most REASONS_MAX; how many more there are. */
static GPtrArray *reasons_of(const GPtrArray *group, guint *ret_more) {
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *facts = g_ptr_array_new();
  for (guint i = 0; i < group->len; i++)
    if (g_hash_table_add(seen, reason_words(group->pdata[i])) && g_hash_table_size(seen) <= REASONS_MAX)
      g_ptr_array_add(facts, (gpointer)reason_of(group->pdata[i]));
  *ret_more = g_hash_table_size(seen) > REASONS_MAX ? g_hash_table_size(seen) - REASONS_MAX : 0;
  return facts;
}

static char *all_reasons(const GPtrArray *facts, guint more) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < facts->len; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? "; then: " : "", galen_proof_fact_words(facts->pdata[i]));
  if (more > 0)
    g_string_append_printf(text, "; and %u more reasons", more);
  return g_string_free(text, FALSE);
}

/* The advice of the rule that knows the line; with its title when there are several. */
static void advise(GalenIncident *self, const GPtrArray *facts) {
  for (guint i = 0; i < facts->len; i++) {
    const GalenFact *fact = facts->pdata[i];
    if (fact != NULL && fact->advice != NULL)
      galen_proof_say(self->advice,
                      facts->len > 1 ? g_strdup_printf("%s: %s", fact->title, fact->advice) : g_strdup(fact->advice));
  }
}

/* A second server on the data of one that runs: it gave up, the first did not notice. */
static void beside(GalenProof *proof, const GalenProcess *process) {
  const GalenNode *node = process->node;
  const GalenFact *reason = reason_of(process);
  GalenIncident *self = galen_proof_incident(proof, GALEN_INCIDENT_START_FAILURE, GALEN_PROVEN, GALEN_SEVERITY_WARNING,
                                             galen_proof_identity(node, process->start, process->from));
  galen_proof_window(self, process->from, galen_proof_error(node, process->start), process->to,
                     galen_proof_error(node, process->end_fact));
  galen_proof_add_name(self->nodes, node->name);
  galen_proof_show(self, process->start);
  galen_proof_show(self, reason);
  galen_proof_show(self, process->end_fact);
  g_autofree char *from = galen_proof_time(self->from), *to = galen_proof_time(self->to);
  self->title = g_strdup_printf("A second server was started beside %s, and gave up", node->name);
  self->cause = g_strdup(galen_proof_fact_words(reason));
  self->verdict = g_strdup_printf("At %s another server was started while %s ran, with the same error log; it gave up "
                                  "at %s. %s itself ran on: %s.",
                                  from, node->name, to, node->name, self->cause);
  if (reason != NULL && reason->advice != NULL)
    galen_proof_say(self->advice, g_strdup(reason->advice));
  galen_proof_say(self->advice, g_strdup("Find what starts it: a second service unit, a container, a person. Stop the "
                                         "newcomer, never the server that runs."));
  if (reason == NULL || reason->advice == NULL)
    galen_proof_say(self->advice, g_strdup("Do not remove lock, pid or socket files to get around it: two servers that "
                                           "write one data directory destroy it."));
}

static void starts(GalenProof *proof, const GPtrArray *group, GalenIncidentKind kind) {
  const GalenProcess *first = group->pdata[0], *last = group->pdata[group->len - 1];
  const GalenNode *node = first->node;
  GalenIncident *self = galen_proof_incident(
      proof, kind, GALEN_PROVEN, kind == GALEN_INCIDENT_RESTART_LOOP ? GALEN_SEVERITY_CRITICAL : GALEN_SEVERITY_WARNING,
      galen_proof_identity(node, first->start, first->from));
  const GalenFact *back_fact = NULL;
  gint64 back = ready_again(proof, last, &back_fact);
  if (back == GALEN_TIME_NONE) {
    back_fact = galen_proof_fact_after(node, GALEN_FACT_READY, last->to, G_MAXINT64);
    back = back_fact != NULL ? back_fact->time : GALEN_TIME_NONE;
  }
  /* A loop is over with its last failure when no start follows soon; people may start it a day later. */
  gint64 to = back != GALEN_TIME_NONE && back - last->to <= LOOP_WINDOW ? back
              : galen_proof_next_process(node, last->from) != NULL      ? last->to
                                                                        : back;
  galen_proof_window(self, first->from, galen_proof_error(node, first->start), to, galen_proof_error(node, back_fact));
  self->ongoing = to == GALEN_TIME_NONE;
  galen_proof_add_name(self->nodes, node->name);
  for (guint i = 0; i < group->len; i++) {
    const GalenProcess *process = group->pdata[i];
    galen_proof_show(self, i == 0 || group->len <= 4 ? process->start : NULL);
    galen_proof_show(self, reason_of(process));
  }
  galen_proof_show(self, back_fact);
  g_autofree char *from = galen_proof_time(self->from);
  guint more = 0;
  g_autoptr(GPtrArray) reasons = reasons_of(group, &more);
  self->cause = all_reasons(reasons, more);
  if (kind == GALEN_INCIDENT_RESTART_LOOP)
    self->title = g_strdup_printf("%s was started %u times in a row, and failed each time", node->name, group->len);
  else
    self->title = group->len == 1 ? g_strdup_printf("%s did not start", node->name)
                                  : g_strdup_printf("%s did not start, %u times", node->name, group->len);
  g_autofree char *ready = back != GALEN_TIME_NONE ? galen_proof_time(back) : NULL;
  const GalenFact *only = reasons->len == 1 ? reasons->pdata[0] : NULL;
  gboolean known = only != NULL && only->cause != NULL;
  self->verdict = g_strdup_printf("From %s on %u start%s of %s ended before it was ready. %s%s.%s%s", from, group->len,
                                  group->len == 1 ? "" : "s", node->name,
                                  ready != NULL ? "It was ready at " : "It is not ready in these logs",
                                  ready != NULL ? ready : "", known ? " " : "", known ? only->cause : "");
  advise(self, reasons);
  galen_proof_say(self->advice,
                  g_strdup("The first error after the start line is the cause; what follows is clean-up."));
  if (kind == GALEN_INCIDENT_RESTART_LOOP)
    galen_proof_say(
        self->advice,
        g_strdup_printf(
            "A supervisor hides the cause and may do harm: stop it, start once by hand, mend, then enable it again. "
            "(A loop is %u ends for one reason within %d min of each other.)",
            LOOP_STARTS, (int)(LOOP_WINDOW / GALEN_PROOF_SECOND / 60)));
}

/* Whether the last LOOP_STARTS of them ended alike. */
static gboolean is_loop(const GPtrArray *group) {
  guint alike = 1;
  for (guint i = 1; i < group->len && alike < LOOP_STARTS; i++) {
    g_autofree char *before = reason_words(group->pdata[i - 1]), *now = reason_words(group->pdata[i]);
    alike = g_str_equal(before, now) ? alike + 1 : 1;
  }
  return alike >= LOOP_STARTS;
}

static void close_group(GalenProof *proof, GPtrArray *group, Trouble trouble) {
  if (group->len > 0 && is_loop(group))
    starts(proof, group, GALEN_INCIDENT_RESTART_LOOP);
  else if (group->len > 0 && trouble == FAILED)
    starts(proof, group, GALEN_INCIDENT_START_FAILURE);
  else
    for (guint i = 0; i < group->len; i++)
      crash(proof, group->pdata[i]);
  g_ptr_array_set_size(group, 0);
}

static void look_at_node(GalenProof *proof, const GalenNode *node) {
  g_autoptr(GPtrArray) group = g_ptr_array_new();
  Trouble kind = NOTHING;
  for (guint i = 0; i < node->processes->len; i++) {
    GalenProcess *process = node->processes->pdata[i];
    if (process->beside) {
      beside(proof, process);
      continue;
    }
    Trouble trouble = process->from == GALEN_TIME_NONE ? NOTHING : trouble_of(proof, process);
    const GalenProcess *last = group->len > 0 ? group->pdata[group->len - 1] : NULL;
    gboolean near = last != NULL && process->from - last->to <= LOOP_WINDOW;
    if (trouble != kind || trouble == NOTHING || !near)
      close_group(proof, group, kind);
    kind = trouble;
    if (trouble != NOTHING)
      g_ptr_array_add(group, process);
  }
  close_group(proof, group, kind);
}

void galen_proof_process(GalenProof *proof) {
  for (guint i = 0; i < proof->history->nodes->len; i++)
    look_at_node(proof, proof->history->nodes->pdata[i]);
}
