#include "analyzer/data_dir.h"

#include <gio/gio.h>

/* The tests run from build/tests/unit, two folders further from the tree than the program: what they find is an installed
 * copy or nothing. So a copy of the test itself is put where the program would be, in a tree and in an installation. */
static char *self_path;

static char *make_folder(const char *first, ...) {
  va_list parts;
  va_start(parts, first);
  char *path = g_build_filename_valist((char *)first, &parts);
  va_end(parts);
  g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
  return path;
}

/* What a copy of this program at `dir`/`place` finds under `name`; NULL: nothing, and it says so. */
static char *find_from(const char *dir, const char *place, const char *name) {
  g_autofree char *bin = g_build_filename(dir, place, NULL);
  g_autofree char *folder = g_path_get_dirname(bin);
  g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
  g_autoptr(GFile) from = g_file_new_for_path(self_path);
  g_autoptr(GFile) to = g_file_new_for_path(bin);
  g_autoptr(GError) error = NULL;
  g_assert_true(g_file_copy(from, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &error));
  g_assert_no_error(error);
  const char *argv[] = {bin, "--find", name, NULL};
  char *out = NULL;
  gint status = 0;
  g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, &status, &error));
  g_assert_no_error(error);
  if (g_spawn_check_wait_status(status, NULL))
    return out;
  g_free(out);
  return NULL;
}

static void remove_all(const char *path) {
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  for (const char *name = dir != NULL ? g_dir_read_name(dir) : NULL; name != NULL; name = g_dir_read_name(dir)) {
    g_autofree char *inner = g_build_filename(path, name, NULL);
    remove_all(inner);
  }
  g_autoptr(GFile) file = g_file_new_for_path(path);
  g_assert_true(g_file_delete(file, NULL, NULL));
}

static char *temporary(void) {
  g_autoptr(GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp("galen-data-XXXXXX", &error);
  g_assert_no_error(error);
  g_autoptr(GFile) file = g_file_new_for_path(dir);
  return g_file_get_path(file);
}

static void test_tree(void) {
  g_autofree char *dir = temporary();
  g_autofree char *templates = make_folder(dir, "report-templates", NULL);
  g_autofree char *rules = make_folder(dir, "analyzer", "rules", NULL);
  g_autofree char *main_c = g_build_filename(dir, "analyzer", "main.c", NULL);
  static const char *const places[] = {"build/galen", "build/asan/galen"};
  /* Without the source beside them, folders of these names are somebody else's. */
  g_autofree char *stranger = find_from(dir, places[0], "rules");
  g_assert_null(stranger);
  g_assert_true(g_file_set_contents(main_c, "", 0, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
    g_autofree char *a = find_from(dir, places[i], "report-templates");
    g_autofree char *b = find_from(dir, places[i], "rules");
    g_autofree char *none = find_from(dir, places[i], "no-such-folder");
    g_assert_cmpstr(a, ==, templates);
    g_assert_cmpstr(b, ==, rules);
    g_assert_null(none);
  }
  remove_all(dir);
}

static void test_installed(void) {
  g_autofree char *dir = temporary();
  g_autofree char *rules = make_folder(dir, "share", "galen", "rules", NULL);
  g_autofree char *found = find_from(dir, "bin/galen", "rules");
  g_assert_cmpstr(found, ==, rules);
  g_autofree char *elsewhere = find_from(dir, "libexec/deep/galen", "rules");
  g_assert_null(elsewhere);
  remove_all(dir);
}

/* The error says where it was looked for. */
static void test_missing(void) {
  g_autoptr(GError) error = NULL;
  g_autofree char *found = galen_data_dir("no-such-folder", &error);
  g_assert_null(found);
  g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_nonnull(g_strrstr(error->message, GALEN_DATADIR));
}

static int find_and_print(const char *name) {
  g_autofree char *found = galen_data_dir(name, NULL);
  if (found == NULL)
    return 1;
  g_print("%s", found);
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 3 && g_str_equal(argv[1], "--find"))
    return find_and_print(argv[2]);
  g_autofree char *path = g_file_read_link("/proc/self/exe", NULL);
  self_path = path;
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/data-dir/tree", test_tree);
  g_test_add_func("/data-dir/installed", test_installed);
  g_test_add_func("/data-dir/missing", test_missing);
  return g_test_run();
}
