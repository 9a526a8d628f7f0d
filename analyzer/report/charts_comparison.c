/* Before and after. */
#include "charts_private.h"

#include "chart_before_after.h"
#include "chart_dumbbell.h"

GalenChart *galen_chart_before_after(const GalenReport *report, const GalenChartForm *form) {
  const GalenComparison *comparison = report->comparison;
  if (comparison == NULL)
    return NULL;
  g_auto(GalenBeforeAfter) stacks = {{NULL, NULL}};
  galen_before_after_init(&stacks, comparison);
  GalenScene *scene = galen_before_after_scene(&stacks, comparison, galen_chart_id(form, "before-after"),
                                               galen_chart_width(form, 960), form->tips);
  if (scene == NULL)
    return NULL;
  GalenChart *chart = galen_chart_take(scene, galen_before_after_caption(&stacks, comparison));
  const GalenStack *any = stacks.sides[1] != NULL ? stacks.sides[1] : stacks.sides[0];
  for (guint i = 0; i < any->layers->len; i++) {
    const GalenStackLayer *layer = g_ptr_array_index(any->layers, i);
    galen_chart_add_key(chart, GALEN_STYLE_SERIES_0 + layer->color, layer->label, NULL);
  }
  return chart;
}

GalenChart *galen_chart_dumbbells(const GalenReport *report, const GalenChartForm *form) {
  if (report->comparison == NULL)
    return NULL;
  g_autoptr(GPtrArray) rows = galen_dumbbell_rows(report->comparison, GALEN_DUMBBELL_ROWS);
  GalenScene *scene =
      galen_dumbbell_scene(rows, galen_chart_id(form, "dumbbells"), galen_chart_width(form, 960), form->tips);
  return galen_chart_take(
      scene, g_strdup("Ring: before. Dot: after. A strong line is a difference above noise, a faint one is not."));
}
