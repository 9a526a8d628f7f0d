/* What a store keeps of error logs comes back as it was, and what is damaged is refused. */
#include "../../analyzer/cluster/journal_record.h"
#include "facts-fixture.h"

static char *read_sample(const char *name, gsize *ret_len) {
  g_autofree char *path = g_build_filename(GALEN_SOURCE_DIR "/samples/galera-10.11", name, "error.log", NULL);
  char *text = NULL;
  g_assert_true(g_file_get_contents(path, &text, ret_len, NULL));
  return text;
}

static void put(const GalenJournalInput *input, GalenBytes *bytes) {
  galen_bytes_init(bytes, GALEN_JOURNAL_RECORD_MAX);
  galen_journal_input_put(input, bytes);
  g_assert_false(bytes->failed);
}

static void compare_facts(const GalenFact *a, const GalenFact *b) {
  g_autofree char *left = facts_fixture_describe(a), *right = facts_fixture_describe(b);
  g_assert_cmpstr(left, ==, right);
  g_assert_cmpuint(a->line, ==, b->line);
  g_assert_cmpint(a->wall, ==, b->wall);
  g_assert_cmpint(a->time, ==, b->time);
  g_assert_cmpint(a->last_wall, ==, b->last_wall);
  g_assert_cmpint(a->alive_wall, ==, b->alive_wall);
  g_assert_cmpint(a->resolution, ==, b->resolution);
  g_assert_cmpuint(a->thread, ==, b->thread);
  g_assert_cmpint(a->level, ==, b->level);
  g_assert_cmpint(a->inherited, ==, b->inherited);
  g_assert_cmpint(a->gap_before, ==, b->gap_before);
  g_assert_cmpstr(a->text, ==, b->text);
  g_assert_cmpstr(a->raw_time, ==, b->raw_time);
  /* of the rules, which both have: the same pointers */
  g_assert_true(a->title == b->title && a->cause == b->cause && a->advice == b->advice);
}

static void test_round_trip(void) {
  g_autoptr(GalenLogRules) rules = facts_fixture_rules();
  FactsFixture fixture;
  facts_fixture_init(&fixture, rules);
  for (guint node = 1; node <= 3; node++) {
    g_autofree char *name = g_strdup_printf("node%u", node);
    gsize len;
    g_autofree char *text = read_sample(name, &len);
    GalenJournalInput *input = facts_fixture_read(&fixture, text, len);
    input->server = "MariaDB";
    input->version = g_strdup("10.11.19-MariaDB");
    input->host = node == 2 ? g_strdup("db2") : NULL;
    input->node_given = node == 3;
    input->first_wall = 5;
    input->last_wall = -7;
    GalenBytes bytes;
    put(input, &bytes);
    GalenBytesReader reader = {bytes.data, bytes.data + bytes.len, FALSE};
    g_autoptr(GalenJournal) journal = galen_journal_new();
    galen_journal_add_input(journal, "other", "other", "error-log");
    const GalenJournalInput *back = galen_journal_input_get(journal, &reader, rules);
    g_assert_nonnull(back);
    g_assert_true(reader.data == reader.end);
    g_assert_cmpstr(back->kind, ==, input->kind);
    g_assert_cmpstr(back->path, ==, input->path);
    g_assert_cmpstr(back->server, ==, "MariaDB");
    g_assert_cmpstr(back->version, ==, input->version);
    g_assert_cmpstr(back->host, ==, input->host);
    g_assert_cmpint(back->node_given, ==, input->node_given);
    g_assert_cmpint(back->first_wall, ==, 5);
    g_assert_cmpint(back->last_wall, ==, -7);
    g_assert_cmpint(back->epoch_offset, ==, GALEN_TIME_NONE);
    g_assert_cmpuint(back->records, ==, input->records);
    g_assert_cmpuint(back->facts->len, ==, input->facts->len);
    g_assert_cmpuint(back->facts->len, >, 50);
    for (guint i = 0; i < back->facts->len; i++) {
      const GalenFact *fact = g_ptr_array_index(back->facts, i);
      compare_facts(g_ptr_array_index(input->facts, i), fact);
      g_assert_cmpuint(fact->input, ==, 1);
    }
    galen_bytes_clear(&bytes);
  }
  facts_fixture_clear(&fixture);
}

/* Each kind by its name; words of rules that are there. */
static void test_kinds(void) {
  g_autoptr(GalenLogRules) rules = facts_fixture_rules();
  g_autoptr(GalenJournal) from = galen_journal_new(), to = galen_journal_new();
  GalenJournalInput *input = galen_journal_add_input(from, "error.log", "a", "error-log");
  const GalenLogRule *rule = galen_log_rules_get(rules, 0);
  for (guint kind = GALEN_FACT_NONE + 1; kind < GALEN_FACT_KINDS; kind++) {
    GalenFact *fact = galen_fact_new((GalenFactKind)kind);
    fact->name = g_strdup(rule->id);
    g_ptr_array_add(input->facts, fact);
  }
  GalenBytes bytes;
  put(input, &bytes);
  GalenBytesReader reader = {bytes.data, bytes.data + bytes.len, FALSE};
  const GalenJournalInput *back = galen_journal_input_get(to, &reader, rules);
  g_assert_nonnull(back);
  g_assert_cmpuint(back->facts->len, ==, GALEN_FACT_KINDS - 1);
  for (guint i = 0; i < back->facts->len; i++) {
    const GalenFact *fact = g_ptr_array_index(back->facts, i);
    gboolean told = fact->kind == GALEN_FACT_TROUBLE || fact->kind == GALEN_FACT_START_ERROR;
    g_assert_cmpint(fact->kind, ==, i + 1);
    g_assert_cmpstr(fact->title, ==, told ? rule->title : NULL);
    g_assert_cmpstr(fact->advice, ==, told ? rule->advice : NULL);
  }
  galen_bytes_clear(&bytes);
}

/* A store may have been damaged: each cut is refused, and no flipped byte does harm. */
static void test_damage(void) {
  g_autoptr(GalenJournal) from = galen_journal_new();
  GalenJournalInput *input = galen_journal_add_input(from, "error.log", "a", "error-log");
  GalenFact *fact = galen_fact_new(GALEN_FACT_VIEW);
  GalenFactMember member = {.name = g_strdup("b"), .segment = 0, .index = 1};
  fact->name = g_strdup("name");
  galen_fact_add_member(fact, &member);
  g_ptr_array_add(input->facts, fact);
  GalenBytes bytes;
  put(input, &bytes);
  g_autoptr(GalenJournal) journal = galen_journal_new();
  for (gsize cut = 0; cut < bytes.len; cut++) {
    GalenBytesReader reader = {bytes.data, bytes.data + cut, FALSE};
    g_assert_null(galen_journal_input_get(journal, &reader, NULL));
    g_assert_cmpuint(journal->inputs->len, ==, 0);
  }
  for (gsize at = 0; at < bytes.len; at++)
    for (guint bit = 0; bit < 8; bit++) {
      bytes.data[at] ^= (guint8)(1u << bit);
      GalenBytesReader reader = {bytes.data, bytes.data + bytes.len, FALSE};
      (void)galen_journal_input_get(journal, &reader, NULL);
      bytes.data[at] ^= (guint8)(1u << bit);
    }
  bytes.data[0]++; /* a later version */
  guint before = journal->inputs->len;
  GalenBytesReader reader = {bytes.data, bytes.data + bytes.len, FALSE};
  g_assert_null(galen_journal_input_get(journal, &reader, NULL));
  g_assert_cmpuint(journal->inputs->len, ==, before);
  galen_bytes_clear(&bytes);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/journal-record/round-trip", test_round_trip);
  g_test_add_func("/journal-record/kinds", test_kinds);
  g_test_add_func("/journal-record/damage", test_damage);
  return g_test_run();
}
