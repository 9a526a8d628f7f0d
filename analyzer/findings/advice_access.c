/* Advice from how rows are found and handed over: what was read, sorted, put aside and sent. */
#include "advice_tests.h"

#include "../words.h"

static gboolean examined_per(GalenAdviceCase *self, double useful) {
  double examined = galen_advice_sum(self, GALEN_MAIN_ROWS_EXAMINED);
  double per_call = galen_advice_mean(self, GALEN_MAIN_ROWS_EXAMINED);
  double ratio = examined / MAX(useful, 1);
  galen_advice_set_count(self, "ratio", ratio);
  galen_advice_set_count(self, "examined", examined);
  galen_advice_set_count(self, "examined-per-call", per_call);
  return ratio >= self->threshold[0] && per_call >= self->threshold[1];
}

static gboolean test_per_row_sent(GalenAdviceCase *self) {
  double sent = galen_advice_sum(self, GALEN_MAIN_ROWS_SENT);
  if (!galen_advice_is_read(self) || sent < 0)
    return FALSE;
  galen_advice_set_count(self, "sent", sent);
  return examined_per(self, sent);
}

static gboolean test_per_row_changed(GalenAdviceCase *self) {
  double changed = galen_advice_attr_sum(self, "rows_affected", NULL);
  if (!galen_advice_is_write(self) || changed < 0)
    return FALSE;
  galen_advice_set_count(self, "changed", changed);
  return examined_per(self, changed);
}

/* A flag that was Yes in at least threshold[0] calls and threshold[1] of those that have it. */
static gboolean often(GalenAdviceCase *self, const char *name) {
  const GalenFlagStat *flag = galen_advice_flag(self, name);
  if (flag == NULL)
    return FALSE;
  double share = (double)flag->yes / (double)flag->seen;
  galen_advice_set_count(self, "hits", (double)flag->yes);
  galen_advice_set_count(self, "seen", (double)flag->seen);
  galen_advice_set_share(self, "share", share);
  return flag->yes > 0 && (double)flag->yes >= self->threshold[0] && share >= self->threshold[1];
}

static gboolean often_with_rows(GalenAdviceCase *self, const char *name) {
  double examined = galen_advice_mean(self, GALEN_MAIN_ROWS_EXAMINED);
  galen_advice_set_count(self, "examined-per-call", examined);
  galen_advice_set_count(self, "sent-per-call", MAX(galen_advice_mean(self, GALEN_MAIN_ROWS_SENT), 0));
  return often(self, name) && examined >= self->threshold[2];
}

static gboolean test_full_scan(GalenAdviceCase *self) {
  return often_with_rows(self, "full_scan");
}

static gboolean test_full_join(GalenAdviceCase *self) {
  return often_with_rows(self, "full_join");
}

/* MySQL's log_slow_extra has no Full_scan flag but counts rows read in table order. */
static gboolean test_table_order(GalenAdviceCase *self) {
  const GalenAttrStat *attr = galen_advice_attr(self, "read_rnd_next", NULL);
  if (attr == NULL || galen_advice_flag(self, "full_scan") != NULL)
    return FALSE;
  double mean = galen_stat_mean(&attr->stat);
  galen_advice_set_count(self, "rows", mean);
  galen_advice_set_count(self, "sent-per-call", MAX(galen_advice_mean(self, GALEN_MAIN_ROWS_SENT), 0));
  return mean >= self->threshold[0];
}

static gboolean test_tmp_table_on_disk(GalenAdviceCase *self) {
  return often(self, "tmp_table_on_disk");
}

static gboolean test_tmp_disk_ratio(GalenAdviceCase *self) {
  double tables = galen_advice_attr_sum(self, "tmp_tables", "created_tmp_tables");
  double disk = galen_advice_attr_sum(self, "tmp_disk_tables", "created_tmp_disk_tables");
  if (tables <= 0 || disk <= 0 || galen_advice_flag(self, "tmp_table_on_disk") != NULL)
    return FALSE;
  /* Some servers count a table that moved to disk only there. */
  double share = MIN(disk / tables, 1);
  galen_advice_set_count(self, "disk", disk);
  galen_advice_set_count(self, "tables", tables);
  galen_advice_set_share(self, "share", share);
  return disk >= self->threshold[0] && share >= self->threshold[1];
}

static gboolean test_filesort_on_disk(GalenAdviceCase *self) {
  return often(self, "filesort_on_disk");
}

static gboolean test_merge_passes(GalenAdviceCase *self) {
  double passes = galen_advice_attr_sum(self, "merge_passes", "sort_merge_passes");
  if (galen_advice_flag(self, "filesort_on_disk") != NULL)
    return FALSE;
  galen_advice_set_count(self, "passes", MAX(passes, 0));
  return passes >= self->threshold[0];
}

static gboolean test_many_rows_sent(GalenAdviceCase *self) {
  double mean = galen_advice_mean(self, GALEN_MAIN_ROWS_SENT);
  galen_advice_set_count(self, "rows", MAX(mean, 0));
  galen_advice_set_count(self, "most", (double)self->totals->main[GALEN_MAIN_ROWS_SENT].max);
  return mean >= self->threshold[0];
}

static gboolean test_big_results(GalenAdviceCase *self) {
  const GalenAttrStat *attr = galen_advice_attr(self, "bytes_sent", NULL);
  if (attr == NULL)
    return FALSE;
  double mean = galen_stat_mean(&attr->stat);
  galen_advice_set_bytes(self, "bytes", mean);
  galen_advice_set_bytes(self, "most", (double)attr->stat.max);
  galen_advice_set_bytes(self, "all", (double)attr->stat.sum);
  return mean >= self->threshold[0];
}

/* ---- the plan of the worst call ---- */

#define MAX_PLAN_LINES 64u

/* MariaDB's plan is a header line with column names and a line a table, with tabs between. */
static char **plan_columns(const char *line) {
  static const char prefix[] = "# explain: ";
  return g_str_has_prefix(line, prefix) ? g_strsplit(line + strlen(prefix), "\t", 32) : NULL;
}

static int plan_column(char **names, const char *name) {
  for (int i = 0; names != NULL && names[i] != NULL; i++)
    if (g_str_equal(g_strstrip(names[i]), name))
      return i;
  return -1;
}

/* Rows of a line that reads a whole table; 0: it does not. `columns`: where table, type, rows, r_rows are. */
static double scanned_rows(char **cells, const int *columns) {
  int n = (int)g_strv_length(cells);
  for (int i = 0; i < 4; i++)
    if (columns[i] < 0 || columns[i] >= n)
      return 0;
  if (!g_str_equal(cells[columns[1]], "ALL"))
    return 0;
  double rows = g_ascii_strtod(cells[columns[2]], NULL);
  double really = g_ascii_strtod(cells[columns[3]], NULL);
  double most = MAX(rows, really);
  return most > 0 && most < 1e18 ? most : 0; /* also when it is "nan" */
}

static gboolean test_explain_full_scan(GalenAdviceCase *self) {
  if (self->klass->sample.explain == NULL)
    return FALSE;
  g_auto(GStrv) lines = g_strsplit(self->klass->sample.explain, "\n", (gint)MAX_PLAN_LINES);
  g_auto(GStrv) names = lines[0] != NULL ? plan_columns(lines[0]) : NULL;
  const int columns[] = {plan_column(names, "table"), plan_column(names, "type"), plan_column(names, "rows"),
                         plan_column(names, "r_rows")};
  double worst = 0;
  for (guint i = 1; names != NULL && lines[i] != NULL; i++) {
    g_auto(GStrv) cells = plan_columns(lines[i]);
    if (cells == NULL)
      continue;
    double rows = scanned_rows(cells, columns);
    if (rows <= worst)
      continue;
    worst = rows;
    galen_advice_set_text(self, "table",
                          galen_words_clean(galen_slice(cells[columns[0]], strlen(cells[columns[0]])), 64));
  }
  galen_advice_set_count(self, "rows", worst);
  return worst > 0 && worst >= self->threshold[0];
}

#define OFTEN " hits seen share "

const GalenAdviceTest galen_advice_tests_access[] = {
    {"rows-examined-per-row-sent",
     test_per_row_sent,
     {"min-ratio", "min-examined-per-call"},
     " ratio examined examined-per-call sent "},
    {"rows-examined-per-row-changed",
     test_per_row_changed,
     {"min-ratio", "min-examined-per-call"},
     " ratio examined examined-per-call changed "},
    {"full-scan",
     test_full_scan,
     {"min-calls", "min-share", "min-examined-per-call"},
     OFTEN "examined-per-call sent-per-call "},
    {"full-join",
     test_full_join,
     {"min-calls", "min-share", "min-examined-per-call"},
     OFTEN "examined-per-call sent-per-call "},
    {"table-order-reads", test_table_order, {"min-rows"}, " rows sent-per-call "},
    {"explain-full-scan", test_explain_full_scan, {"min-rows"}, " table rows "},
    {"tmp-table-on-disk", test_tmp_table_on_disk, {"min-calls", "min-share"}, OFTEN},
    {"tmp-disk-ratio", test_tmp_disk_ratio, {"min-tables", "min-share"}, " disk tables share "},
    {"filesort-on-disk", test_filesort_on_disk, {"min-calls", "min-share"}, OFTEN},
    {"merge-passes", test_merge_passes, {"min-passes"}, " passes "},
    {"many-rows-sent", test_many_rows_sent, {"min-rows"}, " rows most "},
    {"big-results", test_big_results, {"min-bytes"}, " bytes most all "},
};
const guint galen_advice_n_tests_access = G_N_ELEMENTS(galen_advice_tests_access);
