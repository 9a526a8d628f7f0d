/* Totals with names: made from sums when a digest is finished, added for "other". */
#include "sum.h"

void galen_totals_init(GalenTotals *self) {
  memset(self, 0, sizeof *self);
  self->first = self->last = GALEN_TIME_NONE;
  self->attrs = g_array_new(FALSE, TRUE, sizeof(GalenAttrStat));
  self->flags = g_array_new(FALSE, TRUE, sizeof(GalenFlagStat));
  self->errors = g_array_new(FALSE, TRUE, sizeof(GalenErrorCount));
}

void galen_totals_clear(GalenTotals *self) {
  for (guint i = 0; i < GALEN_N_MAIN; i++)
    galen_histogram_clear(&self->histogram[i]);
  g_clear_pointer(&self->attrs, g_array_unref);
  g_clear_pointer(&self->flags, g_array_unref);
  g_clear_pointer(&self->errors, g_array_unref);
}

void galen_totals_free(GalenTotals *self) {
  if (self == NULL)
    return;
  galen_totals_clear(self);
  g_free(self);
}

static int compare_attrs(gconstpointer a, gconstpointer b) {
  const GalenAttrStat *left = a, *right = b;
  int order = strcmp(left->name, right->name);
  return order != 0 ? order : (int)left->unit - (int)right->unit;
}

static int compare_flags(gconstpointer a, gconstpointer b) {
  return strcmp(((const GalenFlagStat *)a)->name, ((const GalenFlagStat *)b)->name);
}

static int compare_errors(gconstpointer a, gconstpointer b) {
  guint32 left = ((const GalenErrorCount *)a)->code, right = ((const GalenErrorCount *)b)->code;
  return (left > right) - (left < right);
}

static void add_attr(gpointer target, gconstpointer source) {
  galen_stat_merge(&((GalenAttrStat *)target)->stat, &((const GalenAttrStat *)source)->stat);
}

static void add_flag(gpointer target, gconstpointer source) {
  GalenFlagStat *self = target;
  const GalenFlagStat *other = source;
  self->yes = galen_add_u64(self->yes, other->yes);
  self->seen = galen_add_u64(self->seen, other->seen);
}

static void add_error(gpointer target, gconstpointer source) {
  GalenErrorCount *self = target;
  self->count = galen_add_u64(self->count, ((const GalenErrorCount *)source)->count);
}

/* Merges two sorted arrays into the first. */
static void merge_sorted(GArray *self, const GArray *other, GCompareFunc compare,
                         void (*add)(gpointer, gconstpointer)) {
  guint size = g_array_get_element_size(self), at = 0;
  for (guint i = 0; i < other->len; i++) {
    gconstpointer source = other->data + (gsize)i * size;
    while (at < self->len && compare(self->data + (gsize)at * size, source) < 0)
      at++;
    if (at < self->len && compare(self->data + (gsize)at * size, source) == 0)
      add(self->data + (gsize)at * size, source);
    else
      g_array_insert_vals(self, at, source, 1);
  }
}

void galen_totals_merge(GalenTotals *self, const GalenTotals *other) {
  self->count = galen_add_u64(self->count, other->count);
  self->count_scaled = galen_add_u64(self->count_scaled, other->count_scaled);
  self->untimed = galen_add_u64(self->untimed, other->untimed);
  self->partial = galen_add_u64(self->partial, other->partial);
  self->nested_count = galen_add_u64(self->nested_count, other->nested_count);
  self->nested_time = galen_add_u64(self->nested_time, other->nested_time);
  self->killed = galen_add_u64(self->killed, other->killed);
  if (other->first != GALEN_TIME_NONE && (self->first == GALEN_TIME_NONE || other->first < self->first))
    self->first = other->first;
  self->last = MAX(self->last, other->last); /* GALEN_TIME_NONE is below every time */
  for (guint i = 0; i < GALEN_N_MAIN; i++) {
    galen_stat_merge(&self->main[i], &other->main[i]);
    galen_histogram_merge(&self->histogram[i], &other->histogram[i]);
  }
  merge_sorted(self->attrs, other->attrs, compare_attrs, add_attr);
  merge_sorted(self->flags, other->flags, compare_flags, add_flag);
  merge_sorted(self->errors, other->errors, compare_errors, add_error);
}

static void export_attrs(const GalenAttrSums *self, const GalenAttrs *attrs, const char *const *labels,
                         GalenTotals *totals) {
  for (guint i = 0; i < self->n_stats; i++) {
    guint16 id = (guint16)self->stats[i].tag;
    GalenAttrStat stat = {labels[id], galen_attrs_info(attrs, id)->unit, self->stats[i]};
    stat.stat.tag = 0;
    g_array_append_val(totals->attrs, stat);
  }
  for (guint i = 0; i < self->n_flags; i++) {
    GalenFlagStat flag = {labels[self->flags[i].id], self->flags[i].yes, self->flags[i].seen};
    g_array_append_val(totals->flags, flag);
  }
  g_array_sort(totals->attrs, compare_attrs);
  g_array_sort(totals->flags, compare_flags);
}

void galen_sum_export(GalenSum *self, const GalenAttrs *attrs, const char *const *labels, GalenTotals *ret_totals) {
  galen_totals_init(ret_totals);
  galen_attr_sums_expand(&self->attrs, attrs);
  export_attrs(&self->attrs, attrs, labels, ret_totals);
  if (self->n_errors > 0)
    g_array_append_vals(ret_totals->errors, self->errors, self->n_errors);
  ret_totals->count = self->count;
  ret_totals->count_scaled = self->count_scaled;
  ret_totals->untimed = self->untimed;
  ret_totals->partial = self->partial;
  ret_totals->nested_count = self->nested_count;
  ret_totals->nested_time = self->nested_time;
  ret_totals->killed = self->killed;
  ret_totals->first = self->first;
  ret_totals->last = self->last;
  memcpy(ret_totals->main, self->main, sizeof self->main);
  memcpy(ret_totals->histogram, self->histogram, sizeof self->histogram);
  memset(self->histogram, 0, sizeof self->histogram); /* moved */
  galen_sum_clear(self);
}
