#include "state_file.h"

static const char TOO_LONG[] = "larger than such files are";

gpointer galen_state_open(const GalenFormatOptions *options, const GalenSink *sink) {
  (void)options;
  StateFile *self = g_new0(StateFile, 1);
  self->sink = *sink;
  galen_account_init(&self->account);
  return self;
}

const GalenAccount *galen_state_account(gpointer self) {
  return &((StateFile *)self)->account;
}

void galen_state_describe(gpointer self, GalenServerInfo *ret_info) {
  (void)self;
  *ret_info = (GalenServerInfo){0};
}

void galen_state_close(gpointer self) {
  g_free(self);
}

gboolean galen_state_line(const char **at, const char *end, StateLine *ret_line) {
  if (*at >= end)
    return FALSE;
  const char *from = *at, *stop = memchr(from, '\n', (gsize)(end - from));
  const char *next = stop != NULL ? stop + 1 : end;
  if (stop == NULL)
    stop = end;
  ret_line->len = (gsize)(next - from);
  ret_line->number++;
  while (from < stop && g_ascii_isspace(*from))
    from++;
  while (stop > from && g_ascii_isspace(stop[-1]))
    stop--;
  ret_line->text = galen_slice(from, (gsize)(stop - from));
  *at = next;
  return TRUE;
}

void galen_state_count_event(StateFile *self, const StateLine *line) {
  self->account.bytes_events += line->len;
}

void galen_state_count_header(StateFile *self, const StateLine *line) {
  self->account.bytes_headers += line->len;
}

void galen_state_count_skip(StateFile *self, const StateLine *line, const char *reason) {
  galen_account_skip(&self->account, reason, line->text, line->len, line->number);
}

gsize galen_state_parse(StateFile *self, const char *data, gsize len, gboolean eof,
                        void (*read)(StateFile *self, const char *data, gsize len)) {
  gsize taken = 0;
  if (!self->done) {
    if (!eof && len <= STATE_FILE_MAX)
      return 0;
    taken = len;
    if (len > STATE_FILE_MAX) {
      const char *stop = memrchr(data, '\n', STATE_FILE_MAX);
      taken = stop != NULL ? (gsize)(stop + 1 - data) : STATE_FILE_MAX;
    }
    self->done = TRUE;
    read(self, data, taken);
    if (taken < len)
      galen_account_skip(&self->account, TOO_LONG, galen_slice(data + taken, len - taken), len - taken, 0);
  } else if (len > 0) {
    galen_account_skip_more(&self->account, TOO_LONG, len);
  }
  self->account.bytes += len;
  return len;
}
