/* What was read, what was not, and how the figures were made. */
#include "pdf_private.h"

#include "paint_style.h"

static void make_input(GalenPdf *self, gconstpointer data) {
  const GalenView *input = data;
  GalenPdfStyle style = galen_pdf_body;
  style.size = 11.5;
  style.weight = 600;
  style.gap = 1;
  galen_pdf_text(self, &style, galen_pdf_string(input, "path"));
  const char *server = galen_pdf_string(input, "server"), *compression = galen_pdf_string(input, "compression");
  const char *envelope = galen_pdf_string(input, "envelope");
  const char *events = galen_pdf_string(input, "events");
  const char *remarks = galen_pdf_string(input, "remarks");
  gboolean timed = galen_pdf_is(input, "timed");
  const GalenPdfRun runs[] = {
      {galen_pdf_string(input, "node"), 600, 0, FALSE},
      {", ", 0, 0, FALSE},
      {galen_pdf_string(input, "kind"), 0, 0, FALSE},
      {server != NULL ? ", " : NULL, 0, 0, FALSE},
      {server, 0, 0, FALSE},
      {compression != NULL ? ", " : NULL, 0, 0, FALSE},
      {compression, 0, 0, FALSE},
      {envelope != NULL ? ", " : NULL, 0, 0, FALSE},
      {envelope, 0, 0, FALSE},
      {". ", 0, 0, FALSE},
      {events, 0, 0, FALSE},
      {g_strcmp0(events, "1") == 0 ? " event" : " events", 0, 0, FALSE},
      {timed ? ", " : NULL, 0, 0, FALSE},
      {timed ? galen_pdf_string(input, "first") : NULL, 0, 0, FALSE},
      {timed ? " to " : NULL, 0, 0, FALSE},
      {timed ? galen_pdf_string(input, "last") : NULL, 0, 0, FALSE},
      {". Zone ", 0, 0, FALSE},
      {galen_pdf_string(input, "zone"), 0, 0, FALSE},
      {" (", 0, 0, FALSE},
      {galen_pdf_string(input, "zone_source"), 0, 0, FALSE},
      {").", 0, 0, FALSE},
      {remarks != NULL ? " " : NULL, 0, 0, FALSE},
      {remarks, 0, 0, FALSE},
      {remarks != NULL ? "." : NULL, 0, 0, FALSE},
  };
  style = galen_pdf_small;
  style.gap = 1;
  galen_pdf_runs(self, &style, runs, G_N_ELEMENTS(runs), NULL);
  const GalenPdfRun account[] = {
      {galen_pdf_string(input, "bytes"), 600, GALEN_PAINT_INK, FALSE}, {": ", 0, 0, FALSE},
      {galen_pdf_string(input, "bytes_events"), 0, 0, FALSE},          {" events, ", 0, 0, FALSE},
      {galen_pdf_string(input, "bytes_headers"), 0, 0, FALSE},         {" headers, ", 0, 0, FALSE},
      {galen_pdf_string(input, "bytes_skipped"), 0, 0, FALSE},         {" skipped", 0, 0, FALSE},
  };
  galen_pdf_runs(self, &style, account, G_N_ELEMENTS(account), NULL);
  const char *problem = galen_pdf_string(input, "problem");
  const GalenPdfRun why[] = {{"▲ ", 600, GALEN_PAINT_WARNING, FALSE}, {problem, 0, GALEN_PAINT_WARNING, FALSE}};
  if (problem != NULL)
    galen_pdf_runs(self, &style, why, G_N_ELEMENTS(why), NULL);
  galen_pdf_text(self, &style, galen_pdf_string(input, "note"));
  style.indent = 14;
  for (guint i = 0; i < galen_pdf_count(input, "skips"); i++) {
    const GalenView *skip = galen_pdf_item(input, "skips", i);
    const char *line = galen_pdf_string(skip, "line");
    const GalenPdfRun skipped[] = {{"Skipped: ", 600, 0, FALSE},
                                   {galen_pdf_string(skip, "reason"), 0, 0, FALSE},
                                   {", ", 0, 0, FALSE},
                                   {galen_pdf_string(skip, "records"), 0, 0, FALSE},
                                   {", ", 0, 0, FALSE},
                                   {galen_pdf_string(skip, "bytes"), 0, 0, FALSE},
                                   {line != NULL ? ", " : NULL, 0, 0, FALSE},
                                   {line, 0, 0, FALSE}};
    galen_pdf_runs(self, &style, skipped, G_N_ELEMENTS(skipped), NULL);
  }
  self->y += 7;
}

static void put_words(GalenPdf *self) {
  static const char *const words[][2] = {
      {"Average active statements", "Query time in a step divided by the step’s length. Statements that run through "
                                    "several steps count in each for the time they ran there."},
      {"p50, p95, p99", "That part of all calls took this long or less. Nearest rank, within 1 %."},
      {"Share", "The operation’s part of all query time in these logs. A slow log holds only what the server was told "
                "to log."},
      {"Hatched time", "No log covers it, or a log falls silent against its own rhythm: nothing is known, which is not "
                       "the same as no load."},
  };
  galen_pdf_subheading(self, "How to read the figures");
  for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
    const GalenPdfRun runs[] = {{words[i][0], 600, 0, FALSE}, {": ", 0, 0, FALSE}, {words[i][1], 0, 0, FALSE}};
    galen_pdf_runs(self, &galen_pdf_body, runs, G_N_ELEMENTS(runs), NULL);
  }
}

void galen_pdf_about(GalenPdf *self, const GalenView *root) {
  static const GalenPdfField nodes[] = {
      {{"Node", 130, FALSE, FALSE}, "name"},       {{"Server", 70, FALSE, FALSE}, "server"},
      {{"Version", 150, FALSE, FALSE}, "version"}, {{"Zone", 90, FALSE, FALSE}, "zone"},
      {{"Clock", 120, FALSE, FALSE}, "offset"},    {{"Also known as", 121, FALSE, FALSE}, "aliases"}};
  galen_pdf_heading(self, 1, "about", "About this report");
  const GalenPdfRun lead[] = {{"Made by Galen " GALEN_VERSION " from ", 0, 0, FALSE},
                              {galen_pdf_string(root, "about.inputs_count"), 0, 0, FALSE},
                              {". All times are in ", 0, 0, FALSE},
                              {galen_pdf_string(root, "about.zone"), 0, 0, FALSE},
                              {". ", 0, 0, FALSE},
                              {galen_pdf_string(root, "about.window"), 0, 0, FALSE}};
  galen_pdf_runs(self, &galen_pdf_body, lead, G_N_ELEMENTS(lead), NULL);
  if (galen_pdf_count(root, "about.inputs") == 0)
    galen_pdf_text(self, &galen_pdf_body, "Nothing was read.");
  for (guint i = 0; i < galen_pdf_count(root, "about.inputs"); i++)
    galen_pdf_keep(self, i == 0 ? "What was read" : NULL, make_input, galen_pdf_item(root, "about.inputs", i));
  galen_pdf_text(self, &galen_pdf_small, galen_pdf_string(root, "about.more"));
  galen_pdf_list(self, "Nodes", root, "about.nodes", nodes, G_N_ELEMENTS(nodes), GALEN_PDF_ALL);
  put_words(self);
}
