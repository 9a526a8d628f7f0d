#include "sum.h"

void galen_sum_init(GalenSum *self) {
  memset(self, 0, sizeof *self);
  self->first = self->last = GALEN_TIME_NONE;
}

void galen_sum_clear(GalenSum *self) {
  for (guint i = 0; i < GALEN_N_MAIN; i++)
    galen_histogram_clear(&self->histogram[i]);
  g_free(self->attrs.single);
  g_free(self->attrs.stats);
  g_free(self->attrs.flags);
  g_free(self->errors);
  galen_sum_init(self);
}

/* The statistic of an attribute, at `hint` when the log writes attributes in the same order each time. */
static GalenStat *find_stat(GalenAttrSums *self, guint16 id, guint *hint) {
  guint at = *hint;
  if (at >= self->n_stats || self->stats[at].tag != id)
    for (at = 0; at < self->n_stats && self->stats[at].tag != id; at++)
      ;
  *hint = at + 1;
  if (at < self->n_stats)
    return &self->stats[at];
  if (self->n_stats == self->allocated_stats) {
    self->allocated_stats = (guint16)(self->allocated_stats + MAX(self->allocated_stats / 2u, 8u));
    self->stats = g_renew(GalenStat, self->stats, self->allocated_stats);
  }
  self->stats[self->n_stats] = (GalenStat){.tag = id};
  return &self->stats[self->n_stats++];
}

static GalenFlagSum *find_flag(GalenAttrSums *self, guint16 id, guint *hint) {
  guint at = *hint;
  if (at >= self->n_flags || self->flags[at].id != id)
    for (at = 0; at < self->n_flags && self->flags[at].id != id; at++)
      ;
  *hint = at + 1;
  if (at < self->n_flags)
    return &self->flags[at];
  if (self->n_flags == self->allocated_flags) {
    self->allocated_flags = (guint16)(self->allocated_flags + MAX(self->allocated_flags / 2u, 8u));
    self->flags = g_renew(GalenFlagSum, self->flags, self->allocated_flags);
  }
  self->flags[self->n_flags] = (GalenFlagSum){.id = id};
  return &self->flags[self->n_flags++];
}

typedef struct {
  guint stat, flag;
} Hints;

static void add_attr(GalenAttrSums *self, const GalenAttrs *attrs, GalenAttr attr, Hints *hints) {
  if (galen_attrs_info(attrs, attr.id)->kind == GALEN_ATTR_FLAG) {
    GalenFlagSum *flag = find_flag(self, attr.id, &hints->flag);
    flag->yes += attr.value != 0;
    flag->seen++;
  } else {
    galen_stat_add(find_stat(self, attr.id, &hints->stat), attr.value);
  }
}

void galen_attr_sums_expand(GalenAttrSums *self, const GalenAttrs *attrs) {
  Hints hints = {0};
  for (guint i = 0; i < self->n_single; i++)
    add_attr(self, attrs, self->single[i], &hints);
  g_clear_pointer(&self->single, g_free);
  self->n_single = 0;
}

static guint16 attr_number(GalenAttrs *attrs, const GalenSlowEvent *event, guint16 id) {
  return id < galen_attrs_known(attrs) ? id : galen_attrs_translate(attrs, event->dict, id);
}

static void keep_single(GalenAttrSums *self, const GalenSlowEvent *event, GalenAttrs *attrs) {
  if (event->n_attrs == 0)
    return;
  self->single = g_new(GalenAttr, event->n_attrs);
  for (guint i = 0; i < event->n_attrs; i++) {
    guint16 id = attr_number(attrs, event, event->attrs[i].id);
    if (id != GALEN_ATTR_NONE)
      self->single[self->n_single++] = (GalenAttr){id, event->attrs[i].value};
  }
}

static void add_attrs(GalenSum *self, const GalenSlowEvent *event, GalenAttrs *attrs) {
  if (self->count == 0 && event->n_attrs <= GALEN_SUM_SINGLE_MAX) {
    keep_single(&self->attrs, event, attrs);
    return;
  }
  galen_attr_sums_expand(&self->attrs, attrs);
  Hints hints = {0};
  for (guint i = 0; i < event->n_attrs; i++) {
    guint16 id = attr_number(attrs, event, event->attrs[i].id);
    if (id != GALEN_ATTR_NONE)
      add_attr(&self->attrs, attrs, (GalenAttr){id, event->attrs[i].value}, &hints);
  }
}

static void add_error(GalenSum *self, guint32 code, guint64 n) {
  guint at = 0;
  while (at < self->n_errors && self->errors[at].code < code)
    at++;
  if (at < self->n_errors && self->errors[at].code == code) {
    self->errors[at].count = galen_add_u64(self->errors[at].count, n);
    return;
  }
  if (at == GALEN_CLASS_ERRORS_MAX)
    return;
  if (self->n_errors < GALEN_CLASS_ERRORS_MAX)
    self->errors = g_renew(GalenErrorCount, self->errors, ++self->n_errors);
  memmove(self->errors + at + 1, self->errors + at, (self->n_errors - 1 - at) * sizeof(GalenErrorCount));
  self->errors[at] = (GalenErrorCount){code, n};
}

static void add_time(GalenSum *self, gint64 time) {
  self->first = self->first == GALEN_TIME_NONE ? time : MIN(self->first, time);
  self->last = MAX(self->last, time); /* GALEN_TIME_NONE is below every time */
}

void galen_sum_add_apart(GalenSum *self, const GalenSlowEvent *event, GalenAttrs *attrs) {
  if (event->n_attrs > 0)
    add_attrs(self, event, attrs);
  if ((event->partial != FALSE) | (event->killed != 0)) {
    self->partial += event->partial != FALSE;
    self->killed += event->killed != 0;
  }
  if (event->routine.data != NULL) {
    self->nested_count++;
    if (event->main_mask & 1u << GALEN_MAIN_TIME)
      self->nested_time = galen_add_u64(self->nested_time, event->main[GALEN_MAIN_TIME]);
  }
  if (event->error != 0)
    add_error(self, event->error, 1);
}

void galen_sum_add_batch(GalenSum *self, const GalenWaitingEvent *events, guint n) {
  self->count += n;
  guint64 scaled = 0;
  for (guint i = 0; i < n; i++) {
    scaled += events[i].rate_limit;
    if (events[i].timed)
      add_time(self, events[i].start);
    else
      self->untimed++;
  }
  self->count_scaled = galen_add_u64(self->count_scaled, scaled);
  for (guint i = 0; i < GALEN_N_MAIN; i++) {
    guint64 values[GALEN_WAITING_EVENTS];
    guint known = 0;
    for (guint j = 0; j < n; j++) {
      values[known] = events[j].main[i];
      known += events[j].main_mask >> i & 1u;
    }
    galen_stat_add_all(&self->main[i], values, known);
    galen_histogram_add_all(&self->histogram[i], values, known);
  }
}

void galen_sum_add(GalenSum *self, const GalenSlowEvent *event, gboolean timed, GalenAttrs *attrs) {
  galen_sum_add_apart(self, event, attrs);
  self->count++;
  self->count_scaled = galen_add_u64(self->count_scaled, event->rate_limit);
  if (timed)
    add_time(self, event->start);
  else
    self->untimed++;
  for (guint i = 0; i < GALEN_N_MAIN; i++) {
    if ((event->main_mask & 1u << i) == 0)
      continue;
    galen_stat_add(&self->main[i], event->main[i]);
    galen_histogram_add(&self->histogram[i], event->main[i], 1);
  }
}

static void merge_attrs(GalenAttrSums *self, const GalenAttrSums *other, const GalenAttrs *attrs) {
  galen_attr_sums_expand(self, attrs);
  Hints hints = {0};
  for (guint i = 0; i < other->n_single; i++)
    add_attr(self, attrs, other->single[i], &hints);
  for (guint i = 0; i < other->n_stats; i++)
    galen_stat_merge(find_stat(self, (guint16)other->stats[i].tag, &hints.stat), &other->stats[i]);
  for (guint i = 0; i < other->n_flags; i++) {
    GalenFlagSum *flag = find_flag(self, other->flags[i].id, &hints.flag);
    flag->yes = galen_add_u64(flag->yes, other->flags[i].yes);
    flag->seen = galen_add_u64(flag->seen, other->flags[i].seen);
  }
}

void galen_sum_merge(GalenSum *self, const GalenSum *other, const GalenAttrs *attrs) {
  merge_attrs(&self->attrs, &other->attrs, attrs);
  self->count = galen_add_u64(self->count, other->count);
  self->count_scaled = galen_add_u64(self->count_scaled, other->count_scaled);
  self->untimed = galen_add_u64(self->untimed, other->untimed);
  self->partial = galen_add_u64(self->partial, other->partial);
  self->nested_count = galen_add_u64(self->nested_count, other->nested_count);
  self->nested_time = galen_add_u64(self->nested_time, other->nested_time);
  self->killed = galen_add_u64(self->killed, other->killed);
  if (other->first != GALEN_TIME_NONE) {
    add_time(self, other->first);
    add_time(self, other->last);
  }
  for (guint i = 0; i < GALEN_N_MAIN; i++) {
    galen_stat_merge(&self->main[i], &other->main[i]);
    galen_histogram_merge(&self->histogram[i], &other->histogram[i]);
  }
  for (guint i = 0; i < other->n_errors; i++)
    add_error(self, other->errors[i].code, other->errors[i].count);
}

gsize galen_sum_bytes(const GalenSum *self) {
  gsize bytes = self->attrs.n_single * sizeof(GalenAttr) + self->attrs.allocated_stats * sizeof(GalenStat) +
                self->attrs.allocated_flags * sizeof(GalenFlagSum) + self->n_errors * sizeof(GalenErrorCount);
  for (guint i = 0; i < GALEN_N_MAIN; i++)
    bytes += galen_histogram_bytes(&self->histogram[i]);
  return bytes;
}
