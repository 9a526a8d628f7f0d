/* Which input of a store a log is: by the file it is in, or by its content wherever that is now. */
#pragma once

#include "content.h"

typedef struct {
  const char *path; /* as the store has it */
  const char *node;
  GalenStoreFile file;
  gboolean replaced_whole; /* a state file: it is written anew, so of one path there is one */
} GalenKnownFile;

/* The file as it is now; all 0 when there is none of that path (stdin). Of an archive's member ("x.tar!a.log") the archive. */
void galen_known_stat(const char *path, GalenStoreFile *ret_file);

/* The rows of what was read whole from this very file, or from one of the same size, head and tail; FALSE when there are none. With
 * them nothing is new in it. `inputs` of
 * GalenStoreInput *; those in `taken` (of ids) are other logs'. Appends to `ret_rows`, of GalenStoreInput *, borrowed. */
gboolean galen_known_unchanged(const GPtrArray *inputs, GHashTable *taken, const GalenKnownFile *file,
                               GPtrArray *ret_rows);

typedef enum {
  GALEN_KNOWN_NEW,  /* none of them */
  GALEN_KNOWN_SAME, /* the very content */
  GALEN_KNOWN_MORE, /* it begins with what is there, or replaces it */
  GALEN_KNOWN_LESS, /* what is there is longer */
} GalenKnown;

/* Compares what was read with all rows; `ret_rows` as above: one, or one each host of a wrapper. */
GalenKnown galen_known_find(const GPtrArray *inputs, GHashTable *taken, const GalenKnownFile *file,
                            const GalenContentTap *content, GPtrArray *ret_rows);
