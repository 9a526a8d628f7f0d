/* digest(A ++ B) is merge(digest(A), digest(B)): whatever the order, the split, the order of merging and the room in
 * memory, every getter says the same. So it is when parts are written as records and read again. */
#include "analyzer/digest/digest_record.h"
#include "tests/digest-support.h"

#define EVENTS_MAX 400
#define ATTRS_MAX 8
#define PARTS_MAX 5

typedef struct {
  GalenSlowEvent event;
  GalenAttr attrs[ATTRS_MAX];
  const char *node, *path;
  char *sql;
} Case;

typedef struct {
  Case cases[EVENTS_MAX];
  guint n;
  Feeder feeders[PARTS_MAX]; /* each with a dictionary that has its own ids */
  guint classes, names;      /* how many different ones there may be */
  gboolean flat;             /* all events alike but for place and plan: samples are chosen by the last rules */
} World;

static const char *const dynamic_names[] = {"Zeta_reads", "Alpha_reads", "Mid_waits", "Odd_flag", "Late_bytes"};

static const char *pick_name(GRand *rand, const World *world, const char *prefix) {
  gint number = g_rand_int_range(rand, -1, (gint)world->names);
  if (number < 0)
    return g_rand_boolean(rand) ? NULL : "";
  char text[32];
  g_snprintf(text, sizeof text, "%s%d", prefix, number);
  return g_intern_string(text);
}

/* Few different figures, so that ties happen. */
static guint64 pick_time(GRand *rand) {
  static const guint64 times[] = {0, 1, 1000, 1000, 2500000, 90000000, 5000000000, 864000000000};
  return g_rand_boolean(rand) ? times[g_rand_int_range(rand, 0, G_N_ELEMENTS(times))]
                              : (guint64)g_rand_int(rand) >> g_rand_int_range(rand, 4, 32);
}

static gint64 pick_start(GRand *rand, gint64 width) {
  gint64 start = 1700000000 * (gint64)G_USEC_PER_SEC + (gint64)(g_rand_double(rand) * (double)width);
  return g_rand_boolean(rand) ? galen_series_align(start, G_USEC_PER_SEC) : start;
}

static void random_case(GRand *rand, const World *world, gint64 width, Case *ret_case) {
  GalenSlowEvent event = plain_event(NULL, pick_time(rand));
  ret_case->sql = g_strdup_printf("select c from t_%c%c where id = %d",
                                  'a' + (char)(g_rand_int_range(rand, 0, (gint)world->classes) % 26),
                                  'a' + (char)(g_rand_int_range(rand, 0, (gint)world->classes) / 26),
                                  g_rand_int_range(rand, 0, world->flat ? 1 : 5));
  event.text = text_slice(ret_case->sql);
  event.user = text_slice(pick_name(rand, world, "user"));
  event.host = text_slice(pick_name(rand, world, "10.0.0."));
  event.schema = text_slice(pick_name(rand, world, "db"));
  event.main_mask = (guint8)g_rand_int_range(rand, 0, 16);
  for (guint i = 1; i < GALEN_N_MAIN; i++)
    event.main[i] = pick_time(rand);
  if (g_rand_int_range(rand, 0, 8) > 0)
    event.start = pick_start(rand, width);
  event.timed = event.start != GALEN_TIME_NONE && g_rand_int_range(rand, 0, 8) > 0;
  event.partial = g_rand_int_range(rand, 0, 9) == 0;
  event.error = g_rand_int_range(rand, 0, 3) == 0 ? (guint32)g_rand_int_range(rand, 1, 600) : 0;
  event.killed = g_rand_int_range(rand, 0, 20) == 0 ? 1317 : 0;
  event.rate_limit = g_rand_int_range(rand, 0, 3) == 0 ? 100 : 1;
  event.line = (guint64)g_rand_int_range(rand, 1, 4);
  if (g_rand_int_range(rand, 0, 6) == 0)
    event.routine = text_slice("db.proc");
  if (g_rand_int_range(rand, 0, 4) == 0)
    event.explain = text_slice(g_rand_boolean(rand) ? "# explain: ALL" : "# explain: ref");
  event.n_attrs = (guint)g_rand_int_range(rand, 0, ATTRS_MAX + 1);
  ret_case->node = g_rand_boolean(rand) ? "db1" : "db2";
  ret_case->path = g_rand_boolean(rand) ? "a.log" : "b.log";
  if (world->flat) {
    event.main[GALEN_MAIN_TIME] = 5;
    event.start = event.start == GALEN_TIME_NONE ? event.start : galen_series_align(event.start, width);
  }
  ret_case->event = event;
}

/* Facts; known and new attributes, where what a new one's id is depends on the dictionary. `seed` makes them the same each time. */
static void fill_attrs(Case *self, guint32 seed, Feeder *feeder) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
  for (guint i = 0; i < self->event.n_attrs; i++) {
    guint16 id = (guint16)g_rand_int_range(rand, 0, (gint)galen_attr_known_count());
    if (g_rand_int_range(rand, 0, 3) == 0) {
      guint which = (guint)g_rand_int_range(rand, 0, G_N_ELEMENTS(dynamic_names));
      id = galen_attr_dict_intern(feeder->dict, text_slice(dynamic_names[which]), (GalenUnit)(which % 3),
                                  which == 3 ? GALEN_ATTR_FLAG : GALEN_ATTR_NUMBER);
    }
    gboolean flag = galen_attr_dict_get(feeder->dict, id)->kind == GALEN_ATTR_FLAG;
    self->attrs[i] = (GalenAttr){id, flag ? (guint64)g_rand_int_range(rand, 0, 2) : pick_time(rand)};
  }
  feeder->facts = g_rand_int(rand);
  feeder->size = pick_time(rand);
  self->event.attrs = self->attrs;
  self->event.dict = feeder->dict;
}

static void shuffle(GRand *rand, guint *order, guint n) {
  for (guint i = 0; i < n; i++)
    order[i] = i;
  for (guint i = n; i > 1; i--) {
    guint other = (guint)g_rand_int_range(rand, 0, (gint)i);
    guint keep = order[i - 1];
    order[i - 1] = order[other];
    order[other] = keep;
  }
}

static void add_case(World *world, guint number, GalenDigest *digest, guint part) {
  Case *self = &world->cases[number];
  fill_attrs(self, number, &world->feeders[part]);
  galen_digest_set_source(digest, self->node, self->path);
  feed(&world->feeders[part], digest, &self->event);
}

static char *finish_and_dump(GalenDigest *digest) {
  g_autoptr(GError) error = NULL;
  gboolean ok = galen_digest_finish(digest, &error);
  g_assert_no_error(error);
  g_assert_true(ok);
  return dump_digest(digest);
}

static char *dump_in_order(World *world, const GalenDigestOptions *options) {
  g_autoptr(GalenDigest) digest = galen_digest_new(options);
  for (guint i = 0; i < world->n; i++)
    add_case(world, i, digest, 0);
  return finish_and_dump(digest);
}

/* Events in random order to random parts, some merged on the way, the rest at the end in random order. */
static char *dump_split(GRand *rand, World *world, const GalenDigestOptions *options) {
  guint parts = (guint)g_rand_int_range(rand, 1, PARTS_MAX + 1), order[EVENTS_MAX] = {0};
  GalenDigest *digests[PARTS_MAX] = {NULL};
  for (guint i = 0; i < parts; i++)
    digests[i] = galen_digest_new(options);
  shuffle(rand, order, world->n);
  for (guint i = 0; i < world->n; i++) {
    guint part = (guint)g_rand_int_range(rand, 0, (gint)parts);
    add_case(world, order[i], digests[part], part);
    guint target = (guint)g_rand_int_range(rand, 0, (gint)parts);
    if (target != part && g_rand_int_range(rand, 0, 60) == 0)
      galen_digest_merge(digests[target], digests[part]);
  }
  guint last = (guint)g_rand_int_range(rand, 0, (gint)parts);
  for (guint i = 1; i < parts; i++)
    galen_digest_merge(digests[last], digests[(last + i) % parts]);
  char *dump = finish_and_dump(digests[last]);
  for (guint i = 0; i < parts; i++)
    galen_digest_free(digests[i]);
  return dump;
}

#define RECORD_MAX ((gsize)64 << 20)

static void put(GalenDigest *digest, const GalenDigestPut *how, GalenBytes *record) {
  g_autoptr(GError) error = NULL;
  galen_bytes_init(record, RECORD_MAX);
  galen_digest_put(digest, how, record, &error);
  g_assert_no_error(error);
}

static gboolean same_bytes(const GalenBytes *a, const GalenBytes *b) {
  return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

static void note_text(const GalenClassFigures *class, gpointer user) {
  GHashTable *texts = user;
  GBytes *text = g_bytes_new(class->fingerprint.data, class->fingerprint.len);
  g_assert_cmpuint(class->full_len, ==, class->fingerprint.len);
  g_hash_table_insert(texts, g_bytes_new(class->id, sizeof class->id), text);
}

static gboolean find_text(const guint8 id[GALEN_QUERY_ID_BYTES], gpointer user, GalenSlice *ret_text,
                          guint64 *ret_full_len, G_GNUC_UNUSED GError **error) {
  g_autoptr(GBytes) key = g_bytes_new(id, GALEN_QUERY_ID_BYTES);
  GBytes *text = g_hash_table_lookup(user, key);
  g_assert_nonnull(text);
  *ret_text = galen_slice(g_bytes_get_data(text, NULL), g_bytes_get_size(text));
  *ret_full_len = g_bytes_get_size(text);
  return TRUE;
}

static void get(GalenDigest *digest, GalenBytes *record, GHashTable *texts) {
  g_autoptr(GError) error = NULL;
  GalenDigestGet how = {.text = find_text, .text_user = texts};
  GalenBytesReader reader = {record->data, record->data + record->len, FALSE};
  galen_digest_get(digest, &reader, texts != NULL ? &how : NULL, &error);
  g_assert_no_error(error);
  galen_bytes_clear(record);
}

/* Events in random order to random slots, which are closed at any time, and opened again when they come again; all records are
 * read in random order. */
static char *dump_stored(GRand *rand, World *world, const GalenDigestOptions *options, const GalenDigestOptions *into) {
  guint order[EVENTS_MAX] = {0}, slots[PARTS_MAX];
  GalenDigest *digests[PARTS_MAX] = {NULL};
  GalenBytes records[PARTS_MAX] = {{0}};
  g_autoptr(GHashTable) texts =
      g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, (GDestroyNotify)g_bytes_unref);
  GalenDigestPut how = {.without_fingerprints = g_rand_boolean(rand)};
  shuffle(rand, order, world->n);
  shuffle(rand, slots, PARTS_MAX);
  for (guint i = 0; i < world->n + PARTS_MAX; i++) {
    guint slot = i < world->n ? (guint)g_rand_int_range(rand, 0, PARTS_MAX) : i - world->n;
    if (digests[slot] == NULL) {
      digests[slot] = galen_digest_new(options);
      if (records[slot].data != NULL)
        get(digests[slot], &records[slot], how.without_fingerprints ? texts : NULL);
    }
    if (i < world->n)
      add_case(world, order[i], digests[slot], slot);
    if (i < world->n && g_rand_int_range(rand, 0, 30) > 0)
      continue;
    GalenBytes again;
    put(digests[slot], &how, &records[slot]);
    put(digests[slot], &how, &again); /* it stays as it was */
    if (options->hot_classes == 0 && options->hot_bytes == 0 && options->top_inline == 0)
      g_assert_true(same_bytes(&records[slot], &again));
    galen_bytes_clear(&again);
    g_autoptr(GError) error = NULL;
    galen_digest_foreach_class(digests[slot], note_text, texts, &error);
    g_assert_no_error(error);
    g_clear_pointer(&digests[slot], galen_digest_free);
  }
  g_autoptr(GalenDigest) whole = galen_digest_new(into);
  for (guint i = 0; i < PARTS_MAX; i++)
    get(whole, &records[slots[i]], how.without_fingerprints ? texts : NULL);
  return finish_and_dump(whole);
}

static void assert_same_text(const char *a, const char *b) {
  gsize at = 0;
  while (a[at] != '\0' && a[at] == b[at])
    at++;
  if (a[at] != b[at])
    g_error("dumps differ at byte %" G_GSIZE_FORMAT ":\n%.200s\n---\n%.200s", at, a + at - MIN(at, 100),
            b + at - MIN(at, 100));
}

static void one_round(guint32 seed) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
  g_autofree World *world = g_new0(World, 1);
  world->n = (guint)g_rand_int_range(rand, 0, EVENTS_MAX + 1);
  world->classes = (guint)g_rand_int_range(rand, 1, 60);
  world->names = (guint)g_rand_int_range(rand, 1, 60);
  world->flat = g_rand_int_range(rand, 0, 3) == 0;
  gint64 width = (gint64)G_USEC_PER_SEC << g_rand_int_range(rand, 0, 28);
  for (guint i = 0; i < world->n; i++)
    random_case(rand, world, width, &world->cases[i]);
  for (guint i = 0; i < PARTS_MAX; i++)
    world->feeders[i] = feeder_new();
  GalenDigestOptions roomy = {.classes_max = g_rand_boolean(rand) ? 0 : 7,
                              .samples = (GalenSampleMode)g_rand_int_range(rand, 0, 3)};
  g_autofree char *expected = dump_in_order(world, &roomy);
  static const guint steps[] = {0, 60, 60, 50, 86400, 4000000};
  GalenDigestOptions stepped = roomy;
  stepped.step = steps[g_rand_int_range(rand, 0, G_N_ELEMENTS(steps))];
  g_autofree char *in_steps = dump_in_order(world, &stepped);
  const GalenDigestOptions tight[] = {
      roomy,
      {.hot_classes = 3, .classes_max = roomy.classes_max, .top_inline = 2, .samples = roomy.samples, .top_global = 3},
      {.hot_classes = 20,
       .hot_bytes = 40000,
       .classes_max = roomy.classes_max,
       .samples = roomy.samples,
       .top_global = 9},
      {.hot_classes = 40,
       .hot_bytes = 200000,
       .classes_max = roomy.classes_max,
       .samples = roomy.samples,
       .top_global = 30,
       .share = (guint)g_rand_int_range(rand, 2, 9)},
      {.hot_bytes = 1, .classes_max = roomy.classes_max, .top_inline = 1, .samples = roomy.samples, .top_global = 1},
  };
  for (guint i = 0; i < G_N_ELEMENTS(tight); i++) {
    g_autofree char *dump = dump_split(rand, world, &tight[i]);
    assert_same_text(expected, dump);
    GalenDigestOptions slots = tight[i];
    slots.step = stepped.step;
    slots.share = 0;
    g_autofree char *stored = dump_stored(rand, world, &slots, &tight[(i + 2) % G_N_ELEMENTS(tight)]);
    assert_same_text(in_steps, stored);
  }
  for (guint i = 0; i < PARTS_MAX; i++)
    feeder_clear(&world->feeders[i]);
  for (guint i = 0; i < world->n; i++)
    g_free(world->cases[i].sql);
}

static void test_any_split(void) {
  guint32 first = (guint32)g_test_rand_int();
  g_test_message("first seed %u", first);
  for (guint32 i = 0; i < 60; i++)
    one_round(first + i);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/digest-merge/any-split", test_any_split);
  return g_test_run();
}
