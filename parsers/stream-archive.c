#include "stream.h"

#include "late_archive.h"

/* Headers that libarchive found bad but passable, in a row, before the archive is given up. */
#define RETRIES_MAX 16

/* The bytes below a libarchive handle. */
typedef struct {
  GalenSource *source;
  gboolean starved; /* it asked for bytes after the end */
  char block[GALEN_PACKED_BLOCK];
} Feed;

static la_ssize_t feed_read(struct archive *archive, void *user, const void **ret_block) {
  Feed *self = user;
  (void)archive;
  gsize n = galen_source_read(self->source, self->block, sizeof self->block);
  self->starved = n == 0;
  *ret_block = self->block;
  return (la_ssize_t)n;
}

static la_int64_t feed_skip(struct archive *archive, void *user, la_int64_t request) {
  Feed *self = user;
  (void)archive;
  return request > 0 ? (la_int64_t)galen_source_skip(self->source, (guint64)request) : 0;
}

static int feed_open(Feed *self, struct archive *archive) {
  archive_read_set_read_callback(archive, feed_read);
  archive_read_set_skip_callback(archive, feed_skip);
  archive_read_set_callback_data(archive, self);
  return archive_read_open1(archive);
}

/* Why libarchive stopped, newly allocated: what is wrong further down explains it best. */
static char *feed_explain(const Feed *self, struct archive *archive, const char *what) {
  if (self->source->error != NULL)
    return g_strdup(self->source->error);
  if (self->starved)
    return g_strdup_printf("the %s is cut", what);
  const char *text = archive_error_string(archive);
  return g_strdup_printf("the %s is damaged: %s", what, text != NULL ? text : "unknown error");
}

/* A place in the data that libarchive hands out in blocks, which may leave holes (sparse files).
 * archive_read_data would lose what it copied before it meets an error. */
typedef struct {
  const char *block;
  gsize left;
  guint64 pos; /* bytes given so far */
  guint64 hole;
} Cursor;

/* An ARCHIVE_… result; ARCHIVE_OK: there is something to copy. */
static int cursor_next(Cursor *self, struct archive *archive) {
  while (self->left == 0 && self->hole == 0) {
    const void *block = NULL;
    size_t size = 0;
    la_int64_t offset = 0;
    int result = archive_read_data_block(archive, &block, &size, &offset);
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN && result != ARCHIVE_EOF)
      return result;
    guint64 at = offset > 0 ? (guint64)offset : 0;
    self->hole = at > self->pos ? at - self->pos : 0;
    self->block = block;
    self->left = size;
    if (result != ARCHIVE_OK && size == 0 && self->hole == 0)
      return result;
  }
  return ARCHIVE_OK;
}

static gsize cursor_copy(Cursor *self, char *buf, gsize len) {
  gsize n;
  if (self->hole > 0) {
    n = (gsize)MIN(self->hole, (guint64)len);
    memset(buf, 0, n);
    self->hole -= n;
  } else {
    n = MIN(self->left, len);
    memcpy(buf, self->block, n);
    self->block += n;
    self->left -= n;
  }
  self->pos += n;
  return n;
}

typedef struct {
  GalenSource base;
  int filter;
  char *what; /* "xz data" */
  struct archive *archive;
  Feed feed;
  Cursor cursor;
} FilterSource;

static void filter_fail(FilterSource *self) {
  g_autofree char *message = feed_explain(&self->feed, self->archive, self->what);
  galen_source_fail(&self->base, message);
}

/* FALSE when nothing can be read: nothing is in it, or the error is set. */
static gboolean filter_open(FilterSource *self) {
  g_autoptr(GError) missing = NULL;
  if (!galen_late_archive_load(&missing)) {
    galen_source_fail(&self->base, missing->message);
    return FALSE;
  }
  struct archive *archive = self->archive = archive_read_new();
  struct archive_entry *entry;
  if (archive == NULL) {
    galen_source_fail(&self->base, "no memory to unpack");
    return FALSE;
  }
  archive_read_append_filter(archive, self->filter);
  archive_read_support_format_raw(archive);
  archive_read_support_format_empty(archive);
  /* The empty format takes damaged data for no data, but the filter's complaint stays behind. */
  if (feed_open(&self->feed, archive) == ARCHIVE_OK && archive_error_string(archive) == NULL) {
    int result = archive_read_next_header(archive, &entry);
    if (result == ARCHIVE_OK || result == ARCHIVE_EOF)
      return result == ARCHIVE_OK;
  }
  filter_fail(self);
  return FALSE;
}

static gsize filter_read(GalenSource *base, char *buf, gsize len) {
  FilterSource *self = (FilterSource *)base;
  if (self->archive == NULL && !filter_open(self))
    return 0;
  int result = cursor_next(&self->cursor, self->archive);
  if (result == ARCHIVE_OK)
    return cursor_copy(&self->cursor, buf, len);
  if (result != ARCHIVE_EOF || self->feed.source->error != NULL)
    filter_fail(self);
  return 0;
}

static void filter_clear(GalenSource *base) {
  FilterSource *self = (FilterSource *)base;
  if (self->archive != NULL)
    archive_read_free(self->archive);
  galen_source_free(self->feed.source);
  g_free(self->what);
}

GalenSource *galen_source_filter_new(GalenSource *packed, int filter, const char *name) {
  static const GalenSourceClass class = {.read = filter_read, .clear = filter_clear};
  FilterSource *self = g_new0(FilterSource, 1);
  self->base.class = &class;
  self->filter = filter;
  self->what = g_strdup_printf("%s data", name);
  self->feed.source = packed;
  return &self->base;
}

struct GalenArchive {
  struct archive *archive;
  char *error;
  char *path;
  gboolean ended;
  Feed feed;
};

GalenArchive *galen_archive_new(GalenSource *packed) {
  GalenArchive *self = g_new0(GalenArchive, 1);
  self->feed.source = packed;
  g_autoptr(GError) missing = NULL;
  if (galen_late_archive_load(&missing))
    self->archive = archive_read_new();
  if (self->archive == NULL) {
    self->error = g_strdup(missing != NULL ? missing->message : "no memory to read the archive");
    self->ended = TRUE;
    return self;
  }
  archive_read_support_filter_none(self->archive);
  archive_read_support_format_tar(self->archive);
  archive_read_support_format_zip_streamable(self->archive);
  (void)archive_read_set_option(self->archive, "tar", "read_concatenated_archives", "1");
  if (feed_open(&self->feed, self->archive) != ARCHIVE_OK) {
    self->error = feed_explain(&self->feed, self->archive, "archive");
    self->ended = TRUE;
  }
  return self;
}

void galen_archive_free(GalenArchive *self) {
  if (self == NULL)
    return;
  if (self->archive != NULL)
    archive_read_free(self->archive);
  g_free(self->error);
  g_free(self->path);
  g_free(self);
}

/* The member's path as it is shown: relative, bounded, never empty. */
static char *member_path(struct archive_entry *entry) {
  const char *path = archive_entry_pathname(entry);
  if (path == NULL)
    path = archive_entry_pathname_utf8(entry);
  while (path != NULL && (*path == '/' || g_str_has_prefix(path, "./")))
    path += *path == '/' ? 1 : 2;
  return path != NULL && *path != '\0' ? g_strndup(path, GALEN_MEMBER_PATH_MAX) : g_strdup("unnamed");
}

/* An entry's header, past those that libarchive wants to try again. */
static int next_header(GalenArchive *self, struct archive_entry **ret_entry) {
  int result = ARCHIVE_RETRY;
  for (guint i = 0; i < RETRIES_MAX && result == ARCHIVE_RETRY; i++)
    result = archive_read_next_header(self->archive, ret_entry);
  return result;
}

gboolean galen_archive_next(GalenArchive *self, GalenMember *ret_member) {
  while (!self->ended) {
    struct archive_entry *entry = NULL;
    int result = next_header(self, &entry);
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
      self->ended = TRUE;
      if (result != ARCHIVE_EOF || self->feed.source->error != NULL)
        self->error = feed_explain(&self->feed, self->archive, "archive");
      return FALSE;
    }
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != NULL)
      continue;
    g_free(self->path);
    self->path = member_path(entry);
    *ret_member = (GalenMember){.path = self->path, .encrypted = archive_entry_is_encrypted(entry) != 0};
    return TRUE;
  }
  return FALSE;
}

typedef struct {
  GalenSource base;
  GalenArchive *archive;
  Cursor cursor;
} MemberSource;

static gsize member_read(GalenSource *base, char *buf, gsize len) {
  MemberSource *self = (MemberSource *)base;
  GalenArchive *archive = self->archive;
  int result = cursor_next(&self->cursor, archive->archive);
  if (result == ARCHIVE_OK)
    return cursor_copy(&self->cursor, buf, len);
  if (result != ARCHIVE_EOF) {
    g_autofree char *message = feed_explain(&archive->feed, archive->archive, "archive");
    galen_source_fail(base, message);
  }
  return 0;
}

static void member_clear(GalenSource *base) {
  (void)base;
}

GalenSource *galen_archive_read(GalenArchive *self) {
  static const GalenSourceClass class = {.read = member_read, .clear = member_clear};
  MemberSource *source = g_new0(MemberSource, 1);
  source->base.class = &class;
  source->archive = self;
  return &source->base;
}

const char *galen_archive_error(const GalenArchive *self) {
  return self->error;
}
