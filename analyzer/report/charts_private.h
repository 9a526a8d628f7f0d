/* What the files of the catalogue share; charts.h is the way in. */
#pragma once

#include "charts.h"

/* Gaps drawn: more than anyone can see at once. */
#define GALEN_CHART_GAPS_MAX 400u
#define GALEN_CHART_NAME_MAX 160u /* bytes of a name, a label */

/* A chart of the scene, which is taken over; NULL of NULL. `caption` is taken over, too. */
GalenChart *galen_chart_take(GalenScene *scene, char *caption);
/* `value` (or NULL) is taken over. */
void galen_chart_add_key(GalenChart *self, GalenStyle style, const char *name, char *value);

static inline double galen_chart_width(const GalenChartForm *form, double natural) {
  return form->width > 0 ? form->width : natural;
}

static inline const char *galen_chart_id(const GalenChartForm *form, const char *natural) {
  return form->id != NULL ? form->id : natural;
}

GalenChart *galen_chart_clock(const GalenReport *report, const GalenChartForm *form);
GalenChart *galen_chart_load(const GalenReport *report, const GalenChartForm *form);
GalenChart *galen_chart_operations(const GalenReport *report, const GalenChartForm *form);
GalenChart *galen_chart_latency(const GalenReport *report, const GalenChartForm *form);
GalenChart *galen_chart_heat(const GalenReport *report, const GalenChartForm *form);
GalenChart *galen_chart_users(const GalenReport *report, const GalenChartForm *form);
GalenChart *galen_chart_hosts(const GalenReport *report, const GalenChartForm *form);
GalenChart *galen_chart_schemas(const GalenReport *report, const GalenChartForm *form);
GalenChart *galen_chart_nodes(const GalenReport *report, const GalenChartForm *form);
GalenChart *galen_chart_before_after(const GalenReport *report, const GalenChartForm *form);
GalenChart *galen_chart_dumbbells(const GalenReport *report, const GalenChartForm *form);
GalenChart *galen_chart_errors(const GalenReport *report, const GalenChartForm *form);
