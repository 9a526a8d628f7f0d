/* A folder for a test's files, makers of packed data, and what reading it all gave. */
#pragma once

#include "parsers/input.h"

#include <archive.h>
#include <archive_entry.h>
#include <ftw.h>
#include <stdio.h>
#include <unistd.h>
#include <zlib.h>

typedef struct {
  char *dir;
} Fixture;

static inline int fixture_remove(const char *path, const struct stat *info, int type, struct FTW *at) {
  (void)info, (void)type, (void)at;
  return remove(path);
}

static inline void fixture_setup(Fixture *self, gconstpointer data) {
  (void)data;
  self->dir = g_dir_make_tmp("galen-input-XXXXXX", NULL);
  g_assert_nonnull(self->dir);
}

static inline void fixture_teardown(Fixture *self, gconstpointer data) {
  (void)data;
  g_assert_cmpint(nftw(self->dir, fixture_remove, 8, FTW_DEPTH | FTW_PHYS), ==, 0);
  g_free(self->dir);
}

static inline char *in_dir(const Fixture *self, const char *name) {
  return g_build_filename(self->dir, name, NULL);
}

static inline void put_bytes(const Fixture *self, const char *name, const char *data, gsize len) {
  g_autofree char *path = in_dir(self, name);
  g_autofree char *dir = g_path_get_dirname(path);
  g_assert_cmpint(g_mkdir_with_parents(dir, 0700), ==, 0);
  g_autoptr(GError) error = NULL;
  g_file_set_contents(path, data, (gssize)len, &error);
  g_assert_no_error(error);
}

static inline void put(const Fixture *self, const char *name, const char *text) {
  put_bytes(self, name, text, strlen(text));
}

static inline void put_string(const Fixture *self, const char *name, const GString *bytes) {
  put_bytes(self, name, bytes->str, bytes->len);
}

/* Lines that no compressor makes much smaller than a fifth; the same for the same seed. */
static inline GString *make_text(gsize len, guint32 seed) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
  GString *text = g_string_new(NULL);
  while (text->len < len)
    g_string_append_printf(text, "# Query_time: 0.%06u  line %08x\n", g_rand_int(rand) % 1000000, g_rand_int(rand));
  g_string_truncate(text, len);
  return text;
}

static inline GString *make_gzip(const char *data, gsize len) {
  z_stream z = {0};
  g_assert_cmpint(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), ==, Z_OK);
  GString *packed = g_string_new(NULL);
  g_string_set_size(packed, deflateBound(&z, len) + 64);
  z.next_in = (Bytef *)(guintptr)data;
  z.avail_in = (uInt)len;
  z.next_out = (Bytef *)packed->str;
  z.avail_out = (uInt)packed->len;
  g_assert_cmpint(deflate(&z, Z_FINISH), ==, Z_STREAM_END);
  g_string_set_size(packed, z.total_out);
  deflateEnd(&z);
  return packed;
}

static inline la_ssize_t append_block(struct archive *archive, void *user, const void *block, size_t len) {
  (void)archive;
  g_string_append_len(user, block, (gssize)len);
  return (la_ssize_t)len;
}

typedef struct {
  const char *path;
  const char *data; /* NULL: a folder */
  gsize len;
  const char *link; /* to where; NULL: none */
  gboolean hard;    /* the link is a hard one */
} Item;

/* An archive of the items up to a NULL path; with format raw, the first item's data alone. */
static inline GString *make_archive(int format, int filter, const Item *items) {
  GString *packed = g_string_new(NULL);
  struct archive *archive = archive_write_new();
  g_assert_cmpint(archive_write_set_format(archive, format), ==, ARCHIVE_OK);
  g_assert_cmpint(archive_write_add_filter(archive, filter), >=, ARCHIVE_WARN);
  archive_write_set_bytes_in_last_block(archive, 1);
  g_assert_cmpint(archive_write_open(archive, packed, NULL, append_block, NULL), ==, ARCHIVE_OK);
  for (; items->path != NULL; items++) {
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, items->path);
    archive_entry_set_filetype(entry, items->data != NULL ? AE_IFREG : AE_IFDIR);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)items->len);
    if (items->link != NULL && items->hard) {
      archive_entry_set_hardlink(entry, items->link);
    } else if (items->link != NULL) {
      archive_entry_set_filetype(entry, AE_IFLNK);
      archive_entry_set_symlink(entry, items->link);
    }
    g_assert_cmpint(archive_write_header(archive, entry), ==, ARCHIVE_OK);
    if (items->len > 0)
      g_assert_cmpint(archive_write_data(archive, items->data, items->len), ==, (la_ssize_t)items->len);
    archive_entry_free(entry);
  }
  g_assert_cmpint(archive_write_close(archive), ==, ARCHIVE_OK);
  archive_write_free(archive);
  return packed;
}

static inline GString *make_packed(int filter, const GString *data) {
  const Item items[] = {{.path = "data", .data = data->str, .len = data->len}, {0}};
  return make_archive(ARCHIVE_FORMAT_RAW, filter, items);
}

/* What came of one stream. */
typedef struct {
  char *path, *node, *error, *note; /* note: the input's own error */
  GalenInputStatus status;
  gboolean named, node_given;
  char *compression;
  GString *data;
} Got;

static inline void got_free(gpointer data) {
  Got *self = data;
  g_free(self->path);
  g_free(self->node);
  g_free(self->error);
  g_free(self->note);
  g_free(self->compression);
  g_string_free(self->data, TRUE);
  g_free(self);
}

static inline void got_stream(GalenStream *stream, gpointer user) {
  GPtrArray *all = user;
  const GalenInput *input = galen_stream_input(stream);
  Got *got = g_new0(Got, 1);
  g_autofree char *buf = g_malloc(70001);
  gsize n;
  got->data = g_string_new(NULL);
  while ((n = galen_stream_read(stream, buf, 70001)) > 0)
    g_string_append_len(got->data, buf, (gssize)n);
  g_assert_cmpuint(galen_stream_read(stream, buf, 1), ==, 0);
  got->path = g_strdup(input->path);
  got->node = g_strdup(input->node);
  got->note = g_strdup(input->error);
  got->status = input->status;
  got->named = input->named;
  got->node_given = input->node_given;
  got->error = g_strdup(galen_stream_error(stream));
  got->compression = g_strdup(galen_stream_compression(stream));
  g_assert_true(got->status == GALEN_INPUT_OK || got->note != NULL);
  g_ptr_array_add(all, got);
}

/* Threads change nothing. */
static inline void assert_same(const GPtrArray *all, const GPtrArray *others) {
  g_assert_cmpuint(all->len, ==, others->len);
  for (guint i = 0; i < all->len; i++) {
    const Got *one = g_ptr_array_index(all, i), *other = g_ptr_array_index(others, i);
    g_assert_cmpstr(one->path, ==, other->path);
    g_assert_cmpstr(one->node, ==, other->node);
    g_assert_cmpstr(one->error, ==, other->error);
    g_assert_cmpstr(one->note, ==, other->note);
    g_assert_cmpstr(one->compression, ==, other->compression);
    g_assert_cmpint(one->status, ==, other->status);
    g_assert_true(g_string_equal(one->data, other->data));
  }
}

/* Reads everything that the paths (relative to the fixture; NODE= in front is left there) name. */
static inline GPtrArray *get(const Fixture *self, const char *const *names) {
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
  for (gsize i = 0; names[i] != NULL; i++) {
    const char *at = strchr(names[i], '@'); /* NODE=@name: relative behind the '@' */
    g_autofree char *path = in_dir(self, at != NULL ? at + 1 : names[i]);
    g_ptr_array_add(paths, at != NULL ? g_strdup_printf("%.*s%s", (int)(at - names[i]), names[i], path)
                                      : g_steal_pointer(&path));
  }
  g_ptr_array_add(paths, NULL);
  GPtrArray *all = g_ptr_array_new_with_free_func(got_free);
  g_autoptr(GalenInputs) inputs = galen_inputs_new((const char *const *)paths->pdata);
  galen_inputs_foreach(inputs, got_stream, all);
  for (guint threads = 2; threads <= 4; threads += 2) {
    g_autoptr(GPtrArray) others = g_ptr_array_new_with_free_func(got_free);
    galen_inputs_set_threads(inputs, threads);
    galen_inputs_foreach(inputs, got_stream, others);
    assert_same(all, others);
  }
  return all;
}

#define GET(fixture, ...) get(fixture, (const char *const[]){__VA_ARGS__, NULL})

static inline const Got *nth(const GPtrArray *all, guint i) {
  g_assert_cmpuint(i, <, all->len);
  return g_ptr_array_index(all, i);
}

/* The one whose path ends so. */
static inline const Got *ending(const GPtrArray *all, const char *end) {
  for (guint i = 0; i < all->len; i++)
    if (g_str_has_suffix(nth(all, i)->path, end))
      return nth(all, i);
  g_error("no input ends with %s", end);
}

static inline void assert_bytes(const GString *got, const char *text, gsize len) {
  g_assert_cmpuint(got->len, ==, len);
  g_assert_true(len == 0 || memcmp(got->str, text, len) == 0);
}

/* It ended early, but what came is right. */
static inline void assert_begins(const GString *got, const GString *whole) {
  g_assert_cmpuint(got->len, <=, whole->len);
  g_assert_true(got->len == 0 || memcmp(got->str, whole->str, got->len) == 0);
}

static inline void assert_whole(const Got *got, const char *text, gsize len) {
  g_assert_cmpint(got->status, ==, GALEN_INPUT_OK);
  g_assert_cmpstr(got->error, ==, NULL);
  assert_bytes(got->data, text, len);
}
