#include "sql_skip.h"

#define BLOCK 64u

/* Classes of bytes, a bit each: bit 7 is the one that a vector's movemask sees without a shift. */
enum {
  SINGLE = 1 << 7,
  LINE = 1 << 6,
  MINUS = 1 << 5,
  SLASH = 1 << 4,
  HASH = 1 << 3,
  BACK = 1 << 2,
  DOUBLE = 1 << 1,
  ESCAPE = 1 << 0,
};

/* What matters in a block, a bit for each byte. */
typedef struct {
  guint64 single, dbl, back; /* quotes */
  guint64 line, escape;
  guint64 marks; /* what begins a comment: '#', '-' before '-', '/' before '*' */
} Masks;

/* All ones while such a literal is open, else 0. */
typedef struct {
  guint64 single, dbl, back;
} Open;

static inline Open open_of(guint8 mode) {
  return (Open){.single = mode == GALEN_SQL_SINGLE ? G_MAXUINT64 : 0,
                .dbl = mode == GALEN_SQL_DOUBLE ? G_MAXUINT64 : 0,
                .back = mode == GALEN_SQL_BACK ? G_MAXUINT64 : 0};
}

/* Bit i of the result: the state before byte i, which each bit of `quotes` toggles. */
static inline guint64 states(guint64 quotes, guint64 open) {
  if (quotes == 0)
    return open;
  guint64 odd = quotes << 1;
  for (guint shift = 1; shift < BLOCK; shift *= 2)
    odd ^= odd << shift;
  return odd ^ open;
}

static inline guint64 after(guint64 quotes, guint64 open) {
  return (__builtin_popcountll(quotes) & 1) != 0 ? ~open : open;
}

static inline gboolean bit(guint64 mask, guint i) {
  return (mask >> i & 1) != 0;
}

static inline gboolean is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Behind the last byte before `at` that is no blank, `from` when there is none. */
static inline const char *before_blanks(const char *from, const char *at) {
  while (at > from && is_blank(at[-1]))
    at--;
  return at;
}

/* Whether a statement has ended before `at`; no comment stands behind `from`. */
static inline gboolean ends_before(const GalenSqlState *self, const char *from, const char *at) {
  const char *text = before_blanks(from, at);
  return (text > from ? text[-1] : self->last) == ';';
}

/* Leaves the state as the reference would have it before the byte at `at`. */
static inline void leave(GalenSqlState *self, guint8 mode, const char *from, const char *at) {
  static const char quotes[] = {
      [GALEN_SQL_SINGLE] = '\'',
      [GALEN_SQL_DOUBLE] = '"',
      [GALEN_SQL_BACK] = '`',
  };
  const char *text = mode == GALEN_SQL_NEUTRAL ? before_blanks(from, at) : at;
  self->mode = mode;
  if (mode != GALEN_SQL_NEUTRAL)
    self->last = quotes[mode];
  else if (text > from)
    self->last = text[-1];
  self->content |= mode != GALEN_SQL_NEUTRAL || text > from;
}

static inline guint8 mode_of(const Open *states, guint i) {
  return bit(states->single, i) ? GALEN_SQL_SINGLE
         : bit(states->dbl, i)  ? GALEN_SQL_DOUBLE
         : bit(states->back, i) ? GALEN_SQL_BACK
                                : GALEN_SQL_NEUTRAL;
}

typedef enum { BLOCK_PASSED, BLOCK_HARD, BLOCK_LINE_END } Found;

/* One block; ret_i: where in it to stop. */
static inline __attribute__((always_inline)) Found take_block(GalenSqlState *self, const Masks *m, const char *from,
                                                              const char *at, Open *open, guint *ret_i) {
  Open in = {states(m->single, open->single), states(m->dbl, open->dbl), states(m->back, open->back)};
  guint64 string = in.single | in.dbl, any = string | in.back;
  guint64 nested = (m->single & (in.dbl | in.back)) | (m->dbl & (in.single | in.back)) | (m->back & string);
  guint64 hard = nested | (m->marks & ~any) | (self->no_backslash ? 0 : m->escape & string);
  /* Behind the first hard byte the masks mean nothing. */
  guint64 sure = (hard & (~hard + 1)) - 1;
  for (guint64 lines = m->line & sure; lines != 0; lines &= lines - 1) {
    guint i = (guint)__builtin_ctzll(lines);
    char next = at[i + 1];
    if (next == '#' || next == 'T' || (!bit(any, i) && ends_before(self, from, at + i))) {
      leave(self, mode_of(&in, i), from, at + i);
      *ret_i = i;
      return BLOCK_LINE_END;
    }
  }
  if (hard != 0) {
    guint i = (guint)__builtin_ctzll(hard);
    leave(self, mode_of(&in, i), from, at + i);
    *ret_i = i;
    return BLOCK_HARD;
  }
  *open = (Open){after(m->single, open->single), after(m->dbl, open->dbl), after(m->back, open->back)};
  return BLOCK_PASSED;
}

/* The same where no quotes but single ones are or are open: compiled to less. */
static inline __attribute__((always_inline)) Found
take_plain_block(GalenSqlState *self, const Masks *m, const char *from, const char *at, Open *open, guint *ret_i) {
  const Masks few = {.single = m->single, .line = m->line, .marks = m->marks};
  Open only = {.single = open->single};
  Found found = take_block(self, &few, from, at, &only, ret_i);
  open->single = only.single;
  return found;
}

#if GALEN_SCAN_SSE2
#include <immintrin.h>

#define SCAN_AVX2 0
#include "scan_vector.h"

#define HAS(vector, classes) (SCAN_BITS(SCAN_EQ(SCAN_AND(vector, SCAN_ALL((char)(classes))), SCAN_ZERO())) != 0xffffu)
#define SHIFT(vector, n) _mm_slli_epi16(vector, n)

static inline __m128i classes_sse2(__m128i bytes) {
  static const struct {
    char byte;
    guint8 class;
  } known[] = {{'\'', SINGLE}, {'\n', LINE}, {'-', MINUS},  {'/', SLASH},
               {'#', HASH},    {'`', BACK},  {'"', DOUBLE}, {'\\', ESCAPE}};
  __m128i found = SCAN_ZERO();
  for (guint i = 0; i < G_N_ELEMENTS(known); i++)
    found = SCAN_OR(found, SCAN_AND(SCAN_EQ(bytes, SCAN_ALL(known[i].byte)), SCAN_ALL((char)known[i].class)));
  return found;
}

#include "sql_skip_body.h"

#undef HAS
#undef SHIFT
#undef SCAN_AVX2
#define SCAN_AVX2 1
#include "scan_vector.h"

#define HAS(vector, classes) (!_mm256_testz_si256(vector, SCAN_ALL((char)(classes))))
#define SHIFT(vector, n) _mm256_slli_epi16(vector, n)

/* Both halves of each byte in tables of 16; a class is found when both have it. */
SCAN_TARGET static inline __m256i classes_avx2(__m256i bytes) {
  const __m128i low =
      _mm_setr_epi8(BACK, 0, DOUBLE, HASH, 0, 0, 0, (char)SINGLE, 0, 0, LINE, 0, ESCAPE, MINUS, 0, SLASH);
  const char two = (char)(SINGLE | DOUBLE | HASH | MINUS | SLASH);
  const __m128i high = _mm_setr_epi8(LINE, 0, two, 0, 0, ESCAPE, BACK, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  __m256i lows = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(low), bytes);
  __m256i halves = SCAN_AND(_mm256_srli_epi16(bytes, 4), SCAN_ALL(15));
  return SCAN_AND(lows, _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(high), halves));
}

#include "sql_skip_body.h"
#endif

GalenSqlSkip galen_sql_skip_at(GalenScanLevel level) {
  static const GalenSqlSkip skips[GALEN_SCAN_LEVELS] = {
#if GALEN_SCAN_SSE2
    [GALEN_SCAN_LEVEL_SSE2] = skip_sse2,
    [GALEN_SCAN_LEVEL_AVX2] = skip_avx2,
#endif
  };
  return level <= galen_scan_level() ? skips[level] : NULL;
}
