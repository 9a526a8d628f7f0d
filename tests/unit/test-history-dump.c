/* Without arguments a test. With folders or files: the history of their error logs and side files. */
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

static char *dump(const char *const *paths, gsize n) {
  GalenLogRules *rules = facts_fixture_rules();
  FactsFixture fixture;
  facts_fixture_init(&fixture, rules);
  for (gsize i = 0; i < n; i++)
    read_path(&fixture, paths[i]);
  GalenHistory *history = galen_history_new(fixture.journal, NULL);
  char *text = hd_history(history);
  galen_history_free(history);
  facts_fixture_clear(&fixture);
  galen_log_rules_free(rules);
  return text;
}

/* The order in which nodes are named is nothing that a history tells. */
static void test_order(void) {
  static const char *const forwards[] = {GALEN_SOURCE_DIR "/samples/galera-10.11/node1",
                                         GALEN_SOURCE_DIR "/samples/galera-10.11/node2",
                                         GALEN_SOURCE_DIR "/samples/galera-10.11/node3"};
  const char *backwards[] = {forwards[2], forwards[1], forwards[0]};
  g_autofree char *first = dump(forwards, 3), *again = dump(backwards, 3);
  g_assert_nonnull(strstr(first, "node node3 "));
  g_assert_nonnull(strstr(first, "  PRIMARY "));
  g_assert_nonnull(strstr(first, "  transfer SST "));
  g_assert_cmpstr(first, ==, again);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  if (argc > 1) {
    g_autofree char *text = dump((const char *const *)argv + 1, (gsize)argc - 1);
    g_print("%s", text);
    return 0;
  }
  g_test_add_func("/history-dump/order", test_order);
  return g_test_run();
}
