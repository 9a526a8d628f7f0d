/* Tables on statements: classes, who runs them, load over time, before and after. */
#include "csv_out.h"

#include "../findings/comparison.h"

#include <math.h>

/* ---- queries ---- */

#define QUERY_COLUMNS                                                                                                  \
  "rank,id,label,command,tables,calls,calls_scaled,time_share,time_seconds,mean_seconds,stddev_seconds,min_seconds,"   \
  "p50_seconds,p90_seconds,p95_seconds,p99_seconds,max_seconds,lock_time_seconds,rows_sent,rows_examined,errors,"      \
  "killed,first,last,databases,users,hosts,nodes,advice,fingerprint"

/* The sum, or nothing when no value was seen. */
static void put_sum(GalenCsv *csv, const GalenFigure *figure, guint digits) {
  if (figure->count > 0)
    galen_csv_decimal(csv, figure->sum, digits);
  else
    galen_csv_skip(csv, 1);
}

static void put_latency(GalenCsv *csv, const GalenFigure *time) {
  gboolean known = time->count > 0;
  put_sum(csv, time, 6);
  galen_csv_double(csv, known ? time->mean : NAN, 6);
  galen_csv_double(csv, known ? time->stddev : NAN, 6);
  galen_csv_double(csv, known ? (double)time->min : NAN, 6);
  galen_csv_double(csv, time->p50, 6);
  galen_csv_double(csv, time->p90, 6);
  galen_csv_double(csv, time->p95, 6);
  galen_csv_double(csv, time->p99, 6);
  galen_csv_double(csv, known ? (double)time->max : NAN, 6);
}

static void put_share_names(GalenCsv *csv, const GPtrArray *shares) {
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  for (guint i = 0; i < shares->len; i++) {
    const GalenShare *share = g_ptr_array_index(shares, i);
    if (share->name != NULL)
      g_ptr_array_add(names, share->name);
  }
  galen_csv_names(csv, names);
}

static void put_advice(GalenCsv *csv, const GPtrArray *advice) {
  g_autoptr(GPtrArray) ids = g_ptr_array_new();
  for (guint i = 0; i < advice->len; i++)
    g_ptr_array_add(ids, (char *)((const GalenAdvice *)g_ptr_array_index(advice, i))->id);
  galen_csv_names(csv, ids);
}

static guint64 error_count(const GArray *errors) {
  guint64 count = 0;
  for (guint i = 0; i < errors->len; i++)
    count = galen_add_u64(count, g_array_index(errors, GalenErrorCount, i).count);
  return count;
}

static void put_query(GalenCsv *csv, const GalenQuery *query) {
  const GalenFigures *figures = &query->figures;
  galen_csv_count(csv, query->rank);
  galen_csv_text(csv, query->id);
  galen_csv_text(csv, query->label);
  galen_csv_text(csv, query->command);
  galen_csv_names(csv, query->tables);
  galen_csv_count(csv, figures->count);
  galen_csv_count(csv, figures->count_scaled);
  galen_csv_double(csv, figures->share, 0);
  put_latency(csv, &figures->main[GALEN_MAIN_TIME]);
  put_sum(csv, &figures->main[GALEN_MAIN_LOCK_TIME], 6);
  put_sum(csv, &figures->main[GALEN_MAIN_ROWS_SENT], 0);
  put_sum(csv, &figures->main[GALEN_MAIN_ROWS_EXAMINED], 0);
  galen_csv_count(csv, error_count(figures->errors));
  galen_csv_count(csv, figures->killed);
  galen_csv_time(csv, figures->first);
  galen_csv_time(csv, figures->last);
  put_share_names(csv, query->shares[GALEN_TOP_SCHEMA]);
  put_share_names(csv, query->shares[GALEN_TOP_USER]);
  put_share_names(csv, query->shares[GALEN_TOP_HOST]);
  put_share_names(csv, query->shares[GALEN_TOP_NODE]);
  put_advice(csv, query->advice);
  galen_csv_text(csv, query->fingerprint);
  galen_csv_end(csv);
}

static void write_queries(GalenCsv *csv, const GalenReport *report) {
  for (guint i = 0; i < report->top->len; i++)
    put_query(csv, g_ptr_array_index(report->top, i));
}

/* ---- users, hosts, databases ---- */

#define SHARE_COLUMNS "name,calls,time_seconds,time_share,values"

static void write_shares(GalenCsv *csv, const GPtrArray *shares) {
  for (guint i = 0; i < shares->len; i++) {
    const GalenShare *share = g_ptr_array_index(shares, i);
    galen_csv_text(csv, share->name);
    galen_csv_count(csv, share->count);
    galen_csv_decimal(csv, share->time, 6);
    galen_csv_double(csv, share->share, 0);
    galen_csv_count(csv, share->remainder ? share->distinct : 1);
    galen_csv_end(csv);
  }
}

static void write_users(GalenCsv *csv, const GalenReport *report) {
  write_shares(csv, report->shares[GALEN_TOP_USER]);
}

static void write_hosts(GalenCsv *csv, const GalenReport *report) {
  write_shares(csv, report->shares[GALEN_TOP_HOST]);
}

static void write_databases(GalenCsv *csv, const GalenReport *report) {
  write_shares(csv, report->shares[GALEN_TOP_SCHEMA]);
}

/* ---- load over time ---- */

static void put_series(GalenCsv *csv, const GalenSeries *series, const char *id, const char *label) {
  for (guint i = 0; series != NULL && i < series->n; i++) {
    guint64 time = series->time != NULL ? series->time[i] : 0;
    galen_csv_time(csv, series->from + series->step * (gint64)i);
    galen_csv_seconds(csv, series->step, 0);
    galen_csv_text(csv, id);
    galen_csv_text(csv, label);
    if (series->count != NULL)
      galen_csv_count(csv, series->count[i]);
    else
      galen_csv_skip(csv, 1);
    galen_csv_decimal(csv, time, 6);
    galen_csv_double(csv, (double)time / (double)series->step, 0);
    galen_csv_end(csv);
  }
}

static void write_series(GalenCsv *csv, const GalenReport *report) {
  put_series(csv, report->series, NULL, "all statements");
  for (guint i = 0; i < report->leading->len; i++) {
    const GalenQuery *query = g_ptr_array_index(report->leading, i);
    put_series(csv, query->series, query->id, query->label);
  }
}

/* ---- before and after ---- */

static void put_measure(GalenCsv *csv, const GalenMeasure *measure, guint digits) {
  galen_csv_double(csv, measure->before, digits);
  galen_csv_double(csv, measure->after, digits);
  galen_csv_double(csv, measure->ratio, 0);
  galen_csv_bool(csv, measure->changed);
}

static void put_changes(GalenCsv *csv, const GPtrArray *changes) {
  for (guint i = 0; i < changes->len; i++) {
    const GalenChange *change = g_ptr_array_index(changes, i);
    galen_csv_text(csv, galen_change_word(change->kind));
    galen_csv_text(csv, change->id);
    galen_csv_text(csv, change->label);
    galen_csv_count(csv, change->count_before);
    galen_csv_count(csv, change->count_after);
    galen_csv_decimal(csv, change->time_before, 6);
    galen_csv_decimal(csv, change->time_after, 6);
    put_measure(csv, &change->measures[GALEN_MEASURE_TIME], 0);
    put_measure(csv, &change->measures[GALEN_MEASURE_P95], 6);
    put_measure(csv, &change->measures[GALEN_MEASURE_CALLS], 0);
    galen_csv_time(csv, change->first);
    galen_csv_time(csv, change->last);
    galen_csv_text(csv, change->fingerprint);
    galen_csv_end(csv);
  }
}

static void write_changes(GalenCsv *csv, const GalenReport *report) {
  const GalenComparison *comparison = report->comparison;
  if (comparison == NULL)
    return;
  const GPtrArray *lists[] = {comparison->slower, comparison->new, comparison->gone, comparison->faster,
                              comparison->steady};
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    put_changes(csv, lists[i]);
}

const GalenCsvTable galen_csv_query_tables[] = {
    {"queries", QUERY_COLUMNS, write_queries},
    {"users", SHARE_COLUMNS, write_users},
    {"hosts", SHARE_COLUMNS, write_hosts},
    {"databases", SHARE_COLUMNS, write_databases},
    {"series", "time,step_seconds,id,label,calls,time_seconds,average_active", write_series},
    {"changes",
     "change,id,label,calls_before,calls_after,time_before_seconds,time_after_seconds,active_before,active_after,"
     "active_ratio,active_changed,p95_before_seconds,p95_after_seconds,p95_ratio,p95_changed,calls_a_second_before,"
     "calls_a_second_after,calls_ratio,calls_changed,first,last,fingerprint",
     write_changes},
    {NULL, NULL, NULL},
};
