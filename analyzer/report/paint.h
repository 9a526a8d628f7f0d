/* The second painter of scenes, beside svg.h: cairo with pango, for PNG and PDF, looking as the page does in light. */
#pragma once

#include "late_paper.h"
#include "scene.h"

/* Paints at the origin of the current transformation, one user unit a CSS pixel. Text stays text where the surface can
 * (PDF). Unseen shapes and tips are left out. The transformation is as before afterwards. */
void galen_scene_paint(const GalenScene *scene, cairo_t *cairo);

/* For what stands around a scene: a layout that breaks and shapes the same at every scale. Unref it. */
PangoLayout *galen_paint_layout(cairo_t *cairo);
/* `families` is a constant of paint_style.h; `size` in user units. */
void galen_paint_font(PangoLayout *layout, const char *families, double size, guint weight);
void galen_paint_set_color(cairo_t *cairo, guint32 color, double opacity); /* 0xRRGGBB */

/* To be called before anything of cairo and pango is. FALSE with error: they cannot be loaded, or the machine has no font, and pango
 * must not be asked to draw text. */
gboolean galen_paint_ready(GError **error);
