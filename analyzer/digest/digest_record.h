/* Unfinished digests as records that outlive the process: what a store keeps of a slot of a slow log.
 *
 * Records of any slots, read into one digest in any order, make the digest of all their events: all that its getters hand out is
 * the same, but for the series' step, which is the coarsest smallest step (GalenDigestOptions.step) of all. */
#pragma once

#include "digest.h"
#include "record.h"

typedef struct GalenSampleDays GalenSampleDays;

typedef struct {
  /* Fingerprints are kept elsewhere, by id: reading needs a GalenDigestTextFunc. */
  gboolean without_fingerprints;
  /* Paths of samples are named when it is read (GalenDigestGet.path). */
  gboolean without_paths;
  /* Of samples (the worst statement of a class) all but their text and plan. */
  gboolean without_samples;
  /* Or: text and plan only of what is worse than all that this has seen of its class on the day of `day`. The day's worst always
   * has them; of an hour that is not the worst of its day they may be missing. NULL: of each record. */
  GalenSampleDays *days;
  gint64 day; /* any time of it, µs UTC */
} GalenDigestPut;

/* What samples were written of one input, as far as `days` needs it: for the last few days of each class. */
GalenSampleDays *galen_sample_days_new(void);
void galen_sample_days_free(GalenSampleDays *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenSampleDays, galen_sample_days_free)

/* Appends the record of all that was added and merged; self stays as it was, in other words: it may be added to. `how`: NULL is all
 * zero. FALSE with error: GALEN_RECORD_ERROR_SIZE, or temporary space failed now or before; bytes are as they were. */
gboolean galen_digest_put(GalenDigest *self, const GalenDigestPut *how, GalenBytes *bytes, GError **error);

/* The fingerprint of a class, as it was handed out by galen_digest_foreach_class; it need not last longer than until the next
 * call. Called once for each class of each record, so it had better be kept in memory. FALSE with error: not known. */
typedef gboolean (*GalenDigestTextFunc)(const guint8 id[GALEN_QUERY_ID_BYTES], gpointer user, GalenSlice *ret_text,
                                        guint64 *ret_full_len, GError **error);

typedef struct {
  const char *node, *path;  /* instead of what the record says, which was known when it was written; NULL: as it says */
  GalenDigestTextFunc text; /* NULL: records have their fingerprints */
  gpointer text_user;
} GalenDigestGet;

/* Adds a record to an unfinished digest, whose samples are as its options say: masked when they were written full. The reader must hold one record and nothing else. FALSE with error: damaged (self is as it
 * was), or false in itself, which only malice does, or a fingerprint is not known (self is good for nothing: galen_digest_finish
 * fails). `how`: NULL is all zero. */
gboolean galen_digest_get(GalenDigest *self, GalenBytesReader *reader, const GalenDigestGet *how, GError **error);

/* Where in a record the ids of its classes stand, of GALEN_QUERY_ID_BYTES each, in their order: whoever knows them may keep them
 * elsewhere, and put them back before it is read. FALSE: it has none there. */
gboolean galen_digest_record_ids(const GalenBytes *record, gsize *ret_at, gsize *ret_n);

/* How the samples of a record were written, GALEN_SAMPLES_FULL or GALEN_SAMPLES_MASKED: a digest with these options that reads it,
 * and is put again, keeps them as they are. */
GalenSampleMode galen_digest_record_samples(const GalenBytesReader *record);

/* One class's figures. */
typedef struct {
  guint8 id[GALEN_QUERY_ID_BYTES];
  GalenSlice fingerprint;
  guint64 full_len;                             /* of the fingerprint, before it was cut */
  guint64 count, time, time_max, rows_examined; /* µs; sums saturate */
  const GalenHistogram *histogram;              /* of time */
} GalenClassFigures;

/* Visits every class, each once, by id; what it hands out is valid during the call. Command and label of a class that is new to
 * whoever asks: galen_query_describe(fingerprint). FALSE with error: temporary space failed. */
typedef void (*GalenDigestClassFunc)(const GalenClassFigures *class, gpointer user);
gboolean galen_digest_foreach_class(GalenDigest *self, GalenDigestClassFunc func, gpointer user, GError **error);
