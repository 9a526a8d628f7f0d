/* Without arguments nothing. With folders or files: the history of their error logs and side files. */
#include "facts-fixture.h"
#include "history-dump.h"

static void read_file(FactsFixture *fixture, const char *path, const char *node) {
  g_autofree char *text = NULL;
  gsize len = 0;
  if (!g_file_get_contents(path, &text, &len, NULL) || len == 0)
    return;
  const GalenFormat *format = galen_format_find(text, MIN(len, GALEN_BID_BYTES));
  if (format == NULL || format == &galen_format_slow_log)
    return;
  GalenJournalInput *input = facts_fixture_read(fixture, text, len);
  g_free(input->path);
  g_free(input->node);
  input->path = g_strdup(path);
  input->node = g_strdup(node);
  for (guint i = 0; i < input->facts->len && g_strcmp0(input->kind, "error-log") == 0; i++) {
    const GalenFact *fact = g_ptr_array_index(input->facts, i);
    if (fact->wall == GALEN_TIME_NONE)
      continue;
    if (input->first_wall == GALEN_TIME_NONE)
      input->first_wall = fact->wall;
    input->last_wall = MAX(input->last_wall, fact->wall);
  }
}

static int by_text(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void read_path(FactsFixture *fixture, const char *path) {
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  const char *name = NULL;
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  if (dir == NULL) {
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *node = g_path_get_basename(folder);
    g_autofree char *base = g_path_get_basename(path);
    if (strstr(base, ".log") != NULL || g_str_has_suffix(base, ".err") || g_str_has_suffix(base, ".cnf") ||
        g_str_has_suffix(base, ".dat"))
      if (!g_str_has_prefix(base, "slow"))
        read_file(fixture, path, g_str_has_suffix(base, ".err") ? base : node);
    return;
  }
  while ((name = g_dir_read_name(dir)) != NULL)
    g_ptr_array_add(names, g_build_filename(path, name, NULL));
  g_ptr_array_sort(names, by_text);

  for (guint i = 0; i < names->len; i++)
    read_path(fixture, g_ptr_array_index(names, i));
}

/* Without an argument this is a test: nothing makes an empty history. */
static void test_nothing(void) {
  g_autoptr(GalenJournal) journal = galen_journal_new();
  GalenHistory *history = galen_history_new(journal, NULL);
  g_autofree char *text = hd_history(history);
  g_assert_null(strstr(text, "process"));
  galen_history_free(history);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  if (argc < 2) {
    g_test_add_func("/history-dump/nothing", test_nothing);
    return g_test_run();
  }
  GalenLogRules *rules = facts_fixture_rules();
  FactsFixture fixture;
  facts_fixture_init(&fixture, rules);
  for (int i = 1; i < argc; i++)
    read_path(&fixture, argv[i]);
  GalenHistory *history = galen_history_new(fixture.journal, NULL);
  g_autofree char *text = hd_history(history);
  g_print("%s", text);
  galen_history_free(history);
  facts_fixture_clear(&fixture);
  galen_log_rules_free(rules);
  return 0;
}
