/* A small report, made by hand: what the tests of writers and findings start from. */
#pragma once

#include "../../analyzer/report/model.h"

#include <math.h>

#define SAMPLE_DAY G_GINT64_CONSTANT(1795478400000000) /* 2026-11-24 00:00:00 UTC */
#define SAMPLE_HOUR (G_GINT64_CONSTANT(3600) * G_USEC_PER_SEC)

static inline GalenFigure sample_figure(const char *name, GalenUnit unit, guint64 count, guint64 sum, guint64 max) {
  GalenFigure figure = galen_figure_unknown(name, unit);
  figure.count = count;
  figure.sum = sum;
  figure.min = 1;
  figure.max = max;
  figure.mean = (double)sum / (double)count;
  figure.stddev = 0.5;
  figure.p50 = figure.p90 = (double)max / 2;
  figure.p95 = figure.p99 = (double)max;
  return figure;
}

static inline void sample_figures(GalenFigures *figures, guint64 count, guint64 time, double share) {
  figures->count = figures->count_scaled = count;
  figures->share = share;
  figures->first = SAMPLE_DAY;
  figures->last = SAMPLE_DAY + SAMPLE_HOUR;
  figures->main[GALEN_MAIN_TIME] = sample_figure("time", GALEN_UNIT_US, count, time, time);
  figures->main[GALEN_MAIN_ROWS_SENT] = sample_figure("rows_sent", GALEN_UNIT_COUNT, count, 10, 5);
  figures->main[GALEN_MAIN_ROWS_EXAMINED] = sample_figure("rows_examined", GALEN_UNIT_COUNT, count, 5000, 2500);
}

static inline void sample_add_advice(GalenQuery *query, const char *id) {
  GalenAdvice *advice = g_new0(GalenAdvice, 1);
  advice->id = id;
  advice->title = g_strdup("Reads whole tables");
  advice->detail = g_strdup("2 of 2 calls did a full scan.");
  advice->advice = g_strdup("Index the columns in WHERE.");
  g_ptr_array_add(query->advice, advice);
}

static inline GalenQuery *sample_query(guint rank, const char *id, const char *text, guint64 time, double share) {
  GalenQuery *query = galen_query_new();
  query->rank = rank;
  g_strlcpy(query->id, id, sizeof query->id);
  query->fingerprint = g_strdup(text);
  query->label = g_strndup(text, MIN(strlen(text), 40));
  query->command = g_strdup("SELECT");
  g_ptr_array_add(query->tables, g_strdup("orders"));
  sample_figures(&query->figures, 2, time, share);
  GalenBar *bar = g_new(GalenBar, 1);
  *bar = (GalenBar){1000, 1999, 2};
  g_ptr_array_add(query->bars, bar);
  g_ptr_array_add(query->shares[GALEN_TOP_USER], galen_share_new(g_strdup("app"), 2, time, 1));
  return query;
}

#define SAMPLE_ID_A "0123456789ABCDEF0123456789ABCDEF"
#define SAMPLE_ID_B "FEDCBA9876543210FEDCBA9876543210"

static inline GalenInputRow *sample_input(const char *node, const char *path, gint64 first, gint64 last) {
  GalenInputRow *row = galen_input_row_new();
  row->path = g_strdup(path);
  row->node = g_strdup(node);
  row->kind = "slow-log";
  row->complete = TRUE;
  row->account.bytes = row->account.bytes_events = 1000;
  if (first != GALEN_TIME_NONE) {
    row->account.events = 4;
    row->account.first = first;
    row->account.last = last;
  }
  return row;
}

/* Two classes, 75 % and 25 % of four seconds, on one node. */
static inline GalenReport *sample_report(void) {
  GalenReport *report = galen_report_alloc();
  report->title = g_strdup("Database health report: node1");
  report->zone = g_time_zone_new_utc();
  report->zone_name = g_strdup("UTC");
  report->from = SAMPLE_DAY;
  report->to = SAMPLE_DAY + SAMPLE_HOUR;
  report->classes = 2;
  sample_figures(&report->total, 4, 4000000, 1);
  GalenQuery *first = sample_query(1, SAMPLE_ID_A, "select a, b from orders where c = ?", 3000000, 0.75);
  GalenFlagStat flag = {"full_scan", 2, 2};
  GalenErrorCount failed = {1062, 2};
  GalenFigure bytes = sample_figure("bytes_sent", GALEN_UNIT_BYTES, 2, 3072, 2048);
  GalenFigure engine = sample_figure("engine_time", GALEN_UNIT_NS, 2, 1500, 1000);
  bytes.p50 = bytes.p90 = bytes.p95 = bytes.p99 = NAN;
  engine.p50 = engine.p90 = engine.p95 = engine.p99 = NAN;
  g_array_append_val(first->figures.attrs, bytes);
  g_array_append_val(first->figures.attrs, engine);
  g_array_append_val(first->figures.flags, flag);
  g_array_append_val(first->figures.errors, failed);
  first->sample = g_strdup("SELECT a, b\nFROM orders WHERE c = ?");
  first->sample_path = g_strdup("node1/slow.log");
  first->sample_line = 12;
  first->sample_bytes = 36;
  first->sample_time = SAMPLE_DAY;
  first->sample_query_time = 2000001;
  sample_add_advice(first, "full-scan");
  g_ptr_array_add(report->top, first);
  g_ptr_array_add(report->top, sample_query(2, SAMPLE_ID_B, "commit", 1000000, 0.25));
  g_ptr_array_add(report->inputs, sample_input("node1", "node1/slow.log", SAMPLE_DAY, SAMPLE_DAY + SAMPLE_HOUR));
  GalenNodeRow *node = g_new0(GalenNodeRow, 1);
  node->name = g_strdup("node1");
  g_ptr_array_add(report->nodes, node);
  return report;
}
