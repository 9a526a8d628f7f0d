#include "envelope-private.h"

const char ENV_DAMAGED[] = "damaged wrapper";
const char ENV_OTHER_PROGRAM[] = "another program's line";
const char ENV_OTHER_HOST[] = "another host's line";
const char ENV_NULS[] = "NUL bytes";
const char ENV_TOO_LONG[] = "wrapped record of more than 1 MiB";
const char ENV_TRACE[] = "the shell's trace";
const char ENV_OTHER_FILE[] = "line of a recovery run";
const char ENV_NO_WRAPPER[] = "line without its wrapper";
const char ENV_NO_SPACE[] = "no space to put it in order";

/* Lines that were handed out so long ago are in nobody's window: that of the program is twice GALEN_WINDOW_MIN. */
#define LINES_BACK (10u << 20)
#define PENDING_MAX ENV_RECORD_MAX
/* Unequal neighbours that decide whether an export is newest first. */
#define ORDER_PAIRS 8u

static GalenEnvelope *new_empty(void) {
  GalenEnvelope *self = g_new0(GalenEnvelope, 1);
  self->line = 1;
  self->order_last = GALEN_TIME_NONE;
  self->out = g_string_new(NULL);
  self->scratch = g_string_new(NULL);
  self->pending[0] = g_string_new(NULL);
  self->pending[1] = g_string_new(NULL);
  galen_env_lines_init(&self->lines);
  galen_env_spool_init(&self->spool);
  galen_account_init(&self->account);
  self->combined = g_new0(GalenAccount, 1);
  return self;
}

GalenEnvelope *galen_envelope_new(const char *head, gsize len, GalenEnvelopeRead read, gpointer user) {
  g_autoptr(GalenEnvelope) self = new_empty();
  if (galen_env_detect(galen_slice(head, MIN(len, (gsize)GALEN_BID_BYTES)), self) == NULL)
    return NULL;
  self->read = read;
  self->user = user;
  self->order = self->flags & ENV_SORT ? ENV_ORDER_OPEN : ENV_ORDER_FILE;
  return g_steal_pointer(&self);
}

void galen_envelope_free(GalenEnvelope *self) {
  if (self == NULL)
    return;
  galen_envelope_free(self->inner);
  galen_env_lines_clear(&self->lines);
  galen_env_spool_clear(&self->spool);
  galen_env_names_clear(&self->hosts);
  galen_env_names_clear(&self->programs);
  g_string_free(self->out, TRUE);
  g_string_free(self->scratch, TRUE);
  g_string_free(self->pending[0], TRUE);
  g_string_free(self->pending[1], TRUE);
  if (self->replay != NULL)
    g_string_free(self->replay, TRUE);
  g_free(self->combined);
  g_free(self->only_host);
  g_free(self->raw);
  g_free(self);
}

const char *galen_envelope_name(const GalenEnvelope *self) {
  return self->name;
}

void galen_envelope_select_host(GalenEnvelope *self, const char *host) {
  g_free(self->only_host);
  self->only_host = g_strdup(host);
}

/* ---- output ---- */

static void put(GalenEnvelope *self, const GalenLineInfo *info, GalenSlice text, gboolean line_end) {
  if (!self->mid_line)
    galen_env_lines_add(&self->lines, self->out_offset, info, text.len + 1);
  gsize before = self->out->len;
  if (self->nuls && !self->mid_line)
    g_string_append_c(self->out, '\0');
  self->nuls = FALSE;
  g_string_append_len(self->out, text.data, (gssize)text.len);
  if (line_end && (text.len == 0 || text.data[text.len - 1] != '\n'))
    g_string_append_c(self->out, '\n');
  self->out_offset += self->out->len - before;
  self->mid_line = !line_end;
}

static void put_pending(GalenEnvelope *self, guint stream) {
  GString *pending = self->pending[stream];
  if (!self->is_pending[stream])
    return;
  put(self, &self->pending_info[stream], galen_slice(pending->str, pending->len), TRUE);
  g_string_truncate(pending, 0);
  self->is_pending[stream] = FALSE;
}

/* What has lines in several records comes out when its last piece is there. */
static void join(GalenEnvelope *self, const EnvRecord *record, const GalenLineInfo *info, GalenSlice text) {
  GString *pending = self->pending[record->stream];
  if (!self->is_pending[record->stream])
    self->pending_info[record->stream] = *info;
  self->is_pending[record->stream] = TRUE;
  g_string_append_len(pending, text.data, (gssize)text.len);
  if (!record->partial || pending->len > PENDING_MAX)
    put_pending(self, record->stream);
}

/* Notes in which direction times run; decides when enough of them differ. */
static void look_at_order(GalenEnvelope *self, gint64 time) {
  if (time == GALEN_TIME_NONE)
    return;
  if (self->order_last != GALEN_TIME_NONE) {
    self->ascending += time > self->order_last;
    self->descending += time < self->order_last;
  }
  self->order_last = time;
  if (self->order == ENV_ORDER_OPEN && self->ascending + self->descending >= ORDER_PAIRS)
    self->order = self->descending > self->ascending ? ENV_ORDER_BACKWARD : ENV_ORDER_FORWARD;
}

/* ---- records ---- */

/* The wrapper's words; where it is silent, those of the wrapper around it. */
static void fill_info(GalenEnvelope *self, const EnvRecord *record, GalenLineInfo *info) {
  if (record->plain && self->last_seen && self->parent == NULL) {
    *info = self->last_info;
    info->line = self->line;
    return;
  }
  if (record->wall != GALEN_TIME_NONE) {
    info->time = record->time;
    info->wall = record->wall;
  }
  if (record->pid != 0)
    info->pid = record->pid;
  EnvName *host = galen_env_name(&self->hosts, record->host);
  if (host != NULL)
    info->host = host->text;
  EnvName *program = galen_env_program(&self->programs, record->program);
  if (program != NULL)
    info->program = program->text;
}

/* NULL: it is not refused, and `info` says whose it is. */
static const char *refused(GalenEnvelope *self, const EnvRecord *record, GalenSlice text, GalenLineInfo *info) {
  *info = (GalenLineInfo){.line = self->line, .time = GALEN_TIME_NONE, .wall = GALEN_TIME_NONE};
  const GalenLineInfo *outer =
      self->parent != NULL ? galen_env_lines_find(&self->parent->lines, self->raw_offset) : NULL;
  if (outer != NULL)
    *info = *outer;
  if (record->verdict == ENV_SKIP)
    return record->reason;
  if (!record->plain && (self->flags & ENV_PROGRAMS) && !galen_env_names_server(record->unit) &&
      !galen_env_program_passes(galen_env_program(&self->programs, record->program), text))
    return ENV_OTHER_PROGRAM;
  fill_info(self, record, info);
  if (self->only_host != NULL && info->host != NULL && !g_str_equal(self->only_host, info->host))
    return ENV_OTHER_HOST;
  return NULL;
}

static void came_from(GalenEnvelope *self, const char *host) {
  if (host == NULL)
    return;
  if (self->host == NULL)
    self->host = host;
  else if (!g_str_equal(self->host, host))
    self->several_hosts = TRUE;
}

static void count_text(GalenEnvelope *self, gsize raw, gsize text) {
  self->account.bytes_events += MIN(raw, text);
  self->account.bytes_headers += raw - MIN(raw, text);
  self->account.events++;
}

/* `bytes`: the raw record; `whole`: its line ends in it. */
static void take(GalenEnvelope *self, GalenSlice bytes, gboolean whole) {
  EnvRecord record;
  GalenLineInfo info;
  self->kind->parse(self, bytes, &record);
  if (record.verdict == ENV_HEADER) {
    self->account.bytes_headers += bytes.len;
    self->rest = whole ? ENV_WHOLE : ENV_REST_SKIPPED;
    return;
  }
  GalenSlice text = record.text;
  if (record.coding != ENV_PLAIN && record.verdict == ENV_TEXT) {
    g_string_truncate(self->scratch, 0);
    galen_env_decode(self->scratch, record.text, record.coding);
    text = galen_slice(self->scratch->str, self->scratch->len);
  }
  const char *reason = refused(self, &record, text, &info);
  if (!record.plain && (record.verdict == ENV_TEXT || record.reason != ENV_DAMAGED)) {
    self->last_seen = TRUE;
    self->last_passed = reason == NULL;
  }
  if (reason == NULL)
    self->last_info = info;
  if (reason != NULL) {
    galen_account_skip(&self->account, reason, bytes, bytes.len, info.line);
    self->rest = whole ? ENV_WHOLE : ENV_REST_SKIPPED;
    self->rest_reason = reason;
    return;
  }
  came_from(self, info.host);
  count_text(self, bytes.len, text.len + (whole && !record.partial));
  self->rest = whole ? ENV_WHOLE : ENV_REST_PASSES;
  look_at_order(self, info.time);
  if (self->order != ENV_ORDER_FILE) {
    if (!galen_env_spool_push(&self->spool, &info, text))
      self->lost += MIN(bytes.len, text.len + 1);
  } else if (record.partial || self->is_pending[record.stream]) {
    join(self, &record, &info, text);
  } else {
    put(self, &info, text, whole);
  }
}

/* Further bytes of a long line. */
static void take_rest(GalenEnvelope *self, GalenSlice bytes, gboolean whole) {
  if (self->rest == ENV_REST_PASSES) {
    count_text(self, bytes.len, bytes.len);
    self->account.events--;
    put(self, &self->last_info, bytes, whole);
  } else if (self->rest_reason != NULL) {
    galen_account_skip_more(&self->account, self->rest_reason, bytes.len);
  } else {
    self->account.bytes_headers += bytes.len;
  }
  if (whole)
    self->rest = ENV_WHOLE;
}

/* ---- raw input ---- */

static guint64 count_lines(const char *data, gsize len) {
  guint64 lines = 0;
  for (const char *at = data, *end = data + len; at < end && (at = memchr(at, '\n', (gsize)(end - at))) != NULL; at++)
    lines++;
  return lines;
}

static gsize available(const GalenEnvelope *self) {
  return self->raw_to - self->raw_from;
}

/* Reads until `wanted` bytes are there, so that what is done never depends on how much the reader gives at once. */
static void fill(GalenEnvelope *self, gsize wanted) {
  if (self->raw_from > 0) {
    memmove(self->raw, self->raw + self->raw_from, available(self));
    self->raw_to -= self->raw_from;
    self->raw_from = 0;
  }
  if (wanted > self->raw_size) {
    self->raw = g_realloc(self->raw, wanted);
    self->raw_size = wanted;
  }
  while (!self->eof && self->raw_to < wanted) {
    gsize n = self->read(self->user, self->raw + self->raw_to, wanted - self->raw_to);
    self->eof = n == 0;
    self->raw_to += n;
  }
}

static void consume(GalenEnvelope *self, gsize n, gboolean lines) {
  if (lines)
    self->line += count_lines(self->raw + self->raw_from, n);
  self->raw_from += n;
  self->raw_offset += n;
  self->account.bytes += n;
}

gsize galen_env_split_line(GalenEnvelope *self, const char *data, gsize len, gboolean eof) {
  const char *end = memchr(data, '\n', len);
  (void)self;
  return end != NULL ? (gsize)(end + 1 - data) : eof ? len : 0;
}

/* NULs at a record's beginning: a file that was cut while it was written to, or a crash. One of them is handed on before
 * the next line, so that its parser knows of the gap. */
static gboolean take_nuls(GalenEnvelope *self) {
  gsize n = 0, len = available(self);
  const char *data = self->raw + self->raw_from;
  while (n < len && data[n] == '\0')
    n++;
  if (n == 0 || self->kind->split == galen_env_export.split)
    return FALSE;
  if (self->nuls)
    galen_account_skip_more(&self->account, ENV_NULS, n);
  else
    galen_account_skip(&self->account, ENV_NULS, galen_slice(data, n), n, self->line);
  self->nuls = TRUE;
  consume(self, n, FALSE);
  return TRUE;
}

/* A byte order mark at the input's beginning. */
static void take_mark(GalenEnvelope *self) {
  if (self->begun)
    return;
  self->begun = TRUE;
  if (!galen_slice_starts(galen_slice(self->raw + self->raw_from, available(self)), "\xef\xbb\xbf"))
    return;
  self->account.bytes_headers += 3;
  consume(self, 3, FALSE);
}

/* A record that is too long: skipped up to the end of a line. */
static void take_too_long(GalenEnvelope *self, gboolean begins) {
  const char *data = self->raw + self->raw_from;
  gsize len = MIN(available(self), (gsize)ENV_RECORD_MAX);
  const char *end = memchr(data, '\n', len);
  gsize n = end != NULL ? (gsize)(end + 1 - data) : len;
  /* A document or a row may have line ends inside: the first mebibyte goes at once. */
  if (begins && end != NULL)
    n = len;
  if (begins)
    galen_account_skip(&self->account, ENV_TOO_LONG, galen_slice(data, n), n, self->line);
  else
    galen_account_skip_more(&self->account, ENV_TOO_LONG, n);
  self->rest = n > 0 && data[n - 1] == '\n' ? ENV_WHOLE : ENV_REST_TOO_LONG;
  consume(self, n, TRUE);
}

static void take_piece(GalenEnvelope *self) {
  const char *data = self->raw + self->raw_from;
  gsize len = MIN(available(self), (gsize)ENV_RECORD_MAX);
  const char *end = memchr(data, '\n', len);
  gsize n = end != NULL ? (gsize)(end + 1 - data) : len;
  gboolean whole = end != NULL || (self->eof && n == available(self));
  if (self->rest == ENV_WHOLE)
    take(self, galen_slice(data, n), whole);
  else
    take_rest(self, galen_slice(data, n), whole);
  consume(self, n, TRUE);
}

/* One record; FALSE: the input's end. */
static gboolean take_record(GalenEnvelope *self) {
  if (available(self) == 0)
    fill(self, ENV_BLOCK);
  if (available(self) == 0)
    return FALSE;
  take_mark(self);
  if (self->rest == ENV_WHOLE && take_nuls(self))
    return TRUE;
  if (available(self) == 0)
    return TRUE;
  if (self->rest == ENV_REST_TOO_LONG) {
    take_too_long(self, FALSE);
    return TRUE;
  }
  const char *data = self->raw + self->raw_from;
  gsize n = self->rest == ENV_WHOLE ? self->kind->split(self, data, available(self), self->eof)
                                    : galen_env_split_line(self, data, available(self), self->eof);
  if (n == 0 && available(self) <= ENV_RECORD_MAX && !self->eof) {
    fill(self, MIN(MAX(available(self) * 2, (gsize)ENV_BLOCK), (gsize)ENV_RECORD_MAX + ENV_BLOCK));
    return TRUE;
  }
  if ((self->kind->flags & ENV_PIECES) && (n == 0 || n > ENV_RECORD_MAX || self->rest != ENV_WHOLE)) {
    take_piece(self);
  } else if (n == 0 || n > ENV_RECORD_MAX) {
    take_too_long(self, TRUE);
  } else {
    take(self, galen_slice(data, n), TRUE);
    consume(self, n, TRUE);
  }
  return TRUE;
}

/* ---- reading ---- */

/* The next of the records that were kept for their order; FALSE: there are no more. */
static gboolean give_back(GalenEnvelope *self) {
  GalenLineInfo info;
  GalenSlice text;
  if (!galen_env_spool_pop(&self->spool, self->order == ENV_ORDER_BACKWARD, &info, &text))
    return FALSE;
  put(self, &info, text, TRUE);
  return TRUE;
}

static void finish(GalenEnvelope *self) {
  self->finished = TRUE;
  put_pending(self, 0);
  put_pending(self, 1);
  if (self->mid_line)
    put(self, &self->last_info, galen_slice("", 0), TRUE);
  if (self->order == ENV_ORDER_OPEN)
    self->order = self->descending > self->ascending ? ENV_ORDER_BACKWARD : ENV_ORDER_FORWARD;
  if (self->lost == 0)
    return;
  self->account.bytes_events -= MIN(self->lost, self->account.bytes_events);
  galen_account_skip(&self->account, ENV_NO_SPACE, galen_slice("", 0), self->lost, 0);
}

/* Some progress; FALSE: everything was put out. */
static gboolean step(GalenEnvelope *self) {
  if (self->order == ENV_ORDER_FORWARD) {
    if (give_back(self))
      return TRUE;
    galen_env_spool_clear(&self->spool);
    self->order = ENV_ORDER_FILE;
  }
  if (!self->finished) {
    if (!take_record(self))
      finish(self);
    return TRUE;
  }
  return self->order == ENV_ORDER_BACKWARD && give_back(self);
}

static gsize read_own(gpointer user, char *buf, gsize len) {
  GalenEnvelope *self = user;
  gsize done = 0;
  while (done < len) {
    if (self->out_from == self->out->len) {
      g_string_truncate(self->out, 0);
      self->out_from = 0;
      while (self->out->len < ENV_OUT && step(self))
        ;
    }
    gsize n = MIN(len - done, self->out->len - self->out_from);
    if (n == 0)
      break;
    memcpy(buf + done, self->out->str + self->out_from, n);
    self->out_from += n;
    done += n;
  }
  guint64 given = self->out_offset - (self->out->len - self->out_from);
  galen_env_lines_drop(&self->lines, MAX(self->asked, given > LINES_BACK ? given - LINES_BACK : 0));
  return done;
}

static gsize read_replayed(gpointer user, char *buf, gsize len) {
  GalenEnvelope *self = user;
  gsize n = MIN(len, self->replay->len - self->replay_from);
  memcpy(buf, self->replay->str + self->replay_from, n);
  self->replay_from += n;
  return n < len ? n + read_own(self, buf + n, len - n) : n;
}

/* The lines that come out may be in a wrapper again. */
static void look_inside(GalenEnvelope *self) {
  self->started = TRUE;
  if (self->depth + 1 >= ENV_NEST_MAX)
    return;
  self->replay = g_string_sized_new(GALEN_BID_BYTES);
  g_string_set_size(self->replay, GALEN_BID_BYTES);
  g_string_set_size(self->replay, read_own(self, self->replay->str, GALEN_BID_BYTES));
  self->inner = galen_envelope_new(self->replay->str, self->replay->len, read_replayed, self);
  if (self->inner == NULL)
    return;
  self->inner->parent = self;
  galen_envelope_select_host(self->inner, self->only_host);
  self->inner->depth = self->depth + 1;
}

gsize galen_envelope_read(GalenEnvelope *self, char *buf, gsize len) {
  if (!self->started)
    look_inside(self);
  if (self->inner != NULL)
    return galen_envelope_read(self->inner, buf, len);
  return self->replay != NULL ? read_replayed(self, buf, len) : read_own(self, buf, len);
}

const GalenLineInfo *galen_envelope_line(gpointer user, guint64 offset) {
  GalenEnvelope *self = user;
  if (self->inner != NULL)
    return galen_envelope_line(self->inner, offset);
  self->asked = MAX(self->asked, offset);
  return galen_env_lines_find(&self->lines, offset);
}

/* ---- what was learnt ---- */

static void add_skips(GalenAccount *to, const GalenAccount *from) {
  for (guint i = 0; i < from->n_skips; i++) {
    const GalenSkip *skip = &from->skips[i];
    galen_account_skip(to, skip->reason, galen_slice(skip->text, skip->text_len), skip->bytes, skip->line);
    for (guint j = 0; j < to->n_skips && skip->records > 0; j++)
      if (g_str_equal(to->skips[j].reason, skip->reason))
        to->skips[j].records += skip->records - 1;
  }
}

const GalenAccount *galen_envelope_account(const GalenEnvelope *self) {
  if (self->inner == NULL)
    return &self->account;
  GalenAccount *combined = self->combined;
  const GalenAccount *inner = galen_envelope_account(self->inner);
  *combined = self->account;
  combined->events = inner->events;
  combined->bytes_headers += inner->bytes_headers;
  add_skips(combined, inner);
  guint64 others = combined->bytes_headers + combined->bytes_skipped;
  combined->bytes_events = combined->bytes - MIN(others, combined->bytes);
  return combined;
}

const char *galen_envelope_host(const GalenEnvelope *self) {
  if (self->inner != NULL)
    return galen_envelope_host(self->inner);
  return self->several_hosts ? NULL : self->host;
}

const char *galen_envelope_host_at(const GalenEnvelope *self, guint i) {
  if (i < self->hosts.n)
    return self->hosts.items[i].text;
  return self->inner != NULL && self->hosts.n == 0 ? galen_envelope_host_at(self->inner, i) : NULL;
}
