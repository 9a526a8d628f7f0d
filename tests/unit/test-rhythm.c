/* What is kept of a log's silences. */
#include "../../analyzer/digest/rhythm.h"

static void assert_silence(const GalenRhythm *rhythm, guint index, gint64 from, gint64 to) {
  g_assert_cmpuint(index, <, rhythm->n_silences);
  g_assert_cmpint(rhythm->silences[index].from, ==, from);
  g_assert_cmpint(rhythm->silences[index].to, ==, to);
}

static void test_empty(void) {
  GalenRhythm rhythm = {0};
  g_assert_false(rhythm.begun);
  galen_rhythm_add(&rhythm, -7, -5, 1);
  g_assert_true(rhythm.begun);
  g_assert_cmpuint(rhythm.n_silences, ==, 0);
  g_assert_true(rhythm.first == -7 && rhythm.last == -5);
}

/* A silence begins with the latest end, not with the latest start. */
static void test_ends(void) {
  GalenRhythm rhythm = {0};
  galen_rhythm_add(&rhythm, 0, 50, 1);
  galen_rhythm_add(&rhythm, 10, 20, 5);
  galen_rhythm_add(&rhythm, 40, 45, 9);
  g_assert_cmpuint(rhythm.n_silences, ==, 0);
  galen_rhythm_add(&rhythm, 80, 81, 13);
  g_assert_cmpuint(rhythm.n_silences, ==, 1);
  assert_silence(&rhythm, 0, 50, 80);
  g_assert_cmpuint(rhythm.silences[0].line, ==, 13);
  g_assert_cmpuint(rhythm.steps, ==, 3);
  g_assert_cmpint(rhythm.last, ==, 81);
}

/* The longest are kept, in the order of time, whatever came first; of the others the longest one's length. */
static void test_longest(void) {
  GalenRhythm rhythm = {0};
  gint64 now = 0;
  for (guint i = 1; i <= 1000; i++) {
    now += i == 3 ? 5000 : i;
    galen_rhythm_add(&rhythm, now, now, i);
  }
  g_assert_cmpuint(rhythm.n_silences, ==, GALEN_RHYTHM_KEPT);
  g_assert_cmpint(rhythm.silences[0].to - rhythm.silences[0].from, ==, 5000);
  for (guint i = 1; i < rhythm.n_silences; i++) {
    g_assert_cmpint(rhythm.silences[i].to - rhythm.silences[i].from, ==, 1000 - GALEN_RHYTHM_KEPT + 1 + i);
    g_assert_cmpint(rhythm.silences[i].from, >=, rhythm.silences[i - 1].to);
  }
  g_assert_cmpint(rhythm.rest, ==, 1000 - GALEN_RHYTHM_KEPT + 1);
}

/* Pieces that were joined in the wrong order: what comes late fills the silence before it. */
static void test_late(void) {
  GalenRhythm rhythm = {0};
  for (gint64 time = 0; time <= 100; time += 10)
    galen_rhythm_add(&rhythm, time, time, 1);
  galen_rhythm_add(&rhythm, 1000, 1001, 2);
  assert_silence(&rhythm, rhythm.n_silences - 1, 100, 1000);
  for (gint64 time = 130; time < 1000; time += 30)
    galen_rhythm_add(&rhythm, time, time, 3);
  gint64 longest = rhythm.rest;
  for (guint i = 0; i < rhythm.n_silences; i++)
    longest = MAX(longest, rhythm.silences[i].to - rhythm.silences[i].from);
  g_assert_cmpint(longest, ==, 30);
}

/* A statement that ran all the time is no silence, though it stands behind it in the log. */
static void test_long_statement(void) {
  GalenRhythm rhythm = {0};
  galen_rhythm_add(&rhythm, 0, 1, 1);
  galen_rhythm_add(&rhythm, 500, 501, 2);
  galen_rhythm_add(&rhythm, 0, 502, 3);
  g_assert_cmpuint(rhythm.n_silences, ==, 0);
  galen_rhythm_add(&rhythm, 900, 901, 4);
  assert_silence(&rhythm, 0, 502, 900);
  galen_rhythm_add(&rhythm, 600, 620, 5);
  assert_silence(&rhythm, 0, 620, 900);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/rhythm/empty", test_empty);
  g_test_add_func("/rhythm/ends", test_ends);
  g_test_add_func("/rhythm/longest", test_longest);
  g_test_add_func("/rhythm/late", test_late);
  g_test_add_func("/rhythm/long-statement", test_long_statement);
  return g_test_run();
}
