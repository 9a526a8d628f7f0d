/* The law: what comes out of a wrapper, and what is said of each line, never depends on how many bytes are read at a time. */
#include "tests/unit/envelope_reader.h"

#define ROUNDS 40

typedef struct {
  Raw raw;
  GRand *rand;
} RandomRaw;

/* Often a byte, sometimes much. */
static gsize random_size(GRand *rand) {
  return g_rand_int_range(rand, 0, 3) == 0 ? 1 : (gsize)1 << g_rand_int_range(rand, 0, 12);
}

static gsize random_read(gpointer user, char *buf, gsize len) {
  RandomRaw *self = user;
  self->raw.block = random_size(self->rand);
  return raw_read(&self->raw, buf, len);
}

static void check(const char *text, gsize len, GRand *rand) {
  g_autoptr(Unwrapped) whole = unwrap_blocks(text, len, len + 1, 1 << 16, NULL);
  g_assert_nonnull(whole->name);
  RandomRaw raw = {.raw = {text, len, 0, 1}, .rand = rand};
  g_autoptr(GalenEnvelope) envelope = galen_envelope_new(text, MIN(len, (gsize)GALEN_BID_BYTES), random_read, &raw);
  g_autofree char *buf = g_malloc(4096);
  gsize n, at = 0;
  guint line = 0;
  while ((n = galen_envelope_read(envelope, buf, random_size(rand))) > 0)
    for (gsize i = 0; i < n; i++, at++) {
      g_assert_true(buf[i] == whole->out->str[at]);
      const GalenLineInfo *info = galen_envelope_line(envelope, at);
      const GalenLineInfo *wanted = line_at(whole, line);
      g_assert_cmpuint(info->line, ==, wanted->line);
      g_assert_cmpint(info->time, ==, wanted->time);
      g_assert_cmpstr(info->host, ==, wanted->host);
      line += buf[i] == '\n';
    }
  g_assert_cmpuint(at, ==, whole->out->len);
  const GalenAccount *account = galen_envelope_account(envelope);
  g_assert_cmpuint(account->bytes_events, ==, whole->account.bytes_events);
  g_assert_cmpuint(account->bytes_headers, ==, whole->account.bytes_headers);
  g_assert_cmpuint(account->bytes_skipped, ==, whole->account.bytes_skipped);
}

static void test_kept_cases(void) {
  const char *folder = GALEN_SOURCE_DIR "/tests/fuzz/corpus/envelope";
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  g_autoptr(GRand) rand = g_rand_new_with_seed(20261126);
  guint files = 0;
  g_assert_nonnull(dir);
  for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *text = NULL;
    gsize len;
    g_assert_true(g_file_get_contents(path, &text, &len, NULL));
    g_autoptr(GalenEnvelope) known = galen_envelope_new(text, len, NULL, NULL);
    for (guint i = 0; known != NULL && i < ROUNDS; i++)
      check(text, len, rand);
    files += known != NULL;
  }
  g_assert_cmpuint(files, >=, 14);
}

/* More than a block, damaged and cut at any place. */
static void test_damaged(void) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(5);
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < 3000; i++)
    g_string_append_printf(text, "{\"log\":\"%u%s\",\"stream\":\"%s\",\"time\":\"2026-11-24T03:07:%02u.5Z\"}\n", i,
                           i % 5 ? "\\n" : "", i % 7 ? "stderr" : "stdout", i % 60);
  for (guint i = 0; i < 200; i++)
    text->str[g_rand_int_range(rand, 70000, (gint32)text->len)] = (char)g_rand_int_range(rand, 0, 256);
  for (guint i = 0; i < 5; i++) {
    check(text->str, text->len, rand);
    g_string_truncate(text, text->len - (gsize)g_rand_int_range(rand, 1, 5000));
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/envelope-sizes/kept-cases", test_kept_cases);
  g_test_add_func("/envelope-sizes/damaged", test_damaged);
  return g_test_run();
}
