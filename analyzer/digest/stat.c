#include "stat.h"

#include <math.h>

static void add_squares(GalenStat *self, GalenU128 squares) {
  if (self->saturated || __builtin_add_overflow(self->squares, squares, &self->squares)) {
    self->saturated = TRUE;
    self->squares = ~(GalenU128)0;
  }
}

static void add_extremes(GalenStat *self, guint64 min, guint64 max) {
  self->min = self->count == 0 ? min : MIN(self->min, min);
  self->max = self->count == 0 ? max : MAX(self->max, max);
}

void galen_stat_add(GalenStat *self, guint64 value) {
  add_extremes(self, value, value);
  self->count++;
  self->sum += value;
  add_squares(self, (GalenU128)value * value);
}

/* Below it, the sum of so many values and that of their squares need no look at each step. */
#define PLAIN_MAX (G_GUINT64_CONSTANT(1) << 56)
#define PLAIN_VALUES 255u

void galen_stat_add_all(GalenStat *self, const guint64 *values, guint n) {
  if (n == 0)
    return;
  guint64 min = values[0], max = values[0], sum = 0;
  GalenU128 squares = 0;
  for (guint i = 0; i < n; i++) {
    min = MIN(min, values[i]);
    max = MAX(max, values[i]);
    sum += values[i];
    squares += (GalenU128)values[i] * values[i];
  }
  if (max >= PLAIN_MAX || n > PLAIN_VALUES) {
    for (guint i = 0; i < n; i++)
      galen_stat_add(self, values[i]);
    return;
  }
  add_extremes(self, min, max);
  self->count += n;
  self->sum += sum;
  add_squares(self, squares);
}

void galen_stat_add_n(GalenStat *self, guint64 value, guint64 n) {
  if (n == 0)
    return;
  add_extremes(self, value, value);
  self->count = galen_add_u64(self->count, n);
  self->sum += (GalenU128)value * n;
  GalenU128 square = (GalenU128)value * value;
  if (square != 0 && n > ~(GalenU128)0 / square) {
    self->saturated = TRUE;
    self->squares = ~(GalenU128)0;
  } else {
    add_squares(self, square * n);
  }
}

void galen_stat_merge(GalenStat *self, const GalenStat *other) {
  if (other->count == 0)
    return;
  add_extremes(self, other->min, other->max);
  self->count = galen_add_u64(self->count, other->count);
  self->sum += other->sum;
  if (other->saturated)
    self->saturated = TRUE;
  add_squares(self, other->squares);
}

double galen_stat_mean(const GalenStat *self) {
  return self->count == 0 ? 0.0 : (double)self->sum / (double)self->count;
}

/* With mean = q + r / n, q and r integers: the squared deviations from q sum to D = squares - q (sum + r), exact even
 * where a step wraps, as D itself fits; and variance = D / n - (r / n)^2 = (D n - r^2) / n^2. Nothing cancels in
 * floating point unless D is so large that it does not matter. */
double galen_stat_stddev(const GalenStat *self) {
  if (self->count == 0 || self->saturated)
    return NAN;
  GalenU128 n = self->count;
  GalenU128 q = self->sum / n, r = self->sum % n;
  GalenU128 deviations = self->squares - q * (self->sum + r);
  double count = (double)self->count;
  if (deviations <= G_MAXUINT64)
    return sqrt((double)(deviations * n - r * r)) / count;
  double part = (double)r / count;
  return sqrt((double)deviations / count - part * part);
}
