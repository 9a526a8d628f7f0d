/* Looking for bytes, many at a time.
 *
 *   galen_scan_either       first of two bytes; for short runs: compiled into the caller, 16 bytes a step
 *   galen_scan_literal      the end of a literal or quoted name, doubled quotes and escapes passed
 *   GalenScan.find          first byte of a set
 *   GalenScan.find_pair     first place where one byte stands before another
 *   GalenScan.line_has_pair the same, and whether it is in the first line
 *   GalenScan.count_lines   how many '\n'
 *
 * The last four are in a table for what the processor has: keep galen_scan_best() and call through it. The tables differ in
 * speed alone, which a test holds them to. None reads a byte outside [at, end). */
#pragma once

#include "slice.h"

#if defined __x86_64__ && defined __SSE2__
#include <emmintrin.h>
#define GALEN_SCAN_SSE2 1
#else
#define GALEN_SCAN_SSE2 0
#endif

#define GALEN_SCAN_SET_MAX 16u

/* A set of ASCII bytes. */
typedef struct {
  /* A byte is in the set when low[its low half] and high[its high half] have a bit in common. */
  guint8 low[16], high[16];
  guint8 has[256];
  guint n;
  char bytes[GALEN_SCAN_SET_MAX];
} GalenScanSet;

/* `bytes`: n different ones, at most GALEN_SCAN_SET_MAX, all ASCII, '\0' among them if need be. */
void galen_scan_set_init(GalenScanSet *self, const char *bytes, gsize n);

typedef struct {
  const char *name; /* "AVX2", "SSE2", "scalar" */
  /* The first byte in [at, end) of the set; `end` when there is none. */
  const char *(*find)(const GalenScanSet *set, const char *at, const char *end);
  /* The first `a` in [at, end) that has `b` behind it, both before `end`; `end` when there is none. */
  const char *(*find_pair)(const char *at, const char *end, char a, char b);
  /* Whether there is such a place before the first '\n' in [at, end). */
  gboolean (*line_has_pair)(const char *at, const char *end, char a, char b);
  guint64 (*count_lines)(const char *at, gsize len);
} GalenScan;

/* Tables from the slowest up. */
typedef enum {
  GALEN_SCAN_LEVEL_SCALAR,
  GALEN_SCAN_LEVEL_SSE2,
  GALEN_SCAN_LEVEL_AVX2,
  GALEN_SCAN_LEVELS
} GalenScanLevel;

/* The fastest level that this processor has. */
GalenScanLevel galen_scan_level(void);
/* The table of a level; NULL when this processor has it not. */
const GalenScan *galen_scan_at(GalenScanLevel level);

static inline const GalenScan *galen_scan_best(void) {
  return galen_scan_at(galen_scan_level());
}

/* The first `a` or `b` in [at, end); `end` when there is none. */
static inline const char *galen_scan_either(const char *at, const char *end, char a, char b) {
#if GALEN_SCAN_SSE2
  const __m128i as = _mm_set1_epi8(a), bs = _mm_set1_epi8(b);
  const char *from = at;
  while (at < end && end - from >= 16) {
    /* The last step looks once more at some that were looked at before. */
    at = MIN(at, end - 16);
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    int found = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, as), _mm_cmpeq_epi8(bytes, bs)));
    if (found != 0)
      return at + __builtin_ctz((guint)found);
    at += 16;
  }
#endif
  while (at < end && *at != a && *at != b)
    at++;
  return at;
}

/* `at`: behind the opening quote. Returns behind the closing one, or NULL when [at, end) does not hold it or holds it as its
 * last byte, where it may be the first half of a doubled one. `escapes`: a backslash takes the next byte with it. */
static inline const char *galen_scan_literal(const char *at, const char *end, char quote, gboolean escapes) {
  while ((at = galen_scan_either(at, end, quote, escapes ? '\\' : quote)) + 1 < end) {
    if (*at == quote && at[1] != quote)
      return at + 1;
    at += 2;
  }
  return NULL;
}
