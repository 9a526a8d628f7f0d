/* Which silences inside slow logs are gaps: those that the log's own rhythm makes improbable, and no others. */
#include "../../analyzer/findings/comparison_private.h"
#include "../../analyzer/report/build.h"
#include "report-sample.h"

#define MINUTE (60 * G_USEC_PER_SEC)
#define DAY (24 * SAMPLE_HOUR)

typedef struct {
  GalenReport *report;
  GalenInputRow *row;
  guint32 random;
} Fixture;

/* A report with one log of node1 that has no statement yet. */
static void set_up(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  self->report = sample_report();
  self->row = g_ptr_array_index(self->report->inputs, 0);
  self->random = 7;
}

static void tear_down(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  galen_report_free(self->report);
}

static void add(Fixture *self, gint64 time) {
  galen_rhythm_add(&self->row->rhythm, time, time + MINUTE / 600, 1);
  self->row->account.first = self->row->rhythm.first;
  self->row->account.last = self->row->rhythm.newest;
}

/* Statements in [from, to), hours from the first day on, so many minutes apart: exactly, or by chance with that mean. */
static void busy(Fixture *self, double from, double to, double minutes, gboolean chance) {
  gint64 time = SAMPLE_DAY + (gint64)(from * (double)SAMPLE_HOUR),
         end = SAMPLE_DAY + (gint64)(to * (double)SAMPLE_HOUR);
  while (time < end) {
    add(self, time);
    self->random = self->random * 1664525u + 1013904223u;
    double even = ((double)(self->random >> 8) + 1) / (double)(1u << 24);
    time += (gint64)((chance ? -log(even) : 1) * minutes * (double)MINUTE) + 1;
  }
}

static void assert_gap(Fixture *self, double from, double to) {
  galen_build_silences(self->report);
  g_assert_cmpuint(self->report->silences->len, ==, 1);
  const GalenSilence *silence = g_ptr_array_index(self->report->silences, 0);
  g_assert_cmpstr(silence->node, ==, "node1");
  g_assert_cmpfloat_with_epsilon((double)(silence->from - SAMPLE_DAY) / (double)SAMPLE_HOUR, from, 0.1);
  g_assert_cmpfloat_with_epsilon((double)(silence->to - SAMPLE_DAY) / (double)SAMPLE_HOUR, to, 0.1);
}

static void assert_none(Fixture *self) {
  galen_build_silences(self->report);
  g_assert_cmpuint(self->report->silences->len, ==, 0);
}

/* ---- gaps ---- */

static void test_fourteen_hours(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  busy(self, 0, 10, 1, FALSE);
  busy(self, 24, 48, 1, FALSE);
  assert_gap(self, 10, 24);
}

static void test_one_day(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  busy(self, 0, 5, 1, TRUE);
  busy(self, 19, 24, 1, TRUE);
  assert_gap(self, 5, 19);
}

/* Two hours of a week; two hours of half a year are nothing. */
static void test_short(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  busy(self, 0, 100, 1, TRUE);
  busy(self, 102.2, 168, 1, TRUE);
  assert_gap(self, 100, 102.2);
  g_ptr_array_set_size(self->report->silences, 0);
  busy(self, 168, 4400, 10, FALSE);
  assert_none(self);
}

static void test_days(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  busy(self, 0, 80, 2, TRUE);
  busy(self, 130, 240, 2, TRUE);
  assert_gap(self, 80, 130);
}

/* A day's worth of rests of two hours each night does not hide fourteen hours. */
static void test_beside_rests(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  for (guint day = 0; day < 5; day++) {
    busy(self, day * 24.0 + 4, day * 24.0 + 8, 1, TRUE);
    busy(self, day * 24.0 + (day == 2 ? 22 : 8), day * 24.0 + 26, 1, TRUE);
  }
  assert_gap(self, 56, 70);
}

static void test_twice(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  busy(self, 0, 10, 1, TRUE);
  busy(self, 24, 60, 1, TRUE);
  busy(self, 70, 96, 1, TRUE);
  galen_build_silences(self->report);
  g_assert_cmpuint(self->report->silences->len, ==, 2);
}

/* A rotated set with a file missing in its middle. */
static void test_rotated(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  busy(self, 24, 48, 1, TRUE);
  self->row = sample_input("node1", "node1/slow.log.1", SAMPLE_DAY, SAMPLE_DAY + 10 * SAMPLE_HOUR);
  g_ptr_array_add(self->report->inputs, self->row);
  busy(self, 0, 10, 1, TRUE);
  assert_gap(self, 10, 24);
}

/* ---- no gaps ---- */

/* The silence of one file is filled by another of the same node, not by one of another node. */
static void test_filled(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  busy(self, 0, 10, 1, TRUE);
  busy(self, 24, 48, 1, TRUE);
  self->row = sample_input("node1", "node1/slow.log.2", SAMPLE_DAY, SAMPLE_DAY);
  g_ptr_array_add(self->report->inputs, self->row);
  busy(self, 9, 25, 5, TRUE);
  assert_none(self);
  g_free(self->row->node);
  self->row->node = g_strdup("node2");
  assert_gap(self, 10, 24);
}

static void test_hourly(Fixture *self, gconstpointer chance) {
  busy(self, 0, 14 * 24.0, 60, chance != NULL);
  assert_none(self);
}

static void test_sparse(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  busy(self, 0, 60 * 24.0, 6 * 60, TRUE);
  assert_none(self);
}

/* Logs without a gap of many rhythms and lengths. */
static void test_chance(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  for (guint i = 0; i < 300; i++) {
    self->row->rhythm = (GalenRhythm){0};
    self->random = i;
    busy(self, 0, 24.0 * (1 + i % 14), 0.3 * pow(1.05, i % 150), TRUE);
    assert_none(self);
  }
}

static void test_nightly(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  for (guint day = 0; day < 4; day++)
    busy(self, day * 24.0 + 8 - day / 3.0, day * 24.0 + 18 + day / 2.0, 1, TRUE);
  assert_none(self);
}

/* One night only, as long as nights are. */
static void test_one_night(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  busy(self, 8, 19.5, 1, TRUE);
  busy(self, 31, 43, 1, TRUE);
  assert_none(self);
}

static void test_weekends(Fixture *self, gconstpointer around_the_clock) {
  for (guint day = 0; day < 21; day++)
    if (day % 7 < 5)
      busy(self, day * 24.0 + (around_the_clock ? 0 : 7), day * 24.0 + (around_the_clock ? 24 : 20), 2, TRUE);
  assert_none(self);
}

/* A batch each night: most of the log is silence. */
static void test_batch(Fixture *self, gconstpointer nights) {
  for (gint night = 0; night < GPOINTER_TO_INT(nights); night++)
    busy(self, night * 24.0 + 2, night * 24.0 + 3, 0.2, TRUE);
  assert_none(self);
}

static void test_few(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  busy(self, 0, 10, 60, FALSE);
  busy(self, 24, 40, 60, FALSE);
  assert_none(self);
}

/* A clock that was wrong once: one statement, years later. */
static void test_stray(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  busy(self, 0, 48, 1, TRUE);
  add(self, SAMPLE_DAY + 3000 * DAY);
  assert_none(self);
}

static void test_nothing(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  assert_none(self);
  add(self, SAMPLE_DAY);
  assert_none(self);
}

/* ---- what follows ---- */

static void test_covered(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  busy(self, 0, 10, 1, FALSE);
  busy(self, 24, 48, 1, FALSE);
  GalenSeries series = {.from = SAMPLE_DAY, .step = SAMPLE_HOUR, .n = 48};
  self->report->series = &series;
  galen_build_silences(self->report);
  galen_build_gaps(self->report);
  g_assert_cmpuint(self->report->gaps->len, ==, 1);
  const GalenGap *gap = g_ptr_array_index(self->report->gaps, 0);
  const GalenSilence *silence = g_ptr_array_index(self->report->silences, 0);
  g_assert_true(gap->from == silence->from && gap->to == silence->to);
  g_autoptr(GArray) spans = galen_cover_spans(self->report, "slow-log");
  g_assert_cmpfloat_with_epsilon(galen_cover_seconds(spans), 34 * 3600.0, 120);
  self->report->series = NULL;
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  static const struct {
    const char *path;
    void (*test)(Fixture *self, gconstpointer data);
    gconstpointer data;
  } tests[] = {{"/silence/fourteen-hours", test_fourteen_hours, NULL},
               {"/silence/one-day", test_one_day, NULL},
               {"/silence/short", test_short, NULL},
               {"/silence/days", test_days, NULL},
               {"/silence/beside-rests", test_beside_rests, NULL},
               {"/silence/twice", test_twice, NULL},
               {"/silence/rotated", test_rotated, NULL},
               {"/silence/filled", test_filled, NULL},
               {"/silence/hourly", test_hourly, NULL},
               {"/silence/hourly-by-chance", test_hourly, GINT_TO_POINTER(1)},
               {"/silence/sparse", test_sparse, NULL},
               {"/silence/chance", test_chance, NULL},
               {"/silence/nightly", test_nightly, NULL},
               {"/silence/one-night", test_one_night, NULL},
               {"/silence/weekends", test_weekends, NULL},
               {"/silence/weekends-around-the-clock", test_weekends, GINT_TO_POINTER(1)},
               {"/silence/batch", test_batch, GINT_TO_POINTER(5)},
               {"/silence/batch-twice", test_batch, GINT_TO_POINTER(2)},
               {"/silence/few", test_few, NULL},
               {"/silence/stray", test_stray, NULL},
               {"/silence/nothing", test_nothing, NULL},
               {"/silence/covered", test_covered, NULL}};
  for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
    g_test_add(tests[i].path, Fixture, tests[i].data, set_up, tests[i].test, tear_down);
  return g_test_run();
}
