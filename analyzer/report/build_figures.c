#include "../words.h"
#include "build.h"

#include <math.h>

char *galen_build_text(const char *raw, gsize max) {
  return raw != NULL ? galen_words_clean(galen_slice(raw, strlen(raw)), max) : NULL;
}

double galen_build_share(GalenU128 part, GalenU128 all) {
  return all > 0 ? (double)part / (double)all : 0;
}

static GalenFigure build_figure(const char *name, GalenUnit unit, const GalenStat *stat,
                                const GalenHistogram *histogram) {
  GalenFigure figure = galen_figure_unknown(name, unit);
  if (stat->count == 0)
    return figure;
  figure.count = stat->count;
  figure.sum = stat->sum;
  figure.min = stat->min;
  figure.max = stat->max;
  figure.mean = galen_stat_mean(stat);
  figure.stddev = galen_stat_stddev(stat);
  if (histogram == NULL)
    return figure;
  figure.p50 = galen_histogram_percentile(histogram, stat, 500);
  figure.p90 = galen_histogram_percentile(histogram, stat, 900);
  figure.p95 = galen_histogram_percentile(histogram, stat, 950);
  figure.p99 = galen_histogram_percentile(histogram, stat, 990);
  return figure;
}

/* A damaged log can bring names with any bytes, which cleaning may make equal: a document has each key once. */
static const char *shown_name(GHashTable *taken, const char *raw) {
  g_autofree char *clean = galen_build_text(raw, GALEN_SHOWN_NAME_MAX);
  GString *name = g_string_new(clean);
  for (guint n = 2; g_hash_table_contains(taken, name->str); n++)
    g_string_printf(name, "%s_%u", clean, n);
  const char *interned = g_intern_string(name->str);
  g_string_free(name, TRUE);
  g_hash_table_add(taken, (gpointer)interned);
  return interned;
}

static void build_attrs(GalenFigures *figures, const GalenTotals *totals) {
  g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; totals->attrs != NULL && i < totals->attrs->len; i++) {
    const GalenAttrStat *attr = &g_array_index(totals->attrs, GalenAttrStat, i);
    GalenFigure figure = build_figure(shown_name(taken, attr->name), attr->unit, &attr->stat, NULL);
    g_array_append_val(figures->attrs, figure);
  }
}

static void build_flags(GalenFigures *figures, const GalenTotals *totals) {
  g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; totals->flags != NULL && i < totals->flags->len; i++) {
    GalenFlagStat flag = g_array_index(totals->flags, GalenFlagStat, i);
    flag.name = shown_name(taken, flag.name);
    g_array_append_val(figures->flags, flag);
  }
}

void galen_build_figures(GalenFigures *figures, const GalenTotals *totals, GalenU128 all_time) {
  figures->count = totals->count;
  figures->count_scaled = totals->count_scaled;
  figures->untimed = totals->untimed;
  figures->partial = totals->partial;
  figures->nested_count = totals->nested_count;
  figures->nested_time = totals->nested_time;
  figures->killed = totals->killed;
  figures->first = totals->first;
  figures->last = totals->last;
  figures->share = galen_build_share(totals->main[GALEN_MAIN_TIME].sum, all_time);
  for (guint i = 0; i < GALEN_N_MAIN; i++)
    figures->main[i] = build_figure(galen_main_name(i), galen_main_unit(i), &totals->main[i], &totals->histogram[i]);
  build_attrs(figures, totals);
  build_flags(figures, totals);
  if (totals->errors != NULL && totals->errors->len > 0)
    g_array_append_vals(figures->errors, totals->errors->data, totals->errors->len);
}

void galen_build_shares(GPtrArray *shares, const GalenTop *top, GalenU128 all_time) {
  guint kept = top->values != NULL ? top->values->len : 0;
  for (guint i = 0; i < kept; i++) {
    const GalenTopValue *value = g_ptr_array_index(top->values, i);
    g_ptr_array_add(shares, galen_share_new(galen_build_text(value->name, GALEN_SHOWN_NAME_MAX), value->count,
                                            value->time, galen_build_share(value->time, all_time)));
  }
  if (top->distinct <= kept)
    return;
  GalenShare *rest =
      galen_share_new(NULL, top->other_count, top->other_time, galen_build_share(top->other_time, all_time));
  rest->remainder = TRUE;
  rest->distinct = top->distinct - kept;
  g_ptr_array_add(shares, rest);
}

/* ---- latency bars ---- */

#define N_BARS 64u /* 0, then 1 2 5 10 … up to 10^20 µs and beyond */

typedef struct {
  guint64 low[N_BARS];
  guint64 count[N_BARS];
  guint n;
} Bars;

static void set_limits(Bars *bars) {
  static const guint64 steps[] = {1, 2, 5};
  bars->low[0] = 0;
  bars->n = 1;
  for (guint64 decade = 1; decade <= G_MAXUINT64 / 100; decade *= 10)
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
      bars->low[bars->n++] = steps[i] * decade;
}

static void count_bucket(guint index, guint64 count, gpointer user) {
  Bars *bars = user;
  guint64 low = 0, high = 0;
  galen_histogram_bounds(index, &low, &high);
  guint64 middle = low + (high - low) / 2;
  guint at = bars->n - 1;
  while (bars->low[at] > middle)
    at--;
  bars->count[at] += count;
}

void galen_build_bars(GPtrArray *bars, const GalenHistogram *histogram) {
  Bars all = {.n = 0};
  set_limits(&all);
  galen_histogram_foreach(histogram, count_bucket, &all);
  guint first = 0, last = all.n;
  while (last > 0 && all.count[last - 1] == 0)
    last--;
  while (first < last && all.count[first] == 0)
    first++;
  for (guint i = first; i < last; i++) {
    GalenBar *bar = g_new(GalenBar, 1);
    *bar = (GalenBar){all.low[i], i + 1 < all.n ? all.low[i + 1] - 1 : G_MAXUINT64, all.count[i]};
    g_ptr_array_add(bars, bar);
  }
}
