/* From bytes to incidents: error logs and side files of a few nodes through parser, rules, facts, history and judge. The same
 * bytes give the same history and incidents; what is concluded stays bounded, clean and in order.
 *
 * FS (0x1c) ends the file of a node, GS (0x1d) ends one file and begins another of the same node. */
#include "tests/unit/facts-fixture.h"
#include "tests/unit/history-dump.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define CHECK(condition)                                                                                               \
  do {                                                                                                                 \
    if (!(condition))                                                                                                  \
      abort();                                                                                                         \
  } while (0)
#define FILES_MAX 6u
#define TEXT_MAX (256u << 10)
#define INCIDENT_LISTS_MAX 4096u

static void add_file(FactsFixture *fixture, const char *text, gsize len, guint node) {
  GalenJournalInput *input = facts_fixture_read(fixture, text, len);
  g_free(input->path);
  g_free(input->node);
  input->path = g_strdup_printf("node%u/%u.log", node, fixture->journal->inputs->len);
  input->node = g_strdup_printf("node%u", node);
  for (guint i = 0; i < input->facts->len; i++) {
    gint64 wall = ((const GalenFact *)input->facts->pdata[i])->wall;
    if (wall == GALEN_TIME_NONE)
      continue;
    input->first_wall = input->first_wall == GALEN_TIME_NONE ? wall : MIN(input->first_wall, wall);
    input->last_wall = input->last_wall == GALEN_TIME_NONE ? wall : MAX(input->last_wall, wall);
  }
}

static void add_files(FactsFixture *fixture, const char *text, gsize size) {
  const char *end = text + size;
  guint node = 1;
  for (guint n = 0; text < end && n < FILES_MAX; n++) {
    const char *stop = text;
    while (stop < end && *stop != '\x1c' && *stop != '\x1d')
      stop++;
    if (stop > text)
      add_file(fixture, text, (gsize)(stop - text), node);
    node += stop < end && *stop == '\x1c';
    text = stop + 1;
  }
}

static void add_text(GString *out, const char *text) {
  CHECK(text != NULL && strlen(text) <= TEXT_MAX && g_utf8_validate(text, -1, NULL));
  g_string_append_printf(out, "  %s\n", text);
}

static void add_texts(GString *out, const GPtrArray *texts) {
  CHECK(texts->len <= INCIDENT_LISTS_MAX);
  for (guint i = 0; i < texts->len; i++)
    add_text(out, texts->pdata[i]);
}

static void add_incident(GString *out, const GalenIncident *incident) {
  CHECK(incident->kind < GALEN_N_INCIDENTS && incident->id != NULL && incident->evidence->len <= 12);
  CHECK(incident->to == GALEN_TIME_NONE || incident->from == GALEN_TIME_NONE || incident->from <= incident->to);
  g_string_append_printf(out, "%s %s", incident->id, galen_confidence_word(incident->confidence));
  hd_time(out, incident->from);
  hd_time(out, incident->to);
  g_string_append_printf(out, " %d\n", incident->severity);
  add_text(out, incident->title);
  add_text(out, incident->verdict);
  const GPtrArray *const lists[] = {incident->nodes,  incident->suspects,     incident->rules,
                                    incident->advice, incident->would_change, incident->needs};
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    add_texts(out, lists[i]);
  for (guint i = 0; i < incident->sides->len; i++)
    add_texts(out, ((const GalenSide *)incident->sides->pdata[i])->members);
  for (guint i = 0; i < incident->ranges->len; i++)
    add_texts(out, ((const GalenRange *)incident->ranges->pdata[i])->nodes);
  for (guint i = 0; i < incident->evidence->len; i++)
    hd_fact(out, "line", incident->evidence->pdata[i]);
}

/* Every span begins where the one before it ends. */
static void check_states(const GalenNode *node) {
  for (guint i = 0; i < node->states->len; i++) {
    const GalenStateSpan *span = &g_array_index(node->states, GalenStateSpan, i);
    CHECK(span->from <= span->to);
    CHECK(i == 0 || g_array_index(node->states, GalenStateSpan, i - 1).to == span->from);
  }
}

static char *conclude(const GalenLogRules *rules, const char *text, gsize size) {
  FactsFixture fixture;
  facts_fixture_init(&fixture, rules);
  add_files(&fixture, text, size);
  GalenHistory *history = galen_history_new(fixture.journal, NULL);
  galen_history_judge(history, NULL);
  g_autofree char *all = hd_history(history);
  GString *out = g_string_new(all);
  for (guint i = 0; i < history->nodes->len; i++)
    check_states(history->nodes->pdata[i]);
  for (guint i = 0; i < history->incidents->len; i++)
    add_incident(out, history->incidents->pdata[i]);
  galen_history_free(history);
  facts_fixture_clear(&fixture);
  return g_string_free(out, FALSE);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size) {
  static GalenLogRules *rules;
  if (rules == NULL)
    rules = facts_fixture_rules();
  g_autofree char *first = conclude(rules, (const char *)data, size);
  g_autofree char *again = conclude(rules, (const char *)data, size);
  CHECK(strcmp(first, again) == 0);
  return 0;
}
