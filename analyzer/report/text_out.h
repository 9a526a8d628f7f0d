/* Plain text for terminals and mails: columns, wrapping, colours when asked for.
 *
 * Width is counted in display columns (East Asian wide characters are two, combining marks none). Tabs and line ends inside
 * a text count as blanks unless a function says otherwise. Not for others than the text writer and its tests. */
#pragma once

#include <glib.h>

typedef enum {
  GALEN_TEXT_PLAIN,
  GALEN_TEXT_BOLD,
  GALEN_TEXT_DIM,
  GALEN_TEXT_INFO,
  GALEN_TEXT_WARNING,
  GALEN_TEXT_CRITICAL,
} GalenTextStyle;

typedef struct {
  GString *out;
  guint width; /* columns a line */
  gboolean color;
} GalenText;

/* Display columns of a text. */
guint galen_text_columns(const char *text);
/* At most `columns` columns, with "…" at the end when cut; on one line. Newly allocated. */
char *galen_text_cut(const char *text, guint columns);

/* Appends as it is. */
void galen_text_add(GalenText *self, GalenTextStyle style, const char *text);
/* Appends `columns` blanks. */
void galen_text_blanks(GalenText *self, guint columns);
/* Title and an empty line before it. */
void galen_text_heading(GalenText *self, const char *title);
/* Words wrapped between `indent` and the right edge, from the start of a line; ends with a line end. Words longer than a
 * line are broken. After `max_lines` (0: no limit) comes "…". Line ends in the text begin a new line. */
void galen_text_wrap(GalenText *self, guint indent, GalenTextStyle style, const char *text, guint max_lines);
/* The same behind a label in the margin, which has the style: "   users     app 80 %, web 20 %". */
void galen_text_labelled(GalenText *self, guint indent, GalenTextStyle style, const char *label, const char *text);

typedef struct {
  const char *title;
  gboolean right;    /* aligned */
  gboolean flexible; /* takes what is left, and is cut to it */
  guint drop;        /* when lines get too long, the largest goes first; 0: never */
} GalenTextColumn;

typedef struct GalenTextTable GalenTextTable;

/* `columns` must live as long as the table. */
GalenTextTable *galen_text_table_new(const GalenTextColumn *columns, guint n);
void galen_text_table_free(GalenTextTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalenTextTable, galen_text_table_free)
/* The next cell, row by row; taken over, NULL is empty. */
void galen_text_table_take(GalenTextTable *self, char *text);
/* Rows that are not full are left out. */
void galen_text_table_print(const GalenTextTable *self, GalenText *out, guint indent);
