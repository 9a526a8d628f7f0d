/* What these logs cannot show: silence is not health. */
#include "proof_group.h"

#define MISSING_MAX 20u                     /* gaps of one node that are told one by one */
#define CUT_SLACK (60 * GALEN_PROOF_SECOND) /* members log each change of members at once; later than this is never */

static GalenIncident *gap(GalenProof *proof, const char *name, char *identity) {
  GalenIncident *self =
      galen_proof_incident(proof, GALEN_INCIDENT_COVERAGE_GAP, GALEN_PROVEN, GALEN_SEVERITY_WARNING, identity);
  galen_proof_add_name(self->nodes, name);
  galen_proof_say(
      self->advice,
      g_strdup("Find out whether the log was switched off, rotated away, written elsewhere, or not shipped."));
  return self;
}

static void unlogged_words(GalenIncident *self, const GalenNode *node, gint64 since, gint64 until) {
  self->title = g_strdup_printf("No log of %s", node->name);
  self->verdict = g_strdup_printf(
      "%s was a member of the cluster, as the others' logs show, and no error log of its own was given: what it did "
      "alone is unknown.",
      node->name);
  g_autofree char *from = galen_proof_time(since), *to = galen_proof_time(until);
  galen_proof_say(self->needs, g_strdup_printf("the error log of %s from %s to %s", node->name, from, to));
}

/* The views of others that the node is in, behind `after`: the first one, and how long it is a member. */
static const GalenFact *group_views(const GalenProof *proof, const GalenNode *node, gint64 after, gint64 *ret_to,
                                    const GalenNode **ret_by) {
  const GalenClusterRow *row = galen_group_row(proof, node);
  const GalenFact *first = NULL;
  for (guint i = 0; row != NULL && i < row->nodes->len; i++) {
    const GalenNode *other = row->nodes->pdata[i];
    gboolean in = FALSE;
    for (guint k = 0; other != node && k < other->facts->len; k++) {
      const GalenFact *fact = other->facts->pdata[k];
      if (fact->kind != GALEN_FACT_GR_VIEW || fact->time == GALEN_TIME_NONE || fact->time <= after)
        continue;
      gboolean before = in;
      in = galen_group_names(proof, fact, node);
      if (in && (first == NULL || fact->time < first->time)) {
        first = fact;
        *ret_by = other;
      }
      *ret_to = in || before ? MAX(*ret_to, fact->time) : *ret_to;
    }
    *ret_to = in ? MAX(*ret_to, other->last) : *ret_to;
  }
  return first;
}

static void unlogged_group(GalenProof *proof, const GalenNode *node) {
  const GalenNode *by = NULL;
  gint64 to = G_MININT64;
  const GalenFact *first = group_views(proof, node, G_MININT64, &to, &by);
  if (first == NULL) /* others only called it unreachable, or removed it */
    to = galen_group_missed(proof, node, G_MININT64, G_MAXINT64, &first);
  if (first == NULL)
    return;
  GalenIncident *self = gap(proof, node->name, g_strdup_printf("%s|no log", node->name));
  by = by != NULL ? by : node;
  galen_proof_window(self, first->time, galen_proof_error(by, first), to, galen_proof_error(by, NULL));
  galen_proof_show(self, first);
  unlogged_words(self, node, first->time, to);
}

/* A member that others name, without a log of its own. */
static void unlogged(GalenProof *proof, const GalenNode *node) {
  const GalenPrim *first = NULL, *last = NULL;
  for (guint i = 0; i < proof->prims->len; i++) {
    const GalenPrim *prim = proof->prims->pdata[i];
    if (!galen_prim_has(prim, node->name))
      continue;
    first = first == NULL ? prim : first;
    last = prim;
  }
  if (first == NULL || first->seen->len == 0) {
    unlogged_group(proof, node);
    return;
  }
  GalenIncident *self = gap(proof, node->name, g_strdup_printf("%s|no log", node->name));
  galen_proof_window(self, first->from, first->error, last->to, last->error);
  galen_proof_show(self, ((const GalenComponent *)first->seen->pdata[0])->view);
  unlogged_words(self, node, first->from, last->to);
}

static void cut_words(GalenIncident *self, const GalenNode *node, gint64 time) {
  g_autofree char *last = galen_proof_time(node->last), *then = galen_proof_time(time);
  self->title = g_strdup_printf("The log of %s ends too early", node->name);
  self->verdict = g_strdup_printf(
      "The last line of %s is of %s; at %s it was a member of a new view, which every member writes down.", node->name,
      last, then);
  galen_proof_say(self->needs, g_strdup_printf("the error log of %s after %s", node->name, last));
}

static void cut_short_group(GalenProof *proof, const GalenNode *node) {
  const GalenNode *by = NULL;
  gint64 to = G_MININT64;
  const GalenFact *first = group_views(proof, node, node->last + CUT_SLACK, &to, &by);
  if (first == NULL)
    return;
  GalenIncident *self = gap(proof, node->name, galen_proof_identity(node, NULL, node->last));
  galen_proof_window(self, node->last, galen_proof_error(node, NULL), to, galen_proof_error(by, first));
  galen_proof_show(self, first);
  cut_words(self, node, first->time);
}

/* A change of members that the node took part in and did not write: its log ends too early. */
static void cut_short(GalenProof *proof, const GalenNode *node) {
  const GalenProcess *process = node->processes->len > 0 ? node->processes->pdata[node->processes->len - 1] : NULL;
  if (node->last == GALEN_TIME_NONE || process == NULL || process->end != GALEN_END_RUNNING)
    return;
  for (guint i = 0; i < proof->prims->len; i++) {
    const GalenPrim *prim = proof->prims->pdata[i];
    if (prim->from <= node->last + CUT_SLACK || !galen_prim_has(prim, node->name) ||
        galen_prim_seen_by(prim, node) != NULL || prim->seen->len == 0)
      continue;
    GalenIncident *self = gap(proof, node->name, galen_proof_identity(node, NULL, node->last));
    galen_proof_window(self, node->last, galen_proof_error(node, NULL), prim->to, prim->error);
    galen_proof_show(self, ((const GalenComponent *)prim->seen->pdata[0])->view);
    cut_words(self, node, prim->from);
    return;
  }
  cut_short_group(proof, node);
}

/* Bytes that are gone from the middle of a log. */
static void holes(GalenProof *proof, const GalenNode *node) {
  GalenIncident *self = NULL;
  guint n = 0;
  gint64 before = node->first;
  for (guint i = 0; i < node->facts->len; i++) {
    const GalenFact *fact = node->facts->pdata[i];
    if (fact->time == GALEN_TIME_NONE)
      continue;
    if (fact->gap_before) {
      if (self == NULL) {
        self = gap(proof, node->name, galen_proof_identity(node, fact, fact->time));
        galen_proof_window(self, before == GALEN_TIME_NONE ? fact->time : MIN(before, fact->time), -1, fact->time,
                           galen_proof_error(node, fact));
      }
      self->to = MAX(self->to, fact->time);
      galen_proof_show(self, fact);
      n++;
    }
    before = fact->time;
  }
  if (self == NULL)
    return;
  g_autofree char *from = galen_proof_time(self->from), *to = galen_proof_time(self->to);
  self->title = g_strdup_printf("Parts of the log of %s are missing", node->name);
  self->verdict = g_strdup_printf(
      "Bytes are missing in %u place%s of the log of %s between %s and %s. No state of that time was guessed.", n,
      n == 1 ? "" : "s", node->name, from, to);
  galen_proof_say(self->needs, g_strdup_printf("an undamaged log of %s from %s to %s", node->name, from, to));
}

/* Lines that are gone without a trace: one gap for each. */
static void missing(GalenProof *proof, const GalenNode *node) {
  for (guint i = 0; i < node->holes->len && i < MISSING_MAX; i++) {
    const GalenHole *hole = &g_array_index(node->holes, GalenHole, i);
    GalenIncident *self = gap(proof, node->name, galen_proof_identity(node, hole->after, hole->from));
    galen_proof_window(self, hole->from, galen_proof_error(node, hole->before), hole->to,
                       galen_proof_error(node, hole->after));
    galen_proof_show(self, hole->before);
    galen_proof_show(self, hole->after);
    g_autofree char *from = galen_proof_time(hole->from), *to = galen_proof_time(hole->to);
    self->title = g_strdup_printf("Lines of %s are missing between %s and %s", node->name, from, to);
    self->verdict =
        g_strdup_printf("Lines of the log of %s are missing between %s and %s: %s, so that what follows cannot "
                        "follow what stands before. What the node did there is unknown.",
                        node->name, from, to, hole->why);
    galen_proof_say(self->needs, g_strdup_printf("an undamaged log of %s from %s to %s", node->name, from, to));
  }
}

void galen_proof_coverage(GalenProof *proof) {
  for (guint i = 0; i < proof->history->nodes->len; i++) {
    const GalenNode *node = proof->history->nodes->pdata[i];
    if (node->arbitrator)
      continue;
    if (!node->has_log)
      unlogged(proof, node);
    else
      cut_short(proof, node);
    holes(proof, node);
    missing(proof, node);
  }
}
