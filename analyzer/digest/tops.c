/* The users, hosts, schemas and nodes that are shown: the largest ones, and the remainder. */
#include "digest-private.h"

typedef struct {
  GalenTopValue value; /* first, so that this is one */
  GalenCells cells;
} LoadValue;

static void value_free(gpointer data) {
  GalenTopValue *self = data;
  g_free(self->name);
  g_free(self);
}

static void load_value_free(gpointer data) {
  galen_cells_clear(&((LoadValue *)data)->cells);
  value_free(data);
}

static int compare_values(const GalenTopValue *a, const GalenTopValue *b) {
  if (a->time != b->time)
    return a->time > b->time ? -1 : 1;
  return galen_name_compare(a->name, b->name);
}

/* Takes over a value with its final figures; the least of more than `max` goes into the remainder. */
static void offer(GalenTop *top, guint max, GalenTopValue *value) {
  guint at = top->values->len;
  while (at > 0 && compare_values(value, g_ptr_array_index(top->values, at - 1)) < 0)
    at--;
  top->distinct++;
  g_ptr_array_insert(top->values, (int)at, value);
  if (top->values->len <= max)
    return;
  const GalenTopValue *last = g_ptr_array_index(top->values, max);
  top->other_count = galen_add_u64(top->other_count, last->count);
  top->other_time = galen_add_u64(top->other_time, last->time);
  g_ptr_array_remove_index(top->values, max);
}

void galen_class_offer_top(GalenClass *self, GalenTopKind kind, const char *name, guint64 count, guint64 time) {
  GalenTopValue *value = g_new(GalenTopValue, 1);
  *value = (GalenTopValue){g_strdup(name), count, time};
  offer(&self->tops[kind], GALEN_TOP_KEPT, value);
}

/* Takes the cells over. */
void galen_digest_offer_top(GalenDigest *self, GalenTopKind kind, const char *name, guint64 count, guint64 time,
                            GalenCells *cells) {
  LoadValue *value = g_new(LoadValue, 1);
  *value = (LoadValue){{g_strdup(name), count, time}, *cells};
  *cells = (GalenCells){0};
  offer(&self->top[kind], GALEN_TOP_KEPT_GLOBAL, &value->value);
}

static void offer_sets(GalenDigest *self, const GalenTopSet *sets) {
  const GalenNames *names = self->context.names;
  for (guint i = 0; i < self->classes->len; i++) {
    for (guint j = 0; j < sets[i].n; j++) {
      const GalenTopEntry *entry = &sets[i].entries[j];
      galen_class_offer_top(g_ptr_array_index(self->classes, i), (GalenTopKind)entry->kind,
                            galen_names_text(names, entry->name), entry->count, entry->time);
    }
  }
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++) {
    GalenTopTable *table = &self->tops[kind];
    for (guint i = 0; i < table->n; i++) {
      GalenTopLoad *load = &table->loads[i];
      galen_digest_offer_top(self, (GalenTopKind)kind, galen_names_text(names, load->name), load->count, load->time,
                             &load->cells);
    }
  }
}

static void export_top_series(GalenDigest *self, GalenTopKind kind) {
  const GPtrArray *values = self->top[kind].values;
  const GalenTimeline *timeline = &self->timeline;
  for (guint i = 0; i < values->len; i++) {
    LoadValue *value = g_ptr_array_index(values, i);
    if (i < GALEN_SERIES_TOPS && timeline->from != GALEN_TIME_NONE) {
      GalenTopSeries *series = g_new0(GalenTopSeries, 1);
      series->name = value->value.name;
      galen_cells_export(&value->cells, timeline->step, timeline->base, timeline->n, &series->series);
      g_ptr_array_add(self->top_series[kind], series);
    }
    galen_cells_clear(&value->cells);
  }
}

static void top_series_free(gpointer data) {
  GalenTopSeries *self = data;
  galen_series_clear(&self->series);
  g_free(self);
}

gboolean galen_digest_reduce_tops(GalenDigest *self, const GalenTopSet *sets, GError **error) {
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++) {
    self->top[kind].values = g_ptr_array_new_with_free_func(load_value_free);
    self->top_series[kind] = g_ptr_array_new_with_free_func(top_series_free);
  }
  for (guint i = 0; i < self->classes->len; i++)
    for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
      ((GalenClass *)g_ptr_array_index(self->classes, i))->tops[kind].values =
          g_ptr_array_new_with_free_func(value_free);
  if (self->context.values == NULL)
    offer_sets(self, sets);
  else if (!galen_digest_reduce_values(self, sets, error))
    return FALSE;
  for (guint kind = 0; kind < GALEN_N_TOPS; kind++)
    export_top_series(self, (GalenTopKind)kind);
  return TRUE;
}
