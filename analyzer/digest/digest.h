/* The digest: everything a report needs to know of slow logs, bounded in memory and mergeable.
 *
 * digest(A ++ B) equals merge(digest(A), digest(B)) exactly, in any order and any split. So nothing is
 * evicted while reading: past GALEN_DIGEST_HOT_CLASSES classes (or a byte budget) an event of a further class
 * becomes a compact record in an unlinked temporary file, partitioned by query id, and these are summed when
 * the digest is finished. The same holds for users, hosts, schemas and nodes past those kept in memory. The cap
 * on classes is applied once, on final totals, by (time descending, id ascending); the rest is "other", exact.
 *
 * Threads: digests share nothing that changes (names of attributes are interned by GLib, which locks), so that each thread
 * may fill its own; nothing of a digest may be used by two threads at a time. One digest a thread, made with
 * options.share = how many threads, so that all together take no more memory than one does; then merge in one thread:
 * take the first and merge the others into it, and finish it. A merge moves classes and adopts temporary files: it costs
 * 1 to 2 µs a class in memory of `other`, at most 10 to 20 ms in all, and nothing a spilled record. */
#pragma once

#include "../../parsers/event.h"
#include "../query/fingerprint.h"
#include "../query/sample.h"
#include "series.h"
#include "stat.h"

#define GALEN_DIGEST_HOT_CLASSES 10000u
#define GALEN_DIGEST_HOT_BYTES (12u << 20)
#define GALEN_DIGEST_CLASSES_MAX 10000u /* kept after finish */
#define GALEN_TOP_INLINE 8u             /* users etc. kept in memory a class before they spill */
#define GALEN_TOP_GLOBAL 1024u          /* the same for the whole digest */
#define GALEN_TOP_KEPT 8u /* shown per class after finish: largest by time, then name; the rest is a remainder */
#define GALEN_TOP_KEPT_GLOBAL 32u
#define GALEN_SERIES_CLASSES 20u /* classes that keep a time series after finish: the leading ones by time */
#define GALEN_SERIES_TOPS 6u     /* users, hosts, schemas, nodes that keep one */

typedef struct {
  guint hot_classes; /* 0: the defaults above; tests set small ones */
  guint hot_bytes;
  guint classes_max;
  guint top_inline;
  GalenSampleMode samples;
  guint top_global;
  /* How many digests are filled at the same time, to be merged: of every budget of memory each has so small a part. 0: 1.
   * A merge adds the part of the other. Figures do not depend on it. */
  guint share;
  /* s: the smallest step of the series, one of the ladder's (60, 86400 …; another one: the next coarser). 0: 1 s. A merge takes the
   * coarser one of two. */
  guint step;
} GalenDigestOptions;

typedef enum {
  GALEN_TOP_USER,
  GALEN_TOP_HOST,
  GALEN_TOP_SCHEMA,
  GALEN_TOP_NODE,
  GALEN_N_TOPS,
} GalenTopKind;

typedef struct {
  char *name; /* raw bytes as in the log, the first 512, NUL-terminated with NULs shown as \0; NULL: unknown */
  guint64 count;
  guint64 time; /* µs */
} GalenTopValue;

typedef struct {
  GPtrArray *values;               /* of GalenTopValue *, largest time first, then name; at most the kept number */
  guint64 distinct;                /* how many values there were in all */
  guint64 other_count, other_time; /* of those not in `values` */
} GalenTop;

/* A further attribute. */
typedef struct {
  const char *name; /* interned with g_intern_string; "name_us" etc. when logs give one name in several units */
  GalenUnit unit;
  GalenStat stat;
} GalenAttrStat;

typedef struct {
  const char *name; /* interned */
  guint64 yes;      /* how often Yes */
  guint64 seen;     /* how often the log had it at all */
} GalenFlagStat;

typedef struct {
  guint32 code;
  guint64 count;
} GalenErrorCount;

typedef struct {
  char *text; /* raw bytes, masked as the options say; not UTF-8 checked; NULL when none */
  gsize len;
  gint64 time; /* GALEN_TIME_NONE: unknown */
  guint64 query_time;
  char *node, *path;
  guint64 line;
  guint64 text_bytes; /* length of the whole statement */
  char *explain;      /* the plan lines, at most 4 KiB, or NULL */
} GalenSample;

/* Totals: the same for a class, for "other", and for everything. */
typedef struct {
  guint64 count;
  guint64 count_scaled; /* each event times its rate limit */
  guint64 untimed;
  guint64 partial;
  guint64 nested_count, nested_time; /* statements inside stored routines: they are in their CALL's figures too */
  GalenStat main[GALEN_N_MAIN];
  GalenHistogram histogram[GALEN_N_MAIN];
  GArray *attrs;  /* of GalenAttrStat, by name */
  GArray *flags;  /* of GalenFlagStat, by name */
  GArray *errors; /* of GalenErrorCount, by code; of a class at most 256, the lowest codes */
  guint64 killed;
  gint64 first, last; /* confirmed starts, GALEN_TIME_NONE: none */
} GalenTotals;

typedef struct {
  guint8 id[GALEN_QUERY_ID_BYTES];
  char *fingerprint; /* raw bytes, at most GALEN_FINGERPRINT_MAX */
  gsize fingerprint_len;
  guint64 fingerprint_full_len;
  GalenTotals totals;
  GalenTop tops[GALEN_N_TOPS];
  guint64 facts[GALEN_N_FACTS]; /* events in which each GalenFacts bit was set */
  guint64 in_items_max, rows_max, rows_sum, offset_max;
  GalenSample sample; /* the worst: max query_time, then earliest, then node, then text bytes, then line */
  GalenSeries series; /* time per cell; empty unless among the leading GALEN_SERIES_CLASSES */
  GalenBlocks blocks; /* of every class */
} GalenClass;

typedef struct GalenDigest GalenDigest;

GalenDigest *galen_digest_new(const GalenDigestOptions *options);
void galen_digest_free(GalenDigest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenDigest, galen_digest_free)

/* Where the following events come from; both are copied. */
void galen_digest_set_source(GalenDigest *self, const char *node, const char *path);

/* Counts one event (WHOLE, or at its END with `statement_bytes` of all pieces). `fingerprint` is of its whole text and
 * `fingerprinter` is the one that made it (asked for the id when the class is new).
 *
 * The sample: for a WHOLE event the digest makes it itself from event->text when the event is its class's worst so
 * far. For an event that came in pieces the caller has run a GalenSampler over them and passes the result in
 * `sample`; for WHOLE events `sample` is {NULL, 0}. */
void galen_digest_add(GalenDigest *self, const GalenSlowEvent *event, const GalenFingerprint *fingerprint,
                      const GalenFingerprinter *fingerprinter, guint64 statement_bytes, GalenSlice sample);

/* Moves all of `other` into self; other is empty afterwards. */
void galen_digest_merge(GalenDigest *self, GalenDigest *other);

/* The finished digest: sorted, capped once, spills summed. FALSE with error when temporary space failed while reading
 * or now. Afterwards nothing may be added; the getters below are valid until free. */
gboolean galen_digest_finish(GalenDigest *self, GError **error);

guint64 galen_digest_n_distinct(const GalenDigest *self); /* classes there were, before the cap */
gboolean galen_digest_capped(const GalenDigest *self);
const GPtrArray *galen_digest_classes(const GalenDigest *self); /* of GalenClass *, by (time desc, id asc) */
const GalenTotals *galen_digest_totals(const GalenDigest *self);
const GalenTop *galen_digest_top(const GalenDigest *self, GalenTopKind kind);
/* All time per cell, all counts per cell, in the final step. Never NULL; n is 0 when nothing was timed. */
const GalenSeries *galen_digest_series(const GalenDigest *self);
/* All statements by block. */
void galen_digest_blocks(const GalenDigest *self, GalenBlocks *ret_blocks);
/* Time per cell of the leading values of a kind: of GalenTopSeries *, in the order of its top. */
typedef struct {
  const char *name; /* NULL: unknown */
  GalenSeries series;
} GalenTopSeries;
const GPtrArray *galen_digest_top_series(const GalenDigest *self, GalenTopKind kind);
/* Events per (cell, latency row): rows are powers of ten thirds: row = floor(3 * log10(µs)) clamped to 0 .. GALEN_HEAT_ROWS - 1. */
#define GALEN_HEAT_ROWS 36u
guint64 galen_digest_heat(const GalenDigest *self, guint cell, guint row);

/* Sums the classes of a finished digest from index `from` on, with whatever the cap had already put there: the figures of "other".
 * Caller frees with galen_totals_free. */
GalenTotals *galen_digest_other(const GalenDigest *self, guint from);
/* The same for an arbitrary set: classes whose index is marked TRUE in `shown` are left out. */
GalenTotals *galen_digest_other_than(const GalenDigest *self, const gboolean *shown);
void galen_totals_free(GalenTotals *self);
