#include "analyzer/output.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder of its own, removed with what is in it. */
typedef struct {
  char *dir;
} Folder;

static void remove_all(const char *dir) {
  g_autoptr(GDir) open = g_dir_open(dir, 0, NULL);
  for (const char *name = open != NULL ? g_dir_read_name(open) : NULL; name != NULL; name = g_dir_read_name(open)) {
    g_autofree char *path = g_build_filename(dir, name, NULL);
    if (g_remove(path) != 0)
      remove_all(path);
  }
  g_assert_cmpint(g_rmdir(dir), ==, 0);
}

static void set_up(Folder *self, gconstpointer data) {
  (void)data;
  g_autoptr(GError) error = NULL;
  self->dir = g_dir_make_tmp("galen-output-XXXXXX", &error);
  g_assert_no_error(error);
}

static void tear_down(Folder *self, gconstpointer data) {
  (void)data;
  (void)g_chmod(self->dir, 0700);
  remove_all(self->dir);
  g_free(self->dir);
}

static guint count_files(const char *dir) {
  guint n = 0;
  g_autoptr(GDir) open = g_dir_open(dir, 0, NULL);
  while (open != NULL && g_dir_read_name(open) != NULL)
    n++;
  return n;
}

static gboolean write_text(const char *path, const char *text, GError **error) {
  g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));
  return galen_output_write(path, bytes, error);
}

static void assert_holds(const char *path, const char *wanted) {
  g_autofree char *text = NULL;
  g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
  g_assert_cmpstr(text, ==, wanted);
}

static guint mode_of(const char *path) {
  GStatBuf status;
  g_assert_cmpint(g_stat(path, &status), ==, 0);
  return status.st_mode & 07777;
}

static void test_new_file(Folder *self, gconstpointer data) {
  (void)data;
  g_autofree char *path = g_build_filename(self->dir, "report.html", NULL);
  mode_t old = umask(027);
  g_assert_true(write_text(path, "new", NULL));
  g_assert_cmpuint(umask(old), ==, 027);
  assert_holds(path, "new");
  g_assert_cmpuint(mode_of(path), ==, 0640);
  g_assert_cmpuint(count_files(self->dir), ==, 1);
}

static void test_old_file(Folder *self, gconstpointer data) {
  (void)data;
  g_autofree char *path = g_build_filename(self->dir, "report.html", NULL);
  g_assert_true(g_file_set_contents(path, "a longer old text", -1, NULL));
  g_assert_cmpint(g_chmod(path, 0604), ==, 0);
  g_assert_true(write_text(path, "new", NULL));
  assert_holds(path, "new");
  g_assert_cmpuint(mode_of(path), ==, 0604);
  g_assert_true(write_text(path, "", NULL));
  assert_holds(path, "");
  g_assert_cmpuint(count_files(self->dir), ==, 1);
}

static void test_link(Folder *self, gconstpointer data) {
  (void)data;
  g_autofree char *path = g_build_filename(self->dir, "real", NULL);
  g_autofree char *link = g_build_filename(self->dir, "link", NULL);
  g_assert_true(g_file_set_contents(path, "old", -1, NULL));
  g_assert_cmpint(symlink("real", link), ==, 0);
  g_assert_true(write_text(link, "new", NULL));
  g_assert_true(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
  g_assert_false(g_file_test(path, G_FILE_TEST_IS_SYMLINK));
  assert_holds(path, "new");
  g_assert_cmpuint(count_files(self->dir), ==, 2);
}

static void test_folder(Folder *self, gconstpointer data) {
  (void)data;
  g_autoptr(GError) error = NULL;
  g_assert_false(write_text(self->dir, "new", &error));
  g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_ISDIR);
  g_assert_cmpuint(count_files(self->dir), ==, 0);
}

static void test_missing_folder(Folder *self, gconstpointer data) {
  (void)data;
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename(self->dir, "none", "report.html", NULL);
  g_assert_false(write_text(path, "new", &error));
  g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static void test_full_device(Folder *self, gconstpointer data) {
  (void)data;
  if (!g_file_test("/dev/full", G_FILE_TEST_EXISTS)) {
    g_test_skip("no /dev/full");
    return;
  }
  g_autoptr(GError) error = NULL;
  g_assert_false(write_text("/dev/full", "new", &error));
  g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
  /* The same through a link: the device is not replaced by a file. */
  g_autofree char *link = g_build_filename(self->dir, "link", NULL);
  g_assert_cmpint(symlink("/dev/full", link), ==, 0);
  g_assert_false(write_text(link, "new", NULL));
  g_assert_true(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
}

static void test_null_device(Folder *self, gconstpointer data) {
  (void)data;
  (void)self;
  g_assert_true(write_text("/dev/null", "new", NULL));
  GStatBuf status;
  g_assert_cmpint(g_stat("/dev/null", &status), ==, 0);
  g_assert_true(S_ISCHR(status.st_mode));
}

/* A folder that takes no new files: the old report stays as it was. */
static void test_failure(Folder *self, gconstpointer data) {
  (void)data;
  g_autofree char *path = g_build_filename(self->dir, "report.html", NULL);
  g_assert_true(g_file_set_contents(path, "old", -1, NULL));
  g_assert_cmpint(g_chmod(self->dir, 0500), ==, 0);
  g_autofree char *probe = g_build_filename(self->dir, "probe", NULL);
  if (g_file_set_contents(probe, "", -1, NULL)) {
    g_test_skip("this user may write anywhere");
    return;
  }
  g_autoptr(GError) error = NULL;
  g_assert_false(write_text(path, "new", &error));
  g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_ACCES);
  assert_holds(path, "old");
  g_assert_cmpuint(count_files(self->dir), ==, 1);
}

/* A file that may not grow so far, as on a full disk: the old one stays, and nothing is left beside it. */
static void test_no_room(Folder *self, gconstpointer data) {
  (void)data;
  g_autofree char *path = g_build_filename(self->dir, "report.html", NULL);
  g_autofree char *text = g_strnfill(5000, 'x');
  g_assert_true(g_file_set_contents(path, "old", -1, NULL));
  struct rlimit limit, small;
  g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &limit), ==, 0);
  small = limit;
  small.rlim_cur = 4096;
  (void)signal(SIGXFSZ, SIG_IGN);
  g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
  g_autoptr(GError) error = NULL;
  gboolean written = write_text(path, text, &error);
  g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
  (void)signal(SIGXFSZ, SIG_DFL);
  g_assert_false(written);
  g_assert_nonnull(error);
  assert_holds(path, "old");
  g_assert_cmpuint(count_files(self->dir), ==, 1);
}

/* A name that leaves no room for the temporary file's ending fails before anything is touched. */
static void test_long_name(Folder *self, gconstpointer data) {
  (void)data;
  g_autofree char *name = g_strnfill(255, 'n');
  g_autofree char *path = g_build_filename(self->dir, name, NULL);
  int fd = g_creat(path, 0600);
  g_assert_cmpint(fd, >=, 0);
  g_assert_true(g_close(fd, NULL));
  g_autoptr(GError) error = NULL;
  g_assert_false(write_text(path, "new", &error));
  g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NAMETOOLONG);
  assert_holds(path, "");
  g_assert_cmpuint(count_files(self->dir), ==, 1);
}

static void test_large(Folder *self, gconstpointer data) {
  (void)data;
  gsize len = 5u << 20;
  g_autofree char *text = g_malloc(len);
  for (gsize i = 0; i < len; i++)
    text[i] = (char)(i * 31 % 251);
  g_autoptr(GBytes) bytes = g_bytes_new_static(text, len);
  g_autofree char *path = g_build_filename(self->dir, "large", NULL);
  g_assert_true(galen_output_write(path, bytes, NULL));
  g_autofree char *read = NULL;
  gsize read_len = 0;
  g_assert_true(g_file_get_contents(path, &read, &read_len, NULL));
  g_assert_cmpuint(read_len, ==, len);
  g_assert_true(memcmp(read, text, len) == 0);
}

static void add(const char *name, void (*test)(Folder *, gconstpointer)) {
  g_test_add(name, Folder, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  add("/output/new-file", test_new_file);
  add("/output/old-file", test_old_file);
  add("/output/link", test_link);
  add("/output/folder", test_folder);
  add("/output/missing-folder", test_missing_folder);
  add("/output/full-device", test_full_device);
  add("/output/null-device", test_null_device);
  add("/output/failure", test_failure);
  add("/output/no-room", test_no_room);
  add("/output/long-name", test_long_name);
  add("/output/large", test_large);
  return g_test_run();
}
