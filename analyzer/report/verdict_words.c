#include "verdict_words.h"

#include "../words.h"
#include "cluster_words.h"
#include "marks.h"
#include "nothing.h"

#define NODES_NAMED 4u

const char *galen_ranked_title(const GalenRanked *one) {
  const char *title = one->incident != NULL ? one->incident->title : one->finding->title;
  return title != NULL ? title : "";
}

static void add_part(GString *text, const char *part) {
  if (part != NULL && *part != '\0')
    g_string_append_printf(text, "%s%s", text->len > 0 ? " · " : "", part);
}

static void add_since(GString *text, const GalenReport *report, gint64 time) {
  g_autofree char *when = time != GALEN_TIME_NONE ? galen_words_time(time, report->zone, 0) : NULL;
  g_autofree char *words = when != NULL ? g_strdup_printf("from %s", when) : NULL;
  add_part(text, words);
}

static void add_nodes(GString *text, const char *title, const GPtrArray *nodes) {
  gboolean named = TRUE;
  for (guint i = 0; i < nodes->len; i++)
    named = named && strstr(title, g_ptr_array_index(nodes, i)) != NULL;
  g_autofree char *names = named ? NULL : galen_names(nodes, NODES_NAMED);
  add_part(text, names);
}

char *galen_ranked_figures(const GalenReport *report, const GalenRanked *one) {
  GString *text = g_string_new(NULL);
  const char *title = galen_ranked_title(one);
  g_autofree char *mark = galen_marks_words(report, one->incident != NULL ? one->incident->id : one->finding->id);
  add_part(text, mark);
  if (one->incident != NULL) {
    g_autofree char *length =
        one->incident->from != GALEN_TIME_NONE ? galen_incident_length(report, one->incident) : NULL;
    add_part(text, galen_confidence_word(one->incident->confidence));
    add_part(text, length);
    add_since(text, report, one->incident->from);
    add_nodes(text, title, one->incident->nodes);
  } else {
    add_part(text, one->finding->figure);
    add_since(text, report, one->finding->from);
    add_nodes(text, title, one->finding->nodes);
  }
  return g_string_free(text, text->len == 0);
}

char *galen_ranked_detail(const GalenReport *report, const GalenRanked *one) {
  if (one->incident != NULL)
    return galen_zone_words(report, one->incident->verdict);
  return g_strdup(one->finding->detail);
}

char *galen_ranked_advice(const GalenReport *report, const GalenRanked *one) {
  if (one->incident == NULL)
    return g_strdup(one->finding->advice);
  const GPtrArray *advice = one->incident->advice;
  return advice->len > 0 ? galen_zone_words(report, g_ptr_array_index(advice, 0)) : NULL;
}

/* ---- the answer ---- */

static const GalenRanked *ranked(const GalenReport *report, guint i) {
  return &g_array_index(report->ranking, GalenRanked, i);
}

/* What ended before the window does is over. */
static char *finding_since(const GalenReport *report, const GalenFinding *finding, const char *when) {
  if (finding->to == finding->from)
    return g_strdup_printf("At %s %s.", when, report->zone_name);
  if (finding->to == GALEN_TIME_NONE || report->to == GALEN_TIME_NONE || finding->to >= report->to)
    return g_strdup_printf("Since %s %s.", when, report->zone_name);
  g_autofree char *to = galen_words_time(finding->to, report->zone, 0);
  return g_strdup_printf("From %s to %s %s.", when, to, report->zone_name);
}

static char *since_words(const GalenReport *report, const GalenRanked *one) {
  const GalenIncident *incident = one->incident;
  gint64 from = incident != NULL ? incident->from : one->finding->from;
  if (from == GALEN_TIME_NONE)
    return NULL;
  g_autofree char *when = galen_words_time(from, report->zone, 0);
  if (incident == NULL)
    return finding_since(report, one->finding, when);
  g_autofree char *length = galen_incident_length(report, incident);
  if (incident->ongoing || incident->to == GALEN_TIME_NONE)
    return g_strdup_printf("Since %s %s: %s.", when, report->zone_name, length);
  return g_strdup_printf("Began %s %s, over after %s.", when, report->zone_name, length);
}

static char *count_words(guint n, const char *noun) {
  return n > 0 ? g_strdup_printf("%u more %s%s", n, noun, n == 1 ? "" : "s") : NULL;
}

static char *others_words(const GalenReport *report) {
  guint incidents = 0, findings = 0;
  for (guint i = 1; i < report->ranking->len; i++) {
    const GalenRanked *one = ranked(report, i);
    if (one->muted || one->severity < GALEN_SEVERITY_WARNING)
      continue;
    incidents += one->incident != NULL ? 1 : 0;
    findings += one->incident != NULL ? 0 : 1;
  }
  g_autofree char *first = count_words(incidents, "incident"), *second = count_words(findings, "finding");
  if (first == NULL && second == NULL)
    return NULL;
  return g_strdup_printf("%s%s%s %s attention, below.", first != NULL ? first : "",
                         first != NULL && second != NULL ? " and " : "", second != NULL ? second : "",
                         incidents + findings == 1 ? "asks for" : "ask for");
}

void galen_verdict_init(GalenVerdict *self, const GalenReport *report) {
  *self = (GalenVerdict){.todo_word = "When there is time"};
  if (report->ranking->len > 0 && !ranked(report, 0)->muted)
    self->first = ranked(report, 0);
  self->night = galen_marks_sentence(report);
  self->urgent = self->first != NULL && self->first->severity >= GALEN_SEVERITY_WARNING;
  if (self->first != NULL)
    self->todo = galen_ranked_advice(report, self->first);
  if (self->urgent) {
    self->headline = g_strdup(galen_ranked_title(self->first));
    self->since = since_words(report, self->first);
    self->others = others_words(report);
    self->todo_word = "Do this first";
    self->about = self->first->incident != NULL ? g_strdup("The incident") : NULL;
    return;
  }
  gboolean nothing = report->total.count == 0 && !galen_nothing_but_errors(report);
  self->headline = nothing ? galen_nothing_sentence(report) : g_strdup("Nothing here needs you today.");
  self->about = self->first != NULL ? g_strdup(galen_ranked_title(self->first)) : NULL;
}

void galen_verdict_clear(GalenVerdict *self) {
  g_clear_pointer(&self->headline, g_free);
  g_clear_pointer(&self->since, g_free);
  g_clear_pointer(&self->others, g_free);
  g_clear_pointer(&self->night, g_free);
  g_clear_pointer(&self->todo, g_free);
  g_clear_pointer(&self->about, g_free);
}
