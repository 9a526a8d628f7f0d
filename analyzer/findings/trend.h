/* Trends over weeks: does a figure by day rise or fall by more than what it wanders anyway?
 *
 * Values are taken as logarithms, so that a trend is a factor, and compared only with those of the same day of the week: a quiet
 * weekend is no change.
 *
 *   size    The median of (x_j - x_i) / weeks between, over all pairs of days a whole number of weeks apart: Sen's slope
 *           (P. K. Sen, JASA 63, 1968), seasonal as by Hirsch, Slack and Smith (Water Resources Research 18, 1982).
 *   Kendall The sign of the same pairs, summed by day of the week, against its variance n (n - 1) (2 n + 5) / 18 without ties
 *           (seasonal Kendall test, same source): is there an order at all?
 *   drift   Figures of servers are not independent from day to day: they wander, and a walk without any trend looks like one
 *           most of the time; tests that assume independence are then wrong more often than right. So the change from each week
 *           to the next (the mean over the days that both have) is tested against what these changes vary by: Student's t.
 *           Means over weeks of a random walk have differences with a correlation of 1/4 (H. Working, Econometrica 28, 1960),
 *           which makes the variance of their mean up to 1.5 times as large: so much is added.
 *
 * The chance is the larger of the two. A trend is said when it is at most GALEN_TREND_LEVEL and the size over the time looked at
 * is a factor of GALEN_TREND_RATIO or more. tests/property/test-trend.c measures how often that is wrong. Pure; any thread. */
#pragma once

#include <glib.h>

#define GALEN_TREND_LEVEL 0.025 /* calls and mean are judged, and together are wrong in 5 of 100 at most */
#define GALEN_TREND_RATIO 1.2
/* Weeks that are looked at: fewer show nothing, more is another story. */
#define GALEN_TREND_WEEKS_MIN 4u
#define GALEN_TREND_WEEKS_MAX 13u
#define GALEN_TREND_DAYS (7 * GALEN_TREND_WEEKS_MAX)
/* Days with a value above 0 that are asked for, in a week on average. */
#define GALEN_TREND_DAYS_USED 3u

typedef struct {
  guint weeks;   /* looked at; 0: too few */
  double ratio;  /* from the first day to the last; NaN: unknown */
  double chance; /* that there is no trend; 1: not judged */
  gboolean said; /* beyond noise, and large enough */
} GalenTrend;

/* `values` by day, the last one last, at most GALEN_TREND_DAYS of them are looked at; NaN: not known. */
GalenTrend galen_trend_of(const double *values, guint n);
/* "+40 % over 5 weeks". Caller frees. */
char *galen_trend_words(const GalenTrend *self);
