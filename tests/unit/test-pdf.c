/* The PDF: its structure, that it is the same each time, and that nothing in a log makes it break or grow without bound.
 *   test-pdf --dump NAME [CHART]    prints the document of a shape below, or a chart of it as PNG, to be looked at */
#include "analyzer/report/paint.h"
#include "analyzer/report/pdf.h"
#include "analyzer/report/png.h"
#include "comparison-fixture.h"
#include "history-fixture.h"

#include <unistd.h>

#define MINUTE (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC)
#define DAYS (G_GINT64_CONSTANT(24) * 60 * MINUTE)

static const struct {
  const char *name, *hostile;
  gint64 length;
  guint nodes, incidents, groups, classes, findings;
  gboolean long_names, compared;
} shapes[] = {
    {"lab", NULL, 30 * MINUTE, 3, 3, 8, 10, 4, FALSE, FALSE},
    {"minutes", NULL, 3 * MINUTE, 5, 2, 3, 3, 1, TRUE, FALSE},
    {"one", NULL, 3 * MINUTE, 1, 1, 1, 1, 0, FALSE, FALSE},
    {"twelve", NULL, 1095 * DAYS, 12, 40, 300, 60, 30, TRUE, FALSE},
    {"forty", NULL, 14 * DAYS, 40, 9, 20, 10, 4, FALSE, FALSE},
    {"huge", NULL, 1095 * DAYS, 24, 1000, 3000, 2000, 500, TRUE, TRUE},
    {"scripts",
     "שלום עולם مرحبا 数据库查询 データベース 🐬🔥 "
     "averyveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryverylongword",
     2 * DAYS, 3, 3, 20, 10, 10, FALSE, TRUE},
    {"markup", "<b>&amp; 'dest=\\'x\\'' </b> % ) ( \\ \n\t end", 2 * DAYS, 3, 3, 20, 10, 10, FALSE, TRUE},
};

static Fixture *shape(guint i) {
  HistoryShape history = HISTORY_SHAPE;
  history.nodes = shapes[i].nodes;
  history.incidents = shapes[i].incidents;
  history.groups = shapes[i].groups;
  history.length = shapes[i].length;
  history.long_names = shapes[i].long_names;
  FixtureOptions options = FIXTURE_DAY;
  options.classes = shapes[i].classes;
  options.findings = shapes[i].findings;
  options.hostile = shapes[i].hostile;
  options.from = history.from;
  options.cells = 180;
  options.step = history.length / 180;
  options.inputs = MIN(shapes[i].nodes * 2, 200);
  Fixture *fixture = fixture_new(&options);
  fixture_add_history(fixture, &options, &history);
  if (shapes[i].compared)
    fixture_add_comparison(fixture, &options);
  return fixture;
}

static guint find(const char *name) {
  for (guint i = 0; i < G_N_ELEMENTS(shapes); i++)
    if (g_str_equal(shapes[i].name, name))
      return i;
  g_error("no shape %s", name);
}

static GBytes *pdf_of(const GalenReport *report) {
  g_autoptr(GError) error = NULL;
  GBytes *bytes = galen_pdf_write(report, &(GalenWriteOptions){0}, &error);
  g_assert_no_error(error);
  return bytes;
}

/* How often `word` is in the document; what is packed is not searched. */
static guint count(GBytes *pdf, const char *word) {
  gsize len = 0;
  const char *data = g_bytes_get_data(pdf, &len);
  guint n = 0;
  for (const char *c = data; (c = memmem(c, len - (gsize)(c - data), word, strlen(word))) != NULL; c++)
    n++;
  return n;
}

static gboolean has_fonts(void) {
  if (!galen_paint_ready(NULL))
    g_test_skip("no font is installed");
  return galen_paint_ready(NULL);
}

static void test_structure(void) {
  static const char *const bookmarks[] = {"Verdict",
                                          "Incidents",
                                          "One clock",
                                          "Top database operations by wall clock time",
                                          "Queries",
                                          "Latency over time",
                                          "Who uses the database",
                                          "Errors",
                                          "Configuration",
                                          "About this report"};
  if (!has_fonts())
    return;
  g_autoptr(Fixture) fixture = shape(find("lab"));
  g_autoptr(GBytes) pdf = pdf_of(&fixture->report);
  g_assert_cmpint(memcmp(g_bytes_get_data(pdf, NULL), "%PDF-1.", 7), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS(bookmarks); i++) {
    g_autofree char *title = g_strdup_printf("/Title (%s)", bookmarks[i]);
    g_assert_cmpuint(count(pdf, title), ==, 1);
  }
  /* The verdict leads to the incidents; each has its place. */
  for (guint i = 1; i <= 3; i++) {
    g_autofree char *target = g_strdup_printf("/Dest (i-%u)", i), *bookmark = g_strdup_printf("/Title (%u. ", i);
    g_assert_cmpuint(count(pdf, target), >=, 2); /* the bookmark and the link */
    g_assert_cmpuint(count(pdf, bookmark), ==, 1);
  }
  /* So do the rows of the ranking, and findings on operations, to the operations. */
  for (guint i = 0; i < fixture->report.top->len; i++) {
    const GalenQuery *query = g_ptr_array_index(fixture->report.top, i);
    g_autofree char *target = g_strdup_printf("/Dest (q-%s)", query->id), *place = g_strdup_printf("(q-%s)", query->id);
    g_assert_cmpuint(count(pdf, target), >=, 1);
    g_assert_cmpuint(count(pdf, place), >, count(pdf, target)); /* the place itself */
  }
  g_assert_cmpuint(count(pdf, "/Subtype /Link"), >=, 3 + fixture->report.top->len);
  g_assert_cmpuint(count(pdf, "/MediaBox [ 0 0 595.276 841.89 ]"), ==, count(pdf, "/Type /Page %"));
  g_assert_cmpuint(count(pdf, "/ToUnicode"), >, 1); /* text can be selected */
  g_assert_cmpuint(count(pdf, "/Type /Page %"), >, 3);
}

static void test_comparison(void) {
  static const char bookmark[] = "/Title (Comparison)";
  if (!has_fonts())
    return;
  g_autoptr(Fixture) fixture = shape(find("lab"));
  g_autoptr(GBytes) without = pdf_of(&fixture->report);
  g_assert_cmpuint(count(without, bookmark), ==, 0);
  FixtureOptions options = FIXTURE_DAY;
  fixture_add_comparison(fixture, &options);
  g_autoptr(GBytes) pdf = pdf_of(&fixture->report);
  g_assert_cmpuint(count(pdf, bookmark), ==, 1);
  g_assert_cmpuint(count(pdf, "/Dest (comparison)"), ==, 1);
  /* Two charts and the lists take more than a page. */
  g_assert_cmpuint(count(pdf, "/Type /Page %"), >, count(without, "/Type /Page %"));
}

static void test_same_bytes(void) {
  if (!has_fonts())
    return;
  g_autoptr(Fixture) fixture = shape(find("lab"));
  g_autoptr(GBytes) first = pdf_of(&fixture->report);
  g_usleep(1100000); /* another second of the wall clock */
  g_autoptr(GBytes) second = pdf_of(&fixture->report);
  g_assert_true(g_bytes_equal(first, second));
  g_autoptr(GDateTime) end = g_date_time_new_from_unix_utc(fixture->report.to / G_USEC_PER_SEC);
  g_autofree char *date = g_date_time_format(end, "/CreationDate (%Y%m%d%H%M%S");
  g_assert_cmpuint(count(first, date), ==, 1);
  g_setenv("SOURCE_DATE_EPOCH", "86400", TRUE);
  g_autoptr(GBytes) dated = pdf_of(&fixture->report);
  g_assert_cmpuint(count(dated, "/CreationDate (19700102000000"), ==, 1);
  g_setenv("SOURCE_DATE_EPOCH", "tomorrow", TRUE);
  g_autoptr(GBytes) third = pdf_of(&fixture->report);
  g_assert_true(g_bytes_equal(first, third));
  g_unsetenv("SOURCE_DATE_EPOCH");
}

static void test_shapes(void) {
  if (!has_fonts())
    return;
  for (guint i = 0; i < G_N_ELEMENTS(shapes); i++) {
    g_autoptr(Fixture) fixture = shape(i);
    g_autoptr(GBytes) pdf = pdf_of(&fixture->report);
    guint pages = count(pdf, "/Type /Page %");
    g_test_message("%s: %u pages, %" G_GSIZE_FORMAT " bytes", shapes[i].name, pages, g_bytes_get_size(pdf));
    g_assert_cmpuint(pages, >=, 2);
    g_assert_cmpuint(pages, <, 130);
    g_assert_cmpuint(g_bytes_get_size(pdf), <, 3000000);
  }
}

static void test_nothing(void) {
  if (!has_fonts())
    return;
  g_autoptr(GalenReport) report = galen_report_alloc();
  report->zone = g_time_zone_new_utc();
  report->zone_name = g_strdup("UTC");
  g_autoptr(GBytes) pdf = pdf_of(report);
  g_assert_cmpuint(count(pdf, "/Type /Page %"), ==, 1);
  g_assert_cmpuint(count(pdf, "/CreationDate (19700101000000"), ==, 1);
}

static int dump(const char *name, const char *chart) {
  g_autoptr(Fixture) fixture = shape(find(name));
  g_autoptr(GBytes) bytes =
      chart != NULL ? galen_png_chart(&fixture->report, chart, 0, 2, NULL) : pdf_of(&fixture->report);
  gsize len = 0;
  const char *data = g_bytes_get_data(bytes, &len);
  while (len > 0) {
    gssize n = write(STDOUT_FILENO, data, len);
    if (n <= 0)
      return 1;
    data += n;
    len -= (gsize)n;
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc >= 3 && g_str_equal(argv[1], "--dump"))
    return dump(argv[2], argv[3]);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/pdf/structure", test_structure);
  g_test_add_func("/pdf/comparison", test_comparison);
  g_test_add_func("/pdf/same-bytes", test_same_bytes);
  g_test_add_func("/pdf/shapes", test_shapes);
  g_test_add_func("/pdf/nothing", test_nothing);
  return g_test_run();
}
