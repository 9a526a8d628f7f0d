/* Times and zones as users say them on the command line. */
#pragma once

#include <glib.h>

/* A zone by its name ("Europe/Berlin", "UTC", "+02:00", "local"); NULL with error when there is none of that name. */
GTimeZone *galen_when_zone(const char *name, GError **error);

/* An instant, µs since the epoch: ISO 8601; `YYYY-MM-DD[ HH:MM[:SS]]` in `zone`; "today", "yesterday" (their midnight in
 * `zone`); or how long before `now` (µs since the epoch): "90s", "30m", "36h", "1d", "2w". FALSE with error otherwise. */
gboolean galen_when_parse(const char *text, GTimeZone *zone, gint64 now, gint64 *ret_us, GError **error);

/* An age in µs: "90d", "12w", "2y" (of 365 days); 0: it is none, or less than a day. */
gint64 galen_when_age(const char *text);

/* A duration in µs: "0.5" (seconds), "250ms", "10us", "2s", "3m". FALSE with error otherwise. */
gboolean galen_when_duration(const char *text, guint64 *ret_us, GError **error);
