/* render: how long a report of 10 nodes and 100 classes takes to become a page, beside how large it is. */
#include "tests/unit/history-fixture.h"

#include <malloc.h>
#include <time.h>

/* Of CPU time: one thread, and others may be at work. */
#define ROUNDS 40

static int by_value(const void *a, const void *b) {
  gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
  return left < right ? -1 : left > right;
}

int main(void) {
  mallopt(M_MXFAST, 0); /* as the program does */
  FixtureOptions options = FIXTURE_DAY;
  HistoryShape shape = HISTORY_SHAPE;
  options.classes = 100;
  options.nodes = shape.nodes = 10;
  shape.from = options.from;
  shape.length = options.step * options.cells;
  g_autoptr(Fixture) fixture = fixture_new(&options);
  fixture_add_history(fixture, &options, &shape);
  gint64 took[ROUNDS];
  gsize size = 0;
  for (guint i = 0; i < ROUNDS; i++) {
    g_autoptr(GError) error = NULL;
    gint64 before = (gint64)clock();
    g_autoptr(GBytes) page = galen_report_write_html(&fixture->report, GALEN_SOURCE_DIR "/report-templates", &error);
    took[i] = (gint64)clock() - before;
    if (page == NULL)
      g_error("%s", error->message);
    size = g_bytes_get_size(page);
  }
  gint64 first = took[0];
  const guint middle = ROUNDS / 2;
  qsort(took, ROUNDS, sizeof took[0], by_value);
  g_print("%-28s %7.1f ms CPU (the first %.1f, the best %.1f of %d), %.0f KB\n", "page: 10 nodes, 100 classes",
          (double)took[middle] / 1e3, (double)first / 1e3, (double)took[0] / 1e3, ROUNDS, (double)size / 1e3);
  return 0;
}
