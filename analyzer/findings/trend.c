#include "trend.h"

#include "../words.h"
#include "chance.h"

#include <math.h>
#include <stdlib.h>

#define WEEK 7u
#define COMMON_MIN 4u /* days that two weeks must both have */
#define MEMORY 1.5    /* of differences of means over time of what wanders */
#define PAIRS_MAX (WEEK * GALEN_TREND_WEEKS_MAX * (GALEN_TREND_WEEKS_MAX - 1) / 2)

typedef struct {
  const double *logs; /* NaN: not known */
  guint n;
} Days;

/* ---- logarithms ---- */

/* Nothing is half of the least that there was. FALSE: there is too little. */
static gboolean take_logs(const double *values, guint n, double *ret_logs) {
  double least = INFINITY;
  guint used = 0;
  for (guint i = 0; i < n; i++)
    if (values[i] > 0) {
      least = fmin(least, values[i]);
      used++;
    }
  if (used < GALEN_TREND_DAYS_USED * n / WEEK)
    return FALSE;
  for (guint i = 0; i < n; i++)
    ret_logs[i] = isfinite(values[i]) ? log(values[i] > 0 ? values[i] : least / 2) : NAN;
  return TRUE;
}

/* ---- pairs of the same day of the week ---- */

typedef struct {
  double slopes[PAIRS_MAX]; /* a week */
  guint n;
  double sum, variance; /* Kendall's S */
} Pairs;

static void add_pairs(Pairs *pairs, Days days, guint weekday) {
  double known = 0, sum = 0;
  for (guint i = weekday; i < days.n; i += WEEK) {
    if (!isfinite(days.logs[i]))
      continue;
    known++;
    for (guint j = i + WEEK; j < days.n; j += WEEK) {
      if (!isfinite(days.logs[j]))
        continue;
      double rise = days.logs[j] - days.logs[i];
      pairs->slopes[pairs->n++] = rise * WEEK / (j - i);
      sum += (rise > 0) - (rise < 0);
    }
  }
  pairs->sum += sum;
  pairs->variance += known * (known - 1) * (2 * known + 5) / 18;
}

static int compare_doubles(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static double median(double *values, guint n) {
  qsort(values, n, sizeof *values, compare_doubles);
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* With the correction for continuity. */
static double kendall_chance(const Pairs *pairs) {
  double off = fmax(fabs(pairs->sum) - 1, 0);
  return pairs->variance > 0 ? erfc(off / sqrt(2 * pairs->variance)) : 1;
}

/* ---- from week to week ---- */

/* The mean change from the week that ends before day `end` - 7 to the next; NaN: they have too little in common. */
static double step_of(Days days, guint end) {
  double sum = 0;
  guint common = 0;
  for (guint i = end - WEEK; i < end; i++) {
    double step = days.logs[i] - days.logs[i - WEEK];
    if (isfinite(step)) {
      sum += step;
      common++;
    }
  }
  return common >= COMMON_MIN ? sum / common : NAN;
}

static double drift_chance(Days days, double slope) {
  double steps[GALEN_TREND_WEEKS_MAX], mean = 0, squares = 0;
  guint n = 0;
  for (guint end = days.n; end >= 2 * WEEK; end -= WEEK) {
    double step = step_of(days, end);
    if (isfinite(step)) {
      steps[n++] = step;
      mean += step;
    }
  }
  if (n + 1 < GALEN_TREND_WEEKS_MIN)
    return 1;
  mean /= n;
  for (guint i = 0; i < n; i++)
    squares += (steps[i] - mean) * (steps[i] - mean);
  double error = sqrt(MEMORY * squares / (n - 1) / n);
  if (!(mean * slope > 0)) /* they do not say the same */
    return 1;
  return error > 0 ? galen_chance_student(mean / error, n - 1) : 0;
}

GalenTrend galen_trend_of(const double *values, guint n) {
  GalenTrend trend = {0, NAN, 1, FALSE};
  double logs[GALEN_TREND_DAYS];
  while (n > 0 && !isfinite(values[0])) { /* what is known begins later */
    values++;
    n--;
  }
  guint weeks = MIN(n / WEEK, GALEN_TREND_WEEKS_MAX);
  Days days = {logs, weeks * WEEK};
  if (weeks < GALEN_TREND_WEEKS_MIN || !take_logs(values + (n - days.n), days.n, logs))
    return trend;
  g_autofree Pairs *pairs = g_new0(Pairs, 1);
  for (guint weekday = 0; weekday < WEEK; weekday++)
    add_pairs(pairs, days, weekday);
  if (pairs->n == 0)
    return trend;
  double slope = median(pairs->slopes, pairs->n);
  trend.weeks = weeks;
  trend.ratio = exp(slope * (days.n - 1) / WEEK);
  trend.chance = fmax(kendall_chance(pairs), drift_chance(days, slope));
  trend.said =
      trend.chance <= GALEN_TREND_LEVEL && (trend.ratio >= GALEN_TREND_RATIO || trend.ratio <= 1 / GALEN_TREND_RATIO);
  return trend;
}

char *galen_trend_words(const GalenTrend *self) {
  if (self->ratio >= 10) {
    g_autofree char *times = galen_words_count(self->ratio);
    return g_strdup_printf("%s times over %u weeks", times, self->weeks);
  }
  g_autofree char *percent = galen_words_count(fabs(self->ratio - 1) * 100);
  return g_strdup_printf("%s%s %% over %u weeks", self->ratio >= 1 ? "+" : "−", percent, self->weeks);
}
