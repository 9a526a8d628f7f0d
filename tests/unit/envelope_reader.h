/* Takes the wrapper off a text in memory; every reading is checked for its account and repeated with other block sizes. */
#pragma once

#include "parsers/envelope.h"

typedef struct {
  const char *text;
  gsize len, at, block;
} Raw;

static gsize raw_read(gpointer user, char *buf, gsize len) {
  Raw *raw = user;
  gsize n = MIN(MIN(len, raw->block), raw->len - raw->at);
  memcpy(buf, raw->text + raw->at, n);
  raw->at += n;
  return n;
}

typedef struct {
  char *name; /* NULL: no wrapper */
  GString *out;
  GArray *lines; /* GalenLineInfo, one a line that came out; names are copied */
  GPtrArray *names;
  GalenAccount account;
  char *host;
} Unwrapped;

static char *keep_name(Unwrapped *self, const char *name) {
  if (name == NULL)
    return NULL;
  g_ptr_array_add(self->names, g_strdup(name));
  return g_ptr_array_index(self->names, self->names->len - 1);
}

static void note_lines(Unwrapped *self, GalenEnvelope *envelope, gsize from) {
  for (gsize at = from; at < self->out->len; at++) {
    if (at > 0 && self->out->str[at - 1] != '\n')
      continue;
    const GalenLineInfo *found = galen_envelope_line(envelope, at);
    g_assert_nonnull(found);
    GalenLineInfo info = *found;
    info.host = keep_name(self, info.host);
    info.program = keep_name(self, info.program);
    g_array_append_val(self->lines, info);
  }
}

static Unwrapped *unwrap_blocks(const char *text, gsize len, gsize in, gsize out, const char *only) {
  Raw raw = {text, len, 0, in};
  Unwrapped *self = g_new0(Unwrapped, 1);
  self->out = g_string_new(NULL);
  self->lines = g_array_new(FALSE, FALSE, sizeof(GalenLineInfo));
  self->names = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GalenEnvelope) envelope = galen_envelope_new(text, MIN(len, (gsize)GALEN_BID_BYTES), raw_read, &raw);
  if (envelope == NULL)
    return self;
  if (only != NULL)
    galen_envelope_select_host(envelope, only);
  g_autofree char *buf = g_malloc(out);
  gsize n;
  while ((n = galen_envelope_read(envelope, buf, out)) > 0) {
    gsize from = self->out->len;
    g_string_append_len(self->out, buf, (gssize)n);
    note_lines(self, envelope, from);
  }
  self->name = g_strdup(galen_envelope_name(envelope));
  self->account = *galen_envelope_account(envelope);
  self->host = g_strdup(galen_envelope_host(envelope));
  const GalenAccount *a = &self->account;
  g_assert_cmpuint(a->bytes, ==, len);
  g_assert_cmpuint(a->bytes, ==, a->bytes_events + a->bytes_headers + a->bytes_skipped);
  if (self->out->len > 0)
    g_assert_cmpint(self->out->str[self->out->len - 1], ==, '\n');
  return self;
}

static void unwrapped_free(Unwrapped *self) {
  g_free(self->name);
  g_free(self->host);
  g_string_free(self->out, TRUE);
  g_array_unref(self->lines);
  g_ptr_array_unref(self->names);
  g_free(self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Unwrapped, unwrapped_free)

static G_GNUC_UNUSED void assert_same(const Unwrapped *a, const Unwrapped *b) {
  g_assert_cmpstr(a->name, ==, b->name);
  g_assert_true(g_string_equal(a->out, b->out));
  g_assert_cmpuint(a->lines->len, ==, b->lines->len);
  for (guint i = 0; i < a->lines->len; i++) {
    const GalenLineInfo *x = &g_array_index(a->lines, GalenLineInfo, i),
                        *y = &g_array_index(b->lines, GalenLineInfo, i);
    g_assert_cmpuint(x->line, ==, y->line);
    g_assert_cmpint(x->time, ==, y->time);
    g_assert_cmpint(x->wall, ==, y->wall);
    g_assert_cmpuint(x->pid, ==, y->pid);
    g_assert_cmpstr(x->host, ==, y->host);
    g_assert_cmpstr(x->program, ==, y->program);
  }
  g_assert_cmpuint(a->account.bytes_events, ==, b->account.bytes_events);
  g_assert_cmpuint(a->account.bytes_skipped, ==, b->account.bytes_skipped);
  g_assert_cmpuint(a->account.n_skips, ==, b->account.n_skips);
}

static G_GNUC_UNUSED Unwrapped *unwrap_bytes(const char *text, gsize len) {
  static const gsize blocks[][2] = {{1, 1}, {3, 7}, {4096, 1}, {17, 65536}};
  Unwrapped *whole = unwrap_blocks(text, len, len + 1, 1 << 16, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(blocks) && len < 100000; i++) {
    g_autoptr(Unwrapped) parts = unwrap_blocks(text, len, blocks[i][0], blocks[i][1], NULL);
    assert_same(whole, parts);
  }
  return whole;
}

static G_GNUC_UNUSED Unwrapped *unwrap(const char *text) {
  return unwrap_bytes(text, strlen(text));
}

static G_GNUC_UNUSED const GalenLineInfo *line_at(const Unwrapped *self, guint i) {
  g_assert_cmpuint(i, <, self->lines->len);
  return &g_array_index(self->lines, GalenLineInfo, i);
}

static G_GNUC_UNUSED guint64 skipped(const Unwrapped *self, const char *reason) {
  for (guint i = 0; i < self->account.n_skips; i++)
    if (g_str_equal(self->account.skips[i].reason, reason))
      return self->account.skips[i].records;
  return 0;
}

/* "2026-11-24T03:07:10.123456" in UTC. */
static G_GNUC_UNUSED gint64 utc(const char *iso) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
  g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(iso, zone);
  g_assert_nonnull(time);
  return g_date_time_to_unix(time) * G_USEC_PER_SEC + g_date_time_get_microsecond(time);
}
