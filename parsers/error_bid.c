#include "error_log.h"

#define BID_LINES 2000u

typedef struct {
  guint strong, weak, others, slow;
  /* Of the process whose lines come last. */
  gboolean recovered, ready, provider;
  guint starts, recover_runs;
} Seen;

static gboolean has(GalenSlice text, const char *what) {
  return galen_error_behind(text, what) != NULL;
}

static void run_ends(Seen *seen) {
  seen->recover_runs += seen->recovered && !seen->ready && !seen->provider;
  seen->recovered = seen->ready = seen->provider = FALSE;
}

static void note_run(Seen *seen, GalenSlice text) {
  if (has(text, "starting as process ") || galen_slice_starts(text, "Starting MariaDB ")) {
    run_ends(seen);
    seen->starts++;
  } else if (galen_slice_starts(text, "Recovered position")) {
    seen->recovered = TRUE;
  } else if (has(text, "ready for connections")) {
    seen->ready = TRUE;
  } else if (galen_slice_starts(text, "wsrep_load(): ")) {
    seen->provider = TRUE;
  }
}

/* A line that only a server, or a program that writes into its log, begins so. */
static gboolean is_strong(const ErrorPrefix *p, const char *at) {
  if (!p->labelled)
    return p->subsystem.data != NULL && (p->form == ERROR_FORM_ISO || p->form == ERROR_FORM_SHORT);
  switch (p->form) {
  case ERROR_FORM_ISO:
    /* Other programs write "[ERROR]" behind a time, too, but no thread. */
    return p->has_number || p->code != 0 || p->crash || p->subsystem.data != NULL || p->has_zone;
  case ERROR_FORM_BARE:
    return p->code != 0 || p->crash;
  case ERROR_FORM_SHORT:
  case ERROR_FORM_HOUR:
  case ERROR_FORM_JSON:
    return TRUE;
  case ERROR_FORM_NONE:
  default:
    return *at == '\0';
  }
}

static void look(Seen *seen, const char *data, gsize len) {
  ErrorDates dates = {0};
  const char *end = data + len, *next;
  if (len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
    data += 3;
  while (data < end && *data == '\0')
    data++;
  for (guint n = 0; n < BID_LINES && data < end; n++, data = next) {
    const char *stop = memchr(data, '\n', (gsize)(end - data));
    next = stop != NULL ? stop + 1 : end;
    if (stop == NULL)
      stop = end;
    ErrorPrefix p;
    if (galen_error_prefix(&dates, data, stop, &p)) {
      if (is_strong(&p, data))
        seen->strong++;
      else
        seen->weak++;
      if (p.text.data != NULL)
        note_run(seen, p.text);
    } else if (ERROR_STARTS(data, stop, "# Query_time: ") || ERROR_STARTS(data, stop, "# User@Host: ")) {
      seen->slow++;
    } else {
      seen->others += stop > data;
    }
  }
  run_ends(seen);
}

static guint bid_of(const Seen *seen) {
  if (seen->slow > 0)
    return seen->strong > 4 * seen->slow ? 97 : 0;
  if (seen->strong * 60 < seen->others)
    return seen->strong > 0 ? 6 : 0; /* a text that quotes a log, or a log that begins with a long dump */
  if (seen->strong > 0)
    return MIN(40 + 8 * seen->strong, 90);
  /* Times and texts that some servers write, and many other programs. */
  return seen->weak >= 2 && seen->weak > seen->others ? 8 : 0;
}

guint galen_error_bid_error(const char *data, gsize len) {
  Seen seen = {0};
  look(&seen, data, len);
  return bid_of(&seen);
}

/* Every process in it recovers a position and does nothing else. */
guint galen_error_bid_recover(const char *data, gsize len) {
  Seen seen = {0};
  look(&seen, data, len);
  gboolean recovers = seen.recover_runs > 0 && seen.recover_runs >= seen.starts;
  return recovers ? bid_of(&seen) + 1 : 0;
}
