/* One event as one JSON object on a line, for `galen events`. docs/events.md lists the keys. */
#pragma once

#include "../pipeline.h"

/* The text of a statement or a message is cut here. */
#define GALEN_EVENT_TEXT_MAX 2048u

/* Both write a JSON object without its last brace into `out`, which they empty first. */
void galen_event_line_slow(GString *out, const GalenInputRow *row, const GalenSlowEvent *event, GalenSlice sample,
                           const GalenFingerprinter *fingerprinter);
void galen_event_line_error(GString *out, const GalenInputRow *row, const GalenErrorEvent *event, gint64 time,
                            const GalenLogRule *rule, gboolean full);
