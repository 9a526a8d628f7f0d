#include "nightly_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PID_BYTES 24
#define HASH_DIGITS 16

struct GalenNightLock {
  int fd;
};

static gboolean is_server(const char *store) {
  return strstr(store, "://") != NULL;
}

/* The name holds no password that the address may have. */
static char *server_path(const char *store) {
  g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, store, -1);
  hash[HASH_DIGITS] = '\0';
  g_autofree char *name = g_strconcat("galen-", hash, ".lock", NULL);
  return g_build_filename(g_get_user_runtime_dir(), name, NULL);
}

char *galen_night_lock_path(const char *store) {
  if (is_server(store))
    return server_path(store);
  g_autofree char *real = realpath(store, NULL);
  return g_strconcat(real != NULL ? real : store, ".lock", NULL);
}

static GalenNightLock *fail(const char *path, int code, GError **error) {
  g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(code), "cannot make its lock %s: %s", path,
              g_strerror(code));
  return NULL;
}

/* Who has it wrote its number into it. */
static GalenNightLock *held(int fd, GError **error) {
  char text[PID_BYTES] = "";
  guint64 pid;
  ssize_t n = pread(fd, text, sizeof text - 1, 0);
  text[MAX(n, 0)] = '\0';
  gboolean known = g_ascii_string_to_unsigned(g_strchomp(text), 10, 1, G_MAXINT, &pid, NULL);
  g_autofree char *who = known ? g_strdup_printf(" (process %s)", text) : g_strdup("");
  g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_AGAIN, "another galen nightly is at work on it%s", who);
  return NULL;
}

/* A run by hand, as root or not, leaves a lock that the nightly user can take: it is the store's owner's. */
static void share(int fd, const char *store) {
  struct stat status;
  if (stat(store, &status) != 0)
    return;
  if (fchmod(fd, (status.st_mode & 0666) | 0600) != 0 ||
      (geteuid() == 0 && fchown(fd, status.st_uid, status.st_gid) != 0))
    errno = 0; /* somebody else's file, which could be opened */
}

GalenNightLock *galen_night_lock_take(const char *store, GError **error) {
  g_autofree char *path = galen_night_lock_path(store);
  if (is_server(store)) {
    g_autofree char *folder = g_path_get_dirname(path);
    (void)g_mkdir_with_parents(folder, 0700);
  }
  int fd = g_open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (fd < 0)
    return fail(path, errno, error);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    int code = errno;
    GalenNightLock *none = code == EWOULDBLOCK ? held(fd, error) : fail(path, code, error);
    close(fd);
    return none;
  }
  share(fd, store);
  char text[PID_BYTES];
  g_snprintf(text, sizeof text, "%d\n", (int)getpid());
  if (ftruncate(fd, 0) != 0 || pwrite(fd, text, strlen(text), 0) < 0)
    errno = 0; /* only a word for others: a full disk is told by who writes what matters */
  GalenNightLock *self = g_new0(GalenNightLock, 1);
  self->fd = fd;
  return self;
}

void galen_night_lock_free(GalenNightLock *self) {
  if (self == NULL)
    return;
  close(self->fd);
  g_free(self);
}
