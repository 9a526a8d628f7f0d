/* What went wrong, one after another, each with its lanes; then the one clock. */
#include "pdf_private.h"

#include "paint_style.h"

#define CHARTS_MAX 20u

static void put_texts(GalenPdf *self, const GalenView *card, const char *key, const char *heading, gboolean numbers) {
  guint n = galen_pdf_count(card, key);
  if (n > 0)
    galen_pdf_subheading(self, heading);
  for (guint i = 0; i < n; i++) {
    g_autofree char *sign = numbers ? g_strdup_printf("%u.", i + 1) : g_strdup("•");
    GalenPdfStyle style = galen_pdf_body;
    style.mark = sign;
    style.indent = 22;
    style.gap = 3;
    galen_pdf_text(self, &style, galen_view_text(galen_pdf_item(card, key, i)));
  }
}

static void put_facts(GalenPdf *self, const GalenView *card) {
  static const GalenPdfColumn columns[] = {{.width = 130}, {.width = GALEN_PDF_WIDTH - 130}};
  GalenPdfTable table = {.columns = columns, .n = G_N_ELEMENTS(columns), .size = 11, .plain = TRUE};
  for (guint i = 0; i < galen_pdf_count(card, "facts"); i++) {
    const GalenView *fact = galen_pdf_item(card, "facts", i);
    const GalenPdfCell cells[] = {{.text = galen_pdf_string(fact, "name"), .color = GALEN_PAINT_SOFT},
                                  {.text = galen_pdf_string(fact, "value")}};
    galen_pdf_row(self, &table, cells);
    self->y += 3;
  }
  self->y += 4;
}

static void put_sides(GalenPdf *self, const GalenView *card) {
  static const GalenPdfField sides[] = {
      {{"Primary side", 113, FALSE, FALSE}, "members"},
      {{"From", 119, FALSE, FALSE}, "from"},
      {{"To", 119, FALSE, FALSE}, "to"},
      {{"Seqnos", 90, FALSE, FALSE}, "seqnos"},
      {{"Cluster UUID", 240, FALSE, TRUE}, "uuid"},
  };
  static const GalenPdfField ranges[] = {
      {{"Nodes", 160, FALSE, FALSE}, "nodes"},    {{"From seqno", 90, FALSE, FALSE}, "first"},
      {{"To seqno", 90, FALSE, FALSE}, "last"},   {{"Write sets", 90, FALSE, FALSE}, "write_sets"},
      {{"Changes", 71, FALSE, FALSE}, "changes"}, {{"What became of it", 180, FALSE, FALSE}, "fate"},
  };
  galen_pdf_list(self, "Who against whom", card, "sides", sides, G_N_ELEMENTS(sides), GALEN_PDF_ALL);
  galen_pdf_list(self, "What diverged", card, "ranges", ranges, G_N_ELEMENTS(ranges), GALEN_PDF_ALL);
}

static void put_evidence(GalenPdf *self, const GalenView *card) {
  static const GalenPdfField lines[] = {{{"Time", 126, FALSE, FALSE}, "time"},
                                        {{"Where", 135, FALSE, FALSE}, "where"},
                                        {{"Line", 420, FALSE, TRUE}, "text"}};
  galen_pdf_list(self, "The lines that show it", card, "evidence", lines, G_N_ELEMENTS(lines), GALEN_PDF_ALL);
  galen_pdf_text(self, &galen_pdf_small, galen_pdf_string(card, "more_evidence"));
}

static void put_chart(GalenPdf *self, guint index) {
  if (index >= CHARTS_MAX)
    return;
  g_autofree char *id = g_strdup_printf("zoom%u", index + 1);
  g_autoptr(GalenChart) chart = galen_chart_of_incident(self->report, g_ptr_array_index(self->report->incidents, index),
                                                        &(GalenChartForm){.width = GALEN_PDF_WIDTH, .id = id});
  if (chart != NULL)
    galen_pdf_chart(self, chart);
}

static void put_card(GalenPdf *self, const GalenView *card, guint index) {
  g_autofree char *severity = galen_pdf_severity_words(card);
  g_autofree char *heading =
      g_strdup_printf("%s. %s", galen_pdf_string(card, "number"), galen_pdf_string(card, "title"));
  galen_pdf_heading(self, 2, galen_pdf_string(card, "anchor"), heading);
  const GalenPdfRun runs[] = {
      {severity, 600, galen_pdf_severity_color(galen_pdf_string(card, "severity")), FALSE},
      {"   ", 0, 0, FALSE},
      {galen_pdf_string(card, "confidence"), 600, 0, FALSE},
      {", ", 0, 0, FALSE},
      {galen_pdf_string(card, "when"), 0, 0, FALSE},
      {galen_pdf_is(card, "muted") ? ", muted" : NULL, 0, 0, FALSE},
  };
  galen_pdf_runs(self, &galen_pdf_body, runs, G_N_ELEMENTS(runs), NULL);
  galen_pdf_text(self, &galen_pdf_body, galen_pdf_string(card, "verdict"));
  const char *cause = galen_pdf_string(card, "cause");
  const GalenPdfRun why[] = {{"Cause: ", 600, 0, FALSE}, {cause, 0, 0, FALSE}};
  if (cause != NULL)
    galen_pdf_runs(self, &galen_pdf_body, why, G_N_ELEMENTS(why), NULL);
  put_texts(self, card, "advice", "What to do, in this order", TRUE);
  self->y += 4;
  put_facts(self, card);
  put_chart(self, index);
  put_sides(self, card);
  put_evidence(self, card);
  put_texts(self, card, "beside", "Seen at the same time", FALSE);
  put_texts(self, card, "changes", "What would change this verdict", FALSE);
  put_texts(self, card, "needs", "What is missing to decide", FALSE);
}

void galen_pdf_incidents(GalenPdf *self, const GalenView *root) {
  if (!galen_pdf_is(root, "has.logs"))
    return;
  galen_pdf_heading(self, 1, "incidents", "Incidents");
  guint n = galen_pdf_count(root, "incidents.cards");
  galen_pdf_text(self, &galen_pdf_body,
                 n > 0 ? "What went wrong, worst first, each with the log lines that prove it. Times are on the "
                         "reference clock."
                       : "No incident: nothing in these error logs shows one.");
  for (guint i = 0; i < n; i++)
    put_card(self, galen_pdf_item(root, "incidents.cards", i), i);
  galen_pdf_text(self, &galen_pdf_body, galen_pdf_string(root, "incidents.more"));
}

static void make_clock(GalenPdf *self, G_GNUC_UNUSED gconstpointer data) {
  galen_pdf_heading(self, 1, "clock", "One clock");
  g_autoptr(GalenChart) chart = galen_chart_new(self->report, "clock", &(GalenChartForm){.width = GALEN_PDF_WIDTH});
  if (chart != NULL)
    galen_pdf_chart(self, chart);
  else
    galen_pdf_text(self, &galen_pdf_body, "There is no chart: no line of these error logs has a known time.");
}

void galen_pdf_clock(GalenPdf *self, const GalenView *root) {
  if (galen_pdf_is(root, "has.logs"))
    galen_pdf_keep(self, NULL, make_clock, root);
}
