#include "fingerprint_private.h"

#define SEED G_GUINT64_CONSTANT(0x9e3779b97f4a7c15)

void galen_fp_reset_out(GalenFingerprinter *self) {
  self->pos = 0;
  self->flushed = 0;
  g_clear_pointer(&self->md5, g_checksum_free);
}

static guint64 mix(guint64 a, guint64 b) {
  __extension__ unsigned __int128 product = (unsigned __int128)(a ^ SEED) * (b | 1);
  return (guint64)product ^ (guint64)(product >> 64);
}

/* Multiply and fold, eight bytes at a time: quick, and good enough for a table whose users compare the text too. */
guint64 galen_fp_hash(const char *data, gsize len) {
  guint64 hash = mix(SEED >> 1, len + 1), word;
  for (; len >= 8; data += 8, len -= 8) {
    memcpy(&word, data, 8);
    hash = mix(hash, word ^ G_GUINT64_CONSTANT(0xe7037ed1a0b428db));
  }
  word = 0;
  memcpy(&word, data, len);
  return mix(hash, word ^ G_GUINT64_CONSTANT(0x8ebc6af09c88c6e3));
}

static void hash_away(GalenFingerprinter *self, const char *data, gsize len) {
  g_checksum_update(self->md5, (const guchar *)data, (gssize)len);
}

static void shift(guint32 *position, guint32 by) {
  *position = *position != FP_NOWHERE && *position >= GALEN_FINGERPRINT_MAX + by ? *position - by : FP_NOWHERE;
}

/* Positions that the flush took away point nowhere: what began there can no longer be taken back. */
static void shift_all(GalenFingerprinter *self, guint32 by) {
  guint32 *positions[] = {&self->word_pos,    &self->list_pos,  &self->sign_pos, &self->comma_pos,
                          &self->literal_pos, &self->word_sign, &self->intro_pos};
  for (guint i = 0; i < G_N_ELEMENTS(positions); i++)
    shift(positions[i], by);
  for (guint i = 0; i <= self->depth; i++) {
    FpFrame *frame = &self->frames[i];
    shift(&frame->start, by);
    if (frame->start == FP_NOWHERE)
      frame->dirty = TRUE;
    frame->arm = frame->previous = frame->previous_end = frame->outer_arm = FP_NOWHERE;
  }
}

void galen_fp_flush(GalenFingerprinter *self) {
  guint32 by = self->pos - FP_TAIL - GALEN_FINGERPRINT_MAX;
  if (self->md5 == NULL) {
    self->md5 = g_checksum_new(G_CHECKSUM_MD5);
    hash_away(self, self->out, GALEN_FINGERPRINT_MAX);
  }
  hash_away(self, self->out + GALEN_FINGERPRINT_MAX, by);
  memmove(self->out + GALEN_FINGERPRINT_MAX, self->out + GALEN_FINGERPRINT_MAX + by, FP_TAIL);
  self->flushed += by;
  self->pos -= by;
  shift_all(self, by);
}

void galen_fp_put(GalenFingerprinter *self, const char *data, gsize len) {
  while (len > 0) {
    galen_fp_room(self);
    gsize n = MIN(len, FP_FULL - self->pos);
    memcpy(self->out + self->pos, data, n);
    self->pos += (guint32)n;
    data += n;
    len -= n;
  }
}

static char lower(char c) {
  return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* Eight bytes in lower case: those from 'A' to 'Z' get the bit. */
static guint64 lower_eight(guint64 bytes) {
  const guint64 ones = G_GUINT64_CONSTANT(0x0101010101010101), tops = ones << 7;
  guint64 low = bytes & ~tops;
  guint64 from_a = low + (0x80 - 'A') * ones, behind_z = low + (0x80 - 'Z' - 1) * ones;
  return bytes | (from_a & ~behind_z & ~bytes & tops) >> 2;
}

static void lower_bytes(char *to, const char *from, gsize len) {
  guint64 bytes;
  for (; len >= sizeof bytes; to += sizeof bytes, from += sizeof bytes, len -= sizeof bytes) {
    memcpy(&bytes, from, sizeof bytes);
    bytes = lower_eight(bytes);
    memcpy(to, &bytes, sizeof bytes);
  }
  for (gsize i = 0; i < len; i++)
    to[i] = lower(from[i]);
}

static void put_masked(GalenFingerprinter *self, const char *data, gsize len) {
  for (gsize i = 0; i < len; i++) {
    gboolean digit = g_ascii_isdigit(data[i]);
    if (!digit || !self->digits)
      galen_fp_putc(self, digit ? '?' : lower(data[i]));
    self->digits = digit;
  }
}

void galen_fp_put_lower(GalenFingerprinter *self, const char *data, gsize len) {
  while (len > 0) {
    galen_fp_room(self);
    gsize n = MIN(len, FP_FULL - self->pos);
    if ((self->flags & GALEN_FINGERPRINT_MASK_DIGITS) != 0) {
      put_masked(self, data, n);
    } else {
      lower_bytes(self->out + self->pos, data, n);
      self->pos += (guint32)n;
    }
    data += n;
    len -= n;
  }
}

static gboolean is_wordish(char c) {
  return galen_sql_is_word_byte(c) || c == '?' || c == '`';
}

static gboolean is_operator(char c) {
  return c != '\0' && strchr("-+*/<>=!|&%^~:@#.", c) != NULL;
}

gboolean galen_fp_dashes(const GalenFingerprinter *self) {
  return self->pos >= 2 && self->out[self->pos - 1] == '-' && self->out[self->pos - 2] == '-';
}

void galen_fp_gap_slowly(GalenFingerprinter *self, char next) {
  gboolean space = self->space, comment = self->comment;
  self->space = self->comment = FALSE;
  if (self->pos == 0)
    return;
  /* White space or a control byte behind "--" would make a comment of it. */
  while (g_ascii_iscntrl(next) && galen_fp_dashes(self))
    self->pos--;
  if (galen_fp_dashes(self))
    return;
  char before = self->out[self->pos - 1];
  /* A comment alone leaves nothing, except where two tokens would become one. */
  gboolean apart = comment && ((is_wordish(before) && is_wordish(next)) || (is_operator(before) && is_operator(next)));
  gboolean tail = self->after_values && before == ')' && is_wordish(next);
  if ((space || apart || tail) && before != ' ')
    galen_fp_putc(self, ' ');
}
