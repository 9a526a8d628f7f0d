#include "digits.h"
#include "slow_log.h"

/* A line is read here only when so many bytes are there, and nothing looks further. */
#define ROOM 256u
/* The longest User@Host line read here. */
#define USER_LINE_MAX 128u

/* "2024-05-13T00:00:" */
#define MINUTE_LEN 17u

G_STATIC_ASSERT(sizeof((SlowMinute){0}.text) == MINUTE_LEN);

static gboolean starts(const char *at, const char *text, gsize len) {
  return memcmp(at, text, len) == 0;
}

#define STARTS(at, text) starts(at, text, sizeof(text) - 1)

/* "00.027566Z" and the line's end behind the minute of the last time that was read, which has this zone. */
static const char *read_seconds(SlowLog *self, const char *at) {
  const SlowMinute *minute = &self->minute;
  guint64 seconds = galen_bytes8(at), fraction = galen_bytes8(at + 3);
  if (minute->zone_len == 0 || memcmp(at - MINUTE_LEN, minute->text, MINUTE_LEN) != 0 ||
      galen_digits_count(seconds) != 2 || at[0] > '5' || at[2] != '.' || galen_digits_count(fraction) != 6)
    return NULL;
  const char *zone = at + 9;
  guint64 differ = galen_bytes8(zone) ^ minute->zone;
  if (differ << (64 - 8 * minute->zone_len) != 0 || zone[minute->zone_len] != '\n')
    return NULL;
  self->entry.time = minute->time;
  self->entry.time.wall +=
      (gint64)galen_digits_value(seconds, 2) * GALEN_SECOND + (gint64)galen_digits_value(fraction, 6);
  return zone + minute->zone_len + 1;
}

/* Keeps the minute of an ISO time with microseconds and a zone, "Z" or "+02:00", so that further times in it need no
 * calendar. */
static void keep_minute(SlowLog *self, const char *at) {
  SlowMinute *minute = &self->minute;
  GalenLogTime time;
  minute->zone_len = 0;
  if (!galen_log_time_parse(galen_slice(at, ROOM / 2), &time) || !time.iso || !time.has_zone ||
      (time.used != MINUTE_LEN + 10 && time.used != MINUTE_LEN + 15))
    return;
  memcpy(minute->text, at, MINUTE_LEN);
  minute->zone_len = (guint)time.used - MINUTE_LEN - 9;
  minute->zone = galen_bytes8(at + MINUTE_LEN + 9);
  gint64 in_minute = time.wall % (60 * GALEN_SECOND);
  minute->time = time;
  minute->time.wall -= in_minute;
}

/* "# Time: 2024-05-13T00:00:00.027566Z" */
static const char *read_time(SlowLog *self, const char *at) {
  SlowEntry *entry = &self->entry;
  if (entry->first != 0)
    return NULL;
  at += 8 + MINUTE_LEN;
  const char *next = read_seconds(self, at);
  if (next == NULL && at[2] == '.' && galen_digits_count(galen_bytes8(at + 3)) == 6) {
    keep_minute(self, at - MINUTE_LEN);
    next = read_seconds(self, at);
  }
  if (next == NULL)
    return NULL;
  entry->has_time = TRUE;
  entry->first = SLOW_LINE_TIME;
  return next;
}

#if GALEN_SCAN_SSE2
/* Where the brackets of a line are, its first four; behind its line end in ret_next. FALSE: not four, or a long line. */
static gboolean find_brackets(const char *at, const char *(*ret_brackets)[4], const char **ret_next) {
  const __m128i open = _mm_set1_epi8('['), close = _mm_set1_epi8(']'), newline = _mm_set1_epi8('\n');
  guint n = 0;
  for (const char *stop = at + USER_LINE_MAX; at < stop; at += 16) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i either = _mm_or_si128(_mm_cmpeq_epi8(bytes, open), _mm_cmpeq_epi8(bytes, close));
    guint found = (guint)_mm_movemask_epi8(either), end = (guint)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, newline));
    for (found &= end ^ (end - 1); found != 0; found &= found - 1) {
      if (n == 4)
        return FALSE;
      (*ret_brackets)[n++] = at + __builtin_ctz(found);
    }
    if (end != 0) {
      *ret_next = at + __builtin_ctz(end) + 1;
      return n == 4;
    }
  }
  return FALSE;
}
#else
static gboolean find_brackets(const char *at, const char *(*ret_brackets)[4], const char **ret_next) {
  guint n = 0;
  for (const char *stop = at + USER_LINE_MAX; at < stop; at++) {
    if (*at == '\n') {
      *ret_next = at + 1;
      return n == 4;
    }
    if (*at != '[' && *at != ']')
      continue;
    if (n == 4)
      return FALSE;
    (*ret_brackets)[n++] = at;
  }
  return FALSE;
}
#endif

/* "  Id:   136", all of it; at its line end already: no Id. */
static gboolean read_id(const char *at, const char *line_end, guint64 *ret_id) {
  *ret_id = 0;
  if (at == line_end)
    return TRUE;
  if (!STARTS(at, "  Id: "))
    return FALSE;
  at += 6;
  while (*at == ' ')
    at++;
  return galen_digits_read(at, ret_id) == line_end;
}

/* "# User@Host: app[app] @ node-h.example.net [10.0.7.31]  Id:   136", and no other brackets: then each has one meaning. */
static const char *read_user(SlowLog *self, const char *at) {
  SlowEntry *entry = &self->entry;
  GalenSlowEvent *event = &entry->event;
  const char *brackets[4], *next;
  guint64 id;
  if (entry->has_user || !STARTS(at, "# User@Host: "))
    return NULL;
  at += 13;
  if (!find_brackets(at, &brackets, &next))
    return NULL;
  const char *user = brackets[0] + 1, *split = brackets[1], *host = split + 4, *address = brackets[2];
  if (user[-1] != '[' || !STARTS(split, "] @ ") || *address != '[' || *brackets[3] != ']' ||
      !read_id(brackets[3] + 1, next - 1, &id))
    return NULL;
  event->user = user < split ? galen_slice(user, (gsize)(split - user)) : galen_slice(at, (gsize)(user - 1 - at));
  const char *to = address;
  while (to > host && to[-1] == ' ')
    to--;
  while (host < to && *host == ' ')
    host++;
  event->host =
      host < to ? galen_slice(host, (gsize)(to - host)) : galen_slice(address + 1, (gsize)(brackets[3] - address - 1));
  if (event->user.len == 0)
    event->user = galen_slice(NULL, 0);
  if (event->host.len == 0)
    event->host = galen_slice(NULL, 0);
  event->thread_id = id;
  entry->has_user = TRUE;
  if (entry->first == 0)
    entry->first = SLOW_LINE_USER;
  return next;
}

/* Behind `name`, which one blank or two stand before. */
static const char *pass_name(const char *at, const char *name, gsize len) {
  at += at[0] == ' ' && at[1] == ' ';
  return starts(at, name, len) ? at + len : NULL;
}

#define PASS_NAME(at, name) pass_name(at, name, sizeof(name) - 1)

/* "# Query_time: 0.002702  Lock_time: 0.000000 Rows_sent: 44  Rows_examined: 44", and what may stand behind. */
static const char *read_figures(SlowLog *self, const char *at, const char *end) {
  SlowEntry *entry = &self->entry;
  GalenSlowEvent *event = &entry->event;
  guint64 main[GALEN_N_MAIN];
  if (!STARTS(at, "# Query_time: ") || (at = galen_digits_seconds(at + 14, &main[GALEN_MAIN_TIME])) == NULL ||
      (at = PASS_NAME(at, " Lock_time: ")) == NULL ||
      (at = galen_digits_seconds(at, &main[GALEN_MAIN_LOCK_TIME])) == NULL ||
      (at = PASS_NAME(at, " Rows_sent: ")) == NULL ||
      (at = galen_digits_read(at, &main[GALEN_MAIN_ROWS_SENT])) == NULL ||
      (at = PASS_NAME(at, " Rows_examined: ")) == NULL ||
      (at = galen_digits_read(at, &main[GALEN_MAIN_ROWS_EXAMINED])) == NULL)
    return NULL;
  GalenSlice rest = {0};
  const char *next = at + 1;
  if (*at != '\n' && (*at != ' ' || !galen_slow_line(at, end, FALSE, &rest, &next)))
    return NULL;
  memcpy(event->main, main, sizeof main);
  event->main_mask = (1u << GALEN_N_MAIN) - 1;
  entry->has_figures = TRUE;
  if (entry->first == 0)
    entry->first = SLOW_LINE_FIGURES;
  else if (entry->has_user && entry->after_user == 0)
    entry->after_user = SLOW_LINE_FIGURES;
  entry->key = GALEN_MAIN_ROWS_EXAMINED; /* the main ones are the first keys, in this order */
  if (rest.len > 0)
    galen_slow_pairs_read_on(self, rest.data, rest.data + rest.len);
  return next;
}

static const char *read_line(SlowLog *self, const char *at, const char *end) {
  switch (at[2]) {
  case 'T':
    return STARTS(at, "# Time: ") ? read_time(self, at) : NULL;
  case 'U':
    return read_user(self, at);
  case 'Q':
    return read_figures(self, at, end);
  default:
    return NULL;
  }
}

const char *galen_slow_fast_lines(SlowLog *self, const char *at, const char *end) {
  const char *behind = NULL, *next = at;
  /* Another time, user or figures behind the figures may be the next entry's. */
  while (!self->entry.has_figures && (gsize)(end - next) >= ROOM && (next = read_line(self, next, end)) != NULL)
    behind = next;
  return behind;
}

const char *galen_slow_fast_stamp(const char *at, const char *end, gint64 *ret_stamp) {
  guint64 stamp;
  if (end - at < 32 || !STARTS(at, "SET timestamp="))
    return NULL;
  at = galen_digits_read(at + 14, &stamp);
  if (at == NULL || at[0] != ';' || at[1] != '\n')
    return NULL;
  *ret_stamp = (gint64)stamp;
  return at + 2;
}
