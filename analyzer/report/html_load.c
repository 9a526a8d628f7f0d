/* Section 4: the load over time by operation. */
#include "html_page.h"

#include "chart_axis.h"
#include "chart_stack.h"
#include "html_stack.h"
#include "nothing.h"
#include "words.h"

#define LOAD_LAYERS 5u
#define CELLS_MAX 400u

void galen_html_stack_gaps(GalenStack *stack, const GalenReport *report) {
  for (guint i = 0; report->gaps != NULL && i < report->gaps->len && i < GALEN_HTML_GAPS_MAX; i++) {
    const GalenGap *gap = galen_html_gap(report, i);
    galen_stack_add_gap(stack, gap->from, gap->to);
  }
}

char *galen_html_stack_caption(const GalenStack *stack, const GalenReport *report) {
  g_autofree char *step = galen_axis_step(stack->step);
  return g_strdup_printf("One step is %s, times in %s.%s", step, report->zone_name,
                         stack->gaps->len > 0 ? " Hatched: no log." : "");
}

/* Rows of the table are joined cells, so that a table stays readable. */
void galen_html_stack_table(GalenView *figure, const GalenStack *stack, const GalenReport *report, guint rows_max) {
  guint joined = (stack->n + rows_max - 1) / rows_max;
  galen_html_figure_column(figure, "from");
  for (guint i = 0; i < stack->layers->len; i++)
    galen_html_figure_column(figure, ((const GalenStackLayer *)g_ptr_array_index(stack->layers, i))->label);
  for (guint first = 0; first < stack->n; first += joined) {
    guint last = MIN(first + joined, stack->n) - 1;
    gint64 to = 0;
    g_autofree char *from = galen_words_time(galen_stack_cell(stack, first, &to), report->zone, 0);
    GalenView *cells = galen_html_figure_row(figure, from);
    gboolean missing = TRUE;
    for (guint c = first; c <= last; c++)
      missing &= galen_stack_is_missing(stack, c);
    for (guint i = 0; i < stack->layers->len; i++) {
      const GalenStackLayer *layer = g_ptr_array_index(stack->layers, i);
      double sum = 0;
      for (guint c = first; c <= last; c++)
        sum += layer->values[c];
      galen_html_figure_take_cell(cells, missing ? g_strdup("no log") : galen_axis_figure(sum / (last - first + 1)));
    }
  }
}

void galen_html_stack_legend(GalenView *figure, const GalenStack *stack) {
  GalenView *legend = (GalenView *)galen_view_get(figure, "legend", 6);
  double total = 0;
  for (guint i = 0; i < stack->layers->len; i++)
    total += ((const GalenStackLayer *)g_ptr_array_index(stack->layers, i))->time;
  for (guint i = 0; i < stack->layers->len; i++) {
    const GalenStackLayer *layer = g_ptr_array_index(stack->layers, i);
    galen_html_legend(legend, layer->color, layer->label, galen_words_share(total > 0 ? layer->time / total : 0));
  }
}

/* Two classes may have one label: then part of the id tells them apart. */
static char *layer_label(const GPtrArray *leading, guint index) {
  const GalenQuery *query = g_ptr_array_index(leading, index);
  for (guint i = 0; i < leading->len && i < LOAD_LAYERS; i++) {
    const GalenQuery *other = g_ptr_array_index(leading, i);
    if (i != index && g_strcmp0(other->label, query->label) == 0)
      return g_strdup_printf("%s (%.4s)", query->label, query->id);
  }
  return galen_html_cut(query->label, GALEN_HTML_NAME_MAX);
}

static void put_chart(const GalenHtml *page, GalenView *charts, GalenStack *stack) {
  const GalenReport *report = page->report;
  guint n = 0;
  for (guint i = 0; i < report->leading->len && n < LOAD_LAYERS; i++) {
    const GalenQuery *query = g_ptr_array_index(report->leading, i);
    if (query->series == NULL)
      continue;
    g_autofree char *label = layer_label(report->leading, i);
    galen_stack_add(stack, label, MIN(query->color, 5), query->series);
    n++;
  }
  galen_stack_add_rest(stack, "all others", 5, report->series);
  galen_html_stack_gaps(stack, report);
  GalenStackForm form = {.id = "load",
                         .title = "Average active statements by operation",
                         .width = 960,
                         .height = 330,
                         .zone = report->zone,
                         .zone_name = report->zone_name,
                         .labels = TRUE,
                         .tips = TRUE};
  g_autofree char *caption = galen_html_stack_caption(stack, report);
  GalenView *figure = galen_html_figure(charts, galen_stack_scene(stack, &form), caption);
  galen_html_stack_legend(figure, stack);
  galen_html_stack_table(figure, stack, report, 48);
}

void galen_html_load(const GalenHtml *page, GalenView *root) {
  GalenView *load = galen_view_add_record(root, "load");
  g_autofree char *why = galen_nothing_clause(page->report);
  galen_view_take_text(load, "nothing", g_strdup_printf("There is no chart: %s.", why));
  GalenView *charts = galen_view_add_list(load, "charts");
  g_autoptr(GalenStack) stack = galen_stack_new(page->report->series, CELLS_MAX);
  if (stack != NULL)
    put_chart(page, charts, stack);
}
