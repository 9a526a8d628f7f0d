#include "chart_stack.h"

#include "../words.h"
#include "chart_axis.h"

#include <math.h>

#define LABEL_SIZE 11.5
#define LABEL_HEIGHT 15.0
#define TIPS_MAX 36u
#define DESCRIBED_MAX 6u

static void free_layer(gpointer data) {
  GalenStackLayer *layer = data;
  g_free(layer->label);
  g_free(layer->values);
  g_free(layer);
}

GalenStack *galen_stack_new(const GalenSeries *range, guint cells_max) {
  return galen_stack_new_joined(range, range != NULL ? (range->n + cells_max - 1) / cells_max : 0);
}

GalenStack *galen_stack_new_joined(const GalenSeries *range, guint joined) {
  if (range == NULL || range->n == 0 || range->step <= 0)
    return NULL;
  GalenStack *self = g_new0(GalenStack, 1);
  self->gaps = g_array_new(FALSE, FALSE, sizeof(GalenSpan));
  self->from = range->from;
  self->step = range->step * joined;
  self->to = range->from + range->step * (gint64)range->n;
  self->n = (range->n + joined - 1) / joined;
  self->layers = g_ptr_array_new_with_free_func(free_layer);
  return self;
}

void galen_stack_free(GalenStack *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref(self->layers);
  g_array_unref(self->gaps);
  g_free(self);
}

void galen_stack_add_gap(GalenStack *self, gint64 from, gint64 to) {
  galen_axis_add_span(self->gaps, (GalenSpan){from, to}, self->from, self->to);
}

gint64 galen_stack_cell(const GalenStack *self, guint cell, gint64 *ret_to) {
  gint64 from = self->from + self->step * (gint64)cell;
  *ret_to = MIN(from + self->step, self->to);
  return from;
}

gboolean galen_stack_is_missing(const GalenStack *self, guint cell) {
  gint64 to = 0;
  gint64 from = galen_stack_cell(self, cell, &to);
  for (guint i = 0; i < self->gaps->len; i++) {
    const GalenSpan *gap = &g_array_index(self->gaps, GalenSpan, i);
    if (gap->from <= from && gap->to >= to)
      return TRUE;
  }
  return FALSE;
}

double galen_stack_total(const GalenStack *self, guint cell) {
  double total = 0;
  for (guint i = 0; i < self->layers->len; i++)
    total += ((const GalenStackLayer *)g_ptr_array_index(self->layers, i))->values[cell];
  return total;
}

/* Query time of `series` in each of the stack's cells, µs. */
static double *gather(const GalenStack *self, const GalenSeries *series) {
  double *values = g_new0(double, self->n);
  if (series == NULL || series->time == NULL)
    return values;
  for (guint i = 0; i < series->n; i++) {
    gint64 at = series->from + series->step * (gint64)i;
    if (at >= self->from && at < self->to)
      values[(at - self->from) / self->step] += (double)series->time[i];
  }
  return values;
}

static void push(GalenStack *self, const char *label, guint color, double *values) {
  GalenStackLayer *layer = g_new0(GalenStackLayer, 1);
  layer->label = g_strdup(label);
  layer->color = MIN(color, 5);
  layer->values = values;
  for (guint i = 0; i < self->n; i++) {
    gint64 to = 0;
    gint64 from = galen_stack_cell(self, i, &to);
    layer->time += values[i] / 1e6;
    values[i] /= (double)(to - from);
  }
  g_ptr_array_add(self->layers, layer);
}

void galen_stack_add(GalenStack *self, const char *label, guint color, const GalenSeries *series) {
  push(self, label, color, gather(self, series));
}

void galen_stack_add_rest(GalenStack *self, const char *label, guint color, const GalenSeries *total) {
  double *rest = gather(self, total);
  double sum = 0;
  for (guint i = 0; i < self->n; i++) {
    gint64 to = 0;
    gint64 from = galen_stack_cell(self, i, &to);
    /* Less than a µs is the rounding of the division, not time. */
    double value = rest[i] - galen_stack_total(self, i) * (double)(to - from);
    rest[i] = value < 1 ? 0 : value;
    sum += rest[i];
  }
  if (sum > 0)
    push(self, label, color, rest);
  else
    g_free(rest);
}

/* One layer's outline: along the tops of its cells, back on the base line. What lies below is painted over it. */
static void draw_area(GalenScene *scene, const GalenPlot *plot, const double *heights, guint n, const double *edges,
                      GalenStyle style) {
  double base = plot->y + plot->h;
  galen_scene_path(scene, style);
  galen_scene_move(scene, edges[0], base);
  for (guint i = 0; i < n; i++) {
    galen_scene_to(scene, edges[i], base - heights[i]);
    galen_scene_to(scene, edges[i + 1], base - heights[i]);
  }
  galen_scene_to(scene, edges[n], base);
  galen_scene_close(scene);
}

/* Where a label of that width fits best between two outlines: the window of cells with the thickest common band. */
static double best_band(const double *low, const double *high, const double *edges, guint n, double width,
                        double *ret_x, double *ret_height) {
  double best = 0;
  for (guint i = 0; i < n; i++) {
    double bottom = 0, top = G_MAXDOUBLE;
    guint j = i;
    for (; j < n && edges[j] < edges[i] + width; j++) {
      bottom = fmax(bottom, low[j]);
      top = fmin(top, high[j]);
      if (top - bottom <= best)
        break;
    }
    if (edges[j] < edges[i] + width || top - bottom <= best)
      continue;
    best = top - bottom;
    *ret_x = (edges[i] + edges[j]) / 2;
    *ret_height = (top + bottom) / 2;
  }
  return best;
}

static void draw_label(GalenScene *scene, const GalenPlot *plot, const GalenStackLayer *layer, const double *low,
                       const double *high, const double *edges, guint n) {
  double x = 0, height = 0;
  double width = galen_scene_text_width(layer->label, LABEL_SIZE) + 10;
  if (best_band(low, high, edges, n, width, &x, &height) >= LABEL_HEIGHT)
    galen_scene_text(scene, GALEN_STYLE_LABEL_0 + layer->color, x, plot->y + plot->h - height + 4, GALEN_ANCHOR_MIDDLE,
                     layer->label);
}

/* heights[i + 1] is the top of layer i in pixels above the base line; heights[0] is the base line. */
static double **stack_heights(const GalenStack *self, double scale) {
  double **heights = g_new0(double *, self->layers->len + 1);
  heights[0] = g_new0(double, self->n);
  for (guint i = 0; i < self->layers->len; i++) {
    const GalenStackLayer *layer = g_ptr_array_index(self->layers, i);
    heights[i + 1] = g_new0(double, self->n);
    for (guint c = 0; c < self->n; c++)
      heights[i + 1][c] = heights[i][c] + layer->values[c] * scale;
  }
  return heights;
}

static void draw_layers(const GalenStack *self, GalenScene *scene, const GalenPlot *plot, double top, gboolean labels) {
  g_autofree double *edges = g_new0(double, self->n + 1);
  for (guint c = 0; c < self->n; c++) {
    gint64 to = 0;
    edges[c] = galen_axis_x(plot, self->from, self->to, galen_stack_cell(self, c, &to));
    edges[c + 1] = galen_axis_x(plot, self->from, self->to, to);
  }
  double **heights = stack_heights(self, plot->h / top);
  for (guint i = self->layers->len; i-- > 0;) {
    const GalenStackLayer *layer = g_ptr_array_index(self->layers, i);
    draw_area(scene, plot, heights[i + 1], self->n, edges, GALEN_STYLE_SERIES_0 + layer->color);
  }
  for (guint i = 0; labels && i < self->layers->len; i++)
    draw_label(scene, plot, g_ptr_array_index(self->layers, i), heights[i], heights[i + 1], edges, self->n);
  for (guint i = 0; i <= self->layers->len; i++)
    g_free(heights[i]);
  g_free(heights);
}

static double peak(const GalenStack *self, guint *ret_cell) {
  double max = 0;
  *ret_cell = 0;
  for (guint i = 0; i < self->n; i++) {
    double total = galen_stack_total(self, i);
    if (total > max) {
      max = total;
      *ret_cell = i;
    }
  }
  return max;
}

/* Cells `first` … `last` as one: begin and end, then the average of each layer that has any, the top one first. */
static char *tip_text(const GalenStack *self, guint first, guint last, const GalenStackForm *form) {
  gint64 to = 0;
  gint64 from = galen_stack_cell(self, first, &to);
  galen_stack_cell(self, last, &to);
  g_autofree char *span = galen_words_span(from, to, form->zone);
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_append_printf(text, "%s, average active:", span);
  gsize empty = text->len;
  for (guint i = self->layers->len; i-- > 0;) {
    const GalenStackLayer *layer = g_ptr_array_index(self->layers, i);
    double sum = 0;
    for (guint c = first; c <= last; c++)
      sum += layer->values[c];
    g_autofree char *number = galen_axis_figure(sum / (last - first + 1));
    if (sum > 0)
      g_string_append_printf(text, "\n%s: %s", layer->label, number);
  }
  if (text->len == empty)
    g_string_append(text, " 0");
  return g_string_free(g_steal_pointer(&text), FALSE);
}

static void draw_tips(const GalenStack *self, GalenScene *scene, const GalenPlot *plot, const GalenStackForm *form) {
  guint joined = (self->n + TIPS_MAX - 1) / TIPS_MAX;
  for (guint first = 0; first < self->n; first += joined) {
    guint last = MIN(first + joined, self->n) - 1;
    gint64 to = 0;
    double left = galen_axis_x(plot, self->from, self->to, galen_stack_cell(self, first, &to));
    galen_stack_cell(self, last, &to);
    double right = galen_axis_x(plot, self->from, self->to, to);
    g_autofree char *tip = tip_text(self, first, last, form);
    galen_scene_rect(scene, GALEN_STYLE_HOVER, left, plot->y, right - left, plot->h, tip);
  }
}

static void describe(const GalenStack *self, GalenScene *scene, const GalenStackForm *form, guint top_cell,
                     double top) {
  gint64 to = 0;
  g_autofree char *begin = galen_words_time(self->from, form->zone, 0);
  g_autofree char *end = galen_words_time(self->to, form->zone, 0);
  g_autofree char *step = galen_axis_step(self->step);
  g_autofree char *highest = galen_axis_number(top);
  g_autofree char *when = galen_words_time(galen_stack_cell(self, top_cell, &to), form->zone, 0);
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_append_printf(text,
                         "Average active statements from %s to %s (%s), in steps of %s. The peak is %s in the step "
                         "from %s.",
                         begin, end, form->zone_name, step, highest, when);
  for (guint i = 0; i < self->layers->len && i < DESCRIBED_MAX && self->layers->len > 1; i++) {
    const GalenStackLayer *layer = g_ptr_array_index(self->layers, i);
    g_autofree char *time = galen_words_duration(layer->time * 1e6);
    g_string_append_printf(text, " %s: %s in all.", layer->label, time);
  }
  if (self->gaps->len > 0)
    g_string_append(text, " Hatched times have no log, which is not the same as no load.");
  galen_scene_describe(scene, form->title, text->str);
}

double galen_stack_peak(const GalenStack *self) {
  guint cell = 0;
  return peak(self, &cell);
}

void galen_stack_draw(const GalenStack *self, GalenScene *scene, const GalenPlot *plot, double top,
                      const GalenStackForm *form) {
  galen_axis_draw_spans(scene, plot, self->from, self->to, self->gaps);
  draw_layers(self, scene, plot, top, form->labels);
  galen_axis_draw_times(scene, plot, self->from, self->to, form->zone);
  if (form->tips)
    draw_tips(self, scene, plot, form);
}

GalenScene *galen_stack_scene(const GalenStack *self, const GalenStackForm *form) {
  GalenScene *scene = galen_scene_new(form->id, form->width, form->height);
  GalenPlot plot = {46, 26, form->width - 46 - 10, form->height - 26 - 38};
  guint top_cell = 0;
  double top = peak(self, &top_cell);
  GalenValueAxis axis = galen_axis_values(top, plot.h > 150 ? 5 : 3);
  describe(self, scene, form, top_cell, top);
  galen_axis_draw_values(scene, &plot, axis, "average active statements");
  galen_stack_draw(self, scene, &plot, axis.top, form);
  return scene;
}
