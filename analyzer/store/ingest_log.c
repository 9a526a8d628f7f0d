#include "ingest_log.h"

#include "../cluster/facts.h"
#include "../words.h"

/* Enough of a slow log to learn its zone from: as much as a survey reads. */
#define SLOW_HEAD (256u << 10)

#define ALSO_ELSEWHERE "also in another input"

struct GalenIngestLog {
  const GalenIngestOptions *options;
  void (*tick)(gpointer user);
  gpointer user;
  GalenLogMatcher *matcher;
  GalenFingerprinter *fingerprinter;
  GalenSampler *sampler;
  GalenSlots *slots;
  /* Of the log that is read. */
  GalenLogReader *reader;
  GalenStoredLog *log;
  GalenJournal *journal;
  GalenJournalInput *input; /* its only one; NULL: nothing was written to the log */
  GalenFactReader *facts;
  gboolean errors;    /* it is an error log */
  gboolean in_run;    /* the last span is of the run that goes on */
  gint64 first, last; /* of records, as written */
  guint64 statement;  /* bytes, of one that comes in pieces */
  GalenCut cut;       /* what another one has already */
  guint64 left_out;   /* events of that */
  guint64 left_untimed;
};

GalenIngestLog *galen_ingest_log_new(const GalenIngestOptions *options, void (*tick)(gpointer user), gpointer user) {
  GalenIngestLog *self = g_new0(GalenIngestLog, 1);
  GalenSlotsOptions slots = {options->samples, options->log_rules};
  self->options = options;
  self->tick = tick;
  self->user = user;
  self->matcher = galen_log_matcher_new(options->log_rules);
  self->fingerprinter =
      galen_fingerprinter_new(options->mask_digits ? GALEN_FINGERPRINT_MASK_DIGITS : GALEN_FINGERPRINT_DEFAULT);
  self->sampler = galen_sampler_new(options->samples);
  self->slots = galen_slots_new(&slots);
  return self;
}

static void forget(GalenIngestLog *self) {
  g_clear_pointer(&self->facts, galen_fact_reader_free);
  g_clear_pointer(&self->journal, galen_journal_free);
  g_clear_pointer(&self->log, galen_stored_log_free);
  self->input = NULL;
}

void galen_ingest_log_free(GalenIngestLog *self) {
  if (self == NULL)
    return;
  forget(self);
  galen_log_matcher_free(self->matcher);
  galen_fingerprinter_free(self->fingerprinter);
  galen_sampler_free(self->sampler);
  galen_slots_free(self->slots);
  g_free(self);
}

/* ---- slow logs ---- */

/* See note_activity in pipeline.c. */
static void note_span(GalenIngestLog *self, const GalenSlowEvent *event) {
  if (!event->timed)
    return;
  gint64 end = event->start + (gint64)event->main[GALEN_MAIN_TIME];
  if (!self->in_run) {
    GalenLogSpan span = {event->start, event->start};
    g_array_append_val(self->log->spans, span);
    self->in_run = TRUE;
  }
  GalenLogSpan *span = &g_array_index(self->log->spans, GalenLogSpan, self->log->spans->len - 1);
  galen_rhythm_add(&self->log->row->rhythm, event->start, end, event->line);
  span->first = MIN(span->first, event->start);
  span->last = MAX(span->last, end);
}

static void add_pieces(GalenIngestLog *self, const GalenSlowEvent *event) {
  if (event->piece == GALEN_PIECE_BEGIN) {
    galen_fingerprinter_begin(self->fingerprinter, event->no_backslash);
    galen_sampler_begin(self->sampler, event->no_backslash);
    self->statement = 0;
  }
  self->statement += event->text.len;
  galen_fingerprinter_feed(self->fingerprinter, event->text.data, event->text.len);
  galen_sampler_feed(self->sampler, event->text.data, event->text.len);
  if (event->piece != GALEN_PIECE_END)
    return;
  GalenFingerprint fingerprint;
  galen_fingerprinter_end(self->fingerprinter, &fingerprint);
  galen_slots_add_query(self->slots, event, &fingerprint, self->fingerprinter, self->statement,
                        galen_sampler_end(self->sampler));
}

/* What another log has already is not counted again. */
static gboolean is_left_out(GalenIngestLog *self, guint64 offset, gboolean begins, gboolean timed) {
  if (offset >= self->cut.at)
    return FALSE;
  self->left_out += begins ? 1 : 0;
  self->left_untimed += begins && !timed ? 1 : 0;
  return TRUE;
}

static void note_time(GalenIngestLog *self, gint64 time) {
  if (time == GALEN_TIME_NONE)
    return;
  self->first = self->first == GALEN_TIME_NONE ? time : MIN(self->first, time);
  self->last = self->last == GALEN_TIME_NONE ? time : MAX(self->last, time);
}

static void on_slow(gpointer user, const GalenSlowEvent *parsed) {
  GalenIngestLog *self = user;
  gboolean begins = parsed->piece == GALEN_PIECE_WHOLE || parsed->piece == GALEN_PIECE_BEGIN;
  if (is_left_out(self, parsed->offset, begins, parsed->timed))
    return;
  if (self->cut.at > 0 && parsed->timed)
    note_time(self, parsed->start);
  GalenSlowEvent event = *parsed;
  event.line = galen_log_reader_line(self->reader, parsed->offset, parsed->line);
  if (event.piece == GALEN_PIECE_WHOLE || event.piece == GALEN_PIECE_BEGIN)
    note_span(self, &event);
  if (event.piece != GALEN_PIECE_WHOLE) {
    add_pieces(self, &event);
    return;
  }
  GalenFingerprint fingerprint;
  galen_fingerprinter_make(self->fingerprinter, event.text, event.no_backslash, &fingerprint);
  galen_slots_add_query(self->slots, &event, &fingerprint, self->fingerprinter, event.text.len, galen_slice(NULL, 0));
}

static void on_server_start(gpointer user, const GalenServerStart *start) {
  GalenIngestLog *self = user;
  GalenInputRow *row = self->log->row;
  if (start->line <= self->cut.line)
    return;
  galen_input_row_add_start(row, start);
  if (row->starts->len < GALEN_STARTS_MAX)
    self->in_run = FALSE;
}

/* ---- error logs and what is beside them ---- */

static void note_wall(GalenJournalInput *input, gint64 wall) {
  if (wall == GALEN_TIME_NONE)
    return;
  input->first_wall = input->first_wall == GALEN_TIME_NONE ? wall : MIN(input->first_wall, wall);
  input->last_wall = input->last_wall == GALEN_TIME_NONE ? wall : MAX(input->last_wall, wall);
}

static void on_error(gpointer user, const GalenErrorEvent *event) {
  GalenIngestLog *self = user;
  gint64 time = event->time != GALEN_TIME_NONE ? event->time : event->wall;
  if (is_left_out(self, event->offset, TRUE, TRUE))
    return;
  self->input->records++;
  if (!event->inherited)
    note_wall(self->input, event->wall);
  note_time(self, time);
  if (!self->errors) {
    galen_fact_reader_add(self->facts, event, galen_log_matcher_match_fact(self->matcher, event));
    return;
  }
  const GalenLogRule *rule = galen_log_matcher_match(self->matcher, event);
  self->log->untimed += time == GALEN_TIME_NONE || galen_error_event_misdated(event);
  galen_slots_add_error(self->slots, event, rule, self->matcher);
  galen_fact_reader_add(self->facts, event, rule != NULL && galen_log_rule_tells_fact(rule) ? rule : NULL);
}

static void on_state(gpointer user, const GalenStateFile *file) {
  galen_facts_from_state(((GalenIngestLog *)user)->input, 0, file);
}

/* ---- reading ---- */

/* "+02:00" as µs; "UTC" is 0. */
static gint64 read_offset(const char *zone) {
  g_autoptr(GTimeZone) parsed = g_str_equal(zone, "UTC") ? NULL : g_time_zone_new_identifier(zone);
  return parsed != NULL ? (gint64)g_time_zone_get_offset(parsed, 0) * G_USEC_PER_SEC : 0;
}

/* What a survey learns from the head of a slow log; with a parser of its own, since the log is read only once. */
static void look_at_head(GalenIngestLog *self) {
  static const GalenSink nobody = {0};
  GalenLogReader *reader = self->reader;
  GalenFormatOptions options = {0};
  GalenServerInfo info;
  galen_log_reader_peek(reader, SLOW_HEAD);
  gpointer parser = reader->format->open(&options, &nobody);
  (void)reader->format->parse(parser, reader->buffer, MIN(reader->len, SLOW_HEAD), FALSE);
  reader->format->describe(parser, &info);
  const GalenAccount *account = reader->format->account(parser);
  if (info.timezone_source != NULL && info.timezone[0] != '\0')
    self->input->epoch_offset = read_offset(info.timezone);
  self->input->server = info.server;
  self->input->version = g_strdup(info.version);
  self->input->first = account->first;
  self->input->last = account->last;
  reader->format->close(parser);
}

static GTimeZone *zone_of(const GalenIngestLog *self, const char *node) {
  const GalenIngestOptions *options = self->options;
  GTimeZone *own = options->log_zones != NULL ? g_hash_table_lookup(options->log_zones, node) : NULL;
  return own != NULL ? own : options->log_zone;
}

static void set_info(GalenInputRow *row, const GalenServerInfo *info) {
  row->server = info->server;
  row->version = info->version != NULL ? galen_words_clean(galen_slice(info->version, strlen(info->version)), 0) : NULL;
  row->timezone = info->timezone[0] != '\0' ? g_strdup(info->timezone) : NULL;
  row->timezone_source = info->timezone_source;
  row->restarts = info->restarts;
}

/* The account is of all bytes; those that another log has are skipped ones. */
static void account_cut(const GalenIngestLog *self, GalenAccount *account) {
  if (self->cut.at == 0)
    return;
  account->events -= MIN(account->events, self->left_out);
  account->untimed -= MIN(account->untimed, self->left_untimed);
  account->bytes_events -= MIN(account->bytes_events, self->cut.at);
  account->first = self->first;
  account->last = self->last;
  galen_account_skip(account, ALSO_ELSEWHERE, galen_slice(NULL, 0), self->cut.at, 1);
}

static void parse(GalenIngestLog *self, gboolean slow) {
  GalenSink sink = {.user = self,
                    .error = slow ? NULL : on_error,
                    .state = on_state,
                    .slow = slow ? on_slow : NULL,
                    .server_start = on_server_start};
  GalenServerInfo info;
  galen_log_reader_start(self->reader, zone_of(self, self->input->node), &sink);
  while (galen_log_reader_step(self->reader))
    self->tick(self->user);
  galen_log_reader_result(self->reader, &info, &self->log->row->account);
  account_cut(self, &self->log->row->account);
  set_info(self->log->row, &info);
  if (slow)
    return;
  self->input->server = info.server;
  self->input->version = g_strdup(info.version);
}

/* What names a host at all may have others behind its head. */
static gboolean note_hosts(GalenIngestLog *self, const GalenInput *input) {
  GalenEnvelope *envelope = self->reader->envelope;
  if (envelope == NULL)
    return FALSE;
  self->input->host = g_strdup(galen_envelope_host(envelope));
  return self->reader->host == NULL && !input->node_given && galen_envelope_host_at(envelope, 1) != NULL;
}

static void begin(GalenIngestLog *self, const GalenInput *input) {
  GalenLogReader *reader = self->reader;
  const char *name = reader->host != NULL ? reader->host : input->node;
  self->log = galen_stored_log_new();
  self->journal = galen_journal_new();
  self->in_run = FALSE;
  self->left_out = self->left_untimed = 0;
  self->first = self->last = GALEN_TIME_NONE;
  GalenInputRow *row = self->log->row;
  row->path = galen_words_clean(galen_slice(input->path, strlen(input->path)), 0);
  row->node = galen_words_clean(galen_slice(name, strlen(name)), 0);
  row->kind = reader->format != NULL ? reader->format->name : "unknown";
  row->compression = galen_stream_compression(reader->stream);
  row->envelope = reader->envelope != NULL ? galen_envelope_name(reader->envelope) : NULL;
  row->complete = TRUE;
  galen_slots_begin(self->slots, row->node, row->path);
}

gboolean galen_ingest_log_read(GalenIngestLog *self, GalenLogReader *reader) {
  const GalenInput *input = galen_stream_input(reader->stream);
  forget(self);
  self->reader = reader;
  begin(self, input);
  gboolean several = FALSE;
  if (reader->format != NULL) {
    const GalenInputRow *row = self->log->row;
    gboolean slow = g_str_equal(row->kind, "slow-log");
    self->input = galen_journal_add_input(self->journal, row->path, row->node, row->kind);
    self->input->node_given = input->node_given;
    self->errors = g_str_equal(row->kind, "error-log");
    self->facts = galen_fact_reader_new(self->input, 0);
    if (slow)
      look_at_head(self);
    parse(self, slow);
    g_clear_pointer(&self->facts, galen_fact_reader_free);
    galen_journal_limit(self->journal, row->node);
    several = note_hosts(self, input);
  }
  self->log->row->problem = g_strdup(galen_stream_error(reader->stream));
  self->log->row->complete = self->log->row->problem == NULL;
  return several;
}

void galen_ingest_log_set_cut(GalenIngestLog *self, const GalenCut *cut) {
  self->cut = *cut;
}

/* ---- what came of it ---- */

GalenSlots *galen_ingest_log_slots(GalenIngestLog *self) {
  return self->slots;
}

const GalenStoredLog *galen_ingest_log_row(const GalenIngestLog *self) {
  return self->log;
}

static char *state_of(const GalenInputRow *row) {
  if (row->server == NULL && row->timezone == NULL)
    return NULL;
  return g_strdup_printf("%s%s%s%s%s", row->server != NULL ? row->server : "", row->version != NULL ? " " : "",
                         row->version != NULL ? row->version : "",
                         row->timezone != NULL && row->server != NULL ? ", " : "",
                         row->timezone != NULL ? row->timezone : "");
}

void galen_ingest_log_describe(const GalenIngestLog *self, GalenStoreInput *input) {
  const GalenInputRow *row = self->log->row;
  gboolean errors = self->first != GALEN_TIME_NONE;
  input->path = g_strdup(row->path);
  input->node = g_strdup(row->node);
  input->host = g_strdup(self->reader->host != NULL ? self->reader->host : "");
  input->kind = g_strdup(row->kind);
  input->state = state_of(row);
  input->events = row->account.events;
  input->first = errors ? self->first : row->account.first;
  input->last = errors ? self->last : row->account.last;
  input->complete = row->complete;
}

void galen_ingest_log_evidence(const GalenIngestLog *self, GalenBytes *bytes) {
  gboolean known = self->input != NULL && !g_str_equal(self->input->kind, "general-log");
  galen_stored_log_put(self->log, known ? self->input : NULL, bytes);
}
