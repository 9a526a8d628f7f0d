#include "logs.h"

#include "../data_dir.h"
#include "../stored_logs.h"
#include "../words.h"
#include "../workers.h"
#include "report_sides.h"

static void on_progress(gpointer user, guint64 disk, guint64 bytes, gboolean done) {
  galen_progress_update(&((GalenLogs *)user)->progress, disk, bytes, done);
}

void galen_logs_complain(GalenLogs *self, const char *what, const char *why) {
  galen_progress_hide(&self->progress);
  galen_complain(what, why);
  if (self->said == NULL)
    self->said = g_ptr_array_new_with_free_func(g_free);
  if (self->said->len < GALEN_SAID_MAX)
    g_ptr_array_add(self->said, galen_complaint(what, why));
}

static void on_warning(gpointer user, const char *what, const char *why) {
  GalenLogs *self = user;
  galen_logs_complain(self, what, why);
  g_hash_table_add(self->told, g_strdup(what));
}

static void tell_inputs(const GPtrArray *rows) {
  for (guint i = 0; i < rows->len; i++) {
    const GalenInputRow *row = g_ptr_array_index(rows, i);
    g_autofree char *what = g_strdup_printf(
        "%s of %s, %" G_GUINT64_FORMAT " events in %" G_GUINT64_FORMAT " bytes, %" G_GUINT64_FORMAT " bytes skipped",
        row->kind, row->node, row->account.events, row->account.bytes, row->account.bytes_skipped);
    galen_complain(row->path, what);
  }
}

/* State files, options and recover logs are read beside a log. */
static const char *why_no_log(const GalenInputRow *row) {
  if (row->problem == NULL && row->kind != NULL && !g_str_equal(row->kind, "unknown"))
    return "evidence beside an error log, and no log itself";
  return row->problem != NULL ? row->problem : "not a log that Galen knows";
}

/* Every input with its reason; those that were complained of already are not named twice. */
static GalenExit no_input(GalenLogs *self) {
  for (guint i = 0; i < self->run.rows->len; i++) {
    const GalenInputRow *row = g_ptr_array_index(self->run.rows, i);
    if (!g_hash_table_contains(self->told, row->path))
      galen_logs_complain(self, row->path, why_no_log(row));
  }
  galen_logs_complain(self, "nothing written",
                      self->side != NULL ? "no log was found in what was given as the side before"
                                         : "no log was found in what was given");
  return GALEN_EXIT_NO_INPUT;
}

/* Own rules are the user's: a bad file is wrong usage, and is told before anything is read. */
GalenExit galen_logs_load_rules(GalenLogs *self, const GalenReportCommand *command) {
  g_autoptr(GError) error = NULL;
  const char *const *own = (const char *const *)command->rules;
  self->rules = own == NULL ? galen_log_rules_own() : NULL;
  g_autofree char *folder = self->rules == NULL ? galen_data_dir("rules", &error) : NULL;
  if (folder != NULL)
    self->rules = galen_log_rules_load(folder, own, &error);
  if (self->rules != NULL)
    return GALEN_EXIT_OK;
  galen_logs_complain(self, "rules", error->message);
  return folder != NULL && own != NULL ? GALEN_EXIT_USAGE : GALEN_EXIT_OUTPUT;
}

static GalenPipelineOptions pipeline_options(GalenLogs *self, const GalenReportCommand *command, GalenFilter *filter,
                                             const GalenEventTaker *taker) {
  return (GalenPipelineOptions){
      .log_zone = command->log_zone,
      .log_zones = command->log_zones,
      .clock_offsets = command->clock_offsets,
      .expect_nodes = (const char *const *)command->expect_nodes,
      .log_rules = self->rules,
      .mask_digits = command->mask_digits,
      .samples = command->samples,
      .filter = filter,
      .threads = (guint)command->threads,
      .block_bytes = (gsize)command->block_bytes,
      .taker = taker,
      .progress = on_progress,
      .warn = on_warning,
      .note = command->quiet ? NULL : on_warning,
      .user = self,
  };
}

/* A store is an input without bytes of its own: the logs that it has keep the account. `why`: it cannot be read; or NULL. */
static void add_store_row(GalenLogs *self, const char *where, const char *why) {
  GalenInputRow *row = galen_input_row_new();
  g_autofree char *shown = galen_store_shown(where);
  row->path = galen_words_clean(galen_slice(shown, strlen(shown)), 0);
  row->kind = "store";
  row->complete = why == NULL;
  row->problem = g_strdup(why);
  g_ptr_array_add(self->stores, row);
}

static void join_store_rows(GalenLogs *self) {
  for (guint i = 0; i < self->stores->len; i++)
    g_ptr_array_add(self->run.rows, g_ptr_array_index(self->stores, i));
  g_ptr_array_set_free_func(self->stores, NULL);
  g_clear_pointer(&self->stores, g_ptr_array_unref);
}

/* Opens the stores among `paths`; the others are handed out. What cannot be opened is told, and makes the run incomplete. */
static char **take_stores(GalenLogs *self, char **paths, gboolean *ret_failed) {
  g_autoptr(GPtrArray) others = g_ptr_array_new();
  *ret_failed = FALSE;
  self->stores = g_ptr_array_new_with_free_func((GDestroyNotify)galen_input_row_free);
  for (guint i = 0; paths[i] != NULL; i++) {
    if (!galen_store_is(paths[i])) {
      g_ptr_array_add(others, g_strdup(paths[i]));
      continue;
    }
    g_autoptr(GError) error = NULL;
    if (self->stored == NULL)
      self->stored = galen_stored_new();
    g_autofree char *shown = galen_store_shown(paths[i]);
    if (!galen_stored_add(self->stored, paths[i], &error)) {
      on_warning(self, shown, error->message);
      *ret_failed = TRUE;
    }
    add_store_row(self, shown, error != NULL ? error->message : NULL);
  }
  g_ptr_array_add(others, NULL);
  return (char **)g_ptr_array_free(g_steal_pointer(&others), FALSE);
}

/* A store has whole slots: the window is moved out to them, and what tells single events apart cannot be asked of it. */
static GalenExit fit_to_stores(GalenLogs *self, GalenFilter *filter, const GalenEventTaker *taker) {
  g_autoptr(GError) error = NULL;
  g_autofree char *keys = galen_filter_event_keys(filter);
  if (taker != NULL || keys != NULL) {
    g_autofree char *why = g_strdup_printf("a store has no single events%s%s: give the logs",
                                           keys != NULL ? " to filter by " : "", keys != NULL ? keys : "");
    return galen_usage("report", why);
  }
  if (!galen_stored_widen(self->stored, &self->since, &self->until, &error)) {
    galen_logs_complain(self, "store", error->message);
    return GALEN_EXIT_NO_INPUT;
  }
  galen_filter_set_window(filter, self->since, self->until);
  return GALEN_EXIT_OK;
}

/* ---- two windows of the same inputs ---- */

/* What was asked for does not overlap, what it is moved out to may: the slot in which both lie is that of the side after. */
static GalenExit end_before(GalenLogs *self, const GalenReportCommand *command, GalenFilter *filter) {
  const GalenLogs *after = self->after;
  gint64 asked = command->before.until;
  if (asked == GALEN_TIME_NONE || command->since == GALEN_TIME_NONE || asked > command->since ||
      self->until <= after->since)
    return GALEN_EXIT_OK;
  self->until = after->since;
  if (self->since != GALEN_TIME_NONE && self->since >= self->until)
    return galen_usage("report", "both windows are in one slot of the store, which has whole hours or days");
  galen_filter_set_window(filter, self->since, self->until);
  return GALEN_EXIT_OK;
}

/* Where a window that is open ends: with the last event of any log; for stores, with its hour. */
static gint64 end_of(const GalenLogs *self) {
  gint64 last = GALEN_TIME_NONE;
  if (self->until != GALEN_TIME_NONE)
    return self->until;
  for (guint i = 0; i < self->run.rows->len; i++) {
    const GalenAccount *account = &((const GalenInputRow *)g_ptr_array_index(self->run.rows, i))->account;
    last = account->last != GALEN_TIME_NONE ? MAX(last, account->last + 1) : last;
  }
  gint64 hour = (gint64)GALEN_SLOT_HOUR * G_USEC_PER_SEC;
  gint64 rest = self->stored != NULL && last > self->since ? (last - self->since) % hour : 0;
  return rest > 0 ? last + hour - rest : last;
}

/* A part of a day is compared with the same part of other days. */
static void set_hours(const GalenLogs *self, GalenFilter *filter) {
  gint64 from = self->after->since, to = end_of(self->after);
  gboolean days = self->since == GALEN_TIME_NONE || self->until - self->since >= GALEN_DAY_US;
  if (from != GALEN_TIME_NONE && to > from && to - from < GALEN_DAY_US && days)
    galen_filter_set_hours(filter, (GalenDayHours){from, to - from});
}

static GalenExit fit_to_after(GalenLogs *self, const GalenReportCommand *command, GalenFilter *filter) {
  if (self->after == NULL || !galen_report_sides_are_one(command))
    return GALEN_EXIT_OK;
  GalenExit code = self->stored != NULL ? end_before(self, command, filter) : GALEN_EXIT_OK;
  if (code == GALEN_EXIT_OK && command->before.usual)
    set_hours(self, filter);
  return code;
}

/* What stores know beyond the window; of a part of their nodes they cannot tell. */
static void read_past(GalenLogs *self, const GalenReportCommand *command) {
  if (self->stored == NULL || command->filtered)
    return;
  self->past = galen_past_new(self->run.digest, self->run.errors);
  for (guint i = 0; i < self->stored->stores->len; i++) {
    g_autoptr(GError) error = NULL;
    GalenStore *store = g_ptr_array_index(self->stored->stores, i);
    g_autoptr(GArray) doubles = g_array_new(FALSE, FALSE, sizeof(gint64));
    for (guint k = 0; k < self->stored->doubles->len; k++) {
      const GalenStoredDouble *twice = &g_array_index(self->stored->doubles, GalenStoredDouble, k);
      if (twice->store == store)
        g_array_append_val(doubles, twice->input);
    }
    if (galen_past_add(self->past, store, doubles, &error))
      continue;
    on_warning(self, galen_store_where(store), error->message);
    self->run.incomplete = TRUE;
  }
}

static GalenExit read_paths(GalenLogs *self, const GalenReportCommand *command, char **paths, GalenFilter *filter,
                            const GalenEventTaker *taker) {
  g_autoptr(GError) error = NULL;
  GalenExit code = galen_logs_load_rules(self, command);
  if (code != GALEN_EXIT_OK)
    return code;
  guint threads = command->threads > 0 ? (guint)command->threads : galen_workers_default();
  gboolean failed;
  self->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  galen_filter_window(filter, &self->since, &self->until);
  g_auto(GStrv) others = take_stores(self, paths, &failed);
  code = self->stored != NULL ? fit_to_stores(self, filter, taker) : GALEN_EXIT_OK;
  if (code == GALEN_EXIT_OK)
    code = fit_to_after(self, command, filter);
  if (code != GALEN_EXIT_OK)
    return code;
  self->inputs = galen_inputs_new_threads((const char *const *)others, threads);
  self->progress = (GalenProgress){.shown = command->progress, .total = galen_inputs_total_bytes(self->inputs)};
  GalenPipelineOptions options = pipeline_options(self, command, filter, taker);
  GalenStoredLogsOptions settling = {options.note, options.warn, self};
  if (self->stored != NULL && !galen_stored_settle(self->stored, self->inputs, &settling))
    failed = TRUE;
  options.stored = self->stored;
  if (!galen_pipeline_run(self->inputs, &options, &self->run, &error)) {
    galen_logs_complain(self, "temporary file", error->message);
    return GALEN_EXIT_OUTPUT;
  }
  self->run.incomplete = self->run.incomplete || failed;
  if (command->verbose)
    tell_inputs(self->run.rows);
  if (self->run.logs == 0)
    return no_input(self);
  join_store_rows(self);
  return GALEN_EXIT_OK;
}

GalenExit galen_logs_read(GalenLogs *self, const GalenReportCommand *command, const GalenEventTaker *taker) {
  memset(self, 0, sizeof *self);
  GalenExit code = read_paths(self, command, command->paths, command->filter, taker);
  if (code == GALEN_EXIT_OK && taker == NULL)
    read_past(self, command);
  return code;
}

GalenExit galen_logs_read_before(GalenLogs *self, const GalenReportCommand *command, const GalenLogs *after) {
  memset(self, 0, sizeof *self);
  self->side = "before";
  self->after = after;
  return read_paths(self, command, command->before.paths, command->before.filter, NULL);
}

void galen_logs_clear(GalenLogs *self) {
  galen_run_clear(&self->run);
  g_clear_pointer(&self->inputs, galen_inputs_free);
  g_clear_pointer(&self->past, galen_past_free);
  g_clear_pointer(&self->stores, g_ptr_array_unref);
  g_clear_pointer(&self->stored, galen_stored_free);
  g_clear_pointer(&self->rules, galen_log_rules_free);
  g_clear_pointer(&self->told, g_hash_table_unref);
  g_clear_pointer(&self->said, g_ptr_array_unref);
}
