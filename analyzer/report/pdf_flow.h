/* Text, tables and charts that flow down A4 pages. Shared by the PDF writer's files only; pdf.h is the way in.
 *
 * Lengths are CSS pixels, 3/4 of a point, so that charts and words have the page's sizes. A document is made twice: the
 * first time nothing is painted and the pages are counted, the second time they are numbered "n of m". */
#pragma once

#include "charts.h"

#include "late_paper.h"

#define GALEN_PDF_POINTS 0.75 /* of a pixel */
#define GALEN_PDF_LEFT 56.0
#define GALEN_PDF_WIDTH 681.0 /* of the text */
#define GALEN_PDF_TOP 84.0
#define GALEN_PDF_BOTTOM 1058.0

typedef struct {
  cairo_surface_t *surface;
  cairo_t *cairo;
  PangoLayout *layout, *frame; /* of the text; of what every page repeats */
  const GalenReport *report;
  const char *title, *window; /* of every page */
  guint page, pages;          /* from 1; 0 pages: not known yet */
  double y;                   /* where the next thing goes */
  gboolean paint;             /* FALSE: pages are only counted */
  guint dry;                  /* > 0: only y moves, past the page's end if need be */
  int outline;                /* of the section, or the document's root */
} GalenPdf;

void galen_pdf_begin(GalenPdf *self); /* the first page */
void galen_pdf_end(GalenPdf *self);   /* the last one */
/* A new page unless `height` fits on this one; an empty page is never left. */
void galen_pdf_need(GalenPdf *self, double height);
void galen_pdf_space(GalenPdf *self, double height);

typedef struct {
  double size;
  guint weight;
  guint32 color;
  gboolean mono;
  double indent, right; /* from the margins */
  double gap;           /* below */
  gboolean keep;        /* with at least two lines of what follows */
  const char *mark;     /* a number or sign at the margin, beside the first line; NULL: none */
} GalenPdfStyle;

extern const GalenPdfStyle galen_pdf_body, galen_pdf_small, galen_pdf_code, galen_pdf_strong;

/* Parts of a paragraph that look different; weight 0 and color 0: as the paragraph. */
typedef struct {
  const char *text; /* NULL: nothing */
  guint weight;
  guint32 color;
  gboolean mono;
} GalenPdfRun;

/* A paragraph, broken into lines and over pages. NULL and "": nothing. `link` (or NULL): where its words lead. */
void galen_pdf_text(GalenPdf *self, const GalenPdfStyle *style, const char *text);
void galen_pdf_runs(GalenPdf *self, const GalenPdfStyle *style, const GalenPdfRun *runs, guint n, const char *link);

/* Headings with a bookmark and a place to link to (letters, digits, '-'; NULL: none); level 1 is a section, 2 is in it. */
void galen_pdf_heading(GalenPdf *self, guint level, const char *anchor, const char *text);
/* A bookmark to where the document is now, without a heading. */
void galen_pdf_bookmark(GalenPdf *self, const char *anchor, const char *text);
/* A place to link to, with neither. */
void galen_pdf_anchor(GalenPdf *self, const char *anchor);
void galen_pdf_subheading(GalenPdf *self, const char *text);

/* Runs `make` so that what it makes is on one page, when it fits on one, below a subheading (or NULL). */
typedef void (*GalenPdfMake)(GalenPdf *self, gconstpointer data);
void galen_pdf_keep(GalenPdf *self, const char *heading, GalenPdfMake make, gconstpointer data);
double galen_pdf_height_of(GalenPdf *self, GalenPdfMake make, gconstpointer data);

/* Title, caption, legend and scene; made smaller when it is higher than a page. */
void galen_pdf_chart(GalenPdf *self, const GalenChart *chart);

/* ---- tables ---- */

typedef struct {
  const char *title;
  double width; /* of all columns together GALEN_PDF_WIDTH, less the indent */
  gboolean end; /* aligned right */
  gboolean mono;
} GalenPdfColumn;

typedef struct {
  const char *text; /* NULL: empty */
  guint32 color;    /* 0: ink */
  guint weight;     /* 0: normal */
  double size;      /* 0: the table's */
  double indent;
  const char *link; /* or NULL */
  gboolean head;
} GalenPdfCell;

typedef struct {
  const GalenPdfColumn *columns;
  guint n;
  double size;
  gboolean plain;  /* neither header nor rules */
  gboolean headed; /* the header stands on this page */
} GalenPdfTable;

/* A row, whole on one page, below the header, which every page repeats. Returns its top. */
double galen_pdf_row(GalenPdf *self, GalenPdfTable *table, const GalenPdfCell *cells);
