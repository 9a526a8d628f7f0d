#include "envelope-private.h"

const char ENV_DAMAGED[] = "damaged wrapper";
const char ENV_OTHER_PROGRAM[] = "another program's line";
const char ENV_OTHER_HOST[] = "another host's line";
const char ENV_NULS[] = "NUL bytes";
const char ENV_TOO_LONG[] = "wrapped record of more than 1 MiB";
const char ENV_TRACE[] = "the shell's trace";
const char ENV_OTHER_FILE[] = "line of a recovery run";
const char ENV_NO_WRAPPER[] = "line without its wrapper";
const char ENV_NO_SPACE[] = "no space to put it in order";

/* Lines that were handed out so long ago are in nobody's window: that of the program is twice GALEN_WINDOW_MIN. */
#define LINES_BACK (10u << 20)
#define PENDING_MAX ENV_RECORD_MAX

static GalenEnvelope *new_empty(void) {
  GalenEnvelope *self = g_new0(GalenEnvelope, 1);
  self->line = 1;
  self->order_last = GALEN_TIME_NONE;
  self->out = g_string_new(NULL);
  self->scratch = g_string_new(NULL);
  self->held = g_string_new(NULL);
  self->pending[0] = g_string_new(NULL);
  self->pending[1] = g_string_new(NULL);
  galen_env_lines_init(&self->lines);
  galen_env_spool_init(&self->spool);
  galen_account_init(&self->account);
  self->combined = g_new0(GalenAccount, 1);
  return self;
}

GalenEnvelope *galen_envelope_new(const char *head, gsize len, GalenEnvelopeRead read, gpointer user) {
  g_autoptr(GalenEnvelope) self = new_empty();
  if (galen_env_detect(galen_slice(head, MIN(len, (gsize)GALEN_BID_BYTES)), self) == NULL)
    return NULL;
  self->read = read;
  self->user = user;
  self->order = self->flags & ENV_SORT ? ENV_ORDER_OPEN : ENV_ORDER_FILE;
  return g_steal_pointer(&self);
}

void galen_envelope_free(GalenEnvelope *self) {
  if (self == NULL)
    return;
  galen_envelope_free(self->inner);
  galen_env_lines_clear(&self->lines);
  galen_env_spool_clear(&self->spool);
  galen_env_names_clear(&self->hosts);
  galen_env_names_clear(&self->programs);
  g_string_free(self->out, TRUE);
  g_string_free(self->scratch, TRUE);
  g_string_free(self->held, TRUE);
  g_string_free(self->pending[0], TRUE);
  g_string_free(self->pending[1], TRUE);
  if (self->replay != NULL)
    g_string_free(self->replay, TRUE);
  g_free(self->combined);
  g_free(self->only_host);
  g_free(self->raw);
  g_free(self);
}

const char *galen_envelope_name(const GalenEnvelope *self) {
  return self->name;
}

void galen_envelope_select_host(GalenEnvelope *self, const char *host) {
  g_free(self->only_host);
  self->only_host = g_strdup(host);
}

/* ---- output ---- */

void galen_env_put(GalenEnvelope *self, const GalenLineInfo *info, GalenSlice text, gboolean line_end) {
  if (!self->mid_line)
    galen_env_lines_add(&self->lines, self->out_offset, info, text.len + 1);
  gsize before = self->out->len;
  if (self->nuls && !self->mid_line)
    g_string_append_c(self->out, '\0');
  self->nuls = FALSE;
  g_string_append_len(self->out, text.data, (gssize)text.len);
  if (line_end && (text.len == 0 || text.data[text.len - 1] != '\n'))
    g_string_append_c(self->out, '\n');
  self->out_offset += self->out->len - before;
  self->mid_line = !line_end;
}

void galen_env_put_pending(GalenEnvelope *self, guint stream) {
  GString *pending = self->pending[stream];
  if (!self->is_pending[stream])
    return;
  galen_env_put(self, &self->pending_info[stream], galen_slice(pending->str, pending->len), TRUE);
  g_string_truncate(pending, 0);
  self->is_pending[stream] = FALSE;
}

/* What has lines in several records comes out when its last piece is there. */
void galen_env_join(GalenEnvelope *self, const EnvRecord *record, const GalenLineInfo *info, GalenSlice text) {
  GString *pending = self->pending[record->stream];
  if (!self->is_pending[record->stream])
    self->pending_info[record->stream] = *info;
  self->is_pending[record->stream] = TRUE;
  g_string_append_len(pending, text.data, (gssize)text.len);
  if (!record->partial || pending->len > PENDING_MAX)
    galen_env_put_pending(self, record->stream);
}

/* ---- reading ---- */

/* The next of the records that were kept for their order; FALSE: there are no more. */
static gboolean give_back(GalenEnvelope *self) {
  GalenLineInfo info;
  GalenSlice text;
  if (!galen_env_spool_pop(&self->spool, self->order == ENV_ORDER_BACKWARD, &info, &text))
    return FALSE;
  galen_env_put(self, &info, text, TRUE);
  return TRUE;
}

static void finish(GalenEnvelope *self) {
  self->finished = TRUE;
  galen_env_put_pending(self, 0);
  galen_env_put_pending(self, 1);
  if (self->mid_line)
    galen_env_put(self, &self->last_info, galen_slice("", 0), TRUE);
  if (self->order == ENV_ORDER_OPEN)
    self->order = self->descending > self->ascending ? ENV_ORDER_BACKWARD : ENV_ORDER_FORWARD;
  if (self->lost == 0)
    return;
  self->account.bytes_events -= MIN(self->lost, self->account.bytes_events);
  galen_account_skip(&self->account, ENV_NO_SPACE, galen_slice("", 0), self->lost, 0);
}

/* Some progress; FALSE: everything was put out. */
static gboolean step(GalenEnvelope *self) {
  if (self->order == ENV_ORDER_FORWARD) {
    galen_env_push_held(self);
    if (give_back(self))
      return TRUE;
    galen_env_spool_clear(&self->spool);
    self->order = ENV_ORDER_FILE;
  }
  if (!self->finished) {
    if (!galen_env_take(self))
      finish(self);
    return TRUE;
  }
  return self->order == ENV_ORDER_BACKWARD && give_back(self);
}

static gsize read_own(gpointer user, char *buf, gsize len) {
  GalenEnvelope *self = user;
  gsize done = 0;
  while (done < len) {
    if (self->out_from == self->out->len) {
      g_string_truncate(self->out, 0);
      self->out_from = 0;
      while (self->out->len < ENV_OUT && step(self))
        ;
    }
    gsize n = MIN(len - done, self->out->len - self->out_from);
    if (n == 0)
      break;
    memcpy(buf + done, self->out->str + self->out_from, n);
    self->out_from += n;
    done += n;
  }
  guint64 given = self->out_offset - (self->out->len - self->out_from);
  galen_env_lines_drop(&self->lines, MAX(self->asked, given > LINES_BACK ? given - LINES_BACK : 0));
  return done;
}

static gsize read_replayed(gpointer user, char *buf, gsize len) {
  GalenEnvelope *self = user;
  gsize n = MIN(len, self->replay->len - self->replay_from);
  memcpy(buf, self->replay->str + self->replay_from, n);
  self->replay_from += n;
  return n < len ? n + read_own(self, buf + n, len - n) : n;
}

/* The lines that come out may be in a wrapper again. */
static void look_inside(GalenEnvelope *self) {
  self->started = TRUE;
  if (self->depth + 1 >= ENV_NEST_MAX)
    return;
  self->replay = g_string_sized_new(GALEN_BID_BYTES);
  g_string_set_size(self->replay, GALEN_BID_BYTES);
  g_string_set_size(self->replay, read_own(self, self->replay->str, GALEN_BID_BYTES));
  self->inner = galen_envelope_new(self->replay->str, self->replay->len, read_replayed, self);
  if (self->inner == NULL)
    return;
  self->inner->parent = self;
  galen_envelope_select_host(self->inner, self->only_host);
  self->inner->depth = self->depth + 1;
}

gsize galen_envelope_read(GalenEnvelope *self, char *buf, gsize len) {
  if (!self->started)
    look_inside(self);
  if (self->inner != NULL)
    return galen_envelope_read(self->inner, buf, len);
  return self->replay != NULL ? read_replayed(self, buf, len) : read_own(self, buf, len);
}

const GalenLineInfo *galen_envelope_line(gpointer user, guint64 offset) {
  GalenEnvelope *self = user;
  if (self->inner != NULL)
    return galen_envelope_line(self->inner, offset);
  self->asked = MAX(self->asked, offset);
  return galen_env_lines_find(&self->lines, offset);
}

/* ---- what was learnt ---- */

static void add_skips(GalenAccount *to, const GalenAccount *from) {
  for (guint i = 0; i < from->n_skips; i++) {
    const GalenSkip *skip = &from->skips[i];
    galen_account_skip(to, skip->reason, galen_slice(skip->text, skip->text_len), skip->bytes, skip->line);
    for (guint j = 0; j < to->n_skips && skip->records > 0; j++)
      if (g_str_equal(to->skips[j].reason, skip->reason))
        to->skips[j].records += skip->records - 1;
  }
}

const GalenAccount *galen_envelope_account(const GalenEnvelope *self) {
  if (self->inner == NULL)
    return &self->account;
  GalenAccount *combined = self->combined;
  const GalenAccount *inner = galen_envelope_account(self->inner);
  *combined = self->account;
  combined->events = inner->events;
  combined->bytes_headers += inner->bytes_headers;
  add_skips(combined, inner);
  guint64 others = combined->bytes_headers + combined->bytes_skipped;
  combined->bytes_events = combined->bytes - MIN(others, combined->bytes);
  return combined;
}

const char *galen_envelope_host(const GalenEnvelope *self) {
  if (self->inner != NULL)
    return galen_envelope_host(self->inner);
  return self->several_hosts ? NULL : self->host;
}

const char *galen_envelope_host_at(const GalenEnvelope *self, guint i) {
  if (i < self->hosts.n)
    return self->hosts.items[i].text;
  return self->inner != NULL && self->hosts.n == 0 ? galen_envelope_host_at(self->inner, i) : NULL;
}
