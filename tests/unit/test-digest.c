#include "analyzer/digest/accum.h"
#include "tests/digest-support.h"

#define SECOND G_GINT64_CONSTANT(1000000)
#define START (1700000000 * SECOND)

static void finish(GalenDigest *digest) {
  g_autoptr(GError) error = NULL;
  gboolean ok = galen_digest_finish(digest, &error);
  g_assert_no_error(error);
  g_assert_true(ok);
}

static const GalenClass *class_at(const GalenDigest *digest, guint index) {
  const GPtrArray *classes = galen_digest_classes(digest);
  g_assert_cmpuint(index, <, classes->len);
  return g_ptr_array_index(classes, index);
}

static const GalenTopValue *value_at(const GalenTop *top, guint index) {
  g_assert_cmpuint(index, <, top->values->len);
  return g_ptr_array_index(top->values, index);
}

/* Statements of different classes: table names without digits, so that no flag can join them. */
static void table_statement(char *text, gsize size, guint number) {
  char name[8] = {0};
  for (guint i = 0; i < 4; i++, number /= 26)
    name[i] = (char)('a' + number % 26);
  g_snprintf(text, size, "select c from t_%s where id = 7", name);
}

static void feed_table(Feeder *feeder, GalenDigest *digest, guint number, guint64 time) {
  char sql[64];
  table_statement(sql, sizeof sql, number);
  GalenSlowEvent event = plain_event(sql, time);
  feed(feeder, digest, &event);
}

static void test_empty(void) {
  g_autoptr(GalenDigest) digest = galen_digest_new(NULL);
  g_autoptr(GalenDigest) other = galen_digest_new(NULL);
  galen_digest_merge(digest, other);
  finish(digest);
  g_assert_cmpuint(galen_digest_classes(digest)->len, ==, 0);
  g_assert_cmpuint(galen_digest_n_distinct(digest), ==, 0);
  g_assert_false(galen_digest_capped(digest));
  g_assert_cmpuint(galen_digest_totals(digest)->count, ==, 0);
  g_assert_cmpint(galen_digest_totals(digest)->first, ==, GALEN_TIME_NONE);
  g_assert_cmpuint(galen_digest_series(digest)->n, ==, 0);
  g_assert_cmpuint(galen_digest_heat(digest, 0, 0), ==, 0);
  g_assert_cmpuint(galen_digest_top(digest, GALEN_TOP_USER)->distinct, ==, 0);
  g_assert_cmpuint(galen_digest_top_series(digest, GALEN_TOP_USER)->len, ==, 0);
}

static void feed_three(Feeder *feeder, GalenDigest *digest) {
  GalenSlowEvent event = plain_event("select c from t where id = 3", 2000000);
  event.start = START;
  event.timed = TRUE;
  event.main[GALEN_MAIN_ROWS_EXAMINED] = 10;
  event.main_mask |= 1u << GALEN_MAIN_ROWS_EXAMINED;
  event.rate_limit = 10;
  event.error = 1205;
  event.routine = text_slice("db.proc");
  feed(feeder, digest, &event);
  event = plain_event("select c from t where id = 4", 3000000);
  event.start = START - 5 * SECOND; /* not confirmed */
  event.partial = TRUE;
  event.killed = 1317;
  event.error = 1064;
  feed(feeder, digest, &event);
  event = plain_event("select c from t where id = 5", 9);
  event.main_mask = 0; /* no figures at all */
  event.start = START + 4 * SECOND;
  event.timed = TRUE;
  event.error = 1205;
  feed(feeder, digest, &event);
}

static void test_figures(void) {
  Feeder feeder = feeder_new();
  g_autoptr(GalenDigest) digest = galen_digest_new(NULL);
  feed_three(&feeder, digest);
  finish(digest);
  const GalenTotals *totals = &class_at(digest, 0)->totals;
  g_assert_cmpuint(galen_digest_classes(digest)->len, ==, 1);
  g_assert_cmpuint(totals->count, ==, 3);
  g_assert_cmpuint(totals->count_scaled, ==, 12);
  g_assert_cmpuint(totals->untimed, ==, 1);
  g_assert_cmpuint(totals->partial, ==, 1);
  g_assert_cmpuint(totals->killed, ==, 1);
  g_assert_cmpuint(totals->nested_count, ==, 1);
  g_assert_cmpuint(totals->nested_time, ==, 2000000);
  g_assert_cmpint(totals->first, ==, START);
  g_assert_cmpint(totals->last, ==, START + 4 * SECOND);
  g_assert_cmpuint(totals->main[GALEN_MAIN_TIME].count, ==, 2);
  g_assert_true(totals->main[GALEN_MAIN_TIME].sum == 5000000);
  g_assert_cmpuint(totals->main[GALEN_MAIN_ROWS_EXAMINED].count, ==, 1);
  g_assert_cmpuint(galen_histogram_get(&totals->histogram[GALEN_MAIN_ROWS_EXAMINED], 10), ==, 1);
  g_assert_cmpuint(totals->main[GALEN_MAIN_LOCK_TIME].count, ==, 0);
  g_assert_cmpuint(totals->errors->len, ==, 2);
  g_assert_cmpuint(g_array_index(totals->errors, GalenErrorCount, 0).code, ==, 1064);
  g_assert_cmpuint(g_array_index(totals->errors, GalenErrorCount, 1).count, ==, 2);
  const GalenSeries *series = galen_digest_series(digest);
  g_assert_cmpint(series->from, ==, START);
  g_assert_cmpint(series->step, ==, SECOND);
  g_assert_cmpuint(series->n, ==, 5);
  g_assert_cmpuint(series->time[1], ==, 1000000);
  g_assert_cmpuint(series->time[2], ==, 0);
  g_assert_cmpuint(series->count[4], ==, 1);
  g_assert_cmpuint(galen_digest_heat(digest, 0, 18), ==, 1);
  g_assert_cmpuint(galen_digest_heat(digest, 4, 0), ==, 1);
  feeder_clear(&feeder);
}

static void test_facts(void) {
  Feeder feeder = feeder_new();
  g_autoptr(GalenDigest) digest = galen_digest_new(NULL);
  for (guint i = 0; i < 3; i++) {
    feeder.facts = GALEN_FACT_SELECT_STAR | (i == 1 ? GALEN_FACT_CARTESIAN : 0);
    feeder.size = (guint64)60 * i;
    feed_table(&feeder, digest, 0, 1);
  }
  finish(digest);
  const GalenClass *class = class_at(digest, 0);
  g_assert_cmpuint(class->facts[0], ==, 3);
  g_assert_cmpuint(class->facts[10], ==, 1);
  g_assert_cmpuint(class->facts[5], ==, 0);
  g_assert_cmpuint(class->in_items_max, ==, 120);
  g_assert_cmpuint(class->rows_max, ==, 60);
  g_assert_cmpuint(class->rows_sum, ==, 90);
  g_assert_cmpuint(class->offset_max, ==, 40);
  feeder_clear(&feeder);
}

static void test_attributes(void) {
  Feeder feeder = feeder_new();
  g_autoptr(GalenAttrDict) other_dict = galen_attr_dict_new();
  GalenSlice name = text_slice("Zz_thing"), early = text_slice("Aa_thing");
  guint16 count = galen_attr_dict_intern(feeder.dict, name, GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER);
  guint16 flag = galen_attr_dict_intern(feeder.dict, text_slice("Zz_flag"), GALEN_UNIT_COUNT, GALEN_ATTR_FLAG);
  guint16 first = galen_attr_dict_intern(other_dict, early, GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER);
  guint16 micro = galen_attr_dict_intern(other_dict, name, GALEN_UNIT_US, GALEN_ATTR_NUMBER);
  g_autoptr(GalenDigest) digest = galen_digest_new(NULL);
  GalenSlowEvent event = plain_event("select 1", 5);
  const GalenAttr attrs[] = {{count, 40}, {flag, 1}}, more[] = {{count, 2}, {flag, 0}},
                  others[] = {{micro, 7}, {first, 9}};
  event.dict = feeder.dict;
  event.attrs = attrs;
  event.n_attrs = 2;
  feed(&feeder, digest, &event);
  event.attrs = more;
  feed(&feeder, digest, &event);
  event.attrs = others;
  event.dict = other_dict;
  feed(&feeder, digest, &event);
  event.n_attrs = 0;
  feed(&feeder, digest, &event);
  finish(digest);
  const GalenTotals *totals = galen_digest_totals(digest);
  g_assert_cmpuint(totals->attrs->len, ==, 3);
  const GalenAttrStat *stats = &g_array_index(totals->attrs, GalenAttrStat, 0);
  g_assert_cmpstr(stats[0].name, ==, "aa_thing");
  g_assert_cmpstr(stats[1].name, ==, "zz_thing");
  g_assert_true(stats[1].stat.sum == 42);
  g_assert_cmpuint(stats[1].stat.count, ==, 2);
  g_assert_cmpstr(stats[2].name, ==, "zz_thing_us");
  g_assert_cmpint(stats[2].unit, ==, GALEN_UNIT_US);
  g_assert_cmpuint(stats[2].stat.max, ==, 7);
  const GalenFlagStat *flags = &g_array_index(totals->flags, GalenFlagStat, 0);
  g_assert_cmpuint(totals->flags->len, ==, 1);
  g_assert_cmpuint(flags->yes, ==, 1);
  g_assert_cmpuint(flags->seen, ==, 2);
  feeder_clear(&feeder);
}

static void test_cap_keeps_other_exact(void) {
  Feeder feeder = feeder_new();
  GalenDigestOptions options = {.hot_classes = 4, .classes_max = 10};
  g_autoptr(GalenDigest) digest = galen_digest_new(&options);
  for (guint round = 0; round < 3; round++)
    for (guint i = 0; i < 500; i++)
      feed_table(&feeder, digest, i, i / 2 + 1); /* two classes of each time */
  finish(digest);
  const GPtrArray *classes = galen_digest_classes(digest);
  g_assert_cmpuint(classes->len, ==, 10);
  g_assert_cmpuint(galen_digest_n_distinct(digest), ==, 500);
  g_assert_true(galen_digest_capped(digest));
  guint64 kept = 0;
  for (guint i = 0; i < classes->len; i++) {
    const GalenClass *class = class_at(digest, i);
    g_assert_true(class->totals.main[GALEN_MAIN_TIME].sum == (GalenU128)3 * (250 - i / 2));
    g_assert_cmpuint(class->totals.count, ==, 3);
    if (i % 2 == 1)
      g_assert_cmpint(memcmp(class_at(digest, i - 1)->id, class->id, sizeof class->id), <, 0);
    kept += 3 * (guint64)(250 - i / 2);
  }
  const guint64 all = 188250; /* 3 rounds of twice 1 + … + 250 */
  g_assert_true(galen_digest_totals(digest)->main[GALEN_MAIN_TIME].sum == all);
  g_assert_cmpuint(galen_digest_totals(digest)->count, ==, 1500);
  GalenTotals *other = galen_digest_other(digest, 10);
  g_assert_true(other->main[GALEN_MAIN_TIME].sum == all - kept);
  g_assert_cmpuint(other->count, ==, 1500 - 30);
  galen_totals_free(other);
  gboolean shown[10] = {TRUE, [9] = TRUE};
  other = galen_digest_other_than(digest, shown);
  g_assert_cmpuint(other->count, ==, 1500 - 6);
  galen_totals_free(other);
  other = galen_digest_other(digest, 0);
  g_assert_cmpuint(other->count, ==, 1500);
  galen_totals_free(other);
  feeder_clear(&feeder);
}

static void feed_sample(Feeder *feeder, GalenDigest *digest, const char *node, guint64 time, gint64 start,
                        guint64 line) {
  GalenSlowEvent event = plain_event("select c from t where id = 3", time);
  event.start = start;
  event.timed = start != GALEN_TIME_NONE;
  event.line = line;
  galen_digest_set_source(digest, node, "slow.log");
  feed(feeder, digest, &event);
}

static void test_sample_rules(void) {
  static const struct {
    const char *node;
    guint64 time;
    gint64 start;
    guint64 line;
  } events[] = {
      /* each worse than the one before */
      {"b", 5, START, 1},  {"b", 9, GALEN_TIME_NONE, 2}, {"b", 9, START + 1, 3}, {"b", 9, START, 99},
      {"b", 9, START, 98}, {"a", 9, START, 100},         {"a", 9, START, 7},     {"z", 10, START + 5, 500},
  };
  for (guint n = 1; n <= G_N_ELEMENTS(events); n++) {
    for (guint reverse = 0; reverse < 2; reverse++) {
      Feeder feeder = feeder_new();
      g_autoptr(GalenDigest) digest = galen_digest_new(NULL);
      for (guint i = 0; i < n; i++) {
        guint at = reverse ? n - 1 - i : i;
        feed_sample(&feeder, digest, events[at].node, events[at].time, events[at].start, events[at].line);
      }
      finish(digest);
      const GalenSample *sample = &class_at(digest, 0)->sample;
      g_assert_cmpuint(sample->line, ==, events[n - 1].line);
      g_assert_cmpstr(sample->node, ==, events[n - 1].node);
      g_assert_cmpint(sample->time, ==, events[n - 1].start);
      g_assert_cmpuint(sample->query_time, ==, events[n - 1].time);
      g_assert_cmpstr(sample->path, ==, "slow.log");
      g_assert_cmpuint(sample->text_bytes, ==, strlen("select c from t where id = 3"));
      g_assert_nonnull(sample->text);
      g_assert_cmpuint(strlen(sample->text), ==, sample->len);
      feeder_clear(&feeder);
    }
  }
}

static void test_sample_of_pieces(void) {
  Feeder feeder = feeder_new();
  GalenDigestOptions options = {.samples = GALEN_SAMPLES_NONE};
  g_autoptr(GalenDigest) digest = galen_digest_new(NULL);
  g_autoptr(GalenDigest) silent = galen_digest_new(&options);
  GalenFingerprint fingerprint;
  galen_fingerprinter_begin(feeder.fingerprinter, FALSE);
  galen_fingerprinter_feed(feeder.fingerprinter, "select 1", 8);
  galen_fingerprinter_end(feeder.fingerprinter, &fingerprint);
  GalenSlowEvent event = plain_event(" + 2", 5);
  event.piece = GALEN_PIECE_END;
  g_autofree char *plan = g_strnfill(GALEN_SAMPLE_MAX + 500, 'p');
  plan[4000] = '\n';
  event.explain = text_slice(plan);
  galen_digest_add(digest, &event, &fingerprint, feeder.fingerprinter, 3000000, text_slice("head ... tail"));
  galen_digest_add(silent, &event, &fingerprint, feeder.fingerprinter, 3000000, galen_slice(NULL, 0));
  finish(digest);
  finish(silent);
  g_assert_cmpstr(class_at(digest, 0)->sample.text, ==, "head ... tail");
  g_assert_cmpuint(class_at(digest, 0)->sample.text_bytes, ==, 3000000);
  g_assert_cmpuint(strlen(class_at(digest, 0)->sample.explain), ==, 4000);
  g_assert_null(class_at(silent, 0)->sample.text);
  g_assert_cmpuint(class_at(silent, 0)->sample.query_time, ==, 5);
  feeder_clear(&feeder);
}

static void feed_user(Feeder *feeder, GalenDigest *digest, GalenSlice user, guint64 time) {
  GalenSlowEvent event = plain_event("select 1", time);
  event.user = user;
  feed(feeder, digest, &event);
}

static void test_tops(void) {
  Feeder feeder = feeder_new();
  g_autoptr(GalenDigest) digest = galen_digest_new(NULL);
  for (guint round = 0; round < 2; round++) {
    for (guint i = 0; i < 50; i++) {
      char user[16];
      g_snprintf(user, sizeof user, "user%02u", i);
      feed_user(&feeder, digest, text_slice(user), 100 + i / 2);
    }
    feed_user(&feeder, digest, galen_slice(NULL, 0), 5000);
    feed_user(&feeder, digest, galen_slice("", 0), 4000);
    feed_user(&feeder, digest, galen_slice("a\0b", 3), 3000);
  }
  finish(digest);
  const GalenTop *top = &class_at(digest, 0)->tops[GALEN_TOP_USER];
  g_assert_cmpuint(top->values->len, ==, GALEN_TOP_KEPT);
  g_assert_cmpuint(top->distinct, ==, 53);
  g_assert_null(value_at(top, 0)->name);
  g_assert_cmpuint(value_at(top, 0)->time, ==, 10000);
  g_assert_cmpuint(value_at(top, 0)->count, ==, 2);
  g_assert_cmpstr(value_at(top, 1)->name, ==, "");
  g_assert_cmpstr(value_at(top, 2)->name, ==, "a\\0b");
  g_assert_cmpstr(value_at(top, 3)->name, ==, "user48");
  g_assert_cmpstr(value_at(top, 4)->name, ==, "user49");
  g_assert_cmpstr(value_at(top, 7)->name, ==, "user44");
  g_assert_cmpuint(top->other_count, ==, 90);
  const GalenTop *global = galen_digest_top(digest, GALEN_TOP_USER);
  g_assert_cmpuint(global->values->len, ==, GALEN_TOP_KEPT_GLOBAL);
  g_assert_cmpuint(global->distinct, ==, 53);
  guint64 sum = global->other_time;
  for (guint i = 0; i < global->values->len; i++)
    sum += value_at(global, i)->time;
  g_assert_true(galen_digest_totals(digest)->main[GALEN_MAIN_TIME].sum == sum);
  g_assert_cmpuint(galen_digest_top(digest, GALEN_TOP_NODE)->distinct, ==, 1);
  feeder_clear(&feeder);
}

static void test_long_names_are_cut(void) {
  Feeder feeder = feeder_new();
  GalenDigestOptions tight = {.top_inline = 1, .top_global = 1};
  const GalenDigestOptions *options[] = {NULL, &tight};
  g_autofree char *name = g_strnfill(2000, 'x');
  g_autofree char *nuls = g_malloc0(2000);
  for (guint i = 0; i < G_N_ELEMENTS(options); i++) {
    g_autoptr(GalenDigest) digest = galen_digest_new(options[i]);
    for (guint round = 0; round < 2; round++) {
      feed_user(&feeder, digest, galen_slice(name, 512), 1);
      feed_user(&feeder, digest, galen_slice(name, 513), 1);
      feed_user(&feeder, digest, galen_slice(name, 2000), 1);
      feed_user(&feeder, digest, galen_slice(name, 511), 1);
      feed_user(&feeder, digest, galen_slice(nuls, 256), 1);
      feed_user(&feeder, digest, galen_slice(nuls, 2000), 1);
    }
    finish(digest);
    const GalenTop *top = galen_digest_top(digest, GALEN_TOP_USER);
    g_assert_cmpuint(top->distinct, ==, 3);
    g_assert_cmpuint(value_at(top, 0)->count, ==, 6);
    g_assert_cmpuint(strlen(value_at(top, 0)->name), ==, 512);
    g_assert_cmpuint(value_at(top, 1)->count, ==, 4);
    g_assert_cmpuint(strlen(value_at(top, 1)->name), ==, 512);
  }
  feeder_clear(&feeder);
}

static void test_series_of_leaders_only(void) {
  Feeder feeder = feeder_new();
  g_autoptr(GalenDigest) digest = galen_digest_new(NULL);
  for (guint i = 0; i < 30; i++) {
    char sql[64], user[16];
    table_statement(sql, sizeof sql, i);
    g_snprintf(user, sizeof user, "u%u", i);
    GalenSlowEvent event = plain_event(sql, 1000 - i);
    event.start = START + (gint64)i * 3600 * SECOND;
    event.timed = TRUE;
    event.user = text_slice(user);
    feed(&feeder, digest, &event);
  }
  finish(digest);
  const GalenSeries *all = galen_digest_series(digest);
  g_assert_cmpint(all->step, ==, 300 * SECOND);
  for (guint i = 0; i < 30; i++) {
    const GalenSeries *series = &class_at(digest, i)->series;
    if (i >= GALEN_SERIES_CLASSES) {
      g_assert_cmpuint(series->n, ==, 0);
      g_assert_null(series->time);
      continue;
    }
    g_assert_cmpuint(series->n, ==, all->n);
    g_assert_cmpint(series->from, ==, all->from);
    g_assert_cmpuint(series->time[(gsize)i * 12], ==, 1000 - i);
    g_assert_cmpuint(series->count[(gsize)i * 12], ==, 1);
  }
  const GPtrArray *users = galen_digest_top_series(digest, GALEN_TOP_USER);
  g_assert_cmpuint(users->len, ==, GALEN_SERIES_TOPS);
  const GalenTopSeries *user = g_ptr_array_index(users, 5);
  g_assert_cmpstr(user->name, ==, "u5");
  g_assert_cmpuint(user->series.time[60], ==, 995);
  feeder_clear(&feeder);
}

static void test_times_out_of_range(void) {
  static const struct {
    gint64 start;
    gboolean timed;
  } cases[] = {{GALEN_SERIES_TIME_MAX, TRUE},
               {GALEN_SERIES_TIME_MAX + 1, FALSE},
               {-GALEN_SERIES_TIME_MAX, TRUE},
               {-GALEN_SERIES_TIME_MAX - 1, FALSE},
               {G_MAXINT64, FALSE},
               {GALEN_TIME_NONE, FALSE}};
  Feeder feeder = feeder_new();
  g_autoptr(GalenDigest) digest = galen_digest_new(NULL);
  guint64 timed = 0;
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    GalenSlowEvent event = plain_event("select 1", G_MAXUINT64);
    event.start = cases[i].start;
    event.timed = TRUE;
    event.rate_limit = G_MAXUINT64;
    feed(&feeder, digest, &event);
    timed += cases[i].timed ? 1 : 0;
  }
  finish(digest);
  const GalenTotals *totals = galen_digest_totals(digest);
  g_assert_cmpuint(totals->untimed, ==, G_N_ELEMENTS(cases) - timed);
  g_assert_cmpuint(totals->count_scaled, ==, G_MAXUINT64);
  guint64 count = 0;
  const GalenSeries *series = galen_digest_series(digest);
  g_assert_cmpuint(series->n, <=, GALEN_SERIES_CELLS);
  for (guint i = 0; i < series->n; i++)
    count += series->count[i];
  g_assert_cmpuint(count, ==, timed);
  feeder_clear(&feeder);
}

static void test_error_codes_limit(void) {
  Feeder feeder = feeder_new();
  for (guint reverse = 0; reverse < 2; reverse++) {
    g_autoptr(GalenDigest) digest = galen_digest_new(NULL);
    for (guint i = 0; i <= 256; i++) {
      GalenSlowEvent event = plain_event("select 1", 1);
      event.error = 1 + (reverse ? 256 - i : i);
      feed(&feeder, digest, &event);
      feed(&feeder, digest, &event);
    }
    finish(digest);
    const GArray *errors = galen_digest_totals(digest)->errors;
    g_assert_cmpuint(errors->len, ==, 256);
    g_assert_cmpuint(g_array_index(errors, GalenErrorCount, 255).code, ==, 256);
    g_assert_cmpuint(g_array_index(errors, GalenErrorCount, 255).count, ==, 2);
  }
  feeder_clear(&feeder);
}

/* Two fingerprints that are the same as far as they are kept. */
static void test_cut_fingerprints(void) {
  Feeder feeder = feeder_new();
  g_autoptr(GString) sql = g_string_new("select ");
  while (sql->len < (gsize)2 * GALEN_FINGERPRINT_MAX)
    g_string_append(sql, "abcdefgh, ");
  gsize len = sql->len;
  GalenDigestOptions tight = {.hot_classes = 1};
  const GalenDigestOptions *options[] = {NULL, &tight};
  for (guint i = 0; i < G_N_ELEMENTS(options); i++) {
    g_autoptr(GalenDigest) digest = galen_digest_new(options[i]);
    for (guint j = 0; j < 4; j++) {
      g_string_truncate(sql, len);
      g_string_append(sql, j % 2 == 0 ? "ends_so from t" : "ends_not from t");
      GalenSlowEvent event = plain_event(sql->str, 10 + j);
      feed(&feeder, digest, &event);
    }
    finish(digest);
    g_assert_cmpuint(galen_digest_classes(digest)->len, ==, 2);
    g_assert_cmpuint(class_at(digest, 0)->fingerprint_len, ==, GALEN_FINGERPRINT_MAX);
    g_assert_cmpuint(class_at(digest, 0)->fingerprint_full_len, >, (gsize)2 * GALEN_FINGERPRINT_MAX);
    g_assert_cmpuint(class_at(digest, 0)->totals.count, ==, 2);
  }
  feeder_clear(&feeder);
}

/* A class that one digest has in memory and the other in its temporary file. */
static void test_hot_here_spilled_there(void) {
  Feeder feeder = feeder_new();
  GalenDigestOptions tight = {.hot_classes = 1};
  g_autoptr(GalenDigest) a = galen_digest_new(&tight);
  g_autoptr(GalenDigest) b = galen_digest_new(&tight);
  for (guint i = 0; i < 5; i++) {
    feed_table(&feeder, a, i % 2, 10);
    feed_table(&feeder, b, (i + 1) % 2, 100);
  }
  galen_digest_merge(a, b);
  feed_table(&feeder, a, 0, 1000);
  feed_table(&feeder, b, 9, 1); /* b is as new */
  finish(a);
  finish(b);
  g_assert_cmpuint(galen_digest_classes(a)->len, ==, 2);
  g_assert_true(class_at(a, 0)->totals.main[GALEN_MAIN_TIME].sum == 3 * 10 + 2 * 100 + 1000);
  g_assert_true(class_at(a, 1)->totals.main[GALEN_MAIN_TIME].sum == 2 * 10 + 3 * 100);
  g_assert_cmpuint(galen_digest_classes(b)->len, ==, 1);
  g_assert_cmpuint(galen_digest_totals(b)->count, ==, 1);
  feeder_clear(&feeder);
}

static GalenDigestContext context_new(void) {
  return (GalenDigestContext){.names = galen_names_new(),
                              .attrs = galen_attrs_new(),
                              .top_inline = 8,
                              .names_max = 1u << 20,
                              .from = START,
                              .to = START + SECOND};
}

static void context_clear(GalenDigestContext *context) {
  galen_names_free(context->names);
  galen_attrs_free(context->attrs);
  g_clear_pointer(&context->values, galen_spill_free);
  g_clear_error(&context->error);
}

/* Two texts of one id, as an attacker could make them: one class, and the same text in any order. */
static void test_id_collision(void) {
  static const char *const texts[] = {"select b", "select a", "select a", "select ab"};
  static const guint8 id[GALEN_QUERY_ID_BYTES] = {1, 2, 3};
  GalenDigestContext context = context_new();
  for (guint first = 0; first < G_N_ELEMENTS(texts); first++) {
    GalenAccum *accums[G_N_ELEMENTS(texts)];
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
      GalenFingerprint fingerprint = {.text = text_slice(texts[i]), .full_len = strlen(texts[i]), .hash = i + 1};
      accums[i] = galen_accum_new(id, &fingerprint);
    }
    for (guint i = 1; i < G_N_ELEMENTS(texts); i++)
      galen_accum_merge(accums[first], accums[(first + i) % G_N_ELEMENTS(texts)], &context);
    g_assert_cmpstr(accums[first]->text, ==, "select a");
    g_assert_cmpuint(accums[first]->full_len, ==, 8);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
      galen_accum_free(accums[i]);
  }
  context_clear(&context);
}

/* A class with something of everything. */
static GalenAccum *rich_accum(GalenDigestContext *context, GalenAttrDict *dict) {
  static const guint8 id[GALEN_QUERY_ID_BYTES] = {9, 8, 7};
  GalenFingerprint fingerprint = {.text = text_slice("select c"), .full_len = 8, .hash = 77, .facts = 3, .rows = 4};
  GalenAccum *accum = galen_accum_new(id, &fingerprint);
  guint32 user = galen_names_intern(context->names, text_slice("u"));
  for (guint i = 0; i < 20; i++) {
    GalenSlowEvent event = plain_event("select c", (guint64)i * i * 1000);
    event.main_mask = 15;
    event.main[GALEN_MAIN_ROWS_SENT] = i % 3;
    event.error = i % 4;
    event.dict = dict;
    const GalenAttr attrs[] = {{0, i},
                               {galen_attr_dict_intern(dict, text_slice("Own"), GALEN_UNIT_NS, GALEN_ATTR_NUMBER), i}};
    event.attrs = attrs;
    event.n_attrs = G_N_ELEMENTS(attrs);
    GalenAccumEvent accum_event = {&event, &fingerprint, galen_span(START, i, 0), {{user, text_slice("u")}}};
    galen_accum_add(accum, &accum_event, context);
  }
  GalenWorst worst = {.query_time = 5, .time = START, .line = 3};
  g_assert_true(galen_worst_replace(&accum->worst, &worst, text_slice("select 5"), text_slice("# explain: x")));
  return accum;
}

/* A record reads back as it was; cut or changed anywhere it does no harm. */
static void test_damaged_records(void) {
  GalenDigestContext context = context_new();
  g_autoptr(GalenAttrDict) dict = galen_attr_dict_new();
  GalenAccum *accum = rich_accum(&context, dict);
  GalenBytes bytes, again;
  galen_bytes_init(&bytes, 1u << 20);
  galen_bytes_init(&again, 1u << 20);
  galen_accum_put(accum, TRUE, &context, &bytes);
  g_assert_cmpuint(bytes.len, >, 100);
  for (gsize cut = 0; cut < 3 * bytes.len; cut++) {
    g_autofree guint8 *copy = g_memdup2(bytes.data, bytes.len);
    gsize len = cut < bytes.len ? cut : bytes.len;
    if (cut > bytes.len)
      copy[cut - (cut < 2 * bytes.len ? 1 : 2) * bytes.len] ^= cut < 2 * bytes.len ? 0x01 : 0xff;
    GalenBytesReader reader = {copy, copy + len, FALSE};
    GalenAccum read = {0};
    gboolean ok = galen_accum_get(&read, &context, &reader);
    if (cut < bytes.len)
      g_assert_false(ok);
    if (cut == bytes.len) {
      g_assert_true(ok);
      galen_accum_put(&read, TRUE, &context, &again);
      g_assert_cmpuint(again.len, ==, bytes.len);
      g_assert_cmpint(memcmp(again.data, bytes.data, bytes.len), ==, 0);
    }
    galen_accum_clear(&read);
  }
  galen_bytes_clear(&bytes);
  galen_bytes_clear(&again);
  galen_accum_free(accum);
  context_clear(&context);
}

static gboolean check_record(const guint8 *data, gsize len, gpointer user, G_GNUC_UNUSED GError **error) {
  guint *number = user;
  g_assert_cmpuint(len, ==, *number * 37 % 20000);
  for (gsize i = 0; i < len; i++)
    g_assert_cmpuint(data[i], ==, (guint8)(*number + i));
  *number += 4;
  return TRUE;
}

/* Records of no bytes to several blocks, in four streams that are written in turn. */
static void check_spill(guint share) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenSpill) first = galen_spill_new(share);
  GalenSpill *second = galen_spill_new(share);
  guint8 data[20000];
  for (guint number = 0; number < 2000; number++) {
    gsize len = number * 37 % 20000;
    for (gsize i = 0; i < len; i++)
      data[i] = (guint8)(number + i);
    GalenSpill *spill = number < 1000 ? first : second;
    g_assert_true(galen_spill_write(spill, (guint8)(number % 4), data, len, &error));
  }
  g_assert_true(galen_spill_append(first, second, &error));
  for (guint partition = 0; partition < 5; partition++) {
    guint number = partition;
    g_assert_true(galen_spill_foreach(first, (guint8)partition, check_record, &number, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(number, ==, partition < 4 ? 2000 + partition : 4);
    g_assert_cmpint(galen_spill_has(first, (guint8)partition), ==, partition < 4);
  }
}

static void test_spill(void) {
  for (guint share = 0; share < 20; share++)
    check_spill(share);
}

/* A full or missing temporary folder is an error of finish, never silence. */
static void test_no_temporary_space(void) {
  if (!g_test_subprocess()) {
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    return;
  }
  g_setenv("TMPDIR", "/nonexistent/folder", TRUE);
  Feeder feeder = feeder_new();
  GalenDigestOptions tight = {.hot_classes = 1};
  g_autoptr(GalenDigest) digest = galen_digest_new(&tight);
  g_autoptr(GalenDigest) target = galen_digest_new(NULL);
  for (guint i = 0; i < 100000; i++)
    feed_table(&feeder, digest, i, 10);
  galen_digest_merge(target, digest);
  g_autoptr(GError) error = NULL;
  g_assert_false(galen_digest_finish(target, &error));
  g_assert_nonnull(error);
  feeder_clear(&feeder);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/digest/empty", test_empty);
  g_test_add_func("/digest/figures", test_figures);
  g_test_add_func("/digest/attributes", test_attributes);
  g_test_add_func("/digest/cap-keeps-other-exact", test_cap_keeps_other_exact);
  g_test_add_func("/digest/sample-rules", test_sample_rules);
  g_test_add_func("/digest/sample-of-pieces", test_sample_of_pieces);
  g_test_add_func("/digest/tops", test_tops);
  g_test_add_func("/digest/long-names-are-cut", test_long_names_are_cut);
  g_test_add_func("/digest/series-of-leaders-only", test_series_of_leaders_only);
  g_test_add_func("/digest/times-out-of-range", test_times_out_of_range);
  g_test_add_func("/digest/error-codes-limit", test_error_codes_limit);
  g_test_add_func("/digest/cut-fingerprints", test_cut_fingerprints);
  g_test_add_func("/digest/hot-here-spilled-there", test_hot_here_spilled_there);
  g_test_add_func("/digest/facts", test_facts);
  g_test_add_func("/digest/id-collision", test_id_collision);
  g_test_add_func("/digest/damaged-records", test_damaged_records);
  g_test_add_func("/digest/spill", test_spill);
  g_test_add_func("/digest/no-temporary-space", test_no_temporary_space);
  return g_test_run();
}
