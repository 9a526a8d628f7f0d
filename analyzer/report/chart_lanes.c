#include "chart_lanes_private.h"

#include "../words.h"
#include "cluster_words.h"

#include <math.h>

#define NAME_SIZE 13.4 /* 12 px, but bold */
#define SMALL_SIZE 10.0
#define GUTTER_MIN 146.0
#define GUTTER_MAX 200.0
#define LABEL_SIZE 11.0
#define LABEL_ROW 15.0
#define LABEL_ROWS 3u
#define AXIS_H 38.0
#define ERROR_BAR_MAX 22.0
#define DESCRIBED_NODES 8u
#define INCIDENTS_MAX 200u
#define EDGES_MIN 6.0
#define TEXT_MAX 160u

char *galen_lanes_cut(const char *text) {
  return galen_words_clean(galen_slice(text, strlen(text)), TEXT_MAX);
}

/* ---- names ---- */

/* "+2.5 s ± 1 s"; NULL: nothing worth a line. Caller frees. */
static char *clock_words(const GalenNode *node) {
  if (node->offset == GALEN_TIME_NONE || (node->offset == 0 && node->offset_error <= 0))
    return NULL;
  g_autofree char *size = galen_axis_duration(fabs((double)node->offset));
  const char *sign = node->offset > 0 ? "+" : node->offset < 0 ? "−" : "";
  if (node->offset_error <= 0)
    return g_strdup_printf("clock %s%s", sign, size);
  g_autofree char *error = galen_axis_duration((double)node->offset_error);
  return g_strdup_printf("clock %s%s ± %s", sign, size, error);
}

static double gutter_of(const GalenLanes *self) {
  double width = GUTTER_MIN;
  for (guint i = 0; i < self->nodes->len; i++)
    width = fmax(width, galen_scene_text_width(galen_lanes_node(self, i)->name, NAME_SIZE) + 12);
  return fmin(width, GUTTER_MAX);
}

/* As wide as twice the clock's error is on the axis, within what the margin has. */
static void draw_error_bar(const GalenLanes *self, const GalenNode *node, double y) {
  const GalenLanesForm *form = self->form;
  double wide = 2 * (double)node->offset_error / ((double)form->to - (double)form->from) * self->plot.w;
  wide = fmin(fmax(wide, 3), ERROR_BAR_MAX);
  double right = self->plot.x - 5, left = right - wide;
  galen_scene_path(self->scene, GALEN_STYLE_GLYPH_LINE);
  galen_scene_move(self->scene, left, y - 3);
  galen_scene_to(self->scene, left, y + 3);
  galen_scene_move(self->scene, left, y);
  galen_scene_to(self->scene, right, y);
  galen_scene_move(self->scene, right, y - 3);
  galen_scene_to(self->scene, right, y + 3);
}

/* How many letters all names begin with. */
static glong shared_beginning(const GalenLanes *self) {
  glong shared = 0;
  const char *first = galen_lanes_node(self, 0)->name;
  for (const char *c = first; *c != '\0'; c = g_utf8_next_char(c), shared++)
    for (guint i = 1; i < self->nodes->len; i++)
      if (strncmp(first, galen_lanes_node(self, i)->name, (gsize)(g_utf8_next_char(c) - first)) != 0)
        return shared;
  return 0;
}

/* A name that is too wide without the words that all names begin with. Caller frees. */
static char *distinct_name(const GalenLanes *self, const char *name) {
  g_autofree char *whole = galen_lanes_cut(name);
  if (galen_scene_text_width(whole, NAME_SIZE) <= self->plot.x - 12)
    return g_steal_pointer(&whole);
  const char *begin = g_utf8_offset_to_pointer(name, shared_beginning(self));
  while (begin > name && g_ascii_isalnum(begin[-1]))
    begin--;
  return begin == name ? g_steal_pointer(&whole) : g_strconcat("…", begin, NULL);
}

static void draw_names(const GalenLanes *self) {
  for (guint lane = 0; lane < self->nodes->len; lane++) {
    const GalenNode *node = galen_lanes_node(self, lane);
    double y = galen_lanes_bar_y(self, lane);
    g_autofree char *distinct = distinct_name(self, node->name);
    g_autofree char *name = galen_scene_text_fit(distinct, NAME_SIZE, self->plot.x - 12);
    galen_scene_text(self->scene, GALEN_STYLE_NAME, 0, y + 6, GALEN_ANCHOR_START, name);
    g_autofree char *clock = clock_words(node);
    const char *small = node->arbitrator ? "arbitrator" : !node->has_log ? "no log of its own" : clock;
    if (small != NULL && galen_scene_text_width(small, SMALL_SIZE) <= self->plot.x - ERROR_BAR_MAX - 8)
      galen_scene_text(self->scene, GALEN_STYLE_SMALL, 0, y + 19, GALEN_ANCHOR_START, small);
    if (node->offset_error > 0)
      draw_error_bar(self, node, y + 15.5);
  }
}

/* ---- incidents ---- */

typedef struct {
  double from[INCIDENTS_MAX], to[INCIDENTS_MAX];
  guint n;
} LabelRow;

static gboolean is_free(const LabelRow *row, double from, double to) {
  for (guint i = 0; i < row->n; i++)
    if (from < row->to[i] + 4 && to > row->from[i] - 4)
      return FALSE;
  return row->n < INCIDENTS_MAX;
}

static gboolean span_of(const GalenLanes *self, const GalenIncident *incident, double *ret_left, double *ret_right) {
  const GalenLanesForm *form = self->form;
  gint64 to = incident->to != GALEN_TIME_NONE ? incident->to : incident->ongoing ? form->to : incident->from;
  if (incident->from == GALEN_TIME_NONE || incident->muted || to < form->from || incident->from > form->to)
    return FALSE;
  *ret_left = galen_axis_x(&self->plot, form->from, form->to, incident->from);
  *ret_right = fmax(galen_axis_x(&self->plot, form->from, form->to, to), *ret_left + 2);
  return TRUE;
}

/* One layer of shade: where incidents overlap, that of the worst. */
static void draw_shades(const GalenLanes *self) {
  const GPtrArray *incidents = self->form->report->incidents;
  guint n = (guint)self->plot.w + 1;
  g_autofree guint8 *columns = g_new0(guint8, n + 1);
  double left = 0, right = 0;
  for (guint i = 0; i < incidents->len; i++) {
    const GalenIncident *incident = g_ptr_array_index(incidents, i);
    if (!span_of(self, incident, &left, &right))
      continue;
    guint first = (guint)(left - self->plot.x), end = (guint)ceil(right - self->plot.x);
    for (guint c = first; c < MIN(end, n); c++)
      columns[c] = (guint8)MAX(columns[c], incident->severity + 1);
  }
  for (guint c = 0, begin = 0; c < n; c++) {
    if (columns[c + 1] == columns[c])
      continue;
    if (columns[c] > 0)
      galen_scene_rect(self->scene, GALEN_STYLE_INCIDENT_INFO + columns[c] - 1, self->plot.x + begin, self->plot.y - 3,
                       fmin(c + 1 - begin, self->plot.w - begin), self->bottom - self->plot.y + 3, NULL);
    begin = c + 1;
  }
}

/* Bars hide their shade: its edges are drawn over them. */
static void draw_edges(const GalenLanes *self) {
  const GPtrArray *incidents = self->form->report->incidents;
  double left = 0, right = 0;
  LabelRow drawn = {.n = 0};
  for (guint i = 0; i < MIN(incidents->len, INCIDENTS_MAX / 2); i++) {
    if (!span_of(self, g_ptr_array_index(incidents, i), &left, &right) || right - left < EDGES_MIN)
      continue;
    const double edges[] = {left, right};
    for (guint e = 0; e < G_N_ELEMENTS(edges); e++) {
      if (!is_free(&drawn, edges[e], edges[e]))
        continue;
      drawn.from[drawn.n] = drawn.to[drawn.n] = edges[e];
      drawn.n++;
      galen_scene_line(self->scene, GALEN_STYLE_MARK, edges[e], self->plot.y - 3, edges[e],
                       self->plot.y + self->plot.h);
    }
  }
}

/* "1 split brain" centred over its shade in the first row with room, or only "1". */
static void draw_incident_label(const GalenLanes *self, LabelRow *rows, const GalenIncident *incident, guint number) {
  double left = 0, right = 0;
  if (!span_of(self, incident, &left, &right))
    return;
  g_autofree char *kind = g_strdelimit(g_strdup(galen_incident_word(incident->kind)), "-", ' ');
  g_autofree char *text = g_strdup_printf("%u %s", number, kind);
  g_autofree char *brief = g_strdup_printf("%u", number);
  for (guint i = 0; i < 2 * LABEL_ROWS; i++) {
    LabelRow *row = &rows[i % LABEL_ROWS];
    const char *label = i < LABEL_ROWS ? text : brief;
    double width = galen_scene_text_width(label, LABEL_SIZE);
    double center = fmin(fmax((left + right) / 2, self->plot.x + width / 2), self->plot.x + self->plot.w - width / 2);
    if (!is_free(row, center - width / 2, center + width / 2))
      continue;
    row->from[row->n] = center - width / 2;
    row->to[row->n++] = center + width / 2;
    double y = self->plot.y - 8 - (i % LABEL_ROWS) * LABEL_ROW;
    galen_scene_text(self->scene, GALEN_STYLE_INCIDENT_TEXT, center, y, GALEN_ANCHOR_MIDDLE, label);
    return;
  }
}

static guint count_shown(const GalenLanes *self) {
  const GPtrArray *incidents = self->form->report->incidents;
  double left = 0, right = 0;
  guint n = 0;
  for (guint i = 0; i < incidents->len; i++)
    n += span_of(self, g_ptr_array_index(incidents, i), &left, &right) ? 1 : 0;
  return n;
}

static void draw_incident_labels(const GalenLanes *self) {
  const GPtrArray *incidents = self->form->report->incidents;
  g_autofree LabelRow *rows = g_new0(LabelRow, LABEL_ROWS);
  for (guint i = 0; i < MIN(incidents->len, INCIDENTS_MAX); i++)
    draw_incident_label(self, rows, g_ptr_array_index(incidents, i), i + 1);
}

/* ---- words ---- */

static void describe_node(GString *text, const GalenNode *node, gint64 from, gint64 to) {
  double times[GALEN_LANE_STATES] = {0};
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < node->states->len; i++) {
    const GalenStateSpan *span = &g_array_index(node->states, GalenStateSpan, i);
    double length = (double)MIN(span->to, to) - (double)MAX(span->from, from);
    if (length <= 0)
      continue;
    g_autofree char *words = galen_lanes_state_words(span->state);
    guint at = 0;
    while (at < names->len && g_strcmp0(g_ptr_array_index(names, at), words) != 0)
      at++;
    if (at == GALEN_LANE_STATES)
      continue;
    if (at == names->len)
      g_ptr_array_add(names, g_steal_pointer(&words));
    times[at] += length;
  }
  g_autofree char *name = galen_lanes_cut(node->name);
  g_string_append_printf(text, " %s:", name);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *time = galen_words_duration(times[i]);
    g_string_append_printf(text, "%s %s %s", i > 0 ? "," : "", (const char *)g_ptr_array_index(names, i), time);
  }
  g_string_append_c(text, '.');
}

static void describe(const GalenLanes *self) {
  const GalenLanesForm *form = self->form;
  const GalenReport *report = form->report;
  g_autofree char *from = galen_words_time(form->from, report->zone, 0);
  g_autofree char *to = galen_words_time(form->to, report->zone, 0);
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_append_printf(text, "What state %u node%s had from %s to %s (%s).", self->nodes->len,
                         self->nodes->len == 1 ? "" : "s", from, to, report->zone_name);
  for (guint i = 0; i < MIN(self->nodes->len, DESCRIBED_NODES); i++)
    describe_node(text, galen_lanes_node(self, i), form->from, form->to);
  guint n = count_shown(self);
  if (n > 0)
    g_string_append_printf(text, " %u incident%s shaded; the cards describe them.", n, n == 1 ? " is" : "s are");
  galen_scene_describe(self->scene, form->title, text->str);
}

/* ---- the chart ---- */

static gboolean is_wanted(const GalenLanesForm *form, const GalenNode *node) {
  if (form->nodes == NULL)
    return TRUE;
  for (guint i = 0; i < form->nodes->len; i++)
    if (g_strcmp0(g_ptr_array_index(form->nodes, i), node->name) == 0)
      return TRUE;
  return FALSE;
}

static GPtrArray *collect_nodes(const GalenLanesForm *form) {
  GPtrArray *nodes = g_ptr_array_new();
  const GPtrArray *all = form->report->history != NULL ? form->report->history->nodes : NULL;
  for (guint i = 0; all != NULL && i < all->len && nodes->len < GALEN_LANES_MAX; i++) {
    const GalenNode *node = g_ptr_array_index(all, i);
    if (is_wanted(form, node) && (node->states->len > 0 || node->has_log))
      g_ptr_array_add(nodes, (gpointer)node);
  }
  return nodes;
}

static void draw_grid(const GalenLanes *self) {
  const GalenLanesForm *form = self->form;
  g_autoptr(GPtrArray) ticks =
      galen_axis_times(form->from, form->to, form->report->zone, (guint)fmax(2, self->plot.w / 84));
  for (guint i = 0; i < ticks->len; i++) {
    double x = galen_axis_x(&self->plot, form->from, form->to, ((const GalenTick *)g_ptr_array_index(ticks, i))->at);
    galen_scene_line(self->scene, GALEN_STYLE_GRID, x, self->plot.y, x, self->plot.y + self->plot.h);
  }
}

static void draw(GalenLanes *self) {
  GalenScene *scene = self->scene;
  self->bottom = self->plot.y + self->plot.h + (self->form->plots ? galen_lanes_plots_height(self) : 0);
  draw_shades(self);
  draw_grid(self);
  galen_lanes_draw_states(self);
  draw_edges(self);
  galen_lanes_draw_transfers(self);
  galen_lanes_draw_marks(self);
  draw_names(self);
  if (self->form->plots)
    galen_lanes_draw_plots(self, self->plot.y + self->plot.h);
  draw_incident_labels(self);
  GalenPlot whole = {self->plot.x, self->plot.y, self->plot.w, self->bottom - self->plot.y};
  galen_axis_draw_times(scene, &whole, self->form->from, self->form->to, self->form->report->zone);
  scene->height = galen_lanes_draw_legend(self, self->bottom + AXIS_H + 14);
}

GalenScene *galen_lanes_scene(const GalenLanesForm *form) {
  g_autoptr(GPtrArray) nodes = collect_nodes(form);
  gint64 length = 0;
  if (nodes->len == 0 || form->from == GALEN_TIME_NONE || form->to == GALEN_TIME_NONE ||
      __builtin_sub_overflow(form->to, form->from, &length) || length <= 0)
    return NULL;
  GalenLanes self = {.form = form, .nodes = nodes};
  self.scene = galen_scene_new(form->id, form->width, 0);
  double gutter = gutter_of(&self);
  self.plot = (GalenPlot){gutter, 0, form->width - gutter - 8, nodes->len * GALEN_LANE_PITCH};
  guint shown = count_shown(&self);
  self.plot.y = 6 + MIN(shown, LABEL_ROWS) * LABEL_ROW;
  draw(&self);
  describe(&self);
  return self.scene;
}
