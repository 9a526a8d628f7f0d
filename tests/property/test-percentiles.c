/* Percentiles are within 1 % of the nearest rank, whatever the values, and merging does not move them. */
#include "analyzer/digest/stat.h"

#include <math.h>
#include <stdlib.h>

#define VALUES_MAX 5000

typedef guint64 (*Draw)(GRand *rand, guint i);

static guint64 draw_constant(G_GNUC_UNUSED GRand *rand, G_GNUC_UNUSED guint i) {
  return 123457;
}

static guint64 draw_two_points(GRand *rand, G_GNUC_UNUSED guint i) {
  return g_rand_int_range(rand, 0, 20) == 0 ? GALEN_TIME_MAX_US : 1;
}

static guint64 draw_heavy_tail(GRand *rand, G_GNUC_UNUSED guint i) {
  double value = 50.0 / pow(1.0 - g_rand_double(rand), 2.5);
  return value >= (double)GALEN_TIME_MAX_US ? GALEN_TIME_MAX_US : (guint64)value;
}

static guint64 draw_log_uniform(GRand *rand, G_GNUC_UNUSED guint i) {
  return (guint64)exp(g_rand_double(rand) * log((double)GALEN_TIME_MAX_US));
}

static guint64 draw_rows(GRand *rand, G_GNUC_UNUSED guint i) {
  guint64 value = (guint64)g_rand_int(rand) << 32 | g_rand_int(rand);
  return (value >> g_rand_int_range(rand, 11, 64)) + (value & 1);
}

/* Both ends of buckets, where a midpoint is furthest off. */
static guint64 draw_bucket_ends(GRand *rand, guint i) {
  guint64 low, high;
  galen_histogram_bounds((guint)g_rand_int_range(rand, 0, GALEN_HISTOGRAM_BUCKETS - 64), &low, &high);
  return i % 2 == 0 ? low : high;
}

static guint64 draw_small(GRand *rand, G_GNUC_UNUSED guint i) {
  return (guint64)g_rand_int_range(rand, 0, 70);
}

static int compare(gconstpointer a, gconstpointer b) {
  guint64 left = *(const guint64 *)a, right = *(const guint64 *)b;
  return (left > right) - (left < right);
}

static void check(Draw draw, guint32 seed) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
  guint64 values[VALUES_MAX] = {0};
  guint n = (guint)g_rand_int_range(rand, 1, seed % 3 == 0 ? 10 : VALUES_MAX + 1);
  GalenHistogram parts[3] = {0};
  GalenStat stat = {0};
  for (guint i = 0; i < n; i++) {
    values[i] = draw(rand, i);
    galen_stat_add(&stat, values[i]);
    galen_histogram_add(&parts[g_rand_int_range(rand, 0, 3)], values[i], 1);
  }
  galen_histogram_merge(&parts[2], &parts[0]);
  galen_histogram_merge(&parts[1], &parts[2]);
  qsort(values, n, sizeof values[0], compare);
  for (guint permille = 1; permille <= 1000; permille++) {
    guint rank = (guint)(((guint64)n * permille + 999) / 1000);
    double exact = (double)values[rank - 1];
    double found = galen_histogram_percentile(&parts[1], &stat, permille);
    g_assert_cmpfloat(fabs(found - exact), <=, 0.01 * exact);
    g_assert_cmpfloat(found, >=, (double)stat.min);
    g_assert_cmpfloat(found, <=, (double)stat.max);
  }
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
    galen_histogram_clear(&parts[i]);
}

static void test_within_one_percent(void) {
  static const Draw draws[] = {draw_constant, draw_two_points,  draw_heavy_tail, draw_log_uniform,
                               draw_rows,     draw_bucket_ends, draw_small};
  guint32 first = (guint32)g_test_rand_int();
  for (guint i = 0; i < G_N_ELEMENTS(draws); i++)
    for (guint32 round = 0; round < 6; round++)
      check(draws[i], first + round);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/percentiles/within-one-percent", test_within_one_percent);
  return g_test_run();
}
