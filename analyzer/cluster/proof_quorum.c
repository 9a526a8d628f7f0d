/* No primary component anywhere: quorum lost, or all nodes down at once. */
#include "../words.h"
#include "proof.h"

#define SLACK (30 * GALEN_PROOF_SECOND) /* intervals of nodes this near belong to one loss */

/* One stretch of one node without a primary component. */
typedef struct {
  GalenNode *node;
  const GalenComponent *before; /* its last primary one */
  const GalenComponent *first;  /* non-primary */
  const GalenComponent *after;  /* the next primary one in the same process; NULL: none */
  gint64 from, to;
  gboolean running; /* NON_PRIMARY up to the end of its log */
} Stretch;

/* A leaving node's last view is non-primary, too; so is that of one that was voted out. */
static gboolean leaving(const GalenComponent *component) {
  const GalenProcess *process = component->process;
  for (guint i = process != NULL ? process->first : 0; process != NULL && i <= process->last; i++) {
    const GalenFact *fact = component->node->facts->pdata[i];
    gboolean leaves = fact->kind == GALEN_FACT_SHUTDOWN_BEGIN || fact->kind == GALEN_FACT_CLOSING ||
                      fact->kind == GALEN_FACT_SELF_LEAVE || fact->kind == GALEN_FACT_INCONSISTENT ||
                      fact->kind == GALEN_FACT_CONSISTENCY_LOST;
    if (fact == component->component)
      return FALSE;
    if (leaves && fact->time <= component->from)
      return TRUE;
  }
  return FALSE;
}

/* Where lines are missing a component may only not be known to be primary. */
static gboolean surely_not(const GalenComponent *component) {
  return (component->component != NULL && !component->component->flag) ||
         (component->view != NULL && component->view->number == GALEN_VIEW_NON_PRIM) ||
         (component->quorum != NULL && !component->quorum->flag);
}

static void find_stretches(GArray *stretches, GalenNode *node) {
  const GalenComponent *primary = NULL;
  for (guint i = 0; i < node->components->len; i++) {
    const GalenComponent *component = node->components->pdata[i];
    if (component->from == GALEN_TIME_NONE)
      continue;
    if (component->primary) {
      primary = component;
      continue;
    }
    gboolean goes_on = i > 0 && !((const GalenComponent *)node->components->pdata[i - 1])->primary &&
                       ((const GalenComponent *)node->components->pdata[i - 1])->process == component->process;
    if (primary == NULL || goes_on || !surely_not(component) || leaving(component))
      continue;
    Stretch stretch = {
        .node = node, .before = primary, .first = component, .from = component->from, .to = component->to};
    guint j = i + 1;
    for (; j < node->components->len; j++) {
      const GalenComponent *next = node->components->pdata[j];
      if (next->process != component->process || next->primary)
        break;
      stretch.to = next->to;
    }
    if (j < node->components->len &&
        ((const GalenComponent *)node->components->pdata[j])->process == component->process) {
      stretch.after = node->components->pdata[j];
      stretch.to = stretch.after->from;
    }
    stretch.running =
        stretch.after == NULL && component->process != NULL && component->process->end == GALEN_END_RUNNING;
    g_array_append_val(stretches, stretch);
  }
}

/* Whether another primary component lived meanwhile: then the node was isolated, and no quorum was lost. */
static gboolean elsewhere(const GalenProof *proof, const Stretch *stretch, const GalenClusterRow *row) {
  gint64 error = galen_proof_error(stretch->node, NULL);
  error = error == G_MAXINT64 ? GALEN_PROOF_SECOND : error;
  const GalenPrim *before = galen_proof_prim_of(proof, stretch->before);
  for (guint i = 0; i < proof->prims->len; i++) {
    const GalenPrim *prim = proof->prims->pdata[i];
    if (prim->row != row || galen_prim_has(prim, stretch->node->name))
      continue;
    gboolean parent = before != NULL && galen_prim_continues(prim, before);
    if (prim->from <= stretch->to + error &&
        (prim->to > stretch->from + error || (parent && prim->to >= stretch->from)))
      return TRUE;
  }
  return FALSE;
}

static GPtrArray *lost_members(const GalenProof *proof, const Stretch *stretch) {
  GPtrArray *lost = g_ptr_array_new_with_free_func(g_free);
  (void)proof;
  for (guint i = 0; i < stretch->before->members->len; i++) {
    const char *name = stretch->before->members->pdata[i];
    if (stretch->first->members == NULL || !galen_proof_has_name(stretch->first->members, name))
      galen_proof_add_name(lost, name);
  }
  return lost;
}

/* Whether the node's own log covers the time, and does not simply show it primary on and on: then lines are missing there,
 * for whoever is lost by the others loses them. A frozen process may notice late. */
static gboolean covered(const GalenNode *node, gint64 time) {
  if (node == NULL || !node->has_log || node->last == GALEN_TIME_NONE || node->last < time || node->first > time)
    return FALSE;
  const GalenProcess *process = galen_proof_process_at(node, time);
  gboolean told = process == NULL || process->start != NULL;
  for (guint i = 0; i < node->components->len; i++) {
    const GalenComponent *one = node->components->pdata[i];
    told = told || one->from <= time;
    gboolean shown = one->primary || (one->component != NULL && one->component->flag);
    if (shown && !one->open && one->from <= time && one->to > time + SLACK / 3 &&
        galen_proof_fact_after(node, GALEN_FACT_STALLED, time, one->to + SLACK / 3) == NULL)
      return FALSE;
  }
  return told; /* a log that begins in the middle does not say what was before its first component */
}

/* The lost members that have data, of whom no log covers the time, and who did not come back from where the node was. */
static GPtrArray *unseen(const GalenProof *proof, const GalenClusterRow *row, const Stretch *stretch,
                         const GPtrArray *lost) {
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  gint64 at = stretch->after != NULL ? stretch->after->act_id : GALEN_SEQNO_NONE;
  for (guint i = 0; i < lost->len; i++) {
    if (!covered(galen_history_node(proof->history, lost->pdata[i]), stretch->from) &&
        !galen_proof_back_behind(row, lost->pdata[i], stretch->from, at))
      galen_proof_add_name(names, lost->pdata[i]);
  }
  return names;
}

/* Whether members of whom there is no log may have gone on as a majority of the votes. A side that had most of them and lost
 * the quorum all the same shows that the others weigh more than is told. */
static gboolean may_have_gone_on(const GalenProof *proof, const GalenClusterRow *row, const Stretch *stretch,
                                 const GPtrArray *lost) {
  g_autoptr(GPtrArray) names = unseen(proof, row, stretch, lost);
  if (names->len == 0)
    return FALSE;
  const GalenComponent *before = stretch->before;
  gint64 time = stretch->from, dark = galen_proof_votes(proof, before, names, time);
  gint64 all = galen_proof_votes(proof, before, before->members, time);
  g_autoptr(GPtrArray) unknown = galen_proof_unweighed(proof, before, names, time);
  /* one that comes back waits for more than votes */
  gboolean outweighed = unknown->len > 0 && stretch->first->process == before->process &&
                        stretch->first->members != NULL &&
                        2 * galen_proof_votes(proof, before, stretch->first->members, time) > all;
  return 2 * dark > all || outweighed;
}

/* Views are counted: when the next one is more than one number on, the others had one between. */
static gboolean others_went_on(const Stretch *stretch) {
  return stretch->after != NULL && stretch->after->conf_id != GALEN_SEQNO_NONE &&
         stretch->before->conf_id != GALEN_SEQNO_NONE && stretch->after->conf_id > stretch->before->conf_id + 1;
}

/* ---- quorum loss ---- */

typedef struct {
  GalenClusterRow *row;
  GArray *stretches;       /* of Stretch */
  GPtrArray *nodes, *lost; /* of char *: who lost the others; of those who come back only the first is of interest */
  gint64 from, to;
} Loss;

/* "re-bootstrapping prim from partitioned components": nobody had to do anything. */
static gboolean by_itself(const GalenPrim *after) {
  for (guint i = 0; i < after->seen->len; i++) {
    const GalenComponent *seen = after->seen->pdata[i];
    if (after->boot == GALEN_BOOT_RECOVERY ||
        galen_proof_fact_before(seen->node, GALEN_FACT_REBOOTSTRAP, seen->from + GALEN_PROOF_SECOND,
                                seen->from - SLACK) != NULL)
      return TRUE;
  }
  return FALSE;
}

static void quorum_words(const GalenProof *proof, GalenIncident *self, const Loss *loss, const GalenPrim *after) {
  g_autofree char *nodes = galen_proof_names(loss->nodes), *lost = galen_proof_names(loss->lost);
  guint dead = 0;
  for (guint i = 0; i < loss->lost->len; i++) {
    const GalenNode *node = galen_history_node(proof->history, loss->lost->pdata[i]);
    const GalenProcess *next = node != NULL ? galen_proof_next_process(node, loss->from) : NULL;
    dead += next != NULL && galen_proof_process_at(node, loss->from) == NULL;
  }
  gboolean network = dead == 0;
  self->cause = network
                    ? g_strdup_printf("no side of a partition had more than half of the votes (%s lost sight of %s)",
                                      nodes, strcmp(nodes, lost) == 0 ? "each other" : lost)
                    : g_strdup_printf("%s went down at once, and what remained was no majority", lost);
  self->title = g_strdup_printf("Quorum lost: %s non-primary", nodes);
  GString *text = g_string_new(NULL);
  g_autofree char *from = galen_proof_time(self->from);
  g_string_append_printf(text, "From %s on there was no primary component: %s refused queries.", from, nodes);
  if (after != NULL) {
    g_autofree char *to = galen_proof_time(self->to), *length = galen_words_duration((double)(self->to - self->from));
    const char *how = after->boot == GALEN_BOOT_RUNTIME ? "pc.bootstrap, set by an operator,"
                      : by_itself(after)                ? "Automatic recovery (gvwstate.dat)"
                                                        : "The return of its members";
    g_string_append_printf(text, " %s made it primary again at %s, after %s.", how, to, length);
  } else if (self->ongoing) {
    g_string_append(text, " It had not ended when the logs ended.");
  }
  g_autoptr(GPtrArray) dark = unseen(proof, loss->row, &g_array_index(loss->stretches, Stretch, 0), loss->lost);
  g_autofree char *names = galen_proof_names(dark);
  g_string_append(text, " At no time did these logs show more than one primary component");
  if (dark->len > 0)
    g_string_append_printf(text, "; what %s did is not in them.", names);
  else
    g_string_append(text, ": the data is safe.");
  self->verdict = g_string_free(text, FALSE);
  const Stretch *first = &g_array_index(loss->stretches, Stretch, 0);
  g_autofree char *weights = galen_proof_weights(proof, first->before, first->from);
  if (weights != NULL) {
    char *cause = g_strdup_printf("%s; votes by pc.weight: %s", self->cause, weights);
    g_free(self->cause);
    self->cause = cause;
    galen_proof_say(self->advice, g_strdup("Check pc.weight on every node: the members left must weigh more than half, "
                                           "whichever node fails."));
  } else if (first->before->members->len == 2)
    galen_proof_say(self->advice,
                    g_strdup("Two nodes cannot survive the loss of one: add a third node, or garbd on a third host."));
  galen_proof_say(
      self->advice,
      g_strdup(
          "Before pc.bootstrap make sure that every missing member is down or non-primary, then set it on ONE node "
          "only; never start a node with an empty gcomm:// instead."));
  galen_proof_say(
      self->advice,
      g_strdup(
          network
              ? "Look at the network between the nodes, and at hosts that stood still."
              : "Find out what took the nodes down together: power, hypervisor, out of memory, a rolled-out change."));
}

static void quorum_evidence(GalenIncident *self, const Loss *loss, const GalenPrim *after) {
  for (guint i = 0; i < loss->stretches->len; i++) {
    const Stretch *stretch = &g_array_index(loss->stretches, Stretch, i);
    const GalenNode *node = stretch->node;
    galen_proof_show(self, galen_proof_fact_before(node, GALEN_FACT_SUSPECT, stretch->from, stretch->from - 2 * SLACK));
    galen_proof_show(self, stretch->first->view);
    galen_proof_show(self, galen_proof_fact_after(node, GALEN_FACT_STATE, stretch->from, stretch->from + SLACK));
  }
  const GalenComponent *seen = after != NULL && after->seen->len > 0 ? after->seen->pdata[0] : NULL;
  if (seen == NULL)
    return;
  galen_proof_show(self, galen_proof_fact_before(seen->node, GALEN_FACT_REBOOTSTRAP, seen->from + GALEN_PROOF_SECOND,
                                                 seen->from - SLACK));
  galen_proof_show(self, after->boot == GALEN_BOOT_RUNTIME ? seen->component : NULL);
  galen_proof_show(self, seen->view);
  galen_proof_show(self, seen->quorum);
}

static const GalenPrim *primary_again(const GalenProof *proof, const Loss *loss) {
  for (guint i = 0; i < proof->prims->len; i++) {
    const GalenPrim *prim = proof->prims->pdata[i];
    gboolean touches = FALSE;
    for (guint j = 0; prim->row == loss->row && j < loss->nodes->len; j++)
      touches |= galen_prim_has(prim, loss->nodes->pdata[j]);
    if (touches && prim->from >= loss->from)
      return prim;
  }
  return NULL;
}

/* What a weight that no log tells would make of the verdict. */
static void doubt_weights(const GalenProof *proof, GalenIncident *self, const Loss *loss) {
  const Stretch *first = &g_array_index(loss->stretches, Stretch, 0);
  g_autoptr(GPtrArray) dark = unseen(proof, loss->row, first, loss->lost);
  g_autoptr(GPtrArray) unknown = galen_proof_unweighed(proof, first->before, dark, first->from);
  g_autofree char *names = galen_proof_names(unknown);
  if (unknown->len > 0)
    galen_proof_say(self->would_change,
                    g_strdup_printf("pc.weight of %s is not in these logs and was taken as 1: with a "
                                    "higher one a majority may have gone on there.",
                                    names));
}

/* One half was made primary by hand, and of the other half there is no log: the same may have been done to it. */
static void other_half(GalenProof *proof, const Loss *loss, const GalenPrim *after) {
  const Stretch *first = &g_array_index(loss->stretches, Stretch, 0);
  g_autoptr(GPtrArray) dark = unseen(proof, loss->row, first, loss->lost);
  const GalenComponent *seen = after->seen->len > 0 ? after->seen->pdata[0] : NULL;
  if (after->boot != GALEN_BOOT_RUNTIME || seen == NULL || dark->len == 0 ||
      2 * galen_proof_votes(proof, first->before, dark, first->from) <
          galen_proof_votes(proof, first->before, first->before->members, first->from))
    return;
  for (guint i = 0; i < dark->len; i++)
    if (galen_prim_has(after, dark->pdata[i]))
      return;
  char rep[GALEN_UUID_TEXT];
  GalenIncident *self = galen_proof_incident(
      proof, GALEN_INCIDENT_UNDETERMINED, GALEN_POSSIBLE, GALEN_SEVERITY_WARNING,
      g_strdup_printf("%s|%" G_GINT64_FORMAT "|half", galen_uuid_write(&after->rep, rep), after->seq));
  galen_proof_rule(self, "R13");
  for (guint i = 0; i < after->members->len; i++)
    galen_proof_add_name(self->nodes, after->members->pdata[i]);
  for (guint i = 0; i < dark->len; i++)
    galen_proof_add_name(self->nodes, dark->pdata[i]);
  galen_proof_window(self, after->from, after->error, after->from, after->error);
  galen_proof_show(self, seen->component);
  galen_proof_show(self, seen->view);
  galen_proof_show(self, seen->quorum);
  g_autofree char *side = galen_proof_names(after->members), *names = galen_proof_names(dark),
                  *when = galen_proof_time(after->from);
  self->title =
      g_strdup_printf("%s became primary by pc.bootstrap; whether %s did, too, is not in these logs", side, names);
  self->verdict = g_strdup_printf(
      "pc.bootstrap made %s primary at %s. %s were not with them, and weigh no less than half: when the "
      "same was done there, both have written since.",
      side, when, names);
  galen_proof_say(self->needs, g_strdup_printf("the error logs of %s from %s on", names, when));
  galen_proof_say(self->would_change,
                  g_strdup_printf("A primary component of %s makes it a split brain; none acquits it.", names));
  galen_proof_say(self->advice,
                  g_strdup_printf("Ask %s for wsrep_cluster_status and wsrep_last_committed before they meet the "
                                  "others again, and restart nothing until then.",
                                  names));
}

static void quorum_loss(GalenProof *proof, const Loss *loss) {
  const Stretch *first = &g_array_index(loss->stretches, Stretch, 0);
  guint64 splits = G_GUINT64_CONSTANT(1) << GALEN_INCIDENT_SPLIT_BRAIN;
  const GalenPrim *after = primary_again(proof, loss);
  /* All are there in a primary view that was never confirmed: a member that had to leave, not a loss of quorum. */
  const GalenFact *view = first->first->view;
  if (loss->lost->len == 0 && view != NULL && view->number == GALEN_VIEW_PRIM)
    return;
  if (galen_proof_explained(proof, splits, first->node->name, loss->from, after != NULL ? after->from : loss->to))
    return;
  gboolean unsure = may_have_gone_on(proof, loss->row, first, loss->lost);
  gboolean by_hand = after != NULL && after->boot == GALEN_BOOT_RUNTIME;
  GalenIncidentKind kind =
      unsure && (after == NULL || by_hand) ? GALEN_INCIDENT_UNDETERMINED : GALEN_INCIDENT_QUORUM_LOSS;
  if (by_hand && !unsure)
    other_half(proof, loss, after);
  char rep[GALEN_UUID_TEXT];
  const GalenComponent *before = first->before;
  GalenIncident *self = galen_proof_incident(
      proof, kind,
      by_hand && unsure ? GALEN_POSSIBLE
      : unsure          ? GALEN_LIKELY
                        : GALEN_PROVEN,
      kind == GALEN_INCIDENT_QUORUM_LOSS ? GALEN_SEVERITY_CRITICAL : GALEN_SEVERITY_WARNING,
      g_strdup_printf("%s|%" G_GINT64_FORMAT, galen_uuid_write(&before->view_rep, rep), before->view_seq));
  const GalenFact *sign = NULL;
  gint64 from = galen_proof_missed(proof, loss->lost, loss->nodes, loss->from, &sign);
  gboolean running = FALSE;
  for (guint i = 0; i < loss->stretches->len; i++)
    running |= g_array_index(loss->stretches, Stretch, i).running;
  galen_proof_window(self, from, galen_proof_error(first->node, sign),
                     after != NULL ? after->from
                     : running     ? GALEN_TIME_NONE
                                   : loss->to,
                     galen_proof_error(first->node, NULL));
  self->ongoing = after == NULL && running;
  self->exposure_from = from;
  for (guint i = 0; i < loss->nodes->len; i++)
    galen_proof_add_name(self->nodes, loss->nodes->pdata[i]);
  for (guint i = 0; i < loss->lost->len; i++)
    galen_proof_add_name(self->nodes, loss->lost->pdata[i]);
  for (guint i = 0; first->first->members != NULL && i < first->first->members->len; i++)
    galen_proof_add_name(self->nodes, first->first->members->pdata[i]);
  galen_proof_show(self, sign);
  quorum_evidence(self, loss, after);
  quorum_words(proof, self, loss, after);
  g_autofree char *lost = galen_proof_names(loss->lost);
  g_autofree char *when = galen_proof_time(from);
  if (kind == GALEN_INCIDENT_UNDETERMINED) {
    g_free(self->title);
    g_free(self->verdict);
    g_autofree char *nodes = galen_proof_names(loss->nodes);
    self->title =
        g_strdup_printf("%s lost the primary component; whether %s went on is not in these logs", nodes, lost);
    self->verdict = g_strdup_printf(
        "From %s on %s was non-primary%s. %s may be a majority and have no log here: they may have gone on, or all may "
        "have been down.",
        when, nodes, by_hand ? ", until pc.bootstrap made it primary by hand: a split brain when the others were" : "",
        lost);
    g_clear_pointer(&self->cause, g_free);
  }
  if (!unsure)
    doubt_weights(proof, self, loss);
  if (unsure)
    galen_proof_say(self->needs, g_strdup_printf("the error logs of %s from %s on", lost, when));
  galen_proof_say(
      self->would_change,
      g_strdup_printf("A primary component of %s in this time would make it the loss of single nodes, or a split "
                      "brain.",
                      lost));
}

/* An isolated node: the others went on, as the count of views says, though their logs are not here; `n` times. */
static void isolated(GalenProof *proof, const Stretch *stretches, guint n) {
  const Stretch *first = &stretches[0], *last = &stretches[n - 1];
  GalenIncident *self = galen_proof_incident(proof, n > 1 ? GALEN_INCIDENT_FLAPPING : GALEN_INCIDENT_NODE_LOSS,
                                             GALEN_LIKELY, GALEN_SEVERITY_WARNING,
                                             galen_proof_identity(first->node, first->first->component, first->from));
  const GalenFact *sign = NULL;
  const char *name = first->node->name;
  g_autoptr(GPtrArray) me = g_ptr_array_new_with_free_func(g_free), lost = lost_members(proof, first);
  galen_proof_add_name(me, name);
  gint64 from = galen_proof_missed(proof, lost, me, first->from, &sign);
  galen_proof_window(self, from, galen_proof_error(first->node, sign), last->to, galen_proof_error(first->node, NULL));
  galen_proof_add_name(self->nodes, name);
  galen_proof_show(self, sign);
  for (guint i = 0; i < n; i++) {
    galen_proof_show(self, stretches[i].first->view);
    galen_proof_show(self, stretches[i].after->quorum);
  }
  g_autofree char *others = galen_proof_names(lost), *when = galen_proof_time(from);
  g_autofree char *times = n > 1 ? g_strdup_printf(" %u times", n) : g_strdup("");
  self->title = g_strdup_printf("%s was cut off from the cluster%s", name, times);
  self->cause = g_strdup_printf("it lost sight of %s", others);
  self->verdict = g_strdup_printf(
      "%s was non-primary%s from %s on while the others went on, as their count of views shows when it came back.",
      name, times, when);
  galen_proof_say(self->needs, g_strdup_printf("the error logs of %s from %s on", others, when));
  galen_proof_say(self->advice, g_strdup("Look at the network and at the load of this host at that time."));
}

/* Those of each node: many in a row are one story. */
static void all_isolated(GalenProof *proof, const GArray *cut, const GalenClusterRow *row) {
  for (guint k = 0; k < row->nodes->len; k++) {
    g_autoptr(GArray) mine = g_array_new(FALSE, FALSE, sizeof(Stretch));
    for (guint i = 0; i < cut->len; i++)
      if (g_array_index(cut, Stretch, i).node == row->nodes->pdata[k])
        g_array_append_vals(mine, &g_array_index(cut, Stretch, i), 1);
    for (guint i = 0, n = 1; i < mine->len; i += n, n = 1) {
      const Stretch *at = &g_array_index(mine, Stretch, i);
      while (i + n < mine->len && at[n].from - at[n - 1].from <= GALEN_PROOF_FLAPPING_WINDOW)
        n++;
      gboolean flaps = n >= GALEN_PROOF_FLAPPING_LOSSES;
      for (guint j = 0; j < n; j += flaps ? n : 1)
        isolated(proof, &at[j], flaps ? n : 1);
    }
  }
}

/* A start that fails hangs while it gives up: its peers lose it, and it them. */
static gboolean gave_up(const Stretch *stretch) {
  const GalenProcess *process = stretch->first->process;
  return process != NULL && process->end == GALEN_END_ABORT &&
         galen_proof_process_fact(process, GALEN_FACT_READY) == NULL;
}

static gint by_begin(gconstpointer a, gconstpointer b) {
  const Stretch *x = a, *y = b;
  return x->from != y->from ? (x->from < y->from ? -1 : 1) : strcmp(x->node->name, y->node->name);
}

static void add_to_loss(const GalenProof *proof, Loss *loss, const Stretch *stretch) {
  if (loss->stretches->len == 0) {
    loss->from = stretch->from;
    loss->to = stretch->to;
  }
  loss->to = MAX(loss->to, stretch->to);
  g_array_append_vals(loss->stretches, stretch, 1);
  gboolean comes_back = stretch->first->process != stretch->before->process;
  if (comes_back && loss->nodes->len > 0)
    return;
  galen_proof_add_name(loss->nodes, stretch->node->name);
  g_autoptr(GPtrArray) lost = lost_members(proof, stretch);
  for (guint i = 0; i < lost->len; i++)
    galen_proof_add_name(loss->lost, lost->pdata[i]);
}

static void close_loss(GalenProof *proof, Loss *loss) {
  if (loss->stretches->len > 0)
    quorum_loss(proof, loss);
  g_array_set_size(loss->stretches, 0);
  g_ptr_array_set_size(loss->nodes, 0);
  g_ptr_array_set_size(loss->lost, 0);
}

static void losses_of_row(GalenProof *proof, GalenClusterRow *row) {
  g_autoptr(GArray) stretches = g_array_new(FALSE, FALSE, sizeof(Stretch));
  for (guint i = 0; i < row->nodes->len; i++)
    find_stretches(stretches, row->nodes->pdata[i]);
  g_array_sort(stretches, by_begin);
  g_autoptr(GArray) cut = g_array_new(FALSE, FALSE, sizeof(Stretch));
  Loss loss = {.row = row,
               .stretches = g_array_new(FALSE, FALSE, sizeof(Stretch)),
               .nodes = g_ptr_array_new_with_free_func(g_free),
               .lost = g_ptr_array_new_with_free_func(g_free)};
  for (guint i = 0; i < stretches->len; i++) {
    const Stretch *stretch = &g_array_index(stretches, Stretch, i);
    guint64 down = G_GUINT64_CONSTANT(1) << GALEN_INCIDENT_CLUSTER_DOWN | G_GUINT64_CONSTANT(1)
                                                                              << GALEN_INCIDENT_SPLIT_BRAIN;
    g_autoptr(GPtrArray) lost = lost_members(proof, stretch);
    if (elsewhere(proof, stretch, row) ||
        galen_proof_explained(proof, down, stretch->node->name, stretch->from, stretch->to))
      continue;
    if (may_have_gone_on(proof, row, stretch, lost) && others_went_on(stretch)) {
      if (!gave_up(stretch))
        g_array_append_vals(cut, stretch, 1);
      continue;
    }
    if (loss.stretches->len > 0 && stretch->from > loss.to + GALEN_PROOF_SECOND)
      close_loss(proof, &loss);
    add_to_loss(proof, &loss, stretch);
  }
  close_loss(proof, &loss);
  all_isolated(proof, cut, row);
  g_array_unref(loss.stretches);
  g_ptr_array_unref(loss.nodes);
  g_ptr_array_unref(loss.lost);
}

/* ---- all down ---- */

static gboolean died(const GalenProcess *process) {
  return process != NULL && (process->end == GALEN_END_KILL || process->end == GALEN_END_CRASH);
}

/* Whether a member without a log was another incarnation afterwards: it had died, too. */
static gboolean reborn(const GalenProof *proof, const GalenPrim *before, const char *name, gint64 since) {
  for (guint i = 0; i < proof->prims->len; i++) {
    const GalenPrim *after = proof->prims->pdata[i];
    if (after->row != before->row || after->from < since || !galen_prim_has(after, name))
      continue;
    guint kept = 0;
    for (guint j = 0; j < after->uuids->len; j++)
      for (guint k = 0; k < before->uuids->len; k++)
        if (galen_uuid_same(&g_array_index(after->uuids, GalenUuid, j), &g_array_index(before->uuids, GalenUuid, k)))
          kept++;
    return kept == 0 && after->uuids->len > 0 && before->uuids->len > 0;
  }
  return FALSE;
}

typedef struct {
  gint64 last, next; /* last sign of life of any member; first start after it */
  const GalenFact *start;
  gboolean all, sure;
} Down;

static Down all_died(const GalenProof *proof, const GalenPrim *prim) {
  Down self = {.last = prim->from, .next = G_MAXINT64, .all = TRUE, .sure = TRUE};
  for (guint i = 0; i < prim->members->len && self.all; i++) {
    const char *name = prim->members->pdata[i];
    const GalenNode *node = galen_history_node(proof->history, name);
    const GalenComponent *seen = node != NULL ? galen_prim_seen_by(prim, node) : NULL;
    if (galen_proof_arbitrator(proof, name))
      continue;
    if (seen == NULL) {
      self.all &= node != NULL && !node->has_log && reborn(proof, prim, name, prim->from + 1);
      continue;
    }
    const GalenProcess *next = seen->process != NULL ? galen_proof_next_process(node, seen->process->from) : NULL;
    self.all &= seen->open && died(seen->process) && next != NULL;
    if (!self.all)
      break;
    self.sure &= galen_proof_surely_died(seen->process);
    self.last = MAX(self.last, galen_proof_alive(proof, node, seen->process->to, next->from));
    if (next->from < self.next) {
      self.next = next->from;
      self.start = next->start;
    }
  }
  self.all &= self.next != G_MAXINT64 && self.next >= self.last;
  return self;
}

static void cluster_down(GalenProof *proof, const GalenPrim *prim, const Down *down) {
  const GalenPrim *after = NULL;
  for (guint i = 0; after == NULL && i < proof->prims->len; i++) {
    const GalenPrim *one = proof->prims->pdata[i];
    after = one->row == prim->row && one->from >= down->next ? one : NULL;
  }
  char rep[GALEN_UUID_TEXT];
  GalenIncident *self = galen_proof_incident(
      proof, GALEN_INCIDENT_CLUSTER_DOWN, down->sure ? GALEN_PROVEN : GALEN_LIKELY, GALEN_SEVERITY_CRITICAL,
      g_strdup_printf("%s|%" G_GINT64_FORMAT, galen_uuid_write(&prim->rep, rep), prim->seq));
  gint64 about = 0, from = galen_proof_died_about(down->last, down->next, &about);
  galen_proof_window(self, from, prim->error == G_MAXINT64 ? about : about + prim->error,
                     after != NULL ? after->from : GALEN_TIME_NONE, prim->error);
  self->ongoing = after == NULL;
  for (guint i = 0; i < prim->members->len; i++)
    if (!galen_proof_arbitrator(proof, prim->members->pdata[i]))
      galen_proof_add_name(self->nodes, prim->members->pdata[i]);
  for (guint i = 0; i < prim->seen->len; i++) {
    const GalenComponent *seen = prim->seen->pdata[i];
    const GalenProcess *next = galen_proof_next_process(seen->node, seen->process->from);
    galen_proof_show(self, seen->process->end_fact);
    galen_proof_show(self, next != NULL ? next->start : NULL);
    galen_proof_show(self, next != NULL ? next->position : NULL);
  }
  if (after != NULL && after->seen->len > 0)
    galen_proof_show(self, ((const GalenComponent *)after->seen->pdata[0])->quorum);
  g_autofree char *nodes = galen_proof_names(self->nodes), *last = galen_proof_time(down->last),
                  *next = galen_proof_time(down->next);
  self->title = g_strdup_printf("The whole cluster went down: %s", nodes);
  self->cause = g_strdup("all members died without a shutdown: power, a hypervisor, kill, or one cause for all");
  g_autofree char *again = galen_proof_time(self->to);
  self->verdict = g_strdup_printf(
      "%s all ended without a shutdown between %s, their last sign of life, and %s, the first start after it. %s%s.",
      nodes, last, next,
      after == NULL                       ? "No primary component came back in these logs"
      : after->boot == GALEN_BOOT_STARTUP ? "A bootstrap by hand made it primary again at "
      : after->boot == GALEN_BOOT_RUNTIME ? "pc.bootstrap made it primary again at "
                                          : "It was primary again at ",
      after == NULL ? "" : again);
  galen_proof_say(self->advice, g_strdup("Find the common cause first: a second outage of the same kind is likely."));
  galen_proof_say(
      self->advice,
      g_strdup(
          "With gvwstate.dat on all members plain starts of all of them bring it back. Otherwise compare the recovered "
          "positions (--wsrep-recover) and bootstrap the highest, once all are known."));
  galen_proof_say(self->would_change,
                  g_strdup("A slow log with statements in this time would show that a node lived on."));
}

void galen_proof_quorum(GalenProof *proof) {
  for (guint i = 0; i < proof->prims->len; i++) {
    const GalenPrim *prim = proof->prims->pdata[i];
    if (prim->seen->len == 0)
      continue;
    Down down = all_died(proof, prim);
    if (down.all)
      cluster_down(proof, prim, &down);
  }
  for (guint i = 0; i < proof->history->clusters->len; i++) {
    GalenClusterRow *row = proof->history->clusters->pdata[i];
    if (!row->group_replication)
      losses_of_row(proof, row);
  }
}
