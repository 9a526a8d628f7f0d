#include "comparison_private.h"

#include "../query/describe.h"
#include "../words.h"

#include <math.h>

#define FINGERPRINT_MAX 4096u

static double covered_by(const GalenReport *report, const char *kind) {
  g_autoptr(GArray) spans = galen_cover_spans(report, kind);
  return galen_cover_seconds(spans);
}

static GalenTestWindow window_of(const GalenReport *report, const GalenDigest *digest) {
  g_autoptr(GArray) spans = galen_cover_spans(report, "slow-log");
  const GalenSeries *series = galen_digest_series(digest);
  GalenTestWindow window = galen_cover_window(spans, series->from, series->step, series->n);
  galen_digest_blocks(digest, &window.all);
  window.spells = galen_test_spells(digest);
  return window;
}

/* ---- classes of both sides ---- */

typedef struct {
  const GalenClass *sides[2]; /* NULL: it lacks it */
  guint64 calls;
  guint rank; /* by time after; classes of before alone come behind */
} Pair;

typedef struct {
  GalenComparison *self;
  const GalenDigest *digests[2];
  const GalenReport *reports[2];
  GalenTest test;
  double scale[2]; /* calls that a logged one stands for, on average */
  GArray *pairs;   /* of Pair */
} Work;

static guint id_hash(gconstpointer id) {
  guint hash = 0;
  memcpy(&hash, id, sizeof hash);
  return hash;
}

static gboolean id_equal(gconstpointer a, gconstpointer b) {
  return memcmp(a, b, GALEN_QUERY_ID_BYTES) == 0;
}

static void pair_classes(Work *work) {
  const GPtrArray *before = galen_digest_classes(work->digests[0]), *after = galen_digest_classes(work->digests[1]);
  g_autoptr(GHashTable) table = g_hash_table_new(id_hash, id_equal);
  work->pairs = g_array_sized_new(FALSE, FALSE, sizeof(Pair), before->len + after->len);
  for (guint i = 0; i < before->len; i++)
    g_hash_table_insert(table, ((GalenClass *)g_ptr_array_index(before, i))->id, g_ptr_array_index(before, i));
  for (guint i = 0; i < after->len; i++) {
    const GalenClass *class = g_ptr_array_index(after, i);
    const GalenClass *other = g_hash_table_lookup(table, class->id);
    Pair pair = {{other, class}, class->totals.count + (other != NULL ? other->totals.count : 0), i};
    g_array_append_val(work->pairs, pair);
    g_hash_table_remove(table, class->id);
    work->self->common += other != NULL;
  }
  for (guint i = 0; i < before->len; i++) {
    const GalenClass *class = g_ptr_array_index(before, i);
    Pair pair = {{class, NULL}, class->totals.count, after->len + i};
    if (g_hash_table_contains(table, class->id))
      g_array_append_val(work->pairs, pair);
  }
}

/* ---- the level ---- */

static int compare_counts(gconstpointer left, gconstpointer right) {
  guint64 a = *(const guint64 *)left, b = *(const guint64 *)right;
  return (a < b) - (a > b);
}

/* With so few calls even the most one-sided division between the windows would be no rarer than the level: such classes can
 * never be listed, and need not be paid for (Tarone 1990). */
static gboolean is_enough(guint64 calls, double share, double level) {
  return log(2) + (double)calls * log(share) <= log(level);
}

double galen_comparison_level(guint64 *counts, guint n, double share, guint measures, guint *ret_judged) {
  if (n > 0)
    qsort(counts, n, sizeof *counts, compare_counts);
  share = CLAMP(share, 1e-9, 0.5);
  guint judged = 0;
  while (judged < n && is_enough(counts[judged], share, GALEN_COMPARISON_ERROR / measures / (judged + 1)))
    judged++;
  *ret_judged = judged;
  return GALEN_COMPARISON_ERROR / measures / MAX(judged, 1);
}

static void set_level(Work *work) {
  GalenComparison *self = work->self;
  g_autofree guint64 *counts = g_new0(guint64, work->pairs->len + 1);
  double lengths = self->before.covered + self->after.covered;
  for (guint i = 0; i < work->pairs->len; i++)
    counts[i] = g_array_index(work->pairs, Pair, i).calls;
  self->level = galen_comparison_level(
      counts, work->pairs->len, fmin(self->before.covered, self->after.covered) / lengths, GALEN_TESTS, &self->judged);
}

/* ---- one class ---- */

static double scale_of(const Work *work, const Pair *pair, guint side) {
  const GalenClass *class = pair->sides[side];
  return class != NULL && class->totals.count > 0 ? (double)class->totals.count_scaled / (double)class->totals.count
                                                  : work->scale[side];
}

static double ratio_of(double before, double after) {
  return before > 0 && isfinite(after) ? after / before : NAN;
}

static void measure(const Work *work, const Pair *pair, GalenMeasure measures[GALEN_N_MEASURES]) {
  const double lengths[2] = {work->test.windows[0].covered, work->test.windows[1].covered};
  double values[GALEN_N_MEASURES][2];
  for (guint i = 0; i < 2; i++) {
    const GalenTotals *totals = pair->sides[i] != NULL ? &pair->sides[i]->totals : NULL;
    double by = lengths[i] > 0 ? scale_of(work, pair, i) / lengths[i] : NAN;
    values[GALEN_MEASURE_TIME][i] = totals != NULL ? (double)totals->main[GALEN_MAIN_TIME].sum / 1e6 * by : 0 * by;
    values[GALEN_MEASURE_CALLS][i] = totals != NULL ? (double)totals->count * by : 0 * by;
    values[GALEN_MEASURE_P95][i] =
        totals != NULL && totals->main[GALEN_MAIN_TIME].count > 0
            ? galen_histogram_percentile(&totals->histogram[GALEN_MAIN_TIME], &totals->main[GALEN_MAIN_TIME], 950)
            : NAN;
  }
  for (guint m = 0; m < GALEN_N_MEASURES; m++)
    measures[m] =
        (GalenMeasure){values[m][0], values[m][1], ratio_of(values[m][0], values[m][1]), .chance = 1, .changed = FALSE};
}

static gboolean is_large(GalenMeasureKind kind, const GalenMeasure *measure) {
  if (!(measure->ratio >= GALEN_CHANGE_RATIO || measure->ratio <= 1 / GALEN_CHANGE_RATIO))
    return FALSE;
  return kind != GALEN_MEASURE_P95 || fabs(measure->after - measure->before) >= GALEN_CHANGE_P95_US;
}

double galen_comparison_hidden(const GalenDigest *digest) {
  const GPtrArray *classes = galen_digest_classes(digest);
  if (!galen_digest_capped(digest) || classes->len == 0)
    return -1;
  return (double)((const GalenClass *)g_ptr_array_index(classes, classes->len - 1))->totals.main[GALEN_MAIN_TIME].sum;
}

static GalenChangeKind judge_absence(const Work *work, const Pair *pair, double chance) {
  guint present = pair->sides[1] != NULL ? 1 : 0, absent = 1 - present;
  const GalenClass *class = pair->sides[present];
  double expected = (double)class->totals.main[GALEN_MAIN_TIME].sum * work->test.windows[absent].covered /
                    work->test.windows[present].covered;
  if (chance > work->self->level || class->blocks.occupied < GALEN_CHANGE_SEEN ||
      expected <= galen_comparison_hidden(work->digests[absent]))
    return GALEN_CHANGE_NONE;
  return present == 1 ? GALEN_CHANGE_NEW : GALEN_CHANGE_GONE;
}

static GalenChangeKind judge(const Work *work, const Pair *pair, GalenMeasure measures[GALEN_N_MEASURES]) {
  GalenTestClass classes[2] = {{NULL, NULL, 1}, {NULL, NULL, 1}};
  double chances[GALEN_N_MEASURES];
  for (guint i = 0; i < 2; i++) {
    classes[i].scale = scale_of(work, pair, i);
    if (pair->sides[i] != NULL) {
      classes[i].totals = &pair->sides[i]->totals;
      classes[i].blocks = &pair->sides[i]->blocks;
    }
  }
  galen_test_class(&work->test, classes, chances);
  for (guint m = 0; m < GALEN_N_MEASURES; m++)
    measures[m].chance = chances[m];
  if (pair->sides[0] == NULL || pair->sides[1] == NULL)
    return judge_absence(work, pair, chances[GALEN_MEASURE_CALLS]);
  GalenChangeKind kind = GALEN_CHANGE_NONE;
  for (guint m = 0; m < GALEN_N_MEASURES; m++) {
    measures[m].changed = chances[m] <= work->self->level && is_large(m, &measures[m]);
    if (measures[m].changed && kind == GALEN_CHANGE_NONE)
      kind = measures[m].ratio > 1 ? GALEN_CHANGE_SLOWER : GALEN_CHANGE_FASTER;
  }
  return kind;
}

static guint color_of(const GalenReport *report, const char *id) {
  for (guint i = 0; i < report->leading->len; i++) {
    const GalenQuery *query = g_ptr_array_index(report->leading, i);
    if (g_str_equal(query->id, id))
      return query->color;
  }
  return 5;
}

static void describe(GalenChange *change, const GalenClass *class) {
  GalenSlice fingerprint = galen_slice(class->fingerprint, class->fingerprint_len);
  g_autoptr(GalenQueryInfo) info = galen_query_describe(fingerprint);
  galen_query_id_print(class->id, change->id);
  change->label = galen_words_clean(galen_slice(info->label, strlen(info->label)), 0);
  change->command = galen_words_clean(galen_slice(info->command, strlen(info->command)), 0);
  change->fingerprint = galen_words_clean(fingerprint, FINGERPRINT_MAX);
}

static double share_in(const GalenDigest *digest, GalenU128 time) {
  GalenU128 all = galen_digest_totals(digest)->main[GALEN_MAIN_TIME].sum;
  return all > 0 ? (double)time / (double)all : 0;
}

/* The mean has not moved, the number of calls has. */
static gboolean is_of_calls(const GalenChange *change) {
  const GalenMeasure *calls = &change->measures[GALEN_MEASURE_CALLS], *time = &change->measures[GALEN_MEASURE_TIME];
  if (change->measures[GALEN_MEASURE_P95].changed)
    return FALSE;
  if (!time->changed)
    return calls->changed;
  /* On a logarithmic scale at least two thirds of it. */
  return calls->changed && log(calls->ratio) / log(time->ratio) > 2.0 / 3;
}

static GalenChange *change_new(const Work *work, const Pair *pair, GalenChangeKind kind,
                               const GalenMeasure measures[GALEN_N_MEASURES]) {
  GalenChange *change = g_new0(GalenChange, 1);
  const GalenClass *before = pair->sides[0], *after = pair->sides[1];
  const GalenClass *known = after != NULL ? after : before;
  if (known != NULL)
    describe(change, known);
  change->kind = kind;
  change->first = change->last = GALEN_TIME_NONE;
  change->mean_before = change->mean_after = NAN;
  memcpy(change->measures, measures, sizeof change->measures);
  if (before != NULL) {
    const GalenStat *time = &before->totals.main[GALEN_MAIN_TIME];
    change->count_before = before->totals.count;
    change->time_before = time->sum;
    change->share_before = share_in(work->digests[0], time->sum);
    change->mean_before = time->count > 0 ? galen_stat_mean(time) : NAN;
    change->first = before->totals.first;
    change->last = before->totals.last;
  }
  if (after != NULL) {
    const GalenStat *time = &after->totals.main[GALEN_MAIN_TIME];
    change->count_after = after->totals.count;
    change->time_after = time->sum;
    change->share_after = share_in(work->digests[1], time->sum);
    change->mean_after = time->count > 0 ? galen_stat_mean(time) : NAN;
    change->first = change->first == GALEN_TIME_NONE ? after->totals.first : change->first;
    change->last = after->totals.last;
  }
  change->color = color_of(work->reports[1], change->id);
  change->more_calls = is_of_calls(change);
  return change;
}

static void change_free(gpointer data) {
  GalenChange *self = data;
  g_free(self->label);
  g_free(self->command);
  g_free(self->fingerprint);
  g_free(self);
}

/* ---- all classes ---- */

static void file(Work *work, const Pair *pair, GalenChangeKind kind, const GalenMeasure measures[GALEN_N_MEASURES]) {
  GalenComparison *self = work->self;
  GPtrArray *const lists[] = {[GALEN_CHANGE_NONE] = self->steady,
                              [GALEN_CHANGE_NEW] = self->new,
                              [GALEN_CHANGE_GONE] = self->gone,
                              [GALEN_CHANGE_SLOWER] = self->slower,
                              [GALEN_CHANGE_FASTER] = self->faster};
  /* Pairs come by time after. */
  if (kind == GALEN_CHANGE_NONE &&
      (self->steady->len >= GALEN_STEADY_KEPT || pair->sides[0] == NULL || pair->sides[1] == NULL))
    return;
  g_ptr_array_add(lists[kind], change_new(work, pair, kind, measures));
}

static void judge_all(Work *work) {
  GalenComparison *self = work->self;
  for (guint i = 0; i < work->pairs->len; i++) {
    const Pair *pair = &g_array_index(work->pairs, Pair, i);
    GalenMeasure measures[GALEN_N_MEASURES];
    measure(work, pair, measures);
    GalenChangeKind kind = self->comparable ? judge(work, pair, measures) : GALEN_CHANGE_NONE;
    file(work, pair, kind, measures);
  }
}

static double moved_time(const GalenChange *change) {
  const GalenMeasure *time = &change->measures[GALEN_MEASURE_TIME];
  return fabs(time->after - time->before);
}

static int compare_changes(gconstpointer left, gconstpointer right) {
  const GalenChange *a = *(GalenChange *const *)left, *b = *(GalenChange *const *)right;
  double by = moved_time(b) - moved_time(a);
  return by > 0 ? 1 : by < 0 ? -1 : strcmp(a->id, b->id);
}

static void measure_load(Work *work) {
  GalenComparison *self = work->self;
  const double lengths[2] = {self->before.covered, self->after.covered};
  double values[GALEN_N_MEASURES][2];
  for (guint i = 0; i < 2; i++) {
    const GalenTotals *all = galen_digest_totals(work->digests[i]);
    const GalenStat *time = &all->main[GALEN_MAIN_TIME];
    values[GALEN_MEASURE_TIME][i] = lengths[i] > 0 ? (double)time->sum / 1e6 / lengths[i] * work->scale[i] : NAN;
    values[GALEN_MEASURE_CALLS][i] = lengths[i] > 0 ? (double)all->count_scaled / lengths[i] : NAN;
    values[GALEN_MEASURE_P95][i] =
        time->count > 0 ? galen_histogram_percentile(&all->histogram[GALEN_MAIN_TIME], time, 950) : NAN;
  }
  for (guint m = 0; m < GALEN_N_MEASURES; m++)
    self->load[m] = (GalenMeasure){values[m][0], values[m][1], ratio_of(values[m][0], values[m][1]), .chance = 1};
  self->load[GALEN_MEASURE_CALLS].changed = work->test.load_moved;
}

static void compare_classes(Work *work) {
  GalenComparison *self = work->self;
  for (guint i = 0; i < 2; i++) {
    const GalenTotals *all = galen_digest_totals(work->digests[i]);
    work->test.windows[i] = window_of(work->reports[i], work->digests[i]);
    work->scale[i] = all->count > 0 ? (double)all->count_scaled / (double)all->count : 1;
  }
  self->before.covered = work->test.windows[0].covered;
  self->after.covered = work->test.windows[1].covered;
  self->comparable = self->before.covered > 0 && self->after.covered > 0 &&
                     galen_digest_totals(work->digests[0])->count > 0 &&
                     galen_digest_totals(work->digests[1])->count > 0;
  work->test.load_moved = self->comparable && galen_test_load_moved(&work->test);
  measure_load(work);
  pair_classes(work);
  if (self->comparable)
    set_level(work);
  judge_all(work);
  g_array_unref(work->pairs);
  GPtrArray *const lists[] = {self->new, self->gone, self->slower, self->faster};
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    g_ptr_array_sort(lists[i], compare_changes);
}

/* ---- the whole ---- */

/* A class has one colour on both sides: the one of the report. */
static void share_colors(GalenReport *before, const GalenReport *after) {
  const GPtrArray *const lists[] = {before->top, before->leading_only};
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    for (guint j = 0; j < lists[i]->len; j++) {
      GalenQuery *query = g_ptr_array_index(lists[i], j);
      query->color = color_of(after, query->id);
    }
}

static void error_change_free(gpointer data) {
  g_free(data);
}

static void setting_free(gpointer data) {
  GalenSettingChange *self = data;
  g_free(self->node);
  g_free(self->option);
  g_free(self->before);
  g_free(self->after);
  g_free(self);
}

GalenComparison *galen_comparison_new(GalenReport *before, const GalenDigest *before_digest, const GalenReport *after,
                                      const GalenDigest *after_digest) {
  GalenComparison *self = g_new0(GalenComparison, 1);
  GPtrArray **const lists[] = {&self->new, &self->gone, &self->slower, &self->faster, &self->steady};
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    *lists[i] = g_ptr_array_new_with_free_func(change_free);
  self->errors = g_ptr_array_new_with_free_func(error_change_free);
  self->settings = g_ptr_array_new_with_free_func(setting_free);
  self->notes = g_ptr_array_new_with_free_func(g_free);
  self->baseline = before;
  self->before.report = before;
  self->after.report = after;
  self->before.covered_errors = covered_by(before, "error-log");
  self->after.covered_errors = covered_by(after, "error-log");
  self->level = GALEN_COMPARISON_ERROR;
  self->lower_bounds = galen_digest_capped(before_digest) || galen_digest_capped(after_digest);
  Work work = {.self = self, .digests = {before_digest, after_digest}, .reports = {before, after}};
  share_colors(before, after);
  compare_classes(&work);
  galen_comparison_errors(self);
  galen_comparison_settings(self);
  galen_comparison_notes(self, before_digest, after_digest);
  return self;
}

void galen_comparison_free(GalenComparison *self) {
  if (self == NULL)
    return;
  GPtrArray *const lists[] = {self->new,    self->gone,   self->slower,   self->faster,
                              self->steady, self->errors, self->settings, self->notes};
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    g_ptr_array_unref(lists[i]);
  galen_report_free(self->baseline);
  g_free(self);
}

const GalenChange *galen_comparison_find(const GalenComparison *self, const char *id) {
  const GPtrArray *const lists[] = {self->new, self->slower, self->faster, self->gone, self->steady};
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    for (guint j = 0; j < lists[i]->len; j++) {
      const GalenChange *change = g_ptr_array_index(lists[i], j);
      if (g_str_equal(change->id, id))
        return change;
    }
  return NULL;
}
