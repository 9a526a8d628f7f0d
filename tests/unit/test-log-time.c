#include "parsers/log_time.h"

typedef struct {
  const char *text;
  gint64 wall; /* seconds */
  gint64 us;
  gboolean iso, has_zone;
  gint32 offset;
  gsize used;
} Good;

/* 2024-05-13 00:00:00 */
#define DAY G_GINT64_CONSTANT(1715558400)

static void test_good(void) {
  static const Good cases[] = {
      {"240513  0:00:00", DAY, 0, FALSE, FALSE, 0, 15},
      {"240513 0:00:01", DAY + 1, 0, FALSE, FALSE, 0, 14},
      {"240513 23:59:59\n", DAY + 86399, 0, FALSE, FALSE, 0, 15},
      {"240513    7:08:09.5 x", DAY + 25689, 500000, FALSE, FALSE, 0, 19},
      {"700101 00:00:00", -1, 0, FALSE, FALSE, 0, 0},
      {"800101 00:00:00", 315532800, 0, FALSE, FALSE, 0, 15},
      {"691231 00:00:00", 3155673600, 0, FALSE, FALSE, 0, 15},
      {"2024-05-13T00:00:00Z", DAY, 0, TRUE, TRUE, 0, 20},
      {"2024-05-13 00:00:00", DAY, 0, TRUE, FALSE, 0, 19},
      {"2024-05-13T00:00:00.123456Z", DAY, 123456, TRUE, TRUE, 0, 27},
      {"2024-05-13T00:00:00.1234567890Z", DAY, 123456, TRUE, TRUE, 0, 31},
      {"2024-05-13T00:00:00.000001+02:00", DAY, 1, TRUE, TRUE, 7200, 32},
      {"2024-05-13T00:00:00-0530 x", DAY, 0, TRUE, TRUE, -19800, 24},
      {"2024-05-13T00:00:00+15:59", DAY, 0, TRUE, TRUE, 57540, 25},
      {"2024-05-13T00:00:00+16:00", DAY, 0, TRUE, FALSE, 0, 19},
      {"2024-05-13T00:00:00+01:60", DAY, 0, TRUE, FALSE, 0, 19},
      {"2024-05-13T00:00:00+1", DAY, 0, TRUE, FALSE, 0, 19},
      {"2024-05-13T00:00:00.", DAY, 0, TRUE, FALSE, 0, 19},
      {"2024-05-13T00:00:60Z", DAY + 59, 0, TRUE, TRUE, 0, 20},
      {"1980-01-01T00:00:00Z", 315532800, 0, TRUE, TRUE, 0, 20},
      {"2100-12-31T23:59:59Z", 4133980799, 0, TRUE, TRUE, 0, 20},
      {"2024-02-29 12:00:00", 1709208000, 0, TRUE, FALSE, 0, 19},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    GalenLogTime time = {0};
    gboolean read = galen_log_time_parse(galen_slice(cases[i].text, strlen(cases[i].text)), &time);
    g_assert_cmpint(read, ==, cases[i].used > 0);
    if (!read)
      continue;
    g_assert_cmpint(time.wall, ==, cases[i].wall * GALEN_SECOND + cases[i].us);
    g_assert_cmpint(time.iso, ==, cases[i].iso);
    g_assert_cmpint(time.has_zone, ==, cases[i].has_zone);
    g_assert_cmpint(time.offset, ==, cases[i].offset);
    g_assert_cmpuint(time.used, ==, cases[i].used);
  }
}

static void test_bad(void) {
  static const char *const cases[] = {
      "",
      "2",
      "24051",
      "240513",
      "240513 ",
      "240513x0:00:00",
      "2405130:00:00",
      "240513 24:00:00",
      "240513 0:60:00",
      "240513 0:00:61",
      "240513 0:0:00",
      "240513 0:00:0",
      "241313 0:00:00",
      "240532 0:00:00",
      "240500 0:00:00",
      "2024-05-13",
      "2024-05-13T",
      "2024-05-13_00:00:00",
      "2024-5-13T00:00:00",
      "2024-04-31T00:00:00",
      "2024-02-30T00:00:00",
      "1979-12-31T23:59:59Z",
      "2101-01-01T00:00:00Z",
      "yesterday",
      " 240513 0:00:00",
      "240513 -1:00:00",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    GalenLogTime time = {.wall = 42, .used = 7};
    g_assert_false(galen_log_time_parse(galen_slice(cases[i], strlen(cases[i])), &time));
    g_assert_cmpint(time.wall, ==, 42);
    g_assert_cmpuint(time.used, ==, 7);
  }
}

/* Every shorter piece is read or refused without a look past its end. */
static void test_cut(void) {
  static const char text[] = "2024-05-13T01:02:03.456789+02:00";
  for (gsize len = 0; len < sizeof text; len++) {
    g_autofree char *piece = g_memdup2(text, len);
    GalenLogTime time;
    gboolean read = galen_log_time_parse(galen_slice(piece, len), &time);
    g_assert_cmpint(read, ==, len >= strlen("2024-05-13T01:02:03"));
    if (read)
      g_assert_cmpuint(time.used, <=, len);
  }
}

/* Day by day over all years against GLib's own calendar. */
static void test_days(void) {
  GDate date;
  g_date_clear(&date, 1);
  g_date_set_dmy(&date, 1, G_DATE_JANUARY, 1970);
  guint32 epoch = g_date_get_julian(&date);
  g_date_set_dmy(&date, 1, G_DATE_JANUARY, 1900);
  for (; g_date_get_year(&date) < 2102; g_date_add_days(&date, 1)) {
    gint64 days = galen_days_from_civil(g_date_get_year(&date), (gint64)g_date_get_month(&date), g_date_get_day(&date));
    g_assert_cmpint(days, ==, (gint64)g_date_get_julian(&date) - (gint64)epoch);
  }
  g_assert_cmpint(galen_days_from_civil(-1, 12, 31), ==, -719529);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/log-time/good", test_good);
  g_test_add_func("/log-time/bad", test_bad);
  g_test_add_func("/log-time/cut", test_cut);
  g_test_add_func("/log-time/days", test_days);
  return g_test_run();
}
