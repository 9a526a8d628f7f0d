/* Section 1: am I all right, and if not, what do I do. */
#include "html_page.h"

#include "../words.h"
#include "marks.h"
#include "nothing.h"
#include "verdict_words.h"

#define TOP_OPERATIONS 3u
#define FINDINGS_IN_SIGHT 8u
#define NODES_NAMED 12u
#define EVIDENCE_MAX 5u
#define FINDING_TEXT_MAX 1200u

typedef struct {
  const char *key, *word, *icon;
} Look;

static const Look status_looks[] = {
    [GALEN_STATUS_OK] = {"ok", "OK", "✓"},
    [GALEN_STATUS_WARNING] = {"warning", "Warning", "▲"},
    [GALEN_STATUS_CRITICAL] = {"critical", "Critical", "✕"},
};

static void put_evidence(const GalenHtml *page, GalenView *item, const GPtrArray *evidence) {
  GalenView *list = galen_view_add_list(item, "evidence");
  for (guint i = 0; evidence != NULL && i < evidence->len && i < EVIDENCE_MAX; i++) {
    const GalenEvidence *line = g_ptr_array_index(evidence, i);
    GalenView *entry = galen_view_append_record(list);
    g_autofree char *path = galen_html_cut(line->path != NULL ? line->path : "", GALEN_HTML_PATH_MAX);
    galen_view_take_text(entry, "where",
                         line->line > 0 ? g_strdup_printf("%s:%" G_GUINT64_FORMAT, path, line->line) : g_strdup(path));
    galen_html_put(entry, "text", line->text, MIN(page->level->text, FINDING_TEXT_MAX));
  }
}

static char *node_names(const GPtrArray *nodes) {
  g_autoptr(GString) text = g_string_new(NULL);
  guint n = nodes != NULL ? nodes->len : 0;
  for (guint i = 0; i < n && i < NODES_NAMED; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index(nodes, i));
  g_autofree char *names = galen_html_cut(text->str, GALEN_HTML_PATH_MAX);
  return n > NODES_NAMED ? g_strdup_printf("%s and %u more", names, n - NODES_NAMED) : g_steal_pointer(&names);
}

/* Whether the page has a card of that id to link to. */
static gboolean has_card(const GalenHtml *page, const char *id) {
  for (guint i = 0; id != NULL && i < page->report->top->len && i < page->level->cards; i++)
    if (g_str_equal(((const GalenQuery *)g_ptr_array_index(page->report->top, i))->id, id))
      return TRUE;
  return FALSE;
}

/* Where the page tells more of it: an operation's or an incident's card; NULL: nowhere. */
static char *link_of(const GalenHtml *page, const GalenRanked *one) {
  if (one->incident == NULL && has_card(page, one->finding->query_id))
    return g_strconcat("#q-", one->finding->query_id, NULL);
  if (one->incident == NULL)
    return g_str_has_prefix(one->finding->id, "comparison:") ? g_strdup("#comparison") : NULL;
  g_autofree char *anchor = galen_html_incident_anchor(page, one->index);
  return anchor != NULL ? g_strconcat("#", anchor, NULL) : NULL;
}

static const char *words_of_link(const GalenHtml *page, const GalenRanked *one) {
  if (one->incident != NULL)
    return "All of the incident";
  return has_card(page, one->finding->query_id) ? "To the operation" : "To the comparison";
}

static void put_ranked(const GalenHtml *page, GalenView *list, const GalenRanked *one) {
  gsize max = MIN(page->level->text, FINDING_TEXT_MAX);
  GalenView *item = galen_view_append_record(list);
  g_autofree char *detail = galen_ranked_detail(page->report, one);
  g_autofree char *advice = galen_ranked_advice(page->report, one);
  g_autofree char *figures = galen_ranked_figures(page->report, one);
  galen_html_severity(item, one->severity);
  galen_html_put(item, "title", galen_ranked_title(one), max);
  galen_html_put(item, "figures", figures, GALEN_HTML_PATH_MAX);
  galen_html_put(item, "detail", detail, max);
  galen_html_put(item, "advice", advice, max);
  galen_view_set_text(item, "kind", one->incident != NULL ? "Incident" : "Finding");
  galen_html_put(item, "id", one->incident != NULL ? one->incident->id : one->finding->id, GALEN_HTML_NAME_MAX);
  galen_view_take_text(item, "href", link_of(page, one));
  galen_view_set_text(item, "href_words", words_of_link(page, one));
  const GPtrArray *nodes = one->incident != NULL ? one->incident->nodes : one->finding->nodes;
  galen_view_take_text(item, "nodes", node_names(nodes));
  put_evidence(page, item, one->incident != NULL ? NULL : one->finding->evidence);
}

static void put_ranking(const GalenHtml *page, GalenView *verdict) {
  const GArray *ranking = page->report->ranking;
  GalenView *active = galen_view_add_list(verdict, "findings");
  GalenView *folded = galen_view_add_list(verdict, "folded");
  GalenView *muted = galen_view_add_list(verdict, "muted");
  galen_view_set_text(verdict, "no_findings",
                      page->report->total.count > 0 || galen_nothing_but_errors(page->report)
                          ? "No finding: nothing in these logs goes past a limit."
                          : "No finding. Without statements that says nothing about the server.");
  guint shown = 0;
  for (guint i = 0; i < ranking->len && shown < page->level->findings; i++, shown++) {
    const GalenRanked *one = &g_array_index(ranking, GalenRanked, i);
    GalenView *open = galen_view_size(active) < FINDINGS_IN_SIGHT ? active : folded;
    put_ranked(page, one->muted ? muted : open, one);
  }
  guint n = galen_view_size(folded);
  galen_view_take_text(verdict, "folded_words", n > 0 ? g_strdup_printf("%u more", n) : NULL);
  guint hidden = ranking->len - shown;
  galen_view_take_text(verdict, "more",
                       hidden > 0 ? g_strdup_printf("%u more are not listed here: see the JSON report.", hidden)
                                  : NULL);
}

/* Of the night before, what this one does not have. */
static void put_resolved(const GalenHtml *page, GalenView *verdict) {
  GalenView *list = galen_view_add_list(verdict, "resolved");
  const GPtrArray *resolved = page->report->marks != NULL ? page->report->marks->resolved : NULL;
  guint n = resolved != NULL ? resolved->len : 0, shown = MIN(n, page->level->findings);
  for (guint i = 0; i < shown; i++) {
    const GalenMarked *one = g_ptr_array_index(resolved, i);
    GalenView *item = galen_view_append_record(list);
    galen_html_put(item, "title", one->title, FINDING_TEXT_MAX);
    galen_view_take_text(item, "words", galen_resolved_words(page->report, one));
    galen_html_put(item, "id", one->id, GALEN_HTML_NAME_MAX);
  }
  galen_view_take_text(verdict, "resolved_n", galen_words_count(n));
  galen_html_more(verdict, "resolved_more", n, shown, "resolved finding");
}

/* The answer in one sentence, since when, and what to do. */
static void put_answer(const GalenHtml *page, GalenView *verdict) {
  g_auto(GalenVerdict) answer;
  galen_verdict_init(&answer, page->report);
  galen_html_put(verdict, "headline", answer.headline, FINDING_TEXT_MAX);
  galen_view_set_text(verdict, "since", answer.since);
  galen_view_set_text(verdict, "others", answer.others);
  galen_view_set_text(verdict, "night", answer.night);
  galen_view_set_text(verdict, "do_word", answer.todo_word);
  galen_html_put(verdict, "do_what", answer.todo, FINDING_TEXT_MAX);
  galen_html_put(verdict, "do_about", answer.about, FINDING_TEXT_MAX);
  galen_view_take_text(verdict, "do_href", answer.first != NULL ? link_of(page, answer.first) : NULL);
}

static void put_fact(GalenView *facts, const char *name, char *value, char *note) {
  GalenView *fact = galen_view_append_record(facts);
  galen_view_set_text(fact, "name", name);
  galen_view_take_text(fact, "value", value);
  galen_view_take_text(fact, "note", note);
}

static char *window_value(const GalenReport *report) {
  if (report->from == GALEN_TIME_NONE || report->to == GALEN_TIME_NONE)
    return g_strdup(report->requested ? "open" : "unknown");
  return galen_words_duration((double)report->to - (double)report->from);
}

static char *window_note(const GalenReport *report) {
  if (report->from == GALEN_TIME_NONE || report->to == GALEN_TIME_NONE)
    return report->requested ? galen_nothing_window(report) : galen_nothing_clause(report);
  g_autofree char *from = galen_words_time(report->from, report->zone, 0);
  g_autofree char *to = galen_words_time(report->to, report->zone, 0);
  return g_strdup_printf("%s to\n%s, %s", from, to, report->zone_name);
}

static char *active_note(const GalenReport *report) {
  /* Error logs may cover more time than the slow logs do. */
  gboolean wider = report->history != NULL && !report->requested;
  gint64 from = wider ? report->total.first : report->from, to = wider ? report->total.last : report->to;
  double length = (double)to - (double)from;
  if (from == GALEN_TIME_NONE || to == GALEN_TIME_NONE || length <= 0)
    return NULL;
  g_autofree char *text = galen_words_count((double)report->total.main[GALEN_MAIN_TIME].sum / length);
  return g_strdup_printf("%s active at a time on average", text);
}

static char *records_note(const GalenReport *report) {
  if (report->errors == NULL)
    return NULL;
  g_autofree char *records = galen_html_plural(report->errors->count, "error-log record");
  g_autofree char *groups = galen_html_plural(report->errors->groups->len, "group");
  return g_strdup_printf("%s in %s", records, groups);
}

static void put_incident_fact(GalenView *facts, const GalenReport *report) {
  guint active = 0;
  for (guint i = 0; i < report->incidents->len; i++)
    active += ((const GalenIncident *)g_ptr_array_index(report->incidents, i))->muted ? 0 : 1;
  put_fact(facts, "Incidents", galen_words_count(active), records_note(report));
}

static void put_query_facts(GalenView *facts, const GalenReport *report, gboolean brief) {
  g_autofree char *time = galen_words_duration((double)report->total.main[GALEN_MAIN_TIME].sum);
  g_autofree char *active = active_note(report);
  if (!brief) {
    put_fact(facts, "Statements", galen_words_count((double)report->total.count),
             galen_html_plural(report->classes, "distinct operation"));
    put_fact(facts, "Query time", g_steal_pointer(&time), g_steal_pointer(&active));
    return;
  }
  g_autofree char *statements = galen_html_plural(report->total.count, "statement");
  g_autofree char *classes = galen_html_plural(report->classes, "operation");
  put_fact(
      facts, "Query time", g_steal_pointer(&time),
      g_strdup_printf("%s of %s%s%s", statements, classes, active != NULL ? ", " : "", active != NULL ? active : ""));
}

static void put_facts(const GalenHtml *page, GalenView *verdict) {
  const GalenReport *report = page->report;
  GalenView *facts = galen_view_add_list(verdict, "facts");
  put_fact(facts, "Window", window_value(report), window_note(report));
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  for (guint i = 0; i < report->nodes->len; i++)
    g_ptr_array_add(names, ((const GalenNodeRow *)g_ptr_array_index(report->nodes, i))->name);
  put_fact(facts, report->nodes->len == 1 ? "Node" : "Nodes", galen_words_count(report->nodes->len), node_names(names));
  gboolean logs = report->history != NULL || report->errors != NULL;
  if (logs)
    put_incident_fact(facts, report);
  if (!galen_nothing_but_errors(report))
    put_query_facts(facts, report, logs);
}

static void put_operations(const GalenHtml *page, GalenView *verdict) {
  GalenView *list = galen_view_add_list(verdict, "operations");
  const GPtrArray *leading = page->report->leading->len > 0 ? page->report->leading : page->report->top;
  for (guint i = 0; i < leading->len && i < TOP_OPERATIONS; i++) {
    const GalenQuery *query = g_ptr_array_index(leading, i);
    GalenView *item = galen_view_append_record(list);
    galen_view_take_text(item, "color", g_strdup_printf("%u", MIN(query->color, 5)));
    galen_html_put(item, "label", query->label, GALEN_HTML_NAME_MAX);
    galen_html_put_link(item, "href", has_card(page, query->id) ? query->id : NULL);
    galen_view_take_text(item, "share", galen_words_share(query->figures.share));
    galen_html_put_bar(item, "bar", query->figures.share);
  }
}

void galen_html_verdict(const GalenHtml *page, GalenView *root) {
  const Look *look = &status_looks[page->report->status];
  GalenView *verdict = galen_view_add_record(root, "verdict");
  galen_view_set_text(verdict, "status", look->key);
  galen_view_set_text(verdict, "word", look->word);
  galen_view_set_text(verdict, "icon", look->icon);
  galen_view_set_flag(verdict, "incomplete", page->report->incomplete);
  put_answer(page, verdict);
  put_facts(page, verdict);
  put_operations(page, verdict);
  put_ranking(page, verdict);
  put_resolved(page, verdict);
}
