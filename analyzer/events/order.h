/* Events of many inputs in the order of time, in bounded memory.
 *
 * Each input's events come nearly in order: a window of GALEN_EVENT_WINDOW of them is sorted, and what comes too late for it
 * keeps its place and is marked. An input's sorted events are a run in a temporary file; at the end the runs are merged. */
#pragma once

#include <glib.h>

#define GALEN_EVENT_WINDOW 10000u

typedef struct GalenEventOrder GalenEventOrder;

/* `window`: GALEN_EVENT_WINDOW, or less in tests. */
GalenEventOrder *galen_event_order_new(guint window);
void galen_event_order_free(GalenEventOrder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenEventOrder, galen_event_order_free)

/* The next events are of another input; of equal times those of the lower `name` come first. */
gboolean galen_event_order_begin(GalenEventOrder *self, const char *name, GError **error);

/* Adds an event: a JSON object without its last brace. GALEN_TIME_NONE: it keeps its place behind the one before. FALSE with
 * error: no temporary space. */
gboolean galen_event_order_add(GalenEventOrder *self, gint64 time, const char *json, gsize len, GError **error);

/* Hands out all events, whole and with a line end, in order. Once. */
typedef gboolean (*GalenEventOut)(gpointer user, const char *line, gsize len, GError **error);
gboolean galen_event_order_finish(GalenEventOrder *self, GalenEventOut out, gpointer user, GError **error);
