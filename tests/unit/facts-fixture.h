/* Error logs as text in, facts out: the parser, the built-in rules and the fact reader together. */
#pragma once

#include "../../analyzer/cluster/facts.h"
#include "../../parsers/format.h"

typedef struct {
  GalenJournal *journal;
  GalenJournalInput *input;
  GalenLogMatcher *matcher;
  GalenFactReader *reader;
  const GalenLogRule *rule; /* of the last record */
  GPtrArray *unknown;       /* of char *: texts that no rule knows; or NULL */
} FactsFixture;

/* ---- facts as text ---- */

static void facts_fixture_add_uuid(GString *out, const char *key, const GalenUuid *uuid) {
  char text[GALEN_UUID_TEXT];
  if (uuid->known > 0)
    g_string_append_printf(out, " %s=%s", key, galen_uuid_write(uuid, text));
}

static void facts_fixture_add_members(GString *out, const GArray *members) {
  char text[GALEN_UUID_TEXT];
  for (guint i = 0; members != NULL && i < members->len; i++) {
    const GalenFactMember *member = &g_array_index(members, GalenFactMember, i);
    g_string_append_printf(out, " [%s%s", member->partitioned ? "lost " : "", galen_uuid_write(&member->uuid, text));
    if (member->name != NULL)
      g_string_append_printf(out, "%s%s", member->uuid.known > 0 ? " " : "", member->name);
    if (member->segment >= 0)
      g_string_append_printf(out, " .%d", member->segment);
    if (member->index >= 0)
      g_string_append_printf(out, " #%d", member->index);
    g_string_append_c(out, ']');
  }
}

static void facts_fixture_add_numbers(GString *out, const GalenFact *fact) {
  if (fact->seqno != GALEN_SEQNO_NONE)
    g_string_append_printf(out, " s=%" G_GINT64_FORMAT, fact->seqno);
  if (fact->last != GALEN_SEQNO_NONE)
    g_string_append_printf(out, " l=%" G_GINT64_FORMAT, fact->last);
  if (fact->number != -1)
    g_string_append_printf(out, " n=%d", fact->number);
  if (fact->total != -1)
    g_string_append_printf(out, " t=%d", fact->total);
}

/* "state s=5 name=JOINED value=SYNCED": what is set. */
static char *facts_fixture_describe(const GalenFact *fact) {
  GString *out = g_string_new(galen_fact_name(fact->kind));
  facts_fixture_add_uuid(out, "u", &fact->uuid);
  facts_fixture_add_uuid(out, "o", &fact->other);
  facts_fixture_add_numbers(out, fact);
  if (fact->name != NULL)
    g_string_append_printf(out, " name=%s", fact->name);
  if (fact->value != NULL)
    g_string_append_printf(out, " value=%s", fact->value);
  g_string_append(out, fact->flag ? " flag" : "");
  g_string_append(out, fact->replayed ? " replayed" : "");
  facts_fixture_add_members(out, fact->members);
  if (fact->count > 1)
    g_string_append_printf(out, " x%u", fact->count);
  if (fact->instance != 0)
    g_string_append_printf(out, " instance=%u", fact->instance);
  return g_string_free(out, FALSE);
}

/* ---- from text ---- */

static GalenLogRules *facts_fixture_rules(void) {
  g_autoptr(GError) error = NULL;
  const char *folder = g_getenv("GALEN_RULES_FOLDER");
  GalenLogRules *rules =
      galen_log_rules_load(folder != NULL ? folder : GALEN_SOURCE_DIR "/analyzer/rules", NULL, &error);
  g_assert_no_error(error);
  return rules;
}

static void facts_fixture_event(gpointer user, const GalenErrorEvent *event) {
  FactsFixture *self = user;
  const GalenLogRule *rule = galen_log_matcher_match(self->matcher, event);
  self->input->records++;
  self->rule = rule;
  if (rule == NULL && self->unknown != NULL)
    g_ptr_array_add(self->unknown, g_strndup(event->head.data, event->head.len));
  galen_fact_reader_add(self->reader, event, rule);
}

/* Facts of `text` into a new input of the journal. */
static GalenJournalInput *facts_fixture_read(FactsFixture *self, const char *text, gsize len) {
  GalenSink sink = {.user = self, .error = facts_fixture_event};
  GalenFormatOptions options = {0};
  const GalenFormat *format = galen_format_find(text, MIN(len, GALEN_BID_BYTES));
  if (format == NULL || format == &galen_format_slow_log)
    format = &galen_format_error_log;
  self->input = galen_journal_add_input(self->journal, "error.log", "node", format->name);
  self->reader = galen_fact_reader_new(self->input, self->journal->inputs->len - 1);
  gpointer parser = format->open(&options, &sink);
  for (gsize at = 0; at < len;) {
    gsize taken = format->parse(parser, text + at, len - at, TRUE);
    g_assert_cmpuint(taken, >, 0);
    at += taken;
  }
  format->close(parser);
  g_clear_pointer(&self->reader, galen_fact_reader_free);
  return self->input;
}

static void facts_fixture_init(FactsFixture *self, const GalenLogRules *rules) {
  *self = (FactsFixture){.journal = galen_journal_new(), .matcher = galen_log_matcher_new(rules)};
}

G_GNUC_UNUSED static void facts_fixture_clear(FactsFixture *self) {
  galen_journal_free(self->journal);
  galen_log_matcher_free(self->matcher);
}

/* The facts of a log, one a line. */
G_GNUC_UNUSED static char *facts_fixture_facts(const char *text) {
  FactsFixture fixture;
  GalenLogRules *rules = facts_fixture_rules();
  GString *out = g_string_new(NULL);
  facts_fixture_init(&fixture, rules);
  const GalenJournalInput *input = facts_fixture_read(&fixture, text, strlen(text));
  for (guint i = 0; i < input->facts->len; i++) {
    g_autofree char *fact = facts_fixture_describe(g_ptr_array_index(input->facts, i));
    g_string_append_printf(out, "%s\n", fact);
  }
  facts_fixture_clear(&fixture);
  galen_log_rules_free(rules);
  return g_string_free(out, FALSE);
}

/* What a log says, exactly. */
typedef struct {
  const char *name, *log, *facts;
} FactsCase;

G_GNUC_UNUSED static void facts_fixture_check(gconstpointer data) {
  const FactsCase *test = data;
  g_autofree char *facts = facts_fixture_facts(test->log);
  g_assert_cmpstr(facts, ==, test->facts);
}

G_GNUC_UNUSED static void facts_fixture_cases(const char *path, const FactsCase *cases, gsize n) {
  for (gsize i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf("%s/%s", path, cases[i].name);
    g_test_add_data_func(name, &cases[i], facts_fixture_check);
  }
}
