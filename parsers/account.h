/* The account of an input: where each of its bytes went.
 *
 * After an input has been read, bytes == bytes_events + bytes_headers +
 * bytes_skipped. What is skipped is counted by reason, with the first case of
 * each kept as a sample. */
#pragma once

#include "slice.h"

#define GALEN_SKIP_REASONS_MAX 16
#define GALEN_SKIP_SAMPLE_MAX 160

typedef struct {
  const char *reason; /* a constant: "entry without its beginning" */
  guint64 records;
  guint64 bytes;
  guint64 line;                     /* of the first one, 1-based; 0: unknown */
  char text[GALEN_SKIP_SAMPLE_MAX]; /* its first bytes, raw, not terminated */
  guint text_len;
} GalenSkip;

typedef struct {
  guint64 bytes; /* read, after unpacking */
  guint64 bytes_events;
  guint64 bytes_headers; /* start-up blocks, blank lines: recognised, no events */
  guint64 bytes_skipped;
  guint64 events;
  guint64 partial;     /* events cut by the file's ends or an open quote; among `events` */
  guint64 untimed;     /* events without a confirmed time; among `events` */
  guint64 implausible; /* single values that were dropped as impossible */
  gint64 first, last;  /* confirmed starts, GALEN_TIME_NONE when there is none */
  GalenSkip skips[GALEN_SKIP_REASONS_MAX];
  guint n_skips;
} GalenAccount;

void galen_account_init(GalenAccount *self);

/* Counts `bytes` of `sample` (which may be shorter) as skipped because of `reason`, a
 * string constant. Reasons past the limit are joined under "other". */
void galen_account_skip(GalenAccount *self, const char *reason, GalenSlice sample, guint64 bytes, guint64 line);

/* Adds bytes to the record that was skipped last for `reason`. */
void galen_account_skip_more(GalenAccount *self, const char *reason, guint64 bytes);

/* Notes a confirmed time in first and last. */
void galen_account_time(GalenAccount *self, gint64 time);
