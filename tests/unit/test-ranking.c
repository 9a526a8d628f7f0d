/* Incidents and findings in one order, and what logs of different kinds show at the same time. */
#include "analyzer/findings/findings.h"
#include "analyzer/findings/ranking.h"
#include "analyzer/report/verdict_words.h"
#include "report-sample.h"

#define CELLS 60u
#define STEP (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC)

/* An hour in steps of a minute on node1, with an error log. */
typedef struct {
  GalenReport *report;
  GalenReportOptions options;
  GalenHistory history;
  GalenErrorLists errors;
  GalenNode node;
  GalenSeries load, query_load;
  GalenClusterRow cluster;
  GPtrArray *owned;
} Fixture;

static gint64 minute(guint n) {
  return SAMPLE_DAY + (gint64)n * STEP;
}

/* `active` statements at a time in each of n cells. */
static void set_load(GalenSeries *series, guint from, guint n, double active) {
  for (guint i = from; i < from + n; i++) {
    series->time[i] = (guint64)(active * (double)STEP);
    series->count[i] = 100;
  }
}

static GalenSeries series_new(void) {
  return (GalenSeries){SAMPLE_DAY, STEP, CELLS, g_new0(guint64, CELLS), g_new0(guint64, CELLS)};
}

static void set_up(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  self->report = sample_report();
  self->options = (GalenReportOptions){.since = GALEN_TIME_NONE, .until = GALEN_TIME_NONE};
  self->owned = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
  self->load = series_new();
  self->query_load = series_new();
  set_load(&self->load, 0, CELLS, 0.2);
  for (guint i = 0; i < self->report->top->len; i++)
    g_ptr_array_set_size(((GalenQuery *)g_ptr_array_index(self->report->top, i))->advice, 0);
  GPtrArray **lists[] = {&self->history.nodes,     &self->history.clusters,    &self->history.restarts,
                         &self->history.incidents, &self->history.input_nodes, &self->cluster.nodes,
                         &self->cluster.views,     &self->cluster.transfers,   &self->cluster.configuration,
                         &self->cluster.drift,     &self->node.aliases,        &self->node.addresses};
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    g_ptr_array_add(self->owned, *lists[i] = g_ptr_array_new());
  GPtrArray *groups = g_ptr_array_new(), *none = g_ptr_array_new();
  g_ptr_array_add(self->owned, groups);
  g_ptr_array_add(self->owned, none);
  self->errors =
      (GalenErrorLists){.groups = groups, .deadlocks = none, .crashes = none, .denied = none, .aborted = none};
  self->node.name = (char *)"node1";
  self->node.has_log = TRUE;
  self->node.states = g_array_new(FALSE, TRUE, sizeof(GalenStateSpan));
  self->node.first = SAMPLE_DAY - 4 * SAMPLE_HOUR;
  self->node.last = SAMPLE_DAY + SAMPLE_HOUR;
  g_ptr_array_add(self->history.nodes, &self->node);
  self->report->series = &self->load;
}

static void tear_down(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  self->report->errors = NULL;
  for (guint i = 0; i < self->report->incidents->len; i++)
    galen_incident_free(g_ptr_array_index(self->report->incidents, i));
  galen_report_free(self->report);
  g_array_unref(self->node.states);
  g_free(self->load.time);
  g_free(self->load.count);
  g_free(self->query_load.time);
  g_free(self->query_load.count);
  g_ptr_array_unref(self->owned);
}

static GalenIncident *add_incident(Fixture *self, GalenIncidentKind kind, GalenSeverity severity, guint from,
                                   guint to) {
  GalenIncident *incident = galen_incident_new(kind);
  incident->id = g_strdup_printf("%s:%u", galen_incident_word(kind), from);
  incident->title = g_strdup_printf("%s of node1", galen_incident_word(kind));
  incident->severity = severity;
  incident->from = minute(from);
  incident->to = minute(to);
  g_ptr_array_add(incident->nodes, g_strdup("node1"));
  g_ptr_array_add(incident->advice, g_strdup("Look at node1."));
  g_ptr_array_add(self->report->incidents, incident);
  return incident;
}

static GalenFinding *add_finding(Fixture *self, const char *id, GalenSeverity severity, double cost) {
  GalenFinding *finding = galen_finding_new();
  finding->id = g_strdup(id);
  finding->title = g_strdup(id);
  finding->severity = severity;
  finding->cost = cost;
  g_ptr_array_add(self->report->findings, finding);
  return finding;
}

static void assert_order(const Fixture *self, const char *const *ids) {
  for (guint i = 0; i < self->report->ranking->len; i++) {
    const GalenRanked *one = &g_array_index(self->report->ranking, GalenRanked, i);
    g_assert_cmpstr(one->incident != NULL ? one->incident->id : one->finding->id, ==, ids[i]);
    if (one->incident != NULL)
      g_assert_true(g_ptr_array_index(self->report->incidents, one->index) == one->incident);
  }
  g_assert_cmpuint(self->report->ranking->len, ==, g_strv_length((char **)ids));
}

/* ---- the order ---- */

static void test_order(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  static const char *const ids[] = {"data-loss:50",
                                    "node-crash:10",
                                    "error:full:A",
                                    "flow-control:0",
                                    "advice:full-scan:B",
                                    "advice:full-scan:A",
                                    "coverage-gap:node2",
                                    "nested",
                                    "split-brain:1",
                                    "coverage-gap:node9",
                                    NULL};
  add_finding(self, "nested", GALEN_SEVERITY_INFO, 0);
  add_finding(self, "coverage-gap:node2", GALEN_SEVERITY_INFO, 1e6);
  add_finding(self, "coverage-gap:node9", GALEN_SEVERITY_WARNING, 1e6)->muted = TRUE;
  add_finding(self, "advice:full-scan:A", GALEN_SEVERITY_INFO, 10);
  add_finding(self, "advice:full-scan:B", GALEN_SEVERITY_INFO, 20);
  add_finding(self, "error:full:A", GALEN_SEVERITY_CRITICAL, 100);
  add_incident(self, GALEN_INCIDENT_FLOW_CONTROL, GALEN_SEVERITY_WARNING, 0, 40);
  add_incident(self, GALEN_INCIDENT_NODE_CRASH, GALEN_SEVERITY_CRITICAL, 10, 20);
  /* A second of lost data outweighs an hour without service. */
  add_incident(self, GALEN_INCIDENT_DATA_LOSS, GALEN_SEVERITY_CRITICAL, 50, 50);
  add_incident(self, GALEN_INCIDENT_SPLIT_BRAIN, GALEN_SEVERITY_CRITICAL, 1, 2)->muted = TRUE;
  galen_ranking_build(self->report);
  assert_order(self, ids);
}

static void test_a_missing_log_is_told_once(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  static const char *const ids[] = {"coverage-gap:3", "coverage-gap:node1", "coverage-gap:node2:error-log", NULL};
  static const char *const muted[] = {"coverage-gap:node1", "coverage-gap:node1:error-log",
                                      "coverage-gap:node2:error-log", "coverage-gap:3", NULL};
  static const char *const names[] = {"node1", "node1", "node2"};
  static const char *const gaps[] = {"coverage-gap:node1", "coverage-gap:node1:error-log",
                                     "coverage-gap:node2:error-log"};
  for (guint i = 0; i < 3; i++)
    g_ptr_array_add(add_finding(self, gaps[i], GALEN_SEVERITY_WARNING, 0)->nodes, g_strdup(names[i]));
  GalenIncident *incident = add_incident(self, GALEN_INCIDENT_COVERAGE_GAP, GALEN_SEVERITY_WARNING, 3, 4);
  galen_ranking_build(self->report);
  assert_order(self, ids);
  incident->muted = TRUE;
  galen_ranking_build(self->report);
  assert_order(self, muted);
}

/* ---- the answer ---- */

static void test_answer(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  g_auto(GalenVerdict) calm = {0}, urgent = {0};
  add_finding(self, "advice:full-scan:A", GALEN_SEVERITY_INFO, 10)->advice = g_strdup("Index it.");
  galen_ranking_build(self->report);
  galen_verdict_init(&calm, self->report);
  g_assert_false(calm.urgent);
  g_assert_cmpstr(calm.headline, ==, "Nothing here needs you today.");
  g_assert_null(calm.since);
  g_assert_cmpstr(calm.todo_word, ==, "When there is time");
  g_assert_cmpstr(calm.todo, ==, "Index it.");
  g_assert_cmpstr(calm.about, ==, "advice:full-scan:A");
  add_incident(self, GALEN_INCIDENT_NODE_CRASH, GALEN_SEVERITY_CRITICAL, 10, 20);
  add_incident(self, GALEN_INCIDENT_FLOW_CONTROL, GALEN_SEVERITY_WARNING, 10, 20);
  galen_ranking_build(self->report);
  galen_verdict_init(&urgent, self->report);
  g_assert_true(urgent.urgent);
  g_assert_cmpstr(urgent.headline, ==, "node-crash of node1");
  g_assert_cmpstr(urgent.since, ==, "Began 2026-11-24 00:10:00 UTC, over after 10 min 00 s.");
  g_assert_cmpstr(urgent.others, ==, "1 more incident asks for attention, below.");
  g_assert_cmpstr(urgent.todo_word, ==, "Do this first");
  g_assert_cmpstr(urgent.todo, ==, "Look at node1.");
  g_autofree char *figures = galen_ranked_figures(self->report, urgent.first);
  g_assert_cmpstr(figures, ==, "possible · 10 min 00 s · from 2026-11-24 00:10:00");
}

/* ---- what coincides ---- */

static const GalenFinding *find(const Fixture *self, const char *prefix) {
  for (guint i = 0; i < self->report->findings->len; i++) {
    const GalenFinding *finding = g_ptr_array_index(self->report->findings, i);
    if (g_str_has_prefix(finding->id, prefix))
      return finding;
  }
  return NULL;
}

static const GalenFinding *build(Fixture *self, const char *prefix) {
  galen_findings_build(self->report, &self->options);
  return find(self, prefix);
}

static void share_load(Fixture *self) {
  GalenShareSeries *one = g_new(GalenShareSeries, 1);
  *one = (GalenShareSeries){g_strdup("node1"), &self->load};
  g_ptr_array_add(self->report->share_series[GALEN_TOP_NODE], one);
}

static void test_load_before_a_crash(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  const GalenIncident *crash = add_incident(self, GALEN_INCIDENT_NODE_CRASH, GALEN_SEVERITY_CRITICAL, 50, 52);
  share_load(self);
  set_load(&self->load, 40, 10, 4);
  const GalenFinding *finding = build(self, "correlation:load-before:node-crash:50:node1");
  g_assert_nonnull(finding);
  g_assert_cmpint(finding->severity, ==, GALEN_SEVERITY_INFO);
  g_assert_cmpstr(finding->incident_id, ==, crash->id);
  g_assert_cmpstr(finding->figure, ==, "4 statements active at a time, usually 0.2");
  g_assert_nonnull(strstr(finding->detail, "In the 10 min 00 s before: 4 statements"));
}

static void test_no_load_before_a_crash(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  add_incident(self, GALEN_INCIDENT_NODE_CRASH, GALEN_SEVERITY_CRITICAL, 50, 52);
  share_load(self);
  set_load(&self->load, 40, 10, 0.5); /* more than usual, and little */
  set_load(&self->load, 55, 5, 9);    /* after it */
  g_assert_null(build(self, "correlation"));
}

static void add_transfer(Fixture *self, GalenTransfer *transfer) {
  self->report->history = &self->history;
  g_ptr_array_add(self->cluster.transfers, transfer);
  g_ptr_array_add(self->history.clusters, &self->cluster);
}

static void test_slow_during_a_transfer(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  GalenTransfer transfer = {
      .kind = "SST", .donor = (char *)"node1", .joiner = (char *)"node2", .from = minute(20), .to = minute(25)};
  add_transfer(self, &transfer);
  set_load(&self->load, 20, 5, 3);
  const GalenFinding *finding = build(self, "correlation:slow-during:SST:node2:2026-11-24T00:20:00.000Z");
  g_assert_nonnull(finding);
  g_assert_cmpstr(finding->title, ==, "Queries were slow during the full state transfer (SST) from node1 to node2");
}

static void test_calm_during_a_transfer(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  GalenTransfer transfer = {.kind = "SST", .from = minute(20), .to = minute(25)};
  add_transfer(self, &transfer);
  set_load(&self->load, 40, 8, 3);
  g_assert_null(build(self, "correlation:slow-during"));
}

static void test_slow_during_flow_control(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  add_incident(self, GALEN_INCIDENT_FLOW_CONTROL, GALEN_SEVERITY_WARNING, 30, 35);
  set_load(&self->load, 30, 5, 2);
  g_assert_nonnull(build(self, "correlation:slow-during:flow-control:30"));
}

static void make_slowdown(Fixture *self, gint64 first) {
  GalenQuery *query = g_ptr_array_index(self->report->top, 1);
  set_load(&self->load, 30, 6, 3);
  set_load(&self->query_load, 30, 6, 2);
  query->series = &self->query_load;
  query->figures.first = first;
  g_ptr_array_add(self->report->leading, query);
}

static void test_new_operation_in_a_slowdown(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  make_slowdown(self, minute(30));
  const GalenFinding *finding = build(self, "correlation:new-in-slowdown:" SAMPLE_ID_B);
  g_assert_nonnull(finding);
  g_assert_nonnull(strstr(finding->detail, "From 2026-11-24 00:30:00 (UTC) on, for 6 min 00 s: 3 statements active"));
  g_assert_nonnull(strstr(finding->detail, "It makes 66.7 %"));
  g_assert_cmpstr(finding->query_id, ==, SAMPLE_ID_B);
}

static void test_old_operation_in_a_slowdown(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  make_slowdown(self, minute(5));
  g_assert_null(build(self, "correlation"));
}

static void add_change(Fixture *self, GalenConfigChange *change, GalenErrorGroup *group) {
  self->report->history = &self->history;
  self->report->errors = &self->errors;
  g_ptr_array_add(self->cluster.configuration, change);
  g_ptr_array_add(self->history.clusters, &self->cluster);
  g_ptr_array_add((GPtrArray *)self->errors.groups, group);
}

static void test_messages_after_a_change(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  GalenConfigChange change = {.node = (char *)"node1",
                              .time = minute(10),
                              .option = (char *)"innodb_buffer_pool_size",
                              .before = (char *)"8G",
                              .after = (char *)"1G"};
  GalenErrorGroup group = {.severity = GALEN_SEVERITY_WARNING,
                           .count = 4,
                           .first = minute(12),
                           .last = minute(40),
                           .template = (char *)"page cleaner is late",
                           .first_place = {.path = (char *)"error.log",
                                           .node = (char *)"node1",
                                           .line = 7,
                                           .text = (char *)"page cleaner",
                                           .time = minute(12)}};
  add_change(self, &change, &group);
  const GalenFinding *finding = build(self, "correlation:after-change:node1:");
  g_assert_nonnull(finding);
  g_assert_nonnull(strstr(finding->detail, "innodb_buffer_pool_size from 8G to 1G"));
  g_assert_nonnull(strstr(finding->detail, "“page cleaner is late”"));
  g_assert_cmpuint(finding->evidence->len, ==, 1);
  g_assert_cmpstr(finding->figure, ==, "1 new message");
}

static void test_messages_from_before_a_change(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  GalenConfigChange change = {.node = (char *)"node1", .time = minute(10), .option = (char *)"x", .after = (char *)"1"};
  GalenErrorGroup group = {.severity = GALEN_SEVERITY_WARNING,
                           .count = 4,
                           .first = minute(9),
                           .last = minute(40),
                           .template = (char *)"old",
                           .first_place = {.path = (char *)"error.log", .node = (char *)"node1"}};
  add_change(self, &change, &group);
  g_assert_null(build(self, "correlation"));
  /* A log that begins at the change cannot tell what is new. */
  group.first = minute(12);
  self->node.first = minute(9);
  g_ptr_array_set_size(self->report->findings, 0);
  g_assert_null(build(self, "correlation"));
}

/* ---- error groups ---- */

static void test_frequent_warnings_are_worth_a_look(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  GalenLogRule rule = {
      .id = (char *)"late", .title = (char *)"It is late", .cause = (char *)"Load.", .advice = (char *)"Wait."};
  GalenErrorGroup groups[6];
  self->report->errors = &self->errors;
  for (guint i = 0; i < G_N_ELEMENTS(groups); i++) {
    groups[i] = (GalenErrorGroup){
        .rule = &rule, .severity = GALEN_SEVERITY_WARNING, .count = 14 - i, .first = minute(1), .last = minute(i)};
    groups[i].id[0] = (char)('a' + i);
    g_ptr_array_add((GPtrArray *)self->errors.groups, &groups[i]);
  }
  const GalenFinding *finding = build(self, "error:late:a");
  g_assert_nonnull(finding);
  g_assert_cmpint(finding->severity, ==, GALEN_SEVERITY_INFO);
  g_assert_cmpstr(finding->figure, ==, "14 times");
  g_assert_nonnull(find(self, "error:late:c"));
  g_assert_null(find(self, "error:late:d")); /* the fourth */
  g_assert_cmpint(self->report->status, ==, GALEN_STATUS_OK);
  groups[0].count = groups[1].count = groups[2].count = 9; /* rare ones are none */
  g_ptr_array_set_size(self->report->findings, 0);
  build(self, "");
  g_assert_null(find(self, "error:late:a"));
  g_assert_nonnull(find(self, "error:late:d"));
}

#define TEST(path, func) g_test_add("/ranking/" path, Fixture, NULL, set_up, func, tear_down)

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  TEST("order", test_order);
  TEST("a-missing-log-is-told-once", test_a_missing_log_is_told_once);
  TEST("answer", test_answer);
  TEST("load-before-a-crash", test_load_before_a_crash);
  TEST("no-load-before-a-crash", test_no_load_before_a_crash);
  TEST("slow-during-a-transfer", test_slow_during_a_transfer);
  TEST("calm-during-a-transfer", test_calm_during_a_transfer);
  TEST("slow-during-flow-control", test_slow_during_flow_control);
  TEST("new-operation-in-a-slowdown", test_new_operation_in_a_slowdown);
  TEST("old-operation-in-a-slowdown", test_old_operation_in_a_slowdown);
  TEST("messages-after-a-change", test_messages_after_a_change);
  TEST("messages-from-before-a-change", test_messages_from_before_a_change);
  TEST("frequent-warnings-are-worth-a-look", test_frequent_warnings_are_worth_a_look);
  return g_test_run();
}
