#include "remembered.h"

#include "survey.h"

/* When slow logs show servers at work. */
static GPtrArray *activity_of(const GalenSurvey *survey, const GalenStored *stored) {
  GPtrArray *all = galen_activity_list_new();
  for (guint i = 0; i < survey->stored->len; i++) {
    const GalenStoredLog *log = g_ptr_array_index(survey->stored, i);
    const GalenNode *node = galen_survey_node(survey, i);
    const char *name =
        node != NULL ? node->name : ((GalenStoredInput *)g_ptr_array_index(stored->inputs, i))->input->node;
    if (log != NULL)
      galen_activity_list_add(all, log, name);
  }
  return all;
}

static GArray *rows_of(const GPtrArray *incidents) {
  GArray *rows = g_array_new(FALSE, FALSE, sizeof(GalenStoreIncident));
  for (guint i = 0; i < incidents->len; i++) {
    const GalenIncident *incident = g_ptr_array_index(incidents, i);
    GalenStoreIncident row = {.id = incident->id,
                              .kind = galen_incident_word(incident->kind),
                              .severity = galen_severity_word(incident->severity),
                              .confidence = galen_confidence_word(incident->confidence),
                              .title = incident->title,
                              .nodes = incident->nodes,
                              .from = incident->from,
                              .to = incident->to,
                              .ongoing = incident->ongoing};
    g_array_append_val(rows, row);
  }
  return rows;
}

static gboolean write_rows(const char *where, const GArray *rows, GError **error) {
  g_autoptr(GalenStore) store = galen_store_open(where, GALEN_STORE_WRITE, error);
  if (store == NULL || !galen_store_begin(store, error))
    return FALSE;
  if (galen_store_put_incidents(store, rows, error))
    return galen_store_commit(store, error);
  galen_store_rollback(store);
  return FALSE;
}

gboolean galen_remember_incidents(const char *store, const GalenRememberOptions *options, GError **error) {
  static const char *const none[] = {NULL};
  g_autoptr(GalenStored) stored = galen_stored_new();
  g_autoptr(GalenInputs) inputs = galen_inputs_new(none);
  if (!galen_stored_add(stored, store, error))
    return FALSE;
  GalenSurveyOptions survey_options = {.rules = options->rules,
                                       .log_zone = options->log_zone,
                                       .log_zones = options->log_zones,
                                       .threads = 1,
                                       .stored = stored};
  g_auto(GalenSurvey) survey = {0};
  galen_survey_run(&survey, inputs, &survey_options);
  g_autoptr(GPtrArray) activity = activity_of(&survey, stored);
  g_autoptr(GPtrArray) no_incidents = g_ptr_array_new();
  if (survey.history != NULL)
    galen_history_judge(survey.history, activity);
  g_autoptr(GArray) rows = rows_of(survey.history != NULL ? survey.history->incidents : no_incidents);
  return write_rows(store, rows, error);
}
