/* What the findings' files share. Not for others; findings.h is the way in. */
#pragma once

#include "findings.h"

/* A new finding in the report. `id` and the texts are taken over. */
GalenFinding *galen_findings_add(GalenReport *report, GalenSeverity severity, char *id, char *title, char *detail,
                                 char *advice);

/* Nodes whose logs leave something open. So many are listed, the others are counted. */
typedef struct {
  GalenReport *report;
  const char *advice;
  gint64 end;         /* of the time without a log */
  gboolean end_asked; /* it is the end of the window asked for, behind the last line of all logs */
  guint listed, unlisted;
} GalenFindingGaps;

/* `since`: from when on the log is silent. `id` and the texts are taken over. */
void galen_findings_add_gap(GalenFindingGaps *gaps, const char *node, char *id, char *title, char *detail,
                            gint64 since);

/* Appends a place of an error log as evidence. */
void galen_findings_add_place(GalenFinding *finding, const GalenErrorPlace *place);

/* Appends the places of an input's first skipped records as evidence. */
void galen_findings_add_skips(GalenFinding *finding, const GalenInputRow *row);

void galen_findings_coverage(GalenReport *report, const GalenReportOptions *options);
void galen_findings_logs(GalenReport *report);
void galen_findings_lost(GalenReport *report);
void galen_findings_quality(GalenReport *report);
void galen_findings_comparison(GalenReport *report);
void galen_findings_new(GalenReport *report);
void galen_findings_queries(GalenReport *report);
void galen_findings_correlations(GalenReport *report);
void galen_findings_changes(GalenReport *report);
