#include "../words.h"
#include "build.h"

/* Replaces a text by its cleaned form. */
static void clean(char **text, gsize max) {
  char *shown = galen_build_text(*text, max);
  g_free(*text);
  *text = shown;
}

static void clean_row(GalenInputRow *row) {
  clean(&row->path, GALEN_SHOWN_PATH_MAX);
  if (row->path == NULL)
    row->path = g_strdup("");
  clean(&row->node, GALEN_SHOWN_NAME_MAX);
  clean(&row->store, GALEN_SHOWN_PATH_MAX);
  clean(&row->version, GALEN_SHOWN_NAME_MAX);
  clean(&row->problem, GALEN_SHOWN_PATH_MAX);
  clean(&row->timezone, GALEN_SHOWN_NAME_MAX);
  g_ptr_array_set_size(row->skip_texts, 0);
  for (guint i = 0; i < row->account.n_skips; i++) {
    const GalenSkip *skip = &row->account.skips[i];
    g_ptr_array_add(row->skip_texts, galen_build_skip_text(galen_slice(skip->text, skip->text_len)));
  }
}

/* By node, first, path; an input without a time comes last of its node. */
static int compare_rows(gconstpointer left, gconstpointer right) {
  const GalenInputRow *a = *(GalenInputRow *const *)left, *b = *(GalenInputRow *const *)right;
  int order = g_strcmp0(a->node, b->node);
  if (order != 0)
    return order;
  gint64 first_a = a->account.first == GALEN_TIME_NONE ? G_MAXINT64 : a->account.first;
  gint64 first_b = b->account.first == GALEN_TIME_NONE ? G_MAXINT64 : b->account.first;
  if (first_a != first_b)
    return first_a < first_b ? -1 : 1;
  return g_strcmp0(a->path, b->path);
}

/* Inputs come sorted by node: it is the last one, or new. */
static GalenNodeRow *find_node(GPtrArray *nodes, const char *name) {
  GalenNodeRow *node = nodes->len > 0 ? g_ptr_array_index(nodes, nodes->len - 1) : NULL;
  if (node != NULL && g_str_equal(node->name, name))
    return node;
  node = g_new0(GalenNodeRow, 1);
  node->name = g_strdup(name);
  g_ptr_array_add(nodes, node);
  return node;
}

/* Inputs come in time order within a node: what the latest one knows stands. */
static void note_node(GPtrArray *nodes, const GalenInputRow *row) {
  GalenNodeRow *node = find_node(nodes, row->node);
  if (row->server != NULL)
    node->server = row->server;
  if (row->version != NULL) {
    g_free(node->version);
    node->version = g_strdup(row->version);
  }
  if (row->timezone != NULL && *row->timezone != '\0') {
    g_free(node->timezone);
    node->timezone = g_strdup(row->timezone);
    node->timezone_source = row->timezone_source;
  }
}

void galen_build_inputs(GalenReport *report, GPtrArray *inputs) {
  for (guint i = 0; i < inputs->len; i++)
    g_ptr_array_add(report->inputs, g_ptr_array_index(inputs, i));
  g_ptr_array_set_free_func(inputs, NULL);
  g_ptr_array_unref(inputs);
  for (guint i = 0; i < report->inputs->len; i++)
    clean_row(g_ptr_array_index(report->inputs, i));
  g_ptr_array_sort(report->inputs, compare_rows);
  for (guint i = 0; i < report->inputs->len; i++) {
    const GalenInputRow *row = g_ptr_array_index(report->inputs, i);
    report->implausible += row->account.implausible;
    report->incomplete = report->incomplete || !row->complete;
    if (row->node != NULL && !g_str_equal(row->kind, "unknown") && !g_str_equal(row->kind, "store"))
      note_node(report->nodes, row);
  }
}

/* ---- gaps ---- */

static void add_gap(GalenReport *report, gint64 from, gint64 to) {
  const GalenSeries *series = report->series;
  from = MAX(from, series->from);
  to = MIN(to, series->from + series->step * series->n);
  if (to - from <= 2 * series->step)
    return;
  GalenGap *gap = g_new(GalenGap, 1);
  *gap = (GalenGap){from, to};
  g_ptr_array_add(report->gaps, gap);
}

void galen_build_gaps(GalenReport *report) {
  if (report->series == NULL || report->series->n == 0)
    return;
  g_autoptr(GArray) spans = galen_build_covered(report, "slow-log");
  for (guint i = 1; i < spans->len; i++)
    add_gap(report, g_array_index(spans, GalenGap, i - 1).to, g_array_index(spans, GalenGap, i).from);
}
