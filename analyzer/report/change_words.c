/* What happened after a configuration change. */
#include "../words.h"
#include "cluster_words.h"

#include <string.h>

static gboolean is_passing(const char *state) {
  static const char *const names[] = {"STARTING", "CLOSED", "OPEN", "PRIMARY", "JOINER", "JOINED"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (g_str_equal(names[i], state))
      return TRUE;
  return FALSE;
}

/* Where the start led: in sync, up, or not. */
static void add_outcome(GString *text, const GalenReport *report, const GalenConfigChange *change) {
  const GalenNode *node = NULL;
  for (guint i = 0; node == NULL && i < report->history->nodes->len; i++) {
    const GalenNode *other = g_ptr_array_index(report->history->nodes, i);
    node = g_strcmp0(other->name, change->node) == 0 ? other : NULL;
  }
  for (guint i = 0; node != NULL && i < node->states->len; i++) {
    const GalenStateSpan *span = &g_array_index(node->states, GalenStateSpan, i);
    if (span->from < change->time || is_passing(span->state))
      continue;
    g_autofree char *after = galen_words_duration((double)(span->from - change->time));
    g_string_append_printf(text, "%s %s later", span->state, after);
    if (span->reason != NULL && (g_str_equal(span->state, "DOWN") || g_str_equal(span->state, "UNKNOWN")))
      g_string_append_printf(text, " (%s)", span->reason);
    return;
  }
}

static gint64 next_start(const GalenReport *report, const GalenConfigChange *change) {
  gint64 next = G_MAXINT64;
  for (guint i = 0; i < report->history->clusters->len; i++) {
    const GalenClusterRow *cluster = g_ptr_array_index(report->history->clusters, i);
    for (guint k = 0; k < cluster->configuration->len; k++) {
      const GalenConfigChange *other = g_ptr_array_index(cluster->configuration, k);
      if (g_strcmp0(other->node, change->node) == 0 && other->time > change->time)
        next = MIN(next, other->time);
    }
  }
  return next;
}

char *galen_change_next(const GalenReport *report, const GalenConfigChange *change) {
  GString *text = g_string_new(NULL);
  gint64 end = change->time != GALEN_TIME_NONE ? next_start(report, change) : GALEN_TIME_NONE;
  if (change->time != GALEN_TIME_NONE)
    add_outcome(text, report, change);
  for (guint i = 0; i < report->incidents->len; i++) {
    const GalenIncident *incident = g_ptr_array_index(report->incidents, i);
    if (incident->from == GALEN_TIME_NONE || incident->from < change->time || incident->from >= end ||
        !g_ptr_array_find_with_equal_func(incident->nodes, change->node, g_str_equal, NULL))
      continue;
    g_autofree char *after = galen_words_duration((double)(incident->from - change->time));
    g_string_append_printf(text, "%s%s later: %s", text->len > 0 ? "; " : "", after, incident->title);
    break;
  }
  if (text->len == 0)
    return g_string_free(text, TRUE), NULL;
  return g_string_free(text, FALSE);
}
