/* Records for tests of the error digest, and its figures as one text, to compare. */
#pragma once

#include "../analyzer/digest/errors.h"
#include "error-line.h"

#define ERRORS_RULES_DIR GALEN_SOURCE_DIR "/analyzer/rules"
#define ERRORS_SECOND ((gint64)G_USEC_PER_SEC)
#define ERRORS_T0 (G_GINT64_CONSTANT(1764000000) * ERRORS_SECOND)

typedef struct {
  GalenLogRules *rules;
  GalenLogMatcher *matcher;
} ErrorsRules;

static inline void errors_rules_load(ErrorsRules *self) {
  g_autoptr(GError) error = NULL;
  self->rules = galen_log_rules_load(ERRORS_RULES_DIR, NULL, &error);
  g_assert_no_error(error);
  self->matcher = galen_log_matcher_new(self->rules);
}

static inline void errors_rules_clear(ErrorsRules *self) {
  galen_log_matcher_free(self->matcher);
  galen_log_rules_free(self->rules);
}

static inline void errors_put(GalenErrors *errors, ErrorsRules *rules, const char *record, gint64 time, guint64 line) {
  GalenErrorEvent event = error_line_event(record);
  event.line = line;
  const GalenLogRule *rule = galen_log_matcher_match(rules->matcher, &event);
  galen_errors_add(errors, &event, time, rule, rules->matcher);
}

static inline void errors_dump_place(GString *out, const GalenErrorPlace *place) {
  g_string_append_printf(out, " @%s|%s:%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " [%s] %s\n", place->node, place->path,
                         place->line, place->time, place->raw_time, place->text);
}

static inline void errors_dump_group(GString *out, const GalenErrorGroup *group) {
  g_string_append_printf(
      out, "group %s %s %d %d %u %s “%s” %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, group->id,
      group->rule != NULL ? group->rule->id : "-", group->level, group->severity, group->code,
      group->subsystem != NULL ? group->subsystem : "-", group->template, group->count, group->first, group->last);
  for (guint i = 0; i < group->nodes->len; i++) {
    const GalenErrorCountOf *count = group->nodes->pdata[i];
    g_string_append_printf(out, " %s=%" G_GUINT64_FORMAT, count->name, count->count);
  }
  errors_dump_place(out, &group->first_place);
  g_string_append_printf(out, "in %u cells, blocks", group->blocks.occupied);
  for (guint i = 0; i < GALEN_BLOCKS; i++)
    g_string_append_printf(out, " %" G_GUINT64_FORMAT, group->blocks.count[i]);
  g_string_append_c(out, '\n');
}

static inline void errors_dump_blocks(GString *out, const GalenErrors *errors) {
  const GPtrArray *deadlocks = galen_errors_deadlocks(errors), *crashes = galen_errors_crashes(errors);
  for (guint i = 0; i < deadlocks->len; i++) {
    const GalenDeadlock *deadlock = deadlocks->pdata[i];
    g_string_append(out, "deadlock");
    for (guint j = 0; j < deadlock->sides->len; j++) {
      const GalenDeadlockSide *side = deadlock->sides->pdata[j];
      g_string_append_printf(out, " (%s %s %s %s %" G_GUINT64_FORMAT " %d)", side->query, side->table, side->index,
                             side->lock, side->thread, side->victim);
    }
    errors_dump_place(out, &deadlock->place);
  }
  for (guint i = 0; i < crashes->len; i++) {
    const GalenCrash *crash = crashes->pdata[i];
    g_string_append_printf(out, "crash %d %s %s %" G_GUINT64_FORMAT " %u", crash->signal, crash->query,
                           crash->assertion, crash->thread, crash->backtrace->len);
    errors_dump_place(out, &crash->place);
  }
  g_string_append_printf(out, "%" G_GUINT64_FORMAT " semaphores\n", galen_errors_semaphore_count(errors));
  for (guint i = 0; i < galen_errors_semaphores(errors)->len; i++) {
    const GalenSemaphore *semaphore = galen_errors_semaphores(errors)->pdata[i];
    g_string_append_printf(out, "semaphore %u %" G_GINT64_FORMAT, semaphore->total, semaphore->longest);
    for (guint j = 0; j < semaphore->waits->len; j++) {
      const GalenSemaphoreWait *wait = semaphore->waits->pdata[j];
      g_string_append_printf(out, " (%s %s %s %s %s %s)", wait->thread, wait->place, wait->lock, wait->created,
                             wait->holder, wait->held_at);
    }
    errors_dump_place(out, &semaphore->place);
  }
}

static inline void errors_dump_peers(GString *out, const char *what, const GPtrArray *peers) {
  for (guint i = 0; i < peers->len; i++) {
    const GalenErrorPeer *peer = peers->pdata[i];
    g_string_append_printf(out, "%s %s %s %s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", what,
                           peer->user, peer->host, peer->reason, peer->count, peer->first, peer->last);
  }
}

static inline void errors_dump_series(GString *out, const GalenErrorSeries *series) {
  if (series == NULL)
    return;
  g_string_append_printf(out, "series %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, series->from, series->step);
  for (guint i = 0; i < series->n; i++)
    g_string_append_printf(out, " %" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT, series->critical[i],
                           series->warning[i], series->info[i]);
  g_string_append_c(out, '\n');
}

/* Everything that can be read of it. */
static inline char *errors_dump(GalenErrors *errors) {
  GString *out = g_string_new(NULL);
  galen_errors_finish(errors);
  g_string_append_printf(out, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n",
                         galen_errors_count(errors), galen_errors_deadlock_count(errors),
                         galen_errors_crash_count(errors));
  const GPtrArray *groups = galen_errors_groups(errors);
  for (guint i = 0; i < groups->len; i++)
    errors_dump_group(out, groups->pdata[i]);
  errors_dump_blocks(out, errors);
  errors_dump_peers(out, "denied", galen_errors_denied(errors));
  errors_dump_peers(out, "aborted", galen_errors_aborted(errors));
  errors_dump_series(out, galen_errors_series(errors));
  return g_string_free(out, FALSE);
}
