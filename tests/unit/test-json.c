/* `test-json --dump` prints the sample report, for tests/golden/validate.py. */
#include "../../analyzer/report/json_out.h"
#include "report-sample.h"

#include <glib.h>

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

static void assert_lacks(const char *text, const char *part) {
  if (strstr(text, part) != NULL)
    g_error("“%s” is in:\n%s", part, text);
}

/* ---- the emitter ---- */

static void test_layout(void) {
  GalenJson json;
  galen_json_init(&json);
  galen_json_open_object(&json, NULL, GALEN_JSON_BLOCK);
  galen_json_bool(&json, "yes", TRUE);
  galen_json_open_list(&json, "empty", GALEN_JSON_BLOCK);
  galen_json_close_list(&json);
  galen_json_open_list(&json, "line", GALEN_JSON_LINE);
  galen_json_count(&json, NULL, 1);
  galen_json_open_object(&json, NULL, GALEN_JSON_BLOCK);
  galen_json_null(&json, "a");
  galen_json_text(&json, "b", "c");
  galen_json_close_object(&json);
  galen_json_close_list(&json);
  galen_json_open_list(&json, "block", GALEN_JSON_BLOCK);
  galen_json_count(&json, NULL, G_MAXUINT64);
  galen_json_bool(&json, NULL, FALSE);
  galen_json_close_list(&json);
  galen_json_close_object(&json);
  g_autofree char *text = text_of(galen_json_finish(&json));
  g_assert_cmpstr(text, ==,
                  "{\n  \"yes\": true,\n  \"empty\": [],\n  \"line\": [1, {\"a\": null, \"b\": \"c\"}],\n"
                  "  \"block\": [\n    18446744073709551615,\n    false\n  ]\n}\n");
}

static char *list_of(void (*add)(GalenJson *json)) {
  GalenJson json;
  galen_json_init(&json);
  galen_json_open_list(&json, NULL, GALEN_JSON_LINE);
  add(&json);
  galen_json_close_list(&json);
  return text_of(galen_json_finish(&json));
}

static void add_texts(GalenJson *json) {
  galen_json_text(json, NULL, "a\"b\\c/\n\t\r");
  galen_json_text(json, NULL, "\x01\x1f\x7f");
  galen_json_text(json, NULL, "\u2028\u2029日本");
  galen_json_text(json, NULL, "");
  galen_json_text(json, "k\"ey", NULL);
}

static void test_text(void) {
  g_autofree char *text = list_of(add_texts);
  g_assert_cmpstr(
      text, ==,
      "[\"a\\\"b\\\\c/\\n\\t\\r\", \"\\u0001\\u001f\x7f\", \"\\u2028\\u2029日本\", \"\", \"k\\\"ey\": null]\n");
}

static void add_numbers(GalenJson *json) {
  galen_json_double(json, NULL, 1.0 / 3);
  galen_json_double(json, NULL, NAN);
  galen_json_double(json, NULL, -INFINITY);
  galen_json_double(json, NULL, 0);
  galen_json_decimal(json, NULL, 1234500, 6);
  galen_json_time(json, NULL, SAMPLE_DAY + 1);
  galen_json_time(json, NULL, GALEN_TIME_NONE);
}

static void test_numbers(void) {
  g_autofree char *text = list_of(add_numbers);
  g_assert_cmpstr(text, ==, "[0.333333333, null, null, 0, 1.2345, \"2026-11-24T00:00:00.000001Z\", null]\n");
}

/* ---- the document ---- */

static char *written(const GalenReport *report) {
  g_autoptr(GError) error = NULL;
  GBytes *bytes = galen_report_write_json(report, &error);
  g_assert_no_error(error);
  return text_of(bytes);
}

static void test_empty(void) {
  g_autoptr(GalenReport) report = galen_report_alloc();
  g_autofree char *text = written(report);
  static const char *const parts[] = {
      "\"schema\": \"galen-report/1\"",
      "\"status\": \"ok\"",
      "\"requested\": null",
      "\"inputs\": []",
      "\"nodes\": []",
      "\"count\": 0",
      "\"time\": {\"sum\": 0, \"min\": null, \"max\": null, \"mean\": null, \"stddev\": null, \"p50\": null",
      "\"top\": []",
      "\"by_user\": []",
      "\"by_node\": []",
      "\"step_s\": null",
      "\"classes\": {}",
      "\"groups\": []",
      "\"deadlocks\": []",
      "\"clusters\": []",
      "\"incidents\": []",
      "\"findings\": []",
      "\"comparison\": null",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
    assert_has(text, parts[i]);
}

static void test_figures(void) {
  g_autoptr(GalenReport) report = sample_report();
  g_autofree char *text = written(report);
  assert_has(text,
             "\"time\": {\"sum\": 3, \"min\": 0.000001, \"max\": 3, \"mean\": 1.5, \"stddev\": 5e-07, \"p50\": 1.5, "
             "\"p90\": 1.5, \"p95\": 3, \"p99\": 3}");
  assert_has(
      text,
      "\"bytes_sent\": {\"sum\": 3072, \"min\": 1, \"max\": 2048, \"mean\": 1536, \"stddev\": 0.5, \"p50\": null, "
      "\"p90\": null, \"p95\": null, \"p99\": null}");
  assert_has(text, "\"engine_time\": {\"sum\": 0.0000015, \"min\": 0.000000001, \"max\": 0.000001,");
  /* The log has no Lock_time: unknown, not 0. */
  assert_has(text, "\"lock_time\": {\"sum\": null,");
  assert_has(text, "\"flags\": {\"full_scan\": 2}");
  assert_has(text, "\"errors\": {\"1062\": 2}");
  assert_has(text, "\"share\": 0.75");
  assert_has(text, "\"histogram\": [{\"low\": 0.001, \"high\": 0.001999, \"count\": 2}]");
}

static void test_percentiles_stay_below_max(void) {
  g_autoptr(GalenReport) report = sample_report();
  GalenFigure *time = &report->total.main[GALEN_MAIN_TIME];
  time->max = G_GUINT64_CONSTANT(12345678956);
  time->p95 = 1000.5;
  time->p99 = 12345678956.0;
  g_autofree char *text = written(report);
  assert_has(text, "\"max\": 12345.678956,");
  assert_has(text, "\"p95\": 0.0010005, \"p99\": 12345.678956}");
}

static void test_class(void) {
  g_autoptr(GalenReport) report = sample_report();
  g_autofree char *text = written(report);
  assert_has(text, "\"id\": \"" SAMPLE_ID_A "\"");
  assert_has(text, "\"tables\": [\"orders\"]");
  assert_has(text, "\"text\": \"SELECT a, b\\nFROM orders WHERE c = ?\"");
  assert_has(text, "\"query_time\": 2.000001");
  assert_has(text, "\"line\": 12");
  assert_has(text, "\"sample\": null");
  assert_has(text, "\"id\": \"full-scan\"");
  assert_has(text, "\"users\": [\n          {\"name\": \"app\", \"count\": 2, \"time\": 3, \"share\": 1}");
}

static void test_untold_sample(void) {
  g_autoptr(GalenReport) report = sample_report();
  GalenQuery *query = g_ptr_array_index(report->top, 0);
  query->sample_query_time = 0;
  query->sample_untold = TRUE;
  g_autofree char *text = written(report);
  assert_has(text, "\"query_time\": null");
}

/* A log can bring an attribute with any name: no key may come twice. */
static void test_attribute_names(void) {
  g_autoptr(GalenReport) report = sample_report();
  GalenQuery *query = g_ptr_array_index(report->top, 0);
  GalenFigure odd = sample_figure("rank", GALEN_UNIT_COUNT, 1, 77, 77);
  g_array_append_val(query->figures.attrs, odd);
  g_autofree char *text = written(report);
  assert_has(text, "\"attribute_rank\": {\"sum\": 77");
  assert_lacks(text, "\"rank\": {");
}

static void test_shares(void) {
  g_autoptr(GalenReport) report = sample_report();
  GalenShare *rest = galen_share_new(NULL, 7, 1500000, 0.25);
  rest->remainder = TRUE;
  rest->distinct = 3;
  g_ptr_array_add(report->shares[GALEN_TOP_SCHEMA], galen_share_new(NULL, 1, 1, 0.1));
  g_ptr_array_add(report->shares[GALEN_TOP_SCHEMA], rest);
  g_autofree char *text = written(report);
  assert_has(text, "{\"name\": null, \"count\": 1, \"time\": 0.000001, \"share\": 0.1}");
  assert_has(text,
             "{\"name\": null, \"remainder\": true, \"distinct\": 3, \"count\": 7, \"time\": 1.5, \"share\": 0.25}");
}

static void test_series(void) {
  g_autoptr(GalenReport) report = sample_report();
  guint64 all[] = {5000000, 0, 1000000}, counts[] = {3, 0, 1}, part[] = {1000000};
  GalenSeries whole = {.from = SAMPLE_DAY, .step = SAMPLE_HOUR, .n = 3, .time = all, .count = counts};
  GalenSeries of_class = {.from = SAMPLE_DAY + 2 * SAMPLE_HOUR, .step = SAMPLE_HOUR, .n = 1, .time = part};
  GalenQuery *query = g_ptr_array_index(report->top, 0);
  query->series = &of_class;
  report->series = &whole;
  g_ptr_array_add(report->leading, query);
  g_autofree char *text = written(report);
  assert_has(text, "\"from\": \"2026-11-24T00:00:00.000Z\",\n      \"step_s\": 3600");
  assert_has(text, "\"" SAMPLE_ID_A "\": [0, 0, 1]");
  assert_has(text, "\"other\": [5, 0, 0]");
  assert_has(text, "\"count\": [3, 0, 1]");
}

static void test_inputs(void) {
  g_autoptr(GalenReport) report = sample_report();
  GalenInputRow *row = g_ptr_array_index(report->inputs, 0);
  galen_account_skip(&row->account, "entry without its beginning", galen_slice("x", 1), 17, 3);
  g_ptr_array_add(row->skip_texts, g_strdup("?"));
  row->timezone = g_strdup("");
  row->timezone_source = "assumed";
  g_autofree char *text = written(report);
  assert_has(
      text,
      "{\"reason\": \"entry without its beginning\", \"records\": 1, \"bytes\": 17, \"line\": 3, \"text\": \"?\"}");
  assert_has(text, "\"timezone\": null,\n      \"timezone_source\": \"assumed\"");
  assert_has(text, "\"first\": \"2026-11-24T00:00:00.000Z\",\n      \"last\": \"2026-11-24T01:00:00.000Z\"");
}

static void dump(void) {
  g_autoptr(GalenReport) report = sample_report();
  GalenFinding *finding = galen_finding_new();
  finding->id = g_strdup("untimed");
  finding->title = g_strdup("1 statement without a sure time");
  finding->query_id = g_strdup(SAMPLE_ID_A);
  GalenEvidence *evidence = g_new0(GalenEvidence, 1);
  evidence->path = g_strdup("node1/slow.log");
  evidence->time = SAMPLE_DAY;
  g_ptr_array_add(finding->evidence, evidence);
  g_ptr_array_add(report->findings, finding);
  GalenInputRow *row = g_ptr_array_index(report->inputs, 0);
  galen_account_skip(&row->account, "other", galen_slice("x", 1), 10, 3);
  row->account.bytes += 10;
  report->requested = TRUE;
  report->requested_from = SAMPLE_DAY;
  g_autofree char *text = written(report);
  g_print("%s", text);
}

/* ---- in pieces ---- */

typedef struct {
  GString *text;
  guint pieces, refuse_after;
} Pieces;

static gboolean take_piece(const char *data, gsize len, gpointer user, GError **error) {
  Pieces *pieces = user;
  if (pieces->pieces++ == pieces->refuse_after) {
    g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC, "full");
    return FALSE;
  }
  g_assert_cmpuint(len, <, 200u << 10);
  g_string_append_len(pieces->text, data, (gssize)len);
  return TRUE;
}

static void write_long(GalenJson *json) {
  galen_json_open_list(json, NULL, GALEN_JSON_BLOCK);
  for (guint i = 0; i < 40000; i++)
    galen_json_text(json, NULL, "a text of a line");
  galen_json_close_list(json);
}

static void test_pieces(void) {
  g_autoptr(GError) error = NULL;
  GalenJson whole, flushed;
  Pieces pieces = {g_string_new(NULL), 0, G_MAXUINT};
  galen_json_init(&whole);
  write_long(&whole);
  g_autofree char *text = text_of(galen_json_finish(&whole));
  galen_json_init_flushed(&flushed, take_piece, &pieces);
  write_long(&flushed);
  g_assert_true(galen_json_finish_flushed(&flushed, &error));
  g_assert_cmpstr(pieces.text->str, ==, text);
  g_assert_cmpuint(pieces.pieces, >, 5);
  g_string_free(pieces.text, TRUE);
}

static void test_pieces_refused(void) {
  g_autoptr(GError) error = NULL;
  GalenJson json;
  Pieces pieces = {g_string_new(NULL), 0, 2};
  galen_json_init_flushed(&json, take_piece, &pieces);
  write_long(&json);
  g_assert_false(galen_json_finish_flushed(&json, &error));
  g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
  g_assert_cmpuint(pieces.pieces, ==, 3);
  g_string_free(pieces.text, TRUE);
}

int main(int argc, char **argv) {
  if (argc == 2 && g_str_equal(argv[1], "--dump")) {
    dump();
    return 0;
  }
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/json/pieces", test_pieces);
  g_test_add_func("/json/pieces-refused", test_pieces_refused);
  g_test_add_func("/json/layout", test_layout);
  g_test_add_func("/json/text", test_text);
  g_test_add_func("/json/numbers", test_numbers);
  g_test_add_func("/json/empty", test_empty);
  g_test_add_func("/json/figures", test_figures);
  g_test_add_func("/json/percentiles-stay-below-max", test_percentiles_stay_below_max);
  g_test_add_func("/json/class", test_class);
  g_test_add_func("/json/untold-sample", test_untold_sample);
  g_test_add_func("/json/attribute-names", test_attribute_names);
  g_test_add_func("/json/shares", test_shares);
  g_test_add_func("/json/series", test_series);
  g_test_add_func("/json/inputs", test_inputs);
  return g_test_run();
}
