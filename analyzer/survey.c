#include "survey.h"

#include "cluster/facts.h"
#include "error_queue.h"
#include "words.h"

/* Enough of a slow log to learn its zone from. */
#define SLOW_HEAD (256u << 10)

/* Groups and peers in tallies that are kept besides the first: they are most of its memory. Logs past it are read again. */
#define TALLY_ITEMS_MAX 8192u
#define TALLIES_MAX 200u

typedef struct {
  const GalenSurveyOptions *options;
  GalenSurvey *survey;
  GalenLogReader reader;
  GalenLogMatcher *matcher;
  GalenFactReader *facts;
  GalenJournalInput *input; /* that is being read */
  guint index;              /* its place in the journal */
  guint stream;             /* which of the inputs is read */
  const GPtrArray *zones;   /* by journal stream, GTimeZone *, when nodes' names are known; else NULL */
  guint logs;               /* error logs */
  GalenTally *tally;        /* of `input`; or NULL */
  GalenErrorQueue *queue;   /* its records, counted by another thread; NULL: by this one */
  GalenLogMatcher *helper;  /* this thread's, when the other one is behind */
  guint tallies, tally_items;
  gboolean found_hosts; /* an input turned out to have several */
} Survey;

static void note_wall(GalenJournalInput *input, gint64 wall) {
  if (wall == GALEN_TIME_NONE)
    return;
  input->first_wall = input->first_wall == GALEN_TIME_NONE ? wall : MIN(input->first_wall, wall);
  input->last_wall = input->last_wall == GALEN_TIME_NONE ? wall : MAX(input->last_wall, wall);
}

static void take_error(gpointer user, const GalenErrorEvent *event, const GalenLogMatch *match) {
  Survey *self = user;
  self->input->records++;
  if (!event->inherited)
    note_wall(self->input, event->wall);
  if (self->tally == NULL) {
    galen_fact_reader_add(self->facts, event, galen_log_matcher_match_fact(self->matcher, event));
    return;
  }
  const GalenLogRule *rule = match != NULL ? galen_log_matcher_take(self->matcher, event, match)
                                           : galen_log_matcher_match(self->matcher, event);
  galen_tally_add(self->tally, event, rule, self->matcher);
  galen_fact_reader_add(self->facts, event, rule != NULL && galen_log_rule_tells_fact(rule) ? rule : NULL);
  galen_errors_prepare(self->tally->errors);
}

static void on_error(gpointer user, const GalenErrorEvent *event) {
  take_error(user, event, NULL);
}

static void on_error_parsed(gpointer user, const GalenErrorEvent *event) {
  galen_error_queue_add(((Survey *)user)->queue, event);
}

static void on_state(gpointer user, const GalenStateFile *file) {
  Survey *self = user;
  galen_facts_from_state(self->input, self->index, file);
}

static GTimeZone *zone_by_label(GHashTable *zones, GTimeZone *fallback, const char *node) {
  GTimeZone *own = zones != NULL ? g_hash_table_lookup(zones, node) : NULL;
  return own != NULL ? own : fallback;
}

/* Of the next stream. */
static GTimeZone *zone_of(const Survey *self, const char *label) {
  guint stream = self->survey->streams->len;
  if (self->zones != NULL && stream < self->zones->len)
    return g_ptr_array_index(self->zones, stream);
  return zone_by_label(self->options->log_zones, self->options->log_zone, label);
}

/* "+02:00" as µs; "UTC" is 0. */
static gint64 read_offset(const char *zone) {
  GTimeZone *parsed = g_str_equal(zone, "UTC") ? NULL : g_time_zone_new_identifier(zone);
  gint64 offset = parsed != NULL ? (gint64)g_time_zone_get_offset(parsed, 0) * G_USEC_PER_SEC : 0;
  if (parsed != NULL)
    g_time_zone_unref(parsed);
  return offset;
}

static void read_slow_head(Survey *self) {
  GalenSink sink = {0};
  galen_log_reader_start(&self->reader, NULL, &sink);
  GalenServerInfo info;
  GalenAccount account;
  galen_log_reader_peek(&self->reader, SLOW_HEAD);
  (void)self->reader.format->parse(self->reader.parser, self->reader.buffer, MIN(self->reader.len, SLOW_HEAD), FALSE);
  galen_log_reader_result(&self->reader, &info, &account);
  if (info.timezone_source != NULL && info.timezone[0] != '\0')
    self->input->epoch_offset = read_offset(info.timezone);
  self->input->server = info.server;
  self->input->version = g_strdup(info.version);
  self->input->first = account.first;
  self->input->last = account.last;
}

/* Keeps the tally when there is room for it. */
static void keep_tally(Survey *self, const GalenServerInfo *info, const GalenAccount *account) {
  guint items = galen_errors_items(self->tally->errors);
  if (self->tallies > 0 && (self->tallies >= TALLIES_MAX || self->tally_items + items > TALLY_ITEMS_MAX)) {
    g_clear_pointer(&self->tally, galen_tally_free);
    return;
  }
  self->tallies++;
  self->tally_items += items;
  galen_tally_end(self->tally, &self->reader, info, account);
}

static void read_records(Survey *self) {
  GalenSink sink = {.user = self, .error = self->queue != NULL ? on_error_parsed : on_error, .state = on_state};
  self->facts = galen_fact_reader_new(self->input, self->index);
  if (self->options->tally && g_str_equal(self->input->kind, "error-log"))
    self->tally = galen_tally_new(self->options->full_samples);
  if (self->queue != NULL)
    galen_error_queue_set_helper(self->queue, self->tally != NULL ? self->helper : NULL);
  galen_log_reader_start(&self->reader, self->input->log_zone, &sink);
  while (galen_log_reader_step(&self->reader))
    if (self->options->tick != NULL)
      self->options->tick(self->options->user);
  if (self->queue != NULL)
    galen_error_queue_wait(self->queue);
  GalenServerInfo info;
  GalenAccount account;
  galen_log_reader_result(&self->reader, &info, &account);
  self->input->server = info.server;
  self->input->version = g_strdup(info.version);
  g_clear_pointer(&self->facts, galen_fact_reader_free);
  if (self->tally != NULL)
    keep_tally(self, &info, &account);
}

static gboolean is_error_log(const char *kind) {
  return g_str_equal(kind, "error-log") || g_str_equal(kind, "recover-log");
}

/* What names a host at all is read to its end: others may speak behind the head. */
static void note_hosts(Survey *self, const GalenInput *input) {
  GalenEnvelope *envelope = self->reader.envelope;
  if (envelope == NULL)
    return;
  gboolean split = self->reader.host != NULL || input->node_given || galen_envelope_host_at(envelope, 0) == NULL;
  if (!split) {
    galen_log_reader_drain(&self->reader);
    gboolean *several = &g_array_index(self->survey->several, gboolean, self->stream);
    gboolean news = !*several && galen_envelope_host_at(envelope, 1) != NULL;
    self->found_hosts = self->found_hosts || news;
    *several = *several || news;
  }
  self->input->host = g_strdup(galen_envelope_host(envelope));
}

static void look_at(Survey *self, const GalenInput *input) {
  int none = -1, index = (int)self->survey->journal->inputs->len;
  if (self->reader.format == NULL) {
    g_array_append_val(self->survey->streams, none);
    return;
  }
  const char *kind = self->reader.format->name, *name = self->reader.host != NULL ? self->reader.host : input->node;
  g_autofree char *path = galen_words_clean(galen_slice(input->path, strlen(input->path)), 0);
  g_autofree char *node = galen_words_clean(galen_slice(name, strlen(name)), 0);
  self->input = galen_journal_add_input(self->survey->journal, path, node, kind);
  self->input->node_given = input->node_given;
  self->index = (guint)index;
  GTimeZone *zone = zone_of(self, node);
  self->input->log_zone = zone != NULL ? g_time_zone_ref(zone) : NULL;
  if (g_str_equal(kind, "slow-log"))
    read_slow_head(self);
  else
    read_records(self);
  galen_journal_limit(self->survey->journal, node);
  note_hosts(self, input);
  if (is_error_log(kind))
    self->logs++;
  g_array_append_val(self->survey->streams, index);
}

static void on_stream(GalenStream *stream, gpointer user) {
  Survey *self = user;
  const GalenInput *input = galen_stream_input(stream);
  galen_log_reader_close(&self->reader);
  if (self->stream >= self->survey->several->len)
    g_array_set_size(self->survey->several, self->stream + 1);
  if (input->status == GALEN_INPUT_OK)
    galen_log_reader_open(&self->reader, stream, galen_survey_several(self->survey, self->stream));
  do {
    look_at(self, input);
    g_ptr_array_add(self->survey->tallies, g_steal_pointer(&self->tally));
  } while (galen_log_reader_next_host(&self->reader));
  galen_log_reader_close(&self->reader);
  self->stream++;
}

/* By what they hold; the path only decides between equals. */
static int compare_inputs(gconstpointer left, gconstpointer right) {
  const GalenJournalInput *a = *(GalenJournalInput *const *)left, *b = *(GalenJournalInput *const *)right;
  int order = strcmp(a->node, b->node);
  if (order == 0)
    order = strcmp(a->kind, b->kind);
  if (order == 0)
    order = (a->first_wall > b->first_wall) - (a->first_wall < b->first_wall);
  if (order == 0)
    order = (a->records > b->records) - (a->records < b->records);
  return order != 0 ? order : strcmp(a->path, b->path);
}

/* Nothing that is concluded may depend on the order in which inputs were named, so the journal has an order of its own. */
static void put_in_order(GalenSurvey *self) {
  GPtrArray *inputs = self->journal->inputs;
  g_autofree gpointer *before = g_memdup2(inputs->pdata, inputs->len * sizeof(gpointer));
  g_autoptr(GHashTable) places = g_hash_table_new(NULL, NULL);
  g_ptr_array_sort(inputs, compare_inputs);
  for (guint i = 0; i < inputs->len; i++) {
    const GalenJournalInput *input = g_ptr_array_index(inputs, i);
    g_hash_table_insert(places, (gpointer)input, GUINT_TO_POINTER(i));
    for (guint f = 0; f < input->facts->len; f++)
      ((GalenFact *)g_ptr_array_index(input->facts, f))->input = i;
  }
  for (guint i = 0; i < self->streams->len; i++) {
    int *stream = &g_array_index(self->streams, int, i);
    if (*stream >= 0)
      *stream = GPOINTER_TO_INT(g_hash_table_lookup(places, before[*stream]));
  }
}

/* What is damaged is NULL in the survey's list. */
static void take_stored(Survey *self, const GalenStoredInput *stored) {
  GalenJournal *journal = self->survey->journal;
  GalenBytesReader reader = {stored->evidence.data, stored->evidence.data + stored->evidence.len, FALSE};
  int index = -1;
  GTimeZone *zone = zone_of(self, stored->input->node);
  GalenStoredLog *log = galen_stored_log_get(&reader, journal, self->options->rules, &index);
  if (index >= 0) {
    GalenJournalInput *input = g_ptr_array_index(journal->inputs, (guint)index);
    input->log_zone = zone != NULL ? g_time_zone_ref(zone) : NULL;
    self->logs += is_error_log(input->kind) ? 1 : 0;
    galen_journal_limit(journal, input->node);
  }
  g_array_append_val(self->survey->streams, index);
  g_ptr_array_add(self->survey->stored, log);
}

/* TRUE: an input turned out to have the lines of several hosts. */
static gboolean look(GalenSurvey *survey, GalenInputs *inputs, const GalenSurveyOptions *options,
                     const GPtrArray *zones) {
  Survey self = {.options = options,
                 .survey = survey,
                 .zones = zones,
                 .matcher = galen_log_matcher_new(options->rules),
                 .helper = galen_log_matcher_new(options->rules)};
  survey->journal = galen_journal_new();
  survey->streams = g_array_new(FALSE, FALSE, sizeof(int));
  survey->tallies = g_ptr_array_new_with_free_func((GDestroyNotify)galen_tally_free);
  survey->stored = g_ptr_array_new_with_free_func((GDestroyNotify)galen_stored_log_free);
  galen_log_reader_init(&self.reader);
  if (options->threads > 1)
    self.queue = galen_error_queue_new(take_error, &self);
  galen_inputs_survey(inputs, on_stream, &self);
  galen_log_reader_clear(&self.reader);
  galen_error_queue_free(self.queue);
  for (guint i = 0; options->stored != NULL && i < options->stored->inputs->len; i++)
    take_stored(&self, g_ptr_array_index(options->stored->inputs, i));
  galen_log_matcher_free(self.matcher);
  galen_log_matcher_free(self.helper);
  if (self.logs > 0 && !self.found_hosts) {
    put_in_order(survey);
    GalenHistoryOptions history = {.clock_offsets = options->clock_offsets, .expect_nodes = options->expect_nodes};
    survey->history = galen_history_new(survey->journal, &history);
  }
  return self.found_hosts;
}

static void forget(GalenSurvey *self) {
  g_clear_pointer(&self->history, galen_history_free);
  g_clear_pointer(&self->journal, galen_journal_free);
  g_clear_pointer(&self->streams, g_array_unref);
  g_clear_pointer(&self->tallies, g_ptr_array_unref);
  g_clear_pointer(&self->stored, g_ptr_array_unref);
}

GalenTally *galen_survey_take_tally(const GalenSurvey *self, guint index) {
  return self->tallies != NULL && index < self->tallies->len ? g_steal_pointer(&self->tallies->pdata[index]) : NULL;
}

static void zone_unref(gpointer zone) {
  if (zone != NULL)
    g_time_zone_unref(zone);
}

/* The zones of all streams by what their nodes are called. NULL: they were read with these. */
static GPtrArray *zones_by_name(const GalenSurvey *self, const GalenSurveyOptions *options) {
  g_autoptr(GPtrArray) zones = g_ptr_array_new_with_free_func(zone_unref);
  gboolean news = FALSE;
  for (guint i = 0; i < self->streams->len; i++) {
    const GalenNode *node = galen_survey_node(self, i);
    GTimeZone *read = galen_survey_log_zone(self, i), *zone = NULL;
    int index = g_array_index(self->streams, int, i);
    const GalenJournalInput *input = index >= 0 ? g_ptr_array_index(self->journal->inputs, (guint)index) : NULL;
    if (node != NULL && input != NULL && !g_hash_table_contains(options->log_zones, input->node))
      zone = galen_history_given(self->history, node, options->log_zones);
    news = news || (zone != NULL && zone != read);
    zone = zone != NULL ? zone : read;
    g_ptr_array_add(zones, zone != NULL ? g_time_zone_ref(zone) : NULL);
  }
  return news ? g_steal_pointer(&zones) : NULL;
}

/* What is only known at the end, hosts behind the head of a file and the zones of nodes by the names in their logs, makes it look
 * once more. */
void galen_survey_run(GalenSurvey *ret_survey, GalenInputs *inputs, const GalenSurveyOptions *options) {
  *ret_survey = (GalenSurvey){.several = g_array_new(FALSE, TRUE, sizeof(gboolean))};
  if (look(ret_survey, inputs, options, NULL)) {
    forget(ret_survey);
    look(ret_survey, inputs, options, NULL);
  }
  if (ret_survey->history == NULL || options->log_zones == NULL || g_hash_table_size(options->log_zones) == 0)
    return;
  g_autoptr(GPtrArray) zones = zones_by_name(ret_survey, options);
  if (zones == NULL)
    return;
  forget(ret_survey);
  look(ret_survey, inputs, options, zones);
}

void galen_survey_clear(GalenSurvey *self) {
  forget(self);
  g_clear_pointer(&self->several, g_array_unref);
}

gboolean galen_survey_several(const GalenSurvey *self, guint stream) {
  return stream < self->several->len && g_array_index(self->several, gboolean, stream);
}

GTimeZone *galen_survey_log_zone(const GalenSurvey *self, guint index) {
  int input = index < self->streams->len ? g_array_index(self->streams, int, index) : -1;
  return input >= 0 ? ((const GalenJournalInput *)g_ptr_array_index(self->journal->inputs, (guint)input))->log_zone
                    : NULL;
}

const GalenNode *galen_survey_node(const GalenSurvey *self, guint index) {
  if (self->history == NULL || index >= self->streams->len)
    return NULL;
  int input = g_array_index(self->streams, int, index);
  return input >= 0 ? g_ptr_array_index(self->history->input_nodes, (guint)input) : NULL;
}
