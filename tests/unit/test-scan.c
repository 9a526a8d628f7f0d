#include "parsers/scan.h"

#define LEN 200u
#define ROUNDS 3000u

/* Few letters, so that what is looked for is often there; in a block of the exact size, so that sanitizers see more. */
static char *random_bytes(GRand *rand, gsize len) {
  static const char letters[] = "abcdefgh\n'\\\0\x8a\xff; ";
  gint32 most = g_rand_int_range(rand, 2, (gint32)sizeof letters);
  char *text = g_malloc(MAX(len, 1));
  for (gsize i = 0; i < len; i++)
    text[i] = letters[g_rand_int_range(rand, 0, most)];
  return text;
}

static const char *plain_find(const char *at, const char *end, const char *bytes, gsize n) {
  while (at < end && memchr(bytes, *at, n) == NULL)
    at++;
  return at;
}

static const char *plain_pair(const char *at, const char *end, char a, char b) {
  for (; end - at > 1; at++)
    if (at[0] == a && at[1] == b)
      return at;
  return end;
}

static guint64 plain_lines(const char *at, gsize len) {
  guint64 lines = 0;
  for (gsize i = 0; i < len; i++)
    lines += at[i] == '\n';
  return lines;
}

static const char *plain_literal(const char *at, const char *end, char quote, gboolean escapes) {
  for (; end - at > 1; at++) {
    gboolean closes = *at == quote && at[1] != quote;
    if (closes)
      return at + 1;
    if (*at == quote || (escapes && *at == '\\'))
      at++;
  }
  return NULL;
}

/* Every level says what a loop over bytes says, from each of a text's bytes on. */
static void test_levels(void) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(5);
  static const char wanted[] = "gh\n'\\\0;";
  for (guint round = 0; round < ROUNDS; round++) {
    gsize len = (gsize)g_rand_int_range(rand, 0, LEN), from = (gsize)g_rand_int_range(rand, 0, (gint32)len + 1);
    gsize n = (gsize)g_rand_int_range(rand, 0, sizeof wanted - 1);
    g_autofree char *text = random_bytes(rand, len);
    const char *at = text + from, *end = text + len;
    char a = wanted[g_rand_int_range(rand, 0, 7)], b = wanted[g_rand_int_range(rand, 0, 7)];
    const char *line_end = plain_find(at, end, "\n", 1) + (b == '\n');
    line_end = MIN(line_end, end);
    GalenScanSet set;
    galen_scan_set_init(&set, wanted, n);
    for (guint level = 0; level < GALEN_SCAN_LEVELS; level++) {
      const GalenScan *scan = galen_scan_at(level);
      if (scan == NULL)
        continue;
      g_assert_true(scan->find(&set, at, end) == plain_find(at, end, wanted, n));
      g_assert_true(scan->find_pair(at, end, a, b) == plain_pair(at, end, a, b));
      if (a != '\n')
        g_assert_cmpint(scan->line_has_pair(at, end, a, b), ==, plain_pair(at, line_end, a, b) < line_end);
      g_assert_cmpuint(scan->count_lines(at, len - from), ==, plain_lines(at, len - from));
    }
    char pair[] = {a, b};
    g_assert_true(galen_scan_either(at, end, a, b) == plain_find(at, end, pair, 2));
    for (guint escapes = 0; escapes < 2; escapes++)
      g_assert_true(galen_scan_literal(at, end, '\'', escapes != 0) == plain_literal(at, end, '\'', escapes != 0));
  }
}

/* Each single byte as a set of its own, among all others. */
static void test_sets(void) {
  char all[256 + 64];
  for (guint i = 0; i < sizeof all; i++)
    all[i] = (char)i;
  for (guint level = 0; level < GALEN_SCAN_LEVELS; level++)
    for (guint byte = 0; byte < 128; byte++) {
      const GalenScan *scan = galen_scan_at(level);
      char wanted = (char)byte;
      GalenScanSet set;
      galen_scan_set_init(&set, &wanted, 1);
      if (scan == NULL)
        continue;
      g_assert_true(scan->find(&set, all, all + sizeof all) == all + byte);
      g_assert_true(scan->find(&set, all + byte + 1, all + 256) == all + 256);
    }
}

/* More lines in a row than a counter of one byte holds. */
static void test_many_lines(void) {
  const gsize len = 40000;
  g_autofree char *text = g_malloc(len);
  memset(text, '\n', len);
  for (guint level = 0; level < GALEN_SCAN_LEVELS; level++)
    if (galen_scan_at(level) != NULL)
      g_assert_cmpuint(galen_scan_at(level)->count_lines(text, len), ==, len);
}

static void test_best(void) {
  g_assert_nonnull(galen_scan_best());
  g_assert_true(galen_scan_best() == galen_scan_at(galen_scan_level()));
  g_assert_nonnull(galen_scan_at(GALEN_SCAN_LEVEL_SCALAR));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/scan/levels", test_levels);
  g_test_add_func("/scan/sets", test_sets);
  g_test_add_func("/scan/many-lines", test_many_lines);
  g_test_add_func("/scan/best", test_best);
  return g_test_run();
}
