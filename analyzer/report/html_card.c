/* An operation's card: what it is, how fast, when, by whom, and what to do about it. */
#include "../words.h"
#include "html_stack.h"

#include <math.h>

#define OPEN_CARDS 3u

static const char *const main_names[GALEN_N_MAIN] = {"query time", "lock time", "rows sent", "rows examined"};

/* "rows_affected" → "rows affected" */
static char *spaced(const char *name) {
  char *words = galen_html_cut(name, GALEN_ATTR_NAME_MAX);
  return g_strdelimit(words, "_", ' ');
}

static void put_advice(const GalenHtml *page, GalenView *card, const GalenQuery *query) {
  GalenView *list = galen_view_add_list(card, "advice");
  for (guint i = 0; i < query->advice->len && i < 20; i++) {
    const GalenAdvice *advice = g_ptr_array_index(query->advice, i);
    GalenView *item = galen_view_append_record(list);
    galen_html_severity(item, advice->severity);
    galen_html_put(item, "title", advice->title, page->level->text);
    galen_html_put(item, "detail", advice->detail, page->level->text);
    galen_html_put(item, "advice", advice->advice, page->level->text);
  }
}

static void put_latency(const GalenHtml *page, GalenView *charts, const GalenQuery *query, guint index) {
  g_autofree char *id = g_strdup_printf("lat%u", index);
  g_autoptr(GalenChart) chart = galen_chart_of_latency(query, &(GalenChartForm){.id = id});
  if (chart == NULL)
    return;
  GalenView *figure = galen_html_chart(charts, chart);
  if (index >= page->level->tables)
    return;
  galen_html_figure_column(figure, "latency");
  galen_html_figure_column(figure, "calls");
  for (guint i = 0; i < query->bars->len; i++) {
    const GalenBar *bar = g_ptr_array_index(query->bars, i);
    g_autofree char *low = galen_words_duration((double)bar->low);
    g_autofree char *high = galen_words_duration((double)bar->high + 1);
    g_autofree char *name = g_strdup_printf("%s to %s", low, high);
    galen_html_figure_take_cell(galen_html_figure_row(figure, name), galen_words_count((double)bar->count));
  }
}

static void put_load(const GalenHtml *page, GalenView *charts, const GalenQuery *query, guint index) {
  g_autofree char *id = g_strdup_printf("act%u", index);
  g_autoptr(GalenChart) chart = galen_chart_of_load(page->report, query, &(GalenChartForm){.id = id});
  if (chart == NULL)
    return;
  GalenView *figure = galen_html_chart(charts, chart);
  if (index < page->level->tables)
    galen_html_stack_table(figure, chart->stack, page->report, 16);
}

static void put_weeks(const GalenHtml *page, GalenView *charts, const GalenQuery *query, guint index) {
  g_autofree char *id = g_strdup_printf("wk%u", index);
  g_autoptr(GalenChart) chart = galen_chart_of_weeks(page->report, query, &(GalenChartForm){.id = id});
  if (chart == NULL)
    return;
  GalenView *figure = galen_html_chart(charts, chart);
  if (index < page->level->tables)
    galen_html_stack_table(figure, chart->stack, page->report, 16);
}

static void put_who(const GalenHtml *page, GalenView *card, const GalenQuery *query) {
  GalenView *who = galen_view_add_list(card, "who");
  for (GalenTopKind kind = 0; kind < GALEN_N_TOPS && page->level->details; kind++)
    galen_html_shares(who, query->shares[kind], kind);
}

static void put_flags(GalenView *card, const GalenFigures *figures) {
  GalenView *flags = galen_view_add_list(card, "flags");
  for (guint i = 0; figures->flags != NULL && i < figures->flags->len; i++) {
    const GalenFlagStat *flag = &g_array_index(figures->flags, GalenFlagStat, i);
    if (flag->yes == 0)
      continue;
    GalenView *item = galen_view_append_record(flags);
    galen_view_take_text(item, "name", spaced(flag->name));
    galen_view_take_text(item, "share",
                         flag->seen > 0 ? galen_words_share((double)flag->yes / (double)flag->seen)
                                        : galen_words_count((double)flag->yes));
  }
  GalenView *errors = galen_view_add_list(card, "errors");
  for (guint i = 0; figures->errors != NULL && i < figures->errors->len && i < 20; i++) {
    const GalenErrorCount *error = &g_array_index(figures->errors, GalenErrorCount, i);
    GalenView *item = galen_view_append_record(errors);
    galen_view_take_text(item, "code", g_strdup_printf("%u", error->code));
    galen_view_take_text(item, "count", galen_words_count((double)error->count));
  }
}

/* What was 0 in every call is only named, in `zeros`; the query time has a row whatever it is. */
static void put_attribute(GalenView *rows, GString *zeros, const char *name, const GalenFigure *figure) {
  if (figure->count == 0)
    return;
  if (figure->max == 0 && galen_view_size(rows) > 0) {
    g_autofree char *words = spaced(name);
    g_string_append_printf(zeros, "%s%s", zeros->len > 0 ? ", " : "", words);
    return;
  }
  GalenView *row = galen_view_append_record(rows);
  galen_view_take_text(row, "name", spaced(name));
  galen_view_take_text(row, "sum", galen_words_value(figure->unit, (double)figure->sum));
  galen_view_take_text(row, "min", galen_words_value(figure->unit, (double)figure->min));
  galen_view_take_text(row, "mean", galen_words_value(figure->unit, figure->mean));
  galen_view_take_text(row, "p95", galen_words_value(figure->unit, figure->p95));
  galen_view_take_text(row, "max", galen_words_value(figure->unit, (double)figure->max));
  galen_view_take_text(row, "stddev", galen_words_value(figure->unit, figure->stddev));
}

static void put_attributes(const GalenHtml *page, GalenView *card, const GalenFigures *figures) {
  GalenView *rows = galen_view_add_list(card, "attributes");
  g_autoptr(GString) zeros = g_string_new(NULL);
  for (guint i = 0; page->level->details && i < GALEN_N_MAIN; i++)
    put_attribute(rows, zeros, main_names[i], &figures->main[i]);
  for (guint i = 0; page->level->details && figures->attrs != NULL && i < figures->attrs->len; i++) {
    const GalenFigure *figure = &g_array_index(figures->attrs, GalenFigure, i);
    put_attribute(rows, zeros, figure->name, figure);
  }
  galen_html_put(card, "zeros", zeros->str, GALEN_HTML_PATH_MAX);
}

static void put_sample(const GalenHtml *page, GalenView *card, const GalenQuery *query) {
  GalenView *samples = galen_view_add_list(card, "samples");
  if (query->sample == NULL || !page->level->details)
    return;
  GalenView *item = galen_view_append_record(samples);
  char *text = galen_html_cut(query->sample, page->level->text);
  galen_view_take_drawing(item, "text", galen_html_draw_sql, text, g_free);
  galen_view_take_text(item, "time",
                       galen_words_duration(query->sample_untold ? NAN : (double)query->sample_query_time));
  galen_html_put_time(page, item, "at", query->sample_time);
  g_autofree char *path = galen_html_cut(query->sample_path, GALEN_HTML_PATH_MAX);
  galen_view_take_text(item, "where",
                       path != NULL ? g_strdup_printf("%s:%" G_GUINT64_FORMAT, path, query->sample_line) : NULL);
  galen_view_take_text(item, "bytes", galen_words_bytes((double)query->sample_bytes));
  galen_html_put(item, "explain", query->explain, page->level->text);
}

static char *remarks(const GalenQuery *query) {
  const GalenFigures *figures = &query->figures;
  const struct {
    guint64 n;
    const char *noun, *rest;
  } all[] = {
      {figures->killed, "call", "killed"},
      {figures->untimed, "call", "without a confirmed time, not in the charts"},
      {figures->partial, "call", "cut by the end of a log"},
      {figures->nested_count, "call", "inside stored routines, counted in their CALL too"},
  };
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
    if (all[i].n == 0)
      continue;
    g_autofree char *words = galen_html_plural(all[i].n, all[i].noun);
    g_string_append_printf(text, "%s%s %s", text->len > 0 ? "; " : "", words, all[i].rest);
  }
  if (query->contains_others)
    g_string_append_printf(text, "%sits inner statements were logged too", text->len > 0 ? "; " : "");
  return text->len > 0 ? g_strdup_printf("%s.", text->str) : NULL;
}

static char *table_names(const GPtrArray *tables) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; tables != NULL && i < tables->len; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index(tables, i));
  return text->len > 0 ? galen_html_cut(text->str, GALEN_HTML_PATH_MAX) : NULL;
}

void galen_html_card(const GalenHtml *page, GalenView *card, const GalenQuery *query, guint index) {
  galen_view_take_text(card, "rank", g_strdup_printf("%u", query->rank));
  galen_view_take_text(card, "anchor", g_strconcat("q-", query->id, NULL));
  galen_view_set_text(card, "id", query->id);
  galen_view_set_flag(card, "open", index < OPEN_CARDS);
  galen_view_take_text(card, "color", g_strdup_printf("%u", MIN(query->color, 5)));
  galen_html_put(card, "label", query->label, GALEN_HTML_NAME_MAX);
  galen_html_figures(card, &query->figures);
  char *fingerprint = galen_html_cut(query->fingerprint != NULL ? query->fingerprint : "", page->level->text);
  galen_view_take_drawing(card, "fingerprint", galen_html_draw_sql_clauses, fingerprint, g_free);
  galen_view_take_text(card, "tables", table_names(query->tables));
  galen_view_take_text(card, "remarks", remarks(query));
  galen_view_take_text(card, "news", galen_seen_news(&query->seen, query->weeks, page->report->to));
  galen_view_take_text(card, "seen", galen_seen_sentence(&query->seen));
  galen_view_set_flag(card, "timed", query->figures.first != GALEN_TIME_NONE);
  galen_html_put_time(page, card, "first", query->figures.first);
  galen_html_put_time(page, card, "last", query->figures.last);
  GalenView *charts = galen_view_add_list(card, "charts");
  put_latency(page, charts, query, index);
  put_load(page, charts, query, index);
  put_weeks(page, charts, query, index);
  put_advice(page, card, query);
  put_who(page, card, query);
  put_flags(card, &query->figures);
  put_attributes(page, card, &query->figures);
  put_sample(page, card, query);
}
