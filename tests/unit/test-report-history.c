/* Error logs in the report: incidents, nodes, errors and configuration in every format.
 *
 * `test-report-history --dump` prints the JSON for tests/golden/validate.py; `--page FILE` and `--text` print what to look at. */
#include "history-fixture.h"

#define TEMPLATES GALEN_SOURCE_DIR "/report-templates"

static GBytes *json_of(const GalenReport *report) {
  g_autoptr(GError) error = NULL;
  GBytes *bytes = galen_report_write_json(report, &error);
  g_assert_no_error(error);
  return bytes;
}

static Fixture *lab_fixture(gboolean queries) {
  FixtureOptions options = FIXTURE_DAY;
  HistoryShape shape = HISTORY_SHAPE;
  options.from = shape.from;
  options.cells = 180;
  options.step = shape.length / 180;
  options.inputs = 3;
  if (!queries)
    options.classes = options.findings = 0;
  Fixture *fixture = fixture_new(&options);
  fixture_add_history(fixture, &options, &shape);
  return fixture;
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
  return report;
}

static void print(GBytes *bytes) {
  gsize len = 0;
  const char *data = g_bytes_get_data(bytes, &len);
  g_print("%.*s", (int)len, data);
  g_bytes_unref(bytes);
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
  g_test_init(&argc, &argv, NULL);
  return g_test_run();
}
