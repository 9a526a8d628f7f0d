#include "pdf_flow.h"

#include "../words.h"
#include "chart_frame.h"
#include "paint.h"
#include "paint_style.h"

#include <math.h>

#define PAGE_HEIGHT 1122.52
#define HEADER_Y 40.0
#define HEADER_SIZE 10.5
#define FOOTER_Y 1078.0
#define LEADING 0.22 /* of the size, between lines */
#define FULL (GALEN_PDF_BOTTOM - GALEN_PDF_TOP)
#define KEPT_LINES 2.5
#define CHART_HEAD 140.0 /* a heading and its sentence fit above any chart */

const GalenPdfStyle galen_pdf_body = {.size = 12.5, .weight = 400, .color = GALEN_PAINT_INK, .gap = 5};
const GalenPdfStyle galen_pdf_small = {.size = 11, .weight = 400, .color = GALEN_PAINT_SOFT, .gap = 4};
const GalenPdfStyle galen_pdf_code = {.size = 10.5, .weight = 400, .color = GALEN_PAINT_INK, .mono = TRUE, .gap = 4};
const GalenPdfStyle galen_pdf_strong = {.size = 12.5, .weight = 600, .color = GALEN_PAINT_INK, .gap = 3, .keep = TRUE};

static gboolean is_painting(const GalenPdf *self) {
  return self->paint && self->dry == 0;
}

/* ---- pages ---- */

static void draw_line(GalenPdf *self, double y) {
  galen_paint_set_color(self->cairo, GALEN_PAINT_LINE, 1);
  cairo_set_line_width(self->cairo, 1);
  cairo_move_to(self->cairo, GALEN_PDF_LEFT, y);
  cairo_line_to(self->cairo, GALEN_PDF_LEFT + GALEN_PDF_WIDTH, y);
  cairo_stroke(self->cairo);
}

/* A word that is broken gets no hyphen: it may be a path or a statement, to be copied. */
static PangoAttrList *plain_attributes(void) {
  PangoAttrList *list = pango_attr_list_new();
  pango_attr_list_insert(list, pango_attr_insert_hyphens_new(FALSE));
  pango_attr_list_insert(list, pango_attr_font_features_new(GALEN_PAINT_FEATURES));
  return list;
}

static void reset_layout(GalenPdf *self, double width) {
  PangoAttrList *attributes = plain_attributes();
  pango_layout_set_attributes(self->layout, attributes);
  pango_attr_list_unref(attributes);
  pango_layout_set_alignment(self->layout, PANGO_ALIGN_LEFT);
  pango_layout_set_ellipsize(self->layout, PANGO_ELLIPSIZE_NONE);
  pango_layout_set_height(self->layout, -1);
  pango_layout_set_wrap(self->layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_width(self->layout, width > 0 ? (int)(width * PANGO_SCALE) : -1);
}

/* One line of the page's frame; returns its width. */
static double draw_frame_text(GalenPdf *self, const char *text, double x, double y, double most, double part) {
  PangoLayout *layout = self->frame;
  galen_paint_font(layout, GALEN_PAINT_SANS, HEADER_SIZE, 400);
  pango_layout_set_single_paragraph_mode(layout, TRUE);
  pango_layout_set_width(layout, -1);
  pango_layout_set_text(layout, text, -1);
  int width = 0;
  pango_layout_get_size(layout, &width, NULL);
  if (width > most * PANGO_SCALE) {
    width = (int)(most * PANGO_SCALE);
    pango_layout_set_width(layout, width);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_MIDDLE);
  }
  galen_paint_set_color(self->cairo, GALEN_PAINT_SOFT, 1);
  cairo_move_to(self->cairo, x - part * width / PANGO_SCALE, y);
  pango_cairo_show_layout(self->cairo, layout);
  return (double)width / PANGO_SCALE;
}

static void draw_frame(GalenPdf *self) {
  double right = GALEN_PDF_LEFT + GALEN_PDF_WIDTH;
  double width = draw_frame_text(self, self->window, right, HEADER_Y, GALEN_PDF_WIDTH * 0.6, 1);
  draw_frame_text(self, self->title, GALEN_PDF_LEFT, HEADER_Y, GALEN_PDF_WIDTH - width - 24, 0);
  draw_line(self, HEADER_Y + 20);
  g_autofree char *number = g_strdup_printf("%u of %u", self->page, self->pages);
  draw_frame_text(self, "Galen " GALEN_VERSION, GALEN_PDF_LEFT, FOOTER_Y, GALEN_PDF_WIDTH / 2, 0);
  draw_frame_text(self, number, right, FOOTER_Y, GALEN_PDF_WIDTH / 2, 1);
}

void galen_pdf_begin(GalenPdf *self) {
  self->page++;
  self->y = GALEN_PDF_TOP;
  if (self->paint)
    draw_frame(self);
}

void galen_pdf_end(GalenPdf *self) {
  if (self->paint)
    cairo_show_page(self->cairo);
}

void galen_pdf_need(GalenPdf *self, double height) {
  if (self->dry > 0 || self->y <= GALEN_PDF_TOP || self->y + height <= GALEN_PDF_BOTTOM)
    return;
  galen_pdf_end(self);
  galen_pdf_begin(self);
}

void galen_pdf_space(GalenPdf *self, double height) {
  if (self->y > GALEN_PDF_TOP)
    self->y += height;
}

/* ---- paragraphs ---- */

static void set_style(GalenPdf *self, const GalenPdfStyle *style) {
  reset_layout(self, GALEN_PDF_WIDTH - style->indent - style->right);
  galen_paint_font(self->layout, style->mono ? GALEN_PAINT_MONO : GALEN_PAINT_SANS, style->size, style->weight);
}

static void draw_layout_line(GalenPdf *self, PangoLayoutIter *iter, const PangoRectangle *box, double x, double y) {
  double base = (double)(pango_layout_iter_get_baseline(iter) - box->y) / PANGO_SCALE;
  cairo_move_to(self->cairo, x + (double)box->x / PANGO_SCALE, y + base);
  pango_cairo_show_layout_line(self->cairo, pango_layout_iter_get_line_readonly(iter));
}

static void begin_link(GalenPdf *self, const char *link) {
  if (link == NULL || !is_painting(self))
    return;
  g_autofree char *attributes = g_strdup_printf("dest='%s'", link);
  cairo_tag_begin(self->cairo, CAIRO_TAG_LINK, attributes);
}

static void end_link(GalenPdf *self, const char *link) {
  if (link != NULL && is_painting(self))
    cairo_tag_end(self->cairo, CAIRO_TAG_LINK);
}

/* At the margin, on the base line of the line that is drawn now. */
static void draw_mark(GalenPdf *self, const GalenPdfStyle *style, double base) {
  pango_layout_set_width(self->frame, -1);
  galen_paint_font(self->frame, GALEN_PAINT_SANS, style->size, style->weight);
  pango_layout_set_text(self->frame, style->mark, -1);
  cairo_move_to(self->cairo, GALEN_PDF_LEFT,
                self->y + base - (double)pango_layout_get_baseline(self->frame) / PANGO_SCALE);
  pango_cairo_show_layout(self->cairo, self->frame);
}

/* The layout's lines from y on, over as many pages as they need. */
static void flow(GalenPdf *self, const GalenPdfStyle *style, const char *link) {
  double leading = style->size * LEADING, kept = style->keep ? KEPT_LINES : 0;
  PangoLayoutIter *iter = pango_layout_get_iter(self->layout);
  int left = pango_layout_get_line_count(self->layout);
  gboolean first = TRUE;
  do {
    PangoRectangle box;
    pango_layout_iter_get_line_extents(iter, NULL, &box);
    double height = (double)box.height / PANGO_SCALE + leading;
    /* Neither the first nor the last line of several stands alone. */
    double lines = kept > 0 ? left + kept : (first && left > 1) || left == 2 ? 2 : 1;
    galen_pdf_need(self, lines * height);
    if (is_painting(self)) {
      begin_link(self, link);
      galen_paint_set_color(self->cairo, style->color, 1);
      if (first && style->mark != NULL) /* first, as it is read: copied text has it where it belongs */
        draw_mark(self, style, (double)(pango_layout_iter_get_baseline(iter) - box.y) / PANGO_SCALE);
      draw_layout_line(self, iter, &box, GALEN_PDF_LEFT + style->indent, self->y);
      end_link(self, link);
    }
    self->y += height;
    first = FALSE;
    left--;
  } while (pango_layout_iter_next_line(iter));
  pango_layout_iter_free(iter);
}

static void add_run(PangoAttrList *list, const GalenPdfRun *run, gsize from, gsize to) {
  PangoAttribute *attributes[3] = {
      run->weight > 0 ? pango_attr_weight_new((PangoWeight)run->weight) : NULL,
      run->color > 0
          ? pango_attr_foreground_new((guint16)((run->color >> 16 & 0xFF) * 257),
                                      (guint16)((run->color >> 8 & 0xFF) * 257), (guint16)((run->color & 0xFF) * 257))
          : NULL,
      run->mono ? pango_attr_family_new(GALEN_PAINT_MONO) : NULL,
  };
  for (guint i = 0; i < G_N_ELEMENTS(attributes); i++) {
    if (attributes[i] == NULL)
      continue;
    attributes[i]->start_index = (guint)from;
    attributes[i]->end_index = (guint)to;
    pango_attr_list_insert(list, attributes[i]);
  }
}

/* A date and its time of day stay on one line. */
static void keep_dates(PangoAttrList *list, const char *text) {
  gsize len = 0;
  const char *from = text;
  for (const char *date; (date = galen_words_find_date(from, &len)) != NULL; from = date + len) {
    PangoAttribute *whole = pango_attr_allow_breaks_new(FALSE);
    whole->start_index = (guint)(date - text);
    whole->end_index = (guint)(date + len - text);
    pango_attr_list_insert(list, whole);
  }
}

void galen_pdf_runs(GalenPdf *self, const GalenPdfStyle *style, const GalenPdfRun *runs, guint n, const char *link) {
  g_autoptr(GString) text = g_string_new(NULL);
  PangoAttrList *attributes = plain_attributes();
  for (guint i = 0; i < n; i++) {
    gsize from = text->len;
    if (runs[i].text != NULL)
      g_string_append(text, runs[i].text);
    add_run(attributes, &runs[i], from, text->len);
  }
  if (text->len > 0) {
    keep_dates(attributes, text->str);
    set_style(self, style);
    pango_layout_set_attributes(self->layout, attributes);
    pango_layout_set_text(self->layout, text->str, (int)text->len);
    flow(self, style, link);
    self->y += style->gap;
  }
  pango_attr_list_unref(attributes);
}

void galen_pdf_text(GalenPdf *self, const GalenPdfStyle *style, const char *text) {
  galen_pdf_runs(self, style, &(GalenPdfRun){.text = text}, 1, NULL);
}

/* ---- headings ---- */

/* A place to link to: cairo takes it in points from the page's top. */
static void put_anchor(GalenPdf *self, const char *anchor) {
  char x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd(x, sizeof x, "%.1f", GALEN_PDF_LEFT * GALEN_PDF_POINTS);
  g_ascii_formatd(y, sizeof y, "%.1f", (self->y - 8) * GALEN_PDF_POINTS);
  g_autofree char *attributes = g_strdup_printf("name='%s' x=%s y=%s", anchor, x, y);
  cairo_tag_begin(self->cairo, CAIRO_TAG_DEST, attributes);
  cairo_tag_end(self->cairo, CAIRO_TAG_DEST);
}

static void put_bookmark(GalenPdf *self, guint level, const char *anchor, const char *text) {
  g_autofree char *attributes = g_strdup_printf("dest='%s'", anchor);
  int parent = level == 1 ? CAIRO_PDF_OUTLINE_ROOT : self->outline;
  int id = cairo_pdf_surface_add_outline(self->surface, parent, text, attributes,
                                         level == 1 ? CAIRO_PDF_OUTLINE_FLAG_OPEN : 0);
  if (level == 1)
    self->outline = id;
}

void galen_pdf_anchor(GalenPdf *self, const char *anchor) {
  if (is_painting(self))
    put_anchor(self, anchor);
}

void galen_pdf_bookmark(GalenPdf *self, const char *anchor, const char *text) {
  put_anchor(self, anchor);
  put_bookmark(self, 1, anchor, text);
}

void galen_pdf_heading(GalenPdf *self, guint level, const char *anchor, const char *text) {
  GalenPdfStyle style = {.size = level == 1 ? 19 : 15, .weight = 600, .color = GALEN_PAINT_INK, .gap = 6, .keep = TRUE};
  galen_pdf_space(self, level == 1 ? 22 : 12);
  galen_pdf_need(self, level == 1 ? 150 : 110);
  if (anchor != NULL && is_painting(self)) {
    put_anchor(self, anchor);
    put_bookmark(self, level, anchor, text);
  }
  galen_pdf_text(self, &style, text);
}

void galen_pdf_subheading(GalenPdf *self, const char *text) {
  galen_pdf_space(self, 6);
  galen_pdf_text(self, &galen_pdf_strong, text);
}

/* ---- what stays together ---- */

double galen_pdf_height_of(GalenPdf *self, GalenPdfMake make, gconstpointer data) {
  double y = self->y;
  self->dry++;
  make(self, data);
  self->dry--;
  double height = self->y - y;
  self->y = y;
  return height;
}

typedef struct {
  const char *heading;
  GalenPdfMake make;
  gconstpointer data;
} Kept;

static void make_kept(GalenPdf *self, gconstpointer data) {
  const Kept *kept = data;
  if (kept->heading != NULL)
    galen_pdf_subheading(self, kept->heading);
  kept->make(self, kept->data);
}

void galen_pdf_keep(GalenPdf *self, const char *heading, GalenPdfMake make, gconstpointer data) {
  Kept kept = {heading, make, data};
  double height = galen_pdf_height_of(self, make_kept, &kept);
  if (height <= FULL)
    galen_pdf_need(self, height);
  make_kept(self, &kept);
}

void galen_pdf_chart(GalenPdf *self, const GalenChart *chart) {
  GalenFrame frame = {.chart = chart, .report = self->report};
  double width = fmax(chart->scene->width, 1);
  double height = galen_frame_paint(&frame, self->cairo, width, FALSE);
  double scale = fmin(fmin(GALEN_PDF_WIDTH / width, (FULL - CHART_HEAD) / height), 1);
  galen_pdf_space(self, 6);
  galen_pdf_need(self, height * scale);
  if (is_painting(self)) {
    cairo_save(self->cairo);
    cairo_translate(self->cairo, GALEN_PDF_LEFT, self->y);
    cairo_scale(self->cairo, scale, scale);
    galen_frame_paint(&frame, self->cairo, width, TRUE);
    cairo_restore(self->cairo);
  }
  self->y += height * scale + 10;
}

/* ---- tables ---- */

#define CELL_PAD 5.0
#define ROW_PAD 3.5
#define CELL_LINES 30 /* a higher cell is cut: its row must fit on a page */

static void set_cell(GalenPdf *self, const GalenPdfTable *table, guint i, const GalenPdfCell *cell) {
  const GalenPdfColumn *column = &table->columns[i];
  double size = cell->size > 0 ? cell->size : table->size;
  reset_layout(self, fmax(column->width - cell->indent - CELL_PAD * (table->plain ? 2 : 1), 8));
  galen_paint_font(self->layout, column->mono && !cell->head ? GALEN_PAINT_MONO : GALEN_PAINT_SANS, size,
                   cell->weight > 0 ? cell->weight : 400);
  pango_layout_set_height(self->layout, (int)(CELL_LINES * size * 1.25 * PANGO_SCALE));
  pango_layout_set_ellipsize(self->layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_alignment(self->layout, column->end ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
  pango_layout_set_text(self->layout, cell->text != NULL ? cell->text : "", -1);
}

static double row_height(GalenPdf *self, const GalenPdfTable *table, const GalenPdfCell *cells) {
  double height = 0;
  for (guint i = 0; i < table->n; i++) {
    int tall = 0;
    if (cells[i].text == NULL || *cells[i].text == '\0')
      continue;
    set_cell(self, table, i, &cells[i]);
    pango_layout_get_size(self->layout, NULL, &tall);
    height = fmax(height, (double)tall / PANGO_SCALE);
  }
  return height + 2 * (table->plain ? 0 : ROW_PAD);
}

static void draw_cell(GalenPdf *self, const GalenPdfTable *table, guint i, const GalenPdfCell *cell, double x) {
  if (cell->text == NULL || *cell->text == '\0')
    return;
  set_cell(self, table, i, cell);
  begin_link(self, cell->link);
  galen_paint_set_color(self->cairo, cell->color > 0 ? cell->color : GALEN_PAINT_INK, 1);
  cairo_move_to(self->cairo, x + cell->indent, self->y + (table->plain ? 0 : ROW_PAD));
  pango_cairo_show_layout(self->cairo, self->layout);
  end_link(self, cell->link);
}

static void draw_row(GalenPdf *self, const GalenPdfTable *table, const GalenPdfCell *cells) {
  double x = GALEN_PDF_LEFT;
  for (guint i = 0; i < table->n; i++) {
    draw_cell(self, table, i, &cells[i], x);
    x += table->columns[i].width;
  }
}

static void put_row(GalenPdf *self, const GalenPdfTable *table, const GalenPdfCell *cells, double height) {
  if (is_painting(self)) {
    draw_row(self, table, cells);
    if (!table->plain)
      draw_line(self, self->y + height);
  }
  self->y += height;
}

static double put_header(GalenPdf *self, GalenPdfTable *table, gboolean measure) {
  g_autofree GalenPdfCell *cells = g_new0(GalenPdfCell, table->n);
  for (guint i = 0; i < table->n; i++)
    cells[i] = (GalenPdfCell){.text = table->columns[i].title, .color = GALEN_PAINT_SOFT, .weight = 600, .head = TRUE};
  double height = row_height(self, table, cells);
  if (measure)
    return height;
  put_row(self, table, cells, height);
  table->headed = self->dry == 0;
  return height;
}

double galen_pdf_row(GalenPdf *self, GalenPdfTable *table, const GalenPdfCell *cells) {
  double height = row_height(self, table, cells);
  double header = table->plain || table->headed ? 0 : put_header(self, table, TRUE);
  guint page = self->page;
  galen_pdf_need(self, header + height);
  if (page != self->page)
    table->headed = FALSE;
  if (!table->plain && !table->headed)
    put_header(self, table, FALSE);
  double top = self->y;
  put_row(self, table, cells, height);
  return top;
}
