/* What crashes, assertions, deadlocks and semaphore waits say. */
#include "parsers/error_blocks.h"

static GalenSlice slice(const char *text) {
  return galen_slice(text, strlen(text));
}

static GalenErrorEvent event(GalenBlock block, const char *text, const char *more) {
  GalenErrorEvent ret = {.block = block, .text = slice(text)};
  if (more != NULL)
    ret.more = slice(more);
  return ret;
}

static void check(GalenSlice a, const char *b) {
  g_autofree char *text = a.data != NULL ? g_strndup(a.data, a.len) : NULL;
  g_assert_cmpstr(text, ==, b);
}

static void test_crash_mariadb(void) {
  GalenErrorEvent e =
      event(GALEN_BLOCK_CRASH, "/usr/sbin/mariadbd got signal 11 ;",
            "Sorry, we probably made a mistake, and this is a bug.\n\n"
            "Server version: 10.11.19-MariaDB-log source revision: 5843\n\n"
            "Thread pointer: 0x55c561366158\nstack_bottom = 0x7f452c2ca000 thread_stack 0x49000\n"
            "/usr/sbin/mariadbd(my_print_stacktrace+0x2e)[0x55c53a0a387e]\n"
            "libc_sigaction.c:0(__restore_rt)[0x7f453805a050]\n/usr/sbin/mariadbd(+0xaed67e)[0x55c539c9567e]\n\n"
            "Connection ID (thread ID): 152\nStatus: NOT_KILLED\nQuery (0x55c561374ce0): SELECT 1\n"
            "/usr/sbin/mariadbd(forged+0x2e)[0x1]\n\nFROM t\n\nOptimizer switch: index_merge=on\n\n"
            "Writing a core file...\nWorking directory at /srv/data\n");
  GalenBlockCrash c;
  g_assert_true(galen_block_crash(&e, &c));
  g_assert_cmpint(c.signal, ==, 11);
  g_assert_cmpuint(c.connection, ==, 152);
  check(c.status, "NOT_KILLED");
  check(c.query, "SELECT 1\n/usr/sbin/mariadbd(forged+0x2e)[0x1]\n\nFROM t");
  check(c.version, "10.11.19-MariaDB-log");
  check(c.core, "/srv/data");
  g_assert_cmpuint(c.n_frames, ==, 3);
  g_assert_cmpuint(c.frames_total, ==, 3);
  check(galen_block_frame_function(c.frames[0]), "my_print_stacktrace");
  check(galen_block_frame_function(c.frames[1]), "__restore_rt");
  check(galen_block_frame_function(c.frames[2]), NULL);
}

static void test_crash_mysql(void) {
  GalenErrorEvent e = event(GALEN_BLOCK_CRASH, "mysqld got signal 6 ;",
                            "Attempting backtrace.\n"
                            "/usr/sbin/mysqld(handle_fatal_signal+0x2f)[0x1]\r\n#1 0x7f in raise () from libc\n"
                            "Some pointers may be invalid and cause the dump to abort.\n"
                            "Query (7f10): UPDATE t\nSET a=1\nConnection ID (thread ID): 9\nStatus: KILL_QUERY\n\n"
                            "The manual page at http://x contains information.");
  GalenBlockCrash c;
  g_assert_true(galen_block_crash(&e, &c));
  check(c.query, "UPDATE t\nSET a=1");
  check(c.status, "KILL_QUERY");
  g_assert_cmpuint(c.connection, ==, 9);
  g_assert_cmpuint(c.n_frames, ==, 2);
  check(galen_block_frame_function(c.frames[1]), "raise");
  e = event(GALEN_BLOCK_CRASH, "mysqld got exception 0xc0000005 ;",
            "mysqld.exe!handle_segfault()[mysqld.cc:12]\nQuery (0x0): (null)\nConnection ID (thread ID): 0\n");
  g_assert_true(galen_block_crash(&e, &c));
  check(c.exception, "0xc0000005");
  g_assert_cmpint(c.signal, ==, 0);
  check(c.query, NULL);
  check(galen_block_frame_function(c.frames[0]), "handle_segfault");
  e = event(GALEN_BLOCK_CRASH, "mysqld got signal 11 ;", NULL);
  g_assert_true(galen_block_crash(&e, &c));
  g_assert_cmpuint(c.n_frames, ==, 0);
}

static void test_crash_frames(void) {
  g_autoptr(GString) more = g_string_new(NULL);
  for (guint i = 0; i < GALEN_CRASH_FRAMES_MAX + 5; i++)
    g_string_append(more, "/usr/sbin/mysqld(f+0x1)[0x1]\n");
  GalenErrorEvent e = event(GALEN_BLOCK_CRASH, "mysqld got signal 11 ;", more->str);
  GalenBlockCrash c;
  g_assert_true(galen_block_crash(&e, &c));
  g_assert_cmpuint(c.n_frames, ==, GALEN_CRASH_FRAMES_MAX);
  g_assert_cmpuint(c.frames_total, ==, GALEN_CRASH_FRAMES_MAX + 5);
}

static void test_assertions(void) {
  static const struct {
    const char *text, *more, *file;
    guint32 line;
    const char *expression, *thread;
  } cases[] = {
      {"Assertion failure in thread 140 in file btr0cur.cc line 336", "InnoDB: Failing assertion: a == b", "btr0cur.cc",
       336, "a == b", "140"},
      {"Assertion failure in file /b/x y/btr0cur.cc line 7", NULL, "/b/x y/btr0cur.cc", 7, NULL, NULL},
      {"Assertion failure: btr0cur.cc:336:a::b == c thread 14012", "InnoDB: We intentionally", "btr0cur.cc", 336,
       "a::b == c", "14012"},
      {"mysqld: /build/sql/x.cc:12: void f(int): Assertion `a > 0' failed.", NULL, "/build/sql/x.cc", 12, "a > 0",
       NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    GalenErrorEvent e = event(GALEN_BLOCK_ASSERTION, cases[i].text, cases[i].more);
    GalenBlockAssertion a;
    g_assert_true(galen_block_assertion(&e, &a));
    check(a.file, cases[i].file);
    g_assert_cmpuint(a.line, ==, cases[i].line);
    check(a.expression, cases[i].expression);
    check(a.thread, cases[i].thread);
  }
}

#define DL "2026-11-24  3:28:57 139 [Note] InnoDB: "

static void test_deadlock_mariadb(void) {
  GalenErrorEvent e = event(
      GALEN_BLOCK_DEADLOCK, "Transactions deadlock detected, dumping detailed information.",
      DL
      "\n*** (1) TRANSACTION:\n\nTRANSACTION 145, ACTIVE 0 sec starting index read\nmysql tables in use 1, locked 1\n"
      "LOCK WAIT 3 lock struct(s)\nMariaDB thread id 139, OS thread handle 1, query id 331 localhost app Updating\n"
      "UPDATE products\nSET price = 1\n" DL "*** WAITING FOR THIS LOCK TO BE GRANTED:\n\n"
      "RECORD LOCKS space id 6 page no 5 n bits 320 index PRIMARY of table `shop`.`products` trx id 145 lock_mode X "
      "locks rec but not gap waiting\nRecord lock, heap no 11\n\n" DL "*** CONFLICTING WITH:\n\n"
      "RECORD LOCKS space id 6 page no 5 n bits 320 index `i x` of table `shop`.`products` trx id 144 lock_mode X "
      "locks rec but not gap\n\n" DL "\n*** (2) TRANSACTION:\n\nTRANSACTION 144, ACTIVE 0 sec\n"
      "MariaDB thread id 138, OS thread handle 1, query id 318 localhost app Updating\nUPDATE b\n" DL
      "*** WAITING FOR THIS LOCK TO BE GRANTED:\n\nTABLE LOCK table `shop`.`b` trx id 144 lock mode AUTO-INC "
      "waiting\n\n" DL "*** WE ROLL BACK TRANSACTION (2)");
  GalenBlockDeadlock d;
  g_assert_true(galen_block_deadlock(&e, &d));
  g_assert_cmpuint(d.n_sides, ==, 2);
  g_assert_cmpuint(d.victim, ==, 2);
  g_assert_cmpuint(d.sides[0].number, ==, 1);
  g_assert_cmpuint(d.sides[0].trx, ==, 145);
  g_assert_cmpuint(d.sides[0].thread, ==, 139);
  check(d.sides[0].query, "UPDATE products\nSET price = 1");
  check(d.sides[0].waits.index, "PRIMARY");
  check(d.sides[0].waits.table, "`shop`.`products`");
  check(d.sides[0].waits.mode, "X locks rec but not gap");
  check(d.sides[0].holds.table, NULL);
  check(d.sides[1].query, "UPDATE b");
  check(d.sides[1].waits.index, NULL);
  check(d.sides[1].waits.table, "`shop`.`b`");
  check(d.sides[1].waits.mode, "AUTO-INC");
  check(d.sides[1].holds.index, "i x");
}

static void test_deadlock_mysql(void) {
#define M8 "2023-01-01T12:00:00.1Z 9 [Note] [MY-012469] [InnoDB] "
  GalenErrorEvent e = event(
      GALEN_BLOCK_DEADLOCK, "*** (1) TRANSACTION:",
      "TRANSACTION 5, ACTIVE 9 sec\nMySQL thread id 8, OS thread handle 1, query id 2 h app updating\nDELETE\n" M8
      "*** (1) HOLDS THE LOCK(S):\nRECORD LOCKS space id 1 page no 4 n bits 72 index a of table `d`.`t` trx id 5 "
      "lock mode S\n" M8 "*** (1) WAITING FOR THIS LOCK TO BE GRANTED:\nRECORD LOCKS space id 1 page no 4 n bits 72 "
      "index b of table `d`.`t` trx id 5 lock_mode X waiting\n" M8 "*** (2) TRANSACTION:\nTRANSACTION 6\n" M8
      "*** WE ROLL BACK TRANSACTION (1)");
  GalenBlockDeadlock d;
  g_assert_true(galen_block_deadlock(&e, &d));
  g_assert_cmpuint(d.n_sides, ==, 2);
  g_assert_cmpuint(d.victim, ==, 1);
  check(d.sides[0].holds.index, "a");
  check(d.sides[0].holds.mode, "S");
  check(d.sides[0].waits.index, "b");
  check(d.sides[0].query, "DELETE");
  check(d.sides[1].query, NULL);
  g_assert_cmpuint(d.sides[1].trx, ==, 6);
}

static void test_semaphore(void) {
  GalenErrorEvent e =
      event(GALEN_BLOCK_SEMAPHORE, "A long semaphore wait:",
            "--Thread 140 has waited at row0ins.cc line 2533 for 241.50 seconds the semaphore:\nX-lock\n"
            "--Thread 141 has waited at buf0buf.cc line 9 for 7 seconds the semaphore:\n");
  GalenBlockSemaphore s;
  g_assert_true(galen_block_semaphore(&e, &s));
  g_assert_cmpuint(s.n_waits, ==, 2);
  check(s.waits[0].thread, "140");
  check(s.waits[0].file, "row0ins.cc");
  g_assert_cmpuint(s.waits[0].line, ==, 2533);
  g_assert_cmpfloat_with_epsilon(s.waits[0].seconds, 241.5, 1e-6);
  g_assert_cmpfloat_with_epsilon(s.longest, 241.5, 1e-6);
  check(s.waits[1].file, "buf0buf.cc");
}

/* What the lines below say: InnoDB's own words of 5.6, 5.7 and 8.0. */
static void test_semaphore_holder(void) {
  GalenErrorEvent e = event(GALEN_BLOCK_SEMAPHORE, "a long semaphore wait:",
                            "--Thread 140 has waited at row0ins.cc line 2533 for 241.00 seconds the semaphore:\n"
                            "X-lock (wait_ex) on RW-latch at 0x7f20 created in file dict0dict.cc line 2737\n"
                            "a writer (thread id 139) has reserved it in mode  wait exclusive\n"
                            "number of readers 1, waiters flag 1, lock_word: ffffffffffffffff\n"
                            "Last time read locked in file buf0flu.cc line 1060\n"
                            "Last time write locked in file /build/storage/innobase/row/row0ins.cc line 2500\n"
                            "--Thread 141 has waited at fil0fil.cc line 1583 for 240 seconds the semaphore:\n"
                            "Mutex at 0x7f21, Mutex FIL_SHARD created fil0fil.cc:1572, locked by 138\n"
                            "--Thread 142 has waited at srv0srv.cc line 9 for 239 seconds the semaphore:\n"
                            "Mutex at 0x7f22 created file srv0srv.cc line 1026, lock var 1\n"
                            "Last time reserved in file srv0srv.cc line 2000, waiters flag 1\n"
                            "--Thread 143 has waited at btr0sea.cc line 7 for 238 seconds the semaphore:\n"
                            "S-lock on RW-latch at 0x7f23 created in file btr0sea.cc line 243\n"
                            "Holder thread 137 file btr0sea.cc line 1350\n"
                            "--Thread 144 has waited at btr0sea.cc line 8 for 237 seconds the semaphore:\n"
                            "Holder thread 0 file not yet reserved line 0\n");
  GalenBlockSemaphore s;
  g_assert_true(galen_block_semaphore(&e, &s));
  g_assert_cmpuint(s.n_waits, ==, 5);
  check(s.waits[0].lock, "X-lock (wait_ex) on RW-latch");
  check(s.waits[0].created, "dict0dict.cc line 2737");
  check(s.waits[0].holder, "139");
  check(s.waits[0].held_at, "/build/storage/innobase/row/row0ins.cc line 2500");
  check(s.waits[1].lock, "Mutex");
  check(s.waits[1].created, "fil0fil.cc:1572");
  check(s.waits[1].holder, "138");
  check(s.waits[1].held_at, NULL);
  check(s.waits[2].created, "srv0srv.cc line 1026");
  check(s.waits[2].holder, NULL);
  check(s.waits[2].held_at, "srv0srv.cc line 2000");
  check(s.waits[3].holder, "137");
  check(s.waits[3].held_at, "btr0sea.cc line 1350");
  check(s.waits[4].holder, NULL);
  check(s.waits[4].held_at, NULL);
}

static void test_others(void) {
  GalenErrorEvent e = event(GALEN_BLOCK_LINE, "x", NULL);
  GalenBlockCrash crash;
  GalenBlockAssertion assertion;
  GalenBlockDeadlock deadlock;
  GalenBlockSemaphore semaphore;
  g_assert_false(galen_block_crash(&e, &crash));
  g_assert_false(galen_block_assertion(&e, &assertion));
  g_assert_false(galen_block_deadlock(&e, &deadlock));
  g_assert_false(galen_block_semaphore(&e, &semaphore));
}

static void test_lines(void) {
  GalenErrorEvent e = event(GALEN_BLOCK_LINE, "x", "a\r\n\nb");
  GalenSlice line = {0};
  g_assert_true(galen_block_next_line(&e, &line));
  check(line, "a");
  g_assert_true(galen_block_next_line(&e, &line));
  check(line, "");
  g_assert_true(galen_block_next_line(&e, &line));
  check(line, "b");
  g_assert_false(galen_block_next_line(&e, &line));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/error-blocks/crash-mariadb", test_crash_mariadb);
  g_test_add_func("/error-blocks/crash-mysql", test_crash_mysql);
  g_test_add_func("/error-blocks/crash-frames", test_crash_frames);
  g_test_add_func("/error-blocks/assertions", test_assertions);
  g_test_add_func("/error-blocks/deadlock-mariadb", test_deadlock_mariadb);
  g_test_add_func("/error-blocks/deadlock-mysql", test_deadlock_mysql);
  g_test_add_func("/error-blocks/semaphore", test_semaphore);
  g_test_add_func("/error-blocks/semaphore-holder", test_semaphore_holder);
  g_test_add_func("/error-blocks/others", test_others);
  g_test_add_func("/error-blocks/lines", test_lines);
  return g_test_run();
}
