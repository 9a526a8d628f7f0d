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

static inline const char *skip_word(const char *at, const char *end) {
  while (at < end && (CLASS(*at) == C_WORD || CLASS(*at) == C_DIGIT))
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
