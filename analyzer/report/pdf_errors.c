/* Errors and configuration. */
#include "pdf_private.h"

#include "paint_style.h"

#define QUIET_MAX 12u /* what only informs */

static void make_group(GalenPdf *self, gconstpointer data) {
  const GalenView *group = data;
  g_autofree char *severity = galen_pdf_severity_words(group);
  const char *count = galen_pdf_string(group, "count");
  GalenPdfStyle style = galen_pdf_body;
  style.gap = 2;
  const GalenPdfRun runs[] = {
      {severity, 600, galen_pdf_severity_color(galen_pdf_string(group, "severity")), FALSE},
      {"   ", 0, 0, FALSE},
      {galen_pdf_string(group, "title"), 600, 0, FALSE},
      {"   ", 0, 0, FALSE},
      {count, 600, 0, FALSE},
      {g_strcmp0(count, "1") == 0 ? " time" : " times", 0, GALEN_PAINT_SOFT, FALSE},
  };
  galen_pdf_runs(self, &style, runs, G_N_ELEMENTS(runs), NULL);
  style.size = 11.5;
  galen_pdf_text(self, &style, galen_pdf_string(group, "cause"));
  const char *advice = galen_pdf_string(group, "advice"), *first = galen_pdf_string(group, "first");
  const GalenPdfRun todo[] = {{"What to do: ", 600, 0, FALSE}, {advice, 0, 0, FALSE}};
  if (advice != NULL)
    galen_pdf_runs(self, &style, todo, G_N_ELEMENTS(todo), NULL);
  const char *nodes = galen_pdf_string(group, "nodes"), *code = galen_pdf_string(group, "code");
  const GalenPdfRun when[] = {{first != NULL ? "First " : NULL, 0, 0, FALSE},
                              {first, 0, 0, FALSE},
                              {first != NULL ? ", last " : NULL, 0, 0, FALSE},
                              {first != NULL ? galen_pdf_string(group, "last") : NULL, 0, 0, FALSE},
                              {first != NULL ? ". " : NULL, 0, 0, FALSE},
                              {nodes != NULL ? "By node: " : NULL, 0, 0, FALSE},
                              {nodes, 0, 0, FALSE},
                              {nodes != NULL ? ". " : NULL, 0, 0, FALSE},
                              {code, 0, 0, TRUE}};
  style = galen_pdf_small;
  style.gap = 2;
  galen_pdf_runs(self, &style, when, G_N_ELEMENTS(when), NULL);
  const char *where = galen_pdf_string(group, "where");
  const GalenPdfRun sample[] = {{where, 0, GALEN_PAINT_SOFT, FALSE},
                                {where != NULL ? "  " : NULL, 0, 0, FALSE},
                                {galen_pdf_string(group, "sample"), 0, 0, FALSE}};
  style = galen_pdf_code;
  style.gap = 10;
  galen_pdf_runs(self, &style, sample, G_N_ELEMENTS(sample), NULL);
}

static void put_groups(GalenPdf *self, const GalenView *errors) {
  static const GalenPdfField quiet[] = {{{"Message", 361, FALSE, FALSE}, "title"},
                                        {{"Times", 70, TRUE, FALSE}, "count"},
                                        {{"First", 125, TRUE, FALSE}, "first"},
                                        {{"Last", 125, TRUE, FALSE}, "last"}};
  for (guint i = 0; i < galen_pdf_count(errors, "groups"); i++)
    galen_pdf_keep(self, NULL, make_group, galen_pdf_item(errors, "groups", i));
  guint shown = galen_pdf_list(self, galen_pdf_string(errors, "quiet_words"), errors, "quiet", quiet,
                               G_N_ELEMENTS(quiet), QUIET_MAX) +
                galen_pdf_count(errors, "groups");
  guint all = self->report->errors != NULL ? self->report->errors->groups->len : 0;
  if (all <= shown)
    return;
  g_autofree char *more = galen_html_plural(all - shown, "further group");
  g_autofree char *words = g_strdup_printf("%s: see the JSON report.", more);
  galen_pdf_text(self, &galen_pdf_small, words);
}

static void make_crash(GalenPdf *self, gconstpointer data) {
  const GalenView *crash = data;
  const GalenPdfRun runs[] = {{galen_pdf_string(crash, "node"), 600, 0, FALSE},
                              {" at ", 0, 0, FALSE},
                              {galen_pdf_string(crash, "time"), 0, 0, FALSE},
                              {": ", 0, 0, FALSE},
                              {galen_pdf_string(crash, "what"), 600, 0, FALSE},
                              {"   ", 0, 0, FALSE},
                              {galen_pdf_string(crash, "where"), 0, GALEN_PAINT_SOFT, FALSE}};
  galen_pdf_runs(self, &galen_pdf_body, runs, G_N_ELEMENTS(runs), NULL);
  galen_pdf_text(self, &galen_pdf_code, galen_pdf_string(crash, "assertion"));
  galen_pdf_text(self, &galen_pdf_code, galen_pdf_string(crash, "query"));
  galen_pdf_text(self, &galen_pdf_code, galen_pdf_string(crash, "backtrace"));
  self->y += 4;
}

static void make_deadlock(GalenPdf *self, gconstpointer data) {
  const GalenView *deadlock = data;
  const GalenPdfRun runs[] = {{galen_pdf_string(deadlock, "node"), 600, 0, FALSE},
                              {" at ", 0, 0, FALSE},
                              {galen_pdf_string(deadlock, "time"), 0, 0, FALSE},
                              {"   ", 0, 0, FALSE},
                              {galen_pdf_string(deadlock, "where"), 0, GALEN_PAINT_SOFT, FALSE}};
  galen_pdf_runs(self, &galen_pdf_body, runs, G_N_ELEMENTS(runs), NULL);
  for (guint i = 0; i < galen_pdf_count(deadlock, "sides"); i++) {
    const GalenView *side = galen_pdf_item(deadlock, "sides", i);
    const char *on = galen_pdf_string(side, "on");
    const GalenPdfRun role[] = {
        {galen_pdf_string(side, "role"), 600, 0, FALSE}, {on != NULL ? ", on " : NULL, 0, 0, FALSE}, {on, 0, 0, FALSE}};
    galen_pdf_runs(self, &galen_pdf_small, role, G_N_ELEMENTS(role), NULL);
    galen_pdf_text(self, &galen_pdf_code, galen_pdf_string(side, "query"));
  }
  self->y += 4;
}

static void make_semaphore(GalenPdf *self, gconstpointer data) {
  const GalenView *semaphore = data;
  const GalenPdfRun runs[] = {{galen_pdf_string(semaphore, "node"), 600, 0, FALSE},
                              {" at ", 0, 0, FALSE},
                              {galen_pdf_string(semaphore, "time"), 0, 0, FALSE},
                              {": ", 0, 0, FALSE},
                              {galen_pdf_string(semaphore, "what"), 600, 0, FALSE},
                              {"   ", 0, 0, FALSE},
                              {galen_pdf_string(semaphore, "where"), 0, GALEN_PAINT_SOFT, FALSE}};
  galen_pdf_runs(self, &galen_pdf_body, runs, G_N_ELEMENTS(runs), NULL);
  for (guint i = 0; i < galen_pdf_count(semaphore, "waits"); i++) {
    const GalenView *wait = galen_pdf_item(semaphore, "waits", i);
    const GalenPdfRun words[] = {{galen_pdf_string(wait, "place"), 0, 0, TRUE},
                                 {": ", 0, 0, FALSE},
                                 {galen_pdf_string(wait, "words"), 0, 0, FALSE}};
    galen_pdf_runs(self, &galen_pdf_small, words, G_N_ELEMENTS(words), NULL);
  }
  galen_pdf_text(self, &galen_pdf_small, galen_pdf_string(semaphore, "more"));
  self->y += 4;
}

static void put_entries(GalenPdf *self, const GalenView *errors, const char *key, const char *heading,
                        GalenPdfMake make, const char *more) {
  for (guint i = 0; i < galen_pdf_count(errors, key); i++)
    galen_pdf_keep(self, i == 0 ? heading : NULL, make, galen_pdf_item(errors, key, i));
  galen_pdf_text(self, &galen_pdf_small, galen_pdf_string(errors, more));
}

static void put_tables(GalenPdf *self, const GalenView *errors) {
  static const GalenPdfField restarts[] = {{{"Started again", 130, FALSE, FALSE}, "time"},
                                           {{"Node", 120, FALSE, FALSE}, "node"},
                                           {{"After", 141, FALSE, FALSE}, "after"},
                                           {{"Down for", 80, FALSE, FALSE}, "down"},
                                           {{"Where", 210, FALSE, FALSE}, "where"}};
  static const GalenPdfField peers[] = {{{"User", 110, FALSE, FALSE}, "user"},  {{"Host", 130, FALSE, FALSE}, "host"},
                                        {{"Why", 127, FALSE, FALSE}, "reason"}, {{"Times", 60, TRUE, FALSE}, "count"},
                                        {{"First", 127, TRUE, FALSE}, "first"}, {{"Last", 127, TRUE, FALSE}, "last"}};
  static const struct {
    const char *key, *heading, *more;
    const GalenPdfField *fields;
    guint n;
  } tables[] = {{"restarts", "Restarts", "more_restarts", restarts, G_N_ELEMENTS(restarts)},
                {"denied", "Access denied", "more_denied", peers, G_N_ELEMENTS(peers)},
                {"aborted", "Aborted connections", "more_aborted", peers, G_N_ELEMENTS(peers)}};
  for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
    galen_pdf_list(self, tables[i].heading, errors, tables[i].key, tables[i].fields, tables[i].n, GALEN_PDF_ALL);
    galen_pdf_text(self, &galen_pdf_small, galen_pdf_string(errors, tables[i].more));
  }
}

static void make_head(GalenPdf *self, gconstpointer data) {
  const GalenView *root = data, *errors = galen_pdf_get(root, "errors");
  galen_pdf_heading(self, 1, "errors", "Errors");
  if (!galen_pdf_is(root, "has.logs")) {
    galen_pdf_text(self, &galen_pdf_body,
                   "No error log was read. With the error logs of all nodes, the report also shows incidents, every "
                   "node’s states on one clock, errors and configuration.");
    return;
  }
  const GalenPdfRun lead[] = {
      {galen_pdf_string(errors, "summary"), 0, 0, FALSE},
      {" Messages that differ only in numbers, names and addresses are one group.", 0, 0, FALSE}};
  galen_pdf_runs(self, &galen_pdf_body, lead, G_N_ELEMENTS(lead), NULL);
  g_autoptr(GalenChart) chart = galen_chart_new(self->report, "errors", &(GalenChartForm){.width = GALEN_PDF_WIDTH});
  if (chart != NULL)
    galen_pdf_chart(self, chart);
}

void galen_pdf_errors(GalenPdf *self, const GalenView *root) {
  const GalenView *errors = galen_pdf_get(root, "errors");
  galen_pdf_keep(self, NULL, make_head, root);
  put_groups(self, errors);
  put_entries(self, errors, "crashes", "Crashes", make_crash, "more_crashes");
  put_tables(self, errors);
  put_entries(self, errors, "semaphores", "Semaphore waits", make_semaphore, "more_semaphores");
  put_entries(self, errors, "deadlocks", "Deadlocks", make_deadlock, "more_deadlocks");
}

/* ---- configuration ---- */

static void make_drift(GalenPdf *self, gconstpointer data) {
  const GalenView *drift = data;
  GalenPdfStyle style = galen_pdf_code;
  style.weight = 600;
  style.gap = 1;
  galen_pdf_text(self, &style, galen_pdf_string(drift, "option"));
  style = galen_pdf_code;
  style.indent = 16;
  style.gap = 1;
  for (guint i = 0; i < galen_pdf_count(drift, "values"); i++) {
    const GalenView *value = galen_pdf_item(drift, "values", i);
    const char *text = galen_pdf_string(value, "value");
    const GalenPdfRun runs[] = {{galen_pdf_string(value, "node"), 600, 0, FALSE},
                                {"  ", 0, 0, FALSE},
                                {text != NULL ? text : "(empty)", 0, 0, FALSE}};
    galen_pdf_runs(self, &style, runs, G_N_ELEMENTS(runs), NULL);
  }
  self->y += 6;
}

static void put_cluster(GalenPdf *self, const GalenView *cluster) {
  static const GalenPdfField changes[] = {{{"Time", 126, FALSE, FALSE}, "time"},
                                          {{"Node", 80, FALSE, FALSE}, "node"},
                                          {{"Option", 149, FALSE, TRUE}, "option"},
                                          {{"Before", 163, FALSE, TRUE}, "before"},
                                          {{"After", 163, FALSE, TRUE}, "after"}};
  galen_pdf_subheading(self, galen_pdf_string(cluster, "name"));
  if (galen_pdf_is(cluster, "plain"))
    galen_pdf_text(self, &galen_pdf_body, "Nothing changed, and nothing differs that the logs show.");
  galen_pdf_list(self, "Changed at a restart", cluster, "changes", changes, G_N_ELEMENTS(changes), GALEN_PDF_ALL);
  galen_pdf_text(self, &galen_pdf_small, galen_pdf_string(cluster, "more_changes"));
  for (guint i = 0; i < galen_pdf_count(cluster, "drift"); i++)
    galen_pdf_keep(self, i == 0 ? "Differs between nodes" : NULL, make_drift, galen_pdf_item(cluster, "drift", i));
  galen_pdf_text(self, &galen_pdf_small, galen_pdf_string(cluster, "more_drift"));
}

void galen_pdf_configuration(GalenPdf *self, const GalenView *root) {
  static const GalenPdfField unseen[] = {{{"What", 240, FALSE, FALSE}, "what"},
                                         {{"Where to ask", 141, FALSE, FALSE}, "where"},
                                         {{"Command", 300, FALSE, TRUE}, "command"}};
  if (!galen_pdf_is(root, "has.logs"))
    return;
  galen_pdf_heading(self, 1, "configuration", "Configuration");
  guint n = galen_pdf_count(root, "configuration.clusters");
  if (n == 0)
    galen_pdf_text(self, &galen_pdf_body, "These logs name no cluster, and so no options to compare.");
  for (guint i = 0; i < n; i++)
    put_cluster(self, galen_pdf_item(root, "configuration.clusters", i));
  galen_pdf_list(self, "What logs cannot show, and what shows it now", root, "configuration.unseen", unseen,
                 G_N_ELEMENTS(unseen), GALEN_PDF_ALL);
}
