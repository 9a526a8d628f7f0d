/* Every layout of a line's beginning. */
#include "error_reader.h"
#include "parsers/error_log.h"

#define SECOND G_USEC_PER_SEC

typedef struct {
  const char *line;
  const char *text;
  const char *subsystem; /* NULL: none */
  GalenLevel level;
  const char *wall; /* NULL: none */
  guint64 thread;
  guint64 code;
  gint64 resolution;
  gint64 offset; /* seconds east of UTC; 1: the line says no zone */
} Case;

static const Case cases[] = {
    /* MySQL 5.0 to 5.5 */
    {"130101 12:00:00 [ERROR] Can't start", "Can't start", NULL, GALEN_LEVEL_ERROR, "2013-01-01T12:00:00", 0, 0, SECOND,
     1},
    {"130101  9:00:00 [Note] WSREP: Quorum", "Quorum", "WSREP", GALEN_LEVEL_NOTE, "2013-01-01T09:00:00", 0, 0, SECOND,
     1},
    {"130101 12:00:00  InnoDB: Started", "Started", "InnoDB", GALEN_LEVEL_NONE, "2013-01-01T12:00:00", 0, 0, SECOND, 1},
    {"130101 12:00:00  InnoDB: Error: unable", "Error: unable", "InnoDB", GALEN_LEVEL_ERROR, "2013-01-01T12:00:00", 0,
     0, SECOND, 1},
    {"InnoDB: Warning: cannot", "Warning: cannot", "InnoDB", GALEN_LEVEL_WARNING, NULL, 0, 0, 0, 1},
    {"130101 12:00:00 mysqld_safe mysqld restarted", "mysqld restarted", "mysqld_safe", GALEN_LEVEL_NONE,
     "2013-01-01T12:00:00", 0, 0, SECOND, 1},
    /* 5.6: a process, here not told apart, for the line stands alone and its hour is late */
    {"2013-11-05 12:00:00 1234 [Note] Plugin 'X' is disabled.", "Plugin 'X' is disabled.", NULL, GALEN_LEVEL_NOTE,
     "2013-11-05T12:00:00", 1234, 0, SECOND, 1},
    {"2013-11-05 12:00:00 7f8a1c5fd700 InnoDB: Error: x", "Error: x", "InnoDB", GALEN_LEVEL_ERROR,
     "2013-11-05T12:00:00", 0x7f8a1c5fd700, 0, SECOND, 1},
    {"2013-11-05 12:00:00 7f8a1c5fd700InnoDB: Log", "Log", "InnoDB", GALEN_LEVEL_NONE, "2013-11-05T12:00:00",
     0x7f8a1c5fd700, 0, SECOND, 1},
    /* 5.7 */
    {"2019-01-01T12:00:00.123456Z 42 [Note] Access", "Access", NULL, GALEN_LEVEL_NOTE, "2019-01-01T12:00:00.123456", 42,
     0, 1, 0},
    {"2019-01-01T12:00:00.123456+02:00 0 [Warning] InnoDB: x", "x", "InnoDB", GALEN_LEVEL_WARNING,
     "2019-01-01T12:00:00.123456", 0, 0, 1, 7200},
    {"2019-01-01T12:00:00.123456Z 0 [ERROR] [FATAL] InnoDB: Semaphore wait", "Semaphore wait", "InnoDB",
     GALEN_LEVEL_ERROR, "2019-01-01T12:00:00.123456", 0, 0, 1, 0},
    {"2019-01-01T12:00:00.123456Z mysqld_safe Starting mysqld", "Starting mysqld", "mysqld_safe", GALEN_LEVEL_NONE,
     "2019-01-01T12:00:00.123456", 0, 0, 1, 0},
    {"\t2019-01-01T12:00:00.123456Z WSREP_SST: [ERROR] Cleanup", "Cleanup", "WSREP-SST", GALEN_LEVEL_ERROR,
     "2019-01-01T12:00:00.123456", 0, 0, 1, 0},
    /* 8 and 9 */
    {"2023-01-01T12:00:00.123456Z 0 [ERROR] [MY-010119] [Server] Aborting", "Aborting", "Server", GALEN_LEVEL_ERROR,
     "2023-01-01T12:00:00.123456", 0, 10119, 1, 0},
    {"2023-01-01T12:00:00.123456Z 0 [System] [MY-010116] [Server] x", "x", "Server", GALEN_LEVEL_SYSTEM,
     "2023-01-01T12:00:00.123456", 0, 10116, 1, 0},
    {"2023-01-01T12:00:00.123456Z 0 [Note] [MY-000000] [Galera] Shifting", "Shifting", "Galera", GALEN_LEVEL_NOTE,
     "2023-01-01T12:00:00.123456", 0, 0, 1, 0},
    {"2023-01-01T12:00:00.123456Z 0 [Note] [InnoDB] x", "x", "InnoDB", GALEN_LEVEL_NOTE, "2023-01-01T12:00:00.123456",
     0, 0, 1, 0},
    {"2023-01-01 12:00:00+00:00 [Note] [Entrypoint]: Started.", "Started.", "Entrypoint", GALEN_LEVEL_NOTE,
     "2023-01-01T12:00:00", 0, 0, SECOND, 0},
    /* MariaDB */
    {"2018-01-01 12:00:00 140123456789012 [Note] x", "x", NULL, GALEN_LEVEL_NOTE, "2018-01-01T12:00:00",
     140123456789012, 0, SECOND, 1},
    {"2026-11-24  3:07:10 7 [Warning] WSREP: x", "x", "WSREP", GALEN_LEVEL_WARNING, "2026-11-24T03:07:10", 7, 0, SECOND,
     1},
    {"2026-11-24 3:07:10 0 [Note] x", "x", NULL, GALEN_LEVEL_NOTE, "2026-11-24T03:07:10", 0, 0, SECOND, 1},
    {"2026-11-24  3:07:10 0 [Note] [x] is", "[x] is", NULL, GALEN_LEVEL_NOTE, "2026-11-24T03:07:10", 0, 0, SECOND, 1},
    {"2026-11-24  3:07:10 0x7f1a7c7f8700  InnoDB: Started", "Started", "InnoDB", GALEN_LEVEL_NONE,
     "2026-11-24T03:07:10", 0x7f1a7c7f8700, 0, SECOND, 1},
    {"WSREP_SST: [INFO] Joiner cleanup done. (20261124 03:10:56.250)", "Joiner cleanup done.", "WSREP-SST",
     GALEN_LEVEL_NOTE, "2026-11-24T03:10:56.250", 0, 0, 1000, 1},
    {"WSREP_SST: [INFO] rsync SST started on joiner", "rsync SST started on joiner", "WSREP-SST", GALEN_LEVEL_NOTE,
     NULL, 0, 0, 0, 1},
    {"WSREP_SST: [ERROR] Cleanup (x) (20261124 03:10:56)", "Cleanup (x)", "WSREP-SST", GALEN_LEVEL_ERROR,
     "2026-11-24T03:10:56", 0, 0, SECOND, 1},
    /* others that write into the same file */
    {"2026-11-24 02:57:27.914  INFO: view", "view", "garbd", GALEN_LEVEL_NOTE, "2026-11-24T02:57:27.914", 0, 0, 1000,
     1},
    {"2026-11-24 02:57:27.914 FATAL: died", "died", "garbd", GALEN_LEVEL_ERROR, "2026-11-24T02:57:27.914", 0, 0, 1000,
     1},
    {"2023/03/16 20:09:51 socat[123] E connect(5): refused", "connect(5): refused", "socat", GALEN_LEVEL_ERROR,
     "2023-03-16T20:09:51", 0, 0, SECOND, 1},
    {"230316 20:09:51 innobackupex: Starting", "Starting", "xtrabackup", GALEN_LEVEL_NONE, "2023-03-16T20:09:51", 0, 0,
     SECOND, 1},
    {"[00] 2023-05-01 12:00:00 Connecting to", "Connecting to", NULL, GALEN_LEVEL_NONE, "2023-05-01T12:00:00", 0, 0,
     SECOND, 1},
    {"2023-01-01T12:00:00.123456+02:00 0 [Note] [MY-011825] [Xtrabackup] x", "x", "Xtrabackup", GALEN_LEVEL_NOTE,
     "2023-01-01T12:00:00.123456", 0, 11825, 1, 7200},
    {"mysqld: Table 'x' is marked as crashed", "mysqld: Table 'x' is marked as crashed", NULL, GALEN_LEVEL_NONE, NULL,
     0, 0, 0, 1},
    /* crashes */
    {"130101 12:00:00 - mysqld got signal 11 ;", "mysqld got signal 11 ;", NULL, GALEN_LEVEL_ERROR,
     "2013-01-01T12:00:00", 0, 0, SECOND, 1},
    {"261124  3:28:47 [ERROR] /usr/sbin/mariadbd got signal 11 ;", "/usr/sbin/mariadbd got signal 11 ;", NULL,
     GALEN_LEVEL_ERROR, "2026-11-24T03:28:47", 0, 0, SECOND, 1},
    {"2023-01-01T12:00:00Z UTC - mysqld got signal 6 ;", "mysqld got signal 6 ;", NULL, GALEN_LEVEL_ERROR,
     "2023-01-01T12:00:00", 0, 0, SECOND, 0},
    /* the JSON sink */
    {"{ \"prio\" : 1, \"err_code\" : 10119, \"source_line\" : 12, \"msg\" : \"Abort\\u00e9\\n\\\"x\\\"\", \"time\" : "
     "\"2023-01-01T12:00:00.123456Z\", \"ts\" : 1672574400123, \"thread\" : 9, \"SQL_state\" : \"HY000\", "
     "\"subsystem\" : "
     "\"Server\", \"label\" : \"Error\" }",
     "Abort\xc3\xa9", "Server", GALEN_LEVEL_ERROR, "2023-01-01T12:00:00.123456", 9, 10119, 1, 0},
    {"{ \"prio\" : 3, \"err_code\" : 0, \"msg\" : \"WSREP: x\", \"ts\" : 1672574400123, \"label\" : \"Note\" }", "x",
     "WSREP", GALEN_LEVEL_NOTE, "2023-01-01T12:00:00.123", 0, 0, 1000, 0},
};

static void check(const Case *c, const Record *r) {
  g_assert_cmpstr(r->text, ==, c->text);
  g_assert_cmpstr(r->subsystem, ==, c->subsystem);
  g_assert_cmpint((gint)r->event.level, ==, (gint)c->level);
  g_assert_cmpuint(r->event.thread, ==, c->thread);
  g_assert_cmpuint(r->event.code, ==, c->code);
  g_assert_cmpstr(r->head, ==, c->line);
  gint64 wall = c->wall != NULL ? wall_of(c->wall) : GALEN_TIME_NONE;
  g_assert_cmpint(r->event.wall, ==, wall);
  g_assert_cmpint(r->event.inherited, ==, wall == GALEN_TIME_NONE);
  if (wall != GALEN_TIME_NONE)
    g_assert_cmpint(r->event.resolution, ==, c->resolution);
  gint64 time = c->offset == 1 ? GALEN_TIME_NONE : wall - c->offset * SECOND;
  g_assert_cmpint(r->event.time, ==, time);
}

static void test_layouts(void) {
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_test_message("%s", cases[i].line);
    g_autofree char *text = g_strconcat(cases[i].line, "\n", NULL);
    g_autoptr(ErrorRead) read = error_read(text);
    g_assert_cmpuint(read->records->len, ==, 1);
    check(&cases[i], record_at(read, 0));
    g_assert_false(record_at(read, 0)->event.cut);
  }
}

/* All of them, one behind the other: none swallows its neighbour. */
static void test_mixed(void) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    g_string_append_printf(text, "%s\r\n", cases[i].line);
  g_autoptr(ErrorRead) read = error_read(text->str);
  g_assert_cmpuint(read->records->len, ==, G_N_ELEMENTS(cases));
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_assert_cmpstr(record_at(read, i)->text, ==, cases[i].text);
    g_assert_cmpuint(record_at(read, i)->event.line, ==, i + 1);
  }
  g_assert_cmpuint(read->account.bytes_events, ==, text->len);
}

static void test_json_lines(void) {
  g_autoptr(ErrorRead) read =
      error_read("{ \"prio\" : 2, \"msg\" : \"one\\ntwo\\tthree\\nfour\\n\", \"label\" : \"Warning\" }\n"
                 "{ \"prio\" : 2, \"msg\" : \"open\n");
  g_assert_cmpuint(read->records->len, ==, 2);
  g_assert_cmpstr(record_at(read, 0)->text, ==, "one");
  g_assert_cmpstr(record_at(read, 0)->more, ==, "two\tthree\nfour");
  g_assert_cmpstr(record_at(read, 1)->text, ==, "{ \"prio\" : 2, \"msg\" : \"open");
}

static void test_sources(void) {
  static const struct {
    const char *line, *source, *text;
  } sources[] = {
      {"WSREP: gcs/src/gcs_group.cpp:group_post_state_exchange():433: Reversing history: 5 -> 3",
       "gcs/src/gcs_group.cpp:group_post_state_exchange():433", "Reversing history: 5 -> 3"},
      {"WSREP: ./gcs/src/gcs.cpp:gcs_open():12: Failed", "gcs/src/gcs.cpp:gcs_open():12", "Failed"},
      {"WSREP: gcomm: connecting to 'a.b:4567'", NULL, "gcomm: connecting to 'a.b:4567'"},
      {"WSREP: view((empty))", NULL, "view((empty))"},
      {"WSREP: x.cpp:f():y: z", NULL, "x.cpp:f():y: z"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(sources); i++) {
    g_autofree char *text = g_strconcat("2026-11-24  3:07:10 0 [ERROR] ", sources[i].line, "\n", NULL);
    g_autoptr(ErrorRead) read = error_read(text);
    g_assert_cmpstr(record_at(read, 0)->source, ==, sources[i].source);
    g_assert_cmpstr(record_at(read, 0)->text, ==, sources[i].text);
  }
}

/* A time that is none: a record in its place, of which the account tells that it has no time. */
static void test_misdated(void) {
  static const char *const times[] = {"9999-99-99 99:99:99", "2026-13-45  3:07:10", "2026-02-30T03:07:10.123456Z",
                                      "2026-11-24 25:07:10", "261399 33:07:10"};
  for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
    gboolean iso = times[i][4] == '-';
    g_autofree char *text = g_strconcat("2026-11-24  3:07:10 0 [Note] first\n", times[i], iso ? " 7" : "",
                                        " [Warning] WSREP: second\n2026-11-24  3:07:12 0 [Note] third\n", NULL);
    g_autoptr(ErrorRead) read = error_read(text);
    g_test_message("%s", times[i]);
    g_assert_cmpuint(read->records->len, ==, 3);
    const Record *seen = record_at(read, 1);
    g_assert_cmpstr(seen->text, ==, "second");
    g_assert_cmpstr(seen->time, ==, times[i]);
    g_assert_true(seen->event.inherited);
    g_assert_cmpint(seen->event.wall, ==, record_at(read, 0)->event.wall);
  }
}

static void test_no_prefix(void) {
  static const char *const lines[] = {
      "2026-13-24  3:07:10 0 x", "2026-11-24  25:07:10 0 [Note] x",
      "261124  3:07:1 [Note] x", "\t2026-11-24  3:07:10 some text",
      "InnoDB: and so on",       "12:00:00 UTC",
      "{\"log\":\"x\"}",         "[mysqld]",
      "Version: '10.11'",        "WSREP_SST",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autofree char *text = g_strconcat("261124  3:07:10 [Note] first\n", lines[i], "\n", NULL);
    g_autoptr(ErrorRead) read = error_read(text);
    g_assert_cmpuint(read->records->len, ==, 1);
    g_assert_cmpstr(record_at(read, 0)->more, ==, lines[i]);
  }
}

static void assert_same_slice(GalenSlice a, GalenSlice b) {
  g_assert_true(a.data == b.data && a.len == b.len);
}

/* A line is read the general way while its day is not known yet, and at fixed places behind that, if it has these: both say the
 * same. `changes` are of one byte each, so that all kinds of almost usual lines are there. */
static void check_usual(const char *line, guint changes, GRand *rand) {
  gsize len = strlen(line);
  for (guint i = 0; i <= changes; i++) {
    g_autofree char *text = g_strdup(line);
    if (i > 0)
      text[g_rand_int_range(rand, 0, (gint32)len)] = "0129 :.-TZ[]Nx+"[g_rand_int_range(rand, 0, 15)];
    ErrorDates fresh = {0}, known = {0};
    ErrorPrefix general, usual;
    g_assert_true(galen_error_prefix(&known, line, line + len, &general));
    gboolean a = galen_error_prefix(&fresh, text, text + len, &general);
    gboolean b = galen_error_prefix(&known, text, text + len, &usual);
    g_assert_cmpint(a, ==, b);
    if (!a)
      continue;
    g_assert_true(general.form == usual.form && general.labelled == usual.labelled && general.padded == usual.padded &&
                  general.zero_padded == usual.zero_padded && general.has_number == usual.has_number &&
                  general.has_zone == usual.has_zone && general.crash == usual.crash &&
                  general.offset == usual.offset && general.level == usual.level && general.code == usual.code &&
                  general.number == usual.number);
    g_assert_cmpint(general.wall, ==, usual.wall);
    g_assert_cmpint(general.resolution, ==, usual.resolution);
    assert_same_slice(general.raw_time, usual.raw_time);
    assert_same_slice(general.text, usual.text);
    g_assert_true(galen_slice_equal(general.subsystem, usual.subsystem));
  }
}

static void test_usual(void) {
  static const char *const lines[] = {
      "2026-11-24  3:07:10 0 [Note] WSREP: view(view_id(PRIM,a0c78340-a15b,3) memb {",
      "2026-11-24 23:59:59 4294967295 [Warning] Access denied for user 'a'@'b' (using password: YES)",
      "2026-11-24T03:07:13.000001Z 7 [Warning] [MY-010055] [Server] IP address could not be resolved",
      "2026-11-24T03:07:13.999999Z 0 [ERROR] [MY-013183] [InnoDB] Assertion failure: x.cc:1:x thread 1",
      "2026-11-24 00:00:60 1 [ERROR] mysqld got signal 11 ; and so on until it is long enough",
  };
  g_autoptr(GRand) rand = g_rand_new_with_seed(20261126);
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
    check_usual(lines[i], 20000, rand);
}

/* As memcmp says, for every length and every place where they differ. */
static void test_same_bytes(void) {
  char a[64], b[64];
  for (gsize len = 0; len <= sizeof a; len++)
    for (gsize differs = 0; differs <= len; differs++) {
      memset(a, 'x', sizeof a);
      memset(b, 'x', sizeof b);
      if (differs < len)
        b[differs] = 'y';
      else if (len < sizeof b)
        b[len] = 'y'; /* behind the end */
      g_assert_cmpint(galen_same_bytes(a, b, len), ==, differs == len);
    }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/error-prefix/layouts", test_layouts);
  g_test_add_func("/error-prefix/mixed", test_mixed);
  g_test_add_func("/error-prefix/json-lines", test_json_lines);
  g_test_add_func("/error-prefix/sources", test_sources);
  g_test_add_func("/error-prefix/no-prefix", test_no_prefix);
  g_test_add_func("/error-prefix/misdated", test_misdated);
  g_test_add_func("/error-prefix/usual", test_usual);
  g_test_add_func("/error-prefix/same-bytes", test_same_bytes);
  return g_test_run();
}
