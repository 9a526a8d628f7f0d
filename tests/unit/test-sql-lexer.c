#include "parsers/sql_lexer.h"

static const char types[] = "_cwn0sp"; /* in the order of GalenSqlTokenType */

/* "w:select|_: |0:1" : one letter for the type, and the text, of each token. */
static char *lex(const char *text, gboolean no_backslash) {
  g_autoptr(GString) out = g_string_new(NULL);
  GalenSqlLexer lexer;
  GalenSqlToken token;
  galen_sql_lexer_init(&lexer, no_backslash);
  const char *at = text, *end = text + strlen(text);
  while (at < end) {
    const char *next = galen_sql_lexer_next(&lexer, at, end, TRUE, &token);
    g_assert_nonnull(next);
    g_assert_true(token.text == at && token.text + token.len == next && next > at);
    g_assert_true(token.begins && token.ends);
    g_string_append_printf(out, "%s%c:%.*s", out->len > 0 ? "|" : "", types[token.type], (int)token.len, token.text);
    at = next;
  }
  return g_string_free(g_steal_pointer(&out), FALSE);
}

typedef struct {
  const char *text, *tokens;
} Case;

static void check(const Case *cases, gsize n, gboolean no_backslash) {
  for (gsize i = 0; i < n; i++) {
    g_autofree char *tokens = lex(cases[i].text, no_backslash);
    g_assert_cmpstr(tokens, ==, cases[i].tokens);
  }
}

static void test_words(void) {
  static const Case cases[] = {
      {"select a", "w:select|_: |w:a"},
      {"t1.c_2", "w:t1|p:.|w:c_2"},
      {"a$b", "w:a$b"},
      {"caf\xc3\xa9", "w:caf\xc3\xa9"},
      {"1a", "w:1a"},
      {"t.1a", "w:t|p:.|w:1a"},
      {"t.12", "w:t|p:.|w:12"},
      {"@1", "p:@|w:1"},
      {"@@x", "p:@|p:@|w:x"},
      {"0x", "w:0x"},
      {"0xg", "w:0xg"},
      {"0b2", "w:0b2"},
      {"1e", "w:1e"},
      {" \t\r\n\f\v", "_: \t\r\n\f\v"},
  };
  check(cases, G_N_ELEMENTS(cases), FALSE);
}

static void test_numbers(void) {
  static const Case cases[] = {
      {"12", "0:12"},         {"1.5", "0:1.5"},         {"1.", "0:1."},         {".5", "0:.5"},
      {"1e10", "0:1e10"},     {"1E10", "0:1E10"},       {"1e+5", "0:1e+5"},     {"1e-5", "0:1e-5"},
      {"1.5e-3", "0:1.5e-3"}, {".5e-1", "0:.5e-1"},     {"0xAB", "0:0xAB"},     {"0XfF", "0:0XfF"},
      {"0b01", "0:0b01"},     {"1e+a", "w:1e|p:+|w:a"}, {"1-2", "0:1|p:-|0:2"}, {"a .5", "w:a|_: |0:.5"},
      {"(.5", "p:(|0:.5"},    {"1,2", "0:1|p:,|0:2"},
  };
  check(cases, G_N_ELEMENTS(cases), FALSE);
}

static void test_strings(void) {
  static const Case cases[] = {
      {"'a'", "s:'a'"},
      {"'it''s'", "s:'it''s'"},
      {"'a\\'b'", "s:'a\\'b'"},
      {"\"a\"\"b\"", "s:\"a\"\"b\""},
      {"'a' 'b'", "s:'a'|_: |s:'b'"},
      {"'a\"b'", "s:'a\"b'"},
      {"''", "s:''"},
      {"'a", "s:'a"},
      {"'a\\", "s:'a\\"},
      {"'", "s:'"},
      {"N'x'", "w:N|s:'x'"},
      {"`a``b`", "n:`a``b`"},
      {"`a\\`b", "n:`a\\`|w:b"},
      {"`'`", "n:`'`"},
      {"`a`.`b`", "n:`a`|p:.|n:`b`"},
  };
  static const Case plain[] = {
      {"'a\\'b'", "s:'a\\'|w:b|s:'"},
      {"'a\\\\'", "s:'a\\\\'"},
      {"\"\\\"", "s:\"\\\""},
  };
  check(cases, G_N_ELEMENTS(cases), FALSE);
  check(plain, G_N_ELEMENTS(plain), TRUE);
}

static void test_comments(void) {
  static const Case cases[] = {
      {"a/* b */c", "w:a|c:/* b */|w:c"},
      {"/**/", "c:/**/"},
      {"/*/", "c:/*/"},
      {"/* a", "c:/* a"},
      {"/*+ hint */", "c:/*+ hint */"},
      {"/*!50110 a */b", "c:/*!50110|_: |w:a|_: |c:*/|w:b"},
      {"/*!a*/", "c:/*!|w:a|c:*/"},
      {"/*M!100100 a */", "c:/*M!100100|_: |w:a|_: |c:*/"},
      {"*/", "p:*|p:/"},
      {"-- a\nb", "c:-- a|_:\n|w:b"},
      {"--", "c:--"},
      {"--a", "p:-|p:-|w:a"},
      {"-- ", "c:-- "},
      {"--\n", "c:--|_:\n"},
      {"# it's\n1", "c:# it's|_:\n|0:1"},
      {"#", "c:#"},
      {"a-b", "w:a|p:-|w:b"},
      {"a/b", "w:a|p:/|w:b"},
  };
  check(cases, G_N_ELEMENTS(cases), FALSE);
}

/* Without the end of the statement, what could go on is held back. */
static void test_needs_more(void) {
  static const char *const open[] = {"sel", "12", "1.", "1.5", "1e",     "1e+", "1e+5",   ".",   "-", "--",
                                     "/",   "/*", "'",  "`",   "/* a *", "/*!", "/*!501", "# a", "0x"};
  static const char *const closed[] = {"sel ", "12,", "1.5)", "'a' ", " ", "(", ",", "`a` ", "--ab", "/abc", "/* a */"};
  GalenSqlLexer lexer;
  GalenSqlToken token;
  for (gsize i = 0; i < G_N_ELEMENTS(open); i++) {
    galen_sql_lexer_init(&lexer, FALSE);
    g_test_message("%s", open[i]);
    g_assert_null(galen_sql_lexer_next(&lexer, open[i], open[i] + strlen(open[i]), FALSE, &token));
  }
  for (gsize i = 0; i < G_N_ELEMENTS(closed); i++) {
    galen_sql_lexer_init(&lexer, FALSE);
    g_test_message("%s", closed[i]);
    g_assert_nonnull(galen_sql_lexer_next(&lexer, closed[i], closed[i] + strlen(closed[i]), FALSE, &token));
    g_assert_true(token.begins && token.ends);
  }
}

/* A word is held back up to the limit, and comes in parts from there on. */
static void test_word_limit(void) {
  g_autofree char *word = g_strnfill(GALEN_SQL_WORD_MAX, 'a');
  g_autofree char *digits = g_strnfill(GALEN_SQL_WORD_MAX, '7');
  const char *texts[] = {word, digits};
  const GalenSqlTokenType wanted[] = {GALEN_SQL_WORD, GALEN_SQL_NUMBER};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    GalenSqlLexer lexer;
    GalenSqlToken token;
    const char *end = texts[i] + GALEN_SQL_WORD_MAX;
    galen_sql_lexer_init(&lexer, FALSE);
    g_assert_null(galen_sql_lexer_next(&lexer, texts[i], end - 1, FALSE, &token));
    g_assert_true(galen_sql_lexer_next(&lexer, texts[i], end, FALSE, &token) == end);
    g_assert_true(token.type == wanted[i] && token.begins && !token.ends);
    /* It goes on as what it began as, whatever its bytes are by themselves. */
    const char *more = "f1_ x";
    g_assert_true(galen_sql_lexer_next(&lexer, more, more + 3, FALSE, &token) == more + 3);
    g_assert_true(token.type == wanted[i] && !token.begins && !token.ends);
    g_assert_true(galen_sql_lexer_next(&lexer, more + 3, more + 5, FALSE, &token) == more + 3);
    g_assert_true(token.type == wanted[i] && token.len == 0 && !token.begins && token.ends);
    g_assert_true(galen_sql_lexer_next(&lexer, more + 3, more + 5, FALSE, &token) == more + 4);
    g_assert_true(token.type == GALEN_SQL_SPACE);
  }
}

static void test_word_bytes(void) {
  for (guint c = 0; c < 256; c++) {
    gboolean wanted = g_ascii_isalnum((gchar)c) || c == '_' || c == '$' || c >= 0x80;
    g_assert_cmpint(galen_sql_is_word_byte((char)c), ==, wanted);
  }
}

/* The quick ways and the slow one find the same. */
static void check_ways(const char *text, gsize len, gboolean no_backslash) {
  GalenSqlLexer lexer;
  guint32 commas = 0, other_commas = 0;
  gboolean filled = FALSE, other_filled = FALSE;
  galen_sql_lexer_init(&lexer, no_backslash);
  const char *stop = galen_sql_skip_literals_at(GALEN_SCAN_LEVEL_SCALAR, &lexer, text, text + len, &commas, &filled);
  for (guint level = 0; level <= (guint)galen_scan_level(); level++) {
    const char *other = galen_sql_skip_literals_at(level, &lexer, text, text + len, &other_commas, &other_filled);
    if (other != stop || (stop != NULL && (commas != other_commas || filled != other_filled)))
      g_error("level %u: stops at %d, not at %d: %.*s", level, other != NULL ? (int)(other - text) : -1,
              stop != NULL ? (int)(stop - text) : -1, (int)len, text);
  }
}

/* The first PLAIN are literals, then come such as are not, or not alone. */
#define PLAIN 30
static const char *const items[] = {
    "1",
    "12345678",
    "1.5",
    "-3",
    "-4.25",
    "0",
    "'a'",
    "''",
    "'it''s'",
    "'a,b)('",
    "'\\''",
    "'\\\\'",
    "'\\\\\\\\'",
    "x'41'",
    "_utf8'a'",
    "\"q\"",
    "\"'\"",
    "NULL",
    "true",
    "?",
    "0x1F",
    "1e5",
    "2.5e-3",
    "+7",
    "(1,2)",
    "'2023-11-16 03:55:57'",
    "default",
    "'\xc5\xbc\xc3\xb3'",
    "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
    "'a literal that is longer than a block of sixty-four bytes, so that some blocks are in it as a whole, and no "
    "more'",
    /* from here on others */
    " ",
    "\n",
    "\t",
    "-",
    "1.2.3",
    "5'a'",
    "5\"a\"",
    "5(",
    "a",
    ".5",
    "5.",
    "1e",
    "''''",
    "'",
    "\\",
    "a'41'",
    "NULLx",
    "5 'a'",
    ")",
    "(",
    "1-",
    "''5",
    ".",
    "..",
    "e",
    "--",
    "1.5.",
    "\"",
    "'a'.5",
    "\x80",
};

static void make_list(GRand *rand, GString *ret) {
  gint n = g_rand_int_range(rand, 0, 40), odd = g_rand_int_range(rand, 0, 60);
  g_string_truncate(ret, 0);
  for (gint i = 0; i < n; i++) {
    if (i > 0)
      g_string_append(ret, g_rand_boolean(rand) ? "," : ", ");
    g_string_append(ret, items[g_rand_int_range(rand, 0, PLAIN)]);
    if (i == odd)
      g_string_append(ret, items[g_rand_int_range(rand, 0, (gint)G_N_ELEMENTS(items))]);
  }
  g_string_append(ret, ") and more, (1, 2, 'x')");
}

/* Lists of all lengths, so that everything comes at every place in a block. */
static void test_skip_random(void) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(1);
  g_autoptr(GString) text = g_string_new(NULL);
  guint found = 0;
  for (guint round = 0; round < 60000; round++) {
    GalenSqlLexer lexer;
    guint32 commas;
    gboolean filled;
    make_list(rand, text);
    gsize len = text->len - (round % 8 == 1 ? (gsize)g_rand_int_range(rand, 0, (gint)text->len) : 0);
    /* Of the exact size: a sanitizer sees what is read past it. */
    g_autofree char *copy = g_memdup2(text->str, MAX(len, 1));
    check_ways(copy, len, round % 4 == 0);
    galen_sql_lexer_init(&lexer, FALSE);
    found += galen_sql_skip_literals(&lexer, copy, copy + len, &commas, &filled) != NULL;
  }
  g_assert_cmpuint(found, >, 20000);
  g_assert_cmpuint(found, <, 55000);
}

static void test_skip_number(void) {
  static const struct {
    const char *text;
    gssize stop;
  } numbers[] = {
      {"1", 1},    {"12 ", 2},    {"1.5,", 3}, {"2.5e-3)", 6}, {"1e5;", 3},  {"1E+5 ", 4}, {"1e", -1},
      {"1e-", -1}, {"1.2.3", -1}, {"5a", -1},  {"5'", -1},     {"5(", -1},   {"5.", 2},    {"5.e3", -1},
      {".5", -1},  {"", -1},      {"-5", -1},  {"0x1F", -1},   {"1e5x", -1}, {"1e5.", -1},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
    const char *text = numbers[i].text, *stop = galen_sql_skip_number(text, text + strlen(text));
    g_test_message("%s", text);
    g_assert_cmpint(stop != NULL ? stop - text : -1, ==, numbers[i].stop);
  }
}

static void test_skip_literals(void) {
  static const struct {
    const char *text;
    gssize stop; /* -1: token by token */
    guint32 commas;
    gboolean filled;
  } lists[] = {
      {"1)", 2, 0, TRUE},
      {")", 1, 0, FALSE},
      {"  )", 3, 0, FALSE},
      {"1,2 , 3) x", 8, 2, TRUE},
      {"'a)','b''c',\"d\\\"\")", 18, 2, TRUE},
      {"(1,2),(3,4)),5", 12, 1, TRUE},
      {"null,TRUE,False,default,?)", 26, 4, TRUE},
      {"-1,+2.5,1e5,0xAB)", 17, 3, TRUE},
      {"0.98e-4,1.5E+3,1.5e3)", 21, 2, TRUE},
      {"a)", -1, 0, FALSE},
      {"1,a)", -1, 0, FALSE},
      {"nullx)", -1, 0, FALSE},
      {"null.a)", -1, 0, FALSE},
      {"true(1))", -1, 0, FALSE},
      {"1,2", -1, 0, FALSE},
      {"'a)", -1, 0, FALSE},
      {"'a\\", -1, 0, FALSE},
      {"- 1)", -1, 0, FALSE},
      {"1.2.3)", -1, 0, FALSE},
      {"1a)", -1, 0, FALSE},
      {"1/**/)", -1, 0, FALSE},
      {"`a`)", -1, 0, FALSE},
      {"@a)", -1, 0, FALSE},
      {"x'41',N'a',_utf8'b',0)", 22, 3, TRUE},
      {"'select 'x'\\;',2)", 17, 1, TRUE},
      {"a'41')", -1, 0, FALSE},
      {"x '41')", -1, 0, FALSE},
      {"null'a')", -1, 0, FALSE},
  };
  GalenSqlLexer lexer;
  galen_sql_lexer_init(&lexer, FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
    guint32 commas = 99;
    gboolean filled = 99;
    gsize len = strlen(lists[i].text);
    const char *stop = galen_sql_skip_literals(&lexer, lists[i].text, lists[i].text + len, &commas, &filled);
    check_ways(lists[i].text, len, FALSE);
    g_test_message("%s", lists[i].text);
    g_assert_cmpint(stop != NULL ? stop - lists[i].text : -1, ==, lists[i].stop);
    if (stop == NULL)
      continue;
    g_assert_cmpuint(commas, ==, lists[i].commas);
    g_assert_cmpint(filled, ==, lists[i].filled);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sql-lexer/words", test_words);
  g_test_add_func("/sql-lexer/numbers", test_numbers);
  g_test_add_func("/sql-lexer/strings", test_strings);
  g_test_add_func("/sql-lexer/comments", test_comments);
  g_test_add_func("/sql-lexer/needs-more", test_needs_more);
  g_test_add_func("/sql-lexer/word-limit", test_word_limit);
  g_test_add_func("/sql-lexer/word-bytes", test_word_bytes);
  g_test_add_func("/sql-lexer/skip-literals", test_skip_literals);
  g_test_add_func("/sql-lexer/skip-random", test_skip_random);
  g_test_add_func("/sql-lexer/skip-number", test_skip_number);
  return g_test_run();
}
