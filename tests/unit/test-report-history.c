/* Error logs in the report: incidents, nodes, errors and configuration in every format.
 *
 * `test-report-history --dump` prints the JSON for tests/golden/validate.py; `--page FILE SHAPE` and `--text` make what to look at. */
#include "history-fixture.h"

#define TEMPLATES GALEN_SOURCE_DIR "/report-templates"

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

#define MINUTE (60 * G_USEC_PER_SEC)
#define DAYS (G_GINT64_CONSTANT(24) * 60 * MINUTE)

/* What charts and pages have to bear. */
static const struct {
  const char *name;
  guint nodes, incidents, groups;
  gint64 length;
  gboolean long_names, queries;
} shapes[] = {
    {"lab", 3, 3, 8, 30 * MINUTE, FALSE, FALSE},   {"both", 3, 3, 8, 30 * MINUTE, FALSE, TRUE},
    {"one", 1, 1, 1, 3 * MINUTE, FALSE, FALSE},    {"twelve", 12, 40, 300, 3 * 365 * DAYS, TRUE, TRUE},
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
  return g_test_run();
}
