#include "log_time.h"

typedef struct {
  const char *at, *end;
} Cursor;

static gboolean is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Reads between `least` and `most` digits. */
static gboolean digits(Cursor *c, guint least, guint most, gint64 *ret_value) {
  gint64 value = 0;
  guint n = 0;
  for (; n < most && c->at < c->end && is_digit(*c->at); n++)
    value = value * 10 + (*c->at++ - '0');
  if (n < least)
    return FALSE;
  *ret_value = value;
  return TRUE;
}

static gboolean mark(Cursor *c, char wanted) {
  if (c->at == c->end || *c->at != wanted)
    return FALSE;
  c->at++;
  return TRUE;
}

static guint blanks(Cursor *c) {
  guint n = 0;
  for (; c->at < c->end && *c->at == ' '; n++)
    c->at++;
  return n;
}

/* Howard Hinnant's days_from_civil (public domain algorithm), proleptic Gregorian. */
gint64 galen_days_from_civil(gint64 year, gint64 month, gint64 day) {
  year -= month <= 2;
  gint64 era = (year >= 0 ? year : year - 399) / 400;
  gint64 year_of_era = year - era * 400;
  gint64 day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  gint64 day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

static gboolean date_valid(gint64 year, gint64 month, gint64 day) {
  static const guint8 lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return year >= 1980 && year <= 2100 && month >= 1 && month <= 12 && day >= 1 && day <= lengths[month - 1];
}

/* hh:mm:ss and an optional fraction. A leap second is read as the second before it. */
static gboolean clock_time(Cursor *c, gint64 *ret_us) {
  gint64 h, m, s, us = 0;
  if (!digits(c, 1, 2, &h) || !mark(c, ':') || !digits(c, 2, 2, &m) || !mark(c, ':') || !digits(c, 2, 2, &s) ||
      h > 23 || m > 59 || s > 60)
    return FALSE;
  if (c->at + 1 < c->end && *c->at == '.' && is_digit(c->at[1])) {
    c->at++;
    gint64 unit = 100000;
    for (; c->at < c->end && is_digit(*c->at); c->at++, unit /= 10)
      us += (*c->at - '0') * unit;
  }
  *ret_us = ((h * 60 + m) * 60 + MIN(s, 59)) * GALEN_SECOND + us;
  return TRUE;
}

static gboolean zone(Cursor *c, gint32 *ret_offset) {
  gint64 h, m;
  if (mark(c, 'Z')) {
    *ret_offset = 0;
    return TRUE;
  }
  Cursor at = *c;
  gboolean minus = at.at < at.end && *at.at == '-';
  if (!mark(&at, '+') && !mark(&at, '-'))
    return FALSE;
  if (!digits(&at, 2, 2, &h))
    return FALSE;
  (void)mark(&at, ':');
  if (!digits(&at, 2, 2, &m) || h > 15 || m > 59)
    return FALSE;
  *ret_offset = (gint32)((h * 60 + m) * 60) * (minus ? -1 : 1);
  *c = at;
  return TRUE;
}

gboolean galen_log_time_parse(GalenSlice text, GalenLogTime *ret_time) {
  Cursor c = {text.data, text.data + text.len};
  GalenLogTime time = {0};
  gint64 year, month, day, us;
  time.iso = text.len > 4 && text.data[4] == '-';
  if (time.iso) {
    if (!digits(&c, 4, 4, &year) || !mark(&c, '-') || !digits(&c, 2, 2, &month) || !mark(&c, '-') ||
        !digits(&c, 2, 2, &day))
      return FALSE;
    if (!mark(&c, 'T') && blanks(&c) == 0)
      return FALSE;
  } else {
    if (!digits(&c, 2, 2, &year) || !digits(&c, 2, 2, &month) || !digits(&c, 2, 2, &day) || blanks(&c) == 0)
      return FALSE;
    year += year < 70 ? 2000 : 1900;
  }
  if (!date_valid(year, month, day) || !clock_time(&c, &us))
    return FALSE;
  if (time.iso)
    time.has_zone = zone(&c, &time.offset);
  time.wall = galen_days_from_civil(year, month, day) * 86400 * GALEN_SECOND + us;
  time.used = (gsize)(c.at - text.data);
  *ret_time = time;
  return TRUE;
}
