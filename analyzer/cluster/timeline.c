#include "timeline.h"

struct GalenTimeline {
  GalenMoment *moments;              /* by kind, then by time, then by place */
  guint begin[GALEN_FACT_KINDS + 1]; /* where a kind's moments begin */
  gboolean ordered[GALEN_FACT_KINDS];
};

void galen_timeline_free(GalenTimeline *self) {
  if (self == NULL)
    return;
  g_free(self->moments);
  g_free(self);
}

static int compare(gconstpointer a, gconstpointer b) {
  const GalenMoment *x = a, *y = b;
  if (x->time != y->time)
    return x->time < y->time ? -1 : 1;
  return x->at < y->at ? -1 : x->at > y->at;
}

static gboolean is_timed(const GalenFact *fact) {
  return fact->time != GALEN_TIME_NONE && fact->kind < GALEN_FACT_KINDS;
}

void galen_timeline_make(GalenNode *node) {
  const GPtrArray *facts = node->facts;
  GalenTimeline *self = g_new0(GalenTimeline, 1);
  guint next[GALEN_FACT_KINDS];
  galen_timeline_free(node->timeline);
  node->timeline = self;
  for (guint i = 0; i < facts->len; i++) {
    const GalenFact *fact = facts->pdata[i];
    if (is_timed(fact))
      self->begin[fact->kind + 1]++;
  }
  for (guint kind = 0; kind < GALEN_FACT_KINDS; kind++) {
    self->begin[kind + 1] += self->begin[kind];
    next[kind] = self->begin[kind];
    self->ordered[kind] = TRUE;
  }
  self->moments = g_new(GalenMoment, self->begin[GALEN_FACT_KINDS] + 1);
  for (guint i = 0; i < facts->len; i++) {
    const GalenFact *fact = facts->pdata[i];
    if (!is_timed(fact))
      continue;
    guint at = next[fact->kind]++;
    self->moments[at] = (GalenMoment){fact->time, i};
    if (at > self->begin[fact->kind] && self->moments[at - 1].time > fact->time)
      self->ordered[fact->kind] = FALSE;
  }
  for (guint kind = 0; kind < GALEN_FACT_KINDS; kind++)
    if (!self->ordered[kind])
      qsort(self->moments + self->begin[kind], self->begin[kind + 1] - self->begin[kind], sizeof *self->moments,
            compare);
}

/* The first of [low, high) whose time is `time` or later. */
static guint lower_bound(const GalenTimeline *self, guint low, guint high, gint64 time) {
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (self->moments[middle].time < time)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

const GalenMoment *galen_timeline_range(const GalenNode *node, GalenFactKind kind, gint64 from, gint64 to,
                                        guint *ret_n) {
  const GalenTimeline *self = node->timeline;
  *ret_n = 0;
  if (self == NULL || from > to)
    return NULL;
  guint end = self->begin[kind + 1], first = lower_bound(self, self->begin[kind], end, from);
  guint stop = to == G_MAXINT64 ? end : lower_bound(self, first, end, to + 1);
  *ret_n = stop - first;
  return self->moments + first;
}

gboolean galen_timeline_ordered(const GalenNode *node, GalenFactKind kind) {
  return node->timeline == NULL || node->timeline->ordered[kind];
}

const GalenFact *galen_timeline_first(const GalenNode *node, GalenFactKind kind, gint64 from, gint64 to,
                                      gboolean (*wanted)(const GalenFact *)) {
  guint n, best = G_MAXUINT;
  const GalenMoment *moments = galen_timeline_range(node, kind, from, to, &n);
  gboolean ordered = galen_timeline_ordered(node, kind);
  for (guint i = 0; i < n; i++) {
    if (moments[i].at >= best || (wanted != NULL && !wanted(node->facts->pdata[moments[i].at])))
      continue;
    best = moments[i].at;
    if (ordered)
      break;
  }
  return best != G_MAXUINT ? node->facts->pdata[best] : NULL;
}

const GalenFact *galen_timeline_last(const GalenNode *node, GalenFactKind kind, gint64 from, gint64 to,
                                     gboolean (*wanted)(const GalenFact *)) {
  guint n;
  const GalenMoment *moments = galen_timeline_range(node, kind, from, to, &n), *best = NULL;
  gboolean ordered = galen_timeline_ordered(node, kind);
  for (guint i = n; i-- > 0;) {
    if ((best != NULL && moments[i].at < best->at) || (wanted != NULL && !wanted(node->facts->pdata[moments[i].at])))
      continue;
    best = &moments[i];
    if (ordered)
      break;
  }
  return best != NULL ? node->facts->pdata[best->at] : NULL;
}

static int by_place(gconstpointer a, gconstpointer b) {
  guint x = *(const guint *)a, y = *(const guint *)b;
  return x < y ? -1 : x > y;
}

/* Few as they mostly are, and each kind's in order, inserting is faster than what sorts by a function. */
static void sort_places(GArray *places) {
  guint *at = (guint *)(gpointer)places->data;
  if (places->len > 64) {
    g_array_sort(places, by_place);
    return;
  }
  for (guint i = 1; i < places->len; i++) {
    guint place = at[i], to = i;
    for (; to > 0 && at[to - 1] > place; to--)
      at[to] = at[to - 1];
    at[to] = place;
  }
}

GPtrArray *galen_timeline_facts(const GalenNode *node, const GalenFactKind *kinds, guint n_kinds, gint64 from,
                                gint64 to) {
  g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(guint));
  for (guint k = 0; k < n_kinds; k++) {
    guint n;
    const GalenMoment *moments = galen_timeline_range(node, kinds[k], from, to, &n);
    for (guint i = 0; i < n; i++)
      g_array_append_val(places, moments[i].at);
  }
  sort_places(places);
  GPtrArray *facts = g_ptr_array_sized_new(places->len);
  for (guint i = 0; i < places->len; i++)
    g_ptr_array_add(facts, node->facts->pdata[g_array_index(places, guint, i)]);
  return facts;
}
