/* Section 9: error groups, deadlocks, crashes, restarts, who was refused. */
#include "html_page.h"

#include "../words.h"
#include "chart_errors.h"
#include "cluster_words.h"

#define BACKTRACE_MAX 40u
#define GROUP_NODES_MAX 24u
#define SIDES_MAX 8u
#define WAITS_MAX 8u
#define QUIET_MAX 20u
#define TABLE_ROWS_MAX 24u

static void put_when(const GalenHtml *page, GalenView *view, const char *key, gint64 time) {
  galen_view_take_text(view, key, time != GALEN_TIME_NONE ? galen_words_time(time, page->report->zone, 0) : NULL);
}

static void put_where(GalenView *view, const GalenErrorPlace *from) {
  GalenPlace place = galen_place_of_error(from);
  galen_html_put_where(view, &place);
}

/* ---- groups ---- */

static char *node_counts(const GalenErrorGroup *group) {
  GString *text = g_string_new(NULL);
  guint n = group->nodes != NULL ? group->nodes->len : 0;
  for (guint i = 0; i < MIN(n, GROUP_NODES_MAX); i++) {
    const GalenErrorCountOf *node = g_ptr_array_index(group->nodes, i);
    g_autofree char *count = galen_words_count((double)node->count);
    g_autofree char *name = galen_html_cut(node->name != NULL ? node->name : "unknown", GALEN_HTML_NAME_MAX / 4);
    g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", name, count);
  }
  if (n > GROUP_NODES_MAX)
    g_string_append_printf(text, " and %u more", n - GROUP_NODES_MAX);
  return g_string_free(text, FALSE);
}

static void put_group(const GalenHtml *page, GalenView *list, const GalenErrorGroup *group) {
  GalenView *item = galen_view_append_record(list);
  galen_html_severity(item, group->severity);
  galen_html_put(item, "title", galen_error_title(group), MIN(page->level->text, GALEN_HTML_PATH_MAX));
  galen_view_take_text(item, "count", galen_words_count((double)group->count));
  put_when(page, item, "first", group->first);
  put_when(page, item, "last", group->last);
  galen_view_take_text(item, "nodes", node_counts(group));
  const GalenSeen *seen = galen_report_error_seen(page->report, group);
  galen_view_take_text(item, "news", galen_seen_news(seen, NULL, page->report->to));
  galen_view_take_text(item, "seen", galen_seen_sentence(seen));
  galen_view_take_text(item, "code", galen_error_code(group->code));
  galen_html_put(item, "subsystem", group->subsystem, GALEN_HTML_NAME_MAX);
  galen_html_put(item, "cause", group->rule != NULL ? group->rule->cause : NULL, page->level->text);
  galen_html_put(item, "advice", group->rule != NULL ? group->rule->advice : NULL, page->level->text);
  galen_html_put(item, "rule", group->rule != NULL ? group->rule->id : NULL, GALEN_HTML_NAME_MAX);
  galen_html_put(item, "sample", group->first_place.text, page->level->text);
  put_where(item, &group->first_place);
}

/* What only informs is folded and listed in part: a reader looks for what is wrong. */
static void put_groups(const GalenHtml *page, GalenView *section, const GPtrArray *groups) {
  GalenView *loud = galen_view_add_list(section, "groups");
  GalenView *quiet = galen_view_add_list(section, "quiet");
  guint n = groups != NULL ? groups->len : 0, max = page->level->groups;
  for (guint i = 0; i < n; i++) {
    const GalenErrorGroup *group = g_ptr_array_index(groups, i);
    gboolean informs = group->severity == GALEN_SEVERITY_INFO;
    GalenView *list = informs ? quiet : loud;
    if (galen_view_size(list) < (informs ? MIN(max, QUIET_MAX) : max))
      put_group(page, list, group);
  }
  guint shown = galen_view_size(loud) + galen_view_size(quiet);
  g_autofree char *count = galen_html_plural(galen_view_size(quiet), "group");
  galen_view_take_text(section, "quiet_words", g_strdup_printf("%s of information", count));
  galen_html_more(section, "more_groups", n, shown, "further group");
}

/* ---- deadlocks and crashes ---- */

static void put_side(const GalenHtml *page, GalenView *list, const GalenDeadlockSide *side) {
  GalenView *item = galen_view_append_record(list);
  g_autofree char *table = galen_html_cut(side->table, GALEN_HTML_NAME_MAX);
  g_autofree char *index = galen_html_cut(side->index, GALEN_HTML_NAME_MAX);
  g_autofree char *lock = galen_html_cut(side->lock, GALEN_HTML_NAME_MAX);
  GString *text = g_string_new(table);
  if (index != NULL)
    g_string_append_printf(text, "%sindex %s", text->len > 0 ? ", " : "", index);
  if (lock != NULL)
    g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", lock);
  galen_view_set_text(item, "role", side->victim ? "Rolled back" : "Went on");
  galen_view_take_text(item, "on", g_string_free(text, FALSE));
  galen_html_put(item, "query", side->query != NULL ? side->query : "(its query is not in the log)", page->level->text);
}

/* When and where, the head of what happened once. */
static GalenView *add_happening(const GalenHtml *page, GalenView *list, gint64 time, const GalenErrorPlace *place) {
  GalenView *item = galen_view_append_record(list);
  galen_html_put_time(page, item, "time", time);
  galen_html_put(item, "node", place->node, GALEN_HTML_NAME_MAX);
  put_where(item, place);
  return item;
}

static void put_deadlocks(const GalenHtml *page, GalenView *section, const GalenErrorLists *errors) {
  GalenView *list = galen_view_add_list(section, "deadlocks");
  guint n = errors != NULL ? errors->deadlocks->len : 0, shown = MIN(n, page->level->list);
  for (guint i = 0; i < shown; i++) {
    const GalenDeadlock *deadlock = g_ptr_array_index(errors->deadlocks, i);
    GalenView *item = add_happening(page, list, deadlock->time, &deadlock->place);
    GalenView *sides = galen_view_add_list(item, "sides");
    for (guint s = 0; s < MIN(deadlock->sides->len, SIDES_MAX); s++)
      put_side(page, sides, g_ptr_array_index(deadlock->sides, s));
  }
  galen_html_more(section, "more_deadlocks", errors != NULL ? errors->deadlock_count : 0, shown, "further deadlock");
}

static char *backtrace_text(const GalenCrash *crash, gsize max) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; crash->backtrace != NULL && i < MIN(crash->backtrace->len, BACKTRACE_MAX); i++)
    g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "", (const char *)g_ptr_array_index(crash->backtrace, i));
  g_autofree char *whole = g_string_free(text, FALSE);
  return galen_html_cut(whole, max);
}

static void put_crashes(const GalenHtml *page, GalenView *section, const GalenErrorLists *errors) {
  GalenView *list = galen_view_add_list(section, "crashes");
  guint n = errors != NULL ? errors->crashes->len : 0, shown = MIN(n, page->level->list);
  for (guint i = 0; i < shown; i++) {
    const GalenCrash *crash = g_ptr_array_index(errors->crashes, i);
    GalenView *item = add_happening(page, list, crash->time, &crash->place);
    galen_view_take_text(item, "what",
                         crash->signal > 0 ? g_strdup_printf("signal %d", crash->signal) : g_strdup("assertion"));
    galen_html_put(item, "assertion", crash->assertion, page->level->text);
    galen_html_put(item, "query", crash->query, page->level->text);
    galen_view_take_text(item, "backtrace", backtrace_text(crash, page->level->text));
  }
  galen_html_more(section, "more_crashes", errors != NULL ? errors->crash_count : 0, shown, "further crash report");
}

static void put_semaphores(const GalenHtml *page, GalenView *section, const GalenErrorLists *errors) {
  GalenView *list = galen_view_add_list(section, "semaphores");
  guint n = errors != NULL ? errors->semaphores->len : 0, shown = MIN(n, page->level->list);
  for (guint i = 0; i < shown; i++) {
    const GalenSemaphore *semaphore = g_ptr_array_index(errors->semaphores, i);
    GalenView *item = add_happening(page, list, semaphore->time, &semaphore->place);
    g_autofree char *threads = galen_html_plural(semaphore->total, "thread");
    g_autofree char *longest = galen_words_duration((double)semaphore->longest);
    galen_view_take_text(item, "what", g_strdup_printf("%s, for up to %s", threads, longest));
    GalenView *waits = galen_view_add_list(item, "waits");
    guint listed = MIN(semaphore->waits->len, WAITS_MAX);
    for (guint w = 0; w < listed; w++) {
      const GalenSemaphoreWait *wait = g_ptr_array_index(semaphore->waits, w);
      g_autofree char *words = galen_wait_words(wait);
      GalenView *row = galen_view_append_record(waits);
      galen_html_put(row, "place", wait->place != NULL ? wait->place : "unknown", GALEN_HTML_NAME_MAX);
      galen_html_put(row, "words", words, page->level->text);
    }
    galen_html_more(item, "more", semaphore->total, listed, "further thread");
  }
  galen_html_more(section, "more_semaphores", errors != NULL ? errors->semaphore_count : 0, shown, "further record");
}

/* ---- restarts and connections ---- */

static void put_restarts(const GalenHtml *page, GalenView *section) {
  const GalenHistory *history = page->report->history;
  GalenView *list = galen_view_add_list(section, "restarts");
  guint n = history != NULL ? history->restarts->len : 0, shown = MIN(n, page->level->list);
  for (guint i = 0; i < shown; i++) {
    const GalenRestartRow *row = g_ptr_array_index(history->restarts, i);
    GalenView *item = galen_view_append_record(list);
    galen_html_put_time(page, item, "time", row->time);
    galen_html_put(item, "node", row->node, GALEN_HTML_NAME_MAX);
    galen_view_set_text(item, "after", galen_restart_words(row->kind));
    galen_view_take_text(item, "down",
                         row->down != GALEN_TIME_NONE ? galen_words_duration((double)row->down) : g_strdup("–"));
    GalenPlace place = row->evidence != NULL ? galen_place_of_fact(page->report, row->evidence) : (GalenPlace){0};
    galen_html_put_where(item, &place);
  }
  galen_html_more(section, "more_restarts", n, shown, "further restart");
}

static void put_peers(const GalenHtml *page, GalenView *section, const char *key, const char *more,
                      const GPtrArray *peers) {
  GalenView *list = galen_view_add_list(section, key);
  guint n = peers != NULL ? peers->len : 0, shown = MIN(n, page->level->list);
  for (guint i = 0; i < shown; i++) {
    const GalenErrorPeer *peer = g_ptr_array_index(peers, i);
    GalenView *item = galen_view_append_record(list);
    galen_html_put(item, "user", peer->user != NULL ? peer->user : "unknown", GALEN_HTML_NAME_MAX);
    galen_html_put(item, "host", peer->host != NULL ? peer->host : "unknown", GALEN_HTML_NAME_MAX);
    galen_html_put(item, "reason", peer->reason, GALEN_HTML_PATH_MAX);
    galen_view_take_text(item, "count", galen_words_count((double)peer->count));
    put_when(page, item, "first", peer->first);
    put_when(page, item, "last", peer->last);
  }
  galen_html_more(section, more, n, shown, "further row");
}

static char *summary(const GalenErrorLists *errors) {
  if (errors == NULL)
    return NULL;
  g_autofree char *records = galen_html_plural(errors->count, "record");
  g_autofree char *groups = galen_html_plural(errors->groups->len, "group");
  return g_strdup_printf("%s in %s.", records, groups);
}

static void put_chart(const GalenHtml *page, GalenView *section) {
  static const char *const columns[] = {"from", "critical", "warning", "info"};
  GalenView *charts = galen_view_add_list(section, "charts");
  g_autoptr(GalenChart) chart =
      galen_chart_new(page->report, "errors", &(GalenChartForm){.tips = page->level->details});
  if (chart == NULL)
    return;
  GalenView *figure = galen_html_chart(charts, chart);
  g_autoptr(GArray) rows = galen_errors_rows(page->report, TABLE_ROWS_MAX);
  for (guint i = 0; i < G_N_ELEMENTS(columns); i++)
    galen_html_figure_column(figure, columns[i]);
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const GalenErrorsRow *row = &g_array_index(rows, GalenErrorsRow, i);
    g_autofree char *from = galen_words_time(row->from, page->report->zone, 0);
    GalenView *cells = galen_html_figure_row(figure, from);
    galen_html_figure_take_cell(cells, galen_words_count((double)row->critical));
    galen_html_figure_take_cell(cells, galen_words_count((double)row->warning));
    galen_html_figure_take_cell(cells, galen_words_count((double)row->info));
  }
}

void galen_html_errors(const GalenHtml *page, GalenView *root) {
  const GalenErrorLists *errors = page->report->errors;
  GalenView *section = galen_view_add_record(root, "errors");
  galen_view_take_text(section, "summary", summary(errors));
  put_chart(page, section);
  put_groups(page, section, errors != NULL ? errors->groups : NULL);
  put_deadlocks(page, section, errors);
  put_crashes(page, section, errors);
  put_semaphores(page, section, errors);
  put_restarts(page, section);
  put_peers(page, section, "denied", "more_denied", errors != NULL ? errors->denied : NULL);
  put_peers(page, section, "aborted", "more_aborted", errors != NULL ? errors->aborted : NULL);
}
