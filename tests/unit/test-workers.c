/* Jobs in threads: each is run once, with its thread's state, and never more of them are about than was said. */
#include "analyzer/workers.h"

typedef struct {
  GalenJob job;
  guint runs;
  guint64 value;
} Sum;

typedef struct {
  guint64 total;
  guint jobs;
  GThread *thread;
} State;

static void add(GalenJob *job, gpointer user) {
  Sum *sum = (Sum *)job;
  State *state = user;
  sum->runs++;
  state->total += sum->value;
  state->jobs++;
  g_assert_true(state->thread == NULL || state->thread == g_thread_self());
  state->thread = g_thread_self();
}

enum { JOBS = 2000, STATES = 4 };

/* Nobody but the owner of a state counts into it, so that no lock is needed, and the sum of all is exact. */
static void check(guint threads, guint queue) {
  State states[STATES] = {0}, own = {0};
  gpointer pointers[STATES];
  for (guint i = 0; i < STATES; i++)
    pointers[i] = &states[i];
  g_autofree Sum *sums = g_new0(Sum, JOBS);
  GalenWorkers *workers = galen_workers_new(pointers, threads, &own, queue);
  for (guint i = 0; i < JOBS; i++) {
    sums[i].job.run = add;
    sums[i].value = i;
    galen_workers_submit(workers, &sums[i].job);
    guint pending = 0;
    for (guint j = 0; j <= i; j++)
      pending += !galen_job_is_done(&sums[j].job);
    g_assert_cmpuint(pending, <=, threads + queue);
    if (i % 100 == 50) {
      galen_workers_wait(workers, &sums[i / 2].job);
      g_assert_cmpuint(sums[i / 2].runs, ==, 1);
    }
  }
  galen_workers_wait_all(workers);
  guint64 total = own.total;
  guint jobs = own.jobs;
  for (guint i = 0; i < STATES; i++) {
    total += states[i].total;
    jobs += states[i].jobs;
    if (i >= threads)
      g_assert_cmpuint(states[i].jobs, ==, 0);
  }
  for (guint i = 0; i < JOBS; i++)
    g_assert_cmpuint(sums[i].runs, ==, 1);
  galen_workers_free(workers);
  g_assert_cmpuint(total, ==, (guint64)JOBS * (JOBS - 1) / 2);
  g_assert_cmpuint(jobs, ==, JOBS);
}

static void test_threads(void) {
  for (guint threads = 0; threads <= STATES; threads++)
    for (guint queue = 0; queue <= 5; queue += 1 + queue)
      check(threads, queue);
}

/* Without a thread, or without room for a job to wait, the master has done it when submit returns. */
static void test_at_once(void) {
  State state = {0}, own = {0};
  gpointer pointer = &state;
  Sum sum = {.job = {.run = add}, .value = 7};
  g_assert_true(galen_job_is_done(&sum.job));
  for (guint threads = 0; threads <= 1; threads++) {
    g_autoptr(GalenWorkers) workers = galen_workers_new(&pointer, threads, &own, threads == 0 ? 3 : 0);
    galen_workers_submit(workers, &sum.job);
    g_assert_true(galen_job_is_done(&sum.job));
    g_assert_cmpuint(own.jobs, ==, threads + 1);
  }
}

/* Freeing waits for what is about. */
static void test_free(void) {
  State state = {0}, own = {0};
  gpointer pointer = &state;
  Sum sums[8] = {0};
  GalenWorkers *workers = galen_workers_new(&pointer, 1, &own, G_N_ELEMENTS(sums));
  for (guint i = 0; i < G_N_ELEMENTS(sums); i++) {
    sums[i].job.run = add;
    galen_workers_submit(workers, &sums[i].job);
  }
  galen_workers_free(workers);
  g_assert_cmpuint(own.jobs + state.jobs, ==, G_N_ELEMENTS(sums));
}

static void test_default(void) {
  g_assert_cmpuint(galen_workers_default(), >=, 1);
  g_assert_cmpuint(galen_workers_default(), <=, GALEN_THREADS_DEFAULT_MAX);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/workers/threads", test_threads);
  g_test_add_func("/workers/at-once", test_at_once);
  g_test_add_func("/workers/free", test_free);
  g_test_add_func("/workers/default", test_default);
  return g_test_run();
}
