/* Coverage: silence is not health. */
#include "findings_private.h"

#include "../report/build.h"
#include "../report/nothing.h"
#include "../words.h"

typedef struct {
  const char *name;
  guint64 events;
  gboolean slow;      /* one of its inputs is a slow log */
  gint64 first, last; /* of its slow logs */
  const GalenInputRow *row;
} Node;

typedef struct {
  GalenReport *report;
  GArray *nodes; /* of Node, by name */
  gint64 begin;  /* of what the slow logs cover, inside the window asked for; it ends at gaps.end */
  GalenFindingGaps gaps;
  guint silent; /* of the nodes */
} Coverage;

static const char advice_text[] = "Check on the server that slow_query_log is ON and that its file still grows, and "
                                  "that whatever copies the log still "
                                  "runs. A quiet server is possible, too: then mute this finding.";

static const char advice_silence[] =
    "Look whether slow_query_log was off then, whether a rotated file is missing, and what "
    "the error log of that time says. A server that was quiet is possible, too: then mute "
    "this finding.";

/* A log that nothing was written to: of which kind, nobody can tell. */
static gboolean is_blank(const GalenInputRow *row) {
  return g_str_equal(row->kind, "unknown") && row->problem == NULL && row->complete && row->account.bytes == 0;
}

static gboolean is_log(const GalenInputRow *row) {
  return is_blank(row) || g_str_equal(row->kind, "slow-log") || g_str_equal(row->kind, "error-log") ||
         g_str_equal(row->kind, "general-log");
}

/* The report's inputs are sorted by node. */
static void collect(Coverage *self) {
  for (guint i = 0; i < self->report->inputs->len; i++) {
    const GalenInputRow *row = g_ptr_array_index(self->report->inputs, i);
    if (!is_log(row) || row->node == NULL)
      continue;
    Node *node = self->nodes->len > 0 ? &g_array_index(self->nodes, Node, self->nodes->len - 1) : NULL;
    if (node == NULL || !g_str_equal(node->name, row->node)) {
      Node fresh = {row->node, 0, FALSE, GALEN_TIME_NONE, GALEN_TIME_NONE, row};
      g_array_append_val(self->nodes, fresh);
      node = &g_array_index(self->nodes, Node, self->nodes->len - 1);
    }
    node->events += row->account.events;
    node->slow = node->slow || !g_str_equal(row->kind, "error-log");
    if (!g_str_equal(row->kind, "slow-log") || row->account.first == GALEN_TIME_NONE)
      continue;
    node->first = node->first == GALEN_TIME_NONE ? row->account.first : MIN(node->first, row->account.first);
    node->last = MAX(node->last, row->account.last);
    self->begin = self->begin == GALEN_TIME_NONE ? row->account.first : MIN(self->begin, row->account.first);
    self->gaps.end = MAX(self->gaps.end, row->account.last);
  }
}

static void add_gap(Coverage *self, const char *name, char *title, char *detail, gint64 since) {
  galen_findings_add_gap(&self->gaps, name, g_strconcat("coverage-gap:", name, NULL), title, detail, since);
}

static void check_empty(Coverage *self, const Node *node) {
  add_gap(self, node->name, g_strdup_printf("No event from %s", node->name),
          is_blank(node->row) ? g_strdup_printf("%s is empty.", node->row->path)
                              : g_strdup_printf("%s is a %s of %s without any event in it.", node->row->path,
                                                node->row->kind, node->name),
          GALEN_TIME_NONE);
}

/* Whether the report counted nothing of the node. With filters, or with nodes that have no row, nobody can tell. */
static gboolean is_uncounted(const GalenReport *report, const char *name) {
  const GPtrArray *shares = report->shares[GALEN_TOP_NODE];
  if (report->filtered || (shares->len == 0 && report->total.count > 0))
    return FALSE;
  for (guint i = 0; i < shares->len; i++) {
    const GalenShare *share = g_ptr_array_index(shares, i);
    if (share->remainder || g_strcmp0(share->name, name) == 0)
      return FALSE;
  }
  return TRUE;
}

/* Why nothing of a node that has events is in the window asked for; NULL: something is. */
static char *outside_window(const Coverage *self, const Node *node) {
  const GalenReport *report = self->report;
  gint64 from = report->requested_from, to = report->requested_to;
  if (!report->requested)
    return NULL;
  if (node->last == GALEN_TIME_NONE)
    return g_strdup("None of its events has a sure time: whether they fall in the window, nobody can tell.");
  g_autofree char *first = galen_words_time(node->first, report->zone, 0);
  g_autofree char *last = galen_words_time(node->last, report->zone, 0);
  if (from != GALEN_TIME_NONE && node->last < from)
    return g_strdup_printf("The last one is of %s (%s), before the window begins.", last, report->zone_name);
  if (to != GALEN_TIME_NONE && node->first >= to)
    return g_strdup_printf("The first one is of %s (%s), after the window ends.", first, report->zone_name);
  if (is_uncounted(report, node->name))
    return g_strdup_printf("Its events, from %s to %s (%s), are all before or after the window.", first, last,
                           report->zone_name);
  return NULL;
}

static void check_silence(Coverage *self, const Node *node) {
  gint64 limit = MAX(GALEN_SILENT_US, (self->gaps.end - self->begin) / GALEN_SILENT_PART);
  if (self->gaps.end - node->last <= limit)
    return;
  g_autofree char *last = galen_words_time(node->last, self->report->zone, 0);
  g_autofree char *silent = galen_words_duration((double)(self->gaps.end - node->last));
  g_autofree char *allowed = galen_words_duration((double)limit);
  add_gap(self, node->name, g_strdup_printf("No event from %s for the last %s", node->name, silent),
          g_strdup_printf("The last one is of %s (%s), %s before the end of the window. Silence is reported above %s "
                          "(6 h, or a quarter of the window if that is longer).",
                          last, self->report->zone_name, silent, allowed),
          node->last);
}

/* How much of a silence is in the window asked for. */
static gint64 inside_window(const GalenReport *report, const GalenSilence *silence) {
  gint64 from = silence->from, to = silence->to;
  if (report->requested_from != GALEN_TIME_NONE)
    from = MAX(from, report->requested_from);
  if (report->requested_to != GALEN_TIME_NONE)
    to = MIN(to, report->requested_to);
  return to - from;
}

/* "In its log, line 4711, it goes on at …"; the line of a log's first statement is not kept. */
static char *silence_detail(const GalenReport *report, const GalenSilence *silence, guint further) {
  g_autofree char *from = galen_words_time(silence->from, report->zone, 0);
  g_autofree char *to = galen_words_time(silence->to, report->zone, 0);
  g_autofree char *usual = galen_words_duration((double)silence->usual);
  g_autofree char *line =
      silence->line > 0 ? g_strdup_printf(", line %" G_GUINT64_FORMAT, silence->line) : g_strdup("");
  g_autofree char *more = g_strdup("");
  if (further > 0) {
    g_free(more);
    more = g_strdup_printf(" %u shorter silence%s like it.", further, further == 1 ? " is" : "s are");
  }
  return g_strdup_printf(
      "Its slow log has nothing from %s to %s (%s) and goes on in %s%s. The longest silence in it is %s "
      "otherwise, so this one is no quiet time of its own rhythm.%s",
      from, to, report->zone_name, silence->path, line, usual, more);
}

/* The longest of a node's silences inside its logs; the others are counted. */
static void check_inside(Coverage *self, const Node *node) {
  const GalenReport *report = self->report;
  const GalenSilence *longest = NULL;
  guint found = 0;
  for (guint i = 0; i < report->silences->len; i++) {
    const GalenSilence *silence = g_ptr_array_index(report->silences, i);
    if (!g_str_equal(silence->node, node->name) || inside_window(report, silence) < GALEN_SILENCE_US)
      continue;
    found++;
    if (longest == NULL || silence->to - silence->from > longest->to - longest->from)
      longest = silence;
  }
  if (longest == NULL)
    return;
  g_autofree char *length = galen_words_duration((double)(longest->to - longest->from));
  GalenFindingGaps gaps = self->gaps;
  gaps.end = longest->to;
  gaps.advice = advice_silence;
  galen_findings_add_gap(&gaps, node->name, g_strdup_printf("coverage-gap:%s:silence", node->name),
                         g_strdup_printf("No event from %s for %s, in the middle of its slow log", node->name, length),
                         silence_detail(report, longest, found - 1), longest->from);
  self->gaps.listed = gaps.listed;
  self->gaps.unlisted = gaps.unlisted;
}

static void check_node(Coverage *self, const Node *node) {
  if (node->events == 0) {
    self->silent++;
    if (!g_str_equal(node->row->kind, "general-log")) /* which is not analysed, as findings_quality.c says */
      check_empty(self, node);
    return;
  }
  if (!node->slow) /* findings_logs.c */
    return;
  char *outside = outside_window(self, node);
  if (outside != NULL) {
    self->silent++;
    add_gap(self, node->name, g_strdup_printf("No event from %s in the window", node->name), outside,
            node->last < self->gaps.end ? node->last : GALEN_TIME_NONE);
  } else if (node->last != GALEN_TIME_NONE) { /* otherwise "untimed" says so */
    check_silence(self, node);
    check_inside(self, node);
  }
}

/* Nothing is counted, and not every node has been named for it. */
static void check_nothing(Coverage *self) {
  GalenReport *report = self->report;
  if (report->total.count > 0 || galen_nothing_but_errors(report) ||
      (self->nodes->len > 0 && self->silent == self->nodes->len))
    return;
  g_autofree char *why = galen_nothing_sentence(report);
  galen_findings_add(report, GALEN_SEVERITY_WARNING, g_strdup("coverage-gap:all"),
                     g_strdup("No statement is counted in this report"), g_steal_pointer(&why),
                     g_strdup("Check the window and the filters that were asked for: this report says nothing about "
                              "the server."));
}

static gboolean is_known(const Coverage *self, const char *name) {
  for (guint i = 0; i < self->report->nodes->len; i++) {
    const GalenNodeRow *row = g_ptr_array_index(self->report->nodes, i);
    if (row->life != NULL && row->life->has_log && galen_history_is_called(self->report->history, row->life, name))
      return TRUE;
  }
  for (guint i = 0; i < self->nodes->len; i++)
    if (g_str_equal(g_array_index(self->nodes, Node, i).name, name))
      return TRUE;
  return FALSE;
}

static void check_expected(Coverage *self, const char *const *names) {
  for (guint i = 0; names != NULL && names[i] != NULL; i++) {
    g_autofree char *name = galen_words_clean(galen_slice(names[i], strlen(names[i])), 256);
    if (!is_known(self, name))
      add_gap(self, name, g_strdup_printf("No log of %s", name),
              g_strdup_printf("%s is expected (--expect-node), and no input is a log of it.", name), GALEN_TIME_NONE);
  }
}

void galen_findings_coverage(GalenReport *report, const GalenReportOptions *options) {
  Coverage self = {.report = report,
                   .begin = GALEN_TIME_NONE,
                   .gaps = {.report = report, .advice = advice_text, .end = GALEN_TIME_NONE}};
  self.nodes = g_array_new(FALSE, FALSE, sizeof(Node));
  collect(&self);
  if (report->requested && report->requested_to != GALEN_TIME_NONE)
    self.gaps.end = report->requested_to;
  if (report->requested && report->requested_from != GALEN_TIME_NONE)
    self.begin = MAX(self.begin, report->requested_from);
  check_expected(&self, options->expect_nodes);
  for (guint i = 0; i < self.nodes->len; i++)
    check_node(&self, &g_array_index(self.nodes, Node, i));
  check_nothing(&self);
  if (self.gaps.unlisted > 0)
    galen_findings_add(report, GALEN_SEVERITY_WARNING, g_strdup("coverage-gap:further"),
                       g_strdup_printf("No event from %u further nodes", self.gaps.unlisted),
                       g_strdup("They are silent as those above."), g_strdup(advice_text));
  g_array_unref(self.nodes);
}
