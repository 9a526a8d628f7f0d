/* galen digest: logs into a store. */
#include "logs.h"

static GalenExit run(GalenLogs *logs, const GalenReportCommand *command) {
  g_autoptr(GError) error = NULL;
  GalenIngestResult result = {0};
  GalenExit code = galen_logs_digest(logs, command, &result, NULL);
  if (code != GALEN_EXIT_OK && code != GALEN_EXIT_PARTIAL)
    return code;
  if (galen_logs_keep(logs, command, &error))
    return code;
  galen_complain(command->store, error->message);
  return GALEN_EXIT_OUTPUT;
}

GalenExit galen_command_digest(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  g_auto(GalenReportCommand) command = {0};
  if (!galen_report_command_parse(&command, "digest", argc, argv, &error))
    return galen_usage("digest", error->message);
  g_auto(GalenLogs) logs = {0};
  return run(&logs, &command);
}
