/* Markup as text: escaping, what ends in "/>", what is dropped, what is refused. */
#include "analyzer/report/markup.h"

#define TYPE "<!DOCTYPE html>\n"

static GalenMarkup *begin(const char *name) {
  GalenMarkup *out = galen_markup_new();
  galen_markup_open(out, name);
  return out;
}

static void assert_is(GalenMarkup *out, const char *expected) {
  galen_markup_close(out);
  g_autoptr(GBytes) page = galen_markup_finish(out);
  g_assert_nonnull(page);
  g_autofree char *whole = g_strconcat(TYPE, expected, "\n", NULL);
  g_assert_cmpstr(g_bytes_get_data(page, NULL), ==, whole);
  g_assert_cmpuint(g_bytes_get_size(page), ==, strlen(whole));
}

/* Every byte that is a character of its own, in a text and in an attribute. */
static void test_escaping(void) {
  for (guint c = 1; c < 0x80; c++) {
    const char text[] = {'x', (char)c, 'y', '\0'};
    g_autofree char *same = g_strdup_printf("%c", (char)c);
    const char *expected = c == '<'                             ? "&lt;"
                           : c == '>'                           ? "&gt;"
                           : c == '&'                           ? "&amp;"
                           : c == '"'                           ? "&quot;"
                           : c < 0x20 && c != '\t' && c != '\n' ? "\uFFFD"
                                                                : same;
    g_autofree char *page = g_strdup_printf("<p a=\"x%sy\">x%sy</p>", expected, expected);
    g_autoptr(GalenMarkup) out = begin("p");
    galen_markup_attribute(out, "a", text);
    galen_markup_text(out, text);
    assert_is(out, page);
  }
}

static void test_non_characters(void) {
  g_autoptr(GalenMarkup) out = begin("p");
  galen_markup_text(out, "\uFFFD\uF000\uFFFC");
  galen_markup_text(out, "\xef\xbf\xbe|\xef\xbf\xbf");
  galen_markup_text_len(out, "\xef\xbf\xbf<cut", 4);
  assert_is(out, "<p>\uFFFD\uF000\uFFFC\uFFFD|\uFFFD\uFFFD&lt;</p>");
}

static void test_ends(void) {
  g_autoptr(GalenMarkup) out = begin("div");
  galen_markup_open(out, "br");
  galen_markup_close(out);
  galen_markup_open(out, "p");
  galen_markup_close(out);
  galen_markup_open(out, "svg");
  galen_markup_open(out, "path");
  galen_markup_attribute(out, "d", "M0 0");
  galen_markup_close(out);
  galen_markup_element(out, "title", ""); /* a text, if an empty one */
  galen_markup_close(out);
  galen_markup_open(out, "p");
  galen_markup_close(out);
  assert_is(out, "<div><br/><p></p><svg><path d=\"M0 0\"/><title></title></svg><p></p></div>");
}

static void test_content_of_void_elements(void) {
  g_autoptr(GalenMarkup) out = begin("div");
  galen_markup_open(out, "img");
  galen_markup_attribute(out, "alt", "a");
  galen_markup_text(out, "dropped");
  galen_markup_open(out, "br");
  galen_markup_attribute(out, "class", "dropped");
  galen_markup_element(out, "b", "dropped");
  galen_markup_close(out);
  galen_markup_close(out);
  galen_markup_element(out, "b", "kept");
  assert_is(out, "<div><img alt=\"a\"/><b>kept</b></div>");
}

static void test_style(void) {
  static const char *const bad[] = {"a { content: '<' }", "a & b {}"};
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GalenMarkup) out = begin("div");
    galen_markup_element(out, "style", bad[i]);
    galen_markup_close(out);
    g_assert_null(galen_markup_finish(out));
  }
  g_autoptr(GalenMarkup) nested = begin("style");
  galen_markup_element(nested, "b", "x");
  galen_markup_close(nested);
  g_assert_null(galen_markup_finish(nested));
  g_autoptr(GalenMarkup) good = begin("style");
  galen_markup_text(good, "a > b { content: \"c\" }");
  assert_is(good, "<style>a > b { content: \"c\" }</style>");
}

static void test_growth(void) {
  g_autoptr(GalenMarkup) out = begin("p");
  g_autofree char *text = g_strnfill(3000001, 'x');
  galen_markup_text(out, text);
  galen_markup_text(out, text);
  g_autofree char *page = g_strconcat("<p>", text, text, "</p>", NULL);
  assert_is(out, page);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/markup/escaping", test_escaping);
  g_test_add_func("/markup/non-characters", test_non_characters);
  g_test_add_func("/markup/ends", test_ends);
  g_test_add_func("/markup/content-of-void-elements", test_content_of_void_elements);
  g_test_add_func("/markup/style", test_style);
  g_test_add_func("/markup/growth", test_growth);
  return g_test_run();
}
