#include "error_log.h"

/* Zones change their offset on whole quarters of an hour. */
#define QUARTER (G_GINT64_CONSTANT(900) * GALEN_SECOND)
#define DAY (G_GINT64_CONSTANT(86400) * GALEN_SECOND)
/* Threads write their lines in slightly another order than they took the time. */
#define DISORDER (G_GINT64_CONSTANT(60) * GALEN_SECOND)

void galen_error_clock_init(ErrorClock *clock, GTimeZone *zone) {
  *clock = (ErrorClock){.zone = zone, .wall = GALEN_TIME_NONE, .time = GALEN_TIME_NONE, .quarter = GALEN_TIME_NONE};
}

static gint64 offset_as(GTimeZone *zone, GTimeType type, gint64 wall_s) {
  gint interval = g_time_zone_adjust_time(zone, type, &wall_s);
  return (gint64)g_time_zone_get_offset(zone, interval) * GALEN_SECOND;
}

/* Local to UTC. In the hour that comes twice the order of the file decides: not before what came before. */
static gint64 to_utc(ErrorClock *clock, gint64 wall) {
  gint64 quarter = wall / QUARTER;
  if (quarter != clock->quarter) {
    gint64 wall_s = quarter * (QUARTER / GALEN_SECOND);
    clock->quarter = quarter;
    /* Daylight time is before standard time where both are possible, and has the larger offset. */
    gint64 a = offset_as(clock->zone, G_TIME_TYPE_DAYLIGHT, wall_s);
    gint64 b = offset_as(clock->zone, G_TIME_TYPE_STANDARD, wall_s);
    clock->before = MAX(a, b);
    clock->after = MIN(a, b);
  }
  gint64 time = wall - clock->before;
  if (clock->after != clock->before && clock->time != GALEN_TIME_NONE && time < clock->time - DISORDER)
    time = wall - clock->after;
  return time;
}

/* The day that a time of day, in UTC, belongs to: the nearest to the record before. */
static gint64 near(const ErrorClock *clock, gint64 of_day) {
  gint64 base = clock->time != GALEN_TIME_NONE ? clock->time : clock->wall;
  if (base == GALEN_TIME_NONE)
    return GALEN_TIME_NONE;
  gint64 time = base - base % DAY + of_day;
  if (time < base - DAY / 2)
    time += DAY;
  else if (time > base + DAY / 2)
    time -= DAY;
  return time;
}

static void note_offset(ErrorClock *clock, gint32 offset) {
  clock->mixed |= clock->has_offset && clock->offset != offset;
  clock->has_offset = TRUE;
  clock->offset = offset;
}

void galen_error_clock_set(ErrorClock *clock, const ErrorPrefix *prefix, const GalenLineInfo *info,
                           GalenErrorEvent *event) {
  gint64 wrapper = info != NULL ? info->time : GALEN_TIME_NONE;
  event->raw_time = prefix->raw_time;
  event->wall = prefix->wall;
  event->resolution = prefix->resolution;
  event->time = GALEN_TIME_NONE;
  if (prefix->form == ERROR_FORM_HOUR) {
    event->wall = event->time = near(clock, prefix->wall);
    if (wrapper != GALEN_TIME_NONE)
      event->wall = event->time = wrapper;
  } else if (prefix->wall == GALEN_TIME_NONE && wrapper == GALEN_TIME_NONE && info != NULL &&
             info->wall != GALEN_TIME_NONE) {
    /* A wrapper that names no zone: its time is as good as the server's own. */
    event->wall = info->wall;
    event->time = clock->zone != NULL ? to_utc(clock, info->wall) : GALEN_TIME_NONE;
    event->resolution = GALEN_SECOND;
  } else if (prefix->wall == GALEN_TIME_NONE) {
    event->inherited = wrapper == GALEN_TIME_NONE;
    event->wall = event->inherited ? clock->wall : wrapper;
    event->time = event->inherited ? clock->time : wrapper;
    event->resolution = event->inherited ? clock->resolution : GALEN_SECOND; /* what all wrappers have */
    if (event->inherited)
      return;
  } else if (prefix->has_zone) {
    event->time = prefix->wall - (gint64)prefix->offset * GALEN_SECOND;
    note_offset(clock, prefix->offset);
  } else if (wrapper != GALEN_TIME_NONE) {
    event->time = wrapper;
  } else if (clock->zone != NULL) {
    event->time = to_utc(clock, prefix->wall);
  }
  clock->wall = event->wall;
  clock->time = event->time;
  clock->resolution = event->resolution;
}
