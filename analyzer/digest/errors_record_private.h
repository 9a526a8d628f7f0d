/* The inside of errors_record.h: errors_record.c writes and reads all, blocks_record.c deadlocks, crashes, waits and assertions.
 *
 * Version 1. Numbers are those of bytes.h. What it fixes, so that a change of it makes another version: the order of the blocks'
 * lists, the numbers of GalenLevel and GalenSeverity, the flags of a trace's entries. */
#pragma once

#include "errors_private.h"
#include "errors_record.h"

#define GALEN_ERRORS_RECORD_VERSION 1u

/* `number`: of the list. */
void galen_error_blocks_put(const GalenErrors *errors, guint number, GalenBytes *bytes);
/* `remask`: samples were full when it was written, and are not to be shown so. FALSE: damaged. */
gboolean galen_error_blocks_get(GalenErrors *errors, guint number, gboolean remask, GalenBytesReader *reader);
