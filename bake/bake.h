/* The program that makes C of Galen's own templates and rules while Galen is built, so that a run need not read them: reading,
 * checking and indexing them took a third of a report on a small log (docs/performance.md, “The start”). It reads them with the
 * same code as a run would, and writes what that makes of them as constants. */
#pragma once

#include <glib.h>

typedef struct {
  GString *out;        /* C */
  GHashTable *strings; /* text → number of its constant: equal texts have one address */
  guint n;             /* numbers given to other constants */
} GalenBake;

/* Appends to the C. */
void galen_bake_put(GalenBake *self, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Declares the constant of a text, and returns its number for "s%u". */
guint galen_bake_string(GalenBake *self, const char *text);
/* Where an expression is wanted: "NULL", or the text's constant. */
typedef struct {
  char c[16];
} GalenBakeName;
GalenBakeName galen_bake_name(GalenBake *self, const char *text);

/* bake/templates.c: the documents of the folder. FALSE with error: one cannot be read. */
gboolean galen_bake_templates(GalenBake *self, const char *folder, GError **error);
/* bake/log_rules.c: error-*.rules of the folder. */
gboolean galen_bake_log_rules(GalenBake *self, const char *folder, GError **error);
