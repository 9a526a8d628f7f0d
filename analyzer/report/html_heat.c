/* Section 6: the latency heat map. */
#include "html_page.h"

#include "../words.h"
#include "nothing.h"

#define TABLE_ROWS_MAX 30u

static void put_levels(GalenView *section, const GalenChart *chart) {
  GalenView *levels = galen_view_add_list(section, "levels");
  for (guint i = 0; chart != NULL && i < chart->legend->len; i++) {
    const GalenChartKey *key = g_ptr_array_index(chart->legend, i);
    GalenView *item = galen_view_append_record(levels);
    galen_view_take_text(item, "level", g_strdup_printf("%u", (guint)(key->style - GALEN_STYLE_HEAT_1) + 1));
    galen_view_set_text(item, "text", key->name);
  }
}

/* Columns of the table are whole decades of latency. */
static void put_table(GalenView *figure, const GalenHeat *heat, const GalenReport *report) {
  guint first = heat->row / 3, last = (heat->row + heat->rows - 1) / 3;
  galen_html_figure_column(figure, "from");
  for (guint decade = first; decade <= last; decade++) {
    g_autofree char *low = galen_words_duration(galen_heat_row_from(3 * decade));
    g_autofree char *high = galen_words_duration(galen_heat_row_from(3 * decade + 3));
    g_autofree char *name = g_strdup_printf("%s to %s", low, high);
    galen_html_figure_column(figure, name);
  }
  guint joined = (heat->n + TABLE_ROWS_MAX - 1) / TABLE_ROWS_MAX;
  for (guint column = 0; column < heat->n; column += joined) {
    g_autofree char *from = galen_html_step_time(report, heat->from + heat->step * (gint64)column, heat->step);
    GalenView *cells = galen_html_figure_row(figure, from);
    for (guint decade = first; decade <= last; decade++) {
      guint64 sum = 0;
      for (guint c = column; c < MIN(column + joined, heat->n); c++)
        for (guint row = 0; row < heat->rows; row++)
          if ((heat->row + row) / 3 == decade)
            sum += heat->counts[(gsize)c * heat->rows + row];
      galen_html_figure_take_cell(cells, galen_words_count((double)sum));
    }
  }
}

void galen_html_heat(const GalenHtml *page, GalenView *root) {
  const GalenReport *report = page->report;
  GalenView *section = galen_view_add_record(root, "heat");
  g_autofree char *why = galen_nothing_clause(page->report);
  galen_view_take_text(section, "nothing", g_strdup_printf("There is no map: %s.", why));
  GalenView *charts = galen_view_add_list(section, "charts");
  g_autoptr(GalenChart) chart = galen_chart_new(report, "heat", &(GalenChartForm){0});
  if (chart != NULL)
    put_table(galen_html_chart(charts, chart), chart->heat, report);
  put_levels(section, chart);
}
