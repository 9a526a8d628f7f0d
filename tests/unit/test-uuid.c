#include "analyzer/cluster/uuid.h"
#include "parsers/event.h"

static GalenUuid parse(const char *text, gsize expected) {
  GalenUuid uuid = {0};
  g_assert_cmpuint(galen_uuid_parse(galen_slice(text, strlen(text)), &uuid), ==, expected);
  return uuid;
}

static void test_forms(void) {
  char text[GALEN_UUID_TEXT];
  GalenUuid full = parse("a0c7c1da-e7b9-11f1-a323-0b35a9e70ac2:150", 36);
  g_assert_cmpstr(galen_uuid_write(&full, text), ==, "a0c7c1da-e7b9-11f1-a323-0b35a9e70ac2");
  GalenUuid four = parse("a0c7c1da-a323,3)", 13), three = parse("a0c7c1da at tcp", 8);
  g_assert_cmpstr(galen_uuid_write(&four, text), ==, "a0c7c1da-a323");
  g_assert_true(galen_uuid_same(&full, &four));
  g_assert_true(galen_uuid_same(&three, &full));
  GalenUuid next = parse("a0c7c1da-a324", 13);
  g_assert_false(galen_uuid_same(&next, &four));
  g_assert_true(galen_uuid_same(&next, &three));
  (void)parse("a0c7c1", 0);
  (void)parse("a0c7c1da9", 0);
  (void)parse("not-a-uuid", 0);
  GalenUuid none = {0};
  g_assert_false(galen_uuid_same(&none, &none));
}

static void test_nil(void) {
  GalenUuid nil = parse("00000000-0000-0000-0000-000000000000:-1", 36);
  g_assert_true(galen_uuid_is_nil(&nil));
  GalenUuid some = parse("00000001", 8);
  g_assert_false(galen_uuid_is_nil(&some));
}

static void test_time(void) {
  /* Made on 2026-11-24 03:46:27 UTC. */
  GalenUuid uuid = parse("a0c7c1da-e7b9-11f1-a323-0b35a9e70ac2", 36);
  gint64 time = galen_uuid_time(&uuid) / 1000000;
  g_assert_cmpint(time, >=, 1795491985);
  g_assert_cmpint(time, <=, 1795491995);
  GalenUuid random = parse("a0c7c1da-e7b9-41f1-a323-0b35a9e70ac2", 36);
  g_assert_cmpint(galen_uuid_time(&random), ==, GALEN_TIME_NONE);
  GalenUuid part = parse("a0c7c1da-a323", 13);
  g_assert_cmpint(galen_uuid_time(&part), ==, GALEN_TIME_NONE);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/uuid/forms", test_forms);
  g_test_add_func("/uuid/nil", test_nil);
  g_test_add_func("/uuid/time", test_time);
  return g_test_run();
}
