#include "analyzer/events/order.h"
#include "parsers/event.h"

typedef struct {
  GString *all;
  guint lines;
} Out;

static gboolean on_line(gpointer user, const char *line, gsize len, GError **error) {
  Out *out = user;
  (void)error;
  g_assert_true(line[len - 1] == '\n');
  g_string_append_len(out->all, line, (gssize)len);
  out->lines++;
  return TRUE;
}

static void begin(GalenEventOrder *order, const char *name) {
  g_assert_true(galen_event_order_begin(order, name, NULL));
}

static void add(GalenEventOrder *order, gint64 time, const char *what) {
  g_autofree char *json = g_strdup_printf("{\"w\": \"%s\"", what);
  g_assert_true(galen_event_order_add(order, time, json, strlen(json), NULL));
}

static char *finish(GalenEventOrder *order) {
  Out out = {.all = g_string_new(NULL)};
  g_autoptr(GError) error = NULL;
  gboolean finished = galen_event_order_finish(order, on_line, &out, &error);
  g_assert_no_error(error);
  g_assert_true(finished);
  return g_string_free(out.all, FALSE);
}

/* Two inputs are merged; of equal times the lower name is first, and an input's own order stays. */
static void test_merge(void) {
  g_autoptr(GalenEventOrder) order = galen_event_order_new(10);
  begin(order, "b");
  add(order, 10, "b1");
  add(order, 20, "b2");
  add(order, 20, "b3");
  begin(order, "a");
  add(order, 20, "a1");
  add(order, 5, "a0");
  g_autofree char *all = finish(order);
  g_assert_cmpstr(all, ==, "{\"w\": \"a0\"}\n{\"w\": \"b1\"}\n{\"w\": \"a1\"}\n{\"w\": \"b2\"}\n{\"w\": \"b3\"}\n");
}

/* Within the window events are sorted; one that comes behind it keeps its place and says so. */
static void test_late(void) {
  g_autoptr(GalenEventOrder) order = galen_event_order_new(2);
  begin(order, "a");
  add(order, 30, "x");
  add(order, 20, "y");
  add(order, 40, "z");
  add(order, 10, "late");
  add(order, 25, "in-time");
  g_autofree char *all = finish(order);
  g_assert_cmpstr(
      all, ==,
      "{\"w\": \"y\"}\n{\"w\": \"late\", \"late\": true}\n{\"w\": \"in-time\"}\n{\"w\": \"x\"}\n{\"w\": \"z\"}\n");
}

/* What has no time stays behind the event before it, and is not late. */
static void test_untimed(void) {
  g_autoptr(GalenEventOrder) order = galen_event_order_new(5);
  begin(order, "a");
  add(order, GALEN_TIME_NONE, "head");
  add(order, 30, "x");
  add(order, GALEN_TIME_NONE, "its");
  add(order, 40, "z");
  begin(order, "b");
  add(order, 35, "b");
  g_autofree char *all = finish(order);
  g_assert_cmpstr(all, ==, "{\"w\": \"head\"}\n{\"w\": \"x\"}\n{\"w\": \"its\"}\n{\"w\": \"b\"}\n{\"w\": \"z\"}\n");
}

/* Far more than a window, than a block and than the memory of a run: everything comes out once and in order. */
static void test_many(void) {
  g_autoptr(GalenEventOrder) order = galen_event_order_new(100);
  g_autoptr(GRand) rand = g_rand_new_with_seed(3);
  g_autofree char *filler = g_strnfill(70000, 'f');
  for (guint input = 0; input < 7; input++) {
    g_autofree char *name = g_strdup_printf("%u", input);
    begin(order, name);
    for (gint64 i = 0; i < 3000; i++) {
      g_autofree char *what = g_strdup_printf("%012" G_GINT64_FORMAT "%s", i * 10, i == 1500 ? filler : "");
      add(order, i * 10 + g_rand_int_range(rand, -50, 50), what);
    }
  }
  g_autofree char *all = finish(order);
  g_auto(GStrv) lines = g_strsplit(all, "\n", -1);
  g_assert_cmpuint(g_strv_length(lines), ==, 7 * 3000 + 1);
  g_assert_null(strstr(all, "late"));
  gint64 last = 0;
  for (guint i = 0; i < 7 * 3000; i++) {
    gint64 time = g_ascii_strtoll(lines[i] + strlen("{\"w\": \""), NULL, 10);
    g_assert_cmpint(time, >=, last - 100);
    last = MAX(last, time);
  }
}

static void test_nothing(void) {
  g_autoptr(GalenEventOrder) order = galen_event_order_new(2);
  begin(order, "a");
  g_autofree char *all = finish(order);
  g_assert_cmpstr(all, ==, "");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/event-order/merge", test_merge);
  g_test_add_func("/event-order/late", test_late);
  g_test_add_func("/event-order/untimed", test_untimed);
  g_test_add_func("/event-order/many", test_many);
  g_test_add_func("/event-order/nothing", test_nothing);
  return g_test_run();
}
