#include "writers.h"

#include "../output.h"
#include "csv.h"
#include "json_out.h"
#include "mail.h"
#include "markdown.h"
#include "pdf.h"
#include "png.h"
#include "prom.h"

#include <string.h>

static GBytes *write_html(const GalenReport *report, const GalenWriteOptions *options, GError **error) {
  return galen_report_write_html(report, options->templates, error);
}

static gboolean put_piece(const char *data, gsize len, gpointer user, GError **error) {
  return galen_output_put(GPOINTER_TO_INT(user), data, len, error);
}

static gboolean put_json(const GalenReport *report, int fd, GError **error) {
  return galen_report_flush_json(report, put_piece, GINT_TO_POINTER(fd), error);
}

static GBytes *write_text(const GalenReport *report, const GalenWriteOptions *options, GError **error) {
  return galen_report_write_text(report, options->width, options->color, error);
}

const GalenWriter galen_writers[] = {
    {.words = "html htm", .write = write_html},
    {.words = "json", .put = put_json},
    {.words = "txt text", .write = write_text},
    {.words = "pdf", .write = galen_pdf_write},
    {.words = "png", .write = galen_png_write, .check = galen_png_check},
    {.words = "md markdown", .write = galen_markdown_write},
    {.words = "eml", .write = galen_mail_write, .check = galen_mail_check},
    {.words = "csv", .write = galen_csv_write, .check = galen_csv_check},
    {.words = "prom openmetrics", .write = galen_prom_write},
    {NULL},
};

const GalenWriter *galen_writer_find(const char *word) {
  for (const GalenWriter *writer = galen_writers; writer->words != NULL; writer++) {
    g_auto(GStrv) words = g_strsplit(writer->words, " ", -1);
    for (guint i = 0; words[i] != NULL; i++)
      if (g_ascii_strcasecmp(words[i], word) == 0)
        return writer;
  }
  return NULL;
}

char *galen_writer_words(void) {
  GString *all = g_string_new(NULL);
  for (const GalenWriter *writer = galen_writers; writer->words != NULL; writer++)
    g_string_append_printf(all, "%s%.*s", all->len > 0 ? ", " : "", (int)strcspn(writer->words, " "), writer->words);
  return g_string_free(all, FALSE);
}
