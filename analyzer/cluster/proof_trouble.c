/* What one server says of itself: failed transfers, disks, corruption, stopped replication, flow control. */
#include "proof.h"

#include <string.h>

#include "timeline.h"

#define TOGETHER (600 * GALEN_PROOF_SECOND) /* lines of one kind this near are one incident */

#define GROUP_NEAR (5 * GALEN_PROOF_SECOND) /* lines of one thread that are of one error */

/* ---- state transfers ---- */

static gboolean ends_in_failure(const GalenFact *fact) {
  return fact->kind != GALEN_FACT_TRANSFER_END || (fact->text != NULL && strstr(fact->text, "fail") != NULL);
}

static void transfer_evidence(const GalenProof *proof, GalenIncident *self, gint64 from, gint64 to) {
  static const GalenFactKind kinds[] = {GALEN_FACT_SST_FAILED, GALEN_FACT_STATE_LOST, GALEN_FACT_IST_FAILED,
                                        GALEN_FACT_TRANSFER_END};
  for (guint i = 0; i < self->nodes->len; i++) {
    const GalenNode *node = galen_history_node(proof->history, self->nodes->pdata[i]);
    if (node == NULL)
      continue;
    g_autoptr(GPtrArray) facts = galen_timeline_facts(node, kinds, G_N_ELEMENTS(kinds), from, to);
    for (guint j = 0; j < facts->len; j++)
      if (ends_in_failure(facts->pdata[j]))
        galen_proof_show(self, facts->pdata[j]);
  }
}

static void sst_words(GalenIncident *self, const GalenTransfer *first, guint n) {
  const char *joiner = first->joiner != NULL ? first->joiner : "a joiner",
             *donor = first->donor != NULL ? first->donor : "a donor";
  self->title = g_strdup_printf("State transfer to %s failed%s", joiner, n > 1 ? " again and again" : "");
  g_autofree char *from = galen_proof_time(self->from), *to = galen_proof_time(self->to);
  self->verdict = g_strdup_printf(
      "%s could not get its state from %s (%s%s%s, %u time%s, from %s on); %s%s.", joiner, donor, first->kind,
      first->method != NULL ? " by " : "", first->method != NULL ? first->method : "", n, n == 1 ? "" : "s", from,
      self->to != GALEN_TIME_NONE ? "it was in sync at " : "it is not in sync in these logs",
      self->to != GALEN_TIME_NONE ? to : "");
  self->cause =
      g_strdup(first->reason != NULL ? first->reason : "the lines of the transfer script on donor and joiner say why");
  galen_proof_say(self->advice,
                  g_strdup("Read the donor's log and its innobackup.backup.log or mariabackup.backup.log first: the "
                           "cause is mostly there "
                           "(password of wsrep_sst_auth, missing program, port 4444 closed, disk full)."));
  galen_proof_say(
      self->advice,
      g_strdup("The joiner's data directory is incomplete now: let a full SST run through before you use it."));
}

/* A joiner that could not run broke the transfer off: that is a failed start. */
static gboolean gave_up_before(const GalenProof *proof, const GalenTransfer *transfer) {
  const GalenNode *node = transfer->joiner != NULL ? galen_history_node(proof->history, transfer->joiner) : NULL;
  const GalenProcess *process = node != NULL ? galen_proof_process_at(node, transfer->from) : NULL;
  return process != NULL && process->end == GALEN_END_ABORT && !galen_proof_transfer_failed(process);
}

static void transfers_of_row(GalenProof *proof, const GalenClusterRow *row) {
  g_autoptr(GHashTable) done = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < row->transfers->len; i++) {
    const GalenTransfer *one = row->transfers->pdata[i];
    if (g_strcmp0(one->outcome, "failed") != 0)
      continue;
    const char *joiner = one->joiner != NULL ? one->joiner : "";
    if (gave_up_before(proof, one))
      continue;
    const GalenIncident *last = g_hash_table_lookup(done, joiner);
    if (last != NULL && (last->to == GALEN_TIME_NONE || one->from <= last->to))
      continue;
    guint n = 0;
    const GalenFact *back_fact = NULL;
    gint64 back = one->joiner != NULL ? galen_proof_back(proof, joiner, one->from, &back_fact) : GALEN_TIME_NONE;
    for (guint j = i; j < row->transfers->len; j++) {
      const GalenTransfer *next = row->transfers->pdata[j];
      n += g_strcmp0(next->joiner, one->joiner) == 0 && g_strcmp0(next->outcome, "failed") == 0 &&
           (back == GALEN_TIME_NONE || next->from <= back);
    }
    const GalenNode *node = one->joiner != NULL ? galen_history_node(proof->history, joiner) : NULL;
    char *identity = one->evidence != NULL && one->evidence->raw_time != NULL
                         ? g_strdup_printf("%s|%s", joiner, one->evidence->raw_time)
                         : g_strdup_printf("%s|%" G_GINT64_FORMAT, joiner, one->from);
    GalenIncident *self =
        galen_proof_incident(proof, GALEN_INCIDENT_SST_FAILURE, GALEN_PROVEN, GALEN_SEVERITY_WARNING, identity);
    galen_proof_window(self, one->from, galen_proof_error(node, one->evidence), back,
                       galen_proof_error(node, back_fact));
    self->ongoing = back == GALEN_TIME_NONE;
    if (one->joiner != NULL)
      galen_proof_add_name(self->nodes, one->joiner);
    if (one->donor != NULL)
      galen_proof_add_name(self->nodes, one->donor);
    galen_proof_show(self, one->evidence);
    transfer_evidence(proof, self, one->from, back == GALEN_TIME_NONE ? G_MAXINT64 : back);
    galen_proof_show(self, back_fact);
    sst_words(self, one, n);
    g_hash_table_insert(done, (gpointer)joiner, self);
  }
}

/* ---- rules with an incident of their own ---- */

static const struct {
  GalenIncidentKind kind;
  GalenSeverity severity;
  const char *title, *verdict, *advice[2]; /* the node's name comes before the first two */
} troubles[] = {
    {GALEN_INCIDENT_CORRUPTION,
     GALEN_SEVERITY_CRITICAL,
     "reads corrupt data",
     "found pages or tables that are not what was written.",
     {"Take no backup over the last good one. Copy the data directory; check disks, memory and the kernel's log before "
      "you repair.",
      "In a cluster rebuild the node by a full SST from a healthy one; otherwise restore the table, "
      "innodb_force_recovery only to dump."}},
    {GALEN_INCIDENT_DISK_FULL,
     GALEN_SEVERITY_CRITICAL,
     "had no room left",
     "could not write: a disk, a quota or a table was full.",
     {"Make room before a restart: old backups and tmpdir first, binary logs by PURGE BINARY LOGS, never by rm; "
      "statements "
      "wait or fail until then.",
      "Alarm on free space of datadir, tmpdir and the binary logs; a Galera node that cannot apply leaves the "
      "cluster."}},
    {GALEN_INCIDENT_REPLICATION_STOPPED,
     GALEN_SEVERITY_CRITICAL,
     "replicates no more",
     "stopped to apply or to receive what its source sends.",
     {"Read the error and the statement it names; with 1062 or 1032 the data differs: compare (pt-table-checksum) "
      "before you skip anything.",
      "With 1236 read why: what the source has purged means a rebuild of the replica; where the replica has GTIDs that "
      "the "
      "source lacks, find out which of the two is right before anything is rebuilt."}},
    {GALEN_INCIDENT_FLOW_CONTROL,
     GALEN_SEVERITY_WARNING,
     "reached the hard limit of its queue",
     "had so many write sets to apply that replication of the whole cluster paused.",
     {"Look at the load of this node: slow disks, long transactions, a backup without desync.",
      "Ordinary flow control is never in the logs: watch wsrep_flow_control_paused."}},
    {GALEN_INCIDENT_START_FAILURE,
     GALEN_SEVERITY_WARNING,
     "failed to start",
     "met an error that keeps it from running.",
     {"The first error after the start line is the cause; what follows is clean-up.", NULL}},
};

/* The kind that a fact tells of; GALEN_N_INCIDENTS: none, or one that other files judge better. */
static GalenIncidentKind kind_of(const GalenFact *fact) {
  switch (fact->kind) {
  case GALEN_FACT_TROUBLE:
    return galen_incident_kind(fact->value);
  case GALEN_FACT_REPLICATION:
    return !fact->flag && fact->number > 0 ? GALEN_INCIDENT_REPLICATION_STOPPED : GALEN_N_INCIDENTS;
  case GALEN_FACT_FLOW_CONTROL:
    return fact->flag ? GALEN_INCIDENT_FLOW_CONTROL : GALEN_N_INCIDENTS;
  default:
    return GALEN_N_INCIDENTS;
  }
}

static gboolean is_running(const GalenFact *fact) {
  return fact->kind == GALEN_FACT_REPLICATION && fact->flag;
}
static gboolean is_synced(const GalenFact *fact) {
  return fact->kind == GALEN_FACT_STATE && g_strcmp0(fact->value, "SYNCED") == 0;
}
static gboolean is_ready(const GalenFact *fact) {
  return fact->kind == GALEN_FACT_READY;
}

/* The first such fact behind the one at `index`: in one log order tells more than times, which may be whole seconds. */
static const GalenFact *behind(const GalenNode *node, guint index, gboolean (*is)(const GalenFact *fact)) {
  for (guint i = index + 1; i < node->facts->len; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    if (is(fact) && fact->time != GALEN_TIME_NONE)
      return fact;
  }
  return NULL;
}

/* When the trouble was over: replication runs again, the server is ready or in sync after it. */
static gint64 over(const GalenNode *node, GalenIncidentKind kind, const GalenFact *last, const GalenFact **ret_fact) {
  guint index = 0;
  if (!g_ptr_array_find(node->facts, last, &index))
    return last->time;
  if (kind == GALEN_INCIDENT_REPLICATION_STOPPED) {
    *ret_fact = behind(node, index, is_running);
    return *ret_fact != NULL ? (*ret_fact)->time : GALEN_TIME_NONE;
  }
  gboolean restarted = FALSE;
  for (guint i = 0; i < node->processes->len; i++)
    restarted |= ((const GalenProcess *)node->processes->pdata[i])->first > index;
  if (restarted)
    *ret_fact = behind(node, index, is_synced);
  if (restarted && *ret_fact == NULL)
    *ret_fact = behind(node, index, is_ready);
  return *ret_fact != NULL ? MAX((*ret_fact)->time, last->time) : last->time;
}

/* The time of the last of folded repeats. */
static gint64 last_time(const GalenFact *fact) {
  return fact->last_wall > fact->wall && fact->wall != GALEN_TIME_NONE ? fact->time + (fact->last_wall - fact->wall)
                                                                       : fact->time;
}

typedef struct {
  guint row;
  gint64 until; /* the latest line */
  const GalenFact *first, *last;
  guint64 count;
  GPtrArray *facts;
} Run;

static void close_run(GalenProof *proof, const GalenNode *node, Run *run) {
  if (run->first != NULL) {
    GalenIncidentKind kind = troubles[run->row].kind;
    const GalenFact *end = NULL;
    gint64 to = over(node, kind, run->last, &end);
    if (end == NULL && to != GALEN_TIME_NONE)
      to = MAX(to, run->until);
    GalenIncident *self = galen_proof_incident(proof, kind, GALEN_PROVEN, troubles[run->row].severity,
                                               galen_proof_identity(node, run->first, run->first->time));
    galen_proof_window(self, run->first->time, galen_proof_error(node, run->first), to, galen_proof_error(node, end));
    self->ongoing = to == GALEN_TIME_NONE;
    galen_proof_add_name(self->nodes, node->name);
    for (guint i = 0; i + 2 < GALEN_PROOF_EVIDENCE_MAX && i < run->facts->len; i++)
      galen_proof_show(self, run->facts->pdata[i]);
    galen_proof_show(self, run->last);
    galen_proof_show(self, end);
    self->title = g_strdup_printf("%s %s", node->name, troubles[run->row].title);
    g_autofree char *from = galen_proof_time(self->from);
    self->verdict = g_strdup_printf("%s %s %" G_GUINT64_FORMAT " line%s from %s on.", node->name,
                                    troubles[run->row].verdict, run->count, run->count == 1 ? "" : "s", from);
    self->cause = g_strdup(galen_proof_fact_words(run->first));
    for (guint i = 0; i < 2 && troubles[run->row].advice[i] != NULL; i++)
      galen_proof_say(self->advice, g_strdup(troubles[run->row].advice[i]));
  }
  run->first = run->last = NULL;
  run->count = 0;
  g_ptr_array_set_size(run->facts, 0);
}

/* Start failures that a process family reported already. */
static gboolean known(const GalenProof *proof, const GalenNode *node, GalenIncidentKind kind, gint64 time) {
  guint64 same = G_GUINT64_CONSTANT(1) << GALEN_INCIDENT_START_FAILURE | G_GUINT64_CONSTANT(1)
                                                                             << GALEN_INCIDENT_RESTART_LOOP;
  if (kind != GALEN_INCIDENT_START_FAILURE)
    return FALSE;
  /* A start that came through in the end was no failure. */
  const GalenProcess *process = galen_proof_process_at(node, time);
  return galen_proof_explained(proof, same, node->name, time, time) || process == NULL || process->started ||
         process->end != GALEN_END_ABORT;
}

static gint by_time(gconstpointer a, gconstpointer b) {
  const GalenFact *x = *(const GalenFact *const *)a, *y = *(const GalenFact *const *)b;
  if (x->time != y->time)
    return x->time < y->time ? -1 : 1;
  return x->line < y->line ? -1 : x->line > y->line;
}

/* The node's facts, and troubles of which two servers that write into its log may have written either: they are no part of
 * any life, but a full disk is one all the same. */
static GPtrArray *facts_of(const GalenProof *proof, const GalenNode *node) {
  GPtrArray *facts = g_ptr_array_new();
  for (guint i = 0; i < node->facts->len; i++)
    g_ptr_array_add(facts, node->facts->pdata[i]);
  guint own = facts->len;
  const GPtrArray *inputs = proof->history->journal->inputs, *nodes = proof->history->input_nodes;
  for (guint i = 0; nodes != NULL && i < inputs->len && i < nodes->len; i++) {
    const GalenJournalInput *input = inputs->pdata[i];
    for (guint j = 0; nodes->pdata[i] == node && j < input->facts->len; j++) {
      GalenFact *fact = input->facts->pdata[j];
      if (fact->instance == GALEN_INSTANCE_UNKNOWN && fact->kind == GALEN_FACT_TROUBLE && fact->time != GALEN_TIME_NONE)
        g_ptr_array_add(facts, fact);
    }
  }
  if (facts->len > own)
    g_ptr_array_sort(facts, by_time);
  return facts;
}

/* What the channels of Group Replication say belongs to its members' errors (proof_group.c); so does the line on where the
 * thread stopped, which names no channel. */
static gboolean of_group(const GPtrArray *all, guint index) {
  const GalenFact *fact = all->pdata[index];
  for (guint i = index + 1; i-- > 0;) {
    const GalenFact *one = all->pdata[i];
    if (fact->time - one->time > GROUP_NEAR || one->time > fact->time)
      break;
    gboolean thread = one == fact || (one->thread == fact->thread && one->thread != 0);
    if (thread && one->text != NULL && strstr(one->text, "channel 'group_replication_") != NULL)
      return TRUE;
  }
  return FALSE;
}

static void troubles_of(GalenProof *proof, const GalenNode *node, const GPtrArray *all, guint row) {
  g_autoptr(GPtrArray) facts = g_ptr_array_new();
  Run run = {.row = row, .facts = facts};
  for (guint i = 0; i < all->len; i++) {
    const GalenFact *fact = all->pdata[i];
    if (kind_of(fact) != troubles[row].kind || fact->time == GALEN_TIME_NONE ||
        known(proof, node, troubles[row].kind, fact->time) ||
        (troubles[row].kind == GALEN_INCIDENT_REPLICATION_STOPPED && of_group(all, i)))
      continue;
    if (run.last != NULL && fact->time - run.until > TOGETHER)
      close_run(proof, node, &run);
    if (run.first == NULL)
      run.first = fact;
    run.last = fact;
    run.until = last_time(fact);
    run.count += fact->count;
    if (run.facts->len < GALEN_PROOF_EVIDENCE_MAX)
      g_ptr_array_add(run.facts, (gpointer)fact);
  }
  close_run(proof, node, &run);
}

void galen_proof_trouble(GalenProof *proof) {
  for (guint i = 0; i < proof->history->clusters->len; i++)
    transfers_of_row(proof, proof->history->clusters->pdata[i]);
  for (guint i = 0; i < proof->history->nodes->len; i++) {
    const GalenNode *node = proof->history->nodes->pdata[i];
    g_autoptr(GPtrArray) facts = facts_of(proof, node);
    for (guint row = 0; row < G_N_ELEMENTS(troubles); row++)
      troubles_of(proof, node, facts, row);
  }
}
