/* What a store keeps of a slot's messages comes back as it was, and what is damaged or false is refused. */
#include "analyzer/digest/errors_record.h"
#include "tests/errors-support.h"

#include <zlib.h>

#define RECORD_MAX ((gsize)16 << 20)

static const char *const records[] = {
    "2026-11-24  3:28:55 0 [Warning] Aborted connection 7 to db: 'd' user: 'u1' host: '10.0.0.1' "
    "(Got timeout reading communication packets)",
    "2026-11-24  3:28:55 0 [Warning] Access denied for user 'eve'@'10.0.0.1' (using password: YES)",
    "2026-11-24  3:28:55 0 [ERROR] Slave SQL: Error 'Duplicate entry 'anna@example.org' for key 'PRIMARY'' on query. "
    "Default database: 'd'. Query: 'insert into t values (41, 'hidden')', Error_code: 1062",
    "2026-11-24  3:28:55 12 [Note] InnoDB: Transactions deadlock detected, dumping detailed information.\n"
    "2026-11-24  3:28:55 12 [Note] InnoDB: \n*** (1) TRANSACTION:\n\nTRANSACTION 145, ACTIVE 0 sec starting index "
    "read\n"
    "MariaDB thread id 139, OS thread handle 1, query id 5 localhost root Updating\nupdate t set a='hidden' where "
    "id=5\n"
    "*** WE ROLL BACK TRANSACTION (1)\n",
    "03:28:55 UTC - mysqld got signal 11 ;\nThread pointer: 0x0\n/usr/sbin/mysqld(f+0x1)[0x2]\n",
    "2026-11-24 03:28:55 0x7f00  InnoDB: Assertion failure in file /b/row0ins.cc line 17",
    "2026-11-24  3:28:55 0 [Warning] InnoDB: A long semaphore wait:\n--Thread 5 has waited at row0ins.cc line 9 for "
    "241 "
    "seconds the semaphore:\nMutex at 0x1, Mutex A created a.cc:7, locked by 138\n",
    "2026-11-24  3:28:55 0 [Note] The odd thing happened 17 times",
    "2026-11-24  3:28:55 0 [Note] InnoDB: Starting shutdown...",
};

static GalenErrors *sample(ErrorsRules *rules, gboolean full) {
  GalenErrors *errors = galen_errors_new_unplaced(full);
  for (guint i = 0; i < 2 * G_N_ELEMENTS(records); i++)
    errors_put(errors, rules, records[i % G_N_ELEMENTS(records)],
               i % 5 == 4 ? GALEN_TIME_NONE : ERRORS_T0 + i * ERRORS_SECOND, i + 1);
  return errors;
}

static void put(GalenErrors *errors, GalenBytes *record) {
  g_autoptr(GError) error = NULL;
  galen_bytes_init(record, RECORD_MAX);
  galen_errors_put(errors, record, &error);
  g_assert_no_error(error);
}

static GalenErrors *get(const GalenBytes *record, const GalenLogRules *rules, gboolean full, GError **error) {
  GalenBytesReader reader = {record->data, record->data + record->len, FALSE};
  return galen_errors_get(&reader, rules, full, error);
}

static gint64 clock_ahead(G_GNUC_UNUSED gpointer user, gint64 time, gboolean utc) {
  return time + (utc ? 1 : 2) * ERRORS_SECOND;
}

static char *place_and_dump(GalenErrors *errors) {
  gint64 first, last;
  g_assert_true(galen_errors_place(errors, "db1", "error.log", clock_ahead, NULL, &first, &last));
  g_autoptr(GalenErrors) all = galen_errors_new(FALSE);
  galen_errors_merge(all, errors);
  return errors_dump(all);
}

static void test_round_trip(void) {
  ErrorsRules rules;
  errors_rules_load(&rules);
  for (gboolean full = FALSE; full <= TRUE; full++) {
    g_autoptr(GalenErrors) errors = sample(&rules, full);
    g_autoptr(GError) error = NULL;
    GalenBytes record;
    put(errors, &record);
    g_autoptr(GalenErrors) back = get(&record, rules.rules, full, &error);
    g_assert_no_error(error);
    g_autofree char *expected = place_and_dump(errors), *found = place_and_dump(back);
    /* Of `all`, which is not full, neither may show more than its own record says. */
    if (!full)
      g_assert_cmpstr(found, ==, expected);
    g_assert_nonnull(strstr(found, "deadlock"));
    g_assert_nonnull(strstr(found, "crash 11"));
    g_assert_nonnull(strstr(found, "denied eve"));
    galen_bytes_clear(&record);
  }
  errors_rules_clear(&rules);
}

/* No literal is kept unless samples are full; and of a full record none is shown where they are not. */
static void test_secrets(void) {
  ErrorsRules rules;
  errors_rules_load(&rules);
  g_autoptr(GalenErrors) masked = sample(&rules, FALSE), full = sample(&rules, TRUE);
  g_autoptr(GError) error = NULL;
  GalenBytes without, with;
  put(masked, &without);
  put(full, &with);
  g_assert_null(memmem(without.data, without.len, "hidden", 6));
  g_assert_null(memmem(without.data, without.len, "anna@", 5));
  g_assert_nonnull(memmem(with.data, with.len, "hidden", 6));
  g_autoptr(GalenErrors) shown = get(&with, rules.rules, TRUE, &error), hidden = get(&with, rules.rules, FALSE, &error);
  g_assert_no_error(error);
  g_autofree char *open = place_and_dump(shown), *shut = place_and_dump(hidden), *expected = place_and_dump(masked);
  g_assert_nonnull(strstr(open, "hidden"));
  g_assert_cmpstr(shut, ==, expected);
  galen_bytes_clear(&without);
  galen_bytes_clear(&with);
  errors_rules_clear(&rules);
}

/* Groups of rules that are gone stay groups. */
static void test_rules(void) {
  ErrorsRules rules;
  errors_rules_load(&rules);
  g_autoptr(GalenErrors) errors = sample(&rules, FALSE);
  g_autoptr(GError) error = NULL;
  GalenBytes record, again;
  put(errors, &record);
  g_autoptr(GalenErrors) back = get(&record, NULL, FALSE, &error);
  g_assert_no_error(error);
  put(back, &again);
  g_assert_cmpuint(again.len, ==, record.len);
  g_assert_cmpint(memcmp(again.data, record.data, again.len), ==, 0); /* still by their ids */
  gint64 first, last;
  g_assert_true(galen_errors_place(errors, "a", "b", clock_ahead, NULL, &first, &last));
  g_assert_true(galen_errors_place(back, "a", "b", clock_ahead, NULL, &first, &last));
  galen_errors_finish(errors);
  galen_errors_finish(back);
  const GPtrArray *known = galen_errors_groups(errors), *unknown = galen_errors_groups(back);
  g_assert_cmpuint(known->len, ==, unknown->len);
  guint ruled = 0;
  for (guint i = 0; i < known->len; i++) {
    const GalenErrorGroup *group = known->pdata[i], *other = NULL;
    for (guint j = 0; j < unknown->len; j++)
      if (strcmp(group->id, ((const GalenErrorGroup *)unknown->pdata[j])->id) == 0)
        other = unknown->pdata[j];
    g_assert_nonnull(other);
    g_assert_null(other->rule);
    g_assert_cmpuint(other->count, ==, group->count);
    g_assert_cmpstr(other->template, ==, group->template);
    ruled += group->rule != NULL;
  }
  g_assert_cmpuint(ruled, >, 3);
  galen_bytes_clear(&record);
  galen_bytes_clear(&again);
  errors_rules_clear(&rules);
}

static void note_group(const GalenErrorGroup *group, gpointer user) {
  g_string_append_printf(user, "%s %s %d %s %" G_GUINT64_FORMAT "\n", group->id,
                         group->rule != NULL ? group->rule->id : "-", (int)group->severity, group->template,
                         group->count);
}

/* The same before it is written, after it is read, and as it is shown in the end. */
static void test_foreach(void) {
  ErrorsRules rules;
  errors_rules_load(&rules);
  g_autoptr(GalenErrors) errors = sample(&rules, FALSE);
  g_autoptr(GString) before = g_string_new(NULL), after = g_string_new(NULL), shown = g_string_new(NULL);
  GalenBytes record;
  galen_errors_foreach_group(errors, note_group, before);
  put(errors, &record);
  g_autoptr(GalenErrors) back = get(&record, rules.rules, FALSE, NULL);
  galen_errors_foreach_group(back, note_group, after);
  g_assert_cmpstr(before->str, ==, after->str);
  g_autofree char *dump = place_and_dump(errors);
  galen_errors_finish(errors);
  for (guint i = 0; i < galen_errors_groups(errors)->len; i++) {
    g_autoptr(GString) line = g_string_new(NULL);
    note_group(galen_errors_groups(errors)->pdata[i], line);
    g_assert_nonnull(strstr(before->str, line->str));
    g_string_append(shown, line->str);
  }
  g_assert_cmpuint(shown->len, ==, before->len);
  galen_bytes_clear(&record);
  errors_rules_clear(&rules);
}

/* ---- damage ---- */

static void seal(GalenBytes *record) {
  guint32 sum = GUINT32_TO_LE((guint32)crc32_z(0, record->data, record->len - 4));
  memcpy(record->data + record->len - 4, &sum, sizeof sum);
}

static void refuse(const GalenBytes *record, GalenRecordErrorCode code) {
  g_autoptr(GError) error = NULL;
  g_assert_null(get(record, NULL, FALSE, &error));
  g_assert_error(error, GALEN_RECORD_ERROR, (int)code);
}

static void test_damage(void) {
  ErrorsRules rules;
  errors_rules_load(&rules);
  g_autoptr(GalenErrors) errors = sample(&rules, FALSE);
  GalenBytes record;
  put(errors, &record);
  for (gsize cut = 0; cut < record.len; cut++)
    refuse(&(GalenBytes){.data = record.data, .len = cut}, GALEN_RECORD_ERROR_DAMAGED);
  for (gsize at = 0; at < record.len * 8; at++) {
    record.data[at / 8] ^= (guint8)(1u << at % 8);
    refuse(&record, GALEN_RECORD_ERROR_DAMAGED);
    record.data[at / 8] ^= (guint8)(1u << at % 8);
  }
  record.data[1]++;
  seal(&record);
  refuse(&record, GALEN_RECORD_ERROR_NEWER);
  galen_bytes_clear(&record);
  errors_rules_clear(&rules);
}

/* What a right checksum was made for is refused, or read without harm. */
static void test_malice(void) {
  ErrorsRules rules;
  errors_rules_load(&rules);
  g_autoptr(GalenErrors) errors = sample(&rules, TRUE);
  GalenBytes record;
  put(errors, &record);
  g_autofree guint8 *good = g_memdup2(record.data, record.len);
  gsize len = record.len;
  for (gsize cut = 5; cut < len; cut++) {
    memcpy(record.data, good, len);
    record.len = cut;
    seal(&record);
    refuse(&record, GALEN_RECORD_ERROR_DAMAGED);
  }
  record.len = len;
  guint read = 0;
  for (gsize at = 0; at < (len - 4) * 8; at++) {
    memcpy(record.data, good, len);
    record.data[at / 8] ^= (guint8)(1u << at % 8);
    seal(&record);
    g_autoptr(GalenErrors) back = get(&record, rules.rules, at % 2, NULL);
    gint64 first, last;
    if (back == NULL || !galen_errors_place(back, "db1", "error.log", clock_ahead, NULL, &first, &last))
      continue;
    g_autofree char *dump = errors_dump(back);
    g_assert_nonnull(dump);
    read++;
  }
  g_assert_cmpuint(read, >, 100);
  galen_bytes_clear(&record);
  errors_rules_clear(&rules);
}

static void test_room(void) {
  ErrorsRules rules;
  errors_rules_load(&rules);
  g_autoptr(GalenErrors) errors = sample(&rules, FALSE);
  GalenBytes record;
  put(errors, &record);
  for (gsize max = 0; max < record.len; max += 11) {
    g_autoptr(GError) error = NULL;
    GalenBytes small;
    galen_bytes_init(&small, max);
    g_assert_false(galen_errors_put(errors, &small, &error));
    g_assert_error(error, GALEN_RECORD_ERROR, GALEN_RECORD_ERROR_SIZE);
    g_assert_cmpuint(small.len, ==, 0);
    galen_bytes_clear(&small);
  }
  galen_bytes_clear(&record);
  errors_rules_clear(&rules);
}

/* A trace that is not whole cannot be placed after it was read either. */
static void test_not_whole(void) {
  ErrorsRules rules;
  errors_rules_load(&rules);
  g_autoptr(GalenErrors) errors = galen_errors_new_unplaced(FALSE);
  gint64 first, last;
  GalenBytes record;
  errors_put(errors, &rules, records[7], ERRORS_T0, 2);
  errors_put(errors, &rules, records[8], ERRORS_T0, 1);
  put(errors, &record);
  g_autoptr(GalenErrors) back = get(&record, rules.rules, FALSE, NULL);
  g_assert_nonnull(back);
  g_assert_false(galen_errors_place(back, "db1", "error.log", clock_ahead, NULL, &first, &last));
  galen_bytes_clear(&record);
  errors_rules_clear(&rules);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/errors-record/round-trip", test_round_trip);
  g_test_add_func("/errors-record/secrets", test_secrets);
  g_test_add_func("/errors-record/rules", test_rules);
  g_test_add_func("/errors-record/foreach", test_foreach);
  g_test_add_func("/errors-record/damage", test_damage);
  g_test_add_func("/errors-record/malice", test_malice);
  g_test_add_func("/errors-record/room", test_room);
  g_test_add_func("/errors-record/not-whole", test_not_whole);
  return g_test_run();
}
