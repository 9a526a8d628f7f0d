#include "../../analyzer/findings/findings.h"
#include "report-sample.h"

typedef struct {
  GalenReport *report;
  GalenReportOptions options;
} Fixture;

/* A healthy report: one node, nothing to find. */
static void set_up(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  self->report = sample_report();
  self->options = (GalenReportOptions){.since = GALEN_TIME_NONE, .until = GALEN_TIME_NONE};
  GalenQuery *query = g_ptr_array_index(self->report->top, 0);
  g_ptr_array_set_size(query->advice, 0);
}

static void tear_down(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  galen_report_free(self->report);
}

static void build(Fixture *self) {
  galen_findings_build(self->report, &self->options);
}

static const GalenFinding *find(const Fixture *self, const char *id) {
  for (guint i = 0; i < self->report->findings->len; i++) {
    const GalenFinding *finding = g_ptr_array_index(self->report->findings, i);
    if (g_str_equal(finding->id, id))
      return finding;
  }
  return NULL;
}

static const GalenFinding *assert_found(const Fixture *self, const char *id, GalenSeverity severity) {
  const GalenFinding *finding = find(self, id);
  if (finding == NULL)
    g_error("no finding %s", id);
  g_assert_cmpint(finding->severity, ==, severity);
  g_assert_cmpstr(finding->title, !=, "");
  return finding;
}

/* Adds an input at its place: a report's inputs are sorted by node. */
static GalenInputRow *add_input(Fixture *self, const char *node, gint64 first, gint64 last) {
  g_autofree char *path = g_strconcat(node, "/slow.log", NULL);
  GalenInputRow *row = sample_input(node, path, first, last);
  g_ptr_array_add(self->report->inputs, row);
  return row;
}

static void test_healthy(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  build(self);
  g_assert_cmpuint(self->report->findings->len, ==, 0);
  g_assert_cmpint(self->report->status, ==, GALEN_STATUS_OK);
}

/* ---- coverage ---- */

static void test_empty_log(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  add_input(self, "node2", GALEN_TIME_NONE, GALEN_TIME_NONE);
  build(self);
  const GalenFinding *finding = assert_found(self, "coverage-gap:node2", GALEN_SEVERITY_WARNING);
  g_assert_cmpstr(finding->title, ==, "No event from node2");
  g_assert_cmpstr(g_ptr_array_index(finding->nodes, 0), ==, "node2");
  g_assert_cmpint(self->report->status, ==, GALEN_STATUS_WARNING);
}

/* A rotated set may have an empty file. */
static void test_empty_piece(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  add_input(self, "node1", GALEN_TIME_NONE, GALEN_TIME_NONE);
  build(self);
  g_assert_cmpuint(self->report->findings->len, ==, 0);
}

static void test_no_log(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  GalenInputRow *row = add_input(self, "node2", GALEN_TIME_NONE, GALEN_TIME_NONE);
  row->kind = "unknown";
  build(self);
  g_assert_cmpuint(self->report->findings->len, ==, 0);
}

static void test_expected(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  static const char *const names[] = {"node1", "node9", NULL};
  self->options.expect_nodes = names;
  build(self);
  assert_found(self, "coverage-gap:node9", GALEN_SEVERITY_WARNING);
  g_assert_null(find(self, "coverage-gap:node1"));
}

static void test_silent(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  /* node1 ends at 01:00. Six hours are allowed, and a quarter of the window when that is more. */
  add_input(self, "node2", SAMPLE_DAY, SAMPLE_DAY + 7 * SAMPLE_HOUR);
  build(self);
  g_assert_null(find(self, "coverage-gap:node1"));
  g_ptr_array_set_size(self->report->findings, 0);
  GalenInputRow *row = g_ptr_array_index(self->report->inputs, 1);
  row->account.last++;
  build(self);
  const GalenFinding *finding = assert_found(self, "coverage-gap:node1", GALEN_SEVERITY_WARNING);
  g_assert_nonnull(strstr(finding->title, "6 h 00 min"));
  g_assert_nonnull(strstr(finding->detail, "2026-11-24 01:00:00 (UTC)"));
  g_assert_cmpint(finding->from, ==, SAMPLE_DAY + SAMPLE_HOUR);
  g_assert_cmpint(finding->to, ==, row->account.last);
}

static void test_silent_in_a_long_window(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  GalenInputRow *row = g_ptr_array_index(self->report->inputs, 0);
  row->account.last = SAMPLE_DAY + 80 * SAMPLE_HOUR;
  add_input(self, "node2", SAMPLE_DAY, SAMPLE_DAY + 100 * SAMPLE_HOUR);
  build(self);
  g_assert_null(find(self, "coverage-gap:node1"));
  row->account.last = SAMPLE_DAY + 70 * SAMPLE_HOUR;
  build(self);
  assert_found(self, "coverage-gap:node1", GALEN_SEVERITY_WARNING);
}

/* A silence inside a log; a window that has little of it, or nothing else, says nothing of it. */
static void test_inside(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  static const gint64 hours[][2] = {{10, 24}, {30, 33}};
  for (guint i = 0; i < G_N_ELEMENTS(hours); i++) {
    GalenSilence *silence = g_new0(GalenSilence, 1);
    *silence = (GalenSilence){.node = g_strdup("node1"),
                              .from = SAMPLE_DAY + hours[i][0] * SAMPLE_HOUR,
                              .to = SAMPLE_DAY + hours[i][1] * SAMPLE_HOUR,
                              .usual = SAMPLE_HOUR / 20,
                              .path = "node1/slow.log",
                              .line = 4711};
    g_ptr_array_add(self->report->silences, silence);
  }
  ((GalenInputRow *)g_ptr_array_index(self->report->inputs, 0))->account.last = SAMPLE_DAY + 48 * SAMPLE_HOUR;
  build(self);
  const GalenFinding *finding = assert_found(self, "coverage-gap:node1:silence", GALEN_SEVERITY_WARNING);
  g_assert_cmpstr(finding->title, ==, "No event from node1 for 14 h 00 min, in the middle of its slow log");
  static const char *const words[] = {"2026-11-24 10:00:00 to 2026-11-25 00:00:00 (UTC)", "node1/slow.log, line 4711",
                                      "is 3 min 00 s otherwise", "1 shorter silence is like it"};
  for (guint i = 0; i < G_N_ELEMENTS(words); i++)
    g_assert_nonnull(strstr(finding->detail, words[i]));
  g_assert_cmpint(finding->from, ==, SAMPLE_DAY + 10 * SAMPLE_HOUR);
  g_assert_cmpint(finding->to, ==, SAMPLE_DAY + 24 * SAMPLE_HOUR);
  g_ptr_array_set_size(self->report->findings, 0);
  self->report->requested = TRUE;
  self->report->requested_from = SAMPLE_DAY + 23 * SAMPLE_HOUR;
  self->report->requested_to = SAMPLE_DAY + 48 * SAMPLE_HOUR;
  build(self);
  finding = assert_found(self, "coverage-gap:node1:silence", GALEN_SEVERITY_WARNING);
  g_assert_nonnull(strstr(finding->title, "3 h 00 min"));
  g_ptr_array_set_size(self->report->findings, 0);
  self->report->requested_to = SAMPLE_DAY + 31 * SAMPLE_HOUR;
  build(self);
  g_assert_null(find(self, "coverage-gap:node1:silence"));
}

/* What lies behind --until does not make the others silent; before --since nobody helps. */
static void test_window(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  add_input(self, "node2", SAMPLE_DAY, SAMPLE_DAY + 90 * SAMPLE_HOUR);
  self->report->requested = TRUE;
  self->report->requested_to = SAMPLE_DAY + 2 * SAMPLE_HOUR;
  build(self);
  g_assert_cmpuint(self->report->findings->len, ==, 0);
  self->report->requested_from = SAMPLE_DAY + SAMPLE_HOUR + 1;
  build(self);
  const GalenFinding *finding = assert_found(self, "coverage-gap:node1", GALEN_SEVERITY_WARNING);
  g_assert_nonnull(strstr(finding->title, "in the window"));
}

/* A log that ends long before --until: nobody else has to be there to see it. */
static void test_silent_before_until(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  self->report->requested = TRUE;
  self->report->requested_from = SAMPLE_DAY;
  self->report->requested_to = SAMPLE_DAY + 24 * SAMPLE_HOUR;
  build(self);
  const GalenFinding *finding = assert_found(self, "coverage-gap:node1", GALEN_SEVERITY_WARNING);
  g_assert_nonnull(strstr(finding->detail, "before the end of the window"));
  g_assert_cmpint(finding->to, ==, self->report->requested_to);
}

/* All of a node behind the window, around it, or without a time: nothing of it is counted. */
static void test_outside_window(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  g_ptr_array_add(self->report->shares[GALEN_TOP_NODE], galen_share_new(g_strdup("node1"), 4, 4000000, 1));
  add_input(self, "node2", SAMPLE_DAY + 3 * SAMPLE_HOUR, SAMPLE_DAY + 4 * SAMPLE_HOUR);
  add_input(self, "node3", SAMPLE_DAY - SAMPLE_HOUR, SAMPLE_DAY + 4 * SAMPLE_HOUR);
  GalenInputRow *untimed = add_input(self, "node4", GALEN_TIME_NONE, GALEN_TIME_NONE);
  untimed->account.events = untimed->account.untimed = 5;
  self->report->requested = TRUE;
  self->report->requested_from = SAMPLE_DAY;
  self->report->requested_to = SAMPLE_DAY + 2 * SAMPLE_HOUR;
  build(self);
  g_assert_null(find(self, "coverage-gap:node1"));
  g_assert_null(find(self, "coverage-gap:all"));
  static const char *const details[][2] = {{"coverage-gap:node2", "after the window ends"},
                                           {"coverage-gap:node3", "all before or after the window"},
                                           {"coverage-gap:node4", "has a sure time"}};
  for (gsize i = 0; i < G_N_ELEMENTS(details); i++)
    g_assert_nonnull(strstr(assert_found(self, details[i][0], GALEN_SEVERITY_WARNING)->detail, details[i][1]));
  g_assert_cmpint(find(self, "coverage-gap:node2")->from, ==, GALEN_TIME_NONE);
  g_assert_nonnull(strstr(assert_found(self, "untimed", GALEN_SEVERITY_INFO)->title, "left out"));
}

/* Filters can hide any node's events: who is silent is not known then, that nothing is counted is. */
static void test_nothing_counted(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  self->report->total.count = self->report->total.count_scaled = 0;
  self->report->filtered = TRUE;
  build(self);
  g_assert_cmpuint(self->report->findings->len, ==, 1);
  const GalenFinding *finding = assert_found(self, "coverage-gap:all", GALEN_SEVERITY_WARNING);
  g_assert_cmpstr(finding->detail, ==, "No statement of these logs passes the filters.");
  g_ptr_array_set_size(self->report->findings, 0);
  self->report->requested = TRUE;
  self->report->requested_to = SAMPLE_DAY;
  build(self);
  g_assert_cmpuint(self->report->findings->len, ==, 1);
  assert_found(self, "coverage-gap:node1", GALEN_SEVERITY_WARNING);
  g_assert_cmpint(self->report->status, ==, GALEN_STATUS_WARNING);
}

static void test_untimed_node(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  GalenInputRow *row = add_input(self, "node2", GALEN_TIME_NONE, GALEN_TIME_NONE);
  row->account.events = row->account.untimed = 5;
  build(self);
  g_assert_null(find(self, "coverage-gap:node2"));
}

static void test_many_nodes(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  for (guint i = 0; i < 50; i++) {
    g_autofree char *name = g_strdup_printf("z%02u", i);
    add_input(self, name, GALEN_TIME_NONE, GALEN_TIME_NONE);
  }
  build(self);
  g_assert_cmpuint(self->report->findings->len, ==, GALEN_FINDINGS_OF_A_KIND + 1);
  const GalenFinding *rest = assert_found(self, "coverage-gap:further", GALEN_SEVERITY_WARNING);
  g_assert_nonnull(strstr(rest->title, "30 further nodes"));
}

/* ---- quality ---- */

static void test_incomplete(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  GalenInputRow *row = g_ptr_array_index(self->report->inputs, 0);
  row->complete = FALSE;
  row->problem = g_strdup("the gzip data is cut");
  build(self);
  const GalenFinding *finding = assert_found(self, "incomplete:node1/slow.log", GALEN_SEVERITY_WARNING);
  g_assert_cmpstr(finding->title, ==, "node1/slow.log was read in part");
  g_assert_cmpstr(finding->detail, ==, "the gzip data is cut: read to byte 1\u2009000 (unpacked), 4 events counted.");
}

static void test_unreadable(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  GalenInputRow *row = add_input(self, "x", GALEN_TIME_NONE, GALEN_TIME_NONE);
  row->kind = "unknown";
  row->complete = FALSE;
  row->account.bytes = 0;
  row->problem = g_strdup("permission denied");
  build(self);
  const GalenFinding *finding = assert_found(self, "incomplete:x/slow.log", GALEN_SEVERITY_WARNING);
  g_assert_cmpstr(finding->title, ==, "x/slow.log was not read");
  g_assert_cmpuint(self->report->findings->len, ==, 1);
}

static void test_skipped(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  GalenInputRow *row = g_ptr_array_index(self->report->inputs, 0);
  galen_account_skip(&row->account, "entry without its beginning", galen_slice("x", 1), 10, 7);
  g_ptr_array_add(row->skip_texts, g_strdup("shown"));
  build(self);
  const GalenFinding *finding = assert_found(self, "skipped:node1/slow.log", GALEN_SEVERITY_INFO);
  const GalenEvidence *evidence = g_ptr_array_index(finding->evidence, 0);
  g_assert_cmpuint(evidence->line, ==, 7);
  g_assert_cmpstr(evidence->text, ==, "shown");
  g_assert_cmpint(self->report->status, ==, GALEN_STATUS_OK);
  g_ptr_array_set_size(self->report->findings, 0);
  /* Above 1 %, but one more record: still the cut first statement. With ten it is a warning. */
  for (guint records = 2; records <= GALEN_SKIPPED_RECORDS; records++) {
    g_ptr_array_set_size(self->report->findings, 0);
    galen_account_skip(&row->account, "entry without its beginning", galen_slice("x", 1), 10, 9);
    build(self);
    assert_found(self, "skipped:node1/slow.log",
                 records < GALEN_SKIPPED_RECORDS ? GALEN_SEVERITY_INFO : GALEN_SEVERITY_WARNING);
  }
}

static void test_skipped_much(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  static const struct {
    guint64 bytes, skipped;
    GalenSeverity severity;
  } cases[] = {
      {1000, 500, GALEN_SEVERITY_INFO},      {1000, 501, GALEN_SEVERITY_WARNING},
      {6000000, 65535, GALEN_SEVERITY_INFO}, {6000000, 65536, GALEN_SEVERITY_WARNING},
      {6553600, 65536, GALEN_SEVERITY_INFO}, /* 1 %, not more */
  };
  GalenInputRow *row = g_ptr_array_index(self->report->inputs, 0);
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    row->account = (GalenAccount){.bytes = cases[i].bytes, .events = 4, .first = SAMPLE_DAY, .last = SAMPLE_DAY};
    galen_account_skip(&row->account, "other", galen_slice("x", 1), cases[i].skipped, 7);
    g_ptr_array_set_size(self->report->findings, 0);
    build(self);
    assert_found(self, "skipped:node1/slow.log", cases[i].severity);
  }
}

static void test_counts(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  GalenErrorCount failed[] = {{1062, 3}, {1205, 9}};
  self->report->total.untimed = 1;
  self->report->total.partial = 2;
  self->report->total.nested_count = 3;
  self->report->total.killed = 4;
  self->report->total.count_scaled = 400;
  self->report->implausible = 5;
  self->report->classes_capped = TRUE;
  g_array_append_vals(self->report->total.errors, failed, 2);
  build(self);
  static const char *const ids[] = {"untimed",      "partial",     "nested", "killed",
                                    "rate-limited", "implausible", "errors", "classes-capped"};
  for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
    assert_found(self, ids[i], GALEN_SEVERITY_INFO);
  g_assert_cmpuint(self->report->findings->len, ==, G_N_ELEMENTS(ids));
  g_assert_cmpstr(find(self, "errors")->title, ==, "12 statements failed");
  g_assert_cmpstr(find(self, "errors")->detail, ==, "By error code: 1205: 9, 1062: 3.");
  g_assert_cmpint(self->report->status, ==, GALEN_STATUS_OK);
}

/* ---- advice ---- */

static void test_advice(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  GalenQuery *second = g_ptr_array_index(self->report->top, 1);
  GalenQuery *first = g_ptr_array_index(self->report->top, 0);
  sample_add_advice(second, "killed");
  sample_add_advice(first, "full-scan");
  sample_add_advice(first, "select-star");
  build(self);
  g_assert_cmpuint(self->report->findings->len, ==, 2);
  const GalenFinding *finding = g_ptr_array_index(self->report->findings, 0);
  g_assert_cmpstr(finding->id, ==, "advice:full-scan:" SAMPLE_ID_A);
  g_assert_cmpstr(finding->query_id, ==, SAMPLE_ID_A);
  g_assert_nonnull(strstr(finding->detail, "It takes 75.0 % of all query time."));
  assert_found(self, "advice:killed:" SAMPLE_ID_B, GALEN_SEVERITY_INFO);
}

static void test_advice_of_small_classes(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  GalenQuery *second = g_ptr_array_index(self->report->top, 1);
  second->figures.share = 0.0999;
  sample_add_advice(second, "killed");
  build(self);
  g_assert_cmpuint(self->report->findings->len, ==, 0);
}

/* ---- muting ---- */

static void test_is_muted(void) {
  static const struct {
    const char *entry;
    gboolean muted;
  } cases[] = {
      {"coverage-gap:a", TRUE},
      {"coverage-gap", TRUE},
      {"coverage-gap@2026-11-25", TRUE},
      {"coverage-gap@2026-11-24", FALSE},
      {"coverage", FALSE},
      {"coverage-gap:", FALSE},
      {"coverage-gap:ab", FALSE},
      {"coverage-gap:a@2026-11-25", TRUE},
      {"coverage-gap:a@2026-11-24", FALSE},
      {"coverage-gap:a@2026-11-24T00:00:01Z", TRUE},
      {"coverage-gap:a@2026-11-24T00:00:00Z", FALSE},
      {"coverage-gap:a@soon", FALSE},
      {"coverage-gap:a@", FALSE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    const char *const mute[] = {"other", cases[i].entry, NULL};
    g_assert_true(galen_findings_is_muted(mute, "coverage-gap:a", SAMPLE_DAY, NULL) == cases[i].muted);
  }
  static const char *const kinds[] = {"advice:full-scan", "skipped", NULL};
  g_assert_true(galen_findings_is_muted(kinds, "advice:full-scan:" SAMPLE_ID_A, SAMPLE_DAY, NULL));
  g_assert_false(galen_findings_is_muted(kinds, "advice:select-star:" SAMPLE_ID_A, SAMPLE_DAY, NULL));
  g_assert_true(galen_findings_is_muted(kinds, "skipped:C:/a.log", SAMPLE_DAY, NULL));
  g_assert_false(
      galen_findings_is_muted((const char *const[]){"skipped:C", NULL}, "skipped:C:/a.log", SAMPLE_DAY, NULL));
  const char *const dated[] = {"a@2026-11-25", NULL};
  g_autoptr(GTimeZone) east = g_time_zone_new_offset(7200);
  g_assert_false(galen_findings_is_muted(dated, "a", GALEN_TIME_NONE, NULL));
  g_assert_true(galen_findings_is_muted(dated, "a@2026-11-25", GALEN_TIME_NONE, NULL));
  g_assert_true(galen_findings_is_muted(dated, "a", SAMPLE_DAY + 23 * SAMPLE_HOUR, NULL));
  g_assert_false(galen_findings_is_muted(dated, "a", SAMPLE_DAY + 23 * SAMPLE_HOUR, east));
  g_assert_false(galen_findings_is_muted(NULL, "a", SAMPLE_DAY, NULL));
}

static void test_muted_status(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  static const char *const mute[] = {"coverage-gap:node2", NULL};
  self->options.mute = mute;
  self->report->total.untimed = 1;
  add_input(self, "node2", GALEN_TIME_NONE, GALEN_TIME_NONE);
  build(self);
  g_assert_true(find(self, "coverage-gap:node2")->muted);
  g_assert_cmpint(self->report->status, ==, GALEN_STATUS_OK);
  const GalenFinding *first = g_ptr_array_index(self->report->findings, 0);
  g_assert_cmpstr(first->id, ==, "untimed");
}

static void test_order(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  self->report->total.untimed = 1;
  self->report->total.killed = 1;
  GalenInputRow *row = g_ptr_array_index(self->report->inputs, 0);
  galen_account_skip(&row->account, "other", galen_slice("x", 1), 501, 7);
  build(self);
  static const char *const ids[] = {"skipped:node1/slow.log", "killed", "untimed"};
  g_assert_cmpuint(self->report->findings->len, ==, G_N_ELEMENTS(ids));
  for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
    g_assert_cmpstr(((const GalenFinding *)g_ptr_array_index(self->report->findings, i))->id, ==, ids[i]);
}

#define ADD(name, func) g_test_add("/findings/" name, Fixture, NULL, set_up, func, tear_down)

/* ---- error logs ---- */

typedef struct {
  GalenHistory history;
  GalenClusterRow cluster;
  GalenNode nodes[2];
} Logs;

/* Two members of a cluster whose logs cover the same day. */
static void logs_init(Logs *self, Fixture *fixture) {
  static const char *const names[] = {"node1", "node2"};
  *self = (Logs){
      .cluster = {.nodes = g_ptr_array_new(), .transfers = g_ptr_array_new(), .configuration = g_ptr_array_new()}};
  self->history.nodes = g_ptr_array_new();
  self->history.clusters = g_ptr_array_new();
  g_ptr_array_add(self->history.clusters, &self->cluster);
  for (guint i = 0; i < 2; i++) {
    GalenNode *node = &self->nodes[i];
    *node = (GalenNode){.name = (char *)names[i], .has_log = TRUE, .first = SAMPLE_DAY};
    node->last = SAMPLE_DAY + 24 * SAMPLE_HOUR;
    node->states = g_array_new(FALSE, TRUE, sizeof(GalenStateSpan));
    node->facts = g_ptr_array_new();
    g_ptr_array_add(self->history.nodes, node);
    g_ptr_array_add(self->cluster.nodes, node);
  }
  fixture->report->history = &self->history;
}

static void logs_clear(Logs *self) {
  for (guint i = 0; i < 2; i++) {
    g_array_unref(self->nodes[i].states);
    g_ptr_array_unref(self->nodes[i].facts);
  }
  g_ptr_array_unref(self->history.nodes);
  g_ptr_array_unref(self->history.clusters);
  g_ptr_array_unref(self->cluster.nodes);
  g_ptr_array_unref(self->cluster.transfers);
  g_ptr_array_unref(self->cluster.configuration);
}

static void test_logs_healthy(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  Logs logs;
  logs_init(&logs, self);
  build(self);
  g_assert_cmpuint(self->report->findings->len, ==, 0);
  logs_clear(&logs);
}

/* All logs end hours before the window that was asked for does: silence, too. */
static void test_logs_window_end(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  Logs logs;
  logs_init(&logs, self);
  self->report->requested = TRUE;
  self->report->requested_to = SAMPLE_DAY + 40 * SAMPLE_HOUR;
  build(self);
  assert_found(self, "coverage-gap:node2:error-log", GALEN_SEVERITY_WARNING);
  const GalenFinding *gap = assert_found(self, "coverage-gap:node1:error-log", GALEN_SEVERITY_WARNING);
  g_assert_cmpstr(gap->title, ==, "The error log of node1 is silent for the last 16 h 00 min");
  g_assert_nonnull(strstr(gap->detail, "The window goes on"));
  g_ptr_array_set_size(self->report->findings, 0);
  self->report->requested_to = SAMPLE_DAY + 30 * SAMPLE_HOUR;
  build(self);
  g_assert_null(find(self, "coverage-gap:node1:error-log"));
  logs_clear(&logs);
}

static void test_member_without_log(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  Logs logs;
  logs_init(&logs, self);
  logs.nodes[1].has_log = FALSE;
  build(self);
  assert_found(self, "coverage-gap:node2:error-log", GALEN_SEVERITY_WARNING);
  g_assert_cmpint(self->report->status, ==, GALEN_STATUS_WARNING);
  /* An arbitrator logs little, and a node of a slow log alone is no member. */
  g_ptr_array_set_size(self->report->findings, 0);
  logs.nodes[1].arbitrator = TRUE;
  build(self);
  g_assert_cmpuint(self->report->findings->len, ==, 0);
  logs.nodes[1].arbitrator = FALSE;
  g_ptr_array_set_size(logs.cluster.nodes, 1);
  build(self);
  g_assert_cmpuint(self->report->findings->len, ==, 0);
  logs_clear(&logs);
}

/* A lost stretch before a record, and facts that were too many, are both said. */
static void test_lost(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  Logs logs;
  logs_init(&logs, self);
  g_autoptr(GalenJournal) journal = galen_journal_new();
  GalenJournalInput *input = galen_journal_add_input(journal, "node1/error.log", "node1", "error-log");
  guint index = 0;
  logs.history.journal = journal;
  logs.nodes[0].inputs = g_array_new(FALSE, FALSE, sizeof(guint));
  g_array_append_val(logs.nodes[0].inputs, index);
  build(self);
  g_assert_cmpuint(self->report->findings->len, ==, 0);

  g_autoptr(GalenFact) fact = galen_fact_new(GALEN_FACT_SYNCED);
  fact->gap_before = TRUE;
  fact->time = SAMPLE_DAY;
  fact->line = 7;
  g_ptr_array_add(logs.nodes[0].facts, fact);
  input->folded = 12;
  build(self);
  g_assert_cmpuint(self->report->findings->len, ==, 2);
  const GalenFinding *lost = g_ptr_array_index(self->report->findings, 0);
  const GalenFinding *limit = g_ptr_array_index(self->report->findings, 1);
  g_assert_cmpstr(lost->id, ==, "coverage-gap:lost:node1");
  g_assert_nonnull(strstr(lost->detail, "node1/error.log line 7"));
  g_assert_cmpstr(limit->id, ==, "coverage-gap:limit:node1");
  g_assert_nonnull(strstr(limit->title, "12"));
  g_array_unref(logs.nodes[0].inputs);
  logs_clear(&logs);
}

/* Of one server in one file; an hour may be a change to winter time. */
static void test_jump(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  static const struct {
    gint64 minute;
    guint instance, input;
  } facts[] = {{100, 0, 0}, {40, 0, 0}, {900, 0, 0}, {90, 1, 0}, {80, 0, 1}, {2000, 0, 1}, {1930, 0, 1}};
  Logs logs;
  logs_init(&logs, self);
  g_autoptr(GalenJournal) journal = galen_journal_new();
  galen_journal_add_input(journal, "node1/error.log", "node1", "error-log");
  galen_journal_add_input(journal, "node1/error.log.1", "node1", "error-log");
  logs.history.journal = journal;
  g_autoptr(GPtrArray) own = g_ptr_array_new_with_free_func((GDestroyNotify)galen_fact_free);
  for (guint i = 0; i < G_N_ELEMENTS(facts); i++) {
    GalenFact *fact = galen_fact_new(GALEN_FACT_SYNCED);
    fact->time = SAMPLE_DAY + facts[i].minute * G_TIME_SPAN_MINUTE;
    fact->instance = facts[i].instance;
    fact->input = facts[i].input;
    fact->line = i + 1;
    g_ptr_array_add(own, fact);
    if (i + 1 == G_N_ELEMENTS(facts)) {
      build(self);
      g_assert_cmpuint(self->report->findings->len, ==, 0);
    }
    g_ptr_array_add(logs.nodes[0].facts, fact);
  }
  build(self);
  g_assert_cmpuint(self->report->findings->len, ==, 1);
  const GalenFinding *jump = g_ptr_array_index(self->report->findings, 0);
  g_assert_cmpstr(jump->id, ==, "time-jump:node1");
  g_assert_nonnull(strstr(jump->detail, "between lines 6 and 7 of node1/error.log.1."));
  g_assert_cmpint(jump->to - jump->from, ==, 70 * G_TIME_SPAN_MINUTE);
  logs_clear(&logs);
}

static void test_silent_log(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  Logs logs;
  logs_init(&logs, self);
  logs.nodes[1].last = SAMPLE_DAY + 17 * SAMPLE_HOUR;
  build(self);
  const GalenFinding *finding = assert_found(self, "coverage-gap:node2:error-log", GALEN_SEVERITY_WARNING);
  g_assert_cmpint(finding->from, ==, logs.nodes[1].last);
  g_ptr_array_set_size(self->report->findings, 0);
  GalenStateSpan down = {.state = "DOWN"};
  g_array_append_val(logs.nodes[1].states, down);
  build(self);
  g_assert_cmpuint(self->report->findings->len, ==, 0);
  logs_clear(&logs);
}

static void test_log_outside_window(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  Logs logs;
  logs_init(&logs, self);
  logs.nodes[1].last = SAMPLE_DAY + 22 * SAMPLE_HOUR;
  self->report->requested = TRUE;
  self->report->requested_from = SAMPLE_DAY + 23 * SAMPLE_HOUR;
  build(self);
  const GalenFinding *finding = assert_found(self, "coverage-gap:node2:error-log", GALEN_SEVERITY_WARNING);
  g_assert_nonnull(strstr(finding->detail, "before the window begins"));
  logs_clear(&logs);
}

/* Without a slow log, no statement is nothing to complain of. */
static void test_only_error_logs(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  Logs logs;
  logs_init(&logs, self);
  self->report->total.count = 0;
  ((GalenInputRow *)g_ptr_array_index(self->report->inputs, 0))->kind = "error-log";
  build(self);
  g_assert_null(find(self, "coverage-gap:all"));
  logs_clear(&logs);
}

static void test_critical_messages(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  static const GalenLogRule alone = {.id = "page", .title = "A damaged page", .cause = "Disk.", .advice = "Copy."};
  static const GalenLogRule judged = {
      .id = "full", .title = "Disk full", .cause = "Disk.", .advice = "Room.", .incident = "disk-full"};
  const GalenLogRule *const rules[] = {&alone, &judged, NULL, &alone};
  g_autoptr(GPtrArray) groups = g_ptr_array_new();
  GalenErrorGroup list[G_N_ELEMENTS(rules)] = {{.count = 0}};
  for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
    list[i] = (GalenErrorGroup){.rule = rules[i], .severity = GALEN_SEVERITY_CRITICAL, .count = 2 + i};
    list[i].severity = i == 3 ? GALEN_SEVERITY_WARNING : GALEN_SEVERITY_CRITICAL;
    g_snprintf(list[i].id, sizeof list[i].id, "%032u", i);
    g_ptr_array_add(groups, &list[i]);
  }
  self->report->errors = g_new0(GalenErrorLists, 1);
  self->report->errors->groups = groups;
  build(self);
  g_assert_cmpuint(self->report->findings->len, ==, 1);
  const GalenFinding *finding =
      assert_found(self, "error:page:00000000000000000000000000000000", GALEN_SEVERITY_CRITICAL);
  g_assert_cmpstr(finding->title, ==, "A damaged page");
  g_assert_cmpuint(finding->evidence->len, ==, 1);
  g_assert_cmpint(self->report->status, ==, GALEN_STATUS_CRITICAL);
}

static void test_incidents_decide_status(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  GalenIncident *incident = galen_incident_new(GALEN_INCIDENT_SPLIT_BRAIN);
  incident->severity = GALEN_SEVERITY_CRITICAL;
  g_ptr_array_add(self->report->incidents, incident);
  build(self);
  g_assert_cmpint(self->report->status, ==, GALEN_STATUS_CRITICAL);
  incident->muted = TRUE;
  build(self);
  g_assert_cmpint(self->report->status, ==, GALEN_STATUS_OK);
  galen_incident_free(incident);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  ADD("healthy", test_healthy);
  ADD("coverage/empty-log", test_empty_log);
  ADD("coverage/empty-piece", test_empty_piece);
  ADD("coverage/no-log", test_no_log);
  ADD("coverage/expected", test_expected);
  ADD("coverage/silent", test_silent);
  ADD("coverage/silent-in-a-long-window", test_silent_in_a_long_window);
  ADD("coverage/inside", test_inside);
  ADD("coverage/window", test_window);
  ADD("coverage/silent-before-until", test_silent_before_until);
  ADD("coverage/outside-window", test_outside_window);
  ADD("coverage/nothing-counted", test_nothing_counted);
  ADD("coverage/untimed-node", test_untimed_node);
  ADD("coverage/many-nodes", test_many_nodes);
  ADD("logs/healthy", test_logs_healthy);
  ADD("logs/member-without-log", test_member_without_log);
  ADD("logs-window-end", test_logs_window_end);
  ADD("logs/lost", test_lost);
  ADD("logs/jump", test_jump);
  ADD("logs/silent", test_silent_log);
  ADD("logs/outside-window", test_log_outside_window);
  ADD("logs/only-error-logs", test_only_error_logs);
  ADD("logs/critical-messages", test_critical_messages);
  ADD("logs/incidents-decide-status", test_incidents_decide_status);
  ADD("quality/incomplete", test_incomplete);
  ADD("quality/unreadable", test_unreadable);
  ADD("quality/skipped", test_skipped);
  ADD("quality/skipped-much", test_skipped_much);
  ADD("quality/counts", test_counts);
  ADD("advice/leading", test_advice);
  ADD("advice/small-classes", test_advice_of_small_classes);
  g_test_add_func("/findings/mute/is-muted", test_is_muted);
  ADD("mute/status", test_muted_status);
  ADD("order", test_order);
  return g_test_run();
}
