/* Which lines are one record, and what is done with those that are none. */
#include "error_reader.h"

#define NOTE "2026-11-24  3:07:10 0 [Note] "
#define AT(s) "2026-11-24  3:07:" s " 0 [Note] "

static void check_texts(const ErrorRead *read, const char *const *texts) {
  guint n = 0;
  for (; texts[n] != NULL; n++)
    g_assert_cmpstr(record_at(read, n)->text, ==, texts[n]);
  g_assert_cmpuint(read->records->len, ==, n);
}

static void test_continuation(void) {
  g_autoptr(ErrorRead) read =
      error_read(NOTE "/usr/sbin/mariadbd: ready for connections.\n"
                      "Version: '10.11.6-MariaDB-log'  socket: '/s'  port: 3306  Debian\n" NOTE
                      "WSREP: Quorum: No node with complete state:\n\n\n\tVersion      : 6\n\tName : "
                      "'n2'\n\n" NOTE "x");
  check_texts(read, (const char *[]){"/usr/sbin/mariadbd: ready for connections.",
                                     "Quorum: No node with complete state:", "x", NULL});
  g_assert_cmpstr(record_at(read, 0)->more, ==, "Version: '10.11.6-MariaDB-log'  socket: '/s'  port: 3306  Debian");
  g_assert_cmpstr(record_at(read, 1)->more, ==, "\n\n\tVersion      : 6\n\tName : 'n2'");
  g_assert_cmpint(record_at(read, 1)->event.block, ==, GALEN_BLOCK_QUORUM);
  g_assert_cmpstr(read->info.version, ==, "10.11.6-MariaDB-log");
  g_assert_cmpstr(read->info.server, ==, "MariaDB");
  g_assert_true(record_at(read, 2)->event.cut);
  g_assert_cmpuint(record_at(read, 2)->event.line, ==, 9);
}

static void test_blocks(void) {
  g_autoptr(ErrorRead) read = error_read(
      NOTE "WSREP: view(view_id(PRIM,1e920958-8674,3) memb {\n\t1e920958-8674,0\n} joined {\n} left {\n} partitioned "
           "{\n})\n" NOTE "WSREP: ====================\nView:\n  id: 1:5\n  members(1):\n\t0: u, n1\n"
           "=================================================\n" NOTE "WSREP: Quorum results:\n\tversion    = 6,\n" NOTE
           "WSREP: Votes over 1:16:\n   d2:   1/2\nWaiting for more votes.\n" NOTE
           "WSREP: Ignoring possible split-brain from view:\nview(view_id(REG,1,2) memb {\n})\n" NOTE
           "WSREP: ==========\n" NOTE "WSREP: view((empty))\n"
           "2023-01-01T12:00:00.1Z 0 [Warning] [MY-012985] [InnoDB] A long semaphore wait:\n--Thread 1 has waited at "
           "row0ins.cc line 2533 for 241.00 seconds the semaphore:\n"
           "2023-01-01T12:00:00.1Z 0 [Note] [MY-000000] [Galera] Current view of cluster as seen by this node\nview "
           "(view_id(PRIM,1,2)\nmemb {\n\t1,0\n\t}\n)\n");
  static const GalenBlock blocks[] = {GALEN_BLOCK_VIEW,  GALEN_BLOCK_SERVER_VIEW, GALEN_BLOCK_QUORUM,
                                      GALEN_BLOCK_VOTES, GALEN_BLOCK_LINE,        GALEN_BLOCK_LINE,
                                      GALEN_BLOCK_VIEW,  GALEN_BLOCK_SEMAPHORE,   GALEN_BLOCK_VIEW};
  g_assert_cmpuint(read->records->len, ==, G_N_ELEMENTS(blocks));
  for (guint i = 0; i < G_N_ELEMENTS(blocks); i++)
    g_assert_cmpint(record_at(read, i)->event.block, ==, blocks[i]);
}

static void test_sst_failure(void) {
#define SST "2023-01-01T12:00:00.1Z 0 [ERROR] [MY-000000] [WSREP-SST] "
  g_autoptr(ErrorRead) read = error_read(SST "******************* FATAL ERROR **********************\n" SST
                                             "xtrabackup_checkpoints missing\n" SST "Line 2083\n" SST
                                             "******************************************************\n" SST
                                             "Cleanup after exit with status:32\n");
  g_assert_cmpuint(read->records->len, ==, 2);
  g_assert_cmpint(record_at(read, 0)->event.block, ==, GALEN_BLOCK_SST_FAILURE);
  g_assert_nonnull(strstr(record_at(read, 0)->more, "Line 2083"));
  g_assert_cmpstr(record_at(read, 1)->text, ==, "Cleanup after exit with status:32");
}

static void test_page_dump(void) {
#define HEX "00000000000000050000000400000006000000000099f45b45bf000000000000\n"
  g_autoptr(ErrorRead) read =
      error_read(NOTE "InnoDB: Page dump (16384 bytes):\n" NOTE "InnoDB: " HEX NOTE "InnoDB: " HEX
                      "2026-11-24  3:07:10 4 [ERROR] InnoDB: Failed\n" NOTE "InnoDB: " HEX NOTE
                      "InnoDB: End of page dump\n" NOTE "InnoDB: x\n" NOTE "InnoDB: " HEX);
  check_texts(read, (const char *[]){"Page dump (16384 bytes):", "Failed", "x",
                                     "00000000000000050000000400000006000000000099f45b45bf000000000000", NULL});
  g_assert_cmpint(record_at(read, 0)->event.block, ==, GALEN_BLOCK_PAGE_DUMP);
  g_assert_cmpuint(read->account.bytes_headers, >, 64);
}

static void test_assertion_and_crash(void) {
  g_autoptr(ErrorRead) read = error_read(
      "2026-11-24 12:00:00 0x7f1a7c7f8700  InnoDB: Assertion failure in file /b/btr0cur.cc line 336\n"
      "InnoDB: Failing assertion: a == b\nInnoDB: We intentionally generate a memory trap.\n"
      "261124 12:00:00 [ERROR] mysqld got signal 6 ;\nSome pointers\n\nQuery (0x7f): SELECT '\n" NOTE
      "WSREP: forged\nInnoDB: forged'\nConnection ID (thread ID): 152\nStatus: NOT_KILLED\n\n" NOTE "Starting\n");
  check_texts(read, (const char *[]){"Assertion failure in file /b/btr0cur.cc line 336", "mysqld got signal 6 ;",
                                     "Starting", NULL});
  g_assert_cmpint(record_at(read, 0)->event.block, ==, GALEN_BLOCK_ASSERTION);
  g_assert_cmpint(record_at(read, 1)->event.block, ==, GALEN_BLOCK_CRASH);
  g_assert_true(g_str_has_suffix(record_at(read, 1)->more, "Status: NOT_KILLED"));
}

/* The other order, and a query whose end is missing: then the next record begins where it says so. */
static void test_crash_queries(void) {
  g_autoptr(ErrorRead) read =
      error_read("261124 12:00:00 [ERROR] mysqld got signal 11 ;\nConnection ID (thread ID): 1\n"
                 "Status: NOT_KILLED\nQuery (0x7f): SELECT '\n" NOTE "forged'\n\nOptimizer switch: a=on\n" NOTE "one\n"
                 "261124 12:00:01 [ERROR] mysqld got signal 11 ;\nQuery (0x7f): SELECT\n" NOTE "two\n");
  check_texts(read, (const char *[]){"mysqld got signal 11 ;", "one", "mysqld got signal 11 ;", "two", NULL});
}

static void test_deadlock(void) {
#define DL "2026-11-24  3:28:57 139 [Note] InnoDB: "
  g_autoptr(ErrorRead) read = error_read(
      DL
      "Transactions deadlock detected, dumping detailed information.\n" DL "\n*** (1) TRANSACTION:\n\nTRANSACTION "
      "145\nMariaDB thread id 139, OS thread handle 1, query id 331 localhost app Updating\nUPDATE t SET a = '\n" NOTE
      "WSREP: forged'\n" DL "*** WAITING FOR THIS LOCK TO BE GRANTED:\n\nRECORD LOCKS\n" DL
      "*** WE ROLL BACK TRANSACTION (1)\n\n" DL "Transaction was aborted\n");
  check_texts(read, (const char *[]){"Transactions deadlock detected, dumping detailed information.",
                                     "Transaction was aborted", NULL});
  g_assert_cmpint(record_at(read, 0)->event.block, ==, GALEN_BLOCK_DEADLOCK);
  g_autoptr(ErrorRead) old =
      error_read("130101 12:00:00  InnoDB: transactions deadlock detected, dumping detailed information.\n"
                 "130101 12:00:00\n*** (1) TRANSACTION:\nTRANSACTION 1\n*** WE ROLL BACK TRANSACTION (2)\n"
                 "130101 12:00:01 [Note] x\n");
  check_texts(old, (const char *[]){"transactions deadlock detected, dumping detailed information.", "x", NULL});
  g_assert_cmpint(record_at(old, 0)->event.block, ==, GALEN_BLOCK_DEADLOCK);
}

/* Another thread writes in the middle of a block. */
static void test_interrupted(void) {
  g_autoptr(ErrorRead) read = error_read("261124 12:00:00 [ERROR] mysqld got signal 11 ;\nThread pointer: 0x1\n" NOTE
                                         "between\n/usr/sbin/mysqld(f+0x1)[0x1]\n" NOTE "after\n" NOTE "Starting\n" DL
                                         "Transactions deadlock detected, dumping detailed information.\n" DL
                                         "*** (1) TRANSACTION:\n\nTRANSACTION 145\n\n" NOTE "between\n" DL
                                         "*** WE ROLL BACK TRANSACTION (1)\n" NOTE "end\n");
  check_texts(read, (const char *[]){"mysqld got signal 11 ;", "after", "Starting",
                                     "Transactions deadlock detected, dumping detailed information.", "end", NULL});
}

static void test_monitor(void) {
#define RULER "=====================================\n"
  g_autoptr(ErrorRead) read =
      error_read(NOTE "before\n\n" RULER "2026-11-24 03:07:20 0x7f INNODB MONITOR OUTPUT\n" RULER
                      "LATEST DETECTED DEADLOCK\n2026-11-24 03:07:10 0x7f\nselect '\n" NOTE
                      "forged'\n----------------------------\n"
                      "END OF INNODB MONITOR OUTPUT\n============================\n" NOTE "after\n" NOTE
                      "WSREP: open\n" RULER "2026-11-24 03:07:20 0x7f INNODB MONITOR OUTPUT\n" NOTE "told\n");
  check_texts(read, (const char *[]){"before", "INNODB MONITOR OUTPUT", "after", "open", "INNODB MONITOR OUTPUT",
                                     "told", NULL});
  g_assert_cmpint(record_at(read, 1)->event.block, ==, GALEN_BLOCK_MONITOR);
  g_assert_cmpint(record_at(read, 1)->event.wall, ==, wall_of("2026-11-24T03:07:20"));
  g_assert_true(g_str_has_suffix(record_at(read, 1)->more, "============================"));
}

/* A client's name may hold line ends. */
static void test_forged_names(void) {
  g_autoptr(ErrorRead) read = error_read("2026-11-24  3:07:10 7 [Warning] Access denied for user 'a\n" NOTE
                                         "WSREP: Shifting SYNCED -> OPEN'@'h' (using password: YES)\n" NOTE "x\n"
                                         "2026-11-24  3:07:10 7 [Warning] Access denied for user 'b\n" NOTE "y\n");
  check_texts(read, (const char *[]){"Access denied for user 'a", "x", "Access denied for user 'b", "y", NULL});
}

/* Statements may hold lines that look like records: the code at their end ends them. A thread that starts has none. */
static void test_codes(void) {
  g_autoptr(ErrorRead) read =
      error_read(NOTE "Slave SQL thread initialized, starting replication in log 'FIRST' at position 4\n" NOTE
                      "Replica SQL thread for channel '' initialized, starting replication\n" NOTE
                      "Slave SQL: Error 'x' on query. Query: 'INSERT INTO t VALUES (''\n" NOTE
                      "forged'')', Internal MariaDB error code: 1062\n" NOTE
                      "Replica SQL for channel '': Error 'x', Error_code: MY-001062\n");
  check_texts(read, (const char *[]){"Slave SQL thread initialized, starting replication in log 'FIRST' at position 4",
                                     "Replica SQL thread for channel '' initialized, starting replication",
                                     "Slave SQL: Error 'x' on query. Query: 'INSERT INTO t VALUES (''",
                                     "Replica SQL for channel '': Error 'x', Error_code: MY-001062", NULL});
}

static void test_inside(void) {
  g_autoptr(ErrorRead) read = error_read(NOTE "WSREP: dump\n\tevs::proto(x) {\n }" NOTE "WSREP: exception\n" NOTE
                                              "one" AT("11") "two\n" NOTE "Access denied for user '" NOTE
                                                             "no'@'h' (using password: NO)\n" NOTE "[Note] three\n");
  check_texts(read,
              (const char *[]){"dump", "exception", "one", "two",
                               "Access denied for user '" NOTE "no'@'h' (using password: NO)", "[Note] three", NULL});
  g_assert_cmpstr(record_at(read, 0)->more, ==, "\tevs::proto(x) {\n }");
  g_assert_cmpuint(record_at(read, 1)->event.line, ==, 3);
  g_assert_cmpuint(record_at(read, 3)->event.line, ==, 4);
}

static void test_strays(void) {
  g_autoptr(ErrorRead) read = error_read("\xef\xbb\xbf\n of a record\nInnoDB: and so on\n\n"
                                         "/usr/sbin/mysqld, Version: 8.0.36 (MySQL). started with:\n"
                                         "Tcp port: 3306  Unix socket: /tmp/s\n"
                                         "Time                 Id Command    Argument\n" NOTE "x\n"
                                         "/usr/sbin/mysqld, Version: 8.0.36 (MySQL). started with:\n"
                                         "Tcp port: 3306  Unix socket: /tmp/s\n" NOTE "y\n");
  check_texts(read, (const char *[]){"x", "y", NULL});
  g_assert_cmpuint(skip_of(read, "no part of a record")->bytes, ==, 31);
  g_assert_true(record_at(read, 0)->event.gap_before);
  g_assert_false(record_at(read, 1)->event.gap_before);
  g_assert_null(record_at(read, 0)->more);
  g_assert_cmpuint(record_at(read, 1)->event.line, ==, 11);
}

static void test_nuls(void) {
  static const char log[] =
      "\0\0\0\0" NOTE "one\n" NOTE "tw\0\0\0\0\0\0rest\n" NOTE "three\n\x01\x02\x03\x04\n" NOTE "four\n";
  GalenFormatOptions options = {0};
  g_autoptr(ErrorRead) read = error_read_with(log, sizeof log - 1, &options);
  check_texts(read, (const char *[]){"one", "tw", "three", "four", NULL});
  g_assert_cmpuint(skip_of(read, "NUL bytes")->bytes, ==, 10);
  g_assert_cmpuint(skip_of(read, "NUL bytes")->records, ==, 2);
  g_assert_cmpuint(skip_of(read, "no part of a record")->bytes, ==, 5);
  g_assert_cmpuint(skip_of(read, "binary bytes")->bytes, ==, 5);
  g_assert_true(record_at(read, 0)->event.gap_before);
  g_assert_false(record_at(read, 1)->event.gap_before);
  g_assert_true(record_at(read, 2)->event.gap_before);
  g_assert_true(record_at(read, 3)->event.gap_before);
}

#define LINES3                                                                                                         \
  AT("11")                                                                                                             \
  "WSREP: the first line of those that come twice, long enough to be no chance\n" AT(                                  \
      "12") "WSREP: the second line of those that come twice, long enough to be no chance\n" AT("13") "WSREP: the "    \
                                                                                                      "third line of " \
                                                                                                      "those that "    \
                                                                                                      "come twice, "   \
                                                                                                      "long enough "   \
                                                                                                      "to be no "      \
                                                                                                      "chance\n"

static void test_repeated(void) {
  g_autoptr(ErrorRead) read = error_read(AT("10") "zero\n" LINES3 LINES3 AT("14") "next\n");
  g_assert_cmpuint(read->records->len, ==, 5);
  g_assert_cmpuint(skip_of(read, "repeated lines")->bytes, ==, strlen(LINES3));
  g_assert_cmpuint(record_at(read, 4)->event.line, ==, 8);
  g_assert_false(record_at(read, 4)->event.gap_before);
}

/* Too few, other ones, or not up to the end of what was there: kept. */
static void test_not_repeated(void) {
  static const char *const logs[] = {
      AT("10") "zero\n" AT("11") "a\n" AT("12") "b\n" AT("10") "zero\n" AT("11") "a\n" AT("12") "b\n",
      LINES3 AT("14") "last\n" LINES3 AT("15") "x\n",
      LINES3 LINES3 "x",
  };
  static const guint records[] = {6, 8, 3};
  for (gsize i = 0; i < G_N_ELEMENTS(logs); i++) {
    g_autoptr(ErrorRead) read = error_read(logs[i]);
    g_assert_cmpuint(read->records->len, ==, records[i]);
  }
}

static void test_long(void) {
  g_autoptr(GString) text = g_string_new(NOTE "one\n" NOTE);
  for (guint i = 0; i < GALEN_RECORD_MAX / 8 + 100; i++)
    g_string_append(text, "12345678");
  g_string_append(text, "\n" NOTE "three\n" NOTE "WSREP: view(\n");
  for (guint i = 0; i < GALEN_RECORD_MAX / 8 + 100; i++)
    g_string_append(text, "\tmember\n");
  g_string_append(text, NOTE "five\n");
  g_autoptr(ErrorRead) read = error_read(text->str);
  g_assert_cmpuint(read->records->len, ==, 5);
  g_assert_true(record_at(read, 1)->event.cut);
  g_assert_cmpuint(strlen(record_at(read, 1)->head), ==, GALEN_RECORD_MAX);
  g_assert_cmpstr(record_at(read, 2)->text, ==, "three");
  g_assert_true(record_at(read, 3)->event.cut);
  g_assert_cmpint(record_at(read, 3)->event.block, ==, GALEN_BLOCK_VIEW);
  g_assert_cmpstr(record_at(read, 4)->text, ==, "five");
  g_assert_cmpuint(record_at(read, 4)->event.line, ==, 4 + GALEN_RECORD_MAX / 8 + 100 + 1);
}

/* A line of 10 MB, and as many NULs: bounded, counted, and what follows is read. */
static void test_huge(void) {
  gsize big = 10u << 20;
  g_autoptr(GString) text = g_string_new(NOTE "one\n");
  gsize from = text->len;
  g_string_set_size(text, from + 2 * big);
  memset(text->str + from, 'x', big);
  memset(text->str + from + big, 0, big);
  g_string_append(text, NOTE "two\n");
  GalenFormatOptions options = {0};
  gsize blocks[] = {text->len + 1, 5u << 20, 300007};
  for (gsize i = 0; i < G_N_ELEMENTS(blocks); i++) {
    g_autoptr(ErrorRead) read = error_read_cut(text->str, text->len, cut_same, &blocks[i], &options);
    g_assert_cmpuint(read->records->len, ==, 2);
    g_assert_true(record_at(read, 0)->event.cut);
    g_assert_cmpuint(strlen(record_at(read, 0)->more), <=, GALEN_RECORD_MAX);
    g_assert_true(record_at(read, 1)->event.gap_before);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/error-records/continuation", test_continuation);
  g_test_add_func("/error-records/blocks", test_blocks);
  g_test_add_func("/error-records/sst-failure", test_sst_failure);
  g_test_add_func("/error-records/page-dump", test_page_dump);
  g_test_add_func("/error-records/assertion-and-crash", test_assertion_and_crash);
  g_test_add_func("/error-records/crash-queries", test_crash_queries);
  g_test_add_func("/error-records/deadlock", test_deadlock);
  g_test_add_func("/error-records/interrupted", test_interrupted);
  g_test_add_func("/error-records/monitor", test_monitor);
  g_test_add_func("/error-records/forged-names", test_forged_names);
  g_test_add_func("/error-records/codes", test_codes);
  g_test_add_func("/error-records/inside", test_inside);
  g_test_add_func("/error-records/strays", test_strays);
  g_test_add_func("/error-records/nuls", test_nuls);
  g_test_add_func("/error-records/repeated", test_repeated);
  g_test_add_func("/error-records/not-repeated", test_not_repeated);
  g_test_add_func("/error-records/long", test_long);
  g_test_add_func("/error-records/huge", test_huge);
  return g_test_run();
}
