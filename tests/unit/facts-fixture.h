/* Error logs as text in, facts out: the parser, the built-in rules and the fact reader together. */
#pragma once

#include "../../analyzer/cluster/facts.h"
#include "../../parsers/format.h"

typedef struct {
  GalenJournal *journal;
  GalenJournalInput *input;
  GalenLogMatcher *matcher;
  GalenFactReader *reader;
  GPtrArray *unknown; /* of char *: texts that no rule knows; or NULL */
  gboolean rules_shown;
} FactsFixture;

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

static void facts_fixture_clear(FactsFixture *self) {
  galen_journal_free(self->journal);
  galen_log_matcher_free(self->matcher);
}
