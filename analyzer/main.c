/* galen: the command line. Each subcommand is one file in commands/. */
#include <glib.h>

int main(int argc, char **argv) {
  if (argc == 2 && g_str_equal(argv[1], "--version")) {
    g_print("galen %s\n", GALEN_VERSION);
    return 0;
  }
  g_printerr("galen: nothing to do yet\n");
  return 2;
}
