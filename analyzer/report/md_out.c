#include "md_out.h"

#include <string.h>

#define JOINER "\xe2\x81\xa0" /* U+2060 */
#define FENCE_MIN 3u

static gsize cut(const char *text, gsize max) {
  gsize len = strlen(text);
  if (len <= max)
    return len;
  const char *end = g_utf8_find_prev_char(text, text + max + 1);
  return end != NULL ? (gsize)(end - text) : 0;
}

static gboolean is_blank(char c) {
  return (guchar)c <= ' ';
}

/* Whether the sign means something at the start of a line: a list, a heading, a rule. */
static gboolean begins_block(const char *text, gsize at) {
  gsize digits = 0;
  while (digits < at && g_ascii_isdigit(text[digits]))
    digits++;
  if (text[at] == '.' || text[at] == ')')
    return digits == at && at > 0 && is_blank(text[at + 1]);
  return at == 0 && (text[at] == '-' || text[at] == '+' || text[at] == '=');
}

static gboolean is_markup(const char *text, gsize at) {
  char c = text[at];
  if (c == '_') /* inside of a word it is none, and names of options are easier to read */
    return at == 0 || !g_ascii_isalnum(text[at - 1]) || !g_ascii_isalnum(text[at + 1]);
  return strchr("\\`*[]|~$!{}#", c) != NULL || begins_block(text, at);
}

/* Renderers look for these in the text that comes out, where no backslash helps. */
static gboolean begins_link(const char *text, gsize at) {
  static const char *const signs[] = {"@", "#", "://", "www."};
  for (guint i = 0; i < G_N_ELEMENTS(signs); i++) {
    gsize len = strlen(signs[i]);
    if (at + 1 >= len && g_ascii_strncasecmp(text + at + 1 - len, signs[i], len) == 0)
      return TRUE;
  }
  return FALSE;
}

static void append_char(GString *out, const char *text, gsize at) {
  switch (text[at]) {
  case '<':
    g_string_append(out, "&lt;");
    return;
  case '>':
    g_string_append(out, "&gt;");
    return;
  case '&':
    g_string_append(out, "&amp;");
    return;
  default:
    break;
  }
  if (is_markup(text, at))
    g_string_append_c(out, '\\');
  g_string_append_c(out, text[at]);
  if (begins_link(text, at))
    g_string_append(out, JOINER);
}

void galen_md_words(GString *out, const char *text, gsize max) {
  if (text == NULL)
    return;
  while (is_blank(*text) && *text != '\0')
    text++;
  gsize len = cut(text, max);
  gboolean blank = FALSE;
  for (gsize i = 0; i < len; i++) {
    if (is_blank(text[i])) {
      blank = TRUE;
      continue;
    }
    if (blank)
      g_string_append_c(out, ' ');
    blank = FALSE;
    append_char(out, text, i);
  }
  if (text[len] != '\0')
    g_string_append(out, "…");
}

void galen_md_row(GString *out, char **cells, guint n) {
  for (guint i = 0; i < n; i++) {
    g_string_append_printf(out, "| %s ", cells[i] != NULL ? cells[i] : "");
    g_free(cells[i]);
  }
  g_string_append(out, "|\n");
}

static guint longest_run(const char *text, gsize len) {
  guint longest = 0, run = 0;
  for (gsize i = 0; i < len; i++) {
    run = text[i] == '`' ? run + 1 : 0;
    longest = MAX(longest, run);
  }
  return longest;
}

void galen_md_fence(GString *out, const GPtrArray *lines, gsize max) {
  guint ticks = FENCE_MIN;
  for (guint i = 0; i < lines->len; i++) {
    const char *line = g_ptr_array_index(lines, i);
    ticks = MAX(ticks, longest_run(line, cut(line, max)) + 1);
  }
  g_autofree char *fence = g_strnfill(ticks, '`');
  g_string_append_printf(out, "%stext\n", fence);
  for (guint i = 0; i < lines->len; i++) {
    const char *line = g_ptr_array_index(lines, i);
    gsize len = cut(line, max);
    g_autofree char *shown = g_strdelimit(g_strndup(line, len), "\n\r\t\v\f", ' ');
    g_string_append_printf(out, "%s%s\n", shown, line[len] != '\0' ? "…" : "");
  }
  g_string_append_printf(out, "%s\n", fence);
}
