#include "parsers/account.h"
#include "parsers/event.h"

static GalenSlice slice(const char *text) {
  return galen_slice(text, strlen(text));
}

static void test_empty(void) {
  GalenAccount account;
  memset(&account, 0xff, sizeof account);
  galen_account_init(&account);
  g_assert_cmpuint(account.bytes + account.bytes_events + account.bytes_headers + account.bytes_skipped, ==, 0);
  g_assert_cmpuint(account.events + account.n_skips, ==, 0);
  g_assert_true(account.first == GALEN_TIME_NONE && account.last == GALEN_TIME_NONE);
}

static void test_reasons(void) {
  GalenAccount account;
  galen_account_init(&account);
  galen_account_skip(&account, "a", slice("first"), 10, 3);
  galen_account_skip(&account, "b", slice(""), 1, 4);
  galen_account_skip(&account, "a", slice("second"), 20, 9);
  galen_account_skip_more(&account, "a", 5);
  galen_account_skip(&account, "c", galen_slice(NULL, 0), 7, 0);
  g_assert_cmpuint(account.n_skips, ==, 3);
  g_assert_cmpuint(account.bytes_skipped, ==, 43);
  const GalenSkip *a = &account.skips[0];
  g_assert_cmpstr(a->reason, ==, "a");
  g_assert_cmpuint(a->records, ==, 2);
  g_assert_cmpuint(a->bytes, ==, 35);
  g_assert_cmpuint(a->line, ==, 3);
  g_assert_true(galen_slice_is(galen_slice(a->text, a->text_len), "first"));
  g_assert_cmpuint(account.skips[2].text_len, ==, 0);
}

static void test_sample_limit(void) {
  for (guint more = 0; more < 2; more++) {
    GalenAccount account;
    galen_account_init(&account);
    g_autofree char *text = g_strnfill(GALEN_SKIP_SAMPLE_MAX + (gsize)more, 'x');
    galen_account_skip(&account, "long", slice(text), strlen(text), 1);
    g_assert_cmpuint(account.skips[0].text_len, ==, GALEN_SKIP_SAMPLE_MAX);
    g_assert_cmpuint(account.bytes_skipped, ==, GALEN_SKIP_SAMPLE_MAX + more);
  }
}

/* The last place is shared by all reasons that have none of their own. */
static void test_reason_limit(void) {
  static const char *const reasons[] = {"0", "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",
                                        "9", "10", "11", "12", "13", "14", "15", "16", "17"};
  GalenAccount account;
  galen_account_init(&account);
  for (guint i = 0; i < G_N_ELEMENTS(reasons); i++)
    galen_account_skip(&account, reasons[i], slice("x"), 1, i);
  g_assert_cmpuint(account.n_skips, ==, GALEN_SKIP_REASONS_MAX);
  for (guint i = 0; i + 1 < GALEN_SKIP_REASONS_MAX; i++)
    g_assert_cmpstr(account.skips[i].reason, ==, reasons[i]);
  const GalenSkip *other = &account.skips[GALEN_SKIP_REASONS_MAX - 1];
  g_assert_cmpstr(other->reason, ==, "other");
  g_assert_cmpuint(other->records, ==, 3);
  g_assert_cmpuint(other->line, ==, 15);
  galen_account_skip_more(&account, "17", 5);
  g_assert_cmpuint(other->bytes, ==, 8);
  guint64 sum = 0;
  for (guint i = 0; i < account.n_skips; i++)
    sum += account.skips[i].bytes;
  g_assert_cmpuint(sum, ==, account.bytes_skipped);
}

static void test_times(void) {
  GalenAccount account;
  galen_account_init(&account);
  galen_account_time(&account, 0);
  g_assert_true(account.first == 0 && account.last == 0);
  galen_account_time(&account, -5);
  galen_account_time(&account, 7);
  galen_account_time(&account, 1);
  g_assert_true(account.first == -5 && account.last == 7);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/account/empty", test_empty);
  g_test_add_func("/account/reasons", test_reasons);
  g_test_add_func("/account/sample-limit", test_sample_limit);
  g_test_add_func("/account/reason-limit", test_reason_limit);
  g_test_add_func("/account/times", test_times);
  return g_test_run();
}
