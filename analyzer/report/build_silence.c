/* Silences inside slow logs: which of them a log's own rhythm makes improbable.
 *
 * All slow logs of a node count together. A silence is a gap when it is long, far longer than every other that is not a gap
 * itself, the logs have statements for at least half as long as it, and it is no rest: no silence at the same hours a day or
 * a week before or behind it, and not merely hours of which the logs have no other day. Sparse logs have long silences all over,
 * nightly quiet ones at the same hours; neither passes. */
#include "build.h"

#define DAY (24 * G_TIME_SPAN_HOUR)

/* When a node's logs have statements; the path and line that it begins with. */
typedef struct {
  gint64 from, to;
  const char *path;
  guint64 line;
} Alive;

typedef struct {
  const char *node;
  GArray *alive; /* of Alive: joined, in time order */
  GArray *holes; /* of GalenSilence: between them; short ones first */
  GArray *found; /* of GalenSilence: those that are gaps */
  gint64 first, last;
  gint64 usual;  /* the longest silence that is none */
  gint64 silent; /* length of all holes of GALEN_SILENCE_US or more */
  guint64 steps;
} Judge;

static int compare_alive(gconstpointer left, gconstpointer right) {
  const Alive *a = left, *b = right;
  return (a->from > b->from) - (a->from < b->from);
}

static int compare_length(gconstpointer left, gconstpointer right) {
  const GalenSilence *a = left, *b = right;
  gint64 first = a->to - a->from, second = b->to - b->from;
  return (first > second) - (first < second);
}

static int compare_from(gconstpointer left, gconstpointer right) {
  const GalenSilence *a = left, *b = right;
  return (a->from > b->from) - (a->from < b->from);
}

static void add_row(Judge *self, const GalenInputRow *row) {
  const GalenRhythm *rhythm = &row->rhythm;
  if (!rhythm->begun)
    return;
  Alive alive = {.from = rhythm->first, .path = row->path};
  for (guint i = 0; i < rhythm->n_silences; i++) {
    alive.to = rhythm->silences[i].from;
    g_array_append_val(self->alive, alive);
    alive = (Alive){.from = rhythm->silences[i].to, .path = row->path, .line = rhythm->silences[i].line};
  }
  alive.to = rhythm->last;
  g_array_append_val(self->alive, alive);
  self->usual = MAX(self->usual, rhythm->rest);
  self->steps += rhythm->steps;
}

/* Joins what is alive; what lies between are holes. A statement late in the log may have begun before a silence that it
 * does not end: then `to` is before `from`. */
static void find_holes(Judge *self) {
  g_array_sort(self->alive, compare_alive);
  self->first = g_array_index(self->alive, Alive, 0).from;
  self->last = self->first;
  for (guint i = 0; i < self->alive->len; i++) {
    const Alive *alive = &g_array_index(self->alive, Alive, i);
    GalenSilence hole = {.from = self->last, .to = alive->from, .path = alive->path, .line = alive->line};
    self->last = MAX(self->last, alive->to);
    if (hole.to <= hole.from)
      continue;
    g_array_append_val(self->holes, hole);
    self->silent += hole.to - hole.from >= GALEN_SILENCE_US ? hole.to - hole.from : 0;
  }
  g_array_sort(self->holes, compare_length);
}

/* Whether the logs cover [from, to], and are silent for half of it. */
typedef enum { HOURS_OUTSIDE, HOURS_BUSY, HOURS_SILENT } Hours;

static Hours look_at(const Judge *self, gint64 from, gint64 to) {
  if (from < self->first || to > self->last)
    return HOURS_OUTSIDE;
  gint64 silent = 0;
  for (guint i = 0; i < self->holes->len; i++) {
    const GalenSilence *hole = &g_array_index(self->holes, GalenSilence, i);
    silent += MAX(MIN(hole->to, to) - MAX(hole->from, from), 0);
  }
  return 2 * silent >= to - from ? HOURS_SILENT : HOURS_BUSY;
}

/* The same hours of other days: two weeks both ways tell enough. */
static gboolean is_rest(const Judge *self, const GalenSilence *hole) {
  gint64 length = hole->to - hole->from;
  gboolean busy = FALSE;
  for (gint day = 1; day <= 14; day++) {
    if (day * DAY < length) /* it would be compared with itself */
      continue;
    for (gint sign = -1; sign <= 1; sign += 2) {
      gint64 shift = (gint64)sign * day * DAY;
      Hours hours = look_at(self, hole->from + shift, hole->to + shift);
      if (hours == HOURS_SILENT && (day == 1 || day % 7 == 0))
        return TRUE;
      busy = busy || hours == HOURS_BUSY;
    }
  }
  return !busy && length <= GALEN_SILENCE_REST;
}

static gboolean is_gap(const Judge *self, const GalenSilence *hole) {
  gint64 length = hole->to - hole->from, all = self->last - self->first;
  gint64 times = length > DAY ? GALEN_SILENCE_TIMES_LONG : GALEN_SILENCE_TIMES;
  return self->steps >= GALEN_SILENCE_STEPS && length >= MAX(GALEN_SILENCE_US, all / GALEN_SILENCE_PART) &&
         length / times >= self->usual && all - self->silent >= length / 2 && !is_rest(self, hole);
}

static void judge(Judge *self, GPtrArray *silences) {
  if (self->alive->len < 2)
    return;
  find_holes(self);
  for (guint i = 0; i < self->holes->len; i++) {
    const GalenSilence *hole = &g_array_index(self->holes, GalenSilence, i);
    if (is_gap(self, hole))
      g_array_append_val(self->found, *hole);
    else
      self->usual = MAX(self->usual, hole->to - hole->from);
  }
  g_array_sort(self->found, compare_from);
  for (guint i = 0; i < self->found->len; i++) {
    GalenSilence *silence = g_memdup2(&g_array_index(self->found, GalenSilence, i), sizeof *silence);
    silence->node = g_strdup(self->node);
    silence->usual = self->usual;
    g_ptr_array_add(silences, silence);
  }
}

/* Judges the inputs from `index` on that are of one node; returns where the next node's begin. */
static guint judge_node(GalenReport *report, guint index) {
  const GalenInputRow *first = g_ptr_array_index(report->inputs, index);
  Judge self = {.node = first->node,
                .alive = g_array_new(FALSE, FALSE, sizeof(Alive)),
                .holes = g_array_new(FALSE, FALSE, sizeof(GalenSilence)),
                .found = g_array_new(FALSE, FALSE, sizeof(GalenSilence))};
  for (; index < report->inputs->len; index++) {
    const GalenInputRow *row = g_ptr_array_index(report->inputs, index);
    if (g_strcmp0(row->node, self.node) != 0)
      break;
    add_row(&self, row);
  }
  if (self.node != NULL)
    judge(&self, report->silences);
  g_array_unref(self.alive);
  g_array_unref(self.holes);
  g_array_unref(self.found);
  return index;
}

void galen_build_silences(GalenReport *report) {
  for (guint i = 0; i < report->inputs->len;)
    i = judge_node(report, i);
}

/* ---- what is covered ---- */

static int compare_spans(gconstpointer left, gconstpointer right) {
  const GalenGap *a = left, *b = right;
  return (a->from > b->from) - (a->from < b->from);
}

static void join_spans(GArray *spans) {
  guint kept = 0;
  g_array_sort(spans, compare_spans);
  for (guint i = 0; i < spans->len; i++) {
    GalenGap span = g_array_index(spans, GalenGap, i);
    GalenGap *last = kept > 0 ? &g_array_index(spans, GalenGap, kept - 1) : NULL;
    if (last != NULL && span.from <= last->to)
      last->to = MAX(last->to, span.to);
    else
      g_array_index(spans, GalenGap, kept++) = span;
  }
  g_array_set_size(spans, kept);
}

/* The row's span without the silences of its node, which are in time order. */
static void add_spans(const GalenReport *report, const GalenInputRow *row, gboolean slow, GArray *spans) {
  GalenGap span = {row->account.first, row->account.last};
  for (guint i = 0; slow && i < report->silences->len; i++) {
    const GalenSilence *silence = g_ptr_array_index(report->silences, i);
    if (g_strcmp0(silence->node, row->node) != 0 || silence->to <= span.from || silence->from >= span.to)
      continue;
    GalenGap before = {span.from, silence->from};
    if (before.to >= before.from)
      g_array_append_val(spans, before);
    span.from = silence->to;
  }
  if (span.to >= span.from)
    g_array_append_val(spans, span);
}

GArray *galen_build_covered(const GalenReport *report, const char *kind) {
  GArray *spans = g_array_new(FALSE, FALSE, sizeof(GalenGap));
  gboolean slow = g_str_equal(kind, "slow-log");
  for (guint i = 0; i < report->inputs->len; i++) {
    const GalenInputRow *row = g_ptr_array_index(report->inputs, i);
    if (g_strcmp0(row->kind, kind) == 0 && row->account.first != GALEN_TIME_NONE)
      add_spans(report, row, slow, spans);
  }
  join_spans(spans);
  return spans;
}
