/* The painter for pages: a scene becomes an <svg> element. Text stays text, colours are classes. */
#pragma once

#include "markup.h"
#include "scene.h"

/* Writes the picture. It scales with its place and keeps its proportions. Ids within it begin with the scene's own. */
void galen_svg_paint(GalenMarkup *out, const GalenScene *scene);

/* The class of a style: what the style sheet knows it by. */
const char *galen_svg_class(GalenStyle style);
