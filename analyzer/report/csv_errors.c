/* Tables on what error logs say: groups of messages, restarts, crashes, deadlocks, peers; and what of them is not as before. */
#include "csv_out.h"

#include "../findings/comparison.h"
#include "cluster_words.h"
#include "place.h"

static void put_number(GalenCsv *csv, guint64 number) {
  if (number > 0)
    galen_csv_count(csv, number);
  else
    galen_csv_skip(csv, 1);
}

static void put_error_place(GalenCsv *csv, const GalenErrorPlace *from) {
  GalenPlace place = galen_place_of_error(from);
  galen_csv_place(csv, &place);
}

/* ---- groups ---- */

static void put_counts(GalenCsv *csv, const GPtrArray *nodes) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; nodes != NULL && i < nodes->len; i++) {
    const GalenErrorCountOf *node = g_ptr_array_index(nodes, i);
    g_string_append_printf(text, "%s%s=%" G_GUINT64_FORMAT, i > 0 ? ", " : "", node->name != NULL ? node->name : "?",
                           node->count);
  }
  galen_csv_text(csv, text->str);
}

static void write_errors(GalenCsv *csv, const GalenReport *report) {
  static const char *const levels[] = {[GALEN_LEVEL_NONE] = "note",
                                       [GALEN_LEVEL_SYSTEM] = "system",
                                       [GALEN_LEVEL_ERROR] = "error",
                                       [GALEN_LEVEL_WARNING] = "warning",
                                       [GALEN_LEVEL_NOTE] = "note"};
  for (guint i = 0; report->errors != NULL && i < report->errors->groups->len; i++) {
    const GalenErrorGroup *group = g_ptr_array_index(report->errors->groups, i);
    const GalenLogRule *rule = group->rule;
    GalenPlace place = galen_place_of_error(&group->first_place);
    g_autofree char *code = galen_error_code(group->code);
    galen_csv_text(csv, group->id);
    galen_csv_text(csv, galen_severity_word(group->severity));
    galen_csv_texts(csv,
                    (const char *const[]){rule != NULL ? rule->id : NULL, rule != NULL ? rule->title : NULL,
                                          levels[group->level], code, group->subsystem},
                    5);
    galen_csv_count(csv, group->count);
    galen_csv_time(csv, group->first);
    galen_csv_time(csv, group->last);
    put_counts(csv, group->nodes);
    galen_csv_place(csv, &place);
    galen_csv_texts(csv, (const char *const[]){group->template, place.text, rule != NULL ? rule->advice : NULL}, 3);
    galen_csv_end(csv);
  }
}

/* ---- restarts, crashes, deadlocks ---- */

static void write_restarts(GalenCsv *csv, const GalenReport *report) {
  for (guint i = 0; report->history != NULL && i < report->history->restarts->len; i++) {
    const GalenRestartRow *row = g_ptr_array_index(report->history->restarts, i);
    galen_csv_text(csv, row->node);
    galen_csv_time(csv, row->time);
    galen_csv_text(csv, row->kind);
    galen_csv_seconds(csv, row->down, GALEN_TIME_NONE);
    galen_csv_fact(csv, report, row->evidence);
    galen_csv_end(csv);
  }
}

static void write_crashes(GalenCsv *csv, const GalenReport *report) {
  for (guint i = 0; report->errors != NULL && i < report->errors->crashes->len; i++) {
    const GalenCrash *crash = g_ptr_array_index(report->errors->crashes, i);
    galen_csv_text(csv, crash->place.node);
    galen_csv_time(csv, crash->time);
    put_number(csv, crash->signal > 0 ? (guint64)crash->signal : 0);
    galen_csv_text(csv, crash->assertion);
    put_number(csv, crash->thread);
    galen_csv_text(csv, crash->query);
    galen_csv_names(csv, crash->backtrace);
    put_error_place(csv, &crash->place);
    galen_csv_end(csv);
  }
}

/* A row a transaction: those of one deadlock have its number. */
static void put_deadlock(GalenCsv *csv, const GalenDeadlock *deadlock, guint number) {
  for (guint i = 0; i < deadlock->sides->len; i++) {
    const GalenDeadlockSide *side = g_ptr_array_index(deadlock->sides, i);
    galen_csv_count(csv, number);
    galen_csv_text(csv, deadlock->place.node);
    galen_csv_time(csv, deadlock->time);
    galen_csv_count(csv, i + 1);
    galen_csv_bool(csv, side->victim);
    put_number(csv, side->thread);
    galen_csv_texts(csv, (const char *const[]){side->table, side->index, side->lock, side->query}, 4);
    put_error_place(csv, &deadlock->place);
    galen_csv_end(csv);
  }
}

static void write_deadlocks(GalenCsv *csv, const GalenReport *report) {
  for (guint i = 0; report->errors != NULL && i < report->errors->deadlocks->len; i++)
    put_deadlock(csv, g_ptr_array_index(report->errors->deadlocks, i), i + 1);
}

/* ---- peers ---- */

static void write_peers(GalenCsv *csv, const GPtrArray *peers) {
  for (guint i = 0; peers != NULL && i < peers->len; i++) {
    const GalenErrorPeer *peer = g_ptr_array_index(peers, i);
    galen_csv_texts(csv, (const char *const[]){peer->user, peer->host, peer->reason}, 3);
    galen_csv_count(csv, peer->count);
    galen_csv_time(csv, peer->first);
    galen_csv_time(csv, peer->last);
    galen_csv_end(csv);
  }
}

static void write_denied(GalenCsv *csv, const GalenReport *report) {
  write_peers(csv, report->errors != NULL ? report->errors->denied : NULL);
}

static void write_aborted(GalenCsv *csv, const GalenReport *report) {
  write_peers(csv, report->errors != NULL ? report->errors->aborted : NULL);
}

/* ---- before and after ---- */

static void write_error_changes(GalenCsv *csv, const GalenReport *report) {
  for (guint i = 0; report->comparison != NULL && i < report->comparison->errors->len; i++) {
    const GalenErrorChange *change = g_ptr_array_index(report->comparison->errors, i);
    galen_csv_texts(csv,
                    (const char *const[]){galen_error_change_word(change->kind), change->id,
                                          galen_severity_word(change->severity), change->rule, change->title},
                    5);
    galen_csv_count(csv, change->count_before);
    galen_csv_count(csv, change->count_after);
    galen_csv_double(csv, change->before, 0);
    galen_csv_double(csv, change->after, 0);
    galen_csv_double(csv, change->ratio, 0);
    galen_csv_end(csv);
  }
}

static void write_setting_changes(GalenCsv *csv, const GalenReport *report) {
  for (guint i = 0; report->comparison != NULL && i < report->comparison->settings->len; i++) {
    const GalenSettingChange *change = g_ptr_array_index(report->comparison->settings, i);
    galen_csv_texts(csv, (const char *const[]){change->node, change->option, change->before, change->after}, 4);
    galen_csv_end(csv);
  }
}

#define PEER_COLUMNS "user,host,reason,records,first,last"

const GalenCsvTable galen_csv_error_tables[] = {
    {"errors", "id,severity,rule,title,level,code,subsystem,records,first,last,nodes,path,line,template,sample,advice",
     write_errors},
    {"restarts", "node,time,kind,down_seconds,path,line", write_restarts},
    {"crashes", "node,time,signal,assertion,thread,query,backtrace,path,line", write_crashes},
    {"deadlocks", "deadlock,node,time,transaction,victim,thread,table,index,lock,query,path,line", write_deadlocks},
    {"denied", PEER_COLUMNS, write_denied},
    {"aborted", PEER_COLUMNS, write_aborted},
    {"error-changes", "change,id,severity,rule,title,records_before,records_after,an_hour_before,an_hour_after,ratio",
     write_error_changes},
    {"setting-changes", "node,option,before,after", write_setting_changes},
    {NULL, NULL, NULL},
};
