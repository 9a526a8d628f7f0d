#include "parsers/attribute.h"

static GalenSlice slice(const char *text) {
  return galen_slice(text, strlen(text));
}

static guint16 intern(GalenAttrDict *dict, const char *name) {
  return galen_attr_dict_intern(dict, slice(name), GALEN_UNIT_BYTES, GALEN_ATTR_FLAG);
}

static void test_known(void) {
  g_autoptr(GalenAttrDict) dict = galen_attr_dict_new();
  guint n = galen_attr_known_count();
  g_assert_cmpuint(galen_attr_dict_size(dict), ==, n);
  for (guint i = 0; i < n; i++) {
    guint16 id = (guint16)i;
    const GalenAttrInfo *info = galen_attr_dict_get(dict, id);
    g_autofree char *upper = g_ascii_strup(info->name, -1);
    g_autofree char *lower = g_ascii_strdown(info->name, -1);
    g_assert_cmpstr(info->name, ==, lower);
    g_assert_cmpuint(intern(dict, info->name), ==, id);
    g_assert_cmpuint(intern(dict, upper), ==, id);
  }
  g_assert_cmpuint(galen_attr_dict_size(dict), ==, n);
  g_assert_null(galen_attr_dict_get(dict, (guint16)n));
  g_assert_null(galen_attr_dict_get(dict, GALEN_ATTR_NONE));
}

/* A known name keeps its own unit and kind, whatever the log makes of it. */
static void test_units(void) {
  static const struct {
    const char *name;
    GalenUnit unit;
    GalenAttrKind kind;
  } cases[] = {
      {"Full_scan", GALEN_UNIT_COUNT, GALEN_ATTR_FLAG},    {"Rows_affected", GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER},
      {"Bytes_sent", GALEN_UNIT_BYTES, GALEN_ATTR_NUMBER}, {"InnoDB_rec_lock_wait", GALEN_UNIT_US, GALEN_ATTR_NUMBER},
      {"Engine_time", GALEN_UNIT_NS, GALEN_ATTR_NUMBER},   {"Pages_read_time", GALEN_UNIT_NS, GALEN_ATTR_NUMBER},
  };
  g_autoptr(GalenAttrDict) dict = galen_attr_dict_new();
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    guint16 id = intern(dict, cases[i].name);
    g_assert_cmpuint(id, <, galen_attr_known_count());
    g_assert_cmpint(galen_attr_dict_get(dict, id)->unit, ==, cases[i].unit);
    g_assert_cmpint(galen_attr_dict_get(dict, id)->kind, ==, cases[i].kind);
  }
}

static void test_new_names(void) {
  g_autoptr(GalenAttrDict) dict = galen_attr_dict_new();
  guint16 id = galen_attr_dict_intern(dict, slice("New_Thing"), GALEN_UNIT_BYTES, GALEN_ATTR_FLAG);
  g_assert_cmpuint(id, ==, galen_attr_known_count());
  g_assert_cmpuint(galen_attr_dict_intern(dict, slice("NEW_thing"), GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER), ==, id);
  g_assert_cmpstr(galen_attr_dict_get(dict, id)->name, ==, "new_thing");
  g_assert_cmpint(galen_attr_dict_get(dict, id)->unit, ==, GALEN_UNIT_BYTES);
  g_assert_cmpint(galen_attr_dict_get(dict, id)->kind, ==, GALEN_ATTR_FLAG);
  g_assert_cmpuint(intern(dict, "New_Thin"), !=, id);
  g_assert_cmpuint(intern(dict, "New_Thing2"), !=, id);
}

static void test_length(void) {
  g_autoptr(GalenAttrDict) dict = galen_attr_dict_new();
  g_autofree char *longest = g_strnfill(GALEN_ATTR_NAME_MAX, 'a');
  g_autofree char *longer = g_strnfill(GALEN_ATTR_NAME_MAX + 1, 'a');
  guint16 id = intern(dict, longest);
  g_assert_cmpuint(id, !=, GALEN_ATTR_NONE);
  g_assert_cmpstr(galen_attr_dict_get(dict, id)->name, ==, longest);
  g_assert_cmpuint(intern(dict, longer), ==, GALEN_ATTR_NONE);
  g_assert_cmpuint(intern(dict, ""), ==, GALEN_ATTR_NONE);
  g_assert_cmpuint(galen_attr_dict_intern(dict, galen_slice("a\0b", 3), GALEN_UNIT_COUNT, GALEN_ATTR_NUMBER), ==,
                   GALEN_ATTR_NONE);
  g_assert_cmpuint(galen_attr_dict_size(dict), ==, galen_attr_known_count() + 1);
}

static void fill(GalenAttrDict *dict, guint n) {
  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf("own_%u", i);
    g_assert_cmpuint(intern(dict, name), ==, galen_attr_known_count() + i);
  }
}

static void test_full(void) {
  g_autoptr(GalenAttrDict) dict = galen_attr_dict_new();
  fill(dict, GALEN_ATTR_DYNAMIC_MAX);
  g_assert_cmpuint(intern(dict, "one_more"), ==, GALEN_ATTR_NONE);
  g_assert_cmpuint(intern(dict, "OWN_127"), ==, galen_attr_known_count() + 127);
  g_assert_cmpuint(intern(dict, "rows_read"), <, galen_attr_known_count());
}

static void test_truncate(void) {
  g_autoptr(GalenAttrDict) dict = galen_attr_dict_new();
  guint known = galen_attr_known_count();
  fill(dict, GALEN_ATTR_DYNAMIC_MAX);
  galen_attr_dict_truncate(dict, known + 100);
  g_assert_cmpuint(galen_attr_dict_size(dict), ==, known + 100);
  g_assert_null(galen_attr_dict_get(dict, (guint16)(known + 100)));
  g_assert_cmpuint(intern(dict, "own_99"), ==, known + 99);
  g_assert_cmpuint(intern(dict, "own_120"), ==, known + 100);
  galen_attr_dict_truncate(dict, 0);
  g_assert_cmpuint(galen_attr_dict_size(dict), ==, known);
  g_assert_cmpuint(intern(dict, "tmp_tables"), <, known);
  fill(dict, GALEN_ATTR_DYNAMIC_MAX);
}

/* A copy keeps what it was, whatever becomes of the first, and knows all names as that one did. */
static void test_assign(void) {
  g_autoptr(GalenAttrDict) dict = galen_attr_dict_new();
  g_autoptr(GalenAttrDict) copy = galen_attr_dict_new();
  guint known = galen_attr_known_count();
  galen_attr_dict_assign(copy, dict);
  g_assert_cmpuint(galen_attr_dict_size(copy), ==, known);
  fill(dict, 3);
  galen_attr_dict_assign(copy, dict);
  galen_attr_dict_truncate(dict, known + 1);
  g_assert_cmpuint(intern(dict, "other"), ==, known + 1);
  g_assert_cmpuint(galen_attr_dict_size(copy), ==, known + 3);
  g_assert_cmpstr(galen_attr_dict_get(copy, (guint16)(known + 1))->name, ==, "own_1");
  g_assert_cmpuint(intern(copy, "own_2"), ==, known + 2);
  g_assert_cmpuint(intern(copy, "new"), ==, known + 3);
  g_assert_cmpuint(galen_attr_dict_size(dict), ==, known + 2);
  galen_attr_dict_truncate(dict, known);
  galen_attr_dict_assign(copy, dict);
  g_assert_cmpuint(galen_attr_dict_size(copy), ==, known);
  g_assert_cmpuint(intern(copy, "own_2"), ==, known);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/attribute/known", test_known);
  g_test_add_func("/attribute/units", test_units);
  g_test_add_func("/attribute/new-names", test_new_names);
  g_test_add_func("/attribute/length", test_length);
  g_test_add_func("/attribute/full", test_full);
  g_test_add_func("/attribute/truncate", test_truncate);
  g_test_add_func("/attribute/assign", test_assign);
  return g_test_run();
}
