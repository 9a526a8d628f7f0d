/* Any bytes as a slow log: no crash, an exact account, and the same whatever the block size. */
#include "parsers/format.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
  guint64 events, hash;
} Seen;

static void on_slow(gpointer user, const GalenSlowEvent *event) {
  Seen *seen = user;
  if (event->piece == GALEN_PIECE_WHOLE || event->piece == GALEN_PIECE_END)
    seen->events++;
  guint64 hash = seen->hash;
  for (gsize i = 0; i < event->text.len; i++)
    hash = (hash ^ (guint8)event->text.data[i]) * G_GUINT64_CONSTANT(1099511628211);
  hash = (hash ^ (guint64)event->start) * G_GUINT64_CONSTANT(1099511628211);
  for (guint i = 0; i < event->n_attrs; i++)
    hash = (hash ^ event->attrs[i].value) * G_GUINT64_CONSTANT(1099511628211);
  seen->hash = hash;
}

static GalenAccount read_all(const char *text, size_t len, size_t block, Seen *seen) {
  GalenFormatOptions options = {0};
  GalenSink sink = {.user = seen, .slow = on_slow};
  gpointer parser = galen_format_slow_log.open(&options, &sink);
  size_t from = 0, to = 0;
  do {
    to = MIN(len, to + block);
    gsize taken = galen_format_slow_log.parse(parser, text + from, to - from, to == len);
    if (taken > to - from)
      abort();
    from += taken;
  } while (to < len);
  GalenAccount account = *galen_format_slow_log.account(parser);
  galen_format_slow_log.close(parser);
  if (from != len || account.bytes != len ||
      account.bytes != account.bytes_events + account.bytes_headers + account.bytes_skipped ||
      account.events != seen->events)
    abort();
  return account;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Seen whole = {0}, parts = {0};
  /* A copy of the exact size, so that reading past the end is seen. */
  char *text = malloc(size + (size == 0));
  if (text == NULL)
    return 0;
  memcpy(text, data, size);
  (void)galen_format_find(text, MIN(size, GALEN_BID_BYTES));
  read_all(text, size, size + 1, &whole);
  read_all(text, size, 1 + size / 7, &parts);
  if (whole.events != parts.events || whole.hash != parts.hash)
    abort();
  free(text);
  return 0;
}
