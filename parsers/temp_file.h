/* A file without a name: gone when it is closed, whatever happens. */
#pragma once

#include <glib.h>

/* Opened for reading and writing in g_get_tmp_dir(); -1 with error. */
int galen_temp_file_open(GError **error);
/* All of `data` at byte `at`; FALSE with error. */
gboolean galen_temp_file_write(int fd, const char *data, gsize len, guint64 at, GError **error);
/* Up to `len` bytes at byte `at`, fewer only at the end; -1 with error. */
gssize galen_temp_file_read(int fd, char *buf, gsize len, guint64 at, GError **error);
