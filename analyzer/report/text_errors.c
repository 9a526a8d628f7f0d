/* Error groups, deadlocks, crashes, restarts, refused and aborted connections. */
#include "../words.h"
#include "cluster_words.h"
#include "place.h"
#include "text_parts.h"

#define INDENT 4u
#define GROUPS_MAX 40u
#define ROWS_MAX 20u
#define NODES_MAX 6u
#define BACKTRACE_MAX 8u
#define SAMPLE_LINES 3u

static void print_more(GalenText *out, guint64 n, guint max, const char *noun) {
  if (n <= max)
    return;
  g_autofree char *count = galen_words_count((double)(n - max));
  g_autofree char *text = g_strdup_printf("%s further %s are in the JSON.", count, noun);
  galen_text_wrap(out, 2, GALEN_TEXT_DIM, text, 0);
}

static char *where_words(const GalenReport *report, const GalenErrorPlace *from) {
  GalenPlace place = galen_place_of_error(from);
  g_autofree char *where = galen_place_words(&place);
  g_autofree char *when = galen_text_when(report, place.time);
  return g_strdup_printf("%s  %s", where, when);
}

static char *count_words(const GalenReport *report, const GalenErrorGroup *group) {
  g_autofree char *count = galen_words_count((double)group->count);
  g_autofree char *first = galen_text_when(report, group->first);
  g_autofree char *last = galen_text_when(report, group->last);
  g_autofree char *code = galen_error_code(group->code);
  GString *text = g_string_new(NULL);
  g_string_append_printf(text, "%s time%s", count, group->count == 1 ? "" : "s");
  if (group->first != GALEN_TIME_NONE)
    g_string_append_printf(text, ", %s to %s", first, last);
  for (guint i = 0; group->nodes != NULL && i < MIN(group->nodes->len, NODES_MAX); i++) {
    const GalenErrorCountOf *node = g_ptr_array_index(group->nodes, i);
    g_autofree char *n = galen_words_count((double)node->count);
    g_string_append_printf(text, "%s%s %s", i == 0 ? "; " : ", ", node->name != NULL ? node->name : "unknown", n);
  }
  if (code != NULL || group->subsystem != NULL)
    g_string_append_printf(text, "; %s%s%s", code != NULL ? code : "",
                           code != NULL && group->subsystem != NULL ? " " : "",
                           group->subsystem != NULL ? group->subsystem : "");
  return g_string_free(text, FALSE);
}

static void print_group(GalenText *out, const GalenReport *report, const GalenErrorGroup *group) {
  g_autofree char *word = g_ascii_strup(galen_severity_word(group->severity), -1);
  g_autofree char *counts = count_words(report, group);
  g_autofree char *where = where_words(report, &group->first_place);
  galen_text_labelled(out, 2, galen_text_severity_style(group->severity), word, galen_error_title(group));
  galen_text_wrap(out, INDENT, GALEN_TEXT_PLAIN, counts, 0);
  const GalenSeen *known = galen_report_error_seen(report, group);
  g_autofree char *news = galen_seen_news(known, NULL, report->to), *seen = galen_seen_sentence(known);
  if (news != NULL)
    galen_text_wrap(out, INDENT, GALEN_TEXT_BOLD, news, 0);
  if (seen != NULL)
    galen_text_wrap(out, INDENT, GALEN_TEXT_DIM, seen, 0);
  if (group->first_place.text != NULL)
    galen_text_wrap(out, INDENT, GALEN_TEXT_DIM, group->first_place.text, SAMPLE_LINES);
  galen_text_wrap(out, INDENT, GALEN_TEXT_DIM, where, 0);
  if (group->rule == NULL)
    return;
  galen_text_wrap(out, INDENT, GALEN_TEXT_PLAIN, group->rule->cause, 0);
  galen_text_wrap(out, INDENT, GALEN_TEXT_PLAIN, group->rule->advice, 0);
}

static void print_groups(GalenText *out, const GalenReport *report, const GalenErrorLists *errors) {
  g_autofree char *count = galen_words_count((double)errors->count);
  g_autofree char *heading = g_strdup_printf("ERRORS: %s RECORDS IN %u GROUPS", count, errors->groups->len);
  galen_text_heading(out, heading);
  for (guint i = 0; i < MIN(errors->groups->len, GROUPS_MAX); i++)
    print_group(out, report, g_ptr_array_index(errors->groups, i));
  print_more(out, errors->groups->len, GROUPS_MAX, "groups");
}

static void print_deadlock(GalenText *out, const GalenReport *report, const GalenDeadlock *deadlock) {
  g_autofree char *where = where_words(report, &deadlock->place);
  galen_text_wrap(out, 2, GALEN_TEXT_PLAIN, where, 0);
  for (guint i = 0; i < deadlock->sides->len; i++) {
    const GalenDeadlockSide *side = g_ptr_array_index(deadlock->sides, i);
    g_autofree char *text =
        g_strdup_printf("%s%s%s%s%s%s%s", side->query != NULL ? side->query : "(query not in the log)",
                        side->table != NULL ? "\non " : "", side->table != NULL ? side->table : "",
                        side->index != NULL ? ", index " : "", side->index != NULL ? side->index : "",
                        side->lock != NULL ? ", " : "", side->lock != NULL ? side->lock : "");
    galen_text_labelled(out, INDENT, GALEN_TEXT_DIM, side->victim ? "victim" : "winner", text);
  }
}

static void print_deadlocks(GalenText *out, const GalenReport *report, const GalenErrorLists *errors) {
  if (errors->deadlocks->len == 0)
    return;
  galen_text_heading(out, "DEADLOCKS");
  for (guint i = 0; i < MIN(errors->deadlocks->len, ROWS_MAX); i++)
    print_deadlock(out, report, g_ptr_array_index(errors->deadlocks, i));
  print_more(out, errors->deadlock_count, ROWS_MAX, "deadlocks");
}

static void print_crash(GalenText *out, const GalenReport *report, const GalenCrash *crash) {
  g_autofree char *where = where_words(report, &crash->place);
  g_autofree char *what = crash->signal > 0 ? g_strdup_printf("%s  signal %d", where, crash->signal)
                                            : g_strdup_printf("%s  assertion", where);
  galen_text_wrap(out, 2, GALEN_TEXT_PLAIN, what, 0);
  if (crash->assertion != NULL)
    galen_text_labelled(out, INDENT, GALEN_TEXT_DIM, "assertion", crash->assertion);
  if (crash->query != NULL)
    galen_text_labelled(out, INDENT, GALEN_TEXT_DIM, "query", crash->query);
  for (guint i = 0; crash->backtrace != NULL && i < MIN(crash->backtrace->len, BACKTRACE_MAX); i++)
    galen_text_labelled(out, INDENT, GALEN_TEXT_DIM, i == 0 ? "backtrace" : "", g_ptr_array_index(crash->backtrace, i));
}

static void print_crashes(GalenText *out, const GalenReport *report, const GalenErrorLists *errors) {
  if (errors->crashes->len == 0)
    return;
  galen_text_heading(out, "CRASHES");
  for (guint i = 0; i < MIN(errors->crashes->len, ROWS_MAX); i++)
    print_crash(out, report, g_ptr_array_index(errors->crashes, i));
  print_more(out, errors->crash_count, ROWS_MAX, "crashes");
}

static void print_semaphore(GalenText *out, const GalenReport *report, const GalenSemaphore *semaphore) {
  g_autofree char *where = where_words(report, &semaphore->place);
  g_autofree char *longest = galen_words_duration((double)semaphore->longest);
  g_autofree char *what = g_strdup_printf("%s  %u waiting, for up to %s", where, semaphore->total, longest);
  galen_text_wrap(out, 2, GALEN_TEXT_PLAIN, what, 0);
  for (guint i = 0; i < MIN(semaphore->waits->len, ROWS_MAX); i++) {
    const GalenSemaphoreWait *wait = g_ptr_array_index(semaphore->waits, i);
    g_autofree char *text = galen_wait_words(wait);
    galen_text_labelled(out, INDENT, GALEN_TEXT_DIM, wait->place != NULL ? wait->place : "?", text);
  }
  print_more(out, semaphore->total, ROWS_MAX, "waits");
}

static void print_semaphores(GalenText *out, const GalenReport *report, const GalenErrorLists *errors) {
  if (errors->semaphores->len == 0)
    return;
  galen_text_heading(out, "SEMAPHORE WAITS");
  for (guint i = 0; i < MIN(errors->semaphores->len, ROWS_MAX); i++)
    print_semaphore(out, report, g_ptr_array_index(errors->semaphores, i));
  print_more(out, errors->semaphore_count, ROWS_MAX, "records of semaphore waits");
}

static void print_peers(GalenText *out, const GalenReport *report, const char *heading, const GPtrArray *peers) {
  static const GalenTextColumn columns[] = {{"count", TRUE, FALSE, 0}, {"user", FALSE, FALSE, 0},
                                            {"host", FALSE, FALSE, 0}, {"first", FALSE, FALSE, 3},
                                            {"last", FALSE, FALSE, 2}, {"reason", FALSE, TRUE, 0}};
  if (peers->len == 0)
    return;
  galen_text_heading(out, heading);
  g_autoptr(GalenTextTable) table = galen_text_table_new(columns, G_N_ELEMENTS(columns));
  for (guint i = 0; i < MIN(peers->len, ROWS_MAX); i++) {
    const GalenErrorPeer *peer = g_ptr_array_index(peers, i);
    galen_text_table_take(table, galen_words_count((double)peer->count));
    galen_text_table_take(table, galen_text_cut(peer->user != NULL ? peer->user : "(unknown)", out->width / 4));
    galen_text_table_take(table, galen_text_cut(peer->host != NULL ? peer->host : "(unknown)", out->width / 4));
    galen_text_table_take(table, galen_text_when(report, peer->first));
    galen_text_table_take(table, galen_text_when(report, peer->last));
    galen_text_table_take(table, g_strdup(peer->reason));
  }
  galen_text_table_print(table, out, 0);
  print_more(out, peers->len, ROWS_MAX, "rows");
}

static void print_restarts(GalenText *out, const GalenReport *report) {
  static const GalenTextColumn columns[] = {
      {"restarted", FALSE, FALSE, 0}, {"down", TRUE, FALSE, 1}, {"after", FALSE, FALSE, 2}, {"node", FALSE, TRUE, 0}};
  const GPtrArray *rows = report->history != NULL ? report->history->restarts : NULL;
  if (rows == NULL || rows->len == 0)
    return;
  galen_text_heading(out, "RESTARTS");
  g_autoptr(GalenTextTable) table = galen_text_table_new(columns, G_N_ELEMENTS(columns));
  for (guint i = 0; i < MIN(rows->len, ROWS_MAX); i++) {
    const GalenRestartRow *row = g_ptr_array_index(rows, i);
    galen_text_table_take(table, galen_text_when(report, row->time));
    galen_text_table_take(table,
                          row->down != GALEN_TIME_NONE ? galen_words_duration((double)row->down) : g_strdup("–"));
    galen_text_table_take(table, g_strdup(galen_restart_words(row->kind)));
    galen_text_table_take(table, g_strdup(row->node));
  }
  galen_text_table_print(table, out, 0);
  print_more(out, rows->len, ROWS_MAX, "restarts");
}

void galen_text_errors(GalenText *out, const GalenReport *report) {
  if (report->errors != NULL) {
    print_groups(out, report, report->errors);
    print_deadlocks(out, report, report->errors);
    print_crashes(out, report, report->errors);
    print_semaphores(out, report, report->errors);
  }
  print_restarts(out, report);
  if (report->errors != NULL) {
    print_peers(out, report, "ACCESS DENIED", report->errors->denied);
    print_peers(out, report, "ABORTED CONNECTIONS", report->errors->aborted);
  }
}
