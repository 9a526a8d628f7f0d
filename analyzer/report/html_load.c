/* Section 4: the load over time by operation. */
#include "html_page.h"

#include "../words.h"
#include "chart_axis.h"
#include "html_stack.h"
#include "nothing.h"

#define TABLE_ROWS_MAX 48u

/* Rows of the table are joined cells, so that a table stays readable. */
void galen_html_stack_table(GalenView *figure, const GalenStack *stack, const GalenReport *report, guint rows_max) {
  guint joined = (stack->n + rows_max - 1) / rows_max;
  galen_html_figure_column(figure, "from");
  for (guint i = 0; i < stack->layers->len; i++)
    galen_html_figure_column(figure, ((const GalenStackLayer *)g_ptr_array_index(stack->layers, i))->label);
  for (guint first = 0; first < stack->n; first += joined) {
    guint last = MIN(first + joined, stack->n) - 1;
    gint64 to = 0;
    g_autofree char *from = galen_html_step_time(report, galen_stack_cell(stack, first, &to), stack->step);
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

void galen_html_load(const GalenHtml *page, GalenView *root) {
  GalenView *load = galen_view_add_record(root, "load");
  g_autofree char *why = galen_nothing_clause(page->report);
  galen_view_take_text(load, "nothing", g_strdup_printf("There is no chart: %s.", why));
  GalenView *charts = galen_view_add_list(load, "charts");
  g_autoptr(GalenChart) chart = galen_chart_new(page->report, "load", &(GalenChartForm){.tips = TRUE});
  if (chart != NULL)
    galen_html_stack_table(galen_html_chart(charts, chart), chart->stack, page->report, TABLE_ROWS_MAX);
}
