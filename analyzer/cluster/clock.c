/* Clocks: how far each node's runs ahead of the others', by what all of them saw at once.
 *
 * "got state msg X from i" of a state exchange is such an event: members write it within a millisecond of one another (a
 * newcomer half a second later). A written time says only that the true one lies within the resolution behind it, so every
 * event gives an interval of the offset; the offset lies where most of them agree (Marzullo). The representative makes
 * X at that moment, and X holds the time to a microsecond.
 * From the best connected node outwards each event is used once, with the first of its observers that is placed. */
#include "history_private.h"

#include <string.h>

#define LATENCY (G_TIME_SPAN_MILLISECOND * 20)   /* delivery and writing, where stamps are coarse */
#define FINE (G_TIME_SPAN_MILLISECOND * 10)      /* stamps finer than this are compared as they are */
#define COARSE_ERROR (G_TIME_SPAN_SECOND / 2)    /* at least, without a sub-second stamp */
#define FINE_ERROR (G_TIME_SPAN_MILLISECOND * 2) /* the network */
#define NEWCOMER_DELAY (G_TIME_SPAN_SECOND / 2)
#define STEP_MIN G_TIME_SPAN_SECOND /* a clock that stepped by less is not told from noise */
#define OBSERVERS_MAX 64            /* of one event */

/* What one node says of an event: it happened in [from, to] by its clock, UTC. */
typedef struct {
  guint node;
  gint64 from, to;
  gboolean newcomer, exact;
} Observation;

typedef struct {
  GArray *observations;
  gboolean used;
} Event;

/* The offset lies in [from, to], by an event at `time` on the reference clock. */
typedef struct {
  gint64 time, from, to;
  gboolean newcomer, exact;
} Sample;

typedef struct {
  GPtrArray *nodes; /* borrowed: those with logs */
  GPtrArray *events;
  GHashTable *by_key; /* bytes of UUID and index to Event, borrowed */
  GArray **of_node;   /* of Event *: what each node saw */
  GArray **samples;   /* of Sample */
  gint *set;          /* which connected set a node is in; -1: none yet */
} Clocks;

static void event_free(gpointer data) {
  g_array_unref(((Event *)data)->observations);
  g_free(data);
}

/* ---- events ---- */

static void observe(Clocks *self, const GalenUuid *uuid, gint32 index, const Observation *seen) {
  guint8 key[20];
  memcpy(key, uuid->bytes, 16);
  memcpy(key + 16, &index, sizeof index);
  g_autoptr(GBytes) bytes = g_bytes_new(key, sizeof key);
  Event *event = g_hash_table_lookup(self->by_key, bytes);
  if (event == NULL) {
    event = g_new0(Event, 1);
    event->observations = g_array_new(FALSE, FALSE, sizeof(Observation));
    g_ptr_array_add(self->events, event);
    g_hash_table_insert(self->by_key, g_bytes_ref(bytes), event);
  }
  for (guint i = 0; i < event->observations->len; i++) {
    Observation *old = &g_array_index(event->observations, Observation, i);
    if (old->node != seen->node)
      continue;
    gint64 finer = (seen->to - seen->from) - (old->to - old->from); /* of copies the better stamp counts */
    if (finer < 0 || (finer == 0 && seen->from < old->from))
      *old = *seen;
    return;
  }
  if (event->observations->len >= OBSERVERS_MAX)
    return;
  g_array_append_val(event->observations, *seen);
  g_array_append_val(self->of_node[seen->node], event);
}

typedef struct {
  gint32 own;        /* index in the present component */
  guint exchanges;   /* of this process, the present one included */
  GalenUuid present; /* the exchange */
  gint64 sent;       /* when it was made here; GALEN_TIME_NONE: elsewhere */
} Exchange;

static void read_exchange(Clocks *self, guint node, Exchange *state, const GalenFact *fact) {
  if (fact->kind == GALEN_FACT_PROCESS_START || fact->kind == GALEN_FACT_LISTENING)
    state->exchanges = 0;
  if (fact->kind == GALEN_FACT_COMPONENT) {
    state->own = fact->number;
    state->sent = GALEN_TIME_NONE;
  }
  if (fact->kind == GALEN_FACT_STATE_UUID_SENT)
    state->sent = galen_uuid_time(&fact->uuid);
  if (fact->kind != GALEN_FACT_STATE_MSG || fact->replayed || fact->uuid.known != 16 || fact->wall == GALEN_TIME_NONE)
    return;
  if (!galen_uuid_same(&state->present, &fact->uuid))
    state->exchanges++;
  state->present = fact->uuid;
  Observation seen = {.node = node, .from = fact->time, .to = fact->time + MAX(fact->resolution, 1)};
  seen.newcomer = state->exchanges == 1;
  gboolean mine = fact->number == state->own && state->sent != GALEN_TIME_NONE;
  if (mine && state->sent >= seen.from - G_USEC_PER_SEC && state->sent < seen.to + G_USEC_PER_SEC) {
    seen.from = state->sent;
    seen.to = state->sent + G_TIME_SPAN_MILLISECOND;
    seen.exact = TRUE;
  }
  observe(self, &fact->uuid, fact->number, &seen);
}

static void read_events(Clocks *self, const GalenHistoryFull *full) {
  g_autoptr(GHashTable) index = g_hash_table_new(NULL, NULL); /* node to its number + 1 */
  for (guint i = 0; i < self->nodes->len; i++)
    g_hash_table_insert(index, g_ptr_array_index(self->nodes, i), GUINT_TO_POINTER(i + 1));
  for (guint i = 0; i < full->stretches->len; i++) {
    const GalenStretch *stretch = GALEN_STRETCH(full, i);
    guint node = GPOINTER_TO_UINT(g_hash_table_lookup(index, stretch->node));
    Exchange state = {.own = -1, .exchanges = 1, .sent = GALEN_TIME_NONE}; /* an old member until it is seen to start */
    for (guint k = 0; node > 0 && k < stretch->facts->len; k++)
      read_exchange(self, node - 1, &state, galen_fact_at(stretch->facts, k));
  }
}

/* ---- one offset ---- */

static int compare_samples(gconstpointer a, gconstpointer b) {
  const Sample *x = a, *y = b;
  if (x->time != y->time)
    return x->time < y->time ? -1 : 1;
  return x->from != y->from ? (x->from < y->from ? -1 : 1) : (x->to > y->to) - (x->to < y->to);
}

typedef struct {
  gint64 at;
  gint side; /* 1: an interval begins, -1: it ends */
} Edge;

static int compare_edges(gconstpointer a, gconstpointer b) {
  const Edge *x = a, *y = b;
  return x->at != y->at ? (x->at < y->at ? -1 : 1) : y->side - x->side;
}

/* The interval that most samples share. */
static guint agree(const Sample *samples, guint n, gint64 *ret_from, gint64 *ret_to) {
  g_autoptr(GArray) edges = g_array_sized_new(FALSE, FALSE, sizeof(Edge), n * 2);
  for (guint i = 0; i < n; i++) {
    Edge begin = {samples[i].from, 1}, end = {samples[i].to, -1};
    g_array_append_val(edges, begin);
    g_array_append_val(edges, end);
  }
  g_array_sort(edges, compare_edges);
  gint depth = 0, best = 0;
  for (guint i = 0; i < edges->len; i++) {
    const Edge *edge = &g_array_index(edges, Edge, i);
    depth += edge->side;
    if (edge->side > 0 && depth > best) {
      best = depth;
      *ret_from = edge->at;
      *ret_to = i + 1 < edges->len ? g_array_index(edges, Edge, i + 1).at : edge->at;
    }
  }
  return (guint)best;
}

static int compare_times(gconstpointer a, gconstpointer b) {
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
  return (x > y) - (x < y);
}

static gint64 median(gint64 *values, guint n) {
  qsort(values, n, sizeof *values, compare_times);
  return values[(n - 1) / 2];
}

static gint64 middle(const Sample *sample) {
  return sample->from + (sample->to - sample->from) / 2;
}

/* Median and median deviation, for fine stamps and for coarse ones that do not agree. */
static gint64 by_median(const Sample *samples, guint n, gint64 *ret_error) {
  g_autofree gint64 *values = g_new(gint64, n);
  gint64 width = 0;
  for (guint i = 0; i < n; i++) {
    values[i] = middle(&samples[i]);
    width = MAX(width, samples[i].to - samples[i].from);
  }
  gint64 offset = median(values, n);
  for (guint i = 0; i < n; i++)
    values[i] = ABS(middle(&samples[i]) - offset);
  *ret_error = MAX(median(values, n), width / 2) + FINE_ERROR;
  return offset;
}

static gint64 measure(const Sample *samples, guint n, gint64 *ret_error) {
  gboolean fine = TRUE, exact = FALSE;
  for (guint i = 0; i < n; i++) {
    fine = fine && samples[i].to - samples[i].from <= FINE;
    exact = exact || samples[i].exact;
  }
  if (fine)
    return by_median(samples, n, ret_error);
  g_autofree Sample *wide = g_memdup2(samples, n * sizeof *samples);
  for (guint i = 0; i < n; i++) {
    wide[i].from -= LATENCY;
    wide[i].to += LATENCY;
  }
  gint64 from = 0, to = 0;
  if (agree(wide, n, &from, &to) * 2 < n)
    return by_median(samples, n, ret_error);
  *ret_error = MAX((to - from) / 2, exact ? LATENCY : COARSE_ERROR);
  return from + (to - from) / 2;
}

/* Clocks that may agree are taken to. */
static gint64 offset_of(const Sample *samples, guint n, gint64 least_error, gint64 *ret_error) {
  gint64 offset = measure(samples, n, ret_error);
  *ret_error = MAX(*ret_error, least_error);
  return ABS(offset) <= *ret_error ? 0 : offset;
}

/* ---- steps ---- */

static gboolean beyond(const Sample *sample, gint64 from, gint64 to, gboolean above) {
  return above ? sample->from > to + STEP_MIN : sample->to < from - STEP_MIN;
}

/* The end of the samples from `from` on that one offset explains: two in a row beyond it on one side end it. */
static guint segment_end(const GArray *samples, guint from) {
  const Sample *first = &g_array_index(samples, Sample, from);
  gint64 low = first->from, high = first->to;
  for (guint i = from + 1; i < samples->len; i++) {
    const Sample *now = &g_array_index(samples, Sample, i);
    const Sample *next = i + 1 < samples->len ? &g_array_index(samples, Sample, i + 1) : now;
    gboolean above = beyond(now, low, high, TRUE);
    if (!above && !beyond(now, low, high, FALSE)) {
      if (MAX(low, now->from) <= MIN(high, now->to)) {
        low = MAX(low, now->from);
        high = MIN(high, now->to);
      }
      continue;
    }
    if (next != now && beyond(next, low, high, above))
      return i;
  }
  return samples->len;
}

static void place(GalenNode *node, GArray *samples) {
  /* newcomers' samples only where there are no others */
  guint kept = 0;
  for (guint i = 0; i < samples->len; i++)
    if (!g_array_index(samples, Sample, i).newcomer)
      g_array_index(samples, Sample, kept++) = g_array_index(samples, Sample, i);
  if (kept > 0)
    g_array_set_size(samples, kept);
  g_array_sort(samples, compare_samples);
  gint64 newcomers = kept > 0 ? 0 : NEWCOMER_DELAY;
  for (guint from = 0, end; from < samples->len; from = end) {
    end = segment_end(samples, from);
    gint64 error = 0;
    GalenClockStep step = {g_array_index(samples, Sample, from).time, 0};
    step.offset = offset_of(&g_array_index(samples, Sample, from), end - from, newcomers, &error);
    node->offset = step.offset;
    node->offset_error = error;
    g_array_append_val(node->steps, step);
  }
  node->clock_source = "state-exchange";
}

/* ---- the tree ---- */

gint64 galen_clock_correct(const GalenNode *node, gint64 utc) {
  if (node == NULL || utc == GALEN_TIME_NONE)
    return utc;
  for (guint i = node->steps->len; i-- > 1;) {
    const GalenClockStep *step = &g_array_index(node->steps, GalenClockStep, i), *before = step - 1;
    /* by the old offset it would be behind the first sign of the new one: it is not, the clock had stepped ahead */
    if (utc - step->offset >= step->from || utc - before->offset >= step->from)
      return utc - step->offset;
  }
  if (node->steps->len > 0)
    return utc - g_array_index(node->steps, GalenClockStep, 0).offset;
  return node->offset == GALEN_TIME_NONE ? utc : utc - node->offset;
}

static Sample sample_of(const Clocks *self, const Observation *base, const Observation *seen) {
  const GalenNode *node = g_ptr_array_index(self->nodes, base->node);
  gint64 from = galen_clock_correct(node, base->from), to = from + (base->to - base->from);
  Sample sample = {.time = from, .from = seen->from - to, .to = seen->to - from};
  sample.exact = base->exact != seen->exact;
  sample.newcomer = base->newcomer || seen->newcomer;
  gint64 late = (seen->newcomer ? NEWCOMER_DELAY : 0) - (base->newcomer ? NEWCOMER_DELAY : 0);
  sample.from -= late;
  sample.to -= late;
  return sample;
}

/* Every event that a placed node saw, and no one placed before it, compares it with the others. */
static void spread(Clocks *self, guint node, GArray *queue, gint set) {
  GArray *events = self->of_node[node];
  for (guint i = 0; i < events->len; i++) {
    Event *event = g_array_index(events, Event *, i);
    const Observation *base = NULL;
    for (guint k = 0; k < event->observations->len && !event->used; k++)
      if (g_array_index(event->observations, Observation, k).node == node)
        base = &g_array_index(event->observations, Observation, k);
    if (base == NULL)
      continue;
    event->used = TRUE;
    for (guint k = 0; k < event->observations->len; k++) {
      const Observation *seen = &g_array_index(event->observations, Observation, k);
      if (self->set[seen->node] == set && self->samples[seen->node]->len == 0)
        continue; /* placed already */
      if (seen->node == node || self->set[seen->node] >= 0)
        continue;
      Sample sample = sample_of(self, base, seen);
      g_array_append_val(self->samples[seen->node], sample);
    }
  }
  for (guint i = 0; i < self->nodes->len; i++)
    if (self->set[i] < 0 && self->samples[i]->len > 0) {
      self->set[i] = set;
      place(g_ptr_array_index(self->nodes, i), self->samples[i]);
      g_array_append_val(queue, i);
    }
}

/* The one with most events that others saw too. */
static gint best_connected(const Clocks *self) {
  gint best = -1;
  guint best_count = 0;
  for (guint i = 0; i < self->nodes->len; i++) {
    guint count = 0;
    for (guint k = 0; k < self->of_node[i]->len; k++)
      count += g_array_index(self->of_node[i], Event *, k)->observations->len - 1;
    if (self->set[i] < 0 && count > best_count) {
      best = (gint)i;
      best_count = count;
    }
  }
  return best;
}

static int compare_offsets(gconstpointer a, gconstpointer b) {
  const GalenNode *x = *(const GalenNode *const *)a, *y = *(const GalenNode *const *)b;
  return x->offset != y->offset ? (x->offset < y->offset ? -1 : 1) : strcmp(x->name, y->name);
}

/* The node in the middle becomes the reference. */
static void refer(const Clocks *self, gint set) {
  g_autoptr(GPtrArray) nodes = g_ptr_array_new();
  for (guint i = 0; i < self->nodes->len; i++)
    if (self->set[i] == set)
      g_ptr_array_add(nodes, g_ptr_array_index(self->nodes, i));
  g_ptr_array_sort(nodes, compare_offsets);
  const GalenNode *reference = g_ptr_array_index(nodes, (nodes->len - 1) / 2);
  gint64 offset = reference->offset, error = reference->offset_error;
  for (guint i = 0; i < nodes->len; i++) {
    GalenNode *node = g_ptr_array_index(nodes, i);
    node->offset -= offset;
    if (offset != 0 || node == reference)
      node->offset_error = node == reference ? 0 : MAX(node->offset_error, error);
    for (guint k = 0; k < node->steps->len; k++) {
      GalenClockStep *step = &g_array_index(node->steps, GalenClockStep, k);
      step->offset -= offset;
      step->from += offset;
    }
    if (node->steps->len == 1)
      g_array_set_size(node->steps, 0);
  }
}

static void find_offsets(Clocks *self) {
  gint set = 0, best;
  while ((best = best_connected(self)) >= 0) {
    g_autoptr(GArray) queue = g_array_new(FALSE, FALSE, sizeof(guint));
    guint root = (guint)best;
    GalenNode *node = g_ptr_array_index(self->nodes, root);
    self->set[root] = set;
    node->offset = node->offset_error = 0;
    node->clock_source = "state-exchange";
    g_array_append_val(queue, root);
    for (guint i = 0; i < queue->len; i++)
      spread(self, g_array_index(queue, guint, i), queue, set);
    refer(self, set++);
  }
}

/* ---- all of it ---- */

static void take_options(GalenHistoryFull *full) {
  if (full->options->clock_offsets == NULL)
    return;
  for (guint i = 0; i < full->pub.nodes->len; i++) {
    GalenNode *node = GALEN_NODE(&full->pub, i);
    const gint64 *offset = galen_history_given(&full->pub, node, full->options->clock_offsets);
    if (offset == NULL)
      continue;
    node->offset = *offset;
    node->offset_error = 0;
    node->clock_source = "option";
    g_array_set_size(node->steps, 0);
  }
}

static char *zone_text(gint64 shift) {
  gint64 minutes = ABS(shift) / G_TIME_SPAN_MINUTE;
  return shift == 0 ? g_strdup("UTC")
                    : g_strdup_printf("%c%02d:%02d", shift < 0 ? '-' : '+', (int)(minutes / 60), (int)(minutes % 60));
}

/* The zone at the end of the node's last log that shows one. */
static void name_zone(GalenHistoryFull *full, GalenNode *node) {
  gint64 latest = G_MININT64;
  for (guint i = 0; i < node->inputs->len; i++) {
    guint index = g_array_index(node->inputs, guint, i);
    const GalenJournalInput *input = GALEN_JOURNAL_INPUT(full->pub.journal, index);
    const GalenInputClock *clock = &full->clocks[index];
    if (g_strcmp0(input->kind, "error-log") != 0 || clock->steps->len == 0 || input->last_wall < latest)
      continue;
    latest = input->last_wall;
    g_free(node->zone);
    node->zone = clock->zone != NULL
                     ? g_strdup(clock->zone)
                     : zone_text(g_array_index(clock->steps, GalenZoneStep, clock->steps->len - 1).shift);
    node->zone_source = clock->source;
  }
}

static void correct_times(GalenHistoryFull *full) {
  for (guint i = 0; i < full->stretches->len; i++) {
    const GalenStretch *stretch = GALEN_STRETCH(full, i);
    for (guint k = 0; k < stretch->facts->len; k++) {
      GalenFact *fact = galen_fact_at(stretch->facts, k);
      fact->time = galen_clock_correct(stretch->node, fact->time);
    }
  }
}

static void clocks_clear(Clocks *self) {
  for (guint i = 0; i < self->nodes->len; i++) {
    g_array_unref(self->of_node[i]);
    g_array_unref(self->samples[i]);
  }
  g_free(self->of_node);
  g_free(self->samples);
  g_free(self->set);
  g_hash_table_unref(self->by_key);
  g_ptr_array_unref(self->events);
  g_ptr_array_unref(self->nodes);
}

void galen_clock_find(GalenHistoryFull *full) {
  Clocks self = {.nodes = g_ptr_array_new(), .events = g_ptr_array_new_with_free_func(event_free)};
  self.by_key = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
  for (guint i = 0; i < full->pub.nodes->len; i++)
    if (GALEN_NODE(&full->pub, i)->has_log)
      g_ptr_array_add(self.nodes, GALEN_NODE(&full->pub, i));
  self.of_node = g_new0(GArray *, self.nodes->len + 1);
  self.samples = g_new0(GArray *, self.nodes->len + 1);
  self.set = g_new0(gint, self.nodes->len + 1);
  for (guint i = 0; i < self.nodes->len; i++) {
    self.of_node[i] = g_array_new(FALSE, FALSE, sizeof(Event *));
    self.samples[i] = g_array_new(FALSE, FALSE, sizeof(Sample));
    self.set[i] = -1;
  }
  read_events(&self, full);
  find_offsets(&self);
  if (self.nodes->len == 1) {
    GalenNode *node = g_ptr_array_index(self.nodes, 0);
    node->offset = node->offset_error = 0;
    node->clock_source = "single";
  }
  take_options(full);
  for (guint i = 0; i < full->pub.nodes->len; i++)
    name_zone(full, GALEN_NODE(&full->pub, i));
  correct_times(full);
  clocks_clear(&self);
}
