/* Pieces of Markdown: escaped words, tables, code fences. */
#pragma once

#include <glib.h>

/* A text of a log, cut at `max` bytes, so that it shows as it is: on one line, no markup, no HTML, no link, no mention.
 * A word joiner (U+2060), which is not seen, stands behind what else would begin a link or a reference: @ # :// www. */
void galen_md_words(GString *out, const char *text, gsize max);
/* A row of a table from cells that are escaped already; frees them. */
void galen_md_row(GString *out, char **cells, guint n);
/* Lines of logs, each cut at `max` bytes. */
void galen_md_fence(GString *out, const GPtrArray *lines, gsize max);
