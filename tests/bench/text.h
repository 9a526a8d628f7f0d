/* A growing buffer and fast appends for the generators of logs: numbers, decimal seconds and times without printf.
 *
 * Ownership: the caller owns a BenchText; bench_text_clear frees its bytes. Memory: grows to the largest entry written. */
#pragma once

#include <glib.h>
#include <string.h>

typedef struct {
  char *data;
  size_t len;
  size_t cap;
} BenchText;

/* Makes room for n more bytes; aborts when there is no memory (a generator has nothing better to do). */
void bench_text_reserve(BenchText *text, size_t n);
void bench_text_clear(BenchText *text);
/* Writes all of it to standard output and empties it; FALSE with errno. */
gboolean bench_text_put(BenchText *text);

static inline void bench_text_bytes(BenchText *text, const char *bytes, size_t n) {
  if (text->cap - text->len < n)
    bench_text_reserve(text, n);
  if (n > 0)
    memcpy(text->data + text->len, bytes, n);
  text->len += n;
}

static inline void bench_text(BenchText *text, const char *string) {
  bench_text_bytes(text, string, strlen(string));
}

static inline void bench_text_char(BenchText *text, char c) {
  bench_text_bytes(text, &c, 1);
}

void bench_text_u64(BenchText *text, guint64 n);
/* n with at least `width` characters, padded on the left with `pad`. */
void bench_text_padded(BenchText *text, guint64 n, unsigned width, char pad);
void bench_text_hex(BenchText *text, guint64 n);
/* µs as decimal seconds: 12.000345. */
void bench_text_seconds(BenchText *text, guint64 us);
/* µs since the epoch as 2026-11-17T05:00:00.000000Z. */
void bench_text_iso(BenchText *text, gint64 us);
/* µs since the epoch as 2026-11-17 05:00:00. */
void bench_text_datetime(BenchText *text, gint64 us);
/* µs since the epoch as the short form of older servers and MariaDB, in UTC: 261117  5:00:00. */
void bench_text_short_time(BenchText *text, gint64 us);
