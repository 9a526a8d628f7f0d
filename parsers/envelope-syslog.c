/* Lines of syslog and of the journal as text.
 *
 *   Jan  1 12:00:00 host mysqld[123]: text                            RFC 3164, journalctl -o short, -o short-precise
 *   2026-11-24T03:07:10.123456+00:00 host mysqld[123]: text           rsyslog's default, journalctl -o short-iso
 *   <134>1 2026-11-24T03:07:10.1Z host mysqld 123 - - text            RFC 5424; also without its head
 *   Thu 2026-11-26 11:24:13 UTC host mysqld[123]: text                journalctl -o short-full
 *   1764156253.123456 host mysqld[123]: text                          journalctl -o short-unix
 *   [  123.456789] host mysqld[123]: text                             journalctl -o short-monotonic
 *
 * RFC 3164 has neither year nor zone: both come from dated lines inside, see envelope-clock.c. */
#include "envelope-private.h"

#define HOST_BYTES_MAX 255

typedef struct {
  const char *at, *end;
} Cursor;

static gboolean is_digit(char c) {
  return c >= '0' && c <= '9';
}

static gboolean word(Cursor *c, GalenSlice *ret_word) {
  const char *from = c->at;
  const char *blank = from < c->end ? memchr(from, ' ', (gsize)(c->end - from)) : NULL;
  if (blank == NULL || blank == from || blank - from > HOST_BYTES_MAX)
    return FALSE;
  *ret_word = galen_slice(from, (gsize)(blank - from));
  c->at = blank + 1;
  return TRUE;
}

static guint two(const char *at) {
  return (guint)((at[0] == ' ' ? 0 : at[0] - '0') * 10 + (at[1] - '0'));
}

static gint64 month_of(const char *at) {
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  for (guint i = 0; i < 12; i++)
    if (memcmp(at, months + (gsize)3 * i, 3) == 0)
      return i + 1;
  return 0;
}

static gboolean all_digits(GalenSlice text) {
  gsize n = 0;
  while (n < text.len && is_digit(text.data[n]))
    n++;
  return n > 0 && n == text.len;
}

static gboolean is_clock(const char *at) {
  return all_digits(galen_slice(at, 2)) && at[2] == ':' && all_digits(galen_slice(at + 3, 2)) && at[5] == ':' &&
         all_digits(galen_slice(at + 6, 2));
}

/* "Jan  1 12:00:00", "Jan  1 2023 12:00:00", and an optional fraction. */
static gboolean stamp_short(Cursor *c, EnvStamp *stamp) {
  const char *at = c->at;
  if (c->end - at < 16 || at[3] != ' ' || at[6] != ' ' || !is_digit(at[5]) || (at[4] != ' ' && !is_digit(at[4])))
    return FALSE;
  stamp->month = month_of(at);
  stamp->day = two(at + 4);
  at += 7;
  gint64 year = 0;
  if (c->end - at >= 14 && at[4] == ' ' && all_digits(galen_slice(at, 4))) {
    year = (gint64)two(at) * 100 + two(at + 2);
    at += 5;
  }
  guint h = two(at), m = two(at + 3), s = two(at + 6);
  if (!is_clock(at) || stamp->month == 0 || stamp->day < 1 || stamp->day > 31 || h > 23 || m > 59 || s > 60)
    return FALSE;
  stamp->clock = ((gint64)(h * 60 + m) * 60 + MIN(s, 59u)) * GALEN_SECOND;
  at += 8;
  if (*at == '.') {
    gint64 unit = 100000;
    for (at++; at < c->end && is_digit(*at); at++, unit /= 10)
      stamp->clock += (*at - '0') * unit;
  }
  if (at == c->end || *at != ' ')
    return FALSE;
  c->at = at + 1;
  stamp->yearless = year < 1980 || year > 2100;
  stamp->zoneless = TRUE;
  if (!stamp->yearless)
    stamp->wall = galen_env_in_year(stamp, year);
  return TRUE;
}

static guint fraction_digits(const Cursor *c) {
  guint n = 0;
  while (c->at[19] == '.' && c->at + 20 + n < c->end && is_digit(c->at[20 + n]))
    n++;
  return n;
}

/* An ISO date with 'T' and zone, without them it is a server's own line; and of at most six digits of a second, with more
 * it is a container's. */
static gboolean stamp_iso(Cursor *c, EnvStamp *stamp) {
  GalenLogTime time;
  if (c->end - c->at < 20 || c->at[10] != 'T' ||
      !galen_log_time_parse(galen_slice(c->at, MIN((gsize)(c->end - c->at), (gsize)40)), &time) || !time.has_zone ||
      c->at + time.used >= c->end || c->at[time.used] != ' ' || fraction_digits(c) > 6)
    return FALSE;
  stamp->wall = time.wall;
  stamp->time = time.wall - time.offset * GALEN_SECOND;
  stamp->journal = c->at[time.used - 1] != 'Z' && c->at[time.used - 3] != ':';
  c->at += time.used + 1;
  return TRUE;
}

/* "Thu 2026-11-26 11:24:13 UTC ". */
static gboolean stamp_full(Cursor *c, EnvStamp *stamp) {
  GalenLogTime time;
  GalenSlice zone;
  if (c->end - c->at < 28 || c->at[3] != ' ' || !g_ascii_isupper(c->at[0]) || c->at[8] != '-' ||
      !galen_log_time_parse(galen_slice(c->at + 4, MIN((gsize)(c->end - c->at) - 4, (gsize)40)), &time))
    return FALSE;
  Cursor rest = {c->at + 4 + time.used, c->end};
  if (rest.at == rest.end || *rest.at++ != ' ' || !word(&rest, &zone) || zone.len > 6)
    return FALSE;
  stamp->wall = time.wall;
  stamp->zoneless = !galen_slice_is(zone, "UTC") && !galen_slice_is(zone, "GMT");
  stamp->time = stamp->zoneless ? GALEN_TIME_NONE : time.wall;
  stamp->journal = TRUE;
  *c = rest;
  return TRUE;
}

/* "1764156253.123456 " or "[  123.456789] ". */
static gboolean stamp_number(Cursor *c, EnvStamp *stamp) {
  const char *at = c->at;
  gboolean monotonic = at < c->end && *at == '[';
  for (at += monotonic; monotonic && at < c->end && *at == ' ';)
    at++;
  const char *from = at;
  while (at < c->end && is_digit(*at))
    at++;
  gsize digits = (gsize)(at - from);
  if (c->end - at < 9 || *at != '.' || digits == 0 || (!monotonic && digits != 10))
    return FALSE;
  for (guint i = 1; i <= 6; i++)
    if (!is_digit(at[i]))
      return FALSE;
  at += 7;
  if (monotonic && *at++ != ']')
    return FALSE;
  if (at == c->end || *at != ' ')
    return FALSE;
  stamp->journal = TRUE;
  stamp->time = stamp->wall = monotonic ? GALEN_TIME_NONE : galen_env_time(galen_slice(from, (gsize)(at - from)));
  c->at = at + 1;
  return TRUE;
}

static gboolean is_host(GalenSlice text) {
  for (gsize i = 0; i < text.len; i++)
    if (!g_ascii_isalnum(text.data[i]) && (text.data[i] == '\0' || strchr("-._:%/@", text.data[i]) == NULL))
      return FALSE;
  return TRUE;
}

/* "host mysqld[123]: ", "host mysqld: "; without a host only "mysqld[123]: " is sure. */
static gboolean host_and_tag(Cursor *c, EnvRecord *record) {
  Cursor before = *c;
  if (!word(c, &record->host))
    return FALSE;
  if (!is_host(record->host)) {
    if (record->host.len < 4 || record->host.data[record->host.len - 1] != ':' ||
        record->host.data[record->host.len - 2] != ']')
      return FALSE;
    record->host = galen_slice(NULL, 0);
    *c = before;
  }
  const char *from = c->at, *at = from;
  while (at < c->end && at - from < HOST_BYTES_MAX && g_ascii_isgraph(*at) && *at != '[' && *at != ':')
    at++;
  if (at == from || at == c->end)
    return FALSE;
  record->program = galen_slice(from, (gsize)(at - from));
  record->pid = 0;
  gboolean closed = *at == '[';
  if (closed) {
    guint64 pid = 0;
    for (at++; at < c->end && is_digit(*at) && pid < G_MAXUINT32; at++)
      pid = pid * 10 + (guint64)(*at - '0');
    if (at == c->end || *at++ != ']')
      return FALSE;
    record->pid = (guint32)pid;
  }
  if (at < c->end && *at == ':')
    at++;
  else if (!closed)
    return FALSE;
  if (at < c->end && *at != ' ')
    return FALSE;
  record->text = galen_slice(at, (gsize)(c->end - at));
  if (record->text.len > 0)
    record->text = galen_slice(at + 1, record->text.len - 1);
  return TRUE;
}

/* "[id key="value"]…" or "-": behind it. */
static gboolean structured_data(Cursor *c) {
  if (c->at == c->end)
    return FALSE;
  if (*c->at == '-') {
    c->at++;
    return TRUE;
  }
  const char *begin = c->at;
  while (c->at < c->end && *c->at == '[') {
    gboolean quoted = FALSE;
    for (c->at++; c->at < c->end && (quoted || *c->at != ']'); c->at++) {
      if (*c->at == '\\' && c->at + 1 < c->end)
        c->at++;
      else if (*c->at == '"')
        quoted = !quoted;
    }
    if (c->at == c->end)
      return FALSE;
    c->at++;
  }
  return c->at > begin;
}

/* "host mysqld 123 - - text". */
static gboolean rfc5424_rest(Cursor *c, EnvRecord *record) {
  GalenSlice pid, id;
  if (!word(c, &record->host) || !word(c, &record->program) || !word(c, &pid) || !word(c, &id) ||
      record->program.data[0] == '[' || !is_host(record->host))
    return FALSE;
  guint64 number = 0;
  for (gsize i = 0; i < pid.len && is_digit(pid.data[i]) && number < G_MAXUINT32; i++)
    number = number * 10 + (guint64)(pid.data[i] - '0');
  if (!(is_digit(pid.data[0]) || galen_slice_is(pid, "-")) || !structured_data(c) || (c->at < c->end && *c->at != ' '))
    return FALSE;
  if (c->at < c->end)
    c->at++;
  record->pid = (guint32)number;
  record->text = galen_slice(c->at, (gsize)(c->end - c->at));
  if (galen_slice_starts(record->text, "\xef\xbb\xbf"))
    record->text = galen_slice(record->text.data + 3, record->text.len - 3);
  if (galen_slice_is(record->host, "-"))
    record->host = galen_slice(NULL, 0);
  if (galen_slice_is(record->program, "-"))
    record->program = galen_slice(NULL, 0);
  return TRUE;
}

/* "<134>", "<134>1 ", "214 <134>1 ". */
static gboolean priority(Cursor *c, gboolean *ret_versioned) {
  Cursor at = *c;
  *ret_versioned = FALSE;
  while (at.at < at.end && is_digit(*at.at))
    at.at++;
  if (at.at > c->at && (at.at == at.end || *at.at++ != ' '))
    return FALSE;
  if (at.at == at.end || *at.at++ != '<')
    return FALSE;
  const char *from = at.at;
  while (at.at < at.end && at.at - from < 3 && is_digit(*at.at))
    at.at++;
  if (at.at == from || at.at == at.end || *at.at++ != '>')
    return FALSE;
  if (at.end - at.at > 2 && at.at[0] == '1' && at.at[1] == ' ') {
    at.at += 2;
    *ret_versioned = TRUE;
  }
  *c = at;
  return TRUE;
}

static gboolean wrapped(Cursor line, EnvStamp *stamp, EnvRecord *record) {
  Cursor c = line;
  gboolean versioned = FALSE;
  *stamp = (EnvStamp){.wall = GALEN_TIME_NONE, .time = GALEN_TIME_NONE};
  if (line.end - line.at < 3)
    return FALSE;
  if (*c.at == '<' || (is_digit(*c.at) && memchr(c.at, '<', (gsize)MIN(c.end - c.at, 12)) != NULL))
    (void)priority(&c, &versioned);
  if (versioned) {
    if (c.end - c.at > 2 && c.at[0] == '-' && c.at[1] == ' ')
      c.at += 2;
    else if (!stamp_iso(&c, stamp))
      return FALSE;
    return rfc5424_rest(&c, record);
  }
  if (stamp_short(&c, stamp))
    return host_and_tag(&c, record);
  if (stamp_iso(&c, stamp)) {
    Cursor again = c;
    /* A host of digits alone: MySQL's own time and thread. */
    if (host_and_tag(&c, record))
      return !all_digits(record->host);
    return rfc5424_rest(&again, record) && !all_digits(record->host) &&
           (record->program.len == 0 || !is_digit(record->program.data[0]));
  }
  return (stamp_full(&c, stamp) || stamp_number(&c, stamp)) && host_and_tag(&c, record);
}

/* ---- lines ---- */

/* Several lines in one message: journalctl indents the further ones below the first, others leave them bare. */
static void parse_rest(GalenEnvelope *self, GalenSlice line, EnvRecord *ret_record) {
  gsize blanks = 0;
  while (blanks < line.len && line.data[blanks] == ' ')
    blanks++;
  ret_record->plain = TRUE;
  if (self->last_seen) {
    gsize off = blanks >= self->indent ? self->indent : 0;
    ret_record->text = galen_slice(line.data + off, line.len - off);
    ret_record->verdict = self->last_passed ? ENV_TEXT : ENV_SKIP;
    ret_record->reason = ENV_OTHER_PROGRAM;
  } else {
    ret_record->verdict = line.len == 0 ? ENV_HEADER : ENV_SKIP;
    ret_record->reason = ENV_NO_WRAPPER;
  }
}

/* "message repeated 2 times: [ text]" comes out once. */
static GalenSlice unrepeated(GalenSlice text) {
  const char *open;
  if (!galen_slice_starts(text, "message repeated ") || text.data[text.len - 1] != ']' ||
      (open = memmem(text.data, text.len, " times: [ ", 10)) == NULL)
    return text;
  return galen_slice(open + 10, (gsize)(text.data + text.len - 1 - (open + 10)));
}

/* "[12345.678901] Out of memory: …" of the kernel. */
static GalenSlice without_uptime(GalenSlice text) {
  const char *close = text.len > 3 && text.data[0] == '[' ? memchr(text.data, ']', MIN(text.len, (gsize)24)) : NULL;
  if (close == NULL || close + 1 == text.data + text.len || close[1] != ' ')
    return text;
  return galen_slice(close + 2, (gsize)(text.data + text.len - (close + 2)));
}

static void parse_syslog(GalenEnvelope *self, GalenSlice record, EnvRecord *ret_record) {
  EnvStamp stamp;
  GalenSlice line = record;
  while (line.len > 0 && (line.data[line.len - 1] == '\n' || line.data[line.len - 1] == '\r'))
    line.len--;
  *ret_record = (EnvRecord){.wall = GALEN_TIME_NONE, .time = GALEN_TIME_NONE};
  if (!wrapped((Cursor){line.data, line.data + line.len}, &stamp, ret_record)) {
    *ret_record = (EnvRecord){.wall = GALEN_TIME_NONE, .time = GALEN_TIME_NONE};
    if (galen_slice_starts(line, "-- ") && line.data[line.len - 1] == '-') {
      galen_env_clock_journal(&self->clock, line);
      self->name = self->name == NULL ? "journald" : self->name;
      ret_record->verdict = ENV_HEADER;
      return;
    }
    /* "Jan  1 12:00:00 host last message repeated 3 times" has no program. */
    Cursor c = {line.data, line.data + line.len};
    if (stamp_short(&c, &stamp)) {
      ret_record->verdict = ENV_SKIP;
      ret_record->reason = ENV_OTHER_PROGRAM;
      return;
    }
    parse_rest(self, line, ret_record);
    return;
  }
  if (self->name == NULL)
    self->name = stamp.journal ? "journald" : "syslog";
  self->indent = (gsize)(ret_record->text.data - line.data);
  galen_env_clock_adopt(&self->clock, &stamp, ret_record->text);
  galen_env_clock_settle(&self->clock, &stamp);
  ret_record->verdict = ENV_TEXT;
  ret_record->coding = memchr(ret_record->text.data, '#', ret_record->text.len) != NULL ? ENV_SYSLOG : ENV_PLAIN;
  ret_record->text = unrepeated(ret_record->text);
  if (galen_slice_is(ret_record->program, "kernel"))
    ret_record->text = without_uptime(ret_record->text);
  ret_record->wall = stamp.wall;
  ret_record->time = stamp.time;
}

const EnvKind galen_env_syslog = {"syslog", galen_env_split_line, parse_syslog, ENV_PIECES | ENV_PROGRAMS | ENV_STRICT};
