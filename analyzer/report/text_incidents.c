/* Incidents as cards. */
#include "../words.h"
#include "cluster_words.h"
#include "place.h"
#include "text_parts.h"

#define INDENT 4u
#define EVIDENCE_LINES 12u
#define NAMES_MAX 12u

static char *severity_label(const GalenIncident *incident) {
  g_autofree char *word = g_ascii_strup(galen_severity_word(incident->severity), -1);
  return g_strconcat(word, incident->muted ? " (muted)" : "", NULL);
}

static GalenTextStyle style_of(const GalenIncident *incident) {
  return incident->muted ? GALEN_TEXT_DIM : galen_text_severity_style(incident->severity);
}

static char *when_words(const GalenReport *report, const GalenIncident *incident) {
  if (incident->from == GALEN_TIME_NONE)
    return g_strdup("at a time that the logs do not tell");
  g_autofree char *from = galen_incident_bound(report, incident->from, incident->from_error);
  g_autofree char *length = galen_incident_length(report, incident);
  if (incident->to == GALEN_TIME_NONE)
    return g_strdup_printf("from %s, %s", from, length);
  g_autofree char *to = galen_incident_bound(report, incident->to, incident->to_error);
  return g_strdup_printf("%s to %s, %s", from, to, length);
}

static void print_fact(GalenText *out, const char *label, const char *text) {
  if (text != NULL && *text != '\0')
    galen_text_labelled(out, INDENT, GALEN_TEXT_DIM, label, text);
}

static void print_time(GalenText *out, const GalenReport *report, const char *label, gint64 time) {
  g_autofree char *text = time != GALEN_TIME_NONE ? galen_incident_bound(report, time, -1) : NULL;
  print_fact(out, label, text);
}

static void print_names(GalenText *out, const char *label, const GPtrArray *names) {
  g_autofree char *text = galen_names(names, NAMES_MAX);
  print_fact(out, label, text);
}

static void print_sides(GalenText *out, const GalenReport *report, const GalenIncident *incident) {
  for (guint i = 0; i < incident->sides->len; i++) {
    const GalenSide *side = g_ptr_array_index(incident->sides, i);
    g_autofree char *members = galen_names(side->members, NAMES_MAX);
    g_autofree char *from = galen_text_when(report, side->from);
    g_autofree char *to = side->to != GALEN_TIME_NONE ? galen_text_when(report, side->to) : NULL;
    g_autofree char *seqnos = galen_seqno_range(side->first_seqno, side->last_seqno);
    g_autofree char *text = g_strdup_printf("%s: primary from %s %s%s, seqnos %s", members, from,
                                            to != NULL ? "to " : "on", to != NULL ? to : "", seqnos);
    print_fact(out, i == 0 ? "sides" : "", text);
  }
}

static char *range_words(const GalenRange *range) {
  g_autofree char *nodes = galen_names(range->nodes, NAMES_MAX);
  g_autofree char *first = galen_seqno_words(range->first_seqno);
  g_autofree char *last = galen_range_last(range);
  g_autofree char *writes = galen_range_writes(range);
  g_autofree char *changes = galen_known_count(range->configuration_changes);
  return g_strdup_printf("%s: seqnos %s to %s, write sets: %s, configuration changes: %s; what became of it: %s", nodes,
                         first, last, writes, changes, galen_range_fate(range));
}

static void print_ranges(GalenText *out, const GalenIncident *incident) {
  if (!incident->diverged)
    return;
  g_autofree char *seqno = galen_seqno_words(incident->common_seqno);
  g_autofree char *common = g_strdup_printf("history up to seqno %s", seqno);
  print_fact(out, "common", common);
  for (guint i = 0; i < incident->ranges->len; i++) {
    g_autofree char *text = range_words(g_ptr_array_index(incident->ranges, i));
    print_fact(out, i == 0 ? "diverged" : "", text);
  }
}

static void print_list(GalenText *out, const GalenReport *report, const char *label, const GPtrArray *texts,
                       gboolean numbered) {
  for (guint i = 0; i < texts->len; i++) {
    g_autofree char *words = galen_zone_words(report, g_ptr_array_index(texts, i));
    g_autofree char *text = numbered ? g_strdup_printf("%u. %s", i + 1, words) : g_steal_pointer(&words);
    print_fact(out, i == 0 ? label : "", text);
  }
}

static void print_evidence(GalenText *out, const GalenReport *report, const GalenIncident *incident) {
  guint n = incident->evidence->len;
  for (guint i = 0; i < MIN(n, EVIDENCE_LINES); i++) {
    GalenPlace place = galen_place_of_fact(report, g_ptr_array_index(incident->evidence, i));
    g_autofree char *where = galen_place_words(&place);
    g_autofree char *when = galen_text_when(report, place.time);
    g_autofree char *text = g_strdup_printf("%s  %s  %s", where, when, place.text != NULL ? place.text : "");
    print_fact(out, i == 0 ? "proof" : "", text);
  }
  g_autofree char *more =
      n > EVIDENCE_LINES ? g_strdup_printf("%u further lines are in the JSON.", n - EVIDENCE_LINES) : NULL;
  print_fact(out, "", more);
}

static void print_incident(GalenText *out, const GalenReport *report, const GalenIncident *incident) {
  g_autofree char *label = severity_label(incident);
  g_autofree char *when = when_words(report, incident);
  g_autofree char *sides = galen_incident_sides(incident);
  g_string_append_c(out->out, '\n');
  galen_text_labelled(out, 2, style_of(incident), label, incident->title != NULL ? incident->title : "");
  g_autofree char *verdict = galen_zone_words(report, incident->verdict);
  g_autofree char *cause = galen_zone_words(report, incident->cause);
  if (verdict != NULL)
    galen_text_wrap(out, INDENT, GALEN_TEXT_PLAIN, verdict, 0);
  print_fact(out, "confidence", galen_confidence_word(incident->confidence));
  print_fact(out, "when", when);
  print_time(out, report, "exposed", incident->exposure_from);
  print_time(out, report, "clean from", incident->contaminated_until);
  print_fact(out, "who", sides);
  print_names(out, "nodes", incident->nodes);
  print_names(out, "suspects", incident->suspects);
  print_fact(out, "cause", cause);
  print_sides(out, report, incident);
  print_ranges(out, incident);
  print_list(out, report, "do", incident->advice, TRUE);
  print_evidence(out, report, incident);
  print_list(out, report, "changed by", incident->would_change, FALSE);
  print_list(out, report, "needs", incident->needs, FALSE);
  print_names(out, "rules", incident->rules);
  print_fact(out, "id", incident->id);
}

void galen_text_incidents(GalenText *out, const GalenReport *report) {
  if (report->history == NULL)
    return;
  galen_text_heading(out, "INCIDENTS");
  if (report->incidents->len == 0)
    galen_text_wrap(out, 2, GALEN_TEXT_PLAIN, "None that these logs show.", 0);
  for (guint i = 0; i < report->incidents->len; i++)
    print_incident(out, report, g_ptr_array_index(report->incidents, i));
}
