#include "analyzer/filter.h"

static GalenSlice slice(const char *text) {
  return galen_slice(text, text != NULL ? strlen(text) : 0);
}

static GalenSlowEvent event_at(gint64 start) {
  return (GalenSlowEvent){
      .user = slice("app"),
      .host = slice("10.0.0.1"),
      .schema = slice("shop"),
      .start = start,
      .timed = TRUE,
      .main = {[GALEN_MAIN_TIME] = 500000},
      .main_mask = 1u << GALEN_MAIN_TIME,
  };
}

static GalenFilter *filter_with(const char *text) {
  GalenFilter *self = galen_filter_new(GALEN_TIME_NONE, GALEN_TIME_NONE);
  g_auto(GStrv) parts = g_strsplit(text, " ", -1);
  for (guint i = 0; parts[i] != NULL; i++) {
    g_autoptr(GError) error = NULL;
    g_assert_true(galen_filter_add(self, parts[i], &error));
    g_assert_no_error(error);
  }
  return self;
}

static void test_window(void) {
  static const struct {
    gint64 since, until, start;
    gboolean wanted;
  } cases[] = {
      {GALEN_TIME_NONE, GALEN_TIME_NONE, 5, TRUE},
      {10, 20, 9, FALSE},
      {10, 20, 10, TRUE},
      {10, 20, 19, TRUE},
      {10, 20, 20, FALSE},
      {10, GALEN_TIME_NONE, G_MAXINT64, TRUE},
      {GALEN_TIME_NONE, 20, G_MININT64 + 1, TRUE},
      {10, 10, 10, FALSE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GalenFilter) filter = galen_filter_new(cases[i].since, cases[i].until);
    GalenSlowEvent event = event_at(cases[i].start);
    g_assert_cmpint(galen_filter_event(filter, &event), ==, cases[i].wanted);
  }
}

/* The same hours of every day, before and after. */
static void test_hours(void) {
  const gint64 hour = G_TIME_SPAN_HOUR, day = GALEN_DAY_US;
  static const struct {
    gint64 hours; /* since the begin */
    gboolean wanted;
  } cases[] = {{0, TRUE}, {5, TRUE}, {6, FALSE}, {23, FALSE}, {-1, FALSE}, {-18, FALSE}, {-19, TRUE}, {-24, TRUE}};
  g_autoptr(GalenFilter) filter = galen_filter_new(GALEN_TIME_NONE, GALEN_TIME_NONE);
  galen_filter_set_hours(filter, (GalenDayHours){100 * day + 22 * hour, 6 * hour});
  g_autoptr(GalenFilter) other = galen_filter_share(filter);
  for (gint64 n = -200; n <= 200; n += 100)
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
      gint64 time = (100 + n) * day + 22 * hour + cases[i].hours * hour;
      g_assert_cmpint(galen_filter_time(filter, time), ==, cases[i].wanted);
      g_assert_cmpint(galen_filter_time(other, time), ==, cases[i].wanted);
    }
  g_assert_false(galen_filter_time(filter, GALEN_TIME_NONE));
  g_assert_cmpint(galen_day_hours_begin(galen_filter_hours(filter), 4 * hour), ==, -2 * hour);
  g_assert_true(galen_day_hours_hold((GalenDayHours){G_MAXINT64, 0}, G_MININT64));
  galen_day_hours_hold((GalenDayHours){G_MAXINT64, hour}, G_MININT64);
}

/* Nobody knows where an event without a confirmed time belongs. */
static void test_untimed(void) {
  GalenSlowEvent event = event_at(15);
  event.timed = FALSE;
  g_autoptr(GalenFilter) open = galen_filter_new(GALEN_TIME_NONE, GALEN_TIME_NONE);
  g_autoptr(GalenFilter) since = galen_filter_new(10, GALEN_TIME_NONE);
  g_autoptr(GalenFilter) until = galen_filter_new(GALEN_TIME_NONE, 20);
  g_assert_true(galen_filter_event(open, &event));
  g_assert_false(galen_filter_event(since, &event));
  g_assert_false(galen_filter_event(until, &event));
}

static void test_header_keys(void) {
  static const struct {
    const char *filter;
    gboolean wanted;
  } cases[] = {
      {"user=app", TRUE},        {"user=App", FALSE},        {"user=ap", FALSE},           {"user=apps", FALSE},
      {"user=", FALSE},          {"user=x user=app", TRUE},  {"user=x user=y", FALSE},     {"db=shop", TRUE},
      {"db=shop user=x", FALSE}, {"db=shop user=app", TRUE}, {"host=10.0.0.1", TRUE},      {"host=10.0.0.2", FALSE},
      {"min-time=0.5", TRUE},    {"min-time=500ms", TRUE},   {"min-time=0.500001", FALSE}, {"node=other", TRUE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GalenFilter) filter = filter_with(cases[i].filter);
    GalenSlowEvent event = event_at(0);
    g_test_message("%s", cases[i].filter);
    g_assert_cmpint(galen_filter_event(filter, &event), ==, cases[i].wanted);
  }
}

static void test_unknown_values(void) {
  g_autoptr(GalenFilter) none = filter_with("db=");
  g_autoptr(GalenFilter) slow = filter_with("min-time=1us");
  GalenSlowEvent event = event_at(0);
  event.schema = slice(NULL);
  event.main_mask = 0;
  g_assert_true(galen_filter_event(none, &event));
  g_assert_false(galen_filter_event(slow, &event));
}

static void test_nodes(void) {
  g_autoptr(GalenFilter) any = filter_with("user=x");
  g_autoptr(GalenFilter) two = filter_with("node=a node=b");
  g_assert_true(galen_filter_node(any, "c"));
  g_assert_true(galen_filter_node(two, "b"));
  g_assert_false(galen_filter_node(two, "B"));
  g_assert_false(galen_filter_node(two, "c"));
}

static void test_bad_keys(void) {
  static const char *const bad[] = {"", "=", "user", "use=x", "users=x", "User=x", "min-time=x", "min-time=", "=x"};
  g_autoptr(GalenFilter) filter = galen_filter_new(GALEN_TIME_NONE, GALEN_TIME_NONE);
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    g_test_message("%s", bad[i]);
    g_assert_false(galen_filter_add(filter, bad[i], &error));
    g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
  }
  GalenSlowEvent event = event_at(0);
  g_assert_true(galen_filter_event(filter, &event));
}

static gboolean passes(GalenFilter *filter, const char *text) {
  g_autoptr(GalenFingerprinter) fingerprinter = galen_fingerprinter_new(GALEN_FINGERPRINT_DEFAULT);
  GalenFingerprint fingerprint;
  galen_fingerprinter_begin(fingerprinter, FALSE);
  galen_fingerprinter_feed(fingerprinter, text, strlen(text));
  galen_fingerprinter_end(fingerprinter, &fingerprint);
  return galen_filter_statement(filter, &fingerprint, fingerprinter);
}

static void test_statements(void) {
  g_autoptr(GalenFilter) any = filter_with("user=app");
  g_autoptr(GalenFilter) selects = filter_with("command=select command=admin");
  g_assert_true(passes(any, "select 1"));
  /* Twice: the second answer is remembered. */
  for (guint i = 0; i < 2; i++) {
    g_assert_true(passes(selects, "SELECT 1"));
    g_assert_true(passes(selects, "administrator command: Ping"));
    g_assert_false(passes(selects, "update t set a = 1"));
  }
}

static void test_ids(void) {
  g_autofree char *id = g_compute_checksum_for_string(G_CHECKSUM_MD5, "select ?", -1);
  g_autofree char *lower = g_strconcat("id=", id, NULL);
  g_autofree char *upper_id = g_ascii_strup(id, -1);
  g_autofree char *upper = g_strconcat("id=", upper_id, " command=SELECT", NULL);
  g_autofree char *neither = g_strconcat("id=", id, " command=update", NULL);
  g_autoptr(GalenFilter) a = filter_with(lower);
  g_autoptr(GalenFilter) b = filter_with(upper);
  g_autoptr(GalenFilter) c = filter_with(neither);
  g_autofree char *sixteen = g_strdup_printf("id=0x%.16s", upper_id);
  g_autofree char *eight = g_strdup_printf("id=%.8s", id);
  g_autofree char *other = g_strdup_printf("id=%.15s%c", id, id[15] == '0' ? '1' : '0');
  g_autoptr(GalenFilter) d = filter_with(sixteen);
  g_autoptr(GalenFilter) e = filter_with(eight);
  g_autoptr(GalenFilter) f = filter_with(other);
  g_assert_true(passes(d, "select 7") && passes(e, "select 7"));
  g_assert_false(passes(f, "select 7") || passes(d, "select a"));
  g_assert_true(passes(a, "select 7") && passes(b, "SELECT 'x'"));
  g_assert_false(passes(a, "select a") || passes(b, "select a") || passes(c, "select 7"));
}

/* The one of another thread: the same verdicts, also when the first is gone. */
static void test_share(void) {
  GalenFilter *first = galen_filter_new(10, 20);
  g_assert_true(galen_filter_add(first, "command=select", NULL) && galen_filter_add(first, "user=app", NULL) &&
                galen_filter_add(first, "min-time=0.4", NULL));
  g_autoptr(GalenFilter) filter = galen_filter_share(first);
  g_assert_true(passes(first, "select 1"));
  galen_filter_free(first);
  GalenSlowEvent event = event_at(15), late = event_at(20), other = event_at(15), quick = event_at(15);
  other.user = slice("root");
  quick.main[GALEN_MAIN_TIME] = 300000;
  g_assert_true(galen_filter_event(filter, &event) && passes(filter, "select 1"));
  g_assert_false(galen_filter_event(filter, &late) || galen_filter_event(filter, &other) ||
                 galen_filter_event(filter, &quick) || passes(filter, "delete from t"));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/filter/window", test_window);
  g_test_add_func("/filter/untimed", test_untimed);
  g_test_add_func("/filter/header-keys", test_header_keys);
  g_test_add_func("/filter/unknown-values", test_unknown_values);
  g_test_add_func("/filter/hours", test_hours);
  g_test_add_func("/filter/nodes", test_nodes);
  g_test_add_func("/filter/bad-keys", test_bad_keys);
  g_test_add_func("/filter/statements", test_statements);
  g_test_add_func("/filter/ids", test_ids);
  g_test_add_func("/filter/share", test_share);
  return g_test_run();
}
