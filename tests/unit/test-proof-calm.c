/* What is no incident, and what must never become a false proof. */
#include "proof-fixture.h"

static World *healthy(const char *muted, gboolean backwards) {
  World *w = pf_world_order(3, muted, backwards);
  pf_cluster(w);
  pf_state(w, 1, 45, "SYNCED", "DONOR/DESYNCED", 30);
  pf_ready(w, 1, 47, 33);
  return w;
}

/* Each node in turn is stopped and comes back by IST. */
static World *rolling(const char *muted, gboolean backwards) {
  World *w = healthy(muted, backwards);
  static const char *const others[] = {"", "23", "13", "12"};
  gint64 seq = 3, act = 100, conf = 2;
  for (guint node = 3; node > 0; node--) {
    double at = 60.0 + 30 * (3 - node);
    seq += 2;
    conf += 2;
    pf_stop(w, node, at, others[node], act);
    pf_view(w, at,
            (View){.members = others[node],
                   .gone = node == 1   ? "1"
                           : node == 2 ? "2"
                                       : "3",
                   .seq = seq - 1,
                   .act = act,
                   .conf = conf - 1});
    pf_start(w, node, at + 5, act, 0, TRUE);
    pf_view(w, at + 6, (View){.members = "123", .seq = seq, .act = act + 20, .conf = conf});
    pf_transfer(w, at + 7, node == 1 ? 2 : 1, node, FALSE, act, act + 21);
    act += 40;
  }
  return w;
}

/* All are stopped in order and the last one is bootstrapped. */
static World *planned(const char *muted, gboolean backwards) {
  World *w = healthy(muted, backwards);
  pf_stop(w, 3, 60, "12", 100);
  pf_view(w, 60, (View){.members = "12", .gone = "3", .seq = 4, .act = 100, .conf = 3});
  pf_stop(w, 2, 65, "1", 101);
  pf_view(w, 65, (View){.members = "1", .gone = "2", .seq = 5, .act = 101, .conf = 4});
  pf_stop(w, 1, 70, "", 102);
  pf_start(w, 1, 80, 102, 1, FALSE);
  pf_view(w, 81, (View){.members = "1", .seq = 1, .act = 102, .conf = 0});
  pf_ready(w, 1, 82, 103);
  pf_start(w, 2, 90, 101, 0, TRUE);
  pf_view(w, 91, (View){.members = "12", .seq = 2, .act = 110, .conf = 1});
  pf_transfer(w, 92, 1, 2, FALSE, 101, 111);
  pf_start(w, 3, 100, 100, 0, TRUE);
  pf_view(w, 101, (View){.members = "123", .seq = 3, .act = 120, .conf = 2});
  pf_transfer(w, 102, 1, 3, FALSE, 100, 121);
  return w;
}

/* node2 and node3 are killed together; node1 waits; all come back by gvwstate.dat. */
static World *quorum(const char *muted, gboolean backwards) {
  World *w = healthy(muted, backwards);
  pf_miss(w, 60, "1", "23");
  pf_view(w, 66, (View){.members = "1", .gone = "23", .seq = 4, .act = 286, .non_primary = TRUE});
  for (guint node = 2; node <= 3; node++) {
    pf_start(w, node, 76 + node, -1, 0, TRUE);
    if (pf_pen(w, node) != NULL)
      jf_position(&w->pen[node], 76 + node, GALEN_FACT_RECOVERED_POSITION, w->group, 286);
    GalenFact *restored = pf_fact(w, node, 76 + node, GALEN_FACT_PC_RESTORED);
    if (restored != NULL)
      restored->flag = TRUE;
  }
  pf_view(w, 80, (View){.members = "123", .seq = 5, .act = 286, .non_primary = TRUE});
  for (guint node = 1; node <= 3; node++)
    pf_fact(w, node, 86, GALEN_FACT_REBOOTSTRAP);
  pf_view(w, 86, (View){.members = "123", .seq = 6, .act = 286, .conf = 3});
  for (guint node = 1; node <= 3; node++)
    pf_ready(w, node, 86, 287);
  return w;
}

/* node3 is cut off and comes back. */
static World *isolated(const char *muted, gboolean backwards) {
  World *w = healthy(muted, backwards);
  pf_miss(w, 60, "12", "3");
  pf_miss(w, 60, "3", "12");
  pf_view(w, 66, (View){.members = "12", .gone = "3", .seq = 4, .act = 100, .conf = 3});
  pf_view(w, 66, (View){.members = "3", .gone = "12", .seq = 4, .act = 99, .non_primary = TRUE});
  pf_view(w, 80, (View){.members = "123", .seq = 5, .act = 140, .conf = 4});
  pf_transfer(w, 81, 1, 3, FALSE, 99, 141);
  return w;
}

typedef World *(*Story)(const char *muted, gboolean backwards);

static void test_none(gconstpointer data) {
  World *w = ((const Story *)data)[0]("", FALSE);
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "");
  pf_free(w, history);
}

static const Story stories[] = {healthy, rolling, planned, quorum, isolated};

/* Any log taken away, any order of inputs: no proof of what was not. */
static void test_never_proven(void) {
  static const char *const muted[] = {"", "1", "2", "3", "12", "13", "23"};
  for (guint i = 0; i < G_N_ELEMENTS(stories); i++)
    for (guint j = 0; j < 2 * G_N_ELEMENTS(muted); j++) {
      World *w = stories[i](muted[j / 2], j % 2 == 1);
      GalenHistory *history = pf_judge(w);
      for (guint k = 0; k < history->incidents->len; k++) {
        const GalenIncident *one = history->incidents->pdata[k];
        gboolean fork = one->kind == GALEN_INCIDENT_SPLIT_BRAIN || one->kind == GALEN_INCIDENT_HIDDEN_DIVERGENCE ||
                        one->kind == GALEN_INCIDENT_DATA_LOSS;
        g_assert_false(fork && one->confidence == GALEN_PROVEN);
        g_assert_cmpstr(one->title, !=, NULL);
        g_assert_cmpstr(one->verdict, !=, NULL);
        g_assert_true(one->from != GALEN_TIME_NONE);
        g_assert_true(one->to == GALEN_TIME_NONE || one->to >= one->from);
      }
      pf_free(w, history);
    }
}

static void test_quorum(void) {
  World *w = quorum("", FALSE);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_QUORUM_LOSS);
  g_assert_nonnull(one);
  g_assert_null(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN));
  g_assert_cmpint(one->confidence, ==, GALEN_PROVEN);
  g_assert_true(pf_has(one->nodes, "node1"));
  pf_assert_near(one->from, 60, 1);
  pf_assert_near(one->to, 86, 1);
  g_assert_nonnull(strstr(one->verdict, "gvwstate.dat"));
  g_assert_null(pf_find(history, GALEN_INCIDENT_NODE_CRASH)); /* a part of it */
  pf_free(w, history);
}

static void test_quorum_without(gconstpointer data) {
  World *w = quorum(data, FALSE);
  GalenHistory *history = pf_judge(w);
  g_assert_nonnull(pf_find(history, GALEN_INCIDENT_QUORUM_LOSS));
  g_assert_null(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN));
  pf_free(w, history);
}

static void test_isolated(void) {
  World *w = isolated("", FALSE);
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "node-loss(proven):node3");
  const GalenIncident *one = history->incidents->pdata[0];
  pf_assert_near(one->from, 60, 1);
  pf_assert_near(one->to, 83, 1);
  pf_free(w, history);
}

/* From its own log alone: the count of views says that the others went on. */
static void test_isolated_alone(void) {
  World *w = isolated("12", FALSE);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_NODE_LOSS);
  g_assert_nonnull(one);
  g_assert_true(pf_has(one->nodes, "node3"));
  g_assert_cmpint(one->confidence, ==, GALEN_LIKELY);
  g_assert_null(pf_find(history, GALEN_INCIDENT_QUORUM_LOSS));
  pf_free(w, history);
}

/* It lost a majority that has no log, and its own ends there. */
static void test_undetermined(void) {
  World *w = healthy("12", FALSE);
  pf_miss(w, 60, "3", "12");
  pf_view(w, 66, (View){.members = "3", .gone = "12", .seq = 4, .act = 99, .non_primary = TRUE});
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_UNDETERMINED);
  g_assert_nonnull(one);
  g_assert_cmpuint(one->needs->len, ==, 1);
  g_assert_nonnull(strstr(one->needs->pdata[0], "node1 and node2"));
  g_assert_null(pf_find(history, GALEN_INCIDENT_QUORUM_LOSS));
  pf_free(w, history);
}

static void test_flapping(void) {
  World *w = healthy("", FALSE);
  for (guint i = 0; i < 4; i++) {
    double at = 60 + 30.0 * i;
    pf_miss(w, at, "12", "3");
    pf_view(w, at + 6, (View){.members = "12", .gone = "3", .seq = 4 + 2 * i, .act = 100 + 20 * i, .conf = 3 + 2 * i});
    pf_view(w, at + 6, (View){.members = "3", .gone = "12", .seq = 4 + 2 * i, .act = 99 + 20 * i, .non_primary = TRUE});
    pf_view(w, at + 15, (View){.members = "123", .seq = 5 + 2 * i, .act = 110 + 20 * i, .conf = 4 + 2 * i});
    pf_transfer(w, at + 16, 1, 3, FALSE, 99 + 20 * i, 111 + 20 * i);
  }
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "flapping(proven):node3");
  pf_assert_near(((GalenIncident *)history->incidents->pdata[0])->from, 60, 1);
  pf_assert_near(((GalenIncident *)history->incidents->pdata[0])->to, 168, 1);
  pf_free(w, history);
}

static void test_no_log(void) {
  World *w = healthy("2", FALSE);
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "coverage-gap(proven):node2");
  pf_free(w, history);
}

/* A member writes every view; one that did not has a log that is cut. */
static void test_cut_short(void) {
  World *w = healthy("", FALSE);
  JfPen kept = w->pen[2];
  w->pen[2].journal = NULL;
  pf_stop(w, 3, 600, "12", 100);
  pf_view(w, 600, (View){.members = "12", .gone = "3", .seq = 4, .act = 100, .conf = 3});
  w->pen[2] = kept;
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "coverage-gap(proven):node2");
  pf_free(w, history);
}

/* Of node3's return only "New COMPONENT" and the Quorum results are left, behind the view of its isolation: no component of
 * node3 alone follows. */
static void test_torn(void) {
  World *w = healthy("", FALSE);
  pf_miss(w, 60, "12", "3");
  pf_miss(w, 60, "3", "12");
  pf_view(w, 66, (View){.members = "12", .gone = "3", .seq = 4, .act = 100, .conf = 3});
  JfPen *pen = &w->pen[3];
  GalenFact *view = jf_add(pen, 66, GALEN_FACT_VIEW);
  view->number = GALEN_VIEW_PRIM;
  view->uuid = jf_short(w->self[3]);
  view->seqno = 4;
  jf_member(view, jf_short(w->self[3]), NULL, -1, FALSE);
  GalenFact *begin = jf_add(pen, 66, GALEN_FACT_COMPONENT);
  begin->flag = TRUE;
  begin->total = 1;
  GalenFact *quorum = jf_text(pen, 80, GALEN_FACT_QUORUM, NULL, "5/11/4");
  quorum->flag = TRUE;
  quorum->uuid = w->group;
  quorum->seqno = 140;
  quorum->last = 4;
  quorum->number = quorum->total = 3;
  pf_ready(w, 3, 95, 160);
  GalenHistory *history = pf_judge(w);
  g_assert_null(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN));
  pf_free(w, history);
}

static void test_hole(void) {
  World *w = healthy("", FALSE);
  pf_fact(w, 2, 70, GALEN_FACT_SYNCED)->gap_before = TRUE;
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_COVERAGE_GAP);
  g_assert_nonnull(one);
  g_assert_true(pf_has(one->nodes, "node2"));
  g_assert_null(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN));
  pf_free(w, history);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_data_func("/proof/calm/healthy", &stories[0], test_none);
  g_test_add_data_func("/proof/calm/rolling", &stories[1], test_none);
  g_test_add_data_func("/proof/calm/planned", &stories[2], test_none);
  g_test_add_func("/proof/calm/never-proven", test_never_proven);
  g_test_add_func("/proof/calm/quorum", test_quorum);
  g_test_add_data_func("/proof/calm/quorum-without-1", "1", test_quorum_without);
  g_test_add_data_func("/proof/calm/quorum-without-2", "2", test_quorum_without);
  g_test_add_func("/proof/calm/isolated", test_isolated);
  g_test_add_func("/proof/calm/isolated-alone", test_isolated_alone);
  g_test_add_func("/proof/calm/undetermined", test_undetermined);
  g_test_add_func("/proof/calm/flapping", test_flapping);
  g_test_add_func("/proof/calm/no-log", test_no_log);
  g_test_add_func("/proof/calm/cut-short", test_cut_short);
  g_test_add_func("/proof/calm/torn", test_torn);
  g_test_add_func("/proof/calm/hole", test_hole);
  return g_test_run();
}
