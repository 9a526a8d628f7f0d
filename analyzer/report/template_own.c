/* Which templates are taken: the program's own, which are built in, or a user's. */
#include "template_private.h"

#include "../data_dir.h"

#include <string.h>

const GalenTemplate *const *galen_templates_built_in;

static GalenTemplate *built_in(const char *file) {
  for (guint i = 0; galen_templates_built_in != NULL && galen_templates_built_in[i] != NULL; i++)
    if (strcmp(galen_templates_built_in[i]->file, file) == 0)
      return g_memdup2(galen_templates_built_in[i], sizeof(GalenTemplate));
  return NULL;
}

GalenTemplate *galen_template_take(const char *folder, const char *file, GError **error) {
  GalenTemplate *self = folder == NULL ? built_in(file) : NULL;
  if (self != NULL)
    return self;
  g_autofree char *own = galen_data_dir("report-templates", folder == NULL ? error : NULL);
  if (folder == NULL && own == NULL) {
    g_prefix_error(error, "templates: ");
    return NULL;
  }
  return galen_template_load(folder != NULL ? folder : own, folder != NULL ? own : NULL, file, error);
}
