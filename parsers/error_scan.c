#include "error_log.h"

/* Text that clients choose, whose end the server writes: until then nothing begins a record. Their first bytes stand in
 * galen_error_scan_begin, too. */
static const struct {
  const char *starts;
  const char *terminator;
  guint8 starts_len, terminator_len;
} quoted[] = {
#define QUOTED(starts, terminator)                                                                                     \
  { starts, terminator, sizeof(starts) - 1, sizeof(terminator) - 1 }
    QUOTED("Access denied for user '", "(using password: "),
    QUOTED("Aborted connection ", "' host: '"),
    /* "Slave SQL thread initialized" has no code: it must not wait for that of a later record. */
    QUOTED("Slave SQL: ", "rror_code: "),
    QUOTED("Slave SQL: ", "rror code: "),
    QUOTED("Slave SQL for", "rror_code: "),
    QUOTED("Replica SQL: ", "rror_code: "),
    QUOTED("Replica SQL for", "rror_code: "),
#undef QUOTED
};

static gboolean has(const char *at, const char *stop, const char *text) {
  gsize len = strlen(text);
  if (g_ascii_isalpha(text[0]))
    return memmem(at, (gsize)(stop - at), text, len) != NULL;
  /* What is no letter is rare enough to look for it. */
  for (; (gsize)(stop - at) >= len; at++) {
    at = memchr(at, text[0], (gsize)(stop - at) - len + 1);
    if (at == NULL || memcmp(at, text, len) == 0)
      return at != NULL;
  }
  return FALSE;
}

/* Each terminator has one colon: they are rare, the more so at the end. */
static gboolean is_closed(GalenSlice text, guint row) {
  const char *terminator = quoted[row].terminator, *stop = text.data + text.len;
  gsize len = quoted[row].terminator_len;
  gsize before = (gsize)((const char *)memchr(terminator, ':', len) - terminator);
  for (const char *colon = stop; (colon = memrchr(text.data, ':', (gsize)(colon - text.data))) != NULL;) {
    if ((gsize)(colon - text.data) < before)
      return FALSE;
    if ((gsize)(stop - colon) + before >= len && galen_same_bytes(colon - before, terminator, len))
      return TRUE;
  }
  return FALSE;
}

static gboolean is_ruler(const char *at, const char *stop, char c) {
  while (stop > at && stop[-1] == ' ')
    stop--;
  if (stop - at < 6)
    return FALSE;
  for (; at < stop; at++)
    if (*at != c)
      return FALSE;
  return TRUE;
}

static gboolean is_sst(const ErrorPrefix *prefix) {
  return galen_slice_is(prefix->subsystem, "WSREP-SST");
}

static gboolean is_deadlock(GalenSlice text) {
  return (text.len > 30 && memcmp(text.data + 1, "ransactions deadlock detected", 29) == 0) ||
         galen_slice_starts(text, "*** (1) TRANSACTION");
}

/* "mysqld: /build/x.cc:12: void f(): Assertion `x' failed.", "Assertion failure in file …", "Assertion failure: x.cc:1:…" */
static gboolean is_assertion(GalenSlice text) {
  if (text.len < 18)
    return FALSE;
  if (text.data[0] == 'A' && galen_slice_starts(text, "Assertion failure"))
    return TRUE;
  return (text.data[0] == 'm' || text.data[0] == '/') && ERROR_HAS(text, ": Assertion `") &&
         ERROR_HAS(text, "' failed");
}

/* Text that begins as one of `quoted` belongs together up to its terminator. */
static void begin_quoted(ErrorScan *scan, GalenSlice text) {
  for (guint i = 0; i < G_N_ELEMENTS(quoted); i++) {
    if (!galen_error_starts(text.data, text.data + text.len, quoted[i].starts, quoted[i].starts_len))
      continue;
    if (is_closed(text, i)) {
      scan->kind = ERROR_SCAN_PLAIN;
      return;
    }
    scan->kind = ERROR_SCAN_QUOTED;
    scan->terminator = quoted[i].terminator;
  }
}

void galen_error_scan_begin(ErrorScan *scan, const ErrorPrefix *prefix, guint64 offset) {
  *scan = (ErrorScan){.from = offset};
  GalenSlice text = prefix->text;
  if (text.len == 0)
    return;
  switch (text.data[0]) {
  case 'A':
    if (galen_slice_starts(text, "Assertion failure"))
      scan->kind = ERROR_SCAN_ASSERTION;
    break;
  case 'T':
  case 't':
    if (is_deadlock(text))
      scan->kind = ERROR_SCAN_DEADLOCK;
    break;
  case '*':
    if (is_deadlock(text))
      scan->kind = ERROR_SCAN_DEADLOCK;
    else if (is_sst(prefix) && ERROR_HAS(text, "FATAL ERROR"))
      scan->kind = ERROR_SCAN_SST;
    break;
  case 'P':
    if (galen_slice_starts(text, "Page dump"))
      scan->kind = ERROR_SCAN_PAGE;
    break;
  case 'I':
    if (galen_slice_starts(text, "INNODB MONITOR OUTPUT"))
      scan->kind = ERROR_SCAN_MONITOR;
    break;
  case 'm':
  case '/':
    if (!prefix->crash && is_assertion(text))
      scan->kind = ERROR_SCAN_ASSERTION;
    break;
  default:
    break;
  }
  if (prefix->crash)
    scan->kind = ERROR_SCAN_CRASH;
  if (text.data[0] == 'A' || text.data[0] == 'S' || text.data[0] == 'R')
    begin_quoted(scan, text);
}

/* Looks for the first of `texts` (NULL-terminated; none can begin inside of another) from the judged line on, up to `limit`,
 * an offset of the input, and holds the record open until there. */
static ErrorAnswer hold_until_any(ErrorScan *scan, const char *at, const ErrorAhead *ahead, const char *const *texts,
                                  guint64 limit) {
  if (limit <= ahead->offset)
    return ERROR_BEGINS;
  gsize reach = (gsize)(limit - ahead->offset), have = (gsize)(ahead->end - at);
  const char *found = NULL;
  gsize look = MIN(reach, have);
  for (; *texts != NULL; texts++) {
    const char *here = memmem(at, look, *texts, strlen(*texts));
    if (here != NULL) {
      found = here;
      look = (gsize)(here - at);
    }
  }
  if (found == NULL)
    return have < reach && !ahead->eof ? ERROR_MORE : ERROR_BEGINS;
  scan->hold = ahead->offset + (guint64)(found - at) + 1;
  if (scan->kind == ERROR_SCAN_DEADLOCK) {
    /* The part's own line is read as such. */
    const char *line = *found == '\n' ? found : memrchr(at, '\n', (gsize)(found - at));
    scan->hold = ahead->offset + (line != NULL ? (guint64)(line - at) + 1 : 0);
  }
  return ERROR_BELONGS;
}

static ErrorAnswer hold_until(ErrorScan *scan, const char *at, const ErrorAhead *ahead, const char *text,
                              guint64 limit) {
  return hold_until_any(scan, at, ahead, (const char *const[]){text, NULL}, limit);
}

/* Lines of these blocks that nothing else writes: behind a record that another thread wrote in between, they show that the
 * block goes on. */
static const char *const crash_lines[] = {"Thread pointer",         "Attempting backtrace",
                                          "stack_bottom",           "Query (",
                                          "Connection ID (thread",  "Status: ",
                                          "Some pointers may be",   "Optimizer switch: ",
                                          "Server version:",        "key_buffer_size=",
                                          "Trying to get some var", "(note: Ret",
                                          "It is possible that",    "We will try our best",
                                          "Writing a core file",    NULL};
static const char *const deadlock_lines[] = {"RECORD LOCKS ",
                                             "TABLE LOCK ",
                                             "Record lock, ",
                                             "TRANSACTION ",
                                             "mysql tables in use",
                                             "LOCK WAIT ",
                                             "MariaDB thread id ",
                                             "MySQL thread id ",
                                             "*** (",
                                             " 0: len ",
                                             " 1: len ",
                                             " 2: len ",
                                             " 3: len ",
                                             NULL};

/* Does the block go on in the line behind the judged one? */
static ErrorAnswer interrupted(ErrorScan *scan, const char *stop, const ErrorAhead *ahead, const char *const *marks) {
  const char *at = stop;
  while (at < ahead->end && *at == '\r')
    at++;
  if (at == ahead->end)
    return ahead->eof ? ERROR_BEGINS : ERROR_MORE;
  if (*at++ != '\n')
    return ERROR_BEGINS;
  gsize have = MIN((gsize)(ahead->end - at), 512u);
  const char *end = memchr(at, '\n', have);
  if (end == NULL && have < 512 && !ahead->eof)
    return ERROR_MORE;
  end = end != NULL ? end : at + have;
  gboolean goes_on =
      scan->kind == ERROR_SCAN_DEADLOCK && (has(at, end, "InnoDB: *** ") || has(at, end, "[InnoDB] *** "));
  /* A frame of a backtrace. */
  goes_on |= scan->kind == ERROR_SCAN_CRASH && end > at && end[-1] == ']' && has(at, end, ")[0x");
  for (; *marks != NULL && !goes_on; marks++)
    goes_on = galen_error_starts(at, end, *marks, strlen(*marks));
  return goes_on && ++scan->lines <= ERROR_BETWEEN_MAX ? ERROR_BELONGS : ERROR_BEGINS;
}

static ErrorAnswer crash_line(ErrorScan *scan, const char *at, const char *stop, const ErrorPrefix *prefix,
                              const ErrorAhead *ahead) {
  if (prefix != NULL && prefix->form != ERROR_FORM_BARE) {
    if (!scan->in_query)
      return prefix->crash || galen_slice_is(prefix->subsystem, "mysqld_safe") ||
                     galen_error_instance_is_start(prefix->text)
                 ? ERROR_BEGINS
                 : interrupted(scan, stop, ahead, crash_lines);
    return hold_until(scan, at, ahead, scan->has_connection ? "\nOptimizer switch: " : "\nConnection ID (thread ID): ",
                      scan->query + ERROR_CRASH_QUERY_MAX);
  }
  if (ERROR_STARTS(at, stop, "Query (")) {
    scan->in_query = TRUE;
    scan->query = ahead->offset;
  } else if (ERROR_STARTS(at, stop, "Connection ID (thread ID): ")) {
    scan->has_connection = TRUE;
    scan->in_query = FALSE;
  } else if (ERROR_STARTS(at, stop, "Optimizer switch: ") || ERROR_STARTS(at, stop, "Status: ")) {
    scan->in_query = FALSE;
  }
  return ERROR_BELONGS;
}

/* The parts of a deadlock: transactions and locks, each with a line "*** …" that may have a prefix. */
static void deadlock_part(ErrorScan *scan, const char *at, const char *stop) {
  scan->in_query = FALSE;
  scan->ended = ERROR_STARTS(at, stop, "*** WE ROLL BACK TRANSACTION");
}

static ErrorAnswer deadlock_line(ErrorScan *scan, const char *at, const char *stop, const ErrorPrefix *prefix,
                                 const ErrorAhead *ahead) {
  if (prefix == NULL || (prefix->form == ERROR_FORM_BARE && prefix->subsystem.data == NULL)) {
    if (scan->in_query && scan->query == ahead->offset)
      return ERROR_BELONGS; /* its first line */
    if (ERROR_STARTS(at, stop, "*** "))
      deadlock_part(scan, at, stop);
    else if (!scan->in_query && has(at, stop, "thread id ") && has(at, stop, ", query id ")) {
      scan->in_query = TRUE;
      scan->query = ahead->offset;
    }
    return ERROR_BELONGS;
  }
  if (scan->ended)
    return ERROR_BEGINS;
  if (prefix->text.len == 0)
    return ERROR_BELONGS;
  if (galen_slice_starts(prefix->text, "*** ")) {
    deadlock_part(scan, prefix->text.data, stop);
    return ERROR_BELONGS;
  }
  if (!scan->in_query)
    return interrupted(scan, stop, ahead, deadlock_lines);
  /* The part that follows the query, as the versions write it. */
  static const char *const parts[] = {"InnoDB: *** ", "[InnoDB] *** ", "\n*** (", NULL};
  return hold_until_any(scan, at, ahead, parts, scan->query + ERROR_DEADLOCK_QUERY_MAX);
}

static ErrorAnswer monitor_line(ErrorScan *scan, const char *at, const char *stop, const ErrorPrefix *prefix,
                                const ErrorAhead *ahead) {
  if (prefix == NULL) {
    if (ERROR_STARTS(at, stop, "END OF INNODB MONITOR OUTPUT"))
      scan->ended = TRUE;
    return ERROR_BELONGS;
  }
  if (scan->ended)
    return ERROR_BEGINS;
  if (galen_slice_starts(prefix->text, "INNODB MONITOR OUTPUT"))
    return ERROR_BELONGS;
  return hold_until(scan, at, ahead, "\nEND OF INNODB MONITOR OUTPUT", scan->from + ERROR_MONITOR_MAX);
}

/* A line of a page dump: nothing but hex digits and blanks. */
static gboolean is_hex_line(GalenSlice text) {
  for (gsize i = 0; i < text.len; i++)
    if (!g_ascii_isxdigit(text.data[i]) && text.data[i] != ' ')
      return FALSE;
  return text.len >= 32;
}

static ErrorAnswer page_line(ErrorScan *scan, const ErrorPrefix *prefix) {
  if (prefix == NULL)
    return ERROR_BELONGS;
  if (scan->ended || ++scan->lines > ERROR_PAGE_LINES_MAX)
    return ERROR_BEGINS;
  if (galen_slice_starts(prefix->text, "End of page dump")) {
    scan->ended = TRUE;
    return ERROR_BELONGS;
  }
  return is_hex_line(prefix->text) ? ERROR_BELONGS : ERROR_BEGINS;
}

static ErrorAnswer sst_line(ErrorScan *scan, const ErrorPrefix *prefix) {
  if (prefix == NULL)
    return ERROR_BELONGS;
  if (scan->ended || !is_sst(prefix) || ++scan->lines > ERROR_SST_LINES_MAX)
    return ERROR_BEGINS;
  scan->ended = is_ruler(prefix->text.data, prefix->text.data + prefix->text.len, '*');
  return ERROR_BELONGS;
}

ErrorAnswer galen_error_scan_line(ErrorScan *scan, const char *at, const char *stop, const ErrorPrefix *prefix,
                                  const ErrorAhead *ahead) {
  if (ahead->offset < scan->hold)
    return ERROR_BELONGS;
  switch (scan->kind) {
  case ERROR_SCAN_CRASH:
    return crash_line(scan, at, stop, prefix, ahead);
  case ERROR_SCAN_DEADLOCK:
    return deadlock_line(scan, at, stop, prefix, ahead);
  case ERROR_SCAN_MONITOR:
    return monitor_line(scan, at, stop, prefix, ahead);
  case ERROR_SCAN_PAGE:
    return page_line(scan, prefix);
  case ERROR_SCAN_SST:
    return sst_line(scan, prefix);
  case ERROR_SCAN_ASSERTION:
    return prefix == NULL || (prefix->form == ERROR_FORM_BARE && !prefix->crash) ? ERROR_BELONGS : ERROR_BEGINS;
  case ERROR_SCAN_QUOTED:
    if (prefix == NULL)
      return ERROR_BELONGS;
    return hold_until(scan, at, ahead, scan->terminator, scan->from + ERROR_QUOTED_MAX);
  case ERROR_SCAN_OWN:
    return ERROR_BEGINS;
  case ERROR_SCAN_PLAIN:
  default:
    return prefix == NULL ? ERROR_BELONGS : ERROR_BEGINS;
  }
}

/* Blocks of which the first line alone tells where they end: wherever the next record begins. */
static GalenBlock named_block(const GalenErrorEvent *event) {
  static const struct {
    const char *starts;
    GalenBlock block;
  } names[] = {
      {"view(", GALEN_BLOCK_VIEW},
      {"view (", GALEN_BLOCK_VIEW},
      {"Current view of cluster as seen by this node", GALEN_BLOCK_VIEW},
      {"Quorum results:", GALEN_BLOCK_QUORUM},
      {"Quorum: No node with complete state", GALEN_BLOCK_QUORUM},
      {"Votes over ", GALEN_BLOCK_VOTES},
      {"A long semaphore wait", GALEN_BLOCK_SEMAPHORE},
      {"a long semaphore wait", GALEN_BLOCK_SEMAPHORE},
      {"Warning: a long semaphore wait", GALEN_BLOCK_SEMAPHORE},
  };
  char c = event->text.len >= 5 ? event->text.data[0] : '\0';
  if (c != 'v' && c != 'C' && c != 'Q' && c != 'V' && c != 'A' && c != 'a' && c != 'W' && c != '=')
    return GALEN_BLOCK_LINE;
  if (event->text.data[0] == '=')
    return event->more.data != NULL && galen_slice_starts(event->more, "View:") &&
                   is_ruler(event->text.data, event->text.data + event->text.len, '=')
               ? GALEN_BLOCK_SERVER_VIEW
               : GALEN_BLOCK_LINE;
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (event->text.data[0] == names[i].starts[0] && galen_slice_starts(event->text, names[i].starts))
      return names[i].block;
  return GALEN_BLOCK_LINE;
}

GalenBlock galen_error_scan_block(const ErrorScan *scan, const GalenErrorEvent *event) {
  static const GalenBlock blocks[] = {
      [ERROR_SCAN_CRASH] = GALEN_BLOCK_CRASH,       [ERROR_SCAN_ASSERTION] = GALEN_BLOCK_ASSERTION,
      [ERROR_SCAN_DEADLOCK] = GALEN_BLOCK_DEADLOCK, [ERROR_SCAN_MONITOR] = GALEN_BLOCK_MONITOR,
      [ERROR_SCAN_PAGE] = GALEN_BLOCK_PAGE_DUMP,    [ERROR_SCAN_SST] = GALEN_BLOCK_SST_FAILURE,
      [ERROR_SCAN_OWN] = GALEN_BLOCK_LINE,
  };
  GalenBlock block = blocks[scan->kind < G_N_ELEMENTS(blocks) ? scan->kind : ERROR_SCAN_OWN];
  return block != GALEN_BLOCK_LINE ? block : named_block(event);
}
