/* Slow logs in the layouts of the servers that write them. */
#include "slow_reader.h"

static void test_mysql50(void) {
  g_autoptr(SlowRead) log = slow_read("# Time: 071015 21:43:52\n# User@Host: root[root] @ localhost []\n"
                                      "# Query_time: 2  Lock_time: 1  Rows_sent: 3  Rows_examined: 4\nuse test;\n"
                                      "select sleep(2) from n;\n# User@Host: root[root] @ localhost []\n"
                                      "# Query_time: 5  Lock_time: 0  Rows_sent: 1  Rows_examined: 0\nselect 1;\n");
  g_assert_cmpuint(log->entries->len, ==, 2);
  const Entry *e = entry_at(log, 0);
  g_assert_cmpuint(e->event.main[GALEN_MAIN_TIME], ==, 2000000);
  g_assert_cmpuint(e->event.main[GALEN_MAIN_LOCK_TIME], ==, 1000000);
  g_assert_cmpuint(e->event.main[GALEN_MAIN_ROWS_SENT], ==, 3);
  g_assert_cmpuint(e->event.main[GALEN_MAIN_ROWS_EXAMINED], ==, 4);
  g_assert_cmpint(e->event.start, ==, G_GINT64_CONSTANT(1192484630) * G_USEC_PER_SEC);
  g_assert_cmpstr(e->user, ==, "root");
  g_assert_cmpstr(e->host, ==, "localhost");
  /* The second entry ended in the second that was printed last. */
  g_assert_cmpint(entry_at(log, 1)->event.start, ==, G_GINT64_CONSTANT(1192484627) * G_USEC_PER_SEC);
  g_assert_cmpstr(entry_at(log, 1)->schema, ==, "test");
  g_assert_cmpstr(log->info.timezone_source, ==, "assumed");
}

static void test_mysql56(void) {
  g_autoptr(SlowRead) log =
      slow_read("# Time: 140714 14:16:52\n# User@Host: root[root] @ localhost [127.0.0.1]  Id:    12\n"
                "# Query_time: 10.000373  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 0\n"
                "SET last_insert_id=7,insert_id=9,timestamp=1405358212;\nselect sleep(10);\n");
  g_assert_cmpint(entry_at(log, 0)->event.start, ==, G_GINT64_CONSTANT(1405358201999627));
  g_assert_cmpuint(entry_at(log, 0)->event.thread_id, ==, 12);
  g_assert_cmpstr(text_at(log, 0), ==, "select sleep(10)");
  g_assert_cmpstr(log->info.timezone, ==, "-03:00");
}

static void test_mysql80_extra(void) {
  g_autoptr(SlowRead) log = slow_read(
      "# Time: 2024-05-13T10:00:01.000000Z\n# User@Host: a[a] @ h [10.0.0.1]  Id:     7\n"
      "# Query_time: 1.500000  Lock_time: 0.000100 Rows_sent: 1  Rows_examined: 10 Thread_id: 7 Errno: 1062 Killed: "
      "1317 Bytes_received: 33 Bytes_sent: 100 Read_first: 1 Read_last: 2 Read_key: 3 Read_next: 4 Read_prev: 5 "
      "Read_rnd: 6 Read_rnd_next: 7 Sort_merge_passes: 8 Sort_range_count: 9 Sort_rows: 10 Sort_scan_count: 11 "
      "Created_tmp_disk_tables: 12 Created_tmp_tables: 13 Count_hit_tmp_table_size: 14 Start: "
      "2024-05-13T09:59:59.500000Z End: 2024-05-13T10:00:01.000000Z Schema: my shop Rows_affected: 15\n"
      "SET timestamp=1715594399;\nselect 1;\n");
  static const char *const names[] = {"read_first",         "read_last",
                                      "read_key",           "read_next",
                                      "read_prev",          "read_rnd",
                                      "read_rnd_next",      "sort_merge_passes",
                                      "sort_range_count",   "sort_rows",
                                      "sort_scan_count",    "created_tmp_disk_tables",
                                      "created_tmp_tables", "count_hit_tmp_table_size",
                                      "rows_affected"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    g_assert_cmpuint(attr_at(log, 0, names[i]), ==, i + 1);
  const Entry *e = entry_at(log, 0);
  g_assert_cmpuint(e->event.error, ==, 1062);
  g_assert_cmpuint(e->event.killed, ==, 1317);
  g_assert_cmpstr(e->schema, ==, "my shop");
  g_assert_cmpuint(attr_at(log, 0, "bytes_received"), ==, 33);
  g_assert_cmpint(e->event.start, ==, G_GINT64_CONSTANT(1715594399500000));
  g_assert_cmpstr(log->info.server, ==, "MySQL");
  g_assert_cmpstr(log->info.timezone, ==, "UTC");
  g_assert_cmpstr(log->info.timezone_source, ==, "log");
}

static void test_percona80(void) {
  g_autoptr(SlowRead) log = slow_read(
      "# Time: 2024-05-13T10:00:01.000000Z\n# User@Host: a[a] @ h []  Id:     7\n"
      "# Schema: shop  Last_errno: 1205  Killed: 0\n"
      "# Query_time: 1.500000  Lock_time: 0.000100  Rows_sent: 1  Rows_examined: 10  Rows_affected: 2  Bytes_sent: 77\n"
      "# Tmp_tables: 1  Tmp_disk_tables: 2  Tmp_table_sizes: 3\n# Stored_routine: shop.p\n# InnoDB_trx_id: 4F2A\n"
      "# Full_scan: Yes  Full_join: No  Tmp_table: Yes  Tmp_table_on_disk: Yes\n"
      "# Filesort: Yes  Filesort_on_disk: No  Merge_passes: 4\n"
      "#   InnoDB_IO_r_ops: 5  InnoDB_IO_r_bytes: 16384  InnoDB_IO_r_wait: 0.000080\n"
      "#   InnoDB_rec_lock_wait: 0.000001  InnoDB_queue_wait: 0.000002\n#   InnoDB_pages_distinct: 6\n"
      "# Profile_starting: 0.000143 Profile_starting_cpu: 0.000120 Brand_new: 12\n"
      "# Log_slow_rate_type: session  Log_slow_rate_limit: 10\nuse shop;\nSET timestamp=1715594401;\nselect 1;\n");
  g_assert_cmpuint(attr_at(log, 0, "full_scan"), ==, 1);
  g_assert_cmpuint(attr_at(log, 0, "full_join"), ==, 0);
  g_assert_cmpuint(attr_at(log, 0, "merge_passes"), ==, 4);
  g_assert_cmpuint(attr_at(log, 0, "innodb_io_r_wait"), ==, 80);
  g_assert_cmpuint(attr_at(log, 0, "innodb_pages_distinct"), ==, 6);
  g_assert_cmpuint(attr_at(log, 0, "bytes_sent"), ==, 77);
  g_assert_cmpuint(attr_at(log, 0, "profile_starting"), ==, 143);
  g_assert_cmpuint(attr_at(log, 0, "brand_new"), ==, 12);
  g_assert_false(g_hash_table_contains(entry_at(log, 0)->attrs, "innodb_trx_id"));
  g_assert_cmpstr(entry_at(log, 0)->routine, ==, "shop.p");
  g_assert_cmpuint(entry_at(log, 0)->event.error, ==, 1205);
  g_assert_cmpuint(entry_at(log, 0)->event.rate_limit, ==, 10);
  g_assert_cmpstr(log->info.server, ==, "Percona");
}

static void test_percona_without_innodb(void) {
  g_autoptr(SlowRead) log =
      slow_read("# Time: 071218 11:48:27 # User@Host: [SQL_SLAVE] @  []\n# Thread_id: 10\n"
                "# Query_time: 0.000012  Lock_time: 0.000000  Rows_sent: 0  Rows_examined: 0\n"
                "# QC_Hit: No  Full_scan: No  Full_join: No  Tmp_table: No  Tmp_table_on_disk: No\n"
                "# Filesort: No  Filesort_on_disk: No  Merge_passes: 0\n# No InnoDB statistics available for this "
                "query\nBEGIN;\n");
  g_assert_cmpstr(text_at(log, 0), ==, "BEGIN");
  g_assert_cmpstr(entry_at(log, 0)->user, ==, "SQL_SLAVE");
  g_assert_null(entry_at(log, 0)->host);
  g_assert_cmpint(entry_at(log, 0)->event.start, ==, G_GINT64_CONSTANT(1197978506999988));
}

static void test_mariadb_full(void) {
  g_autoptr(SlowRead) log = slow_read(
      "# Time: 261124  3:45:13\n# User@Host: app[app] @  [10.77.0.102]\n# Thread_id: 14  Schema: shop  QC_hit: No\n"
      "# Query_time: 1.250000  Lock_time: 0.000029  Rows_sent: 0  Rows_examined: 67\n"
      "# Rows_affected: 16  Bytes_sent: 53\n"
      "# Pages_accessed: 147  Pages_read: 0  Pages_prefetched: 0  Pages_updated: 35  Old_rows_read: 0\n"
      "# Pages_read_time: 0.0000  Engine_time: 0.0738\n# Tmp_tables: 1  Tmp_disk_tables: 0  Tmp_table_sizes: 1048544\n"
      "# Full_scan: Yes  Full_join: No  Tmp_table: Yes  Tmp_table_on_disk: No\n"
      "# Filesort: No  Filesort_on_disk: No  Merge_passes: 0  Priority_queue: Yes\n# Stored_routine: shop.restock\n#\n"
      "# explain: id\tselect_type\ttable\n# explain: 1\tSIMPLE\torders\n#\n# Warnings\n"
      "# Warning 1062 Duplicate entry '2500' for key 'PRIMARY'\n# Error 1366 Incorrect string value: 'x'\n"
      "use `shop`;\nSET timestamp=1795491913;\nINSERT IGNORE INTO t SELECT 1;\n");
  const Entry *e = entry_at(log, 0);
  g_assert_cmpstr(text_at(log, 0), ==, "INSERT IGNORE INTO t SELECT 1");
  g_assert_cmpint(e->event.start, ==, G_GINT64_CONSTANT(1795491913) * G_USEC_PER_SEC); /* MariaDB's Time is the start */
  g_assert_cmpstr(e->explain, ==, "# explain: id\tselect_type\ttable\n# explain: 1\tSIMPLE\torders");
  g_assert_cmpstr(e->routine, ==, "shop.restock");
  g_assert_cmpstr(e->host, ==, "10.77.0.102");
  g_assert_cmpuint(e->event.error, ==, 1366);
  g_assert_cmpuint(attr_at(log, 0, "priority_queue"), ==, 1);
  g_assert_cmpuint(attr_at(log, 0, "qc_hit"), ==, 0);
  g_assert_cmpstr(log->info.server, ==, "MariaDB");
  g_assert_cmpstr(log->info.timezone, ==, "UTC");
}

static void test_figures_only(void) {
  g_autoptr(SlowRead) log =
      slow_read("# Query_time: 0.726052  Lock_time: 0.000091  Rows_sent: 0  Rows_examined: 62951\n"
                "SELECT 'x' FROM foo;\n# Query_time: 0.1  Lock_time: 0  Rows_sent: 0  "
                "Rows_examined: 1\nSELECT 'cut\n# Query_time: 0.2  Lock_time: 0  Rows_sent: 0  "
                "Rows_examined: 1\nSELECT 3;\n");
  g_assert_cmpuint(log->entries->len, ==, 3);
  g_assert_cmpuint(log->account.untimed, ==, 3);
}

static void test_lines(void) {
  g_autoptr(SlowRead) log = slow_read("\n\n# User@Host: a[a] @ b []\n# Query_time: 1  Lock_time: 0  Rows_sent: 0  "
                                      "Rows_examined: 0\nselect\n1;\n# User@Host: a[a] @ b []\n# Query_time: 1  "
                                      "Lock_time: 0  Rows_sent: 0  Rows_examined: 0\nselect 2;\n");
  g_assert_cmpuint(entry_at(log, 0)->event.line, ==, 3);
  g_assert_cmpuint(entry_at(log, 0)->event.offset, ==, 2);
  g_assert_cmpuint(entry_at(log, 1)->event.line, ==, 7);
}

static void test_bids(void) {
  static const struct {
    const char *text;
    gboolean ours;
  } cases[] = {
      {"# Time: 071015 21:43:52\n# User@Host: r[r] @ l []\n# Query_time: 2  Lock_time: 0\nselect 1;\n", TRUE},
      {"# Query_time: 1\nfoo=\"good\";\n", TRUE},
      {"x = 1;\n# User@Host: a[a] @ b []\n# Query_time: 1  Lock_time: 0  Rows_sent: 0  Rows_examined: 0\nselect 1;\n",
       TRUE},
      {"/usr/sbin/mysqld, Version: 8.0.36 (x). started with:\nTcp port: 1  Unix socket: x\nTime  Id Command    "
       "Argument\n",
       TRUE},
      {"/usr/sbin/mysqld, Version: 8.0.36 (x). started with:\nTcp port: 1  Unix socket: x\nTime  Id Command    "
       "Argument\n2024-05-13T10:00:01.000000Z\t    8 Connect\troot@localhost on  using Socket\n",
       FALSE},
      {"", FALSE},
      {"hello\nworld\n", FALSE},
      {"# a shell script\n# Time: to go\necho\n", FALSE},
      {"\x7f"
       "ELF\1\2\3",
       FALSE},
      {"2024-05-13T10:00:01.000000Z 0 [System] [MY-010116] [Server] starting\n", FALSE},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    const GalenFormat *found = galen_format_find(cases[i].text, strlen(cases[i].text));
    g_assert_true((found == &galen_format_slow_log) == cases[i].ours);
  }
}

/* Whatever happens to a log, each byte is accounted for and nothing depends on block sizes. */
static void test_damage(void) {
  static const char clean[] =
      "/usr/sbin/mysqld, Version: 8.0.36 (x). started with:\nTcp port: 1  Unix socket: x\nTime  Id Command    "
      "Argument\n"
      "# Time: 2024-05-13T10:00:01.000000Z\n# User@Host: a[a] @ b [1]  Id:     7\n# Query_time: 1.500000  Lock_time: "
      "0.000100 Rows_sent: 1  Rows_examined: 10\nuse shop;\nSET timestamp=1715594401;\nselect 'it''s' /* x */ from `t` "
      "where a = \"b\";\n# Time: 2024-05-13T10:00:02.000000Z\n# User@Host: a[a] @ b [1]  Id:     7\n# Query_time: "
      "1.500000  Lock_time: 0.000100 Rows_sent: 1  Rows_examined: 10\nSET timestamp=1715594402;\n# administrator "
      "command: Quit;\n";
  for (guint round = 0; round < 400; round++) {
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < 3; i++)
      g_string_append_len(text, clean, sizeof clean - 1);
    for (gint n = g_test_rand_int_range(1, 6); n > 0 && text->len > 0; n--) {
      gint at = g_test_rand_int_range(0, (gint32)text->len);
      gint len = g_test_rand_int_range(1, 60);
      len = MIN(len, (gint)text->len - at);
      switch (g_test_rand_int_range(0, 4)) {
      case 0:
        g_string_erase(text, at, len);
        break;
      case 1:
        text->str[at] = (char)g_test_rand_int_range(0, 256);
        break;
      case 2:
        g_string_insert_len(text, at, "'\"`/*\\\n# Time: ", g_test_rand_int_range(1, 15));
        break;
      default:
        g_string_truncate(text, (gsize)at + 1);
      }
    }
    g_autoptr(SlowRead) log = slow_read_len(text->str, text->len, NULL);
    g_assert_cmpuint(log->account.bytes, ==, text->len);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/slow-log/mysql-5.0", test_mysql50);
  g_test_add_func("/slow-log/mysql-5.6", test_mysql56);
  g_test_add_func("/slow-log/mysql-8.0-extra", test_mysql80_extra);
  g_test_add_func("/slow-log/percona-8.0", test_percona80);
  g_test_add_func("/slow-log/percona-without-innodb", test_percona_without_innodb);
  g_test_add_func("/slow-log/mariadb-full", test_mariadb_full);
  g_test_add_func("/slow-log/figures-only", test_figures_only);
  g_test_add_func("/slow-log/lines", test_lines);
  g_test_add_func("/slow-log/bids", test_bids);
  g_test_add_func("/slow-log/damage", test_damage);
  return g_test_run();
}
