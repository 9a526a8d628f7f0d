/* Records through another thread: all of them, in their order, and as they were when they were added. */
#include "analyzer/error_queue.h"
#include "error_reader.h"

/* Lines of all layouts, "%s" being the time of day: what an event points at stands in the log, is decoded, or is a constant. */
static const char *const lines[] = {
    "2026-11-24 %s 0 [Note] WSREP: view(view_id(PRIM,a0c78340-a15b,3) memb {\n\ta0c78340-a15b,0\n} joined {\n})\n",
    "2026-11-24 %s 0 [ERROR] WSREP: gcs/src/gcs_core.cpp:gcs_core_open():216: Failed to open backend\n",
    "{ \"prio\" : 1, \"err_code\" : 10119, \"msg\" : \"a\\nb\", \"time\" : \"2026-11-24T%s.000000Z\" }\n",
    "2026-11-24T%s.000000Z 7 [Warning] [MY-010055] [Server] IP address could not be resolved\n",
    "InnoDB: Error\n\n\tand so on at %s\n",
    "261124 %s [ERROR] mysqld got signal 11 ;\nQuery (0x7f): SELECT 1\nConnection ID (thread ID): 1\nStatus: KILLED\n",
    "2026-11-24 %s 7 [Warning] \n",
};

static void add_line(GString *log, guint i) {
  g_autofree char *time = g_strdup_printf("%02u:%02u:%02u", i / 3600, i / 60 % 60, i % 60);
  g_auto(GStrv) parts = g_strsplit(lines[i % G_N_ELEMENTS(lines)], "%s", 2);
  g_autofree char *line = g_strjoinv(time, parts);
  g_string_append(log, line);
}

static GString *make_log(guint n, gsize longest) {
  GString *log = g_string_new(NULL);
  for (guint i = 0; i < n; i++) {
    add_line(log, i);
    for (gsize at = 0; i % 500 == 0 && at < longest; at += 10)
      g_string_append(log, "continued\n");
  }
  return log;
}

static void on_parsed(gpointer user, const GalenErrorEvent *event) {
  galen_error_queue_add(user, event);
}

static void on_taken(gpointer user, const GalenErrorEvent *event, const GalenLogMatch *match) {
  g_assert_null(match);
  on_error(user, event);
}

/* What comes out of a queue that is waited for now and then, in small blocks, so that windows are gone before they are read. */
static ErrorRead *read_queued(const GString *log, guint waits) {
  ErrorRead *read = g_new0(ErrorRead, 1);
  read->records = g_ptr_array_new_with_free_func(record_free);
  g_autoptr(GalenErrorQueue) queue = galen_error_queue_new(on_taken, read);
  GalenFormatOptions options = {0};
  GalenSink sink = {.user = queue, .error = on_parsed};
  gpointer parser = galen_format_error_log.open(&options, &sink);
  gsize from = 0, to = 0;
  for (guint steps = 0; to < log->len; steps++) {
    to = MIN(log->len, to + GALEN_BID_BYTES);
    g_autofree char *window = g_memdup2(log->str + from, to - from);
    from += galen_format_error_log.parse(parser, window, to - from, to == log->len);
    memset(window, '?', to - from);
    if (waits > 0 && steps % waits == 0) {
      galen_error_queue_wait(queue);
      g_assert_cmpuint(read->records->len, ==, galen_format_error_log.account(parser)->events);
    }
  }
  galen_error_queue_wait(queue);
  read->account = *galen_format_error_log.account(parser);
  galen_format_error_log.describe(parser, &read->info);
  read->version = g_strdup(read->info.version);
  galen_format_error_log.close(parser);
  dump_read(read);
  return read;
}

static void check(guint n, gsize longest, guint waits) {
  GalenFormatOptions options = {0};
  gsize block = G_MAXINT32;
  g_autoptr(GString) log = make_log(n, longest);
  g_autoptr(ErrorRead) direct = error_read_cut(log->str, log->len, cut_same, &block, &options);
  g_autoptr(ErrorRead) queued = read_queued(log, waits);
  g_assert_cmpuint(direct->records->len, ==, n);
  g_assert_cmpstr(queued->dump->str, ==, direct->dump->str);
}

static void test_same(void) {
  check(20000, 100, 0);
  check(20000, 100, 3);
}

/* Less than one batch, exactly one, and one more: with a thread, and without. */
static void test_few(void) {
  for (guint n = GALEN_ERROR_BATCH_EVENTS - 2; n <= GALEN_ERROR_BATCH_EVENTS + 2; n++)
    check(n, 10, 0);
  check(1, 10, 1);
}

/* Longer than a batch, as long as a record may be, and longer. */
static void test_long(void) {
  check(4000, GALEN_ERROR_BATCH_BYTES + 100, 0);
  check(4000, GALEN_RECORD_MAX + 100, 0);
}

static void wait_a_little(gpointer user, const GalenErrorEvent *event, G_GNUC_UNUSED const GalenLogMatch *match) {
  guint64 *next = user;
  g_assert_cmpuint(event->line, ==, *next);
  if ((*next)++ % 1000 == 0)
    g_usleep(2000);
}

/* A taker that is slow: nothing is lost, and it does not matter that nobody waits at the end. */
static void test_slow(void) {
  guint64 next = 0;
  GalenErrorQueue *queue = galen_error_queue_new(wait_a_little, &next);
  for (guint64 i = 0; i < 20000; i++) {
    GalenErrorEvent event = {.line = i};
    galen_error_queue_add(queue, &event);
  }
  galen_error_queue_free(queue);
  g_assert_cmpuint(next, ==, 20000);
}

typedef struct {
  GalenLogMatcher *matcher;
  gint go; /* atomic */
  guint64 n, matched;
} Held;

static void hold(gpointer user, const GalenErrorEvent *event, const GalenLogMatch *match) {
  Held *self = user;
  while (!g_atomic_int_get(&self->go))
    g_usleep(100);
  g_assert_cmpuint(event->line, ==, self->n);
  self->n++;
  if (match == NULL)
    return;
  const GalenLogRule *rule = galen_log_matcher_take(self->matcher, event, match);
  g_assert_cmpstr(rule->id, ==, "access-denied");
  g_autofree char *host = g_strdup_printf("10.0.0.%u", (guint)(event->line % 250));
  g_assert_true(galen_slice_is(galen_log_matcher_capture(self->matcher, "host"), host));
  self->matched++;
}

/* Whoever adds faster than is taken matches rules, too. */
static void test_helper(void) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenLogRules) rules = galen_log_rules_load(GALEN_SOURCE_DIR "/analyzer/rules", NULL, &error);
  g_assert_no_error(error);
  g_autoptr(GalenLogMatcher) matcher = galen_log_matcher_new(rules), helper = galen_log_matcher_new(rules);
  Held held = {.matcher = matcher};
  GalenErrorQueue *queue = galen_error_queue_new(hold, &held);
  galen_error_queue_set_helper(queue, helper);
  guint n = (GALEN_ERROR_BATCHES - 2) * GALEN_ERROR_BATCH_EVENTS + 1;
  for (guint i = 0; i < n; i++) {
    g_autofree char *text = g_strdup_printf("Access denied for user 'a'@'10.0.0.%u' (using password: YES)", i % 250);
    GalenErrorEvent event = {.line = i, .text = galen_slice(text, strlen(text)), .level = GALEN_LEVEL_WARNING};
    galen_error_queue_add(queue, &event);
  }
  g_atomic_int_set(&held.go, TRUE);
  galen_error_queue_wait(queue);
  g_assert_cmpuint(held.n, ==, n);
  g_assert_cmpuint(held.matched, >=, GALEN_ERROR_BATCH_EVENTS);
  galen_error_queue_free(queue);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/error-queue/same", test_same);
  g_test_add_func("/error-queue/few", test_few);
  g_test_add_func("/error-queue/long", test_long);
  g_test_add_func("/error-queue/slow", test_slow);
  g_test_add_func("/error-queue/helper", test_helper);
  return g_test_run();
}
