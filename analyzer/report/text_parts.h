/* What the text writer's files share.
 *
 *   text.c        the document: verdict, findings, ranking, shares, inputs
 *   text_class.c  one class in detail
 *   text_incidents.c, text_nodes.c, text_errors.c   what error logs add
 *   text_comparison.c   before and after
 *   text_out.c, text_table.c   wrapping, columns */
#pragma once

#include "model.h"
#include "text_out.h"

/* "2026-11-24 02:36:05" in the report's zone. */
char *galen_text_when(const GalenReport *report, gint64 time);
void galen_text_class(GalenText *out, const GalenReport *report, const GalenQuery *query);
/* Each is nothing when no error log was read. */
void galen_text_incidents(GalenText *out, const GalenReport *report);
void galen_text_nodes(GalenText *out, const GalenReport *report);
void galen_text_errors(GalenText *out, const GalenReport *report);
void galen_text_configuration(GalenText *out, const GalenReport *report);
/* Nothing without a baseline. */
void galen_text_comparison(GalenText *out, const GalenReport *report);
void galen_text_unseen(GalenText *out, const GalenReport *report);
GalenTextStyle galen_text_severity_style(GalenSeverity severity);
