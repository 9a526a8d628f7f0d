/* The inside of errors.h.
 *
 * What is kept must not depend on the order in which it came. Groups and peers have a rank that their key alone decides:
 * when a table is full, the highest rank goes, and as the bound only falls, what went never comes back as if it were new. Of
 * blocks the earliest are kept. Everything else is sums, minima and maxima. */
#pragma once

#include "cells.h"
#include "errors.h"

/* Kept while reading; of these the leading ones are shown. */
#define GALEN_ERROR_KEYS_MAX 4096u
/* Bytes of a first line that are kept. */
#define GALEN_ERROR_RAW_MAX 1024u
#define GALEN_ERROR_FRAMES_MAX 64u
#define GALEN_ERROR_QUERY_MAX 1024u
#define GALEN_ERROR_NAME_MAX 128u
/* An assertion and the signal that it ends in are at most that far apart in one file. */
#define GALEN_ERROR_CRASH_LINES 200u
#define GALEN_ERROR_CRASH_TIME (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC)

/* ---- bounded tables ---- */

/* The head of what a table holds. */
typedef struct {
  guint64 rank; /* lower ones stay */
  guint64 hash;
  char *key;
  gsize key_len;
} GalenErrorItem;

#define GALEN_ERROR_RECENT ((gsize)4 * GALEN_ERROR_KEYS_MAX)

typedef struct {
  GHashTable *items;       /* GalenErrorItem * to itself */
  GTree *order;            /* the same by rank and key */
  GalenErrorItem *last;    /* of them; NULL: the table is not full */
  GalenErrorItem **recent; /* GALEN_ERROR_RECENT of them by hash, what was found last in each place; or NULL */
} GalenErrorTable;

void galen_error_table_init(GalenErrorTable *self, GDestroyNotify free_item);
void galen_error_table_clear(GalenErrorTable *self);
guint64 galen_error_hash(const char *key, gsize len);
/* memcpy, which compilers make an instruction that is slow to begin when they know that there are few bytes. */
void galen_error_copy(char *to, const char *from, gsize len);
GalenErrorItem *galen_error_table_find(GalenErrorTable *self, const char *key, gsize len, guint64 hash);
/* Whether no item of this rank and key can be there: it would come behind all. */
gboolean galen_error_table_is_behind(const GalenErrorTable *self, guint64 rank, const char *key, gsize len);
/* Brings what is likely to be found next near. */
void galen_error_table_expect(GalenErrorTable *self, guint64 hash);
/* Brings near what galen_error_table_expect needs. */
void galen_error_table_announce(GalenErrorTable *self, guint64 hash);
/* Whether an item of this rank and key would stay. */
gboolean galen_error_table_has_room(const GalenErrorTable *self, guint64 rank, const char *key, gsize len);
/* Takes the item over; its key was not there, and there is room. Returns the item that had to go for it, which is the
 * caller's, or NULL. */
GalenErrorItem *galen_error_table_insert(GalenErrorTable *self, GalenErrorItem *item);

/* ---- places ---- */

/* Where a record stands; orders records. `node` and `path` are interned in the digest. */
typedef struct {
  gint64 time; /* GALEN_TIME_NONE: unknown, after all others */
  const char *node, *path;
  guint64 line;
  gboolean utc; /* not placed: `time` is UTC, not as written */
} GalenErrorSpot;

int galen_error_spot_compare(const GalenErrorSpot *a, const GalenErrorSpot *b);

/* The times of a group or peer. */
typedef struct {
  gint64 first, last;  /* GALEN_TIME_NONE: none */
  guint slot;          /* in the trace, and … */
  guint64 first_entry; /* … which of its entries `first` is of */
  GalenCells cells;    /* of groups: records by cell of the steps */
} GalenErrorSpan;

/* The first record of a group, as it was. */
typedef struct {
  GalenErrorSpot spot;
  guint64 entry;                   /* of the trace, if it has a time */
  GString *head, *text, *raw_time; /* bounded, raw */
  char subsystem[32];
  guint32 code;
  gboolean shown; /* it came of a record: head and raw_time are as they are shown, text is the template */
} GalenErrorFirst;

typedef struct {
  const char *node; /* interned */
  guint64 count;
} GalenErrorNode;

typedef struct {
  GalenErrorItem item;
  GalenErrorGroup group; /* filled when all is read */
  const GalenLogRule *rule;
  guint rule_len; /* of its id, with which the key begins; also when the rule is gone */
  guint64 levels[GALEN_LEVEL_NOTE + 1];
  guint64 count;
  GalenErrorSpan span;
  GArray *nodes; /* of GalenErrorNode */
  GalenErrorFirst at;
} GalenErrorBucket;

typedef struct {
  GalenErrorItem item; /* key: user, host, reason, each with a 0 behind; empty: what there was no room for */
  GalenErrorSpan span;
  guint64 count;
  guint8 len[3]; /* of the key's parts, and … */
  guint8 has[3]; /* … whether they are known */
} GalenErrorPeerItem;

/* ---- series ---- */

typedef struct {
  gint64 from, to;            /* earliest and latest time; GALEN_TIME_NONE: none yet */
  gint64 base;                /* number of cell 0 */
  guint step;                 /* index into the ladder */
  gint64 cell_from, cell_end; /* the cell that was counted in last, until cells move: the next is mostly … */
  guint cell;                 /* … of the same */
  guint64 cells[3][GALEN_SERIES_CELLS]; /* by severity */
} GalenErrorSteps;

void galen_error_steps_init(GalenErrorSteps *self);
void galen_error_steps_add(GalenErrorSteps *self, gint64 time, GalenSeverity severity);
void galen_error_steps_merge(GalenErrorSteps *self, const GalenErrorSteps *other);
/* Whether a record of that time is counted in the steps. */
gboolean galen_error_steps_has(gint64 time);
guint galen_error_steps_n(const GalenErrorSteps *self);
/* NULL: nothing timed. */
GalenErrorSeries *galen_error_steps_export(const GalenErrorSteps *self);
void galen_error_series_free(GalenErrorSeries *self);

/* ---- traces ---- */

#define GALEN_ERROR_BLOCK_LISTS 4u

/* Blocks of one list while a trace is replayed. */
typedef struct {
  GArray *kept; /* of guint64: entries of those that are kept, ascending */
  guint next;
  GalenErrorSpan rest; /* of those that are not */
} GalenErrorKept;

/* When each record of a log was written, and which group and peer it counts for: what is needed to put them on another clock.
 * Some four bytes a record, past a few in an unlinked file. */
typedef struct GalenErrorTrace GalenErrorTrace;

GalenErrorTrace *galen_error_trace_new(void);
void galen_error_trace_free(GalenErrorTrace *self);
/* `span` stays where it is until it is joined. */
void galen_error_trace_span(GalenErrorTrace *self, GalenErrorSpan *span);
/* What counted for `gone` counts for `into` from now on. */
void galen_error_trace_join(GalenErrorTrace *self, const GalenErrorSpan *gone, GalenErrorSpan *into);
/* `peer`: or NULL; `list`: of blocks, -1: it is none. */
void galen_error_trace_add(GalenErrorTrace *self, const GalenErrorSpot *spot, GalenSeverity severity,
                           const GalenErrorSpan *group, const GalenErrorSpan *peer, int list);
/* How many entries were added: the next one's number. */
guint64 galen_error_trace_length(const GalenErrorTrace *self);
/* Sets all spans and adds to `steps`. FALSE: the trace is not whole. */
gboolean galen_error_trace_replay(GalenErrorTrace *self, GalenErrorClock clock, gpointer user, GalenErrorSteps *steps,
                                  GalenErrorKept kept[GALEN_ERROR_BLOCK_LISTS]);

/* Its entries, where groups and peers go by `numbers` (of guint32, by slot). FALSE: temporary space failed. */
gboolean galen_error_trace_put(GalenErrorTrace *self, const GArray *numbers, GalenBytes *bytes);
/* Into a trace that has spans, the first `groups` ones of groups, which go by their order. FALSE: no such entries. */
gboolean galen_error_trace_get(GalenErrorTrace *self, guint groups, GalenBytesReader *reader);

/* ---- blocks ---- */

/* A deadlock, crash, record of semaphore waits, or assertion. */
typedef struct {
  GalenErrorSpot spot;
  guint64 entry; /* of the trace, if it has a time */
  GalenErrorPlace place;
  GalenDeadlock *deadlock; /* one of these four */
  GalenCrash *crash;
  GalenSemaphore *semaphore;
  char *assertion;
} GalenErrorBlock;

/* The earliest `max` ones, in order. */
typedef struct {
  GPtrArray *blocks; /* of GalenErrorBlock * */
  guint max;
  guint64 count; /* also those not kept */
} GalenErrorBlocks;

/* ---- all ---- */

/* A peer as it is looked for; its key is `text`. */
typedef struct {
  GalenErrorTable *table; /* NULL: a record names none */
  GalenErrorPeerItem item;
  char text[3 * (GALEN_ERROR_NAME_MAX + 2)];
} GalenErrorWanted;

/* What of the record added last is still to be counted: its peer, which is far in memory, and its entry of the trace. */
typedef struct {
  gboolean waits;
  GalenErrorSpot spot;
  GalenSeverity severity;
  const GalenErrorSpan *group;
  int list;
  GalenErrorWanted wanted;
} GalenErrorPending;

struct GalenErrors {
  gboolean full;
  GHashTable *strings; /* nodes and paths, interned */
  const char *node, *path;
  guint64 count;
  GalenErrorTable groups, denied, aborted;
  GalenErrorBucket *other;  /* messages for which there was no room, or NULL */
  GalenErrorBucket *folded; /* these and the groups past GALEN_ERROR_GROUPS_MAX, when shown; or NULL */
  GPtrArray *by_rule;       /* GalenErrorBucket * by the index of a rule without captures, or NULL */
  GalenErrorSteps steps;
  GalenErrorTrace *trace;    /* while it is not placed: instead of steps and spans; else NULL */
  GalenErrorPending pending; /* only while it is not placed */
  union {
    struct {
      GalenErrorBlocks deadlocks, crashes, semaphores, assertions; /* in the order of `lists` */
    };
    GalenErrorBlocks lists[GALEN_ERROR_BLOCK_LISTS];
  };
  /* What came of it. */
  GPtrArray *shown_groups, *shown_deadlocks, *shown_crashes, *shown_semaphores, *shown_denied, *shown_aborted;
  GPtrArray *crash_blocks; /* of GalenErrorBlock *: what shown_crashes points into */
  GalenErrorSeries *series;
  guint64 crash_count;
};

/* Counts what waits. */
void galen_errors_settle(GalenErrors *self);
const char *galen_errors_intern(GalenErrors *self, const char *text);
void galen_error_span_add(GalenErrorSpan *self, gint64 first, gint64 last);
/* Counts a record of that time in the cells; the steps have counted it just now. */
void galen_error_span_count(GalenErrorSpan *self, gint64 time, const GalenErrorSteps *steps);
GalenErrorSpot galen_errors_spot(const GalenErrors *self, const GalenErrorEvent *event, gint64 time);
GalenSeverity galen_error_severity(const GalenLogRule *rule, GalenLevel level);
void galen_error_place_clear(GalenErrorPlace *self);

/* errors_groups.c */
/* Returns its group's times. */
GalenErrorSpan *galen_error_groups_add(GalenErrors *self, const GalenErrorEvent *event, const GalenErrorSpot *spot,
                                       const GalenLogRule *rule, const GalenLogMatcher *matcher);
/* All that was added is of the current source; the trace has been replayed. FALSE: a group has another first record. */
gboolean galen_error_groups_place(GalenErrors *self);
void galen_error_groups_merge(GalenErrors *self, const GalenErrors *other);
/* Counts what a shown group stands for in `folded`. */
void galen_error_groups_fold(GalenErrors *self, const GalenErrorGroup *group);
GalenErrorBucket *galen_error_bucket_new(GalenErrorTrace *trace, const GalenLogRule *rule, const char *key, gsize len,
                                         guint64 hash);
/* The one of what there is no room for. */
GalenErrorBucket *galen_error_groups_other(GalenErrors *self);
void galen_error_bucket_count(GalenErrorBucket *self, const char *node, guint64 count);
void galen_error_bucket_free(gpointer bucket);
/* How its first record is shown. */
char *galen_error_bucket_head(const GalenErrorBucket *self, gboolean full);
char *galen_error_bucket_template(const GalenErrorBucket *self);
char *galen_error_bucket_raw_time(const GalenErrorBucket *self);
/* Fills `group`. */
void galen_error_bucket_finish(GalenErrorBucket *self, const GalenErrors *errors);

/* errors_peers.c */
/* The peer that a record names. */
void galen_error_peers_read(GalenErrors *self, const GalenErrorEvent *event, GalenErrorWanted *ret_wanted);
/* Brings what counts it near. */
void galen_error_peers_expect(const GalenErrorWanted *wanted);
/* Returns its times, NULL: none is named. */
GalenErrorSpan *galen_error_peers_add(GalenErrors *self, const GalenErrorWanted *wanted, gint64 time);
void galen_error_peers_merge(GalenErrors *self, const GalenErrors *other);
GalenErrorPeerItem *galen_error_peer_new(GalenErrorTrace *trace, const GalenErrorPeerItem *like);
/* Begins `wanted`, whose key is in its text; a part without data is unknown. */
void galen_error_wanted_init(GalenErrorWanted *self, const GalenSlice parts[3]);
void galen_error_peer_free(gpointer peer);
/* As it is shown; `shown` is to be freed by the next. */
GalenErrorPeer *galen_error_peer_show(const GalenErrorPeerItem *peer);
void galen_error_peer_shown_free(gpointer shown);

/* errors_blocks.c */
void galen_error_blocks_init(GalenErrorBlocks *self, guint max);
void galen_error_blocks_clear(GalenErrorBlocks *self);
/* Returns the number of its list, -1: it is in none. */
int galen_error_blocks_add(GalenErrors *self, const GalenErrorEvent *event, gint64 time);
/* What a replay must know, and … */
void galen_error_blocks_kept(const GalenErrors *self, GalenErrorKept ret_kept[GALEN_ERROR_BLOCK_LISTS]);
/* … all that was added is of the current source. FALSE: others are the earliest now. */
gboolean galen_error_blocks_place(GalenErrors *self, const GalenErrorKept kept[GALEN_ERROR_BLOCK_LISTS],
                                  GalenErrorClock clock, gpointer user);
void galen_error_blocks_merge(GalenErrors *self, const GalenErrors *other);
/* Empty, of GalenDeadlockSide * and of GalenSemaphoreWait *. */
GPtrArray *galen_error_sides_new(void);
GPtrArray *galen_error_waits_new(void);
/* errors_waits.c: of what a record says; NULL: it has no waits. */
GalenSemaphore *galen_error_semaphore_new(const GalenErrorEvent *event);
GalenSemaphore *galen_error_semaphore_copy(const GalenSemaphore *from);
void galen_error_semaphore_free(GalenSemaphore *self);
/* The crashes with their assertions, in order. */
GPtrArray *galen_error_blocks_crashes(const GalenErrors *self, guint64 *ret_count);
