#include "analyzer/digest/timeline.h"

#define S G_GINT64_CONSTANT(1000000)
#define DAY (86400 * S)

static void test_ladder(void) {
  static const gint64 seconds[] = {1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10800, 21600, 43200, 86400, 172800};
  for (guint i = 0; i < G_N_ELEMENTS(seconds); i++)
    g_assert_cmpint(galen_series_step_at(i), ==, seconds[i] * S);
  for (guint i = 1; i < GALEN_SERIES_STEPS; i++) {
    g_assert_cmpint(galen_series_step_at(i), >, galen_series_step_at(i - 1));
    g_assert_cmpint(galen_series_step_at(i) % galen_series_step_at(i - 1), ==, 0);
  }
}

static void test_step(void) {
  g_assert_cmpint(galen_series_step(0, 0), ==, S);
  g_assert_cmpint(galen_series_step(0, 400 * S - 1), ==, S);
  g_assert_cmpint(galen_series_step(0, 400 * S), ==, 5 * S);
  /* 399 s and a bit, but over 401 seconds of the clock */
  g_assert_cmpint(galen_series_step(S - 1, 400 * S), ==, S * 5);
  g_assert_cmpint(galen_series_step(-DAY, DAY), ==, 900 * S);
  g_assert_cmpint(galen_series_step(0, 400 * DAY - 1), ==, DAY);
  g_assert_cmpint(galen_series_step(0, 400 * DAY), ==, 2 * DAY);
  gint64 step = galen_series_step(G_MININT64, G_MAXINT64);
  g_assert_cmpint(galen_series_cell(G_MAXINT64, step) - galen_series_cell(G_MININT64, step), <, GALEN_SERIES_CELLS);
}

static void test_align(void) {
  g_assert_cmpint(galen_series_align(0, 5 * S), ==, 0);
  g_assert_cmpint(galen_series_align(5 * S - 1, 5 * S), ==, 0);
  g_assert_cmpint(galen_series_align(5 * S, 5 * S), ==, 5 * S);
  g_assert_cmpint(galen_series_align(-1, 5 * S), ==, -5 * S);
  g_assert_cmpint(galen_series_align(-5 * S, 5 * S), ==, -5 * S);
  g_assert_cmpint(galen_series_align(G_MININT64, 5 * S), ==, G_MININT64);
}

static void test_span(void) {
  GalenSpan inside = galen_span(3 * S + 10, 100, 0);
  g_assert_cmpint(inside.first, ==, 3);
  g_assert_cmpint(inside.end, ==, 4);
  g_assert_cmpuint(galen_span_time(&inside, 3), ==, 100);
  GalenSpan none = galen_span(-1, 0, 0);
  g_assert_cmpint(none.first, ==, -1);
  g_assert_cmpint(none.end, ==, 0);
  g_assert_cmpuint(none.first_time, ==, 0);
  /* from 0.3 s before a cell's end, over two whole cells, to the end of a cell */
  GalenSpan wide = galen_span(2 * S + 700000, (guint64)(3 * S + 300000), 0);
  g_assert_cmpint(wide.first, ==, 2);
  g_assert_cmpint(wide.end, ==, 6);
  g_assert_cmpuint(galen_span_time(&wide, 2), ==, 300000);
  g_assert_cmpuint(galen_span_time(&wide, 3), ==, 1000000);
  g_assert_cmpuint(galen_span_time(&wide, 5), ==, 1000000);
}

static void test_heat_rows(void) {
  g_assert_cmpuint(galen_heat_row(0), ==, 0);
  g_assert_cmpuint(galen_heat_row(G_MAXUINT64), ==, GALEN_HEAT_ROWS - 1);
  GalenU128 power = 1; /* 10^row */
  for (guint row = 0; row < GALEN_HEAT_ROWS; row++, power *= 10) {
    guint64 low = 1, high = G_GUINT64_CONSTANT(1) << 42;
    while (low < high) {
      guint64 middle = (low + high) / 2;
      if ((GalenU128)middle * middle * middle >= power)
        high = middle;
      else
        low = middle + 1;
    }
    g_assert_cmpuint(galen_heat_row(low), ==, row);
    g_assert_cmpuint(galen_heat_row(low - 1), ==, row == 0 ? 0 : row - 1);
  }
}

typedef struct {
  gint64 start;
  guint64 time;
} Event;

/* What the series must be, computed from all events at once. */
static void assert_expected(const GalenSeries *series, const Event *events, guint n) {
  gint64 from = G_MAXINT64, to = G_MININT64;
  for (guint i = 0; i < n; i++) {
    from = MIN(from, events[i].start);
    to = MAX(to, events[i].start + (gint64)events[i].time);
  }
  gint64 step = galen_series_step(from, to);
  g_assert_cmpint(series->step, ==, step);
  g_assert_cmpint(series->from, ==, galen_series_align(from, step));
  g_assert_cmpint(series->from + (gint64)series->n * step, ==, galen_series_align(to, step) + step);
  for (guint cell = 0; cell < series->n; cell++) {
    gint64 begin = series->from + (gint64)cell * step, end = begin + step;
    guint64 time = 0, count = 0;
    for (guint i = 0; i < n; i++) {
      gint64 a = MAX(begin, events[i].start), b = MIN(end, events[i].start + (gint64)events[i].time);
      time += b > a ? (guint64)(b - a) : 0;
      count += events[i].start >= begin && events[i].start < end;
    }
    g_assert_cmpuint(series->time[cell], ==, time);
    g_assert_cmpuint(series->count[cell], ==, count);
  }
}

static void random_events(GRand *rand, Event *events, guint n) {
  gint64 width = S << g_rand_int_range(rand, 0, 40);
  gint64 middle = g_rand_boolean(rand) ? 0 : 1700000000 * S;
  for (guint i = 0; i < n; i++) {
    events[i].start = middle + (gint64)((g_rand_double(rand) - 0.5) * (double)width);
    events[i].time = g_rand_int_range(rand, 0, 4) == 0 ? 0 : (guint64)g_rand_int(rand) << g_rand_int_range(rand, 0, 8);
    if (g_rand_int_range(rand, 0, 5) == 0)
      events[i].start = galen_series_align(events[i].start, S);
  }
}

/* The dense series and sparse cells, each in two merged halves, against the plain sum. */
static void test_any_order(void) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(3);
  for (guint round = 0; round < 300; round++) {
    Event events[40];
    guint n = (guint)g_rand_int_range(rand, 1, G_N_ELEMENTS(events) + 1);
    random_events(rand, events, n);
    GalenTimeline lines[2];
    GalenCells cells[2] = {0};
    galen_timeline_init(&lines[0], 0);
    galen_timeline_init(&lines[1], 0);
    for (guint i = 0; i < n; i++) {
      guint half = g_rand_boolean(rand) ? 1 : 0;
      GalenSpan span = galen_timeline_add(&lines[half], events[i].start, events[i].time);
      galen_cells_add(&cells[half], &span);
    }
    galen_timeline_merge(&lines[0], &lines[1]);
    galen_cells_merge(&cells[0], &cells[1], lines[0].step);
    GalenSeries dense, sparse;
    galen_timeline_export(&lines[0], &dense);
    assert_expected(&dense, events, n);
    galen_cells_export(&cells[0], lines[0].step, lines[0].base, lines[0].n, &sparse);
    assert_expected(&sparse, events, n);
    galen_series_clear(&dense);
    galen_series_clear(&sparse);
    for (guint half = 0; half < 2; half++) {
      galen_timeline_clear(&lines[half]);
      galen_cells_clear(&cells[half]);
    }
  }
}

static void test_cells_as_record(void) {
  GalenCells cells = {0}, copy;
  for (guint i = 0; i < 30; i++) {
    GalenSpan span = galen_span((gint64)((i * 7) % 30) * 13 * S - 100 * S, (guint64)i * 1000, 0);
    galen_cells_add(&cells, &span);
  }
  GalenBytes bytes;
  galen_bytes_init(&bytes, 1u << 16);
  galen_cells_put(&cells, &bytes);
  GalenBytesReader reader = {bytes.data, bytes.data + bytes.len, FALSE};
  g_assert_true(galen_cells_get(&copy, &reader));
  g_assert_true(reader.data == reader.end);
  g_assert_cmpint(copy.base, ==, cells.base);
  g_assert_cmpuint(copy.n, ==, cells.n);
  g_assert_true(memcmp(copy.cells, cells.cells, copy.n * sizeof(GalenCell)) == 0);
  galen_cells_clear(&copy);
  reader = (GalenBytesReader){bytes.data, bytes.data + bytes.len - 1, FALSE};
  g_assert_false(galen_cells_get(&copy, &reader));
  galen_cells_clear(&cells);
  galen_bytes_clear(&bytes);
}

/* Block k begins with cell k * cells / blocks. */
static void test_blocks(void) {
  for (guint cells = 1; cells <= GALEN_SERIES_CELLS; cells++) {
    guint blocks = galen_series_n_blocks(cells);
    g_assert_cmpuint(blocks, ==, MIN(cells, 16));
    for (guint cell = 0; cell < cells; cell++) {
      guint block = galen_series_block_of(cell, cells);
      g_assert_cmpuint(block * cells / blocks, <=, cell);
      g_assert_cmpuint((block + 1) * cells / blocks, >, cell);
    }
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/series/ladder", test_ladder);
  g_test_add_func("/series/step", test_step);
  g_test_add_func("/series/align", test_align);
  g_test_add_func("/series/span", test_span);
  g_test_add_func("/series/heat-rows", test_heat_rows);
  g_test_add_func("/series/any-order", test_any_order);
  g_test_add_func("/series/cells-as-record", test_cells_as_record);
  g_test_add_func("/series/blocks", test_blocks);
  return g_test_run();
}
