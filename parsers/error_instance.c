#include "error_log.h"
#include "scan.h"

#define SNIFF_LINES 400u

static guint32 number_at(const char *at, const char *end) {
  guint64 n = 0;
  while (at < end && g_ascii_isdigit(*at) && n < G_MAXUINT32)
    n = n * 10 + (guint64)(*at++ - '0');
  return n <= G_MAXUINT32 ? (guint32)n : 0;
}

static guint32 number_behind(GalenSlice text, const char *mark) {
  const char *at = text.data != NULL ? galen_error_behind(text, mark) : NULL;
  return at != NULL ? number_at(at, text.data + text.len) : 0;
}

static guint64 hash_word(const char *at, const char *end) {
  guint64 hash = G_GUINT64_CONSTANT(1469598103934665603);
  while (at < end && *at != ' ')
    hash = (hash ^ (guint8)*at++) * G_GUINT64_CONSTANT(1099511628211);
  return hash | 1;
}

/* "/usr/sbin/mysqld…", "mysqld…", "mariadbd…", "C:\\…" */
static gboolean is_program(GalenSlice text) {
  return text.data[0] == '/' || galen_slice_starts(text, "mysqld") || galen_slice_starts(text, "mariadbd") ||
         (text.data[1] == ':' && text.data[2] == '\\');
}

ErrorStep galen_error_instance_step(const GalenErrorEvent *event) {
  GalenSlice text = event->text;
  if (event->block == GALEN_BLOCK_CRASH)
    return ERROR_STEP_END;
  if (text.len < 8)
    return ERROR_STEP_NONE;
  char c = text.data[0];
  if (c == 'S') {
    if (galen_slice_starts(text, "Starting MariaDB "))
      return ERROR_STEP_START;
    if (galen_slice_starts(text, "Starting crash recovery"))
      return ERROR_STEP_RECOVERY;
    return galen_slice_starts(text, "Shutdown complete (") ? ERROR_STEP_END : ERROR_STEP_NONE;
  }
  if (c == 'A')
    return galen_slice_is(text, "Aborting") ? ERROR_STEP_END : ERROR_STEP_NONE;
  if (c == 'D')
    return galen_slice_starts(text, "Database was not shut") ? ERROR_STEP_RECOVERY : ERROR_STEP_NONE;
  if (!is_program(text))
    return ERROR_STEP_NONE;
  if (galen_slice_is(event->subsystem, "mysqld_safe"))
    return galen_error_behind(text, "from pid file") != NULL && galen_error_behind(text, " ended") != NULL
               ? ERROR_STEP_END
               : ERROR_STEP_NONE;
  if (galen_error_behind(text, " starting as process ") != NULL)
    return ERROR_STEP_START;
  if (galen_error_behind(text, ": ready for connections") != NULL)
    return ERROR_STEP_READY;
  return galen_error_behind(text, ": Shutdown complete") != NULL ? ERROR_STEP_END : ERROR_STEP_NONE;
}

static guint alive(const ErrorInstances *self) {
  guint n = 0;
  for (guint i = 0; i < self->n; i++)
    n += !self->processes[i].ended;
  return n;
}

static ErrorProcess *add_process(ErrorInstances *self, guint instance) {
  guint slot = self->n;
  if (slot == ERROR_PROCESSES_MAX) {
    slot = 0;
    for (guint i = 0; i < self->n; i++)
      if (self->processes[i].ended && i != self->current)
        slot = i;
  } else {
    self->n++;
  }
  self->processes[slot] = (ErrorProcess){.instance = instance};
  self->n_instances = MAX(self->n_instances, instance + 1);
  self->current = slot;
  return &self->processes[slot];
}

static ErrorProcess *current(ErrorInstances *self) {
  return self->n > 0 ? &self->processes[self->current] : add_process(self, 0);
}

gboolean galen_error_instance_is_start(GalenSlice text) {
  if (text.len < 20)
    return FALSE;
  if (text.data[0] == 'S')
    return galen_slice_starts(text, "Starting MariaDB ");
  return is_program(text) && galen_error_behind(text, " starting as process ") != NULL;
}

/* A text, and where in it two bytes stand that few others have side by side. */
typedef struct {
  const char *text;
  guint8 len, pair;
} Mark;

#define MARK(text, pair)                                                                                               \
  { text, sizeof(text) - 1, pair }

/* `end`: it is not there. */
static const char *find(const char *at, const char *end, const Mark *mark) {
  const GalenScan *scan = galen_scan_best();
  for (; end - at >= mark->len; at++) {
    const char *last = end - mark->len, *pair = mark->text + mark->pair;
    at = scan->find_pair(at + mark->pair, last + mark->pair + 2, pair[0], pair[1]) - mark->pair;
    if (at > last)
      break;
    if (galen_same_bytes(at, mark->text, mark->len))
      return at;
  }
  return end;
}

/* Clients that are refused before the new one is ready, or a data directory that is locked: the old one lives. */
ErrorAnswer galen_error_instance_look(ErrorInstances *self, const char *at, const char *end, gboolean eof) {
  static const Mark is_ready_mark = MARK(": ready for connections", 5);
  static const Mark starts[] = {MARK(" starting as process ", 15), MARK("] Starting MariaDB ", 15)};
  static const Mark clients[] = {MARK("] Access denied for user ", 2), MARK("] Aborted connection ", 2)};
  static const Mark locks[] = {MARK("Unable to lock ./", 0), MARK("' for exclusive use, error", 7)};
  self->beside = FALSE;
  if ((gsize)(end - at) < ERROR_START_LOOK && !eof)
    return ERROR_MORE;
  end = at + MIN((gsize)(end - at), ERROR_START_LOOK);
  /* Most starts are ready soon: then the rest need not be looked at. */
  const char *is_ready = find(at, end, &is_ready_mark);
  for (gsize i = 0; i < G_N_ELEMENTS(starts); i++)
    is_ready = find(at, is_ready, &starts[i]);
  for (gsize i = 0; i < G_N_ELEMENTS(clients); i++)
    self->beside |= find(at, is_ready, &clients[i]) < is_ready;
  for (gsize i = 0; i < G_N_ELEMENTS(locks); i++)
    self->beside |= find(at, is_ready, &locks[i]) < is_ready;
  return ERROR_BEGINS;
}

/* A start line. One server's restarts follow each other, also after a kill, which leaves no line, and in containers, where
 * server_uid changes. */
static void started(ErrorInstances *self, GalenSlice text) {
  const char *uid_at = galen_error_behind(text, " server_uid ");
  guint64 uid = uid_at != NULL ? hash_word(uid_at, text.data + text.len) : 0;
  ErrorProcess *last = current(self), *process = NULL;
  for (guint i = 0; i < self->n && uid != 0 && process == NULL; i++)
    if (self->processes[i].uid == uid && (self->overlap || self->beside) && (self->processes[i].ended || !self->beside))
      process = &self->processes[i];
  if (process == NULL)
    process = self->beside && !last->ended ? add_process(self, self->n_instances) : last;
  self->beside = FALSE;
  self->current = (guint)(process - self->processes);
  gboolean killed = !process->ended && process == last;
  *process = (ErrorProcess){.instance = process->instance,
                            .uid = uid,
                            .uid_before = process->uid,
                            .port = killed ? process->port : 0, /* of one whose end nobody saw */
                            .pid = number_behind(text, " as process ")};
  self->overlap = alive(self) > 1;
}

/* The only one that clients can have reached; NULL: several, or none. */
static const ErrorProcess *only_ready(const ErrorInstances *self) {
  const ErrorProcess *found = NULL;
  for (guint i = 0; i < self->n; i++)
    if (!self->processes[i].ended && self->processes[i].ready) {
      if (found != NULL)
        return NULL;
      found = &self->processes[i];
    }
  return found;
}

/* What recovers after a crash has the data of the process before: that one is dead. */
static void recovers(ErrorInstances *self) {
  ErrorProcess *process = current(self);
  process->port = process->ready ? process->port : 0;
  if (process->ready || !self->overlap)
    return;
  for (guint i = 0; i < self->n; i++)
    if (i != self->current && !self->processes[i].ended) {
      self->processes[i].ended = TRUE;
      process->instance = self->processes[i].instance;
    }
  self->overlap = FALSE;
}

static void ready(ErrorInstances *self, const GalenErrorEvent *event) {
  ErrorProcess *process = current(self);
  guint32 port = number_behind(event->more, "port: ");
  if (port == 0)
    port = number_behind(event->text, "port: ");
  for (guint i = 0; i < self->n && port != 0; i++)
    if (i != self->current && self->processes[i].port == port)
      self->processes[i].ended = TRUE; /* two cannot listen there */
  /* The one before was not seen to end, and this one listens elsewhere. */
  if (!process->ready && process->port != 0 && port != 0 && process->port != port) {
    guint64 uid = process->uid;
    process->uid = process->uid_before;
    process->ready = TRUE;
    process = add_process(self, self->n_instances);
    process->uid = uid;
  }
  process->port = port;
  process->ready = TRUE;
  self->overlap = alive(self) > 1;
}

static void ended(ErrorInstances *self) {
  ErrorProcess *process = current(self);
  if (!self->overlap || !process->ready) {
    process->ended = TRUE;
    for (guint i = 0; i < self->n; i++)
      if (!self->processes[i].ended)
        self->current = i;
  }
  self->overlap = alive(self) > 1;
}

/* Lines that say their process. A process that is followed by another ended, unless it speaks again. */
static guint by_pid(ErrorInstances *self, guint32 pid) {
  ErrorProcess *last = self->n > 0 ? &self->processes[self->current] : NULL;
  if (last != NULL && last->pid == pid)
    return last->instance;
  for (guint i = 0; i < self->n; i++) {
    ErrorProcess *process = &self->processes[i];
    if (process->pid != pid)
      continue;
    if (process->instance == last->instance)
      last->instance = self->n_instances++;
    self->current = i;
    return process->instance;
  }
  ErrorProcess *process = last != NULL && last->pid == 0 ? last : add_process(self, last != NULL ? last->instance : 0);
  process->pid = pid;
  return process->instance;
}

static gboolean is_server(const GalenLineInfo *info) {
  return info->program == NULL || strcmp(info->program, "mysqld") == 0 || strcmp(info->program, "mariadbd") == 0;
}

void galen_error_instance_set(ErrorInstances *self, ErrorStep step, const ErrorPrefix *prefix,
                              const GalenLineInfo *info, GalenErrorEvent *event) {
  gboolean dated = prefix->form == ERROR_FORM_ISO && prefix->has_number && prefix->labelled && !prefix->has_zone;
  if (step == ERROR_STEP_START && dated) {
    guint32 pid = number_behind(event->text, " as process ");
    self->pid_layout = pid != 0 && prefix->number == pid;
  }
  gboolean pid_layout = dated && self->pid_layout && !prefix->padded && prefix->number <= G_MAXUINT32;
  event->thread = pid_layout ? 0 : prefix->number;
  if (info != NULL && info->pid != 0 && is_server(info))
    event->pid = info->pid;
  else if (pid_layout)
    event->pid = (guint32)prefix->number;
  if (event->pid != 0) {
    event->instance = by_pid(self, event->pid);
    return;
  }
  if (self->pid_layout && self->n_instances > 1) {
    event->instance = GALEN_INSTANCE_UNKNOWN;
    return;
  }
  switch (step) {
  case ERROR_STEP_START:
    started(self, event->text);
    event->instance = current(self)->instance;
    return;
  case ERROR_STEP_READY:
    ready(self, event);
    event->instance = current(self)->instance;
    return;
  case ERROR_STEP_RECOVERY:
    recovers(self);
    break;
  case ERROR_STEP_END:
    event->instance = self->overlap && current(self)->ready ? GALEN_INSTANCE_UNKNOWN : current(self)->instance;
    ended(self);
    return;
  case ERROR_STEP_NONE:
  default:
    break;
  }
  const ErrorProcess *process = current(self);
  if (self->overlap) {
    gboolean client = event->text.len > 20 && event->text.data[0] == 'A' &&
                      (galen_slice_starts(event->text, "Access denied for user ") ||
                       galen_slice_starts(event->text, "Aborted connection "));
    process = client ? only_ready(self) : NULL;
  }
  event->instance = process != NULL ? process->instance : GALEN_INSTANCE_UNKNOWN;
}

/* Is the number behind the time a process (MySQL 5.6) or a connection or thread (MariaDB)? MariaDB pads hours with blanks,
 * 5.6 with zeros; without early hours the start line tells, or that all numbers are the same. */
void galen_error_instance_sniff(ErrorInstances *self, const char *data, gsize len) {
  ErrorDates dates = {0};
  guint64 same = 0;
  guint n_same = 0, n_other = 0;
  const char *end = data + len, *next;
  for (guint n = 0; n < SNIFF_LINES && data < end; n++, data = next) {
    const char *stop = memchr(data, '\n', (gsize)(end - data));
    next = stop != NULL ? stop + 1 : end;
    ErrorPrefix p;
    if (!galen_error_prefix(&dates, data, stop != NULL ? stop : end, &p) || p.form != ERROR_FORM_ISO || p.has_zone ||
        !p.has_number || !p.labelled)
      continue;
    if (p.padded || p.zero_padded || p.number > G_MAXUINT32) {
      self->pid_layout = p.zero_padded;
      return;
    }
    if (p.text.len > 0 && galen_error_behind(p.text, " as process ") != NULL) {
      self->pid_layout = number_behind(p.text, " as process ") == p.number;
      return;
    }
    same = same == 0 ? p.number : same;
    n_same += p.number != 0 && p.number == same;
    n_other += p.number != 0 && p.number != same;
  }
  self->pid_layout = n_same >= 8 && n_other == 0;
}
