/* One class of statements in detail. */
#include "../words.h"
#include "text_parts.h"

#include <inttypes.h>
#include <math.h>

#define INDENT 4u
#define FINGERPRINT_LINES 12u
#define SAMPLE_LINES 12u
#define SHOWN_SHARES 4u

/* What is 0 in every call says nothing; JSON has it. */
static gboolean is_worth_a_line(const GalenFigure *figure) {
  return figure->count > 0 && figure->max > 0;
}

static void add_figure(GalenTextTable *table, const GalenFigure *figure) {
  const double values[] = {(double)figure->sum, (double)figure->min, figure->mean, figure->stddev,
                           figure->p50,         figure->p95,         figure->p99,  (double)figure->max};
  if (!is_worth_a_line(figure))
    return;
  galen_text_table_take(table, g_strdup(figure->name));
  for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
    galen_text_table_take(table, galen_words_value(figure->unit, values[i]));
}

static void print_figures(GalenText *out, const GalenFigures *figures) {
  static const GalenTextColumn columns[] = {
      {"", FALSE, TRUE, 0},     {"sum", TRUE, FALSE, 0},    {"min", TRUE, FALSE, 5},
      {"mean", TRUE, FALSE, 0}, {"stddev", TRUE, FALSE, 6}, {"p50", TRUE, FALSE, 3},
      {"p95", TRUE, FALSE, 1},  {"p99", TRUE, FALSE, 2},    {"max", TRUE, FALSE, 0},
  };
  g_autoptr(GalenTextTable) table = galen_text_table_new(columns, G_N_ELEMENTS(columns));
  for (guint i = 0; i < GALEN_N_MAIN; i++)
    add_figure(table, &figures->main[i]);
  for (guint i = 0; i < figures->attrs->len; i++)
    add_figure(table, &g_array_index(figures->attrs, GalenFigure, i));
  galen_text_table_print(table, out, INDENT);
}

static void print_flags(GalenText *out, const GalenFigures *figures) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < figures->flags->len; i++) {
    const GalenFlagStat *flag = &g_array_index(figures->flags, GalenFlagStat, i);
    if (flag->yes == 0)
      continue;
    g_autofree char *yes = galen_words_count((double)flag->yes);
    g_autofree char *seen = galen_words_count((double)flag->seen);
    g_string_append_printf(text, "%s%s in %s of %s", text->len > 0 ? ", " : "", flag->name, yes, seen);
  }
  if (text->len > 0)
    galen_text_labelled(out, INDENT, GALEN_TEXT_DIM, "flags", text->str);
  g_string_free(text, TRUE);
}

static void print_errors(GalenText *out, const GalenFigures *figures) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < figures->errors->len; i++) {
    const GalenErrorCount *error = &g_array_index(figures->errors, GalenErrorCount, i);
    g_autofree char *times = galen_words_count((double)error->count);
    g_string_append_printf(text, "%s%u: %s", i > 0 ? ", " : "", error->code, times);
  }
  if (figures->killed > 0) {
    g_autofree char *killed = galen_words_count((double)figures->killed);
    g_string_append_printf(text, "%skilled: %s", text->len > 0 ? ", " : "", killed);
  }
  if (text->len > 0)
    galen_text_labelled(out, INDENT, GALEN_TEXT_DIM, "errors", text->str);
  g_string_free(text, TRUE);
}

/* "app 80.0 %, web 15.0 %, 3 more 5.00 %" */
static void print_shares(GalenText *out, const char *label, const GPtrArray *shares) {
  GString *text = g_string_new(NULL);
  double rest = 0;
  guint64 left = 0;
  for (guint i = 0; i < shares->len; i++) {
    const GalenShare *share = g_ptr_array_index(shares, i);
    if (share->remainder || i >= SHOWN_SHARES) {
      rest += share->share;
      left += share->distinct;
      continue;
    }
    g_autofree char *part = galen_words_share(share->share);
    g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", share->name != NULL ? share->name : "(unknown)", part);
  }
  if (left > 0) {
    g_autofree char *part = galen_words_share(rest);
    g_string_append_printf(text, ", %" PRIu64 " more %s", left, part);
  }
  if (text->len > 0)
    galen_text_labelled(out, INDENT, GALEN_TEXT_DIM, label, text->str);
  g_string_free(text, TRUE);
}

static void print_sample(GalenText *out, const GalenReport *report, const GalenQuery *query) {
  if (query->sample == NULL)
    return;
  g_autofree char *when = galen_text_when(report, query->sample_time);
  g_autofree char *took = galen_words_duration(query->sample_untold ? NAN : (double)query->sample_query_time);
  g_autofree char *bytes = galen_words_bytes((double)query->sample_bytes);
  g_autofree char *place = g_strdup_printf("%s, took %s, %s of text, %s line %" PRIu64, when, took, bytes,
                                           query->sample_path != NULL ? query->sample_path : "", query->sample_line);
  galen_text_labelled(out, INDENT, GALEN_TEXT_DIM, "worst", place);
  galen_text_wrap(out, INDENT + 2, GALEN_TEXT_DIM, query->sample, SAMPLE_LINES);
  if (query->explain != NULL)
    galen_text_wrap(out, INDENT + 2, GALEN_TEXT_DIM, query->explain, SAMPLE_LINES);
}

static void print_advice(GalenText *out, const GPtrArray *list) {
  for (guint i = 0; i < list->len; i++) {
    const GalenAdvice *advice = g_ptr_array_index(list, i);
    g_autofree char *text = g_strdup_printf("%s. %s %s", advice->title, advice->detail, advice->advice);
    galen_text_labelled(out, INDENT, GALEN_TEXT_DIM, "advice", text);
  }
}

/* What stores know beyond the window. */
static void print_past(GalenText *out, const GalenReport *report, const GalenQuery *query) {
  g_autofree char *news = galen_seen_news(&query->seen, query->weeks, report->to);
  g_autofree char *seen = galen_seen_sentence(&query->seen);
  if (news != NULL)
    galen_text_labelled(out, INDENT, GALEN_TEXT_BOLD, "note", news);
  if (seen != NULL)
    galen_text_labelled(out, INDENT, GALEN_TEXT_DIM, "seen", seen);
}

static void print_head(GalenText *out, const GalenReport *report, const GalenQuery *query) {
  const GalenFigures *figures = &query->figures;
  g_autofree char *rank = g_strdup_printf("%3u", query->rank);
  g_autofree char *label = galen_text_cut(query->label, out->width > 8 ? out->width - 8 : 8);
  g_autofree char *share = galen_words_share(figures->share);
  g_autofree char *calls = galen_words_count((double)figures->count);
  g_autofree char *first = galen_text_when(report, figures->first);
  g_autofree char *last = galen_text_when(report, figures->last);
  g_autofree char *head = g_strdup_printf("%s of the time in %s call%s, from %s to %s", share, calls,
                                          figures->count == 1 ? "" : "s", first, last);
  g_string_append_c(out->out, '\n');
  galen_text_add(out, GALEN_TEXT_BOLD, rank);
  galen_text_add(out, GALEN_TEXT_BOLD, " ");
  galen_text_add(out, GALEN_TEXT_BOLD, label);
  g_string_append_c(out->out, '\n');
  galen_text_wrap(out, INDENT, GALEN_TEXT_PLAIN, head, 0);
  galen_text_labelled(out, INDENT, GALEN_TEXT_DIM, "id", query->id);
  if (query->contains_others)
    galen_text_wrap(out, INDENT, GALEN_TEXT_DIM,
                    "The statements inside this routine are in the log, too: its time holds theirs.", 0);
}

void galen_text_class(GalenText *out, const GalenReport *report, const GalenQuery *query) {
  print_head(out, report, query);
  print_past(out, report, query);
  galen_text_wrap(out, INDENT, GALEN_TEXT_PLAIN, query->fingerprint, FINGERPRINT_LINES);
  print_figures(out, &query->figures);
  print_flags(out, &query->figures);
  print_errors(out, &query->figures);
  print_shares(out, "users", query->shares[GALEN_TOP_USER]);
  print_shares(out, "hosts", query->shares[GALEN_TOP_HOST]);
  print_shares(out, "databases", query->shares[GALEN_TOP_SCHEMA]);
  print_shares(out, "nodes", query->shares[GALEN_TOP_NODE]);
  print_sample(out, report, query);
  print_advice(out, query->advice);
}
