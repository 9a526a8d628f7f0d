/* galen compare: a report on the side after that says what differs from the side before. */
#include "commands.h"

GalenExit galen_command_compare(int argc, char **argv) {
  return galen_report_run("compare", argc, argv);
}
