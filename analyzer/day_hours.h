/* Some hours of each day: those of a report that is to be compared with usual days. */
#pragma once

#include <glib.h>

#define GALEN_DAY_US (G_GINT64_CONSTANT(86400) * G_USEC_PER_SEC)

/* Of each day what lies less than `length` µs behind the moment `from`, or whole days before or after it. length 0: all of it. */
typedef struct {
  gint64 from, length;
} GalenDayHours;

gboolean galen_day_hours_hold(GalenDayHours self, gint64 time);
/* The last moment at or before `time` with which the hours of a day begin. */
gint64 galen_day_hours_begin(GalenDayHours self, gint64 time);
