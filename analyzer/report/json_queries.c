/* The "queries" of the JSON document. */
#include "json_parts.h"

#include <math.h>

/* Units as JSON has them: seconds and bytes. A value is an integer in 10^-digits of that. */
static guint unit_digits(GalenUnit unit) {
  static const guint digits[] = {
      [GALEN_UNIT_COUNT] = 0, [GALEN_UNIT_BYTES] = 0, [GALEN_UNIT_US] = 6, [GALEN_UNIT_NS] = 9};
  return digits[unit];
}

/* A bucket's midpoint is a whole number or a half: exact with one digit more, so that p99 never prints above max. */
static void write_percentile(GalenJson *json, const char *key, double value, guint digits) {
  if (!isfinite(value) || value < 0 || value >= 1e18) {
    galen_json_null(json, key);
    return;
  }
  GalenU128 whole = (GalenU128)value;
  guint half = value - floor(value) >= 0.5 ? 5 : 0;
  galen_json_decimal(json, key, whole * 10 + half, digits + 1);
}

/* `nothing`: there was no statement at all, so that the sum is 0; otherwise no value is an unknown sum. */
static void write_figure(GalenJson *json, const char *key, const GalenFigure *figure, gboolean nothing) {
  guint digits = unit_digits(figure->unit);
  double scale = pow(10, digits);
  gboolean known = figure->count > 0;
  galen_json_open_object(json, key, GALEN_JSON_LINE);
  if (known || nothing)
    galen_json_decimal(json, "sum", figure->sum, digits);
  else
    galen_json_null(json, "sum");
  if (known) {
    galen_json_decimal(json, "min", figure->min, digits);
    galen_json_decimal(json, "max", figure->max, digits);
  } else {
    galen_json_null(json, "min");
    galen_json_null(json, "max");
  }
  galen_json_double(json, "mean", known ? figure->mean / scale : NAN);
  galen_json_double(json, "stddev", known ? figure->stddev / scale : NAN);
  write_percentile(json, "p50", figure->p50, digits);
  write_percentile(json, "p90", figure->p90, digits);
  write_percentile(json, "p95", figure->p95, digits);
  write_percentile(json, "p99", figure->p99, digits);
  galen_json_close_object(json);
}

/* Keys that a class or a total has of its own: an attribute of that name gets "attribute_" in front. */
static const char *const own_keys[] = {
    "rank",        "id",           "fingerprint",  "label",          "command",
    "tables",      "count",        "count_scaled", "share",          "classes",
    "time",        "lock_time",    "rows_sent",    "rows_examined",  "flags",
    "errors",      "first",        "last",         "databases",      "users",
    "hosts",       "nodes",        "sample",       "advice",         "untimed",
    "partial",     "nested_count", "nested_time",  "killed",         "contains_others",
    "explain",     "series",       "by_user",      "by_database",    "by_host",
    "by_node",     "top",          "other",        "classes_capped", "implausible",
    "order_by",    "histogram",    "first_seen",   "last_seen",      "new",
    "days_before", "trend",        NULL,
};

static void write_attrs(GalenJson *json, const GalenFigures *figures) {
  for (guint i = 0; i < figures->attrs->len; i++) {
    const GalenFigure *attr = &g_array_index(figures->attrs, GalenFigure, i);
    g_autofree char *key = g_strv_contains(own_keys, attr->name) || g_str_has_prefix(attr->name, "attribute_")
                               ? g_strconcat("attribute_", attr->name, NULL)
                               : g_strdup(attr->name);
    write_figure(json, key, attr, FALSE);
  }
}

static void write_flags(GalenJson *json, const GArray *flags) {
  galen_json_open_object(json, "flags", GALEN_JSON_LINE);
  for (guint i = 0; i < flags->len; i++) {
    const GalenFlagStat *flag = &g_array_index(flags, GalenFlagStat, i);
    galen_json_count(json, flag->name, flag->yes);
  }
  galen_json_close_object(json);
}

static void write_error_counts(GalenJson *json, const GArray *errors) {
  galen_json_open_object(json, "errors", GALEN_JSON_LINE);
  for (guint i = 0; i < errors->len; i++) {
    const GalenErrorCount *error = &g_array_index(errors, GalenErrorCount, i);
    g_autofree char *code = g_strdup_printf("%u", error->code);
    galen_json_count(json, code, error->count);
  }
  galen_json_close_object(json);
}

/* What classes and totals have in common, behind count. */
static void write_figures(GalenJson *json, const GalenFigures *figures) {
  for (guint i = 0; i < GALEN_N_MAIN; i++)
    write_figure(json, galen_main_name(i), &figures->main[i], figures->count == 0);
  write_attrs(json, figures);
  write_flags(json, figures->flags);
  write_error_counts(json, figures->errors);
  galen_json_count(json, "killed", figures->killed);
  galen_json_count(json, "untimed", figures->untimed);
  galen_json_count(json, "partial", figures->partial);
  galen_json_count(json, "nested_count", figures->nested_count);
  galen_json_decimal(json, "nested_time", figures->nested_time, 6);
  galen_json_time(json, "first", figures->first);
  galen_json_time(json, "last", figures->last);
}

static void write_counts(GalenJson *json, const GalenFigures *figures) {
  galen_json_count(json, "count", figures->count);
  galen_json_count(json, "count_scaled", figures->count_scaled);
}

static void write_shares(GalenJson *json, const char *key, const GPtrArray *shares) {
  galen_json_open_list(json, key, GALEN_JSON_BLOCK);
  for (guint i = 0; i < shares->len; i++) {
    const GalenShare *share = g_ptr_array_index(shares, i);
    galen_json_open_object(json, NULL, GALEN_JSON_LINE);
    galen_json_text(json, "name", share->name);
    if (share->remainder) {
      galen_json_bool(json, "remainder", TRUE);
      galen_json_count(json, "distinct", share->distinct);
    }
    galen_json_count(json, "count", share->count);
    galen_json_decimal(json, "time", share->time, 6);
    galen_json_double(json, "share", share->share);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
}

/* ---- one class ---- */

static void write_sample(GalenJson *json, const GalenQuery *query) {
  if (query->sample == NULL) {
    galen_json_null(json, "sample");
    return;
  }
  galen_json_open_object(json, "sample", GALEN_JSON_BLOCK);
  galen_json_text(json, "text", query->sample);
  galen_json_count(json, "text_bytes", query->sample_bytes);
  galen_json_time(json, "time", query->sample_time);
  if (query->sample_untold)
    galen_json_null(json, "query_time");
  else
    galen_json_decimal(json, "query_time", query->sample_query_time, 6);
  galen_json_text(json, "path", query->sample_path);
  if (query->sample_line > 0)
    galen_json_count(json, "line", query->sample_line);
  else
    galen_json_null(json, "line");
  galen_json_text(json, "explain", query->explain);
  galen_json_close_object(json);
}

static void write_advice(GalenJson *json, const GPtrArray *list) {
  galen_json_open_list(json, "advice", GALEN_JSON_BLOCK);
  for (guint i = 0; i < list->len; i++) {
    const GalenAdvice *advice = g_ptr_array_index(list, i);
    galen_json_open_object(json, NULL, GALEN_JSON_BLOCK);
    galen_json_text(json, "id", advice->id);
    galen_json_text(json, "severity", galen_severity_word(advice->severity));
    galen_json_text(json, "title", advice->title);
    galen_json_text(json, "detail", advice->detail);
    galen_json_text(json, "advice", advice->advice);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
}

static void write_histogram(GalenJson *json, const GPtrArray *bars) {
  galen_json_open_list(json, "histogram", GALEN_JSON_LINE);
  for (guint i = 0; i < bars->len; i++) {
    const GalenBar *bar = g_ptr_array_index(bars, i);
    galen_json_open_object(json, NULL, GALEN_JSON_LINE);
    galen_json_decimal(json, "low", bar->low, 6);
    galen_json_decimal(json, "high", bar->high, 6);
    galen_json_count(json, "count", bar->count);
    galen_json_close_object(json);
  }
  galen_json_close_list(json);
}

static void write_query(GalenJson *json, const GalenQuery *query) {
  galen_json_open_object(json, NULL, GALEN_JSON_BLOCK);
  galen_json_count(json, "rank", query->rank);
  galen_json_text(json, "id", query->id);
  galen_json_text(json, "fingerprint", query->fingerprint);
  galen_json_text(json, "label", query->label);
  galen_json_text(json, "command", query->command);
  galen_json_texts(json, "tables", query->tables);
  write_counts(json, &query->figures);
  galen_json_double(json, "share", query->figures.share);
  galen_json_bool(json, "contains_others", query->contains_others);
  galen_json_seen(json, &query->seen);
  galen_json_weeks(json, query->weeks);
  write_figures(json, &query->figures);
  write_shares(json, "databases", query->shares[GALEN_TOP_SCHEMA]);
  write_shares(json, "users", query->shares[GALEN_TOP_USER]);
  write_shares(json, "hosts", query->shares[GALEN_TOP_HOST]);
  write_shares(json, "nodes", query->shares[GALEN_TOP_NODE]);
  write_histogram(json, query->bars);
  write_sample(json, query);
  write_advice(json, query->advice);
  galen_json_close_object(json);
}

/* ---- series ---- */

static void write_cells(GalenJson *json, const char *key, const guint64 *time, guint n) {
  galen_json_open_list(json, key, GALEN_JSON_LINE);
  for (guint i = 0; i < n; i++)
    galen_json_decimal(json, NULL, time[i], 6);
  galen_json_close_list(json);
}

/* Puts `time` of a part into the cells of the whole; a part lies inside, and its steps are not longer. */
static void place(guint64 *cells, const GalenSeries *whole, const GalenSeries *part) {
  for (guint i = 0; part != NULL && part->time != NULL && i < part->n; i++) {
    gint64 ahead = part->from + part->step * (gint64)i - whole->from;
    if (ahead >= 0 && ahead / whole->step < (gint64)whole->n)
      cells[ahead / whole->step] += part->time[i];
  }
}

static void write_series(GalenJson *json, const GalenReport *report) {
  static const GalenSeries none = {.from = GALEN_TIME_NONE};
  const GalenSeries *all = report->series != NULL ? report->series : &none;
  g_autofree guint64 *rest = g_new0(guint64, MAX(all->n, 1));
  g_autofree guint64 *cells = g_new0(guint64, MAX(all->n, 1));
  if (all->time != NULL)
    memcpy(rest, all->time, all->n * sizeof *rest);
  galen_json_open_object(json, "series", GALEN_JSON_BLOCK);
  galen_json_time(json, "from", all->n > 0 ? all->from : GALEN_TIME_NONE);
  if (all->n > 0)
    galen_json_decimal(json, "step_s", (GalenU128)all->step, 6);
  else
    galen_json_null(json, "step_s");
  galen_json_open_object(json, "classes", GALEN_JSON_BLOCK);
  for (guint i = 0; i < report->leading->len && all->n > 0; i++) {
    const GalenQuery *query = g_ptr_array_index(report->leading, i);
    memset(cells, 0, all->n * sizeof *cells);
    place(cells, all, query->series);
    write_cells(json, query->id, cells, all->n);
    for (guint cell = 0; cell < all->n; cell++)
      rest[cell] -= MIN(cells[cell], rest[cell]);
  }
  galen_json_close_object(json);
  write_cells(json, "other", rest, all->n);
  galen_json_open_list(json, "count", GALEN_JSON_LINE);
  for (guint i = 0; all->count != NULL && i < all->n; i++)
    galen_json_count(json, NULL, all->count[i]);
  galen_json_close_list(json);
  galen_json_close_object(json);
}

void galen_json_write_queries(GalenJson *json, const GalenReport *report) {
  galen_json_open_object(json, "queries", GALEN_JSON_BLOCK);
  write_counts(json, &report->total);
  galen_json_count(json, "classes", report->classes);
  galen_json_bool(json, "classes_capped", report->classes_capped);
  galen_json_text(json, "order_by", report->order_by);
  galen_json_count(json, "implausible", report->implausible);
  write_figures(json, &report->total);
  galen_json_open_list(json, "top", GALEN_JSON_BLOCK);
  for (guint i = 0; i < report->top->len; i++)
    write_query(json, g_ptr_array_index(report->top, i));
  galen_json_close_list(json);
  galen_json_open_object(json, "other", GALEN_JSON_BLOCK);
  write_counts(json, &report->other);
  galen_json_double(json, "share", report->other.share);
  write_figures(json, &report->other);
  galen_json_close_object(json);
  write_shares(json, "by_user", report->shares[GALEN_TOP_USER]);
  write_shares(json, "by_database", report->shares[GALEN_TOP_SCHEMA]);
  write_shares(json, "by_host", report->shares[GALEN_TOP_HOST]);
  write_shares(json, "by_node", report->shares[GALEN_TOP_NODE]);
  write_series(json, report);
  galen_json_close_object(json);
}
