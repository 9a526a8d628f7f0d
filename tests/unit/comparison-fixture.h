/* A comparison made by hand for a report made by hand, whose own figures are both sides. */
#pragma once

#include "analyzer/findings/comparison.h"
#include "report-fixture.h"

static inline GalenChange *fixture_change(Fixture *self, const GalenQuery *query, GalenChangeKind kind) {
  GalenChange *change = fixture_alloc(self, sizeof *change);
  double before = kind == GALEN_CHANGE_NEW ? 0 : 0.002, after = kind == GALEN_CHANGE_GONE ? 0 : 0.004;
  *change = (GalenChange){.kind = kind,
                          .label = query->label,
                          .command = query->command,
                          .fingerprint = query->fingerprint,
                          .count_before = 100,
                          .count_after = 120,
                          .share_before = 0.1,
                          .share_after = query->figures.share,
                          .mean_before = 20000,
                          .mean_after = 40000,
                          .color = query->color,
                          .first = query->figures.first,
                          .last = query->figures.last};
  g_strlcpy(change->id, query->id, sizeof change->id);
  change->measures[GALEN_MEASURE_TIME] = (GalenMeasure){before, after, 2, 1e-9, TRUE};
  change->measures[GALEN_MEASURE_P95] = (GalenMeasure){before * 1e8, after * 1e8, 2, 1e-9, TRUE};
  change->measures[GALEN_MEASURE_CALLS] = (GalenMeasure){before, after * 0.6, 1.2, 0.3, FALSE};
  return change;
}

/* Every kind of change is among the operations; texts of logs hold what is hostile. */
static inline void fixture_add_comparison(Fixture *self, const FixtureOptions *options) {
  GalenComparison *comparison = fixture_alloc(self, sizeof *comparison);
  GPtrArray *lists[] = {fixture_array(self), fixture_array(self), fixture_array(self), fixture_array(self),
                        fixture_array(self)};
  static const GalenChangeKind kinds[] = {GALEN_CHANGE_NEW, GALEN_CHANGE_GONE, GALEN_CHANGE_SLOWER, GALEN_CHANGE_FASTER,
                                          GALEN_CHANGE_NONE};
  *comparison = (GalenComparison){.before = {&self->report, 86400, 86400},
                                  .after = {&self->report, 43200, 43200},
                                  .new = lists[0],
                                  .gone = lists[1],
                                  .slower = lists[2],
                                  .faster = lists[3],
                                  .steady = lists[4],
                                  .common = 7,
                                  .judged = 7,
                                  .level = 1e-4,
                                  .errors = fixture_array(self),
                                  .settings = fixture_array(self),
                                  .notes = fixture_array(self),
                                  .comparable = TRUE};
  for (guint i = 0; i < self->report.top->len; i++)
    g_ptr_array_add(lists[i % 5], fixture_change(self, g_ptr_array_index(self->report.top, i), kinds[i % 5]));
  for (guint m = 0; m < GALEN_N_MEASURES; m++)
    comparison->load[m] = (GalenMeasure){0.5, 0.75, 1.5, 1, FALSE};
  GalenErrorChange *error = fixture_alloc(self, sizeof *error);
  *error = (GalenErrorChange){.kind = GALEN_CHANGE_SLOWER,
                              .id = "0123456789ABCDEF0123456789ABCDEF",
                              .title = fixture_text(self, options, "Too many connections"),
                              .severity = GALEN_SEVERITY_WARNING,
                              .count_before = 2,
                              .count_after = 40,
                              .before = 0.1,
                              .after = 4,
                              .ratio = 40,
                              .chance = 1e-8};
  g_ptr_array_add(comparison->errors, error);
  GalenSettingChange *setting = fixture_alloc(self, sizeof *setting);
  *setting = (GalenSettingChange){fixture_text(self, options, "node1"), fixture_text(self, options, "gcs.fc_limit"),
                                  NULL, fixture_text(self, options, "160")};
  g_ptr_array_add(comparison->settings, setting);
  g_ptr_array_add(comparison->notes, fixture_text(self, options, "The windows overlap."));
  self->report.comparison = comparison;
}
