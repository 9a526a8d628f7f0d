/* What the sections of the PDF share: they say the words of the page's sections, which html_page.h makes. */
#pragma once

#include "html_page.h"
#include "pdf_flow.h"

#include <string.h>

/* "verdict.headline": the value, or NULL. */
const GalenView *galen_pdf_get(const GalenView *view, const char *path);
/* A text that is there and not empty, else NULL. */
const char *galen_pdf_string(const GalenView *view, const char *path);
gboolean galen_pdf_is(const GalenView *view, const char *path);
guint galen_pdf_count(const GalenView *view, const char *path);
const GalenView *galen_pdf_item(const GalenView *view, const char *path, guint index);

/* 0xRRGGBB of "info", "warning", "critical". */
guint32 galen_pdf_severity_color(const char *severity);
/* "▲ Warning" of a record with icon and word. Caller frees. */
char *galen_pdf_severity_words(const GalenView *view);

/* The square of an operation's colour ("0" … "5"; NULL: none), `x` from the margin. */
#define GALEN_PDF_SQUARE 9.0
void galen_pdf_square(GalenPdf *self, double x, double y, const char *color);

/* An incident, a finding or advice: severity, title, figures, detail, what to do. */
void galen_pdf_finding(GalenPdf *self, const GalenView *item, double indent);

/* A table of a list of records: a column a key, `max` rows at most; returns how many. Nothing when the list is
 * empty, else `heading` (or NULL) above it, on the page of the first row. */
typedef struct {
  GalenPdfColumn column;
  const char *key;
} GalenPdfField;
guint galen_pdf_list(GalenPdf *self, const char *heading, const GalenView *view, const char *path,
                     const GalenPdfField *fields, guint n, guint max);
#define GALEN_PDF_ALL G_MAXUINT

/* Sections; `root` is the page's view. */
void galen_pdf_verdict(GalenPdf *self, const GalenView *root);
void galen_pdf_incidents(GalenPdf *self, const GalenView *root);
void galen_pdf_clock(GalenPdf *self, const GalenView *root);
void galen_pdf_load(GalenPdf *self, const GalenView *root);
void galen_pdf_queries(GalenPdf *self, const GalenView *root);
void galen_pdf_heat(GalenPdf *self, const GalenView *root);
void galen_pdf_users(GalenPdf *self, const GalenView *root);
void galen_pdf_comparison(GalenPdf *self, const GalenView *root); /* nothing without a baseline */
void galen_pdf_errors(GalenPdf *self, const GalenView *root);
void galen_pdf_configuration(GalenPdf *self, const GalenView *root);
void galen_pdf_about(GalenPdf *self, const GalenView *root);
