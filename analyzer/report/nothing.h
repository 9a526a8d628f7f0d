/* Words for what a report does not have: the window asked for, and why no statement is there to show.
 *
 * Every function returns a newly allocated, valid UTF-8 string. */
#pragma once

#include "model.h"

/* The window asked for: "2026-11-24 00:00:00 to 2026-11-25 00:00:00, UTC", "since …", "before …"; NULL: none was. */
char *galen_nothing_window(const GalenReport *report);

/* Why there is nothing over time, as a clause without a full stop: "no statement of these logs is known to be in the window
 * asked for (…)", "no statement of these logs passes the filters", "no statement was found in these logs"; for a report that
 * counts statements, "no statement in these logs has a confirmed time". */
char *galen_nothing_clause(const GalenReport *report);

/* The same as a sentence: with a capital and a full stop. */
char *galen_nothing_sentence(const GalenReport *report);

/* Error logs were read, and no slow log: the report has nothing to say of queries. */
gboolean galen_nothing_but_errors(const GalenReport *report);
