/* Reading the page's view, and what every section of the PDF does with it. */
#include "pdf_private.h"

#include "paint.h"
#include "paint_style.h"

#define TABLE_SIZE 10.5

const GalenView *galen_pdf_get(const GalenView *view, const char *path) {
  while (view != NULL && galen_view_kind(view) == GALEN_VIEW_RECORD) {
    gsize len = strcspn(path, ".");
    view = galen_view_get(view, path, len);
    if (path[len] == '\0')
      return view;
    path += len + 1;
  }
  return NULL;
}

const char *galen_pdf_string(const GalenView *view, const char *path) {
  const GalenView *value = galen_pdf_get(view, path);
  return value != NULL && galen_view_kind(value) == GALEN_VIEW_TEXT && galen_view_is_true(value)
             ? galen_view_text(value)
             : NULL;
}

gboolean galen_pdf_is(const GalenView *view, const char *path) {
  const GalenView *value = galen_pdf_get(view, path);
  return value != NULL && galen_view_is_true(value);
}

guint galen_pdf_count(const GalenView *view, const char *path) {
  const GalenView *value = galen_pdf_get(view, path);
  return value != NULL ? galen_view_size(value) : 0;
}

const GalenView *galen_pdf_item(const GalenView *view, const char *path, guint index) {
  return galen_view_item(galen_pdf_get(view, path), index);
}

guint32 galen_pdf_severity_color(const char *severity) {
  return g_strcmp0(severity, "critical") == 0  ? GALEN_PAINT_CRITICAL
         : g_strcmp0(severity, "warning") == 0 ? GALEN_PAINT_WARNING
                                               : GALEN_PAINT_INFO;
}

char *galen_pdf_severity_words(const GalenView *view) {
  const char *icon = galen_pdf_string(view, "icon"), *word = galen_pdf_string(view, "word");
  return g_strdup_printf("%s %s", icon != NULL ? icon : "", word != NULL ? word : "");
}

void galen_pdf_square(GalenPdf *self, double x, double y, const char *color) {
  guint64 series = 0;
  if (!self->paint || self->dry > 0 || color == NULL || !g_ascii_string_to_unsigned(color, 10, 0, 5, &series, NULL))
    return;
  const GalenPaintStyle *style = galen_paint_style(GALEN_STYLE_SERIES_0 + (guint)series);
  galen_paint_set_color(self->cairo, style->fill, 1);
  cairo_rectangle(self->cairo, GALEN_PDF_LEFT + x, y, GALEN_PDF_SQUARE, GALEN_PDF_SQUARE);
  cairo_fill(self->cairo);
}

typedef struct {
  GalenPdfTable *table;
  const GalenPdfField *fields;
  const GalenView *item;
} Row;

static void make_row(GalenPdf *self, gconstpointer data) {
  const Row *row = data;
  g_autofree GalenPdfCell *cells = g_new0(GalenPdfCell, row->table->n);
  for (guint i = 0; i < row->table->n; i++)
    cells[i] = (GalenPdfCell){.text = galen_pdf_string(row->item, row->fields[i].key)};
  galen_pdf_row(self, row->table, cells);
}

guint galen_pdf_list(GalenPdf *self, const char *heading, const GalenView *view, const char *path,
                     const GalenPdfField *fields, guint n, guint max) {
  guint rows = MIN(galen_pdf_count(view, path), max);
  if (rows == 0)
    return 0;
  g_autofree GalenPdfColumn *columns = g_new0(GalenPdfColumn, n);
  for (guint i = 0; i < n; i++)
    columns[i] = fields[i].column;
  GalenPdfTable table = {.columns = columns, .n = n, .size = TABLE_SIZE};
  for (guint i = 0; i < rows; i++) {
    Row row = {&table, fields, galen_pdf_item(view, path, i)};
    if (i == 0)
      galen_pdf_keep(self, heading, make_row, &row);
    else
      make_row(self, &row);
  }
  self->y += 6;
  return rows;
}
