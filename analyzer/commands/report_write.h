/* From what was read to documents in files: what report, compare and nightly have in common. */
#pragma once

#include "logs.h"

/* `before`: NULL without a side before. What was read must outlive the report. */
GalenReport *galen_report_build(const GalenReportCommand *command, const GalenAdviceRules *rules, GalenLogs *logs,
                                GalenLogs *before);

/* One document of a writer that has `write`; `path` tells only whether it is for a terminal. */
GBytes *galen_report_render_one(const GalenReportCommand *command, const GalenReport *report, const GalenOutput *output,
                                GError **error);
typedef void (*GalenComplainFunc)(gpointer user, const char *what, const char *why);
/* The documents of all outputs, of GBytes *, before anything is written; NULL for one that goes out in pieces. NULL: one of
 * them failed. */
GPtrArray *galen_report_render(const GalenReportCommand *command, const GalenReport *report, GalenComplainFunc complain,
                               gpointer user);
typedef gboolean (*GalenOutputWanted)(const GalenOutput *output);
/* Writes those that are wanted; `wanted` NULL: all. TRUE: all of them were written. */
gboolean galen_report_write(const GalenReportCommand *command, const GalenReport *report, const GPtrArray *documents,
                            GalenOutputWanted wanted, GalenComplainFunc complain, gpointer user);
