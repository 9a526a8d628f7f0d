#include "slow_log.h"

/* Lines of a header sequence before its Query_time, at most. */
#define SEQUENCE_LINES 5u
/* A line that is looked at for what it is: longer ones are none of the log's own. */
#define LINE_LOOK (16u << 10)

/* A start-up block's version stands this far from its line's beginning, at most. */
#define VERSION_MAX 1024
#define VERSION_LOOK (VERSION_MAX + 64u)

gboolean galen_slow_line(const char *at, const char *end, gboolean eof, GalenSlice *ret_line, const char **ret_next) {
  const char *stop = memchr(at, '\n', (gsize)(end - at));
  if (stop == NULL && !eof)
    return FALSE;
  const char *next = stop != NULL ? stop + 1 : end;
  if (stop == NULL)
    stop = end;
  while (stop > at && stop[-1] == '\r')
    stop--;
  *ret_line = galen_slice(at, (gsize)(stop - at));
  *ret_next = next;
  return TRUE;
}

static gboolean starts(GalenSlice line, const char *text, gsize len) {
  return line.len >= len && memcmp(line.data, text, len) == 0;
}

#define STARTS(line, text) starts(line, text, sizeof(text) - 1)

static gboolean has_digit_at(GalenSlice line, gsize at) {
  while (at < line.len && line.data[at] == ' ')
    at++;
  return at < line.len && g_ascii_isdigit(line.data[at]);
}

static gboolean contains(GalenSlice line, const char *text) {
  return memmem(line.data, line.len, text, strlen(text)) != NULL;
}

/* " @ " */
static gboolean has_at_sign(GalenSlice line) {
  const char *end = line.data + line.len, *at = line.data;
  for (; (at = memchr(at, '@', (gsize)(end - at))) != NULL; at++)
    if (at > line.data && at + 1 < end && at[-1] == ' ' && at[1] == ' ')
      return TRUE;
  return FALSE;
}

/* Which header line this is; 0 when it is none that can begin or carry an entry. */
static guint8 line_kind(GalenSlice line) {
  if (!STARTS(line, "# "))
    return STARTS(line, "#") ? SLOW_LINE_OTHER : 0;
  GalenLogTime time;
  if (STARTS(line, "# Time: "))
    return galen_log_time_parse(galen_slice(line.data + 8, line.len - 8), &time) ? SLOW_LINE_TIME : SLOW_LINE_OTHER;
  if (STARTS(line, "# User@Host: "))
    return has_at_sign(line) && memchr(line.data, '[', line.len) != NULL ? SLOW_LINE_USER : SLOW_LINE_OTHER;
  if (STARTS(line, "# Query_time: "))
    return has_digit_at(line, 14) ? SLOW_LINE_FIGURES : SLOW_LINE_OTHER;
  if (STARTS(line, "# Thread_id: "))
    return has_digit_at(line, 13) ? SLOW_LINE_THREAD : SLOW_LINE_OTHER;
  if (STARTS(line, "# Schema: "))
    return SLOW_LINE_SCHEMA;
  return SLOW_LINE_OTHER;
}

SlowAnswer galen_slow_header_begins(const char *at, const char *end, gboolean eof) {
  if (at == end)
    return eof ? SLOW_NO : SLOW_MORE;
  if (*at != '#')
    return SLOW_NO;
  /* Most do, and with so many bytes no answer waits for a line end. */
  if (end - at >= LINE_LOOK && memcmp(at, "# Time: ", 8) == 0 && g_ascii_isdigit(at[8]))
    return SLOW_YES;
  GalenSlice line;
  const char *next;
  if (!galen_slow_line(at, end, eof, &line, &next)) {
    if (end - at < LINE_LOOK)
      return SLOW_MORE;
    line = galen_slice(at, LINE_LOOK);
  }
  /* A garbled time still begins an entry: the rest of it can be read. */
  if (STARTS(line, "# Time: ") && has_digit_at(line, 8))
    return SLOW_YES;
  guint8 kind = line_kind(line);
  return kind != 0 && kind != SLOW_LINE_OTHER ? SLOW_YES : SLOW_NO;
}

SlowAnswer galen_slow_header_follows(const char *at, const char *end, gboolean eof) {
  SlowAnswer begins = galen_slow_header_begins(at, end, eof);
  if (begins != SLOW_YES || end - at < 13 || memcmp(at, "# User@Host: ", 13) != 0)
    return begins;
  /* Bodies of routines have comments, too: behind a real one stands another '#' line. */
  GalenSlice line;
  const char *next;
  if (!galen_slow_line(at, end, eof, &line, &next))
    return end - at < LINE_LOOK ? SLOW_MORE : SLOW_NO;
  if (next == end)
    return eof ? SLOW_YES : SLOW_MORE;
  return *next == '#' ? SLOW_YES : SLOW_NO;
}

/* Whether this log has begun entries like this. A log may still surprise: times only when their second changes. */
static gboolean first_fits(const SlowLayout *layout, guint8 kind) {
  if (layout->first == 0)
    return TRUE;
  if (layout->iso)
    return kind == SLOW_LINE_TIME;
  if ((kind & (SLOW_LINE_TIME | SLOW_LINE_USER)) != 0)
    return (layout->first & (SLOW_LINE_TIME | SLOW_LINE_USER)) != 0;
  return (layout->first & kind) != 0;
}

SlowAnswer galen_slow_header_sequence(const SlowLayout *layout, const char *at, const char *end, gboolean eof) {
  guint8 last = 0;
  for (guint n = 0; n < SEQUENCE_LINES; n++) {
    GalenSlice line;
    const char *next;
    if (!galen_slow_line(at, end, eof, &line, &next))
      return end - at < LINE_LOOK ? SLOW_MORE : SLOW_NO;
    guint8 kind = line_kind(line);
    if (kind == 0 || (n == 0 && (kind == SLOW_LINE_OTHER || !first_fits(layout, kind))))
      return SLOW_NO;
    if (kind == SLOW_LINE_TIME && layout->iso && line.data[8 + 4] != '-')
      return SLOW_NO;
    if (last == SLOW_LINE_USER && layout->after_user != 0 && (layout->after_user & kind) == 0)
      return SLOW_NO;
    if (kind == SLOW_LINE_FIGURES)
      return contains(line, " Lock_time: ") || n > 0 ? SLOW_YES : SLOW_NO;
    /* "# Time: 071218 11:48:27 # User@Host: …" is both. */
    last = kind == SLOW_LINE_TIME && contains(line, "# User@Host: ") ? SLOW_LINE_USER : kind;
    if (next == end)
      return eof ? SLOW_NO : SLOW_MORE;
    at = next;
  }
  return SLOW_NO;
}

/* "Tcp port: 3306  Unix socket: …", "TCP Port: 3306, Named Pipe: (null)" */
static gboolean is_port_line(GalenSlice line) {
  return STARTS(line, "Tcp port:") || STARTS(line, "TCP Port:") || STARTS(line, "Tcp Port:");
}

/* "Time                 Id Command    Argument", blanks or tabs */
static gboolean is_title_line(GalenSlice line) {
  return STARTS(line, "Time") && contains(line, "Id Command") && contains(line, "Argument");
}

/* Reads "<program>, Version: 8.0.36 (comment)" and, on the same line or the next, "started with:". */
static gboolean read_version(GalenSlice line, GalenServerStart *ret_start) {
  static const char mark[] = ", Version: ";
  const char *end = line.data + line.len;
  const char *at = memmem(line.data, MIN(line.len, VERSION_LOOK), mark, sizeof mark - 1);
  if (at == NULL || at == line.data || at - line.data > VERSION_MAX)
    return FALSE;
  at += sizeof mark - 1;
  const char *stop = at;
  while (stop < end && *stop != ' ' && *stop != ',')
    stop++;
  if (stop == at || !g_ascii_isdigit(*at))
    return FALSE;
  *ret_start = (GalenServerStart){.version = galen_slice(at, (gsize)(stop - at)), .time = GALEN_TIME_NONE};
  const char *open = memchr(stop, '(', (gsize)(end - stop));
  const char *close = open != NULL ? memrchr(open, ')', (gsize)(end - open)) : NULL;
  if (close != NULL)
    ret_start->comment = galen_slice(open + 1, (gsize)(close - open - 1));
  const char *dated = memmem(stop, (gsize)(end - stop), "), Time: ", 9);
  GalenLogTime time;
  if (dated != NULL && galen_log_time_parse(galen_slice(dated + 9, (gsize)(end - dated - 9)), &time) && time.iso)
    ret_start->time = time.wall - (gint64)time.offset * G_USEC_PER_SEC;
  return TRUE;
}

SlowAnswer galen_slow_startup(const char *at, const char *end, gboolean eof, gsize *ret_len,
                              GalenServerStart *ret_start) {
  const char *from = at;
  GalenSlice line;
  const char *next;
  GalenServerStart start = {0};
  /* Of lines of SQL most are told by this: two letters of "Version" that hardly stand together there. With so many bytes no
   * answer waits for a line end. */
  if (end - at >= LINE_LOOK && *at != 'T' && !galen_scan_best()->line_has_pair(at, at + VERSION_LOOK, 'V', 'e'))
    return SLOW_NO;
  if (!galen_slow_line(at, end, eof, &line, &next))
    return end - at < LINE_LOOK ? SLOW_MORE : SLOW_NO;
  if (line.len > LINE_LOOK)
    return SLOW_NO;
  gboolean begun = FALSE;
  if (!is_port_line(line) && !is_title_line(line)) {
    if (!read_version(line, &start))
      return SLOW_NO;
    begun = contains(line, "started with:");
    at = next;
  }
  /* Then, in order and each at most once: the rest of a broken first line, ports, column titles. */
  for (guint n = 0; n < 3 && at < end; n++) {
    if (!galen_slow_line(at, end, eof, &line, &next))
      return end - at < LINE_LOOK ? SLOW_MORE : SLOW_NO;
    if (!begun && n == 0 && line.len < 256 && contains(line, "started with:"))
      begun = TRUE;
    else if (!is_port_line(line) && !is_title_line(line))
      break;
    at = next;
    if (is_title_line(line))
      break;
  }
  if (at == end && !eof)
    return SLOW_MORE;
  if (!begun && start.version.data != NULL)
    return SLOW_NO;
  *ret_len = (gsize)(at - from);
  *ret_start = start;
  return SLOW_YES;
}
