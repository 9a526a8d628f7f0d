/* Error digests add up: whatever the split and the order, the same comes out. */
#include "../../analyzer/digest/errors_record.h"
#include "../errors-support.h"

#define RECORDS 3000u
#define MANY 12000u

typedef struct {
  char *text;
  gint64 time;
  guint64 line;
  guint source; /* which of the inputs below */
} Record;

static const char *const nodes[] = {"db1", "db2", "db1"};
static const char *const paths[] = {"db1/error.log", "db2/error.log", "db1/error.log.1"};

static const char deadlock[] =
    "2026-11-24  3:28:55 12 [Note] InnoDB: Transactions deadlock detected, dumping detailed information.\n"
    "2026-11-24  3:28:55 12 [Note] InnoDB: \n*** (1) TRANSACTION:\n\nTRANSACTION 145, ACTIVE 0 sec starting index "
    "read\n"
    "MariaDB thread id 139, OS thread handle 1, query id 5 localhost root Updating\nupdate t set a=5 where id=%u\n"
    "*** WE ROLL BACK TRANSACTION (1)\n";

static char *random_text(GRand *rand) {
  guint n = (guint)g_rand_int_range(rand, 0, 1000000);
  switch (g_rand_int_range(rand, 0, 12)) {
  case 0:
    return g_strdup_printf(
        "2026-11-24  3:28:55 0 [Warning] Aborted connection %u to db: 'd' user: 'u%u' host: '10.0.0.%u' "
        "(Got timeout reading communication packets)",
        n, n % 7, n % 5);
  case 1:
    return g_strdup_printf(
        "2026-11-24  3:28:55 0 [Warning] Aborted connection %u to db: 'd' user: 'u' host: 'h%u' (%s)", n, n % 5,
        n % 2 ? "Got an error reading communication packets" : "CLOSE_CONNECTION");
  case 2:
    return g_strdup_printf(
        "2026-11-24  3:28:55 0 [Warning] Access denied for user 'u%u'@'10.0.0.1' (using password: YES)", n % 9);
  case 3:
    return g_strdup_printf("2026-11-24  3:28:55 0 [%s] Something odd happened %u times", n % 3 ? "Note" : "ERROR", n);
  case 4:
    return g_strdup_printf(deadlock, n);
  case 5:
    return g_strdup_printf("03:28:55 UTC - mysqld got signal %u ;\nThread pointer: 0x0\n/usr/sbin/mysqld(f+0x1)[0x2]\n",
                           n % 2 ? 6u : 11u);
  case 6:
    return g_strdup_printf("2026-11-24 03:28:55 0x7f00  InnoDB: Assertion failure in file /b/row0ins.cc line %u",
                           n % 3);
  case 7:
    return g_strdup_printf("2026-11-24  3:28:55 8 [ERROR] Slave SQL: Error, Internal MariaDB error code: %u",
                           1100 + n % 4);
  case 8:
    return g_strdup_printf("2026-11-24T03:28:55.000000Z 0 [ERROR] [MY-010119] [Server] Aborting %u", n);
  case 9:
    return g_strdup("2026-11-24  3:28:55 0 [Note] InnoDB: Starting shutdown...");
  case 10:
    return g_strdup_printf("2026-11-24  3:28:55 0 [Warning] InnoDB: A long semaphore wait:\n--Thread %u has waited at "
                           "row0ins.cc line 9 for 241 seconds the semaphore:\nMutex at 0x1, Mutex A created a.cc:%u, "
                           "locked by 138\n",
                           n, n % 7);
  default:
    return g_strdup_printf("2026-11-24  3:28:55 0 [Note] Kind %c of message", (char)('a' + n % 26));
  }
}

static void record_free(gpointer data) {
  Record *self = data;
  g_free(self->text);
  g_free(self);
}

static gint64 random_time(GRand *rand) {
  gint64 second = g_rand_int_range(rand, 0, 10) ? g_rand_int_range(rand, 0, 5000) : g_rand_int_range(rand, 0, 9000000);
  return g_rand_int_range(rand, 0, 20) == 0 ? GALEN_TIME_NONE : ERRORS_T0 + second * ERRORS_SECOND;
}

static GPtrArray *random_records(GRand *rand, guint n) {
  GPtrArray *records = g_ptr_array_new_with_free_func(record_free);
  for (guint i = 0; i < n; i++) {
    Record *record = g_new0(Record, 1);
    *record = (Record){random_text(rand), random_time(rand), i + 1, (guint)g_rand_int_range(rand, 0, 3)};
    g_ptr_array_add(records, record);
  }
  return records;
}

static void shuffle(GRand *rand, GPtrArray *records) {
  for (guint i = records->len; i > 1; i--) {
    guint j = (guint)g_rand_int_range(rand, 0, (gint32)i);
    gpointer swap = records->pdata[i - 1];
    records->pdata[i - 1] = records->pdata[j];
    records->pdata[j] = swap;
  }
}

static void put(GalenErrors *errors, ErrorsRules *rules, const Record *record) {
  galen_errors_set_source(errors, nodes[record->source], paths[record->source]);
  errors_put(errors, rules, record->text, record->time, record->line);
}

static char *in_one(const GPtrArray *records, ErrorsRules *rules) {
  g_autoptr(GalenErrors) errors = galen_errors_new(FALSE);
  for (guint i = 0; i < records->len; i++)
    put(errors, rules, records->pdata[i]);
  return errors_dump(errors);
}

/* Each record goes to one of `n` digests, which are then merged in a random order. */
static char *in_parts(GRand *rand, const GPtrArray *records, ErrorsRules *rules, guint n) {
  g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func((GDestroyNotify)galen_errors_free);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add(parts, galen_errors_new(FALSE));
  for (guint i = 0; i < records->len; i++)
    put(parts->pdata[g_rand_int_range(rand, 0, (gint32)n)], rules, records->pdata[i]);
  while (parts->len > 1) {
    guint from = (guint)g_rand_int_range(rand, 1, (gint32)parts->len);
    galen_errors_merge(parts->pdata[0], parts->pdata[from]);
    g_ptr_array_remove_index(parts, from);
  }
  return errors_dump(parts->pdata[0]);
}

static void test_merge(void) {
  ErrorsRules rules;
  errors_rules_load(&rules);
  g_autoptr(GRand) rand = g_rand_new_with_seed(7);
  for (guint round = 0; round < 6; round++) {
    g_autoptr(GPtrArray) records = random_records(rand, RECORDS);
    g_autofree char *expected = in_one(records, &rules);
    for (guint n = 2; n < 9; n += 3) {
      g_autofree char *found = in_parts(rand, records, &rules, n);
      g_assert_cmpstr(found, ==, expected);
    }
    shuffle(rand, records);
    g_autofree char *shuffled = in_one(records, &rules);
    g_assert_cmpstr(shuffled, ==, expected);
  }
  errors_rules_clear(&rules);
}

/* More templates, users and hosts than there is room for. */
static void test_overflow(void) {
  ErrorsRules rules;
  errors_rules_load(&rules);
  g_autoptr(GRand) rand = g_rand_new_with_seed(8);
  g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func(record_free);
  for (guint i = 0; i < MANY; i++) {
    Record *record = g_new0(Record, 1);
    char word[6] = {(char)('a' + i % 26), (char)('a' + i / 26 % 26), (char)('a' + i / 676 % 26), 'q', 'z', '\0'};
    const char *format =
        i % 2 ? "[Note] The %s happened" : "[Warning] Access denied for user '%s'@'h' (using password: NO)";
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    *record = (Record){g_strdup_printf(format, word), random_time(rand), i + 1, i % 3};
#pragma GCC diagnostic pop
    g_ptr_array_add(records, record);
  }
  g_autofree char *expected = in_one(records, &rules);
  g_autofree char *found = in_parts(rand, records, &rules, 4);
  g_assert_cmpstr(found, ==, expected);
  shuffle(rand, records);
  g_autofree char *shuffled = in_one(records, &rules);
  g_assert_cmpstr(shuffled, ==, expected);
  g_autoptr(GalenErrors) errors = galen_errors_new(FALSE);
  for (guint i = 0; i < records->len; i++)
    put(errors, &rules, records->pdata[i]);
  galen_errors_finish(errors);
  g_assert_cmpuint(galen_errors_groups(errors)->len, ==, GALEN_ERROR_GROUPS_MAX);
  g_assert_cmpuint(galen_errors_denied(errors)->len, ==, GALEN_ERROR_PEERS_MAX);
  guint64 sum = 0;
  for (guint i = 0; i < galen_errors_groups(errors)->len; i++)
    sum += ((const GalenErrorGroup *)galen_errors_groups(errors)->pdata[i])->count;
  g_assert_cmpuint(sum, ==, MANY);
  errors_rules_clear(&rules);
}

/* ---- a log whose clock is known later ---- */

/* Written times are ahead by `ahead`, and from `step` on by `more` besides; UTC only by the first. */
typedef struct {
  gint64 ahead, step, more;
} Clock;

static gint64 on_clock(gpointer user, gint64 time, gboolean utc) {
  const Clock *self = user;
  return time - self->ahead - (!utc && time >= self->step ? self->more : 0);
}

static void put_event(GalenErrors *errors, ErrorsRules *rules, const Record *record, const Clock *clock) {
  GalenErrorEvent event = error_line_event(record->text);
  gboolean utc = record->source > 0;
  event.line = record->line;
  event.wall = record->time;
  event.time = utc ? record->time : GALEN_TIME_NONE;
  gint64 time = record->time;
  if (clock != NULL && time != GALEN_TIME_NONE)
    time = on_clock((gpointer)clock, time, utc);
  const GalenLogRule *rule = galen_log_matcher_match(rules->matcher, &event);
  galen_errors_add(errors, &event, time, rule, rules->matcher);
}

#define SLOTS 6u

/* Written as a record, and read. */
static GalenErrors *store(GalenErrors *errors, const GalenLogRules *rules) {
  g_autoptr(GError) error = NULL;
  GalenBytes bytes;
  galen_bytes_init(&bytes, (gsize)64 << 20);
  for (guint i = 0; i < 2; i++) { /* it stays as it was */
    galen_bytes_reset(&bytes);
    galen_errors_put(errors, &bytes, &error);
    g_assert_no_error(error);
  }
  GalenBytesReader reader = {bytes.data, bytes.data + bytes.len, FALSE};
  GalenErrors *back = galen_errors_get(&reader, rules, FALSE, &error);
  g_assert_no_error(error);
  GalenBytes again;
  galen_bytes_init(&again, (gsize)64 << 20);
  galen_errors_put(back, &again, &error);
  g_assert_no_error(error);
  g_assert_true(again.len == bytes.len && memcmp(again.data, bytes.data, bytes.len) == 0);
  galen_bytes_clear(&again);
  galen_bytes_clear(&bytes);
  return back;
}

static guint slot_of(const Record *record) {
  return record->time == GALEN_TIME_NONE ? SLOTS - 1 : (guint)(record->time / (3600 * ERRORS_SECOND) % (SLOTS - 1));
}

/* By slots that are stored, then placed and merged; NULL: one of them cannot be placed. */
static char *in_slots(const GPtrArray *records, ErrorsRules *rules, const Clock *clock) {
  g_autoptr(GalenErrors) all = galen_errors_new(FALSE);
  gboolean placed = TRUE;
  for (guint slot = 0; slot < SLOTS; slot++) {
    g_autoptr(GalenErrors) errors = galen_errors_new_unplaced(FALSE);
    gint64 from, to;
    for (guint i = 0; i < records->len; i++)
      if (slot_of(records->pdata[i]) == slot)
        put_event(errors, rules, records->pdata[i], NULL);
    g_autoptr(GalenErrors) back = store(errors, rules->rules);
    placed = placed && galen_errors_place(back, "db1", "db1/error.log", on_clock, (gpointer)clock, &from, &to);
    if (placed)
      galen_errors_merge(all, back);
  }
  return placed ? errors_dump(all) : NULL;
}

/* Whether what is placed later can be used; if so, it is the same. */
static gboolean place(const GPtrArray *records, ErrorsRules *rules, const Clock *clock) {
  g_autoptr(GalenErrors) known = galen_errors_new(FALSE), later = galen_errors_new_unplaced(FALSE);
  galen_errors_set_source(known, "db1", "db1/error.log");
  gint64 first = GALEN_TIME_NONE, last = GALEN_TIME_NONE, from, to;
  for (guint i = 0; i < records->len; i++) {
    const Record *record = records->pdata[i];
    put_event(known, rules, record, clock);
    put_event(later, rules, record, NULL);
    if (record->time == GALEN_TIME_NONE)
      continue;
    gint64 time = on_clock((gpointer)clock, record->time, record->source > 0);
    first = first == GALEN_TIME_NONE ? time : MIN(first, time);
    last = last == GALEN_TIME_NONE ? time : MAX(last, time);
  }
  if (!galen_errors_place(later, "db1", "db1/error.log", on_clock, (gpointer)clock, &from, &to))
    return FALSE;
  g_assert_cmpint(from, ==, first);
  g_assert_cmpint(to, ==, last);
  g_autofree char *expected = errors_dump(known), *found = errors_dump(later);
  g_assert_cmpstr(found, ==, expected);
  g_autofree char *stored = in_slots(records, rules, clock);
  g_assert_true(stored != NULL || clock->more != 0);
  if (stored != NULL)
    g_assert_cmpstr(stored, ==, expected);
  return TRUE;
}

static int by_time(gconstpointer a, gconstpointer b) {
  const Record *x = *(const Record *const *)a, *y = *(const Record *const *)b;
  return x->time != y->time ? (x->time < y->time ? -1 : 1) : x->line < y->line ? -1 : 1;
}

/* A log in order, of times as written alone. */
static void number_lines(GPtrArray *records) {
  for (guint i = 0; i < records->len; i++) {
    ((Record *)records->pdata[i])->line = i + 1;
    ((Record *)records->pdata[i])->source = 0;
  }
}

static void test_place(void) {
  ErrorsRules rules;
  errors_rules_load(&rules);
  g_autoptr(GRand) rand = g_rand_new_with_seed(9);
  const Clock right = {0, 0, 0}, off = {3700 * ERRORS_SECOND / 1000, 0, 0};
  /* An hour back, and an hour ahead, in the middle of most times. */
  const Clock back = {0, ERRORS_T0 + 2500 * ERRORS_SECOND, 3600 * ERRORS_SECOND};
  const Clock ahead = {-ERRORS_SECOND, ERRORS_T0 + 2500 * ERRORS_SECOND, -3600 * ERRORS_SECOND};
  guint refused = 0;
  for (guint round = 0; round < 6; round++) {
    g_autoptr(GPtrArray) records = random_records(rand, RECORDS);
    g_assert_true(place(records, &rules, &right));
    g_assert_true(place(records, &rules, &off));
    refused += place(records, &rules, &back) ? 0 : 1;
    g_ptr_array_sort(records, by_time);
    number_lines(records);
    g_assert_true(place(records, &rules, &off));
    g_assert_true(place(records, &rules, &ahead));
    refused += place(records, &rules, &back) ? 0 : 1;
  }
  g_assert_cmpuint(refused, >, 0);
  errors_rules_clear(&rules);
}

/* More than is kept in memory, and than there is room for. */
static void test_place_many(void) {
  ErrorsRules rules;
  errors_rules_load(&rules);
  g_autoptr(GRand) rand = g_rand_new_with_seed(10);
  g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func(record_free);
  for (guint i = 0; i < 3 * MANY; i++) {
    Record *record = g_new0(Record, 1);
    guint n = (guint)g_rand_int_range(rand, 0, MANY);
    char word[6] = {(char)('a' + n % 26), (char)('a' + n / 26 % 26), (char)('a' + n / 676 % 26), 'q', 'z', '\0'};
    char *text = i % 2 ? g_strdup_printf("[Note] The %s happened", word)
                       : g_strdup_printf("[Warning] Access denied for user '%s'@'h' (using password: NO)", word);
    *record = (Record){text, random_time(rand), i + 1, i % 3};
    g_ptr_array_add(records, record);
  }
  const Clock off = {-G_GINT64_CONSTANT(7200000001), 0, 0};
  g_assert_true(place(records, &rules, &off));
  errors_rules_clear(&rules);
}

/* Lines that are not in order, and times that are none, are read again. */
static void test_place_odd(void) {
  ErrorsRules rules;
  errors_rules_load(&rules);
  const Clock right = {0, 0, 0};
  for (guint i = 0; i < 2; i++) {
    g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func(record_free);
    for (guint j = 0; j < 2; j++) {
      Record *record = g_new0(Record, 1);
      gint64 time = i == 0 ? ERRORS_T0 : G_GINT64_CONSTANT(400000000000) * ERRORS_SECOND;
      *record = (Record){g_strdup("[Note] Something"), time, i == 0 ? 2 - j : 1 + j, 0};
      g_ptr_array_add(records, record);
    }
    g_assert_false(place(records, &rules, &right));
  }
  errors_rules_clear(&rules);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/errors/merge", test_merge);
  g_test_add_func("/errors/overflow", test_overflow);
  g_test_add_func("/errors/place", test_place);
  g_test_add_func("/errors/place-many", test_place_many);
  g_test_add_func("/errors/place-odd", test_place_odd);
  return g_test_run();
}
