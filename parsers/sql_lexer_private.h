/* What the lexer and its short cuts share; not for others. */
#pragma once

#include "sql_lexer.h"

enum { C_OTHER, C_SPACE, C_WORD, C_DIGIT, C_QUOTE, C_BACK };

static const guint8 classes[256] = {
    ['\t' ... '\r'] = C_SPACE, [' '] = C_SPACE, ['0' ... '9'] = C_DIGIT,  ['A' ... 'Z'] = C_WORD,
    ['a' ... 'z'] = C_WORD,    ['_'] = C_WORD,  ['$'] = C_WORD,           ['\''] = C_QUOTE,
    ['"'] = C_QUOTE,           ['`'] = C_BACK,  [0x80 ... 0xff] = C_WORD,
};

#define CLASS(c) classes[(guint8)(c)]

static inline gboolean is_word_class(char c) {
  return CLASS(c) == C_WORD || CLASS(c) == C_DIGIT;
}

static inline const char *skip_word(const char *at, const char *end) {
#if GALEN_SCAN_SSE2
  for (; end - at >= 16; at += 16) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i letters = _mm_sub_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
    __m128i digits = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    letters = _mm_cmpeq_epi8(_mm_min_epu8(letters, _mm_set1_epi8(25)), letters);
    digits = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
    __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('_')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('$')));
    /* Bytes from 0x80 on have the bit that is asked for. */
    __m128i words = _mm_or_si128(_mm_or_si128(letters, digits), _mm_or_si128(marks, bytes));
    guint others = ~(guint)_mm_movemask_epi8(words) & 0xffffu;
    if (others != 0)
      return at + __builtin_ctz(others);
  }
#endif
  while (at < end && is_word_class(*at))
    at++;
  return at;
}

static inline const char *skip_digits(const char *at, const char *end) {
  while (at < end && CLASS(*at) == C_DIGIT)
    at++;
  return at;
}

/* Whether a word of digits and letters is a number: 12, 1e10, 0x1F, 0b01. */
static inline gboolean is_number_word(const char *from, const char *to) {
  const char *at = skip_digits(from, to);
  if (at == to)
    return TRUE;
  if (at == from + 1 && *from == '0' && to - at > 1 && (*at | 0x20) == 'x') {
    for (at++; at < to && g_ascii_isxdigit(*at); at++)
      ;
    return at == to;
  }
  if (at == from + 1 && *from == '0' && to - at > 1 && (*at | 0x20) == 'b') {
    for (at++; at < to && (*at == '0' || *at == '1'); at++)
      ;
    return at == to;
  }
  return (*at | 0x20) == 'e' && to - at > 1 && skip_digits(at + 1, to) == to;
}

/* Whether [from, to) is digits and a last 'e', whose sign and digits may follow. */
static inline gboolean ends_in_e(const char *from, const char *to) {
  return to - from > 1 && (to[-1] | 0x20) == 'e' && skip_digits(from, to - 1) == to - 1;
}
