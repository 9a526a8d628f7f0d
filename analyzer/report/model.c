/* The report's parts: made empty, freed whole. What they hold is filled in by build*.c. */
#include "model.h"

#include "../findings/comparison.h"

#include "../words.h"
#include "marks.h"

#include <math.h>

static const struct {
  const char *name;
  GalenUnit unit;
} main_attrs[GALEN_N_MAIN] = {
    [GALEN_MAIN_TIME] = {"time", GALEN_UNIT_US},
    [GALEN_MAIN_LOCK_TIME] = {"lock_time", GALEN_UNIT_US},
    [GALEN_MAIN_ROWS_SENT] = {"rows_sent", GALEN_UNIT_COUNT},
    [GALEN_MAIN_ROWS_EXAMINED] = {"rows_examined", GALEN_UNIT_COUNT},
};

const char *galen_main_name(GalenMainAttr attr) {
  return main_attrs[attr].name;
}

GalenUnit galen_main_unit(GalenMainAttr attr) {
  return main_attrs[attr].unit;
}

const char *galen_status_word(GalenStatus status) {
  static const char *const words[] = {"ok", "warning", "critical"};
  return words[status];
}

const char *galen_severity_word(GalenSeverity severity) {
  static const char *const words[] = {"info", "warning", "critical"};
  return words[severity];
}

/* ---- small parts ---- */

/* `name` is kept. */
GalenShare *galen_share_new(char *name, /* NOLINT(readability-non-const-parameter) */
                            guint64 count, guint64 time, double share) {
  GalenShare *self = g_new0(GalenShare, 1);
  *self = (GalenShare){.name = name, .count = count, .time = time, .share = share, .distinct = 1};
  return self;
}

static void share_free(gpointer data) {
  GalenShare *self = data;
  g_free(self->name);
  g_free(self);
}

static void share_series_free(gpointer data) {
  GalenShareSeries *self = data;
  g_free(self->name);
  g_free(self);
}

static void node_free(gpointer data) {
  GalenNodeRow *self = data;
  g_free(self->name);
  g_free(self->version);
  g_free(self->timezone);
  g_free(self);
}

void galen_advice_free(GalenAdvice *self) {
  if (self == NULL)
    return;
  g_free(self->title);
  g_free(self->detail);
  g_free(self->advice);
  g_free(self);
}

void galen_evidence_free(GalenEvidence *self) {
  if (self == NULL)
    return;
  g_free(self->path);
  g_free(self->node);
  g_free(self->raw_time);
  g_free(self->text);
  g_free(self);
}

GalenFinding *galen_finding_new(void) {
  GalenFinding *self = g_new0(GalenFinding, 1);
  self->nodes = g_ptr_array_new_with_free_func(g_free);
  self->evidence = g_ptr_array_new_with_free_func((GDestroyNotify)galen_evidence_free);
  self->from = self->to = GALEN_TIME_NONE;
  return self;
}

void galen_finding_free(GalenFinding *self) {
  if (self == NULL)
    return;
  g_free(self->id);
  g_free(self->title);
  g_free(self->detail);
  g_free(self->advice);
  g_free(self->query_id);
  g_free(self->figure);
  g_free(self->incident_id);
  g_ptr_array_unref(self->nodes);
  g_ptr_array_unref(self->evidence);
  g_free(self);
}

static void start_row_free(gpointer data) {
  GalenStartRow *self = data;
  g_free(self->version);
  g_free(self);
}

void galen_input_row_add_start(GalenInputRow *self, const GalenServerStart *start) {
  if (self->starts->len == GALEN_STARTS_MAX)
    return;
  GalenStartRow *row = g_new0(GalenStartRow, 1);
  *row = (GalenStartRow){.version = galen_words_clean(start->version, 128),
                         .time = start->time,
                         .after = start->after,
                         .line = start->line};
  g_ptr_array_add(self->starts, row);
}

GalenInputRow *galen_input_row_new(void) {
  GalenInputRow *self = g_new0(GalenInputRow, 1);
  self->kind = "unknown";
  self->compression = "none";
  self->skip_texts = g_ptr_array_new_with_free_func(g_free);
  self->starts = g_ptr_array_new_with_free_func(start_row_free);
  galen_account_init(&self->account);
  return self;
}

void galen_input_row_free(GalenInputRow *self) {
  if (self == NULL)
    return;
  g_clear_pointer(&self->starts, g_ptr_array_unref);
  g_free(self->path);
  g_free(self->node);
  g_free(self->store);
  g_free(self->version);
  g_free(self->problem);
  g_free(self->timezone);
  g_clear_pointer(&self->skip_texts, g_ptr_array_unref);
  g_free(self);
}

/* ---- figures ---- */

GalenFigure galen_figure_unknown(const char *name, GalenUnit unit) {
  return (GalenFigure){
      .name = name, .unit = unit, .mean = NAN, .stddev = NAN, .p50 = NAN, .p90 = NAN, .p95 = NAN, .p99 = NAN};
}

static void figures_init(GalenFigures *self) {
  for (guint i = 0; i < GALEN_N_MAIN; i++)
    self->main[i] = galen_figure_unknown(main_attrs[i].name, main_attrs[i].unit);
  self->attrs = g_array_new(FALSE, TRUE, sizeof(GalenFigure));
  self->flags = g_array_new(FALSE, TRUE, sizeof(GalenFlagStat));
  self->errors = g_array_new(FALSE, TRUE, sizeof(GalenErrorCount));
  self->first = self->last = GALEN_TIME_NONE;
}

static void figures_clear(GalenFigures *self) {
  g_array_unref(self->attrs);
  g_array_unref(self->flags);
  g_array_unref(self->errors);
}

/* ---- classes ---- */

GalenQuery *galen_query_new(void) {
  GalenQuery *self = g_new0(GalenQuery, 1);
  figures_init(&self->figures);
  self->tables = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < GALEN_N_TOPS; i++)
    self->shares[i] = g_ptr_array_new_with_free_func(share_free);
  self->bars = g_ptr_array_new_with_free_func(g_free);
  self->advice = g_ptr_array_new_with_free_func((GDestroyNotify)galen_advice_free);
  self->sample_time = self->seen.first = self->seen.last = GALEN_TIME_NONE;
  self->color = 5;
  return self;
}

void galen_query_free(GalenQuery *self) {
  if (self == NULL)
    return;
  figures_clear(&self->figures);
  g_ptr_array_unref(self->tables);
  for (guint i = 0; i < GALEN_N_TOPS; i++)
    g_ptr_array_unref(self->shares[i]);
  g_ptr_array_unref(self->bars);
  g_ptr_array_unref(self->advice);
  g_free(self->fingerprint);
  g_free(self->label);
  g_free(self->command);
  g_free(self->sample);
  g_free(self->explain);
  g_free(self->sample_path);
  galen_weeks_free(self->weeks);
  g_free(self);
}

/* ---- the document ---- */

static void silence_free(gpointer data) {
  g_free(((GalenSilence *)data)->node);
  g_free(data);
}

GalenReport *galen_report_alloc(void) {
  GalenReport *self = g_new0(GalenReport, 1);
  self->from = self->to = self->requested_from = self->requested_to = self->asked_from = self->asked_to =
      GALEN_TIME_NONE;
  self->inputs = g_ptr_array_new_with_free_func((GDestroyNotify)galen_input_row_free);
  self->nodes = g_ptr_array_new_with_free_func(node_free);
  figures_init(&self->total);
  figures_init(&self->other);
  self->top = g_ptr_array_new_with_free_func((GDestroyNotify)galen_query_free);
  self->leading = g_ptr_array_new();
  self->leading_only = g_ptr_array_new_with_free_func((GDestroyNotify)galen_query_free);
  for (guint i = 0; i < GALEN_N_TOPS; i++) {
    self->shares[i] = g_ptr_array_new_with_free_func(share_free);
    self->share_series[i] = g_ptr_array_new_with_free_func(share_series_free);
  }
  self->gaps = g_ptr_array_new_with_free_func(g_free);
  self->silences = g_ptr_array_new_with_free_func(silence_free);
  self->findings = g_ptr_array_new_with_free_func((GDestroyNotify)galen_finding_free);
  self->ranking = g_array_new(FALSE, TRUE, sizeof(GalenRanked));
  self->incidents = g_ptr_array_new();
  self->errors_seen = g_hash_table_new_full(NULL, NULL, NULL, g_free);
  self->order_by = "time";
  return self;
}

void galen_report_free(GalenReport *self) {
  if (self == NULL)
    return;
  galen_comparison_free(self->comparison);
  galen_marks_free(self->marks);
  g_ptr_array_unref(self->leading);
  g_ptr_array_unref(self->leading_only);
  g_ptr_array_unref(self->top);
  g_ptr_array_unref(self->inputs);
  g_ptr_array_unref(self->nodes);
  g_ptr_array_unref(self->gaps);
  g_ptr_array_unref(self->silences);
  g_ptr_array_unref(self->findings);
  g_array_unref(self->ranking);
  g_ptr_array_unref(self->incidents);
  g_free(self->errors);
  g_hash_table_unref(self->errors_seen);
  for (guint i = 0; i < GALEN_N_TOPS; i++) {
    g_ptr_array_unref(self->shares[i]);
    g_ptr_array_unref(self->share_series[i]);
  }
  figures_clear(&self->total);
  figures_clear(&self->other);
  g_clear_pointer(&self->zone, g_time_zone_unref);
  g_free(self->zone_name);
  g_free(self->title);
  g_free(self->heat);
  g_free(self);
}
