/* Shared by the mail writer's files only. */
#pragma once

#include "model.h"

/* A chart of the body. */
typedef struct {
  char *cid;  /* content id, without brackets */
  char *file; /* "load.png" */
  char *alt;  /* what it shows, in words */
  GBytes *png;
} GalenMailChart;

#define GALEN_MAIL_LINES_MAX 60u
#define GALEN_MAIL_COLUMNS 78u

/* "[galen] CRITICAL shop-cluster 2026-11-24: split brain 02:36-02:37, node3": one line without control characters. */
char *galen_mail_subject(const GalenReport *report);
/* Any text as a subject. */
char *galen_mail_line(const char *text);
/* The incident that matters most and is not muted, and its place in the report's list; NULL: there is none. */
const GalenIncident *galen_mail_incident(const GalenReport *report, guint *ret_index);
/* NULL: no time is known. */
GDateTime *galen_mail_date(const GalenReport *report);

/* `attachment` is a sentence on the page that is attached, or not. */
char *galen_mail_text(const GalenReport *report, const char *attachment);

/* One to three GalenMailChart *; none on a machine without fonts. */
GPtrArray *galen_mail_charts(const GalenReport *report);
/* The body, at most GALEN_MAIL_HTML_MAX bytes; NULL with error. `charts` may be empty. */
GBytes *galen_mail_html(const GalenReport *report, const char *templates, const char *subject, const char *attachment,
                        const GPtrArray *charts, GError **error);
