#include "../errors-support.h"

typedef struct {
  ErrorsRules rules;
  GalenErrors *errors;
} Fixture;

static void set_up(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  errors_rules_load(&self->rules);
  self->errors = galen_errors_new(FALSE);
  galen_errors_set_source(self->errors, "db1", "db1/error.log");
}

static void tear_down(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  galen_errors_free(self->errors);
  errors_rules_clear(&self->rules);
}

static void put(Fixture *self, const char *record, gint64 second, guint64 line) {
  errors_put(self->errors, &self->rules, record, ERRORS_T0 + second * ERRORS_SECOND, line);
}

static const GalenErrorGroup *group_of(Fixture *self, const char *id) {
  const GPtrArray *groups = galen_errors_groups(self->errors);
  for (guint i = 0; i < groups->len; i++) {
    const GalenErrorGroup *group = groups->pdata[i];
    if (g_strcmp0(group->rule != NULL ? group->rule->id : NULL, id) == 0)
      return group;
  }
  return NULL;
}

static guint n_groups_of(Fixture *self, const char *id) {
  const GPtrArray *groups = galen_errors_groups(self->errors);
  guint n = 0;
  for (guint i = 0; i < groups->len; i++) {
    const GalenErrorGroup *group = groups->pdata[i];
    n += group->rule != NULL && g_str_equal(group->rule->id, id);
  }
  return n;
}

/* ---- groups ---- */

static void test_groups(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  put(self, "2026-11-24  3:28:55 0 [ERROR] InnoDB: Operating system error number 22 in a file operation.", 10, 5);
  put(self, "2026-11-24  3:28:44 0 [Note] Strange 7 apples from db1.example.com:3306", 2, 2);
  galen_errors_set_source(self->errors, "db2", "db2/error.log");
  put(self, "2026-11-24  3:28:40 0 [Warning] Strange 12 apples from db2.example.com:3306", 1, 9);
  put(self, "2026-11-24  3:28:45 0 [Warning] Strange 9 apples from 10.0.0.1:3306", 3, 10);
  galen_errors_finish(self->errors);
  g_assert_cmpuint(galen_errors_count(self->errors), ==, 4);
  g_assert_cmpuint(galen_errors_groups(self->errors)->len, ==, 2);
  const GalenErrorGroup *first = galen_errors_groups(self->errors)->pdata[0];
  g_assert_cmpstr(first->rule->id, ==, "innodb-os-error");
  g_assert_cmpint(first->severity, ==, GALEN_SEVERITY_CRITICAL);
  g_assert_cmpstr(first->subsystem, ==, "InnoDB");
  const GalenErrorGroup *group = group_of(self, NULL);
  g_assert_cmpstr(group->template, ==, "Strange # apples from <addr>");
  g_assert_cmpuint(group->count, ==, 3);
  g_assert_cmpint(group->level, ==, GALEN_LEVEL_WARNING);
  g_assert_cmpint(group->severity, ==, GALEN_SEVERITY_INFO);
  g_assert_cmpint(group->first, ==, ERRORS_T0 + ERRORS_SECOND);
  g_assert_cmpint(group->last, ==, ERRORS_T0 + 3 * ERRORS_SECOND);
  g_assert_cmpuint(group->nodes->len, ==, 2);
  g_assert_cmpstr(((GalenErrorCountOf *)group->nodes->pdata[0])->name, ==, "db1");
  g_assert_cmpuint(((GalenErrorCountOf *)group->nodes->pdata[1])->count, ==, 2);
  g_assert_cmpstr(group->first_place.node, ==, "db2");
  g_assert_cmpstr(group->first_place.path, ==, "db2/error.log");
  g_assert_cmpuint(group->first_place.line, ==, 9);
  g_assert_cmpstr(group->first_place.text, ==,
                  "2026-11-24  3:28:40 0 [Warning] Strange 12 apples from db2.example.com:3306");
}

/* An id depends on nothing but the rule and its captures, or the template. */
static void test_ids(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  put(self, "[ERROR] Aborting", 1, 1);
  put(self, "[Note] Something 5", 1, 2);
  galen_errors_finish(self->errors);
  g_autofree char *rule = g_strdup(group_of(self, "aborting")->id), *template = g_strdup(group_of(self, NULL)->id);
  g_assert_cmpuint(strlen(rule), ==, 32);
  Fixture other;
  set_up(&other, NULL);
  put(&other, "[Note] Something 77", 5, 9);
  put(&other, "2026-11-24T03:07:10.1Z 0 [ERROR] [MY-010119] [Server] Aborting", 6, 10);
  galen_errors_finish(other.errors);
  g_assert_cmpstr(group_of(&other, "aborting")->id, ==, rule);
  g_assert_cmpstr(group_of(&other, NULL)->id, ==, template);
  tear_down(&other, NULL);
}

static void test_masked(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  static const char line[] =
      "2026-11-24  3:29:00 8 [ERROR] Slave SQL: Error 'Duplicate entry 'joe@x.org' for key 'mail'' on "
      "query. Default database: 'shop'. Query: 'INSERT INTO users VALUES ('joe@x.org')', Internal "
      "MariaDB error code: 1062";
  put(self, line, 1, 1);
  put(self, "[Note] A temporary password is generated for root@localhost: S3cr3t", 1, 2);
  g_autofree char *dump = errors_dump(self->errors);
  g_assert_null(strstr(dump, "joe@x.org"));
  g_assert_null(strstr(dump, "S3cr3t"));
  g_assert_nonnull(strstr(dump, "for key 'mail'"));
  g_assert_nonnull(strstr(dump, "INSERT INTO users VALUES (?)"));
  g_autoptr(GalenErrors) full = galen_errors_new(TRUE);
  errors_put(full, &self->rules, line, ERRORS_T0, 1);
  errors_put(full, &self->rules, "[Note] A temporary password is generated for root@localhost: S3cr3t", ERRORS_T0, 2);
  g_autofree char *shown = errors_dump(full);
  g_assert_nonnull(strstr(shown, "joe@x.org"));
  g_assert_null(strstr(shown, "S3cr3t"));
}

/* ---- peers ---- */

static void test_peers(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  put(self, "[Warning] Access denied for user 'wp'@'10.0.0.9' (using password: YES)", 5, 1);
  put(self, "[Warning] Access denied for user 'wp'@'10.0.0.9' (using password: YES)", 3, 2);
  put(self, "[Warning] Access denied for user 'o'brien'@'h' to database 'mysql'", 3, 3);
  put(self,
      "[Warning] Aborted connection 5 to db: 'shop' user: 'app' host: '10.0.0.7' (Got timeout reading communication "
      "packets)",
      6, 4);
  put(self,
      "[Warning] Aborted connection 6 to db: 'shop' user: 'app' host: '10.0.0.7' (Got an error reading communication "
      "packets)",
      6, 5);
  put(self,
      "[Warning] Aborted connection 7 to db: 'unconnected' user: 'unauthenticated' host: '10.0.0.5' (This connection "
      "closed "
      "normally without authentication)",
      7, 6);
  put(self, "[Warning] Access denied for nobody", 8, 7);
  galen_errors_finish(self->errors);
  const GPtrArray *denied = galen_errors_denied(self->errors), *aborted = galen_errors_aborted(self->errors);
  g_assert_cmpuint(denied->len, ==, 2);
  const GalenErrorPeer *peer = denied->pdata[0];
  g_assert_cmpstr(peer->user, ==, "wp");
  g_assert_cmpstr(peer->host, ==, "10.0.0.9");
  g_assert_cmpstr(peer->reason, ==, "using password: YES");
  g_assert_cmpuint(peer->count, ==, 2);
  g_assert_cmpint(peer->first, ==, ERRORS_T0 + 3 * ERRORS_SECOND);
  g_assert_cmpint(peer->last, ==, ERRORS_T0 + 5 * ERRORS_SECOND);
  peer = denied->pdata[1];
  g_assert_cmpstr(peer->user, ==, "o'brien");
  g_assert_cmpstr(peer->reason, ==, "to database 'mysql'");
  g_assert_cmpuint(aborted->len, ==, 3);
  peer = aborted->pdata[0];
  g_assert_null(peer->user);
  g_assert_cmpstr(peer->host, ==, "10.0.0.5");
  /* One group for all who were denied, one a reason for connections. */
  g_assert_cmpuint(n_groups_of(self, "access-denied"), ==, 1);
  g_assert_cmpuint(n_groups_of(self, "connection-aborted"), ==, 2);
  g_assert_cmpuint(n_groups_of(self, "connection-health-check"), ==, 1);
}

/* ---- blocks ---- */

static const char deadlock[] =
    "2026-11-24 03:28:55 0x7f InnoDB: Transactions deadlock detected, dumping detailed information.\n"
    "2026-11-24  3:28:55 12 [Note] InnoDB: \n"
    "*** (1) TRANSACTION:\n\n"
    "TRANSACTION 145, ACTIVE 0 sec starting index read\n"
    "mysql tables in use 1, locked 1\n"
    "MariaDB thread id 139, OS thread handle 140, query id 5 localhost app Updating\n"
    "update products set n=5 where name='secret'\n"
    "2026-11-24  3:28:55 12 [Note] InnoDB: *** WAITING FOR THIS LOCK TO BE GRANTED:\n\n"
    "RECORD LOCKS space id 6 page no 5 n bits 320 index PRIMARY of table `shop`.`products` trx id 145 lock_mode X "
    "locks rec but "
    "not gap waiting\n"
    "2026-11-24  3:28:55 12 [Note] InnoDB: *** WE ROLL BACK TRANSACTION (1)";

static void test_deadlock(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  put(self, deadlock, 4, 17);
  galen_errors_finish(self->errors);
  g_assert_cmpuint(galen_errors_deadlock_count(self->errors), ==, 1);
  const GalenDeadlock *found = galen_errors_deadlocks(self->errors)->pdata[0];
  g_assert_cmpint(found->time, ==, ERRORS_T0 + 4 * ERRORS_SECOND);
  g_assert_cmpstr(found->place.node, ==, "db1");
  g_assert_cmpuint(found->place.line, ==, 17);
  g_assert_cmpuint(found->sides->len, >=, 1);
  const GalenDeadlockSide *side = found->sides->pdata[0];
  g_assert_cmpstr(side->query, ==, "update products set n=? where name=?");
  g_assert_cmpstr(side->table, ==, "shop.products");
  g_assert_cmpstr(side->index, ==, "PRIMARY");
  g_assert_cmpuint(side->thread, ==, 139);
  g_assert_true(side->victim);
}

static const char crash[] = "261124  3:28:47 [ERROR] /usr/sbin/mariadbd got signal 6 ;\nThread pointer: 0x7f1\n"
                            "/usr/sbin/mariadbd(my_print_stacktrace+0x2e)[0x55fc3ee3487e]\n"
                            "/usr/sbin/mariadbd(handle_fatal_signal+0x269)[0x55fc3e9af0f9]\n"
                            "Query (0x7f0a): SELECT * FROM t WHERE name = 'secret'\n"
                            "Connection ID (thread ID): 152\nStatus: NOT_KILLED\n";
static const char assertion[] =
    "2026-11-24 03:28:47 0x7f8a1c5fd700  InnoDB: Assertion failure in file ./storage/innobase/row/row0ins.cc line 218";

static void test_crash(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  put(self, crash, 8, 31);
  put(self, assertion, 8, 30);
  put(self, assertion, 900, 3000);
  galen_errors_finish(self->errors);
  g_assert_cmpuint(galen_errors_crash_count(self->errors), ==, 2);
  const GPtrArray *crashes = galen_errors_crashes(self->errors);
  g_assert_cmpuint(crashes->len, ==, 2);
  const GalenCrash *found = crashes->pdata[0];
  g_assert_cmpint(found->signal, ==, 6);
  g_assert_cmpuint(found->thread, ==, 152);
  g_assert_cmpstr(found->query, ==, "SELECT * FROM t WHERE name = ?");
  g_assert_cmpuint(found->backtrace->len, ==, 2);
  g_assert_cmpstr(found->assertion, ==, "row0ins.cc:218");
  found = crashes->pdata[1];
  g_assert_cmpint(found->signal, ==, 0);
  g_assert_cmpstr(found->assertion, ==, "row0ins.cc:218");
  g_assert_cmpuint(found->place.line, ==, 3000);
}

static void test_semaphore(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  put(self,
      "2026-11-24  3:28:55 0 [Warning] InnoDB: A long semaphore wait:\n"
      "--Thread 140 has waited at row0ins.cc line 2533 for 241.50 seconds the semaphore:\n"
      "X-lock on RW-latch at 0x7f20 created in file dict0dict.cc line 2737\n"
      "a writer (thread id 139) has reserved it in mode  exclusive\n"
      "Last time write locked in file /build/row/row0ins.cc line 2500\n"
      "--Thread 141 has waited at buf0buf.cc line 9 for 7 seconds the semaphore:\n",
      6, 12);
  put(self, "2026-11-24  3:28:56 0 [Warning] InnoDB: A long semaphore wait:", 7, 20); /* says nothing of it */
  galen_errors_finish(self->errors);
  g_assert_cmpuint(galen_errors_semaphore_count(self->errors), ==, 1);
  g_assert_cmpuint(galen_errors_semaphores(self->errors)->len, ==, 1);
  const GalenSemaphore *found = galen_errors_semaphores(self->errors)->pdata[0];
  g_assert_cmpint(found->time, ==, ERRORS_T0 + 6 * ERRORS_SECOND);
  g_assert_cmpuint(found->place.line, ==, 12);
  g_assert_cmpuint(found->total, ==, 2);
  g_assert_cmpint(found->longest, ==, 241500000);
  g_assert_cmpuint(found->waits->len, ==, 2);
  const GalenSemaphoreWait *wait = found->waits->pdata[0];
  g_assert_cmpstr(wait->thread, ==, "140");
  g_assert_cmpstr(wait->place, ==, "row0ins.cc:2533");
  g_assert_cmpstr(wait->lock, ==, "X-lock on RW-latch");
  g_assert_cmpstr(wait->created, ==, "dict0dict.cc:2737");
  g_assert_cmpstr(wait->holder, ==, "139");
  g_assert_cmpstr(wait->held_at, ==, "row0ins.cc:2500");
  wait = found->waits->pdata[1];
  g_assert_cmpstr(wait->place, ==, "buf0buf.cc:9");
  g_assert_cmpint(wait->span, ==, G_GINT64_CONSTANT(7) * G_USEC_PER_SEC);
  g_assert_null(wait->lock);
  g_assert_null(wait->holder);
}

/* The earliest are kept, all are counted. */
static void test_many_blocks(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  for (guint i = GALEN_DEADLOCKS_MAX + 50; i > 0; i--)
    put(self, deadlock, i, i);
  galen_errors_finish(self->errors);
  g_assert_cmpuint(galen_errors_deadlock_count(self->errors), ==, GALEN_DEADLOCKS_MAX + 50);
  const GPtrArray *deadlocks = galen_errors_deadlocks(self->errors);
  g_assert_cmpuint(deadlocks->len, ==, GALEN_DEADLOCKS_MAX);
  g_assert_cmpuint(((const GalenDeadlock *)deadlocks->pdata[0])->place.line, ==, 1);
  g_assert_cmpuint(((const GalenDeadlock *)deadlocks->pdata[GALEN_DEADLOCKS_MAX - 1])->place.line, ==,
                   GALEN_DEADLOCKS_MAX);
}

/* ---- series ---- */

static void test_series(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  galen_errors_finish(self->errors);
  g_assert_null(galen_errors_series(self->errors));
  put(self, "[ERROR] Aborting", 0, 1);
  put(self, "[Note] odd", 1, 2);
  put(self, "[Note] odd", 1, 3);
  put(self, "[ERROR] odd", 3, 4);
  errors_put(self->errors, &self->rules, "[Note] odd", GALEN_TIME_NONE, 5);
  galen_errors_finish(self->errors);
  const GalenErrorSeries *series = galen_errors_series(self->errors);
  g_assert_cmpint(series->from, ==, ERRORS_T0);
  g_assert_cmpint(series->step, ==, ERRORS_SECOND);
  g_assert_cmpuint(series->n, ==, 4);
  g_assert_cmpuint(series->critical[0], ==, 1);
  g_assert_cmpuint(series->info[1], ==, 2);
  g_assert_cmpuint(series->warning[3], ==, 1);
  put(self, "[Note] odd", 86400, 6);
  galen_errors_finish(self->errors);
  series = galen_errors_series(self->errors);
  g_assert_cmpint(series->step, ==, 300 * ERRORS_SECOND);
  g_assert_cmpuint(series->n, <=, 400);
  g_assert_cmpuint(series->info[0], ==, 2);
  g_assert_cmpuint(series->info[series->n - 1], ==, 1);
}

static gint64 same_clock(G_GNUC_UNUSED gpointer user, gint64 time, G_GNUC_UNUSED gboolean utc) {
  return time;
}

/* The peer of the record added last is counted too, whether or not it was prepared. */
static void test_last_peer(Fixture *self, G_GNUC_UNUSED gconstpointer data) {
  g_autofree char *before = NULL;
  for (guint i = 0; i < 2; i++) {
    GalenErrors *errors = galen_errors_new_unplaced(FALSE);
    gint64 first, last;
    for (guint k = 0; k < 40; k++) {
      g_autofree char *text =
          g_strdup_printf("[Warning] Access denied for user 'u%u'@'h' (using password: YES)", k % 20);
      errors_put(errors, &self->rules, text, ERRORS_T0 + k * ERRORS_SECOND, k + 1);
      if (i > 0)
        galen_errors_prepare(errors);
    }
    g_assert_cmpuint(galen_errors_items(errors), ==, 21);
    errors_put(errors, &self->rules, "[Warning] Access denied for user 'x'@'h' (using password: YES)",
               ERRORS_T0 + 40 * ERRORS_SECOND, 41);
    g_assert_cmpuint(galen_errors_items(errors), ==, 22);
    g_assert_true(galen_errors_place(errors, "db1", "db1/error.log", same_clock, NULL, &first, &last));
    g_assert_cmpint(last, ==, ERRORS_T0 + 40 * ERRORS_SECOND);
    g_autofree char *dump = errors_dump(errors);
    g_assert_true(before == NULL || g_str_equal(before, dump));
    g_assert_cmpuint(galen_errors_denied(errors)->len, ==, 21);
    const GalenErrorPeer *peer = galen_errors_denied(errors)->pdata[0];
    g_assert_cmpuint(peer->count, ==, 2);
    g_assert_cmpint(peer->last - peer->first, ==, 20 * ERRORS_SECOND);
    const GalenErrorPeer *newest = galen_errors_denied(errors)->pdata[20];
    g_assert_cmpstr(newest->user, ==, "x");
    g_assert_cmpint(newest->first, ==, last);
    g_free(before);
    before = g_steal_pointer(&dump);
    galen_errors_free(errors);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add("/errors/" name, Fixture, NULL, set_up, func, tear_down)
  ADD("groups", test_groups);
  ADD("ids", test_ids);
  ADD("masked", test_masked);
  ADD("peers", test_peers);
  ADD("deadlock", test_deadlock);
  ADD("crash", test_crash);
  ADD("semaphore", test_semaphore);
  ADD("many-blocks", test_many_blocks);
  ADD("series", test_series);
  ADD("last-peer", test_last_peer);
  return g_test_run();
}
