/* For tests of digests: feeding events, and everything that a finished digest says as one text. */
#pragma once

#include "analyzer/digest/digest.h"

typedef struct {
  GalenFingerprinter *fingerprinter;
  GalenAttrDict *dict;
  guint32 facts; /* put into the fingerprints, as if they had been noticed */
  guint64 size;
} Feeder;

static inline Feeder feeder_new(void) {
  return (Feeder){galen_fingerprinter_new(GALEN_FINGERPRINT_DEFAULT), galen_attr_dict_new(), 0, 0};
}

static inline void feeder_clear(Feeder *self) {
  galen_fingerprinter_free(self->fingerprinter);
  galen_attr_dict_free(self->dict);
}

static inline GalenSlice text_slice(const char *text) {
  return text == NULL ? galen_slice(NULL, 0) : galen_slice(text, strlen(text));
}

/* An event with nothing but a statement and a query time. */
static inline GalenSlowEvent plain_event(const char *sql, guint64 time) {
  GalenSlowEvent event = {
      .piece = GALEN_PIECE_WHOLE, .text = text_slice(sql), .start = GALEN_TIME_NONE, .rate_limit = 1};
  event.main[GALEN_MAIN_TIME] = time;
  event.main_mask = 1u << GALEN_MAIN_TIME;
  return event;
}

static inline void feed(Feeder *self, GalenDigest *digest, const GalenSlowEvent *event) {
  GalenFingerprint fingerprint;
  galen_fingerprinter_begin(self->fingerprinter, event->no_backslash);
  if (event->text.len > 0)
    galen_fingerprinter_feed(self->fingerprinter, event->text.data, event->text.len);
  galen_fingerprinter_end(self->fingerprinter, &fingerprint);
  fingerprint.facts = self->facts;
  fingerprint.in_items = self->size;
  fingerprint.rows = self->size / 2;
  fingerprint.offset = self->size / 3;
  galen_digest_add(digest, event, &fingerprint, self->fingerprinter, event->text.len, galen_slice(NULL, 0));
}

static inline void dump_u128(GString *out, GalenU128 value) {
  g_string_append_printf(out, "%" G_GINT64_MODIFIER "x:%016" G_GINT64_MODIFIER "x", (guint64)(value >> 64),
                         (guint64)value);
}

static inline void dump_stat(GString *out, const char *name, const GalenStat *stat) {
  g_string_append_printf(out,
                         " %s{n=%" G_GUINT64_FORMAT " min=%" G_GUINT64_FORMAT " max=%" G_GUINT64_FORMAT " sum=", name,
                         stat->count, stat->min, stat->max);
  dump_u128(out, stat->sum);
  dump_u128(out, stat->squares);
  g_string_append_printf(out, " sat=%d mean=%a dev=%a}", stat->saturated, galen_stat_mean(stat),
                         stat->count == 0 || stat->saturated ? 0.0 : galen_stat_stddev(stat));
}

static inline void dump_bucket(guint index, guint64 count, gpointer user) {
  g_string_append_printf(user, " %u:%" G_GUINT64_FORMAT, index, count);
}

static inline void dump_numbers(GString *out, const char *name, const guint64 *numbers, guint n) {
  g_string_append_printf(out, " %s", name);
  for (guint i = 0; i < n; i++)
    g_string_append_printf(out, ",%" G_GUINT64_FORMAT, numbers[i]);
}

static inline void dump_totals(GString *out, const GalenTotals *totals) {
  const guint64 counts[] = {totals->count,        totals->count_scaled, totals->untimed, totals->partial,
                            totals->nested_count, totals->nested_time,  totals->killed};
  dump_numbers(out, "counts", counts, G_N_ELEMENTS(counts));
  g_string_append_printf(out, " range %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, totals->first, totals->last);
  for (guint i = 0; i < GALEN_N_MAIN; i++) {
    dump_stat(out, "main", &totals->main[i]);
    galen_histogram_foreach(&totals->histogram[i], dump_bucket, out);
    g_string_append_printf(out, " p95=%a", galen_histogram_percentile(&totals->histogram[i], &totals->main[i], 950));
  }
  for (guint i = 0; i < totals->attrs->len; i++) {
    const GalenAttrStat *attr = &g_array_index(totals->attrs, GalenAttrStat, i);
    dump_stat(out, attr->name, &attr->stat);
    g_string_append_printf(out, " unit=%d", (int)attr->unit);
  }
  for (guint i = 0; i < totals->flags->len; i++) {
    const GalenFlagStat *flag = &g_array_index(totals->flags, GalenFlagStat, i);
    g_string_append_printf(out, " %s=%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, flag->name, flag->yes, flag->seen);
  }
  for (guint i = 0; i < totals->errors->len; i++) {
    const GalenErrorCount *error = &g_array_index(totals->errors, GalenErrorCount, i);
    g_string_append_printf(out, " E%u=%" G_GUINT64_FORMAT, error->code, error->count);
  }
  g_string_append_c(out, '\n');
}

static inline void dump_top(GString *out, const GalenTop *top) {
  g_string_append(out, " top");
  for (guint i = 0; i < top->values->len; i++) {
    const GalenTopValue *value = g_ptr_array_index(top->values, i);
    g_string_append_printf(out, " [%s]=%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
                           value->name == NULL ? "(null)" : value->name, value->count, value->time);
  }
  const guint64 rest[] = {top->distinct, top->other_count, top->other_time};
  dump_numbers(out, "rest", rest, G_N_ELEMENTS(rest));
}

static inline void dump_series(GString *out, const GalenSeries *series) {
  g_string_append_printf(out, " series %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u", series->from, series->step,
                         series->n);
  dump_numbers(out, "time", series->time, series->time == NULL ? 0 : series->n);
  dump_numbers(out, "count", series->count, series->count == NULL ? 0 : series->n);
  g_string_append_c(out, '\n');
}

static inline void dump_class(GString *out, const GalenClass *class) {
  for (guint i = 0; i < sizeof class->id; i++)
    g_string_append_printf(out, "%02X", class->id[i]);
  g_string_append_printf(out, " %" G_GUINT64_FORMAT " ", class->fingerprint_full_len);
  g_string_append_len(out, class->fingerprint, (gssize) class->fingerprint_len);
  dump_totals(out, &class->totals);
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    dump_top(out, &class->tops[kind]);
  dump_numbers(out, "facts", class->facts, GALEN_N_FACTS);
  const guint64 sizes[] = {class->in_items_max, class->rows_max, class->rows_sum, class->offset_max};
  dump_numbers(out, "sizes", sizes, G_N_ELEMENTS(sizes));
  const GalenSample *sample = &class->sample;
  g_string_append_printf(out, " sample %s %" G_GSIZE_FORMAT " %" G_GINT64_FORMAT, sample->text, sample->len,
                         sample->time);
  const guint64 place[] = {sample->query_time, sample->line, sample->text_bytes};
  dump_numbers(out, "place", place, G_N_ELEMENTS(place));
  g_string_append_printf(out, " %s %s %s", sample->node, sample->path, sample->explain);
  dump_series(out, &class->series);
  dump_numbers(out, "block-counts", class->blocks.count, GALEN_BLOCKS);
  dump_numbers(out, "block-times", class->blocks.time, GALEN_BLOCKS);
  g_string_append_printf(out, " occupied %u\n", class->blocks.occupied);
}

/* All that the getters of a finished digest say. */
static inline char *dump_digest(const GalenDigest *digest) {
  GString *out = g_string_new(NULL);
  g_string_append_printf(out, "distinct %" G_GUINT64_FORMAT " capped %d\n", galen_digest_n_distinct(digest),
                         galen_digest_capped(digest));
  dump_totals(out, galen_digest_totals(digest));
  const GPtrArray *classes = galen_digest_classes(digest);
  for (guint i = 0; i < classes->len; i++)
    dump_class(out, g_ptr_array_index(classes, i));
  GalenTotals *other = galen_digest_other(digest, 3);
  dump_totals(out, other);
  galen_totals_free(other);
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++) {
    dump_top(out, galen_digest_top(digest, (GalenTopKind)kind));
    const GPtrArray *top_series = galen_digest_top_series(digest, (GalenTopKind)kind);
    for (guint i = 0; i < top_series->len; i++) {
      const GalenTopSeries *series = g_ptr_array_index(top_series, i);
      g_string_append_printf(out, "\n%s", series->name == NULL ? "(null)" : series->name);
      dump_series(out, &series->series);
    }
  }
  const GalenSeries *series = galen_digest_series(digest);
  dump_series(out, series);
  for (guint cell = 0; cell < series->n; cell++)
    for (guint row = 0; row < GALEN_HEAT_ROWS; row++)
      if (galen_digest_heat(digest, cell, row) != 0)
        g_string_append_printf(out, " %u/%u=%" G_GUINT64_FORMAT, cell, row, galen_digest_heat(digest, cell, row));
  return g_string_free(out, FALSE);
}
