/* Comparisons: two halves of one random log hardly ever differ, whatever the arrivals; real changes are found.
 *
 * Each law of arrivals is played GALEN_RUNS times (60 unless the environment says otherwise); docs/comparison.md has what
 * 1 000 give. */
#include "analyzer/findings/comparison.h"
#include "tests/digest-support.h"

#include <math.h>
#include <stdlib.h>

#define SECOND G_USEC_PER_SEC
#define HOUR (3600.0)
#define START G_GINT64_CONSTANT(1795478400000000) /* 2026-11-24 00:00:00 UTC */
#define FALSE_MAX 0.05

typedef struct {
  const char *name;
  guint classes;
  double events;       /* expected, in both windows together */
  double length;       /* s of both */
  double cut;          /* part of it that is before; 0: half */
  double curve;        /* of the day, 0 to 1: how far the load swings */
  double burst;        /* calls that come together, on average; 0: each alone */
  double burst_length; /* s over which they are spread */
  double sigma;        /* of lognormal latencies */
  double tail;         /* exponent of a Pareto tail instead; 0: none */
  double slow;         /* part of the time in which the server is slow, in spells of an hour */
  double batch;        /* part of the classes that run in one spell a day only */
  double wander;       /* how much a class's rate drifts over hours of its own: deviation of its logarithm */
} Law;

typedef struct {
  GRand *rand;
  const Law *law;
  Feeder feeder;
  GalenDigest *digests[2];
  gint64 first[2], last[2];
  double hours[64]; /* which are slow */
  double drift[256][64];
} Play;

/* A planted change of one class, after the cut. */
typedef struct {
  guint class;
  double calls, latency; /* times */
} Change;

static double uniform(Play *self) {
  return g_rand_double(self->rand);
}

static double exponential(Play *self) {
  return -log(1 - uniform(self));
}

static double normal(Play *self) {
  return sqrt(2 * exponential(self)) * cos(2 * G_PI * uniform(self));
}

static double latency(Play *self, guint class, double at) {
  const Law *law = self->law;
  double scale = 1000.0 * (1 + class % 7);
  double hour = self->hours[(guint)(at / HOUR) % 64];
  double value = law->tail > 0 ? pow(1 - uniform(self), -1 / law->tail) : exp(law->sigma * normal(self));
  return MIN(scale * value * hour, 1e9);
}

static void add(Play *self, guint class, double at, const Change *change) {
  double cut = self->law->length * (self->law->cut > 0 ? self->law->cut : 0.5);
  guint side = at < cut ? 0 : 1;
  g_autofree char *sql = g_strdup_printf("select c%c%c from t where id = 1", 'a' + class / 26 % 26, 'a' + class % 26);
  double time = latency(self, class, at);
  if (change != NULL && change->class == class && side == 1)
    time *= change->latency;
  GalenSlowEvent event = plain_event(sql, (guint64)time);
  event.timed = TRUE;
  event.start = START + (gint64)(at * SECOND);
  feed(&self->feeder, self->digests[side], &event);
  self->first[side] = self->first[side] == GALEN_TIME_NONE ? event.start : MIN(self->first[side], event.start);
  self->last[side] = MAX(self->last[side], event.start);
}

/* Whether the load of that moment lets an arrival through. */
static gboolean passes(Play *self, guint class, double at) {
  const Law *law = self->law;
  double load = (1 + law->curve * sin(2 * G_PI * (at / HOUR - 8) / 24)) / (1 + law->curve);
  if (law->wander > 0)
    load *= exp(self->drift[class % 256][(guint)(at / HOUR) % 64]) / exp(3 * law->wander);
  return uniform(self) < load;
}

/* A call, or a burst of them. */
static void play_arrival(Play *self, guint class, double at, double size, const Change *change) {
  const Law *law = self->law;
  guint n = law->burst > 0 ? 1 + (guint)(exponential(self) * (size - 1) + 0.5) : 1;
  for (guint i = 0; i < n; i++) {
    double when = n > 1 ? at + uniform(self) * law->burst_length : at;
    if (when < law->length)
      add(self, class, when, change);
  }
}

static void play_class(Play *self, guint class, double expected, const Change *change) {
  const Law *law = self->law;
  double size = MAX(law->burst, 1), length = law->length, begin = 0;
  double cut = length * (law->cut > 0 ? law->cut : 0.5);
  if (uniform(self) < law->batch) {
    length = HOUR;
    begin = uniform(self) * (law->length - length);
  }
  double rate = expected / size / length * (1 + law->curve) * exp(3 * law->wander);
  double boost = change != NULL && change->class == class ? MAX(change->calls, 1) : 1;
  double at = begin + exponential(self) / rate / boost;
  while (at < begin + length) {
    if (passes(self, class, at) && (at >= cut || uniform(self) <= 1 / boost))
      play_arrival(self, class, at, size, change);
    at += exponential(self) / rate / boost;
  }
}

static void set_spells(Play *self) {
  for (guint i = 0; i < G_N_ELEMENTS(self->hours); i++)
    self->hours[i] = uniform(self) < self->law->slow ? 5 : 1;
  for (guint c = 0; c < self->law->classes && c < 256 && self->law->wander > 0; c++)
    for (guint i = 0; i < 64; i++)
      self->drift[c][i] = CLAMP(normal(self), -3, 3) * self->law->wander;
}

static GPtrArray *rows_of(const Play *self, guint side) {
  GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)galen_input_row_free);
  GalenInputRow *row = galen_input_row_new();
  row->path = g_strdup("slow.log");
  row->node = g_strdup("db1");
  row->kind = "slow-log";
  row->compression = "none";
  row->complete = TRUE;
  galen_account_init(&row->account);
  row->account.first = self->first[side];
  row->account.last = self->last[side];
  row->account.events = 1;
  g_ptr_array_add(rows, row);
  return rows;
}

/* One log, cut in two; what the comparison of both says. `look` may keep nothing. */
static void play(const Law *law, guint32 seed, const Change *change,
                 void (*look)(const GalenComparison *comparison, gpointer user), gpointer user) {
  g_autofree Play *self = g_new0(Play, 1);
  self->rand = g_rand_new_with_seed(seed);
  self->law = law;
  self->feeder = feeder_new();
  GalenDigestOptions options = {.samples = GALEN_SAMPLES_NONE};
  for (guint i = 0; i < 2; i++) {
    self->digests[i] = galen_digest_new(&options);
    self->first[i] = self->last[i] = GALEN_TIME_NONE;
  }
  set_spells(self);
  double weights = 0;
  for (guint c = 0; c < law->classes; c++)
    weights += 1.0 / (c + 1);
  for (guint c = 0; c < law->classes; c++)
    play_class(self, c, law->events / (c + 1) / weights, change);
  for (guint i = 0; i < 2; i++)
    g_assert_true(galen_digest_finish(self->digests[i], NULL));
  GalenBaseline baseline = {
      .digest = self->digests[0], .inputs = rows_of(self, 0), .since = GALEN_TIME_NONE, .until = GALEN_TIME_NONE};
  GalenReportOptions report_options = {
      .since = GALEN_TIME_NONE, .until = GALEN_TIME_NONE, .top = 1, .order_by = "time", .baseline = &baseline};
  GalenReport *report = galen_report_new(self->digests[1], rows_of(self, 1), &report_options);
  look(report->comparison, user);
  galen_report_free(report);
  for (guint i = 0; i < 2; i++)
    galen_digest_free(self->digests[i]);
  feeder_clear(&self->feeder);
  g_rand_free(self->rand);
}

static guint runs(void) {
  const char *given = g_getenv("GALEN_RUNS");
  guint64 n = given != NULL ? g_ascii_strtoull(given, NULL, 10) : 0;
  return n > 0 ? (guint)MIN(n, 1000000) : 60;
}

/* ---- nothing has changed ---- */

static const Law laws[] = {
    {.name = "steady", .classes = 60, .events = 6000, .length = 24 * HOUR, .sigma = 1},
    {.name = "one-class", .classes = 1, .events = 3000, .length = 2 * HOUR, .sigma = 1},
    {.name = "few-events", .classes = 100, .events = 300, .length = 10 * HOUR, .sigma = 1},
    {.name = "few-minutes", .classes = 30, .events = 3000, .length = 300, .sigma = 1},
    {.name = "bursts", .classes = 60, .events = 8000, .length = 24 * HOUR, .sigma = 1, .burst = 20, .burst_length = 60},
    {.name = "long-bursts",
     .classes = 40,
     .events = 8000,
     .length = 24 * HOUR,
     .sigma = 1,
     .burst = 50,
     .burst_length = 900},
    {.name = "day-curve", .classes = 60, .events = 8000, .length = 24 * HOUR, .sigma = 1, .curve = 0.8},
    {.name = "two-days", .classes = 60, .events = 8000, .length = 48 * HOUR, .sigma = 1, .curve = 0.8},
    {.name = "curve-of-one-class", .classes = 1, .events = 4000, .length = 24 * HOUR, .sigma = 1, .curve = 0.6},
    {.name = "curve-and-bursts",
     .classes = 60,
     .events = 8000,
     .length = 24 * HOUR,
     .sigma = 1,
     .curve = 0.8,
     .burst = 10,
     .burst_length = 120},
    {.name = "heavy-tail", .classes = 60, .events = 6000, .length = 24 * HOUR, .tail = 1.1},
    {.name = "slow-spells", .classes = 60, .events = 6000, .length = 24 * HOUR, .sigma = 0.7, .slow = 0.15},
    {.name = "slow-spells-heavy-tail", .classes = 60, .events = 20000, .length = 24 * HOUR, .tail = 1.1, .slow = 0.15},
    {.name = "batches", .classes = 60, .events = 6000, .length = 24 * HOUR, .sigma = 1, .batch = 0.3},
    {.name = "wandering", .classes = 60, .events = 8000, .length = 24 * HOUR, .sigma = 1, .wander = 0.4},
    {.name = "unequal", .classes = 60, .events = 6000, .length = 24 * HOUR, .cut = 0.1, .sigma = 1},
    {.name = "unequal-bursts",
     .classes = 60,
     .events = 8000,
     .length = 24 * HOUR,
     .cut = 0.9,
     .sigma = 1,
     .burst = 15,
     .burst_length = 60},
};

typedef struct {
  guint listed, wrong, by_kind[5], by_measure[GALEN_N_MEASURES], moved;
} Tally;

static void tally(const GalenComparison *comparison, gpointer user) {
  Tally *self = user;
  const GPtrArray *const lists[] = {comparison->new, comparison->gone, comparison->slower, comparison->faster};
  guint n = 0;
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
    n += lists[i]->len;
    self->by_kind[i] += lists[i]->len;
    for (guint j = 0; i >= 2 && j < lists[i]->len; j++)
      for (guint m = 0; m < GALEN_N_MEASURES; m++)
        self->by_measure[m] += ((const GalenChange *)lists[i]->pdata[j])->measures[m].changed ? 1 : 0;
  }
  self->moved += comparison->load[GALEN_MEASURE_CALLS].changed ? 1 : 0;
  self->listed += n;
  self->wrong += n > 0;
  g_assert_true(comparison->comparable);
}

static void test_no_change(gconstpointer data) {
  const Law *law = data;
  Tally result = {0};
  guint n = runs();
  for (guint i = 0; i < n; i++)
    play(law, 1000 + i, NULL, tally, &result);
  double rate = (double)result.wrong / n;
  g_test_message(
      "%s: %.2f %% of %u comparisons list a change; new %u gone %u slower %u faster %u; time %u p95 %u calls "
      "%u; load moved %u",
      law->name, 100 * rate, n, result.by_kind[0], result.by_kind[1], result.by_kind[2], result.by_kind[3],
      result.by_measure[0], result.by_measure[1], result.by_measure[2], result.moved);
  g_assert_cmpfloat(rate, <=, FALSE_MAX);
}

/* ---- something has ---- */

typedef struct {
  const char *name;
  Law law;
  Change change;
  double found; /* in at least so many of the comparisons */
} Planted;

static const Planted plants[] = {
    {"twice-as-slow", {.classes = 60, .events = 20000, .length = 24 * HOUR, .sigma = 1}, {4, 1, 2}, 0.95},
    {"twice-as-slow-rare", {.classes = 60, .events = 6000, .length = 24 * HOUR, .sigma = 0.5}, {12, 1, 2}, 0.8},
    {"twice-as-many", {.classes = 60, .events = 20000, .length = 24 * HOUR, .sigma = 1}, {4, 2, 1}, 0.95},
    {"twice-as-many-on-a-curve",
     {.classes = 60, .events = 20000, .length = 48 * HOUR, .sigma = 1, .curve = 0.8},
     {4, 2, 1},
     0.95},
    {"half-as-slow", {.classes = 60, .events = 20000, .length = 24 * HOUR, .sigma = 1}, {4, 1, 0.5}, 0.95},
    {"only-class-twice-as-many", {.classes = 1, .events = 3000, .length = 2 * HOUR, .sigma = 1}, {0, 2, 1}, 0.95},
    {"only-class-twice-as-slow", {.classes = 1, .events = 3000, .length = 2 * HOUR, .sigma = 1}, {0, 1, 2}, 0.95},
};

typedef struct {
  const Planted *planted;
  char id[33];
  guint found, others;
} Hunt;

static void hunt(const GalenComparison *comparison, gpointer user) {
  Hunt *self = user;
  gboolean worse = self->planted->change.calls * self->planted->change.latency > 1;
  const GPtrArray *list = worse ? comparison->slower : comparison->faster;
  for (guint i = 0; i < list->len; i++) {
    gboolean it = g_str_equal(((const GalenChange *)list->pdata[i])->id, self->id);
    self->found += it ? 1 : 0;
    self->others += it ? 0 : 1;
  }
  self->others += (worse ? comparison->faster : comparison->slower)->len + comparison->new->len + comparison->gone->len;
}

static void id_of(guint class, char ret_id[33]) {
  Feeder feeder = feeder_new();
  GalenFingerprint fingerprint;
  guint8 id[GALEN_QUERY_ID_BYTES];
  g_autofree char *sql = g_strdup_printf("select c%c%c from t where id = 1", 'a' + class / 26 % 26, 'a' + class % 26);
  galen_fingerprinter_begin(feeder.fingerprinter, FALSE);
  galen_fingerprinter_feed(feeder.fingerprinter, sql, strlen(sql));
  galen_fingerprinter_end(feeder.fingerprinter, &fingerprint);
  galen_fingerprinter_id(feeder.fingerprinter, id);
  galen_query_id_print(id, ret_id);
  feeder_clear(&feeder);
}

static void test_change(gconstpointer data) {
  const Planted *planted = data;
  Hunt result = {.planted = planted};
  guint n = (runs() + 1) / 2;
  id_of(planted->change.class, result.id);
  for (guint i = 0; i < n; i++)
    play(&planted->law, 5000 + i, &planted->change, hunt, &result);
  g_test_message("%s: found in %.1f %% of %u comparisons, %u others listed", planted->name, 100.0 * result.found / n, n,
                 result.others);
  g_assert_cmpfloat((double)result.found / n, >=, planted->found);
  g_assert_cmpfloat((double)result.others / n, <=, FALSE_MAX);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_set_nonfatal_assertions();
  for (guint i = 0; i < G_N_ELEMENTS(laws); i++) {
    g_autofree char *path = g_strconcat("/comparison/no-change/", laws[i].name, NULL);
    g_test_add_data_func(path, &laws[i], test_no_change);
  }
  for (guint i = 0; i < G_N_ELEMENTS(plants); i++) {
    g_autofree char *path = g_strconcat("/comparison/change/", plants[i].name, NULL);
    g_test_add_data_func(path, &plants[i], test_change);
  }
  return g_test_run();
}
