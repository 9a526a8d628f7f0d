/* Votes: what pc.weight makes of a number of members. */
#include "proof.h"

#include "timeline.h"

static gboolean is_member(const GalenComponent *component, const GalenUuid *uuid) {
  for (guint i = 0; component->member_uuids != NULL && i < component->member_uuids->len; i++)
    if (galen_uuid_same(&g_array_index(component->member_uuids, GalenUuid, i), uuid))
      return TRUE;
  return FALSE;
}

/* The last change of its weight in this life, which all members log; NULL: none. */
static const GalenFact *change_of(const GalenProof *proof, const GalenComponent *component, const char *name,
                                  gint64 time) {
  static const GalenFactKind kinds[] = {GALEN_FACT_WEIGHT};
  const GalenFact *last = NULL;
  for (guint i = 0; i < proof->history->nodes->len; i++) {
    g_autoptr(GPtrArray) facts =
        galen_timeline_facts(proof->history->nodes->pdata[i], kinds, G_N_ELEMENTS(kinds), G_MININT64 + 1, time);
    for (guint k = 0; k < facts->len; k++) {
      const GalenFact *fact = facts->pdata[k];
      const GalenNode *node = galen_history_member(proof->history, &fact->uuid, fact->time);
      gboolean mine = node != NULL && g_str_equal(node->name, name) && is_member(component, &fact->uuid);
      if (mine && fact->last >= 0 && (last == NULL || fact->time >= last->time))
        last = fact;
    }
  }
  return last;
}

gint64 galen_proof_weight(const GalenProof *proof, const GalenComponent *component, const char *name, gint64 time) {
  const GalenFact *change = change_of(proof, component, name, time);
  if (change != NULL)
    return change->last;
  const GalenNode *node = galen_history_node(proof->history, name);
  const GalenComponent *own = NULL;
  for (guint i = 0; node != NULL && i < node->components->len; i++) {
    const GalenComponent *one = node->components->pdata[i];
    own = one->from <= time ? one : own;
  }
  const char *text =
      own != NULL && own->process != NULL ? g_hash_table_lookup(own->process->options, "pc.weight") : NULL;
  guint64 weight = 0;
  return text != NULL && g_ascii_string_to_unsigned(text, 10, 0, 255, &weight, NULL) ? (gint64)weight : -1;
}

gint64 galen_proof_votes(const GalenProof *proof, const GalenComponent *component, const GPtrArray *names,
                         gint64 time) {
  gint64 votes = 0;
  for (guint i = 0; i < names->len; i++) {
    gint64 weight = galen_proof_weight(proof, component, names->pdata[i], time);
    votes += weight < 0 ? 1 : weight;
  }
  return votes;
}

GPtrArray *galen_proof_unweighed(const GalenProof *proof, const GalenComponent *component, const GPtrArray *names,
                                 gint64 time) {
  GPtrArray *unknown = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < names->len; i++)
    if (galen_proof_weight(proof, component, names->pdata[i], time) < 0)
      galen_proof_add_name(unknown, names->pdata[i]);
  return unknown;
}

char *galen_proof_weights(const GalenProof *proof, const GalenComponent *component, gint64 time) {
  GString *text = g_string_new(NULL);
  gboolean weighted = FALSE;
  for (guint i = 0; i < component->members->len; i++) {
    const char *name = component->members->pdata[i];
    gint64 weight = galen_proof_weight(proof, component, name, time);
    weighted |= weight >= 0 && weight != 1;
    g_autofree char *number = weight < 0 ? g_strdup("not told") : g_strdup_printf("%" G_GINT64_FORMAT, weight);
    g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", name, number);
  }
  return g_string_free(text, !weighted);
}
