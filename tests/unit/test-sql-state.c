#include "parsers/sql_skip.h"

/* Reads all of `text`, in pieces of `step` bytes as a reader would offer them; line ends on the way are passed. */
static GalenSqlState scan(const char *text, gsize len, gsize step, gboolean no_backslash) {
  GalenSqlState state;
  galen_sql_state_init(&state, no_backslash, NULL);
  gsize at = 0;
  for (gsize have = MIN(step, len); at < len;) {
    at = galen_sql_state_scan(&state, text, at, have, have == len);
    g_assert_cmpuint(at, <=, have);
    g_assert_true(at == have || text[at] == '\n' || (have < len && have - at <= 4));
    if (at < have && text[at] == '\n') {
      galen_sql_state_pass_line(&state);
      at++;
    }
    have = MIN(have + step, len);
  }
  return state;
}

static gboolean same(const GalenSqlState *a, const GalenSqlState *b) {
  return a->mode == b->mode && a->content == b->content && a->opened == b->opened && a->executable == b->executable &&
         a->last == b->last;
}

typedef struct {
  const char *text;
  GalenSqlMode mode, plain; /* at the end; with NO_BACKSLASH_ESCAPES */
} Case;

static const Case cases[] = {
    {"select 1", GALEN_SQL_NEUTRAL, GALEN_SQL_NEUTRAL},
    {"select 'a", GALEN_SQL_SINGLE, GALEN_SQL_SINGLE},
    {"select 'a'", GALEN_SQL_NEUTRAL, GALEN_SQL_NEUTRAL},
    {"select 'a''", GALEN_SQL_SINGLE, GALEN_SQL_SINGLE},
    {"select 'a''b'", GALEN_SQL_NEUTRAL, GALEN_SQL_NEUTRAL},
    {"select \"it's\"", GALEN_SQL_NEUTRAL, GALEN_SQL_NEUTRAL},
    {"select \"a\"\"", GALEN_SQL_DOUBLE, GALEN_SQL_DOUBLE},
    {"select 'a\\'", GALEN_SQL_SINGLE, GALEN_SQL_NEUTRAL},
    {"select 'a\\\\'", GALEN_SQL_NEUTRAL, GALEN_SQL_NEUTRAL},
    {"select `a'b", GALEN_SQL_BACK, GALEN_SQL_BACK},
    {"select `a\\`", GALEN_SQL_NEUTRAL, GALEN_SQL_NEUTRAL},
    {"select `a``", GALEN_SQL_BACK, GALEN_SQL_BACK},
    {"/* it's", GALEN_SQL_BLOCK_COMMENT, GALEN_SQL_BLOCK_COMMENT},
    {"/* it's */", GALEN_SQL_NEUTRAL, GALEN_SQL_NEUTRAL},
    {"/*/", GALEN_SQL_BLOCK_COMMENT, GALEN_SQL_BLOCK_COMMENT},
    {"/**/", GALEN_SQL_NEUTRAL, GALEN_SQL_NEUTRAL},
    {"/* a * b / c **/ 'x", GALEN_SQL_SINGLE, GALEN_SQL_SINGLE},
    {"-- it's", GALEN_SQL_LINE_COMMENT, GALEN_SQL_LINE_COMMENT},
    {"-- it's\n'x", GALEN_SQL_SINGLE, GALEN_SQL_SINGLE},
    {"# it's\n1", GALEN_SQL_NEUTRAL, GALEN_SQL_NEUTRAL},
    {"a --b 'c", GALEN_SQL_SINGLE, GALEN_SQL_SINGLE},
    {"a --\t'c", GALEN_SQL_LINE_COMMENT, GALEN_SQL_LINE_COMMENT},
    {"a --\001'c", GALEN_SQL_LINE_COMMENT, GALEN_SQL_LINE_COMMENT},
    {"a --", GALEN_SQL_LINE_COMMENT, GALEN_SQL_LINE_COMMENT},
    {"a -", GALEN_SQL_NEUTRAL, GALEN_SQL_NEUTRAL},
    {"a /", GALEN_SQL_NEUTRAL, GALEN_SQL_NEUTRAL},
    {"a - - 'x'", GALEN_SQL_NEUTRAL, GALEN_SQL_NEUTRAL},
    {"/*! 'x", GALEN_SQL_SINGLE, GALEN_SQL_SINGLE},
    {"/*!50110 'x' */ \"y", GALEN_SQL_DOUBLE, GALEN_SQL_DOUBLE},
    {"/*M! 'x' */", GALEN_SQL_NEUTRAL, GALEN_SQL_NEUTRAL},
    {"/*M 'x", GALEN_SQL_BLOCK_COMMENT, GALEN_SQL_BLOCK_COMMENT},
    {"'\\", GALEN_SQL_SINGLE, GALEN_SQL_SINGLE},
    {"'a\nb\nc'", GALEN_SQL_NEUTRAL, GALEN_SQL_NEUTRAL},
    {"'a\\\nb", GALEN_SQL_SINGLE, GALEN_SQL_SINGLE},
};

static void test_modes(void) {
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    gsize len = strlen(cases[i].text);
    GalenSqlState state = scan(cases[i].text, len, len, FALSE), plain = scan(cases[i].text, len, len, TRUE);
    g_test_message("%s", cases[i].text);
    g_assert_cmpint(state.mode, ==, cases[i].mode);
    g_assert_cmpint(plain.mode, ==, cases[i].plain);
    g_assert_cmpint(galen_sql_open(&state), ==,
                    cases[i].mode != GALEN_SQL_NEUTRAL && cases[i].mode != GALEN_SQL_LINE_COMMENT);
  }
}

static void test_splits(void) {
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    gsize len = strlen(cases[i].text);
    GalenSqlState whole = scan(cases[i].text, len, len, FALSE);
    for (gsize step = 1; step < len; step++) {
      GalenSqlState split = scan(cases[i].text, len, step, FALSE);
      g_assert_true(same(&whole, &split));
    }
  }
}

static void test_content(void) {
  static const struct {
    const char *text;
    gboolean content;
    char last;
    guint opened;
  } texts[] = {
      {"", FALSE, 0, 0},          {" \t\n\r", FALSE, 0, 0},    {"/* x */ ", FALSE, 0, 1}, {"-- x\n", FALSE, 0, 0},
      {"a;  \n", TRUE, ';', 0},   {"a; -- b\n", TRUE, ';', 0}, {"'a' `b`", TRUE, '`', 2}, {"a;/* c */", TRUE, ';', 1},
      {"/*! a */", TRUE, ' ', 0}, {"a # ;\n", TRUE, 'a', 0},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    GalenSqlState state = scan(texts[i].text, strlen(texts[i].text), 1 + i % 3, FALSE);
    g_assert_cmpint(state.content, ==, texts[i].content);
    g_assert_true(state.last == texts[i].last);
    g_assert_cmpuint(state.opened, ==, texts[i].opened);
  }
}

static gsize first_stop(const char *text) {
  GalenSqlState state;
  galen_sql_state_init(&state, FALSE, NULL);
  return galen_sql_state_scan(&state, text, 0, strlen(text), TRUE);
}

/* It stops only at line ends behind which a line of the log's own may begin. */
static void test_stops(void) {
  g_assert_cmpuint(first_stop("a\nb\nc"), ==, 5);
  g_assert_cmpuint(first_stop("a\nb\n# c"), ==, 3);
  g_assert_cmpuint(first_stop("a\nTime"), ==, 1);
  g_assert_cmpuint(first_stop("a;\nb"), ==, 2);
  g_assert_cmpuint(first_stop("a; \t\nb"), ==, 4);
  g_assert_cmpuint(first_stop("a\n"), ==, 1);
  g_assert_cmpuint(first_stop("';\nb"), ==, 4);
  g_assert_cmpuint(first_stop("'\n# b"), ==, 1);
}

/* SQL and what looks like it: the more plain words, the longer the runs without anything hard. */
static GString *random_sql(GRand *rand) {
  static const char *const words[] = {
      "select ",
      "1,",
      "abcdefghijklmnopqrstuvwxyz0123456789",
      "'2024-01-02'",
      "''",
      "`a`.`b`",
      "\n",
      ";\n",
      "\n# ",
      "\nT",
      "it's",
      "\"",
      "'",
      "`",
      "-",
      "--",
      "-- ",
      "/",
      "/*",
      "*/",
      "/*! ",
      "/*M!",
      "\\",
      "\\'",
      "#",
      "*",
      " \t\r\n",
      "; \n",
      "\\\n",
      "\xc3\xa4",
      "'a''b\n'",
  };
  gint plain = g_rand_int_range(rand, 1, 40), kinds = g_rand_int_range(rand, 3, G_N_ELEMENTS(words) + 1);
  GString *text = g_string_new(NULL);
  for (gint n = g_rand_int_range(rand, 0, 60); n > 0; n--) {
    g_string_append(text, words[g_rand_int_range(rand, 0, kinds)]);
    for (gint i = g_rand_int_range(rand, 0, plain); i > 0; i--)
      g_string_append_c(text, "ab c"[i % 4]);
    if (g_rand_int_range(rand, 0, 30) == 0)
      g_string_append_c(text, (char)g_rand_int_range(rand, 0, 256));
  }
  return text;
}

/* Both scans in step over text[0..len), stop for stop. */
static void compare_scans(const char *text, gsize len, gboolean eof, gboolean no_backslash, GalenSqlSkip skip) {
  GalenSqlState plain, fast;
  galen_sql_state_init(&plain, no_backslash, NULL);
  galen_sql_state_init(&fast, no_backslash, skip);
  for (gsize at = 0; at < len;) {
    gsize stop = galen_sql_state_scan(&plain, text, at, len, eof);
    g_assert_cmpuint(galen_sql_state_scan(&fast, text, at, len, eof), ==, stop);
    plain.opened = fast.opened = 0;
    g_assert_true(same(&plain, &fast));
    if (stop == len || text[stop] != '\n')
      break;
    galen_sql_state_pass_line(&plain);
    galen_sql_state_pass_line(&fast);
    at = stop + 1;
  }
}

/* The fast way finds what the byte by byte way finds, wherever the text is cut. */
static void test_skips(void) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(8);
  for (guint level = 0; level < GALEN_SCAN_LEVELS; level++) {
    GalenSqlSkip skip = galen_sql_skip_at(level);
    for (guint round = 0; skip != NULL && round < 20000; round++) {
      g_autoptr(GString) text = random_sql(rand);
      gsize cut = (gsize)g_rand_int_range(rand, 0, (gint32)text->len + 1);
      /* In a block of its own size, so that sanitizers see what is read behind it. */
      g_autofree char *exact = g_memdup2(text->str, cut);
      compare_scans(text->str, text->len, TRUE, round % 2 != 0, skip);
      compare_scans(exact, cut, round % 4 < 2, round % 2 != 0, skip);
    }
  }
}

/* A statement such as all are is passed without the byte by byte way. */
static void test_skip_is_used(void) {
  static const char text[] =
      "select `a`.`b`, 'it''s', \"x\" from t where d = '2024-01-02' and e / 2 - 1 in (1, -2)\n and f = '#';\n"
      "# Time: 2024-05-13T00:00:00.027566Z\n# User@Host: app[app] @ node [10.0.0.1]  Id:   136\n";
  const char *end = text + sizeof text - 1, *stop = strstr(text, ";\n#") + 1;
  for (guint level = 0; level < GALEN_SCAN_LEVELS; level++) {
    GalenSqlSkip skip = galen_sql_skip_at(level);
    GalenSqlState state;
    gboolean line_end = FALSE;
    galen_sql_state_init(&state, FALSE, skip);
    if (skip == NULL)
      continue;
    g_assert_true(skip(&state, text, end, &line_end) == stop);
    g_assert_true(line_end);
    g_assert_true(state.mode == GALEN_SQL_NEUTRAL && state.last == ';' && state.content);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sql-state/modes", test_modes);
  g_test_add_func("/sql-state/splits", test_splits);
  g_test_add_func("/sql-state/content", test_content);
  g_test_add_func("/sql-state/stops", test_stops);
  g_test_add_func("/sql-state/skips", test_skips);
  g_test_add_func("/sql-state/skip-is-used", test_skip_is_used);
  return g_test_run();
}
