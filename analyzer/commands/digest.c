/* galen digest: logs into a store. */
#include "logs.h"

#include "../remembered.h"
#include "../store/ingest.h"
#include "../store/keep.h"
#include "../workers.h"

static void on_progress(gpointer user, guint64 disk, guint64 bytes, gboolean done) {
  galen_progress_update(&((GalenLogs *)user)->progress, disk, bytes, done);
}

static void on_warning(gpointer user, const char *what, const char *why) {
  galen_progress_hide(&((GalenLogs *)user)->progress);
  galen_complain(what, why);
}

static GalenIngestOptions ingest_options(GalenLogs *logs, const GalenReportCommand *command) {
  return (GalenIngestOptions){
      .log_zone = command->log_zone,
      .log_zones = command->log_zones,
      .log_rules = logs->rules,
      .mask_digits = command->mask_digits,
      .samples = command->samples,
      .block_bytes = (gsize)command->block_bytes,
      .progress = on_progress,
      .warn = on_warning,
      .note = command->quiet ? NULL : on_warning,
      .tell = command->verbose ? on_warning : NULL,
      .user = logs,
  };
}

/* The oldest time that is kept; GALEN_TIME_NONE: all are. */
static gint64 kept_since(gint64 now, gint64 age) {
  return age > 0 ? now - age : GALEN_TIME_NONE;
}

static gboolean forget_old(const GalenReportCommand *command, GError **error) {
  gint64 now = g_get_real_time();
  GalenKeep keep = {kept_since(now, command->keep), kept_since(now, command->keep_daily)};
  if (keep.hours == GALEN_TIME_NONE && keep.days == GALEN_TIME_NONE)
    return TRUE;
  g_autoptr(GalenStore) store = galen_store_open(command->store, GALEN_STORE_WRITE, error);
  return store != NULL && galen_store_keep(store, &keep, error);
}

static GalenExit fail(const char *what, const GError *error) {
  galen_complain(what, error->message);
  return GALEN_EXIT_OUTPUT;
}

static GalenExit run(GalenLogs *logs, const GalenReportCommand *command) {
  g_autoptr(GError) error = NULL;
  GalenExit code = galen_logs_load_rules(logs, command);
  if (code != GALEN_EXIT_OK)
    return code;
  guint threads = command->threads > 0 ? (guint)command->threads : galen_workers_default();
  logs->inputs = galen_inputs_new_threads((const char *const *)command->paths, threads);
  logs->progress = (GalenProgress){.shown = command->progress, .total = galen_inputs_total_bytes(logs->inputs)};
  GalenIngestOptions options = ingest_options(logs, command);
  GalenIngestResult result;
  gboolean done = galen_ingest(command->store, logs->inputs, &options, &result, &error);
  galen_progress_hide(&logs->progress);
  if (galen_log_rules_error(logs->rules) != NULL)
    return fail("rules", galen_log_rules_error(logs->rules));
  if (!done)
    return fail(command->store, error);
  if (result.logs + result.added + result.replaced + result.skipped == 0) {
    galen_complain("nothing written", "no log was found in what was given");
    return GALEN_EXIT_NO_INPUT;
  }
  GalenRememberOptions remember = {logs->rules, command->log_zone, command->log_zones};
  if (!forget_old(command, &error) || !galen_remember_incidents(command->store, &remember, &error))
    return fail(command->store, error);
  return result.incomplete ? GALEN_EXIT_PARTIAL : GALEN_EXIT_OK;
}

GalenExit galen_command_digest(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  g_auto(GalenReportCommand) command = {0};
  if (!galen_report_command_parse(&command, "digest", argc, argv, &error))
    return galen_usage("digest", error->message);
  g_auto(GalenLogs) logs = {0};
  return run(&logs, &command);
}
