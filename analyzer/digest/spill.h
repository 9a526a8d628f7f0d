/* Records in an unlinked temporary file, in GALEN_SPILL_PARTITIONS streams that are read back one at a time.
 *
 * One file, whose blocks are chained per stream: memory is one block a stream, one descriptor in all. The file has no
 * name (O_TMPFILE, or unlinked at once) in $TMPDIR, so nothing is left behind whatever happens. */
#pragma once

#include "bytes.h"

#define GALEN_SPILL_PARTITIONS 256u
/* Longest record. */
#define GALEN_SPILL_RECORD_MAX (16u << 20)

typedef struct GalenSpill GalenSpill;

/* No file is made before the first write. `share`: as in GalenDigestOptions; of that many spills each has so much smaller
 * blocks, down to an eighth. */
GalenSpill *galen_spill_new(guint share);
void galen_spill_free(GalenSpill *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenSpill, galen_spill_free)

/* Appends one record to a stream. */
gboolean galen_spill_write(GalenSpill *self, guint8 partition, const guint8 *data, gsize len, GError **error);
/* Takes `other` over: its records follow self's own, in streams of the same number. Of spills that share memory nothing is
 * read or copied: their files and blocks stay until self is freed. */
gboolean galen_spill_append(GalenSpill *self, GalenSpill *other, GError **error);
gboolean galen_spill_has(const GalenSpill *self, guint8 partition);

/* Calls `func` for every record of a stream, in the order of writing; it may write to other spills. Stops when it fails. */
typedef gboolean (*GalenSpillFunc)(const guint8 *data, gsize len, gpointer user, GError **error);
gboolean galen_spill_foreach(const GalenSpill *self, guint8 partition, GalenSpillFunc func, gpointer user,
                             GError **error);
