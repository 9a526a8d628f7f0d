/* A fork in words: why it happened, what it did, what to do. */
#include "../words.h"
#include "proof.h"

/* ---- the cause ---- */

static gboolean refused(const GalenProcess *process, const GalenFact **ret_fact) {
  const GalenFact *fact = galen_proof_process_fact(process, GALEN_FACT_BOOTSTRAP_REFUSED);
  if (fact != NULL && ret_fact != NULL)
    *ret_fact = fact;
  return fact != NULL;
}

/* How many members the node's last primary component before `time` had; 0: none is known. */
static guint members_before(const GalenNode *node, gint64 time) {
  guint n = 0;
  for (guint i = 0; i < node->components->len; i++) {
    const GalenComponent *component = node->components->pdata[i];
    if (component->primary && component->from < time && component->members != NULL)
      n = component->members->len;
  }
  return n;
}

/* The server writes safe_to_bootstrap = 1 only as the last member: anything else is an editor's work. */
static char *edited(GalenIncident *incident, const GalenProcess *process, const GalenProcess *previous,
                    guint refusals) {
  gboolean real = process->safe_to_bootstrap == 1 && !galen_uuid_is_nil(&process->saved_uuid);
  gboolean denied = refusals > 0 || (previous != NULL && previous->safe_to_bootstrap == 0);
  if (!real || (members_before(process->node, process->from) < 2 && refusals == 0) || (!denied && previous == NULL))
    return NULL;
  galen_proof_show(incident, process->saved);
  g_autofree char *after = galen_proof_raw(process->start, process->from);
  g_autofree char *before =
      previous != NULL ? galen_proof_raw(refusals > 0 ? previous->start : previous->end_fact, previous->to) : NULL;
  return g_strdup_printf(
      "safe_to_bootstrap in grastate.dat was set to 1 by hand on %s, between %s and its start at %s%s",
      process->node->name, before != NULL ? before : "an unknown time", after,
      previous != NULL ? " (times of its log)" : "");
}

char *galen_proof_bootstrap_cause(const GalenProof *proof, GalenIncident *incident, const GalenProcess *process) {
  (void)proof;
  const GalenNode *node = process->node;
  const GalenProcess *previous = NULL;
  const GalenFact *refusal = NULL;
  guint refusals = 0, index = 0;
  if (g_ptr_array_find(node->processes, process, &index))
    for (guint i = index; i-- > 0;) {
      const GalenProcess *one = node->processes->pdata[i];
      if (previous == NULL)
        previous = one;
      if (!refused(one, &refusal))
        break;
      refusals++;
    }
  GString *text = g_string_new(NULL);
  g_string_append_printf(
      text,
      process->empty_address
          ? "%s was started alone with an empty gcomm:// and bootstrapped a primary component of its own"
          : "%s was bootstrapped as a new cluster (--wsrep-new-cluster or a bootstrap service)",
      node->name);
  galen_proof_show(incident, process->bootstrap);
  if (refusals > 0) {
    g_string_append_printf(text, ", after %u refused start%s", refusals, refusals == 1 ? "" : "s");
    galen_proof_show(incident, refusal);
  }
  g_autofree char *edit = edited(incident, process, previous, refusals);
  if (edit != NULL)
    g_string_append_printf(text, "; %s", edit);
  return g_string_free(text, FALSE);
}

/* The line of an option that let a minority go on. */
static const GalenFact *opted(const GalenPrim *prim, GalenFactKind kind) {
  for (guint i = 0; i < prim->seen->len; i++) {
    const GalenComponent *component = prim->seen->pdata[i];
    const GalenFact *fact =
        galen_proof_fact_before(component->node, kind, component->from, component->from - 5 * GALEN_PROOF_SECOND);
    if (fact != NULL)
      return fact;
  }
  return NULL;
}

typedef struct {
  guint sb, quorum, runtime;
  const GalenProcess *startup; /* the youngest */
  const GalenFact *new_group;
  GPtrArray *runtime_on; /* of char *: sides */
} Ways;

static void look_at(Ways *ways, const GalenForkSide *side) {
  gboolean sb = FALSE, quorum = FALSE, runtime = FALSE;
  for (guint i = 0; i < side->prims->len; i++) {
    const GalenPrim *prim = side->prims->pdata[i];
    sb |= opted(prim, GALEN_FACT_IGNORE_SPLIT_BRAIN) != NULL;
    quorum |= opted(prim, GALEN_FACT_IGNORE_QUORUM) != NULL;
    runtime |= prim->boot == GALEN_BOOT_RUNTIME;
    const GalenComponent *seen = prim->seen->len > 0 ? prim->seen->pdata[0] : NULL;
    if (prim->boot == GALEN_BOOT_STARTUP && seen != NULL && seen->process != NULL &&
        (ways->startup == NULL || seen->process->from > ways->startup->from)) {
      ways->startup = seen->process;
      ways->new_group = galen_proof_process_fact(seen->process, GALEN_FACT_NEW_GROUP);
    }
  }
  ways->sb += sb ? 1 : 0;
  ways->quorum += quorum ? 1 : 0;
  ways->runtime += runtime ? 1 : 0;
  if (runtime)
    galen_proof_say(ways->runtime_on, galen_proof_names(side->nodes));
}

static char *cause(const GalenProof *proof, GalenIncident *incident, const GPtrArray *sides) {
  g_autoptr(GPtrArray) on = g_ptr_array_new_with_free_func(g_free);
  Ways ways = {.runtime_on = on};
  for (guint i = 0; i < sides->len; i++)
    look_at(&ways, sides->pdata[i]);
  if (ways.startup != NULL) {
    g_autofree char *start = galen_proof_bootstrap_cause(proof, incident, ways.startup);
    if (!galen_proof_has_name(incident->rules, "R6"))
      return g_steal_pointer(&start);
    galen_proof_show(incident, ways.new_group);
    return g_strdup_printf("%s, with a new cluster UUID: its data directory was empty or wiped", start);
  }
  if (ways.runtime > 1) {
    GString *text = g_string_new("pc.bootstrap was set on both sides of a partition: ");
    for (guint i = 0; i < on->len; i++)
      g_string_append_printf(text, "%s%s", i > 0 ? " / " : "", (const char *)on->pdata[i]);
    return g_string_free(text, FALSE);
  }
  if (ways.runtime == 1)
    return g_strdup_printf("pc.bootstrap was set on %s while the other side was or became primary",
                           (const char *)on->pdata[0]);
  if (ways.sb > 0)
    return g_strdup_printf("pc.ignore_sb = true on %s: each half of an even partition was allowed to go on",
                           ways.sb > 1 ? "both sides" : "one side");
  if (ways.quorum > 0)
    return g_strdup("pc.ignore_quorum = true: a side without a majority was allowed to go on");
  return NULL;
}

void galen_proof_fork_cause(const GalenProof *proof, GalenIncident *incident, const GPtrArray *sides) {
  incident->cause = cause(proof, incident, sides);
  GString *title = g_string_new("Split brain: ");
  for (guint i = 0; i < sides->len; i++) {
    g_autofree char *names = galen_proof_names(((const GalenForkSide *)sides->pdata[i])->nodes);
    g_string_append_printf(title, "%s%s", i > 0 ? " against " : "", names);
  }
  incident->title = g_string_free(title, FALSE);
}

/* ---- the verdict ---- */

static const char *fate_words(const char *fate) {
  static const struct {
    const char *fate, *words;
  } table[] = {{"survivor", "is what the cluster has now"},
               {"discarded-by-sst", "was discarded when a full copy (SST) replaced it"},
               {"aborted", "was refused when it came back and is still on disk there"},
               {"merged-by-ist", "came back by IST without a word: the node still carries it"},
               {"unknown", "is where it was written, as far as the logs go"}};
  for (guint i = 0; i < G_N_ELEMENTS(table); i++)
    if (g_str_equal(table[i].fate, fate))
      return table[i].words;
  return "";
}

static void say_range(GString *text, const GalenRange *range) {
  g_autofree char *names = galen_proof_names(range->nodes);
  if (range->last_seqno == GALEN_SEQNO_NONE) {
    g_string_append_printf(text, " What %s wrote is not in these logs.", names);
    return;
  }
  gboolean some = range->first_seqno != GALEN_SEQNO_NONE;
  if (some && range->last_seqno < range->first_seqno) {
    g_string_append_printf(text, " %s wrote nothing.", names);
    return;
  }
  const char *how = g_strcmp0(range->last_is, "at-least") == 0  ? "at least "
                    : g_strcmp0(range->last_is, "at-most") == 0 ? "at most "
                                                                : "";
  g_string_append_printf(text, " %s: seqnos ", names);
  if (some)
    g_string_append_printf(text, "%" G_GINT64_FORMAT, range->first_seqno);
  else
    g_string_append(text, "unknown");
  g_string_append_printf(text, " to %s%" G_GINT64_FORMAT, how, range->last_seqno);
  if (range->write_sets >= 0)
    g_string_append_printf(text, ", %s%" G_GINT64_FORMAT " write set%s", how, range->write_sets,
                           range->write_sets == 1 ? "" : "s");
  else if (g_strcmp0(range->last_is, "at-least") == 0)
    g_string_append(text, ", and what it wrote beyond is not in its error logs");
  g_string_append_printf(text, "; it %s.", fate_words(range->fate));
}

static void would_change(GalenIncident *incident, const GPtrArray *sides) {
  for (guint i = 0; i < sides->len; i++) {
    const GalenForkSide *side = sides->pdata[i];
    g_autofree char *names = galen_proof_names(side->nodes);
    g_autofree char *from = galen_proof_time(side->from);
    if (side->ghost)
      galen_proof_say(incident->needs, g_strdup_printf("the error logs of %s from %s on", names, from));
    else if (side->open)
      galen_proof_say(
          incident->would_change,
          g_strdup_printf("The log of %s ends while it is primary: a later part could show a longer window.", names));
  }
  for (guint i = 0; i < incident->ranges->len; i++) {
    const GalenRange *range = incident->ranges->pdata[i];
    if (g_strcmp0(range->last_is, "exact") == 0 || range->last_seqno == GALEN_SEQNO_NONE)
      continue;
    g_autofree char *names = galen_proof_names(range->nodes);
    galen_proof_say(
        incident->would_change,
        g_strdup_printf("The last seqno of %s at the end of the window is not in its error logs; its binary "
                        "log has it.",
                        names));
  }
  if (incident->confidence != GALEN_PROVEN)
    galen_proof_say(
        incident->would_change,
        g_strdup("A line that shows the other side non-primary, or stopped, all that time would acquit it."));
  else
    galen_proof_say(incident->would_change,
                    g_strdup("Only if lines of these logs were changed or belong to another cluster is this no fork."));
}

void galen_proof_fork_verdict(const GalenProof *proof, GalenIncident *incident, const GPtrArray *sides) {
  (void)proof;
  g_autofree char *from = galen_proof_time(incident->from);
  GString *text = g_string_new(NULL);
  const char *sure = incident->confidence == GALEN_PROVEN   ? "Two primary components of one cluster lived"
                     : incident->confidence == GALEN_LIKELY ? "Two primary components of one cluster very likely lived"
                                                            : "Two primary components of one cluster may have lived";
  g_string_append_printf(text, "%s at once from %s", sure, from);
  if (incident->to != GALEN_TIME_NONE) {
    g_autofree char *to = galen_proof_time(incident->to),
                    *length = galen_words_duration((double)(incident->to - incident->from));
    g_string_append_printf(text, " to %s (%s)", to, length);
  } else if (incident->ongoing) {
    g_string_append(text, " and had not ended when the logs ended");
  }
  g_string_append(text, ", each with a history of its own.");
  if (incident->common_seqno != GALEN_SEQNO_NONE)
    g_string_append_printf(text, " The last seqno they have in common is %" G_GINT64_FORMAT ".",
                           incident->common_seqno);
  for (guint i = 0; i < incident->ranges->len; i++)
    say_range(text, incident->ranges->pdata[i]);
  incident->verdict = g_string_free(text, FALSE);
  would_change(incident, sides);
}

/* ---- advice ---- */

static void advise_side(GalenIncident *incident, const GalenRange *range, const GalenForkSide *side) {
  g_autofree char *names = galen_proof_names(range->nodes);
  if (range->write_sets == 0 && g_strcmp0(range->last_is, "exact") == 0) {
    galen_proof_say(
        incident->advice,
        g_strdup_printf("%s wrote no transactions of its own, only changes of members: it is safe to rebuild.", names));
    return;
  }
  const GalenPrim *prim = side->prims->pdata[0];
  const GalenComponent *seen = prim->seen->len > 0 ? prim->seen->pdata[0] : NULL;
  g_autofree char *raw = galen_proof_raw(seen != NULL ? seen->component : NULL, side->from);
  galen_proof_say(
      incident->advice,
      g_strdup_printf("Writes of %s: when log_bin and log_slave_updates were on, mysqlbinlog --start-datetime='%s' "
                      "(clock and zone of that node) shows them; otherwise start the COPY with "
                      "wsrep_provider=none, skip-networking and read_only, and compare it (pt-table-sync --print, or a "
                      "dump). Never replay blindly: the same keys have other content on the other side.",
                      names, raw));
}

static gboolean any_fate(const GalenIncident *incident, const char *fate) {
  for (guint i = 0; i < incident->ranges->len; i++)
    if (g_str_equal(((const GalenRange *)incident->ranges->pdata[i])->fate, fate))
      return TRUE;
  return FALSE;
}

void galen_proof_fork_advice(const GalenProof *proof, GalenIncident *incident, const GPtrArray *sides) {
  (void)proof;
  GPtrArray *advice = incident->advice;
  galen_proof_say(
      advice, g_strdup("Send all clients to one side. Do NOT restart, rejoin or bootstrap anything yet: an IST merges "
                       "the histories silently, an SST erases one."));
  galen_proof_say(
      advice,
      g_strdup("Copy the data directory, the binary logs, grastate.dat and gvwstate.dat of every side. Then people "
               "decide which data to keep; then rebuild."));
  for (guint i = 0; i < incident->ranges->len && i < sides->len; i++)
    advise_side(incident, incident->ranges->pdata[i], sides->pdata[i]);
  galen_proof_say(
      advice,
      g_strdup("Rebuilding a node: stop it; copy its data directory; take away grastate.dat AND gvwstate.dat; set "
               "wsrep_sst_donor to a node known to be clean; see that \"State transfer required\" ends in an SST, "
               "never an IST: Galera compares only UUID and seqno. Set no seqno by hand. If the joiner dies with "
               "\"Unsupported CC action version\", a galera.cache holds the other history: move the joiner's own away, "
               "then, if that was not it, the donor's, while that one is stopped."));
  if (any_fate(incident, "merged-by-ist")) {
    g_autofree char *names = galen_proof_names(incident->suspects);
    galen_proof_say(
        advice,
        g_strdup_printf("Suspects until a full SST from a clean node: %s. Compare with pt-table-checksum.", names));
  }
  galen_proof_say(advice,
                  g_strdup("Do not edit safe_to_bootstrap while a member is unaccounted for; keep all members in "
                           "wsrep_cluster_address, and never leave it at gcomm://."));
  galen_proof_say(
      advice,
      g_strdup("Look now, on every node: wsrep_cluster_state_uuid, wsrep_cluster_size, wsrep_last_committed. Logs "
               "cannot show another primary that is not in them, nor silent divergence."));
}
