/* Statements into digests, with several threads or without.
 *
 * The format parser runs in one thread, the master. With several threads it copies whole events into a batch, which a worker
 * (or the master, when workers have enough to do) fingerprints and adds to a digest of its own. In the end all digests are
 * merged, which is exact and knows no order: what comes out is the same with any number of threads. With one thread, and for
 * logs of one block, events are counted at once and nothing is copied. */
#pragma once

#include "digest/digest.h"
#include "filter.h"
#include "reading.h"

typedef struct {
  guint threads; /* the master included, at least 1 */
  GalenFingerprintFlags fingerprints;
  GalenSampleMode samples;
  const GalenFilter *filter; /* borrowed */
} GalenCountingOptions;

typedef struct GalenCounting GalenCounting;

GalenCounting *galen_counting_new(const GalenCountingOptions *options);
void galen_counting_free(GalenCounting *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenCounting, galen_counting_free)

/* Where the following events come from; both must stay until finish. */
void galen_counting_set_source(GalenCounting *self, const char *node, const char *path);

/* One step of a reader whose events are passed to add. FALSE: all is parsed. */
gboolean galen_counting_step(GalenCounting *self, GalenLogReader *reader);

/* A WHOLE event, from within a step. */
void galen_counting_add(GalenCounting *self, const GalenSlowEvent *event);
/* The END of one in pieces, for which the caller has run a fingerprinter and a sampler. */
void galen_counting_add_pieces(GalenCounting *self, const GalenSlowEvent *event,
                               const GalenFingerprinter *fingerprinter, const GalenFingerprint *fingerprint,
                               guint64 statement_bytes, GalenSlice sample);

/* Waits for all, merges. The digest is the caller's, and not finished yet. Nothing may be added afterwards. */
GalenDigest *galen_counting_finish(GalenCounting *self);
