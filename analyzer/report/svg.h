/* The painter for pages: a scene becomes an <svg> element in a libxml2 tree. Text stays text, colours are classes. */
#pragma once

#include "scene.h"

#include <libxml/tree.h>

/* Adds the picture as the last child of `parent`. It scales with its place and keeps its proportions. Ids within it
 * begin with the scene's own. */
void galen_svg_paint(xmlNode *parent, const GalenScene *scene);

/* The class of a style: what the style sheet knows it by. */
const char *galen_svg_class(GalenStyle style);
