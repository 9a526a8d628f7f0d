#include "cells.h"

#define OFFSET_SHIFT 48
#define COUNT_MASK ((G_GUINT64_CONSTANT(1) << OFFSET_SHIFT) - 1)
/* A span of cells never gets wider than a series, whose steps grow before that. */
#define OFFSET_MAX G_MAXUINT16

GalenSpan galen_span(gint64 start, guint64 time, guint8 step) {
  gint64 width = galen_series_step_at(step);
  gint64 end = start + (gint64)MIN(time, GALEN_TIME_MAX_US);
  GalenSpan self = {.timed = TRUE, .step = step, .first = galen_series_cell(start, width)};
  self.end = end == start ? self.first + 1 : galen_series_cell(end - 1, width) + 1;
  if (self.end == self.first + 1) {
    self.first_time = self.last_time = (guint64)(end - start);
  } else {
    self.first_time = (guint64)((self.first + 1) * width - start);
    self.last_time = (guint64)(end - (self.end - 1) * width);
  }
  return self;
}

guint64 galen_span_time(const GalenSpan *self, gint64 cell) {
  if (cell == self->first)
    return self->first_time;
  return cell == self->end - 1 ? self->last_time : (guint64)galen_series_step_at(self->step);
}

static guint64 offset_of(const GalenCell *cell) {
  return cell->cell >> OFFSET_SHIFT;
}

static void count(GalenCell *cell, guint64 time, guint64 n) {
  cell->time = galen_add_u64(cell->time, time);
  guint64 had = cell->cell & COUNT_MASK;
  cell->cell += MIN(n, COUNT_MASK - had);
}

void galen_cells_clear(GalenCells *self) {
  g_free(self->cells);
  memset(self, 0, sizeof *self);
}

void galen_cells_coarsen(GalenCells *self, guint8 step) {
  if (self->step == step || self->n == 0) {
    self->step = step;
    return;
  }
  gint64 factor = galen_series_step_at(step) / galen_series_step_at(self->step);
  gint64 base = galen_series_cell(self->base, factor);
  guint kept = 0;
  for (guint i = 0; i < self->n; i++) {
    GalenCell cell = self->cells[i];
    guint64 offset = (guint64)(galen_series_cell(self->base + (gint64)offset_of(&cell), factor) - base);
    if (kept > 0 && offset_of(&self->cells[kept - 1]) == offset)
      count(&self->cells[kept - 1], cell.time, cell.cell & COUNT_MASK);
    else
      self->cells[kept++] = (GalenCell){cell.time, offset << OFFSET_SHIFT | (cell.cell & COUNT_MASK)};
  }
  self->n = (guint16)kept;
  self->hint = 0;
  self->base = base;
  self->step = step;
}

/* Makes `number` the base, so that every offset stays positive. */
static void rebase(GalenCells *self, gint64 number) {
  guint64 shift = (guint64)(self->base - number);
  for (guint i = 0; i < self->n; i++)
    self->cells[i].cell += shift << OFFSET_SHIFT;
  self->base = number;
}

static guint lower_bound(const GalenCells *self, guint64 offset) {
  guint low = 0, high = self->n;
  if (high > 0 && offset_of(&self->cells[high - 1]) < offset)
    return high;
  while (low < high) {
    guint middle = (low + high) / 2;
    if (offset_of(&self->cells[middle]) < offset)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static GalenCell *insert(GalenCells *self, guint position, guint64 offset) {
  if (self->n == self->allocated) {
    self->allocated = (guint16)MIN(MAX(self->allocated * 2u, 1u), OFFSET_MAX);
    self->cells = g_renew(GalenCell, self->cells, self->allocated);
  }
  memmove(self->cells + position + 1, self->cells + position, (self->n - position) * sizeof(GalenCell));
  self->cells[position] = (GalenCell){.cell = offset << OFFSET_SHIFT};
  self->n++;
  return &self->cells[position];
}

static GalenCell *find_or_insert(GalenCells *self, gint64 number) {
  if (self->n == 0)
    self->base = number;
  if (number < self->base)
    rebase(self, number);
  guint64 offset = (guint64)(number - self->base);
  if (self->hint < self->n && offset_of(&self->cells[self->hint]) == offset)
    return &self->cells[self->hint];
  guint position = lower_bound(self, offset);
  self->hint = (guint16)position;
  if (position < self->n && offset_of(&self->cells[position]) == offset)
    return &self->cells[position];
  return insert(self, position, offset);
}

void galen_cells_add(GalenCells *self, const GalenSpan *span) {
  galen_cells_coarsen(self, span->step);
  count(find_or_insert(self, span->first), span->first_time, 1);
  for (gint64 number = span->first + 1; number < span->end; number++)
    count(find_or_insert(self, number), galen_span_time(span, number), 0);
}

void galen_cells_add_in(GalenCells *self, guint8 step, gint64 number, guint64 time, guint64 n) {
  galen_cells_coarsen(self, step);
  count(find_or_insert(self, number), time, n);
}

void galen_cells_merge(GalenCells *self, const GalenCells *other, guint8 step) {
  galen_cells_coarsen(self, step);
  if (other->n == 0)
    return;
  gint64 factor = galen_series_step_at(step) / galen_series_step_at(other->step);
  for (guint i = 0; i < other->n; i++) {
    const GalenCell *cell = &other->cells[i];
    gint64 number = galen_series_cell(other->base + (gint64)offset_of(cell), factor);
    count(find_or_insert(self, number), cell->time, cell->cell & COUNT_MASK);
  }
}

void galen_cells_put(const GalenCells *self, GalenBytes *bytes) {
  galen_bytes_put_uint(bytes, self->n);
  if (self->n == 0)
    return;
  galen_bytes_put_u8(bytes, self->step);
  galen_bytes_put_int(bytes, self->base);
  guint64 last = 0;
  for (guint i = 0; i < self->n; i++) {
    guint64 offset = offset_of(&self->cells[i]);
    galen_bytes_put_uint(bytes, offset - last);
    galen_bytes_put_uint(bytes, self->cells[i].time);
    galen_bytes_put_uint(bytes, self->cells[i].cell & COUNT_MASK);
    last = offset;
  }
}

static gboolean get_cells(GalenCells *self, GalenBytesReader *reader, guint64 n) {
  self->step = galen_bytes_get_u8(reader);
  self->base = galen_bytes_get_int(reader);
  guint64 offset = 0;
  for (guint64 i = 0; i < n && !reader->failed; i++) {
    guint64 delta = galen_bytes_get_uint(reader);
    guint64 time = galen_bytes_get_uint(reader);
    guint64 statements = galen_bytes_get_uint(reader);
    if ((i > 0 && delta == 0) || delta > OFFSET_MAX - offset || statements > COUNT_MASK)
      return FALSE;
    offset += delta;
    count(insert(self, self->n, offset), time, statements);
  }
  return !reader->failed && self->step < GALEN_SERIES_STEPS && ABS(self->base / 2) < GALEN_SERIES_TIME_MAX / 2;
}

gboolean galen_cells_get(GalenCells *self, GalenBytesReader *reader) {
  memset(self, 0, sizeof *self);
  guint64 n = galen_bytes_get_uint(reader);
  if (n == 0 && !reader->failed)
    return TRUE;
  if (n <= OFFSET_MAX - 1 && get_cells(self, reader, n))
    return TRUE;
  galen_cells_clear(self);
  return FALSE;
}

/* The low bits of an entry's step from the cell before: how many statements, or that they are too many to stand there. */
#define FEW_BITS 2u
#define FEW 3u

gboolean galen_cells_get_in(GalenCells *self, guint8 step, gint64 base, guint n, GalenBytesReader *reader) {
  guint64 left = galen_bytes_get_uint(reader), offset = 0;
  *self = (GalenCells){.base = base, .step = step};
  for (; left > 0 && !reader->failed; left--, offset++) {
    guint64 number = galen_bytes_get_uint(reader), statements = number & FEW;
    if (statements == FEW)
      statements += galen_bytes_get_uint(reader);
    guint64 time = galen_bytes_get_uint(reader);
    offset += number >> FEW_BITS;
    if (offset >= n || number >> FEW_BITS >= n || statements > COUNT_MASK)
      break;
    count(insert(self, self->n, offset), time, statements);
  }
  if (left == 0 && !reader->failed)
    return TRUE;
  galen_cells_clear(self);
  return FALSE;
}

gint64 galen_cells_number(const GalenCells *self, guint at) {
  return self->base + (gint64)offset_of(&self->cells[at]);
}

guint64 galen_cells_count(const GalenCells *self, guint at) {
  return self->cells[at].cell & COUNT_MASK;
}

gboolean galen_cells_equal(const GalenCells *self, const GalenCells *other) {
  if (self->n != other->n)
    return FALSE;
  gint64 shift = self->base - other->base;
  for (guint i = 0; i < self->n; i++) {
    const GalenCell *a = &self->cells[i], *b = &other->cells[i];
    if (a->time != b->time || (a->cell & COUNT_MASK) != (b->cell & COUNT_MASK) ||
        (gint64)offset_of(a) + shift != (gint64)offset_of(b))
      return FALSE;
  }
  return TRUE;
}

void galen_cells_export(GalenCells *self, guint8 step, gint64 base, guint n, GalenSeries *ret_series) {
  galen_cells_coarsen(self, step);
  gint64 width = galen_series_step_at(step);
  *ret_series = (GalenSeries){.from = base * width, .step = width, .n = n};
  ret_series->time = g_new0(guint64, n);
  ret_series->count = g_new0(guint64, n);
  for (guint i = 0; i < self->n; i++) {
    gint64 index = self->base + (gint64)offset_of(&self->cells[i]) - base;
    if (index < 0 || index >= (gint64)n)
      continue;
    ret_series->time[index] = self->cells[i].time;
    ret_series->count[index] = self->cells[i].cell & COUNT_MASK;
  }
}

void galen_cells_blocks(GalenCells *self, guint8 step, gint64 base, guint n, GalenBlocks *ret_blocks) {
  galen_cells_coarsen(self, step);
  memset(ret_blocks, 0, sizeof *ret_blocks);
  for (guint i = 0; i < self->n; i++) {
    gint64 index = self->base + (gint64)offset_of(&self->cells[i]) - base;
    if (index < 0 || index >= (gint64)n)
      continue;
    guint block = galen_series_block_of((guint)index, n);
    guint64 statements = self->cells[i].cell & COUNT_MASK;
    ret_blocks->time[block] = galen_add_u64(ret_blocks->time[block], self->cells[i].time);
    ret_blocks->count[block] = galen_add_u64(ret_blocks->count[block], statements);
    ret_blocks->occupied += statements > 0;
  }
}
