/* Whose logs are whose. */
#include "../../analyzer/cluster/history.h"
#include "journal-fixture.h"

static GalenNode *node_of(const GalenHistory *history, guint input) {
  return g_ptr_array_index(history->input_nodes, input);
}

/* A short life as a member: start, one component, ready. */
static void live(JfPen *pen, double at, const char *name, const char *address, GalenUuid self) {
  GalenUuid group = jf_uuid(0, 99);
  jf_start(pen, at, address, self, group, 5, 0, "10.0.0.1:,10.0.0.2:");
  GalenFact *connected = jf_position(pen, at + 1, GALEN_FACT_SERVER_CONNECTED, group, 10);
  connected->name = g_strdup(name);
  connected->other = self;
  jf_state(pen, at + 2, "JOINED", "SYNCED", 10);
}

static void test_own_name(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen a = jf_pen(journal, "logs/a.err", "a"), b = jf_pen(journal, "logs/b.err", "b");
  live(&a, 10, "db1", "10.0.0.1", jf_uuid(10, 1));
  live(&b, 10, "db2", "10.0.0.2", jf_uuid(10, 2));
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  g_assert_cmpuint(history->nodes->len, ==, 2);
  g_assert_cmpstr(node_of(history, 0)->name, ==, "db1");
  g_assert_cmpstr(node_of(history, 1)->name, ==, "db2");
  g_assert_cmpstr(g_ptr_array_index(node_of(history, 0)->addresses, 0), ==, "10.0.0.1");
  g_assert_true(galen_history_node(history, "a") == node_of(history, 0)); /* by its folder */
  GalenUuid self = jf_short(jf_uuid(10, 2)), again = self;
  again.bytes[9]++;
  g_assert_true(galen_history_member(history, &self, GALEN_TIME_NONE) == node_of(history, 1));
  g_assert_true(galen_history_member(history, &again, GALEN_TIME_NONE) == node_of(history, 1));
}

static void test_given(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen a = jf_pen(journal, "x/error.log", "left"), b = jf_pen(journal, "x/error.log.1", "left");
  jf_input(&a)->node_given = jf_input(&b)->node_given = TRUE;
  live(&b, 10, "db1", "10.0.0.1", jf_uuid(10, 1));
  live(&a, 500, "db1", "10.0.0.1", jf_uuid(500, 1));
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  g_assert_cmpuint(history->nodes->len, ==, 1);
  g_assert_cmpstr(node_of(history, 0)->name, ==, "left");
  g_assert_cmpstr(g_ptr_array_index(node_of(history, 0)->aliases, 0), ==, "db1");
  g_assert_true(galen_history_node(history, "db1") == node_of(history, 0));
  /* the rotated one is older, whatever it is called */
  g_assert_cmpuint(g_array_index(node_of(history, 0)->inputs, guint, 0), ==, 1);
  g_assert_cmpuint(node_of(history, 0)->processes->len, ==, 2);
}

/* A pod has one life after the other, each at an address of its own; two hosts of one name run at once. */
static void test_same_name(void) {
  for (guint overlap = 0; overlap < 2; overlap++) {
    g_autoptr(GalenJournal) journal = galen_journal_new();
    JfPen a = jf_pen(journal, "p/1.log", "1"), b = jf_pen(journal, "p/2.log", "2");
    live(&a, 10, "pxc-0", "10.1.0.1", jf_uuid(10, 1));
    jf_state(&a, 400, "SYNCED", "DONOR/DESYNCED", 20);
    live(&b, overlap ? 100 : 500, "pxc-0", "10.1.0.7", jf_uuid(overlap ? 100 : 500, 2));
    jf_state(&b, 900, "SYNCED", "DONOR/DESYNCED", 20);
    g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
    g_assert_cmpuint(history->nodes->len, ==, overlap ? 2 : 1);
    if (overlap) {
      g_assert_cmpstr(node_of(history, 0)->name, ==, "pxc-0@10.1.0.1");
      g_assert_cmpstr(node_of(history, 1)->name, ==, "pxc-0@10.1.0.7");
    } else {
      g_assert_cmpstr(node_of(history, 0)->name, ==, "pxc-0");
      g_assert_cmpuint(node_of(history, 0)->addresses->len, ==, 2);
    }
  }
}

/* Two nodes' logs in one file: one behind the other, and interleaved with their instances told apart. */
static void test_mixed(void) {
  for (guint interleaved = 0; interleaved < 2; interleaved++) {
    g_autoptr(GalenJournal) journal = galen_journal_new();
    JfPen pen = jf_pen(journal, "all.log", "all");
    live(&pen, 10, "db1", "10.0.0.1", jf_uuid(10, 1));
    guint first = jf_input(&pen)->facts->len;
    live(&pen, 8, "db2", "10.0.0.2", jf_uuid(8, 2));
    for (guint i = first; interleaved && i < jf_input(&pen)->facts->len; i++)
      ((GalenFact *)g_ptr_array_index(jf_input(&pen)->facts, i))->instance = 1;
    GalenFact *lost = jf_add(&pen, 30, GALEN_FACT_CRASH);
    lost->instance = interleaved ? GALEN_INSTANCE_UNKNOWN : 0;
    g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
    g_assert_cmpuint(history->nodes->len, ==, 2);
    for (guint i = 0; i < 2; i++) {
      const GalenNode *node = g_ptr_array_index(history->nodes, i);
      g_assert_cmpstr(node->name, ==, i == 0 ? "db1" : "db2");
      g_assert_cmpuint(node->processes->len, ==, 1);
      const GalenProcess *process = g_ptr_array_index(node->processes, 0);
      /* nobody knows whose crash it is when both write at once */
      g_assert_cmpint(process->end == GALEN_END_CRASH, ==, !interleaved && i == 1);
    }
  }
}

/* Without a start line in between, the change of the name and the jump back tell where the second file begins. */
static void test_joined_in_the_middle(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "all.log", "all");
  live(&pen, 10, "db1", "10.0.0.1", jf_uuid(10, 1));
  jf_state(&pen, 600, "SYNCED", "DONOR/DESYNCED", 20);
  jf_state(&pen, 50, "DONOR/DESYNCED", "JOINED", 20);
  GalenFact *connected = jf_text(&pen, 51, GALEN_FACT_SERVER_CONNECTED, "db2", NULL);
  connected->other = jf_uuid(5, 2);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  g_assert_cmpuint(history->nodes->len, ==, 2);
  const GalenNode *first = galen_history_node(history, "db1"), *second = galen_history_node(history, "db2");
  g_assert_cmpuint(second->facts->len, ==, 2);
  g_assert_cmpint(((GalenFact *)g_ptr_array_index(first->facts, first->facts->len - 1))->wall, ==, JF_US(600));
}

/* A renamed node stays at its place. */
static void test_renamed(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "error.log", "error");
  live(&pen, 10, "old", "10.0.0.1", jf_uuid(10, 1));
  live(&pen, 100, "new", "10.0.0.1", jf_uuid(100, 1));
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  g_assert_cmpuint(history->nodes->len, ==, 1);
  g_assert_cmpstr(node_of(history, 0)->name, ==, "new");
  g_assert_cmpstr(g_ptr_array_index(node_of(history, 0)->aliases, 0), ==, "old");
}

/* Two copies of a run that overlap count once; equal lines of one file count twice. */
static void test_copies(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen whole = jf_pen(journal, "a/error.log", "a"), tail = jf_pen(journal, "a/copy.log", "a");
  live(&whole, 10, "db1", "10.0.0.1", jf_uuid(10, 1));
  jf_add(&whole, 20, GALEN_FACT_SELF_LEAVE);
  jf_add(&whole, 20, GALEN_FACT_SELF_LEAVE);
  guint total = jf_input(&whole)->facts->len;
  for (guint i = total - 5; i < total; i++) {
    const GalenFact *fact = g_ptr_array_index(jf_input(&whole)->facts, i);
    GalenFact *copy = jf_text(&tail, 0, fact->kind, fact->name, fact->value);
    copy->wall = copy->last_wall = fact->wall;
    copy->uuid = fact->uuid;
    copy->other = fact->other;
    copy->seqno = fact->seqno;
    g_free(copy->text);
    copy->text = g_strdup(fact->text);
  }
  jf_input(&tail)->first_wall = JF_US(11);
  jf_input(&tail)->last_wall = JF_US(40);
  jf_text(&tail, 40, GALEN_FACT_SHUTDOWN_END, NULL, NULL);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  g_assert_cmpuint(history->nodes->len, ==, 1);
  g_assert_cmpuint(node_of(history, 0)->facts->len, ==, total + 1);
}

/* Members without a log, the arbitrator, files beside a log. */
static void test_others(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "n1/error.log", "n1");
  galen_journal_add_input(journal, "n1/slow.log", "n1", "slow-log");
  galen_journal_add_input(journal, "n1/grastate.dat", "n1", "galera-state");
  galen_journal_add_input(journal, "far/slow.log", "far", "slow-log");
  GalenUuid one = jf_uuid(10, 1), two = jf_uuid(9, 2), garb = jf_uuid(8, 3), group = jf_uuid(0, 9);
  jf_start(&pen, 10, "10.0.0.1", one, group, 5, 0, "10.0.0.2:");
  jf_peer(&pen, 11, GALEN_FACT_LINK_UP, two, "tcp://10.0.0.2:4567");
  jf_component(&pen, 12,
               &(JfComponent){.primary = TRUE,
                              .members = {{garb, "garb"}, {two, "db2"}, {one, "db1"}},
                              .self = one,
                              .rep = garb,
                              .seq = 3,
                              .exchange = jf_uuid(12, 4),
                              .group = group,
                              .act_id = 10});
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  g_assert_cmpuint(history->nodes->len, ==, 4);
  const GalenNode *db2 = galen_history_node(history, "db2");
  g_assert_false(db2->has_log);
  g_assert_cmpstr(g_ptr_array_index(db2->addresses, 0), ==, "10.0.0.2");
  g_assert_true(galen_history_node(history, "garb")->arbitrator);
  g_assert_true(node_of(history, 1) == node_of(history, 0));
  g_assert_true(node_of(history, 2) == node_of(history, 0));
  g_assert_cmpstr(node_of(history, 3)->name, ==, "far");
  g_assert_cmpuint(history->clusters->len, ==, 1);
  g_assert_cmpuint(((GalenClusterRow *)g_ptr_array_index(history->clusters, 0))->nodes->len, ==, 3);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/identity/own-name", test_own_name);
  g_test_add_func("/identity/given", test_given);
  g_test_add_func("/identity/same-name", test_same_name);
  g_test_add_func("/identity/mixed", test_mixed);
  g_test_add_func("/identity/joined-in-the-middle", test_joined_in_the_middle);
  g_test_add_func("/identity/renamed", test_renamed);
  g_test_add_func("/identity/copies", test_copies);
  g_test_add_func("/identity/others", test_others);
  return g_test_run();
}
