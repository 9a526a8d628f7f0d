/* The inside of digest_record.h: digest_record.c writes and reads all, class_record.c a class, figures_record.c what is summed of it,
 * values_record.c gathers users etc. that are not in memory.
 *
 * Version 1. Numbers are those of bytes.h; "(n)" is a number of one byte each. What it fixes, so that a change of it makes another
 * version: the order of GalenMainAttr, GalenTopKind and GalenFacts (which may grow at its end), the numbers of GalenUnit and
 * GalenAttrKind, the buckets of histograms, the rows of the heat map and the ladder of steps. */
#pragma once

#include "digest-private.h"
#include "digest_record.h"
#include "value.h"

#define GALEN_DIGEST_RECORD_VERSION 1u

/* So many names get a number; each one after them stands where it is meant. */
#define GALEN_RECORD_NAMES_MAX (1u << 20)

/* ---- writing ---- */

/* Users etc. of one class, or of the whole digest, that are not in memory. */
typedef struct {
  guint8 id[GALEN_QUERY_ID_BYTES]; /* all 0: the whole digest */
  gboolean owned;                  /* by a class */
  GalenTopKind kind;
  guint32 name;
  guint64 count, time;
  GalenCells cells;
} GalenValueSum;

/* Reads self's values from temporary space: an array of GalenValueSum by owner (the whole digest first), each once. NULL with error.
 * More than `max` bytes of them are refused. */
GArray *galen_value_sums(GalenDigest *self, gsize max, GError **error);
/* Where those of a class begin; `ret_n`: how many they are. NULL: the whole digest's. */
const GalenValueSum *galen_value_sums_of(const GArray *sums, const guint8 *id, guint *ret_n);

typedef struct {
  GalenDigest *digest;
  const GalenDigestPut *how;
  GalenBytes *bytes;
  GArray *values;        /* of GalenValueSum */
  GArray *names, *attrs; /* of guint32: number in the digest -> number in the record + 1; 0: not there yet */
  guint32 n_names, n_attrs;
  guint8 step; /* of the series */
  gint64 from, base;
} GalenDigestWriter;

void galen_digest_writer_name(GalenDigestWriter *self, guint32 name);
/* All of one kind. `total_count`, `total_time`: of a value that is the only one these need not be written. `cells`: with them. */
void galen_digest_writer_class(GalenDigestWriter *self, GalenAccum *accum);
void galen_digest_writer_sum(GalenDigestWriter *self, const GalenSum *sum);

/* ---- reading ---- */

typedef struct {
  GalenSlice text;
  guint32 number; /* in the digest; GALEN_NAME_NONE: it has none yet */
} GalenRecordName;

typedef struct {
  guint16 number; /* in the digest; GALEN_ATTR_NONE: it has no room */
  GalenAttrKind kind;
} GalenRecordAttr;

typedef struct {
  GalenDigest *digest;
  const GalenDigestGet *how;
  GalenBytesReader *bytes;
  gboolean with_fingerprints, full_samples;
  GArray *names;              /* of GalenRecordName, by number in the record; 0: unknown */
  GalenRecordName unnumbered; /* the last one that has none */
  GArray *attrs;              /* of GalenRecordAttr */
  guint8 step;
  gint64 from, to, base; /* GALEN_TIME_NONE: nothing is timed */
  guint n;               /* cells */
  guint32 node, path;    /* numbers of how->node and how->path, if given */
} GalenDigestReader;

/* The name that comes next, for a value of a kind; GALEN_N_TOPS: none. FALSE: damaged. */
gboolean galen_digest_reader_key(GalenDigestReader *self, guint kind, GalenTopKey *ret_key);
/* Makes an accumulator of the digest. NULL with error. */
GalenAccum *galen_digest_reader_class(GalenDigestReader *self, GError **error);
gboolean galen_digest_reader_sum(GalenDigestReader *self, GalenSum *sum);

/* samples_record.c: whether the sample of a class is the worst of its day so far, which is noted. */
gboolean galen_sample_days_admit(GalenSampleDays *self, const guint8 id[GALEN_QUERY_ID_BYTES], gint64 day,
                                 const GalenWorst *worst);
