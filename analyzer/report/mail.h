/* The report as a mail (RFC 5322, MIME): a plain text that stands alone, HTML that needs no style sheet, one to three charts
 * as PNG, and the whole page attached. Ready for `sendmail -t`, or to be opened as a file.
 *
 *   mail.c         headers, parts, and what is left out until the size fits
 *   mail_words.c   subject and date
 *   mail_text.c    the plain text
 *   mail_html.c    the HTML body (report-templates/mail.xhtml) and its charts
 *
 * The same report gives the same bytes: the date is the window's end (or SOURCE_DATE_EPOCH), ids and boundaries come from the
 * content. Lines end in LF, as sendmail wants them on its input. docs/formats.md says more. */
#pragma once

#include "writers.h"

#define GALEN_MAIL_MAX_DEFAULT (10u << 20) /* bytes of a whole mail without --max-size */
#define GALEN_MAIL_MAX_LEAST (64u << 10)   /* what --max-size may ask for: the plain text always fits */
#define GALEN_MAIL_HTML_MAX 90000u         /* bytes of the HTML body: Gmail shows 102 KB */

/* Rows of writers.c. */
GBytes *galen_mail_write(const GalenReport *report, const GalenWriteOptions *options, GError **error);
/* Addresses and size. */
gboolean galen_mail_check(const GalenWriteOptions *options, GError **error);
