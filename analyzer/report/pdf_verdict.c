/* The first page: am I all right, what first, since when. */
#include "pdf_private.h"

#include "paint.h"
#include "paint_style.h"

#define BOX_PAD 16.0
#define BOX_BAR 5.0
#define FACTS_MAX 4u

static const GalenPdfStyle boxed = {
    .size = 12.5, .weight = 400, .color = GALEN_PAINT_INK, .indent = 21, .right = 16, .gap = 4};

/* Whether the document has what the page links to: incidents, operations in full, the comparison. */
static gboolean leads_on(const char *href) {
  static const char *const kinds[] = {"#i-", "#q-", "#comparison"};
  for (guint i = 0; href != NULL && i < G_N_ELEMENTS(kinds); i++)
    if (g_str_has_prefix(href, kinds[i]))
      return TRUE;
  return FALSE;
}

static void make_answer(GalenPdf *self, gconstpointer data) {
  const GalenView *verdict = data;
  g_autofree char *badge = galen_pdf_severity_words(verdict);
  const char *about = galen_pdf_string(verdict, "do_about"), *what = galen_pdf_string(verdict, "do_what");
  GalenPdfStyle style = boxed;
  style.weight = 600;
  style.color = galen_pdf_severity_color(galen_pdf_string(verdict, "status"));
  galen_pdf_text(self, &style, badge);
  style.size = 20;
  style.color = GALEN_PAINT_INK;
  galen_pdf_text(self, &style, galen_pdf_string(verdict, "headline"));
  galen_pdf_text(self, &boxed, galen_pdf_string(verdict, "since"));
  style = boxed;
  style.color = GALEN_PAINT_SOFT;
  galen_pdf_text(self, &style, galen_pdf_string(verdict, "others"));
  galen_pdf_text(self, &style, galen_pdf_string(verdict, "night"));
  const char *href = galen_pdf_string(verdict, "do_href");
  gboolean leads = leads_on(href);
  if (leads && g_str_has_prefix(href, "#i-")) /* the words themselves are the link */
    about = NULL;
  const GalenPdfRun runs[] = {{galen_pdf_string(verdict, "do_word"), 600, 0, FALSE},
                              {": ", 600, 0, FALSE},
                              {about, 0, 0, FALSE},
                              {about != NULL ? ": " : NULL, 0, 0, FALSE},
                              {what, 0, 0, FALSE}};
  if (what != NULL)
    galen_pdf_runs(self, &boxed, runs, G_N_ELEMENTS(runs), leads ? href + 1 : NULL);
  if (galen_pdf_is(verdict, "incomplete"))
    galen_pdf_runs(self, &boxed,
                   &(GalenPdfRun){.text = "Some input could not be read whole: what was read is at the end."}, 1,
                   "about");
}

static void put_box(GalenPdf *self, const GalenView *verdict) {
  static const struct {
    const char *status;
    guint32 ground, bar;
  } looks[] = {{"critical", GALEN_PAINT_CRITICAL_GROUND, GALEN_PAINT_CRITICAL},
               {"warning", GALEN_PAINT_WARNING_GROUND, GALEN_PAINT_ALERT},
               {"ok", GALEN_PAINT_INFO_GROUND, GALEN_PAINT_INFO}};
  guint look = 0;
  while (look + 1 < G_N_ELEMENTS(looks) && g_strcmp0(looks[look].status, galen_pdf_string(verdict, "status")) != 0)
    look++;
  double height = galen_pdf_height_of(self, make_answer, verdict) + 2 * BOX_PAD - boxed.gap;
  gboolean fits = self->y + height <= GALEN_PDF_BOTTOM;
  if (self->paint && fits) {
    galen_paint_set_color(self->cairo, looks[look].ground, 1);
    cairo_rectangle(self->cairo, GALEN_PDF_LEFT, self->y, GALEN_PDF_WIDTH, height);
    cairo_fill(self->cairo);
    galen_paint_set_color(self->cairo, looks[look].bar, 1);
    cairo_rectangle(self->cairo, GALEN_PDF_LEFT, self->y, BOX_BAR, height);
    cairo_fill(self->cairo);
  }
  self->y += BOX_PAD;
  make_answer(self, verdict);
  self->y += BOX_PAD - boxed.gap;
}

/* Name, figure and note, side by side. */
static void make_facts(GalenPdf *self, gconstpointer data) {
  static const struct {
    const char *key;
    double size;
    guint weight;
    guint32 color;
  } lines[] = {{"name", 10.5, 400, GALEN_PAINT_SOFT},
               {"value", 17, 600, GALEN_PAINT_INK},
               {"note", 10.5, 400, GALEN_PAINT_SOFT}};
  const GalenView *verdict = data;
  guint n = MIN(galen_pdf_count(verdict, "facts"), FACTS_MAX);
  GalenPdfColumn columns[FACTS_MAX];
  GalenPdfCell cells[FACTS_MAX];
  for (guint i = 0; i < n; i++)
    columns[i] = (GalenPdfColumn){.width = GALEN_PDF_WIDTH / n};
  GalenPdfTable table = {.columns = columns, .n = n, .size = 11, .plain = TRUE};
  for (guint l = 0; n > 0 && l < G_N_ELEMENTS(lines); l++) {
    for (guint i = 0; i < n; i++)
      cells[i] = (GalenPdfCell){.text = galen_pdf_string(galen_pdf_item(verdict, "facts", i), lines[l].key),
                                .size = lines[l].size,
                                .weight = lines[l].weight,
                                .color = lines[l].color};
    galen_pdf_row(self, &table, cells);
    self->y += 2;
  }
  self->y += 8;
}

/* ---- lists ---- */

/* Of an incident the whole is further on. */
void galen_pdf_finding(GalenPdf *self, const GalenView *item, double indent) {
  const char *href = galen_pdf_string(item, "href");
  gboolean leads = leads_on(href);
  g_autofree char *severity = galen_pdf_severity_words(item);
  const GalenPdfRun runs[] = {
      {severity, 600, galen_pdf_severity_color(galen_pdf_string(item, "severity")), FALSE},
      {"   ", 0, 0, FALSE},
      {galen_pdf_string(item, "title"), 600, leads ? GALEN_PAINT_LINK : 0, FALSE},
  };
  GalenPdfStyle style = galen_pdf_body;
  style.indent = indent;
  style.gap = 2;
  galen_pdf_runs(self, &style, runs, G_N_ELEMENTS(runs), leads ? href + 1 : NULL);
  GalenPdfStyle small = galen_pdf_small;
  small.indent = indent;
  small.gap = 2;
  galen_pdf_text(self, &small, galen_pdf_string(item, "figures"));
  style.size = 11.5;
  galen_pdf_text(self, &style, galen_pdf_string(item, "detail"));
  const char *advice = galen_pdf_string(item, "advice");
  const GalenPdfRun todo[] = {{"What to do: ", 600, 0, FALSE}, {advice, 0, 0, FALSE}};
  if (advice != NULL)
    galen_pdf_runs(self, &style, todo, G_N_ELEMENTS(todo), NULL);
  self->y += 5;
}

static void make_finding(GalenPdf *self, gconstpointer data) {
  galen_pdf_finding(self, data, 0);
}

static void put_findings(GalenPdf *self, const char *heading, const GalenView *verdict, const char *list) {
  for (guint i = 0; i < galen_pdf_count(verdict, list); i++)
    galen_pdf_keep(self, i == 0 ? heading : NULL, make_finding, galen_pdf_item(verdict, list, i));
}

static void make_resolved(GalenPdf *self, gconstpointer data) {
  GalenPdfStyle small = galen_pdf_small;
  small.gap = 4;
  galen_pdf_text(self, &galen_pdf_body, galen_pdf_string(data, "title"));
  galen_pdf_text(self, &small, galen_pdf_string(data, "words"));
}

void galen_pdf_verdict(GalenPdf *self, const GalenView *root) {
  const GalenView *verdict = galen_pdf_get(root, "verdict");
  GalenPdfStyle title = {.size = 24, .weight = 600, .color = GALEN_PAINT_INK, .gap = 10};
  if (self->paint)
    galen_pdf_bookmark(self, "verdict", "Verdict");
  galen_pdf_text(self, &title, galen_pdf_string(root, "title"));
  put_box(self, verdict);
  self->y += 14;
  galen_pdf_keep(self, NULL, make_facts, verdict);
  if (galen_pdf_count(verdict, "findings") == 0) {
    galen_pdf_subheading(self, "What matters most");
    galen_pdf_text(self, &galen_pdf_body, galen_pdf_string(verdict, "no_findings"));
  }
  put_findings(self, "What matters most", verdict, "findings");
  put_findings(self, NULL, verdict, "folded");
  for (guint i = 0; i < galen_pdf_count(verdict, "resolved"); i++)
    galen_pdf_keep(self, i == 0 ? "Resolved since the night before" : NULL, make_resolved,
                   galen_pdf_item(verdict, "resolved", i));
  put_findings(self, "Muted", verdict, "muted");
  galen_pdf_text(self, &galen_pdf_small, galen_pdf_string(verdict, "more"));
}
