/* Whole statements, many of which are known by their shape: the same as when they are read token by token. */
#include "analyzer/query/fingerprint_private.h"

typedef struct {
  GalenFingerprinter *whole, *pieces;
  GRand *rand;
  guint known, all;
} Pair;

static void pair_init(Pair *self, GalenFingerprintFlags flags, guint32 seed) {
  self->whole = galen_fingerprinter_new(flags);
  self->pieces = galen_fingerprinter_new(flags);
  self->rand = g_rand_new_with_seed(seed);
  self->known = self->all = 0;
}

static void pair_clear(Pair *self) {
  galen_fingerprinter_free(self->whole);
  galen_fingerprinter_free(self->pieces);
  g_rand_free(self->rand);
}

static gboolean same(const GalenFingerprint *a, const GalenFingerprint *b) {
  return galen_slice_equal(a->text, b->text) && a->full_len == b->full_len && a->hash == b->hash &&
         a->facts == b->facts && a->in_items == b->in_items && a->rows == b->rows && a->offset == b->offset;
}

static void check(Pair *self, const char *data, gsize len, gboolean no_backslash, gsize cut) {
  GalenFingerprint a, b;
  guint8 id_a[GALEN_QUERY_ID_BYTES], id_b[GALEN_QUERY_ID_BYTES];
  /* A copy of the exact size: a sanitizer sees what is read past it. */
  g_autofree char *text = g_memdup2(data, MAX(len, 1));
  galen_fingerprinter_make(self->whole, galen_slice(text, len), no_backslash, &a);
  galen_fingerprinter_id(self->whole, id_a);
  self->known += self->whole->id != NULL;
  self->all++;
  cut = MIN(cut, len);
  galen_fingerprinter_begin(self->pieces, no_backslash);
  galen_fingerprinter_feed(self->pieces, text, cut);
  galen_fingerprinter_feed(self->pieces, text + cut, len - cut);
  galen_fingerprinter_end(self->pieces, &b);
  galen_fingerprinter_id(self->pieces, id_b);
  if (!same(&a, &b) || memcmp(id_a, id_b, sizeof id_a) != 0)
    g_error("differs (%s, no_backslash %d): %.*s\n%.*s\n%.*s", self->whole->id != NULL ? "known" : "read", no_backslash,
            (int)len, text, (int)a.text.len, a.text.data, (int)b.text.len, b.text.data);
}

static void check_text(Pair *self, const char *text) {
  for (guint i = 0; i < 3; i++)
    check(self, text, strlen(text), FALSE, i);
}

static void test_table(void) {
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename(GALEN_SOURCE_DIR, "tests/golden/fingerprints.tsv", NULL);
  g_autofree char *table = NULL;
  g_file_get_contents(path, &table, NULL, &error);
  g_assert_no_error(error);
  g_auto(GStrv) lines = g_strsplit(table, "\n", -1);
  Pair pair;
  pair_init(&pair, GALEN_FINGERPRINT_DEFAULT, 1);
  for (guint round = 0; round < 3; round++)
    for (guint i = 1; lines[i] != NULL && lines[i + 1] != NULL; i++) {
      g_auto(GStrv) columns = g_strsplit(lines[i], "\t", 2);
      g_autofree char *statement = g_strcompress(columns[0]);
      gsize len = strlen(statement);
      GalenFingerprint made;
      galen_fingerprinter_make(pair.whole, galen_slice(statement, len), FALSE, &made);
      g_autofree char *got = g_strndup(made.text.data, made.text.len);
      g_autofree char *wanted = g_strcompress(columns[1]);
      g_assert_cmpstr(got, ==, wanted);
      for (gsize cut = 0; cut <= len; cut++)
        check(&pair, statement, len, FALSE, cut);
      /* What is cut off, and what stands behind. */
      for (gsize n = 0; n < len; n++)
        check(&pair, statement, n, round == 2, n / 2);
    }
  g_assert_cmpuint(pair.known, >, pair.all / 4);
  pair_clear(&pair);
}

/* ---- random statements: a row is a shape, with places for literals ---- */

static const char *const parts[] = {
    "select ",
    "SELECT * ",
    "from t ",
    " from `a b`.t1 ",
    "where ",
    "a = ",
    "b in (",
    ")",
    " in(",
    " not in (",
    "values (",
    "values(",
    "VALUES ROW(",
    "), (",
    "),(",
    " , (",
    "insert into t ",
    "insert into t(a, b) ",
    "value (",
    ",",
    ", ",
    " and ",
    " or ",
    "like ",
    " LIKE ",
    "not like ",
    "limit ",
    " limit ",
    " offset ",
    " LIMIT 5, ",
    ";",
    " ",
    "\n",
    "\t ",
    "-",
    "+",
    "- ",
    "--",
    "-- x\n",
    "# y\n",
    "/* ",
    " */",
    "/*!50110 ",
    "/*!",
    "/*M! ",
    "/*+ hint */",
    "/*a.b:3/10*/",
    "/*repeat union*/",
    "*/",
    "*",
    "/",
    " union ",
    " union all ",
    "union select 1 ",
    "select 1 ",
    "order by a asc",
    " asc",
    "call p(",
    "use ",
    "date ",
    "{d ",
    "}",
    "@",
    "@@",
    "@x",
    ".",
    "a.",
    "`",
    "'",
    "\"",
    "\\",
    "N",
    "_utf8mb4",
    "_latin1 ",
    "x",
    "X",
    "b",
    "null",
    "NULL",
    "true",
    "default",
    "?",
    ":name",
    "is ",
    "set ",
    "collate ",
    "case when ",
    "now()",
    "f(",
    "(",
    "((",
    "))",
    "12foo",
    "t_2024",
    "on duplicate key update a = ",
    " as new",
    "administrator command: ",
    "SELECT /*!40001 SQL_NO_CACHE */ * FROM `",
    "\x80\xff",
    "=",
    "<>",
    "rand()",
    "!",
    "e",
    "E+",
    "0",
    "identified by ",
};

static const char *const literals[] = {
    "1",
    "0",
    "42",
    "123456789",
    "18446744073709551615",
    "99999999999999999999999",
    "1.5",
    ".5",
    "5.",
    "1e5",
    "1e+5",
    "1.5e-3",
    "0x4D",
    "0XFF",
    "0x",
    "0b01",
    "0xe",
    "1.2.3",
    "12a",
    "'a'",
    "''",
    "'it''s'",
    "'a\\'b'",
    "'\\\\'",
    "'\\'",
    "'%x'",
    "'_x'",
    "'%'",
    "'",
    "\"b\"",
    "\"\"",
    "\"a\"\"b\"",
    "\"a\\\"b\"",
    "'a' 'b'",
    "'a'\"b\"",
    "\"%\"",
    "'a''",
    "-1",
    "+1",
    "- 1",
    "1,2,3",
    "1, 2",
    "'a','b'",
    "1,'x',2.5,-3,0x1F",
    "NULL",
    "null,TRUE",
    "1,DEFAULT",
    "(1,2),(3,4)",
    "'),(' ,1",
    "1, a",
    "/* c */",
    "/* it's */ 1",
    "/* a.b:1/2 */",
    "1),(2",
    "1), (2),\n(3",
    "1 ), ( 2",
    "1),(",
    "1),()",
    "1),(now()",
    "f(1)",
    "'2024-01-01 10:00:00'",
    "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33",
    "",
    "111111111111111111111111111111111111111111111111111111111111111111111111111111,2",
    "'a long one that is not over after sixteen bytes, nor after thirty-two of them'",
    "X'4D'",
    "_utf8'x'",
    "N'y'",
    "@'v'",
    "'u'@'h'",
    "1@",
    "1'",
    "1\"",
    "1(",
    "\t1\n,\r\n2",
    "\v1\f",
};

static const char *pick(GRand *rand, const char *const *table, gsize n) {
  return table[g_rand_int_range(rand, 0, (gint32)n)];
}

/* '\1' to '\4' stand for literals: most often for one of a kind. */
#define KINDS 4
#define PLAIN 5
static const char *const kinds[KINDS][PLAIN] = {
    {"1", "0", "42", "123456789", "1.5"},
    {"'a'", "''", "'it''s'", "'%x'", "'a\\'b'"},
    {"1,2,3", "1", "-1, 2 ,3", "'a', NULL", "1.5,0x1F,'a'"},
    {"/* a */", "/**/", "/* it's */", "/* 1 * 2 */", "/***/"},
};

static void make_shape(GRand *rand, GString *shape) {
  g_string_truncate(shape, 0);
  gint n = g_rand_int_range(rand, 1, 12);
  for (gint i = 0; i < n; i++) {
    g_string_append(shape, pick(rand, parts, G_N_ELEMENTS(parts)));
    if (g_rand_int_range(rand, 0, 5) < 3)
      g_string_append_c(shape, (char)g_rand_int_range(rand, 1, KINDS + 1));
  }
}

static void fill_shape(GRand *rand, const GString *shape, gboolean plain, GString *ret) {
  g_string_truncate(ret, 0);
  for (gsize i = 0; i < shape->len; i++) {
    guint kind = (guint8)shape->str[i] - 1u;
    if (kind >= KINDS)
      g_string_append_c(ret, shape->str[i]);
    else if (plain || g_rand_int_range(rand, 0, 8) > 0)
      g_string_append(ret, pick(rand, kinds[kind], PLAIN));
    else
      g_string_append(ret, pick(rand, literals, G_N_ELEMENTS(literals)));
  }
  if (!plain && ret->len > 0 && g_rand_int_range(rand, 0, 8) == 0)
    ret->str[g_rand_int_range(rand, 0, (gint32)ret->len)] = (char)g_rand_int_range(rand, 0, 256);
  if (!plain && g_rand_int_range(rand, 0, 16) == 0)
    g_string_truncate(ret, (gsize)g_rand_int_range(rand, 0, (gint32)ret->len + 1));
}

static void check_random(GalenFingerprintFlags flags, guint32 seed) {
  Pair pair;
  pair_init(&pair, flags, seed);
  g_autoptr(GString) shape = g_string_new(NULL);
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < 500; i++) {
    make_shape(pair.rand, shape);
    for (guint k = 0; k < 8; k++) {
      fill_shape(pair.rand, shape, k < 2, text);
      gboolean no_backslash = g_rand_int_range(pair.rand, 0, 8) == 0;
      check(&pair, text->str, text->len, no_backslash, (gsize)g_rand_int_range(pair.rand, 0, (gint32)text->len + 1));
    }
  }
  g_assert_cmpuint(pair.known, >, pair.all / 12);
  pair_clear(&pair);
}

/* No more at a time than are kept. */
#define WORLDS 30

static void test_random(void) {
  for (guint32 seed = 0; seed < WORLDS; seed++)
    check_random(GALEN_FINGERPRINT_DEFAULT, seed);
}

static void test_random_masked(void) {
  for (guint32 seed = 0; seed < WORLDS; seed++)
    check_random(GALEN_FINGERPRINT_MASK_DIGITS, 1000 + seed);
}

/* What a literal says that matters is made again each time. */
static void test_figures(void) {
  static const struct {
    const char *text;
    guint32 facts;
    guint64 in_items, rows, offset;
  } rows[] = {
      {"select a from t where b = 1 limit 30, 5", 0, 0, 0, 30},
      {"select a from t where b = 22 limit 12345, 15", 0, 0, 0, 12345},
      {"select a from t where b = 1 limit 5 offset 70", 0, 0, 0, 70},
      {"select a from t where b = 1 limit 5 offset 8", 0, 0, 0, 8},
      {"select a from t where b like 'x%'", 0, 0, 0, 0},
      {"select a from t where b like '%x'", GALEN_FACT_LEADING_WILDCARD, 0, 0, 0},
      {"select a from t where b like '_'", GALEN_FACT_LEADING_WILDCARD, 0, 0, 0},
      {"select a from t where b in (1,2,3)", 0, 3, 0, 0},
      {"select a from t where b in (1)", 0, 1, 0, 0},
      {"select a from t where b in (1,2) and c in ('a', 'b', 'c', 'd')", 0, 4, 0, 0},
      {"select a from t where b in (1,2,3,4,5) and c in ('a')", 0, 5, 0, 0},
      {"insert into t values (1)", 0, 0, 1, 0},
      {"insert into t values (1),(2), (3)\n, (4)", 0, 0, 4, 0},
      {"insert into t values (1),(2),(now())", 0, 0, 3, 0},
      {"insert into t values (1),(now())", 0, 0, 2, 0},
  };
  Pair pair;
  pair_init(&pair, GALEN_FINGERPRINT_DEFAULT, 1);
  for (guint round = 0; round < 4; round++)
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
      GalenFingerprint made;
      galen_fingerprinter_make(pair.whole, galen_slice(rows[i].text, strlen(rows[i].text)), FALSE, &made);
      g_assert_cmpuint(made.facts, ==, rows[i].facts);
      g_assert_cmpuint(made.in_items, ==, rows[i].in_items);
      g_assert_cmpuint(made.rows, ==, rows[i].rows);
      g_assert_cmpuint(made.offset, ==, rows[i].offset);
      if (round == 3)
        g_assert_nonnull(pair.whole->id);
    }
  pair_clear(&pair);
}

/* More shapes than there is room for, and some that are too large. */
static void test_many(void) {
  Pair pair;
  pair_init(&pair, GALEN_FINGERPRINT_DEFAULT, 1);
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < 30000; i++) {
    g_string_printf(text, "select c%u from t%u where a = %u", i % 1500, i % 1500, i);
    check(&pair, text->str, text->len, FALSE, i % text->len);
  }
  g_assert_cmpuint(pair.known, >, 5000);
  g_string_assign(text, "select ");
  for (guint i = 0; i < 30000; i++)
    g_string_append(text, i % 7 == 0 ? "`a`, " : "1, ");
  for (guint i = 0; i < 3; i++)
    check(&pair, text->str, text->len, FALSE, (gsize)i * 1000);
  pair_clear(&pair);
}

static void test_odd(void) {
  static const char *const texts[] = {
      "",
      ";",
      "administrator command: Quit;",
      "administrator command: Ping",
      "SELECT /*!40001 SQL_NO_CACHE */ * FROM `t`",
      "select /* a.b:3/10 */ 1",
      "select /*a.b:3/10*/ 1",
      "select /*repeat union*/ 1",
      "select '",
      "select 'a",
      "select '%",
      "call p('a', 1)",
      "call p(2, b)",
      "use db",
      "select @'a b', 'a b'",
      "set password for 'u'@'h' = 'x'",
      "select _latin1 0x4D, _latin1 5",
      "select 1 -- 5",
      "select 1 # '",
      "select 1 /*",
      "select a from t where b = 0x4",
  };
  Pair pair;
  pair_init(&pair, GALEN_FINGERPRINT_DEFAULT, 1);
  for (guint round = 0; round < 3; round++)
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
      check_text(&pair, texts[i]);
  check(&pair, "select '\0', 1\0", 14, FALSE, 8);
  pair_clear(&pair);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/fingerprint-whole/table", test_table);
  g_test_add_func("/fingerprint-whole/figures", test_figures);
  g_test_add_func("/fingerprint-whole/many", test_many);
  g_test_add_func("/fingerprint-whole/odd", test_odd);
  g_test_add_func("/fingerprint-whole/random", test_random);
  g_test_add_func("/fingerprint-whole/random-masked", test_random_masked);
  return g_test_run();
}
