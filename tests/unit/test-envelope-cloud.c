/* Wrappers of containers, operators and clouds; exports that are newest first; wrappers in wrappers. */
#include "envelope_reader.h"

static void test_docker_json(void) {
  g_autoptr(Unwrapped) u =
      unwrap("{\"log\":\"2026-11-24  3:07:10 0 [Note] a\\tb \\u00e9\\ud83d\\ude00 \\\\ "
             "\\/\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-24T03:07:10.123456789Z\"}\n"
             "{\"log\":\"half \",\"stream\":\"stderr\",\"time\":\"2026-11-24T03:07:11.1Z\"}\n"
             "{\"log\":\"out\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-24T03:07:11.2Z\"}\n"
             "{\"log\":\"line\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-24T03:07:12.3Z\"}\n"
             "{\"log\":\"\\n\",\"stream\":\"stderr\",\"attrs\":{\"tag\":\"x\"},\"time\":\"2026-11-24T03:07:12.3Z\"}\n"
             "{\"log\":\"end\",\"stream\":\"stderr\",\"time\":\"2026-11-24T03:07:13.3Z\"}\n");
  g_assert_cmpstr(u->name, ==, "docker-json");
  g_assert_cmpstr(u->out->str, ==, "2026-11-24  3:07:10 0 [Note] a\tb é😀 \\ /\nout\nhalf line\n\nend\n");
  g_assert_cmpint(line_at(u, 0)->time, ==, utc("2026-11-24T03:07:10.123456"));
  g_assert_cmpuint(line_at(u, 2)->line, ==, 2);
  g_assert_cmpint(line_at(u, 2)->time, ==, utc("2026-11-24T03:07:11.1"));
  g_assert_cmpstr(u->host, ==, NULL);
  /* A backslash before the line end, and a backslash with an n behind it. */
  g_autoptr(Unwrapped) slashes =
      unwrap("{\"log\":\"a\\\\\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-24T03:07:11.1Z\"}\n"
             "{\"log\":\"b\\\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-24T03:07:11.1Z\"}\n"
             "{\"log\":\"c\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-24T03:07:11.1Z\"}\n");
  g_assert_cmpstr(slashes->out->str, ==, "a\\\nb\\nc\n");
}

static void test_docker_logs(void) {
  g_autoptr(Unwrapped) u = unwrap("2026-11-24T03:07:10.123456789Z 2026-11-24T03:07:10.123400Z 0 [Note] a\r\n"
                                  "2026-11-24T03:07:10.123456790Z \n"
                                  "2026-11-24T03:07:10.120000000Z  b\n"
                                  "2026-11-24T03:07:11.12Z c\n");
  g_assert_cmpstr(u->name, ==, "docker-logs");
  g_assert_cmpstr(u->out->str, ==, "2026-11-24T03:07:10.123400Z 0 [Note] a\n\n b\nc\n");
  g_assert_cmpint(line_at(u, 3)->time, ==, utc("2026-11-24T03:07:11.12"));
}

/* Lines inside that would do as a host and a program. */
static void test_docker_not_syslog(void) {
  g_autoptr(Unwrapped) u = unwrap("2026-11-24T03:07:10.000000001Z 2026-11-24  3:10:52 0 [Note] Starting\n"
                                  "2026-11-24T03:07:10.000000002Z \tGroup state: a7b0:1\n"
                                  "2026-11-24T03:07:10.000000003Z InnoDB: a: b\n"
                                  "2026-11-24T03:07:10.000000004Z some text: b\n");
  g_assert_cmpstr(u->name, ==, "docker-logs");
  g_assert_cmpstr(u->out->str, ==,
                  "2026-11-24  3:10:52 0 [Note] Starting\n\tGroup state: a7b0:1\nInnoDB: a: b\nsome text: b\n");
}

static void test_cri(void) {
  g_autoptr(Unwrapped) u = unwrap("2026-11-24T03:07:10.123456789+01:00 stderr P 2026-11-24  3:07:10 0 [Note] \n"
                                  "2026-11-24T03:07:10.2+01:00 stdout F out\n"
                                  "2026-11-24T03:07:10.3+01:00 stderr P a\n"
                                  "2026-11-24T03:07:10.4+01:00 stderr F b\n"
                                  "2026-11-24T03:07:10.5+01:00 stderr F\n"
                                  "garbage\n"
                                  "2026-11-24T03:07:10.6+01:00 stderr F:x  c");
  g_assert_cmpstr(u->name, ==, "cri");
  g_assert_cmpstr(u->out->str, ==, "out\n2026-11-24  3:07:10 0 [Note] ab\n\n c\n");
  g_assert_cmpuint(line_at(u, 1)->line, ==, 1);
  g_assert_cmpint(line_at(u, 1)->time, ==, utc("2026-11-24T02:07:10.123456"));
  g_assert_cmpuint(skipped(u, "damaged wrapper"), ==, 1);
}

static void test_operator(void) {
  g_autoptr(Unwrapped) u =
      unwrap("+ '[' m = - ']'\n+ CFG=/etc/mysql/node.cnf\n++ hostname -f\nFluent Bit v1.9.8\n* Copyright\n\n"
             "{\"log\":\"2023-01-01T12:00:00.000001Z 0 [Note] [MY-000000] [WSREP] a\\n  "
             "b\\n\",\"file\":\"/var/lib/mysql/mysqld-error.log\"}\n"
             "{\"log\":\"2023-01-01T12:00:00.000001Z 0 [Note] [MY-000000] [WSREP] "
             "recovery\\n\",\"file\":\"/var/lib/mysql/wsrep_recovery_verbose.log\"}\n"
             "mysqld: ready\n"
             "{\"log\":\"2023-01-01T12:00:01.0");
  g_assert_cmpstr(u->name, ==, "operator-json");
  g_assert_cmpstr(u->out->str, ==, "2023-01-01T12:00:00.000001Z 0 [Note] [MY-000000] [WSREP] a\n  b\nmysqld: ready\n");
  g_assert_cmpuint(skipped(u, "the shell's trace"), ==, 3);
  g_assert_cmpuint(skipped(u, "line of a recovery run"), ==, 1);
  g_assert_cmpuint(skipped(u, "damaged wrapper"), ==, 1);
  g_assert_cmpstr(line_at(u, 0)->program, ==, "mysqld-error.log");
  g_assert_cmpuint(line_at(u, 1)->line, ==, 7);
  g_assert_cmpuint(line_at(u, 2)->line, ==, 9);
}

static void test_names(void) {
  g_autoptr(Unwrapped) u = unwrap("web-1  | GET /\n"
                                  "db-1   | 2026-11-24  3:07:10 0 [Note] a\n"
                                  "db-1   |   | b\n"
                                  "web-1  | GET /x\n"
                                  "db-1   | \n");
  g_assert_cmpstr(u->name, ==, "container-names");
  g_assert_cmpstr(u->out->str, ==, "2026-11-24  3:07:10 0 [Note] a\n  | b\n\n");
  g_assert_cmpstr(u->host, ==, "db-1");
  g_autoptr(Unwrapped) pods =
      unwrap("[pod/pxc-0/pxc] {\"log\":\"2023-01-01T12:00:00Z 0 [Note] a\\n\",\"file\":\"/x/mysqld-error.log\"}\n"
             "[pod/pxc-1/pxc] {\"log\":\"2023-01-01T12:00:00Z 0 [Note] b\\n\",\"file\":\"/x/mysqld-error.log\"}\n"
             "[pod/pxc-1/pxc] + set -x\n");
  g_assert_cmpstr(pods->out->str, ==, "2023-01-01T12:00:00Z 0 [Note] a\n2023-01-01T12:00:00Z 0 [Note] b\n");
  g_assert_cmpstr(line_at(pods, 1)->host, ==, "pxc-1");
  g_assert_cmpuint(line_at(pods, 1)->line, ==, 2);
  g_assert_cmpuint(skipped(pods, "the shell's trace"), ==, 1);
  g_assert_cmpuint(pods->account.events, ==, 2);
}

static void test_colours(void) {
  g_autoptr(Unwrapped) u = unwrap("\x1b[36mdb_1  |\x1b[0m 2026-11-24  3:07:10 0 [Note] a\n\x1b[33mdb_1  |\x1b[0m b\n");
  g_assert_cmpstr(u->out->str, ==, "2026-11-24  3:07:10 0 [Note] a\nb\n");
}

static void test_shippers(void) {
  g_autoptr(Unwrapped) loki =
      unwrap("[\n  {\n    \"line\": \"b\",\n    \"timestamp\": \"1700000001000000000\",\n    \"fields\": {}\n  },\n"
             "  {\n    \"line\": \"2023-11-14T22:13:20.100000Z 0 [Note] a\",\n    \"timestamp\": "
             "\"1700000000000000000\"\n  }\n]\n");
  g_assert_cmpstr(loki->out->str, ==, "2023-11-14T22:13:20.100000Z 0 [Note] a\nb\n");
  g_assert_cmpint(line_at(loki, 1)->time, ==, G_GINT64_CONSTANT(1700000001000000));
  g_autoptr(Unwrapped) beat = unwrap("{\"@timestamp\":\"2023-11-14T22:13:20.100Z\",\"host\":{\"name\":\"db1\"},"
                                     "\"message\":\"2023-11-14T22:13:20.100000Z 0 [Note] a\"}\n");
  g_assert_cmpstr(beat->name, ==, "json");
  g_assert_cmpstr(beat->host, ==, "db1");
  g_autoptr(Unwrapped) elastic = unwrap("{\"_index\":\"x\",\"_source\":{\"@timestamp\":\"2023-11-14T22:13:20.100Z\","
                                        "\"message\":\"2023-11-14T22:13:20.100000Z 0 [Note] a\"}}\n");
  g_assert_cmpstr(elastic->out->str, ==, "2023-11-14T22:13:20.100000Z 0 [Note] a\n");
}

static void test_nested(void) {
  g_autoptr(Unwrapped) u =
      unwrap("2026-11-24T03:07:10.123456789Z stdout F + set -o errexit\n"
             "2026-11-24T03:07:10.2Z stdout P {\"log\":\"2023-01-01T12:00:00Z 0 [Note] a\\nb\\n\",\n"
             "2026-11-24T03:07:10.3Z stdout F \"file\":\"/x/mysqld-error.log\"}\n"
             "2026-11-24T03:07:10.4Z stdout F {\"log\":\"2023-01-01T12:00:01Z 0 [Note] "
             "c\\n\",\"file\":\"/x/mysqld-error.log\"}\n");
  g_assert_cmpstr(u->name, ==, "cri");
  g_assert_cmpstr(u->out->str, ==, "2023-01-01T12:00:00Z 0 [Note] a\nb\n2023-01-01T12:00:01Z 0 [Note] c\n");
  g_assert_cmpint(line_at(u, 1)->time, ==, utc("2026-11-24T03:07:10.2"));
  g_assert_cmpuint(line_at(u, 1)->line, ==, 2);
  g_assert_cmpuint(line_at(u, 2)->line, ==, 4);
  g_assert_cmpstr(line_at(u, 2)->program, ==, "mysqld-error.log");
  /* MySQL's own JSON comes out as it is. */
  g_autoptr(Unwrapped) sink =
      unwrap("2026-11-24T03:07:10.123456789Z { \"prio\" : 1, \"err_code\" : 10119, \"msg\" : \"Aborting\", "
             "\"time\" : \"2023-01-01T00:00:00.000000Z\" }\n");
  g_assert_true(g_str_has_prefix(sink->out->str, "{ \"prio\" : 1"));
}

/* ---- clouds ---- */

static void test_cloudwatch(void) {
  /* One entry in one event, and one line an event; oldest first, pretty and compact. */
  g_autoptr(Unwrapped) pretty =
      unwrap("{\n    \"events\": [\n        {\n            \"logStreamName\": \"mydb\",\n            \"timestamp\": "
             "1700000000123,\n"
             "            \"message\": \"2023-11-14T22:13:20.100000Z 0 [Note] a\\n  more\",\n            "
             "\"ingestionTime\": 1700000001000,\n"
             "            \"eventId\": \"1\"\n        },\n        {\n            \"logStreamName\": \"mydb\",\n"
             "            \"timestamp\": 1700000001123,\n            \"message\": \"b {[\\\"\",\n            "
             "\"ingestionTime\": 1,\n"
             "            \"eventId\": \"2\"\n        }\n    ],\n    \"searchedLogStreams\": [ {\"logStreamName\": "
             "\"x\"} ]\n}\n");
  g_assert_cmpstr(pretty->name, ==, "cloudwatch");
  g_assert_cmpstr(pretty->out->str, ==, "2023-11-14T22:13:20.100000Z 0 [Note] a\n  more\nb {[\"\n");
  g_assert_cmpint(line_at(pretty, 0)->time, ==, G_GINT64_CONSTANT(1700000000123000));
  g_assert_cmpuint(line_at(pretty, 2)->line, ==, 10);
  g_assert_cmpstr(pretty->host, ==, "mydb");
  g_autoptr(Unwrapped) lines =
      unwrap("{\"timestamp\":1700000000123,\"message\":\"2023-11-14T22:13:20.100000Z 0 [Note] a\"}\n"
             "{\"timestamp\":1700000000124,\"message\":\"b\"}\n");
  g_assert_cmpstr(lines->out->str, ==, "2023-11-14T22:13:20.100000Z 0 [Note] a\nb\n");
  g_autoptr(Unwrapped) csv =
      unwrap("timestamp,message\n"
             "1700000000123,\"# Time: 2023-11-14T22:13:20.100000Z\n# User@Host: a[a] @  [::1]  Id: 1\n"
             "select \"\"x\"\", 1;\"\n"
             "1700000000124,b\n1700000000124,\n");
  g_assert_cmpstr(csv->name, ==, "cloudwatch");
  g_assert_cmpstr(csv->out->str, ==,
                  "# Time: 2023-11-14T22:13:20.100000Z\n# User@Host: a[a] @  [::1]  Id: 1\nselect \"x\", 1;\nb\n\n");
  g_assert_cmpuint(line_at(csv, 3)->line, ==, 5);
}

static void test_cloudwatch_text(void) {
  g_autoptr(Unwrapped) s3 = unwrap("2023-11-14T22:13:20.123Z 2023-11-14T22:13:20.100000Z 0 [Note] a\n"
                                   "2023-11-14T22:13:20.123Z \n"
                                   "2023-11-14T22:13:20.124Z # Time: 2023-11-14T22:13:20.100000Z\n"
                                   "# User@Host: a[a] @  [::1]  Id: 1\nselect 1;\n");
  g_assert_cmpstr(s3->name, ==, "cloudwatch");
  g_assert_cmpstr(s3->out->str, ==,
                  "2023-11-14T22:13:20.100000Z 0 [Note] a\n\n# Time: 2023-11-14T22:13:20.100000Z\n"
                  "# User@Host: a[a] @  [::1]  Id: 1\nselect 1;\n");
  g_assert_cmpint(line_at(s3, 4)->time, ==, utc("2023-11-14T22:13:20.124"));
  g_assert_cmpuint(line_at(s3, 4)->line, ==, 5);
  g_autoptr(Unwrapped) tail = unwrap("2023-11-14T22:13:20.123000+00:00 mydb 2023-11-14T22:13:20.100000Z 0 [Note] a\n"
                                     "2023-11-14T22:13:20.123000+00:00 mydb b\n");
  g_assert_cmpstr(tail->out->str, ==, "2023-11-14T22:13:20.100000Z 0 [Note] a\nb\n");
  g_assert_cmpstr(tail->host, ==, "mydb");
}

static void test_insights(void) {
  g_autoptr(Unwrapped) json =
      unwrap("{\"results\":[[{\"field\":\"@timestamp\",\"value\":\"2023-11-14 "
             "22:13:21.000\"},{\"field\":\"@message\",\"value\":\"c\"},{\"field\":\"@ptr\",\"value\":\"x\"}],"
             "[{\"field\":\"@timestamp\",\"value\":\"2023-11-14 "
             "22:13:20.123\"},{\"field\":\"@message\",\"value\":\"2023-11-14T22:13:20.100000Z 0 [Note] a\\nb\"}]],"
             "\"statistics\":{\"recordsMatched\":2.0},\"status\":\"Complete\"}\n");
  g_assert_cmpstr(json->name, ==, "cloudwatch");
  g_assert_cmpstr(json->out->str, ==, "2023-11-14T22:13:20.100000Z 0 [Note] a\nb\nc\n");
  g_assert_cmpint(line_at(json, 0)->time, ==, utc("2023-11-14T22:13:20.123"));
  g_autoptr(Unwrapped) csv = unwrap("@timestamp,@message,@logStream\r\n"
                                    "2023-11-14 22:13:22.000,d,s1\r\n"
                                    "2023-11-14 22:13:21.000,c,s1\r\n2023-11-14 22:13:21.000,b,s1\r\n"
                                    "2023-11-14 22:13:20.000,\"2023-11-14T22:13:20.100000Z 0 [Note] a\",s1\r\n");
  g_assert_cmpstr(csv->out->str, ==, "2023-11-14T22:13:20.100000Z 0 [Note] a\nb\nc\nd\n");
  g_assert_cmpuint(line_at(csv, 0)->line, ==, 5);
  g_assert_cmpstr(csv->host, ==, "s1");
}

static void test_google(void) {
  g_autoptr(Unwrapped) u =
      unwrap("[\n  {\n    \"insertId\": \"s=2\",\n    \"resource\": {\"type\": \"cloudsql_database\", \"labels\": "
             "{\"database_id\": \"p:db\"}},\n"
             "    \"textPayload\": \"b\",\n    \"timestamp\": \"2023-11-14T22:13:21.123456789Z\"\n  },\n"
             "  {\n    \"insertId\": \"s=1\",\n    \"textPayload\": \"2023-11-14T22:13:20.100000Z 0 [Note] a\",\n"
             "    \"timestamp\": \"2023-11-14T22:13:20Z\",\n    \"severity\": \"NOTICE\"\n  }\n]\n");
  g_assert_cmpstr(u->name, ==, "cloud-logging");
  g_assert_cmpstr(u->out->str, ==, "2023-11-14T22:13:20.100000Z 0 [Note] a\nb\n");
  g_assert_cmpstr(u->host, ==, "p:db");
  g_autoptr(Unwrapped) csv = unwrap("insertId,jsonPayload.message,textPayload,timestamp\n"
                                    "1,,\"2023-11-14T22:13:20.100000Z 0 [Note] a\",2023-11-14T22:13:20Z\n"
                                    "2,b,,2023-11-14T22:13:21Z\n3,,,2023-11-14T22:13:22Z\n");
  g_assert_cmpstr(csv->out->str, ==, "2023-11-14T22:13:20.100000Z 0 [Note] a\nb\n\n");
  g_autoptr(Unwrapped) lines =
      unwrap("{\"jsonPayload\":{\"message\":\"a\"},\"insertId\":\"1\",\"timestamp\":\"2023-11-14T22:13:20Z\"}\n"
             "{\"textPayload\":\"b\",\"insertId\":\"2\",\"timestamp\":\"2023-11-14T22:13:20Z\"}\n");
  g_assert_cmpstr(lines->out->str, ==, "a\nb\n");
}

static void test_azure(void) {
  g_autoptr(Unwrapped) csv = unwrap("\"TimeGenerated [UTC]\",\"LogicalServerName_s\",Message\n"
                                    "\"1/15/2024, 1:30:01.500 PM\",srv,b\n"
                                    "\"1/15/2024, 12:30:00.123 AM\",srv,\"2024-01-15T00:30:00.100000Z 0 [Note] a\"\n");
  g_assert_cmpstr(csv->name, ==, "azure");
  g_assert_cmpstr(csv->out->str, ==, "2024-01-15T00:30:00.100000Z 0 [Note] a\nb\n");
  g_assert_cmpint(line_at(csv, 0)->time, ==, utc("2024-01-15T00:30:00.123"));
  g_assert_cmpint(line_at(csv, 1)->time, ==, utc("2024-01-15T13:30:01.5"));
  g_autoptr(Unwrapped) query = unwrap("[{\"TimeGenerated\":\"2024-01-15T00:30:00.123Z\",\"Message\":\"2024-01-15T00:30:"
                                      "00.100000Z 0 [Note] a\",\"TableName\":\"PrimaryResult\"}]\n");
  g_assert_cmpstr(query->name, ==, "azure");
  g_assert_cmpstr(query->out->str, ==, "2024-01-15T00:30:00.100000Z 0 [Note] a\n");
  g_autoptr(Unwrapped) blob = unwrap("{\"time\":\"2024-01-15T00:30:00.123Z\",\"category\":\"MySqlErrorLogs\","
                                     "\"properties\":{\"message\":\"2024-01-15T00:30:00.100000Z 0 [Note] a\"}}\n");
  g_assert_cmpstr(blob->out->str, ==, "2024-01-15T00:30:00.100000Z 0 [Note] a\n");
}

/* Newest first, many times a second, and more than is kept in memory. */
static void test_big_descending(void) {
  g_autoptr(GString) text = g_string_new("{\"events\":[");
  const guint n = 60000;
  for (guint i = n; i-- > 0;)
    g_string_append_printf(
        text, "%s{\"eventId\":\"%u\",\"timestamp\":%u,\"message\":\"2023-11-14T22:13:20.100000Z %u [Note] a\"}",
        i + 1 == n ? "" : ",", i, 1700000000u + i / 7, i);
  g_string_append(text, "]}");
  g_autoptr(Unwrapped) u = unwrap_bytes(text->str, text->len);
  g_assert_cmpuint(u->lines->len, ==, n);
  const char *at = u->out->str;
  for (guint i = 0; i < n; i++) {
    g_autofree char *line = g_strdup_printf("2023-11-14T22:13:20.100000Z %u [Note] a\n", i);
    g_assert_true(g_str_has_prefix(at, line));
    at += strlen(line);
  }
  g_assert_cmpint(line_at(u, n - 1)->time, ==, (gint64)(1700000000u + (n - 1) / 7) * G_USEC_PER_SEC);
}

/* A big document that is not newest first, with equal times for long. */
static void test_big_ascending(void) {
  g_autoptr(GString) text = g_string_new("[\n");
  const guint n = 40000;
  for (guint i = 0; i < n; i++)
    g_string_append_printf(text,
                           "  {\n    \"timestamp\": \"2023-11-14T22:13:%02uZ\",\n    \"textPayload\": \"%u\"\n  }%s\n",
                           i < 30000 ? 0 : i / 1000, i, i + 1 == n ? "" : ",");
  g_string_append(text, "]\n");
  g_autoptr(Unwrapped) u = unwrap_bytes(text->str, text->len);
  g_assert_cmpuint(u->lines->len, ==, n);
  g_assert_true(g_str_has_prefix(u->out->str, "0\n1\n2\n"));
  g_assert_true(g_str_has_suffix(u->out->str, "\n39998\n39999\n"));
  g_assert_cmpuint(line_at(u, n - 1)->line, ==, (n - 1) * 4 + 2);
}

/* Documents that only open brackets must not take long, nor lose bytes. */
static void test_hostile(void) {
  g_autoptr(GString) text = g_string_new("{\"textPayload\":\"a\",\"timestamp\":\"2023-11-14T22:13:20Z\"}\n");
  for (guint i = 0; i < 8000000; i++)
    g_string_append_c(text, i % 2 ? '{' : '[');
  g_autoptr(Unwrapped) lines = unwrap_bytes(text->str, text->len);
  g_assert_cmpstr(lines->out->str, ==, "a\n");
  text->str[0] = '[';
  g_string_insert(text, 1, "\n{");
  g_autoptr(Unwrapped) document = unwrap_bytes(text->str, text->len);
  g_assert_cmpstr(document->out->str, ==, "a\n");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/envelope/docker-json", test_docker_json);
  g_test_add_func("/envelope/docker-logs", test_docker_logs);
  g_test_add_func("/envelope/docker-not-syslog", test_docker_not_syslog);
  g_test_add_func("/envelope/cri", test_cri);
  g_test_add_func("/envelope/operator", test_operator);
  g_test_add_func("/envelope/names", test_names);
  g_test_add_func("/envelope/colours", test_colours);
  g_test_add_func("/envelope/shippers", test_shippers);
  g_test_add_func("/envelope/nested", test_nested);
  g_test_add_func("/envelope/cloudwatch", test_cloudwatch);
  g_test_add_func("/envelope/cloudwatch-text", test_cloudwatch_text);
  g_test_add_func("/envelope/insights", test_insights);
  g_test_add_func("/envelope/google", test_google);
  g_test_add_func("/envelope/azure", test_azure);
  g_test_add_func("/envelope/big-descending", test_big_descending);
  g_test_add_func("/envelope/big-ascending", test_big_ascending);
  g_test_add_func("/envelope/hostile", test_hostile);
  return g_test_run();
}
