/* One log on its way in: stream, wrapper, format, and the window that a parser works on.
 *
 * Open it on a stream, start a parser, step until the end, finish. The same reader serves one stream after the other. */
#pragma once

#include "../parsers/envelope.h"
#include "../parsers/input.h"

typedef struct {
  GalenStream *stream;
  GalenEnvelope *envelope;   /* NULL: no wrapper */
  const GalenFormat *format; /* NULL: none bids */
  gpointer parser;           /* NULL: not started */
  gboolean eof;              /* the window holds the input's last bytes */
  char *buffer;
  gsize capacity, len;
  guint64 bytes; /* unwrapped bytes of all streams so far */
  char *head;    /* raw bytes that a wrapper is to read again */
  gsize head_pos, head_len;
} GalenLogReader;

void galen_log_reader_init(GalenLogReader *self);
void galen_log_reader_clear(GalenLogReader *self);

/* Reads the beginning, finds wrapper and format. Ends what was open before. */
void galen_log_reader_open(GalenLogReader *self, GalenStream *stream);
void galen_log_reader_close(GalenLogReader *self);

/* Opens the format's parser; `sink` is copied. */
void galen_log_reader_start(GalenLogReader *self, GTimeZone *log_zone, const GalenSink *sink);
/* Parses what there is and reads on. FALSE: all is parsed. */
gboolean galen_log_reader_step(GalenLogReader *self);
/* What the parser learnt, and the account of all raw bytes, the wrapper's included. Strings of *ret_info are the parser's. */
void galen_log_reader_result(const GalenLogReader *self, GalenServerInfo *ret_info, GalenAccount *ret_account);

/* The line of the raw input that holds unwrapped byte `offset`, where the parser counted `line`. */
guint64 galen_log_reader_line(const GalenLogReader *self, guint64 offset, guint64 line);
