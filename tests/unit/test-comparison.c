/* What a comparison lists, and what it does not. How often it errs is the business of tests/property/test-comparison.c. */
#include "analyzer/findings/comparison.h"
#include "analyzer/report/chart_dumbbell.h"
#include "analyzer/report/charts.h"
#include "analyzer/report/writers.h"
#include "tests/digest-support.h"
#include "tests/errors-support.h"

#include <math.h>

#define SECOND ((gint64)G_USEC_PER_SEC)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)
#define START G_GINT64_CONSTANT(1795478400000000) /* 2026-11-24 00:00:00 UTC */

#define ORDERS "select id from orders where id = 1"
#define STOCK "update stock set n = 1 where id = 2"
#define ITEMS "select n from items where id = 3"
#define WIDGET "select w from widgets where id = 4"

/* One side while it is made. */
typedef struct {
  Feeder feeder;
  GalenDigest *digest;
  GPtrArray *rows;
  gint64 since, until;
  guint32 rate_limit;
  guint64 noise;
  GalenErrors *errors; /* or NULL */
} Side;

static Side side_new(guint classes_max) {
  GalenDigestOptions options = {.samples = GALEN_SAMPLES_NONE, .classes_max = classes_max};
  return (Side){feeder_new(),
                galen_digest_new(&options),
                g_ptr_array_new_with_free_func((GDestroyNotify)galen_input_row_free),
                GALEN_TIME_NONE,
                GALEN_TIME_NONE,
                1,
                7,
                NULL};
}

static GalenInputRow *add_input(Side *self, const char *node, gint64 from, gint64 to) {
  GalenInputRow *row = galen_input_row_new();
  row->path = g_strdup_printf("%s/slow.log", node);
  row->node = g_strdup(node);
  row->kind = "slow-log";
  row->compression = "none";
  row->complete = TRUE;
  galen_account_init(&row->account);
  row->account.first = from;
  row->account.last = to;
  row->account.events = 1;
  g_ptr_array_add(self->rows, row);
  return row;
}

static double random_unit(Side *self) {
  self->noise = self->noise * 6364136223846793005u + 1442695040888963407u;
  return (double)(self->noise >> 40) / (double)(1u << 24);
}

/* `n` calls of about `us`, evenly over [from, to), each a little off. */
static void add_calls(Side *self, const char *sql, gint64 from, gint64 to, guint n, double us) {
  for (guint i = 0; i < n; i++) {
    GalenSlowEvent event = plain_event(sql, (guint64)(us * (0.5 + random_unit(self))));
    event.timed = TRUE;
    event.start = from + (gint64)((i + random_unit(self)) * (double)(to - from) / n);
    event.rate_limit = self->rate_limit;
    feed(&self->feeder, self->digest, &event);
  }
}

/* What all sides have, over [from, to). */
static void add_usual(Side *self, gint64 from, gint64 to) {
  double hours = (double)(to - from) / HOUR;
  add_calls(self, ORDERS, from, to, (guint)(100 * hours), 5000);
  add_calls(self, STOCK, from, to, (guint)(40 * hours), 20000);
  add_calls(self, ITEMS, from, to, (guint)(20 * hours), 1000);
}

static Side usual_side(gint64 from, gint64 to) {
  Side side = side_new(0);
  add_input(&side, "db1", from, to);
  add_usual(&side, from, to);
  return side;
}

/* Takes both sides; owns what the report needs. */
typedef struct {
  Side before, after;
  GalenReport *report;
  const GalenComparison *comparison;
} Pair;

static Pair *compare(Side before, Side after) {
  Pair *self = g_new0(Pair, 1);
  self->before = before;
  self->after = after;
  g_assert_true(galen_digest_finish(before.digest, NULL));
  g_assert_true(galen_digest_finish(after.digest, NULL));
  GalenBaseline baseline = {.digest = before.digest,
                            .inputs = before.rows,
                            .errors = before.errors,
                            .since = before.since,
                            .until = before.until};
  GalenReportOptions options = {
      .since = after.since, .until = after.until, .top = 10, .errors = after.errors, .baseline = &baseline};
  self->report = galen_report_new(after.digest, after.rows, &options);
  self->comparison = self->report->comparison;
  return self;
}

static void pair_free(Pair *self) {
  galen_report_free(self->report);
  Side *sides[] = {&self->before, &self->after};
  for (guint i = 0; i < 2; i++) {
    galen_digest_free(sides[i]->digest);
    galen_errors_free(sides[i]->errors);
    feeder_clear(&sides[i]->feeder);
  }
  g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pair, pair_free)

static void sentence_is(const Pair *pair, const char *wanted) {
  g_autofree char *sentence = galen_comparison_sentence(pair->comparison);
  g_assert_cmpstr(sentence, ==, wanted);
}

static const GalenChange *only(const GPtrArray *list, const char *label) {
  g_assert_cmpuint(list->len, ==, 1);
  const GalenChange *change = g_ptr_array_index(list, 0);
  g_assert_cmpstr(change->label, ==, label);
  return change;
}

static gboolean has_note(const Pair *pair, const char *part) {
  for (guint i = 0; i < pair->comparison->notes->len; i++)
    if (strstr(g_ptr_array_index(pair->comparison->notes, i), part) != NULL)
      return TRUE;
  return FALSE;
}

static const GalenFinding *finding(const Pair *pair, const char *id) {
  for (guint i = 0; i < pair->report->findings->len; i++) {
    const GalenFinding *one = g_ptr_array_index(pair->report->findings, i);
    if (g_str_has_prefix(one->id, id))
      return one;
  }
  return NULL;
}

/* ---- nothing ---- */

static void test_same(void) {
  g_autoptr(Pair) pair = compare(usual_side(START, START + DAY), usual_side(START + DAY, START + 2 * DAY));
  sentence_is(pair, "No operation differs from before by more than noise.");
  g_assert_true(pair->comparison->comparable);
  g_assert_cmpuint(pair->comparison->notes->len, ==, 0);
  g_assert_cmpuint(pair->comparison->steady->len, ==, 3);
  g_assert_cmpuint(pair->comparison->common, ==, 3);
  g_assert_cmpuint(pair->comparison->judged, ==, 3);
  g_assert_false(pair->comparison->load[GALEN_MEASURE_CALLS].changed);
  g_assert_null(finding(pair, "comparison:"));
  const GalenChange *change = g_ptr_array_index(pair->comparison->steady, 0);
  g_assert_cmpstr(change->label, ==, "UPDATE stock");
  g_assert_cmpfloat(fabs(change->measures[GALEN_MEASURE_CALLS].before * 3600 - 40), <, 0.1);
  g_assert_cmpfloat(fabs(change->measures[GALEN_MEASURE_CALLS].ratio - 1), <, 0.01);
}

static void test_empty(void) {
  Side nothing = side_new(0);
  g_autoptr(Pair) before = compare(nothing, usual_side(START, START + DAY));
  sentence_is(before, "Operations cannot be compared.");
  g_assert_true(has_note(before, "No statement is counted before"));
  g_assert_cmpuint(before->comparison->new->len, ==, 0);
  nothing = side_new(0);
  g_autoptr(Pair) after = compare(usual_side(START, START + DAY), nothing);
  g_assert_true(has_note(after, "No statement is counted after"));
  g_assert_cmpuint(after->comparison->gone->len, ==, 0);
  g_autoptr(Pair) both = compare(side_new(0), side_new(0));
  g_assert_cmpuint(both->comparison->notes->len, ==, 2);
}

static void test_untimed(void) {
  Side before = side_new(0), after = usual_side(START, START + DAY);
  add_input(&before, "db1", GALEN_TIME_NONE, GALEN_TIME_NONE);
  for (guint i = 0; i < 50; i++) {
    GalenSlowEvent event = plain_event(WIDGET, 1000);
    feed(&before.feeder, before.digest, &event);
  }
  g_autoptr(Pair) pair = compare(before, after);
  g_assert_false(pair->comparison->comparable);
  g_assert_true(has_note(pair, "No statement before has a confirmed time"));
}

static void test_one_statement(void) {
  Side before = side_new(0), after = side_new(0);
  add_input(&before, "db1", START, START);
  add_input(&after, "db1", START + DAY, START + DAY);
  add_calls(&before, ORDERS, START, START + 1, 1, 1000);
  add_calls(&after, WIDGET, START + DAY, START + DAY + 1, 1, 900000);
  g_autoptr(Pair) pair = compare(before, after);
  sentence_is(pair, "No operation differs from before by more than noise.");
}

/* ---- new and gone ---- */

static void test_new_and_gone(void) {
  Side before = usual_side(START, START + DAY), after = usual_side(START + DAY, START + 2 * DAY);
  add_calls(&after, WIDGET, START + DAY, START + 2 * DAY, 200, 30000);
  add_calls(&before, "delete from old where id = 9", START, START + DAY, 150, 3000);
  g_autoptr(Pair) pair = compare(before, after);
  sentence_is(pair, "1 operation is new and 1 is gone.");
  const GalenChange *new = only(pair->comparison->new, "SELECT widgets");
  g_assert_cmpint(new->kind, ==, GALEN_CHANGE_NEW);
  g_assert_cmpuint(new->count_before, ==, 0);
  g_assert_cmpuint(new->count_after, ==, 200);
  g_assert_cmpfloat(new->measures[GALEN_MEASURE_TIME].before, ==, 0);
  g_assert_true(isnan(new->measures[GALEN_MEASURE_P95].before));
  g_assert_true(isnan(new->measures[GALEN_MEASURE_TIME].ratio));
  const GalenChange *gone = only(pair->comparison->gone, "DELETE old");
  g_assert_cmpstr(gone->fingerprint, ==, "delete from old where id = ?");
  g_assert_cmpuint(gone->count_before, ==, 150);
  g_assert_true(galen_comparison_find(pair->comparison, gone->id) == gone);
  const GalenFinding *told = finding(pair, "comparison:new:");
  g_assert_nonnull(told);
  g_assert_cmpstr(told->title, ==, "SELECT widgets is new");
  g_assert_cmpint(told->severity, ==, GALEN_SEVERITY_INFO);
}

/* A handful of calls, or one burst of many, may as well have missed the other window. */
static void test_rare_is_not_new(void) {
  Side before = usual_side(START, START + DAY), after = usual_side(START + DAY, START + 2 * DAY);
  add_calls(&after, WIDGET, START + DAY, START + 2 * DAY, 5, 30000);
  add_calls(&after, "select b from batches", START + DAY + 5 * HOUR, START + DAY + 5 * HOUR + 60 * SECOND, 5000, 1000);
  g_autoptr(Pair) pair = compare(before, after);
  g_assert_cmpuint(pair->comparison->new->len, ==, 0);
}

/* Released in the evening, and steady since. */
static void test_new_since_evening(void) {
  Side before = usual_side(START, START + DAY), after = usual_side(START + DAY, START + 2 * DAY);
  add_calls(&after, WIDGET, START + DAY + 18 * HOUR, START + 2 * DAY, 3000, 3000);
  g_autoptr(Pair) pair = compare(before, after);
  only(pair->comparison->new, "SELECT widgets");
}

/* ---- slower and faster ---- */

static void test_slower(void) {
  Side before = side_new(0), after = side_new(0);
  add_input(&before, "db1", START, START + DAY);
  add_input(&after, "db1", START + DAY, START + 2 * DAY);
  add_usual(&before, START, START + DAY);
  add_calls(&after, ORDERS, START + DAY, START + 2 * DAY, 2400, 15000);
  add_calls(&after, STOCK, START + DAY, START + 2 * DAY, 960, 20000);
  add_calls(&after, ITEMS, START + DAY, START + 2 * DAY, 480, 400);
  g_autoptr(Pair) pair = compare(before, after);
  sentence_is(pair, "1 operation is slower and 1 is faster.");
  const GalenChange *slower = only(pair->comparison->slower, "SELECT orders");
  g_assert_true(slower->measures[GALEN_MEASURE_TIME].changed);
  g_assert_true(slower->measures[GALEN_MEASURE_P95].changed);
  g_assert_false(slower->measures[GALEN_MEASURE_CALLS].changed);
  g_assert_false(slower->more_calls);
  g_assert_cmpfloat(fabs(slower->measures[GALEN_MEASURE_P95].ratio - 3), <, 0.2);
  only(pair->comparison->faster, "SELECT items");
  /* It takes most of the time: a warning, which decides the status. */
  const GalenFinding *told = finding(pair, "comparison:slower:");
  g_assert_cmpint(told->severity, ==, GALEN_SEVERITY_WARNING);
  g_assert_true(g_str_has_prefix(told->title, "SELECT orders is slower than before: p95 was 7."));
  g_assert_cmpint(pair->report->status, ==, GALEN_STATUS_WARNING);
}

static void test_more_calls(void) {
  Side before = usual_side(START, START + DAY), after = usual_side(START + DAY, START + 2 * DAY);
  add_calls(&after, ORDERS, START + DAY, START + 2 * DAY, 2400, 5000);
  g_autoptr(Pair) pair = compare(before, after);
  sentence_is(pair, "1 operation is called more often.");
  const GalenChange *change = only(pair->comparison->slower, "SELECT orders");
  g_assert_true(change->more_calls);
  g_assert_true(change->measures[GALEN_MEASURE_CALLS].changed);
  const GalenFinding *told = finding(pair, "comparison:slower:");
  g_assert_cmpstr(told->title, ==, "SELECT orders is called 2.0 times as often as before");
}

/* Of many calls even 5 % more time is beyond chance, and no news. */
static void test_small_change(void) {
  Side before = side_new(0), after = side_new(0);
  add_input(&before, "db1", START, START + DAY);
  add_input(&after, "db1", START + DAY, START + 2 * DAY);
  add_calls(&before, ORDERS, START, START + DAY, 40000, 5000);
  add_calls(&after, ORDERS, START + DAY, START + 2 * DAY, 40000, 5250);
  g_autoptr(Pair) pair = compare(before, after);
  sentence_is(pair, "No operation differs from before by more than noise.");
  const GalenChange *steady = only(pair->comparison->steady, "SELECT orders");
  g_assert_cmpfloat(steady->measures[GALEN_MEASURE_TIME].chance, <, pair->comparison->level);
}

/* The whole load has doubled: that is said, and so are its operations. */
static void test_load(void) {
  Side before = usual_side(START, START + DAY), after = usual_side(START + DAY, START + 2 * DAY);
  add_usual(&after, START + DAY, START + 2 * DAY);
  g_autoptr(Pair) pair = compare(before, after);
  g_assert_true(pair->comparison->load[GALEN_MEASURE_CALLS].changed);
  sentence_is(pair, "3 operations are called more often.");
}

/* ---- windows ---- */

static void test_lengths(void) {
  g_autoptr(Pair) pair =
      compare(usual_side(START, START + 3 * DAY), usual_side(START + 4 * DAY, START + 4 * DAY + 3 * HOUR));
  sentence_is(pair, "No operation differs from before by more than noise.");
  g_assert_true(has_note(pair, "The logs cover 3 d 0 h before and 3 h"));
  g_assert_cmpfloat(pair->comparison->before.covered, ==, 3 * 86400);
}

/* Six hours without a log are no quiet hours. */
static void test_gap(void) {
  Side before = usual_side(START, START + DAY), after = side_new(0);
  after.since = START + DAY;
  after.until = START + 2 * DAY;
  add_input(&after, "db1", START + DAY, START + DAY + 9 * HOUR);
  add_input(&after, "db1", START + DAY + 15 * HOUR, START + 2 * DAY + HOUR);
  add_usual(&after, START + DAY, START + DAY + 9 * HOUR);
  add_usual(&after, START + DAY + 15 * HOUR, START + 2 * DAY);
  g_autoptr(Pair) pair = compare(before, after);
  g_assert_cmpfloat(pair->comparison->after.covered, ==, 18 * 3600);
  sentence_is(pair, "No operation differs from before by more than noise.");
  g_assert_true(has_note(pair, "Of the window after, 1 d 0 h, slow logs cover 18 h"));
}

static void test_overlap(void) {
  g_autoptr(Pair) pair = compare(usual_side(START, START + DAY), usual_side(START + 20 * HOUR, START + 44 * HOUR));
  g_assert_true(has_note(pair, "The windows overlap by 4 h"));
}

/* ---- other servers and logs ---- */

static void test_servers(void) {
  Side before = side_new(0), after = side_new(0);
  GalenInputRow *row = add_input(&before, "db1", START, START + DAY);
  row->server = "MySQL";
  row->version = g_strdup("5.7.44");
  row = add_input(&after, "db1", START + DAY, START + 2 * DAY);
  row->server = "MariaDB";
  row->version = g_strdup("10.11.6");
  add_input(&after, "db2", START + DAY, START + 2 * DAY);
  add_usual(&before, START, START + DAY);
  add_usual(&after, START + DAY, START + 2 * DAY);
  g_autoptr(Pair) pair = compare(before, after);
  g_assert_true(has_note(pair, "of different kinds: before MySQL, after MariaDB"));
  g_assert_true(has_note(pair, "not of the same nodes: before db1, after db1, db2"));
  const GPtrArray *settings = pair->comparison->settings;
  g_assert_cmpuint(settings->len, ==, 2);
  const GalenSettingChange *version = g_ptr_array_index(settings, 1);
  g_assert_cmpstr(version->option, ==, "version");
  g_assert_cmpstr(version->before, ==, "5.7.44");
  g_assert_cmpstr(version->after, ==, "10.11.6");
  const GalenFinding *told = finding(pair, "comparison:configuration");
  g_assert_cmpstr(told->title, ==, "2 options or versions are not as before");
}

/* One call in ten is logged: by the second nothing has changed. */
static void test_rate_limit(void) {
  Side before = usual_side(START, START + DAY), after = side_new(0);
  after.rate_limit = 10;
  add_input(&after, "db1", START + DAY, START + 2 * DAY);
  add_calls(&after, ORDERS, START + DAY, START + 2 * DAY, 240, 5000);
  add_calls(&after, STOCK, START + DAY, START + 2 * DAY, 96, 20000);
  add_calls(&after, ITEMS, START + DAY, START + 2 * DAY, 48, 1000);
  g_autoptr(Pair) pair = compare(before, after);
  sentence_is(pair, "No operation differs from before by more than noise.");
  g_assert_true(has_note(pair, "stands for 1 before and for 10 after"));
}

static void test_threshold(void) {
  Side before = side_new(0), after = side_new(0);
  add_input(&before, "db1", START, START + DAY);
  add_input(&after, "db1", START + DAY, START + 2 * DAY);
  add_calls(&before, ORDERS, START, START + DAY, 500, 4e6);
  add_calls(&after, ORDERS, START + DAY, START + 2 * DAY, 500, 4e5);
  g_autoptr(Pair) pair = compare(before, after);
  g_assert_true(has_note(pair, "long_query_time seems to have been changed"));
}

/* What a side lacks may be among what it did not keep. */
static void test_capped(void) {
  Side before = side_new(2), after = usual_side(START + DAY, START + 2 * DAY);
  add_input(&before, "db1", START, START + DAY);
  add_usual(&before, START, START + DAY);
  add_calls(&after, WIDGET, START + DAY, START + 2 * DAY, 2000, 90000);
  g_autoptr(Pair) pair = compare(before, after);
  g_assert_true(pair->comparison->lower_bounds);
  g_assert_true(has_note(pair, "The side before has more than"));
  /* SELECT items is not kept before, and not new. */
  only(pair->comparison->new, "SELECT widgets");
}

/* A class has one colour on both sides. */
static void test_colors(void) {
  Side before = usual_side(START, START + DAY), after = usual_side(START + DAY, START + 2 * DAY);
  add_calls(&after, WIDGET, START + DAY, START + 2 * DAY, 2000, 90000);
  g_autoptr(Pair) pair = compare(before, after);
  const GalenReport *reports[] = {pair->comparison->before.report, pair->report};
  guint colors[2] = {9, 9};
  for (guint r = 0; r < 2; r++)
    for (guint i = 0; i < reports[r]->leading->len; i++) {
      const GalenQuery *query = g_ptr_array_index(reports[r]->leading, i);
      if (g_str_equal(query->label, "UPDATE stock"))
        colors[r] = query->color;
    }
  g_assert_cmpuint(colors[0], ==, 1);
  g_assert_cmpuint(colors[1], ==, 1);
}

/* ---- errors ---- */

/* A side of error logs alone. */
static Side errors_side(gint64 from, gint64 to) {
  Side side = side_new(0);
  side.errors = galen_errors_new(FALSE);
  galen_errors_set_source(side.errors, "db1", "db1/error.log");
  add_input(&side, "db1", from, to)->kind = "error-log";
  return side;
}

static void add_errors(Side *side, ErrorsRules *rules, const char *text, gint64 from, gint64 to, guint n) {
  for (guint i = 0; i < n; i++)
    errors_put(side->errors, rules, text, from + (to - from) / n * i, i + 1);
}

static const GalenErrorChange *error_of(const Pair *pair, const char *part) {
  for (guint i = 0; i < pair->comparison->errors->len; i++) {
    const GalenErrorChange *change = g_ptr_array_index(pair->comparison->errors, i);
    if (strstr(change->title, part) != NULL)
      return change;
  }
  return NULL;
}

static void test_errors(void) {
  ErrorsRules rules;
  errors_rules_load(&rules);
  Side before = errors_side(START, START + DAY), after = errors_side(START + DAY, START + 2 * DAY);
  add_errors(&before, &rules, "[ERROR] alpha failed", START, START + DAY, 60);
  add_errors(&after, &rules, "[ERROR] alpha failed", START + DAY, START + 2 * DAY, 240);
  add_errors(&before, &rules, "[ERROR] beta failed", START, START + DAY, 100);
  add_errors(&after, &rules, "[ERROR] beta failed", START + DAY, START + 2 * DAY, 105);
  add_errors(&after, &rules, "[ERROR] gamma failed", START + DAY, START + 2 * DAY, 50);
  add_errors(&before, &rules, "[ERROR] delta failed", START, START + DAY, 50);
  add_errors(&after, &rules, "[ERROR] storm failed", START + DAY + HOUR, START + DAY + HOUR + 60 * SECOND, 900);
  galen_errors_finish(before.errors);
  galen_errors_finish(after.errors);
  g_autoptr(Pair) pair = compare(before, after);
  g_assert_cmpint(error_of(pair, "alpha")->kind, ==, GALEN_CHANGE_SLOWER);
  g_assert_cmpfloat(error_of(pair, "alpha")->before, ==, 2.5);
  g_assert_cmpfloat(error_of(pair, "alpha")->after, ==, 10);
  g_assert_cmpint(error_of(pair, "gamma")->kind, ==, GALEN_CHANGE_NEW);
  g_assert_cmpint(error_of(pair, "delta")->kind, ==, GALEN_CHANGE_GONE);
  g_assert_null(error_of(pair, "beta"));
  /* One storm of a minute shows nothing about the day before. */
  g_assert_null(error_of(pair, "storm"));
  const GalenFinding *told = finding(pair, "comparison:errors:");
  g_assert_nonnull(told);
  g_assert_cmpint(told->severity, ==, GALEN_SEVERITY_WARNING);
  errors_rules_clear(&rules);
}

/* ---- pictures ---- */

static const GalenShape *shape_at(const GalenScene *scene, guint index) {
  return &g_array_index(scene->shapes, GalenShape, index);
}

static gboolean is_series(const GalenShape *shape) {
  return shape->style >= GALEN_STYLE_SERIES_0 && shape->style <= GALEN_STYLE_SERIES_5;
}

/* How high areas reach between two x, in pixels from the picture's top; the lowest point is the base line. */
static void reach(const GalenScene *scene, double left, double right, double *ret_top, double *ret_base) {
  *ret_top = INFINITY;
  *ret_base = 0;
  for (guint i = 0; i < scene->shapes->len; i++) {
    const GalenShape *shape = shape_at(scene, i);
    if (shape->kind != GALEN_SHAPE_PATH || !is_series(shape))
      continue;
    for (guint p = 0; p < shape->points; p++) {
      const GalenPoint *point = &g_array_index(scene->points, GalenPoint, shape->first + p);
      if (point->kind == GALEN_POINT_CLOSE || point->x < left || point->x > right)
        continue;
      *ret_top = fmin(*ret_top, point->y);
      *ret_base = fmax(*ret_base, point->y);
    }
  }
}

static void test_one_scale(void) {
  Side before = side_new(0), after = side_new(0);
  add_input(&before, "db1", START, START + DAY);
  add_input(&after, "db1", START + DAY, START + 2 * DAY);
  for (guint i = 0; i < 24; i++) {
    add_calls(&before, ORDERS, START + i * HOUR, START + i * HOUR + 1, 200, 1000000);
    add_calls(&after, ORDERS, START + DAY + i * HOUR, START + DAY + i * HOUR + 1, 200, 4000000);
  }
  g_autoptr(Pair) pair = compare(before, after);
  g_autoptr(GalenScene) scene = galen_chart_scene(pair->report, "before-after", 960);
  double tops[2], bases[2];
  reach(scene, 0, 490, &tops[0], &bases[0]);
  reach(scene, 500, 960, &tops[1], &bases[1]);
  g_assert_cmpfloat(bases[0], ==, bases[1]);
  double ratio = (bases[1] - tops[1]) / (bases[0] - tops[0]);
  g_assert_cmpfloat(ratio, >, 3.4);
  g_assert_cmpfloat(ratio, <, 4.6);
  g_assert_nonnull(strstr(scene->description, "on one scale"));
}

static double left_of(const GalenShape *text) {
  double width = galen_scene_text_width(text->text, 11);
  return text->x - (text->anchor == GALEN_ANCHOR_MIDDLE ? width / 2 : text->anchor == GALEN_ANCHOR_END ? width : 0);
}

/* Whole days: each side ends with a date where the other one begins with one. */
static void test_ticks_apart(void) {
  g_autoptr(Pair) pair = compare(usual_side(START, START + DAY), usual_side(START + DAY, START + 2 * DAY));
  g_autoptr(GalenScene) scene = galen_chart_scene(pair->report, "before-after", 960);
  for (guint i = 0; i < scene->shapes->len; i++)
    for (guint j = 0; j < scene->shapes->len; j++) {
      const GalenShape *a = shape_at(scene, i), *b = shape_at(scene, j);
      if (i == j || a->kind != GALEN_SHAPE_TEXT || b->kind != GALEN_SHAPE_TEXT || a->y != b->y ||
          left_of(a) > left_of(b))
        continue;
      g_assert_cmpfloat(left_of(a) + galen_scene_text_width(a->text, 11), <=, left_of(b));
    }
}

static guint dots_in_row(const GalenScene *scene, guint row, gboolean rings) {
  guint n = 0;
  for (guint i = 0; i < scene->shapes->len; i++) {
    const GalenShape *shape = shape_at(scene, i);
    gboolean dot = rings ? shape->style == GALEN_STYLE_GLYPH_LINE : is_series(shape);
    if (shape->kind != GALEN_SHAPE_PATH || !dot)
      continue;
    const GalenPoint *point = &g_array_index(scene->points, GalenPoint, shape->first);
    n += fabs(point->y - (40 + 26 * (row + 0.5))) < 1 ? 1 : 0;
  }
  return n;
}

static void test_dumbbells(void) {
  Side before = usual_side(START, START + DAY), after = usual_side(START + DAY, START + 2 * DAY);
  GString *long_sql = g_string_new("select a from a_table_with_a_very_long_name_indeed_so_that_it_cannot_fit");
  for (guint i = 0; i < 5; i++)
    g_string_append_printf(long_sql, ", another_long_table_%c", 'a' + (int)i);
  add_calls(&after, long_sql->str, START + DAY, START + 2 * DAY, 300, 30000);
  add_calls(&before, "select a from old", START, START + DAY, 300, 3000);
  g_string_free(long_sql, TRUE);
  g_autoptr(Pair) pair = compare(before, after);
  g_autoptr(GPtrArray) rows = galen_dumbbell_rows(pair->comparison, 14);
  g_assert_cmpuint(rows->len, ==, 5); /* new, gone, and three steady ones */
  g_autoptr(GalenScene) scene = galen_chart_scene(pair->report, "dumbbells", 960);
  g_assert_cmpuint(dots_in_row(scene, 0, FALSE), ==, 2);
  g_assert_cmpuint(dots_in_row(scene, 0, TRUE), ==, 0);
  g_assert_cmpuint(dots_in_row(scene, 1, FALSE), ==, 0);
  g_assert_cmpuint(dots_in_row(scene, 1, TRUE), ==, 2);
  g_assert_cmpuint(dots_in_row(scene, 2, FALSE), ==, 2);
  g_assert_cmpuint(dots_in_row(scene, 2, TRUE), ==, 2);
  /* Names end before the columns begin, and nothing leaves the picture. */
  for (guint i = 0; i < scene->shapes->len; i++) {
    const GalenShape *shape = shape_at(scene, i);
    if (shape->kind == GALEN_SHAPE_TEXT && shape->anchor == GALEN_ANCHOR_START && shape->x == 0)
      g_assert_cmpfloat(galen_scene_text_width(shape->text, 12), <, 0.27 * 960);
    g_assert_cmpfloat(shape->x, <=, 960);
    g_assert_cmpfloat(shape->x, >=, 0);
  }
}

static void test_no_pictures(void) {
  g_autoptr(Pair) pair = compare(side_new(0), side_new(0));
  g_assert_null(galen_chart_scene(pair->report, "before-after", 960));
  g_assert_null(galen_chart_scene(pair->report, "dumbbells", 960));
}

/* Each kind of change has a row before one has two. */
static void test_rows_in_turns(void) {
  Side before = usual_side(START, START + DAY), after = usual_side(START + DAY, START + 2 * DAY);
  for (int c = 'a'; c < 'k'; c++) {
    g_autofree char *sql = g_strdup_printf("select n from new_%c", c),
                    *old = g_strdup_printf("select n from old_%c", c);
    add_calls(&after, sql, START + DAY, START + 2 * DAY, 200, 30000);
    add_calls(&before, old, START, START + DAY, 200, 30000);
  }
  g_autoptr(Pair) pair = compare(before, after);
  g_autoptr(GPtrArray) rows = galen_dumbbell_rows(pair->comparison, 7);
  guint new = 0;
  for (guint i = 0; i < rows->len; i++)
    new += ((const GalenChange *)g_ptr_array_index(rows, i))->kind == GALEN_CHANGE_NEW ? 1 : 0;
  g_assert_cmpuint(rows->len, ==, 7);
  g_assert_cmpuint(new, ==, 4);
}

/* ---- many ---- */

/* Thousands of new operations: all are in the lists, and the page stays within its cap. */
static void test_many(void) {
  Side before = usual_side(START, START + DAY), after = usual_side(START + DAY, START + 2 * DAY);
  for (guint i = 0; i < 3000; i++) {
    g_autofree char *sql =
        g_strdup_printf("select n from t_%c%c%c", 'a' + (int)(i % 26), 'a' + (int)(i / 26 % 26), 'a' + (int)(i / 676));
    add_calls(&after, sql, START + DAY, START + 2 * DAY, 40, 3000);
  }
  g_autoptr(Pair) pair = compare(before, after);
  g_assert_cmpuint(pair->comparison->new->len, >, 2900);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) page = galen_report_write_html(pair->report, GALEN_SOURCE_DIR "/report-templates", &error);
  g_assert_no_error(error);
  g_assert_cmpuint(g_bytes_get_size(page), <, 1000000);
  g_assert_nonnull(g_strstr_len(g_bytes_get_data(page, NULL), (gssize)g_bytes_get_size(page), "further operations"));
}

/* ---- words ---- */

static void test_words(void) {
  static const struct {
    double ratio;
    const char *words;
  } cases[] = {
      {2.04, "2.0 times"}, {0.45, "0.45 times"}, {17.3, "17 times"}, {0.001, "less than 0.01 times"}, {NAN, "–"}};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *words = galen_comparison_times(cases[i].ratio);
    g_assert_cmpstr(words, ==, cases[i].words);
  }
  g_autofree char *second = galen_comparison_calls(12), *hour = galen_comparison_calls(2.0 / 3600);
  g_autofree char *both = galen_comparison_calls_both(0, 4.0 / 3600), *time = galen_comparison_time(0.002);
  g_assert_cmpstr(second, ==, "12 a second");
  g_assert_cmpstr(hour, ==, "2 an hour");
  g_assert_cmpstr(both, ==, "0 → 4 an hour");
  g_assert_cmpstr(time, ==, "7.20 s an hour");
}

int main(int argc, char **argv) {
  static const struct {
    const char *path;
    void (*run)(void);
  } tests[] = {
      {"same", test_same},
      {"empty", test_empty},
      {"untimed", test_untimed},
      {"one-statement", test_one_statement},
      {"new-and-gone", test_new_and_gone},
      {"rare-is-not-new", test_rare_is_not_new},
      {"new-since-evening", test_new_since_evening},
      {"slower", test_slower},
      {"more-calls", test_more_calls},
      {"small-change", test_small_change},
      {"load", test_load},
      {"lengths", test_lengths},
      {"gap", test_gap},
      {"overlap", test_overlap},
      {"servers", test_servers},
      {"rate-limit", test_rate_limit},
      {"threshold", test_threshold},
      {"capped", test_capped},
      {"colors", test_colors},
      {"errors", test_errors},
      {"one-scale", test_one_scale},
      {"ticks-apart", test_ticks_apart},
      {"dumbbells", test_dumbbells},
      {"no-pictures", test_no_pictures},
      {"rows-in-turns", test_rows_in_turns},
      {"many", test_many},
      {"words", test_words},
  };
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
    g_autofree char *path = g_strconcat("/comparison/", tests[i].path, NULL);
    g_test_add_func(path, tests[i].run);
  }
  return g_test_run();
}
