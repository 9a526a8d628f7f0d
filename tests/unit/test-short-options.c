/* "-j4" is "-j" "4", wherever it may stand, and nothing else is changed. */
#include "analyzer/commands/short_options.h"

static void check(const char *line, const char *wanted) {
  static const GOptionEntry entries[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, NULL},
      {"threads", 'j', 0, G_OPTION_ARG_INT, NULL, NULL, NULL},
      {"title", 0, 0, G_OPTION_ARG_FILENAME, NULL, NULL, NULL},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
      {"verbose", 'v', 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
      {0},
  };
  g_auto(GStrv) argv = g_strsplit(line, " ", 0);
  g_auto(GStrv) words = galen_split_short_options((int)g_strv_length(argv), argv, entries);
  g_autofree char *joined = g_strjoinv(" ", words);
  g_assert_cmpstr(joined, ==, wanted);
}

static void test_split(void) {
  check("g -j4 a.log", "g -j 4 a.log");
  check("g -j1 --format json", "g -j 1 --format json");
  check("g -qj4", "g -qj 4");
  check("g -or.html -j4 -vq", "g -o r.html -j 4 -vq");
  check("g -o-", "g -o -");
  check("g a.log -j4", "g a.log -j 4");
}

static void test_left(void) {
  check("g", "g");
  check("g -j 4 -q a.log -", "g -j 4 -q a.log -");
  check("g -o -j4 -j4", "g -o -j4 -j 4"); /* the first is a file's name */
  check("g -qo -j4", "g -qo -j4");
  check("g --title -j4", "g --title -j4");
  check("g --title=x -j4", "g --title=x -j 4");
  check("g --quiet -j4", "g --quiet -j 4");
  check("g -- -j4", "g -- -j4");
  check("g -o -- -j4", "g -o -- -j 4");
  check("g -x4 -qx4", "g -x4 -qx4"); /* nobody knows these */
  check("-j4 a.log", "-j4 a.log");   /* the program's name */
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/short-options/split", test_split);
  g_test_add_func("/short-options/left", test_left);
  return g_test_run();
}
