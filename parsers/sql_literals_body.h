/* Reads a list by blocks, once for each kind of processor: NAME, TARGET, MASKS and COUNT say which. Included by sql_literals.c.
 *
 * In a block, quotes make the bytes inside of strings; what is outside may be digits, commas, blanks, a point between
 * digits, a minus before one. The first byte that is anything else, or a backslash in a string, is dealt with by itself, and a
 * new block begins behind it. */

TARGET static const char *NAME(GalenLiterals *self, const char *at, const char *end) {
  const gboolean escapes = !self->lexer.no_backslash;
  const char *from = at;    /* numbers that the block continues do not begin before */
  guint64 in_string = 0;    /* all bits: the block begins inside one */
  guint64 behind_digit = 0; /* 1: the block begins behind a digit that is outside of strings */
  while (at < end) {
    char rest[64];
    const char *block = at;
    if (end - at < 64) {
      memset(rest, 0, sizeof rest);
      block = memcpy(rest, at, (gsize)(end - at));
    }
    const GalenLiteralsMasks is = MASKS(block);
    guint64 inside = is.quotes != 0 ? between(is.quotes) ^ in_string : in_string;
    guint64 digits = is.digits & ~inside, after = digits << 1 | behind_digit, before = is.digits >> 1;
    /* A point ends the number that another one stands in; digits that go on from the block before may have had one. */
    guint64 dots = is.dots & ~inside & after & before;
    guint64 begun = behind_digit != 0 ? ((digits + 1) & ~digits) : 0;
    guint64 twice = ((dots << 1) + digits) & ~digits & dots;
    guint64 plain = digits | is.commas | is.spaces | (is.quotes & ~(inside & after)) | (dots & ~twice & ~begun) |
                    (is.minuses & before);
    guint64 odd = ~(plain | inside) | (is.quotes & inside & after) | (escapes ? is.backslashes & inside : 0);
    if (odd == 0) {
      self->commas += self->depth == 1 ? COUNT(is.commas & ~inside) : 0;
      self->filled |= (digits | is.quotes | in_string) != 0;
      in_string = (guint64)0 - (inside >> 63);
      behind_digit = digits >> 63;
      at += 64;
      continue;
    }
    guint first = (guint)__builtin_ctzll(odd);
    guint64 passed = ((guint64)1 << first) - 1;
    self->commas += self->depth == 1 ? COUNT(is.commas & ~inside & passed) : 0;
    self->filled |= ((digits | is.quotes) & passed) != 0 || in_string != 0;
    at += first;
    if (at >= end)
      return NULL;
    if ((inside >> first & 1) == 0)
      at = skip_odd(self, from, at, end);
    else
      at = *at == '\\' ? skip_rest('\'', TRUE, at, end) : NULL;
    if (at == NULL || self->depth == 0)
      return at;
    from = at;
    in_string = behind_digit = 0;
  }
  return NULL;
}

#undef NAME
#undef TARGET
#undef MASKS
#undef COUNT
