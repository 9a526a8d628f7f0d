/* The SQLite backend of stores, without any log: what is put is what is read. */
#include "analyzer/store/store.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOUR (G_GINT64_CONSTANT(3600) * G_USEC_PER_SEC)
#define DAY (24 * HOUR)
#define T0 (G_GINT64_CONSTANT(20000) * DAY) /* 2024-10-04 */

typedef struct {
  char *folder, *path;
} Fixture;

static void assert_bytes(const void *a, gsize len_a, const void *b, gsize len_b) {
  g_assert_cmpuint(len_a, ==, len_b);
  g_assert_true(memcmp(a, b, len_a) == 0);
}

static void set_up(Fixture *self, gconstpointer data) {
  (void)data;
  self->folder = g_dir_make_tmp("galen-store-XXXXXX", NULL);
  self->path = g_build_filename(self->folder, "x.galen", NULL);
}

static void tear_down(Fixture *self, gconstpointer data) {
  (void)data;
  g_autoptr(GDir) dir = g_dir_open(self->folder, 0, NULL);
  for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
    g_autofree char *path = g_build_filename(self->folder, name, NULL);
    g_unlink(path);
  }
  g_rmdir(self->folder);
  g_free(self->folder);
  g_free(self->path);
}

static GalenStore *open_store(const Fixture *self, GalenStoreMode mode) {
  g_autoptr(GError) error = NULL;
  GalenStore *store = galen_store_open(self->path, mode, &error);
  g_assert_no_error(error);
  return store;
}

static GalenStoreInput *make_input(const char *path) {
  GalenStoreInput *input = galen_store_input_new();
  input->path = g_strdup(path);
  input->node = g_strdup("db1");
  input->host = g_strdup("");
  input->kind = g_strdup("slow-log");
  input->state = g_strdup("MariaDB 10.11");
  input->content = (GalenStoreContent){.size = 5000, .head_len = 4096, .head = {1, 2, 3}, .tail = {4, 5, 6}};
  input->file = (GalenStoreFile){1, G_MAXUINT64, 5000, -7};
  input->events = 12;
  input->first = T0;
  input->complete = TRUE;
  return input;
}

static void bytes_of(GalenBytes *bytes, const char *text) {
  galen_bytes_init(bytes, 1u << 20);
  galen_bytes_put_raw(bytes, text, strlen(text));
}

static void put_input(GalenStore *store, GalenStoreInput *input, const char *evidence) {
  g_autoptr(GError) error = NULL;
  GalenBytes bytes;
  bytes_of(&bytes, evidence);
  galen_store_put_input(store, input, &bytes, &error);
  g_assert_no_error(error);
  galen_bytes_clear(&bytes);
}

static void put_slot(GalenStore *store, gint64 input, gint64 from, guint width, const char *record, guint64 count) {
  g_autoptr(GError) error = NULL;
  GalenBytes bytes;
  bytes_of(&bytes, record);
  g_autoptr(GArray) classes = g_array_new(FALSE, TRUE, sizeof(GalenSlotClass));
  GalenSlotClass class = {.id = {0xab, 0xcd},
                          .fingerprint = {"select \xff from t", 15},
                          .full_len = 99,
                          .command = "SELECT",
                          .label = "SELECT t",
                          .count = count,
                          .time = count * 1000000,
                          .time_max = count,
                          .rows_examined = 1};
  g_array_append_val(classes, class);
  GalenSlot slot = {.input = input, .kind = GALEN_SLOT_QUERIES, .from = from, .width = width};
  galen_store_put_slot(store, &slot, &bytes, classes, NULL, &error);
  g_assert_no_error(error);
  galen_bytes_clear(&bytes);
}

static void put_errors(GalenStore *store, gint64 input, gint64 from, const char *record, guint64 count) {
  g_autoptr(GError) error = NULL;
  GalenBytes bytes;
  bytes_of(&bytes, record);
  g_autoptr(GArray) errors = g_array_new(FALSE, TRUE, sizeof(GalenSlotError));
  GalenSlotError group = {.id = "0123", .severity = "warning", .code = 1045, .template = "Access ?", .count = count};
  g_array_append_val(errors, group);
  GalenSlot slot = {.input = input, .kind = GALEN_SLOT_ERRORS, .from = from, .width = GALEN_SLOT_HOUR};
  galen_store_put_slot(store, &slot, &bytes, NULL, errors, &error);
  g_assert_no_error(error);
  galen_bytes_clear(&bytes);
}

static void end_input(GalenStore *store, gint64 input) {
  g_autoptr(GError) error = NULL;
  g_assert_true(galen_store_end_input(store, input, &error));
  g_assert_no_error(error);
}

static void begin(GalenStore *store) {
  g_autoptr(GError) error = NULL;
  g_assert_true(galen_store_begin(store, &error));
  g_assert_no_error(error);
}

static void commit(GalenStore *store) {
  g_autoptr(GError) error = NULL;
  g_assert_true(galen_store_commit(store, &error));
  g_assert_no_error(error);
}

static gboolean list_slot(const GalenSlot *slot, GalenBytesReader *record, gpointer user, GError **error) {
  (void)error;
  g_string_append_printf(user, "%" G_GINT64_FORMAT "+%u:%.*s ", slot->from == 0 ? 0 : (slot->from - T0) / HOUR,
                         slot->width / 3600, (int)(record->end - record->data), (const char *)record->data);
  return TRUE;
}

static char *list_slots(GalenStore *store, gint64 input, GalenSlotKind kind, gint64 since, gint64 until) {
  g_autoptr(GError) error = NULL;
  GString *list = g_string_new(NULL);
  g_assert_true(galen_store_slots(store, input, kind, since, until, list_slot, list, &error));
  g_assert_no_error(error);
  return g_string_free(list, FALSE);
}

static void assert_slots(GalenStore *store, gint64 input, GalenSlotKind kind, gint64 since, gint64 until,
                         const char *expected) {
  g_autofree char *list = list_slots(store, input, kind, since, until);
  g_assert_cmpstr(list, ==, expected);
}

/* One value by SQL, as a person would ask. */
static char *ask(const Fixture *self, const char *sql) {
  sqlite3 *db;
  sqlite3_stmt *statement;
  g_assert_cmpint(sqlite3_open_v2(self->path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  GString *answer = g_string_new(NULL);
  while (sqlite3_step(statement) == SQLITE_ROW)
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
      const char *text = (const char *)sqlite3_column_text(statement, i);
      g_string_append_printf(answer, "%s|", text != NULL ? text : "-");
    }
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return g_string_free(answer, FALSE);
}

static void assert_answer(const Fixture *self, const char *sql, const char *expected) {
  g_autofree char *answer = ask(self, sql);
  g_assert_cmpstr(answer, ==, expected);
}

static void change(const Fixture *self, const char *sql) {
  sqlite3 *db;
  g_assert_cmpint(sqlite3_open(self->path, &db), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close(db);
}

/* A store with one input of three slots. */
static gint64 fill(GalenStore *store) {
  g_autoptr(GalenStoreInput) input = make_input("/a/slow.log");
  begin(store);
  put_input(store, input, "evidence");
  put_slot(store, input->id, T0 + HOUR, GALEN_SLOT_HOUR, "two", 2);
  put_slot(store, input->id, T0, GALEN_SLOT_HOUR, "one", 1);
  put_slot(store, input->id, 0, GALEN_SLOT_UNTIMED, "none", 7);
  end_input(store, input->id);
  commit(store);
  return input->id;
}

/* ---- what is put is what is read ---- */

static void test_round_trip(Fixture *self, gconstpointer data) {
  (void)data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenStore) store = open_store(self, GALEN_STORE_WRITE);
  gint64 id = fill(store);
  g_clear_pointer(&store, galen_store_free);
  g_assert_true(galen_store_is(self->path));
  store = open_store(self, GALEN_STORE_READ);
  g_autoptr(GPtrArray) inputs = galen_store_inputs(store, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(inputs->len, ==, 1);
  const GalenStoreInput *input = g_ptr_array_index(inputs, 0);
  g_autoptr(GalenStoreInput) wanted = make_input("/a/slow.log");
  g_assert_cmpint(input->id, ==, id);
  g_assert_cmpstr(input->path, ==, wanted->path);
  g_assert_cmpstr(input->node, ==, wanted->node);
  g_assert_cmpstr(input->host, ==, "");
  g_assert_cmpstr(input->kind, ==, wanted->kind);
  g_assert_cmpstr(input->state, ==, wanted->state);
  g_assert_cmpuint(input->events, ==, 12);
  g_assert_cmpint(input->first, ==, T0);
  g_assert_cmpint(input->last, ==, GALEN_TIME_NONE);
  g_assert_true(input->complete);
  assert_bytes(&input->file, sizeof input->file, &wanted->file, sizeof wanted->file);
  g_assert_cmpuint(input->content.size, ==, 5000);
  g_assert_cmpuint(input->content.head_len, ==, 4096);
  assert_bytes(input->content.head, 16, wanted->content.head, 16);
  assert_bytes(input->content.tail, 16, wanted->content.tail, 16);
  GalenBytes evidence;
  galen_bytes_init(&evidence, 1u << 20);
  g_assert_true(galen_store_evidence(store, id, &evidence, &error));
  assert_bytes(evidence.data, evidence.len, "evidence", 8);
  galen_bytes_clear(&evidence);
  assert_slots(store, id, GALEN_SLOT_QUERIES, GALEN_TIME_NONE, GALEN_TIME_NONE, "0+0:none 0+1:one 1+1:two ");
  assert_slots(store, id, GALEN_SLOT_QUERIES, T0 + HOUR / 2, GALEN_TIME_NONE, "0+1:one 1+1:two ");
  assert_slots(store, id, GALEN_SLOT_QUERIES, T0 + HOUR, GALEN_TIME_NONE, "1+1:two ");
  assert_slots(store, id, GALEN_SLOT_QUERIES, GALEN_TIME_NONE, T0 + HOUR, "0+1:one ");
  assert_slots(store, id, GALEN_SLOT_ERRORS, GALEN_TIME_NONE, GALEN_TIME_NONE, "");
}

static void test_fingerprint(Fixture *self, gconstpointer data) {
  (void)data;
  g_autoptr(GalenStore) store = open_store(self, GALEN_STORE_WRITE);
  fill(store);
  g_autoptr(GString) text = g_string_new("-");
  guint64 full_len = 0;
  const guint8 id[16] = {0xab, 0xcd}, other[16] = {0xab};
  g_assert_true(galen_store_fingerprint(store, id, text, &full_len));
  g_assert_cmpstr(text->str, ==, "-select \xff from t");
  g_assert_cmpuint(full_len, ==, 99);
  g_assert_false(galen_store_fingerprint(store, other, text, &full_len));
  /* People see it clean. */
  assert_answer(self, "SELECT fingerprint FROM classes", "select \\xff from t|");
}

static void test_replaced(Fixture *self, gconstpointer data) {
  (void)data;
  g_autoptr(GalenStore) store = open_store(self, GALEN_STORE_WRITE);
  gint64 id = fill(store);
  for (guint round = 0; round < 2; round++) {
    g_autoptr(GalenStoreInput) input = make_input("/a/slow.log.1");
    input->id = id;
    begin(store);
    put_input(store, input, "other");
    put_slot(store, id, T0 + HOUR, GALEN_SLOT_HOUR, "two", 2);
    put_slot(store, id, T0 + DAY, GALEN_SLOT_HOUR, "three", 3);
    end_input(store, id);
    commit(store);
    assert_slots(store, id, GALEN_SLOT_QUERIES, GALEN_TIME_NONE, GALEN_TIME_NONE, "1+1:two 24+1:three ");
    assert_answer(self, "SELECT path FROM inputs", "/a/slow.log.1|");
    assert_answer(self, "SELECT day, count, seconds, max_seconds FROM class_by_day",
                  "2024-10-04|2|2.0|2.0e-06|2024-10-05|3|3.0|3.0e-06|");
    assert_answer(self, "SELECT count, first_day, last_day FROM classes", "5|2024-10-04|2024-10-05|");
  }
}

static void test_rolled_back(Fixture *self, gconstpointer data) {
  (void)data;
  g_autoptr(GalenStore) store = open_store(self, GALEN_STORE_WRITE);
  gint64 id = fill(store);
  g_autoptr(GalenStoreInput) input = make_input("/a/slow.log.1"), news = make_input("/b/slow.log");
  input->id = id;
  begin(store);
  put_input(store, input, "other");
  put_slot(store, id, T0 + DAY, GALEN_SLOT_HOUR, "three", 3);
  galen_store_rollback(store);
  assert_slots(store, id, GALEN_SLOT_QUERIES, GALEN_TIME_NONE, GALEN_TIME_NONE, "0+0:none 0+1:one 1+1:two ");
  assert_answer(self, "SELECT path FROM inputs", "/a/slow.log|");
  begin(store); /* and goes on */
  put_input(store, news, "more");
  end_input(store, news->id);
  commit(store);
  assert_answer(self, "SELECT path FROM inputs", "/a/slow.log|/b/slow.log|");
}

static void test_removed(Fixture *self, gconstpointer data) {
  (void)data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenStore) store = open_store(self, GALEN_STORE_WRITE);
  gint64 id = fill(store);
  begin(store);
  g_assert_true(galen_store_remove_input(store, id, &error));
  commit(store);
  assert_answer(self, "SELECT (SELECT count(*) FROM input) + (SELECT count(*) FROM slot) + count(*) FROM class_day",
                "0|");
}

static void test_errors_by_day(Fixture *self, gconstpointer data) {
  (void)data;
  g_autoptr(GalenStore) store = open_store(self, GALEN_STORE_WRITE);
  g_autoptr(GalenStoreInput) input = make_input("/a/error.log");
  begin(store);
  put_input(store, input, "");
  put_errors(store, input->id, T0, "a", 3);
  put_errors(store, input->id, T0 + HOUR, "b", 4);
  put_errors(store, input->id, T0 - HOUR, "c", 1);
  end_input(store, input->id);
  commit(store);
  assert_answer(self, "SELECT day, node, rule, severity, code, count, template FROM errors_by_day",
                "2024-10-03|db1|-|warning|1045|1|Access ?|2024-10-04|db1|-|warning|1045|7|Access ?|");
  assert_answer(self, "SELECT count(*) FROM incidents", "0|");
}

/* ---- retention ---- */

static gboolean join_day(gint64 input, GalenSlotKind kind, gint64 day, guint slots, gpointer user, GError **error) {
  GalenStore *store = user;
  g_autofree char *list = list_slots(store, input, kind, day, day + DAY);
  g_autofree char *text = g_strdup_printf("%u(%s)", slots, list);
  GalenBytes bytes;
  bytes_of(&bytes, text);
  gboolean done = galen_store_replace_day(store, input, kind, day, &bytes, error);
  galen_bytes_clear(&bytes);
  return done;
}

static void test_days(Fixture *self, gconstpointer data) {
  (void)data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenStore) store = open_store(self, GALEN_STORE_WRITE);
  gint64 id = fill(store);
  for (guint round = 0; round < 2; round++) {
    begin(store);
    g_assert_true(galen_store_days(store, T0 + 2 * DAY - 1, join_day, store, &error));
    commit(store);
    assert_slots(store, id, GALEN_SLOT_QUERIES, GALEN_TIME_NONE, GALEN_TIME_NONE, "0+0:none 0+24:2(0+1:one 1+1:two ) ");
  }
  assert_answer(self, "SELECT count FROM class_by_day", "3|");
  begin(store);
  g_assert_true(galen_store_drop(store, T0 + DAY, &error));
  commit(store);
  assert_slots(store, id, GALEN_SLOT_QUERIES, GALEN_TIME_NONE, GALEN_TIME_NONE, "0+0:none ");
  assert_answer(self, "SELECT count(*) FROM class_by_day", "0|");
  g_assert_true(galen_store_vacuum(store, &error));
  g_assert_no_error(error);
}

/* ---- what is no good store ---- */

static void assert_open_fails(const Fixture *self, GalenStoreMode mode, GalenStoreErrorCode code, const char *words) {
  g_autoptr(GError) error = NULL;
  g_assert_null(galen_store_open(self->path, mode, &error));
  g_assert_error(error, GALEN_STORE_ERROR, (gint)code);
  g_assert_nonnull(strstr(error->message, words));
}

static void test_no_store(Fixture *self, gconstpointer data) {
  (void)data;
  assert_open_fails(self, GALEN_STORE_READ, GALEN_STORE_ERROR_NONE_THERE, "No such file");
  const char *text = "# Time: 2026-01-01T00:00:00Z, and much more of a log than a header of a database would be long, "
                     "which is at least one hundred bytes";
  g_assert_true(g_file_set_contents(self->path, text, -1, NULL));
  g_assert_false(galen_store_is(self->path));
  assert_open_fails(self, GALEN_STORE_READ, GALEN_STORE_ERROR_NO_STORE, "no store of galen");
  assert_open_fails(self, GALEN_STORE_WRITE, GALEN_STORE_ERROR_NO_STORE, "no store of galen");
  g_autofree char *after = NULL;
  g_assert_true(g_file_get_contents(self->path, &after, NULL, NULL));
  g_assert_cmpstr(after, ==, text);
}

static void test_other_database(Fixture *self, gconstpointer data) {
  (void)data;
  change(self, "CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  g_autofree char *before = NULL, *after = NULL;
  gsize len_before, len_after;
  g_assert_true(g_file_get_contents(self->path, &before, &len_before, NULL));
  assert_open_fails(self, GALEN_STORE_WRITE, GALEN_STORE_ERROR_NO_STORE, "no store of galen");
  assert_open_fails(self, GALEN_STORE_READ, GALEN_STORE_ERROR_NO_STORE, "no store of galen");
  g_assert_true(g_file_get_contents(self->path, &after, &len_after, NULL));
  assert_bytes(before, len_before, after, len_after);
}

static void test_newer(Fixture *self, gconstpointer data) {
  (void)data;
  galen_store_free(open_store(self, GALEN_STORE_WRITE));
  change(self, "PRAGMA user_version = 77");
  assert_open_fails(self, GALEN_STORE_WRITE, GALEN_STORE_ERROR_NEWER, "later galen (store version 77");
  assert_open_fails(self, GALEN_STORE_READ, GALEN_STORE_ERROR_NEWER, "later galen");
  assert_answer(self, "PRAGMA user_version", "77|");
}

static void test_damaged_record(Fixture *self, gconstpointer data) {
  (void)data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenStore) store = open_store(self, GALEN_STORE_WRITE);
  gint64 id = fill(store);
  change(self, "UPDATE slot SET record = x'ffffffffffffff'");
  g_autoptr(GString) list = g_string_new(NULL);
  g_assert_false(
      galen_store_slots(store, id, GALEN_SLOT_QUERIES, GALEN_TIME_NONE, GALEN_TIME_NONE, list_slot, list, &error));
  g_assert_error(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_DAMAGED);
}

/* Bytes of the file itself: an error or an answer, never a crash. */
static void test_damaged_file(Fixture *self, gconstpointer data) {
  (void)data;
  galen_store_free(open_store(self, GALEN_STORE_WRITE));
  g_autofree char *bytes = NULL;
  gsize len;
  g_assert_true(g_file_get_contents(self->path, &bytes, &len, NULL));
  guint refused = 0;
  g_autoptr(GRand) rand = g_rand_new_with_seed(5);
  for (guint round = 0; round < 60; round++) {
    g_autofree char *bad = g_memdup2(bytes, len);
    for (guint i = 0; i < 400; i++)
      bad[g_rand_int_range(rand, 100, (gint32)len)] = (char)g_rand_int(rand);
    g_assert_true(g_file_set_contents(self->path, bad, (gssize)(round % 4 == 0 ? len / 2 : len), NULL));
    g_autoptr(GError) error = NULL;
    g_autoptr(GalenStore) store = galen_store_open(self->path, GALEN_STORE_READ, &error);
    g_autoptr(GPtrArray) inputs = store != NULL ? galen_store_inputs(store, &error) : NULL;
    if (inputs != NULL)
      continue;
    g_assert_true(g_error_matches(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_DAMAGED) ||
                  g_error_matches(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_FAILED) ||
                  g_error_matches(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_NO_STORE));
    refused++;
  }
  g_assert_cmpuint(refused, >, 20);
}

static void test_no_folder(Fixture *self, gconstpointer data) {
  (void)data;
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename(self->folder, "nowhere", "x", NULL);
  g_assert_null(galen_store_open(path, GALEN_STORE_WRITE, &error));
  g_assert_error(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_WRITE);
  g_assert_nonnull(strstr(error->message, "No such file or directory"));
  g_clear_error(&error);
  g_assert_null(galen_store_open(self->folder, GALEN_STORE_WRITE, &error));
  g_assert_error(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_NO_STORE);
}

/* ---- who may read and write ---- */

/* Runs `func` as a user who may not write there; TRUE when it says so. */
static gboolean as_nobody(const Fixture *self, gboolean (*func)(const Fixture *self)) {
  pid_t child = fork();
  g_assert_cmpint(child, >=, 0);
  if (child == 0)
    _exit((geteuid() != 0 || setuid(65534) == 0) && func(self) ? 0 : 1);
  int status;
  g_assert_cmpint(waitpid(child, &status, 0), ==, child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static gboolean can_read(const Fixture *self) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenStore) store = galen_store_open(self->path, GALEN_STORE_READ, &error);
  g_autoptr(GPtrArray) inputs = store != NULL ? galen_store_inputs(store, &error) : NULL;
  return inputs != NULL && inputs->len == 1;
}

static gboolean cannot_write(const Fixture *self) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GalenStore) store = galen_store_open(self->path, GALEN_STORE_WRITE, &error);
  if (store != NULL && galen_store_begin(store, &error))
    return FALSE;
  return g_error_matches(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_WRITE);
}

static void test_read_only(Fixture *self, gconstpointer data) {
  (void)data;
  GalenStore *store = open_store(self, GALEN_STORE_WRITE);
  fill(store);
  galen_store_free(store);
  g_chmod(self->path, 0444);
  g_chmod(self->folder, 0555);
  g_assert_true(as_nobody(self, can_read));
  g_assert_true(as_nobody(self, cannot_write));
  g_chmod(self->folder, 0755);
}

/* A reader sees the last complete state while somebody writes. */
static void test_reading_beside(Fixture *self, gconstpointer data) {
  (void)data;
  g_autoptr(GalenStore) store = open_store(self, GALEN_STORE_WRITE);
  gint64 id = fill(store);
  g_autoptr(GalenStoreInput) input = make_input("/a/slow.log");
  input->id = id;
  begin(store);
  put_input(store, input, "other");
  put_slot(store, id, T0, GALEN_SLOT_HOUR, "new", 1);
  end_input(store, id);
  g_autoptr(GalenStore) reader = open_store(self, GALEN_STORE_READ);
  assert_slots(reader, id, GALEN_SLOT_QUERIES, T0, T0 + 1, "0+1:one ");
  commit(store);
  assert_slots(reader, id, GALEN_SLOT_QUERIES, T0, T0 + 1, "0+1:new ");
}

static gpointer release(gpointer store) {
  g_usleep(300000);
  commit(store);
  return NULL;
}

/* The second writer waits for the first. */
static void test_waiting(Fixture *self, gconstpointer data) {
  (void)data;
  g_autoptr(GalenStore) first = open_store(self, GALEN_STORE_WRITE), second = open_store(self, GALEN_STORE_WRITE);
  begin(first);
  GThread *thread = g_thread_new("release", release, first);
  begin(second);
  commit(second);
  g_thread_join(thread);
}

static void test_locked(Fixture *self, gconstpointer data) {
  (void)data;
  g_autoptr(GError) error = NULL;
  g_setenv("GALEN_STORE_WAIT_MS", "50", TRUE);
  g_autoptr(GalenStore) first = open_store(self, GALEN_STORE_WRITE), second = open_store(self, GALEN_STORE_WRITE);
  g_unsetenv("GALEN_STORE_WAIT_MS");
  begin(first);
  g_assert_false(galen_store_begin(second, &error));
  g_assert_error(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_LOCKED);
  g_assert_nonnull(strstr(error->message, "another run is writing to the store"));
  commit(first);
}

/* Many that make the same store at once: one does, the others find it. */
static gpointer make_and_fill(gpointer data) {
  GalenStore *store = open_store(data, GALEN_STORE_WRITE);
  fill(store);
  galen_store_free(store);
  return NULL;
}

static void test_made_at_once(Fixture *self, gconstpointer data) {
  (void)data;
  GThread *threads[8];
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    threads[i] = g_thread_new("make", make_and_fill, self);
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    g_thread_join(threads[i]);
  assert_answer(self, "SELECT count(*) FROM input", "8|");
}

/* A new file that somebody holds: SQLite itself does not wait there. */
static gpointer let_go(gpointer data) {
  g_usleep(200000);
  g_assert_cmpint(sqlite3_exec(data, "ROLLBACK", NULL, NULL, NULL), ==, SQLITE_OK);
  return NULL;
}

static void test_new_and_held(Fixture *self, gconstpointer data) {
  (void)data;
  sqlite3 *db = NULL;
  g_assert_cmpint(sqlite3_open(self->path, &db), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  GThread *thread = g_thread_new("let-go", let_go, db);
  galen_store_free(open_store(self, GALEN_STORE_WRITE));
  g_thread_join(thread);
  sqlite3_close(db);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add("/store/sqlite/" name, Fixture, NULL, set_up, func, tear_down)
  ADD("round-trip", test_round_trip);
  ADD("fingerprint", test_fingerprint);
  ADD("replaced", test_replaced);
  ADD("rolled-back", test_rolled_back);
  ADD("removed", test_removed);
  ADD("errors-by-day", test_errors_by_day);
  ADD("days", test_days);
  ADD("no-store", test_no_store);
  ADD("other-database", test_other_database);
  ADD("newer", test_newer);
  ADD("damaged-record", test_damaged_record);
  ADD("damaged-file", test_damaged_file);
  ADD("no-folder", test_no_folder);
  ADD("read-only", test_read_only);
  ADD("reading-beside", test_reading_beside);
  ADD("waiting", test_waiting);
  ADD("locked", test_locked);
  ADD("made-at-once", test_made_at_once);
  ADD("new-and-held", test_new_and_held);
  return g_test_run();
}
