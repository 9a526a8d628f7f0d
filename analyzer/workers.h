/* A few threads that run jobs beside the one that makes them.
 *
 * Whoever hands jobs over is one thread, called the master here. It works too: when enough jobs wait it runs the new one
 * itself, and while it waits it runs what is left, so the work is shared evenly and the memory in flight is bounded.
 * Threads begin with the first job: without one there are none. Each thread has a state of its own, which no other
 * touches; results stay in the states or in the jobs. */
#pragma once

#include <glib.h>

/* Threads worth having: past it the one that splits the log is what all others wait for. More are as many. */
#define GALEN_THREADS_MAX 8u
#define GALEN_THREADS_DEFAULT_MAX 4u

typedef struct GalenJob GalenJob;

/* To be the first member of what is to be worked on; it is the master's, and must live until it is done. */
struct GalenJob {
  /* `state`: that of the thread which runs it. */
  void (*run)(GalenJob *job, gpointer state);
  gint pending; /* atomic: handed over and not done */
};

typedef struct GalenWorkers GalenWorkers;

/* The cores of this machine, at most GALEN_THREADS_DEFAULT_MAX. */
guint galen_workers_default(void);

/* `states`: one for each of `n` threads, borrowed; `own`: that of the master. `n` 0: the master runs everything at once.
 * Jobs that are handed over and not done are never more than `n` + `queue`. */
GalenWorkers *galen_workers_new(const gpointer *states, guint n, gpointer own, guint queue);
/* Waits for all jobs, and ends the threads. */
void galen_workers_free(GalenWorkers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenWorkers, galen_workers_free)

/* Hands a job over; while `queue` others wait, the master runs it at once. Jobs begin in the order in which they came,
 * but for those, and end in any. */
void galen_workers_submit(GalenWorkers *self, GalenJob *job);
/* Whether a job has been done, or was never handed over. What it wrote may be read then. */
gboolean galen_job_is_done(GalenJob *job);
/* Until `job` is done; runs jobs that wait meanwhile. For results that are wanted in order. */
void galen_workers_wait(GalenWorkers *self, GalenJob *job);
/* The same until all are. */
void galen_workers_wait_all(GalenWorkers *self);
