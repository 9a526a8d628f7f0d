/* The "errors" of the JSON document. */
#include "json_parts.h"

static const char *level_word(GalenLevel level) {
  static const char *const words[] = {[GALEN_LEVEL_NONE] = "note",
                                      [GALEN_LEVEL_SYSTEM] = "system",
                                      [GALEN_LEVEL_ERROR] = "error",
                                      [GALEN_LEVEL_WARNING] = "warning",
                                      [GALEN_LEVEL_NOTE] = "note"};
  return words[level];
}

static void write_error_place(GalenJson *json, const GalenErrorPlace *from) {
  GalenPlace place = galen_place_of_error(from);
  galen_json_place(json, "evidence", &place);
}

/* 0 is unknown. */
static void write_number(GalenJson *json, const char *key, guint64 number) {
  if (number > 0)
    galen_json_count(json, key, number);
  else
    galen_json_null(json, key);
}

static void write_group(GalenJson *json, const GalenErrorGroup *group, const GalenSeen *seen) {
  galen_json_open_object(json, NULL, GALEN_JSON_BLOCK);
  galen_json_text(json, "id", group->id);
  galen_json_text(json, "rule", group->rule != NULL ? group->rule->id : NULL);
  galen_json_text(json, "title", group->rule != NULL ? group->rule->title : NULL);
  galen_json_text(json, "level", level_word(group->level));
  galen_json_text(json, "severity", galen_severity_word(group->severity));
  write_number(json, "code", group->code);
  galen_json_text(json, "subsystem", group->subsystem);
  galen_json_text(json, "template", group->template != NULL ? group->template : "");
  galen_json_count(json, "count", group->count);
  galen_json_time(json, "first", group->first);
  galen_json_time(json, "last", group->last);
  galen_json_seen(json, seen);
  galen_json_open_list(json, "nodes", GALEN_JSON_LINE);
  for (guint i = 0; group->nodes != NULL && i < group->nodes->len; i++) {
    const GalenErrorCountOf *node = g_ptr_array_index(group->nodes, i);
    galen_json_open_object(json, NULL, GALEN_JSON_LINE);
    galen_json_text(json, "name", node->name);
    galen_json_count(json, "count", node->count);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
  galen_json_text(json, "sample", group->first_place.text);
  write_error_place(json, &group->first_place);
  galen_json_text(json, "cause", group->rule != NULL ? group->rule->cause : NULL);
  galen_json_text(json, "advice", group->rule != NULL ? group->rule->advice : NULL);
  galen_json_close_object(json);
}

static void write_cells(GalenJson *json, const char *key, const guint64 *cells, guint n) {
  galen_json_open_list(json, key, GALEN_JSON_LINE);
  for (guint i = 0; cells != NULL && i < n; i++)
    galen_json_count(json, NULL, cells[i]);
  galen_json_close_list(json);
}

static void write_series(GalenJson *json, const GalenErrorSeries *series) {
  static const GalenErrorSeries none = {.from = GALEN_TIME_NONE};
  series = series != NULL ? series : &none;
  galen_json_open_object(json, "series", GALEN_JSON_BLOCK);
  galen_json_time(json, "from", series->from);
  galen_json_known_seconds(json, "step_s", series->step, 0);
  write_cells(json, "critical", series->critical, series->n);
  write_cells(json, "warning", series->warning, series->n);
  write_cells(json, "info", series->info, series->n);
  galen_json_close_object(json);
}

/* When and where, the head of what happened once. */
static void open_happening(GalenJson *json, gint64 time, const GalenErrorPlace *place) {
  galen_json_open_object(json, NULL, GALEN_JSON_BLOCK);
  galen_json_time(json, "time", time);
  galen_json_text(json, "node", place->node);
}

static void close_happening(GalenJson *json, const GalenErrorPlace *place) {
  write_error_place(json, place);
  galen_json_close_object(json);
}

static void write_deadlock(GalenJson *json, gconstpointer item) {
  const GalenDeadlock *deadlock = item;
  open_happening(json, deadlock->time, &deadlock->place);
  galen_json_open_list(json, "transactions", GALEN_JSON_BLOCK);
  for (guint i = 0; i < deadlock->sides->len; i++) {
    const GalenDeadlockSide *side = g_ptr_array_index(deadlock->sides, i);
    galen_json_open_object(json, NULL, GALEN_JSON_LINE);
    galen_json_text(json, "query", side->query);
    galen_json_text(json, "table", side->table);
    galen_json_text(json, "index", side->index);
    galen_json_text(json, "lock", side->lock);
    write_number(json, "thread", side->thread);
    galen_json_bool(json, "victim", side->victim);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
  close_happening(json, &deadlock->place);
}

static void write_crash(GalenJson *json, gconstpointer item) {
  const GalenCrash *crash = item;
  open_happening(json, crash->time, &crash->place);
  write_number(json, "signal", crash->signal > 0 ? (guint64)crash->signal : 0);
  galen_json_text(json, "assertion", crash->assertion);
  galen_json_text(json, "query", crash->query);
  write_number(json, "thread", crash->thread);
  galen_json_texts(json, "backtrace", crash->backtrace);
  close_happening(json, &crash->place);
}

static void write_semaphore(GalenJson *json, gconstpointer item) {
  const GalenSemaphore *semaphore = item;
  open_happening(json, semaphore->time, &semaphore->place);
  galen_json_count(json, "total", semaphore->total);
  galen_json_known_seconds(json, "longest_s", semaphore->longest, GALEN_TIME_NONE);
  galen_json_open_list(json, "waits", GALEN_JSON_BLOCK);
  for (guint i = 0; i < semaphore->waits->len; i++) {
    const GalenSemaphoreWait *wait = g_ptr_array_index(semaphore->waits, i);
    galen_json_open_object(json, NULL, GALEN_JSON_LINE);
    galen_json_text(json, "thread", wait->thread);
    galen_json_text(json, "place", wait->place);
    galen_json_known_seconds(json, "seconds", wait->span, GALEN_TIME_NONE);
    galen_json_text(json, "lock", wait->lock);
    galen_json_text(json, "created", wait->created);
    galen_json_text(json, "holder", wait->holder);
    galen_json_text(json, "held_at", wait->held_at);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
  close_happening(json, &semaphore->place);
}

static void write_peer(GalenJson *json, gconstpointer item) {
  const GalenErrorPeer *peer = item;
  galen_json_open_object(json, NULL, GALEN_JSON_LINE);
  galen_json_text(json, "user", peer->user);
  galen_json_text(json, "host", peer->host);
  galen_json_text(json, "reason", peer->reason);
  galen_json_count(json, "count", peer->count);
  galen_json_time(json, "first", peer->first);
  galen_json_time(json, "last", peer->last);
  galen_json_close_object(json);
}

static void write_restarts(GalenJson *json, const GalenReport *report) {
  galen_json_open_list(json, "restarts", GALEN_JSON_BLOCK);
  for (guint i = 0; report->history != NULL && i < report->history->restarts->len; i++) {
    const GalenRestartRow *row = g_ptr_array_index(report->history->restarts, i);
    galen_json_open_object(json, NULL, GALEN_JSON_LINE);
    galen_json_time(json, "time", row->time);
    galen_json_text(json, "node", row->node);
    galen_json_text(json, "kind", row->kind);
    galen_json_known_seconds(json, "down_s", row->down, GALEN_TIME_NONE);
    galen_json_fact(json, "evidence", report, row->evidence);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
}

void galen_json_write_errors(GalenJson *json, const GalenReport *report) {
  static const GalenErrorLists none = {.count = 0};
  const GalenErrorLists *errors = report->errors != NULL ? report->errors : &none;
  galen_json_open_object(json, "errors", GALEN_JSON_BLOCK);
  galen_json_count(json, "count", errors->count);
  galen_json_open_list(json, "groups", GALEN_JSON_BLOCK);
  for (guint i = 0; errors->groups != NULL && i < errors->groups->len; i++) {
    const GalenErrorGroup *group = g_ptr_array_index(errors->groups, i);
    write_group(json, group, galen_report_error_seen(report, group));
  }
  galen_json_close_list(json);
  write_series(json, errors->series);
  galen_json_count(json, "deadlock_count", errors->deadlock_count);
  galen_json_items(json, "deadlocks", errors->deadlocks, write_deadlock);
  galen_json_count(json, "crash_count", errors->crash_count);
  galen_json_items(json, "crashes", errors->crashes, write_crash);
  galen_json_count(json, "semaphore_count", errors->semaphore_count);
  galen_json_items(json, "semaphores", errors->semaphores, write_semaphore);
  write_restarts(json, report);
  galen_json_items(json, "denied", errors->denied, write_peer);
  galen_json_items(json, "aborted", errors->aborted, write_peer);
  galen_json_close_object(json);
}
