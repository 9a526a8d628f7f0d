/* What logs say about processes: start, options, positions, end. */
#include "facts-fixture.h"

static const FactsCase cases[] = {
    {"mariadb",
     "2026-11-24  3:07:01 0 [Note] Starting MariaDB 10.11.19-MariaDB-0+deb12u1 source revision "
     "5843d8475120241667a7ce0f8a1abb6c9b43a273 server_uid zWZcWDFw8z97mlnZ2nwLEE/dfR8= as process 18271\n"
     "2026-11-24  3:07:01 0 [Note] mariadbd: ready for connections.\n"
     "Version: '10.11.19-MariaDB-0+deb12u1'  socket: '/tmp/egl/mdb/s1'  port: 33061  Debian 12\n"
     "2026-11-24  3:07:33 0 [Note] mariadbd (initiated by: root[root] @ localhost []): Normal shutdown\n"
     "2026-11-24  3:07:33 0 [Note] mariadbd: Shutdown complete\n",
     "process-start n=18271 name=MariaDB value=10.11.19-MariaDB-0+deb12u1\n"
     "option name=server_uid value=zWZcWDFw8z97mlnZ2nwLEE/dfR8=\n"
     "ready n=33061 value=10.11.19-MariaDB-0+deb12u1\n"
     "shutdown-begin value=root[root] @ localhost []\n"
     "shutdown-end\n"},
    {"mariadb-10.1",
     "2018-01-01 12:00:00 140123456789012 [Note] /usr/sbin/mysqld (mysqld 10.1.48-MariaDB-0+deb9u2) starting "
     "as process 1234 ...\n"
     "2018-01-01 12:00:05 140123456789012 [Note] /usr/sbin/mysqld: ready for connections.\n"
     "Version: '10.1.48-MariaDB-0+deb9u2'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  Debian 9.13\n"
     "2018-01-01 13:00:05 140123456789012 [Note] /usr/sbin/mysqld: Normal shutdown\n",
     "process-start n=1234 name=MariaDB value=10.1.48-MariaDB-0+deb9u2\n"
     "ready n=3306 value=10.1.48-MariaDB-0+deb9u2\n"
     "shutdown-begin\n"},
    {"mysql-8",
     "2023-01-01T12:00:00.123456Z 0 [System] [MY-010116] [Server] /usr/sbin/mysqld (mysqld 8.0.41) starting "
     "as process 1\n"
     "2023-01-01T12:00:02.000000Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. "
     "Version: '8.0.41'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.\n"
     "2023-01-01T12:00:02.000000Z 0 [System] [MY-011323] [Server] X Plugin ready for connections. "
     "Bind-address: '::' port: 33060, socket: /var/run/mysqld/mysqlx.sock\n"
     "2023-01-01T13:00:02.000000Z 9 [System] [MY-013172] [Server] Received SHUTDOWN from user root. Shutting "
     "down mysqld (Version: 8.0.41).\n"
     "2023-01-01T13:00:03.000000Z 0 [System] [MY-010910] [Server] /usr/sbin/mysqld: Shutdown complete (mysqld "
     "8.0.41)  MySQL Community Server - GPL.\n"
     "2023-01-01T14:00:00.123456Z 0 [ERROR] [MY-010119] [Server] Aborting\n",
     "process-start n=1 name=MySQL value=8.0.41\n"
     "ready n=3306 value=8.0.41\n"
     "shutdown-begin value=root\n"
     "shutdown-end\n"
     "aborting value=Aborting\n"},
    {"start-error",
     "2026-11-24  3:28:47 0 [Note] Starting MariaDB 10.11.19-MariaDB as process 19092\n"
     "2026-11-24  3:28:47 0 [ERROR] mariadbd: Out of memory (Needed 128180224 bytes)\n"
     "2026-11-24  3:28:47 0 [ERROR] mariadbd: Aria engine: log initialization failed\n"
     "2026-11-24  3:28:47 0 [ERROR] Aborting\n",
     "process-start n=19092 name=MariaDB value=10.11.19-MariaDB\n"
     "start-error name=out-of-memory\n"
     "trouble name=start-aria-log value=start-failure\n"
     "aborting value=Aborting\n"},
    {"start-error-unknown",
     "2026-11-24  3:28:47 0 [Note] Starting MariaDB 10.11.19-MariaDB as process 19092\n"
     "2026-11-24  3:28:47 0 [ERROR] No rule knows this frobnication\n"
     "2026-11-24  3:28:47 0 [ERROR] Aborting\n"
     "2026-11-24  3:28:48 0 [Note] Starting MariaDB 10.11.19-MariaDB as process 19093\n"
     "2026-11-24  3:28:49 0 [Note] mariadbd: ready for connections.\n"
     "2026-11-24  3:28:50 7 [ERROR] No rule knows this frobnication\n",
     "process-start n=19092 name=MariaDB value=10.11.19-MariaDB\n"
     "start-error\n"
     "aborting value=Aborting\n"
     "process-start n=19093 name=MariaDB value=10.11.19-MariaDB\n"
     "ready\n"},
    {"percona",
     "2023-01-01T12:00:00.123456Z 0 [System] [MY-010116] [Server] /usr/sbin/mysqld (mysqld 8.0.28-19.1) "
     "starting as process 1\n"
     "2019-01-01T12:00:00.123456Z 0 [Note] /usr/sbin/mysqld (mysqld 5.7.25-28-57-log) starting as process 12 "
     "...\n"
     "2019-01-01T12:00:00.123456Z 0 [Note] /usr/sbin/mysqld (mysqld 5.7.33-0ubuntu0.18.04.1-log) starting as "
     "process 12 ...\n",
     "process-start n=1 name=Percona value=8.0.28-19.1\n"
     "process-start n=12 name=Percona value=5.7.25-28-57-log\n"
     "process-start n=12 name=MySQL value=5.7.33-0ubuntu0.18.04.1-log\n"},
    {"mysqld-safe-5.5",
     "130101 12:00:00 mysqld_safe Starting mysqld daemon with databases from /var/lib/mysql\n"
     "130101 12:00:01 mysqld_safe WSREP: Recovered position 1e923c2f-e7b4-11f1-b716-164ff8079f0e:286\n"
     "130101 12:00:05 [Note] /usr/sbin/mysqld: ready for connections.\n"
     "Version: '5.5.62-log'  socket: '/var/lib/mysql/mysql.sock'  port: 3306  MySQL Community Server (GPL)\n"
     "130101 13:00:00 mysqld_safe Number of processes running now: 0\n"
     "130101 13:00:00 mysqld_safe mysqld restarted\n"
     "130101 13:00:05 [Note] /usr/sbin/mysqld: ready for connections.\n"
     "Version: '5.5.62-log'  socket: '/var/lib/mysql/mysql.sock'  port: 3306  MySQL Community Server (GPL)\n"
     "130101 14:00:00 [Note] /usr/sbin/mysqld: Normal shutdown\n"
     "130101 14:00:01 [Note] /usr/sbin/mysqld: Shutdown complete\n"
     "130101 14:00:01 mysqld_safe mysqld from pid file /var/run/mysqld/mysqld.pid ended\n",
     "process-start\n"
     "recovered-position u=1e923c2f-e7b4-11f1-b716-164ff8079f0e s=286\n"
     "ready n=3306 value=5.5.62-log\n"
     "restarted\n"
     "process-start\n"
     "ready n=3306 value=5.5.62-log\n"
     "shutdown-begin\n"
     "shutdown-end\n"},
    {"mysqld-safe-and-server",
     "2013-01-01 12:00:00 mysqld_safe Starting mysqld daemon with databases from /var/lib/mysql\n"
     "2013-01-01 12:00:01 1234 [Note] /usr/sbin/mysqld (mysqld 5.6.51-log) starting as process 1234 ...\n"
     "2013-01-01 12:00:05 1234 [Note] /usr/sbin/mysqld: ready for connections.\n"
     "Version: '5.6.51-log'  socket: '/var/lib/mysql/mysql.sock'  port: 3306  MySQL Community Server (GPL)\n"
     "2013-01-01 12:00:08 1240 [Note] /usr/sbin/mysqld (mysqld 5.6.51-log) starting as process 1240 ...\n",
     "process-start n=1234 name=MySQL value=5.6.51-log\n"
     "ready n=3306 value=5.6.51-log\n"
     "process-start n=1240 name=MySQL value=5.6.51-log\n"},
    {"recover-run",
     "2026-11-26 11:18:01 0 [Note] Starting MariaDB 10.11.19-MariaDB-log source revision 5843d8475 as process "
     "13157\n"
     "2026-11-26 11:18:01 0 [Warning] InnoDB: Skipping buffer pool dump/restore during wsrep recovery.\n"
     "2026-11-26 11:18:01 0 [Note] WSREP: Recovered position: 1e923c2f-e7b4-11f1-b716-164ff8079f0e:337,0-1-22\n",
     "process-start n=13157 name=MariaDB value=10.11.19-MariaDB-log\n"
     "recover-run\n"
     "recovered-position u=1e923c2f-e7b4-11f1-b716-164ff8079f0e s=337\n"},
    {"initialize",
     "2023-01-01T12:00:00.123456Z 0 [System] [MY-013169] [Server] /usr/sbin/mysqld (mysqld 8.0.35) "
     "initializing of server in progress as process 42\n"
     "2023-01-01T12:00:05.123456Z 0 [System] [MY-013170] [Server] /usr/sbin/mysqld (mysqld 8.0.35) "
     "initializing of server has completed\n",
     "process-start n=42 name=MySQL value=8.0.35\n"
     "recover-run value=initialize\n"},
    {"garbd",
     "2026-11-24 02:57:27.914  INFO: Read config: \n"
     "\tdaemon:  0\n"
     "\tname:    garb\n"
     "\taddress: gcomm://10.0.0.1:4567,10.0.0.2:4567\n"
     "\tgroup:   shop\n"
     "\tsst:     trivial\n"
     "\tdonor:   \n"
     "\toptions: gcs.fc_limit=9999999; gcs.fc_factor=1.0; gcs.fc_single_primary=yes\n"
     "\tcfg:     \n"
     "\tlog:     \n"
     "2026-11-24 02:57:27.914  INFO: gcomm: connecting to group 'shop', peer '10.0.0.1:4567,10.0.0.2:4567'\n"
     "2026-11-24 02:57:27.914  INFO: STATE EXCHANGE: got state msg: 23f20737-e7b4-11f1-9028-6e2e545ee5f3 from "
     "1 (garb)\n"
     "2026-11-24 02:57:27.914  INFO: Received signal 15\n"
     "2026-11-24 02:57:27.914  INFO: Exiting main loop\n",
     "process-start name=garbd\n"
     "option name=daemon value=0\n"
     "option name=name value=garb\n"
     "cluster-address value=gcomm://10.0.0.1:4567,10.0.0.2:4567\n"
     "option name=group value=shop\n"
     "option name=sst value=trivial\n"
     "option name=options value=gcs.fc_limit=9999999; gcs.fc_factor=1.0; gcs.fc_single_primary=yes\n"
     "connecting name=shop value=10.0.0.1:4567,10.0.0.2:4567\n"
     "state-msg u=23f20737-e7b4-11f1-9028-6e2e545ee5f3 n=1 name=garb\n"
     "shutdown-begin n=15 value=signal\n"
     "shutdown-end\n"},
    {"provider",
     "2026-11-24  3:07:10 0 [Note] WSREP: wsrep_load(): loading provider library "
     "'/usr/lib/galera/libgalera_smm.so'\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: wsrep_load(): Galera 4.23(rXXXX) by Codership Oy "
     "<info@codership.com> loaded successfully.\n"
     "2023-03-12T07:16:38.123456Z 2 [Note] [MY-000000] [WSREP] wsrep_load(): Galera 4.11(a9008fc) by "
     "Codership Oy <info@codership.com> (modified by Percona <https://percona.com/>) loaded successfully.\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: wsrep_load(): loading provider library 'none'\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: Passing config to GCS: base_dir = /var/lib/mysql/; pc.ignore_sb = "
     "true; socket.ssl_password = x\n",
     "provider name=Codership Oy value=4.23(rXXXX)\n"
     "provider name=Percona value=4.11(a9008fc)\n"
     "provider\n"
     "options value=base_dir = /var/lib/mysql/; pc.ignore_sb = true; socket.ssl_password = ?\n"},
    {"connecting",
     "2026-11-24  3:07:10 0 [Note] WSREP: gcomm: connecting to group 'gx', peer ''\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: gcomm: connecting to group 'gx', peer '10.0.0.1:,10.0.0.2:'\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: gcomm: bootstrapping new group 'gx'\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: Connecting with bootstrap option: 1\n"
     "2026-11-24  3:07:10 0 [ERROR] WSREP: wsrep::connect(gcomm://) failed: 7\n"
     "2026-11-24  3:07:10 0 [ERROR] WSREP: ./gcs/src/gcs.cpp:gcs_open():1952: Failed to open channel 'shop' "
     "at 'gcomm://10.0.0.1,10.0.0.2': -110 (Connection timed out)\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: Starting new group from scratch: "
     "1e923c2f-e7b4-11f1-b716-164ff8079f0e\n"
     "2026-11-24  3:07:10 0 [ERROR] WSREP: It may not be safe to bootstrap the cluster from this node. It was "
     "not the last one to leave the cluster and may not contain all the updates. To force cluster bootstrap "
     "with this node, edit the grastate.dat file manually and set safe_to_bootstrap to 1 .\n",
     "connecting name=gx value=\n"
     "connecting name=gx value=10.0.0.1:,10.0.0.2:\n"
     "bootstrap name=gx\n"
     "bootstrap-option n=1\n"
     "cluster-address value=gcomm://\n"
     "cluster-address name=shop value=gcomm://10.0.0.1,10.0.0.2\n"
     "new-group u=1e923c2f-e7b4-11f1-b716-164ff8079f0e\n"
     "bootstrap-refused\n"},
    {"positions",
     "2026-11-24  3:07:10 0 [Note] WSREP: Found saved state: 1e923c2f-e7b4-11f1-b716-164ff8079f0e:-1, "
     "safe_to_bootstrap: 0\n"
     "2023-03-12T07:16:38.123456Z 0 [Note] WSREP: Found saved state: "
     "1e923c2f-e7b4-11f1-b716-164ff8079f0e:286, safe_to_bootsrap: 1\n"
     "130101 12:00:00 [Note] WSREP: Found saved state: 1e923c2f-e7b4-11f1-b716-164ff8079f0e:286\n"
     "2026-11-24  3:07:10 0 [Warning] WSREP: Could not open state file for reading: "
     "'/var/lib/mysql//grastate.dat'\n"
     "2023-03-12T07:16:38.123456Z 0 [Warning] [MY-000000] [Galera] No persistent state found. Bootstraping "
     "with default state\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: Setting GCS initial position to "
     "1e923c2f-e7b4-11f1-b716-164ff8079f0e:286\n"
     "130101 12:00:00 [Note] WSREP: Setting initial position to 1e923c2f-e7b4-11f1-b716-164ff8079f0e:286\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: Position 1e923c2f-e7b4-11f1-b716-164ff8079f0e:286 given at startup, "
     "skipping position recovery\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: Recovered position from storage: "
     "1e923c2f-e7b4-11f1-b716-164ff8079f0e:5\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: Bootstrapping a new cluster, setting initial position to "
     "00000000-0000-0000-0000-000000000000:-1\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: Loading provider /usr/lib/galera/libgalera_smm.so initial position: "
     "1e923c2f-e7b4-11f1-b716-164ff8079f0e:286\n",
     "saved-state u=1e923c2f-e7b4-11f1-b716-164ff8079f0e s=-1 n=0\n"
     "saved-state u=1e923c2f-e7b4-11f1-b716-164ff8079f0e s=286 n=1\n"
     "saved-state u=1e923c2f-e7b4-11f1-b716-164ff8079f0e s=286\n"
     "state-file-missing x2\n"
     "start-position u=1e923c2f-e7b4-11f1-b716-164ff8079f0e s=286\n"
     "start-position u=1e923c2f-e7b4-11f1-b716-164ff8079f0e s=286\n"
     "start-position u=1e923c2f-e7b4-11f1-b716-164ff8079f0e s=286\n"
     "position u=1e923c2f-e7b4-11f1-b716-164ff8079f0e s=5\n"
     "position u=1e923c2f-e7b4-11f1-b716-164ff8079f0e s=286\n"},
    {"gcache",
     "2026-11-24  3:07:10 0 [Note] WSREP: Recovering GCache ring buffer: version: 2, UUID: "
     "1e923c2f-e7b4-11f1-b716-164ff8079f0e, offset: -1\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: Recovering GCache ring buffer: found gapless sequence 2-286\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: GCache history reset: 1e923c2f-e7b4-11f1-b716-164ff8079f0e:286 -> "
     "23f20737-e7b4-11f1-9028-6e2e545ee5f3:0\n"
     "2023-03-12T07:16:38.123456Z 0 [Note] WSREP: GCache history reset: "
     "old(1e923c2f-e7b4-11f1-b716-164ff8079f0e:286) -> new(23f20737-e7b4-11f1-9028-6e2e545ee5f3:0)\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: mon: entered 1023 oooe fraction 0 oool fraction 0\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: apply mon: entered 0\n",
     "gcache u=1e923c2f-e7b4-11f1-b716-164ff8079f0e s=2 l=286\n"
     "gcache u=1e923c2f-e7b4-11f1-b716-164ff8079f0e o=23f20737-e7b4-11f1-9028-6e2e545ee5f3 s=286 value=reset\n"
     "gcache u=1e923c2f-e7b4-11f1-b716-164ff8079f0e o=23f20737-e7b4-11f1-9028-6e2e545ee5f3 s=286 value=reset\n"
     "monitor-entered s=1023\n"
     "monitor-entered s=0 name=apply\n"},
    {"crash",
     "2023-01-01 12:00:00 UTC - mysqld got signal 11 ;\n"
     "This could be because you hit a bug.\n"
     "Query (0x7f1c): SELECT * FROM t WHERE a='secret'\n"
     "Connection ID (thread ID): 12\n"
     "Status: NOT_KILLED\n"
     "\n"
     "2026-11-24  3:08:01 0 [Note] InnoDB: Starting crash recovery from checkpoint LSN=2025959\n",
     "crash n=11 value=SELECT * FROM t WHERE a=?\n"
     "crash-recovery\n"},
    {"new-uuid",
     "2019-01-01T12:00:00.123456Z 0 [Warning] No existing UUID has been found, so we assume that this is the "
     "first time that this server has been started. Generating a new UUID: "
     "8a94f357-aab4-11df-86ab-c80aa9429562.\n",
     "option name=server_uuid value=8a94f357-aab4-11df-86ab-c80aa9429562\n"},
    {"folding",
     "2026-11-24  3:07:10 0 [Note] WSREP: Failed to establish connection: Connection refused\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: Failed to establish connection: Connection refused\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: Failed to establish connection: Connection refused\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: Setting GCS initial position to "
     "1e923c2f-e7b4-11f1-b716-164ff8079f0e:286\n"
     "2026-11-24  3:07:10 0 [Note] WSREP: Setting GCS initial position to "
     "1e923c2f-e7b4-11f1-b716-164ff8079f0e:286\n",
     "link-refused x3\n"
     "start-position u=1e923c2f-e7b4-11f1-b716-164ff8079f0e s=286\n"
     "start-position u=1e923c2f-e7b4-11f1-b716-164ff8079f0e s=286\n"},
};

/* A start knows when a connection of the server before it last wrote; early warnings of its own are none. */
static void test_alive(void) {
  static const char text[] =
      "2024-05-01T10:00:00.000000Z 0 [System] [MY-010116] [Server] /usr/sbin/mysqld (mysqld 8.0.41) "
      "starting as process 1\n"
      "2024-05-01T11:00:00.000000Z 7 [Warning] [MY-010055] [Server] IP address '10.1.2.3' could not "
      "be resolved: Name or service not known\n"
      "2024-05-01T11:30:00.000000Z 0 [Warning] [MY-010055] [Server] IP address '10.1.2.3' could not "
      "be resolved: Name or service not known\n"
      "2024-05-01T11:59:59.900000Z 5 [Warning] [MY-011068] [Server] The syntax 'x' is deprecated\n"
      "2024-05-01T12:00:00.000000Z 0 [System] [MY-010116] [Server] /usr/sbin/mysqld (mysqld 8.0.41) "
      "starting as process 1\n";
  g_autoptr(GalenLogRules) rules = facts_fixture_rules();
  FactsFixture fixture;
  facts_fixture_init(&fixture, rules);
  const GalenJournalInput *input = facts_fixture_read(&fixture, text, strlen(text));
  g_assert_cmpuint(input->facts->len, ==, 2);
  const GalenFact *first = g_ptr_array_index(input->facts, 0), *second = g_ptr_array_index(input->facts, 1);
  g_assert_cmpint(first->alive_wall, ==, GALEN_TIME_NONE);
  g_assert_cmpint(second->wall - second->alive_wall, ==, G_TIME_SPAN_HOUR);
  facts_fixture_clear(&fixture);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  facts_fixture_cases("/facts-process", cases, G_N_ELEMENTS(cases));
  g_test_add_func("/facts-process/alive", test_alive);
  return g_test_run();
}
