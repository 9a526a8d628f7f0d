#include "parsers/sql_state.h"

/* Reads all of `text`, in pieces of `step` bytes as a reader would offer them; line ends on the way are passed. */
static GalenSqlState scan(const char *text, gsize len, gsize step, gboolean no_backslash) {
  GalenSqlState state;
  galen_sql_state_init(&state, no_backslash);
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
  galen_sql_state_init(&state, FALSE);
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

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sql-state/modes", test_modes);
  g_test_add_func("/sql-state/splits", test_splits);
  g_test_add_func("/sql-state/content", test_content);
  g_test_add_func("/sql-state/stops", test_stops);
  return g_test_run();
}
