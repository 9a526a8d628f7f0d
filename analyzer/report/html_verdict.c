/* Section 1: am I all right, and if not, what do I do. */
#include "html_page.h"

#include "nothing.h"
#include "words.h"

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

static const Look severity_looks[] = {
    [GALEN_SEVERITY_INFO] = {"info", "Info", "●"},
    [GALEN_SEVERITY_WARNING] = {"warning", "Warning", "▲"},
    [GALEN_SEVERITY_CRITICAL] = {"critical", "Critical", "✕"},
};

static const GalenFinding *finding_at(const GalenReport *report, guint i) {
  return g_ptr_array_index(report->findings, i);
}

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

static void put_finding(const GalenHtml *page, GalenView *list, const GalenFinding *finding) {
  const Look *look = &severity_looks[finding->severity];
  gsize max = MIN(page->level->text, FINDING_TEXT_MAX);
  GalenView *item = galen_view_append_record(list);
  galen_view_set_text(item, "severity", look->key);
  galen_view_set_text(item, "word", look->word);
  galen_view_set_text(item, "icon", look->icon);
  galen_html_put(item, "title", finding->title, max);
  galen_html_put(item, "detail", finding->detail, max);
  galen_html_put(item, "advice", finding->advice, max);
  galen_html_put(item, "id", finding->id, GALEN_HTML_NAME_MAX);
  galen_html_put_link(item, "href", has_card(page, finding->query_id) ? finding->query_id : NULL);
  galen_view_take_text(item, "nodes", node_names(finding->nodes));
  galen_view_take_text(
      item, "when", finding->from != GALEN_TIME_NONE ? galen_words_time(finding->from, page->report->zone, 0) : NULL);
  put_evidence(page, item, finding->evidence);
}

static void put_findings(const GalenHtml *page, GalenView *verdict) {
  const GPtrArray *findings = page->report->findings;
  GalenView *active = galen_view_add_list(verdict, "findings");
  GalenView *folded = galen_view_add_list(verdict, "folded");
  GalenView *muted = galen_view_add_list(verdict, "muted");
  galen_view_set_text(verdict, "no_findings",
                      page->report->total.count > 0
                          ? "No finding: nothing in these logs goes past a limit."
                          : "No finding. Without statements that says nothing about the server.");
  guint shown = 0;
  for (guint i = 0; i < findings->len && shown < page->level->findings; i++, shown++) {
    const GalenFinding *finding = finding_at(page->report, i);
    GalenView *open = galen_view_size(active) < FINDINGS_IN_SIGHT ? active : folded;
    put_finding(page, finding->muted ? muted : open, finding);
  }
  guint n = galen_view_size(folded);
  galen_view_take_text(verdict, "folded_words", n > 0 ? galen_html_plural(n, "more finding") : NULL);
  guint hidden = findings->len - shown;
  g_autofree char *more = hidden > 0 ? galen_html_plural(hidden, "further finding") : NULL;
  galen_view_take_text(verdict, "more",
                       more != NULL ? g_strdup_printf("%s not listed here: see the JSON report.", more) : NULL);
}

static guint count_findings(const GalenReport *report, GalenSeverity least, const GalenFinding **ret_first) {
  guint n = 0;
  *ret_first = NULL;
  for (guint i = 0; i < report->findings->len; i++) {
    const GalenFinding *finding = finding_at(report, i);
    if (finding->muted || finding->severity < least)
      continue;
    if (n++ == 0)
      *ret_first = finding;
  }
  return n;
}

/* The answer in one sentence, and what to do in a second one. */
static void put_answer(const GalenHtml *page, GalenView *verdict) {
  const GalenReport *report = page->report;
  const GalenFinding *first = NULL;
  guint n = count_findings(report, GALEN_SEVERITY_WARNING, &first);
  char *headline = NULL;
  if (n > 0)
    headline = galen_html_cut(first->title, FINDING_TEXT_MAX);
  else if (report->total.count == 0)
    headline = galen_nothing_sentence(report);
  else
    headline = g_strdup("Nothing here needs you today.");
  galen_view_take_text(verdict, "headline", headline);
  g_autofree char *others = n > 1 ? galen_html_plural(n - 1, "more finding") : NULL;
  galen_view_take_text(
      verdict, "others",
      others != NULL ? g_strdup_printf("%s %s attention, below.", others, n == 2 ? "asks for" : "ask for") : NULL);
  gboolean urgent = n > 0;
  if (!urgent)
    count_findings(report, GALEN_SEVERITY_INFO, &first);
  galen_view_set_text(verdict, "do_word", urgent ? "Do this first" : "When there is time");
  galen_html_put(verdict, "do_what", first != NULL ? first->advice : NULL, FINDING_TEXT_MAX);
  galen_html_put(verdict, "do_about", first != NULL && !urgent ? first->title : NULL, FINDING_TEXT_MAX);
  galen_html_put_link(verdict, "do_href", first != NULL && has_card(page, first->query_id) ? first->query_id : NULL);
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
  return g_strdup_printf("%s to %s, %s", from, to, report->zone_name);
}

static char *active_note(const GalenReport *report) {
  double length = (double)report->to - (double)report->from;
  if (report->from == GALEN_TIME_NONE || report->to == GALEN_TIME_NONE || length <= 0)
    return NULL;
  g_autofree char *text = galen_words_count((double)report->total.main[GALEN_MAIN_TIME].sum / length);
  return g_strdup_printf("%s active at a time on average", text);
}

static void put_facts(const GalenHtml *page, GalenView *verdict) {
  const GalenReport *report = page->report;
  GalenView *facts = galen_view_add_list(verdict, "facts");
  put_fact(facts, "Window", window_value(report), window_note(report));
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  for (guint i = 0; i < report->nodes->len; i++)
    g_ptr_array_add(names, ((const GalenNodeRow *)g_ptr_array_index(report->nodes, i))->name);
  put_fact(facts, report->nodes->len == 1 ? "Node" : "Nodes", galen_words_count(report->nodes->len), node_names(names));
  g_autofree char *classes = galen_html_plural(report->classes, "distinct operation");
  put_fact(facts, "Statements", galen_words_count((double)report->total.count), g_steal_pointer(&classes));
  put_fact(facts, "Query time", galen_words_duration((double)report->total.main[GALEN_MAIN_TIME].sum),
           active_note(report));
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
  put_findings(page, verdict);
}
