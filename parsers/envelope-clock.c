/* Years and zones for times that name none: RFC 3164, journalctl -o short. */
#include "envelope-private.h"

#define DAY (86400 * GALEN_SECOND)
#define QUARTER (900 * GALEN_SECOND)
#define ZONE_MAX (60 * QUARTER)

static gboolean is_digit(char c) {
  return c >= '0' && c <= '9';
}

static gboolean leap(gint64 year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

gint64 galen_env_in_year(const EnvStamp *stamp, gint64 year) {
  if (stamp->month == 2 && stamp->day == 29 && !leap(year))
    return GALEN_TIME_NONE;
  return galen_days_from_civil(year, stamp->month, stamp->day) * DAY + stamp->clock;
}

static gint64 year_of(gint64 wall) {
  gint64 days = wall / DAY, year = 1970 + days / 366;
  while (galen_days_from_civil(year + 1, 1, 1) <= days)
    year++;
  return year;
}

static gint64 nearest(const EnvStamp *stamp, gint64 to) {
  gint64 best = GALEN_TIME_NONE, year = year_of(to);
  for (gint64 y = year - 1; y <= year + 1; y++) {
    gint64 wall = galen_env_in_year(stamp, y);
    if (wall != GALEN_TIME_NONE && (best == GALEN_TIME_NONE || ABS(wall - to) < ABS(best - to)))
      best = wall;
  }
  return best;
}

/* The only year that puts it between the journal's ends. */
static gint64 in_journal(const EnvStamp *stamp, const EnvClock *clock) {
  gint64 found = GALEN_TIME_NONE;
  if (clock->journal_from == GALEN_TIME_NONE)
    return found;
  for (gint64 y = year_of(clock->journal_from); y <= year_of(clock->journal_to); y++) {
    gint64 wall = galen_env_in_year(stamp, y);
    if (wall == GALEN_TIME_NONE || wall < clock->journal_from - DAY || wall > clock->journal_to + DAY)
      continue;
    if (found != GALEN_TIME_NONE)
      return GALEN_TIME_NONE;
    found = wall;
  }
  return found;
}

/* A date at the wrapped line's beginning gives the year, and if it names its zone, the zone of the wrapper's times. */
void galen_env_clock_adopt(EnvClock *clock, const EnvStamp *stamp, GalenSlice text) {
  GalenLogTime time;
  if (galen_slice_starts(text, "# Time: "))
    text = galen_slice(text.data + 8, text.len - 8);
  if (text.len < 15 || !is_digit(text.data[0]) ||
      !galen_log_time_parse(galen_slice(text.data, MIN(text.len, (gsize)40)), &time))
    return;
  gint64 wall = stamp->yearless ? nearest(stamp, time.wall) : stamp->wall;
  if (wall == GALEN_TIME_NONE || ABS(wall - time.wall) > 2 * DAY)
    return;
  if (stamp->yearless)
    clock->near = wall;
  if (!time.has_zone)
    return;
  gint64 east = wall - (time.wall - time.offset * GALEN_SECOND);
  gint64 whole = (east + (east < 0 ? -QUARTER / 2 : QUARTER / 2)) / QUARTER * QUARTER;
  if (ABS(east - whole) > QUARTER / 5 || ABS(whole) > ZONE_MAX)
    return;
  clock->zone = whole;
  clock->has_zone = TRUE;
}

void galen_env_clock_settle(EnvClock *clock, EnvStamp *stamp) {
  if (stamp->yearless) {
    stamp->wall = clock->near != GALEN_TIME_NONE ? nearest(stamp, clock->near) : in_journal(stamp, clock);
    if (stamp->wall != GALEN_TIME_NONE)
      clock->near = stamp->wall;
  }
  if (stamp->zoneless && stamp->wall != GALEN_TIME_NONE && clock->has_zone)
    stamp->time = stamp->wall - clock->zone;
}

/* "-- Logs begin at Mon 2021-01-04 10:00:00 UTC, end at Tue 2021-01-05 11:00:00 UTC. --", "-- Reboot --". */
void galen_env_clock_journal(EnvClock *clock, GalenSlice line) {
  gint64 found[2];
  guint n = 0;
  for (gsize i = 3; i + 19 < line.len && n < 2; i++) {
    GalenLogTime time;
    if (line.data[i - 1] == ' ' && is_digit(line.data[i]) && line.data[i + 4] == '-' &&
        galen_log_time_parse(galen_slice(line.data + i, line.len - i), &time))
      found[n++] = time.wall;
  }
  if (n < 2 || found[1] < found[0])
    return;
  clock->journal_from = found[0];
  clock->journal_to = found[1];
}
