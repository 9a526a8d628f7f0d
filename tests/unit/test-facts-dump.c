/* Without arguments a test. With files (error logs, not compressed): their facts, one a line, for people who work on
 * the reconstruction; "-u" in front: the lines that no rule knows. */
#include "../../analyzer/words.h"
#include "facts-fixture.h"

#include <stdio.h>

static void print_fact(const GalenFact *fact) {
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  g_autofree char *time = galen_words_time(fact->wall, utc, 6);
  g_autofree char *text = facts_fixture_describe(fact);
  printf("%6" G_GUINT64_FORMAT " %s %s\n", fact->line, time, text);
}

static int dump(const char *path, gboolean unknown, const GalenLogRules *rules) {
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  gsize len;
  FactsFixture fixture;
  if (!g_file_get_contents(path, &text, &len, &error)) {
    fprintf(stderr, "%s\n", error->message);
    return 1;
  }
  facts_fixture_init(&fixture, rules);
  fixture.unknown = g_ptr_array_new_with_free_func(g_free);
  const GalenJournalInput *input = facts_fixture_read(&fixture, text, len);
  if (!unknown)
    printf("# %s (%s): %" G_GUINT64_FORMAT " records, %u facts, %u lines that no rule knows\n", path, input->kind,
           input->records, input->facts->len, fixture.unknown->len);
  for (guint i = 0; !unknown && i < input->facts->len; i++)
    print_fact(g_ptr_array_index(input->facts, i));
  for (guint i = 0; unknown && i < fixture.unknown->len; i++)
    puts(g_ptr_array_index(fixture.unknown, i));
  g_ptr_array_unref(fixture.unknown);
  facts_fixture_clear(&fixture);
  return 0;
}

/* Every fact that a rule names is one. */
static void test_names(void) {
  GalenLogRules *rules = facts_fixture_rules();
  for (guint i = 0; i < galen_log_rules_size(rules); i++) {
    const GalenLogRule *rule = galen_log_rules_get(rules, i);
    if (rule->fact != NULL && galen_fact_kind(rule->fact) == GALEN_FACT_NONE)
      g_error("%s: no such fact: %s", rule->id, rule->fact);
  }
  for (guint kind = 1; kind < GALEN_FACT_KINDS; kind++)
    g_assert_cmpint(galen_fact_kind(galen_fact_name((GalenFactKind)kind)), ==, kind);
  galen_log_rules_free(rules);
}

/* Whether an example makes its rule's fact; TRUE too when it takes another wrapper to read it at all. */
static gboolean makes_fact(const GalenLogRules *rules, const GalenLogRule *rule, const char *example) {
  FactsFixture fixture;
  facts_fixture_init(&fixture, rules);
  g_autofree char *text = g_strconcat(example, "\n", NULL);
  const GalenJournalInput *input = facts_fixture_read(&fixture, text, strlen(text));
  gboolean found = fixture.rule != rule;
  for (guint i = 0; i < input->facts->len; i++) {
    const GalenFact *fact = g_ptr_array_index(input->facts, i);
    found |= fact->kind == galen_fact_kind(rule->fact);
  }
  facts_fixture_clear(&fixture);
  return found;
}

/* At least one example of each rule with a fact makes that fact. */
static void test_examples(void) {
  GalenLogRules *rules = facts_fixture_rules();
  for (guint i = 0; i < galen_log_rules_size(rules); i++) {
    const GalenLogRule *rule = galen_log_rules_get(rules, i);
    if (rule->fact == NULL || rule->examples == NULL)
      continue;
    gboolean found = strcmp(rule->id, "gr-config") == 0; /* options only */
    for (guint k = 0; rule->examples[k] != NULL; k++)
      found |= makes_fact(rules, rule, rule->examples[k]);
    if (!found) {
      g_test_message("%s makes no %s", rule->id, rule->fact);
      g_test_fail();
    }
  }
  galen_log_rules_free(rules);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  gboolean unknown = argc > 1 && strcmp(argv[1], "-u") == 0;
  if (argc > 1) {
    int status = 0;
    GalenLogRules *rules = facts_fixture_rules();
    for (int i = unknown ? 2 : 1; i < argc; i++)
      status |= dump(argv[i], unknown, rules);
    galen_log_rules_free(rules);
    return status;
  }
  g_test_add_func("/facts-dump/names", test_names);
  g_test_add_func("/facts-dump/examples", test_examples);
  return g_test_run();
}
