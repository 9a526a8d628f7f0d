#include "workers.h"

typedef struct {
  GalenWorkers *workers;
  gpointer state;
  GThread *thread; /* NULL: not begun */
} Worker;

struct GalenWorkers {
  gpointer own;
  guint n, queue;
  Worker threads[GALEN_THREADS_MAX];
  gboolean begun;
  /* Guarded by the mutex. */
  GMutex mutex;
  GCond added;   /* a job, or the end */
  GCond removed; /* a job was done */
  GQueue jobs;   /* of GalenJob *: that wait */
  guint running; /* in threads */
  gboolean end;
};

guint galen_workers_default(void) {
  return CLAMP(g_get_num_processors(), 1, GALEN_THREADS_DEFAULT_MAX);
}

GalenWorkers *galen_workers_new(const gpointer *states, guint n, gpointer own, guint queue) {
  GalenWorkers *self = g_new0(GalenWorkers, 1);
  self->own = own;
  self->n = MIN(n, GALEN_THREADS_MAX);
  self->queue = queue;
  for (guint i = 0; i < self->n; i++)
    self->threads[i] = (Worker){.workers = self, .state = states[i]};
  g_mutex_init(&self->mutex);
  g_cond_init(&self->added);
  g_cond_init(&self->removed);
  g_queue_init(&self->jobs);
  return self;
}

static void run(GalenJob *job, gpointer state) {
  job->run(job, state);
  /* Nothing of the job may be touched behind this. */
  g_atomic_int_set(&job->pending, 0);
}

static gpointer work(gpointer user) {
  Worker *worker = user;
  GalenWorkers *self = worker->workers;
  g_mutex_lock(&self->mutex);
  while (TRUE) {
    GalenJob *job = g_queue_pop_head(&self->jobs);
    if (job != NULL) {
      self->running++;
      g_mutex_unlock(&self->mutex);
      run(job, worker->state);
      g_mutex_lock(&self->mutex);
      self->running--;
      g_cond_signal(&self->removed);
    } else if (self->end) {
      break;
    } else {
      g_cond_wait(&self->added, &self->mutex);
    }
  }
  g_mutex_unlock(&self->mutex);
  return NULL;
}

/* A system that gives no more threads has fewer of them, or none. */
static void begin(GalenWorkers *self) {
  self->begun = TRUE;
  for (guint i = 0; i < self->n; i++) {
    self->threads[i].thread = g_thread_try_new("galen-worker", work, &self->threads[i], NULL);
    if (self->threads[i].thread == NULL) {
      self->n = i;
      break;
    }
  }
}

void galen_workers_submit(GalenWorkers *self, GalenJob *job) {
  if (!self->begun)
    begin(self);
  g_atomic_int_set(&job->pending, 1);
  g_mutex_lock(&self->mutex);
  gboolean room = self->n > 0 && self->jobs.length < self->queue;
  if (room) {
    g_queue_push_tail(&self->jobs, job);
    g_cond_signal(&self->added);
  }
  g_mutex_unlock(&self->mutex);
  if (!room)
    run(job, self->own);
}

gboolean galen_job_is_done(GalenJob *job) {
  return g_atomic_int_get(&job->pending) == 0;
}

/* Runs what waits, then waits for threads, until `job` is done; NULL: until all are. */
static void wait_for(GalenWorkers *self, GalenJob *job) {
  g_mutex_lock(&self->mutex);
  while (job != NULL ? !galen_job_is_done(job) : self->jobs.length + self->running > 0) {
    GalenJob *next = g_queue_pop_head(&self->jobs);
    if (next == NULL) {
      g_cond_wait(&self->removed, &self->mutex);
      continue;
    }
    g_mutex_unlock(&self->mutex);
    run(next, self->own);
    g_mutex_lock(&self->mutex);
  }
  g_mutex_unlock(&self->mutex);
}

void galen_workers_wait(GalenWorkers *self, GalenJob *job) {
  if (!galen_job_is_done(job))
    wait_for(self, job);
}

void galen_workers_wait_all(GalenWorkers *self) {
  wait_for(self, NULL);
}

void galen_workers_free(GalenWorkers *self) {
  galen_workers_wait_all(self);
  g_mutex_lock(&self->mutex);
  self->end = TRUE;
  g_cond_broadcast(&self->added);
  g_mutex_unlock(&self->mutex);
  for (guint i = 0; i < self->n; i++)
    if (self->threads[i].thread != NULL)
      g_thread_join(self->threads[i].thread);
  g_mutex_clear(&self->mutex);
  g_cond_clear(&self->added);
  g_cond_clear(&self->removed);
  g_free(self);
}
