/* How likely something is by chance alone: the tails of the distributions that comparisons need.
 *
 * All are functions of the regularised incomplete beta function, by its continued fraction (Numerical Recipes, 6.4; Lentz's
 * method). Pure, any thread. */
#pragma once

#include <glib.h>

/* I_x(a, b), for a, b > 0 and x in [0, 1]. */
double galen_chance_beta(double a, double b, double x);
/* Two-sided tail of Student's distribution with `freedom` degrees of freedom: P(|T| >= |t|). 1 without a degree of freedom. */
double galen_chance_student(double t, double freedom);
/* Of `n` events, which fall on one side with probability `share` each, `seen` did: twice the smaller tail, at most 1. Counts
 * need not be whole: they may have been divided by a dispersion. */
double galen_chance_split(double seen, double n, double share);
/* The same as a number of standard deviations, by the signed root of the deviance: above 0 when `seen` is more than expected. */
double galen_chance_root(double seen, double n, double share);
