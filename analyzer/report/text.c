#include "../words.h"
#include "marks.h"
#include "nothing.h"
#include "text_parts.h"
#include "verdict_words.h"

#include <inttypes.h>

#define WIDTH_MIN 40u
#define BAR_COLUMNS 10u

GalenTextStyle galen_text_severity_style(GalenSeverity severity) {
  static const GalenTextStyle styles[] = {[GALEN_SEVERITY_INFO] = GALEN_TEXT_INFO,
                                          [GALEN_SEVERITY_WARNING] = GALEN_TEXT_WARNING,
                                          [GALEN_SEVERITY_CRITICAL] = GALEN_TEXT_CRITICAL};
  return styles[severity];
}

char *galen_text_when(const GalenReport *report, gint64 time) {
  return galen_words_time(time, report->zone, 0);
}

static void end_line(GalenText *out) {
  g_string_append_c(out->out, '\n');
}

/* ---- verdict ---- */

static void print_title(GalenText *out, const GalenReport *report) {
  g_autofree char *title = galen_text_cut(report->title != NULL ? report->title : "", out->width);
  guint columns = galen_text_columns(title);
  galen_text_add(out, GALEN_TEXT_BOLD, title);
  end_line(out);
  for (guint i = 0; i < columns; i++)
    g_string_append_c(out->out, '=');
  end_line(out);
}

static void print_status(GalenText *out, const GalenReport *report) {
  static const GalenTextStyle styles[] = {[GALEN_STATUS_OK] = GALEN_TEXT_BOLD,
                                          [GALEN_STATUS_WARNING] = GALEN_TEXT_WARNING,
                                          [GALEN_STATUS_CRITICAL] = GALEN_TEXT_CRITICAL};
  g_autofree char *word = g_ascii_strup(galen_status_word(report->status), -1);
  g_autofree char *from = galen_text_when(report, report->from);
  g_autofree char *to = galen_text_when(report, report->to);
  const char *zone = report->zone_name != NULL ? report->zone_name : "UTC";
  gboolean known = report->from != GALEN_TIME_NONE && report->to != GALEN_TIME_NONE;
  g_autofree char *asked = galen_nothing_window(report);
  g_autofree char *window = known           ? g_strdup_printf("%s to %s (%s)", from, to, zone)
                            : asked != NULL ? g_steal_pointer(&asked)
                                            : galen_nothing_sentence(report);
  galen_text_add(out, styles[report->status], word);
  end_line(out);
  galen_text_wrap(out, 0, GALEN_TEXT_PLAIN, window, 0);
}

static void print_error_summary(GalenText *out, const GalenReport *report) {
  const GalenErrorLists *errors = report->errors;
  guint groups = errors->groups->len, incidents = report->incidents->len;
  g_autofree char *count = galen_words_count((double)errors->count);
  g_autofree char *text =
      g_strdup_printf("%s error-log record%s in %u group%s, %u incident%s", count, errors->count == 1 ? "" : "s",
                      groups, groups == 1 ? "" : "s", incidents, incidents == 1 ? "" : "s");
  guint inputs = report->inputs->len, nodes = report->nodes->len;
  g_autofree char *all =
      g_strdup_printf("%s; %u input%s, %u node%s", text, inputs, inputs == 1 ? "" : "s", nodes, nodes == 1 ? "" : "s");
  /* The statements' line has inputs and nodes already. */
  galen_text_wrap(out, 0, GALEN_TEXT_PLAIN, galen_nothing_but_errors(report) ? all : text, 0);
}

static void print_summary(GalenText *out, const GalenReport *report) {
  const GalenFigures *total = &report->total;
  g_autofree char *count = galen_words_count((double)total->count);
  g_autofree char *classes = galen_words_count((double)report->classes);
  g_autofree char *time = galen_words_duration((double)total->main[GALEN_MAIN_TIME].sum);
  guint inputs = report->inputs->len, nodes = report->nodes->len;
  g_autofree char *text = g_strdup_printf(
      "%s statement%s of %s class%s, %s of query time; %u input%s, %u node%s", count, total->count == 1 ? "" : "s",
      classes, report->classes == 1 ? "" : "es", time, inputs, inputs == 1 ? "" : "s", nodes, nodes == 1 ? "" : "s");
  if (!galen_nothing_but_errors(report))
    galen_text_wrap(out, 0, GALEN_TEXT_PLAIN, text, 0);
  if (report->errors != NULL)
    print_error_summary(out, report);
  if (total->count_scaled <= total->count)
    return;
  g_autofree char *scaled = galen_words_count((double)total->count_scaled);
  g_autofree char *rate = g_strdup_printf("The log is rate-limited: it stands for about %s statements.", scaled);
  galen_text_wrap(out, 0, GALEN_TEXT_PLAIN, rate, 0);
}

static void print_verdict(GalenText *out, const GalenReport *report) {
  g_auto(GalenVerdict) answer;
  galen_verdict_init(&answer, report);
  end_line(out);
  galen_text_wrap(out, 0, GALEN_TEXT_BOLD, answer.headline, 0);
  if (answer.since != NULL)
    galen_text_wrap(out, 0, GALEN_TEXT_PLAIN, answer.since, 0);
  if (answer.others != NULL)
    galen_text_wrap(out, 0, GALEN_TEXT_PLAIN, answer.others, 0);
  if (answer.night != NULL)
    galen_text_wrap(out, 0, GALEN_TEXT_PLAIN, answer.night, 0);
  if (answer.todo == NULL)
    return;
  g_autofree char *todo = g_strdup_printf("%s: %s%s%s", answer.todo_word, answer.urgent ? "" : answer.about,
                                          answer.urgent ? "" : ": ", answer.todo);
  galen_text_wrap(out, 0, GALEN_TEXT_PLAIN, todo, 0);
}

/* The same advice for one line after the other is given once, below the last. Incidents have theirs further down. */
static void print_ranked(GalenText *out, const GalenReport *report, const GalenRanked *one, const GalenRanked *next) {
  g_autofree char *word = g_ascii_strup(galen_severity_word(one->severity), -1);
  g_autofree char *label = g_strconcat(word, one->muted ? " (muted)" : "", NULL);
  g_autofree char *figures = galen_ranked_figures(report, one);
  galen_text_labelled(out, 2, one->muted ? GALEN_TEXT_DIM : galen_text_severity_style(one->severity), label,
                      galen_ranked_title(one));
  if (figures != NULL)
    galen_text_wrap(out, 4, GALEN_TEXT_DIM, figures, 0);
  if (one->incident != NULL)
    return;
  const GalenFinding *finding = one->finding;
  if (finding->detail != NULL)
    galen_text_wrap(out, 4, GALEN_TEXT_PLAIN, finding->detail, 0);
  gboolean repeated = next != NULL && next->finding != NULL && g_strcmp0(finding->advice, next->finding->advice) == 0;
  if (finding->advice != NULL && !repeated)
    galen_text_wrap(out, 4, GALEN_TEXT_PLAIN, finding->advice, 0);
  galen_text_wrap(out, 4, GALEN_TEXT_DIM, finding->id, 0);
}

static void print_findings(GalenText *out, const GalenReport *report) {
  const GArray *ranking = report->ranking;
  galen_text_heading(out, "WHAT MATTERS MOST");
  if (ranking->len == 0)
    galen_text_wrap(out, 2, GALEN_TEXT_PLAIN, "Nothing goes past a limit.", 0);
  for (guint i = 0; i < ranking->len; i++)
    print_ranked(out, report, &g_array_index(ranking, GalenRanked, i),
                 i + 1 < ranking->len ? &g_array_index(ranking, GalenRanked, i + 1) : NULL);
}

static void print_resolved(GalenText *out, const GalenReport *report) {
  if (report->marks == NULL || report->marks->resolved->len == 0)
    return;
  galen_text_heading(out, "RESOLVED SINCE THE NIGHT BEFORE");
  for (guint i = 0; i < report->marks->resolved->len; i++) {
    const GalenMarked *one = g_ptr_array_index(report->marks->resolved, i);
    g_autofree char *words = galen_resolved_words(report, one);
    galen_text_wrap(out, 2, GALEN_TEXT_PLAIN, one->title, 0);
    galen_text_wrap(out, 4, GALEN_TEXT_DIM, words, 0);
    galen_text_wrap(out, 4, GALEN_TEXT_DIM, one->id, 0);
  }
}

/* ---- ranking ---- */

/* A bar of blocks, in halves of a column. */
static char *share_bar(double share) {
  GString *bar = g_string_new(NULL);
  guint halves = (guint)(CLAMP(share, 0, 1) * BAR_COLUMNS * 2 + 0.5);
  for (guint i = 0; i + 1 < halves; i += 2)
    g_string_append(bar, "█");
  if (halves % 2 == 1)
    g_string_append(bar, "▌");
  return g_string_free(bar, FALSE);
}

static char *examined_per_sent(const GalenFigures *figures) {
  const GalenFigure *examined = &figures->main[GALEN_MAIN_ROWS_EXAMINED];
  const GalenFigure *sent = &figures->main[GALEN_MAIN_ROWS_SENT];
  if (examined->count == 0 || sent->count == 0 || sent->sum == 0)
    return g_strdup("–");
  return galen_words_count((double)examined->sum / (double)sent->sum);
}

static void add_class(GalenTextTable *table, char *rank, const GalenFigures *figures, const char *label) {
  const GalenFigure *time = &figures->main[GALEN_MAIN_TIME];
  const double values[] = {time->mean, time->p95, time->p99};
  galen_text_table_take(table, rank);
  galen_text_table_take(table, galen_words_share(figures->share));
  galen_text_table_take(table, share_bar(figures->share));
  galen_text_table_take(table, galen_words_count((double)figures->count));
  for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
    galen_text_table_take(table, galen_words_duration(values[i]));
  galen_text_table_take(table, time->count > 0 ? galen_words_duration((double)time->max) : g_strdup("–"));
  galen_text_table_take(table, examined_per_sent(figures));
  galen_text_table_take(table, g_strdup(label));
}

static void print_ranking(GalenText *out, const GalenReport *report) {
  static const GalenTextColumn columns[] = {
      {"#", TRUE, FALSE, 0},         {"share", TRUE, FALSE, 0},     {"", FALSE, FALSE, 6},   {"calls", TRUE, FALSE, 0},
      {"mean", TRUE, FALSE, 3},      {"p95", TRUE, FALSE, 1},       {"p99", TRUE, FALSE, 5}, {"max", TRUE, FALSE, 4},
      {"exam/sent", TRUE, FALSE, 2}, {"operation", FALSE, TRUE, 0},
  };
  if (report->top->len == 0) {
    g_autofree char *why = galen_nothing_sentence(report);
    galen_text_heading(out, "CLASSES");
    galen_text_wrap(out, 2, GALEN_TEXT_PLAIN, why, 0);
    return;
  }
  g_autofree char *heading =
      g_strdup_printf("TOP %u OF %" PRIu64 " CLASSES BY %s", report->top->len, report->classes, report->order_by);
  galen_text_heading(out, heading);
  g_autoptr(GalenTextTable) table = galen_text_table_new(columns, G_N_ELEMENTS(columns));
  for (guint i = 0; i < report->top->len; i++) {
    const GalenQuery *query = g_ptr_array_index(report->top, i);
    add_class(table, g_strdup_printf("%u", query->rank), &query->figures, query->label);
  }
  if (report->other.count > 0) {
    guint64 n = report->classes > report->top->len ? report->classes - report->top->len : 0;
    g_autofree char *label = g_strdup_printf("all other, %" PRIu64 " classes", n);
    add_class(table, NULL, &report->other, label);
  }
  galen_text_table_print(table, out, 0);
}

/* ---- who ---- */

static void print_shares(GalenText *out, const char *heading, const GPtrArray *shares) {
  static const GalenTextColumn columns[] = {
      {"share", TRUE, FALSE, 0}, {"", FALSE, FALSE, 2},    {"time", TRUE, FALSE, 1},
      {"calls", TRUE, FALSE, 0}, {"name", FALSE, TRUE, 0},
  };
  if (shares->len == 0)
    return;
  galen_text_heading(out, heading);
  g_autoptr(GalenTextTable) table = galen_text_table_new(columns, G_N_ELEMENTS(columns));
  for (guint i = 0; i < shares->len; i++) {
    const GalenShare *share = g_ptr_array_index(shares, i);
    galen_text_table_take(table, galen_words_share(share->share));
    galen_text_table_take(table, share_bar(share->share));
    galen_text_table_take(table, galen_words_duration((double)share->time));
    galen_text_table_take(table, galen_words_count((double)share->count));
    if (share->remainder)
      galen_text_table_take(table, g_strdup_printf("(%" PRIu64 " more)", share->distinct));
    else
      galen_text_table_take(table, g_strdup(share->name != NULL ? share->name : "(unknown)"));
  }
  galen_text_table_print(table, out, 0);
}

/* ---- inputs ---- */

static void print_account(GalenText *out, const GalenInputRow *row) {
  const GalenAccount *account = &row->account;
  g_autofree char *bytes = galen_words_bytes((double)account->bytes);
  g_autofree char *events = galen_words_count((double)account->events);
  g_autofree char *text =
      g_strdup_printf("%s events in %s: %" PRIu64 " bytes in events, %" PRIu64 " in headers, %" PRIu64 " skipped",
                      events, bytes, account->bytes_events, account->bytes_headers, account->bytes_skipped);
  galen_text_wrap(out, 4, GALEN_TEXT_PLAIN, text, 0);
  for (guint i = 0; i < account->n_skips; i++) {
    const GalenSkip *skip = &account->skips[i];
    const char *shown = i < row->skip_texts->len ? g_ptr_array_index(row->skip_texts, i) : "";
    g_autofree char *reason =
        g_strdup_printf("skipped, %s: %" PRIu64 " records, %" PRIu64 " bytes, first at line %" PRIu64, skip->reason,
                        skip->records, skip->bytes, skip->line);
    galen_text_wrap(out, 6, GALEN_TEXT_PLAIN, reason, 0);
    galen_text_wrap(out, 8, GALEN_TEXT_DIM, shown, 2);
  }
}

static void print_input(GalenText *out, const GalenReport *report, const GalenInputRow *row) {
  gboolean zone_known = row->timezone != NULL && *row->timezone != '\0';
  galen_text_wrap(out, 2, GALEN_TEXT_BOLD, row->path, 0);
  if (row->problem != NULL)
    galen_text_wrap(out, 4, row->complete ? GALEN_TEXT_PLAIN : GALEN_TEXT_WARNING, row->problem, 0);
  if (g_str_equal(row->kind, "store") && row->complete)
    galen_text_wrap(out, 4, GALEN_TEXT_PLAIN, "store; what it has of logs is counted with these", 0);
  if (g_str_equal(row->kind, "unknown") || g_str_equal(row->kind, "store"))
    return;
  if (row->store != NULL) {
    g_autofree char *store = g_strdup_printf("from the store %s", row->store);
    galen_text_wrap(out, 4, GALEN_TEXT_PLAIN, store, 0);
  }
  g_autofree char *first = galen_text_when(report, row->account.first);
  g_autofree char *last = galen_text_when(report, row->account.last);
  g_autofree char *what = g_strdup_printf(
      "%s of %s, %s%s%s%s%s; times in %s%s%s%s; %s to %s; %u server start%s", row->kind,
      row->node != NULL ? row->node : "?", row->server != NULL ? row->server : "server unknown",
      row->version != NULL ? " " : "", row->version != NULL ? row->version : "", row->envelope != NULL ? ", in " : "",
      row->envelope != NULL ? row->envelope : "", zone_known ? row->timezone : "an unknown zone",
      row->timezone_source != NULL ? " (" : "", row->timezone_source != NULL ? row->timezone_source : "",
      row->timezone_source != NULL ? ")" : "", first, last, row->restarts, row->restarts == 1 ? "" : "s");
  galen_text_wrap(out, 4, GALEN_TEXT_PLAIN, what, 0);
  print_account(out, row);
}

static void print_inputs(GalenText *out, const GalenReport *report) {
  galen_text_heading(out, "INPUTS");
  for (guint i = 0; i < report->inputs->len; i++)
    print_input(out, report, g_ptr_array_index(report->inputs, i));
}

static void print_queries(GalenText *out, const GalenReport *report) {
  print_ranking(out, report);
  if (report->top->len > 0)
    galen_text_heading(out, "CLASSES IN DETAIL");
  for (guint i = 0; i < report->top->len; i++)
    galen_text_class(out, report, g_ptr_array_index(report->top, i));
  print_shares(out, "BY USER", report->shares[GALEN_TOP_USER]);
  print_shares(out, "BY DATABASE", report->shares[GALEN_TOP_SCHEMA]);
  print_shares(out, "BY HOST", report->shares[GALEN_TOP_HOST]);
  print_shares(out, "BY NODE", report->shares[GALEN_TOP_NODE]);
}

GBytes *galen_report_write_text(const GalenReport *self, guint width, gboolean color, G_GNUC_UNUSED GError **error) {
  GalenText out = {g_string_sized_new(16u << 10), MAX(width, WIDTH_MIN), color};
  print_title(&out, self);
  print_status(&out, self);
  print_summary(&out, self);
  print_verdict(&out, self);
  print_findings(&out, self);
  print_resolved(&out, self);
  galen_text_incidents(&out, self);
  galen_text_nodes(&out, self);
  if (galen_nothing_but_errors(self))
    galen_text_wrap(&out, 0, GALEN_TEXT_PLAIN, "\nNo slow log was read: nothing is known about queries.", 0);
  else
    print_queries(&out, self);
  galen_text_comparison(&out, self);
  galen_text_errors(&out, self);
  galen_text_configuration(&out, self);
  print_inputs(&out, self);
  galen_text_unseen(&out, self);
  return g_string_free_to_bytes(out.out);
}
