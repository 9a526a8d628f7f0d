/* Facts by kind and time: every lookup finds what a walk through all facts finds. */
#include "../../analyzer/cluster/timeline.h"

#define FACTS 300u
#define KINDS 3u

typedef struct {
  GalenNode node;
  GPtrArray *facts;
} Fixture;

static gboolean is_flagged(const GalenFact *fact) {
  return fact->flag;
}

/* Times go on, jump back now and then when `jumps`, and are missing in places. */
static void fixture_init(Fixture *self, GRand *rand, gboolean jumps) {
  gint64 now = 1000;
  self->facts = g_ptr_array_new_with_free_func((GDestroyNotify)galen_fact_free);
  for (guint i = 0; i < FACTS; i++) {
    GalenFact *fact = galen_fact_new((GalenFactKind)(GALEN_FACT_STATE + g_rand_int_range(rand, 0, KINDS)));
    now += g_rand_int_range(rand, 0, 4);
    if (jumps && g_rand_int_range(rand, 0, 20) == 0)
      now -= g_rand_int_range(rand, 0, 200);
    fact->time = g_rand_int_range(rand, 0, 10) == 0 ? GALEN_TIME_NONE : now;
    fact->flag = g_rand_boolean(rand);
    g_ptr_array_add(self->facts, fact);
  }
  self->node = (GalenNode){.facts = self->facts};
  galen_timeline_make(&self->node);
}

static void fixture_clear(Fixture *self) {
  galen_timeline_free(self->node.timeline);
  g_ptr_array_unref(self->facts);
}

static void check(const Fixture *self, GalenFactKind kind, gint64 from, gint64 to, gboolean flagged) {
  const GalenFact *first = NULL, *last = NULL;
  guint n = 0, found;
  for (guint i = 0; i < FACTS; i++) {
    const GalenFact *fact = self->facts->pdata[i];
    if (fact->kind != kind || fact->time == GALEN_TIME_NONE || fact->time < from || fact->time > to)
      continue;
    n++;
    if (flagged && !fact->flag)
      continue;
    first = first == NULL ? fact : first;
    last = fact;
  }
  (void)galen_timeline_range(&self->node, kind, from, to, &found);
  g_assert_cmpuint(found, ==, n);
  g_assert_true(galen_timeline_first(&self->node, kind, from, to, flagged ? is_flagged : NULL) == first);
  g_assert_true(galen_timeline_last(&self->node, kind, from, to, flagged ? is_flagged : NULL) == last);
}

static void check_several(const Fixture *self, gint64 from, gint64 to) {
  static const GalenFactKind kinds[] = {GALEN_FACT_STATE, GALEN_FACT_STATE + 2};
  g_autoptr(GPtrArray) found = galen_timeline_facts(&self->node, kinds, G_N_ELEMENTS(kinds), from, to);
  guint n = 0;
  for (guint i = 0; i < FACTS; i++) {
    const GalenFact *fact = self->facts->pdata[i];
    if (fact->kind == kinds[0] || fact->kind == kinds[1]) {
      if (fact->time == GALEN_TIME_NONE || fact->time < from || fact->time > to)
        continue;
      g_assert_cmpuint(n, <, found->len);
      g_assert_true(found->pdata[n] == fact);
      n++;
    }
  }
  g_assert_cmpuint(n, ==, found->len);
}

static void test_lookups(gconstpointer jumps) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(7);
  for (guint round = 0; round < 20; round++) {
    Fixture self;
    fixture_init(&self, rand, jumps != NULL);
    for (guint i = 0; i < 200; i++) {
      gint64 from = g_rand_int_range(rand, 700, 1700), to = from + g_rand_int_range(rand, -10, 300);
      check(&self, (GalenFactKind)(GALEN_FACT_STATE + i % KINDS), from, to, i % 2 == 0);
      check_several(&self, from, to);
    }
    check(&self, GALEN_FACT_STATE, G_MININT64 + 1, G_MAXINT64, FALSE);
    check(&self, GALEN_FACT_VOTE, G_MININT64 + 1, G_MAXINT64, FALSE);
    fixture_clear(&self);
  }
}

static void test_none(void) {
  g_autoptr(GPtrArray) facts = g_ptr_array_new();
  GalenNode node = {.facts = facts};
  g_assert_null(galen_timeline_first(&node, GALEN_FACT_STATE, 0, 9, NULL)); /* not made yet */
  galen_timeline_make(&node);
  g_assert_null(galen_timeline_first(&node, GALEN_FACT_STATE, 0, 9, NULL));
  g_assert_null(galen_timeline_last(&node, GALEN_FACT_STATE, 0, 9, NULL));
  galen_timeline_free(node.timeline);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_data_func("/timeline/in-order", NULL, test_lookups);
  g_test_add_data_func("/timeline/jumps", GUINT_TO_POINTER(1), test_lookups);
  g_test_add_func("/timeline/none", test_none);
  return g_test_run();
}
