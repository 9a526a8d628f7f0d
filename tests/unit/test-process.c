/* Lives of server processes, and the lanes that come of them. */
#include "../../analyzer/cluster/history.h"
#include "journal-fixture.h"

static const GalenNode *only_node(const GalenHistory *history) {
  g_assert_cmpuint(history->nodes->len, ==, 1);
  return g_ptr_array_index(history->nodes, 0);
}

static const GalenProcess *process_at(const GalenNode *node, guint index) {
  g_assert_cmpuint(index, <, node->processes->len);
  return g_ptr_array_index(node->processes, index);
}

static GalenFact *start(JfPen *pen, double at) {
  return jf_text(pen, at, GALEN_FACT_PROCESS_START, "MariaDB", "10.11.19-MariaDB-log");
}

typedef struct {
  const char *name;
  GalenFactKind kinds[6]; /* between start and next start */
  GalenEnd end;
  const char *restart, *state; /* of the restart row; between the two lives */
} EndCase;

/* How a life ended, told by its own words and by the start that follows. */
static void test_ends(void) {
  static const EndCase cases[] = {
      {"clean",
       {GALEN_FACT_READY, GALEN_FACT_SHUTDOWN_BEGIN, GALEN_FACT_SHUTDOWN_END},
       GALEN_END_CLEAN,
       "clean",
       "DOWN"},
      {"killed", {GALEN_FACT_READY}, GALEN_END_KILL, "kill", "UNKNOWN"},
      {"crash", {GALEN_FACT_READY, GALEN_FACT_CRASH}, GALEN_END_CRASH, "crash", "DOWN"},
      {"abort", {GALEN_FACT_ABORTING}, GALEN_END_ABORT, "unknown", "DOWN"},
      {"abort of one that ran", {GALEN_FACT_READY, GALEN_FACT_ABORTING}, GALEN_END_ABORT, "crash", "DOWN"},
      {"abort, then its signal", {GALEN_FACT_REVERSING, GALEN_FACT_CRASH}, GALEN_END_ABORT, "unknown", "DOWN"},
      {"refused bootstrap", {GALEN_FACT_BOOTSTRAP_REFUSED, GALEN_FACT_ABORTING}, GALEN_END_ABORT, "unknown", "DOWN"},
      {"abort that shuts down", {GALEN_FACT_ABORTING, GALEN_FACT_SHUTDOWN_END}, GALEN_END_ABORT, "unknown", "DOWN"},
      {"voted out, stopped later",
       {GALEN_FACT_CONSISTENCY_LOST, GALEN_FACT_SHUTDOWN_BEGIN, GALEN_FACT_SHUTDOWN_END},
       GALEN_END_CLEAN,
       "clean",
       "DOWN"},
      {"a helper's end", {GALEN_FACT_SHUTDOWN_END, GALEN_FACT_READY}, GALEN_END_KILL, "kill", "UNKNOWN"},
      {"restarted by its service", {GALEN_FACT_READY, GALEN_FACT_RESTARTED}, GALEN_END_KILL, "kill", "UNKNOWN"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GalenJournal) journal = galen_journal_new();
    JfPen pen = jf_pen(journal, "e.log", "e");
    start(&pen, 10);
    for (guint k = 0; k < G_N_ELEMENTS(cases[i].kinds) && cases[i].kinds[k] != GALEN_FACT_NONE; k++)
      jf_add(&pen, 20 + k, cases[i].kinds[k]);
    start(&pen, 100);
    jf_add(&pen, 110, GALEN_FACT_READY);
    g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
    const GalenNode *node = only_node(history);
    g_test_message("%s", cases[i].name);
    g_assert_cmpuint(node->processes->len, ==, 2);
    g_assert_cmpint(process_at(node, 0)->end, ==, cases[i].end);
    g_assert_nonnull(process_at(node, 0)->end_fact);
    g_assert_cmpint(process_at(node, 1)->end, ==, GALEN_END_RUNNING);
    const GalenRestartRow *row = g_ptr_array_index(history->restarts, 0);
    g_assert_cmpstr(row->kind, ==, cases[i].restart);
    g_assert_cmpint(row->down == GALEN_TIME_NONE, ==, strcmp(cases[i].state, "UNKNOWN") == 0);
    const char *before = NULL;
    for (guint k = 0; k < node->states->len; k++) {
      const GalenStateSpan *span = &g_array_index(node->states, GalenStateSpan, k);
      if (span->to == JF_US(100))
        before = span->state;
    }
    g_assert_cmpstr(before, ==, cases[i].state);
  }
}

/* Lines that are missing end no life: a saved position says that it was stopped in order. */
static void test_gap(void) {
  for (guint saved = 0; saved < 2; saved++) {
    g_autoptr(GalenJournal) journal = galen_journal_new();
    JfPen pen = jf_pen(journal, "e.log", "e");
    start(&pen, 10);
    jf_add(&pen, 20, GALEN_FACT_READY);
    start(&pen, 100)->gap_before = TRUE;
    jf_position(&pen, 100, GALEN_FACT_SAVED_STATE, jf_uuid(0, 1), saved ? 7 : -1);
    g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
    g_assert_cmpint(process_at(only_node(history), 0)->end, ==, saved ? GALEN_END_UNKNOWN : GALEN_END_KILL);
  }
}

/* Runs that only recover a position are no lives, whether they have a log of their own or not. */
static void test_recover_runs(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "n/error.log", "n"), recover = jf_pen(journal, "n/recover.log", "n");
  GalenUuid group = jf_uuid(0, 1);
  jf_input(&recover)->kind = "recover-log";
  start(&pen, 10);
  jf_add(&pen, 11, GALEN_FACT_READY);
  start(&pen, 90); /* mysqld --wsrep-recover, into the same log */
  jf_add(&pen, 91, GALEN_FACT_RECOVER_RUN);
  jf_position(&pen, 91, GALEN_FACT_RECOVERED_POSITION, group, 42);
  start(&pen, 95);
  jf_position(&pen, 95, GALEN_FACT_SAVED_STATE, group, -1);
  jf_add(&pen, 96, GALEN_FACT_SHUTDOWN_BEGIN);
  jf_add(&pen, 97, GALEN_FACT_SHUTDOWN_END);
  jf_position(&recover, 190, GALEN_FACT_RECOVERED_POSITION, group, 50);
  start(&pen, 191);
  jf_position(&pen, 191, GALEN_FACT_SAVED_STATE, group, -1);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  const GalenNode *node = only_node(history);
  g_assert_cmpuint(node->processes->len, ==, 3);
  g_assert_cmpint(process_at(node, 0)->end, ==, GALEN_END_KILL);
  g_assert_cmpint(process_at(node, 0)->to, ==, JF_US(11));
  g_assert_cmpint(process_at(node, 1)->position_seqno, ==, 42);
  g_assert_cmpint(process_at(node, 1)->saved_seqno, ==, -1);
  g_assert_cmpint(process_at(node, 2)->position_seqno, ==, 50);
}

/* The last line of all shows a life, not only the last fact; behind it nothing is known. */
static void test_last_line(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "e.log", "e");
  start(&pen, 10);
  jf_add(&pen, 20, GALEN_FACT_READY);
  jf_input(&pen)->last_wall = JF_US(500);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  g_assert_cmpint(process_at(only_node(history), 0)->to, ==, JF_US(500));
  const GalenStateSpan *up = &g_array_index(only_node(history)->states, GalenStateSpan, 1);
  g_assert_cmpstr(up->state, ==, "UP");
  g_assert_cmpint(up->from, ==, JF_US(20));
  g_assert_cmpint(up->to, ==, JF_US(500));
}

/* A log that begins in the middle: its first state word says what was before. */
static void test_middle(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "e.log", "e"), other = jf_pen(journal, "f.log", "f");
  GalenUuid group = jf_uuid(0, 9);
  jf_input(&pen)->first_wall = JF_US(5);
  jf_state(&pen, 10, "SYNCED", "DONOR/DESYNCED", 7);
  jf_state(&pen, 20, "DONOR/DESYNCED", "JOINED", 8);
  jf_position(&pen, 20, GALEN_FACT_SAVED_STATE, group, 8);
  jf_state(&other, 2, "SYNCED", "OPEN", 8);
  jf_position(&other, 3, GALEN_FACT_SAVED_STATE, group, 8);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  const GalenNode *node = galen_history_node(history, "e");
  g_assert_null(process_at(node, 0)->start);
  static const struct {
    const char *state;
    double from;
  } expected[] = {{"UNKNOWN", 2}, {"SYNCED", 5}, {"DONOR", 10}, {"JOINED", 20}};
  g_assert_cmpuint(node->states->len, >=, G_N_ELEMENTS(expected));
  for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
    const GalenStateSpan *span = &g_array_index(node->states, GalenStateSpan, i);
    g_assert_cmpstr(span->state, ==, expected[i].state);
    g_assert_cmpint(span->from, ==, JF_US(expected[i].from));
  }
}

/* gcomm:// shows in a failed try, or by peers that a bootstrap did not have. */
static void test_empty_address(void) {
  for (guint peers = 0; peers < 2; peers++) {
    g_autoptr(GalenJournal) journal = galen_journal_new();
    JfPen pen = jf_pen(journal, "e.log", "e");
    GalenUuid group = jf_uuid(0, 1);
    jf_start(&pen, 5, "10.0.0.1", jf_uuid(5, 2), group, 7, 0, "10.0.0.2:,10.0.0.3:4567");
    jf_add(&pen, 6, GALEN_FACT_SHUTDOWN_BEGIN);
    jf_add(&pen, 6, GALEN_FACT_SHUTDOWN_END);
    jf_start(&pen, 10, "10.0.0.1", jf_uuid(10, 3), group, 7, 1, NULL);
    if (peers)
      jf_text(&pen, 10, GALEN_FACT_PENDING_PEER, NULL, "tcp://10.0.0.2:4567");
    g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
    const GalenProcess *process = process_at(only_node(history), 1);
    g_assert_nonnull(process->bootstrap);
    g_assert_cmpint(process->empty_address, ==, !peers);
    g_assert_cmpint(process->safe_to_bootstrap, ==, 1);
    g_assert_cmpstr(g_hash_table_lookup(process_at(only_node(history), 0)->options, "wsrep_cluster_address"), ==,
                    "gcomm://10.0.0.2,10.0.0.3:4567");
    const GalenClusterRow *cluster = g_ptr_array_index(history->clusters, 0);
    g_assert_cmpstr(cluster->name, ==, "shop");
    g_assert_cmpuint(cluster->configuration->len, ==, !peers);
    if (!peers) {
      const GalenConfigChange *change = g_ptr_array_index(cluster->configuration, 0);
      g_assert_cmpstr(change->option, ==, "wsrep_cluster_address");
      g_assert_cmpstr(change->after, ==, "gcomm://");
      g_assert_cmpint(change->time, ==, JF_US(10));
    }
  }
}

/* Options at each start, and what differs between nodes in the end. */
static void test_configuration(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  GalenUuid group = jf_uuid(0, 1);
  char uuid[GALEN_UUID_TEXT];
  g_autofree char *first = g_strdup_printf("%s:7", galen_uuid_write(&group, uuid));
  g_autofree char *second = g_strdup_printf("%s:8", uuid);
  JfPen a = jf_pen(journal, "a.log", "a"), b = jf_pen(journal, "b.log", "b");
  static const char *const lists[] = {
      "base_host = 10.0.0.1; gcache.size = 128M; pc.weight = 1; evs.x = 1",
      "base_host = 10.0.0.1; gcache.size = 1G; pc.weight = 1; socket.ssl_password = pw"};
  for (guint i = 0; i < 2; i++) {
    start(&a, 10 + 100 * i);
    jf_position(&a, 10 + 100 * i, GALEN_FACT_START_POSITION, group, 7 + i);
    jf_text(&a, 10 + 100 * i, GALEN_FACT_OPTIONS, NULL, lists[i]);
    jf_text(&a, 11 + 100 * i, GALEN_FACT_CONNECTING, "shop", "10.0.0.2,10.0.0.1");
    jf_add(&a, 12 + 100 * i, GALEN_FACT_SHUTDOWN_END);
  }
  start(&b, 10);
  jf_text(&b, 10, GALEN_FACT_OPTIONS, NULL, "base_host = 10.0.0.2; gcache.size = 128M; pc.weight = 2");
  jf_text(&b, 11, GALEN_FACT_CONNECTING, "shop", "10.0.0.1,10.0.0.2");
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  const GalenClusterRow *cluster = g_ptr_array_index(history->clusters, 0);
  const struct {
    const char *option, *before, *after;
  } changes[] = {{"evs.x", "1", NULL},
                 {"gcache.size", "128M", "1G"},
                 {"socket.ssl_password", NULL, "***"},
                 {GALEN_START_POSITION, first, second}};
  g_assert_cmpuint(cluster->configuration->len, ==, G_N_ELEMENTS(changes));
  for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
    const GalenConfigChange *row = g_ptr_array_index(cluster->configuration, i);
    g_assert_cmpstr(row->option, ==, changes[i].option);
    g_assert_cmpstr(row->before, ==, changes[i].before);
    g_assert_cmpstr(row->after, ==, changes[i].after);
    g_assert_cmpint(row->time, ==, JF_US(110));
  }
  static const char *const drift[] = {"gcache.size", "pc.weight"};
  g_assert_cmpuint(cluster->drift->len, ==, G_N_ELEMENTS(drift));
  for (guint i = 0; i < G_N_ELEMENTS(drift); i++)
    g_assert_cmpstr(((GalenConfigDrift *)g_ptr_array_index(cluster->drift, i))->option, ==, drift[i]);
}

/* The lane tells the first error of a start that failed, not its last word. */
static void test_start_error(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "e.log", "e");
  start(&pen, 10);
  GalenFact *error = jf_add(&pen, 11, GALEN_FACT_START_ERROR);
  g_free(error->text);
  error->text = g_strdup("2026-11-24T03:28:46.000000Z 0 [ERROR] [MY-010901] [Server] Can't open shared library 'x.so'");
  jf_text(&pen, 12, GALEN_FACT_TROUBLE, "start-engine-failed", "start-failure");
  jf_text(&pen, 13, GALEN_FACT_ABORTING, NULL, "Aborting");
  start(&pen, 100);
  jf_add(&pen, 110, GALEN_FACT_READY);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  const GalenNode *node = only_node(history);
  g_assert_true(galen_process_start_error(process_at(node, 0)) == error);
  g_assert_null(galen_process_start_error(process_at(node, 1)));
  gboolean told = FALSE;
  for (guint i = 0; i < node->states->len; i++)
    told = told || g_strcmp0(g_array_index(node->states, GalenStateSpan, i).reason,
                             "gave up: Can't open shared library 'x.so'") == 0;
  g_assert_true(told);
}

/* The same where the log begins while the first server runs. */
static void test_second_server_first(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "e.log", "e");
  jf_input(&pen)->first_wall = JF_US(5);
  start(&pen, 20)->instance = 1;
  jf_add(&pen, 23, GALEN_FACT_ABORTING)->instance = 1;
  jf_add(&pen, 50, GALEN_FACT_CRASH);
  start(&pen, 60);
  jf_add(&pen, 61, GALEN_FACT_READY);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  const GalenNode *node = only_node(history);
  g_assert_cmpuint(node->processes->len, ==, 3);
  g_assert_true(process_at(node, 0)->beside);
  g_assert_cmpint(process_at(node, 1)->from, ==, JF_US(5));
  g_assert_cmpint(process_at(node, 1)->end, ==, GALEN_END_CRASH);
  g_assert_cmpuint(history->restarts->len, ==, 1);
  g_assert_cmpstr(((const GalenRestartRow *)g_ptr_array_index(history->restarts, 0))->kind, ==, "crash");
}

/* Lines that are no facts show a killed server alive, when a connection wrote them. */
static void test_alive_until(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "e.log", "e");
  start(&pen, 10);
  jf_add(&pen, 11, GALEN_FACT_READY);
  start(&pen, 100)->alive_wall = JF_US(70);
  jf_add(&pen, 101, GALEN_FACT_READY);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  const GalenNode *node = only_node(history);
  g_assert_cmpint(process_at(node, 0)->end, ==, GALEN_END_KILL);
  g_assert_cmpint(process_at(node, 0)->to, ==, JF_US(70));
}

/* What lasts no time leaves no trace in the lane. */
static void test_momentary(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "e.log", "e");
  start(&pen, 10);
  jf_text(&pen, 10, GALEN_FACT_PROVIDER, "x", "4.23");
  jf_text(&pen, 20, GALEN_FACT_STATE, "JOINED", "SYNCED");
  jf_text(&pen, 30, GALEN_FACT_STATE, "SYNCED", "DONOR/DESYNCED");
  jf_text(&pen, 30, GALEN_FACT_STATE, "JOINED", "SYNCED");
  jf_text(&pen, 50, GALEN_FACT_STATE, "SYNCED", "OPEN");
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  const GalenNode *node = only_node(history);
  guint synced = 0;
  for (guint i = 0; i < node->states->len; i++) {
    const GalenStateSpan *span = &g_array_index(node->states, GalenStateSpan, i);
    synced += g_str_equal(span->state, "SYNCED");
    if (g_str_equal(span->state, "SYNCED"))
      g_assert_cmpint(span->to - span->from, ==, 30 * G_TIME_SPAN_SECOND);
  }
  g_assert_cmpuint(synced, ==, 1);
}

/* Each state says why: also those whose line does not. */
static void test_reasons(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "e.log", "e");
  start(&pen, 10);
  jf_text(&pen, 10, GALEN_FACT_PROVIDER, "x", "4.23");
  jf_text(&pen, 20, GALEN_FACT_STATE, "PRIMARY", "JOINER");
  jf_text(&pen, 25, GALEN_FACT_STATE, "JOINER", "JOINED");
  jf_text(&pen, 30, GALEN_FACT_STATE, "JOINED", "SYNCED");
  jf_text(&pen, 40, GALEN_FACT_STATE, "SYNCED", "DONOR/DESYNCED");
  jf_text(&pen, 50, GALEN_FACT_STATE, "JOINED", "SYNCED");
  jf_add(&pen, 60, GALEN_FACT_SHUTDOWN_BEGIN);
  jf_add(&pen, 61, GALEN_FACT_SHUTDOWN_END);
  start(&pen, 70);
  jf_add(&pen, 72, GALEN_FACT_READY);
  jf_add(&pen, 80, GALEN_FACT_CRASH)->number = 11;
  start(&pen, 90);
  jf_add(&pen, 91, GALEN_FACT_READY);
  start(&pen, 100);
  jf_add(&pen, 101, GALEN_FACT_READY);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  const GalenNode *node = only_node(history);
  static const char *const expected[] = {"STARTING started",
                                         "JOINER (null)",
                                         "JOINED has its state, catches up",
                                         "SYNCED caught up after the state transfer",
                                         "DONOR desynced",
                                         "SYNCED resynced",
                                         "DOWN shut down",
                                         "STARTING started after a shutdown",
                                         "UP ready for connections",
                                         "DOWN crashed with signal 11",
                                         "STARTING started after a crash",
                                         "UP ready for connections",
                                         "UNKNOWN killed, or lost its log, at some time from here on",
                                         "STARTING started after it was killed",
                                         "UP ready for connections"};
  for (guint i = 0; i < node->states->len; i++) {
    const GalenStateSpan *span = &g_array_index(node->states, GalenStateSpan, i);
    g_autofree char *text = g_strdup_printf("%s %s", span->state, span->reason);
    g_assert_cmpuint(i, <, G_N_ELEMENTS(expected));
    g_assert_cmpstr(text, ==, expected[i]);
  }
  g_assert_cmpuint(node->states->len, ==, G_N_ELEMENTS(expected));
}

/* Another version at a start is said, also of a server without a cluster. */
static void test_other_version(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "e.log", "e");
  static const char *const versions[] = {"8.0.30", "8.0.41", "8.0.41"};
  static const char *const expected[] = {"started", "started after a shutdown, with version 8.0.41 instead of 8.0.30",
                                         "started after a shutdown"};
  for (guint i = 0; i < G_N_ELEMENTS(versions); i++) {
    jf_text(&pen, 10 + 20 * i, GALEN_FACT_PROCESS_START, "MySQL", versions[i]);
    jf_add(&pen, 11 + 20 * i, GALEN_FACT_READY);
    jf_add(&pen, 12 + 20 * i, GALEN_FACT_SHUTDOWN_BEGIN);
    jf_add(&pen, 13 + 20 * i, GALEN_FACT_SHUTDOWN_END);
  }
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  guint starts = 0;
  for (guint i = 0; i < only_node(history)->states->len; i++) {
    const GalenStateSpan *span = &g_array_index(only_node(history)->states, GalenStateSpan, i);
    if (!g_str_equal(span->state, "STARTING"))
      continue;
    g_assert_cmpuint(starts, <, G_N_ELEMENTS(expected));
    g_assert_cmpstr(span->reason, ==, expected[starts]);
    starts++;
  }
  g_assert_cmpuint(starts, ==, 3);
}

/* What garbd calls a transfer gives it nothing. */
static void test_arbitrator(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "garb.log", "garb");
  jf_text(&pen, 10, GALEN_FACT_PROCESS_START, "garbd", NULL);
  jf_text(&pen, 11, GALEN_FACT_STATE, "OPEN", "PRIMARY");
  jf_text(&pen, 12, GALEN_FACT_DONOR_SELECTED, "garb", "n1");
  jf_text(&pen, 12, GALEN_FACT_STATE, "PRIMARY", "JOINER");
  jf_text(&pen, 13, GALEN_FACT_STATE, "JOINER", "JOINED");
  jf_text(&pen, 14, GALEN_FACT_STATE, "JOINED", "SYNCED");
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  const GalenNode *node = galen_history_node(history, "garb");
  g_assert_true(node->arbitrator);
  static const char *const expected[] = {"started", "in the primary component", "joins: an arbitrator receives no data",
                                         "joined", "joined"};
  for (guint i = 0; i < G_N_ELEMENTS(expected); i++)
    g_assert_cmpstr(g_array_index(node->states, GalenStateSpan, i).reason, ==, expected[i]);
  for (guint i = 0; i < history->clusters->len; i++)
    g_assert_cmpuint(((GalenClusterRow *)g_ptr_array_index(history->clusters, i))->transfers->len, ==, 0);
}

/* Words are what follows time, labels and the place in the source. */
static void test_words(void) {
  static const struct {
    const char *text, *words;
  } cases[] = {
      {"2026-11-24  3:28:44 0 [ERROR] Aborting", "Aborting"},
      {"2023-01-01T12:00:00.123456Z 0 [ERROR] [MY-010119] [Server] Aborting", "Aborting"},
      {"2026-11-24  3:05:25 0 [ERROR] WSREP: ./gcs/src/gcs_group.cpp:gcs_group_handle_join_msg():1225: Will never "
       "receive state. Need to abort.",
       "Will never receive state. Need to abort."},
      {"2026-11-24  3:05:25 0 [ERROR] WSREP: call to f():7 failed", "call to f():7 failed"},
      {NULL, ""},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    g_assert_cmpstr(galen_text_words(cases[i].text), ==, cases[i].words);
}

/* A second server on the data of one that runs gives up; lines between name no server. */
static void test_second_server(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "e.log", "e");
  start(&pen, 10);
  jf_add(&pen, 11, GALEN_FACT_READY);
  start(&pen, 20)->instance = 1;
  jf_text(&pen, 21, GALEN_FACT_TROUBLE, "start-datadir-in-use", "start-failure")->instance = GALEN_INSTANCE_UNKNOWN;
  jf_text(&pen, 22, GALEN_FACT_TROUBLE, "disk-full", "disk-full")->instance = GALEN_INSTANCE_UNKNOWN;
  jf_add(&pen, 23, GALEN_FACT_ABORTING)->instance = 1;
  jf_add(&pen, 50, GALEN_FACT_CRASH);
  start(&pen, 60);
  jf_add(&pen, 61, GALEN_FACT_READY);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  const GalenNode *node = only_node(history);
  g_assert_cmpuint(node->processes->len, ==, 3);
  const GalenProcess *host = process_at(node, 0), *second = process_at(node, 1);
  g_assert_true(!host->beside && second->beside && !process_at(node, 2)->beside);
  g_assert_cmpint(host->end, ==, GALEN_END_CRASH);
  const GalenFact *own = g_ptr_array_index(node->facts, second->first + 1);
  g_assert_cmpstr(own->name, ==, "start-datadir-in-use");
  gboolean full = FALSE;
  for (guint i = host->first; i <= host->last; i++)
    full = full || g_strcmp0(((const GalenFact *)g_ptr_array_index(node->facts, i))->name, "disk-full") == 0;
  g_assert_true(full);
  /* the running server stays up, and is restarted once */
  g_assert_cmpuint(history->restarts->len, ==, 1);
  const GalenRestartRow *row = g_ptr_array_index(history->restarts, 0);
  g_assert_cmpstr(row->kind, ==, "crash");
  g_assert_cmpint(row->down, ==, 10 * G_TIME_SPAN_SECOND);
  for (guint i = 0; i < node->states->len; i++) {
    const GalenStateSpan *span = &g_array_index(node->states, GalenStateSpan, i);
    if (span->from <= JF_US(23) && span->to > JF_US(23))
      g_assert_cmpstr(span->state, ==, "UP");
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/process/ends", test_ends);
  g_test_add_func("/process/gap", test_gap);
  g_test_add_func("/process/recover-runs", test_recover_runs);
  g_test_add_func("/process/last-line", test_last_line);
  g_test_add_func("/process/middle", test_middle);
  g_test_add_func("/process/empty-address", test_empty_address);
  g_test_add_func("/process/configuration", test_configuration);
  g_test_add_func("/process/second-server", test_second_server);
  g_test_add_func("/process/start-error", test_start_error);
  g_test_add_func("/process/momentary", test_momentary);
  g_test_add_func("/process/reasons", test_reasons);
  g_test_add_func("/process/arbitrator", test_arbitrator);
  g_test_add_func("/process/other-version", test_other_version);
  g_test_add_func("/process/words", test_words);
  g_test_add_func("/process/second-server-first", test_second_server_first);
  g_test_add_func("/process/alive-until", test_alive_until);
  return g_test_run();
}
