/* Findings: what a reader has to know first, from the report model alone.
 *
 *   coverage-gap:NODE    warning  nothing, nothing in the window asked for, or nothing of late, from a node: slow logs
 *                                 get switched off, shippers die
 *   coverage-gap:NODE:silence    warning  a silence inside a node's slow logs that their own rhythm makes improbable
 *   coverage-gap:NODE:error-log  warning  a member without an error log of its own, or whose log has no line in the window
 *                                 asked for, or ends while others go on
 *   error:RULE:ID        critical a group of critical messages that is no fact for the reconstruction: at most
 *                                 GALEN_ERROR_FINDINGS; info for the GALEN_ERROR_NOTES most frequent groups of warnings
 *                                 that came GALEN_ERROR_NOTE_COUNT times or more
 *   coverage-gap:all     warning  nothing is counted, for instance as the filters let nothing through
 *   incomplete:PATH      warning  an input that could not be read whole
 *   skipped:PATH         warning above GALEN_SKIPPED_WARNING of the input's bytes, when they are also GALEN_SKIPPED_BYTES,
 *                                 GALEN_SKIPPED_RECORDS or GALEN_SKIPPED_MOST of the input; else info
 *   untimed, partial, implausible, rate-limited, nested, classes-capped, errors, killed   info
 *   advice:RULE:ID       info     the first advice of a class that takes GALEN_ADVICE_SHARE of all time or more;
 *                                 warning when there is a baseline and the class is new or slower than in it
 *   comparison:slower:ID, comparison:new:ID  the GALEN_COMPARISON_FINDINGS operations that cost most more than before, and
 *                                 the leading new ones: info; warning when one is slower and takes GALEN_ADVICE_SHARE
 *   comparison:errors:GROUP       warning: groups of warnings and worse that are new or came more often
 *   comparison:configuration, comparison:operations  info: what else is not as before; warning when
 *                                 operations could not be compared
 *   correlation:KIND:…    info     what logs of different kinds show at the same time: load-before (a crash), slow-during (a state
 *                                 transfer, flow control), after-change (messages that are new after a configuration
 *                                 change), new-in-slowdown (operations); at most three of each
 *
 * Ids are stable from run to run: --mute names them. Of the kinds that come once an input or node at most
 * GALEN_FINDINGS_OF_A_KIND are listed; one more, "KIND:further", counts the rest. */
#pragma once

#include "../report/model.h"

#define GALEN_FINDINGS_OF_A_KIND 20u
#define GALEN_SKIPPED_WARNING 0.01
/* The first statement of a rotated log is often cut: a few bytes more than 1 % of a small log are no reason to warn. */
#define GALEN_SKIPPED_BYTES (64u << 10)
#define GALEN_SKIPPED_RECORDS 10u
#define GALEN_SKIPPED_MOST 0.5
#define GALEN_ADVICE_SHARE 0.1
#define GALEN_ADVICE_FINDINGS 5u
#define GALEN_COMPARISON_FINDINGS 5u
#define GALEN_ERROR_FINDINGS 5u
#define GALEN_ERROR_NOTES 3u
#define GALEN_ERROR_NOTE_COUNT 10u
/* A node that is silent before the end of the window for longer than both is a gap. */
#define GALEN_SILENT_US (G_GINT64_CONSTANT(6) * 3600 * G_USEC_PER_SEC)
#define GALEN_SILENT_PART 4 /* of the window: a quarter */

/* Fills report->findings (worst first, muted ones last) and report->status. All else of the report must be there. */
void galen_findings_build(GalenReport *report, const GalenReportOptions *options);

/* TRUE when one of `mute` ("ID" or "ID@UNTIL", NULL-terminated, may be NULL) mutes `id`. ID is an id, or the part before its first ':',
 * which mutes all findings of that kind, or "advice:RULE". UNTIL is a date or an ISO 8601 time
 * and excluded: it is compared with `to`, the end of the window, never with the wall clock; without a window it does not
 * mute. A date or time without a zone is in `zone`. */
gboolean galen_findings_is_muted(const char *const *mute, const char *id, gint64 to, GTimeZone *zone);
