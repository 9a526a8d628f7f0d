#include "../words.h"
#include "build.h"

#define MASK "?"

/* How a fragment begins when it is the log's own line, beside "# Name:". */
static const char *const own_lines[] = {"Tcp port:", "TCP Port:", "Time   ", "# administrator command: "};
/* How it begins when it is a statement from its first word on. */
static const char *const commands[] = {"select", "insert", "update", "delete", "replace", "call",   "set",  "use",
                                       "with",   "create", "alter",  "drop",   "show",    "commit", "begin"};

/* "# Query_time: …", "# User@Host: …", "#   InnoDB_IO_r_ops: …". */
static gboolean is_header(GalenSlice text) {
  gsize at = 1;
  if (!galen_slice_starts(text, "# "))
    return FALSE;
  while (at < text.len && text.data[at] == ' ')
    at++;
  gsize name = at;
  while (at < text.len && (g_ascii_isalpha(text.data[at]) || text.data[at] == '_' || text.data[at] == '@'))
    at++;
  return at > name && at < text.len && text.data[at] == ':';
}

static gboolean is_own_line(GalenSlice text) {
  if (is_header(text))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS(own_lines); i++)
    if (galen_slice_starts(text, own_lines[i]))
      return TRUE;
  return g_strstr_len(text.data, (gssize)text.len, ", Version: ") != NULL;
}

static gboolean is_statement(GalenSlice text) {
  for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
    gsize len = strlen(commands[i]);
    if (text.len > len && g_ascii_strncasecmp(text.data, commands[i], len) == 0 && g_ascii_isspace(text.data[len]))
      return TRUE;
  }
  return FALSE;
}

static gboolean is_word_byte(char byte) {
  return g_ascii_isalnum(byte) || byte == '_' || byte == '$' || byte == '@' || byte == '.' || (byte & 0x80) != 0;
}

static gsize word_length(GalenSlice text, gsize at) {
  gsize len = 0;
  while (at + len < text.len && is_word_byte(text.data[at + len]))
    len++;
  return len;
}

/* Past the closing quote of the literal that opens at `at`, or the end. */
static gsize literal_end(GalenSlice text, gsize at) {
  char quote = text.data[at];
  for (gsize i = at + 1; i < text.len; i++) {
    if (text.data[i] == '\\')
      i++;
    else if (text.data[i] == quote)
      return i + 1;
  }
  return text.len;
}

static gboolean opens_comment(GalenSlice rest) {
  return galen_slice_starts(rest, "/*") || galen_slice_starts(rest, "-- ") || galen_slice_starts(rest, "#");
}

/* Literals and numbers out; a comment can hold anything, so the text ends there. */
static void mask_statement(GString *out, GalenSlice text) {
  for (gsize at = 0; at < text.len;) {
    char byte = text.data[at];
    if (opens_comment(galen_slice(text.data + at, text.len - at))) {
      g_string_append(out, MASK);
      return;
    }
    if (byte == '\'' || byte == '"' || g_ascii_isdigit(byte)) {
      at = g_ascii_isdigit(byte) ? at + word_length(text, at) : literal_end(text, at);
      g_string_append(out, MASK);
      continue;
    }
    gsize len = MAX(word_length(text, at), 1);
    g_string_append_len(out, text.data + at, (gssize)len);
    at += len;
  }
}

static void mask_words(GString *out, GalenSlice text) {
  for (gsize at = 0; at < text.len;) {
    gsize len = word_length(text, at);
    if (len > 0)
      g_string_append(out, MASK);
    else
      g_string_append_c(out, text.data[at]);
    at += MAX(len, 1);
  }
}

/* The log's own line ends with its line: what follows is judged anew, as a fragment. */
static gsize own_line_length(GalenSlice text) {
  const char *end = memchr(text.data, '\n', text.len);
  return end != NULL ? (gsize)(end - text.data) + 1 : text.len;
}

char *galen_build_skip_text(GalenSlice raw) {
  GString *out = g_string_sized_new(raw.len + 1);
  while (raw.data != NULL && raw.len > 0 && is_own_line(galen_slice(raw.data, own_line_length(raw)))) {
    gsize len = own_line_length(raw);
    g_string_append_len(out, raw.data, (gssize)len);
    raw = galen_slice(raw.data + len, raw.len - len);
  }
  if (raw.data != NULL && is_statement(raw))
    mask_statement(out, raw);
  else if (raw.data != NULL)
    mask_words(out, raw);
  char *text = galen_words_clean(galen_slice(out->str, out->len), 0);
  g_string_free(out, TRUE);
  return g_strchomp(text);
}
