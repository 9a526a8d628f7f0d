/* Which wrapper an input has: every kind reads the head on trial, and the first that finds enough of its own is it. */
#include "envelope-private.h"

/* Of the records of a head so many must be the kind's, in per cent: rotation and damage leave a few others. The operator's
 * JSON stands among the shell's trace. */
#define SHARE_MIN 60u
#define SHARE_MIN_LOOSE 15u
/* Text is newest first when this many times at least go down. */
#define REVERSED_MIN 8u

/* In what a server says when it is ready. */
#define VERSION_WORD ", Version: "

typedef struct {
  guint good, bad, plausible, headers;
  guint first; /* place of the first good one among good and bad */
  guint ascending, descending;
  gint64 last;
  gboolean server_first; /* an unwrapped server's line came before it */
  const char *version;   /* the next place at or behind the record where a server names its version; `end`: none */
  const char *end;
} Trial;

static const char *find_version(const char *from, const char *end) {
  const char *found = from < end ? memmem(from, (gsize)(end - from), VERSION_WORD, strlen(VERSION_WORD)) : NULL;
  return found != NULL ? found : end;
}

static gboolean names_version(Trial *trial, GalenSlice bytes) {
  if (trial->version < bytes.data)
    trial->version = find_version(bytes.data, trial->end);
  return trial->version < trial->end && trial->version + strlen(VERSION_WORD) <= bytes.data + bytes.len;
}

static void judge(GalenEnvelope *self, GalenSlice bytes, const EnvRecord *record, Trial *trial) {
  if (record->verdict == ENV_HEADER) {
    trial->headers++;
    return;
  }
  if (record->plain && bytes.len > 0 && (bytes.data[0] == ' ' || bytes.data[0] == '\t'))
    return;
  gboolean good = record->verdict == ENV_TEXT && !record->plain;
  good = good || record->reason == ENV_OTHER_FILE;
  if (!good) {
    if (trial->good == 0 && (galen_slice_starts(bytes, "# Time:") || galen_slice_starts(bytes, "# User@Host:") ||
                             names_version(trial, bytes)))
      trial->server_first = TRUE;
    if (record->plain || (record->reason != ENV_TRACE && record->reason != ENV_OTHER_PROGRAM))
      trial->bad++;
    return;
  }
  if (trial->good == 0)
    trial->first = trial->good + trial->bad;
  if (record->wall != GALEN_TIME_NONE && trial->last != GALEN_TIME_NONE) {
    trial->ascending += record->wall > trial->last ? 1 : 0;
    trial->descending += record->wall < trial->last ? 1 : 0;
  }
  trial->last = record->wall;
  trial->good++;
  GString *text = g_string_truncate(self->scratch, 0);
  galen_env_decode(text, record->text, record->coding);
  GalenSlice line = galen_slice(text->str, text->len);
  if (galen_env_plausible(line))
    trial->plausible++;
  if (self->flags & ENV_PROGRAMS)
    (void)galen_env_program_passes(galen_env_program(&self->programs, record->program), line);
}

/* Nothing that follows would convince: a server's own line stands first, or other lines do before the second place. */
static gboolean is_hopeless(const GalenEnvelope *self, const Trial *trial) {
  return trial->server_first || ((self->flags & ENV_STRICT) && trial->good == 0 && trial->bad > 1);
}

static void try_kind(GalenEnvelope *self, GalenSlice head, const char *version, Trial *ret_trial) {
  Trial trial = {.last = GALEN_TIME_NONE, .version = version, .end = head.data + head.len};
  gsize at = 0;
  while (at < head.len && !is_hopeless(self, &trial)) {
    gsize n = self->kind->split(self, head.data + at, head.len - at, FALSE);
    if (n == 0 && at > 0)
      break;
    EnvRecord record;
    GalenSlice bytes = galen_slice(head.data + at, n == 0 ? head.len : n);
    self->kind->parse(self, bytes, &record);
    judge(self, bytes, &record, &trial);
    self->last_seen = self->last_passed = TRUE;
    at += bytes.len;
  }
  *ret_trial = trial;
}

static gboolean convinces(const GalenEnvelope *self, const Trial *trial) {
  if (trial->good == 0 || trial->server_first)
    return FALSE;
  if ((self->flags & ENV_DOUBT) && trial->plausible == 0)
    return FALSE;
  /* Rotation may have cut the first line. */
  guint bad = trial->bad - (trial->first == 1);
  guint share = trial->good * 100 / (trial->good + bad);
  if (self->loose)
    return share >= SHARE_MIN_LOOSE && trial->plausible > 0;
  return share >= SHARE_MIN && trial->first <= 1;
}

static const EnvKind *const kinds[] = {
    &galen_env_export, &galen_env_cri,        &galen_env_syslog,        &galen_env_docker_logs, &galen_env_cloudwatch,
    &galen_env_prefix, &galen_env_json_lines, &galen_env_json_document, &galen_env_csv,
};

static GalenSlice without_mark(GalenSlice head) {
  gsize nuls = 0;
  while (nuls < head.len && head.data[nuls] == '\0')
    nuls++;
  head = galen_slice(head.data + nuls, head.len - nuls);
  if (galen_slice_starts(head, "\xef\xbb\xbf"))
    head = galen_slice(head.data + 3, head.len - 3);
  return head;
}

/* The first byte excludes most kinds. */
static gboolean may_be(const EnvKind *kind, GalenSlice head) {
  gsize at = 0;
  while (at < head.len && strchr(" \t\r\n\x1e", head.data[at]) != NULL && head.data[at] != '\0')
    at++;
  if (at == head.len)
    return FALSE;
  char first = head.data[at];
  if (kind == &galen_env_json_document)
    return first == '{' || first == '[';
  if (kind == &galen_env_json_lines)
    return memchr(head.data, '{', head.len) != NULL || memchr(head.data, '[', head.len) != NULL;
  return TRUE;
}

const EnvKind *galen_env_detect(GalenSlice head, GalenEnvelope *ret_learnt) {
  GalenEnvelope *self = ret_learnt;
  head = without_mark(head);
  const char *version = find_version(head.data, head.data + head.len);
  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
    Trial trial;
    if (!may_be(kinds[i], head))
      continue;
    self->kind = kinds[i];
    self->flags = kinds[i]->flags;
    self->name = NULL;
    self->trial = TRUE;
    self->loose = self->joins = self->last_seen = self->last_passed = FALSE;
    self->csv_columns = self->document_misses = 0;
    self->clock = (EnvClock){.near = GALEN_TIME_NONE, .journal_from = GALEN_TIME_NONE};
    galen_env_names_clear(&self->programs);
    try_kind(self, head, version, &trial);
    self->trial = self->last_seen = self->last_passed = FALSE;
    self->csv_columns = self->document_misses = 0;
    if (!convinces(self, &trial))
      continue;
    if (self->name == NULL)
      self->name = self->kind->name;
    /* journalctl -r. */
    if (self->kind == &galen_env_syslog && trial.descending >= REVERSED_MIN && trial.descending > 4 * trial.ascending)
      self->flags |= ENV_SORT;
    return self->kind;
  }
  self->kind = NULL;
  return NULL;
}
