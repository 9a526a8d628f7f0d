/* galen report: logs in, health report out. The main job. */
#include "report_write.h"

#include "../data_dir.h"
#include "../findings/advice.h"

GalenExit galen_report_run(const char *name, int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  g_auto(GalenReportCommand) command = {0};
  if (!galen_report_command_parse(&command, name, argc, argv, &error))
    return galen_usage(name, error->message);
  if (command.idle != NULL && !command.quiet)
    galen_complain(name, command.idle);
  g_autofree char *rules_dir = galen_data_dir("rules", &error);
  g_autoptr(GalenAdviceRules) rules = rules_dir != NULL ? galen_advice_rules_load(rules_dir, &error) : NULL;
  if (rules == NULL) {
    galen_complain("rules", error->message);
    return GALEN_EXIT_OUTPUT;
  }
  g_auto(GalenLogs) before = {0}, logs = {0};
  gboolean compares = command.before.paths != NULL;
  GalenExit code = galen_logs_read(&logs, &command, NULL);
  if (code == GALEN_EXIT_OK && compares)
    code = galen_logs_read_before(&before, &command, &logs);
  if (code != GALEN_EXIT_OK)
    return code;
  g_autoptr(GalenReport) report = galen_report_build(&command, rules, &logs, compares ? &before : NULL);
  g_autoptr(GPtrArray) documents = galen_report_render(&command, report, galen_complain_to_stderr, NULL);
  if (documents == NULL || !galen_report_write(&command, report, documents, NULL, galen_complain_to_stderr, NULL))
    return GALEN_EXIT_OUTPUT;
  if (command.fail_on != GALEN_STATUS_OK && report->status >= command.fail_on)
    return GALEN_EXIT_FINDING;
  return logs.run.incomplete || before.run.incomplete ? GALEN_EXIT_PARTIAL : GALEN_EXIT_OK;
}

GalenExit galen_command_report(int argc, char **argv) {
  return galen_report_run("report", argc, argv);
}
