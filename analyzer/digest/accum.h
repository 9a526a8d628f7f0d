/* A class while it is counted: everything of GalenClass, mergeable, in as little memory as a class of one event allows. */
#pragma once

#include "cells.h"
#include "names.h"
#include "spill.h"
#include "sum.h"

/* Longest plan that a sample keeps. */
#define GALEN_EXPLAIN_MAX 4096u

/* What the classes of one digest share. */
typedef struct {
  GalenNames *names;
  GalenAttrs *attrs;
  GalenSpill *values; /* users etc. past those in memory: records of value.h; NULL: none yet */
  guint share;        /* as in GalenDigestOptions */
  guint top_inline;   /* users etc. a class keeps in memory, of each kind */
  gsize names_max;    /* bytes of names, past which no class keeps new ones */
  guint8 step;        /* of the series, at this moment */
  gint64 base;        /* its first cell */
  gint64 from, to;    /* its range, for checking records; GALEN_TIME_NONE: empty */
  GError *error;      /* the first one, of temporary space: later ones are dropped */
} GalenDigestContext;

/* A user, host, schema or node of one event. */
typedef struct {
  guint32 name; /* GALEN_NAME_NONE: nothing of this name has a number yet */
  GalenSlice text;
} GalenTopKey;

typedef struct {
  guint64 count, time;
  guint32 name;
  guint16 kind;
} GalenTopEntry;

#define GALEN_TOP_HINTS 16u

typedef struct {
  GalenTopEntry *entries; /* all kinds, in order of appearance */
  guint16 n, allocated;
  guint16 used[GALEN_N_TOPS];    /* entries of each kind */
  guint16 hint[GALEN_TOP_HINTS]; /* by kind and name: where the last one of its place is */
} GalenTopSet;

/* The worst event so far. */
typedef struct {
  gboolean set;
  guint32 node, path; /* names */
  gint64 time;        /* GALEN_TIME_NONE: unknown, later than any known one */
  guint64 query_time, line, text_bytes;
  char *text; /* `len` bytes of sample, then `explain_len` of plan; NULL: neither */
  guint32 len, explain_len;
} GalenWorst;

typedef struct {
  /* What most events look at comes first. */
  guint64 hash; /* of the fingerprint; 0: not known here */
  char *text;   /* fingerprint, at most GALEN_FINGERPRINT_MAX; NULL: this is an increment of a class known elsewhere */
  gsize len;
  guint64 full_len;
  guint64 bar; /* query time below which no event can be the worst */
  guint64 in_items_max, offset_max, rows_max, rows_sum;
  guint8 id[GALEN_QUERY_ID_BYTES];
  gsize bytes; /* as last counted by its table */
  GalenSum sum;
  GalenTopSet tops;
  guint64 facts[GALEN_N_FACTS];
  GalenWorst worst;
  GalenCells cells;
} GalenAccum;

/* One event as accumulators see it. */
typedef struct {
  const GalenSlowEvent *event;
  const GalenFingerprint *fingerprint;
  GalenSpan span;
  GalenTopKey keys[GALEN_N_TOPS];
} GalenAccumEvent;

/* Query time in µs, 0 when the log has none. */
static inline guint64 galen_event_time(const GalenSlowEvent *event) {
  return event->main_mask & 1u << GALEN_MAIN_TIME ? event->main[GALEN_MAIN_TIME] : 0;
}

/* Notes an error of temporary space; takes it over. */
void galen_digest_context_fail(GalenDigestContext *self, GError *error);

/* Copies the text. NULL: no memory. */
GalenAccum *galen_accum_new(const guint8 id[GALEN_QUERY_ID_BYTES], const GalenFingerprint *fingerprint);
void galen_accum_free(GalenAccum *self);
/* Empty, as a part of another accumulator's life: keeps nothing. */
void galen_accum_clear(GalenAccum *self);
/* All but the sample. */
void galen_accum_add(GalenAccum *self, const GalenAccumEvent *event, GalenDigestContext *context);
/* The same in two steps, when the class has had an event: what few events have at once, what all have later, several events
 * together. `base`: the number of the cell that the batch counts cells from. */
void galen_accum_add_apart(GalenAccum *self, const GalenAccumEvent *event, GalenDigestContext *context);
void galen_accum_add_waiting(GalenAccum *self, const GalenWaitingEvent *events, guint n, gint64 base,
                             GalenDigestContext *context);
/* Adds `other`, of the same id, which is empty afterwards. */
void galen_accum_merge(GalenAccum *self, GalenAccum *other, GalenDigestContext *context);
gsize galen_accum_bytes(const GalenAccum *self);
/* Query time of all events. */
GalenU128 galen_accum_time(const GalenAccum *self);

/* Counts one event's users etc.; `id` is the class's. */
void galen_top_set_add(GalenTopSet *self, const GalenTopKey keys[GALEN_N_TOPS], guint64 time, const guint8 *id,
                       GalenDigestContext *context);
void galen_top_set_add_batch(GalenTopSet *self, const GalenWaitingEvent *events, guint n, const guint8 *id,
                             GalenDigestContext *context);
/* Counts one of them; without a number it gets one when there is room. */
void galen_top_set_add_one(GalenTopSet *self, guint kind, GalenTopKey key, guint64 count, guint64 time,
                           const guint8 *id, GalenDigestContext *context);
void galen_top_set_merge(GalenTopSet *self, const GalenTopSet *other, const guint8 *id, GalenDigestContext *context);
void galen_top_set_clear(GalenTopSet *self);

/* Below 0 when `a` is worse, 0 when they are alike: max query time, earliest, node, text, line, and, so that the choice
 * never depends on the order, path, length and plan. Both are set. */
int galen_worst_compare(const GalenWorst *a, const GalenWorst *b, const GalenNames *names);
/* The same by what needs no text; 0 leaves it open. */
int galen_worst_compare_head(const GalenWorst *a, const GalenWorst *b, const GalenNames *names);
/* Replaces self by a copy of `other`, whose text and plan are `text` and `explain`. FALSE: no memory, self untouched. */
gboolean galen_worst_replace(GalenWorst *self, const GalenWorst *other, GalenSlice text, GalenSlice explain);
void galen_worst_clear(GalenWorst *self);

/* Records. `with_text`: with fingerprint and sample, which an increment of a class that has had a record may leave out. */
void galen_accum_put(const GalenAccum *self, gboolean with_text, const GalenDigestContext *context, GalenBytes *bytes);
/* Into a zeroed accumulator; clear it in any case. FALSE: no such record, or no memory. */
gboolean galen_accum_get(GalenAccum *self, GalenDigestContext *context, GalenBytesReader *reader);
