#include "data_dir.h"

/* In a tree the rules stand with the program's source. */
static const char *const tree_prefixes[] = {"", "analyzer"};

char *galen_data_dir(const char *name, GError **error) {
  g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname(program != NULL ? program : ".");
  g_autofree char *above = g_path_get_dirname(folder);
  /* build/galen, and build/asan/galen one deeper. */
  g_autofree char *higher = g_path_get_dirname(above);
  const char *roots[] = {above, higher};
  for (guint i = 0; i < G_N_ELEMENTS(roots); i++)
    for (guint j = 0; j < G_N_ELEMENTS(tree_prefixes); j++) {
      g_autofree char *makefile = g_build_filename(roots[i], "analyzer", "main.c", NULL);
      g_autofree char *found = g_build_filename(roots[i], tree_prefixes[j], name, NULL);
      if (g_file_test(makefile, G_FILE_TEST_EXISTS) && g_file_test(found, G_FILE_TEST_IS_DIR))
        return g_steal_pointer(&found);
    }
  g_autofree char *beside = g_build_filename(above, "share", "galen", name, NULL);
  if (g_file_test(beside, G_FILE_TEST_IS_DIR))
    return g_steal_pointer(&beside);
  g_autofree char *installed = g_build_filename(GALEN_DATADIR, name, NULL);
  if (g_file_test(installed, G_FILE_TEST_IS_DIR))
    return g_steal_pointer(&installed);
  g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "not found beside the program or in %s", GALEN_DATADIR);
  return NULL;
}
