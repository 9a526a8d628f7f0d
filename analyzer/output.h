/* Documents to files: whole, or not at all. */
#pragma once

#include <glib.h>

/* Writes `bytes` to `path` by way of a temporary file in the same folder, synced and renamed; "-" is stdout; what is no
 * regular file (a pipe, /dev/null) is written to as it is. On failure the old file is untouched. */
gboolean galen_output_write(const char *path, GBytes *bytes, GError **error);

/* The same for what is made while it is written: `func` puts it into `fd`. */
typedef gboolean (*GalenOutputFunc)(int fd, gpointer user, GError **error);
gboolean galen_output_write_with(const char *path, GalenOutputFunc func, gpointer user, GError **error);

/* All of `data` into `fd`. */
gboolean galen_output_put(int fd, const char *data, gsize len, GError **error);
