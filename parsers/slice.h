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
