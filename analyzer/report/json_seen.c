/* What stores tell beyond the window. */
#include "json_parts.h"

#include <math.h>

void galen_json_seen(GalenJson *json, const GalenSeen *seen) {
  gboolean known = seen->first != GALEN_TIME_NONE;
  galen_json_time(json, "first_seen", seen->first);
  galen_json_time(json, "last_seen", seen->last);
  if (known)
    galen_json_bool(json, "new", seen->is_new);
  else
    galen_json_null(json, "new");
  if (known)
    galen_json_count(json, "days_before", seen->before);
  else
    galen_json_null(json, "days_before");
}

static void write_change(GalenJson *json, const char *key, const GalenTrend *trend) {
  galen_json_open_object(json, key, GALEN_JSON_LINE);
  galen_json_double(json, "ratio", trend->ratio);
  galen_json_double(json, "chance", trend->chance);
  galen_json_bool(json, "said", trend->said);
  galen_json_close_object(json);
}

/* Days that are not known are null. */
static void write_days(GalenJson *json, const GalenWeeks *weeks, const char *key, const guint64 *values, guint digits) {
  galen_json_open_list(json, key, GALEN_JSON_LINE);
  for (guint i = 0; i < weeks->n; i++)
    if (weeks->known[i])
      galen_json_decimal(json, NULL, values[i], digits);
    else
      galen_json_null(json, NULL);
  galen_json_close_list(json);
}

void galen_json_weeks(GalenJson *json, const GalenWeeks *weeks) {
  if (weeks == NULL) {
    galen_json_null(json, "trend");
    return;
  }
  galen_json_open_object(json, "trend", GALEN_JSON_BLOCK);
  galen_json_time(json, "from", weeks->from);
  galen_json_count(json, "step_s", GALEN_DAY_US / G_USEC_PER_SEC);
  write_days(json, weeks, "count", weeks->count, 0);
  write_days(json, weeks, "time", weeks->time, 6);
  galen_json_count(json, "weeks", weeks->trends[GALEN_TREND_TIME].weeks);
  for (guint i = 0; i < GALEN_N_TRENDS; i++) {
    g_autofree char *key = g_strconcat(galen_trend_word(i), "_change", NULL);
    write_change(json, key, &weeks->trends[i]);
  }
  galen_json_close_object(json);
}
