/* The inside of sql_literals.c: blocks of 64 bytes as bits, one a byte. */
#pragma once

#include "sql_lexer_private.h"

/* A list that is being read. */
typedef struct {
  GalenSqlLexer lexer; /* for its setting */
  guint32 commas;
  guint depth;
  gboolean filled;
} GalenLiterals;

typedef struct {
  guint64 digits, commas, spaces, quotes, backslashes, dots, minuses;
} GalenLiteralsMasks;

#if GALEN_SCAN_SSE2
#include <immintrin.h>

#define GALEN_BITS_SSE2(found) ((guint64)(guint32)_mm_movemask_epi8(found) << at)

static inline GalenLiteralsMasks galen_literals_masks_sse2(const char *block) {
  GalenLiteralsMasks masks = {0};
  const __m128i nine = _mm_set1_epi8(9);
  for (guint at = 0; at < 64; at += 16) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(block + at));
    __m128i digits = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    masks.digits |= GALEN_BITS_SSE2(_mm_cmpeq_epi8(_mm_min_epu8(digits, nine), digits));
    masks.commas |= GALEN_BITS_SSE2(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(',')));
    masks.spaces |= GALEN_BITS_SSE2(
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'))));
    masks.quotes |= GALEN_BITS_SSE2(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\'')));
    masks.backslashes |= GALEN_BITS_SSE2(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    masks.dots |= GALEN_BITS_SSE2(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.')));
    masks.minuses |= GALEN_BITS_SSE2(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('-')));
  }
  return masks;
}

#define GALEN_BITS_AVX2(found) ((guint64)(guint32)_mm256_movemask_epi8(found) << at)
#define GALEN_SAME_AVX2(c) _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c))

__attribute__((target("avx2,bmi,popcnt"))) static inline GalenLiteralsMasks
galen_literals_masks_avx2(const char *block) {
  GalenLiteralsMasks masks = {0};
  const __m256i nine = _mm256_set1_epi8(9);
  for (guint at = 0; at < 64; at += 32) {
    __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)(block + at));
    __m256i digits = _mm256_sub_epi8(bytes, _mm256_set1_epi8('0'));
    masks.digits |= GALEN_BITS_AVX2(_mm256_cmpeq_epi8(_mm256_min_epu8(digits, nine), digits));
    masks.commas |= GALEN_BITS_AVX2(GALEN_SAME_AVX2(','));
    masks.spaces |= GALEN_BITS_AVX2(_mm256_or_si256(GALEN_SAME_AVX2(' '), GALEN_SAME_AVX2('\n')));
    masks.quotes |= GALEN_BITS_AVX2(GALEN_SAME_AVX2('\''));
    masks.backslashes |= GALEN_BITS_AVX2(GALEN_SAME_AVX2('\\'));
    masks.dots |= GALEN_BITS_AVX2(GALEN_SAME_AVX2('.'));
    masks.minuses |= GALEN_BITS_AVX2(GALEN_SAME_AVX2('-'));
  }
  return masks;
}

static inline guint32 galen_literals_count_bits(guint64 bits) {
  bits -= bits >> 1 & G_GUINT64_CONSTANT(0x5555555555555555);
  bits = (bits & G_GUINT64_CONSTANT(0x3333333333333333)) + (bits >> 2 & G_GUINT64_CONSTANT(0x3333333333333333));
  bits = (bits + (bits >> 4)) & G_GUINT64_CONSTANT(0x0f0f0f0f0f0f0f0f);
  return (guint32)((bits * G_GUINT64_CONSTANT(0x0101010101010101)) >> 56);
}

#endif
