/* galen report: logs in, health report out. The main job. */
#include "report_options.h"

#include "../data_dir.h"
#include "../findings/advice.h"
#include "../output.h"
#include "../progress.h"
#include "commands.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define TEXT_WIDTH 100u
#define WIDTH_MIN 40u
#define WIDTH_MAX 1000u

typedef struct {
  const GalenReportCommand *command;
  GalenProgress progress;
  GHashTable *told; /* paths that were complained of */
} Run;

static void on_progress(gpointer user, guint64 disk, guint64 bytes, gboolean done) {
  galen_progress_update(&((Run *)user)->progress, disk, bytes, done);
}

static void on_warning(gpointer user, const char *what, const char *why) {
  Run *run = user;
  galen_progress_hide(&run->progress);
  galen_complain(what, why);
  g_hash_table_add(run->told, g_strdup(what));
}

/* COLUMNS, as everywhere, is the user's word; a terminal knows its own width. */
static guint text_width(gboolean terminal) {
  struct winsize size;
  const char *columns = g_getenv("COLUMNS");
  guint64 asked = columns != NULL ? g_ascii_strtoull(columns, NULL, 10) : 0;
  if (asked >= WIDTH_MIN && asked <= WIDTH_MAX)
    return (guint)asked;
  if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return CLAMP(size.ws_col, WIDTH_MIN, WIDTH_MAX);
  return TEXT_WIDTH;
}

static GBytes *render(const GalenReportCommand *command, const GalenReport *report, const GalenOutput *output,
                      GError **error) {
  gboolean terminal = g_str_equal(output->path, "-") && isatty(STDOUT_FILENO);
  if (output->format == GALEN_FORMAT_JSON)
    return galen_report_write_json(report, error);
  if (output->format == GALEN_FORMAT_TEXT) {
    gboolean color = terminal && g_getenv("NO_COLOR") == NULL;
    return galen_report_write_text(report, text_width(terminal), color, error);
  }
  g_autofree char *own = command->templates == NULL ? galen_data_dir("report-templates", error) : NULL;
  if (command->templates == NULL && own == NULL) {
    g_prefix_error(error, "templates: ");
    return NULL;
  }
  return galen_report_write_html(report, own != NULL ? own : command->templates, error);
}

static const char *name_of(const GalenOutput *output) {
  return g_str_equal(output->path, "-") ? "stdout" : output->path;
}

/* Renders everything before anything is written. TRUE: all was written. */
static gboolean write_outputs(const GalenReportCommand *command, const GalenReport *report) {
  g_autoptr(GPtrArray) documents = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  gboolean all = TRUE;
  for (guint i = 0; i < command->outputs->len; i++) {
    g_autoptr(GError) error = NULL;
    const GalenOutput *output = &g_array_index(command->outputs, GalenOutput, i);
    GBytes *document = render(command, report, output, &error);
    if (document == NULL) {
      galen_complain(name_of(output), error->message);
      return FALSE;
    }
    g_ptr_array_add(documents, document);
  }
  for (guint i = 0; i < command->outputs->len; i++) {
    g_autoptr(GError) error = NULL;
    const GalenOutput *output = &g_array_index(command->outputs, GalenOutput, i);
    if (!galen_output_write(output->path, g_ptr_array_index(documents, i), &error)) {
      galen_complain(name_of(output), error->message);
      all = FALSE;
    }
  }
  return all;
}

static void tell_inputs(const GPtrArray *rows) {
  for (guint i = 0; i < rows->len; i++) {
    const GalenInputRow *row = g_ptr_array_index(rows, i);
    g_autofree char *what = g_strdup_printf(
        "%s of %s, %" G_GUINT64_FORMAT " events in %" G_GUINT64_FORMAT " bytes, %" G_GUINT64_FORMAT " bytes skipped",
        row->kind, row->node, row->account.events, row->account.bytes, row->account.bytes_skipped);
    galen_complain(row->path, what);
  }
}

/* Every input with its reason; those that were complained of already are not named twice. */
static GalenExit no_input(const GHashTable *told, const GalenRun *run) {
  for (guint i = 0; i < run->rows->len; i++) {
    const GalenInputRow *row = g_ptr_array_index(run->rows, i);
    if (!g_hash_table_contains((GHashTable *)told, row->path))
      galen_complain(row->path, row->problem != NULL ? row->problem : "not a log that Galen knows");
  }
  galen_complain("nothing written", "no log was found in what was given");
  return GALEN_EXIT_NO_INPUT;
}

static GalenReport *build(const GalenReportCommand *command, const GalenAdviceRules *rules, GalenRun *run) {
  GalenReportOptions options = {
      .title = command->title,
      .zone = command->zone,
      .zone_name = command->zone_name,
      .since = command->since,
      .until = command->until,
      .top = (guint)command->top,
      .order_by = command->order_by,
      .expect_nodes = (const char *const *)command->expect_nodes,
      .mute = (const char *const *)command->mute,
      .rules = rules,
      .filtered = command->filtered,
  };
  return galen_report_new(run->digest, g_steal_pointer(&run->rows), &options);
}

GalenExit galen_command_report(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  g_auto(GalenReportCommand) command = {0};
  if (!galen_report_command_parse(&command, argc, argv, &error))
    return galen_usage("report", error->message);
  g_autofree char *rules_dir = galen_data_dir("rules", &error);
  g_autoptr(GalenAdviceRules) rules = rules_dir != NULL ? galen_advice_rules_load(rules_dir, &error) : NULL;
  if (rules == NULL) {
    galen_complain("rules", error->message);
    return GALEN_EXIT_OUTPUT;
  }
  g_autoptr(GalenInputs) inputs = galen_inputs_new((const char *const *)command.paths);
  g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  Run state = {.command = &command,
               .told = told,
               .progress = {.shown = command.progress, .total = galen_inputs_total_bytes(inputs)}};
  GalenPipelineOptions options = {
      .log_zone = command.log_zone,
      .log_zones = command.log_zones,
      .mask_digits = command.mask_digits,
      .samples = command.samples,
      .filter = command.filter,
      .progress = on_progress,
      .warn = on_warning,
      .note = command.quiet ? NULL : on_warning,
      .user = &state,
  };
  g_auto(GalenRun) run = {0};
  if (!galen_pipeline_run(inputs, &options, &run, &error)) {
    galen_complain("temporary file", error->message);
    return GALEN_EXIT_OUTPUT;
  }
  if (command.verbose)
    tell_inputs(run.rows);
  if (run.logs == 0)
    return no_input(told, &run);
  g_autoptr(GalenReport) report = build(&command, rules, &run);
  if (!write_outputs(&command, report))
    return GALEN_EXIT_OUTPUT;
  if (command.fail_on != GALEN_STATUS_OK && report->status >= command.fail_on)
    return GALEN_EXIT_FINDING;
  return run.incomplete ? GALEN_EXIT_PARTIAL : GALEN_EXIT_OK;
}
