/* What is kept of a node's facts does not depend on the order in which its logs are read. */
#include "../../analyzer/cluster/facts.h"

#define INPUTS 5

typedef struct {
  guint peers, states; /* lines of two kinds: links fold and are left out first, states decide */
} Log;

static void add(GalenFactReader *reader, const char *fact, const char *text, guint64 line) {
  static GalenLogRule rules[2];
  GalenLogRule *rule = &rules[strcmp(fact, "state") == 0];
  rule->id = rule->fact = fact;
  GalenErrorEvent event = {.text = galen_slice(text, strlen(text)),
                           .head = galen_slice(text, strlen(text)),
                           .line = line,
                           .wall = (gint64)line,
                           .time = GALEN_TIME_NONE};
  galen_fact_reader_add(reader, &event, rule);
}

/* Both kinds evenly through the file. */
static void read_log(GalenJournal *journal, guint number, const Log *log) {
  g_autofree char *path = g_strdup_printf("error.log.%u", number);
  GalenJournalInput *input = galen_journal_add_input(journal, path, "n1", "error-log");
  g_autoptr(GalenFactReader) reader = galen_fact_reader_new(input, journal->inputs->len - 1);
  guint total = log->peers + log->states, states = 0;
  for (guint i = 0; i < total; i++) {
    gboolean state = (guint64)(i + 1) * log->states / total > states;
    states += state ? 1 : 0;
    g_autofree char *text =
        state ? g_strdup_printf("Shifting JOINED -> SYNCED (TO: %u)", i)
              : g_strdup_printf("discarding pending addr without UUID: tcp://10.%u.0.2:%u", number, i);
    add(reader, state ? "state" : "pending-peer", text, i + 1);
  }
  galen_journal_limit(journal, "n1");
}

/* Path, lines, and what was left out, of all logs in the order of their paths. */
static char *kept_of(const GalenJournal *journal) {
  char *parts[INPUTS + 1] = {NULL};
  for (guint i = 0; i < journal->inputs->len; i++) {
    const GalenJournalInput *input = g_ptr_array_index(journal->inputs, i);
    GString *text = g_string_new(input->path);
    g_string_append_printf(text, " left out %" G_GUINT64_FORMAT ":", input->folded);
    for (guint k = 0; k < input->facts->len; k++)
      g_string_append_printf(text, " %" G_GUINT64_FORMAT,
                             ((const GalenFact *)g_ptr_array_index(input->facts, k))->line);
    parts[input->path[strlen("error.log.")] - '0'] = g_string_free(text, FALSE);
  }
  char *all = g_strjoinv("\n", parts);
  for (guint i = 0; i < INPUTS; i++)
    g_free(parts[i]);
  return all;
}

static guint n_facts(const GalenJournal *journal) {
  guint n = 0;
  for (guint i = 0; i < journal->inputs->len; i++)
    n += ((const GalenJournalInput *)g_ptr_array_index(journal->inputs, i))->facts->len;
  return n;
}

static void test_order(void) {
  static const Log logs[INPUTS] = {{40000, 3000}, {20, 5}, {3000, 30000}, {9000, 0}, {15000, 500}};
  static const guint orders[][INPUTS] = {
      {0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {1, 3, 4, 0, 2}, {2, 0, 4, 1, 3}, {3, 4, 1, 2, 0}};
  g_autofree char *first = NULL;
  for (guint o = 0; o < G_N_ELEMENTS(orders); o++) {
    g_autoptr(GalenJournal) journal = galen_journal_new();
    for (guint i = 0; i < INPUTS; i++)
      read_log(journal, orders[o][i], &logs[orders[o][i]]);
    g_autofree char *kept = kept_of(journal);
    if (first == NULL)
      first = g_strdup(kept);
    g_assert_true(g_str_equal(kept, first));
    g_assert_cmpuint(n_facts(journal), >=, GALEN_JOURNAL_FACTS_MAX - INPUTS);
    g_assert_cmpuint(n_facts(journal), <=, GALEN_JOURNAL_FACTS_MAX + GALEN_JOURNAL_FACTS_MAX / 2);
  }
}

/* Small logs are kept whole, large ones share what is left; what decides is left out last. */
static void test_shares(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  read_log(journal, 0, &(Log){40000, 4000});
  read_log(journal, 1, &(Log){100, 10});
  read_log(journal, 2, &(Log){40000, 4000});
  const GalenJournalInput *large = g_ptr_array_index(journal->inputs, 0),
                          *small = g_ptr_array_index(journal->inputs, 1),
                          *other = g_ptr_array_index(journal->inputs, 2);
  g_assert_cmpuint(small->facts->len, ==, 110);
  g_assert_cmpuint(small->folded, ==, 0);
  g_assert_cmpuint(large->facts->len, ==, other->facts->len);
  g_assert_cmpuint(large->folded, ==, other->folded);
  g_assert_cmpuint(large->facts->len, >=, (GALEN_JOURNAL_FACTS_MAX - 110) / 2);
  guint states = 0;
  for (guint i = 0; i < large->facts->len; i++)
    states += ((const GalenFact *)g_ptr_array_index(large->facts, i))->kind == GALEN_FACT_STATE ? 1 : 0;
  g_assert_cmpuint(states, ==, 4000);
}

/* Logs of another node take nothing away. */
static void test_nodes(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  read_log(journal, 0, &(Log){40000, 0});
  GalenJournalInput *other = galen_journal_add_input(journal, "x", "n2", "error-log");
  for (guint i = 0; i < 20000; i++)
    g_ptr_array_add(other->facts, galen_fact_new(GALEN_FACT_PENDING_PEER));
  galen_journal_limit(journal, "n2");
  g_assert_cmpuint(other->facts->len, ==, 20000);
  g_assert_cmpuint(((const GalenJournalInput *)g_ptr_array_index(journal->inputs, 0))->facts->len, ==,
                   GALEN_JOURNAL_FACTS_MAX);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/facts-limit/order", test_order);
  g_test_add_func("/facts-limit/shares", test_shares);
  g_test_add_func("/facts-limit/nodes", test_nodes);
  return g_test_run();
}
