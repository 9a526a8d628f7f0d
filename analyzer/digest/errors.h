/* What error logs said, summed up: groups by rule and template, deadlocks, crashes, who was refused.
 *
 * Bounded and mergeable as the query digest is: counts are exact whatever the order and the split. Messages that no rule knows
 * are grouped by template: numbers, ids, quoted names, addresses and paths are masked. */
#pragma once

#include "../../parsers/event.h"
#include "../rules/log_rules.h"
#include "series.h"

#define GALEN_ERROR_GROUPS_MAX 2000u /* further templates are one group, "other messages" */
#define GALEN_DEADLOCKS_MAX 200u     /* of each kind of block the first ones are kept whole; all are counted */
#define GALEN_CRASHES_MAX 200u
#define GALEN_SEMAPHORES_MAX 100u
#define GALEN_ERROR_PEERS_MAX 1000u /* users and hosts of refused and aborted connections */

typedef struct GalenErrors GalenErrors;

GalenErrors *galen_errors_new(gboolean full_samples);
void galen_errors_free(GalenErrors *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenErrors, galen_errors_free)

/* The input that the next records are from; both copied. */
void galen_errors_set_source(GalenErrors *self, const char *node, const char *path);
/* Adds one record at `time` (UTC, reference clock; GALEN_TIME_NONE: unknown). `matcher` has just matched it to `rule`. */
void galen_errors_add(GalenErrors *self, const GalenErrorEvent *event, gint64 time, const GalenLogRule *rule,
                      const GalenLogMatcher *matcher);
void galen_errors_merge(GalenErrors *self, const GalenErrors *other);

/* A digest of one log whose node and clock are not known yet: `time` of its records is event->time, else event->wall. It can be
 * placed once, and neither merged nor finished before. */
GalenErrors *galen_errors_new_unplaced(gboolean full_samples);
/* To be called some time after a record was added and before the next is, for speed only: brings near what counts it. */
void galen_errors_prepare(const GalenErrors *self);
/* Puts a time on the reference clock, as galen_history_time does. */
typedef gint64 (*GalenErrorClock)(gpointer user, gint64 time, gboolean utc);
/* Now they are known; hands out the range of times, GALEN_TIME_NONE when there are none. FALSE: what comes first by the right
 * clock was not kept, or temporary space failed; then it is good for nothing, and the log must be read again. */
gboolean galen_errors_place(GalenErrors *self, const char *node, const char *path, GalenErrorClock clock, gpointer user,
                            gint64 *ret_first, gint64 *ret_last);
/* Groups and peers that it holds, which are most of its memory. */
guint galen_errors_items(GalenErrors *self);

/* ---- what came of it; valid until the next add ---- */

typedef struct {
  char *path, *node, *raw_time, *text; /* cleaned and masked */
  guint64 line;
  gint64 time;
} GalenErrorPlace;

typedef struct {
  char *name;
  guint64 count;
} GalenErrorCountOf;

typedef struct {
  char id[33];              /* MD5 of the rule's id and captures, or of the template: stable */
  const GalenLogRule *rule; /* NULL: no rule knows it */
  GalenLevel level;         /* of most of its records; ties: the worse */
  GalenSeverity severity;   /* the rule's; without one by level: error warning, else info */
  guint32 code;             /* 0: none */
  char *subsystem;          /* or NULL */
  char *template;           /* a rule's: of its first record */
  guint64 count;
  gint64 first, last;
  GPtrArray *nodes; /* of GalenErrorCountOf *, by name */
  GalenErrorPlace first_place;
  GalenBlocks blocks; /* its spread over the time of all records */
} GalenErrorGroup;

typedef struct {
  char *query; /* masked; or NULL */
  char *table; /* "`db`.`t`" or NULL */
  char *index; /* or NULL */
  char *lock;  /* "X locks rec but not gap" or NULL */
  guint64 thread;
  gboolean victim;
} GalenDeadlockSide;

typedef struct {
  gint64 time;
  GPtrArray *sides; /* of GalenDeadlockSide * */
  GalenErrorPlace place;
} GalenDeadlock;

typedef struct {
  gint64 time;
  gint32 signal; /* 0: an assertion without one */
  char *query;   /* masked; or NULL */
  guint64 thread;
  char *assertion;      /* "file:line:expression", or NULL */
  GPtrArray *backtrace; /* of char * */
  GalenErrorPlace place;
} GalenCrash;

/* One thread that waits; texts are NULL when its record does not say so. */
typedef struct {
  char *thread;
  char *place;   /* "row0ins.cc:2533": where it waits */
  char *lock;    /* "X-lock on RW-latch", "Mutex" */
  char *created; /* "dict0dict.cc:2737": where the latch was made */
  char *holder;  /* the thread that has it */
  char *held_at; /* "row0ins.cc:2500": where that was taken */
  gint64 span;   /* µs */
} GalenSemaphoreWait;

typedef struct {
  gint64 time;
  GPtrArray *waits; /* of GalenSemaphoreWait *: the first 32 */
  guint total;
  gint64 longest; /* µs, of all */
  GalenErrorPlace place;
} GalenSemaphore;

typedef struct {
  char *user, *host; /* NULL: unknown */
  char *reason;      /* aborted: "Got timeout reading communication packets"; denied: "using password: YES" */
  guint64 count;
  gint64 first, last;
} GalenErrorPeer;

/* Counts by step, of at most 400 cells; see digest/series.h for the steps. */
typedef struct {
  gint64 from, step; /* µs */
  guint n;
  guint64 *critical, *warning, *info; /* n each */
} GalenErrorSeries;

/* Sorts and caps; then the lists can be read. May be called again after further records. */
void galen_errors_finish(GalenErrors *self);
guint64 galen_errors_count(const GalenErrors *self);
const GPtrArray *galen_errors_groups(const GalenErrors *self);        /* of GalenErrorGroup *: severity, count, id */
const GPtrArray *galen_errors_deadlocks(const GalenErrors *self);     /* of GalenDeadlock *, by time, node, line */
const GPtrArray *galen_errors_crashes(const GalenErrors *self);       /* of GalenCrash * */
const GPtrArray *galen_errors_semaphores(const GalenErrors *self);    /* of GalenSemaphore *: those with waits */
const GPtrArray *galen_errors_denied(const GalenErrors *self);        /* of GalenErrorPeer *, by count */
const GPtrArray *galen_errors_aborted(const GalenErrors *self);       /* of GalenErrorPeer * */
const GalenErrorSeries *galen_errors_series(const GalenErrors *self); /* NULL: nothing timed */
guint64 galen_errors_deadlock_count(const GalenErrors *self);         /* also those not kept */
guint64 galen_errors_crash_count(const GalenErrors *self);
guint64 galen_errors_semaphore_count(const GalenErrors *self);
