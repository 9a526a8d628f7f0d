/* The "comparison" of the JSON document. */
#include "json_parts.h"

#include "../findings/comparison.h"

#include <math.h>

#define US 1e6

/* ---- sides ---- */

static void write_input(GalenJson *json, gconstpointer item) {
  const GalenInputRow *row = item;
  gboolean versioned = row->version != NULL && *row->version != '\0';
  galen_json_open_object(json, NULL, GALEN_JSON_LINE);
  galen_json_text(json, "path", row->path);
  galen_json_text(json, "node", row->node);
  galen_json_text(json, "kind", row->kind);
  galen_json_text(json, "server", row->server);
  galen_json_text(json, "version", versioned ? row->version : NULL);
  galen_json_bool(json, "complete", row->complete);
  galen_json_time(json, "first", row->account.first);
  galen_json_time(json, "last", row->account.last);
  galen_json_close_object(json);
}

/* Of each day what lies less than that behind the time of day of `from`. */
static void write_hours(GalenJson *json, GalenDayHours hours) {
  if (hours.length == 0) {
    galen_json_null(json, "hours");
    return;
  }
  galen_json_open_object(json, "hours", GALEN_JSON_LINE);
  galen_json_time(json, "from", hours.from);
  galen_json_seconds(json, "length_s", hours.length);
  galen_json_close_object(json);
}

static const char *name_of(gconstpointer item) {
  return ((const GalenNodeRow *)item)->name;
}

static void write_side(GalenJson *json, const char *key, const GalenComparisonSide *side,
                       const GalenMeasure load[GALEN_N_MEASURES], gboolean after) {
  const GalenReport *report = side->report;
  galen_json_open_object(json, key, GALEN_JSON_BLOCK);
  galen_json_time(json, "from", report->from);
  galen_json_time(json, "to", report->to);
  galen_json_requested(json, report);
  write_hours(json, report->hours);
  galen_json_double(json, "covered_s", side->covered);
  galen_json_double(json, "covered_errors_s", side->covered_errors);
  galen_json_count(json, "count", report->total.count);
  galen_json_count(json, "count_scaled", report->total.count_scaled);
  galen_json_decimal(json, "time", report->total.main[GALEN_MAIN_TIME].sum, 6);
  galen_json_count(json, "classes", report->classes);
  galen_json_bool(json, "classes_capped", report->classes_capped);
  galen_json_count(json, "errors", report->errors != NULL ? report->errors->count : 0);
  const GalenMeasure *time = &load[GALEN_MEASURE_TIME], *calls = &load[GALEN_MEASURE_CALLS];
  const GalenMeasure *p95 = &load[GALEN_MEASURE_P95];
  galen_json_double(json, "time_per_s", after ? time->after : time->before);
  galen_json_double(json, "calls_per_s", after ? calls->after : calls->before);
  galen_json_double(json, "p95", (after ? p95->after : p95->before) / US);
  galen_json_texts_of(json, "nodes", report->nodes, name_of);
  galen_json_items(json, "inputs", report->inputs, write_input);
  galen_json_close_object(json);
}

/* ---- classes ---- */

static void write_measure(GalenJson *json, const char *key, const GalenMeasure *measure, double scale) {
  galen_json_open_object(json, key, GALEN_JSON_LINE);
  galen_json_double(json, "before", measure->before / scale);
  galen_json_double(json, "after", measure->after / scale);
  galen_json_double(json, "ratio", measure->ratio);
  galen_json_double(json, "chance", measure->chance);
  galen_json_bool(json, "changed", measure->changed);
  galen_json_close_object(json);
}

static void write_change(GalenJson *json, gconstpointer item) {
  const GalenChange *change = item;
  galen_json_open_object(json, NULL, GALEN_JSON_BLOCK);
  galen_json_text(json, "id", change->id);
  galen_json_text(json, "change", galen_change_word(change->kind));
  galen_json_text(json, "label", change->label);
  galen_json_text(json, "command", change->command);
  galen_json_text(json, "fingerprint", change->fingerprint);
  galen_json_count(json, "count_before", change->count_before);
  galen_json_count(json, "count_after", change->count_after);
  galen_json_decimal(json, "time_before", change->time_before, 6);
  galen_json_decimal(json, "time_after", change->time_after, 6);
  galen_json_double(json, "share_before", change->share_before);
  galen_json_double(json, "share_after", change->share_after);
  galen_json_double(json, "mean_before", change->mean_before / US);
  galen_json_double(json, "mean_after", change->mean_after / US);
  write_measure(json, "time_per_s", &change->measures[GALEN_MEASURE_TIME], 1);
  write_measure(json, "p95", &change->measures[GALEN_MEASURE_P95], US);
  write_measure(json, "calls_per_s", &change->measures[GALEN_MEASURE_CALLS], 1);
  galen_json_bool(json, "by_calls", change->more_calls);
  galen_json_time(json, "first", change->first);
  galen_json_time(json, "last", change->last);
  galen_json_close_object(json);
}

static const char *id_of(gconstpointer item) {
  return ((const GalenChange *)item)->id;
}

/* What "new" and "gone" name, in full: the classes that are gone stand nowhere else. */
static void write_details(GalenJson *json, const GalenComparison *self) {
  galen_json_open_list(json, "details", GALEN_JSON_BLOCK);
  galen_json_each(json, self->new, write_change);
  galen_json_each(json, self->gone, write_change);
  galen_json_close_list(json);
}

/* ---- errors, configuration ---- */

static void write_error(GalenJson *json, gconstpointer item) {
  const GalenErrorChange *change = item;
  galen_json_open_object(json, NULL, GALEN_JSON_LINE);
  galen_json_text(json, "id", change->id);
  galen_json_text(json, "change", galen_error_change_word(change->kind));
  galen_json_text(json, "rule", change->rule);
  galen_json_text(json, "title", change->title);
  galen_json_text(json, "severity", galen_severity_word(change->severity));
  galen_json_count(json, "count_before", change->count_before);
  galen_json_count(json, "count_after", change->count_after);
  galen_json_double(json, "per_hour_before", change->before);
  galen_json_double(json, "per_hour_after", change->after);
  galen_json_double(json, "ratio", change->ratio);
  galen_json_double(json, "chance", change->chance);
  galen_json_close_object(json);
}

static void write_setting(GalenJson *json, gconstpointer item) {
  const GalenSettingChange *change = item;
  galen_json_open_object(json, NULL, GALEN_JSON_LINE);
  galen_json_text(json, "node", change->node);
  galen_json_text(json, "option", change->option);
  galen_json_text(json, "before", change->before);
  galen_json_text(json, "after", change->after);
  galen_json_close_object(json);
}

static void write_test(GalenJson *json, const GalenComparison *self) {
  g_autofree char *method = galen_comparison_method(self);
  galen_json_open_object(json, "test", GALEN_JSON_LINE);
  galen_json_text(json, "method", method);
  galen_json_double(json, "error_rate", GALEN_COMPARISON_ERROR);
  galen_json_double(json, "level", self->level);
  galen_json_double(json, "ratio_min", GALEN_CHANGE_RATIO);
  galen_json_count(json, "judged", self->judged);
  galen_json_count(json, "judged_errors", self->judged_errors);
  galen_json_close_object(json);
}

void galen_json_write_comparison(GalenJson *json, const GalenReport *report) {
  const GalenComparison *self = report->comparison;
  if (self == NULL) {
    galen_json_null(json, "comparison");
    return;
  }
  g_autofree char *sentence = galen_comparison_sentence(self);
  galen_json_open_object(json, "comparison", GALEN_JSON_BLOCK);
  galen_json_text(json, "summary", sentence);
  galen_json_bool(json, "comparable", self->comparable);
  galen_json_bool(json, "lower_bounds", self->lower_bounds);
  galen_json_bool(json, "load_changed", self->load[GALEN_MEASURE_CALLS].changed);
  write_side(json, "before", &self->before, self->load, FALSE);
  write_side(json, "after", &self->after, self->load, TRUE);
  galen_json_texts_of(json, "new", self->new, id_of);
  galen_json_texts_of(json, "gone", self->gone, id_of);
  galen_json_items(json, "slower", self->slower, write_change);
  galen_json_items(json, "faster", self->faster, write_change);
  write_details(json, self);
  galen_json_count(json, "common", self->common);
  galen_json_items(json, "errors", self->errors, write_error);
  galen_json_items(json, "configuration", self->settings, write_setting);
  galen_json_texts(json, "notes", self->notes);
  write_test(json, self);
  galen_json_close_object(json);
}
