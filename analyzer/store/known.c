#include "known.h"

#include <sys/stat.h>

static gboolean stat_file(const char *path, GalenStoreFile *ret_file) {
  struct stat status;
  if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
    return FALSE;
  *ret_file =
      (GalenStoreFile){.device = status.st_dev,
                       .inode = status.st_ino,
                       .packed = (guint64)status.st_size,
                       .mtime = (gint64)status.st_mtim.tv_sec * G_GINT64_CONSTANT(1000000000) + status.st_mtim.tv_nsec};
  return TRUE;
}

void galen_known_stat(const char *path, GalenStoreFile *ret_file) {
  *ret_file = (GalenStoreFile){0};
  if (g_str_equal(path, "-") || stat_file(path, ret_file))
    return;
  for (const char *bang = strchr(path, '!'); bang != NULL; bang = strchr(bang + 1, '!')) {
    g_autofree char *archive = g_strndup(path, (gsize)(bang - path));
    if (stat_file(archive, ret_file))
      return;
  }
}

/* ---- by the file ---- */

static gboolean same_file(const GalenStoreFile *a, const GalenStoreFile *b) {
  return a->inode != 0 && a->device == b->device && a->inode == b->inode;
}

static gboolean as_it_was(const GalenStoreFile *a, const GalenStoreFile *b) {
  return same_file(a, b) && a->packed == b->packed && a->mtime == b->mtime;
}

/* "x.tar!a.log": what is in an archive has its file in common with others. */
static gboolean is_member(const char *path) {
  return strchr(path, '!') != NULL;
}

static gboolean is_taken(GHashTable *taken, const GalenStoreInput *row) {
  return g_hash_table_contains(taken, &row->id);
}

/* A log that is said to be of another node now is read again. */
static gboolean is_same_node(const GalenStoreInput *row, const GalenKnownFile *file) {
  return *row->host != '\0' || g_str_equal(row->node, file->node);
}

static gboolean was_read_from(const GalenStoreInput *row, const GalenKnownFile *file) {
  gboolean same_path = g_str_equal(row->path, file->path);
  if (!row->complete || !as_it_was(&row->file, &file->file))
    return FALSE;
  return same_path || (!is_member(row->path) && !is_member(file->path));
}

/* All that was read together with it: lines of the other hosts. */
static void add_family(const GPtrArray *inputs, GHashTable *taken, GalenStoreInput *first, GPtrArray *ret_rows) {
  g_ptr_array_add(ret_rows, first);
  for (guint i = 0; i < inputs->len && *first->host != '\0'; i++) {
    GalenStoreInput *row = g_ptr_array_index(inputs, i);
    if (row != first && !is_taken(taken, row) && *row->host != '\0' && g_str_equal(row->path, first->path) &&
        galen_store_content_equal(&row->content, &first->content))
      g_ptr_array_add(ret_rows, row);
  }
}

/* A copy: a plain file of that size whose first and last bytes are the same. */
static gboolean add_copy(const GPtrArray *inputs, GHashTable *taken, const GalenKnownFile *file, GPtrArray *ret_rows) {
  GalenStoreContent content = {0};
  gboolean read = FALSE;
  for (guint i = 0; i < inputs->len; i++) {
    GalenStoreInput *row = g_ptr_array_index(inputs, i);
    if (is_taken(taken, row) || !row->complete || row->content.size != file->file.packed ||
        row->content.size < GALEN_STORE_HEAD || is_member(file->path) || !is_same_node(row, file))
      continue;
    if (!read && !galen_store_content_of_file(file->path, file->file.packed, &content))
      return FALSE;
    read = TRUE;
    if (galen_store_content_equal(&row->content, &content)) {
      add_family(inputs, taken, row, ret_rows);
      break;
    }
  }
  return ret_rows->len > 0;
}

gboolean galen_known_unchanged(const GPtrArray *inputs, GHashTable *taken, const GalenKnownFile *file,
                               GPtrArray *ret_rows) {
  for (guint i = 0; i < inputs->len; i++) {
    GalenStoreInput *row = g_ptr_array_index(inputs, i);
    if (!is_taken(taken, row) && was_read_from(row, file) && is_same_node(row, file))
      g_ptr_array_add(ret_rows, row);
  }
  return ret_rows->len > 0 || add_copy(inputs, taken, file, ret_rows);
}

/* ---- by the content ---- */

typedef struct {
  GalenStoreInput *row;
  guint64 size;
  guint likeness;
} Match;

/* Nearer files first, where contents do not decide. */
static guint likeness_of(const GalenStoreInput *row, const GalenKnownFile *file) {
  return (g_str_equal(row->path, file->path) ? 4u : 0u) + (same_file(&row->file, &file->file) ? 2u : 0u) +
         (g_str_equal(row->node, file->node) ? 1u : 0u);
}

/* Little content is no proof where nothing else is alike: servers begin logs with the same words, and nodes have the same options. */
static gboolean is_credible(const GalenStoreInput *row, const GalenKnownFile *file) {
  guint likeness = likeness_of(row, file);
  if (row->content.size == 0)
    return likeness >= 2;
  return row->content.size >= GALEN_STORE_HEAD || likeness > 0 || *row->host != '\0';
}

static gboolean begins_with(const GalenContentTap *content, const GalenStoreInput *row, const GalenKnownFile *file) {
  gboolean state = file->replaced_whole && g_str_equal(row->path, file->path) &&
                   (g_str_equal(row->kind, "galera-state") || g_str_equal(row->kind, "configuration"));
  return state || galen_content_tap_begins_with(content, &row->content);
}

static gboolean is_better(const Match *a, const Match *b) {
  if (b->row == NULL || a->size != b->size)
    return b->row == NULL || a->size > b->size;
  return a->likeness > b->likeness;
}

GalenKnown galen_known_find(const GPtrArray *inputs, GHashTable *taken, const GalenKnownFile *file,
                            const GalenContentTap *content, GPtrArray *ret_rows) {
  GalenStoreContent own;
  galen_content_tap_result(content, &own);
  Match best = {0}, longer = {0};
  for (guint i = 0; i < inputs->len; i++) {
    GalenStoreInput *row = g_ptr_array_index(inputs, i);
    if (is_taken(taken, row) || !is_credible(row, file))
      continue;
    Match match = {row, row->content.size, likeness_of(row, file)};
    if (begins_with(content, row, file)) {
      if (is_better(&match, &best))
        best = match;
    } else if (galen_content_tap_may_begin(content, &row->content) && is_better(&match, &longer))
      longer = match;
  }
  if (best.row == NULL && (longer.row == NULL || file->replaced_whole))
    return GALEN_KNOWN_NEW;
  /* A full head says more than the few words that all logs of a server begin with. */
  gboolean less = longer.row != NULL && (best.row == NULL || best.size < GALEN_STORE_HEAD) && !file->replaced_whole;
  add_family(inputs, taken, less ? longer.row : best.row, ret_rows);
  if (less)
    return GALEN_KNOWN_LESS;
  return galen_store_content_equal(&best.row->content, &own) ? GALEN_KNOWN_SAME : GALEN_KNOWN_MORE;
}
