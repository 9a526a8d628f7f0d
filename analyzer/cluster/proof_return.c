/* Who comes back with a history of his own: R7 to R10. */
#include "proof.h"

#define FORKS (G_GUINT64_CONSTANT(1) << GALEN_INCIDENT_SPLIT_BRAIN | G_GUINT64_CONSTANT(1) << GALEN_INCIDENT_DATA_LOSS)
#define VOTE_WINDOW (60 * GALEN_PROOF_SECOND)

static gboolean is_fork(const GalenIncident *incident) {
  return FORKS >> incident->kind & 1;
}

/* The youngest fork before `time` that the node was in. */
static GalenIncident *fork_of(const GalenProof *proof, const char *node, gint64 time) {
  GalenIncident *found = NULL;
  for (guint i = 0; i < proof->history->incidents->len; i++) {
    GalenIncident *incident = proof->history->incidents->pdata[i];
    if (is_fork(incident) && incident->from <= time && galen_proof_has_name(incident->nodes, node) &&
        (found == NULL || incident->from > found->from))
      found = incident;
  }
  return found;
}

/* The first complete transfer of a kind to the node at or after `time`; kind NULL: any. */
static const GalenTransfer *transfer_to(const GalenProof *proof, const char *node, const char *kind, gint64 time) {
  for (guint i = 0; i < proof->history->clusters->len; i++) {
    const GalenClusterRow *row = proof->history->clusters->pdata[i];
    for (guint j = 0; j < row->transfers->len; j++) {
      const GalenTransfer *one = row->transfers->pdata[j];
      if (g_strcmp0(one->joiner, node) == 0 && one->from >= time && g_strcmp0(one->outcome, "complete") == 0 &&
          (kind == NULL || g_strcmp0(one->kind, kind) == 0))
        return one;
    }
  }
  return NULL;
}

/* ---- R8: a losing branch that came back by IST ---- */

/* Until when a suspect carries it: its next full copy, or the vote that puts it out. */
static gint64 contaminated_until(const GalenProof *proof, const char *name, gint64 since) {
  const GalenTransfer *copy = transfer_to(proof, name, "SST", since);
  const GalenNode *node = galen_history_node(proof->history, name);
  const GalenFact *vote =
      node != NULL ? galen_proof_fact_after(node, GALEN_FACT_INCONSISTENT, since, G_MAXINT64) : NULL;
  gint64 end = copy != NULL ? (copy->to != GALEN_TIME_NONE ? copy->to : copy->from) : GALEN_TIME_NONE;
  return vote != NULL && (end == GALEN_TIME_NONE || vote->time < end) ? vote->time : end;
}

static void hidden_words(GalenIncident *hidden, const GalenIncident *root, const char *name, const GalenRange *range) {
  hidden->title = g_strdup_printf("Hidden divergence: %s rejoined with writes that the others do not have", name);
  g_autofree char *figure = range->write_sets >= 0
                                ? g_strdup_printf("%" G_GINT64_FORMAT " write sets", range->write_sets)
                                : g_strdup("write sets");
  hidden->verdict = g_strdup_printf(
      "%s carries %s of its own branch (from seqno %" G_GINT64_FORMAT
      " on) and lacks what the others wrote under the same numbers. It came back by IST, which compares "
      "only UUID and seqno, and has shown itself as Synced since.",
      name, figure, range->first_seqno);
  hidden->cause = g_strdup_printf("the fork before it: %s", root->cause != NULL ? root->cause : root->title);
  g_autofree char *suspects = galen_proof_names(root->suspects);
  galen_proof_say(
      hidden->advice,
      g_strdup_printf("Take reads and writes off the suspects (%s): their data differs from the others'.", suspects));
  galen_proof_say(hidden->advice,
                  g_strdup("Copy their data directories and binary logs first: people decide which writes to keep."));
  galen_proof_say(
      hidden->advice,
      g_strdup("Then rebuild them by a full SST from a node that is known to be clean: take away grastate.dat and "
               "gvwstate.dat, set wsrep_sst_donor, and refuse an IST. Check with pt-table-checksum."));
  galen_proof_say(
      hidden->would_change,
      g_strdup_printf("A full SST of %s before its IST, in a part of the log that is missing, would acquit it.", name));
}

/* When the first of them came back; names and contamination are added to the incident. */
static const GalenTransfer *carriers(GalenProof *proof, GalenIncident *self, const GalenIncident *root,
                                     const GalenRange *range) {
  gint64 since = (root->to != GALEN_TIME_NONE ? root->to : root->from) - GALEN_PROOF_SECOND;
  const GalenTransfer *first = NULL;
  gboolean clean = TRUE;
  for (guint i = 0; i < range->nodes->len; i++) {
    const char *name = range->nodes->pdata[i];
    const GalenTransfer *ist = transfer_to(proof, name, "IST", since);
    if (ist == NULL)
      continue;
    gint64 end = contaminated_until(proof, name, ist->from);
    galen_proof_add_name(self->nodes, name);
    galen_proof_show(self, ist->evidence);
    const GalenNode *node = galen_history_node(proof->history, name);
    if (node != NULL) {
      galen_proof_show(self, galen_proof_fact_after(node, GALEN_FACT_START_POSITION, root->from, ist->from));
      galen_proof_show(self, galen_proof_fact_after(node, GALEN_FACT_IST_RECEIVED, ist->from, G_MAXINT64));
    }
    clean &= end != GALEN_TIME_NONE;
    self->contaminated_until = MAX(self->contaminated_until, end);
    first = first == NULL || ist->from < first->from ? ist : first;
  }
  if (!clean)
    self->contaminated_until = GALEN_TIME_NONE;
  return first;
}

static void hidden(GalenProof *proof, GalenIncident *root, const GalenRange *range) {
  const char *one = range->nodes->pdata[0];
  GalenIncident *self = galen_proof_incident(proof, GALEN_INCIDENT_HIDDEN_DIVERGENCE, root->confidence,
                                             GALEN_SEVERITY_CRITICAL, g_strdup_printf("%s|%s", root->id, one));
  const GalenTransfer *ist = carriers(proof, self, root, range);
  const GalenNode *node = galen_history_node(proof->history, one);
  galen_proof_rule(self, "R8");
  galen_proof_window(self, ist != NULL ? ist->from : root->from, galen_proof_error(node, NULL),
                     self->contaminated_until, galen_proof_error(node, NULL));
  self->ongoing = self->contaminated_until == GALEN_TIME_NONE;
  self->exposure_from = root->from;
  self->diverged = TRUE;
  self->common_seqno = root->common_seqno;
  for (guint i = 0; i < root->suspects->len; i++)
    galen_proof_add_name(self->suspects, root->suspects->pdata[i]);
  for (guint i = 0; i < root->ranges->len; i++) {
    const GalenRange *from = root->ranges->pdata[i];
    GalenRange *copy = g_memdup2(from, sizeof *from);
    copy->nodes = g_ptr_array_ref(from->nodes);
    g_ptr_array_add(self->ranges, copy);
  }
  for (guint i = 0; i < root->evidence->len; i++)
    galen_proof_show(self, root->evidence->pdata[i]);
  g_autofree char *names = galen_proof_names(self->nodes);
  hidden_words(self, root, names, range);
  if (root->contaminated_until == GALEN_TIME_NONE)
    root->contaminated_until = self->contaminated_until;
  galen_proof_rule(root, "R8");
}

static void hidden_divergences(GalenProof *proof) {
  guint n = proof->history->incidents->len;
  for (guint i = 0; i < n; i++) {
    GalenIncident *root = proof->history->incidents->pdata[i];
    for (guint j = 0; is_fork(root) && j < root->ranges->len; j++) {
      const GalenRange *range = root->ranges->pdata[j];
      if (g_str_equal(range->fate, "merged-by-ist") && range->nodes->len > 0)
        hidden(proof, root, range);
    }
  }
}

/* ---- R9: an IST that starts behind what the joiner can have ---- */

/* The component with which `name` went missing last before `time`, as `donor` saw it. */
static const GalenComponent *departure(const GalenNode *donor, const char *name, gint64 time) {
  const GalenComponent *left = NULL;
  gboolean was_in = FALSE;
  for (guint i = 0; i < donor->components->len; i++) {
    const GalenComponent *component = donor->components->pdata[i];
    if (!component->primary || component->members == NULL || component->from > time)
      continue;
    gboolean in = galen_proof_has_name(component->members, name);
    if (was_in && !in)
      left = component;
    was_in = in;
  }
  return left;
}

static void impossible(GalenProof *proof, const GalenTransfer *ist) {
  const GalenNode *donor = ist->donor != NULL ? galen_history_node(proof->history, ist->donor) : NULL;
  if (donor == NULL || ist->joiner == NULL || ist->first_seqno == GALEN_SEQNO_NONE ||
      fork_of(proof, ist->joiner, ist->from))
    return;
  const GalenComponent *left = departure(donor, ist->joiner, ist->from);
  const GalenNode *joiner = galen_history_node(proof->history, ist->joiner);
  if (left == NULL || left->protocol < 10 || left->cc_seqno == GALEN_SEQNO_NONE ||
      ist->first_seqno - 1 <= left->cc_seqno || (joiner != NULL && joiner->has_log) ||
      left->process != galen_proof_process_at(donor, ist->from)) /* what it saw must be whole */
    return;
  GalenIncident *self =
      galen_proof_incident(proof, GALEN_INCIDENT_HIDDEN_DIVERGENCE, GALEN_POSSIBLE, GALEN_SEVERITY_CRITICAL,
                           galen_proof_identity(donor, ist->evidence, ist->from));
  galen_proof_rule(self, "R9");
  galen_proof_add_name(self->nodes, ist->joiner);
  galen_proof_add_name(self->suspects, ist->joiner);
  galen_proof_window(self, ist->from, galen_proof_error(donor, ist->evidence), GALEN_TIME_NONE, -1);
  self->ongoing = TRUE;
  self->exposure_from = left->from;
  galen_proof_show(self, left->view);
  galen_proof_show(self, left->cc);
  galen_proof_show(self, ist->evidence);
  self->title = g_strdup_printf("%s rejoined by IST from a position that it cannot have", ist->joiner);
  self->verdict = g_strdup_printf("%s left before seqno %" G_GINT64_FORMAT
                                  ", which is the change of members without it, and still asked for an IST "
                                  "from %" G_GINT64_FORMAT " on: what it has below that may be a history of its own.",
                                  ist->joiner, left->cc_seqno, ist->first_seqno);
  g_autofree char *from = galen_proof_time(left->from), *to = galen_proof_time(ist->from);
  galen_proof_say(self->needs, g_strdup_printf("the error log of %s from %s to %s", ist->joiner, from, to));
  galen_proof_say(
      self->would_change,
      g_strdup_printf("A copy taken from another node meanwhile, in the log of %s, would acquit it.", ist->joiner));
  galen_proof_say(
      self->advice,
      g_strdup("Compare it with pt-table-checksum; when rows differ, keep a copy and rebuild it by a full SST."));
}

/* ---- R7: refused, with no fork in these logs ---- */

static void refused(GalenProof *proof, const GalenNode *node, const GalenFact *fact) {
  GalenIncident *root = fork_of(proof, node->name, fact->time);
  if (root != NULL) {
    galen_proof_rule(root, "R7");
    galen_proof_show(root, fact);
    /* The group had gone on beyond the fork without it. */
    if (root->common_seqno != GALEN_SEQNO_NONE && fact->last > root->common_seqno && fact->seqno > root->common_seqno)
      root->confidence = GALEN_PROVEN;
    return;
  }
  GalenIncident *self = galen_proof_incident(proof, GALEN_INCIDENT_DATA_LOSS, GALEN_PROVEN, GALEN_SEVERITY_CRITICAL,
                                             galen_proof_identity(node, fact, fact->time));
  galen_proof_rule(self, "R7");
  galen_proof_add_name(self->nodes, node->name);
  galen_proof_add_name(self->suspects, node->name);
  galen_proof_window(self, fact->time, galen_proof_error(node, fact), fact->time, galen_proof_error(node, fact));
  galen_proof_show(self, fact);
  gint64 more = fact->seqno != GALEN_SEQNO_NONE && fact->last != GALEN_SEQNO_NONE ? fact->seqno - fact->last : -1;
  self->title = g_strdup_printf("%s has actions that the cluster does not have", node->name);
  self->verdict = g_strdup_printf("%s came back at seqno %" G_GINT64_FORMAT ", the cluster was at %" G_GINT64_FORMAT
                                  ", and it was refused. It holds "
                                  "at least %" G_GINT64_FORMAT
                                  " actions that are nowhere else: of a second primary component, or of a cluster that "
                                  "was since bootstrapped from an older state.",
                                  node->name, fact->seqno, fact->last, MAX(more, 0));
  galen_proof_say(self->needs, g_strdup("the error logs of all members back to their last common view"));
  galen_proof_say(
      self->would_change,
      g_strdup("The log of a second primary component makes it a split brain; that of a bootstrap behind it, "
               "an unsafe bootstrap."));
  galen_proof_say(
      self->advice,
      g_strdup_printf("Copy the data directory, binary logs and grastate.dat of %s before anything else: a full SST "
                      "erases those actions. Then people decide.",
                      node->name));
}

/* ---- R5: the group is behind where the node had been with it ---- */

/* The highest position of the group that a log of --wsrep-recover beside the node's log found before `until`. */
static const GalenFact *recovered(const GalenProof *proof, const GalenNode *node, const GalenUuid *group,
                                  gint64 until) {
  const GalenFact *highest = NULL;
  for (guint i = 0; i < node->inputs->len; i++) {
    const GalenJournalInput *input = proof->history->journal->inputs->pdata[g_array_index(node->inputs, guint, i)];
    for (guint k = 0; g_strcmp0(input->kind, "recover-log") == 0 && k < input->facts->len; k++) {
      const GalenFact *fact = input->facts->pdata[k];
      if (fact->kind == GALEN_FACT_RECOVERED_POSITION && fact->time != GALEN_TIME_NONE && fact->time < until &&
          galen_uuid_same(&fact->uuid, group) && (highest == NULL || fact->seqno > highest->seqno))
        highest = fact;
    }
  }
  return highest;
}

/* The last component of that group before the one at `index`. */
static const GalenComponent *before_in_group(const GalenNode *node, guint index) {
  const GalenComponent *at = node->components->pdata[index];
  for (guint i = index; i > 0; i--) {
    const GalenComponent *one = node->components->pdata[i - 1];
    if (one->primary && one->quorum_seen && galen_uuid_same(&one->group, &at->group))
      return one;
  }
  return NULL;
}

static gboolean together(const GalenProof *proof, const GalenNode *node, const char *other) {
  for (guint i = 0; i < proof->history->clusters->len; i++) {
    const GalenClusterRow *row = proof->history->clusters->pdata[i];
    if (g_ptr_array_find(row->nodes, node, NULL))
      return g_ptr_array_find(row->nodes, galen_history_node(proof->history, other), NULL);
  }
  return FALSE;
}

/* The same loss as another node met it. */
static GalenIncident *met_by_another(const GalenProof *proof, const GalenNode *node, gint64 from, gint64 to) {
  for (guint i = 0; i < proof->history->incidents->len; i++) {
    GalenIncident *one = proof->history->incidents->pdata[i];
    if (one->kind == GALEN_INCIDENT_DATA_LOSS && one->from >= from && one->from <= to &&
        together(proof, node, one->nodes->pdata[0]))
      return one;
  }
  return NULL;
}

static gboolean went_back(GalenProof *proof, const GalenNode *node, guint index) {
  const GalenComponent *at = node->components->pdata[index], *before = before_in_group(node, index);
  if (before == NULL || before->process == at->process || fork_of(proof, node->name, at->from) != NULL)
    return FALSE;
  gint64 had = galen_proof_group_position(node, &at->group, at->from - 1);
  const GalenFact *found = recovered(proof, node, &at->group, at->from);
  had = found != NULL ? MAX(had, found->seqno) : had;
  if (had == GALEN_SEQNO_NONE || had <= at->act_id)
    return FALSE;
  GalenIncident *known = met_by_another(proof, node, before->to, at->from);
  if (known != NULL) {
    galen_proof_rule(known, "R5");
    galen_proof_add_name(known->nodes, node->name);
    galen_proof_show(known, found);
    galen_proof_show(known, at->quorum);
    return TRUE;
  }
  GalenIncident *self = galen_proof_incident(proof, GALEN_INCIDENT_DATA_LOSS, GALEN_LIKELY, GALEN_SEVERITY_CRITICAL,
                                             galen_proof_identity(node, at->component, at->from));
  galen_proof_rule(self, "R5");
  galen_proof_add_name(self->nodes, node->name);
  galen_proof_window(self, before->to, galen_proof_error(node, NULL), at->from, galen_proof_error(node, NULL));
  galen_proof_show(self, before->quorum);
  galen_proof_show(self, found);
  galen_proof_show(self, at->view);
  galen_proof_show(self, at->quorum);
  self->title = g_strdup_printf("Data loss: the cluster that %s came back to was behind it", node->name);
  self->cause = g_strdup("another node was bootstrapped from an older state meanwhile");
  self->verdict = g_strdup_printf(
      "%s had been at seqno %" G_GINT64_FORMAT " of this history, and the cluster was at %" G_GINT64_FORMAT
      " when it came back: at least %" G_GINT64_FORMAT " actions are gone from it. It goes on from an older state.",
      node->name, had, at->act_id, had - at->act_id);
  g_autofree char *from = galen_proof_time(before->to), *to = galen_proof_time(at->from);
  galen_proof_say(self->needs, g_strdup_printf("the error logs of the other members from %s to %s", from, to));
  galen_proof_say(self->would_change,
                  g_strdup("A primary component that lived on beside the bootstrap makes it a split "
                           "brain."));
  galen_proof_say(
      self->advice,
      g_strdup_printf("Find what %s had: a copy of its data directory, its binary logs, a backup. A full SST "
                      "has erased it there. Then people decide.",
                      node->name));
  return TRUE;
}

/* Once a node: what follows is the same history. */
static void look_back(GalenProof *proof, const GalenNode *node) {
  for (guint i = 0; i < node->components->len; i++) {
    const GalenComponent *one = node->components->pdata[i];
    if (one->primary && one->quorum_seen && one->from != GALEN_TIME_NONE && one->act_id != GALEN_SEQNO_NONE &&
        one->boot != GALEN_BOOT_STARTUP && went_back(proof, node, i))
      return;
  }
}

/* ---- votes ---- */

/* A write set that finds no room on the disk fails on this node alone. */
static const GalenFact *full_disk(const GalenNode *node, gint64 from, gint64 to) {
  for (guint i = 0; i < node->facts->len; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact->kind == GALEN_FACT_TROUBLE && fact->time != GALEN_TIME_NONE && fact->time >= from && fact->time <= to &&
        galen_incident_kind(fact->value) == GALEN_INCIDENT_DISK_FULL)
      return fact;
  }
  return NULL;
}

static void vote_cause(GalenIncident *self, GalenIncident *root, const GalenNode *node, gint64 from, gint64 to) {
  const GalenFact *full = full_disk(node, from, to);
  if (root != NULL) {
    galen_proof_rule(self, "R10");
    galen_proof_rule(root, "R10");
    self->cause =
        g_strdup_printf("a consequence of the earlier fork: %s", root->cause != NULL ? root->cause : root->title);
    if (root->contaminated_until == GALEN_TIME_NONE)
      root->contaminated_until = self->from;
  } else if (full != NULL) {
    self->cause =
        g_strdup_printf("%s had no room on its disk to apply it: %s", node->name, galen_proof_fact_words(full));
    galen_proof_show(self, full);
  } else {
    self->cause = g_strdup_printf(
        "the data of %s was different before: a write past replication (wsrep_on = OFF), another engine, a bug, "
        "or a fork that is older than these logs",
        node->name);
  }
}

static void show_votes(GalenIncident *self, const GalenNode *node, gint64 from, gint64 to) {
  for (guint i = 0; i < node->facts->len; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    gboolean tells = fact->kind == GALEN_FACT_VOTE || fact->kind == GALEN_FACT_VOTE_RESULT ||
                     fact->kind == GALEN_FACT_APPLY_ERROR || fact->kind == GALEN_FACT_CONSISTENCY_LOST;
    if (tells && fact->time != GALEN_TIME_NONE && fact->time >= from && fact->time <= to)
      galen_proof_show(self, fact);
  }
}

static void inconsistent(GalenProof *proof, const GalenNode *node, const GalenFact *fact) {
  gint64 since = fact->time - VOTE_WINDOW;
  const GalenFact *vote = galen_proof_fact_before(node, GALEN_FACT_VOTE, fact->time, since);
  const GalenFact *apply = galen_proof_fact_before(node, GALEN_FACT_APPLY_ERROR, fact->time, since);
  gint64 from = apply != NULL ? apply->time : vote != NULL ? vote->time : fact->time;
  const GalenFact *back_fact = NULL;
  gint64 back = galen_proof_back(proof, node->name, fact->time, &back_fact);
  GalenIncident *self = galen_proof_incident(proof, GALEN_INCIDENT_NODE_INCONSISTENT, GALEN_PROVEN,
                                             GALEN_SEVERITY_CRITICAL, galen_proof_identity(node, fact, fact->time));
  galen_proof_add_name(self->nodes, node->name);
  galen_proof_add_name(self->suspects, node->name);
  galen_proof_window(self, from, galen_proof_error(node, fact), back, galen_proof_error(node, back_fact));
  self->ongoing = back == GALEN_TIME_NONE;
  galen_proof_show(self, fact);
  galen_proof_show(self, apply);
  show_votes(self, node, from, fact->time + 2 * GALEN_PROOF_SECOND);
  vote_cause(self, fork_of(proof, node->name, fact->time), node, from - VOTE_WINDOW, fact->time);
  g_autofree char *at =
      fact->seqno != GALEN_SEQNO_NONE ? g_strdup_printf(" over seqno %" G_GINT64_FORMAT, fact->seqno) : g_strdup("");
  self->title = g_strdup_printf("%s was put out as inconsistent", node->name);
  self->verdict = g_strdup_printf(
      "%s could not apply what the others did%s, lost the vote and left the cluster: its data differs from theirs.",
      node->name, at);
  galen_proof_say(
      self->advice,
      g_strdup_printf(
          "Keep a copy of %s when its writes may matter, then rebuild it by a full SST (take away grastate.dat "
          "and gvwstate.dat). Look in GRA_*.log for the failed write set.",
          node->name));
  galen_proof_say(
      self->advice,
      g_strdup("Compare the other nodes with pt-table-checksum: a vote shows one row, not all that differ."));
  galen_proof_say(self->would_change, g_strdup("An older fork in logs that are missing would be the root of it."));
}

/* What the others write of a vote that a member without a log began, and after which it was gone. */
static void voted_out(GalenProof *proof, const GalenNode *node, const GalenFact *vote) {
  const GalenNode *voter = vote->name != NULL ? galen_history_node(proof->history, vote->name) : NULL;
  guint64 same = G_GUINT64_CONSTANT(1) << GALEN_INCIDENT_NODE_INCONSISTENT;
  if (!vote->flag || voter == NULL || voter->has_log ||
      galen_proof_explained(proof, same, voter->name, vote->time, vote->time))
    return;
  const GalenComponent *without = NULL;
  for (guint i = 0; without == NULL && i < node->components->len; i++) {
    const GalenComponent *one = node->components->pdata[i];
    gboolean soon = one->primary && one->from >= vote->time && one->from <= vote->time + VOTE_WINDOW;
    without = soon && one->members != NULL && !galen_proof_has_name(one->members, voter->name) ? one : NULL;
  }
  if (without == NULL)
    return;
  const GalenFact *back_fact = NULL;
  gint64 back = galen_proof_back(proof, voter->name, without->from, &back_fact);
  GalenIncident *self = galen_proof_incident(proof, GALEN_INCIDENT_NODE_INCONSISTENT, GALEN_LIKELY,
                                             GALEN_SEVERITY_CRITICAL, galen_proof_identity(voter, vote, vote->time));
  galen_proof_add_name(self->nodes, voter->name);
  galen_proof_add_name(self->suspects, voter->name);
  galen_proof_window(self, vote->time, galen_proof_error(node, vote), back, galen_proof_error(node, back_fact));
  self->ongoing = back == GALEN_TIME_NONE;
  galen_proof_show(self, vote);
  galen_proof_show(self, galen_proof_fact_after(node, GALEN_FACT_VOTE_RESULT, vote->time, vote->time + VOTE_WINDOW));
  galen_proof_show(self, without->view);
  vote_cause(self, fork_of(proof, voter->name, vote->time), voter, vote->time - VOTE_WINDOW, vote->time);
  self->title = g_strdup_printf("%s called a vote and was gone after it", voter->name);
  self->verdict = g_strdup_printf(
      "%s could not apply what the others did, called a vote and left the cluster: its data very likely differs "
      "from theirs.",
      voter->name);
  g_autofree char *when = galen_proof_time(vote->time);
  galen_proof_say(self->needs, g_strdup_printf("the error log of %s around %s", voter->name, when));
  galen_proof_say(
      self->advice,
      g_strdup_printf("Keep a copy of %s when its writes may matter, then rebuild it by a full SST.", voter->name));
}

static void look_at_node(GalenProof *proof, const GalenNode *node) {
  gint64 last = GALEN_TIME_NONE;
  for (guint i = 0; i < node->facts->len; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact->time == GALEN_TIME_NONE)
      continue;
    if (fact->kind == GALEN_FACT_REVERSING || fact->kind == GALEN_FACT_DIVERGED) {
      refused(proof, node, fact);
    } else if ((fact->kind == GALEN_FACT_INCONSISTENT || fact->kind == GALEN_FACT_CONSISTENCY_LOST) &&
               (last == GALEN_TIME_NONE || fact->time - last > VOTE_WINDOW)) {
      inconsistent(proof, node, fact);
      last = fact->time;
    } else if (fact->kind == GALEN_FACT_VOTE) {
      voted_out(proof, node, fact);
    }
  }
}

void galen_proof_return(GalenProof *proof) {
  hidden_divergences(proof);
  for (guint i = 0; i < proof->history->clusters->len; i++) {
    const GalenClusterRow *row = proof->history->clusters->pdata[i];
    for (guint j = 0; j < row->transfers->len; j++) {
      const GalenTransfer *one = row->transfers->pdata[j];
      if (g_strcmp0(one->kind, "IST") == 0)
        impossible(proof, one);
    }
  }
  for (guint i = 0; i < proof->history->nodes->len; i++)
    look_at_node(proof, proof->history->nodes->pdata[i]);
  for (guint i = 0; i < proof->history->nodes->len; i++)
    look_back(proof, proof->history->nodes->pdata[i]);
}
