#include "charts_private.h"

#include "../query/fingerprint.h"
#include "nothing.h"

#include <string.h>

typedef GalenChart *(*Maker)(const GalenReport *report, const GalenChartForm *form);

static GalenChart *first_incident(const GalenReport *report, const GalenChartForm *form) {
  return report->incidents->len > 0 ? galen_chart_of_incident(report, g_ptr_array_index(report->incidents, 0), form)
                                    : NULL;
}

#define CHARTS                                                                                                         \
  ROW("incident", first_incident, "no incident with a known time is in these logs")                                    \
  ROW("clock", galen_chart_clock, "no line of an error log with a known time was read")                                \
  ROW("load", galen_chart_load, NULL)                                                                                  \
  ROW("operations", galen_chart_operations, NULL)                                                                      \
  ROW("latency", galen_chart_latency, NULL)                                                                            \
  ROW("heat", galen_chart_heat, NULL)                                                                                  \
  ROW("users", galen_chart_users, "these logs do not name two users")                                                  \
  ROW("hosts", galen_chart_hosts, "these logs do not name two hosts")                                                  \
  ROW("schemas", galen_chart_schemas, "these logs do not name two schemas")                                            \
  ROW("nodes", galen_chart_nodes, "the slow logs are of one node, or of none")                                         \
  ROW("before-after", galen_chart_before_after, "no baseline was given, or nothing of either side has a time")         \
  ROW("dumbbells", galen_chart_dumbbells, "no baseline was given, or no operation is on both sides")                   \
  ROW("errors", galen_chart_errors, "no record of an error log with a known time was read")

static const struct {
  const char *name;
  Maker make;
  const char *nothing; /* why there may be none; NULL: what galen_nothing_clause says of statements */
} charts[] = {
#define ROW(name, make, nothing) {name, make, nothing},
    CHARTS
#undef ROW
};

const char *const galen_chart_names[] = {
#define ROW(name, make, nothing) name,
    CHARTS
#undef ROW
        NULL,
};

static void free_key(gpointer data) {
  GalenChartKey *key = data;
  g_free(key->name);
  g_free(key->value);
  g_free(key);
}

GalenChart *galen_chart_take(GalenScene *scene, char *caption) {
  if (scene == NULL) {
    g_free(caption);
    return NULL;
  }
  GalenChart *self = g_new0(GalenChart, 1);
  self->scene = scene;
  self->caption = caption;
  self->legend = g_ptr_array_new_with_free_func(free_key);
  return self;
}

void galen_chart_add_key(GalenChart *self, GalenStyle style, const char *name, char *value) {
  GalenChartKey *key = g_new0(GalenChartKey, 1);
  key->style = style;
  key->name = g_strdup(name);
  key->value = value;
  g_ptr_array_add(self->legend, key);
}

void galen_chart_free(GalenChart *self) {
  if (self == NULL)
    return;
  galen_scene_free(self->scene);
  g_free(self->caption);
  g_ptr_array_unref(self->legend);
  galen_stack_free(self->stack);
  galen_heat_free(self->heat);
  g_free(self);
}

/* ---- names ---- */

static guint index_of(const char *name, gsize len) {
  guint i = 0;
  while (i < G_N_ELEMENTS(charts) && (strncmp(charts[i].name, name, len) != 0 || charts[i].name[len] != '\0'))
    i++;
  return i;
}

static const char *argument_of(const char *name) {
  const char *colon = strchr(name, ':');
  return colon != NULL ? colon + 1 : NULL;
}

/* A number, and for operations also an id. */
static gboolean takes_argument(guint index, const char *word) {
  Maker make = charts[index].make;
  gboolean operation = make == galen_chart_load || make == galen_chart_latency;
  if (operation && galen_query_id_is_word(word))
    return TRUE;
  return (operation || make == first_incident) && g_ascii_string_to_unsigned(word, 10, 1, G_MAXUINT, NULL, NULL);
}

gboolean galen_chart_is_known(const char *name) {
  const char *argument = argument_of(name);
  guint i = index_of(name, strcspn(name, ":"));
  return i < G_N_ELEMENTS(charts) && (argument == NULL || takes_argument(i, argument));
}

/* An operation by its id, or by its rank. */
static const GalenQuery *query_of(const GalenReport *report, const char *word) {
  for (guint i = 0; i < report->top->len; i++) {
    const GalenQuery *query = g_ptr_array_index(report->top, i);
    g_autofree char *rank = g_strdup_printf("%u", query->rank);
    if (galen_query_id_matches(query->id, word) || g_str_equal(rank, word))
      return query;
  }
  for (guint i = 0; i < report->leading->len; i++) {
    const GalenQuery *query = g_ptr_array_index(report->leading, i);
    if (galen_query_id_matches(query->id, word))
      return query;
  }
  return NULL;
}

static GalenChart *make_one(const GalenReport *report, Maker make, const char *word, const GalenChartForm *form) {
  if (make == first_incident) {
    guint64 n = 0;
    if (!g_ascii_string_to_unsigned(word, 10, 1, G_MAXUINT, &n, NULL) || n > report->incidents->len)
      return NULL;
    return galen_chart_of_incident(report, g_ptr_array_index(report->incidents, (guint)n - 1), form);
  }
  const GalenQuery *query = query_of(report, word);
  if (query == NULL)
    return NULL;
  return make == galen_chart_load ? galen_chart_of_load(report, query, form) : galen_chart_of_latency(query, form);
}

GalenChart *galen_chart_new(const GalenReport *report, const char *name, const GalenChartForm *form) {
  if (!galen_chart_is_known(name))
    return NULL;
  const char *argument = argument_of(name);
  Maker make = charts[index_of(name, strcspn(name, ":"))].make;
  return argument != NULL ? make_one(report, make, argument, form) : make(report, form);
}

GalenScene *galen_chart_scene(const GalenReport *report, const char *name, double width) {
  g_autoptr(GalenChart) chart = galen_chart_new(report, name, &(GalenChartForm){.width = width});
  return chart != NULL ? g_steal_pointer(&chart->scene) : NULL;
}

const char *galen_chart_default(const GalenReport *report) {
  static const char *const first[] = {"clock", "load", "errors"};
  for (guint i = 0; i < G_N_ELEMENTS(first); i++) {
    g_autoptr(GalenScene) scene = galen_chart_scene(report, first[i], 0);
    if (scene != NULL)
      return first[i];
  }
  return "load";
}

char *galen_chart_nothing(const GalenReport *report, const char *name) {
  guint i = index_of(name, strcspn(name, ":"));
  if (argument_of(name) != NULL)
    return g_strdup_printf("This report has no chart %s.", name);
  if (i < G_N_ELEMENTS(charts) && charts[i].nothing != NULL)
    return g_strdup_printf("There is no chart: %s.", charts[i].nothing);
  g_autofree char *why = galen_nothing_clause(report);
  return g_strdup_printf("There is no chart: %s.", why);
}
