/* The two sides of a comparison, and the one of a report without: paths and windows. */
#pragma once

#include "report_options.h"
#include "report_raw.h"

/* Takes the paths over. FALSE with error: there are too few, too many, or stdin twice. */
gboolean galen_report_sides_paths(GalenReportCommand *self, GalenReportRaw *raw, const char *command, GError **error);
/* Whether both sides are windows of the same inputs. */
gboolean galen_report_sides_are_one(const GalenReportCommand *self);
/* The windows, in the report's zone. With one PATH for both sides, a side that is open towards the other ends where that
 * begins. After paths and zone. */
gboolean galen_report_sides_windows(GalenReportCommand *self, const GalenReportRaw *raw, GError **error);
