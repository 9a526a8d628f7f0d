/* From what the user named to a list of files. */
#include "input-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Folders in folders deeper than this are not entered. */
#define DEPTH_MAX 64

static gboolean names_stdin(const char *path) {
  static const char *const names[] = {"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (g_str_equal(path, names[i]))
      return TRUE;
  return FALSE;
}

static GalenInputEntry *add_entry(GalenInputs *self, const char *path, const char *node, gboolean named) {
  GalenInputEntry *entry = g_new0(GalenInputEntry, 1);
  entry->input.path = g_strdup(path);
  entry->input.node = g_strdup(node);
  entry->input.node_given = node != NULL;
  entry->input.named = named;
  entry->input.argument = self->argument;
  g_ptr_array_add(self->entries, entry);
  return entry;
}

static void add_unreadable(GalenInputs *self, const char *path, const char *node, gboolean named, const char *why) {
  GalenInputEntry *entry = add_entry(self, path, node, named);
  galen_input_mark(&entry->input, GALEN_INPUT_UNREADABLE, g_strdup(why));
}

/* Room for one more file? Says once that there is none. */
static gboolean have_room(GalenInputs *self, const char *path, const char *node) {
  if (self->refused || self->entries->len < self->files_max)
    return !self->refused;
  self->refused = TRUE;
  g_autofree char *why = g_strdup_printf("more than %u files: this one and the rest are left out", self->files_max);
  add_unreadable(self, path, node, TRUE, why);
  return FALSE;
}

static void add_file(GalenInputs *self, const char *path, const struct stat *info, const char *node, gboolean named) {
  if (!have_room(self, path, node))
    return;
  GalenInputEntry *entry = add_entry(self, path, node, named);
  entry->device = info->st_dev;
  entry->inode = info->st_ino;
  entry->regular = S_ISREG(info->st_mode);
  entry->size = entry->regular && info->st_size > 0 ? (guint64)info->st_size : 0;
  g_autofree char *key = g_strdup_printf("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, entry->device, entry->inode);
  GalenInputEntry *first = g_hash_table_lookup(self->files, key);
  if (first != NULL) {
    galen_input_mark_copy(&entry->input, &first->input);
    return;
  }
  g_hash_table_insert(self->files, g_steal_pointer(&key), entry);
  if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0)
    galen_input_mark(&entry->input, GALEN_INPUT_UNREADABLE, g_strdup(g_strerror(errno)));
}

static void add_stdin(GalenInputs *self, const char *node) {
  struct stat info = {0};
  guint at = self->entries->len;
  if (fstat(STDIN_FILENO, &info) != 0) {
    add_unreadable(self, "-", node, TRUE, g_strerror(errno));
    return;
  }
  add_file(self, "-", &info, node, TRUE);
  if (at >= self->entries->len)
    return;
  GalenInputEntry *entry = g_ptr_array_index(self->entries, at);
  entry->is_stdin = TRUE;
  entry->regular = FALSE;
  /* It is open already: whether its name could be opened says nothing. */
  if (entry->input.status == GALEN_INPUT_UNREADABLE && !self->refused)
    galen_input_mark(&entry->input, GALEN_INPUT_OK, NULL);
}

static int compare_names(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The folder's names in order, as many as may become inputs and one more; NULL: see errno. */
static GPtrArray *list_folder(const GalenInputs *self, const char *path) {
  DIR *dir = opendir(path);
  if (dir == NULL)
    return NULL;
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  const struct dirent *item;
  while (names->len <= self->files_max && (item = readdir(dir)) != NULL)
    if (!g_str_equal(item->d_name, ".") && !g_str_equal(item->d_name, ".."))
      g_ptr_array_add(names, g_strdup(item->d_name));
  closedir(dir);
  g_ptr_array_sort(names, compare_names);
  return names;
}

static void add_folder(GalenInputs *self, const char *path, const char *node, guint depth);

static void add_found(GalenInputs *self, const char *path, const char *node, guint depth) {
  struct stat link, info;
  if (lstat(path, &link) != 0 || stat(path, &info) != 0)
    add_unreadable(self, path, node, FALSE, g_strerror(errno));
  else if (S_ISDIR(link.st_mode))
    add_folder(self, path, node, depth + 1);
  else if (S_ISREG(info.st_mode))
    add_file(self, path, &info, node, FALSE);
}

static void add_folder(GalenInputs *self, const char *path, const char *node, guint depth) {
  gboolean named = depth == 0;
  if (depth > DEPTH_MAX) {
    add_unreadable(self, path, node, named, "folders are nested too deeply");
    return;
  }
  g_autoptr(GPtrArray) names = list_folder(self, path);
  if (names == NULL) {
    add_unreadable(self, path, node, named, g_strerror(errno));
    return;
  }
  guint before = self->entries->len;
  for (guint i = 0; i < names->len && have_room(self, path, node); i++) {
    g_autofree char *found = g_build_filename(path, g_ptr_array_index(names, i), NULL);
    add_found(self, found, node, depth);
  }
  if (named && !self->refused && self->entries->len == before)
    add_unreadable(self, path, node, TRUE, "no files in this folder");
}

/* A character device may be a terminal that stdin's copies name, or /dev/null. Others have no end. */
static const char *refuse_kind(const char *path, mode_t mode) {
  if (S_ISREG(mode) || S_ISFIFO(mode))
    return NULL;
  if (S_ISCHR(mode) && (g_str_equal(path, "/dev/null") || g_str_has_prefix(path, "/dev/fd/")))
    return NULL;
  return S_ISSOCK(mode) ? "a socket, not a file" : "a device, not a file";
}

/* Without the slashes at its end, as in the paths of what is found in it. */
static void note_folder(GalenInputs *self, const char *path) {
  gsize len = strlen(path);
  while (len > 1 && path[len - 1] == '/')
    len--;
  g_ptr_array_add(self->folders, g_strndup(path, len));
}

static void add_named(GalenInputs *self, const char *path, const char *node) {
  struct stat info;
  if (names_stdin(path)) {
    add_stdin(self, node);
    return;
  }
  if (stat(path, &info) != 0) {
    add_unreadable(self, path, node, TRUE, g_strerror(errno));
  } else if (S_ISDIR(info.st_mode)) {
    note_folder(self, path);
    add_folder(self, path, node, 0);
    return;
  } else {
    const char *refusal = refuse_kind(path, info.st_mode);
    if (refusal != NULL)
      add_unreadable(self, path, node, TRUE, refusal);
    else
      add_file(self, path, &info, node, TRUE);
  }
  g_ptr_array_add(self->folders, g_path_get_dirname(path));
}

/* NODE=PATH, unless there is a file of that name, or what would be the node looks like a path. */
void galen_inputs_add_path(GalenInputs *self, const char *arg) {
  struct stat info;
  const char *equals = strchr(arg, '=');
  const char *slash = strchr(arg, '/');
  if (equals == NULL || equals == arg || equals[1] == '\0' || (slash != NULL && slash < equals) ||
      lstat(arg, &info) == 0) {
    add_named(self, arg, NULL);
    return;
  }
  g_autofree char *node = g_strndup(arg, (gsize)(equals - arg));
  add_named(self, equals + 1, node);
}
