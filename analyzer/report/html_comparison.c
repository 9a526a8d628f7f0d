/* Section 8: before and after. */
#include "html_page.h"

#include "../findings/comparison.h"
#include "../words.h"
#include "chart_before_after.h"
#include "chart_dumbbell.h"

#include <math.h>

#define FINGERPRINT_MAX 1500u
#define NOTE_MAX 900u

/* ---- the sides ---- */

static char *nodes_of(const GalenReport *report) {
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  for (guint i = 0; i < report->nodes->len; i++)
    g_ptr_array_add(names, ((const GalenNodeRow *)g_ptr_array_index(report->nodes, i))->name);
  return names->len > 0 ? galen_html_names(names) : g_strdup("–");
}

static void put_row(GalenView *rows, const char *name, char *before, char *after, char *ratio) {
  GalenView *row = galen_view_append_record(rows);
  galen_view_set_text(row, "name", name);
  galen_view_take_text(row, "before", before);
  galen_view_take_text(row, "after", after);
  galen_view_take_text(row, "ratio", ratio);
}

static char *times(double ratio) {
  return isfinite(ratio) ? galen_comparison_times(ratio) : NULL;
}

static void put_sides(GalenView *section, const GalenComparison *comparison) {
  const GalenReport *before = comparison->before.report, *after = comparison->after.report;
  const GalenMeasure *load = comparison->load;
  GalenView *rows = galen_view_add_list(section, "sides");
  put_row(rows, "Window", galen_comparison_window(&comparison->before), galen_comparison_window(&comparison->after),
          NULL);
  put_row(rows, "Covered by slow logs", galen_words_duration(comparison->before.covered * 1e6),
          galen_words_duration(comparison->after.covered * 1e6), NULL);
  put_row(rows, before->nodes->len > 1 || after->nodes->len > 1 ? "Nodes" : "Node", nodes_of(before), nodes_of(after),
          NULL);
  put_row(rows, "Statements", galen_words_count((double)before->total.count),
          galen_words_count((double)after->total.count), NULL);
  put_row(rows, "Operations", galen_words_count((double)before->classes), galen_words_count((double)after->classes),
          NULL);
  put_row(rows, "Calls", galen_comparison_calls(load[GALEN_MEASURE_CALLS].before),
          galen_comparison_calls(load[GALEN_MEASURE_CALLS].after), times(load[GALEN_MEASURE_CALLS].ratio));
  put_row(rows, "Query time", galen_comparison_time(load[GALEN_MEASURE_TIME].before),
          galen_comparison_time(load[GALEN_MEASURE_TIME].after), times(load[GALEN_MEASURE_TIME].ratio));
  put_row(rows, "p95 of all statements", galen_words_duration(load[GALEN_MEASURE_P95].before),
          galen_words_duration(load[GALEN_MEASURE_P95].after), times(load[GALEN_MEASURE_P95].ratio));
}

/* ---- operations ---- */

static gboolean has_card(const GalenHtml *page, const char *id) {
  for (guint i = 0; i < page->report->top->len && i < page->level->cards; i++)
    if (g_str_equal(((const GalenQuery *)g_ptr_array_index(page->report->top, i))->id, id))
      return TRUE;
  return FALSE;
}

/* "12 ms → 25 ms"; what one side lacks is "–". */
static char *both(char *before, char *after) {
  char *text = g_strdup_printf("%s → %s", before, after);
  g_free(before);
  g_free(after);
  return text;
}

static char *an_hour(double per_second) {
  return galen_words_duration(per_second * 3600e6);
}

static void put_change(const GalenHtml *page, GalenView *list, const GalenChange *change) {
  GalenView *row = galen_view_append_record(list);
  const GalenMeasure *measures = change->measures;
  gboolean after = change->kind != GALEN_CHANGE_GONE;
  galen_view_take_text(row, "color", g_strdup_printf("%u", MIN(change->color, 5)));
  galen_html_put(row, "label", change->label, GALEN_HTML_NAME_MAX);
  galen_view_set_text(row, "id", change->id);
  galen_html_put_link(row, "href", has_card(page, change->id) ? change->id : NULL);
  galen_view_take_text(row, "text", galen_html_cut(change->fingerprint, MIN(page->level->text, FINGERPRINT_MAX)));
  const GalenMeasure *time = &measures[GALEN_MEASURE_TIME], *p95 = &measures[GALEN_MEASURE_P95];
  const GalenMeasure *calls = &measures[GALEN_MEASURE_CALLS];
  galen_view_take_text(row, "time", both(an_hour(time->before), an_hour(time->after)));
  galen_view_take_text(row, "p95", both(galen_words_duration(p95->before), galen_words_duration(p95->after)));
  galen_view_take_text(row, "calls", galen_comparison_calls_both(calls->before, calls->after));
  galen_view_set_flag(row, "time_changed", time->changed);
  galen_view_set_flag(row, "p95_changed", p95->changed);
  galen_view_set_flag(row, "calls_changed", calls->changed);
  galen_view_take_text(row, "times", times(measures[GALEN_MEASURE_TIME].ratio));
  galen_view_take_text(row, "share", galen_words_share(after ? change->share_after : change->share_before));
  galen_view_take_text(
      row, "own_time",
      galen_comparison_time(after ? measures[GALEN_MEASURE_TIME].after : measures[GALEN_MEASURE_TIME].before));
  galen_view_take_text(row, "own_calls",
                       galen_words_count((double)(after ? change->count_after : change->count_before)));
  galen_view_take_text(
      row, "own_p95",
      galen_words_duration(after ? measures[GALEN_MEASURE_P95].after : measures[GALEN_MEASURE_P95].before));
  galen_html_put_time(page, row, "first", change->first);
  galen_html_put_time(page, row, "last", change->last);
}

static void put_changes(const GalenHtml *page, GalenView *section, const char *key, const char *more,
                        const GPtrArray *changes) {
  GalenView *list = galen_view_add_list(section, key);
  guint shown = MIN(changes->len, page->level->list);
  for (guint i = 0; i < shown; i++)
    put_change(page, list, g_ptr_array_index(changes, i));
  galen_html_more(section, more, changes->len, shown, "further operation");
}

/* ---- charts ---- */

static double by_second(const GalenStack *stack, guint layer) {
  if (stack == NULL || layer >= stack->layers->len)
    return NAN;
  return ((const GalenStackLayer *)g_ptr_array_index(stack->layers, layer))->time /
         ((double)(stack->to - stack->from) / 1e6);
}

static void put_stacks(const GalenHtml *page, GalenView *charts) {
  g_autoptr(GalenChart) chart =
      galen_chart_new(page->report, "before-after", &(GalenChartForm){.tips = page->level->details});
  if (chart == NULL)
    return;
  g_auto(GalenBeforeAfter) stacks = {{NULL, NULL}};
  galen_before_after_init(&stacks, page->report->comparison);
  const GalenStack *any = stacks.sides[1] != NULL ? stacks.sides[1] : stacks.sides[0];
  GalenView *figure = galen_html_chart(charts, chart);
  galen_html_figure_column(figure, "operation");
  galen_html_figure_column(figure, "query time before");
  galen_html_figure_column(figure, "query time after");
  for (guint i = 0; i < any->layers->len; i++) {
    GalenView *cells =
        galen_html_figure_row(figure, ((const GalenStackLayer *)g_ptr_array_index(any->layers, i))->label);
    for (guint s = 0; s < 2; s++)
      galen_html_figure_take_cell(cells, galen_comparison_time(by_second(stacks.sides[s], i)));
  }
}

static void put_dumbbells(const GalenHtml *page, GalenView *charts) {
  static const char *const columns[] = {"operation", "change", "time before", "time after", "p95 before", "p95 after"};
  g_autoptr(GalenChart) chart =
      galen_chart_new(page->report, "dumbbells", &(GalenChartForm){.tips = page->level->details});
  if (chart == NULL)
    return;
  g_autoptr(GPtrArray) rows = galen_dumbbell_rows(page->report->comparison, GALEN_DUMBBELL_ROWS);
  GalenView *figure = galen_html_chart(charts, chart);
  for (guint i = 0; i < G_N_ELEMENTS(columns); i++)
    galen_html_figure_column(figure, columns[i]);
  for (guint i = 0; i < rows->len; i++) {
    const GalenChange *change = g_ptr_array_index(rows, i);
    const GalenMeasure *time = &change->measures[GALEN_MEASURE_TIME], *p95 = &change->measures[GALEN_MEASURE_P95];
    g_autofree char *label = galen_html_cut(change->label, GALEN_HTML_NAME_MAX);
    GalenView *cells = galen_html_figure_row(figure, label);
    galen_html_figure_take_cell(cells, g_strdup(galen_change_word(change->kind)));
    galen_html_figure_take_cell(cells, galen_comparison_time(time->before));
    galen_html_figure_take_cell(cells, galen_comparison_time(time->after));
    galen_html_figure_take_cell(cells, galen_words_duration(p95->before));
    galen_html_figure_take_cell(cells, galen_words_duration(p95->after));
  }
}

/* ---- errors, configuration ---- */

static void put_errors(const GalenHtml *page, GalenView *section, const GPtrArray *errors) {
  GalenView *list = galen_view_add_list(section, "errors");
  guint shown = MIN(errors->len, page->level->list);
  for (guint i = 0; i < shown; i++) {
    const GalenErrorChange *change = g_ptr_array_index(errors, i);
    GalenView *row = galen_view_append_record(list);
    galen_html_severity(row, change->severity);
    galen_html_put(row, "title", change->title, GALEN_HTML_PATH_MAX);
    galen_view_set_text(row, "change", galen_error_change_word(change->kind));
    galen_view_take_text(row, "before", galen_comparison_calls(change->before / 3600));
    galen_view_take_text(row, "after", galen_comparison_calls(change->after / 3600));
    galen_view_take_text(row, "times", times(change->ratio > 0 ? change->ratio : NAN));
  }
  galen_html_more(section, "more_errors", errors->len, shown, "further group");
}

static void put_settings(const GalenHtml *page, GalenView *section, const GPtrArray *settings) {
  GalenView *list = galen_view_add_list(section, "settings");
  guint shown = MIN(settings->len, page->level->list);
  for (guint i = 0; i < shown; i++) {
    const GalenSettingChange *change = g_ptr_array_index(settings, i);
    GalenView *row = galen_view_append_record(list);
    galen_html_put(row, "node", change->node, GALEN_HTML_NAME_MAX);
    galen_html_put(row, "option", change->option, GALEN_HTML_NAME_MAX);
    galen_html_put(row, "before", change->before != NULL ? change->before : "not set", page->level->text);
    galen_html_put(row, "after", change->after != NULL ? change->after : "not set", page->level->text);
  }
  galen_html_more(section, "more_settings", settings->len, shown, "further option");
}

/* ---- all of it ---- */

static void put_comparison(const GalenHtml *page, GalenView *section, const GalenComparison *comparison) {
  galen_view_take_text(section, "sentence", galen_comparison_sentence(comparison));
  galen_view_take_text(section, "load", comparison->comparable ? galen_comparison_load(comparison) : NULL);
  galen_view_take_text(section, "method", comparison->comparable ? galen_comparison_method(comparison) : NULL);
  GalenView *notes = galen_view_add_list(section, "notes");
  for (guint i = 0; i < comparison->notes->len; i++)
    galen_view_append_take_text(notes, galen_html_cut(g_ptr_array_index(comparison->notes, i), NOTE_MAX));
  put_sides(section, comparison);
  GalenView *charts = galen_view_add_list(section, "charts");
  put_stacks(page, charts);
  put_dumbbells(page, charts);
  put_changes(page, section, "slower", "more_slower", comparison->slower);
  put_changes(page, section, "new", "more_new", comparison->new);
  put_changes(page, section, "gone", "more_gone", comparison->gone);
  put_changes(page, section, "faster", "more_faster", comparison->faster);
  put_errors(page, section, comparison->errors);
  put_settings(page, section, comparison->settings);
}

void galen_html_comparison(const GalenHtml *page, GalenView *root) {
  GalenView *section = galen_view_add_record(root, "comparison");
  if (page->report->comparison != NULL)
    put_comparison(page, section, page->report->comparison);
}
