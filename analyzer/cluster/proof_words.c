#include "../words.h"
#include "proof.h"

char *galen_proof_names(const GPtrArray *names) {
  if (names->len == 0)
    return g_strdup("no node");
  GString *text = g_string_new(g_ptr_array_index(names, 0));
  for (guint i = 1; i < names->len; i++)
    g_string_append_printf(text, "%s%s", i + 1 == names->len ? " and " : ", ", (const char *)names->pdata[i]);
  return g_string_free(text, FALSE);
}

const char *galen_proof_fact_words(const GalenFact *fact) {
  const char *words = fact == NULL                        ? ""
                      : fact->kind == GALEN_FACT_ABORTING ? galen_fact_words(fact)
                                                          : galen_text_words(fact->text);
  return words[0] != '\0' ? words : "nothing in its log says why";
}

char *galen_proof_time(gint64 time) {
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  g_autofree char *text = galen_words_time(time, utc, 0);
  return time == GALEN_TIME_NONE ? g_strdup(text) : g_strconcat(text, " UTC", NULL);
}

char *galen_proof_raw(const GalenFact *fact, gint64 time) {
  return fact != NULL && fact->raw_time != NULL ? g_strdup(fact->raw_time) : galen_proof_time(time);
}

/* Two servers may write the same line at the same time. */
static void make_unique(const GalenHistory *history, GalenIncident *self) {
  guint same = 1;
  for (guint i = 0; i < history->incidents->len; i++) {
    const char *id = ((const GalenIncident *)history->incidents->pdata[i])->id;
    same += g_str_has_prefix(id, self->id) && (id[strlen(self->id)] == '\0' || id[strlen(self->id)] == '.');
  }
  if (same == 1)
    return;
  char *id = g_strdup_printf("%s.%u", self->id, same);
  g_free(self->id);
  self->id = id;
}

GalenIncident *galen_proof_incident(GalenProof *proof, GalenIncidentKind kind, GalenConfidence confidence,
                                    GalenSeverity severity, char *identity) {
  GalenIncident *self = galen_incident_new(kind);
  g_autofree char *whole = g_strdup_printf("%s|%s", galen_incident_word(kind), identity);
  g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, whole, -1);
  self->id = g_strdup_printf("%s-%.10s", galen_incident_word(kind), sum);
  make_unique(proof->history, self);
  self->confidence = confidence;
  self->severity = severity;
  g_free(identity);
  g_ptr_array_add(proof->history->incidents, self);
  return self;
}

gboolean galen_proof_has_name(const GPtrArray *names, const char *name) {
  for (guint i = 0; i < names->len; i++)
    if (g_str_equal(names->pdata[i], name))
      return TRUE;
  return FALSE;
}

void galen_proof_add_name(GPtrArray *names, const char *name) {
  guint at = 0;
  while (at < names->len && strcmp(names->pdata[at], name) < 0)
    at++;
  if (at < names->len && g_str_equal(names->pdata[at], name))
    return;
  g_ptr_array_insert(names, (gint)at, g_strdup(name));
}

void galen_proof_say(GPtrArray *texts, char *text) {
  g_ptr_array_add(texts, text);
}

/* Of equal times, lines of one input stay in their order. */
static gint by_time(gconstpointer a, gconstpointer b) {
  const GalenFact *x = *(const GalenFact *const *)a, *y = *(const GalenFact *const *)b;
  if (x->time != y->time)
    return x->time < y->time ? -1 : 1;
  if (x->input != y->input)
    return x->input < y->input ? -1 : 1;
  return (x->line > y->line) - (x->line < y->line);
}

void galen_proof_show(GalenIncident *incident, const GalenFact *fact) {
  if (fact == NULL || incident->evidence->len >= GALEN_PROOF_EVIDENCE_MAX)
    return;
  for (guint i = 0; i < incident->evidence->len; i++) {
    const GalenFact *other = incident->evidence->pdata[i];
    if (other == fact || (other->input == fact->input && other->line == fact->line))
      return;
  }
  g_ptr_array_add(incident->evidence, (gpointer)fact);
  g_ptr_array_sort(incident->evidence, by_time);
}

void galen_proof_rule(GalenIncident *incident, const char *rule) {
  galen_proof_add_name(incident->rules, rule);
}

void galen_proof_window(GalenIncident *incident, gint64 from, gint64 from_error, gint64 to, gint64 to_error) {
  incident->from = from;
  incident->to = to;
  incident->from_error = from_error == G_MAXINT64 ? -1 : from_error;
  incident->to_error = to == GALEN_TIME_NONE || to_error == G_MAXINT64 ? -1 : to_error;
}

/* Ids stay when folders are renamed: a node that is only named by its path is known by what it wrote. */
char *galen_proof_identity(const GalenNode *node, const GalenFact *fact, gint64 time) {
  g_autofree char *when = galen_proof_raw(fact, time);
  if (node->named_by_path)
    return g_strdup_printf("%s|%s", fact != NULL && fact->text != NULL ? fact->text : "", when);
  return g_strdup_printf("%s|%s", node->name, when);
}

gint64 galen_proof_error(const GalenNode *node, const GalenFact *fact) {
  if (node == NULL || node->offset_error == GALEN_TIME_NONE)
    return G_MAXINT64;
  gint64 resolution = fact != NULL && fact->resolution > 0 ? fact->resolution : GALEN_PROOF_SECOND;
  return node->offset_error + resolution;
}
