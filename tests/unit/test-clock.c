/* Zones and offsets of nodes' clocks. */
#include "../../analyzer/cluster/history.h"
#include "journal-fixture.h"

#define HOUR 3600.0

static const GalenNode *node_of(const GalenHistory *history, guint input) {
  return g_ptr_array_index(history->input_nodes, input);
}

static const GalenFact *last_fact(const GalenJournal *journal, guint input) {
  const GPtrArray *facts = ((GalenJournalInput *)g_ptr_array_index(journal->inputs, input))->facts;
  return g_ptr_array_index(facts, facts->len - 1);
}

static void say_name(JfPen *pen, double at, const char *name, guint tag) {
  GalenFact *connected = jf_text(pen, at, GALEN_FACT_SERVER_CONNECTED, name, NULL);
  connected->other = jf_uuid(0, tag);
}

/* What n members write of one exchange: the first one makes its UUID, by its own clock. */
static void exchange(JfPen *pens, guint n, double at, guint tag) {
  static const char *const names[] = {"n1", "n2", "n3", "n4"};
  GalenUuid uuid = jf_uuid(at + fmod(pens[0].shift, HOUR / 4), tag);
  for (guint i = 0; i < n; i++) {
    GalenFact *component = jf_add(&pens[i], at, GALEN_FACT_COMPONENT);
    component->flag = TRUE;
    component->number = (gint32)i;
    component->total = (gint32)n;
    if (i == 0)
      jf_position(&pens[0], at, GALEN_FACT_STATE_UUID_SENT, uuid, GALEN_SEQNO_NONE);
    for (guint k = 0; k < n; k++) {
      GalenFact *msg = jf_text(&pens[i], at + 0.001, GALEN_FACT_STATE_MSG, names[k], NULL);
      msg->uuid = uuid;
      msg->number = (gint32)k;
    }
  }
}

static void test_zone_by_uuid(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "n1.log", "n1");
  pen.shift = -5 * HOUR;
  jf_position(&pen, 10, GALEN_FACT_NEW_GROUP, jf_uuid(10, 1), GALEN_SEQNO_NONE);
  jf_add(&pen, 20, GALEN_FACT_SYNCED);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  g_assert_cmpstr(node_of(history, 0)->zone, ==, "-05:00");
  g_assert_cmpstr(node_of(history, 0)->zone_source, ==, "uuid");
  g_assert_cmpstr(node_of(history, 0)->clock_source, ==, "single");
  g_assert_cmpint(last_fact(journal, 0)->time, ==, JF_US(20));
  g_assert_cmpint(galen_history_time(history, 0, JF_US(100 - 5 * HOUR), FALSE), ==, JF_US(100));
  g_assert_cmpint(galen_history_time(history, 0, JF_US(100), TRUE), ==, JF_US(100));
}

/* A member UUID that was restored from disk is old: it says nothing of now. */
static void test_restored_uuid(void) {
  for (guint restored = 0; restored < 2; restored++) {
    g_autoptr(GalenJournal) journal = galen_journal_new();
    JfPen pen = jf_pen(journal, "n1.log", "n1");
    GalenUuid self = jf_uuid(restored ? 10 - 2 * HOUR : 10, 1);
    jf_add(&pen, 9, GALEN_FACT_PROCESS_START);
    if (restored)
      jf_add(&pen, 9, GALEN_FACT_PC_RESTORED)->flag = TRUE;
    jf_peer(&pen, 10, GALEN_FACT_LISTENING, self, "tcp://0.0.0.0:4567");
    jf_position(&pen, 13, GALEN_FACT_MY_UUID, self, GALEN_SEQNO_NONE);
    g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
    g_assert_cmpstr(node_of(history, 0)->zone_source, ==, restored ? "assumed" : "uuid");
    g_assert_cmpint(last_fact(journal, 0)->time, ==, JF_US(13));
  }
}

/* The night in which clocks go back: the hour that comes twice is told apart by the order of the lines. */
static void test_repeated_hour(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "n1.log", "n1");
  pen.shift = 2 * HOUR;
  jf_position(&pen, 0, GALEN_FACT_STATE_UUID_SENT, jf_uuid(0, 1), GALEN_SEQNO_NONE);
  jf_add(&pen, 3000, GALEN_FACT_SYNCED);
  pen.shift = 1 * HOUR;
  jf_add(&pen, 4000, GALEN_FACT_SYNCED); /* 10 minutes before the other one, by its clock */
  jf_position(&pen, 9000, GALEN_FACT_STATE_UUID_SENT, jf_uuid(9000, 2), GALEN_SEQNO_NONE);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  const GPtrArray *facts = jf_input(&pen)->facts;
  static const double expected[] = {0, 3000, 4000, 9000};
  for (guint i = 0; i < facts->len; i++)
    g_assert_cmpint(((GalenFact *)g_ptr_array_index(facts, i))->time, ==, JF_US(expected[i]));
  g_assert_cmpstr(node_of(history, 0)->zone, ==, "+01:00");
}

/* A time is where it is, whichever was asked for before it: also where the steps of the zone are not in the order of times. */
static void test_near(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pen = jf_pen(journal, "n1.log", "n1");
  g_autoptr(GRand) rand = g_rand_new_with_seed(1);
  for (guint i = 0; i < 40; i++) {
    pen.shift = (double)g_rand_int_range(rand, -12, 13) * HOUR;
    jf_add(&pen, i * 2 * HOUR, GALEN_FACT_SYNCED)->time = JF_US(i * 2 * HOUR);
  }
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  GalenZoneStretch stretch = {0};
  guint same = 0;
  for (guint i = 0; i < 20000; i++) {
    gint64 wall = JF_US(g_rand_int_range(rand, -20 * 3600, 100 * 3600)), before = stretch.from;
    gboolean utc = g_rand_int_range(rand, 0, 8) == 0;
    g_assert_cmpint(galen_history_time_near(history, 0, wall, utc, &stretch), ==,
                    galen_history_time(history, 0, wall, utc));
    same += stretch.from == before;
  }
  g_assert_cmpuint(same, >, 100);
  g_assert_cmpuint(same, <, 19900);
}

static void test_zone_by_option_and_others(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen given = jf_pen(journal, "a/a.log", "a"), slow = jf_pen(journal, "b/b.log", "b");
  JfPen own = jf_pen(journal, "c/c.log", "c"), none = jf_pen(journal, "d/d.log", "d");
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("+03:00");
  jf_input(&given)->log_zone = g_time_zone_ref(zone);
  galen_journal_add_input(journal, "b/slow.log", "b", "slow-log")->epoch_offset = (gint64)(5.5 * HOUR) * G_USEC_PER_SEC;
  given.shift = 3 * HOUR;
  slow.shift = 5.5 * HOUR;
  jf_add(&given, 10, GALEN_FACT_SYNCED);
  jf_add(&slow, 10, GALEN_FACT_SYNCED);
  jf_add(&none, 10, GALEN_FACT_SYNCED);
  own.shift = -8 * HOUR;
  jf_add(&own, 10, GALEN_FACT_SYNCED)->time = JF_US(10);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  static const struct {
    const char *source;
    guint input;
  } expected[] = {{"option", 0}, {"epoch", 1}, {"log", 2}, {"assumed", 3}};
  for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
    g_assert_cmpstr(node_of(history, expected[i].input)->zone_source, ==, expected[i].source);
    g_assert_cmpint(last_fact(journal, expected[i].input)->time, ==, JF_US(10));
  }
  g_assert_cmpstr(node_of(history, 2)->zone, ==, "-08:00");
  /* a slow log keeps its times */
  g_assert_cmpint(galen_history_time(history, 4, JF_US(3), TRUE), ==, JF_US(3));
}

/* Three nodes in zones of their own, one of them 37 s ahead, with stamps of a second. */
static void test_offset(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pens[] = {jf_pen(journal, "1.log", "n1"), jf_pen(journal, "2.log", "n2"), jf_pen(journal, "3.log", "n3")};
  pens[1].shift = 1 * HOUR;
  pens[2].shift = -5 * HOUR + 37.4;
  for (guint i = 0; i < 3; i++)
    say_name(&pens[i], 0, i == 0 ? "n1" : i == 1 ? "n2" : "n3", i + 1);
  static const double times[] = {10.1, 20.35, 30.6, 40.85, 51.99};
  for (guint i = 0; i < G_N_ELEMENTS(times); i++)
    exchange(pens, 3, times[i], 10 + i);
  jf_position(&pens[2], 60, GALEN_FACT_STATE_UUID_SENT, jf_uuid(60 + 37.4, 50), GALEN_SEQNO_NONE);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  const GalenNode *ahead = node_of(history, 2);
  g_assert_cmpstr(ahead->zone, ==, "-05:00");
  g_assert_cmpstr(node_of(history, 1)->zone, ==, "+01:00");
  g_assert_cmpstr(ahead->clock_source, ==, "state-exchange");
  g_assert_cmpint(node_of(history, 0)->offset, ==, 0);
  g_assert_cmpint(node_of(history, 1)->offset, ==, 0);
  g_assert_cmpint(ABS(ahead->offset - 37400000), <=, ahead->offset_error);
  g_assert_cmpint(ahead->offset_error, <, 500000); /* the UUIDs tell more than the seconds do */
  g_assert_cmpint(ABS(last_fact(journal, 2)->time - JF_US(60)), <=, G_USEC_PER_SEC);
}

static void test_option_wins(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pens[] = {jf_pen(journal, "1.log", "n1"), jf_pen(journal, "2.log", "n2")};
  say_name(&pens[0], 0, "n1", 1);
  say_name(&pens[1], 0, "n2", 2);
  exchange(pens, 2, 10, 10);
  g_autoptr(GHashTable) offsets = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
  gint64 offset = G_GINT64_CONSTANT(5) * G_USEC_PER_SEC;
  g_hash_table_insert(offsets, (gpointer) "n2", g_memdup2(&offset, sizeof offset));
  GalenHistoryOptions options = {.clock_offsets = offsets};
  g_autoptr(GalenHistory) history = galen_history_new(journal, &options);
  g_assert_cmpint(node_of(history, 1)->offset, ==, offset);
  g_assert_cmpstr(node_of(history, 1)->clock_source, ==, "option");
  g_assert_cmpint(last_fact(journal, 1)->time, ==, JF_US(5));
}

/* Fine stamps: the median; and a clock that steps has two offsets. */
static void test_step(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  JfPen pens[] = {jf_pen(journal, "1.log", "n1"), jf_pen(journal, "2.log", "n2")};
  pens[0].resolution = pens[1].resolution = 1;
  say_name(&pens[0], 0, "n1", 1);
  say_name(&pens[1], 0, "n2", 2);
  pens[1].shift = 3;
  for (guint i = 0; i < 4; i++)
    exchange(pens, 2, 10 + i * 10, 10 + i);
  pens[1].shift = -2;
  for (guint i = 0; i < 4; i++)
    exchange(pens, 2, 100 + i * 10, 20 + i);
  g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
  /* two nodes: the lower of both offsets is the reference */
  const GalenNode *a = node_of(history, 0), *b = node_of(history, 1);
  g_assert_cmpuint(a->steps->len + b->steps->len, ==, 2);
  gint64 now = b->offset - a->offset;
  g_assert_cmpint(ABS(now + G_GINT64_CONSTANT(2) * G_USEC_PER_SEC), <, 10000);
  gint64 first = ((GalenFact *)g_ptr_array_index(jf_input(&pens[0])->facts, 1))->time;
  gint64 first_b = ((GalenFact *)g_ptr_array_index(jf_input(&pens[1])->facts, 1))->time;
  g_assert_cmpint(ABS(first - first_b), <, 10000);
  g_assert_cmpint(ABS(last_fact(journal, 0)->time - last_fact(journal, 1)->time), <, 10000);
}

/* A newcomer writes its first exchange half a second late: it says little, and other exchanges say more. */
static void test_newcomer(void) {
  for (guint more = 0; more < 2; more++) {
    g_autoptr(GalenJournal) journal = galen_journal_new();
    JfPen pens[] = {jf_pen(journal, "1.log", "n1"), jf_pen(journal, "2.log", "n2")};
    pens[0].resolution = pens[1].resolution = 1;
    say_name(&pens[0], 0, "n1", 1);
    jf_add(&pens[1], 0, GALEN_FACT_PROCESS_START);
    say_name(&pens[1], 0, "n2", 2);
    pens[1].shift = 0.5;
    exchange(pens, 2, 10, 10);
    pens[1].shift = 0;
    for (guint i = 0; i < 3 * more; i++)
      exchange(pens, 2, 20 + i, 20 + i);
    g_autoptr(GalenHistory) history = galen_history_new(journal, NULL);
    g_assert_cmpint(node_of(history, 0)->offset, ==, 0);
    g_assert_cmpint(node_of(history, 1)->offset, ==, 0);
    gint64 error = node_of(history, 0)->offset_error + node_of(history, 1)->offset_error;
    g_assert_cmpint(error >= G_USEC_PER_SEC / 2, ==, !more);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/clock/zone-by-uuid", test_zone_by_uuid);
  g_test_add_func("/clock/restored-uuid", test_restored_uuid);
  g_test_add_func("/clock/repeated-hour", test_repeated_hour);
  g_test_add_func("/clock/near", test_near);
  g_test_add_func("/clock/zone-by-option-and-others", test_zone_by_option_and_others);
  g_test_add_func("/clock/offset", test_offset);
  g_test_add_func("/clock/option-wins", test_option_wins);
  g_test_add_func("/clock/step", test_step);
  g_test_add_func("/clock/newcomer", test_newcomer);
  return g_test_run();
}
