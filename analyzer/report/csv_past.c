/* Tables on what stores tell beyond the window. */
#include "csv_out.h"

#include <math.h>

static void put_trend(GalenCsv *csv, const GalenTrend *trend) {
  galen_csv_double(csv, trend != NULL ? trend->ratio : NAN, 0);
  galen_csv_double(csv, trend != NULL ? trend->chance : NAN, 0);
  galen_csv_bool(csv, trend != NULL && trend->said);
}

static void write_trends(GalenCsv *csv, const GalenReport *report) {
  for (guint i = 0; report->has_past && i < report->top->len; i++) {
    const GalenQuery *query = g_ptr_array_index(report->top, i);
    const GalenWeeks *weeks = query->weeks;
    galen_csv_text(csv, query->id);
    galen_csv_text(csv, query->label);
    galen_csv_time(csv, query->seen.first);
    galen_csv_time(csv, query->seen.last);
    galen_csv_bool(csv, query->seen.is_new);
    galen_csv_count(csv, query->seen.before);
    galen_csv_count(csv, weeks != NULL ? weeks->trends[GALEN_TREND_TIME].weeks : 0);
    for (guint kind = 0; kind < GALEN_N_TRENDS; kind++)
      put_trend(csv, weeks != NULL ? &weeks->trends[kind] : NULL);
    galen_csv_end(csv);
  }
}

static void put_days(GalenCsv *csv, const GalenQuery *query) {
  const GalenWeeks *weeks = query->weeks;
  for (guint i = 0; weeks != NULL && i < weeks->n; i++) {
    galen_csv_time(csv, weeks->from + i * GALEN_DAY_US);
    galen_csv_text(csv, query->id);
    galen_csv_text(csv, query->label);
    galen_csv_count(csv, weeks->count[i]);
    galen_csv_decimal(csv, weeks->time[i], 6);
    galen_csv_bool(csv, weeks->known[i]);
    galen_csv_end(csv);
  }
}

static void write_days(GalenCsv *csv, const GalenReport *report) {
  for (guint i = 0; i < report->top->len; i++)
    put_days(csv, g_ptr_array_index(report->top, i));
}

static void write_messages(GalenCsv *csv, const GalenReport *report) {
  for (guint i = 0; report->has_past && report->errors != NULL && i < report->errors->groups->len; i++) {
    const GalenErrorGroup *group = g_ptr_array_index(report->errors->groups, i);
    const GalenSeen *seen = galen_report_error_seen(report, group);
    galen_csv_text(csv, group->id);
    galen_csv_text(csv, group->rule != NULL ? group->rule->title : group->template);
    galen_csv_time(csv, seen->first);
    galen_csv_time(csv, seen->last);
    galen_csv_bool(csv, seen->is_new);
    galen_csv_count(csv, seen->before);
    galen_csv_end(csv);
  }
}

const GalenCsvTable galen_csv_past_tables[] = {
    {"trends",
     "id,label,first_seen,last_seen,new,days_before,weeks,time_ratio,time_chance,time_said,mean_ratio,mean_chance,"
     "mean_said,calls_ratio,calls_chance,calls_said",
     write_trends},
    {"days", "day,id,label,calls,time_seconds,compared", write_days},
    {"errors-seen", "id,title,first_seen,last_seen,new,days_before", write_messages},
    {NULL, NULL, NULL},
};
