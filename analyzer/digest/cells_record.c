/* Cells in a record. When they have all that their owner has, the last one is what is left. */
#include "digest_record_private.h"

/* How full the series is, in quarters. */
static guint gap_context(guint n, guint all) {
  return GALEN_CONTEXT_CELL_GAP + MIN(4u * n / MAX(all, 1u), 3u);
}

/* About how many statements begin in a cell: that of one is told by it. */
static guint count_context(guint64 count, guint n) {
  return GALEN_CONTEXT_CELL_COUNT + MIN(galen_bits_of(count / MAX(n, 1u)), 7u);
}

/* A statement that began earlier may fill the cell. */
static guint time_bits(guint64 statements, guint64 count, guint64 time, guint8 step) {
  if (statements == 0 || count == 0)
    return galen_bits_of((guint64)galen_series_step_at(step));
  return galen_bits_of((GalenU128)time * statements / count);
}

static guint time_context(guint64 statements) {
  return statements == 0 ? GALEN_CONTEXT_CELL_REST : GALEN_CONTEXT_CELL_TIME;
}

static gboolean is_whole(const GalenCells *cells, guint64 count, guint64 time) {
  for (guint i = 0; i < cells->n; i++) {
    guint64 statements = galen_cells_count(cells, i);
    if (statements > count || cells->cells[i].time > time)
      return FALSE;
    count -= statements;
    time -= cells->cells[i].time;
  }
  return cells->n > 0 && count == 0 && time == 0;
}

void galen_digest_writer_cells(GalenDigestWriter *self, GalenCells *cells, guint64 count, guint64 time) {
  galen_cells_coarsen(cells, self->step);
  gboolean whole = is_whole(cells, count, time);
  galen_writer_uint(self, GALEN_CONTEXT_CELLS, cells->n);
  if (cells->n == 0)
    return;
  galen_writer_uint(self, GALEN_CONTEXT_CELLS_WHOLE, whole ? 1 : 0);
  gint64 next = self->base;
  guint gap = gap_context(cells->n, self->n), counts = count_context(count, cells->n);
  for (guint i = 0; i < cells->n; i++) {
    gint64 number = galen_cells_number(cells, i);
    galen_writer_uint(self, gap, (guint64)(number - next));
    next = number + 1;
    if (whole && i + 1u == cells->n)
      return;
    guint64 statements = galen_cells_count(cells, i);
    galen_writer_uint(self, counts, statements);
    galen_coder_put_near(&self->coder, time_context(statements), time_bits(statements, count, time, self->step),
                         cells->cells[i].time);
  }
}

gboolean galen_digest_reader_cells(GalenDigestReader *self, GalenCells *cells, guint64 count, guint64 time) {
  guint64 n = galen_reader_uint(self, GALEN_CONTEXT_CELLS), offset = 0, count_left = count, time_left = time;
  if (self->bytes->failed || n > self->n)
    return FALSE;
  guint64 whole = n > 0 ? galen_reader_uint(self, GALEN_CONTEXT_CELLS_WHOLE) : 0;
  guint gap = gap_context((guint)n, self->n), counts = count_context(count, (guint)n);
  for (guint64 i = 0; i < n; i++, offset++) {
    guint64 step = galen_reader_uint(self, gap), statements = count_left, took = time_left;
    if (self->bytes->failed || step >= self->n - offset)
      return FALSE;
    offset += step;
    if (!whole || i + 1 < n) {
      statements = galen_reader_uint(self, counts);
      took = (guint64)galen_reader_near(self, time_context(statements), time_bits(statements, count, time, self->step));
    }
    count_left -= statements;
    time_left -= took;
    galen_cells_add_in(cells, self->step, self->base + (gint64)offset, took, statements);
  }
  return !self->bytes->failed;
}
