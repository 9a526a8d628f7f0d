#include "late.h"

#include <dlfcn.h>

static GMutex lock;

/* All of the functions or none. */
static gboolean find(GalenLate *self, GError **error) {
  void *library = dlopen(self->file, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "a library cannot be loaded: %s", dlerror());
    return FALSE;
  }
  g_autofree void **found = g_new0(void *, self->n);
  for (gsize i = 0; i < self->n; i++) {
    found[i] = dlsym(library, self->names[i]);
    if (found[i] != NULL)
      continue;
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "the library %s has no %s", self->file, self->names[i]);
    (void)dlclose(library);
    return FALSE;
  }
  for (gsize i = 0; i < self->n; i++)
    self->functions[i] = found[i];
  return TRUE;
}

gboolean galen_late_load(GalenLate *self, GError **error) {
  g_mutex_lock(&lock);
  gboolean loaded = self->loaded || find(self, error);
  self->loaded = loaded;
  g_mutex_unlock(&lock);
  return loaded;
}
