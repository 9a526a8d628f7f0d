/* Runs a fuzz target over the files of kept corpora, as one TAP test a file, so that the ordinary tests replay what fuzzing
 * has found. Usage: replay FOLDER… */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gint by_name(gconstpointer a, gconstpointer b) {
  return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

static void add_files(GPtrArray *files, const char *folder) {
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  for (const char *name = dir ? g_dir_read_name(dir) : NULL; name; name = g_dir_read_name(dir))
    g_ptr_array_add(files, g_build_filename(folder, name, NULL));
}

/* A copy of exactly the size, so that the sanitizers see a read past its end. */
static gboolean replay(const char *path) {
  g_autofree char *bytes = NULL;
  gsize size = 0;
  if (!g_file_get_contents(path, &bytes, &size, NULL))
    return FALSE;
  g_autofree uint8_t *copy = g_memdup2(bytes, size);
  LLVMFuzzerTestOneInput(size ? copy : (const uint8_t *)"", size);
  return TRUE;
}

int main(int argc, char **argv) {
  g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
  for (int i = 1; i < argc; i++)
    add_files(files, argv[i]);
  g_ptr_array_sort(files, by_name);
  printf("1..%u\n", files->len + 1);
  LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
  printf("ok 1 empty input\n");
  gboolean good = TRUE;
  for (guint i = 0; i < files->len; i++) {
    const char *path = g_ptr_array_index(files, i);
    (void)fflush(stdout);
    gboolean read = replay(path);
    good = good && read;
    printf("%sok %u %s\n", read ? "" : "not ", i + 2, path);
  }
  return good ? 0 : 1;
}
