/* The fact reader on any text: what it says stays clean, bounded, and names no more members than it may. */
#include "../../analyzer/cluster/facts.h"
#include "../../parsers/format.h"

#include <stdlib.h>

#define CHECK(condition)                                                                                               \
  do {                                                                                                                 \
    if (!(condition))                                                                                                  \
      abort();                                                                                                         \
  } while (0)
#define TEXT_MAX 8300u

typedef struct {
  GalenLogMatcher *matcher;
  GalenFactReader *reader;
  GalenLogRule any[GALEN_FACT_KINDS]; /* a rule for each kind */
} Fuzz;

static void take(gpointer user, const GalenErrorEvent *event) {
  Fuzz *self = user;
  galen_fact_reader_add(self->reader, event, galen_log_matcher_match(self->matcher, event));
  /* Every extractor has to bear records that are not its own. */
  galen_fact_reader_add(self->reader, event, &self->any[event->text.len % GALEN_FACT_KINDS]);
}

static void check_text(const char *text) {
  if (text != NULL)
    CHECK(strlen(text) <= TEXT_MAX && g_utf8_validate(text, -1, NULL));
}

static void check_fact(const GalenFact *fact) {
  CHECK(fact->kind > GALEN_FACT_NONE && fact->kind < GALEN_FACT_KINDS && fact->count > 0);
  CHECK(fact->text != NULL);
  check_text(fact->text);
  check_text(fact->name);
  check_text(fact->value);
  check_text(fact->raw_time);
  CHECK(fact->members == NULL || fact->members->len <= 1024);
  for (guint i = 0; fact->members != NULL && i < fact->members->len; i++)
    check_text(g_array_index(fact->members, GalenFactMember, i).name);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);
int LLVMFuzzerTestOneInput(const guint8 *data, gsize size) {
  static GalenLogRules *rules;
  if (rules == NULL)
    rules = galen_log_rules_load(GALEN_SOURCE_DIR "/analyzer/rules", NULL, NULL);
  CHECK(rules != NULL);
  g_autoptr(GalenJournal) journal = galen_journal_new();
  GalenJournalInput *input = galen_journal_add_input(journal, "error.log", "node", "error-log");
  Fuzz fuzz = {.matcher = galen_log_matcher_new(rules), .reader = galen_fact_reader_new(input, 0)};
  for (guint i = 0; i < GALEN_FACT_KINDS; i++)
    fuzz.any[i] = (GalenLogRule){.id = "any", .fact = i > 0 ? galen_fact_name((GalenFactKind)i) : NULL};
  GalenSink sink = {.user = &fuzz, .error = take};
  GalenFormatOptions options = {0};
  gpointer parser = galen_format_error_log.open(&options, &sink);
  for (gsize at = 0; at < size;) {
    gsize taken = galen_format_error_log.parse(parser, (const char *)data + at, size - at, TRUE);
    CHECK(taken > 0);
    at += taken;
  }
  galen_format_error_log.close(parser);
  galen_fact_reader_free(fuzz.reader);
  galen_log_matcher_free(fuzz.matcher);
  for (guint i = 0; i < input->facts->len; i++)
    check_fact(g_ptr_array_index(input->facts, i));
  return 0;
}
