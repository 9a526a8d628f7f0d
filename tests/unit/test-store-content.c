/* What logs are known by, and evidence as records. */
#include "analyzer/store/evidence.h"
#include "analyzer/store/known.h"

#include <glib/gstdio.h>

static GalenContentTap *tap_of(const char *text, gsize len, gsize step, const guint64 *sizes, guint n) {
  GalenContentTap *tap = galen_content_tap_new();
  for (guint i = 0; i < n; i++)
    galen_content_tap_expect(tap, sizes[i]);
  for (gsize at = 0; at < len; at += step)
    galen_content_tap_add(tap, text + at, MIN(step, len - at));
  galen_content_tap_add(tap, text, 0);
  return tap;
}

static GalenStoreContent content_of(const char *text, gsize len) {
  g_autoptr(GalenContentTap) tap = tap_of(text, len, len + 1, NULL, 0);
  GalenStoreContent content;
  galen_content_tap_result(tap, &content);
  return content;
}

static char *noise(gsize len) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(1);
  char *text = g_malloc(len);
  for (gsize i = 0; i < len; i++)
    text[i] = (char)g_rand_int(rand);
  return text;
}

/* Whatever the steps in which bytes come: every beginning is found, and nothing else. */
static void test_beginnings(void) {
  static const guint64 sizes[] = {20000, 0, 1, 4095, 4096, 4097, 8192, 9000, 12345, 4096};
  g_autofree char *text = noise(20000), *other = g_memdup2(text, 20000);
  other[8999] ^= 1;
  for (gsize step = 1; step < 30000; step = step * 3 + 1) {
    g_autoptr(GalenContentTap) tap = tap_of(text, 20000, step, sizes, G_N_ELEMENTS(sizes));
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
      GalenStoreContent same = content_of(text, (gsize)sizes[i]), changed = content_of(other, (gsize)sizes[i]);
      g_assert_true(galen_content_tap_begins_with(tap, &same));
      g_assert_cmpint(galen_content_tap_begins_with(tap, &changed), ==, sizes[i] < 9000 || sizes[i] > 8999 + 4096);
    }
    GalenStoreContent own, whole = content_of(text, 20000);
    galen_content_tap_result(tap, &own);
    g_assert_true(galen_store_content_equal(&own, &whole));
    GalenStoreContent unasked = content_of(text, 7000);
    g_assert_false(galen_content_tap_begins_with(tap, &unasked));
  }
}

static void test_shorter(void) {
  g_autofree char *text = noise(9000);
  GalenStoreContent whole = content_of(text, 9000), little = content_of(text, 3000);
  g_autoptr(GalenContentTap) cut = tap_of(text, 5000, 700, NULL, 0), less = tap_of(text, 2000, 700, NULL, 0);
  g_assert_true(galen_content_tap_may_begin(cut, &whole));
  g_assert_false(galen_content_tap_begins_with(cut, &whole));
  g_assert_false(galen_content_tap_may_begin(less, &whole));
  g_assert_false(galen_content_tap_may_begin(less, &little));
}

static void test_file(void) {
  g_autofree char *text = noise(9000), *path = NULL;
  int fd = g_file_open_tmp("galen-content-XXXXXX", &path, NULL);
  g_assert_true(g_file_set_contents(path, text, 9000, NULL));
  GalenStoreContent whole = content_of(text, 9000), read;
  g_assert_true(galen_store_content_of_file(path, 9000, &read));
  g_assert_true(galen_store_content_equal(&whole, &read));
  g_assert_false(galen_store_content_of_file(path, 9001, &read));
  g_assert_true(g_close(fd, NULL));
  g_assert_cmpint(g_remove(path), ==, 0);
  g_assert_false(galen_store_content_of_file(path, 9000, &read));
}

/* ---- which of the rows ---- */

static GPtrArray *rows;
static GHashTable *taken;

static GalenStoreInput *add_row(const char *path, const char *node, const char *text, gsize len) {
  GalenStoreInput *row = galen_store_input_new();
  row->id = rows->len + 1;
  row->path = g_strdup(path);
  row->node = g_strdup(node);
  row->host = g_strdup("");
  row->kind = g_strdup("slow-log");
  row->content = content_of(text, len);
  row->complete = TRUE;
  g_ptr_array_add(rows, row);
  return row;
}

static void begin_rows(void) {
  rows = g_ptr_array_new_with_free_func((GDestroyNotify)galen_store_input_free);
  taken = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
}

static void end_rows(void) {
  g_ptr_array_unref(rows);
  g_hash_table_unref(taken);
}

static void assert_found(GalenKnownFile *file, const char *text, gsize len, GalenKnown expected, gint64 id) {
  g_autoptr(GPtrArray) found = g_ptr_array_new();
  g_autoptr(GalenContentTap) tap = galen_content_tap_new();
  for (guint i = 0; i < rows->len; i++)
    galen_content_tap_expect(tap, ((GalenStoreInput *)g_ptr_array_index(rows, i))->content.size);
  galen_content_tap_add(tap, text, len);
  g_assert_cmpint(galen_known_find(rows, taken, file, tap, found), ==, expected);
  g_assert_cmpuint(found->len, ==, expected == GALEN_KNOWN_NEW ? 0 : 1);
  if (found->len > 0)
    g_assert_cmpint(((GalenStoreInput *)g_ptr_array_index(found, 0))->id, ==, id);
}

static void test_find(void) {
  g_autofree char *text = noise(20000), *other = g_memdup2(text, 20000);
  other[199] ^= 1;
  begin_rows();
  add_row("a/slow.log", "a", text, 200);    /* 1: how all of a server's logs begin */
  add_row("a/slow.log.1", "a", text, 9000); /* 2 */
  GalenKnownFile file = {.path = "a/slow.log.2.gz", .node = "a"}, elsewhere = {.path = "b/slow.log", .node = "b"};
  assert_found(&file, text, 9000, GALEN_KNOWN_SAME, 2);
  assert_found(&file, text, 20000, GALEN_KNOWN_MORE, 2);
  assert_found(&elsewhere, text, 20000, GALEN_KNOWN_MORE, 2);
  assert_found(&file, text, 8000, GALEN_KNOWN_LESS, 2);
  assert_found(&file, text, 300, GALEN_KNOWN_MORE, 1);
  assert_found(&elsewhere, text, 300, GALEN_KNOWN_NEW, 0); /* little, and nothing else is alike */
  assert_found(&file, other, 20000, GALEN_KNOWN_NEW, 0);
  gint64 id = 2;
  g_hash_table_add(taken, g_memdup2(&id, sizeof id)); /* another log of this run is that one */
  assert_found(&file, text, 9000, GALEN_KNOWN_MORE, 1);
  end_rows();
}

static void test_find_little(void) {
  begin_rows();
  add_row("a/my.cnf", "a", "[mysqld]", 8);
  add_row("b/my.cnf", "b", "[mysqld]", 8);
  GalenStoreInput *empty = add_row("a/slow.log", "a", "", 0);
  empty->file = (GalenStoreFile){1, 2, 0, 3};
  g_free(((GalenStoreInput *)g_ptr_array_index(rows, 1))->kind);
  ((GalenStoreInput *)g_ptr_array_index(rows, 1))->kind = g_strdup("configuration");
  GalenKnownFile a = {.path = "a/my.cnf", .node = "a"}, b = {.path = "b/my.cnf", .node = "b", .replaced_whole = TRUE},
                 log = {.path = "a/slow.log", .node = "a"}, moved = {.path = "a/slow.log.1", .node = "a"},
                 strange = {.path = "c", .node = "a"};
  moved.file = (GalenStoreFile){1, 2, 10, 4};
  assert_found(&a, "[mysqld]", 8, GALEN_KNOWN_SAME, 1);
  assert_found(&b, "[mysqld]", 8, GALEN_KNOWN_SAME, 2);
  assert_found(&b, "[server]", 8, GALEN_KNOWN_MORE, 2); /* written anew */
  assert_found(&a, "[server]", 8, GALEN_KNOWN_NEW, 0);
  assert_found(&log, "# Time", 6, GALEN_KNOWN_MORE, 3);
  assert_found(&moved, "# Time", 6, GALEN_KNOWN_MORE, 3);
  assert_found(&strange, "# Time", 6, GALEN_KNOWN_NEW, 0);
  end_rows();
}

static void assert_unchanged(const GalenKnownFile *file, gboolean expected) {
  g_autoptr(GPtrArray) found = g_ptr_array_new();
  g_assert_cmpint(galen_known_unchanged(rows, taken, file, found), ==, expected);
}

static void test_unchanged(void) {
  begin_rows();
  GalenStoreInput *row = add_row("x.tar!a.log", "a", "text", 4);
  row->file = (GalenStoreFile){1, 2, 3, 4};
  GalenKnownFile file = {.path = "x.tar!a.log", .node = "a", .file = {1, 2, 3, 4}};
  assert_unchanged(&file, TRUE);
  file.path = "x.tar!b.log"; /* of an archive many logs have one file */
  assert_unchanged(&file, FALSE);
  g_free(row->path);
  row->path = g_strdup("a.log");
  file.path = "a.log.1"; /* renamed */
  assert_unchanged(&file, TRUE);
  file.node = "b";
  assert_unchanged(&file, FALSE);
  file.node = "a";
  row->complete = FALSE;
  assert_unchanged(&file, FALSE);
  row->complete = TRUE;
  file.file.mtime = 5;
  assert_unchanged(&file, FALSE);
  end_rows();
}

/* ---- evidence ---- */

static GalenStoredLog *make_log(void) {
  GalenStoredLog *log = galen_stored_log_new();
  GalenInputRow *row = log->row;
  row->path = g_strdup("a/slow.log");
  row->node = g_strdup("a");
  row->kind = "slow-log";
  row->server = "MariaDB";
  row->compression = "gzip";
  row->version = g_strdup("10.11");
  row->problem = g_strdup("the gzip data is cut");
  row->timezone = g_strdup("+02:00");
  row->timezone_source = "epoch";
  row->restarts = 2;
  row->account.bytes = 100;
  row->account.first = 5;
  galen_account_skip(&row->account, "entry without its beginning", galen_slice("abc", 3), 7, 1);
  GalenServerStart start = {.version = {"10.11", 5}, .time = GALEN_TIME_NONE, .after = 77, .line = 3};
  galen_input_row_add_start(row, &start);
  galen_rhythm_add(&row->rhythm, 1000, 2000, 1);
  galen_rhythm_add(&row->rhythm, 900000000, 900000001, 9);
  GalenLogSpan span = {3, 4};
  g_array_append_val(log->spans, span);
  log->untimed = 9;
  return log;
}

static void put_log(GalenBytes *bytes, gboolean told) {
  g_autoptr(GalenStoredLog) log = make_log();
  g_autoptr(GalenJournal) journal = galen_journal_new();
  GalenJournalInput *input = galen_journal_add_input(journal, "a/slow.log", "a", "slow-log");
  input->epoch_offset = 7200;
  galen_bytes_init(bytes, GALEN_EVIDENCE_MAX);
  galen_stored_log_put(log, told ? input : NULL, bytes);
  g_assert_false(bytes->failed);
}

static void test_evidence(void) {
  for (guint told = 0; told < 2; told++) {
    GalenBytes bytes, again;
    put_log(&bytes, told == 1);
    GalenBytesReader reader = {bytes.data, bytes.data + bytes.len, FALSE};
    g_autoptr(GalenJournal) journal = galen_journal_new();
    int index = 7;
    g_autoptr(GalenStoredLog) log = galen_stored_log_get(&reader, journal, NULL, &index);
    g_assert_nonnull(log);
    g_assert_cmpint(index, ==, told == 1 ? 0 : -1);
    g_assert_true(reader.data == reader.end);
    g_assert_cmpstr(log->row->problem, ==, "the gzip data is cut");
    g_assert_cmpuint(log->row->account.skips[0].bytes, ==, 7);
    g_assert_cmpint(((GalenStartRow *)g_ptr_array_index(log->row->starts, 0))->after, ==, 77);
    g_assert_cmpuint(log->row->rhythm.n_silences, ==, 1);
    galen_bytes_init(&again, GALEN_EVIDENCE_MAX);
    galen_stored_log_put(log, told == 1 ? g_ptr_array_index(journal->inputs, 0) : NULL, &again);
    g_assert_cmpuint(again.len, ==, bytes.len);
    g_assert_true(memcmp(again.data, bytes.data, bytes.len) == 0);
    galen_bytes_clear(&bytes);
    galen_bytes_clear(&again);
  }
}

/* Cut anywhere it is refused, and changed anywhere it is read or refused. */
static void test_damaged_evidence(void) {
  GalenBytes bytes;
  put_log(&bytes, TRUE);
  for (gsize len = 0; len < bytes.len; len++) {
    g_autoptr(GalenJournal) journal = galen_journal_new();
    GalenBytesReader reader = {bytes.data, bytes.data + len, FALSE};
    int index;
    g_assert_null(galen_stored_log_get(&reader, journal, NULL, &index));
    g_assert_cmpuint(journal->inputs->len, ==, 0);
  }
  for (gsize at = 0; at < bytes.len; at++)
    for (guint value = 0; value < 256; value += 51) { /* few enough for the table of interned strings to stay one */
      guint8 old = bytes.data[at];
      bytes.data[at] = (guint8)value;
      g_autoptr(GalenJournal) journal = galen_journal_new();
      GalenBytesReader reader = {bytes.data, bytes.data + bytes.len, FALSE};
      int index;
      g_autoptr(GalenStoredLog) log = galen_stored_log_get(&reader, journal, NULL, &index);
      bytes.data[at] = old;
    }
  galen_bytes_clear(&bytes);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/store/content/beginnings", test_beginnings);
  g_test_add_func("/store/content/shorter", test_shorter);
  g_test_add_func("/store/content/file", test_file);
  g_test_add_func("/store/known/find", test_find);
  g_test_add_func("/store/known/find-little", test_find_little);
  g_test_add_func("/store/known/unchanged", test_unchanged);
  g_test_add_func("/store/evidence/round-trip", test_evidence);
  g_test_add_func("/store/evidence/damaged", test_damaged_evidence);
  return g_test_run();
}
