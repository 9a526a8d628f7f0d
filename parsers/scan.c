#include "scan.h"

void galen_scan_set_init(GalenScanSet *self, const char *bytes, gsize n) {
  memset(self, 0, sizeof *self);
  self->n = (guint)MIN(n, GALEN_SCAN_SET_MAX);
  for (guint i = 0; i < self->n; i++) {
    guint8 byte = (guint8)bytes[i] & 127u;
    self->bytes[i] = (char)byte;
    self->has[byte] = 1;
    /* One bit for each of the eight high halves that ASCII has: no two get in each other's way. */
    self->high[byte >> 4] = (guint8)(1u << (byte >> 4));
    self->low[byte & 15u] = (guint8)(self->low[byte & 15u] | 1u << (byte >> 4));
  }
}

/* ---- a byte at a time: the reference ---- */

static const char *find_scalar(const GalenScanSet *set, const char *at, const char *end) {
  while (at < end && !set->has[(guint8)*at])
    at++;
  return at;
}

static const char *find_pair_scalar(const char *at, const char *end, char a, char b) {
  for (; end - at > 1; at++)
    if (at[0] == a && at[1] == b)
      return at;
  return end;
}

static gboolean line_has_pair_scalar(const char *at, const char *end, char a, char b) {
  for (; end - at > 1 && *at != '\n'; at++)
    if (at[0] == a && at[1] == b)
      return TRUE;
  return FALSE;
}

static guint64 count_lines_scalar(const char *at, gsize len) {
  guint64 lines = 0;
  for (gsize i = 0; i < len; i++)
    lines += at[i] == '\n';
  return lines;
}

static const GalenScan scalar = {"scalar", find_scalar, find_pair_scalar, line_has_pair_scalar, count_lines_scalar};

#if GALEN_SCAN_SSE2
#include <immintrin.h>

/* ---- 16 bytes at a time: every x86-64 ---- */

#define SCAN_AVX2 0
#include "scan_vector.h"

static guint64 sum_sse2(__m128i counts) {
  __m128i sums = _mm_sad_epu8(counts, _mm_setzero_si128());
  return (guint64)_mm_cvtsi128_si64(_mm_add_epi64(sums, _mm_unpackhi_epi64(sums, sums)));
}

#include "scan_body.h"

static const char *find_sse2(const GalenScanSet *set, const char *at, const char *end) {
  for (; end - at >= 16; at += 16) {
    __m128i bytes = SCAN_LOAD(at), found = SCAN_ZERO();
    for (guint i = 0; i < set->n; i++)
      found = SCAN_OR(found, SCAN_EQ(bytes, SCAN_ALL(set->bytes[i])));
    guint32 bits = SCAN_BITS(found);
    if (bits != 0)
      return at + __builtin_ctz(bits);
  }
  return find_scalar(set, at, end);
}

static const GalenScan sse2 = {"SSE2", find_sse2, find_pair_sse2, line_has_pair_sse2, count_lines_sse2};

/* ---- 32 bytes at a time, where the processor has it ---- */

#undef SCAN_AVX2
#define SCAN_AVX2 1
#include "scan_vector.h"

SCAN_TARGET static guint64 sum_avx2(__m256i counts) {
  __m256i sums = _mm256_sad_epu8(counts, _mm256_setzero_si256());
  __m128i halves = _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  return (guint64)_mm_cvtsi128_si64(_mm_add_epi64(halves, _mm_unpackhi_epi64(halves, halves)));
}

#include "scan_body.h"

/* Both halves of each byte are looked up in 16-byte tables at once. Bytes from 0x80 on find 0 in the lower one. */
SCAN_TARGET static const char *find_avx2(const GalenScanSet *set, const char *at, const char *end) {
  const __m256i low = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)set->low));
  const __m256i high = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)set->high));
  const __m256i half = SCAN_ALL(15);
  for (; end - at >= 32; at += 32) {
    __m256i bytes = SCAN_LOAD(at);
    __m256i lows = _mm256_shuffle_epi8(low, bytes);
    __m256i highs = _mm256_shuffle_epi8(high, SCAN_AND(_mm256_srli_epi16(bytes, 4), half));
    guint32 others = SCAN_BITS(SCAN_EQ(SCAN_AND(lows, highs), SCAN_ZERO()));
    if (others != G_MAXUINT32)
      return at + __builtin_ctz(~others);
  }
  return find_scalar(set, at, end);
}

static const GalenScan avx2 = {"AVX2", find_avx2, find_pair_avx2, line_has_pair_avx2, count_lines_avx2};
#endif

GalenScanLevel galen_scan_level(void) {
#if GALEN_SCAN_SSE2
  gboolean wide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
  return wide ? GALEN_SCAN_LEVEL_AVX2 : GALEN_SCAN_LEVEL_SSE2;
#else
  return GALEN_SCAN_LEVEL_SCALAR;
#endif
}

const GalenScan *galen_scan_at(GalenScanLevel level) {
  static const GalenScan *const tables[GALEN_SCAN_LEVELS] = {
    [GALEN_SCAN_LEVEL_SCALAR] = &scalar,
#if GALEN_SCAN_SSE2
    [GALEN_SCAN_LEVEL_SSE2] = &sse2,
    [GALEN_SCAN_LEVEL_AVX2] = &avx2,
#endif
  };
  return level <= galen_scan_level() ? tables[level] : NULL;
}
