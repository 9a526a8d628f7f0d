/* Which events of the logs a report counts: --filter, --since, --until.
 *
 * A filter's keys are all to be met; several values of one key are alternatives. */
#pragma once

#include "../parsers/event.h"
#include "day_hours.h"
#include "query/fingerprint.h"

typedef struct GalenFilter GalenFilter;

/* Events that began in [since, until); GALEN_TIME_NONE leaves a side open. With a side given, events without a
 * confirmed time are left out: nobody knows where they belong. */
GalenFilter *galen_filter_new(gint64 since, gint64 until);
/* The same filter for another thread; `self` must not be added to afterwards. */
GalenFilter *galen_filter_share(const GalenFilter *self);
void galen_filter_free(GalenFilter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenFilter, galen_filter_free)

/* Adds "KEY=VALUE": node, db, user, host, id, command, min-time. FALSE with error: no such key, or a bad value. */
gboolean galen_filter_add(GalenFilter *self, const char *text, GError **error);

/* Whether an event counts, as far as its header tells. */
gboolean galen_filter_event(const GalenFilter *self, const GalenSlowEvent *event);
/* Whether a moment is in the window; an unknown one (GALEN_TIME_NONE) only when no side is given. */
gboolean galen_filter_time(const GalenFilter *self, gint64 time);
/* The window, GALEN_TIME_NONE for an open side; and a wider one instead. */
void galen_filter_window(const GalenFilter *self, gint64 *ret_since, gint64 *ret_until);
void galen_filter_set_window(GalenFilter *self, gint64 since, gint64 until);
/* Of the window's days only these hours. */
void galen_filter_set_hours(GalenFilter *self, GalenDayHours hours);
GalenDayHours galen_filter_hours(const GalenFilter *self);
/* Keys that were given and that a digest of whole slots cannot tell apart: "user, host"; NULL: none. Caller frees. */
char *galen_filter_event_keys(const GalenFilter *self);
/* Whether a side is given. */
gboolean galen_filter_has_window(const GalenFilter *self);
gboolean galen_filter_node(const GalenFilter *self, const char *node);
/* The nodes that are wanted, of char *; NULL: all. */
const GPtrArray *galen_filter_nodes(const GalenFilter *self);
/* The same for its statement. `fingerprinter` is the one that made the fingerprint. */
gboolean galen_filter_statement(GalenFilter *self, const GalenFingerprint *fingerprint,
                                const GalenFingerprinter *fingerprinter);
