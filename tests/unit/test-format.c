#include "parsers/format.h"

static const GalenFormat *find(const char *text) {
  return galen_format_find(text, strlen(text));
}

static void test_slow_logs(void) {
  static const char *const logs[] = {
      "# Time: 240513  0:00:00\n# User@Host: a[a] @ h []\n# Query_time: 1.0  Lock_time: 0.0 Rows_sent: 1  "
      "Rows_examined: 1\nSET timestamp=1715558400;\nselect 1;\n",
      "# User@Host: a[a] @ h [10.0.0.1]  Id:     3\n# Query_time: 1.0  Lock_time: 0.0 Rows_sent: 1  Rows_examined: 1\n"
      "select 1;\n",
      "/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:\nTcp port: 3306  Unix socket: "
      "/tmp/s\nTime                 Id Command    Argument\n",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(logs); i++)
    g_assert_true(find(logs[i]) == &galen_format_slow_log);
}

static void test_no_logs(void) {
  static const char *const others[] = {
      "", "\n", "#", "# Time", "<html><body>no</body></html>", "select 1;\nselect 2;\n", "# a shell script\necho 1\n",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
    g_assert_null(find(others[i]));
}

static void test_bytes(void) {
  g_autofree char *zeros = g_malloc0(GALEN_BID_BYTES);
  g_assert_null(galen_format_find(zeros, GALEN_BID_BYTES));
  g_assert_null(galen_format_find("", 0));
}

/* What begins in the middle of an entry, as a cut log does, is still known by what follows. */
static void test_cut_log(void) {
  const char *log =
      "where a = 1;\n# Time: 240513  0:00:01\n# User@Host: a[a] @ h []\n# Query_time: 1.0  Lock_time: 0.0 "
      "Rows_sent: 1  Rows_examined: 1\nselect 1;\n";
  g_assert_true(find(log) == &galen_format_slow_log);
}

static void test_descriptor(void) {
  const GalenFormat *format = &galen_format_slow_log;
  g_assert_cmpstr(format->name, ==, "slow-log");
  GalenFormatOptions options = {0};
  GalenSink sink = {0};
  gpointer parser = format->open(&options, &sink);
  g_assert_cmpuint(format->parse(parser, "", 0, TRUE), ==, 0);
  g_assert_cmpuint(format->account(parser)->bytes, ==, 0);
  GalenServerInfo info;
  format->describe(parser, &info);
  g_assert_null(info.server);
  g_assert_cmpuint(info.restarts, ==, 0);
  format->close(parser);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/format/slow-logs", test_slow_logs);
  g_test_add_func("/format/no-logs", test_no_logs);
  g_test_add_func("/format/bytes", test_bytes);
  g_test_add_func("/format/cut-log", test_cut_log);
  g_test_add_func("/format/descriptor", test_descriptor);
  return g_test_run();
}
