/* The inside of a digest, shared by the files that make it: digest.c reads, merge.c merges, finish.c sums classes,
 * tops.c and values.c sum users etc., result.c hands out. */
#pragma once

#include "best.h"
#include "table.h"
#include "timeline.h"
#include "top-table.h"
#include "waiting.h"

/* Names of users etc. may take this part of hot_bytes before classes stop keeping new ones. */
#define GALEN_NAMES_SHARE 4u
/* Makes records of all classes in memory. */
void galen_digest_flush(GalenDigest *self);
/* When the classes in memory have grown to so many times hot_bytes, all of them become records. */
#define GALEN_HOT_GROWTH 2u
/* Recently spilled classes remembered, so that their next records need neither fingerprint nor sample. */
#define GALEN_RECENT_CLASSES 16384u

typedef struct {
  guint8 id[GALEN_QUERY_ID_BYTES];
  guint64 hash, query_time; /* of the worst sample written */
  gboolean set;
} GalenRecent;

struct GalenDigest {
  GalenDigestOptions whole;   /* without zeros */
  guint parts;                /* of whole.share, that this digest has */
  GalenDigestOptions options; /* the same, of budgets what those parts are */
  GalenDigestContext context;
  GalenTable hot;
  GalenWaiting *batches; /* GALEN_WAITING_PLACES: by hash of the fingerprint; NULL: none yet */
  GalenSpill *spill;     /* records of classes; NULL: none yet */
  GalenRecent *recent;   /* GALEN_RECENT_CLASSES; NULL: no spill */
  GalenTimeline timeline;
  GalenTopTable tops[GALEN_N_TOPS];
  GalenSampler *sampler;
  GalenBytes record; /* scratch */
  char *node, *path; /* of the events to come */
  guint32 node_name; /* GALEN_NAME_NONE: not interned yet */

  gboolean finished;
  GPtrArray *classes; /* of GalenClass * */
  guint64 n_distinct;
  GalenTotals totals, other;
  GalenTop top[GALEN_N_TOPS];
  GPtrArray *top_series[GALEN_N_TOPS]; /* of GalenTopSeries * */
  GalenSeries series;
};

/* Makes everything that reading needs, and unmakes it, from and to zeroes; options, node and path stay. */
void galen_digest_open(GalenDigest *self);
void galen_digest_close(GalenDigest *self);
/* Counts all that waits; before the step changes, and before anything is read, moved or freed. */
void galen_digest_settle(GalenDigest *self);
/* Takes the series' step and range over into the context. */
void galen_digest_sync(GalenDigest *self);
/* Sets the budgets to self->parts. */
void galen_digest_allot(GalenDigest *self);
/* Whether there is room for one more class. */
gboolean galen_digest_admits(const GalenDigest *self);
/* Appends self->record to the class's stream. */
void galen_digest_spill_record(GalenDigest *self, const guint8 id[GALEN_QUERY_ID_BYTES]);
/* Makes records of all classes in memory. */
void galen_digest_flush(GalenDigest *self);
/* Takes over a class whose numbers are self's, and which has its text: it is added to the one of the same fingerprint. */
void galen_digest_take(GalenDigest *self, GalenAccum *accum);
/* When the classes in memory have grown too much, all become records: then none of them is valid. */
void galen_digest_account(GalenDigest *self);

/* finish.c: sums all classes, hot and spilled: the best `classes_max`, and in `ret_other`, which has to outlive them, the sum
 * of all others. NULL with error. */
GalenBest *galen_digest_reduce(GalenDigest *self, GalenSum *ret_other, GError **error);

/* tops.c: sums users etc. of self->classes and of the whole digest. `sets`: what each class has in memory. */
gboolean galen_digest_reduce_tops(GalenDigest *self, const GalenTopSet *sets, GError **error);
/* Takes one value with its final figures, each only once; the least are added to the remainder. Cells are taken over. */
void galen_class_offer_top(GalenClass *self, GalenTopKind kind, const char *name, guint64 count, guint64 time);
void galen_digest_offer_top(GalenDigest *self, GalenTopKind kind, const char *name, guint64 count, guint64 time,
                            GalenCells *cells);
/* values.c: the same where some are records: offers all of them. */
gboolean galen_digest_reduce_values(GalenDigest *self, const GalenTopSet *sets, GError **error);

void galen_class_free(GalenClass *self);
