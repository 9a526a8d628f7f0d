/* The ranking: incidents and findings in one list, what matters most first. The verdict of every format walks it.
 *
 * Order: what is not muted; severity; what is at stake (data, then service and speed, then what the logs cannot show, then
 * notes on the data read); cost in seconds. A second of a node in trouble, of query time, or of a silent log are one second
 * each, and so is a record of an error group: crude, but the same for all, and only ever compared within one severity. */
#pragma once

#include "../report/model.h"

/* Fills report->ranking from incidents and findings, which it leaves as they are. A finding that says of a node what an
 * incident says already (its log is missing) is left out. */
void galen_ranking_build(GalenReport *report);

/* How a finding ranks among findings: negative when `a` comes first. */
int galen_ranking_compare_findings(const GalenFinding *a, const GalenFinding *b);
