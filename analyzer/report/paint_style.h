/* How each style of a scene looks where there is no style sheet: the light colours of report-templates/report.css, as a
 * table. A test compares the two. */
#pragma once

#include "scene.h"

#define GALEN_PAINT_NONE 0xFF000000u /* no colour */

typedef struct {
  guint32 fill, stroke; /* 0xRRGGBB */
  double fill_opacity, stroke_opacity;
  double width;   /* of the stroke, px */
  double dash[2]; /* px drawn, px not; 0: solid */
  double size;    /* TEXT: px; its colour is the fill */
  guint weight;   /* TEXT: 400 normal, 600 semibold */
  gboolean crisp; /* edges on whole pixels */
} GalenPaintStyle;

const GalenPaintStyle *galen_paint_style(GalenStyle style);

/* Colours of the page that words outside a scene need. */
#define GALEN_PAINT_INK 0x1b1f24u
#define GALEN_PAINT_SOFT 0x57606au
#define GALEN_PAINT_LINE 0xe3e5e8u
#define GALEN_PAINT_FAINT 0xf1f2f3u
#define GALEN_PAINT_LINK 0x00598fu
#define GALEN_PAINT_INFO 0x0072b2u
#define GALEN_PAINT_WARNING 0x855600u
#define GALEN_PAINT_ALERT 0xe69f00u
#define GALEN_PAINT_CRITICAL 0xc24e00u
#define GALEN_PAINT_INFO_GROUND 0xeaf3f9u
#define GALEN_PAINT_WARNING_GROUND 0xfdf4e0u
#define GALEN_PAINT_CRITICAL_GROUND 0xfdeee3u

/* Figures of equal width; a letter a glyph, so that copied text has the letters. */
#define GALEN_PAINT_FEATURES "tnum=1, liga=0, clig=0"

/* Families in the order of choice, as pango takes them; all of the page's own list. */
#define GALEN_PAINT_SANS "Noto Sans,Liberation Sans,Arial,DejaVu Sans,sans-serif"
#define GALEN_PAINT_MONO "DejaVu Sans Mono,monospace"
