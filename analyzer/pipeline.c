#include "pipeline_private.h"

#include "words.h"

#define ONE_THREAD_BYTES (2u << 20) /* of all inputs: see threads_for */
#define NOT_A_LOG "not a log that Galen knows"
#define ALSO_ELSEWHERE "also in another input"
#define NOT_UTF8 "UTF-16 text: convert it to UTF-8 first (iconv -f UTF-16 -t UTF-8)"
#define NOT_ANALYSED "a general query log: recognised, not analysed"

static void count(Pipeline *self, const GalenSlowEvent *event, const GalenFingerprint *fingerprint, GalenSlice sample) {
  const GalenEventTaker *taker = self->options->taker;
  if (!galen_filter_statement(self->options->filter, fingerprint, self->fingerprinter))
    return;
  if (taker != NULL)
    taker->slow(taker->user, event, sample, self->fingerprinter);
  else
    galen_counting_add_pieces(self->counting, event, self->fingerprinter, fingerprint, self->statement_bytes, sample);
}

/* Statements show that a server lives where its error log is silent. */
static void note_activity(Pipeline *self, const GalenSlowEvent *event) {
  if (!event->timed)
    return;
  if (self->run_activity == NULL) {
    self->run_activity = g_new0(GalenActivity, 1);
    *self->run_activity = (GalenActivity){g_strdup(self->row->node), event->start, event->start};
    g_ptr_array_add(self->activity, self->run_activity);
  }
  gint64 end = event->start + (gint64)event->main[GALEN_MAIN_TIME];
  galen_rhythm_add(&self->row->rhythm, event->start, end, event->line);
  self->run_activity->first = MIN(self->run_activity->first, event->start);
  self->run_activity->last = MAX(self->run_activity->last, end);
}

static GalenSlice sample_whole(Pipeline *self, const GalenSlowEvent *event) {
  galen_sampler_begin(self->sampler, event->no_backslash);
  galen_sampler_feed(self->sampler, event->text.data, event->text.len);
  return galen_sampler_end(self->sampler);
}

static void on_slow(gpointer user, const GalenSlowEvent *parsed) {
  Pipeline *self = user;
  GalenSlowEvent raw;
  const GalenSlowEvent *event = parsed;
  if (self->reader.envelope != NULL) {
    raw = *parsed;
    raw.line = galen_log_reader_line(&self->reader, raw.offset, raw.line);
    event = &raw;
  }
  gboolean begins = event->piece == GALEN_PIECE_WHOLE || event->piece == GALEN_PIECE_BEGIN;
  if (begins) {
    note_activity(self, event);
    self->wanted = self->node_wanted && galen_filter_event(self->options->filter, event);
    self->statement_bytes = 0;
  }
  if (!self->wanted)
    return;
  if (event->piece == GALEN_PIECE_WHOLE && self->options->taker == NULL) {
    galen_counting_add(self->counting, event);
    return;
  }
  GalenFingerprint fingerprint;
  self->statement_bytes += event->text.len;
  if (event->piece == GALEN_PIECE_WHOLE) {
    galen_fingerprinter_make(self->fingerprinter, event->text, event->no_backslash, &fingerprint);
    count(self, event, &fingerprint, sample_whole(self, event));
    return;
  }
  if (begins) {
    galen_fingerprinter_begin(self->fingerprinter, event->no_backslash);
    galen_sampler_begin(self->sampler, event->no_backslash);
  }
  galen_fingerprinter_feed(self->fingerprinter, event->text.data, event->text.len);
  galen_sampler_feed(self->sampler, event->text.data, event->text.len);
  if (event->piece != GALEN_PIECE_END)
    return;
  galen_fingerprinter_end(self->fingerprinter, &fingerprint);
  count(self, event, &fingerprint, galen_sampler_end(self->sampler));
}

static void tell_progress(Pipeline *self, gboolean done) {
  if (self->options->progress != NULL)
    self->options->progress(self->options->user, galen_inputs_bytes_done(self->inputs), self->reader.bytes, done);
}

static void take_error(gpointer user, const GalenErrorEvent *event, const GalenLogMatch *match) {
  Pipeline *self = user;
  gboolean utc = event->time != GALEN_TIME_NONE;
  gint64 time = utc ? event->time : event->wall;
  if (self->journal_input >= 0 && time != GALEN_TIME_NONE)
    time = galen_history_time_near(self->run->survey.history, (guint)self->journal_input, time, utc, &self->zone);
  self->untimed += time == GALEN_TIME_NONE || galen_error_event_misdated(event);
  if (time != GALEN_TIME_NONE) {
    self->first = self->first == GALEN_TIME_NONE ? time : MIN(self->first, time);
    self->last = self->last == GALEN_TIME_NONE ? time : MAX(self->last, time);
  }
  if (!galen_filter_time(self->options->filter, time))
    return;
  const GalenEventTaker *taker = self->options->taker;
  const GalenLogRule *rule = match != NULL ? galen_log_matcher_take(self->matcher, event, match)
                                           : galen_log_matcher_match(self->matcher, event);
  if (taker != NULL)
    taker->error(taker->user, event, time, rule);
  else
    galen_errors_add(self->run->errors, event, time, rule, self->matcher);
}

static void on_error(gpointer user, const GalenErrorEvent *event) {
  take_error(user, event, NULL);
}

static void on_error_parsed(gpointer user, const GalenErrorEvent *event) {
  galen_error_queue_add(((Pipeline *)user)->error_queue, event);
}

static void on_server_start(gpointer user, const GalenServerStart *start) {
  Pipeline *self = user;
  galen_input_row_add_start(self->row, start);
  /* The number of spans is bounded as that of starts is. */
  if (self->row->starts->len < GALEN_STARTS_MAX)
    self->run_activity = NULL;
}

static void set_info(GalenInputRow *row, const GalenServerInfo *info) {
  row->server = info->server;
  row->version = info->version != NULL ? galen_words_clean(galen_slice(info->version, strlen(info->version)), 0) : NULL;
  row->timezone = info->timezone[0] != '\0' ? g_strdup(info->timezone) : NULL;
  row->timezone_source = info->timezone_source;
  row->restarts = info->restarts;
}

void galen_pipeline_set_error_times(const Pipeline *self, GalenInputRow *row) {
  row->account.first = self->first;
  row->account.last = self->last;
  row->account.untimed = self->untimed;
  const GalenNode *node = galen_survey_node(&self->run->survey, self->stream);
  if (row->timezone != NULL || node == NULL)
    return;
  row->timezone = g_strdup(node->zone);
  row->timezone_source = node->zone_source;
}

static gboolean is_error_log(const GalenFormat *format) {
  return g_str_equal(format->name, "error-log");
}

/* Adds what the survey counted. NULL: it counted nothing, or with another clock than the log's. */
static GalenTally *take_tally(Pipeline *self, const GalenInputRow *row) {
  g_autoptr(GalenTally) tally = galen_survey_take_tally(&self->run->survey, self->stream);
  if (tally == NULL || self->journal_input < 0 ||
      !galen_tally_place(tally, self->run->survey.history, (guint)self->journal_input, row->node, row->path,
                         &self->first, &self->last))
    return NULL;
  self->untimed = tally->untimed;
  if (galen_errors_count(self->run->errors) == 0) {
    galen_errors_free(self->run->errors);
    self->run->errors = g_steal_pointer(&tally->errors);
  } else {
    galen_errors_merge(self->run->errors, tally->errors);
    g_clear_pointer(&tally->errors, galen_errors_free);
  }
  return g_steal_pointer(&tally);
}

static void parse_log(Pipeline *self, GTimeZone *zone, const GalenSink *sink, GalenServerInfo *ret_info,
                      GalenAccount *ret_account) {
  galen_log_reader_start(&self->reader, zone, sink);
  while (galen_counting_step(self->counting, &self->reader))
    tell_progress(self, FALSE);
  if (self->error_queue != NULL)
    galen_error_queue_wait(self->error_queue);
  galen_log_reader_result(&self->reader, ret_info, ret_account);
}

gboolean galen_pipeline_wants(const Pipeline *self, const char *name) {
  const GPtrArray *wanted = galen_filter_nodes(self->options->filter);
  const GalenNode *node = galen_survey_node(&self->run->survey, self->stream);
  gboolean found = galen_filter_node(self->options->filter, name);
  for (guint i = 0; !found && node != NULL && i < wanted->len; i++)
    found = galen_history_is_called(self->run->survey.history, node, g_ptr_array_index(wanted, i));
  return found;
}

/* Returns why its stream ended early, or NULL. */
static char *read_log(Pipeline *self, GalenInputRow *row) {
  self->node_wanted = galen_pipeline_wants(self, row->node);
  gboolean errors = self->node_wanted && self->run->errors != NULL && is_error_log(self->reader.format);
  GalenSink sink = {.user = self,
                    .error = !errors                     ? NULL
                             : self->error_queue != NULL ? on_error_parsed
                                                         : on_error,
                    .slow = self->node_wanted || self->run->errors != NULL ? on_slow : NULL,
                    .server_start = on_server_start};
  row->kind = self->reader.format->name;
  self->row = row;
  self->first = self->last = GALEN_TIME_NONE;
  self->untimed = 0;
  self->zone = (GalenZoneStretch){0};
  self->run_activity = NULL;
  galen_counting_set_source(self->counting, row->node, row->path);
  if (errors)
    galen_errors_set_source(self->run->errors, row->node, row->path);
  if (self->options->taker != NULL)
    self->options->taker->input(self->options->taker->user, row);
  GTimeZone *zone = galen_survey_log_zone(&self->run->survey, self->stream);
  g_autoptr(GalenTally) tally = errors ? take_tally(self, row) : NULL;
  GalenServerInfo info;
  if (tally != NULL)
    row->account = tally->account;
  else
    parse_log(self, zone, &sink, &info, &row->account);
  set_info(row, tally != NULL ? &tally->info : &info);
  if (errors)
    galen_pipeline_set_error_times(self, row);
  return g_strdup(tally != NULL ? tally->problem : galen_stream_error(self->reader.stream));
}

/* What was looked at of an input that is no log. */
static void skip_input(Pipeline *self, GalenInputRow *row, const char *reason) {
  row->account.bytes = self->reader.len;
  galen_account_skip(&row->account, reason, galen_slice(self->reader.buffer, self->reader.len), self->reader.len, 1);
}

void galen_pipeline_problem(Pipeline *self, GalenInputRow *row, guint argument, const char *why, gboolean counts) {
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

/* Files beside a log that are evidence, and no logs themselves. */
static gboolean is_evidence(const GalenFormat *format) {
  static const char *const kinds[] = {"galera-state", "configuration", "recover-log", NULL};
  return g_strv_contains(kinds, format->name);
}

/* What editors and shells of Windows save: a byte order mark of UTF-16, and text. */
static gboolean is_utf16(const GalenLogReader *reader) {
  const guint8 *data = (const guint8 *)reader->buffer;
  if (reader->len < 4)
    return FALSE;
  gboolean little = data[0] == 0xff && data[1] == 0xfe, big = data[0] == 0xfe && data[1] == 0xff;
  return (little && data[2] != 0 && data[3] == 0) || (big && data[2] == 0 && data[3] != 0);
}

static void read_stream(Pipeline *self, GalenStream *stream, const GalenInput *input, GalenInputRow *row) {
  const GalenFormat *format = self->reader.format;
  row->compression = galen_stream_compression(stream);
  row->envelope = self->reader.envelope != NULL ? galen_envelope_name(self->reader.envelope) : NULL;
  g_autofree char *error = self->reader.eof ? g_strdup(galen_stream_error(stream)) : NULL;
  if (format != NULL) {
    g_free(error);
    error = read_log(self, row);
    if (g_str_equal(format->name, "general-log"))
      galen_pipeline_problem(self, row, input->argument, NOT_ANALYSED, input->named);
    else if (is_evidence(format))
      g_hash_table_add(self->arguments, GUINT_TO_POINTER(input->argument));
    else
      note_log(self, input);
  } else if (self->reader.len == 0 && error == NULL) {
    note_log(self, input); /* a log that nothing was written to */
  } else if (error == NULL && is_utf16(&self->reader)) {
    skip_input(self, row, NOT_UTF8);
    galen_pipeline_problem(self, row, input->argument, NOT_UTF8, input->named);
  } else {
    skip_input(self, row, NOT_A_LOG);
    row->problem = error == NULL ? g_strdup(NOT_A_LOG) : NULL;
  }
  if (error != NULL)
    galen_pipeline_problem(self, row, input->argument, error, TRUE);
}

/* The node that the logs themselves name, else that of NODE=, folder or file. */
static char *node_of(Pipeline *self, const GalenInput *input) {
  const GalenNode *node = galen_survey_node(&self->run->survey, self->stream);
  const char *name = self->reader.host != NULL ? self->reader.host : input->node;
  return node != NULL ? g_strdup(node->name) : galen_words_clean(galen_slice(name, strlen(name)), 0);
}

/* One row of the report: a stream, or the lines of one of its hosts. */
static void add_row(Pipeline *self, GalenStream *stream, const GalenInput *input) {
  GalenInputRow *row = galen_input_row_new();
  row->path = galen_words_clean(galen_slice(input->path, strlen(input->path)), 0);
  row->node = node_of(self, input);
  row->kind = "unknown";
  row->compression = "none";
  row->complete = TRUE;
  galen_account_init(&row->account);
  GArray *inputs = self->run->survey.streams;
  self->journal_input = self->stream < inputs->len ? g_array_index(inputs, int, self->stream) : -1;
  gpointer argument = GUINT_TO_POINTER(input->argument);
  guint streams = GPOINTER_TO_UINT(g_hash_table_lookup(self->streams, argument));
  g_hash_table_insert(self->streams, argument, GUINT_TO_POINTER(streams + 1));
  if (input->status == GALEN_INPUT_OK)
    read_stream(self, stream, input, row);
  else
    galen_pipeline_problem(self, row, input->argument, input->error, input->status == GALEN_INPUT_UNREADABLE);
  if (input->status == GALEN_INPUT_DUPLICATE || input->status == GALEN_INPUT_JOINED) {
    row->complete = TRUE;
    note_log(self, input);
  }
  if (input->overlap > 0) {
    row->account.bytes = input->overlap;
    galen_account_skip(&row->account, ALSO_ELSEWHERE, galen_slice(NULL, 0), input->overlap, 1);
  }
  g_ptr_array_add(self->run->rows, row);
  self->stream++;
  tell_progress(self, FALSE);
}

static void on_stream(GalenStream *stream, gpointer user) {
  Pipeline *self = user;
  const GalenInput *input = galen_stream_input(stream);
  galen_log_reader_close(&self->reader);
  if (input->status == GALEN_INPUT_OK)
    galen_log_reader_open(&self->reader, stream, galen_survey_several(&self->run->survey, self->input));
  do
    add_row(self, stream, input);
  while (galen_log_reader_next_host(&self->reader));
  galen_log_reader_close(&self->reader);
  self->input++;
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

static void on_tick(gpointer user) {
  tell_progress(user, FALSE);
}

/* A second thread costs more than it gives where there is little to read; packed files of that size are read in no time
 * either way. */
static guint threads_for(const GalenPipelineOptions *options, GalenInputs *inputs) {
  guint64 bytes = galen_inputs_total_bytes(inputs);
  if (options->threads != 0)
    return options->threads;
  return bytes > 0 && bytes < ONE_THREAD_BYTES ? 1 : galen_workers_default();
}

static void look_ahead(Pipeline *self) {
  const GalenPipelineOptions *options = self->options;
  GalenSurveyOptions survey = {.rules = options->log_rules,
                               .log_zone = options->log_zone,
                               .log_zones = options->log_zones,
                               .clock_offsets = options->clock_offsets,
                               .expect_nodes = options->expect_nodes,
                               .tally = options->taker == NULL && !galen_filter_has_window(options->filter),
                               .full_samples = options->samples == GALEN_SAMPLES_FULL,
                               .threads = threads_for(options, self->inputs),
                               .stored = options->stored,
                               .tick = on_tick,
                               .user = self};
  galen_survey_run(&self->run->survey, self->inputs, &survey);
  if (self->run->survey.history != NULL)
    self->run->errors = galen_errors_new(options->samples == GALEN_SAMPLES_FULL);
}

static void judge(Pipeline *self) {
  galen_history_judge(self->run->survey.history, self->activity);
  galen_errors_finish(self->run->errors);
}

gboolean galen_pipeline_run(GalenInputs *inputs, const GalenPipelineOptions *options, GalenRun *ret_run,
                            GError **error) {
  GalenFingerprintFlags fingerprints = options->mask_digits ? GALEN_FINGERPRINT_MASK_DIGITS : GALEN_FINGERPRINT_DEFAULT;
  GalenCountingOptions counting = {.threads = threads_for(options, inputs),
                                   .fingerprints = fingerprints,
                                   .samples = options->samples,
                                   .filter = options->filter};
  GalenRun run = {.rows = g_ptr_array_new_with_free_func((GDestroyNotify)galen_input_row_free)};
  Pipeline self = {
      .options = options,
      .inputs = inputs,
      .counting = galen_counting_new(&counting),
      .fingerprinter = galen_fingerprinter_new(fingerprints),
      .sampler = galen_sampler_new(options->samples),
      .run = &run,
      .activity = galen_activity_list_new(),
      .matcher = galen_log_matcher_new(options->log_rules),
      .arguments = g_hash_table_new(NULL, NULL),
      .streams = g_hash_table_new(NULL, NULL),
  };
  galen_inputs_set_threads(inputs, counting.threads);
  if (counting.threads > 1 && options->taker == NULL) {
    self.helper = galen_log_matcher_new(options->log_rules);
    self.error_queue = galen_error_queue_new(take_error, &self);
    galen_error_queue_set_helper(self.error_queue, self.helper);
  }
  look_ahead(&self);
  galen_log_reader_init(&self.reader);
  if (options->block_bytes != 0)
    self.reader.block = options->block_bytes;
  galen_inputs_foreach(inputs, on_stream, &self);
  run.digest = galen_counting_finish(self.counting);
  galen_pipeline_read_stored(&self, run.digest);
  tell_progress(&self, TRUE);
  check_arguments(&self);
  if (run.errors != NULL)
    judge(&self);
  g_ptr_array_unref(self.activity);
  galen_log_reader_clear(&self.reader);
  galen_counting_free(self.counting);
  galen_error_queue_free(self.error_queue);
  galen_log_matcher_free(self.matcher);
  galen_log_matcher_free(self.helper);
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
  g_clear_pointer(&self->errors, galen_errors_free);
  galen_survey_clear(&self->survey);
}
