#include "cut.h"

#define BLOCK (256u << 10)

/* The last bytes before a place, and what comes. */
typedef struct {
  const GPtrArray *rows;
  guint8 *bytes; /* GALEN_STORE_TAIL kept, and then a block */
  gsize kept;    /* of them */
  guint64 at;    /* where the block begins */
  guint64 lines;
  GChecksum *checksum;
  GalenCut found;
} Search;

static gboolean has_tail(const Search *self, const guint8 *tail, guint64 size) {
  guint8 md5[GALEN_STORE_MD5];
  gsize n = sizeof md5;
  g_checksum_reset(self->checksum);
  g_checksum_update(self->checksum, tail, GALEN_STORE_TAIL);
  g_checksum_get_digest(self->checksum, md5, &n);
  for (guint i = 0; i < self->rows->len; i++) {
    const GalenStoreContent *content = &((const GalenStoreInput *)g_ptr_array_index(self->rows, i))->content;
    if (content->size > size && memcmp(content->tail, md5, sizeof md5) == 0)
      return TRUE;
  }
  return FALSE;
}

static void search_block(Search *self, gsize len) {
  guint8 *block = self->bytes + self->kept, *from = block, *line;
  while ((line = memchr(from, '\n', len - (gsize)(from - block))) != NULL) {
    from = line + 1;
    self->lines++;
    guint64 size = self->at + (guint64)(from - block);
    if ((gsize)(from - self->bytes) >= GALEN_STORE_TAIL && has_tail(self, from - GALEN_STORE_TAIL, size))
      self->found = (GalenCut){size, self->lines};
  }
  gsize all = self->kept + len, keep = MIN(all, GALEN_STORE_TAIL);
  memmove(self->bytes, self->bytes + all - keep, keep);
  self->kept = keep;
  self->at += len;
}

gboolean galen_cut_find(GalenStream *stream, const GPtrArray *rows, GalenCut *ret_cut) {
  Search self = {.rows = rows, .bytes = g_malloc(GALEN_STORE_TAIL + BLOCK), .checksum = g_checksum_new(G_CHECKSUM_MD5)};
  gsize n;
  while (self.at < GALEN_CUT_SEARCH_MAX && (n = galen_stream_read(stream, (char *)self.bytes + self.kept, BLOCK)) > 0)
    search_block(&self, n);
  g_checksum_free(self.checksum);
  g_free(self.bytes);
  *ret_cut = self.found;
  return self.found.at > 0;
}

static char *name_of(const GalenStoreContent *content) {
  GString *name = g_string_new("cut:");
  for (guint i = 0; i < GALEN_STORE_MD5; i++)
    g_string_append_printf(name, "%02x", content->head[i]);
  return g_string_free(name, FALSE);
}

gboolean galen_cut_get(GalenStore *store, const GalenStoreContent *content, GalenCut *ret_cut, GError **error) {
  *ret_cut = (GalenCut){0};
  if (content->head_len < GALEN_STORE_HEAD)
    return TRUE;
  g_autofree char *name = name_of(content), *value = NULL;
  if (!galen_store_get_setting(store, name, &value, error))
    return FALSE;
  char *end = NULL;
  if (value != NULL)
    ret_cut->at = g_ascii_strtoull(value, &end, 10);
  if (end != NULL)
    ret_cut->line = g_ascii_strtoull(end, NULL, 10);
  return TRUE;
}

gboolean galen_cut_put(GalenStore *store, const GalenStoreContent *content, const GalenCut *cut, GError **error) {
  g_autofree char *name = name_of(content);
  g_autofree char *value = g_strdup_printf("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, cut->at, cut->line);
  return galen_store_put_setting(store, name, value, error);
}
