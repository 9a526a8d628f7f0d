/* Error logs in the report: incidents, nodes, errors and configuration in every format.
 *
 * `test-report-history --dump` prints the JSON for tests/golden/validate.py; `--page FILE SHAPE` and `--text` make what to look at. */
#include "analyzer/report/build.h"
#include "analyzer/report/cluster_words.h"
#include "analyzer/report/text_out.h"
#include "history-fixture.h"
#include "page-check.h"

static GBytes *json_of(const GalenReport *report) {
  g_autoptr(GError) error = NULL;
  GBytes *bytes = galen_report_write_json(report, &error);
  g_assert_no_error(error);
  return bytes;
}

static Fixture *shaped_fixture(HistoryShape shape, gboolean queries, const char *hostile) {
  FixtureOptions options = FIXTURE_DAY;
  options.hostile = hostile;
  options.from = shape.from;
  options.cells = 180;
  options.step = shape.length / 180;
  options.inputs = 3;
  options.zone = "Europe/Berlin";
  if (!queries)
    options.classes = options.findings = 0;
  Fixture *fixture = fixture_new(&options);
  fixture_add_history(fixture, &options, &shape);
  for (guint i = 0; !queries && i < fixture->report.inputs->len; i++)
    ((GalenInputRow *)g_ptr_array_index(fixture->report.inputs, i))->kind = "error-log";
  return fixture;
}

static Fixture *lab_fixture(gboolean queries) {
  return shaped_fixture(HISTORY_SHAPE, queries, NULL);
}

#define MINUTE (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC)
#define DAYS (G_GINT64_CONSTANT(24) * 60 * MINUTE)

/* What charts and pages have to bear. */
static const struct {
  const char *name;
  guint nodes, incidents, groups;
  gint64 length;
  gboolean long_names, queries;
} shapes[] = {
    {"lab", 3, 3, 8, 30 * MINUTE, FALSE, FALSE},   {"both", 3, 3, 8, 30 * MINUTE, FALSE, TRUE},
    {"one", 1, 1, 1, 3 * MINUTE, FALSE, FALSE},    {"twelve", 12, 40, 300, 1095 * DAYS, TRUE, TRUE},
    {"minutes", 5, 2, 3, 3 * MINUTE, TRUE, FALSE}, {"quiet", 3, 0, 0, 2 * DAYS, FALSE, FALSE},
    {"none", 0, 0, 0, 2 * DAYS, FALSE, FALSE},     {"forty", 40, 9, 20, 14 * DAYS, FALSE, TRUE},
};

static Fixture *named_fixture(guint i, const char *hostile) {
  HistoryShape shape = HISTORY_SHAPE;
  shape.nodes = shapes[i].nodes;
  shape.incidents = shapes[i].incidents;
  shape.groups = shapes[i].groups;
  shape.length = shapes[i].length;
  shape.long_names = shapes[i].long_names;
  return shaped_fixture(shape, shapes[i].queries, hostile);
}

/* The fixture's history in a report of its own, without queries. */
static GalenReport *plain_report(const Fixture *fixture) {
  GalenReport *report = galen_report_alloc();
  report->title = g_strdup("Database health report: node1, node2, node3");
  report->status = fixture->report.status;
  report->zone = g_time_zone_new_utc();
  report->zone_name = g_strdup("UTC");
  report->from = fixture->report.from;
  report->to = fixture->report.to;
  report->history = fixture->report.history;
  report->errors = g_memdup2(fixture->report.errors, sizeof(GalenErrorLists));
  for (guint i = 0; i < fixture->report.incidents->len; i++)
    g_ptr_array_add(report->incidents, g_ptr_array_index(fixture->report.incidents, i));
  for (guint i = 0; i < fixture->report.nodes->len; i++) {
    GalenNodeRow *row = g_memdup2(g_ptr_array_index(fixture->report.nodes, i), sizeof *row);
    row->name = g_strdup(row->name);
    row->version = g_strdup(row->version);
    row->timezone = g_strdup(row->timezone);
    g_ptr_array_add(report->nodes, row);
  }
  galen_ranking_build(report);
  return report;
}

static void print(GBytes *bytes) {
  gsize len = 0;
  const char *data = g_bytes_get_data(bytes, &len);
  g_print("%.*s", (int)len, data);
  g_bytes_unref(bytes);
}

static char *text_of(GBytes *bytes) {
  gsize len = 0;
  const char *data = g_bytes_get_data(bytes, &len);
  char *text = g_strndup(data, len);
  g_bytes_unref(bytes);
  return text;
}

static void assert_has(const char *text, const char *part) {
  if (strstr(text, part) == NULL)
    g_error("“%s” is not in:\n%s", part, text);
}

static guint occurrences(const char *text, const char *part) {
  guint n = 0;
  for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
    n++;
  return n;
}

/* ---- JSON ---- */

static char *lab_json(void) {
  g_autoptr(Fixture) fixture = lab_fixture(FALSE);
  g_autoptr(GalenReport) report = plain_report(fixture);
  return text_of(json_of(report));
}

static void test_json_nodes(void) {
  g_autofree char *text = lab_json();
  assert_has(text, "\"aliases\": [\"galera-1\"],\n      \"addresses\": [\"10.77.0.11\", \"10.77.0.111\"]");
  assert_has(text, "\"timezone\": \"+01:00\",\n      \"timezone_source\": \"uuid\"");
  assert_has(
      text, "\"clock_offset_s\": 2.5,\n      \"clock_offset_error_s\": 1,\n      \"clock_source\": \"state-exchange\"");
  assert_has(text, "{\"from\": \"2026-11-24T03:15:00.000Z\", \"offset_s\": -1.25}");
  assert_has(text,
             "\"clock_offset_s\": null,\n      \"clock_offset_error_s\": null,\n      \"clock_source\": \"unknown\"");
  /* Evidence is of the file and of the node that it belongs to, whatever its folder is called. */
  assert_has(text, "{\"state\": \"NON_PRIMARY\", \"from\": \"2026-11-24T03:12:00.000Z\", \"to\": "
                   "\"2026-11-24T03:12:36.000Z\", \"reason\": \"lost sight of the majority\", \"evidence\": {\"path\": "
                   "\"node3/error.log\", \"line\": 340, \"node\": \"node3\", \"time\": \"2026-11-24T03:12:00.000Z\", "
                   "\"raw_time\": \"2026-11-24  3:47:03\", \"text\": \"WSREP: Shifting SYNCED -> OPEN (TO: 150)\"}}");
  assert_has(text,
             "{\"state\": \"DOWN\", \"from\": \"2026-11-24T03:00:00.000Z\", \"to\": \"2026-11-24T03:02:24.000Z\", "
             "\"reason\": null, \"evidence\": null}");
  assert_has(text, "{\"kind\": \"crash\", \"time\": \"2026-11-24T03:24:00.000Z\", \"text\": \"signal 11\"");
}

static void test_json_clusters(void) {
  g_autofree char *text = lab_json();
  assert_has(text, "\"name\": \"shop_prod\",\n      \"kind\": \"galera\",\n      \"uuids\": "
                   "[\"a0abb6c1-ccd7-e2ed-f803-0e19242f3a45\"],\n      \"nodes\": [\"node1\", \"node2\", \"node3\"]");
  assert_has(text, "\"uuid\": null, \"id\": \"1e920958-8674,4\", \"status\": \"non-primary\", \"members\": [\"node1\", "
                   "\"node2\"], \"joined\": [], \"left\": [], \"partitioned\": [\"node3\"], \"seen_by\": [\"node1\"], "
                   "\"act_id\": null, \"cc_seqno\": null}");
  assert_has(text, "{\"kind\": \"IST\", \"method\": null, \"donor\": \"node1\", \"joiner\": \"node3\", \"from\": "
                   "\"2026-11-24T03:06:18.000Z\", \"to\": \"2026-11-24T03:07:30.000Z\", \"first_seqno\": 22, "
                   "\"last_seqno\": 90, \"outcome\": \"complete\", \"reason\": null");
  assert_has(text, "\"option\": \"gcache.size\", \"before\": null, \"after\": \"512M\"");
  assert_has(text, "{\"option\": \"pc.ignore_sb\", \"values\": [{\"node\": \"node1\", \"value\": \"false\"}");
  assert_has(text, "wsrep_cluster_state_uuid");
  assert_has(text, "pt-table-checksum");
}

static void test_json_group_replication(void) {
  g_autoptr(Fixture) fixture = lab_fixture(FALSE);
  g_autoptr(GalenReport) report = plain_report(fixture);
  ((GalenClusterRow *)g_ptr_array_index(report->history->clusters, 0))->group_replication = TRUE;
  g_autofree char *text = text_of(json_of(report));
  assert_has(text, "\"kind\": \"group-replication\"");
  assert_has(text, "performance_schema.replication_group_members");
  g_assert_null(strstr(text, "wsrep_flow_control"));
}

static void test_json_incidents(void) {
  g_autofree char *text = lab_json();
  const char *incidents = strstr(text, "\"incidents\": [");
  g_assert_nonnull(incidents);
  static const char *const keys[] = {"kind",       "title",         "severity",
                                     "confidence", "exposure_from", "from_error_s",
                                     "to_error_s", "ongoing",       "contaminated_until",
                                     "suspects",   "rules",         "components",
                                     "cause",      "diverged",      "verdict",
                                     "advice",     "would_change",  "needs",
                                     "muted"};
  for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
    g_autofree char *key = g_strdup_printf("\n      \"%s\": ", keys[i]);
    g_assert_cmpuint(occurrences(incidents, key), ==, 3);
  }
  assert_has(incidents, "\"id\": \"split-brain:a0abb6c1:0\",\n      \"kind\": \"split-brain\"");
  assert_has(incidents,
             "\"exposure_from\": \"2026-11-24T03:12:00.000Z\",\n      \"from\": \"2026-11-24T03:13:30.000Z\"");
  assert_has(incidents, "\"from_error_s\": 1,\n      \"to_error_s\": null");
  assert_has(incidents, "\"common_seqno\": 150");
  assert_has(incidents,
             "{\"nodes\": [\"node3\"], \"uuid\": \"a0abb6c1-ccd7-e2ed-f803-0e19242f3a45\", \"first_seqno\": 151, "
             "\"last_seqno\": 273, \"last_is\": \"exact\", \"write_sets\": 122, \"configuration_changes\": 1, "
             "\"fate\": \"discarded-by-sst\"}");
  assert_has(incidents, "\"kind\": \"undetermined\"");
  assert_has(incidents, "\"diverged\": null");
  assert_has(incidents, "\"needs\": [\n        \"the error log of node3 from 03:50 on\"\n      ]");
}

static void test_json_errors(void) {
  g_autofree char *text = lab_json();
  assert_has(
      text,
      "\"rule\": \"access-denied\",\n        \"title\": \"Access denied\",\n        \"level\": \"error\",\n        "
      "\"severity\": \"warning\",\n        \"code\": 10926");
  assert_has(text, "\"nodes\": [{\"name\": \"node1\", \"count\": 34}, {\"name\": \"node2\", \"count\": 34}]");
  assert_has(text, "\"rule\": null,\n        \"title\": null");
  assert_has(text, "\"step_s\": 30,\n      \"critical\": [0, 0");
  assert_has(text, "\"lock\": \"X locks rec but not gap\", \"thread\": 140, \"victim\": true}");
  assert_has(text, "\"deadlock_count\": 3");
  assert_has(text, "\"signal\": null,\n        \"assertion\": \"btr0cur.cc:336:btr_page_get_next(...)\"");
  assert_has(text,
             "{\"thread\": \"140\", \"place\": \"row0ins.cc:2533\", \"seconds\": 241, \"lock\": \"X-lock (wait_ex) on "
             "RW-latch\", \"created\": \"dict0dict.cc:2737\", \"holder\": \"139\", \"held_at\": \"row0ins.cc:2500\"}");
  assert_has(text, "\"kind\": \"crash\", \"down_s\": 18,");
  assert_has(text, "\"kind\": \"unknown\", \"down_s\": null,");
  assert_has(text, "{\"user\": null, \"host\": null, \"reason\": \"using password: YES\", \"count\": 9");
}

/* ---- text ---- */

/* Sentences are made in UTC; a reader has one zone. */
static void test_zone_words(void) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("+02:00");
  GalenReport report = {.zone = zone, .zone_name = (char *)"+02:00"}, plain = {.zone_name = (char *)"UTC"};
  static const char text[] = "UTC; from 2026-11-24 23:47:03 UTC to 2026-11-25 03:47:45 UTC (42.0 s), 12 UTC.";
  g_autofree char *same = galen_zone_words(&plain, text);
  g_assert_cmpstr(same, ==, text);
  g_autofree char *moved = galen_zone_words(&report, text);
  g_assert_cmpstr(moved, ==, "UTC; from 2026-11-25 01:47:03 +02:00 to 2026-11-25 05:47:45 +02:00 (42.0 s), 12 UTC.");
  g_assert_null(galen_zone_words(&report, NULL));
}

static void test_text(void) {
  g_autoptr(Fixture) fixture = lab_fixture(FALSE);
  g_autoptr(GalenReport) report = plain_report(fixture);
  ((GalenIncident *)g_ptr_array_index(report->incidents, 1))->muted = TRUE;
  galen_ranking_build(report);
  g_autofree char *text = text_of(galen_report_write_text(report, 100, FALSE, NULL));
  static const char *const order[] = {
      "CRITICAL\n2026-11-24 03:00:00 to",
      "\nSplit brain: node1, node2 against node3\nBegan 2026-11-24 03:13:30 UTC, over after 4 min 30 s.",
      "1 more incident asks for attention, below.\nDo this first: Send all clients to one side.",
      "\nWHAT MATTERS MOST\n  CRITICAL   Split brain: node1, node2 against node3\n    proven · ",
      "  WARNING    undetermined",
      "\nINCIDENTS\n",
      "who        node1, node2 against node3\n",
      "cause      node3 was started with an empty gcomm://",
      "history up to seqno 150\n",
      "node1, node2: seqnos 151 to at least 593, write sets: at least 441",
      "do         1. Send all clients to one side.",
      "proof      node1/error.log:340  2026-11-24 03:12:00",
      "changed by Proof that",
      "  CRITICAL (muted) node-crash",
      "needs      the error log of node3",
      "\nNODES\n",
      "clock 2.50 s ahead ± 1.00 s (state exchanges",
      "SST        2026-11-24 03:03:00  node1 → node2 by mariabackup, seqnos 22 to 90",
      "No slow log was read",
      "\nERRORS: 1\u2009234 RECORDS IN 8 GROUPS\n",
      "\nDEADLOCKS\n",
      "\nCRASHES\n",
      "\nSEMAPHORE WAITS\n",
      "40 waiting, for up to 4 min 01 s\n    row0ins.cc:2533 thread 140 for 4 min 01 s, X-lock (wait_ex) on RW-latch",
      "thread 139 has it, taken at row0ins.cc:2500\n",
      "row0ins.cc:2533 thread 140 for 4 min 00 s\n",
      "\nRESTARTS\n",
      "\nACCESS DENIED\n",
      "\nABORTED CONNECTIONS\n",
      "\nCONFIGURATION\n",
      "node3  wsrep_cluster_address: gcomm://10.77.0.11,",
      "then SYNCED 0 s later; 18.0 s later: Split",
      "pc.ignore_sb differs: node1: false; node2: false; node3: true",
      "\nWHAT LOGS CANNOT SHOW OF shop_prod\n",
  };
  const char *at = text;
  for (guint i = 0; i < G_N_ELEMENTS(order); i++) {
    const char *found = strstr(at, order[i]);
    if (found == NULL)
      g_error("“%s” is not in its place", order[i]);
    at = found;
  }
}

static void test_text_widths(void) {
  static const guint widths[] = {40, 60, 80, 100, 200};
  for (guint shape = 0; shape < G_N_ELEMENTS(shapes); shape++) {
    g_autoptr(Fixture) fixture = named_fixture(shape, NULL);
    g_autoptr(GalenReport) report = plain_report(fixture);
    for (guint i = 0; i < G_N_ELEMENTS(widths); i++) {
      g_autofree char *text = text_of(galen_report_write_text(report, widths[i], FALSE, NULL));
      g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
      for (guint l = 0; lines[l] != NULL; l++) {
        if (galen_text_columns(lines[l]) > widths[i])
          g_error("%s: wider than %u: “%s”", shapes[shape].name, widths[i], lines[l]);
        g_assert_false(g_str_has_suffix(lines[l], " "));
      }
    }
  }
}

/* ---- the page ---- */

static void test_page(void) {
  g_autoptr(Fixture) fixture = lab_fixture(TRUE);
  Page page = page_of(&fixture->report);
  page_assert_sound(&page, TRUE);
  g_assert_cmpuint(page_count(&page, "//div[@class='verdict']/h2[.='Split brain: node1, node2 against node3']"), ==, 1);
  g_assert_cmpuint(page_count(&page, "//div[@class='findings']/ul/li"), ==, 6);
  g_assert_cmpuint(page_count(&page, "//div[@class='findings']//a[@href='#i-1']"), ==, 1);
  g_assert_cmpuint(page_count(&page, "//details[@class='card incident']"), ==, 3);
  g_assert_cmpuint(page_count(&page, "//div[@id='i-1']//table[@class='names']"), ==, 2);
  g_assert_cmpuint(page_count(&page, "//div[@id='i-1']//ol[@class='steps']/li"), ==, 2);
  g_assert_cmpuint(page_count(&page, "//div[@id='i-1']//table[@class='lines']/tbody/tr"), ==, 4);
  /* The crash of 18 s in half an hour has a chart of its own, the split brain of 4 min has none. */
  g_assert_cmpuint(page_count(&page, "//div[@id='i-2']//svg"), ==, 1);
  g_assert_cmpuint(page_count(&page, "//div[@id='i-1']//svg"), ==, 0);
  g_assert_cmpuint(page_count(&page, "//section[@id='clock']//svg"), ==, 1);
  g_assert_cmpuint(
      page_count(&page, "//section[@id='errors']//p[code='row0ins.cc:2533'][contains(., 'thread 139 has it')]"), ==, 1);
  g_assert_cmpuint(page_count(&page, "//section[@id='clock']//details[@class='data']//tbody/tr"), >, 25);
  g_assert_cmpuint(page_count(&page, "//section[@id='errors']//svg"), ==, 1);
  g_assert_cmpuint(page_count(&page, "//section[@id='errors']//details[@class='data']//tbody/tr"), >, 10);
  g_assert_cmpuint(page_count(&page, "//section[@id='errors']//ul[@class='legend']/li"), ==, 3);
  g_assert_cmpuint(page_count(&page, "//section[@id='errors']//ul[@class='list']/li/details/summary"), >=, 8);
  g_assert_true(page_has(&page, "<code>gcomm://</code>"));
  g_assert_true(page_has(&page, "SYNCED 0 s later; 18.0 s later: Split brain"));
  g_assert_true(page_has(&page, "2.50 s ahead ± 1.00 s"));
  g_assert_true(page_has(&page, "state exchanges that all members log"));
  g_assert_true(page_has(&page, "found by the UTC times inside UUIDs that the node made"));
  g_assert_true(page_has(&page, "wsrep_last_committed"));
  g_assert_cmpuint(page.len, <, 400000);
  page_clear(&page);
}

static void test_page_without_queries(void) {
  g_autoptr(Fixture) fixture = lab_fixture(FALSE);
  Page page = page_of(&fixture->report);
  page_assert_sound(&page, FALSE);
  g_assert_true(page_has(&page, "No slow log was read: nothing is known about queries."));
  g_assert_false(page_has(&page, "no statement was found"));
  g_assert_cmpuint(page.len, <, 150000);
  page_clear(&page);
}

static void test_page_without_error_logs(void) {
  FixtureOptions options = FIXTURE_DAY;
  g_autoptr(Fixture) fixture = fixture_new(&options);
  Page page = page_of(&fixture->report);
  page_assert_sound(&page, TRUE);
  g_assert_cmpuint(page_count(&page, "//section[@id='incidents' or @id='clock' or @id='configuration']"), ==, 0);
  g_assert_cmpuint(page_count(&page, "//section[@id='errors']/*"), ==, 2);
  g_assert_true(page_has(&page, "No error log was read."));
  page_clear(&page);
}

static void test_muted_is_not_the_answer(void) {
  g_autoptr(Fixture) fixture = lab_fixture(FALSE);
  ((GalenIncident *)g_ptr_array_index(fixture->report.incidents, 0))->muted = TRUE;
  galen_ranking_build(&fixture->report);
  Page page = page_of(&fixture->report);
  g_assert_cmpuint(page_count(&page, "//div[@class='findings']/ul/li"), ==, 2);
  g_assert_cmpuint(page_count(&page, "//div[@class='verdict']/h2[starts-with(., 'node-crash')]"), ==, 1);
  g_assert_cmpuint(page_count(&page, "//details[@class='card incident'][@open]"), ==, 2);
  page_clear(&page);
}

static void test_shapes(void) {
  for (guint i = 0; i < G_N_ELEMENTS(shapes); i++) {
    g_autoptr(Fixture) fixture = named_fixture(i, NULL);
    Page page = page_of(&fixture->report);
    page_assert_sound(&page, shapes[i].queries);
    gboolean lanes = shapes[i].nodes > 0;
    g_assert_cmpuint(page_count(&page, "//section[@id='clock']//svg"), ==, lanes ? 1 : 0);
    if (shapes[i].incidents == 0)
      g_assert_true(page_has(&page, "No incident: nothing in these error logs shows one."));
    page_clear(&page);
  }
}

static void test_hostile_texts(void) {
  static const char *const texts[] = {
      "<script>alert(1)</script><img src=x onerror=alert(1)>",
      "\" onload=\"alert(1)\" x=\"",
      "--><svg/onload=alert(1)>",
      "]]>&#x3c;script&#x3e;&lt;b&gt;",
      "שלום עולם 注文管理システム \xf0\x9f\x98\x80",
  };
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(Fixture) fixture = named_fixture(1, texts[i]);
    Page page = page_of(&fixture->report);
    page_assert_sound(&page, TRUE);
    g_assert_false(page_has(&page, "<script"));
    g_assert_false(page_has(&page, "<img"));
    page_clear(&page);
    g_autoptr(GalenReport) report = plain_report(fixture);
    g_autofree char *json = text_of(json_of(report));
    g_assert_true(g_utf8_validate(json, -1, NULL));
  }
}

static void test_large_models_lose_detail(void) {
  g_autofree char *fat = g_strnfill(6000, '"'); /* six bytes each when escaped */
  HistoryShape shape = HISTORY_SHAPE;
  shape.nodes = 64;
  shape.incidents = shape.groups = 500;
  g_autoptr(Fixture) fixture = shaped_fixture(shape, TRUE, NULL);
  Page page = page_of(&fixture->report);
  page_assert_sound(&page, TRUE);
  guint cards = page_count(&page, "//details[@class='card incident']");
  g_assert_cmpuint(cards, >=, 12);
  g_autofree char *words = g_strdup_printf("%u further incidents: see the JSON report.", 500 - cards);
  g_assert_true(page_has(&page, words));
  g_assert_true(page_has(&page, "further groups: see the JSON report."));
  page_clear(&page);
  g_autoptr(Fixture) hostile = shaped_fixture(shape, TRUE, fat);
  Page fattest = page_of(&hostile->report);
  page_assert_sound(&fattest, TRUE);
  g_assert_true(page_has(&fattest, "This page was made shorter"));
  page_clear(&fattest);
}

/* ---- building ---- */

static GalenReport *built(const Fixture *fixture, GalenReportOptions *options) {
  GalenReport *report = galen_report_alloc();
  GalenNodeRow *row = g_new0(GalenNodeRow, 1);
  row->name = g_strdup("galera-1"); /* an alias of all three: the first takes it */
  row->version = g_strdup("10.11.6-slow");
  g_ptr_array_add(report->nodes, row);
  report->requested_from = options->since;
  report->requested_to = options->until;
  report->requested = options->since != GALEN_TIME_NONE || options->until != GALEN_TIME_NONE;
  report->from = options->since;
  report->to = options->until;
  options->history = fixture->report.history;
  galen_build_history(report, options);
  return report;
}

static void test_build(void) {
  HistoryShape shape = HISTORY_SHAPE;
  g_autoptr(Fixture) fixture = lab_fixture(FALSE);
  GalenReportOptions options = {.since = GALEN_TIME_NONE, .until = GALEN_TIME_NONE};
  g_autoptr(GalenReport) report = built(fixture, &options);
  g_assert_cmpuint(report->nodes->len, ==, 3);
  const GalenNodeRow *row = g_ptr_array_index(report->nodes, 0);
  g_assert_cmpstr(row->name, ==, "node1");
  g_assert_cmpstr(row->version, ==, "10.11.19-MariaDB");
  g_assert_cmpstr(row->timezone, ==, "+01:00");
  g_assert_nonnull(row->life);
  g_assert_cmpint(report->from, ==, shape.from);
  g_assert_cmpint(report->to, ==, shape.from + shape.length);
  g_assert_cmpuint(report->incidents->len, ==, 3);
  g_assert_null(report->errors);
}

static GPtrArray *ids(const GalenReport *report) {
  GPtrArray *list = g_ptr_array_new();
  for (guint i = 0; i < report->incidents->len; i++)
    g_ptr_array_add(list, ((GalenIncident *)g_ptr_array_index(report->incidents, i))->id);
  return list;
}

static void assert_ids(const GalenReport *report, const char *expected) {
  g_autoptr(GPtrArray) list = ids(report);
  g_ptr_array_add(list, NULL);
  g_autofree char *text = g_strjoinv(" ", (char **)list->pdata);
  g_assert_cmpstr(text, ==, expected);
}

/* Those that touch the window are shown whole; the one without a time is always. */
static void test_window(void) {
  HistoryShape shape = HISTORY_SHAPE;
  g_autoptr(Fixture) fixture = lab_fixture(FALSE);
  GalenReportOptions options = {.since = shape.from + shape.length / 100 * 75, .until = GALEN_TIME_NONE};
  g_autoptr(GalenReport) late = built(fixture, &options);
  assert_ids(late, "node-crash:a0abb6c1:1 undetermined:a0abb6c1:2");
  g_assert_cmpint(late->from, ==, options.since);
  options = (GalenReportOptions){.since = shape.from + shape.length / 100 * 73, .until = GALEN_TIME_NONE};
  g_autoptr(GalenReport) dirty = built(fixture, &options); /* data still differed then */
  assert_ids(dirty, "split-brain:a0abb6c1:0 node-crash:a0abb6c1:1 undetermined:a0abb6c1:2");
  options = (GalenReportOptions){.since = GALEN_TIME_NONE, .until = shape.from + shape.length / 100 * 42};
  g_autoptr(GalenReport) exposed = built(fixture, &options);
  assert_ids(exposed, "split-brain:a0abb6c1:0 undetermined:a0abb6c1:2");
  options = (GalenReportOptions){.since = GALEN_TIME_NONE, .until = shape.from + shape.length / 100 * 39};
  g_autoptr(GalenReport) early = built(fixture, &options);
  assert_ids(early, "undetermined:a0abb6c1:2");
}

static void test_mute(void) {
  g_autoptr(Fixture) fixture = lab_fixture(FALSE);
  static const char *const mute[] = {"split-brain", "node-crash:a0abb6c1:1@2026-11-25", NULL};
  GalenReportOptions options = {.since = GALEN_TIME_NONE, .until = GALEN_TIME_NONE, .mute = mute};
  g_autoptr(GalenReport) report = built(fixture, &options);
  assert_ids(report, "undetermined:a0abb6c1:2 split-brain:a0abb6c1:0 node-crash:a0abb6c1:1");
  g_assert_false(((GalenIncident *)g_ptr_array_index(report->incidents, 0))->muted);
  g_assert_true(((GalenIncident *)g_ptr_array_index(report->incidents, 1))->muted);
  g_assert_true(((GalenIncident *)g_ptr_array_index(report->incidents, 2))->muted);
}

/* A history that no error log is behind changes nothing. */
static void test_history_of_slow_logs(void) {
  HistoryShape shape = HISTORY_SHAPE;
  shape.incidents = 0;
  g_autoptr(Fixture) fixture = shaped_fixture(shape, FALSE, NULL);
  GalenHistory *history = (GalenHistory *)fixture->report.history;
  g_ptr_array_set_size(history->clusters, 0);
  for (guint i = 0; i < history->nodes->len; i++)
    ((GalenNode *)g_ptr_array_index(history->nodes, i))->has_log = FALSE;
  GalenReportOptions options = {.since = GALEN_TIME_NONE, .until = GALEN_TIME_NONE};
  g_autoptr(GalenReport) report = built(fixture, &options);
  g_assert_null(report->history);
  g_assert_cmpuint(report->nodes->len, ==, 1);
  g_assert_cmpint(report->from, ==, GALEN_TIME_NONE);
}

static void add_tests(void) {
  g_test_add_func("/report-history/json-nodes", test_json_nodes);
  g_test_add_func("/report-history/json-clusters", test_json_clusters);
  g_test_add_func("/report-history/json-group-replication", test_json_group_replication);
  g_test_add_func("/report-history/json-incidents", test_json_incidents);
  g_test_add_func("/report-history/json-errors", test_json_errors);
  g_test_add_func("/report-history/text", test_text);
  g_test_add_func("/report-history/text-widths", test_text_widths);
  g_test_add_func("/report-history/page", test_page);
  g_test_add_func("/report-history/page-without-queries", test_page_without_queries);
  g_test_add_func("/report-history/page-without-error-logs", test_page_without_error_logs);
  g_test_add_func("/report-history/muted-is-not-the-answer", test_muted_is_not_the_answer);
  g_test_add_func("/report-history/shapes", test_shapes);
  g_test_add_func("/report-history/hostile-texts", test_hostile_texts);
  g_test_add_func("/report-history/large-models-lose-detail", test_large_models_lose_detail);
  g_test_add_func("/report-history/build", test_build);
  g_test_add_func("/report-history/window", test_window);
  g_test_add_func("/report-history/mute", test_mute);
  g_test_add_func("/report-history/history-of-slow-logs", test_history_of_slow_logs);
}

int main(int argc, char **argv) {
  if (argc == 2 && g_str_equal(argv[1], "--dump")) {
    g_autoptr(Fixture) fixture = lab_fixture(FALSE);
    g_autoptr(GalenReport) report = plain_report(fixture);
    print(json_of(report));
    return 0;
  }
  if (argc == 2 && g_str_equal(argv[1], "--text")) {
    g_autoptr(Fixture) fixture = lab_fixture(FALSE);
    g_autoptr(GalenReport) report = plain_report(fixture);
    print(galen_report_write_text(report, 100, FALSE, NULL));
    return 0;
  }
  if (argc == 4 && g_str_equal(argv[1], "--page")) {
    guint shape = 0;
    while (shape + 1 < G_N_ELEMENTS(shapes) && !g_str_equal(shapes[shape].name, argv[3]))
      shape++;
    g_autoptr(Fixture) fixture = named_fixture(shape, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = galen_report_write_html(&fixture->report, TEMPLATES, &error);
    g_assert_no_error(error);
    g_assert_true(g_file_set_contents(argv[2], g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes), NULL));
    return 0;
  }
  g_test_init(&argc, &argv, NULL);
  add_tests();
  g_test_add_func("/report-history/zone-words", test_zone_words);
  return g_test_run();
}
