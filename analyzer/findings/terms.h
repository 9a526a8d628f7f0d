/* The words of a report: columns, findings, measures. Data for `galen explain`, in analyzer/rules/terms.rules. */
#pragma once

#include <glib.h>

typedef struct {
  char *id;
  char *kind;    /* "column", "finding", "measure" */
  char *title;   /* one line */
  char *meaning; /* what it is, and how it is worked out */
  char *advice;  /* what to do; NULL: nothing */
} GalenTerm;

typedef struct GalenTerms GalenTerms;

/* Loads `dir`/terms.rules. NULL with error that names the file and what is wrong. */
GalenTerms *galen_terms_load(const char *dir, GError **error);
void galen_terms_free(GalenTerms *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenTerms, galen_terms_free)

/* In the file's order. */
guint galen_terms_size(const GalenTerms *self);
const GalenTerm *galen_terms_get(const GalenTerms *self, guint index);
const GalenTerm *galen_terms_find(const GalenTerms *self, const char *id); /* NULL: none */
