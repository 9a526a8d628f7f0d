/* Facts of the files beside a log, and what the reader keeps of very many facts. */
#include "facts-fixture.h"

static void take_state(gpointer user, const GalenStateFile *file) {
  galen_facts_from_state(user, 0, file);
}

static char *facts_of(const char *text) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  GString *out = g_string_new(NULL);
  const GalenFormat *format = galen_format_find(text, strlen(text));
  g_assert_nonnull(format);
  GalenJournalInput *input = galen_journal_add_input(journal, "file", "n1", format->name);
  GalenSink sink = {.user = input, .state = take_state};
  GalenFormatOptions options = {0};
  gpointer parser = format->open(&options, &sink);
  g_assert_cmpuint(format->parse(parser, text, strlen(text), TRUE), ==, strlen(text));
  format->close(parser);
  for (guint i = 0; i < input->facts->len; i++) {
    const GalenFact *fact = g_ptr_array_index(input->facts, i);
    g_autofree char *line = facts_fixture_describe(fact);
    g_assert_nonnull(fact->text);
    g_assert_cmpint(fact->wall, ==, GALEN_TIME_NONE);
    g_string_append_printf(out, "%" G_GUINT64_FORMAT " %s\n", fact->line, line);
  }
  return g_string_free(out, FALSE);
}

static void test_grastate(void) {
  g_autofree char *facts = facts_of("# GALERA saved state\n"
                                    "version: 2.1\n"
                                    "uuid:    1e923c2f-e7b4-11f1-b716-164ff8079f0e\n"
                                    "seqno:   286\n"
                                    "safe_to_bootstrap: 1\n");
  g_assert_cmpstr(facts, ==, "1 saved-state u=1e923c2f-e7b4-11f1-b716-164ff8079f0e s=286 n=1 value=file\n");
}

static void test_gvwstate(void) {
  g_autofree char *facts = facts_of("my_uuid: 1e920958-e7b4-11f1-8674-4a31f3eb9484\n"
                                    "#vwbeg\n"
                                    "view_id: 3 1e920958-e7b4-11f1-8674-4a31f3eb9484 6\n"
                                    "bootstrap: 0\n"
                                    "member: 1e920958-e7b4-11f1-8674-4a31f3eb9484 0\n"
                                    "member: 1ee06432-e7b4-11f1-aa0f-2eb5855e665e 1\n"
                                    "#vwend\n");
  g_assert_cmpstr(facts, ==,
                  "1 my-uuid u=1e920958-e7b4-11f1-8674-4a31f3eb9484 value=file replayed\n"
                  "1 view u=1e920958-e7b4-11f1-8674-4a31f3eb9484 s=6 n=0 value=file replayed "
                  "[1e920958-e7b4-11f1-8674-4a31f3eb9484 .0] [1ee06432-e7b4-11f1-aa0f-2eb5855e665e .1]\n");
}

static void test_configuration(void) {
  g_autofree char *facts = facts_of("[client]\n"
                                    "port=3306\n"
                                    "[mysqld]\n"
                                    "datadir=/var/lib/mysql\n"
                                    "wsrep-cluster-address = gcomm://\n"
                                    "wsrep_sst_auth=a:b\n"
                                    "wsrep_provider_options=\"pc.ignore_sb=true;gcache.size=1G\"\n");
  g_assert_nonnull(strstr(facts, "4 option name=datadir value=/var/lib/mysql\n"));
  g_assert_nonnull(strstr(facts, "5 cluster-address value=gcomm://\n"));
  g_assert_nonnull(strstr(facts, "5 option name=wsrep_cluster_address value=gcomm://\n"));
  g_assert_nonnull(strstr(facts, "6 option name=wsrep_sst_auth value=?\n"));
  g_assert_nonnull(strstr(facts, "7 option name=pc.ignore_sb value=true\n"));
  g_assert_null(strstr(facts, "name=port"));
  g_assert_null(strstr(facts, "a:b"));
}

/* ---- limits ---- */

typedef struct {
  GalenJournal *journal;
  GalenJournalInput *input;
  GalenFactReader *reader;
} Keeping;

static void add(Keeping *self, const char *fact, const char *text, gint64 wall) {
  static GalenLogRule rules[3];
  GalenLogRule *rule = &rules[strcmp(fact, "state") == 0 ? 1 : strcmp(fact, "replication") == 0 ? 2 : 0];
  rule->id = "rule";
  rule->fact = fact;
  GalenErrorEvent event = {.text = galen_slice(text, strlen(text)),
                           .head = galen_slice(text, strlen(text)),
                           .wall = wall,
                           .time = GALEN_TIME_NONE};
  galen_fact_reader_add(self->reader, &event, rule);
}

/* Past the limit what does not decide is left out and counted; what decides is kept. */
static void test_limit(void) {
  Keeping self = {.journal = galen_journal_new()};
  self.input = galen_journal_add_input(self.journal, "error.log", "n1", "error-log");
  self.reader = galen_fact_reader_new(self.input, 0);
  for (guint i = 0; i < GALEN_JOURNAL_FACTS_MAX + 10; i++) {
    g_autofree char *text = g_strdup_printf("discarding pending addr without UUID: tcp://10.0.0.2:%u", i);
    add(&self, "pending-peer", text, i);
  }
  g_assert_cmpuint(self.input->facts->len, ==, GALEN_JOURNAL_FACTS_MAX);
  g_assert_cmpuint(self.input->folded, ==, 10);
  add(&self, "state", "Shifting JOINED -> SYNCED (TO: 5)", 7);
  g_assert_cmpuint(self.input->facts->len, ==, GALEN_JOURNAL_FACTS_MAX + 1);
  galen_fact_reader_free(self.reader);
  galen_journal_free(self.journal);
}

/* Repeats become one fact with its first and last time; facts that decide stay apart. */
static void test_folding(void) {
  Keeping self = {.journal = galen_journal_new()};
  self.input = galen_journal_add_input(self.journal, "error.log", "n1", "error-log");
  self.reader = galen_fact_reader_new(self.input, 0);
  for (gint64 i = 0; i < 5; i++)
    add(&self, "link-refused", "Failed to establish connection: Connection refused", 100 + i);
  for (gint64 i = 0; i < 2; i++)
    add(&self, "state", "Shifting JOINED -> SYNCED (TO: 5)", 200 + i);
  g_assert_cmpuint(self.input->facts->len, ==, 3);
  const GalenFact *refused = g_ptr_array_index(self.input->facts, 0);
  g_assert_cmpint(refused->wall, ==, 100);
  g_assert_cmpint(refused->last_wall, ==, 104);
  g_assert_cmpuint(refused->count, ==, 5);
  galen_fact_reader_free(self.reader);
  galen_journal_free(self.journal);
}

#define STOPPED(position) "Slave SQL: Could not execute Write_rows event, Error_code: 1062; end_log_pos " position

/* Errors of replication that differ in a position alone are one; what is far away, or of another epoch, is not. */
static void test_folding_between(void) {
  Keeping self = {.journal = galen_journal_new()};
  self.input = galen_journal_add_input(self.journal, "error.log", "n1", "error-log");
  self.reader = galen_fact_reader_new(self.input, 0);
  const gint64 second = G_USEC_PER_SEC;
  add(&self, "replication", STOPPED("4"), 1 * second);
  add(&self, "pending-peer", "discarding pending addr without UUID: tcp://10.0.0.2:1", 2 * second);
  add(&self, "replication", STOPPED("500"), 3 * second);
  add(&self, "replication", STOPPED("6"), 603 * second);
  g_assert_cmpuint(self.input->facts->len, ==, 2);
  const GalenFact *stopped = g_ptr_array_index(self.input->facts, 0);
  g_assert_cmpuint(stopped->count, ==, 3);
  g_assert_cmpint(stopped->wall, ==, 1 * second);
  g_assert_cmpint(stopped->last_wall, ==, 603 * second);
  g_assert_cmpstr(stopped->value, ==, STOPPED("4"));
  g_assert_cmpstr(stopped->text, ==, STOPPED("4"));
  /* More than ten minutes later. */
  add(&self, "replication", STOPPED("7"), 1300 * second);
  g_assert_cmpuint(self.input->facts->len, ==, 3);
  /* It ran in between. */
  add(&self, "replication", "Slave SQL thread initialized, starting replication in log 'b.1'", 1301 * second);
  add(&self, "replication", STOPPED("8"), 1302 * second);
  g_assert_cmpuint(self.input->facts->len, ==, 5);
  /* Another error. */
  add(&self, "replication", "Slave SQL: Could not execute Update_rows event, Error_code: 1032; end_log_pos 9",
      1303 * second);
  g_assert_cmpuint(self.input->facts->len, ==, 6);
  /* Behind a fact that decides. */
  add(&self, "state", "Shifting JOINED -> SYNCED (TO: 5)", 1304 * second);
  add(&self, "replication", STOPPED("10"), 1305 * second);
  g_assert_cmpuint(self.input->facts->len, ==, 8);
  /* A clock that went back. */
  add(&self, "replication", STOPPED("11"), 1200 * second);
  g_assert_cmpuint(self.input->facts->len, ==, 9);
  galen_fact_reader_free(self.reader);
  galen_journal_free(self.journal);
}

/* Missing bytes before a record that says nothing are missing before the next fact; only there, and no repeat hides them. */
static void test_gap(void) {
  static const char text[] = "discarding pending addr without UUID: tcp://10.0.0.2:4567";
  static GalenLogRule rule = {.id = "rule", .fact = "pending-peer"};
  Keeping self = {.journal = galen_journal_new()};
  self.input = galen_journal_add_input(self.journal, "error.log", "n1", "error-log");
  self.reader = galen_fact_reader_new(self.input, 0);
  for (guint i = 0; i < 5; i++) {
    GalenErrorEvent event = {.text = galen_slice(text, strlen(text)),
                             .head = galen_slice(text, strlen(text)),
                             .gap_before = i == 1,
                             .wall = i,
                             .time = GALEN_TIME_NONE};
    galen_fact_reader_add(self.reader, &event, i == 1 || i == 2 ? NULL : &rule);
  }
  g_assert_cmpuint(self.input->facts->len, ==, 2);
  const GalenFact *before = g_ptr_array_index(self.input->facts, 0), *behind = g_ptr_array_index(self.input->facts, 1);
  g_assert_false(before->gap_before);
  g_assert_true(behind->gap_before);
  g_assert_cmpint(behind->wall, ==, 3);
  g_assert_cmpuint(behind->count, ==, 2);
  galen_fact_reader_free(self.reader);
  galen_journal_free(self.journal);
}

/* When a peer was last heard must stay near enough. */
static void test_folding_links(void) {
  Keeping self = {.journal = galen_journal_new()};
  self.input = galen_journal_add_input(self.journal, "error.log", "n1", "error-log");
  self.reader = galen_fact_reader_new(self.input, 0);
  for (gint64 i = 0; i < 12; i++) {
    g_autofree char *text =
        g_strdup_printf("discarding pending addr without UUID: tcp://10.0.0.%d:4567", (int)(2 + i % 2));
    add(&self, "pending-peer", text, i * G_USEC_PER_SEC);
  }
  /* Two addresses in turn, each at most five seconds in one fact. */
  g_assert_cmpuint(self.input->facts->len, ==, 4);
  for (guint i = 0; i < self.input->facts->len; i++) {
    const GalenFact *fact = g_ptr_array_index(self.input->facts, i);
    g_assert_cmpuint(fact->count, ==, 3);
    g_assert_cmpint(fact->last_wall - fact->wall, ==, G_GINT64_CONSTANT(4) * G_USEC_PER_SEC);
  }
  galen_fact_reader_free(self.reader);
  galen_journal_free(self.journal);
}

/* However many facts, no more than the limit and a half are kept, and what is left out is counted. */
static void test_limit_of_decisive(void) {
  Keeping self = {.journal = galen_journal_new()};
  self.input = galen_journal_add_input(self.journal, "error.log", "n1", "error-log");
  self.input->facts_max = 100;
  self.reader = galen_fact_reader_new(self.input, 0);
  for (guint i = 0; i < 200; i++) {
    g_autofree char *text = g_strdup_printf("Shifting JOINED -> SYNCED (TO: %u)", i);
    add(&self, "state", text, i);
  }
  g_assert_cmpuint(self.input->facts->len, ==, 150);
  g_assert_cmpuint(self.input->folded, ==, 50);
  galen_fact_reader_free(self.reader);
  galen_journal_free(self.journal);
}

/* What a hostile log names stays clean and short. */
static void test_hostile(void) {
  Keeping self = {.journal = galen_journal_new()};
  self.input = galen_journal_add_input(self.journal, "error.log", "n1", "error-log");
  self.reader = galen_fact_reader_new(self.input, 0);
  g_autofree char *name = g_strnfill(100000, 'x');
  g_autofree char *text = g_strdup_printf("Shifting %.5000s\x1b\xff -> SYNCED (TO: 5)", name);
  add(&self, "state", text, 0);
  add(&self, "state", "Shifting A -> B (TO: 99999999999999999999)", 0);
  add(&self, "state", "Shifting A -> B (TO: )", 0);
  add(&self, "state", "", 0);
  g_assert_cmpuint(self.input->facts->len, ==, 1);
  const GalenFact *fact = g_ptr_array_index(self.input->facts, 0);
  g_assert_cmpuint(strlen(fact->name), <=, 256 + 3);
  g_assert_true(g_utf8_validate(fact->name, -1, NULL));
  g_assert_true(g_utf8_validate(fact->text, -1, NULL));
  g_assert_cmpuint(strlen(fact->text), <=, 300 + 3);
  galen_fact_reader_free(self.reader);
  galen_journal_free(self.journal);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/facts-state/grastate", test_grastate);
  g_test_add_func("/facts-state/gvwstate", test_gvwstate);
  g_test_add_func("/facts-state/configuration", test_configuration);
  g_test_add_func("/facts-state/limit", test_limit);
  g_test_add_func("/facts-state/folding", test_folding);
  g_test_add_func("/facts-state/folding-between", test_folding_between);
  g_test_add_func("/facts-state/folding-links", test_folding_links);
  g_test_add_func("/facts-state/gap", test_gap);
  g_test_add_func("/facts-state/folding-limit", test_limit_of_decisive);
  g_test_add_func("/facts-state/hostile", test_hostile);
  return g_test_run();
}
