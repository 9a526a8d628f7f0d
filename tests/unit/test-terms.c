#include "analyzer/cluster/incident.h"
#include "analyzer/findings/terms.h"

#include <glib/gstdio.h>

static GalenTerms *load(const char *text, GError **error) {
  g_autofree char *dir = g_dir_make_tmp("galen-terms-XXXXXX", NULL);
  g_assert_nonnull(dir);
  g_autofree char *path = g_build_filename(dir, "terms.rules", NULL);
  if (text != NULL)
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
  GalenTerms *terms = galen_terms_load(dir, error);
  (void)g_unlink(path);
  g_assert_cmpint(g_rmdir(dir), ==, 0);
  return terms;
}

static void test_two(void) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenTerms) terms = load("[zeta]\nkind=column\ntitle=Z\nmeaning=Last letter\n"
                                     "[alpha]\nkind=finding\ntitle=A\nmeaning=First letter\nadvice=Go on\n",
                                     &error);
  g_assert_no_error(error);
  g_assert_cmpuint(galen_terms_size(terms), ==, 2);
  const GalenTerm *first = galen_terms_get(terms, 0), *second = galen_terms_get(terms, 1);
  g_assert_cmpstr(first->id, ==, "zeta");
  g_assert_cmpstr(first->kind, ==, "column");
  g_assert_cmpstr(first->title, ==, "Z");
  g_assert_cmpstr(first->meaning, ==, "Last letter");
  g_assert_null(first->advice);
  g_assert_cmpstr(second->advice, ==, "Go on");
  g_assert_true(galen_terms_find(terms, "alpha") == second);
  g_assert_null(galen_terms_find(terms, "Alpha"));
  g_assert_null(galen_terms_find(terms, ""));
}

static void test_empty(void) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenTerms) terms = load("# nothing\n", &error);
  g_assert_no_error(error);
  g_assert_cmpuint(galen_terms_size(terms), ==, 0);
}

/* What is wrong is said with the file's name and what is missing. */
static void test_wrong(void) {
  static const struct {
    const char *text, *says;
  } cases[] = {
      {NULL, "terms.rules"},
      {"kind=column\n", "terms.rules"},
      {"[a]\ntitle=A\nmeaning=x\n", "kind"},
      {"[a]\nkind=column\nmeaning=x\n", "title"},
      {"[a]\nkind=column\ntitle=A\n", "meaning"},
      {"[a]\nkind=column\ntitle=A\nmeaning=x\n[b]\nkind=column\n", "title"},
      {"[a]\nkind=column\ntitle=\xff\nmeaning=x\n", "title"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GalenTerms) terms = load(cases[i].text, &error);
    g_assert_null(terms);
    g_assert_nonnull(error);
    g_assert_nonnull(strstr(error->message, "terms.rules"));
    g_assert_nonnull(strstr(error->message, cases[i].says));
  }
}

/* The terms that Galen brings: each whole, of a known kind, once. */
static void test_own(void) {
  g_autofree char *dir = g_build_filename(GALEN_SOURCE_DIR, "analyzer", "rules", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenTerms) terms = galen_terms_load(dir, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(galen_terms_size(terms), >, 10);
  for (guint i = 0; i < galen_terms_size(terms); i++) {
    const GalenTerm *term = galen_terms_get(terms, i);
    static const char *const kinds[] = {"column", "finding", "measure", "incident", "proof rule", NULL};
    g_assert_true(g_strv_contains(kinds, term->kind) && *term->title != '\0' && *term->meaning != '\0');
    g_assert_null(strchr(term->title, '\n'));
    g_assert_true(galen_terms_find(terms, term->id) == term);
  }
}

/* Each kind of incident is explained. */
static void test_incidents(void) {
  g_autofree char *dir = g_build_filename(GALEN_SOURCE_DIR, "analyzer", "rules", NULL);
  g_autoptr(GalenTerms) terms = galen_terms_load(dir, NULL);
  for (guint kind = 0; kind < GALEN_N_INCIDENTS; kind++)
    g_assert_nonnull(galen_terms_find(terms, galen_incident_word((GalenIncidentKind)kind)));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/terms/two", test_two);
  g_test_add_func("/terms/empty", test_empty);
  g_test_add_func("/terms/wrong", test_wrong);
  g_test_add_func("/terms/own", test_own);
  g_test_add_func("/terms/incidents", test_incidents);
  return g_test_run();
}
