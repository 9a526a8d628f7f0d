/* The bars of the lanes, and what goes from a donor to a joiner. */
#include "chart_lanes_private.h"
#include "cluster_words.h"

#include "../words.h"

#include <math.h>

#define LABEL_SIZE 11.5
#define RUNS_MAX 1200u /* bars of a chart; above, lanes get coarser */
#define LANE_RUNS_MIN 40u
#define TIPS_MAX 400u
#define TRANSFERS_MAX 200u
#define STRIP_H 4.0

/* From what says least to what must not be overlooked: of several in one pixel the last of these is drawn. */
static const GalenLaneState classes[GALEN_LANE_STATES] = {
    {"up", "U", GALEN_STYLE_SERIES_0, GALEN_STYLE_LABEL_0},
    {"synced", "S", GALEN_STYLE_SERIES_0, GALEN_STYLE_LABEL_0},
    {"unknown", "", GALEN_STYLE_HATCH, GALEN_STYLE_TICK},
    {"starting", "T", GALEN_STYLE_SERIES_5, GALEN_STYLE_LABEL_5},
    {"primary", "P", GALEN_STYLE_SERIES_5, GALEN_STYLE_LABEL_5},
    {"joined", "J", GALEN_STYLE_SERIES_0 + 3, GALEN_STYLE_LABEL_0 + 3},
    {"joiner", "J", GALEN_STYLE_SERIES_0 + 3, GALEN_STYLE_LABEL_0 + 3},
    {"donor", "D", GALEN_STYLE_SERIES_0 + 4, GALEN_STYLE_LABEL_0 + 4},
    {"closed", "C", GALEN_STYLE_SERIES_5, GALEN_STYLE_LABEL_5},
    {"down", "–", GALEN_STYLE_STATE_DOWN, GALEN_STYLE_TICK},
    {"non-primary", "N", GALEN_STYLE_SERIES_0 + 1, GALEN_STYLE_LABEL_0 + 1},
    {"error", "E", GALEN_STYLE_SERIES_0 + 1, GALEN_STYLE_LABEL_0 + 1},
};

#define UNKNOWN 2u

static const struct {
  const char *state;
  guint index;
} states[] = {
    {"UP", 0},       {"ONLINE", 0},       {"SYNCED", 1}, {"UNKNOWN", UNKNOWN}, {"UNREACHABLE", UNKNOWN},
    {"STARTING", 3}, {"PRIMARY", 4},      {"JOINED", 5}, {"JOINER", 6},        {"RECOVERING", 6},
    {"DONOR", 7},    {"DESYNCED", 7},     {"CLOSED", 8}, {"DOWN", 9},          {"OFFLINE", 9},
    {"OPEN", 10},    {"NON_PRIMARY", 10}, {"ERROR", 11},
};

const GalenLaneState *galen_lanes_state(guint index) {
  return &classes[index];
}

/* A word that is new is drawn as what it is: a state without a colour of its own. */
static guint class_of(const char *state) {
  for (guint i = 0; i < G_N_ELEMENTS(states); i++)
    if (g_strcmp0(states[i].state, state) == 0)
      return states[i].index;
  return 4;
}

char *galen_lanes_state_words(const char *state) {
  char *words = g_ascii_strdown(state != NULL ? state : "unknown", -1);
  return g_strdelimit(words, "_", '-');
}

/* ---- bars ---- */

/* One lane in columns of some pixels: the span that is drawn in each; NULL: nothing is known. */
typedef struct {
  const GalenStateSpan **at;
  guint *classes; /* of what is there */
  guint n;
} Columns;

typedef struct {
  guint first, last; /* columns, both inclusive */
  guint index;
} Run;

static void fill(const GalenLanes *self, const Columns *columns, const GalenStateSpan *span) {
  const GalenLanesForm *form = self->form;
  if (span->from == GALEN_TIME_NONE || span->to < form->from || span->from > form->to || span->to < span->from)
    return;
  double scale = columns->n / self->plot.w;
  double left = (galen_axis_x(&self->plot, form->from, form->to, span->from) - self->plot.x) * scale;
  double right = (galen_axis_x(&self->plot, form->from, form->to, span->to) - self->plot.x) * scale;
  guint first = MIN((guint)left, columns->n - 1);
  guint end = CLAMP((guint)ceil(right), first + 1, columns->n);
  guint index = class_of(span->state);
  for (guint i = first; i < end; i++)
    if (columns->at[i] == NULL || index > columns->classes[i]) {
      columns->at[i] = span;
      columns->classes[i] = index;
    }
}

static GArray *collect_runs(const GalenLanes *self, const GalenNode *node, Columns *columns) {
  GArray *runs = g_array_new(FALSE, FALSE, sizeof(Run));
  for (guint i = 0; i < columns->n; i++) {
    columns->at[i] = NULL;
    columns->classes[i] = UNKNOWN;
  }
  for (guint i = 0; i < node->states->len; i++)
    fill(self, columns, &g_array_index(node->states, GalenStateSpan, i));
  for (guint i = 0; i < columns->n; i++) {
    Run *last = runs->len > 0 ? &g_array_index(runs, Run, runs->len - 1) : NULL;
    Run run = {i, i, columns->classes[i]};
    if (last != NULL && last->index == run.index)
      last->last = i;
    else
      g_array_append_val(runs, run);
  }
  return runs;
}

static char *tip_words(const GalenLanes *self, const GalenNode *node, const Columns *columns, const Run *run) {
  const GalenStateSpan *first = columns->at[run->first], *last = columns->at[run->last];
  g_autofree char *name = galen_lanes_cut(node->name);
  if (first == NULL || last == NULL)
    return g_strdup_printf("%s: nothing is known", name);
  GTimeZone *zone = self->form->report->zone;
  g_autofree char *state = galen_lanes_state_words(first->state);
  g_autofree char *span = galen_words_span(first->from, last->to, zone);
  g_autofree char *reason = first->reason != NULL ? galen_lanes_cut(first->reason) : NULL;
  return g_strdup_printf("%s: %s, %s%s%s", name, state, span, reason != NULL ? "\n" : "", reason != NULL ? reason : "");
}

static void draw_label(const GalenLanes *self, const GalenLaneState *look, double x, double y, double w) {
  const char *text = look->word;
  if (galen_scene_text_width(text, LABEL_SIZE) + 6 > w)
    text = look->letter;
  if (*look->letter == '\0' || galen_scene_text_width(text, LABEL_SIZE) + 2 > w)
    return;
  galen_scene_text(self->scene, look->label, x + w / 2, y + 11.5, GALEN_ANCHOR_MIDDLE, text);
}

static void draw_lane(GalenLanes *self, guint lane, const Columns *columns, const GArray *runs, gboolean labels) {
  const GalenNode *node = galen_lanes_node(self, lane);
  double size = self->plot.w / columns->n;
  double y = galen_lanes_bar_y(self, lane);
  for (guint i = 0; i < runs->len; i++) {
    const Run *run = &g_array_index(runs, Run, i);
    const GalenLaneState *look = &classes[run->index];
    double x = self->plot.x + run->first * size, w = (run->last + 1 - run->first) * size;
    self->states[run->index] = TRUE;
    if (labels) {
      draw_label(self, look, x, y, w);
      continue;
    }
    gboolean tipped = self->form->tips && runs->len <= TIPS_MAX / self->nodes->len;
    g_autofree char *tip = tipped ? tip_words(self, node, columns, run) : NULL;
    if (run->index == UNKNOWN)
      galen_scene_hatch(self->scene, x, y, w, GALEN_LANE_BAR_H);
    if (run->index != UNKNOWN || tip != NULL)
      galen_scene_rect(self->scene, run->index == UNKNOWN ? GALEN_STYLE_HOVER : look->style, x, y, w, GALEN_LANE_BAR_H,
                       tip);
  }
}

void galen_lanes_draw_states(GalenLanes *self) {
  guint most = MAX(LANE_RUNS_MIN, RUNS_MAX / self->nodes->len);
  for (guint lane = 0; lane < self->nodes->len; lane++) {
    guint width = MAX((guint)self->plot.w, 1);
    g_autofree const GalenStateSpan **at = g_new0(const GalenStateSpan *, width);
    g_autofree guint *drawn = g_new(guint, width);
    Columns columns = {at, drawn, width};
    GArray *runs = collect_runs(self, galen_lanes_node(self, lane), &columns);
    for (guint pixels = 2; runs->len > most && pixels < width; pixels *= 2) {
      g_array_unref(runs);
      columns.n = MAX(width / pixels, 1);
      runs = collect_runs(self, galen_lanes_node(self, lane), &columns);
    }
    draw_lane(self, lane, &columns, runs, FALSE);
    draw_lane(self, lane, &columns, runs, TRUE);
    g_array_unref(runs);
  }
}

/* ---- transfers ---- */

static gboolean lane_of(const GalenLanes *self, const char *name, guint *ret_lane) {
  for (guint i = 0; name != NULL && i < self->nodes->len; i++)
    if (g_strcmp0(galen_lanes_node(self, i)->name, name) == 0) {
      *ret_lane = i;
      return TRUE;
    }
  return FALSE;
}

static char *transfer_words(const GalenLanes *self, const GalenTransfer *transfer) {
  GTimeZone *zone = self->form->report->zone;
  g_autofree char *span = galen_words_span(transfer->from, transfer->to, zone);
  g_autofree char *donor = galen_lanes_cut(transfer->donor != NULL ? transfer->donor : "an unknown donor");
  g_autofree char *joiner = galen_lanes_cut(transfer->joiner != NULL ? transfer->joiner : "an unknown joiner");
  return g_strdup_printf("%s from %s to %s, %s, %s", galen_transfer_kind(transfer), donor, joiner, span,
                         transfer->outcome);
}

/* Down or up to the joiner, with an arrow at its end. */
static void draw_link(GalenLanes *self, GalenStyle style, double x, guint donor, guint joiner) {
  double from = galen_lanes_bar_y(self, donor) + GALEN_LANE_BAR_H + 2;
  double to = galen_lanes_bar_y(self, joiner);
  gboolean down = joiner > donor;
  if (!down)
    to += GALEN_LANE_BAR_H + 2;
  galen_scene_line(self->scene, style, x, from, x, to);
  double back = down ? -5 : 5;
  galen_scene_path(self->scene, GALEN_STYLE_GLYPH);
  galen_scene_move(self->scene, x, to);
  galen_scene_to(self->scene, x - 3.5, to + back);
  galen_scene_to(self->scene, x + 3.5, to + back);
  galen_scene_close(self->scene);
}

static void draw_transfer(GalenLanes *self, const GalenTransfer *transfer) {
  const GalenLanesForm *form = self->form;
  gint64 end = transfer->to != GALEN_TIME_NONE ? transfer->to : transfer->from;
  if (transfer->from == GALEN_TIME_NONE || end < form->from || transfer->from > form->to)
    return;
  gboolean all = g_strcmp0(transfer->kind, "SST") == 0;
  double left = galen_axis_x(&self->plot, form->from, form->to, transfer->from);
  double right = galen_axis_x(&self->plot, form->from, form->to, end);
  guint lanes[2] = {0, 0};
  gboolean known[2] = {lane_of(self, transfer->donor, &lanes[0]), lane_of(self, transfer->joiner, &lanes[1])};
  g_autofree char *tip = form->tips ? transfer_words(self, transfer) : NULL;
  for (guint i = 0; i < 2; i++)
    if (known[i])
      galen_scene_rect(self->scene, all ? GALEN_STYLE_GLYPH : GALEN_STYLE_GLYPH_LINE, left,
                       galen_lanes_bar_y(self, lanes[i]) + GALEN_LANE_BAR_H + 2, fmax(right - left, 2), STRIP_H, tip);
  if (known[0] && known[1] && lanes[0] != lanes[1] && transfer->from >= form->from)
    draw_link(self, all ? GALEN_STYLE_LINK : GALEN_STYLE_LINK_DASHED, left, lanes[0], lanes[1]);
  *(all ? &self->sst : &self->ist) |= known[0] || known[1];
}

void galen_lanes_draw_transfers(GalenLanes *self) {
  const GPtrArray *clusters = self->form->report->history->clusters;
  guint drawn = 0;
  for (guint i = 0; i < clusters->len; i++) {
    const GalenClusterRow *cluster = g_ptr_array_index(clusters, i);
    for (guint t = 0; t < cluster->transfers->len && drawn < TRANSFERS_MAX; t++, drawn++)
      draw_transfer(self, g_ptr_array_index(cluster->transfers, t));
  }
}
