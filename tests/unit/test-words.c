#include "../../analyzer/words.h"
#include "../../parsers/event.h"

#include <math.h>

typedef struct {
  double value;
  const char *text;
} Number;

static void check(char *(*words)(double), const Number *cases, gsize n) {
  for (gsize i = 0; i < n; i++) {
    g_autofree char *text = words(cases[i].value);
    g_assert_cmpstr(text, ==, cases[i].text);
  }
}

static void test_duration(void) {
  static const Number cases[] = {
      {0, "0 s"},
      {0.001, "0 s"},
      {12.3, "12.3 µs"},
      {999.4, "999 µs"},
      {999.5, "1.00 ms"},
      {4567, "4.57 ms"},
      {999499, "999 ms"},
      {999999, "1.00 s"},
      {1.2e6, "1.20 s"},
      {59.94e6, "59.9 s"},
      {59.96e6, "1 min 00 s"},
      {200e6, "3 min 20 s"},
      {185.4e6, "3 min 05 s"},
      {3599.6e6, "1 h 00 min"},
      {7500e6, "2 h 05 min"},
      {86399e6, "1 d 0 h"},
      {(3 * 86400 + 4 * 3600) * 1e6, "3 d 4 h"},
      {-1, "0 s"},
      {NAN, "–"},
  };
  check(galen_words_duration, cases, G_N_ELEMENTS(cases));
  g_autofree char *huge = galen_words_duration(INFINITY);
  g_assert_true(g_utf8_validate(huge, -1, NULL));
}

static void test_count(void) {
  static const Number cases[] = {
      {0, "0"},
      {1, "1"},
      {999, "999"},
      {12345, "12\u2009345"},
      {9999999, "9\u2009999\u2009999"},
      {1e7, "10.0 M"},
      {999.6e6, "1.00 G"},
      {4.56e9, "4.56 G"},
      {1.5, "1.5"},
      {1. / 3, "0.333"},
      {0.0001, "<0.001"},
      {99.96, "100"},
      {1234.5, "1\u2009235"},
      {NAN, "–"},
  };
  check(galen_words_count, cases, G_N_ELEMENTS(cases));
  g_autofree char *huge = galen_words_count(INFINITY);
  g_assert_true(g_utf8_validate(huge, -1, NULL));
}

static void test_bytes(void) {
  static const Number cases[] = {
      {0, "0 B"},
      {512, "512 B"},
      {1023, "1023 B"},
      {1536, "1.50 KiB"},
      {12.3 * 1048576, "12.3 MiB"},
      {1023.6 * 1024, "1.00 MiB"},
      {2.5, "2.50 B"},
      {NAN, "–"},
      {1023.4 * 1024, "1023 KiB"},
  };
  check(galen_words_bytes, cases, G_N_ELEMENTS(cases));
}

static void test_share(void) {
  static const Number cases[] = {
      {0, "0 %"},        {0.00001, "<0.01 %"}, {0.0012, "0.12 %"},  {0.0999, "9.99 %"}, {0.09996, "10.0 %"},
      {0.123, "12.3 %"}, {0.99949, "99.9 %"},  {0.9999, ">99.9 %"}, {1, "100 %"},       {NAN, "–"},
  };
  check(galen_words_share, cases, G_N_ELEMENTS(cases));
}

static void test_find_date(void) {
  static const struct {
    const char *text, *date;
  } cases[] = {{"", NULL},
               {"-", NULL},
               {"2026-11-24", "2026-11-24"},
               {"from 2026-11-24 02:36:05.25 on", "2026-11-24 02:36:05.25"},
               {"at 2026-11-24  3:47:01, UTC", "2026-11-24  3:47:01"},
               {"a-b 2026-11-24 12 times", "2026-11-24"},
               {"2026-11-24 02:36 to 03:00", "2026-11-24 02:36"},
               {"12026-11-24 2026-11-245 26-11-24 2026-1-24", NULL}};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    gsize len = 0;
    const char *start = galen_words_find_date(cases[i].text, &len);
    g_autofree char *date = start != NULL ? g_strndup(start, len) : NULL;
    g_assert_cmpstr(date, ==, cases[i].date);
  }
}

static void test_time(void) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_offset(7200);
  const gint64 us = G_GINT64_CONSTANT(1795487765123456);
  g_autofree char *utc = galen_words_time(us, NULL, 0);
  g_autofree char *local = galen_words_time(us, zone, 3);
  g_autofree char *none = galen_words_time(GALEN_TIME_NONE, zone, 0);
  g_autofree char *before = galen_words_time(-1, NULL, 6);
  g_assert_cmpstr(utc, ==, "2026-11-24 02:36:05");
  g_assert_cmpstr(local, ==, "2026-11-24 04:36:05.123");
  g_assert_cmpstr(none, ==, "unknown");
  const gint64 day = G_GINT64_CONSTANT(86400000000);
  g_autofree char *short_span = galen_words_span(us, us + 60000000, NULL);
  g_autofree char *long_span = galen_words_span(us - day, us, NULL);
  g_autofree char *open_span = galen_words_span(us, GALEN_TIME_NONE, NULL);
  g_assert_cmpstr(short_span, ==, "2026-11-24 02:36:05 to 02:37:05");
  g_assert_cmpstr(long_span, ==, "2026-11-23 02:36:05 to 2026-11-24 02:36:05");
  g_assert_cmpstr(open_span, ==, "2026-11-24 02:36:05 to unknown");
  g_assert_cmpstr(before, ==, "1969-12-31 23:59:59.999999");
}

static void test_iso(void) {
  static const struct {
    gint64 us;
    const char *text;
  } cases[] = {
      {G_GINT64_CONSTANT(1795487765123456), "2026-11-24T02:36:05.123456Z"},
      {G_GINT64_CONSTANT(1795487765123000), "2026-11-24T02:36:05.123Z"},
      {0, "1970-01-01T00:00:00.000Z"},
      {-1000, "1969-12-31T23:59:59.999Z"},
      {G_MAXINT64, "unknown"},
      {GALEN_TIME_NONE, "unknown"},
      {GALEN_TIME_NONE + 1, "unknown"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text = galen_words_iso(cases[i].us);
    g_assert_cmpstr(text, ==, cases[i].text);
  }
}

static void test_decimal(void) {
  const GalenU128 all = ~(GalenU128)0;
  const struct {
    GalenU128 value;
    guint digits;
    const char *text;
  } cases[] = {
      {1234500, 6, "1.2345"},
      {2000000, 6, "2"},
      {0, 6, "0"},
      {5, 6, "0.000005"},
      {10, 0, "10"},
      {0, 0, "0"},
      {1000001, 6, "1.000001"},
      {100, 9, "0.0000001"},
      {all, 0, "340282366920938463463374607431768211455"},
      {all, 9, "340282366920938463463374607431.768211455"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text = galen_words_decimal(cases[i].value, cases[i].digits);
    g_assert_cmpstr(text, ==, cases[i].text);
  }
}

static void test_clean(void) {
  static const struct {
    const char *raw;
    gsize len, max;
    const char *text;
  } cases[] = {
      {"plain\ttext\n", 11, 0, "plain\ttext\n"},
      {"a\0b", 3, 0, "a\\x00b"},
      {"\x1b[31m\x7f\r", 7, 0, "\\x1b[31m\\x7f\\x0d"},
      {"\xff\xc3", 2, 0, "\\xff\\xc3"},
      {"j\xf6rg", 4, 0, "j\\xf6rg"},
      {"j\xe4rg", 4, 0, "j\\xe4rg"},
      {"ab\xf6", 3, 6, "ab\\xf6"},
      {"abcd\xf6", 5, 7, "abcd\u2026"},
      {"\xc2\x85", 2, 0, "\\u0085"},
      {"\xe2\x80\xae"
       "evil",
       7, 0,
       "\\u202e"
       "evil"},
      {"\xef\xbf\xbf", 3, 0, "\\uffff"},
      {"\xed\xa0\x80", 3, 0, "\\xed\\xa0\\x80"},
      {"日本語", 9, 0, "日本語"},
      {"日本語", 9, 9, "日本語"},
      {"日本語", 9, 8, "日…"},
      {"abcdef", 6, 6, "abcdef"},
      {"abcdefg", 7, 6, "abc…"},
      {"abcdefg", 7, 2, ""},
      {"\x01\x01\x01", 3, 9, "\\x01…"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text = galen_words_clean(galen_slice(cases[i].raw, cases[i].len), cases[i].max);
    g_assert_cmpstr(text, ==, cases[i].text);
    g_assert_true(g_utf8_validate(text, -1, NULL));
  }
  g_autofree char *none = galen_words_clean(galen_slice(NULL, 0), 0);
  g_assert_cmpstr(none, ==, "");
}

static void test_value(void) {
  static const struct {
    GalenUnit unit;
    double value;
    const char *words;
  } cases[] = {{GALEN_UNIT_US, 12300, "12.3 ms"},
               {GALEN_UNIT_NS, 12300000, "12.3 ms"},
               {GALEN_UNIT_BYTES, 512, "512 B"},
               {GALEN_UNIT_COUNT, 999, "999"},
               {GALEN_UNIT_US, NAN, "–"}};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *words = galen_words_value(cases[i].unit, cases[i].value);
    g_assert_cmpstr(words, ==, cases[i].words);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/words/find-date", test_find_date);
  g_test_add_func("/words/duration", test_duration);
  g_test_add_func("/words/count", test_count);
  g_test_add_func("/words/bytes", test_bytes);
  g_test_add_func("/words/share", test_share);
  g_test_add_func("/words/time", test_time);
  g_test_add_func("/words/iso", test_iso);
  g_test_add_func("/words/decimal", test_decimal);
  g_test_add_func("/words/clean", test_clean);
  g_test_add_func("/words/value", test_value);
  return g_test_run();
}
