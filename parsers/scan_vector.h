/* Vectors of the level SCAN_AVX2 (1 or 0: SSE2), as macros: include it, then write what works on vectors, then include it for the
 * other level. No include guard, for that reason. */
#undef SCAN_TARGET
#undef SCAN_NAME
#undef SCAN_WIDTH
#undef SCAN_VECTOR
#undef SCAN_LOAD
#undef SCAN_ALL
#undef SCAN_EQ
#undef SCAN_OR
#undef SCAN_AND
#undef SCAN_SUB
#undef SCAN_ZERO
#undef SCAN_BITS

#if SCAN_AVX2
#define SCAN_TARGET __attribute__((target("avx2,bmi,popcnt")))
#define SCAN_NAME(name) name##_avx2
#define SCAN_WIDTH 32u
#define SCAN_VECTOR __m256i
#define SCAN_LOAD(at) _mm256_loadu_si256((const __m256i *)(const void *)(at))
#define SCAN_ALL(byte) _mm256_set1_epi8(byte)
#define SCAN_EQ(a, b) _mm256_cmpeq_epi8(a, b)
#define SCAN_OR(a, b) _mm256_or_si256(a, b)
#define SCAN_AND(a, b) _mm256_and_si256(a, b)
#define SCAN_SUB(a, b) _mm256_sub_epi8(a, b)
#define SCAN_ZERO() _mm256_setzero_si256()
/* Bit i: the highest bit of byte i. */
#define SCAN_BITS(a) ((guint32)_mm256_movemask_epi8(a))
#else
#define SCAN_TARGET
#define SCAN_NAME(name) name##_sse2
#define SCAN_WIDTH 16u
#define SCAN_VECTOR __m128i
#define SCAN_LOAD(at) _mm_loadu_si128((const __m128i *)(const void *)(at))
#define SCAN_ALL(byte) _mm_set1_epi8(byte)
#define SCAN_EQ(a, b) _mm_cmpeq_epi8(a, b)
#define SCAN_OR(a, b) _mm_or_si128(a, b)
#define SCAN_AND(a, b) _mm_and_si128(a, b)
#define SCAN_SUB(a, b) _mm_sub_epi8(a, b)
#define SCAN_ZERO() _mm_setzero_si128()
#define SCAN_BITS(a) ((guint32)_mm_movemask_epi8(a))
#endif
