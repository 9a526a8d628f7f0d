/* Cuts a statement into feeds, for fuzz targets: all of it at once, byte by byte, or pieces of changing size. */
#pragma once

#include <glib.h>

#define SPLIT_WHOLE G_MAXUINT

static inline gsize split_next(guint *seed, gsize left) {
  if (*seed == SPLIT_WHOLE)
    return left;
  if (*seed == 0)
    return 1;
  guint odd = *seed & 1;
  *seed = ((*seed * 1103515245u + 12345u) & 0x7fffffffu) | odd | 2u;
  gsize n = 1 + (*seed >> 8) % (odd != 0 ? 7u : 3000u);
  return MIN(n, left);
}
