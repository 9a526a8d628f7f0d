/* The HTML page: whole, safe, within its size, whatever the model holds. */
#include "report-fixture.h"

#include "comparison-fixture.h"
#include "page-check.h"

static void test_day(void) {
  FixtureOptions options = FIXTURE_DAY;
  g_autoptr(Fixture) fixture = fixture_new(&options);
  Page page = page_of(&fixture->report);
  page_assert_sound(&page, TRUE);
  g_assert_cmpuint(page.len, <, 300000);
  g_assert_cmpuint(page_count(&page, "//*[@data-status='warning']"), ==, 1);
  g_assert_cmpuint(page_count(&page, "//table[@class='rank']/tbody/tr"), ==, 10);
  g_assert_cmpuint(page_count(&page, "//table[@class='rank']/tfoot/tr"), ==, 2);
  g_assert_cmpuint(page_count(&page, "//table[@class='rank']/tbody//svg"), ==, 10);
  g_assert_cmpuint(page_count(&page, "//details[@class='card']"), ==, 10);
  g_assert_cmpuint(page_count(&page, "//details[@class='card'][@open]"), ==, 3);
  /* Two charts a card, load, heat, and four of who; each with its table. */
  g_assert_cmpuint(page_count(&page, "//figure"), ==, 26);
  g_assert_cmpuint(page_count(&page, "//figure//details[@class='data']//table"), ==, 26);
  g_assert_cmpuint(page_count(&page, "//ul[@class='inputs']/li"), ==, 6);
  g_assert_cmpuint(page_count(&page, "//details[@class='muted']//li"), ==, 1);
  g_assert_true(page_has(&page, "One step is 5 min, times in UTC. Hatched: no log."));
  g_assert_true(page_has(&page, "Do this first"));
  g_assert_true(page_has(&page, "<b>select</b> o.id"));
  g_assert_true(page_has(&page, "\n<b>from</b> orders o\n<b>join</b> customers"));
  g_assert_true(page_has(&page, "\n<b>left</b> <b>join</b> order_items"));
  g_assert_cmpuint(page_count(&page, "//th/abbr[@title='95 % of calls took this long or less']"), ==, 1);
  g_assert_true(page_has(&page, "the gzip data is cut: read to byte"));
  g_assert_true(page_has(&page, "found by SET timestamp against # Time"));
  page_clear(&page);
}

static void test_same_model_same_bytes(void) {
  FixtureOptions options = FIXTURE_DAY;
  g_autoptr(Fixture) fixture = fixture_new(&options);
  Page one = page_of(&fixture->report), two = page_of(&fixture->report);
  g_assert_true(g_bytes_equal(one.bytes, two.bytes));
  page_clear(&one);
  page_clear(&two);
}

static void test_nothing_at_all(void) {
  FixtureOptions options = FIXTURE_DAY;
  options.classes = options.inputs = options.nodes = options.findings = 0;
  g_autoptr(Fixture) fixture = fixture_new(&options);
  Page page = page_of(&fixture->report);
  page_assert_sound(&page, TRUE);
  g_assert_cmpuint(page_count(&page, "//figure"), ==, 0);
  g_assert_true(page_has(&page, "No statement was found in these logs."));
  g_assert_true(page_has(&page, "There is no chart: no statement was found in these logs."));
  g_assert_true(page_has(&page, "There is nothing to rank"));
  g_assert_true(page_has(&page, "There is no map"));
  g_assert_true(page_has(&page, "There is nothing to show: no statement was found in these logs."));
  g_assert_true(page_has(&page, "Nothing was read."));
  page_clear(&page);
}

/* A window that leaves nothing: the page names it and blames nobody else. */
static void test_empty_window(void) {
  FixtureOptions options = FIXTURE_DAY;
  options.classes = options.findings = 0;
  g_autoptr(Fixture) fixture = fixture_new(&options);
  fixture->report.requested = TRUE;
  fixture->report.requested_from = fixture->report.from = GALEN_TIME_NONE;
  fixture->report.requested_to = fixture->report.to = G_GINT64_CONSTANT(1577836800000000);
  Page page = page_of(&fixture->report);
  page_assert_sound(&page, TRUE);
  static const char why[] = "o statement of these logs is known to be in the window asked for (before <span "
                            "class=\"d\">2020-01-01 00:00:00</span>, "
                            "UTC).";
  for (const char *const *lead = (const char *const[]){"<h2>N", "There is no chart: n", "There is nothing to rank: n",
                                                       "There is no map: n", "There is nothing to show: n", NULL};
       *lead != NULL; lead++) {
    g_autofree char *words = g_strconcat(*lead, why, NULL);
    g_assert_true(page_has(&page, words));
  }
  g_assert_true(
      page_has(&page, "<span class=\"small\">before <span class=\"d\">2020-01-01 00:00:00</span>, UTC</span>"));
  g_assert_false(page_has(&page, "has a confirmed time"));
  g_assert_false(page_has(&page, "do not say"));
  fixture->report.filtered = TRUE;
  fixture->report.requested = FALSE;
  Page filtered = page_of(&fixture->report);
  g_assert_true(page_has(&filtered, "There is nothing to rank: no statement of these logs passes the filters."));
  page_clear(&filtered);
  page_clear(&page);
}

/* The rare ones are counted, too: only not listed one by one. */
static void test_capped(void) {
  FixtureOptions options = FIXTURE_DAY;
  g_autoptr(Fixture) fixture = fixture_new(&options);
  fixture->report.classes_capped = TRUE;
  Page page = page_of(&fixture->report);
  g_assert_true(page_has(&page, "All were told apart and counted"));
  page_clear(&page);
}

static void test_one_event(void) {
  FixtureOptions options = FIXTURE_DAY;
  options.classes = options.inputs = options.nodes = 1;
  options.findings = 0;
  options.single = TRUE;
  g_autoptr(Fixture) fixture = fixture_new(&options);
  Page page = page_of(&fixture->report);
  page_assert_sound(&page, TRUE);
  g_assert_true(page_has(&page, "Nothing here needs you today."));
  g_assert_true(page_has(&page, "<b>1</b> call,"));
  page_clear(&page);
}

static void test_hostile_text(void) {
  static const char *const texts[] = {
      "<script>alert(1)</script><img src=x onerror=alert(1)>",
      "\" onload=\"alert(1)\" x=\"",
      "--><svg/onload=alert(1)>",
      "</title></style></textarea><base href=//evil>",
      "]]>&#x3c;script&#x3e;&lt;b&gt;",
      "javascript:alert(1)#",
      "'; drop table x; -- ` \" '",
      "שלום עולם 注文管理システム \xf0\x9f\x98\x80",
  };
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    FixtureOptions options = FIXTURE_DAY;
    options.hostile = texts[i];
    g_autoptr(Fixture) fixture = fixture_new(&options);
    fixture_add_comparison(fixture, &options);
    Page page = page_of(&fixture->report);
    page_assert_sound(&page, TRUE);
    g_assert_false(page_has(&page, "<script"));
    g_assert_false(page_has(&page, "<img"));
    page_clear(&page);
  }
}

static void test_comparison(void) {
  FixtureOptions options = FIXTURE_DAY;
  g_autoptr(Fixture) fixture = fixture_new(&options);
  Page without = page_of(&fixture->report);
  g_assert_cmpuint(page_count(&without, "//section[@id='comparison'] | //a[@href='#comparison']"), ==, 0);
  page_clear(&without);
  fixture_add_comparison(fixture, &options);
  Page page = page_of(&fixture->report);
  page_assert_sound(&page, TRUE);
  g_assert_cmpuint(page_count(&page, "//section[@id='comparison']"), ==, 1);
  g_assert_cmpuint(page_count(&page, "//nav//a[@href='#comparison']"), ==, 1);
  g_assert_cmpuint(page_count(&page, "//section[@id='comparison']//figure"), ==, 2);
  g_assert_cmpuint(page_count(&page, "//section[@id='comparison']//figure//details//tbody/tr"), >, 6);
  static const char *const headings[] = {"New", "Gone", "Errors", "Versions and options"};
  for (guint i = 0; i < G_N_ELEMENTS(headings); i++) {
    g_autofree char *place = g_strdup_printf("//section[@id='comparison']//h3[.='%s']", headings[i]);
    g_assert_cmpuint(page_count(&page, place), ==, 1);
  }
  g_assert_true(page_has(&page, "2 operations are slower, 2 are new, 2 are gone and 2 are faster."));
  page_clear(&page);
}

static void test_spans(void) {
  static const struct {
    gint64 step;
    guint cells;
    const char *zone;
  } spans[] = {{1000000, 180, "UTC"},
               {G_GINT64_CONSTANT(345600000000), 280, "America/New_York"},
               {300000000, 1, "Asia/Kolkata"}};
  for (guint i = 0; i < G_N_ELEMENTS(spans); i++) {
    FixtureOptions options = FIXTURE_DAY;
    options.step = spans[i].step;
    options.cells = spans[i].cells;
    options.zone = spans[i].zone;
    options.nodes = 12;
    g_autoptr(Fixture) fixture = fixture_new(&options);
    Page page = page_of(&fixture->report);
    page_assert_sound(&page, TRUE);
    page_clear(&page);
  }
}

static void test_large_models_lose_detail_and_say_so(void) {
  FixtureOptions options = FIXTURE_DAY;
  options.classes = 1000;
  options.inputs = 3000;
  g_autoptr(Fixture) fixture = fixture_new(&options);
  Page page = page_of(&fixture->report);
  page_assert_sound(&page, TRUE);
  guint cards = page_count(&page, "//details[@class='card']");
  g_assert_cmpuint(cards, >=, 40);
  g_autofree char *words = g_strdup_printf("%u of 1000 operations have a card", cards);
  g_assert_true(page_has(&page, words));
  g_assert_true(page_has(&page, "This page was made shorter"));
  g_assert_true(page_has(&page, "further inputs not listed here"));
  page_clear(&page);
}

static void test_many_findings_are_folded(void) {
  FixtureOptions options = FIXTURE_DAY;
  options.findings = 40;
  options.nodes = 20;
  g_autoptr(Fixture) fixture = fixture_new(&options);
  Page page = page_of(&fixture->report);
  page_assert_sound(&page, TRUE);
  g_assert_cmpuint(page_count(&page, "//div[@class='findings']/ul/li"), ==, 8);
  g_assert_cmpuint(page_count(&page, "//div[@class='findings']/details//li"), ==, 32);
  g_assert_true(page_has(&page, "31 more"));
  g_assert_true(page_has(&page, "node12 and 8 more"));
  page_clear(&page);
}

static void test_fat_text_fits(void) {
  g_autofree char *fat = g_strnfill(6000, '"'); /* six bytes each when escaped */
  FixtureOptions options = FIXTURE_DAY;
  options.classes = options.findings = options.inputs = 300;
  options.nodes = 64;
  options.hostile = fat;
  g_autoptr(Fixture) fixture = fixture_new(&options);
  fixture_add_comparison(fixture, &options);
  Page page = page_of(&fixture->report);
  page_assert_sound(&page, TRUE);
  page_clear(&page);
}

static void test_unknown_order_and_absent_parts(void) {
  FixtureOptions options = FIXTURE_DAY;
  options.classes = 2;
  g_autoptr(Fixture) fixture = fixture_new(&options);
  GalenQuery *query = g_ptr_array_index(fixture->report.top, 0);
  query->sample = query->explain = query->sample_path = NULL;
  query->series = NULL;
  g_ptr_array_set_size(query->bars, 0);
  g_ptr_array_set_size(query->advice, 0);
  for (GalenTopKind kind = 0; kind < GALEN_N_TOPS; kind++)
    g_ptr_array_set_size(query->shares[kind], 0);
  fixture->report.order_by = "rows-examined";
  Page page = page_of(&fixture->report);
  page_assert_sound(&page, TRUE);
  g_assert_true(page_has(&page, "Ranked by rows examined."));
  g_assert_cmpuint(page_count(&page, "//details[@class='card'][1]//figure"), ==, 0);
  page_clear(&page);
}

static void test_missing_templates(void) {
  FixtureOptions options = FIXTURE_DAY;
  g_autoptr(Fixture) fixture = fixture_new(&options);
  g_autoptr(GError) error = NULL;
  g_assert_null(galen_report_write_html(&fixture->report, GALEN_SOURCE_DIR "/no-such-folder", &error));
  g_assert_nonnull(error);
  g_assert_nonnull(strstr(error->message, "no-such-folder"));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/html/day", test_day);
  g_test_add_func("/html/same-model-same-bytes", test_same_model_same_bytes);
  g_test_add_func("/html/nothing-at-all", test_nothing_at_all);
  g_test_add_func("/html/empty-window", test_empty_window);
  g_test_add_func("/html/capped", test_capped);
  g_test_add_func("/html/one-event", test_one_event);
  g_test_add_func("/html/hostile-text", test_hostile_text);
  g_test_add_func("/html/comparison", test_comparison);
  g_test_add_func("/html/spans", test_spans);
  g_test_add_func("/html/large-models-lose-detail-and-say-so", test_large_models_lose_detail_and_say_so);
  g_test_add_func("/html/many-findings-are-folded", test_many_findings_are_folded);
  g_test_add_func("/html/fat-text-fits", test_fat_text_fits);
  g_test_add_func("/html/unknown-order-and-absent-parts", test_unknown_order_and_absent_parts);
  g_test_add_func("/html/missing-templates", test_missing_templates);
  return g_test_run();
}
