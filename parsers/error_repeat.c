#include "error_log.h"

/* Where the repeat may begin: so many places are tried. */
#define CANDIDATES_MAX 32u
/* Fewer lines, or so little text without fractions of seconds, may be the same by chance. */
#define LINES_MIN 3u
#define TEXT_MIN 240u

void galen_error_repeat_keep(ErrorLog *self, ErrorWindow *w) {
  gsize len = (gsize)(w->at - w->kept);
  if (len > ERROR_TAIL_BYTES) {
    w->kept = w->at - ERROR_TAIL_BYTES;
    len = ERROR_TAIL_BYTES;
  }
  g_string_append_len(self->tail, w->kept, (gssize)len);
  w->kept = w->at;
  if (self->tail->len > (gsize)4 * ERROR_TAIL_BYTES)
    g_string_erase(self->tail, 0, (gssize)(self->tail->len - ERROR_TAIL_BYTES));
}

/* Whether these lines are records with times, enough of them to be no chance. */
static gboolean is_sure(ErrorLog *self, const char *at, const char *end) {
  guint lines = 0;
  gboolean fine = FALSE;
  const char *from = at;
  while (at < end && lines < LINES_MIN) {
    const char *stop = memchr(at, '\n', (gsize)(end - at));
    if (stop == NULL)
      stop = end;
    ErrorPrefix prefix;
    if (galen_error_prefix(&self->dates, at, stop, &prefix) && prefix.wall != GALEN_TIME_NONE) {
      lines++;
      fine |= prefix.resolution < GALEN_SECOND;
    }
    at = stop + 1;
  }
  return lines >= LINES_MIN && (fine || (gsize)(end - from) >= TEXT_MIN);
}

ErrorAnswer galen_error_repeat(ErrorLog *self, ErrorWindow *w, gsize line_len, gsize *ret_len) {
  if (self->offset < self->tail_pause)
    return ERROR_BEGINS;
  galen_error_repeat_keep(self, w);
  /* The end of what was read, without the NULs that follow it. */
  const char *end = self->tail->str + self->tail->len;
  const char *begin = self->tail->len > ERROR_TAIL_BYTES ? end - ERROR_TAIL_BYTES : self->tail->str;
  while (end > begin && end[-1] == '\0')
    end--;
  gsize have = (gsize)(w->end - w->at);
  const char *at = begin;
  for (guint n = 0; n < CANDIDATES_MAX && at < end; n++, at++) {
    at = memmem(at, (gsize)(end - at), w->at, line_len);
    if (at == NULL)
      break;
    if (at > self->tail->str && at[-1] != '\n')
      continue;
    gsize len = (gsize)(end - at);
    if (memcmp(at, w->at, MIN(len, have)) != 0)
      continue;
    if (have < len && !w->eof)
      return ERROR_MORE;
    if (have < len || !is_sure(self, at, end))
      continue;
    *ret_len = len;
    return ERROR_DROPS;
  }
  self->tail_pause = self->offset + ERROR_TAIL_PAUSE;
  return ERROR_BEGINS;
}
