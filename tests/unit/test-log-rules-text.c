/* Files of rules as text: a value says what GKeyFile says it does. */
#include "analyzer/rules/log_rules_text.h"

static const char *const known[] = {"k", "other", NULL};

static const char *const values[] = {
    "",       "plain",     "two words", "  space before", "space behind  ", "a;b",        "a;b;",       ";",   ";;",
    "a;;b",   "\\s edges", "tab\\tnew", "a\\;b;c",        "\\\\;x",         "trail\\",    "wrong \\q",  "a=b", "[a]",
    "# none", "ü;ö",       "a\r",       "\\s;\\s",        "a \\; b",        "\\n;\\r\\t", "x;wrong\\q",
};

static void assert_same_list(const GalenRuleKey *key, GKeyFile *file) {
  g_autoptr(GError) error = NULL, wanted_error = NULL;
  gsize n = 0;
  g_auto(GStrv) words = galen_rule_key_list(key, &error);
  g_auto(GStrv) wanted = g_key_file_get_string_list(file, "g", "k", &n, &wanted_error);
  g_assert_true((error == NULL) == (wanted_error == NULL));
  if (error == NULL) {
    g_assert_cmpuint(g_strv_length(words), ==, n);
    g_assert_true(n == 0 || g_strv_equal((const char *const *)words, (const char *const *)wanted));
  }
}

static void test_values(void) {
  for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
    g_autofree char *text = g_strdup_printf(" # a remark\n\n [g] \n other = x\n k = %s\n", values[i]);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_assert_true(g_key_file_load_from_data(file, text, strlen(text), G_KEY_FILE_NONE, NULL));
    g_auto(GalenRuleText) read = {0};
    g_autoptr(GError) error = NULL, wanted_error = NULL;
    g_assert_true(galen_rule_text_init(&read, text, strlen(text), "f", known, &error));
    g_assert_cmpuint(read.groups->len, ==, 1);
    const GalenRuleKey *key = galen_rule_text_find(&read, &g_array_index(read.groups, GalenRuleGroup, 0), "k");
    g_assert_nonnull(key);
    g_assert_cmpuint(key->line, ==, 5);
    g_autofree char *raw = g_strndup(key->value.data, key->value.len);
    g_autofree char *wanted_raw = g_key_file_get_value(file, "g", "k", NULL);
    g_assert_cmpstr(raw, ==, wanted_raw);
    g_autofree char *string = galen_rule_key_string(key, &error);
    g_autofree char *wanted = g_key_file_get_string(file, "g", "k", &wanted_error);
    g_assert_true((error == NULL) == (wanted_error == NULL));
    if (error == NULL)
      g_assert_cmpstr(string, ==, wanted);
    assert_same_list(key, file);
  }
}

static void test_complaints(void) {
  static const char *const bad[][2] = {
      {"[g]\nk=1\nk=2\n", "f:3: this key was there before: “k”"},
      {"[g]\nk=1\n[h]\nk=1\n[g]\n", "f:5: this rule was there before: “g”"},
      {"[g]\nq=1\n", "f:2: [g] q: there is no such key"},
      {"k=1\n", "f:1: a key before the first “[rule]”: “k=1”"},
      {"[g]\nwhat\n", "f:2: neither “key=value” nor “[rule]”: “what”"},
      {"[g]\nk=\xff\n", "f:2: this is not UTF-8 text"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_auto(GalenRuleText) read = {0};
    g_autoptr(GError) error = NULL;
    g_assert_false(galen_rule_text_init(&read, bad[i][0], strlen(bad[i][0]), "f", known, &error));
    g_assert_cmpstr(error->message, ==, bad[i][1]);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/log-rules-text/values", test_values);
  g_test_add_func("/log-rules-text/complaints", test_complaints);
  return g_test_run();
}
