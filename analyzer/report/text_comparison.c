/* Before and after in plain text. */
#include "text_parts.h"

#include "../findings/comparison.h"
#include "../words.h"

#include <inttypes.h>

#define ROWS_MAX 20u

static void print_more(GalenText *out, guint n) {
  if (n <= ROWS_MAX)
    return;
  g_autofree char *text = g_strdup_printf("%u more are in the JSON.", n - ROWS_MAX);
  galen_text_wrap(out, 2, GALEN_TEXT_DIM, text, 0);
}

static char *side_words(const GalenComparisonSide *side) {
  const GalenReport *report = side->report;
  g_autofree char *window = galen_comparison_window(side);
  g_autofree char *statements = galen_words_count((double)report->total.count);
  g_autofree char *length = galen_words_duration(side->covered * 1e6);
  return g_strdup_printf("%s (%s), %s of it in slow logs: %s statement%s of %" PRIu64 " class%s", window,
                         report->zone_name, length, statements, report->total.count == 1 ? "" : "s", report->classes,
                         report->classes == 1 ? "" : "es");
}

static char *both_times(double before, double after, double scale) {
  g_autofree char *old = galen_words_duration(before * scale), *now = galen_words_duration(after * scale);
  return g_strdup_printf("%s → %s", old, now);
}

static void print_changes(GalenText *out, const char *title, const GPtrArray *changes) {
  static const GalenTextColumn columns[] = {
      {"time an hour", FALSE, FALSE, 0},
      {"p95", FALSE, FALSE, 1},
      {"calls", FALSE, FALSE, 2},
      {"operation", FALSE, TRUE, 0},
  };
  if (changes->len == 0)
    return;
  galen_text_add(out, GALEN_TEXT_PLAIN, "\n");
  galen_text_wrap(out, 0, GALEN_TEXT_BOLD, title, 0);
  g_autoptr(GalenTextTable) table = galen_text_table_new(columns, G_N_ELEMENTS(columns));
  for (guint i = 0; i < changes->len && i < ROWS_MAX; i++) {
    const GalenChange *change = g_ptr_array_index(changes, i);
    const GalenMeasure *measures = change->measures;
    const GalenMeasure *time = &measures[GALEN_MEASURE_TIME], *p95 = &measures[GALEN_MEASURE_P95];
    const GalenMeasure *calls = &measures[GALEN_MEASURE_CALLS];
    galen_text_table_take(table, both_times(time->before, time->after, 3600e6));
    galen_text_table_take(table, both_times(p95->before, p95->after, 1));
    galen_text_table_take(table, galen_comparison_calls_both(calls->before, calls->after));
    galen_text_table_take(table, g_strdup(change->label));
  }
  galen_text_table_print(table, out, 2);
  print_more(out, changes->len);
}

static void print_errors(GalenText *out, const GPtrArray *errors) {
  static const GalenTextColumn columns[] = {
      {"", FALSE, FALSE, 0},
      {"times", FALSE, FALSE, 0},
      {"message", FALSE, TRUE, 0},
  };
  if (errors->len == 0)
    return;
  galen_text_add(out, GALEN_TEXT_PLAIN, "\n");
  galen_text_wrap(out, 0, GALEN_TEXT_BOLD, "Messages of error logs", 0);
  g_autoptr(GalenTextTable) table = galen_text_table_new(columns, G_N_ELEMENTS(columns));
  for (guint i = 0; i < errors->len && i < ROWS_MAX; i++) {
    const GalenErrorChange *change = g_ptr_array_index(errors, i);
    galen_text_table_take(table, g_strdup(galen_error_change_word(change->kind)));
    galen_text_table_take(table, galen_comparison_calls_both(change->before / 3600, change->after / 3600));
    galen_text_table_take(table, g_strdup(change->title));
  }
  galen_text_table_print(table, out, 2);
  print_more(out, errors->len);
}

static void print_settings(GalenText *out, const GPtrArray *settings) {
  if (settings->len == 0)
    return;
  galen_text_add(out, GALEN_TEXT_PLAIN, "\n");
  galen_text_wrap(out, 0, GALEN_TEXT_BOLD, "Versions and options", 0);
  for (guint i = 0; i < settings->len && i < ROWS_MAX; i++) {
    const GalenSettingChange *change = g_ptr_array_index(settings, i);
    g_autofree char *text = g_strdup_printf("%s: %s: %s → %s", change->node, change->option,
                                            change->before != NULL ? change->before : "not set",
                                            change->after != NULL ? change->after : "not set");
    galen_text_wrap(out, 2, GALEN_TEXT_PLAIN, text, 4);
  }
  print_more(out, settings->len);
}

void galen_text_comparison(GalenText *out, const GalenReport *report) {
  const GalenComparison *self = report->comparison;
  if (self == NULL)
    return;
  g_autofree char *sentence = galen_comparison_sentence(self);
  g_autofree char *before = side_words(&self->before);
  g_autofree char *after = side_words(&self->after);
  galen_text_heading(out, "COMPARISON");
  galen_text_wrap(out, 0, GALEN_TEXT_PLAIN, sentence, 0);
  galen_text_labelled(out, 2, GALEN_TEXT_DIM, "before", before);
  galen_text_labelled(out, 2, GALEN_TEXT_DIM, "after", after);
  g_autofree char *load = self->comparable ? galen_comparison_load(self) : NULL;
  if (load != NULL)
    galen_text_wrap(out, 2, GALEN_TEXT_PLAIN, load, 0);
  for (guint i = 0; i < self->notes->len; i++)
    galen_text_labelled(out, 2, GALEN_TEXT_WARNING, "note", g_ptr_array_index(self->notes, i));
  print_changes(out, "Slower, or called more often", self->slower);
  print_changes(out, "New", self->new);
  print_changes(out, "Gone", self->gone);
  print_changes(out, "Faster, or called less often", self->faster);
  print_errors(out, self->errors);
  print_settings(out, self->settings);
  g_autofree char *method = self->comparable ? galen_comparison_method(self) : NULL;
  if (method != NULL) {
    galen_text_add(out, GALEN_TEXT_PLAIN, "\n");
    galen_text_wrap(out, 2, GALEN_TEXT_DIM, method, 0);
  }
}
