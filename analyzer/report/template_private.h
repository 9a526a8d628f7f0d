/* Shared by the template engine's files only. */
#pragma once

#include "template.h"

struct GalenTemplate {
  char *folder, *fallback, *file;
  GHashTable *documents; /* file name → xmlDoc * */
  GHashTable *styles;    /* file name → char * */
};

/* Sets an error that names the file and line of `node`. */
void galen_template_fail(GError **error, GalenTemplateError code, const xmlNode *node, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* The text of a binding of `node`, NULL when it has none of that name. */
const char *galen_template_binding(const xmlNode *node, const char *name);
gboolean galen_template_is_binding(const xmlAttr *attr);

/* "x in path": FALSE when it is not of that form. */
gboolean galen_template_split_repeat(const char *text, gsize *ret_name_len, const char **ret_path);
/* "path" or "not path". */
const char *galen_template_split_if(const char *text, gboolean *ret_negated);
