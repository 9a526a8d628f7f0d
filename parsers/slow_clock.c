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

/* Learns the zone from a local time beside a SET timestamp: they differ by a whole number of quarters of an hour,
 * give or take the seconds that MySQL needs to write. */
static void learn_offset(SlowLog *self, gint64 wall, gint64 stamp_us) {
  const gint64 quarter = G_GINT64_CONSTANT(900) * GALEN_SECOND;
  gint64 difference = wall - stamp_us;
  if (ABS(difference) > 60 * quarter)
    return;
  gint64 quarters = (difference + (difference >= 0 ? quarter / 2 : -quarter / 2)) / quarter;
  if (ABS(difference - quarters * quarter) > 5 * GALEN_SECOND)
    return;
  self->clock.has_offset = TRUE;
  self->clock.offset = quarters * quarter;
  if (self->log_zone == NULL)
    self->zone_source = "epoch";
}

/* The clock of this entry: the instant that its # Time or SET timestamp names, µs UTC. `ret_own`: it has one itself;
 * `ret_agree`: both are there and agree; */
static gint64 entry_clock(SlowLog *self, gboolean *ret_own, gboolean *ret_agree) {
  SlowEntry *entry = &self->entry;
  gboolean has_stamp = entry->has_stamp && entry->stamp < SLOW_STAMP_MAX;
  gint64 stamp_us = has_stamp ? entry->stamp * GALEN_SECOND : GALEN_TIME_NONE;
  *ret_own = entry->has_time || has_stamp;
  *ret_agree = FALSE;
  if (!entry->has_time) {
    if (has_stamp)
      return stamp_us;
    return self->clock.has_wall ? self->clock.wall : GALEN_TIME_NONE;
  }
  const GalenLogTime *time = &entry->time;
  gint64 instant;
  if (time->has_zone) {
    instant = time->wall - (gint64)time->offset * GALEN_SECOND;
    self->clock.has_offset = TRUE;
    self->clock.offset = (gint64)time->offset * GALEN_SECOND;
    self->zone_source = "log";
  } else {
    if (has_stamp)
      learn_offset(self, time->wall, stamp_us);
    instant = time->wall - zone_offset(self, time->wall);
  }
  self->clock.has_wall = TRUE;
  self->clock.wall = instant;
  *ret_agree = has_stamp && near(instant, stamp_us);
  /* A short # Time has whole seconds and a guessed zone: the epoch beside it is better. */
  return *ret_agree && !time->iso ? stamp_us : instant;
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

SlowAnswer galen_slow_clock_set(SlowLog *self, const char *rest, const char *end, gboolean eof) {
  GalenSlowEvent *event = &self->entry.event;
  SlowClock saved = self->clock;
  gboolean own, agree;
  gint64 instant = entry_clock(self, &own, &agree);
  if (instant == GALEN_TIME_NONE)
    return SLOW_YES;
  gboolean timed = TRUE;
  if (!own) {
    timed = self->clock.wall_timed;
  } else if (!self->clock.has_last || !near(instant, self->clock.last)) {
    if (!eof && (gsize)(end - rest) < SLOW_NEIGHBOUR_BYTES) {
      self->clock = saved;
      return SLOW_MORE;
    }
    Neighbours ahead = look_ahead(self, instant, rest, end);
    timed = believe(self, instant, agree, &ahead);
  }
  if (self->entry.has_time)
    self->clock.wall_timed = timed;
  if (timed) {
    self->clock.has_last = TRUE;
    self->clock.last = instant;
  }
  /* MariaDB names the start; the others name the end, which only MySQL 8's SET timestamp does not. */
  gboolean is_start = self->entry.time_is_start || (!self->entry.has_time && self->layout.iso && own);
  gboolean has_duration = (event->main_mask & 1u << GALEN_MAIN_TIME) != 0;
  event->start = is_start || !has_duration ? instant : instant - (gint64)event->main[GALEN_MAIN_TIME];
  event->timed = timed;
  return SLOW_YES;
}
