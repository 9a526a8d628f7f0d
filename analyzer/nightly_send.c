#include "nightly_send.h"

#include "late_process.h"
#include "output.h"
#include "words.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SAID_MAX 500u

char **galen_nightly_mailer(const char *command, GError **error) {
  g_auto(GStrv) words = NULL;
  if (!g_shell_parse_argv(command, NULL, &words, error))
    return NULL;
  if (words[1] != NULL)
    return g_steal_pointer(&words);
  const char *whole[] = {words[0], "-t", "-oi", NULL};
  return g_strdupv((char **)whole);
}

typedef struct {
  GMainLoop *loop;
  GBytes *said;
  gboolean late, unread;
} Sending;

static void on_done(GObject *process, GAsyncResult *result, gpointer user) {
  Sending *self = user;
  (void)g_subprocess_communicate_finish(G_SUBPROCESS(process), result, &self->said, NULL, NULL);
  g_main_loop_quit(self->loop);
}

static gboolean on_late(gpointer user) {
  Sending *self = user;
  self->late = TRUE;
  g_main_loop_quit(self->loop);
  return G_SOURCE_REMOVE;
}

static guint seconds_allowed(void) {
  const char *wait = g_getenv("GALEN_SENDMAIL_WAIT");
  return wait != NULL ? (guint)CLAMP(g_ascii_strtoull(wait, NULL, 10), 1, GALEN_SENDMAIL_SECONDS)
                      : GALEN_SENDMAIL_SECONDS;
}

static gboolean fail(GError **error, const char *program, const char *why, const Sending *sending) {
  gsize len = 0;
  const char *said = sending->said != NULL ? g_bytes_get_data(sending->said, &len) : NULL;
  g_autofree char *clean = len > 0 ? galen_words_clean(galen_slice(said, MIN(len, SAID_MAX)), 0) : NULL;
  g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s %s%s%s", program, why, clean != NULL ? ": " : "",
              clean != NULL ? g_strstrip(clean) : "");
  return FALSE;
}

static gboolean judge(GSubprocess *process, const char *program, const Sending *sending, GError **error) {
  g_autofree char *why = NULL;
  if (sending->late)
    why = g_strdup_printf("did not end within %u s", seconds_allowed());
  else if (!g_subprocess_get_if_exited(process))
    why = g_strdup_printf("was ended by signal %d", g_subprocess_get_term_sig(process));
  else if (g_subprocess_get_exit_status(process) != 0)
    why = g_strdup_printf("failed with exit status %d", g_subprocess_get_exit_status(process));
  else if (sending->unread)
    why = g_strdup("ended without reading the mail");
  return why == NULL || fail(error, program, why, sending);
}

/* Memory as a file: a mailer that stops reading, and a full disk, are no trouble. -1 with error. */
static int file_of(GBytes *mail, GError **error) {
  gsize len;
  const char *data = g_bytes_get_data(mail, &len);
  int fd = memfd_create("mail", MFD_CLOEXEC);
  if (fd >= 0 && galen_output_put(fd, data, len, NULL) && lseek(fd, 0, SEEK_SET) == 0)
    return fd;
  g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "no memory for a mail: %s", g_strerror(errno));
  if (fd >= 0)
    close(fd);
  return -1;
}

static GSubprocess *start(char *const *mailer, int fd, GError **error) {
  GSubprocessLauncher *launcher =
      g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_subprocess_launcher_take_stdin_fd(launcher, fcntl(fd, F_DUPFD_CLOEXEC, 3));
  GSubprocess *process = g_subprocess_launcher_spawnv(launcher, (const char *const *)mailer, error);
  g_object_unref(launcher);
  return process;
}

static void run(GSubprocess *process, GMainContext *context, Sending *sending) {
  GCancellable *cancellable = g_cancellable_new();
  g_autoptr(GSource) timeout = g_timeout_source_new_seconds(seconds_allowed());
  g_source_set_callback(timeout, on_late, sending, NULL);
  g_source_attach(timeout, context);
  g_subprocess_communicate_async(process, NULL, cancellable, on_done, sending);
  g_main_loop_run(sending->loop);
  g_source_destroy(timeout);
  if (sending->late) {
    /* What it started may live on, and hold the pipe. */
    g_subprocess_force_exit(process);
    g_cancellable_cancel(cancellable);
    g_main_loop_run(sending->loop);
  }
  g_object_unref(cancellable);
}

gboolean galen_nightly_send(char *const *mailer, GBytes *mail, GError **error) {
  if (!galen_late_process_load(error))
    return FALSE;
  int fd = file_of(mail, error);
  if (fd < 0)
    return FALSE;
  g_autoptr(GMainContext) context = g_main_context_new();
  g_main_context_push_thread_default(context);
  GSubprocess *process = start(mailer, fd, error);
  gboolean sent = FALSE;
  if (process != NULL) {
    Sending sending = {.loop = g_main_loop_new(context, FALSE)};
    run(process, context, &sending);
    sending.unread = lseek(fd, 0, SEEK_CUR) == 0;
    sent = judge(process, mailer[0], &sending, error);
    g_main_loop_unref(sending.loop);
    g_clear_pointer(&sending.said, g_bytes_unref);
    g_object_unref(process);
  }
  close(fd);
  g_main_context_pop_thread_default(context);
  return sent;
}
