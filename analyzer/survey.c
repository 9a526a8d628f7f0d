#include "survey.h"

#include "cluster/facts.h"
#include "report/words.h"

/* Enough of a slow log to learn its zone from. */
#define SLOW_HEAD (256u << 10)

typedef struct {
  const GalenSurveyOptions *options;
  GalenSurvey *survey;
  GalenLogReader reader;
  GalenLogMatcher *matcher;
  GalenFactReader *facts;
  GalenJournalInput *input; /* that is being read */
  guint index;              /* its place in the journal */
  guint logs;               /* error logs */
} Survey;

static void note_wall(GalenJournalInput *input, gint64 wall) {
  if (wall == GALEN_TIME_NONE)
    return;
  input->first_wall = input->first_wall == GALEN_TIME_NONE ? wall : MIN(input->first_wall, wall);
  input->last_wall = input->last_wall == GALEN_TIME_NONE ? wall : MAX(input->last_wall, wall);
}

static void on_error(gpointer user, const GalenErrorEvent *event) {
  Survey *self = user;
  self->input->records++;
  if (!event->inherited)
    note_wall(self->input, event->wall);
  galen_fact_reader_add(self->facts, event, galen_log_matcher_match_fact(self->matcher, event));
}

static void on_state(gpointer user, const GalenStateFile *file) {
  Survey *self = user;
  galen_facts_from_state(self->input, self->index, file);
}

GTimeZone *galen_survey_zone(GHashTable *zones, GTimeZone *fallback, const char *node) {
  GTimeZone *own = zones != NULL ? g_hash_table_lookup(zones, node) : NULL;
  return own != NULL ? own : fallback;
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
  (void)self->reader.format->parse(self->reader.parser, self->reader.buffer, MIN(self->reader.len, SLOW_HEAD), FALSE);
  galen_log_reader_result(&self->reader, &info, &account);
  if (info.timezone_source != NULL && info.timezone[0] != '\0')
    self->input->epoch_offset = read_offset(info.timezone);
  self->input->server = info.server;
  self->input->version = g_strdup(info.version);
  self->input->first = account.first;
  self->input->last = account.last;
}

static void read_records(Survey *self) {
  GalenSink sink = {.user = self, .error = on_error, .state = on_state};
  self->facts = galen_fact_reader_new(self->input, self->index);
  galen_log_reader_start(&self->reader, self->input->log_zone, &sink);
  while (galen_log_reader_step(&self->reader))
    if (self->options->tick != NULL)
      self->options->tick(self->options->user);
  GalenServerInfo info;
  GalenAccount account;
  galen_log_reader_result(&self->reader, &info, &account);
  self->input->server = info.server;
  self->input->version = g_strdup(info.version);
  if (self->reader.envelope != NULL)
    self->input->host = g_strdup(galen_envelope_host(self->reader.envelope));
  g_clear_pointer(&self->facts, galen_fact_reader_free);
}

static gboolean is_error_log(const char *kind) {
  return g_str_equal(kind, "error-log") || g_str_equal(kind, "recover-log");
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
  GTimeZone *zone = galen_survey_zone(self->options->log_zones, self->options->log_zone, node);
  self->input->log_zone = zone != NULL ? g_time_zone_ref(zone) : NULL;
  if (g_str_equal(kind, "slow-log"))
    read_slow_head(self);
  else
    read_records(self);
  galen_journal_limit(self->survey->journal, node);
  if (is_error_log(kind))
    self->logs++;
  g_array_append_val(self->survey->streams, index);
}

static void on_stream(GalenStream *stream, gpointer user) {
  Survey *self = user;
  const GalenInput *input = galen_stream_input(stream);
  galen_log_reader_close(&self->reader);
  if (input->status == GALEN_INPUT_OK)
    galen_log_reader_open(&self->reader, stream);
  do
    look_at(self, input);
  while (galen_log_reader_next_host(&self->reader));
  galen_log_reader_close(&self->reader);
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

void galen_survey_run(GalenSurvey *ret_survey, GalenInputs *inputs, const GalenSurveyOptions *options) {
  *ret_survey = (GalenSurvey){.journal = galen_journal_new(), .streams = g_array_new(FALSE, FALSE, sizeof(int))};
  Survey self = {.options = options, .survey = ret_survey, .matcher = galen_log_matcher_new(options->rules)};
  galen_log_reader_init(&self.reader);
  galen_inputs_survey(inputs, on_stream, &self);
  galen_log_reader_clear(&self.reader);
  galen_log_matcher_free(self.matcher);
  if (self.logs == 0)
    return;
  put_in_order(ret_survey);
  GalenHistoryOptions history = {.clock_offsets = options->clock_offsets, .expect_nodes = options->expect_nodes};
  ret_survey->history = galen_history_new(ret_survey->journal, &history);
}

void galen_survey_clear(GalenSurvey *self) {
  g_clear_pointer(&self->history, galen_history_free);
  g_clear_pointer(&self->journal, galen_journal_free);
  g_clear_pointer(&self->streams, g_array_unref);
}

const GalenNode *galen_survey_node(const GalenSurvey *self, guint index) {
  if (self->history == NULL || index >= self->streams->len)
    return NULL;
  int input = g_array_index(self->streams, int, index);
  return input >= 0 ? g_ptr_array_index(self->history->input_nodes, (guint)input) : NULL;
}
