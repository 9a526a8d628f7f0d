/* Whose record it is, when it was, and what is known of the server. */
#include "error_reader.h"

#define M "2026-11-24 12:00:00 "
#define START(uid, pid)                                                                                                \
  M "0 [Note] Starting MariaDB 10.11.6-MariaDB source revision 1 server_uid " uid " as process " pid "\n"
#define READY(port)                                                                                                    \
  M "0 [Note] /usr/sbin/mariadbd: ready for connections.\nVersion: '10.11.6'  socket: '/s" port "'  port: " port "\n"
#define SAY(text) M "0 [Note] " text "\n"

static void check_instances(const char *log, const char *expected) {
  g_autoptr(ErrorRead) read = error_read(log);
  g_autoptr(GString) seen = g_string_new(NULL);
  for (guint i = 0; i < read->records->len; i++) {
    guint instance = record_at(read, i)->event.instance;
    g_string_append_c(seen, instance == GALEN_INSTANCE_UNKNOWN ? '?' : (char)('0' + instance));
  }
  g_assert_cmpstr(seen->str, ==, expected);
}

static void test_restarts(void) {
  /* Clean, killed, crashed, failed: one server. */
  check_instances(START("A=", "1") READY("3306") SAY("/usr/sbin/mariadbd: Shutdown complete") START("A=", "2")
                      READY("3306") START("A=", "3") SAY("Aborting") START("A=", "4") READY("3306") SAY("x"),
                  "0000000000");
  /* In a container: another server_uid, killed or not. Its port was changed after it was killed: what recovers has the
   * old one's data. */
  check_instances(START("A=", "1") READY("3306") START("B=", "2") SAY("x") READY("3306") SAY("x"), "000000");
  check_instances(START("A=", "1") READY("3306") START("B=", "2") SAY("InnoDB: Starting crash recovery from")
                      READY("3307") SAY("x"),
                  "000000");
}

static void test_overlap(void) {
  /* Both listen. */
  check_instances(START("A=", "1") READY("3306") START("B=", "2") SAY("x") READY("3307") SAY("y")
                      SAY("/usr/sbin/mariadbd: Shutdown complete") START("A=", "3"),
                  "00001??0");
  /* A second one that fails at its start: clients of the first go on, the data directory is locked. */
  check_instances(START("A=", "1") READY("3306") START("B=", "2") SAY("x")
                      SAY("Access denied for user 'a'@'h' (using password: NO)") SAY("Aborting") SAY("y")
                          START("A=", "3") SAY("z"),
                  "001?01000");
  check_instances(START("A=", "1") READY("3306") START("A=", "2") SAY("InnoDB: Unable to lock ./ibdata1 error: 11")
                      SAY("Aborting") SAY("y"),
                  "001?10");
}

static void test_mysql(void) {
#define S8(text) "2023-01-01T12:00:00.000000Z 0 [System] [MY-010116] [Server] /usr/sbin/mysqld" text "\n"
#define R8(port) S8(": ready for connections. Version: '8.0.36'  socket: '/s" port "'  port: " port "  MySQL.")
  check_instances(S8(" (mysqld 8.0.36) starting as process 1") R8("3306") S8(" (mysqld 8.0.36) starting as process 2")
                      R8("3306") S8(" x"),
                  "00000");
  check_instances(S8(" (mysqld 8.0.36) starting as process 1") R8("3306") S8(" (mysqld 8.0.36) starting as process 2")
                      R8("3307") S8(" x"),
                  "0001?");
}

static void test_pids(void) {
#define P(pid, text) "2013-11-05 09:00:00 " pid " [Note] " text "\n"
  g_autoptr(ErrorRead) read = error_read(P("11", "a") P("11", "b") P("22", "c") P("22", "d"));
  for (guint i = 0; i < 4; i++) {
    g_assert_cmpuint(record_at(read, i)->event.pid, ==, i < 2 ? 11 : 22);
    g_assert_cmpuint(record_at(read, i)->event.thread, ==, 0);
  }
  check_instances(P("11", "a") P("22", "b") P("22", "c") P("33", "d"), "0000");
  check_instances(P("11", "a") P("22", "b") P("11", "c") P("22", "d") P("11", "e"), "00010");
}

/* The number behind the time: 5.6's process by its start line, else a connection. */
static void test_numbers(void) {
  g_autoptr(ErrorRead) old = error_read(M "77 [Note] /usr/sbin/mysqld (mysqld 5.6.51) starting as process 77 ...\n");
  g_assert_cmpuint(record_at(old, 0)->event.pid, ==, 77);
  g_assert_cmpstr(old->info.version, ==, "5.6.51");
  g_assert_cmpstr(old->info.server, ==, "MySQL");
  g_autoptr(ErrorRead) maria =
      error_read(M "77 [Note] /usr/sbin/mysqld (mysqld 10.3.39-MariaDB) starting as process 5 ...\n");
  g_assert_cmpuint(record_at(maria, 0)->event.pid, ==, 0);
  g_assert_cmpuint(record_at(maria, 0)->event.thread, ==, 77);
  g_assert_cmpstr(maria->info.server, ==, "MariaDB");
}

static void test_describe(void) {
  g_autoptr(ErrorRead) read = error_read(
      "2023-01-01T12:00:00.000000+02:00 0 [System] [MY-010116] [Server] /usr/sbin/mysqld (mysqld 8.0.28-19.1) "
      "starting as process 9\n2023-01-01T12:00:01.000000+02:00 0 [System] [MY-010931] [Server] "
      "/usr/sbin/mysqld: ready for connections. Version: '8.0.28-19.1'  socket: '/s'  port: 3306  Percona XtraDB "
      "Cluster (GPL), Release rel19.\n");
  g_assert_cmpstr(read->info.server, ==, "Percona");
  g_assert_cmpstr(read->info.version, ==, "8.0.28-19.1");
  g_assert_cmpstr(read->info.timezone, ==, "+02:00");
  g_assert_cmpstr(read->info.timezone_source, ==, "log");
  g_assert_cmpuint(read->info.restarts, ==, 1);
  g_autoptr(ErrorRead) local =
      error_read("130101 12:00:00 mysqld_safe Starting mysqld daemon with databases from /d\n");
  g_assert_cmpuint(local->info.restarts, ==, 1);
  g_assert_null(local->info.timezone_source);
}

static void test_inherited(void) {
  g_autoptr(ErrorRead) read = error_read("InnoDB: First\n130101 12:00:00 [Note] x\nInnoDB: Second\n");
  g_assert_cmpint(record_at(read, 0)->event.wall, ==, GALEN_TIME_NONE);
  g_assert_true(record_at(read, 2)->event.inherited);
  g_assert_cmpint(record_at(read, 2)->event.wall, ==, wall_of("2013-01-01T12:00:00"));
  g_assert_cmpuint(read->account.untimed, ==, 1);
}

/* A crash names the hour alone, of UTC; the day is the nearest. */
static void test_hours(void) {
  g_autoptr(ErrorRead) read =
      error_read("2019-01-01T23:59:58.000000Z 0 [Note] x\n00:00:03 UTC - mysqld got signal 11 ;\n");
  g_assert_cmpint(record_at(read, 1)->event.time, ==, wall_of("2019-01-02T00:00:03"));
  g_assert_cmpint(record_at(read, 1)->event.block, ==, GALEN_BLOCK_CRASH);
  g_assert_cmpstr(record_at(read, 1)->time, ==, "00:00:03 UTC");
  g_autoptr(ErrorRead) alone = error_read("00:00:03 UTC - mysqld got signal 11 ;\n");
  g_assert_cmpint(record_at(alone, 0)->event.time, ==, GALEN_TIME_NONE);
}

static void test_zone(void) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Berlin");
  if (zone == NULL) {
    g_test_skip("no such zone here");
    return;
  }
  static const char log[] =
      "2026-10-25  1:59:00 0 [Note] a\n2026-10-25  2:30:00 0 [Note] b\n2026-10-25  2:59:59 0 [Note] c\n"
      "2026-10-25  2:00:01 0 [Note] d\n2026-10-25  2:59:00 0 [Note] e\n2026-10-25  3:00:00 0 [Note] f\n"
      "2026-07-01  0:00:00 0 [Note] g\n2026-10-25T00:00:00.0Z 0 [Note] h\n";
  static const char *const times[] = {"2026-10-24T23:59:00", "2026-10-25T00:30:00", "2026-10-25T00:59:59",
                                      "2026-10-25T01:00:01", "2026-10-25T01:59:00", "2026-10-25T02:00:00",
                                      "2026-06-30T22:00:00", "2026-10-25T00:00:00"};
  GalenFormatOptions options = {.log_zone = zone};
  g_autoptr(ErrorRead) read = error_read_with(log, sizeof log - 1, &options);
  for (guint i = 0; i < G_N_ELEMENTS(times); i++)
    g_assert_cmpint(record_at(read, i)->event.time, ==, wall_of(times[i]));
}

/* What a wrapper says: a line each, with time and process. */
typedef struct {
  guint64 last;
  GalenLineInfo infos[8];
  guint64 offsets[8];
  guint n;
} Wrapper;

static const GalenLineInfo *info_of(gpointer user, guint64 offset) {
  Wrapper *wrapper = user;
  g_assert_cmpuint(offset, >=, wrapper->last);
  wrapper->last = offset;
  for (guint i = wrapper->n; i-- > 0;)
    if (wrapper->offsets[i] <= offset)
      return &wrapper->infos[i];
  return NULL;
}

static void test_wrapper(void) {
  static const struct {
    const char *line, *program;
    guint32 pid;
  } lines[] = {{"[Note] no time", "mysqld", 5},
               {"continued", "mysqld", 5},
               {"mariadb.service: Scheduled restart job, restart counter is at 5.", "systemd", 1},
               {"Out of memory: Killed process 5", "kernel", 0},
               {"2026-11-24  3:07:10 0 [Note] timed", "mariadbd", 6},
               {"stray of another", "mariadbd", 7}};
  Wrapper wrapper = {.n = G_N_ELEMENTS(lines)};
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < wrapper.n; i++) {
    wrapper.offsets[i] = GALEN_BID_BYTES + text->len;
    wrapper.infos[i] = (GalenLineInfo){
        .line = 100 + i, .time = (gint64)i * G_USEC_PER_SEC, .pid = lines[i].pid, .program = lines[i].program};
    g_string_append_printf(text, "%s\n", lines[i].line);
  }
  g_autoptr(GString) padded = padded_log(text->str, text->len);
  gsize blocks[] = {padded->len, 1, 9};
  for (gsize i = 0; i < G_N_ELEMENTS(blocks); i++) {
    wrapper.last = 0;
    GalenFormatOptions options = {.line_info = info_of, .line_user = &wrapper};
    g_autoptr(ErrorRead) read = error_read_padded(padded, blocks[i], NULL, &options);
    g_assert_cmpuint(read->records->len, ==, 4);
    g_assert_cmpstr(record_at(read, 0)->text, ==, "no time");
    g_assert_cmpstr(record_at(read, 0)->more, ==, "continued");
    g_assert_cmpuint(record_at(read, 0)->event.pid, ==, 5);
    g_assert_cmpuint(record_at(read, 0)->event.line, ==, 100);
    g_assert_cmpstr(record_at(read, 1)->subsystem, ==, "systemd");
    g_assert_cmpuint(record_at(read, 1)->event.pid, ==, 0);
    g_assert_cmpint(record_at(read, 1)->event.time, ==, G_GINT64_CONSTANT(2) * G_USEC_PER_SEC);
    g_assert_cmpstr(record_at(read, 2)->subsystem, ==, "kernel");
    g_assert_cmpint(record_at(read, 3)->event.time, ==, G_GINT64_CONSTANT(4) * G_USEC_PER_SEC);
    g_assert_cmpint(record_at(read, 3)->event.wall, ==, wall_of("2026-11-24T03:07:10"));
    g_assert_cmpuint(record_at(read, 3)->event.line, ==, 104);
    g_assert_cmpuint(read->account.bytes_skipped, ==, 17);
  }
}

/* Syslog's own time names no zone: it is the line's where the line has none, and is read in the zone that was given. */
static void test_wrapper_wall(void) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("+02:00");
  Wrapper wrapper = {.n = 1};
  wrapper.offsets[0] = GALEN_BID_BYTES;
  wrapper.infos[0] = (GalenLineInfo){
      .line = 7, .time = GALEN_TIME_NONE, .wall = wall_of("2026-11-24T05:00:00"), .pid = 5, .program = "mysqld"};
  static const char line[] = "[Note] no time\n";
  g_autoptr(GString) padded = padded_log(line, sizeof line - 1);
  for (guint given = 0; given <= 1; given++) {
    wrapper.last = 0;
    GalenFormatOptions options = {.line_info = info_of, .line_user = &wrapper, .log_zone = given ? zone : NULL};
    g_autoptr(ErrorRead) read = error_read_padded(padded, padded->len, NULL, &options);
    const GalenErrorEvent *event = &record_at(read, 0)->event;
    g_assert_cmpint(event->wall, ==, wall_of("2026-11-24T05:00:00"));
    g_assert_cmpint(event->time, ==, given ? wall_of("2026-11-24T03:00:00") : GALEN_TIME_NONE);
    g_assert_false(event->inherited);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/error-servers/restarts", test_restarts);
  g_test_add_func("/error-servers/overlap", test_overlap);
  g_test_add_func("/error-servers/mysql", test_mysql);
  g_test_add_func("/error-servers/pids", test_pids);
  g_test_add_func("/error-servers/numbers", test_numbers);
  g_test_add_func("/error-servers/describe", test_describe);
  g_test_add_func("/error-servers/inherited", test_inherited);
  g_test_add_func("/error-servers/hours", test_hours);
  g_test_add_func("/error-servers/zone", test_zone);
  g_test_add_func("/error-servers/wrapper", test_wrapper);
  g_test_add_func("/error-servers/wrapper-wall", test_wrapper_wall);
  return g_test_run();
}
