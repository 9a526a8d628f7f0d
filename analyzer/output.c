#include "output.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean fail(GError **error, const char *doing) {
  int saved = errno;
  g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(saved), "%s: %s", doing, g_strerror(saved));
  return FALSE;
}

gboolean galen_output_put(int fd, const char *data, gsize len, GError **error) {
  while (len > 0) {
    ssize_t n = write(fd, data, len);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return fail(error, "cannot write");
    data += n;
    len -= (gsize)n;
  }
  return TRUE;
}

static gboolean write_special(const char *path, GalenOutputFunc func, gpointer user, GError **error) {
  int fd = g_open(path, O_WRONLY | O_CLOEXEC, 0);
  if (fd < 0)
    return fail(error, "cannot open");
  gboolean written = func(fd, user, error);
  return g_close(fd, written ? error : NULL) && written;
}

/* The mode that the file has, or that a new one gets. */
static mode_t mode_of(const char *path) {
  struct stat status;
  if (stat(path, &status) == 0)
    return status.st_mode & 07777;
  mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

static gboolean replace(const char *path, GalenOutputFunc func, gpointer user, GError **error) {
  g_autofree char *temporary = g_strconcat(path, ".XXXXXX", NULL);
  int fd = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail(error, "cannot create a file there");
  gboolean written = func(fd, user, error);
  if (written && (fchmod(fd, mode_of(path)) != 0 || fsync(fd) != 0))
    written = fail(error, "cannot write");
  if (!g_close(fd, written ? error : NULL))
    written = FALSE;
  if (written && g_rename(temporary, path) != 0)
    written = fail(error, "cannot replace");
  if (!written)
    (void)g_unlink(temporary);
  return written;
}

gboolean galen_output_write_with(const char *path, GalenOutputFunc func, gpointer user, GError **error) {
  struct stat status;
  if (g_str_equal(path, "-"))
    return func(STDOUT_FILENO, user, error);
  if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_ISDIR, "is a folder");
    return FALSE;
  }
  if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
    return write_special(path, func, user, error);
  /* Through a link, the file that it names is replaced and the link stays. */
  g_autofree char *real = realpath(path, NULL);
  return replace(real != NULL ? real : path, func, user, error);
}

static gboolean put_bytes(int fd, gpointer user, GError **error) {
  gsize len;
  const char *data = g_bytes_get_data(user, &len);
  return galen_output_put(fd, data, len, error);
}

gboolean galen_output_write(const char *path, GBytes *bytes, GError **error) {
  return galen_output_write_with(path, put_bytes, bytes, error);
}
