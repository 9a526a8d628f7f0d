#include "error_blocks.h"

#define STARTS(line, text) galen_slice_starts(line, text)

static GalenSlice between(const char *from, const char *to) {
  return galen_slice(from, (gsize)(to - from));
}

gboolean galen_block_next_line(const GalenErrorEvent *event, GalenSlice *ret_line) {
  if (event->more.data == NULL)
    return FALSE;
  const char *end = event->more.data + event->more.len, *at = event->more.data;
  if (ret_line->data != NULL) {
    at = memchr(ret_line->data + ret_line->len, '\n', (gsize)(end - ret_line->data) - ret_line->len);
    if (at == NULL)
      return FALSE;
    at++;
  }
  const char *stop = memchr(at, '\n', (gsize)(end - at));
  if (stop == NULL)
    stop = end;
  if (stop > at && stop[-1] == '\r')
    stop--;
  *ret_line = between(at, stop);
  return TRUE;
}

/* Behind `mark` to the end of the line; data NULL: not there. */
static GalenSlice behind(GalenSlice line, const char *mark) {
  const char *at = line.data != NULL ? memmem(line.data, line.len, mark, strlen(mark)) : NULL;
  return at != NULL ? between(at + strlen(mark), line.data + line.len) : galen_slice(NULL, 0);
}

static guint64 number(GalenSlice text) {
  guint64 n = 0;
  for (gsize i = 0; i < text.len && g_ascii_isdigit(text.data[i]) && n < G_MAXUINT64 / 16; i++)
    n = n * 10 + (guint64)(text.data[i] - '0');
  return n;
}

static GalenSlice until(GalenSlice text, const char *stops) {
  gsize n = 0;
  while (n < text.len && strchr(stops, text.data[n]) == NULL)
    n++;
  return galen_slice(text.data, n);
}

static GalenSlice trimmed(GalenSlice text) {
  while (text.len > 0 && g_ascii_isspace(text.data[text.len - 1]))
    text.len--;
  return text;
}

/* ---- crash ---- */

static const char query_ends[] = "\nConnection ID (thread ID): ", optimizer[] = "\nOptimizer switch: ";

/* The query, from `at` to the line that the server writes behind it. */
static GalenSlice crash_query(const GalenErrorEvent *event, const char *at, gboolean has_connection) {
  const char *end = event->more.data + event->more.len;
  const char *mark = has_connection ? optimizer : query_ends;
  const char *stop = memmem(at, (gsize)(end - at), mark, strlen(mark));
  if (stop == NULL) {
    stop = memmem(at, (gsize)(end - at), "\n\n", 2);
    if (stop == NULL)
      stop = end;
  }
  GalenSlice query = trimmed(between(at, stop));
  gboolean none = query.len == 0 || galen_slice_is(query, "(null)") || STARTS(query, "is an invalid pointer");
  return none ? galen_slice(NULL, 0) : query;
}

/* "/usr/sbin/mysqld(func+0x2e)[0x55fc3ee3487e]", "#12 0x55… in func", "libc.c:0(__restore_rt)[0x7f6b…]" */
static gboolean is_frame(GalenSlice line) {
  if (line.len < 6)
    return FALSE;
  const char *open = memrchr(line.data, '[', line.len);
  if (line.data[line.len - 1] == ']' && open != NULL && STARTS(between(open, line.data + line.len), "[0x"))
    return TRUE;
  if (line.data[0] == '#' && g_ascii_isdigit(line.data[1]))
    return TRUE;
  /* Windows: "mysqld.exe!handle_segfault()[x.cc:12]" */
  return memchr(line.data, '!', line.len) != NULL && memmem(line.data, line.len, "()[", 3) != NULL;
}

GalenSlice galen_block_frame_function(GalenSlice frame) {
  GalenSlice none = {0};
  const char *end = frame.data + frame.len;
  GalenSlice in = behind(frame, " in ");
  if (frame.len > 0 && frame.data[0] == '#')
    return in.data != NULL ? until(in, " (") : none;
  const char *bang = memchr(frame.data, '!', frame.len);
  if (bang != NULL)
    return until(between(bang + 1, end), "(");
  const char *open = memchr(frame.data, '(', frame.len);
  if (open == NULL)
    return none;
  GalenSlice name = until(between(open + 1, end), "+)");
  return name.len > 0 ? name : none;
}

static void crash_line(GalenBlockCrash *crash, const GalenErrorEvent *event, GalenSlice *line) {
  if (STARTS(*line, "Query (") && crash->query.data == NULL) {
    GalenSlice at = behind(*line, "): ");
    if (at.data == NULL)
      return;
    crash->query = crash_query(event, at.data, crash->connection != 0);
    /* Its lines are read over: they may look like others. */
    if (crash->query.data != NULL)
      *line = between(line->data, crash->query.data + crash->query.len);
  } else if (STARTS(*line, "Connection ID (thread ID): ")) {
    crash->connection = number(behind(*line, "): "));
  } else if (STARTS(*line, "Status: ")) {
    crash->status = behind(*line, "Status: ");
  } else if (STARTS(*line, "Server version: ")) {
    crash->version = until(behind(*line, "Server version: "), " ");
  } else if (STARTS(*line, "Working directory at ")) {
    crash->core = behind(*line, "Working directory at ");
  } else if (is_frame(*line)) {
    if (crash->n_frames < GALEN_CRASH_FRAMES_MAX)
      crash->frames[crash->n_frames++] = *line;
    crash->frames_total++;
  }
}

gboolean galen_block_crash(const GalenErrorEvent *event, GalenBlockCrash *ret_crash) {
  if (event->block != GALEN_BLOCK_CRASH)
    return FALSE;
  GalenBlockCrash crash = {0};
  GalenSlice signal = behind(event->text, "got signal ");
  crash.signal = (gint32)MIN(number(signal), 1000u);
  GalenSlice exception = behind(event->text, "got exception ");
  if (exception.data != NULL)
    crash.exception = until(exception, " ;");
  for (GalenSlice line = {0}; galen_block_next_line(event, &line);)
    crash_line(&crash, event, &line);
  *ret_crash = crash;
  return TRUE;
}

/* ---- assertion ---- */

/* "…/btr0cur.cc line 336" */
static void file_and_line(GalenSlice text, GalenBlockAssertion *assertion) {
  GalenSlice line = behind(text, " line ");
  if (line.data == NULL)
    return;
  assertion->file = between(text.data, line.data - 6);
  assertion->line = (guint32)MIN(number(line), G_MAXUINT32);
}

/* "btr0cur.cc:336:expression thread 140…" */
static void colons(GalenSlice text, GalenBlockAssertion *assertion) {
  const char *end = text.data + text.len;
  const char *at = memchr(text.data, ':', text.len);
  if (at == NULL)
    return;
  assertion->file = between(text.data, at);
  GalenSlice rest = between(at + 1, end);
  assertion->line = (guint32)MIN(number(rest), G_MAXUINT32);
  const char *second = memchr(rest.data, ':', rest.len);
  if (second == NULL)
    return;
  GalenSlice expression = between(second + 1, end), last = {0};
  for (GalenSlice next = expression; (next = behind(next, " thread ")).data != NULL;)
    last = next;
  if (last.len > 0 && g_ascii_isdigit(last.data[0])) {
    assertion->thread = until(last, " ");
    expression = between(second + 1, last.data - 8);
  }
  assertion->expression = expression;
}

gboolean galen_block_assertion(const GalenErrorEvent *event, GalenBlockAssertion *ret_assertion) {
  if (event->block != GALEN_BLOCK_ASSERTION)
    return FALSE;
  GalenBlockAssertion assertion = {0};
  GalenSlice in_file = behind(event->text, " in file "), thread = behind(event->text, " in thread ");
  if (in_file.data != NULL) {
    file_and_line(in_file, &assertion);
    assertion.thread = thread.data != NULL ? until(thread, " ") : galen_slice(NULL, 0);
  } else if (STARTS(event->text, "Assertion failure: ")) {
    colons(galen_slice(event->text.data + 19, event->text.len - 19), &assertion);
  } else {
    /* mysqld: /build/x.cc:12: void f(): Assertion `x' failed. */
    GalenSlice at = behind(event->text, ": "), expression = behind(event->text, ": Assertion `");
    if (at.data != NULL)
      colons(at, &assertion);
    assertion.expression = galen_slice(NULL, 0);
    const char *close = expression.data != NULL ? memmem(expression.data, expression.len, "' failed", 8) : NULL;
    if (close != NULL)
      assertion.expression = between(expression.data, close);
  }
  for (GalenSlice line = {0}; assertion.expression.data == NULL && galen_block_next_line(event, &line);)
    assertion.expression = behind(line, "Failing assertion: ");
  *ret_assertion = assertion;
  return TRUE;
}

/* ---- deadlock ---- */

typedef enum { PART_NONE, PART_TRANSACTION, PART_WAITS, PART_HOLDS, PART_CONFLICTS } Part;

typedef struct {
  GalenBlockDeadlock deadlock;
  GalenBlockDeadlockSide *side;
  Part part;
  /* MariaDB's "CONFLICTING WITH" shows what another transaction holds, by its number. */
  guint n_conflicts;
  struct {
    guint64 trx;
    GalenBlockLock lock;
  } conflicts[GALEN_DEADLOCK_SIDES_MAX];
} Deadlock;

/* The part of a line from "*** " on, if it begins so behind its prefix; else data NULL. */
static GalenSlice marker(GalenSlice line) {
  if (STARTS(line, "*** "))
    return line;
  GalenSlice at = behind(line, "*** ");
  if (at.data == NULL || line.len < 20 || !g_ascii_isdigit(line.data[0]))
    return galen_slice(NULL, 0);
  const char *from = at.data - 4;
  gboolean prefixed = from - line.data > 15 && from[-1] == ' ' && (from[-2] == ':' || from[-2] == ']');
  return prefixed ? between(from, line.data + line.len) : galen_slice(NULL, 0);
}

static GalenBlockDeadlockSide *side_of(GalenBlockDeadlock *deadlock, guint num) {
  for (guint i = 0; i < deadlock->n_sides; i++)
    if (deadlock->sides[i].number == num)
      return &deadlock->sides[i];
  return NULL;
}

static void begin_part(Deadlock *self, GalenSlice mark) {
  GalenSlice rest = between(mark.data + 4, mark.data + mark.len);
  guint num =
      rest.len > 1 && rest.data[0] == '(' ? (guint)MIN(number(between(rest.data + 1, rest.data + rest.len)), 999u) : 0;
  if (STARTS(rest, "WE ROLL BACK TRANSACTION")) {
    self->deadlock.victim = (guint)MIN(number(behind(rest, "(")), 999u);
    self->part = PART_NONE;
    return;
  }
  GalenBlockDeadlock *deadlock = &self->deadlock;
  if (num != 0 && behind(rest, ") TRANSACTION").data != NULL) {
    self->part = PART_TRANSACTION;
    self->side = side_of(deadlock, num);
    if (self->side == NULL && deadlock->n_sides < GALEN_DEADLOCK_SIDES_MAX) {
      self->side = &deadlock->sides[deadlock->n_sides++];
      *self->side = (GalenBlockDeadlockSide){.number = num};
    }
    return;
  }
  if (num != 0 && side_of(deadlock, num) != NULL)
    self->side = side_of(deadlock, num);
  if (behind(rest, "WAITING FOR THIS LOCK").data != NULL)
    self->part = PART_WAITS;
  else if (behind(rest, "HOLDS THE LOCK").data != NULL)
    self->part = PART_HOLDS;
  else
    self->part = STARTS(rest, "CONFLICTING WITH") ? PART_CONFLICTS : PART_NONE;
}

/* "RECORD LOCKS space id 6 page no 5 n bits 320 index PRIMARY of table `a`.`b` trx id 145 lock_mode X … waiting",
 * "TABLE LOCK table `a`.`b` trx id 145 lock mode AUTO-INC waiting" */
static void read_lock(GalenSlice line, GalenBlockLock *lock) {
  GalenSlice table = behind(line, STARTS(line, "TABLE LOCK") ? "TABLE LOCK table " : " of table ");
  GalenSlice index = behind(line, " index ");
  if (table.data == NULL || lock->table.data != NULL)
    return;
  const char *end = line.data + line.len;
  const char *stop = memmem(table.data, table.len, " trx ", 5);
  lock->table = between(table.data, stop != NULL ? stop : end);
  if (index.data != NULL && index.data < table.data)
    lock->index = between(index.data, table.data - 10);
  if (lock->index.len > 1 && lock->index.data[0] == '`' && lock->index.data[lock->index.len - 1] == '`')
    lock->index = galen_slice(lock->index.data + 1, lock->index.len - 2);
  GalenSlice mode = behind(table, "lock_mode ");
  if (mode.data == NULL)
    mode = behind(table, "lock mode ");
  if (mode.data == NULL)
    return;
  mode = trimmed(mode);
  if (mode.len > 8 && memcmp(mode.data + mode.len - 8, " waiting", 8) == 0)
    mode.len -= 8;
  lock->mode = mode;
}

/* Lines of "*** (1) TRANSACTION:". The query is what stands between its thread's line and the next part. */
static void transaction_line(Deadlock *self, GalenSlice line) {
  GalenBlockDeadlockSide *side = self->side;
  if (side->thread == 0 && STARTS(line, "TRANSACTION ") && side->trx == 0) {
    side->trx = number(behind(line, "TRANSACTION "));
    return;
  }
  GalenSlice thread = behind(line, "thread id ");
  if (side->thread == 0 && thread.data != NULL && behind(thread, "query id ").data != NULL) {
    side->thread = number(thread);
    return;
  }
  if (side->thread == 0)
    return;
  side->query = side->query.data == NULL ? line : between(side->query.data, line.data + line.len);
}

static void deadlock_line(Deadlock *self, GalenSlice line) {
  GalenSlice mark = marker(line);
  if (mark.data != NULL) {
    begin_part(self, mark);
    return;
  }
  if (self->side == NULL)
    return;
  if (self->part == PART_TRANSACTION) {
    transaction_line(self, line);
    return;
  }
  if (!STARTS(line, "RECORD LOCKS ") && !STARTS(line, "TABLE LOCK "))
    return;
  if (self->part == PART_WAITS) {
    read_lock(line, &self->side->waits);
  } else if (self->part == PART_HOLDS) {
    read_lock(line, &self->side->holds);
  } else if (self->part == PART_CONFLICTS && self->n_conflicts < GALEN_DEADLOCK_SIDES_MAX) {
    self->conflicts[self->n_conflicts].trx = number(behind(line, " trx id "));
    read_lock(line, &self->conflicts[self->n_conflicts++].lock);
  }
}

/* What the others said of this one's locks, if it did not itself. */
static void take_conflicts(const Deadlock *self, GalenBlockDeadlockSide *side) {
  for (guint i = 0; i < self->n_conflicts && side->holds.table.data == NULL; i++)
    if (self->conflicts[i].trx == side->trx && side->trx != 0)
      side->holds = self->conflicts[i].lock;
}

gboolean galen_block_deadlock(const GalenErrorEvent *event, GalenBlockDeadlock *ret_deadlock) {
  if (event->block != GALEN_BLOCK_DEADLOCK)
    return FALSE;
  Deadlock self = {0};
  if (STARTS(event->text, "*** ("))
    begin_part(&self, event->text);
  for (GalenSlice line = {0}; galen_block_next_line(event, &line);)
    deadlock_line(&self, line);
  for (guint i = 0; i < self.deadlock.n_sides; i++) {
    GalenBlockDeadlockSide *side = &self.deadlock.sides[i];
    take_conflicts(&self, side);
    side->query = trimmed(side->query);
    if (side->query.len == 0)
      side->query = galen_slice(NULL, 0);
  }
  *ret_deadlock = self.deadlock;
  return TRUE;
}

/* ---- semaphore waits ---- */

static gdouble seconds(GalenSlice text) {
  gdouble value = (gdouble)number(text), unit = 1;
  gsize i = 0;
  while (i < text.len && g_ascii_isdigit(text.data[i]))
    i++;
  if (i < text.len && text.data[i] == '.')
    for (i++; i < text.len && g_ascii_isdigit(text.data[i]) && unit > 1e-7; i++)
      value += (text.data[i] - '0') * (unit /= 10);
  return value;
}

/* "file /path/row0ins.cc line 2533", "row0ins.cc line 9": up to the number's end. */
static GalenSlice source_line(GalenSlice text) {
  if (STARTS(text, "file "))
    text = between(text.data + strlen("file "), text.data + text.len);
  GalenSlice at = behind(text, " line ");
  while (at.len > 0 && g_ascii_isdigit(at.data[0]))
    at = between(at.data + 1, at.data + at.len);
  return at.data != NULL ? between(text.data, at.data) : until(text, " ,");
}

static void set_source(GalenSlice *place, GalenSlice text) {
  if (place->data == NULL && text.data != NULL && !STARTS(text, "not yet"))
    *place = source_line(text);
}

static void set_holder(GalenBlockWait *wait, GalenSlice thread, const char *stops) {
  GalenSlice id = until(thread, stops);
  if (id.len > 0 && !galen_slice_is(id, "0"))
    wait->holder = id;
}

/* The lines below a "--Thread" line say of the latch what it is, who has it, and where that was taken. */
static void wait_line(GalenBlockWait *wait, GalenSlice line) {
  GalenSlice place = behind(line, " at 0x");
  if (wait->lock.data == NULL && place.data != NULL && (STARTS(line, "Mutex") || behind(line, "-lock").data != NULL))
    wait->lock = between(line.data, place.data - strlen(" at 0x"));
  GalenSlice created = behind(line, " created ");
  if (STARTS(created, "in "))
    created = between(created.data + strlen("in "), created.data + created.len);
  set_source(&wait->created, created);
  set_holder(wait, behind(line, "a writer (thread id "), ")");
  set_holder(wait, behind(line, "locked by "), " ,");
  set_holder(wait, behind(line, "Holder thread "), " ,");
  GalenSlice holder = behind(line, "Holder thread ");
  set_source(&wait->held_at, behind(holder, " file "));
  set_source(&wait->held_at, behind(line, "Last time write locked in "));
  set_source(&wait->held_at, behind(line, "Last time reserved in "));
}

gboolean galen_block_semaphore(const GalenErrorEvent *event, GalenBlockSemaphore *ret_semaphore) {
  if (event->block != GALEN_BLOCK_SEMAPHORE)
    return FALSE;
  GalenBlockSemaphore semaphore = {0};
  GalenBlockWait *last = NULL;
  for (GalenSlice line = {0}; galen_block_next_line(event, &line);) {
    GalenSlice thread = behind(line, "--Thread "), place = behind(thread, " has waited at "),
               at = behind(place, " line "), span = behind(at, " for ");
    if (span.data == NULL && last != NULL)
      wait_line(last, line);
    if (span.data == NULL)
      continue;
    GalenBlockWait wait = {.thread = until(thread, " "),
                           .file = between(place.data, at.data - 6),
                           .line = (guint32)MIN(number(at), G_MAXUINT32),
                           .seconds = seconds(span)};
    semaphore.longest = MAX(semaphore.longest, wait.seconds);
    semaphore.total++;
    last = semaphore.n_waits < GALEN_SEMAPHORE_WAITS_MAX ? &semaphore.waits[semaphore.n_waits++] : NULL;
    if (last != NULL)
      *last = wait;
  }
  *ret_semaphore = semaphore;
  return TRUE;
}
