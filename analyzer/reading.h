/* One log on its way in: stream, wrapper, format, and the window that a parser works on.
 *
 * Open it on a stream, start a parser, step until the end, finish; once more for each further host. The same reader serves
 * one stream after the other. */
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
  /* A wrapper with the lines of several hosts: they are read one after the other, from a file without a name. */
  const char *host; /* the one that is being read; NULL: all there are */
  GPtrArray *hosts; /* of char *, sorted; or NULL */
  guint host_index;
  int spool; /* -1: none */
  guint64 spool_pos;
} GalenLogReader;

void galen_log_reader_init(GalenLogReader *self);
void galen_log_reader_clear(GalenLogReader *self);

/* Reads the beginning, finds wrapper and format. Ends what was open before. When the beginning names several hosts, or `several`
 * says that they are there, and the user did not say NODE=, it reads the stream to its end and opens the first host's lines. */
void galen_log_reader_open(GalenLogReader *self, GalenStream *stream, gboolean several);
/* Opens the lines of the next host in the same stream; FALSE: there is none. */
gboolean galen_log_reader_next_host(GalenLogReader *self);
void galen_log_reader_close(GalenLogReader *self);

/* Opens the format's parser; `sink` is copied. */
void galen_log_reader_start(GalenLogReader *self, GTimeZone *log_zone, const GalenSink *sink);
/* Parses what there is and reads on. FALSE: all is parsed. */
gboolean galen_log_reader_step(GalenLogReader *self);
/* Reads what is left without parsing it, so that the wrapper knows all its hosts. */
void galen_log_reader_drain(GalenLogReader *self);
/* What the parser learnt, and the account of all raw bytes, the wrapper's included. Strings of *ret_info are the parser's. */
void galen_log_reader_result(const GalenLogReader *self, GalenServerInfo *ret_info, GalenAccount *ret_account);

/* The line of the raw input that holds unwrapped byte `offset`, where the parser counted `line`. */
guint64 galen_log_reader_line(const GalenLogReader *self, guint64 offset, guint64 line);
