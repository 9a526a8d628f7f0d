/* Templates: well-formed XHTML, open in a browser as they are, bound to a view by five attributes.
 *
 *   g:text="path"             the content becomes the value: a text, or a drawing
 *   g:attr="href=path; …"     attributes become values: a text as it is, a flag as present or absent
 *   g:if="path", "not path"   without it (or with it) the element is left out
 *   g:repeat="x in path"      once for each item of a list, x being the item; once for a record
 *   g:include="file"          the element is replaced by the content of the file's <body>; of a .css, by <style>
 *
 * in the namespace GALEN_TEMPLATE_NS. Order on one element: repeat, if, include, attr, text. A path is names with dots
 * between; the first is looked up in the surrounding repeats, inner first, then in the root view. docs/templates.md is
 * the manual. Every mistake in a template is a GError that names file and line. */
#pragma once

#include "view.h"

#define GALEN_TEMPLATE_NS "urn:galen:template"
#define GALEN_TEMPLATE_FILE_MAX (1u << 20) /* bytes of one template or style sheet */
#define GALEN_TEMPLATE_INCLUDES_MAX 8u     /* includes within includes */
#define GALEN_TEMPLATE_DEPTH_MAX 100u      /* elements within elements, over all includes */

typedef enum {
  GALEN_TEMPLATE_ERROR_READ,  /* a file is missing, too large or not well-formed */
  GALEN_TEMPLATE_ERROR_BIND,  /* a binding is malformed or unsafe */
  GALEN_TEMPLATE_ERROR_VALUE, /* the view has no such value, or one of another kind */
} GalenTemplateError;

#define GALEN_TEMPLATE_ERROR (galen_template_error_quark())
GQuark galen_template_error_quark(void);

typedef struct GalenTemplate GalenTemplate;

/* Reads `file` in `folder` and all that it includes, and checks the bindings' syntax. What is not in `folder` is taken
 * from the folder `fallback`, unless that is NULL. */
GalenTemplate *galen_template_load(const char *folder, const char *fallback, const char *file, GError **error);
/* `file` of a user's folder, and of the program's own templates what is not there; NULL: all of the program's own. Those are
 * built in (bake/), and read in tests only. */
GalenTemplate *galen_template_take(const char *folder, const char *file, GError **error);
void galen_template_free(GalenTemplate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenTemplate, galen_template_free)

/* The bound document as HTML5 that is well-formed XML too (markup.h), without namespaces or comments. The same template can
 * be rendered any number of times. An error too when a <style> holds '<' or '&', which HTML and XML would read differently. */
GBytes *galen_template_render(const GalenTemplate *self, const GalenView *root, GError **error);
