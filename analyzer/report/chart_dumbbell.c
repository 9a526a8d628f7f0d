#include "chart_dumbbell.h"

#include "../words.h"
#include "chart_axis.h"

#include <math.h>
#include <string.h>

#define ROW_HEIGHT 26.0
#define TOP 40.0
#define BOTTOM 26.0
#define NAMES 0.27 /* of the width */
#define NAME_SIZE 12.0
#define NAME_MAX_BYTES 160u
#define TICK_SIZE 11.0
#define SAID 62.0 /* what is said of a row, right of each column */
#define BETWEEN 22.0
#define RADIUS 4.6
#define CORNERS 16
#define STEADY_UNTIL 6u /* rows, with steady ones */

/* ---- which rows ---- */

static guint take(GPtrArray *rows, const GPtrArray *changes, guint n) {
  n = MIN(n, changes->len);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add(rows, g_ptr_array_index(changes, i));
  return n;
}

GPtrArray *galen_dumbbell_rows(const GalenComparison *comparison, guint rows_max) {
  const GPtrArray *const lists[] = {comparison->slower, comparison->new, comparison->gone, comparison->faster};
  guint shares[G_N_ELEMENTS(lists)] = {0}, used = 0;
  /* A row for each kind in turn, until there is no room or nothing left. */
  for (gboolean more = TRUE; more && used < rows_max;) {
    more = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(lists) && used < rows_max; i++) {
      if (shares[i] >= lists[i]->len)
        continue;
      shares[i]++;
      used++;
      more = TRUE;
    }
  }
  GPtrArray *rows = g_ptr_array_new();
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    take(rows, lists[i], shares[i]);
  if (rows->len < MIN(STEADY_UNTIL, rows_max))
    take(rows, comparison->steady, MIN(STEADY_UNTIL, rows_max) - rows->len);
  return rows;
}

/* ---- a logarithmic axis of durations ---- */

static const struct {
  double value; /* µs */
  const char *label;
} ladder[] = {{1, "1 µs"},       {1e1, "10 µs"},   {1e2, "100 µs"},   {1e3, "1 ms"},      {1e4, "10 ms"},
              {1e5, "100 ms"},   {1e6, "1 s"},     {1e7, "10 s"},     {6e7, "1 min"},     {6e8, "10 min"},
              {3.6e9, "1 h"},    {3.6e10, "10 h"}, {3.6e11, "100 h"}, {3.6e12, "1000 h"}, {3.6e13, "10 000 h"},
              {3.6e14, "10⁵ h"}, {3.6e15, "10⁶ h"}};

typedef struct {
  guint first, last; /* steps of the ladder */
  GalenPlot plot;
} Axis;

static double x_of(const Axis *axis, double value) {
  double low = log(ladder[axis->first].value), high = log(ladder[axis->last].value);
  double part = (log(fmax(value, ladder[axis->first].value)) - low) / (high - low);
  return axis->plot.x + axis->plot.w * fmin(fmax(part, 0), 1);
}

static void draw_axis(const Axis *axis, GalenScene *scene, const char *title) {
  const GalenPlot *plot = &axis->plot;
  double free_from = 0;
  galen_scene_text(scene, GALEN_STYLE_NAME, plot->x, 12, GALEN_ANCHOR_START, title);
  galen_scene_text(scene, GALEN_STYLE_UNIT, plot->x, 26, GALEN_ANCHOR_START, "logarithmic");
  for (guint i = axis->first; i <= axis->last; i++) {
    double x = x_of(axis, ladder[i].value);
    galen_scene_line(scene, GALEN_STYLE_GRID, x, plot->y, x, plot->y + plot->h);
    double half = galen_scene_text_width(ladder[i].label, TICK_SIZE) / 2;
    if (x - half < free_from)
      continue;
    galen_scene_text(scene, GALEN_STYLE_TICK, x, plot->y + plot->h + 16, GALEN_ANCHOR_MIDDLE, ladder[i].label);
    free_from = x + half + 8;
  }
}

/* ---- dots ---- */

static void draw_dot(GalenScene *scene, GalenStyle style, double x, double y, double radius) {
  galen_scene_path(scene, style);
  for (guint i = 0; i < CORNERS; i++) {
    double angle = 2 * G_PI * i / CORNERS;
    double at_x = x + radius * cos(angle), at_y = y + radius * sin(angle);
    if (i == 0)
      galen_scene_move(scene, at_x, at_y);
    else
      galen_scene_to(scene, at_x, at_y);
  }
  galen_scene_close(scene);
}

typedef struct {
  double before, after, ratio; /* µs; NaN or 0: none */
  gboolean changed;
} Figure;

static gboolean is_there(double value) {
  return isfinite(value) && value > 0;
}

static Figure time_figure(const GalenChange *change) {
  const GalenMeasure *time = &change->measures[GALEN_MEASURE_TIME];
  return (Figure){time->before * 3600e6, time->after * 3600e6, time->ratio, time->changed};
}

static Figure p95_figure(const GalenChange *change) {
  const GalenMeasure *p95 = &change->measures[GALEN_MEASURE_P95];
  return (Figure){p95->before, p95->after, p95->ratio, p95->changed};
}

/* "2.1 ×" */
static char *ratio_words(double ratio) {
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  if (!isfinite(ratio))
    return NULL;
  const char *form = ratio >= 9.95 ? "%.0f" : ratio >= 0.995 ? "%.1f" : "%.2f";
  return ratio < 1000 ? g_strdup_printf("× %s", g_ascii_formatd(number, sizeof number, form, ratio))
                      : g_strdup("× >999");
}

static void draw_figure(const Axis *axis, GalenScene *scene, const GalenChange *change, Figure figure, double y) {
  gboolean before = is_there(figure.before), after = is_there(figure.after);
  double from = before ? x_of(axis, figure.before) : 0, to = after ? x_of(axis, figure.after) : 0;
  if (before && after && fabs(to - from) > 2 * RADIUS) {
    double sign = to > from ? 1 : -1;
    galen_scene_line(scene, figure.changed ? GALEN_STYLE_LINK : GALEN_STYLE_AXIS, from + sign * RADIUS, y, to, y);
  }
  if (after)
    draw_dot(scene, GALEN_STYLE_SERIES_0 + MIN(change->color, 5), to, y, RADIUS);
  if (before)
    draw_dot(scene, GALEN_STYLE_GLYPH_LINE, from, y, RADIUS);
  g_autofree char *ratio = before && after ? ratio_words(figure.ratio) : NULL;
  const char *said = ratio != NULL                       ? ratio
                     : change->kind == GALEN_CHANGE_NEW  ? "new"
                     : change->kind == GALEN_CHANGE_GONE ? "gone"
                                                         : "–";
  galen_scene_text(scene, figure.changed || ratio == NULL ? GALEN_STYLE_MARK_TEXT : GALEN_STYLE_NOTE,
                   axis->plot.x + axis->plot.w + SAID, y + 4, GALEN_ANCHOR_END, said);
}

/* ---- names ---- */

/* Cut on a character, so that it fits. Caller frees. */
static char *fit(const char *text, double width) {
  if (galen_scene_text_width(text, NAME_SIZE) <= width)
    return g_strdup(text);
  GString *cut = g_string_new(NULL);
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
    g_autofree char *longer = g_strdup_printf("%s%.*s…", cut->str, (int)(g_utf8_next_char(at) - at), at);
    if (galen_scene_text_width(longer, NAME_SIZE) > width)
      break;
    g_string_append_len(cut, at, g_utf8_next_char(at) - at);
  }
  g_string_append(cut, "…");
  return g_string_free(cut, FALSE);
}

static char *label_of(const GalenChange *change) {
  return galen_words_clean(galen_slice(change->label, strlen(change->label)), NAME_MAX_BYTES);
}

/* The label, told apart from an equal one by part of the id. */
static char *name_of(const GPtrArray *changes, guint index) {
  const GalenChange *change = g_ptr_array_index(changes, index);
  g_autofree char *label = label_of(change);
  for (guint i = 0; i < changes->len; i++)
    if (i != index && g_strcmp0(((const GalenChange *)g_ptr_array_index(changes, i))->label, change->label) == 0)
      return g_strdup_printf("%.4s %s", change->id, label);
  return g_steal_pointer(&label);
}

static char *tip_of(const GalenChange *change) {
  g_autofree char *label = label_of(change);
  Figure time = time_figure(change), p95 = p95_figure(change);
  g_autofree char *old_time = galen_words_duration(time.before), *new_time = galen_words_duration(time.after);
  g_autofree char *old_p95 = galen_words_duration(p95.before), *new_p95 = galen_words_duration(p95.after);
  return g_strdup_printf("%s, %s\nquery time an hour: %s before, %s after\np95: %s before, %s after", label,
                         galen_change_word(change->kind), old_time, new_time, old_p95, new_p95);
}

/* ---- the picture ---- */

static void widen(double value, double *low, double *high) {
  if (!is_there(value))
    return;
  *low = fmin(*low, value);
  *high = fmax(*high, value);
}

/* FALSE: no figure to show. */
static gboolean set_axis(Axis *axis, const GPtrArray *changes, Figure (*figure_of)(const GalenChange *)) {
  double low = INFINITY, high = 0;
  for (guint i = 0; i < changes->len; i++) {
    Figure figure = figure_of(g_ptr_array_index(changes, i));
    widen(figure.before, &low, &high);
    widen(figure.after, &low, &high);
  }
  axis->first = axis->last = 0;
  while (axis->first + 2 < G_N_ELEMENTS(ladder) && ladder[axis->first + 1].value <= low)
    axis->first++;
  while (axis->last + 1 < G_N_ELEMENTS(ladder) && ladder[axis->last].value < high)
    axis->last++;
  axis->last = MAX(axis->last, axis->first + 1);
  return high > 0;
}

static void describe(GalenScene *scene, const GPtrArray *changes) {
  g_autoptr(GString) text =
      g_string_new("Each operation before (ring) and after (dot): query time an hour, and the time "
                   "that 95 % of its calls do not exceed.");
  for (guint i = 0; i < changes->len && i < 3; i++) {
    const GalenChange *change = g_ptr_array_index(changes, i);
    Figure time = time_figure(change);
    g_autofree char *label = label_of(change);
    g_autofree char *before = galen_words_duration(time.before), *after = galen_words_duration(time.after);
    g_string_append_printf(text, " %s (%s): %s an hour before, %s after.", label, galen_change_word(change->kind),
                           before, after);
  }
  galen_scene_describe(scene, "Operations before and after", text->str);
}

static void draw_rows(GalenScene *scene, const GPtrArray *changes, const Axis axes[2], const gboolean shown[2],
                      gboolean tips) {
  static Figure (*const figures[])(const GalenChange *) = {time_figure, p95_figure};
  double names = scene->width * NAMES;
  for (guint i = 0; i < changes->len; i++) {
    const GalenChange *change = g_ptr_array_index(changes, i);
    double y = TOP + ROW_HEIGHT * (i + 0.5);
    g_autofree char *whole = name_of(changes, i), *name = fit(whole, names - 14);
    if (i > 0)
      galen_scene_line(scene, GALEN_STYLE_GRID, 0, TOP + ROW_HEIGHT * i, scene->width, TOP + ROW_HEIGHT * i);
    galen_scene_text(scene, GALEN_STYLE_MARK_TEXT, 0, y + 4, GALEN_ANCHOR_START, name);
    for (guint m = 0; m < 2; m++)
      if (shown[m])
        draw_figure(&axes[m], scene, change, figures[m](change), y);
    g_autofree char *tip = tips ? tip_of(change) : NULL;
    if (tip != NULL)
      galen_scene_rect(scene, GALEN_STYLE_HOVER, 0, TOP + ROW_HEIGHT * i, scene->width, ROW_HEIGHT, tip);
  }
}

GalenScene *galen_dumbbell_scene(const GPtrArray *changes, const char *id, double width, gboolean tips) {
  Axis axes[2];
  gboolean shown[2] = {set_axis(&axes[0], changes, time_figure), set_axis(&axes[1], changes, p95_figure)};
  if (changes->len == 0 || !(shown[0] || shown[1]))
    return NULL;
  double height = ROW_HEIGHT * changes->len, names = width * NAMES;
  double column = (width - names - 2 * SAID - BETWEEN) / 2;
  GalenScene *scene = galen_scene_new(id, width, TOP + height + BOTTOM);
  axes[0].plot = (GalenPlot){names, TOP, column, height};
  axes[1].plot = (GalenPlot){names + column + SAID + BETWEEN, TOP, column, height};
  describe(scene, changes);
  if (shown[0])
    draw_axis(&axes[0], scene, "Query time an hour");
  if (shown[1])
    draw_axis(&axes[1], scene, "p95");
  draw_rows(scene, changes, axes, shown, tips);
  return scene;
}
