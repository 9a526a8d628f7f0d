/* A report model made by hand, as rich or as bare as a test wants it. Deterministic. */
#pragma once

#include "analyzer/findings/ranking.h"
#include "analyzer/report/model.h"

#include <math.h>

typedef struct {
  guint classes, nodes, inputs, cells, findings;
  gint64 from, step;   /* µs */
  const char *hostile; /* put into every text of a log when not NULL */
  gboolean single;     /* one event only */
  const char *zone;
} FixtureOptions;

typedef struct {
  GalenReport report;
  GPtrArray *pool;   /* of what g_free frees */
  GPtrArray *arrays; /* of GPtrArray * */
  GPtrArray *plain;  /* of GArray * */
  guint64 seed;
} Fixture;

static const char *const fixture_statements[] = {
    "select o.id, o.total, c.name, c.email from orders o join customers c on c.id=o.customer_id left join "
    "order_items i on i.order_id=o.id where o.status in(?+) and o.created_at > ? and (select count(*) from refunds r "
    "where r.order_id=o.id) = ? group by o.id order by o.created_at desc limit ?, ?",
    "update stock set quantity=quantity-? where product_id=? and warehouse_id=?",
    "insert into events (session_id, kind, payload, created_at) values(?+)",
    "select * from products where name like ? or description like ?",
    "select p.id, avg(r.stars) from products p inner join reviews r on r.product_id=p.id group by p.id having "
    "avg(r.stars) > ?",
    "delete from sessions where expires_at < ?",
    "call nightly_rollup(?)",
    "commit",
    "replace into cache_entries (`key`, value, expires) values(?+)",
    "select distinct u.id from users u, permissions p where u.role=p.role and date(u.created_at) = ?",
};

static const char *const fixture_labels[] = {
    "SELECT orders, customers, order_items",
    "UPDATE stock",
    "INSERT events",
    "SELECT products",
    "SELECT products, reviews",
    "DELETE sessions",
    "CALL nightly_rollup",
    "COMMIT",
    "REPLACE cache_entries",
    "SELECT users, permissions",
};

static inline guint fixture_random(Fixture *self, guint below) {
  self->seed = self->seed * 6364136223846793005u + 1442695040888963407u;
  return (guint)((self->seed >> 33) % below);
}

static inline gpointer fixture_alloc(Fixture *self, gsize size) {
  gpointer data = g_malloc0(size);
  g_ptr_array_add(self->pool, data);
  return data;
}

static inline char *fixture_keep(Fixture *self, char *text) {
  g_ptr_array_add(self->pool, text);
  return text;
}

static inline char *fixture_text(Fixture *self, const FixtureOptions *options, const char *text) {
  return fixture_keep(self, options->hostile != NULL ? g_strconcat(options->hostile, " ", text, NULL) : g_strdup(text));
}

static inline GPtrArray *fixture_array(Fixture *self) {
  GPtrArray *array = g_ptr_array_new();
  g_ptr_array_add(self->arrays, array);
  return array;
}

static inline GArray *fixture_plain(Fixture *self, guint size) {
  GArray *array = g_array_new(FALSE, TRUE, size);
  g_ptr_array_add(self->plain, array);
  return array;
}

static inline const GalenSeries *fixture_series(Fixture *self, const FixtureOptions *options, double load,
                                                guint phase) {
  GalenSeries *series = fixture_alloc(self, sizeof *series);
  series->from = options->from;
  series->step = options->step;
  series->n = options->single ? 1 : options->cells;
  series->time = fixture_alloc(self, series->n * sizeof(guint64));
  series->count = fixture_alloc(self, series->n * sizeof(guint64));
  for (guint i = 0; i < series->n; i++) {
    double day = 1 + sin((double)i / series->n * 12.0 + phase) * 0.6;
    double noise = 0.6 + fixture_random(self, 80) / 100.0;
    double burst = (i + phase * 37) % 97 < 5 ? 2.5 : 1;
    gboolean gap = !options->single && i * 10 / series->n == 6 && options->cells > 20;
    series->time[i] = gap ? 0 : (guint64)(load * day * noise * burst * (double)options->step);
    series->count[i] = series->time[i] / 40000 + 1;
  }
  return series;
}

static inline void fixture_figure(GalenFigure *figure, const char *name, GalenUnit unit, guint64 count, double mean) {
  *figure = (GalenFigure){.name = name,
                          .unit = unit,
                          .count = count,
                          .sum = (GalenU128)(mean * (double)count),
                          .min = (guint64)(mean / 20),
                          .max = (guint64)(mean * 31),
                          .mean = mean,
                          .stddev = mean * 1.4,
                          .p50 = mean * 0.8,
                          .p90 = mean * 2,
                          .p95 = mean * 3.1,
                          .p99 = mean * 9};
}

static inline void fixture_figures(Fixture *self, const FixtureOptions *options, GalenFigures *figures, guint64 count,
                                   double mean, double share) {
  figures->count = figures->count_scaled = count;
  figures->share = share;
  fixture_figure(&figures->main[GALEN_MAIN_TIME], "time", GALEN_UNIT_US, count, mean);
  fixture_figure(&figures->main[GALEN_MAIN_LOCK_TIME], "lock_time", GALEN_UNIT_US, count, mean / 800);
  fixture_figure(&figures->main[GALEN_MAIN_ROWS_SENT], "rows_sent", GALEN_UNIT_COUNT, count, 12.5);
  fixture_figure(&figures->main[GALEN_MAIN_ROWS_EXAMINED], "rows_examined", GALEN_UNIT_COUNT, count, 41250);
  figures->attrs = fixture_plain(self, sizeof(GalenFigure));
  GalenFigure bytes;
  fixture_figure(&bytes, "bytes_sent", GALEN_UNIT_BYTES, count, 48211);
  bytes.p50 = bytes.p90 = bytes.p95 = bytes.p99 = NAN;
  g_array_append_val(figures->attrs, bytes);
  GalenFigure wait;
  fixture_figure(&wait, "innodb_io_r_wait", GALEN_UNIT_NS, count, 481000);
  wait.p50 = wait.p90 = wait.p95 = wait.p99 = wait.stddev = NAN;
  g_array_append_val(figures->attrs, wait);
  figures->flags = fixture_plain(self, sizeof(GalenFlagStat));
  GalenFlagStat flags[] = {
      {"full_scan", count / 2, count}, {"tmp_table_on_disk", count / 30, count}, {"filesort", 0, count}};
  g_array_append_vals(figures->flags, flags, 3);
  figures->errors = fixture_plain(self, sizeof(GalenErrorCount));
  GalenErrorCount error = {1205, 12};
  g_array_append_val(figures->errors, error);
  figures->first = options->from;
  figures->last = options->from + options->step * (gint64)(options->single ? 1 : options->cells);
}

static inline GPtrArray *fixture_shares(Fixture *self, const FixtureOptions *options, GalenTopKind kind, guint n,
                                        double total) {
  static const char *const names[GALEN_N_TOPS] = {"app", "10.0.3.", "shop", "node"};
  GPtrArray *shares = fixture_array(self);
  double share = 0.5;
  for (guint i = 0; i < n; i++) {
    GalenShare *one = fixture_alloc(self, sizeof *one);
    g_autofree char *name = g_strdup_printf("%s%u", names[kind], i + 1);
    one->name = fixture_text(self, options, name);
    one->count = 1000 / (i + 1);
    one->share = share;
    one->time = (guint64)(total * share);
    one->distinct = 1;
    share /= 2;
    g_ptr_array_add(shares, one);
  }
  GalenShare *rest = fixture_alloc(self, sizeof *rest);
  *rest =
      (GalenShare){.count = 17, .share = share, .time = (guint64)(total * share), .remainder = TRUE, .distinct = 41};
  g_ptr_array_add(shares, rest);
  return shares;
}

static inline GPtrArray *fixture_bars(Fixture *self, guint64 count) {
  static const guint64 edges[] = {100,   200,   500,    1000,   2000,   5000,    10000,
                                  20000, 50000, 100000, 200000, 500000, 1000000, 2000000};
  static const guint parts[] = {2, 5, 14, 33, 60, 100, 74, 41, 22, 9, 4, 2, 1};
  GPtrArray *bars = fixture_array(self);
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
    GalenBar *bar = fixture_alloc(self, sizeof *bar);
    *bar = (GalenBar){edges[i], edges[i + 1] - 1, count * parts[i] / 367};
    g_ptr_array_add(bars, bar);
  }
  return bars;
}

static inline GPtrArray *fixture_advice(Fixture *self, const FixtureOptions *options, guint i) {
  GPtrArray *list = fixture_array(self);
  if (i % 3 == 2)
    return list;
  GalenAdvice *advice = fixture_alloc(self, sizeof *advice);
  *advice = (GalenAdvice){
      .id = "rows-examined-per-row-sent",
      .severity = i == 0 ? GALEN_SEVERITY_WARNING : GALEN_SEVERITY_INFO,
      .title = fixture_text(self, options, "Reads 3 300 rows for each row sent"),
      .detail =
          fixture_text(self, options, "4 812 of 5 000 calls did a full scan; 206 M rows were examined to send 62 500."),
      .advice =
          fixture_text(self, options,
                       "Add an index that begins with the columns compared in WHERE, then check with EXPLAIN that "
                       "type is no longer ALL."),
  };
  g_ptr_array_add(list, advice);
  return list;
}

static inline GalenQuery *fixture_query(Fixture *self, const FixtureOptions *options, guint i) {
  guint kind = i % (guint)G_N_ELEMENTS(fixture_statements);
  double share = 0.42 * pow(0.62, i < 40 ? i : 40);
  guint64 count = 5000 / (i + 1) + 3;
  GalenQuery *query = fixture_alloc(self, sizeof *query);
  query->rank = i + 1;
  g_snprintf(query->id, sizeof query->id, "%08X%024X", 0x9A3F1C00u + i * 7919u, i);
  query->fingerprint = fixture_text(self, options, fixture_statements[kind]);
  query->label = fixture_text(self, options, fixture_labels[kind]);
  query->command = fixture_keep(self, g_strdup("SELECT"));
  query->tables = fixture_array(self);
  g_ptr_array_add(query->tables, fixture_text(self, options, "orders"));
  g_ptr_array_add(query->tables, fixture_text(self, options, "shop.customers"));
  fixture_figures(self, options, &query->figures, count, 31000.0 * (i + 1), share);
  if (options->single)
    fixture_figures(self, options, &query->figures, 1, 4211000, 1);
  for (GalenTopKind top = 0; top < GALEN_N_TOPS; top++)
    query->shares[top] = fixture_shares(self, options, top, 3, 1e9 * share);
  query->bars = fixture_bars(self, options->single ? 367 : count);
  query->sample =
      fixture_text(self, options, "SELECT o.id, o.total FROM orders o WHERE o.status IN (?, ?, ?) AND created_at > ?");
  query->explain =
      i == 0 ? fixture_text(self, options, "# explain: id\tselect_type\ttable\ttype\n# explain: 1\tSIMPLE\torders\tALL")
             : NULL;
  query->sample_bytes = 312;
  query->sample_time = options->from + options->step;
  query->sample_query_time = 9800000;
  query->sample_path = fixture_text(self, options, "/var/log/mysql/node1/slow.log");
  query->sample_line = 4711 + i;
  query->advice = fixture_advice(self, options, i);
  query->series = i < 20 ? fixture_series(self, options, share * 3, i) : NULL;
  query->color = MIN(i, 5);
  return query;
}

static inline void fixture_inputs(Fixture *self, const FixtureOptions *options) {
  GalenReport *report = &self->report;
  for (guint i = 0; i < options->inputs; i++) {
    GalenInputRow *row = fixture_alloc(self, sizeof *row);
    g_autofree char *path = g_strdup_printf("/var/log/mysql/node%u/slow.log.%u.gz", i % MAX(options->nodes, 1) + 1, i);
    g_autofree char *node = g_strdup_printf("node%u", i % MAX(options->nodes, 1) + 1);
    row->path = fixture_text(self, options, path);
    row->node = fixture_text(self, options, node);
    row->kind = "slow-log";
    row->server = "MariaDB";
    row->version = fixture_text(self, options, "10.11.6-MariaDB-log");
    row->compression = "gzip";
    row->complete = i != 1;
    row->problem = i == 1 ? fixture_text(self, options, "the gzip data is cut: read to byte 1 048 576") : NULL;
    row->timezone = fixture_text(self, options, "+01:00");
    row->timezone_source = "epoch";
    row->account = (GalenAccount){.bytes = 12900000,
                                  .bytes_events = 12500000,
                                  .bytes_headers = 250000,
                                  .bytes_skipped = 150000,
                                  .events = 48211,
                                  .partial = 1,
                                  .untimed = 12,
                                  .first = options->from,
                                  .last = options->from + options->step * (gint64)options->cells,
                                  .n_skips = 1};
    row->account.skips[0] =
        (GalenSkip){.reason = "entry without its beginning", .records = 3, .bytes = 150000, .line = 1};
    row->skip_texts = fixture_array(self);
    g_ptr_array_add(row->skip_texts, fixture_text(self, options, "# Query_time: 0.1  Lock_time: 0.0"));
    row->restarts = 1;
    g_ptr_array_add(report->inputs, row);
  }
  for (guint i = 0; i < options->nodes; i++) {
    GalenNodeRow *node = fixture_alloc(self, sizeof *node);
    g_autofree char *name = g_strdup_printf("node%u", i + 1);
    node->name = fixture_text(self, options, name);
    node->server = "MariaDB";
    node->version = fixture_text(self, options, "10.11.6-MariaDB-log");
    node->timezone = fixture_text(self, options, "+01:00");
    g_ptr_array_add(report->nodes, node);
  }
}

static inline void fixture_findings(Fixture *self, const FixtureOptions *options) {
  static const char *const titles[] = {"No statement from node3 since 02:36",
                                       "slow.log.1.gz is cut: read to byte 1 048 576",
                                       "SELECT orders, customers, order_items reads 3 300 rows for each row sent",
                                       "12 statements have no confirmed time"};
  for (guint i = 0; i < options->findings; i++) {
    GalenFinding *finding = fixture_alloc(self, sizeof *finding);
    finding->id = fixture_text(self, options, "coverage-gap:node3");
    finding->severity = i < 2 ? GALEN_SEVERITY_WARNING : GALEN_SEVERITY_INFO;
    finding->title = fixture_text(self, options, titles[i % 4]);
    finding->detail = fixture_text(self, options, "Its last statement began at 02:36:05, 21 h before the window ends.");
    finding->advice =
        fixture_text(self, options, "Check on node3 that slow_query_log is ON and that its log is still shipped.");
    finding->nodes = fixture_array(self);
    g_ptr_array_add(finding->nodes, fixture_text(self, options, "node3"));
    finding->from = options->from;
    finding->to = GALEN_TIME_NONE;
    finding->evidence = fixture_array(self);
    GalenEvidence *evidence = fixture_alloc(self, sizeof *evidence);
    *evidence = (GalenEvidence){.path = fixture_text(self, options, "/var/log/mysql/node3/slow.log"),
                                .line = 4711,
                                .text = fixture_text(self, options, "# Time: 241124  2:36:05")};
    g_ptr_array_add(finding->evidence, evidence);
    finding->query_id =
        i == 2 && self->report.top->len > 0 ? ((GalenQuery *)g_ptr_array_index(self->report.top, 0))->id : NULL;
    finding->muted = i == 3;
    g_ptr_array_add(self->report.findings, finding);
    if (finding->severity == GALEN_SEVERITY_WARNING)
      self->report.status = GALEN_STATUS_WARNING;
  }
}

static inline void fixture_load(Fixture *self, const FixtureOptions *options) {
  GalenReport *report = &self->report;
  guint cells = options->single ? 1 : options->cells;
  for (guint i = 0; i < options->classes; i++) {
    GalenQuery *query = fixture_query(self, options, i);
    g_ptr_array_add(report->top, query);
    if (query->series != NULL)
      g_ptr_array_add(report->leading, query);
  }
  report->classes = options->single ? 1 : options->classes + 37;
  guint64 events = options->single ? 1 : 48211;
  fixture_figures(self, options, &report->total, events, 120000, 1);
  if (!options->single)
    fixture_figures(self, options, &report->other, 411, 90000, 0.04);
  GalenSeries *all = (GalenSeries *)fixture_series(self, options, 0.3, 3);
  for (guint q = 0; q < report->leading->len; q++)
    for (guint i = 0; i < cells; i++)
      all->time[i] += ((const GalenQuery *)g_ptr_array_index(report->leading, q))->series->time[i];
  report->series = all;
  report->heat = fixture_alloc(self, (gsize)cells * GALEN_HEAT_ROWS * sizeof(guint64));
  for (guint i = 0; i < cells; i++)
    for (guint row = 8; row < 22 && all->time[i] > 0; row++)
      report->heat[(gsize)i * GALEN_HEAT_ROWS + row] =
          options->single
              ? row == 19
              : (guint64)(400 * exp(-pow(row - 13.0 - 3 * sin(i / 40.0), 2) / 5) + fixture_random(self, 4) / 3);
  for (GalenTopKind kind = 0; kind < GALEN_N_TOPS; kind++) {
    guint n = kind == GALEN_TOP_NODE ? options->nodes : options->single ? 1 : 7;
    report->shares[kind] = fixture_shares(self, options, kind, n, 1e10);
    for (guint i = 0; i < MIN(n, 6); i++) {
      GalenShareSeries *one = fixture_alloc(self, sizeof *one);
      one->name = ((GalenShare *)g_ptr_array_index(report->shares[kind], i))->name;
      one->series = fixture_series(self, options, 0.5 / (i + 1), i);
      g_ptr_array_add(report->share_series[kind], one);
    }
  }
  if (!options->single && options->cells > 20) {
    GalenGap *gap = fixture_alloc(self, sizeof *gap);
    gap->from = options->from + options->step * (gint64)((options->cells * 6 + 9) / 10);
    gap->to = options->from + options->step * (gint64)(options->cells * 7 / 10);
    g_ptr_array_add(report->gaps, gap);
  }
  report->from = options->from;
  report->to = options->from + options->step * (gint64)cells;
}

static inline Fixture *fixture_new(const FixtureOptions *options) {
  Fixture *self = g_new0(Fixture, 1);
  self->pool = g_ptr_array_new_with_free_func(g_free);
  self->arrays = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
  self->plain = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
  self->seed = 42;
  GalenReport *report = &self->report;
  report->title = fixture_text(self, options, "Database health report: node1, node2, node3");
  report->from = report->to = report->requested_from = report->requested_to = GALEN_TIME_NONE;
  report->zone_name = fixture_keep(self, g_strdup(options->zone != NULL ? options->zone : "UTC"));
  report->zone = g_time_zone_new_identifier(report->zone_name);
  report->inputs = fixture_array(self);
  report->nodes = fixture_array(self);
  report->top = fixture_array(self);
  report->leading = fixture_array(self);
  report->findings = fixture_array(self);
  report->incidents = fixture_array(self);
  report->ranking = fixture_plain(self, sizeof(GalenRanked));
  report->gaps = fixture_array(self);
  report->order_by = "time";
  for (GalenTopKind kind = 0; kind < GALEN_N_TOPS; kind++) {
    report->shares[kind] = fixture_array(self);
    report->share_series[kind] = fixture_array(self);
  }
  report->total.first = report->total.last = GALEN_TIME_NONE;
  if (options->classes > 0)
    fixture_load(self, options);
  fixture_inputs(self, options);
  fixture_findings(self, options);
  galen_ranking_build(report);
  return self;
}

static inline void fixture_free(Fixture *self) {
  g_ptr_array_unref(self->pool);
  g_ptr_array_unref(self->arrays);
  g_ptr_array_unref(self->plain);
  if (self->report.zone != NULL)
    g_time_zone_unref(self->report.zone);
  g_free(self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

/* A day of a shop with three nodes. */
#define FIXTURE_DAY                                                                                                    \
  ((FixtureOptions){.classes = 10,                                                                                     \
                    .nodes = 3,                                                                                        \
                    .inputs = 6,                                                                                       \
                    .cells = 288,                                                                                      \
                    .findings = 4,                                                                                     \
                    .from = G_GINT64_CONSTANT(1795392000000000),                                                       \
                    .step = G_GINT64_CONSTANT(300000000)})
