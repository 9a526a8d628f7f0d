#include "reading.h"

#include "../parsers/temp_file.h"

#include <unistd.h>

#define BLOCK (1u << 20)
#define OTHER_HOST "another host's line" /* in accounts of wrappers */

/* A window has room for the block to come and for the end of the one before, which most often is part of an entry. */
#define ROOM (16u << 10)
#define WINDOW_MAX ((gsize)2 * GALEN_WINDOW_MIN)

void galen_log_reader_init(GalenLogReader *self) {
  memset(self, 0, sizeof *self);
  self->block = GALEN_READ_BLOCK;
  self->spool = -1;
}

void galen_log_reader_clear(GalenLogReader *self) {
  galen_log_reader_close(self);
  g_clear_pointer(&self->window.data, g_free);
  self->window.capacity = 0;
}

/* ---- the window ---- */

static gsize usual_capacity(const GalenLogReader *self) {
  return MIN(MAX(self->block, GALEN_BID_BYTES) + ROOM, WINDOW_MAX);
}

gboolean galen_log_reader_has_grown(const GalenLogReader *self) {
  return self->window.capacity > usual_capacity(self);
}

static gsize capacity_for(const GalenLogReader *self, gsize wanted) {
  gsize capacity = usual_capacity(self);
  while (capacity < wanted)
    capacity = MIN(2 * capacity, WINDOW_MAX);
  return capacity;
}

/* Whoever still waits for more has seen that much in vain: then it is not given drop by drop. */
static gsize next_shown(const GalenLogReader *self) {
  gsize more = self->shown > usual_capacity(self) / 2 ? MAX(self->block, self->shown / 2) : self->block;
  return MIN(self->shown + more, WINDOW_MAX);
}

/* Moves what is not taken to the beginning of `target`, which may be the same window. */
static void move(GalenLogReader *self, const GalenWindow *target) {
  if (self->len > 0)
    memmove(target->data, self->buffer, self->len);
  self->window = *target;
  self->buffer = target->data;
}

/* A window for `wanted` bytes from the first one that is not taken; not a large one when what needed it is over. */
static void make_room(GalenLogReader *self, gsize wanted) {
  GalenWindow old = self->window, window = old;
  gsize capacity = capacity_for(self, wanted);
  if (capacity == old.capacity && (gsize)(self->buffer - old.data) + wanted <= capacity)
    return;
  if (capacity != old.capacity)
    window = (GalenWindow){g_malloc(capacity), capacity};
  move(self, &window);
  if (window.data != old.data)
    g_free(old.data);
}

void galen_log_reader_swap(GalenLogReader *self, GalenWindow *other) {
  gsize capacity = capacity_for(self, MAX(next_shown(self), self->len));
  if (other->capacity != capacity) {
    g_free(other->data);
    *other = (GalenWindow){g_malloc(capacity), capacity};
  }
  GalenWindow window = self->window;
  move(self, other);
  *other = window;
}

static void close_log(GalenLogReader *self) {
  if (self->parser != NULL)
    self->format->close(self->parser);
  self->parser = NULL;
  self->format = NULL;
  g_clear_pointer(&self->envelope, galen_envelope_free);
  g_clear_pointer(&self->head, g_free);
  self->head_pos = self->head_len = 0;
  self->eof = FALSE;
  self->len = self->shown = 0;
  self->buffer = self->window.data;
}

void galen_log_reader_close(GalenLogReader *self) {
  close_log(self);
  self->stream = NULL;
  self->host = NULL;
  self->host_index = 0;
  g_clear_pointer(&self->hosts, g_ptr_array_unref);
  if (self->spool >= 0)
    close(self->spool);
  self->spool = -1;
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

static gsize read_spool(gpointer user, char *buf, gsize len) {
  GalenLogReader *self = user;
  gssize n = galen_temp_file_read(self->spool, buf, len, self->spool_pos, NULL);
  self->spool_pos += n > 0 ? (guint64)n : 0;
  return n > 0 ? (gsize)n : 0;
}

static gsize read_unwrapped(GalenLogReader *self, char *buf, gsize len) {
  return self->envelope != NULL ? galen_envelope_read(self->envelope, buf, len)
                                : galen_stream_read(self->stream, buf, len);
}

/* Reads until the buffer holds `wanted` bytes or the input ends. */
static void fill(GalenLogReader *self, gsize wanted) {
  wanted = MIN(wanted, WINDOW_MAX);
  make_room(self, MAX(wanted, self->len));
  while (self->len < wanted && !self->eof) {
    gsize n = read_unwrapped(self, self->buffer + self->len, MIN(wanted - self->len, BLOCK));
    self->eof = n == 0;
    self->len += n;
    self->bytes += n;
  }
}

void galen_log_reader_peek(GalenLogReader *self, gsize wanted) {
  fill(self, wanted);
}

/* ---- several hosts ---- */

static gsize read_slice(gpointer user, char *buf, gsize len) {
  GalenSlice *rest = user;
  gsize n = MIN(len, rest->len);
  memcpy(buf, rest->data, n);
  *rest = galen_slice(rest->data + n, rest->len - n);
  return n;
}

static int compare_names(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The hosts of all lines that come out of a wrapper, sorted. NULL: they are not several. */
static GPtrArray *hosts_of(const char *head, gsize len, GalenEnvelopeRead read, gpointer user, gboolean *ret_wrapped) {
  g_autoptr(GalenEnvelope) envelope = galen_envelope_new(head, len, read, user);
  *ret_wrapped = envelope != NULL;
  if (envelope == NULL)
    return NULL;
  g_autofree char *buf = g_malloc(BLOCK);
  while (galen_envelope_read(envelope, buf, BLOCK) > 0)
    continue;
  if (galen_envelope_host_at(envelope, 1) == NULL)
    return NULL;
  GPtrArray *hosts = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; galen_envelope_host_at(envelope, i) != NULL; i++)
    g_ptr_array_add(hosts, g_strdup(galen_envelope_host_at(envelope, i)));
  g_ptr_array_sort(hosts, compare_names);
  return hosts;
}

static gboolean keep(int fd, const char *data, gsize len, guint64 *at) {
  gboolean kept = galen_temp_file_write(fd, data, len, *at, NULL);
  *at += len;
  return kept;
}

/* Keeps head and stream in a file, so that each host's lines can be read. FALSE: there is no room for it. */
static gboolean keep_all(GalenLogReader *self) {
  self->spool = galen_temp_file_open(NULL);
  g_autofree char *buf = g_malloc(BLOCK);
  guint64 at = 0;
  gboolean kept = self->spool >= 0 && keep(self->spool, self->buffer, self->len, &at);
  for (gsize n = 1; kept && n > 0;) {
    n = galen_stream_read(self->stream, buf, BLOCK);
    kept = keep(self->spool, buf, n, &at);
  }
  return kept;
}

static void open_format(GalenLogReader *self);

static void open_host(GalenLogReader *self) {
  close_log(self);
  self->host = g_ptr_array_index(self->hosts, self->host_index);
  self->spool_pos = 0;
  g_autofree char *head = g_malloc(GALEN_BID_BYTES);
  gsize len = read_spool(self, head, GALEN_BID_BYTES);
  self->spool_pos = 0;
  self->envelope = galen_envelope_new(head, len, read_spool, self);
  if (self->envelope != NULL) {
    galen_envelope_select_host(self->envelope, self->host);
    fill(self, GALEN_BID_BYTES);
  }
  open_format(self);
}

gboolean galen_log_reader_next_host(GalenLogReader *self) {
  if (self->hosts == NULL || self->host_index + 1 >= self->hosts->len)
    return FALSE;
  self->host_index++;
  open_host(self);
  return TRUE;
}

static gboolean split(GalenLogReader *self, gboolean several, gboolean *ret_wrapped) {
  GalenSlice head = galen_slice(self->buffer, self->len);
  *ret_wrapped = TRUE;
  g_autoptr(GPtrArray) first = several ? NULL : hosts_of(self->buffer, self->len, read_slice, &head, ret_wrapped);
  several = several || first != NULL;
  if (!several || galen_stream_input(self->stream)->node_given || !keep_all(self))
    return FALSE;
  self->spool_pos = 0;
  self->hosts = hosts_of(self->buffer, self->len, read_spool, self, ret_wrapped);
  if (self->hosts != NULL)
    open_host(self);
  return self->hosts != NULL;
}

/* ---- one log ---- */

static void find_wrapper(GalenLogReader *self) {
  GalenEnvelopeRead read = self->spool >= 0 ? read_spool : read_raw;
  self->spool_pos = 0;
  self->envelope = galen_envelope_new(self->buffer, self->len, read, self);
  if (self->envelope == NULL)
    return;
  self->head = self->spool >= 0 ? NULL : g_memdup2(self->buffer, self->len);
  self->head_len = self->len;
  self->bytes -= self->len;
  self->len = 0;
  self->eof = FALSE;
  fill(self, GALEN_BID_BYTES);
}

static void open_format(GalenLogReader *self) {
  self->format = galen_format_find(self->buffer, self->len);
  if (self->format == NULL && !self->eof) {
    /* A log may begin inside a long statement. */
    fill(self, GALEN_WINDOW_MIN);
    self->format = galen_format_find(self->buffer, self->len);
  }
}

void galen_log_reader_open(GalenLogReader *self, GalenStream *stream, gboolean several) {
  galen_log_reader_close(self);
  self->stream = stream;
  fill(self, GALEN_BID_BYTES);
  gboolean wrapped = TRUE;
  if (split(self, several, &wrapped))
    return;
  if (wrapped)
    find_wrapper(self);
  open_format(self);
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
  gsize wanted = next_shown(self);
  fill(self, wanted);
  self->shown = MIN(self->len, wanted);
  gboolean last = self->eof && self->shown == self->len;
  gsize taken = self->format->parse(self->parser, self->buffer, self->shown, last);
  self->buffer += taken;
  self->len -= taken;
  self->shown -= taken;
  return !last;
}

void galen_log_reader_drain(GalenLogReader *self) {
  while (!self->eof) {
    self->len = self->shown = 0;
    fill(self, self->block);
  }
}

/* Adds what the wrapper skipped, and counts what it takes itself as headers. */
static void add_wrapper(GalenAccount *account, const GalenAccount *wrapper, const char *host) {
  guint64 inner = account->bytes_events + account->bytes_headers + account->bytes_skipped, elsewhere = 0;
  for (guint i = 0; i < wrapper->n_skips; i++) {
    const GalenSkip *skip = &wrapper->skips[i];
    if (host != NULL && g_str_equal(skip->reason, OTHER_HOST)) {
      elsewhere += skip->bytes; /* read as that host's */
      continue;
    }
    galen_account_skip(account, skip->reason, galen_slice(skip->text, skip->text_len), skip->bytes, skip->line);
    for (guint64 n = 1; n < skip->records; n++)
      galen_account_skip(account, skip->reason, galen_slice(NULL, 0), 0, skip->line);
  }
  guint64 lines = wrapper->bytes - wrapper->bytes_skipped;
  account->bytes = wrapper->bytes - elsewhere;
  if (lines >= inner)
    account->bytes_headers += lines - inner;
  else /* line ends that the wrapper did not have */
    account->bytes_events -= MIN(account->bytes_events, inner - lines);
}

void galen_log_reader_result(const GalenLogReader *self, GalenServerInfo *ret_info, GalenAccount *ret_account) {
  self->format->describe(self->parser, ret_info);
  *ret_account = *self->format->account(self->parser);
  if (self->envelope != NULL)
    add_wrapper(ret_account, galen_envelope_account(self->envelope), self->host);
}

guint64 galen_log_reader_line(const GalenLogReader *self, guint64 offset, guint64 line) {
  const GalenLineInfo *info = self->envelope != NULL ? galen_envelope_line(self->envelope, offset) : NULL;
  return info != NULL ? info->line : line;
}
