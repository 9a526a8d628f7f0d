/* The sparkline of a table's row. */
#include "chart_axis.h"
#include "chart_stack.h"

#include <math.h>

#define TREND_CELLS 40u
#define TREND_WIDTH 120.0
#define TREND_HEIGHT 24.0

GalenScene *galen_trend_scene(const GalenSeries *range, const GalenSeries *series, guint color, const char *id,
                              const char *title) {
  g_autoptr(GalenStack) stack = galen_stack_new(range, TREND_CELLS);
  if (stack == NULL || series == NULL)
    return NULL;
  galen_stack_add(stack, title, color, series);
  GalenScene *scene = galen_scene_new(id, TREND_WIDTH, TREND_HEIGHT);
  galen_scene_describe(scene, title, NULL);
  double top = 0;
  for (guint i = 0; i < stack->n; i++)
    top = fmax(top, galen_stack_total(stack, i));
  double base = TREND_HEIGHT - 1;
  galen_scene_line(scene, GALEN_STYLE_GRID, 0, base, TREND_WIDTH, base);
  gboolean open = FALSE;
  galen_scene_path(scene, GALEN_STYLE_SERIES_0 + MIN(color, 5));
  GalenPlot plot = {0, 0, TREND_WIDTH, TREND_HEIGHT};
  for (guint i = 0; i < stack->n; i++) {
    gint64 to = 0;
    gint64 from = galen_stack_cell(stack, i, &to);
    double left = galen_axis_x(&plot, stack->from, stack->to, from), y = base;
    double total = galen_stack_total(stack, i);
    if (total > 0) { /* an outline along the base line would look like load */
      if (!open)
        galen_scene_move(scene, left, base);
      y -= total / top * (base - 1);
      galen_scene_to(scene, left, y);
      galen_scene_to(scene, galen_axis_x(&plot, stack->from, stack->to, to), y);
    } else if (open) {
      galen_scene_to(scene, left, base);
    }
    open = total > 0;
  }
  if (open)
    galen_scene_to(scene, TREND_WIDTH, base);
  return scene;
}
