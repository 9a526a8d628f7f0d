/* Messages of error logs made comparable, and made fit to be shown.
 *
 * A template is a message with what varies taken out, so that the same trouble is the same text however often it comes:
 *
 *   #        a number, a time, an address of memory, a hexadecimal id
 *   '?'      what stands in quotes of any kind; also a whole statement behind "Query: " and such
 *   <uuid> <addr> <path> <source> <name>   UUIDs and GTIDs, hosts with ports, files, "file.cc:123", dotted names
 *
 * Of a list only one remains. Numbers of messages ("MY-001062") stay.
 *
 * Evidence is another thing: it is the line as written, with the values of rows, the literals of statements and every
 * password masked, but names, numbers, users and addresses left. */
#pragma once

#include "../../parsers/slice.h"

/* The longest template, in bytes; longer ones end in "…". */
#define GALEN_ERROR_TEMPLATE_MAX 400u
/* How much of a message makes its template. */
#define GALEN_ERROR_TEMPLATE_TEXT_MAX 4096u
/* The longest first line of a record as evidence. */
#define GALEN_ERROR_TEXT_MAX 300u

/* Writes the template of a message; not terminated, not cleaned. Returns its length. Allocates nothing. */
gsize galen_error_template(GalenSlice text, char ret_template[GALEN_ERROR_TEMPLATE_MAX]);

/* A bounded copy of a line or message, cleaned (valid UTF-8) and masked; `max` bytes at most, 0: GALEN_ERROR_TEXT_MAX.
 * `full`: literals are shown, passwords never. Never NULL. */
char *galen_error_text_mask(GalenSlice text, gsize max, gboolean full);

/* A statement, masked the same way; NULL when there is none. */
char *galen_error_query_mask(GalenSlice query, gsize max, gboolean full);
