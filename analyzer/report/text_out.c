#include "text_out.h"

#include <string.h>

#define ELLIPSIS "…"
#define LABEL_COLUMNS 11u

static guint char_columns(gunichar c) {
  if (g_unichar_iszerowidth(c))
    return 0;
  return g_unichar_iswide(c) ? 2 : 1;
}

guint galen_text_columns(const char *text) {
  guint n = 0;
  for (; *text != '\0'; text = g_utf8_next_char(text))
    n += char_columns(g_utf8_get_char(text));
  return n;
}

/* The longest prefix of at most `columns` columns. */
static const char *fit(const char *text, const char *end, guint columns) {
  guint n = 0;
  for (; text < end; text = g_utf8_next_char(text)) {
    n += char_columns(g_utf8_get_char(text));
    if (n > columns)
      break;
  }
  return text;
}

char *galen_text_cut(const char *text, guint columns) {
  g_autofree char *line = g_strdelimit(g_strdup(text), "\n\t", ' ');
  if (galen_text_columns(line) <= columns)
    return g_steal_pointer(&line);
  if (columns == 0)
    return g_strdup("");
  const char *end = fit(line, line + strlen(line), columns - 1);
  g_autofree char *head = g_strchomp(g_strndup(line, (gsize)(end - line)));
  return g_strconcat(head, ELLIPSIS, NULL);
}

void galen_text_add(GalenText *self, GalenTextStyle style, const char *text) {
  static const char *const codes[] = {
      [GALEN_TEXT_PLAIN] = "",        [GALEN_TEXT_BOLD] = "\033[1m",       [GALEN_TEXT_DIM] = "\033[2m",
      [GALEN_TEXT_INFO] = "\033[34m", [GALEN_TEXT_WARNING] = "\033[1;33m", [GALEN_TEXT_CRITICAL] = "\033[1;31m",
  };
  gboolean styled = self->color && style != GALEN_TEXT_PLAIN && *text != '\0';
  if (styled)
    g_string_append(self->out, codes[style]);
  g_string_append(self->out, text);
  if (styled)
    g_string_append(self->out, "\033[0m");
}

void galen_text_blanks(GalenText *self, guint columns) {
  for (guint i = 0; i < columns; i++)
    g_string_append_c(self->out, ' ');
}

void galen_text_heading(GalenText *self, const char *title) {
  g_string_append_c(self->out, '\n');
  galen_text_add(self, GALEN_TEXT_BOLD, title);
  g_string_append_c(self->out, '\n');
}

/* ---- wrapping ---- */

/* Where the line that starts at `text` ends: after the last word that fits, or inside a word longer than a line. */
static const char *line_end(const char *text, const char *end, guint columns) {
  const char *edge = fit(text, end, columns);
  if (edge == end || *edge == ' ')
    return edge;
  for (const char *at = edge; at > text; at--)
    if (at[-1] == ' ')
      return at - 1 > text ? at - 1 : edge;
  return edge > text ? edge : g_utf8_next_char(text);
}

typedef struct {
  GalenText *out;
  guint indent;  /* of all lines but the first */
  guint columns; /* of text a line */
  GalenTextStyle style;
  guint lines, max_lines;
} Wrap;

static void put_line(Wrap *self, const char *text, gsize len) {
  g_autofree char *line = g_strchomp(g_strndup(text, len));
  if (self->lines > 0)
    galen_text_blanks(self->out, *line != '\0' ? self->indent : 0);
  galen_text_add(self->out, self->style, line);
  g_string_append_c(self->out->out, '\n');
  self->lines++;
}

static gboolean is_full(Wrap *self) {
  if (self->max_lines == 0 || self->lines < self->max_lines)
    return FALSE;
  put_line(self, ELLIPSIS, strlen(ELLIPSIS));
  return TRUE;
}

/* FALSE: the limit is reached. */
static gboolean wrap_paragraph(Wrap *self, const char *text, const char *end) {
  do {
    if (is_full(self))
      return FALSE;
    const char *stop = line_end(text, end, self->columns);
    put_line(self, text, (gsize)(stop - text));
    text = stop;
    while (text < end && *text == ' ')
      text++;
  } while (text < end);
  return TRUE;
}

static void wrap(Wrap *self, const char *raw) {
  g_autofree char *owned = g_strdelimit(g_strdup(raw), "\t", ' ');
  const char *text = owned;
  for (;;) {
    const char *end = strchr(text, '\n');
    const char *stop = end != NULL ? end : text + strlen(text);
    if (!wrap_paragraph(self, text, stop) || end == NULL || end[1] == '\0')
      return;
    text = end + 1;
  }
}

static guint room(const GalenText *self, guint indent) {
  return self->width > indent + 10 ? self->width - indent : 10;
}

void galen_text_wrap(GalenText *self, guint indent, GalenTextStyle style, const char *text, guint max_lines) {
  Wrap state = {self, indent, room(self, indent), style, 0, max_lines};
  galen_text_blanks(self, indent);
  wrap(&state, text);
}

void galen_text_labelled(GalenText *self, guint indent, GalenTextStyle style, const char *label, const char *text) {
  guint columns = MAX(galen_text_columns(label) + 1, LABEL_COLUMNS);
  Wrap state = {self, indent + columns, room(self, indent + columns), GALEN_TEXT_PLAIN, 0, 0};
  galen_text_blanks(self, indent);
  galen_text_add(self, style, label);
  galen_text_blanks(self, columns - galen_text_columns(label));
  wrap(&state, text);
}
