#include "chart_bars.h"

#include <math.h>

#define PITCH 28.0
#define BAR_H 8.0
#define SIZE 11.0
#define SEEN_W 1.0 /* a small part is not none */

GalenScene *galen_bars_scene(const GArray *rows, const char *id, const char *title, const char *description,
                             double width) {
  GalenScene *scene = galen_scene_new(id, width, 4 + rows->len * PITCH);
  galen_scene_describe(scene, title, description);
  for (guint i = 0; i < rows->len; i++) {
    const GalenBarRow *row = &g_array_index(rows, GalenBarRow, i);
    double y = 4 + i * PITCH;
    double part = isfinite(row->part) ? CLAMP(row->part, 0, 1) : 0;
    double value = galen_scene_text_width(row->value, SIZE);
    g_autofree char *name = galen_scene_text_fit(row->name, SIZE, width - value - 12);
    galen_scene_text(scene, GALEN_STYLE_MARK_TEXT, 0, y + 9, GALEN_ANCHOR_START, name);
    galen_scene_text(scene, GALEN_STYLE_MARK_TEXT, width, y + 9, GALEN_ANCHOR_END, row->value);
    galen_scene_rect(scene, GALEN_STYLE_HATCH_GROUND, 0, y + 13, width, BAR_H, NULL);
    if (part > 0)
      galen_scene_rect(scene, GALEN_STYLE_SERIES_0 + MIN(row->color, 5), 0, y + 13, fmax(width * part, SEEN_W), BAR_H,
                       NULL);
  }
  return scene;
}
