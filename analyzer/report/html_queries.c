/* Section 5: the ranking; the cards are html_card.c. */
#include "../words.h"
#include "chart_stack.h"
#include "html_page.h"
#include "nothing.h"
#include "svg.h"

#include <math.h>

#define NAV_QUERIES 10u

static const struct {
  const char *order, *words;
} orders[] = {
    {"time", "total query time"}, {"count", "number of calls"},       {"p99", "99th percentile of latency"},
    {"max", "longest call"},      {"rows-examined", "rows examined"}, {"lock-time", "time waiting for locks"},
};

static char *ratio(const GalenFigures *figures) {
  const GalenFigure *examined = &figures->main[GALEN_MAIN_ROWS_EXAMINED];
  const GalenFigure *sent = &figures->main[GALEN_MAIN_ROWS_SENT];
  if (examined->count == 0 || sent->count == 0)
    return g_strdup("–");
  if (sent->sum == 0)
    return g_strdup(examined->sum == 0 ? "–" : "none sent");
  return galen_words_count((double)examined->sum / (double)sent->sum);
}

void galen_html_figures(GalenView *view, const GalenFigures *figures) {
  const GalenFigure *time = &figures->main[GALEN_MAIN_TIME];
  galen_view_take_text(view, "share", galen_words_share(figures->share));
  galen_html_put_bar(view, "bar", figures->share);
  galen_view_take_text(view, "time", galen_words_duration((double)time->sum));
  galen_view_take_text(view, "calls", galen_words_count((double)figures->count));
  galen_view_set_text(view, "calls_word", figures->count == 1 ? "call" : "calls");
  galen_view_take_text(view, "mean", galen_words_value(GALEN_UNIT_US, time->count > 0 ? time->mean : NAN));
  galen_view_take_text(view, "p50", galen_words_value(GALEN_UNIT_US, time->p50));
  galen_view_take_text(view, "p95", galen_words_value(GALEN_UNIT_US, time->p95));
  galen_view_take_text(view, "p99", galen_words_value(GALEN_UNIT_US, time->p99));
  galen_view_take_text(view, "max", galen_words_value(GALEN_UNIT_US, time->count > 0 ? (double)time->max : NAN));
  galen_view_take_text(view, "ratio", ratio(figures));
}

static void put_trend(const GalenHtml *page, GalenView *row, const GalenQuery *query, guint index) {
  g_autofree char *id = g_strdup_printf("trend%u", index);
  g_autofree char *label = galen_html_cut(query->label, GALEN_HTML_NAME_MAX);
  g_autofree char *title = g_strdup_printf("Load of %s over time", label);
  GalenScene *scene = galen_trend_scene(page->report->series, query->series, query->color, id, title);
  if (scene != NULL)
    galen_html_take_scene(row, "trend", scene);
  else
    galen_view_set_text(row, "trend", "–");
}

static void put_row(const GalenHtml *page, GalenView *rows, const GalenQuery *query, guint index) {
  GalenView *row = galen_view_append_record(rows);
  galen_view_take_text(row, "rank", g_strdup_printf("%u", query->rank));
  galen_view_take_text(row, "color", g_strdup_printf("%u", MIN(query->color, 5)));
  galen_html_put(row, "label", query->label, GALEN_HTML_NAME_MAX);
  galen_view_set_text(row, "id", query->id);
  galen_html_put_link(row, "href", index < page->level->cards ? query->id : NULL);
  galen_html_figures(row, &query->figures);
  galen_view_take_text(row, "news", galen_seen_news(&query->seen, query->weeks, page->report->to));
  put_trend(page, row, query, index);
}

/* The classes that have no row, and everything together. */
static void put_rest(const GalenHtml *page, GalenView *section) {
  const GalenReport *report = page->report;
  GalenView *sums = galen_view_add_list(section, "sums");
  if (report->other.count > 0) {
    GalenView *row = galen_view_append_record(sums);
    guint64 n = report->classes > report->top->len ? report->classes - report->top->len : 0;
    g_autofree char *words = galen_html_plural(n, "further operation");
    galen_view_take_text(row, "name", n > 0 ? g_steal_pointer(&words) : g_strdup("all others"));
    galen_html_figures(row, &report->other);
  }
  GalenView *row = galen_view_append_record(sums);
  galen_view_set_text(row, "name", "All statements");
  galen_html_figures(row, &report->total);
}

static void put_words(const GalenHtml *page, GalenView *section, guint rows, guint cards) {
  const GalenReport *report = page->report;
  g_autofree char *why = galen_nothing_clause(report);
  galen_view_take_text(section, "nothing", g_strdup_printf("There is nothing to rank: %s.", why));
  const char *order = report->order_by;
  for (guint i = 0; i < G_N_ELEMENTS(orders); i++)
    if (g_strcmp0(report->order_by, orders[i].order) == 0)
      order = orders[i].words;
  galen_view_take_text(section, "order", g_strdup_printf("Ranked by %s.", order != NULL ? order : "total query time"));
  g_autoptr(GString) limits = g_string_new(NULL);
  g_autofree char *all = galen_html_plural(report->top->len, "operation");
  if (rows < report->top->len)
    g_string_append_printf(limits, "The ranking shows %u of %s. ", rows, all);
  if (cards < report->top->len)
    g_string_append_printf(limits, "%u of %s have a card, so that this page stays under 1 MB.", cards, all);
  if (page->level->tables < cards)
    g_string_append_printf(limits, "%sOnly the charts of the first %u have data tables.", limits->len > 0 ? " " : "",
                           page->level->tables);
  galen_view_set_text(section, "limits", limits->len > 0 ? limits->str : NULL);
  galen_view_set_text(section, "capped",
                      report->classes_capped
                          ? "Only those with most time are listed one by one. All were told apart and "
                            "counted: the others are summed up, exactly, in the remainder."
                          : NULL);
}

void galen_html_queries(const GalenHtml *page, GalenView *root) {
  const GPtrArray *top = page->report->top;
  GalenView *section = galen_view_add_record(root, "queries");
  GalenView *rows = galen_view_add_list(section, "rows");
  GalenView *cards = galen_view_add_list(section, "cards");
  GalenView *nav = galen_view_add_list(section, "nav");
  guint n_rows = MIN(top->len, page->level->rows), n_cards = MIN(n_rows, page->level->cards);
  for (guint i = 0; i < n_rows; i++)
    put_row(page, rows, g_ptr_array_index(top, i), i);
  for (guint i = 0; i < n_cards; i++)
    galen_html_card(page, galen_view_append_record(cards), g_ptr_array_index(top, i), i);
  for (guint i = 0; i < MIN(n_cards, NAV_QUERIES); i++) {
    const GalenQuery *query = g_ptr_array_index(top, i);
    GalenView *link = galen_view_append_record(nav);
    galen_html_put(link, "label", query->label, GALEN_HTML_NAME_MAX);
    galen_html_put_link(link, "href", query->id);
  }
  put_words(page, section, n_rows, n_cards);
  put_rest(page, section);
}
