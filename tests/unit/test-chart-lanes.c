/* The one clock's chart, as a scene. */
#include "analyzer/report/chart_lanes.h"
#include "history-fixture.h"

#define MINUTE (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC)
#define DAY (G_GINT64_CONSTANT(24) * 60 * MINUTE)

static Fixture *fixture_of(HistoryShape shape, gboolean queries) {
  FixtureOptions options = FIXTURE_DAY;
  options.from = shape.from;
  options.cells = 180;
  options.step = MAX(shape.length / 180, 1);
  options.inputs = options.findings = 0;
  if (!queries)
    options.classes = 0;
  Fixture *fixture = fixture_new(&options);
  fixture_add_history(fixture, &options, &shape);
  return fixture;
}

static GalenScene *scene_of(const Fixture *fixture) {
  const GalenReport *report = &fixture->report;
  GalenLanesForm form = {.id = "lanes",
                         .title = "One clock",
                         .report = report,
                         .from = report->from,
                         .to = report->to,
                         .width = 960,
                         .plots = TRUE,
                         .tips = TRUE};
  return galen_lanes_scene(&form);
}

static const GalenShape *shape_at(const GalenScene *scene, guint i) {
  return &g_array_index(scene->shapes, GalenShape, i);
}

static guint count_style(const GalenScene *scene, GalenStyle style, GalenShapeKind kind) {
  guint n = 0;
  for (guint i = 0; i < scene->shapes->len; i++)
    n += shape_at(scene, i)->style == style && shape_at(scene, i)->kind == kind ? 1 : 0;
  return n;
}

static const GalenShape *find_text(const GalenScene *scene, const char *text) {
  for (guint i = 0; i < scene->shapes->len; i++)
    if (shape_at(scene, i)->kind == GALEN_SHAPE_TEXT && g_str_equal(shape_at(scene, i)->text, text))
      return shape_at(scene, i);
  return NULL;
}

/* The nodes of the fixture without anything: to be filled by a test. */
static GalenNode *bare_node(const Fixture *fixture, guint i) {
  GalenNode *node = g_ptr_array_index(fixture->report.history->nodes, i);
  g_array_set_size(node->states, 0);
  g_array_set_size(node->marks, 0);
  node->has_log = TRUE;
  return node;
}

static void add_state(GalenNode *node, const char *state, gint64 from, gint64 to) {
  GalenStateSpan span = {.state = state, .from = from, .to = to};
  g_array_append_val(node->states, span);
}

/* ---- layout ---- */

static void box_of(const GalenShape *shape, double *ret_left, double *ret_right) {
  double size = shape->style == GALEN_STYLE_SMALL ? 10 : 11;
  double width = galen_scene_text_width(shape->text, size);
  *ret_left = shape->anchor == GALEN_ANCHOR_START    ? shape->x
              : shape->anchor == GALEN_ANCHOR_MIDDLE ? shape->x - width / 2
                                                     : shape->x - width;
  *ret_right = *ret_left + width;
}

static void assert_texts_apart(const GalenScene *scene) {
  for (guint i = 0; i < scene->shapes->len; i++) {
    const GalenShape *a = shape_at(scene, i);
    double left = 0, right = 0;
    if (a->kind != GALEN_SHAPE_TEXT)
      continue;
    box_of(a, &left, &right);
    g_assert_cmpfloat(left, >=, -1);
    g_assert_cmpfloat(right, <=, scene->width + 1);
    g_assert_cmpfloat(a->y, <=, scene->height + 1);
    for (guint k = i + 1; k < scene->shapes->len; k++) {
      const GalenShape *b = shape_at(scene, k);
      double from = 0, to = 0;
      if (b->kind != GALEN_SHAPE_TEXT || fabs(a->y - b->y) >= 9)
        continue;
      box_of(b, &from, &to);
      if (left < to && from < right)
        g_error("“%s” and “%s” overlap", a->text, b->text);
    }
  }
}

/* However much of the names is left out. */
static void assert_names_differ(const GalenScene *scene) {
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < scene->shapes->len; i++)
    if (shape_at(scene, i)->kind == GALEN_SHAPE_TEXT && shape_at(scene, i)->style == GALEN_STYLE_NAME)
      g_assert_true(g_hash_table_add(seen, shape_at(scene, i)->text));
}

static void test_long_names_differ(void) {
  HistoryShape shape = HISTORY_SHAPE;
  shape.nodes = 12;
  g_autoptr(Fixture) fixture = fixture_of(shape, FALSE);
  for (guint i = 0; i < 12; i++) {
    GalenNode *node = g_ptr_array_index(fixture->report.history->nodes, i);
    g_autofree char *name = g_strdup_printf("galera-nöde-%02u-in-the-cluster-of-europe", i);
    node->name = (char *)g_intern_string(name);
  }
  g_autoptr(GalenScene) scene = scene_of(fixture);
  assert_names_differ(scene);
}

static void test_labels_never_collide(void) {
  static const struct {
    guint nodes, incidents;
    gint64 length;
    gboolean long_names, queries;
  } shapes[] = {{1, 0, 3 * MINUTE, FALSE, FALSE},
                {1, 1, 3 * MINUTE, TRUE, TRUE},
                {3, 3, 30 * MINUTE, FALSE, TRUE},
                {12, 40, 1095 * DAY, TRUE, TRUE},
                {12, 200, DAY, TRUE, FALSE},
                {40, 9, 14 * DAY, FALSE, TRUE},
                {3, 3, 2, FALSE, TRUE}};
  for (guint i = 0; i < G_N_ELEMENTS(shapes); i++) {
    HistoryShape shape = HISTORY_SHAPE;
    shape.nodes = shapes[i].nodes;
    shape.incidents = shapes[i].incidents;
    shape.length = shapes[i].length;
    shape.long_names = shapes[i].long_names;
    g_autoptr(Fixture) fixture = fixture_of(shape, shapes[i].queries);
    g_autoptr(GalenScene) scene = scene_of(fixture);
    g_assert_nonnull(scene);
    assert_texts_apart(scene);
    assert_names_differ(scene);
    g_assert_cmpuint(count_style(scene, GALEN_STYLE_NAME, GALEN_SHAPE_TEXT), ==, MIN(shape.nodes, GALEN_LANES_MAX));
  }
}

static void test_nothing_to_draw(void) {
  HistoryShape shape = HISTORY_SHAPE;
  shape.nodes = 0;
  g_autoptr(Fixture) none = fixture_of(shape, TRUE);
  g_assert_null(scene_of(none));
  g_autoptr(Fixture) timeless = fixture_of(HISTORY_SHAPE, FALSE);
  timeless->report.to = timeless->report.from;
  g_assert_null(scene_of(timeless));
  timeless->report.to = GALEN_TIME_NONE;
  g_assert_null(scene_of(timeless));
  timeless->report.history = NULL;
  timeless->report.to = timeless->report.from + DAY;
  g_assert_null(scene_of(timeless));
}

static void test_words(void) {
  g_autoptr(Fixture) fixture = fixture_of(HISTORY_SHAPE, TRUE);
  g_autoptr(GalenScene) scene = scene_of(fixture);
  g_assert_cmpstr(scene->title, ==, "One clock");
  g_assert_nonnull(strstr(scene->description, "3 nodes had from 2026-11-24 03:00:00 to 2026-11-24 03:30:00 (UTC)"));
  g_assert_nonnull(strstr(scene->description, "node1: starting 36.0 s, synced 27 min 00 s, donor 2 min 24 s."));
  g_assert_nonnull(strstr(scene->description, "2 incidents are shaded"));
}

/* ---- states ---- */

static void test_short_state_is_seen(void) {
  HistoryShape shape = HISTORY_SHAPE;
  shape.nodes = 1;
  shape.length = 1095 * DAY;
  g_autoptr(Fixture) fixture = fixture_of(shape, FALSE);
  GalenNode *node = bare_node(fixture, 0);
  gint64 at = shape.from + 500 * DAY;
  add_state(node, "SYNCED", shape.from, at);
  add_state(node, "NON_PRIMARY", at, at + G_USEC_PER_SEC);
  add_state(node, "SYNCED", at + G_USEC_PER_SEC, shape.from + shape.length);
  fixture->report.errors = NULL;
  g_autoptr(GalenScene) scene = scene_of(fixture);
  guint found = 0;
  for (guint i = 0; i < scene->shapes->len; i++) {
    const GalenShape *bar = shape_at(scene, i);
    if (bar->style != GALEN_STYLE_SERIES_0 + 1 || bar->kind != GALEN_SHAPE_RECT || bar->h != 15)
      continue;
    g_assert_cmpfloat(bar->w, >=, 1);
    g_assert_nonnull(strstr(bar->text, "non-primary"));
    found++;
  }
  g_assert_cmpuint(found, ==, 1);
}

/* Silence is a gap: hatched, and never the state before it. */
static void test_unknown_is_a_gap(void) {
  HistoryShape shape = HISTORY_SHAPE;
  shape.nodes = 1;
  g_autoptr(Fixture) fixture = fixture_of(shape, FALSE);
  GalenNode *node = bare_node(fixture, 0);
  fixture->report.errors = NULL;
  add_state(node, "SYNCED", shape.from, shape.from + 10 * MINUTE);
  add_state(node, "UNKNOWN", shape.from + 10 * MINUTE, shape.from + 20 * MINUTE);
  g_autoptr(GalenScene) scene = scene_of(fixture);
  double synced = 0, hatched = 0;
  for (guint i = 0; i < scene->shapes->len; i++) {
    const GalenShape *shape_i = shape_at(scene, i);
    if (shape_i->kind != GALEN_SHAPE_RECT || shape_i->h != 15)
      continue;
    synced += shape_i->style == GALEN_STYLE_SERIES_0 ? shape_i->w : 0;
    hatched += shape_i->style == GALEN_STYLE_HATCH_GROUND ? shape_i->w : 0;
  }
  g_assert_cmpfloat_with_epsilon(hatched, 2 * synced, 3);
  g_assert_nonnull(find_text(scene, "not known"));
}

static void test_state_words(void) {
  static const struct {
    const char *state, *words;
  } cases[] = {{"SYNCED", "synced"}, {"NON_PRIMARY", "non-primary"}, {"SOMETHING_NEW", "something-new"}};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *words = galen_lanes_state_words(cases[i].state);
    g_assert_cmpstr(words, ==, cases[i].words);
  }
}

/* A log of many years with a hundred thousand states is no larger a picture. */
static void test_many_states(void) {
  HistoryShape shape = HISTORY_SHAPE;
  g_autoptr(Fixture) fixture = fixture_of(shape, FALSE);
  for (guint n = 0; n < 3; n++) {
    GalenNode *node = bare_node(fixture, n);
    gint64 step = shape.length / 100000;
    for (guint i = 0; i < 100000; i++) {
      add_state(node, i % 2 == 0 ? "SYNCED" : "JOINER", shape.from + i * step, shape.from + (i + 1) * step);
      GalenMark mark = {.kind = i % 3 == 0 ? "view" : "start", .time = shape.from + i * step};
      g_array_append_val(node->marks, mark);
    }
  }
  g_autoptr(GalenScene) scene = scene_of(fixture);
  g_assert_cmpuint(scene->shapes->len, <, 6000);
}

/* ---- transfers, marks, clocks, incidents ---- */

static void test_transfers_link_lanes(void) {
  g_autoptr(Fixture) fixture = fixture_of(HISTORY_SHAPE, FALSE);
  g_autoptr(GalenScene) scene = scene_of(fixture);
  g_assert_cmpuint(count_style(scene, GALEN_STYLE_LINK, GALEN_SHAPE_LINE), ==, 2);
  g_assert_cmpuint(count_style(scene, GALEN_STYLE_LINK_DASHED, GALEN_SHAPE_LINE), ==, 1);
  const GalenShape *first = find_text(scene, "node1"), *last = find_text(scene, "node3");
  for (guint i = 0; i < scene->shapes->len; i++) {
    const GalenShape *line = shape_at(scene, i);
    if (line->style != GALEN_STYLE_LINK_DASHED)
      continue;
    g_assert_cmpfloat(line->y, >, first->y);
    g_assert_cmpfloat(line->y + line->h, <, last->y);
    g_assert_cmpfloat(line->y + line->h, >, last->y - 15);
    g_assert_cmpfloat(line->w, ==, 0);
  }
}

/* Each kind of mark in use is explained, and none that is not. */
static void test_legend(void) {
  HistoryShape shape = HISTORY_SHAPE;
  g_autoptr(Fixture) fixture = fixture_of(shape, FALSE);
  g_autoptr(GalenScene) scene = scene_of(fixture);
  static const char *const used[] = {"crash", "killed",      "shutdown", "bootstrap", "vote",   "view change",
                                     "start", "did not run", "refused",  "donor",     "joiner", "non-primary"};
  for (guint i = 0; i < G_N_ELEMENTS(used); i++)
    g_assert_nonnull(find_text(scene, used[i]));
  g_assert_null(find_text(scene, "evicted"));
  g_assert_null(find_text(scene, "error"));
}

static void test_weightiest_mark_wins(void) {
  HistoryShape shape = HISTORY_SHAPE;
  shape.nodes = 1;
  shape.incidents = 0;
  g_autoptr(Fixture) fixture = fixture_of(shape, FALSE);
  GalenNode *node = bare_node(fixture, 0);
  add_state(node, "UP", shape.from, shape.from + shape.length);
  static const char *const kinds[] = {"start", "crash", "stop"};
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
    GalenMark mark = {.kind = kinds[i], .time = shape.from + 10 * MINUTE + i};
    g_array_append_val(node->marks, mark);
  }
  g_autoptr(GalenScene) scene = scene_of(fixture);
  g_assert_nonnull(find_text(scene, "crash"));
  g_assert_null(find_text(scene, "shutdown"));
  gboolean told = FALSE;
  for (guint i = 0; i < scene->shapes->len; i++)
    told |= shape_at(scene, i)->style == GALEN_STYLE_HOVER && shape_at(scene, i)->text != NULL &&
            strstr(shape_at(scene, i)->text, "and 2 more nearby") != NULL;
  g_assert_true(told);
}

static void test_clock_error(void) {
  HistoryShape shape = HISTORY_SHAPE;
  shape.nodes = 1;
  shape.length = 3 * MINUTE;
  g_autoptr(Fixture) fixture = fixture_of(shape, FALSE);
  GalenNode *node = bare_node(fixture, 0);
  add_state(node, "UP", shape.from, shape.from + shape.length);
  node->offset = -2500000;
  node->offset_error = 1000000;
  g_autoptr(GalenScene) with = scene_of(fixture);
  g_assert_nonnull(find_text(with, "clock −2.5 s ± 1 s"));
  g_assert_cmpuint(count_style(with, GALEN_STYLE_GLYPH_LINE, GALEN_SHAPE_PATH), ==, 1);
  node->offset = 0;
  node->offset_error = 0;
  g_autoptr(GalenScene) without = scene_of(fixture);
  g_assert_cmpuint(count_style(without, GALEN_STYLE_GLYPH_LINE, GALEN_SHAPE_PATH), ==, 0);
  g_assert_cmpuint(count_style(without, GALEN_STYLE_SMALL, GALEN_SHAPE_TEXT), ==, 0);
}

/* Overlapping incidents are one layer of shade, that of the worst; muted ones none. */
static void test_shades(void) {
  HistoryShape shape = HISTORY_SHAPE;
  shape.incidents = 40;
  g_autoptr(Fixture) fixture = fixture_of(shape, TRUE);
  g_autoptr(GalenScene) scene = scene_of(fixture);
  guint critical = count_style(scene, GALEN_STYLE_INCIDENT_CRITICAL, GALEN_SHAPE_RECT);
  guint all = critical + count_style(scene, GALEN_STYLE_INCIDENT_WARNING, GALEN_SHAPE_RECT) +
              count_style(scene, GALEN_STYLE_INCIDENT_INFO, GALEN_SHAPE_RECT);
  g_assert_cmpuint(critical, >=, 2);
  g_assert_cmpuint(all, <=, 5);
  for (guint i = 0; i < fixture->report.incidents->len; i++)
    ((GalenIncident *)g_ptr_array_index(fixture->report.incidents, i))->muted = TRUE;
  g_autoptr(GalenScene) muted = scene_of(fixture);
  g_assert_cmpuint(count_style(muted, GALEN_STYLE_INCIDENT_CRITICAL, GALEN_SHAPE_RECT), ==, 0);
  g_assert_cmpuint(count_style(muted, GALEN_STYLE_INCIDENT_TEXT, GALEN_SHAPE_TEXT), ==, 0);
}

static void test_plots(void) {
  g_autoptr(Fixture) both = fixture_of(HISTORY_SHAPE, TRUE);
  g_autoptr(GalenScene) all = scene_of(both);
  g_assert_nonnull(find_text(all, "error-log records each 30 s"));
  g_assert_nonnull(find_text(all, "average active statements, in steps of 10 s"));
  g_assert_nonnull(find_text(all, "statements in the slow log each 10 s"));
  g_autoptr(Fixture) errors = fixture_of(HISTORY_SHAPE, FALSE);
  g_autoptr(GalenScene) less = scene_of(errors);
  g_assert_null(find_text(less, "statements in the slow log each 10 s"));
  g_assert_cmpfloat(less->height, <, all->height - 100);
}

/* A zoom shows the lanes that it is asked for, and nothing below them. */
static void test_zoom(void) {
  HistoryShape shape = HISTORY_SHAPE;
  g_autoptr(Fixture) fixture = fixture_of(shape, TRUE);
  g_autoptr(GPtrArray) nodes = g_ptr_array_new();
  g_ptr_array_add(nodes, (gpointer) "node3");
  GalenLanesForm form = {.id = "zoom",
                         .title = "Zoom",
                         .report = &fixture->report,
                         .from = shape.from + shape.length / 100 * 80,
                         .to = shape.from + shape.length / 100 * 81,
                         .width = 900,
                         .nodes = nodes};
  g_autoptr(GalenScene) scene = galen_lanes_scene(&form);
  g_assert_cmpuint(count_style(scene, GALEN_STYLE_NAME, GALEN_SHAPE_TEXT), ==, 1);
  g_assert_nonnull(find_text(scene, "node3"));
  g_assert_null(find_text(scene, "error-log records each 30 s"));
  for (guint i = 0; i < scene->shapes->len; i++)
    if (shape_at(scene, i)->kind != GALEN_SHAPE_TEXT)
      g_assert_null(shape_at(scene, i)->text);
  assert_texts_apart(scene);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/chart-lanes/labels-never-collide", test_labels_never_collide);
  g_test_add_func("/chart-lanes/long-names-differ", test_long_names_differ);
  g_test_add_func("/chart-lanes/nothing-to-draw", test_nothing_to_draw);
  g_test_add_func("/chart-lanes/words", test_words);
  g_test_add_func("/chart-lanes/short-state-is-seen", test_short_state_is_seen);
  g_test_add_func("/chart-lanes/unknown-is-a-gap", test_unknown_is_a_gap);
  g_test_add_func("/chart-lanes/state-words", test_state_words);
  g_test_add_func("/chart-lanes/many-states", test_many_states);
  g_test_add_func("/chart-lanes/transfers-link-lanes", test_transfers_link_lanes);
  g_test_add_func("/chart-lanes/legend", test_legend);
  g_test_add_func("/chart-lanes/weightiest-mark-wins", test_weightiest_mark_wins);
  g_test_add_func("/chart-lanes/clock-error", test_clock_error);
  g_test_add_func("/chart-lanes/shades", test_shades);
  g_test_add_func("/chart-lanes/plots", test_plots);
  g_test_add_func("/chart-lanes/zoom", test_zoom);
  return g_test_run();
}
