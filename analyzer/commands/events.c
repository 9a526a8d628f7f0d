/* galen events: every event of all inputs as one JSON object a line, in the order of time. */
#include "logs.h"

#include "../events/line.h"
#include "../events/order.h"
#include "../output.h"

#define WRITE_BLOCK (64u << 10)

typedef struct {
  GalenEventOrder *order;
  const GalenInputRow *row;
  GString *line;
  gboolean full;
  GError *error; /* the first one; what follows is not kept */
} Collector;

static void on_input(gpointer user, const GalenInputRow *row) {
  Collector *self = user;
  g_autofree char *name = g_strdup_printf("%s\n%s\n%s", row->node, row->kind, row->path);
  self->row = row;
  if (self->error == NULL)
    (void)galen_event_order_begin(self->order, name, &self->error);
}

static void add(Collector *self, gint64 time) {
  if (self->error == NULL)
    (void)galen_event_order_add(self->order, time, self->line->str, self->line->len, &self->error);
}

static void on_slow(gpointer user, const GalenSlowEvent *event, GalenSlice sample,
                    const GalenFingerprinter *fingerprinter) {
  Collector *self = user;
  galen_event_line_slow(self->line, self->row, event, sample, fingerprinter);
  add(self, event->timed ? event->start : GALEN_TIME_NONE);
}

static void on_error(gpointer user, const GalenErrorEvent *event, gint64 time, const GalenLogRule *rule) {
  Collector *self = user;
  galen_event_line_error(self->line, self->row, event, time, rule, self->full);
  add(self, time);
}

typedef struct {
  Collector *collector;
  GString *block;
  int fd;
} Writer;

static gboolean on_line(gpointer user, const char *line, gsize len, GError **error) {
  Writer *self = user;
  g_string_append_len(self->block, line, (gssize)len);
  if (self->block->len < WRITE_BLOCK)
    return TRUE;
  gboolean done = galen_output_put(self->fd, self->block->str, self->block->len, error);
  g_string_truncate(self->block, 0);
  return done;
}

static gboolean write_all(int fd, gpointer user, GError **error) {
  g_autoptr(GString) block = g_string_sized_new((gsize)2 * WRITE_BLOCK);
  Writer writer = {user, block, fd};
  return galen_event_order_finish(writer.collector->order, on_line, &writer, error) &&
         galen_output_put(fd, block->str, block->len, error);
}

static GalenExit print_events(const GalenReportCommand *command, Collector *collector) {
  GalenEventTaker taker = {.user = collector, .input = on_input, .slow = on_slow, .error = on_error};
  g_auto(GalenLogs) logs = {0};
  GalenExit code = galen_logs_read(&logs, command, &taker);
  if (code != GALEN_EXIT_OK)
    return code;
  g_autoptr(GError) error = g_steal_pointer(&collector->error);
  const char *path = g_array_index(command->outputs, GalenOutput, 0).path;
  if (error != NULL || !galen_output_write_with(path, write_all, collector, &error)) {
    galen_complain(g_str_equal(path, "-") ? "stdout" : path, error->message);
    return GALEN_EXIT_OUTPUT;
  }
  return logs.run.incomplete ? GALEN_EXIT_PARTIAL : GALEN_EXIT_OK;
}

GalenExit galen_command_events(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  g_auto(GalenReportCommand) command = {0};
  if (!galen_report_command_parse(&command, "events", argc, argv, &error))
    return galen_usage("events", error->message);
  if (command.outputs->len > 1)
    return galen_usage("events", "-o: give one file");
  g_autoptr(GalenEventOrder) order = galen_event_order_new(GALEN_EVENT_WINDOW);
  g_autoptr(GString) line = g_string_new(NULL);
  Collector collector = {.order = order, .line = line, .full = command.samples == GALEN_SAMPLES_FULL};
  GalenExit code = print_events(&command, &collector);
  g_clear_error(&collector.error);
  return code;
}
