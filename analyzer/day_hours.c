#include "day_hours.h"

/* Since the hours began; times may be as far apart as they can be. */
static gint64 since_begin(GalenDayHours self, gint64 time) {
  gint64 since = (time % GALEN_DAY_US - self.from % GALEN_DAY_US) % GALEN_DAY_US;
  return since < 0 ? since + GALEN_DAY_US : since;
}

gint64 galen_day_hours_begin(GalenDayHours self, gint64 time) {
  return time - since_begin(self, time);
}

gboolean galen_day_hours_hold(GalenDayHours self, gint64 time) {
  return self.length == 0 || since_begin(self, time) < self.length;
}
