#include "error_log.h"
#include "scan.h"

/* Where the repeat may begin: so many places are tried. */
#define CANDIDATES_MAX 32u
/* Fewer lines, or so little text without fractions of seconds, may be the same by chance. */
#define LINES_MIN 3u
#define TEXT_MIN 240u
/* Where in a line two bytes stand that few others have there: the seconds of "2026-11-24 03:07:10". */
#define PAIR_AT 17u

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

/* The first line in [at, end) that is the one at `line`, which is `len` bytes with its end; `begin`: where lines begin. NULL: none. */
static const char *find_line(const char *begin, const char *at, const char *end, const char *line, gsize len) {
  const GalenScan *scan = galen_scan_best();
  gsize pair = len >= PAIR_AT + 2 ? PAIR_AT : 0;
  if (len < 2)
    return NULL;
  for (; (gsize)(end - at) >= len; at++) {
    const char *last = end - len;
    at = scan->find_pair(at + pair, last + pair + 2, line[pair], line[pair + 1]) - pair;
    if (at > last)
      return NULL;
    if ((at == begin || at[-1] == '\n') && memcmp(at, line, len) == 0)
      return at;
  }
  return NULL;
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
    at = find_line(self->tail->str, at, end, w->at, line_len);
    if (at == NULL)
      break;
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
