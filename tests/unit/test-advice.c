#include "../../analyzer/findings/advice.h"

#include <glib/gstdio.h>

#define RULES_DIR GALEN_SOURCE_DIR "/analyzer/rules"
#define SECOND G_GUINT64_CONSTANT(1000000)

/* A class and what all is, made by hand. */
typedef struct {
  GalenAdviceRules *rules;
  GalenClass klass;
  GalenTotals all;
} Fixture;

static void totals_init(GalenTotals *totals) {
  totals->attrs = g_array_new(FALSE, TRUE, sizeof(GalenAttrStat));
  totals->flags = g_array_new(FALSE, TRUE, sizeof(GalenFlagStat));
  totals->errors = g_array_new(FALSE, TRUE, sizeof(GalenErrorCount));
}

static void totals_clear(GalenTotals *totals) {
  g_array_unref(totals->attrs);
  g_array_unref(totals->flags);
  g_array_unref(totals->errors);
  for (guint i = 0; i < GALEN_N_MAIN; i++)
    galen_histogram_clear(&totals->histogram[i]);
}

static void set_up(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  g_autoptr(GError) error = NULL;
  self->rules = galen_advice_rules_load(RULES_DIR, &error);
  g_assert_no_error(error);
  totals_init(&self->klass.totals);
  totals_init(&self->all);
}

static void tear_down(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  galen_advice_rules_free(self->rules);
  totals_clear(&self->klass.totals);
  totals_clear(&self->all);
}

/* ---- building ---- */

static void add_main(Fixture *self, GalenMainAttr attr, guint64 value, guint64 n) {
  galen_stat_add_n(&self->klass.totals.main[attr], value, n);
  galen_histogram_add(&self->klass.totals.histogram[attr], value, n);
  galen_stat_add_n(&self->all.main[attr], value, n);
}

/* n calls of this text that take `us`, examine and send rows. */
static void calls(Fixture *self, const char *text, guint64 n, guint64 us, guint64 examined, guint64 sent) {
  self->klass.fingerprint = (char *)text;
  self->klass.fingerprint_len = strlen(text);
  self->klass.totals.count += n;
  self->all.count += n;
  add_main(self, GALEN_MAIN_TIME, us, n);
  add_main(self, GALEN_MAIN_ROWS_EXAMINED, examined, n);
  add_main(self, GALEN_MAIN_ROWS_SENT, sent, n);
}

static void fact(Fixture *self, GalenFacts bit, guint64 n) {
  self->klass.facts[g_bit_nth_lsf(bit, -1)] = n;
}

static void flag(Fixture *self, const char *name, guint64 yes, guint64 seen) {
  GalenFlagStat stat = {name, yes, seen};
  g_array_append_val(self->klass.totals.flags, stat);
}

static void attr(Fixture *self, const char *name, GalenUnit unit, guint64 value, guint64 n) {
  GalenAttrStat stat = {.name = name, .unit = unit};
  galen_stat_add_n(&stat.stat, value, n);
  g_array_append_val(self->klass.totals.attrs, stat);
}

static void failed(Fixture *self, guint32 code, guint64 n) {
  GalenErrorCount count = {code, n};
  g_array_append_val(self->klass.totals.errors, count);
}

/* ---- asking ---- */

static const GalenAdvice *find(const GPtrArray *list, const char *id) {
  for (guint i = 0; i < list->len; i++) {
    const GalenAdvice *advice = g_ptr_array_index(list, i);
    if (g_str_equal(advice->id, id))
      return advice;
  }
  return NULL;
}

/* `part`: in title or detail. */
static void assert_says(Fixture *self, const char *id, const char *part) {
  g_autoptr(GPtrArray) list = galen_advice_for_class(self->rules, &self->klass, &self->all);
  const GalenAdvice *advice = find(list, id);
  if (advice == NULL)
    g_error("no advice %s", id);
  if (strstr(advice->title, part) == NULL && strstr(advice->detail, part) == NULL)
    g_error("“%s” is not in “%s” “%s”", part, advice->title, advice->detail);
  g_assert_null(strchr(advice->title, '{'));
  g_assert_null(strchr(advice->detail, '{'));
  g_assert_cmpstr(advice->advice, !=, "");
}

static void assert_silent(Fixture *self, const char *id) {
  g_autoptr(GPtrArray) list = galen_advice_for_class(self->rules, &self->klass, &self->all);
  g_assert_null(find(list, id));
}

static void assert_all_silent(Fixture *self) {
  g_autoptr(GPtrArray) list = galen_advice_for_class(self->rules, &self->klass, &self->all);
  for (guint i = 0; i < list->len; i++)
    g_test_message("%s", ((const GalenAdvice *)g_ptr_array_index(list, i))->id);
  g_assert_cmpuint(list->len, ==, 0);
}

/* One case a rule: what must not be enough, and then what is. */
typedef struct {
  const char *id;
  void (*against)(Fixture *self);
  void (*pro)(Fixture *self); /* on top of the first */
  const char *part;
} Case;

static void few_rows(Fixture *self) {
  calls(self, "select a from t where b = ?", 100, 1000, 10, 1);
}

static void many_rows(Fixture *self) {
  calls(self, "select a from t where b = ?", 10000, 1000, 90000, 10);
}

static void full_scan_small(Fixture *self) {
  few_rows(self);
  flag(self, "full_scan", 100, 100);
}

static void full_join_small(Fixture *self) {
  few_rows(self);
  flag(self, "full_join", 100, 100);
}

static void update_few(Fixture *self) {
  calls(self, "update t set a = ? where b = ?", 100, 1000, 10, 0);
  attr(self, "rows_affected", GALEN_UNIT_COUNT, 1, 100);
}

static void update_many(Fixture *self) {
  calls(self, "update t set a = ? where b = ?", 100000, 1000, 5000, 0);
}

static void order_few(Fixture *self) {
  few_rows(self);
  attr(self, "read_rnd_next", GALEN_UNIT_COUNT, 10, 100);
}

static void order_many(Fixture *self) {
  g_array_set_size(self->klass.totals.attrs, 0);
  attr(self, "read_rnd_next", GALEN_UNIT_COUNT, 5000, 100);
}

#define PLAN_HEAD                                                                                                      \
  "# explain: "                                                                                                        \
  "id\tselect_type\ttable\ttype\tpossible_keys\tkey\tkey_len\tref\trows\tr_rows\tfiltered\tr_filtered\tExtra\n"

static void plan_ref(Fixture *self) {
  few_rows(self);
  self->klass.sample.explain =
      (char *)PLAN_HEAD "# explain: 1\tSIMPLE\tt\tref\tb\tb\t4\tconst\t99999\t99999.00\t100.00\t100.00\t\n"
                        "# explain: broken";
}

static void plan_all(Fixture *self) {
  self->klass.sample.explain = (char *)PLAN_HEAD
      "# explain: 1\tSIMPLE\tsmall\tALL\tNULL\tNULL\tNULL\tNULL\t10\t10.00\t100.00\t1.00\t\n"
      "# explain: 1\tSIMPLE\tlarge\tALL\tNULL\tNULL\tNULL\tNULL\tNULL\t44000.00\t100.00\t1.00\tUsing where";
}

static void disk_no(Fixture *self) {
  few_rows(self);
  flag(self, "tmp_table_on_disk", 1, 100);
}

static void disk_yes(Fixture *self) {
  g_array_set_size(self->klass.totals.flags, 0);
  flag(self, "tmp_table_on_disk", 50, 100);
}

static void tables_few(Fixture *self) {
  few_rows(self);
  attr(self, "created_tmp_tables", GALEN_UNIT_COUNT, 1, 100);
}

static void tables_disk(Fixture *self) {
  attr(self, "created_tmp_disk_tables", GALEN_UNIT_COUNT, 1, 50);
}

static void sort_disk(Fixture *self) {
  flag(self, "filesort_on_disk", 5, 100);
}

static void passes(Fixture *self) {
  attr(self, "sort_merge_passes", GALEN_UNIT_COUNT, 2, 10);
}

static void send_many(Fixture *self) {
  calls(self, "select a from t where b = ?", 100, 1000, 50000, 50000);
}

static void send_big(Fixture *self) {
  attr(self, "bytes_sent", GALEN_UNIT_BYTES, 5 << 20, 100);
}

/* ---- of the text ---- */

static void all_facts_few_rows(Fixture *self) {
  few_rows(self);
  for (guint i = 0; i < GALEN_N_FACTS; i++)
    self->klass.facts[i] = 3;
}

static void read_rows(Fixture *self) {
  calls(self, "select a from t where b = ?", 100, 1000, 50000, 1);
}

static void delete_few(Fixture *self) {
  calls(self, "delete from t", 10, 1000, 10, 0);
  fact(self, GALEN_FACT_NO_WHERE, 10);
}

static void delete_many(Fixture *self) {
  calls(self, "delete from t", 10, 1000, 50000, 0);
}

static void star_small(Fixture *self) {
  few_rows(self);
  fact(self, GALEN_FACT_SELECT_STAR, 100);
}

static void star_big(Fixture *self) {
  calls(self, "select * from t where b = ?", 900, 1000, 10, 9);
  attr(self, "bytes_sent", GALEN_UNIT_BYTES, 90000, 1000);
}

static void list_short(Fixture *self) {
  few_rows(self);
  self->klass.in_items_max = 499;
}

static void list_long(Fixture *self) {
  self->klass.in_items_max = 500;
}

static void offset_small(Fixture *self) {
  few_rows(self);
  self->klass.offset_max = 999;
}

static void offset_large(Fixture *self) {
  self->klass.offset_max = 40000;
}

static void insert_batches(Fixture *self) {
  calls(self, "insert into t values(?+)", 5000, 1000, 0, 0);
  self->klass.rows_max = 100;
}

static void insert_rows(Fixture *self) {
  self->klass.rows_max = 1;
}

/* ---- of cost ---- */

static void long_calls(Fixture *self) {
  calls(self, "select a from t where b = ? for update", 10, SECOND, 1, 1);
}

static void lock_wait(Fixture *self) {
  add_main(self, GALEN_MAIN_LOCK_TIME, SECOND / 2, 10);
}

static void lock_overlong(Fixture *self) {
  add_main(self, GALEN_MAIN_LOCK_TIME, 2 * SECOND, 10);
}

static void io_wait(Fixture *self) {
  attr(self, "pages_read_time", GALEN_UNIT_NS, 600 * SECOND, 10);
}

static void row_lock_wait(Fixture *self) {
  attr(self, "innodb_rec_lock_wait", GALEN_UNIT_US, SECOND / 2, 10);
}

static void queue_wait(Fixture *self) {
  attr(self, "innodb_queue_wait", GALEN_UNIT_US, SECOND / 2, 10);
}

static void locking_read(Fixture *self) {
  row_lock_wait(self);
  fact(self, GALEN_FACT_FOR_UPDATE, 10);
}

static void outliers(Fixture *self) {
  calls(self, "select a from t where b = ?", 20, SECOND, 10, 1);
}

static void some_errors(Fixture *self) {
  failed(self, 1062, 3);
  failed(self, 1205, 7);
}

static void kills(Fixture *self) {
  self->klass.totals.killed = 2;
}

static void cache_miss(Fixture *self) {
  few_rows(self);
  flag(self, "qc_hit", 0, 100);
}

static void cache_hit(Fixture *self) {
  g_array_set_size(self->klass.totals.flags, 0);
  flag(self, "qc_hit", 4, 100);
}

static void quit_few(Fixture *self) {
  calls(self, "administrator command: Quit", 10, 10, 0, 0);
}

static void quit_many(Fixture *self) {
  calls(self, "administrator command: Quit", 5000, 10, 0, 0);
}

static void quick_many(Fixture *self) {
  calls(self, "select a from t where b = ?", 20000, 900, 1, 1);
}

static const Case cases[] = {
    {"rows-examined-per-row-sent", few_rows, many_rows, "rows for each row sent"},
    {"rows-examined-per-row-changed", update_few, update_many, "rows for each row changed"},
    {"full-scan", full_scan_small, many_rows, "100 of 100 calls (100 %)"},
    {"full-join", full_join_small, many_rows, "100 of 100 calls (100 %)"},
    {"table-order-reads", order_few, order_many, "5\u2009000 rows"},
    {"explain-full-scan", plan_ref, plan_all, "large: 44\u2009000 rows"},
    {"tmp-table-on-disk", disk_no, disk_yes, "50 of 100 calls (50.0 %)"},
    {"tmp-disk-ratio", tables_few, tables_disk, "50 of 100 temporary tables"},
    {"filesort-on-disk", few_rows, sort_disk, "5 of 100 calls (5.00 %)"},
    {"merge-passes", few_rows, passes, "20 merge passes in 100 calls"},
    {"many-rows-sent", few_rows, send_many, "rows a call"},
    {"big-results", few_rows, send_big, "5.00 MiB a call"},
    {"no-where", all_facts_few_rows, read_rows, "3 of 200 calls"},
    {"no-where-write", delete_few, delete_many, "10 of 20 calls"},
    {"leading-wildcard", all_facts_few_rows, read_rows, "3 of 200 calls"},
    {"order-by-rand", all_facts_few_rows, read_rows, "3 of 200 calls"},
    {"function-on-column", all_facts_few_rows, read_rows, "3 of 200 calls"},
    {"not-in-subquery", all_facts_few_rows, read_rows, "3 of 200 calls"},
    {"cartesian-join", all_facts_few_rows, read_rows, "3 of 200 calls"},
    {"sql-calc-found-rows", all_facts_few_rows, read_rows, "3 of 200 calls"},
    {"or-in-where", all_facts_few_rows, read_rows, "3 of 200 calls"},
    {"union-distinct", all_facts_few_rows, read_rows, "3 of 200 calls"},
    {"select-star", star_small, star_big, "100 of 1\u2009000 calls"},
    {"huge-in-list", list_short, list_long, "500 values"},
    {"large-offset", offset_small, offset_large, "40\u2009000 rows"},
    {"row-by-row-insert", insert_batches, insert_rows, "5\u2009000 calls with one row"},
    {"lock-time-share", long_calls, lock_wait, "50.0 %"},
    {"innodb-io-wait", long_calls, io_wait, "6.00 s of 10.0 s"},
    {"innodb-lock-wait", long_calls, row_lock_wait, "50.0 %"},
    {"innodb-queue-wait", long_calls, queue_wait, "50.0 %"},
    {"locking-read", long_calls, locking_read, "10 of 10 calls"},
    {"high-variance", few_rows, outliers, "one in twenty more than"},
    {"errors", few_rows, some_errors, "1205 (7 times), 1062 (3 times)"},
    {"killed", few_rows, kills, "2 of 100 calls"},
    {"query-cache", cache_miss, cache_hit, "4 of 100 calls"},
    {"admin-command-churn", quit_few, quit_many, "Quit commands, 100 %"},
    {"chatty", few_rows, quick_many, "20\u2009100 calls, 100 % of all"},
};

static void test_rule(Fixture *self, gconstpointer data) {
  const Case *rule = data;
  rule->against(self);
  assert_silent(self, rule->id);
  rule->pro(self);
  assert_says(self, rule->id, rule->part);
}

/* A wait longer than the calls: the log says so, but nothing waits more than all of its time. */
static void test_overlong_wait(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  long_calls(self);
  lock_overlong(self);
  assert_says(self, "lock-time-share", "Waits for locks 100 % of its time");
  assert_says(self, "lock-time-share", "Lock_time adds up to 20.0 s, Query_time to 10.0 s.");
}

/* ---- the whole ---- */

static void test_good_class(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  few_rows(self);
  assert_all_silent(self);
}

static void test_no_attributes(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  self->klass.fingerprint = (char *)"";
  self->klass.totals.count = 1;
  assert_all_silent(self);
}

static void test_every_rule_has_a_case(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  guint n = galen_advice_rules_size(self->rules);
  g_assert_cmpuint(n, ==, G_N_ELEMENTS(cases));
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    const GalenAdviceRule *rule = galen_advice_rules_find(self->rules, cases[i].id);
    g_assert_nonnull(rule);
    g_assert_cmpstr(rule->meaning, !=, "");
    g_assert_cmpstr(rule->threshold, !=, "");
  }
  g_assert_null(galen_advice_rules_find(self->rules, "no-such-rule"));
}

static void test_every_rule_is_documented(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  g_autofree char *text = NULL;
  g_assert_true(g_file_get_contents(GALEN_SOURCE_DIR "/docs/advice.md", &text, NULL, NULL));
  for (guint i = 0; i < galen_advice_rules_size(self->rules); i++) {
    const GalenAdviceRule *rule = galen_advice_rules_get(self->rules, i);
    g_autofree char *plain = g_strdelimit(g_strdup(rule->threshold), "=", ' ');
    g_auto(GStrv) words = g_strsplit(plain, "   ", -1);
    g_autofree char *threshold = g_strjoinv(" ", words);
    g_autofree char *row = g_strdup_printf("| `%s` |", rule->id);
    const char *found = strstr(text, row);
    g_assert_nonnull(found);
    g_autofree char *line = g_strndup(found, strcspn(found, "\n"));
    g_assert_nonnull(strstr(line, threshold));
  }
}

/* ---- bad rules files ---- */

#define KEYS "severity=info\ntitle=t\ndetail=d\nmeaning=m\nadvice=a\n"

static void test_bad_files(void) {
  static const struct {
    const char *text, *message;
  } files[] = {
      {"[killed]\n" KEYS "min-killed=1\n", NULL},
      {"[nonsense]\n" KEYS, "[nonsense] there is no test"},
      {"[killed]\n" KEYS, "min-killed"},
      {"[killed]\n" KEYS "min-killed=many\n", "“many” is no number"},
      {"[killed]\n" KEYS "min-killed=-1\n", "“-1” is no number"},
      {"[killed]\n" KEYS "min-killed=nan\n", "“nan” is no number"},
      {"[killed]\n" KEYS "min-killed=1\nmax=2\n", "unknown key “max”"},
      {"[killed]\nseverity=bad\ntitle=t\ndetail=d\nmeaning=m\nadvice=a\nmin-killed=1\n", "severity “bad”"},
      {"[killed]\nseverity=info\ntitle={odd}\ndetail=d\nmeaning=m\nadvice=a\nmin-killed=1\n", "title: “{odd”"},
      {"[killed]\nseverity=info\ntitle={killed\ndetail=d\nmeaning=m\nadvice=a\nmin-killed=1\n", "title: “{killed”"},
      {"[killed]\nseverity=info\ndetail=d\nmeaning=m\nadvice=a\nmin-killed=1\n", "title"},
      {"no group\n", "query-advice.rules"},
  };
  g_autofree char *dir = g_dir_make_tmp("galen-rules-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(dir, "query-advice.rules", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_true(g_file_set_contents(path, files[i].text, -1, NULL));
    g_autoptr(GalenAdviceRules) rules = galen_advice_rules_load(dir, &error);
    g_assert_true((rules != NULL) == (files[i].message == NULL));
    if (rules != NULL)
      continue;
    if (strstr(error->message, files[i].message) == NULL)
      g_error("“%s” is not in “%s”", files[i].message, error->message);
  }
  g_unlink(path);
  g_autoptr(GError) missing = NULL;
  g_assert_null(galen_advice_rules_load(dir, &missing));
  g_assert_nonnull(missing);
  g_rmdir(dir);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *path = g_strconcat("/advice/rule/", cases[i].id, NULL);
    g_test_add(path, Fixture, &cases[i], set_up, test_rule, tear_down);
  }
  g_test_add("/advice/overlong-wait", Fixture, NULL, set_up, test_overlong_wait, tear_down);
  g_test_add("/advice/good-class", Fixture, NULL, set_up, test_good_class, tear_down);
  g_test_add("/advice/no-attributes", Fixture, NULL, set_up, test_no_attributes, tear_down);
  g_test_add("/advice/every-rule-has-a-case", Fixture, NULL, set_up, test_every_rule_has_a_case, tear_down);
  g_test_add("/advice/every-rule-is-documented", Fixture, NULL, set_up, test_every_rule_is_documented, tear_down);
  g_test_add_func("/advice/bad-files", test_bad_files);
  return g_test_run();
}
