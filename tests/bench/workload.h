/* The statements of the slow-log generator: some 240 query shapes over a made-up schema, chosen by Zipf's law.
 *
 * Everything is drawn from one seeded generator, so that the same options always give the same events. Every event belongs
 * to exactly one shape, and all events of a shape differ only in literals, list lengths and comments: an analyzer should
 * find one query class per shape. */
#pragma once

#include "text.h"

#include <stdbool.h>

typedef struct {
  guint64 seed;
  unsigned shapes;    /* wanted query shapes; the schema gives at most 336 */
  unsigned max_items; /* longest IN list and INSERT, in items */
  double tricky;      /* share of awkward string literals, 0 to 1 */
  guint64 inject;     /* events whose literal holds a forged log entry */
  gint64 start_us;    /* µs since the epoch */
  double gap_s;       /* mean seconds between two events at mid load */
} BenchPlan;

typedef struct {
  const char *name, *address;
} BenchHost;

typedef struct {
  gint64 end_us; /* µs since the epoch: when the statement ended and was logged */
  guint64 time_us, lock_us;
  guint64 sent, examined, affected;
  const char *user;
  const BenchHost *host;
  const char *db; /* "" when the session has none */
  unsigned thread;
  unsigned shape;
  bool admin;    /* sql is the name of an administrator command */
  bool read;     /* a SELECT that touches tables */
  BenchText sql; /* reused from event to event */
} BenchEvent;

typedef struct BenchWorkload BenchWorkload;

BenchWorkload *bench_workload_new(const BenchPlan *plan);
void bench_workload_free(BenchWorkload *work);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BenchWorkload, bench_workload_free)

/* Fills the next event. event->sql keeps its memory; its owner clears it at the end. */
void bench_workload_next(BenchWorkload *work, BenchEvent *event);

/* Number of shapes, the special ones (administrator commands, SET, forged) included; and a name for one, borrowed. */
unsigned bench_workload_shapes(const BenchWorkload *work);
const char *bench_workload_shape_name(const BenchWorkload *work, unsigned shape);
