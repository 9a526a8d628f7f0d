/* Signs at single moments, and the legend. */
#include "chart_lanes_private.h"

#include "../words.h"

#include <math.h>

#define SLOT 10.0 /* of signs in one slot of a lane the weightiest is drawn */
#define VIEW_SLOT 3.0
#define TEXT_SIZE 11.0
#define LEGEND_ROW 19.0

typedef enum {
  SIGN_DOT,
  SIGN_VIEW,
  SIGN_START,
  SIGN_STOP,
  SIGN_PAUSE,
  SIGN_STALL,
  SIGN_VOTE,
  SIGN_BOOTSTRAP,
  SIGN_REFUSED,
  SIGN_EVICTED,
  SIGN_KILL,
  SIGN_CRASH,
} Sign; /* by weight */

static const struct {
  const char *kind;
  Sign sign;
} kinds[] = {
    {"view", SIGN_VIEW},       {"start", SIGN_START},         {"restart", SIGN_START},
    {"stop", SIGN_STOP},       {"paused", SIGN_PAUSE},        {"stalled", SIGN_STALL},
    {"vote", SIGN_VOTE},       {"bootstrap", SIGN_BOOTSTRAP}, {"pc-bootstrap", SIGN_BOOTSTRAP},
    {"refused", SIGN_REFUSED}, {"evicted", SIGN_EVICTED},     {"kill", SIGN_KILL},
    {"crash", SIGN_CRASH},
};

static const char *const names[] = {
    [SIGN_DOT] = "other event",
    [SIGN_VIEW] = "view change",
    [SIGN_START] = "start",
    [SIGN_STOP] = "shutdown",
    [SIGN_PAUSE] = "replication paused",
    [SIGN_STALL] = "did not run",
    [SIGN_VOTE] = "vote",
    [SIGN_BOOTSTRAP] = "bootstrap",
    [SIGN_REFUSED] = "refused",
    [SIGN_EVICTED] = "evicted",
    [SIGN_KILL] = "killed",
    [SIGN_CRASH] = "crash",
};

G_STATIC_ASSERT(G_N_ELEMENTS(names) <= GALEN_LANE_SIGNS);

static Sign sign_of(const char *kind) {
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (g_strcmp0(kinds[i].kind, kind) == 0)
      return kinds[i].sign;
  return SIGN_DOT;
}

/* ---- shapes, all about 9 px around (x, y) ---- */

static void draw_polygon(GalenScene *scene, GalenStyle style, double x, double y, const double (*points)[2], guint n) {
  galen_scene_path(scene, style);
  galen_scene_move(scene, x + points[0][0], y + points[0][1]);
  for (guint i = 1; i < n; i++)
    galen_scene_to(scene, x + points[i][0], y + points[i][1]);
  galen_scene_close(scene);
}

static void draw_round(GalenScene *scene, GalenStyle style, double x, double y, double radius) {
  static const double unit[][2] = {{0.92, 0.38},   {0.38, 0.92},   {-0.38, 0.92}, {-0.92, 0.38},
                                   {-0.92, -0.38}, {-0.38, -0.92}, {0.38, -0.92}, {0.92, -0.38}};
  double points[G_N_ELEMENTS(unit)][2];
  for (guint i = 0; i < G_N_ELEMENTS(unit); i++) {
    points[i][0] = unit[i][0] * radius;
    points[i][1] = unit[i][1] * radius;
  }
  draw_polygon(scene, style, x, y, points, G_N_ELEMENTS(unit));
}

static void draw_start(GalenScene *scene, double x, double y) {
  static const double points[][2] = {{0, -4}, {4.2, 3.6}, {-4.2, 3.6}};
  draw_polygon(scene, GALEN_STYLE_GLYPH, x, y, points, G_N_ELEMENTS(points));
}

/* An hourglass. */
static void draw_stall(GalenScene *scene, double x, double y) {
  static const double points[][2] = {{-4, -4.5}, {4, -4.5}, {-4, 4.5}, {4, 4.5}};
  draw_polygon(scene, GALEN_STYLE_GLYPH, x, y, points, G_N_ELEMENTS(points));
}

static void draw_kill(GalenScene *scene, double x, double y) {
  static const double points[][2] = {{0, -5}, {4.6, 0}, {0, 5}, {-4.6, 0}};
  draw_polygon(scene, GALEN_STYLE_ALERT, x, y, points, G_N_ELEMENTS(points));
}

static void draw_flag(GalenScene *scene, double x, double y) {
  static const double points[][2] = {{-2.2, -5}, {5, -2.4}, {-2.2, 0.4}};
  galen_scene_line(scene, GALEN_STYLE_GLYPH_LINE, x - 2.2, y - 5, x - 2.2, y + 5);
  draw_polygon(scene, GALEN_STYLE_GLYPH, x, y, points, G_N_ELEMENTS(points));
}

static void draw_cross(GalenScene *scene, double x, double y) {
  galen_scene_path(scene, GALEN_STYLE_ALERT_LINE);
  galen_scene_move(scene, x - 4, y - 4);
  galen_scene_to(scene, x + 4, y + 4);
  galen_scene_move(scene, x + 4, y - 4);
  galen_scene_to(scene, x - 4, y + 4);
}

static void draw_refused(GalenScene *scene, double x, double y) {
  draw_round(scene, GALEN_STYLE_ALERT, x, y, 4.8);
  galen_scene_rect(scene, GALEN_STYLE_HATCH_GROUND, x - 3, y - 1, 6, 2, NULL);
}

static void draw_sign(GalenScene *scene, Sign sign, double x, double y) {
  switch (sign) {
  case SIGN_DOT:
    draw_round(scene, GALEN_STYLE_GLYPH, x, y, 2.2);
    return;
  case SIGN_VIEW:
    galen_scene_line(scene, GALEN_STYLE_GLYPH_LINE, x, y, x, y + 6);
    return;
  case SIGN_START:
    draw_start(scene, x, y);
    return;
  case SIGN_STOP:
    galen_scene_rect(scene, GALEN_STYLE_GLYPH, x - 3.5, y - 3.5, 7, 7, NULL);
    return;
  case SIGN_PAUSE:
    galen_scene_rect(scene, GALEN_STYLE_GLYPH, x - 3.5, y - 4, 2.4, 8, NULL);
    galen_scene_rect(scene, GALEN_STYLE_GLYPH, x + 1.1, y - 4, 2.4, 8, NULL);
    return;
  case SIGN_STALL:
    draw_stall(scene, x, y);
    return;
  case SIGN_VOTE:
    draw_round(scene, GALEN_STYLE_GLYPH_LINE, x, y, 4);
    return;
  case SIGN_BOOTSTRAP:
    draw_flag(scene, x, y);
    return;
  case SIGN_REFUSED:
    draw_refused(scene, x, y);
    return;
  case SIGN_EVICTED:
    draw_round(scene, GALEN_STYLE_ALERT_LINE, x, y, 4.2);
    return;
  case SIGN_KILL:
    draw_kill(scene, x, y);
    return;
  case SIGN_CRASH:
    draw_cross(scene, x, y);
    return;
  }
}

/* ---- marks of a lane ---- */

typedef struct {
  const GalenMark *mark; /* the weightiest */
  guint more;            /* others of the slot */
} Slot;

static char *tip_words(const GalenLanes *self, const GalenNode *node, const Slot *slot) {
  g_autofree char *when = galen_words_time(slot->mark->time, self->form->report->zone, 0);
  g_autofree char *more = slot->more > 0 ? g_strdup_printf("\nand %u more nearby", slot->more) : NULL;
  g_autofree char *name = galen_lanes_cut(node->name);
  g_autofree char *text = galen_lanes_cut(slot->mark->text != NULL ? slot->mark->text : slot->mark->kind);
  return g_strdup_printf("%s: %s, %s%s", name, text, when, more != NULL ? more : "");
}

static void draw_slot(GalenLanes *self, guint lane, const Slot *slot) {
  Sign sign = sign_of(slot->mark->kind);
  double x = galen_axis_x(&self->plot, self->form->from, self->form->to, slot->mark->time);
  double y = galen_lanes_bar_y(self, lane) - 6.5;
  draw_sign(self->scene, sign, x, y);
  self->signs[sign] = TRUE;
  if (!self->form->tips)
    return;
  g_autofree char *tip = tip_words(self, galen_lanes_node(self, lane), slot);
  galen_scene_rect(self->scene, GALEN_STYLE_HOVER, x - 5, y - 5.5, 10, 11, tip);
}

static gboolean is_shown(const GalenLanes *self, const GalenMark *mark) {
  return mark->time != GALEN_TIME_NONE && mark->time >= self->form->from && mark->time <= self->form->to;
}

/* Views are ticks, so many of them stay legible. */
static void draw_views(GalenLanes *self, guint lane) {
  const GArray *marks = galen_lanes_node(self, lane)->marks;
  double y = galen_lanes_bar_y(self, lane) - 6.5, free_from = 0;
  for (guint i = 0; i < marks->len; i++) {
    const GalenMark *mark = &g_array_index(marks, GalenMark, i);
    double x = galen_axis_x(&self->plot, self->form->from, self->form->to, mark->time);
    if (!is_shown(self, mark) || sign_of(mark->kind) != SIGN_VIEW || x < free_from)
      continue;
    draw_sign(self->scene, SIGN_VIEW, x, y);
    self->signs[SIGN_VIEW] = TRUE;
    free_from = x + VIEW_SLOT;
  }
}

static void draw_lane(GalenLanes *self, guint lane) {
  const GArray *marks = galen_lanes_node(self, lane)->marks;
  guint n = (guint)(self->plot.w / SLOT) + 1;
  g_autofree Slot *slots = g_new0(Slot, n);
  for (guint i = 0; i < marks->len; i++) {
    const GalenMark *mark = &g_array_index(marks, GalenMark, i);
    if (!is_shown(self, mark) || sign_of(mark->kind) == SIGN_VIEW)
      continue;
    double x = galen_axis_x(&self->plot, self->form->from, self->form->to, mark->time) - self->plot.x;
    Slot *slot = &slots[MIN((guint)(x / SLOT), n - 1)];
    slot->more += slot->mark != NULL;
    if (slot->mark == NULL || sign_of(mark->kind) > sign_of(slot->mark->kind))
      slot->mark = mark;
  }
  double free_from = -SLOT;
  for (guint i = 0; i < n; i++) {
    if (slots[i].mark == NULL)
      continue;
    double x = galen_axis_x(&self->plot, self->form->from, self->form->to, slots[i].mark->time);
    if (x < free_from && sign_of(slots[i].mark->kind) < SIGN_REFUSED)
      continue;
    draw_slot(self, lane, &slots[i]);
    free_from = x + SLOT - 1;
  }
}

void galen_lanes_draw_marks(GalenLanes *self) {
  for (guint lane = 0; lane < self->nodes->len; lane++)
    draw_views(self, lane);
  for (guint lane = 0; lane < self->nodes->len; lane++)
    draw_lane(self, lane);
}

/* ---- legend ---- */

typedef struct {
  GalenLanes *lanes;
  double x, y;
} Legend;

/* Makes room for a picture and its word; begins a row where there is none. */
static double place(Legend *self, double picture, const char *word) {
  double width = picture + 5 + galen_scene_text_width(word, TEXT_SIZE) + 14;
  if (self->x + width > self->lanes->scene->width && self->x > 0) {
    self->x = 0;
    self->y += LEGEND_ROW;
  }
  double x = self->x;
  galen_scene_text(self->lanes->scene, GALEN_STYLE_TICK, x + picture + 5, self->y + 4, GALEN_ANCHOR_START, word);
  self->x += width;
  return x;
}

static void explain_states(Legend *self) {
  GalenScene *scene = self->lanes->scene;
  for (guint i = 0; i < GALEN_LANE_STATES; i++) {
    const GalenLaneState *look = galen_lanes_state(i);
    if (!self->lanes->states[i])
      continue;
    gboolean unknown = look->style == GALEN_STYLE_HATCH;
    double x = place(self, 16, unknown ? "not known" : look->word);
    if (unknown)
      galen_scene_hatch(scene, x, self->y - 6.5, 16, 13);
    else
      galen_scene_rect(scene, look->style, x, self->y - 6.5, 16, 13, NULL);
    if (*look->letter != '\0')
      galen_scene_text(scene, look->label, x + 8, self->y + 4, GALEN_ANCHOR_MIDDLE, look->letter);
  }
}

static void explain_transfers(Legend *self) {
  GalenScene *scene = self->lanes->scene;
  if (self->lanes->sst) {
    double x = place(self, 18, "full transfer (SST), donor to joiner");
    galen_scene_rect(scene, GALEN_STYLE_GLYPH, x, self->y - 2, 18, 4, NULL);
  }
  if (self->lanes->ist) {
    double x = place(self, 18, "missing writes (IST)");
    galen_scene_rect(scene, GALEN_STYLE_GLYPH_LINE, x, self->y - 2, 18, 4, NULL);
  }
}

static void explain_errors(Legend *self) {
  static const struct {
    const char *word;
    GalenStyle style;
  } severities[] = {{"critical records", GALEN_STYLE_SERIES_0 + 1},
                    {"warnings", GALEN_STYLE_SERIES_0 + 4},
                    {"info", GALEN_STYLE_SERIES_0}};
  for (guint i = 0; self->lanes->errors && i < G_N_ELEMENTS(severities); i++) {
    double x = place(self, 10, severities[i].word);
    galen_scene_rect(self->lanes->scene, severities[i].style, x, self->y - 5, 10, 10, NULL);
  }
}

double galen_lanes_draw_legend(GalenLanes *self, double y) {
  Legend legend = {self, 0, y};
  explain_states(&legend);
  explain_transfers(&legend);
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    if (!self->signs[i])
      continue;
    double x = place(&legend, 10, names[i]);
    draw_sign(self->scene, (Sign)i, x + 5, legend.y - (i == SIGN_VIEW ? 3 : 0));
  }
  explain_errors(&legend);
  return legend.y + LEGEND_ROW - 8;
}
