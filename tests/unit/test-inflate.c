/* gzip data by ISA-L and by zlib: the same bytes and the same end, of whole and of damaged data. */
#include "tests/gzip-reference.h"
#include "tests/unit/input-fixture.h"

#define NO_LIMIT G_MAXSIZE

static void check(const GString *gz, gsize step, gsize len) {
  g_autoptr(GString) want = g_string_new(NULL), got = g_string_new(NULL);
  const char *why = reference_gunzip((const guint8 *)gz->str, gz->len, want, NO_LIMIT);
  g_autoptr(GalenSource) source = galen_source_gzip_new(memory_source((const guint8 *)gz->str, gz->len, step));
  g_autofree char *buf = g_malloc(len);
  gsize n;
  while ((n = galen_source_read(source, buf, len)) > 0)
    g_string_append_len(got, buf, (gssize)n);
  assert_bytes(got, want->str, want->len);
  g_assert_cmpstr(source->error, ==, why);
}

/* Texts that are packed in all the ways that there are. */
static GString *pack(const char *data, gsize len, int level, int memory, int strategy) {
  z_stream z = {0};
  g_assert_cmpint(deflateInit2(&z, level, Z_DEFLATED, 15 + 16, memory, strategy), ==, Z_OK);
  GString *packed = g_string_new(NULL);
  g_string_set_size(packed, deflateBound(&z, len) + 64);
  z.next_in = (Bytef *)(guintptr)data;
  z.avail_in = (uInt)len;
  z.next_out = (Bytef *)packed->str;
  z.avail_out = (uInt)packed->len;
  g_assert_cmpint(deflate(&z, Z_FINISH), ==, Z_STREAM_END);
  g_string_set_size(packed, z.total_out);
  deflateEnd(&z);
  return packed;
}

/* Bytes of as many values as `kinds`, in runs and with repeats near and far. */
static GString *make_bytes(gsize len, guint kinds, GRand *rand) {
  GString *text = g_string_sized_new(len);
  while (text->len < len) {
    guint run = 1 + g_rand_int(rand) % 12;
    guint back = 1 + g_rand_int(rand) % 40000;
    if (g_rand_boolean(rand) && back < text->len)
      for (guint i = 0; i < run * 30; i++)
        g_string_append_c(text, text->str[text->len - back]);
    else
      for (guint i = 0; i < run; i++)
        g_string_append_c(text, (char)(g_rand_int(rand) % kinds));
  }
  return text;
}

static void test_whole(void) {
  static const int strategies[] = {Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED};
  static const guint kinds[] = {1, 2, 4, 60, 256};
  g_autoptr(GRand) rand = g_rand_new_with_seed(30);
  for (gsize s = 0; s < G_N_ELEMENTS(strategies); s++)
    for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++)
      for (int level = 0; level <= 9; level += 3) {
        g_autoptr(GString) text = make_bytes(700000, kinds[k], rand);
        g_autoptr(GString) gz = pack(text->str, text->len, level, level == 3 ? 1 : 8, strategies[s]);
        check(gz, NO_LIMIT, 1 << 20);
        check(gz, 1 + g_rand_int(rand) % 5000, 1 + g_rand_int(rand) % 70000);
      }
}

/* The loop for the ends of input has all of it. */
static void test_bytewise(void) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(31);
  g_autoptr(GString) text = make_bytes(300000, 50, rand);
  for (int level = 0; level <= 9; level++) {
    g_autoptr(GString) gz = pack(text->str, text->len, level, 8, Z_DEFAULT_STRATEGY);
    check(gz, 1, 1);
    check(gz, 1, 4096);
  }
}

/* Cut at each byte: what came out is what zlib can tell of what is left. */
static void test_cut(void) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(32);
  g_autoptr(GString) text = make_text(6000, 33);
  for (int strategy = Z_DEFAULT_STRATEGY; strategy <= Z_FIXED; strategy++) {
    g_autoptr(GString) gz = pack(text->str, text->len, 6, 8, strategy);
    g_autoptr(GString) two = g_string_new_len(gz->str, (gssize)gz->len);
    g_string_append_len(two, gz->str, (gssize)gz->len);
    for (gsize len = two->len; len >= 2; len--) {
      g_string_truncate(two, len);
      check(two, len % 2 == 0 ? NO_LIMIT : 1 + g_rand_int(rand) % 100, 100000);
    }
  }
}

/* Bits, bytes and stretches that are wrong, most of them near the beginning, where the codes are. */
static void damage(GString *gz, GRand *rand) {
  guint at = g_rand_int(rand) % (guint)(g_rand_int(rand) % 3 == 0 ? gz->len : MIN(gz->len, 120));
  gsize erased = 1 + g_rand_int(rand) % 5;
  switch (g_rand_int(rand) % 4) {
  case 0:
    gz->str[at] = (char)g_rand_int(rand);
    break;
  case 1:
    g_string_erase(gz, (gssize)at, (gssize)MIN(gz->len - at, erased));
    break;
  case 2:
    for (guint i = at; i < gz->len && i < at + 9; i++)
      gz->str[i] = (char)g_rand_int(rand);
    break;
  default:
    gz->str[at] ^= (char)(1u << (g_rand_int(rand) % 8));
  }
}

static void test_damaged(void) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(34);
  for (guint i = 0; i < 15000; i++) {
    g_autoptr(GString) text = make_bytes(1 + g_rand_int(rand) % 3000, 1 + g_rand_int(rand) % 256, rand);
    g_autoptr(GString) gz = pack(text->str, text->len, (int)(i % 10), 1 + (int)(i % 9), (int)(i / 100 % 5));
    gz->str[0] = 0x1f;
    for (guint n = g_rand_int(rand) % 3; n > 0; n--)
      damage(gz, rand);
    if (gz->len > 10 && (guint8)gz->str[0] == 0x1f && (guint8)gz->str[1] == 0x8b)
      check(gz, i % 3 == 0 ? 1 + g_rand_int(rand) % 50 : NO_LIMIT, 1 + g_rand_int(rand) % 5000);
  }
}

/* Damage far behind what was given to the reader already. */
static void test_damaged_late(void) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(39);
  g_autoptr(GString) text = make_bytes(3 << 20, 30, rand);
  for (guint i = 0; i < 150; i++) {
    g_autoptr(GString) gz = pack(text->str, text->len, 1 + (int)(i % 9), 8, i % 7 == 0 ? Z_FIXED : Z_DEFAULT_STRATEGY);
    guint at = 20 + g_rand_int(rand) % (guint)(gz->len - 20);
    if (i % 5 == 0)
      g_string_truncate(gz, at);
    else if (i % 5 == 1)
      g_string_erase(gz, (gssize)at, 1);
    else
      gz->str[at] ^= (char)(1u << (i % 8));
    check(gz, NO_LIMIT, 60000);
  }
}

/* Random bits behind the beginning of a block of each kind: most are no codes, some nearly are. */
static void test_random_blocks(void) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(35);
  for (guint i = 0; i < 50000; i++) {
    g_autoptr(GString) gz = g_string_new_len("\x1f\x8b\x08\0\0\0\0\0\0\3", 10);
    g_string_append_c(gz, (char)((g_rand_int(rand) & 0xf8) | (i % 8)));
    /* Few lengths of few bits, so that codes are often whole. */
    guint n = g_rand_int(rand) % 300;
    for (guint k = 0; k < n; k++)
      g_string_append_c(gz, (char)(g_rand_int(rand) & (i % 5 == 0 ? 0x92 : 0xff)));
    check(gz, NO_LIMIT, 100000);
  }
}

/* All that a header may have, with sums that are right and wrong, whole and cut. */
static void test_headers(void) {
  g_autoptr(GString) text = make_text(3000, 36);
  g_autoptr(GString) body = make_gzip(text->str, text->len);
  for (guint flags = 0; flags < 256; flags++) {
    g_autoptr(GString) gz = g_string_new_len(body->str, 10);
    gz->str[3] = (char)flags;
    if ((flags & 4) != 0)
      g_string_append_len(gz, "\5\0extra", 7);
    if ((flags & 8) != 0)
      g_string_append_len(gz, "slow.log", 9);
    if ((flags & 16) != 0)
      g_string_append_len(gz, "a comment", 10);
    if ((flags & 2) != 0) {
      guint32 sum = (guint32)crc32(0, (const Bytef *)gz->str, (uInt)gz->len) ^ ((flags & 1) != 0 ? 0x100u : 0);
      g_string_append_c(gz, (char)(sum & 0xff));
      g_string_append_c(gz, (char)((sum >> 8) & 0xff));
    }
    gsize header = gz->len;
    g_string_append_len(gz, body->str + 10, (gssize)body->len - 10);
    g_string_append_len(gz, gz->str, (gssize)gz->len);
    check(gz, 1, 4096);
    check(gz, NO_LIMIT, 4096);
    for (gsize len = header; len > 1; len--) {
      g_string_truncate(gz, len);
      check(gz, NO_LIMIT, 4096);
    }
  }
}

/* Members of nothing, of little (as bgzip makes them) and the empty ones at the end; zeros and garbage behind. */
static void test_members(void) {
  g_autoptr(GString) text = make_text(200000, 37);
  g_autoptr(GString) gz = g_string_new(NULL);
  for (gsize at = 0; at < text->len; at += 1000) {
    g_autoptr(GString) member = make_gzip(text->str + at, at % 3000 == 0 ? 0 : MIN(1000, text->len - at));
    g_string_append_len(gz, member->str, (gssize)member->len);
  }
  check(gz, NO_LIMIT, 1 << 20);
  check(gz, 3, 700);
  for (guint i = 0; i < 20; i++)
    g_string_append_c(gz, 0);
  check(gz, NO_LIMIT, 1 << 20);
  g_string_append_len(gz, "\x1f\x8b\x08", 3);
  check(gz, NO_LIMIT, 1 << 20);
}

/* Matches as long and as far back as there are, over the seams of the window. */
static void test_far_back(void) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(38);
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < 32768; i++)
    g_string_append_c(text, (char)g_rand_int(rand));
  for (guint i = 0; i < 20 * 32768; i++)
    g_string_append_c(text, text->str[text->len - 32768]);
  g_autoptr(GString) gz = pack(text->str, text->len, 9, 9, Z_DEFAULT_STRATEGY);
  check(gz, NO_LIMIT, 1 << 20);
  check(gz, 1000, 333);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/inflate/whole", test_whole);
  g_test_add_func("/inflate/bytewise", test_bytewise);
  g_test_add_func("/inflate/cut", test_cut);
  g_test_add_func("/inflate/damaged", test_damaged);
  g_test_add_func("/inflate/damaged-late", test_damaged_late);
  g_test_add_func("/inflate/random-blocks", test_random_blocks);
  g_test_add_func("/inflate/headers", test_headers);
  g_test_add_func("/inflate/members", test_members);
  g_test_add_func("/inflate/far-back", test_far_back);
  return g_test_run();
}
