#include "analyzer/digest/stat.h"

#include <math.h>

static void test_index_and_bounds(void) {
  g_assert_cmpuint(galen_histogram_index(0), ==, 0);
  g_assert_cmpuint(galen_histogram_index(63), ==, 63);
  g_assert_cmpuint(galen_histogram_index(64), ==, 64);
  g_assert_cmpuint(galen_histogram_index(127), ==, 127);
  g_assert_cmpuint(galen_histogram_index(128), ==, 128);
  g_assert_cmpuint(galen_histogram_index(129), ==, 128);
  g_assert_cmpuint(galen_histogram_index(G_MAXUINT64), ==, GALEN_HISTOGRAM_BUCKETS - 1);
  guint64 expected = 0;
  for (guint i = 0; i < GALEN_HISTOGRAM_BUCKETS; i++) {
    guint64 low, high;
    galen_histogram_bounds(i, &low, &high);
    g_assert_cmpuint(low, ==, expected);
    g_assert_cmpuint(galen_histogram_index(low), ==, i);
    g_assert_cmpuint(galen_histogram_index(high), ==, i);
    g_assert_cmpfloat((double)(high - low) / 2.0, <=, 0.008 * (double)low);
    expected = high + 1;
  }
  g_assert_cmpuint(expected, ==, GALEN_COUNT_MAX * 2);
}

static void collect(guint index, guint64 count, gpointer user) {
  GArray *pairs = user;
  guint64 pair[2] = {index, count};
  g_array_append_val(pairs, pair);
}

static void assert_same(const GalenHistogram *a, const GalenHistogram *b) {
  g_autoptr(GArray) left = g_array_new(FALSE, FALSE, 2 * sizeof(guint64));
  g_autoptr(GArray) right = g_array_new(FALSE, FALSE, 2 * sizeof(guint64));
  galen_histogram_foreach(a, collect, left);
  galen_histogram_foreach(b, collect, right);
  g_assert_cmpuint(left->len, ==, right->len);
  for (guint i = 0; i < 2 * left->len; i++)
    g_assert_cmpuint(((guint64 *)(gpointer)left->data)[i], ==, ((guint64 *)(gpointer)right->data)[i]);
  g_assert_cmpuint(galen_histogram_size(a), ==, left->len);
}

/* One bucket, a few, 512, 513: every form that it takes, against a plain array. */
static void test_forms(void) {
  static const guint sizes[] = {0, 1, 2, 5, GALEN_HISTOGRAM_SPARSE_MAX, GALEN_HISTOGRAM_SPARSE_MAX + 1, 3136};
  for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
    GalenHistogram histogram = {0};
    guint64 plain[GALEN_HISTOGRAM_BUCKETS] = {0};
    for (guint j = 0; j < sizes[i]; j++) {
      guint index = (j * 1237u) % GALEN_HISTOGRAM_BUCKETS;
      guint64 low, high;
      galen_histogram_bounds(index, &low, &high);
      galen_histogram_add(&histogram, low, 1);
      galen_histogram_add(&histogram, high, j);
      plain[index] += j + 1;
    }
    g_assert_cmpint(histogram.form, ==,
                    sizes[i] > GALEN_HISTOGRAM_SPARSE_MAX ? GALEN_HISTOGRAM_WINDOW : GALEN_HISTOGRAM_SPARSE);
    for (guint j = 0; j < GALEN_HISTOGRAM_BUCKETS; j++)
      g_assert_cmpuint(galen_histogram_get(&histogram, j), ==, plain[j]);
    g_assert_cmpuint(galen_histogram_get(&histogram, GALEN_HISTOGRAM_BUCKETS), ==, 0);
    g_assert_cmpuint(galen_histogram_size(&histogram), ==, sizes[i]);
    galen_histogram_clear(&histogram);
    g_assert_cmpuint(galen_histogram_size(&histogram), ==, 0);
  }
}

static void test_merge_is_adding(void) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(7);
  for (guint round = 0; round < 50; round++) {
    GalenHistogram whole = {0}, parts[2] = {0};
    guint n = (guint)g_rand_int_range(rand, 0, 2000);
    for (guint i = 0; i < n; i++) {
      guint64 value = (guint64)g_rand_int(rand) >> g_rand_int_range(rand, 0, 32);
      galen_histogram_add(&whole, value, i % 3);
      galen_histogram_add(&parts[g_rand_boolean(rand)], value, i % 3);
    }
    galen_histogram_merge(&parts[0], &parts[1]);
    assert_same(&parts[0], &whole);
    galen_histogram_clear(&parts[0]);
    galen_histogram_clear(&parts[1]);
    galen_histogram_clear(&whole);
  }
}

static void test_huge_counts(void) {
  GalenHistogram histogram = {0};
  galen_histogram_add(&histogram, 5, (G_GUINT64_CONSTANT(1) << 48) - 1);
  g_assert_cmpint(histogram.form, ==, GALEN_HISTOGRAM_SPARSE);
  galen_histogram_add(&histogram, 5, 1);
  g_assert_cmpuint(galen_histogram_get(&histogram, 5), ==, G_GUINT64_CONSTANT(1) << 48);
  galen_histogram_add(&histogram, 5, G_MAXUINT64);
  g_assert_cmpuint(galen_histogram_get(&histogram, 5), ==, G_MAXUINT64);
  galen_histogram_clear(&histogram);
}

/* Values near each other make a window, which widens at both ends and gives way to large counts. */
static void test_window(void) {
  GalenHistogram histogram = {0}, whole = {0};
  guint64 values[3000];
  for (guint i = 0; i < G_N_ELEMENTS(values); i++)
    values[i] = i < 1000 ? 1000 + i : (guint64)i * i;
  galen_histogram_add_all(&histogram, values, G_N_ELEMENTS(values));
  for (guint i = 0; i < G_N_ELEMENTS(values); i++)
    galen_histogram_add(&whole, values[i], 1);
  g_assert_cmpint(histogram.form, ==, GALEN_HISTOGRAM_WINDOW);
  assert_same(&histogram, &whole);
  galen_histogram_add(&histogram, 3, 1);
  galen_histogram_add(&histogram, G_MAXUINT64, G_MAXUINT16);
  g_assert_cmpint(histogram.form, ==, GALEN_HISTOGRAM_WINDOW);
  g_assert_cmpuint(galen_histogram_get(&histogram, GALEN_HISTOGRAM_BUCKETS - 1), ==, G_MAXUINT16);
  galen_histogram_add_all(&histogram, (const guint64[]){G_MAXUINT64, 3}, 2);
  g_assert_cmpint(histogram.form, ==, GALEN_HISTOGRAM_DENSE);
  g_assert_cmpuint(galen_histogram_get(&histogram, GALEN_HISTOGRAM_BUCKETS - 1), ==, (guint64)G_MAXUINT16 + 1);
  g_assert_cmpuint(galen_histogram_get(&histogram, 3), ==, 2);
  g_assert_cmpuint(galen_histogram_size(&histogram), ==, galen_histogram_size(&whole) + 2);
  galen_histogram_clear(&histogram);
  galen_histogram_clear(&whole);
}

static void test_percentile(void) {
  GalenHistogram histogram = {0};
  GalenStat stat = {0};
  g_assert_cmpfloat(galen_histogram_percentile(&histogram, &stat, 500), ==, 0.0);
  for (guint64 value = 1; value <= 10; value++) {
    galen_histogram_add(&histogram, value, 1);
    galen_stat_add(&stat, value);
  }
  g_assert_cmpfloat(galen_histogram_percentile(&histogram, &stat, 500), ==, 5.0);
  g_assert_cmpfloat(galen_histogram_percentile(&histogram, &stat, 501), ==, 6.0);
  g_assert_cmpfloat(galen_histogram_percentile(&histogram, &stat, 950), ==, 10.0);
  g_assert_cmpfloat(galen_histogram_percentile(&histogram, &stat, 0), ==, 1.0);
  g_assert_cmpfloat(galen_histogram_percentile(&histogram, &stat, 1000), ==, 10.0);
  galen_histogram_clear(&histogram);
}

/* A bucket's midpoint may lie outside of what was seen. */
static void test_percentile_stays_within_values(void) {
  GalenHistogram histogram = {0};
  GalenStat stat = {0};
  galen_histogram_add(&histogram, 1000000, 3);
  galen_stat_add_n(&stat, 1000000, 3);
  g_assert_cmpfloat(galen_histogram_percentile(&histogram, &stat, 990), ==, 1000000.0);
  galen_histogram_clear(&histogram);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/histogram/index-and-bounds", test_index_and_bounds);
  g_test_add_func("/histogram/forms", test_forms);
  g_test_add_func("/histogram/merge-is-adding", test_merge_is_adding);
  g_test_add_func("/histogram/huge-counts", test_huge_counts);
  g_test_add_func("/histogram/window", test_window);
  g_test_add_func("/histogram/percentile", test_percentile);
  g_test_add_func("/histogram/percentile-stays-within-values", test_percentile_stays_within_values);
  return g_test_run();
}
