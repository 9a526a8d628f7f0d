/* Times as logs write them, to microseconds. No allocation, no locale, no library call. */
#pragma once

#include "slice.h"

/* Microseconds; of 64 bits, so that products are too. */
#define GALEN_SECOND G_GINT64_CONSTANT(1000000)

typedef struct {
  gint64 wall; /* the written date and time as if it were UTC, µs since the epoch */
  gboolean has_zone;
  gint32 offset; /* of the zone, seconds east of UTC; 0 unless has_zone */
  gboolean iso;  /* "2024-05-13T00:00:00.000000Z", else "240513  0:00:00" */
  gsize used;    /* bytes read */
} GalenLogTime;

/* Reads a time at the start of `text`: `yymmdd h:mm:ss` (hours padded or not, any number of blanks) or ISO 8601
 * with 'T' or a blank, with or without seconds' fraction (digits past the sixth are dropped) and zone ("Z", "+02:00",
 * "+0200"). FALSE, with ret_time untouched, when it is none or out of range (years 1980 to 2100). */
gboolean galen_log_time_parse(GalenSlice text, GalenLogTime *ret_time);

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
gint64 galen_days_from_civil(gint64 year, gint64 month, gint64 day);
