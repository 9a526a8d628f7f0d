/* One log on its way in: stream, wrapper, format, and the window that a parser works on.
 *
 * Open it on a stream, start a parser, step until the end, finish; once more for each further host. The same reader serves
 * one stream after the other. */
#pragma once

#include "../parsers/envelope.h"
#include "../parsers/input.h"

/* What a parser is given anew in each step, unless `block` says otherwise. */
#define GALEN_READ_BLOCK (256u << 10)

/* Memory for a window. */
typedef struct {
  char *data;
  gsize capacity;
} GalenWindow;

typedef struct {
  GalenStream *stream;
  GalenEnvelope *envelope;   /* NULL: no wrapper */
  const GalenFormat *format; /* NULL: none bids */
  gpointer parser;           /* NULL: not started */
  gboolean eof;              /* the buffer holds the input's last bytes */
  GalenWindow window;
  char *buffer;  /* what the parser has not taken, in the window */
  gsize len;     /* of it */
  gsize shown;   /* how much of it the parser has seen: all but for blocks smaller than a head */
  gsize block;   /* bytes that a step adds, > 0; more only where the parser needs them */
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

/* Reads on until so many bytes are in the buffer, or all that there are. */
void galen_log_reader_peek(GalenLogReader *self, gsize wanted);
/* Whether a parser needed a larger window than readers begin with. */
gboolean galen_log_reader_has_grown(const GalenLogReader *self);
/* Opens the format's parser; `sink` is copied. */
void galen_log_reader_start(GalenLogReader *self, GTimeZone *log_zone, const GalenSink *sink);
/* Reads on and parses. FALSE: all is parsed. What the parser's events pointed into stays until the next step. */
gboolean galen_log_reader_step(GalenLogReader *self);
/* Between two steps: goes on in `other`, and leaves there the window that the events of the last step point into. `other`
 * may be {NULL, 0}. */
void galen_log_reader_swap(GalenLogReader *self, GalenWindow *other);
/* Reads what is left without parsing it, so that the wrapper knows all its hosts. */
void galen_log_reader_drain(GalenLogReader *self);
/* What the parser learnt, and the account of all raw bytes, the wrapper's included. Strings of *ret_info are the parser's. */
void galen_log_reader_result(const GalenLogReader *self, GalenServerInfo *ret_info, GalenAccount *ret_account);

/* The line of the raw input that holds unwrapped byte `offset`, where the parser counted `line`. */
guint64 galen_log_reader_line(const GalenLogReader *self, guint64 offset, guint64 line);
