/* What is left of a verdict when logs are missing: less sure, and never what was not. */
#include "proof-fixture.h"

/* node3 is stopped at 100; the others reach 300 and are killed; node3 is bootstrapped behind them by force. */
static World *stale(const char *muted) {
  World *w = pf_world(3, muted);
  pf_cluster(w);
  pf_stop(w, 3, 50, "12", 100);
  pf_view(w, 50, (View){.members = "12", .gone = "3", .seq = 4, .act = 100, .conf = 3});
  w->up[1] = w->up[2] = FALSE;
  pf_start(w, 3, 80, 100, 1, FALSE);
  pf_view(w, 81, (View){.members = "3", .seq = 1, .act = 100, .conf = 0});
  pf_ready(w, 3, 81, 101);
  for (guint node = 1; node <= 2; node++) {
    double at = 100 + 10 * node;
    pf_start_of(w, node, at, (GalenUuid){.known = 16}, -1, 1, TRUE);
    if (pf_pen(w, node) != NULL)
      jf_position(&w->pen[node], at, GALEN_FACT_CRASH_RECOVERY, w->group, GALEN_SEQNO_NONE);
    pf_view(w, at + 1, (View){.members = node == 1 ? "13" : "123", .seq = 1 + node, .act = 140 + node, .conf = node});
    pf_transfer(w, at + 2, 3, node, TRUE, 0, 141 + node);
  }
  return w;
}

/* The bootstrapped node alone: those who were left out came to it, so that nothing speaks for two sides at once. */
static void test_stale_alone(void) {
  World *w = stale("12");
  GalenHistory *history = pf_judge(w);
  g_assert_null(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN));
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_UNSAFE_BOOTSTRAP);
  g_assert_nonnull(one);
  g_assert_cmpint(one->confidence, ==, GALEN_LIKELY);
  g_assert_cmpuint(one->needs->len, >, 0);
  pf_free(w, history);
}

/* … and without their return: a split brain is possible, for its edited grastate.dat says nothing of the others. */
static void test_stale_never_met(void) {
  World *w = pf_world(3, "12");
  pf_cluster(w);
  pf_stop(w, 3, 50, "12", 100);
  pf_start(w, 3, 80, 100, 1, FALSE);
  pf_view(w, 81, (View){.members = "3", .seq = 1, .act = 100, .conf = 0});
  pf_ready(w, 3, 81, 101);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN);
  g_assert_nonnull(one);
  g_assert_cmpint(one->confidence, ==, GALEN_POSSIBLE);
  pf_free(w, history);
}

/* One who was left out, alone: the log of --wsrep-recover beside its own says that it had been further. */
static void test_stale_left_out(void) {
  for (guint round = 0; round < 2; round++) {
    World *w = stale(round == 0 ? "13" : "3");
    for (guint node = 1; node <= 2; node++) {
      if (pf_pen(w, node) == NULL)
        continue;
      g_autofree char *path = g_strdup_printf("r/%s-recover.log", pf_name(node));
      JfPen pen = jf_pen(w->journal, path, pf_name(node));
      jf_input(&pen)->kind = "recover-log";
      jf_position(&pen, 95, GALEN_FACT_RECOVERED_POSITION, w->group, 300);
    }
    GalenHistory *history = pf_judge(w);
    g_assert_cmpuint(pf_count(history, GALEN_INCIDENT_DATA_LOSS), ==, 1);
    const GalenIncident *one = pf_find(history, GALEN_INCIDENT_DATA_LOSS);
    g_assert_cmpint(one->confidence, ==, GALEN_LIKELY);
    g_assert_true(pf_has(one->rules, "R5"));
    g_assert_cmpuint(one->needs->len, >, 0);
    g_assert_nonnull(strstr(one->verdict, round == 0 ? "at least 158 actions" : "at least 159 actions"));
    g_assert_cmpint(pf_has(one->nodes, "node1"), ==, round == 1);
    pf_free(w, history);
  }
}

/* All are killed at 149, the highest is bootstrapped by hand, the others come back by IST (`from`) or by SST. */
static World *crashed(const char *muted, gboolean sst, gint64 from) {
  World *w = pf_world(3, muted);
  pf_cluster(w);
  w->up[1] = w->up[2] = w->up[3] = FALSE;
  for (guint node = 1; node <= 3; node++) {
    double at = 70 + 10 * node;
    pf_start(w, node, at, -1, node == 1, node != 1);
    if (pf_pen(w, node) != NULL) {
      jf_position(&w->pen[node], at, GALEN_FACT_SAVED_STATE, w->group, -1)->number = node == 1;
      jf_position(&w->pen[node], at, GALEN_FACT_RECOVERED_POSITION, w->group, 149);
    }
    pf_view(w, at + 1,
            (View){.members = node == 1   ? "1"
                              : node == 2 ? "12"
                                          : "123",
                   .seq = node,
                   .act = 148 + node,
                   .conf = node - 1});
    if (node == 1)
      pf_ready(w, 1, at + 1, 150);
    else
      pf_transfer(w, at + 2, 1, node, sst, from, 149 + node);
  }
  return w;
}

/* The donor's line acquits the bootstrap; without it nothing does, and after a crash nothing accuses it either. */
static void test_crashed_bootstrap(void) {
  static const char *const muted[] = {"", "2", "3", "23"};
  for (guint i = 0; i < G_N_ELEMENTS(muted); i++) {
    World *w = crashed(muted[i], FALSE, 149);
    GalenHistory *history = pf_judge(w);
    g_assert_null(pf_find(history, GALEN_INCIDENT_UNSAFE_BOOTSTRAP));
    g_assert_nonnull(pf_find(history, GALEN_INCIDENT_CLUSTER_DOWN));
    pf_free(w, history);
    w = crashed(muted[i], TRUE, 0);
    history = pf_judge(w);
    const GalenIncident *one = pf_find(history, GALEN_INCIDENT_UNSAFE_BOOTSTRAP);
    g_assert_cmpint(one != NULL, ==, muted[i][0] != '\0');
    g_assert_true(one == NULL || one->confidence == GALEN_POSSIBLE);
    pf_free(w, history);
  }
}

/* node3 is cut off, made primary by hand, stopped, and rebuilt from those who had lived all the time. */
static World *by_hand(const char *muted, gboolean restarts) {
  World *w = pf_world(3, muted);
  pf_cluster(w);
  pf_miss(w, 50, "3", "12");
  pf_view(w, 56, (View){.members = "3", .gone = "12", .seq = 4, .act = 100, .non_primary = TRUE});
  pf_view(w, 60, (View){.members = "3", .gone = "12", .seq = 5, .act = 100, .conf = 3, .runtime = TRUE});
  pf_ready(w, 3, 60, 101);
  if (!restarts)
    return w;
  pf_stop(w, 3, 80, "", 200);
  pf_start(w, 3, 90, -1, 1, TRUE);
  pf_view(w, 91, (View){.members = "123", .seq = 7, .act = 300, .conf = 5});
  pf_transfer(w, 92, 1, 3, TRUE, 0, 301);
  return w;
}

static void test_by_hand_alone(void) {
  World *w = by_hand("12", TRUE);
  GalenHistory *history = pf_judge(w);
  g_assert_null(pf_find(history, GALEN_INCIDENT_QUORUM_LOSS));
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN);
  g_assert_nonnull(one);
  g_assert_cmpint(one->confidence, ==, GALEN_LIKELY);
  g_assert_true(pf_has(one->rules, "R13"));
  g_assert_cmpint(one->common_seqno, ==, 100);
  pf_free(w, history);
  /* it never met them again: nobody knows */
  w = by_hand("12", FALSE);
  history = pf_judge(w);
  g_assert_null(pf_find(history, GALEN_INCIDENT_QUORUM_LOSS));
  g_assert_null(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN));
  one = pf_find(history, GALEN_INCIDENT_UNDETERMINED);
  g_assert_nonnull(one);
  g_assert_cmpint(one->confidence, ==, GALEN_POSSIBLE);
  g_assert_cmpuint(one->needs->len, >, 0);
  pf_free(w, history);
}

/* The same, and the others, who had been without a primary component, are taken in: no side of their own. */
static void test_by_hand_and_met(void) {
  World *w = by_hand("12", FALSE);
  pf_view(w, 70, (View){.members = "123", .seq = 6, .act = 110, .conf = 4});
  pf_stop(w, 3, 80, "", 200);
  pf_start(w, 3, 90, 200, 0, TRUE);
  pf_view(w, 91, (View){.members = "123", .seq = 8, .act = 210, .conf = 6});
  pf_transfer(w, 92, 1, 3, FALSE, 200, 211);
  GalenHistory *history = pf_judge(w);
  g_assert_null(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN));
  pf_free(w, history);
}

/* One half of four, made primary by hand: it did lose the quorum; the other half may have been treated alike. */
static void test_half(void) {
  World *w = pf_world(4, "34");
  pf_cluster(w);
  pf_miss(w, 50, "12", "34");
  pf_view(w, 56, (View){.members = "12", .gone = "34", .seq = 5, .act = 100, .non_primary = TRUE});
  pf_view(w, 60, (View){.members = "12", .gone = "34", .seq = 6, .act = 100, .conf = 4, .runtime = TRUE});
  for (guint node = 1; node <= 2; node++)
    pf_ready(w, node, 60, 101);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *loss = pf_find(history, GALEN_INCIDENT_QUORUM_LOSS);
  const GalenIncident *open = pf_find(history, GALEN_INCIDENT_UNDETERMINED);
  g_assert_nonnull(loss);
  g_assert_null(strstr(loss->verdict, "safe"));
  g_assert_nonnull(open);
  g_assert_true(pf_has(open->rules, "R13"));
  g_assert_true(pf_has(open->nodes, "node4"));
  g_assert_cmpuint(open->needs->len, >, 0);
  pf_free(w, history);
}

/* node3 alone tells of being cut off again and again. */
static void test_flapping_alone(void) {
  for (guint n = 2; n <= 4; n++) {
    World *w = pf_world(3, "12");
    pf_cluster(w);
    for (guint i = 0; i < n; i++) {
      double at = 60 + 30 * i;
      pf_miss(w, at, "3", "12");
      pf_view(w, at + 6, (View){.members = "3", .gone = "12", .seq = 4 + 2 * i, .act = 99, .non_primary = TRUE});
      pf_view(w, at + 20, (View){.members = "123", .seq = 5 + 2 * i, .act = 140 + 40 * i, .conf = 4 + 2 * i});
      pf_transfer(w, at + 21, 1, 3, FALSE, 99, 141 + 40 * i);
    }
    GalenHistory *history = pf_judge(w);
    g_assert_cmpuint(pf_count(history, GALEN_INCIDENT_FLAPPING), ==, n >= 3);
    g_assert_cmpuint(pf_count(history, GALEN_INCIDENT_NODE_LOSS), ==, n >= 3 ? 0 : n);
    pf_free(w, history);
  }
}

/* node1 alone loses the quorum; node3 is known to be down, of node2 there is no log. `weight`: of node2, set at run time. */
static World *weighed(const char *muted, gint64 weight, gboolean restarted) {
  World *w = pf_world(3, muted);
  pf_cluster(w);
  GalenFact *change = weight > 0 ? pf_fact(w, 1, 40, GALEN_FACT_WEIGHT) : NULL;
  if (change != NULL) {
    change->uuid = jf_short(w->self[2]);
    change->seqno = 1;
    change->last = weight;
  }
  if (restarted) {
    pf_stop(w, 2, 42, "13", 50);
    pf_view(w, 42, (View){.members = "13", .gone = "2", .seq = 4, .act = 50, .conf = 3});
    pf_start(w, 2, 44, 50, 0, TRUE);
    pf_view(w, 45, (View){.members = "123", .seq = 5, .act = 60, .conf = 4});
  }
  pf_miss(w, 50, "1", "23");
  pf_view(w, 56, (View){.members = "1", .gone = "23", .seq = 6, .act = 100, .non_primary = TRUE});
  GalenFact *crash = pf_text(w, 3, 50, GALEN_FACT_CRASH, NULL, "");
  if (crash != NULL)
    crash->number = 11;
  pf_start(w, 3, 90, -1, 0, TRUE);
  return w;
}

static void test_weight_changed(void) {
  World *w = weighed("2", 4, FALSE);
  GalenHistory *history = pf_judge(w);
  g_assert_null(pf_find(history, GALEN_INCIDENT_QUORUM_LOSS));
  g_assert_nonnull(pf_find(history, GALEN_INCIDENT_UNDETERMINED));
  pf_free(w, history);
  /* not told, and the weight of a life before: one of three, which says that it was taken so */
  for (guint round = 0; round < 2; round++) {
    w = weighed("2", round == 0 ? 0 : 4, round == 1);
    history = pf_judge(w);
    const GalenIncident *one = pf_find(history, GALEN_INCIDENT_QUORUM_LOSS);
    g_assert_nonnull(one);
    gboolean said = FALSE;
    for (guint i = 0; i < one->would_change->len; i++)
      said |= strstr(one->would_change->pdata[i], "pc.weight of node2 is not in these logs") != NULL;
    g_assert_true(said);
    pf_free(w, history);
  }
}

/* Two of three lose the quorum: the third, whose log is missing, weighs more than is told. */
static void test_outweighed(void) {
  World *w = pf_world(3, "1");
  pf_cluster(w);
  pf_miss(w, 50, "23", "1");
  pf_view(w, 56, (View){.members = "23", .gone = "1", .seq = 4, .act = 100, .non_primary = TRUE});
  GalenHistory *history = pf_judge(w);
  g_assert_null(pf_find(history, GALEN_INCIDENT_QUORUM_LOSS));
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_UNDETERMINED);
  g_assert_nonnull(one);
  g_assert_cmpuint(one->needs->len, >, 0);
  pf_free(w, history);
}

/* node3 is cut off; the logs of the others lack the time in which they went on: `late` they begin after it, else lines are
 * gone from the middle. No quorum was lost. */
static void test_holes_are_no_loss(void) {
  for (guint late = 0; late < 2; late++) {
    World *w = pf_world(3, late ? "12" : "");
    pf_cluster(w);
    if (late)
      for (guint node = 1; node <= 2; node++) {
        g_autofree char *path = g_strdup_printf("a/%s.log", pf_name(node));
        w->pen[node] = jf_pen(w->journal, path, pf_name(node));
        pf_state(w, node, 57, "JOINED", "SYNCED", 101);
      }
    pf_miss(w, 50, "3", "12");
    pf_view(w, 56, (View){.members = "3", .gone = "12", .seq = 4, .act = 99, .non_primary = TRUE});
    pf_view(w, 80, (View){.members = "123", .seq = 5, .act = 140, .conf = 4});
    pf_transfer(w, 81, 1, 3, FALSE, 99, 141);
    GalenHistory *history = pf_judge(w);
    g_assert_null(pf_find(history, GALEN_INCIDENT_QUORUM_LOSS));
    g_assert_nonnull(pf_find(history, GALEN_INCIDENT_NODE_LOSS));
    pf_free(w, history);
  }
}

/* node3 is stopped and bootstrapped behind the others, who are killed; the end and the start between are lost. It was not
 * primary all the way. */
static void test_lost_restart(void) {
  World *w = pf_world(3, "");
  pf_cluster(w);
  pf_fact(w, 3, 50, GALEN_FACT_SHUTDOWN_BEGIN);
  w->up[3] = FALSE;
  pf_view(w, 50, (View){.members = "12", .gone = "3", .seq = 4, .act = 100, .conf = 3});
  w->self[3] = jf_uuid(80, 399);
  w->state[3] = NULL;
  pf_state(w, 3, 80, "CLOSED", "OPEN", 0);
  pf_view(w, 81, (View){.members = "3", .seq = 1, .act = 100, .conf = 0});
  pf_ready(w, 3, 81, 101);
  pf_start(w, 1, 90, -1, 0, TRUE);
  jf_position(&w->pen[1], 90, GALEN_FACT_CRASH_RECOVERY, w->group, GALEN_SEQNO_NONE);
  pf_start(w, 2, 90, -1, 0, TRUE);
  jf_position(&w->pen[2], 90, GALEN_FACT_CRASH_RECOVERY, w->group, GALEN_SEQNO_NONE);
  pf_view(w, 91, (View){.members = "123", .seq = 2, .act = 140, .conf = 1});
  GalenHistory *history = pf_judge(w);
  g_assert_null(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN));
  const GalenNode *node = galen_history_node(history, "node3");
  g_assert_cmpuint(node->processes->len, ==, 2);
  g_assert_cmpint(((GalenProcess *)node->processes->pdata[0])->end, ==, GALEN_END_UNKNOWN);
  pf_free(w, history);
}

/* Weights that the options tell are in the cause, and no third node is asked for. */
static void test_weights_told(void) {
  World *w = pf_world(2, "");
  pf_cluster(w);
  pf_text(w, 1, 30, GALEN_FACT_OPTION, "wsrep_provider_options", "base_port = 4567; pc.weight = 2; x = y");
  pf_miss(w, 50, "2", "1");
  GalenFact *crash = pf_text(w, 1, 50, GALEN_FACT_CRASH, NULL, "");
  crash->number = 11;
  pf_view(w, 56, (View){.members = "2", .gone = "1", .seq = 3, .act = 30, .non_primary = TRUE});
  pf_start(w, 1, 70, -1, 0, TRUE);
  pf_view(w, 71, (View){.members = "12", .seq = 4, .act = 30, .conf = 2});
  pf_ready(w, 2, 71, 31);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_QUORUM_LOSS);
  g_assert_nonnull(one);
  g_assert_nonnull(strstr(one->cause, "pc.weight: node1 2, node2 1"));
  for (guint i = 0; i < one->advice->len; i++)
    g_assert_null(strstr(one->advice->pdata[i], "Two nodes"));
  pf_free(w, history);
}

/* The first hole that a node's lines show, as "FROM-TO: why"; NULL: none. */
static const GalenHole *hole_of(const GalenHistory *history, const char *name) {
  const GalenNode *node = galen_history_node(history, name);
  return node->holes->len > 0 ? &g_array_index(node->holes, GalenHole, 0) : NULL;
}

static void assert_told(const GalenHistory *history, const char *name, double from, double to) {
  const GalenHole *hole = hole_of(history, name);
  g_assert_nonnull(hole);
  pf_assert_near(hole->from, from, 1);
  pf_assert_near(hole->to, to, 1);
  const GalenIncident *gap = pf_find(history, GALEN_INCIDENT_COVERAGE_GAP);
  g_assert_nonnull(gap);
  g_assert_true(pf_has(gap->nodes, name));
  g_assert_nonnull(strstr(gap->title, "are missing between"));
  g_assert_cmpuint(gap->needs->len, ==, 1);
}

/* node3 is bootstrapped behind the others, who were killed; its stop and its start are cut out, up to where it opens its
 * channel: it was not primary all the way. */
static void test_cut_restart(void) {
  World *w = pf_world(3, "");
  pf_cluster(w);
  pf_view(w, 50, (View){.members = "12", .gone = "3", .seq = 4, .act = 100, .conf = 3});
  w->self[3] = jf_uuid(80, 399);
  jf_position(&w->pen[3], 80, GALEN_FACT_START_POSITION, w->group, 99);
  jf_peer(&w->pen[3], 80, GALEN_FACT_LISTENING, w->self[3], "tcp://0.0.0.0:4567");
  pf_text(w, 3, 80, GALEN_FACT_BOOTSTRAP, "shop", NULL);
  w->state[3] = NULL;
  pf_view(w, 81, (View){.members = "3", .seq = 1, .act = 99, .conf = 0});
  pf_ready(w, 3, 81, 100);
  for (guint node = 1; node <= 2; node++) {
    pf_start(w, node, 90, -1, 0, TRUE);
    jf_position(&w->pen[node], 90, GALEN_FACT_CRASH_RECOVERY, w->group, GALEN_SEQNO_NONE);
  }
  pf_view(w, 91, (View){.members = "123", .seq = 2, .act = 140, .conf = 1});
  GalenHistory *history = pf_judge(w);
  const GalenNode *node = galen_history_node(history, "node3");
  g_assert_cmpuint(node->processes->len, ==, 2);
  g_assert_cmpint(((GalenProcess *)node->processes->pdata[1])->position_seqno, ==, 99);
  for (guint i = 0; i < history->incidents->len; i++) {
    const GalenIncident *one = history->incidents->pdata[i];
    g_assert_false(one->kind == GALEN_INCIDENT_SPLIT_BRAIN && one->confidence == GALEN_PROVEN);
  }
  g_assert_nonnull(hole_of(history, "node3"));
  g_assert_nonnull(pf_find(history, GALEN_INCIDENT_COVERAGE_GAP));
  pf_free(w, history);
}

/* The whole life of node3 on its own is cut out: its end shows a position that it cannot have had with the others. */
static void test_cut_side(void) {
  World *w = pf_world(3, "");
  pf_cluster(w);
  pf_miss(w, 50, "12", "3");
  pf_view(w, 56, (View){.members = "12", .gone = "3", .seq = 4, .act = 152, .conf = 3});
  pf_stop(w, 3, 108, "", 273);
  pf_start(w, 3, 110, -1, 1, TRUE);
  pf_view(w, 111, (View){.members = "123", .seq = 5, .act = 604, .conf = 4});
  pf_transfer(w, 112, 1, 3, TRUE, 0, 605);
  GalenHistory *history = pf_judge(w);
  assert_told(history, "node3", 20, 108);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN);
  g_assert_nonnull(one);
  g_assert_cmpint(one->confidence, ==, GALEN_LIKELY);
  g_assert_true(pf_has(one->nodes, "node3"));
  g_assert_cmpuint(one->needs->len, >, 0);
  g_assert_cmpint(pf_find(history, GALEN_INCIDENT_NODE_LOSS)->confidence, ==, GALEN_POSSIBLE);
  pf_free(w, history);
}

/* States that do not follow each other, and changes of members that were counted without it. */
static void test_cut_states(void) {
  for (guint k = 0; k < 2; k++) {
    World *w = pf_world(2, "");
    pf_cluster(w);
    if (k == 0)
      jf_text(&w->pen[2], 60, GALEN_FACT_STATE, "OPEN", "PRIMARY");
    pf_view(w, 70, (View){.members = "12", .seq = 9, .act = 100, .conf = k == 0 ? 2 : 6});
    GalenHistory *history = pf_judge(w);
    const GalenHole *hole = hole_of(history, "node2");
    g_assert_nonnull(hole);
    pf_assert_near(hole->to, k == 0 ? 60 : 70, 1);
    pf_free(w, history);
  }
}

/* node3 is stopped in the middle of its transfer's lines: nobody knows that it failed. */
static void test_cut_transfer(void) {
  for (guint cut = 0; cut < 2; cut++) {
    World *w = pf_world(2, "");
    pf_cluster(w);
    GalenFact *fact = pf_text(w, 2, 50, GALEN_FACT_DONOR_SELECTED, "node2", "node1");
    fact->number = 1;
    fact->total = 0;
    if (cut == 1)
      jf_text(&w->pen[2], 60, GALEN_FACT_STATE, "JOINED", "DONOR/DESYNCED");
    w->state[2] = cut == 1 ? "DONOR/DESYNCED" : w->state[2];
    pf_stop(w, 2, 61, "", 100);
    GalenHistory *history = pf_judge(w);
    g_assert_true((pf_find(history, GALEN_INCIDENT_SST_FAILURE) == NULL) == (cut == 1));
    pf_free(w, history);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/proof/missing/stale-alone", test_stale_alone);
  g_test_add_func("/proof/missing/stale-never-met", test_stale_never_met);
  g_test_add_func("/proof/missing/stale-left-out", test_stale_left_out);
  g_test_add_func("/proof/missing/crashed-bootstrap", test_crashed_bootstrap);
  g_test_add_func("/proof/missing/by-hand-alone", test_by_hand_alone);
  g_test_add_func("/proof/missing/by-hand-and-met", test_by_hand_and_met);
  g_test_add_func("/proof/missing/half", test_half);
  g_test_add_func("/proof/missing/flapping-alone", test_flapping_alone);
  g_test_add_func("/proof/missing/weight-changed", test_weight_changed);
  g_test_add_func("/proof/missing/outweighed", test_outweighed);
  g_test_add_func("/proof/missing/holes-are-no-loss", test_holes_are_no_loss);
  g_test_add_func("/proof/missing/lost-restart", test_lost_restart);
  g_test_add_func("/proof/missing/cut-restart", test_cut_restart);
  g_test_add_func("/proof/missing/cut-side", test_cut_side);
  g_test_add_func("/proof/missing/cut-states", test_cut_states);
  g_test_add_func("/proof/missing/cut-transfer", test_cut_transfer);
  g_test_add_func("/proof/missing/weights-told", test_weights_told);
  return g_test_run();
}
