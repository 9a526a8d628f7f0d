#include "spill.h"

#include "../../parsers/temp_file.h"

#include <errno.h>
#include <unistd.h>

#define BLOCK 8192u
#define BLOCK_MIN 1024u
/* Spills are joined without copying while a block of each is no more than this together. */
#define ADOPT_MAX ((gsize)2 * BLOCK)

/* A block begins with the offset of the next one of its stream, which is reserved when this one is written. */
typedef struct {
  guint64 next;
  guint8 data[];
} Block;

typedef struct {
  guint64 first;   /* offset of the first block */
  guint64 current; /* where `block` will go */
  guint64 blocks;  /* written */
  Block *block;    /* being filled; NULL: the stream is empty */
  guint used;
} Stream;

struct GalenSpill {
  int fd;
  gsize block;         /* bytes of a block */
  guint64 end;         /* first offset that no block has */
  GalenSpill *adopted; /* another one, whose records are also this one's; with others adopted in turn */
  Stream streams[GALEN_SPILL_PARTITIONS];
};

GalenSpill *galen_spill_new(guint share) {
  GalenSpill *self = g_new0(GalenSpill, 1);
  self->fd = -1;
  self->block = BLOCK;
  for (; share > 1 && self->block > BLOCK_MIN; share -= share / 2)
    self->block /= 2;
  return self;
}

static gsize block_data(const GalenSpill *self) {
  return self->block - sizeof(Block);
}

void galen_spill_free(GalenSpill *self) {
  while (self != NULL) {
    GalenSpill *adopted = self->adopted;
    for (guint i = 0; i < GALEN_SPILL_PARTITIONS; i++)
      g_free(self->streams[i].block);
    if (self->fd >= 0)
      close(self->fd);
    g_free(self);
    self = adopted;
  }
}

gboolean galen_spill_has(const GalenSpill *self, guint8 partition) {
  while (self != NULL && self->streams[partition].block == NULL)
    self = self->adopted;
  return self != NULL;
}

static gboolean fail(GError **error, const char *what) {
  int code = errno;
  g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(code), "temporary space in %s: %s: %s", g_get_tmp_dir(),
              what, g_strerror(code));
  return FALSE;
}

static gboolean open_file(GalenSpill *self, GError **error) {
  if (self->fd < 0)
    self->fd = galen_temp_file_open(error);
  return self->fd >= 0;
}

static gboolean write_block(GalenSpill *self, const Block *block, guint64 offset, GError **error) {
  return galen_temp_file_write(self->fd, (const char *)block, self->block, offset, error);
}

static gboolean read_block(const GalenSpill *self, Block *ret_block, guint64 offset, GError **error) {
  gssize n = galen_temp_file_read(self->fd, (char *)ret_block, self->block, offset, error);
  if (n < 0 || (gsize)n == self->block)
    return n > 0;
  errno = EIO;
  return fail(error, "read");
}

static guint64 reserve(GalenSpill *self) {
  guint64 offset = self->end;
  self->end += self->block;
  return offset;
}

static gboolean append(GalenSpill *self, Stream *stream, const guint8 *data, gsize len, GError **error) {
  if (stream->block == NULL) {
    stream->block = g_malloc0(self->block);
    stream->first = stream->current = reserve(self);
  }
  while (len > 0) {
    if (stream->used == block_data(self)) {
      stream->block->next = reserve(self);
      if (!open_file(self, error) || !write_block(self, stream->block, stream->current, error))
        return FALSE;
      stream->current = stream->block->next;
      stream->blocks++;
      stream->used = 0;
    }
    gsize part = MIN(len, block_data(self) - stream->used);
    memcpy(stream->block->data + stream->used, data, part);
    stream->used += (guint)part;
    data += part;
    len -= part;
  }
  return TRUE;
}

gboolean galen_spill_write(GalenSpill *self, guint8 partition, const guint8 *data, gsize len, GError **error) {
  if (len > GALEN_SPILL_RECORD_MAX) {
    g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "temporary record too long");
    return FALSE;
  }
  guint32 head = (guint32)len;
  Stream *stream = &self->streams[partition];
  return append(self, stream, (const guint8 *)&head, sizeof head, error) && append(self, stream, data, len, error);
}

/* Reads a stream: its blocks on disk, then the one that is still in memory. */
typedef struct {
  const GalenSpill *spill;
  const Stream *stream;
  guint64 left;   /* blocks on disk not yet read */
  guint64 offset; /* of the next of them */
  gboolean last;  /* the block in memory has been taken */
  Block *block;
  const guint8 *data;
  gsize len;
} Reader;

static gboolean reader_more(Reader *self, GError **error) {
  if (self->left == 0) {
    errno = EIO;
    if (self->last)
      return fail(error, "read");
    self->last = TRUE;
    self->data = self->stream->block->data;
    self->len = self->stream->used;
    return TRUE;
  }
  if (!read_block(self->spill, self->block, self->offset, error))
    return FALSE;
  self->offset = self->block->next;
  self->data = self->block->data;
  self->len = block_data(self->spill);
  self->left--;
  return TRUE;
}

static gboolean reader_take(Reader *self, guint8 *target, gsize len, GError **error) {
  while (len > 0) {
    if (self->len == 0 && !reader_more(self, error))
      return FALSE;
    gsize part = MIN(len, self->len);
    memcpy(target, self->data, part);
    self->data += part;
    self->len -= part;
    target += part;
    len -= part;
  }
  return TRUE;
}

static gboolean reader_done(const Reader *self) {
  if (self->len > 0 || self->left > 0)
    return FALSE;
  return self->last || self->stream->used == 0;
}

static gboolean read_record(Reader *reader, GalenBytes *record, GError **error) {
  guint32 len;
  if (!reader_take(reader, (guint8 *)&len, sizeof len, error))
    return FALSE;
  galen_bytes_reset(record);
  guint8 *data = galen_bytes_extend(record, len);
  if (data == NULL) {
    errno = ENOMEM;
    return fail(error, "read");
  }
  return reader_take(reader, data, len, error);
}

static gboolean foreach_own(const GalenSpill *self, guint8 partition, GalenBytes *record, GalenSpillFunc func,
                            gpointer user, GError **error) {
  const Stream *stream = &self->streams[partition];
  if (stream->block == NULL)
    return TRUE;
  g_autofree Block *block = g_malloc(self->block);
  Reader reader = {.spill = self, .stream = stream, .left = stream->blocks, .offset = stream->first, .block = block};
  while (!reader_done(&reader))
    if (!read_record(&reader, record, error) || !func(record->data, record->len, user, error))
      return FALSE;
  return TRUE;
}

gboolean galen_spill_foreach(const GalenSpill *self, guint8 partition, GalenSpillFunc func, gpointer user,
                             GError **error) {
  GalenBytes record;
  galen_bytes_init(&record, GALEN_SPILL_RECORD_MAX);
  gboolean ok = TRUE;
  for (const GalenSpill *part = self; part != NULL && ok; part = part->adopted)
    ok = foreach_own(part, partition, &record, func, user, error);
  galen_bytes_clear(&record);
  return ok;
}

typedef struct {
  GalenSpill *target;
  guint8 partition;
} Copy;

static gboolean copy_record(const guint8 *data, gsize len, gpointer user, GError **error) {
  Copy *copy = user;
  return galen_spill_write(copy->target, copy->partition, data, len, error);
}

static gboolean copy_all(GalenSpill *self, const GalenSpill *other, GError **error) {
  for (guint i = 0; i < GALEN_SPILL_PARTITIONS; i++) {
    Copy copy = {self, (guint8)i};
    if (!galen_spill_foreach(other, (guint8)i, copy_record, &copy, error))
      return FALSE;
  }
  return TRUE;
}

static gsize blocks_of(const GalenSpill *self) {
  gsize bytes = 0;
  for (; self != NULL; self = self->adopted)
    bytes += self->block;
  return bytes;
}

gboolean galen_spill_append(GalenSpill *self, GalenSpill *other, GError **error) {
  if (blocks_of(self) + blocks_of(other) > ADOPT_MAX) {
    gboolean ok = copy_all(self, other, error);
    galen_spill_free(other);
    return ok;
  }
  GalenSpill *last = self;
  while (last->adopted != NULL)
    last = last->adopted;
  last->adopted = other;
  return TRUE;
}
