/* Trends that are none, and some that are: how often galen_trend_of says one. */
#include "analyzer/findings/trend.h"

#include <math.h>
#include <stdio.h>

/* Of series without a trend so many may be called one. */
#define WRONG_MAX 0.05

typedef struct {
  GRand *luck;
  guint n;
  double *values;
} Series;

static double normal(GRand *luck) {
  double u = 1 - g_rand_double(luck), v = g_rand_double(luck);
  return sqrt(-2 * log(u)) * cos(2 * G_PI * v);
}

static double week(guint day) {
  return day % 7 >= 5 ? -0.7 : 0;
}

/* Student's with 3 degrees of freedom. */
static double heavy(GRand *luck) {
  double squares = 0;
  for (guint i = 0; i < 3; i++)
    squares += pow(normal(luck), 2);
  return normal(luck) / sqrt(squares / 3);
}

static void noise(Series *self) {
  for (guint i = 0; i < self->n; i++)
    self->values[i] = exp(0.3 * normal(self->luck));
}

static void noise_of_weeks(Series *self) {
  for (guint i = 0; i < self->n; i++)
    self->values[i] = exp(week(i) + 0.1 * normal(self->luck));
}

static void walk(Series *self) {
  double at = 0;
  for (guint i = 0; i < self->n; i++)
    self->values[i] = exp(at += 0.1 * normal(self->luck));
}

static void walk_of_weeks(Series *self) {
  double at = 0;
  for (guint i = 0; i < self->n; i++)
    self->values[i] = exp(week(i) + 0.05 * normal(self->luck) + (at += 0.1 * normal(self->luck)));
}

static void walk_in_jumps(Series *self) {
  double at = 0;
  for (guint i = 0; i < self->n; i++)
    self->values[i] = exp(at += 0.1 * heavy(self->luck));
}

static void walk_by_week(Series *self) {
  double at = 0;
  for (guint i = 0; i < self->n; i++)
    self->values[i] = exp(0.02 * normal(self->luck) + (at += i % 7 == 0 ? 0.2 * normal(self->luck) : 0));
}

static void returning(Series *self) {
  double at = 0;
  for (guint i = 0; i < self->n; i++)
    self->values[i] = exp(at = 0.9 * at + 0.1 * normal(self->luck));
}

static void rare(Series *self) {
  for (guint i = 0; i < self->n; i++)
    self->values[i] = g_rand_int_range(self->luck, 0, 4);
}

static void with_holes(Series *self) {
  walk(self);
  for (guint i = 0; i < self->n; i++)
    if (g_rand_double(self->luck) < 0.2)
      self->values[i] = NAN;
}

static void step(Series *self) {
  guint at = (guint)g_rand_int_range(self->luck, 7, (gint)self->n - 7);
  for (guint i = 0; i < self->n; i++)
    self->values[i] = exp(0.1 * normal(self->luck)) * (i >= at ? 2 : 1);
}

static void growing(Series *self) {
  for (guint i = 0; i < self->n; i++)
    self->values[i] = exp(week(i) + 0.1 * normal(self->luck) + log(2.0) * i / self->n);
}

static void shrinking(Series *self) {
  for (guint i = 0; i < self->n; i++)
    self->values[i] = exp(week(i) + 0.1 * normal(self->luck) - log(2.0) * i / self->n);
}

static double said_of(void (*make)(Series *), guint n, guint32 seed, double *ret_ratio) {
  guint runs = g_getenv("GALEN_RUNS") != NULL ? (guint)g_ascii_strtoull(g_getenv("GALEN_RUNS"), NULL, 10) : 1000,
        said = 0;
  g_autofree double *values = g_new(double, n);
  Series series = {g_rand_new_with_seed(seed), n, values};
  double ratios = 0;
  for (guint i = 0; i < runs; i++) {
    make(&series);
    GalenTrend trend = galen_trend_of(values, n);
    said += trend.said ? 1 : 0;
    ratios += log(trend.ratio);
  }
  g_rand_free(series.luck);
  *ret_ratio = exp(ratios / runs);
  return (double)said / runs;
}

static const struct {
  const char *name;
  void (*make)(Series *);
} calm[] = {{"noise", noise},
            {"noise-of-weeks", noise_of_weeks},
            {"walk", walk},
            {"walk-of-weeks", walk_of_weeks},
            {"walk-in-jumps", walk_in_jumps},
            {"walk-by-week", walk_by_week},
            {"returning", returning},
            {"rare", rare},
            {"holes", with_holes},
            {"step", step}};

static void test_calm(gconstpointer data) {
  static const guint lengths[] = {28, 35, 49, 70, 91};
  guint which = GPOINTER_TO_UINT(data);
  for (guint i = 0; i < G_N_ELEMENTS(lengths); i++) {
    double ratio, said = said_of(calm[which].make, lengths[i], 7 + i, &ratio);
    g_test_message("%s, %u days: %.1f %% said", calm[which].name, lengths[i], 100 * said);
    g_assert_cmpfloat(said, <=, WRONG_MAX);
  }
}

static void test_found(void) {
  static const struct {
    guint n;
    double least;
  } cases[] = {{35, 0.4}, {49, 0.5}, {91, 0.5}};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    double up, down, said = said_of(growing, cases[i].n, 1, &up), said_less = said_of(shrinking, cases[i].n, 1, &down);
    g_test_message("twice as much in %u days: %.1f %% said, %.2f times", cases[i].n, 100 * said, up);
    g_assert_cmpfloat(said, >=, cases[i].least);
    g_assert_cmpfloat(fabs(up - 2), <, 0.1);
    g_assert_cmpfloat(said_less, >=, cases[i].least);
    g_assert_cmpfloat(fabs(down - 0.5), <, 0.03);
  }
}

static void test_little(void) {
  double values[GALEN_TREND_DAYS + 9];
  for (guint i = 0; i < G_N_ELEMENTS(values); i++)
    values[i] = exp(i * 0.1);
  g_assert_false(galen_trend_of(values, 27).said);
  g_assert_cmpuint(galen_trend_of(values, 27).weeks, ==, 0);
  g_assert_true(galen_trend_of(values, 28).said);
  g_assert_cmpuint(galen_trend_of(values, G_N_ELEMENTS(values)).weeks, ==, GALEN_TREND_WEEKS_MAX);
  for (guint i = 0; i < 30; i++)
    values[i] = NAN;
  g_assert_cmpuint(galen_trend_of(values, 30 + 27).weeks, ==, 0);
  g_assert_cmpuint(galen_trend_of(values, 30 + 28).weeks, ==, 4);
  for (guint i = 0; i < G_N_ELEMENTS(values); i++)
    values[i] = i % 7 == 0 ? i + 1 : 0; /* once a week */
  g_assert_false(galen_trend_of(values, 91).said);
  for (guint i = 0; i < G_N_ELEMENTS(values); i++)
    values[i] = 0;
  g_assert_false(galen_trend_of(values, 91).said);
  g_assert_false(galen_trend_of(values, 0).said);
}

static void test_words(void) {
  static const struct {
    GalenTrend trend;
    const char *words;
  } cases[] = {{{5, 1.4, 0, TRUE}, "+40 % over 5 weeks"},
               {{13, 0.25, 0, TRUE}, "−75 % over 13 weeks"},
               {{4, 12, 0, TRUE}, "12 times over 4 weeks"}};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *words = galen_trend_words(&cases[i].trend);
    g_assert_cmpstr(words, ==, cases[i].words);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(calm); i++) {
    g_autofree char *path = g_strconcat("/trend/calm/", calm[i].name, NULL);
    g_test_add_data_func(path, GUINT_TO_POINTER(i), test_calm);
  }
  g_test_add_func("/trend/found", test_found);
  g_test_add_func("/trend/little", test_little);
  g_test_add_func("/trend/words", test_words);
  return g_test_run();
}
