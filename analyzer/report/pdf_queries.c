/* Which operations take the time: the stacked area and the ranking. */
#include "pdf_private.h"

#include "paint.h"
#include "paint_style.h"

#define TREND_WIDTH 74.0
#define TREND_HEIGHT 15.0
#define TREND_X 607.0
#define TREND_INDENT 10.0
#define SIZE 10.5
#define INDENT 30.0 /* of an operation, beside its rank */
#define LATENCY_WIDTH 460.0
#define STATEMENT_MAX 700u

static void make_load(GalenPdf *self, gconstpointer data) {
  const GalenView *root = data;
  galen_pdf_heading(self, 1, "load", "Top database operations by wall clock time");
  if (!galen_pdf_is(root, "has.queries")) {
    galen_pdf_text(self, &galen_pdf_body, "No slow log was read: nothing is known about queries.");
    return;
  }
  galen_pdf_text(self, &galen_pdf_body,
                 "How many statements were at work at once, on average, in each step of time: query time divided by "
                 "wall clock time. A height of 1 keeps one connection busy all the time.");
  g_autoptr(GalenChart) chart = galen_chart_new(self->report, "load", &(GalenChartForm){.width = GALEN_PDF_WIDTH});
  if (chart != NULL)
    galen_pdf_chart(self, chart);
  else
    galen_pdf_text(self, &galen_pdf_body, galen_pdf_string(root, "load.nothing"));
}

void galen_pdf_load(GalenPdf *self, const GalenView *root) {
  galen_pdf_keep(self, NULL, make_load, root);
}

/* ---- ranking ---- */

static const char *const keys[] = {"rank", "label", "share", "calls", "mean", "p95", "p99", "max", "ratio", "trend"};

static const GalenPdfColumn columns[] = {
    {"#", 26, FALSE, FALSE},        {"Operation", 168, FALSE, FALSE}, {"Share", 58, TRUE, FALSE},
    {"Calls", 62, TRUE, FALSE},     {"Mean", 58, TRUE, FALSE},        {"p95", 58, TRUE, FALSE},
    {"p99", 58, TRUE, FALSE},       {"Max", 58, TRUE, FALSE},         {"Rows ex./sent", 60, TRUE, FALSE},
    {"   Trend", 75, FALSE, FALSE},
};

static void draw_trend(GalenPdf *self, double y, const GalenQuery *query) {
  g_autoptr(GalenScene) scene = galen_trend_scene(self->report->series, query->series, query->color, "trend", "");
  if (scene == NULL)
    return;
  cairo_save(self->cairo);
  cairo_translate(self->cairo, GALEN_PDF_LEFT + TREND_X + TREND_INDENT, y + 2);
  cairo_scale(self->cairo, (TREND_WIDTH - TREND_INDENT) / scene->width, TREND_HEIGHT / scene->height);
  galen_scene_paint(scene, self->cairo);
  cairo_restore(self->cairo);
}

static char *anchor_of(const GalenQuery *query) {
  return g_strconcat("q-", query->id, NULL);
}

/* A row leads to its operation in full. */
static void put_row(GalenPdf *self, GalenPdfTable *table, const GalenView *row, const GalenQuery *query) {
  GalenPdfCell cells[G_N_ELEMENTS(columns)] = {0};
  for (guint i = 0; i < G_N_ELEMENTS(columns); i++)
    cells[i].text = galen_pdf_string(row, keys[i]);
  if (query == NULL) /* a sum */
    cells[1] = (GalenPdfCell){.text = galen_pdf_string(row, "name"), .color = GALEN_PAINT_SOFT};
  g_autofree char *anchor = query != NULL ? anchor_of(query) : NULL;
  cells[1].link = anchor;
  cells[1].indent = GALEN_PDF_SQUARE + 6;
  cells[G_N_ELEMENTS(columns) - 1].indent = TREND_INDENT;
  double y = galen_pdf_row(self, table, cells);
  if (!self->paint || query == NULL)
    return;
  galen_pdf_square(self, columns[0].width, y + 6, galen_pdf_string(row, "color"));
  draw_trend(self, y, query);
}

typedef struct {
  const GalenQuery *query;
  const GalenView *card; /* NULL: it has none */
} Operation;

static void make_advice(GalenPdf *self, gconstpointer item) {
  galen_pdf_finding(self, item, INDENT);
}

static void make_latency(GalenPdf *self, gconstpointer query) {
  g_autoptr(GalenChart) chart = galen_chart_of_latency(query, &(GalenChartForm){.width = LATENCY_WIDTH});
  if (chart != NULL)
    galen_pdf_chart(self, chart);
}

static void put_card(GalenPdf *self, const Operation *operation) {
  GalenPdfStyle style = galen_pdf_small;
  style.indent = INDENT;
  galen_pdf_text(self, &style, galen_pdf_string(operation->card, "remarks"));
  galen_pdf_text(self, &style, galen_pdf_string(operation->card, "news"));
  galen_pdf_text(self, &style, galen_pdf_string(operation->card, "seen"));
  for (guint i = 0; i < galen_pdf_count(operation->card, "advice"); i++)
    galen_pdf_keep(self, NULL, make_advice, galen_pdf_item(operation->card, "advice", i));
  galen_pdf_keep(self, NULL, make_latency, operation->query);
}

static void make_operation(GalenPdf *self, gconstpointer data) {
  const GalenQuery *query = ((const Operation *)data)->query;
  g_autofree char *rank = g_strdup_printf("%u.", query->rank);
  g_autofree char *label = galen_html_cut(query->label, GALEN_HTML_NAME_MAX);
  g_autofree char *text = galen_html_cut(query->fingerprint, STATEMENT_MAX);
  GalenPdfStyle style = galen_pdf_body;
  style.mark = rank;
  style.indent = INDENT;
  style.gap = 1;
  style.keep = TRUE;
  g_autofree char *anchor = anchor_of(query);
  galen_pdf_anchor(self, anchor);
  const GalenPdfRun runs[] = {{label, 600, 0, FALSE}, {"  ", 0, 0, FALSE}, {query->id, 0, GALEN_PAINT_SOFT, FALSE}};
  galen_pdf_runs(self, &style, runs, G_N_ELEMENTS(runs), NULL);
  style = galen_pdf_code;
  style.indent = INDENT;
  style.gap = 8;
  galen_pdf_text(self, &style, text);
}

/* Those that lead the ranking with advice and latency. */
static void put_operations(GalenPdf *self, const GalenView *root, guint n) {
  guint cards = galen_pdf_count(root, "queries.cards");
  for (guint i = 0; i < n; i++) {
    Operation operation = {g_ptr_array_index(self->report->top, i),
                           i < cards ? galen_pdf_item(root, "queries.cards", i) : NULL};
    galen_pdf_keep(self, i == 0 ? "The operations in full" : NULL, make_operation, &operation);
    if (operation.card != NULL)
      put_card(self, &operation);
  }
}

void galen_pdf_queries(GalenPdf *self, const GalenView *root) {
  if (!galen_pdf_is(root, "has.queries"))
    return;
  galen_pdf_heading(self, 1, "queries", "Queries");
  const GalenPdfRun lead[] = {{"Statements that differ only in their literals are one operation. ", 0, 0, FALSE},
                              {galen_pdf_string(root, "queries.order"), 0, 0, FALSE}};
  galen_pdf_runs(self, &galen_pdf_body, lead, G_N_ELEMENTS(lead), NULL);
  guint n = galen_pdf_count(root, "queries.rows");
  if (n == 0) {
    galen_pdf_text(self, &galen_pdf_body, galen_pdf_string(root, "queries.nothing"));
    return;
  }
  GalenPdfTable table = {.columns = columns, .n = G_N_ELEMENTS(columns), .size = SIZE};
  for (guint i = 0; i < n; i++)
    put_row(self, &table, galen_pdf_item(root, "queries.rows", i), g_ptr_array_index(self->report->top, i));
  for (guint i = 0; i < galen_pdf_count(root, "queries.sums"); i++)
    put_row(self, &table, galen_pdf_item(root, "queries.sums", i), NULL);
  self->y += 6;
  if (self->report->top->len > n) {
    g_autofree char *more = galen_html_plural(self->report->top->len - n, "further operation");
    g_autofree char *words = g_strdup_printf("%s of the ranking: see the JSON report.", more);
    galen_pdf_text(self, &galen_pdf_small, words);
  }
  galen_pdf_text(self, &galen_pdf_small, galen_pdf_string(root, "queries.capped"));
  put_operations(self, root, n);
}
