/* The plain text of a mail: what a pager or a terminal's mail reader shows. Sections in the order of importance, each with
 * a limit; what finds no line is in the attached page. */
#include "mail_private.h"

#include "../findings/comparison.h"
#include "../words.h"
#include "cluster_words.h"
#include "marks.h"
#include "nothing.h"
#include "text_out.h"
#include "verdict_words.h"

#define FOOT_LINES 4u
#define RANKED_MAX 6u
#define INCIDENT_LINES 22u
#define ROWS_MAX 5u
#define NAMES_MAX 6u

typedef struct {
  GString *out;
  guint lines;
} Mail;

static GalenText begin(void) {
  return (GalenText){.out = g_string_new(NULL), .width = GALEN_MAIL_COLUMNS};
}

/* At most `most` lines of the section, which is freed. */
static void take(Mail *self, GalenText *section, guint most) {
  guint room = GALEN_MAIL_LINES_MAX - FOOT_LINES - self->lines;
  most = MIN(most, room);
  g_auto(GStrv) lines = g_strsplit(section->out->str, "\n", -1);
  guint n = g_strv_length(lines);
  n -= n > 0 && *lines[n - 1] == '\0' ? 1 : 0;
  for (guint i = 0; i < MIN(n, most); i++)
    g_string_append_printf(self->out, "%s\n", n > most && i + 1 == most ? "  …" : lines[i]);
  self->lines += MIN(n, most);
  g_string_free(section->out, TRUE);
}

static void put_head(Mail *self, const GalenReport *report, const GalenVerdict *verdict) {
  GalenText text = begin();
  g_autofree char *status = g_ascii_strup(galen_status_word(report->status), -1);
  g_autofree char *answer = g_strdup_printf("%s: %s", status, verdict->headline);
  galen_text_wrap(&text, 0, GALEN_TEXT_PLAIN, answer, 2);
  if (verdict->since != NULL || verdict->others != NULL) {
    g_autofree char *more = g_strdup_printf("%s%s%s", verdict->since != NULL ? verdict->since : "",
                                            verdict->since != NULL && verdict->others != NULL ? " " : "",
                                            verdict->others != NULL ? verdict->others : "");
    galen_text_wrap(&text, 0, GALEN_TEXT_PLAIN, more, 2);
  }
  if (verdict->night != NULL)
    galen_text_wrap(&text, 0, GALEN_TEXT_PLAIN, verdict->night, 2);
  take(self, &text, 8);
}

static void put_window(Mail *self, const GalenReport *report) {
  GalenText text = begin();
  g_autoptr(GString) words = g_string_new(report->title);
  if (report->from != GALEN_TIME_NONE && report->to != GALEN_TIME_NONE) {
    g_autofree char *from = galen_words_time(report->from, report->zone, 0);
    g_autofree char *to = galen_words_time(report->to, report->zone, 0);
    g_string_append_printf(words, "; %s to %s %s", from, to, report->zone_name);
  }
  if (report->total.count > 0) {
    g_autofree char *count = galen_words_count((double)report->total.count);
    g_autofree char *time = galen_words_duration((double)report->total.main[GALEN_MAIN_TIME].sum);
    g_string_append_printf(words, "; %s statement%s, %s of query time", count, report->total.count == 1 ? "" : "s",
                           time);
  }
  if (report->errors != NULL) {
    g_autofree char *count = galen_words_count((double)report->errors->count);
    g_string_append_printf(words, "; %s record%s of error logs", count, report->errors->count == 1 ? "" : "s");
  }
  if (report->incomplete)
    g_string_append(words, "; some input could not be read whole");
  g_string_append_c(text.out, '\n');
  galen_text_wrap(&text, 0, GALEN_TEXT_PLAIN, words->str, 4);
  take(self, &text, 6);
}

static void put_todo(Mail *self, const GalenVerdict *verdict) {
  if (verdict->todo == NULL)
    return;
  GalenText text = begin();
  gboolean told = verdict->about != NULL && verdict->first->incident == NULL;
  g_autofree char *todo =
      g_strdup_printf("%s: %s%s%s", verdict->todo_word, told ? verdict->about : "", told ? ": " : "", verdict->todo);
  g_string_append_c(text.out, '\n');
  galen_text_wrap(&text, 0, GALEN_TEXT_PLAIN, todo, 5);
  take(self, &text, 7);
}

static void put_ranking(Mail *self, const GalenReport *report) {
  GalenText text = begin();
  galen_text_heading(&text, "WHAT MATTERS MOST");
  guint shown = 0;
  for (guint i = 0; i < report->ranking->len && shown < RANKED_MAX; i++) {
    const GalenRanked *one = &g_array_index(report->ranking, GalenRanked, i);
    if (one->muted)
      continue;
    g_autofree char *word = g_ascii_strup(galen_severity_word(one->severity), -1);
    g_autofree char *figures = galen_ranked_figures(report, one);
    g_autofree char *title = galen_text_cut(galen_ranked_title(one), 2 * GALEN_MAIL_COLUMNS - 40);
    galen_text_labelled(&text, 2, GALEN_TEXT_PLAIN, word, title);
    g_autofree char *brief = figures != NULL ? galen_text_cut(figures, GALEN_MAIL_COLUMNS - 13) : NULL;
    if (brief != NULL)
      galen_text_labelled(&text, 2, GALEN_TEXT_PLAIN, "", brief);
    shown++;
  }
  if (shown == 0)
    galen_text_wrap(&text, 2, GALEN_TEXT_PLAIN, "Nothing in these logs goes past a limit.", 0);
  take(self, &text, 14);
}

static void put_resolved(Mail *self, const GalenReport *report) {
  if (report->marks == NULL || report->marks->resolved->len == 0)
    return;
  GalenText text = begin();
  const GPtrArray *resolved = report->marks->resolved;
  galen_text_heading(&text, "RESOLVED SINCE THE NIGHT BEFORE");
  for (guint i = 0; i < MIN(resolved->len, ROWS_MAX); i++) {
    const GalenMarked *one = g_ptr_array_index(resolved, i);
    g_autofree char *words = galen_resolved_words(report, one);
    g_autofree char *title = galen_text_cut(one->title, GALEN_MAIL_COLUMNS - 2);
    galen_text_wrap(&text, 2, GALEN_TEXT_PLAIN, title, 1);
    galen_text_wrap(&text, 4, GALEN_TEXT_PLAIN, words, 1);
  }
  g_autofree char *more =
      resolved->len > ROWS_MAX ? g_strdup_printf("%u more: see the JSON report.", resolved->len - ROWS_MAX) : NULL;
  if (more != NULL)
    galen_text_wrap(&text, 2, GALEN_TEXT_PLAIN, more, 1);
  take(self, &text, 2 * ROWS_MAX + 3);
}

static void put_fact(GalenText *text, const char *label, const char *value) {
  g_autofree char *cut = value != NULL ? galen_text_cut(value, 4 * (GALEN_MAIL_COLUMNS - 13)) : NULL;
  if (cut != NULL && *cut != '\0')
    galen_text_labelled(text, 2, GALEN_TEXT_PLAIN, label, cut);
}

static char *times_of(const GalenReport *report, const GalenIncident *incident) {
  if (incident->from == GALEN_TIME_NONE)
    return NULL;
  g_autofree char *from = galen_incident_bound(report, incident->from, incident->from_error);
  g_autofree char *length = galen_incident_length(report, incident);
  return g_strdup_printf("from %s %s, %s", from, report->zone_name, length);
}

static guint count_lines(const GString *text) {
  guint n = 0;
  for (gsize i = 0; i < text->len; i++)
    n += text->str[i] == '\n' ? 1 : 0;
  return n;
}

/* Whole steps from `first` on, as many as there is room for. */
static void put_steps(GalenText *text, const GalenReport *report, const GalenIncident *incident, guint first) {
  for (guint i = first; i < incident->advice->len; i++) {
    g_autofree char *step = galen_zone_words(report, g_ptr_array_index(incident->advice, i));
    gsize before = text->out->len;
    galen_text_labelled(text, 2, GALEN_TEXT_PLAIN, i > first ? "" : first == 0 ? "do" : "then", step);
    if (count_lines(text->out) < INCIDENT_LINES ||
        (i + 1 == incident->advice->len && count_lines(text->out) == INCIDENT_LINES))
      continue;
    guint n = incident->advice->len - i;
    g_autofree char *more = g_strdup_printf("%u further step%s in the whole report.", n, n == 1 ? " is" : "s are");
    g_string_truncate(text->out, before);
    galen_text_labelled(text, 2, GALEN_TEXT_PLAIN, i > first ? "" : "then", more);
    return;
  }
}

/* The incident that matters most; the others are in the list above. */
static void put_incident(Mail *self, const GalenReport *report, const GalenVerdict *verdict) {
  guint index = 0;
  const GalenIncident *incident = galen_mail_incident(report, &index);
  if (incident == NULL)
    return;
  GalenText text = begin();
  g_autofree char *title = galen_text_cut(incident->title != NULL ? incident->title : "", GALEN_MAIL_COLUMNS);
  g_autofree char *times = times_of(report, incident);
  g_autofree char *sides = galen_incident_sides(incident);
  g_autofree char *nodes = galen_names(incident->nodes, NAMES_MAX);
  g_autofree char *cause = galen_zone_words(report, incident->cause);
  galen_text_heading(&text, title);
  put_fact(&text, "when", times);
  put_fact(&text, "who", sides != NULL ? sides : nodes);
  put_fact(&text, "cause", cause);
  /* The answer has said the first step of what it is about. */
  put_steps(&text, report, incident, verdict->first != NULL && verdict->first->incident == incident ? 1 : 0);
  take(self, &text, INCIDENT_LINES);
}

/* One line a change, the largest first. */
static void put_comparison(Mail *self, const GalenReport *report) {
  const GalenComparison *comparison = report->comparison;
  if (comparison == NULL)
    return;
  const GPtrArray *lists[] = {comparison->slower, comparison->new, comparison->gone, comparison->faster};
  GalenText text = begin();
  galen_text_heading(&text, "BEFORE AND AFTER");
  g_autofree char *sentence = galen_comparison_sentence(comparison);
  galen_text_wrap(&text, 2, GALEN_TEXT_PLAIN, sentence, 2);
  for (guint i = 0, shown = 0; i < G_N_ELEMENTS(lists); i++)
    for (guint n = 0; n < lists[i]->len && shown < ROWS_MAX; n++, shown++) {
      const GalenChange *change = g_ptr_array_index(lists[i], n);
      g_autofree char *before = galen_comparison_time(change->measures[GALEN_MEASURE_TIME].before);
      g_autofree char *after = galen_comparison_time(change->measures[GALEN_MEASURE_TIME].after);
      g_autofree char *words = g_strdup_printf("%s → %s: %s", before, after, change->label);
      g_autofree char *line = galen_text_cut(words, GALEN_MAIL_COLUMNS - 13);
      galen_text_labelled(&text, 2, GALEN_TEXT_PLAIN, galen_change_word(change->kind), line);
    }
  take(self, &text, ROWS_MAX + 5);
}

/* What stores tell of the leading operations: new ones, and trends. */
static void put_news(GalenText *text, const GalenReport *report, const GPtrArray *leading) {
  for (guint i = 0; i < MIN(leading->len, ROWS_MAX); i++) {
    const GalenQuery *query = g_ptr_array_index(leading, i);
    g_autofree char *news = galen_seen_news(&query->seen, query->weeks, report->to);
    g_autofree char *words = news != NULL ? g_strdup_printf("%s: %s", query->label, news) : NULL;
    g_autofree char *line = words != NULL ? galen_text_cut(words, GALEN_MAIL_COLUMNS - 2) : NULL;
    if (line != NULL)
      galen_text_wrap(text, 2, GALEN_TEXT_PLAIN, line, 1);
  }
}

static void put_operations(Mail *self, const GalenReport *report) {
  static const GalenTextColumn columns[] = {{"time", TRUE, FALSE, 0},
                                            {"share", TRUE, FALSE, 2},
                                            {"calls", TRUE, FALSE, 1},
                                            {"p95", TRUE, FALSE, 3},
                                            {"operation", FALSE, TRUE, 0}};
  GalenText text = begin();
  galen_text_heading(&text, "TOP OPERATIONS");
  g_autoptr(GalenTextTable) table = galen_text_table_new(columns, G_N_ELEMENTS(columns));
  const GPtrArray *leading = report->leading->len > 0 ? report->leading : report->top;
  for (guint i = 0; i < MIN(leading->len, ROWS_MAX); i++) {
    const GalenQuery *query = g_ptr_array_index(leading, i);
    const GalenFigure *time = &query->figures.main[GALEN_MAIN_TIME];
    galen_text_table_take(table, galen_words_duration((double)time->sum));
    galen_text_table_take(table, galen_words_share(query->figures.share));
    galen_text_table_take(table, galen_words_count((double)query->figures.count));
    galen_text_table_take(table, galen_words_value(GALEN_UNIT_US, time->p95));
    galen_text_table_take(table, g_strdup(query->label));
  }
  g_autofree char *nothing = leading->len > 0 ? NULL
                             : galen_nothing_but_errors(report)
                                 ? g_strdup("No slow log was read: nothing is known about queries.")
                                 : galen_nothing_sentence(report);
  if (nothing != NULL)
    galen_text_wrap(&text, 2, GALEN_TEXT_PLAIN, nothing, 2);
  else
    galen_text_table_print(table, &text, 2);
  put_news(&text, report, leading);
  take(self, &text, 2 * ROWS_MAX + 3);
}

static void put_errors(Mail *self, const GalenReport *report) {
  static const GalenTextColumn columns[] = {{"records", TRUE, FALSE, 0},
                                            {"severity", FALSE, FALSE, 1},
                                            {"last", FALSE, FALSE, 2},
                                            {"message", FALSE, TRUE, 0}};
  guint shown = 0;
  g_autoptr(GalenTextTable) table = galen_text_table_new(columns, G_N_ELEMENTS(columns));
  for (guint i = 0; report->errors != NULL && i < report->errors->groups->len && shown < ROWS_MAX; i++) {
    const GalenErrorGroup *group = g_ptr_array_index(report->errors->groups, i);
    if (group->severity == GALEN_SEVERITY_INFO)
      continue;
    galen_text_table_take(table, galen_words_count((double)group->count));
    galen_text_table_take(table, g_strdup(galen_severity_word(group->severity)));
    galen_text_table_take(table, galen_words_time(group->last, report->zone, 0));
    galen_text_table_take(table, g_strdup(galen_error_title(group)));
    shown++;
  }
  if (shown == 0)
    return;
  GalenText text = begin();
  galen_text_heading(&text, "ERRORS");
  galen_text_table_print(table, &text, 2);
  take(self, &text, ROWS_MAX + 3);
}

char *galen_mail_text(const GalenReport *report, const char *attachment) {
  g_auto(GalenVerdict) verdict = {0};
  galen_verdict_init(&verdict, report);
  Mail mail = {.out = g_string_new(NULL)};
  put_head(&mail, report, &verdict);
  put_window(&mail, report);
  put_todo(&mail, &verdict);
  put_ranking(&mail, report);
  put_resolved(&mail, report);
  put_incident(&mail, report, &verdict);
  put_comparison(&mail, report);
  put_operations(&mail, report);
  put_errors(&mail, report);
  GalenText foot = begin();
  g_string_append_c(foot.out, '\n');
  galen_text_wrap(&foot, 0, GALEN_TEXT_PLAIN, attachment, FOOT_LINES - 2);
  g_string_append(mail.out, foot.out->str);
  g_string_free(foot.out, TRUE);
  return g_string_free(mail.out, FALSE);
}
