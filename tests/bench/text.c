#include "text.h"

#include <errno.h>
#include <unistd.h>

enum { US = 1000000, DAY = 86400 };

typedef struct {
  unsigned year, month, day, hour, minute, second, us;
} Civil;

void bench_text_reserve(BenchText *text, size_t n) {
  text->cap = MAX(text->cap * 2, text->len + n + 4096);
  text->data = g_realloc(text->data, text->cap);
}

void bench_text_clear(BenchText *text) {
  g_free(text->data);
  *text = (BenchText){0};
}

gboolean bench_text_put(BenchText *text) {
  for (size_t at = 0; at < text->len;) {
    ssize_t n = write(STDOUT_FILENO, text->data + at, text->len - at);
    if (n < 0 && errno != EINTR)
      return FALSE;
    at += n > 0 ? (size_t)n : 0;
  }
  text->len = 0;
  return TRUE;
}

void bench_text_padded(BenchText *text, guint64 n, unsigned width, char pad) {
  char digits[24];
  size_t at = sizeof digits;
  do {
    digits[--at] = (char)('0' + n % 10);
    n /= 10;
  } while (n > 0);
  while (sizeof digits - at < width && at > 0)
    digits[--at] = pad;
  bench_text_bytes(text, digits + at, sizeof digits - at);
}

void bench_text_u64(BenchText *text, guint64 n) {
  bench_text_padded(text, n, 1, '0');
}

void bench_text_hex(BenchText *text, guint64 n) {
  char digits[16];
  size_t at = sizeof digits;
  do {
    digits[--at] = "0123456789ABCDEF"[n & 15];
    n >>= 4;
  } while (n > 0);
  bench_text_bytes(text, digits + at, sizeof digits - at);
}

void bench_text_seconds(BenchText *text, guint64 us) {
  bench_text_u64(text, us / US);
  bench_text_char(text, '.');
  bench_text_padded(text, us % US, 6, '0');
}

/* Days to a date by Howard Hinnant's civil_from_days (public domain), for dates after 1970. */
static Civil civil(gint64 us) {
  unsigned seconds = (unsigned)(us / US % DAY);
  unsigned days = (unsigned)(us / US / DAY) + 719468;
  unsigned era = days / 146097, of_era = days % 146097;
  unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
  unsigned shifted = (5 * of_year + 2) / 153;
  unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
  return (Civil){
      .year = year + era * 400 + (month <= 2),
      .month = month,
      .day = of_year - (153 * shifted + 2) / 5 + 1,
      .hour = seconds / 3600,
      .minute = seconds / 60 % 60,
      .second = seconds % 60,
      .us = (unsigned)(us % US),
  };
}

static void clock_text(BenchText *text, const Civil *c) {
  bench_text_padded(text, c->hour, 2, '0');
  bench_text_char(text, ':');
  bench_text_padded(text, c->minute, 2, '0');
  bench_text_char(text, ':');
  bench_text_padded(text, c->second, 2, '0');
}

static void date_text(BenchText *text, const Civil *c) {
  bench_text_padded(text, c->year, 4, '0');
  bench_text_char(text, '-');
  bench_text_padded(text, c->month, 2, '0');
  bench_text_char(text, '-');
  bench_text_padded(text, c->day, 2, '0');
}

void bench_text_iso(BenchText *text, gint64 us) {
  Civil c = civil(us);
  date_text(text, &c);
  bench_text_char(text, 'T');
  clock_text(text, &c);
  bench_text_char(text, '.');
  bench_text_padded(text, c.us, 6, '0');
  bench_text_char(text, 'Z');
}

void bench_text_datetime(BenchText *text, gint64 us) {
  Civil c = civil(us);
  date_text(text, &c);
  bench_text_char(text, ' ');
  clock_text(text, &c);
}

void bench_text_short_time(BenchText *text, gint64 us) {
  Civil c = civil(us);
  bench_text_padded(text, c.year % 100, 2, '0');
  bench_text_padded(text, c.month, 2, '0');
  bench_text_padded(text, c.day, 2, '0');
  bench_text_char(text, ' ');
  bench_text_padded(text, c.hour, 2, ' ');
  bench_text_char(text, ':');
  bench_text_padded(text, c.minute, 2, '0');
  bench_text_char(text, ':');
  bench_text_padded(text, c.second, 2, '0');
}
