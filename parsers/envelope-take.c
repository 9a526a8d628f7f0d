/* From raw bytes to records to lines: reads blocks, cuts records off, has them parsed, and puts out those that pass. */
#include "envelope-private.h"

/* Unequal neighbours that decide whether an export is newest first. */
#define ORDER_PAIRS 8u

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

void galen_env_push_held(GalenEnvelope *self) {
  if (!self->is_held)
    return;
  if (!galen_env_spool_push(&self->spool, &self->held_info, galen_slice(self->held->str, self->held->len)))
    self->lost += self->held->len + 1;
  self->is_held = FALSE;
}

/* Keeps a record until the order is known; lines without a wrapper stay with the record before them. */
static void hold(GalenEnvelope *self, const EnvRecord *record, const GalenLineInfo *info, GalenSlice text) {
  if (record->plain && self->is_held && self->held->len + text.len < ENV_RECORD_MAX) {
    g_string_append_c(self->held, '\n');
    g_string_append_len(self->held, text.data, (gssize)text.len);
    return;
  }
  galen_env_push_held(self);
  g_string_truncate(self->held, 0);
  g_string_append_len(self->held, text.data, (gssize)text.len);
  self->held_info = *info;
  self->is_held = TRUE;
}

/* `bytes`: the raw record; `whole`: its line ends in it. */
static void take(GalenEnvelope *self, GalenSlice bytes, gboolean whole) {
  EnvRecord record;
  GalenLineInfo info;
  self->kind->parse(self, bytes, &record);
  if (record.verdict == ENV_HEADER) {
    self->account.bytes_headers += bytes.len;
    self->rest = whole ? ENV_WHOLE : ENV_REST_SKIPPED;
    self->rest_reason = NULL;
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
  if (!record.plain)
    look_at_order(self, info.wall);
  if (self->order != ENV_ORDER_FILE) {
    hold(self, &record, &info, text);
  } else if (record.partial || self->is_pending[record.stream]) {
    galen_env_join(self, &record, &info, text);
  } else {
    galen_env_put(self, &info, text, whole);
  }
}

/* Further bytes of a long line. */
static void take_rest(GalenEnvelope *self, GalenSlice bytes, gboolean whole) {
  if (self->rest == ENV_REST_PASSES && self->order != ENV_ORDER_FILE) {
    if (self->held->len + bytes.len >= ENV_RECORD_MAX) {
      galen_account_skip(&self->account, ENV_TOO_LONG, bytes, bytes.len, self->line);
    } else {
      count_text(self, bytes.len, bytes.len);
      self->account.events--;
      g_string_append_len(self->held, bytes.data, (gssize)bytes.len);
    }
  } else if (self->rest == ENV_REST_PASSES) {
    count_text(self, bytes.len, bytes.len);
    self->account.events--;
    galen_env_put(self, &self->last_info, bytes, whole);
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

gboolean galen_env_take(GalenEnvelope *self) {
  if (available(self) == 0)
    fill(self, ENV_BLOCK);
  if (available(self) == 0) {
    galen_env_push_held(self);
    return FALSE;
  }
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
