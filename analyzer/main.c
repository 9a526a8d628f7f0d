/* galen: the command line. Each subcommand is one file in commands/. */
#include "baked.h"
#include "commands/commands.h"

#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>

static void print_help(void) {
  g_print(
      "Usage: galen COMMAND [OPTIONS] [PATH…]\n\n"
      "An offline physician for MySQL, MariaDB, Percona Server and Galera: reads the logs they write.\n\nCommands:\n");
  for (const GalenCommand *command = galen_commands; command->name != NULL; command++)
    g_print("  %-12s %s\n", command->name, command->summary);
  g_print("\n  galen --version\n  galen COMMAND --help\n\n"
          "A first report:  galen report -o report.html /var/log/mysql\n");
}

static int usage(const char *what, const char *why) {
  galen_complain(what, why);
  g_printerr("Try: galen --help\n");
  return GALEN_EXIT_USAGE;
}

/* What was printed may still be lost: a full disk, a closed pipe. */
static GalenExit finish(GalenExit code) {
  if (fflush(stdout) == 0 && ferror(stdout) == 0)
    return code;
  if (code != GALEN_EXIT_OUTPUT)
    galen_complain("stdout", "cannot write");
  return GALEN_EXIT_OUTPUT;
}

static GalenExit run(const GalenCommand *command, int argc, char **argv) {
  g_autofree char *name = g_strconcat("galen ", command->name, NULL);
  g_set_prgname(name);
  return finish(command->run(argc, argv));
}

int main(int argc, char **argv) {
  setlocale(LC_ALL, "");
  /* A page is many small pieces that are freed together; glibc's fast bins make that a third slower. */
  mallopt(M_MXFAST, 0);
  /* A closed pipe is an output that could not be written, and is reported as one. */
  signal(SIGPIPE, SIG_IGN);
  galen_baked_use();
  if (argc < 2)
    return usage("usage", "no command given");
  if (g_str_equal(argv[1], "--version")) {
    g_print("galen %s\n", GALEN_VERSION);
    return (int)finish(GALEN_EXIT_OK);
  }
  if (g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h") || g_str_equal(argv[1], "help")) {
    print_help();
    return (int)finish(GALEN_EXIT_OK);
  }
  for (const GalenCommand *command = galen_commands; command->name != NULL; command++)
    if (g_str_equal(argv[1], command->name))
      return (int)run(command, argc - 1, argv + 1);
  /* As other digest programs are called. */
  gboolean log = g_str_equal(argv[1], "-") || g_file_test(argv[1], G_FILE_TEST_EXISTS);
  return usage(argv[1], log ? "no such command; to read it, say galen report before it" : "no such command");
}
