/* The "incidents" of the JSON document. */
#include "json_parts.h"

static void write_sides(GalenJson *json, const GalenIncident *incident) {
  galen_json_open_list(json, "components", GALEN_JSON_BLOCK);
  for (guint i = 0; i < incident->sides->len; i++) {
    const GalenSide *side = g_ptr_array_index(incident->sides, i);
    galen_json_open_object(json, NULL, GALEN_JSON_LINE);
    galen_json_uuid(json, "uuid", &side->uuid);
    galen_json_texts(json, "members", side->members);
    galen_json_time(json, "from", side->from);
    galen_json_time(json, "to", side->to);
    galen_json_seqno(json, "first_seqno", side->first_seqno);
    galen_json_seqno(json, "last_seqno", side->last_seqno);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
}

static void write_known(GalenJson *json, const char *key, gint64 n) {
  galen_json_seqno(json, key, n >= 0 ? n : GALEN_SEQNO_NONE);
}

static void write_range(GalenJson *json, const GalenRange *range) {
  galen_json_open_object(json, NULL, GALEN_JSON_LINE);
  galen_json_texts(json, "nodes", range->nodes);
  galen_json_uuid(json, "uuid", &range->uuid);
  galen_json_seqno(json, "first_seqno", range->first_seqno);
  galen_json_seqno(json, "last_seqno", range->last_seqno);
  galen_json_text(json, "last_is", range->last_is);
  write_known(json, "write_sets", range->write_sets);
  write_known(json, "configuration_changes", range->configuration_changes);
  galen_json_text(json, "fate", range->fate != NULL ? range->fate : "unknown");
  galen_json_close_object(json);
}

static void write_diverged(GalenJson *json, const GalenIncident *incident) {
  if (!incident->diverged) {
    galen_json_null(json, "diverged");
    return;
  }
  galen_json_open_object(json, "diverged", GALEN_JSON_BLOCK);
  galen_json_seqno(json, "common_seqno", incident->common_seqno);
  galen_json_open_list(json, "ranges", GALEN_JSON_BLOCK);
  for (guint i = 0; i < incident->ranges->len; i++)
    write_range(json, g_ptr_array_index(incident->ranges, i));
  galen_json_close_list(json);
  galen_json_close_object(json);
}

static void write_window(GalenJson *json, const GalenIncident *incident) {
  galen_json_time(json, "exposure_from", incident->exposure_from);
  galen_json_time(json, "from", incident->from);
  galen_json_time(json, "to", incident->to);
  galen_json_known_seconds(json, "from_error_s", MAX(incident->from_error, -1), -1);
  galen_json_known_seconds(json, "to_error_s", MAX(incident->to_error, -1), -1);
  galen_json_bool(json, "ongoing", incident->ongoing);
  galen_json_time(json, "contaminated_until", incident->contaminated_until);
}

static void write_block(GalenJson *json, const char *key, const GPtrArray *texts) {
  galen_json_open_list(json, key, GALEN_JSON_BLOCK);
  for (guint i = 0; i < texts->len; i++)
    galen_json_text(json, NULL, g_ptr_array_index(texts, i));
  galen_json_close_list(json);
}

static void write_incident(GalenJson *json, const GalenReport *report, const GalenIncident *incident) {
  galen_json_open_object(json, NULL, GALEN_JSON_BLOCK);
  galen_json_text(json, "id", incident->id != NULL ? incident->id : "");
  galen_json_text(json, "kind", galen_incident_word(incident->kind));
  galen_json_text(json, "title", incident->title != NULL ? incident->title : "");
  galen_json_text(json, "severity", galen_severity_word(incident->severity));
  galen_json_text(json, "confidence", galen_confidence_word(incident->confidence));
  write_window(json, incident);
  galen_json_texts(json, "nodes", incident->nodes);
  galen_json_texts(json, "suspects", incident->suspects);
  galen_json_texts(json, "rules", incident->rules);
  write_sides(json, incident);
  galen_json_text(json, "cause", incident->cause);
  write_diverged(json, incident);
  galen_json_text(json, "verdict", incident->verdict);
  write_block(json, "advice", incident->advice);
  galen_json_open_list(json, "evidence", GALEN_JSON_BLOCK);
  for (guint i = 0; i < incident->evidence->len; i++)
    galen_json_fact(json, NULL, report, g_ptr_array_index(incident->evidence, i));
  galen_json_close_list(json);
  write_block(json, "would_change", incident->would_change);
  write_block(json, "needs", incident->needs);
  galen_json_bool(json, "muted", incident->muted);
  galen_json_mark(json, report, incident->id);
  galen_json_close_object(json);
}

void galen_json_write_incidents(GalenJson *json, const GalenReport *report) {
  galen_json_open_list(json, "incidents", GALEN_JSON_BLOCK);
  for (guint i = 0; i < report->incidents->len; i++)
    write_incident(json, report, g_ptr_array_index(report->incidents, i));
  galen_json_close_list(json);
}
