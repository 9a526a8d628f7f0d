#include "findings_load.h"

#include "../words.h"

double galen_load_time(const GalenSeries *series, gint64 from, gint64 to) {
  double time = 0;
  for (guint i = 0; i < series->n && series->time != NULL; i++) {
    gint64 cell = series->from + (gint64)i * series->step;
    gint64 overlap = MIN(cell + series->step, to) - MAX(cell, from);
    if (overlap > 0)
      time += (double)series->time[i] * ((double)overlap / (double)series->step);
  }
  return time;
}

int galen_load_compare(gconstpointer left, gconstpointer right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

gboolean galen_load_look(const GalenSeries *series, gint64 from, gint64 to, gint64 begin, gint64 end,
                         GalenLoad *ret_load) {
  gint64 last = series->from + (gint64)series->n * series->step;
  if (series->n == 0 || series->time == NULL || to - from < series->step / 2 || from < series->from || to > last)
    return FALSE;
  g_autoptr(GArray) loads = g_array_new(FALSE, FALSE, sizeof(double));
  for (guint i = 0; i < series->n; i++) {
    gint64 cell = series->from + (gint64)i * series->step, next = cell + series->step;
    double load = (double)series->time[i] / (double)series->step;
    if (cell >= begin && next <= end && (next <= from - series->step || cell >= to + series->step))
      g_array_append_val(loads, load);
  }
  if (loads->len < GALEN_LOAD_CELLS_MIN)
    return FALSE;
  g_array_sort(loads, galen_load_compare);
  *ret_load = (GalenLoad){.during = galen_load_time(series, from, to) / (double)(to - from),
                          .usual = g_array_index(loads, double, loads->len / 2),
                          .ninth = g_array_index(loads, double, (loads->len * 9 - 1) / 10)};
  return TRUE;
}

gboolean galen_load_is_high(const GalenLoad *load) {
  return load->during >= load->usual * GALEN_LOAD_RATIO && load->during >= load->usual + GALEN_LOAD_MORE &&
         load->during > load->ninth;
}

char *galen_load_words(const GalenLoad *load) {
  g_autofree char *during = galen_words_count(load->during);
  g_autofree char *usual = galen_words_count(load->usual);
  return g_strdup_printf("%s statements active at a time, usually %s", during, usual);
}
