/* Records that outlive the process: what is common to digest_record.h and errors_record.h.
 *
 * A record begins with its kind and version and ends with a checksum, so that what was damaged is refused before anything of it
 * is used. Strings are numbered where they come first and meant by number after that. What has a number elsewhere that another
 * version may change (attributes, rules) goes by name. */
#pragma once

#include "bytes.h"

#define GALEN_RECORD_ERROR galen_record_error_quark()
GQuark galen_record_error_quark(void);
typedef enum {
  GALEN_RECORD_ERROR_DAMAGED, /* not such a record, or damaged */
  GALEN_RECORD_ERROR_NEWER,   /* of a later version */
  GALEN_RECORD_ERROR_SIZE,    /* it does not fit into the bytes' largest size, or there is no memory */
} GalenRecordErrorCode;

/* ---- for the two that write records ---- */

/* Begins a record of a kind (a letter) where `bytes` end; returns where that is. */
gsize galen_record_begin(GalenBytes *bytes, char kind, guint version);
/* Ends the record that began at `start`: its checksum. FALSE with error: there was no room, and nothing of it stays. */
gboolean galen_record_end(GalenBytes *bytes, gsize start, GError **error);
/* Narrows the reader, which must hold one record and nothing else, to what is between. FALSE with error: it is none of this kind
 * up to `version`, or it is not whole. `ret_version`: its own. */
gboolean galen_record_open(GalenBytesReader *reader, char kind, guint version, guint *ret_version, GError **error);
/* A text of at most GALEN_RECORD_TEXT_MAX bytes, or NULL. What is read is made safe as log text is: of what was safe it is the
 * same. */
#define GALEN_RECORD_TEXT_MAX (64u << 10)
void galen_record_put_text(GalenBytes *bytes, const char *text);
char *galen_record_get_text(GalenBytesReader *reader);
/* Says that it is damaged; FALSE. */
gboolean galen_record_damaged(GError **error);
