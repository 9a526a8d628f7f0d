#include "line.h"

#include "../digest/error_template.h"
#include "../report/json_out.h"
#include "../words.h"

/* The head that all events have; the object stays open. */
static void begin(GalenJson *json, GString *out, const GalenInputRow *row, gint64 time, const char *kind,
                  guint64 line) {
  g_string_truncate(out, 0);
  *json = (GalenJson){.out = out, .fresh = TRUE};
  galen_json_open_object(json, NULL, GALEN_JSON_LINE);
  galen_json_time(json, "time", time);
  galen_json_text(json, "node", row->node);
  galen_json_text(json, "kind", kind);
  galen_json_text(json, "path", row->path);
  galen_json_count(json, "line", line);
}

/* NULL data is null. */
static void write_slice(GalenJson *json, const char *key, GalenSlice text, gsize max) {
  g_autofree char *clean = text.data != NULL ? galen_words_clean(text, max) : NULL;
  galen_json_text(json, key, clean);
}

static void write_figures(GalenJson *json, const GalenSlowEvent *event) {
  for (guint i = 0; i < GALEN_N_MAIN; i++) {
    const char *key = i == GALEN_MAIN_TIME ? "query_time" : galen_main_name((GalenMainAttr)i);
    if ((event->main_mask & 1u << i) == 0)
      galen_json_null(json, key);
    else if (galen_main_unit((GalenMainAttr)i) == GALEN_UNIT_US)
      galen_json_decimal(json, key, event->main[i], 6);
    else
      galen_json_count(json, key, event->main[i]);
  }
}

void galen_event_line_slow(GString *out, const GalenInputRow *row, const GalenSlowEvent *event, GalenSlice sample,
                           const GalenFingerprinter *fingerprinter) {
  GalenJson json;
  guint8 id[GALEN_QUERY_ID_BYTES];
  char id_text[33];
  galen_fingerprinter_id(fingerprinter, id);
  galen_query_id_print(id, id_text);
  begin(&json, out, row, event->timed ? event->start : GALEN_TIME_NONE, "slow-log", event->line);
  galen_json_text(&json, "id", id_text);
  write_slice(&json, "database", event->schema, GALEN_EVENT_TEXT_MAX);
  write_slice(&json, "user", event->user, GALEN_EVENT_TEXT_MAX);
  write_slice(&json, "host", event->host, GALEN_EVENT_TEXT_MAX);
  galen_json_count(&json, "thread", event->thread_id);
  write_figures(&json, event);
  galen_json_count(&json, "error", event->error);
  write_slice(&json, "text", sample.len > 0 ? sample : galen_slice(NULL, 0), GALEN_EVENT_TEXT_MAX);
}

static const char *level_word(GalenLevel level) {
  static const char *const words[] = {NULL, "system", "error", "warning", "note"};
  return words[level];
}

void galen_event_line_error(GString *out, const GalenInputRow *row, const GalenErrorEvent *event, gint64 time,
                            const GalenLogRule *rule, gboolean full) {
  GalenJson json;
  g_autofree char *text = galen_error_text_mask(event->text, GALEN_EVENT_TEXT_MAX, full);
  begin(&json, out, row, time, "error-log", event->line);
  write_slice(&json, "raw_time", event->raw_time, GALEN_EVENT_TEXT_MAX);
  galen_json_text(&json, "level", level_word(event->level));
  write_slice(&json, "subsystem", event->subsystem, GALEN_EVENT_TEXT_MAX);
  if (event->code > 0)
    galen_json_count(&json, "code", event->code);
  else
    galen_json_null(&json, "code");
  galen_json_count(&json, "thread", event->thread);
  galen_json_text(&json, "rule", rule != NULL ? rule->id : NULL);
  galen_json_text(&json, "severity", rule != NULL ? galen_severity_word(rule->severity) : NULL);
  galen_json_text(&json, "text", text);
}
