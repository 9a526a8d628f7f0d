/* The subcommands: one file each, one row of the table in commands.c. */
#pragma once

#include <glib.h>

/* Exit codes, as users' scripts know them. Where several apply: OUTPUT before FINDING before PARTIAL. */
typedef enum {
  GALEN_EXIT_OK = 0,
  GALEN_EXIT_FINDING = 1, /* a finding at or above --fail-on */
  GALEN_EXIT_USAGE = 2,
  GALEN_EXIT_NO_INPUT = 3,
  GALEN_EXIT_PARTIAL = 4, /* some input could not be read whole */
  GALEN_EXIT_OUTPUT = 5,
} GalenExit;

typedef struct {
  const char *name;
  const char *summary;
  GalenExit (*run)(int argc, char **argv); /* argv[0] is the command's name */
} GalenCommand;

extern const GalenCommand galen_commands[]; /* ends with a NULL name */

GalenExit galen_command_report(int argc, char **argv);
GalenExit galen_command_compare(int argc, char **argv);
GalenExit galen_command_digest(int argc, char **argv);
GalenExit galen_command_nightly(int argc, char **argv);
GalenExit galen_command_events(int argc, char **argv);
GalenExit galen_command_fingerprint(int argc, char **argv);
GalenExit galen_command_explain(int argc, char **argv);

/* What report and compare have in common; `name` is one of them. */
GalenExit galen_report_run(const char *name, int argc, char **argv);

/* "galen: <what>: <why>" on stderr: complaints, and what --verbose tells. */
void galen_complain(const char *what, const char *why);
/* "what: why", without the password that the address of a store may have. */
char *galen_complaint(const char *what, const char *why);
/* The same as a function for others to call. */
void galen_complain_to_stderr(gpointer user, const char *what, const char *why);
/* The same for wrong usage of a command, and where to look. */
GalenExit galen_usage(const char *command, const char *why);
