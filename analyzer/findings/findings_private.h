/* What the findings' files share. Not for others; findings.h is the way in. */
#pragma once

#include "findings.h"

/* A new finding in the report. `id` and the texts are taken over. */
GalenFinding *galen_findings_add(GalenReport *report, GalenSeverity severity, char *id, char *title, char *detail,
                                 char *advice);

/* Appends the places of an input's first skipped records as evidence. */
void galen_findings_add_skips(GalenFinding *finding, const GalenInputRow *row);

void galen_findings_coverage(GalenReport *report, const GalenReportOptions *options);
void galen_findings_logs(GalenReport *report);
void galen_findings_lost(GalenReport *report);
void galen_findings_quality(GalenReport *report);
void galen_findings_queries(GalenReport *report);
