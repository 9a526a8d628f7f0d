/* Decimal digits, eight at a time. Nothing here looks how many bytes there are: the caller knows that there are enough. */
#pragma once

#include <glib.h>
#include <string.h>

/* Eight bytes, the first in the lowest bits on every machine. */
static inline guint64 galen_bytes8(const char *at) {
  guint64 bytes;
  memcpy(&bytes, at, sizeof bytes);
  return GUINT64_FROM_LE(bytes);
}

/* How many of eight bytes are digits before the first that is none. */
static inline guint galen_digits_count(guint64 bytes) {
  const guint64 high = G_GUINT64_CONSTANT(0x8080808080808080);
  guint64 values = bytes ^ G_GUINT64_CONSTANT(0x3030303030303030);
  /* 10 and more become 0x80 and more; the highest bits are looked at apart, so that no byte carries into the next. */
  guint64 others = (((values & ~high) + G_GUINT64_CONSTANT(0x7676767676767676)) | values) & high;
  return others == 0 ? 8 : (guint)__builtin_ctzll(others) / 8;
}

/* The number that the first n bytes write, 1 to 8 digits: pairs, then fours, then eights are joined. */
static inline guint64 galen_digits_value(guint64 bytes, guint n) {
  bytes = bytes << (64 - 8 * n) & G_GUINT64_CONSTANT(0x0f0f0f0f0f0f0f0f);
  bytes = (bytes * (256 * 10 + 1) >> 8) & G_GUINT64_CONSTANT(0x00ff00ff00ff00ff);
  bytes = (bytes * (65536 * 100 + 1) >> 16) & G_GUINT64_CONSTANT(0x0000ffff0000ffff);
  return bytes * ((G_GUINT64_CONSTANT(10000) << 32) + 1) >> 32;
}

/* Reads 1 to 15 digits, of 16 bytes that can be read. Returns behind them; NULL: other than that. */
static inline const char *galen_digits_read(const char *at, guint64 *ret_value) {
  guint64 bytes = galen_bytes8(at);
  guint n = galen_digits_count(bytes);
  if (n == 0)
    return NULL;
  *ret_value = galen_digits_value(bytes, n);
  if (n < 8)
    return at + n;
  static const guint64 powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
  bytes = galen_bytes8(at + 8);
  n = galen_digits_count(bytes);
  if (n == 8)
    return NULL;
  if (n > 0)
    *ret_value = *ret_value * powers[n] + galen_digits_value(bytes, n);
  return at + 8 + n;
}

/* Reads seconds with six places, "0.002702", at most five before the point, of 16 bytes that can be read. Microseconds; NULL:
 * other than that. */
static inline const char *galen_digits_seconds(const char *at, guint64 *ret_us) {
  /* Below ten seconds it is eight bytes: digits are 0 to 9 then, the point 0, and only they stay below 0x80. */
  const guint64 high = G_GUINT64_CONSTANT(0x8080808080808080);
  guint64 whole = galen_bytes8(at), values = whole ^ G_GUINT64_CONSTANT(0x3030303030302e30);
  if (((((values & ~high) + G_GUINT64_CONSTANT(0x7676767676767f76)) | values) & high) == 0) {
    *ret_us = galen_digits_value(values, 8) - (values & 15) * 9000000;
    return at + 8;
  }
  guint n = galen_digits_count(whole);
  if (n == 0 || n > 5 || at[n] != '.')
    return NULL;
  guint64 fraction = galen_bytes8(at + n + 1);
  if (galen_digits_count(fraction) != 6)
    return NULL;
  *ret_us = galen_digits_value(whole, n) * 1000000 + galen_digits_value(fraction, 6);
  return at + n + 7;
}
