#include "proof-fixture.h"

/* node3 is cut off at 50 s (seqno 150), refused `refusals` times, bootstrapped alone with an edited grastate.dat at
 * 66 s, stopped at 108 s (seqno 273), and rebuilt by SST; node1 and node2 go on (CC 153) to 604. */
static World *founding_in(World *w, guint refusals) {
  pf_cluster(w);
  pf_miss(w, 50, "12", "3");
  pf_miss(w, 50, "3", "12");
  pf_view(w, 56, (View){.members = "12", .gone = "3", .seq = 4, .act = 152, .conf = 3});
  pf_view(w, 56, (View){.members = "3", .gone = "12", .seq = 4, .act = 150, .non_primary = TRUE});
  pf_stop(w, 3, 60, "", 150);
  for (guint i = 0; i < refusals; i++)
    pf_refused(w, 3, 62 + i, 150);
  pf_start_of(w, 3, 66, w->group, refusals > 0 ? -1 : 150, 1, FALSE);
  if (pf_pen(w, 3) != NULL) {
    pf_started_at(w, 3, 150);
    jf_text(&w->pen[3], 66, GALEN_FACT_CLUSTER_ADDRESS, NULL, "gcomm://");
  }
  pf_view(w, 66, (View){.members = "3", .seq = 1, .act = 150, .conf = 0});
  pf_ready(w, 3, 66, 151);
  pf_stop(w, 3, 108, "", 273);
  pf_start(w, 3, 110, -1, 1, TRUE);
  pf_view(w, 111, (View){.members = "123", .seq = 5, .act = 604, .conf = 4});
  pf_transfer(w, 112, 1, 3, TRUE, 0, 605);
  return w;
}

static World *founding(const char *muted, guint refusals, gboolean backwards) {
  return founding_in(pf_world_order(3, muted, backwards), refusals);
}

/* Lines that somebody filtered, so that blocks are gone: found, and not called proven. */
static void test_filtered(void) {
  World *w = pf_world(3, "");
  w->bare = TRUE;
  founding_in(w, 2);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN);
  g_assert_nonnull(one);
  g_assert_cmpint(one->confidence, ==, GALEN_LIKELY);
  g_assert_cmpint(one->common_seqno, ==, 150);
  g_assert_cmpint(pf_range(one, "node3")->first_seqno, ==, 151);
  g_assert_cmpint(pf_range(one, "node3")->last_seqno, ==, 273);
  pf_free(w, history);
}

static void test_founding(void) {
  World *w = founding("", 2, FALSE);
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "split-brain(proven):node1,node2,node3");
  const GalenIncident *one = history->incidents->pdata[0];
  pf_assert_near(one->from, 66, 1);
  pf_assert_near(one->to, 108, 1);
  pf_assert_near(one->exposure_from, 50, 1);
  g_assert_false(one->ongoing);
  g_assert_true(pf_has(one->rules, "R4"));
  g_assert_true(pf_has(one->rules, "R3"));
  g_assert_cmpint(one->common_seqno, ==, 150);
  g_assert_cmpuint(one->ranges->len, ==, 2);
  const GalenRange *lone = pf_range(one, "node3"), *many = pf_range(one, "node1");
  g_assert_cmpint(lone->first_seqno, ==, 151);
  g_assert_cmpint(lone->last_seqno, ==, 273);
  g_assert_cmpstr(lone->last_is, ==, "exact");
  g_assert_cmpint(lone->write_sets, ==, 122);
  g_assert_cmpint(lone->configuration_changes, ==, 1);
  g_assert_cmpstr(lone->fate, ==, "discarded-by-sst");
  g_assert_cmpint(many->first_seqno, ==, 151);
  g_assert_cmpint(many->last_seqno, ==, 604);
  g_assert_cmpstr(many->last_is, ==, "at-most");
  g_assert_cmpstr(many->fate, ==, "survivor");
  g_assert_nonnull(strstr(one->cause, "empty gcomm://"));
  g_assert_nonnull(strstr(one->cause, "after 2 refused starts"));
  g_assert_nonnull(strstr(one->cause, "by hand"));
  g_assert_nonnull(strstr(one->advice->pdata[0], "Do NOT restart"));
  g_assert_cmpuint(one->evidence->len, >=, 5);
  g_assert_cmpuint(one->evidence->len, <=, 12);
  g_assert_cmpuint(one->suspects->len, ==, 0);
  pf_free(w, history);
}

static void test_founding_without(gconstpointer data) {
  const char *muted = data;
  World *w = founding(muted, 2, FALSE);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN);
  if (strchr(muted, '3') != NULL) { /* nothing is left of it */
    g_assert_null(one);
    g_assert_nonnull(pf_find(history, GALEN_INCIDENT_NODE_LOSS));
    g_assert_nonnull(pf_find(history, GALEN_INCIDENT_COVERAGE_GAP));
  } else {
    g_assert_nonnull(one);
    g_assert_cmpint(one->confidence, ==, strlen(muted) == 1 ? GALEN_PROVEN : GALEN_LIKELY);
    g_assert_cmpint(one->common_seqno, ==, 150);
    g_assert_cmpint(pf_range(one, "node3")->last_seqno, ==, 273);
    g_assert_cmpint(pf_range(one, "node1")->last_seqno, ==, 604);
    g_assert_cmpint(pf_range(one, "node1")->first_seqno, ==, 151);
  }
  pf_free(w, history);
}

static void test_same_id(void) {
  World *w = founding("", 2, FALSE), *v = founding("", 2, TRUE);
  GalenHistory *a = pf_judge(w), *b = pf_judge(v);
  g_assert_cmpstr(((GalenIncident *)a->incidents->pdata[0])->id, ==, ((GalenIncident *)b->incidents->pdata[0])->id);
  g_assert_cmpstr(((GalenIncident *)a->incidents->pdata[0])->verdict, ==,
                  ((GalenIncident *)b->incidents->pdata[0])->verdict);
  pf_free(w, a);
  pf_free(v, b);
}

/* Two nodes, pc.ignore_sb: both go on as siblings of one view. */
static World *halves(const char *muted) {
  World *w = pf_world(2, muted);
  pf_cluster(w);
  pf_miss(w, 50, "1", "2");
  pf_miss(w, 50, "2", "1");
  pf_fact(w, 1, 56, GALEN_FACT_IGNORE_SPLIT_BRAIN);
  pf_view(w, 56, (View){.members = "1", .gone = "2", .seq = 3, .act = 30, .conf = 2});
  pf_fact(w, 2, 57, GALEN_FACT_IGNORE_SPLIT_BRAIN);
  pf_view(w, 57, (View){.members = "2", .gone = "1", .seq = 3, .act = 30, .conf = 2});
  pf_stop(w, 2, 80, "", 50);
  pf_stop(w, 1, 90, "", 70);
  return w;
}

static void test_siblings(void) {
  World *w = halves("");
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "split-brain(proven):node1,node2");
  const GalenIncident *one = history->incidents->pdata[0];
  static const char *const rules[] = {"R1", "R2", "R3", "R12"};
  for (guint i = 0; i < G_N_ELEMENTS(rules); i++)
    g_assert_true(pf_has(one->rules, rules[i]));
  g_assert_false(pf_has(one->rules, "R4"));
  g_assert_cmpint(one->common_seqno, ==, 30);
  g_assert_cmpint(pf_range(one, "node2")->last_seqno, ==, 50);
  g_assert_cmpstr(pf_range(one, "node2")->last_is, ==, "exact");
  g_assert_cmpstr(pf_range(one, "node2")->fate, ==, "unknown");
  g_assert_nonnull(strstr(one->cause, "pc.ignore_sb"));
  pf_assert_near(one->from, 57, 1);
  pf_assert_near(one->to, 80, 1);
  g_assert_cmpuint(one->suspects->len, ==, 2);
  pf_free(w, history);
}

/* Galera 2 prints no views: the state exchange of their common parent is in both logs. Nothing was written after the split,
 * so that no clock helps. */
static void test_siblings_unnumbered(void) {
  for (guint opted = 0; opted <= 2; opted++) {
    World *w = pf_world(2, "");
    w->old = TRUE;
    pf_cluster(w);
    pf_miss(w, 50, "1", "2");
    pf_miss(w, 50, "2", "1");
    if (opted > 0)
      pf_fact(w, 1, 56, GALEN_FACT_IGNORE_SPLIT_BRAIN);
    pf_view(w, 56, (View){.members = "1", .act = 30, .conf = 2});
    if (opted > 1)
      pf_fact(w, 2, 56, GALEN_FACT_IGNORE_SPLIT_BRAIN);
    pf_view(w, 56, (View){.members = "2", .act = 30, .conf = 2});
    GalenHistory *history = pf_judge(w);
    pf_assert_only(history, opted > 0 ? "split-brain(proven):node1,node2" : "split-brain(likely):node1,node2");
    const GalenIncident *one = history->incidents->pdata[0];
    g_assert_true(pf_has(one->rules, "R2"));
    g_assert_false(pf_has(one->rules, "R3"));
    g_assert_cmpint(one->common_seqno, ==, 30);
    g_assert_true(one->ongoing);
    pf_free(w, history);
  }
}

/* … and a side that had lost its primary component between is none: it was made primary again later. */
static void test_unnumbered_in_turn(void) {
  World *w = pf_world(2, "");
  w->old = TRUE;
  pf_cluster(w);
  pf_miss(w, 50, "2", "1");
  pf_view(w, 56, (View){.members = "1", .act = 30, .conf = 2});
  pf_view(w, 56, (View){.members = "2", .act = 30, .non_primary = TRUE});
  pf_stop(w, 1, 60, "", 40);
  pf_view(w, 100, (View){.members = "2", .act = 30, .conf = 2, .runtime = TRUE});
  GalenHistory *history = pf_judge(w);
  g_assert_null(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN));
  pf_free(w, history);
}

/* R12 from one side alone is never a proof. */
static void test_opted_in_alone(void) {
  World *w = halves("2");
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN);
  g_assert_nonnull(one);
  g_assert_cmpint(one->confidence, ==, GALEN_LIKELY);
  g_assert_true(pf_has(one->rules, "R12"));
  g_assert_cmpuint(one->needs->len, >, 0);
  pf_free(w, history);
}

/* With the other side's log there and silent on it, the option alone is no fork: node2 was dead. */
static void test_opted_in_and_dead(void) {
  World *w = pf_world(2, "");
  pf_cluster(w);
  GalenFact *crash = pf_text(w, 2, 50, GALEN_FACT_CRASH, NULL, "");
  crash->number = 11;
  pf_miss(w, 50, "1", "2");
  pf_fact(w, 1, 56, GALEN_FACT_IGNORE_SPLIT_BRAIN);
  pf_view(w, 56, (View){.members = "1", .gone = "2", .seq = 3, .act = 30, .conf = 2});
  pf_start(w, 2, 70, -1, 1, TRUE);
  pf_view(w, 71, (View){.members = "12", .seq = 4, .act = 40, .conf = 3});
  pf_transfer(w, 72, 1, 2, TRUE, 0, 41);
  GalenHistory *history = pf_judge(w);
  g_assert_null(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN));
  g_assert_nonnull(pf_find(history, GALEN_INCIDENT_NODE_CRASH));
  pf_free(w, history);
}

/* 2 + 2, pc.bootstrap on both sides, which follow one parent with equal numbers. */
static World *bootstraps(const char *muted, gboolean both) {
  World *w = pf_world(4, muted);
  pf_cluster(w);
  pf_miss(w, 50, "12", "34");
  pf_miss(w, 50, "34", "12");
  pf_view(w, 56, (View){.members = "12", .gone = "34", .seq = 5, .act = 166, .non_primary = TRUE});
  pf_view(w, 56, (View){.members = "34", .gone = "12", .seq = 5, .act = 166, .non_primary = TRUE});
  pf_view(w, 70, (View){.members = "12", .gone = "34", .seq = 5, .act = 166, .conf = 4, .runtime = TRUE});
  if (both)
    pf_view(w, 70, (View){.members = "34", .gone = "12", .seq = 5, .act = 166, .conf = 4, .runtime = TRUE});
  pf_ready(w, 1, 70, 167);
  pf_ready(w, 2, 70, 167);
  if (!both) {
    pf_view(w, 100, (View){.members = "1234", .seq = 6, .act = 300, .conf = 5});
    pf_transfer(w, 101, 1, 3, FALSE, 166, 301);
    pf_transfer(w, 104, 1, 4, FALSE, 166, 301);
    return w;
  }
  pf_ready(w, 1, 75, 190);
  pf_ready(w, 2, 75, 190);
  pf_stop(w, 4, 100, "3", 406);
  pf_view(w, 100, (View){.members = "3", .gone = "4", .seq = 6, .act = 406, .conf = 5});
  pf_stop(w, 3, 102, "", 407);
  return w;
}

static void test_both_halves(gconstpointer data) {
  World *w = bootstraps(data, TRUE);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN);
  g_assert_nonnull(one);
  g_assert_cmpuint(pf_count(history, GALEN_INCIDENT_SPLIT_BRAIN), ==, 1);
  g_assert_null(pf_find(history, GALEN_INCIDENT_QUORUM_LOSS)); /* the way into it */
  g_assert_cmpint(one->confidence, ==, GALEN_PROVEN);
  g_assert_true(pf_has(one->rules, "R13"));
  g_assert_true(pf_has(one->rules, "R2"));
  g_assert_cmpint(one->common_seqno, ==, 166);
  g_assert_cmpuint(one->nodes->len, ==, 4);
  const GalenRange *second = pf_range(one, "node3");
  g_assert_cmpuint(second->nodes->len, ==, 2);
  g_assert_cmpint(second->last_seqno, ==, 407);
  g_assert_cmpint(second->configuration_changes, ==, 2);
  g_assert_cmpstr(pf_range(one, "node1")->last_is, ==, "at-least");
  g_assert_nonnull(strstr(one->cause, "both sides"));
  pf_assert_near(one->from, 70, 1);
  pf_assert_near(one->to, 102, 1);
  pf_assert_near(one->exposure_from, 50, 1);
  pf_free(w, history);
}

/* pc.bootstrap on one side, while the other waits: an override, no fork. */
static void test_one_half(gconstpointer data) {
  World *w = bootstraps(data, FALSE);
  GalenHistory *history = pf_judge(w);
  g_assert_null(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN));
  g_assert_null(pf_find(history, GALEN_INCIDENT_DATA_LOSS));
  const GalenIncident *loss = pf_find(history, GALEN_INCIDENT_QUORUM_LOSS);
  g_assert_nonnull(loss);
  if (strchr(data, '1') == NULL || strchr(data, '2') == NULL)
    g_assert_nonnull(strstr(loss->verdict, "pc.bootstrap"));
  pf_assert_near(loss->from, 50, 1);
  pf_assert_near(loss->to, 70, 1);
  pf_free(w, history);
}

/* A second cluster UUID beside the first; `stopped`: the first one had ended. */
static World *second_uuid(gboolean stopped) {
  World *w = pf_world(3, "");
  pf_cluster(w);
  pf_stop(w, 3, 50, "12", 88);
  pf_view(w, 50, (View){.members = "12", .gone = "3", .seq = 4, .act = 88, .conf = 3});
  if (stopped) {
    pf_stop(w, 2, 55, "1", 90);
    pf_view(w, 55, (View){.members = "1", .gone = "2", .seq = 5, .act = 90, .conf = 4});
    pf_stop(w, 1, 58, "", 91);
  }
  GalenUuid other = jf_uuid(60, 77);
  pf_start(w, 3, 60, -1, 1, FALSE);
  jf_position(&w->pen[3], 60, GALEN_FACT_NEW_GROUP, other, GALEN_SEQNO_NONE);
  pf_view(w, 61, (View){.members = "3", .seq = 1, .act = 0, .conf = 0, .group = &other});
  pf_ready(w, 3, 61, 1);
  pf_stop(w, 3, 90, "", 40);
  if (!stopped) {
    pf_start(w, 3, 92, -1, 1, TRUE);
    pf_view(w, 93, (View){.members = "123", .seq = 5, .act = 200, .conf = 4});
    pf_transfer(w, 94, 1, 3, TRUE, 0, 201);
  }
  return w;
}

static void test_second_uuid(void) {
  World *w = second_uuid(FALSE);
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "split-brain(proven):node1,node2,node3");
  const GalenIncident *one = history->incidents->pdata[0];
  g_assert_true(pf_has(one->rules, "R6"));
  g_assert_false(pf_has(one->rules, "R1"));
  g_assert_cmpint(one->common_seqno, ==, 88);
  g_assert_cmpint(pf_range(one, "node1")->first_seqno, ==, 89);
  g_assert_cmpint(pf_range(one, "node3")->first_seqno, ==, 1);
  g_assert_cmpint(pf_range(one, "node3")->last_seqno, ==, 40);
  g_assert_cmpstr(pf_range(one, "node3")->fate, ==, "discarded-by-sst");
  pf_assert_near(one->from, 61, 1);
  pf_assert_near(one->to, 90, 1);
  pf_free(w, history);
}

static void test_reinitialised(void) {
  World *w = second_uuid(TRUE);
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "cluster-reinitialised(proven):node3");
  pf_free(w, history);
}

/* Two clusters in one folder that share nothing but the default name. */
static void test_strangers(void) {
  World *w = pf_world(4, "");
  w->n = 2;
  pf_cluster(w);
  GalenUuid other = jf_uuid(3, 77);
  pf_start(w, 3, 3, -1, 1, FALSE);
  pf_view(w, 4, (View){.members = "3", .seq = 1, .act = 0, .conf = 0, .group = &other});
  pf_start(w, 4, 5, -1, 1, TRUE);
  pf_view(w, 6, (View){.members = "34", .seq = 2, .act = 5, .conf = 1, .group = &other});
  for (guint node = 1; node <= 4; node++)
    pf_ready(w, node, 60, 30);
  GalenHistory *history = pf_judge(w);
  g_assert_null(pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN));
  g_assert_null(pf_find(history, GALEN_INCIDENT_CLUSTER_REINITIALISED));
  pf_free(w, history);
}

static void test_prims_met(void) {
  World *w = pf_world(2, "2");
  pf_cluster(w);
  pf_text(w, 1, 60, GALEN_FACT_CONFLICTING_PRIMS, NULL, "conflicting prims");
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN);
  g_assert_nonnull(one);
  g_assert_cmpint(one->confidence, ==, GALEN_PROVEN);
  g_assert_true(pf_has(one->rules, "R11"));
  pf_free(w, history);
}

/* Equal view numbers and conf_ids of two bootstraps are unrelated. */
static void test_restarted_numbers(void) {
  World *w = pf_world(2, "");
  pf_cluster(w);
  pf_stop(w, 2, 50, "1", 30);
  pf_view(w, 50, (View){.members = "1", .gone = "2", .seq = 3, .act = 30, .conf = 2});
  pf_stop(w, 1, 60, "", 31);
  pf_start(w, 1, 100, 31, 1, FALSE);
  pf_view(w, 101, (View){.members = "1", .seq = 1, .act = 31, .conf = 0});
  pf_ready(w, 1, 101, 32);
  pf_start(w, 2, 110, 30, 0, TRUE);
  pf_view(w, 111, (View){.members = "12", .seq = 2, .act = 40, .conf = 1});
  pf_transfer(w, 112, 1, 2, FALSE, 30, 41);
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "");
  pf_free(w, history);
}

/* A view that calls itself primary without quorum results is no primary component that could prove anything. */
static void test_unconfirmed(void) {
  World *w = pf_world(2, "");
  pf_cluster(w);
  pf_miss(w, 50, "1", "2");
  pf_miss(w, 50, "2", "1");
  pf_view(w, 56, (View){.members = "1", .gone = "2", .seq = 3, .act = 30, .conf = 2, .no_quorum = TRUE});
  pf_view(w, 57, (View){.members = "2", .gone = "1", .seq = 3, .act = 30, .conf = 2, .no_quorum = TRUE});
  pf_stop(w, 2, 80, "", 50);
  pf_stop(w, 1, 90, "", 70);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN);
  g_assert_true(one == NULL || one->confidence != GALEN_PROVEN);
  pf_free(w, history);
}

/* node3's clock jumps back when it restarts: by its times it bootstrapped before it had joined. The order of lines still
 * proves the fork; times and positions that contradict it do not count. */
static void test_jumping_clock(void) {
  World *w = pf_world(3, "");
  pf_cluster(w);
  pf_miss(w, 50, "12", "3");
  pf_miss(w, 50, "3", "12");
  pf_view(w, 56, (View){.members = "12", .gone = "3", .seq = 4, .act = 152, .conf = 3});
  pf_view(w, 56, (View){.members = "3", .gone = "12", .seq = 4, .act = 150, .non_primary = TRUE});
  pf_stop(w, 3, 60, "", 150);
  w->pen[3].shift = -54;
  pf_start_of(w, 3, 66, w->group, 150, 1, FALSE);
  pf_view(w, 66, (View){.members = "3", .seq = 1, .act = 150, .conf = 0});
  pf_ready(w, 3, 66, 151);
  pf_stop(w, 3, 108, "", 273);
  w->pen[3].shift = 0;
  pf_start(w, 3, 110, -1, 1, TRUE);
  pf_view(w, 111, (View){.members = "123", .seq = 5, .act = 604, .conf = 4});
  pf_transfer(w, 112, 1, 3, TRUE, 0, 605);
  GalenHistory *history = pf_judge(w);
  const GalenIncident *one = pf_find(history, GALEN_INCIDENT_SPLIT_BRAIN);
  g_assert_nonnull(one);
  g_assert_cmpuint(pf_count(history, GALEN_INCIDENT_SPLIT_BRAIN), ==, 1);
  g_assert_cmpint(one->common_seqno, ==, 150);
  pf_free(w, history);
}

/* The same node does it again later: two forks, two incidents. */
static void test_twice(void) {
  World *w = founding("", 0, FALSE);
  pf_stop(w, 3, 200, "12", 700);
  pf_view(w, 200, (View){.members = "12", .gone = "3", .seq = 6, .act = 700, .conf = 5});
  pf_start_of(w, 3, 210, w->group, 700, 1, FALSE);
  pf_view(w, 211, (View){.members = "3", .seq = 1, .act = 700, .conf = 0});
  pf_ready(w, 3, 211, 701);
  pf_stop(w, 3, 230, "", 720);
  pf_start(w, 3, 240, -1, 1, TRUE);
  pf_view(w, 241, (View){.members = "123", .seq = 7, .act = 800, .conf = 6});
  pf_transfer(w, 242, 1, 3, TRUE, 0, 801);
  GalenHistory *history = pf_judge(w);
  pf_assert_only(history, "split-brain(proven):node1,node2,node3 split-brain(proven):node1,node2,node3");
  const GalenIncident *first = history->incidents->pdata[0], *second = history->incidents->pdata[1];
  g_assert_cmpint(first->common_seqno, ==, 150);
  g_assert_cmpint(second->common_seqno, ==, 700);
  g_assert_cmpint(pf_range(second, "node3")->last_seqno, ==, 720);
  g_assert_cmpint(pf_range(second, "node1")->last_seqno, ==, 800);
  g_assert_cmpstr(first->id, !=, second->id);
  pf_free(w, history);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/proof/split/founding", test_founding);
  static const char *const muted[] = {"1", "2", "12", "3"};
  for (guint i = 0; i < G_N_ELEMENTS(muted); i++) {
    g_autofree char *name = g_strdup_printf("/proof/split/founding-without-%s", muted[i]);
    g_test_add_data_func(name, muted[i], test_founding_without);
  }
  g_test_add_func("/proof/split/filtered", test_filtered);
  g_test_add_func("/proof/split/twice", test_twice);
  g_test_add_func("/proof/split/same-id", test_same_id);
  g_test_add_func("/proof/split/siblings", test_siblings);
  g_test_add_func("/proof/split/siblings-unnumbered", test_siblings_unnumbered);
  g_test_add_func("/proof/split/unnumbered-in-turn", test_unnumbered_in_turn);
  g_test_add_func("/proof/split/opted-in-alone", test_opted_in_alone);
  g_test_add_func("/proof/split/opted-in-and-dead", test_opted_in_and_dead);
  g_test_add_data_func("/proof/split/both-halves", "", test_both_halves);
  g_test_add_data_func("/proof/split/both-halves-without-1", "1", test_both_halves);
  g_test_add_data_func("/proof/split/one-half", "", test_one_half);
  g_test_add_data_func("/proof/split/one-half-without-3", "3", test_one_half);
  g_test_add_func("/proof/split/second-uuid", test_second_uuid);
  g_test_add_func("/proof/split/reinitialised", test_reinitialised);
  g_test_add_func("/proof/split/strangers", test_strangers);
  g_test_add_func("/proof/split/prims-met", test_prims_met);
  g_test_add_func("/proof/split/restarted-numbers", test_restarted_numbers);
  g_test_add_func("/proof/split/unconfirmed", test_unconfirmed);
  g_test_add_func("/proof/split/jumping-clock", test_jumping_clock);
  return g_test_run();
}
