#include "analyzer/query/describe.h"

typedef struct {
  const char *text, *command, *tables, *label;
} Case;

static char *joined(const GalenQueryInfo *info) {
  g_autoptr(GString) out = g_string_new(NULL);
  for (guint i = 0; i < info->tables->len; i++)
    g_string_append_printf(out, "%s%s", i > 0 ? " " : "", (const char *)g_ptr_array_index(info->tables, i));
  return g_string_free(g_steal_pointer(&out), FALSE);
}

static void check(const Case *cases, gsize n) {
  for (gsize i = 0; i < n; i++) {
    g_autoptr(GalenQueryInfo) info = galen_query_describe(galen_slice(cases[i].text, strlen(cases[i].text)));
    g_autofree char *tables = joined(info);
    g_test_message("%s", cases[i].text);
    g_assert_cmpstr(info->command, ==, cases[i].command);
    g_assert_cmpstr(tables, ==, cases[i].tables);
    if (cases[i].label != NULL)
      g_assert_cmpstr(info->label, ==, cases[i].label);
  }
}

static void test_reads(void) {
  static const Case cases[] = {
      {"select * from orders where id = ?", "SELECT", "orders", "SELECT orders"},
      {"select a from shop.orders o join `shop`.`items` as i on o.id = i.id", "SELECT", "shop.orders shop.items",
       "SELECT shop.orders, shop.items"},
      {"select a from t1, t2 as x, t3 y where t1.a = t2.a", "SELECT", "t1 t2 t3", NULL},
      {"select a from (select b from inner_t) as d", "SELECT", "inner_t", NULL},
      {"select a from t where id in (select id from u where u.x = ?)", "SELECT", "t u", NULL},
      {"select a from t union select b from t", "SELECT", "t", NULL},
      {"select extract(year from created) from t", "SELECT", "t", NULL},
      {"select trim(both ? from name) from t", "SELECT", "t", NULL},
      {"select a from t where a is distinct from b", "SELECT", "t", NULL},
      {"select ?", "SELECT", "", "SELECT ?"},
      {"(select a from t)", "SELECT", "t", NULL},
      {"select a from t for update", "SELECT", "t", NULL},
      {"select a into outfile ? from t", "SELECT", "t", NULL},
  };
  check(cases, G_N_ELEMENTS(cases));
}

static void test_with(void) {
  static const Case cases[] = {
      {"with c as (select a from t) select * from c join u on c.a = u.a", "SELECT", "t u", "SELECT t, u"},
      {"with recursive c as (select ? union all select n + ? from c) select n from c", "SELECT", "", NULL},
      {"with a as (select ? from t), b as (select ? from a) delete from u where id in (select id from b)", "DELETE",
       "t u", NULL},
      {"with `c` as (select ? from t) select * from `c`", "SELECT", "t", NULL},
  };
  check(cases, G_N_ELEMENTS(cases));
}

static void test_writes(void) {
  static const Case cases[] = {
      {"insert into t (a, b) values(?+)", "INSERT", "t", "INSERT t"},
      {"insert ignore into shop.t values(?+)", "INSERT", "shop.t", NULL},
      {"insert t values(?+) on duplicate key update a = values(a)", "INSERT", "t", NULL},
      {"insert into t select a from u", "INSERT", "t u", "INSERT t, u"},
      {"replace into t values(?+)", "REPLACE", "t", NULL},
      {"update t set a = ? where b = ?", "UPDATE", "t", "UPDATE t"},
      {"update low_priority t join u on t.id = u.id set t.a = u.a", "UPDATE", "t u", NULL},
      {"delete from t where a = ?", "DELETE", "t", "DELETE t"},
      {"truncate table t", "TRUNCATE", "t", "TRUNCATE t"},
      {"drop table if exists a, b", "DROP", "a b", NULL},
      {"alter table t add column c int", "ALTER", "t", NULL},
      {"create table if not exists t (a int)", "CREATE", "t", NULL},
      {"lock tables a write, b read", "LOCK", "a b", NULL},
  };
  check(cases, G_N_ELEMENTS(cases));
}

static void test_others(void) {
  static const Case cases[] = {
      {"administrator command: Quit", "admin", "", "admin Quit"},
      {"administrator command: Init DB", "admin", "", "admin Init DB"},
      {"commit", "COMMIT", "", "COMMIT"},
      {"call shop.close_day", "CALL", "", "CALL shop.close_day"},
      {"set names ?", "SET", "", "SET names ?"},
      {"use ?", "USE", "", "USE ?"},
      {"", "empty", "", "empty statement"},
      {"?", "empty", "", NULL},
  };
  check(cases, G_N_ELEMENTS(cases));
}

/* Every table once, in the order of the statement, and no more than 16. */
static void test_many_tables(void) {
  g_autoptr(GString) text = g_string_new("select ? from t0");
  for (guint i = 1; i < 40; i++)
    g_string_append_printf(text, ", t%u, t%u", i / 2, i);
  g_autoptr(GalenQueryInfo) info = galen_query_describe(galen_slice(text->str, text->len));
  g_assert_cmpuint(info->tables->len, ==, 16);
  for (guint i = 0; i < 16; i++) {
    g_autofree char *name = g_strdup_printf("t%u", i);
    g_assert_cmpstr(g_ptr_array_index(info->tables, i), ==, name);
  }
}

/* Bytes that are no UTF-8 are shown as what they are. */
static void test_invalid_names(void) {
  static const char text[] = "select ? from caf\xe9, caf\xe8\u00e9";
  g_autoptr(GalenQueryInfo) info = galen_query_describe(galen_slice(text, strlen(text)));
  g_assert_cmpuint(info->tables->len, ==, 2);
  g_assert_cmpstr(g_ptr_array_index(info->tables, 0), ==, "caf\\xe9");
  g_assert_cmpstr(g_ptr_array_index(info->tables, 1), ==, "caf\\xe8\u00e9");
  g_assert_cmpstr(info->label, ==, "SELECT caf\\xe9, caf\\xe8\u00e9");
}

/* 60 characters stay as they are; of 61 the last that stays is the mark. */
static void test_label_limit(void) {
  for (guint chars = 59; chars <= 61; chars++) {
    g_autoptr(GString) text = g_string_new("commit ");
    while (g_utf8_strlen(text->str, -1) < (glong)chars)
      g_string_append(text, "\u00e9");
    g_autoptr(GalenQueryInfo) info = galen_query_describe(galen_slice(text->str, text->len));
    g_assert_cmpint(g_utf8_strlen(info->label, -1), ==, MIN(chars, 60));
    g_assert_cmpint(g_str_has_suffix(info->label, "…"), ==, chars > 60);
    g_assert_true(g_str_has_prefix(info->label, "COMMIT é"));
  }
}

static void test_label_is_one_line(void) {
  static const char text[] = "select ? from `a\nb\x01`";
  g_autoptr(GalenQueryInfo) info = galen_query_describe(galen_slice(text, strlen(text)));
  g_assert_cmpstr(info->label, ==, "SELECT a b ");
}

/* Deep nesting and endless names end well. */
static void test_nasty(void) {
  gsize len = 200000;
  g_autofree char *open = g_strnfill(len, '(');
  g_autofree char *name = g_strnfill(len, 'n');
  g_autofree char *long_name = g_strconcat("select ? from ", name, ".", name, NULL);
  g_autoptr(GalenQueryInfo) deep = galen_query_describe(galen_slice(open, len));
  g_autoptr(GalenQueryInfo) wide = galen_query_describe(galen_slice(long_name, strlen(long_name)));
  g_assert_cmpint(g_utf8_strlen(deep->label, -1), <=, 60);
  g_assert_cmpint(g_utf8_strlen(wide->label, -1), <=, 60);
  g_assert_cmpuint(wide->tables->len, <=, 1);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/query-info/reads", test_reads);
  g_test_add_func("/query-info/with", test_with);
  g_test_add_func("/query-info/writes", test_writes);
  g_test_add_func("/query-info/others", test_others);
  g_test_add_func("/query-info/many-tables", test_many_tables);
  g_test_add_func("/query-info/invalid-names", test_invalid_names);
  g_test_add_func("/query-info/label-limit", test_label_limit);
  g_test_add_func("/query-info/label-is-one-line", test_label_is_one_line);
  g_test_add_func("/query-info/nasty", test_nasty);
  return g_test_run();
}
