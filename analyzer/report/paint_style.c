#include "paint_style.h"

#define SOLID(color) .fill = (color), .stroke = GALEN_PAINT_NONE, .fill_opacity = 1
#define DRAWN(color, pixels) .fill = GALEN_PAINT_NONE, .stroke = (color), .stroke_opacity = 1, .width = (pixels)
#define WORDS(color, pixels, bold) SOLID(color), .size = (pixels), .weight = (bold)
#define SHADE(color, part, edge)                                                                                       \
  .fill = (color), .fill_opacity = (part), .stroke = (color), .stroke_opacity = (edge), .width = 0.7

static const GalenPaintStyle styles[GALEN_N_STYLES] = {
    [GALEN_STYLE_GRID] = {DRAWN(GALEN_PAINT_LINE, 1), .crisp = TRUE},
    [GALEN_STYLE_AXIS] = {DRAWN(GALEN_PAINT_SOFT, 1), .crisp = TRUE},
    [GALEN_STYLE_TICK] = {WORDS(GALEN_PAINT_SOFT, 11, 400)},
    [GALEN_STYLE_UNIT] = {WORDS(GALEN_PAINT_SOFT, 11, 400)},
    [GALEN_STYLE_NOTE] = {WORDS(GALEN_PAINT_SOFT, 11, 400)},
    [GALEN_STYLE_MARK] =
        {.fill = GALEN_PAINT_NONE, .stroke = GALEN_PAINT_INK, .stroke_opacity = 0.75, .width = 1, .dash = {3, 2}},
    [GALEN_STYLE_MARK_TEXT] = {WORDS(GALEN_PAINT_INK, 11, 400)},
    [GALEN_STYLE_HATCH_GROUND] = {SOLID(GALEN_PAINT_FAINT)},
    [GALEN_STYLE_HATCH] = {.fill = GALEN_PAINT_NONE, .stroke = GALEN_PAINT_SOFT, .stroke_opacity = 0.55, .width = 0.7},
    [GALEN_STYLE_HOVER] = {.fill = GALEN_PAINT_NONE, .stroke = GALEN_PAINT_NONE},
    [GALEN_STYLE_SERIES_0] = {SOLID(0x0072b2)},
    [GALEN_STYLE_SERIES_0 + 1] = {SOLID(0xd55e00)},
    [GALEN_STYLE_SERIES_0 + 2] = {SOLID(0x009e73)},
    [GALEN_STYLE_SERIES_0 + 3] = {SOLID(0xcc79a7)},
    [GALEN_STYLE_SERIES_0 +
        4] = {.fill = 0xe69f00, .fill_opacity = 1, .stroke = 0xa86f00, .stroke_opacity = 1, .width = 0.6},
    [GALEN_STYLE_SERIES_5] = {SOLID(0x8a8f98)},
    [GALEN_STYLE_LABEL_0] = {WORDS(0xffffff, 11.5, 600)},
    [GALEN_STYLE_LABEL_0 + 1] = {WORDS(0x101418, 11.5, 600)},
    [GALEN_STYLE_LABEL_0 + 2] = {WORDS(0x101418, 11.5, 600)},
    [GALEN_STYLE_LABEL_0 + 3] = {WORDS(0x101418, 11.5, 600)},
    [GALEN_STYLE_LABEL_0 + 4] = {WORDS(0x101418, 11.5, 600)},
    [GALEN_STYLE_LABEL_5] = {WORDS(0x101418, 11.5, 600)},
    [GALEN_STYLE_HEAT_1] = {SOLID(0xdce9f5), .crisp = TRUE},
    [GALEN_STYLE_HEAT_1 + 1] = {SOLID(0xb9d3ea), .crisp = TRUE},
    [GALEN_STYLE_HEAT_1 + 2] = {SOLID(0x8fbadd), .crisp = TRUE},
    [GALEN_STYLE_HEAT_1 + 3] = {SOLID(0x5f9bcb), .crisp = TRUE},
    [GALEN_STYLE_HEAT_1 + 4] = {SOLID(0x3579b5), .crisp = TRUE},
    [GALEN_STYLE_HEAT_1 + 5] = {SOLID(0x145a98), .crisp = TRUE},
    [GALEN_STYLE_HEAT_7] = {SOLID(0x083a6b), .crisp = TRUE},
    [GALEN_STYLE_NAME] = {WORDS(GALEN_PAINT_INK, 12, 600)},
    [GALEN_STYLE_SMALL] = {WORDS(GALEN_PAINT_SOFT, 10, 400)},
    [GALEN_STYLE_STATE_DOWN] = {.fill = 0xffffff,
                                .fill_opacity = 1,
                                .stroke = GALEN_PAINT_SOFT,
                                .stroke_opacity = 1,
                                .width = 1,
                                .dash = {2, 2}},
    [GALEN_STYLE_GLYPH] = {SOLID(GALEN_PAINT_INK)},
    [GALEN_STYLE_GLYPH_LINE] = {DRAWN(GALEN_PAINT_INK, 1.4)},
    [GALEN_STYLE_ALERT] = {SOLID(GALEN_PAINT_CRITICAL)},
    [GALEN_STYLE_ALERT_LINE] = {DRAWN(GALEN_PAINT_CRITICAL, 2.4)},
    [GALEN_STYLE_LINK] = {DRAWN(GALEN_PAINT_INK, 1.4)},
    [GALEN_STYLE_LINK_DASHED] = {DRAWN(GALEN_PAINT_INK, 1.4), .dash = {3, 2}},
    [GALEN_STYLE_INCIDENT_INFO] = {SHADE(GALEN_PAINT_INFO, 0.1, 0.5)},
    [GALEN_STYLE_INCIDENT_WARNING] = {SHADE(GALEN_PAINT_ALERT, 0.16, 0.7)},
    [GALEN_STYLE_INCIDENT_CRITICAL] = {SHADE(GALEN_PAINT_CRITICAL, 0.14, 0.7)},
    [GALEN_STYLE_INCIDENT_TEXT] = {WORDS(GALEN_PAINT_INK, 11, 600)},
};

const GalenPaintStyle *galen_paint_style(GalenStyle style) {
  return &styles[style];
}
