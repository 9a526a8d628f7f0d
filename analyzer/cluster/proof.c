#include "proof.h"

#include "timeline.h"

static gint by_weight(gconstpointer a, gconstpointer b) {
  const GalenIncident *x = *(const GalenIncident *const *)a, *y = *(const GalenIncident *const *)b;
  if (x->severity != y->severity)
    return x->severity > y->severity ? -1 : 1;
  if (x->from != y->from)
    return x->from < y->from ? -1 : 1;
  return strcmp(x->id, y->id);
}

/* What every incident must have, whatever its family left out. */
static void complete(GalenIncident *self) {
  if (self->title == NULL)
    self->title = g_strdup(galen_incident_word(self->kind));
  if (self->verdict == NULL)
    self->verdict = g_strdup(self->title);
  if (self->from == GALEN_TIME_NONE && self->evidence->len > 0)
    self->from = ((const GalenFact *)self->evidence->pdata[0])->time;
  if (self->to != GALEN_TIME_NONE && self->from != GALEN_TIME_NONE && self->to < self->from)
    self->to = self->from;
  if (self->exposure_from != GALEN_TIME_NONE && self->exposure_from > self->from)
    self->exposure_from = self->from;
}

void galen_history_judge(GalenHistory *self, const GPtrArray *activity) {
  static void (*const families[])(GalenProof *) = {
      galen_proof_split, galen_proof_opted_in,   galen_proof_bootstrap, galen_proof_return,  galen_proof_quorum,
      galen_proof_loss,  galen_proof_group_down, galen_proof_process,   galen_proof_trouble, galen_proof_errant,
      galen_proof_group, galen_proof_doubt,      galen_proof_coverage,
  };
  if (self->incidents == NULL)
    self->incidents = g_ptr_array_new_with_free_func((GDestroyNotify)galen_incident_free);
  g_ptr_array_set_size(self->incidents, 0);
  GalenProof proof = {.history = self, .activity = activity};
  for (guint i = 0; i < self->nodes->len; i++)
    galen_timeline_make(self->nodes->pdata[i]);
  galen_proof_live_on(&proof);
  galen_prims_find(&proof);
  proof.ghosts = g_ptr_array_new_with_free_func((GDestroyNotify)galen_prim_free);
  galen_proof_holes(&proof);
  for (guint i = 0; i < G_N_ELEMENTS(families); i++)
    families[i](&proof);
  for (guint i = 0; i < self->incidents->len; i++)
    complete(self->incidents->pdata[i]);
  g_ptr_array_sort(self->incidents, by_weight);
  g_ptr_array_unref(proof.prims);
  g_ptr_array_unref(proof.ghosts);
  g_hash_table_unref(proof.by_component);
}
