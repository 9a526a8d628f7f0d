/* What stores have of logs that were read on other days, beside those that are read now. */
#include "pipeline_private.h"

#include "digest/digest_record.h"
#include "digest/errors_record.h"
#include "store/slots.h"

/* An input of a store while its slots are read. */
typedef struct {
  Pipeline *pipeline;
  const GalenStoredInput *input;
  GalenDigest *digest;
  const char *node, *path;
  gint64 since, until; /* the window, GALEN_TIME_NONE for an open side */
  GString *text;       /* of a fingerprint */
  GError *damage;      /* of the first slot that is false in itself: it is left out */
} Shelf;

static gboolean text_of(const guint8 id[GALEN_QUERY_ID_BYTES], gpointer user, GalenSlice *ret_text,
                        guint64 *ret_full_len, GError **error) {
  Shelf *self = user;
  g_string_truncate(self->text, 0);
  if (!galen_store_fingerprint(self->input->store, id, self->text, ret_full_len)) {
    g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_DAMAGED, "a fingerprint is missing");
    return FALSE;
  }
  *ret_text = galen_slice(self->text->str, self->text->len);
  return TRUE;
}

/* Of a day that is one slot nobody knows the hours. */
static gboolean has_hours(const Shelf *self, const GalenSlot *slot, gint64 time) {
  GalenDayHours hours = galen_filter_hours(self->pipeline->options->filter);
  if (hours.length > 0 && slot->width != GALEN_SLOT_HOUR) {
    self->pipeline->run->left_out++;
    return FALSE;
  }
  return galen_day_hours_hold(hours, time);
}

/* The first one is told when all other slots are read. */
static void note_damage(Shelf *self, const GError *why) {
  if (self->damage == NULL)
    self->damage = g_error_copy(why);
}

static gboolean add_queries(const GalenSlot *slot, GalenBytesReader *record, gpointer user,
                            G_GNUC_UNUSED GError **error) {
  Shelf *self = user;
  if (!has_hours(self, slot, slot->from))
    return TRUE;
  GalenDigestGet how = {.node = self->node, .path = self->path, .text = text_of, .text_user = self};
  GalenDigestOptions options = {.samples = self->pipeline->options->samples};
  /* A record that is false in itself spoils the digest that reads it: so each has one of its own. */
  g_autoptr(GalenDigest) own = galen_digest_new(&options);
  g_autoptr(GError) problem = NULL;
  if (galen_digest_get(own, record, &how, &problem))
    galen_digest_merge(self->digest, own);
  else
    note_damage(self, problem);
  return TRUE;
}

/* Slots of errors are hours of the clock that wrote the log. One is in the window when its middle is: clocks that are some seconds
 * wrong do not move it. */
static gboolean in_window(const Shelf *self, const GalenSlot *slot) {
  gboolean open = self->since == GALEN_TIME_NONE && self->until == GALEN_TIME_NONE;
  if (slot->width == GALEN_SLOT_UNTIMED || open)
    return open;
  const Pipeline *pipeline = self->pipeline;
  gint64 middle = slot->from + (gint64)slot->width * G_USEC_PER_SEC / 2;
  gint64 time = galen_history_time(pipeline->run->survey.history, (guint)pipeline->journal_input, middle, FALSE);
  return (self->since == GALEN_TIME_NONE || time >= self->since) &&
         (self->until == GALEN_TIME_NONE || time < self->until) && has_hours(self, slot, time);
}

/* One record of a slot; FALSE with error. Also of a slot that is not `wanted` the times are noted: a log's range is all of it. */
static gboolean add_errors_record(Shelf *self, GalenBytesReader *record, gboolean wanted, GError **error) {
  Pipeline *pipeline = self->pipeline;
  const GalenPipelineOptions *options = pipeline->options;
  GalenTally tally = {0};
  tally.errors = galen_errors_get(record, options->log_rules, options->samples == GALEN_SAMPLES_FULL, error);
  if (tally.errors == NULL)
    return FALSE;
  gint64 first, last;
  gboolean placed = galen_tally_place(&tally, pipeline->run->survey.history, (guint)pipeline->journal_input, self->node,
                                      self->path, &first, &last);
  if (!placed) {
    g_set_error_literal(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_DAMAGED,
                        "the times of an error log cannot be put on the cluster's clock");
  } else {
    if (wanted)
      galen_errors_merge(pipeline->run->errors, tally.errors);
    if (first != GALEN_TIME_NONE) {
      pipeline->first = pipeline->first == GALEN_TIME_NONE ? first : MIN(pipeline->first, first);
      pipeline->last = pipeline->last == GALEN_TIME_NONE ? last : MAX(pipeline->last, last);
    }
  }
  galen_errors_free(tally.errors);
  return placed;
}

static gboolean add_errors(const GalenSlot *slot, GalenBytesReader *parts, gpointer user,
                           G_GNUC_UNUSED GError **error) {
  Shelf *self = user;
  gboolean wanted = in_window(user, slot);
  g_autoptr(GError) problem = NULL;
  GalenBytesReader record;
  while (galen_slot_errors_next(parts, &record) && add_errors_record(self, &record, wanted, &problem))
    continue;
  if (problem == NULL && parts->failed)
    g_set_error_literal(&problem, GALEN_STORE_ERROR, GALEN_STORE_ERROR_DAMAGED, "a slot of errors is damaged");
  if (problem != NULL)
    note_damage(self, problem);
  return TRUE;
}

static void read_shelf(Pipeline *self, const GalenStoredInput *stored, GalenInputRow *row, GalenDigest *digest) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GString) text = g_string_new(NULL);
  Shelf shelf = {self, stored, digest, row->node, row->path, GALEN_TIME_NONE, GALEN_TIME_NONE, text, NULL};
  galen_filter_window(self->options->filter, &shelf.since, &shelf.until);
  self->first = self->last = GALEN_TIME_NONE;
  gboolean good = galen_store_slots(stored->store, stored->input->id, GALEN_SLOT_QUERIES, shelf.since, shelf.until,
                                    add_queries, &shelf, &error);
  if (self->run->errors != NULL && self->journal_input >= 0)
    good = galen_store_slots(stored->store, stored->input->id, GALEN_SLOT_ERRORS, GALEN_TIME_NONE, GALEN_TIME_NONE,
                             add_errors, &shelf, good ? &error : NULL) &&
           good;
  if (good && shelf.damage == NULL)
    return;
  const GError *first = good ? shelf.damage : error;
  g_autofree char *why = g_strdup_printf("%s: %s", galen_store_where(stored->store), first->message);
  galen_pipeline_problem(self, row, 0, why, TRUE);
  g_clear_error(&shelf.damage);
}

void galen_pipeline_read_stored(Pipeline *self, GalenDigest *digest) {
  const GalenStored *all = self->options->stored;
  GPtrArray *logs = self->run->survey.stored;
  for (guint i = 0; all != NULL && i < all->inputs->len; i++) {
    const GalenStoredInput *stored = g_ptr_array_index(all->inputs, i);
    GalenStoredLog *log = g_ptr_array_index(logs, i);
    self->stream = self->run->survey.streams->len - logs->len + i;
    self->journal_input = g_array_index(self->run->survey.streams, int, self->stream);
    if (log == NULL) {
      self->run->incomplete = TRUE;
      if (self->options->warn != NULL)
        self->options->warn(self->options->user, galen_store_where(stored->store), "what it has of a log is damaged");
      continue;
    }
    GalenInputRow *row = g_steal_pointer(&log->row);
    const GalenNode *node = galen_survey_node(&self->run->survey, self->stream);
    g_free(row->node);
    row->node = g_strdup(node != NULL ? node->name : stored->input->node);
    row->store = g_strdup(galen_store_where(stored->store));
    if (galen_pipeline_wants(self, row->node))
      read_shelf(self, stored, row, digest);
    if (g_strcmp0(row->kind, "error-log") == 0) {
      self->untimed = log->untimed;
      galen_pipeline_set_error_times(self, row);
    }
    galen_activity_list_add(self->activity, log, row->node);
    self->run->logs += g_strcmp0(row->kind, "slow-log") == 0 || g_strcmp0(row->kind, "error-log") == 0;
    g_ptr_array_add(self->run->rows, row);
  }
}
