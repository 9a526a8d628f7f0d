/* A piece of somebody else's bytes: pointer and length, no terminator.
 *
 * A slice never owns what it points at. Slices in an event point into the
 * reader's window and are valid until the event's callback returns. A slice
 * with data == NULL means "not there"; one with data != NULL and len == 0 means
 * "there, and empty". The bytes are as the log has them: not UTF-8 checked. */
#pragma once

#include <glib.h>
#include <string.h>

typedef struct {
  const char *data;
  gsize len;
} GalenSlice;

static inline GalenSlice galen_slice(const char *data, gsize len) {
  return (GalenSlice){data, len};
}

/* Whether they are the same: for few bytes, of which a call of memcmp costs more than the comparison. */
static inline gboolean galen_same_bytes(const char *a, const char *b, gsize len) {
  guint64 x, y;
  guint32 v, w;
  if (len >= sizeof x) {
    for (gsize at = 0; at + sizeof x < len; at += sizeof x) {
      memcpy(&x, a + at, sizeof x);
      memcpy(&y, b + at, sizeof y);
      if (x != y)
        return FALSE;
    }
    memcpy(&x, a + (len - sizeof x), sizeof x);
    memcpy(&y, b + (len - sizeof y), sizeof y);
    return x == y;
  }
  if (len >= sizeof v) {
    memcpy(&v, a, sizeof v);
    memcpy(&w, b, sizeof w);
    guint32 differ = v ^ w;
    memcpy(&v, a + (len - sizeof v), sizeof v);
    memcpy(&w, b + (len - sizeof w), sizeof w);
    return (differ | (v ^ w)) == 0;
  }
  while (len > 0 && a[len - 1] == b[len - 1])
    len--;
  return len == 0;
}

static inline gboolean galen_slice_equal(GalenSlice a, GalenSlice b) {
  return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline gboolean galen_slice_is(GalenSlice a, const char *text) {
  return a.data != NULL && a.len == strlen(text) && memcmp(a.data, text, a.len) == 0;
}

static inline gboolean galen_slice_starts(GalenSlice a, const char *text) {
  gsize len = strlen(text);
  return a.len >= len && memcmp(a.data, text, len) == 0;
}
