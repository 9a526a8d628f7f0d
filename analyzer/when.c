#include "when.h"

#include "../parsers/log_time.h"

#include <math.h>

static gboolean bad(GError **error, const char *text, const char *wanted) {
  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "\"%s\" is no %s", text, wanted);
  return FALSE;
}

GTimeZone *galen_when_zone(const char *name, GError **error) {
  if (g_str_equal(name, "local"))
    return g_time_zone_new_local();
  GTimeZone *zone = *name != '\0' ? g_time_zone_new_identifier(name) : NULL;
  if (zone == NULL)
    bad(error, name, "time zone that this machine knows (try Europe/Berlin, UTC or +02:00)");
  return zone;
}

/* `wall`: local date and time as if UTC. */
static gint64 from_wall(gint64 wall, GTimeZone *zone) {
  gint64 seconds = wall / GALEN_SECOND;
  gint interval = g_time_zone_find_interval(zone, G_TIME_TYPE_STANDARD, seconds);
  if (interval < 0) /* an hour that the clock left out */
    interval = g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, seconds);
  return wall - (gint64)g_time_zone_get_offset(zone, interval) * GALEN_SECOND;
}

static gint64 midnight(gint64 now, GTimeZone *zone, int days) {
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now / GALEN_SECOND);
  g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
  g_autoptr(GDateTime) day = g_date_time_add_days(local, days);
  gint year, month, of_month;
  g_date_time_get_ymd(day, &year, &month, &of_month);
  return from_wall(galen_days_from_civil(year, month, of_month) * 86400 * GALEN_SECOND, zone);
}

typedef struct {
  const char *name;
  gint64 us;
} Unit;

/* A number and a unit of the table, nothing else. */
static gboolean number_with_unit(const char *text, const Unit *units, guint n, double *ret_us) {
  char *end;
  double value = g_ascii_strtod(text, &end);
  if (end == text || !isfinite(value) || value < 0)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (g_str_equal(end, units[i].name)) {
      *ret_us = value * (double)units[i].us;
      return *ret_us < 9e17;
    }
  return FALSE;
}

gboolean galen_when_parse(const char *text, GTimeZone *zone, gint64 now, gint64 *ret_us, GError **error) {
  static const Unit ages[] = {{"s", GALEN_SECOND},
                              {"m", 60 * GALEN_SECOND},
                              {"h", G_GINT64_CONSTANT(3600) * GALEN_SECOND},
                              {"d", G_GINT64_CONSTANT(86400) * GALEN_SECOND},
                              {"w", G_GINT64_CONSTANT(604800) * GALEN_SECOND}};
  static const char wanted[] =
      "time: give YYYY-MM-DD[ HH:MM[:SS]], ISO 8601, an age such as 36h or 1d, today or yesterday";
  double age;
  GalenLogTime time;
  gsize len = strlen(text);
  if (g_str_equal(text, "today") || g_str_equal(text, "yesterday")) {
    *ret_us = midnight(now, zone, *text == 'y' ? -1 : 0);
    return TRUE;
  }
  if (number_with_unit(text, ages, G_N_ELEMENTS(ages), &age)) {
    *ret_us = now - (gint64)age;
    return TRUE;
  }
  /* The date alone, or with hours and minutes, is filled up to a whole time. */
  g_autofree char *whole = len == 10   ? g_strconcat(text, " 00:00:00", NULL)
                           : len == 16 ? g_strconcat(text, ":00", NULL)
                                       : g_strdup(text);
  if (len < 10 || !galen_log_time_parse(galen_slice(whole, strlen(whole)), &time) || !time.iso ||
      time.used != strlen(whole))
    return bad(error, text, wanted);
  *ret_us = time.has_zone ? time.wall - (gint64)time.offset * GALEN_SECOND : from_wall(time.wall, zone);
  return TRUE;
}

gint64 galen_when_age(const char *text) {
  static const Unit ages[] = {{"d", G_GINT64_CONSTANT(24) * 3600 * GALEN_SECOND},
                              {"w", G_GINT64_CONSTANT(7) * 24 * 3600 * GALEN_SECOND},
                              {"y", G_GINT64_CONSTANT(365) * 24 * 3600 * GALEN_SECOND}};
  double age;
  gboolean known = number_with_unit(text, ages, G_N_ELEMENTS(ages), &age);
  return known && age >= (double)ages[0].us ? (gint64)age : 0;
}

gboolean galen_when_duration(const char *text, guint64 *ret_us, GError **error) {
  static const Unit units[] = {{"", GALEN_SECOND}, {"us", 1},           {"µs", 1},
                               {"ms", 1000},       {"s", GALEN_SECOND}, {"m", 60 * GALEN_SECOND}};
  double us;
  if (!number_with_unit(text, units, G_N_ELEMENTS(units), &us))
    return bad(error, text, "duration: give seconds, or a number with us, ms, s or m");
  *ret_us = (guint64)llround(us);
  return TRUE;
}
