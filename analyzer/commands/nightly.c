/* galen nightly: digest, a report since the last night, retention and the mail, in one step. */
#include "nightly_mail.h"
#include "report_write.h"

#include "../data_dir.h"
#include "../findings/advice.h"
#include "../nightly.h"
#include "../nightly_lock.h"
#include "../nightly_send.h"
#include "../report/mail.h"
#include "../words.h"

/* What a night is compared with: so long before its window, of which so much may be missing at the beginning. */
#define USUAL_US ((gint64)7 * 86400 * G_USEC_PER_SEC)
#define USUAL_GRACE_US ((gint64)86400 * G_USEC_PER_SEC)

typedef struct {
  GalenReportCommand *command; /* as given */
  GalenLogs digest, logs, before;
  GalenIngestResult result;
  GPtrArray *bad; /* of GalenBadInput *: what the digest could not read */
  GalenNights *nights;
  GalenNightWindow window;
  GalenAdviceRules *rules;
  GalenReport *report;
  GPtrArray *documents; /* of GBytes *, one an output */
  GBytes *mail;         /* to be sent, or NULL */
  GPtrArray *said;      /* of char *: complaints of this file */
  gboolean mailed;
} Night;

static void night_clear(Night *self) {
  g_clear_pointer(&self->report, galen_report_free);
  g_clear_pointer(&self->rules, galen_advice_rules_free);
  g_clear_pointer(&self->nights, galen_nights_free);
  g_clear_pointer(&self->documents, g_ptr_array_unref);
  g_clear_pointer(&self->mail, g_bytes_unref);
  g_clear_pointer(&self->bad, g_ptr_array_unref);
  g_clear_pointer(&self->said, g_ptr_array_unref);
  galen_logs_clear(&self->before);
  galen_logs_clear(&self->logs);
  galen_logs_clear(&self->digest);
}

static void complain(gpointer user, const char *what, const char *why) {
  Night *self = user;
  galen_complain(what, why);
  g_ptr_array_add(self->said, galen_complaint(what, why));
}

/* All complaints up to now in one list: the caller frees it, not what is in it. */
static GPtrArray *all_said(const Night *self) {
  const GPtrArray *lists[] = {self->digest.said, self->before.said, self->logs.said, self->said};
  GPtrArray *all = g_ptr_array_new();
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    for (guint n = 0; lists[i] != NULL && n < lists[i]->len; n++)
      g_ptr_array_add(all, g_ptr_array_index(lists[i], n));
  return all;
}

static GalenExit fail(const Night *self, GalenNightStage stage, GalenExit code) {
  g_autoptr(GPtrArray) said = all_said(self);
  GalenNightFailure failure = {.stage = stage, .code = code, .said = said, .mailed = self->mailed};
  galen_nightly_tell(self->command, &failure);
  return code;
}

/* ---- the window ---- */

static gboolean read_nights(Night *self, GError **error) {
  g_autofree char *text = NULL;
  g_autoptr(GError) problem = NULL;
  g_autoptr(GalenStore) store = galen_store_open(self->command->store, GALEN_STORE_READ, error);
  if (store == NULL || !galen_store_get_setting(store, GALEN_NIGHTS_SETTING, &text, error))
    return FALSE;
  self->nights = galen_nights_parse(text, &problem);
  if (self->nights == NULL) { /* it would be so every night */
    complain(self, self->command->store, problem->message);
    self->nights = galen_nights_parse(NULL, NULL);
  }
  return TRUE;
}

static void decide_window(Night *self) {
  const GalenReportCommand *command = self->command;
  self->window = galen_nights_window(self->nights, command->now);
  galen_nights_ask(self->nights, &self->window, command->since, command->until);
}

/* ---- the report ---- */

/* The report is on the store, in this night's window. */
static void turn_to_store(Night *self) {
  GalenReportCommand *command = self->command;
  g_strfreev(command->paths);
  command->paths = g_new0(char *, 2);
  command->paths[0] = g_strdup(command->store);
  command->since = self->window.from;
  command->until = self->window.to;
  galen_filter_free(command->filter);
  command->filter = galen_filter_new(command->since, command->until);
}

/* ---- the usual ---- */

/* The first event of any log in the store. */
static gint64 store_begins(const GalenStored *stored) {
  gint64 first = GALEN_TIME_NONE;
  for (guint i = 0; i < stored->inputs->len; i++) {
    gint64 one = ((const GalenStoredInput *)g_ptr_array_index(stored->inputs, i))->input->first;
    if (one != GALEN_TIME_NONE)
      first = first == GALEN_TIME_NONE ? one : MIN(first, one);
  }
  return first;
}

/* The week before the window; a store that begins in the midst of it has no usual yet: weekdays differ. FALSE: it has none. */
static gboolean turn_to_usual(Night *self) {
  GalenReportCommand *command = self->command;
  gint64 since = self->logs.since - USUAL_US, first = store_begins(self->logs.stored);
  if (command->no_baseline || first == GALEN_TIME_NONE || first > since + USUAL_GRACE_US)
    return FALSE;
  command->before.paths = g_strdupv(command->paths);
  command->before.usual = TRUE;
  command->before.since = since;
  command->before.until = self->logs.since;
  galen_filter_free(command->before.filter);
  command->before.filter = galen_filter_new(since, self->logs.since);
  return TRUE;
}

static gboolean has_row(const GPtrArray *rows, const char *path) {
  for (guint i = 0; i < rows->len; i++) {
    const GalenInputRow *row = g_ptr_array_index(rows, i);
    if (!row->complete && g_str_equal(row->path, path))
      return TRUE;
  }
  return FALSE;
}

/* What this night's digest could not read is not in the store: the report names it. */
static void add_bad_inputs(Night *self) {
  for (guint i = 0; i < self->bad->len; i++) {
    const GalenBadInput *bad = g_ptr_array_index(self->bad, i);
    if (has_row(self->logs.run.rows, bad->path))
      continue;
    GalenInputRow *row = galen_input_row_new();
    row->path = g_strdup(bad->path);
    row->node = g_strdup("");
    row->kind = "unknown";
    row->compression = "none";
    row->problem = g_strdup(bad->why);
    row->complete = FALSE;
    g_ptr_array_add(self->logs.run.rows, row);
  }
}

static void mark(Night *self) {
  const GPtrArray *shown;
  gint64 before;
  galen_nights_base(self->nights, self->window.again, &shown, &before);
  self->report->marks = galen_marks_new(self->report, shown, before, self->window.to);
  self->report->marks->missed = self->window.missed;
}

static gboolean render(Night *self) {
  g_autoptr(GError) error = NULL;
  GalenOutput mail = {.path = "mail", .writer = galen_writer_find("eml")};
  self->documents = galen_report_render(self->command, self->report, complain, self);
  if (self->documents == NULL)
    return FALSE;
  if (self->command->sends)
    self->mail = galen_report_render_one(self->command, self->report, &mail, &error);
  if (error != NULL)
    complain(self, mail.path, error->message);
  return error == NULL;
}

static GalenExit make_report(Night *self) {
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = galen_data_dir("rules", &error);
  self->rules = folder != NULL ? galen_advice_rules_load(folder, &error) : NULL;
  if (self->rules == NULL || !read_nights(self, &error)) {
    complain(self, self->rules == NULL ? "rules" : self->command->store, error->message);
    return GALEN_EXIT_OUTPUT;
  }
  decide_window(self);
  turn_to_store(self);
  GalenExit code = galen_logs_read(&self->logs, self->command, NULL);
  if (code != GALEN_EXIT_OK)
    return code;
  /* The last slot goes on, but there can be nothing in it yet. */
  self->logs.until = MIN(self->logs.until, self->window.to);
  add_bad_inputs(self);
  gboolean compares = turn_to_usual(self);
  code = compares ? galen_logs_read_before(&self->before, self->command, &self->logs) : GALEN_EXIT_OK;
  if (code != GALEN_EXIT_OK)
    return code;
  self->report = galen_report_build(self->command, self->rules, &self->logs, compares ? &self->before : NULL);
  mark(self);
  return render(self) ? GALEN_EXIT_OK : GALEN_EXIT_OUTPUT;
}

/* ---- afterwards ---- */

static gboolean send(Night *self) {
  g_autoptr(GError) error = NULL;
  if (self->mail == NULL)
    return galen_report_write(self->command, self->report, self->documents, galen_nightly_is_mail, complain, self);
  self->mailed = galen_nightly_send(self->command->mailer, self->mail, &error);
  if (!self->mailed)
    complain(self, "mail", error->message);
  return self->mailed;
}

/* From now on this night is the last one. */
static gboolean remember(Night *self) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenStore) store = galen_store_open(self->command->store, GALEN_STORE_WRITE, &error);
  galen_nights_add(self->nights, &self->window, self->command->now, self->report);
  g_autofree char *text = galen_nights_print(self->nights);
  gboolean begun = store != NULL && galen_store_begin(store, &error);
  if (begun && galen_store_put_setting(store, GALEN_NIGHTS_SETTING, text, &error) && galen_store_commit(store, &error))
    return TRUE;
  complain(self, self->command->store, error->message);
  return FALSE;
}

static void tell(const Night *self) {
  const GalenReportCommand *command = self->command;
  const GalenReport *report = self->report;
  if (command->quiet)
    return;
  g_autofree char *from = galen_words_time(report->from, report->zone, 0);
  g_autofree char *to = galen_words_time(report->to, report->zone, 0);
  g_autofree char *marks = galen_marks_sentence(report);
  g_autofree char *text =
      g_strdup_printf("%u added, %u read again, %u as they were; %s to %s %s is %s. %s%s", self->result.added,
                      self->result.replaced, self->result.skipped, from, to, report->zone_name,
                      galen_status_word(report->status), marks, self->mailed ? " The mail is sent." : "");
  galen_complain(command->store, text);
}

static GalenExit code_of(const Night *self) {
  const GalenReportCommand *command = self->command;
  if (command->fail_on != GALEN_STATUS_OK && self->report->status >= command->fail_on)
    return GALEN_EXIT_FINDING;
  return self->result.incomplete || self->logs.run.incomplete ? GALEN_EXIT_PARTIAL : GALEN_EXIT_OK;
}

static gboolean is_no_mail(const GalenOutput *output) {
  return !galen_nightly_is_mail(output);
}

static gboolean writes_mail(const GalenReportCommand *command) {
  for (guint i = 0; i < command->outputs->len; i++)
    if (galen_nightly_is_mail(&g_array_index(command->outputs, GalenOutput, i)))
      return TRUE;
  return FALSE;
}

/* The report is made; it goes out whatever becomes of what is old. Mails are last, when it is known how the rest went. */
static GalenExit finish(Night *self) {
  g_autoptr(GError) error = NULL;
  gboolean kept = galen_logs_keep(&self->digest, self->command, &error);
  if (!kept)
    complain(self, self->command->store, error->message);
  gboolean written = galen_report_write(self->command, self->report, self->documents, is_no_mail, complain, self);
  GalenNightStage stage = kept ? GALEN_NIGHT_OUTPUT : GALEN_NIGHT_RETENTION;
  /* A file has room for one mail: then it is the one on the failure. */
  if ((!kept || !written) && writes_mail(self->command))
    return fail(self, stage, GALEN_EXIT_OUTPUT);
  if (!send(self))
    return writes_mail(self->command) ? GALEN_EXIT_OUTPUT : fail(self, GALEN_NIGHT_OUTPUT, GALEN_EXIT_OUTPUT);
  if (written && !remember(self))
    return fail(self, GALEN_NIGHT_MEMORY, GALEN_EXIT_OUTPUT);
  if (!kept || !written)
    return fail(self, stage, GALEN_EXIT_OUTPUT);
  tell(self);
  return code_of(self);
}

static GalenExit run(Night *self) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenNightLock) lock = galen_night_lock_take(self->command->store, &error);
  if (lock == NULL) {
    complain(self, self->command->store, error->message);
    return fail(self, GALEN_NIGHT_LOCK, GALEN_EXIT_OUTPUT);
  }
  GalenExit code = galen_logs_digest(&self->digest, self->command, &self->result, self->bad);
  if (code == GALEN_EXIT_NO_INPUT)
    return fail(self, GALEN_NIGHT_NO_LOG, code);
  if (code != GALEN_EXIT_OK && code != GALEN_EXIT_PARTIAL)
    return fail(self, GALEN_NIGHT_DIGEST, code);
  code = make_report(self);
  return code != GALEN_EXIT_OK ? fail(self, GALEN_NIGHT_REPORT, code) : finish(self);
}

GalenExit galen_command_nightly(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  g_auto(GalenReportCommand) command = {0};
  if (!galen_report_command_parse(&command, "nightly", argc, argv, &error)) {
    galen_nightly_tell_usage(argc, argv, error->message);
    return galen_usage("nightly", error->message);
  }
  Night night = {.command = &command, .bad = galen_bad_inputs_new(), .said = g_ptr_array_new_with_free_func(g_free)};
  GalenExit code = run(&night);
  night_clear(&night);
  return code;
}
