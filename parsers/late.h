/* Libraries that most runs do without: found when they are first needed. To map and relocate a library, with all those that it
 * wants itself, takes milliseconds of every start (docs/performance.md, “The start”).
 *
 * A library has a header of its own that names its functions (late_archive.h, say). Code that includes it calls them by their
 * ordinary names, once the library has been loaded. */
#pragma once

#include <glib.h>

typedef struct {
  const char *file;         /* of the library, with the version of its interface */
  const char *const *names; /* of the functions */
  void **functions;         /* in the order of `names`; NULL until the library is loaded */
  gsize n;
  gboolean loaded;
} GalenLate;

/* `list` is a macro that calls its argument with the name of each function: GALEN_LATE_POINTER makes the members of a struct of
 * pointers of it, and GALEN_LATE the library that fills such a struct. */
#define GALEN_LATE_POINTER(name) __typeof__(&name) name;
#define GALEN_LATE_NAME(name) #name,
#define GALEN_LATE(library, file_name, list, table)                                                                    \
  static const char *const library##_names[] = {list(GALEN_LATE_NAME)};                                                \
  G_STATIC_ASSERT(sizeof(table) == G_N_ELEMENTS(library##_names) * sizeof(void *));                                    \
  static GalenLate library = {file_name, library##_names, (void **)&table, G_N_ELEMENTS(library##_names), 0}

/* Loads the library if it has not been; from any thread. FALSE with error: it is not there, or lacks a function. What was loaded
 * stays until the end. */
gboolean galen_late_load(GalenLate *self, GError **error);
