/* The scans of scan.h that scan.c makes once for each width of vectors. */

/* One in each byte that is '\n', taken off a counter of bytes, so at most 255 of them before they are summed. */
SCAN_TARGET static guint64 SCAN_NAME(count_lines)(const char *at, gsize len) {
  const SCAN_VECTOR newline = SCAN_ALL('\n');
  const gsize whole = len;
  guint64 lines = 0;
  while (len >= SCAN_WIDTH) {
    gsize steps = MIN(len / SCAN_WIDTH, 255u);
    SCAN_VECTOR counts = SCAN_ZERO();
    for (gsize i = 0; i < steps; i++, at += SCAN_WIDTH)
      counts = SCAN_SUB(counts, SCAN_EQ(SCAN_LOAD(at), newline));
    lines += SCAN_NAME(sum)(counts);
    len -= steps * SCAN_WIDTH;
  }
  /* The rest, with bytes before it that were counted already. */
  if (len > 0 && whole >= SCAN_WIDTH)
    return lines + (guint)__builtin_popcount(SCAN_BITS(SCAN_EQ(SCAN_LOAD(at + len - SCAN_WIDTH), newline)) >>
                                             (SCAN_WIDTH - len));
  return lines + count_lines_scalar(at, len);
}

SCAN_TARGET static const char *SCAN_NAME(find_pair)(const char *at, const char *end, char a, char b) {
  const SCAN_VECTOR firsts = SCAN_ALL(a), seconds = SCAN_ALL(b);
  for (; end - at > (gssize)SCAN_WIDTH; at += SCAN_WIDTH) {
    guint32 found = SCAN_BITS(SCAN_AND(SCAN_EQ(SCAN_LOAD(at), firsts), SCAN_EQ(SCAN_LOAD(at + 1), seconds)));
    if (found != 0)
      return at + __builtin_ctz(found);
  }
  return find_pair_scalar(at, end, a, b);
}

SCAN_TARGET static gboolean SCAN_NAME(line_has_pair)(const char *at, const char *end, char a, char b) {
  const SCAN_VECTOR firsts = SCAN_ALL(a), seconds = SCAN_ALL(b), newline = SCAN_ALL('\n');
  for (; end - at > (gssize)SCAN_WIDTH; at += SCAN_WIDTH) {
    SCAN_VECTOR bytes = SCAN_LOAD(at), pairs = SCAN_AND(SCAN_EQ(bytes, firsts), SCAN_EQ(SCAN_LOAD(at + 1), seconds));
    guint32 lines = SCAN_BITS(SCAN_EQ(bytes, newline)), found = SCAN_BITS(pairs);
    if ((lines | found) != 0)
      return found != 0 && (lines == 0 || __builtin_ctz(found) < __builtin_ctz(lines));
  }
  return line_has_pair_scalar(at, end, a, b);
}
