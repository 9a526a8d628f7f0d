/* Logs into a store, and what is old in it: for digest and nightly. */
#include "logs.h"

#include "../remembered.h"
#include "../store/keep.h"
#include "../workers.h"

typedef struct {
  GalenLogs *logs;
  GPtrArray *bad; /* or NULL */
} Digesting;

static void on_progress(gpointer user, guint64 disk, guint64 bytes, gboolean done) {
  galen_progress_update(&((Digesting *)user)->logs->progress, disk, bytes, done);
}

static void on_note(gpointer user, const char *what, const char *why) {
  galen_progress_hide(&((Digesting *)user)->logs->progress);
  galen_complain(what, why);
}

static void on_warning(gpointer user, const char *what, const char *why) {
  Digesting *self = user;
  galen_logs_complain(self->logs, what, why);
  if (self->bad == NULL || self->bad->len >= GALEN_SAID_MAX)
    return;
  GalenBadInput *input = g_new0(GalenBadInput, 1);
  *input = (GalenBadInput){g_strdup(what), g_strdup(why)};
  g_ptr_array_add(self->bad, input);
}

static void bad_input_free(gpointer data) {
  GalenBadInput *self = data;
  g_free(self->path);
  g_free(self->why);
  g_free(self);
}

GPtrArray *galen_bad_inputs_new(void) {
  return g_ptr_array_new_with_free_func(bad_input_free);
}

static GalenIngestOptions ingest_options(Digesting *self, const GalenReportCommand *command) {
  return (GalenIngestOptions){
      .log_zone = command->log_zone,
      .log_zones = command->log_zones,
      .log_rules = self->logs->rules,
      .mask_digits = command->mask_digits,
      .samples = command->samples,
      .block_bytes = (gsize)command->block_bytes,
      .progress = on_progress,
      .warn = on_warning,
      .note = command->quiet ? NULL : on_note,
      .tell = command->verbose ? on_note : NULL,
      .user = self,
  };
}

static GalenExit fail(GalenLogs *logs, const char *what, const GError *error) {
  galen_logs_complain(logs, what, error->message);
  return GALEN_EXIT_OUTPUT;
}

GalenExit galen_logs_digest(GalenLogs *self, const GalenReportCommand *command, GalenIngestResult *ret_result,
                            GPtrArray *bad) {
  g_autoptr(GError) error = NULL;
  GalenExit code = galen_logs_load_rules(self, command);
  if (code != GALEN_EXIT_OK)
    return code;
  guint threads = command->threads > 0 ? (guint)command->threads : galen_workers_default();
  self->inputs = galen_inputs_new_threads((const char *const *)command->paths, threads);
  self->progress = (GalenProgress){.shown = command->progress, .total = galen_inputs_total_bytes(self->inputs)};
  Digesting digesting = {self, bad};
  GalenIngestOptions options = ingest_options(&digesting, command);
  gboolean done = galen_ingest(command->store, self->inputs, &options, ret_result, &error);
  galen_progress_hide(&self->progress);
  if (!done)
    return fail(self, command->store, error);
  if (ret_result->logs + ret_result->added + ret_result->replaced + ret_result->skipped == 0) {
    galen_logs_complain(self, "nothing written", "no log was found in what was given");
    return GALEN_EXIT_NO_INPUT;
  }
  return ret_result->incomplete ? GALEN_EXIT_PARTIAL : GALEN_EXIT_OK;
}

/* The oldest time that is kept; GALEN_TIME_NONE: all are. */
static gint64 kept_since(gint64 now, gint64 age) {
  return age > 0 ? now - age : GALEN_TIME_NONE;
}

static gboolean forget_old(const GalenReportCommand *command, GError **error) {
  GalenKeep keep = {kept_since(command->now, command->keep), kept_since(command->now, command->keep_daily)};
  if (keep.hours == GALEN_TIME_NONE && keep.days == GALEN_TIME_NONE)
    return TRUE;
  g_autoptr(GalenStore) store = galen_store_open(command->store, GALEN_STORE_WRITE, error);
  return store != NULL && galen_store_keep(store, &keep, error);
}

gboolean galen_logs_keep(const GalenLogs *self, const GalenReportCommand *command, GError **error) {
  GalenRememberOptions remember = {self->rules, command->log_zone, command->log_zones};
  return forget_old(command, error) && galen_remember_incidents(command->store, &remember, error);
}
