#include "error_log.h"

/* Programs whose lines a syslog holds beside the server's; each line is a record. */
static const char *const others[] = {"systemd",         "kernel", "mysqld_safe", "mariadbd-safe", "mysql-systemd-start",
                                     "systemd-coredump"};

gboolean galen_error_line_prefix(ErrorLog *self, const GalenLineInfo *info, const char *at, const char *stop,
                                 ErrorPrefix *ret_prefix) {
  if (galen_error_prefix(&self->dates, at, stop, ret_prefix))
    return TRUE;
  if (info == NULL || info->program == NULL || at == stop)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
    if (g_str_equal(info->program, others[i])) {
      *ret_prefix = (ErrorPrefix){.form = ERROR_FORM_BARE, .labelled = TRUE, .wall = GALEN_TIME_NONE};
      ret_prefix->text = galen_slice(at, (gsize)(stop - at));
      ret_prefix->subsystem = galen_slice(others[i], strlen(others[i]));
      return TRUE;
    }
  return FALSE;
}

static const char *line_stop(const char *at, const char *end) {
  if (at == end || *at == '\n')
    return at;
  const char *stop = memchr(at, '\n', (gsize)(end - at));
  return stop != NULL ? stop : end;
}

static const char *without_cr(const char *at, const char *stop) {
  while (stop > at && stop[-1] == '\r')
    stop--;
  return stop;
}

/* Continuation lines without the blank ones at their end. */
static GalenSlice more_of(const char *at, const char *end) {
  while (end > at && g_ascii_isspace(end[-1]))
    end--;
  return at < end ? galen_slice(at, (gsize)(end - at)) : galen_slice(NULL, 0);
}

static void set_version(ErrorLog *self, const char *at, const char *end) {
  const char *stop = at;
  while (stop < end && stop - at < 100 && *stop != ' ' && *stop != ')' && *stop != '\'')
    stop++;
  if (stop == at || !g_ascii_isdigit(*at))
    return;
  gsize len = (gsize)(stop - at);
  if (self->version == NULL || strlen(self->version) != len || memcmp(self->version, at, len) != 0) {
    g_free(self->version);
    self->version = g_strndup(at, len);
  }
  if (strstr(self->version, "MariaDB") != NULL)
    self->server = "MariaDB";
  else if (self->server == NULL)
    self->server = "MySQL";
}

/* What start lines say of the server. */
static void note_server(ErrorLog *self, ErrorStep step, const GalenErrorEvent *event) {
  GalenSlice text = event->text;
  const char *end = text.data + text.len, *at;
  if (step == ERROR_STEP_START) {
    self->starts++;
    if (galen_slice_starts(text, "Starting MariaDB ")) {
      self->server = "MariaDB";
      set_version(self, text.data + 17, end);
    } else if ((at = galen_error_behind(text, "(mysqld ")) != NULL ||
               (at = galen_error_behind(text, "(server ")) != NULL ||
               (at = galen_error_behind(text, "(mariadbd ")) != NULL) {
      set_version(self, at, end);
    }
  } else if (step == ERROR_STEP_READY) {
    self->ready++;
    GalenSlice line = event->more.data != NULL && galen_slice_starts(event->more, "Version: '") ? event->more : text;
    if ((at = galen_error_behind(line, "Version: '")) != NULL)
      set_version(self, at, line.data + line.len);
    if (galen_error_behind(line, "Percona") != NULL)
      self->server = "Percona";
  } else if (galen_slice_is(event->subsystem, "mysqld_safe")) {
    self->safe_starts += galen_slice_starts(text, "Starting m") != FALSE;
  }
}

/* Prefix and text of the record's first line, or of a monitor's second one, which has the time. */
static void read_first(ErrorLog *self, GalenErrorEvent *event, const char *from, const char *stop, const char *end) {
  const char *next = stop;
  ErrorPrefix *prefix = self->first;
  if (self->scan.kind == ERROR_SCAN_MONITOR && *from == '=' && stop < end) {
    next = line_stop(stop + 1, end);
    if (!galen_error_prefix(&self->dates, stop + 1, without_cr(stop + 1, next), prefix))
      *prefix = galen_error_prefix_none;
    const char *mark = memmem(stop + 1, (gsize)(next - stop - 1), "INNODB MONITOR OUTPUT", 21);
    prefix->text = mark != NULL ? galen_slice(mark, 21) : galen_slice(from, 0);
  } else if (self->first_at != from &&
             !galen_error_line_prefix(self, self->options.line_info != NULL ? &self->info : NULL, from,
                                      from + self->first_len, prefix)) {
    prefix->text = galen_slice(from, self->first_len);
  }
  if (self->scan.kind == ERROR_SCAN_MONITOR)
    prefix->subsystem = galen_slice("InnoDB", 6);
  event->more = next < end ? more_of(next + 1, end) : galen_slice(NULL, 0);
  if (prefix->form == ERROR_FORM_JSON) {
    GalenSlice more = {0};
    if (!galen_error_json(from, without_cr(from, stop), self->scratch, prefix, &more))
      prefix->text = galen_slice(from, (gsize)(stop - from));
    else if (more.data != NULL)
      event->more = more_of(more.data, more.data + more.len);
  }
}

void galen_error_emit(ErrorLog *self, const char *from, const char *end, gboolean cut) {
  GalenErrorEvent event = galen_error_event_none;
  event.cut = cut;
  event.gap_before = self->gap_before;
  event.line = self->line;
  event.offset = self->offset;
  const GalenLineInfo *info = self->options.line_info != NULL ? &self->info : NULL;
  const ErrorPrefix *prefix = self->first;
  const char *stop = line_stop(self->first_at == from ? from + self->first_len : from, end);
  event.head = galen_slice(from, (gsize)(without_cr(from, stop) - from));
  read_first(self, &event, from, stop, end);
  event.level = prefix->level;
  event.code = prefix->code;
  event.subsystem = prefix->subsystem;
  event.text = prefix->text;
  while (event.text.len > 0 && event.text.data[event.text.len - 1] == ' ')
    event.text.len--;
  event.source = galen_error_text_source(&event.text);
  event.block = galen_error_scan_block(&self->scan, &event);
  if (info != NULL && info->line != 0)
    event.line = info->line;
  galen_error_clock_set(&self->clock, prefix, info, &event);
  ErrorStep step = galen_error_instance_step(&event);
  note_server(self, step, &event);
  galen_error_instance_set(&self->instances, step, prefix, info, &event);
  self->account.events++;
  self->account.partial += cut != FALSE;
  self->account.untimed += event.wall == GALEN_TIME_NONE;
  if (event.wall != GALEN_TIME_NONE)
    galen_account_time(&self->account, event.time != GALEN_TIME_NONE ? event.time : event.wall);
  if (self->sink.error != NULL)
    self->sink.error(self->sink.user, &event);
}
