/* Section 2: what went wrong, one card each. */
#include "html_page.h"

#include "../words.h"
#include "cluster_words.h"

#define OPEN_CARDS 3u
#define ADVICE_MAX 20u
#define SIDES_MAX 12u
#define LONG_FACT 40u /* bytes: gets the room of two */
#define ZOOM_PART 20  /* an incident shorter than this part of the window gets a chart of its own */

char *galen_html_incident_anchor(const GalenHtml *page, guint index) {
  return index < page->level->incidents ? g_strdup_printf("i-%u", index + 1) : NULL;
}

/* ---- facts ---- */

static void put_fact(GalenView *facts, const char *name, char *value) {
  if (value == NULL || *value == '\0') {
    g_free(value);
    return;
  }
  GalenView *fact = galen_view_append_record(facts);
  galen_view_set_text(fact, "name", name);
  galen_view_set_text(fact, "class", strlen(value) > LONG_FACT ? "long" : NULL);
  galen_view_take_text(fact, "value", value);
}

static char *known_bound(const GalenReport *report, gint64 time) {
  return time != GALEN_TIME_NONE ? galen_incident_bound(report, time, -1) : NULL;
}

static void put_facts(const GalenHtml *page, GalenView *card, const GalenIncident *incident) {
  const GalenReport *report = page->report;
  GalenView *facts = galen_view_add_list(card, "facts");
  g_autofree char *sides = galen_incident_sides(incident);
  put_fact(facts, "Who", galen_html_cut(sides, GALEN_HTML_PATH_MAX));
  put_fact(facts, "From", galen_incident_bound(report, incident->from, incident->from_error));
  put_fact(facts, "To",
           incident->to != GALEN_TIME_NONE ? galen_incident_bound(report, incident->to, incident->to_error) : NULL);
  put_fact(facts, "Lasted", galen_incident_length(report, incident));
  put_fact(facts, "Exposed since", known_bound(report, incident->exposure_from));
  put_fact(facts, "Data differ until", known_bound(report, incident->contaminated_until));
  put_fact(facts, "Last common seqno", incident->diverged ? galen_seqno_words(incident->common_seqno) : NULL);
  put_fact(facts, "Nodes", galen_html_names(incident->nodes));
  put_fact(facts, "Suspects", galen_html_names(incident->suspects));
  put_fact(facts, "Proof rules", galen_html_names(incident->rules));
}

/* ---- sides ---- */

static void put_sides(const GalenHtml *page, GalenView *card, const GalenIncident *incident) {
  GalenView *sides = galen_view_add_list(card, "sides");
  for (guint i = 0; i < MIN(incident->sides->len, SIDES_MAX); i++) {
    const GalenSide *side = g_ptr_array_index(incident->sides, i);
    GalenView *row = galen_view_append_record(sides);
    char uuid[GALEN_UUID_TEXT];
    galen_view_take_text(row, "members", galen_html_names(side->members));
    galen_html_put_time(page, row, "from", side->from);
    galen_view_take_text(row, "to",
                         side->to != GALEN_TIME_NONE ? galen_words_time(side->to, page->report->zone, 0)
                                                     : g_strdup("goes on"));
    galen_view_take_text(row, "seqnos", galen_seqno_range(side->first_seqno, side->last_seqno));
    galen_view_set_text(row, "uuid", galen_uuid_is_nil(&side->uuid) ? "unknown" : galen_uuid_write(&side->uuid, uuid));
  }
}

static void put_ranges(GalenView *card, const GalenIncident *incident) {
  GalenView *ranges = galen_view_add_list(card, "ranges");
  for (guint i = 0; incident->diverged && i < MIN(incident->ranges->len, SIDES_MAX); i++) {
    const GalenRange *range = g_ptr_array_index(incident->ranges, i);
    GalenView *row = galen_view_append_record(ranges);
    galen_view_take_text(row, "nodes", galen_html_names(range->nodes));
    galen_view_take_text(row, "first", galen_seqno_words(range->first_seqno));
    galen_view_take_text(row, "last", galen_range_last(range));
    galen_view_take_text(row, "write_sets", galen_range_writes(range));
    galen_view_take_text(row, "changes", galen_known_count(range->configuration_changes));
    galen_view_set_text(row, "fate", galen_range_fate(range));
  }
}

/* ---- texts ---- */

static void put_texts(const GalenHtml *page, GalenView *card, const char *key, const GPtrArray *texts) {
  GalenView *list = galen_view_add_list(card, key);
  for (guint i = 0; i < MIN(texts->len, ADVICE_MAX); i++) {
    g_autofree char *words = galen_zone_words(page->report, g_ptr_array_index(texts, i));
    galen_view_append_take_text(list, galen_html_cut(words, page->level->text));
  }
}

/* What other logs show of that time. */
static void put_beside(const GalenHtml *page, GalenView *card, const GalenIncident *incident) {
  GalenView *list = galen_view_add_list(card, "beside");
  for (guint i = 0; i < page->report->findings->len; i++) {
    const GalenFinding *finding = g_ptr_array_index(page->report->findings, i);
    if (g_strcmp0(finding->incident_id, incident->id) != 0 || finding->muted)
      continue;
    g_autofree char *text = g_strdup_printf("%s. %s", finding->title, finding->detail);
    galen_view_append_take_text(list, galen_html_cut(text, page->level->text));
  }
}

static void put_evidence(const GalenHtml *page, GalenView *card, const GalenIncident *incident) {
  GalenView *list = galen_view_add_list(card, "evidence");
  guint shown = MIN(incident->evidence->len, page->level->lines);
  for (guint i = 0; i < shown; i++) {
    GalenPlace place = galen_place_of_fact(page->report, g_ptr_array_index(incident->evidence, i));
    galen_html_place(page, list, &place);
  }
  galen_html_more(card, "more_evidence", incident->evidence->len, shown, "further line");
}

/* ---- the chart around it ---- */

static gboolean is_short(const GalenReport *report, const GalenIncident *incident, gint64 from, gint64 to) {
  if (incident->from == GALEN_TIME_NONE || report->from == GALEN_TIME_NONE || report->to == GALEN_TIME_NONE)
    return FALSE;
  return ((double)to - (double)from) * ZOOM_PART < (double)report->to - (double)report->from;
}

/* Lanes of which nothing is known show nothing. */
static gboolean is_any_known(const GalenReport *report, gint64 from, gint64 to) {
  for (guint i = 0; i < report->history->nodes->len; i++) {
    const GalenNode *node = g_ptr_array_index(report->history->nodes, i);
    for (guint s = 0; s < node->states->len; s++) {
      const GalenStateSpan *span = &g_array_index(node->states, GalenStateSpan, s);
      if (span->from < to && span->to > from && g_strcmp0(span->state, "UNKNOWN") != 0)
        return TRUE;
    }
  }
  return FALSE;
}

static void put_chart(const GalenHtml *page, GalenView *card, const GalenIncident *incident, guint index) {
  const GalenReport *report = page->report;
  GalenView *charts = galen_view_add_list(card, "charts");
  gint64 from = 0, to = 0;
  if (index >= page->level->zooms || incident->ongoing || report->history == NULL ||
      !galen_chart_incident_span(report, incident, &from, &to) || !is_short(report, incident, from, to))
    return;
  gint64 margin = galen_chart_margin(from, to);
  if (!is_any_known(report, from - margin, to + margin))
    return;
  g_autofree char *id = g_strdup_printf("zoom%u", index + 1);
  g_autoptr(GalenChart) chart =
      galen_chart_of_incident(report, incident, &(GalenChartForm){.id = id, .tips = page->level->details});
  if (chart != NULL)
    galen_html_chart(charts, chart);
}

/* ---- cards ---- */

static char *when_words(const GalenHtml *page, const GalenIncident *incident) {
  if (incident->from == GALEN_TIME_NONE)
    return g_strdup("time unknown");
  g_autofree char *from = galen_words_time(incident->from, page->report->zone, 0);
  g_autofree char *length = galen_incident_length(page->report, incident);
  return g_strdup_printf("%s, %s", from, length);
}

static void put_card(const GalenHtml *page, GalenView *cards, const GalenIncident *incident, guint index) {
  GalenView *card = galen_view_append_record(cards);
  galen_html_severity(card, incident->severity);
  galen_view_take_text(card, "number", g_strdup_printf("%u", index + 1));
  galen_view_take_text(card, "anchor", galen_html_incident_anchor(page, index));
  galen_view_set_flag(card, "open", index < OPEN_CARDS && !incident->muted);
  galen_view_set_flag(card, "muted", incident->muted);
  galen_html_put(card, "title", incident->title, page->level->text);
  galen_view_set_text(card, "confidence", galen_confidence_word(incident->confidence));
  galen_view_take_text(card, "when", when_words(page, incident));
  g_autofree char *verdict = galen_zone_words(page->report, incident->verdict);
  galen_html_put(card, "verdict", verdict, page->level->text);
  g_autofree char *cause = galen_zone_words(page->report, incident->cause);
  galen_html_put(card, "cause", cause, page->level->text);
  galen_html_put(card, "id", incident->id, GALEN_HTML_PATH_MAX);
  put_facts(page, card, incident);
  put_sides(page, card, incident);
  put_ranges(card, incident);
  put_texts(page, card, "advice", incident->advice);
  put_beside(page, card, incident);
  put_texts(page, card, "changes", incident->would_change);
  put_texts(page, card, "needs", incident->needs);
  put_evidence(page, card, incident);
  put_chart(page, card, incident, index);
}

void galen_html_incidents(const GalenHtml *page, GalenView *root) {
  const GPtrArray *incidents = page->report->incidents;
  GalenView *section = galen_view_add_record(root, "incidents");
  GalenView *cards = galen_view_add_list(section, "cards");
  guint shown = MIN(incidents->len, page->level->incidents);
  for (guint i = 0; i < shown; i++)
    put_card(page, cards, g_ptr_array_index(incidents, i), i);
  galen_html_more(section, "more", incidents->len, shown, "further incident");
}
