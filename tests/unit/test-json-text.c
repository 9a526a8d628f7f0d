#include "parsers/json_text.h"

static void test_string(void) {
  static const struct {
    const char *text, *inside, *rest;
  } cases[] = {
      {"\"a\", 1", "a", ", 1"},
      {"\"\"", "", ""},
      {"\"a\\\"b\" c", "a\\\"b", " c"},
      {"\"a\\\\\"b\"", "a\\\\", "b\""},
      {"\"open", NULL, NULL},
      {"\"open\\\"", NULL, NULL},
      {"\"", NULL, NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    const char *at = cases[i].text;
    GalenSlice inside;
    gboolean ends = galen_json_string(&at, at + strlen(at), &inside);
    g_assert_cmpint(ends, ==, cases[i].inside != NULL);
    if (!ends)
      continue;
    g_assert_true(galen_slice_is(inside, cases[i].inside));
    g_assert_cmpstr(at, ==, cases[i].rest);
  }
}

static void test_decode(void) {
  static const struct {
    const char *written, *means;
  } cases[] = {
      {"plain", "plain"},
      {"a\\n\\t\\r\\b\\f\\/\\\\\\\"z", "a\n\t\r\b\f/\\\"z"},
      {"\\u00e9\\u20AC", "é€"},
      {"\\ud83d\\ude00", "\xf0\x9f\x98\x80"},
      {"\\ud83d", "\xef\xbf\xbd"},
      {"\\ud83dx", "\xef\xbf\xbdx"},
      {"\\ude00", "\xef\xbf\xbd"},
      {"\\ud83d\\u0041", "\xef\xbf\xbd"
                         "A"},
      {"C:\\path \\u12", "C:\\path \\u12"},
      {"end\\", "end\\"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GString) out = g_string_new("> ");
    galen_json_decode(out, galen_slice(cases[i].written, strlen(cases[i].written)));
    g_assert_cmpstr(out->str + 2, ==, cases[i].means);
  }
  g_autoptr(GString) nul = g_string_new(NULL);
  galen_json_decode(nul, galen_slice("a\\u0000b", 8));
  g_assert_true(nul->len == 3 && memcmp(nul->str, "a\0b", 3) == 0);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/json-text/string", test_string);
  g_test_add_func("/json-text/decode", test_decode);
  return g_test_run();
}
