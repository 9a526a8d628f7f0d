/* Byte sources: the layers that a stream is made of.
 *
 * A source gives bytes until its end, which is also where damage ends it. Sources
 * stack: a file, what its compression holds, a member of the archive in that.
 * Internal to input; the outside sees GalenStream only.
 *
 * A source is used by one thread at a time. Nothing is unpacked to disk; memory
 * is some hundred KiB a layer and what the decompressors want. */
#pragma once

#include <glib.h>

/* How many bytes of a source are looked at to tell what it holds: a tar header and more. */
#define GALEN_PEEK_BYTES 1024
/* Read from the layer below at a time by a layer that unpacks. */
#define GALEN_PACKED_BLOCK (256u << 10)
/* Of gzip data read first; then twice as much each time. Many look at a beginning only. */
#define GALEN_PACKED_FIRST (32u << 10)
/* A longer path of an archive member is cut. */
#define GALEN_MEMBER_PATH_MAX 4096
/* Below this much output the expansion is not checked. */
#define GALEN_EXPANSION_FREE (G_GUINT64_CONSTANT(64) << 20)

typedef struct GalenSource GalenSource;

/* Counts what came out of one file on disk, to stop at GALEN_EXPANSION_MAX. */
typedef struct {
  guint64 packed;      /* the file's size in bytes; 0: unknown, take what was read so far */
  const guint64 *read; /* bytes read from disk so far, see galen_counter_get */
  guint64 out;         /* bytes unpacked so far */
} GalenMeter;

typedef struct {
  /* Up to len bytes (len >= 1) into buf; 0 at the end or after galen_source_fail. */
  gsize (*read)(GalenSource *self, char *buf, gsize len);
  /* Passes over up to n bytes without reading them, and says how many; NULL: cannot. */
  guint64 (*skip)(GalenSource *self, guint64 n);
  /* Begins anew with the first byte; FALSE: cannot now. NULL: never can. */
  gboolean (*rewind)(GalenSource *self);
  /* Frees what the source holds, not `self`. */
  void (*clear)(GalenSource *self);
} GalenSourceClass;

struct GalenSource {
  const GalenSourceClass *class;
  GalenMeter *meter; /* charged for each byte; NULL: not limited; outlives the source */
  char *error;       /* why the source ended early, or NULL */
  gboolean ended;
  gsize head_pos, head_len; /* peeked bytes that are still to be read */
  char head[GALEN_PEEK_BYTES];
};

/* Up to len bytes: at least 1 until the end, then 0 for ever. */
gsize galen_source_read(GalenSource *self, char *buf, gsize len);

/* The first bytes, which stay to be read: how many there are, at most GALEN_PEEK_BYTES.
 * To be called before the first read; *ret_data is valid until then. */
gsize galen_source_peek(GalenSource *self, const char **ret_data);

/* Passes over up to n bytes if that is cheaper than reading: how many, perhaps 0. */
guint64 galen_source_skip(GalenSource *self, guint64 n);

/* Begins anew with the first byte, peeked ones too; a counter does not count them again. FALSE: cannot. */
gboolean galen_source_rewind(GalenSource *self);
/* Whether it can as long as nothing fails. */
gboolean galen_source_can_rewind(const GalenSource *self);

/* For classes: the source ends here, because of `message`. The first reason stays. */
void galen_source_fail(GalenSource *self, const char *message);

/* Counters are read by other threads than the one that reads the source. */
static inline void galen_counter_add(guint64 *self, guint64 n) {
  (void)__atomic_fetch_add(self, n, __ATOMIC_RELAXED);
}

static inline guint64 galen_counter_get(const guint64 *self) {
  return __atomic_load_n(self, __ATOMIC_RELAXED);
}

void galen_source_free(GalenSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenSource, galen_source_free)

/* Reads `fd`, which it closes at the end if `own`. Adds what it read to *counter, which outlives it.
 * `size` is that of a regular file, which may be skipped in, else 0. */
GalenSource *galen_source_file_new(int fd, gboolean own, guint64 size, guint64 *counter);

/* Unpacks gzip data, concatenated members too. Zeros after the last are padding; anything else there
 * ends with an error. Takes `packed`. By ISA-L where it is there and `packed` can be read again, else by zlib: the
 * bytes and the error are the same. */
GalenSource *galen_source_gzip_new(GalenSource *packed);
GalenSource *galen_source_zlib_new(GalenSource *packed);
/* `packed` must be able to rewind. Without ISA-L it is zlib's. */
GalenSource *galen_source_isal_new(GalenSource *packed);

/* Unpacks xz, zstd or bzip2 (ARCHIVE_FILTER_… `filter`, called `name` in errors). Takes `packed`. libarchive
 * gives whole blocks only (xz, bzip2: 64 KiB, zstd: 128 KiB): what came out of a last, broken one is lost. */
GalenSource *galen_source_filter_new(GalenSource *packed, int filter, const char *name);

/* The same bytes, read by a thread of its own as far ahead as 1 MiB has room for. It is begun when half a MiB was read without
 * one. Takes `source`, which nobody else may touch then, nor what is below it. */
GalenSource *galen_source_ahead_new(GalenSource *source);
/* Lets the thread begin now, before anything is read; `first_only`: with 256 KiB, and the rest when somebody reads. */
void galen_source_ahead_begin(GalenSource *ahead, gboolean first_only);

/* `packed` itself (name "none") or a source that unpacks it, by its first bytes; takes `packed`.
 * *ret_name is a constant: "none", "gzip", "xz", "zstd", "bzip2". */
GalenSource *galen_source_unpack(GalenSource *packed, GalenMeter *meter, const char **ret_name);

/* Whether the source holds a tar or zip archive, by its first bytes. (Not cpio: libarchive asks for as much memory as
 * one of its headers says.) */
gboolean galen_source_is_archive(GalenSource *self);

typedef struct GalenArchive GalenArchive;

typedef struct {
  char *path; /* without leading "./" and "/"; owned by the archive, valid until the next member */
  gboolean encrypted;
} GalenMember;

/* Reads the archive in `packed`, which it borrows. */
GalenArchive *galen_archive_new(GalenSource *packed);
void galen_archive_free(GalenArchive *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenArchive, galen_archive_free)

/* The next regular file; FALSE at the end: see galen_archive_error. */
gboolean galen_archive_next(GalenArchive *self, GalenMember *ret_member);

/* The current member's bytes: to be freed before the next member is asked for. */
GalenSource *galen_archive_read(GalenArchive *self);

/* Why galen_archive_next found no more; NULL when it saw the archive's end. */
const char *galen_archive_error(const GalenArchive *self);
