/* Wrappers of syslog and the journal, and what all wrappers have in common. */
#include "envelope_reader.h"

#define MARIADB_LINE "2026-11-24  3:07:10 0 [Note] WSREP: Start replication\n"

static void test_rfc3164(void) {
  g_autoptr(Unwrapped) u = unwrap("Nov 24 03:07:09 db1 sshd[99]: Accepted publickey for root\n"
                                  "Nov 24 03:07:10 db1 mysqld_safe: Starting mysqld daemon\n"
                                  "Nov 24 03:07:10 db1 mysqld[123]: 2026-11-24T02:07:10.000001Z 0 [Note] a#011b\n"
                                  "Nov 24 03:07:11 db1 mysqld[123]: \n"
                                  "Nov 24 03:07:11 db1 mysqld[123]:   indented#012next\n"
                                  "Nov 24 03:07:12 db1 CRON[7]: (root) CMD (true)\n"
                                  "Nov 24 03:07:12 db1 mysqld: last\r\n");
  g_assert_cmpstr(u->name, ==, "syslog");
  g_assert_cmpstr(u->out->str, ==,
                  "Starting mysqld daemon\n2026-11-24T02:07:10.000001Z 0 [Note] a\tb\n\n  indented\nnext\nlast\n");
  g_assert_cmpuint(line_at(u, 0)->line, ==, 2);
  g_assert_cmpuint(line_at(u, 1)->pid, ==, 123);
  g_assert_cmpuint(line_at(u, 0)->pid, ==, 0);
  g_assert_cmpstr(line_at(u, 0)->program, ==, "mysqld_safe");
  g_assert_cmpstr(line_at(u, 1)->program, ==, "mysqld");
  /* The year and the zone are those of the dated line. */
  g_assert_cmpint(line_at(u, 0)->wall, ==, utc("2026-11-24T03:07:10"));
  g_assert_cmpint(line_at(u, 0)->time, ==, utc("2026-11-24T02:07:10"));
  g_assert_cmpuint(line_at(u, 4)->line, ==, 5);
  g_assert_cmpstr(u->host, ==, "db1");
  g_assert_cmpuint(skipped(u, "another program's line"), ==, 2);
}

static void test_year(void) {
  /* MariaDB's own times name no zone: the year is known, UTC is not. */
  g_autoptr(Unwrapped) u = unwrap("Dec 31 23:59:58 db1 mariadbd[5]: Version: '10.6.1-MariaDB'\n"
                                  "Dec 31 23:59:59 db1 mariadbd[5]: 2025-12-31 23:59:59 0 [Note] a\n"
                                  "Jan  1 00:00:01 db1 mariadbd[5]: b\n");
  g_assert_cmpint(line_at(u, 0)->wall, ==, utc("2025-12-31T23:59:58"));
  g_assert_cmpint(line_at(u, 2)->wall, ==, utc("2026-01-01T00:00:01"));
  g_assert_cmpint(line_at(u, 2)->time, ==, GALEN_TIME_NONE);
  g_autoptr(Unwrapped) none = unwrap("Dec 31 23:59:58 db1 mysqld[5]: [MY-010931] [Server] ready for connections\n");
  g_assert_cmpint(line_at(none, 0)->wall, ==, GALEN_TIME_NONE);
  g_assert_cmpint(line_at(none, 0)->time, ==, GALEN_TIME_NONE);
  g_autoptr(Unwrapped) said = unwrap("Nov  4 2024 12:00:00 db1 mysqld[5]: a\n");
  g_assert_cmpint(line_at(said, 0)->wall, ==, utc("2024-11-04T12:00:00"));
  g_autoptr(Unwrapped) leap =
      unwrap("Feb 29 12:00:00 db1 mysqld[5]: a\nMar  1 12:00:00 db1 mysqld[5]: 240301 12:00:00 [Note] b\n");
  g_assert_cmpint(line_at(leap, 0)->wall, ==, utc("2024-02-29T12:00:00"));
}

static void test_other_syslogs(void) {
  g_autoptr(Unwrapped) iso =
      unwrap("2026-11-24T03:07:10.123456+01:00 db1 mysqld[123]: a\n"
             "2026-11-24T03:07:10.223456+01:00 db1 kernel: [12.5] Out of memory: Killed process 123 (mysqld)\n"
             "2026-11-24T03:07:10.323456+01:00 db1 kernel: [13.5] eth0: link up\n"
             "2026-11-24T03:07:10.423456+01:00 db1 systemd[1]: mariadb.service: Scheduled restart job, restart counter "
             "is at 5.\n"
             "2026-11-24T03:07:10.523456+01:00 db1 systemd[1]: Started Session 5 of user root.\n");
  g_assert_cmpstr(iso->name, ==, "syslog");
  g_assert_cmpstr(iso->out->str, ==,
                  "a\nOut of memory: Killed process 123 (mysqld)\n"
                  "mariadb.service: Scheduled restart job, restart counter is at 5.\n");
  g_assert_cmpint(line_at(iso, 0)->time, ==, utc("2026-11-24T02:07:10.123456"));
  g_assert_cmpstr(line_at(iso, 1)->program, ==, "kernel");
  g_autoptr(Unwrapped) rfc =
      unwrap("<134>1 2026-11-24T03:07:10.1Z db1 mariadbd 123 - - a\n"
             "<134>1 2026-11-24T03:07:10.2Z db1 mariadbd 123 ID7 [x@1 k=\"a]\\\"\"][y] \xef\xbb\xbf"
             "b c\n"
             "<134>1 - - mysqld - - -\n"
             "<134>1 2026-11-24T03:07:10.3Z db1 cron 123 - - d\n");
  g_assert_cmpstr(rfc->out->str, ==, "a\nb c\n\n");
  g_assert_cmpuint(line_at(rfc, 1)->pid, ==, 123);
  g_assert_cmpint(line_at(rfc, 2)->time, ==, GALEN_TIME_NONE);
  g_autoptr(Unwrapped) bare = unwrap("2023-01-01T12:00:00.1+00:00 host mariadbd 123 - - x y\n");
  g_assert_cmpstr(bare->out->str, ==, "x y\n");
}

static void test_journal_text(void) {
  g_autoptr(Unwrapped) u =
      unwrap("-- Logs begin at Mon 2025-11-24 10:00:00 UTC, end at Tue 2026-02-03 11:00:00 UTC. --\n"
             "Nov 25 11:24:13 db1 mariadbd[7]: Status:\n"
             "                                   a\n"
             "                                 b\n"
             "-- Reboot --\n"
             "Jan 26 11:24:13 db1 sshd[8]: x\n"
             "                             y\n");
  g_assert_cmpstr(u->name, ==, "journald");
  g_assert_cmpstr(u->out->str, ==, "Status:\n  a\nb\n");
  g_assert_cmpint(line_at(u, 0)->wall, ==, utc("2025-11-25T11:24:13"));
  g_assert_cmpuint(line_at(u, 2)->line, ==, 4);
  g_autoptr(Unwrapped) iso = unwrap("2026-11-26T11:24:13+0100 db1 mysqld[7]: a\n");
  g_assert_cmpstr(iso->name, ==, "journald");
  g_assert_cmpint(line_at(iso, 0)->time, ==, utc("2026-11-26T10:24:13"));
  g_autoptr(Unwrapped) precise =
      unwrap("Nov 26 11:24:13.000123 db1 mysqld[7]: 2026-11-26T11:24:13.000001Z 0 [Note] a\n");
  g_assert_cmpint(line_at(precise, 0)->time, ==, utc("2026-11-26T11:24:13.000123"));
  g_autoptr(Unwrapped) full = unwrap("Thu 2026-11-26 11:24:13 UTC db1 mysqld[7]: a\n");
  g_assert_cmpint(line_at(full, 0)->time, ==, utc("2026-11-26T11:24:13"));
  g_autoptr(Unwrapped) epoch = unwrap("1764156253.123456 db1 mysqld[7]: a\n");
  g_assert_cmpint(line_at(epoch, 0)->time, ==, G_GINT64_CONSTANT(1764156253123456));
}

/* journalctl -r: entries are turned round, the lines of one are not. */
static void test_journal_reversed(void) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 20; i-- > 0;)
    g_string_append_printf(
        text, "2026-11-26T11:24:%02u+0000 db1 mariadbd[7]: %u\n%s2026-11-26T11:24:%02u+0000 db1 sshd[7]: %u\n", i, i,
        i == 5 ? "                                           more\n" : "", i, i);
  g_autoptr(Unwrapped) u = unwrap(text->str);
  g_assert_cmpstr(u->out->str, ==, "0\n1\n2\n3\n4\n5\n more\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n");
  g_assert_cmpuint(line_at(u, 0)->line, ==, 40);
  g_assert_cmpint(line_at(u, 20)->time, ==, utc("2026-11-26T11:24:19"));
}

static void test_journal_export(void) {
  static const char text[] =
      "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1764156253123456\n_HOSTNAME=db1\n_PID=7\n"
      "SYSLOG_IDENTIFIER=mysqld\nMESSAGE=one\n\n"
      "__CURSOR=s=2\n__REALTIME_TIMESTAMP=1764156254000000\n_HOSTNAME=db1\n_COMM=mariadbd\n"
      "MESSAGE\n\x0b\0\0\0\0\0\0\0two\n\nthree=\n\n"
      "__CURSOR=s=3\n__REALTIME_TIMESTAMP=1764156255000000\nSYSLOG_IDENTIFIER=sshd\nMESSAGE=x\n\n"
      "__CURSOR=s=4\n__REALTIME_TIMESTAMP=1764156255000000\nSYSLOG_IDENTIFIER=sh\n"
      "_SYSTEMD_UNIT=mariadb.service\nMESSAGE=four\n\n";
  g_autoptr(Unwrapped) u = unwrap_bytes(text, sizeof text - 1);
  g_assert_cmpstr(u->name, ==, "journald");
  g_assert_cmpstr(u->out->str, ==, "one\ntwo\n\nthree=\nfour\n");
  g_assert_cmpint(line_at(u, 0)->time, ==, G_GINT64_CONSTANT(1764156253123456));
  g_assert_cmpuint(line_at(u, 0)->pid, ==, 7);
  g_assert_cmpuint(line_at(u, 1)->line, ==, 8);
  g_assert_cmpstr(line_at(u, 1)->program, ==, "mariadbd");
}

static void test_journal_json(void) {
  g_autoptr(Unwrapped) u =
      unwrap("{\"__REALTIME_TIMESTAMP\":\"1764156253123456\",\"_HOSTNAME\":\"db1\",\"_PID\":\"7\",\"SYSLOG_"
             "IDENTIFIER\":\"mysqld\",\"MESSAGE\":\"a \\\"b\\\"\\nc\"}\n"
             "{\"MESSAGE\":[104,105,10,255],\"SYSLOG_IDENTIFIER\":\"mariadbd\",\"__REALTIME_TIMESTAMP\":"
             "\"1764156254000000\"}\n"
             "{\"MESSAGE\":\"x\",\"SYSLOG_IDENTIFIER\":\"sshd\",\"__REALTIME_TIMESTAMP\":\"1764156254000000\"}\n");
  g_assert_cmpstr(u->name, ==, "journald");
  g_assert_cmpstr(u->out->str, ==, "a \"b\"\nc\nhi\n\xff\n");
  g_assert_cmpint(line_at(u, 0)->time, ==, G_GINT64_CONSTANT(1764156253123456));
  g_autoptr(Unwrapped) pretty = unwrap(
      "{\n\t\"MESSAGE\" : \"a\",\n\t\"_COMM\" : \"mysqld\",\n\t\"__REALTIME_TIMESTAMP\" : \"1764156254000000\"\n}\n"
      "{\n\t\"MESSAGE\" : \"b\",\n\t\"_COMM\" : \"mysqld\",\n\t\"__REALTIME_TIMESTAMP\" : \"1764156255000000\"\n}\n");
  g_assert_cmpstr(pretty->out->str, ==, "a\nb\n");
  g_assert_cmpuint(line_at(pretty, 1)->line, ==, 6);
}

/* Who may speak: servers, their helpers, the system about them, and containers whose lines are a server's. */
static void test_programs(void) {
  static const char *const passing[] = {"mysqld_safe[1]: x",
                                        "mariadbd[1]: x",
                                        "-innobackupex-backup: x",
                                        "-wsrep-sst-donor: x",
                                        "garbd[1]: x",
                                        "/etc/mysql/debian-start[1]: x",
                                        "docker/db[1]: 2026-11-24  3:07:10 0 [Note] a",
                                        "docker/db[1]: x",
                                        "systemd[1]: mysql.service: Main process exited, code=killed, status=9/KILL",
                                        "kernel: [1.5] mysqld invoked oom-killer: gfp_mask=0x1",
                                        "kernel: audit: type=1400 apparmor=\"DENIED\" profile=\"/usr/sbin/mysqld\"",
                                        "systemd-coredump[9]: Process 1 (mysqld) of user 27 dumped core."};
  static const char *const refused[] = {"mysqld_exporter[1]: time=2026 mysqld",
                                        "mysqlrouter[1]: x",
                                        "mysql-server_auditing: db1,root,localhost",
                                        "docker/web[1]: GET /",
                                        "sshd[1]: x",
                                        "systemd[1]: Started mysqld_exporter.service.",
                                        "systemd[1]: Started cron.service."};
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(passing); i++)
    g_string_append_printf(text, "Nov 24 03:07:09 db1 %s\n", passing[i]);
  for (gsize i = 0; i < G_N_ELEMENTS(refused); i++)
    g_string_append_printf(text, "Nov 24 03:07:09 db1 %s\n", refused[i]);
  g_string_append(text, "Nov 24 03:07:09 mysqld[5]: no host\nNov 24 03:07:09 db1 last message repeated 3 times\n");
  g_autoptr(Unwrapped) u = unwrap(text->str);
  g_assert_cmpuint(u->lines->len, ==, G_N_ELEMENTS(passing) + 1);
  g_assert_cmpuint(skipped(u, "another program's line"), ==, G_N_ELEMENTS(refused) + 1);
  g_assert_true(g_str_has_suffix(u->out->str, "\nno host\n"));
  g_assert_cmpstr(u->host, ==, "db1");
}

/* Programs without end do not crowd the server out. */
static void test_many_programs(void) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < 1000; i++)
    g_string_append_printf(text, "Nov 24 03:07:09 h%u job%u[1]: x\n", i, i);
  g_string_append(text, "Nov 24 03:07:09 db1 mysqld[1]: a\n");
  g_autoptr(Unwrapped) u = unwrap(text->str);
  g_assert_cmpstr(u->out->str, ==, "a\n");
  g_assert_cmpstr(line_at(u, 0)->program, ==, "mysqld");
  g_assert_cmpstr(line_at(u, 0)->host, ==, "db1");
}

static void test_hosts(void) {
  static const char text[] = "<13>Nov 24 03:07:09 db1 mysqld[1]: a\n<13>Nov 24 03:07:09 db2 mysqld[1]: b\n"
                             "<13>Nov 24 03:07:09 web cron[1]: b\n";
  g_autoptr(Unwrapped) u = unwrap(text);
  g_assert_cmpstr(u->host, ==, NULL);
  g_assert_cmpstr(line_at(u, 1)->host, ==, "db2");
  g_autoptr(Unwrapped) only = unwrap_blocks(text, sizeof text - 1, 9, 9, "db2");
  g_assert_cmpstr(only->out->str, ==, "b\n");
  g_assert_cmpstr(only->host, ==, "db2");
  g_assert_cmpuint(skipped(only, "another host's line"), ==, 1);
  Raw raw = {text, sizeof text - 1, 0, 100};
  g_autoptr(GalenEnvelope) envelope = galen_envelope_new(text, sizeof text - 1, raw_read, &raw);
  char buf[64];
  while (galen_envelope_read(envelope, buf, sizeof buf) > 0)
    ;
  g_assert_cmpstr(galen_envelope_host_at(envelope, 0), ==, "db1");
  g_assert_cmpstr(galen_envelope_host_at(envelope, 1), ==, "db2");
  g_assert_null(galen_envelope_host_at(envelope, 2));
}

/* What has no wrapper, though it looks like one. */
static void test_not_wrapped(void) {
  static const char *const texts[] = {
      "",
      "\n\n",
      "2019-01-01T12:00:00.123456Z 42 [Note] InnoDB: Buffer pool(s) load completed\n"
      "2019-01-01T12:00:00.123457Z 0 [Warning] a: b\n",
      "2019-01-01T12:00:00.123456Z mysqld_safe Starting mysqld daemon with databases from /var/lib/mysql\n",
      "2019-01-01T12:00:00.123456+02:00 0 [ERROR] [MY-010119] [Server] Aborting\n",
      "2019-01-01T12:00:00Z UTC - mysqld got signal 11 ;\n",
      "2019-01-01T12:00:00.123000+00:00 0 [ERROR] [MY-010119] [Server] Aborting\n"
      "2019-01-01T12:00:00.124000+00:00 mysqld_safe Starting mysqld daemon\n",
      "2026-11-24 02:57:27.914  INFO: CRC-32C: using 64-bit x86 acceleration.\n",
      "2013-01-01 12:00:00 1234 [Note] text\n",
      "2013-01-01 12:00:00 7f8a1c5fd700 InnoDB: text\n",
      MARIADB_LINE,
      "130101 12:00:00 [ERROR] text\n",
      "{ \"prio\" : 1, \"err_code\" : 10119, \"msg\" : \"Aborting\", \"time\" : \"2023-01-01T00:00:00.000000Z\", "
      "\"ts\" : "
      "1672574400000, \"thread\" : 0, \"label\" : \"Error\" }\n",
      "# Time: 2024-05-13T10:00:01.000000Z\n# User@Host: a[a] @ h [10.0.0.1]  Id:     7\n# Query_time: 1.5  Lock_time: "
      "0\n"
      "select '\n2024-05-13T10:00:01.123456789Z a\n2024-05-13T10:00:01.123456789Z a\n2024-05-13T10:00:01.123456789Z "
      "a\n';\n",
      "/usr/sbin/mysqld, Version: 8.0.30 (MySQL). started with:\nTcp port: 3306  Unix socket: x\n"
      "{\"log\":\"# Time: 2024-05-13T10:00:01.000000Z\\n\",\"file\":\"x\"}\n{\"log\":\"# Time: "
      "2024\",\"file\":\"x\"}\n",
      "[mysqld]\nwsrep_cluster_address = gcomm://\nlog_error = /var/log/mysql/error.log\n",
      "{\"log\": \"/var/log/app.log\", \"time\": \"5m\"}\n",
      "{\"timestamp\": 1700000000000, \"message\": \"hello\"}\n",
      "[{\"timestamp\": 1700000000000, \"message\": \"hello\"}]\n",
      "timestamp,message\n1700000000000,hello\n",
      "id,name\n1,2\n",
      "# GALERA saved state\nversion: 2.1\nuuid:    00000000-0000-0000-0000-000000000000\nseqno:   -1\n",
      "web | GET /\nweb | GET /x\n",
      "2019-01-01T12:00:00.123456Z\t   42 Query\tselect 1\n",
      "mysqld, Version: 5.7.1-log (x). started with:\nTcp port: 0  Unix socket: (null)\nTime                 Id "
      "Command    Argument\n"
      "2019-01-01T12:00:00.123456Z\t    4 Connect\troot@localhost on  using Socket\n",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(GalenEnvelope) envelope = galen_envelope_new(texts[i], strlen(texts[i]), NULL, NULL);
    if (envelope != NULL)
      g_error("\"%s\" is taken for %s", texts[i], galen_envelope_name(envelope));
  }
}

static void test_damage(void) {
  static const char nuls[] = "\0\0\0\0Nov 24 03:07:10 db1 mysqld[1]: a\nNov 24 03:07:10 db1 mysqld[1]: b\n\0\0"
                             "Nov 24 03:07:10 db1 mysqld[1]: c";
  g_autoptr(Unwrapped) u = unwrap_bytes(nuls, sizeof nuls - 1);
  g_assert_cmpuint(u->out->len, ==, 8);
  g_assert_true(memcmp(u->out->str, "\0a\nb\n\0c\n", 8) == 0);
  g_assert_cmpuint(skipped(u, "NUL bytes"), ==, 2);
  g_assert_cmpuint(u->account.bytes_skipped, ==, 6);
  g_autoptr(Unwrapped) bom =
      unwrap("\xef\xbb\xbf{\"log\":\"a\\n\",\"stream\":\"stderr\",\"time\":\"2023-01-01T12:00:00Z\"}\n"
             "{\"log\":\"b\\n\",\"stre\n"
             "{\"log\":\"c\\n\",\"stream\":\"stderr\",\"time\":\"2023-01-01T12:00:00Z\"}\n"
             "{\"log\":\"d");
  g_assert_cmpstr(bom->out->str, ==, "a\nc\n");
  g_assert_cmpuint(skipped(bom, "damaged wrapper"), ==, 2);
  g_assert_cmpuint(bom->account.skips[0].line, ==, 2);
  g_autoptr(Unwrapped) cut = unwrap("17 db1 mysqld[1]: x\nNov 24 03:07:10 db1 mysqld[1]: b\n");
  g_assert_cmpstr(cut->out->str, ==, "b\n");
  g_assert_cmpuint(skipped(cut, "line without its wrapper"), ==, 1);
}

static void test_long_lines(void) {
  g_autoptr(GString) text = g_string_new("Nov 24 03:07:10 db1 mysqld[1]: a\nNov 24 03:07:10 db1 mysqld[1]: ");
  for (guint i = 0; i < 10000000; i++)
    g_string_append_c(text, (char)('a' + i % 26));
  g_string_append(text, "\nNov 24 03:07:10 db1 mysqld[1]: b\n");
  g_autoptr(Unwrapped) u = unwrap_bytes(text->str, text->len);
  g_assert_cmpuint(u->out->len, ==, 2 + 10000001 + 2);
  g_assert_cmpuint(u->lines->len, ==, 3);
  g_assert_cmpuint(line_at(u, 2)->line, ==, 3);

  g_autoptr(GString) json = g_string_new("{\"log\":\"a\\n\",\"time\":\"2023-01-01T12:00:00Z\"}\n{\"log\":\"");
  for (guint i = 0; i < 3000000; i++)
    g_string_append_c(json, 'x');
  g_string_append(json,
                  "\\n\",\"time\":\"2023-01-01T12:00:00Z\"}\n{\"log\":\"b\\n\",\"time\":\"2023-01-01T12:00:00Z\"}\n");
  g_autoptr(Unwrapped) skips = unwrap_bytes(json->str, json->len);
  g_assert_cmpstr(skips->out->str, ==, "a\nb\n");
  g_assert_cmpuint(skipped(skips, "wrapped record of more than 1 MiB"), ==, 1);
  g_assert_cmpuint(line_at(skips, 1)->line, ==, 3);
}

/* More lines than anybody looks back to: the answers stay right in the window, and the memory bounded. */
static void test_many_lines(void) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < 400000; i++)
    g_string_append_printf(text, "2023-01-01T12:00:00.%06u000Z 2023-01-01T12:00:00Z 0 [Note] line %u\n", i, i);
  Raw raw = {text->str, text->len, 0, 100000};
  g_autoptr(GalenEnvelope) envelope = galen_envelope_new(text->str, 4096, raw_read, &raw);
  g_assert_cmpstr(galen_envelope_name(envelope), ==, "docker-logs");
  g_autofree char *buf = g_malloc(1 << 20);
  guint64 offset = 0, line = 0;
  gsize n;
  while ((n = galen_envelope_read(envelope, buf, 1 << 20)) > 0)
    for (gsize i = 0; i < n; i++, offset++)
      if (buf[i] == '\n') {
        line++;
        g_assert_cmpuint(galen_envelope_line(envelope, offset)->line, ==, line);
      }
  g_assert_cmpuint(line, ==, 400000);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/envelope/rfc3164", test_rfc3164);
  g_test_add_func("/envelope/year", test_year);
  g_test_add_func("/envelope/other-syslogs", test_other_syslogs);
  g_test_add_func("/envelope/journal-text", test_journal_text);
  g_test_add_func("/envelope/journal-reversed", test_journal_reversed);
  g_test_add_func("/envelope/journal-export", test_journal_export);
  g_test_add_func("/envelope/journal-json", test_journal_json);
  g_test_add_func("/envelope/programs", test_programs);
  g_test_add_func("/envelope/many-programs", test_many_programs);
  g_test_add_func("/envelope/hosts", test_hosts);
  g_test_add_func("/envelope/not-wrapped", test_not_wrapped);
  g_test_add_func("/envelope/damage", test_damage);
  g_test_add_func("/envelope/long-lines", test_long_lines);
  g_test_add_func("/envelope/many-lines", test_many_lines);
  return g_test_run();
}
