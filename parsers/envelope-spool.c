/* Records of an export that may be newest first: kept with their length before and behind them, so that they can be read
 * from either end. What does not fit into a small buffer goes to an unlinked temporary file. */
#include "envelope-private.h"
#include "temp_file.h"

#include <unistd.h>

#define BUFFER (512u << 10)
/* Holds any record whole. */
#define VIEW (2u << 20)

typedef struct {
  guint32 len; /* of the text */
  GalenLineInfo info;
} Head;

void galen_env_spool_init(EnvSpool *self) {
  *self = (EnvSpool){.fd = -1};
}

void galen_env_spool_clear(EnvSpool *self) {
  g_clear_pointer(&self->buffer, g_byte_array_unref);
  g_clear_pointer(&self->view, g_byte_array_unref);
  if (self->fd >= 0)
    close(self->fd);
  galen_env_spool_init(self);
}

static gboolean flush(EnvSpool *self) {
  gsize len = self->buffer->len;
  if (self->fd < 0)
    self->fd = galen_temp_file_open(NULL);
  if (self->fd < 0 || !galen_temp_file_write(self->fd, (const char *)self->buffer->data, len, self->size, NULL))
    return FALSE;
  self->size += len;
  g_byte_array_set_size(self->buffer, 0);
  return TRUE;
}

gboolean galen_env_spool_push(EnvSpool *self, const GalenLineInfo *info, GalenSlice text) {
  if (self->failed)
    return FALSE;
  if (self->buffer == NULL)
    self->buffer = g_byte_array_new();
  if (self->buffer->len > 0 && self->buffer->len + text.len > BUFFER && !flush(self)) {
    /* Everything up to here stays readable, in the file or the buffer. */
    self->failed = TRUE;
    return FALSE;
  }
  Head head;
  memset(&head, 0, sizeof head);
  head.len = (guint32)text.len;
  head.info = *info;
  g_byte_array_append(self->buffer, (const guint8 *)&head, sizeof head);
  g_byte_array_append(self->buffer, (const guint8 *)text.data, (guint)text.len);
  g_byte_array_append(self->buffer, (const guint8 *)&head.len, sizeof head.len);
  self->to += sizeof head + text.len + sizeof head.len;
  return TRUE;
}

static gboolean load(EnvSpool *self, guint64 from, gsize len) {
  if (self->view == NULL)
    self->view = g_byte_array_new();
  g_byte_array_set_size(self->view, (guint)len);
  self->view_at = from;
  if (galen_temp_file_read(self->fd, (char *)self->view->data, len, from, NULL) == (gssize)len)
    return TRUE;
  g_byte_array_set_size(self->view, 0);
  return FALSE;
}

/* The bytes at [at, at + len); a window around them is loaded, ahead of the way that is read. NULL: the file is gone. */
static const guint8 *look(EnvSpool *self, guint64 at, gsize len, gboolean backward) {
  guint64 in_file = self->to > self->size ? self->size : self->to;
  if (at >= self->size)
    return self->buffer->data + (at - self->size);
  if (self->view == NULL || at < self->view_at || at + len > self->view_at + self->view->len) {
    guint64 end = at + len, from = at;
    if (backward)
      from = end > VIEW ? end - VIEW : 0;
    else
      end = MIN(in_file, at + VIEW);
    if (end > self->size || !load(self, from, (gsize)(end - from)))
      return NULL;
  }
  return self->view->data + (at - self->view_at);
}

/* Records never straddle file and buffer: a flush moves whole ones. */
gboolean galen_env_spool_pop(EnvSpool *self, gboolean last, GalenLineInfo *ret_info, GalenSlice *ret_text) {
  Head head;
  if (self->from >= self->to)
    return FALSE;
  guint64 at = self->from;
  if (last) {
    guint32 len;
    const guint8 *tail = look(self, self->to - sizeof len, sizeof len, TRUE);
    if (tail == NULL)
      return FALSE;
    memcpy(&len, tail, sizeof len);
    at = self->to - sizeof len - len - sizeof head;
  }
  const guint8 *bytes = look(self, at, sizeof head, last);
  if (bytes == NULL)
    return FALSE;
  memcpy(&head, bytes, sizeof head);
  gsize whole = sizeof head + head.len + sizeof head.len;
  bytes = look(self, at, whole, last);
  if (bytes == NULL)
    return FALSE;
  if (last)
    self->to = at;
  else
    self->from = at + whole;
  *ret_info = head.info;
  *ret_text = galen_slice((const char *)bytes + sizeof head, head.len);
  return TRUE;
}
