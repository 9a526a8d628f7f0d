/* What sql_skip.c makes once for each width of vectors. */

#define VECTORS (BLOCK / SCAN_WIDTH)

/* The bytes of a class whose bit is `shift` below the highest. */
SCAN_TARGET static inline guint64 SCAN_NAME(mask)(const SCAN_VECTOR *classes, int shift) {
  guint64 mask = 0;
  for (guint i = 0; i < VECTORS; i++)
    mask |= (guint64)SCAN_BITS(SHIFT(classes[i], shift)) << (i * SCAN_WIDTH);
  return mask;
}

/* The marks that begin a comment, of a block at `at` that has any. */
SCAN_TARGET static inline guint64 SCAN_NAME(marks)(const SCAN_VECTOR *classes, const char *at) {
  guint64 minus = SCAN_NAME(mask)(classes, 2);
  guint64 marks = minus & (minus >> 1 | (guint64)(at[BLOCK] == '-') << (BLOCK - 1));
  for (guint64 slashes = SCAN_NAME(mask)(classes, 3); slashes != 0; slashes &= slashes - 1)
    if (at[__builtin_ctzll(slashes) + 1] == '*')
      marks |= slashes & (~slashes + 1);
  return marks | SCAN_NAME(mask)(classes, 4);
}

SCAN_TARGET static const char *SCAN_NAME(skip)(GalenSqlState *self, const char *at, const char *end,
                                               gboolean *ret_line_end) {
  const char *from = at;
  Open open = open_of(self->mode);
  for (; end - at >= GALEN_SQL_SKIP_MIN; at += BLOCK) {
    SCAN_VECTOR classes[VECTORS], any = SCAN_ZERO();
    for (guint i = 0; i < VECTORS; i++) {
      classes[i] = SCAN_NAME(classes)(SCAN_LOAD(at + i * SCAN_WIDTH));
      any = SCAN_OR(any, classes[i]);
    }
    Masks masks = {.single = SCAN_NAME(mask)(classes, 0)};
    gboolean quoted = (open.dbl | open.back) != 0;
    if (HAS(any, MINUS | SLASH | HASH))
      masks.marks = SCAN_NAME(marks)(classes, at);
    if (!quoted && masks.marks == 0 && !HAS(any, LINE | BACK | DOUBLE | ESCAPE)) {
      open.single = after(masks.single, open.single);
      continue;
    }
    masks.line = SCAN_NAME(mask)(classes, 1);
    guint i = 0;
    Found found;
    if (!quoted && !HAS(any, BACK | DOUBLE | ESCAPE)) {
      found = take_plain_block(self, &masks, from, at, &open, &i);
    } else {
      masks.back = SCAN_NAME(mask)(classes, 5);
      masks.dbl = SCAN_NAME(mask)(classes, 6);
      masks.escape = SCAN_NAME(mask)(classes, 7);
      found = take_block(self, &masks, from, at, &open, &i);
    }
    *ret_line_end = found == BLOCK_LINE_END;
    if (found != BLOCK_PASSED)
      return at + i;
  }
  *ret_line_end = FALSE;
  leave(self, mode_of(&open, 0), from, at);
  return at;
}

#undef VECTORS
