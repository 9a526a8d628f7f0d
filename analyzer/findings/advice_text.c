/* Advice from what the statement itself says. Text alone proves little: where rows matter, rows must have been read. */
#include "advice_tests.h"

/* In at least one call the text had it, and calls read threshold[0] rows on average. */
static gboolean has_fact(GalenAdviceCase *self, GalenFacts fact) {
  guint64 hits = self->klass->facts[g_bit_nth_lsf((gulong)fact, -1)];
  double examined = galen_advice_mean(self, GALEN_MAIN_ROWS_EXAMINED);
  galen_advice_set_count(self, "hits", (double)hits);
  galen_advice_set_count(self, "examined-per-call", MAX(examined, 0));
  galen_advice_set_count(self, "sent-per-call", MAX(galen_advice_mean(self, GALEN_MAIN_ROWS_SENT), 0));
  return hits > 0 && examined >= self->threshold[0];
}

static gboolean test_no_where(GalenAdviceCase *self) {
  return galen_advice_is_read(self) && has_fact(self, GALEN_FACT_NO_WHERE);
}

static gboolean test_no_where_write(GalenAdviceCase *self) {
  return galen_advice_is_write(self) && has_fact(self, GALEN_FACT_NO_WHERE);
}

static gboolean test_leading_wildcard(GalenAdviceCase *self) {
  return has_fact(self, GALEN_FACT_LEADING_WILDCARD);
}

static gboolean test_order_by_rand(GalenAdviceCase *self) {
  return has_fact(self, GALEN_FACT_ORDER_BY_RAND);
}

static gboolean test_function_on_column(GalenAdviceCase *self) {
  return has_fact(self, GALEN_FACT_WHERE_FUNCTION);
}

static gboolean test_not_in_subquery(GalenAdviceCase *self) {
  return has_fact(self, GALEN_FACT_NOT_IN_SUBQUERY);
}

static gboolean test_cartesian(GalenAdviceCase *self) {
  return has_fact(self, GALEN_FACT_CARTESIAN);
}

static gboolean test_sql_calc_found_rows(GalenAdviceCase *self) {
  return has_fact(self, GALEN_FACT_SQL_CALC_FOUND_ROWS);
}

/* OR is harmless as long as an index serves it. */
static gboolean test_or_in_where(GalenAdviceCase *self) {
  double examined = galen_advice_sum(self, GALEN_MAIN_ROWS_EXAMINED);
  double useful = MAX(galen_advice_sum(self, GALEN_MAIN_ROWS_SENT), 0);
  useful += MAX(galen_advice_attr_sum(self, "rows_affected", NULL), 0);
  galen_advice_set_count(self, "ratio", MAX(examined, 0) / MAX(useful, 1));
  return has_fact(self, GALEN_FACT_OR_IN_WHERE) && examined / MAX(useful, 1) >= self->threshold[1];
}

static gboolean test_union_distinct(GalenAdviceCase *self) {
  return has_fact(self, GALEN_FACT_UNION_DISTINCT);
}

static gboolean test_select_star(GalenAdviceCase *self) {
  const GalenAttrStat *bytes = galen_advice_attr(self, "bytes_sent", NULL);
  guint64 hits = self->klass->facts[g_bit_nth_lsf(GALEN_FACT_SELECT_STAR, -1)];
  double rows = galen_advice_sum(self, GALEN_MAIN_ROWS_SENT);
  if (bytes == NULL || hits == 0 || rows <= 0)
    return FALSE;
  double per_row = (double)bytes->stat.sum / rows;
  galen_advice_set_count(self, "hits", (double)hits);
  galen_advice_set_count(self, "rows", rows);
  galen_advice_set_bytes(self, "bytes-per-row", per_row);
  return rows >= self->threshold[0] && per_row >= self->threshold[1];
}

static gboolean test_huge_in_list(GalenAdviceCase *self) {
  double items = (double)self->klass->in_items_max;
  galen_advice_set_count(self, "items", items);
  return items >= self->threshold[0];
}

static gboolean test_large_offset(GalenAdviceCase *self) {
  double offset = (double)self->klass->offset_max;
  galen_advice_set_count(self, "offset", offset);
  return offset >= self->threshold[0];
}

static gboolean test_row_by_row_insert(GalenAdviceCase *self) {
  double calls = (double)self->totals->count;
  galen_advice_set_duration(self, "time", MAX(galen_advice_sum(self, GALEN_MAIN_TIME), 0));
  galen_advice_set_duration(self, "mean", MAX(galen_advice_mean(self, GALEN_MAIN_TIME), 0));
  return galen_advice_is_insert(self) && self->klass->rows_max == 1 && calls >= self->threshold[0];
}

#define FACT " hits examined-per-call sent-per-call "
#define ROWS                                                                                                           \
  { "min-examined-per-call" }

const GalenAdviceTest galen_advice_tests_text[] = {
    {"no-where", test_no_where, ROWS, FACT},
    {"no-where-write", test_no_where_write, ROWS, FACT},
    {"leading-wildcard", test_leading_wildcard, ROWS, FACT},
    {"order-by-rand", test_order_by_rand, ROWS, FACT},
    {"function-on-column", test_function_on_column, ROWS, FACT},
    {"not-in-subquery", test_not_in_subquery, ROWS, FACT},
    {"cartesian-join", test_cartesian, ROWS, FACT},
    {"sql-calc-found-rows", test_sql_calc_found_rows, ROWS, FACT},
    {"or-in-where", test_or_in_where, {"min-examined-per-call", "min-ratio"}, FACT "ratio "},
    {"union-distinct", test_union_distinct, ROWS, FACT},
    {"select-star", test_select_star, {"min-rows", "min-bytes-per-row"}, " hits rows bytes-per-row "},
    {"huge-in-list", test_huge_in_list, {"min-items"}, " items "},
    {"large-offset", test_large_offset, {"min-offset"}, " offset "},
    {"row-by-row-insert", test_row_by_row_insert, {"min-calls"}, " time mean "},
};
const guint galen_advice_n_tests_text = G_N_ELEMENTS(galen_advice_tests_text);
