#include "nightly_mail.h"

#include "../nightly_send.h"
#include "../output.h"
#include "../report/mail.h"
#include "../report/mail_note.h"
#include "../words.h"

#define SAID_SHOWN 20u
#define REASON_MAX 1000u
#define HEADLINE_MAX 90u

/* In words: what failed, and what it leaves done and undone. */
static const struct {
  const char *failed, *done, *undone;
} stages[] = {
    [GALEN_NIGHT_USAGE] = {"The command line or the configuration file", "Nothing.",
                           "No log was read, nothing was added to the store, and there is no report."},
    [GALEN_NIGHT_LOCK] = {"The lock of the store", "Nothing: this run left at once.",
                          "No log was read, nothing was added to the store, and there is no report of this run."},
    [GALEN_NIGHT_DIGEST] = {"Adding logs to the store", "What was committed before stays in the store.",
                            "Not all logs are in the store, and there is no report. Nothing old was merged or dropped. "
                            "The next run goes on from where this one ended."},
    [GALEN_NIGHT_NO_LOG] = {"Finding logs", "Nothing: none of what was given is a log.",
                            "Nothing was added to the store, and there is no report."},
    [GALEN_NIGHT_REPORT] =
        {"The report", "The logs are in the store.",
         "There is no report. Nothing old was merged or dropped. The next night covers this one, too."},
    [GALEN_NIGHT_RETENTION] =
        {"Retention, or the store's list of incidents", "The logs are in the store, and the report was made.",
         "What is older than --keep and --keep-daily is as it was: the store grows until that works "
         "again."},
    [GALEN_NIGHT_OUTPUT] = {"Writing or sending the report", "The logs are in the store.",
                            "The report did not get where it should. The next night covers this one, too."},
    [GALEN_NIGHT_MEMORY] = {"Noting in the store that this night was reported",
                            "The logs are in the store, and the report was made.",
                            "The next report will cover this night once more, and compare with the night before it."},
};

static char *clean(const char *text, gsize max) {
  return galen_words_clean(galen_slice(text, strlen(text)), max);
}

static void put_said(GString *text, const GPtrArray *said) {
  if (said == NULL || said->len == 0)
    return;
  g_string_append(text, "\nWhat was said on the way:\n");
  for (guint i = 0; i < MIN(said->len, SAID_SHOWN); i++) {
    g_autofree char *line = clean(g_ptr_array_index(said, i), REASON_MAX);
    g_string_append_printf(text, "  %s\n", line);
  }
  if (said->len > SAID_SHOWN)
    g_string_append_printf(text, "  and %u more\n", said->len - SAID_SHOWN);
}

static void put_where(GString *text, const GalenReportCommand *command) {
  g_autofree char *shown = galen_store_shown(command->store != NULL ? command->store : "not known");
  g_autofree char *store = clean(shown, REASON_MAX);
  g_autofree char *time = galen_words_time(command->now, command->zone, 0);
  g_string_append_printf(text, "\nHost:  %s\nTime:  %s %s\nStore: %s\n", g_get_host_name(), time,
                         command->zone_name != NULL ? command->zone_name : "UTC", store);
  for (guint i = 0; command->paths != NULL && command->paths[i] != NULL && i < SAID_SHOWN; i++) {
    g_autofree char *path = clean(command->paths[i], REASON_MAX);
    g_string_append_printf(text, "%s%s\n", i == 0 ? "Logs:  " : "       ", path);
  }
}

static const char *reason_of(const GalenNightFailure *failure) {
  if (failure->reason != NULL)
    return failure->reason;
  guint n = failure->said != NULL ? failure->said->len : 0;
  return n > 0 ? g_ptr_array_index(failure->said, n - 1) : "no reason was given";
}

static char *text_of(const GalenReportCommand *command, const GalenNightFailure *failure) {
  gboolean mailed = failure->mailed;
  g_autofree char *reason = clean(reason_of(failure), REASON_MAX);
  GString *text = g_string_new(NULL);
  g_string_append_printf(text, "galen nightly failed on %s. %s\n\n", g_get_host_name(),
                         mailed ? "The report of this night is in a mail of its own; this is what failed beside it."
                                : "There is no report by mail of this night: do not take that for health.");
  g_string_append_printf(text, "What failed: %s.\n  %s\n\nWhat was done: %s\n\nWhat was not done: %s\n",
                         stages[failure->stage].failed, reason, stages[failure->stage].done,
                         stages[failure->stage].undone);
  g_string_append_printf(text, "\nExit status: %d\n", (int)failure->code);
  put_where(text, command);
  put_said(text, failure->said);
  g_string_append(
      text, "\ndocs/nightly.md, installed in share/doc/galen, says what each exit status means and what to do.\n");
  return g_string_free(text, FALSE);
}

GBytes *galen_nightly_note(const GalenReportCommand *command, const GalenNightFailure *failure, GError **error) {
  g_autofree char *text = text_of(command, failure);
  g_autofree char *reason = clean(reason_of(failure), HEADLINE_MAX);
  g_autofree char *subject = g_strdup_printf("[galen] FAILED %s: %s", g_get_host_name(), reason);
  GalenMailNote note = {.from = command->mail_from,
                        .to = command->mail_to,
                        .subject = subject,
                        .text = text,
                        .status = "failed",
                        .time = command->now};
  return galen_mail_note(&note, error);
}

gboolean galen_nightly_is_mail(const GalenOutput *output) {
  return output->writer->write == galen_mail_write;
}

/* Where the report's mail would stand there is none of another night now. */
static void write_files(const GalenReportCommand *command, GBytes *mail) {
  for (guint i = 0; i < command->outputs->len; i++) {
    g_autoptr(GError) error = NULL;
    const GalenOutput *output = &g_array_index(command->outputs, GalenOutput, i);
    if (galen_nightly_is_mail(output) && !galen_output_write(output->path, mail, &error))
      galen_complain(output->path, error->message);
  }
}

void galen_nightly_tell(const GalenReportCommand *command, const GalenNightFailure *failure) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) mail = galen_nightly_note(command, failure, &error);
  if (mail == NULL) {
    galen_complain("mail", error->message);
    return;
  }
  write_files(command, mail);
  if (command->sends && !galen_nightly_send(command->mailer, mail, &error))
    galen_complain("mail", error->message);
}

/* ---- wrong usage ---- */

/* The value of the last `--name VALUE` or `--name=VALUE`; NULL: there is none. */
static const char *find_option(int argc, char **argv, const char *name) {
  const char *found = NULL;
  gsize len = strlen(name);
  for (int i = 1; i < argc; i++) {
    if (!g_str_has_prefix(argv[i], name))
      continue;
    if (argv[i][len] == '=')
      found = argv[i] + len + 1;
    else if (argv[i][len] == '\0' && i + 1 < argc)
      found = argv[++i];
  }
  return found;
}

static gboolean is_mail_file(int argc, char **argv) {
  const char *names[] = {find_option(argc, argv, "-o"), find_option(argc, argv, "--output")};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    if (names[i] != NULL && g_str_has_suffix(names[i], ".eml"))
      return TRUE;
  return FALSE;
}

void galen_nightly_tell_usage(int argc, char **argv, const char *why) {
  const char *to = find_option(argc, argv, "--mail-to"), *sendmail = find_option(argc, argv, "--sendmail");
  const char *format = find_option(argc, argv, "--format");
  gboolean piped = g_strcmp0(format, "eml") == 0;
  g_auto(GStrv) mailer = galen_nightly_mailer(sendmail != NULL ? sendmail : GALEN_SENDMAIL_DEFAULT, NULL);
  if (to == NULL || mailer == NULL || is_mail_file(argc, argv))
    return;
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  GalenReportCommand command = {.mail_to = (char *)to,
                                .mail_from = (char *)find_option(argc, argv, "--mail-from"),
                                .store = (char *)find_option(argc, argv, "--store"),
                                .now = g_get_real_time(),
                                .zone = utc,
                                .mailer = mailer};
  GalenNightFailure failure = {.stage = GALEN_NIGHT_USAGE, .code = GALEN_EXIT_USAGE, .reason = why};
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) mail = galen_nightly_note(&command, &failure, &error);
  if (mail == NULL || (piped ? !galen_output_write("-", mail, &error) : !galen_nightly_send(mailer, mail, &error)))
    galen_complain("mail", error->message);
}
