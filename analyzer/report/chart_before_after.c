#include "chart_before_after.h"

#include "../words.h"

#include <math.h>
#include <string.h>

#define LAYERS 5u
#define CELLS_MAX 200u
#define CELLS_MIN 12u
#define GAPS_MAX 400u
#define HEIGHT 320.0
#define LEFT 46.0
#define RIGHT 10.0
#define BETWEEN 70.0 /* dates of both sides stand below it */
#define TOP 44.0
#define BOTTOM 38.0
#define NAME_MAX_BYTES 160u

static const char *const names[] = {"Before", "After"};

static const GalenReport *report_of(const GalenComparison *comparison, guint side) {
  return side == 0 ? comparison->before.report : comparison->after.report;
}

/* ---- the stacks ---- */

static const GalenSeries *series_of(const GalenReport *report, const char *id) {
  for (guint i = 0; i < report->leading->len; i++) {
    const GalenQuery *query = g_ptr_array_index(report->leading, i);
    if (g_str_equal(query->id, id))
      return query->series;
  }
  return NULL;
}

/* Two classes may have one label: then part of the id tells them apart. */
static char *label_of(const GPtrArray *leading, guint index) {
  const GalenQuery *query = g_ptr_array_index(leading, index);
  g_autofree char *label = galen_words_clean(galen_slice(query->label, strlen(query->label)), NAME_MAX_BYTES);
  for (guint i = 0; i < leading->len && i < LAYERS; i++) {
    const GalenQuery *other = g_ptr_array_index(leading, i);
    if (i != index && g_strcmp0(other->label, query->label) == 0)
      return g_strdup_printf("%s (%.4s)", label, query->id);
  }
  return g_steal_pointer(&label);
}

/* How many cells of each side are one: peaks can be compared in steps of one length only. Where that would leave too few of a
 * much shorter side, each has its own. */
static void set_joined(const GalenReport *reports[2], guint ret_joined[2]) {
  gint64 step = 0;
  for (guint i = 0; i < 2; i++) {
    const GalenSeries *series = reports[i]->series;
    ret_joined[i] = series != NULL ? (series->n + CELLS_MAX - 1) / CELLS_MAX : 1;
    step = MAX(step, series != NULL ? series->step * ret_joined[i] : 0);
  }
  for (guint i = 0; i < 2; i++) {
    const GalenSeries *series = reports[i]->series;
    if (series == NULL || series->step <= 0 || step < series->step || step % series->step != 0)
      continue;
    guint joined = (guint)(step / series->step);
    if (series->n >= CELLS_MIN * joined)
      ret_joined[i] = joined;
  }
}

static GalenStack *stack_of(const GalenReport *report, const GPtrArray *leading, guint joined) {
  GalenStack *stack = galen_stack_new_joined(report->series, joined);
  if (stack == NULL)
    return NULL;
  for (guint i = 0; i < leading->len && i < LAYERS; i++) {
    const GalenQuery *query = g_ptr_array_index(leading, i);
    g_autofree char *label = label_of(leading, i);
    galen_stack_add(stack, label, query->color, series_of(report, query->id));
  }
  galen_stack_add_rest(stack, "all others", 5, report->series);
  for (guint i = 0; i < report->gaps->len && i < GAPS_MAX; i++) {
    const GalenGap *gap = g_ptr_array_index(report->gaps, i);
    galen_stack_add_gap(stack, gap->from, gap->to);
  }
  return stack;
}

void galen_before_after_init(GalenBeforeAfter *self, const GalenComparison *comparison) {
  const GalenReport *reports[2] = {comparison->before.report, comparison->after.report};
  guint joined[2];
  set_joined(reports, joined);
  for (guint i = 0; i < 2; i++)
    self->sides[i] = stack_of(reports[i], reports[1]->leading, joined[i]);
}

void galen_before_after_clear(GalenBeforeAfter *self) {
  for (guint i = 0; i < 2; i++)
    g_clear_pointer(&self->sides[i], galen_stack_free);
}

/* ---- the picture ---- */

static double top_of(const GalenBeforeAfter *self) {
  double top = 0;
  for (guint i = 0; i < 2; i++)
    top = fmax(top, self->sides[i] != NULL ? galen_stack_peak(self->sides[i]) : 0);
  return top;
}

static double mean_of(const GalenStack *stack) {
  double time = 0;
  for (guint i = 0; i < stack->layers->len; i++)
    time += ((const GalenStackLayer *)g_ptr_array_index(stack->layers, i))->time;
  return time / ((double)(stack->to - stack->from) / 1e6);
}

static void describe(const GalenBeforeAfter *self, GalenScene *scene, const GalenComparison *comparison) {
  g_autoptr(GString) text = g_string_new("Average active statements before and after, on one scale.");
  for (guint i = 0; i < 2; i++) {
    const GalenStack *stack = self->sides[i];
    const GalenReport *report = report_of(comparison, i);
    if (stack == NULL) {
      g_string_append_printf(text, " %s: no statement has a time.", names[i]);
      continue;
    }
    g_autofree char *from = galen_words_time(stack->from, report->zone, 0);
    g_autofree char *to = galen_words_time(stack->to, report->zone, 0);
    g_autofree char *mean = galen_axis_figure(mean_of(stack)), *peak = galen_axis_figure(galen_stack_peak(stack));
    g_string_append_printf(text, " %s, %s to %s (%s): %s on average, %s at the peak.", names[i], from, to,
                           report->zone_name, mean, peak);
  }
  galen_scene_describe(scene, "Load before and after by operation", text->str);
}

static void draw_grid(GalenScene *scene, const GalenPlot *plot, GalenValueAxis axis) {
  guint n = (guint)lround(axis.top / axis.step);
  for (guint i = 1; i <= n; i++) {
    double y = plot->y + plot->h * (1 - i * axis.step / axis.top);
    galen_scene_line(scene, GALEN_STYLE_GRID, plot->x, y, plot->x + plot->w, y);
  }
}

static void draw_side(const GalenBeforeAfter *self, guint side, GalenScene *scene, const GalenPlot *plot,
                      GalenValueAxis axis, const GalenReport *report, gboolean tips) {
  galen_scene_text(scene, GALEN_STYLE_NAME, plot->x, 12, GALEN_ANCHOR_START, names[side]);
  if (side == 0)
    galen_axis_draw_values(scene, plot, axis, "average active statements");
  else
    draw_grid(scene, plot, axis);
  if (self->sides[side] == NULL) {
    galen_scene_hatch(scene, plot->x, plot->y, plot->w, plot->h);
    galen_scene_text(scene, GALEN_STYLE_NOTE, plot->x + plot->w / 2, plot->y + plot->h + 16, GALEN_ANCHOR_MIDDLE,
                     "no statement with a time");
    return;
  }
  GalenStackForm form = {.zone = report->zone, .zone_name = report->zone_name, .labels = TRUE, .tips = tips};
  galen_stack_draw(self->sides[side], scene, plot, axis.top, &form);
}

GalenScene *galen_before_after_scene(const GalenBeforeAfter *self, const GalenComparison *comparison, const char *id,
                                     double width, gboolean tips) {
  if (self->sides[0] == NULL && self->sides[1] == NULL)
    return NULL;
  GalenScene *scene = galen_scene_new(id, width, HEIGHT);
  GalenValueAxis axis = galen_axis_values(top_of(self), 5);
  double half = (width - LEFT - RIGHT - BETWEEN) / 2;
  describe(self, scene, comparison);
  for (guint i = 0; i < 2; i++) {
    GalenPlot plot = {LEFT + i * (half + BETWEEN), TOP, half, HEIGHT - TOP - BOTTOM};
    draw_side(self, i, scene, &plot, axis, report_of(comparison, i), tips);
  }
  return scene;
}

char *galen_before_after_caption(const GalenBeforeAfter *self, const GalenComparison *comparison) {
  const GalenStack *before = self->sides[0], *after = self->sides[1];
  const GalenStack *any = after != NULL ? after : before;
  if (any == NULL)
    return g_strdup("");
  g_autofree char *first = galen_axis_step(before != NULL ? before->step : any->step);
  g_autofree char *second = galen_axis_step(any->step);
  gboolean hatched = (before != NULL && before->gaps->len > 0) || (after != NULL && after->gaps->len > 0);
  g_autofree char *steps = g_str_equal(first, second)
                               ? g_strdup_printf("One step is %s", first)
                               : g_strdup_printf("One step is %s before and %s after", first, second);
  return g_strdup_printf("%s, times in %s; both sides on one scale.%s", steps, comparison->after.report->zone_name,
                         hatched ? " Hatched: no log." : "");
}
