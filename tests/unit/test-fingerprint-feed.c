#include "analyzer/query/fingerprint.h"

typedef struct {
  GalenFingerprinter *own;
  GalenFingerprint found;
  char *text; /* of found, terminated */
  char id[33];
} Work;

static Work *work_new(void) {
  Work *self = g_new0(Work, 1);
  self->own = galen_fingerprinter_new(GALEN_FINGERPRINT_DEFAULT);
  return self;
}

static void work_free(Work *self) {
  galen_fingerprinter_free(self->own);
  g_free(self->text);
  g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Work, work_free)

static const char *run(Work *self, const char *text, gsize len, gsize step) {
  guint8 id[GALEN_QUERY_ID_BYTES];
  galen_fingerprinter_begin(self->own, FALSE);
  for (gsize at = 0; at < len; at += step) {
    g_autofree char *part = g_memdup2(text + at, MIN(step, len - at));
    galen_fingerprinter_feed(self->own, part, MIN(step, len - at));
  }
  galen_fingerprinter_end(self->own, &self->found);
  galen_fingerprinter_id(self->own, id);
  galen_query_id_print(id, self->id);
  g_assert_cmpuint(self->found.text.len, ==, MIN(self->found.full_len, GALEN_FINGERPRINT_MAX));
  g_free(self->text);
  self->text = g_strndup(self->found.text.data, self->found.text.len);
  return self->text;
}

static const char *print(Work *self, const char *text) {
  return run(self, text, strlen(text), MAX(strlen(text), 1));
}

static void assert_same(const Work *a, const Work *b) {
  g_assert_cmpstr(a->text, ==, b->text);
  g_assert_cmpstr(a->id, ==, b->id);
  g_assert_cmpuint(a->found.full_len, ==, b->found.full_len);
  g_assert_cmpuint(a->found.hash, ==, b->found.hash);
  g_assert_cmpuint(a->found.facts, ==, b->found.facts);
  g_assert_cmpuint(a->found.in_items, ==, b->found.in_items);
  g_assert_cmpuint(a->found.rows, ==, b->found.rows);
  g_assert_cmpuint(a->found.offset, ==, b->found.offset);
}

static const char *const statements[] = {
    "SELECT `a``b`, 'it''s \\' x', -1.5e-3, .5, 0xAB, x'41', _utf8mb4'y' -- c\nFROM t # d\n;",
    "select * from t where a in (1,'2',(3)) and b not in (select c from u) order by rand() limit 10, 20",
    "select a from t where date(b) = '2024-01-01' or c like '%x' limit 5 offset 100",
    "insert into t (a,b) values (1,'x'),(2,now()),(-3,null) on duplicate key update a=values(a)",
    "values row(1,2), row(3,4)",
    "select 1 union all select 2 union all select 3 union select a from t order by 1",
    "/*!50110 select */ sql_calc_found_rows a from t/**/where b/* c */= - 5 for update",
    "administrator command: Init DB;",
    "call shop.close_day(1, 'x')",
    "{ call p(1) }",
    "use shop",
    "SELECT /*!40001 SQL_NO_CACHE */ * FROM `t`",
    "replace /*db.t:3/10*/ into c select 1",
    "select a from t, u",
    "select (1, (2, (3, 'open",
};

static void test_splits(void) {
  g_autoptr(Work) whole = work_new();
  g_autoptr(Work) split = work_new();
  for (gsize i = 0; i < G_N_ELEMENTS(statements); i++) {
    gsize len = strlen(statements[i]);
    print(whole, statements[i]);
    for (gsize step = 1; step < len; step++) {
      run(split, statements[i], len, step);
      assert_same(whole, split);
    }
    /* And cut once, at every byte. */
    for (gsize at = 0; at <= len; at++) {
      guint8 id[GALEN_QUERY_ID_BYTES];
      galen_fingerprinter_begin(split->own, FALSE);
      galen_fingerprinter_feed(split->own, statements[i], at);
      galen_fingerprinter_feed(split->own, statements[i] + at, len - at);
      galen_fingerprinter_end(split->own, &split->found);
      galen_fingerprinter_id(split->own, id);
      galen_query_id_print(id, split->id);
      g_assert_cmpstr(split->id, ==, whole->id);
    }
  }
}

static void test_idempotent(void) {
  g_autoptr(Work) once = work_new();
  g_autoptr(Work) twice = work_new();
  for (gsize i = 0; i < G_N_ELEMENTS(statements); i++) {
    print(twice, print(once, statements[i]));
    g_assert_cmpstr(once->text, ==, twice->text);
    g_assert_cmpstr(once->id, ==, twice->id);
  }
}

/* Statements that may not be told apart, and such that have to be: what fuzzing has found. */
static void test_classes(void) {
  static const char *const same[][2] = {
      {"select a where b = -5", "select a where b = - x'41'"},
      {"select a where b = 5", "select a where b = -n'x'"},
      {"select a where b in (1,2)'x'", "select a where b in (1)'x'"},
      {"select 1 --;", "select 2"},
      {"select 1 union all select 2 union all select 3 union select a", "select 1 union all select 2 union select a"},
  };
  static const char *const other[][2] = {
      {"select a --/**/ b", "select a b"},
      {"select 1 union select 2 union select a", "select 1 union all select 2 union select a"},
      {"select a -1", "select a +1"},
      {"select a #*db.t:1/2*", "replace /*db.t:1/2*/ into c select 1"},
  };
  g_autoptr(Work) a = work_new();
  g_autoptr(Work) b = work_new();
  for (gsize i = 0; i < G_N_ELEMENTS(same); i++)
    g_assert_cmpstr(print(a, same[i][0]), ==, print(b, same[i][1]));
  for (gsize i = 0; i < G_N_ELEMENTS(other); i++)
    g_assert_cmpstr(print(a, other[i][0]), !=, print(b, other[i][1]));
}

/* "select a,a,…" whose fingerprint is `len` bytes long. */
static char *wide_select(gsize len) {
  char *text = g_strnfill(len, ',');
  static const char begin[] = "select ";
  for (gsize i = 0; begin[i] != '\0'; i++)
    text[i] = begin[i];
  for (gsize i = strlen(begin); i < len; i += 2)
    text[i] = 'a';
  text[len - 1] = 'a';
  return text;
}

/* What is kept is 64 KiB, exactly, and the id is that of the whole text. */
static void test_kept(void) {
  const gsize lens[] = {GALEN_FINGERPRINT_MAX - 1, GALEN_FINGERPRINT_MAX, GALEN_FINGERPRINT_MAX + 1, 160u << 10,
                        3u << 20};
  g_autoptr(Work) whole = work_new();
  g_autoptr(Work) split = work_new();
  for (gsize i = 0; i < G_N_ELEMENTS(lens); i++) {
    g_autofree char *text = wide_select(lens[i]);
    run(whole, text, lens[i], lens[i]);
    g_assert_cmpuint(whole->found.full_len, ==, lens[i]);
    g_assert_cmpuint(whole->found.text.len, ==, MIN(lens[i], GALEN_FINGERPRINT_MAX));
    g_assert_true(memcmp(whole->found.text.data, text, whole->found.text.len) == 0);
    g_autofree char *md5 = g_compute_checksum_for_data(G_CHECKSUM_MD5, (const guchar *)text, lens[i]);
    g_autofree char *upper = g_ascii_strup(md5, -1);
    g_assert_cmpstr(whole->id, ==, upper);
    run(split, text, lens[i], 4099);
    assert_same(whole, split);
    run(split, text, lens[i], 1);
    assert_same(whole, split);
  }
}

/* They differ far behind what is kept: two classes all the same. */
static void test_cut_differ(void) {
  g_autofree char *text = wide_select(1u << 20);
  g_autoptr(Work) a = work_new();
  g_autoptr(Work) b = work_new();
  run(a, text, 1u << 20, 1u << 20);
  text[(1u << 20) - 1] = 'b';
  run(b, text, 1u << 20, 1u << 20);
  g_assert_cmpstr(a->text, ==, b->text);
  g_assert_cmpstr(a->id, !=, b->id);
  g_assert_cmpuint(a->found.hash, !=, b->found.hash);
}

/* Literals and names longer than any token that is held back, however they come. */
static void test_long_tokens(void) {
  static const char *const forms[] = {"select 0x%s",
                                      "select 1.%s",
                                      "select %s from t",
                                      "select `%s` from t",
                                      "select '%s', a",
                                      "select a /* %s */ from t",
                                      "select a from t where b in (`%s`)",
                                      "select %s() union select 2 union select 3 union select a"};
  const gsize lens[] = {1000, 1023, 1024, 1025, 2048, 5000, 40000, 120000, 200000};
  g_autoptr(Work) whole = work_new();
  g_autoptr(Work) split = work_new();
  for (gsize i = 0; i < G_N_ELEMENTS(forms) * G_N_ELEMENTS(lens); i++) {
    g_autofree char *run_of = g_strnfill(lens[i % G_N_ELEMENTS(lens)], '7');
    run_of[5] = run_of[900] = 'a';
    g_auto(GStrv) ends = g_strsplit(forms[i / G_N_ELEMENTS(lens)], "%s", 2);
    g_autofree char *text = g_strconcat(ends[0], run_of, ends[1], NULL);
    print(whole, text);
    const gsize steps[] = {1, 1000, 1024, 4097, strlen(text) - 3};
    for (gsize j = 0; j < G_N_ELEMENTS(steps); j++) {
      run(split, text, strlen(text), steps[j]);
      assert_same(whole, split);
    }
  }
  g_autofree char *hex = g_strnfill(3000, 'f');
  g_autofree char *blob = g_strconcat("select 0x", hex, NULL);
  run(split, blob, strlen(blob), 1500);
  g_assert_cmpstr(split->text, ==, "select ?");
}

static void test_mask_digits(void) {
  g_autoptr(GalenFingerprinter) self = galen_fingerprinter_new(GALEN_FINGERPRINT_MASK_DIGITS);
  static const char text[] = "select a12 from log_2024_05.t3, `x9 9` where b = 5";
  GalenFingerprint found;
  for (gsize step = 1; step < sizeof text; step++) {
    galen_fingerprinter_begin(self, FALSE);
    for (gsize at = 0; at < strlen(text); at += step)
      galen_fingerprinter_feed(self, text + at, MIN(step, strlen(text) - at));
    galen_fingerprinter_end(self, &found);
    g_assert_true(galen_slice_is(found.text, "select a? from log_?_?.t?, `x? ?` where b = ?"));
  }
}

static void test_backslashes(void) {
  g_autoptr(GalenFingerprinter) self = galen_fingerprinter_new(GALEN_FINGERPRINT_DEFAULT);
  static const char text[] = "select 'a\\', b, 'c'";
  GalenFingerprint found;
  galen_fingerprinter_begin(self, TRUE);
  galen_fingerprinter_feed(self, text, strlen(text));
  galen_fingerprinter_end(self, &found);
  g_assert_true(galen_slice_is(found.text, "select ?, b, ?"));
}

typedef struct {
  guint fact;
  const char *yes, *no;
} Fact;

static const Fact facts[] = {
    {GALEN_FACT_SELECT_STAR, "select * from t where a = 1", "select count(*), a * b from t where a = 1"},
    {GALEN_FACT_SELECT_STAR, "select t.*, a from t where a = 1", "select 2 * 3"},
    {GALEN_FACT_LEADING_WILDCARD, "select a from t where b like '%x'", "select a from t where b like 'x%'"},
    {GALEN_FACT_LEADING_WILDCARD, "select a from t where b like \"_x\"", "select a from t where b = '%x'"},
    {GALEN_FACT_ORDER_BY_RAND, "select a from t order by rand() limit 1", "select rand() from t order by a limit 1"},
    {GALEN_FACT_NO_WHERE, "select a from t", "select a from t limit 1"},
    {GALEN_FACT_NO_WHERE, "delete from t", "delete from t where a = 1"},
    {GALEN_FACT_NO_WHERE, "update t set a = 1", "select 1"},
    {GALEN_FACT_NO_WHERE, "select a from t where a in (select b from u) or 1", NULL},
    {GALEN_FACT_WHERE_FUNCTION, "select a from t where date(b) = '2024-01-01'", "select a from t where b = date('x')"},
    {GALEN_FACT_WHERE_FUNCTION, "select a from t where lower(b) like 'x'", "select date(b) = 1 from t where a = 1"},
    {GALEN_FACT_OR_IN_WHERE, "select a from t where b = 1 or c = 2", "select a or b from t where b = 1 and c = 2"},
    {GALEN_FACT_FOR_UPDATE, "select a from t where b = 1 for update", "update t set a = 1 where b = 1"},
    {GALEN_FACT_UNION_DISTINCT, "select a from t union select b from u", "select a from t union all select b from u"},
    {GALEN_FACT_UNION_DISTINCT, "select a from t union distinct select b from u", "select a from t"},
    {GALEN_FACT_NOT_IN_SUBQUERY, "select a from t where b not in (select c from u)",
     "select a from t where b in (select c from u) and d not in (1, 2)"},
    {GALEN_FACT_SQL_CALC_FOUND_ROWS, "select sql_calc_found_rows a from t limit 1", "select found_rows()"},
    {GALEN_FACT_CARTESIAN, "select a from t, u", "select a from t, u where t.a = u.a"},
    {GALEN_FACT_CARTESIAN, "select a from t join u", "select a from t join u on t.a = u.a"},
    {GALEN_FACT_CARTESIAN, "select a from t cross join u", "select a from t join u using (a)"},
    {GALEN_FACT_CARTESIAN, "select a from t, u limit 1", "select a, b from t natural join u"},
};

static void test_facts(void) {
  g_autoptr(Work) work = work_new();
  for (gsize i = 0; i < G_N_ELEMENTS(facts); i++) {
    /* A row without a counterpart says what does not have the fact. */
    gboolean alone = facts[i].no == NULL;
    g_test_message("%s | %s", facts[i].yes, alone ? "" : facts[i].no);
    print(work, facts[i].yes);
    g_assert_cmpint((work->found.facts & facts[i].fact) != 0, ==, !alone);
    if (alone)
      continue;
    print(work, facts[i].no);
    g_assert_cmpuint(work->found.facts & facts[i].fact, ==, 0);
  }
}

static void test_figures(void) {
  static const struct {
    const char *text;
    guint64 in_items, rows, offset;
  } cases[] = {
      {"select 1", 0, 0, 0},
      {"select a from t where b in (1)", 1, 0, 0},
      {"select a from t where b in (1,2,3) and c in ('x', 'y')", 3, 0, 0},
      {"select a from t where b in ((1,2),(3,4))", 2, 0, 0},
      {"select a from t where b in (1, c, 2)", 3, 0, 0},
      {"insert into t values (1,2)", 0, 1, 0},
      {"insert into t values (1,2),(3,4),(5,6)", 0, 3, 0},
      {"values row(1), row(2)", 0, 2, 0},
      {"select a from t limit 5", 0, 0, 0},
      {"select a from t limit 1000, 5", 0, 0, 1000},
      {"select a from t limit 5 offset 2000", 0, 0, 2000},
      {"select a from t limit 0, 5", 0, 0, 0},
      {"select a, 7 from t limit ?, ?", 0, 0, 0},
  };
  g_autoptr(Work) work = work_new();
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_test_message("%s", cases[i].text);
    print(work, cases[i].text);
    g_assert_cmpuint(work->found.in_items, ==, cases[i].in_items);
    g_assert_cmpuint(work->found.rows, ==, cases[i].rows);
    g_assert_cmpuint(work->found.offset, ==, cases[i].offset);
  }
}

static char *repeated(const char *before, const char *part, gsize len) {
  g_autoptr(GString) text = g_string_new(before);
  while (text->len < len)
    g_string_append(text, part);
  return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Megabytes of what might cost more than linear time or memory: all of them end, bounded, and the same in pieces. */
static void test_nasty(void) {
  static const struct {
    const char *before, *part;
  } cases[] = {
      {"", "("},
      {"select a from t where ", "in (1,"},
      {"select 1 ", "union select 1 "},
      {"select 1 ", "union all select a from t where b = 'x' "},
      {"select 1 ", "union select 1 union select 2, a "},
      {"select '", "x"},
      {"select \"", "\\"},
      {"select `", "x"},
      {"select /*", "* /"},
      {"select ", "- "},
      {"select a ", "/**/"},
      {"insert into t values ", "(1,'x'),"},
      {"insert into t values ", "(a,'x'),"},
      {"select ", "values (1, "},
      {"select ", "a.b.c."},
      {"", "'"},
      {"", ";"},
      {"select a", " asc"},
  };
  g_autoptr(Work) whole = work_new();
  g_autoptr(Work) split = work_new();
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text = repeated(cases[i].before, cases[i].part, 2u << 20);
    g_test_message("%s%s", cases[i].before, cases[i].part);
    print(whole, text);
    run(split, text, strlen(text), 65521);
    assert_same(whole, split);
    g_assert_cmpuint(whole->found.full_len, <=, strlen(text) + 1000);
  }
}

/* The mark of repeated arms stays when a long arm behind them flushes the output. */
static void test_union_over_flush(void) {
  g_autofree char *wide = repeated("", "column_name,", 300000);
  g_autofree char *text = g_strconcat("select 1 union select 2 union select ", wide, "a from t", NULL);
  g_autoptr(Work) whole = work_new();
  g_autoptr(Work) split = work_new();
  g_assert_true(g_str_has_prefix(print(whole, text), "select ? /*repeat union*/ union select column_name,"));
  run(split, text, strlen(text), 777);
  assert_same(whole, split);
}

static void test_nothing(void) {
  static const char *const nothing[] = {"", " ", ";", " ; \n", "/* a */", "-- a", "# a\n", "--"};
  g_autoptr(Work) work = work_new();
  for (gsize i = 0; i < G_N_ELEMENTS(nothing); i++) {
    g_assert_cmpstr(print(work, nothing[i]), ==, "");
    g_assert_cmpstr(work->id, ==, "D41D8CD98F00B204E9800998ECF8427E");
    g_assert_cmpuint(work->found.facts, ==, 0);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/fingerprint-feed/splits", test_splits);
  g_test_add_func("/fingerprint-feed/idempotent", test_idempotent);
  g_test_add_func("/fingerprint-feed/classes", test_classes);
  g_test_add_func("/fingerprint-feed/kept", test_kept);
  g_test_add_func("/fingerprint-feed/cut-differ", test_cut_differ);
  g_test_add_func("/fingerprint-feed/long-tokens", test_long_tokens);
  g_test_add_func("/fingerprint-feed/mask-digits", test_mask_digits);
  g_test_add_func("/fingerprint-feed/backslashes", test_backslashes);
  g_test_add_func("/fingerprint-feed/facts", test_facts);
  g_test_add_func("/fingerprint-feed/figures", test_figures);
  g_test_add_func("/fingerprint-feed/nasty", test_nasty);
  g_test_add_func("/fingerprint-feed/union-over-flush", test_union_over_flush);
  g_test_add_func("/fingerprint-feed/nothing", test_nothing);
  return g_test_run();
}
