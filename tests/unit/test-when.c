#include "analyzer/when.h"

#include "parsers/log_time.h"

/* 2024-05-13 12:34:56.789 UTC */
#define NOW (G_GINT64_CONSTANT(1715603696) * GALEN_SECOND + 789000)
#define DAY G_GINT64_CONSTANT(1715558400)

static void check(const char *text, GTimeZone *zone, gint64 wanted) {
  g_autoptr(GError) error = NULL;
  gint64 us = 0;
  g_assert_true(galen_when_parse(text, zone, NOW, &us, &error));
  g_assert_no_error(error);
  g_assert_cmpint(us, ==, wanted);
}

static void test_zones(void) {
  static const char *const good[] = {"UTC", "Z", "+02:00", "-0530", "local"};
  static const char *const bad[] = {"", "Nowhere/Atlantis", "+25:00", "02:00x"};
  for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GTimeZone) zone = galen_when_zone(good[i], &error);
    g_assert_no_error(error);
    g_assert_nonnull(zone);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GTimeZone) zone = galen_when_zone(bad[i], &error);
    g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
    g_assert_null(zone);
  }
}

static void test_instants(void) {
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  g_autoptr(GTimeZone) east = g_time_zone_new_identifier("+02:00");
  check("2024-05-13", utc, DAY * GALEN_SECOND);
  check("2024-05-13", east, (DAY - 7200) * GALEN_SECOND);
  check("2024-05-13 01:02", utc, (DAY + 3720) * GALEN_SECOND);
  check("2024-05-13T01:02", utc, (DAY + 3720) * GALEN_SECOND);
  check("2024-05-13 01:02:03", east, (DAY + 3723 - 7200) * GALEN_SECOND);
  check("2024-05-13T01:02:03.5", utc, (DAY + 3723) * GALEN_SECOND + 500000);
  /* A zone of its own beats the report's. */
  check("2024-05-13T01:02:03Z", east, (DAY + 3723) * GALEN_SECOND);
  check("2024-05-13T01:02:03-01:00", east, (DAY + 7323) * GALEN_SECOND);
}

static void test_relative(void) {
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  g_autoptr(GTimeZone) east = g_time_zone_new_identifier("+12:00");
  check("0s", utc, NOW);
  check("90s", utc, NOW - 90 * GALEN_SECOND);
  check("30m", utc, NOW - 1800 * GALEN_SECOND);
  check("1.5h", utc, NOW - 5400 * GALEN_SECOND);
  check("36h", utc, NOW - 129600 * GALEN_SECOND);
  check("1d", utc, NOW - 86400 * GALEN_SECOND);
  check("2w", utc, NOW - 1209600 * GALEN_SECOND);
  check("today", utc, DAY * GALEN_SECOND);
  check("yesterday", utc, (DAY - 86400) * GALEN_SECOND);
  /* There it is the next day already. */
  check("today", east, (DAY + 86400 - 43200) * GALEN_SECOND);
  check("yesterday", east, (DAY - 43200) * GALEN_SECOND);
}

/* Clocks that change: midnight is that of the day, and an hour that was left out is read as if it had not been. */
static void test_summer_time(void) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Berlin");
  if (zone == NULL) {
    g_test_skip("no time zone data");
    return;
  }
  check("2024-03-31", zone, G_GINT64_CONSTANT(1711839600) * GALEN_SECOND);
  check("2024-04-01", zone, G_GINT64_CONSTANT(1711922400) * GALEN_SECOND);
  check("2024-03-31 03:00", zone, G_GINT64_CONSTANT(1711846800) * GALEN_SECOND);
  gint64 skipped = 0;
  g_assert_true(galen_when_parse("2024-03-31 02:30", zone, NOW, &skipped, NULL));
  g_assert_cmpint(ABS(skipped - G_GINT64_CONSTANT(1711848600) * GALEN_SECOND), <=, 3600 * GALEN_SECOND);
}

static void test_no_instants(void) {
  static const char *const bad[] = {"",        "now",        "tomorrow",
                                    "1",       "1x",         "-1d",
                                    "d",       "1 d",        "1dd",
                                    "nan d",   "infd",       "1e99d",
                                    "2024-05", "2024-13-01", "2024-05-13 25:00",
                                    "240513",  "2024-5-13",  "2024-05-13 01:02:03 x",
                                    "today ",  "2024-05-13Z"};
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    gint64 us = 42;
    g_test_message("%s", bad[i]);
    g_assert_false(galen_when_parse(bad[i], utc, NOW, &us, &error));
    g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
    g_assert_nonnull(strstr(error->message, bad[i]));
    g_assert_cmpint(us, ==, 42);
  }
}

static void test_durations(void) {
  static const struct {
    const char *text;
    guint64 us;
  } good[] = {{"0", 0},     {"0.5", 500000},   {"2", 2000000},      {"2s", 2000000},  {"250ms", 250000}, {"10us", 10},
              {"10µs", 10}, {"3m", 180000000}, {"1e3", 1000000000}, {"0.0000004", 0}, {"0.0000006", 1}};
  static const char *const bad[] = {"", "s", "-1", "1h", "1 s", "1S", "nan", "inf", "1e30", "ms", "1,5"};
  for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
    guint64 us = 42;
    g_assert_true(galen_when_duration(good[i].text, &us, NULL));
    g_assert_cmpuint(us, ==, good[i].us);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    guint64 us = 42;
    g_test_message("%s", bad[i]);
    g_assert_false(galen_when_duration(bad[i], &us, &error));
    g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
    g_assert_cmpuint(us, ==, 42);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/when/zones", test_zones);
  g_test_add_func("/when/instants", test_instants);
  g_test_add_func("/when/relative", test_relative);
  g_test_add_func("/when/summer-time", test_summer_time);
  g_test_add_func("/when/no-instants", test_no_instants);
  g_test_add_func("/when/durations", test_durations);
  return g_test_run();
}
