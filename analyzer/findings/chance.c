#include "chance.h"

#include <math.h>

#define STEPS_MAX 100000
#define PRECISION 1e-12
#define TINY 1e-300
/* From so many events on the tails are those of the normal distribution, near enough. */
#define EXACT_MAX 20000.0

/* One pair of steps of the continued fraction: even, then odd. */
static double next_factor(double numerator, double *c, double *d) {
  *d = 1 + numerator * *d;
  *d = 1 / (fabs(*d) < TINY ? TINY : *d);
  *c = 1 + numerator / *c;
  *c = fabs(*c) < TINY ? TINY : *c;
  return *c * *d;
}

static double fraction(double a, double b, double x) {
  double c = 1, d = 1 - (a + b) * x / (a + 1);
  d = 1 / (fabs(d) < TINY ? TINY : d);
  double result = d;
  for (int m = 1; m <= STEPS_MAX; m++) {
    double twice = 2.0 * m;
    result *= next_factor(m * (b - m) * x / ((a + twice - 1) * (a + twice)), &c, &d);
    double factor = next_factor(-(a + m) * (a + b + m) * x / ((a + twice) * (a + twice + 1)), &c, &d);
    result *= factor;
    if (fabs(factor - 1) < PRECISION)
      break;
  }
  return result;
}

static double log_gamma(double x) {
  int sign = 0;
  return lgamma_r(x, &sign);
}

double galen_chance_beta(double a, double b, double x) {
  if (!(x > 0))
    return 0;
  if (x >= 1)
    return 1;
  double front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log1p(-x));
  /* The fraction converges fast below the mean only. */
  double value = x < (a + 1) / (a + b + 2) ? front * fraction(a, b, x) / a : 1 - front * fraction(b, a, 1 - x) / b;
  return CLAMP(value, 0, 1);
}

double galen_chance_student(double t, double freedom) {
  if (!(freedom > 0) || isnan(t))
    return 1;
  return isinf(t) ? 0 : galen_chance_beta(freedom / 2, 0.5, freedom / (freedom + t * t));
}

/* x ln(x / expected), 0 for none. */
static double surprise(double x, double expected) {
  return x > 0 ? x * log(x / expected) : 0;
}

double galen_chance_root(double seen, double n, double share) {
  if (!(n > 0) || !(share > 0 && share < 1))
    return 0;
  double deviance = 2 * (surprise(seen, n * share) + surprise(n - seen, n * (1 - share)));
  return copysign(sqrt(fmax(deviance, 0)), seen - n * share);
}

double galen_chance_split(double seen, double n, double share) {
  if (!(n > 0) || !(share > 0 && share < 1))
    return 1;
  if (n > EXACT_MAX)
    return erfc(fabs(galen_chance_root(seen, n, share)) / G_SQRT2);
  double upper = seen > 0 ? galen_chance_beta(seen, n - seen + 1, share) : 1;
  double lower = seen < n ? galen_chance_beta(n - seen, seen + 1, 1 - share) : 1;
  return fmin(1, 2 * fmin(upper, lower));
}
