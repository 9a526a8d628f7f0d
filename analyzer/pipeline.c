#include "pipeline.h"

#include "report/words.h"

#define BLOCK (1u << 20)
#define NOT_A_LOG "not a log that Galen knows"
#define ALSO_ELSEWHERE "also in another input"

typedef struct {
  const GalenPipelineOptions *options;
  GalenInputs *inputs;
  GalenDigest *digest;
  GalenFingerprinter *fingerprinter;
  GalenSampler *sampler;
  GalenRun *run;
  GalenInputRow *row; /* of the log that is being read */
  char *buffer;
  gsize capacity;
  gsize len; /* bytes in the buffer */
  guint64 bytes;
  /* The statement that comes in pieces. */
  gboolean wanted;
  guint64 statement_bytes;
  GHashTable *arguments; /* arguments of the command line that held a log, or whose problem was told */
  GHashTable *streams;   /* arguments to how many streams they held */
} Pipeline;

static void count(Pipeline *self, const GalenSlowEvent *event, GalenSlice sample) {
  GalenFingerprint fingerprint;
  galen_fingerprinter_end(self->fingerprinter, &fingerprint);
  if (galen_filter_statement(self->options->filter, &fingerprint, self->fingerprinter))
    galen_digest_add(self->digest, event, &fingerprint, self->fingerprinter, self->statement_bytes, sample);
}

static void on_slow(gpointer user, const GalenSlowEvent *event) {
  Pipeline *self = user;
  gboolean begins = event->piece == GALEN_PIECE_WHOLE || event->piece == GALEN_PIECE_BEGIN;
  if (begins) {
    self->wanted = galen_filter_event(self->options->filter, event);
    self->statement_bytes = 0;
  }
  if (!self->wanted)
    return;
  if (begins)
    galen_fingerprinter_begin(self->fingerprinter, event->no_backslash);
  self->statement_bytes += event->text.len;
  galen_fingerprinter_feed(self->fingerprinter, event->text.data, event->text.len);
  if (event->piece == GALEN_PIECE_WHOLE) {
    count(self, event, galen_slice(NULL, 0));
    return;
  }
  if (event->piece == GALEN_PIECE_BEGIN)
    galen_sampler_begin(self->sampler, event->no_backslash);
  galen_sampler_feed(self->sampler, event->text.data, event->text.len);
  if (event->piece == GALEN_PIECE_END)
    count(self, event, galen_sampler_end(self->sampler));
}

/* Reads until the buffer holds `wanted` bytes or the stream ends. TRUE: it ended. */
static gboolean fill(Pipeline *self, GalenStream *stream, gsize wanted) {
  while (self->len < wanted) {
    gsize n = galen_stream_read(stream, self->buffer + self->len, MIN(self->capacity - self->len, BLOCK));
    if (n == 0)
      return TRUE;
    self->len += n;
    self->bytes += n;
  }
  return FALSE;
}

static void tell_progress(Pipeline *self, gboolean done) {
  if (self->options->progress != NULL)
    self->options->progress(self->options->user, galen_inputs_bytes_done(self->inputs), self->bytes, done);
}

static void parse_all(Pipeline *self, GalenStream *stream, const GalenFormat *format, gpointer parser, gboolean eof) {
  for (;;) {
    gsize taken = format->parse(parser, self->buffer, self->len, eof);
    self->len -= taken;
    if (eof)
      return;
    memmove(self->buffer, self->buffer + taken, self->len);
    tell_progress(self, FALSE);
    eof = fill(self, stream, MIN(self->len + BLOCK, self->capacity));
  }
}

static void on_server_start(gpointer user, const GalenServerStart *start) {
  galen_input_row_add_start(((Pipeline *)user)->row, start);
}

static GTimeZone *log_zone(const Pipeline *self, const char *node) {
  GTimeZone *own = self->options->log_zones != NULL ? g_hash_table_lookup(self->options->log_zones, node) : NULL;
  return own != NULL ? own : self->options->log_zone;
}

static void read_log(Pipeline *self, GalenStream *stream, const GalenFormat *format, GalenInputRow *row, gboolean eof) {
  GalenSink sink = {.user = self,
                    .slow = galen_filter_node(self->options->filter, row->node) ? on_slow : NULL,
                    .server_start = on_server_start};
  GalenFormatOptions options = {.log_zone = log_zone(self, row->node)};
  gpointer parser = format->open(&options, &sink);
  self->row = row;
  galen_digest_set_source(self->digest, row->node, row->path);
  parse_all(self, stream, format, parser, eof);
  GalenServerInfo info;
  format->describe(parser, &info);
  row->kind = format->name;
  row->server = info.server;
  row->version = info.version != NULL ? galen_words_clean(galen_slice(info.version, strlen(info.version)), 0) : NULL;
  row->timezone = info.timezone[0] != '\0' ? g_strdup(info.timezone) : NULL;
  row->timezone_source = info.timezone_source;
  row->restarts = info.restarts;
  row->account = *format->account(parser);
  format->close(parser);
}

/* What was looked at of an input that is no log. */
static void skip_input(Pipeline *self, GalenInputRow *row, const char *reason) {
  row->account.bytes = self->len;
  galen_account_skip(&row->account, reason, galen_slice(self->buffer, self->len), self->len, 1);
}

static void problem(Pipeline *self, GalenInputRow *row, guint argument, const char *why, gboolean counts) {
  g_free(row->problem);
  row->problem = g_strdup(why);
  row->complete = FALSE;
  if (counts) {
    self->run->incomplete = TRUE;
    g_hash_table_add(self->arguments, GUINT_TO_POINTER(argument));
  }
  void (*tell)(gpointer, const char *, const char *) = counts ? self->options->warn : self->options->note;
  if (tell != NULL)
    tell(self->options->user, row->path, why);
}

static void note_log(Pipeline *self, const GalenInput *input) {
  self->run->logs++;
  g_hash_table_add(self->arguments, GUINT_TO_POINTER(input->argument));
}

static void read_stream(Pipeline *self, GalenStream *stream, const GalenInput *input, GalenInputRow *row) {
  gboolean eof = fill(self, stream, GALEN_BID_BYTES);
  const GalenFormat *format = galen_format_find(self->buffer, self->len);
  if (format == NULL && !eof) {
    /* A log may begin inside a long statement. */
    eof = fill(self, stream, GALEN_WINDOW_MIN);
    format = galen_format_find(self->buffer, self->len);
  }
  row->compression = galen_stream_compression(stream);
  const char *error = eof ? galen_stream_error(stream) : NULL;
  if (format != NULL) {
    note_log(self, input);
    read_log(self, stream, format, row, eof);
    error = galen_stream_error(stream);
  } else if (self->len == 0 && error == NULL) {
    note_log(self, input); /* a log that nothing was written to */
  } else {
    skip_input(self, row, NOT_A_LOG);
    row->problem = error == NULL ? g_strdup(NOT_A_LOG) : NULL;
  }
  if (error != NULL)
    problem(self, row, input->argument, error, TRUE);
}

static void on_stream(GalenStream *stream, gpointer user) {
  Pipeline *self = user;
  const GalenInput *input = galen_stream_input(stream);
  GalenInputRow *row = galen_input_row_new();
  row->path = galen_words_clean(galen_slice(input->path, strlen(input->path)), 0);
  row->node = galen_words_clean(galen_slice(input->node, strlen(input->node)), 0);
  row->kind = "unknown";
  row->compression = "none";
  row->complete = TRUE;
  galen_account_init(&row->account);
  self->len = 0;
  gpointer argument = GUINT_TO_POINTER(input->argument);
  guint streams = GPOINTER_TO_UINT(g_hash_table_lookup(self->streams, argument));
  g_hash_table_insert(self->streams, argument, GUINT_TO_POINTER(streams + 1));
  if (input->status == GALEN_INPUT_OK)
    read_stream(self, stream, input, row);
  else
    problem(self, row, input->argument, input->error, input->status == GALEN_INPUT_UNREADABLE);
  if (input->status == GALEN_INPUT_DUPLICATE || input->status == GALEN_INPUT_JOINED) {
    row->complete = TRUE;
    note_log(self, input);
  }
  if (input->overlap > 0) {
    row->account.bytes = input->overlap;
    galen_account_skip(&row->account, ALSO_ELSEWHERE, galen_slice(NULL, 0), input->overlap, 1);
  }
  g_ptr_array_add(self->run->rows, row);
  tell_progress(self, FALSE);
}

/* A path in which nothing is a log was named in vain, be it a file, a folder or an archive. */
static void check_arguments(Pipeline *self) {
  for (guint i = 0; i < galen_inputs_n_arguments(self->inputs); i++) {
    if (g_hash_table_contains(self->arguments, GUINT_TO_POINTER(i)))
      continue;
    self->run->incomplete = TRUE;
    const char *argument = galen_inputs_argument(self->inputs, i);
    gboolean several = GPOINTER_TO_UINT(g_hash_table_lookup(self->streams, GUINT_TO_POINTER(i))) > 1 ||
                       g_file_test(argument, G_FILE_TEST_IS_DIR);
    if (self->options->warn != NULL)
      self->options->warn(self->options->user, argument, several ? "no log in it that Galen knows" : NOT_A_LOG);
  }
}

gboolean galen_pipeline_run(GalenInputs *inputs, const GalenPipelineOptions *options, GalenRun *ret_run,
                            GError **error) {
  GalenDigestOptions digest_options = {.samples = options->samples};
  GalenRun run = {.rows = g_ptr_array_new_with_free_func((GDestroyNotify)galen_input_row_free)};
  Pipeline self = {
      .options = options,
      .inputs = inputs,
      .digest = galen_digest_new(&digest_options),
      .fingerprinter = galen_fingerprinter_new(options->mask_digits ? GALEN_FINGERPRINT_MASK_DIGITS : 0),
      .sampler = galen_sampler_new(options->samples),
      .run = &run,
      .capacity = (gsize)2 * GALEN_WINDOW_MIN,
      .arguments = g_hash_table_new(NULL, NULL),
      .streams = g_hash_table_new(NULL, NULL),
  };
  self.buffer = g_malloc(self.capacity);
  run.digest = self.digest;
  galen_inputs_foreach(inputs, on_stream, &self);
  tell_progress(&self, TRUE);
  check_arguments(&self);
  g_free(self.buffer);
  g_hash_table_unref(self.arguments);
  g_hash_table_unref(self.streams);
  galen_fingerprinter_free(self.fingerprinter);
  galen_sampler_free(self.sampler);
  if (!galen_digest_finish(run.digest, error)) {
    galen_run_clear(&run);
    return FALSE;
  }
  *ret_run = run;
  return TRUE;
}

void galen_run_clear(GalenRun *self) {
  g_clear_pointer(&self->digest, galen_digest_free);
  g_clear_pointer(&self->rows, g_ptr_array_unref);
}
