/* Groups of errors before and after. */
#include "comparison_private.h"

#include <math.h>

typedef struct {
  const GalenErrorGroup *sides[2]; /* NULL: it lacks it */
} Pair;

static GalenTestWindow window_of(const GalenReport *report) {
  g_autoptr(GArray) spans = galen_cover_spans(report, "error-log");
  const GalenErrorSeries *series = report->errors != NULL ? report->errors->series : NULL;
  return series != NULL ? galen_cover_window(spans, series->from, series->step, series->n)
                        : (GalenTestWindow){.covered = galen_cover_seconds(spans)};
}

static const GPtrArray *groups_of(const GalenReport *report) {
  return report->errors != NULL ? report->errors->groups : NULL;
}

static GArray *pair_groups(const GalenReport *before, const GalenReport *after) {
  GArray *pairs = g_array_new(FALSE, FALSE, sizeof(Pair));
  g_autoptr(GHashTable) table = g_hash_table_new(g_str_hash, g_str_equal);
  const GPtrArray *old = groups_of(before), *now = groups_of(after);
  for (guint i = 0; old != NULL && i < old->len; i++)
    g_hash_table_insert(table, ((GalenErrorGroup *)g_ptr_array_index(old, i))->id, g_ptr_array_index(old, i));
  for (guint i = 0; now != NULL && i < now->len; i++) {
    const GalenErrorGroup *group = g_ptr_array_index(now, i);
    Pair pair = {{g_hash_table_lookup(table, group->id), group}};
    g_array_append_val(pairs, pair);
    g_hash_table_remove(table, group->id);
  }
  for (guint i = 0; old != NULL && i < old->len; i++) {
    const GalenErrorGroup *group = g_ptr_array_index(old, i);
    Pair pair = {{group, NULL}};
    if (g_hash_table_contains(table, group->id))
      g_array_append_val(pairs, pair);
  }
  return pairs;
}

static guint64 count_of(const Pair *pair, guint side) {
  return pair->sides[side] != NULL ? pair->sides[side]->count : 0;
}

static GalenChangeKind kind_of(const Pair *pair, double ratio) {
  if (pair->sides[0] == NULL || pair->sides[1] == NULL) {
    const GalenErrorGroup *seen = pair->sides[1] != NULL ? pair->sides[1] : pair->sides[0];
    if (seen->blocks.occupied < GALEN_CHANGE_SEEN)
      return GALEN_CHANGE_NONE;
    return pair->sides[1] != NULL ? GALEN_CHANGE_NEW : GALEN_CHANGE_GONE;
  }
  if (ratio >= GALEN_CHANGE_RATIO)
    return GALEN_CHANGE_SLOWER;
  return ratio <= 1 / GALEN_CHANGE_RATIO ? GALEN_CHANGE_FASTER : GALEN_CHANGE_NONE;
}

static void judge(GalenComparison *self, const GalenTest *test, const Pair *pair, double level) {
  const guint64 counts[2] = {count_of(pair, 0), count_of(pair, 1)};
  const GalenBlocks *blocks[2] = {NULL, NULL};
  for (guint i = 0; i < 2; i++)
    if (pair->sides[i] != NULL)
      blocks[i] = &pair->sides[i]->blocks;
  double before = (double)counts[0] / self->before.covered_errors * 3600;
  double after = (double)counts[1] / self->after.covered_errors * 3600;
  double ratio = before > 0 ? after / before : NAN;
  double chance = galen_test_events(test, counts, blocks);
  GalenChangeKind kind = kind_of(pair, ratio);
  if (kind == GALEN_CHANGE_NONE || chance > level)
    return;
  const GalenErrorGroup *group = pair->sides[1] != NULL ? pair->sides[1] : pair->sides[0];
  GalenErrorChange *change = g_new0(GalenErrorChange, 1);
  *change = (GalenErrorChange){.kind = kind,
                               .rule = group->rule != NULL ? group->rule->id : NULL,
                               .title = group->rule != NULL ? group->rule->title : group->template,
                               .severity = group->severity,
                               .count_before = counts[0],
                               .count_after = counts[1],
                               .before = before,
                               .after = after,
                               .ratio = ratio,
                               .chance = chance};
  memcpy(change->id, group->id, sizeof change->id);
  g_ptr_array_add(self->errors, change);
}

static int compare_changes(gconstpointer left, gconstpointer right) {
  static const int ranks[] = {[GALEN_CHANGE_NONE] = 4,
                              [GALEN_CHANGE_NEW] = 0,
                              [GALEN_CHANGE_SLOWER] = 1,
                              [GALEN_CHANGE_FASTER] = 2,
                              [GALEN_CHANGE_GONE] = 3};
  const GalenErrorChange *a = *(GalenErrorChange *const *)left, *b = *(GalenErrorChange *const *)right;
  if (a->severity != b->severity)
    return a->severity > b->severity ? -1 : 1;
  if (a->kind != b->kind)
    return ranks[a->kind] - ranks[b->kind];
  double by = fabs(b->after - b->before) - fabs(a->after - a->before);
  return by > 0 ? 1 : by < 0 ? -1 : strcmp(a->id, b->id);
}

void galen_comparison_errors(GalenComparison *self) {
  GalenTest test = {.windows = {window_of(self->before.report), window_of(self->after.report)}};
  double lengths = self->before.covered_errors + self->after.covered_errors;
  if (!(self->before.covered_errors > 0 && self->after.covered_errors > 0))
    return;
  g_autoptr(GArray) pairs = pair_groups(self->before.report, self->after.report);
  g_autofree guint64 *counts = g_new0(guint64, pairs->len + 1);
  for (guint i = 0; i < pairs->len; i++)
    counts[i] = count_of(&g_array_index(pairs, Pair, i), 0) + count_of(&g_array_index(pairs, Pair, i), 1);
  double level = galen_comparison_level(counts, pairs->len,
                                        fmin(self->before.covered_errors, self->after.covered_errors) / lengths, 1,
                                        &self->judged_errors);
  for (guint i = 0; i < pairs->len; i++)
    judge(self, &test, &g_array_index(pairs, Pair, i), level);
  g_ptr_array_sort(self->errors, compare_changes);
}
