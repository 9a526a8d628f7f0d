#include "parsers/sql_feed.h"

/* The tokens of a statement, parts joined: "w:select|_: |…". */
typedef struct {
  GString *out;
  gboolean ahead; /* take two bytes at a time behind each '(' */
} Reader;

static const char *take(gpointer user, const GalenSqlToken *token, const char *next, const char *end) {
  static const char types[] = "_cwn0sp";
  Reader *reader = user;
  g_assert_true(next == token->text + token->len && next <= end);
  if (token->begins)
    g_string_append_printf(reader->out, "|%c:", types[token->type]);
  g_string_append_len(reader->out, token->text, (gssize)token->len);
  gboolean skips = reader->ahead && token->type == GALEN_SQL_PUNCT && *token->text == '(' && end - next >= 2;
  return skips ? next + 2 : next;
}

static char *feed(GalenSqlFeed *self, Reader *reader, const char *text, gsize len, gsize step) {
  galen_sql_feed_begin(self, FALSE);
  g_string_truncate(reader->out, 0);
  for (gsize at = 0; at < len; at += step) {
    g_autofree char *part = g_memdup2(text + at, MIN(step, len - at));
    galen_sql_feed(self, part, MIN(step, len - at));
  }
  galen_sql_feed_end(self);
  return g_strdup(reader->out->str);
}

static void check_splits(const char *text, gsize len, gsize most) {
  g_autofree GalenSqlFeed *self = g_new(GalenSqlFeed, 1);
  Reader reader = {g_string_new(NULL), FALSE};
  galen_sql_feed_init(self, take, &reader);
  g_autofree char *whole = feed(self, &reader, text, len, len);
  for (gsize step = 1; step < most; step++) {
    g_autofree char *split = feed(self, &reader, text, len, step);
    g_assert_cmpstr(split, ==, whole);
  }
  g_string_free(reader.out, TRUE);
}

static void test_splits(void) {
  static const char text[] = "select /*!50110 a */, `b``c`, 'it''s \\' x', 1.5e-3, .5, 0xAB, x'41' -- c\n"
                             "from t/* it's */where a.1b=-1 and b in(1,'2',null)#end";
  check_splits(text, strlen(text), strlen(text));
}

/* Words and numbers around the length that is held back, fed in pieces around it. */
static void test_long_words(void) {
  static const char *const forms[] = {"%s", "%s.5", "1.%s", ".%s", "1e+%s", "0x%s", "a%s", "%se+5", "%sz x"};
  for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
    for (gsize n = GALEN_SQL_WORD_MAX - 2; n <= GALEN_SQL_WORD_MAX + 2; n++) {
      g_autofree char *run = g_strnfill(n, '7');
      g_auto(GStrv) ends = g_strsplit(forms[i], "%s", 2);
      g_autofree char *text = g_strconcat(ends[0], run, ends[1], ",'b'", NULL);
      g_autofree GalenSqlFeed *self = g_new(GalenSqlFeed, 1);
      Reader reader = {g_string_new(NULL), FALSE};
      galen_sql_feed_init(self, take, &reader);
      g_autofree char *whole = feed(self, &reader, text, strlen(text), strlen(text));
      for (gsize step = n - 3; step < n + 6; step++) {
        g_autofree char *split = feed(self, &reader, text, strlen(text), step);
        g_assert_cmpstr(split, ==, whole);
      }
      g_autofree char *bytes = feed(self, &reader, text, strlen(text), 1);
      g_assert_cmpstr(bytes, ==, whole);
      g_string_free(reader.out, TRUE);
    }
  }
}

/* A picture as a hex literal is one literal, however it comes. */
static void test_blob(void) {
  g_autofree char *hex = g_strnfill(100000, 'a');
  g_autofree char *text = g_strconcat("0x", hex, "0", NULL);
  g_autofree GalenSqlFeed *self = g_new(GalenSqlFeed, 1);
  Reader reader = {g_string_new(NULL), FALSE};
  galen_sql_feed_init(self, take, &reader);
  g_autofree char *wanted = g_strconcat("|0:", text, NULL);
  for (gsize step = 1; step < 200000; step = step * 3 + 1) {
    g_autofree char *tokens = feed(self, &reader, text, strlen(text), step);
    g_assert_cmpstr(tokens, ==, wanted);
  }
  g_string_free(reader.out, TRUE);
}

static void test_read_ahead(void) {
  g_autofree GalenSqlFeed *self = g_new(GalenSqlFeed, 1);
  Reader reader = {g_string_new(NULL), TRUE};
  galen_sql_feed_init(self, take, &reader);
  g_autofree char *tokens = feed(self, &reader, "a(xyb)", 6, 6);
  g_assert_cmpstr(tokens, ==, "|w:a|p:(|w:b|p:)");
  g_string_free(reader.out, TRUE);
}

/* What one statement leaves open is no part of the next. */
static void test_begin_again(void) {
  static const char *const open[] = {"'a", "/* a", "/*! a", "`a", "-- a", "1e+", "abc"};
  g_autofree GalenSqlFeed *self = g_new(GalenSqlFeed, 1);
  Reader reader = {g_string_new(NULL), FALSE};
  galen_sql_feed_init(self, take, &reader);
  for (gsize i = 0; i < G_N_ELEMENTS(open); i++) {
    galen_sql_feed_begin(self, FALSE);
    galen_sql_feed(self, open[i], strlen(open[i]));
    g_autofree char *tokens = feed(self, &reader, "*/b", 3, 3);
    g_assert_cmpstr(tokens, ==, "|p:*|p:/|w:b");
  }
  g_string_free(reader.out, TRUE);
}

static void test_nothing(void) {
  g_autofree GalenSqlFeed *self = g_new(GalenSqlFeed, 1);
  Reader reader = {g_string_new(NULL), FALSE};
  galen_sql_feed_init(self, take, &reader);
  galen_sql_feed(self, "", 0);
  galen_sql_feed_end(self);
  galen_sql_feed_end(self);
  g_assert_cmpuint(reader.out->len, ==, 0);
  g_string_free(reader.out, TRUE);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sql-feed/splits", test_splits);
  g_test_add_func("/sql-feed/long-words", test_long_words);
  g_test_add_func("/sql-feed/blob", test_blob);
  g_test_add_func("/sql-feed/read-ahead", test_read_ahead);
  g_test_add_func("/sql-feed/begin-again", test_begin_again);
  g_test_add_func("/sql-feed/nothing", test_nothing);
  return g_test_run();
}
