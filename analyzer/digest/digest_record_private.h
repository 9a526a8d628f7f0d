/* The inside of digest_record.h: digest_record.c writes and reads all, class_record.c a class, figures_record.c what is summed of it,
 * values_record.c gathers users etc. that are not in memory.
 *
 * Version 2: kind, version, what it has (a byte), ids of all classes in their order, then all numbers, coded (coder.h, each in its
 * GalenRecordContext), then names and samples. Numbers come in this order: the range of the series; names of users etc. of the whole
 * digest; classes; the series; users etc. What others add up to is not written: most cells' time, the last of a kind, statistics
 * where the histogram tells them. Version 1 had the numbers of bytes.h, in another order: digest_record_v1.c reads it.
 *
 * What both fix, so that a change of it makes another version: the order of GalenMainAttr, GalenTopKind and GalenFacts (which may
 * grow at its end), the numbers of GalenUnit and GalenAttrKind, the buckets of histograms, the rows of the heat map and the ladder
 * of steps; of version 2 coder.c, too, and the words of sample_words.c. */
#pragma once

#include "coder.h"
#include "digest-private.h"
#include "digest_record.h"
#include "value.h"

#define GALEN_DIGEST_RECORD_VERSION 2u
#define GALEN_DIGEST_RECORD_KIND 'Q'

/* What a record has. */
enum { GALEN_RECORD_FINGERPRINTS = 1, GALEN_RECORD_TIMES = 2, GALEN_RECORD_FULL_SAMPLES = 4 };

/* So many names get a number; each one after them stands where it is meant. */
#define GALEN_RECORD_NAMES_MAX (1u << 20)
/* Users etc. of the whole digest, of one kind. */
#define GALEN_RECORD_LOADS_MAX (4u << 20)
/* Texts past it are not packed. */
#define GALEN_RECORD_TEXTS_MAX (16u << 20)

/* ---- what numbers mean ---- */

#define GALEN_RECORD_COUNTERS 5u
#define GALEN_RECORD_SIZES 4u
#define GALEN_RECORD_FACT_CONTEXTS 32u
/* Attributes past so many share their contexts. */
#define GALEN_RECORD_ATTR_CONTEXTS 24u
/* Contexts of steps between buckets: by the number of values and the step before. */
#define GALEN_RECORD_GAPS 30u

/* Of one statistic. */
enum {
  GALEN_STAT_COUNT,
  GALEN_STAT_FORM,
  GALEN_STAT_MIN,
  GALEN_STAT_RANGE,
  GALEN_STAT_SUM,
  GALEN_STAT_SQUARES,
  GALEN_STAT_CONTEXTS
};

typedef enum {
  GALEN_CONTEXT_FROM,
  GALEN_CONTEXT_LENGTH,
  GALEN_CONTEXT_STEP,
  GALEN_CONTEXT_NAME, /* of a kind, of a node, of a path */
  GALEN_CONTEXT_NAME_NODE = GALEN_CONTEXT_NAME + GALEN_N_TOPS,
  GALEN_CONTEXT_NAME_PATH,
  GALEN_CONTEXT_LOADS,
  GALEN_CONTEXT_COUNT,
  GALEN_CONTEXT_TIME,
  GALEN_CONTEXT_KNOWN,
  GALEN_CONTEXT_LONE,
  GALEN_CONTEXT_SCALED,
  GALEN_CONTEXT_COUNTERS,
  GALEN_CONTEXT_STAT = GALEN_CONTEXT_COUNTERS + GALEN_RECORD_COUNTERS,
  GALEN_CONTEXT_TOTAL = GALEN_CONTEXT_STAT + GALEN_N_MAIN * GALEN_STAT_CONTEXTS,
  GALEN_CONTEXT_FIRST,
  GALEN_CONTEXT_GAP = GALEN_CONTEXT_FIRST + GALEN_N_MAIN,
  GALEN_CONTEXT_BUCKET = GALEN_CONTEXT_GAP + GALEN_N_MAIN * GALEN_RECORD_GAPS,
  GALEN_CONTEXT_ATTRS = GALEN_CONTEXT_BUCKET + 2 * GALEN_N_MAIN,
  GALEN_CONTEXT_ATTR,
  GALEN_CONTEXT_UNIT,
  GALEN_CONTEXT_KIND,
  GALEN_CONTEXT_ATTR_STAT,
  GALEN_CONTEXT_ERRORS = GALEN_CONTEXT_ATTR_STAT + GALEN_RECORD_ATTR_CONTEXTS * GALEN_STAT_CONTEXTS,
  GALEN_CONTEXT_ERROR_CODE,
  GALEN_CONTEXT_ERROR_COUNT,
  GALEN_CONTEXT_TOPS, /* of each kind */
  GALEN_CONTEXT_TOP_COUNT = GALEN_CONTEXT_TOPS + GALEN_N_TOPS,
  GALEN_CONTEXT_TOP_TIME = GALEN_CONTEXT_TOP_COUNT + GALEN_N_TOPS,
  GALEN_CONTEXT_FACTS = GALEN_CONTEXT_TOP_TIME + GALEN_N_TOPS,
  GALEN_CONTEXT_FACT,
  GALEN_CONTEXT_SIZE = GALEN_CONTEXT_FACT + GALEN_RECORD_FACT_CONTEXTS,
  GALEN_CONTEXT_CELLS = GALEN_CONTEXT_SIZE + GALEN_RECORD_SIZES,
  GALEN_CONTEXT_CELLS_WHOLE,
  GALEN_CONTEXT_CELL_GAP, /* by how many of the cells there are */
  GALEN_CONTEXT_CELL_COUNT = GALEN_CONTEXT_CELL_GAP + 4,
  GALEN_CONTEXT_CELL_TIME = GALEN_CONTEXT_CELL_COUNT + 8,
  GALEN_CONTEXT_CELL_REST,
  GALEN_CONTEXT_MOMENT,
  GALEN_CONTEXT_SAMPLE = GALEN_CONTEXT_MOMENT + 2,
  GALEN_CONTEXT_SAMPLE_TIME,
  GALEN_CONTEXT_SAMPLE_QUERY_TIME,
  GALEN_CONTEXT_SAMPLE_LINE,
  GALEN_CONTEXT_SAMPLE_BYTES,
  GALEN_CONTEXT_SAMPLE_LEN,
  GALEN_CONTEXT_SAMPLE_PLAN,
  GALEN_CONTEXT_SAMPLE_PACKED,
  GALEN_CONTEXT_SERIES,
  GALEN_CONTEXT_SERIES_COUNT,
  GALEN_CONTEXT_HEAT,
  GALEN_CONTEXT_LOAD_LEFT = GALEN_CONTEXT_HEAT + GALEN_HEAT_ROWS,
  GALEN_CONTEXT_LOAD_SUMMED,
  GALEN_CONTEXT_LOAD_COUNT,
  GALEN_CONTEXT_LOAD_TIME,
  GALEN_CONTEXT_FULL_LEN,
  GALEN_N_CONTEXTS,
} GalenRecordContext;

/* What is known of times before their statistic: how much they are together, and when there was which. */
typedef struct {
  guint64 time;
  const GalenCells *cells;
} GalenStatHint;

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
  GalenCoder coder;
  GalenBytes ids, numbers, texts;
  GArray *values;              /* of GalenValueSum */
  GArray *names, *attrs;       /* of guint32: number in the digest -> number in the record + 1; 0: not there yet */
  GArray *loads[GALEN_N_TOPS]; /* of GalenTopLoad, in the order of names */
  guint32 n_names, n_attrs;
  guint32 first[GALEN_N_TOPS]; /* number of a kind's first name */
  GalenCells sum;              /* of all classes' cells */
  GArray *lone;                /* of guint32: by cell and row of the heat map, what they tell of it */
  guint8 step;                 /* of the series */
  gint64 from, to, base;
  guint n; /* cells */
} GalenDigestWriter;

static inline void galen_writer_uint(GalenDigestWriter *self, guint context, guint64 value) {
  galen_coder_put(&self->coder, context, value);
}

/* A name's number; `expected`: what it probably is, made the one after it. */
void galen_digest_writer_name(GalenDigestWriter *self, guint context, guint32 name, guint32 *expected);
void galen_digest_writer_class(GalenDigestWriter *self, GalenAccum *accum);
void galen_digest_writer_sum(GalenDigestWriter *self, const GalenSum *sum, const GalenStatHint *hint);
/* Cells of an owner that had `count` events in `time` µs. */
void galen_digest_writer_cells(GalenDigestWriter *self, GalenCells *cells, guint64 count, guint64 time);

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
  GalenBytesReader *bytes;  /* of version 1: all of it; else names and samples */
  GalenBytesReader ids;     /* version 2 */
  GalenBytesReader numbers; /* the same */
  GalenDecoder decoder;     /* the same */
  guint version;
  gboolean with_fingerprints, full_samples;
  GArray *names;               /* of GalenRecordName, by number in the record; 0: unknown */
  GalenRecordName unnumbered;  /* the last one that has none */
  GArray *attrs;               /* of GalenRecordAttr */
  GArray *loads[GALEN_N_TOPS]; /* of GalenRecordName: of the whole digest */
  guint32 first[GALEN_N_TOPS];
  GalenCells sum;  /* of all classes' cells */
  GArray *lone;    /* as above */
  char *text_room; /* for texts that were packed */
  guint8 step;
  gint64 from, to, base; /* GALEN_TIME_NONE: nothing is timed */
  guint n;               /* cells */
  guint32 node, path;    /* numbers of how->node and how->path, if given */
} GalenDigestReader;

/* The next number; version 1 knows no contexts and expects nothing. */
GalenU128 galen_reader_near(GalenDigestReader *self, guint context, guint bits);
guint64 galen_reader_uint(GalenDigestReader *self, guint context);

/* The name that comes next; NULL: damaged. */
GalenRecordName *galen_digest_reader_name(GalenDigestReader *self, guint context, guint32 *expected);
/* What it is for a value of a kind. */
GalenTopKey galen_digest_reader_key(GalenDigestReader *self, guint kind, GalenRecordName *name);
/* Makes an accumulator of the digest. NULL with error. */
GalenAccum *galen_digest_reader_class(GalenDigestReader *self, GError **error);
/* All but the count, and the times of version 2. */
gboolean galen_digest_reader_sum(GalenDigestReader *self, GalenSum *sum, const GalenStatHint *hint);
gboolean galen_digest_reader_cells(GalenDigestReader *self, GalenCells *cells, guint64 count, guint64 time);
/* From and to, which make base and n of step. */
gboolean galen_digest_reader_range(GalenDigestReader *self, gint64 from, guint64 length, guint8 step);
gboolean galen_digest_reader_times(GalenDigestReader *self, GalenSum *sum);

/* digest_record_v1.c: series, users etc. and statistics of version 1. */
gboolean galen_digest_reader_v1_series(GalenDigestReader *self, GalenCells *whole);
gboolean galen_digest_reader_v1_loads(GalenDigestReader *self, const GalenCells *whole);
void galen_digest_reader_v1_stat(GalenBytesReader *bytes, GalenStat *stat, guint64 expected);
gboolean galen_digest_reader_v1_histogram(GalenBytesReader *bytes, GalenHistogram *histogram, const GalenStat *stat);

/* stat_record.c: statistics and histograms of version 2. `main`: of an attribute that has a histogram. `hint`: of
 * GALEN_MAIN_TIME, else NULL. */
void galen_digest_writer_stat(GalenDigestWriter *self, guint main, const GalenStat *stat,
                              const GalenHistogram *histogram, guint64 expected, const GalenStatHint *hint);
gboolean galen_digest_reader_stat(GalenDigestReader *self, guint main, GalenStat *stat, GalenHistogram *histogram,
                                  guint64 expected, const GalenStatHint *hint);
/* The same of an attribute of number `attr` in the record, which has none. */
void galen_digest_writer_attr_stat(GalenDigestWriter *self, guint attr, const GalenStat *stat, guint64 expected);
void galen_digest_reader_attr_stat(GalenDigestReader *self, guint attr, GalenStat *stat, guint64 expected);
/* Two or three values are known from least, largest and sum. */
#define GALEN_FEW_MAX 3u
guint galen_stat_few(const GalenStat *stat, guint64 ret_values[GALEN_FEW_MAX]);
gboolean galen_stat_is_few(const GalenStat *stat);
gboolean galen_stat_is_same(const GalenStat *stat);
/* The histogram of such, or of values that are all the same. */
void galen_stat_imply(const GalenStat *stat, GalenHistogram *histogram);

/* sample_words.c: a text that is much like `model`, or NULL: none. FALSE: it is none. */
gboolean galen_sample_pack(GalenSlice text, GalenSlice model, GalenBytes *bytes, gsize *ret_len);
gboolean galen_sample_unpack(GalenSlice packed, GalenSlice model, char *ret_text, gsize len);

/* samples_record.c: whether the sample of a class is the worst of its day so far, which is noted. */
gboolean galen_sample_days_admit(GalenSampleDays *self, const guint8 id[GALEN_QUERY_ID_BYTES], gint64 day,
                                 const GalenWorst *worst);

/* Signs go to the lowest bit, so that small numbers of either sign are short. */
static inline GalenU128 galen_zigzag(GalenU128 value) {
  return (value << 1) ^ (0 - (value >> 127));
}

static inline GalenU128 galen_unzigzag(GalenU128 value) {
  return (value >> 1) ^ (0 - (value & 1));
}
