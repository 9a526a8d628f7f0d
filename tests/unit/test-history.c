/* A whole history: the same whatever the order of inputs; nothing at all is fine too. */
#include "history-dump.h"
#include "journal-fixture.h"

#define INPUTS 7

static const char *const names[] = {"n1", "n2", "n3"};

typedef struct {
  GalenUuid self[3], group;
} World;

static JfComponent component(const World *world, guint self, gint64 seq, guint members) {
  JfComponent c = {.primary = TRUE, .rep = world->self[0], .seq = seq, .group = world->group, .conf_id = seq - 1};
  c.act_id = seq * 100;
  c.self = world->self[self];
  c.exchange = jf_uuid((double)(10 + seq * 60), 70);
  for (guint i = 0, n = 0; i < 3; i++)
    if (members & 1u << i)
      c.members[n++] = (JfMember){world->self[i], names[i]};
  return c;
}

/* Input k of a cluster whose third node is lost, whose logs were rotated, and copied. */
static void write_input(const World *world, GalenJournal *journal, guint k) {
  static const char *const paths[INPUTS] = {"n1/error.log",   "n2/error.log",        "n3/error.log", "n1/error.log.1",
                                            "n2/error.log.1", "n1/copy/error.log.1", "n1/slow.log"};
  guint node = k == 3 || k == 5 || k == 6 ? 0 : k == 4 ? 1 : k;
  JfPen pen = jf_pen(journal, paths[k], k == 5 ? "copy" : names[node]);
  gboolean begins = k >= 2 && k <= 5;
  pen.shift = node == 1 ? 7200 : node == 2 ? 12 : 0;
  if (k == 6) {
    jf_input(&pen)->kind = "slow-log";
    jf_input(&pen)->epoch_offset = 0;
    return;
  }
  JfComponent all = component(world, node, 1, 7), pair = component(world, node, 2, 3),
              back = component(world, node, 3, 7);
  if (begins) {
    jf_start(&pen, 60 + node, "10.0.0.1", world->self[node], world->group, 90, 0, node == 0 ? NULL : "10.0.0.1:");
    jf_component(&pen, 70, &all);
    jf_state(&pen, 71, "JOINED", "SYNCED", 101);
  }
  if (k == 3 || k == 4 || k == 5) {
    jf_peer(&pen, 125, GALEN_FACT_SUSPECT, world->self[2], NULL);
    return;
  }
  if (k != 2)
    jf_component(&pen, 130, &pair);
  else
    jf_start(&pen, 180, "10.0.0.3", world->self[2], world->group, -1, 0, "10.0.0.1:");
  jf_component(&pen, 190, &back);
  jf_text(&pen, 191, GALEN_FACT_DONOR_SELECTED, "n3", "n1");
  jf_text(&pen, 195, GALEN_FACT_TRANSFER_END, "n3", "n1")->number = 0;
}

static char *history_in_order(const guint *order) {
  World world = {.group = jf_uuid(1, 9)};
  for (guint i = 0; i < 3; i++)
    world.self[i] = jf_uuid(2 + i, i + 1);
  g_autoptr(GalenJournal) journal = galen_journal_new();
  for (guint i = 0; i < INPUTS; i++)
    write_input(&world, journal, order[i]);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  return hd_history(history);
}

static void test_any_order(void) {
  guint order[INPUTS] = {0, 1, 2, 3, 4, 5, 6};
  g_autofree char *expected = history_in_order(order);
  g_assert_nonnull(strstr(expected, "lost=[n3]"));
  g_assert_nonnull(strstr(expected, "zone=+02:00"));
  g_assert_null(strstr(expected, "node copy"));
  for (guint round = 0; round < 50; round++) {
    for (guint i = INPUTS - 1; i > 0; i--) {
      guint other = (guint)g_test_rand_int_range(0, (gint32)i + 1), kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    g_autofree char *text = history_in_order(order);
    g_assert_cmpstr(text, ==, expected);
  }
}

static void test_nothing(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  g_autoptr(GalenHistory) none = galen_history_new(journal, NULL);
  g_assert_cmpuint(none->nodes->len, ==, 0);
  g_autoptr(GalenJournal) empty = galen_journal_new();
  galen_journal_add_input(empty, "a/error.log", "a", "error-log");
  g_autoptr(GalenHistory) history = galen_history_new(empty, NULL);
  g_assert_cmpuint(history->nodes->len, ==, 1);
  g_assert_true(galen_history_node(history, "a") == g_ptr_array_index(history->input_nodes, 0));
  g_assert_null(galen_history_node(history, "b"));
  g_assert_cmpint(galen_history_time(history, 0, GALEN_TIME_NONE, FALSE), ==, GALEN_TIME_NONE);
  g_assert_cmpint(galen_history_time(history, 0, 5, FALSE), ==, 5);
}

/* Facts in any disorder break nothing. */
static void test_noise(void) {
  for (guint round = 0; round < 300; round++) {
    g_autoptr(GalenJournal) journal = galen_journal_new();
    for (guint i = 0; i < 3; i++) {
      JfPen pen = jf_pen(journal, names[i], names[i % 2]);
      for (guint k = 0; k < 60; k++) {
        GalenFactKind kind = (GalenFactKind)g_test_rand_int_range(1, GALEN_FACT_KINDS);
        GalenFact *fact = jf_add(&pen, g_test_rand_int_range(0, 1000), kind);
        fact->flag = g_test_rand_bit();
        fact->replayed = g_test_rand_int_range(0, 8) == 0;
        fact->gap_before = g_test_rand_int_range(0, 20) == 0;
        fact->instance = g_test_rand_int_range(0, 9) == 0 ? GALEN_INSTANCE_UNKNOWN : 0;
        fact->number = g_test_rand_int_range(-1, 4);
        fact->total = g_test_rand_int_range(-1, 4);
        if (g_test_rand_bit())
          fact->uuid = fact->other = jf_uuid(g_test_rand_int_range(0, 3), 1);
        if (g_test_rand_bit())
          fact->seqno = fact->last = g_test_rand_int_range(-1, 50);
        if (g_test_rand_bit())
          fact->name = g_strdup(names[g_test_rand_int_range(0, 3)]);
        if (g_test_rand_bit())
          fact->value = g_strdup(g_test_rand_bit() ? "SYNCED" : "n1");
        if (g_test_rand_bit())
          jf_member(fact, fact->uuid, names[g_test_rand_int_range(0, 3)], g_test_rand_int_range(-1, 3),
                    g_test_rand_bit());
        if (g_test_rand_int_range(0, 30) == 0)
          fact->wall = fact->last_wall = GALEN_TIME_NONE;
      }
    }
    g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
    g_autofree char *text = hd_history(history);
    g_assert_nonnull(text);
    for (guint i = 0; i < history->nodes->len; i++) {
      const GalenNode *node = g_ptr_array_index(history->nodes, i);
      for (guint k = 0; k < node->states->len; k++) {
        const GalenStateSpan *span = &g_array_index(node->states, GalenStateSpan, k);
        g_assert_cmpint(span->from, <=, span->to);
        if (k > 0)
          g_assert_cmpint(span->from, ==, g_array_index(node->states, GalenStateSpan, k - 1).to);
      }
      for (guint k = 0; k < node->components->len; k++) {
        const GalenComponent *c = g_ptr_array_index(node->components, k);
        g_assert_cmpint(c->from, <=, c->to);
      }
    }
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/history/any-order", test_any_order);
  g_test_add_func("/history/nothing", test_nothing);
  g_test_add_func("/history/noise", test_noise);
  return g_test_run();
}
