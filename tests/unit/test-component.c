/* Components as a node's log shows them. */
#include "../../analyzer/cluster/history.h"
#include "journal-fixture.h"

static GalenUuid one, two, three, group;

static void make_uuids(void) {
  one = jf_uuid(1, 1);
  two = jf_uuid(2, 2);
  three = jf_uuid(3, 3);
  group = jf_uuid(4, 4);
}

static const GalenNode *node_named(const GalenHistory *history, const char *name) {
  const GalenNode *node = galen_history_node(history, name);
  g_assert_nonnull(node);
  return node;
}

static const GalenComponent *component_at(const GalenNode *node, guint index) {
  g_assert_cmpuint(index, <, node->components->len);
  return g_ptr_array_index(node->components, index);
}

static void assert_list(const GPtrArray *list, const char *expected) {
  g_autofree char **texts = g_new0(char *, list->len + 1);
  for (guint i = 0; i < list->len; i++)
    texts[i] = g_ptr_array_index(list, i);
  g_autofree char *text = g_strjoinv(" ", texts);
  g_assert_cmpstr(text, ==, expected);
}

/* All three as n1 sees them. */
static JfComponent whole(gint64 seq, gint64 act_id) {
  return (JfComponent){.primary = TRUE,
                       .members = {{one, "n1"}, {two, "n2"}, {three, "n3"}},
                       .self = one,
                       .rep = one,
                       .seq = seq,
                       .exchange = jf_uuid((double)(100 + seq), 50),
                       .group = group,
                       .act_id = act_id,
                       .conf_id = seq - 1};
}

static void begin(JfPen *pen) {
  jf_start(pen, 5, "10.0.0.1", one, group, 5, 0, "10.0.0.2:,10.0.0.3:");
  jf_text(pen, 6, GALEN_FACT_SERVER_CONNECTED, "n1", NULL)->other = one;
}

/* One is stopped in order, the other vanishes: peers forget both, and suspect only the second. */
static void test_gone_and_lost(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "1.log", "1");
  begin(&pen);
  JfComponent all = whole(3, 10), pair = whole(4, 20), alone = whole(5, 30);
  pair.members[2] = (JfMember){.name = NULL};
  pair.partitioned[0] = (JfMember){three, "n3"};
  alone.members[1] = alone.members[2] = (JfMember){.name = NULL};
  alone.partitioned[0] = (JfMember){two, "n2"};
  jf_component(&pen, 10, &all);
  jf_peer(&pen, 20, GALEN_FACT_FORGETTING, three, "tcp://10.0.0.3:4567");
  jf_component(&pen, 20, &pair);
  jf_peer(&pen, 20, GALEN_FACT_FORGETTING, three, "tcp://10.0.0.3:4567");
  jf_peer(&pen, 35, GALEN_FACT_SUSPECT, two, NULL);
  jf_component(&pen, 40, &alone);
  jf_peer(&pen, 40, GALEN_FACT_FORGETTING, two, "tcp://10.0.0.2:4567");
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  const GalenNode *node = node_named(history, "n1");
  g_assert_cmpuint(node->components->len, ==, 3);
  const GalenComponent *second = component_at(node, 1), *third = component_at(node, 2);
  assert_list(component_at(node, 0)->members, "n1 n2 n3");
  assert_list(second->members, "n1 n2");
  assert_list(second->gone, "n3");
  assert_list(second->lost, "");
  assert_list(third->gone, "");
  assert_list(third->lost, "n2");
  g_assert_cmpint(second->parent_seq, ==, 3);
  g_assert_cmpint(second->cc_seqno, ==, 21);
  g_assert_cmpint(second->conf_id, ==, 3);
  g_assert_cmpint(second->from, ==, JF_US(20));
  g_assert_cmpint(second->to, ==, JF_US(40));
  g_assert_false(second->open);
  g_assert_true(third->open);
  g_assert_nonnull(second->view);
  g_assert_nonnull(second->cc);
  const GalenClusterRow *cluster = g_ptr_array_index(history->clusters, 0);
  g_assert_cmpuint(cluster->views->len, ==, 3);
  const GalenViewRow *row = g_ptr_array_index(cluster->views, 2);
  assert_list(row->partitioned, "n2");
  assert_list(row->seen_by, "n1");
  assert_list(((GalenViewRow *)g_ptr_array_index(cluster->views, 1))->left, "n3");
}

/* Cut off: the old view without the others, then a new one; the last position belongs to the primary one before. */
static void test_cut_off(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "1.log", "1");
  begin(&pen);
  JfComponent all = whole(3, 10), old = whole(3, 10), now = whole(4, 10);
  old.primary = now.primary = FALSE;
  for (guint i = 0; i < 2; i++) {
    JfComponent *c = i == 0 ? &old : &now;
    c->members[1] = c->members[2] = (JfMember){.name = NULL};
    c->partitioned[0] = (JfMember){two, "n2"};
    c->partitioned[1] = (JfMember){three, "n3"};
    c->no_cc = TRUE;
  }
  jf_component(&pen, 10, &all);
  jf_peer(&pen, 50, GALEN_FACT_SUSPECT, two, NULL);
  jf_peer(&pen, 50, GALEN_FACT_SUSPECT, three, NULL);
  /* gcomm writes both views before gcs comes to the first */
  jf_component_view(&pen, 51, &old);
  jf_component_view(&pen, 51, &now);
  old.no_view = now.no_view = TRUE;
  jf_component(&pen, 52, &old);
  jf_state(&pen, 52, "SYNCED", "OPEN", 150);
  jf_component(&pen, 52, &now);
  jf_add(&pen, 60, GALEN_FACT_SHUTDOWN_BEGIN);
  jf_add(&pen, 60, GALEN_FACT_CLOSING);
  jf_add(&pen, 60, GALEN_FACT_VIEW)->flag = TRUE;
  jf_add(&pen, 61, GALEN_FACT_SELF_LEAVE);
  jf_add(&pen, 62, GALEN_FACT_SHUTDOWN_END);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  const GalenNode *node = node_named(history, "n1");
  g_assert_cmpuint(node->components->len, ==, 3);
  const GalenComponent *primary = component_at(node, 0), *cut = component_at(node, 1), *last = component_at(node, 2);
  g_assert_true(primary->primary);
  g_assert_cmpint(primary->to, ==, JF_US(52));
  g_assert_cmpint(primary->first_seqno, ==, 11);
  g_assert_cmpint(primary->last_seqno, ==, 150);
  g_assert_false(cut->primary || last->primary);
  g_assert_cmpint(cut->view_seq, ==, 3);
  g_assert_cmpint(last->view_seq, ==, 4);
  assert_list(cut->lost, "n2 n3");
  g_assert_cmpint(last->to, ==, JF_US(61));
  const GalenStateSpan *lane = NULL;
  for (guint i = 0; i < node->states->len; i++)
    if (g_array_index(node->states, GalenStateSpan, i).from == JF_US(52))
      lane = &g_array_index(node->states, GalenStateSpan, i);
  g_assert_cmpstr(lane != NULL ? lane->state : NULL, ==, "NON_PRIMARY");
  g_assert_cmpstr(lane != NULL ? lane->reason : NULL, ==, "lost quorum: no contact with n2, n3");
  const GalenClusterRow *cluster = g_ptr_array_index(history->clusters, 0);
  g_assert_cmpuint(cluster->views->len, ==, 2);
  assert_list(((GalenViewRow *)g_ptr_array_index(cluster->views, 1))->partitioned, "n2 n3");
}

/* A leaving node shows its old view once more, alone: that is no partition. */
static void test_leaving(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "1.log", "1");
  begin(&pen);
  JfComponent all = whole(3, 10);
  jf_component(&pen, 10, &all);
  jf_text(&pen, 50, GALEN_FACT_SHUTDOWN_BEGIN, NULL, "unknown");
  jf_add(&pen, 50, GALEN_FACT_CLOSING);
  JfComponent self = whole(3, 10);
  self.primary = FALSE;
  self.no_cc = TRUE;
  self.members[1] = self.members[2] = (JfMember){.name = NULL};
  jf_component(&pen, 50, &self);
  jf_state(&pen, 50, "SYNCED", "OPEN", 77);
  jf_add(&pen, 51, GALEN_FACT_SELF_LEAVE);
  jf_add(&pen, 52, GALEN_FACT_SHUTDOWN_END);
  jf_start(&pen, 100, "10.0.0.1", jf_uuid(100, 1), group, 80, 0, "10.0.0.2:");
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  const GalenNode *node = node_named(history, "n1");
  g_assert_cmpuint(node->components->len, ==, 1);
  g_assert_cmpint(component_at(node, 0)->to, ==, JF_US(50));
  g_assert_false(component_at(node, 0)->open);
  g_assert_cmpint(component_at(node, 0)->last_seqno, ==, 80); /* as the next start knows */
}

/* A PRIM view that no Quorum results confirm is not primary. */
static void test_unconfirmed(void) {
  for (guint refused = 0; refused < 2; refused++) {
    g_autoptr(GalenJournal) journal = galen_journal_new();
    JfPen pen = jf_pen(journal, "1.log", "1");
    begin(&pen);
    JfComponent all = whole(3, 10), next = whole(4, 20), last = whole(5, 30);
    next.no_quorum = next.no_cc = TRUE;
    jf_component(&pen, 10, &all);
    jf_component(&pen, 20, &next);
    if (refused)
      jf_text(&pen, 21, GALEN_FACT_QUORUM, NULL, "-1/-1/-1")->total = 3;
    jf_component(&pen, 30, &last);
    g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
    const GalenNode *node = node_named(history, "n1");
    g_assert_true(component_at(node, 0)->primary);
    g_assert_false(component_at(node, 1)->primary);
    g_assert_cmpint(component_at(node, 1)->quorum_seen, ==, (gboolean)refused);
    g_assert_true(component_at(node, 2)->primary);
    g_assert_cmpint(component_at(node, 2)->parent_seq, ==, 3);
  }
}

static void test_boot(void) {
  static const struct {
    gboolean startup, option, restored, rebootstrap;
    GalenBoot boot;
  } cases[] = {{TRUE, FALSE, FALSE, FALSE, GALEN_BOOT_STARTUP},
               {FALSE, FALSE, FALSE, FALSE, GALEN_BOOT_NONE},
               {FALSE, TRUE, FALSE, FALSE, GALEN_BOOT_RUNTIME},
               {FALSE, TRUE, TRUE, FALSE, GALEN_BOOT_RECOVERY},
               {FALSE, TRUE, FALSE, TRUE, GALEN_BOOT_RECOVERY}};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GalenJournal) journal = galen_journal_new();
    JfPen pen = jf_pen(journal, "1.log", "1");
    jf_start(&pen, 5, "10.0.0.1", one, group, 5, 0, cases[i].startup ? NULL : "10.0.0.2:");
    jf_text(&pen, 6, GALEN_FACT_SERVER_CONNECTED, "n1", NULL)->other = one;
    jf_add(&pen, 6, GALEN_FACT_PC_RESTORED)->flag = cases[i].restored;
    if (cases[i].rebootstrap)
      jf_add(&pen, 7, GALEN_FACT_REBOOTSTRAP);
    JfComponent all = whole(3, 10), next = whole(4, 20);
    all.bootstrap = cases[i].option;
    jf_component(&pen, 10, &all);
    jf_component(&pen, 20, &next);
    g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
    const GalenNode *node = node_named(history, "n1");
    g_assert_cmpint(component_at(node, 0)->boot, ==, cases[i].boot);
    g_assert_cmpint(component_at(node, 1)->boot, ==, GALEN_BOOT_NONE);
    guint marks = 0;
    for (guint k = 0; k < node->marks->len; k++)
      marks += g_str_equal(g_array_index(node->marks, GalenMark, k).kind, "pc-bootstrap");
    g_assert_cmpuint(marks, ==, cases[i].boot == GALEN_BOOT_RUNTIME);
  }
}

/* Galera 2 and 3: no view block, or no server view with names; a change takes no seqno. */
static void test_old_galera(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "1.log", "1");
  begin(&pen);
  JfComponent all = whole(3, 10), pair = whole(4, 20);
  all.no_view = pair.no_view = TRUE;
  all.protocol_old = pair.protocol_old = 1;
  pair.members[2] = (JfMember){.name = NULL};
  jf_component(&pen, 10, &all);
  jf_component(&pen, 20, &pair);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  const GalenNode *node = node_named(history, "n1");
  const GalenComponent *second = component_at(node, 1);
  assert_list(component_at(node, 0)->members, "n1 n2 n3");
  assert_list(second->members, "n1 n2");
  assert_list(second->lost, "n3");
  g_assert_cmpint(second->cc_seqno, ==, GALEN_SEQNO_NONE);
  g_assert_cmpint(second->view_seq, ==, GALEN_SEQNO_NONE);
  g_assert_cmpint(second->act_id, ==, 20);
  g_assert_cmpint(second->protocol, ==, 9);
  g_assert_cmpint(second->first_seqno, ==, 20);
}

/* A log that begins in the middle still tells who was lost, by what it said before. */
static void test_middle(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "1.log", "1"), other = jf_pen(journal, "2.log", "2");
  jf_text(&other, 6, GALEN_FACT_SERVER_CONNECTED, "n3", NULL)->other = three;
  jf_peer(&pen, 15, GALEN_FACT_SUSPECT, three, NULL);
  JfComponent pair = whole(4, 20);
  pair.members[2] = (JfMember){.name = NULL};
  pair.partitioned[0] = (JfMember){three, "n3"};
  jf_component(&pen, 20, &pair);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  assert_list(component_at(node_named(history, "n1"), 0)->lost, "n3");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  make_uuids();
  g_test_add_func("/component/gone-and-lost", test_gone_and_lost);
  g_test_add_func("/component/cut-off", test_cut_off);
  g_test_add_func("/component/leaving", test_leaving);
  g_test_add_func("/component/unconfirmed", test_unconfirmed);
  g_test_add_func("/component/boot", test_boot);
  g_test_add_func("/component/old-galera", test_old_galera);
  g_test_add_func("/component/middle", test_middle);
  return g_test_run();
}
