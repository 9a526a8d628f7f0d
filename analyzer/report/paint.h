/* The second painter of scenes, beside svg.h: cairo with pango, for PNG and PDF, looking as the page does in light. */
#pragma once

#include "scene.h"

#include <cairo.h>

/* Paints at the origin of the current transformation, one user unit a CSS pixel. Text stays text where the surface can
 * (PDF). Unseen shapes and tips are left out. The transformation is as before afterwards. */
void galen_scene_paint(const GalenScene *scene, cairo_t *cairo);
