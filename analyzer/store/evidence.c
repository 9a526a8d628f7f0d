#include "evidence.h"

#include "../cluster/journal_record.h"

#define VERSION 1u

/* More than any log has: a record that says so is damaged. */
#define SPANS_MAX (GALEN_STARTS_MAX + 1u)
/* Longest word that a record may bring into the table of interned ones. */
#define CONSTANT_MAX 64u
#define REASON_OTHER "other"

GalenStoredLog *galen_stored_log_new(void) {
  GalenStoredLog *self = g_new0(GalenStoredLog, 1);
  self->row = galen_input_row_new();
  galen_account_init(&self->row->account);
  self->spans = g_array_new(FALSE, FALSE, sizeof(GalenLogSpan));
  return self;
}

void galen_stored_log_free(GalenStoredLog *self) {
  if (self == NULL)
    return;
  g_clear_pointer(&self->row, galen_input_row_free);
  g_array_unref(self->spans);
  g_free(self);
}

/* ---- parts ---- */

static void put_text(GalenBytes *bytes, const char *text) {
  galen_bytes_put_slice(bytes, galen_slice(text, text != NULL ? strlen(text) : 0));
}

static char *get_text(GalenBytesReader *reader) {
  GalenSlice text = galen_bytes_get_slice(reader);
  return text.data != NULL ? g_strndup(text.data, text.len) : NULL;
}

static const char *get_constant(GalenBytesReader *reader) {
  g_autofree char *text = get_text(reader);
  return text != NULL && strlen(text) <= CONSTANT_MAX ? g_intern_string(text) : NULL;
}

/* Whole numbers of an account. */
static const glong counts[] = {
    G_STRUCT_OFFSET(GalenAccount, bytes),         G_STRUCT_OFFSET(GalenAccount, bytes_events),
    G_STRUCT_OFFSET(GalenAccount, bytes_headers), G_STRUCT_OFFSET(GalenAccount, bytes_skipped),
    G_STRUCT_OFFSET(GalenAccount, events),        G_STRUCT_OFFSET(GalenAccount, partial),
    G_STRUCT_OFFSET(GalenAccount, untimed),       G_STRUCT_OFFSET(GalenAccount, implausible)};

static void put_account(const GalenAccount *self, GalenBytes *bytes) {
  for (guint i = 0; i < G_N_ELEMENTS(counts); i++)
    galen_bytes_put_uint(bytes, G_STRUCT_MEMBER(const guint64, self, counts[i]));
  galen_bytes_put_int(bytes, self->first);
  galen_bytes_put_int(bytes, self->last);
  galen_bytes_put_uint(bytes, self->n_skips);
  for (guint i = 0; i < self->n_skips; i++) {
    const GalenSkip *skip = &self->skips[i];
    put_text(bytes, skip->reason);
    galen_bytes_put_uint(bytes, skip->records);
    galen_bytes_put_uint(bytes, skip->bytes);
    galen_bytes_put_uint(bytes, skip->line);
    galen_bytes_put_slice(bytes, galen_slice(skip->text, skip->text_len));
  }
}

static gboolean get_account(GalenAccount *self, GalenBytesReader *reader) {
  galen_account_init(self);
  for (guint i = 0; i < G_N_ELEMENTS(counts); i++)
    G_STRUCT_MEMBER(guint64, self, counts[i]) = galen_bytes_get_uint(reader);
  self->first = galen_bytes_get_int(reader);
  self->last = galen_bytes_get_int(reader);
  guint64 n = galen_bytes_get_uint(reader);
  if (n > GALEN_SKIP_REASONS_MAX)
    return FALSE;
  for (guint i = 0; i < n && !reader->failed; i++) {
    GalenSkip *skip = &self->skips[self->n_skips++];
    skip->reason = get_constant(reader);
    skip->reason = skip->reason != NULL ? skip->reason : REASON_OTHER;
    skip->records = galen_bytes_get_uint(reader);
    skip->bytes = galen_bytes_get_uint(reader);
    skip->line = galen_bytes_get_uint(reader);
    GalenSlice text = galen_bytes_get_slice(reader);
    skip->text_len = (guint)MIN(text.len, sizeof skip->text);
    if (skip->text_len > 0)
      memcpy(skip->text, text.data, skip->text_len);
  }
  return !reader->failed;
}

static void put_starts(const GPtrArray *starts, GalenBytes *bytes) {
  galen_bytes_put_uint(bytes, starts->len);
  for (guint i = 0; i < starts->len; i++) {
    const GalenStartRow *start = g_ptr_array_index(starts, i);
    put_text(bytes, start->version);
    galen_bytes_put_int(bytes, start->time);
    galen_bytes_put_int(bytes, start->after);
    galen_bytes_put_uint(bytes, start->line);
  }
}

static gboolean get_starts(GalenInputRow *row, GalenBytesReader *reader) {
  guint64 n = galen_bytes_get_uint(reader);
  for (guint64 i = 0; i < n && i < GALEN_STARTS_MAX && !reader->failed; i++) {
    GalenServerStart start = {.version = galen_bytes_get_slice(reader)};
    start.time = galen_bytes_get_int(reader);
    start.after = galen_bytes_get_int(reader);
    start.line = galen_bytes_get_uint(reader);
    galen_input_row_add_start(row, &start);
  }
  return n <= GALEN_STARTS_MAX && !reader->failed;
}

static const glong moments[] = {G_STRUCT_OFFSET(GalenRhythm, first), G_STRUCT_OFFSET(GalenRhythm, last),
                                G_STRUCT_OFFSET(GalenRhythm, rest), G_STRUCT_OFFSET(GalenRhythm, floor),
                                G_STRUCT_OFFSET(GalenRhythm, newest)};

static void put_rhythm(const GalenRhythm *self, GalenBytes *bytes) {
  galen_bytes_put_u8(bytes, self->begun != FALSE);
  if (!self->begun)
    return;
  galen_bytes_put_uint(bytes, self->steps);
  for (guint i = 0; i < G_N_ELEMENTS(moments); i++)
    galen_bytes_put_int(bytes, G_STRUCT_MEMBER(const gint64, self, moments[i]));
  galen_bytes_put_uint(bytes, self->n_silences);
  for (guint i = 0; i < self->n_silences; i++) {
    galen_bytes_put_int(bytes, self->silences[i].from);
    galen_bytes_put_int(bytes, self->silences[i].to);
    galen_bytes_put_uint(bytes, self->silences[i].line);
  }
}

static gboolean get_rhythm(GalenRhythm *self, GalenBytesReader *reader) {
  *self = (GalenRhythm){.begun = galen_bytes_get_u8(reader) != 0};
  if (!self->begun)
    return !reader->failed;
  self->steps = galen_bytes_get_uint(reader);
  for (guint i = 0; i < G_N_ELEMENTS(moments); i++)
    G_STRUCT_MEMBER(gint64, self, moments[i]) = galen_bytes_get_int(reader);
  guint64 n = galen_bytes_get_uint(reader);
  if (n > GALEN_RHYTHM_KEPT)
    return FALSE;
  for (guint i = 0; i < n && !reader->failed; i++) {
    GalenRhythmSilence *silence = &self->silences[self->n_silences++];
    silence->from = galen_bytes_get_int(reader);
    silence->to = galen_bytes_get_int(reader);
    silence->line = galen_bytes_get_uint(reader);
  }
  return !reader->failed;
}

static void put_spans(const GArray *spans, GalenBytes *bytes) {
  galen_bytes_put_uint(bytes, spans->len);
  for (guint i = 0; i < spans->len; i++) {
    galen_bytes_put_int(bytes, g_array_index(spans, GalenLogSpan, i).first);
    galen_bytes_put_int(bytes, g_array_index(spans, GalenLogSpan, i).last);
  }
}

static gboolean get_spans(GArray *spans, GalenBytesReader *reader) {
  guint64 n = galen_bytes_get_uint(reader);
  for (guint64 i = 0; i < n && i < SPANS_MAX && !reader->failed; i++) {
    GalenLogSpan span = {.first = galen_bytes_get_int(reader)};
    span.last = galen_bytes_get_int(reader);
    g_array_append_val(spans, span);
  }
  return n <= SPANS_MAX && !reader->failed;
}

/* ---- the whole ---- */

void galen_stored_log_put(const GalenStoredLog *self, const GalenJournalInput *journal, GalenBytes *bytes) {
  const GalenInputRow *row = self->row;
  galen_bytes_put_uint(bytes, VERSION);
  const char *const texts[] = {row->path,     row->node,    row->kind,    row->server,   row->compression,
                               row->envelope, row->version, row->problem, row->timezone, row->timezone_source};
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    put_text(bytes, texts[i]);
  galen_bytes_put_u8(bytes, row->complete != FALSE);
  galen_bytes_put_uint(bytes, row->restarts);
  galen_bytes_put_uint(bytes, self->untimed);
  put_account(&row->account, bytes);
  put_starts(row->starts, bytes);
  put_rhythm(&row->rhythm, bytes);
  put_spans(self->spans, bytes);
  galen_bytes_put_u8(bytes, journal != NULL);
  if (journal != NULL)
    galen_journal_input_put(journal, bytes);
}

static gboolean get_row(GalenStoredLog *self, GalenBytesReader *reader) {
  GalenInputRow *row = self->row;
  row->path = get_text(reader);
  row->node = get_text(reader);
  row->kind = get_constant(reader);
  row->server = get_constant(reader);
  row->compression = get_constant(reader);
  row->envelope = get_constant(reader);
  row->version = get_text(reader);
  row->problem = get_text(reader);
  row->timezone = get_text(reader);
  row->timezone_source = get_constant(reader);
  row->complete = galen_bytes_get_u8(reader) != 0;
  row->restarts = (guint)galen_bytes_get_uint(reader);
  self->untimed = galen_bytes_get_uint(reader);
  return row->path != NULL && row->node != NULL && row->kind != NULL && row->compression != NULL &&
         get_account(&row->account, reader) && get_starts(row, reader) && get_rhythm(&row->rhythm, reader) &&
         get_spans(self->spans, reader);
}

GalenStoredLog *galen_stored_log_get(GalenBytesReader *reader, GalenJournal *journal, const GalenLogRules *rules,
                                     int *ret_journal_input) {
  g_autoptr(GalenStoredLog) self = galen_stored_log_new();
  if (galen_bytes_get_uint(reader) != VERSION || !get_row(self, reader))
    return NULL;
  gboolean told = galen_bytes_get_u8(reader) != 0;
  int index = told ? (int)journal->inputs->len : -1;
  if (reader->failed || (told && galen_journal_input_get(journal, reader, rules) == NULL))
    return NULL;
  *ret_journal_input = index;
  return g_steal_pointer(&self);
}
