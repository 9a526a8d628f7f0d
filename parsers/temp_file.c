#include "temp_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static void fail(GError **error, const char *doing) {
  int code = errno;
  g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(code), "temporary space in %s: %s: %s",
              g_get_tmp_dir(), doing, g_strerror(code));
}

int galen_temp_file_open(GError **error) {
  int fd = open(g_get_tmp_dir(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0)
    return fd;
  /* Not every file system has O_TMPFILE. */
  g_autofree char *path = NULL;
  fd = g_file_open_tmp("galen-XXXXXX", &path, error);
  if (fd >= 0)
    (void)unlink(path);
  return fd;
}

gboolean galen_temp_file_write(int fd, const char *data, gsize len, guint64 at, GError **error) {
  while (len > 0) {
    gssize n = pwrite(fd, data, len, (off_t)at);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      fail(error, "write");
      return FALSE;
    }
    data += n;
    len -= (gsize)n;
    at += (guint64)n;
  }
  return TRUE;
}

gssize galen_temp_file_read(int fd, char *buf, gsize len, guint64 at, GError **error) {
  gsize filled = 0;
  while (filled < len) {
    gssize n = pread(fd, buf + filled, len - filled, (off_t)(at + filled));
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      fail(error, "read");
      return -1;
    }
    if (n == 0)
      break;
    filled += (gsize)n;
  }
  return (gssize)filled;
}
