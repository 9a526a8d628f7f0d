/* A chart that is laid out: rectangles, paths, lines and texts, each with a style, in drawing order.
 *
 * Charts make scenes from the model; painters (svg.h) make pictures from scenes and need to know nothing of charts.
 * Lengths are CSS pixels at the scene's natural size, y grows downwards. A scene owns its texts. */
#pragma once

#include <glib.h>

/* What a shape is; how that looks is the painter's table or the style sheet. Fills unless said otherwise. */
typedef enum {
  GALEN_STYLE_GRID, /* thin line */
  GALEN_STYLE_AXIS, /* line */
  GALEN_STYLE_TICK, /* text at an axis */
  GALEN_STYLE_UNIT, /* text: what an axis counts */
  GALEN_STYLE_NOTE, /* text within the plot */
  GALEN_STYLE_MARK, /* line across the plot */
  GALEN_STYLE_MARK_TEXT,
  GALEN_STYLE_HATCH_GROUND, /* missing data: the ground … */
  GALEN_STYLE_HATCH,        /* … and lines on it */
  GALEN_STYLE_HOVER,        /* unseen area that shows its tip, and itself when pointed at */
  GALEN_STYLE_SERIES_0,     /* six colours: GalenQuery.color, 5 is "other" */
  GALEN_STYLE_SERIES_5 = GALEN_STYLE_SERIES_0 + 5,
  GALEN_STYLE_LABEL_0, /* text on the colour of that number */
  GALEN_STYLE_LABEL_5 = GALEN_STYLE_LABEL_0 + 5,
  GALEN_STYLE_HEAT_1, /* seven steps of one hue, few to many */
  GALEN_STYLE_HEAT_7 = GALEN_STYLE_HEAT_1 + 6,
  GALEN_STYLE_NAME,       /* text: what a lane is of … */
  GALEN_STYLE_SMALL,      /* … and of its clock */
  GALEN_STYLE_STATE_DOWN, /* an empty bar with an edge */
  GALEN_STYLE_GLYPH,      /* small signs: filled … */
  GALEN_STYLE_GLYPH_LINE, /* … or drawn */
  GALEN_STYLE_ALERT,      /* the same for what went wrong */
  GALEN_STYLE_ALERT_LINE,
  GALEN_STYLE_LINK,          /* line from donor to joiner: all of the state … */
  GALEN_STYLE_LINK_DASHED,   /* … or what was missing */
  GALEN_STYLE_INCIDENT_INFO, /* shade over the time of an incident, by severity */
  GALEN_STYLE_INCIDENT_WARNING,
  GALEN_STYLE_INCIDENT_CRITICAL,
  GALEN_STYLE_INCIDENT_TEXT,
  GALEN_N_STYLES,
} GalenStyle;

typedef enum { GALEN_SHAPE_RECT, GALEN_SHAPE_LINE, GALEN_SHAPE_PATH, GALEN_SHAPE_TEXT } GalenShapeKind;
typedef enum { GALEN_ANCHOR_START, GALEN_ANCHOR_MIDDLE, GALEN_ANCHOR_END } GalenAnchor;

typedef struct {
  GalenShapeKind kind;
  GalenStyle style;
  double x, y;
  double w, h;         /* RECT: size; LINE: vector */
  GalenAnchor anchor;  /* TEXT */
  char *text;          /* TEXT, else the tip or NULL */
  guint first, points; /* PATH: its part of GalenScene.points */
} GalenShape;

typedef enum { GALEN_POINT_MOVE, GALEN_POINT_LINE, GALEN_POINT_CLOSE } GalenPointKind;

typedef struct {
  GalenPointKind kind;
  double x, y; /* absolute; not for CLOSE */
} GalenPoint;

typedef struct {
  char *id;          /* of the picture within its page: letters, digits, '-' */
  char *title;       /* a name for it, and … */
  char *description; /* … what it shows, in words */
  double width, height;
  GArray *shapes; /* of GalenShape */
  GArray *points; /* of GalenPoint */
} GalenScene;

GalenScene *galen_scene_new(const char *id, double width, double height);
void galen_scene_free(GalenScene *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenScene, galen_scene_free)

/* Both are copied. */
void galen_scene_describe(GalenScene *self, const char *title, const char *description);

/* `tip` (or NULL) is copied. */
void galen_scene_rect(GalenScene *self, GalenStyle style, double x, double y, double w, double h, const char *tip);
void galen_scene_line(GalenScene *self, GalenStyle style, double x1, double y1, double x2, double y2);
/* `y` is the base line. The text is copied. */
void galen_scene_text(GalenScene *self, GalenStyle style, double x, double y, GalenAnchor anchor, const char *text);

/* A path: begin, then points; it lasts until the next shape is added. A point equal to the one before is left out, and
 * of three on one horizontal or vertical line the middle one. */
void galen_scene_path(GalenScene *self, GalenStyle style);
void galen_scene_move(GalenScene *self, double x, double y);
void galen_scene_to(GalenScene *self, double x, double y);
void galen_scene_close(GalenScene *self);

/* Diagonal lines over a rectangle: data that is missing, not zero. */
void galen_scene_hatch(GalenScene *self, double x, double y, double w, double h);

/* About how wide a text is at `size` px in a sans-serif face: wide characters count as 1 em. Errs to the wide side. */
double galen_scene_text_width(const char *text, double size);
/* The text, or its beginning and end with "…" between: names often differ only there. Caller frees. */
char *galen_scene_text_fit(const char *text, double size, double width);
