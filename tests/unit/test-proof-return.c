/* Histories that come back, and servers that do not. */
#include "proof-fixture.h"

/* node3 bootstraps alone from 150 and stops at 180; the others go on (CC 153). */
static World *forked(const char *muted) {
  World *w = pf_world(3, muted);
  pf_cluster(w);
  pf_miss(w, 50, "12", "3");
  pf_miss(w, 50, "3", "12");
  pf_view(w, 56, (View){.members = "12", .gone = "3", .seq = 4, .act = 152, .conf = 3});
  pf_view(w, 56, (View){.members = "3", .gone = "12", .seq = 4, .act = 150, .non_primary = TRUE});
  pf_stop(w, 3, 60, "", 150);
  pf_start(w, 3, 66, 150, 1, FALSE);
  pf_view(w, 66, (View){.members = "3", .seq = 1, .act = 150, .conf = 0});
  pf_ready(w, 3, 66, 151);
  pf_stop(w, 3, 90, "", 180);
  return w;
}

static World *short_loser(const char *muted) {
  World *w = forked(muted);
  pf_start(w, 3, 100, 180, 1, TRUE);
  pf_view(w, 101, (View){.members = "123", .seq = 5, .act = 400, .conf = 4});
  pf_transfer(w, 102, 1, 3, FALSE, 180, 401);
  return w;
}

static void test_hidden(void) {
  World *w = short_loser("");
  GalenHistory *history = pf_judge(w);
  g_assert_cmpuint(history->incidents->len, ==, 2);
  const GalenIncident *root = pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN);
  const GalenIncident *hidden = pf_find(history, GALEN_INCIDENT_HIDDEN_DIVERGENCE);
  g_assert_nonnull(root);
  g_assert_nonnull(hidden);
  g_assert_cmpstr(pf_range(root, "node3")->fate, ==, "merged-by-ist");
  g_assert_cmpstr(pf_range(root, "node1")->fate, ==, "survivor");
  g_assert_true(pf_has(hidden->rules, "R8"));
  g_assert_true(pf_has(hidden->suspects, "node3"));
  g_assert_cmpint(hidden->confidence, ==, GALEN_PROVEN);
  g_assert_true(hidden->ongoing);
  pf_assert_near(hidden->from, 102, 1);
  pf_free(w, history);
}

/* Who took a copy of the suspect is one, too; a full copy from a clean node ends it. */
static void test_hidden_spreads(void) {
  World *w = short_loser("");
  pf_stop(w, 2, 120, "13", 450);
  pf_view(w, 120, (View){.members = "13", .gone = "2", .seq = 6, .act = 450, .conf = 5});
  pf_start(w, 2, 125, -1, 1, TRUE);
  pf_view(w, 126, (View){.members = "123", .seq = 7, .act = 460, .conf = 6});
  pf_transfer(w, 127, 3, 2, TRUE, 0, 461);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *hidden = pf_find(history, GALEN_INCIDENT_HIDDEN_DIVERGENCE);
  g_assert_nonnull(hidden);
  g_assert_true(pf_has(hidden->suspects, "node2"));
  g_assert_false(pf_has(hidden->suspects, "node1"));
  pf_free(w, history);
}

static void test_vote_after_fork(void) {
  World *w = short_loser("");
  JfPen *pen = &w->pen[3];
  GalenFact *vote = jf_position(pen, 120, GALEN_FACT_VOTE, w->group, 450);
  vote->name = g_strdup("node3");
  vote->flag = TRUE;
  jf_position(pen, 120, GALEN_FACT_INCONSISTENT, w->group, 450);
  jf_add(pen, 120, GALEN_FACT_CONSISTENCY_LOST);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *voted = pf_find(history, GALEN_INCIDENT_NODE_INCONSISTENT);
  g_assert_nonnull(voted);
  g_assert_cmpuint(pf_count(history, GALEN_INCIDENT_NODE_INCONSISTENT), ==, 1);
  g_assert_true(pf_has(voted->rules, "R10"));
  g_assert_nonnull(strstr(voted->cause, "fork"));
  pf_assert_near(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN)->contaminated_until, 120, 1);
  pf_free(w, history);
}

static void test_vote_alone(void) {
  World *w = pf_world(3, "");
  pf_cluster(w);
  JfPen *pen = &w->pen[3];
  jf_position(pen, 60, GALEN_FACT_VOTE, w->group, 450)->flag = TRUE;
  jf_position(pen, 60, GALEN_FACT_INCONSISTENT, w->group, 450);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *voted = pf_find(history, GALEN_INCIDENT_NODE_INCONSISTENT);
  g_assert_nonnull(voted);
  g_assert_false(pf_has(voted->rules, "R10"));
  g_assert_null(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN));
  g_assert_null(strstr(voted->cause, "room"));
  pf_free(w, history);
}

/* A node whose disk is full fails alone: no data was different. */
static void test_vote_full_disk(void) {
  World *w = pf_world(3, "");
  pf_cluster(w);
  JfPen *pen = &w->pen[3];
  jf_text(pen, 59, GALEN_FACT_TROUBLE, "disk-full", "disk-full");
  jf_position(pen, 60, GALEN_FACT_VOTE, w->group, 450)->flag = TRUE;
  jf_position(pen, 60, GALEN_FACT_INCONSISTENT, w->group, 450);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *voted = pf_find(history, GALEN_INCIDENT_NODE_INCONSISTENT);
  g_assert_nonnull(voted);
  g_assert_nonnull(strstr(voted->cause, "no room on its disk"));
  pf_free(w, history);
}

/* R9: without node3's log its claim to 180 is odd, for CC 153 was without it. */
static void test_impossible(void) {
  World *w = short_loser("3");
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_HIDDEN_DIVERGENCE);
  g_assert_nonnull(one);
  g_assert_cmpint(one->confidence, ==, GALEN_POSSIBLE);
  g_assert_true(pf_has(one->rules, "R9"));
  g_assert_null(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN));
  pf_free(w, history);
}

static void refuse(World *w, double at, gint64 has, gint64 group) {
  pf_start(w, 3, at, has, 1, TRUE);
  GalenFact *fact = pf_fact(w, 3, at + 1, GALEN_FACT_REVERSING);
  fact->seqno = has;
  fact->last = group;
  fact->number = (gint32)(has - group);
  pf_text(w, 3, at + 1, GALEN_FACT_ABORTING, NULL, "Aborting");
}

static void test_long_loser(void) {
  World *w = forked("");
  refuse(w, 100, 180, 160);
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "split-brain(proven):node1,node2,node3");
  const GalenIncident *root = history->incidents->pdata[0];
  g_assert_true(pf_has(root->rules, "R7"));
  g_assert_cmpstr(pf_range(root, "node3")->fate, ==, "aborted");
  g_assert_true(pf_has(root->suspects, "node3"));
  pf_free(w, history);
}

static void test_refused_alone(void) {
  World *w = pf_world(3, "");
  pf_cluster(w);
  pf_stop(w, 3, 50, "12", 40);
  pf_view(w, 50, (View){.members = "12", .gone = "3", .seq = 4, .act = 40, .conf = 3});
  refuse(w, 100, 180, 160);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_DATA_LOSS);
  g_assert_nonnull(one);
  g_assert_true(pf_has(one->rules, "R7"));
  g_assert_null(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN));
  g_assert_null(pf_find(history, GALEN_INCIDENT_START_FAILURE));
  pf_free(w, history);
}

/* node3 is stopped at 100; the others reach 300 and are killed; node3 is bootstrapped, `ahead` or behind. */
static World *stale(const char *muted, gboolean ahead) {
  World *w = pf_world(3, muted);
  pf_cluster(w);
  pf_stop(w, 3, 50, "12", 100);
  pf_view(w, 50, (View){.members = "12", .gone = "3", .seq = 4, .act = 100, .conf = 3});
  w->up[1] = w->up[2] = FALSE;
  pf_start(w, 3, 80, ahead ? 400 : 100, 1, FALSE);
  pf_view(w, 81, (View){.members = "3", .seq = 1, .act = ahead ? 400 : 100, .conf = 0});
  pf_ready(w, 3, 81, ahead ? 401 : 101);
  for (guint node = 1; node <= 2; node++) {
    pf_start(w, node, 100 + 10 * node, -1, 0, TRUE);
    if (pf_pen(w, node) != NULL) {
      jf_position(&w->pen[node], 100 + 10 * node, GALEN_FACT_RECOVERED_POSITION, w->group, 300);
      pf_started_at(w, node, 300);
    }
    pf_view(w, 101 + 10 * node,
            (View){.members = node == 1 ? "13" : "123", .seq = 1 + node, .act = 410 + node, .conf = node});
    pf_transfer(w, 102 + 10 * node, 3, node, TRUE, 0, 411 + node);
  }
  return w;
}

static void test_stale(void) {
  World *w = stale("", FALSE);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_DATA_LOSS);
  g_assert_nonnull(one);
  g_assert_cmpint(one->confidence, ==, GALEN_PROVEN);
  g_assert_true(pf_has(one->rules, "R5"));
  g_assert_cmpint(one->common_seqno, ==, 100);
  g_assert_true(pf_has(one->nodes, "node3"));
  const GalenRange *lost = pf_range(one, "node1");
  g_assert_cmpint(lost->first_seqno, ==, 101);
  g_assert_cmpint(lost->last_seqno, ==, 300);
  g_assert_cmpstr(lost->fate, ==, "discarded-by-sst");
  g_assert_cmpstr(pf_range(one, "node3")->fate, ==, "survivor");
  g_assert_null(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN)); /* a killed node's silence is not life */
  pf_free(w, history);
}

static void test_not_stale(void) {
  World *w = stale("", TRUE);
  GalenHistory *history = pf_judge(w);
  g_assert_null(pf_find(history, GALEN_INCIDENT_DATA_LOSS));
  g_assert_null(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN));
  pf_free(w, history);
}

/* node3 itself was killed, bootstrapped by force, and nothing is known of the others. */
static void test_unsafe(void) {
  World *w = pf_world(3, "12");
  pf_cluster(w);
  pf_start(w, 3, 80, -1, 1, FALSE);
  jf_position(&w->pen[3], 80, GALEN_FACT_CRASH_RECOVERY, w->group, GALEN_SEQNO_NONE);
  jf_position(&w->pen[3], 80, GALEN_FACT_RECOVERED_POSITION, w->group, 100);
  pf_view(w, 81, (View){.members = "3", .seq = 1, .act = 100, .conf = 0});
  pf_ready(w, 3, 81, 101);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_UNSAFE_BOOTSTRAP);
  g_assert_nonnull(one);
  g_assert_cmpint(one->confidence, !=, GALEN_PROVEN);
  g_assert_cmpuint(one->needs->len, >, 0);
  pf_free(w, history);
}

static void test_all_down(void) {
  World *w = pf_world(3, "");
  pf_cluster(w);
  for (guint node = 1; node <= 3; node++) {
    pf_start(w, node, 70 + node, -1, 0, TRUE);
    jf_position(&w->pen[node], 70 + node, GALEN_FACT_RECOVERED_POSITION, w->group, 60);
    pf_fact(w, node, 70 + node, GALEN_FACT_PC_RESTORED)->flag = TRUE;
  }
  pf_view(w, 75, (View){.members = "123", .seq = 4, .act = 60, .conf = 3});
  for (guint node = 1; node <= 3; node++)
    pf_ready(w, node, 76, 61);
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "cluster-down(proven):node1,node2,node3");
  pf_assert_near(((GalenIncident *)history->incidents->pdata[0])->to, 75, 1);
  pf_free(w, history);
}

static void test_killed(void) {
  World *w = pf_world(3, "");
  pf_cluster(w);
  pf_miss(w, 60, "13", "2");
  pf_view(w, 66, (View){.members = "13", .gone = "2", .seq = 4, .act = 90, .conf = 3});
  pf_start(w, 2, 75, -1, 0, TRUE);
  pf_view(w, 76, (View){.members = "123", .seq = 5, .act = 120, .conf = 4});
  pf_transfer(w, 77, 1, 2, FALSE, 90, 121);
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "node-crash(proven):node2");
  pf_assert_near(((GalenIncident *)history->incidents->pdata[0])->from, 60, 1);
  pf_assert_near(((GalenIncident *)history->incidents->pdata[0])->to, 79, 1);
  pf_free(w, history);
}

/* One server without a cluster: `n` starts that abort for reasons. */
static World *failing(guint n, const char *const *reasons) {
  World *w = pf_world(1, "");
  for (guint i = 0; i < n; i++) {
    jf_text(&w->pen[1], 10 + 2.0 * i, GALEN_FACT_PROCESS_START, "MariaDB", "10.11.19-MariaDB")->number =
        (gint32)(100 + i);
    jf_text(&w->pen[1], 10 + 2.0 * i, GALEN_FACT_ABORTING, NULL, reasons[i]);
  }
  jf_text(&w->pen[1], 40, GALEN_FACT_PROCESS_START, "MariaDB", "10.11.19-MariaDB")->number = 99;
  jf_add(&w->pen[1], 41, GALEN_FACT_READY)->number = 3306;
  return w;
}

static void test_start_failure(void) {
  static const char *const reasons[] = {"unknown variable", "must be writable", "Out of memory",
                                        "Address already in use"};
  World *w = failing(4, reasons);
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "start-failure(proven):node1");
  const GalenIncident *incident = history->incidents->pdata[0];
  pf_assert_near(incident->from, 10, 1);
  /* every reason, once, without time and labels */
  const char *last = incident->cause;
  for (guint i = 0; i < G_N_ELEMENTS(reasons); i++) {
    last = strstr(last, reasons[i]);
    g_assert_nonnull(last);
  }
  g_assert_null(strstr(incident->cause, "[ERROR]"));
  pf_free(w, history);
}

/* The advice of the rule that knows the decisive line, before what is true of every start; with its title where there are
 * several reasons. */
static void test_start_advice(void) {
  static const char *const words[][3] = {
      {"port", "The port is in use", "Find it with ss."},
      {"typo", "An unknown option", "Correct it."},
      {"port", "The port is in use", "Find it with ss."},
  };
  for (guint several = 0; several < 2; several++) {
    World *w = pf_world(1, "");
    for (guint i = 0; i < 3; i++) {
      const char *const *word = words[several ? i : 0];
      jf_text(&w->pen[1], 10 + 200.0 * i, GALEN_FACT_PROCESS_START, "MariaDB", "10.11.19-MariaDB")->number = 100;
      GalenFact *error = jf_text(&w->pen[1], 11 + 200.0 * i, GALEN_FACT_START_ERROR, word[0], NULL);
      error->title = word[1];
      error->advice = word[2];
      error->cause = "Because.";
      jf_text(&w->pen[1], 12 + 200.0 * i, GALEN_FACT_ABORTING, NULL, "Aborting");
    }
    GalenHistory *history = pf_judge(w);
    const GalenIncident *one = history->incidents->pdata[0];
    g_assert_cmpstr(one->advice->pdata[0], ==, several ? "The port is in use: Find it with ss." : "Find it with ss.");
    g_assert_cmpint(g_strcmp0(one->advice->pdata[1], "An unknown option: Correct it.") == 0, ==, several);
    g_assert_cmpint(g_str_has_suffix(one->verdict, " Because."), ==, !several);
    pf_free(w, history);
  }
}

static const GalenStateSpan *span_at(const GalenHistory *history, const char *node, double at) {
  const GalenNode *found = galen_history_node(history, node);
  for (guint i = 0; i < found->states->len; i++) {
    const GalenStateSpan *span = &g_array_index(found->states, GalenStateSpan, i);
    if (span->from <= JF_US(at) && span->to > JF_US(at))
      return span;
  }
  g_assert_not_reached();
}

/* A killed node was in sync as long as its slow log goes on; behind that nothing is known. */
static void test_slow_log_life(void) {
  World *w = pf_world(3, "");
  pf_cluster(w);
  pf_start(w, 2, 75, -1, 0, TRUE);
  pf_view(w, 76, (View){.members = "123", .seq = 5, .act = 120, .conf = 4});
  pf_transfer(w, 77, 1, 2, FALSE, 90, 121);
  GalenActivity mine = {"node2", JF_US(20), JF_US(60)}, later = {"node2", JF_US(80), JF_US(90)},
                other = {"node1", JF_US(20), JF_US(70)};
  g_autoptr(GPtrArray) activity = g_ptr_array_new();
  g_ptr_array_add(activity, &other);
  g_ptr_array_add(activity, &later);
  g_ptr_array_add(activity, &mine);
  GalenHistory *history = galen_history_new(w->journal, NULL);
  galen_history_judge(history, activity);
  const GalenStateSpan *alive = span_at(history, "node2", 59), *dark = span_at(history, "node2", 61);
  g_assert_cmpstr(alive->state, ==, "SYNCED");
  g_assert_cmpint(alive->to, ==, JF_US(60));
  g_assert_cmpstr(dark->state, ==, "UNKNOWN");
  g_assert_cmpint(dark->from, ==, JF_US(60));
  const GalenNode *node = galen_history_node(history, "node2");
  for (guint i = 0; i < node->marks->len; i++) {
    const GalenMark *mark = &g_array_index(node->marks, GalenMark, i);
    g_assert_true(!g_str_equal(mark->kind, "kill") || mark->time == JF_US(60));
  }
  pf_free(w, history);
}

/* A rotation between the first server's run and the newcomer's: `more` lines of the first server follow, or none. */
static void second_server_after_rotation(guint more) {
  World *w = g_new0(World, 1);
  w->journal = galen_journal_new();
  w->n = 1;
  w->pen[1] = jf_pen(w->journal, "a/error.log.1", "db1");
  JfPen pen = jf_pen(w->journal, "a/error.log", "db1");
  jf_text(&w->pen[1], 0, GALEN_FACT_PROCESS_START, "MariaDB", "10.11.19-MariaDB")->number = 9;
  jf_add(&w->pen[1], 1, GALEN_FACT_READY)->number = 3306;
  jf_text(&pen, 20, GALEN_FACT_PROCESS_START, "MariaDB", "10.11.19-MariaDB")->instance = 1;
  GalenFact *lock = jf_text(&pen, 21, GALEN_FACT_TROUBLE, "start-datadir-in-use", "start-failure");
  lock->instance = GALEN_INSTANCE_UNKNOWN;
  lock->level = GALEN_LEVEL_ERROR;
  jf_text(&pen, 50, GALEN_FACT_ABORTING, NULL, "Aborting")->instance = 1;
  if (more > 0) {
    jf_add(&pen, 200, GALEN_FACT_SHUTDOWN_BEGIN);
    jf_add(&pen, 201, GALEN_FACT_SHUTDOWN_END);
  }
  if (more > 1) {
    jf_text(&pen, 300, GALEN_FACT_PROCESS_START, "MariaDB", "10.11.19-MariaDB")->number = 10;
    jf_add(&pen, 301, GALEN_FACT_READY)->number = 3306;
  }
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "start-failure(proven):db1");
  const GalenIncident *one = history->incidents->pdata[0];
  g_assert_nonnull(strstr(one->title, "second server"));
  pf_assert_near(one->to, 50, 1);
  g_assert_cmpstr(span_at(history, "db1", 30)->state, ==, "UP");
  g_assert_cmpstr(span_at(history, "db1", 49)->state, ==, "UP");
  g_assert_cmpuint(history->restarts->len, ==, more > 1);
  if (more > 0)
    g_assert_cmpstr(span_at(history, "db1", 199)->state, ==, "UP");
  if (more > 1)
    g_assert_cmpstr(((GalenRestartRow *)history->restarts->pdata[0])->kind, ==, "clean");
  pf_free(w, history);
}

static void test_second_server_rotated(void) {
  for (guint more = 0; more <= 2; more++)
    second_server_after_rotation(more);
}

/* Without the lock, or with a shutdown before it, it is a start of its own. */
static void test_no_second_server(void) {
  for (guint round = 0; round < 2; round++) {
    World *w = g_new0(World, 1);
    w->journal = galen_journal_new();
    w->n = 1;
    w->pen[1] = jf_pen(w->journal, "a/error.log.1", "db1");
    JfPen pen = jf_pen(w->journal, "a/error.log", "db1");
    jf_text(&w->pen[1], 0, GALEN_FACT_PROCESS_START, "MariaDB", "10.11.19-MariaDB")->number = 9;
    jf_add(&w->pen[1], 1, GALEN_FACT_READY)->number = 3306;
    if (round == 1) {
      jf_add(&w->pen[1], 10, GALEN_FACT_SHUTDOWN_BEGIN);
      jf_add(&w->pen[1], 11, GALEN_FACT_SHUTDOWN_END);
    }
    jf_text(&pen, 20, GALEN_FACT_PROCESS_START, "MariaDB", "10.11.19-MariaDB")->number = 10;
    jf_text(&pen, 21, GALEN_FACT_TROUBLE, round == 0 ? "start-port-in-use" : "start-datadir-in-use", "start-failure")
        ->level = GALEN_LEVEL_ERROR;
    jf_text(&pen, 22, GALEN_FACT_ABORTING, NULL, "Aborting");
    GalenHistory *history = pf_judge(w);
    pf_assert_only(history, "start-failure(proven):db1");
    g_assert_null(strstr(((GalenIncident *)history->incidents->pdata[0])->title, "second server"));
    pf_free(w, history);
  }
}

/* Ids do not depend on the folders that logs lie in, and are told apart when two servers write the same. */
static void test_ids(void) {
  char *ids[2][2];
  for (guint round = 0; round < 2; round++) {
    World *w = g_new0(World, 1);
    w->journal = galen_journal_new();
    w->n = 2;
    for (guint node = 1; node <= 2; node++) {
      g_autofree char *path = g_strdup_printf("%c/e.log", (int)('a' + 2 * round + node));
      g_autofree char *folder = g_strdup_printf("%c", (int)('a' + 2 * round + node));
      w->pen[node] = jf_pen(w->journal, path, folder);
      jf_text(&w->pen[node], 0, GALEN_FACT_PROCESS_START, "MariaDB", "10.11.19-MariaDB")->number = 1;
      jf_add(&w->pen[node], 1, GALEN_FACT_READY)->number = 3306;
      jf_text(&w->pen[node], 20, GALEN_FACT_TROUBLE, "disk-full", "disk-full");
    }
    GalenHistory *history = pf_judge(w);
    g_assert_cmpuint(history->incidents->len, ==, 2);
    for (guint i = 0; i < 2; i++)
      ids[round][i] = g_strdup(((GalenIncident *)history->incidents->pdata[i])->id);
    pf_free(w, history);
  }
  g_assert_cmpstr(ids[0][0], !=, ids[0][1]);
  for (guint i = 0; i < 2; i++) {
    g_assert_cmpstr(ids[0][i], ==, ids[1][i]);
    g_free(ids[0][i]);
    g_free(ids[1][i]);
  }
}

/* A second server on the data of one that runs is told apart from a start of its own, and ends with its own last line. */
static void test_second_server(void) {
  World *w = pf_world(1, "");
  jf_text(&w->pen[1], 0, GALEN_FACT_PROCESS_START, "MariaDB", "10.11.19-MariaDB")->number = 9;
  jf_add(&w->pen[1], 1, GALEN_FACT_READY)->number = 3306;
  jf_text(&w->pen[1], 20, GALEN_FACT_PROCESS_START, "MariaDB", "10.11.19-MariaDB")->instance = 1;
  GalenFact *error = jf_add(&w->pen[1], 21, GALEN_FACT_START_ERROR);
  error->instance = 1;
  g_free(error->text);
  error->text = g_strdup("2026-11-24  3:28:51 0 [ERROR] InnoDB: Unable to lock ./ibdata1 error: 11");
  jf_text(&w->pen[1], 50, GALEN_FACT_ABORTING, NULL, "Aborting")->instance = 1;
  jf_add(&w->pen[1], 200, GALEN_FACT_SHUTDOWN_BEGIN);
  jf_add(&w->pen[1], 201, GALEN_FACT_SHUTDOWN_END);
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "start-failure(proven):node1");
  const GalenIncident *incident = history->incidents->pdata[0];
  pf_assert_near(incident->from, 20, 1);
  pf_assert_near(incident->to, 50, 1);
  g_assert_cmpstr(incident->cause, ==, "InnoDB: Unable to lock ./ibdata1 error: 11");
  g_assert_nonnull(strstr(incident->title, "second server"));
  pf_free(w, history);
}

static void test_restart_loop(void) {
  static const char *const reasons[] = {"bad option 1", "bad option 2", "bad option 3"};
  World *w = failing(3, reasons);
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "restart-loop(proven):node1");
  pf_free(w, history);
  w = failing(2, reasons);
  history = pf_judge(w);
  pf_assert_only(history, "start-failure(proven):node1");
  pf_free(w, history);
}

static void test_troubles(void) {
  World *w = pf_world(1, "");
  jf_text(&w->pen[1], 0, GALEN_FACT_PROCESS_START, "MariaDB", "10.11.19-MariaDB")->number = 9;
  jf_add(&w->pen[1], 1, GALEN_FACT_READY)->number = 3306;
  jf_text(&w->pen[1], 10, GALEN_FACT_TROUBLE, "innodb-page-corrupt", "corruption");
  jf_text(&w->pen[1], 11, GALEN_FACT_TROUBLE, "innodb-page-corrupt", "corruption");
  jf_text(&w->pen[1], 20, GALEN_FACT_TROUBLE, "disk-full", "disk-full")->instance = GALEN_INSTANCE_UNKNOWN;
  GalenFact *stopped = jf_text(&w->pen[1], 30, GALEN_FACT_REPLICATION, "", "Duplicate entry");
  stopped->number = 1062;
  jf_text(&w->pen[1], 50, GALEN_FACT_REPLICATION, "", "started")->flag = TRUE;
  jf_text(&w->pen[1], 60, GALEN_FACT_FLOW_CONTROL, NULL, "hard limit")->flag = TRUE;
  GalenFact *crash = jf_text(&w->pen[1], 70, GALEN_FACT_CRASH, NULL, "SELECT ?");
  crash->number = 11;
  GalenHistory *history = pf_judge(w);
  g_assert_cmpuint(history->incidents->len, ==, 5);
  g_assert_cmpint(((GalenIncident *)history->incidents->pdata[0])->kind, ==, GALEN_INCIDENT_CORRUPTION);
  const GalenIncident *replication = pf_find(history, GALEN_INCIDENT_REPLICATION_STOPPED);
  g_assert_nonnull(replication);
  pf_assert_near(replication->from, 30, 1);
  pf_assert_near(replication->to, 50, 1);
  g_assert_nonnull(pf_find(history, GALEN_INCIDENT_DISK_FULL));
  g_assert_nonnull(pf_find(history, GALEN_INCIDENT_FLOW_CONTROL));
  const GalenIncident *crashed = pf_find(history, GALEN_INCIDENT_NODE_CRASH);
  g_assert_nonnull(crashed);
  g_assert_nonnull(strstr(crashed->cause, "SELECT ?"));
  pf_free(w, history);
}

static GalenFact *group_fact(JfPen *pen, double at, GalenFactKind kind, const char *value, gboolean flag) {
  GalenFact *fact = jf_text(pen, at, kind, NULL, value);
  fact->flag = flag;
  return fact;
}

static void test_group(void) {
  World *w = pf_world(2, "");
  for (guint node = 1; node <= 2; node++) {
    jf_text(&w->pen[node], 0, GALEN_FACT_PROCESS_START, "MySQL", "8.4.3")->number = (gint32)(10 + node);
    jf_add(&w->pen[node], 1, GALEN_FACT_READY)->number = 3306;
  }
  group_fact(&w->pen[1], 5, GALEN_FACT_GR_STATE, "ONLINE", FALSE);
  group_fact(&w->pen[1], 20, GALEN_FACT_GR_MAJORITY, NULL, FALSE);
  group_fact(&w->pen[1], 30, GALEN_FACT_GR_MAJORITY, NULL, TRUE);
  group_fact(&w->pen[2], 40, GALEN_FACT_GR_EXPELLED, NULL, FALSE);
  GalenFact *errant = group_fact(&w->pen[2], 50, GALEN_FACT_GR_ERRANT, "a:1-9", FALSE);
  errant->name = g_strdup("a:1-10");
  GalenHistory *history = pf_judge(w);
  g_assert_nonnull(pf_find(history, GALEN_INCIDENT_QUORUM_LOSS));
  g_assert_nonnull(pf_find(history, GALEN_INCIDENT_NODE_LOSS));
  const GalenIncident *divergence = pf_find(history, GALEN_INCIDENT_HIDDEN_DIVERGENCE);
  g_assert_nonnull(divergence);
  g_assert_cmpint(divergence->confidence, ==, GALEN_LIKELY);
  pf_free(w, history);
}

/* node1 and node2 are online; node2 starts a group of its own, `while_online` or after node1 was shut down. */
static void second_group(gboolean while_online) {
  World *w = pf_world(2, "");
  for (guint node = 1; node <= 2; node++) {
    jf_text(&w->pen[node], 0, GALEN_FACT_PROCESS_START, "MySQL", "8.4.3")->number = (gint32)(10 + node);
    jf_add(&w->pen[node], 1, GALEN_FACT_READY)->number = 3306;
    GalenFact *view = jf_text(&w->pen[node], 4, GALEN_FACT_GR_VIEW, "17286390123456789:2", NULL);
    jf_member(view, (GalenUuid){0}, "node1:3306", -1, FALSE);
    jf_member(view, (GalenUuid){0}, "node2:3306", -1, FALSE);
    group_fact(&w->pen[node], 5, GALEN_FACT_GR_STATE, "ONLINE", FALSE);
  }
  if (!while_online) {
    jf_add(&w->pen[1], 40, GALEN_FACT_SHUTDOWN_BEGIN);
    jf_add(&w->pen[1], 41, GALEN_FACT_SHUTDOWN_END);
  }
  group_fact(&w->pen[2], 50, GALEN_FACT_GR_STATE, "OFFLINE", FALSE);
  GalenFact *view = jf_text(&w->pen[2], 60, GALEN_FACT_GR_VIEW, "17286399999999999:1", NULL);
  jf_member(view, (GalenUuid){0}, "node2:3306", -1, FALSE);
  group_fact(&w->pen[2], 61, GALEN_FACT_GR_STATE, "ONLINE", FALSE);
  if (while_online)
    group_fact(&w->pen[1], 90, GALEN_FACT_GR_PRIMARY, NULL, TRUE);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN);
  if (while_online) {
    g_assert_nonnull(one);
    g_assert_cmpint(one->confidence, ==, GALEN_LIKELY);
    g_assert_true(pf_has(one->rules, "R4"));
    g_assert_cmpuint(one->nodes->len, ==, 2);
  } else {
    g_assert_null(one);
  }
  pf_free(w, history);
}

static void test_second_group(void) {
  second_group(TRUE);
  second_group(FALSE);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/proof/return/hidden", test_hidden);
  g_test_add_func("/proof/return/hidden-spreads", test_hidden_spreads);
  g_test_add_func("/proof/return/vote-after-fork", test_vote_after_fork);
  g_test_add_func("/proof/return/vote-alone", test_vote_alone);
  g_test_add_func("/proof/return/impossible", test_impossible);
  g_test_add_func("/proof/return/long-loser", test_long_loser);
  g_test_add_func("/proof/return/refused-alone", test_refused_alone);
  g_test_add_func("/proof/return/stale", test_stale);
  g_test_add_func("/proof/return/not-stale", test_not_stale);
  g_test_add_func("/proof/return/unsafe", test_unsafe);
  g_test_add_func("/proof/return/all-down", test_all_down);
  g_test_add_func("/proof/return/killed", test_killed);
  g_test_add_func("/proof/return/start-failure", test_start_failure);
  g_test_add_func("/proof/return/start-advice", test_start_advice);
  g_test_add_func("/proof/return/second-server", test_second_server);
  g_test_add_func("/proof/return/second-server-rotated", test_second_server_rotated);
  g_test_add_func("/proof/return/no-second-server", test_no_second_server);
  g_test_add_func("/proof/return/slow-log-life", test_slow_log_life);
  g_test_add_func("/proof/return/ids", test_ids);
  g_test_add_func("/proof/return/restart-loop", test_restart_loop);
  g_test_add_func("/proof/return/troubles", test_troubles);
  g_test_add_func("/proof/return/group", test_group);
  g_test_add_func("/proof/return/second-group", test_second_group);
  g_test_add_func("/proof/return/vote-full-disk", test_vote_full_disk);
  return g_test_run();
}
