#include "pdf.h"

#include "../words.h"
#include "nothing.h"
#include "paint.h"
#include "pdf_private.h"

#include <string.h>

#define A4_WIDTH 595.276 /* points */
#define A4_HEIGHT 841.89
#define TITLE_MAX 300u

/* What is listed of each kind; further ones are counted. Pages say less than the page on a screen: nothing folds. */
static const GalenHtmlLevel level = {.cards = 5,
                                     .rows = 40,
                                     .inputs = 80,
                                     .findings = 30,
                                     .text = 1200,
                                     .incidents = 40,
                                     .lines = 12,
                                     .groups = 60,
                                     .list = 40};

static GalenView *make_view(const GalenReport *report) {
  static void (*const sections[])(const GalenHtml *, GalenView *) = {
      galen_html_verdict, galen_html_incidents,  galen_html_load,   galen_html_queries,       galen_html_heat,
      galen_html_users,   galen_html_comparison, galen_html_errors, galen_html_configuration, galen_html_about,
  };
  GalenView *root = galen_view_new();
  GalenHtml page = {.report = report, .level = &level};
  galen_html_put(root, "title", report->title != NULL ? report->title : "Database health report", TITLE_MAX);
  GalenView *has = galen_view_add_record(root, "has");
  galen_view_set_flag(has, "logs", report->history != NULL || report->errors != NULL);
  galen_view_set_flag(has, "queries", !galen_nothing_but_errors(report));
  galen_view_set_flag(has, "comparison", report->comparison != NULL);
  for (guint i = 0; i < G_N_ELEMENTS(sections); i++)
    sections[i](&page, root);
  return root;
}

static char *window_of(const GalenReport *report) {
  if (report->from == GALEN_TIME_NONE || report->to == GALEN_TIME_NONE)
    return g_strdup("no known time");
  g_autofree char *from = galen_words_time(report->from, report->zone, 0);
  g_autofree char *to = galen_words_time(report->to, report->zone, 0);
  return g_strdup_printf("%s to %s, %s", from, to, report->zone_name);
}

/* ---- the file ---- */

static cairo_status_t append(void *bytes, const guchar *data, unsigned int len) {
  if (bytes != NULL)
    g_byte_array_append(bytes, data, len);
  return CAIRO_STATUS_SUCCESS;
}

/* Never the wall clock: the same report gives the same bytes. */
static char *date_of(const GalenReport *report) {
  const char *epoch = g_getenv("SOURCE_DATE_EPOCH");
  guint64 seconds = 0;
  if (epoch == NULL || !g_ascii_string_to_unsigned(epoch, 10, 0, G_MAXUINT32, &seconds, NULL))
    seconds = report->to != GALEN_TIME_NONE && report->to > 0 ? (guint64)report->to / G_USEC_PER_SEC : 0;
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc((gint64)seconds);
  return time != NULL ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ") : g_strdup("1970-01-01T00:00:00Z");
}

static void describe(cairo_surface_t *surface, const GalenReport *report, const char *title) {
  g_autofree char *date = date_of(report);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Galen " GALEN_VERSION);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT,
                                 "Health report from the logs of database servers");
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, date);
}

static void make_pages(GalenPdf *pdf, const GalenView *root) {
  static void (*const sections[])(GalenPdf *, const GalenView *) = {
      galen_pdf_verdict, galen_pdf_incidents,     galen_pdf_clock, galen_pdf_load,
      galen_pdf_queries, galen_pdf_heat,          galen_pdf_users, galen_pdf_comparison,
      galen_pdf_errors,  galen_pdf_configuration, galen_pdf_about,
  };
  pdf->page = 0;
  pdf->outline = CAIRO_PDF_OUTLINE_ROOT;
  galen_pdf_begin(pdf);
  for (guint i = 0; i < G_N_ELEMENTS(sections); i++)
    sections[i](pdf, root);
  galen_pdf_end(pdf);
}

/* `pages` 0: only counted, nothing is written. */
static cairo_status_t run(GalenPdf *pdf, const GalenView *root, GByteArray *bytes) {
  pdf->surface = cairo_pdf_surface_create_for_stream(append, bytes, A4_WIDTH, A4_HEIGHT);
  pdf->cairo = cairo_create(pdf->surface);
  pdf->paint = bytes != NULL;
  if (pdf->paint)
    describe(pdf->surface, pdf->report, pdf->title);
  cairo_scale(pdf->cairo, GALEN_PDF_POINTS, GALEN_PDF_POINTS);
  pdf->layout = galen_paint_layout(pdf->cairo);
  pdf->frame = galen_paint_layout(pdf->cairo);
  make_pages(pdf, root);
  g_clear_object(&pdf->layout);
  g_clear_object(&pdf->frame);
  cairo_status_t status = cairo_status(pdf->cairo);
  cairo_destroy(pdf->cairo);
  cairo_surface_finish(pdf->surface);
  if (status == CAIRO_STATUS_SUCCESS && pdf->paint)
    status = cairo_surface_status(pdf->surface);
  cairo_surface_destroy(pdf->surface);
  return status;
}

GBytes *galen_pdf_write(const GalenReport *report, G_GNUC_UNUSED const GalenWriteOptions *options, GError **error) {
  if (!galen_paint_ready(error))
    return NULL;
  g_autoptr(GalenView) root = make_view(report);
  g_autofree char *window = window_of(report);
  GalenPdf pdf = {.report = report, .title = galen_pdf_string(root, "title"), .window = window};
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  cairo_status_t status = run(&pdf, root, NULL);
  pdf.pages = pdf.page;
  if (status == CAIRO_STATUS_SUCCESS)
    status = run(&pdf, root, bytes);
  if (status != CAIRO_STATUS_SUCCESS) {
    g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, cairo_status_to_string(status));
    return NULL;
  }
  return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}
