/* Addresses of stores in ClickHouse. */
#include "analyzer/store/clickhouse_url.h"

static void parse(const char *where, GalenClickhouseUrl *ret_url) {
  g_autoptr(GError) error = NULL;
  g_assert_true(galen_clickhouse_url_parse(where, ret_url, &error));
  g_assert_no_error(error);
}

static void test_parts(void) {
  g_auto(GalenClickhouseUrl) url = {0};
  parse("clickhouse://me:se%3Acret%2F%40@db.example.org:9999/fleet?group=shop%201&timeout=7", &url);
  g_assert_cmpstr(url.user, ==, "me");
  g_assert_cmpstr(url.password, ==, "se:cret/@");
  g_assert_cmpstr(url.host, ==, "db.example.org");
  g_assert_cmpuint(url.port, ==, 9999);
  g_assert_cmpstr(url.database, ==, "fleet");
  g_assert_cmpstr(url.group, ==, "shop 1");
  g_assert_cmpuint(url.timeout, ==, 7);
  g_assert_cmpstr(url.shown, ==, "clickhouse://me@db.example.org:9999/fleet?group=shop%201&timeout=7");
}

static void test_defaults(void) {
  static const char *const short_ones[] = {"clickhouse://h", "clickhouse://h/", "clickhouse://h:8123/default"};
  g_unsetenv("GALEN_CLICKHOUSE_PASSWORD");
  for (guint i = 0; i < G_N_ELEMENTS(short_ones); i++) {
    g_auto(GalenClickhouseUrl) url = {0};
    parse(short_ones[i], &url);
    g_assert_cmpstr(url.host, ==, "h");
    g_assert_cmpuint(url.port, ==, GALEN_CLICKHOUSE_PORT);
    g_assert_cmpstr(url.database, ==, "default");
    g_assert_cmpstr(url.group, ==, "");
    g_assert_null(url.user);
    g_assert_null(url.password);
    g_assert_cmpstr(url.shown, ==, short_ones[i]);
  }
}

static void test_six(void) {
  g_auto(GalenClickhouseUrl) url = {0};
  parse("clickhouse://u@[::1]:8124/x", &url);
  g_assert_cmpstr(url.host, ==, "::1");
  g_assert_cmpuint(url.port, ==, 8124);
}

static void test_environment(void) {
  g_auto(GalenClickhouseUrl) url = {0}, own = {0};
  g_setenv("GALEN_CLICKHOUSE_PASSWORD", "from outside", TRUE);
  parse("clickhouse://u@h/x", &url);
  parse("clickhouse://u:inside@h/x", &own);
  g_unsetenv("GALEN_CLICKHOUSE_PASSWORD");
  g_assert_cmpstr(url.password, ==, "from outside");
  g_assert_cmpstr(own.password, ==, "inside");
}

static void test_bad(void) {
  static const char *const bad[] = {
      "sqlite://h",
      "clickhouse://",
      "clickhouse://:8123/x",
      "clickhouse://h:0/x",
      "clickhouse://h:65536",
      "clickhouse://h:12x/",
      "clickhouse://h/a/b",
      "clickhouse://h/%zz",
      "clickhouse://h/%00",
      "clickhouse://h/?group",
      "clickhouse://h/?x=1",
      "clickhouse://h/?timeout=0",
      "clickhouse://[::1/x",
      "clickhouse://h /x",
      "clickhouse://h/?group=%ff",
      "clickhouse://h%0a/x",
      "clickhouse://u:geheim%zz@h/x",
      "clickhouse://u:ge/heim@h/x",
      "clickhouse://u:ge?heim@h/x",
  };
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
    GalenClickhouseUrl url = {0};
    g_autoptr(GError) error = NULL;
    g_assert_false(galen_clickhouse_url_parse(bad[i], &url, &error));
    g_assert_error(error, GALEN_STORE_ERROR, GALEN_STORE_ERROR_NO_STORE);
    g_assert_null(strstr(error->message, "heim"));
    g_assert_null(url.host);
  }
}

static void test_shown(void) {
  static const char *const pairs[][2] = {
      {"/var/lib/galen/db:1@x.galen", "/var/lib/galen/db:1@x.galen"},
      {"clickhouse://h/x", "clickhouse://h/x"},
      {"clickhouse://u@h/x", "clickhouse://u@h/x"},
      {"clickhouse://u:geheim@h/x", "clickhouse://u@h/x"},
      {"clickhouse://u:ge@heim@h/x", "clickhouse://u@h/x"},
      {"clickhouse://u:ge/heim@h/x", "clickhouse://u@h/x"},
      {"clickhouse://u:ge?he@im@h/x", "clickhouse://u@h/x"},
      {"clickhouse://:geheim@h/x", "clickhouse://@h/x"},
      {"clickhouse://h:8123/x", "clickhouse://h:8123/x"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
    g_autofree char *shown = galen_clickhouse_url_show(pairs[i][0]);
    g_assert_cmpstr(shown, ==, pairs[i][1]);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_setenv("XDG_CONFIG_HOME", "/nonexistent", TRUE);
  g_test_add_func("/clickhouse-url/parts", test_parts);
  g_test_add_func("/clickhouse-url/defaults", test_defaults);
  g_test_add_func("/clickhouse-url/six", test_six);
  g_test_add_func("/clickhouse-url/environment", test_environment);
  g_test_add_func("/clickhouse-url/bad", test_bad);
  g_test_add_func("/clickhouse-url/shown", test_shown);
  return g_test_run();
}
