#include "report_write.h"

#include "../findings/advice.h"
#include "../findings/comparison.h"
#include "../output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define TEXT_WIDTH 100u
#define WIDTH_MIN 40u
#define WIDTH_MAX 1000u

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

GBytes *galen_report_render_one(const GalenReportCommand *command, const GalenReport *report, const GalenOutput *output,
                                GError **error) {
  gboolean terminal = g_str_equal(output->path, "-") && isatty(STDOUT_FILENO);
  GalenWriteOptions options = galen_report_command_write_options(command);
  options.width = text_width(terminal);
  options.color = terminal && g_getenv("NO_COLOR") == NULL;
  /* A document is a copy: it holds nothing of the options. */
  /* cppcheck-suppress returnDanglingLifetime */
  return output->writer->write(report, &options, error);
}

static const char *name_of(const GalenOutput *output) {
  return g_str_equal(output->path, "-") ? "stdout" : output->path;
}

typedef struct {
  const GalenWriter *writer;
  const GalenReport *report;
} Put;

static gboolean put_report(int fd, gpointer user, GError **error) {
  const Put *put = user;
  return put->writer->put(put->report, fd, error);
}

static gboolean write_output(const GalenOutput *output, const GalenReport *report, GBytes *document, GError **error) {
  Put put = {output->writer, report};
  return document != NULL ? galen_output_write(output->path, document, error)
                          : galen_output_write_with(output->path, put_report, &put, error);
}

static void free_document(gpointer document) {
  if (document != NULL)
    g_bytes_unref(document);
}

GPtrArray *galen_report_render(const GalenReportCommand *command, const GalenReport *report, GalenComplainFunc complain,
                               gpointer user) {
  g_autoptr(GPtrArray) documents = g_ptr_array_new_with_free_func(free_document);
  for (guint i = 0; i < command->outputs->len; i++) {
    g_autoptr(GError) error = NULL;
    const GalenOutput *output = &g_array_index(command->outputs, GalenOutput, i);
    GBytes *document = output->writer->put == NULL ? galen_report_render_one(command, report, output, &error) : NULL;
    if (error != NULL) {
      complain(user, name_of(output), error->message);
      return NULL;
    }
    g_ptr_array_add(documents, document);
  }
  return g_steal_pointer(&documents);
}

gboolean galen_report_write(const GalenReportCommand *command, const GalenReport *report, const GPtrArray *documents,
                            GalenOutputWanted wanted, GalenComplainFunc complain, gpointer user) {
  gboolean all = TRUE;
  for (guint i = 0; i < command->outputs->len; i++) {
    g_autoptr(GError) error = NULL;
    const GalenOutput *output = &g_array_index(command->outputs, GalenOutput, i);
    if ((wanted == NULL || wanted(output)) && !write_output(output, report, g_ptr_array_index(documents, i), &error)) {
      complain(user, name_of(output), error->message);
      all = FALSE;
    }
  }
  return all;
}

GalenReport *galen_report_build(const GalenReportCommand *command, const GalenAdviceRules *rules, GalenLogs *logs,
                                GalenLogs *side_before) {
  GalenBaseline baseline;
  GalenRun *run = &logs->run, *before = side_before != NULL ? &side_before->run : NULL;
  GalenReportOptions options = {
      .title = command->title,
      .zone = command->zone,
      .zone_name = command->zone_name,
      .since = logs->since,
      .until = logs->until,
      .widened = logs->stored != NULL,
      .asked_since = command->since,
      .asked_until = command->until,
      .nightly = command->nightly,
      .top = (guint)command->top,
      .order_by = command->order_by,
      .expect_nodes = (const char *const *)command->expect_nodes,
      .mute = (const char *const *)command->mute,
      .rules = rules,
      .filtered = command->filtered,
      .history = run->survey.history,
      .errors = run->errors,
      .past = logs->past,
  };
  if (before != NULL) {
    baseline = (GalenBaseline){.digest = before->digest,
                               .inputs = g_steal_pointer(&before->rows),
                               .history = before->survey.history,
                               .errors = before->errors,
                               .since = side_before->since,
                               .until = side_before->until,
                               .widened = side_before->stored != NULL,
                               .asked_since = command->before.since,
                               .asked_until = command->before.until,
                               .left_out = before->left_out,
                               .hours = galen_filter_hours(command->before.filter),
                               .incomplete = before->incomplete};
    options.baseline = &baseline;
  }
  return galen_report_new(run->digest, g_steal_pointer(&run->rows), &options);
}
