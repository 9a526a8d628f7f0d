#include "slow_log.h"

/* Why bytes are skipped; compared as pointers. */
static const char GARBAGE[] = "no part of an entry";
static const char NO_FIGURES[] = "entry without its figures";
static const char NULS[] = "NUL bytes";

#define ADMIN "# administrator command: "

/* Lines of an input's beginning that a bid looks at. */
#define BID_LINES 2000u

/* A general log begins with the same start-up block: alone it says slow log only when nothing else is there. */
static guint slow_bid(const char *data, gsize len) {
  const char *at = data, *end = data + len, *next;
  guint entries = 0, blocks = 0, others = 0;
  static const SlowLayout any = {0};
  for (guint n = 0; n < BID_LINES && at < end; n++, at = next) {
    GalenSlice line;
    gsize block;
    GalenServerStart start;
    (void)galen_slow_line(at, end, TRUE, &line, &next);
    if (galen_slow_header_sequence(&any, at, end, TRUE) == SLOW_YES)
      return 96;
    if (galen_slow_header_begins(at, end, TRUE) == SLOW_YES) {
      entries++;
    } else if (galen_slow_startup(at, end, TRUE, &block, &start) == SLOW_YES) {
      blocks += start.version.data != NULL;
      next = at + block;
    } else {
      others += line.len > 0;
    }
  }
  return entries > 0 ? MIN(24 * entries, 72) : others == 0 && blocks > 0 ? 20 : 0;
}

static gpointer slow_open(const GalenFormatOptions *options, const GalenSink *sink) {
  SlowLog *self = g_new0(SlowLog, 1);
  self->log_zone = options->log_zone;
  self->sink = *sink;
  self->dict = galen_attr_dict_new();
  galen_slow_keys_init(&self->keys, self->dict);
  galen_account_init(&self->account);
  self->line = 1;
  self->scan = galen_scan_best();
  self->skip = galen_sql_skip_at(galen_scan_level());
  self->header_copy = g_string_new(NULL);
  return self;
}

static void slow_close(gpointer user) {
  SlowLog *self = user;
  galen_attr_dict_free(self->dict);
  g_string_free(self->header_copy, TRUE);
  g_free(self->version);
  g_free(self);
}

static const GalenAccount *slow_account(gpointer user) {
  return &((SlowLog *)user)->account;
}

static void passed(SlowLog *self, const char *data, gsize len) {
  self->line += self->scan->count_lines(data, len);
  self->offset += len;
  self->account.bytes += len;
}

static gsize take_header_bytes(SlowLog *self, const char *data, gsize len) {
  self->garbage = NULL;
  self->account.bytes_headers += len;
  passed(self, data, len);
  return len;
}

static gsize take_garbage(SlowLog *self, const char *data, gsize len, const char *reason) {
  if (self->garbage == reason && reason != NO_FIGURES)
    galen_account_skip_more(&self->account, reason, len);
  else
    galen_account_skip(&self->account, reason, galen_slice(data, len), len, self->line);
  self->garbage = reason;
  passed(self, data, len);
  return len;
}

/* SET timestamp is the start in MariaDB and, since 8.0.14, in MySQL; before, it is when the log was written. */
static gboolean stamps_start(const char *version, const char *server) {
  if (g_str_equal(server, "MariaDB"))
    return TRUE;
  static const guint64 since[] = {8, 0, 14};
  char *at = (char *)version;
  for (guint i = 0; i < G_N_ELEMENTS(since); i++) {
    guint64 part = g_ascii_strtoull(at, &at, 10);
    if (part != since[i])
      return part > since[i];
    if (*at == '.')
      at++;
  }
  return TRUE;
}

static gsize take_startup(SlowLog *self, const char *data, gsize len, GalenServerStart *start) {
  if (start->version.data != NULL) {
    self->restarts++;
    start->after = self->clock.has_last ? self->clock.last : GALEN_TIME_NONE;
    self->has_db = FALSE;
    galen_slow_clock_restart(&self->clock);
    g_free(self->version);
    self->version = g_strndup(start->version.data, MIN(start->version.len, 128));
    gboolean percona =
        memmem(start->comment.data != NULL ? start->comment.data : "", start->comment.len, "Percona", 7) != NULL;
    self->server = strstr(self->version, "MariaDB") != NULL ? "MariaDB" : percona ? "Percona" : "MySQL";
    self->version_stamps_start = stamps_start(self->version, self->server);
    start->line = self->line;
    if (self->sink.server_start != NULL)
      self->sink.server_start(self->sink.user, start);
  }
  return take_header_bytes(self, data, len);
}

/* What the layout tells of the server while no start-up block has named it. */
static void guess_server(SlowLog *self) {
  const SlowEntry *entry = &self->entry;
  if (self->server != NULL)
    return;
  if (entry->time_is_start)
    self->server = "MariaDB";
  else if (entry->after_user == SLOW_LINE_SCHEMA || entry->after_user == SLOW_LINE_THREAD)
    self->server = "Percona";
  else if (entry->has_time && entry->time.iso && entry->after_user == SLOW_LINE_FIGURES)
    self->server = "MySQL";
}

static void note_layout(SlowLog *self) {
  const SlowEntry *entry = &self->entry;
  self->layout.first |= entry->first;
  self->layout.after_user |= entry->after_user;
  self->layout.iso = entry->first == SLOW_LINE_TIME && entry->has_time && entry->time.iso;
  self->layout.settings |= entry->has_stamp;
  guess_server(self);
}

/* The database: the Schema line's, or the last `use` of this file. */
static void set_schema(SlowLog *self) {
  SlowEntry *entry = &self->entry;
  if (entry->use.data != NULL) {
    self->db_len = 0;
    for (gsize i = 0; i < entry->use.len; i++) {
      self->db[self->db_len++] = entry->use.data[i];
      /* A quote in a quoted name is doubled. */
      if (entry->use.data[i] == '`' && i + 1 < entry->use.len && entry->use.data[i + 1] == '`')
        i++;
    }
    self->has_db = TRUE;
  }
  if (!entry->has_schema)
    entry->event.schema = self->has_db ? galen_slice(self->db, self->db_len) : galen_slice(NULL, 0);
}

static void emit(SlowLog *self, GalenPiece piece, GalenSlice text) {
  GalenSlowEvent *event = &self->entry.event;
  event->piece = piece;
  event->text = text;
  if (piece == GALEN_PIECE_WHOLE && galen_slice_starts(text, ADMIN) && memchr(text.data, '\n', text.len) == NULL) {
    event->admin = TRUE;
    event->text = galen_slice(text.data + 2, text.len - 2);
  }
  if (piece == GALEN_PIECE_WHOLE || piece == GALEN_PIECE_END) {
    self->account.events++;
    self->account.partial += event->partial != FALSE;
    self->account.untimed += event->timed == FALSE;
    self->account.implausible += event->implausible;
    if (event->timed)
      galen_account_time(&self->account, event->start);
  }
  if (self->sink.slow != NULL)
    self->sink.slow(self->sink.user, event);
}

static void begin_entry(SlowLog *self) {
  self->entry.event.line = self->line;
  self->entry.event.offset = self->offset;
  note_layout(self);
  set_schema(self);
}

static gsize take_event_bytes(SlowLog *self, const char *data, gsize len) {
  self->garbage = NULL;
  self->account.bytes_events += len;
  passed(self, data, len);
  return len;
}

/* Slices of the entry that must outlive the window. */
static void copy_header(SlowLog *self) {
  GalenSlowEvent *event = &self->entry.event;
  GalenSlice *slices[] = {&event->user, &event->host, &event->schema, &event->routine, &event->explain};
  g_string_truncate(self->header_copy, 0);
  for (guint i = 0; i < G_N_ELEMENTS(slices); i++)
    if (slices[i]->data != NULL && slices[i]->data != self->db)
      g_string_append_len(self->header_copy, slices[i]->data, (gssize)slices[i]->len);
  const char *at = self->header_copy->str;
  for (guint i = 0; i < G_N_ELEMENTS(slices); i++) {
    if (slices[i]->data == NULL || slices[i]->data == self->db)
      continue;
    slices[i]->data = at;
    at += slices[i]->len;
  }
}

/* The statement's first megabyte is read and its end is not in sight: hand over what there is. */
static gsize begin_pieces(SlowLog *self, const char *data, gsize len) {
  gsize piece_end = self->scanned - SLOW_HOLD;
  begin_entry(self);
  copy_header(self);
  /* What follows is not in sight, so only the times before can speak for this one. */
  (void)galen_slow_clock_set(self, data + len, data + len, TRUE);
  gsize text = self->entry.text;
  while (text < piece_end && g_ascii_isspace(data[text]))
    text++;
  emit(self, GALEN_PIECE_BEGIN, galen_slice(data + text, piece_end - text));
  self->scanned -= piece_end;
  self->in_pieces = TRUE;
  return take_event_bytes(self, data, piece_end);
}

static gsize next_piece(SlowLog *self, const char *data, gsize len, gboolean eof) {
  gsize end;
  SlowAnswer found = galen_slow_text_end(self, data, 0, len, eof, &end);
  if (found == SLOW_YES) {
    GalenSlice text = galen_slow_text_trim(data, data + end);
    /* Blanks at a piece's beginning are the statement's. */
    text = galen_slice(data, text.len > 0 ? (gsize)(text.data + text.len - data) : 0);
    emit(self, GALEN_PIECE_END, text);
    self->in_pieces = self->scanning = FALSE;
    return take_event_bytes(self, data, end);
  }
  if (self->scanned <= GALEN_STATEMENT_WHOLE_MAX)
    return 0;
  gsize piece_end = self->scanned - SLOW_HOLD;
  emit(self, GALEN_PIECE_MORE, galen_slice(data, piece_end));
  self->scanned -= piece_end;
  return take_event_bytes(self, data, piece_end);
}

/* An entry at data[0]; 0: needs more. */
static gsize take_entry(SlowLog *self, const char *data, gsize len, gboolean eof) {
  SlowAnswer header = galen_slow_header_read(self, data, len, eof);
  if (header == SLOW_MORE)
    return 0;
  if (header == SLOW_NO) {
    GalenSlice line;
    const char *next;
    (void)galen_slow_line(data, data + len, TRUE, &line, &next);
    return take_garbage(self, data, (gsize)(next - data), GARBAGE);
  }
  SlowEntry *entry = &self->entry;
  if (!entry->has_figures) {
    return take_garbage(self, data, MAX(entry->text, 1), NO_FIGURES);
  }
  gsize end = entry->text;
  GalenSqlState saved = {0};
  if (!entry->ended && end < len) {
    if (!self->scanning) {
      self->scanning = TRUE;
      self->scanned = entry->text;
      galen_sql_state_init(&self->sql, FALSE, self->skip);
    }
    saved = self->sql;
    if (galen_slow_text_end(self, data, entry->text, len, eof, &end) == SLOW_MORE)
      return self->scanned - entry->text > GALEN_STATEMENT_WHOLE_MAX ? begin_pieces(self, data, len) : 0;
  } else if (!entry->ended) {
    entry->event.partial = TRUE; /* the log ends behind the header */
  }
  GalenSlice text = galen_slow_text_trim(data + entry->text, data + end);
  gboolean pieces = text.len > GALEN_STATEMENT_WHOLE_MAX;
  /* A statement in pieces is dated without what follows it, however much of that is here. */
  gsize rest = pieces ? len : end;
  if (galen_slow_clock_set(self, data + rest, data + len, eof || pieces) == SLOW_MORE) {
    self->sql = saved; /* the end is looked for again */
    return 0;
  }
  self->scanning = FALSE;
  begin_entry(self);
  if (pieces) {
    emit(self, GALEN_PIECE_BEGIN, galen_slice(text.data, GALEN_STATEMENT_WHOLE_MAX));
    emit(self, GALEN_PIECE_END,
         galen_slice(text.data + GALEN_STATEMENT_WHOLE_MAX, text.len - GALEN_STATEMENT_WHOLE_MAX));
  } else {
    emit(self, GALEN_PIECE_WHOLE, text);
  }
  return take_event_bytes(self, data, end);
}

static gboolean is_blank(GalenSlice line) {
  for (gsize i = 0; i < line.len; i++)
    if (line.data[i] != ' ' && line.data[i] != '\t')
      return FALSE;
  return TRUE;
}

/* Some editors and shells put a byte order mark before a file's first line. */
static const char bom[] = "\xef\xbb\xbf";

/* A log that begins inside an entry of an administrator command: its header is gone, what it is is known. */
static gsize take_bare_admin(SlowLog *self, const char *data, GalenSlice line, const char *next) {
  SlowEntry *entry = &self->entry;
  memset(entry, 0, sizeof *entry);
  entry->event = (GalenSlowEvent){.start = GALEN_TIME_NONE, .rate_limit = 1, .dict = self->dict, .attrs = self->attrs};
  entry->event.partial = TRUE;
  entry->event.line = self->line;
  entry->event.offset = self->offset;
  emit(self, GALEN_PIECE_WHOLE, galen_slow_text_trim(line.data, line.data + line.len));
  return take_event_bytes(self, data, (gsize)(next - data));
}

/* A line that begins no entry. */
static gsize take_line(SlowLog *self, const char *data, gsize len, gboolean eof) {
  if (self->offset == 0 && *data == bom[0]) {
    if (len < 3 && !eof)
      return 0;
    if (len >= 3 && memcmp(data, bom, 3) == 0)
      return take_header_bytes(self, data, 3);
  }
  if (*data == '\0') {
    gsize n = 1;
    while (n < len && data[n] == '\0')
      n++;
    return take_garbage(self, data, n, NULS);
  }
  GalenSlice line;
  const char *next;
  if (!galen_slow_line(data, data + len, eof, &line, &next)) {
    if (len < GALEN_BID_BYTES)
      return 0;
    self->in_long_line = TRUE;
    return take_garbage(self, data, len, GARBAGE);
  }
  gsize block;
  GalenServerStart start;
  SlowAnswer startup = galen_slow_startup(data, data + len, eof, &block, &start);
  if (startup == SLOW_MORE)
    return 0;
  if (startup == SLOW_YES)
    return take_startup(self, data, block, &start);
  gsize taken = (gsize)(next - data);
  if (galen_slice_starts(line, ADMIN))
    return take_bare_admin(self, data, line, next);
  return is_blank(line) ? take_header_bytes(self, data, taken) : take_garbage(self, data, taken, GARBAGE);
}

/* The rest of a line that was too long to be looked at whole. */
static gsize take_long_line(SlowLog *self, const char *data, gsize len) {
  const char *stop = memchr(data, '\n', len);
  self->in_long_line = stop == NULL;
  return take_garbage(self, data, stop != NULL ? (gsize)(stop + 1 - data) : len, GARBAGE);
}

static gsize take_one(SlowLog *self, const char *data, gsize len, gboolean eof) {
  if (self->in_pieces)
    return next_piece(self, data, len, eof);
  if (self->in_long_line)
    return take_long_line(self, data, len);
  if (*data != '#')
    return take_line(self, data, len, eof);
  if (!self->scanning) {
    SlowAnswer begins = galen_slow_header_begins(data, data + len, eof);
    if (begins == SLOW_MORE)
      return 0;
    if (begins == SLOW_NO)
      return take_line(self, data, len, eof);
  }
  return take_entry(self, data, len, eof);
}

static gsize slow_parse(gpointer user, const char *data, gsize len, gboolean eof) {
  SlowLog *self = user;
  gsize taken = 0;
  self->limit = data + len;
  while (taken < len) {
    gsize n = take_one(self, data + taken, len - taken, eof);
    if (n == 0)
      break;
    taken += n;
  }
  return taken;
}

static void slow_describe(gpointer user, GalenServerInfo *ret_info) {
  SlowLog *self = user;
  *ret_info = (GalenServerInfo){.server = self->server, .version = self->version, .restarts = self->restarts};
  if (self->zone_source == NULL)
    return;
  ret_info->timezone_source = self->zone_source;
  gint64 minutes = self->clock.has_offset ? self->clock.offset / (60 * GALEN_SECOND) : 0;
  if (g_str_equal(self->zone_source, "option"))
    g_strlcpy(ret_info->timezone, g_time_zone_get_identifier(self->log_zone), sizeof ret_info->timezone);
  else if (minutes == 0)
    g_strlcpy(ret_info->timezone, "UTC", sizeof ret_info->timezone);
  else
    g_snprintf(ret_info->timezone, sizeof ret_info->timezone, "%c%02d:%02d", minutes < 0 ? '-' : '+',
               (int)(ABS(minutes) / 60), (int)(ABS(minutes) % 60));
}

const GalenFormat galen_format_slow_log = {
    .name = "slow-log",
    .bid = slow_bid,
    .open = slow_open,
    .parse = slow_parse,
    .account = slow_account,
    .describe = slow_describe,
    .close = slow_close,
};
