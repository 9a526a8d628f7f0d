/* What a store keeps of a slot's statements comes back as it was, and what is damaged or false is refused. */
#include "analyzer/digest/digest_record.h"
#include "tests/digest-support.h"

#include <zlib.h>

#define RECORD_MAX ((gsize)16 << 20)
#define HOUR ((gint64)3600 * G_USEC_PER_SEC)
#define T0 ((gint64)1700006400 * G_USEC_PER_SEC)

static void put(GalenDigest *digest, const GalenDigestPut *how, GalenBytes *record) {
  g_autoptr(GError) error = NULL;
  galen_bytes_init(record, RECORD_MAX);
  galen_digest_put(digest, how, record, &error);
  g_assert_no_error(error);
}

static gboolean get(GalenDigest *digest, const GalenBytes *record, const GalenDigestGet *how, GError **error) {
  GalenBytesReader reader = {record->data, record->data + record->len, FALSE};
  return galen_digest_get(digest, &reader, how, error);
}

static char *finish_and_dump(GalenDigest *digest) {
  g_autoptr(GError) error = NULL;
  galen_digest_finish(digest, &error);
  g_assert_no_error(error);
  return dump_digest(digest);
}

static GalenSlowEvent event_at(const char *sql, guint64 time, gint64 start) {
  GalenSlowEvent event = plain_event(sql, time);
  event.start = start;
  event.timed = TRUE;
  event.user = text_slice("app");
  event.schema = text_slice("shop");
  event.line = (guint64)(start % 1000);
  event.main_mask = 15;
  event.main[GALEN_MAIN_ROWS_EXAMINED] = time / 7;
  return event;
}

/* A little of everything. */
static void fill(GalenDigest *digest, guint events) {
  Feeder feeder = feeder_new();
  static const char *const texts[] = {"select a from t where id = 1", "update t set a = 'x' where id in (1, 2)",
                                      "commit", ""};
  galen_digest_set_source(digest, "db1", "/logs/db1/slow.log");
  for (guint i = 0; i < events; i++) {
    GalenSlowEvent event = event_at(texts[i % 4], 1000 + (guint64)i * 977, T0 + (gint64)i * 7 * G_USEC_PER_SEC);
    guint16 id = galen_attr_dict_intern(feeder.dict, text_slice("Own_reads"), GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER);
    GalenAttr attrs[] = {{0, i}, {1, i % 2}, {id, 5}};
    event.attrs = attrs;
    event.n_attrs = G_N_ELEMENTS(attrs);
    event.dict = feeder.dict;
    event.error = i % 3;
    event.explain = text_slice(i % 5 == 0 ? "# explain: ALL" : NULL);
    event.timed = i % 6 > 0;
    feeder.facts = i;
    feeder.size = i;
    feed(&feeder, digest, &event);
  }
  feeder_clear(&feeder);
}

/* Node and path are what they are called when the record is read. */
static void test_source(void) {
  GalenDigestOptions options = {.samples = GALEN_SAMPLES_MASKED, .step = 60};
  g_autoptr(GalenDigest) digest = galen_digest_new(&options), back = galen_digest_new(NULL);
  g_autoptr(GError) error = NULL;
  GalenBytes record;
  fill(digest, 40);
  put(digest, NULL, &record);
  GalenDigestGet how = {.node = "replica", .path = "slow.log.1.gz"};
  get(back, &record, &how, &error);
  g_assert_no_error(error);
  g_autofree char *dump = finish_and_dump(digest), *found = finish_and_dump(back);
  g_autoptr(GString) expected = g_string_new(dump);
  g_assert_cmpuint(g_string_replace(expected, "db1 /logs/db1/slow.log", "replica slow.log.1.gz", 0), ==, 4);
  g_string_replace(expected, "db1", "replica", 0);
  g_assert_cmpstr(expected->str, ==, found);
  g_assert_cmpint(galen_digest_series(back)->step, ==, G_GINT64_CONSTANT(60) * G_USEC_PER_SEC);
  galen_bytes_clear(&record);
}

/* The step is never finer than it may be, and follows the range as ever. */
static void test_step(void) {
  static const struct {
    guint step, events;
    gint64 expected;
  } cases[] = {{0, 3, 1}, {60, 3, 60}, {59, 3, 60}, {61, 3, 300}, {86400, 3, 86400}, {60, 20000, 900}};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    GalenDigestOptions options = {.step = cases[i].step};
    g_autoptr(GalenDigest) digest = galen_digest_new(&options), into = galen_digest_new(NULL),
                           empty = galen_digest_new(NULL);
    fill(digest, cases[i].events);
    fill(into, 2);
    galen_digest_merge(into, digest);
    galen_digest_merge(into, empty);
    g_autofree char *dump = finish_and_dump(into);
    g_assert_cmpint(galen_digest_series(into)->step, ==, cases[i].expected * G_USEC_PER_SEC);
  }
}

static gboolean never(G_GNUC_UNUSED const guint8 id[GALEN_QUERY_ID_BYTES], G_GNUC_UNUSED gpointer user,
                      G_GNUC_UNUSED GalenSlice *ret_text, G_GNUC_UNUSED guint64 *ret_full_len, GError **error) {
  g_set_error_literal(error, GALEN_RECORD_ERROR, GALEN_RECORD_ERROR_DAMAGED, "no such class");
  return FALSE;
}

static void test_fingerprints(void) {
  g_autoptr(GalenDigest) digest = galen_digest_new(NULL);
  GalenBytes whole, without;
  fill(digest, 9);
  put(digest, NULL, &whole);
  put(digest, &(GalenDigestPut){.without_fingerprints = TRUE}, &without);
  g_assert_nonnull(memmem(whole.data, whole.len, "where id in(?+)", 15));
  g_assert_null(memmem(without.data, without.len, "where id in(?+)", 15));
  const GalenDigestGet hows[] = {{0}, {.text = never}};
  for (guint i = 0; i < G_N_ELEMENTS(hows); i++) {
    g_autoptr(GalenDigest) back = galen_digest_new(NULL);
    g_autoptr(GError) error = NULL, again = NULL;
    g_assert_false(get(back, &without, &hows[i], &error));
    g_assert_error(error, GALEN_RECORD_ERROR, GALEN_RECORD_ERROR_DAMAGED);
    g_assert_false(galen_digest_finish(back, &again)); /* it may have half of it */
    g_assert_error(again, GALEN_RECORD_ERROR, GALEN_RECORD_ERROR_DAMAGED);
  }
  galen_bytes_clear(&whole);
  galen_bytes_clear(&without);
}

static GalenDigest *one_event(Feeder *feeder, guint64 time, gint64 start) {
  GalenDigestOptions options = {.samples = GALEN_SAMPLES_FULL, .step = 60};
  GalenDigest *digest = galen_digest_new(&options);
  g_autofree char *sql = g_strdup_printf("select * from t where id = %" G_GUINT64_FORMAT, time);
  GalenSlowEvent event = event_at(sql, time, start);
  feed(feeder, digest, &event);
  return digest;
}

/* The worst of each day has its text; what is left out is only text. */
static void test_samples(void) {
  static const struct {
    guint64 time;
    gint64 start;
    gboolean text;
  } cases[] = {{500, T0, TRUE},           {400, T0 + HOUR, FALSE},     {600, T0 + 2 * HOUR, TRUE},
               {600, T0 + HOUR, TRUE},    {600, T0 + 3 * HOUR, FALSE}, {600, T0 + 2 * HOUR, FALSE},
               {1, T0 + 24 * HOUR, TRUE}, {2, T0 + 25 * HOUR, TRUE},   {1, T0 + 26 * HOUR, FALSE}};
  g_autoptr(GalenSampleDays) days = galen_sample_days_new();
  Feeder feeder = feeder_new();
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GalenDigest) digest = one_event(&feeder, cases[i].time, cases[i].start), back = galen_digest_new(NULL);
    g_autoptr(GError) error = NULL;
    GalenBytes record;
    put(digest, &(GalenDigestPut){.days = days, .day = cases[i].start}, &record);
    get(back, &record, NULL, &error);
    g_assert_no_error(error);
    g_autofree char *dump = finish_and_dump(back);
    const GalenSample *sample = &((const GalenClass *)galen_digest_classes(back)->pdata[0])->sample;
    g_assert_cmpint(sample->text != NULL, ==, cases[i].text);
    g_assert_cmpuint(sample->query_time, ==, cases[i].time);
    g_assert_cmpint(sample->time, ==, cases[i].start);
    galen_bytes_clear(&record);
    put(digest, &(GalenDigestPut){.without_samples = TRUE, .without_fingerprints = TRUE}, &record);
    g_assert_null(memmem(record.data, record.len, "select", 6));
    galen_bytes_clear(&record);
  }
  feeder_clear(&feeder);
}

static void count_class(const GalenClassFigures *class, gpointer user) {
  guint64 *sums = user;
  sums[0]++;
  sums[1] += class->count;
  sums[2] += class->time;
  sums[3] = MAX(sums[3], class->time_max);
  sums[4] += class->rows_examined;
  sums[5] += class->full_len;
  g_assert_cmpuint(class->full_len, ==, class->fingerprint.len);
}

/* Each class once, in memory or not, and they are still there. */
static void test_foreach(void) {
  for (guint hot = 0; hot < 4; hot++) {
    GalenDigestOptions options = {.hot_classes = hot};
    g_autoptr(GalenDigest) digest = galen_digest_new(&options);
    g_autoptr(GError) error = NULL;
    fill(digest, 40);
    for (guint i = 0; i < 2; i++) {
      guint64 sums[6] = {0}, rows = 0;
      g_assert_true(galen_digest_foreach_class(digest, count_class, sums, &error));
      for (guint j = 0; j < 40; j++)
        rows += (1000 + (guint64)j * 977) / 7;
      g_assert_cmpuint(sums[0], ==, 4);
      g_assert_cmpuint(sums[1], ==, 40);
      g_assert_cmpuint(sums[2], ==, 40 * 1000 + 977 * 39 * 20);
      g_assert_cmpuint(sums[3], ==, 1000 + 977 * 39);
      g_assert_cmpuint(sums[4], ==, rows);
      g_assert_cmpuint(sums[5], ==, strlen("select a from t where id = ?update t set a = ? where id in(?+)commit"));
    }
    g_autofree char *dump = finish_and_dump(digest);
    g_assert_cmpuint(galen_digest_classes(digest)->len, ==, 4);
  }
}

/* ---- damage ---- */

/* Gives what was changed a right checksum. */
static void seal(GalenBytes *record) {
  guint32 sum = GUINT32_TO_LE((guint32)crc32_z(0, record->data, record->len - 4));
  memcpy(record->data + record->len - 4, &sum, sizeof sum);
}

/* Each cut and each flipped bit is refused, and what is there stays. */
static void test_damage(void) {
  g_autoptr(GalenDigest) digest = galen_digest_new(NULL), back = galen_digest_new(NULL), same = galen_digest_new(NULL);
  GalenBytes record;
  fill(digest, 13);
  fill(back, 5);
  fill(same, 5);
  put(digest, NULL, &record);
  for (gsize cut = 0; cut < record.len; cut++) {
    GalenBytes part = {.data = record.data, .len = cut};
    g_autoptr(GError) error = NULL;
    g_assert_false(get(back, &part, NULL, &error));
    g_assert_error(error, GALEN_RECORD_ERROR, GALEN_RECORD_ERROR_DAMAGED);
  }
  for (gsize at = 0; at < record.len * 8; at++) {
    g_autoptr(GError) error = NULL;
    record.data[at / 8] ^= (guint8)(1u << at % 8);
    g_assert_false(get(back, &record, NULL, &error));
    g_assert_error(error, GALEN_RECORD_ERROR, GALEN_RECORD_ERROR_DAMAGED);
    record.data[at / 8] ^= (guint8)(1u << at % 8);
  }
  g_autofree char *expected = finish_and_dump(same), *found = finish_and_dump(back);
  g_assert_cmpstr(expected, ==, found);
  galen_bytes_clear(&record);
}

/* A record of a wrong length, or with a wrong bit, that a right checksum was made for: refused or read, without harm. */
static void test_malice(void) {
  g_autoptr(GalenDigest) digest = galen_digest_new(NULL);
  GalenBytes record;
  fill(digest, 13);
  put(digest, NULL, &record);
  g_autofree guint8 *good = g_memdup2(record.data, record.len);
  gsize len = record.len;
  for (gsize cut = 5; cut < len; cut++) {
    g_autoptr(GalenDigest) back = galen_digest_new(NULL);
    g_autoptr(GError) error = NULL;
    memcpy(record.data, good, len);
    record.len = cut;
    seal(&record);
    g_assert_false(get(back, &record, NULL, &error));
    g_assert_error(error, GALEN_RECORD_ERROR, GALEN_RECORD_ERROR_DAMAGED);
  }
  record.len = len;
  for (gsize at = 0; at < (len - 4) * 8; at++) {
    g_autoptr(GalenDigest) back = galen_digest_new(NULL);
    memcpy(record.data, good, len);
    record.data[at / 8] ^= (guint8)(1u << at % 8);
    seal(&record);
    if (!get(back, &record, NULL, NULL))
      continue;
    g_autofree char *dump = finish_and_dump(back);
    g_assert_nonnull(dump);
  }
  galen_bytes_clear(&record);
}

static void test_version(void) {
  g_autoptr(GalenDigest) digest = galen_digest_new(NULL), back = galen_digest_new(NULL);
  g_autoptr(GError) newer = NULL, none = NULL;
  GalenBytes record;
  fill(digest, 1);
  put(digest, NULL, &record);
  record.data[1]++;
  seal(&record);
  g_assert_false(get(back, &record, NULL, &newer));
  g_assert_error(newer, GALEN_RECORD_ERROR, GALEN_RECORD_ERROR_NEWER);
  record.data[1] = 0;
  seal(&record);
  g_assert_false(get(back, &record, NULL, &none));
  g_assert_error(none, GALEN_RECORD_ERROR, GALEN_RECORD_ERROR_DAMAGED);
  galen_bytes_clear(&record);
}

/* A record that the first version wrote is read for ever. */
static void test_first_version(void) {
  g_autofree char *body = NULL;
  gsize len = 0;
  g_autoptr(GError) error = NULL;
  g_file_get_contents(GALEN_SOURCE_DIR "/tests/fuzz/corpus/slot-record/queries-13", &body, &len, &error);
  g_assert_no_error(error);
  GalenBytes record;
  galen_bytes_init(&record, RECORD_MAX);
  gsize start = galen_record_begin(&record, 'Q', 1);
  galen_bytes_put_raw(&record, body + 1, len - 1);
  galen_record_end(&record, start, &error);
  g_assert_no_error(error);
  GalenDigestOptions options = {.samples = GALEN_SAMPLES_MASKED, .step = 60};
  g_autoptr(GalenDigest) back = galen_digest_new(&options), same = galen_digest_new(&options);
  get(back, &record, NULL, &error);
  g_assert_no_error(error);
  fill(same, 13);
  g_autofree char *expected = finish_and_dump(same), *found = finish_and_dump(back);
  g_assert_cmpstr(found, ==, expected);
  galen_bytes_clear(&record);
}

/* What has no room leaves nothing behind, neither in the bytes nor of the classes. */
static void test_room(void) {
  for (guint hot = 0; hot < 3; hot++) {
    GalenDigestOptions options = {.hot_classes = hot, .top_inline = 1, .samples = GALEN_SAMPLES_MASKED};
    g_autoptr(GalenDigest) digest = galen_digest_new(&options), same = galen_digest_new(NULL);
    fill(digest, 13);
    fill(same, 13);
    for (gsize max = 0; max < 400; max += 3) {
      g_autoptr(GError) error = NULL;
      GalenBytes record;
      galen_bytes_init(&record, max);
      g_assert_false(galen_digest_put(digest, NULL, &record, &error));
      g_assert_error(error, GALEN_RECORD_ERROR, GALEN_RECORD_ERROR_SIZE);
      g_assert_cmpuint(record.len, ==, 0);
      galen_bytes_clear(&record);
    }
    g_autofree char *expected = finish_and_dump(same), *found = finish_and_dump(digest);
    g_assert_cmpstr(expected, ==, found);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/digest-record/source", test_source);
  g_test_add_func("/digest-record/step", test_step);
  g_test_add_func("/digest-record/fingerprints", test_fingerprints);
  g_test_add_func("/digest-record/samples", test_samples);
  g_test_add_func("/digest-record/foreach", test_foreach);
  g_test_add_func("/digest-record/damage", test_damage);
  g_test_add_func("/digest-record/malice", test_malice);
  g_test_add_func("/digest-record/version", test_version);
  g_test_add_func("/digest-record/first-version", test_first_version);
  g_test_add_func("/digest-record/room", test_room);
  return g_test_run();
}
