#include "build.h"

#include "../findings/comparison.h"
#include "../findings/findings.h"
#include "../words.h"

#define TITLE_NODES 3u

/* ---- ranking ---- */

typedef struct {
  const GalenClass *klass;
  guint index;   /* in the digest: by time */
  GalenU128 key; /* largest first */
} Ranked;

static GalenU128 key_count(const GalenTotals *totals) {
  return totals->count;
}

static GalenU128 key_time(const GalenTotals *totals) {
  return totals->main[GALEN_MAIN_TIME].sum;
}

static GalenU128 key_lock_time(const GalenTotals *totals) {
  return totals->main[GALEN_MAIN_LOCK_TIME].sum;
}

static GalenU128 key_rows_examined(const GalenTotals *totals) {
  return totals->main[GALEN_MAIN_ROWS_EXAMINED].sum;
}

static GalenU128 key_max(const GalenTotals *totals) {
  return totals->main[GALEN_MAIN_TIME].max;
}

/* A bucket's midpoint can end in a half. */
static GalenU128 key_p99(const GalenTotals *totals) {
  return (GalenU128)(2 * galen_histogram_percentile(&totals->histogram[GALEN_MAIN_TIME], &totals->main[GALEN_MAIN_TIME],
                                                    990));
}

static const struct {
  const char *name;
  GalenU128 (*key)(const GalenTotals *totals);
} orders[] = {
    {"time", key_time},
    {"count", key_count},
    {"p99", key_p99},
    {"max", key_max},
    {"rows-examined", key_rows_examined},
    {"lock-time", key_lock_time},
};

static gsize find_order(const char *name) {
  for (gsize i = 0; i < G_N_ELEMENTS(orders); i++)
    if (g_strcmp0(orders[i].name, name) == 0)
      return i;
  return 0;
}

static int compare_ranked(gconstpointer left, gconstpointer right) {
  const Ranked *a = left, *b = right;
  if (a->key != b->key)
    return a->key > b->key ? -1 : 1;
  return memcmp(a->klass->id, b->klass->id, GALEN_QUERY_ID_BYTES);
}

static GArray *rank(const GPtrArray *classes, gsize order) {
  GArray *ranking = g_array_sized_new(FALSE, FALSE, sizeof(Ranked), classes->len);
  for (guint i = 0; i < classes->len; i++) {
    const GalenClass *klass = g_ptr_array_index(classes, i);
    Ranked ranked = {klass, i, orders[order].key(&klass->totals)};
    g_array_append_val(ranking, ranked);
  }
  g_array_sort(ranking, compare_ranked);
  return ranking;
}

/* ---- classes ---- */

/* Classes that have a series, by time: the first 20 of the digest's order. */
static gboolean is_leading(const Ranked *ranked) {
  return ranked->index < GALEN_SERIES_CLASSES && ranked->klass->series.n > 0;
}

static void build_queries(GalenReport *report, const GalenDigest *digest, const GalenReportOptions *options) {
  const GPtrArray *classes = galen_digest_classes(digest);
  const GalenTotals *all = galen_digest_totals(digest);
  gsize order = find_order(options->order_by);
  guint shown_n = options->top == 0 ? classes->len : MIN(options->top, classes->len);
  report->order_by = orders[order].name;
  g_autofree gboolean *shown = g_new0(gboolean, MAX(classes->len, 1));
  GalenQuery *leading[GALEN_SERIES_CLASSES] = {NULL};
  g_autoptr(GArray) ranking = rank(classes, order);
  for (guint i = 0; i < ranking->len; i++) {
    const Ranked *ranked = &g_array_index(ranking, Ranked, i);
    shown[ranked->index] = i < shown_n;
    if (i >= shown_n && !is_leading(ranked))
      continue;
    GalenQuery *query =
        galen_build_query(ranked->klass, all, options->rules, i + 1, MIN(ranked->index, 5), all->nested_count > 0);
    g_ptr_array_add(i < shown_n ? report->top : report->leading_only, query);
    if (is_leading(ranked))
      leading[ranked->index] = query;
  }
  for (guint i = 0; i < G_N_ELEMENTS(leading); i++)
    if (leading[i] != NULL)
      g_ptr_array_add(report->leading, leading[i]);
  GalenTotals *other = galen_digest_other_than(digest, shown);
  galen_build_figures(&report->other, other, all->main[GALEN_MAIN_TIME].sum);
  galen_totals_free(other);
}

static void build_share_series(GPtrArray *list, const GPtrArray *values) {
  for (guint i = 0; values != NULL && i < values->len; i++) {
    const GalenTopSeries *value = g_ptr_array_index(values, i);
    GalenShareSeries *series = g_new0(GalenShareSeries, 1);
    *series = (GalenShareSeries){galen_build_text(value->name, GALEN_SHOWN_NAME_MAX), &value->series};
    g_ptr_array_add(list, series);
  }
}

static void build_series(GalenReport *report, const GalenDigest *digest) {
  const GalenSeries *series = galen_digest_series(digest);
  if (series == NULL || series->n == 0)
    return;
  report->series = series;
  report->heat = g_new0(guint64, (gsize)series->n * GALEN_HEAT_ROWS);
  for (guint cell = 0; cell < series->n; cell++)
    for (guint row = 0; row < GALEN_HEAT_ROWS; row++)
      report->heat[(gsize)cell * GALEN_HEAT_ROWS + row] = galen_digest_heat(digest, cell, row);
}

/* ---- head ---- */

static void build_window(GalenReport *report, const GalenTotals *all, const GalenReportOptions *options) {
  report->zone = options->zone != NULL ? g_time_zone_ref(options->zone) : g_time_zone_new_utc();
  report->zone_name = galen_build_text(options->zone_name != NULL ? options->zone_name : "UTC", GALEN_SHOWN_NAME_MAX);
  report->requested_from = options->since;
  report->requested_to = options->until;
  report->asked_from = options->widened ? options->asked_since : options->since;
  report->asked_to = options->widened ? options->asked_until : options->until;
  report->requested = options->since != GALEN_TIME_NONE || options->until != GALEN_TIME_NONE;
  report->hours = options->hours;
  report->filtered = options->filtered;
  report->from = options->since != GALEN_TIME_NONE ? options->since : all->first;
  report->to = options->until != GALEN_TIME_NONE ? options->until : all->last;
}

static char *default_title(const GPtrArray *nodes) {
  GString *title = g_string_new("Database health report");
  for (guint i = 0; i < MIN(nodes->len, TITLE_NODES); i++) {
    const GalenNodeRow *node = g_ptr_array_index(nodes, i);
    g_string_append_printf(title, "%s%s", i == 0 ? ": " : ", ", node->name);
  }
  if (nodes->len > TITLE_NODES)
    g_string_append_printf(title, " and %u more", nodes->len - TITLE_NODES);
  return g_string_free(title, FALSE);
}

static GalenReport *build_all(const GalenDigest *digest, GPtrArray *inputs, const GalenReportOptions *options) {
  GalenReport *report = galen_report_alloc();
  const GalenTotals *all = galen_digest_totals(digest);
  GalenU128 time = all->main[GALEN_MAIN_TIME].sum;
  build_window(report, all, options);
  galen_build_inputs(report, inputs);
  galen_build_history(report, options);
  report->titled = options->title != NULL;
  report->title =
      options->title != NULL ? galen_build_text(options->title, GALEN_SHOWN_NAME_MAX) : default_title(report->nodes);
  report->classes = galen_digest_n_distinct(digest);
  report->classes_capped = galen_digest_capped(digest);
  galen_build_figures(&report->total, all, time);
  build_queries(report, digest, options);
  build_series(report, digest);
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++) {
    galen_build_shares(report->shares[kind], galen_digest_top(digest, kind), time);
    build_share_series(report->share_series[kind], galen_digest_top_series(digest, kind));
  }
  galen_build_silences(report);
  galen_build_gaps(report);
  return report;
}

/* The side before is a report of its own without advice, findings and lists of classes. */
static GalenReport *build_baseline(const GalenReportOptions *options) {
  GalenBaseline *baseline = options->baseline;
  GalenReportOptions before = {.zone = options->zone,
                               .zone_name = options->zone_name,
                               .since = baseline->since,
                               .until = baseline->until,
                               .widened = baseline->widened,
                               .asked_since = baseline->asked_since,
                               .asked_until = baseline->asked_until,
                               .hours = baseline->hours,
                               .top = 1,
                               .order_by = options->order_by,
                               .filtered = options->filtered,
                               .history = baseline->history,
                               .errors = baseline->errors};
  return build_all(baseline->digest, g_steal_pointer(&baseline->inputs), &before);
}

GalenReport *galen_report_new(const GalenDigest *digest, GPtrArray *inputs, const GalenReportOptions *options) {
  GalenReport *report = build_all(digest, inputs, options);
  if (options->past != NULL)
    galen_build_past(report, options->past);
  if (options->baseline != NULL) {
    GalenReport *before = build_baseline(options);
    before->incomplete = before->incomplete || options->baseline->incomplete;
    before->left_out = options->baseline->left_out;
    report->comparison = galen_comparison_new(before, options->baseline->digest, report, digest);
  }
  galen_findings_build(report, options);
  return report;
}
