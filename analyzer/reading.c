#include "reading.h"

#define BLOCK (1u << 20)

void galen_log_reader_init(GalenLogReader *self) {
  memset(self, 0, sizeof *self);
  self->capacity = (gsize)2 * GALEN_WINDOW_MIN;
  self->buffer = g_malloc(self->capacity);
}

void galen_log_reader_clear(GalenLogReader *self) {
  galen_log_reader_close(self);
  g_clear_pointer(&self->buffer, g_free);
}

void galen_log_reader_close(GalenLogReader *self) {
  if (self->parser != NULL)
    self->format->close(self->parser);
  self->parser = NULL;
  self->format = NULL;
  self->stream = NULL;
  g_clear_pointer(&self->envelope, galen_envelope_free);
  g_clear_pointer(&self->head, g_free);
  self->head_pos = self->head_len = 0;
  self->eof = FALSE;
  self->len = 0;
}

/* The head once more, then the stream. */
static gsize read_raw(gpointer user, char *buf, gsize len) {
  GalenLogReader *self = user;
  gsize n = MIN(len, self->head_len - self->head_pos);
  if (n == 0)
    return galen_stream_read(self->stream, buf, len);
  memcpy(buf, self->head + self->head_pos, n);
  self->head_pos += n;
  if (self->head_pos == self->head_len)
    g_clear_pointer(&self->head, g_free);
  return n;
}

static gsize read_unwrapped(GalenLogReader *self, char *buf, gsize len) {
  return self->envelope != NULL ? galen_envelope_read(self->envelope, buf, len)
                                : galen_stream_read(self->stream, buf, len);
}

/* Reads until the buffer holds `wanted` bytes or the input ends. */
static void fill(GalenLogReader *self, gsize wanted) {
  while (self->len < wanted && !self->eof) {
    gsize n = read_unwrapped(self, self->buffer + self->len, MIN(self->capacity - self->len, BLOCK));
    self->eof = n == 0;
    self->len += n;
    self->bytes += n;
  }
}

static void find_wrapper(GalenLogReader *self) {
  self->envelope = galen_envelope_new(self->buffer, self->len, read_raw, self);
  if (self->envelope == NULL)
    return;
  self->head = g_memdup2(self->buffer, self->len);
  self->head_len = self->len;
  self->bytes -= self->len;
  self->len = 0;
  self->eof = FALSE;
  fill(self, GALEN_BID_BYTES);
}

void galen_log_reader_open(GalenLogReader *self, GalenStream *stream) {
  galen_log_reader_close(self);
  self->stream = stream;
  fill(self, GALEN_BID_BYTES);
  find_wrapper(self);
  self->format = galen_format_find(self->buffer, self->len);
  if (self->format == NULL && !self->eof) {
    /* A log may begin inside a long statement. */
    fill(self, GALEN_WINDOW_MIN);
    self->format = galen_format_find(self->buffer, self->len);
  }
}

void galen_log_reader_start(GalenLogReader *self, GTimeZone *log_zone, const GalenSink *sink) {
  GalenFormatOptions options = {.log_zone = log_zone};
  if (self->envelope != NULL) {
    options.line_info = galen_envelope_line;
    options.line_user = self->envelope;
  }
  self->parser = self->format->open(&options, sink);
}

gboolean galen_log_reader_step(GalenLogReader *self) {
  gsize taken = self->format->parse(self->parser, self->buffer, self->len, self->eof);
  self->len -= taken;
  if (self->eof)
    return FALSE;
  memmove(self->buffer, self->buffer + taken, self->len);
  fill(self, MIN(self->len + BLOCK, self->capacity));
  return TRUE;
}

/* Adds what the wrapper skipped, and counts what it takes itself as headers. */
static void add_wrapper(GalenAccount *account, const GalenAccount *wrapper) {
  guint64 inner = account->bytes_events + account->bytes_headers + account->bytes_skipped;
  for (guint i = 0; i < wrapper->n_skips; i++) {
    const GalenSkip *skip = &wrapper->skips[i];
    galen_account_skip(account, skip->reason, galen_slice(skip->text, skip->text_len), skip->bytes, skip->line);
    for (guint64 n = 1; n < skip->records; n++)
      galen_account_skip(account, skip->reason, galen_slice(NULL, 0), 0, skip->line);
  }
  guint64 lines = wrapper->bytes - wrapper->bytes_skipped;
  account->bytes = wrapper->bytes;
  if (lines >= inner)
    account->bytes_headers += lines - inner;
  else /* line ends that the wrapper did not have */
    account->bytes_events -= MIN(account->bytes_events, inner - lines);
}

void galen_log_reader_result(const GalenLogReader *self, GalenServerInfo *ret_info, GalenAccount *ret_account) {
  self->format->describe(self->parser, ret_info);
  *ret_account = *self->format->account(self->parser);
  if (self->envelope != NULL)
    add_wrapper(ret_account, galen_envelope_account(self->envelope));
}

guint64 galen_log_reader_line(const GalenLogReader *self, guint64 offset, guint64 line) {
  const GalenLineInfo *info = self->envelope != NULL ? galen_envelope_line(self->envelope, offset) : NULL;
  return info != NULL ? info->line : line;
}
