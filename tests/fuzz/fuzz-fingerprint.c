/* Fingerprints: the same whichever way a statement is cut into feeds, and when it is known by its shape; a fingerprint's
 * fingerprint is itself. The first byte says how to lex and whether digits are masked, the second how to cut. */
#include "../../analyzer/query/fingerprint.h"
#include "split.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(gboolean holds) {
  if (!holds)
    abort();
}

static void run(GalenFingerprinter *self, gboolean no_backslash, GalenSlice text, guint seed, GalenFingerprint *ret) {
  galen_fingerprinter_begin(self, no_backslash);
  for (gsize at = 0, n; at < text.len; at += n) {
    n = split_next(&seed, text.len - at);
    g_autofree char *part = g_memdup2(text.data + at, n);
    galen_fingerprinter_feed(self, part, n);
  }
  galen_fingerprinter_end(self, ret);
}

static void check_same(const GalenFingerprint *a, const GalenFingerprint *b) {
  check(galen_slice_equal(a->text, b->text));
  check(a->full_len == b->full_len && a->hash == b->hash && a->facts == b->facts);
  check(a->in_items == b->in_items && a->rows == b->rows && a->offset == b->offset);
}

static void check_ids(const GalenFingerprinter *a, const GalenFingerprinter *b) {
  guint8 id_a[GALEN_QUERY_ID_BYTES], id_b[GALEN_QUERY_ID_BYTES];
  galen_fingerprinter_id(a, id_a);
  galen_fingerprinter_id(b, id_b);
  check(memcmp(id_a, id_b, sizeof id_a) == 0);
}

/* Another statement, most often of the same shape. */
static void change(char *text, gsize len, guint *seed) {
  for (gsize i = 0; i < len; i++) {
    guint chance = (*seed = *seed * 1103515245u + 12345u) >> 16 & 127;
    if (g_ascii_isdigit(text[i]) && chance < 64)
      text[i] = (char)('0' + chance % 10);
    else if (chance == 127)
      text[i] = "%_ae'0,()\"\\*/-. \n"[*seed >> 24 & 15];
  }
}

/* A shape is learnt when it comes twice; what is known of it holds for others that have it. */
static void check_shapes(GalenFingerprintFlags flags, GalenSlice text, gboolean no_backslash, guint seed) {
  g_autoptr(GalenFingerprinter) known = galen_fingerprinter_new(flags);
  g_autoptr(GalenFingerprinter) read = galen_fingerprinter_new(flags);
  for (guint round = 0; round < 7; round++) {
    GalenFingerprint a, b;
    g_autofree char *copy = g_memdup2(text.data, text.len);
    GalenSlice one = galen_slice(copy, text.len);
    if (round > 2)
      change(copy, text.len, &seed);
    galen_fingerprinter_make(known, one, no_backslash, &a);
    run(read, no_backslash, one, SPLIT_WHOLE, &b);
    check_same(&a, &b);
    check_ids(known, read);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2)
    return 0;
  GalenFingerprintFlags flags = (data[0] & 2) != 0 ? GALEN_FINGERPRINT_MASK_DIGITS : GALEN_FINGERPRINT_DEFAULT;
  gboolean no_backslash = (data[0] & 1) != 0;
  GalenSlice text = galen_slice((const char *)data + 2, size - 2);
  g_autoptr(GalenFingerprinter) a = galen_fingerprinter_new(flags);
  g_autoptr(GalenFingerprinter) b = galen_fingerprinter_new(flags);
  GalenFingerprint whole, other;
  run(a, no_backslash, text, SPLIT_WHOLE, &whole);
  run(b, no_backslash, text, data[1], &other);
  check_same(&whole, &other);
  check_ids(a, b);
  check(whole.text.len <= GALEN_FINGERPRINT_MAX && whole.text.len <= whole.full_len);
  check(whole.facts >> GALEN_N_FACTS == 0);
  check_shapes(flags, text, no_backslash, data[1]);
  /* Parentheses past 64 deep are not followed; once lists have collapsed there may be fewer. */
  guint parentheses = 0;
  for (gsize i = 0; i < text.len; i++)
    parentheses += text.data[i] == '(';
  if (parentheses >= 64)
    return 0;
  /* A cut one is another statement, and a masked digit is no longer a part of its name. */
  if (whole.text.len < whole.full_len || flags != GALEN_FINGERPRINT_DEFAULT)
    return 0;
  run(b, no_backslash, whole.text, data[1], &other);
  check(galen_slice_equal(whole.text, other.text));
  check_ids(a, b);
  return 0;
}
