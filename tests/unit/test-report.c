/* The model as built from a digest and inputs. */
#include "../../analyzer/findings/advice.h"
#include "../../analyzer/report/build.h"
#include "report-sample.h"

/* ---- the digest behind it ---- */

typedef struct {
  const char *text, *user;
  guint64 us, examined;
  gint64 start;
} Call;

static void add_call(GalenDigest *digest, GalenFingerprinter *fingerprinter, const Call *call) {
  GalenSlowEvent event = {.piece = GALEN_PIECE_WHOLE,
                          .text = galen_slice(call->text, strlen(call->text)),
                          .start = call->start,
                          .timed = call->start != GALEN_TIME_NONE,
                          .main = {[GALEN_MAIN_TIME] = call->us, [GALEN_MAIN_ROWS_EXAMINED] = call->examined},
                          .main_mask = 1 << GALEN_MAIN_TIME | 1 << GALEN_MAIN_ROWS_EXAMINED,
                          .rate_limit = 1,
                          .line = 1};
  GalenFingerprint fingerprint;
  if (call->us == G_MAXUINT64) /* the log does not say */
    event.main_mask = 1 << GALEN_MAIN_ROWS_EXAMINED;
  if (call->user != NULL)
    event.user = galen_slice(call->user, strlen(call->user));
  galen_fingerprinter_begin(fingerprinter, FALSE);
  galen_fingerprinter_feed(fingerprinter, event.text.data, event.text.len);
  galen_fingerprinter_end(fingerprinter, &fingerprint);
  galen_digest_add(digest, &event, &fingerprint, fingerprinter, event.text.len, galen_slice(NULL, 0));
}

static GalenDigest *digest_of(const Call *calls, gsize n) {
  GalenDigestOptions options = {.samples = GALEN_SAMPLES_MASKED};
  g_autoptr(GalenFingerprinter) fingerprinter = galen_fingerprinter_new(GALEN_FINGERPRINT_DEFAULT);
  g_autoptr(GError) error = NULL;
  GalenDigest *digest = galen_digest_new(&options);
  galen_digest_set_source(digest, "node1", "node1/slow.log");
  for (gsize i = 0; i < n; i++)
    add_call(digest, fingerprinter, &calls[i]);
  g_assert_true(galen_digest_finish(digest, &error));
  g_assert_no_error(error);
  return digest;
}

/* a takes most time, b has most calls, c the longest one and most rows. */
static const Call calls[] = {
    {"select a from ta", "app", 3000, 10, SAMPLE_DAY},
    {"select a from ta", "app", 3000, 10, SAMPLE_DAY + 1000000},
    {"select b from tb", "web", 1, 10, SAMPLE_DAY + 2000000},
    {"select b from tb", NULL, 1, 10, SAMPLE_DAY + 2000000},
    {"select b from tb", "web", 1, 10, GALEN_TIME_NONE},
    {"select c from tc", "app", 4000, 500, SAMPLE_DAY + 3000000},
};

static const GalenReportOptions everything = {.since = GALEN_TIME_NONE, .until = GALEN_TIME_NONE, .top = 10};

static GalenReport *report_of(const GalenDigest *digest, const GalenReportOptions *options) {
  GPtrArray *inputs = g_ptr_array_new();
  g_ptr_array_add(inputs, sample_input("node1", "node1/slow.log", SAMPLE_DAY, SAMPLE_DAY + 3000000));
  return galen_report_new(digest, inputs, options);
}

static const GalenQuery *query_at(const GPtrArray *list, guint index) {
  g_assert_cmpuint(index, <, list->len);
  return g_ptr_array_index(list, index);
}

static void test_build(void) {
  g_autoptr(GalenDigest) digest = digest_of(calls, G_N_ELEMENTS(calls));
  g_autoptr(GalenReport) report = report_of(digest, &everything);
  g_assert_cmpstr(report->title, ==, "Database health report: node1");
  g_assert_cmpuint(report->total.count, ==, 6);
  g_assert_true(report->total.main[GALEN_MAIN_TIME].sum == 10003);
  g_assert_cmpuint(report->total.untimed, ==, 1);
  g_assert_cmpint(report->from, ==, SAMPLE_DAY);
  g_assert_cmpint(report->to, ==, SAMPLE_DAY + 3000000);
  g_assert_cmpuint(report->classes, ==, 3);
  g_assert_cmpuint(report->top->len, ==, 3);
  g_assert_cmpuint(report->other.count, ==, 0);
  g_assert_cmpstr(query_at(report->top, 0)->fingerprint, ==, "select a from ta");
  g_assert_cmpfloat(query_at(report->top, 0)->figures.share, ==, 6000.0 / 10003);
  g_assert_cmpuint(query_at(report->top, 0)->color, ==, 0);
  g_assert_cmpuint(query_at(report->top, 2)->color, ==, 2);
  g_assert_nonnull(report->series);
  g_assert_nonnull(query_at(report->top, 0)->series);
  g_assert_cmpuint(report->leading->len, ==, 3);
  g_assert_cmpuint(report->leading_only->len, ==, 0);
}

static void test_order(void) {
  static const struct {
    const char *order, *first;
  } cases[] = {{"time", "select a from ta"}, {"count", "select b from tb"},         {"max", "select c from tc"},
               {"p99", "select c from tc"},  {"rows-examined", "select c from tc"}, {"nonsense", "select a from ta"}};
  g_autoptr(GalenDigest) digest = digest_of(calls, G_N_ELEMENTS(calls));
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    GalenReportOptions options = everything;
    options.order_by = cases[i].order;
    g_autoptr(GalenReport) report = report_of(digest, &options);
    g_assert_cmpstr(query_at(report->top, 0)->fingerprint, ==, cases[i].first);
    g_assert_cmpuint(query_at(report->top, 0)->rank, ==, 1);
  }
}

/* Without lock times all are equal: by id. */
static void test_ties(void) {
  g_autoptr(GalenDigest) digest = digest_of(calls, G_N_ELEMENTS(calls));
  GalenReportOptions options = everything;
  options.order_by = "lock-time";
  g_autoptr(GalenReport) report = report_of(digest, &options);
  for (guint i = 1; i < report->top->len; i++)
    g_assert_cmpint(strcmp(query_at(report->top, i - 1)->id, query_at(report->top, i)->id), <, 0);
}

/* A time that nobody knows is no 0. */
static void test_untold_sample(void) {
  static const Call some[] = {{"select a from ta", "app", G_MAXUINT64, 10, SAMPLE_DAY},
                              {"select b from tb", "app", 0, 10, SAMPLE_DAY},
                              {"select c from tc", "app", G_MAXUINT64, 10, SAMPLE_DAY},
                              {"select c from tc", "app", 5, 10, SAMPLE_DAY}};
  g_autoptr(GalenDigest) digest = digest_of(some, G_N_ELEMENTS(some));
  g_autoptr(GalenReport) report = report_of(digest, &everything);
  g_assert_cmpuint(report->top->len, ==, 3);
  for (guint i = 0; i < 3; i++) {
    const GalenQuery *query = query_at(report->top, i);
    g_assert_nonnull(query->sample);
    g_assert_true(query->sample_untold == g_str_equal(query->fingerprint, "select a from ta"));
  }
}

static void test_top(void) {
  g_autoptr(GalenDigest) digest = digest_of(calls, G_N_ELEMENTS(calls));
  GalenReportOptions options = everything;
  options.top = 1;
  options.order_by = "count";
  g_autoptr(GalenReport) report = report_of(digest, &options);
  g_assert_cmpuint(report->top->len, ==, 1);
  g_assert_cmpuint(report->other.count, ==, 3);
  g_assert_true(report->other.main[GALEN_MAIN_TIME].sum == 10000);
  /* The charts still have the classes with most time. */
  g_assert_cmpuint(report->leading->len, ==, 3);
  g_assert_cmpuint(report->leading_only->len, ==, 2);
  g_assert_cmpstr(query_at(report->leading, 0)->fingerprint, ==, "select a from ta");
  g_assert_cmpuint(query_at(report->leading, 0)->rank, ==, 2);
  options.top = 0;
  g_autoptr(GalenReport) all = report_of(digest, &options);
  g_assert_cmpuint(all->top->len, ==, 3);
}

static void test_user_shares(void) {
  g_autoptr(GalenDigest) digest = digest_of(calls, G_N_ELEMENTS(calls));
  g_autoptr(GalenReport) report = report_of(digest, &everything);
  guint64 count = 0, time = 0;
  gboolean unknown = FALSE;
  for (guint i = 0; i < report->shares[GALEN_TOP_USER]->len; i++) {
    const GalenShare *share = g_ptr_array_index(report->shares[GALEN_TOP_USER], i);
    count += share->count;
    time += share->time;
    unknown = unknown || (share->name == NULL && !share->remainder && share->count == 1);
  }
  g_assert_cmpuint(count, ==, 6);
  g_assert_cmpuint(time, ==, 10003);
  g_assert_true(unknown);
}

static void test_requested_window(void) {
  g_autoptr(GalenDigest) digest = digest_of(calls, G_N_ELEMENTS(calls));
  GalenReportOptions options = everything;
  options.since = SAMPLE_DAY - SAMPLE_HOUR;
  options.title = "My \x1b title";
  g_autoptr(GalenReport) report = report_of(digest, &options);
  g_assert_true(report->requested);
  g_assert_cmpint(report->from, ==, SAMPLE_DAY - SAMPLE_HOUR);
  g_assert_cmpint(report->to, ==, SAMPLE_DAY + 3000000);
  g_assert_cmpint(report->requested_to, ==, GALEN_TIME_NONE);
  g_assert_cmpstr(report->title, ==, "My \\x1b title");
}

static void test_advice(void) {
  static const Call slow[] = {{"select a from ta where b like '%x'", "app", 5000000, 90000, SAMPLE_DAY}};
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenAdviceRules) rules = galen_advice_rules_load(GALEN_SOURCE_DIR "/analyzer/rules", &error);
  g_assert_no_error(error);
  g_autoptr(GalenDigest) digest = digest_of(slow, G_N_ELEMENTS(slow));
  GalenReportOptions options = everything;
  options.rules = rules;
  g_autoptr(GalenReport) report = report_of(digest, &options);
  const GalenQuery *query = query_at(report->top, 0);
  g_assert_cmpuint(query->advice->len, ==, 1);
  g_assert_cmpstr(((const GalenAdvice *)g_ptr_array_index(query->advice, 0))->id, ==, "leading-wildcard");
  g_assert_cmpuint(report->findings->len, ==, 1);
}

static void test_empty(void) {
  g_autoptr(GalenDigest) digest = digest_of(NULL, 0);
  GPtrArray *inputs = g_ptr_array_new();
  g_ptr_array_add(inputs, sample_input("node1", "slow.log", GALEN_TIME_NONE, GALEN_TIME_NONE));
  g_autoptr(GalenReport) report = galen_report_new(digest, inputs, &everything);
  g_assert_null(report->series);
  g_assert_null(report->heat);
  g_assert_cmpint(report->from, ==, GALEN_TIME_NONE);
  g_assert_cmpint(report->status, ==, GALEN_STATUS_WARNING);
  g_assert_cmpuint(report->findings->len, ==, 1);
  g_assert_false(report->incomplete);
}

/* ---- parts ---- */

static void test_bars(void) {
  GalenHistogram histogram = {.n = 0};
  g_autoptr(GPtrArray) bars = g_ptr_array_new_with_free_func(g_free);
  galen_build_bars(bars, &histogram);
  g_assert_cmpuint(bars->len, ==, 0);
  galen_histogram_add(&histogram, 3, 7);
  galen_histogram_add(&histogram, 19, 1);
  galen_histogram_add(&histogram, 20, 2);
  galen_build_bars(bars, &histogram);
  static const GalenBar expected[] = {{2, 4, 7}, {5, 9, 0}, {10, 19, 1}, {20, 49, 2}};
  g_assert_cmpuint(bars->len, ==, G_N_ELEMENTS(expected));
  for (guint i = 0; i < bars->len; i++) {
    const GalenBar *bar = g_ptr_array_index(bars, i);
    g_assert_cmpuint(bar->low, ==, expected[i].low);
    g_assert_cmpuint(bar->high, ==, expected[i].high);
    g_assert_cmpuint(bar->count, ==, expected[i].count);
  }
  galen_histogram_clear(&histogram);
}

static void test_zero_bar(void) {
  GalenHistogram histogram = {.n = 0};
  g_autoptr(GPtrArray) bars = g_ptr_array_new_with_free_func(g_free);
  galen_histogram_add(&histogram, 0, 3);
  galen_build_bars(bars, &histogram);
  g_assert_cmpuint(bars->len, ==, 1);
  const GalenBar *bar = g_ptr_array_index(bars, 0);
  g_assert_cmpuint(bar->high, ==, 0);
  g_assert_cmpuint(bar->count, ==, 3);
  galen_histogram_clear(&histogram);
}

static void test_remainder(void) {
  GalenTopValue value = {(char *)"a\xff", 3, 75};
  GalenTop top = {g_ptr_array_new(), 5, 7, 25};
  GalenQuery *query = galen_query_new();
  const GPtrArray *shares = query->shares[GALEN_TOP_USER];
  g_ptr_array_add(top.values, &value);
  galen_build_shares(query->shares[GALEN_TOP_USER], &top, 100);
  g_assert_cmpuint(shares->len, ==, 2);
  const GalenShare *first = g_ptr_array_index(shares, 0), *rest = g_ptr_array_index(shares, 1);
  g_assert_cmpstr(first->name, ==, "a\\xff");
  g_assert_cmpfloat(first->share, ==, 0.75);
  g_assert_true(rest->remainder);
  g_assert_cmpuint(rest->distinct, ==, 4);
  g_assert_cmpuint(rest->time, ==, 25);
  g_ptr_array_unref(top.values);
  galen_query_free(query);
}

static void test_inputs(void) {
  g_autoptr(GalenReport) report = galen_report_alloc();
  GPtrArray *inputs = g_ptr_array_new();
  GalenInputRow *late = sample_input("b", "b/slow.log", SAMPLE_DAY + 5, SAMPLE_DAY + 9);
  GalenInputRow *early = sample_input("b", "b/slow.log.1", SAMPLE_DAY, SAMPLE_DAY + 4);
  GalenInputRow *foreign = sample_input("a", "a/notes\x1b.txt", GALEN_TIME_NONE, GALEN_TIME_NONE);
  foreign->kind = "unknown";
  late->version = g_strdup("8.0.36");
  early->version = g_strdup("8.0.35");
  early->complete = FALSE;
  late->account.implausible = 3;
  g_ptr_array_add(inputs, late);
  g_ptr_array_add(inputs, early);
  g_ptr_array_add(inputs, foreign);
  galen_build_inputs(report, inputs);
  static const char *const paths[] = {"a/notes\\x1b.txt", "b/slow.log.1", "b/slow.log"};
  for (guint i = 0; i < G_N_ELEMENTS(paths); i++)
    g_assert_cmpstr(((const GalenInputRow *)g_ptr_array_index(report->inputs, i))->path, ==, paths[i]);
  g_assert_true(report->incomplete);
  g_assert_cmpuint(report->implausible, ==, 3);
  g_assert_cmpuint(report->nodes->len, ==, 1);
  const GalenNodeRow *node = g_ptr_array_index(report->nodes, 0);
  g_assert_cmpstr(node->name, ==, "b");
  g_assert_cmpstr(node->version, ==, "8.0.36");
}

static void test_gaps(void) {
  g_autoptr(GalenReport) report = galen_report_alloc();
  GalenSeries series = {.from = SAMPLE_DAY, .step = SAMPLE_HOUR, .n = 24};
  report->series = &series;
  static const struct { gint64 from, to; /* hours */ } spans[] = {{0, 2}, {1, 5}, {4, 4}, {7, 8}, {12, 20}, {-9, -8}};
  for (gsize i = 0; i < G_N_ELEMENTS(spans); i++)
    g_ptr_array_add(report->inputs, sample_input("a", "x", SAMPLE_DAY + spans[i].from * SAMPLE_HOUR,
                                                 SAMPLE_DAY + spans[i].to * SAMPLE_HOUR));
  galen_build_gaps(report);
  /* 5 to 7 is only two steps long, and before the series nothing counts. */
  g_assert_cmpuint(report->gaps->len, ==, 1);
  const GalenGap *gap = g_ptr_array_index(report->gaps, 0);
  g_assert_cmpint(gap->from, ==, SAMPLE_DAY + 8 * SAMPLE_HOUR);
  g_assert_cmpint(gap->to, ==, SAMPLE_DAY + 12 * SAMPLE_HOUR);
}

static void test_skip_texts(void) {
  static const struct {
    const char *raw, *shown;
  } cases[] = {
      {"# Query_time: 1.5  Lock_time: 0\n", "# Query_time: 1.5  Lock_time: 0"},
      {"# my secret word", "# ? ? ?"},
      {"# Time: 260101\nAnna Smith, 'x'", "# Time: 260101\n? ?, '?'"},
      {"smith@example.org', 'secret', 17)", "?', '?', ?)"},
      {"INSERT INTO t VALUES ('it''s', \"a\\\"b\", 0xAF, 12.5)", "INSERT INTO t VALUES (??, ?, ?, ?)"},
      {"select a from t where b = 'open", "select a from t where b = ?"},
      {"select a /* by anna */ from t", "select a ?"},
      {"/usr/sbin/mariadbd, Version: 10.11.6-MariaDB (Debian). started with:",
       "/usr/sbin/mariadbd, Version: 10.11.6-MariaDB (Debian). started with:"},
      {"selection of names", "? ? ?"},
      {"\x1b[31m\xff", "\\x1b[?"},
      {"", ""},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *shown = galen_build_skip_text(galen_slice(cases[i].raw, strlen(cases[i].raw)));
    g_assert_cmpstr(shown, ==, cases[i].shown);
  }
  g_autofree char *none = galen_build_skip_text(galen_slice(NULL, 0));
  g_assert_cmpstr(none, ==, "");
}

/* Names from damaged logs that cleaning makes equal stay apart. */
static void test_attribute_names(void) {
  GalenTotals totals = {.attrs = g_array_new(FALSE, TRUE, sizeof(GalenAttrStat))};
  static const char *const names[] = {"a\xff", "a\\xff"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    GalenAttrStat attr = {.name = names[i], .unit = GALEN_UNIT_COUNT};
    galen_stat_add(&attr.stat, 5);
    g_array_append_val(totals.attrs, attr);
  }
  g_autoptr(GalenReport) report = galen_report_alloc();
  galen_build_figures(&report->total, &totals, 0);
  g_assert_cmpuint(report->total.attrs->len, ==, 2);
  g_assert_cmpstr(g_array_index(report->total.attrs, GalenFigure, 0).name, ==, "a\\xff");
  g_assert_cmpstr(g_array_index(report->total.attrs, GalenFigure, 1).name, ==, "a\\xff_2");
  g_array_unref(totals.attrs);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/report/build", test_build);
  g_test_add_func("/report/order", test_order);
  g_test_add_func("/report/ties", test_ties);
  g_test_add_func("/report/untold-sample", test_untold_sample);
  g_test_add_func("/report/top", test_top);
  g_test_add_func("/report/user-shares", test_user_shares);
  g_test_add_func("/report/requested-window", test_requested_window);
  g_test_add_func("/report/advice", test_advice);
  g_test_add_func("/report/empty", test_empty);
  g_test_add_func("/report/bars", test_bars);
  g_test_add_func("/report/zero-bar", test_zero_bar);
  g_test_add_func("/report/remainder", test_remainder);
  g_test_add_func("/report/inputs", test_inputs);
  g_test_add_func("/report/gaps", test_gaps);
  g_test_add_func("/report/skip-texts", test_skip_texts);
  g_test_add_func("/report/attribute-names", test_attribute_names);
  return g_test_run();
}
