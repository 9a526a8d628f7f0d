/* What error logs tell: lanes of nodes, the time around an incident, records by severity. */
#include "charts_private.h"

#include "../words.h"
#include "chart_axis.h"
#include "chart_columns.h"
#include "chart_errors.h"
#include "chart_lanes.h"

#define MARGIN_MIN (G_GINT64_CONSTANT(10) * G_USEC_PER_SEC)
#define LANES_ALL 12u /* of more nodes only those of the incident */
#define ERROR_CELLS_MAX 160u

gint64 galen_chart_margin(gint64 from, gint64 to) {
  return MAX((to - from) / 2, MARGIN_MIN);
}

GalenChart *galen_chart_clock(const GalenReport *report, const GalenChartForm *form) {
  GalenLanesForm lanes = {.id = galen_chart_id(form, "lanes"),
                          .title = "Nodes, errors and load on one clock",
                          .report = report,
                          .from = report->from,
                          .to = report->to,
                          .width = galen_chart_width(form, 960),
                          .plots = TRUE,
                          .tips = form->tips};
  guint nodes = report->history != NULL ? report->history->nodes->len : 0;
  g_autofree char *rest =
      nodes > GALEN_LANES_MAX ? g_strdup_printf(" The first %u of %u nodes are drawn.", GALEN_LANES_MAX, nodes) : NULL;
  char *caption = g_strdup_printf("Times in %s, on the reference clock. Hatched: not known. Shaded and "
                                  "numbered: incidents.%s",
                                  report->zone_name, rest != NULL ? rest : "");
  return galen_chart_take(galen_lanes_scene(&lanes), caption);
}

GalenChart *galen_chart_of_incident(const GalenReport *report, const GalenIncident *incident,
                                    const GalenChartForm *form) {
  gint64 from = 0, to = 0;
  if (report->history == NULL || !galen_chart_incident_span(report, incident, &from, &to))
    return NULL;
  gint64 margin = galen_chart_margin(from, to);
  GalenLanesForm lanes = {.id = galen_chart_id(form, "incident"),
                          .title = "The nodes around that time",
                          .report = report,
                          .from = from - margin,
                          .to = to + margin,
                          .width = galen_chart_width(form, 900),
                          .nodes = report->history->nodes->len > LANES_ALL ? incident->nodes : NULL,
                          .tips = form->tips};
  return galen_chart_take(galen_lanes_scene(&lanes), g_strdup_printf("Times in %s.", report->zone_name));
}

gboolean galen_chart_incident_span(const GalenReport *report, const GalenIncident *incident, gint64 *ret_from,
                                   gint64 *ret_to) {
  gint64 from = incident->exposure_from != GALEN_TIME_NONE ? incident->exposure_from : incident->from;
  gint64 to = incident->to != GALEN_TIME_NONE ? incident->to : incident->from;
  if (incident->ongoing && report->to != GALEN_TIME_NONE)
    to = MAX(to, report->to);
  gint64 length = 0;
  if (from == GALEN_TIME_NONE || to == GALEN_TIME_NONE || __builtin_sub_overflow(to, from, &length) || length < 0)
    return FALSE;
  *ret_from = from;
  *ret_to = to;
  return TRUE;
}

GalenChart *galen_chart_errors(const GalenReport *report, const GalenChartForm *form) {
  GalenErrorsForm errors = {.id = galen_chart_id(form, "records"),
                            .title = "Error-log records by severity",
                            .report = report,
                            .width = galen_chart_width(form, 960),
                            .height = 200,
                            .cells_max = ERROR_CELLS_MAX,
                            .tips = form->tips};
  g_autofree char *caption =
      g_strdup_printf("Times in %s. A column is at least high enough to be seen.", report->zone_name);
  GalenChart *chart = galen_chart_take(galen_errors_scene(&errors), g_steal_pointer(&caption));
  g_autoptr(GArray) rows = chart != NULL ? galen_errors_rows(report, 1) : NULL;
  if (rows == NULL)
    return chart;
  GalenErrorsRow sum = {0};
  for (guint i = 0; i < rows->len; i++) {
    const GalenErrorsRow *row = &g_array_index(rows, GalenErrorsRow, i);
    sum.critical += row->critical;
    sum.warning += row->warning;
    sum.info += row->info;
  }
  galen_chart_add_key(chart, GALEN_STYLE_SERIES_0 + 1, "critical", galen_words_count((double)sum.critical));
  galen_chart_add_key(chart, GALEN_STYLE_SERIES_0 + 4, "warning", galen_words_count((double)sum.warning));
  galen_chart_add_key(chart, GALEN_STYLE_SERIES_0, "info", galen_words_count((double)sum.info));
  return chart;
}
