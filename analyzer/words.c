#include "words.h"

#include "../parsers/event.h"

#include <inttypes.h>
#include <math.h>

#define ELLIPSIS "\xe2\x80\xa6"
#define THIN_SPACE "\xe2\x80\x89"
#define UNKNOWN "\xe2\x80\x93"

/* Days and exponents past this are printed as rounded counts: keeps every cast in range. */
#define WHOLE_MAX 1e15

typedef struct {
  double size;
  const char *name;
} Unit;

/* ---- log text ---- */

static gboolean is_bidi_control(gunichar c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* XML 1.0 has no U+FFFE and U+FFFF, not even escaped. */
static gboolean is_hidden(gunichar c) {
  return (c >= 0x7f && c <= 0x9f) || is_bidi_control(c) || c == 0xfffe || c == 0xffff;
}

/* Appends the character at the start of `text`, made safe; returns the bytes read. */
static gsize clean_one(GString *out, const char *text, gsize len) {
  guchar byte = (guchar)*text;
  if (byte < 0x20 && byte != '\t' && byte != '\n') {
    g_string_append_printf(out, "\\x%02x", byte);
    return 1;
  }
  if (byte < 0x7f) {
    g_string_append_c(out, *text);
    return 1;
  }
  gunichar c = g_utf8_get_char_validated(text, (gssize)MIN(len, 6));
  if (c == (gunichar)-1 || c == (gunichar)-2) {
    g_string_append_printf(out, "\\x%02x", byte);
    return 1;
  }
  if (!is_hidden(c))
    g_string_append_unichar(out, c);
  else
    g_string_append_printf(out, c == 0x7f ? "\\x%02x" : "\\u%04x", c);
  return (gsize)g_utf8_skip[byte];
}

/* How many bytes at the start are safe as they are. */
static gsize plain_bytes(const char *text, gsize len) {
  gsize n = 0;
  while (n < len && text[n] >= ' ' && text[n] < 0x7f)
    n++;
  return n;
}

char *galen_words_clean(GalenSlice text, gsize max) {
  if (text.data == NULL)
    return g_strdup("");
  /* Most texts; thousands are kept, so that none has space to spare. */
  if ((max == 0 || text.len <= max) && plain_bytes(text.data, text.len) == text.len)
    return g_strndup(text.data, text.len);
  gsize mark = strlen(ELLIPSIS);
  gsize fit = 0; /* longest prefix that leaves room for the mark */
  GString *out = g_string_sized_new(max > 0 ? MIN(text.len, max) + 16 : text.len + 16);
  for (gsize at = 0; at < text.len;) {
    gsize before = out->len, most = max > 0 ? MIN(text.len - at, max + 1 - before) : text.len - at;
    gsize plain = plain_bytes(text.data + at, most);
    if (plain > 0) {
      g_string_append_len(out, text.data + at, (gssize)plain);
      at += plain;
      /* All of these can be cut at. */
      if (max >= mark && before <= max - mark)
        fit = MIN(out->len, max - mark);
    } else {
      at += clean_one(out, text.data + at, text.len - at);
    }
    if (max > 0 && out->len > max) {
      g_string_truncate(out, fit);
      if (max >= mark)
        g_string_append(out, ELLIPSIS);
      break;
    }
    if (out->len + mark <= max)
      fit = out->len;
  }
  char *clean = g_strndup(out->str, out->len);
  g_string_free(out, TRUE);
  return clean;
}

/* ---- numbers ---- */

/* "1.20", "12.3", "123": three significant digits of a value below 1000; smaller ones keep two decimals. */
static char *three_digits(double value) {
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  const char *format = value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f";
  return g_strdup(g_ascii_formatd(text, sizeof text, format, value));
}

static char *grouped(guint64 value) {
  char digits[24];
  int len = g_snprintf(digits, sizeof digits, "%" PRIu64, value);
  GString *out = g_string_sized_new(40);
  for (int i = 0; i < len; i++) {
    if (i > 0 && (len - i) % 3 == 0)
      g_string_append(out, THIN_SPACE);
    g_string_append_c(out, digits[i]);
  }
  return g_string_free(out, FALSE);
}

static char *with_unit(char *number, const char *unit) {
  char *text = g_strconcat(number, " ", unit, NULL);
  g_free(number);
  return text;
}

/* The largest unit in which the value, as it will be rounded, is at least one; each unit is `step` of the one before. */
static const Unit *pick_unit(const Unit *units, gsize n, double value, double step) {
  gsize i = 0;
  while (i + 1 < n && value / units[i].size >= step - 0.5)
    i++;
  return &units[i];
}

/* Two units side by side: whole parts of the larger and the rest, rounded, of the smaller; days count hours without padding. */
static char *two_units(double value, double large, const char *large_name, double small, const char *small_name) {
  double rounded = round(value / small) * small;
  guint64 whole = (guint64)(rounded / large + 1e-9);
  guint64 rest = (guint64)((rounded - (double)whole * large) / small + 0.5);
  const char *pad = rest < 10 && small < 3600 ? "0" : "";
  return g_strdup_printf("%" PRIu64 " %s %s%" PRIu64 " %s", whole, large_name, pad, rest, small_name);
}

char *galen_words_duration(double us) {
  static const Unit units[] = {{1, "µs"}, {1e3, "ms"}, {1e6, "s"}};
  if (isnan(us))
    return g_strdup(UNKNOWN);
  if (us < 0)
    us = 0;
  if (us < 0.005)
    return g_strdup("0 s");
  double seconds = us / 1e6;
  if (seconds < 59.95) {
    const Unit *unit = pick_unit(units, G_N_ELEMENTS(units), us, 1000);
    return with_unit(three_digits(us / unit->size), unit->name);
  }
  if (seconds < 3599.5)
    return two_units(seconds, 60, "min", 1, "s");
  if (seconds < 86400 - 30)
    return two_units(seconds, 3600, "h", 60, "min");
  if (seconds / 86400 < 1000)
    return two_units(seconds, 86400, "d", 3600, "h");
  return with_unit(galen_words_count(seconds / 86400), "d");
}

/* Three significant digits without trailing zeros: means and ratios below 100. */
static char *fraction(double n) {
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  if (n < 0.001)
    return g_strdup("<0.001");
  return g_strdup(g_ascii_formatd(text, sizeof text, "%.3g", n));
}

char *galen_words_count(double n) {
  static const Unit units[] = {{1e6, "M"}, {1e9, "G"}, {1e12, "T"}, {1e15, "P"}};
  if (isnan(n))
    return g_strdup(UNKNOWN);
  if (n < 0)
    n = 0;
  if (n < 99.95 && n != floor(n))
    return fraction(n);
  if (n < 9999999.5)
    return grouped((guint64)(n + 0.5));
  const Unit *unit = pick_unit(units, G_N_ELEMENTS(units), n, 1000);
  if (n / unit->size < 999.5)
    return with_unit(three_digits(n / unit->size), unit->name);
  return with_unit(grouped((guint64)MIN(n / unit->size, WHOLE_MAX)), unit->name);
}

char *galen_words_bytes(double n) {
  static const Unit units[] = {{1, "B"},
                               {1024, "KiB"},
                               {1048576, "MiB"},
                               {1073741824, "GiB"},
                               {1099511627776, "TiB"},
                               {1125899906842624, "PiB"}};
  if (isnan(n))
    return g_strdup(UNKNOWN);
  if (n < 0)
    n = 0;
  const Unit *unit = pick_unit(units, G_N_ELEMENTS(units), n, 1024);
  double value = n / unit->size;
  if (value >= 1023.5 || (unit->size == 1 && value == floor(value)))
    return with_unit(g_strdup_printf("%" PRIu64, (guint64)MIN(value, WHOLE_MAX)), unit->name);
  return with_unit(three_digits(value), unit->name);
}

char *galen_words_share(double part) {
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  if (isnan(part))
    return g_strdup(UNKNOWN);
  double percent = part * 100;
  if (percent <= 0)
    return g_strdup("0 %");
  if (percent < 0.01)
    return g_strdup("<0.01 %");
  if (percent >= 99.95)
    return percent < 100 ? g_strdup(">99.9 %") : with_unit(galen_words_count(round(percent)), "%");
  return with_unit(g_strdup(g_ascii_formatd(text, sizeof text, percent < 9.995 ? "%.2f" : "%.1f", percent)), "%");
}

/* ---- time ---- */

/* Years 1 to 9999. */
#define FIRST_SECOND G_GINT64_CONSTANT(-62135596800)
#define LAST_SECOND G_GINT64_CONSTANT(253402300799)

/* Splits into whole seconds, rounded down, and microseconds. NULL when the calendar does not reach so far. */
static GDateTime *date_time(gint64 us, GTimeZone *zone, gint64 *ret_fraction) {
  gint64 seconds = us / G_USEC_PER_SEC, micros = us % G_USEC_PER_SEC;
  if (micros < 0) {
    micros += G_USEC_PER_SEC;
    seconds--;
  }
  *ret_fraction = micros;
  if (us == GALEN_TIME_NONE || seconds < FIRST_SECOND || seconds > LAST_SECOND)
    return NULL;
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(seconds);
  if (utc == NULL)
    return NULL;
  return zone != NULL ? g_date_time_to_timezone(utc, zone) : g_date_time_ref(utc);
}

/* "" or "." and the leading `digits` of six. */
static char *sub_seconds(gint64 micros, guint digits) {
  if (digits == 0)
    return g_strdup("");
  char *text = g_strdup_printf(".%06" PRId64, micros);
  text[1 + MIN(digits, 6)] = '\0';
  return text;
}

char *galen_words_time(gint64 us, GTimeZone *zone, guint fraction) {
  gint64 micros = 0;
  g_autoptr(GDateTime) when = date_time(us, zone, &micros);
  if (when == NULL)
    return g_strdup("unknown");
  g_autofree char *text = g_date_time_format(when, "%Y-%m-%d %H:%M:%S");
  g_autofree char *tail = sub_seconds(micros, fraction);
  return g_strconcat(text, tail, NULL);
}

char *galen_words_window(gint64 from, gint64 to, GTimeZone *zone) {
  g_autofree char *first = from != GALEN_TIME_NONE ? galen_words_time(from, zone, 0) : g_strdup("the beginning");
  g_autofree char *last = to != GALEN_TIME_NONE ? galen_words_time(to, zone, 0) : g_strdup("the end");
  return g_strdup_printf("%s to %s", first, last);
}

char *galen_words_span(gint64 from, gint64 to, GTimeZone *zone) {
  g_autofree char *begin = galen_words_time(from, zone, 0);
  g_autofree char *end = galen_words_time(to, zone, 0);
  const char *begin_clock = strchr(begin, ' '), *end_clock = strchr(end, ' ');
  gboolean one_day = begin_clock != NULL && end_clock != NULL && begin_clock - begin == end_clock - end &&
                     memcmp(begin, end, (gsize)(end_clock - end)) == 0;
  return g_strdup_printf("%s to %s", begin, one_day ? end_clock + 1 : end);
}

static char *put_digits(char *out, guint number, guint n) {
  for (guint i = n; i-- > 0; number /= 10)
    out[i] = (char)('0' + number % 10);
  return out + n;
}

/* Written by hand: a report has tens of thousands of them. */
char *galen_words_iso(gint64 us) {
  gint64 seconds = us / G_USEC_PER_SEC, micros = us % G_USEC_PER_SEC;
  if (micros < 0) {
    micros += G_USEC_PER_SEC;
    seconds--;
  }
  if (us == GALEN_TIME_NONE || seconds < FIRST_SECOND || seconds > LAST_SECOND)
    return g_strdup("unknown");
  /* Days since 0000-03-01 in eras of 400 years, of which each has 146097 (Hinnant, "chrono-compatible date algorithms"). */
  guint64 since = (guint64)(seconds + 719468 * G_GINT64_CONSTANT(86400));
  guint of_day = (guint)(since % 86400), days = (guint)(since / 86400), of_era = days % 146097;
  guint year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  guint of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
  guint day = of_year - (153 * month + 2) / 5 + 1;
  month = month < 10 ? month + 3 : month - 9;
  year += days / 146097 * 400 + (month <= 2);
  char text[32], *out = put_digits(text, year, 4);
  *out++ = '-';
  out = put_digits(out, month, 2);
  *out++ = '-';
  out = put_digits(out, day, 2);
  *out++ = 'T';
  out = put_digits(out, of_day / 3600, 2);
  *out++ = ':';
  out = put_digits(out, of_day / 60 % 60, 2);
  *out++ = ':';
  out = put_digits(out, of_day % 60, 2);
  *out++ = '.';
  gboolean fine = micros % 1000 != 0;
  out = put_digits(out, (guint)(fine ? micros : micros / 1000), fine ? 6 : 3);
  *out++ = 'Z';
  return g_strndup(text, (gsize)(out - text));
}

/* ---- exact decimals ---- */

char *galen_words_decimal(GalenU128 value, guint digits) {
  char reversed[64];
  guint n = 0;
  gboolean significant = digits == 0;
  for (guint i = 0; n < sizeof reversed - 2 && (i <= digits || value > 0); i++) {
    char digit = (char)('0' + (int)(value % 10));
    value /= 10;
    if (i == digits && digits > 0 && significant)
      reversed[n++] = '.';
    significant = significant || digit != '0' || i >= digits;
    if (significant)
      reversed[n++] = digit;
  }
  char *text = g_new(char, n + 1);
  for (guint i = 0; i < n; i++)
    text[i] = reversed[n - 1 - i];
  text[n] = '\0';
  return text;
}

char *galen_words_value(GalenUnit unit, double value) {
  if (!isfinite(value))
    return g_strdup("–");
  switch (unit) {
  case GALEN_UNIT_BYTES:
    return galen_words_bytes(value);
  case GALEN_UNIT_US:
    return galen_words_duration(value);
  case GALEN_UNIT_NS:
    return galen_words_duration(value / 1000);
  case GALEN_UNIT_COUNT:
    break;
  }
  return galen_words_count(value);
}
