#include "stream.h"

#include <archive.h>

/* Bytes that say how a file is packed. */
typedef struct {
  const char *name;
  const char *magic;
  gsize len;
  int filter; /* ARCHIVE_FILTER_… */
} Packing;

static const Packing packings[] = {
    {"gzip", "\x1f\x8b\x08", 3, ARCHIVE_FILTER_GZIP},
    {"xz",
     "\xfd"
     "7zXZ\0",
     6, ARCHIVE_FILTER_XZ},
    {"zstd", "\x28\xb5\x2f\xfd", 4, ARCHIVE_FILTER_ZSTD},
};

/* "BZh1" alone could begin a text: the block's or the end's magic number must follow. */
static gboolean is_bzip2(const char *head, gsize len) {
  return len >= 10 && memcmp(head, "BZh", 3) == 0 && head[3] >= '1' && head[3] <= '9' &&
         (memcmp(head + 4, "\x31\x41\x59\x26\x53\x59", 6) == 0 || memcmp(head + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

GalenSource *galen_source_unpack(GalenSource *packed, GalenMeter *meter, const char **ret_name) {
  const char *head;
  gsize len = galen_source_peek(packed, &head);
  GalenSource *result = packed;
  *ret_name = "none";
  if (is_bzip2(head, len)) {
    *ret_name = "bzip2";
    result = galen_source_filter_new(packed, ARCHIVE_FILTER_BZIP2, "bzip2");
  }
  for (gsize i = 0; i < G_N_ELEMENTS(packings); i++) {
    const Packing *packing = &packings[i];
    if (len < packing->len || memcmp(head, packing->magic, packing->len) != 0)
      continue;
    *ret_name = packing->name;
    result = packing->filter == ARCHIVE_FILTER_GZIP ? galen_source_gzip_new(packed)
                                                    : galen_source_filter_new(packed, packing->filter, packing->name);
  }
  if (result != packed)
    result->meter = meter;
  return result;
}

/* A ustar or older header block carries the sum of its bytes with the sum's own field as blanks.
 * Some old writers added signed bytes. The "ustar" mark alone is not enough: a log could hold it. */
static gboolean is_tar(const guint8 *head, gsize len) {
  const gsize field = 148, field_len = 8, block = 512;
  if (len < block || head[0] == 0)
    return FALSE;
  guint32 claimed = 0, sum = 0;
  gint32 signed_sum = 0;
  gsize digits = 0;
  for (gsize i = field; i < field + field_len; i++) {
    if (head[i] >= '0' && head[i] <= '7') {
      claimed = claimed * 8 + (guint32)(head[i] - '0');
      digits++;
    } else if (digits > 0) {
      break;
    } else if (head[i] != ' ') {
      return FALSE;
    }
  }
  for (gsize i = 0; i < block; i++) {
    guint8 byte = i >= field && i < field + field_len ? ' ' : head[i];
    sum += byte;
    signed_sum += (gint8)byte;
  }
  return digits > 0 && (claimed == sum || (gint64)claimed == (gint64)signed_sum);
}

static gboolean is_zip(const guint8 *head, gsize len) {
  return len >= 22 && (memcmp(head, "PK\3\4", 4) == 0 || memcmp(head, "PK\5\6", 4) == 0);
}

gboolean galen_source_is_archive(GalenSource *self) {
  const char *head;
  gsize len = galen_source_peek(self, &head);
  const guint8 *bytes = (const guint8 *)head;
  return is_tar(bytes, len) || is_zip(bytes, len);
}
