#include "json_out.h"

#include "../words.h"

#include <inttypes.h>
#include <math.h>

#define PIECE (96u << 10)

void galen_json_init(GalenJson *self) {
  *self = (GalenJson){.out = g_string_sized_new(64u << 10), .fresh = TRUE};
}

GBytes *galen_json_finish(GalenJson *self) {
  g_string_append_c(self->out, '\n');
  GBytes *bytes = g_string_free_to_bytes(self->out);
  *self = (GalenJson){.out = NULL};
  return bytes;
}

void galen_json_init_flushed(GalenJson *self, GalenJsonFlush flush, gpointer user) {
  galen_json_init(self);
  self->flush = flush;
  self->user = user;
}

static void flush(GalenJson *self) {
  if (self->error == NULL)
    (void)self->flush(self->out->str, self->out->len, self->user, &self->error);
  g_string_truncate(self->out, 0);
}

gboolean galen_json_finish_flushed(GalenJson *self, GError **error) {
  g_string_append_c(self->out, '\n');
  flush(self);
  g_string_free(self->out, TRUE);
  GError *problem = self->error;
  *self = (GalenJson){.out = NULL};
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static void new_line(GalenJson *self) {
  g_string_append_c(self->out, '\n');
  for (guint i = 0; i < self->depth; i++)
    g_string_append(self->out, "  ");
}

static const char *short_escape(gunichar c) {
  switch (c) {
  case '"':
    return "\\\"";
  case '\\':
    return "\\\\";
  case '\n':
    return "\\n";
  case '\t':
    return "\\t";
  case '\r':
    return "\\r";
  default:
    return NULL;
  }
}

/* Most text has nothing to escape, and is copied at a stroke. */
static gsize plain_len(const char *at) {
  gsize len = 0;
  while ((guchar)at[len] >= 0x20 && (guchar)at[len] < 0x80 && at[len] != '"' && at[len] != '\\')
    len++;
  return len;
}

/* U+2028 and U+2029 end a line in old JavaScript; the rest that is escaped must be. */
static void append_quoted(GString *out, const char *value) {
  g_string_append_c(out, '"');
  for (const char *at = value; *at != '\0'; at = g_utf8_next_char(at)) {
    gsize plain = plain_len(at);
    g_string_append_len(out, at, (gssize)plain);
    at += plain;
    if (*at == '\0')
      break;
    gunichar c = g_utf8_get_char(at);
    const char *escape = short_escape(c);
    if (escape != NULL)
      g_string_append(out, escape);
    else if (c < 0x20 || c == 0x2028 || c == 0x2029)
      g_string_append_printf(out, "\\u%04x", c);
    else
      g_string_append_len(out, at, g_utf8_next_char(at) - at);
  }
  g_string_append_c(out, '"');
}

/* Comma, place and key of the next value. */
static void begin_value(GalenJson *self, const char *key) {
  if (self->flush != NULL && self->out->len >= PIECE)
    flush(self);
  if (!self->fresh)
    g_string_append_c(self->out, ',');
  if (self->line_depth > 0 && !self->fresh)
    g_string_append_c(self->out, ' ');
  else if (self->line_depth == 0 && self->depth > 0)
    new_line(self);
  self->fresh = FALSE;
  if (key == NULL)
    return;
  append_quoted(self->out, key);
  g_string_append(self->out, ": ");
}

static void open_container(GalenJson *self, const char *key, GalenJsonStyle style, char bracket) {
  begin_value(self, key);
  g_string_append_c(self->out, bracket);
  self->depth++;
  if (self->line_depth > 0 || style == GALEN_JSON_LINE)
    self->line_depth++;
  self->fresh = TRUE;
}

static void close_container(GalenJson *self, char bracket) {
  self->depth--;
  if (self->line_depth > 0)
    self->line_depth--;
  else if (!self->fresh)
    new_line(self);
  g_string_append_c(self->out, bracket);
  self->fresh = FALSE;
}

void galen_json_open_object(GalenJson *self, const char *key, GalenJsonStyle style) {
  open_container(self, key, style, '{');
}

void galen_json_close_object(GalenJson *self) {
  close_container(self, '}');
}

void galen_json_open_list(GalenJson *self, const char *key, GalenJsonStyle style) {
  open_container(self, key, style, '[');
}

void galen_json_close_list(GalenJson *self) {
  close_container(self, ']');
}

void galen_json_each(GalenJson *self, const GPtrArray *items, GalenJsonWriteItem write) {
  for (guint i = 0; items != NULL && i < items->len; i++)
    write(self, g_ptr_array_index(items, i));
}

void galen_json_items(GalenJson *self, const char *key, const GPtrArray *items, GalenJsonWriteItem write) {
  galen_json_open_list(self, key, GALEN_JSON_BLOCK);
  galen_json_each(self, items, write);
  galen_json_close_list(self);
}

void galen_json_texts_of(GalenJson *self, const char *key, const GPtrArray *items, GalenJsonTextOf text) {
  galen_json_open_list(self, key, GALEN_JSON_LINE);
  for (guint i = 0; items != NULL && i < items->len; i++)
    galen_json_text(self, NULL, text(g_ptr_array_index(items, i)));
  galen_json_close_list(self);
}

void galen_json_text(GalenJson *self, const char *key, const char *value) {
  begin_value(self, key);
  if (value != NULL)
    append_quoted(self->out, value);
  else
    g_string_append(self->out, "null");
}

void galen_json_null(GalenJson *self, const char *key) {
  galen_json_text(self, key, NULL);
}

void galen_json_bool(GalenJson *self, const char *key, gboolean value) {
  begin_value(self, key);
  g_string_append(self->out, value ? "true" : "false");
}

void galen_json_count(GalenJson *self, const char *key, guint64 value) {
  begin_value(self, key);
  g_string_append_printf(self->out, "%" PRIu64, value);
}

void galen_json_decimal(GalenJson *self, const char *key, GalenU128 value, guint digits) {
  g_autofree char *text = galen_words_decimal(value, digits);
  begin_value(self, key);
  g_string_append(self->out, text);
}

void galen_json_integer(GalenJson *self, const char *key, gint64 value) {
  begin_value(self, key);
  g_string_append_printf(self->out, "%" PRId64, value);
}

void galen_json_seconds(GalenJson *self, const char *key, gint64 us) {
  guint64 size = us < 0 ? -(guint64)us : (guint64)us;
  g_autofree char *text = galen_words_decimal(size, 6);
  begin_value(self, key);
  g_string_append_printf(self->out, "%s%s", us < 0 ? "-" : "", text);
}

void galen_json_double(GalenJson *self, const char *key, double value) {
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  begin_value(self, key);
  g_string_append(self->out, isfinite(value) ? g_ascii_formatd(text, sizeof text, "%.9g", value) : "null");
}

void galen_json_time(GalenJson *self, const char *key, gint64 us) {
  g_autofree char *text = galen_words_iso(us);
  galen_json_text(self, key, g_ascii_isdigit(*text) ? text : NULL);
}
