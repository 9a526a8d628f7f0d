#include "json_parts.h"

#include "../words.h"
#include "marks.h"

static const char *text_itself(gconstpointer text) {
  return text;
}

void galen_json_texts(GalenJson *json, const char *key, const GPtrArray *texts) {
  galen_json_texts_of(json, key, texts, text_itself);
}

/* 0 is an unknown line. */
static void write_line(GalenJson *json, guint64 line) {
  if (line > 0)
    galen_json_count(json, "line", line);
  else
    galen_json_null(json, "line");
}

void galen_json_place(GalenJson *json, const char *key, const GalenPlace *place) {
  galen_json_open_object(json, key, GALEN_JSON_LINE);
  galen_json_text(json, "path", place->path);
  write_line(json, place->line);
  galen_json_text(json, "node", place->node);
  galen_json_time(json, "time", place->time);
  gboolean has_time = place->raw_time != NULL && place->raw_time[0] != '\0';
  galen_json_text(json, "raw_time", has_time ? place->raw_time : NULL);
  galen_json_text(json, "text", place->text);
  galen_json_close_object(json);
}

/* Only in a nightly report. */
void galen_json_mark(GalenJson *json, const GalenReport *report, const char *id) {
  GalenNightMark mark;
  gint64 since;
  if (!galen_marks_find(report, id, &mark, &since))
    return;
  galen_json_text(json, "mark", galen_mark_word(mark));
  galen_json_time(json, "since", since);
}

void galen_json_fact(GalenJson *json, const char *key, const GalenReport *report, const GalenFact *fact) {
  if (fact == NULL) {
    galen_json_null(json, key);
    return;
  }
  GalenPlace place = galen_place_of_fact(report, fact);
  galen_json_place(json, key, &place);
}

void galen_json_seqno(GalenJson *json, const char *key, gint64 seqno) {
  if (seqno != GALEN_SEQNO_NONE)
    galen_json_integer(json, key, seqno);
  else
    galen_json_null(json, key);
}

void galen_json_uuid(GalenJson *json, const char *key, const GalenUuid *uuid) {
  char text[GALEN_UUID_TEXT];
  galen_json_text(json, key, galen_uuid_is_nil(uuid) ? NULL : galen_uuid_write(uuid, text));
}

void galen_json_known_seconds(GalenJson *json, const char *key, gint64 us, gint64 unknown) {
  if (us != unknown)
    galen_json_seconds(json, key, us);
  else
    galen_json_null(json, key);
}

void galen_json_requested(GalenJson *json, const GalenReport *report) {
  if (!report->requested) {
    galen_json_null(json, "requested");
    return;
  }
  galen_json_open_object(json, "requested", GALEN_JSON_LINE);
  galen_json_time(json, "from", report->asked_from);
  galen_json_time(json, "to", report->asked_to);
  galen_json_close_object(json);
}

static void write_window(GalenJson *json, const GalenReport *report) {
  galen_json_open_object(json, "window", GALEN_JSON_BLOCK);
  galen_json_time(json, "from", report->from);
  galen_json_time(json, "to", report->to);
  galen_json_text(json, "timezone", report->zone_name);
  galen_json_requested(json, report);
  galen_json_close_object(json);
}

/* ---- inputs ---- */

static void write_skips(GalenJson *json, const GalenInputRow *row) {
  galen_json_open_list(json, "skipped", GALEN_JSON_BLOCK);
  for (guint i = 0; i < row->account.n_skips; i++) {
    const GalenSkip *skip = &row->account.skips[i];
    galen_json_open_object(json, NULL, GALEN_JSON_LINE);
    galen_json_text(json, "reason", skip->reason);
    galen_json_count(json, "records", skip->records);
    galen_json_count(json, "bytes", skip->bytes);
    write_line(json, skip->line);
    galen_json_text(json, "text", i < row->skip_texts->len ? g_ptr_array_index(row->skip_texts, i) : NULL);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
}

static void write_starts(GalenJson *json, const GalenInputRow *row) {
  galen_json_open_list(json, "starts", GALEN_JSON_BLOCK);
  for (guint i = 0; i < row->starts->len; i++) {
    const GalenStartRow *start = g_ptr_array_index(row->starts, i);
    galen_json_open_object(json, NULL, GALEN_JSON_LINE);
    galen_json_text(json, "version", start->version);
    galen_json_time(json, "time", start->time);
    galen_json_time(json, "after", start->after);
    write_line(json, start->line);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
}

static void write_account(GalenJson *json, const GalenInputRow *row) {
  const GalenAccount *account = &row->account;
  const struct {
    const char *key;
    guint64 value;
  } counts[] = {
      {"bytes", account->bytes},
      {"bytes_events", account->bytes_events},
      {"bytes_headers", account->bytes_headers},
      {"bytes_skipped", account->bytes_skipped},
      {"events", account->events},
      {"untimed", account->untimed},
      {"partial", account->partial},
      {"implausible", account->implausible},
      {"restarts", row->restarts},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(counts); i++)
    galen_json_count(json, counts[i].key, counts[i].value);
  galen_json_time(json, "first", account->first);
  galen_json_time(json, "last", account->last);
}

/* An unknown zone is empty where a parser filled it in. */
static const char *known(const char *text) {
  return text != NULL && *text != '\0' ? text : NULL;
}

static void write_inputs(GalenJson *json, const GalenReport *report) {
  galen_json_open_list(json, "inputs", GALEN_JSON_BLOCK);
  for (guint i = 0; i < report->inputs->len; i++) {
    const GalenInputRow *row = g_ptr_array_index(report->inputs, i);
    galen_json_open_object(json, NULL, GALEN_JSON_BLOCK);
    galen_json_text(json, "path", row->path);
    galen_json_text(json, "node", row->node);
    galen_json_text(json, "kind", row->kind);
    galen_json_text(json, "store", row->store);
    galen_json_text(json, "server", known(row->server));
    galen_json_text(json, "version", known(row->version));
    galen_json_text(json, "compression", row->compression);
    galen_json_text(json, "envelope", row->envelope);
    galen_json_bool(json, "complete", row->complete);
    galen_json_text(json, "problem", row->problem);
    galen_json_text(json, "timezone", known(row->timezone));
    galen_json_text(json, "timezone_source", known(row->timezone_source));
    write_account(json, row);
    write_starts(json, row);
    write_skips(json, row);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
}

/* ---- findings ---- */

static void write_evidence(GalenJson *json, const GPtrArray *list) {
  galen_json_open_list(json, "evidence", GALEN_JSON_BLOCK);
  for (guint i = 0; i < list->len; i++) {
    GalenPlace place = galen_place_of_evidence(g_ptr_array_index(list, i));
    galen_json_place(json, NULL, &place);
  }
  galen_json_close_list(json);
}

static void write_findings(GalenJson *json, const GalenReport *report) {
  galen_json_open_list(json, "findings", GALEN_JSON_BLOCK);
  for (guint i = 0; i < report->findings->len; i++) {
    const GalenFinding *finding = g_ptr_array_index(report->findings, i);
    galen_json_open_object(json, NULL, GALEN_JSON_BLOCK);
    galen_json_text(json, "id", finding->id);
    galen_json_text(json, "severity", galen_severity_word(finding->severity));
    galen_json_text(json, "title", finding->title);
    galen_json_text(json, "detail", finding->detail);
    galen_json_texts(json, "nodes", finding->nodes);
    galen_json_time(json, "from", finding->from);
    galen_json_time(json, "to", finding->to);
    galen_json_text(json, "advice", finding->advice);
    galen_json_text(json, "query", finding->query_id);
    galen_json_text(json, "figure", finding->figure);
    galen_json_text(json, "incident", finding->incident_id);
    write_evidence(json, finding->evidence);
    galen_json_bool(json, "muted", finding->muted);
    galen_json_mark(json, report, finding->id);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
}

/* Incidents and findings in the order of the verdict. */
static void write_ranking(GalenJson *json, const GalenReport *report) {
  galen_json_open_list(json, "ranking", GALEN_JSON_BLOCK);
  for (guint i = 0; i < report->ranking->len; i++) {
    const GalenRanked *one = &g_array_index(report->ranking, GalenRanked, i);
    galen_json_open_object(json, NULL, GALEN_JSON_LINE);
    galen_json_text(json, "kind", one->incident != NULL ? "incident" : "finding");
    galen_json_text(json, "id", one->incident != NULL ? one->incident->id : one->finding->id);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
}

/* Only in a nightly report. */
static void write_resolved(GalenJson *json, const GalenReport *report) {
  if (report->marks == NULL)
    return;
  galen_json_time(json, "night_before", report->marks->before);
  galen_json_open_list(json, "resolved", GALEN_JSON_BLOCK);
  for (guint i = 0; i < report->marks->resolved->len; i++) {
    const GalenMarked *one = g_ptr_array_index(report->marks->resolved, i);
    galen_json_open_object(json, NULL, GALEN_JSON_LINE);
    galen_json_text(json, "id", one->id);
    galen_json_text(json, "kind", one->kind);
    galen_json_text(json, "severity", galen_severity_word(one->severity));
    galen_json_text(json, "title", one->title);
    galen_json_time(json, "since", one->first);
    galen_json_time(json, "last", one->last);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
}

static void write_all(GalenJson *json, const GalenReport *self) {
  galen_json_open_object(json, NULL, GALEN_JSON_BLOCK);
  galen_json_text(json, "schema", GALEN_SCHEMA);
  galen_json_text(json, "galen", GALEN_VERSION);
  galen_json_text(json, "title", self->title);
  galen_json_text(json, "status", galen_status_word(self->status));
  write_window(json, self);
  write_inputs(json, self);
  galen_json_write_nodes(json, self);
  galen_json_write_queries(json, self);
  galen_json_write_errors(json, self);
  galen_json_write_clusters(json, self);
  galen_json_write_incidents(json, self);
  write_findings(json, self);
  write_ranking(json, self);
  write_resolved(json, self);
  galen_json_write_comparison(json, self);
  galen_json_close_object(json);
}

GBytes *galen_report_write_json(const GalenReport *self, G_GNUC_UNUSED GError **error) {
  GalenJson json;
  galen_json_init(&json);
  write_all(&json, self);
  return galen_json_finish(&json);
}

gboolean galen_report_flush_json(const GalenReport *self, GalenJsonFlush flush, gpointer user, GError **error) {
  GalenJson json;
  galen_json_init_flushed(&json, flush, user);
  write_all(&json, self);
  return galen_json_finish_flushed(&json, error);
}
