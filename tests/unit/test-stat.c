#include "analyzer/digest/stat.h"

#include <math.h>

static GalenStat stat_of(const guint64 *values, guint n) {
  GalenStat stat = {0};
  for (guint i = 0; i < n; i++)
    galen_stat_add(&stat, values[i]);
  return stat;
}

static gboolean same(const GalenStat *a, const GalenStat *b) {
  return a->count == b->count && a->min == b->min && a->max == b->max && a->sum == b->sum && a->squares == b->squares &&
         a->saturated == b->saturated;
}

static void test_empty(void) {
  GalenStat stat = {0};
  g_assert_cmpfloat(galen_stat_mean(&stat), ==, 0.0);
  g_assert_true(isnan(galen_stat_stddev(&stat)));
}

static void test_figures(void) {
  static const guint64 values[] = {2, 4, 4, 4, 5, 5, 7, 9};
  GalenStat stat = stat_of(values, G_N_ELEMENTS(values));
  g_assert_cmpuint(stat.count, ==, 8);
  g_assert_cmpuint(stat.min, ==, 2);
  g_assert_cmpuint(stat.max, ==, 9);
  g_assert_true(stat.sum == 40);
  g_assert_true(stat.squares == 232);
  g_assert_cmpfloat(galen_stat_mean(&stat), ==, 5.0);
  g_assert_cmpfloat(galen_stat_stddev(&stat), ==, 2.0);
}

/* Where sqrt(mean of squares - square of mean) in floating point gives nonsense. */
static void test_stddev_does_not_cancel(void) {
  guint64 big = GALEN_COUNT_MAX - 2;
  const guint64 values[] = {big, big + 1, big + 2};
  GalenStat stat = stat_of(values, 3);
  g_assert_cmpfloat_with_epsilon(galen_stat_stddev(&stat), sqrt(2.0 / 3.0), 1e-12);
  GalenStat same = {0};
  galen_stat_add_n(&same, big, 1000000);
  g_assert_cmpfloat(galen_stat_stddev(&same), ==, 0.0);
  GalenStat rare = {0};
  galen_stat_add_n(&rare, 1, 999999999);
  galen_stat_add(&rare, 0);
  g_assert_cmpfloat_with_epsilon(galen_stat_stddev(&rare) / sqrt(999999999.0) * 1e9, 1.0, 1e-12);
}

static void test_merge_is_adding(void) {
  static const guint64 values[] = {7, 0, 123456789, 5, 5, 1u << 31};
  GalenStat whole = stat_of(values, 6), left = stat_of(values, 2), right = stat_of(values + 2, 4), empty = {0};
  galen_stat_merge(&left, &right);
  galen_stat_merge(&left, &empty);
  g_assert_true(same(&left, &whole));
  galen_stat_merge(&empty, &whole);
  g_assert_true(same(&empty, &whole));
  GalenStat many = {0}, one = {0};
  galen_stat_add_n(&many, 77, 3);
  galen_stat_add_n(&many, 77, 0);
  for (guint i = 0; i < 3; i++)
    galen_stat_add(&one, 77);
  g_assert_true(same(&many, &one));
}

static void test_saturation(void) {
  GalenStat a = {0}, b = {0};
  galen_stat_add_n(&a, GALEN_COUNT_MAX, 1u << 22);
  g_assert_true(a.saturated);
  g_assert_true(isnan(galen_stat_stddev(&a)));
  g_assert_true(a.sum == (GalenU128)GALEN_COUNT_MAX << 22);
  galen_stat_add_n(&b, GALEN_COUNT_MAX, (1u << 22) - 1);
  g_assert_false(b.saturated);
  g_assert_cmpfloat(galen_stat_stddev(&b), ==, 0.0);
  galen_stat_add(&b, GALEN_COUNT_MAX);
  g_assert_true(same(&a, &b));
  GalenStat c = {0};
  galen_stat_add(&c, 3);
  galen_stat_merge(&c, &a);
  g_assert_true(c.saturated);
  galen_stat_add(&a, 3);
  g_assert_true(a.squares == c.squares);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/stat/empty", test_empty);
  g_test_add_func("/stat/figures", test_figures);
  g_test_add_func("/stat/stddev-does-not-cancel", test_stddev_does_not_cancel);
  g_test_add_func("/stat/merge-is-adding", test_merge_is_adding);
  g_test_add_func("/stat/saturation", test_saturation);
  return g_test_run();
}
