/* Inputs that are unpacked in threads: readers that stop early, many files, the survey and progress. */
#include "tests/unit/input-fixture.h"

static const int filters[] = {ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_ZSTD, ARCHIVE_FILTER_BZIP2};

#define FILES 40

/* Files of all sizes and kinds, some damaged; their paths, NULL-terminated. */
static GPtrArray *put_files(const Fixture *f) {
  GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < FILES; i++) {
    g_autofree char *name = g_strdup_printf("n%u.log", i);
    g_autoptr(GString) text = make_text((gsize)1 << (i / 2 + 2), 100 + i);
    g_autoptr(GString) packed =
        i % 5 == 4 ? g_string_new_len(text->str, (gssize)text->len) : make_packed(filters[i % 5], text);
    gboolean damaged = i % 7 == 6;
    put_bytes(f, name, packed->str, damaged ? packed->len * 2 / 3 : packed->len);
    g_ptr_array_add(paths, in_dir(f, name));
  }
  g_ptr_array_add(paths, NULL);
  return paths;
}

typedef struct {
  const GalenInputs *inputs;
  guint64 most; /* bytes to take of each */
  guint n, at_once;
  guint64 done; /* the last progress */
} Reader;

static guint open_files(void) {
  g_autoptr(GDir) dir = g_dir_open("/proc/self/fd", 0, NULL);
  guint n = 0;
  while (dir != NULL && g_dir_read_name(dir) != NULL)
    n++;
  return n;
}

static void read_most(GalenStream *stream, gpointer user) {
  Reader *self = user;
  char buf[50000];
  guint64 left = self->most;
  gsize n = 1;
  while (left > 0 && n > 0) {
    n = galen_stream_read(stream, buf, (gsize)MIN(left, (guint64)sizeof buf));
    left -= n;
    guint64 done = galen_inputs_bytes_done(self->inputs);
    g_assert_cmpuint(done, >=, self->done);
    g_assert_cmpuint(done, <=, galen_inputs_total_bytes(self->inputs));
    self->done = done;
  }
  self->n++;
  self->at_once = MAX(self->at_once, open_files());
}

/* Whoever stops early leaves nothing behind that still runs or is open. */
static void test_stop_early(Fixture *f, gconstpointer data) {
  static const guint64 most[] = {0, 1, 200000, 530000, 700000, G_MAXUINT64};
  (void)data;
  g_autoptr(GPtrArray) paths = put_files(f);
  g_autoptr(GalenInputs) inputs = galen_inputs_new((const char *const *)paths->pdata);
  guint before = open_files();
  for (guint threads = 1; threads <= 16; threads *= 2)
    for (gsize i = 0; i < G_N_ELEMENTS(most); i++) {
      Reader reader = {.inputs = inputs, .most = most[i]};
      galen_inputs_set_threads(inputs, threads);
      if (i % 2 == 0)
        galen_inputs_foreach(inputs, read_most, &reader);
      else
        galen_inputs_survey(inputs, read_most, &reader);
      g_assert_cmpuint(reader.n, ==, FILES);
      g_assert_cmpuint(galen_inputs_bytes_done(inputs), ==, galen_inputs_total_bytes(inputs));
      g_assert_cmpuint(open_files(), ==, before);
      g_assert_cmpuint(reader.at_once, <=, before + 4);
    }
}

/* The same streams in the same order, after a survey or without. */
static void test_many(Fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GPtrArray) paths = put_files(f);
  g_autoptr(GPtrArray) one = g_ptr_array_new_with_free_func(got_free);
  g_autoptr(GalenInputs) inputs = galen_inputs_new((const char *const *)paths->pdata);
  galen_inputs_foreach(inputs, got_stream, one);
  for (guint threads = 2; threads <= 8; threads++) {
    g_autoptr(GPtrArray) surveyed = g_ptr_array_new_with_free_func(got_free);
    g_autoptr(GPtrArray) several = g_ptr_array_new_with_free_func(got_free);
    galen_inputs_set_threads(inputs, threads);
    galen_inputs_survey(inputs, got_stream, surveyed);
    galen_inputs_foreach(inputs, got_stream, several);
    assert_same(one, surveyed);
    assert_same(one, several);
  }
}

/* Gone between the listing and its turn: said at its turn, as without threads. */
static void test_gone(Fixture *f, gconstpointer data) {
  (void)data;
  put(f, "a.log", "a");
  put(f, "b.log", "b");
  put(f, "c.log", "c");
  g_autofree char *dir = in_dir(f, ".");
  g_autofree char *gone = in_dir(f, "b.log");
  g_autoptr(GalenInputs) inputs = galen_inputs_new((const char *const[]){dir, NULL});
  galen_inputs_set_threads(inputs, 4);
  g_assert_cmpint(remove(gone), ==, 0);
  g_autoptr(GPtrArray) got = g_ptr_array_new_with_free_func(got_free);
  galen_inputs_foreach(inputs, got_stream, got);
  g_assert_cmpint(nth(got, 1)->status, ==, GALEN_INPUT_UNREADABLE);
  assert_whole(nth(got, 0), "a", 1);
  assert_whole(nth(got, 2), "c", 1);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add("/input/threads/stop-early", Fixture, NULL, fixture_setup, test_stop_early, fixture_teardown);
  g_test_add("/input/threads/many", Fixture, NULL, fixture_setup, test_many, fixture_teardown);
  g_test_add("/input/threads/gone", Fixture, NULL, fixture_setup, test_gone, fixture_teardown);
  return g_test_run();
}
