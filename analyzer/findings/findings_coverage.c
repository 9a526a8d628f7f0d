/* Coverage: silence is not health. */
#include "findings_private.h"

#include "../report/words.h"

typedef struct {
  const char *name;
  guint64 events;
  gint64 last; /* of its slow logs */
  const GalenInputRow *row;
} Node;

typedef struct {
  GalenReport *report;
  GArray *nodes;     /* of Node, by name */
  gint64 begin, end; /* of what the slow logs cover, inside the window asked for */
  guint listed, unlisted;
} Coverage;

static const char advice_text[] = "Check on the server that slow_query_log is ON and that its file still grows, and "
                                  "that whatever copies the log still "
                                  "runs. A quiet server is possible, too: then mute this finding.";

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
      Node fresh = {row->node, 0, GALEN_TIME_NONE, row};
      g_array_append_val(self->nodes, fresh);
      node = &g_array_index(self->nodes, Node, self->nodes->len - 1);
    }
    node->events += row->account.events;
    if (!g_str_equal(row->kind, "slow-log") || row->account.first == GALEN_TIME_NONE)
      continue;
    node->last = MAX(node->last, row->account.last);
    self->begin = self->begin == GALEN_TIME_NONE ? row->account.first : MIN(self->begin, row->account.first);
    self->end = MAX(self->end, row->account.last);
  }
}

static void add_gap(Coverage *self, const char *name, char *title, char *detail, gint64 since) {
  if (self->listed++ >= GALEN_FINDINGS_OF_A_KIND) {
    self->unlisted++;
    g_free(title);
    g_free(detail);
    return;
  }
  GalenFinding *finding =
      galen_findings_add(self->report, GALEN_SEVERITY_WARNING, g_strconcat("coverage-gap:", name, NULL), title, detail,
                         g_strdup(advice_text));
  g_ptr_array_add(finding->nodes, g_strdup(name));
  finding->from = since;
  finding->to = self->end;
}

static void check_empty(Coverage *self, const Node *node) {
  add_gap(self, node->name, g_strdup_printf("No event from %s", node->name),
          is_blank(node->row) ? g_strdup_printf("%s is empty.", node->row->path)
                              : g_strdup_printf("%s is a %s of %s without any event in it.", node->row->path,
                                                node->row->kind, node->name),
          GALEN_TIME_NONE);
}

static void check_before_window(Coverage *self, const Node *node) {
  g_autofree char *last = galen_words_time(node->last, self->report->zone, 0);
  add_gap(self, node->name, g_strdup_printf("No event from %s in the window", node->name),
          g_strdup_printf("The last one is of %s (%s), before the window begins.", last, self->report->zone_name),
          node->last);
}

static void check_silence(Coverage *self, const Node *node) {
  gint64 limit = MAX(GALEN_SILENT_US, (self->end - self->begin) / GALEN_SILENT_PART);
  if (self->end - node->last <= limit)
    return;
  g_autofree char *last = galen_words_time(node->last, self->report->zone, 0);
  g_autofree char *silent = galen_words_duration((double)(self->end - node->last));
  g_autofree char *allowed = galen_words_duration((double)limit);
  add_gap(self, node->name, g_strdup_printf("No event from %s for the last %s", node->name, silent),
          g_strdup_printf("The last one is of %s (%s), %s before the end of the window. Silence is reported above %s "
                          "(6 h, or a quarter of the window if that is longer).",
                          last, self->report->zone_name, silent, allowed),
          node->last);
}

static void check_node(Coverage *self, const Node *node) {
  const GalenReport *report = self->report;
  if (node->events == 0)
    check_empty(self, node);
  else if (node->last == GALEN_TIME_NONE)
    return; /* it has events, and none with a time: "untimed" says so */
  else if (report->requested && report->requested_from != GALEN_TIME_NONE && node->last < report->requested_from)
    check_before_window(self, node);
  else
    check_silence(self, node);
}

static gboolean is_known(const Coverage *self, const char *name) {
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
  Coverage self = {.report = report, .begin = GALEN_TIME_NONE, .end = GALEN_TIME_NONE};
  self.nodes = g_array_new(FALSE, FALSE, sizeof(Node));
  collect(&self);
  if (report->requested && report->requested_to != GALEN_TIME_NONE)
    self.end = report->requested_to;
  if (report->requested && report->requested_from != GALEN_TIME_NONE)
    self.begin = MAX(self.begin, report->requested_from);
  check_expected(&self, options->expect_nodes);
  for (guint i = 0; i < self.nodes->len; i++)
    check_node(&self, &g_array_index(self.nodes, Node, i));
  if (self.unlisted > 0)
    galen_findings_add(report, GALEN_SEVERITY_WARNING, g_strdup("coverage-gap:further"),
                       g_strdup_printf("No event from %u further nodes", self.unlisted),
                       g_strdup("They are silent as those above."), g_strdup(advice_text));
  g_array_unref(self.nodes);
}
