/* The strings of a digest (users, hosts, schemas, nodes, paths) as small numbers, so that counting compares integers.
 *
 * A name is kept as the log has it, with NUL bytes written as \0, and then cut at GALEN_NAME_MAX bytes. Number 0 is the
 * unknown name (NULL). Names are never dropped before the digest is. */
#pragma once

#include "../../parsers/slice.h"

#define GALEN_NAME_MAX 512u
#define GALEN_NAME_UNKNOWN 0u
#define GALEN_NAME_NONE G_MAXUINT32

typedef struct GalenNames GalenNames;

GalenNames *galen_names_new(void);
void galen_names_free(GalenNames *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenNames, galen_names_free)

/* The number of a name; GALEN_NAME_NONE when it has none. Without data: unknown. */
guint32 galen_names_find(GalenNames *self, GalenSlice name);
/* The same, giving it one when it has none. */
guint32 galen_names_intern(GalenNames *self, GalenSlice name);
/* Numbers below this are given out. */
guint32 galen_names_size(const GalenNames *self);
/* NULL for the unknown name. Valid as long as self. */
const char *galen_names_text(const GalenNames *self, guint32 number);
GalenSlice galen_names_slice(const GalenNames *self, guint32 number);
/* Memory used, roughly. */
gsize galen_names_bytes(const GalenNames *self);

/* How names sort, NULL first. */
int galen_name_compare(const char *a, const char *b);
/* The text that is kept for `name`: in `buffer` when it had to be changed, else name's own bytes. Cleaning it again changes
 * nothing. */
GalenSlice galen_name_clean(GalenSlice name, char buffer[GALEN_NAME_MAX]);
/* 64 bits of the bytes, the same in one process; `seed` chains. */
guint64 galen_name_hash(GalenSlice name, guint64 seed);
