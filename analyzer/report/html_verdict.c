/* Section 1: am I all right, and if not, what do I do. */
#include "html_page.h"

#include "nothing.h"
#include "words.h"

#define TOP_OPERATIONS 3u
#define FINDINGS_IN_SIGHT 8u
#define INCIDENTS_IN_SIGHT 8u
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
                      page->report->total.count > 0 ? "No finding: nothing in these logs goes past a limit."
                      : galen_nothing_but_errors(page->report)
                          ? "No finding beside the incidents."
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

/* ---- incidents ---- */

static const GalenIncident *incident_at(const GalenReport *report, guint i) {
  return g_ptr_array_index(report->incidents, i);
}

static void put_incidents(const GalenHtml *page, GalenView *verdict) {
  const GalenReport *report = page->report;
  GalenView *list = galen_view_add_list(verdict, "incidents");
  guint all = 0;
  for (guint i = 0; i < report->incidents->len; i++) {
    const GalenIncident *incident = incident_at(report, i);
    if (incident->muted || all++ >= INCIDENTS_IN_SIGHT)
      continue;
    GalenView *item = galen_view_append_record(list);
    galen_html_severity(item, incident->severity);
    galen_html_put(item, "title", incident->title, GALEN_HTML_PATH_MAX);
    galen_view_set_text(item, "confidence", galen_confidence_word(incident->confidence));
    galen_view_take_text(item, "when",
                         incident->from != GALEN_TIME_NONE ? galen_words_time(incident->from, report->zone, 0)
                                                           : g_strdup("time unknown"));
    g_autofree char *anchor = galen_html_incident_anchor(page, i);
    galen_view_take_text(item, "href", anchor != NULL ? g_strconcat("#", anchor, NULL) : NULL);
  }
  guint shown = galen_view_size(list);
  g_autofree char *more = all > shown ? galen_html_plural(all - shown, "further incident") : NULL;
  galen_view_take_text(verdict, "more_incidents",
                       more != NULL ? g_strdup_printf("%s %s below.", more, all - shown == 1 ? "is" : "are") : NULL);
}

/* Of those that ask for attention, and the first of them. */
static guint count_incidents(const GalenReport *report, guint *ret_first) {
  guint n = 0;
  for (guint i = 0; i < report->incidents->len; i++) {
    const GalenIncident *incident = incident_at(report, i);
    if (incident->muted || incident->severity < GALEN_SEVERITY_WARNING)
      continue;
    if (n++ == 0)
      *ret_first = i;
  }
  return n;
}

static void put_others(GalenView *verdict, guint incidents, guint findings) {
  g_autofree char *first = incidents > 0 ? galen_html_plural(incidents, "more incident") : NULL;
  g_autofree char *second =
      findings > 0 ? galen_html_plural(findings, first != NULL ? "finding" : "more finding") : NULL;
  if (first == NULL && second == NULL) {
    galen_view_set_text(verdict, "others", NULL);
    return;
  }
  galen_view_take_text(verdict, "others",
                       g_strdup_printf("%s%s%s %s attention, below.", first != NULL ? first : "",
                                       first != NULL && second != NULL ? " and " : "", second != NULL ? second : "",
                                       incidents + findings == 1 ? "asks for" : "ask for"));
}

/* An incident that is as bad as the worst finding is the answer. */
static gboolean put_incident_answer(const GalenHtml *page, GalenView *verdict, const GalenFinding *finding, guint n) {
  const GalenReport *report = page->report;
  guint first = 0;
  guint incidents = count_incidents(report, &first);
  const GalenIncident *incident = incidents > 0 ? incident_at(report, first) : NULL;
  if (incident == NULL || (finding != NULL && finding->severity > incident->severity))
    return FALSE;
  g_autofree char *anchor = galen_html_incident_anchor(page, first);
  galen_html_put(verdict, "headline", incident->title, FINDING_TEXT_MAX);
  put_others(verdict, incidents - 1, n);
  galen_view_set_text(verdict, "do_word", "Do this first");
  galen_html_put(verdict, "do_what", incident->advice->len > 0 ? g_ptr_array_index(incident->advice, 0) : NULL,
                 FINDING_TEXT_MAX);
  galen_view_set_text(verdict, "do_about", anchor != NULL ? "The incident" : NULL);
  galen_view_take_text(verdict, "do_href", anchor != NULL ? g_strconcat("#", anchor, NULL) : NULL);
  return TRUE;
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
  if (put_incident_answer(page, verdict, first, n))
    return;
  char *headline = NULL;
  if (n > 0)
    headline = galen_html_cut(first->title, FINDING_TEXT_MAX);
  else if (report->total.count == 0 && !galen_nothing_but_errors(report))
    headline = galen_nothing_sentence(report);
  else
    headline = g_strdup("Nothing here needs you today.");
  galen_view_take_text(verdict, "headline", headline);
  guint unused = 0;
  put_others(verdict, n > 0 ? count_incidents(report, &unused) : 0, n > 1 ? n - 1 : 0);
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
    active += incident_at(report, i)->muted ? 0 : 1;
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
  put_incidents(page, verdict);
  put_findings(page, verdict);
}
