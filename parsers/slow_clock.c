#include "slow_log.h"

static gboolean near(gint64 a, gint64 b) {
  return ABS(a - b) <= SLOW_NEAR_US;
}

void galen_slow_clock_restart(SlowClock *self) {
  /* The server was away: what came before says nothing about when it is now. The zone stays. */
  self->has_wall = self->has_last = FALSE;
}

/* Local time minus UTC of a zone-less wall time, µs, and where it is known from. */
static gint64 zone_offset(SlowLog *self, gint64 wall) {
  if (self->log_zone != NULL) {
    self->zone_source = "option";
    gint interval = g_time_zone_find_interval(self->log_zone, G_TIME_TYPE_STANDARD, wall / GALEN_SECOND);
    return interval < 0 ? 0 : (gint64)g_time_zone_get_offset(self->log_zone, interval) * GALEN_SECOND;
  }
  if (self->zone_source == NULL)
    self->zone_source = "assumed";
  return self->clock.has_offset ? self->clock.offset : 0;
}

/* How far a local time stands from an instant, as a zone: whole quarters of an hour, give or take the seconds that a
 * server needs to write. FALSE: that is no zone. */
static gboolean zone_between(gint64 wall, gint64 instant, gint64 *ret_offset) {
  const gint64 quarter = 900 * GALEN_SECOND;
  gint64 difference = wall - instant;
  if (ABS(difference) > 60 * quarter)
    return FALSE;
  gint64 quarters = (difference + (difference >= 0 ? quarter / 2 : -quarter / 2)) / quarter;
  *ret_offset = quarters * quarter;
  return ABS(difference - *ret_offset) <= 5 * GALEN_SECOND;
}

/* Learns the zone from a local time beside a SET timestamp, which is either the same moment or, where the time is the end
 * and the stamp the start, `duration` before. After a query of a quarter of an hour both may look like a zone: then the
 * one that is known already is meant, or the one of whole hours. */
static void learn_offset(SlowLog *self, gint64 wall, gint64 stamp_us, gint64 duration) {
  const gint64 hour = 3600 * GALEN_SECOND;
  gint64 same = 0, later = 0;
  gboolean is_same = zone_between(wall, stamp_us, &same);
  gboolean is_later = zone_between(wall, stamp_us + duration, &later);
  SlowClock *clock = &self->clock;
  if (!is_same && !is_later)
    return;
  gboolean known = clock->has_offset && ((is_same && same == clock->offset) || (is_later && later == clock->offset));
  if (!known)
    clock->offset = !is_later || (is_same && (same % hour == 0 || later % hour != 0)) ? same : later;
  clock->has_offset = TRUE;
  if (self->log_zone == NULL)
    self->zone_source = "epoch";
}

/* Learns what this server's SET timestamp means from an entry whose end is known and that took long enough to tell. */
static void learn_stamp(SlowLog *self, gint64 end, gint64 stamp_us, gint64 duration) {
  gint64 from_end = ABS(end - stamp_us), from_start = ABS(end - duration - stamp_us);
  if (duration < 3 * GALEN_SECOND || MIN(from_end, from_start) > 2 * GALEN_SECOND)
    return;
  self->clock.stamp_known = TRUE;
  self->clock.stamp_is_start = from_start < from_end;
}

typedef struct {
  gint64 instant;    /* µs UTC; GALEN_TIME_NONE: none */
  gboolean own;      /* the entry has a clock of its own */
  gboolean agree;    /* it has two, and they agree */
  gboolean is_start; /* the instant is when the statement began, else when it ended */
} Reading;

/* An entry with a # Time line. */
static void read_time(SlowLog *self, Reading *reading, gboolean has_stamp, gint64 stamp_us, gint64 duration) {
  const SlowEntry *entry = &self->entry;
  const GalenLogTime *time = &entry->time;
  SlowClock *clock = &self->clock;
  reading->is_start = entry->time_is_start;
  if (time->has_zone) {
    clock->has_offset = TRUE;
    clock->offset = (gint64)time->offset * GALEN_SECOND;
    self->zone_source = "log";
    reading->instant = time->wall - clock->offset;
  } else {
    if (has_stamp)
      learn_offset(self, time->wall, stamp_us, reading->is_start ? 0 : duration);
    reading->instant = time->wall - zone_offset(self, time->wall);
  }
  clock->has_wall = TRUE;
  clock->wall = reading->instant;
  reading->agree = has_stamp && near(reading->instant, stamp_us);
  if (!reading->agree)
    return;
  clock->shift = self->log_zone != NULL && reading->is_start ? reading->instant - stamp_us : 0;
  if (!reading->is_start)
    learn_stamp(self, reading->instant, stamp_us, duration);
  else if (self->log_zone == NULL)
    reading->instant = stamp_us; /* the same moment, and no zone can be wrong */
}

/* The clock of this entry. */
static Reading read_clock(SlowLog *self) {
  const SlowEntry *entry = &self->entry;
  const SlowClock *clock = &self->clock;
  gboolean has_duration = (entry->event.main_mask & 1u << GALEN_MAIN_TIME) != 0;
  gint64 duration = has_duration ? (gint64)entry->event.main[GALEN_MAIN_TIME] : 0;
  gboolean has_stamp = entry->has_stamp && entry->stamp < SLOW_STAMP_MAX;
  gint64 stamp_us = has_stamp ? entry->stamp * GALEN_SECOND : GALEN_TIME_NONE;
  Reading reading = {.instant = GALEN_TIME_NONE, .own = entry->has_time || has_stamp};
  if (entry->has_time) {
    read_time(self, &reading, has_stamp, stamp_us, duration);
  } else if (has_stamp) {
    reading.instant = stamp_us + clock->shift;
    reading.is_start =
        entry->time_is_start || (clock->stamp_known ? clock->stamp_is_start : self->version_stamps_start);
  } else if (clock->has_wall) {
    reading.instant = clock->wall;
    reading.is_start = entry->time_is_start;
  }
  return reading;
}

typedef struct {
  gboolean any, near_this, near_last;
} Neighbours;

/* Times of the entries that follow, by the look of their lines alone: to within ten days that is enough. */
static Neighbours look_ahead(const SlowLog *self, gint64 instant, const char *at, const char *end) {
  Neighbours found = {0};
  guint n = 0;
  if ((gsize)(end - at) > SLOW_NEIGHBOUR_BYTES)
    end = at + SLOW_NEIGHBOUR_BYTES;
  while (at < end && n < SLOW_NEIGHBOURS_MAX) {
    GalenSlice line;
    GalenLogTime time;
    gint64 other = GALEN_TIME_NONE;
    (void)galen_slow_line(at, end, TRUE, &line, &at);
    if (galen_slice_starts(line, "# Time: ") && galen_log_time_parse(galen_slice(line.data + 8, line.len - 8), &time)) {
      other = time.wall - (gint64)time.offset * GALEN_SECOND;
    } else if (galen_slice_starts(line, "SET timestamp=") && line.len > 23 && line.len < 34) {
      char digits[24] = {0};
      memcpy(digits, line.data + 14, MIN(line.len - 14, sizeof digits - 1));
      guint64 stamp = g_ascii_strtoull(digits, NULL, 10);
      if (stamp < (guint64)SLOW_STAMP_MAX)
        other = (gint64)stamp * GALEN_SECOND;
    }
    if (other == GALEN_TIME_NONE)
      continue;
    n++;
    found.any = TRUE;
    found.near_this |= near(other, instant);
    found.near_last |= self->clock.has_last && near(other, self->clock.last);
  }
  return found;
}

/* Whether a time far from the one before, or the first one, is believed. MariaDB takes both # Time and SET timestamp
 * from a clock that a session may set, so there their agreement alone proves nothing. */
static gboolean believe(const SlowLog *self, gint64 instant, gboolean agree, const Neighbours *ahead) {
  if (agree && !self->entry.time_is_start)
    return TRUE;
  if (ahead->near_last)
    return FALSE; /* an excursion: the log goes back to where it was */
  if (ahead->near_this)
    return TRUE;
  return agree || (!ahead->any && !self->clock.has_last && instant != GALEN_TIME_NONE);
}

/* The start that MySQL's log_slow_extra states is better than the time of writing less the duration. */
static gint64 stated_start(const SlowEntry *entry, gint64 start) {
  if (!entry->has_start)
    return start;
  gint64 stated = entry->start.wall - (gint64)entry->start.offset * GALEN_SECOND;
  return ABS(stated - start) <= 3600 * GALEN_SECOND ? stated : start;
}

SlowAnswer galen_slow_clock_set(SlowLog *self, const char *rest, const char *end, gboolean eof) {
  GalenSlowEvent *event = &self->entry.event;
  SlowClock saved = self->clock;
  Reading reading = read_clock(self);
  if (reading.instant == GALEN_TIME_NONE)
    return SLOW_YES;
  gboolean timed = TRUE;
  if (!reading.own) {
    timed = self->clock.wall_timed;
  } else if (!self->clock.has_last || !near(reading.instant, self->clock.last)) {
    if (!eof && (gsize)(end - rest) < SLOW_NEIGHBOUR_BYTES) {
      self->clock = saved;
      return SLOW_MORE;
    }
    Neighbours ahead = look_ahead(self, reading.instant, rest, end);
    timed = believe(self, reading.instant, reading.agree, &ahead);
  }
  if (self->entry.has_time)
    self->clock.wall_timed = timed;
  if (timed) {
    self->clock.has_last = TRUE;
    self->clock.last = reading.instant;
  }
  gboolean has_duration = (event->main_mask & 1u << GALEN_MAIN_TIME) != 0;
  gboolean is_start = reading.is_start || !has_duration;
  gint64 start = is_start ? reading.instant : reading.instant - (gint64)event->main[GALEN_MAIN_TIME];
  event->start = stated_start(&self->entry, start);
  event->timed = timed;
  return SLOW_YES;
}
