#include "../../analyzer/report/text_out.h"
#include "analyzer/findings/ranking.h"
#include "report-sample.h"

static char *text_of(GBytes *bytes) {
  gsize len = 0;
  const char *data = g_bytes_get_data(bytes, &len);
  char *text = g_strndup(data, len);
  g_bytes_unref(bytes);
  return text;
}

static char *written(const GalenReport *report, guint width, gboolean color) {
  g_autoptr(GError) error = NULL;
  GBytes *bytes = galen_report_write_text(report, width, color, &error);
  g_assert_no_error(error);
  return text_of(bytes);
}

static void assert_has(const char *text, const char *part) {
  if (strstr(text, part) == NULL)
    g_error("“%s” is not in:\n%s", part, text);
}

static void assert_width(const char *text, guint width) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    if (galen_text_columns(lines[i]) > width)
      g_error("wider than %u: “%s”", width, lines[i]);
    g_assert_false(g_str_has_suffix(lines[i], " "));
  }
}

static void test_columns(void) {
  g_assert_cmpuint(galen_text_columns("abc"), ==, 3);
  g_assert_cmpuint(galen_text_columns("日本"), ==, 4);
  g_assert_cmpuint(galen_text_columns("e\u0301"), ==, 1);
}

static void test_cut(void) {
  static const struct {
    const char *text;
    guint columns;
    const char *cut;
  } cases[] = {
      {"abc", 3, "abc"},    {"abcd", 3, "ab…"},      {"日本語", 6, "日本語"}, {"日本語", 5, "日本…"},
      {"日本語", 4, "日…"}, {"a\nb\tc", 5, "a b c"}, {"abc", 0, ""},          {"", 0, ""},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *cut = galen_text_cut(cases[i].text, cases[i].columns);
    g_assert_cmpstr(cut, ==, cases[i].cut);
  }
}

static char *wrapped(const char *text, guint width, guint indent, guint max_lines) {
  GalenText out = {g_string_new(NULL), width, FALSE};
  galen_text_wrap(&out, indent, GALEN_TEXT_PLAIN, text, max_lines);
  return g_string_free(out.out, FALSE);
}

static void test_wrap(void) {
  static const struct {
    const char *text;
    guint width, indent, max_lines;
    const char *lines;
  } cases[] = {
      {"one two three", 10, 0, 0, "one two\nthree\n"},
      {"one two three", 13, 0, 0, "one two three\n"},
      {"0123456789abc", 12, 2, 0, "  0123456789\n  abc\n"},
      {"日本語日本語日本語", 12, 2, 0, "  日本語日本\n  語日本語\n"},
      {"a\nb\n", 20, 2, 0, "  a\n  b\n"},
      {"a\n\nb", 20, 2, 0, "  a\n\n  b\n"},
      {"1\n2\n3\n4", 20, 0, 2, "1\n2\n…\n"},
      {"1\n2", 20, 0, 2, "1\n2\n"},
      {"", 20, 0, 0, "\n"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text = wrapped(cases[i].text, cases[i].width, cases[i].indent, cases[i].max_lines);
    g_assert_cmpstr(text, ==, cases[i].lines);
  }
}

static const GalenTextColumn columns[] = {
    {"n", TRUE, FALSE, 0}, {"spare", FALSE, FALSE, 1}, {"first to go", FALSE, FALSE, 2}, {"name", FALSE, TRUE, 0}};

static char *table_of(guint width) {
  GalenText out = {g_string_new(NULL), width, FALSE};
  g_autoptr(GalenTextTable) table = galen_text_table_new(columns, G_N_ELEMENTS(columns));
  static const char *const cells[] = {
      "1", "x", "y", "日本語 and some more words", "22", "", NULL, "b", "3", "not a full row"};
  for (gsize i = 0; i < G_N_ELEMENTS(cells); i++)
    galen_text_table_take(table, g_strdup(cells[i]));
  galen_text_table_print(table, &out, 0);
  return g_string_free(out.out, FALSE);
}

static void test_table(void) {
  g_autofree char *wide = table_of(80);
  g_autofree char *less = table_of(30);
  g_autofree char *narrow = table_of(12);
  g_assert_cmpstr(wide, ==,
                  " n  spare  first to go  name\n"
                  " 1  x      y            日本語 and some more words\n"
                  "22                      b\n");
  g_assert_cmpstr(less, ==,
                  " n  spare  name\n"
                  " 1  x      日本語 and some mo…\n"
                  "22         b\n");
  g_assert_cmpstr(narrow, ==,
                  " n  name\n"
                  " 1  日本語…\n"
                  "22  b\n");
}

static void test_document(void) {
  g_autoptr(GalenReport) report = sample_report();
  static const char *const parts[] = {
      "Database health report: node1\n=============================\nOK\n2026-11-24 00:00:00 to 2026-11-24 01:00:00 "
      "(UTC)",
      "4 statements of 2 classes, 4.00 s of query time",
      "\nNothing here needs you today.\n\nWHAT MATTERS MOST\n  Nothing goes past a limit.",
      "TOP 2 OF 2 CLASSES BY time",
      "75.0 %",
      "select a, b from orders where c = ?",
      "full_scan in 2 of 2",
      "1062: 2",
      "app 100 %",
      "node1/slow.log line 12",
      "      SELECT a, b\n      FROM orders WHERE c = ?",
      "Index the columns in WHERE.",
      "4 events in 1000 B: 1000 bytes in events, 0 in headers, 0 skipped",
  };
  g_autofree char *text = written(report, 120, FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
    assert_has(text, parts[i]);
  g_assert_null(strchr(text, '\033'));
}

static void test_findings(void) {
  g_autoptr(GalenReport) report = sample_report();
  report->status = GALEN_STATUS_WARNING;
  GalenFinding *finding = galen_finding_new();
  finding->severity = GALEN_SEVERITY_WARNING;
  finding->id = g_strdup("coverage-gap:node2");
  finding->title = g_strdup("No event from node2");
  g_ptr_array_add(report->findings, finding);
  galen_ranking_build(report);
  g_autofree char *plain = written(report, 80, FALSE);
  g_autofree char *colored = written(report, 80, TRUE);
  assert_has(plain, "\nWARNING\n");
  assert_has(plain, "  WARNING    No event from node2\n");
  assert_has(colored, "\033[1;33mWARNING\033[0m");
  finding->muted = TRUE;
  galen_ranking_build(report);
  g_autofree char *muted = written(report, 80, FALSE);
  assert_has(muted, "  WARNING (muted) No event from node2\n");
}

static void test_widths(void) {
  g_autoptr(GalenReport) report = sample_report();
  GalenQuery *query = g_ptr_array_index(report->top, 0);
  g_free(query->label);
  query->label = g_strdup("SELECT 注文, 注文明細, 注文履歴, 注文合計, 注文状態, 注文配送, 注文請求");
  g_free(query->fingerprint);
  query->fingerprint = g_strnfill(3000, 'x');
  g_free(report->title);
  report->title = g_strnfill(300, 't');
  static const guint widths[] = {40, 41, 57, 80, 81, 132, 200};
  for (gsize i = 0; i < G_N_ELEMENTS(widths); i++) {
    g_autofree char *text = written(report, widths[i], FALSE);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    assert_width(text, widths[i]);
  }
  g_autofree char *least = written(report, 1, FALSE);
  assert_width(least, 40);
}

static void test_empty(void) {
  g_autoptr(GalenReport) report = galen_report_alloc();
  g_autofree char *text = written(report, 80, FALSE);
  assert_has(text, "No statement was found in these logs.");
  assert_has(text, "\nCLASSES\n  No statement was found in these logs.");
  g_assert_null(strstr(text, "TOP 0"));
}

static void test_no_version(void) {
  g_autoptr(GalenReport) report = sample_report();
  GalenInputRow *row = g_ptr_array_index(report->inputs, 0);
  row->server = "MySQL";
  g_autofree char *text = written(report, 200, FALSE);
  assert_has(text, "slow-log of node1, MySQL; times in");
  row->version = g_strdup("8.0.35");
  g_autofree char *versioned = written(report, 200, FALSE);
  assert_has(versioned, "slow-log of node1, MySQL 8.0.35; times in");
}

/* The window asked for is shown, also when nothing is in it. */
static void test_empty_window(void) {
  g_autoptr(GalenReport) report = galen_report_alloc();
  report->requested = TRUE;
  report->requested_from = report->from = SAMPLE_DAY;
  g_autofree char *text = written(report, 200, FALSE);
  assert_has(text, "OK\nsince 2026-11-24 00:00:00, UTC\n");
  assert_has(text,
             "No statement of these logs is known to be in the window asked for (since 2026-11-24 00:00:00, UTC).");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/text/columns", test_columns);
  g_test_add_func("/text/cut", test_cut);
  g_test_add_func("/text/wrap", test_wrap);
  g_test_add_func("/text/table", test_table);
  g_test_add_func("/text/document", test_document);
  g_test_add_func("/text/findings", test_findings);
  g_test_add_func("/text/widths", test_widths);
  g_test_add_func("/text/empty", test_empty);
  g_test_add_func("/text/no-version", test_no_version);
  g_test_add_func("/text/empty-window", test_empty_window);
  return g_test_run();
}
