/* Each trap that makes other readers of slow logs wrong, one test each: docs/slow-log-formats.md lists them. */
#include "slow_reader.h"

#define USER "# User@Host: app[app] @ web1 [10.0.0.1]  Id:     7\n"
#define FIGURES "# Query_time: 0.500000  Lock_time: 0.000100 Rows_sent: 1  Rows_examined: 10\n"
#define HEAD(time) "# Time: " time "\n" USER FIGURES
#define T1 "2024-05-13T10:00:01.000000Z"
#define T2 "2024-05-13T10:00:02.000000Z"
#define T3 "2024-05-13T10:00:03.000000Z"
#define S1 "SET timestamp=1715594401;\n"
#define S2 "SET timestamp=1715594402;\n"
#define S3 "SET timestamp=1715594403;\n"
#define FORGED                                                                                                         \
  "# Time: 2001-01-01T00:00:00.000000Z\n# User@Host: forged[forged] @ nowhere []  Id:     1\n"                         \
  "# Query_time: 9999.000000  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 1\nSET timestamp=978307200;\n"          \
  "select forged from forged_table where x=1"

static void test_forged_in_literal(void) {
  g_autoptr(SlowRead) log = slow_read(HEAD(T1) S1 "select 'semi;\n" FORGED "';\n" HEAD(T2) S2 "select 2;\n");
  g_assert_cmpuint(log->entries->len, ==, 2);
  g_assert_true(g_str_has_prefix(text_at(log, 0), "select 'semi;\n# Time: 2001"));
  g_assert_true(g_str_has_suffix(text_at(log, 0), "x=1'"));
  g_assert_cmpstr(text_at(log, 1), ==, "select 2");
  g_assert_false(entry_at(log, 0)->event.partial);
}

static void test_forged_twice(void) {
  static const char *const statements[] = {
      "select \"a;\n" FORGED ";\n" FORGED "\"",      /* in one literal */
      "select \"a;\n" FORGED "\", 'b;\n" FORGED "'", /* in two */
  };
  for (guint i = 0; i < G_N_ELEMENTS(statements); i++) {
    g_autofree char *text = g_strconcat(HEAD(T1) S1, statements[i], ";\n" HEAD(T2) S2 "select 2;\n", NULL);
    g_autoptr(SlowRead) log = slow_read(text);
    g_assert_cmpuint(log->entries->len, ==, 2);
    g_assert_cmpstr(text_at(log, 1), ==, "select 2");
  }
}

static void test_forged_in_other_places(void) {
  static const char *const statements[] = {
      "select `a;\n" FORGED "` from t",        "select /* x;\n" FORGED " */ 1",
      "select 'it''s \\';\n" FORGED ";\n' ",   "select 1 /*! + 'a;\n" FORGED "' */",
      "select \"it's\" , 'a;\n" FORGED "'",    "select 1 -- it's\n , 'a;\n" FORGED "'",
      "select 1 # don't\n , 'a;\n" FORGED "'",
  };
  for (guint i = 0; i < G_N_ELEMENTS(statements); i++) {
    g_autofree char *text = g_strconcat(HEAD(T1) S1, statements[i], ";\n" HEAD(T2) S2 "select 2;\n", NULL);
    g_autoptr(SlowRead) log = slow_read(text);
    g_assert_cmpuint(log->entries->len, ==, 2);
    g_assert_cmpstr(text_at(log, 1), ==, "select 2");
  }
}

static void test_forged_as_last_statement(void) {
  g_autoptr(SlowRead) log = slow_read(HEAD(T1) S1 "select 'semi;\n" FORGED "';\n");
  g_assert_cmpuint(log->entries->len, ==, 1);
  g_assert_false(entry_at(log, 0)->event.partial);
}

static void test_open_quote(void) {
  g_autoptr(SlowRead) log =
      slow_read(HEAD(T1) S1 "select 'cut in the mid\n" HEAD(T2) S2 "select 2;\n" HEAD(T3) S3 "select 'c';\n");
  g_assert_cmpuint(log->entries->len, ==, 3);
  g_assert_cmpstr(text_at(log, 0), ==, "select 'cut in the mid");
  g_assert_true(entry_at(log, 0)->event.partial);
  g_assert_cmpstr(text_at(log, 1), ==, "select 2");
  g_assert_cmpstr(text_at(log, 2), ==, "select 'c'");
  g_assert_cmpuint(log->account.partial, ==, 1);
}

static void test_open_quote_then_quotes(void) {
  g_autoptr(SlowRead) log = slow_read(HEAD(T1) S1 "insert into t values ('cut\n" HEAD(T2) S2
                                      "select 'a' from t where b = 'x';\n" HEAD(T3) S3 "select \"c\";\n");
  g_assert_cmpuint(log->entries->len, ==, 3);
  g_assert_true(entry_at(log, 0)->event.partial);
  g_assert_cmpstr(text_at(log, 1), ==, "select 'a' from t where b = 'x'");
}

static void test_open_comment(void) {
  g_autoptr(SlowRead) log = slow_read(HEAD(T1) S1 "select 1 /* cut\n" HEAD(T2) S2 "select 2;\n");
  g_assert_cmpuint(log->entries->len, ==, 2);
  g_assert_cmpstr(text_at(log, 1), ==, "select 2");
}

static void test_open_quote_limit(void) {
  /* Behind a megabyte nobody looks for the end of the literal any more. */
  g_autoptr(GString) text = g_string_new(HEAD(T1) S1 "select 'cut\n");
  for (guint i = 0; i < 9000; i++)
    g_string_append(text, HEAD(T2) S2 "select 2;\n");
  g_string_append(text, HEAD(T3) S3 "select 3 where a = 'x';\n");
  g_autoptr(SlowRead) log = slow_read_len(text->str, text->len, NULL);
  g_assert_cmpuint(log->entries->len, ==, 9002);
  g_assert_cmpuint(log->account.partial, ==, 1);
}

static void test_no_backslash_escapes(void) {
  g_autoptr(SlowRead) log = slow_read(HEAD(T1) S1 "select 'C:\\';\n" HEAD(T2) S2 "select 'D:\\', 2;\n");
  g_assert_cmpuint(log->entries->len, ==, 2);
  g_assert_cmpstr(text_at(log, 0), ==, "select 'C:\\'");
  g_assert_true(entry_at(log, 0)->event.no_backslash);
  g_assert_false(entry_at(log, 0)->event.partial);
  g_assert_true(entry_at(log, 1)->event.no_backslash);
}

static void test_crlf(void) {
  g_autofree char *lf =
      g_strdup("/usr/sbin/mysqld, Version: 5.7.44-log (MySQL Community Server (GPL)). started with:\n"
               "Tcp port: 3306  Unix socket: /tmp/mysqld.sock\nTime                 Id Command    Argument\n" HEAD(
                   T1) "use shop;\n" S1 "select 1;\n" HEAD(T2) S2 "select\n2;\n");
  g_auto(GStrv) lines = g_strsplit(lf, "\n", -1);
  g_autofree char *crlf = g_strjoinv("\r\n", lines);
  g_autoptr(SlowRead) log = slow_read(crlf);
  g_assert_cmpuint(log->entries->len, ==, 2);
  g_assert_cmpstr(text_at(log, 0), ==, "select 1");
  g_assert_cmpstr(text_at(log, 1), ==, "select\r\n2");
  g_assert_cmpstr(entry_at(log, 1)->schema, ==, "shop");
  g_assert_cmpstr(log->starts->str, ==, "5.7.44-log;");
  g_assert_cmpuint(log->account.bytes_skipped, ==, 0);
}

static void test_startup_blocks(void) {
  static const struct {
    const char *block, *version, *server;
  } blocks[] = {
      {"/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:\n"
       "Tcp port: 3306  Unix socket: /var/run/mysqld/mysqld.sock\nTime                 Id Command    Argument\n",
       "8.0.36;", "MySQL"},
      {"mysqld, Version: 5.5.62 (MySQL). started with:\nTcp port: 3306  Unix socket: (null)\nTime                 Id "
       "Command    Argument\n",
       "5.5.62;", "MySQL"},
      {"mariadbd, Version: 10.11.6-MariaDB-log (mariadb.org binary distribution). started with:\n"
       "Tcp port: 3306  Unix socket: /run/mysqld/mysqld.sock\nTime\t\t    Id Command\tArgument\n",
       "10.11.6-MariaDB-log;", "MariaDB"},
      {"bin/mysqld, Version: 5.5.38-35.2-log (Percona Server (GPL), Release 35.2, Revision 674). started with:\n"
       "Tcp port: 3306  Unix socket: (null)\nTime                 Id Command    Argument\n",
       "5.5.38-35.2-log;", "Percona"},
      {"D:\\MySQL\\bin\\mysqld.exe, Version: 8.0.21 (MySQL Community Server - GPL). started with:\n"
       "TCP Port: 3306, Named Pipe: (null)\nTime                 Id Command    Argument\n",
       "8.0.21;", "MySQL"},
      {"/usr/sbin/mysqld, Version: 8.0.26-16 (Percona Server (GPL), Release 16, Revision 3d64165), Time: "
       "2021-07-12T10:19:56.373448Z. started with:\nTcp port: 3306  Unix socket: /s\nTime                 Id Command   "
       " "
       "Argument\n",
       "8.0.26-16;", "Percona"},
      {"/usr/sbin/mysqld, Version: 5.7.35-38 (Percona Server (GPL), Release 38, Revision 3692a61)\n. started with:\n"
       "Tcp port: 3306  Unix socket: /s\nTime                 Id Command    Argument\n",
       "5.7.35-38;", "Percona"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(blocks); i++) {
    /* At the beginning, in the middle, twice in a row, at the end. */
    g_autofree char *text = g_strconcat(blocks[i].block, HEAD(T1) S1 "select 1;\n", blocks[i].block, blocks[i].block,
                                        HEAD(T2) S2 "select 2;\n", blocks[i].block, NULL);
    g_autoptr(SlowRead) log = slow_read(text);
    g_assert_cmpuint(log->entries->len, ==, 2);
    g_assert_cmpstr(text_at(log, 0), ==, "select 1");
    g_assert_cmpstr(text_at(log, 1), ==, "select 2");
    g_autofree char *four =
        g_strconcat(blocks[i].version, blocks[i].version, blocks[i].version, blocks[i].version, NULL);
    g_assert_cmpstr(log->starts->str, ==, four);
    g_assert_cmpstr(log->info.server, ==, blocks[i].server);
    g_assert_cmpuint(log->info.restarts, ==, 4);
    g_assert_cmpuint(log->account.bytes_headers, ==, 4 * strlen(blocks[i].block));
    g_assert_cmpuint(log->account.bytes_skipped, ==, 0);
  }
}

static void test_startup_after_crash(void) {
  /* The server died while it wrote a statement with an open quote. */
  g_autoptr(SlowRead) log =
      slow_read(HEAD(T1) S1 "select 'half of\n"
                            "/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:\n"
                            "Tcp port: 3306  Unix socket: /s\nTime                 Id Command    Argument\n" HEAD(T2) S2
                "select 2;\n");
  g_assert_cmpuint(log->entries->len, ==, 2);
  g_assert_cmpstr(text_at(log, 0), ==, "select 'half of");
  g_assert_cmpstr(text_at(log, 1), ==, "select 2");
  g_assert_cmpstr(log->starts->str, ==, "8.0.36;");
}

static void check_start(const char *time, const char *stamp, const char *wanted) {
  g_autofree char *text = g_strconcat(time,
                                      "# User@Host: a[a] @ b []\n# Query_time: 1.000000  Lock_time: 0.000000  "
                                      "Rows_sent: 0  Rows_examined: 0\n",
                                      stamp, "select 1;\n", NULL);
  g_autoptr(SlowRead) log = slow_read(text);
  g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(wanted, NULL);
  g_assert_nonnull(date);
  gint64 us = g_date_time_to_unix(date) * G_USEC_PER_SEC + g_date_time_get_microsecond(date);
  g_assert_cmpint(entry_at(log, 0)->event.start, ==, us);
  g_assert_true(entry_at(log, 0)->event.timed);
}

static void test_times(void) {
  check_start("# Time: 2024-05-13T10:00:01Z\n", "", "2024-05-13T10:00:00Z");
  check_start("# Time: 2024-05-13T10:00:01.5Z\n", "", "2024-05-13T10:00:00.500000Z");
  check_start("# Time: 2024-05-13T10:00:01.123456Z\n", "", "2024-05-13T10:00:00.123456Z");
  check_start("# Time: 2024-05-13T10:00:01.1234567890Z\n", "", "2024-05-13T10:00:00.123456Z");
  check_start("# Time: 2024-05-13T10:00:01.123456+02:00\n", "", "2024-05-13T08:00:00.123456Z");
  check_start("# Time: 2024-05-13T10:00:01.123456-05:30\n", "", "2024-05-13T15:30:00.123456Z");
  check_start("# Time: 240513 10:00:01\n", "", "2024-05-13T10:00:00Z");
  check_start("# Time: 240513  9:00:01\n", "", "2024-05-13T09:00:00Z");
  check_start("# Time: 240513 9:00:01\n", "", "2024-05-13T09:00:00Z");
  check_start("# Time: 240513  9:00:01.250000\n", "", "2024-05-13T09:00:00.250000Z");
  check_start("", "SET timestamp=1715594401;\n", "2024-05-13T10:00:00Z");
  /* A zone without a name is told by the epoch beside it. */
  check_start("# Time: 240513 12:00:01\n", "SET timestamp=1715594401;\n", "2024-05-13T10:00:00Z");
}

static void test_short_time_zone(void) {
  g_autoptr(SlowRead) log =
      slow_read("# Time: 240513 12:00:01\n" USER FIGURES "SET timestamp=1715594401;\nselect 1;\n");
  g_assert_cmpstr(log->info.timezone, ==, "+02:00");
  g_assert_cmpstr(log->info.timezone_source, ==, "epoch");
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Berlin");
  static const char bare[] = "# Time: 240513 12:00:01\n# Query_time: 1  Lock_time: 0  Rows_sent: 1  Rows_examined: 0\n"
                             "select 1;\n";
  g_autoptr(SlowRead) told = slow_read_len(bare, strlen(bare), zone);
  g_assert_cmpint(entry_at(told, 0)->event.start, ==, G_GINT64_CONSTANT(1715594400) * G_USEC_PER_SEC);
  g_assert_cmpstr(told->info.timezone_source, ==, "option");
}

#define MARIA(time, stamp, query)                                                                                      \
  time "# User@Host: app[app] @ localhost []\n# Thread_id: 13  Schema: shop  QC_hit: No\n"                             \
       "# Query_time: 0.000002  Lock_time: 0.000000  Rows_sent: 0  Rows_examined: 0\n# Rows_affected: 0  Bytes_sent: " \
       "11\nSET timestamp=" stamp ";\n" query ";\n"

static void test_set_timestamp_of_a_user(void) {
  /* MariaDB logs the session's own clock: three entries of 2023 among those of 2026. */
  g_autoptr(SlowRead) log =
      slow_read(MARIA("# Time: 261124  3:45:13\n", "1795491913", "select 1")
                    MARIA("# Time: 231114 22:13:20\n", "1700000000", "SET timestamp = 1700000000")
                        MARIA("", "1700000000", "SELECT NOW()") MARIA("", "1700000000", "SET timestamp = DEFAULT")
                            MARIA("# Time: 261124  3:45:13\n", "1795491913", "select 2"));
  g_assert_cmpuint(log->entries->len, ==, 5);
  g_assert_cmpuint(log->account.untimed, ==, 3);
  g_assert_true(entry_at(log, 0)->event.timed);
  g_assert_false(entry_at(log, 1)->event.timed);
  g_assert_false(entry_at(log, 3)->event.timed);
  g_assert_true(entry_at(log, 4)->event.timed);
  g_assert_cmpint(log->account.first, ==, G_GINT64_CONSTANT(1795491913) * G_USEC_PER_SEC);
  g_assert_cmpstr(text_at(log, 1), ==, "SET timestamp = 1700000000");

  /* MySQL's # Time is its own: a SET timestamp of the future changes nothing. */
  g_autoptr(SlowRead) own =
      slow_read(HEAD(T1) S1 "select 1;\n" HEAD(T2) "SET timestamp=4102444800;\nselect 2;\n" HEAD(T3) S3 "select 3;\n");
  g_assert_cmpuint(own->account.untimed, ==, 0);
  g_assert_cmpint(entry_at(own, 1)->event.start, ==, G_GINT64_CONSTANT(1715594401500000));
}

static void test_gap_of_months(void) {
  g_autoptr(SlowRead) log = slow_read(MARIA("# Time: 240113  3:45:13\n", "1705117513", "select 1") MARIA(
      "# Time: 240713  3:45:13\n", "1720842313", "select 2") MARIA("", "1720842313", "select 3"));
  g_assert_cmpuint(log->account.untimed, ==, 0);
}

static void test_database(void) {
  g_autoptr(SlowRead) log = slow_read(
      HEAD(T1) S1 "select 0;\n" HEAD(T1) "use shop;\n" S1 "select 1;\n" HEAD(T2) S2
      "select 2;\n" HEAD(T2) "use `my ``db`;\n" S2
                             "select 3;\n/usr/sbin/mysqld, Version: 8.0.36 (x). started with:\nTcp port: 0  Unix "
                             "socket: x\nTime                 Id Command    Argument\n" HEAD(T3) S3 "select 4;\n");
  g_assert_cmpuint(log->entries->len, ==, 5);
  g_assert_null(entry_at(log, 0)->schema);
  g_assert_cmpstr(entry_at(log, 1)->schema, ==, "shop");
  g_assert_cmpstr(entry_at(log, 2)->schema, ==, "shop");
  g_assert_cmpstr(entry_at(log, 3)->schema, ==, "my `db");
  g_assert_null(entry_at(log, 4)->schema);
  g_assert_cmpstr(text_at(log, 4), ==, "select 4");
}

static void test_schema_line_wins(void) {
  g_autoptr(SlowRead) log =
      slow_read("# User@Host: a[a] @ b []\n# Thread_id: 1  Schema: crm  QC_hit: No\n" FIGURES "use shop;\nselect 1;\n"
                "# User@Host: a[a] @ b []\n# Thread_id: 1  Schema:   QC_hit: No\n" FIGURES "SHOW STATUS;\n"
                "# User@Host: a[a] @ b []\n# Schema: my db @ [x]  Last_errno: 1062  Killed: 0\n" FIGURES "select 2;\n");
  g_assert_cmpstr(entry_at(log, 0)->schema, ==, "crm");
  g_assert_null(entry_at(log, 1)->schema);
  g_assert_cmpstr(entry_at(log, 2)->schema, ==, "my db @ [x]");
  g_assert_cmpuint(entry_at(log, 2)->event.error, ==, 1062);
}

static void test_administrator_commands(void) {
  g_autoptr(SlowRead) log = slow_read("# Time: " T1 "\n" USER FIGURES "# administrator command: Quit;\n" HEAD(
      T2) "use shop;\n" S2 "# administrator command: Init DB;\n" HEAD(T3) S3 "# administrator command: Ping;\n");
  g_assert_cmpuint(log->entries->len, ==, 3);
  g_assert_cmpstr(text_at(log, 0), ==, "administrator command: Quit");
  g_assert_cmpstr(text_at(log, 1), ==, "administrator command: Init DB");
  g_assert_cmpstr(text_at(log, 2), ==, "administrator command: Ping");
  for (guint i = 0; i < 3; i++) {
    g_assert_true(entry_at(log, i)->event.admin);
    g_assert_false(entry_at(log, i)->event.partial);
    g_assert_cmpuint(entry_at(log, i)->event.main[GALEN_MAIN_ROWS_EXAMINED], ==, 10);
  }
}

static void test_comment_lines(void) {
  static const char *const statements[] = {
      "# a comment first\nselect 1",
      "-- a comment first\nselect 1",
      "### Channels ###\nselect 1",
      "select 1\n### Channels ###\nfrom t",
      "select 1;\n# not a header\nselect 2",
      "select 1\n# Time: soon\nfrom t",
      "select a -- x;\n# nothing: here\nfrom t",
      "BEGIN\n  UPDATE a SET b = 1;\n# note\n  UPDATE c SET d = 2;\nEND",
      "#\nselect 1",
  };
  for (guint i = 0; i < G_N_ELEMENTS(statements); i++) {
    g_autofree char *text = g_strconcat(HEAD(T1) S1, statements[i], ";\n" HEAD(T2) S2 "select 2;\n", NULL);
    g_autoptr(SlowRead) log = slow_read(text);
    g_assert_cmpuint(log->entries->len, ==, 2);
    g_assert_cmpstr(text_at(log, 0), ==, statements[i]);
  }
}

static void test_attributes_without_mark(void) {
  g_autoptr(SlowRead) log = slow_read("# User@Host: a[a] @ b []  Id: 1\n# Schema: x  Last_errno: 0  Killed: 0\n" FIGURES
                                      "  Tmp_tables: 1  Tmp_disk_tables: 2  Tmp_table_sizes: 4096\nSET "
                                      "timestamp=1715594401;\nselect 1;\n");
  g_assert_cmpstr(text_at(log, 0), ==, "select 1");
  g_assert_cmpuint(attr_at(log, 0, "tmp_disk_tables"), ==, 2);
  g_assert_cmpuint(attr_at(log, 0, "tmp_table_sizes"), ==, 4096);
}

static void test_empty_and_cut(void) {
  g_autoptr(SlowRead) empty = slow_read(HEAD(T1) S1 ";\n" HEAD(T2) S2 HEAD(T3) S3 "select 3;\n");
  g_assert_cmpuint(empty->entries->len, ==, 3);
  g_assert_cmpstr(text_at(empty, 0), ==, "");
  g_assert_cmpstr(text_at(empty, 1), ==, "");
  g_assert_cmpstr(text_at(empty, 2), ==, "select 3");

  g_autoptr(SlowRead) bare = slow_read(HEAD(T1) HEAD(T2) S2 "select 2;\n");
  g_assert_cmpuint(bare->entries->len, ==, 2);
  g_assert_cmpstr(text_at(bare, 0), ==, "");

  g_autoptr(SlowRead) no_end = slow_read(HEAD(T1) S1 "select 1\n" HEAD(T2) S2 "select 2");
  g_assert_cmpuint(no_end->entries->len, ==, 2);
  g_assert_cmpstr(text_at(no_end, 0), ==, "select 1");
  g_assert_cmpstr(text_at(no_end, 1), ==, "select 2");
  g_assert_true(entry_at(no_end, 1)->event.partial);

  g_autoptr(SlowRead) middle = slow_read("id = 7 and b = 'x';\n" HEAD(T2) S2 "select 2;\n");
  g_assert_cmpuint(middle->entries->len, ==, 1);
  g_assert_cmpuint(middle->account.n_skips, ==, 1);
  g_assert_cmpuint(middle->account.skips[0].records, ==, 1);
  g_assert_cmpuint(middle->account.bytes_skipped, ==, strlen("id = 7 and b = 'x';\n"));

  g_autoptr(SlowRead) header = slow_read(HEAD(T1) S1 "select 1;\n# Time: " T2 "\n" USER);
  g_assert_cmpuint(header->entries->len, ==, 1);
  g_assert_cmpuint(header->account.skips[0].records, ==, 1);

  g_autoptr(SlowRead) cut = slow_read(HEAD(T1) S1 "select 1;\n" HEAD(T2));
  g_assert_cmpuint(cut->entries->len, ==, 2);
  g_assert_true(entry_at(cut, 1)->event.partial);
}

static void test_use_as_statement(void) {
  g_autoptr(SlowRead) log =
      slow_read("# User@Host: a[a] @ b []\n" FIGURES "use shop;\n# User@Host: a[a] @ b []\n" FIGURES
                "SET timestamp=5;\n# User@Host: a[a] @ b []\n" FIGURES "select 1;\n");
  g_assert_cmpuint(log->entries->len, ==, 3);
  g_assert_cmpstr(text_at(log, 0), ==, "use shop");
  g_assert_cmpstr(text_at(log, 1), ==, "SET timestamp=5");
}

static void test_implausible(void) {
  g_autoptr(SlowRead) log =
      slow_read("# Time: " T1 "\n" USER "# Query_time: 18446744073708.796870.000036  Lock_time: 0.000000 Rows_sent: 1  "
                "Rows_examined: 3 Thread_id: 4 Errno: 0 Bytes_sent: 18446744073709548343 Read_key: 12\n" S1
                "select 1;\n" HEAD(T2) S2 "select 2;\n");
  g_assert_cmpuint(log->entries->len, ==, 2);
  const Entry *bad = entry_at(log, 0);
  g_assert_cmpuint(bad->event.main_mask, ==, 0xe);
  g_assert_cmpuint(bad->event.implausible, ==, 2);
  g_assert_false(g_hash_table_contains(bad->attrs, "bytes_sent"));
  g_assert_cmpuint(attr_at(log, 0, "read_key"), ==, 12);
  g_assert_cmpuint(log->account.implausible, ==, 2);
}

static void test_plausible_limits(void) {
  g_autoptr(SlowRead) log = slow_read(
      "# Time: " T1 "\n" USER "# Query_time: 864000.000000  Lock_time: 864000.000001 Rows_sent: 9007199254740992  "
      "Rows_examined: 9007199254740993\n" S1 "select 1;\n");
  g_assert_cmpuint(entry_at(log, 0)->event.main_mask, ==, 1 << GALEN_MAIN_TIME | 1 << GALEN_MAIN_ROWS_SENT);
}

static void test_milliseconds(void) {
  g_autoptr(SlowRead) log = slow_read("# User@Host: a[a] @ b []\n# Thread_id: 1  Schema: s  QC_hit: No\n" FIGURES
                                      "# Rows_affected: 2  Bytes_sent: 11\n# Pages_accessed: 147  Pages_read: 1  "
                                      "Pages_prefetched: 0  Pages_updated: 35  Old_rows_read: 3\n"
                                      "# Pages_read_time: 1.5000  Engine_time: 0.0738\nselect 1;\n");
  g_assert_cmpuint(attr_at(log, 0, "engine_time"), ==, 73800);
  g_assert_cmpuint(attr_at(log, 0, "pages_read_time"), ==, 1500000);
  g_assert_cmpuint(attr_at(log, 0, "pages_accessed"), ==, 147);
}

static void test_stored_routine(void) {
  g_autoptr(SlowRead) log = slow_read("# User@Host: root[root] @ localhost [localhost]\n# Thread_id: 13  Schema: shop  "
                                      "QC_hit: No\n" FIGURES "# Rows_affected: 1  Bytes_sent: 0\n# Stored_routine: "
                                      "my shop.restock\nSET timestamp=1715594401;\nUPDATE products SET a = 1;\n"
                                      "# User@Host: app[app] @ localhost []\n# Thread_id: 13  Schema: shop  QC_hit: "
                                      "No\n" FIGURES "SET timestamp=1715594401;\nCALL restock(3, 2);\n");
  g_assert_cmpstr(entry_at(log, 0)->routine, ==, "my shop.restock");
  g_assert_null(entry_at(log, 1)->routine);
}

static void test_rate_limit(void) {
  g_autoptr(SlowRead) log = slow_read("# Time: " T1 "\n" USER "# Schema: a  Last_errno: 0  Killed: 0\n" FIGURES
                                      "# Log_slow_rate_type: query  Log_slow_rate_limit: 100\n" S1 "select 1;\n");
  g_assert_cmpuint(entry_at(log, 0)->event.rate_limit, ==, 100);
}

static void test_odd_names(void) {
  static const char text[] =
      "# User@Host: o'b [x] @ y[o'b [x] @ y] @ db one [10.0.0.9]  Id:  12\n# Schema: s p  Last_errno: 0  Killed: "
      "0\n" FIGURES "select 1;\n# User@Host: [anon] @  [10.0.0.7]  Id: 1\n# Schema: \n" FIGURES
      "select '\0\x1a\xff';\n# User@Host: caf\xe9[caf\xe9] @ h []\n# Schema: \xe9\n" FIGURES "select 3;\n";
  g_autoptr(SlowRead) log = slow_read_len(text, sizeof text - 1, NULL);
  g_assert_cmpuint(log->entries->len, ==, 3);
  g_assert_cmpstr(entry_at(log, 0)->user, ==, "o'b [x] @ y");
  g_assert_cmpstr(entry_at(log, 0)->host, ==, "db one");
  g_assert_cmpuint(entry_at(log, 0)->event.thread_id, ==, 12);
  g_assert_cmpstr(entry_at(log, 1)->user, ==, "anon");
  g_assert_cmpstr(entry_at(log, 1)->host, ==, "10.0.0.7");
  g_assert_null(entry_at(log, 1)->schema);
  const GString *odd = entry_at(log, 1)->text;
  g_assert_true(odd->len == 12 && memcmp(odd->str, "select '\0\x1a\xff'", 12) == 0);
  g_assert_cmpstr(entry_at(log, 2)->user, ==, "caf\xe9");
  g_assert_cmpstr(entry_at(log, 2)->schema, ==, "\xe9");
}

static void test_huge_statement(void) {
  g_autoptr(GString) statement = g_string_new("insert into t values ");
  for (guint i = 0; statement->len < (gsize)3 * GALEN_STATEMENT_WHOLE_MAX; i++)
    g_string_append_printf(statement, "(%u, 'it''s; row\n# Time: %u'),", i, i);
  g_string_append(statement, "(0, 'end')");
  g_autofree char *text = g_strconcat(HEAD(T1) "use shop;\n" S1, statement->str, ";\n" HEAD(T2) S2 "select 2;\n", NULL);
  g_autoptr(SlowRead) log = slow_read(text);
  g_assert_cmpuint(log->entries->len, ==, 2);
  g_assert_cmpuint(entry_at(log, 0)->text->len, ==, statement->len);
  g_assert_true(memcmp(entry_at(log, 0)->text->str, statement->str, statement->len) == 0);
  g_assert_cmpint(entry_at(log, 0)->event.piece, ==, GALEN_PIECE_END);
  g_assert_cmpstr(entry_at(log, 0)->user, ==, "app");
  g_assert_cmpstr(entry_at(log, 0)->schema, ==, "shop");
  g_assert_true(entry_at(log, 0)->event.timed);
}

static void test_line_without_end(void) {
  g_autofree char *rubbish = g_strnfill(6u << 20, 'x');
  g_autofree char *text = g_strconcat(rubbish, "\n" HEAD(T2) S2 "select 2;\n", NULL);
  g_autoptr(SlowRead) log = slow_read_blocks(text, strlen(text), 100000, NULL);
  g_assert_cmpuint(log->entries->len, ==, 1);
  g_assert_cmpuint(log->account.bytes_skipped, ==, (6u << 20) + 1);
  g_assert_cmpuint(log->account.skips[0].records, ==, 1);
}

static void test_nul_run(void) {
  static const char text[] = "\0\0\0\0\0\0\0" HEAD(T1) S1 "select 1;\n";
  g_autoptr(SlowRead) log = slow_read_len(text, sizeof text - 1, NULL);
  g_assert_cmpuint(log->entries->len, ==, 1);
  g_assert_cmpuint(log->account.bytes_skipped, ==, 7);
}

#define OLD(time, query_time, stamp, query)                                                                            \
  "# Time: " time "\n# User@Host: app[app] @ web1 []\n# Query_time: " query_time                                       \
  "  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 2\n" stamp query ";\n"

static void check_starts(const SlowRead *log, const gint64 *seconds, guint n) {
  g_assert_cmpuint(log->entries->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint(entry_at(log, i)->event.start, ==, seconds[i] * G_USEC_PER_SEC);
}

/* MySQL's short # Time is the end, whatever SET timestamp is; a quarter of an hour's query is no time zone. */
static void test_stamp_is_start(void) {
  static const gint64 starts[] = {1451613900, 1451614210, 1451617199};
  g_autoptr(SlowRead) log = slow_read(OLD("160101  2:10:00", "300.000000", "SET timestamp=1451613900;\n", "select 1")
                                          OLD("160101  2:25:10", "900.000000", "SET timestamp=1451614210;\n",
                                              "select 2") OLD("160101  3:00:00", "1.000000", "", "select 3"));
  check_starts(log, starts, G_N_ELEMENTS(starts));
  g_assert_cmpstr(log->info.timezone, ==, "UTC");
}

static void test_stamp_is_end(void) {
  static const gint64 starts[] = {1405358202, 1405358300};
  g_autoptr(SlowRead) log = slow_read(
      OLD("140714 14:16:52", "10.000000", "SET timestamp=1405358212;\n",
          "select sleep(10)") "# User@Host: app[app] @ web1 []\n# Query_time: 12.000000  Lock_time: 0 Rows_sent: 1  "
                              "Rows_examined: 2\nSET timestamp=1405358312;\nselect 2;\n");
  check_starts(log, starts, G_N_ELEMENTS(starts));
  g_assert_cmpstr(log->info.timezone, ==, "-03:00");
}

/* Since 8.0.14 SET timestamp is the start: that is all there is where the # Time lines were left out. */
static void test_stamp_by_version(void) {
  static const struct {
    const char *version;
    gint64 start;
  } versions[] = {{"8.0.30", 1715594401}, {"9.1.0", 1715594401}, {"8.0.13", 1715594399}, {"5.7.44-log", 1715594399}};
  for (guint i = 0; i < G_N_ELEMENTS(versions); i++) {
    g_autofree char *text = g_strdup_printf(
        "/usr/sbin/mysqld, Version: %s (x). started with:\nTcp port: 0  Unix socket: x\nTime  Id Command    "
        "Argument\n# User@Host: a[a] @ b []  Id: 1\n# Query_time: 2.000000  Lock_time: 0 Rows_sent: 1  "
        "Rows_examined: 2\nSET timestamp=1715594401;\nselect 1;\n",
        versions[i].version);
    g_autoptr(SlowRead) log = slow_read(text);
    check_starts(log, &versions[i].start, 1);
  }
}

static void test_stated_start(void) {
  g_autoptr(SlowRead) log =
      slow_read("# Time: " T1 "\n" USER "# Query_time: 0.500000  Lock_time: 0.000100 Rows_sent: 1  Rows_examined: 10 "
                "Errno: 0 Start: 2024-05-13T10:00:00.250000Z End: 2024-05-13T10:00:00.750000Z\n" S1 "select 1;\n");
  g_assert_cmpint(entry_at(log, 0)->event.start, ==, G_GINT64_CONSTANT(1715594400250000));
}

static void test_nuls_between_entries(void) {
  static const char text[] = HEAD(T1) S1 "select 1;\n\0\0\0\0\0" HEAD(T2) S2 "select 2;\n\0\0\0";
  g_autoptr(SlowRead) log = slow_read_len(text, sizeof text - 1, NULL);
  g_assert_cmpuint(log->entries->len, ==, 2);
  g_assert_cmpstr(text_at(log, 0), ==, "select 1");
  g_assert_cmpstr(text_at(log, 1), ==, "select 2");
  g_assert_cmpint(entry_at(log, 1)->event.start, ==, G_GINT64_CONSTANT(1715594401500000));
  g_assert_cmpuint(log->account.bytes_skipped, ==, 8);
  g_assert_cmpuint(log->account.partial, ==, 0);
}

static void test_leading_administrator_command(void) {
  g_autoptr(SlowRead) log = slow_read("# administrator command: Ping;\n" HEAD(T1) S1 "select 1;\n");
  g_assert_cmpuint(log->entries->len, ==, 2);
  g_assert_cmpstr(text_at(log, 0), ==, "administrator command: Ping");
  g_assert_true(entry_at(log, 0)->event.admin);
  g_assert_true(entry_at(log, 0)->event.partial);
  g_assert_cmpuint(log->account.bytes_skipped, ==, 0);
}

static void test_routine_body(void) {
  static const char body[] =
      "create procedure p() begin\nselect 1;\n# User@Host: fake[fake] @ x []\nupdate t set a=1;\nend";
  g_autofree char *text = g_strconcat(HEAD(T1) S1, body, ";\n" HEAD(T2) S2 "select 2;\n", NULL);
  g_autoptr(SlowRead) log = slow_read(text);
  g_assert_cmpuint(log->entries->len, ==, 2);
  g_assert_cmpstr(text_at(log, 0), ==, body);
}

static void test_byte_order_mark(void) {
  g_autoptr(SlowRead) log = slow_read("\xef\xbb\xbf" HEAD(T1) S1 "select 1;\n");
  g_assert_cmpuint(log->entries->len, ==, 1);
  g_assert_cmpuint(log->account.bytes_headers, ==, 3);
  g_assert_cmpuint(log->account.bytes_skipped, ==, 0);
}

static void test_forged_of_another_layout(void) {
  /* Real entries here have a Thread_id line behind their user; the forged one has not. */
  g_autoptr(SlowRead) log =
      slow_read(MARIA("# Time: 261124  3:45:13\n", "1795491913", "select 1")
                    MARIA("", "1795491913",
                          "select 'open\n# Time: 261124  3:45:14\n# User@Host: x[x] @ y []\n# Query_time: 7.0  "
                          "Lock_time: 0.0  Rows_sent: 1  Rows_examined: 1\nSET timestamp=1795491914;\nselect 9")
                        MARIA("", "1795491913", "select 2"));
  g_assert_cmpuint(log->entries->len, ==, 3);
  g_assert_cmpstr(text_at(log, 2), ==, "select 2");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/slow-traps/forged-in-literal", test_forged_in_literal);
  g_test_add_func("/slow-traps/forged-twice", test_forged_twice);
  g_test_add_func("/slow-traps/forged-elsewhere", test_forged_in_other_places);
  g_test_add_func("/slow-traps/forged-last", test_forged_as_last_statement);
  g_test_add_func("/slow-traps/forged-other-layout", test_forged_of_another_layout);
  g_test_add_func("/slow-traps/open-quote", test_open_quote);
  g_test_add_func("/slow-traps/open-quote-then-quotes", test_open_quote_then_quotes);
  g_test_add_func("/slow-traps/open-comment", test_open_comment);
  g_test_add_func("/slow-traps/open-quote-limit", test_open_quote_limit);
  g_test_add_func("/slow-traps/no-backslash-escapes", test_no_backslash_escapes);
  g_test_add_func("/slow-traps/crlf", test_crlf);
  g_test_add_func("/slow-traps/startup-blocks", test_startup_blocks);
  g_test_add_func("/slow-traps/startup-after-crash", test_startup_after_crash);
  g_test_add_func("/slow-traps/times", test_times);
  g_test_add_func("/slow-traps/short-time-zone", test_short_time_zone);
  g_test_add_func("/slow-traps/set-timestamp-of-a-user", test_set_timestamp_of_a_user);
  g_test_add_func("/slow-traps/gap-of-months", test_gap_of_months);
  g_test_add_func("/slow-traps/database", test_database);
  g_test_add_func("/slow-traps/schema-line", test_schema_line_wins);
  g_test_add_func("/slow-traps/administrator-commands", test_administrator_commands);
  g_test_add_func("/slow-traps/comment-lines", test_comment_lines);
  g_test_add_func("/slow-traps/attributes-without-mark", test_attributes_without_mark);
  g_test_add_func("/slow-traps/empty-and-cut", test_empty_and_cut);
  g_test_add_func("/slow-traps/use-as-statement", test_use_as_statement);
  g_test_add_func("/slow-traps/implausible", test_implausible);
  g_test_add_func("/slow-traps/plausible-limits", test_plausible_limits);
  g_test_add_func("/slow-traps/milliseconds", test_milliseconds);
  g_test_add_func("/slow-traps/stored-routine", test_stored_routine);
  g_test_add_func("/slow-traps/rate-limit", test_rate_limit);
  g_test_add_func("/slow-traps/odd-names", test_odd_names);
  g_test_add_func("/slow-traps/huge-statement", test_huge_statement);
  g_test_add_func("/slow-traps/line-without-end", test_line_without_end);
  g_test_add_func("/slow-traps/nul-run", test_nul_run);
  g_test_add_func("/slow-traps/byte-order-mark", test_byte_order_mark);
  g_test_add_func("/slow-traps/stamp-is-start", test_stamp_is_start);
  g_test_add_func("/slow-traps/stamp-is-end", test_stamp_is_end);
  g_test_add_func("/slow-traps/stamp-by-version", test_stamp_by_version);
  g_test_add_func("/slow-traps/stated-start", test_stated_start);
  g_test_add_func("/slow-traps/nuls-between-entries", test_nuls_between_entries);
  g_test_add_func("/slow-traps/leading-administrator-command", test_leading_administrator_command);
  g_test_add_func("/slow-traps/routine-body", test_routine_body);
  return g_test_run();
}
