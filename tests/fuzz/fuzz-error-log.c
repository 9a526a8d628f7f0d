/* Any bytes as an error log: no crash, an exact account, slices within bounds, and the same however the bytes come. */
#include "parsers/error_blocks.h"
#include "parsers/format.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PRIME G_GUINT64_CONSTANT(1099511628211)

typedef struct {
  guint64 events, hash;
} Seen;

static void add_number(Seen *seen, guint64 n) {
  seen->hash = (seen->hash ^ n) * PRIME;
}

static void add_slice(Seen *seen, GalenSlice slice) {
  add_number(seen, slice.data != NULL ? slice.len : G_MAXUINT64);
  for (gsize i = 0; slice.data != NULL && i < slice.len; i++)
    add_number(seen, (guint8)slice.data[i]);
}

static void add_blocks(Seen *seen, const GalenErrorEvent *event) {
  GalenBlockCrash crash;
  GalenBlockAssertion assertion;
  GalenBlockDeadlock deadlock;
  GalenBlockSemaphore semaphore;
  if (galen_block_crash(event, &crash)) {
    add_slice(seen, crash.query);
    for (guint i = 0; i < crash.n_frames; i++)
      add_slice(seen, galen_block_frame_function(crash.frames[i]));
  }
  if (galen_block_assertion(event, &assertion)) {
    add_slice(seen, assertion.file);
    add_slice(seen, assertion.expression);
    add_slice(seen, assertion.thread);
  }
  if (galen_block_deadlock(event, &deadlock))
    for (guint i = 0; i < deadlock.n_sides; i++) {
      add_slice(seen, deadlock.sides[i].query);
      add_slice(seen, deadlock.sides[i].waits.index);
      add_slice(seen, deadlock.sides[i].waits.mode);
      add_slice(seen, deadlock.sides[i].holds.table);
    }
  if (galen_block_semaphore(event, &semaphore))
    for (guint i = 0; i < semaphore.n_waits; i++)
      add_slice(seen, semaphore.waits[i].file);
}

static void on_error(gpointer user, const GalenErrorEvent *event) {
  Seen *seen = user;
  seen->events++;
  if (event->head.len > GALEN_RECORD_MAX || event->wall < GALEN_TIME_NONE / 2)
    seen->hash += event->wall != GALEN_TIME_NONE;
  add_slice(seen, event->text);
  add_slice(seen, event->more);
  add_slice(seen, event->head);
  add_slice(seen, event->subsystem);
  add_slice(seen, event->source);
  add_slice(seen, event->raw_time);
  add_number(seen, event->code);
  add_number(seen, event->thread);
  add_number(seen, event->instance);
  add_number(seen, (guint64)event->wall);
  add_number(seen, (guint64)event->time);
  add_number(seen, event->line);
  add_number(seen, event->offset);
  add_number(seen, (guint64)event->block << 4 | (guint64)(event->gap_before != FALSE) << 1 | (event->cut != FALSE));
  add_blocks(seen, event);
}

static void read_all(const char *text, size_t len, size_t first, size_t block, Seen *seen) {
  GalenFormatOptions options = {0};
  GalenSink sink = {.user = seen, .error = on_error};
  gpointer parser = galen_format_error_log.open(&options, &sink);
  size_t from = 0, to = first;
  for (;;) {
    to = MIN(len, to);
    size_t taken = galen_format_error_log.parse(parser, text + from, to - from, to == len);
    if (taken > to - from)
      abort();
    from += taken;
    if (to == len)
      break;
    to += block;
  }
  GalenAccount account = *galen_format_error_log.account(parser);
  galen_format_error_log.close(parser);
  if (from != len || account.bytes != len ||
      account.bytes != account.bytes_events + account.bytes_headers + account.bytes_skipped ||
      account.events != seen->events)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  (void)galen_format_find((const char *)data, MIN(size, GALEN_BID_BYTES));
  /* The parser looks at its first GALEN_BID_BYTES before it begins: NULs before the log let its own bytes come one by
   * one. A copy of the exact size, so that reading past the end is seen. */
  size_t len = GALEN_BID_BYTES + size;
  char *text = calloc(1, len);
  if (text == NULL)
    return 0;
  memcpy(text + GALEN_BID_BYTES, data, size);
  Seen whole = {0}, parts = {0}, bare = {0};
  read_all(text, len, len, 1, &whole);
  read_all(text, len, GALEN_BID_BYTES, 1 + size / 11, &parts);
  if (whole.events != parts.events || whole.hash != parts.hash)
    abort();
  read_all(text + GALEN_BID_BYTES, size, size, 1, &bare);
  free(text);
  return 0;
}
