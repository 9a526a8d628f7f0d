/* Tails against values from tables. */
#include "analyzer/findings/chance.h"

#include <math.h>

static void near(double got, double wanted, double relative) {
  if (!(fabs(got - wanted) <= relative * fabs(wanted)))
    g_error("%.12g, wanted %.12g", got, wanted);
}

static void test_beta(void) {
  near(galen_chance_beta(2, 3, 0.5), 0.6875, 1e-12);
  near(galen_chance_beta(1, 1, 0.3), 0.3, 1e-12);
  near(galen_chance_beta(0.5, 0.5, 0.5), 0.5, 1e-12);
  near(galen_chance_beta(10, 1, 0.1), 1e-10, 1e-9);
  near(galen_chance_beta(2, 3, 0.25) + galen_chance_beta(3, 2, 0.75), 1, 1e-12);
  g_assert_cmpfloat(galen_chance_beta(3, 4, 0), ==, 0);
  g_assert_cmpfloat(galen_chance_beta(3, 4, 1), ==, 1);
}

static void test_student(void) {
  near(galen_chance_student(2.228139, 10), 0.05, 1e-5);
  near(galen_chance_student(-2.228139, 10), 0.05, 1e-5);
  near(galen_chance_student(63.65674, 1), 0.01, 1e-5);
  near(galen_chance_student(3.551808, 1e6), 0.000383, 1e-2);
  g_assert_cmpfloat(galen_chance_student(0, 5), ==, 1);
  g_assert_cmpfloat(galen_chance_student(9, 0), ==, 1);
  g_assert_cmpfloat(galen_chance_student(NAN, 5), ==, 1);
  g_assert_cmpfloat(galen_chance_student(INFINITY, 5), ==, 0);
}

static void test_split(void) {
  near(galen_chance_split(8, 10, 0.5), 2 * 56.0 / 1024, 1e-12);
  near(galen_chance_split(2, 10, 0.5), 2 * 56.0 / 1024, 1e-12);
  near(galen_chance_split(0, 10, 0.5), 2.0 / 1024, 1e-12);
  near(galen_chance_split(10, 10, 0.25), 2 * pow(0.25, 10), 1e-9);
  g_assert_cmpfloat(galen_chance_split(5, 10, 0.5), ==, 1);
  g_assert_cmpfloat(galen_chance_split(0, 0, 0.5), ==, 1);
  g_assert_cmpfloat(galen_chance_split(5, 10, 0), ==, 1);
  g_assert_cmpfloat(galen_chance_split(5, 10, 1), ==, 1);
  /* Where the normal distribution takes over, both agree. */
  near(galen_chance_split(10150, 20000, 0.5), galen_chance_split(10150.5, 20001, 0.5), 0.02);
}

static void test_root(void) {
  near(galen_chance_root(60, 100, 0.5), 2.0067, 1e-3);
  near(galen_chance_root(40, 100, 0.5), -2.0067, 1e-3);
  near(galen_chance_root(0, 10, 0.5), -sqrt(20 * log(2)), 1e-12);
  g_assert_cmpfloat(galen_chance_root(50, 100, 0.5), ==, 0);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/chance/beta", test_beta);
  g_test_add_func("/chance/student", test_student);
  g_test_add_func("/chance/split", test_split);
  g_test_add_func("/chance/root", test_root);
  return g_test_run();
}
