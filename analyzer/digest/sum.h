/* Everything that is summed over events, for a class in memory: GalenTotals before it has names.
 *
 * Most classes of most logs have one event, so the attributes of a first event are kept as they came (`single`), and
 * become statistics with the second. */
#pragma once

#include "attrs.h"
#include "bytes.h"
#include "digest.h"

/* Most error codes of a class: the lowest are kept, which is the same set in any order. */
#define GALEN_CLASS_ERRORS_MAX 256u
/* An event with more attributes than this is never kept as it came. */
#define GALEN_SUM_SINGLE_MAX 64u

typedef struct {
  guint16 id;
  guint64 yes, seen;
} GalenFlagSum;

typedef struct {
  GalenAttr *single;   /* of the only event, ids being the digest's numbers */
  GalenStat *stats;    /* in order of appearance; tag: the attribute's number */
  GalenFlagSum *flags; /* the same */
  guint16 n_single, n_stats, allocated_stats, n_flags, allocated_flags;
} GalenAttrSums;

typedef struct {
  guint64 count, count_scaled, untimed, partial, nested_count, nested_time, killed;
  gint64 first, last;
  GalenStat main[GALEN_N_MAIN];
  GalenHistogram histogram[GALEN_N_MAIN];
  GalenAttrSums attrs;
  GalenErrorCount *errors; /* by code */
  guint n_errors;
} GalenSum;

/* What nearly all events have, and nothing else: kept until several of one class can be summed together. */
typedef struct {
  guint64 main[GALEN_N_MAIN]; /* the time is 0 when the log has none */
  gint64 start;
  guint32 names[GALEN_N_TOPS]; /* known ones */
  guint16 cell;                /* of the series, or GALEN_BATCH_NO_CELL */
  guint16 facts, rate_limit;
  guint8 main_mask;
  guint8 timed; /* the start counts */
} GalenWaitingEvent;

#define GALEN_BATCH_NO_CELL G_MAXUINT16
#define GALEN_BATCH_RATE_MAX G_MAXUINT16
/* Most events of a batch. */
#define GALEN_WAITING_EVENTS 16u

void galen_sum_init(GalenSum *self);
void galen_sum_clear(GalenSum *self);
/* `timed`: the event's start counts. */
void galen_sum_add(GalenSum *self, const GalenSlowEvent *event, gboolean timed, GalenAttrs *attrs);
/* The same in two steps, for a sum that has an event: what is not in a GalenWaitingEvent, and what is. */
void galen_sum_add_apart(GalenSum *self, const GalenSlowEvent *event, GalenAttrs *attrs);
void galen_sum_add_batch(GalenSum *self, const GalenWaitingEvent *events, guint n);
void galen_sum_merge(GalenSum *self, const GalenSum *other, const GalenAttrs *attrs);
/* Makes statistics of what is kept as it came. */
void galen_attr_sums_expand(GalenAttrSums *self, const GalenAttrs *attrs);
gsize galen_sum_bytes(const GalenSum *self);

void galen_sum_put(const GalenSum *self, const GalenAttrs *attrs, GalenBytes *bytes);
/* Into an initialised, empty sum. FALSE: not a record of a sum; clear self nevertheless. */
gboolean galen_sum_get(GalenSum *self, GalenAttrs *attrs, GalenBytesReader *reader);

/* Moves self into totals, with names sorted; self is empty afterwards. `labels`: galen_attrs_labels. */
void galen_sum_export(GalenSum *self, const GalenAttrs *attrs, const char *const *labels, GalenTotals *ret_totals);

/* Totals without any event. */
void galen_totals_init(GalenTotals *self);
void galen_totals_clear(GalenTotals *self);
void galen_totals_merge(GalenTotals *self, const GalenTotals *other);
