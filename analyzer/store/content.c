#include "content.h"

#include <fcntl.h>
#include <unistd.h>

typedef struct {
  guint64 size;
  guint8 tail[GALEN_STORE_MD5]; /* once so many bytes have passed */
} Mark;

struct GalenContentTap {
  guint64 size;
  guint8 head[GALEN_STORE_HEAD];
  guint8 last[GALEN_STORE_TAIL]; /* the last bytes, in their order */
  guint n_last;
  GArray *marks; /* of Mark, by size from the first byte on */
  guint next;    /* the first one that is not reached */
};

static void md5_of(const guint8 *data, gsize len, guint8 ret_md5[GALEN_STORE_MD5]) {
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_MD5);
  gsize n = GALEN_STORE_MD5;
  g_checksum_update(checksum, data, (gssize)len);
  g_checksum_get_digest(checksum, ret_md5, &n);
}

GalenContentTap *galen_content_tap_new(void) {
  GalenContentTap *self = g_new0(GalenContentTap, 1);
  self->marks = g_array_new(FALSE, TRUE, sizeof(Mark));
  return self;
}

void galen_content_tap_free(GalenContentTap *self) {
  if (self == NULL)
    return;
  g_array_unref(self->marks);
  g_free(self);
}

void galen_content_tap_expect(GalenContentTap *self, guint64 size) {
  guint at = 0;
  while (at < self->marks->len && g_array_index(self->marks, Mark, at).size < size)
    at++;
  Mark mark = {.size = size};
  if (at == self->marks->len || g_array_index(self->marks, Mark, at).size != size)
    g_array_insert_val(self->marks, at, mark);
}

static void keep_last(GalenContentTap *self, const char *data, gsize len) {
  gsize kept = MIN(len, GALEN_STORE_TAIL), old = MIN(self->n_last, GALEN_STORE_TAIL - kept);
  memmove(self->last, self->last + self->n_last - old, old);
  memcpy(self->last + old, data + len - kept, kept);
  self->n_last = (guint)(old + kept);
}

static void note_marks(GalenContentTap *self) {
  for (; self->next < self->marks->len; self->next++) {
    Mark *mark = &g_array_index(self->marks, Mark, self->next);
    if (mark->size > self->size)
      return;
    md5_of(self->last, self->n_last, mark->tail);
  }
}

void galen_content_tap_add(gpointer tap, const char *data, gsize len) {
  GalenContentTap *self = tap;
  if (self->size == 0)
    note_marks(self);
  while (len > 0) {
    gsize n = len;
    if (self->next < self->marks->len)
      n = (gsize)MIN((guint64)n, g_array_index(self->marks, Mark, self->next).size - self->size);
    if (self->size < GALEN_STORE_HEAD)
      memcpy(self->head + self->size, data, MIN(n, (gsize)(GALEN_STORE_HEAD - self->size)));
    keep_last(self, data, n);
    self->size += n;
    data += n;
    len -= n;
    note_marks(self);
  }
}

void galen_content_tap_result(const GalenContentTap *self, GalenStoreContent *ret_content) {
  *ret_content = (GalenStoreContent){.size = self->size, .head_len = (guint)MIN(self->size, GALEN_STORE_HEAD)};
  md5_of(self->head, ret_content->head_len, ret_content->head);
  md5_of(self->last, self->n_last, ret_content->tail);
}

gboolean galen_content_tap_has_head(const GalenContentTap *self, const GalenStoreContent *other) {
  guint8 head[GALEN_STORE_MD5];
  if (self->size < other->head_len)
    return FALSE;
  md5_of(self->head, other->head_len, head);
  return memcmp(head, other->head, sizeof head) == 0;
}

gboolean galen_content_tap_begins_with(const GalenContentTap *self, const GalenStoreContent *other) {
  if (self->size < other->size || !galen_content_tap_has_head(self, other))
    return FALSE;
  for (guint i = 0; i < self->marks->len; i++) {
    const Mark *mark = &g_array_index(self->marks, Mark, i);
    if (mark->size == other->size)
      return memcmp(mark->tail, other->tail, sizeof mark->tail) == 0;
  }
  return FALSE;
}

gboolean galen_content_tap_may_begin(const GalenContentTap *self, const GalenStoreContent *other) {
  return self->size < other->size && other->head_len == GALEN_STORE_HEAD && galen_content_tap_has_head(self, other);
}

gboolean galen_store_content_equal(const GalenStoreContent *a, const GalenStoreContent *b) {
  return a->size == b->size && a->head_len == b->head_len && memcmp(a->head, b->head, sizeof a->head) == 0 &&
         memcmp(a->tail, b->tail, sizeof a->tail) == 0;
}

static gboolean md5_at(int fd, guint64 at, gsize len, guint8 ret_md5[GALEN_STORE_MD5]) {
  guint8 block[GALEN_STORE_HEAD];
  G_STATIC_ASSERT(GALEN_STORE_TAIL <= sizeof block);
  if (pread(fd, block, len, (off_t)at) != (gssize)len)
    return FALSE;
  md5_of(block, len, ret_md5);
  return TRUE;
}

gboolean galen_store_content_of_file(const char *path, guint64 size, GalenStoreContent *ret_content) {
  GalenStoreContent content = {.size = size, .head_len = (guint)MIN(size, GALEN_STORE_HEAD)};
  gsize tail = (gsize)MIN(size, GALEN_STORE_TAIL);
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    return FALSE;
  gboolean read = md5_at(fd, 0, content.head_len, content.head) && md5_at(fd, size - tail, tail, content.tail);
  close(fd);
  if (read)
    *ret_content = content;
  return read;
}
