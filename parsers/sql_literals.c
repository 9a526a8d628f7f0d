#include "sql_literals.h"

/* Longer words are no names of character sets. */
#define INTRODUCER_MAX 32u

/* The rest of a string, behind its opening quote or anything else in it. */
static const char *skip_rest(char quote, gboolean backslash, const char *at, const char *end) {
  char escape = backslash ? '\\' : quote;
  while ((at = galen_scan_either(at, end, quote, escape)) < end) {
    if (*at == quote && (at + 1 == end || at[1] != quote))
      return at + 1;
    at += 2;
  }
  return NULL;
}

const char *galen_sql_skip_string(const GalenSqlLexer *self, const char *at, const char *end) {
  return skip_rest(*at, !self->no_backslash, at + 1, end);
}

/* Whether what stands at `at` is no part of a number before it, and makes no other thing of it. */
static gboolean number_ends(const char *at, const char *end) {
  return at == end ||
         (CLASS(*at) != C_WORD && CLASS(*at) != C_DIGIT && CLASS(*at) != C_QUOTE && *at != '.' && *at != '(');
}

const char *galen_sql_skip_number(const char *at, const char *end) {
  const char *stop = skip_digits(at, end);
  if (stop == at)
    return NULL;
  if (stop < end && *stop == '.')
    stop = skip_digits(stop + 1, end);
  if (stop < end && (*stop | 0x20) == 'e' && CLASS(stop[-1]) == C_DIGIT) {
    const char *power = stop + 1;
    power += power < end && (*power == '+' || *power == '-');
    stop = skip_digits(power, end);
    if (stop == power)
      return NULL;
  }
  return number_ends(stop, end) ? stop : NULL;
}

/* Behind a number in whatever notation; NULL: it is none, or may go on. */
static const char *skip_any_number(const char *at, const char *end) {
  const char *stop = galen_sql_skip_number(at, end);
  if (stop != NULL)
    return stop;
  stop = skip_word(at, end);
  return number_ends(stop, end) && is_number_word(at, stop) && !ends_in_e(at, stop) ? stop : NULL;
}

/* N'x', X'4D', b'01', _utf8mb4'x': whether a word that touches a string belongs to it. */
static gboolean introduces(const char *word, gsize len) {
  char letter = (char)(*word | 0x20);
  return len == 1 ? letter == 'n' || letter == 'x' || letter == 'b' : *word == '_' && len < INTRODUCER_MAX;
}

/* Four letters in lower case. */
static guint32 four(const char *at) {
  guint32 letters;
  memcpy(&letters, at, sizeof letters);
  return letters | 0x20202020u;
}

/* NULL, TRUE, FALSE, DEFAULT. */
static gboolean is_literal_word(const char *at, gsize len) {
  if (len == 4)
    return four(at) == four("null") || four(at) == four("true");
  return (len == 5 && four(at) == four("fals") && four(at + 1) == four("alse")) ||
         (len == 7 && four(at) == four("defa") && four(at + 3) == four("ault"));
}

/* Behind a literal that is written as a word, or begins with one; NULL: it is none. */
static const char *skip_word_literal(const GalenSqlLexer *self, const char *at, const char *end) {
  const char *stop = skip_word(at, end);
  gsize len = (gsize)(stop - at);
  if (stop < end && CLASS(*stop) == C_QUOTE)
    return introduces(at, len) ? galen_sql_skip_string(self, stop, end) : NULL;
  return number_ends(stop, end) && is_literal_word(at, len) ? stop : NULL;
}

/* Behind what stands at `at`, if that may stand among plain literals. */
static const char *skip_plain(const GalenSqlLexer *self, const char *at, const char *end) {
  switch (CLASS(*at)) {
  case C_SPACE:
    return at + 1;
  case C_DIGIT:
    return skip_any_number(at, end);
  case C_WORD:
    return skip_word_literal(self, at, end);
  case C_QUOTE:
    return galen_sql_skip_string(self, at, end);
  default:
    break;
  }
  gboolean sign = (*at == '-' || *at == '+') && at + 1 < end && CLASS(at[1]) == C_DIGIT;
  return sign || *at == '?' ? at + 1 : NULL;
}

/* One thing, whatever it is; NULL: none that may stand there. */
static const char *skip_thing(GalenLiterals *self, const char *at, const char *end) {
  switch (*at) {
  case ',':
    self->commas += self->depth == 1;
    return at + 1;
  case '(':
    self->depth++;
    return at + 1;
  case ')':
    self->depth--;
    return at + 1;
  default:
    self->filled |= CLASS(*at) != C_SPACE;
    return skip_plain(&self->lexer, at, end);
  }
}

static const char *skip_things(GalenLiterals *self, const char *at, const char *end) {
  while (at != NULL && at < end && self->depth > 0)
    at = skip_thing(self, at, end);
  return at;
}

/* ---- many bytes at a time ---- */

#if GALEN_SCAN_SSE2

/* What cannot be passed over with its block: `at` is where it stands, outside a string, and `from` where the number before it may
 * begin. Returns behind it; NULL: no plain literal. */
static const char *skip_odd(GalenLiterals *self, const char *from, const char *at, const char *end) {
  gboolean behind_digit = at > from && CLASS(at[-1]) == C_DIGIT;
  if (behind_digit && !number_ends(at, end))
    for (; at > from && (CLASS(at[-1]) == C_DIGIT || at[-1] == '.');)
      at--;
  return skip_thing(self, at, end);
}

/* The bits from each odd set bit on up to the next, which is left out: inside of strings, by their quotes. */
static inline guint64 between(guint64 bits) {
  for (guint shift = 1; shift < 64; shift *= 2)
    bits ^= bits << shift;
  return bits;
}

#define NAME skip_blocks_sse2
#define TARGET
#define MASKS galen_literals_masks_sse2
#define COUNT galen_literals_count_bits
#include "sql_literals_body.h"

#define NAME skip_blocks_avx2
#define TARGET __attribute__((target("avx2,bmi,popcnt")))
#define MASKS galen_literals_masks_avx2
#define COUNT(bits) (guint32) __builtin_popcountll(bits)
#include "sql_literals_body.h"

#else

static const char *skip_blocks_sse2(GalenLiterals *self, const char *at, const char *end) {
  return skip_things(self, at, end);
}

static const char *skip_blocks_avx2(GalenLiterals *self, const char *at, const char *end) {
  return skip_things(self, at, end);
}

#endif

static const char *hand_over(const GalenLiterals *list, const char *at, guint32 *ret_commas, gboolean *ret_filled) {
  if (at == NULL || list->depth > 0)
    return NULL;
  *ret_commas = list->commas;
  *ret_filled = list->filled;
  return at;
}

static const char *skip_at(GalenScanLevel level, GalenLiterals *list, const char *at, const char *end) {
  if (level == GALEN_SCAN_LEVEL_AVX2)
    return skip_blocks_avx2(list, at, end);
  return level == GALEN_SCAN_LEVEL_SSE2 ? skip_blocks_sse2(list, at, end) : skip_things(list, at, end);
}

const char *galen_sql_skip_literals_at(GalenScanLevel level, const GalenSqlLexer *self, const char *at, const char *end,
                                       guint32 *ret_commas, gboolean *ret_filled) {
  GalenLiterals list = {.lexer = *self, .depth = 1};
  return hand_over(&list, skip_at(level, &list, at, end), ret_commas, ret_filled);
}

const char *galen_sql_skip_literals(const GalenSqlLexer *self, const char *at, const char *end, guint32 *ret_commas,
                                    gboolean *ret_filled) {
  GalenLiterals list = {.lexer = *self, .depth = 1};
  return hand_over(&list, skip_at(galen_scan_level(), &list, at, end), ret_commas, ret_filled);
}
