#include "chart_latency.h"

#include "../words.h"
#include "chart_axis.h"

#include <math.h>

#define MARK_SIZE 11.0
#define MARK_ROWS 3
#define MARK_ROW_HEIGHT 13.0

typedef struct {
  const char *name;
  double value;
} Mark;

static const GalenBar *bar_at(const GPtrArray *bars, guint i) {
  return g_ptr_array_index(bars, i);
}

/* Bars are equally wide; within one, the scale is logarithmic. */
static double x_of(const GPtrArray *bars, const GalenPlot *plot, double value) {
  double width = plot->w / bars->len;
  for (guint i = 0; i < bars->len; i++) {
    const GalenBar *bar = bar_at(bars, i);
    if (value > (double)bar->high && i + 1 < bars->len)
      continue;
    double low = log10(fmax((double)bar->low, 0.5));
    double high = log10(fmax((double)bar->high + 1, 1));
    double part = (log10(fmax(value, 0.5)) - low) / (high - low);
    return plot->x + width * (i + fmin(fmax(part, 0), 1));
  }
  return plot->x;
}

static gboolean is_decade(guint64 value) {
  while (value >= 10 && value % 10 == 0)
    value /= 10;
  return value == 1;
}

/* Where bar `i` begins, or the last one ends. */
static guint64 edge_of(const GPtrArray *bars, guint i) {
  return i < bars->len ? bar_at(bars, i)->low : bar_at(bars, i - 1)->high + 1;
}

/* Times at the edges of bars: powers of ten, or all edges when they are too few to read the scale by. */
static void draw_edges(GalenScene *scene, const GPtrArray *bars, const GalenPlot *plot) {
  double width = plot->w / bars->len;
  double base = plot->y + plot->h;
  guint decades = 0;
  for (guint i = 0; i < bars->len; i++)
    decades += is_decade(bar_at(bars, i)->low) ? 1 : 0;
  for (guint i = 0; i <= bars->len; i++)
    if (decades < 2 || is_decade(edge_of(bars, i)))
      galen_scene_line(scene, GALEN_STYLE_AXIS, plot->x + i * width, base, plot->x + i * width, base + 4);
  double free_from = 0;
  for (guint i = 0; i <= bars->len; i++) {
    guint64 value = edge_of(bars, i);
    if (decades >= 2 && !is_decade(value))
      continue;
    double x = plot->x + i * width;
    g_autofree char *text = galen_axis_duration((double)value);
    double half = galen_scene_text_width(text, MARK_SIZE) / 2;
    double center = fmin(x, scene->width - half - 1);
    if (center - half < free_from)
      continue;
    galen_scene_text(scene, GALEN_STYLE_TICK, center, base + 17, GALEN_ANCHOR_MIDDLE, text);
    free_from = center + half + 6;
  }
}

/* A percentile's line with its label, which stands right of it, or left where there is no room. */
typedef struct {
  char *text;
  double x, width;
  gboolean left;
  guint row; /* 0: next to the plot */
} Placed;

/* A label is set left when it would leave the picture or meet a left one. Of two neighbours that overlap, the one whose
 * text reaches over the other's line goes a row up: a line begins at its own row, so that none crosses a text. */
static void place_marks(Placed *marks, guint n, double right_edge) {
  for (guint i = n; i-- > 0;) {
    Placed *mark = &marks[i];
    double end = mark->x + 4 + mark->width;
    mark->left = end > right_edge;
    if (i + 1 < n && marks[i + 1].left && end > marks[i + 1].x - 4 - marks[i + 1].width)
      mark->left = mark->x - 4 - mark->width > 0;
    if (i + 1 < n && !mark->left && !marks[i + 1].left && end + 4 > marks[i + 1].x)
      mark->row = marks[i + 1].row + 1;
  }
  for (guint i = 1; i < n; i++)
    if (marks[i].left && marks[i - 1].left && marks[i].x - 8 - marks[i].width < marks[i - 1].x)
      marks[i].row = marks[i - 1].row + 1;
}

static double text_y(const GalenPlot *plot, const Placed *mark) {
  return plot->y - 4 - mark->row * MARK_ROW_HEIGHT;
}

static void draw_marks(GalenScene *scene, const GPtrArray *bars, const GalenPlot *plot, const GalenFigure *time) {
  const Mark marks[MARK_ROWS] = {{"p50", time->p50}, {"p95", time->p95}, {"p99", time->p99}};
  Placed placed[MARK_ROWS] = {0};
  guint n = 0;
  for (guint i = 0; i < MARK_ROWS; i++) {
    if (!isfinite(marks[i].value))
      continue;
    g_autofree char *value = galen_words_duration(marks[i].value);
    placed[n].text = g_strdup_printf("%s %s", marks[i].name, value);
    placed[n].x = x_of(bars, plot, marks[i].value);
    placed[n].width = galen_scene_text_width(placed[n].text, MARK_SIZE);
    n++;
  }
  place_marks(placed, n, scene->width);
  for (guint i = 0; i < n; i++)
    galen_scene_line(scene, GALEN_STYLE_MARK, placed[i].x, text_y(plot, &placed[i]) - 9, placed[i].x,
                     plot->y + plot->h);
  for (guint i = 0; i < n; i++) {
    galen_scene_text(scene, GALEN_STYLE_MARK_TEXT, placed[i].x + (placed[i].left ? -4 : 4), text_y(plot, &placed[i]),
                     placed[i].left ? GALEN_ANCHOR_END : GALEN_ANCHOR_START, placed[i].text);
    g_free(placed[i].text);
  }
}

static void describe(GalenScene *scene, const GPtrArray *bars, const GalenFigure *time, const char *title,
                     guint64 total, guint mode) {
  const GalenBar *bar = bar_at(bars, mode);
  g_autofree char *low = galen_words_duration((double)bar->low);
  g_autofree char *high = galen_words_duration((double)bar->high + 1);
  g_autofree char *share = galen_words_share(total > 0 ? (double)bar->count / (double)total : 0);
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_append_printf(text, "Calls by latency. Most calls, %s, took from %s to %s.", share, low, high);
  if (isfinite(time->p50) && isfinite(time->p99)) {
    g_autofree char *p50 = galen_words_duration(time->p50);
    g_autofree char *p99 = galen_words_duration(time->p99);
    g_string_append_printf(text, " Half took %s or less, 99 %% took %s or less.", p50, p99);
  }
  galen_scene_describe(scene, title, text->str);
}

GalenScene *galen_latency_scene(const GPtrArray *bars, const GalenFigure *time, guint color, const char *id,
                                const char *title, double width, double height) {
  if (bars == NULL || bars->len == 0)
    return NULL;
  guint64 max = 0, total = 0;
  guint mode = 0;
  for (guint i = 0; i < bars->len; i++) {
    guint64 count = bar_at(bars, i)->count;
    total += count;
    if (count > max) {
      max = count;
      mode = i;
    }
  }
  GalenScene *scene = galen_scene_new(id, width, height);
  double top_room = 16 + MARK_ROWS * MARK_ROW_HEIGHT;
  GalenPlot plot = {46, top_room, width - 46 - 12, height - top_room - 24};
  describe(scene, bars, time, title, total, mode);
  GalenValueAxis axis = galen_axis_values((double)max, 3);
  if (axis.step < 1)
    axis = (GalenValueAxis){1, fmax(1, (double)max)};
  galen_axis_draw_values(scene, &plot, axis, "");
  galen_scene_text(scene, GALEN_STYLE_UNIT, 0, 10, GALEN_ANCHOR_START, "calls");
  double bar_width = plot.w / bars->len;
  for (guint i = 0; i < bars->len; i++) {
    guint64 count = bar_at(bars, i)->count;
    /* One call among millions is still a call: a bar of at least a pixel. */
    double h = count == 0 ? 0 : fmax(1, plot.h * (double)count / axis.top);
    if (h > 0)
      galen_scene_rect(scene, GALEN_STYLE_SERIES_0 + MIN(color, 5), plot.x + i * bar_width + 0.5, plot.y + plot.h - h,
                       fmax(bar_width - 1, 0.5), h, NULL);
  }
  galen_scene_line(scene, GALEN_STYLE_AXIS, plot.x, plot.y + plot.h, plot.x + plot.w, plot.y + plot.h);
  draw_edges(scene, bars, &plot);
  draw_marks(scene, bars, &plot, time);
  return scene;
}
