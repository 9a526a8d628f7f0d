/* The charts of a report by name: one scene description for the page, PNG, PDF and mail.
 *
 *   charts.c           the table of names
 *   charts_time.c      stacks: load, users, hosts, schemas, nodes, one operation
 *   charts_logs.c      lanes of nodes, incidents, errors
 *   charts_latency.c   histograms, heat map, share bars
 *   charts_comparison.c   before and after: stacks on one scale, dumbbells
 *
 * A chart is its scene and what stands beside it. To add one, write a maker and give it a row in charts.c. */
#pragma once

#include "chart_heat.h"
#include "chart_stack.h"
#include "model.h"
#include "scene.h"

/* An entry of a legend that stands beside the scene. */
typedef struct {
  GalenStyle style; /* of the square */
  char *name;
  char *value; /* or NULL */
} GalenChartKey;

typedef struct {
  GalenScene *scene; /* title and description say in words what it shows */
  char *caption;     /* step and zone: "One step is 5 min, times in UTC." */
  GPtrArray *legend; /* of GalenChartKey *; empty: what there is to explain is in the scene */
  GalenStack *stack; /* the figures behind it, for a table; NULL: it is another kind of chart */
  GalenHeat *heat;
} GalenChart;

typedef struct {
  double width;   /* CSS pixels; 0: the page's */
  gboolean tips;  /* words where it is pointed at, on the page */
  const char *id; /* of the scene; NULL: the chart's name. Charts that a page has more than once need their own */
} GalenChartForm;

/* "clock", "load" … in the order of the report; ends with NULL. */
extern const char *const galen_chart_names[];

/* Whether there is such a chart: one of the names, or with an argument: "incident:2" (the second of the report),
 * "load:ID" and "latency:ID" (of the operation with that id or rank). */
gboolean galen_chart_is_known(const char *name);
/* The first of clock, load, errors that has data; "load" when none has. */
const char *galen_chart_default(const GalenReport *report);

/* NULL: the report has no data for it, or there is no such chart. */
GalenChart *galen_chart_new(const GalenReport *report, const char *name, const GalenChartForm *form);
void galen_chart_free(GalenChart *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenChart, galen_chart_free)

/* Why there is none, as a sentence. Caller frees. */
char *galen_chart_nothing(const GalenReport *report, const char *name);

/* The chart laid out for `width` CSS pixels, or NULL when the report has no data for it or there is no such chart. */
GalenScene *galen_chart_scene(const GalenReport *report, const char *name, double width);

/* Charts of one thing; NULL: no data. */
GalenChart *galen_chart_of_incident(const GalenReport *report, const GalenIncident *incident,
                                    const GalenChartForm *form);
/* What that shows without its margins: from exposure to end; FALSE: the times are not known. */
gboolean galen_chart_incident_span(const GalenReport *report, const GalenIncident *incident, gint64 *ret_from,
                                   gint64 *ret_to);
gint64 galen_chart_margin(gint64 from, gint64 to); /* before and after it, µs */
GalenChart *galen_chart_of_latency(const GalenQuery *query, const GalenChartForm *form);
/* Query time by day, of all that stores have; NULL: none has it. */
GalenChart *galen_chart_of_weeks(const GalenReport *report, const GalenQuery *query, const GalenChartForm *form);
GalenChart *galen_chart_of_load(const GalenReport *report, const GalenQuery *query, const GalenChartForm *form);
/* By user, host, schema or node. */
GalenChart *galen_chart_of_share(const GalenReport *report, GalenTopKind kind, const GalenChartForm *form);
