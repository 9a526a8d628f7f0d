#include "commands.h"

#include "../store/store.h"

#include <stdio.h>

const GalenCommand galen_commands[] = {
    {"report", "read logs, write reports", galen_command_report},
    {"digest", "add logs to a store; what was added before is not added twice", galen_command_digest},
    {"compare", "before against after: what is new, gone, slower, faster", galen_command_compare},
    {"nightly", "digest, report since the last night, retention, mail, in one step", galen_command_nightly},
    {"events", "every event as one JSON object a line, in time order across inputs", galen_command_events},
    {"fingerprint", "queries on stdin to fingerprints, one a line", galen_command_fingerprint},
    {"explain", "what a rule, finding or column means, and what to do", galen_command_explain},
    {NULL, NULL, NULL},
};

char *galen_complaint(const char *what, const char *why) {
  g_autofree char *shown = galen_store_shown(what);
  return g_strdup_printf("%s: %s", shown, why);
}

void galen_complain(const char *what, const char *why) {
  g_autofree char *complaint = galen_complaint(what, why);
  /* Not g_printerr: in a C locale it would print names with question marks in them. */
  (void)fprintf(stderr, "galen: %s\n", complaint);
}

void galen_complain_to_stderr(G_GNUC_UNUSED gpointer user, const char *what, const char *why) {
  galen_complain(what, why);
}

GalenExit galen_usage(const char *command, const char *why) {
  galen_complain(command, why);
  g_printerr("Try: galen %s --help\n", command);
  return GALEN_EXIT_USAGE;
}
