/* Section 6: the latency heat map. */
#include "chart_axis.h"
#include "chart_heat.h"
#include "html_stack.h"
#include "nothing.h"
#include "words.h"

#define COLUMNS_MAX 120u
#define TABLE_ROWS_MAX 30u

static void put_levels(GalenView *section, const GalenHeat *heat) {
  GalenView *levels = galen_view_add_list(section, "levels");
  for (guint level = 1; level <= GALEN_HEAT_LEVELS; level++) {
    guint64 from = galen_heat_level_from(heat, level);
    guint64 next = level < GALEN_HEAT_LEVELS ? galen_heat_level_from(heat, level + 1) : heat->max + 1;
    if (next <= from)
      continue;
    GalenView *item = galen_view_append_record(levels);
    galen_view_take_text(item, "level", g_strdup_printf("%u", level));
    g_autofree char *low = galen_words_count((double)from);
    g_autofree char *high = galen_words_count((double)(next - 1));
    galen_view_take_text(item, "text", next - 1 > from ? g_strdup_printf("%s–%s", low, high) : g_strdup(low));
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
    g_autofree char *from = galen_words_time(heat->from + heat->step * (gint64)column, report->zone, 0);
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

static void put_chart(GalenView *section, GalenView *charts, GalenHeat *heat, const GalenReport *report) {
  for (guint i = 0; report->gaps != NULL && i < report->gaps->len && i < GALEN_HTML_GAPS_MAX; i++)
    galen_heat_add_gap(heat, galen_html_gap(report, i)->from, galen_html_gap(report, i)->to);
  GalenHeatForm form = {.id = "heat",
                        .title = "Calls by time and latency",
                        .width = 960,
                        .zone = report->zone,
                        .zone_name = report->zone_name};
  g_autofree char *step = galen_axis_step(heat->step);
  g_autofree char *caption = g_strdup_printf("A column is %s, a row a third of a power of ten. Times in %s.%s", step,
                                             report->zone_name, heat->gaps->len > 0 ? " Hatched: no log." : "");
  GalenView *figure = galen_html_figure(charts, galen_heat_scene(heat, &form), caption);
  put_table(figure, heat, report);
  put_levels(section, heat);
}

void galen_html_heat(const GalenHtml *page, GalenView *root) {
  const GalenReport *report = page->report;
  GalenView *section = galen_view_add_record(root, "heat");
  g_autofree char *why = galen_nothing_clause(page->report);
  galen_view_take_text(section, "nothing", g_strdup_printf("There is no map: %s.", why));
  GalenView *charts = galen_view_add_list(section, "charts");
  g_autoptr(GalenHeat) heat = galen_heat_new(report->series, report->heat, GALEN_HEAT_ROWS, COLUMNS_MAX);
  if (heat != NULL)
    put_chart(section, charts, heat, report);
  else
    galen_view_add_list(section, "levels");
}
