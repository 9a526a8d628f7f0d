#include "top-table.h"

void galen_top_table_init(GalenTopTable *self, GalenTopKind kind, guint limit) {
  *self = (GalenTopTable){.kind = kind, .limit = limit};
}

void galen_top_table_clear(GalenTopTable *self) {
  for (guint i = 0; i < self->n; i++)
    galen_cells_clear(&self->loads[i].cells);
  g_free(self->loads);
  g_free(self->by_name);
  galen_top_table_init(self, self->kind, self->limit);
}

static GalenTopLoad *insert(GalenTopTable *self, guint32 name) {
  if (name >= self->n_by_name) {
    guint size = MAX(self->n_by_name * 2, (name + 16) & ~15u);
    self->by_name = g_renew(guint32, self->by_name, size);
    memset(self->by_name + self->n_by_name, 0, (size - self->n_by_name) * sizeof *self->by_name);
    self->n_by_name = size;
  }
  if (self->n == self->allocated) {
    self->allocated = MAX(self->allocated * 2, 4);
    self->loads = g_renew(GalenTopLoad, self->loads, self->allocated);
  }
  self->loads[self->n] = (GalenTopLoad){.name = name};
  self->by_name[name] = ++self->n;
  return &self->loads[self->n - 1];
}

/* NULL: not in memory, and no room. */
static GalenTopLoad *find_or_admit(GalenTopTable *self, GalenTopKey *key, GalenDigestContext *context) {
  if (key->name < self->n_by_name && self->by_name[key->name] != 0)
    return &self->loads[self->by_name[key->name] - 1];
  if (self->n >= self->limit)
    return NULL;
  if (key->name == GALEN_NAME_NONE)
    key->name = galen_names_intern(context->names, key->text);
  return insert(self, key->name);
}

static void settle(GalenTopLoad *load, guint8 step) {
  if (load->cell_count > 0)
    galen_cells_add_in(&load->cells, step, load->cell, load->cell_time, load->cell_count);
  load->cell_time = load->cell_count = 0;
}

void galen_top_table_settle(GalenTopTable *self, const GalenDigestContext *context) {
  for (guint i = 0; i < self->n; i++)
    settle(&self->loads[i], context->step);
}

static void add_span(GalenTopLoad *load, const GalenSpan *span) {
  if (load->cell != span->first || span->end != span->first + 1) {
    settle(load, span->step);
    load->cell = span->first;
  }
  if (span->end != span->first + 1) {
    galen_cells_add(&load->cells, span);
    return;
  }
  load->cell_time = galen_add_u64(load->cell_time, span->first_time);
  load->cell_count++;
}

void galen_top_table_add(GalenTopTable *self, GalenTopKey *key, guint64 time, const GalenSpan *span,
                         GalenDigestContext *context) {
  GalenTopLoad *load = find_or_admit(self, key, context);
  if (load != NULL) {
    load->count++;
    load->time = galen_add_u64(load->time, time);
    if (span->timed)
      add_span(load, span);
    return;
  }
  GalenSlice name = key->name == GALEN_NAME_NONE ? key->text : galen_names_slice(context->names, key->name);
  GalenValue value = {.kind = self->kind, .name = name, .count = 1, .time = time};
  if (span->timed)
    galen_cells_add(&value.cells, span);
  galen_value_spill(&value, context);
  galen_cells_clear(&value.cells);
}

void galen_top_table_add_load(GalenTopTable *self, GalenTopKey key, guint64 count, guint64 time,
                              const GalenCells *cells, GalenDigestContext *context) {
  GalenTopLoad *load = find_or_admit(self, &key, context);
  if (load == NULL) {
    GalenSlice name = key.name == GALEN_NAME_NONE ? key.text : galen_names_slice(context->names, key.name);
    galen_value_spill(&(GalenValue){NULL, self->kind, name, count, time, *cells}, context);
    return;
  }
  load->count = galen_add_u64(load->count, count);
  load->time = galen_add_u64(load->time, time);
  galen_cells_merge(&load->cells, cells, context->step);
}

void galen_top_table_merge(GalenTopTable *self, const GalenTopTable *other, const GalenNames *names,
                           GalenDigestContext *context) {
  for (guint i = 0; i < other->n; i++) {
    const GalenTopLoad *load = &other->loads[i];
    GalenSlice name = galen_names_slice(names, load->name);
    GalenTopKey key = {galen_names_find(context->names, name), name};
    galen_top_table_add_load(self, key, load->count, load->time, &load->cells, context);
  }
}
