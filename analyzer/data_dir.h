/* Where the program's own files are: templates and rules.
 *
 * Run from the tree they stand beside the source; installed, in PREFIX/share/galen. Found from the program's own path, so
 * that a tree or an installation can be moved. */
#pragma once

#include <glib.h>

/* The folder `name` ("report-templates", "rules") newly allocated, or NULL with error: it is in neither place. */
char *galen_data_dir(const char *name, GError **error);
