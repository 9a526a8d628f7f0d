/* The worked fingerprints of tests/golden/fingerprints.tsv. */
#include "analyzer/query/fingerprint.h"

static char *fingerprint_of(GalenFingerprinter *fingerprinter, const char *text, gsize step) {
  GalenFingerprint made;
  gsize len = strlen(text);
  galen_fingerprinter_begin(fingerprinter, FALSE);
  for (gsize at = 0; at < len; at += step)
    galen_fingerprinter_feed(fingerprinter, text + at, MIN(step, len - at));
  galen_fingerprinter_end(fingerprinter, &made);
  g_assert_cmpuint(made.full_len, ==, made.text.len);
  return g_strndup(made.text.data, made.text.len);
}

static void check_row(GalenFingerprinter *fingerprinter, const char *statement, const char *wanted) {
  static const gsize steps[] = {G_MAXSIZE / 2, 1, 2, 3, 7};
  for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
    g_autofree char *got = fingerprint_of(fingerprinter, statement, steps[i]);
    g_assert_cmpstr(got, ==, wanted);
  }
  /* What is a fingerprint already stays as it is. */
  g_autofree char *again = fingerprint_of(fingerprinter, wanted, G_MAXSIZE / 2);
  g_assert_cmpstr(again, ==, wanted);
}

static void test_table(void) {
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename(GALEN_SOURCE_DIR, "tests/golden/fingerprints.tsv", NULL);
  g_autofree char *table = NULL;
  g_file_get_contents(path, &table, NULL, &error);
  g_assert_no_error(error);
  g_autoptr(GalenFingerprinter) fingerprinter = galen_fingerprinter_new(GALEN_FINGERPRINT_DEFAULT);
  g_auto(GStrv) lines = g_strsplit(table, "\n", -1);
  guint rows = 0;
  for (guint i = 1; lines[i] != NULL && lines[i + 1] != NULL; i++) {
    g_auto(GStrv) columns = g_strsplit(lines[i], "\t", 2);
    g_assert_nonnull(columns[0]);
    g_assert_nonnull(columns[1]);
    g_autofree char *statement = g_strcompress(columns[0]);
    g_autofree char *wanted = g_strcompress(columns[1]);
    check_row(fingerprinter, statement, wanted);
    rows++;
  }
  g_assert_cmpuint(rows, >=, 150);
}

static void check_id(const char *statement, const char *wanted) {
  g_autoptr(GalenFingerprinter) fingerprinter = galen_fingerprinter_new(GALEN_FINGERPRINT_DEFAULT);
  guint8 id[GALEN_QUERY_ID_BYTES];
  char text[33];
  g_autofree char *made = fingerprint_of(fingerprinter, statement, G_MAXSIZE / 2);
  galen_fingerprinter_id(fingerprinter, id);
  galen_query_id_print(id, text);
  g_assert_cmpstr(text, ==, wanted);
}

/* MD5 of the fingerprint, as md5sum and pt-query-digest make it. */
static void test_ids(void) {
  check_id("", "D41D8CD98F00B204E9800998ECF8427E");
  check_id("SELECT  1 -- x", "1FE1379FE2A31B8D16219655761820A2");
}

static void test_mask_digits(void) {
  g_autoptr(GalenFingerprinter) fingerprinter = galen_fingerprinter_new(GALEN_FINGERPRINT_MASK_DIGITS);
  g_autofree char *made =
      fingerprint_of(fingerprinter, "SELECT a1.b22 FROM logs_20240513 a1, `t_2024_05` WHERE md5(x) = 5", 5);
  g_assert_cmpstr(made, ==, "select a?.b? from logs_? a?, `t_?_?` where md?(x) = ?");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/fingerprint/table", test_table);
  g_test_add_func("/fingerprint/ids", test_ids);
  g_test_add_func("/fingerprint/mask-digits", test_mask_digits);
  return g_test_run();
}
