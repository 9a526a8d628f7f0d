/* Advice from what the time went to: waits, failures, uneven and very many calls. */
#include "advice_tests.h"

#include <inttypes.h>

#define SECOND 1e6 /* µs */
#define SHOWN_CODES 3u

/* `wait` is at least threshold[0] of the class's time, which is at least threshold[1] seconds. */
static gboolean waits(GalenAdviceCase *self, double wait) {
  double time = galen_advice_sum(self, GALEN_MAIN_TIME);
  if (wait < 0 || time <= 0)
    return FALSE;
  /* Some servers count the wait for locks beside the query's time, so that it can be longer. */
  double share = MIN(wait / time, 1);
  galen_advice_set_duration(self, "wait", wait);
  galen_advice_set_duration(self, "time", time);
  galen_advice_set_share(self, "share", share);
  return share >= self->threshold[0] && time >= self->threshold[1] * SECOND;
}

static gboolean test_lock_time(GalenAdviceCase *self) {
  return waits(self, galen_advice_sum(self, GALEN_MAIN_LOCK_TIME));
}

static gboolean test_io_wait(GalenAdviceCase *self) {
  return waits(self, galen_advice_attr_sum(self, "innodb_io_r_wait", "pages_read_time"));
}

static gboolean test_row_lock_wait(GalenAdviceCase *self) {
  return waits(self, galen_advice_attr_sum(self, "innodb_rec_lock_wait", NULL));
}

static gboolean test_queue_wait(GalenAdviceCase *self) {
  return waits(self, galen_advice_attr_sum(self, "innodb_queue_wait", NULL));
}

static gboolean test_locking_read(GalenAdviceCase *self) {
  guint64 hits = self->klass->facts[g_bit_nth_lsf(GALEN_FACT_FOR_UPDATE, -1)];
  galen_advice_set_count(self, "hits", (double)hits);
  double rows = galen_advice_attr_sum(self, "innodb_rec_lock_wait", NULL);
  double wait = MAX(rows, galen_advice_sum(self, GALEN_MAIN_LOCK_TIME));
  return hits > 0 && waits(self, wait);
}

static gboolean test_variance(GalenAdviceCase *self) {
  const GalenStat *time = &self->totals->main[GALEN_MAIN_TIME];
  const GalenHistogram *histogram = &self->totals->histogram[GALEN_MAIN_TIME];
  if (time->count == 0 || (double)time->count < self->threshold[1])
    return FALSE;
  double p50 = galen_histogram_percentile(histogram, time, 500);
  double p95 = galen_histogram_percentile(histogram, time, 950);
  double ratio = p95 / MAX(p50, 1);
  galen_advice_set_duration(self, "p50", p50);
  galen_advice_set_duration(self, "p95", p95);
  galen_advice_set_count(self, "ratio", ratio);
  return ratio >= self->threshold[0] && p95 >= self->threshold[2] * SECOND;
}

/* "1062 (1 204 times), 1213 (3 times) and 2 more codes", the most frequent first. */
static char *error_codes(const GArray *errors) {
  g_autofree gboolean *used = g_new0(gboolean, errors->len);
  GString *text = g_string_new(NULL);
  for (guint shown = 0; shown < MIN(errors->len, SHOWN_CODES); shown++) {
    guint best = errors->len;
    for (guint i = 0; i < errors->len; i++)
      if (!used[i] && (best == errors->len || g_array_index(errors, GalenErrorCount, i).count >
                                                  g_array_index(errors, GalenErrorCount, best).count))
        best = i;
    const GalenErrorCount *error = &g_array_index(errors, GalenErrorCount, best);
    used[best] = TRUE;
    g_string_append_printf(text, "%s%u (%" PRIu64 " times)", shown > 0 ? ", " : "", error->code, error->count);
  }
  if (errors->len > SHOWN_CODES)
    g_string_append_printf(text, " and %u more codes", errors->len - SHOWN_CODES);
  return g_string_free(text, FALSE);
}

static gboolean test_errors(GalenAdviceCase *self) {
  const GArray *errors = self->totals->errors;
  double n = 0;
  for (guint i = 0; errors != NULL && i < errors->len; i++)
    n += (double)g_array_index(errors, GalenErrorCount, i).count;
  if (errors == NULL || n == 0)
    return FALSE;
  double share = n / (double)MAX(self->totals->count, 1);
  galen_advice_set_count(self, "errors", n);
  galen_advice_set_share(self, "share", share);
  galen_advice_set_text(self, "codes", error_codes(errors));
  return n >= self->threshold[0] && share >= self->threshold[1];
}

static gboolean test_killed(GalenAdviceCase *self) {
  double killed = (double)self->totals->killed;
  galen_advice_set_count(self, "killed", killed);
  return killed > 0 && killed >= self->threshold[0];
}

static gboolean test_query_cache(GalenAdviceCase *self) {
  const GalenFlagStat *flag = galen_advice_flag(self, "qc_hit");
  if (flag == NULL)
    return FALSE;
  galen_advice_set_count(self, "hits", (double)flag->yes);
  galen_advice_set_count(self, "seen", (double)flag->seen);
  return flag->yes > 0 && (double)flag->yes >= self->threshold[0];
}

/* Many statements in few kinds: shares of all calls and of all time. */
static double set_call_share(GalenAdviceCase *self) {
  double share = (double)self->totals->count / (double)MAX(self->all->count, 1);
  galen_advice_set_share(self, "share", share);
  galen_advice_set_duration(self, "mean", MAX(galen_advice_mean(self, GALEN_MAIN_TIME), 0));
  galen_advice_set_duration(self, "time", MAX(galen_advice_sum(self, GALEN_MAIN_TIME), 0));
  return share;
}

static gboolean test_admin_churn(GalenAdviceCase *self) {
  static const char *const commands[] = {"Connect",    "Quit", "Init DB",    "Change user",     "Prepare",
                                         "Close stmt", "Ping", "Reset stmt", "Reset connection"};
  static const char prefix[] = "administrator command: ";
  GalenSlice text = galen_slice(self->klass->fingerprint, self->klass->fingerprint_len);
  if (!galen_slice_starts(text, prefix))
    return FALSE;
  GalenSlice command = galen_slice(text.data + strlen(prefix), text.len - strlen(prefix));
  double share = set_call_share(self);
  for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
    if (!galen_slice_is(command, commands[i]))
      continue;
    galen_advice_set_text(self, "command", g_strdup(commands[i]));
    return (double)self->totals->count >= self->threshold[0] && share >= self->threshold[1];
  }
  return FALSE;
}

static gboolean test_chatty(GalenAdviceCase *self) {
  if (galen_advice_begins(self, "administrator") || galen_advice_is_insert(self))
    return FALSE; /* these have rules of their own */
  double mean = galen_advice_mean(self, GALEN_MAIN_TIME);
  double part = galen_advice_sum(self, GALEN_MAIN_TIME) / MAX((double)self->all->main[GALEN_MAIN_TIME].sum, 1);
  double share = set_call_share(self);
  galen_advice_set_share(self, "time-share", MAX(part, 0));
  return (double)self->totals->count >= self->threshold[0] && mean >= 0 && mean <= self->threshold[1] * SECOND &&
         share >= self->threshold[2] && part >= self->threshold[3];
}

#define WAIT " wait time share "
#define SHARE                                                                                                          \
  { "min-share", "min-time" }

const GalenAdviceTest galen_advice_tests_cost[] = {
    {"lock-time-share", test_lock_time, SHARE, WAIT},
    {"innodb-io-wait", test_io_wait, SHARE, WAIT},
    {"innodb-lock-wait", test_row_lock_wait, SHARE, WAIT},
    {"innodb-queue-wait", test_queue_wait, SHARE, WAIT},
    {"locking-read", test_locking_read, SHARE, " hits" WAIT},
    {"high-variance", test_variance, {"min-ratio", "min-calls", "min-p95"}, " p50 p95 ratio "},
    {"errors", test_errors, {"min-errors", "min-share"}, " errors share codes "},
    {"killed", test_killed, {"min-killed"}, " killed "},
    {"query-cache", test_query_cache, {"min-hits"}, " hits seen "},
    {"admin-command-churn", test_admin_churn, {"min-calls", "min-share"}, " command share mean time "},
    {"chatty", test_chatty, {"min-calls", "max-mean", "min-share", "min-time-share"}, " share time-share mean time "},
};
const guint galen_advice_n_tests_cost = G_N_ELEMENTS(galen_advice_tests_cost);
