/* Shared by the template engine's files only: template.c reads and checks, template_compile.c makes steps of what was read,
 * template_render.c takes them. */
#pragma once

#include "template.h"

#include "late_xml.h"

/* Names of a template are interned: equal ones have one address. */
typedef struct {
  const char *text; /* as written, for complaints */
  const GalenViewName *names;
  guint n; /* 0: there is no such binding */
} GalenTemplatePath;

typedef struct {
  const char *name;
  const char *sample; /* the template's own value; NULL: none */
  GalenTemplatePath path;
  gboolean is_link, is_picture;
} GalenTemplateAttribute;

typedef struct GalenTemplatePart GalenTemplatePart;

/* A text or an element of a template, ready to be bound. */
typedef struct GalenTemplateStep GalenTemplateStep;
struct GalenTemplateStep {
  const char *file; /* where mistakes are told */
  guint line;
  const char *words; /* a text; NULL: an element … */
  const char *name;
  const char *item; /* what a repeat calls its items */
  GalenTemplatePath repeat, condition, text;
  gboolean negated;              /* the condition */
  gboolean bare;                 /* only the bound text of the element is written */
  gboolean breaks;               /* a line of its text may end in the middle */
  const char *style;             /* included instead of the element: a style sheet … */
  const GalenTemplatePart *part; /* … or the body of a file */
  const GalenTemplateAttribute *attributes;
  guint n_attributes;
  const GalenTemplateStep *steps; /* of the children */
  guint n_steps;
};

/* A file. */
struct GalenTemplatePart {
  xmlDoc *doc;                   /* until it has been compiled */
  GalenTemplateStep root;        /* its root element */
  const GalenTemplateStep *body; /* what is included of it: the children of this step */
};

struct GalenTemplate {
  const char *file;
  const GalenTemplatePart *main; /* of `file` */
  gboolean styled;               /* a style sheet is included: no mail */
  char *folder, *fallback;       /* these are NULL where the template is built in */
  GHashTable *parts;             /* file name → GalenTemplatePart * */
  GHashTable *styles;            /* file name → char * */
  GStringChunk *strings;         /* of the steps; names once each */
};

/* Constants of the program, set by main(); NULL-terminated, or NULL, as in tests. */
extern const GalenTemplate *const *galen_templates_built_in;

void galen_template_part_free(gpointer part);
/* Makes the steps of every part; what was read must have been checked. */
void galen_template_compile(GalenTemplate *self);

/* A style sheet without comments, and without blanks that mean nothing. Caller frees. */
char *galen_template_style(const char *css);

/* Writes text with each date in a span with that attribute, which is to keep its line whole. */
void galen_template_put_words(GalenMarkup *out, const char *text, const char *attribute, const char *value);
/* Whether it is a date and nothing else. */
gboolean galen_template_is_date(const char *text);

/* Sets an error that names file and line. */
void galen_template_fail(GError **error, GalenTemplateError code, const char *file, long line, const char *format, ...)
    G_GNUC_PRINTF(5, 6);

/* The text of a binding of `node`, NULL when it has none of that name. */
const char *galen_template_binding(const xmlNode *node, const char *name);
gboolean galen_template_is_binding(const xmlAttr *attr);

/* "x in path": FALSE when it is not of that form. */
gboolean galen_template_split_repeat(const char *text, gsize *ret_name_len, const char **ret_path);
/* "path" or "not path". */
const char *galen_template_split_if(const char *text, gboolean *ret_negated);
