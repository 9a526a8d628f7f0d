#include "stored.h"

static void input_free(gpointer data) {
  GalenStoredInput *self = data;
  galen_store_input_free(self->input);
  galen_bytes_clear(&self->evidence);
  g_free(self);
}

GalenStored *galen_stored_new(void) {
  GalenStored *self = g_new0(GalenStored, 1);
  self->stores = g_ptr_array_new_with_free_func((GDestroyNotify)galen_store_free);
  self->inputs = g_ptr_array_new_with_free_func(input_free);
  self->doubles = g_array_new(FALSE, FALSE, sizeof(GalenStoredDouble));
  return self;
}

void galen_stored_free(GalenStored *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref(self->inputs);
  g_array_unref(self->doubles);
  g_ptr_array_unref(self->stores);
  g_free(self);
}

static gboolean take_inputs(GalenStored *self, GalenStore *store, GError **error) {
  g_autoptr(GPtrArray) inputs = galen_store_inputs(store, error);
  if (inputs == NULL)
    return FALSE;
  g_ptr_array_set_free_func(inputs, NULL);
  gboolean good = TRUE;
  for (guint i = 0; i < inputs->len; i++) {
    GalenStoredInput *input = g_new0(GalenStoredInput, 1);
    input->store = store;
    input->input = g_ptr_array_index(inputs, i);
    galen_bytes_init(&input->evidence, GALEN_EVIDENCE_MAX);
    g_ptr_array_add(self->inputs, input);
    good = good && galen_store_evidence(store, input->input->id, &input->evidence, error);
  }
  return good;
}

gboolean galen_stored_add(GalenStored *self, const char *where, GError **error) {
  g_autoptr(GalenStore) store = galen_store_open(where, GALEN_STORE_READ, error);
  guint before = self->inputs->len;
  if (store == NULL)
    return FALSE;
  if (!take_inputs(self, store, error)) {
    g_ptr_array_set_size(self->inputs, (gint)before);
    return FALSE;
  }
  g_ptr_array_add(self->stores, g_steal_pointer(&store));
  return TRUE;
}

gboolean galen_stored_widen(GalenStored *self, gint64 *since, gint64 *until, GError **error) {
  gint64 from = *since, to = *until;
  for (guint i = 0; i < self->stores->len; i++)
    if (!galen_store_widen(g_ptr_array_index(self->stores, i), &from, &to, error))
      return FALSE;
  *since = from;
  *until = to;
  return TRUE;
}

static void activity_free(gpointer data) {
  g_free(((GalenActivity *)data)->node);
  g_free(data);
}

GPtrArray *galen_activity_list_new(void) {
  return g_ptr_array_new_with_free_func(activity_free);
}

void galen_activity_list_add(GPtrArray *self, const GalenStoredLog *log, const char *node) {
  for (guint i = 0; i < log->spans->len; i++) {
    const GalenLogSpan *span = &g_array_index(log->spans, GalenLogSpan, i);
    GalenActivity *activity = g_new0(GalenActivity, 1);
    *activity = (GalenActivity){g_strdup(node), span->first, span->last};
    g_ptr_array_add(self, activity);
  }
}
