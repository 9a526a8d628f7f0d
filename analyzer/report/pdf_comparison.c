/* Before and after. */
#include "pdf_private.h"

#include "paint_style.h"

#define TABLE_SIZE 10.5
#define ENTRY_INDENT 15.0
#define NAME_HEIGHT 60.0 /* with two lines of what follows: the square stands beside the name */

static void make_chart(GalenPdf *self, gconstpointer data) {
  g_autoptr(GalenChart) chart =
      galen_chart_new(self->report, (const char *)data, &(GalenChartForm){.width = GALEN_PDF_WIDTH});
  if (chart != NULL)
    galen_pdf_chart(self, chart);
}

static void put_head(GalenPdf *self, const GalenView *comparison) {
  static const GalenPdfField sides[] = {{{"", 131, FALSE, FALSE}, "name"},
                                        {{"Before", 225, FALSE, FALSE}, "before"},
                                        {{"After", 225, FALSE, FALSE}, "after"},
                                        {{"After / before", 100, TRUE, FALSE}, "ratio"}};
  GalenPdfStyle said = galen_pdf_body;
  said.weight = 600;
  galen_pdf_heading(self, 1, "comparison", "Comparison");
  galen_pdf_text(self, &said, galen_pdf_string(comparison, "sentence"));
  galen_pdf_text(self, &galen_pdf_body, galen_pdf_string(comparison, "load"));
  for (guint i = 0; i < galen_pdf_count(comparison, "notes"); i++)
    galen_pdf_text(self, &galen_pdf_small, galen_view_text(galen_pdf_item(comparison, "notes", i)));
  galen_pdf_list(self, NULL, comparison, "sides", sides, G_N_ELEMENTS(sides), GALEN_PDF_ALL);
}

/* ---- an operation ---- */

static void put_name(GalenPdf *self, const GalenView *item) {
  GalenPdfStyle style = galen_pdf_body;
  style.indent = ENTRY_INDENT;
  style.gap = 1;
  style.keep = TRUE;
  const GalenPdfRun name[] = {{galen_pdf_string(item, "label"), 600, 0, FALSE},
                              {"  ", 0, 0, FALSE},
                              {galen_pdf_string(item, "id"), 0, GALEN_PAINT_SOFT, FALSE}};
  galen_pdf_need(self, NAME_HEIGHT);
  galen_pdf_square(self, 0, self->y + 5, galen_pdf_string(item, "color"));
  galen_pdf_runs(self, &style, name, G_N_ELEMENTS(name), NULL);
}

static void put_statement(GalenPdf *self, const GalenView *item) {
  GalenPdfStyle style = galen_pdf_code;
  style.indent = ENTRY_INDENT;
  style.gap = 8;
  galen_pdf_text(self, &style, galen_pdf_string(item, "text"));
}

static void make_full(GalenPdf *self, gconstpointer data) {
  put_name(self, data);
  put_statement(self, data);
}

/* ---- operations of both sides ---- */

static const GalenPdfColumn columns[] = {
    {"Operation", 174, FALSE, FALSE}, {"Query time an hour", 138, TRUE, FALSE},
    {"Times", 72, TRUE, FALSE},       {"p95", 120, TRUE, FALSE},
    {"Calls", 122, TRUE, FALSE},      {"Share now", 55, TRUE, FALSE},
};

/* What is above noise is set off. */
static const struct {
  const char *text, *changed;
} keys[] = {{"label", NULL},        {"time", "time_changed"},   {"times", NULL},
            {"p95", "p95_changed"}, {"calls", "calls_changed"}, {"share", NULL}};
G_STATIC_ASSERT(G_N_ELEMENTS(keys) == G_N_ELEMENTS(columns));

typedef struct {
  GalenPdfTable *table;
  const GalenView *item;
} Change;

static void make_change(GalenPdf *self, gconstpointer data) {
  const Change *change = data;
  const GalenView *item = change->item;
  GalenPdfCell cells[G_N_ELEMENTS(columns)] = {0};
  for (guint i = 0; i < G_N_ELEMENTS(columns); i++)
    cells[i] = (GalenPdfCell){.text = galen_pdf_string(item, keys[i].text),
                              .weight = keys[i].changed != NULL && galen_pdf_is(item, keys[i].changed) ? 600 : 0};
  cells[0].indent = ENTRY_INDENT;
  double y = galen_pdf_row(self, change->table, cells);
  galen_pdf_square(self, 0, y + 6, galen_pdf_string(item, "color"));
}

static void put_changes(GalenPdf *self, const GalenView *comparison, const char *heading, const char *key,
                        const char *more) {
  GalenPdfTable table = {.columns = columns, .n = G_N_ELEMENTS(columns), .size = TABLE_SIZE};
  guint n = galen_pdf_count(comparison, key);
  for (guint i = 0; i < n; i++) {
    Change change = {&table, galen_pdf_item(comparison, key, i)};
    galen_pdf_keep(self, i == 0 ? heading : NULL, make_change, &change);
  }
  galen_pdf_space(self, n > 0 ? 6 : 0);
  for (guint i = 0; i < n; i++)
    galen_pdf_keep(self, NULL, make_full, galen_pdf_item(comparison, key, i));
  galen_pdf_text(self, &galen_pdf_small, galen_pdf_string(comparison, more));
}

/* ---- operations of one side ---- */

static void make_own(GalenPdf *self, gconstpointer data) {
  const GalenView *item = data;
  const char *calls = galen_pdf_string(item, "own_calls"), *first = galen_pdf_string(item, "first");
  const GalenPdfRun figures[] = {{galen_pdf_string(item, "own_time"), 600, 0, FALSE},
                                 {", ", 0, 0, FALSE},
                                 {galen_pdf_string(item, "share"), 600, 0, FALSE},
                                 {" of its side’s query time; ", 0, 0, FALSE},
                                 {calls, 600, 0, FALSE},
                                 {g_strcmp0(calls, "1") == 0 ? " call, p95 " : " calls, p95 ", 0, 0, FALSE},
                                 {galen_pdf_string(item, "own_p95"), 600, 0, FALSE},
                                 {first != NULL ? "; " : NULL, 0, 0, FALSE},
                                 {first, 0, 0, FALSE},
                                 {first != NULL ? " to " : NULL, 0, 0, FALSE},
                                 {first != NULL ? galen_pdf_string(item, "last") : NULL, 0, 0, FALSE}};
  GalenPdfStyle style = galen_pdf_small;
  style.indent = ENTRY_INDENT;
  style.gap = 1;
  put_name(self, item);
  galen_pdf_runs(self, &style, figures, G_N_ELEMENTS(figures), NULL);
  put_statement(self, item);
}

static void put_own(GalenPdf *self, const GalenView *comparison, const char *heading, const char *key,
                    const char *more) {
  for (guint i = 0; i < galen_pdf_count(comparison, key); i++)
    galen_pdf_keep(self, i == 0 ? heading : NULL, make_own, galen_pdf_item(comparison, key, i));
  galen_pdf_text(self, &galen_pdf_small, galen_pdf_string(comparison, more));
}

/* ---- errors, configuration ---- */

static void put_rest(GalenPdf *self, const GalenView *comparison) {
  static const GalenPdfField errors[] = {
      {{"Severity", 70, FALSE, FALSE}, "word"}, {{"Message", 301, FALSE, FALSE}, "title"},
      {{"Change", 60, FALSE, FALSE}, "change"}, {{"Before", 85, TRUE, FALSE}, "before"},
      {{"After", 85, TRUE, FALSE}, "after"},    {{"Times", 80, TRUE, FALSE}, "times"}};
  static const GalenPdfField settings[] = {{{"Node", 100, FALSE, FALSE}, "node"},
                                           {{"Option", 181, FALSE, TRUE}, "option"},
                                           {{"Before", 200, FALSE, TRUE}, "before"},
                                           {{"After", 200, FALSE, TRUE}, "after"}};
  galen_pdf_list(self, "Errors before and after", comparison, "errors", errors, G_N_ELEMENTS(errors), GALEN_PDF_ALL);
  galen_pdf_text(self, &galen_pdf_small, galen_pdf_string(comparison, "more_errors"));
  galen_pdf_list(self, "Versions and options", comparison, "settings", settings, G_N_ELEMENTS(settings), GALEN_PDF_ALL);
  galen_pdf_text(self, &galen_pdf_small, galen_pdf_string(comparison, "more_settings"));
}

void galen_pdf_comparison(GalenPdf *self, const GalenView *root) {
  static const char *const charts[] = {"before-after", "dumbbells"};
  const GalenView *comparison = galen_pdf_get(root, "comparison");
  if (!galen_pdf_is(root, "has.comparison"))
    return;
  put_head(self, comparison);
  for (guint i = 0; i < G_N_ELEMENTS(charts); i++)
    galen_pdf_keep(self, NULL, make_chart, charts[i]);
  put_changes(self, comparison, "Slower, or called more often", "slower", "more_slower");
  put_own(self, comparison, "New", "new", "more_new");
  put_own(self, comparison, "Gone", "gone", "more_gone");
  put_changes(self, comparison, "Faster, or called less often", "faster", "more_faster");
  put_rest(self, comparison);
  galen_pdf_text(self, &galen_pdf_small, galen_pdf_string(comparison, "method"));
}
