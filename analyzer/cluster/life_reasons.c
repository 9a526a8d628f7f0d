/* Why a node came into a state, where the line that shows the change does not say: from what was before. */
#include "history_private.h"

#include "../words.h"

#include <string.h>

#define WORDS_MAX 200

static const char *version_of(const GalenProcess *process) {
  return process->options != NULL ? g_hash_table_lookup(process->options, "version") : NULL;
}

static char *start_words(const GalenProcess *process, const GalenProcess *before, const char *words) {
  const char *now = version_of(process), *then = before != NULL ? version_of(before) : NULL;
  if (now == NULL || then == NULL || g_str_equal(now, then))
    return g_strdup(words);
  g_autofree char *text = g_strdup_printf("%s, with version %s instead of %s", words, now, then);
  return galen_words_clean(galen_slice(text, strlen(text)), WORDS_MAX);
}

static char *why_started(const GalenNode *node, const GalenStateSpan *span) {
  static const char *const words[] = {[GALEN_END_RUNNING] = "started", /* how it ended is in no log */
                                      [GALEN_END_CLEAN] = "started after a shutdown",
                                      [GALEN_END_ABORT] = "started after it gave up",
                                      [GALEN_END_CRASH] = "started after a crash",
                                      [GALEN_END_KILL] = "started after it was killed",
                                      [GALEN_END_UNKNOWN] = "started"};
  const GalenProcess *before = NULL;
  for (guint i = 0; i < node->processes->len; i++) {
    const GalenProcess *process = GALEN_PROCESS(node, i);
    if (process->beside)
      continue;
    if (process->start != NULL && process->start == span->evidence)
      return start_words(process, before, before != NULL ? words[before->end] : "started");
    before = process;
  }
  return g_strdup("started");
}

/* The component in which it is at that time; NULL: none that is primary. */
static const GalenComponent *component_at(const GalenNode *node, gint64 time) {
  const GalenComponent *found = NULL;
  for (guint i = 0; i < node->components->len; i++) {
    const GalenComponent *component = GALEN_COMPONENT(node, i);
    if (component->from > time)
      break;
    found = component;
  }
  return found != NULL && found->primary ? found : NULL;
}

static char *why_synced(const GalenNode *node, const GalenStateSpan *span, const GalenStateSpan *before) {
  static const char given[] = "state transfer to ";
  const char *state = before != NULL ? before->state : "UNKNOWN", *reason = before != NULL ? before->reason : NULL;
  if (g_str_equal(state, "DONOR") && reason != NULL && g_str_has_prefix(reason, given))
    return g_strdup_printf("transfer to %s over", reason + strlen(given));
  if (g_str_equal(state, "DONOR"))
    return g_strdup("resynced");
  if (g_str_equal(state, "JOINER") || g_str_equal(state, "JOINED"))
    return g_strdup(node->arbitrator ? "joined" : "caught up after the state transfer");
  const GalenComponent *component = component_at(node, span->from);
  if (component != NULL && component->boot == GALEN_BOOT_STARTUP)
    return g_strdup("bootstrapped the cluster");
  if (component != NULL && component->boot == GALEN_BOOT_RUNTIME)
    return g_strdup("made primary by pc.bootstrap");
  if (component != NULL && component->boot == GALEN_BOOT_RECOVERY)
    return g_strdup("the primary component was restored");
  gboolean back = g_str_equal(state, "NON_PRIMARY") || g_str_equal(state, "OPEN");
  return component != NULL ? g_strdup(back ? "back in the primary component" : "in the primary component") : NULL;
}

static char *why(const GalenNode *node, const GalenStateSpan *span, const GalenStateSpan *before) {
  if (g_str_equal(span->state, "STARTING"))
    return why_started(node, span);
  if (g_str_equal(span->state, "SYNCED"))
    return why_synced(node, span, before);
  if (g_str_equal(span->state, "JOINED"))
    return g_strdup(node->arbitrator ? "joined" : "has its state, catches up");
  if (g_str_equal(span->state, "UP"))
    return g_strdup("ready for connections");
  if (g_str_equal(span->state, "CLOSED"))
    return g_strdup("left the cluster");
  return NULL;
}

void galen_life_explain(GalenNode *node) {
  for (guint i = 0; i < node->states->len; i++) {
    GalenStateSpan *span = &g_array_index(node->states, GalenStateSpan, i);
    if (span->reason == NULL)
      span->reason = why(node, span, i > 0 ? span - 1 : NULL);
  }
}
