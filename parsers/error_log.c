#include "error_log.h"

/* Why bytes are skipped; compared as pointers. */
static const char GARBAGE[] = "no part of a record";
static const char NULS[] = "NUL bytes";
static const char BINARY[] = "binary bytes";
static const char REPEATED[] = "repeated lines";

/* Of a line without a prefix so much is looked at to see whether it is text. */
#define TEXT_LOOK 64

typedef struct {
  const char *at, *stop; /* without its end */
  const char *next;
  gsize ends;       /* 1: with a line end, which is taken with it */
  gboolean goes_on; /* it is longer than GALEN_RECORD_MAX */
} Line;

static gpointer error_open(const GalenFormatOptions *options, const GalenSink *sink) {
  ErrorLog *self = g_new0(ErrorLog, 1);
  self->options = *options;
  self->sink = *sink;
  galen_account_init(&self->account);
  galen_error_clock_init(&self->clock, options->log_zone);
  self->line = 1;
  self->first = &self->prefixes[0];
  self->tail = g_string_new(NULL);
  self->scratch = g_string_new(NULL);
  self->line_info_at = G_MAXUINT64;
  return self;
}

static void error_close(gpointer user) {
  ErrorLog *self = user;
  g_string_free(self->tail, TRUE);
  g_string_free(self->scratch, TRUE);
  g_free(self->version);
  g_free(self);
}

static const GalenAccount *error_account(gpointer user) {
  return &((ErrorLog *)user)->account;
}

static const GalenLineInfo *info_at(ErrorLog *self, guint64 offset) {
  if (self->options.line_info == NULL)
    return NULL;
  if (self->line_info_at != offset) {
    const GalenLineInfo *info = self->options.line_info(self->options.line_user, offset);
    self->line_info = info != NULL ? *info : (GalenLineInfo){.time = GALEN_TIME_NONE};
    self->line_info_at = offset;
  }
  return &self->line_info;
}

/* ---- taking bytes ---- */

static void pass(ErrorLog *self, ErrorWindow *w, gsize len, guint64 lines) {
  self->account.bytes += len;
  self->offset += len;
  self->line += lines;
  w->at += len;
}

static void take_headers(ErrorLog *self, ErrorWindow *w, gsize len, guint64 lines) {
  self->garbage = NULL;
  self->account.bytes_headers += len;
  pass(self, w, len, lines);
}

static void take_skipped(ErrorLog *self, ErrorWindow *w, gsize len, guint64 lines, const char *reason) {
  if (self->garbage == reason)
    galen_account_skip_more(&self->account, reason, len);
  else
    galen_account_skip(&self->account, reason, galen_slice(w->at, len), len, self->line);
  self->garbage = reason;
  self->gap |= reason != REPEATED;
  pass(self, w, len, lines);
}

/* The lines of the open record that were read so far. */
static void take_scanned(ErrorLog *self, ErrorWindow *w) {
  gsize len = self->scanned;
  guint64 lines = self->new_lines;
  self->account.bytes_events += len;
  self->scanned = 0;
  self->new_lines = 0;
  pass(self, w, len, lines);
}

static void close_record(ErrorLog *self, ErrorWindow *w, gboolean cut) {
  if (!self->open)
    return;
  if (!self->sent)
    galen_error_emit(self, w->at, w->at + MIN(self->scanned, GALEN_RECORD_MAX), cut);
  if (self->scan.kind == ERROR_SCAN_PAGE)
    self->pages_open += self->scan.ended ? 0 : 1;
  take_scanned(self, w);
  self->open = self->sent = FALSE;
}

/* Adds a line to the open record; what is too long is handed over. */
static void add_line(ErrorLog *self, ErrorWindow *w, const Line *line) {
  self->scanned += (gsize)(line->next - line->at);
  self->new_lines += line->ends;
  self->searched = 0;
  self->in_line = line->goes_on;
  if (!self->sent && (self->scanned > GALEN_RECORD_MAX || line->goes_on)) {
    galen_error_emit(self, w->at, w->at + GALEN_RECORD_MAX, TRUE);
    self->sent = TRUE;
  }
  if (self->sent)
    take_scanned(self, w);
}

/* Where the prefix of a line is read: that of the record stays until the record is closed. */
static ErrorPrefix *next_prefix(ErrorLog *self) {
  return &self->prefixes[self->first == &self->prefixes[0]];
}

/* `prefix`: that of next_prefix. */
static void begin_record(ErrorLog *self, ErrorWindow *w, const Line *line, ErrorPrefix *prefix,
                         const GalenLineInfo *info) {
  self->open = TRUE;
  self->first = prefix;
  self->first_at = line->at;
  self->first_len = (gsize)(line->stop - line->at);
  self->garbage = NULL;
  self->gap_before = self->gap;
  self->gap = FALSE;
  if (info != NULL)
    self->info = *info;
  galen_error_scan_begin(&self->scan, prefix, self->offset);
  if (prefix->form == ERROR_FORM_BARE && prefix->labelled && info != NULL && info->program != NULL &&
      prefix->subsystem.data != NULL && galen_slice_is(prefix->subsystem, info->program))
    self->scan.kind = ERROR_SCAN_OWN;
  add_line(self, w, line);
}

/* ---- lines ---- */

/* The first NUL from `at` on, which only grows; `end`: none. */
static const char *next_nul(ErrorWindow *w, const char *at) {
  if (w->nul == NULL || w->nul < at) {
    const char *nul = memchr(at, '\0', (gsize)(w->end - at));
    w->nul = nul != NULL ? nul : w->end;
  }
  return w->nul;
}

/* The line at `at`. FALSE: its end is not there yet. */
static gboolean next_line(ErrorLog *self, ErrorWindow *w, const char *at, Line *ret_line) {
  gsize len = (gsize)(w->end - at);
  const char *stop = memchr(at + self->searched, '\n', len - self->searched);
  if (stop == NULL && len <= GALEN_RECORD_MAX && !w->eof) {
    self->searched = len;
    return FALSE;
  }
  self->searched = 0;
  *ret_line = (Line){.at = at, .ends = stop != NULL};
  if (stop == NULL)
    stop = w->end;
  if (stop - at > (gssize)GALEN_RECORD_MAX) {
    stop = at + GALEN_RECORD_MAX;
    ret_line->ends = 0;
    ret_line->goes_on = TRUE;
  }
  const char *nul = next_nul(w, at);
  if (nul < stop) {
    stop = nul;
    ret_line->ends = 0;
    ret_line->goes_on = FALSE;
  }
  ret_line->next = stop + ret_line->ends;
  while (stop > at && stop[-1] == '\r')
    stop--;
  ret_line->stop = stop;
  return TRUE;
}

/* One record may begin where another's last line breaks off. In a line with a prefix only behind closed quotes: names and
 * queries are a client's choice. */
static gboolean split_line(ErrorLog *self, Line *line, const ErrorPrefix *prefix) {
  const char *from = line->at;
  if (prefix != NULL) {
    if (prefix->form == ERROR_FORM_JSON || prefix->text.data == NULL)
      return FALSE;
    from = prefix->text.data;
  }
  if (from == line->stop)
    return FALSE;
  from += prefix == NULL;
  const char *inside = galen_error_prefix_inside(&self->dates, from, line->stop);
  if (inside == NULL)
    return FALSE;
  guint quotes[3] = {0};
  for (const char *c = from; prefix != NULL && c < inside; c++) {
    quotes[0] += *c == '\'';
    quotes[1] += *c == '"';
    quotes[2] += *c == '`';
  }
  if ((quotes[0] | quotes[1] | quotes[2]) % 2 != 0)
    return FALSE;
  line->stop = line->next = inside;
  line->ends = 0;
  line->goes_on = FALSE;
  return TRUE;
}

static gboolean is_blank(const Line *line) {
  for (const char *c = line->at; c < line->stop; c++)
    if (*c != ' ' && *c != '\t')
      return FALSE;
  return TRUE;
}

/* Whether a byte below 0x20 may be there: rather once too often than too seldom. */
static gboolean has_controls(const char *at, gsize len) {
  const guint64 ones = G_GUINT64_CONSTANT(0x0101010101010101);
  guint64 word, low = 0;
  for (; len >= sizeof word; at += sizeof word, len -= sizeof word) {
    memcpy(&word, at, sizeof word);
    low |= (word - ones * 0x20) & ~word & (ones * 0x80);
  }
  for (; len > 0; at++, len--)
    low |= (guchar)*at < 0x20;
  return low != 0;
}

static gboolean is_binary(const Line *line) {
  gsize look = MIN((gsize)(line->stop - line->at), TEXT_LOOK), odd = 0, tabs = 0;
  while (tabs < look && line->at[tabs] == '\t')
    tabs++;
  if (!has_controls(line->at + tabs, look - tabs))
    return FALSE;
  for (gsize i = 0; i < look; i++)
    odd += (guchar)line->at[i] < 0x20 && line->at[i] != '\t' && line->at[i] != '\r' && line->at[i] != '\x1b';
  return odd >= 2 && odd * 12 > look;
}

/* What mysqld writes at the head of a log file that it opens. */
static gboolean is_file_header(const Line *line) {
  GalenSlice text = galen_slice(line->at, (gsize)(line->stop - line->at));
  if (text.len < 9 || text.len > 2048)
    return FALSE;
  if (*line->at == 'T' || *line->at == 't')
    return ERROR_STARTS(line->at, line->stop, "Tcp port:") || ERROR_STARTS(line->at, line->stop, "TCP Port:") ||
           ERROR_STARTS(line->at, line->stop, "Tcp Port:") ||
           (ERROR_STARTS(line->at, line->stop, "Time ") && ERROR_HAS(text, "Id Command") &&
            ERROR_HAS(text, "Argument"));
  return line->stop[-1] == ':' && ERROR_HAS(text, ", Version: ") && ERROR_HAS(text, "started with:");
}

/* "=====" with "… INNODB MONITOR OUTPUT" behind it. */
static ErrorAnswer monitor_begins(const ErrorWindow *w, const Line *line) {
  if (*line->at != '=' || line->stop - line->at < 10 || !line->ends)
    return ERROR_BELONGS;
  for (const char *c = line->at; c < line->stop; c++)
    if (*c != '=')
      return ERROR_BELONGS;
  const char *stop = memchr(line->next, '\n', (gsize)(w->end - line->next));
  if (stop == NULL && !w->eof && w->end - line->next < 256)
    return ERROR_MORE;
  gsize len = MIN((gsize)((stop != NULL ? stop : w->end) - line->next), 256u);
  return memmem(line->next, len, "INNODB MONITOR OUTPUT", 21) != NULL ? ERROR_BEGINS : ERROR_BELONGS;
}

/* ---- one step ---- */

/* The rest of a line that was too long. */
static void take_long_line(ErrorLog *self, ErrorWindow *w) {
  gsize len = (gsize)(w->end - w->at);
  const char *stop = memchr(w->at, '\n', len);
  if (stop != NULL)
    len = (gsize)(stop + 1 - w->at);
  const char *nul = memchr(w->at, '\0', len);
  if (nul != NULL) {
    len = (gsize)(nul - w->at);
    stop = NULL;
  }
  self->in_line = stop == NULL && nul == NULL;
  if (len == 0)
    return; /* the NULs come next */
  if (!self->open) {
    take_skipped(self, w, len, stop != NULL, self->garbage != NULL ? self->garbage : GARBAGE);
    return;
  }
  self->scanned += len;
  self->new_lines += stop != NULL;
  take_scanned(self, w);
}

static void take_nuls(ErrorLog *self, ErrorWindow *w) {
  close_record(self, w, FALSE);
  const char *at = w->at;
  while (at < w->end && *at == '\0')
    at++;
  take_skipped(self, w, (gsize)(at - w->at), 0, NULS);
}

/* A line outside of records, which begins none. */
static void take_stray(ErrorLog *self, ErrorWindow *w, const Line *line) {
  gsize len = (gsize)(line->next - line->at);
  self->in_line = line->goes_on;
  if (is_blank(line) || is_file_header(line))
    take_headers(self, w, len, line->ends);
  else
    take_skipped(self, w, len, line->ends, is_binary(line) ? BINARY : GARBAGE);
}

/* Lines of a page dump that other records interrupted. */
static gboolean is_page_rest(const ErrorLog *self, const ErrorPrefix *prefix) {
  if (self->pages_open == 0 || prefix->text.len < 16 || !galen_slice_is(prefix->subsystem, "InnoDB"))
    return FALSE;
  if (galen_slice_starts(prefix->text, "End of page dump"))
    return TRUE;
  for (gsize i = 0; i < prefix->text.len; i++)
    if (!g_ascii_isxdigit(prefix->text.data[i]))
      return FALSE;
  return prefix->text.len >= 32;
}

static gboolean may_repeat(const ErrorLog *self, const ErrorPrefix *prefix) {
  return prefix->wall != GALEN_TIME_NONE && prefix->form != ERROR_FORM_HOUR &&
         (self->gap || (self->clock.wall != GALEN_TIME_NONE && prefix->wall < self->clock.wall));
}

/* A line outside of records. FALSE: needs more bytes. */
static gboolean take_first(ErrorLog *self, ErrorWindow *w, const Line *line, ErrorPrefix *prefix,
                           const GalenLineInfo *info) {
  if (prefix == NULL) {
    ErrorAnswer answer = monitor_begins(w, line);
    if (answer == ERROR_MORE)
      return FALSE;
    if (answer == ERROR_BEGINS) {
      prefix = next_prefix(self);
      *prefix = galen_error_prefix_none;
      prefix->text = galen_slice("INNODB MONITOR OUTPUT", 21);
      begin_record(self, w, line, prefix, info);
    } else {
      take_stray(self, w, line);
    }
    return TRUE;
  }
  if (may_repeat(self, prefix)) {
    gsize len;
    ErrorAnswer answer = galen_error_repeat(self, w, (gsize)(line->next - line->at), &len);
    if (answer == ERROR_MORE)
      return FALSE;
    if (answer == ERROR_DROPS) {
      guint64 lines = 0;
      for (gsize i = 0; i < len; i++)
        lines += w->at[i] == '\n';
      take_skipped(self, w, len, lines, REPEATED);
      return TRUE;
    }
  }
  if (is_page_rest(self, prefix)) {
    self->pages_open -= galen_slice_starts(prefix->text, "End of") != FALSE;
    self->in_line = line->goes_on;
    take_headers(self, w, (gsize)(line->next - line->at), line->ends);
    return TRUE;
  }
  if (galen_error_instance_is_start(prefix->text) &&
      galen_error_instance_look(&self->instances, line->next, w->end, w->eof) == ERROR_MORE)
    return FALSE;
  begin_record(self, w, line, prefix, info);
  return TRUE;
}

/* Does a line belong to the open record? */
static ErrorAnswer judge(ErrorLog *self, const ErrorWindow *w, const Line *line, const ErrorPrefix *prefix,
                         const GalenLineInfo *info) {
  ErrorAhead ahead = {w->end, w->eof, self->offset + self->scanned};
  if (info != NULL && info->pid != 0 && self->info.pid != 0 && info->pid != self->info.pid)
    return ERROR_BEGINS;
  ErrorAnswer answer = galen_error_scan_line(&self->scan, line->at, line->stop, prefix, &ahead);
  if (answer != ERROR_BELONGS || prefix != NULL || ahead.offset < self->scan.hold)
    return answer;
  if (self->scan.kind == ERROR_SCAN_PLAIN || self->scan.kind == ERROR_SCAN_PAGE || self->scan.ended) {
    if (is_file_header(line) || is_binary(line))
      return ERROR_BEGINS;
    return self->scan.kind != ERROR_SCAN_MONITOR ? monitor_begins(w, line) : answer;
  }
  return answer;
}

/* Reads one line. FALSE: needs more bytes. */
static gboolean step(ErrorLog *self, ErrorWindow *w) {
  const char *at = w->at + self->scanned;
  if (self->in_line) {
    take_long_line(self, w);
    return TRUE;
  }
  if (*at == '\0') {
    take_nuls(self, w);
    return TRUE;
  }
  Line line;
  if (!next_line(self, w, at, &line))
    return FALSE;
  const GalenLineInfo *info = info_at(self, self->offset + self->scanned);
  ErrorPrefix *read = next_prefix(self);
  ErrorPrefix *prefix = galen_error_line_prefix(self, info, line.at, line.stop, read) ? read : NULL;
  gboolean held = self->open && (self->offset + self->scanned < self->scan.hold || self->scan.in_query);
  if (!held && split_line(self, &line, prefix) && prefix != NULL)
    prefix = galen_error_line_prefix(self, info, line.at, line.stop, read) ? read : NULL;
  if (self->open) {
    ErrorAnswer answer = judge(self, w, &line, prefix, info);
    if (answer == ERROR_MORE)
      return FALSE;
    if (answer == ERROR_BELONGS) {
      add_line(self, w, &line);
      return TRUE;
    }
    close_record(self, w, FALSE);
  }
  return take_first(self, w, &line, prefix, info);
}

/* Some editors and shells put a byte order mark before a file's first line. */
static gboolean take_bom(ErrorLog *self, ErrorWindow *w) {
  static const char bom[] = "\xef\xbb\xbf";
  if (self->offset > 0 || w->at == w->end || *w->at != bom[0])
    return TRUE;
  if (w->end - w->at < 3 && !w->eof)
    return FALSE;
  if (w->end - w->at >= 3 && memcmp(w->at, bom, 3) == 0)
    take_headers(self, w, 3, 0);
  return TRUE;
}

static gsize error_parse(gpointer user, const char *data, gsize len, gboolean eof) {
  ErrorLog *self = user;
  ErrorWindow w = {.data = data, .end = data + len, .eof = eof, .at = data, .kept = data};
  if (!self->sniffed) {
    if (len < GALEN_BID_BYTES && !eof)
      return 0;
    galen_error_instance_sniff(&self->instances, data, MIN(len, GALEN_BID_BYTES));
    self->sniffed = TRUE;
  }
  self->first_at = NULL; /* the window may have moved */
  if (!take_bom(self, &w))
    return 0;
  while (w.at + self->scanned < w.end)
    if (!step(self, &w))
      break;
  if (eof && self->open)
    close_record(self, &w, w.end > w.data && w.end[-1] != '\n');
  galen_error_repeat_keep(self, &w);
  return (gsize)(w.at - data);
}

static void error_describe(gpointer user, GalenServerInfo *ret_info) {
  ErrorLog *self = user;
  guint restarts = self->starts > 0 ? self->starts : self->safe_starts > 0 ? self->safe_starts : self->ready;
  *ret_info = (GalenServerInfo){.server = self->server, .version = self->version, .restarts = restarts};
  if (self->clock.has_offset && !self->clock.mixed) {
    ret_info->timezone_source = "log";
    gint minutes = self->clock.offset / 60;
    if (minutes == 0)
      g_strlcpy(ret_info->timezone, "UTC", sizeof ret_info->timezone);
    else
      g_snprintf(ret_info->timezone, sizeof ret_info->timezone, "%c%02d:%02d", minutes < 0 ? '-' : '+',
                 ABS(minutes) / 60, ABS(minutes) % 60);
  } else if (self->options.log_zone != NULL) {
    ret_info->timezone_source = "option";
    g_strlcpy(ret_info->timezone, g_time_zone_get_identifier(self->options.log_zone), sizeof ret_info->timezone);
  }
}

const GalenFormat galen_format_error_log = {
    .name = "error-log",
    .bid = galen_error_bid_error,
    .open = error_open,
    .parse = error_parse,
    .account = error_account,
    .describe = error_describe,
    .close = error_close,
};

const GalenFormat galen_format_recover_log = {
    .name = "recover-log",
    .bid = galen_error_bid_recover,
    .open = error_open,
    .parse = error_parse,
    .account = error_account,
    .describe = error_describe,
    .close = error_close,
};
