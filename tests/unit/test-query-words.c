#include "analyzer/query/words.h"

#include <string.h>

static const GalenWordInfo *find(const char *text) {
  static GalenWordTable table;
  galen_words_init(&table);
  return galen_words_find(&table, text, strlen(text));
}

static void test_words(void) {
  static const struct {
    const char *text;
    GalenWord word;
    guint flags;
  } cases[] = {
      {"all", WORD_ALL, GALEN_WORD_OPERAND | GALEN_WORD_NO_COLUMN},
      {"in", WORD_IN, GALEN_WORD_OPERAND | GALEN_WORD_NO_COLUMN},
      {"is", WORD_IS, GALEN_WORD_NO_COLUMN},
      {"on", WORD_ON, GALEN_WORD_OPERAND},
      {"date", WORD_TYPED, 0},
      {"timestamp", WORD_TYPED, 0},
      {"straight_join", WORD_JOIN, GALEN_WORD_OPERAND | GALEN_WORD_NO_COLUMN},
      {"year_month", WORD_PLAIN, GALEN_WORD_NO_COLUMN},
      {"sql_calc_found_rows", WORD_SQL_CALC_FOUND_ROWS, GALEN_WORD_OPERAND | GALEN_WORD_NO_COLUMN},
      {"values", WORD_VALUES, GALEN_WORD_NO_COLUMN},
      {"value", WORD_VALUE, 0},
      {"with", WORD_WITH, GALEN_WORD_NO_COLUMN},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    const GalenWordInfo *info = find(cases[i].text);
    g_assert_nonnull(info);
    g_assert_cmpstr(info->text, ==, cases[i].text);
    g_assert_cmpuint(info->len, ==, strlen(cases[i].text));
    g_assert_cmpuint(info->word, ==, cases[i].word);
    g_assert_cmpuint(info->flags, ==, cases[i].flags);
  }
}

static void test_no_words(void) {
  static const char *const none[] = {"",
                                     "a",
                                     "SELECT",
                                     "Select",
                                     "selec",
                                     "selects",
                                     "id",
                                     "users",
                                     "sel\0",
                                     "zz",
                                     "sql_calc_found_rowss",
                                     "microsecond_minute_second"};
  for (gsize i = 0; i < G_N_ELEMENTS(none); i++)
    g_assert_null(find(none[i]));
}

/* The longest word is as long as the limit says, so that longer ones need no look. */
static void test_longest(void) {
  g_assert_cmpuint(strlen("sql_calc_found_rows"), ==, GALEN_WORD_LEN_MAX);
  g_assert_nonnull(find("sql_calc_found_rows"));
}

/* Only as many bytes as asked for are looked at. */
static void test_cut(void) {
  GalenWordTable table;
  galen_words_init(&table);
  static const char text[] = {'i', 'n', 's', 'e', 'r', 't'};
  g_assert_cmpuint(galen_words_find(&table, text, 6)->word, ==, WORD_INSERT);
  g_assert_cmpuint(galen_words_find(&table, text, 2)->word, ==, WORD_IN);
  g_assert_null(galen_words_find(&table, text, 4));
}

static void test_introducers(void) {
  static const char *const good[] = {"_utf8mb4", "_utf8", "_latin1", "_binary", "_big5", "_tis620", "_ucs2"};
  static const char *const bad[] = {"", "_", "utf8", "_utf", "_utf88", "_UTF8", "_id", "__utf8"};
  for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
    g_assert_true(galen_words_is_introducer(good[i], strlen(good[i])));
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    g_assert_false(galen_words_is_introducer(bad[i], strlen(bad[i])));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/query-words/words", test_words);
  g_test_add_func("/query-words/no-words", test_no_words);
  g_test_add_func("/query-words/longest", test_longest);
  g_test_add_func("/query-words/cut", test_cut);
  g_test_add_func("/query-words/introducers", test_introducers);
  return g_test_run();
}
